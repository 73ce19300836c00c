use std::io;
use std::path::Path;

use siskin_model::StoredFile;
use whatsapp_rust::download::DownloadParams;
use whatsapp_rust::{Client, ErrorChainExt};

use super::limited::LimitedFile;
use crate::media_url::DirectPath;
use crate::translate::FileReference;

/// Statuses by which a media server says that it does not have a file any more.
const GONE: [u16; 3] = [403, 404, 410];

/// Fetches a file from where the media servers have it.
pub(super) async fn download(
    reference: &FileReference,
    direct_path: &DirectPath,
    to: &Path,
    client: &Client,
) -> Result<(), DownloadError> {
    let file = tokio::fs::File::create(to).await.map_err(DownloadError::other)?.into_std().await;
    let parameters = DownloadParams::encrypted(
        direct_path.as_str(),
        &reference.media_key,
        &reference.file_sha256,
        &reference.file_enc_sha256,
        reference.file_length,
        reference.media_type,
    );
    let writer = LimitedFile::new(file, StoredFile::LARGEST);
    match client.download_to_writer(&parameters, writer).await {
        Ok(_) => Ok(()),
        Err(error) => Err(DownloadError::of(&error)),
    }
}

/// Why a download did not succeed.
pub(super) enum DownloadError {
    Gone,
    TooLarge,
    Other(String),
}

impl DownloadError {
    fn other(why: impl std::fmt::Display) -> Self {
        Self::Other(why.to_string())
    }

    fn of(error: &anyhow::Error) -> Self {
        let cause: &(dyn std::error::Error + 'static) = error.as_ref();
        if cause.http_status().is_some_and(|status| GONE.contains(&status)) {
            return Self::Gone;
        }
        let is_too_large = |cause: &(dyn std::error::Error + 'static)| {
            cause
                .downcast_ref::<io::Error>()
                .is_some_and(|error| error.kind() == io::ErrorKind::FileTooLarge)
        };
        if ErrorChainExt::sources(cause).any(is_too_large) {
            return Self::TooLarge;
        }
        Self::other(error)
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]
    use std::io::Write as _;

    use wacore::download::DownloadWriter as _;

    use super::*;

    #[test]
    fn a_file_that_promised_to_be_small_is_still_limited() {
        let file = tempfile::tempfile().unwrap();
        let mut limited = LimitedFile::new(file, 10);
        limited.write_all(&[1; 8]).unwrap();
        let error = limited.write_all(&[1; 8]).unwrap_err();
        let error = anyhow::Error::from(error).context("downloading");
        assert!(matches!(DownloadError::of(&error), DownloadError::TooLarge));
        limited.truncate(0).unwrap();
        limited.write_all(&[1; 11]).unwrap();
    }
}
