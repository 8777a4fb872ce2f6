//! What others get, in `target/dist/`: the program with the page inside, a Debian package, what a container is built
//! from, and the checksums of all of it.
//!
//! The container's program is tried where a container would run it: alone, and not as root.
//!
//! The same commit gives the same files: what is dated has the commit's date.

mod tried;

use std::{
    env,
    fmt::Write as _,
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use anyhow::{Context as _, Result, ensure};
use sha2::{Digest as _, Sha256};

use crate::{build, command, project::Project, sizes, stages::Stages};

const VERSION: &str = env!("CARGO_PKG_VERSION");

/// Makes all of it, as far as this system can, and tries it. Gives the folder.
pub(crate) fn run(project: &Project, stages: &mut Stages) -> Result<PathBuf> {
    build::all(project, stages)?;
    after_build(project, stages)
}

/// The same, of what has been built already.
pub(crate) fn after_build(project: &Project, stages: &mut Stages) -> Result<PathBuf> {
    let folder = project.target.join("dist");
    // What an older version left does not belong to this one.
    if folder.exists() {
        fs::remove_dir_all(&folder).with_context(|| format!("emptying {}", folder.display()))?;
    }
    make(&folder)?;
    let triple = host()?;
    stages.run("dist: the program", || {
        let program =
            folder.join(format!("smtp-bridge-{VERSION}-{triple}{}", env::consts::EXE_SUFFIX));
        copy(&project.bridge(), &program)?;
        tried::program(project, &program)
    })?;
    if triple.ends_with("linux-gnu") {
        stages.run("dist: a container's folder", || container(project, &folder, &triple))?;
    } else {
        eprintln!("The container's folder is made on Linux.");
    }
    if command::find("dpkg-deb").is_some() {
        stages.run("dist: the Debian package", || debian(project, &folder))?;
    } else {
        eprintln!("The Debian package is made where there is dpkg-deb.");
    }
    stages.run("dist: checksums", || {
        let sums = checksums(&folder)?;
        write(&folder.join("SHA256SUMS"), &sums)?;
        Ok(format!("{} files", sums.lines().count()))
    })?;
    Ok(folder)
}

/// What `rustc` builds for by itself.
fn host() -> Result<String> {
    let version = command::output(Command::new("rustc").arg("-vV"))?;
    let host = version.lines().find_map(|line| line.strip_prefix("host: "));
    Ok(host.context("rustc should say for which host it builds")?.to_owned())
}

/// A container has nothing but the program, so it is linked with all that it needs.
fn container(project: &Project, folder: &Path, triple: &str) -> Result<String> {
    let mut cargo = build::cargo_for_bridge(project);
    // A target that is named keeps the flags away from what runs while it is built.
    cargo.args(["--target", triple]);
    let flags = format!("CARGO_TARGET_{}_RUSTFLAGS", triple.to_uppercase().replace('-', "_"));
    command::run(cargo.env(flags, "-C target-feature=+crt-static"))?;
    let container = folder.join("container");
    make(&container)?;
    let program = container.join("smtp-bridge");
    copy(&project.target.join(triple).join("release/smtp-bridge"), &program)?;
    copy(&project.root.join("deploy/Containerfile"), &container.join("Containerfile"))?;
    // An interpreter would be asked for by name, and be missed in the container.
    let interpreter = fs::read(&program)?.windows(7).any(|name| name == b"/ld-lin");
    ensure!(!interpreter, "{} is not static", program.display());
    Ok(format!("{}{}", tried::program(project, &program)?, tried::names(project, &program)?))
}

/// What goes into the package beside the program, and where.
const FILES: &[(&str, &str)] = &[
    ("deploy/smtp-bridge.service", "usr/lib/systemd/system/smtp-bridge.service"),
    ("deploy/smtp-bridge.toml", "etc/smtp-bridge/smtp-bridge.toml"),
    ("deploy/haproxy.cfg", "usr/share/doc/smtp-bridge/examples/haproxy.cfg"),
    ("deploy/kubernetes.yaml", "usr/share/doc/smtp-bridge/examples/kubernetes.yaml"),
    ("README.md", "usr/share/doc/smtp-bridge/README.md"),
    ("CHANGELOG.md", "usr/share/doc/smtp-bridge/CHANGELOG.md"),
];

/// Where each shell looks for completions.
const COMPLETIONS: &[(&str, &str)] = &[
    ("bash", "usr/share/bash-completion/completions/smtp-bridge"),
    ("fish", "usr/share/fish/vendor_completions.d/smtp-bridge.fish"),
    ("zsh", "usr/share/zsh/vendor-completions/_smtp-bridge"),
];

fn debian(project: &Project, folder: &Path) -> Result<String> {
    let root = project.target.join("debian");
    if root.exists() {
        fs::remove_dir_all(&root).with_context(|| format!("emptying {}", root.display()))?;
    }
    let program = root.join("usr/bin/smtp-bridge");
    copy(&project.bridge(), &program)?;
    for (from, to) in FILES {
        copy(&project.root.join(from), &root.join(to))?;
    }
    for (shell, to) in COMPLETIONS {
        let completions = command::output(Command::new(&program).args(["--completions", shell]))?;
        write(&root.join(to), &completions)?;
    }
    let licences = ["LICENSE-MIT", "LICENSE-APACHE"].map(|name| project.root.join(name));
    let licences = licences.map(fs::read_to_string).into_iter().collect::<Result<Vec<_>, _>>()?;
    let copyright = format!("Licence: MIT OR Apache-2.0\n\n{}", licences.join("\n\n"));
    write(&root.join("usr/share/doc/smtp-bridge/copyright"), &copyright)?;
    let architecture = command::output(Command::new("dpkg").arg("--print-architecture"))?;
    let architecture = architecture.trim();
    let control = control(architecture, &glibc(&fs::read(&program)?)?);
    write(&root.join("DEBIAN/control"), &control)?;
    write(&root.join("DEBIAN/conffiles"), "/etc/smtp-bridge/smtp-bridge.toml\n")?;

    // Whoever builds it may keep their files to themselves; these are for all.
    command::output(Command::new("chmod").args(["-R", "u=rwX,go=rX"]).arg(&root))?;
    let package = folder.join(format!("smtp-bridge_{VERSION}_{architecture}.deb"));
    let mut dpkg = Command::new("dpkg-deb");
    let git = ["log", "-1", "--format=%ct"];
    if let Ok(date) = command::output(Command::new("git").args(git).current_dir(&project.root)) {
        dpkg.env("SOURCE_DATE_EPOCH", date.trim());
    }
    command::output(dpkg.args(["--root-owner-group", "--build"]).arg(&root).arg(&package))?;
    let unit = try_package(project, &package)?;
    Ok(format!("{}{unit}", sizes::shown(fs::metadata(&package)?.len())))
}

fn control(architecture: &str, glibc: &str) -> String {
    format!(
        "Package: smtp-bridge\nVersion: {VERSION}\nArchitecture: {architecture}\nSection: net\n\
         Priority: optional\nMaintainer: SMTP Walkthrough <smtp-walkthrough@example.org>\n\
         Depends: libc6 (>= {glibc}), libgcc-s1\n\
         Description: a page that walks through real SMTP sessions, and its way to mail servers\n \
         The page runs in the browser and speaks SMTP itself, step by step, every byte explained.\n \
         The bridge serves it, carries its bytes from a WebSocket to the mail servers that it may\n \
         dial, and has a practice server of its own.\n"
    )
}

/// The newest version of the C library that a program asks for.
fn glibc(program: &[u8]) -> Result<String> {
    const NAME: &[u8] = b"GLIBC_2.";
    let minor = program.windows(NAME.len() + 2).filter_map(|window| {
        let digits = std::str::from_utf8(window.strip_prefix(NAME)?).ok()?;
        digits.trim_end_matches(|c: char| !c.is_ascii_digit()).parse::<u32>().ok()
    });
    Ok(format!("2.{}", minor.max().context("it should be linked with glibc")?))
}

/// Unpacks a package, and sees that what it brings works together.
fn try_package(project: &Project, package: &Path) -> Result<&'static str> {
    let root = project.target.join("debian-unpacked");
    if root.exists() {
        fs::remove_dir_all(&root)?;
    }
    command::output(Command::new("dpkg-deb").arg("--extract").arg(package).arg(&root))?;
    let program = root.join("usr/bin/smtp-bridge");
    let options = root.join("etc/smtp-bridge/smtp-bridge.toml");
    command::output(Command::new(&program).arg("--check").arg("--config").arg(options))?;
    tried::unit(project, &root.join("usr/lib/systemd/system/smtp-bridge.service"), &program)
}

/// The checksum of every file in a folder, as `sha256sum --check` reads it.
fn checksums(folder: &Path) -> Result<String> {
    let mut files = Vec::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(&next)? {
            let path = entry?.path();
            if path.is_dir() { folders.push(path) } else { files.push(path) }
        }
    }
    files.sort();
    let mut sums = String::new();
    for file in files {
        let name = file.strip_prefix(folder)?.to_string_lossy().replace('\\', "/");
        // Writing to a String does not fail.
        for byte in Sha256::digest(fs::read(&file)?) {
            let _ = write!(sums, "{byte:02x}");
        }
        let _ = writeln!(sums, "  {name}");
    }
    Ok(sums)
}

fn make(folder: &Path) -> Result<()> {
    fs::create_dir_all(folder).with_context(|| format!("making {}", folder.display()))
}

/// With the rights of the original.
fn copy(from: &Path, to: &Path) -> Result<()> {
    make(to.parent().context("it lies in a folder")?)?;
    fs::copy(from, to)
        .with_context(|| format!("copying {} to {}", from.display(), to.display()))?;
    Ok(())
}

fn write(to: &Path, text: &str) -> Result<()> {
    make(to.parent().context("it lies in a folder")?)?;
    fs::write(to, text).with_context(|| format!("writing {}", to.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_newest_version_that_is_asked_for_is_found() {
        let program = b"\0GLIBC_2.4\0GLIBC_2.34\0GLIBC_2.2.5\0GLIBC_PRIVATE\0";
        assert_eq!(glibc(program).unwrap(), "2.34");
        assert!(glibc(b"\x7fELF").is_err());
    }

    #[test]
    fn every_file_has_its_checksum_in_the_order_of_the_names() {
        let folder = tempfile::tempdir().unwrap();
        write(&folder.path().join("b"), "").unwrap();
        write(&folder.path().join("a/c"), "abc").unwrap();
        let sums = checksums(folder.path()).unwrap();
        let lines: Vec<_> = sums.lines().collect();
        // NIST's own examples.
        assert_eq!(
            lines,
            [
                "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad  a/c",
                "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855  b",
            ]
        );
    }
}
