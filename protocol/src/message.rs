//! The message itself (RFC 5322): built from a form, or taken as it is.

pub mod lint;
mod reading;

pub use lint::{Flaw, Lint};
pub use reading::{Decoded, decode_words};

use crate::smtp::address::{ForwardPath, ReversePath};
use bytes::Bytes;
use mail_builder::headers::Header as _;
use mail_builder::headers::text::Text;
use mail_builder::mime::MimePart;

/// Mail data in the two parts in which it is sent. Together they are the message, byte for byte.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The header lines and the empty line behind them, each with CR LF.
    pub headers: Bytes,
    /// Everything behind the empty line.
    pub body: Bytes,
}

/// What a person fills in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Letter {
    /// The From header: an address.
    pub from: String,
    /// The To header: addresses.
    pub to: Vec<String>,
    /// The Subject header, in any script.
    pub subject: String,
    /// The text, in any script, with any kind of line end.
    pub body: String,
    /// Send the empty line between headers and body, as RFC 5322 §2.1 wants it. Leaving it out is a mistake
    /// worth making once.
    pub empty_line: bool,
}

/// A header field, unfolded (RFC 5322 §2.2).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct HeaderField {
    /// As written.
    pub name: String,
    /// Without the white space around it; the line ends of folding are taken out.
    pub value: String,
}

impl Message {
    /// Cuts a whole message at its first empty line.
    pub fn from_raw(raw: impl Into<Bytes>) -> Self {
        let raw = raw.into();
        let cut = match memchr::memmem::find(&raw, b"\r\n\r\n") {
            _ if raw.starts_with(b"\r\n") => 2,
            Some(found) => found + 4,
            None => raw.len(),
        };
        Self { headers: raw.slice(..cut), body: raw.slice(cut..) }
    }

    /// How many bytes it has.
    pub fn len(&self) -> usize {
        self.headers.len() + self.body.len()
    }

    /// Whether it has none.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The header fields, in order; lines that are none are left out.
    pub fn fields(&self) -> Vec<HeaderField> {
        header_fields(&self.headers)
    }
}

/// The header fields of some header lines, in order; lines that are none are left out.
pub fn header_fields(lines: &[u8]) -> Vec<HeaderField> {
    let mut fields: Vec<HeaderField> = Vec::new();
    for line in crate::smtp::command::lines(lines) {
        let text = String::from_utf8_lossy(line);
        let text = text.trim_end_matches(['\r', '\n']);
        if text.starts_with([' ', '\t']) {
            if let Some(field) = fields.last_mut() {
                field.value.push_str(text);
            }
        } else if is_header_line(line)
            && let Some((name, value)) = text.split_once(':')
        {
            fields.push(HeaderField { name: name.to_owned(), value: value.trim().to_owned() });
        }
    }
    fields
}

/// A header field or a folded line of one (RFC 5322 §2.2).
fn is_header_line(line: &[u8]) -> bool {
    let name = line.iter().take_while(|&&byte| byte > b' ' && byte < 0x7f && byte != b':').count();
    matches!(line.first(), Some(b' ' | b'\t')) || (name > 0 && line.get(name) == Some(&b':'))
}

impl Letter {
    /// A letter whose headers say the same as the envelope.
    pub fn between(from: &ReversePath, to: &[ForwardPath], subject: &str, body: &str) -> Self {
        let to =
            to.iter().map(|path| path.mailbox().map_or("Postmaster".into(), ToString::to_string));
        Self {
            from: from.mailbox().map_or_else(String::new, ToString::to_string),
            to: to.collect(),
            subject: subject.into(),
            body: body.into(),
            empty_line: true,
        }
    }

    /// The message: From, To and Subject, and where the text goes beyond ASCII the MIME headers that say so
    /// (RFC 2045, RFC 2047).
    pub fn build(&self) -> Message {
        let mut headers = Vec::new();
        for (name, value) in [("From", &self.from), ("To", &self.to.join(", "))] {
            headers.extend_from_slice(format!("{name}: {}\r\n", one_line(value)).as_bytes());
        }
        headers.extend_from_slice(b"Subject: ");
        Text::new(one_line(&self.subject)).write_header(&mut headers, "Subject: ".len());
        if !headers.ends_with(b"\r\n") {
            headers.extend_from_slice(b"\r\n");
        }
        let body = self.build_body(&mut headers);
        if self.empty_line {
            headers.extend_from_slice(b"\r\n");
        }
        Message { headers: headers.into(), body: body.into() }
    }

    fn build_body(&self, headers: &mut Vec<u8>) -> Vec<u8> {
        let text = with_crlf(&self.body);
        if text.is_ascii() {
            return text.into_bytes();
        }
        headers.extend_from_slice(b"MIME-Version: 1.0\r\n");
        let mut part = Vec::new();
        MimePart::new("text/plain", text).write_part(&mut part);
        let cut = memchr::memmem::find(&part, b"\r\n\r\n").map_or(part.len(), |found| found + 2);
        headers.extend_from_slice(&part[..cut]);
        part.get(cut + 2..).unwrap_or_default().to_vec()
    }
}

/// Keeps a header value from becoming two headers.
fn one_line(text: &str) -> String {
    text.split(['\r', '\n']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

/// Text with CR LF at the end of every line, the last one too; empty text stays empty.
pub fn with_crlf(text: &str) -> String {
    let mut lines = text.replace("\r\n", "\n").replace('\r', "\n");
    if !lines.is_empty() && !lines.ends_with('\n') {
        lines.push('\n');
    }
    lines.replace('\n', "\r\n")
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn letter(subject: &str, body: &str) -> Letter {
        Letter {
            from: "a@example.com".into(),
            to: vec!["b@example.com".into(), "c@example.com".into()],
            subject: subject.into(),
            body: body.into(),
            empty_line: true,
        }
    }

    fn text(bytes: &Bytes) -> &str {
        std::str::from_utf8(bytes).unwrap()
    }

    #[test]
    fn the_lab_s_letter_has_three_headers_and_an_empty_line() {
        let message = letter("Hello", "First line\nSecond line").build();
        assert_eq!(
            text(&message.headers),
            "From: a@example.com\r\nTo: b@example.com, c@example.com\r\nSubject: Hello\r\n\r\n"
        );
        assert_eq!(text(&message.body), "First line\r\nSecond line\r\n");
    }

    #[test]
    fn text_beyond_ascii_gets_the_headers_that_say_so() {
        let message = letter("你好", "第一行\n").build();
        let headers = text(&message.headers);
        assert!(headers.contains("Subject: =?utf-8?B?5L2g5aW9?=\r\n"), "{headers}");
        assert!(
            headers
                .contains("MIME-Version: 1.0\r\nContent-Type: text/plain; charset=\"utf-8\"\r\n"),
            "{headers}"
        );
        assert!(headers.ends_with("\r\n\r\n") && headers.is_ascii(), "{headers}");
        assert!(message.body.is_ascii() && message.body.ends_with(b"\r\n"), "{:?}", message.body);
    }

    #[test]
    fn a_subject_cannot_smuggle_a_header() {
        let message = letter("Hello\r\nBcc: d@example.com", "x").build();
        assert!(text(&message.headers).contains("Subject: Hello Bcc: d@example.com\r\n"));
    }

    #[test]
    fn a_raw_message_is_cut_at_its_first_empty_line() {
        let raw = Message::from_raw("A: b\r\n\r\nC\r\n\r\nD\r\n");
        assert_eq!((text(&raw.headers), text(&raw.body)), ("A: b\r\n\r\n", "C\r\n\r\nD\r\n"));
        assert_eq!(text(&Message::from_raw("\r\nC\r\n").headers), "\r\n");
        assert_eq!(text(&Message::from_raw("A: b\r\n").body), "");
    }

    #[test]
    fn header_fields_are_unfolded() {
        let message = Message::from_raw("A: b\r\n c\r\nno header\r\nSubject:d\r\n\r\ntext\r\n");
        let fields: Vec<_> = message.fields().into_iter().map(|it| (it.name, it.value)).collect();
        let expected = [("A", "b c"), ("Subject", "d")];
        assert_eq!(fields, expected.map(|(name, value)| (name.to_owned(), value.to_owned())));
    }

    #[test]
    fn any_line_end_becomes_cr_lf() {
        assert_eq!(with_crlf("a\nb\r\nc\rd"), "a\r\nb\r\nc\r\nd\r\n");
        assert_eq!(with_crlf(""), "");
        assert_eq!(with_crlf("a\r\n"), "a\r\n");
    }
}
