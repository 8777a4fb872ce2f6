//! Follows what is sent and what comes back, whoever wrote it.

use super::{
    Awaited, Client, DataPhase, Event, Exchange, Next, State, Status, Step, Verdict, Written,
    transition,
};
use crate::anatomy::{Answer, Content, Meaning};
use crate::auth::Mechanism;
use crate::smtp::address::ForwardPath;
use crate::smtp::command::{Command, Reading, Verb};
use crate::smtp::data::{LinePlace, Stuffer};
use crate::smtp::extension::Capabilities;
use crate::smtp::reply::Reply;
use crate::smtp::status::{ReplyCode, Severity};
use crate::transcript::Item;
use std::time::Duration;

impl Client {
    /// What content means if it is sent now.
    pub(super) fn meaning_of(&self, content: &Content) -> Meaning {
        match self.state {
            State::Data if self.awaited.is_empty() => Meaning::Data {
                place: self.data.end.place(),
                in_headers: self.data.in_headers,
                stuffed: matches!(content, Content::Data(_)),
            },
            State::Authenticating if self.awaited.is_empty() => Meaning::AuthResponse {
                mechanism: self.exchange.and_then(|exchange| exchange.mechanism),
                n: self.exchange.map_or(0, |exchange| exchange.responses),
            },
            _ => Meaning::Command,
        }
    }

    /// Reads what is about to be sent as the server will, and notes which replies it owes for it. Gives the
    /// step that it is.
    pub(super) fn follow(&mut self, now: Duration, content: &Content, meaning: Meaning) -> Step {
        match meaning {
            Meaning::Command => self.follow_lines(now, content.bytes()),
            Meaning::AuthResponse { n, .. } => self.follow_auth(now, n, content.bytes()),
            Meaning::Data { place, .. } => self.follow_data(now, content, place),
        }
    }

    /// Mail data: what ends it is the lone dot, however it got there. Bytes behind the end are commands.
    fn follow_data(&mut self, now: Duration, content: &Content, place: LinePlace) -> Step {
        self.data.in_headers &= !has_empty_line(place, content.bytes());
        match content {
            Content::Data(bytes) => {
                // Stuffed data never holds the end; only its last bytes matter for where it leaves off.
                let mut wire = Vec::new();
                Stuffer::at(place).push(&bytes[bytes.len().saturating_sub(2)..], &mut wire);
                self.data.end.push(&wire, &mut Vec::new());
                let (step, written) = match self.data.written {
                    Written::Nothing => (Step::Headers, Written::Headers),
                    _ => (Step::Body, Written::Body),
                };
                self.data.written = written;
                self.progress.done(step, now, None);
                step
            }
            Content::Line(bytes) => {
                let taken = self.data.end.push(bytes, &mut Vec::new());
                if !self.data.end.has_ended() {
                    self.data.written = Written::ByHand;
                    return Step::Typed;
                }
                self.progress.done(Step::Headers, now, None);
                self.progress.done(Step::Body, now, None);
                self.expect(now, Step::FinalDot, Answer::ToMailData);
                self.follow_lines(now, &bytes[taken..]);
                Step::FinalDot
            }
        }
    }

    /// Each line is one response of the exchange, the first of them the `n`-th.
    fn follow_auth(&mut self, now: Duration, n: usize, wire: &[u8]) -> Step {
        let lines = self.finished_lines(wire).len();
        for line in 0..lines {
            self.expect(now, Step::AuthResponse(n + line), Answer::ToAuthResponse);
        }
        if let Some(exchange) = &mut self.exchange {
            exchange.responses += lines;
        }
        Step::AuthResponse(n)
    }

    /// Each line is one command. Gives the step of the first.
    fn follow_lines(&mut self, now: Duration, wire: &[u8]) -> Step {
        let proposed = match self.next() {
            Next::Send(proposal) => Some(proposal.step),
            _ => None,
        };
        let mut first = None;
        for line in self.finished_lines(wire) {
            let Reading { verb, command, .. } = Command::read(&line);
            let step = self.step_of(verb, command.as_ref().ok(), proposed);
            if let Ok(Command::Auth { mechanism, initial }) = command {
                let mechanism = Mechanism::named(&mechanism);
                self.exchange =
                    Some(Exchange { mechanism, responses: usize::from(initial.is_some()) });
            }
            self.expect(now, step, verb.map_or(Answer::ToUnknown, Answer::To));
            first.get_or_insert(step);
        }
        first.unwrap_or(Step::Typed)
    }

    /// The whole lines that these bytes complete; the rest is kept until its end is sent.
    fn finished_lines(&mut self, wire: &[u8]) -> Vec<Vec<u8>> {
        self.unfinished.extend_from_slice(wire);
        let whole = memchr::memrchr(b'\n', &self.unfinished).map_or(0, |end| end + 1);
        let rest = self.unfinished.split_off(whole);
        let lines = std::mem::replace(&mut self.unfinished, rest);
        lines.split_inclusive(|&byte| byte == b'\n').map(<[u8]>::to_vec).collect()
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
            Verb::Ehlo | Verb::Helo => Some(Step::Hello),
            Verb::Auth => Some(Step::Auth),
            Verb::Mail => Some(Step::Mail),
            Verb::Data => Some(Step::Data),
            Verb::Quit => Some(Step::Quit),
            Verb::Rcpt => match proposed {
                Some(step @ Step::Rcpt(_)) => Some(step),
                _ => self.recipient_of(command).map(Step::Rcpt),
            },
            _ => None,
        };
        let is_ahead = |step: &Step| !matches!(self.progress.status(*step), Status::Done(_));
        planned.filter(is_ahead).unwrap_or(Step::Extra(verb))
    }

    /// Which recipient of the set-up this RCPT is for.
    fn recipient_of(&self, command: Option<&Command>) -> Option<usize> {
        let Some(Command::Rcpt { to, .. }) = command else { return None };
        self.setup.to.iter().position(|planned: &ForwardPath| planned == to)
    }

    /// Takes a whole reply: finds what it answers, and where the session is now.
    pub(super) fn replied(&mut self, now: Duration, reply: Reply) -> Event {
        let code = reply.code();
        let Some(Awaited { step, answer, .. }) = self.awaited.pop_front() else {
            if let Some(to) = transition::after(self.state, Answer::Nothing, code) {
                self.state = to;
            }
            self.transcript.push(
                now,
                Item::Received { step: None, answer: Answer::Nothing, reply: reply.clone() },
            );
            return Event::Replied { step: None, reply, verdict: Verdict::OutOfPlace };
        };
        let verdict = judge(answer, code);
        self.progress.end(
            step,
            now,
            match verdict {
                Verdict::Accepted => Status::Done(Some(code)),
                Verdict::TryLater | Verdict::Refused => Status::Refused(code),
                Verdict::OutOfPlace => Status::Failed,
            },
        );
        if let Some(to) = transition::after(self.state, answer, code) {
            self.enter(to, answer, &reply);
        }
        // What was announced while the reply was still under way starts to wait now.
        if let Some(following) = self.awaited.front_mut() {
            following.since = now;
        }
        let step = Some(step);
        self.transcript.push(now, Item::Received { step, answer, reply: reply.clone() });
        Event::Replied { step, reply, verdict }
    }

    /// What goes with a change of state.
    fn enter(&mut self, to: State, answer: Answer, reply: &Reply) {
        let completed = reply.code().severity() == Severity::Completion;
        match answer {
            Answer::To(Verb::Ehlo) if completed => {
                self.capabilities = Capabilities::from_reply(reply);
                self.forget_transaction();
            }
            Answer::To(Verb::Helo) if completed => {
                self.capabilities = Capabilities::default();
                self.forget_transaction();
            }
            Answer::To(Verb::Rset) => self.forget_transaction(),
            Answer::To(Verb::Auth) | Answer::ToAuthResponse if to == State::Ready => {
                self.authenticated |= completed;
                self.exchange = None;
            }
            Answer::To(Verb::Data) => self.data = DataPhase::default(),
            _ => {}
        }
        self.state = to;
    }

    /// EHLO and RSET both abandon what was begun (RFC 5321 §4.1.1.1 and §4.1.1.5); what has been delivered
    /// stays delivered.
    fn forget_transaction(&mut self) {
        if matches!(self.state, State::Sender | State::Recipients) {
            self.progress.reset_transaction();
        }
    }

    /// How many times the server has refused to be greeted on this connection.
    pub(super) fn hellos_refused(&self) -> usize {
        let is_refused_hello = |item: &Item| {
            matches!(item, Item::Received { answer: Answer::To(Verb::Ehlo | Verb::Helo), reply, .. }
                if reply.code().is_refusal())
        };
        self.transcript.current().map_or(0, |connection| {
            connection.entries().iter().filter(|entry| is_refused_hello(&entry.item)).count()
        })
    }
}

/// Whether a reply fits what it answers.
fn judge(answer: Answer, code: ReplyCode) -> Verdict {
    match (code.severity(), answer) {
        (Severity::Transient, _) => Verdict::TryLater,
        (Severity::Permanent, _) => Verdict::Refused,
        (Severity::Intermediate, Answer::To(Verb::Auth | Verb::Data) | Answer::ToAuthResponse) => {
            Verdict::Accepted
        }
        (Severity::Completion, answer) if answer != Answer::To(Verb::Data) => Verdict::Accepted,
        _ => Verdict::OutOfPlace,
    }
}

/// Whether these header bytes hold the empty line that ends them; it may be the first.
fn has_empty_line(place: LinePlace, text: &[u8]) -> bool {
    (place == LinePlace::Start && text.starts_with(b"\r\n"))
        || memchr::memmem::find(text, b"\r\n\r\n").is_some()
}
