//! What a person types is read or refused, and what was read survives being written.

use crate::pair::assert_tiles;
use crate::parameters;
use proptest::prelude::*;
use protocol::form::{Form, LoginForm, WishesForm};
use protocol::message::Message;
use protocol::smtp::address::{Domain, ForwardPath, Mailbox, ReversePath};
use protocol::smtp::command::{Command, Verb};
use protocol::smtp::lookup::Lookup;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Nearly an address, or anything else.
fn nearly_an_address() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => "[a-z.\"\\\\@ <>\\[\\]:,é-]{0,20}",
        2 => "[a-z]{1,5}@[a-z]{1,5}(\\.[a-z]{1,5})?",
        1 => any::<String>(),
    ]
}

fn nearly_a_wish() -> impl Strategy<Value = String> {
    prop_oneof![
        9 => "SIZE|8bitmime|SUCCESS,DELAY|never|FULL|hdrs|lab 1|",
        1 => any::<String>(),
    ]
}

pub(crate) fn a_domain() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => "[a-z0-9_]([a-z0-9-]{0,8}[a-z0-9])?(\\.[a-z0-9]{1,9}){0,3}",
        1 => "\\[[0-9]{1,3}(\\.[0-9]{1,3}){3}\\]",
        1 => "\\[IPv6:[0-9a-f:]{2,20}\\]",
        1 => "[é你好]{1,6}\\.example",
    ]
}

pub(crate) fn a_mailbox() -> impl Strategy<Value = Mailbox> {
    let local = prop_oneof![
        4 => "[a-zA-Z0-9!#$%&'*+/=?^_`{|}~-]{1,12}(\\.[a-z0-9]{1,9}){0,3}",
        1 => "\"([ !#-\\[\\]-~]|\\\\[ -~]){0,12}\"",
        1 => "[é你好]{1,6}",
    ];
    (local, a_domain()).prop_map(|(local, domain)| format!("{local}@{domain}").parse().unwrap())
}

/// One that another reader of the grammar takes as well.
pub(crate) fn an_ascii_mailbox() -> impl Strategy<Value = Mailbox> {
    a_mailbox().prop_filter("it is ASCII", Mailbox::is_ascii)
}

fn a_command() -> impl Strategy<Value = Command> {
    let from = prop_oneof![Just(ReversePath::Null), a_mailbox().prop_map(ReversePath::Mailbox)];
    let to = prop_oneof![Just(ForwardPath::Postmaster), a_mailbox().prop_map(ForwardPath::Mailbox)];
    let initial = prop::option::of(prop::collection::vec(any::<u8>(), 0..40));
    let name = || a_domain().prop_map(|name| name.parse::<Domain>().unwrap());
    let lookup =
        || ("[ -~é]{1,20}", any::<bool>()).prop_map(|(name, smtputf8)| Lookup { name, smtputf8 });
    prop_oneof![
        name().prop_map(Command::Ehlo),
        name().prop_map(Command::Helo),
        ("[A-Z0-9_-]{1,20}", initial)
            .prop_map(|(mechanism, initial)| Command::Auth { mechanism, initial }),
        (from, parameters::of_mail())
            .prop_map(|(from, parameters)| Command::Mail { from, parameters }),
        (to, parameters::of_rcpt()).prop_map(|(to, parameters)| Command::Rcpt { to, parameters }),
        lookup().prop_map(Command::Vrfy),
        lookup().prop_map(Command::Expn),
        prop::option::of("[ -~é]{1,20}").prop_map(Command::Help),
        prop::option::of("[ -~é]{1,20}").prop_map(Command::Noop),
        prop::sample::select(vec![Command::Data, Command::Rset, Command::Quit, Command::StartTls]),
    ]
}

/// Every line ends in CR LF, and neither stands anywhere alone (RFC 5321 §2.3.8).
fn has_whole_line_ends(text: &[u8]) -> bool {
    let bare = String::from_utf8_lossy(text).replace("\r\n", "");
    !bare.contains(['\r', '\n']) && (text.is_empty() || text.ends_with(b"\r\n"))
}

proptest! {
    #[test]
    fn a_form_is_checked_whatever_it_holds(
        names in (nearly_an_address(), nearly_an_address()),
        to in prop::collection::vec(nearly_an_address(), 0..4),
        text in (any::<String>(), any::<String>(), any::<bool>()),
        wishes in (nearly_a_wish(), nearly_a_wish(), nearly_a_wish(), nearly_a_wish()),
        login in prop::option::of(("LOGIN|plain|[A-Z ]{0,6}", any::<String>(), any::<String>())),
    ) {
        let login = login.map(|(mechanism, user, password)| {
            LoginForm { mechanism, user, password, public: false }
        });
        let (client_name, from) = names;
        let (keyword, notify, ret, envelope_id) = wishes;
        let wishes = WishesForm {
            extensions: vec![keyword],
            notify,
            ret,
            envelope_id,
            ..WishesForm::default()
        };
        let (subject, body, empty_line) = text;
        let form = Form {
            client_name, login, from, to, subject, body, empty_line, wishes, ..Form::default()
        };
        match form.check() {
            Err(errors) => prop_assert!(!errors.is_empty()),
            Ok(setup) => {
                prop_assert!(!setup.to.is_empty());
                prop_assert_eq!(setup.from.to_string().parse(), Ok(setup.from));
                let Message { headers, body } = setup.message;
                prop_assert!(has_whole_line_ends(&headers), "{}", headers.escape_ascii());
                prop_assert!(has_whole_line_ends(&body), "{}", body.escape_ascii());
                let names: Vec<_> = Message { headers: headers.clone(), body: body.clone() }
                    .fields().into_iter().map(|field| field.name).collect();
                prop_assert_eq!(&names[..3], ["From", "To", "Subject"], "no header was smuggled in");
                prop_assert_eq!(headers.ends_with(b"\r\n\r\n"), empty_line);
            }
        }
    }

    #[test]
    fn a_command_survives_being_written_and_read(command in a_command()) {
        let line = command.to_line();
        let reading = Command::read(&line);
        assert_tiles(&line, &reading.spans);
        prop_assert_eq!(reading.verb, Some(command.verb()));
        prop_assert_eq!(reading.command, Ok(command));
    }

    #[test]
    fn any_line_is_read_or_refused_and_what_is_read_is_meant(
        verb in prop::sample::select(Verb::ALL.to_vec()),
        rest in prop_oneof![nearly_an_address(), any::<String>()],
        keyword in prop::sample::select(vec!["", " ", " FROM:", " TO:<", " LOGIN ", " FROM:<"]),
        end in prop::sample::select(vec!["\r\n", "\n", "", ">\r\n", "> SIZE=1\r\n"]),
    ) {
        let line = format!("{}{keyword}{rest}{end}", verb.as_str());
        let reading = Command::read(line.as_bytes());
        assert_tiles(line.as_bytes(), &reading.spans);
        if let Ok(command) = reading.command {
            prop_assert_eq!(Command::read(&command.to_line()).command, Ok(command));
        }
    }

    #[test]
    fn an_address_survives_being_written_and_read(mailbox in a_mailbox()) {
        prop_assert_eq!(mailbox.to_string().parse(), Ok(mailbox.clone()));
        for path in [format!("<{mailbox}>"), format!("<@relay.example:{mailbox}>")] {
            prop_assert_eq!(path.parse(), Ok(ReversePath::Mailbox(mailbox.clone())));
            prop_assert_eq!(path.parse(), Ok(ForwardPath::Mailbox(mailbox.clone())));
        }
    }

    #[test]
    fn what_is_nearly_an_address_is_one_or_is_refused_where_it_is_wrong(text in nearly_an_address()) {
        match text.parse::<Mailbox>() {
            Ok(mailbox) => prop_assert_eq!(mailbox.to_string(), text.as_str()),
            Err(error) => prop_assert!(error.at <= text.len(), "{error} in {text:?}"),
        }
        match text.parse::<ForwardPath>() {
            Ok(path) => prop_assert_eq!(path.to_string().parse(), Ok(path)),
            Err(error) => prop_assert!(error.at <= text.len(), "{error} in {text:?}"),
        }
    }
}
