//! Programs that come with the system: what compiles C for wasm32, and the mail programs that exported sessions are run
//! with.

use anyhow::Result;

use super::{Scope, debian};
use crate::{command, stages::Stages};

/// Each program with Debian's package. The cryptography in the TLS module is C; a compiler that knows no wasm32, such as
/// gcc, makes something of it that does not load.
const FOR_BUILD: &[(&str, &str)] = &[("clang", "clang"), ("llvm-ar", "llvm")];

/// The same for the tests.
const FOR_TEST: &[(&str, &str)] =
    &[("curl", "curl"), ("openssl", "openssl"), ("python3", "python3"), ("swaks", "swaks")];

/// And for the bench of the bridge.
const FOR_BENCH: &[(&str, &str)] = &[("socat", "socat")];

/// What tells a C compiler's driver to use them; the second half of each name is the target's. The rest of the page is
/// compiled for size; the ciphers are a small part of it, and what 25 MB go through.
pub(super) const ENVIRONMENT: [(&str, &str); 3] = [
    ("CC_wasm32_unknown_unknown", "clang"),
    ("AR_wasm32_unknown_unknown", "llvm-ar"),
    ("CFLAGS_wasm32_unknown_unknown", "-O2"),
];

/// What is missing here and cannot be installed.
pub(super) fn lacking(scope: Scope) -> Option<String> {
    let packages = missing(scope);
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
pub(super) fn ensure(scope: Scope, stages: &mut Stages) -> Result<()> {
    let packages = missing(scope);
    if packages.is_empty() {
        return Ok(());
    }
    stages.run(&format!("set-up: {} from Debian", packages.join(", ")), || {
        debian::install(&packages)?;
        Ok(String::new())
    })
}

fn missing(scope: Scope) -> Vec<&'static str> {
    let is_missing = |(program, _): &&(&str, _)| command::find(program).is_none();
    let more = match scope {
        Scope::Build => &[],
        Scope::Bench => FOR_BENCH,
        Scope::Test => FOR_TEST,
    };
    let programs = FOR_BUILD.iter().chain(more);
    programs.filter(is_missing).map(|(_, package)| *package).collect()
}
