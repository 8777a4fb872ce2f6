//! The codes of the standards.

use super::{AUTH, Cause as C, DATA, EHLO, MAIL, RCPT, findings, first};
use crate::anatomy::Answer;
use crate::diagnosis::RecognisedBy;
use crate::smtp::command::Verb;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A place where no code has a meaning of its own.
const NOWHERE: Answer = Answer::To(Verb::Noop);
const TLS: Answer = Answer::To(Verb::StartTls);

#[test]
fn every_reply_code_that_refuses_has_a_cause_of_its_own() {
    for (answer, code, cause) in [
        // RFC 5321 §4.2.3.
        (NOWHERE, 421, C::Unavailable),
        (NOWHERE, 450, C::MailboxBusy),
        (RCPT, 450, C::Greylisted),
        (NOWHERE, 451, C::ServerTrouble),
        (NOWHERE, 452, C::ServerFull),
        (RCPT, 452, C::TooManyRecipients),
        (NOWHERE, 455, C::UnknownParameter),
        (NOWHERE, 500, C::UnknownCommand),
        (NOWHERE, 501, C::BadArgument),
        (NOWHERE, 502, C::NotImplemented),
        (NOWHERE, 503, C::BadSequence),
        (NOWHERE, 504, C::BadArgument),
        (EHLO, 504, C::ClientNameRefused),
        (NOWHERE, 550, C::PolicyRefused),
        (MAIL, 550, C::SenderRefused),
        (RCPT, 550, C::NoSuchMailbox),
        (Answer::ToMailData, 550, C::Spam),
        (RCPT, 551, C::Moved),
        (RCPT, 552, C::MailboxFull),
        (MAIL, 552, C::TooLarge),
        (RCPT, 553, C::BadAddress),
        (MAIL, 553, C::SenderRefused),
        (Answer::Greeting, 554, C::TurnedAway),
        (RCPT, 554, C::RelayDenied),
        (DATA, 554, C::NoValidRecipients),
        (Answer::ToMailData, 554, C::Spam),
        (MAIL, 555, C::UnknownParameter),
        // RFC 4954 §6, and §4 for 501 and 504.
        (Answer::ToAuthResponse, 432, C::PasswordExpired),
        (Answer::ToAuthResponse, 454, C::LoginUnavailable),
        (Answer::ToAuthResponse, 500, C::LineTooLong),
        (Answer::ToAuthResponse, 501, C::NotBase64),
        (AUTH, 503, C::BadSequence),
        (AUTH, 504, C::MechanismUnknown),
        (MAIL, 530, C::LoginRequired),
        (AUTH, 534, C::MechanismTooWeak),
        (Answer::ToAuthResponse, 535, C::BadCredentials),
        (AUTH, 538, C::TlsRequired),
        // RFC 3207 §4.
        (TLS, 454, C::TlsUnavailable),
        (TLS, 501, C::BadArgument),
        // RFC 7504.
        (Answer::Greeting, 521, C::TurnedAway),
        (RCPT, 556, C::DomainTakesNoMail),
    ] {
        assert_eq!(first(answer, &format!("{code} no")), cause, "{code} to {answer:?}");
    }
}

/// Subject and detail of each entry of IANA's registry that can come with a refusal, and a cause.
const REGISTRY: &[(u16, u16, C)] = &[
    (1, 1, C::NoSuchMailbox),
    (1, 2, C::NoSuchDomain),
    (1, 3, C::BadAddress),
    (1, 4, C::NoSuchMailbox),
    (1, 6, C::Moved),
    (1, 7, C::BadAddress),
    (1, 8, C::SenderDomainUnknown),
    (1, 9, C::RoutingTrouble),
    (1, 10, C::DomainTakesNoMail),
    (2, 1, C::MailboxDisabled),
    (2, 2, C::MailboxFull),
    (2, 3, C::TooLarge),
    (2, 4, C::ListTrouble),
    (3, 1, C::ServerFull),
    (3, 2, C::Unavailable),
    (3, 3, C::UnknownParameter),
    (3, 4, C::TooLarge),
    (3, 5, C::ServerTrouble),
    (4, 1, C::RoutingTrouble),
    (4, 2, C::RoutingTrouble),
    (4, 3, C::RoutingTrouble),
    (4, 4, C::RoutingTrouble),
    (4, 5, C::Unavailable),
    (4, 6, C::RoutingTrouble),
    (4, 7, C::RoutingTrouble),
    (5, 1, C::BadSequence),
    (5, 2, C::BadArgument),
    (5, 3, C::TooManyRecipients),
    (5, 4, C::BadArgument),
    (5, 5, C::NotImplemented),
    (5, 6, C::LineTooLong),
    (6, 1, C::ContentUnsupported),
    (6, 2, C::ContentUnsupported),
    (6, 3, C::ContentUnsupported),
    (6, 4, C::ContentUnsupported),
    (6, 5, C::ContentUnsupported),
    (6, 6, C::ContentUnsupported),
    (6, 7, C::AddressNotAscii),
    (6, 8, C::AddressNotAscii),
    (6, 9, C::ContentUnsupported),
    (6, 10, C::AddressNotAscii),
    (7, 1, C::PolicyRefused),
    (7, 2, C::ListTrouble),
    (7, 3, C::ContentUnsupported),
    (7, 4, C::NotImplemented),
    (7, 5, C::TlsUnavailable),
    (7, 6, C::TlsUnavailable),
    (7, 7, C::SenderNotVerified),
    (7, 8, C::BadCredentials),
    (7, 9, C::MechanismTooWeak),
    (7, 10, C::TlsRequired),
    (7, 11, C::TlsRequired),
    (7, 12, C::PasswordExpired),
    (7, 13, C::AccountDisabled),
    (7, 14, C::PolicyRefused),
    (7, 15, C::PolicyRefused),
    (7, 16, C::TooLarge),
    (7, 17, C::Moved),
    (7, 18, C::Moved),
    (7, 19, C::PolicyRefused),
    (7, 20, C::SenderNotVerified),
    (7, 21, C::SenderNotVerified),
    (7, 22, C::SenderNotVerified),
    (7, 23, C::SenderNotVerified),
    (7, 24, C::SenderNotVerified),
    (7, 25, C::ClientNameless),
    (7, 26, C::SenderNotVerified),
    (7, 27, C::SenderRefused),
    (7, 28, C::RateLimited),
    (7, 29, C::SenderNotVerified),
    (7, 30, C::TlsUnavailable),
];

#[test]
fn every_enhanced_code_of_the_registry_has_a_cause_and_is_what_it_was_recognised_by() {
    for &(subject, detail, cause) in REGISTRY {
        for class in [4, 5] {
            let wire = format!("{class}99 {class}.{subject}.{detail} no");
            let found = findings(NOWHERE, None, wire.as_bytes());
            assert_eq!(found[0].cause, cause, "{wire}");
            assert!(
                matches!(found[0].by, RecognisedBy::Enhanced { of: None, code }
                    if (code.class, code.subject, code.detail) == (class, subject, detail)),
                "{wire}: {found:?}"
            );
        }
    }
}

#[test]
fn an_enhanced_code_without_a_case_is_read_by_its_subject() {
    for (wire, cause) in [
        ("599 5.1.0 no", C::BadAddress),
        ("599 5.1.99 no", C::BadAddress),
        ("499 4.2.0 no", C::MailboxBusy),
        ("599 5.2.0 no", C::MailboxDisabled),
        ("599 5.3.0 no", C::ServerTrouble),
        ("499 4.4.0 no", C::RoutingTrouble),
        ("599 5.5.0 no", C::BadArgument),
        ("599 5.6.0 no", C::ContentUnsupported),
        ("599 5.7.999 no", C::PolicyRefused),
        ("599 5.0.0 no", C::OtherForGood),
        ("499 4.9.1 no", C::OtherForNow),
    ] {
        assert_eq!(first(NOWHERE, wire), cause, "{wire}");
    }
}

#[test]
fn an_unknown_refusal_still_gets_what_its_digits_say() {
    for (code, cause) in [
        (509, C::BadArgument),
        (409, C::BadArgument),
        (429, C::Unavailable),
        (529, C::TurnedAway),
        (439, C::LoginUnavailable),
        (539, C::BadCredentials),
        (519, C::OtherForGood),
        (459, C::OtherForNow),
        (499, C::OtherForNow),
        (599, C::OtherForGood),
    ] {
        let found = findings(NOWHERE, None, code.to_string().as_bytes());
        assert_eq!((found[0].cause, found[0].by), (cause, RecognisedBy::Digits), "{code}");
    }
}
