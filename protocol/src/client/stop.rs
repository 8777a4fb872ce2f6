//! Leaving early: a walk that ends behind a step of its own choice, as those do who test a server.

use super::{Client, State, Status, Step};
use serde::{Deserialize, Serialize};

/// Where a walk ends before its time, and how.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Stop {
    /// The last step that is taken.
    pub after: Place,
    /// How it leaves.
    pub by: Leave,
}

/// A place in the walk. It is behind it when it has been answered, or sent where there is no answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Place {
    /// The greeting.
    Greeting,
    /// EHLO, or HELO; inside TLS where there is TLS.
    Hello,
    /// The TLS handshake.
    Tls,
    /// The login, whatever came of it.
    Auth,
    /// Each response of the login.
    AuthResponse,
    /// MAIL.
    Mail,
    /// RCPT, for every recipient.
    Rcpt,
    /// DATA, or BDAT.
    Data,
    /// The headers.
    Headers,
    /// The body, or a chunk that is not the last.
    Body,
    /// The final dot, or the last chunk.
    FinalDot,
    /// QUIT.
    Quit,
}

/// How a walk leaves.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Leave {
    /// With QUIT. Mail data that has been begun is ended first.
    Quit,
    /// Without a word: the connection is closed.
    Drop,
}

impl Client {
    /// How to leave, when the place for it has been reached.
    pub(super) fn leaves(&self) -> Option<Leave> {
        let stop = self.setup.stop?;
        let is_over = match stop.after {
            Place::Auth => self.authenticated || self.login_failed(),
            Place::Tls => self.tls.is_some(),
            _ => self.is_behind(stop.after),
        };
        let by = Some(stop.by).filter(|_| is_over)?;
        let can_quit =
            !matches!(self.state, State::Data | State::Authenticating) && self.chunk.is_none();
        (by == Leave::Drop || can_quit).then_some(by)
    }

    /// Whether the walk leaves when this step is done, so that nothing may be sent along behind it.
    pub(super) fn stops_behind(&self, step: Step) -> bool {
        let last =
            self.progress.records().iter().rfind(|it| {
                self.setup.stop.is_some_and(|stop| Place::of(it.step) == Some(stop.after))
            });
        last.is_some_and(|last| last.step == step)
    }

    fn is_behind(&self, place: Place) -> bool {
        let mut records = self
            .progress
            .records()
            .iter()
            .filter(|it| Place::of(it.step) == Some(place))
            .peekable();
        records.peek().is_some()
            && records.all(|it| !matches!(it.status, Status::Ahead | Status::Waiting))
    }
}

impl Place {
    /// The place to which a step belongs.
    pub const fn of(step: Step) -> Option<Self> {
        Some(match step {
            Step::Greeting => Self::Greeting,
            Step::Hello | Step::HelloOverTls => Self::Hello,
            Step::StartTls | Step::Handshake => Self::Tls,
            Step::Auth => Self::Auth,
            Step::AuthResponse(_) => Self::AuthResponse,
            Step::Mail => Self::Mail,
            Step::Rcpt(_) => Self::Rcpt,
            Step::Data | Step::Bdat(_) => Self::Data,
            Step::Headers => Self::Headers,
            Step::Body | Step::Chunk(_) => Self::Body,
            Step::FinalDot | Step::LastChunk => Self::FinalDot,
            Step::Quit => Self::Quit,
            Step::LookUp | Step::Connect | Step::Extra(_) | Step::Typed => return None,
        })
    }
}
