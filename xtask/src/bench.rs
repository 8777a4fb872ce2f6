//! How fast it is, beside what else there is for the same work, in one run. Machines are noisy: what counts
//! are the ratios.

use std::{fs, path::Path};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{command, project::Project};

/// A bench: its name, what is compared, and how much of the other's time ours may take.
struct Comparison {
    group: &'static str,
    ours: &'static str,
    other: &'static str,
    at_most: f64,
}

const COMPARISONS: &[Comparison] = &[
    Comparison { group: "replies_short", ours: "ours", other: "smtp-proto", at_most: 1.0 },
    Comparison { group: "replies_refusal", ours: "ours", other: "smtp-proto", at_most: 1.0 },
    Comparison { group: "replies_ehlo", ours: "ours", other: "smtp-proto", at_most: 1.0 },
    Comparison { group: "stuffing_25 MB", ours: "ours", other: "memchr", at_most: 2.0 },
];

/// Runs the benches of a package and prints the comparisons.
pub(crate) fn run(project: &Project, names: &[String]) -> Result<()> {
    match names {
        [name] if name == "protocol" => {}
        _ => bail!("expected `cargo xtask bench protocol`, found {names:?}"),
    }
    let mut cargo = command::cargo(&project.root);
    cargo.args(["bench", "--package", "protocol", "--bench", "protocol", "--", "--noplot"]);
    command::run(&mut cargo)?;
    let results = project.target.join("criterion");
    println!("\n{:<18}{:>12}{:>12}{:>8}   goal", "", "ours", "other", "ratio");
    for it in COMPARISONS {
        let ours = median(&results.join(it.group).join(it.ours))?;
        let other = median(&results.join(it.group).join(it.other))?;
        println!(
            "{:<18}{:>9.1} µs{:>9.1} µs{:>8.2}   at most {:.1} of {}",
            it.group,
            ours / 1e3,
            other / 1e3,
            ours / other,
            it.at_most,
            it.other
        );
    }
    println!("\nThe goal of a walk is less than 3 times the size of its message in memory.");
    let mut cargo = command::cargo(&project.root);
    cargo.args(["test", "--quiet", "--package", "protocol", "--test", "memory", "--"]);
    cargo.arg("--nocapture");
    command::run(&mut cargo)
}

/// The median time of a bench in nanoseconds.
fn median(folder: &Path) -> Result<f64> {
    let file = folder.join("new/estimates.json");
    let text = fs::read_to_string(&file).with_context(|| format!("read {}", file.display()))?;
    let estimates: Value = serde_json::from_str(&text)?;
    let median = estimates["median"]["point_estimate"].as_f64();
    median.with_context(|| format!("{} has no median", file.display()))
}
