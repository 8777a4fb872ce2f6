//! What a run leaves behind to be looked at: screenshots and logs.

use std::{
    collections::BTreeMap,
    fs,
    path::{Path, PathBuf},
    sync::{Mutex, PoisonError},
    thread,
};

use crate::{Error, Result};

/// The folder for artifacts: `E2E_ARTIFACTS`, or `target/artifacts` of the workspace.
///
/// # Errors
/// When the folder cannot be made.
pub fn dir() -> Result<PathBuf> {
    let dir = std::env::var_os("E2E_ARTIFACTS")
        .map_or_else(|| workspace().join("target/artifacts"), PathBuf::from);
    fs::create_dir_all(&dir).map_err(Error::io(format!("make the folder {}", dir.display())))?;
    Ok(dir)
}

/// A path in [`dir`] that says which test it belongs to: `the-test-s-name.NAME`.
///
/// # Errors
/// When the folder cannot be made.
pub fn path(name: &str) -> Result<PathBuf> {
    Ok(dir()?.join(format!("{}.{name}", test_name())))
}

/// As [`path`], with a number in it (from 1 in each test), for what a test may have several of.
pub(crate) fn numbered(name: &str, extension: &str) -> Result<PathBuf> {
    static COUNTS: Mutex<BTreeMap<String, u32>> = Mutex::new(BTreeMap::new());
    let mut counts = COUNTS.lock().unwrap_or_else(PoisonError::into_inner);
    let count = counts.entry(format!("{}.{name}", test_name())).or_default();
    *count += 1;
    path(&format!("{name}-{count}.{extension}"))
}

/// The root of the workspace this harness was built in.
pub fn workspace() -> &'static Path {
    let room = Path::new(env!("CARGO_MANIFEST_DIR"));
    room.parent().unwrap_or(room)
}

/// The test's name, which the test runner gives to the thread it runs on.
fn test_name() -> String {
    let thread = thread::current();
    thread.name().unwrap_or("unnamed").replace(|c: char| !c.is_ascii_alphanumeric(), "-")
}
