//! What the headers say of the body behind them (RFC 2045).

use crate::anatomy::Field;
use crate::smtp::limits;

/// What is known of it so far.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(in crate::anatomy) struct Entity {
    kind: Kind,
    boundary: Vec<u8>,
    encoding: Encoding,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Kind {
    #[default]
    Other,
    /// It has parts.
    Multipart,
    /// `message/…`, of which the subtype is to come.
    SomeMessage,
    /// A whole message.
    Message,
}

/// How a body is encoded (RFC 2045 §6).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(in crate::anatomy) enum Encoding {
    /// Not at all: 7bit, 8bit or binary.
    #[default]
    Identity,
    /// Four letters for three bytes.
    Base64,
    /// `=` and two digits where it has to be.
    QuotedPrintable,
}

impl Entity {
    /// What separates the parts, if there are any.
    pub(in crate::anatomy) fn boundary(&self) -> Option<&[u8]> {
        let is_there = self.kind == Kind::Multipart && !self.boundary.is_empty();
        is_there.then_some(&self.boundary[..])
    }

    /// Whether another message with headers of its own follows.
    pub(in crate::anatomy) fn is_message(&self) -> bool {
        self.kind == Kind::Message && self.encoding == Encoding::Identity
    }

    pub(in crate::anatomy) fn encoding(&self) -> Encoding {
        self.encoding
    }

    /// A header field of this name begins: one that is there twice counts once.
    pub(super) fn begin(&mut self, name: &[u8]) {
        if name.eq_ignore_ascii_case(b"Content-Type") {
            self.kind = Kind::Other;
            self.boundary.clear();
        }
    }

    pub(super) fn learn_type(&mut self, kind: &[u8]) {
        self.kind = if kind.eq_ignore_ascii_case(b"multipart") {
            Kind::Multipart
        } else if kind.eq_ignore_ascii_case(b"message") {
            Kind::SomeMessage
        } else {
            Kind::Other
        };
    }

    pub(super) fn learn_subtype(&mut self, subtype: &[u8]) {
        let is_whole =
            [&b"rfc822"[..], b"global"].iter().any(|it| it.eq_ignore_ascii_case(subtype));
        if self.kind == Kind::SomeMessage {
            self.kind = if is_whole { Kind::Message } else { Kind::Other };
        }
    }

    /// Part of a parameter's value. Of a boundary longer than any may be (RFC 2046 §5.1.1) nothing is known.
    pub(super) fn learn_parameter(&mut self, field: Field, value: &[u8]) {
        if field != Field::Boundary {
            return;
        }
        self.boundary.extend_from_slice(&value[..value.len().min(limits::BOUNDARY + 1)]);
        if self.boundary.len() > limits::BOUNDARY {
            self.boundary.clear();
            self.kind = Kind::Other;
        }
    }

    pub(super) fn learn_encoding(&mut self, word: &[u8]) {
        if word.eq_ignore_ascii_case(b"base64") {
            self.encoding = Encoding::Base64;
        } else if word.eq_ignore_ascii_case(b"quoted-printable") {
            self.encoding = Encoding::QuotedPrintable;
        }
    }
}
