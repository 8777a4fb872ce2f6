//! Chunks: the octets behind BDAT, taken whatever they are (RFC 3030 §2).

use super::Session;
use crate::anatomy::Answer;
use crate::server::fault::Step;
use crate::server::reply::Reply;
use crate::server::store::Store;
use crate::server::transition::{self, State};
use crate::smtp::command::{Command, Verb};
use crate::smtp::extension::Extension;
use crate::smtp::limits;
use std::time::Duration;

/// A chunk under way.
pub(super) struct Chunk {
    size: u64,
    left: u64,
    last: bool,
    /// Why it is refused. Its octets are taken all the same and let go of, since they are on their way already.
    refusal: Option<Reply>,
}

impl Session {
    /// Whether what comes next are octets of a chunk.
    pub(in crate::server) fn wants_octets(&self) -> bool {
        self.chunk.is_some()
    }

    /// Whether a chunk stands behind this line. One whose size is beyond all that can be taken is not waited for.
    pub(super) fn begins_chunk(&mut self, line: &[u8]) -> Result<bool, Reply> {
        let knows_chunks = self.client.as_ref().is_some_and(|client| client.extended)
            && self.config.offers(Extension::Chunking);
        // White space behind a command is let pass (RFC 5321 §4.1.1).
        let line = [line.trim_ascii_end(), b"\r\n"].concat();
        let Ok(Command::Bdat { size, last }) = Command::read(&line).command else {
            return Ok(false);
        };
        if !knows_chunks {
            return Ok(false);
        }
        if size > limits::DATA_COMMITTED as u64 {
            return Err(Reply::ChunkTooLarge);
        }
        let refusal = if !transition::is_in_order(self.state, Verb::Bdat) {
            Some(Reply::OutOfOrder(Verb::Bdat, self.state))
        } else if self.state == State::Sender {
            Some(Reply::NoRecipients)
        } else {
            None
        };
        self.chunk = Some(Chunk { size, left: size, last, refusal });
        Ok(true)
    }

    /// Takes octets: how many, and the answer when the chunk is whole.
    pub(in crate::server) fn octets(
        &mut self,
        now: Duration,
        wire: &[u8],
        store: &mut Store,
    ) -> (usize, Option<Reply>) {
        let limit = self.config.size_limit();
        let Some(chunk) = &mut self.chunk else { return (0, None) };
        let taken = usize::try_from(chunk.left).map_or(wire.len(), |left| left.min(wire.len()));
        chunk.left -= taken as u64;
        if let (None, Some(transaction)) = (&chunk.refusal, &mut self.transaction) {
            transaction.data.push_octets(&wire[..taken], limit);
        }
        let whole = self.chunk.take_if(|chunk| chunk.left == 0);
        (taken, whole.map(|chunk| self.answer_chunk(now, chunk, store)))
    }

    fn answer_chunk(&mut self, now: Duration, chunk: Chunk, store: &mut Store) -> Reply {
        let Chunk { size, last, refusal, .. } = chunk;
        let answer = if last { Answer::ToMailData } else { Answer::ToChunk };
        let is_too_large = self.transaction.as_ref().is_some_and(|it| it.data.is_too_large());
        let reply = match refusal {
            Some(refusal) => refusal,
            None if last => self.under_faults(Step::Message, store, |session, store| {
                session.deliver(now, store).unwrap_or_else(|refusal| refusal)
            }),
            None if is_too_large => Reply::TooLarge,
            None => self.under_faults(Step::Bdat, store, |_, _| Reply::Chunk(size)),
        };
        self.settle(answer, reply)
    }
}
