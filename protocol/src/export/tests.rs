use super::*;
use crate::anatomy::Content;
use crate::auth::{self, Nonce};
use crate::client::{Client, Ending, Next};
use crate::form::{Form as Fields, LoginForm};
use crate::import::Session;
use crate::transcript::Target;
use crate::tunnel::TunnelEvent;
use proptest::prelude::*;
use std::time::Duration;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const PASSWORD: &str = "correct horse";
/// As it is, alone in base64, and in PLAIN's message.
const SECRETS: [&str; 3] =
    [PASSWORD, "Y29ycmVjdCBob3JzZQ", "AGFsaWNlQGV4YW1wbGUuY29tAGNvcnJlY3QgaG9yc2U"];

fn fields(mechanism: &str) -> Fields {
    Fields {
        client_name: "student.example".into(),
        login: Some(LoginForm {
            mechanism: mechanism.into(),
            user: "alice@example.com".into(),
            password: PASSWORD.into(),
            public: false,
        }),
        from: "alice@example.com".into(),
        to: vec!["bob@example.org".into(), "carol@example.org".into()],
        subject: "你好 `id` $HOME".into(),
        body: "It's \"all\" here:\n.dot\n```\n-n\n".into(),
        ..Fields::default()
    }
}

/// A session with a server that takes everything but the second recipient.
fn walked(fields: &Fields) -> Client {
    let mut client = Client::new(fields.check().unwrap());
    let mut now = Duration::from_secs(1_000_000);
    client.begin(now, Target { host: "mail.example.com".into(), port: 587 }, Nonce::known());
    let connected = TunnelEvent::Connected {
        address: "192.0.2.25:587".into(),
        local: "192.0.2.1:40001".into(),
        elapsed_ms: Duration::from_millis(12),
    };
    client.transport(now, connected);
    client.receive(now, b"220 mail.example.com ESMTP\r\n");
    let mut replies = Vec::from([
        "221 Bye",
        "250 2.0.0 Queued",
        "354 Go on",
        "550 5.1.1 No carol here",
        "250 2.1.5 Ok",
        "250 2.1.0 Ok",
        "235 2.7.0 Welcome, correct horse",
    ]);
    if fields.login.as_ref().is_some_and(|login| login.mechanism == "LOGIN") {
        replies.extend(["334 UGFzc3dvcmQ6", "334 VXNlcm5hbWU6"]);
    }
    replies.push("250-mail.example.com\r\n250 AUTH LOGIN PLAIN");
    loop {
        now += Duration::from_millis(1);
        match client.next() {
            Next::Send(proposal) => client.commit(now, proposal.piece.content).unwrap(),
            Next::Wait { .. } => {
                let reply = replies.pop().unwrap().to_owned() + "\r\n";
                client.receive(now, reply.as_bytes());
            }
            _ => break,
        }
    }
    client.closed(now, Ending::ByServer);
    client
}

fn write(client: &Client, form: &str) -> String {
    let secrets = client.secrets();
    let connection = client.transcript().current().unwrap();
    let export = Export { connection, setup: client.setup(), secrets: &secrets, over_tls: false };
    Form::named(form).unwrap().write(&export)
}

#[test]
fn every_form_has_a_name_and_a_file_of_its_own() {
    for (n, form) in FORMS.iter().enumerate() {
        assert_eq!(Form::named(form.name).unwrap().file, form.file);
        assert!(FORMS[..n].iter().all(|other| other.name != form.name && other.file != form.file));
    }
}

#[test]
fn no_form_holds_the_password_and_every_command_asks_for_it() {
    for mechanism in ["LOGIN", "PLAIN"] {
        let client = walked(&fields(mechanism));
        for form in FORMS {
            let written = write(&client, form.name);
            for secret in SECRETS {
                assert!(!written.contains(secret), "{}: {secret} in {written}", form.name);
            }
            let is_command = !["text", "markdown", "json"].contains(&form.name);
            assert_eq!(written.contains(PASSWORD_VARIABLE), is_command, "{}", form.name);
        }
    }
}

#[test]
fn a_practice_account_is_shown_in_the_text_but_not_in_a_command() {
    let mut fields = fields("PLAIN");
    fields.login.as_mut().unwrap().public = true;
    let client = walked(&fields);
    assert!(write(&client, "text").contains(SECRETS[2]));
    assert!(!write(&client, "openssl").contains(SECRETS[2]));
}

#[test]
fn the_text_has_who_when_and_what_line_by_line() {
    let text = write(&walked(&fields("LOGIN")), "text");
    let lines: Vec<_> = text.lines().collect();
    assert_eq!(
        lines[..6],
        [
            "SMTP session with mail.example.com:587",
            "    0.000  *: connected to 192.0.2.25:587",
            "    0.000  S: 220 mail.example.com ESMTP",
            "    0.001  C: EHLO student.example",
            "    0.002  S: 250-mail.example.com",
            "    0.002  S: 250 AUTH LOGIN PLAIN",
        ]
    );
    assert!(lines.contains(&"    0.007  C: ••••••••"), "{text}");
    assert_eq!(lines.last(), Some(&"    0.023  *: closed: by-server"));
}

#[test]
fn markdown_fences_what_has_fences_in_it() {
    let page = write(&walked(&fields("LOGIN")), "markdown");
    assert!(page.contains("\n````text\nSMTP session with"), "{page}");
    assert!(
        page.contains("Refused: `550 5.1.1 No carol here`, perhaps because of: no-such-mailbox")
    );
    assert!(page.ends_with("closed: by-server\n````\n"), "{page}");
    let again = Session::read(&page).unwrap();
    assert_eq!(again.setup.to.len(), 2);
}

#[test]
fn commands_say_what_was_sent_and_not_what_was_planned() {
    let mut client = walked(&fields("LOGIN"));
    client.begin(Duration::ZERO, Target { host: "other.example".into(), port: 25 }, Nonce::known());
    let event = TunnelEvent::Connected {
        address: "192.0.2.25:25".into(),
        local: "192.0.2.1:40001".into(),
        elapsed_ms: Duration::ZERO,
    };
    client.transport(Duration::ZERO, event);
    client.receive(Duration::ZERO, b"220 other.example\r\n");
    for line in ["HELO typed.example", "MAIL FROM:<typed@example.com> BODY=8BITMIME"] {
        client.commit(Duration::ZERO, Content::typed_line(line)).unwrap();
        client.receive(Duration::ZERO, b"250 ok\r\n");
    }
    let curl = write(&client, "curl");
    assert!(curl.contains("'smtp://other.example:25/typed.example'"), "{curl}");
    assert!(curl.contains("--mail-from '<typed@example.com>'"), "{curl}");
    // What one has no option for is said; the other has one.
    assert!(curl.contains("\n# curl does not send BODY=8BITMIME.\n"), "{curl}");
    assert!(write(&client, "lettre").contains("\n// lettre does not send BODY=8BITMIME.\n"));
    assert!(write(&client, "smtplib").contains("message, [\"BODY=8BITMIME\"], []"));
    // No login was begun, so none is repeated; the recipients are still those of the plan.
    assert!(!curl.contains("--user") && curl.contains("'<bob@example.org>'"), "{curl}");
}

/// Typed into the wrong line, a password stands where a name belongs.
#[test]
fn a_password_in_the_wrong_place_is_not_taken_along() {
    let password = "correcthorse";
    let mut fields = fields("LOGIN");
    fields.login.as_mut().unwrap().password = password.into();
    let mut client = Client::new(fields.check().unwrap());
    let host = "mail.example.com".into();
    client.begin(Duration::ZERO, Target { host, port: 25 }, Nonce::known());
    let event = TunnelEvent::Connected {
        address: "192.0.2.25:25".into(),
        local: "192.0.2.1:40001".into(),
        elapsed_ms: Duration::ZERO,
    };
    client.transport(Duration::ZERO, event);
    client.receive(Duration::ZERO, b"220 mail.example.com\r\n");
    let user = auth::encode(password.as_bytes());
    for (line, reply) in [
        (format!("EHLO {password}.example"), "250-mail.example.com\r\n250 AUTH LOGIN\r\n"),
        ("AUTH LOGIN".into(), "334 VXNlcm5hbWU6\r\n"),
        (user, "334 UGFzc3dvcmQ6\r\n"),
        ("eA==".into(), "535 5.7.8 no\r\n"),
        (format!("MAIL FROM:<{password}@example.com> X={password}"), "250 ok\r\n"),
        (format!("RCPT TO:<{password}@example.com>"), "250 ok\r\n"),
    ] {
        client.commit(Duration::ZERO, Content::typed_line(&line)).unwrap();
        client.receive(Duration::ZERO, reply.as_bytes());
    }
    for form in FORMS {
        let written = write(&client, form.name);
        assert!(!written.contains(password), "{}: {written}", form.name);
    }
}

#[test]
fn a_large_message_is_left_to_a_file() {
    let mut fields = fields("LOGIN");
    fields.body = "0123456789\n".repeat(facts::MESSAGE / 10);
    let client = walked(&fields);
    for form in ["swaks", "openssl", "curl", "smtplib", "lettre"] {
        let written = write(&client, form);
        assert!(written.contains("message.eml"), "{form}");
        assert!(written.len() < 4096, "{form}: {}", written.len());
    }
    let text = write(&client, "text");
    assert!(text.contains("bytes more of mail data"), "{}", text.len());
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(32))]

    #[test]
    fn what_is_taken_along_is_the_same_session_when_it_comes_back(
        subject in any::<String>(),
        body in any::<String>(),
    ) {
        let mut fields = Fields { subject, body, ..fields("PLAIN") };
        fields.login.as_mut().unwrap().public = true;
        let client = walked(&fields);
        let text = write(&client, "text");
        let again = Session::read(&text).unwrap();
        prop_assert_eq!(&again.setup.message, &client.setup().message);
        prop_assert_eq!(&again.setup.to, &client.setup().to);
        prop_assert_eq!(&again.setup.from, &client.setup().from);
        prop_assert_eq!(again.connection.target(), client.transcript().current().unwrap().target());
    }
}

#[cfg(not(target_arch = "wasm32"))]
mod schema {
    use super::*;

    /// Holds JSON against the published schema.
    fn check(json: &str) -> Result<(), String> {
        let mut schemas = boon::Schemas::new();
        let mut compiler = boon::Compiler::new();
        let schema = serde_json::from_str(SCHEMA).unwrap();
        compiler.add_resource("transcript.schema.json", schema).unwrap();
        let index = compiler.compile("transcript.schema.json", &mut schemas).unwrap();
        let value = serde_json::from_str(json).unwrap();
        schemas.validate(&value, index).map_err(|error| format!("{error:#}"))
    }

    #[test]
    fn a_real_export_meets_the_published_schema() {
        for mechanism in ["LOGIN", "PLAIN"] {
            let json = write(&walked(&fields(mechanism)), "json");
            assert_eq!(check(&json), Ok(()), "{json}");
        }
        let broken = Session::read("S: 220 hi\nC: EHLO a.example\nS: 25x\n").unwrap();
        let json = Form::named("json").unwrap().write(&broken.export());
        assert!(json.contains("\"broken\""), "{json}");
        assert_eq!(check(&json), Ok(()), "{json}");
    }

    #[test]
    fn the_schema_refuses_what_it_does_not_describe() {
        let json = write(&walked(&fields("LOGIN")), "json");
        for (from, to) in [
            ("\"version\": 1", "\"version\": 2"),
            ("\"kind\": \"sent\"", "\"kind\": \"said\""),
            ("\"field\": \"verb\"", "\"field\": \"The verb\""),
            ("\"code\": 250", "\"code\": 1250"),
            ("\"host\"", "\"hostname\""),
        ] {
            let wrong = json.replacen(from, to, 1);
            assert!(wrong != json && check(&wrong).is_err(), "{to}");
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn whatever_was_said_the_json_meets_the_schema(
            lines in prop::collection::vec(("(C|S): ", "[ -~你\\x00]{0,30}"), 0..12)
        ) {
            let lines = lines.iter();
            let text = lines.fold("S: 220 hello\n".to_owned(), |text, (who, line)| text + who + line + "\n");
            let session = Session::read(&text).unwrap();
            let json = Form::named("json").unwrap().write(&session.export());
            prop_assert_eq!(check(&json), Ok(()));
        }
    }
}
