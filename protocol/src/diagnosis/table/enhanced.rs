//! The enhanced status codes of IANA's registry (RFC 5248), subject by subject: RFC 3463 unless a row names
//! another. The class is the reply code's; it does not change what the code is about.
//!
//! Three kinds are not here: details of 0 say no more than their subject, and 1.5 (a valid recipient) and 3.6
//! (a priority was changed) only come with acceptance.

use super::super::row::Place::{Auth, AuthResponse, Data, Greeting, Hello, Mail, MailData, Rcpt};
use super::super::row::{Row, State, enhanced};
use crate::diagnosis::Cause as C;

pub(in crate::diagnosis) const ROWS: &[Row] = &[
    // 1: the addresses.
    enhanced(1, 1, &[C::NoSuchMailbox]),
    enhanced(1, 1, &[C::SenderRefused]).at(&[Mail]),
    enhanced(1, 2, &[C::NoSuchDomain]),
    enhanced(1, 2, &[C::SenderDomainUnknown]).at(&[Mail]),
    enhanced(1, 3, &[C::BadAddress]),
    enhanced(1, 4, &[C::NoSuchMailbox, C::BadAddress]),
    enhanced(1, 6, &[C::Moved]),
    enhanced(1, 7, &[C::BadAddress, C::SenderRefused]),
    enhanced(1, 8, &[C::SenderDomainUnknown]),
    enhanced(1, 9, &[C::RoutingTrouble]),     // RFC 3886
    enhanced(1, 10, &[C::DomainTakesNoMail]), // RFC 7505
    // 2: the mailbox.
    enhanced(2, 1, &[C::MailboxDisabled]),
    enhanced(2, 2, &[C::MailboxFull]),
    enhanced(2, 3, &[C::TooLarge]),
    enhanced(2, 4, &[C::ListTrouble]),
    // 3: the server.
    enhanced(3, 1, &[C::ServerFull]),
    enhanced(3, 2, &[C::Unavailable]),
    enhanced(3, 2, &[C::TurnedAway]).with(521), // RFC 7504
    enhanced(3, 3, &[C::UnknownParameter, C::NotImplemented]),
    enhanced(3, 4, &[C::TooLarge]),
    enhanced(3, 5, &[C::ServerTrouble]),
    // 4: the network.
    enhanced(4, 1, &[C::RoutingTrouble]),
    enhanced(4, 2, &[C::RoutingTrouble]),
    enhanced(4, 2, &[C::IdleTooLong]).with(421),
    enhanced(4, 3, &[C::RoutingTrouble]),
    enhanced(4, 4, &[C::RoutingTrouble, C::NoSuchDomain]),
    enhanced(4, 5, &[C::Unavailable]),
    enhanced(4, 6, &[C::RoutingTrouble]),
    enhanced(4, 7, &[C::RoutingTrouble, C::Unavailable]),
    // 5: the commands.
    enhanced(5, 1, &[C::BadSequence, C::UnknownCommand]),
    enhanced(5, 1, &[C::UnknownCommand]).with(500),
    enhanced(5, 1, &[C::NotImplemented]).with(502),
    enhanced(5, 1, &[C::NoValidRecipients]).with(554).at(&[Data]),
    enhanced(5, 1, &[C::AlreadyLoggedIn]).with(503).at(&[Auth]).when(State::LoggedIn),
    enhanced(5, 1, &[C::TalkedTooEarly]).with(554).at(&[Greeting]),
    enhanced(5, 2, &[C::BadArgument]),
    enhanced(5, 2, &[C::UnknownCommand]).with(500),
    enhanced(5, 2, &[C::NotImplemented]).with(502),
    enhanced(5, 2, &[C::NotBase64, C::BadArgument]).with(501).at(&[Auth, AuthResponse]),
    enhanced(5, 2, &[C::ClientNameRefused, C::BadAddress]).with(504).at(&[Rcpt]),
    enhanced(5, 3, &[C::TooManyRecipients]),
    enhanced(5, 4, &[C::BadArgument]),
    enhanced(5, 4, &[C::ClientNameRefused, C::BadArgument]).at(&[Hello]),
    enhanced(5, 4, &[C::UnknownParameter]).with(555),
    enhanced(5, 4, &[C::MechanismUnknown]).with(504).at(&[Auth]),
    enhanced(5, 5, &[C::NotImplemented]),
    enhanced(5, 6, &[C::LineTooLong]), // RFC 4954
    // 6: the content.
    enhanced(6, 1, &[C::ContentUnsupported]),
    enhanced(6, 2, &[C::ContentUnsupported]),
    enhanced(6, 3, &[C::ContentUnsupported]),
    enhanced(6, 4, &[C::ContentUnsupported]),
    enhanced(6, 5, &[C::ContentUnsupported]),
    enhanced(6, 6, &[C::ContentUnsupported]), // RFC 4468
    enhanced(6, 7, &[C::AddressNotAscii]),    // RFC 6531, as are the next three
    enhanced(6, 8, &[C::AddressNotAscii]),
    enhanced(6, 9, &[C::ContentUnsupported, C::AddressNotAscii]),
    enhanced(6, 10, &[C::AddressNotAscii]),
    // 7: security and rules.
    enhanced(7, 1, &[C::PolicyRefused]),
    enhanced(7, 1, &[C::SenderRefused]).at(&[Mail]),
    enhanced(7, 1, &[C::RelayDenied]).at(&[Rcpt]),
    enhanced(7, 1, &[C::PolicyRefused, C::SenderRefused]).at(&[Rcpt]).when(State::LoggedIn),
    enhanced(7, 1, &[C::Spam]).at(&[MailData]),
    enhanced(7, 1, &[C::Blocklisted, C::TurnedAway]).at(&[Greeting]),
    enhanced(7, 2, &[C::ListTrouble]),
    enhanced(7, 3, &[C::ContentUnsupported]),
    enhanced(7, 4, &[C::NotImplemented, C::TlsUnavailable]),
    enhanced(7, 4, &[C::MechanismUnknown]).at(&[Auth]),
    enhanced(7, 5, &[C::TlsUnavailable]),
    enhanced(7, 6, &[C::TlsUnavailable]),
    enhanced(7, 7, &[C::SenderNotVerified]),
    enhanced(7, 8, &[C::BadCredentials]), // RFC 4954, as is the next
    enhanced(7, 9, &[C::MechanismTooWeak]),
    enhanced(7, 10, &[C::TlsRequired]), // RFC 5248
    enhanced(7, 11, &[C::TlsRequired]), // RFC 4954, as is the next
    enhanced(7, 12, &[C::PasswordExpired]),
    enhanced(7, 13, &[C::AccountDisabled]), // RFC 5248
    enhanced(7, 14, &[C::PolicyRefused]),   // RFC 5248
    enhanced(7, 15, &[C::PolicyRefused]),   // RFC 6710, as is the next
    enhanced(7, 16, &[C::TooLarge]),
    enhanced(7, 17, &[C::Moved]), // RFC 7293, as are the next two
    enhanced(7, 18, &[C::Moved]),
    enhanced(7, 19, &[C::PolicyRefused]),
    enhanced(7, 20, &[C::SenderNotVerified]).to(24), // RFC 7372, as are the next two
    enhanced(7, 25, &[C::ClientNameless]),
    enhanced(7, 26, &[C::SenderNotVerified]),
    enhanced(7, 27, &[C::SenderRefused]), // RFC 7505
    enhanced(7, 28, &[C::RateLimited]),
    enhanced(7, 29, &[C::SenderNotVerified]), // RFC 8617
    enhanced(7, 30, &[C::TlsUnavailable]),    // RFC 8689
];
