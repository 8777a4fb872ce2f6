//! What real servers say, one row for each reply that is known from the field.

use super::{AUTH, Cause as C, DATA, EHLO, MAIL, Provider, RCPT, findings};
use crate::anatomy::Answer;
use crate::diagnosis::Provider::{
    Exim, Gmail, NetEase, NetEaseEnterprise, Outlook, Postfix, Postscreen, Qq,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const PASSWORD: Answer = Answer::ToAuthResponse;
const DOT: Answer = Answer::ToMailData;

/// Whose, in answer to what, the reply, and its likeliest cause.
type Case = (Option<Provider>, Answer, &'static str, C);

const NETEASE: &[Case] = &[
    (Some(NetEase), PASSWORD, "535 Error: authentication failed", C::AuthorizationCodeWanted),
    (Some(NetEase), PASSWORD, "550 User has no permission", C::SmtpSwitchedOff),
    (Some(NetEase), MAIL, "553 Mail from must equal authorized user", C::SenderNotLogin),
    (Some(NetEase), DOT, "554 DT:SPM 163 smtp5,example,1700000000", C::Spam),
    (Some(NetEase), DOT, "554 DT:SUM 163 smtp5,example,1700000000", C::FromHeaderDiffers),
    (
        Some(NetEase),
        PASSWORD,
        "451 Requested mail action not taken: too much fail authentication",
        C::TooManyFailedLogins,
    ),
    (Some(NetEase), Answer::Greeting, "421 HL:ICC 163 mx5,example", C::RateLimited),
    (Some(NetEase), Answer::Greeting, "421 HL:IFC 163 mx5,example", C::RateLimited),
    (Some(NetEaseEnterprise), DOT, "554 5.5.0 MI:STC qiye hmail-3,example", C::QuotaUsedUp),
];

const QQ: &[Case] = &[
    (
        Some(Qq),
        PASSWORD,
        "535 Login Fail. Please enter your authorization code to login.",
        C::AuthorizationCodeWanted,
    ),
    (
        Some(Qq),
        PASSWORD,
        "535 Login fail. Account is abnormal, service is not open, password is incorrect, login frequency limited, or system is busy.",
        C::AuthorizationCodeWanted,
    ),
    (Some(Qq), AUTH, "530 Error: A secure login is needed", C::SmtpSwitchedOff),
    (Some(Qq), MAIL, "530 Error: not authenticated", C::LoginRequired),
    (Some(Qq), MAIL, "501 mail from must be the same as authorization user", C::SenderNotLogin),
    (Some(Qq), MAIL, "503 Error: need EHLO and AUTH first !", C::LoginRequired),
    (Some(Qq), DOT, "550 The \"From\" header is missing or invalid.", C::FromHeaderBad),
    (Some(Qq), DOT, "550 From header missing or invalid", C::FromHeaderBad),
    (Some(Qq), DOT, "550 Domain frequency limited.", C::RateLimited),
    (Some(Qq), RCPT, "550 Mailbox not found.", C::NoSuchMailbox),
];

const GMAIL_AND_OUTLOOK: &[Case] = &[
    (
        Some(Gmail),
        MAIL,
        "530 5.7.0 Must issue a STARTTLS command first. a1 - gsmtp",
        C::TlsRequired,
    ),
    (
        Some(Gmail),
        PASSWORD,
        "534-5.7.9 Application-specific password required. For more information, go to\r\n534 5.7.9  https://support.example/mail",
        C::AppPasswordWanted,
    ),
    (
        Some(Gmail),
        PASSWORD,
        "535-5.7.8 Username and Password not accepted. For more information, go to\r\n535 5.7.8  https://support.example/mail",
        C::BadCredentials,
    ),
    (
        Some(Gmail),
        DOT,
        "550-5.7.26 This mail has been blocked because the sender is unauthenticated.\r\n550 5.7.26 All senders must authenticate with either SPF or DKIM.",
        C::SenderNotVerified,
    ),
    (
        Some(Gmail),
        DOT,
        "550-5.7.1 [192.0.2.1] Messages missing a valid address in From: header, or having no\r\n550-5.7.1 From: header, are not accepted: this one is\r\n550 5.7.1 not RFC 5322 compliant.",
        C::FromHeaderBad,
    ),
    (
        Some(Gmail),
        DOT,
        "421-4.7.28 Our system has detected an unusual rate of unsolicited mail\r\n421 4.7.28 originating from your address.",
        C::RateLimited,
    ),
    (
        Some(Gmail),
        DOT,
        "552-5.7.0 This message was blocked because its content presents a potential\r\n552 5.7.0 security issue.",
        C::ContentBlocked,
    ),
    (
        Some(Outlook),
        PASSWORD,
        "535 5.7.139 Authentication unsuccessful, SmtpClientAuthentication is disabled for the Tenant.",
        C::PasswordLoginOff,
    ),
    (Some(Outlook), PASSWORD, "535 5.7.139 Authentication unsuccessful", C::PasswordLoginOff),
    (Some(Outlook), MAIL, "530 5.7.57 Client not authenticated to send mail.", C::LoginRequired),
    (
        Some(Outlook),
        DOT,
        "550 5.7.60 SMTP; Client does not have permissions to send as this sender",
        C::SenderNotLogin,
    ),
    (
        Some(Outlook),
        DOT,
        "554 5.2.252 SendAsDenied; me@example.com not allowed to send as you@example.com",
        C::SenderNotLogin,
    ),
    (
        Some(Outlook),
        RCPT,
        "550 5.7.606 Access denied, banned sending IP [192.0.2.1].",
        C::Blocklisted,
    ),
    (Some(Outlook), RCPT, "550 5.7.649 Access denied", C::Blocklisted),
];

const PROGRAMS: &[Case] = &[
    (Some(Postfix), MAIL, "530 5.7.0 Must issue a STARTTLS command first", C::TlsRequired),
    (Some(Postfix), RCPT, "554 5.7.1 <you@example.org>: Relay access denied", C::RelayDenied),
    (Some(Postfix), RCPT, "454 4.7.1 <you@example.org>: Relay access denied", C::RelayDenied),
    (
        Some(Postfix),
        RCPT,
        "504 5.5.2 <localhost>: Helo command rejected: need fully-qualified hostname",
        C::ClientNameRefused,
    ),
    (
        Some(Postfix),
        RCPT,
        "504 5.5.2 <you>: Recipient address rejected: need fully-qualified address",
        C::BadAddress,
    ),
    (Some(Postfix), DATA, "503 5.5.1 Error: need RCPT command", C::BadSequence),
    (Some(Postfix), DATA, "554 5.5.1 Error: no valid recipients", C::NoValidRecipients),
    (
        Some(Postfix),
        MAIL,
        "450 4.1.2 <me@nowhere.example>: Sender address rejected: Domain not found",
        C::SenderDomainUnknown,
    ),
    (
        Some(Postfix),
        RCPT,
        "450 4.1.2 <you@nowhere.example>: Recipient address rejected: Domain not found",
        C::NoSuchDomain,
    ),
    (
        Some(Postfix),
        RCPT,
        "450 4.7.25 Client host rejected: cannot find your hostname, [192.0.2.1]",
        C::ClientNameless,
    ),
    (
        Some(Postfix),
        RCPT,
        "450 4.2.0 <you@example.org>: Recipient address rejected: Greylisted, see https://postgrey.example/",
        C::Greylisted,
    ),
    (Some(Postscreen), EHLO, "521 5.5.1 Protocol error", C::TalkedTooEarly),
    (Some(Postscreen), RCPT, "550 5.5.1 Protocol error", C::TalkedTooEarly),
    (Some(Exim), RCPT, "550 relay not permitted", C::RelayDenied),
    (Some(Exim), PASSWORD, "535 Incorrect authentication data", C::BadCredentials),
    (Some(Exim), Answer::Greeting, "554 SMTP synchronization error", C::TalkedTooEarly),
];

const ANYBODY: &[Case] = &[
    (None, RCPT, "452 4.2.2 The mailbox is over its limit", C::MailboxFull),
    (None, RCPT, "552 5.2.2 Mailbox full", C::MailboxFull),
    (None, MAIL, "552 5.3.4 Message size exceeds fixed limit", C::TooLarge),
    (None, Answer::Nothing, "421 4.3.2 Service shutting down", C::Unavailable),
    (None, Answer::Nothing, "421 4.4.2 mail.example.com Error: timeout exceeded", C::IdleTooLong),
    (None, Answer::ToUnknown, "500 5.5.2 Error: command not recognized", C::UnknownCommand),
    (None, Answer::ToUnknown, "502 5.5.1 Command not implemented", C::NotImplemented),
    (None, MAIL, "501 5.5.4 Syntax: MAIL FROM:<address>", C::BadArgument),
    (None, EHLO, "501 5.5.4 Syntax: EHLO hostname", C::ClientNameRefused),
    (None, RCPT, "550 5.1.1 <you@example.org>: User unknown", C::NoSuchMailbox),
    (None, MAIL, "555 5.5.4 Unsupported option: FOO=1", C::UnknownParameter),
];

#[test]
fn every_reply_known_from_the_field_has_its_cause_first() {
    for &(provider, answer, lines, cause) in
        [NETEASE, QQ, GMAIL_AND_OUTLOOK, PROGRAMS, ANYBODY].into_iter().flatten()
    {
        let found = findings(answer, provider, lines.as_bytes());
        assert_eq!(found[0].cause, cause, "{lines}: {found:?}");
    }
}

#[test]
fn a_provider_s_own_words_are_known_though_the_server_is_not() {
    for &(_, answer, lines, cause) in [
        NETEASE[1], NETEASE[2], NETEASE[3], NETEASE[4], NETEASE[5], NETEASE[6], NETEASE[8], QQ[0],
        QQ[4], QQ[5], QQ[6], QQ[8], QQ[9],
    ]
    .iter()
    .chain(GMAIL_AND_OUTLOOK.iter().filter(|case| !case.2.contains("5.7.649")))
    .filter(|case| !case.2.ends_with("5.7.139 Authentication unsuccessful"))
    .chain(PROGRAMS)
    {
        assert_eq!(findings(answer, None, lines.as_bytes())[0].cause, cause, "{lines}");
    }
}

#[test]
fn replies_in_gbk_are_recognised_by_their_bytes() {
    // 535 登录失败，请使用授权码登录
    let gbk = b"535 \xb5\xc7\xc2\xbc\xca\xa7\xb0\xdc\xa3\xac\xc7\xeb\xca\xb9\xd3\xc3\xca\xda\xc8\xa8\xc2\xeb\xb5\xc7\xc2\xbc";
    for provider in [None, Some(Qq)] {
        let found = findings(PASSWORD, provider, gbk);
        assert_eq!(found[0].cause, C::AuthorizationCodeWanted, "{found:?}");
    }
    let utf8 = "535 登录失败，请使用授权码登录";
    assert_eq!(findings(PASSWORD, None, utf8.as_bytes())[0].cause, C::AuthorizationCodeWanted);
    // 535 密码错误
    let wrong = b"535 \xc3\xdc\xc2\xeb\xb4\xed\xce\xf3";
    assert_eq!(findings(PASSWORD, Qq, wrong)[0].cause, C::BadCredentials);
}
