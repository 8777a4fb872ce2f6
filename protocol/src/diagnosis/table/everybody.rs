//! Words that mean the same whoever says them.

use super::super::row::Place::{Auth, AuthResponse, Data, MailData, Rcpt};
use super::super::row::{Row, says};
use crate::diagnosis::Cause as C;

pub(in crate::diagnosis) const ROWS: &[Row] = &[
    // Gmail, Postfix, Exim and more write this one alike.
    says(&["starttls"], &[C::TlsRequired]).with(530),
    says(&["starttls"], &[C::TlsRequired]).with(503),
    says(&["encryption required"], &[C::TlsRequired]),
    says(&["greylist"], &[C::Greylisted]),
    says(&["graylist"], &[C::Greylisted]),
    says(&["relaying"], &[C::RelayDenied]).at(&[Rcpt]),
    says(&["relay", "denied"], &[C::RelayDenied]).at(&[Rcpt]),
    says(&["relay", "not permitted"], &[C::RelayDenied]).at(&[Rcpt]),
    says(&["relay", "not allowed"], &[C::RelayDenied]).at(&[Rcpt]),
    says(&["unable to relay"], &[C::RelayDenied]).at(&[Rcpt]),
    // The list's name has the word for what it lists in it.
    says(&["spamhaus"], &[C::Blocklisted]).at(&[MailData]),
    says(&["spam"], &[C::Spam]).at(&[MailData]),
    says(&["virus"], &[C::ContentBlocked]).at(&[MailData]),
    says(&["blacklist"], &[C::Blocklisted]),
    says(&["block list"], &[C::Blocklisted]),
    says(&["blocklist"], &[C::Blocklisted]),
    says(&["blocked using"], &[C::Blocklisted]),
    says(&["spamhaus"], &[C::Blocklisted]),
    says(&["too many connections"], &[C::RateLimited]),
    says(&["too many messages"], &[C::RateLimited]),
    says(&["too many recipients"], &[C::TooManyRecipients]),
    says(&["rate limit"], &[C::RateLimited]),
    says(&["quota exceeded"], &[C::MailboxFull]).at(&[Rcpt, MailData]),
    says(&["over quota"], &[C::MailboxFull]).at(&[Rcpt, MailData]),
    says(&["base64"], &[C::NotBase64]).at(&[Auth, AuthResponse]),
    says(&["abort"], &[C::LoginCancelled]).at(&[AuthResponse]).with(501),
    says(&["cancel"], &[C::LoginCancelled]).at(&[AuthResponse]).with(501),
    says(&["already authenticated"], &[C::AlreadyLoggedIn]),
    says(&["no valid recipients"], &[C::NoValidRecipients]).at(&[Data]),
    says(&["line too long"], &[C::LineTooLong]),
    says(&["bare lf"], &[C::BareLf]),
];
