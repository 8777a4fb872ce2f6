//! Follows what is sent, whoever wrote it: reads it as the server will, and notes which replies are owed.
//!
//! What a line means can depend on a reply that has not come yet: behind AUTH a line is a response if the
//! server agrees and a command if it does not. Until that reply is there the client assumes that the server
//! agrees; then it looks again ([`Client::read_again`]).

use super::chunks::{Chunk, Chunked};
use super::{Awaited, Client, DataPhase, State, Status, Step, Written};
use crate::anatomy::{Answer, Content, Dots, Meaning};
use crate::auth::Exchange;
use crate::smtp::command::{self, Command, Reading, Verb};
use crate::smtp::data::{LinePlace, Stuffer};
use crate::smtp::extension::Extension;
use std::sync::Arc;
use std::time::Duration;

impl Client {
    /// What content means if it is sent now.
    pub(super) fn meaning_of(&self, content: &Content) -> Meaning {
        if let Some(Chunk { left, .. }) = self.chunk {
            return Meaning::Chunk { left, at: Arc::clone(&self.chunked.at) };
        }
        if self.state == State::Data && self.awaited.is_empty() {
            return Meaning::Data {
                at: Arc::clone(&self.data.at),
                stuffed: matches!(content, Content::Data(_)),
            };
        }
        match self.exchange_ahead().or_else(|| self.unfinished_auth()) {
            Some(Exchange { mechanism, responses: n }) => Meaning::AuthResponse { mechanism, n },
            None => Meaning::Command { chunking: self.takes_chunks() },
        }
    }

    /// The exchange that the next line is a response of, as far as can be told.
    fn exchange_ahead(&self) -> Option<Exchange> {
        self.awaited.back().map_or(self.exchange, |last| last.exchange)
    }

    /// The exchange of an AUTH line that has been begun: what is sent now is its end, and may be a password.
    fn unfinished_auth(&self) -> Option<Exchange> {
        let begun = &self.unfinished;
        let known = Exchange::begun_by(begun).map(|exchange| Exchange { responses: 0, ..exchange });
        if memchr::memchr_iter(b' ', begun).nth(1).is_some() {
            return known;
        }
        // As long as the mechanism can still change, so can the meaning of what stands behind it.
        let is_auth = known.is_some()
            || b"AUTH".get(..begun.len()).is_some_and(|start| start.eq_ignore_ascii_case(begun));
        (is_auth && !begun.is_empty()).then_some(Exchange { mechanism: None, responses: 0 })
    }

    /// How many replies the server will owe for content that is sent now.
    pub(super) fn replies_due(&self, content: &Content, meaning: &Meaning) -> usize {
        let bytes = content.bytes();
        if !matches!(meaning, Meaning::Data { .. }) {
            return self.replies_due_for_lines(bytes);
        }
        let mut end = self.data.end.clone();
        let taken = match content {
            Content::Line(line) => end.push(line, &mut Vec::new()),
            Content::Data(text) => end.push(first_bytes(text), &mut Vec::new()),
        };
        if end.has_ended() { 1 + self.replies_due_for_lines(&bytes[taken..]) } else { 0 }
    }

    /// One for each line, and one for each chunk, however many lines it has.
    fn replies_due_for_lines(&self, mut rest: &[u8]) -> usize {
        let mut left = self.chunk.as_ref().map_or(0, |chunk| chunk.left);
        let mut begun = self.unfinished.clone();
        let mut due = 0;
        while !rest.is_empty() {
            if left > 0 {
                let taken = usize::try_from(left).map_or(rest.len(), |left| left.min(rest.len()));
                left -= taken as u64;
                rest = &rest[taken..];
                due += usize::from(left == 0);
                continue;
            }
            let line = command::lines(rest).next().unwrap_or_default();
            rest = &rest[line.len()..];
            begun.extend_from_slice(line);
            left = self.chunk_begun_by(&begun).map_or(0, |(size, _)| size);
            due += usize::from(left == 0);
            begun.clear();
        }
        due
    }

    /// Reads what is about to be sent as the server will, and notes which replies it owes for it. Gives the
    /// step that it is.
    pub(super) fn follow(&mut self, now: Duration, content: &Content, meaning: &Meaning) -> Step {
        match meaning {
            Meaning::Data { at, .. } => self.follow_data(now, content, at.line()),
            Meaning::Command { .. } | Meaning::AuthResponse { .. } | Meaning::Chunk { .. } => {
                self.follow_lines(now, content.bytes())
            }
        }
    }

    /// Mail data: what ends it is the lone dot, however it got there. Bytes behind the end are commands.
    fn follow_data(&mut self, now: Duration, content: &Content, place: LinePlace) -> Step {
        let dots = match content {
            Content::Data(_) => Dots::Free,
            Content::Line(_) => Dots::AsTyped,
        };
        Arc::make_mut(&mut self.data.at).pass_with(content.bytes(), dots);
        match content {
            Content::Data(bytes) => self.follow_text(now, bytes, place),
            Content::Line(bytes) => {
                let taken = self.data.end.push(bytes, &mut Vec::new());
                if !self.data.end.has_ended() {
                    self.data.written = Written::ByHand;
                    return Step::Typed;
                }
                self.end_data(now, &bytes[taken..])
            }
        }
    }

    /// Text that is stuffed on its way.
    fn follow_text(&mut self, now: Duration, text: &[u8], place: LinePlace) -> Step {
        // Only its ends matter: the first bytes because they can make a lone dot that was typed before into the
        // end, and the last for where it leaves off.
        let mut wire = Vec::new();
        Stuffer::at(place).push(first_bytes(text), &mut wire);
        let taken = self.data.end.push(&wire, &mut Vec::new());
        if self.data.end.has_ended() {
            return self.end_data(now, &text[taken..]);
        }
        let (most, last) = text.split_at(text.len().saturating_sub(2).max(first_bytes(text).len()));
        if most.len() > first_bytes(text).len() {
            self.data.end.skip_to(place.after(most));
        }
        wire.clear();
        Stuffer::at(place.after(most)).push(last, &mut wire);
        self.data.end.push(&wire, &mut Vec::new());
        let (step, written) = match self.data.written {
            Written::Nothing => (Step::Headers, Written::Headers),
            _ => (Step::Body, Written::Body),
        };
        self.data.written = written;
        self.progress.done(step, now, None);
        step
    }

    /// The final dot was sent, and `behind` after it.
    fn end_data(&mut self, now: Duration, behind: &[u8]) -> Step {
        if self.data.written != Written::Nothing {
            self.progress.done(Step::Headers, now, None);
            self.progress.done(Step::Body, now, None);
        }
        self.expect(now, Step::FinalDot, Answer::ToMailData);
        self.follow_lines(now, behind);
        Step::FinalDot
    }

    /// Each line is one command or one response, but for chunks, which stand behind their line. Gives the step of
    /// the first.
    fn follow_lines(&mut self, now: Duration, wire: &[u8]) -> Step {
        let proposed = self.step_ahead().ok();
        let mut first = None;
        let mut rest = wire;
        while !rest.is_empty() {
            let step = if let Some(chunk) = self.chunk.take() {
                self.follow_chunk(now, chunk, &mut rest)
            } else {
                let line = command::lines(rest).next().unwrap_or_default();
                rest = &rest[line.len()..];
                self.unfinished.extend_from_slice(line);
                if !line.ends_with(b"\n") {
                    break;
                }
                let line = std::mem::take(&mut self.unfinished);
                self.follow_line(now, line, proposed)
            };
            first.get_or_insert(step);
        }
        first.unwrap_or(Step::Typed)
    }

    /// A whole line.
    fn follow_line(&mut self, now: Duration, line: Vec<u8>, proposed: Option<Step>) -> Step {
        let exchange = self.exchange_ahead();
        let is_command = exchange.is_none();
        if is_command && let Some((size, last)) = self.chunk_begun_by(&line) {
            return self.begin_chunk(now, line, size, last);
        }
        let awaited = self.read_line(now, line, exchange, proposed);
        let step = awaited.step;
        if step == Step::Mail && !matches!(self.state, State::Chunks) {
            self.chunked = Chunked::default();
        }
        self.progress.wait(step, now);
        self.awaited.push_back(awaited);
        step
    }

    /// The size of the chunk that stands behind this line, if the server takes chunks, and whether it is the last.
    fn chunk_begun_by(&self, line: &[u8]) -> Option<(u64, bool)> {
        let is_taken = line.ends_with(b"\r\n") && !command::is_too_long(line);
        if !self.takes_chunks() || !is_taken {
            return None;
        }
        // White space behind it is let pass.
        let line = [line.trim_ascii_end(), b"\r\n"].concat();
        match Command::read(&line).command {
            Ok(Command::Bdat { size, last }) => Some((size, last)),
            _ => None,
        }
    }

    fn takes_chunks(&self) -> bool {
        self.capabilities.offers(Extension::Chunking)
    }

    /// BDAT: what follows are octets. Where there are none, it is answered at once.
    fn begin_chunk(&mut self, now: Duration, line: Vec<u8>, size: u64, last: bool) -> Step {
        let n = self.chunked.begun;
        self.chunked.begun += 1;
        let step = chunk_step(n, last);
        let keeps = !self.awaited.is_empty();
        let chunk = Chunk { step, left: size, last, wire: line, keeps };
        self.progress.done(Step::Bdat(n), now, None);
        self.progress.wait(step, now);
        if size == 0 {
            self.end_chunk(now, chunk, 0);
            return step;
        }
        self.chunk = Some(chunk);
        Step::Bdat(n)
    }

    /// Octets of a chunk, as many as are owed.
    fn follow_chunk(&mut self, now: Duration, mut chunk: Chunk, rest: &mut &[u8]) -> Step {
        let left = usize::try_from(chunk.left).unwrap_or(usize::MAX);
        let (octets, behind) = rest.split_at(rest.len().min(left));
        *rest = behind;
        let (step, length) = (chunk.step, octets.len() as u64);
        Arc::make_mut(&mut self.chunked.at).pass(octets);
        self.chunked.octets = self.chunked.octets.saturating_add(length);
        chunk.left -= length;
        if chunk.keeps {
            chunk.wire.extend_from_slice(octets);
        }
        if chunk.left == 0 {
            let whole = Command::read(command::lines(&chunk.wire).next().unwrap_or_default());
            let size = match whole.command {
                Ok(Command::Bdat { size, .. }) => size,
                _ => length,
            };
            self.end_chunk(now, chunk, size);
        } else {
            self.chunk = Some(chunk);
        }
        step
    }

    /// A chunk is whole: now it is answered.
    fn end_chunk(&mut self, now: Duration, chunk: Chunk, size: u64) {
        let Chunk { step, last, wire: line, .. } = chunk;
        let answer = if last { Answer::ToMailData } else { Answer::ToChunk };
        let octets = Some(size);
        self.awaited.push_back(Awaited { step, answer, since: now, line, exchange: None, octets });
    }

    /// The step that a line would be if it were sent now.
    pub(super) fn step_of_line(&self, line: Vec<u8>) -> Step {
        let n = self.chunked.begun;
        match self.chunk_begun_by(&line).filter(|_| self.exchange_ahead().is_none()) {
            Some((0, last)) => return chunk_step(n, last),
            Some(_) => return Step::Bdat(n),
            None => {}
        }
        self.read_line(Duration::ZERO, line, self.exchange_ahead(), self.step_ahead().ok()).step
    }

    /// What a line is: a response of `exchange` if there is one, else a command.
    fn read_line(
        &self,
        now: Duration,
        line: Vec<u8>,
        exchange: Option<Exchange>,
        proposed: Option<Step>,
    ) -> Awaited {
        let (step, answer, exchange) = if let Some(exchange) = exchange {
            let step = Step::AuthResponse(exchange.responses);
            (step, Answer::ToAuthResponse, Some(exchange.after_response()))
        } else {
            let Reading { verb, command, .. } = Command::read(&line);
            let step = self.step_of(verb, command.as_ref().ok(), proposed);
            (step, verb.map_or(Answer::ToUnknown, Answer::To), Exchange::begun_by(&line))
        };
        let exchange = exchange.filter(|exchange| exchange.goes_on());
        Awaited { step, answer, since: now, line, exchange, octets: None }
    }

    /// A reply came. What was sent behind the line that it answers may be something else than was assumed: a
    /// response of AUTH or none, a chunk or lines.
    pub(super) fn read_again(&mut self, now: Duration, answer: Answer) {
        let is_misread = self.awaited.front().is_some_and(|front| {
            (front.answer == Answer::ToAuthResponse) != self.exchange.is_some()
        });
        let may_have_chunks = matches!(answer, Answer::To(Verb::Ehlo | Verb::Helo));
        if is_misread || may_have_chunks {
            let wire = self.take_back();
            self.follow_lines(now, &wire);
        }
    }

    /// The server takes mail data from here on: whatever was sent behind DATA is some.
    pub(super) fn read_again_as_data(&mut self, now: Duration, for_nobody: bool) {
        let wire = self.take_back();
        self.data = DataPhase { for_nobody, ..DataPhase::default() };
        if !wire.is_empty() {
            self.follow_data(now, &Content::Line(wire.into()), LinePlace::Start);
        }
    }

    /// Everything that was sent and is not answered, as if it had not been read yet.
    fn take_back(&mut self) -> Vec<u8> {
        let mut wire = Vec::new();
        for awaited in std::mem::take(&mut self.awaited) {
            self.progress.unwait(awaited.step);
            if let Some(octets) = awaited.octets {
                self.chunk_taken_back(octets);
            }
            wire.extend(awaited.line);
        }
        // What was begun behind nothing stays what it is.
        if let Some(chunk) = self.chunk.take_if(|chunk| chunk.keeps) {
            self.progress.unwait(chunk.step);
            let line = command::lines(&chunk.wire).next().unwrap_or_default().len();
            self.chunk_taken_back((chunk.wire.len() - line) as u64);
            wire.extend(chunk.wire);
        }
        wire.append(&mut self.unfinished);
        wire
    }

    fn chunk_taken_back(&mut self, octets: u64) {
        self.chunked.octets = self.chunked.octets.saturating_sub(octets);
        self.chunked.begun = self.chunked.begun.saturating_sub(1);
        self.progress.reset(Step::Bdat(self.chunked.begun));
    }

    /// Which step of the plan a command is. One that the plan has behind it already is something of the
    /// person's own.
    fn step_of(
        &self,
        verb: Option<Verb>,
        command: Option<&Command>,
        proposed: Option<Step>,
    ) -> Step {
        let Some(verb) = verb else { return Step::Typed };
        let planned = match verb {
            Verb::Ehlo | Verb::Helo => Some(self.hello_step()),
            Verb::StartTls => Some(Step::StartTls),
            Verb::Auth => Some(Step::Auth),
            Verb::Mail => Some(Step::Mail),
            Verb::Data => Some(Step::Data),
            Verb::Quit => Some(Step::Quit),
            Verb::Rcpt => self.recipient_of(command, proposed),
            _ => None,
        };
        planned.filter(|step| self.is_open(*step)).unwrap_or(Step::Extra(verb))
    }

    /// Which recipient of the set-up this RCPT is for: one that it names, or the one whose turn it is.
    fn recipient_of(&self, command: Option<&Command>, proposed: Option<Step>) -> Option<Step> {
        let is_named = |step: &Step| match (step, command) {
            (Step::Rcpt(n), Some(Command::Rcpt { to, .. })) => self.setup.to.get(*n) == Some(to),
            _ => false,
        };
        let proposed = proposed.filter(|step| matches!(step, Step::Rcpt(_)) && self.is_open(*step));
        let mut recipients = (0..self.setup.to.len()).map(Step::Rcpt);
        proposed
            .filter(is_named)
            .or_else(|| recipients.find(|step| is_named(step) && self.is_open(*step)))
            .or(proposed)
    }

    /// Whether a step has neither been done nor is under way.
    fn is_open(&self, step: Step) -> bool {
        !matches!(self.progress.status(step), Status::Done(_) | Status::Waiting)
    }
}

/// The step that the octets of the n-th chunk are.
const fn chunk_step(n: usize, last: bool) -> Step {
    if last { Step::LastChunk } else { Step::Chunk(n) }
}

/// The bytes of stuffed text that can belong to a final dot which was begun by hand: its CR LF.
fn first_bytes(text: &[u8]) -> &[u8] {
    &text[..text.len().min(2)]
}
