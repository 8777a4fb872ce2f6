//! `cargo xtask COMMAND`: what is done to this project from the command line, from a new machine to a
//! tested build.
//!
//! ```text
//! setup ─► build ─► demo          each command does those before it,
//!            └────► test          as far as there is something to do
//! ```
//!
//! Progress goes to standard error; standard output carries only what a command was asked for.

mod bench;
mod build;
mod command;
mod demo;
mod dist;
mod fingerprint;
mod fuzz;
mod page;
mod project;
mod setup;
mod sizes;
mod stages;
mod test;

use std::{env, process::ExitCode};

use anyhow::{Result, bail};
use project::Project;
use setup::Scope;
use stages::Stages;

const USAGE: &str = "\
cargo xtask setup               install what building and testing need
cargo xtask build               the page, and target/release/smtp-bridge with the page inside
cargo xtask demo [--open] [ARG] build, start the bridge (ARGs are its own), open the page
cargo xtask dist                what others get: the program, a Debian package, a container's folder
cargo xtask test [STAGE]        all tests, or only the named stages
cargo xtask bench protocol      how fast it is, beside others
cargo xtask bench bridge [--rounds N]
                                the same of the bridge
cargo xtask bench tls           the same of TLS in the page
cargo xtask fuzz [TARGET] [--minutes N]
                                hostile input of every kind, some minutes for each target
cargo xtask soak [MINUTES]      the bridge at work, and its memory: 5 minutes unless it is said
cargo xtask tools               print the shell variables that put the tools on your PATH";

fn main() -> ExitCode {
    let arguments: Vec<String> = env::args().skip(1).collect();
    match run(&arguments) {
        Ok(code) => code,
        Err(error) => {
            eprintln!("\nxtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &[String]) -> Result<ExitCode> {
    let (command, rest) = match arguments.split_first() {
        Some((command, rest)) => (command.as_str(), rest),
        None => ("help", arguments),
    };
    let project = Project::here()?;
    let mut stages = Stages::default();
    match command {
        "setup" => {
            nothing_after(command, rest)?;
            setup::ensure(&project, Scope::Test, &mut stages)?;
            eprintln!("All that is needed is there. Next: cargo xtask demo --open");
        }
        "build" => {
            nothing_after(command, rest)?;
            let bridge = build::all(&project, &mut stages)?;
            eprintln!("Built {}", bridge.display());
        }
        "demo" => return demo::run(&project, rest, &mut stages),
        "dist" => {
            nothing_after(command, rest)?;
            let made = dist::run(&project, &mut stages)?;
            eprintln!("Made {}", made.display());
        }
        "test" => test::run(&project, rest, &mut stages)?,
        "bench" => bench::run(&project, rest, &mut stages)?,
        "fuzz" => fuzz::run(&project, rest, &mut stages)?,
        "soak" => soak(&project, rest, &mut stages)?,
        "tools" => {
            nothing_after(command, rest)?;
            let tools = setup::ensure(&project, Scope::Test, &mut stages)?;
            print!("{}", tools.as_shell()?);
        }
        "help" | "--help" | "-h" => println!("{USAGE}\n\n{}", test::about()),
        other => bail!("there is no command `{other}`; there are:\n\n{USAGE}"),
    }
    Ok(ExitCode::SUCCESS)
}

/// The bridge at work for some minutes.
fn soak(project: &Project, rest: &[String], stages: &mut Stages) -> Result<()> {
    let minutes = match rest {
        [] => "5",
        [minutes] => minutes,
        _ => bail!("expected `cargo xtask soak MINUTES`, found {rest:?}"),
    };
    let bridge = build::all(project, stages)?;
    let mut cargo = command::cargo(&project.root);
    cargo.args(["run", "--release", "--quiet", "--package", "e2e", "--bin", "soak", minutes]);
    command::run(cargo.env("SMTP_BRIDGE", bridge))
}

fn nothing_after(command: &str, rest: &[String]) -> Result<()> {
    match rest.first() {
        None => Ok(()),
        Some(extra) => bail!("`cargo xtask {command}` takes no arguments, but came with `{extra}`"),
    }
}
