//! A password is shown nowhere: not as it is, and not in base64.

use crate::few;
use crate::pair::{At, Pair, Scripted, lab};
use proptest::prelude::*;
use protocol::anatomy::reply_spans;
use protocol::auth::{self, Credentials, MECHANISMS};
use protocol::client::{Client, Login, Setup, Step};
use protocol::secrets::Secrets;
use protocol::smtp::command::Verb;
use protocol::transcript::{Connection, Item};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Any text but NUL, which a form refuses, and what stands for hidden or unreadable bytes.
fn a_text(bytes: &'static str) -> impl Strategy<Value = String> {
    let other = any::<String>().prop_map(|text| text.replace(['\0', '•', '\u{fffd}'], "x"));
    prop_oneof![3 => bytes, 1 => other].prop_filter("long enough", |text| text.len() >= 4)
}

/// Everything of the walk as it is shown to a person.
fn shown(client: &Client) -> Vec<String> {
    let secrets = client.secrets();
    let entries = client.transcript().connections().iter().flat_map(Connection::entries);
    let show = |item: &Item| match item {
        Item::Sent { piece, .. } => {
            let window = piece.window(usize::MAX);
            secrets.masked(&window.bytes, &piece.spans(&window))
        }
        Item::Received { answer, reply, .. } => {
            secrets.masked(reply.wire(), &reply_spans(*answer, reply))
        }
        _ => String::new(),
    };
    entries.map(|entry| show(&entry.item)).collect()
}

/// The forms in which the password must not be seen.
fn forms(credentials: &Credentials) -> [String; 3] {
    let Credentials { user, password } = credentials;
    let plain = format!("\0{user}\0{password}");
    [password.clone(), auth::encode(password.as_bytes()), auth::encode(plain.as_bytes())]
}

/// As far as it can stand in a line of a reply.
fn in_a_line(text: &str) -> String {
    text.replace(['\r', '\n'], " ").chars().take(500).collect()
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn in_a_whole_walk_with_a_server_that_repeats_it(
        user in a_text("[a-z0-9.]{1,12}@[a-z]{1,8}\\.example"),
        password in a_text("[!-~]{4,20}"),
        mechanism in prop::sample::select(MECHANISMS.to_vec()),
    ) {
        let credentials = Credentials { user, password };
        let forms = forms(&credentials);
        let login = Login { mechanism: Some(mechanism), credentials, public: false };
        let [plain, encoded, message] = forms.each_ref().map(|form| in_a_line(form));
        let repeated = [
            (At::Response, format!("535 5.7.8 {plain} is wrong")),
            (At::Command(Verb::Auth), format!("535-5.7.8 {message}\r\n535 5.7.8 {encoded}")),
            (At::Command(Verb::Mail), format!("250 2.1.0 {encoded} {plain}{plain}")),
        ];
        let repeated: Vec<_> = repeated.iter().map(|(at, text)| (*at, text.as_str())).collect();
        let setup = Setup { login: Some(login), ..lab() };
        let mut pair = Pair::scripted(setup, Scripted::saying(&repeated));
        for _ in 0..2 {
            pair.press_until(Step::Quit);
            pair.client.retry(Step::Auth);
        }
        pair.press_on();
        for text in shown(&pair.client) {
            for form in &forms {
                prop_assert!(!text.contains(form), "{form:?} in {text:?}");
            }
        }
        prop_assert!(pair.client.is_authenticated(), "it was really sent");
    }

    #[test]
    fn in_a_login_typed_by_hand_with_a_slip(
        user in "[a-z0-9.]{1,12}@[a-z]{1,8}\\.example",
        password in "[!-~]{4,20}",
        at in 0usize..20,
    ) {
        let message = auth::encode(format!("{user}\0{user}\0{password}").as_bytes());
        let (user, encoded) = (auth::encode(user.as_bytes()), auth::encode(password.as_bytes()));
        for typed in [
            format!("AUTH PLAIN {message}"),
            format!("auth plain:{message}"),
            format!("AUTH  PLAIN {message}"),
            format!("AUTH PLAIN\r\n{message}"),
            format!("AUTH LOGIN {user} {encoded}"),
            format!("AUTH LOGIN {user}\r\n{encoded}"),
            format!("AUTH LOGIN\r\n{user}\r\n{encoded}\r\nNOOP"),
            format!("AUTH LOGIN\r\n{user} {encoded}"),
            format!("AUTH XOAUTH2 {message}"),
        ] {
            // Nothing is known of the login: it is typed by a person whose set-up has none.
            let mut pair = Pair::scripted(Setup { login: None, ..lab() }, Scripted::polite());
            pair.press();
            // Perhaps in two parts, cut anywhere up to the first password.
            let (first, second) = typed.split_at(at.min("AUTH PLAIN ".len()));
            if first.is_empty() || typed.contains("\r\n") {
                pair.type_line(&typed);
            } else {
                pair.type_raw(first);
                pair.type_line(second);
            }
            let shown = shown(&pair.client).concat();
            prop_assert!(!shown.contains(&encoded) && !shown.contains(&message), "{shown}");
        }
    }

    #[test]
    fn and_what_is_no_secret_is_shown_as_it_is(text in "[a-z ]{0,60}") {
        let secrets = Secrets::of(&Credentials { user: "u".into(), password: "PASSWORD".into() });
        prop_assert_eq!(secrets.masked(text.as_bytes(), &[]), text.clone());
        prop_assert_eq!(Secrets::public().masked(text.as_bytes(), &[]), text);
    }
}
