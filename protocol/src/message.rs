//! The message itself (RFC 5322): built from a form, or taken as it is.

mod letter;
pub mod lint;
mod reading;

pub use letter::{Attachment, Letter, Party};
pub use lint::{Flaw, Lint};
pub use reading::{Decoded, decode_words};

use bytes::Bytes;

/// Mail data in the two parts in which it is sent. Together they are the message, byte for byte.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Message {
    /// The header lines and the empty line behind them, each with CR LF.
    pub headers: Bytes,
    /// Everything behind the empty line.
    pub body: Bytes,
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

    fn text(bytes: &Bytes) -> &str {
        std::str::from_utf8(bytes).unwrap()
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
