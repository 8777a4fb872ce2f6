//! The bridge as a person would start it: the built binary, with its page inside.

use std::{
    env, fs,
    net::{Ipv4Addr, SocketAddr},
    os::unix::fs::PermissionsExt as _,
    path::{Path, PathBuf},
    process::Command,
};

use crate::{
    Error, Result, artifacts, net,
    process::{Program, Takes, run},
    wait,
};

/// Whom the container's program runs as, see `deploy/Containerfile`.
const CONTAINER_USER: &str = "65532:65532";

/// A running `smtp-bridge` on ports of its own. Dropping it kills it; [`Bridge::stop`] asks it to
/// end. Its log (standard error) stays with the artifacts.
#[derive(Debug)]
pub struct Bridge {
    binary: PathBuf,
    extra: Vec<String>,
    port: u16,
    practice: u16,
    practice_tls: u16,
    program: Program,
}

impl Bridge {
    /// Starts the bridge named by `SMTP_BRIDGE`, or else `target/release/smtp-bridge` of the
    /// workspace, with `extra` before the two addresses, and waits until it is healthy.
    ///
    /// # Errors
    /// When it has not been built, and when it ends or does not get healthy, with its log.
    pub async fn start(extra: &[&str]) -> Result<Self> {
        Self::start_binary(&binary(), extra).await
    }

    /// As [`Bridge::start`], and all that it can see of the system's files is in a folder: so the test says what is in
    /// `/etc/resolv.conf` and `/etc/hosts`. The program and its libraries are copied there, where it has any: one that is
    /// static is there alone, as in its container. It runs as the container's user, who is not known there.
    ///
    /// # Errors
    /// As there, and unless this process runs as root.
    pub async fn start_in(root: &Path, extra: &[&str]) -> Result<Self> {
        let binary = binary();
        let libraries = run(Command::new("ldd").arg(&binary))?;
        let libraries = libraries.split_whitespace().filter(|word| word.starts_with('/'));
        for file in libraries.map(Path::new) {
            let to = root.join(file.strip_prefix("/").unwrap_or(file));
            let folder = to.parent().unwrap_or(root);
            let copying = || Error::io(format!("copy {} to {}", file.display(), to.display()));
            fs::create_dir_all(folder).map_err(copying())?;
            fs::copy(file, &to).map_err(copying())?;
        }
        let copy = root.join("smtp-bridge");
        fs::copy(&binary, &copy).map_err(Error::io(format!("copy {}", binary.display())))?;
        // Whoever made the folder may have kept it for themselves.
        fs::set_permissions(root, fs::Permissions::from_mode(0o755))
            .map_err(Error::io("let others into a folder"))?;
        let user = format!("--userspec={CONTAINER_USER}");
        let root = root.to_str().unwrap_or_default();
        let in_root: Vec<_> =
            [&user, root, "/smtp-bridge"].into_iter().chain(extra.iter().copied()).collect();
        Self::start_program("chroot", &in_root).await
    }

    /// As [`Bridge::start`], with the binary named.
    ///
    /// # Errors
    /// As there.
    pub async fn start_binary(binary: &Path, extra: &[&str]) -> Result<Self> {
        let found = || format!("{} is not there", binary.display());
        fs::metadata(binary).map_err(|_| Error::Missing {
            expected: "the bridge, built".into(),
            found: found(),
            cure: "build it with `cargo xtask build`, or name another one in SMTP_BRIDGE".into(),
        })?;
        Self::start_program(binary, extra).await
    }

    async fn start_program(binary: impl AsRef<Path>, extra: &[&str]) -> Result<Self> {
        let binary = binary.as_ref().to_owned();
        let ports = [net::free_port()?, net::free_port()?, net::free_port()?];
        let extra: Vec<_> = extra.iter().map(ToString::to_string).collect();
        let program = launch(&binary, ports, &extra)?;
        let [port, practice, practice_tls] = ports;
        let mut bridge = Self { binary, extra, port, practice, practice_tls, program };
        bridge.healthy().await?;
        Ok(bridge)
    }

    /// Starts it again where it was, with the same arguments, after it has ended. Its practice
    /// mailbox is empty then, and its log a new one.
    ///
    /// # Errors
    /// As [`Bridge::start`].
    pub async fn start_again(&mut self) -> Result<()> {
        let ports = [self.port, self.practice, self.practice_tls];
        self.program = launch(&self.binary, ports, &self.extra)?;
        self.healthy().await
    }

    /// Where the page, the tunnel and the rest of HTTP are served.
    pub fn address(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.port).into()
    }

    /// Where its practice server speaks SMTP over TCP.
    pub fn practice(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.practice).into()
    }

    /// The same, with TLS from the first byte.
    pub fn practice_tls(&self) -> SocketAddr {
        (Ipv4Addr::LOCALHOST, self.practice_tls).into()
    }

    /// The address of a path, `/` for the page.
    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address())
    }

    /// Asks for a path, as `curl` would.
    ///
    /// # Errors
    /// When the bridge does not answer in HTTP.
    pub async fn get(&self, path: &str) -> Result<net::Answer> {
        net::get(self.address(), path).await
    }

    /// What it has logged so far.
    pub fn log(&self) -> String {
        self.program.printed()
    }

    /// What it takes of the machine now.
    ///
    /// # Errors
    /// When it has ended.
    pub fn takes(&self) -> Result<Takes> {
        self.program.takes()
    }

    /// Asks it to end, as Ctrl-C or a service manager would, and waits until it has. The ports are
    /// then closed.
    ///
    /// # Errors
    /// When it goes on regardless.
    pub async fn stop(&mut self) -> Result<()> {
        self.program.terminate(wait::PATIENCE).await.map(drop)
    }

    /// Ends it without giving it time to say anything, as a crash would.
    ///
    /// # Errors
    /// When it goes on regardless.
    pub async fn kill(&mut self) -> Result<()> {
        self.program.kill(wait::PATIENCE).await.map(drop)
    }

    async fn healthy(&mut self) -> Result<()> {
        let address = self.address();
        let healthy = wait::until("the bridge's /healthz to say 200", wait::PATIENCE, async || {
            self.program.expect_running()?;
            let answer = net::get(address, "/healthz").await;
            Ok(answer.is_ok_and(|answer| answer.status == 200).then_some(()))
        });
        match healthy.await {
            Err(Error::Deadline { awaited, within, .. }) => {
                Err(Error::Deadline { awaited, within, last: self.log() })
            }
            other => other,
        }
    }
}

/// The one under test.
pub fn binary() -> PathBuf {
    let built = || artifacts::workspace().join("target/release/smtp-bridge");
    env::var_os("SMTP_BRIDGE").map_or_else(built, PathBuf::from)
}

/// On these ports: for the page, for the practice server, and for its TLS.
fn launch(binary: &Path, ports: [u16; 3], extra: &[String]) -> Result<Program> {
    let mut command = Command::new(binary);
    command.args(extra);
    for (option, port) in ["--listen", "--practice", "--practice-tls"].into_iter().zip(ports) {
        command.args([option, &format!("127.0.0.1:{port}")]);
    }
    Program::start(&mut command, &artifacts::numbered("bridge", "log")?)
}
