//! What holds in more than one place.

use protocol::anatomy::{Piece, Span, reply_spans};
use protocol::smtp::limits;
use protocol::smtp::reply::ReplyParser;
use protocol::transcript::{Connection, Item};

/// The spans follow each other without gap or overlap, from the first byte to the last.
#[track_caller]
pub(crate) fn tile(wire: &[u8], spans: &[Span]) {
    let mut at = 0;
    for Span { field, range } in spans {
        assert_eq!(range.start, at, "{field:?} in {}", wire.escape_ascii());
        assert!(range.end > range.start, "{field:?} is empty in {}", wire.escape_ascii());
        at = range.end;
    }
    assert_eq!(at, wire.len(), "the end of {}", wire.escape_ascii());
}

/// A piece is explained, whole and in a window.
#[track_caller]
pub(crate) fn be_explained(piece: &Piece) {
    for limit in [usize::MAX, limits::WINDOW, 7] {
        let window = piece.window(limit);
        assert!(window.left_out <= piece.content.bytes().len());
        tile(&window.bytes, &piece.spans(&window));
    }
}

/// All of a connection's transcript from the `from`-th entry on is explained and within its limits.
#[track_caller]
pub(crate) fn be_in_order(connection: &Connection, from: usize) {
    let entries = connection.entries();
    assert!(entries.len() <= limits::TRANSCRIPT_ENTRIES);
    for (n, entry) in entries.iter().enumerate().skip(from) {
        match &entry.item {
            Item::Sent { piece, .. } => be_explained(piece),
            Item::Received { answer, reply, .. } => {
                assert!(reply.wire().len() <= limits::REPLY_READ);
                tile(reply.wire(), &reply_spans(*answer, reply));
            }
            Item::Broken { bytes, .. } => assert!(bytes.len() <= limits::GARBAGE_KEPT),
            Item::Transport(_) | Item::Upgraded(_) | Item::Closed(_) => {}
        }
        if let Some(message) = connection.sasl_message(n) {
            tile(&message.message, &message.spans());
        }
    }
}

/// Nothing but whole replies, in lines no longer than RFC 5321 §4.5.3.1.5 allows, of visible ASCII.
#[track_caller]
pub(crate) fn be_replies(wire: &[u8]) {
    let (mut rest, mut parser) = (wire, ReplyParser::default());
    while !rest.is_empty() {
        match parser.read(&mut rest) {
            Some(Ok(reply)) => {
                for line in reply.lines() {
                    assert!(line.whole.len() <= limits::REPLY_LINE, "{}", line.whole.len());
                }
            }
            other => panic!("expected a whole reply, found {other:?} in {}", wire.escape_ascii()),
        }
    }
    let visible = |byte: &u8| matches!(byte, b' '..=b'~' | b'\r' | b'\n');
    assert!(wire.iter().all(visible), "{}", wire.escape_ascii());
}
