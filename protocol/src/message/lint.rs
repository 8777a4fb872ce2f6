//! What is wrong with a message, where, and by which rule.
//!
//! A server need not refuse any of this, and many do not: that is what makes it worth saying before the message
//! leaves. Each [`Lint`] is a row of one table; a [`Flaw`] is a lint that was found, with its place.

mod addresses;
mod scan;
#[cfg(test)]
mod tests;

use super::Message;
use crate::smtp::address::{ForwardPath, ReversePath};
use crate::smtp::extension::Capabilities;
use std::ops::Range;

/// A mistake that a message can have.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Lint {
    /// The text begins where a header field or the empty line should stand. Mail programs then take the text for
    /// headers, or drop it.
    EmptyLineMissing,
    /// A line among the headers is meant as a header field and is none: white space before its colon, a byte that no
    /// name may have, no name, or a folded line that continues nothing.
    NotAHeader,
    /// A CR without its LF.
    BareCr,
    /// An LF without its CR.
    BareLf,
    /// A line of more than 998 bytes, not counting CR LF.
    LineTooLong,
    /// A line of more than 78 characters, not counting CR LF.
    LineLong,
    /// No From field.
    FromMissing,
    /// More than one From field.
    FromDoubled,
    /// No Date field.
    DateMissing,
    /// More than one Date field.
    DateDoubled,
    /// A Bcc field with names in it.
    BccLeftIn,
    /// Bytes beyond ASCII in the text, and the server does not offer 8BITMIME.
    EightBit,
    /// Bytes beyond ASCII in the headers, and the server does not offer SMTPUTF8.
    HeadersNotAscii,
    /// Neither From nor Sender names the envelope's sender.
    FromUnlikeEnvelope,
    /// A recipient of the envelope stands in no header: what a blind copy looks like.
    RecipientUnmentioned,
    /// An address in To or Cc is no recipient of the envelope.
    RecipientNotInEnvelope,
}

/// How much it matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Good to know; often as it should be.
    Advice,
    /// Most servers take it, some readers or filters will not like it.
    Doubtful,
    /// Against a rule that servers or mail programs rely on: refused, misread or changed on the way.
    Breaks,
}

/// One row of the table of lints.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Which lint.
    pub lint: Lint,
    /// Its name for programs: small letters and hyphens.
    pub name: &'static str,
    /// The rule it holds a message against: RFC and section.
    pub rule: &'static str,
    /// How much it matters.
    pub severity: Severity,
}

const fn row(lint: Lint, name: &'static str, rule: &'static str, severity: Severity) -> Row {
    Row { lint, name, rule, severity }
}

/// The one table of lints, in the order of [`Lint`].
///
/// A missing Date is only advice: a server that takes mail from its users adds it (RFC 5321 §6.4), and a letter typed
/// by hand rarely has one.
pub const LINTS: [Row; 16] = [
    row(Lint::EmptyLineMissing, "empty-line-missing", "RFC 5322 §2.1", Severity::Breaks),
    row(Lint::NotAHeader, "not-a-header", "RFC 5322 §2.2", Severity::Doubtful),
    row(Lint::BareCr, "bare-cr", "RFC 5321 §2.3.8", Severity::Breaks),
    row(Lint::BareLf, "bare-lf", "RFC 5321 §2.3.8", Severity::Breaks),
    row(Lint::LineTooLong, "line-too-long", "RFC 5322 §2.1.1", Severity::Breaks),
    row(Lint::LineLong, "line-long", "RFC 5322 §2.1.1", Severity::Advice),
    row(Lint::FromMissing, "from-missing", "RFC 5322 §3.6", Severity::Breaks),
    row(Lint::FromDoubled, "from-doubled", "RFC 5322 §3.6", Severity::Breaks),
    row(Lint::DateMissing, "date-missing", "RFC 5322 §3.6", Severity::Advice),
    row(Lint::DateDoubled, "date-doubled", "RFC 5322 §3.6", Severity::Doubtful),
    row(Lint::BccLeftIn, "bcc-left-in", "RFC 5322 §3.6.3", Severity::Doubtful),
    row(Lint::EightBit, "eight-bit", "RFC 6152 §3", Severity::Breaks),
    row(Lint::HeadersNotAscii, "headers-not-ascii", "RFC 5322 §2.2", Severity::Breaks),
    row(Lint::FromUnlikeEnvelope, "from-unlike-envelope", "RFC 5322 §3.6.2", Severity::Doubtful),
    row(Lint::RecipientUnmentioned, "recipient-unmentioned", "RFC 5321 §7.2", Severity::Advice),
    row(
        Lint::RecipientNotInEnvelope,
        "recipient-not-in-envelope",
        "RFC 5321 §2.3.1",
        Severity::Advice,
    ),
];

// A lint without a row does not compile, as long as this names the last one.
const _: () = assert!(Lint::RecipientNotInEnvelope as usize + 1 == LINTS.len());

impl Lint {
    fn row(self) -> &'static Row {
        &LINTS[self as usize]
    }

    /// Its name for programs: small letters and hyphens.
    pub fn name(self) -> &'static str {
        self.row().name
    }

    /// The rule: RFC and section.
    pub fn rule(self) -> &'static str {
        self.row().rule
    }

    /// How much it matters.
    pub fn severity(self) -> Severity {
        self.row().severity
    }
}

/// A lint that was found.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Flaw {
    /// What is wrong.
    pub lint: Lint,
    /// Where; `None` for what is missing altogether.
    pub place: Option<Place>,
}

/// A place in a message.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Place {
    /// The bytes, counted from the beginning of the headers.
    pub bytes: Range<usize>,
    /// The line in which they begin, the first is 1.
    pub line: usize,
}

/// What a message is held against besides itself. By default nothing: lints that need it are then not looked for.
#[derive(Clone, Copy, Debug, Default)]
pub struct Context<'a> {
    /// The envelope in which it goes.
    pub envelope: Option<Envelope<'a>>,
    /// What the server offers; `None` while that is not known.
    pub capabilities: Option<&'a Capabilities>,
}

/// Sender and recipients as the server is told them (RFC 5321 §2.3.1).
#[derive(Clone, Copy, Debug)]
pub struct Envelope<'a> {
    /// MAIL FROM.
    pub from: &'a ReversePath,
    /// Every RCPT TO.
    pub to: &'a [ForwardPath],
}

impl Message {
    /// What is wrong with it, in the order of the places; what is missing comes last. Of one lint,
    /// [`limits::FLAWS_OF_A_KIND`](crate::smtp::limits::FLAWS_OF_A_KIND) are kept, the first ones.
    pub fn lints(&self, context: Context<'_>) -> Vec<Flaw> {
        scan::scan(self, context)
    }
}
