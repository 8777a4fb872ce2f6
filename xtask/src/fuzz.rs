//! `cargo xtask fuzz`: libFuzzer makes inputs, and the targets of the room `fuzz/` say what must hold for each.
//!
//! No nightly Rust is needed: the flags that let libFuzzer see which branches an input takes are the compiler's own.
//! Only the sanitizers would need one, and they look for what safe Rust does not do.

use std::{
    env, fs,
    path::Path,
    process::{Command, Output},
};

use anyhow::{Context as _, Result, bail, ensure};

use crate::{command, project::Project, stages::Stages};

/// How long each target is run, unless it is said.
const MINUTES: u32 = 3;

/// The longest input that is made, in bytes.
const LONGEST: u32 = 4096;

/// What takes longer than this many seconds with one input, or more than this many megabytes, has failed.
const PATIENCE: u32 = 20;
const MEMORY: u32 = 1024;

/// Count the branches that are taken, and tell libFuzzer what is compared with what.
const COVERAGE: &str = "-Cpasses=sancov-module \
     -Cllvm-args=-sanitizer-coverage-level=4 \
     -Cllvm-args=-sanitizer-coverage-inline-8bit-counters \
     -Cllvm-args=-sanitizer-coverage-pc-table \
     -Cllvm-args=-sanitizer-coverage-trace-compares \
     --cfg fuzzing";

/// What was asked for on the command line.
#[derive(Debug, PartialEq, Eq)]
struct Wish {
    /// None are all.
    targets: Vec<String>,
    minutes: u32,
}

/// Runs the named targets, or all, one after the other, up to the first finding.
pub(crate) fn run(project: &Project, arguments: &[String], stages: &mut Stages) -> Result<()> {
    let there = targets(&project.root)?;
    let wish = Wish::read(arguments, &there)?;
    let result = run_wish(project, &wish, &there, stages);
    eprintln!("\n{}", stages.summary());
    result
}

fn run_wish(project: &Project, wish: &Wish, there: &[String], stages: &mut Stages) -> Result<()> {
    ensure!(
        has_cpp_compiler(),
        "expected a C++ compiler, which libFuzzer is built with, and found none: install one (on Debian: \
         apt-get install g++), or name yours in CXX"
    );
    let host = host()?;
    let folder = project.target.join("fuzz");
    stages.run("fuzz: build", || {
        let mut cargo = command::cargo(&project.root);
        cargo.args(["build", "--package", "fuzz", "--features", "libfuzzer", "--bins"]);
        cargo.args(["--profile", "fuzz", "--target", &host, "--target-dir"]).arg(&folder);
        command::run(cargo.env("RUSTFLAGS", COVERAGE))?;
        Ok(String::new())
    })?;
    let programs = folder.join(&host).join("fuzz");
    let is_wanted = |name: &&String| wish.targets.is_empty() || wish.targets.contains(name);
    for target in there.iter().filter(is_wanted) {
        stages.run(&format!("fuzz: {target}, {} min", wish.minutes), || {
            let program = programs.join(format!("{target}{}", env::consts::EXE_SUFFIX));
            fuzz(project, &program, target, wish.minutes)
        })?;
    }
    Ok(())
}

impl Wish {
    fn read(arguments: &[String], there: &[String]) -> Result<Self> {
        let mut wish = Self { targets: Vec::new(), minutes: MINUTES };
        let mut arguments = arguments.iter();
        while let Some(argument) = arguments.next() {
            if argument == "--minutes" {
                let minutes = arguments.next().and_then(|number| number.parse().ok());
                wish.minutes = minutes.context("expected a number of minutes behind --minutes")?;
            } else if there.contains(argument) {
                wish.targets.push(argument.clone());
            } else {
                bail!("there is no target `{argument}`; there are: {}", there.join(", "));
            }
        }
        Ok(wish)
    }
}

/// The names of the targets: their programs' files.
fn targets(root: &Path) -> Result<Vec<String>> {
    let folder = root.join("fuzz/fuzz_targets");
    let entries = fs::read_dir(&folder).with_context(|| format!("reading {}", folder.display()))?;
    let mut names = Vec::new();
    for entry in entries {
        let path = entry?.path();
        names.extend(path.file_stem().map(|name| name.to_string_lossy().into_owned()));
    }
    names.sort();
    Ok(names)
}

/// Whether there is a C++ compiler where a build script will look for one.
fn has_cpp_compiler() -> bool {
    env::var_os("CXX").is_some()
        || ["c++", "g++", "clang++"].iter().any(|it| command::find(it).is_some())
}

/// The machine's own target, which build scripts are not instrumented for when it is named.
fn host() -> Result<String> {
    let version = command::output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    host.map(ToOwned::to_owned).with_context(|| format!("expected a host in:\n{version}"))
}

/// Runs one target. What it learns is kept in the target folder for the next time; the corpus in the tree is only
/// read.
fn fuzz(project: &Project, program: &Path, target: &str, minutes: u32) -> Result<String> {
    let learned = project.target.join("fuzz/corpus").join(target);
    let findings = project.target.join("fuzz/findings").join(target);
    for folder in [&learned, &findings] {
        fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    }
    let room = project.root.join("fuzz");
    let mut fuzzer = Command::new(program);
    fuzzer.arg(&learned).arg(room.join("corpus").join(target));
    fuzzer.arg(format!("-dict={}", room.join("smtp.dict").display()));
    // libFuzzer puts the file's name right behind it.
    fuzzer.arg(format!("-artifact_prefix={}/", findings.display()));
    fuzzer.arg(format!("-max_total_time={}", minutes * 60));
    fuzzer.arg(format!("-max_len={LONGEST}"));
    fuzzer.arg(format!("-timeout={PATIENCE}")).arg(format!("-rss_limit_mb={MEMORY}"));
    fuzzer.args(["-verbosity=0", "-print_final_stats=1"]);
    let Output { status, stderr, .. } =
        fuzzer.output().with_context(|| format!("`{}` could not be started", program.display()))?;
    let said = String::from_utf8_lossy(&stderr);
    if !status.success() {
        bail!(
            "{}\n\n`{target}` found something; the input lies in {}. To run it once more:\n\n  {} FILE\n\n\
             When the cause is mended, put the file into fuzz/corpus/{target}/, under a name that says what it \
             shows.",
            said.trim_end(),
            findings.display(),
            program.display()
        );
    }
    Ok(match runs(&said) {
        Some(runs) => format!("inputs tried: {runs}, nothing found"),
        None => "nothing found".into(),
    })
}

/// How many inputs were tried, as libFuzzer says at its end.
fn runs(said: &str) -> Option<u64> {
    let line =
        said.lines().find_map(|line| line.strip_prefix("stat::number_of_executed_units:"))?;
    line.trim().parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(arguments: &[&str]) -> Result<Wish> {
        let there = ["client", "reply"].map(ToOwned::to_owned);
        let arguments: Vec<_> = arguments.iter().map(ToString::to_string).collect();
        Wish::read(&arguments, &there)
    }

    #[test]
    fn without_a_name_all_targets_are_run_for_some_minutes() {
        let wish = read(&[]).expect("nothing is wrong");
        assert_eq!(wish, Wish { targets: Vec::new(), minutes: MINUTES });
    }

    #[test]
    fn targets_and_minutes_are_taken_in_any_order() {
        let wish = read(&["reply", "--minutes", "7", "client"]).expect("nothing is wrong");
        assert_eq!(wish, Wish { targets: vec!["reply".into(), "client".into()], minutes: 7 });
    }

    #[test]
    fn an_unknown_target_is_named_beside_those_there_are() {
        let error = read(&["cleint"]).expect_err("it is misspelt").to_string();
        assert!(error.contains("`cleint`") && error.contains("client, reply"), "{error}");
        assert!(read(&["--minutes"]).is_err() && read(&["--minutes", "x"]).is_err());
    }

    #[test]
    fn the_targets_are_the_files_of_their_programs() {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("..");
        let targets = targets(&root).expect("the folder is there");
        assert!(targets.contains(&"reply".to_owned()), "{targets:?}");
    }

    #[test]
    fn the_inputs_that_were_tried_are_counted() {
        let said = "Done\nstat::number_of_executed_units: 4711\nstat::average_exec_per_sec: 1\n";
        assert_eq!(runs(said), Some(4711));
        assert_eq!(runs("nothing"), None);
    }
}
