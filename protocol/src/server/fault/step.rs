//! The steps at which a fault can be met.

use super::Per;
use crate::smtp::command::Verb;
use serde::{Deserialize, Serialize};
use std::fmt;

/// A step of a session, as the server sees it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Step {
    /// The client has connected.
    Greeting,
    /// EHLO.
    Ehlo,
    /// HELO.
    Helo,
    /// STARTTLS.
    #[serde(rename = "starttls")]
    StartTls,
    /// AUTH.
    Auth,
    /// A response in the exchange that AUTH begins.
    AuthResponse,
    /// MAIL.
    Mail,
    /// RCPT.
    Rcpt,
    /// DATA.
    Data,
    /// A chunk that is not the last, with its octets.
    Bdat,
    /// The message, with its final dot or its last chunk.
    Message,
    /// RSET.
    Rset,
    /// VRFY.
    Vrfy,
    /// EXPN.
    Expn,
    /// HELP.
    Help,
    /// NOOP.
    Noop,
    /// QUIT.
    Quit,
}

impl Step {
    /// Every step, in the order of a session.
    pub const ALL: [Self; 17] = [
        Self::Greeting,
        Self::Ehlo,
        Self::Helo,
        Self::StartTls,
        Self::Auth,
        Self::AuthResponse,
        Self::Mail,
        Self::Rcpt,
        Self::Data,
        Self::Bdat,
        Self::Message,
        Self::Rset,
        Self::Vrfy,
        Self::Expn,
        Self::Help,
        Self::Noop,
        Self::Quit,
    ];

    /// The step at which this command comes.
    pub const fn of(verb: Verb) -> Self {
        match verb {
            Verb::Ehlo => Self::Ehlo,
            Verb::Helo => Self::Helo,
            Verb::StartTls => Self::StartTls,
            Verb::Auth => Self::Auth,
            Verb::Mail => Self::Mail,
            Verb::Rcpt => Self::Rcpt,
            Verb::Data => Self::Data,
            Verb::Bdat => Self::Bdat,
            Verb::Rset => Self::Rset,
            Verb::Vrfy => Self::Vrfy,
            Verb::Expn => Self::Expn,
            Verb::Help => Self::Help,
            Verb::Noop => Self::Noop,
            Verb::Quit => Self::Quit,
        }
    }

    /// Whether the sender is known.
    pub(super) const fn knows_sender(self) -> bool {
        matches!(self, Self::Mail) || self.knows_recipient()
    }

    /// Whether a recipient is known.
    pub(super) const fn knows_recipient(self) -> bool {
        matches!(self, Self::Rcpt | Self::Data | Self::Bdat | Self::Message)
    }

    /// What attempts are counted by unless the rule says otherwise: all that is known.
    pub(super) const fn counted_by(self) -> Per {
        match self {
            _ if self.knows_recipient() => Per::Recipient,
            _ if self.knows_sender() => Per::Sender,
            _ => Per::Client,
        }
    }
}

/// As in JSON.
impl fmt::Display for Step {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.serialize(f)
    }
}
