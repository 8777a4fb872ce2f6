//! What a message needs of the server, what MAIL and RCPT say of it, and what to know where it is not offered.

use super::{Caution, Client, Setup, Step};
use crate::smtp::address::{ForwardPath, Mailbox};
use crate::smtp::command;
use crate::smtp::extension::Extension;
use crate::smtp::limits;
use crate::smtp::parameter::{BodyType, MailParameter, OriginalRecipient, RcptParameter};

/// What has to be looked for in the message; large ones are looked through once.
#[derive(Clone, Copy, Debug)]
pub(super) struct Needs {
    /// There are bytes beyond ASCII: 8BITMIME (RFC 6152 §3).
    eight_bit: bool,
    /// There is what no line may hold: a bare CR or LF, a NUL, or more than a line's bytes (RFC 3030 §3).
    binary: bool,
    /// An address or a header is in UTF-8: SMTPUTF8 (RFC 6531 §3.4). Headers in another charset are merely eight-bit.
    utf8: bool,
}

impl Needs {
    pub(super) fn of(setup: &Setup) -> Self {
        let headers = &setup.message.headers;
        let utf8_headers = !headers.is_ascii() && std::str::from_utf8(headers).is_ok();
        let is_beyond = |mailbox: Option<&Mailbox>| mailbox.is_some_and(|it| !it.is_ascii());
        let utf8_address =
            is_beyond(setup.from.mailbox()) || setup.to.iter().any(|to| is_beyond(to.mailbox()));
        Self {
            eight_bit: !headers.is_ascii() || !setup.message.body.is_ascii(),
            binary: [headers, &setup.message.body].iter().any(|part| is_binary(part)),
            utf8: utf8_headers || utf8_address,
        }
    }
}

/// Whether these bytes are no lines.
fn is_binary(bytes: &[u8]) -> bool {
    let is_line = |line: &[u8]| {
        let text = line.strip_suffix(b"\r\n").unwrap_or(line);
        line.len() <= limits::TEXT_LINE && memchr::memchr3(b'\r', b'\n', 0, text).is_none()
    };
    !command::lines(bytes).all(is_line)
}

impl Client {
    /// What MAIL says besides the sender: all that is offered, wished, and of use.
    pub(super) fn mail_parameters(&self) -> Vec<MailParameter> {
        let Setup { wishes, message, .. } = &self.setup;
        let uses_dsn = self.uses(Extension::Dsn);
        let size = u64::try_from(message.len()).unwrap_or(u64::MAX);
        let eight_bit = self.needs.eight_bit && self.uses(Extension::EightBitMime);
        let binary = self.needs.binary
            && self.uses_chunks()
            && self.capabilities.offers(Extension::BinaryMime);
        let body = if binary {
            Some(BodyType::BinaryMime)
        } else {
            eight_bit.then_some(BodyType::EightBitMime)
        };
        let utf8 = self.needs.utf8 && self.uses(Extension::SmtpUtf8);
        [
            self.uses(Extension::Size).then_some(MailParameter::Size(size)),
            body.map(MailParameter::Body),
            utf8.then_some(MailParameter::SmtpUtf8),
            wishes.ret.filter(|_| uses_dsn).map(MailParameter::Return),
            wishes.envelope_id.clone().filter(|_| uses_dsn).map(MailParameter::EnvelopeId),
        ]
        .into_iter()
        .flatten()
        .collect()
    }

    /// What RCPT says besides the recipient.
    pub(super) fn rcpt_parameters(&self, to: &ForwardPath) -> Vec<RcptParameter> {
        let wishes = Some(&self.setup.wishes).filter(|_| self.uses(Extension::Dsn));
        let notify = wishes.and_then(|wishes| wishes.notify).map(RcptParameter::Notify);
        let mailbox = to.mailbox().filter(|_| wishes.is_some_and(|it| it.original_recipient));
        let original = mailbox.map(OriginalRecipient::of).map(RcptParameter::OriginalRecipient);
        notify.into_iter().chain(original).collect()
    }

    /// What the message needs and the server does not offer: told with the command that begins the envelope, and
    /// with a recipient for whom alone it matters.
    pub(super) fn needs_not_met(&self, step: Step) -> Vec<Caution> {
        let Setup { wishes, message, to, .. } = &self.setup;
        let offers = |extension| self.capabilities.offers(extension);
        let told = |needed: bool, caution: Caution| needed.then_some(caution);
        let cautions = match step {
            Step::Mail => {
                let limit = self.capabilities.size_limit().unwrap_or(u64::MAX);
                [
                    told(message.len() as u64 > limit, Caution::TooLarge),
                    told(
                        self.needs.eight_bit && !offers(Extension::EightBitMime),
                        Caution::EightBitNotOffered,
                    ),
                    told(
                        self.needs.utf8 && !offers(Extension::SmtpUtf8),
                        Caution::SmtpUtf8NotOffered,
                    ),
                    told(
                        wishes.asks_for_reports() && !offers(Extension::Dsn),
                        Caution::DsnNotOffered,
                    ),
                ]
            }
            Step::Rcpt(n) => {
                let is_beyond =
                    to.get(n).and_then(|to| to.mailbox()).is_some_and(|it| !it.is_ascii());
                let caution =
                    told(is_beyond && !offers(Extension::SmtpUtf8), Caution::SmtpUtf8NotOffered);
                [caution, None, None, None]
            }
            _ => [None; 4],
        };
        cautions.into_iter().flatten().collect()
    }

    /// Whether use is made of this extension: it is wished and offered.
    pub(super) fn uses(&self, extension: Extension) -> bool {
        self.setup.wishes.uses(extension) && self.capabilities.offers(extension)
    }
}
