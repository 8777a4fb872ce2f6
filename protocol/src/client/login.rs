//! Logging in: by which mechanism, and what the client's end of it says next.

use super::{Client, State, Step};
use crate::anatomy::{Content, Piece};
use crate::auth::{
    self, ChannelBinding, ClientEnd, Exchange, GiveUp, MECHANISMS, Mechanism, Nonce,
};
use crate::smtp::command::Command;
use crate::smtp::extension::Extension;
use crate::smtp::limits;
use crate::smtp::reply::Reply;
use bytes::Bytes;

/// What one connection's logins work from.
#[derive(Debug, Default)]
pub(super) struct LoginEnd {
    nonce: Nonce,
    /// What ties a login to this TLS connection, where there is TLS that gives it.
    binding: Option<ChannelBinding>,
    /// The questions of the exchange under way: the n-th is the one that the n-th response answers.
    challenges: Vec<Vec<u8>>,
    /// The response whose turn it is. It is kept, since some cost thousands of digests.
    response: Option<Result<Vec<u8>, GiveUp>>,
}

impl LoginEnd {
    /// Nothing said yet.
    pub(super) fn with(nonce: Nonce) -> Self {
        Self { nonce, ..Self::default() }
    }

    /// What ties logins to the TLS connection that was just made.
    pub(super) fn bind(&mut self, binding: Option<ChannelBinding>) {
        self.binding = binding;
    }
}

impl Client {
    /// The mechanism of the login, as far as it is known: the one under way, the one that was chosen, or the
    /// strongest that is offered.
    pub fn mechanism(&self) -> Option<&'static Mechanism> {
        self.exchange.map_or_else(|| self.planned_mechanism(), |exchange| exchange.mechanism)
    }

    pub(super) fn planned_mechanism(&self) -> Option<&'static Mechanism> {
        let has_binding = self.login.binding.is_some();
        self.setup.login.as_ref()?.mechanism.or_else(|| {
            Mechanism::strongest(|name| self.capabilities.offers_mechanism(name), has_binding)
        })
    }

    /// The mechanism to propose. Where none is known to be offered the oldest may still work.
    pub(super) fn proposed_mechanism(&self) -> &'static Mechanism {
        self.planned_mechanism().unwrap_or(MECHANISMS[0])
    }

    pub(super) fn auth_command(&self) -> Command {
        let mechanism = self.proposed_mechanism();
        let initial = mechanism.starts_with_response.then(|| self.respond(mechanism, 0, &[]).ok());
        Command::Auth { mechanism: mechanism.name.to_owned(), initial: initial.flatten() }
    }

    /// The response in base64; `*`, which gives the exchange up, when there is none (RFC 4954 §4).
    pub(super) fn auth_response(&self) -> Piece {
        let text = match &self.login.response {
            Some(Ok(response)) => auth::encode(response),
            Some(Err(_)) | None => "*".to_owned(),
        };
        self.consider(Content::Line(Bytes::from(text + "\r\n")))
    }

    /// Why a step gives the exchange up, or cannot but lead to that.
    pub(super) fn gives_up(&self, step: Step) -> Option<GiveUp> {
        match step {
            Step::Auth => {
                let mechanism = self.proposed_mechanism();
                let first = mechanism.starts_with_response.then(|| self.respond(mechanism, 0, &[]));
                first?.err()
            }
            Step::AuthResponse(_) => match &self.login.response {
                Some(response) => response.as_ref().err().copied(),
                None => Some(GiveUp::NothingToSay),
            },
            _ => None,
        }
    }

    /// The server asks for the next response, or has ended the exchange.
    pub(super) fn take_challenge(&mut self, reply: &Reply) {
        let Some(Exchange { responses, .. }) = self.exchange else {
            self.login.challenges.clear();
            self.login.response = None;
            return;
        };
        let question = reply.texts().next().and_then(auth::decode).unwrap_or_default();
        if responses < limits::CHALLENGES {
            self.login.challenges.resize(responses, Vec::new());
            self.login.challenges.push(question);
        }
        self.prepare_response();
    }

    /// Works out the response whose turn it is.
    pub(super) fn prepare_response(&mut self) {
        if self.state != State::Authenticating {
            return;
        }
        self.login.response = self.exchange.map(|exchange| {
            let mechanism = exchange.mechanism.ok_or(GiveUp::NothingToSay)?;
            self.respond(mechanism, exchange.responses, &self.login.challenges)
        });
    }

    fn respond(
        &self,
        mechanism: &Mechanism,
        n: usize,
        challenges: &[Vec<u8>],
    ) -> Result<Vec<u8>, GiveUp> {
        let login = self.setup.login.as_ref().ok_or(GiveUp::NothingToSay)?;
        let end = ClientEnd {
            credentials: &login.credentials,
            nonce: self.login.nonce.as_str(),
            binding: self.login.binding.as_ref(),
            binding_offered: self.offers_binding(),
            challenges,
        };
        mechanism.respond(&end, n)
    }

    /// Whether the server offers any mechanism that ties the login to TLS.
    fn offers_binding(&self) -> bool {
        let offered = self.capabilities.get(Extension::Auth);
        offered.is_some_and(|auth| auth.parameters.iter().any(|name| name.ends_with("-PLUS")))
    }
}
