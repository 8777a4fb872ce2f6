//! The page, and the bridge with the page inside.

use std::{fs, path::PathBuf, process::Command};

use anyhow::{Context as _, Result};

use crate::{
    command, fingerprint, page,
    project::Project,
    setup::{self, Scope, Tools},
    sizes,
    stages::Stages,
};

/// Sets up and builds all. Gives the path of the bridge.
pub(crate) fn all(project: &Project, stages: &mut Stages) -> Result<PathBuf> {
    let tools = setup::ensure(project, Scope::Build, stages)?;
    with_tools(project, &tools, stages)
}

/// Builds the page, if anything it is made from has changed, and the bridge.
pub(crate) fn with_tools(project: &Project, tools: &Tools, stages: &mut Stages) -> Result<PathBuf> {
    stages.run("build: the page", || build_page(project, tools))?;
    stages.run("build: the bridge", || bridge(project))?;
    Ok(project.bridge())
}

/// Cargo would find out by itself that nothing has changed; wasm-bindgen and wasm-opt would run again.
fn build_page(project: &Project, tools: &Tools) -> Result<String> {
    let folder = project.page();
    // What the page that lies there was made from, and below it its sizes.
    let stamp = project.target.join("page.stamp");
    let fingerprint = fingerprint::of(&project.root, page::INPUTS, &[&tools.versions])?;
    let last = fs::read_to_string(&stamp).unwrap_or_default();
    if let Some((_, sizes)) = last.split_once('\n').filter(|(of, _)| *of == fingerprint)
        && folder.join("index.html").is_file()
    {
        eprint!("{sizes}");
        return Ok("nothing has changed".into());
    }
    page::build(project, tools)?;
    let sizes = sizes::of_page(&folder)?;
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
