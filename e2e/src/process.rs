//! Programs that end with the test, and take their children along.
//!
//! Postfix's master has a dozen daemons, chromedriver a browser: ending only the process that was
//! started would leave the rest running. So each program gets a process group of its own, and a
//! *warden*, a small shell beside it that holds the other end of a pipe:
//!
//! ```text
//!   test process ──pipe──► warden (sh)            "TERM\n"     signal the group
//!        │                    │                   end of pipe  kill the group
//!        └── starts ──► program + children  ◄─────┘
//! ```
//!
//! The pipe ends when the handle is dropped, and just as well when the test process is interrupted
//! or killed, where no destructor would run.

use std::{
    fs::{self, File},
    io::Write,
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, ExitStatus, Stdio},
    time::Duration,
};

use crate::{Error, Result, wait};

/// `$0` is the process group's number.
const WARDEN: &str = r#"while read -r signal; do kill -s "$signal" -- "-$0"; done
kill -s KILL -- "-$0""#;

/// A running program with everything it starts, ended on drop.
#[derive(Debug)]
pub struct Program {
    command: String,
    leader: Child,
    warden: Child,
    log: PathBuf,
}

/// What a program takes of the machine.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Takes {
    /// Open files, connections among them.
    pub files: usize,
    /// Threads.
    pub threads: usize,
    /// Memory in KiB, what is shared with others in proportion (PSS).
    pub memory: u64,
}

impl Program {
    /// Starts `command` with nothing to read and all it prints going to the file `log`.
    ///
    /// # Errors
    /// When the program cannot be started or the file cannot be written.
    pub fn start(command: &mut Command, log: &Path) -> Result<Self> {
        let shown = shown(command);
        let opening = || Error::io(format!("write the log {}", log.display()));
        let out = File::create(log).map_err(opening())?;
        let err = out.try_clone().map_err(opening())?;
        let mut leader = command
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(out)
            .stderr(err)
            .spawn()
            .map_err(Error::io(format!("start `{shown}`")))?;
        let warden = Command::new("sh")
            .args(["-c", WARDEN, &leader.id().to_string()])
            // A group of its own, so that Ctrl-C in the terminal does not end it too early.
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn();
        match warden {
            Ok(warden) => Ok(Self { command: shown, leader, warden, log: log.into() }),
            Err(error) => {
                let _ = leader.kill();
                Err(Error::io("start `sh`")(error))
            }
        }
    }

    /// What it has printed so far.
    pub fn printed(&self) -> String {
        fs::read(&self.log).map(|bytes| String::from_utf8_lossy(&bytes).into()).unwrap_or_default()
    }

    /// What it takes of the machine now.
    ///
    /// # Errors
    /// When the system does not say, or it has ended.
    pub fn takes(&self) -> Result<Takes> {
        let process = Path::new("/proc").join(self.leader.id().to_string());
        let reading = || Error::io(format!("read {}", process.display()));
        let files = fs::read_dir(process.join("fd")).map_err(reading())?.count();
        let memory = fs::read_to_string(process.join("smaps_rollup")).map_err(reading())?;
        let memory = memory.lines().find_map(|line| line.strip_prefix("Pss:"));
        let memory = memory.and_then(|line| line.split_whitespace().next()?.parse().ok());
        let threads = fs::read_dir(process.join("task")).map_err(reading())?.count();
        Ok(Takes { files, threads, memory: memory.unwrap_or_default() })
    }

    /// Fails when the program has ended, with what it printed.
    ///
    /// # Errors
    /// [`Error::Program`] when it is no longer running.
    pub fn expect_running(&mut self) -> Result<()> {
        match self.ended()? {
            None => Ok(()),
            Some(status) => Err(Error::Program {
                command: self.command.clone(),
                status: status.to_string(),
                output: self.printed(),
            }),
        }
    }

    /// Asks the program and its children to end (SIGTERM), and waits until the program has.
    ///
    /// # Errors
    /// [`Error::Deadline`] when it goes on regardless.
    pub async fn terminate(&mut self, within: Duration) -> Result<ExitStatus> {
        self.signal("TERM", within).await
    }

    /// Ends the program and its children as a crash would (SIGKILL), and waits until it is gone.
    ///
    /// # Errors
    /// [`Error::Deadline`] when it is still there.
    pub async fn kill(&mut self, within: Duration) -> Result<ExitStatus> {
        self.signal("KILL", within).await
    }

    async fn signal(&mut self, name: &str, within: Duration) -> Result<ExitStatus> {
        if let Some(pipe) = &mut self.warden.stdin {
            pipe.write_all(format!("{name}\n").as_bytes())
                .map_err(Error::io("signal a program"))?;
        }
        let awaited = format!("the end of `{}`", self.command);
        wait::until(&awaited, within, async || self.ended()).await
    }

    fn ended(&mut self) -> Result<Option<ExitStatus>> {
        self.leader.try_wait().map_err(Error::io(format!("ask after `{}`", self.command)))
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.warden.stdin.take());
        let _ = self.warden.wait();
        let _ = self.leader.wait();
    }
}

/// Runs a program to its end and gives what it printed on standard output.
///
/// # Errors
/// When it cannot be started, or fails: then with what it printed.
pub fn run(command: &mut Command) -> Result<String> {
    let shown = shown(command);
    let output =
        command.stdin(Stdio::null()).output().map_err(Error::io(format!("start `{shown}`")))?;
    if output.status.success() {
        return Ok(String::from_utf8_lossy(&output.stdout).into());
    }
    let printed = [output.stdout, output.stderr].concat();
    Err(Error::Program {
        command: shown,
        status: output.status.to_string(),
        output: String::from_utf8_lossy(&printed).into(),
    })
}

fn shown(command: &Command) -> String {
    let words = std::iter::once(command.get_program()).chain(command.get_args());
    words.map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}
