//! Everything that building and testing need beside a Rust toolchain and Node, installed once.
//!
//! | what | from | kept |
//! |---|---|---|
//! | rustfmt, clippy, Rust's library for wasm32 | rustup | in the toolchain |
//! | wasm-bindgen, cargo-deny | crates.io | in the cache, by version |
//! | wasm-opt | npm's `binaryen` | in the cache, by version |
//! | clang and llvm, for C on wasm32 | Debian | in the system |
//! | Chromium, its driver, a Chinese font; swaks, curl, openssl, Python | Debian | in the system |
//! | aiosmtpd, kubernetes-validate | Python's `pip` | in the cache, by version |
//! | smtp-server, nodemailer | npm | in the cache, by version |
//!
//! The cache lies outside the checkout, so that a fresh clone does not build its tools again. What
//! cannot be installed here is reported, all of it at once, with the way to get it.

mod browser;
mod cargo_tools;
mod debian;
mod locked;
mod npm;
mod peers;
mod programs;
mod rust;

use std::{
    collections::BTreeSet,
    env,
    ffi::OsString,
    fs::File,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, bail};

use crate::{command, project::Project, stages::Stages};
use browser::Browser;
use peers::Peers;
pub(crate) use rust::WASM;
use rust::WasmToolchain;

/// How much is needed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Scope {
    /// What `build` needs.
    Build,
    /// What the bridge is measured beside as well.
    Bench,
    /// What `test` needs: all but that.
    Test,
}

/// The tools, ready to be run.
pub(crate) struct Tools {
    /// The folders that come first on the PATH.
    folders: Vec<PathBuf>,
    wasm: WasmToolchain,
    /// There whenever the scope was [`Scope::Test`].
    browser: Option<Browser>,
    /// Likewise.
    peers: Option<Peers>,
    /// Changes when one of the tools that make the page does.
    pub(crate) versions: String,
}

/// Installs what is missing of `scope`, or says what cannot be installed here and how to get it.
pub(crate) fn ensure(project: &Project, scope: Scope, stages: &mut Stages) -> Result<Tools> {
    let lock_file = project.root.join("Cargo.lock");
    let wasm_bindgen = locked::crate_version(&lock_file, "wasm-bindgen")?;
    let cargo_tools = cargo_tools::needed(&wasm_bindgen, scope);
    let binaryen = npm::Binaryen::locked(project)?;
    let peers = (scope == Scope::Test).then(|| Peers::locked(project)).transpose()?;

    let mut lacking = npm::lacking(&binaryen);
    lacking.extend(rust::lacking(scope));
    if scope == Scope::Test {
        lacking.extend(browser::lacking());
    }
    lacking.extend(programs::lacking(scope));
    lacking.extend(peers.iter().flat_map(Peers::lacking));
    // Two tools may lack the same program.
    let lacking: BTreeSet<_> = lacking.into_iter().collect();
    if !lacking.is_empty() {
        bail!(
            "this machine lacks what cannot be installed from here:\n\n  {}",
            lacking.into_iter().collect::<Vec<_>>().join("\n  ")
        );
    }

    // Two checkouts may share the cache, and both may be set up at the same time.
    let lock = project.cache.join("tools.lock");
    let lock = File::create(&lock).with_context(|| format!("making {}", lock.display()))?;
    if lock.try_lock().is_err() {
        eprintln!("Waiting for another set-up to end…");
        lock.lock().context("waiting for another set-up")?;
    }
    // From the quick to the slow, and the browser first: what fails should fail early.
    let browser = match scope {
        Scope::Build | Scope::Bench => None,
        Scope::Test => Some(Browser::ensure(stages)?),
    };
    if scope == Scope::Test {
        rust::ensure_components(stages)?;
    }
    programs::ensure(scope, stages)?;
    if let Some(peers) = &peers {
        peers.ensure(stages)?;
    }
    let wasm = WasmToolchain::ensure(stages)?;
    binaryen.ensure(stages)?;
    cargo_tools::ensure(project, &cargo_tools, stages)?;

    let mut folders: Vec<_> = cargo_tools.iter().map(|tool| tool.folder(project)).collect();
    folders.push(binaryen.programs());
    let rustc =
        command::output(Command::new("rustc").arg("-vV").envs(wasm.environment().iter().copied()))?;
    let flags = programs::ENVIRONMENT.map(|(_, value)| value).join(" ");
    let versions = format!("{wasm_bindgen} {binaryen} {rustc} {flags}");
    Ok(Tools { folders, wasm, browser, peers, versions })
}

impl Tools {
    /// A command that finds the tools, run in `folder`.
    pub(crate) fn command(&self, program: &str, folder: &Path) -> Result<Command> {
        let mut command = Command::new(program);
        command.current_dir(folder).env("PATH", self.path()?);
        Ok(command)
    }

    /// A command that finds the tools and compiles for wasm32, run in `folder`.
    pub(crate) fn wasm_command(&self, program: &str, folder: &Path) -> Result<Command> {
        let mut command = self.command(program, folder)?;
        command.envs(self.wasm.environment().iter().copied()).envs(programs::ENVIRONMENT);
        Ok(command)
    }

    /// Whether the compiler for wasm32 is Debian's, which has no clippy.
    pub(crate) fn wasm_is_from_debian(&self) -> bool {
        self.wasm == WasmToolchain::Debian
    }

    /// The browser's environment variables.
    pub(crate) fn browser(&self) -> impl Iterator<Item = (&'static str, &Path)> {
        self.browser.iter().flat_map(Browser::environment)
    }

    /// The environment variables that name the mail programs of others.
    pub(crate) fn peers(&self) -> impl Iterator<Item = (&'static str, PathBuf)> {
        self.peers.iter().flat_map(Peers::environment)
    }

    /// For a person's shell: `eval "$(cargo xtask tools)"`.
    pub(crate) fn as_shell(&self) -> Result<String> {
        let folders = env::join_paths(&self.folders)?;
        let mut lines =
            vec![format!("export PATH={}:\"$PATH\"\n", quoted(&folders.to_string_lossy()))];
        let browser = self.browser().map(|(name, path)| (name, path.to_owned()));
        lines.extend(
            browser
                .chain(self.peers())
                .map(|(name, path)| format!("export {name}={}\n", quoted(&path.to_string_lossy()))),
        );
        lines.extend(
            programs::ENVIRONMENT
                .iter()
                .map(|(name, value)| format!("export {name}={}\n", quoted(value))),
        );
        lines.extend(self.wasm.environment().iter().map(|(name, value)| {
            format!("# only for what compiles to wasm32: {name}={}\n", quoted(value))
        }));
        Ok(lines.concat())
    }

    fn path(&self) -> Result<OsString> {
        let inherited = env::var_os("PATH").unwrap_or_default();
        let folders = self.folders.iter().cloned().chain(env::split_paths(&inherited));
        env::join_paths(folders).context("a folder of the tools has a `:` in its name")
    }
}

/// In single quotes, for a POSIX shell.
fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', r"'\''"))
}

#[cfg(test)]
mod tests {
    use super::quoted;

    #[test]
    fn a_path_with_a_quotation_mark_survives_the_shell() {
        let output = std::process::Command::new("sh")
            .args(["-c", &format!("printf %s {}", quoted("/home/o'neil/$HOME x"))])
            .output()
            .expect("there is a shell");
        assert_eq!(String::from_utf8_lossy(&output.stdout), "/home/o'neil/$HOME x");
    }
}
