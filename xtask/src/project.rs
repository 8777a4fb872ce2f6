//! Where things are.

use std::{
    env, fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

/// The folders that everything else is found from.
pub(crate) struct Project {
    /// The checkout: the folder with the workspace's `Cargo.toml`.
    pub(crate) root: PathBuf,
    /// Cargo's target folder; the built page lies in it too.
    pub(crate) target: PathBuf,
    /// Where tools are kept from checkout to checkout.
    pub(crate) cache: PathBuf,
}

impl Project {
    /// The project this program was built from.
    pub(crate) fn here() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask/ lies in the project's folder")?
            .to_owned();
        let target = match env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        let caches = env::var_os("XDG_CACHE_HOME")
            .map(PathBuf::from)
            .filter(|folder| folder.is_absolute())
            .or_else(|| env::home_dir().map(|home| home.join(".cache")))
            .context("there is no folder for caches: set XDG_CACHE_HOME or HOME")?;
        let cache = caches.join("smtp-walkthrough");
        fs::create_dir_all(&cache).with_context(|| format!("making {}", cache.display()))?;
        Ok(Self { root, target, cache })
    }

    /// The folder the built page lies in.
    pub(crate) fn page(&self) -> PathBuf {
        self.target.join("page")
    }

    /// The built bridge.
    pub(crate) fn bridge(&self) -> PathBuf {
        self.target.join("release").join(format!("smtp-bridge{}", env::consts::EXE_SUFFIX))
    }
}
