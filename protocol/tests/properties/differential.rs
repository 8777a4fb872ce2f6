//! What another reader of the same grammar, smtp-proto, makes of the same bytes.
//!
//! Only what both are meant to take is compared: smtp-proto is a server's reader and more lenient in places.

use crate::few;
use crate::parameters::{known_of_mail, known_of_rcpt};
use crate::parsing::{a_domain, a_mailbox};
use proptest::prelude::*;
use protocol::auth::{self, MECHANISMS};
use protocol::smtp::address::{ForwardPath, Mailbox, ReversePath};
use protocol::smtp::command::Command;
use protocol::smtp::extension::{Capabilities, Extension};
use protocol::smtp::parameter::{
    BodyType, MailParameter, Notify, OriginalRecipient, RcptParameter, Return,
};
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
    let is_ascii = |text: &String| text.is_ascii();
    let name = || {
        let domain = a_domain().prop_filter("smtp-proto takes names as they are", is_ascii);
        domain.prop_map(|name| name.parse().unwrap())
    };
    let ascii =
        || an_address().prop_filter("smtp-proto decodes xtext byte by byte", Mailbox::is_ascii);
    // smtp-proto counts in its machine's numbers, of which it keeps the largest for itself.
    let is_common = |parameters: &Vec<MailParameter>| {
        !parameters
            .iter()
            .any(|parameter| matches!(parameter, MailParameter::Size(0 | 4_294_967_295..)))
    };
    let initial = prop::option::of(prop::collection::vec(any::<u8>(), 1..40));
    prop_oneof![
        name().prop_map(Command::Ehlo),
        name().prop_map(Command::Helo),
        (prop::sample::select(MECHANISMS.to_vec()), initial).prop_map(|(mechanism, initial)| {
            Command::Auth { mechanism: mechanism.name.into(), initial }
        }),
        (an_address(), known_of_mail(ascii()).prop_filter("its number is common", is_common))
            .prop_map(|(from, parameters)| Command::Mail {
                from: ReversePath::Mailbox(from),
                parameters
            }),
        Just(Command::Mail { from: ReversePath::Null, parameters: Vec::new() }),
        (an_address(), known_of_rcpt(ascii())).prop_map(|(to, parameters)| Command::Rcpt {
            to: ForwardPath::Mailbox(to),
            parameters
        }),
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
    match (ours, theirs) {
        (Command::Ehlo(name), Request::Ehlo { host })
        | (Command::Helo(name), Request::Helo { host }) => name.as_str() == host,
        (Command::Mail { from, parameters }, Request::Mail { from: read }) => {
            let address = match from {
                ReversePath::Mailbox(mailbox) => mailbox.to_string(),
                ReversePath::Null => String::new(),
            };
            address == read.address && parameters == &mail_parameters(read)
        }
        (Command::Rcpt { to, parameters }, Request::Rcpt { to: read }) => {
            let address = to.mailbox().unwrap().to_string();
            address == read.address && parameters == &rcpt_parameters(read)
        }
        (Command::Auth { initial, .. }, Request::Auth { initial_response, .. }) => {
            initial.as_deref().map(auth::encode).unwrap_or_default() == *initial_response
        }
        _ => ours.verb().as_str() == theirs.name(),
    }
}

/// MAIL's parameters as smtp-proto read them; it tells no SIZE from one of 0.
fn mail_parameters(read: &smtp_proto::MailFrom<std::borrow::Cow<'_, str>>) -> Vec<MailParameter> {
    let has = |flag| read.flags & flag != 0;
    let body = |flag, body| has(flag).then_some(MailParameter::Body(body));
    let auth = |text: &str| MailParameter::Auth((text != "<>").then(|| text.parse().unwrap()));
    [
        (read.size > 0).then_some(MailParameter::Size(read.size as u64)),
        body(smtp_proto::MAIL_BODY_7BIT, BodyType::SevenBit),
        body(smtp_proto::MAIL_BODY_8BITMIME, BodyType::EightBitMime),
        body(smtp_proto::MAIL_BODY_BINARYMIME, BodyType::BinaryMime),
        has(smtp_proto::MAIL_SMTPUTF8).then_some(MailParameter::SmtpUtf8),
        read.auth.as_deref().map(auth),
        has(smtp_proto::MAIL_RET_FULL).then_some(MailParameter::Return(Return::Full)),
        has(smtp_proto::MAIL_RET_HDRS).then_some(MailParameter::Return(Return::Headers)),
        read.env_id.as_deref().map(|id| MailParameter::EnvelopeId(id.parse().unwrap())),
    ]
    .into_iter()
    .flatten()
    .collect()
}

/// The same of RCPT.
fn rcpt_parameters(read: &smtp_proto::RcptTo<std::borrow::Cow<'_, str>>) -> Vec<RcptParameter> {
    let has = |flag| read.flags & flag != 0;
    let notify = Notify {
        success: has(smtp_proto::RCPT_NOTIFY_SUCCESS),
        failure: has(smtp_proto::RCPT_NOTIFY_FAILURE),
        delay: has(smtp_proto::RCPT_NOTIFY_DELAY),
    };
    let says = notify != Notify::NEVER || has(smtp_proto::RCPT_NOTIFY_NEVER);
    let original = read.orcpt.as_deref().map(|text| OriginalRecipient::of(&text.parse().unwrap()));
    let notify = says.then_some(RcptParameter::Notify(notify));
    notify.into_iter().chain(original.map(RcptParameter::OriginalRecipient)).collect()
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
