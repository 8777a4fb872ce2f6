//! Postfix's programs, from Debian's packages, beside whatever mail server this machine has.
//!
//! Debian lets only one mail server be installed, so nothing is installed: the packages are
//! downloaded by apt and unpacked into a folder of the cache named after their version. What they
//! need of the system (libraries, SASL's plug-ins) are ordinary packages that disturb nobody;
//! those are installed where they are missing.

use std::{
    env,
    fs::{self, File},
    os::unix::fs::MetadataExt,
    path::{Path, PathBuf},
    process::Command,
    sync::Mutex,
};

use crate::{Error, Result, process::run};

/// The programs of one version.
#[derive(Debug)]
pub(super) struct Tree(PathBuf);

impl Tree {
    /// The unpacked package `postfix`.
    pub(super) fn root(&self) -> PathBuf {
        self.0.join("postfix")
    }

    /// `master` and the daemons it starts.
    pub(super) fn daemons(&self) -> PathBuf {
        self.libraries().join("sbin")
    }

    /// Postfix's own libraries.
    pub(super) fn libraries(&self) -> PathBuf {
        self.root().join("usr/lib/postfix")
    }

    /// The program that writes SASL's password file.
    pub(super) fn saslpasswd2(&self) -> PathBuf {
        self.0.join("sasl2-bin/usr/sbin/saslpasswd2")
    }

    /// The names of the system's packages it needs, one a line.
    fn needs(&self) -> PathBuf {
        self.0.join("needs")
    }
}

/// The packages to unpack.
const PACKAGES: [&str; 2] = ["postfix", "sasl2-bin"];

/// Loaded by libsasl2 at run time, so no program's dependencies name them.
const PLUG_INS: [&str; 2] = ["libsasl2-modules", "libsasl2-modules-db"];

/// Another apt may be at work; it gets ten minutes to finish.
const WAIT_FOR_APT: [&str; 2] = ["-o", "DPkg::Lock::Timeout=600"];

/// # Errors
/// [`Error::Missing`] unless this process runs as root.
pub(super) fn expect_root() -> Result<()> {
    let uid = fs::metadata("/proc/self").map_err(Error::io("read /proc/self"))?.uid();
    if uid == 0 {
        return Ok(());
    }
    Err(Error::Missing {
        expected: "to run as root, as Postfix's master insists on it".into(),
        found: format!("this is user {uid}"),
        cure: "run the tests as root, in a container for example".into(),
    })
}

/// Gives the programs, fetching them the first time.
///
/// # Errors
/// Where apt is missing or fails.
pub(super) fn tree() -> Result<&'static Tree> {
    // Tests run side by side; the first one fetches, the others wait for it.
    static TREE: Mutex<Option<&'static Tree>> = Mutex::new(None);
    let mut tree = TREE.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
    if let Some(tree) = *tree {
        return Ok(tree);
    }
    let cache = cache()?;
    // Other test processes wait here, until this one is through.
    let lock = cache.join("postfix.lock");
    let lock = File::create(&lock).map_err(Error::io(format!("write {}", lock.display())))?;
    lock.lock().map_err(Error::io("lock the cache"))?;
    let ready = match newest(&cache)? {
        Some(ready) => ready,
        None => fetch(&cache)?,
    };
    install_needs(&ready)?;
    Ok(tree.insert(Box::leak(Box::new(ready))))
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
fn newest(cache: &Path) -> Result<Option<Tree>> {
    let reading = || Error::io(format!("read the folder {}", cache.display()));
    let mut trees = Vec::new();
    for entry in fs::read_dir(cache).map_err(reading())? {
        let entry = entry.map_err(reading())?;
        if entry.path().is_dir() && entry.file_name().to_string_lossy().starts_with("postfix-") {
            let when = entry.metadata().and_then(|data| data.modified()).map_err(reading())?;
            trees.push((when, entry.path()));
        }
    }
    Ok(trees.into_iter().max().map(|(_, path)| Tree(path)))
}

/// Downloads and unpacks in a folder beside the final one, which gets its name when all is there.
fn fetch(cache: &Path) -> Result<Tree> {
    let work = tempfile::tempdir_in(cache).map_err(Error::io("make a folder in the cache"))?;
    download(work.path())?;
    let tree = Tree(work.path().join("tree"));
    let mut needs: Vec<String> = PLUG_INS.map(str::to_owned).into();
    let mut version = String::new();
    for package in PACKAGES {
        let (archive, of_package) = archive(work.path(), package)?;
        let into = tree.0.join(package);
        fs::create_dir_all(&into).map_err(Error::io(format!("make {}", into.display())))?;
        run(Command::new("dpkg").arg("-x").args([&archive, &into]))?;
        needs.extend(libraries(&run(Command::new("dpkg-deb")
            .arg("-f")
            .arg(&archive)
            .arg("Depends"))?));
        if package == "postfix" {
            version = of_package;
        }
    }
    needs.sort();
    needs.dedup();
    fs::write(tree.needs(), needs.join("\n")).map_err(Error::io("write into the cache"))?;
    let home = cache.join(format!("postfix-{version}"));
    fs::rename(&tree.0, &home).map_err(Error::io(format!("make {}", home.display())))?;
    Ok(Tree(home))
}

fn download(into: &Path) -> Result<()> {
    let download = || run(Command::new("apt-get").current_dir(into).arg("download").args(PACKAGES));
    match download() {
        Ok(_) => return Ok(()),
        Err(Error::Io { source, .. }) => {
            return Err(Error::Missing {
                expected: "`apt-get`, to download Debian's Postfix".into(),
                found: source.to_string(),
                cure: "run these tests on Debian or in a container of it".into(),
            });
        }
        // A new machine has no package lists yet, an old one knows versions that are gone.
        Err(_) => run(Command::new("apt-get").args(WAIT_FOR_APT).arg("update"))?,
    };
    download().map(drop)
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
