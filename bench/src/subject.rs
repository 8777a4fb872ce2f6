//! Who is measured, and how each is started.

use crate::{load::Wire, process::Process};
use anyhow::{Context as _, Result};
use std::{
    net::{Ipv4Addr, SocketAddr, TcpListener as StdListener},
    path::PathBuf,
    process::Command,
    time::{Duration, Instant},
};
use tokio::{net::TcpStream, time::sleep};

/// Everybody.
pub(crate) struct Subjects(pub(crate) Vec<Subject>);

/// A way from here to a server.
#[derive(Clone)]
pub(crate) enum Subject {
    /// Straight to the server.
    Nothing,
    /// [`crate::relay`].
    DutyFree,
    /// The bridge of this project, with everything switched on.
    Bridge(PathBuf),
    /// A relay between TCP and TCP.
    Socat(PathBuf),
    Websocat(PathBuf),
    Websockify(PathBuf),
}

/// A subject that leads to one server.
pub(crate) struct Running {
    listen: SocketAddr,
    /// What stands behind the address in the URL; `None` where it is plain TCP.
    path: Option<String>,
    /// Ends with this. `None` where there is none.
    pub(crate) process: Option<Process>,
}

impl Subject {
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Nothing => "bare TCP",
            Self::DutyFree => "duty-free relay",
            Self::Bridge(_) => "smtp-bridge",
            Self::Socat(_) => "socat",
            Self::Websocat(_) => "websocat",
            Self::Websockify(_) => "websockify",
        }
    }

    /// How many idle tunnels it is asked for at most: one has a process for each.
    pub(crate) const fn most_idle(&self) -> usize {
        match self {
            Self::Websockify(_) | Self::Socat(_) => 100,
            _ => usize::MAX,
        }
    }

    /// Starts it towards a server, and waits until it listens.
    pub(crate) async fn start(&self, target: SocketAddr) -> Result<Running> {
        let port = free_port()?;
        let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, port));
        let mut command = match self {
            Self::Nothing => return Ok(Running { listen: target, path: None, process: None }),
            Self::DutyFree => {
                let mut command = Command::new(std::env::current_exe()?);
                // The bridge is named since it has to be.
                command.args(["--bridge", "-", "--relay"]);
                command.args([listen.to_string(), target.to_string()]);
                command
            }
            Self::Bridge(program) => {
                let mut command = Command::new(program);
                // Nothing is refused, and everything is judged.
                let most = "4294967295";
                command.args(["--listen", &listen.to_string(), "--no-practice"]);
                command.args(["--allow", &target.to_string(), "--log", "json"]);
                command.args(["--max-tunnels", "50000", "--max-tunnels-per-ip", "50000"]);
                for rate in ["new-tunnels-per-minute", "bytes-per-second"] {
                    command.args([format!("--{rate}={most}"), format!("--{rate}-per-ip={most}")]);
                }
                command.args(["--metrics", &format!("127.0.0.1:{}", free_port()?)]);
                command
            }
            Self::Socat(program) => {
                let mut command = Command::new(program);
                command.arg(format!(
                    "TCP-LISTEN:{port},bind=127.0.0.1,fork,reuseaddr,nodelay,backlog=1024"
                ));
                command.arg(format!("TCP:{target},nodelay"));
                command
            }
            Self::Websocat(program) => {
                let mut command = Command::new(program);
                command.args(["--binary", "-E"]);
                command.args([format!("ws-listen:{listen}"), format!("tcp:{target}")]);
                command
            }
            Self::Websockify(program) => {
                let mut command = Command::new(program);
                command.args([listen.to_string(), target.to_string()]);
                command
            }
        };
        let process = Process::start(&mut command).context("starting it")?;
        let path = match self {
            Self::Nothing | Self::Socat(_) => None,
            Self::Bridge(_) => Some(format!("/tunnel?host=127.0.0.1&port={}", target.port())),
            _ => Some("/".to_owned()),
        };
        listens(listen).await?;
        Ok(Running { listen, path, process: Some(process) })
    }
}

/// An echo server of its own, and where it listens.
pub(crate) async fn echo() -> Result<(SocketAddr, Process)> {
    let listen = SocketAddr::from((Ipv4Addr::LOCALHOST, free_port()?));
    let mut command = Command::new(std::env::current_exe()?);
    let process =
        Process::start_beside(command.args(["--bridge", "-", "--echo", &listen.to_string()]))?;
    listens(listen).await?;
    Ok((listen, process))
}

/// Waits until somebody listens.
async fn listens(address: SocketAddr) -> Result<()> {
    let began = Instant::now();
    while TcpStream::connect(address).await.is_err() {
        anyhow::ensure!(began.elapsed() < Duration::from_secs(20), "it does not listen");
        sleep(Duration::from_millis(20)).await;
    }
    Ok(())
}

impl Running {
    /// A tunnel to the server.
    pub(crate) async fn connect(&self) -> Result<Wire> {
        Wire::connect(self.listen, self.path.as_deref()).await
    }
}

fn free_port() -> Result<u16> {
    Ok(StdListener::bind("127.0.0.1:0")?.local_addr()?.port())
}
