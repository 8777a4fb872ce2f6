//! Text with encoded words in it (RFC 2047).

use super::lexical::Line;
use crate::anatomy::Field;
use crate::anatomy::mail::is_space;

/// The whole line as text.
pub(super) fn take_text(line: &mut Line<'_, '_>, field: Field) {
    take_words(line, field, line.rest().len());
}

/// The next `length` bytes as this field, but for the encoded words among them.
pub(super) fn take_words(line: &mut Line<'_, '_>, field: Field, length: usize) {
    let mut left = length;
    while left > 0 {
        let text = &line.rest()[..left];
        match next_encoded(text) {
            Some((0, word)) => {
                left -= word.length();
                word.take(line);
            }
            Some((before, _)) => {
                // White space between two encoded words means nothing (RFC 2047 §6.2).
                let is_glue = text[..before].iter().all(|&byte| is_space(byte));
                line.take(if is_glue { Field::Space } else { field }, before);
                left -= before;
            }
            None => {
                line.take(field, left);
                left = 0;
            }
        }
    }
}

/// The lengths of an encoded word's parts: `=?charset?encoding?text?=`.
struct Encoded {
    charset: usize,
    text: usize,
}

impl Encoded {
    fn length(&self) -> usize {
        self.charset + self.text + 7
    }

    fn take(&self, line: &mut Line<'_, '_>) {
        line.take(Field::EncodedWordMark, 2);
        line.take(Field::Charset, self.charset);
        line.take(Field::EncodedWordMark, 1);
        line.take(Field::WordEncoding, 1);
        line.take(Field::EncodedWordMark, 1);
        line.take(Field::EncodedWord, self.text);
        line.take(Field::EncodedWordMark, 2);
    }
}

/// Where the next encoded word begins, and its parts. It stands alone between white space.
fn next_encoded(text: &[u8]) -> Option<(usize, Encoded)> {
    let finder = memchr::memmem::Finder::new(b"=?");
    finder.find_iter(text).find_map(|start| {
        let begins = start == 0 || is_space(text[start - 1]);
        let word = begins.then(|| read_encoded(&text[start..])).flatten()?;
        Some((start, word))
    })
}

/// An encoded word has at most 75 bytes (RFC 2047 §2).
fn read_encoded(text: &[u8]) -> Option<Encoded> {
    let length = text.iter().take(76).take_while(|&&byte| !is_space(byte)).count();
    let word = text[..length].strip_prefix(b"=?")?.strip_suffix(b"?=")?;
    let mut parts = word.split(|&byte| byte == b'?');
    let (charset, encoding, encoded) = (parts.next()?, parts.next()?, parts.next()?);
    let is_known = matches!(encoding, [b'B' | b'b' | b'Q' | b'q']);
    let is_one = parts.next().is_none() && !charset.is_empty() && !encoded.is_empty() && is_known;
    is_one.then_some(Encoded { charset: charset.len(), text: encoded.len() })
}
