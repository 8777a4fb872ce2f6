//! Each parameter, right and wrong.

use crate::anatomy::Field;
use crate::smtp::command::{Command, CommandError, Verb};
use crate::smtp::cursor::Expected;
use crate::smtp::extension::Extension;
use crate::smtp::parameter::{
    BodyType, EnvelopeId, MailParameter, Notify, OriginalRecipient, Parameter, RcptParameter,
    Return, extension_of,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const MAIL: &str = "MAIL FROM:<>";
const RCPT: &str = "RCPT TO:<b@example.com>";

fn read(line: &str) -> Result<Command, CommandError> {
    Command::read(format!("{line}\r\n").as_bytes()).command
}

fn mail(parameters: &str) -> Vec<MailParameter> {
    match read(&format!("{MAIL} {parameters}")) {
        Ok(Command::Mail { parameters, .. }) => parameters,
        other => panic!("{parameters}: {other:?}"),
    }
}

fn rcpt(parameters: &str) -> Vec<RcptParameter> {
    match read(&format!("{RCPT} {parameters}")) {
        Ok(Command::Rcpt { parameters, .. }) => parameters,
        other => panic!("{parameters}: {other:?}"),
    }
}

/// Where in the parameters the grammar is not kept, and what it wants there.
fn wrong(before: &str, parameters: &str) -> (usize, Expected) {
    match read(&format!("{before} {parameters}")) {
        Err(CommandError::Argument { error, .. }) => (error.at - before.len() - 1, error.expected),
        other => panic!("{parameters}: {other:?}"),
    }
}

#[test]
fn each_parameter_is_read_as_what_it_means() {
    assert_eq!(
        mail("size=1000 body=8bitmime smtputf8 AUTH=<> RET=hdrs ENVID=a+2B1"),
        [
            MailParameter::Size(1000),
            MailParameter::Body(BodyType::EightBitMime),
            MailParameter::SmtpUtf8,
            MailParameter::Auth(None),
            MailParameter::Return(Return::Headers),
            MailParameter::EnvelopeId("a+1".parse().unwrap()),
        ]
    );
    let submitter = "e=mc2@example.com".parse().unwrap();
    assert_eq!(mail("AUTH=e+3Dmc2@example.com"), [MailParameter::Auth(Some(submitter))]);
    assert_eq!(mail("SIZE=99999999999999999999"), [MailParameter::Size(u64::MAX)]);
    assert_eq!(rcpt("NOTIFY=never"), [RcptParameter::Notify(Notify::NEVER)]);
    let notify = Notify { success: true, delay: true, failure: false };
    let original = OriginalRecipient::of(&"a+b@example.com".parse().unwrap());
    assert_eq!(
        rcpt("NOTIFY=DELAY,SUCCESS ORCPT=rfc822;a+2Bb@example.com"),
        [RcptParameter::Notify(notify), RcptParameter::OriginalRecipient(original)]
    );
    let original = OriginalRecipient::of(&"\u{4f8b}@example.com".parse().unwrap());
    assert_eq!((original.kind(), original.address()), ("utf-8", "\u{4f8b}@example.com"));
    let raw = rcpt("ORCPT=utf-8;\u{4f8b}@example.com");
    assert_eq!(raw, [RcptParameter::OriginalRecipient(original)]);
}

#[test]
fn what_is_not_known_stays_a_name_and_a_value() {
    let other = |name: &str, value: Option<&str>| Parameter {
        name: name.into(),
        value: value.map(str::to_owned),
    };
    assert_eq!(
        mail("X-Own=1 HOLDFOR Notify=NEVER"),
        [
            MailParameter::Other(other("X-Own", Some("1"))),
            MailParameter::Other(other("HOLDFOR", None)),
            MailParameter::Other(other("Notify", Some("NEVER"))),
        ],
        "NOTIFY is a parameter of RCPT"
    );
    assert_eq!(rcpt("SIZE=big"), [RcptParameter::Other(other("SIZE", Some("big")))]);
}

#[test]
fn parameters_survive_being_written() {
    for parameters in [
        "SIZE=0 BODY=7BIT SMTPUTF8 AUTH=a+2Bb@example.com RET=FULL ENVID=two+20words",
        "BODY=BINARYMIME AUTH=<> X-OWN=1",
    ] {
        let line = format!("{MAIL} {parameters}");
        assert_eq!(read(&line).unwrap().to_string(), line);
    }
    for parameters in
        ["NOTIFY=SUCCESS,FAILURE,DELAY ORCPT=rfc822;a+2Bb@example.com", "NOTIFY=NEVER"]
    {
        let line = format!("{RCPT} {parameters}");
        assert_eq!(read(&line).unwrap().to_string(), line);
    }
}

#[test]
fn a_wrong_value_says_what_was_expected_and_where() {
    for (parameters, at, expected) in [
        ("SIZE", 4, Expected::Equals),
        ("SIZE=", 5, Expected::Size),
        ("SIZE=1k", 6, Expected::Size),
        ("SIZE=-1", 5, Expected::Size),
        ("SIZE=000000000000000000001", 25, Expected::AtMost(20)),
        ("SIZE=1 size=2", 7, Expected::Once),
        ("BODY=9BIT", 5, Expected::BodyType),
        ("BODY=7BITS", 5, Expected::BodyType),
        ("SMTPUTF8=1", 8, Expected::EndOfLine),
        ("AUTH=student", 5, Expected::Submitter),
        ("AUTH=<>x", 7, Expected::Submitter),
        ("AUTH=a+b@example.com", 6, Expected::Xtext),
        ("RET=HEADERS", 4, Expected::ReturnType),
        ("ENVID=a+00", 6, Expected::Xtext),
        ("ENVID=", 6, Expected::Xtext),
        ("X-OWN=", 6, Expected::Parameter),
        ("=1", 0, Expected::Parameter),
    ] {
        assert_eq!(wrong(MAIL, parameters), (at, expected), "{parameters}");
    }
    for (parameters, at, expected) in [
        ("NOTIFY=", 7, Expected::Notify),
        ("NOTIFY=NEVER,DELAY", 12, Expected::Notify),
        ("NOTIFY=DELAY,NEVER", 13, Expected::Notify),
        ("NOTIFY=DELAY,", 13, Expected::Notify),
        ("NOTIFY=ALWAYS", 7, Expected::Notify),
        ("NOTIFY=DELAY NOTIFY=DELAY", 13, Expected::Once),
        ("ORCPT=b@example.com", 6, Expected::AddressType),
        ("ORCPT=;b@example.com", 6, Expected::AddressType),
        ("ORCPT=rfc822;", 13, Expected::Xtext),
        ("ORCPT=rfc822;a+b@example.com", 14, Expected::Xtext),
    ] {
        assert_eq!(wrong(RCPT, parameters), (at, expected), "{parameters}");
    }
    let error = read(&format!("{MAIL} SIZE=1k")).unwrap_err();
    assert_eq!(error.to_string(), "MAIL: expected a number of bytes, found \"k\" at byte 19");
}

#[test]
fn values_have_their_limits() {
    let longest = format!("ENVID={}", "x".repeat(100));
    assert_eq!(mail(&longest).len(), 1);
    assert_eq!(wrong(MAIL, &format!("{longest}x")), (106, Expected::AtMost(100)));
    let longest = format!("ORCPT=rfc822;{}", "x".repeat(493));
    assert_eq!(rcpt(&longest).len(), 1);
    assert_eq!(wrong(RCPT, &format!("{longest}x")), (506, Expected::AtMost(493)));
    assert_eq!("x".repeat(100).parse::<EnvelopeId>().unwrap().as_str().len(), 100);
    assert!("+".repeat(34).parse::<EnvelopeId>().is_err(), "it is three bytes for each as xtext");
    for text in ["", "a\tb", "\u{4f8b}"] {
        assert_eq!(text.parse::<EnvelopeId>().unwrap_err().expected, Expected::Printable);
    }
}

#[test]
fn an_unfinished_value_is_named_as_far_as_it_goes() {
    let line = b"RCPT TO:<b@c> NOTIFY=DELAY,NEVER X\r\n";
    let spans = Command::read(line).spans;
    let fields: Vec<_> = spans[spans.len() - 6..].iter().map(|span| span.field).collect();
    assert_eq!(
        fields,
        [
            Field::ParameterName,
            Field::ParameterEquals,
            Field::NotifyWord,
            Field::NotifyComma,
            Field::Unparsed,
            Field::LineEnd
        ]
    );
}

#[test]
fn each_parameter_belongs_to_an_extension() {
    let body = |body| MailParameter::Body(body).extension();
    assert_eq!(body(BodyType::SevenBit), Some(Extension::EightBitMime));
    assert_eq!(body(BodyType::BinaryMime), Some(Extension::BinaryMime));
    assert_eq!(MailParameter::Return(Return::Full).extension(), Some(Extension::Dsn));
    assert_eq!(RcptParameter::Notify(Notify::NEVER).extension(), Some(Extension::Dsn));
    assert_eq!(mail("X-OWN")[0].extension(), None);
    assert_eq!(extension_of(Verb::Rcpt, "orcpt"), Some(Extension::Dsn));
    assert_eq!(extension_of(Verb::Rcpt, "SIZE"), None);
}
