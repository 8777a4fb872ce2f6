//! What fuzzing has found holds for ever, on every machine.

use std::fs;
use std::panic::catch_unwind;
use std::path::{Path, PathBuf};

/// All files of the corpus together: it is to be read, not to grow.
const CORPUS: usize = 128 * 1024;

fn folder(target: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("corpus").join(target)
}

fn files(target: &str) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder(target)).expect("each target has its folder in the corpus");
    let mut files: Vec<_> = entries.map(|entry| entry.expect("it can be read").path()).collect();
    files.sort();
    files
}

#[test]
fn every_file_of_the_corpus_holds() {
    let mut failed = Vec::new();
    for (target, run) in fuzz::TARGETS {
        let files = files(target);
        assert!(!files.is_empty(), "there is nothing in the corpus of `{target}`");
        for file in files {
            let input = fs::read(&file).expect("it can be read");
            if catch_unwind(|| run(&input)).is_err() {
                failed.push(file);
            }
        }
    }
    assert!(failed.is_empty(), "these do not hold: {failed:#?}");
}

/// What the guard stops tries nothing but the guard.
#[test]
fn requests_of_the_corpus_pass_the_guard_and_are_answered() {
    for (file, begins, holds) in [
        ("bridge", "HTTP/1.1 200 ", &br#""token_wanted":true"#[..]),
        ("delete", "HTTP/1.1 204 ", b""),
        // Nobody is told of that before the token was found to be right.
        ("upgrade", "HTTP/1.1 101 ", br#""resolving""#),
        // The answer to its own Close, 1000: neither of a wrong token nor of a wrong frame.
        ("frames", "HTTP/1.1 101 ", b"\x88\x02\x03\xe8"),
    ] {
        let input = fs::read(folder("request").join(file)).expect("it is there");
        let answer = fuzz::answer(&input);
        let is_held = holds.is_empty() || answer.windows(holds.len()).any(|part| part == holds);
        let answer = String::from_utf8_lossy(&answer);
        assert!(answer.starts_with(begins) && is_held, "{file}: {answer}");
    }
}

#[test]
fn the_corpus_stays_small() {
    let files = fuzz::TARGETS.iter().flat_map(|(target, _)| files(target));
    let bytes: usize = files.map(|file| fs::read(file).expect("it can be read").len()).sum();
    assert!(bytes <= CORPUS, "{bytes} bytes are too many: minimise what was added");
}

#[test]
fn every_target_has_a_program_and_every_folder_of_the_corpus_a_target() {
    let room = Path::new(env!("CARGO_MANIFEST_DIR"));
    let names = |folder: &str| {
        let entries = fs::read_dir(room.join(folder)).expect("it is there");
        let paths = entries.map(|entry| entry.expect("it can be read").path());
        let stem = |path: PathBuf| path.file_stem().map(|name| name.to_string_lossy().into_owned());
        let mut names: Vec<_> = paths.filter_map(stem).collect();
        names.sort();
        names
    };
    let targets: Vec<_> = fuzz::TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names("fuzz_targets"), targets);
    assert_eq!(names("corpus"), targets);
}
