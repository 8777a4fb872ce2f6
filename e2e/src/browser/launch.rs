//! Starting chromedriver, and through it Chromium.

use std::{
    env, fs,
    path::{Path, PathBuf},
    process::Command,
};

use fantoccini::{Client, ClientBuilder};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Value, json};

use super::Options;
use crate::{Error, Result, process::Program, wait};

/// Headless, alone, and with no word to anybody but this machine.
const FLAGS: [&str; 11] = [
    "--headless",
    // Chromium's sandbox refuses to run as root; what is opened here is our own.
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--disable-extensions",
    "--hide-scrollbars",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1, EXCLUDE [::1]",
];

/// Starts both with the profile in `profile`.
pub(super) async fn launch(options: &Options, profile: &Path) -> Result<(Client, Program)> {
    let chromedriver = program("CHROMEDRIVER", "/usr/bin/chromedriver", "chromium-driver")?;
    let chromium = program("CHROMIUM", "/usr/bin/chromium", "chromium")?;
    let mut command = Command::new(chromedriver);
    // The same times on every picture, and what Chromium leaves behind goes with the profile.
    command.arg("--port=0").env("TZ", "UTC").env("TMPDIR", profile);
    let mut driver = Program::start(&mut command, &profile.join("chromedriver.log"))?;
    let port = port(&mut driver).await?;
    let Value::Object(capabilities) = capabilities(options, profile, &chromium) else {
        unreachable!("written as an object below")
    };
    let client = ClientBuilder::new(HttpConnector::new())
        .capabilities(capabilities)
        .connect(&format!("http://127.0.0.1:{port}"))
        .await
        .map_err(|source| Error::Session { source, output: driver.printed() })?;
    Ok((client, driver))
}

fn program(variable: &str, usual: &str, package: &str) -> Result<PathBuf> {
    let path = env::var_os(variable).map_or_else(|| usual.into(), PathBuf::from);
    match fs::metadata(&path) {
        Ok(_) => Ok(path),
        Err(error) => Err(Error::Missing {
            expected: format!("{}", path.display()),
            found: error.to_string(),
            cure: format!("install Debian's package `{package}`, or name another in {variable}"),
        }),
    }
}

/// The port chromedriver chose: asked for port 0, it takes a free one and says which.
async fn port(driver: &mut Program) -> Result<u16> {
    wait::until("chromedriver to say its port", wait::PATIENCE, async || {
        driver.expect_running()?;
        let printed = driver.printed();
        let said = printed.split("started successfully on port ").nth(1);
        Ok(said.and_then(|rest| rest.split_once('.')?.0.parse().ok()))
    })
    .await
}

fn capabilities(options: &Options, profile: &Path, chromium: &Path) -> Value {
    let (width, height) = options.viewport;
    let mut arguments = FLAGS.map(str::to_owned).to_vec();
    arguments.push(format!("--user-data-dir={}", profile.display()));
    arguments.push(format!("--window-size={width},{height}"));
    if let Some(first) = options.languages.first() {
        arguments.push(format!("--lang={first}"));
    }
    json!({
        "browserName": "chrome",
        "goog:chromeOptions": {
            "binary": chromium,
            "args": arguments,
            "prefs": { "intl.accept_languages": options.languages.join(",") },
        },
        "goog:loggingPrefs": { "browser": "ALL" },
    })
}
