//! Tells a client line by line what was said, and takes its transcript.

use super::cut::{Cut, Said, What, is_reply};
use crate::anatomy::{Answer, Content, Field, Meaning, reply_spans};
use crate::auth::Nonce;
use crate::client::{Client, CommitError, Ending, Setup, State, TlsFacts};
use crate::message::Message;
use crate::smtp::command;
use crate::smtp::data::{Stuffer, Unstuffer};
use crate::transcript::{Connection, Entry, Item, Target};
use crate::tunnel::TunnelEvent;
use std::time::Duration;

/// What came of reading.
pub(super) struct Read {
    pub(super) connection: Connection,
    /// Lines at the end that were not read.
    pub(super) unread: usize,
}

/// Reads what was said, as a client with this set-up would have.
pub(super) fn read(cut: &Cut, setup: &Setup) -> Read {
    let mut reader = Reader::new(cut, setup);
    let mut unread = 0;
    for (n, said) in cut.said.iter().enumerate() {
        if reader.take(said).is_err() || reader.is_over() {
            unread = cut.said.len() - n - 1;
            break;
        }
    }
    // Mail data whose end was not pasted.
    _ = reader.send_data(false);
    let entries = reader.entries();
    let host = cut.host.clone().or_else(|| server_name(&entries));
    let target = Target {
        host: host.unwrap_or_else(|| "mail.example.com".into()),
        port: cut.port.unwrap_or(25),
    };
    Read { connection: Connection::with_entries(target, entries), unread }
}

struct Reader {
    client: Client,
    now: Duration,
    /// Mail data that has been said but not sent: whole lines as they travelled.
    data: Vec<u8>,
    /// Entries of the client's transcript that nobody said.
    made_up: usize,
}

impl Reader {
    fn new(cut: &Cut, setup: &Setup) -> Self {
        let first = cut.said.first().map(|said| &said.what);
        // A session that is pasted from its middle begins behind a greeting that is not there.
        let has_greeting = match first {
            Some(What::Server(line) | What::Either(line)) => {
                line.starts_with(b"220") || matches!(line.first(), Some(b'4' | b'5'))
            }
            _ => false,
        };
        let (client, made_up) = connected(setup, has_greeting);
        Self { client, now: Duration::ZERO, data: Vec::new(), made_up }
    }

    fn take(&mut self, said: &Said) -> Result<(), CommitError> {
        self.now = said.at.unwrap_or(self.now).max(self.now);
        match &said.what {
            What::Client(bytes) => self.client_said(bytes),
            What::Server(bytes) => self.server_said(bytes),
            // In mail data everything is data, up to its end.
            What::Either(line) if is_reply(line) && !self.in_data() => self.server_said(line),
            // Behind the goodbye stands what else there was in the window.
            What::Either(_) if self.client.state() == State::Closing => Ok(()),
            What::Either(line) => self.client_said(line),
            What::Closed => {
                self.send_data(false)?;
                _ = self.client.closed(self.now, Ending::ByServer);
                Ok(())
            }
        }
    }

    fn client_said(&mut self, bytes: &[u8]) -> Result<(), CommitError> {
        if self.client.state() == State::StartingTls {
            self.client.upgraded(self.now, TlsFacts::default());
        }
        for line in command::lines(bytes) {
            if !self.in_data() {
                self.commit(Content::Line(line.to_vec().into()))?;
            } else if line == b".\r\n" {
                self.send_data(true)?;
            } else {
                self.data.extend_from_slice(line);
            }
        }
        Ok(())
    }

    fn server_said(&mut self, bytes: &[u8]) -> Result<(), CommitError> {
        self.send_data(false)?;
        _ = self.client.receive(self.now, bytes);
        Ok(())
    }

    /// Whether what the client says now is mail data: the server has agreed, and the end has not been said.
    fn in_data(&self) -> bool {
        let nothing = Content::Line(bytes::Bytes::new());
        matches!(self.client.consider(nothing).meaning, Meaning::Data { .. })
    }

    /// Sends the mail data that has been said. Where its dots were not doubled as they should be, it is sent as
    /// it stands.
    fn send_data(&mut self, ended: bool) -> Result<(), CommitError> {
        let wire = std::mem::take(&mut self.data);
        if let Some(text) = unstuffed(&wire) {
            let Message { headers, body } = Message::from_raw(text);
            for part in [headers, body] {
                if !part.is_empty() {
                    self.commit(Content::Data(part))?;
                }
            }
        } else {
            for line in command::lines(&wire) {
                self.commit(Content::Line(line.to_vec().into()))?;
            }
        }
        if ended { self.commit(Content::Line(b".\r\n".as_slice().into())) } else { Ok(()) }
    }

    fn commit(&mut self, content: Content) -> Result<(), CommitError> {
        let sent = self.client.commit(self.now, content);
        while self.client.poll_transmit().is_some() {}
        sent
    }

    /// What the client has noted.
    fn entries(&self) -> Vec<Entry> {
        let entries = self.client.transcript().current().map_or(&[][..], Connection::entries);
        entries[self.made_up..].to_vec()
    }

    /// Whether nothing more can be read.
    fn is_over(&self) -> bool {
        self.client.state().is_over() || self.client.transcript().is_full()
    }
}

/// A client that is connected and, where the greeting is not to come, greeted; and how many entries of its
/// transcript nobody said.
fn connected(setup: &Setup, has_greeting: bool) -> (Client, usize) {
    let mut client = Client::new(setup.clone());
    client.begin(Duration::ZERO, Target { host: String::new(), port: 25 }, Nonce::known());
    let connected = TunnelEvent::Connected {
        address: String::new(),
        local: String::new(),
        elapsed_ms: Duration::ZERO,
    };
    client.transport(Duration::ZERO, connected);
    if !has_greeting {
        _ = client.receive(Duration::ZERO, b"220 \r\n");
    }
    let made_up = client.transcript().current().map_or(0, |it| it.entries().len());
    (client, made_up)
}

/// The data as its writer meant it, if doubling its dots gives the same again.
fn unstuffed(wire: &[u8]) -> Option<Vec<u8>> {
    let (mut text, mut again) = (Vec::new(), Vec::new());
    Unstuffer::default().push(wire, &mut text);
    Stuffer::default().push(&text, &mut again);
    (again == wire).then_some(text)
}

/// What the server calls itself in its greeting.
fn server_name(entries: &[Entry]) -> Option<String> {
    entries.iter().find_map(|entry| match &entry.item {
        Item::Received { answer: answer @ Answer::Greeting, reply, .. } => {
            let spans = reply_spans(*answer, reply);
            let name = spans.into_iter().find(|span| span.field == Field::ServerName)?;
            let name = std::str::from_utf8(&reply.wire()[name.range]).ok()?;
            name.parse::<crate::smtp::address::Domain>().ok().map(|name| name.to_string())
        }
        _ => None,
    })
}
