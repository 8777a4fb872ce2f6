//! Follows what is sent, whoever wrote it: reads it as the server will, and notes which replies are owed.
//!
//! What a line means can depend on a reply that has not come yet: behind AUTH a line is a response if the
//! server agrees and a command if it does not. Until that reply is there the client assumes that the server
//! agrees; then it looks again ([`Client::read_again`]).

use super::{Awaited, Client, DataPhase, State, Status, Step, Written};
use crate::anatomy::{Answer, Content, Meaning};
use crate::auth::Exchange;
use crate::smtp::command::{self, Command, Reading, Verb};
use crate::smtp::data::{LinePlace, Stuffer};
use std::time::Duration;

impl Client {
    /// What content means if it is sent now.
    pub(super) fn meaning_of(&self, content: &Content) -> Meaning {
        if self.state == State::Data && self.awaited.is_empty() {
            return Meaning::Data {
                place: self.data.end.place(),
                in_headers: self.data.in_headers,
                stuffed: matches!(content, Content::Data(_)),
            };
        }
        match self.exchange_ahead().or_else(|| self.unfinished_auth()) {
            Some(Exchange { mechanism, responses: n }) => Meaning::AuthResponse { mechanism, n },
            None => Meaning::Command,
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
    pub(super) fn replies_due(&self, content: &Content, meaning: Meaning) -> usize {
        let bytes = content.bytes();
        if !matches!(meaning, Meaning::Data { .. }) {
            return command::lines(bytes).count();
        }
        let mut end = self.data.end.clone();
        let taken = match content {
            Content::Line(line) => end.push(line, &mut Vec::new()),
            Content::Data(text) => end.push(first_bytes(text), &mut Vec::new()),
        };
        if end.has_ended() { 1 + command::lines(&bytes[taken..]).count() } else { 0 }
    }

    /// Reads what is about to be sent as the server will, and notes which replies it owes for it. Gives the
    /// step that it is.
    pub(super) fn follow(&mut self, now: Duration, content: &Content, meaning: Meaning) -> Step {
        match meaning {
            Meaning::Data { place, .. } => self.follow_data(now, content, place),
            Meaning::Command | Meaning::AuthResponse { .. } => {
                self.follow_lines(now, content.bytes())
            }
        }
    }

    /// Mail data: what ends it is the lone dot, however it got there. Bytes behind the end are commands.
    fn follow_data(&mut self, now: Duration, content: &Content, place: LinePlace) -> Step {
        self.data.in_headers &= !has_empty_line(place, content.bytes());
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

    /// Each line is one command or one response. Gives the step of the first.
    fn follow_lines(&mut self, now: Duration, wire: &[u8]) -> Step {
        let proposed = self.step_ahead().ok();
        let mut first = None;
        for line in self.finished_lines(wire) {
            let awaited = self.read_line(now, line, self.exchange_ahead(), proposed);
            first.get_or_insert(awaited.step);
            self.progress.wait(awaited.step, now);
            self.awaited.push_back(awaited);
        }
        first.unwrap_or(Step::Typed)
    }

    /// The whole lines that these bytes complete; the rest is kept until its end is sent.
    fn finished_lines(&mut self, wire: &[u8]) -> Vec<Vec<u8>> {
        self.unfinished.extend_from_slice(wire);
        let whole = memchr::memrchr(b'\n', &self.unfinished).map_or(0, |end| end + 1);
        let rest = self.unfinished.split_off(whole);
        let lines = std::mem::replace(&mut self.unfinished, rest);
        command::lines(&lines).map(<[u8]>::to_vec).collect()
    }

    /// The step that a line would be if it were sent now.
    pub(super) fn step_of_line(&self, line: Vec<u8>) -> Step {
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
        Awaited { step, answer, since: now, line, exchange }
    }

    /// A reply came. What was sent behind the line that it answers may be something else than was assumed.
    pub(super) fn read_again(&mut self, now: Duration) {
        let is_misread = |front: &mut Awaited| {
            (front.answer == Answer::ToAuthResponse) != self.exchange.is_some()
        };
        if let Some(misread) = self.awaited.pop_front_if(is_misread) {
            self.progress.unwait(misread.step);
            let front = self.read_line(now, misread.line, self.exchange, None);
            self.progress.wait(front.step, now);
            self.awaited.push_front(front);
        }
    }

    /// The server takes mail data from here on: whatever was sent behind DATA is some.
    pub(super) fn read_again_as_data(&mut self, now: Duration, for_nobody: bool) {
        let mut wire = Vec::new();
        for awaited in std::mem::take(&mut self.awaited) {
            self.progress.unwait(awaited.step);
            wire.extend(awaited.line);
        }
        wire.append(&mut self.unfinished);
        self.data = DataPhase { for_nobody, ..DataPhase::default() };
        if !wire.is_empty() {
            self.follow_data(now, &Content::Line(wire.into()), LinePlace::Start);
        }
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

/// The bytes of stuffed text that can belong to a final dot which was begun by hand: its CR LF.
fn first_bytes(text: &[u8]) -> &[u8] {
    &text[..text.len().min(2)]
}

/// Whether these header bytes hold the empty line that ends them; it may be the first.
fn has_empty_line(place: LinePlace, text: &[u8]) -> bool {
    let begins = match place {
        LinePlace::Start => text.starts_with(b"\r\n"),
        LinePlace::Inside => false,
        LinePlace::AfterCr => text.starts_with(b"\n\r\n"),
    };
    begins || memchr::memmem::find(text, b"\r\n\r\n").is_some()
}
