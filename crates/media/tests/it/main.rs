//! Files made here byte by byte, and what is seen of them; and files at rest.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod any_bytes;
mod contents;
mod films;
mod fixtures;
mod folder;
mod pictures;
mod remade;
mod shrink;
mod sounds;

use siskin_media::Examined;
use siskin_model::MimeType;

fn instance() -> siskin_model::InstanceId {
    "7103000001".parse().unwrap()
}

/// What is seen of a file of these bytes.
async fn examined(bytes: &[u8], name: &str, claimed: Option<&str>) -> Examined {
    let folder = siskin_testkit::temp_dir().unwrap();
    let path = folder.path().join("file");
    std::fs::write(&path, bytes).unwrap();
    let claimed = claimed.map(MimeType::from);
    siskin_media::examine(instance(), &path, &name.into(), claimed.as_ref(), false).await
}
