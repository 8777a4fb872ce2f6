//! Reading a message as a mail program does: what was written so that any server passes it on becomes text
//! again. Only what a person's own letters need: UTF-8, ASCII and Latin-1, in one part.

use super::Message;
use base64::prelude::{BASE64_STANDARD_NO_PAD, Engine as _};

/// A body that was not written as plain text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Decoded {
    /// What it says.
    pub text: String,
    /// How it was written: the value of Content-Transfer-Encoding (RFC 2045 §6.1).
    pub encoding: &'static str,
}

impl Message {
    /// What the first `limit` bytes of the body say, where they were written as base64 or quoted-printable
    /// (RFC 2045 §6.7 and §6.8); `None` where the body is plain, or cannot be read here.
    pub fn decoded_body(&self, limit: usize) -> Option<Decoded> {
        let fields = self.fields();
        let value = |name: &str| {
            let field = fields.iter().find(|field| field.name.eq_ignore_ascii_case(name));
            field.map_or("", |field| field.value.trim())
        };
        let body = &self.body[..self.body.len().min(limit)];
        let (bytes, encoding) =
            match value("Content-Transfer-Encoding").to_ascii_lowercase().as_str() {
                "base64" => (base64(body, body.len() < self.body.len())?, "base64"),
                "quoted-printable" => (quoted_printable(body, Place::Body), "quoted-printable"),
                _ => return None,
            };
        let charset = charset_of(value("Content-Type"))?;
        Some(Decoded { text: text(&bytes, charset)?, encoding })
    }
}

/// A header value with its encoded words read (RFC 2047). What cannot be read stays as it is.
pub fn decode_words(value: &str) -> String {
    let (mut decoded, mut rest) = (String::new(), value);
    let mut after_word = false;
    while let Some(start) = rest.find("=?") {
        let (before, from_here) = rest.split_at(start);
        let Some((word, behind)) = encoded_word(from_here) else {
            let (marker, behind) = from_here.split_at(2);
            decoded.extend([before, marker]);
            rest = behind;
            after_word = false;
            continue;
        };
        // White space between two encoded words only holds them apart (§6.2).
        if !(after_word && before.trim().is_empty()) {
            decoded.push_str(before);
        }
        decoded.push_str(&word);
        rest = behind;
        after_word = true;
    }
    decoded + rest
}

/// The encoded word that this begins with, `=?charset?encoding?text?=`, and what follows it.
fn encoded_word(from_here: &str) -> Option<(String, &str)> {
    let mut parts = from_here.strip_prefix("=?")?.splitn(3, '?');
    let (charset, encoding, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let (written, behind) = rest.split_once("?=")?;
    if written.contains([' ', '\t']) {
        return None;
    }
    let bytes = match encoding {
        "B" | "b" => base64(written.as_bytes(), false)?,
        "Q" | "q" => quoted_printable(written.as_bytes(), Place::Word),
        _ => return None,
    };
    // A language may stand behind the charset (RFC 2231 §5).
    let charset = charset.split('*').next().unwrap_or_default();
    Some((text(&bytes, charset)?, behind))
}

/// The charset parameter of a Content-Type; ASCII where there is none (RFC 2045 §5.2). `None` for what is not
/// text.
fn charset_of(content_type: &str) -> Option<&str> {
    let mut parameters = content_type.split(';');
    let kind = parameters.next().unwrap_or_default().trim();
    if !kind.is_empty() && !kind.get(..5)?.eq_ignore_ascii_case("text/") {
        return None;
    }
    let charset = parameters.find_map(|parameter| {
        let (name, value) = parameter.split_once('=')?;
        name.trim().eq_ignore_ascii_case("charset").then(|| value.trim().trim_matches('"'))
    });
    Some(charset.unwrap_or("us-ascii"))
}

fn text(bytes: &[u8], charset: &str) -> Option<String> {
    match charset.to_ascii_lowercase().as_str() {
        "utf-8" | "us-ascii" => Some(String::from_utf8_lossy(bytes).into_owned()),
        "iso-8859-1" => Some(bytes.iter().copied().map(char::from).collect()),
        _ => None,
    }
}

/// What base64 stands for, line ends and padding left out. Where it was cut off, a last group too short to
/// stand for a byte is dropped.
fn base64(written: &[u8], is_cut: bool) -> Option<Vec<u8>> {
    let mut symbols = written.to_vec();
    symbols.retain(|byte| !byte.is_ascii_whitespace() && *byte != b'=');
    if is_cut && symbols.len() % 4 == 1 {
        symbols.pop();
    }
    BASE64_STANDARD_NO_PAD.decode(symbols).ok()
}

/// Where quoted-printable stands.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Body,
    /// Among encoded words, where `_` is a space (RFC 2047 §4.2).
    Word,
}

/// What quoted-printable stands for. An equals sign that begins nothing stays (RFC 2045 §6.7).
fn quoted_printable(mut written: &[u8], place: Place) -> Vec<u8> {
    let mut bytes = Vec::with_capacity(written.len());
    while let Some((&first, rest)) = written.split_first() {
        written = rest;
        match (first, rest) {
            (b'=', [b'\r', b'\n', behind @ ..]) if place == Place::Body => written = behind,
            (b'=', [high, low, behind @ ..]) if let Some(byte) = hexadecimal(*high, *low) => {
                bytes.push(byte);
                written = behind;
            }
            (b'_', _) if place == Place::Word => bytes.push(b' '),
            _ => bytes.push(first),
        }
    }
    bytes
}

/// The byte that two hexadecimal digits stand for.
fn hexadecimal(high: u8, low: u8) -> Option<u8> {
    let digit = |byte: u8| char::from(byte).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    Some(digit(high)? * 16 + digit(low)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::message::{Letter, with_crlf};
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn message(headers: &str, body: &str) -> Message {
        Message::from_raw(format!("{headers}\r\n{body}"))
    }

    fn text_of(message: &Message) -> Option<String> {
        message.decoded_body(usize::MAX).map(|decoded| decoded.text)
    }

    #[test]
    fn encoded_words_are_read_in_both_encodings() {
        assert_eq!(decode_words("=?utf-8?B?5L2g5aW9?= =?UTF-8?Q?_caf=C3=A9?="), "你好 café");
        assert_eq!(decode_words("Re: =?iso-8859-1*fr?q?caf=E9?= now"), "Re: café now");
    }

    #[test]
    fn what_is_no_encoded_word_stays() {
        for value in [
            "",
            "=?",
            "=?utf-8?B?",
            "=?utf-8?X?a?=",
            "=?big5?B?pKSk5Q==?=",
            "a =? b ?= c",
            "=?utf-8?B?*?=",
        ] {
            assert_eq!(decode_words(value), value);
        }
        assert_eq!(decode_words("=? =?utf-8?Q?a?="), "=? a");
    }

    #[test]
    fn a_body_is_read_by_its_transfer_encoding() {
        let base64 =
            "Content-Type: Text/plain; charset=\"utf-8\"\r\nContent-Transfer-Encoding: Base64\r\n";
        let decoded = message(base64, "5L2g\r\n5aW9\r\n").decoded_body(usize::MAX).unwrap();
        assert_eq!((decoded.text.as_str(), decoded.encoding), ("你好", "base64"));
        let quoted = "Content-Transfer-Encoding: quoted-printable\r\n";
        assert_eq!(text_of(&message(quoted, "a=\r\nb=3D = =zz\r\n")).unwrap(), "ab= = =zz\r\n");
        assert_eq!(text_of(&message("Subject: x\r\n", "plain")), None);
        assert_eq!(text_of(&message("Content-Transfer-Encoding: base64\r\n", "not base64!")), None);
        let image = "Content-Type: image/png\r\nContent-Transfer-Encoding: base64\r\n";
        assert_eq!(text_of(&message(image, "aGk=")), None);
    }

    #[test]
    fn a_long_body_is_read_as_far_as_it_is_wanted() {
        let headers = "Content-Transfer-Encoding: base64\r\n";
        let decoded = message(headers, &"aGkg".repeat(1000)).decoded_body(13).unwrap();
        assert_eq!(decoded.text, "hi hi hi ");
    }

    proptest! {
        #[test]
        fn a_letter_is_read_back_as_it_was_written(subject in "[^=\r\n\\p{C}]{1,60}", body in "[^\r\\p{Cc}]{0,300}") {
            let subject = subject.trim();
            let letter = Letter {
                from: vec!["a@example.com".into()],
                to: vec!["b@example.com".into()],
                subject: subject.into(),
                body: body.clone(),
                ..Letter::default()
            };
            let message = letter.build();
            let fields = message.fields();
            let written = fields.iter().find(|field| field.name == "Subject").unwrap();
            prop_assert_eq!(decode_words(&written.value), subject);
            let plain = String::from_utf8(message.body.to_vec()).unwrap();
            prop_assert_eq!(text_of(&message).unwrap_or(plain), with_crlf(&body));
        }

        #[test]
        fn nothing_makes_reading_panic(value in ".*", body in prop::collection::vec(any::<u8>(), 0..200)) {
            decode_words(&value);
            decode_words(&format!("=?utf-8?q?{value}?="));
            base64(&body, true);
            quoted_printable(&body, Place::Body);
        }
    }
}
