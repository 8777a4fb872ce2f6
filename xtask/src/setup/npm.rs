//! wasm-opt, out of npm's `binaryen`: prebuilt, it runs on Node.

use std::{
    fmt, fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result};

use super::locked;
use crate::{command, project::Project, stages::Stages};

/// The version of binaryen that `xtask/npm/package-lock.json` locks.
pub(super) struct Binaryen {
    version: String,
    /// The folder with its `package.json` and lock file in the checkout.
    source: PathBuf,
    /// Its folder in the cache.
    folder: PathBuf,
}

/// What is missing here and cannot be installed. wasm-opt runs on Node, so Node is always needed.
pub(super) fn lacking(binaryen: &Binaryen) -> Vec<String> {
    let npm = if binaryen.is_there() { None } else { missing("npm") };
    missing("node").into_iter().chain(npm).collect()
}

/// That this program of Node's is not there, and how to get it.
pub(super) fn missing(program: &str) -> Option<String> {
    command::find(program).is_none().then(|| {
        format!("{program} (install Node.js 20 or newer, with npm, and put it on the PATH)")
    })
}

/// Installs into `folder` what the lock file in `source` says; no package may run anything.
pub(super) fn install(source: &Path, folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))?;
    for file in ["package.json", "package-lock.json"] {
        fs::copy(source.join(file), folder.join(file))
            .with_context(|| format!("copying {file} to {}", folder.display()))?;
    }
    let mut npm = Command::new("npm");
    npm.args(["ci", "--ignore-scripts", "--no-audit", "--no-fund"]);
    command::output(npm.current_dir(folder))?;
    Ok(())
}

impl Binaryen {
    pub(super) fn locked(project: &Project) -> Result<Self> {
        let source = project.root.join("xtask/npm");
        let version = locked::npm_version(&source.join("package-lock.json"), "binaryen")?;
        let folder = project.cache.join(format!("binaryen-{version}"));
        Ok(Self { version, source, folder })
    }

    /// Installs it into the cache.
    pub(super) fn ensure(&self, stages: &mut Stages) -> Result<()> {
        if self.is_there() {
            return Ok(());
        }
        stages.run(&format!("set-up: {self} from npm"), || {
            install(&self.source, &self.folder)?;
            Ok(String::new())
        })
    }

    /// The folder with wasm-opt in it.
    pub(super) fn programs(&self) -> PathBuf {
        self.folder.join("node_modules/.bin")
    }

    /// npm makes the links to the programs last.
    fn is_there(&self) -> bool {
        self.programs().join("wasm-opt").exists()
    }
}

impl fmt::Display for Binaryen {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "binaryen {}", self.version)
    }
}
