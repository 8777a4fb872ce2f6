//! A real `HAProxy` in front of bridges, with the very file that is handed out.

use std::{
    fs,
    net::{Ipv4Addr, SocketAddr},
    path::Path,
    process::Command,
};

use tempfile::TempDir;
use tokio::{net::TcpStream, task::spawn_blocking};

use crate::{
    Error, Result, artifacts, authority::Authority, net, process::Program, tunnel::NAME,
    unpack::Packages, wait,
};

const PACKAGES: Packages = Packages { unpacked: &["haproxy"], plug_ins: &[] };

/// What the file listens on, whose certificate it has, and where its bridges are: only that is changed for a test, and
/// that it listens without TLS as well.
const LISTEN: &str = "bind :443 ssl crt /etc/haproxy/walk.example.com.pem";
const BRIDGES: [&str; 2] = ["127.0.0.1:8025", "127.0.0.1:8026"];

/// A running `HAProxy` on two ports of 127.0.0.1. Dropping it ends it.
#[derive(Debug)]
pub struct Haproxy {
    port: u16,
    port_tls: u16,
    authority: Authority,
    program: Program,
    _folder: TempDir,
}

impl Haproxy {
    /// Starts it in front of two bridges, and waits until it listens and has found both.
    ///
    /// # Errors
    /// Where Debian's packages are not to be had, and when it ends at once, with what it said.
    pub async fn start(bridges: [SocketAddr; 2]) -> Result<Self> {
        let ports = [net::free_port()?, net::free_port()?];
        // Named after the test, which the thread below is not.
        let log = artifacts::numbered("haproxy", "log")?;
        let launched = spawn_blocking(move || launch(ports, bridges, &log));
        let mut haproxy =
            launched.await.map_err(|panic| Error::io("prepare HAProxy")(panic.into()))??;
        let listening = wait::until("HAProxy to listen", wait::PATIENCE, async || {
            haproxy.program.expect_running()?;
            Ok(TcpStream::connect(haproxy.address()).await.ok())
        });
        listening.await?;
        Ok(haproxy)
    }

    /// Where it listens without TLS.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Where it listens with TLS, as the file says, for the name of [`NAME`].
    pub fn address_tls(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port_tls).into()
    }

    /// Who vouches for its certificate.
    pub fn authority(&self) -> &Authority {
        &self.authority
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

fn launch([port, port_tls]: [u16; 2], bridges: [SocketAddr; 2], log: &Path) -> Result<Haproxy> {
    let handed_out = artifacts::workspace().join("deploy/haproxy.cfg");
    let mut config = fs::read_to_string(&handed_out)
        .map_err(Error::io(format!("read {}", handed_out.display())))?;
    let folder = tempfile::tempdir().map_err(Error::io("make a folder"))?;
    let authority = Authority::new()?;
    let certificate = authority.certificate_for(&format!("DNS:{NAME}"))?;
    // It wants both in one file.
    let both = folder.path().join("certificate.pem");
    let reading = |path| fs::read(path).map_err(Error::io("read a certificate and its key"));
    let pem = [reading(&certificate.chain)?, reading(&certificate.key)?].concat();
    fs::write(&both, pem).map_err(Error::io("write HAProxy's certificate"))?;
    let both = both.display();
    let changes = [
        (LISTEN, format!("bind 127.0.0.1:{port}\n    bind 127.0.0.1:{port_tls} ssl crt {both}")),
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
    let file = folder.path().join("haproxy.cfg");
    fs::write(&file, config).map_err(Error::io("write HAProxy's configuration"))?;
    let mut command = Command::new(PACKAGES.tree()?.of("haproxy").join("usr/sbin/haproxy"));
    // -db: in the foreground.
    command.arg("-db").arg("-f").arg(file);
    let program = Program::start(&mut command, log)?;
    Ok(Haproxy { port, port_tls, authority, program, _folder: folder })
}
