//! The tests, from the quick to the slow. Ending well means that they ran: a stage of tests in which
//! no test ran has failed.

use std::{fmt::Write as _, fs, process::Command};

use anyhow::{Context as _, Result, bail, ensure};

use crate::{
    build, command, dist, page,
    project::Project,
    setup::{self, Scope, Tools, WASM},
    sizes,
    stages::Stages,
};

/// One stage: its name on the command line, what it does, and the doing.
struct Stage {
    name: &'static str,
    about: &'static str,
    work: Work,
}

enum Work {
    /// Gives what came of it in a few words.
    Alone(fn(&Project, &Tools) -> Result<String>),
    /// The same, once the page and the bridge are built.
    AfterBuild(fn(&Project, &Tools) -> Result<String>),
}

const STAGES: &[Stage] = &[
    Stage { name: "fmt", about: "formatting", work: Work::Alone(fmt) },
    Stage { name: "clippy", about: "lints, natively and for wasm32", work: Work::Alone(clippy) },
    Stage { name: "deps", about: "licences and sources of crates", work: Work::Alone(deps) },
    Stage { name: "docs", about: "the documentation builds", work: Work::Alone(docs) },
    Stage { name: "native", about: "all native tests", work: Work::Alone(native) },
    Stage { name: "wasm", about: "the protocol's tests on wasm32", work: Work::Alone(wasm) },
    Stage { name: "page", about: "the page's tests in Chromium", work: Work::Alone(page_tests) },
    Stage {
        name: "elsewhere",
        about: "the bridge compiles for others",
        work: Work::Alone(elsewhere),
    },
    Stage { name: "sizes", about: "what the page fetches", work: Work::AfterBuild(sizes) },
    Stage { name: "journeys", about: "browser journeys", work: Work::AfterBuild(journeys) },
    Stage { name: "dist", about: "what others get is made", work: Work::AfterBuild(dist) },
];

/// The stages and what they do, for the help.
pub(crate) fn about() -> String {
    let mut about = String::from("Stages of `test`:");
    for stage in STAGES {
        // Writing to a String does not fail.
        let _ = write!(about, "\n  {:10}{}", stage.name, stage.about);
    }
    about
}

/// Runs the named stages, or all, up to the first that fails; and then lists them with their times.
pub(crate) fn run(project: &Project, names: &[String], stages: &mut Stages) -> Result<()> {
    let selected = select(names)?;
    let result = run_selected(project, &selected, stages);
    eprintln!("\n{}", stages.summary());
    if result.is_ok() {
        eprintln!("All of it passed.");
    }
    result
}

fn run_selected(project: &Project, selected: &[&Stage], stages: &mut Stages) -> Result<()> {
    let tools = setup::ensure(project, Scope::Test, stages)?;
    for stage in selected {
        let name = format!("test: {}", stage.name);
        match stage.work {
            Work::Alone(work) => stages.run(&name, || work(project, &tools))?,
            Work::AfterBuild(work) => {
                build::with_tools(project, &tools, stages)?;
                stages.run(&name, || work(project, &tools))?;
            }
        }
    }
    Ok(())
}

/// In the order of [`STAGES`], whatever the order of the names. No names are all stages.
fn select(names: &[String]) -> Result<Vec<&'static Stage>> {
    if let Some(unknown) = names.iter().find(|name| !STAGES.iter().any(|it| it.name == **name)) {
        bail!("there is no stage `{unknown}`. {}", about());
    }
    let wanted = |stage: &&Stage| names.is_empty() || names.iter().any(|name| name == stage.name);
    Ok(STAGES.iter().filter(wanted).collect())
}

fn fmt(project: &Project, _: &Tools) -> Result<String> {
    command::run(command::cargo(&project.root).args(["fmt", "--all", "--check"]))?;
    Ok(String::new())
}

fn clippy(project: &Project, tools: &Tools) -> Result<String> {
    let native = ["--workspace", "--all-targets"];
    clippy_of(command::cargo(&project.root), &native, &["-D", "warnings"])?;
    if tools.wasm_is_from_debian() {
        return Ok("natively; Debian's Rust, which compiles to wasm32 here, has no clippy".into());
    }
    let wasm = ["protocol", "frontend", "tls"].iter().flat_map(|name| ["--package", name]);
    let wasm: Vec<_> = wasm.chain(["--target", WASM]).collect();
    let as_built = [&wasm[..], &["--features", "frontend/parts"]].concat();
    clippy_of(tools.wasm_command("cargo", &project.root)?, &as_built, &["-D", "warnings"])?;
    // Tests may unwrap, but on wasm32 clippy does not know them for tests.
    let tests = [&wasm[..], &["--tests"]].concat();
    let lints = ["-D", "warnings", "-A", "clippy::unwrap_used"];
    clippy_of(tools.wasm_command("cargo", &project.root)?, &tests, &lints)?;
    Ok(String::new())
}

fn clippy_of(mut cargo: Command, targets: &[&str], lints: &[&str]) -> Result<()> {
    command::run(cargo.arg("clippy").args(targets).arg("--").args(lints))
}

/// Without the advisories: their database lies on the network and changes by itself.
fn deps(project: &Project, tools: &Tools) -> Result<String> {
    let mut deny = tools.command("cargo", &project.root)?;
    command::run(deny.args(["deny", "check", "licenses", "bans", "sources"]))?;
    Ok(String::new())
}

fn docs(project: &Project, _: &Tools) -> Result<String> {
    let mut doc = command::cargo(&project.root);
    doc.args(["doc", "--quiet", "--workspace", "--no-deps"]).env("RUSTDOCFLAGS", "-D warnings");
    command::run(&mut doc)?;
    Ok(String::new())
}

fn native(project: &Project, _: &Tools) -> Result<String> {
    let mut cargo = command::cargo(&project.root);
    run_tests(cargo.args(["test", "--workspace", "--exclude", "e2e"]))
}

/// Under Node; not the examples, which are programs for a terminal.
fn wasm(project: &Project, tools: &Tools) -> Result<String> {
    run_tests(wasm_tests(project, tools)?.args(["--package", "protocol", "--lib", "--tests"]))
}

/// All of the page's tests, also those that do not ask for a browser themselves.
fn page_tests(project: &Project, tools: &Tools) -> Result<String> {
    let mut tests = wasm_tests(project, tools)?;
    tests.args(["--package", "frontend"]);
    tests.env("WASM_BINDGEN_USE_BROWSER", "1").envs(tools.browser());
    tests.env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", project.root.join("xtask/webdriver.json"));
    run_tests(&mut tests)
}

fn wasm_tests(project: &Project, tools: &Tools) -> Result<Command> {
    let mut cargo = tools.wasm_command("cargo", &project.root)?;
    cargo.args(["test", "--target", WASM]);
    cargo.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner");
    Ok(cargo)
}

/// Systems that the bridge is for as well as the one it is built on.
const ELSEWHERE: [&str; 3] =
    ["aarch64-apple-darwin", "x86_64-pc-windows-gnu", "x86_64-unknown-linux-gnu"];

/// It is compiled and not linked: that would take those systems' own linkers.
fn elsewhere(project: &Project, _: &Tools) -> Result<String> {
    let mut left_out = Vec::new();
    for target in ELSEWHERE {
        let known = command::find("rustup").is_some()
            && command::succeeds(Command::new("rustup").args(["target", "add", target]));
        if !known {
            left_out.push(target);
            continue;
        }
        let mut cargo = command::cargo(&project.root);
        if !target.contains("linux") {
            cargo.envs(c_for(project, target)?);
        }
        cargo.args(["clippy", "--package", "bridge", "--target", target, "--", "-D", "warnings"]);
        command::run(&mut cargo)?;
    }
    match &left_out[..] {
        [] => Ok(ELSEWHERE.join(", ")),
        _ => Ok(format!("left out, since rustup does not have them here: {}", left_out.join(", "))),
    }
}

/// What a WebAssembly asks of whoever loads it: only its own glue can give it anything.
const IMPORTS: &str = "\
    const { readFileSync } = require('node:fs');\
    const module = new WebAssembly.Module(readFileSync(process.argv[1]));\
    for (const { module: from } of WebAssembly.Module.imports(module)) console.log(from);";

/// The budgets, and that the cryptography was compiled by what knows wasm32: else the module asks for functions of C's
/// library, which nobody has, and does not load.
fn sizes(project: &Project, _: &Tools) -> Result<String> {
    let folder = project.page();
    let module = page::tls_module(&folder)?;
    let from = command::output(Command::new("node").args(["-e", IMPORTS, "--"]).arg(&module))?;
    let foreign: Vec<_> = from.lines().filter(|from| !from.starts_with("./")).collect();
    ensure!(foreign.is_empty(), "the TLS module imports from {foreign:?}");
    sizes::check(&folder)
}

/// Clang compiles the cryptography's C for any system, without that system's headers: where the library is told that
/// there are none, it does without.
fn c_for(project: &Project, target: &str) -> Result<Vec<(String, String)>> {
    // The one header of Apple's that is asked for all the same. Nothing that is compiled here is run.
    let headers = project.target.join("headers");
    let header = headers.join("TargetConditionals.h");
    fs::create_dir_all(&headers).with_context(|| format!("making {}", headers.display()))?;
    fs::write(&header, "#define TARGET_OS_OSX 1\n")
        .with_context(|| format!("writing {}", header.display()))?;
    let name = |what: &str| format!("{what}_{}", target.replace('-', "_"));
    let flags = format!("-DRING_CORE_NOSTDLIBINC -nostdlibinc -I{}", headers.display());
    Ok(vec![
        (name("CC"), "clang".into()),
        (name("AR"), "llvm-ar".into()),
        (name("CFLAGS"), flags),
        // On Apple's systems it would look for the others with a program that only they have.
        ("SDKROOT".into(), "/".into()),
    ])
}

fn dist(project: &Project, _: &Tools) -> Result<String> {
    dist::after_build(project, &mut Stages::default())?;
    Ok(String::new())
}

fn journeys(project: &Project, tools: &Tools) -> Result<String> {
    let mut cargo = command::cargo(&project.root);
    cargo.args(["test", "--package", "e2e"]).envs(tools.browser()).envs(tools.peers());
    cargo.env("SMTP_BRIDGE", project.bridge());
    cargo.env("E2E_ARTIFACTS", project.target.join("artifacts"));
    run_tests(&mut cargo)
}

/// Runs `cargo test`; that no test ran is a failure too.
fn run_tests(cargo: &mut Command) -> Result<String> {
    let mut tests = 0;
    command::run_seeing(cargo, |line| tests += passed(line).unwrap_or(0))?;
    ensure!(tests > 0, "it ended well, but no test ran");
    Ok(format!("tests: {tests}"))
}

/// The number of tests in a line such as `test result: ok. 12 passed; 0 failed; …`.
fn passed(line: &str) -> Option<u64> {
    let (_, result) = line.split_once("test result: ok. ")?;
    result.split_once(" passed")?.0.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(wanted: &[&str]) -> Result<Vec<&'static str>> {
        let wanted: Vec<String> = wanted.iter().map(ToString::to_string).collect();
        Ok(select(&wanted)?.iter().map(|stage| stage.name).collect())
    }

    #[test]
    fn without_a_name_every_stage_is_run() {
        assert_eq!(names(&[]).expect("no name is wrong").len(), STAGES.len());
    }

    #[test]
    fn named_stages_run_once_and_in_their_own_order() {
        let selected = names(&["wasm", "fmt", "wasm"]).expect("both are stages");
        assert_eq!(selected, ["fmt", "wasm"]);
    }

    #[test]
    fn an_unknown_stage_is_named_beside_those_there_are() {
        let error = names(&["fmt", "clipy"]).expect_err("it is misspelt").to_string();
        assert!(error.contains("`clipy`"), "{error}");
        assert!(STAGES.iter().all(|stage| error.contains(stage.name)), "{error}");
    }

    #[test]
    fn the_tests_that_passed_are_counted() {
        assert_eq!(passed("test result: ok. 12 passed; 0 failed; 0 ignored"), Some(12));
        assert_eq!(passed("test result: FAILED. 11 passed; 1 failed; 0 ignored"), None);
        assert_eq!(passed("test passed ... ok"), None);
    }
}
