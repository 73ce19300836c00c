//! The lock file of `fuzz/`, which is a workspace of its own and not built with the others.

use anyhow::Context as _;
use cargo_metadata::{Error, MetadataCommand};

use super::Problem;
use crate::project::Project;

const FILE: &str = "fuzz/Cargo.lock";

/// Checks that the lock file goes with the manifests.
pub fn check(project: &Project) -> anyhow::Result<Vec<Problem>> {
    let mut metadata = MetadataCommand::new();
    metadata.manifest_path(project.path("fuzz/Cargo.toml"));
    metadata.other_options(["--locked".to_owned()]);
    match metadata.exec() {
        Ok(_) => Ok(Vec::new()),
        Err(Error::CargoMetadata { stderr }) if stderr.contains("--locked") => {
            let hint = "it does not go with the manifests any more; run `cargo metadata` in fuzz/";
            Ok(vec![Problem::new(FILE, 0, hint)])
        }
        Err(error) => Err(error).context("cannot read the workspace of fuzz/"),
    }
}
