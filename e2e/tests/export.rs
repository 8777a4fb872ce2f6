//! Sessions taken along as commands, each run as it stands against a practice server on a real port.
//!
//! The session is brought in from its text form, and written down as each command, by the example `explain`.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{
    fs,
    net::SocketAddr,
    path::{Path, PathBuf},
    process::{Command, Output, Stdio},
};

use e2e::{
    Result, artifacts,
    bridge::Bridge,
    examples::explain,
    net,
    process::{Program, run},
    wait,
};
use serde_json::Value;

const PASSWORD: &str = "practice";
/// Every character of it means something to some shell, and it looks like an option.
const SENDER: &str = "-o'neil+$HOME&`id`*@student.example";
const MESSAGE: &[&str] = &[
    "From: student@student.example",
    "Subject: It's \"$HOME\" $(id) `id` %s %FROM_ADDRESS% \\n",
    "",
    "你好 😀",
    "-n",
    ".one dot",
    "..",
    ".",
    "",
    "\ttab, \\x41, 100%",
    "# nothing",
];

#[tokio::test]
async fn swaks_sends_the_message_again() {
    // Here the address has to be written in its other form, which means the same.
    let (local, domain) = SENDER.split_once('@').unwrap();
    sends_again("swaks", "sh", &format!("\"{local}\"@{domain}")).await;
}

#[tokio::test]
async fn curl_sends_the_message_again() {
    sends_again("curl", "sh", SENDER).await;
}

#[tokio::test]
async fn smtplib_sends_the_message_again() {
    sends_again("smtplib", "python3", SENDER).await;
}

/// It speaks TLS alone, which the practice server does not: a proxy before it does.
#[tokio::test]
async fn openssl_sends_the_message_again() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let (port, certificate) = (net::free_port().unwrap(), certificate().unwrap());
    let mut command = Command::new("python3");
    command.arg("-u").arg("-c").arg(include_str!("export/starttls.py"));
    command.args([port.to_string(), bridge.practice().port().to_string()]);
    command.args([&certificate.key, &certificate.chain]);
    let proxy = Program::start(&mut command, &artifacts::path("proxy.log").unwrap()).unwrap();
    let listening = async || Ok(proxy.printed().contains("listening").then_some(()));
    wait::until("the proxy to listen", wait::PATIENCE, listening).await.unwrap();
    let script = export("openssl", ([127, 0, 0, 1], port).into());
    // A server that is not the one it says it is gets no password.
    let refused = execute("sh", &script, &[("SMTP_PASSWORD", PASSWORD)]);
    assert!(!refused.status.success(), "{}", printed(&refused));
    assert!(messages(&bridge).await.is_empty());
    let trusted = certificate.chain.to_str().unwrap();
    let ran = execute("sh", &script, &[("SMTP_PASSWORD", PASSWORD), ("SSL_CERT_FILE", trusted)]);
    assert!(ran.status.success(), "{}", printed(&ran));
    expect_message(&bridge, &ran, SENDER).await;
}

#[tokio::test]
async fn lettre_s_program_compiles_and_sends_the_message_again() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let program = export("lettre", bridge.practice());
    let package = artifacts::path("package").unwrap();
    fs::create_dir_all(package.join("src")).unwrap();
    fs::copy(&program, package.join("src/main.rs")).unwrap();
    // What the program says it needs, as the workspace has locked it.
    let head = fs::read_to_string(&program).unwrap();
    let needs = head.lines().take(2).map(|line| line.trim_start_matches("// "));
    let needs = needs.collect::<Vec<_>>().join("\n");
    let manifest = format!(
        "[package]\nname = \"exported\"\nversion = \"0.0.0\"\nedition = \"2024\"\n\n{needs}\n\n[workspace]\n"
    );
    fs::write(package.join("Cargo.toml"), manifest).unwrap();
    fs::copy(artifacts::workspace().join("Cargo.lock"), package.join("Cargo.lock")).unwrap();
    let mut cargo = cargo();
    cargo.args(["run", "--quiet", "--offline", "--manifest-path"]).arg(package.join("Cargo.toml"));
    let ran = cargo.env("SMTP_PASSWORD", PASSWORD).output().unwrap();
    assert!(ran.status.success(), "{}", printed(&ran));
    expect_message(&bridge, &ran, SENDER).await;
}

/// More than a program carries with it: it says which file it reads, and reads it.
#[tokio::test]
async fn a_large_message_is_sent_from_its_file() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let folder = tempfile::tempdir().unwrap();
    let message = "Subject: large\r\n\r\n".to_owned() + &".0123456789 %s\r\n".repeat(6000);
    fs::write(folder.path().join("message.eml"), &message).unwrap();
    let lines: Vec<_> = message.lines().collect();
    for (n, (form, interpreter)) in
        [("swaks", "sh"), ("curl", "sh"), ("smtplib", "python3")].into_iter().enumerate()
    {
        let script = export_of(&lines, form, bridge.practice());
        assert!(fs::metadata(&script).unwrap().len() < 4096, "{form}");
        let mut command = Command::new(interpreter);
        command.arg(script).stdin(Stdio::null()).env("SMTP_PASSWORD", PASSWORD);
        let ran = command.current_dir(folder.path()).output().unwrap();
        assert!(ran.status.success(), "{}", printed(&ran));
        let raw = bridge.get(&format!("/practice/messages/{}", n + 1)).await.unwrap();
        assert!(raw.body.ends_with(message.as_bytes()), "{form}");
    }
}

#[test]
fn without_a_password_no_command_begins() {
    let nobody = SocketAddr::from(([127, 0, 0, 1], net::free_port().unwrap()));
    for (form, interpreter) in [("swaks", "sh"), ("curl", "sh"), ("openssl", "sh")] {
        let ran = execute(interpreter, &export(form, nobody), &[]);
        assert!(!ran.status.success(), "{form}");
        assert!(printed(&ran).contains("SMTP_PASSWORD"), "{form}: {}", printed(&ran));
    }
}

/// What swaks and smtplib print while they send can be brought in again.
#[tokio::test]
async fn what_these_programs_print_is_explained() {
    let bridge = Bridge::start(&[]).await.unwrap();
    for (form, interpreter) in [("swaks", "sh"), ("smtplib", "python3")] {
        let script = export(form, bridge.practice());
        let ran = execute(interpreter, &script, &[("SMTP_PASSWORD", PASSWORD)]);
        let explained = explain(&["--json"], &printed(&ran)).unwrap();
        assert!(explained.status.success(), "{form}: {}", printed(&explained));
        let json: Value = serde_json::from_slice(&explained.stdout).unwrap();
        let entries = json["entries"].as_array().unwrap();
        let code_of = |step: &str| {
            let is_reply = |entry: &&Value| entry["kind"] == "received" && entry["step"] == step;
            entries.iter().find(is_reply).map(|entry| entry["code"].clone())
        };
        for (step, code) in [("mail", 250), ("rcpt", 250), ("data", 354), ("final-dot", 250)] {
            assert_eq!(code_of(step), Some(code.into()), "{form}, {step}: {json:#}");
        }
    }
}

#[test]
fn replies_alone_are_explained_line_by_line() {
    let input = "{\"step\":\"rcpt\",\"reply\":\"550 5.1.1 No such user\"}\n\
                 {\"step\":\"message\",\"reply\":\"554 5.7.1 spam\"}\n";
    let explained = explain(&["--reply", "--json"], input).unwrap();
    let printed = printed(&explained);
    let lines: Vec<Value> =
        printed.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(explained.status.code(), Some(0));
    assert_eq!(lines[0]["reasons"][0]["cause"], "no-such-mailbox");
    assert_eq!(lines[1]["reasons"][0]["cause"], "spam");
}

#[test]
fn what_is_no_session_ends_with_65_and_a_wrong_call_with_64() {
    for (arguments, input, code, said) in [
        (&["--json"][..], "Dear all,\n", 65, "expected an SMTP session"),
        (&["--reply"], "550 no\n", 65, "line 1"),
        (&["--reply"], "{\"step\":\"lunch\",\"reply\":\"550 no\"}", 65, "lunch"),
        (&["--reply"], "{\"step\":\"rcpt\",\"reply\":\"650 no\"}", 65, "line 1"),
        (&["--as", "morse"], "", 64, "expected one of"),
        (&["--nonsense"], "", 64, "--nonsense"),
        (&["/nowhere/session.txt"], "", 64, "/nowhere/session.txt"),
    ] {
        let ran = explain(arguments, input).unwrap();
        assert_eq!(ran.status.code(), Some(code), "{arguments:?}: {}", printed(&ran));
        assert!(printed(&ran).contains(said), "{arguments:?}: {}", printed(&ran));
    }
}

async fn sends_again(form: &str, interpreter: &str, sender: &str) {
    let bridge = Bridge::start(&[]).await.unwrap();
    let script = export(form, bridge.practice());
    let ran = execute(interpreter, &script, &[("SMTP_PASSWORD", PASSWORD)]);
    assert!(ran.status.success(), "{}", printed(&ran));
    expect_message(&bridge, &ran, sender).await;
}

/// The one message in the mailbox is the session's, byte for byte, with its envelope, and from its login.
async fn expect_message(bridge: &Bridge, ran: &Output, sender: &str) {
    let listed = messages(bridge).await;
    let [message] = &listed[..] else { panic!("{listed:?}: {}", printed(ran)) };
    assert_eq!(message["from"], format!("<{sender}>"));
    assert_eq!(message["to"], serde_json::json!(["<teacher@practice.example>"]));
    assert_eq!(message["user"], "student@student.example");
    assert_eq!(message["helo"], "walk.example");
    let raw = bridge.get(&format!("/practice/messages/{}", message["id"])).await.unwrap();
    let stored = String::from_utf8(raw.body).unwrap();
    let sent = MESSAGE.join("\r\n") + "\r\n";
    assert!(stored.ends_with(&sent), "expected:\n{sent}\nfound:\n{stored}");
    let trace = usize::try_from(message["trace_size"].as_u64().unwrap()).unwrap();
    assert_eq!(stored.len(), trace + sent.len(), "nothing stands in front but the trace: {stored}");
}

async fn messages(bridge: &Bridge) -> Vec<Value> {
    let listed = bridge.get("/practice/messages").await.unwrap();
    serde_json::from_slice(&listed.body).unwrap()
}

/// The session in this form, as a file.
fn export(form: &str, server: SocketAddr) -> PathBuf {
    export_of(MESSAGE, form, server)
}

fn export_of(message: &[&str], form: &str, server: SocketAddr) -> PathBuf {
    let stuffed =
        |line: &&str| if line.starts_with('.') { format!(".{line}") } else { (*line).to_owned() };
    let data = message
        .iter()
        .map(stuffed)
        .fold(String::new(), |data, line| data + "C: " + &line.replace("\\x", "\\x5cx") + "\n");
    let session = format!(
        "SMTP session with {server}\n\
         S: 220 practice.example ESMTP\n\
         C: EHLO walk.example\nS: 250 AUTH LOGIN PLAIN\n\
         C: AUTH LOGIN\nS: 334 VXNlcm5hbWU6\n\
         C: c3R1ZGVudEBzdHVkZW50LmV4YW1wbGU=\nS: 334 UGFzc3dvcmQ6\n\
         C: ••••••••\nS: 235 2.7.0 Ok\n\
         C: MAIL FROM:<{SENDER}>\nS: 250 2.1.0 Ok\n\
         C: RCPT TO:<teacher@practice.example>\nS: 250 2.1.5 Ok\n\
         C: DATA\nS: 354 Go on\n{data}C: .\nS: 250 2.0.0 Ok\n\
         C: QUIT\nS: 221 2.0.0 Bye\n"
    );
    let written = explain(&["--as", form], &session).unwrap();
    assert!(written.status.success(), "{}", printed(&written));
    let file = artifacts::path(form).unwrap();
    fs::write(&file, &written.stdout).unwrap();
    file
}

fn cargo() -> Command {
    let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut cargo = Command::new(cargo);
    cargo.current_dir(artifacts::workspace());
    cargo
}

fn execute(interpreter: &str, script: &Path, variables: &[(&str, &str)]) -> Output {
    let mut command = Command::new(interpreter);
    command.arg(script).stdin(Stdio::null()).env_remove("SMTP_PASSWORD");
    command.envs(variables.iter().copied()).output().expect("the program is there")
}

fn printed(output: &Output) -> String {
    String::from_utf8_lossy(&[&output.stdout[..], &output.stderr].concat()).into()
}

/// A certificate for this machine that nobody trusts yet.
struct Certificate {
    key: PathBuf,
    chain: PathBuf,
}

fn certificate() -> Result<Certificate> {
    let (key, chain) = (artifacts::path("key.pem")?, artifacts::path("chain.pem")?);
    let mut openssl = Command::new("openssl");
    openssl.args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2"]);
    openssl.args(["-subj", "/CN=127.0.0.1", "-addext", "subjectAltName=IP:127.0.0.1"]);
    run(openssl.arg("-keyout").arg(&key).arg("-out").arg(&chain))?;
    Ok(Certificate { key, chain })
}
