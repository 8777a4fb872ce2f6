//! Mail data taken apart: every byte, wherever a view begins, whatever the headers say.

use crate::few;
use crate::letter::a_letter;
use crate::pair::assert_tiles;
use mail_parser::MessageParser;
use proptest::prelude::*;
use protocol::anatomy::{Content, Field, MailPlace, Meaning, Piece};
use protocol::smtp::command;
use std::sync::Arc;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// Lines of messages: headers of every grammar, whole, folded, and spoiled; boundaries; bodies.
pub(crate) fn mail_data() -> impl Strategy<Value = Vec<u8>> {
    let name = prop::sample::select(vec![
        "From",
        "To",
        "Cc",
        "Date",
        "Subject",
        "Message-ID",
        "References",
        "Received",
        "MIME-Version",
        "Content-Type",
        "Content-Disposition",
        "Content-Transfer-Encoding",
        "DKIM-Signature",
        "X-Own",
    ]);
    let value = prop_oneof![
        2 => "[ -~]{0,40}",
        1 => "[a-z<>@,;:()\"\\\\\\[\\] ]{0,30}",
        1 => prop::sample::select(vec![
            "multipart/mixed; boundary=a", "multipart/mixed; boundary=\"b c\"", "message/rfc822",
            "base64", "quoted-printable", "=?utf-8?B?5L2g?= =?utf-8?Q?=41?= x", "\"a, b\" <c@d.example>, e@f.example",
            "Mon, 2 Jan 2006 15:04:05 +0800 (CST)", "<1.2@a.example>", "from a (b [192.0.2.1]) by c with ESMTP; 2 Jan 2006 15:04:05 GMT",
            "v=1; a=rsa-sha256; d=a.example; b=AbC/+=", "(((", "\"", "multipart/mixed; boundary=\"",
        ]).prop_map(String::from),
        1 => any::<String>(),
    ];
    let line = prop_oneof![
        4 => (name, value).prop_map(|(name, value)| format!("{name}: {value}")),
        1 => "[ \t][ -~]{0,20}",
        2 => prop::sample::select(vec!["", "--a", "--a--", "--b c", "--b c-- ", "--", "a=", "=4", "=C3=A9 x=", ".", "..", "-", "aGVsbG8="]).prop_map(String::from),
        1 => "[ -~]{0,30}",
    ];
    let end = prop_oneof![8 => Just("\r\n"), 1 => Just("\n"), 1 => Just("\r")];
    prop::collection::vec((line, end), 0..12).prop_map(|lines| {
        lines.into_iter().map(|(line, end)| line + end).collect::<String>().into_bytes()
    })
}

/// What each byte is, with the mail data beginning at this place.
fn fields(at: &MailPlace, text: &[u8]) -> Vec<(Field, usize)> {
    let meaning = Meaning::Chunk { left: u64::MAX, at: Arc::new(at.clone()) };
    let piece = Piece { content: Content::Data(text.to_vec().into()), meaning };
    let spans = piece.spans(&piece.window(usize::MAX));
    assert_tiles(text, &spans);
    spans.into_iter().map(|span| (span.field, span.range.len())).collect()
}

proptest! {
    /// A view that begins at any line shows what the whole message shows there.
    #[test]
    fn a_view_may_begin_at_any_line(text in mail_data()) {
        let whole = fields(&MailPlace::default(), &text);
        let mut cut = 0;
        let mut before = 0;
        for line in command::lines(&text) {
            let from_here = fields(&MailPlace::behind(&text[..cut]), &text[cut..]);
            prop_assert_eq!(&from_here[..], &whole[before..], "from byte {}", cut);
            before += fields(&MailPlace::behind(&text[..cut]), line).len();
            cut += line.len();
        }
    }

    /// Nor does it matter in which pieces the bytes were passed.
    #[test]
    fn a_place_is_the_same_however_the_bytes_came(text in mail_data(), at in any::<prop::sample::Index>()) {
        let lines: Vec<_> = command::lines(&text).collect();
        let (first, rest) = lines.split_at(at.index(lines.len() + 1));
        let mut place = MailPlace::behind(&first.concat());
        place.pass(&rest.concat());
        prop_assert_eq!(place, MailPlace::behind(&text));
    }
}

proptest! {
    #![proptest_config(few())]

    /// In a letter that is well formed nothing is left without a name, and mail-parser sees the same addresses and
    /// boundaries.
    #[test]
    fn a_well_formed_letter_is_taken_apart_as_another_reader_does(letter in a_letter()) {
        let message = letter.build();
        let wire = [&message.headers[..], &message.body[..]].concat();
        let fields = fields(&MailPlace::default(), &wire);
        let mut at = 0;
        let mut texts = Vec::new();
        for (field, length) in fields {
            texts.push((field, std::str::from_utf8(&wire[at..at + length]).unwrap()));
            at += length;
        }
        let odd = texts.iter().find(|(field, _)| *field == Field::Unparsed);
        prop_assert_eq!(odd, None, "in {}", wire.escape_ascii());
        let read = MessageParser::default().parse(&wire).unwrap();
        let people = [read.from(), read.to(), read.cc()].into_iter().flatten();
        let expected: Vec<_> = people.flat_map(|it| it.iter().filter_map(|it| it.address())).collect();
        let seen: Vec<_> = texts
            .windows(3)
            .filter(|of| [of[0].0, of[1].0, of[2].0] == [Field::LocalPart, Field::At, Field::Domain])
            .map(|of| format!("{}@{}", of[0].1, of[2].1))
            .collect();
        prop_assert_eq!(seen, expected);
        let closed = texts.windows(3).filter(|of| {
            of.iter().map(|(field, _)| *field).eq([Field::BoundaryDashes, Field::Boundary, Field::BoundaryDashes])
        });
        let multiparts = read.parts.iter().filter(|part| part.is_multipart());
        prop_assert_eq!(closed.count(), multiparts.count());
    }
}

/// What would be slow or deep is neither: each of these is a megabyte, and is taken apart like any other.
#[test]
fn a_hostile_message_is_taken_apart_in_one_pass() {
    let deep = |open: &str| format!("To: {}\r\n", open.repeat(1_000_000 / open.len()));
    let part = |n| format!("Content-Type: multipart/mixed; boundary=b{n}\r\n\r\n--b{n}\r\n");
    let nested = (0..20_000).map(part).collect::<Vec<_>>().concat();
    let long = "x".repeat(1_000_000);
    for text in [
        deep("("),
        deep("\""),
        deep("<"),
        deep(",@"),
        deep("=?"),
        deep("=?a?q?b?= "),
        deep("\\"),
        format!("Subject: {}\r\n", "=?u?b?".repeat(150_000)),
        format!("Content-Type: multipart/mixed; boundary=\"{long}\"\r\n\r\n--{long}\r\n"),
        format!("References: {}\r\n", "<a@b>\r\n ".repeat(120_000)),
        nested,
        "\r\n".to_owned() + &"--\r\n".repeat(250_000),
        "Content-Transfer-Encoding: quoted-printable\r\n\r\n".to_owned() + &"=".repeat(1_000_000),
    ] {
        let place = MailPlace::behind(text.as_bytes());
        assert!(!fields(&MailPlace::default(), text.as_bytes()).is_empty());
        assert!(format!("{place:?}").len() < 10_000, "a place stays small");
    }
}
