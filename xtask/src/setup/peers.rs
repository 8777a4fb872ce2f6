//! Programs that come as packages of Python and Node: mail servers and clients that the protocol is proved with, and
//! what knows the schema of Kubernetes.
//!
//! | what | from | found by the tests through |
//! |---|---|---|
//! | aiosmtpd, kubernetes-validate | `PyPI`, as `xtask/peers/requirements.txt` locks them | `PEERS_PYTHON`, the Python that has them |
//! | smtp-server, nodemailer | npm, as `xtask/peers/package-lock.json` locks them | `SMTP_SERVER_MODULES`, their folder |

use std::{
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::Result;

use super::{debian, locked, npm};
use crate::{command, project::Project, stages::Stages};

/// The locked versions, each in a folder of the cache named after it.
pub(super) struct Peers {
    /// The folder with the lock files in the checkout.
    source: PathBuf,
    /// A virtual environment of Python.
    aiosmtpd: PathBuf,
    /// Holds `node_modules`.
    smtp_server: PathBuf,
}

/// Where Python is, from the folder of a virtual environment.
const PYTHON: &str = if cfg!(windows) { "Scripts/python.exe" } else { "bin/python" };

impl Peers {
    pub(super) fn locked(project: &Project) -> Result<Self> {
        let source = project.root.join("xtask/peers");
        let aiosmtpd = locked::pypi_version(&source.join("requirements.txt"), "aiosmtpd")?;
        let smtp_server = locked::npm_version(&source.join("package-lock.json"), "smtp-server")?;
        Ok(Self {
            aiosmtpd: project.cache.join(format!("aiosmtpd-{aiosmtpd}")),
            smtp_server: project.cache.join(format!("smtp-server-{smtp_server}")),
            source,
        })
    }

    /// What is missing here and cannot be installed.
    pub(super) fn lacking(&self) -> Vec<String> {
        let npm = if self.has_smtp_server() { None } else { npm::missing("npm") };
        let python = self.needs_venv() && !debian::can_install();
        let python = python.then(|| {
            let how = if debian::is_debian() {
                "as root: apt-get install python3-venv"
            } else {
                "as your system has them: often a package python3-venv"
            };
            format!("Python's modules venv and ensurepip ({how})")
        });
        npm.into_iter().chain(python).collect()
    }

    /// Installs them into the cache.
    pub(super) fn ensure(&self, stages: &mut Stages) -> Result<()> {
        if self.needs_venv() {
            stages.run("set-up: python3-venv from Debian", || {
                debian::install(&["python3-venv"])?;
                Ok(String::new())
            })?;
        }
        if !self.has_aiosmtpd() {
            stages.run(&format!("set-up: {} from PyPI", name(&self.aiosmtpd)), || {
                self.install_aiosmtpd()?;
                Ok(String::new())
            })?;
        }
        if !self.has_smtp_server() {
            stages.run(&format!("set-up: {} from npm", name(&self.smtp_server)), || {
                npm::install(&self.source, &self.smtp_server)?;
                Ok(String::new())
            })?;
        }
        Ok(())
    }

    /// For the journeys.
    pub(super) fn environment(&self) -> [(&'static str, PathBuf); 2] {
        [
            ("PEERS_PYTHON", self.aiosmtpd.join(PYTHON)),
            ("SMTP_SERVER_MODULES", self.smtp_server.join("node_modules")),
        ]
    }

    fn install_aiosmtpd(&self) -> Result<()> {
        // One that is there and does not work was left half done, or its Python has gone.
        let venv = ["-m", "venv", "--clear"];
        command::output(Command::new("python3").args(venv).arg(&self.aiosmtpd))?;
        let mut pip = Command::new(self.aiosmtpd.join(PYTHON));
        pip.args(["-m", "pip", "install", "--quiet", "--disable-pip-version-check"]);
        pip.args(["--require-hashes", "--only-binary", ":all:", "--requirement"]);
        command::output(pip.arg(self.source.join("requirements.txt")))?;
        Ok(())
    }

    /// It runs: a Python that was updated leaves a virtual environment behind that does not.
    fn has_aiosmtpd(&self) -> bool {
        let python = self.aiosmtpd.join(PYTHON);
        python.exists()
            && command::succeeds(
                Command::new(python).args(["-c", "import aiosmtpd.smtp, kubernetes_validate"]),
            )
    }

    /// npm writes this file last.
    fn has_smtp_server(&self) -> bool {
        self.smtp_server.join("node_modules/.package-lock.json").exists()
    }

    /// Debian's Python comes without what makes virtual environments.
    fn needs_venv(&self) -> bool {
        command::find("python3").is_some()
            && !self.has_aiosmtpd()
            && !command::succeeds(Command::new("python3").args(["-c", "import ensurepip, venv"]))
    }
}

/// A folder's own name, which is the package's with its version.
fn name(folder: &Path) -> String {
    folder.file_name().unwrap_or_default().to_string_lossy().into_owned()
}
