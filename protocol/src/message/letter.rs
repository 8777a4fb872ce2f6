//! A message as a person writes it, and the message that it becomes (RFC 5322, MIME in RFC 2045 to 2047 and 2231).
//!
//! Nothing is drawn by lot and no clock is read: Date, Message-ID and boundary come in as values.

use super::{Message, with_crlf};
use crate::smtp::address::{ForwardPath, Mailbox, ReversePath};
use crate::smtp::cursor::{Expected, SyntaxError};
use crate::smtp::limits;
use bytes::Bytes;
use mail_builder::headers::Header;
use mail_builder::headers::address::Address;
use mail_builder::headers::content_type::ContentType;
use mail_builder::headers::date::Date;
use mail_builder::headers::text::Text;
use mail_builder::mime::{BodyPart, MimePart};
use std::str::FromStr;

/// What a person fills in.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Letter {
    /// The From header; without anybody there is none.
    pub from: Vec<Party>,
    /// The To header; without anybody there is none.
    pub to: Vec<Party>,
    /// The Cc header; without anybody there is none.
    pub cc: Vec<Party>,
    /// The Subject header, in any script.
    pub subject: String,
    /// The Date header, in seconds since the Unix epoch, written in universal time.
    pub date: Option<i64>,
    /// The Message-ID header, without its angle brackets.
    pub message_id: Option<String>,
    /// Further header fields, in order: name and value, each on one line.
    pub more: Vec<(String, String)>,
    /// The text, in any script, with any kind of line end.
    pub body: String,
    /// The same text as HTML.
    pub html: Option<String>,
    /// What is attached.
    pub attachments: Vec<Attachment>,
    /// What separates the parts, where there are several. A number is added if it stands in one of them.
    pub boundary: String,
    /// Leave out the empty line between headers and body, which RFC 5322 §2.1 wants: a mistake worth making once.
    pub without_empty_line: bool,
}

/// Somebody in a header: an address, and perhaps a name.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Party {
    /// In any script; empty for none.
    pub name: String,
    /// The address.
    pub address: String,
}

/// A file that goes along.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Attachment {
    /// Its name, in any script.
    pub name: String,
    /// Its media type, such as `text/csv` (RFC 2045 §5.1).
    pub media_type: String,
    /// Its content, shared and not copied.
    pub content: Bytes,
}

impl Letter {
    /// A letter whose headers say the same as the envelope.
    pub fn between(from: &ReversePath, to: &[ForwardPath], subject: &str, body: &str) -> Self {
        let party = |mailbox: Option<&Mailbox>, none: &str| {
            Party::from(mailbox.map_or_else(|| none.to_owned(), ToString::to_string).as_str())
        };
        Self {
            from: vec![party(from.mailbox(), "")],
            to: to.iter().map(|path| party(path.mailbox(), "Postmaster")).collect(),
            subject: subject.into(),
            body: body.into(),
            ..Self::default()
        }
    }

    /// The message: the header fields, and where it takes more than ASCII text, the MIME headers that say so.
    pub fn build(&self) -> Message {
        let mut headers = Vec::new();
        for (name, parties) in [("From", &self.from), ("To", &self.to), ("Cc", &self.cc)] {
            if !parties.is_empty() {
                write_parties(name, parties, &mut headers);
            }
        }
        write_header("Subject", &Text::new(one_line(&self.subject)), &mut headers);
        if let Some(date) = self.date {
            write_header("Date", &Date::new(date), &mut headers);
        }
        if let Some(id) = &self.message_id {
            headers.extend(format!("Message-ID: <{}>\r\n", one_line(id)).into_bytes());
        }
        for (name, value) in &self.more {
            headers.extend(format!("{}: {}\r\n", one_line(name), one_line(value)).into_bytes());
        }
        let body = self.build_body(&mut headers);
        if !self.without_empty_line {
            headers.extend_from_slice(b"\r\n");
        }
        Message { headers: headers.into(), body }
    }

    fn build_body(&self, headers: &mut Vec<u8>) -> Bytes {
        let text = with_crlf(&self.body);
        if text.is_ascii() && self.html.is_none() && self.attachments.is_empty() {
            return text.into();
        }
        let boundary = self.free_boundary();
        let part = self.mixed(self.readable(text, &boundary), &boundary);
        headers.extend_from_slice(b"MIME-Version: 1.0\r\n");
        let mut wire = Vec::with_capacity(self.room_for_parts());
        part.write_part(&mut wire);
        let cut = memchr::memmem::find(&wire, b"\r\n\r\n").map_or(wire.len(), |found| found + 2);
        headers.extend_from_slice(&wire[..cut]);
        let wire = Bytes::from(wire);
        wire.slice((cut + 2).min(wire.len())..)
    }

    /// The text, or text and HTML to choose from (RFC 2046 §5.1.4).
    fn readable(&self, text: String, boundary: &str) -> MimePart<'_> {
        let plain = MimePart::new("text/plain", text);
        match &self.html {
            None => plain,
            Some(html) => {
                let html = MimePart::new("text/html", with_crlf(html));
                // Not the other one's beginning: lines are compared by that (RFC 2046 §5.1.2).
                multipart("alternative", &format!("text-{boundary}"), vec![plain, html])
            }
        }
    }

    /// With the attachments behind it (RFC 2046 §5.1.3).
    fn mixed<'a>(&'a self, readable: MimePart<'a>, boundary: &str) -> MimePart<'a> {
        if self.attachments.is_empty() {
            return readable;
        }
        let attached = self.attachments.iter().map(|it| {
            let content = BodyPart::Binary((&it.content[..]).into());
            MimePart::new(one_line(&it.media_type), content).attachment(one_line(&it.name))
        });
        multipart("mixed", boundary, std::iter::once(readable).chain(attached).collect())
    }

    /// About what the parts take: of large ones in base64, three bytes become four, and 76 of these a line
    /// (RFC 2045 §6.8).
    fn room_for_parts(&self) -> usize {
        const OF_HEADERS: usize = 512;
        let attached = self.attachments.iter().map(|it| it.content.len());
        let lengths = attached.chain([self.body.len(), self.html.as_ref().map_or(0, String::len)]);
        lengths.map(|length| length / 57 * 78 + OF_HEADERS).sum()
    }

    /// A boundary that stands in none of the parts (RFC 2046 §5.1.1).
    fn free_boundary(&self) -> String {
        let parts = [self.body.as_bytes(), self.html.as_deref().unwrap_or_default().as_bytes()];
        let attached = self.attachments.iter().map(|it| &it.content[..]);
        let parts: Vec<&[u8]> = parts.into_iter().chain(attached).collect();
        let is_safe = |c: &char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.');
        let given: String = self.boundary.chars().filter(is_safe).take(40).collect();
        let given = if given.is_empty() { "parts".to_owned() } else { given };
        let is_free = |boundary: &String| {
            let finder = memchr::memmem::Finder::new(boundary);
            parts.iter().all(|part| finder.find(part).is_none())
        };
        // The parts cannot hold every number, so this ends.
        let mut numbered = (1u64..).map(|n| format!("{given}-{n}"));
        if is_free(&given) { given } else { numbered.find(is_free).unwrap_or(given) }
    }
}

impl From<&str> for Party {
    fn from(address: &str) -> Self {
        Self { name: String::new(), address: address.to_owned() }
    }
}

/// Reads `address` or `name <address>`, the name in quotes or not.
impl FromStr for Party {
    type Err = SyntaxError;

    fn from_str(text: &str) -> Result<Self, SyntaxError> {
        let text = text.trim();
        let Some((name, rest)) = text.split_once('<') else {
            let address: Mailbox = text.parse()?;
            return Ok(Self { name: String::new(), address: address.to_string() });
        };
        let at = name.len() + 1;
        let moved = |error: SyntaxError| SyntaxError { at: error.at + at, ..error };
        let address = rest.strip_suffix('>').ok_or_else(|| SyntaxError {
            at: text.len(),
            expected: Expected::PathClose,
            found: String::new(),
        })?;
        let address: Mailbox = address.parse().map_err(moved)?;
        let name = name.trim();
        let bare = name.strip_prefix('"').and_then(|name| name.strip_suffix('"')).unwrap_or(name);
        Ok(Self { name: one_line(bare), address: address.to_string() })
    }
}

fn multipart<'a>(kind: &str, boundary: &str, parts: Vec<MimePart<'a>>) -> MimePart<'a> {
    let kind = format!("multipart/{kind}");
    MimePart::new(ContentType::new(kind).attribute("boundary", boundary.to_owned()), parts)
}

fn write_header(name: &str, value: &impl Header, headers: &mut Vec<u8>) {
    headers.extend_from_slice(name.as_bytes());
    headers.extend_from_slice(b": ");
    value.write_header(headers, name.len() + 2);
    if !headers.ends_with(b"\r\n") {
        headers.extend_from_slice(b"\r\n");
    }
}

/// Addresses alone stand as they are; names are written as they have to be: quoted, or as encoded words.
fn write_parties(name: &str, parties: &[Party], headers: &mut Vec<u8>) {
    if parties.iter().any(|party| !party.name.is_empty()) {
        let address = |it: &Party| {
            let name = Some(one_line(&it.name)).filter(|name| !name.is_empty());
            Address::new_address(name, one_line(&it.address))
        };
        let list = Address::new_list(parties.iter().map(address).collect());
        return write_header(name, &list, headers);
    }
    let mut line = format!("{name}:");
    for (n, party) in parties.iter().enumerate() {
        let comma = if n + 1 == parties.len() { "" } else { "," };
        let item = format!(" {}{comma}", one_line(&party.address));
        if n > 0 && line.len() + item.len() > limits::ADVISED_LINE {
            headers.extend(format!("{line}\r\n").into_bytes());
            line.clear();
        }
        line += &item;
    }
    headers.extend(format!("{line}\r\n").into_bytes());
}

/// Keeps a header value from becoming two headers.
fn one_line(text: &str) -> String {
    text.split(['\r', '\n']).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests;
