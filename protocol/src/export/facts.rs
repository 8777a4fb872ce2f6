//! What a session was about, read from what was really sent.

use crate::anatomy::{Field, Meaning, Piece, Span};
use crate::auth::{Credentials, Speaker};
use crate::client::Setup;
use crate::message::Message;
use crate::secrets::Secrets;
use crate::smtp::command::{self, Command};
use crate::smtp::data::{Stuffer, Unstuffer};
use crate::smtp::parameter::RcptParameter;
use crate::transcript::{Connection, Item, SaslMessage, Target};

/// The mail data that an exported program carries with it, in bytes; more is left to a file.
pub(crate) const MESSAGE: usize = 64 * 1024;
/// The logins of a session that are remembered, the newest; passwords of those before are hidden by where they
/// stand.
const LOGINS: usize = 20;

/// Everything that a mail program has to be told to do the same again.
///
/// Of several transactions the last one counts: a mail program knows one at a time.
#[derive(Clone, Debug, Default)]
pub(crate) struct Facts {
    pub(crate) host: String,
    pub(crate) port: u16,
    pub(crate) client_name: String,
    /// The mechanism's name in capitals, if there was a login.
    pub(crate) mechanism: Option<String>,
    /// The first response was sent along with AUTH.
    pub(crate) initial_response: bool,
    /// Whose login; the password is there only where it was readable on the wire.
    pub(crate) logins: Vec<Credentials>,
    /// `None` before MAIL; empty for the null reverse-path.
    pub(crate) from: Option<String>,
    pub(crate) mail_parameters: Vec<String>,
    pub(crate) to: Vec<String>,
    pub(crate) rcpt_parameters: Vec<String>,
    /// As the writer meant it, before dot-stuffing.
    pub(crate) message: Option<Vec<u8>>,
    pub(crate) starttls: bool,
}

/// The mail data for a program.
pub(super) enum Data {
    /// Small enough to stand in the program.
    Here(Vec<u8>),
    /// So large that the program reads it from this file.
    InFile(&'static str),
}

impl Facts {
    pub(crate) fn of(connection: &Connection) -> Self {
        let Target { host, port } = connection.target().clone();
        let mut facts = Self { host, port, ..Self::default() };
        let mut data = Unstuffer::default();
        for (n, entry) in connection.entries().iter().enumerate() {
            if let Some(said) = connection.sasl_message(n)
                && said.speaker == Speaker::Client
            {
                facts.read_login(&said);
            }
            let Item::Sent { piece, .. } = &entry.item else { continue };
            match piece.meaning {
                Meaning::Data { .. } => facts.read_data(piece, &mut data),
                Meaning::Chunk { left, .. } => facts.read_chunk(piece, left),
                Meaning::Command { .. } | Meaning::AuthResponse { .. } => facts.read_lines(piece),
            }
        }
        facts
    }

    /// What was not reached is as it was planned.
    pub(super) fn or_planned(mut self, setup: &Setup) -> Self {
        if self.client_name.is_empty() {
            self.client_name = setup.client_name.to_string();
        }
        if self.from.is_none() {
            self.from = Some(setup.from.mailbox().map_or_else(String::new, ToString::to_string));
        }
        if self.to.is_empty() {
            let mailbox = |mailbox: &crate::smtp::address::Mailbox| mailbox.to_string();
            let to = setup.to.iter();
            self.to = to.map(|to| to.mailbox().map_or("Postmaster".into(), mailbox)).collect();
        }
        if self.message.is_none() {
            let Message { headers, body } = &setup.message;
            self.message = Some([&headers[..], &body[..]].concat());
        }
        if let Some(login) = &setup.login
            && self.logins.is_empty()
        {
            self.logins.push(login.credentials.clone());
        }
        self
    }

    /// Hides passwords wherever they were sent or filled in by mistake: as a name, in an address, in the message.
    pub(super) fn mask(&mut self, secrets: &Secrets) {
        let masked = |bytes: &[u8]| super::mask(bytes, &secrets.hidden(bytes, &[]));
        if let Some(message) = &mut self.message {
            *message = masked(message);
        }
        let texts = [&mut self.host, &mut self.client_name].into_iter();
        let texts = texts.chain(&mut self.mechanism).chain(&mut self.from).chain(&mut self.to);
        let texts = texts.chain(&mut self.mail_parameters).chain(&mut self.rcpt_parameters);
        for text in texts.chain(self.logins.iter_mut().map(|login| &mut login.user)) {
            *text = String::from_utf8_lossy(&masked(text.as_bytes())).into_owned();
        }
    }

    /// As whom to log in, if there was a login: the user name that was sent, or else the sender, which it mostly
    /// is.
    pub(super) fn login(&self) -> Option<(&str, &str)> {
        let user = self.logins.last().map(|login| &*login.user).filter(|user| !user.is_empty());
        Some((self.mechanism.as_deref()?, user.unwrap_or(self.sender())))
    }

    /// Whether the secret of the login is an access token.
    pub(super) fn takes_token(&self) -> bool {
        matches!(self.mechanism.as_deref(), Some("XOAUTH2" | "OAUTHBEARER"))
    }

    /// The sender's address; empty for the null reverse-path.
    pub(super) fn sender(&self) -> &str {
        self.from.as_deref().unwrap_or_default()
    }

    /// Whether TLS is spoken from the first byte: on its own port (RFC 8314 §3.3).
    pub(super) fn implicit_tls(&self) -> bool {
        self.port == 465
    }

    /// The host as it stands in front of a port.
    pub(super) fn bracketed_host(&self) -> String {
        if self.host.contains(':') { format!("[{}]", self.host) } else { self.host.clone() }
    }

    /// Whether the envelope needs SMTPUTF8 (RFC 6531 §3.3).
    pub(super) fn is_international(&self) -> bool {
        !self.sender().is_ascii() || self.to.iter().any(|to| !to.is_ascii())
    }

    pub(super) fn data(&self) -> Data {
        match &self.message {
            Some(message) if message.len() > MESSAGE => Data::InFile("message.eml"),
            message => Data::Here(message.clone().unwrap_or_default()),
        }
    }

    fn read_data(&mut self, piece: &Piece, data: &mut Unstuffer) {
        let message = self.message.get_or_insert_default();
        data.push(&piece.window(usize::MAX).bytes, message);
        if data.has_ended() {
            *data = Unstuffer::default();
        }
    }

    /// Octets of a chunk; what stands behind them is none.
    fn read_chunk(&mut self, piece: &Piece, left: u64) {
        let octets = piece.content.bytes();
        let left = usize::try_from(left).map_or(octets.len(), |left| left.min(octets.len()));
        self.message.get_or_insert_default().extend_from_slice(&octets[..left]);
    }

    fn read_lines(&mut self, piece: &Piece) {
        let over = self.logins.len().saturating_sub(LOGINS);
        self.logins.drain(..over);
        let window = piece.window(usize::MAX);
        if matches!(piece.meaning, Meaning::Command { .. }) {
            for line in command::lines(&window.bytes) {
                let reading = Command::read(line);
                match reading.command {
                    Ok(command) => self.read_command(command),
                    Err(_) => self.read_mechanism(line, &reading.spans),
                }
            }
        }
    }

    /// Behind AUTH stands a mechanism also where its response is a mask.
    fn read_mechanism(&mut self, line: &[u8], spans: &[Span]) {
        if let Some(span) = spans.iter().find(|span| span.field == Field::Mechanism) {
            let name = String::from_utf8_lossy(&line[span.range.clone()]);
            self.mechanism = Some(name.to_uppercase());
            self.initial_response = true;
        }
    }

    fn read_command(&mut self, command: Command) {
        match command {
            Command::Ehlo(name) | Command::Helo(name) => self.client_name = name.to_string(),
            Command::StartTls => self.starttls = true,
            Command::Auth { mechanism, initial } => {
                self.mechanism = Some(mechanism.to_uppercase());
                self.initial_response = initial.is_some();
            }
            Command::Mail { from, parameters } => {
                self.from = Some(from.mailbox().map_or_else(String::new, ToString::to_string));
                self.mail_parameters = parameters.iter().map(ToString::to_string).collect();
                (self.to, self.message) = (Vec::new(), None);
            }
            Command::Rcpt { to, parameters } => {
                self.to.push(to.mailbox().map_or("Postmaster".into(), ToString::to_string));
                // A mail program says the same of every recipient.
                let is_common =
                    |it: &&RcptParameter| !matches!(it, RcptParameter::OriginalRecipient(_));
                let common = parameters.iter().filter(is_common);
                self.rcpt_parameters = common.map(ToString::to_string).collect();
            }
            _ => {}
        }
    }

    /// What a login says inside its base64. It is not asked whether the server went along.
    fn read_login(&mut self, said: &SaslMessage) {
        for Span { field, range } in said.spans() {
            let text = || String::from_utf8_lossy(&said.message[range]).into_owned();
            match field {
                Field::UserName => {
                    self.logins.push(Credentials { user: text(), password: String::new() });
                }
                Field::Password | Field::AccessToken => {
                    if let Some(login) = self.logins.last_mut() {
                        login.password = text();
                    }
                }
                _ => {}
            }
        }
    }
}

/// A message as it travels, up to its end, which is not part of it.
pub(super) fn stuffed(message: &[u8]) -> Vec<u8> {
    let mut wire = Vec::new();
    Stuffer::default().push(message, &mut wire);
    if !wire.is_empty() && !wire.ends_with(b"\r\n") {
        wire.extend_from_slice(b"\r\n");
    }
    wire
}
