//! A certificate authority for one test, made by openssl.

use std::{path::PathBuf, process::Command};

use tempfile::TempDir;

use crate::{Error, Result, process::run};

/// An authority that nobody knows but whom a test tells of it.
#[derive(Debug)]
pub struct Authority {
    folder: TempDir,
}

/// A server's certificate with its key, as files that go with the authority.
#[derive(Debug, Clone)]
pub struct Certificate {
    /// The key, as PEM.
    pub key: PathBuf,
    /// The certificate, as PEM.
    pub chain: PathBuf,
}

impl Authority {
    /// A new one.
    ///
    /// # Errors
    /// When openssl does not make it.
    pub fn new() -> Result<Self> {
        // Where Postfix's daemons, who are not root, can read.
        let folder = TempDir::with_prefix("e2e-authority-").map_err(Error::io("make a folder"))?;
        let authority = Self { folder };
        let mut openssl =
            authority.openssl(&["req", "-x509", "-days", "2", "-subj", "/CN=Test Authority"]);
        openssl.args(NEW_KEY).args(["-keyout", "ca.key", "-out", "ca.pem"]);
        run(&mut openssl)?;
        Ok(authority)
    }

    /// Its own certificate, for whoever is to trust it.
    ///
    /// # Errors
    /// When it cannot be read.
    pub fn pem(&self) -> Result<String> {
        let path = self.file();
        std::fs::read_to_string(&path).map_err(Error::io(format!("read {}", path.display())))
    }

    /// The file with that certificate; it goes with the authority.
    pub fn file(&self) -> PathBuf {
        self.path("ca.pem")
    }

    /// A certificate for a server at 127.0.0.1.
    ///
    /// # Errors
    /// When openssl does not make it.
    pub fn certificate(&self) -> Result<Certificate> {
        self.certificate_for("IP:127.0.0.1")
    }

    /// A certificate for these names, as openssl has them: `DNS:walk.example.com,IP:127.0.0.1`. The one before it is
    /// overwritten.
    ///
    /// # Errors
    /// When openssl does not make it.
    pub fn certificate_for(&self, names: &str) -> Result<Certificate> {
        let says = format!("subjectAltName={names}\nextendedKeyUsage=serverAuth\n");
        std::fs::write(self.path("extension"), says).map_err(Error::io("write an extension"))?;
        let mut request = self.openssl(&["req", "-new", "-subj", "/CN=127.0.0.1"]);
        run(request.args(NEW_KEY).args(["-keyout", "server.key", "-out", "server.csr"]))?;
        let mut sign = self.openssl(&["x509", "-req", "-days", "2", "-in", "server.csr"]);
        sign.args(["-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"]);
        run(sign.args(["-extfile", "extension", "-out", "server.pem"]))?;
        Ok(Certificate { key: self.path("server.key"), chain: self.path("server.pem") })
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    fn openssl(&self, arguments: &[&str]) -> Command {
        let mut openssl = Command::new("openssl");
        openssl.current_dir(self.folder.path()).args(arguments);
        openssl
    }
}

const NEW_KEY: [&str; 5] = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"];
