//! `openssl s_server`, behind which a mail server speaks that a test makes up: for its versions and its ways of TLS.

use std::{net::SocketAddr, process::Stdio};

use tokio::{
    io::{AsyncBufReadExt, AsyncWriteExt, BufReader},
    process::{Child, Command},
};

use crate::{Error, Result, authority::Certificate, net, wait};

/// A server for one connection that begins with TLS, greets, and says 250 to everything but QUIT.
#[derive(Debug)]
pub struct Openssl {
    address: SocketAddr,
    // Killed with the handle.
    _program: Child,
}

impl Openssl {
    /// Starts it with such options, `-tls1_2` for example.
    ///
    /// # Errors
    /// When openssl is not there, or does not listen.
    pub async fn start(certificate: &Certificate, options: &[&str]) -> Result<Self> {
        let port = net::free_port()?;
        let address = SocketAddr::from(([127, 0, 0, 1], port));
        let mut program = Command::new("openssl")
            .args(["s_server", "-quiet", "-accept", &address.to_string()])
            .arg("-cert")
            .arg(&certificate.chain)
            .arg("-key")
            .arg(&certificate.key)
            .args(options)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .kill_on_drop(true)
            .spawn()
            .map_err(Error::io("start `openssl s_server`"))?;
        let (Some(mut input), Some(output)) = (program.stdin.take(), program.stdout.take()) else {
            return Err(Error::io("talk to openssl")(std::io::ErrorKind::BrokenPipe.into()));
        };
        tokio::spawn(async move {
            // The first connection that says something is the one: who only looks whether somebody listens does not.
            let mut lines = BufReader::new(output).lines();
            let _ = input.write_all(b"220 openssl.example ESMTP\r\n").await;
            while let Ok(Some(line)) = lines.next_line().await {
                let reply = if line.starts_with("QUIT") { "221 Bye\r\n" } else { "250 Ok\r\n" };
                if input.write_all(reply.as_bytes()).await.is_err() {
                    return;
                }
            }
        });
        wait::until("openssl to listen", wait::PATIENCE, async || {
            // A look at the system's table, since a connection would be the one that it serves.
            Ok(is_listening(port).then_some(()))
        })
        .await?;
        Ok(Self { address, _program: program })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}

/// Whether somebody listens on this port, by Linux's own list.
fn is_listening(port: u16) -> bool {
    let wanted = format!(":{port:04X}");
    let listed = ["/proc/net/tcp", "/proc/net/tcp6"].map(std::fs::read_to_string);
    listed.into_iter().flatten().any(|table| {
        table.lines().any(|line| {
            let fields: Vec<_> = line.split_whitespace().collect();
            // 0A is LISTEN.
            fields.get(3) == Some(&"0A") && fields.get(1).is_some_and(|it| it.ends_with(&wanted))
        })
    })
}
