//! Mail data on its way in.

use crate::smtp::data::Unstuffer;
use crate::smtp::limits;

/// Mail data until its final dot. Holds at most the limit and one chunk: a message that is larger is let go
/// of, and only its end is looked for.
#[derive(Debug, Default)]
pub(super) struct MailData {
    unstuffer: Unstuffer,
    text: Vec<u8>,
    too_large: bool,
}

impl MailData {
    /// Takes bytes up to the final dot, and says how many.
    pub(super) fn push(&mut self, wire: &[u8], limit: usize) -> usize {
        let mut taken = 0;
        for chunk in wire.chunks(limits::CHUNK) {
            taken += self.unstuffer.push(chunk, &mut self.text);
            if self.too_large {
                self.text.clear();
            } else if self.text.len() > limit {
                self.too_large = true;
                self.text = Vec::new();
            }
            if self.has_ended() {
                break;
            }
        }
        taken
    }

    /// Takes octets as they are.
    pub(super) fn push_octets(&mut self, octets: &[u8], limit: usize) {
        self.too_large |= self.text.len() + octets.len() > limit;
        if self.too_large {
            self.text = Vec::new();
        } else {
            self.text.extend_from_slice(octets);
        }
    }

    /// Whether the final dot was seen.
    pub(super) fn has_ended(&self) -> bool {
        self.unstuffer.has_ended()
    }

    /// Whether it went over the limit; then there is no text.
    pub(super) fn is_too_large(&self) -> bool {
        self.too_large
    }

    /// The number, from 1, of the first line that is longer than a line of mail data may be.
    pub(super) fn line_too_long(&self) -> Option<usize> {
        let mut start = 0;
        let ends = memchr::memmem::find_iter(&self.text, b"\r\n").map(|at| at + 2);
        let too_long = |end| end - std::mem::replace(&mut start, end) > limits::TEXT_LINE;
        ends.map(too_long).position(|is| is).map(|index| index + 1)
    }

    /// What was received.
    pub(super) fn text(&self) -> &[u8] {
        &self.text
    }

    /// What was received, to keep: without the room it left for more, which a store would not count.
    pub(super) fn into_text(mut self) -> Vec<u8> {
        self.text.shrink_to_fit();
        self.text
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn received(wire: &[u8], limit: usize) -> MailData {
        let mut data = MailData::default();
        assert_eq!(data.push(wire, limit), wire.len());
        data
    }

    #[test]
    fn the_limit_counts_neither_dot_stuffing_nor_the_final_dot() {
        // RFC 1870 §3 counts the message, not its transfer.
        let wire = b"..\r\n.\r\n";
        assert_eq!(received(wire, 3).text(), b".\r\n");
        assert!(received(wire, 2).is_too_large());
    }

    #[test]
    fn a_message_over_the_limit_is_let_go_of_and_its_end_is_still_found() {
        let mut data = MailData::default();
        for _ in 0..100 {
            data.push(&[b'x'; 10_000], 50_000);
            assert!(data.text.len() <= 50_000, "{}", data.text.len());
        }
        assert_eq!(data.push(b"\r\n.\r\nQUIT\r\n", 50_000), 5);
        assert!(data.has_ended() && data.is_too_large() && data.text().is_empty());
    }

    #[test]
    fn a_line_has_at_most_its_limit() {
        let line = |length: usize| ["x".repeat(length - 2).as_bytes(), b"\r\n"].concat();
        let wire = |lines: &[Vec<u8>]| [&lines.concat()[..], b".\r\n"].concat();
        assert_eq!(received(&wire(&[line(1000), line(1000)]), 5000).line_too_long(), None);
        let second = received(&wire(&[line(10), line(1001), line(2000)]), 5000);
        assert_eq!(second.line_too_long(), Some(2));
    }
}
