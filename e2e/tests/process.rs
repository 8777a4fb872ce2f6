//! What a test starts ends with it, however it ends.

use std::{env, fs, process::Command};

use e2e::{Result, artifacts, process::Program, wait};

/// Starts a program with a child that would go on for long, and gives the child's number.
async fn start(name: &str) -> Result<(Program, String)> {
    let mut shell = Command::new("sh");
    shell.args(["-c", "sleep 600 & echo $!; wait"]);
    let mut program = Program::start(&mut shell, &artifacts::path(name)?)?;
    let child = wait::until("the child's number", wait::PATIENCE, async || {
        program.expect_running()?;
        Ok(program.printed().strip_suffix('\n').map(str::to_owned))
    });
    let child = child.await?;
    Ok((program, child))
}

/// Whether a process runs. One that ended and waits to be asked after (state Z) does not.
fn runs(process: &str) -> bool {
    let stat = fs::read_to_string(format!("/proc/{process}/stat")).unwrap_or_default();
    stat.rsplit_once(") ").is_some_and(|(_, rest)| !rest.starts_with('Z'))
}

async fn ended(process: &str) -> Result<()> {
    let ended = async || Ok((!runs(process)).then_some(()));
    wait::until("the child's end", wait::PATIENCE, ended).await
}

#[tokio::test]
async fn dropping_a_program_ends_its_children_too() {
    let (program, child) = start("dropped.log").await.unwrap();
    assert!(runs(&child));
    drop(program);
    ended(&child).await.unwrap();
}

#[tokio::test]
async fn a_program_can_be_asked_to_end() {
    let (mut program, child) = start("asked.log").await.unwrap();
    program.terminate(wait::PATIENCE).await.unwrap();
    ended(&child).await.unwrap();
    let error = program.expect_running().unwrap_err();
    assert!(error.to_string().contains("sleep 600"), "{error}");
}

#[tokio::test]
async fn the_death_of_the_test_process_ends_its_programs() {
    const ROLE: &str = "E2E_DIE_WITH_A_PROGRAM";
    if env::var_os(ROLE).is_some() {
        let (_program, child) = start("orphaned.log").await.unwrap();
        println!("child {child}.");
        assert!(runs(&child));
        // No destructor runs.
        std::process::abort();
    }
    let this_test = "the_death_of_the_test_process_ends_its_programs";
    let victim = Command::new(env::current_exe().unwrap())
        .args(["--exact", this_test, "--nocapture"])
        .env(ROLE, "1")
        .output()
        .unwrap();
    let printed = String::from_utf8_lossy(&victim.stdout);
    let (_, child) = printed.split_once("child ").unwrap();
    let (child, _) = child.split_once('.').unwrap();
    assert_eq!(victim.status.code(), None, "it was to die of a signal: {printed}");
    ended(child).await.unwrap();
}
