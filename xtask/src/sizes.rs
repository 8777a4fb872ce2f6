//! How much a browser fetches before the page shows.

use std::{fmt::Write as _, fs, path::Path, process::Command};

use anyhow::{Context as _, Result, ensure};

use crate::command;

/// Node is there for wasm-opt, and it has brotli inside, at the quality the bridge uses.
const COMPRESSED_SIZES: &str = "\
    const { brotliCompressSync } = require('node:zlib');\
    const { readFileSync } = require('node:fs');\
    for (const file of process.argv.slice(1))\
        console.log(brotliCompressSync(readFileSync(file)).length);";

/// A table of the files that the page starts with, raw and as brotli. Files in folders below are
/// fetched later, when they are needed.
pub(crate) fn of_first_load(page: &Path) -> Result<String> {
    let mut files = Vec::new();
    for entry in fs::read_dir(page).with_context(|| format!("reading {}", page.display()))? {
        let entry = entry?;
        let data = entry.metadata()?;
        if data.is_file() {
            files.push((data.len(), entry.file_name().to_string_lossy().into_owned()));
        }
    }
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

    let mut table = String::from("First load:          raw      brotli\n");
    let mut row = |name: &str, raw, brotli| {
        // Writing to a String does not fail.
        let _ = writeln!(table, "  {:>20}  {:>10}  {name}", shown(raw), shown(brotli));
    };
    for ((raw, name), brotli) in files.iter().zip(&compressed) {
        row(name, *raw, *brotli);
    }
    let total = files.iter().map(|(raw, _)| raw).sum();
    row("all together", total, compressed.iter().sum());
    Ok(table)
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
