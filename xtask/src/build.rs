//! The page, and the bridge with the page inside.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result};

use crate::{
    command, fingerprint,
    project::Project,
    setup::{self, Scope, Tools, WASM},
    sizes,
    stages::Stages,
    tls_module,
};

/// What the page is made from.
const PAGE_INPUTS: &[&str] = &[
    "Cargo.lock",
    "Cargo.toml",
    "Trunk.toml",
    "certificates",
    "frontend",
    "index.html",
    "protocol",
];

/// Sets up and builds all. Gives the path of the bridge.
pub(crate) fn all(project: &Project, stages: &mut Stages) -> Result<PathBuf> {
    let tools = setup::ensure(project, Scope::Build, stages)?;
    with_tools(project, &tools, stages)
}

/// Builds the page, if anything it is made from has changed, and the bridge.
pub(crate) fn with_tools(project: &Project, tools: &Tools, stages: &mut Stages) -> Result<PathBuf> {
    stages.run("build: the page", || page(project, tools))?;
    stages.run("build: the bridge", || bridge(project))?;
    Ok(project.bridge())
}

/// Cargo would find out by itself that nothing has changed; wasm-bindgen and wasm-opt would run again.
fn page(project: &Project, tools: &Tools) -> Result<String> {
    let page = project.page();
    // What the page that lies there was made from, and below it its sizes.
    let stamp = project.target.join("page.stamp");
    let fingerprint = fingerprint::of(&project.root, PAGE_INPUTS, &[&tools.versions])?;
    let last = fs::read_to_string(&stamp).unwrap_or_default();
    if let Some((_, sizes)) = last.split_once('\n').filter(|(of, _)| *of == fingerprint)
        && page.join("index.html").is_file()
    {
        eprint!("{sizes}");
        return Ok("nothing has changed".into());
    }
    // Trunk runs offline, so that it downloads no tools; the crates have to be there before.
    command::run(command::cargo(&project.root).args(["fetch", "--quiet"]))?;
    if tools.wasm_is_from_debian() {
        // And those that Rust's own library is built from: they are fetched for a named target only.
        let mut cargo = tools.wasm_command("cargo", &project.root)?;
        command::run(cargo.args(["fetch", "--quiet", "--target", WASM]))?;
    }
    let mut trunk = tools.wasm_command("trunk", &project.root)?;
    trunk.args(["build", "--release", "--offline", "--dist"]).arg(&page);
    // Trunk reads these as true or false and stops at anything else; `1` is what people set.
    trunk.env_remove("NO_COLOR").env_remove("CI");
    command::run(&mut trunk)?;
    tls_module::place(&page)?;
    let sizes = sizes::of_page(&page)?;
    eprint!("{sizes}");
    fs::write(&stamp, format!("{fingerprint}\n{sizes}"))
        .with_context(|| format!("writing {}", stamp.display()))?;
    Ok(String::new())
}

fn bridge(project: &Project) -> Result<String> {
    command::run(&mut cargo_for_bridge(project))?;
    let binary = project.bridge();
    let size = fs::metadata(&binary)
        .with_context(|| format!("cargo should have built {}", binary.display()))?
        .len();
    Ok(format!("{} with the page inside", sizes::shown(size)))
}

/// Cargo, told to build the bridge with the page inside.
pub(crate) fn cargo_for_bridge(project: &Project) -> Command {
    let mut cargo = command::cargo(&project.root);
    cargo.args(["build", "--release", "--package", "bridge"]);
    cargo.env("SMTP_WALKTHROUGH_PAGE", project.page());
    cargo
}
