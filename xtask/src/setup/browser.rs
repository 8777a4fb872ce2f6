//! The browser that the page is tested in, and its driver.

use std::{
    env,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result};

use super::debian;
use crate::{command, stages::Stages};

/// Chromium and its driver.
pub(super) struct Browser {
    chromium: PathBuf,
    chromedriver: PathBuf,
}

/// Without it a Chinese page shows boxes, in screenshots too.
const FONT: &str = "fonts-wqy-microhei";

/// What is missing here and cannot be installed.
pub(super) fn lacking() -> Option<String> {
    if Browser::find().is_some() || debian::can_install() {
        return None;
    }
    let how = if debian::is_debian() {
        format!("as root: apt-get install chromium chromium-driver {FONT}")
    } else {
        "install both in the same version, with a font that has Chinese; if they are not on the \
         PATH, name them in CHROMIUM and CHROMEDRIVER"
            .into()
    };
    Some(format!("Chromium and chromedriver ({how})"))
}

impl Browser {
    /// Finds them, or installs Debian's.
    pub(super) fn ensure(stages: &mut Stages) -> Result<Self> {
        let mut packages = Vec::new();
        if Self::find().is_none() {
            packages.extend(["chromium", "chromium-driver"]);
        }
        if debian::can_install() && !debian::has(FONT) {
            packages.push(FONT);
        }
        if !packages.is_empty() {
            stages.run(&format!("set-up: {} from Debian", packages.join(", ")), || {
                debian::install(&packages)?;
                Ok(String::new())
            })?;
        }
        Self::find().context("Chromium and chromedriver were installed, but are not on the PATH")
    }

    /// For the journeys, and for wasm-bindgen's test runner.
    pub(super) fn environment(&self) -> [(&'static str, &Path); 2] {
        [("CHROMIUM", &self.chromium), ("CHROMEDRIVER", &self.chromedriver)]
    }

    fn find() -> Option<Self> {
        let named =
            |variable| env::var_os(variable).map(PathBuf::from).filter(|path| path.is_file());
        let chromium = named("CHROMIUM").or_else(|| {
            ["chromium", "chromium-browser", "google-chrome"].into_iter().find_map(command::find)
        })?;
        let chromedriver = named("CHROMEDRIVER").or_else(|| command::find("chromedriver"))?;
        Some(Self { chromium, chromedriver })
    }
}
