//! What counts more, and what always holds.

use super::{AUTH, Cause as C, DATA, MAIL, RCPT, findings, first, reply};
use crate::anatomy::Answer;
use crate::diagnosis::{Context, Finding, Provider, RecognisedBy, diagnose, table};
use crate::smtp::command::Verb;
use crate::smtp::status::EnhancedCode;
#[cfg(not(target_arch = "wasm32"))]
use proptest::prelude::*;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn causes(found: &[Finding]) -> Vec<C> {
    found.iter().map(|finding| finding.cause).collect()
}

#[test]
fn the_same_code_means_different_things_at_different_places() {
    assert_eq!(first(Answer::Greeting, "554 go away"), C::TurnedAway);
    assert_eq!(first(RCPT, "554 5.7.1 no"), C::RelayDenied);
    assert_eq!(first(Answer::ToMailData, "554 5.7.1 no"), C::Spam);
    assert_eq!(first(DATA, "554 5.5.1 No valid recipients"), C::NoValidRecipients);
    assert_eq!(first(MAIL, "550 no"), C::SenderRefused);
    assert_eq!(first(RCPT, "550 no"), C::NoSuchMailbox);
}

#[test]
fn the_codes_of_the_classic_lab_have_a_cause() {
    assert_eq!(
        first(Answer::ToAuthResponse, "535 Error: authentication failed"),
        C::BadCredentials
    );
    assert_eq!(first(MAIL, "530 5.7.0 Authentication required"), C::LoginRequired);
    assert_eq!(first(MAIL, "530 5.7.0 Must issue a STARTTLS command first"), C::TlsRequired);
    assert_eq!(first(RCPT, "550 5.1.1 User unknown"), C::NoSuchMailbox);
    assert_eq!(first(Answer::ToUnknown, "500 5.5.2 what?"), C::UnknownCommand);
    assert_eq!(first(DATA, "503 5.5.1 RCPT first"), C::BadSequence);
}

#[test]
fn words_count_more_than_enhanced_codes_those_more_than_places_and_places_more_than_codes() {
    let by = |lines: &str| findings(RCPT, None, lines.as_bytes())[0].by;
    let (of, words) = (None, ["greylist"].as_slice());
    assert_eq!(by("450 4.1.1 Greylisted"), RecognisedBy::Words { of, words });
    let code = EnhancedCode::new(4, 1, 1);
    assert_eq!(by("450 4.1.1 no"), RecognisedBy::Enhanced { of, code });
    assert_eq!(by("450 4.1.0 no"), RecognisedBy::Place { of, answer: RCPT });
    assert_eq!(by("450 no"), RecognisedBy::Place { of, answer: RCPT });
    assert_eq!(by("455 no"), RecognisedBy::Code { of });
    assert_eq!(by("459 no"), RecognisedBy::Digits);
}

#[test]
fn the_provider_s_words_come_before_everybody_s() {
    // Everybody's row for relaying fits as well.
    let lines = b"554 5.7.1 <you@example.org>: Relay access denied";
    let found = findings(RCPT, Provider::Postfix, lines);
    let words = ["relay access denied"].as_slice();
    assert_eq!(found[0].by, RecognisedBy::Words { of: Some(Provider::Postfix), words });
    // postscreen is Postfix, and the companies' mail of a provider is that provider's.
    assert_eq!(findings(RCPT, Provider::Postscreen, lines)[0].by, found[0].by);
    let failed = b"535 Error: authentication failed";
    let found = findings(Answer::ToAuthResponse, Provider::NetEaseEnterprise, failed);
    assert_eq!(found[0].cause, C::AuthorizationCodeWanted);
}

#[test]
fn a_provider_s_code_means_it_there_only() {
    let lines = b"550 5.7.606 no";
    let there = findings(MAIL, Provider::Outlook, lines);
    assert_eq!(there[0].cause, C::Blocklisted);
    assert!(matches!(there[0].by, RecognisedBy::Enhanced { of: Some(Provider::Outlook), .. }));
    assert_eq!(findings(MAIL, Provider::Gmail, lines)[0].cause, C::SenderRefused);
    assert_eq!(findings(MAIL, None, lines)[0].cause, C::SenderRefused);
    for detail in [605, 650] {
        let lines = format!("550 5.7.{detail} no");
        let found = findings(MAIL, Provider::Outlook, lines.as_bytes());
        assert_ne!(found[0].cause, C::Blocklisted, "{lines}");
    }
}

#[test]
fn what_is_plausible_besides_stands_behind_the_likeliest() {
    let failed = b"535 Error: authentication failed";
    assert_eq!(
        causes(&findings(Answer::ToAuthResponse, Provider::NetEase, failed)),
        [C::AuthorizationCodeWanted, C::SmtpSwitchedOff, C::BadCredentials]
    );
    assert_eq!(causes(&findings(RCPT, None, b"450 later")), [C::Greylisted, C::MailboxBusy]);
    // An exact code leaves no room for what the bare code might mean.
    assert_eq!(causes(&findings(RCPT, None, b"552 5.2.2 full")), [C::MailboxFull]);
}

#[test]
fn what_the_session_has_behind_it_is_not_what_it_lacks() {
    let told = |encrypted, logged_in, answer, lines: &[u8]| {
        let context =
            Context { encrypted: Some(encrypted), logged_in: Some(logged_in), provider: None };
        causes(&diagnose(answer, &reply(lines), context))
    };
    assert_eq!(told(false, false, MAIL, b"530 no"), [C::LoginRequired, C::TlsRequired]);
    assert_eq!(told(true, false, MAIL, b"530 no"), [C::LoginRequired]);
    assert_eq!(told(false, true, MAIL, b"530 no"), [C::TlsRequired]);
    // With nothing else to think of, it is said all the same.
    assert_eq!(told(true, false, MAIL, b"530 STARTTLS first"), [C::TlsRequired]);
    assert_eq!(told(false, false, AUTH, b"530 no")[0], C::TlsRequired);
    assert_eq!(told(true, true, AUTH, b"503 5.5.1 no")[0], C::AlreadyLoggedIn);
    assert_eq!(told(true, false, AUTH, b"503 already authenticated"), [C::AlreadyLoggedIn]);
    assert_eq!(told(true, false, RCPT, b"554 no")[0], C::RelayDenied);
    assert_eq!(told(true, true, RCPT, b"554 no")[0], C::PolicyRefused);
    assert_eq!(told(true, true, MAIL, b"553 no")[0], C::SenderNotLogin);
}

#[test]
fn a_context_follows_the_session() {
    let mut context = Context::opened("192.0.2.1", false);
    assert_eq!((context.provider, context.logged_in), (None, Some(false)));
    context.note(Answer::Greeting, &reply(b"220 mail.example.com ESMTP Exim 4.98"));
    assert_eq!(context.provider, Some(Provider::Exim));
    context.note(Answer::To(Verb::Ehlo), &reply(b"250 smtp.gmail.com at your service"));
    assert_eq!(context.provider, Some(Provider::Exim), "what was known first stays");
    context.note(Answer::ToAuthResponse, &reply(b"535 no"));
    context.note(AUTH, &reply(b"334 "));
    assert_eq!(context.logged_in, Some(false));
    context.note(Answer::ToAuthResponse, &reply(b"235 ok"));
    assert_eq!(context.logged_in, Some(true));
    context.note(Answer::To(Verb::StartTls), &reply(b"454 no"));
    assert_eq!((context.encrypted, context.logged_in), (Some(false), Some(true)));
    context.note(Answer::To(Verb::StartTls), &reply(b"220 go"));
    assert_eq!((context.encrypted, context.logged_in), (Some(true), Some(false)));
    assert_eq!(Context::opened("smtp.qq.com", true).provider, Some(Provider::Qq));
}

#[test]
fn a_name_that_looks_like_a_reason_is_none() {
    assert_eq!(first(RCPT, "550 5.1.1 relay.example.com: no such user"), C::NoSuchMailbox);
    assert_eq!(first(RCPT, "550 Relaying denied"), C::RelayDenied);
    let listed = "554 5.7.1 192.0.2.1 is listed by Spamhaus";
    assert_eq!(first(Answer::ToMailData, listed), C::Blocklisted);
}

#[test]
fn acceptance_has_no_cause() {
    for lines in ["250 2.7.8 spam greylist", "354 relay", "220 starttls"] {
        assert_eq!(findings(RCPT, Provider::Qq, lines.as_bytes()), []);
    }
}

#[test]
fn every_row_gives_causes_each_once() {
    for row in table::rows() {
        let causes = row.causes();
        assert!(!causes.is_empty(), "{row:?}");
        let again = (1..causes.len()).any(|n| causes[..n].contains(&causes[n]));
        assert!(!again, "{row:?}");
    }
}

#[cfg(not(target_arch = "wasm32"))]
fn answers() -> impl Strategy<Value = Answer> {
    use Verb::{Auth, Data, Ehlo, Expn, Helo, Help, Mail, Noop, Quit, Rcpt, Rset, StartTls, Vrfy};
    let verbs = [Ehlo, Helo, Auth, Mail, Rcpt, Data, Rset, Vrfy, Expn, Help, Noop, Quit, StartTls];
    let mut answers = verbs.map(Answer::To).to_vec();
    answers.extend([
        Answer::Greeting,
        Answer::ToAuthResponse,
        Answer::ToMailData,
        Answer::ToUnknown,
        Answer::Nothing,
    ]);
    prop::sample::select(answers)
}

#[cfg(not(target_arch = "wasm32"))]
proptest! {
    #[test]
    fn any_refusal_gets_causes_each_once_and_nothing_else_does(
        answer in answers(),
        code in 200_u16..600,
        enhanced in prop::option::of((2_u8..6, 0_u16..12, 0_u16..1000)),
        text in "[^\r\n]{0,60}",
        provider in prop::option::of(prop::sample::select(Provider::ALL.to_vec())),
        encrypted: Option<bool>,
        logged_in: Option<bool>,
    ) {
        let enhanced = enhanced.map_or(String::new(), |(c, s, d)| format!("{c}.{s}.{d} "));
        let reply = reply(format!("{code} {enhanced}{text}").as_bytes());
        let context = Context { provider, encrypted, logged_in };
        let causes = causes(&diagnose(answer, &reply, context));
        prop_assert_eq!(!causes.is_empty(), code >= 400);
        prop_assert!((1..causes.len()).all(|n| !causes[..n].contains(&causes[n])));
    }

    #[test]
    fn no_bytes_make_it_panic(answer in answers(), text in prop::collection::vec(any::<u8>(), 0..80)) {
        let text: Vec<u8> = text.into_iter().filter(|byte| !b"\r\n".contains(byte)).collect();
        let reply = reply(&[b"550 ", text.as_slice()].concat());
        prop_assert!(!diagnose(answer, &reply, Context::default()).is_empty());
        _ = Provider::of_greeting(&reply);
    }
}
