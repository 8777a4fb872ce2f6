//! From a crate to WebAssembly for browsers: compiled, cut into parts where it is to be, given its glue, and shrunk.

use std::{
    fs,
    path::{Path, PathBuf},
};

use anyhow::{Context as _, Result, anyhow};

use crate::{
    command,
    project::Project,
    setup::{Tools, WASM},
};

/// What the browser starts with.
pub(super) const MAIN: &str = "main_bg.wasm";
/// And the JavaScript that starts it.
pub(super) const GLUE: &str = "main.js";

/// What the compiler may use beyond the first WebAssembly; every browser of the last years has it. wasm-opt is not told
/// to use all it knows: that is more than browsers do.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// A crate that becomes WebAssembly.
pub(super) struct Module {
    pub(super) package: &'static str,
    pub(super) features: &'static [&'static str],
    /// Whether it is cut into parts that are fetched one by one.
    pub(super) is_cut: bool,
    /// Files of the checkout that belong beside it.
    pub(super) beside: &'static [&'static str],
}

impl Module {
    /// Builds it, and gives the folder with all its files.
    pub(super) fn build(&self, project: &Project, tools: &Tools) -> Result<PathBuf> {
        let compiled = self.compile(project, tools)?;
        let folder = project.target.join("browser").join(self.package);
        if folder.exists() {
            fs::remove_dir_all(&folder)
                .with_context(|| format!("removing {}", folder.display()))?;
        }
        fs::create_dir_all(&folder).with_context(|| format!("making {}", folder.display()))?;
        let main = folder.with_extension("wasm");
        if self.is_cut {
            cut(&compiled, &main, &folder)?;
        } else {
            fs::copy(&compiled, &main).with_context(|| format!("copying to {}", main.display()))?;
        }
        let mut bindgen = tools.command("wasm-bindgen", &project.root)?;
        bindgen.args(["--target", "web", "--no-typescript", "--out-name", "main", "--out-dir"]);
        bindgen.arg(&folder);
        if self.is_cut {
            // The parts find what they share by the names that the linker gave it.
            bindgen.args(["--keep-lld-exports", "--no-demangle"]);
        }
        command::output(bindgen.arg(&main))?;
        for file in wasm_files(&folder)? {
            let mut shrink = tools.command("wasm-opt", &project.root)?;
            command::output(
                shrink.args(["-Oz", "--converge"]).args(FEATURES).arg(&file).arg("-o").arg(&file),
            )?;
        }
        for file in self.beside {
            let from = project.root.join(file);
            let name = from.file_name().context("a file has a name")?;
            fs::copy(&from, folder.join(name)).with_context(|| format!("copying {file}"))?;
        }
        Ok(folder)
    }

    fn compile(&self, project: &Project, tools: &Tools) -> Result<PathBuf> {
        let mut cargo = tools.wasm_command("cargo", &project.root)?;
        cargo.args(["build", "--profile", "small", "--target", WASM, "--package", self.package]);
        cargo.args(self.features.iter().flat_map(|feature| ["--features", feature]));
        command::run(&mut cargo)?;
        Ok(project.target.join(WASM).join("small").join(format!("{}.wasm", self.package)))
    }
}

/// Cuts a module into the one that begins, and into `folder` its parts with the JavaScript that fetches them.
fn cut(compiled: &Path, main: &Path, folder: &Path) -> Result<()> {
    let whole = fs::read(compiled).with_context(|| format!("reading {}", compiled.display()))?;
    let mut options = wasm_split_cli_support::Options::new(&whole);
    options.output_dir = folder;
    options.main_out_path = main;
    let main_module = format!("./{GLUE}");
    options.main_module = &main_module;
    wasm_split_cli_support::transform(options)
        .map_err(|error| anyhow!("cutting {}: {error:#}", compiled.display()))?;
    Ok(())
}

fn wasm_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = fs::read_dir(folder).with_context(|| format!("reading {}", folder.display()))?;
    let paths = entries.map(|entry| Ok(entry?.path())).collect::<Result<Vec<_>>>()?;
    Ok(paths.into_iter().filter(|path| path.extension().is_some_and(|it| it == "wasm")).collect())
}
