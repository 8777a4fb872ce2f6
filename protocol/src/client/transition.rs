//! The one transition table of the client.
//!
//! Every change of state is a row: where the session was, what was answered, with what kind of reply, and
//! where it is then. A reply for which there is no row leaves the state as it is. The diagram on the page is
//! drawn from these rows.

use crate::anatomy::Answer;
use crate::smtp::command::Verb;
use crate::smtp::status::{ReplyCode, Severity};

/// Where the session is, as far as replies have told.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// Nothing has happened yet.
    Unconnected,
    /// The transport is looking up the host and connecting.
    Opening,
    /// Connected; the server speaks first.
    Greeting,
    /// Greeted; the client has not given its name.
    Greeted,
    /// The server turned the client away in its greeting; only QUIT is left (RFC 5321 §3.1).
    TurnedAway,
    /// Between transactions.
    Ready,
    /// In the middle of AUTH.
    Authenticating,
    /// The server will now speak TLS.
    StartingTls,
    /// MAIL was accepted.
    Sender,
    /// At least one RCPT was accepted.
    Recipients,
    /// At least one chunk was accepted, and more are to come (RFC 3030 §2).
    Chunks,
    /// The server takes mail data until the final dot.
    Data,
    /// The server said goodbye.
    Closing,
    /// What the server sends is not SMTP.
    Broken,
    /// The connection has ended.
    Closed,
}

/// Which replies a row is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Outcome {
    /// 2yz.
    Completion,
    /// 3yz.
    Intermediate,
    /// 4yz or 5yz.
    Refusal,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Transition {
    /// The states it starts from.
    pub from: &'static [State],
    /// What the reply answers.
    pub answer: Answer,
    /// The kind of reply.
    pub outcome: Outcome,
    /// The state it leads to.
    pub to: State,
}

use Outcome::{Completion, Intermediate, Refusal};
use State::{
    Authenticating, Chunks, Closing, Data, Greeted, Greeting, Ready, Recipients, Sender,
    StartingTls, TurnedAway,
};

/// The states in which commands are taken.
const COMMANDS: &[State] = &[Greeted, Ready, Sender, Recipients, Chunks];

/// Every row, in the order of a session.
///
/// MAIL before EHLO and DATA before RCPT are mistakes, but where a server lets them pass the client follows.
/// A greeting of 3yz is none, and whatever a server says to the final dot, the mail data is over.
pub const TABLE: &[Transition] = &[
    row(&[Greeting], Answer::Greeting, Completion, Greeted),
    row(&[Greeting], Answer::Greeting, Intermediate, TurnedAway),
    row(&[Greeting], Answer::Greeting, Refusal, TurnedAway),
    row(COMMANDS, Answer::To(Verb::Ehlo), Completion, Ready),
    row(COMMANDS, Answer::To(Verb::Helo), Completion, Ready),
    row(&[Greeted, Ready], Answer::To(Verb::StartTls), Completion, StartingTls),
    row(&[Greeted, Ready], Answer::To(Verb::Auth), Intermediate, Authenticating),
    row(&[Greeted, Ready], Answer::To(Verb::Auth), Completion, Ready),
    row(&[Authenticating], Answer::ToAuthResponse, Intermediate, Authenticating),
    row(&[Authenticating], Answer::ToAuthResponse, Completion, Ready),
    row(&[Authenticating], Answer::ToAuthResponse, Refusal, Ready),
    row(&[Greeted, Ready], Answer::To(Verb::Mail), Completion, Sender),
    row(&[Sender, Recipients], Answer::To(Verb::Rcpt), Completion, Recipients),
    row(COMMANDS, Answer::To(Verb::Data), Intermediate, Data),
    row(&[Recipients, Chunks], Answer::ToChunk, Completion, Chunks),
    row(&[Recipients, Chunks], Answer::ToChunk, Refusal, Ready),
    row(&[Data, Recipients, Chunks], Answer::ToMailData, Completion, Ready),
    row(&[Data, Recipients, Chunks], Answer::ToMailData, Intermediate, Ready),
    row(&[Data, Recipients, Chunks], Answer::ToMailData, Refusal, Ready),
    row(&[Sender, Recipients, Chunks, Ready], Answer::To(Verb::Rset), Completion, Ready),
    row(
        &[Greeted, TurnedAway, Ready, Sender, Recipients, Chunks],
        Answer::To(Verb::Quit),
        Completion,
        Closing,
    ),
];

const fn row(from: &'static [State], answer: Answer, outcome: Outcome, to: State) -> Transition {
    Transition { from, answer, outcome, to }
}

/// The state after a reply, or `None` when it stays.
pub fn after(from: State, answer: Answer, code: ReplyCode) -> Option<State> {
    // The server may close at any time, and says so with 421 (RFC 5321 §3.8).
    if code.number() == 421 {
        return Some(Closing);
    }
    let outcome = Outcome::of(code);
    let row = TABLE
        .iter()
        .find(|row| row.from.contains(&from) && row.answer == answer && row.outcome == outcome)?;
    Some(row.to)
}

impl Outcome {
    /// The kind of a reply.
    pub const fn of(code: ReplyCode) -> Self {
        match code.severity() {
            Severity::Completion => Completion,
            Severity::Intermediate => Intermediate,
            Severity::Transient | Severity::Permanent => Refusal,
        }
    }
}

impl State {
    /// Whether bytes can be sent and received.
    pub const fn is_connected(self) -> bool {
        !matches!(self, Self::Unconnected | Self::Opening | Self::Broken | Self::Closed)
    }

    /// Whether the connection is over.
    pub const fn is_over(self) -> bool {
        matches!(self, Self::Broken | Self::Closed)
    }
}
