//! The bridge's configuration file.

use bridge::cli::{BadCommand, Cli};
use std::{ffi::OsString, fs, path::PathBuf, sync::OnceLock};

/// A file is taken, or refused with one line that names the file and a line of it.
///
/// The input is the file.
pub fn file(text: &[u8]) {
    static FOLDER: OnceLock<tempfile::TempDir> = OnceLock::new();
    let folder = FOLDER.get_or_init(|| tempfile::tempdir().expect("there is room for a folder"));
    // The tests may run this on several threads.
    let name = format!("{:?}.toml", std::thread::current().id());
    let path: PathBuf = folder.path().join(name);
    fs::write(&path, text).expect("there is room for a file");
    let line = [OsString::from("smtp-bridge"), "--config".into(), path.clone().into()];
    match Cli::read(line) {
        Ok(cli) => assert_eq!(cli.config.as_ref(), Some(&path), "a file names no other"),
        Err(BadCommand::File(wrong)) => {
            let said = wrong.to_string();
            assert!(!said.contains('\n'), "more than a line: {said}");
            let place = said.strip_prefix(&format!("{}:", path.display()));
            if let Some(line) = place.and_then(|place| place.split(':').next()) {
                let lines = String::from_utf8_lossy(text).matches('\n').count() + 1;
                let line: usize = line.parse().expect("the line is a number");
                assert!((1..=lines).contains(&line), "{said}");
            } else {
                assert!(std::str::from_utf8(text).is_err(), "no line is named: {said}");
            }
        }
        // What goes for each option by itself may not go together.
        Err(BadCommand::Line(wrong)) => assert!(!wrong.to_string().is_empty()),
        Err(_) => {}
    }
}
