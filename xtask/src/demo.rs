//! Builds all, starts the bridge and says where to look.

use std::{
    env,
    net::TcpStream,
    process::{Child, Command, ExitCode},
    thread,
    time::Duration,
};

use anyhow::{Context as _, Result, bail};

use crate::{build, command, project::Project, stages::Stages};

/// Where the bridge listens when it is not told otherwise.
const USUAL_ADDRESS: &str = "127.0.0.1:8025";

/// How often to look whether the bridge answers.
const LOOK_AGAIN: Duration = Duration::from_millis(50);

/// Runs until the bridge ends, and ends as it does. `--open` is ours, and a `--` may set apart what
/// follows; all else goes to the bridge.
pub(crate) fn run(
    project: &Project,
    arguments: &[String],
    stages: &mut Stages,
) -> Result<ExitCode> {
    let binary = build::all(project, stages)?;
    let words = arguments.iter().filter(|word| *word != "--");
    let (ours, theirs): (Vec<_>, Vec<_>) = words.partition(|word| *word == "--open");
    let listen = address(&theirs, env::var("SMTP_BRIDGE_LISTEN").ok());
    // Else it would be taken for the bridge that is about to start.
    if TcpStream::connect(&listen).is_ok() {
        bail!(
            "something listens on {listen} already: end it, or choose another port with --listen"
        );
    }
    let mut bridge = Command::new(&binary);
    let mut bridge = bridge.args(&theirs).spawn().context("the bridge could not be started")?;
    if answers(&mut bridge, &listen)? {
        let url = format!("http://{listen}/");
        eprintln!("\nThe page is at {url}\nCtrl-C stops the bridge.\n");
        if !ours.is_empty() {
            open(&url);
        }
    }
    let status = bridge.wait().context("waiting for the bridge")?;
    let code = status.code().and_then(|code| u8::try_from(code).ok());
    Ok(code.map_or(ExitCode::FAILURE, ExitCode::from))
}

/// The address a browser on this machine can use: what the bridge was told with `--listen` or in its
/// environment variable, with loopback in the place of "all addresses".
fn address(arguments: &[&String], variable: Option<String>) -> String {
    let mut words = arguments.iter();
    let mut listen = variable;
    while let Some(word) = words.next() {
        if word.as_str() == "--listen" {
            listen = words.next().map(|word| (*word).clone());
        } else if let Some(value) = word.strip_prefix("--listen=") {
            listen = Some(value.into());
        }
    }
    let listen = listen.unwrap_or_else(|| USUAL_ADDRESS.into());
    for (all, loopback) in [("0.0.0.0:", "127.0.0.1:"), ("[::]:", "[::1]:")] {
        if let Some(port) = listen.strip_prefix(all) {
            return format!("{loopback}{port}");
        }
    }
    listen
}

/// Waits until the bridge accepts connections; false when it ended before that, having said why.
fn answers(bridge: &mut Child, address: &str) -> Result<bool> {
    loop {
        if bridge.try_wait().context("looking after the bridge")?.is_some() {
            return Ok(false);
        }
        if TcpStream::connect(address).is_ok() {
            return Ok(true);
        }
        thread::sleep(LOOK_AGAIN);
    }
}

/// Opens a page in the person's browser. It can be opened by hand too, so a failure is only told.
fn open(url: &str) {
    let url = url.to_owned();
    // In a thread of its own: some openers end with the browser.
    thread::spawn(move || {
        if !opener(&url).is_ok_and(|mut opener| command::succeeds(&mut opener)) {
            eprintln!("No browser could be opened from here: open {url} yourself.\n");
        }
    });
}

fn opener(url: &str) -> Result<Command> {
    let words: &[&str] = match env::consts::OS {
        "linux" | "freebsd" | "netbsd" | "openbsd" => &["xdg-open"],
        "macos" => &["open"],
        "windows" => &["cmd", "/C", "start", ""],
        other => bail!("it is not known how to do that on {other}"),
    };
    let mut command = Command::new(words[0]);
    command.args(&words[1..]).arg(url);
    Ok(command)
}

#[cfg(test)]
mod tests {
    use super::address;

    fn of(arguments: &str, variable: Option<&str>) -> String {
        let words: Vec<String> = arguments.split_whitespace().map(Into::into).collect();
        address(&words.iter().collect::<Vec<_>>(), variable.map(Into::into))
    }

    #[test]
    fn the_address_is_the_one_the_bridge_was_told() {
        assert_eq!(of("", None), "127.0.0.1:8025");
        assert_eq!(of("--no-practice --listen 127.0.0.1:9000", None), "127.0.0.1:9000");
        assert_eq!(of("--listen=[::1]:9000 --no-practice", None), "[::1]:9000");
        assert_eq!(of("", Some("127.0.0.1:9001")), "127.0.0.1:9001");
        assert_eq!(of("--listen 127.0.0.1:9000", Some("127.0.0.1:9001")), "127.0.0.1:9000");
    }

    #[test]
    fn a_bridge_on_all_addresses_is_opened_on_loopback() {
        assert_eq!(of("--listen 0.0.0.0:80", None), "127.0.0.1:80");
        assert_eq!(of("--listen [::]:80", None), "[::1]:80");
    }
}
