//! How much a browser fetches: before the page shows, and later.

use std::{fmt::Write as _, fs, path::Path, process::Command};

use anyhow::{Context as _, Result, ensure};

use crate::{command, page::TLS};

/// Node is there for wasm-opt, and it has brotli inside, at the quality the bridge uses.
const COMPRESSED_SIZES: &str = "\
    const { brotliCompressSync } = require('node:zlib');\
    const { readFileSync } = require('node:fs');\
    for (const file of process.argv.slice(1))\
        console.log(brotliCompressSync(readFileSync(file)).length);";

/// What may be fetched at once, as brotli, in bytes.
pub(crate) struct Budget {
    /// What it is for.
    name: &'static str,
    /// Whether a file belongs to it, by its path below the page.
    holds: fn(&str) -> bool,
    /// No more than this.
    limit: u64,
}

/// The page's budgets. What is not named as fetched later is counted among what it begins with.
pub(crate) const BUDGETS: [Budget; 4] = [
    Budget { name: "First load", holds: |path| !is_later(path), limit: 150_000 },
    Budget { name: "Right behind it", holds: |path| path.ends_with(REST), limit: 320_000 },
    Budget { name: "Another language", holds: |path| path.ends_with(CHINESE), limit: 24_000 },
    Budget { name: "TLS, when needed", holds: |path| path.starts_with(TLS), limit: 310_000 },
];

/// The page's parts, which `frontend/src/parts.rs` names. English counts as what the page begins with, whichever
/// language that is.
const REST: &str = "/split_rest.wasm";
const CHINESE: &str = "/split_chinese.wasm";

fn is_later(path: &str) -> bool {
    path.ends_with(REST) || path.ends_with(CHINESE) || path.starts_with(TLS)
}

/// A table of the page's files, raw and as brotli, budget by budget.
pub(crate) fn of_page(page: &Path) -> Result<String> {
    let mut table = String::new();
    for budget in &BUDGETS {
        budget.list(page, &mut table)?;
    }
    Ok(table)
}

/// Whether the page keeps to its budgets, and what it comes to.
///
/// # Errors
/// It does not.
pub(crate) fn check(page: &Path) -> Result<String> {
    let mut said = Vec::new();
    for budget in &BUDGETS {
        let size = budget.list(page, &mut String::new())?;
        ensure!(
            size <= budget.limit,
            "{}: expected at most {} as brotli, found {}",
            budget.name,
            shown(budget.limit),
            shown(size)
        );
        said.push(format!("{}: {} of {}", budget.name, shown(size), shown(budget.limit)));
    }
    Ok(said.join("; "))
}

impl Budget {
    /// Lists what belongs to it, and gives its size as brotli.
    fn list(&self, page: &Path, table: &mut String) -> Result<u64> {
        let mut files = Vec::new();
        collect(page, "", &mut files)?;
        files.retain(|(_, path)| (self.holds)(path));
        files.sort_by(|a, b| b.cmp(a));

        let mut node = Command::new("node");
        node.current_dir(page).args(["-e", COMPRESSED_SIZES, "--"]);
        let printed = command::output(node.args(files.iter().map(|(_, name)| name)))?;
        let compressed: Vec<u64> = printed
            .lines()
            .map(str::parse)
            .collect::<Result<_, _>>()
            .with_context(|| format!("expected a size on each line, got:\n{printed}"))?;
        ensure!(compressed.len() == files.len(), "expected a size for each file, got:\n{printed}");

        // Writing to a String does not fail.
        let _ =
            writeln!(table, "{:<17} {:>10}  {:>10}", format!("{}:", self.name), "raw", "brotli");
        let mut row = |name: &str, raw, brotli| {
            let _ = writeln!(table, "  {:>26}  {:>10}  {name}", shown(raw), shown(brotli));
        };
        for ((raw, name), brotli) in files.iter().zip(&compressed) {
            row(name, *raw, *brotli);
        }
        let size = compressed.iter().sum();
        row("all together", files.iter().map(|(raw, _)| raw).sum(), size);
        Ok(size)
    }
}

/// All files below a folder, with their lengths.
fn collect(page: &Path, below: &str, files: &mut Vec<(u64, String)>) -> Result<()> {
    let folder = page.join(below);
    for entry in fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))? {
        let entry = entry?;
        let name = entry.file_name().to_string_lossy().into_owned();
        let path = if below.is_empty() { name } else { format!("{below}/{name}") };
        let data = entry.metadata()?;
        if data.is_dir() {
            collect(page, &path, files)?;
        } else {
            files.push((data.len(), path));
        }
    }
    Ok(())
}

/// A size for people.
pub(crate) fn shown(bytes: u64) -> String {
    match bytes {
        0..1000 => format!("{bytes} B"),
        1000..1_000_000 => format!("{}.{} KB", bytes / 1000, bytes % 1000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_has_the_unit_that_fits() {
        let sizes = [0, 999, 1000, 27_210, 999_999, 1_000_000, 12_345_678].map(shown);
        assert_eq!(sizes, ["0 B", "999 B", "1.0 KB", "27.2 KB", "999.9 KB", "1.0 MB", "12.3 MB"]);
    }
}
