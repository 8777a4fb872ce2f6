//! Servers from Debian's packages, unpacked and not installed.
//!
//! Debian lets only one mail server be installed, and starts what is: so nothing is. The packages are downloaded by
//! apt and unpacked into a folder of the cache named after their version. What they need of the system (libraries,
//! SASL's plug-ins) are ordinary packages that disturb nobody; those are installed where they are missing.

use std::{
    collections::BTreeMap,
    env,
    fs::{self, File},
    path::{Path, PathBuf},
    process::Command,
    sync::{Mutex, PoisonError},
};

use crate::{Error, Result, process::run};

/// A server's packages.
#[derive(Debug)]
pub(crate) struct Packages {
    /// To unpack; the first is the server itself, whose version names all of it.
    pub(crate) unpacked: &'static [&'static str],
    /// To install, since they are loaded at run time, so that no program's dependencies name them.
    pub(crate) plug_ins: &'static [&'static str],
}

/// The packages of one version, each unpacked in a folder of its own name.
#[derive(Clone, Debug)]
pub(crate) struct Tree(PathBuf);

impl Tree {
    /// What a package brings, as if this were `/`.
    pub(crate) fn of(&self, package: &str) -> PathBuf {
        self.0.join(package)
    }

    /// The names of the system's packages it needs, one a line.
    fn needs(&self) -> PathBuf {
        self.0.join("needs")
    }
}

/// Another apt may be at work; it gets ten minutes to finish.
const WAIT_FOR_APT: [&str; 2] = ["-o", "DPkg::Lock::Timeout=600"];

impl Packages {
    const fn name(&self) -> &'static str {
        self.unpacked[0]
    }

    /// Gives the programs, fetching them the first time.
    ///
    /// # Errors
    /// Where apt is missing or fails.
    pub(crate) fn tree(&self) -> Result<Tree> {
        // Tests run side by side; the first one fetches, the others wait for it.
        static TREES: Mutex<BTreeMap<&str, Tree>> = Mutex::new(BTreeMap::new());
        let mut trees = TREES.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tree) = trees.get(self.name()) {
            return Ok(tree.clone());
        }
        let cache = cache()?;
        // Other test processes wait here, until this one is through.
        let lock = cache.join(format!("{}.lock", self.name()));
        let lock = File::create(&lock).map_err(Error::io(format!("write {}", lock.display())))?;
        lock.lock().map_err(Error::io("lock the cache"))?;
        let ready = match newest(&cache, self.name())? {
            Some(ready) => ready,
            None => self.fetch(&cache)?,
        };
        install_needs(&ready)?;
        trees.insert(self.name(), ready.clone());
        Ok(ready)
    }

    /// Downloads and unpacks in a folder beside the final one, which gets its name when all is there.
    fn fetch(&self, cache: &Path) -> Result<Tree> {
        let work = tempfile::tempdir_in(cache).map_err(Error::io("make a folder in the cache"))?;
        self.download(work.path())?;
        let tree = Tree(work.path().join("tree"));
        let mut needs: Vec<String> = self.plug_ins.iter().map(ToString::to_string).collect();
        let mut version = String::new();
        for package in self.unpacked {
            let (archive, of_package) = archive(work.path(), package)?;
            let into = tree.of(package);
            fs::create_dir_all(&into).map_err(Error::io(format!("make {}", into.display())))?;
            run(Command::new("dpkg").arg("-x").args([&archive, &into]))?;
            let mut depends = Command::new("dpkg-deb");
            needs.extend(libraries(&run(depends.arg("-f").arg(&archive).arg("Depends"))?));
            if *package == self.name() {
                version = of_package;
            }
        }
        needs.sort();
        needs.dedup();
        fs::write(tree.needs(), needs.join("\n")).map_err(Error::io("write into the cache"))?;
        let home = cache.join(format!("{}-{version}", self.name()));
        fs::rename(&tree.0, &home).map_err(Error::io(format!("make {}", home.display())))?;
        Ok(Tree(home))
    }

    fn download(&self, into: &Path) -> Result<()> {
        let download = || {
            let mut apt = Command::new("apt-get");
            run(apt.current_dir(into).arg("download").args(self.unpacked))
        };
        match download() {
            Ok(_) => return Ok(()),
            Err(Error::Io { source, .. }) => {
                return Err(Error::Missing {
                    expected: format!("`apt-get`, to download Debian's {}", self.name()),
                    found: source.to_string(),
                    cure: "run these tests on Debian or in a container of it".into(),
                });
            }
            // A new machine has no package lists yet, an old one knows versions that are gone.
            Err(_) => run(Command::new("apt-get").args(WAIT_FOR_APT).arg("update"))?,
        };
        download().map(drop)
    }
}

/// `$XDG_CACHE_HOME/smtp-walkthrough`, or the same below `~/.cache`.
fn cache() -> Result<PathBuf> {
    let base = env::var_os("XDG_CACHE_HOME")
        .map(PathBuf::from)
        .or_else(|| env::home_dir().map(|home| home.join(".cache")))
        .ok_or_else(|| Error::Missing {
            expected: "a folder for caches".into(),
            found: "neither XDG_CACHE_HOME nor HOME is set".into(),
            cure: "set one of them".into(),
        })?;
    let cache = base.join("smtp-walkthrough");
    fs::create_dir_all(&cache)
        .map_err(Error::io(format!("make the folder {}", cache.display())))?;
    Ok(cache)
}

/// The version that was unpacked last, if any.
fn newest(cache: &Path, name: &str) -> Result<Option<Tree>> {
    let name = format!("{name}-");
    let reading = || Error::io(format!("read the folder {}", cache.display()));
    let mut trees = Vec::new();
    for entry in fs::read_dir(cache).map_err(reading())? {
        let entry = entry.map_err(reading())?;
        if entry.path().is_dir() && entry.file_name().to_string_lossy().starts_with(&name) {
            let when = entry.metadata().and_then(|data| data.modified()).map_err(reading())?;
            trees.push((when, entry.path()));
        }
    }
    Ok(trees.into_iter().max().map(|(_, path)| Tree(path)))
}

/// Where apt put a package, and its version: `NAME_VERSION_ARCHITECTURE.deb`.
fn archive(folder: &Path, package: &str) -> Result<(PathBuf, String)> {
    let entries = fs::read_dir(folder).map_err(Error::io("read the downloaded packages"))?;
    entries
        .filter_map(|entry| Some(entry.ok()?.path()))
        .find_map(|path| {
            let mut parts = path.file_name()?.to_str()?.strip_suffix(".deb")?.split('_');
            let version = (parts.next() == Some(package)).then(|| parts.next())??;
            Some((path.clone(), version.to_owned()))
        })
        .ok_or_else(|| Error::Missing {
            expected: format!("{package}_VERSION_ARCHITECTURE.deb from `apt-get download`"),
            found: format!("{} holds no such file", folder.display()),
            cure: format!("try `apt-get download {package}` by hand"),
        })
}

/// The libraries in a package's `Depends`, of alternatives the first. The rest of it (debconf,
/// adduser, …) is for installing, which is not what happens here.
fn libraries(depends: &str) -> impl Iterator<Item = String> {
    depends
        .split(',')
        .filter_map(|dependency| dependency.split_whitespace().next())
        .filter(|name| name.starts_with("lib"))
        .map(str::to_owned)
}

fn install_needs(tree: &Tree) -> Result<()> {
    let needs = tree.needs();
    let needs = fs::read_to_string(&needs).map_err(Error::io(format!(
        "read {} (delete its folder to get it anew)",
        needs.display()
    )))?;
    // It fails when it has never heard of one of the packages, and still lists the others.
    let known = Command::new("dpkg-query")
        .args(["-W", "-f", "${Package} ${db:Status-Status}\n"])
        .args(needs.lines())
        .output()
        .map_err(Error::io("start `dpkg-query`"))?;
    let known = String::from_utf8_lossy(&known.stdout);
    let installed = |name: &str| known.lines().any(|line| line == format!("{name} installed"));
    let missing: Vec<&str> = needs.lines().filter(|name| !installed(name)).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let install = || {
        run(Command::new("apt-get")
            .args(WAIT_FOR_APT)
            .env("DEBIAN_FRONTEND", "noninteractive")
            .args(["install", "--yes", "--no-install-recommends"])
            .args(&missing))
    };
    if install().is_err() {
        run(Command::new("apt-get").args(WAIT_FOR_APT).arg("update"))?;
        install()?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::libraries;

    #[test]
    fn of_a_package_s_dependencies_only_the_libraries_are_needed() {
        let depends = "libc6 (>= 2.36), debconf (>= 0.5) | debconf-2.0, libdb5.3, ssl-cert";
        assert_eq!(libraries(depends).collect::<Vec<_>>(), ["libc6", "libdb5.3"]);
    }
}
