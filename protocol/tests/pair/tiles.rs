//! Every byte is explained.

use protocol::anatomy::{Answer, Content, Field, Meaning, Piece, Span, reply_spans};
use protocol::smtp::reply::{Reply, ReplyParser};

/// The spans follow each other without gap or overlap, from the first byte to the last.
#[track_caller]
pub(crate) fn assert_tiles(wire: &[u8], spans: &[Span]) {
    let mut at = 0;
    for Span { field, range } in spans {
        assert_eq!(range.start, at, "{field:?} in {}", wire.escape_ascii());
        assert!(range.end > range.start, "{field:?} is empty in {}", wire.escape_ascii());
        at = range.end;
    }
    assert_eq!(at, wire.len(), "the end of {}", wire.escape_ascii());
}

/// The one reply in these bytes.
#[track_caller]
pub(crate) fn reply(wire: &str) -> Reply {
    let mut rest = wire.as_bytes();
    let reply = ReplyParser::default().read(&mut rest).expect("a whole reply").expect("a reply");
    assert!(rest.is_empty(), "one reply");
    reply
}

/// The parts of a reply with their text.
pub(crate) fn reply_parts(answer: Answer, wire: &str) -> Vec<(Field, &str)> {
    parts(wire, reply_spans(answer, &reply(wire)))
}

/// The parts of something sent with their text.
pub(crate) fn sent_parts(meaning: Meaning, wire: &str) -> Vec<(Field, &str)> {
    let content = Content::Line(wire.to_owned().into());
    let piece = Piece { content, meaning };
    parts(wire, piece.spans(&piece.window(usize::MAX)))
}

#[track_caller]
fn parts(wire: &str, spans: Vec<Span>) -> Vec<(Field, &str)> {
    assert_tiles(wire.as_bytes(), &spans);
    spans.into_iter().map(|span| (span.field, &wire[span.range])).collect()
}
