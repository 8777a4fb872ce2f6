//! What MAIL and RCPT ask beside the address: the parameters of the extensions that EHLO lists.

use super::config::Config;
use super::reply::Reply;
use super::store::Store;
use crate::anatomy::Field;
use crate::smtp::address::Mailbox;
use crate::smtp::command::{Reading, Verb};
use crate::smtp::extension::Extension;
use crate::smtp::parameter::{self, BodyType, MailParameter, RcptParameter};

/// What MAIL asked.
#[derive(Debug, Default)]
pub(super) struct MailWishes {
    /// What bytes the message has, as announced.
    pub(super) body: Option<BodyType>,
    /// Addresses and headers may go beyond ASCII.
    pub(super) smtputf8: bool,
    /// Every parameter, in its usual form.
    pub(super) written: Vec<String>,
}

impl MailWishes {
    /// Takes MAIL's parameters, if all of them are offered and what they ask for can be done.
    pub(super) fn read(
        config: &Config,
        parameters: &[MailParameter],
        store: &Store,
    ) -> Result<Self, Reply> {
        let mut wishes = Self::default();
        for parameter in parameters {
            if !parameter.extension().is_some_and(|extension| config.offers(extension)) {
                return Err(Reply::UnknownParameter(Verb::Mail, parameter.to_string()));
            }
            match parameter {
                MailParameter::Size(bytes) => check_size(config, *bytes, store)?,
                MailParameter::Body(body) => wishes.body = Some(*body),
                MailParameter::SmtpUtf8 => wishes.smtputf8 = true,
                // AUTH is who wrote the message, in the words of whoever passes it on (RFC 4954 §5): nobody here is
                // trusted to say so. RET and ENVID are for reports, which this server never sends.
                MailParameter::Auth(_)
                | MailParameter::Return(_)
                | MailParameter::EnvelopeId(_)
                | MailParameter::Other(_) => {}
            }
            wishes.written.push(parameter.to_string());
        }
        Ok(wishes)
    }

    /// Whether an address may stand in this envelope (RFC 6531 §3.5).
    pub(super) fn allow(&self, address: Option<&Mailbox>) -> Result<(), Reply> {
        let is_ascii = address.is_none_or(Mailbox::is_ascii);
        if is_ascii || self.smtputf8 { Ok(()) } else { Err(Reply::BeyondAscii) }
    }

    /// Whether a message may have these bytes. Where 8BITMIME is offered they may come unannounced, as most
    /// servers let them; SMTPUTF8 is not to be had without it (RFC 6531 §3.1). What was announced as 7BIT has to
    /// be (RFC 6152 §3).
    pub(super) fn allow_data(&self, config: &Config, data: &[u8]) -> Result<(), Reply> {
        if self.body == Some(BodyType::SevenBit) {
            return if data.is_ascii() { Ok(()) } else { Err(Reply::NotSevenBit) };
        }
        let may = self.smtputf8 || config.offers(Extension::EightBitMime);
        if may || data.is_ascii() { Ok(()) } else { Err(Reply::EightBit) }
    }
}

/// RFC 1870 §6.1.
fn check_size(config: &Config, bytes: u64, store: &Store) -> Result<(), Reply> {
    // A number too large for this machine is too large for any server.
    let bytes = usize::try_from(bytes).unwrap_or(usize::MAX);
    if bytes > config.size_limit() {
        return Err(Reply::DeclaredTooLarge);
    }
    store.check_room(bytes).map_err(|_| Reply::StoreFull)
}

/// RCPT's parameters in their usual form, if all of them are offered.
pub(super) fn of_recipient(
    config: &Config,
    parameters: &[RcptParameter],
) -> Result<Vec<String>, Reply> {
    let is_offered = |parameter: &RcptParameter| {
        parameter.extension().is_some_and(|extension| config.offers(extension))
    };
    match parameters.iter().find(|parameter| !is_offered(parameter)) {
        Some(unknown) => Err(Reply::UnknownParameter(Verb::Rcpt, unknown.to_string())),
        None => Ok(parameters.iter().map(ToString::to_string).collect()),
    }
}

/// The refusal of a line whose value is wrong, where the parameter is not offered at all: then the server does
/// not know it, and cannot say what its value should be (RFC 5321 §4.1.1.11).
pub(super) fn refuse_unread(config: &Config, line: &[u8], reading: &Reading) -> Option<Reply> {
    let verb = reading.verb.filter(|_| reading.command.is_err())?;
    let mut spans = reading.spans.iter().rev();
    let name = spans.find(|span| span.field == Field::ParameterName)?;
    let name = String::from_utf8_lossy(&line[name.range.clone()]).into_owned();
    let extension = parameter::extension_of(verb, &name)?;
    (!config.offers(extension)).then_some(Reply::UnknownParameter(verb, name))
}
