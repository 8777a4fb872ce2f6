//! What another reader of the same grammar, smtp-proto, makes of the same bytes.
//!
//! Only what both are meant to take is compared: smtp-proto is a server's reader and more lenient in places.

use crate::few;
use crate::parsing::{a_domain, a_mailbox};
use proptest::prelude::*;
use protocol::auth::{self, MECHANISMS};
use protocol::smtp::address::{ForwardPath, Mailbox, ReversePath};
use protocol::smtp::command::{Command, Parameter};
use protocol::smtp::extension::{Capabilities, Extension};
use protocol::smtp::reply::{Reply, ReplyParser};
use smtp_proto::{EhloResponse, Request, response::parser::ResponseReceiver};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// smtp-proto reads neither every quoted name (RFC 5321 §4.1.2) nor any address literal (§4.1.3).
fn an_address() -> impl Strategy<Value = Mailbox> {
    let is_plain =
        |it: &Mailbox| !it.local().starts_with('"') && !it.domain().as_str().starts_with('[');
    a_mailbox().prop_filter("smtp-proto reads plain addresses", is_plain)
}

/// A command with arguments that both readers know.
fn a_command() -> impl Strategy<Value = Command> {
    let ascii = |text: &String| text.is_ascii();
    let name = || {
        let domain = a_domain().prop_filter("smtp-proto takes names as they are", ascii);
        domain.prop_map(|name| name.parse().unwrap())
    };
    let size = prop::option::of(0..1_000_000_u32).prop_map(|size| {
        let parameter =
            |size: u32| Parameter { name: "SIZE".into(), value: Some(size.to_string()) };
        size.map(parameter).into_iter().collect()
    });
    let initial = prop::option::of(prop::collection::vec(any::<u8>(), 1..40));
    prop_oneof![
        name().prop_map(Command::Ehlo),
        name().prop_map(Command::Helo),
        (prop::sample::select(MECHANISMS.to_vec()), initial).prop_map(|(mechanism, initial)| {
            Command::Auth { mechanism: mechanism.name.into(), initial }
        }),
        (an_address(), size).prop_map(|(from, parameters)| Command::Mail {
            from: ReversePath::Mailbox(from),
            parameters
        }),
        Just(Command::Mail { from: ReversePath::Null, parameters: Vec::new() }),
        an_address()
            .prop_map(|to| Command::Rcpt { to: ForwardPath::Mailbox(to), parameters: Vec::new() }),
        prop::sample::select(vec![
            Command::Data,
            Command::Rset,
            Command::Quit,
            Command::StartTls,
            Command::Noop(None),
            Command::Help(None),
        ]),
    ]
}

/// Whether smtp-proto's reading says the same.
fn is_same(ours: &Command, theirs: &Request<std::borrow::Cow<'_, str>>) -> bool {
    let number = |parameters: &[Parameter]| {
        let value = parameters.first().and_then(|it| it.value.as_ref());
        value.map_or(0, |value| value.parse().unwrap())
    };
    match (ours, theirs) {
        (Command::Ehlo(name), Request::Ehlo { host })
        | (Command::Helo(name), Request::Helo { host }) => name.as_str() == host,
        (Command::Mail { from, parameters }, Request::Mail { from: read }) => {
            let address = match from {
                ReversePath::Mailbox(mailbox) => mailbox.to_string(),
                ReversePath::Null => String::new(),
            };
            address == read.address && number(parameters) == read.size
        }
        (Command::Rcpt { to, .. }, Request::Rcpt { to: read }) => {
            let address = to.mailbox().unwrap().to_string();
            address == read.address
        }
        (Command::Auth { initial, .. }, Request::Auth { initial_response, .. }) => {
            initial.as_deref().map(auth::encode).unwrap_or_default() == *initial_response
        }
        _ => ours.verb().as_str() == theirs.name(),
    }
}

/// A whole reply: its code, enhanced code and lines.
fn a_reply() -> impl Strategy<Value = (u16, Option<(u8, u16, u16)>, Vec<String>)> {
    let enhanced = prop::option::of((0..8_u16, 0..30_u16));
    let lines = prop::collection::vec("[a-zA-Z][ -~]{0,40}", 1..5);
    (2..6_u8, 0..6_u16, 0..10_u16, enhanced, lines).prop_map(
        |(class, tens, ones, enhanced, lines)| {
            let code = u16::from(class) * 100 + tens * 10 + ones;
            // An enhanced code goes with 2yz, 4yz and 5yz (RFC 2034 §4).
            let enhanced = enhanced.filter(|_| class != 3);
            (code, enhanced.map(|(subject, detail)| (class, subject, detail)), lines)
        },
    )
}

fn parsed(wire: &str) -> Reply {
    ReplyParser::default().read(&mut wire.as_bytes()).unwrap().unwrap()
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn a_command_is_the_same_to_both(command in a_command()) {
        let line = command.to_line();
        let text = String::from_utf8_lossy(&line);
        let ours = Command::read(&line).command;
        prop_assert_eq!(ours.as_ref(), Ok(&command));
        let theirs = Request::parse(&mut line.iter());
        let Ok(theirs) = theirs else {
            return Err(TestCaseError::fail(format!("smtp-proto says {theirs:?} to {text:?}")));
        };
        prop_assert!(is_same(&command, &theirs), "{text:?} is {theirs:?} to smtp-proto");
    }

    #[test]
    fn a_reply_is_the_same_to_both((code, enhanced, lines) in a_reply()) {
        let status = enhanced.map_or(String::new(), |(class, subject, detail)| format!("{class}.{subject}.{detail} "));
        let last = lines.len() - 1;
        let line = |(index, line)| {
            let separator = if index == last { ' ' } else { '-' };
            format!("{code}{separator}{status}{line}\r\n")
        };
        let wire = lines.iter().enumerate().map(line).collect::<Vec<_>>().concat();
        let ours = parsed(&wire);
        let theirs = ResponseReceiver::default().parse(&mut wire.as_bytes().iter()).unwrap();
        prop_assert_eq!(ours.code().number(), theirs.code());
        let read = ours.enhanced().map(|it| (it.class, it.subject, it.detail));
        prop_assert_eq!(read, enhanced);
        prop_assert_eq!(enhanced.map_or([0; 3], |(class, subject, detail)| [u16::from(class), subject, detail]), theirs.esc.map(u16::from));
    }

    #[test]
    fn what_ehlo_offers_is_the_same_to_both(
        size in prop::option::of(1..100_000_000_u32),
        mechanisms in prop::sample::subsequence(MECHANISMS.to_vec(), 0..=MECHANISMS.len()),
        others in prop::sample::subsequence(vec!["PIPELINING", "8BITMIME", "SMTPUTF8", "CHUNKING", "DSN", "STARTTLS", "ENHANCEDSTATUSCODES"], 0..=7),
    ) {
        let mut offers: Vec<String> = others.iter().map(ToString::to_string).collect();
        offers.extend(size.map(|size| format!("SIZE {size}")));
        let names: Vec<_> = mechanisms.iter().map(|known| known.name).collect();
        if !names.is_empty() {
            offers.push(format!("AUTH {}", names.join(" ")));
        }
        let mut wire = String::from(if offers.is_empty() { "250 mx.example\r\n" } else { "250-mx.example\r\n" });
        for (index, offer) in offers.iter().enumerate() {
            let separator = if index + 1 == offers.len() { ' ' } else { '-' };
            wire = format!("{wire}250{separator}{offer}\r\n");
        }
        let ours = Capabilities::from_reply(&parsed(&wire));
        let theirs = EhloResponse::parse(&mut wire.as_bytes().iter()).unwrap();
        prop_assert_eq!(theirs.hostname().as_str(), "mx.example");
        for (extension, bit) in [
            (Extension::Pipelining, smtp_proto::EXT_PIPELINING),
            (Extension::EightBitMime, smtp_proto::EXT_8BIT_MIME),
            (Extension::SmtpUtf8, smtp_proto::EXT_SMTP_UTF8),
            (Extension::Chunking, smtp_proto::EXT_CHUNKING),
            (Extension::Dsn, smtp_proto::EXT_DSN),
            (Extension::StartTls, smtp_proto::EXT_START_TLS),
            (Extension::EnhancedStatusCodes, smtp_proto::EXT_ENHANCED_STATUS_CODES),
            (Extension::Size, smtp_proto::EXT_SIZE),
            (Extension::Auth, smtp_proto::EXT_AUTH),
        ] {
            prop_assert_eq!(ours.get(extension).is_some(), theirs.has_capability(bit), "{:?}", extension);
        }
        prop_assert_eq!(theirs.auth().count_ones() as usize, names.len());
    }
}
