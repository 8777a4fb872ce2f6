//! A letter that is filled in is the letter that another reader, mail-parser, sees; and whatever is filled in, it
//! stays in its place.

use crate::few;
use bytes::Bytes;
use mail_parser::{Addr, Address, MessageParser, MimeHeaders};
use proptest::prelude::*;
use protocol::message::{Attachment, Letter, Message, Party};
use protocol::smtp::limits;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// One line as people write it: words of any script with single spaces between.
fn words() -> impl Strategy<Value = String> {
    let word = prop_oneof![
        4 => "[a-zA-Z0-9,;:.@<>()\\[\\]\"'!?=_-]{1,12}",
        1 => "[你好世界作业附件]{1,8}",
        1 => "[éüñçß😀]{1,4}",
    ];
    prop::collection::vec(word, 1..8).prop_map(|words| words.join(" "))
}

/// A name that people have: letters of any script, and what stands between them.
fn a_name() -> impl Strategy<Value = String> {
    let word =
        prop_oneof![3 => "[A-Z][a-z.,'-]{0,9}", 1 => "[张三李四王五]{1,3}", 1 => "[éüñ]{1,3}"];
    prop::collection::vec(word, 0..4).prop_map(|words| words.join(" "))
}

fn a_party() -> impl Strategy<Value = Party> {
    (a_name(), "[a-z]{1,10}(\\.[a-z]{1,5})?", "[a-z]{1,10}\\.example")
        .prop_map(|(name, local, host)| Party { name, address: format!("{local}@{host}") })
}

fn parties() -> impl Strategy<Value = Vec<Party>> {
    prop::collection::vec(a_party(), 1..6)
}

fn a_text() -> impl Strategy<Value = String> {
    let line =
        prop_oneof![2 => words(), 1 => Just(String::new()), 1 => "[ -~]{0,100}", 1 => "\\.{1,3}"];
    prop::collection::vec(line, 0..8).prop_map(|lines| lines.join("\n"))
}

fn an_attachment() -> impl Strategy<Value = Attachment> {
    // Of text/… mail-parser gives the characters, not the bytes.
    let media_type = prop::sample::select(vec!["application/pdf", "image/png"]);
    let name = prop_oneof!["[a-z]{1,12}\\.[a-z]{3}", "[作业附件]{1,6}\\.pdf", "[a-z ()']{1,60}x"];
    let content = prop::collection::vec(any::<u8>(), 0..200);
    (name, media_type, content).prop_map(|(name, media_type, content)| Attachment {
        name,
        media_type: media_type.into(),
        content: content.into(),
    })
}

pub(crate) fn a_letter() -> impl Strategy<Value = Letter> {
    let head = (parties(), parties(), prop_oneof![Just(Vec::new()), parties().boxed()], words());
    let parts = prop::collection::vec(an_attachment(), 0..3);
    let facts =
        (prop::option::of(0i64..4_000_000_000), prop::option::of("[a-z0-9.]{1,20}@[a-z]{1,9}"));
    (head, a_text(), prop::option::of(a_text()), parts, facts, "[a-z0-9]{0,8}").prop_map(
        |((from, to, cc, subject), body, html, attachments, (date, message_id), boundary)| Letter {
            from,
            to,
            cc,
            subject,
            date,
            message_id,
            body,
            html,
            attachments,
            boundary,
            ..Letter::default()
        },
    )
}

/// Whatever may come from a form's field.
fn anything() -> impl Strategy<Value = String> {
    prop_oneof![
        words(),
        any::<String>(),
        Just("x\r\nBcc: hidden@example.com".to_owned()),
        Just("x\n\nBody".to_owned()),
        Just("x\rTo: y".to_owned()),
        Just("\r\n\r\n".to_owned()),
    ]
}

fn whole(message: &Message) -> Vec<u8> {
    [&message.headers[..], &message.body[..]].concat()
}

fn as_parties(address: Option<&Address<'_>>) -> Vec<Party> {
    let party = |it: &Addr<'_>| Party {
        name: it.name().unwrap_or_default().to_owned(),
        address: it.address().unwrap_or_default().to_owned(),
    };
    address.map_or_else(Vec::new, |it| it.iter().map(party).collect())
}

/// The lines of a text, wherever they end and whatever follows the last.
fn lines(text: &str) -> Vec<&str> {
    text.trim_end_matches(['\r', '\n']).lines().collect()
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn what_is_filled_in_is_what_a_reader_sees(letter in a_letter()) {
        let wire = whole(&letter.build());
        let read = MessageParser::default().parse(&wire).unwrap();
        prop_assert_eq!(&as_parties(read.from()), &letter.from);
        prop_assert_eq!(&as_parties(read.to()), &letter.to);
        prop_assert_eq!(&as_parties(read.cc()), &letter.cc);
        prop_assert_eq!(read.subject(), Some(letter.subject.as_str()));
        prop_assert_eq!(read.date().map(mail_parser::DateTime::to_timestamp), letter.date);
        prop_assert_eq!(read.message_id(), letter.message_id.as_deref());
        let text = read.body_text(0).unwrap();
        prop_assert_eq!(lines(&text), lines(&letter.body));
        if let Some(html) = &letter.html {
            let read = read.body_html(0).unwrap();
            prop_assert_eq!(lines(&read), lines(html));
        }
        prop_assert_eq!(read.attachment_count(), letter.attachments.len());
        for (read, sent) in read.attachments().zip(&letter.attachments) {
            prop_assert_eq!(read.attachment_name(), Some(sent.name.as_str()));
            let kind = read.content_type().unwrap();
            let kind = format!("{}/{}", kind.ctype(), kind.subtype().unwrap_or_default());
            prop_assert_eq!(&kind, &sent.media_type);
            prop_assert_eq!(Bytes::copy_from_slice(read.contents()), sent.content.clone());
        }
    }

    /// Header injection: no entry makes a header field, or ends the headers (RFC 5322 §2.2).
    #[test]
    fn an_entry_stays_in_its_header_field(
        texts in prop::collection::vec(anything(), 8), boundary in anything(), body in anything(),
    ) {
        let [name, subject, id, more, file, kind, address, html] = texts.try_into().unwrap();
        let letter = Letter {
            from: vec![Party { name, address }],
            to: vec!["b@example.com".into()],
            subject,
            message_id: Some(id),
            more: vec![("X-More".into(), more)],
            body: body.clone(),
            html: Some(html),
            attachments: vec![Attachment { name: file, media_type: kind, content: body.into() }],
            boundary,
            ..Letter::default()
        };
        let message = letter.build();
        let names: Vec<_> = message.fields().into_iter().map(|field| field.name).collect();
        prop_assert_eq!(
            names,
            ["From", "To", "Subject", "Message-ID", "X-More", "MIME-Version", "Content-Type"]
        );
        prop_assert!(message.headers.ends_with(b"\r\n\r\n"));
        prop_assert_eq!(memchr::memmem::find(&message.headers, b"\r\n\r\n"), Some(message.headers.len() - 4));
        let bare = |at: &usize| message.headers.get(at.wrapping_sub(1)) != Some(&b'\r');
        prop_assert_eq!(memchr::memchr_iter(b'\n', &message.headers).find(bare), None);
    }

    /// Folding (RFC 5322 §2.2.3), encoded words and transfer encodings keep lines short (§2.1.1), as long as no
    /// single word is longer.
    #[test]
    fn no_line_is_too_long(letter in a_letter()) {
        let wire = whole(&letter.build());
        let longest = wire.split(|&byte| byte == b'\n').map(<[u8]>::len).max();
        prop_assert!(longest <= Some(limits::TEXT_LINE), "{longest:?}");
    }

    #[test]
    fn a_raw_message_is_not_changed(raw in prop::collection::vec(prop_oneof![Just(b'\r'), Just(b'\n'), any::<u8>()], 0..200)) {
        prop_assert_eq!(whole(&Message::from_raw(raw.clone())), raw);
    }
}
