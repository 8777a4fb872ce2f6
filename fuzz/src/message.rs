//! Messages.

use crate::must;
use crate::records::pieces;
use bytes::Bytes;
use protocol::anatomy::{Content, MailPlace, Meaning, Piece};
use protocol::message::lint::{Context, Envelope, Flaw, LINTS};
use protocol::message::{Message, decode_words};
use protocol::smtp::command::lines;
use protocol::smtp::data::{Stuffer, Unstuffer};
use protocol::smtp::extension::Capabilities;
use protocol::smtp::limits;
use std::sync::Arc;

/// A message is cut in two, linted, read and stuffed: nothing of it is lost, and every flaw has its place in it.
///
/// The input is a message.
pub fn message(raw: &[u8]) {
    let message = Message::from_raw(Bytes::copy_from_slice(raw));
    assert_eq!([&message.headers[..], &message.body].concat(), raw);
    assert_eq!(message.len(), raw.len());
    for context in contexts() {
        be_placed(raw, &message.lints(context));
    }
    for field in message.fields() {
        assert!(!field.name.is_empty() && !field.value.contains("\r\n"), "{field:?}");
        decode_words(&field.value);
    }
    for limit in [usize::MAX, 100, 3, 0] {
        message.decoded_body(limit);
    }
    decode_words(&String::from_utf8_lossy(raw));
    survive_the_journey(raw);
    let content = Content::Data(Bytes::copy_from_slice(raw));
    for meaning in [
        Meaning::Data { at: Arc::default(), stuffed: true },
        Meaning::Chunk { left: u64::MAX, at: Arc::default() },
    ] {
        must::be_explained(&Piece { content: content.clone(), meaning });
    }
    be_the_same_from_any_line(raw);
}

/// Where in a message one is does not depend on how one came there.
fn be_the_same_from_any_line(raw: &[u8]) {
    let mut place = MailPlace::default();
    for line in lines(raw) {
        place.pass(line);
    }
    assert_eq!(place, MailPlace::behind(raw));
}

/// With nothing known, and with an envelope and a server that knows no extension.
fn contexts() -> impl Iterator<Item = Context<'static>> {
    static NONE: std::sync::LazyLock<Capabilities> =
        std::sync::LazyLock::new(Capabilities::default);
    let envelope = Envelope { from: &protocol::smtp::address::ReversePath::Null, to: &[] };
    let known = Context { envelope: Some(envelope), capabilities: Some(&NONE) };
    [Context::default(), known].into_iter()
}

fn be_placed(raw: &[u8], flaws: &[Flaw]) {
    let mut last = 0;
    for flaw in flaws {
        let Some(place) = &flaw.place else { continue };
        assert!(place.bytes.start <= place.bytes.end && place.bytes.end <= raw.len(), "{flaw:?}");
        let before = memchr::memchr_iter(b'\n', &raw[..place.bytes.start]).count();
        assert_eq!(place.line, before + 1, "{flaw:?}");
        assert!(place.bytes.start >= last, "in the order of the places: {flaws:?}");
        last = place.bytes.start;
    }
    for row in LINTS {
        let of_this = flaws.iter().filter(|flaw| flaw.lint == row.lint);
        assert!(of_this.count() <= limits::FLAWS_OF_A_KIND);
    }
}

/// Dots are doubled and taken away again, in any pieces, and the end is where it was meant.
fn survive_the_journey(raw: &[u8]) {
    let (mut stuffer, mut wire) = (Stuffer::default(), Vec::new());
    stuffer.push(raw, &mut wire);
    let (mut in_pieces, mut same) = (Stuffer::default(), Vec::new());
    pieces(raw).for_each(|piece| in_pieces.push(piece, &mut same));
    assert_eq!(wire, same);

    let (mut unstuffer, mut text) = (Unstuffer::default(), Vec::new());
    for piece in pieces(&wire) {
        assert_eq!(unstuffer.push(piece, &mut text), piece.len(), "no end but the final dot");
    }
    let end = unstuffer.to_the_end();
    assert_eq!(unstuffer.push(end, &mut text), end.len());
    assert!(unstuffer.has_ended());
    assert!(text.starts_with(raw), "{}", wire.escape_ascii());
    assert!(matches!(&text[raw.len()..], b"" | b"\r\n" | b"\n"), "{}", text.escape_ascii());

    // Bytes as they come, which may hold their own end.
    let (mut whole, mut bytewise) = (Vec::new(), Vec::new());
    let taken = Unstuffer::default().push(raw, &mut whole);
    let mut unstuffer = Unstuffer::default();
    let each: usize = raw.chunks(1).map(|byte| unstuffer.push(byte, &mut bytewise)).sum();
    assert_eq!((taken, whole), (each, bytewise));
}
