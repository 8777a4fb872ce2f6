//! What a walk is to do.

use super::{Security, Stop, Wishes};
use crate::auth::{Credentials, Mechanism};
use crate::message::Message;
use crate::smtp::address::{Domain, ForwardPath, ReversePath};

/// Everything a person decides before a walk, as values that cannot be malformed.
#[derive(Clone, Debug, PartialEq)]
pub struct Setup {
    /// The name the client gives itself in EHLO.
    pub client_name: Domain,
    /// Whether the session is to be encrypted.
    pub security: Security,
    /// Leave early.
    pub stop: Option<Stop>,
    /// With what to log in, if at all.
    pub login: Option<Login>,
    /// The envelope's sender.
    pub from: ReversePath,
    /// The envelope's recipients.
    pub to: Vec<ForwardPath>,
    /// The mail data.
    pub message: Message,
    /// What to make of the extensions that the server offers.
    pub wishes: Wishes,
}

/// How to log in.
#[derive(Clone, Debug, PartialEq)]
pub struct Login {
    /// By which mechanism; `None` for the strongest that the server offers.
    pub mechanism: Option<&'static Mechanism>,
    /// As whom.
    pub credentials: Credentials,
    /// The account is a practice account, known to everybody, and part of the lesson: nothing is hidden.
    pub public: bool,
}
