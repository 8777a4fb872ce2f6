//! The TLS module among the page's files. Trunk names a worker's files always the same, so that a browser could take an
//! old one for a new one; they go into a folder named after what is in them, and the page is told which.

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, ensure};
use sha2::{Digest as _, Sha256};

/// The worker's files: the loader, the glue, and the WebAssembly.
const FILES: [&str; 3] = ["tls_loader.js", "tls.js", "tls_bg.wasm"];

/// What `index.html` says of them as it is written.
const UNPLACED: &str = "<meta name=\"tls\" content=\"tls_loader.js tls_bg.wasm 0\">";

/// How the folder's name begins.
pub(crate) const FOLDER: &str = "tls-";

/// Moves the files, and says so in `index.html`.
pub(crate) fn place(page: &Path) -> Result<()> {
    let mut hash = Sha256::new();
    for name in FILES {
        let file = page.join(name);
        hash.update(fs::read(&file).with_context(|| format!("reading {}", file.display()))?);
    }
    let mut name = FOLDER.to_owned();
    for byte in &hash.finalize()[..8] {
        // Writing to a String does not fail.
        let _ = write!(name, "{byte:02x}");
    }
    let folder = page.join(&name);
    fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
    for file in FILES {
        fs::rename(page.join(file), folder.join(file))
            .with_context(|| format!("moving {file} to {}", folder.display()))?;
    }
    let length = fs::metadata(folder.join(FILES[2])).context("looking at the module")?.len();
    let index = page.join("index.html");
    let text =
        fs::read_to_string(&index).with_context(|| format!("reading {}", index.display()))?;
    ensure!(text.contains(UNPLACED), "expected {UNPLACED} in index.html, found another");
    let placed =
        format!("<meta name=\"tls\" content=\"{name}/{} {name}/{} {length}\">", FILES[0], FILES[2]);
    fs::write(&index, text.replace(UNPLACED, &placed))
        .with_context(|| format!("writing {}", index.display()))
}

/// The WebAssembly, where it was placed.
pub(crate) fn file(page: &Path) -> Result<PathBuf> {
    let folders = fs::read_dir(page).with_context(|| format!("reading {}", page.display()))?;
    let mut names = folders.filter_map(|entry| Some(entry.ok()?.file_name()));
    let folder = names.find(|name| name.to_string_lossy().starts_with(FOLDER));
    Ok(page.join(folder.context("expected the TLS module among the page's files")?).join(FILES[2]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn page() -> tempfile::TempDir {
        let page = tempfile::tempdir().expect("there is room for a folder");
        for (name, content) in [
            ("tls_loader.js", "load"),
            ("tls.js", "glue"),
            ("tls_bg.wasm", "module"),
            ("index.html", UNPLACED),
        ] {
            fs::write(page.path().join(name), content).expect("a new file");
        }
        page
    }

    #[test]
    fn the_page_is_told_where_the_module_is_and_how_long() {
        let page = page();
        place(page.path()).expect("all is there");
        let index = fs::read_to_string(page.path().join("index.html")).expect("it is there");
        let content = index.split('"').nth(3).expect("it has a content");
        let words: Vec<_> = content.split(' ').collect();
        assert_eq!(words.len(), 3, "{content}");
        assert!(page.path().join(words[0]).is_file() && page.path().join(words[1]).is_file());
        assert_eq!(words[2], "6");
        assert!(!page.path().join("tls.js").exists());
    }

    #[test]
    fn another_module_has_another_folder() {
        let folder = |page: &Path| {
            place(page).expect("all is there");
            fs::read_to_string(page.join("index.html")).expect("it is there")
        };
        let (one, other) = (page(), page());
        fs::write(other.path().join("tls.js"), "other glue").expect("a new file");
        assert_ne!(folder(one.path()), folder(other.path()));
    }
}
