//! The mail programs that exported sessions are run with.

use anyhow::Result;

use super::debian;
use crate::{command, stages::Stages};

/// Each program with Debian's package.
const CLIENTS: &[(&str, &str)] =
    &[("curl", "curl"), ("openssl", "openssl"), ("python3", "python3"), ("swaks", "swaks")];

/// What is missing here and cannot be installed.
pub(super) fn lacking() -> Option<String> {
    let packages = missing();
    if packages.is_empty() || debian::can_install() {
        return None;
    }
    let packages = packages.join(" ");
    let how = if debian::is_debian() {
        format!("as root: apt-get install {packages}")
    } else {
        "on the PATH, from wherever your system has them".into()
    };
    Some(format!("{packages} ({how})"))
}

/// Installs Debian's.
pub(super) fn ensure(stages: &mut Stages) -> Result<()> {
    let packages = missing();
    if packages.is_empty() {
        return Ok(());
    }
    stages.run(&format!("set-up: {} from Debian", packages.join(", ")), || {
        debian::install(&packages)?;
        Ok(String::new())
    })
}

fn missing() -> Vec<&'static str> {
    let is_missing = |(program, _): &&(&str, _)| command::find(program).is_none();
    CLIENTS.iter().filter(is_missing).map(|(_, package)| *package).collect()
}
