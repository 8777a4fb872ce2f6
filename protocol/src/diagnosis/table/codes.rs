//! The reply codes of RFC 5321 §4.2.3, RFC 4954 §6, RFC 3207 §4 and RFC 7504, first where a place gives them a
//! meaning of their own, then alone.

use super::super::row::Place::{
    Auth, AuthResponse, Data, Greeting, Hello, Lookup, Mail, MailData, Rcpt, StartTls,
};
use super::super::row::{Row, State, code, enhanced};
use crate::diagnosis::Cause as C;

pub(in crate::diagnosis) const ROWS: &[Row] = &[
    // The greeting.
    code(554, &[C::TurnedAway, C::Blocklisted, C::TalkedTooEarly]).at(&[Greeting]),
    code(550, &[C::Blocklisted, C::TurnedAway]).at(&[Greeting]),
    code(521, &[C::TurnedAway, C::Blocklisted]).at(&[Greeting]),
    code(421, &[C::Unavailable, C::RateLimited]).at(&[Greeting]),
    // EHLO and HELO.
    code(501, &[C::ClientNameRefused, C::BadArgument]).at(&[Hello]),
    code(504, &[C::ClientNameRefused, C::BadArgument]).at(&[Hello]),
    code(550, &[C::ClientNameRefused, C::Blocklisted]).at(&[Hello]),
    code(554, &[C::TurnedAway, C::ClientNameRefused]).at(&[Hello]),
    // STARTTLS (RFC 3207 §4).
    code(454, &[C::TlsUnavailable]).at(&[StartTls]),
    code(502, &[C::TlsUnavailable, C::NotImplemented]).at(&[StartTls]),
    code(503, &[C::BadSequence]).at(&[StartTls]),
    // AUTH (RFC 4954 §4 and §6).
    code(432, &[C::PasswordExpired]).at(&[Auth, AuthResponse]),
    code(454, &[C::LoginUnavailable]).at(&[Auth, AuthResponse]),
    code(500, &[C::LineTooLong, C::UnknownCommand]).at(&[AuthResponse]),
    code(501, &[C::NotBase64, C::LoginCancelled, C::BadArgument]).at(&[AuthResponse]),
    code(501, &[C::NotBase64, C::BadArgument]).at(&[Auth]),
    code(500, &[C::NotImplemented, C::TlsRequired]).at(&[Auth]).when(State::Plain),
    code(502, &[C::NotImplemented, C::TlsRequired]).at(&[Auth]),
    code(503, &[C::BadSequence, C::TlsRequired]).at(&[Auth]),
    code(503, &[C::AlreadyLoggedIn]).at(&[Auth]).when(State::LoggedIn),
    code(504, &[C::MechanismUnknown]).at(&[Auth]),
    code(530, &[C::TlsRequired]).at(&[Auth, AuthResponse]).when(State::Plain),
    code(534, &[C::MechanismTooWeak, C::AppPasswordWanted]).at(&[Auth, AuthResponse]),
    code(535, &[C::BadCredentials]).at(&[Auth, AuthResponse]),
    code(550, &[C::SmtpSwitchedOff, C::AccountDisabled]).at(&[Auth, AuthResponse]),
    code(554, &[C::BadCredentials, C::AccountDisabled]).at(&[Auth, AuthResponse]),
    // MAIL.
    code(450, &[C::SenderDomainUnknown, C::SenderRefused]).at(&[Mail]),
    code(452, &[C::ServerFull, C::RateLimited]).at(&[Mail]),
    code(501, &[C::BadAddress, C::BadArgument]).at(&[Mail, Rcpt]),
    code(550, &[C::SenderRefused, C::LoginRequired]).at(&[Mail]),
    code(550, &[C::SenderNotLogin, C::SenderRefused]).at(&[Mail]).when(State::LoggedIn),
    code(552, &[C::TooLarge]).at(&[Mail]),
    code(553, &[C::SenderRefused, C::BadAddress]).at(&[Mail]),
    code(553, &[C::SenderNotLogin, C::SenderRefused]).at(&[Mail]).when(State::LoggedIn),
    code(554, &[C::SenderRefused, C::Blocklisted]).at(&[Mail]),
    // RCPT.
    code(450, &[C::Greylisted, C::MailboxBusy]).at(&[Rcpt]),
    code(451, &[C::Greylisted, C::ServerTrouble]).at(&[Rcpt]),
    code(452, &[C::TooManyRecipients, C::MailboxFull]).at(&[Rcpt]),
    code(550, &[C::NoSuchMailbox, C::RelayDenied]).at(&[Rcpt]),
    code(550, &[C::NoSuchMailbox, C::PolicyRefused]).at(&[Rcpt]).when(State::LoggedIn),
    code(552, &[C::MailboxFull, C::TooManyRecipients]).at(&[Rcpt]),
    code(553, &[C::BadAddress, C::NoSuchMailbox]).at(&[Rcpt]),
    code(554, &[C::RelayDenied, C::NoSuchMailbox]).at(&[Rcpt]),
    code(554, &[C::PolicyRefused, C::NoSuchMailbox]).at(&[Rcpt]).when(State::LoggedIn),
    // DATA, and the message.
    code(503, &[C::NoValidRecipients, C::BadSequence]).at(&[Data]),
    code(554, &[C::NoValidRecipients, C::PolicyRefused]).at(&[Data]),
    code(450, &[C::RateLimited, C::MailboxBusy]).at(&[MailData]),
    code(451, &[C::ServerTrouble, C::Greylisted]).at(&[MailData]),
    code(550, &[C::Spam, C::ContentBlocked, C::PolicyRefused]).at(&[MailData]),
    code(552, &[C::TooLarge, C::MailboxFull]).at(&[MailData]),
    code(554, &[C::Spam, C::ContentBlocked, C::PolicyRefused]).at(&[MailData]),
    // VRFY and EXPN.
    code(550, &[C::NoSuchMailbox, C::PolicyRefused]).at(&[Lookup]),
    code(553, &[C::BadAddress]).at(&[Lookup]),
    // Alone.
    code(421, &[C::Unavailable, C::IdleTooLong]),
    code(432, &[C::PasswordExpired]),
    code(450, &[C::MailboxBusy]),
    code(451, &[C::ServerTrouble]),
    code(452, &[C::ServerFull]),
    code(454, &[C::LoginUnavailable, C::TlsUnavailable]),
    code(455, &[C::UnknownParameter]),
    code(500, &[C::UnknownCommand, C::LineTooLong]),
    code(501, &[C::BadArgument]),
    code(502, &[C::NotImplemented]),
    code(503, &[C::BadSequence]),
    code(504, &[C::BadArgument]),
    code(521, &[C::TurnedAway]),
    enhanced(7, 0, &[C::LoginRequired]).with(530),
    code(530, &[C::LoginRequired, C::TlsRequired]),
    code(534, &[C::MechanismTooWeak]),
    code(535, &[C::BadCredentials]),
    code(538, &[C::TlsRequired]),
    code(550, &[C::PolicyRefused, C::NoSuchMailbox]),
    code(551, &[C::Moved]),
    code(552, &[C::TooLarge, C::MailboxFull]),
    code(553, &[C::BadAddress]),
    code(555, &[C::UnknownParameter]),
    code(556, &[C::DomainTakesNoMail]),
];
