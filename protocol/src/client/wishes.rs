//! What the client makes of the extensions that a server offers.

use crate::smtp::extension::Extension;
use crate::smtp::parameter::{EnvelopeId, Notify, Return};
use std::num::NonZeroUsize;

/// Which extensions it uses, and what it asks of them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Wishes {
    /// The extensions that it uses where they are offered; by default those that change nothing but what the
    /// envelope says.
    pub extensions: Vec<Extension>,
    /// How many bytes a chunk has at most, where CHUNKING is used (RFC 3030); `None` for as few chunks as can be.
    pub chunk: Option<NonZeroUsize>,
    /// What is to be reported of each recipient (RFC 3461 §4.1).
    pub notify: Option<Notify>,
    /// How much of the message a report is to hold (RFC 3461 §4.3).
    pub ret: Option<Return>,
    /// By which name reports are to refer to the envelope (RFC 3461 §4.4).
    pub envelope_id: Option<EnvelopeId>,
    /// Say with each recipient that it is the one the message was first sent to, for reports behind an alias
    /// (RFC 3461 §4.2).
    pub original_recipient: bool,
}

/// Every extension of which use can be made.
pub const USABLE: &[Extension] = &[
    Extension::Size,
    Extension::EightBitMime,
    Extension::SmtpUtf8,
    Extension::Dsn,
    Extension::Pipelining,
    Extension::Chunking,
];

/// Those that are used unless another wish is made: with the others several commands would leave at once, or the
/// message in another way.
pub const USUAL: &[Extension] =
    &[Extension::Size, Extension::EightBitMime, Extension::SmtpUtf8, Extension::Dsn];

impl Default for Wishes {
    fn default() -> Self {
        Self {
            extensions: USUAL.to_vec(),
            chunk: None,
            notify: None,
            ret: None,
            envelope_id: None,
            original_recipient: false,
        }
    }
}

impl Wishes {
    /// Whether use is to be made of this extension.
    pub fn uses(&self, extension: Extension) -> bool {
        self.extensions.contains(&extension)
    }

    /// Whether reports are asked for.
    pub fn asks_for_reports(&self) -> bool {
        self.uses(Extension::Dsn)
            && (self.notify.is_some()
                || self.ret.is_some()
                || self.envelope_id.is_some()
                || self.original_recipient)
    }
}
