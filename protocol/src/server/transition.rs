//! The one transition table of the practice server.
//!
//! Every command that is carried out has its rows here: in which states it is in order, and where each kind
//! of reply leads. From it follow the refusal of a command out of order (503), of one that is not carried out
//! at all (502), and the list HELP gives; the diagram on the page is drawn from it.

use crate::anatomy::Answer;
use crate::smtp::command::Verb;
use crate::smtp::status::{ReplyCode, Severity};

/// Where the session is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum State {
    /// The greeting is out; the client has not given its name.
    Greeted,
    /// The greeting was a refusal: the client may only leave.
    Refusing,
    /// Between transactions.
    Ready,
    /// The reply to STARTTLS is out; TLS is to begin (RFC 3207 §4).
    StartingTls,
    /// In the middle of AUTH.
    Authenticating,
    /// MAIL was accepted.
    Sender,
    /// At least one RCPT was accepted.
    Recipients,
    /// At least one chunk was accepted, and the last is still to come (RFC 3030 §2).
    Chunks,
    /// Mail data is coming, until the final dot.
    Data,
    /// The server said goodbye.
    Closed,
}

/// One row.
#[derive(Clone, Copy, Debug)]
pub struct Transition {
    /// The states it starts from.
    pub from: &'static [State],
    /// What the client sent.
    pub answer: Answer,
    /// The kind of reply it got; `None` for every kind that has no row of its own.
    pub reply: Option<Severity>,
    /// The state it leads to; `None` where it stays.
    pub to: Option<State>,
}

use Severity::{Completion, Intermediate};
use State::{
    Authenticating, Chunks, Closed, Data, Greeted, Ready, Recipients, Refusing, Sender, StartingTls,
};

/// The states in which commands are taken.
const COMMANDS: &[State] = &[Greeted, Ready, Sender, Recipients, Chunks];

/// Every row, in the order of a session. A refusal leaves the state as it is unless a row says otherwise.
///
/// DATA is in order without a recipient, to be told what is missing (RFC 5321 §3.3). Help and the like are
/// there before EHLO too (RFC 5321 §4.1.4).
pub const TABLE: &[Transition] = &[
    greeting(Severity::Transient),
    greeting(Severity::Permanent),
    row(COMMANDS, Verb::Ehlo, Completion, Some(Ready)),
    row(COMMANDS, Verb::Helo, Completion, Some(Ready)),
    row(&[Ready], Verb::StartTls, Completion, Some(StartingTls)),
    row(&[Ready], Verb::Auth, Intermediate, Some(Authenticating)),
    row(&[Ready], Verb::Auth, Completion, None),
    Transition {
        from: &[Authenticating],
        answer: Answer::ToAuthResponse,
        reply: Some(Intermediate),
        to: None,
    },
    Transition {
        from: &[Authenticating],
        answer: Answer::ToAuthResponse,
        reply: None,
        to: Some(Ready),
    },
    row(&[Ready], Verb::Mail, Completion, Some(Sender)),
    row(&[Sender, Recipients], Verb::Rcpt, Completion, Some(Recipients)),
    row(&[Sender], Verb::Data, Severity::Permanent, None),
    row(&[Recipients], Verb::Data, Intermediate, Some(Data)),
    // What is wrong with BDAT itself changes nothing; the chunk behind it does.
    row(&[Sender, Recipients, Chunks], Verb::Bdat, Severity::Permanent, None),
    Transition {
        from: &[Recipients, Chunks],
        answer: Answer::ToChunk,
        reply: Some(Completion),
        to: Some(Chunks),
    },
    Transition {
        from: &[Recipients, Chunks],
        answer: Answer::ToChunk,
        reply: None,
        to: Some(Ready),
    },
    Transition {
        from: &[Data, Recipients, Chunks],
        answer: Answer::ToMailData,
        reply: None,
        to: Some(Ready),
    },
    row(&[Greeted], Verb::Rset, Completion, None),
    row(&[Ready, Sender, Recipients, Chunks], Verb::Rset, Completion, Some(Ready)),
    row(COMMANDS, Verb::Vrfy, Completion, None),
    row(COMMANDS, Verb::Expn, Completion, None),
    row(COMMANDS, Verb::Help, Completion, None),
    row(COMMANDS, Verb::Noop, Completion, None),
    row(COMMANDS, Verb::Quit, Completion, Some(Closed)),
    row(&[Refusing], Verb::Quit, Completion, Some(Closed)),
];

/// Who refuses at the greeting waits for QUIT, and refuses everything else (RFC 5321 §3.1).
const fn greeting(refusal: Severity) -> Transition {
    Transition {
        from: &[Greeted],
        answer: Answer::Greeting,
        reply: Some(refusal),
        to: Some(Refusing),
    }
}

const fn row(from: &'static [State], verb: Verb, reply: Severity, to: Option<State>) -> Transition {
    Transition { from, answer: Answer::To(verb), reply: Some(reply), to }
}

/// Whether this server carries the command out at all; if not: 502.
pub fn is_implemented(verb: Verb) -> bool {
    TABLE.iter().any(|row| row.answer == Answer::To(verb))
}

/// Whether the command is in order here; if not: 503.
pub fn is_in_order(state: State, verb: Verb) -> bool {
    TABLE.iter().any(|row| row.answer == Answer::To(verb) && row.from.contains(&state))
}

/// The state after a reply.
pub fn after(from: State, answer: Answer, code: ReplyCode) -> State {
    // The server may close at any time, and says so with 421 (RFC 5321 §3.8).
    if code.number() == 421 {
        return Closed;
    }
    let fits = |row: &&Transition| {
        row.from.contains(&from)
            && row.answer == answer
            && row.reply.is_none_or(|severity| severity == code.severity())
    };
    TABLE.iter().find(fits).and_then(|row| row.to).unwrap_or(from)
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn code(number: u16) -> ReplyCode {
        ReplyCode::new(number).unwrap()
    }

    #[test]
    fn a_session_runs_along_the_rows() {
        let mut state = Greeted;
        for (answer, reply, next) in [
            (Answer::To(Verb::Mail), 503, Greeted),
            (Answer::To(Verb::Ehlo), 250, Ready),
            (Answer::To(Verb::Auth), 334, Authenticating),
            (Answer::ToAuthResponse, 334, Authenticating),
            (Answer::ToAuthResponse, 535, Ready),
            (Answer::To(Verb::Auth), 235, Ready),
            (Answer::To(Verb::Mail), 250, Sender),
            (Answer::To(Verb::Rcpt), 550, Sender),
            (Answer::To(Verb::Data), 554, Sender),
            (Answer::To(Verb::Rcpt), 250, Recipients),
            (Answer::To(Verb::Rcpt), 550, Recipients),
            (Answer::To(Verb::Data), 354, Data),
            (Answer::ToMailData, 554, Ready),
            (Answer::To(Verb::Quit), 221, Closed),
        ] {
            state = after(state, answer, code(reply));
            assert_eq!(state, next, "{answer:?} {reply}");
        }
    }

    #[test]
    fn the_server_may_close_from_anywhere() {
        assert_eq!(after(Data, Answer::ToMailData, code(421)), Closed);
        assert_eq!(after(Greeted, Answer::To(Verb::Noop), code(421)), Closed);
    }

    #[test]
    fn what_is_out_of_order_and_what_is_not_carried_out_follow_from_the_rows() {
        assert!(!is_in_order(Greeted, Verb::Mail));
        assert!(!is_in_order(Sender, Verb::Mail));
        assert!(!is_in_order(Ready, Verb::Rcpt));
        assert!(!is_in_order(Ready, Verb::Data));
        assert!(is_in_order(Sender, Verb::Data));
    }
}
