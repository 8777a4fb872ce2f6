//! A real Postfix, for one test.
//!
//! The programs are Debian's own, unpacked into a cache and never installed; each
//! server has a port, a queue, logins and mailboxes of its own in a folder that goes when it ends.
//! Its log stays with the artifacts.
//!
//! ```no_run
//! # async fn example() -> Result<(), e2e::Error> {
//! use e2e::postfix::{Options, Postfix, as_sent};
//!
//! let postfix = Postfix::start(Options::default()).await?;
//! // … a session with postfix.address(), logged in as alice@example.test / correct-horse …
//! let stored = postfix.deliveries("bob@example.test", 1).await?;
//! assert!(as_sent(&stored[0]).starts_with(b"From: "));
//! # Ok(())
//! # }
//! ```

mod config;

use std::{
    fs,
    io::ErrorKind,
    net::{Ipv4Addr, SocketAddr},
    os::unix::fs::MetadataExt as _,
    path::PathBuf,
    process::Command,
};

use tempfile::TempDir;
use tokio::{
    io::{AsyncBufReadExt, BufReader},
    net::TcpStream,
    task::spawn_blocking,
};

use crate::{
    Error, Result, artifacts, authority::Certificate, net, process::Program, unpack::Packages, wait,
};

const PACKAGES: Packages = Packages {
    unpacked: &["postfix", "sasl2-bin"],
    plug_ins: &["libsasl2-modules", "libsasl2-modules-db"],
};

/// What the server is to know. The default is the classic lab's two people at example.test.
#[derive(Debug, Clone)]
pub struct Options {
    /// The domain it receives mail for.
    pub domain: String,
    /// Who may log in: address and password. SASL's user name is the whole address, or the part
    /// before the `@` where that is [`Options::domain`].
    pub users: Vec<(String, String)>,
    /// The addresses it keeps mail for; any other in the domain is unknown to it.
    pub mailboxes: Vec<String>,
    /// A phrase that no line of a message's body may hold (whatever the case): the message is then
    /// refused at its end.
    pub spam_phrase: String,
    /// The certificate it shows; without one it speaks no TLS.
    pub tls: Option<Certificate>,
}

impl Default for Options {
    fn default() -> Self {
        Self {
            domain: "example.test".into(),
            users: vec![("alice@example.test".into(), "correct-horse".into())],
            mailboxes: vec!["alice@example.test".into(), "bob@example.test".into()],
            spam_phrase: "cheap watches".into(),
            tls: None,
        }
    }
}

/// A running Postfix on a port of 127.0.0.1. Dropping it ends it.
#[derive(Debug)]
pub struct Postfix {
    port: u16,
    tls_port: u16,
    // Before the folder, so that the daemons are gone when their queue goes.
    program: Program,
    folder: TempDir,
    log: PathBuf,
}

impl Postfix {
    /// Starts a server and waits for its greeting.
    ///
    /// # Errors
    /// Where it cannot run (not as root, no Debian packages), with what to do about it; and when
    /// it ends at once, with its log.
    pub async fn start(options: Options) -> Result<Self> {
        let ports = [net::free_port()?, net::free_port()?];
        let log = artifacts::numbered("postfix", "log")?;
        let mut postfix = spawn_blocking(move || Self::launch(&options, ports, log))
            .await
            .map_err(|panic| Error::io("prepare Postfix")(panic.into()))??;
        match postfix.greeting().await {
            Ok(()) => Ok(postfix),
            Err(error) => {
                eprintln!("--- Postfix's log ---\n{}", postfix.log());
                Err(error)
            }
        }
    }

    /// The port it listens on.
    pub fn port(&self) -> u16 {
        self.port
    }

    /// The address it listens on.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// The address on which it begins with TLS, where it has a certificate.
    pub fn tls_address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.tls_port).into()
    }

    /// The messages in a mailbox as stored, oldest first, once there are `at_least` so many.
    /// See [`as_sent`] for what Postfix adds.
    ///
    /// # Errors
    /// When that many do not arrive in time; then with what did, and Postfix's log.
    pub async fn deliveries(&self, mailbox: &str, at_least: usize) -> Result<Vec<Vec<u8>>> {
        let awaited = format!("{at_least} message(s) in the mailbox {mailbox}");
        let arrived = wait::until(&awaited, wait::PATIENCE, async || {
            let messages = self.mailbox(mailbox)?;
            Ok((messages.len() >= at_least).then_some(messages))
        });
        match arrived.await {
            Err(Error::Deadline { awaited, within, .. }) => Err(Error::Deadline {
                awaited,
                within,
                last: format!("{} message(s), and this log:\n{}", self.count(mailbox), self.log()),
            }),
            other => other,
        }
    }

    /// The messages in a mailbox at this moment, oldest first.
    ///
    /// # Errors
    /// When the mailbox cannot be read.
    pub fn mailbox(&self, mailbox: &str) -> Result<Vec<Vec<u8>>> {
        // Maildir: a message is moved into `new` when it is complete.
        let new = self.folder.path().join("mail").join(mailbox).join("new");
        let reading = || Error::io(format!("read the mailbox {}", new.display()));
        let entries = match fs::read_dir(&new) {
            // The folder is made with the first delivery.
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
            entries => entries.map_err(reading())?,
        };
        let mut messages = Vec::new();
        for entry in entries {
            let entry = entry.map_err(reading())?;
            let when = entry.metadata().and_then(|data| data.modified()).map_err(reading())?;
            messages.push((when, fs::read(entry.path()).map_err(reading())?));
        }
        messages.sort();
        Ok(messages.into_iter().map(|(_, message)| message).collect())
    }

    /// Postfix's log so far.
    pub fn log(&self) -> String {
        let written = fs::read(self.folder.path().join("log")).unwrap_or_default();
        // What master says before postlogd runs goes to its standard error.
        format!("{}{}", self.program.printed(), String::from_utf8_lossy(&written))
    }

    fn launch(options: &Options, ports: [u16; 2], log: PathBuf) -> Result<Self> {
        expect_root()?;
        let tree = PACKAGES.tree()?;
        let folder = config::lay_out(options, ports, &tree)?;
        // Postfix's own libraries, and with them master and the daemons that it starts.
        let libraries = tree.of("postfix").join("usr/lib/postfix");
        let mut master = Command::new(libraries.join("sbin/master"));
        master
            .env("LD_LIBRARY_PATH", &libraries)
            // -d: stay in the foreground, and in our process group.
            .args(["-d", "-c"])
            .arg(folder.path().join("conf"));
        let program = Program::start(&mut master, &folder.path().join("stderr"))?;
        let [port, tls_port] = ports;
        Ok(Self { port, tls_port, program, folder, log })
    }

    async fn greeting(&mut self) -> Result<()> {
        let address = self.address();
        wait::until("Postfix's greeting", wait::PATIENCE, async || {
            self.program.expect_running()?;
            // master listens before the daemons can answer, so listening alone says little.
            let Ok(stream) = TcpStream::connect(address).await else { return Ok(None) };
            let mut line = String::new();
            let _ = BufReader::new(stream).read_line(&mut line).await;
            Ok(line.starts_with("220 ").then_some(()))
        })
        .await
    }

    fn count(&self, mailbox: &str) -> usize {
        self.mailbox(mailbox).map_or(0, |messages| messages.len())
    }
}

impl Drop for Postfix {
    fn drop(&mut self) {
        // The folder goes with this handle; whoever looks into a failure wants the log.
        let _ = fs::write(&self.log, self.log());
    }
}

/// A stored message without what delivery did to it: the trace header fields that Postfix put in
/// front are dropped, and its LF line ends are CRLF again, as they were on the wire.
pub fn as_sent(stored: &[u8]) -> Vec<u8> {
    const TRACE: [&[u8]; 4] = [b"Return-Path:", b"X-Original-To:", b"Delivered-To:", b"Received:"];
    let mut lines = stored.split_inclusive(|&byte| byte == b'\n').peekable();
    while lines.next_if(|line| TRACE.iter().any(|name| line.starts_with(name))).is_some() {
        // A folded field goes on in the lines that begin with white space.
        while lines.next_if(|line| line.starts_with(b" ") || line.starts_with(b"\t")).is_some() {}
    }
    let mut sent = Vec::with_capacity(stored.len() + stored.len() / 32);
    for line in lines {
        match line.strip_suffix(b"\n") {
            Some(line) => sent.extend([line, b"\r\n"].concat()),
            None => sent.extend(line),
        }
    }
    sent
}

/// # Errors
/// [`Error::Missing`] unless this process runs as root.
fn expect_root() -> Result<()> {
    let uid = fs::metadata("/proc/self").map_err(Error::io("read /proc/self"))?.uid();
    if uid == 0 {
        return Ok(());
    }
    Err(Error::Missing {
        expected: "to run as root, as Postfix's master insists on it".into(),
        found: format!("this is user {uid}"),
        cure: "run the tests as root, in a container for example".into(),
    })
}

#[cfg(test)]
mod tests {
    use super::as_sent;

    #[test]
    fn what_was_sent_is_what_follows_the_trace_header_fields() {
        let stored = b"Return-Path: <a@example.test>\nDelivered-To: b@example.test\n\
            Received: from x\n\tby y; now\nSubject: Hi\n folded\n\nReceived: not a header\n";
        let sent = b"Subject: Hi\r\n folded\r\n\r\nReceived: not a header\r\n";
        assert_eq!(as_sent(stored), sent);
    }
}
