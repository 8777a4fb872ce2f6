//! Other people's programs as clients of the practice server, by all that they and it know.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod curl;
mod mechanisms;
mod nodemailer;
mod smtplib;
mod swaks;

use std::{
    fs,
    path::PathBuf,
    process::{Command, Stdio},
};

use e2e::{artifacts, bridge::Bridge};
use serde_json::Value;

const USER: &str = "student@student.example";
const TEACHER: &str = "teacher@practice.example";
const NOBODY: &str = "nobody@student.example";
const PASSWORD: &str = "practice";

/// Dots where they have to be doubled, a dot alone, text that is not ASCII, and what would be a command.
const LETTER: &str = "Subject: x\r\n\r\n.dot\r\n..\r\n.\r\n你好 \u{1f600}\r\nQUIT\r\n";

/// [`LETTER`] as a file.
fn letter() -> PathBuf {
    let path = artifacts::path("letter.eml").unwrap();
    fs::write(&path, LETTER).unwrap();
    path
}

/// What a run of a program came to.
struct Ran {
    code: Option<i32>,
    /// Standard output, then standard error.
    printed: String,
}

fn run(command: &mut Command) -> Ran {
    let output = command.stdin(Stdio::null()).output().unwrap();
    let printed = [output.stdout, output.stderr].concat();
    Ran { code: output.status.code(), printed: String::from_utf8_lossy(&printed).into() }
}

/// What the practice server keeps, oldest first.
async fn messages(bridge: &Bridge) -> Vec<Value> {
    let listed = bridge.get("/practice/messages").await.unwrap();
    serde_json::from_slice(&listed.body).unwrap()
}

/// A kept message as it was sent, without the trace in front.
async fn as_sent(bridge: &Bridge, message: &Value) -> String {
    let raw = bridge.get(&format!("/practice/messages/{}", message["id"])).await.unwrap();
    let trace = usize::try_from(message["trace_size"].as_u64().unwrap()).unwrap();
    String::from_utf8(raw.body).unwrap().split_off(trace)
}

/// The mailbox has so many messages, each by the user who logged in.
async fn expect_messages_by_user(bridge: &Bridge, count: usize) {
    let messages = messages(bridge).await;
    assert_eq!(messages.len(), count, "{messages:#?}");
    assert!(messages.iter().all(|message| message["user"] == USER), "{messages:#?}");
}
