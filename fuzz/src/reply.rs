//! Replies out of a stream.

use crate::must;
use crate::records::pieces;
use protocol::anatomy::{Answer, reply_spans};
use protocol::smtp::command::Verb;
use protocol::smtp::extension::Capabilities;
use protocol::smtp::limits;
use protocol::smtp::reply::{Reply, ReplyError, ReplyParser};

/// What a parser made of a stream: its replies, and what was left of the last.
type Outcome = (Vec<Result<Reply, ReplyError>>, Vec<u8>);

/// What a server says, in any pieces: the replies are the same, and each is explained whatever it answers.
///
/// The input is the server's bytes.
pub fn reply(wire: &[u8]) {
    let whole = read(std::iter::once(wire));
    assert_eq!(read(wire.chunks(1)), whole, "byte by byte");
    assert_eq!(read(pieces(wire)), whole, "in pieces");

    let (outcomes, left) = whole;
    let mut at = 0;
    for reply in outcomes.iter().flatten() {
        assert_eq!(wire.get(at..at + reply.wire().len()), Some(&reply.wire()[..]));
        at += reply.wire().len();
        be_whole(reply);
    }
    let has_ended = outcomes.iter().any(Result::is_err);
    assert!(wire[at..].starts_with(&left) && (has_ended || wire.len() == at + left.len()));
    assert!(left.len() <= limits::REPLY_READ);
}

fn read<'a>(pieces: impl Iterator<Item = &'a [u8]>) -> Outcome {
    let (mut parser, mut outcomes) = (ReplyParser::default(), Vec::new());
    for mut piece in pieces {
        while let Some(outcome) = parser.read(&mut piece) {
            let is_end = outcome.is_err();
            outcomes.push(outcome);
            if is_end {
                return (outcomes, parser.partial().to_vec());
            }
        }
        assert!(piece.is_empty(), "what is not read is the next reply");
    }
    (outcomes, parser.partial().to_vec())
}

fn be_whole(reply: &Reply) {
    let wire = reply.wire();
    assert!(wire.len() <= limits::REPLY_READ);
    let mut at = 0;
    for line in reply.lines() {
        assert_eq!(line.whole.start, at);
        assert!(line.whole.len() <= limits::REPLY_LINE_READ);
        assert!(wire[line.whole.clone()].starts_with(reply.code().to_string().as_bytes()));
        assert!(wire[line.whole.clone()].ends_with(b"\r\n"));
        assert!(!wire[line.text.clone()].iter().any(|byte| matches!(byte, b'\r' | b'\n')));
        at = line.whole.end;
    }
    assert_eq!(at, wire.len());
    for answer in answers() {
        must::tile(wire, &reply_spans(answer, reply));
    }
    if let Some(enhanced) = reply.enhanced() {
        assert_eq!(u16::from(enhanced.class), reply.code().number() / 100);
    }
    let capabilities = Capabilities::from_reply(reply);
    assert!(capabilities.iter().count() < reply.lines().count());
}

/// Everything that a reply can answer.
pub(crate) fn answers() -> impl Iterator<Item = Answer> {
    let others = [
        Answer::Greeting,
        Answer::ToAuthResponse,
        Answer::ToMailData,
        Answer::ToUnknown,
        Answer::Nothing,
    ];
    others.into_iter().chain(Verb::ALL.map(Answer::To))
}
