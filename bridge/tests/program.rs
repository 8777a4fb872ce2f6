//! The program as a person starts it.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{
    io::{BufRead as _, BufReader, Read as _},
    process::{Child, Command, Output, Stdio},
};

fn program(arguments: &[&str]) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_smtp-bridge"));
    command.args(arguments).stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped());
    command
}

fn output(arguments: &[&str]) -> Output {
    program(arguments).output().unwrap()
}

#[test]
fn help_names_every_option_with_its_variable() {
    let help = String::from_utf8(output(&["--help"]).stdout).unwrap();
    for option in [
        "listen",
        "allow",
        "allow-public",
        "origin",
        "token-file",
        "practice",
        "no-practice",
        "max-tunnels",
        "max-tunnels-per-ip",
        "connect-timeout",
        "idle-timeout",
        "lifetime",
    ] {
        let variable = option.to_uppercase().replace('-', "_");
        assert!(help.contains(&format!("  --{option}")), "{option}");
        assert!(help.contains(&format!("[env: SMTP_BRIDGE_{variable}=]")), "{option}");
    }
}

#[test]
fn listening_beyond_loopback_without_precautions_is_refused_with_the_reason() {
    let refused = output(&["--listen", "0.0.0.0:0"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(2));
    assert!(said.contains("--token-file FILE and --allow TARGET:PORT"), "{said}");
    assert!(said.contains("anybody could use this bridge"), "{said}");
}

#[test]
fn an_address_that_is_taken_is_named_with_what_to_do() {
    let taken = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = taken.local_addr().unwrap().to_string();
    let refused = output(&["--listen", &address, "--no-practice"]);
    let said = String::from_utf8(refused.stderr).unwrap();
    assert_eq!(refused.status.code(), Some(1));
    assert!(said.contains(&address) && said.contains("another port with --listen"), "{said}");
}

/// Ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        // It has ended already where all went well.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

#[cfg(unix)]
#[test]
fn it_says_where_the_page_is_and_ends_in_good_order_when_asked_to() {
    let mut command = program(&["--practice", "127.0.0.1:0"]);
    command.env("SMTP_BRIDGE_LISTEN", "127.0.0.1:0").env("SMTP_BRIDGE_ALLOW", "");
    let mut running = Running(command.spawn().unwrap());
    let mut log = BufReader::new(running.0.stderr.take().unwrap());
    let mut line = String::new();
    while !line.contains("the page is at http://127.0.0.1:") {
        line.clear();
        assert!(log.read_line(&mut line).unwrap() > 0, "it ended");
    }
    // It listens before it says so.
    let url = line.split("http://").nth(1).unwrap().trim_end().trim_end_matches('/');
    assert!(std::net::TcpStream::connect(url).is_ok(), "{url}");
    let pid = running.0.id().to_string();
    assert!(Command::new("kill").arg(pid).status().unwrap().success());
    let mut rest = String::new();
    log.read_to_string(&mut rest).unwrap();
    assert!(rest.contains("shutting down"), "{rest}");
    assert_eq!(running.0.wait().unwrap().code(), Some(0));
}
