//! Takes a session along: as text to read, as data, or as a command that does the same again.
//!
//! A form is one file and one line in [`FORMS`]. What was said is told as it travelled, with secrets masked
//! ([`Shown`]). What is to be repeated is read from the wire; what the session did not reach is
//! taken from its set-up. No form ever holds a password: a program takes it from the environment variable
//! [`PASSWORD_VARIABLE`].
//!
//! [`crate::import`] is the way back.

mod curl;
pub(crate) mod facts;
mod json;
mod lettre;
mod markdown;
mod openssl;
mod quote;
mod reason;
mod shown;
mod smtplib;
mod swaks;
mod text;

pub use json::SCHEMA;
pub use reason::{Evidence, Reason, reasons};
pub use shown::{Kind, Part, Shown, answer_named};

use crate::client::Setup;
use crate::secrets::Secrets;
use crate::transcript::Connection;
use facts::Facts;
use reason::Reasoner;

pub(crate) use shown::kebab;
pub(crate) use text::{HEAD, OVER_TLS, escape, unescape};

/// The environment variable from which an exported program takes the password.
pub const PASSWORD_VARIABLE: &str = "SMTP_PASSWORD";

/// What to take along.
#[derive(Clone, Copy, Debug)]
pub struct Export<'a> {
    /// What happened.
    pub connection: &'a Connection,
    /// What was planned: for what the session did not reach.
    pub setup: &'a Setup,
    /// What must not be shown.
    pub secrets: &'a Secrets,
    /// It travelled over TLS, also where no STARTTLS stands among its lines: what it sent encrypted is not
    /// repeated in the clear.
    pub over_tls: bool,
}

/// A form in which a session can be taken along.
#[derive(Debug)]
pub struct Form {
    /// The name by which it is asked for.
    pub name: &'static str,
    /// What a file of it is called.
    pub file: &'static str,
    /// Its media type.
    pub media_type: &'static str,
    write: fn(&Export<'_>) -> String,
}

/// Every form: those to read, then the commands.
pub static FORMS: &[&Form] = &[
    &text::TEXT,
    &markdown::MARKDOWN,
    &json::JSON,
    &swaks::SWAKS,
    &openssl::OPENSSL,
    &curl::CURL,
    &smtplib::SMTPLIB,
    &lettre::LETTRE,
];

impl Form {
    /// The form of this name.
    pub fn named(name: &str) -> Option<&'static Self> {
        FORMS.iter().copied().find(|form| form.name == name)
    }

    /// The session in this form.
    pub fn write(&self, export: &Export<'_>) -> String {
        (self.write)(export)
    }
}

impl Export<'_> {
    /// Everything that happened, in order, secrets masked.
    pub fn shown(&self) -> Vec<Shown> {
        let began = self.connection.began();
        // TLS from the first byte: there is no STARTTLS that would tell of it.
        let facts = Facts::of(self.connection);
        let mut reasoner = Reasoner::of(self.connection, self.over_tls && !facts.starttls);
        let entries = self.connection.entries().iter();
        let shown =
            entries.map(|entry| Shown::of(entry, began, self.secrets, reasoner.next(&entry.item)));
        shown.collect()
    }

    fn facts(&self) -> Facts {
        let mut facts = Facts::of(self.connection).or_planned(self.setup);
        facts.starttls |= self.over_tls && !facts.implicit_tls();
        facts.mask(self.secrets);
        facts
    }
}

/// A secret that stands where none is expected is not taken along.
fn mask(bytes: &[u8], hidden: &[std::ops::Range<usize>]) -> Vec<u8> {
    let mut masked = Vec::new();
    let mut shown = 0;
    for range in hidden {
        masked.extend_from_slice(&bytes[shown..range.start]);
        masked.extend_from_slice(b"********");
        shown = range.end;
    }
    masked.extend_from_slice(&bytes[shown..]);
    masked
}

#[cfg(test)]
mod tests;
