//! Every reply of the field and every code of the standards, and that the more specific wins.

mod codes;
mod ends;
mod field;
mod order;

use super::{Cause, Context, Finding, Provider, diagnose};
use crate::anatomy::Answer;
use crate::smtp::command::Verb;
use crate::smtp::reply::{Reply, ReplyParser};

pub(super) const MAIL: Answer = Answer::To(Verb::Mail);
pub(super) const RCPT: Answer = Answer::To(Verb::Rcpt);
pub(super) const DATA: Answer = Answer::To(Verb::Data);
pub(super) const AUTH: Answer = Answer::To(Verb::Auth);
pub(super) const EHLO: Answer = Answer::To(Verb::Ehlo);

/// A reply from its lines, the last without its end.
pub(super) fn reply(lines: &[u8]) -> Reply {
    let wire = [lines, b"\r\n"].concat();
    ReplyParser::default().read(&mut wire.as_slice()).unwrap().unwrap()
}

/// What is thought of a reply from a server of this provider, of which nothing else is known.
pub(super) fn findings(
    answer: Answer,
    provider: impl Into<Option<Provider>>,
    lines: &[u8],
) -> Vec<Finding> {
    let context = Context { provider: provider.into(), ..Context::default() };
    diagnose(answer, &reply(lines), context)
}

/// The likeliest cause.
pub(super) fn first(answer: Answer, lines: &str) -> Cause {
    findings(answer, None, lines.as_bytes())[0].cause
}
