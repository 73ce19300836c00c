//! `templateMessage`, and `templateButtonsReplyMessage`: a button of it was pressed.

use serde_json::{Value, json};
use siskin_model::message::{Template, TemplateAction, TemplateButton, TemplateReply};

use super::{Context, Kind, Members, member, members};

impl Kind for Template {
    fn type_message(&self) -> &'static str {
        "templateMessage"
    }

    fn notification(&self, context: &Context<'_>) -> Members {
        member("templateMessage", context.forwarded(shown(self)))
    }

    fn quoted(&self, _: &Context<'_>) -> Members {
        members(shown(self))
    }

    fn row(&self, _: &Context<'_>) -> Members {
        member("templateMessage", shown(self))
    }
}

fn shown(template: &Template) -> Value {
    json!({
        "namespace": template.namespace,
        "elementName": template.element_name,
        "contentText": template.content_text,
        "titleText": template.title_text,
        "footer": template.footer,
        "buttons": template.buttons.iter().map(button).collect::<Vec<_>>(),
    })
}

fn button(button: &TemplateButton) -> Value {
    let (name, action) = match &button.action {
        TemplateAction::UrlButton { display_text, url } => {
            ("urlButton", json!({ "displayText": display_text, "url": url }))
        }
        TemplateAction::CallButton { display_text, phone_number } => {
            ("callButton", json!({ "displayText": display_text, "phoneNumber": phone_number }))
        }
        TemplateAction::QuickReplyButton { display_text, id } => {
            ("quickReplyButton", json!({ "displayText": display_text, "id": id }))
        }
    };
    json!({ "index": button.index, name: action })
}

impl Kind for TemplateReply {
    fn type_message(&self) -> &'static str {
        "templateButtonsReplyMessage"
    }

    fn notification(&self, _: &Context<'_>) -> Members {
        let data = json!({
            "stanzaId": self.stanza_id,
            "selectedIndex": self.selected_index,
            "selectedId": self.selected_id,
            "selectedDisplayText": self.selected_display_text,
        });
        member("templateButtonReplyMessage", data)
    }

    fn quoted(&self, _: &Context<'_>) -> Members {
        member("textMessage", self.selected_display_text.as_str())
    }

    fn row(&self, context: &Context<'_>) -> Members {
        self.notification(context)
    }
}
