//! Mail servers that others wrote, for one test: aiosmtpd (Python) and smtp-server (Node).
//!
//! Each is started by a small script in `tests/servers/`, which prints what it sees as lines of JSON.
//!
//! ```no_run
//! # async fn example() -> Result<(), e2e::Error> {
//! use e2e::peer::{Kind, Peer};
//! use serde_json::json;
//!
//! let accounts = json!({ "alice@example.test": "correct-horse" });
//! let peer = Peer::start(Kind::Aiosmtpd, &json!({ "accounts": accounts })).await?;
//! // … a session with peer.address() …
//! let letter = &peer.letters(1).await?[0];
//! assert_eq!(letter.recipients, ["bob@example.test"]);
//! # Ok(())
//! # }
//! ```
//!
//! What a server can be told, as fields of an object:
//!
//! | field | meaning | left out |
//! |---|---|---|
//! | `accounts` | who may log in: user names with passwords, which are the tokens as well | nobody |
//! | `mechanisms`, smtp-server's | the mechanisms offered | all it knows |
//! | `without`, aiosmtpd's | the mechanisms not offered | none |
//! | `login_required` | MAIL is refused without a login (530) | anybody may send |
//! | `refuse`, `defer` | recipients refused with 550, or with 451 | none |
//! | `size` | the largest message in bytes | 1 000 000 |
//! | `starttls`, smtp-server's | whether that is offered | it is not |
//! | `greeting`, aiosmtpd's | the lines of the greeting | one line |
//! | `turn_away`, smtp-server's | the code to greet with instead of 220 | 220 |
//! | `helo_only` | EHLO is refused | it is answered |
//! | `close_at` | hang up at `greeting`, `MAIL`, or once mail data has come at `DATA` | never |

use std::{
    env,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::Command,
};

use serde_json::Value;
use tempfile::TempDir;

use crate::{Error, Result, artifacts, process::Program, wait};

/// Which server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Python's, with CRAM-MD5, XOAUTH2 and OAUTHBEARER added by the script.
    Aiosmtpd,
    /// Node's.
    SmtpServer,
}

impl Kind {
    /// Both of them.
    pub const ALL: [Self; 2] = [Self::Aiosmtpd, Self::SmtpServer];
}

/// A running server on a port of 127.0.0.1. Dropping it ends it; its log stays with the artifacts.
#[derive(Debug)]
pub struct Peer {
    kind: Kind,
    port: u16,
    // Before the folder, so that the server is gone when its folder goes.
    program: Program,
    _folder: TempDir,
}

/// A message that the server took.
#[derive(Debug)]
pub struct Letter {
    /// The client's name, as it said it.
    pub hello: String,
    /// Who had logged in; empty where nobody had.
    pub user: String,
    /// MAIL's address; empty for `<>`.
    pub sender: String,
    /// The addresses of RCPT that were accepted.
    pub recipients: Vec<String>,
    /// The parameters of MAIL and then of each RCPT, keywords in capitals.
    pub parameters: Vec<String>,
    /// The mail data, without the doubled dots.
    pub data: Vec<u8>,
}

impl Peer {
    /// Starts a server that was told `options`, and waits until it listens.
    ///
    /// # Errors
    /// When it is not installed, with what to do about it; and when it ends at once, with its log.
    pub async fn start(kind: Kind, options: &Value) -> Result<Self> {
        let folder = tempfile::tempdir().map_err(Error::io("make a folder"))?;
        let log = match kind {
            Kind::Aiosmtpd => artifacts::numbered("aiosmtpd", "jsonl")?,
            Kind::SmtpServer => artifacts::numbered("smtp-server", "jsonl")?,
        };
        let program = Program::start(&mut command(kind, options, folder.path()), &log)?;
        let mut peer = Self { kind, port: 0, program, _folder: folder };
        peer.port = wait::until("the server to listen", wait::PATIENCE, async || {
            peer.program.expect_running().map_err(|error| peer.explained(error))?;
            let port = peer.seen("listening").first().and_then(|event| event["port"].as_u64());
            Ok(port.and_then(|port| u16::try_from(port).ok()))
        })
        .await?;
        Ok(peer)
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// The messages it took, oldest first, once there are `at_least` so many.
    ///
    /// # Errors
    /// When that many do not arrive in time; then with what it saw.
    pub async fn letters(&self, at_least: usize) -> Result<Vec<Letter>> {
        let awaited = format!("{at_least} message(s) at {:?}", self.kind);
        let arrived = wait::until(&awaited, wait::PATIENCE, async || {
            let letters: Vec<_> = self.seen("message").iter().map(letter).collect();
            Ok((letters.len() >= at_least).then_some(letters))
        });
        match arrived.await {
            Err(Error::Deadline { awaited, within, .. }) => {
                Err(Error::Deadline { awaited, within, last: self.program.printed() })
            }
            other => other,
        }
    }

    /// What it has seen of one sort at this moment, oldest first: `message`; `login`, with the
    /// mechanism, the user and whether it was accepted; `answer`, what aiosmtpd's client said to a
    /// refused token.
    pub fn seen(&self, sort: &str) -> Vec<Value> {
        let printed = self.program.printed();
        // A line may be half written; a warning is no JSON.
        let events = printed.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        events.filter(|event| event["event"] == sort).collect()
    }

    /// Where the server is not installed, that.
    fn explained(&self, error: Error) -> Error {
        let (package, missing, variable) = match self.kind {
            Kind::Aiosmtpd => ("aiosmtpd", "No module named 'aiosmtpd'", PYTHON),
            Kind::SmtpServer => ("smtp-server", "Cannot find module 'smtp-server'", MODULES),
        };
        if !self.program.printed().contains(missing) {
            return error;
        }
        Error::Missing {
            expected: format!("the mail server {package}"),
            found: missing.into(),
            cure: format!(
                "run the tests by `cargo xtask test`, or first `eval \"$(cargo xtask tools)\"`, \
                 which sets {variable}"
            ),
        }
    }
}

/// Names the Python that has what comes from `PyPI`.
const PYTHON: &str = "PEERS_PYTHON";
/// Names the folder of Node's modules with smtp-server and nodemailer.
const MODULES: &str = "SMTP_SERVER_MODULES";

/// Python, with aiosmtpd and kubernetes-validate.
pub fn python() -> Command {
    Command::new(env::var_os(PYTHON).unwrap_or("python3".into()))
}

/// Node, able to find smtp-server and nodemailer.
pub fn node() -> Command {
    let mut node = Command::new("node");
    if let Some(modules) = env::var_os(MODULES) {
        node.env("NODE_PATH", modules);
    }
    node
}

fn command(kind: Kind, options: &Value, folder: &Path) -> Command {
    let scripts = artifacts::workspace().join("e2e/tests/servers");
    let mut command = match kind {
        Kind::Aiosmtpd => {
            let mut python = python();
            python.arg(scripts.join("aiosmtpd_server.py"));
            python
        }
        Kind::SmtpServer => {
            let mut node = node();
            node.arg(scripts.join("smtp_server.js"));
            node
        }
    };
    command.arg(options.to_string()).current_dir(folder);
    command
}

fn letter(event: &Value) -> Letter {
    let text = |field: &str| event[field].as_str().unwrap_or_default().to_owned();
    let texts = |field: &str| {
        let texts = event[field].as_array().into_iter().flatten();
        texts.filter_map(|text| text.as_str().map(str::to_owned)).collect()
    };
    Letter {
        hello: text("hello"),
        user: text("user"),
        sender: text("sender"),
        recipients: texts("recipients"),
        parameters: texts("parameters"),
        // Each byte is a character of its own, as in Latin 1.
        data: text("data").chars().filter_map(|byte| u8::try_from(byte).ok()).collect(),
    }
}
