//! `groupInviteMessage`: an invitation to a group.

use serde_json::json;
use siskin_model::message::GroupInvite;

use super::{Context, Kind, Members, member};

impl Kind for GroupInvite {
    fn type_message(&self) -> &'static str {
        "groupInviteMessage"
    }

    fn notification(&self, _: &Context<'_>) -> Members {
        let data = json!({
            "groupJid": self.group,
            "inviteCode": self.code,
            "inviteExpiration": self.expires.to_string(),
            "groupName": self.group_name,
            "caption": self.caption,
            "name": "",
            "jpegThumbnail": self.thumbnail,
        });
        member("groupInviteMessageData", data)
    }

    fn quoted(&self, context: &Context<'_>) -> Members {
        self.notification(context)
    }

    fn row(&self, context: &Context<'_>) -> Members {
        self.notification(context)
    }
}
