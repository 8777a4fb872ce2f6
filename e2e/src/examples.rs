//! The project's own programs for the command line, as a student runs them.

use std::{
    ffi::OsStr,
    fs,
    net::SocketAddr,
    process::{Command, Output, Stdio},
};

use crate::{Error, Result, artifacts};

/// What a run of the classic lab's program came to.
#[derive(Debug)]
pub struct Ran {
    /// Its exit code; none where a signal ended it.
    pub code: Option<i32>,
    /// Standard output, then standard error.
    pub printed: String,
}

/// Runs the classic lab's program against a server.
///
/// # Errors
/// When cargo cannot be started.
pub fn console(server: SocketAddr, arguments: &[impl AsRef<OsStr>]) -> Result<Ran> {
    let mut cargo = example("console");
    let output = cargo
        .arg(server.to_string())
        .args(arguments)
        .stdin(Stdio::null())
        .output()
        .map_err(Error::io("run the example `console`"))?;
    let printed = [output.stdout, output.stderr].concat();
    Ok(Ran { code: output.status.code(), printed: String::from_utf8_lossy(&printed).into() })
}

/// Runs the program that explains a session, with `input` to read.
///
/// # Errors
/// When cargo cannot be started.
pub fn explain(arguments: &[&str], input: &str) -> Result<Output> {
    let running = || Error::io("run the example `explain`");
    let file = tempfile::NamedTempFile::new().map_err(running())?;
    fs::write(file.path(), input).map_err(running())?;
    let input = file.reopen().map_err(running())?;
    example("explain").args(arguments).stdin(input).output().map_err(running())
}

/// A program among the protocol's examples, built where that is needed.
fn example(name: &str) -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(cargo);
    cargo.current_dir(artifacts::workspace());
    cargo.args(["run", "--quiet", "--package", "protocol", "--example", name, "--"]);
    cargo
}
