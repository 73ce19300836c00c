use anyhow::Context as _;
use tempfile::TempDir;

/// An empty folder that is removed when the value is dropped. Its name tells who made it,
/// should a killed test leave it behind.
///
/// # Errors
/// When the system's folder for temporary files cannot be written to.
pub fn temp_dir() -> anyhow::Result<TempDir> {
    let made = tempfile::Builder::new().prefix("siskin-test-").tempdir();
    made.context("no temporary folder can be made")
}
