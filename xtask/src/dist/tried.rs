//! What is handed out is tried before it is: the program, the names in a container, systemd's unit.

use std::{
    fs,
    io::{BufRead as _, BufReader, Read as _, Write as _},
    net::TcpStream,
    path::Path,
    process::{Child, Command, Stdio},
    time::Duration,
};

use anyhow::{Context as _, Result, bail, ensure};

use super::VERSION;
use crate::{command, project::Project, sizes};

/// How long a program may take to answer that has just been started here.
const PATIENCE: Duration = Duration::from_secs(20);

/// That a program runs here, has the page inside and no more than it needs, and how large it is.
pub(super) fn program(project: &Project, program: &Path) -> Result<String> {
    let said = command::output(Command::new(program).arg("--version"))?;
    ensure!(said.trim() == format!("smtp-bridge {VERSION}"), "it said {said:?}");
    command::output(Command::new(program).args(["--no-practice", "--check"]))?;
    let bytes = fs::read(program)?;
    ensure!(!has_symbols(&bytes), "{} should be stripped, but has symbols", program.display());
    let page = project.page().join("index.html");
    let page = fs::read(&page).with_context(|| format!("reading {}", page.display()))?;
    let served = served_by(program)?;
    ensure!(
        served.starts_with(b"HTTP/1.1 200 ") && served.ends_with(&page),
        "{} should serve the page that was built, but at / it has {:?}",
        program.display(),
        String::from_utf8_lossy(&served)
    );
    Ok(sizes::shown(bytes.len().try_into()?))
}

/// Whether an ELF file has a table of symbols beyond those that it is linked by: then it has a section of this name.
/// Others have none of that name.
fn has_symbols(program: &[u8]) -> bool {
    const SECTION: &[u8] = b"\0.symtab\0";
    program.windows(SECTION.len()).any(|window| window == SECTION)
}

/// Ends with what it was started for.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It may have ended by itself.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// What a program answers to whoever opens its page.
fn served_by(program: &Path) -> Result<Vec<u8>> {
    let mut started = Command::new(program);
    started.args(["--no-practice", "--listen", "127.0.0.1:0", "--log", "text"]);
    let started = started.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::piped());
    let mut running = Running(started.spawn().context("starting the bridge")?);
    let log = BufReader::new(running.0.stderr.take().context("standard error is a pipe")?);
    let mut said = String::new();
    for line in log.lines() {
        let line = line?;
        if let Some((_, address)) = line.split_once("the page is at http://") {
            return get(address.trim_end_matches('/'));
        }
        said += &line;
    }
    bail!("the bridge ended before it said where its page is: {said}")
}

fn get(address: &str) -> Result<Vec<u8>> {
    let mut stream = TcpStream::connect(address).with_context(|| format!("asking {address}"))?;
    stream.set_read_timeout(Some(PATIENCE))?;
    write!(stream, "GET / HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n")?;
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).with_context(|| format!("reading from {address}"))?;
    Ok(answer)
}

/// A C library that is linked in may still want files of the system it was made on to look up a name. So the tests with
/// a real name server are run once more with this program, alone in a root with nothing but `/etc/resolv.conf`.
pub(super) fn names(project: &Project, program: &Path) -> Result<&'static str> {
    if command::output(Command::new("id").arg("-u"))?.trim() != "0" {
        return Ok("; whether it looks up names was left out, since that takes root");
    }
    let mut cargo = command::cargo(&project.root);
    cargo.args(["test", "--package", "e2e", "--test", "names"]).env("SMTP_BRIDGE", program);
    command::run(cargo.env("E2E_ARTIFACTS", project.target.join("artifacts")))?;
    Ok("")
}

/// What systemd calls the exposure of a service, in tenths. It is 1.5, and 1.9 where the program runs as root; systemd's
/// own count changes a little from version to version.
const EXPOSURE: &str = "18";

/// That systemd finds nothing wrong with a unit, and that it gives the program as little as it did.
pub(super) fn unit(project: &Project, unit: &Path, program: &Path) -> Result<&'static str> {
    let Some(analyze) = command::find("systemd-analyze") else {
        return Ok("; its unit was left unchecked, since there is no systemd-analyze");
    };
    let folder = project.target.join("unit");
    super::make(&folder)?;
    let name = unit.file_name().context("it has a name")?;
    // The program is not where it will be; systemd looks whether it is there.
    let said = fs::read_to_string(unit)?;
    let here = format!("={}", program.display());
    let unit = folder.join(name);
    super::write(&unit, &said.replace("=/usr/bin/smtp-bridge", &here))?;
    let verified = Command::new(&analyze).arg("verify").arg(&unit).output()?;
    let complaints = String::from_utf8_lossy(&verified.stderr);
    // It reads what the unit depends on as well, and may complain of that. A key that it does not know is no failure.
    let is_meant = complaints.lines().any(|line| line.contains("smtp-bridge"));
    ensure!(verified.status.success() && !is_meant, "systemd says of the unit: {complaints}");
    let mut security = Command::new(&analyze);
    security.args(["security", "--offline=true", &format!("--threshold={EXPOSURE}")]);
    command::output(security.arg("--no-pager").arg(&unit)).context("the unit gives too much")?;
    Ok("")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn symbols_are_found_by_the_name_of_their_section() {
        assert!(has_symbols(b"\x7fELF\0.shstrtab\0.symtab\0.strtab\0"));
        // What everything is linked by stays.
        assert!(!has_symbols(b"\x7fELF\0.shstrtab\0.dynsym\0.text\0"));
    }

    #[test]
    fn a_unit_that_gives_away_more_or_has_a_misspelt_key_is_noticed() {
        if command::find("systemd-analyze").is_none() {
            return;
        }
        let folder = tempfile::tempdir().unwrap();
        let project = Project {
            root: Path::new(env!("CARGO_MANIFEST_DIR")).join(".."),
            target: folder.path().to_owned(),
            cache: folder.path().to_owned(),
        };
        let handed_out = project.root.join("deploy/smtp-bridge.service");
        let said = fs::read_to_string(&handed_out).unwrap();
        let program = std::env::current_exe().unwrap();
        assert_eq!(unit(&project, &handed_out, &program).unwrap(), "");
        for (from, to) in [
            ("ProtectHome=yes", "ProtectHom=yes"),
            ("DynamicUser=yes", ""),
            ("CapabilityBoundingSet=", "#"),
        ] {
            let worse = folder.path().join("smtp-bridge.service");
            super::super::write(&worse, &said.replace(from, to)).unwrap();
            assert!(unit(&project, &worse, &program).is_err(), "{from}");
        }
    }
}
