//! The parts of Rust that a toolchain may come without: rustfmt, clippy, and the library for wasm32.

use std::{path::Path, process::Command};

use anyhow::{Context as _, Result, bail};

use super::{Scope, debian};
use crate::{command, stages::Stages};

/// The page's target.
pub(crate) const WASM: &str = "wasm32-unknown-unknown";

/// Debian's Rust under the name that rustup knows it by, once it is linked.
const DEBIAN_TOOLCHAIN: &str = "debian-web";

/// What compiles to wasm32.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum WasmToolchain {
    /// The toolchain that compiles everything else too.
    Own,
    /// Debian's Rust for the web, which builds the library for wasm32 from its source.
    Debian,
}

/// What is missing here and cannot be installed.
pub(super) fn lacking(scope: Scope) -> Vec<String> {
    let mut lacking = Vec::new();
    if command::find("rustup").is_some() {
        return lacking;
    }
    if !own_has_wasm() {
        lacking.push(format!("Rust's library for {WASM} (rustup gets it: https://rustup.rs)"));
    }
    let components = missing_components();
    if scope == Scope::Test && !components.is_empty() {
        lacking.push(format!("{} (rustup gets them: https://rustup.rs)", components.join(", ")));
    }
    lacking
}

/// Sees to rustfmt and clippy.
pub(super) fn ensure_components(stages: &mut Stages) -> Result<()> {
    let missing = missing_components();
    if missing.is_empty() {
        return Ok(());
    }
    stages.run(&format!("set-up: {} from rustup", missing.join(", ")), || {
        command::run(Command::new("rustup").args(["component", "add"]).args(missing))?;
        Ok(String::new())
    })
}

fn missing_components() -> Vec<&'static str> {
    let there = |name| command::succeeds(Command::new("cargo").args([name, "--version"]));
    let components = [("fmt", "rustfmt"), ("clippy", "clippy")];
    components
        .into_iter()
        .filter(|(name, _)| !there(name))
        .map(|(_, component)| component)
        .collect()
}

impl WasmToolchain {
    /// Sees to the library for wasm32: by the toolchain's own, else from rustup, else from Debian.
    pub(super) fn ensure(stages: &mut Stages) -> Result<Self> {
        if own_has_wasm() {
            return Ok(Self::Own);
        }
        let debian = Command::new("rustup").args(["run", DEBIAN_TOOLCHAIN, "rustc", "-V"]).output();
        if debian.is_ok_and(|output| output.status.success()) {
            return Ok(Self::Debian);
        }
        let mut toolchain = Self::Own;
        stages.run(&format!("set-up: Rust's library for {WASM}"), || {
            let refused = match command::run(Command::new("rustup").args(["target", "add", WASM])) {
                Ok(()) => return Ok("from rustup".into()),
                Err(refused) => refused,
            };
            if !debian::can_install() {
                bail!(
                    "{refused:#}; elsewhere it could come from Debian's packages, but that takes \
                     Debian and root"
                );
            }
            eprintln!("{refused:#}; trying Debian's packages");
            install_from_debian()?;
            toolchain = Self::Debian;
            Ok("from Debian".into())
        })?;
        Ok(toolchain)
    }

    /// What a program that compiles to wasm32 finds in its environment.
    pub(super) fn environment(self) -> &'static [(&'static str, &'static str)] {
        match self {
            Self::Own => &[],
            Self::Debian => &[
                ("RUSTUP_TOOLCHAIN", DEBIAN_TOOLCHAIN),
                // Debian ships the library as source; building it is not stable yet.
                ("RUSTC_BOOTSTRAP", "1"),
                ("CARGO_UNSTABLE_BUILD_STD", "std,panic_abort"),
            ],
        }
    }
}

fn own_has_wasm() -> bool {
    command::output(Command::new("rustc").args(["--print", "target-libdir", "--target", WASM]))
        .is_ok_and(|folder| Path::new(folder.trim_end()).is_dir())
}

fn install_from_debian() -> Result<()> {
    debian::install(&["rustc-web", "cargo-web", "rust-web-src", "rust-web-llvm"])?;
    // The linker has to know the objects of the compiler's own LLVM.
    let version = command::output(Command::new("/usr/bin/rustc").arg("-vV"))?;
    let llvm = llvm_major(&version)
        .with_context(|| format!("expected an LLVM version from `rustc -vV`, got:\n{version}"))?;
    debian::install(&[&format!("lld-{llvm}")])?;
    command::run(Command::new("rustup").args(["toolchain", "link", DEBIAN_TOOLCHAIN, "/usr"]))
}

/// The major version of LLVM in what `rustc -vV` prints.
fn llvm_major(version: &str) -> Option<&str> {
    let llvm = version.lines().find_map(|line| line.strip_prefix("LLVM version: "))?;
    let major = llvm.split('.').next()?;
    major.bytes().all(|byte| byte.is_ascii_digit()).then_some(major)
}

#[cfg(test)]
mod tests {
    use super::llvm_major;

    #[test]
    fn the_version_of_llvm_is_read_from_rustc() {
        let version = "rustc 1.96.0\nhost: x86_64-unknown-linux-gnu\nLLVM version: 19.1.7\n";
        assert_eq!(llvm_major(version), Some("19"));
    }

    #[test]
    fn a_rustc_that_names_no_llvm_has_none() {
        assert_eq!(llvm_major("rustc 1.96.0\n"), None);
        assert_eq!(llvm_major("LLVM version: unknown\n"), None);
    }
}
