//! What a sensible client would do next, and why.

use super::{Client, Leave, State, Status, Step, Written};
use crate::anatomy::{Answer, Content, Field, Piece};
use crate::auth::GiveUp;
use crate::secrets::holds_login;
use crate::smtp::command::{Command, Verb};
use crate::smtp::limits;
use bytes::Bytes;
use std::time::Duration;

/// Whose turn it is.
#[derive(Clone, Debug, PartialEq)]
pub enum Next {
    /// Open the connection.
    Connect,
    /// Send this, or something else in its place.
    Send(Proposal),
    /// The other side's turn.
    Wait {
        /// What is waited for.
        step: Step,
        /// Since when.
        since: Duration,
    },
    /// The server will speak TLS now.
    UpgradeTls,
    /// Close the connection, as the set-up wishes, without a word.
    HangUp,
    /// The walk is over.
    Over,
}

/// What the client would send.
#[derive(Clone, Debug, PartialEq)]
pub struct Proposal {
    /// Which step it is.
    pub step: Step,
    /// The steps whose commands go along in the same piece, in order.
    pub along: Box<[Step]>,
    /// The bytes and what they mean.
    pub piece: Piece,
    /// What the person should know before it leaves.
    pub cautions: Vec<Caution>,
}

/// Something to know before sending.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Caution {
    /// A real password would leave without encryption.
    PasswordInClear,
    /// The server did not offer AUTH with this mechanism behind EHLO.
    MechanismNotOffered,
    /// The message is larger than the server says that it takes (RFC 1870 §6.1).
    TooLarge,
    /// The message has bytes beyond ASCII, and 8BITMIME is not offered (RFC 6152 §3).
    EightBitNotOffered,
    /// An address or a header is beyond ASCII, and SMTPUTF8 is not offered (RFC 6531 §3.2).
    SmtpUtf8NotOffered,
    /// Reports are asked for, and DSN is not offered (RFC 3461 §5.1).
    DsnNotOffered,
    /// The login cannot go on, and this ends it.
    GivesUp(GiveUp),
    /// The password would leave encrypted, but to a server whose certificate could not be verified.
    PasswordToUnverified,
    /// A login would begin with a server whose certificate could not be verified. No password is read from this, but
    /// who asks the questions may guess it from the answers, or learns who it is that logs in.
    LoginToUnverified,
    /// TLS is required and was not offered, or was refused; so nothing is left but to leave.
    TlsNotToBeHad,
    /// Only a certificate that was verified will do, and this one was not; so nothing is left but to leave.
    NotVerified,
}

impl Caution {
    /// How a login that is nobody else's business may get to somebody else by this piece. `verified` is what came of
    /// the certificate; `None` in plain text, where a login whose secret cannot be read is as good as inside TLS.
    pub fn of_login(piece: &Piece, verified: Option<bool>) -> Option<Self> {
        let window = piece.window(limits::WINDOW);
        let spans = piece.spans(&window);
        let is_readable = holds_login(&window.bytes, &spans);
        let begins_login = || {
            let verbs = spans.iter().filter(|span| span.field == Field::Verb);
            let mut words = verbs.map(|span| &window.bytes[span.range.clone()]);
            words.any(|word| Verb::from_word(word) == Some(Verb::Auth))
        };
        match verified {
            None if is_readable => Some(Self::PasswordInClear),
            Some(false) if is_readable => Some(Self::PasswordToUnverified),
            Some(false) if begins_login() => Some(Self::LoginToUnverified),
            None | Some(_) => None,
        }
    }

    /// Whether somebody else may get to know a real login by it.
    pub const fn risks_login(self) -> bool {
        matches!(self, Self::PasswordInClear | Self::PasswordToUnverified | Self::LoginToUnverified)
    }
}

impl Proposal {
    /// How somebody else may get to know a real login by it.
    pub fn risk(&self) -> Option<Caution> {
        self.cautions.iter().copied().find(|caution| caution.risks_login())
    }
}

/// How long the side whose turn it is has left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Patience {
    /// The server waits for the client; otherwise the client waits for the server.
    pub of_server: bool,
    /// When it is over (RFC 5321 §4.5.3.2).
    pub until: Duration,
}

impl Client {
    /// Whose turn it is, and what the client would send.
    pub fn next(&self) -> Next {
        match self.step_ahead() {
            Ok(_) if !self.unfinished.is_empty() => Next::Send(self.line_end()),
            Ok(step) => Next::Send(self.propose(step)),
            Err(next) => next,
        }
    }

    /// The step that is to be taken now, unless it is not this side's turn.
    pub(super) fn step_ahead(&self) -> Result<Step, Next> {
        let wait = |step, since| Err(Next::Wait { step, since });
        Ok(match (self.state, self.awaited.front()) {
            (State::Unconnected, _) => return Err(Next::Connect),
            (State::Closing | State::Broken | State::Closed, _) => return Err(Next::Over),
            (_, Some(awaited)) => return wait(awaited.step, awaited.since),
            _ if self.chunk.is_some() => self.next_in_chunks(),
            (State::Opening, None) => return wait(Step::Connect, self.idle_since),
            (State::Greeting, None) => return wait(Step::Greeting, self.idle_since),
            (State::StartingTls, None) => return Err(Next::UpgradeTls),
            _ if let Some(leave) = self.leaves() => match leave {
                Leave::Quit => Step::Quit,
                Leave::Drop => return Err(Next::HangUp),
            },
            (State::TurnedAway, None) => Step::Quit,
            (State::Greeted | State::Ready, None) if self.lacks_verification() => Step::Quit,
            (State::Greeted, None) => match self.progress.status(self.hello_step()) {
                Status::Failed => Step::Quit,
                _ if self.hellos_refused > 1 => Step::Quit,
                _ => self.hello_step(),
            },
            (State::Ready, None) => self.next_when_ready(),
            (State::Authenticating, None) => {
                Step::AuthResponse(self.exchange.map_or(0, |exchange| exchange.responses))
            }
            (State::Sender | State::Recipients, None) => self.next_in_envelope(),
            (State::Chunks, None) => self.next_in_chunks(),
            (State::Data, None) => self.next_in_data(),
        })
    }

    /// How long the side whose turn it is has left; `None` while there is no connection.
    pub fn patience(&self) -> Option<Patience> {
        if !self.state.is_connected() || self.state == State::Closing {
            return None;
        }
        if let Some(awaited) = self.awaited.front() {
            let wait = match awaited.answer {
                Answer::Greeting => limits::WAIT_GREETING,
                Answer::To(Verb::Data) => limits::WAIT_DATA,
                Answer::ToMailData | Answer::ToChunk => limits::WAIT_FINAL_DOT,
                _ => limits::WAIT_COMMAND,
            };
            return Some(Patience { of_server: false, until: awaited.since + wait });
        }
        if self.state == State::StartingTls {
            // No standard says how long; to answer a handshake is no more than to answer a command.
            let until = self.idle_since + limits::WAIT_COMMAND;
            return Some(Patience { of_server: false, until });
        }
        Some(Patience { of_server: true, until: self.idle_since + limits::WAIT_NEXT_COMMAND })
    }

    /// What to know before this leaves.
    pub fn cautions(&self, step: Step, piece: &Piece) -> Vec<Caution> {
        let mut cautions = Vec::new();
        let is_public = self.setup.login.as_ref().is_some_and(|login| login.public);
        if !is_public {
            let verified = self.tls.as_ref().map(|tls| tls.verified);
            cautions.extend(Caution::of_login(piece, verified));
        }
        if step == Step::Quit && self.lacks_tls() {
            cautions.push(Caution::TlsNotToBeHad);
        }
        if step == Step::Quit && self.lacks_verification() {
            cautions.push(Caution::NotVerified);
        }
        if step == Step::Auth && !self.capabilities.offers_mechanism(self.proposed_mechanism().name)
        {
            cautions.push(Caution::MechanismNotOffered);
        }
        cautions.extend(self.needs_not_met(step));
        cautions
    }

    /// Encrypt and log in if that is wanted, then begin the transaction; when a login failed or the message is
    /// through, or the sender was refused, say goodbye.
    fn next_when_ready(&self) -> Step {
        if let Some(step) = self.next_for_tls() {
            return step;
        }
        if self.setup.login.is_some() && !self.authenticated {
            return if self.login_failed() { Step::Quit } else { Step::Auth };
        }
        let ahead = |step| self.progress.status(step) == Status::Ahead;
        if ahead(Step::Mail) && !self.is_message_taken() { Step::Mail } else { Step::Quit }
    }

    /// The recipients still ahead, then DATA if anybody accepted; otherwise there is nothing to send.
    fn next_in_envelope(&self) -> Step {
        let ahead = |step: &Step| self.progress.status(*step) == Status::Ahead;
        let recipient = (0..self.setup.to.len()).map(Step::Rcpt).find(ahead);
        match recipient {
            Some(step) => step,
            None if self.state == State::Recipients && self.uses_chunks() => self.next_in_chunks(),
            None if self.state == State::Recipients && ahead(&Step::Data) => Step::Data,
            None => Step::Quit,
        }
    }

    /// Where nobody is to get the message, a lone dot is all that is due (RFC 2920 §3.1).
    fn next_in_data(&self) -> Step {
        match self.data.written {
            Written::Nothing if self.data.for_nobody => Step::FinalDot,
            Written::Nothing => Step::Headers,
            Written::Headers if !self.setup.message.body.is_empty() => Step::Body,
            Written::Headers | Written::Body | Written::ByHand => Step::FinalDot,
        }
    }

    /// Whether the server has taken the message.
    pub(super) fn is_message_taken(&self) -> bool {
        self.progress()
            .iter()
            .any(|record| record.step.ends_message() && matches!(record.status, Status::Done(_)))
    }

    pub(super) fn login_failed(&self) -> bool {
        let failed = |status| matches!(status, Status::Refused(_) | Status::Failed);
        self.progress().iter().any(|record| {
            matches!(record.step, Step::Auth | Step::AuthResponse(_)) && failed(record.status)
        })
    }

    /// The bytes of a step, and of those that go along with it.
    fn propose(&self, step: Step) -> Proposal {
        let along = self.group_behind(step);
        let piece = match step {
            Step::AuthResponse(_) => self.auth_response(),
            Step::Headers => self.consider(Content::Data(self.setup.message.headers.clone())),
            Step::Body => self.consider(Content::Data(self.setup.message.body.clone())),
            Step::FinalDot => self.final_dot(),
            _ if self.chunk.is_some() => self.consider(Content::Data(self.octets_owed())),
            _ => {
                let lines = std::iter::once(&step).chain(&*along).map(|&step| self.line_of(step));
                self.consider(Content::Line(lines.collect::<Vec<_>>().concat().into()))
            }
        };
        let mut cautions = self.cautions(step, &piece);
        cautions.extend(self.gives_up(step).map(Caution::GivesUp));
        Proposal { step, along, piece, cautions }
    }

    /// The command line of a step that is one.
    pub(super) fn line_of(&self, step: Step) -> Vec<u8> {
        let setup = &self.setup;
        let command = match step {
            Step::Hello | Step::HelloOverTls if self.hellos_refused > 0 => {
                Command::Helo(setup.client_name.clone())
            }
            Step::Hello | Step::HelloOverTls => Command::Ehlo(setup.client_name.clone()),
            Step::StartTls => Command::StartTls,
            Step::Auth => self.auth_command(),
            Step::Mail => {
                Command::Mail { from: setup.from.clone(), parameters: self.mail_parameters() }
            }
            Step::Rcpt(n) if n < setup.to.len() => {
                let to = &setup.to[n];
                Command::Rcpt { to: to.clone(), parameters: self.rcpt_parameters(to) }
            }
            Step::Data => Command::Data,
            Step::Bdat(_) | Step::LastChunk => self.bdat(),
            _ => Command::Quit,
        };
        command.to_line()
    }

    /// The dot stands on a line of its own: where the data so far does not end with CR LF, that comes first.
    fn final_dot(&self) -> Piece {
        self.consider(Content::Line(Bytes::from_static(self.data.end.to_the_end())))
    }

    /// The end of a line that was begun by hand.
    fn line_end(&self) -> Proposal {
        let end: &[u8] = if self.unfinished.ends_with(b"\r") { b"\n" } else { b"\r\n" };
        let step = self.step_of_line([&self.unfinished, end].concat());
        let piece = self.consider(Content::Line(Bytes::from_static(end)));
        Proposal { step, along: Box::default(), piece, cautions: Vec::new() }
    }
}
