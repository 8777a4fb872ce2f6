//! Logging in: SASL mechanisms in SMTP's AUTH (RFC 4422, RFC 4954).
//!
//! A mechanism is one file and one line in [`MECHANISMS`]. Both of its ends stand side by side there, as
//! functions of what has been said so far, so that a step can be proposed, looked at and taken again without
//! anything being used up.

mod login;
mod plain;

use crate::anatomy::Field;
use crate::smtp::command::{Command, Verb};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use std::fmt;

/// What a person logs in with.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user name, as the server knows it.
    pub user: String,
    /// The password.
    pub password: String,
}

/// A SASL mechanism.
#[derive(Debug)]
pub struct Mechanism {
    /// The name on the wire.
    pub name: &'static str,
    /// Where it is defined.
    pub source: &'static str,
    /// Whether the client sends its first response along with the command, to save a turn.
    pub starts_with_response: bool,
    /// How many responses the client gives in all, the one sent along with the command counted.
    pub responses: usize,
    /// What the client's n-th response is, n from 0.
    response_field: fn(n: usize) -> Field,
    /// The client's end.
    respond: fn(&Credentials, n: usize) -> Option<Vec<u8>>,
    /// The server's end.
    judge: fn(&dyn Accounts, responses: &[Vec<u8>]) -> Judgement,
}

/// Every mechanism known here.
pub static MECHANISMS: &[&Mechanism] = &[&login::LOGIN, &plain::PLAIN];

/// The server's view of who may log in.
pub trait Accounts {
    /// Whether this user has this password.
    fn accepts(&self, user: &str, password: &str) -> bool;
}

/// The server's next turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// 334: ask on, with these bytes (before base64).
    Challenge(Vec<u8>),
    /// 235: welcome, user.
    Accepted(String),
    /// 535: no.
    Refused,
    /// 501: the response is not of the mechanism's form.
    Malformed,
}

impl Mechanism {
    /// The mechanism of this name, in capitals or not.
    pub fn named(name: &str) -> Option<&'static Self> {
        MECHANISMS.iter().copied().find(|known| known.name.eq_ignore_ascii_case(name))
    }

    /// What the client's `n`-th response is, `n` from 0.
    pub fn response_field(&self, n: usize) -> Field {
        (self.response_field)(n)
    }

    /// The client's `n`-th response, before base64; `None` when the server asks for more than the mechanism
    /// has to give, and cancelling is all that is left.
    pub fn respond(&self, credentials: &Credentials, n: usize) -> Option<Vec<u8>> {
        (self.respond)(credentials, n)
    }

    /// The server's turn after these responses.
    pub fn judge(&self, accounts: &dyn Accounts, responses: &[Vec<u8>]) -> Judgement {
        (self.judge)(accounts, responses)
    }
}

/// How far an AUTH exchange has come, as far as it can be told from what the client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// `None` when the mechanism is not known here.
    pub mechanism: Option<&'static Mechanism>,
    /// How many responses the client has given, the one sent along with AUTH counted.
    pub responses: usize,
}

impl Exchange {
    /// The exchange that this line begins if the server agrees; `None` when the line is no AUTH.
    pub fn begun_by(line: &[u8]) -> Option<Self> {
        let reading = Command::read(line);
        if reading.verb != Some(Verb::Auth) {
            return None;
        }
        let Ok(Command::Auth { mechanism, initial }) = reading.command else {
            return Some(Self { mechanism: None, responses: 0 });
        };
        let responses = usize::from(initial.is_some());
        Some(Self { mechanism: Mechanism::named(&mechanism), responses })
    }

    /// The exchange one response later.
    #[must_use]
    pub fn after_response(self) -> Self {
        Self { responses: self.responses + 1, ..self }
    }

    /// Whether the client still has something to say: the line that follows is a response, if the server asks
    /// for it.
    pub fn goes_on(self) -> bool {
        self.mechanism.is_none_or(|mechanism| self.responses < mechanism.responses)
    }
}

impl PartialEq for Mechanism {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Mechanism {}

/// Never shows the password.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Bytes as base64 with padding (RFC 4648 §4).
pub fn encode(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// The bytes that base64 stands for; `None` unless it is exact, with its padding (RFC 4954 §4 wants it so).
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(text).ok()
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;

    /// One user, `tim` with `tanstaaf`, as in RFC 4616 §4.
    pub(crate) struct OnlyTim;

    impl Accounts for OnlyTim {
        fn accepts(&self, user: &str, password: &str) -> bool {
            (user, password) == ("tim", "tanstaaf")
        }
    }

    pub(crate) fn tim() -> Credentials {
        Credentials { user: "tim".into(), password: "tanstaaf".into() }
    }
}
