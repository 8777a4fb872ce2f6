//! Has anything changed? One number over the names and contents of files.

use std::{
    fs,
    hash::{DefaultHasher, Hash as _, Hasher as _},
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// The fingerprint of `inputs` (files, or folders with all that is in them) below `root`, and of
/// `settings`, which stands for whatever else the result depends on.
///
/// Another version of Rust may give another number for the same input; then something is built once
/// more than needed.
pub(crate) fn of(root: &Path, inputs: &[&str], settings: &[&str]) -> Result<String> {
    let mut hasher = DefaultHasher::new();
    settings.hash(&mut hasher);
    let mut files = Vec::new();
    for input in inputs {
        collect(&root.join(input), &mut files)?;
    }
    files.sort();
    for file in files {
        file.strip_prefix(root).unwrap_or(&file).hash(&mut hasher);
        let content = fs::read(&file).with_context(|| format!("reading {}", file.display()))?;
        content.hash(&mut hasher);
    }
    Ok(format!("{:016x}", hasher.finish()))
}

fn collect(path: &Path, files: &mut Vec<PathBuf>) -> Result<()> {
    if path.is_dir() {
        let entries = fs::read_dir(path).with_context(|| format!("reading {}", path.display()))?;
        for entry in entries {
            collect(&entry?.path(), files)?;
        }
    } else {
        files.push(path.to_owned());
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use tempfile::TempDir;

    /// A folder with `page/index.html` and `page/styles/base.css`.
    fn folder() -> TempDir {
        let folder = tempfile::tempdir().expect("there is room for a folder");
        fs::create_dir_all(folder.path().join("page/styles")).expect("a new folder");
        write(&folder, "page/index.html", "<p>");
        write(&folder, "page/styles/base.css", "p {}");
        folder
    }

    fn write(folder: &TempDir, name: &str, content: &str) {
        fs::write(folder.path().join(name), content).expect("a new file");
    }

    fn fingerprint(folder: &TempDir) -> String {
        of(folder.path(), &["page"], &["tool 1"]).expect("all of it can be read")
    }

    #[test]
    fn the_same_files_have_the_same_fingerprint_wherever_they_lie() {
        assert_eq!(fingerprint(&folder()), fingerprint(&folder()));
    }

    #[test]
    fn writing_the_same_content_again_changes_nothing() {
        let folder = folder();
        let before = fingerprint(&folder);
        write(&folder, "page/index.html", "<p>");
        assert_eq!(fingerprint(&folder), before);
    }

    #[test]
    fn a_changed_added_renamed_or_removed_file_changes_it() {
        let folder = folder();
        let mut seen = vec![fingerprint(&folder)];
        write(&folder, "page/styles/base.css", "p { }");
        seen.push(fingerprint(&folder));
        write(&folder, "page/new.js", "");
        seen.push(fingerprint(&folder));
        let (old, new) = (folder.path().join("page/new.js"), folder.path().join("page/old.js"));
        fs::rename(old, &new).expect("it is there");
        seen.push(fingerprint(&folder));
        fs::remove_file(new).expect("it is there");
        fs::remove_file(folder.path().join("page/index.html")).expect("it is there");
        seen.push(fingerprint(&folder));
        let all = seen.len();
        seen.sort();
        seen.dedup();
        assert_eq!(seen.len(), all);
    }

    #[test]
    fn another_version_of_a_tool_changes_it() {
        let folder = folder();
        let other = of(folder.path(), &["page"], &["tool 2"]).expect("all of it can be read");
        assert_ne!(other, fingerprint(&folder));
    }

    #[test]
    fn an_input_that_is_missing_is_an_error() {
        let error = of(folder().path(), &["pages"], &[]).expect_err("there is no such folder");
        assert!(error.to_string().contains("pages"), "{error}");
    }
}
