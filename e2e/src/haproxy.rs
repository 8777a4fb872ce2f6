//! A real `HAProxy` in front of bridges, with the very file that is handed out.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::Command,
};

use tempfile::TempDir;
use tokio::{net::TcpStream, task::spawn_blocking};

use crate::{Error, Result, artifacts, net, process::Program, unpack::Packages, wait};

const PACKAGES: Packages = Packages { unpacked: &["haproxy"], plug_ins: &[] };

/// What the file listens on, and where its bridges are: only that is changed for a test.
const LISTEN: &str = "bind :443 ssl crt /etc/haproxy/walk.example.com.pem alpn http/1.1";
const BRIDGES: [&str; 2] = ["127.0.0.1:8025", "127.0.0.1:8026"];

/// A running `HAProxy` on a port of 127.0.0.1. Dropping it ends it.
#[derive(Debug)]
pub struct Haproxy {
    port: u16,
    program: Program,
    _folder: TempDir,
}

impl Haproxy {
    /// Starts it in front of two bridges, and waits until it listens and has found both.
    ///
    /// # Errors
    /// Where Debian's packages are not to be had, and when it ends at once, with what it said.
    pub async fn start(bridges: [SocketAddr; 2]) -> Result<Self> {
        let port = net::free_port()?;
        // Named after the test, which the thread below is not.
        let log = artifacts::numbered("haproxy", "log")?;
        let launched = spawn_blocking(move || launch(port, bridges, &log));
        let mut haproxy =
            launched.await.map_err(|panic| Error::io("prepare HAProxy")(panic.into()))??;
        let listening = wait::until("HAProxy to listen", wait::PATIENCE, async || {
            haproxy.program.expect_running()?;
            Ok(TcpStream::connect(haproxy.address()).await.ok())
        });
        listening.await?;
        Ok(haproxy)
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Waits until it has said of a bridge (`one` or `two`) that it is `DOWN`, or again `UP`.
    ///
    /// # Errors
    /// When it does not say so.
    pub async fn says(&self, bridge: &str, is: &str) -> Result<()> {
        let said = format!("Server bridges/{bridge} is {is}");
        let heard = wait::until(&said, wait::PATIENCE, async || {
            Ok(self.program.printed().contains(&said).then_some(()))
        });
        match heard.await {
            Err(Error::Deadline { awaited, within, .. }) => {
                Err(Error::Deadline { awaited, within, last: self.program.printed() })
            }
            other => other,
        }
    }
}

fn launch(port: u16, bridges: [SocketAddr; 2], log: &Path) -> Result<Haproxy> {
    let handed_out = artifacts::workspace().join("deploy/haproxy.cfg");
    let mut config = fs::read_to_string(&handed_out)
        .map_err(Error::io(format!("read {}", handed_out.display())))?;
    let changes = [
        (LISTEN, format!("bind 127.0.0.1:{port}")),
        (BRIDGES[0], bridges[0].to_string()),
        (BRIDGES[1], bridges[1].to_string()),
    ];
    for (from, to) in changes {
        if !config.contains(from) {
            return Err(Error::Missing {
                expected: format!("`{from}` in {}", handed_out.display()),
                found: "it is not there".into(),
                cure: "change the test's harness with the file".into(),
            });
        }
        config = config.replace(from, &to);
    }
    let folder = tempfile::tempdir().map_err(Error::io("make a folder"))?;
    let file = folder.path().join("haproxy.cfg");
    fs::write(&file, config).map_err(Error::io("write HAProxy's configuration"))?;
    let mut command = Command::new(PACKAGES.tree()?.of("haproxy").join("usr/sbin/haproxy"));
    // -db: in the foreground.
    command.arg("-db").arg("-f").arg(file);
    let program = Program::start(&mut command, log)?;
    Ok(Haproxy { port, program, _folder: folder })
}
