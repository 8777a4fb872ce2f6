//! Each lint on both sides of its rule.

use super::*;
use crate::message::Letter;
use crate::smtp::limits;
use crate::smtp::reply::ReplyParser;
use bytes::Bytes;
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Headers with which nothing is wrong.
const RIGHT: &str =
    "From: a@example.com\r\nTo: b@example.com\r\nDate: Mon, 2 Nov 2026 10:00:00 +0000\r\n";

fn flaws(message: &str) -> Vec<Flaw> {
    Message::from_raw(message.to_owned()).lints(Context::default())
}

/// Each lint that was found, and in which line; 0 where it has none.
fn found(flaws: &[Flaw]) -> Vec<(Lint, usize)> {
    flaws.iter().map(|it| (it.lint, it.place.as_ref().map_or(0, |place| place.line))).collect()
}

fn found_in(message: &str) -> Vec<(Lint, usize)> {
    found(&flaws(message))
}

fn with_header(header: &str) -> String {
    format!("{RIGHT}{header}\r\n\r\ntext\r\n")
}

fn with_body(body: &str) -> String {
    format!("{RIGHT}\r\n{body}")
}

fn offering(keyword: &str) -> Capabilities {
    let wire = format!("250-mx.example.com\r\n250 {keyword}\r\n");
    let reply = ReplyParser::default().read(&mut wire.as_bytes()).unwrap().unwrap();
    Capabilities::from_reply(&reply)
}

fn found_at(message: &str, keyword: &str) -> Vec<(Lint, usize)> {
    let capabilities = offering(keyword);
    let context = Context { envelope: None, capabilities: Some(&capabilities) };
    found(&Message::from_raw(message.to_owned()).lints(context))
}

fn found_in_envelope(message: &str, from: &str, to: &[&str]) -> Vec<(Lint, usize)> {
    let path = |address: &&str| ForwardPath::Mailbox(address.parse().unwrap());
    let from = match from {
        "" => ReversePath::Null,
        address => ReversePath::Mailbox(address.parse().unwrap()),
    };
    let to: Vec<_> = to.iter().map(path).collect();
    let context = Context { envelope: Some(Envelope { from: &from, to: &to }), capabilities: None };
    found(&Message::from_raw(message.to_owned()).lints(context))
}

#[test]
fn every_lint_has_its_own_row_with_a_name_and_a_rule() {
    for (index, row) in LINTS.iter().enumerate() {
        assert_eq!(row.lint as usize, index, "{row:?}");
        assert!(row.rule.starts_with("RFC ") && row.rule.contains(" §"), "{row:?}");
        assert_eq!(LINTS.iter().filter(|other| other.name == row.name).count(), 1, "{row:?}");
        assert_eq!((row.lint.name(), row.lint.rule()), (row.name, row.rule));
    }
}

#[test]
fn a_right_message_has_no_flaw() {
    assert_eq!(flaws(&with_body("text\r\n")), []);
    assert_eq!(flaws(&with_header("Subject: one\r\n two")), []);
    assert_eq!(flaws(&format!("{RIGHT}\r\n")), [], "a message need not have a text");
    assert_eq!(flaws(RIGHT), [], "and then no empty line either (RFC 5322 §2.1)");
}

#[test]
fn the_lab_s_letter_wants_nothing_but_a_date_and_that_is_advice() {
    let letter = Letter {
        from: vec!["a@example.com".into()],
        to: vec!["b@example.com".into()],
        subject: "Hello".into(),
        body: "text".into(),
        ..Letter::default()
    };
    let message = letter.build();
    assert_eq!(found(&message.lints(Context::default())), [(Lint::DateMissing, 0)]);
    assert_eq!(Lint::DateMissing.severity(), Severity::Advice);
}

#[test]
fn a_missing_empty_line_is_found_where_the_text_begins() {
    let found = flaws(&format!("{RIGHT}Dear all\r\n\r\nBye\r\n"));
    let place = Place { bytes: RIGHT.len()..RIGHT.len() + 8, line: 4 };
    assert_eq!(found, [Flaw { lint: Lint::EmptyLineMissing, place: Some(place) }]);
    let part = |text: &'static str| Bytes::from_static(text.as_bytes());
    let message = Message { headers: part(RIGHT), body: part("Note: no header\r\n") };
    let found = message.lints(Context::default());
    let place = Place { bytes: RIGHT.len()..RIGHT.len() + 15, line: 4 };
    assert_eq!(found, [Flaw { lint: Lint::EmptyLineMissing, place: Some(place) }]);
    let message = Message { headers: part(RIGHT), body: part("\r\nDear all\r\n") };
    assert_eq!(message.lints(Context::default()), []);
}

#[test]
fn a_line_that_is_meant_as_a_header_and_is_none_does_not_end_the_headers() {
    for line in ["Subject : Hello", "Betreff\u{fc}: Hello", ": Hello"] {
        assert_eq!(found_in(&format!("{line}\r\n{RIGHT}\r\n")), [(Lint::NotAHeader, 1)], "{line}");
    }
    assert_eq!(found_in(&format!(" folded\r\n{RIGHT}\r\n")), [(Lint::NotAHeader, 1)]);
    assert_eq!(found_in(&with_header("X-Odd!: Hello")), []);
}

#[test]
fn a_bare_cr_and_a_bare_lf_are_found_byte_by_byte() {
    let found = flaws(&with_body("a\rb\r\nc\nd\r\n"));
    let at = RIGHT.len() + 2;
    let place = |start, line| Some(Place { bytes: start..start + 1, line });
    assert_eq!(
        found,
        [
            Flaw { lint: Lint::BareCr, place: place(at + 1, 5) },
            Flaw { lint: Lint::BareLf, place: place(at + 6, 6) }
        ]
    );
    assert_eq!(found_in(&with_body("a\r\r\n")), [(Lint::BareCr, 5)]);
    assert_eq!(found_in(&with_body("a\r")), [(Lint::BareCr, 5)]);
    assert_eq!(found_in(&with_body("a")), [], "a last line without its end is not cut short by LF");
}

#[test]
fn a_message_with_lf_alone_has_its_empty_line() {
    let found = found_in(&with_body("text\r\n").replace("\r\n", "\n"));
    assert_eq!(found, [1, 2, 3, 4, 5].map(|line| (Lint::BareLf, line)));
}

#[test]
fn a_line_may_have_998_bytes_and_should_have_78_characters() {
    let line = |length| with_body(&format!("{}\r\n", "x".repeat(length)));
    assert_eq!(found_in(&line(78)), []);
    assert_eq!(found_in(&line(79)), [(Lint::LineLong, 5)]);
    assert_eq!(found_in(&line(998)), [(Lint::LineLong, 5)]);
    assert_eq!(found_in(&line(999)), [(Lint::LineTooLong, 5)]);
    assert_eq!(found_in(&with_body(&"你".repeat(78))), []);
    assert_eq!(found_in(&with_body(&"你".repeat(79))), [(Lint::LineLong, 5)]);
}

#[test]
fn from_and_date_stand_once_each_in_any_case() {
    let (from, date) = ("From: a@example.com\r\n", "Date: Mon, 2 Nov 2026 10:00:00 +0000\r\n");
    assert_eq!(found_in(&format!("{date}\r\n")), [(Lint::FromMissing, 0)]);
    assert_eq!(found_in(&format!("{from}\r\n")), [(Lint::DateMissing, 0)]);
    assert_eq!(
        found_in(&format!("{from}{date}fRoM: c@example.com\r\n\r\n")),
        [(Lint::FromDoubled, 3)]
    );
    assert_eq!(found_in(&format!("{from}{date}DATE: x\r\n\r\n")), [(Lint::DateDoubled, 3)]);
    assert_eq!(found_in(&format!("{from}{date}\r\n{from}{date}")), [], "a text may say so too");
}

#[test]
fn bcc_is_left_in_where_it_names_somebody() {
    assert_eq!(found_in(&with_header("Bcc: c@example.com")), [(Lint::BccLeftIn, 4)]);
    assert_eq!(found_in(&with_header("Bcc:\r\n c@example.com")), [(Lint::BccLeftIn, 4)]);
    assert_eq!(found_in(&with_header("Bcc: ")), []);
}

#[test]
fn eight_bits_in_the_text_want_8bitmime() {
    let message = with_body("plain\r\nna\u{ef}ve\r\n");
    assert_eq!(found_at(&message, "SIZE"), [(Lint::EightBit, 6)]);
    assert_eq!(found_at(&message, "8BITMIME"), []);
    assert_eq!(found_at(&with_body("plain\r\n"), "SIZE"), []);
    assert_eq!(found_in(&message), [], "what the server offers is not known");
    let capabilities = offering("SIZE");
    let context = Context { envelope: None, capabilities: Some(&capabilities) };
    let flaws = Message::from_raw(message).lints(context);
    let start = RIGHT.len() + 2 + 7 + 2;
    assert_eq!(flaws[0].place.as_ref().unwrap().bytes, start..start + 2);
}

#[test]
fn eight_bits_in_the_headers_want_smtputf8() {
    let message = with_header("Subject: na\u{ef}ve");
    assert_eq!(found_at(&message, "8BITMIME"), [(Lint::HeadersNotAscii, 4)]);
    assert_eq!(found_at(&message, "SMTPUTF8"), []);
    assert_eq!(found_in(&message), []);
}

#[test]
fn from_or_sender_names_the_envelope_s_sender() {
    let to = ["b@example.com"];
    let message = with_body("");
    assert_eq!(found_in_envelope(&message, "a@EXAMPLE.com", &to), []);
    assert_eq!(found_in_envelope(&message, "z@example.com", &to), [(Lint::FromUnlikeEnvelope, 1)]);
    assert_eq!(found_in_envelope(&message, "", &to), [], "a report has no sender");
    let message = with_header("Sender: \"Z, too\" <z@example.com>");
    assert_eq!(found_in_envelope(&message, "z@example.com", &to), []);
}

#[test]
fn recipients_are_compared_both_ways() {
    let message = with_header("Cc: c@example.com,\r\n D <d@example.com>");
    let (from, b, c, d) = ("a@example.com", "b@example.com", "c@example.com", "d@example.com");
    assert_eq!(found_in_envelope(&message, from, &[b, c, d]), []);
    assert_eq!(found_in_envelope(&message, from, &[b, c]), [(Lint::RecipientNotInEnvelope, 4)]);
    let unmentioned = [(Lint::RecipientUnmentioned, 0)];
    assert_eq!(found_in_envelope(&message, from, &[b, c, d, "e@example.com"]), unmentioned);
    for lint in [Lint::RecipientUnmentioned, Lint::RecipientNotInEnvelope] {
        assert_eq!(lint.severity(), Severity::Advice);
    }
}

#[test]
fn of_each_lint_no_more_is_kept_than_stated() {
    let found = found_in(&with_body(&"a\rb\n".repeat(1000)));
    let count = |lint| found.iter().filter(|(it, _)| *it == lint).count();
    assert_eq!(count(Lint::BareCr), limits::FLAWS_OF_A_KIND);
    assert_eq!(count(Lint::BareLf), limits::FLAWS_OF_A_KIND);
    assert_eq!(found[0], (Lint::BareCr, 5), "the first ones");
}

#[test]
fn of_more_addresses_than_are_compared_nothing_is_said() {
    let list: Vec<_> =
        (0..=limits::ADDRESSES_COMPARED).map(|n| format!("{n}@example.com")).collect();
    let message = with_header(&format!("Cc: {}", list.join(",\r\n ")));
    let found = found_in_envelope(&message, "a@example.com", &["last@example.com"]);
    assert!(!found.contains(&(Lint::RecipientUnmentioned, 0)), "{found:?}");
}

#[test]
fn a_message_of_25_mb_is_read_to_its_end() {
    let line = format!("{}\r\n", "x".repeat(76));
    let lines = 25_000_000 / line.len();
    let found = found_in(&with_body(&format!("{}bare\n", line.repeat(lines))));
    assert_eq!(found, [(Lint::BareLf, 5 + lines)]);
    for one_long_field in ["x", ",", "(", "<", "[", "\"", "\\", "a@b.c,"] {
        let field = format!("Cc: {}", one_long_field.repeat(1_000_000 / one_long_field.len()));
        assert!(found_in(&with_header(&field)).contains(&(Lint::LineTooLong, 4)));
    }
}

/// Bytes of which messages are made, more often than chance would have it.
fn anything() -> impl Strategy<Value = Vec<u8>> {
    let word = prop_oneof![
        prop::sample::select(vec![
            "\r\n",
            "\r\n\r\n",
            "\r",
            "\n",
            "From:",
            "To: ",
            "Cc:",
            "Bcc: ",
            "Date: x",
            " ",
            ":",
            "<",
            ">",
            "(",
            "\"",
            "a@example.com",
            ", ",
            "ü",
        ])
        .prop_map(|word| word.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 0..8),
    ];
    prop::collection::vec(word, 0..40).prop_map(|words| words.concat())
}

proptest! {
    #[test]
    fn whatever_the_bytes_every_place_is_inside_and_in_its_line(raw in anything(), cut in any::<prop::sample::Index>()) {
        let raw = Bytes::from(raw);
        let cut = cut.index(raw.len() + 1);
        let by_hand = Message { headers: raw.slice(..cut), body: raw.slice(cut..) };
        let (from, to) = (ReversePath::Mailbox("a@example.com".parse().unwrap()), [ForwardPath::Postmaster]);
        let capabilities = Capabilities::default();
        let context = Context { envelope: Some(Envelope { from: &from, to: &to }), capabilities: Some(&capabilities) };
        for message in [Message::from_raw(raw.clone()), by_hand] {
            let flaws = message.lints(context);
            prop_assert_eq!(&flaws, &message.lints(context));
            let places: Vec<_> = flaws.iter().filter_map(|flaw| flaw.place.clone()).collect();
            prop_assert!(places.is_sorted_by_key(|place| place.bytes.start));
            for place in places {
                prop_assert!(place.bytes.start < place.bytes.end && place.bytes.end <= raw.len(), "{:?}", place);
                let line = 1 + memchr::memchr_iter(b'\n', &raw[..place.bytes.start]).count();
                prop_assert_eq!(place.line, line);
            }
        }
    }
}
