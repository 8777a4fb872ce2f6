//! The page, as a folder of files that any web server can hand out.
//!
//! ```text
//! frontend/      ── compiled ─ cut into parts ─ glue ─ shrunk ──▶ app-…/        (`wasm`)
//! frontend/tls/  ── compiled ───────────────── glue ─ shrunk ──▶ tls-…/
//! index.html     ── its style sheets as one file, its files under names of their own ──▶ index.html (`index`)
//! ```
//!
//! Whatever may change has a name made from what is in it, so that a browser never takes an old file for a new one;
//! only `index.html` is always called that.

mod index;
mod wasm;

use std::{
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};
use sha2::{Digest as _, Sha256};

use crate::{project::Project, setup::Tools};
use index::Places;
use wasm::Module;

/// How the name of the folder begins that holds the page's own WebAssembly.
pub(crate) const APP: &str = "app-";
/// The same of the TLS module.
pub(crate) const TLS: &str = "tls-";

/// What the page is made from.
pub(crate) const INPUTS: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "certificates",
    "frontend",
    "index.html",
    "protocol",
    "xtask/src/page",
];

/// The page's own WebAssembly, cut at the functions of `frontend/src/parts.rs`.
const PAGE: Module =
    Module { package: "frontend", features: &["parts"], is_cut: true, beside: &[] };

/// The TLS module, and what a browser starts as the worker.
const TLS_MODULE: Module =
    Module { package: "tls", features: &[], is_cut: false, beside: &["frontend/tls/worker.js"] };

/// Builds the page into its folder, in the place of what was there.
pub(crate) fn build(project: &Project, tools: &Tools) -> Result<()> {
    let page = project.page();
    if page.exists() {
        fs::remove_dir_all(&page).with_context(|| format!("removing {}", page.display()))?;
    }
    fs::create_dir_all(&page).with_context(|| format!("making {}", page.display()))?;
    let app = placed(&PAGE.build(project, tools)?, &page, APP)?;
    let tls = placed(&TLS_MODULE.build(project, tools)?, &page, TLS)?;
    let length =
        fs::metadata(page.join(&tls).join(wasm::MAIN)).context("looking at the TLS module")?.len();
    let places = Places {
        app: [format!("{app}/{}", wasm::GLUE), format!("{app}/{}", wasm::MAIN)],
        tls: format!("{tls}/worker.js {tls}/{} {length}", wasm::MAIN),
    };
    index::write(&project.root, &page, &places)
}

/// The WebAssembly of the TLS module in a built page.
pub(crate) fn tls_module(page: &Path) -> Result<PathBuf> {
    let folders = fs::read_dir(page).with_context(|| format!("reading {}", page.display()))?;
    let mut names = folders.filter_map(|entry| Some(entry.ok()?.file_name()));
    let folder = names.find(|name| name.to_string_lossy().starts_with(TLS));
    Ok(page
        .join(folder.context("expected the TLS module among the page's files")?)
        .join(wasm::MAIN))
}

/// Moves a folder of files into the page, and gives the name it has there: the beginning, and what is made from all
/// that is in it.
fn placed(folder: &Path, page: &Path, beginning: &str) -> Result<String> {
    let reading = || format!("reading {}", folder.display());
    let entries = fs::read_dir(folder).with_context(reading)?;
    let mut files = entries.map(|it| Ok(it?.path())).collect::<Result<Vec<_>>>()?;
    files.sort();
    let mut all = Vec::new();
    for file in files {
        all.extend_from_slice(file.file_name().unwrap_or_default().as_encoded_bytes());
        all.extend(fs::read(&file).with_context(reading)?);
    }
    let name = format!("{beginning}{}", hash(&all));
    fs::rename(folder, page.join(&name)).with_context(|| format!("placing {name}"))?;
    Ok(name)
}

/// Sixteen digits made from these bytes.
fn hash(bytes: &[u8]) -> String {
    Sha256::digest(bytes)[..8].iter().fold(String::new(), |mut name, byte| {
        // Writing to a String does not fail.
        let _ = write!(name, "{byte:02x}");
        name
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_is_named_after_all_that_is_in_it() {
        let page = tempfile::tempdir().expect("there is room for a folder");
        let names = [("main.js", "glue"), ("main.js", "other glue"), ("other.js", "glue")].map(
            |(name, content)| {
                let folder = page.path().join("built");
                fs::create_dir(&folder).expect("a new folder");
                fs::write(folder.join(name), content).expect("a new file");
                placed(&folder, page.path(), APP).expect("all is there")
            },
        );
        assert!(names.iter().all(|name| name.starts_with(APP) && page.path().join(name).is_dir()));
        assert!(names[0] != names[1] && names[0] != names[2] && names[1] != names[2]);
    }
}
