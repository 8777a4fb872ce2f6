//! Node's nodemailer: its mechanisms, and messages it builds itself.

use super::{NOBODY, PASSWORD, TEACHER, USER, as_sent, expect_messages_by_user, messages, run};
use e2e::{artifacts, bridge::Bridge, peer};
use serde_json::{Value, json};

/// Sends a mail, logged in where `auth` says how, and gives what nodemailer says of it.
fn send(bridge: &Bridge, auth: &Value, mail: &Value) -> Value {
    let mut transport = json!({
        "host": bridge.practice().ip(),
        "port": bridge.practice().port(),
        "name": "client.example",
        "ignoreTLS": true,
    });
    let sent = json!({ "transport": merged(&mut transport, auth), "mail": mail }).to_string();
    let script = artifacts::workspace().join("e2e/tests/clients/nodemailer.js");
    let ran = run(peer::node().arg(script).arg(sent));
    assert_eq!(ran.code, Some(0), "{}", ran.printed);
    serde_json::from_str(&ran.printed).unwrap()
}

fn merged<'a>(one: &'a mut Value, other: &Value) -> &'a Value {
    for (name, value) in other.as_object().into_iter().flatten() {
        one[name] = value.clone();
    }
    one
}

fn letter() -> Value {
    json!({ "from": USER, "to": TEACHER, "subject": "x", "text": "Hello" })
}

#[tokio::test]
async fn nodemailer_logs_in_by_every_mechanism_it_knows() {
    let bridge = Bridge::start(&[]).await.unwrap();
    for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5"] {
        let auth = |password: &str| json!({ "authMethod": mechanism, "auth": { "user": USER, "pass": password } });
        let sent = send(&bridge, &auth(PASSWORD), &letter());
        assert_eq!(sent["accepted"], json!([TEACHER]), "{mechanism}: {sent}");
        let refused = send(&bridge, &auth("wrong"), &letter());
        assert_eq!(refused["responseCode"], 535, "{mechanism}: {refused}");
    }
    let token =
        |token: &str| json!({ "auth": { "type": "OAuth2", "user": USER, "accessToken": token } });
    let sent = send(&bridge, &token(PASSWORD), &letter());
    assert_eq!(sent["accepted"], json!([TEACHER]), "XOAUTH2: {sent}");
    let refused = send(&bridge, &token("expired"), &letter());
    assert_eq!(refused["code"], "EAUTH", "XOAUTH2: {refused}");
    expect_messages_by_user(&bridge, 4).await;
}

#[tokio::test]
async fn nodemailer_s_message_arrives_at_those_who_were_accepted() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let mail = json!({
        "envelope": { "from": USER, "to": [TEACHER, NOBODY] },
        "raw": "Subject: =?utf-8?B?5L2g5aW9?=\r\n\r\n.dots\r\n..\r\n.\r\n你好\r\n",
    });
    let sent = send(&bridge, &json!({}), &mail);
    assert_eq!((&sent["accepted"], &sent["rejected"]), (&json!([TEACHER]), &json!([NOBODY])));
    assert!(sent["response"].as_str().unwrap().starts_with("250 2.0.0"), "{sent}");
    let messages = messages(&bridge).await;
    assert_eq!(as_sent(&bridge, &messages[0]).await, mail["raw"].as_str().unwrap());
    assert_eq!(messages[0]["to"], json!([format!("<{TEACHER}>")]));
}

#[tokio::test]
async fn nodemailer_is_told_why_nobody_was_accepted() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let mut mail = letter();
    mail["to"] = NOBODY.into();
    let refused = send(&bridge, &json!({}), &mail);
    assert_eq!((&refused["code"], &refused["responseCode"]), (&json!("EENVELOPE"), &json!(550)));
    assert!(messages(&bridge).await.is_empty());
}
