//! The tools that come as crates, each built once into a folder of the cache named after its version.

use std::{fs, path::PathBuf, thread, time::Instant};

use anyhow::{Context as _, Result, anyhow};

use super::Scope;
use crate::{command, project::Project, stages::Stages};

const CARGO_DENY: &str = "0.20.2";

/// These tools are run a few times and built on every new machine: they are compiled for a quick
/// build, not for speed.
const QUICK_BUILD: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "256"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "false"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
];

/// One tool in one version.
pub(super) struct CargoTool {
    name: &'static str,
    version: String,
    /// What `cargo install` is told beside the name and the version.
    flags: &'static [&'static str],
}

/// What `scope` needs. wasm-bindgen's program must have the same version as the library.
pub(super) fn needed(wasm_bindgen: &str, scope: Scope) -> Vec<CargoTool> {
    let mut tools = vec![
        // Not `--locked`: its own lock file names a crate version that cannot be had.
        CargoTool { name: "wasm-bindgen-cli", version: wasm_bindgen.into(), flags: &[] },
    ];
    if scope == Scope::Test {
        tools.push(CargoTool {
            name: "cargo-deny",
            version: CARGO_DENY.into(),
            flags: &["--locked"],
        });
    }
    tools
}

/// Builds those of `tools` that are not in the cache, side by side.
pub(super) fn ensure(project: &Project, tools: &[CargoTool], stages: &mut Stages) -> Result<()> {
    let missing: Vec<_> = tools.iter().filter(|tool| !tool.is_there(project)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names: Vec<_> = missing.iter().map(|tool| tool.versioned()).collect();
    stages.run(&format!("set-up: {}", names.join(", ")), || {
        eprintln!("built once, which takes a few minutes, and kept in {}", project.cache.display());
        thread::scope(|scope| {
            let builds: Vec<_> =
                missing.iter().map(|tool| scope.spawn(|| tool.install(project))).collect();
            let results = builds.into_iter().map(|build| {
                build
                    .join()
                    .unwrap_or_else(|_| Err(anyhow!("the thread of an installation panicked")))
            });
            // All of them end before the first error is told.
            results.collect::<Vec<_>>().into_iter().collect::<Result<()>>()
        })?;
        Ok(String::new())
    })
}

impl CargoTool {
    /// The folder with its programs.
    pub(super) fn folder(&self, project: &Project) -> PathBuf {
        project.cache.join(self.versioned()).join("bin")
    }

    fn versioned(&self) -> String {
        format!("{}-{}", self.name, self.version)
    }

    fn is_there(&self, project: &Project) -> bool {
        self.folder(project).is_dir()
    }

    /// Builds it in a folder beside the final one, which gets its name when all is there.
    fn install(&self, project: &Project) -> Result<()> {
        let start = Instant::now();
        let partial = project.cache.join(format!("{}.partial", self.versioned()));
        if partial.exists() {
            fs::remove_dir_all(&partial)
                .with_context(|| format!("removing {}", partial.display()))?;
        }
        let mut cargo = command::cargo(&project.cache);
        cargo.args(["install", "--quiet", self.name, "--version", &self.version]);
        cargo.args(self.flags).arg("--root").arg(&partial);
        cargo.env_remove("CARGO_TARGET_DIR").envs(QUICK_BUILD);
        command::output(&mut cargo)?;
        let folder = project.cache.join(self.versioned());
        fs::rename(&partial, &folder).with_context(|| format!("naming {}", folder.display()))?;
        eprintln!("{} after {:.0} s", self.versioned(), start.elapsed().as_secs_f64());
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn another_version_lies_in_another_folder() {
        let [old, new] = ["0.2.130", "0.2.131"].map(|version| needed(version, Scope::Build));
        let names = |tools: Vec<CargoTool>| {
            tools.iter().map(CargoTool::versioned).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(names(old), "wasm-bindgen-cli-0.2.130");
        assert_eq!(names(new), "wasm-bindgen-cli-0.2.131");
    }
}
