//! Who said what.

use crate::transcript::Target;
use std::time::Duration;

/// A text cut into what was said.
#[derive(Debug, Default)]
pub(super) struct Cut {
    /// Where the connection went to, as far as the text tells.
    pub(super) host: Option<String>,
    pub(super) port: Option<u16>,
    /// It travelled over TLS, at least in part.
    pub(super) over_tls: bool,
    pub(super) said: Vec<Said>,
}

/// A line, or the end.
#[derive(Debug)]
pub(super) struct Said {
    /// Since the connection was begun, where the text tells.
    pub(super) at: Option<Duration>,
    pub(super) what: What,
}

/// What was said by whom.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum What {
    /// Bytes of the client, with their line end.
    Client(Vec<u8>),
    /// Bytes of the server, with their line end.
    Server(Vec<u8>),
    /// A line of either: the text does not tell.
    Either(Vec<u8>),
    /// The connection was closed by the server.
    Closed,
}

impl Cut {
    pub(super) fn push(&mut self, what: What) {
        self.said.push(Said { at: None, what });
    }

    /// A target as in `mail.example.com:25` or `[::1]:25`.
    pub(super) fn target(&mut self, text: &str) {
        if let Some(Target { host, port }) = target(text) {
            self.host.get_or_insert(host);
            self.port.get_or_insert(port);
        }
    }

    pub(super) fn host(&mut self, host: &str) {
        if is_host(host) {
            self.host.get_or_insert(host.to_owned());
        }
    }
}

fn target(text: &str) -> Option<Target> {
    let (host, port) = text.trim().rsplit_once(':')?;
    let host = host.strip_prefix('[').and_then(|host| host.strip_suffix(']')).unwrap_or(host);
    Some(Target { host: is_host(host).then(|| host.to_owned())?, port: port.parse().ok()? })
}

/// Whether this can be a name or an address, and nothing that means more in a URL or on a command line.
fn is_host(text: &str) -> bool {
    let is_part = |c: char| c.is_alphanumeric() || ".-_:".contains(c);
    (1..=255).contains(&text.len()) && !text.starts_with('-') && text.chars().all(is_part)
}

/// A line with the end that it had on the wire.
pub(super) fn whole(line: &str) -> Vec<u8> {
    [line.as_bytes(), b"\r\n"].concat()
}

/// Whether a line begins as one of a reply does: `250 `, `250-` or nothing but the code.
pub(super) fn is_reply(line: &[u8]) -> bool {
    let text = line.strip_suffix(b"\r\n").unwrap_or(line);
    matches!(
        text,
        [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9']
            | [b'2'..=b'5', b'0'..=b'9', b'0'..=b'9', b' ' | b'-', ..]
    )
}
