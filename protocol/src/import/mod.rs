//! Brings a session in that was had elsewhere: pasted text becomes a transcript that can be explained.
//!
//! ```text
//! text ──▶ Source::of ──▶ who said what ──▶ a real Client, told of each line ──▶ Connection
//! ```
//!
//! Each program writes a session down in its own way ([`Source`]); what it wrote is cut into what was said by
//! whom. Then a [`Client`](crate::client::Client) is told of it line by line, as if it had been there: so what
//! a line means, the turns of AUTH and the end of the mail data are followed here as everywhere.

mod cut;
mod openssl;
mod own;
mod reader;
mod smtplib;
mod swaks;
mod telnet;

use crate::auth::{Accounts, Credentials};
use crate::client::{Security, Setup};
use crate::export::Export;
use crate::export::facts::Facts;
use crate::form::{Form, LoginForm};
use crate::message::Message;
use crate::secrets::Secrets;
use crate::server::Config;
use crate::transcript::{Connection, Item};
use cut::Cut;
use reader::{Read, read};

/// The longest text that is read, in bytes.
pub const TEXT: usize = 1024 * 1024;

/// A session from elsewhere.
#[derive(Debug)]
pub struct Session {
    /// What wrote it down.
    pub source: Source,
    /// What happened. Times are there only where the text has them.
    pub connection: Connection,
    /// What the client seems to have been told to do.
    pub setup: Setup,
    /// The passwords that stood in the text.
    pub secrets: Secrets,
    /// The text says that it travelled over TLS, at least in part.
    pub over_tls: bool,
    /// Lines at the end that were not read, because the session before them was broken or too long.
    pub unread: usize,
}

/// What wrote a session down.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Source {
    /// Lines that begin with `C:` and `S:`, as the text form of [`crate::export`] and many documents have.
    Text,
    /// swaks.
    Swaks,
    /// Python's smtplib with its debug level set.
    Smtplib,
    /// `openssl s_client`.
    Openssl,
    /// telnet, or anything else that does not say who said what.
    Telnet,
}

/// Why a text is not a session.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum ImportError {
    /// There is too much of it.
    #[error("expected at most {limit} bytes, found {length}: paste a part of it")]
    TooLong {
        /// Bytes given.
        length: usize,
        /// Bytes allowed.
        limit: usize,
    },
    /// Nobody says anything in it.
    #[error(
        "expected an SMTP session, with replies such as \"220 mail.example.com ESMTP\"; found {}",
        found(.first.as_ref())
    )]
    NoSession {
        /// The first line that is not empty, cut to a readable length.
        first: Option<String>,
    },
}

impl Source {
    /// What the text looks like; the first line that tells decides.
    pub fn of(text: &str) -> Option<Self> {
        text.lines().find_map(|line| {
            let is = |own: bool, source: Self| own.then_some(source);
            is(smtplib::owns(line), Self::Smtplib)
                .or_else(|| is(swaks::owns(line), Self::Swaks))
                .or_else(|| is(own::owns(line), Self::Text))
                .or_else(|| is(openssl::owns(line), Self::Openssl))
                .or_else(|| is(telnet::owns(line), Self::Telnet))
        })
    }

    fn cut(self, text: &str) -> Cut {
        let mut cut = Cut::default();
        match self {
            Self::Text => own::cut(text, &mut cut),
            Self::Swaks => swaks::cut(text, &mut cut),
            Self::Smtplib => smtplib::cut(text, &mut cut),
            Self::Openssl => openssl::cut(text, &mut cut),
            Self::Telnet => telnet::cut(text, &mut cut),
        }
        cut
    }
}

impl Session {
    /// Reads a session from text.
    ///
    /// # Errors
    /// When the text is over [`TEXT`], or holds no reply of a server.
    pub fn read(text: &str) -> Result<Self, ImportError> {
        if text.len() > TEXT {
            return Err(ImportError::TooLong { length: text.len(), limit: TEXT });
        }
        let source = Source::of(text).ok_or_else(|| no_session(text))?;
        let cut = source.cut(text);
        // Twice: what the client was told to do shows only once it is known who said what.
        let Read { connection, .. } = read(&cut, &without_plan());
        let setup = setup(&Facts::of(&connection));
        let Read { connection, unread } = read(&cut, &setup);
        let is_reply = |item: &Item| matches!(item, Item::Received { .. });
        if !connection.entries().iter().any(|entry| is_reply(&entry.item)) {
            return Err(no_session(text));
        }
        let secrets = secrets(&Facts::of(&connection));
        Ok(Self { source, connection, setup, secrets, over_tls: cut.over_tls, unread })
    }

    /// The session, to be taken along.
    pub fn export(&self) -> Export<'_> {
        Export {
            connection: &self.connection,
            setup: &self.setup,
            secrets: &self.secrets,
            over_tls: self.over_tls,
        }
    }
}

/// Hides the passwords that stood in the text, unless they are those of practice accounts alone.
fn secrets(facts: &Facts) -> Secrets {
    let practice = Config::default();
    let is_public = |login: &Credentials| practice.accepts(&login.user, &login.password);
    if !facts.logins.is_empty() && facts.logins.iter().all(is_public) {
        return Secrets::public();
    }
    let mut secrets = Secrets::default();
    for login in &facts.logins {
        secrets.add(login);
    }
    secrets
}

fn no_session(text: &str) -> ImportError {
    let first = text.lines().map(str::trim).find(|line| !line.is_empty());
    ImportError::NoSession { first: first.map(|line| line.chars().take(60).collect()) }
}

fn found(first: Option<&String>) -> String {
    first.map_or("nothing".into(), |line| format!("{line:?}"))
}

/// A set-up that plans nothing.
fn without_plan() -> Setup {
    setup(&Facts::default())
}

/// The set-up of a client that did what these facts say. What cannot be read as part of one is left out: the
/// set-up only gives the steps their names.
fn setup(facts: &Facts) -> Setup {
    let login = facts.mechanism.as_ref().zip(facts.logins.last());
    let login = login.map(|(mechanism, login)| LoginForm {
        mechanism: mechanism.clone(),
        user: login.user.clone(),
        password: login.password.clone(),
        public: false,
    });
    let form = |login| Form {
        client_name: "client.example".into(),
        security: if facts.starttls { Security::Opportunistic } else { Security::None },
        login,
        to: vec!["postmaster@example.com".into()],
        ..Form::default()
    };
    let setup = form(login).check().or_else(|_| form(None).check());
    let setup = setup.expect("it is well formed without the login");
    let message = facts.message.clone().map_or_else(Message::default, Message::from_raw);
    let recipients = facts.to.iter().map(|to| format!("<{to}>"));
    Setup {
        client_name: facts.client_name.parse().unwrap_or(setup.client_name),
        from: format!("<{}>", facts.from.as_deref().unwrap_or_default())
            .parse()
            .unwrap_or(setup.from),
        to: recipients.filter_map(|to| to.parse().ok()).collect(),
        message,
        ..setup
    }
}

#[cfg(test)]
mod tests;
