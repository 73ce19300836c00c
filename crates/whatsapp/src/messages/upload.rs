use std::path::Path;

use siskin_fleet::port::{Parts, SendError};
use siskin_model::message::{Command, FileKind, Outgoing};
use siskin_model::{ChatId, InstanceId};
use wacore::download::MediaType;
use whatsapp_rust::upload::{UploadOptions, UploadResponse};
use whatsapp_rust::{Client, ErrorChainExt as _};

use super::encrypted::encrypt;
use crate::failure;
use crate::media_url::DirectPath;
use crate::translate::Uploaded;

/// What messages need at WhatsApp's media servers.
pub(super) struct Uploads<'a> {
    client: &'a Client,
    instance: InstanceId,
}

impl<'a> Uploads<'a> {
    pub(super) fn new(client: &'a Client, instance: InstanceId) -> Self {
        Self { client, instance }
    }

    /// Uploads what a message needs: its file, or the large picture of its link.
    pub(super) async fn upload_for(
        &self,
        outgoing: &Outgoing,
        parts: &Parts,
    ) -> Result<Option<Uploaded>, SendError> {
        if let Command::File(file) = &outgoing.command {
            let path = parts.file.as_deref();
            let path = path.ok_or_else(|| SendError::Impossible("its file is gone".to_owned()))?;
            return self.upload_file(path, media_type(file.kind), &outgoing.chat).await.map(Some);
        }
        let large = parts.preview.as_ref().and_then(|preview| preview.large.as_ref());
        match large {
            Some((picture, ..)) => Ok(self.upload_picture(picture.clone()).await),
            None => Ok(None),
        }
    }

    async fn upload_file(
        &self,
        path: &Path,
        media_type: MediaType,
        chat: &ChatId,
    ) -> Result<Uploaded, SendError> {
        let encrypted = encrypt(path.to_owned(), media_type).await;
        let (info, source) = encrypted
            .map_err(|error| SendError::Impossible(format!("its file cannot be read: {error}")))?;
        match self.client.upload_stream(source, info, media_type).await {
            Ok(response) => uploaded(response).ok_or_else(|| {
                SendError::Impossible("WhatsApp's media servers have no place for its file".into())
            }),
            Err(error) => {
                tracing::warn!(instance = %self.instance, %error, "a file is not uploaded");
                Err(match error.as_ref() as &(dyn std::error::Error + 'static) {
                    cause if cause.http_status().is_some() => SendError::Impossible(
                        "WhatsApp's media servers did not take its file".to_owned(),
                    ),
                    _ => failure::of_any(&error, chat),
                })
            }
        }
    }

    /// The picture of a link. Without it the link is shown small, which is no reason not to
    /// send the text.
    async fn upload_picture(&self, picture: Vec<u8>) -> Option<Uploaded> {
        let answer =
            self.client.upload(picture, MediaType::LinkThumbnail, UploadOptions::new()).await;
        match answer {
            Ok(response) => uploaded(response),
            Err(error) => {
                tracing::info!(instance = %self.instance, %error, "a link has no picture");
                None
            }
        }
    }
}

fn media_type(kind: FileKind) -> MediaType {
    match kind {
        FileKind::Image => MediaType::Image,
        FileKind::Video => MediaType::Video,
        FileKind::Audio => MediaType::Audio,
        FileKind::Document => MediaType::Document,
        FileKind::Sticker => MediaType::Sticker,
    }
}

/// `None`: the place that was named is none of WhatsApp's, and is not passed on to anybody.
fn uploaded(response: UploadResponse) -> Option<Uploaded> {
    DirectPath::parse(&response.direct_path)?;
    Some(Uploaded {
        url: response.url,
        direct_path: response.direct_path,
        media_key: response.media_key,
        media_key_timestamp: response.media_key_timestamp,
        file_sha256: response.file_sha256,
        file_enc_sha256: response.file_enc_sha256,
        file_length: response.file_length,
        streaming_sidecar: response.streaming_sidecar,
    })
}
