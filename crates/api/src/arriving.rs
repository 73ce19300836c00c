//! Files on their way to the disk.

use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use axum::body::Bytes;
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use siskin_fleet::{Instance, KeptFile, new_file_token};
use siskin_media::{Examined, NewFile, complete, examine, remake, renamed};
use siskin_model::message::OutgoingFile;
use siskin_model::{FileName, FileToken, MimeType, StoredFile};

use crate::context::Context;
use crate::error::ApiError;

/// How long a caller may be silent in the middle of a file.
pub(crate) const SILENCE: Duration = Duration::from_secs(30);
/// How long a caller may take for a file: what the vendor's Python client waits
/// (specification, section 9).
pub(crate) const UPLOAD: Duration = Duration::from_secs(10_800);

/// What is said where the disk has no room for a file.
pub(crate) const NO_ROOM: &str =
    "there is too little room for files on the gateway's disk; try again later";
/// After how many bytes of a file the disk is asked again whether it has room.
const ASKED_EVERY: usize = 8 * 1024 * 1024;

/// A file of which not all bytes are there. Dropped, it leaves nothing behind.
pub(crate) struct Arriving {
    context: Arc<Context>,
    instance: Arc<Instance>,
    token: FileToken,
    file: NewFile,
    is_empty: bool,
    /// How many bytes have come since the disk was asked for room.
    unasked: usize,
}

/// A file that is stored, and what can be seen of it.
pub(crate) struct Arrived {
    pub kept: KeptFile,
    pub seen: Examined,
    /// The name under which it is sent.
    name: FileName,
}

impl Arriving {
    /// Refused where the disk has no room.
    pub async fn begin(context: &Arc<Context>, instance: &Arc<Instance>) -> Result<Self, ApiError> {
        context.fleet.require_room().await?;
        let token = new_file_token();
        let media = context.fleet.media();
        let file = media.create(instance.id(), &token, StoredFile::LARGEST).await?;
        let (context, instance) = (context.clone(), instance.clone());
        Ok(Self { context, instance, token, file, is_empty: true, unasked: 0 })
    }

    pub async fn write(&mut self, bytes: Bytes) -> Result<(), ApiError> {
        self.is_empty &= bytes.is_empty();
        self.unasked += bytes.len();
        if self.unasked > ASKED_EVERY {
            self.unasked = 0;
            self.context.fleet.require_room().await?;
        }
        Ok(self.file.write(bytes).await?)
    }

    pub fn is_empty(&self) -> bool {
        self.is_empty
    }

    /// Takes the bytes of a file that is stored already.
    pub async fn copy(&mut self, original: &Path) -> Result<(), ApiError> {
        let copied = tokio::fs::copy(original, self.file.temporary_path()).await;
        let size = copied.map_err(|error| ApiError::Internal(error.to_string()))?;
        self.is_empty = size == 0;
        Ok(())
    }

    /// Stores what has come, as it is. `name` and `claimed` decide what it is where its bytes
    /// do not.
    pub async fn keep(
        mut self,
        name: &FileName,
        claimed: Option<&MimeType>,
    ) -> Result<Arrived, ApiError> {
        self.file.flush().await?;
        let (instance, path) = (self.instance.id(), self.file.temporary_path());
        let seen = examine(instance, path, name, claimed, false).await;
        self.store(name, seen).await
    }

    /// Stores what has come, in a format that phones show.
    pub async fn keep_to_send(
        mut self,
        name: &FileName,
        claimed: Option<&MimeType>,
        caption: &str,
    ) -> Result<Arrived, ApiError> {
        self.file.flush().await?;
        let (instance, path) = (self.instance.id(), self.file.temporary_path());
        let seen = examine(instance, path, name, claimed, !caption.is_empty()).await;
        if !seen.must_be_remade {
            return self.store(name, seen).await;
        }
        let old = seen.mime_type.clone();
        let seen = remake(instance, path, seen).await;
        let name =
            if seen.mime_type == old { name.clone() } else { renamed(name, &seen.mime_type) };
        self.store(&name, seen).await
    }

    async fn store(self, name: &FileName, seen: Examined) -> Result<Arrived, ApiError> {
        let name = complete(name, &seen.mime_type);
        let place = self.context.fleet.media().path(self.instance.id(), &self.token);
        let mut unowned = Unowned(None);
        self.file.finish().await?;
        unowned.0 = Some(place);
        let kept = self.instance.keep_file(self.token, name.clone(), seen.mime_type.clone());
        let kept = kept.await?;
        unowned.0 = None;
        Ok(Arrived { kept, seen, name })
    }
}

/// Bytes in their place without a row that knows of them: nobody else would remove them.
struct Unowned(Option<PathBuf>);

impl Drop for Unowned {
    fn drop(&mut self) {
        if let Some(place) = &self.0
            && let Err(error) = std::fs::remove_file(place)
        {
            tracing::warn!(%error, "a file that nobody owns was not removed");
        }
    }
}

impl Arrived {
    /// A file that is stored already, to be sent under a name.
    pub fn stored(kept: KeptFile, seen: Examined, name: &FileName) -> Self {
        let name = complete(name, &seen.mime_type);
        Self { kept, seen, name }
    }

    /// The file as a message carries it.
    pub fn outgoing(&self, caption: String) -> OutgoingFile {
        let seen = &self.seen;
        OutgoingFile {
            file: self.kept.file.token.clone(),
            name: self.name.clone(),
            caption,
            kind: seen.kind,
            mime_type: seen.mime_type.clone(),
            is_voice: seen.is_voice,
            is_gif: seen.is_gif,
            is_animated: seen.is_animated,
            dimensions: seen.dimensions,
            seconds: seen.seconds,
            thumbnail: STANDARD.encode(&seen.thumbnail),
        }
    }

    /// Removes it: the message that it is for was not accepted.
    pub async fn discard(self, context: &Context, instance: &Instance) {
        let token = &self.kept.file.token;
        // The bytes first: a row without bytes is harmless and expires.
        let removed = context.fleet.media().remove(instance.id(), token).await;
        if let Err(error) = removed {
            tracing::warn!(instance = %instance.id(), %error, "a file was not removed");
        }
        let forgotten = context.fleet.store().remove_file(instance.id(), token).await;
        if let Err(error) = forgotten {
            tracing::warn!(instance = %instance.id(), %error, "a file was not forgotten");
        }
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use super::*;
    use crate::testing::Api;

    #[tokio::test]
    async fn what_is_not_kept_or_discarded_leaves_nothing() {
        let api = Api::new().await;
        let (owner, context) = (api.instance().await, api.context());
        let instance = api.fleet.get(owner.id).unwrap();
        let mut arriving = Arriving::begin(&context, &instance).await.unwrap();
        arriving.write("half".into()).await.unwrap();
        drop(arriving);
        assert_eq!(owner.files_on_disk(), Vec::<String>::new());

        let mut arriving = Arriving::begin(&context, &instance).await.unwrap();
        arriving.write("whole".into()).await.unwrap();
        let arrived = arriving.keep(&"a.txt".into(), None).await.unwrap();
        let token = arrived.kept.file.token.clone();
        assert_eq!(owner.files_on_disk(), [token.expose()]);
        arrived.discard(&context, &instance).await;
        assert_eq!(owner.files_on_disk(), Vec::<String>::new());
        assert!(api.fleet.store().file(owner.id, &token).await.unwrap().is_none());
    }

    #[test]
    fn the_documented_text_is_what_is_said() {
        assert_eq!(siskin_fleet::MessageError::NoRoom.to_string(), NO_ROOM);
    }

    #[tokio::test]
    async fn a_file_of_a_deleted_instance_is_not_kept() {
        let api = Api::new().await;
        let (owner, context) = (api.instance().await, api.context());
        let instance = api.fleet.get(owner.id).unwrap();
        let mut arriving = Arriving::begin(&context, &instance).await.unwrap();
        arriving.write("whole".into()).await.unwrap();
        api.fleet.delete(owner.id).await.unwrap();
        assert!(arriving.keep(&"a.txt".into(), None).await.is_err());
        assert_eq!(owner.files_on_disk(), Vec::<String>::new());
    }
}
