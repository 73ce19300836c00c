//! Where things are: the tree and Cargo's target folder.

use std::path::{Path, PathBuf};

use anyhow::Context as _;
use cargo_metadata::{CargoOpt, Metadata, MetadataCommand};

/// The work tree, and what Cargo knows of it.
pub struct Project {
    root: PathBuf,
    metadata: Metadata,
}

impl Project {
    /// Asks Cargo about the workspace that this program was built in, with every feature on.
    pub fn open() -> anyhow::Result<Self> {
        let metadata = MetadataCommand::new()
            .manifest_path(Path::new(env!("CARGO_MANIFEST_DIR")).join("../Cargo.toml"))
            .features(CargoOpt::AllFeatures)
            .exec()
            .context("cannot read the workspace with `cargo metadata`")?;
        Ok(Self { root: metadata.workspace_root.clone().into(), metadata })
    }

    /// The folder that holds the workspace's Cargo.toml.
    pub fn root(&self) -> &Path {
        &self.root
    }

    /// A path in the tree.
    pub fn path(&self, relative: &str) -> PathBuf {
        self.root.join(relative)
    }

    /// What Cargo resolved, all features and development dependencies included.
    pub fn metadata(&self) -> &Metadata {
        &self.metadata
    }

    /// The binary that a dev build leaves behind.
    pub fn binary(&self) -> PathBuf {
        self.metadata.target_directory.join("debug/siskin").into()
    }

    /// A folder for what the chores write: logs, the Python environment, copies of binaries.
    /// It is inside the target folder, wherever `CARGO_TARGET_DIR` has put that.
    pub fn scratch(&self) -> anyhow::Result<PathBuf> {
        let folder: PathBuf = self.metadata.target_directory.join("xtask").into();
        std::fs::create_dir_all(&folder)
            .with_context(|| format!("cannot create {}", folder.display()))?;
        Ok(folder)
    }
}
