//! The one pass over a message that finds its flaws.
//!
//! A large message is read once, line by line, and nothing is allocated for a line.

use super::addresses::mailboxes;
use super::{Context, Envelope, Flaw, LINTS, Lint, Place};
use crate::message::{Message, is_header_line};
use crate::smtp::address::{ForwardPath, Mailbox};
use crate::smtp::extension::Extension;
use crate::smtp::limits;
use bytes::Bytes;
use std::collections::HashSet;
use std::mem::replace;
use std::ops::Range;

/// Finds what is wrong with a message.
pub(super) fn scan(message: &Message, context: Context<'_>) -> Vec<Flaw> {
    let joined;
    let (headers, body) = if is_cut_within_a_line(message) {
        joined = [&message.headers[..], &message.body[..]].concat();
        (joined.as_slice(), &[][..])
    } else {
        (&message.headers[..], &message.body[..])
    };
    let mut scan = Scan::new(headers, context);
    let mut lines = Lines { rest: headers, at: 0, number: 1 };
    for line in lines.by_ref() {
        scan.line(line);
    }
    lines.rest = body;
    for line in lines {
        if line.at == headers.len() && scan.in_headers && !line.is_empty() {
            scan.missing_empty_line(&line);
        }
        scan.line(line);
    }
    scan.end()
}

/// A message that was read or built is cut behind a line; one put together by hand need not be.
fn is_cut_within_a_line(message: &Message) -> bool {
    let ends = |part: &Bytes| part.is_empty() || part.ends_with(b"\n");
    !ends(&message.headers) && !message.body.is_empty()
}

/// A line with its line end, whatever that is.
#[derive(Clone, Copy)]
struct Line<'a> {
    bytes: &'a [u8],
    /// Where it begins in the message.
    at: usize,
    /// The first is 1.
    number: usize,
}

impl<'a> Line<'a> {
    /// Without CR LF or LF.
    fn text(&self) -> &'a [u8] {
        let bytes = self.bytes;
        bytes.strip_suffix(b"\r\n").or_else(|| bytes.strip_suffix(b"\n")).unwrap_or(bytes)
    }

    /// A bare LF counts: mail programs take it so, and that it is bare is a flaw of its own.
    fn is_empty(&self) -> bool {
        self.text().is_empty()
    }

    /// A part of it.
    fn place(&self, part: Range<usize>) -> Place {
        Place { bytes: self.at + part.start..self.at + part.end, line: self.number }
    }

    fn whole(&self) -> Place {
        self.place(0..self.text().len())
    }
}

/// Cuts at every LF.
struct Lines<'a> {
    rest: &'a [u8],
    at: usize,
    number: usize,
}

impl<'a> Iterator for Lines<'a> {
    type Item = Line<'a>;

    fn next(&mut self) -> Option<Line<'a>> {
        if self.rest.is_empty() {
            return None;
        }
        let length = memchr::memchr(b'\n', self.rest).map_or(self.rest.len(), |at| at + 1);
        let (bytes, rest) = self.rest.split_at(length);
        let line = Line { bytes, at: self.at, number: self.number };
        *self = Self { rest, at: self.at + length, number: self.number + 1 };
        Some(line)
    }
}

/// Where the pass is, and what it has found.
struct Scan<'a> {
    context: Context<'a>,
    headers: &'a [u8],
    flaws: Vec<Flaw>,
    /// How many of each lint were found.
    found: [usize; LINTS.len()],
    in_headers: bool,
    /// The header field that is being read, as far as its lines were seen.
    field: Option<Place>,
    /// Where the first From stands.
    from: Option<Place>,
    /// Whether there was a Date.
    date: bool,
    /// The addresses in From and Sender.
    senders: HashSet<Mailbox>,
    /// The addresses in To, Cc and Bcc.
    named: HashSet<Mailbox>,
    /// The mailboxes of the envelope's recipients.
    wanted: HashSet<&'a Mailbox>,
}

impl<'a> Scan<'a> {
    fn new(headers: &'a [u8], context: Context<'a>) -> Self {
        let to = context.envelope.map_or(&[][..], |envelope| envelope.to);
        Self {
            context,
            headers,
            flaws: Vec::new(),
            found: [0; LINTS.len()],
            in_headers: true,
            field: None,
            from: None,
            date: false,
            senders: HashSet::new(),
            named: HashSet::new(),
            wanted: to.iter().filter_map(ForwardPath::mailbox).collect(),
        }
    }

    fn note(&mut self, lint: Lint, place: impl Into<Option<Place>>) {
        let found = &mut self.found[lint as usize];
        *found += 1;
        if *found <= limits::FLAWS_OF_A_KIND {
            self.flaws.push(Flaw { lint, place: place.into() });
        }
    }

    fn missing_empty_line(&mut self, line: &Line<'_>) {
        self.end_headers();
        self.note(Lint::EmptyLineMissing, line.whole());
    }

    fn line(&mut self, line: Line<'a>) {
        if self.in_headers {
            self.header_line(line);
        }
        self.bytes(&line);
    }

    /// What any line can have wrong with it.
    fn bytes(&mut self, line: &Line<'_>) {
        let text = line.text();
        if line.bytes.ends_with(b"\n") && line.bytes.len() == text.len() + 1 {
            self.note(Lint::BareLf, line.place(text.len()..text.len() + 1));
        }
        for at in memchr::memchr_iter(b'\r', text) {
            self.note(Lint::BareCr, line.place(at..at + 1));
        }
        // The end of a line is not counted (RFC 5322 §2.1.1).
        if text.len() > limits::TEXT_LINE - 2 {
            self.note(Lint::LineTooLong, line.whole());
        } else if text.len() > limits::ADVISED_LINE && characters(text) > limits::ADVISED_LINE {
            self.note(Lint::LineLong, line.whole());
        }
        let (beyond_ascii, extension) = if self.in_headers {
            (Lint::HeadersNotAscii, Extension::SmtpUtf8)
        } else {
            (Lint::EightBit, Extension::EightBitMime)
        };
        let offered = self.context.capabilities;
        if !text.is_ascii() && offered.is_some_and(|offered| offered.get(extension).is_none()) {
            let start = text.iter().position(|byte| !byte.is_ascii()).unwrap_or_default();
            let length = text[start..].iter().take_while(|byte| !byte.is_ascii()).count();
            self.note(beyond_ascii, line.place(start..start + length));
        }
    }

    /// What the line is among the headers, and whether they end with it.
    fn header_line(&mut self, line: Line<'a>) {
        let text = line.text();
        if line.is_empty() {
            self.end_headers();
        } else if text.starts_with(b" ") || text.starts_with(b"\t") {
            match &mut self.field {
                Some(field) => field.bytes.end = line.at + text.len(),
                None => self.note(Lint::NotAHeader, line.whole()),
            }
        } else if is_header_line(text) {
            self.end_field();
            self.field = Some(line.whole());
        } else if is_meant_as_header(text) {
            self.end_field();
            self.note(Lint::NotAHeader, line.whole());
        } else {
            self.missing_empty_line(&line);
        }
    }

    fn end_headers(&mut self) {
        self.end_field();
        self.in_headers = false;
    }

    /// Looks at a whole field, with the lines that it was folded into.
    fn end_field(&mut self) {
        let Some(place) = self.field.take() else { return };
        let field = &self.headers[place.bytes.clone()];
        let colon = memchr::memchr(b':', field).unwrap_or(field.len());
        let (name, value) = (&field[..colon], field.get(colon + 1..).unwrap_or_default());
        let is = |other: &str| name.eq_ignore_ascii_case(other.as_bytes());
        if is("From") {
            take(&mut self.senders, value);
            match self.from {
                Some(_) => self.note(Lint::FromDoubled, place),
                None => self.from = Some(place),
            }
        } else if is("Sender") {
            take(&mut self.senders, value);
        } else if is("Date") {
            if replace(&mut self.date, true) {
                self.note(Lint::DateDoubled, place);
            }
        } else if is("To") || is("Cc") {
            take(&mut self.named, value);
            self.compare_with_envelope(value, &place);
        } else if is("Bcc") && !value.trim_ascii().is_empty() {
            // An empty Bcc is how a program may say that there were blind copies (RFC 5322 §3.6.3).
            take(&mut self.named, value);
            self.note(Lint::BccLeftIn, place);
        }
    }

    fn compare_with_envelope(&mut self, value: &[u8], place: &Place) {
        if self.context.envelope.is_none() || self.wanted.len() > limits::ADDRESSES_COMPARED {
            return;
        }
        for mailbox in mailboxes(value).take(limits::ADDRESSES_COMPARED) {
            if !self.wanted.contains(&mailbox) {
                self.note(Lint::RecipientNotInEnvelope, place.clone());
            }
        }
    }

    /// What is missing, and the flaws in order.
    fn end(mut self) -> Vec<Flaw> {
        self.end_headers();
        if self.from.is_none() {
            self.note(Lint::FromMissing, None);
        }
        if !self.date {
            self.note(Lint::DateMissing, None);
        }
        if let Some(envelope) = self.context.envelope {
            self.compare_with_headers(envelope);
        }
        let mut flaws = self.flaws;
        let start = |flaw: &Flaw| flaw.place.as_ref().map_or(usize::MAX, |it| it.bytes.start);
        flaws.sort_by_key(|flaw| (start(flaw), flaw.lint));
        flaws
    }

    /// Headers that were not read to their end say nothing about who is not in them.
    fn compare_with_headers(&mut self, envelope: Envelope<'a>) {
        let all_read = |read: &HashSet<_>| read.len() < limits::ADDRESSES_COMPARED;
        if let Some(sender) = envelope.from.mailbox()
            && !self.senders.is_empty()
            && all_read(&self.senders)
            && !self.senders.contains(sender)
        {
            self.note(Lint::FromUnlikeEnvelope, self.from.clone());
        }
        if all_read(&self.named) {
            for recipient in envelope.to.iter().filter_map(ForwardPath::mailbox) {
                if !self.named.contains(recipient) {
                    self.note(Lint::RecipientUnmentioned, None);
                }
            }
        }
    }
}

/// Adds the addresses of a field, as long as there is room.
fn take(addresses: &mut HashSet<Mailbox>, value: &[u8]) {
    let room = limits::ADDRESSES_COMPARED - addresses.len();
    addresses.extend(mailboxes(value).take(room));
}

/// One word, then perhaps white space, then a colon: a field whose name no field may have (RFC 5322 §2.2), and not a
/// sentence with a colon in it.
fn is_meant_as_header(text: &[u8]) -> bool {
    let Some(colon) = memchr::memchr(b':', text) else { return false };
    let name = text[..colon].trim_ascii_end();
    !name.iter().any(u8::is_ascii_whitespace)
}

/// How many characters this is in UTF-8: every byte that does not continue one.
fn characters(text: &[u8]) -> usize {
    text.iter().filter(|&&byte| byte & 0xc0 != 0x80).count()
}
