//! Python's smtplib: what it makes of the offers, and what of the refusals.

use super::{LETTER, NOBODY, PASSWORD, TEACHER, USER, as_sent, messages, run};
use e2e::bridge::Bridge;
use serde_json::{Value, json};
use std::process::Command;

/// Runs a session's lines with `server` connected. Gives what they left in `found`.
pub(super) fn session(bridge: &Bridge, lines: &str) -> Value {
    let (host, port) = (bridge.practice().ip(), bridge.practice().port());
    let lines = lines.replace('\n', "\n    ");
    let script = format!(
        "import json, smtplib\n\
         found = {{}}\n\
         with smtplib.SMTP('{host}', {port}, local_hostname='client.example') as server:\n    \
         {lines}\n\
         print(json.dumps(found, default=bytes.decode))\n"
    );
    let ran = run(Command::new("python3").args(["-c", &script]));
    assert_eq!(ran.code, Some(0), "{script}\n{}", ran.printed);
    serde_json::from_str(&ran.printed).unwrap()
}

#[tokio::test]
async fn smtplib_reads_what_is_offered() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let found = session(
        &bridge,
        "server.ehlo()\n\
         found['code'], found['features'] = server.ehlo_resp[:3], server.esmtp_features",
    );
    let features = &found["features"];
    assert_eq!(features["size"], "10485760", "{found}");
    let mechanisms = features["auth"].as_str().unwrap();
    for mechanism in ["PLAIN", "LOGIN", "CRAM-MD5"] {
        assert!(mechanisms.split(' ').any(|offered| offered == mechanism), "{found}");
    }
    for keyword in ["pipelining", "8bitmime", "enhancedstatuscodes", "help"] {
        assert_eq!(features[keyword], "", "{keyword}: {found}");
    }
}

#[tokio::test]
async fn eight_bit_text_declared_as_such_arrives_byte_for_byte() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let letter = json!(LETTER).to_string();
    session(
        &bridge,
        &format!(
            "server.sendmail('{USER}', '{TEACHER}', json.loads(r'''{letter}''').encode(), \
             mail_options=['BODY=8BITMIME'])"
        ),
    );
    let messages = messages(&bridge).await;
    assert_eq!(as_sent(&bridge, &messages[0]).await, LETTER);
    let parameters = messages[0]["parameters"].as_array().unwrap();
    assert!(parameters.contains(&"BODY=8BITMIME".into()), "{parameters:?}");
}

#[tokio::test]
async fn smtplib_is_told_who_was_refused_and_sends_to_the_others() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let found = session(
        &bridge,
        &format!(
            "found['some'] = server.sendmail('', ['{TEACHER}', '{NOBODY}'], 'Subject: x')\n\
             try:\n    \
                 server.sendmail('{USER}', ['{NOBODY}', 'a@example.org'], 'Subject: x')\n\
             except smtplib.SMTPRecipientsRefused as error:\n    \
                 found['all'] = error.recipients\n\
             found['after'] = server.sendmail('{USER}', ['{TEACHER}'], 'Subject: x')"
        ),
    );
    assert_eq!(found["some"][NOBODY][0], 550, "{found}");
    assert_eq!(found["all"][NOBODY][0], 550, "{found}");
    assert_eq!(found["all"]["a@example.org"][0], 554, "{found}");
    assert_eq!(found["after"], json!({}), "{found}");
    let senders: Vec<_> = messages(&bridge).await.iter().map(|it| it["from"].clone()).collect();
    assert_eq!(senders, ["<>".to_owned(), format!("<{USER}>")]);
}

#[tokio::test]
async fn smtplib_s_other_commands_are_answered_and_leave_the_session_in_step() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let found = session(
        &bridge,
        &format!(
            "server.ehlo()\n\
             found['known'] = server.vrfy('{USER}')\n\
             found['unknown'] = server.vrfy('{NOBODY}')\n\
             found['abroad'] = server.vrfy('someone@example.org')\n\
             found['help'] = server.help()\n\
             found['expn'] = server.expn('nobody')\n\
             found['noop'] = server.noop()\n\
             found['too large'] = server.mail('{USER}', ['SIZE=99999999'])\n\
             found['unheard of'] = server.mail('{USER}', ['COLOUR=blue'])\n\
             found['mail'] = server.mail('{USER}')\n\
             found['twice'] = server.mail('{USER}')\n\
             found['rset'] = server.rset()\n\
             found['rcpt'] = server.rcpt('{TEACHER}')\n\
             found['helo'] = server.helo()"
        ),
    );
    for (command, code) in [
        ("known", 250),
        ("unknown", 550),
        ("abroad", 252),
        ("noop", 250),
        ("too large", 552),
        ("unheard of", 555),
        ("mail", 250),
        ("twice", 503),
        ("rset", 250),
        ("rcpt", 503),
        ("helo", 250),
    ] {
        assert_eq!(found[command][0], code, "{command}: {found}");
    }
    assert_eq!(found["known"][1], format!("2.1.5 <{USER}>"));
    assert!(found["help"].as_str().unwrap().contains("MAIL RCPT DATA"), "{found}");
    assert!(found["expn"][0].as_u64().unwrap() >= 500, "{found}");
    assert_eq!(found["helo"][1], "practice.example", "without what EHLO adds");
}

/// It tries all the mechanisms it knows, and shows what it heard last: still that the password is wrong.
#[tokio::test]
async fn a_login_that_smtplib_chooses_itself_is_right_or_wrong() {
    let bridge = Bridge::start(&[]).await.unwrap();
    let found = session(
        &bridge,
        &format!(
            "try:\n    \
                 server.login('{USER}', 'wrong')\n\
             except smtplib.SMTPAuthenticationError as error:\n    \
                 found['wrong'] = error.smtp_code\n\
             found['right'] = server.login('{USER}', '{PASSWORD}')"
        ),
    );
    assert_eq!((&found["wrong"], &found["right"][0]), (&json!(535), &json!(235)), "{found}");
}
