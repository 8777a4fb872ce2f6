//! xtext (RFC 3461 §4): text inside a parameter, in which `+3D` stands for the byte 3D.

use super::cursor::{Cursor, Expected, SyntaxError};
use crate::anatomy::Field;
use std::fmt::Write as _;

/// Writes bytes as xtext.
pub fn encode(bytes: &[u8]) -> String {
    let mut text = String::with_capacity(bytes.len());
    for &byte in bytes {
        if is_plain(byte) {
            text.push(char::from(byte));
        } else {
            // Writing to a string cannot fail.
            _ = write!(text, "+{byte:02X}");
        }
    }
    text
}

/// Reads one word of xtext as `field`, its hexadecimal bytes as [`Field::HexByte`], and decodes it. It has at
/// most `limit` bytes as it is written, and says something.
pub(crate) fn read(
    cursor: &mut Cursor<'_>,
    field: Field,
    limit: usize,
) -> Result<Vec<u8>, SyntaxError> {
    let start = cursor.at();
    let mut decoded = Vec::new();
    loop {
        // Beyond ASCII stands only an address of the type utf-8 (RFC 6533 §3).
        decoded.extend_from_slice(cursor.take_while(field, |byte| is_plain(byte) || byte >= 0x80));
        match cursor.peek() {
            Some(b'+') => {
                let byte = cursor.rest().get(1..3).and_then(hexadecimal);
                decoded.push(byte.ok_or_else(|| cursor.error(Expected::Xtext))?);
                cursor.take(Field::HexByte, 3);
            }
            None | Some(b' ') if !decoded.is_empty() => break,
            _ => return Err(cursor.error(Expected::Xtext)),
        }
    }
    if cursor.at() - start > limit {
        return Err(cursor.error_at(start + limit, Expected::AtMost(limit)));
    }
    Ok(decoded)
}

/// A character that stands for itself (RFC 3461 §4 xchar).
const fn is_plain(byte: u8) -> bool {
    byte.is_ascii_graphic() && !matches!(byte, b'+' | b'=')
}

/// Two digits, of which the letters are capitals (RFC 3461 §4 hexchar).
fn hexadecimal(digits: &[u8]) -> Option<u8> {
    let is_digit = |byte: &u8| matches!(byte, b'0'..=b'9' | b'A'..=b'F');
    let text = std::str::from_utf8(digits).ok()?;
    digits.iter().all(is_digit).then(|| u8::from_str_radix(text, 16).ok())?
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn decoded(text: &str) -> Result<Vec<u8>, (usize, Expected)> {
        read(&mut Cursor::new(text.as_bytes()), Field::EnvelopeId, 10)
            .map_err(|error| (error.at, error.expected))
    }

    #[test]
    fn what_is_encoded_is_read_again() {
        for text in ["a", "1+1=2", "a b", "例"] {
            let xtext = encode(text.as_bytes());
            assert!(xtext.bytes().all(|byte| byte.is_ascii_graphic() && byte != b'='), "{xtext}");
            assert_eq!(decoded(&xtext), Ok(text.as_bytes().to_vec()), "{xtext}");
        }
        assert_eq!(encode(b"1+1=2"), "1+2B1+3D2");
    }

    #[test]
    fn what_is_not_xtext_is_refused_where_it_is_not() {
        for (text, at, expected) in [
            ("", 0, Expected::Xtext),
            ("a=b", 1, Expected::Xtext),
            ("a+2", 1, Expected::Xtext),
            ("a+2b", 1, Expected::Xtext),
            ("a+-1", 1, Expected::Xtext),
            ("12345678901", 10, Expected::AtMost(10)),
        ] {
            assert_eq!(decoded(text), Err((at, expected)), "{text}");
        }
    }
}
