//! Which addresses a rule is for.

use super::FaultError;
use crate::server::config::is_same;
use crate::smtp::address::{Domain, ForwardPath, Mailbox, ReversePath};
use serde::{Deserialize, Serialize};
use std::{fmt, str::FromStr};

/// Addresses, in JSON as text. The local part, like the domain, is compared without regard to case.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub enum Pattern {
    /// `student@student.example`: this mailbox.
    Mailbox(Mailbox),
    /// `student@`: this local part in whatever domain.
    Local(String),
    /// `@student.example`: whoever is in this domain.
    Domain(Domain),
    /// `<>`: the sender of reports, whom nobody answers.
    Null,
}

impl Pattern {
    pub(super) fn is_sender(&self, path: &ReversePath) -> bool {
        path.mailbox().map_or(*self == Self::Null, |mailbox| self.is_mailbox(mailbox))
    }

    pub(super) fn is_recipient(&self, path: &ForwardPath) -> bool {
        // The one recipient without a domain (RFC 5321 §4.1.1.3).
        let is_postmaster =
            matches!(self, Self::Local(local) if local.eq_ignore_ascii_case("postmaster"));
        path.mailbox().map_or(is_postmaster, |mailbox| self.is_mailbox(mailbox))
    }

    fn is_mailbox(&self, mailbox: &Mailbox) -> bool {
        match self {
            Self::Mailbox(one) => is_same(one, mailbox),
            Self::Local(local) => local.eq_ignore_ascii_case(mailbox.local()),
            Self::Domain(domain) => domain == mailbox.domain(),
            Self::Null => false,
        }
    }
}

/// Whether two paths lead to the same mailbox.
pub(super) fn is_same_recipient(one: &ForwardPath, other: &ForwardPath) -> bool {
    match (one.mailbox(), other.mailbox()) {
        (Some(one), Some(other)) => is_same(one, other),
        (None, None) => true,
        _ => false,
    }
}

impl FromStr for Pattern {
    type Err = FaultError;

    fn from_str(text: &str) -> Result<Self, FaultError> {
        let no_address = || FaultError::Address { found: text.to_owned() };
        if text == "<>" {
            return Ok(Self::Null);
        }
        if let Some(domain) = text.strip_prefix('@') {
            return domain.parse().map(Self::Domain).map_err(|_| no_address());
        }
        if let Some(local) = text.strip_suffix('@') {
            let whole = format!("{text}practice.example").parse::<Mailbox>();
            return whole.map(|_| Self::Local(local.to_owned())).map_err(|_| no_address());
        }
        text.parse().map(Self::Mailbox).map_err(|_| no_address())
    }
}

impl fmt::Display for Pattern {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Mailbox(mailbox) => mailbox.fmt(f),
            Self::Local(local) => write!(f, "{local}@"),
            Self::Domain(domain) => write!(f, "@{domain}"),
            Self::Null => f.write_str("<>"),
        }
    }
}

impl TryFrom<String> for Pattern {
    type Error = FaultError;

    fn try_from(text: String) -> Result<Self, FaultError> {
        text.parse()
    }
}

impl From<Pattern> for String {
    fn from(pattern: Pattern) -> Self {
        pattern.to_string()
    }
}
