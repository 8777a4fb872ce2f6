//! Other people's programs as clients of the practice server, by every mechanism that they and it know.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::{
    fs,
    process::{Command, Stdio},
};

use e2e::{artifacts, bridge::Bridge};
use serde_json::Value;

const USER: &str = "student@student.example";
const TEACHER: &str = "teacher@practice.example";
const PASSWORD: &str = "practice";

#[tokio::test]
async fn curl_logs_in_by_every_mechanism_it_knows() {
    let bridge = Bridge::start(&[]).await.unwrap();
    for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5"] {
        let login = ["--user".into(), format!("{USER}:{PASSWORD}")];
        assert_eq!(curl(&bridge, mechanism, &login), Some(0), "{mechanism}");
    }
    let token = |token: &str| ["--user", USER, "--oauth2-bearer", token].map(str::to_owned);
    assert_eq!(curl(&bridge, "OAUTHBEARER", &token(PASSWORD)), Some(0));
    expect_messages_by_user(&bridge, 4).await;
    // CURLE_LOGIN_DENIED, once it has read why.
    assert_eq!(curl(&bridge, "OAUTHBEARER", &token("expired")), Some(67));
}

#[tokio::test]
async fn swaks_logs_in_by_every_mechanism_it_knows() {
    let bridge = Bridge::start(&[]).await.unwrap();
    for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5"] {
        let mut swaks = Command::new("swaks");
        swaks.args(["--server", &bridge.practice().to_string(), "--from", USER, "--to", TEACHER]);
        swaks.args(["--auth", mechanism, "--auth-user", USER, "--auth-password", PASSWORD]);
        assert_eq!(run(&mut swaks), Some(0), "{mechanism}");
    }
    expect_messages_by_user(&bridge, 3).await;
}

#[tokio::test]
async fn python_s_smtplib_logs_in_by_every_mechanism_it_knows() {
    let bridge = Bridge::start(&[]).await.unwrap();
    for mechanism in ["plain", "login", "cram_md5"] {
        let (host, port) = (bridge.practice().ip(), bridge.practice().port());
        let name = mechanism.replace('_', "-").to_uppercase();
        let script = format!(
            "import smtplib\n\
             with smtplib.SMTP('{host}', {port}) as server:\n    \
                 server.ehlo()\n    \
                 server.user, server.password = '{USER}', '{PASSWORD}'\n    \
                 server.auth('{name}', server.auth_{mechanism})\n    \
                 server.sendmail('{USER}', ['{TEACHER}'], 'Subject: x\\n\\nHello')\n"
        );
        assert_eq!(run(Command::new("python3").args(["-c", &script])), Some(0), "{mechanism}");
    }
    expect_messages_by_user(&bridge, 3).await;
}

/// Sends a message and gives curl's exit code.
fn curl(bridge: &Bridge, mechanism: &str, login: &[String]) -> Option<i32> {
    let letter = artifacts::path("letter.eml").unwrap();
    fs::write(&letter, "Subject: x\r\n\r\nHello\r\n").unwrap();
    let mut curl = Command::new("curl");
    curl.args(["--silent", "--show-error", "--mail-from", USER, "--mail-rcpt", TEACHER]);
    curl.arg("--upload-file").arg(letter).args(login);
    curl.args(["--login-options", &format!("AUTH={mechanism}")]);
    run(curl.arg(format!("smtp://{}/client.example", bridge.practice())))
}

fn run(command: &mut Command) -> Option<i32> {
    let output = command.stdin(Stdio::null()).output().unwrap();
    if !output.status.success() {
        eprintln!("{}", String::from_utf8_lossy(&output.stdout));
        eprintln!("{}", String::from_utf8_lossy(&output.stderr));
    }
    output.status.code()
}

/// The mailbox has so many messages, each by the user who logged in.
async fn expect_messages_by_user(bridge: &Bridge, count: usize) {
    let listed = bridge.get("/practice/messages").await.unwrap();
    let messages: Vec<Value> = serde_json::from_slice(&listed.body).unwrap();
    assert_eq!(messages.len(), count, "{messages:#?}");
    assert!(messages.iter().all(|message| message["user"] == USER), "{messages:#?}");
}
