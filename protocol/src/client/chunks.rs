//! The message in chunks (RFC 3030): which octets go into the next one, and what of a chunk is still owed.
//!
//! BDAT says how many octets follow, and the server takes that many, whatever they are. So nothing is stuffed and
//! nothing ends the message but the word LAST. The server answers each chunk when it has all of it.

use super::{Client, Setup, Step};
use crate::anatomy::MailPlace;
use crate::smtp::command::Command;
use crate::smtp::extension::Extension;
use crate::smtp::limits;
use bytes::Bytes;
use std::sync::Arc;

/// How much of the message has gone out in chunks.
#[derive(Debug, Default)]
pub(super) struct Chunked {
    /// Chunks begun.
    pub(super) begun: usize,
    /// Octets of all of them.
    pub(super) octets: u64,
    /// Where in the message the last of them left off.
    pub(super) at: Arc<MailPlace>,
}

/// A chunk of which the server still waits for octets.
#[derive(Debug)]
pub(super) struct Chunk {
    /// The step that its octets are.
    pub(super) step: Step,
    /// How many are still owed.
    pub(super) left: u64,
    /// The message ends with it.
    pub(super) last: bool,
    /// Its line, and where a reply that has not come yet may make something else of it, its octets too.
    pub(super) wire: Vec<u8>,
    /// Whether octets are kept.
    pub(super) keeps: bool,
}

impl Client {
    /// Whether the message goes in chunks.
    pub(super) fn uses_chunks(&self) -> bool {
        self.uses(Extension::Chunking)
    }

    /// The command that announces the next chunk, or the chunk itself where the server waits for it.
    pub(super) fn next_in_chunks(&self) -> Step {
        match &self.chunk {
            Some(chunk) => chunk.step,
            None if self.chunk_ahead().0.is_empty() => Step::LastChunk,
            None => Step::Bdat(self.chunked.begun),
        }
    }

    /// BDAT for the next chunk.
    pub(super) fn bdat(&self) -> Command {
        let (chunk, last) = self.chunk_ahead();
        Command::Bdat { size: chunk.len() as u64, last }
    }

    /// The octets that the server waits for: the message's next ones, and where it has none left, spaces.
    pub(super) fn octets_owed(&self) -> Bytes {
        const SPACES: Bytes = Bytes::from_static(&[b' '; 512]);
        let left = self.chunk.as_ref().map_or(0, |chunk| chunk.left);
        let left = usize::try_from(left).unwrap_or(usize::MAX);
        let rest = self.rest_of_part();
        let octets = if rest.is_empty() { SPACES } else { rest };
        octets.slice(..octets.len().min(left))
    }

    /// The next chunk, and whether the message ends with it. Headers and body never share one, so that a chunk is
    /// a piece of what there is and no copy.
    fn chunk_ahead(&self) -> (Bytes, bool) {
        let rest = self.rest_of_part();
        let most = chunk_size(&self.setup);
        let chunk = rest.slice(..rest.len().min(most));
        let end = self.chunked.octets.saturating_add(chunk.len() as u64);
        (chunk, end >= self.setup.message.len() as u64)
    }

    /// What is left of the part of the message at which the chunks are.
    fn rest_of_part(&self) -> Bytes {
        let message = &self.setup.message;
        let at = usize::try_from(self.chunked.octets).unwrap_or(usize::MAX);
        let (part, at) = match at.checked_sub(message.headers.len()) {
            None => (&message.headers, at),
            Some(at) => (&message.body, at),
        };
        part.slice(at.min(part.len())..)
    }
}

/// The steps of a message in chunks.
pub(super) fn steps(setup: &Setup) -> Vec<Step> {
    let most = chunk_size(setup);
    let parts = [&setup.message.headers, &setup.message.body];
    let count = parts.iter().map(|part| part.len().div_ceil(most)).sum::<usize>();
    let both = (0..count).flat_map(|n| {
        let chunk = if n + 1 == count { Step::LastChunk } else { Step::Chunk(n) };
        [Step::Bdat(n), chunk]
    });
    if count == 0 { vec![Step::LastChunk] } else { both.collect() }
}

/// How many octets a chunk has at most: as many as were wished, but for very many chunks.
fn chunk_size(setup: &Setup) -> usize {
    let wished = setup.wishes.chunk.map_or(usize::MAX, std::num::NonZeroUsize::get);
    wished.max(setup.message.len() / limits::CHUNKS).max(1)
}
