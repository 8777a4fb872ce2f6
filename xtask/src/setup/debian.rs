//! Debian's packages, which only root can install.

use std::{fs, process::Command};

use anyhow::Result;

use crate::command;

/// Whether packages can be installed: this is Debian, and we are root.
pub(super) fn can_install() -> bool {
    is_debian() && is_root() && command::find("apt-get").is_some()
}

/// Whether this is Debian itself. On its relatives some of the packages have other names or hold
/// something else (Ubuntu's `chromium` is a snap).
pub(super) fn is_debian() -> bool {
    fs::read_to_string("/etc/os-release")
        .is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}

/// Installs packages, without what they only recommend.
pub(super) fn install(packages: &[&str]) -> Result<()> {
    command::run(apt().arg("update"))?;
    command::run(apt().args(["install", "-y", "--no-install-recommends"]).args(packages))
}

/// Whether a package is installed.
pub(super) fn has(package: &str) -> bool {
    command::output(Command::new("dpkg-query").args(["-W", "-f", "${db:Status-Status}", package]))
        .is_ok_and(|status| status == "installed")
}

fn apt() -> Command {
    let mut apt = Command::new("apt-get");
    // Another apt may be at work: wait for it rather than fail.
    apt.args(["-qq", "-o", "DPkg::Lock::Timeout=300"]);
    apt.env("DEBIAN_FRONTEND", "noninteractive");
    apt
}

#[cfg(unix)]
fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").is_ok_and(|process| process.uid() == 0)
}

#[cfg(not(unix))]
fn is_root() -> bool {
    false
}
