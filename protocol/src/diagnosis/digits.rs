//! What can be read from digits alone, when no row knows more.

use super::{Cause, Context, Finding, RecognisedBy};
use crate::smtp::reply::Reply;
use crate::smtp::status::{Category, EnhancedCode, Severity};

/// The reading that the digits of an unknown refusal allow; never empty.
pub(super) fn read(reply: &Reply, context: Context) -> Vec<Finding> {
    let code = reply.code();
    let for_now = code.severity() == Severity::Transient;
    let told = reply.enhanced().and_then(|enhanced| by_subject(enhanced, for_now));
    let cause = told.or_else(|| by_category(code.category(), for_now, context));
    let last = if for_now { Cause::OtherForNow } else { Cause::OtherForGood };
    vec![Finding { cause: cause.unwrap_or(last), by: RecognisedBy::Digits }]
}

/// What the enhanced code is about (RFC 3463 §3).
const fn by_subject(enhanced: EnhancedCode, for_now: bool) -> Option<Cause> {
    Some(match (enhanced.subject, for_now) {
        (1, _) => Cause::BadAddress,
        (2, true) => Cause::MailboxBusy,
        (2, false) => Cause::MailboxDisabled,
        (3, _) => Cause::ServerTrouble,
        (4, _) => Cause::RoutingTrouble,
        (5, _) => Cause::BadArgument,
        (6, _) => Cause::ContentUnsupported,
        (7, _) => Cause::PolicyRefused,
        _ => return None,
    })
}

/// What the reply code's second digit is about (RFC 5321 §4.2.1); of mail itself it says nothing more.
fn by_category(category: Category, for_now: bool, context: Context) -> Option<Cause> {
    Some(match category {
        Category::Syntax => Cause::BadArgument,
        Category::Connections if for_now => Cause::Unavailable,
        Category::Connections => Cause::TurnedAway,
        Category::Authentication if for_now => Cause::LoginUnavailable,
        Category::Authentication if context.logged_in == Some(true) => Cause::PolicyRefused,
        Category::Authentication => Cause::BadCredentials,
        _ => return None,
    })
}
