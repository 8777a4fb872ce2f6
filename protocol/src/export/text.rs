//! Plain text: a line of text for each line on the wire, with who said it and when.
//!
//! ```text
//! SMTP session with mail.example.com:25
//!     0.012  S: 220 mail.example.com ESMTP
//!     1.530  C: EHLO student.example
//! ```
//!
//! Seconds since the connection was begun; `*:` is what the transport told. [`crate::import`] reads it again.

use super::{Export, Form, Kind, Shown};
use std::fmt::Write as _;

/// The form.
pub(super) static TEXT: Form =
    Form { name: "text", file: "session.txt", media_type: "text/plain", write };

/// How it begins; the target follows.
pub(crate) const HEAD: &str = "SMTP session with ";
/// Behind the target, where it is so.
pub(crate) const OVER_TLS: &str = " over TLS";

pub(super) fn write(export: &Export<'_>) -> String {
    let target = one_line(&export.connection.target().to_string());
    let tls = if export.over_tls { OVER_TLS } else { "" };
    let mut text = format!("{HEAD}{target}{tls}\n");
    for shown in export.shown() {
        write_entry(&shown, &mut text);
    }
    text
}

fn write_entry(shown: &Shown, text: &mut String) {
    let seconds = shown.at_ms / 1e3;
    let who = match shown.kind {
        Kind::Sent => 'C',
        Kind::Received => 'S',
        Kind::Transport | Kind::Broken | Kind::Closed => '*',
    };
    let mut line = |who: char, words: &str| {
        // Writing to a String does not fail.
        _ = writeln!(text, "{seconds:>9.3}  {who}: {words}");
    };
    match (shown.kind, &shown.detail) {
        (Kind::Broken, Some(detail)) => line(who, &format!("not SMTP: {}", one_line(detail))),
        (Kind::Closed, Some(detail)) => line(who, &format!("closed: {detail}")),
        (_, Some(detail)) => line(who, &one_line(detail)),
        (_, None) => {}
    }
    for words in &shown.lines {
        line(who, words);
    }
    if shown.left_out > 0 {
        line('*', &format!("{} bytes more of mail data", shown.left_out));
    }
}

fn one_line(text: &str) -> String {
    text.replace(char::is_control, "\u{fffd}")
}

/// Bytes as text from which they can be told again: `\xHH` for what is no readable character, and for a
/// backslash that would read as the beginning of one of these.
pub(crate) fn escape(bytes: &[u8]) -> String {
    let mut text = String::new();
    let hex = |text: &mut String, bytes: &[u8]| {
        for byte in bytes {
            _ = write!(text, "\\x{byte:02x}");
        }
    };
    for chunk in bytes.utf8_chunks() {
        let valid = chunk.valid();
        for (at, character) in valid.char_indices() {
            let rest = &valid.as_bytes()[at..];
            if (character.is_control() && character != '\t') || starts_escape(rest) {
                hex(&mut text, &rest[..character.len_utf8()]);
            } else {
                text.push(character);
            }
        }
        hex(&mut text, chunk.invalid());
    }
    text
}

/// A whole line, or one whose CR LF was not sent with it, which a backslash at its end tells.
pub(super) fn with_end(mut line: String, is_whole: bool) -> String {
    if line.ends_with('\\') {
        line.truncate(line.len() - 1);
        line += r"\x5c";
    }
    if !is_whole {
        line.push('\\');
    }
    line
}

/// The bytes of a line of the text form.
pub(crate) fn unescape(line: &str) -> Vec<u8> {
    let (text, end): (_, &[u8]) = match line.strip_suffix('\\') {
        Some(text) => (text, b""),
        None => (line, b"\r\n"),
    };
    let mut bytes = Vec::new();
    let mut rest = text.as_bytes();
    while let [first, behind @ ..] = rest {
        if starts_escape(rest) {
            let digit = |at: usize| char::from(rest[at]).to_digit(16).unwrap_or_default();
            bytes.push(u8::try_from(digit(2) * 16 + digit(3)).unwrap_or_default());
            rest = &rest[4..];
        } else {
            bytes.push(*first);
            rest = behind;
        }
    }
    bytes.extend_from_slice(end);
    bytes
}

fn starts_escape(bytes: &[u8]) -> bool {
    matches!(bytes, [b'\\', b'x', one, two, ..] if one.is_ascii_hexdigit() && two.is_ascii_hexdigit())
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    proptest! {
        #[test]
        fn any_bytes_can_be_told_again_from_their_line(
            bytes in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..40),
                r"[\\x5c0a\r\n 你]{0,20}".prop_map(String::into_bytes),
            ],
            is_whole in any::<bool>(),
        ) {
            let line = with_end(escape(&bytes), is_whole);
            prop_assert!(!line.contains(['\r', '\n']), "{line:?}");
            let end: &[u8] = if is_whole { b"\r\n" } else { b"" };
            prop_assert_eq!(unescape(&line), [&bytes[..], end].concat());
        }
    }

    #[test]
    fn readable_text_stays_as_it_is() {
        assert_eq!(escape("DATA \\ 你好\t\\x".as_bytes()), "DATA \\ 你好\t\\x");
        assert_eq!(escape(b"\xff\r\\x41"), r"\xff\x0d\x5cx41");
    }
}
