//! What there is to learn is in the lessons: the coverage table.
//!
//! What a lesson shows is not declared but seen in its replay, and in those of its mistakes. A row of the table
//! that nothing shows fails its test by name.

use super::all;
use protocol::anatomy::{Content, Field, Piece};
use protocol::auth::MECHANISMS;
use protocol::client::Place;
use protocol::lesson::{Lesson, Replay};
use protocol::message::lint::{Context, Envelope, LINTS};
use protocol::server::Fault;
use protocol::smtp::extension::Extension;
use protocol::smtp::limits;
use protocol::transcript::{Connection, Entry, Item};
use serde_json::Value;
use std::collections::BTreeSet;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The replies that a person meets: those of the classic lab, of RFC 5321 §4.2.3 and RFC 7504, of AUTH (RFC 4954 §6)
/// and of the large providers.
const CODES: &[u16] = &[
    214, 220, 221, 235, 250, 251, 252, 334, 354, 421, 432, 450, 451, 452, 454, 455, 500, 501, 502,
    503, 504, 521, 530, 534, 535, 538, 550, 551, 552, 553, 554, 555, 556,
];

/// Every extension that the practice server can offer, and what a client says that uses it. The others change what
/// the server says (EHLO, replies) or when commands are sent.
const EXTENSIONS: &[(Extension, Option<&str>)] = &[
    (Extension::Auth, Some("AUTH ")),
    (Extension::StartTls, Some("STARTTLS")),
    (Extension::Size, Some(" SIZE=")),
    (Extension::Pipelining, None),
    (Extension::EightBitMime, Some(" BODY=8BITMIME")),
    (Extension::SmtpUtf8, Some(" SMTPUTF8")),
    (Extension::Chunking, Some("BDAT ")),
    (Extension::BinaryMime, Some(" BODY=BINARYMIME")),
    (Extension::Dsn, Some(" RET=")),
    (Extension::Dsn, Some(" ENVID=")),
    (Extension::Dsn, Some(" NOTIFY=")),
    (Extension::Dsn, Some(" ORCPT=")),
    (Extension::EnhancedStatusCodes, None),
    (Extension::Help, Some("HELP")),
    (Extension::Vrfy, Some("VRFY ")),
    (Extension::Expn, Some("EXPN ")),
];

/// Every member that a fault rule can have, with the kinds that it comes in.
const FAULTS: &[(&str, &[&str])] = &[
    ("when", &["nth", "first", "from"]),
    ("per", &["client", "sender", "recipient", "connection", "message"]),
    ("from", &[]),
    ("to", &[]),
    ("phrase", &[]),
    ("larger_than", &[]),
    ("holds", &["messages", "bytes"]),
    ("reply", &[]),
    ("delay", &[]),
    ("drip", &[]),
    (
        "broken",
        &[
            "bare_lf",
            "codes_differ",
            "unfinished_line",
            "unfinished_reply",
            "endless_line",
            "endless_reply",
            "garbage",
            "exact",
        ],
    ),
    ("disconnect", &["before", "inside", "after"]),
];

/// A topic, and how a replay shows it.
type Topic = (&'static str, fn(&Lesson, &Replay) -> bool);

const TOPICS: &[Topic] = &[
    ("a line that begins with a dot", |_, replay| has_field(replay, Field::StuffedDot)),
    ("an envelope unlike the headers", |lesson, _| has_lint(lesson, "from-unlike-envelope")),
    ("a message that would end early with others: smuggling", |_, replay| {
        let smuggled = |sent: &[u8]| memchr::memmem::find(sent, b"\n.\n").is_some();
        sent(replay).any(|piece| smuggled(piece.content.bytes())) && replay.store.len() == 1
    }),
    ("a line end that is no CR LF", |lesson, _| has_lint(lesson, "bare-lf")),
    ("a line that is typed", |lesson, _| !lesson.moves.is_empty()),
    ("several connections", |_, replay| replay.client.transcript().connections().len() > 1),
    ("a walk inside TLS", |_, replay| {
        entries(replay).any(|it| matches!(it.item, Item::Upgraded(_)))
    }),
    ("a refused downgrade", |lesson, replay| {
        let text = serde_json::to_value(&lesson.form).unwrap();
        text["security"] == "required" && replay.client.tls().is_none()
    }),
    ("a reply that is not UTF-8", |_, replay| {
        replies(replay).any(|reply| std::str::from_utf8(reply.wire()).is_err())
    }),
    ("several commands in one segment", |_, replay| {
        let commands = entries(replay).map(|it| match &it.item {
            Item::Sent { step, .. } => Place::of(*step).is_some(),
            _ => false,
        });
        let commands: Vec<_> = commands.collect();
        commands.windows(2).any(|two| two == [true, true])
    }),
    ("a message of several parts", |lesson, _| {
        let message = lesson.form.check().unwrap().message;
        memchr::memmem::find(&message.headers, b"multipart/mixed").is_some()
    }),
    ("encoded words", |lesson, _| {
        let message = lesson.form.check().unwrap().message;
        memchr::memmem::find(&message.headers, b"=?utf-8?").is_some()
    }),
    ("a recipient among several that is refused", |lesson, replay| {
        lesson.form.to.len() > 1
            && replies(replay).any(|it| it.code().number() == 550)
            && !replay.store.is_empty()
    }),
];

fn entries(replay: &Replay) -> impl Iterator<Item = &Entry> {
    replay.client.transcript().connections().iter().flat_map(Connection::entries)
}

fn replies(replay: &Replay) -> impl Iterator<Item = &protocol::smtp::reply::Reply> {
    entries(replay).filter_map(|entry| match &entry.item {
        Item::Received { reply, .. } => Some(reply),
        _ => None,
    })
}

fn sent(replay: &Replay) -> impl Iterator<Item = &Piece> {
    entries(replay).filter_map(|entry| match &entry.item {
        Item::Sent { piece, .. } => Some(piece),
        _ => None,
    })
}

fn says(piece: &Piece, text: &str) -> bool {
    matches!(&piece.content, Content::Line(line) if String::from_utf8_lossy(line).contains(text))
}

fn has_field(replay: &Replay, field: Field) -> bool {
    sent(replay).any(|piece| {
        let window = piece.window(limits::WINDOW);
        piece.spans(&window).iter().any(|span| span.field == field)
    })
}

fn has_lint(lesson: &Lesson, name: &str) -> bool {
    lints(lesson, &lesson.replay().unwrap()).contains(name)
}

/// The lints of the message as it goes out: with its envelope, and what the server offered.
fn lints(lesson: &Lesson, replay: &Replay) -> BTreeSet<&'static str> {
    let setup = lesson.form.check().unwrap();
    let envelope = Some(Envelope { from: &setup.from, to: &setup.to });
    let context = Context { envelope, capabilities: Some(replay.client.capabilities()) };
    setup.message.lints(context).into_iter().map(|flaw| flaw.lint.name()).collect()
}

/// The names of what is missing: what is required and not among what was seen.
fn missing<'a>(
    required: impl IntoIterator<Item = &'a str>,
    seen: &BTreeSet<String>,
) -> Vec<&'a str> {
    required.into_iter().filter(|name| !seen.contains(*name)).collect()
}

#[test]
fn every_reply_code_is_met() {
    let seen = |(_, lesson): (String, Lesson)| -> Vec<_> {
        replies(&lesson.replay().unwrap()).map(|reply| reply.code().number()).collect()
    };
    let seen: BTreeSet<u16> = all().into_iter().flat_map(seen).collect();
    let missing: Vec<_> = CODES.iter().filter(|code| !seen.contains(code)).collect();
    assert!(missing.is_empty(), "no lesson shows {missing:?}");
}

/// And every one has at least one login that succeeds.
#[test]
fn every_mechanism_logs_in() {
    let mut seen = BTreeSet::new();
    for (_, lesson) in all() {
        let replay = lesson.replay().unwrap();
        let logged_in = replies(&replay).any(|reply| reply.code().number() == 235);
        let used = sent(&replay).find_map(|piece| match piece.content {
            Content::Line(ref line) => {
                let line = String::from_utf8_lossy(line);
                let name = line.strip_prefix("AUTH ")?.split_whitespace().next();
                name.map(str::to_owned)
            }
            Content::Data(_) => None,
        });
        seen.extend(used.filter(|_| logged_in));
    }
    let missing = missing(MECHANISMS.iter().map(|it| it.name), &seen);
    assert!(missing.is_empty(), "no lesson logs in with {missing:?}");
}

#[test]
fn every_extension_is_used_and_is_missing_somewhere() {
    let replays: Vec<_> = all().into_iter().map(|(_, it)| it.replay().unwrap()).collect();
    for &(extension, use_of_it) in EXTENSIONS {
        let offers = |it: &Replay| it.client.capabilities().offers(extension);
        let asks = |it: &Replay| sent(it).any(|piece| says(piece, "EHLO "));
        let (with, without): (Vec<_>, Vec<_>) =
            replays.iter().filter(|it| asks(it)).partition(|it| offers(it));
        assert!(!with.is_empty(), "no lesson offers {extension:?}");
        assert!(!without.is_empty(), "every lesson offers {extension:?}");
        if let Some(text) = use_of_it {
            let used = replays.iter().flat_map(sent).any(|piece| says(piece, text));
            assert!(used, "no lesson says {text:?}");
        }
    }
}

/// A fault counts where it makes a difference: without it the lesson goes otherwise.
#[test]
fn every_kind_of_fault_is_met() {
    let mut seen = BTreeSet::new();
    for (name, lesson) in all() {
        let whole = history(&lesson);
        for n in 0..lesson.server.faults.len() {
            let mut without = lesson.clone();
            let fault = without.server.faults.remove(n);
            if history(&without) == whole {
                // A mistake may keep its lesson's faults from being met.
                assert!(name.contains(", "), "{name}: fault {n} makes no difference");
            } else {
                seen.extend(kinds(&fault));
            }
        }
    }
    let required: Vec<String> = FAULTS
        .iter()
        .flat_map(|(member, kinds)| {
            let whole = kinds.is_empty().then(|| (*member).to_owned());
            whole.into_iter().chain(kinds.iter().map(move |kind| format!("{member} {kind}")))
        })
        .collect();
    let missing = missing(required.iter().map(String::as_str), &seen);
    assert!(missing.is_empty(), "no lesson shows {missing:?}");
}

/// Everything that happened and when, to be compared.
fn history(lesson: &Lesson) -> Vec<Entry> {
    entries(&lesson.replay().unwrap()).cloned().collect()
}

/// The members of a rule, each with its kind.
fn kinds(fault: &Fault) -> Vec<String> {
    let Value::Object(members) = serde_json::to_value(fault).unwrap() else { panic!("{fault:?}") };
    let kinds = members.into_iter().map(|(member, value)| match value {
        _ if FAULTS.iter().any(|(it, kinds)| *it == member && kinds.is_empty()) => member,
        Value::String(kind) => format!("{member} {kind}"),
        Value::Object(one) => format!("{member} {}", one.keys().next().unwrap()),
        _ => member,
    });
    kinds.collect()
}

#[test]
fn every_lint_is_shown() {
    let seen = |(_, lesson): (String, Lesson)| lints(&lesson, &lesson.replay().unwrap());
    let seen: BTreeSet<_> = all().into_iter().flat_map(seen).map(str::to_owned).collect();
    let missing = missing(LINTS.iter().map(|row| row.name), &seen);
    assert!(missing.is_empty(), "no lesson shows {missing:?}");
}

#[test]
fn every_topic_is_shown() {
    let replays: Vec<_> =
        all().into_iter().map(|(_, lesson)| (lesson.replay().unwrap(), lesson)).collect();
    for (topic, shows) in TOPICS {
        assert!(
            replays.iter().any(|(replay, lesson)| shows(lesson, replay)),
            "no lesson shows {topic}"
        );
    }
}
