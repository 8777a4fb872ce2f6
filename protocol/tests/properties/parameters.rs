//! The parameters of MAIL and RCPT: what is written is read, and each value has its own parts.

use crate::pair::assert_tiles;
use crate::parsing::{a_mailbox, an_ascii_mailbox};
use proptest::prelude::*;
use protocol::anatomy::Field;
use protocol::smtp::command::Command;
use protocol::smtp::parameter::{
    BodyType, EnvelopeId, MailParameter, Notify, OriginalRecipient, Parameter, RcptParameter,
    Return,
};
use protocol::smtp::{address::Mailbox, limits, xtext};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn an_envelope_id() -> impl Strategy<Value = EnvelopeId> {
    "[ -~]{1,33}".prop_map(|text| text.parse().unwrap())
}

pub(crate) fn a_notify() -> impl Strategy<Value = Notify> {
    any::<[bool; 3]>().prop_map(|[success, failure, delay]| Notify { success, failure, delay })
}

/// Each of them or not, in the order of the table.
pub(crate) fn known_of_mail(
    submitter: impl Strategy<Value = Mailbox>,
) -> impl Strategy<Value = Vec<MailParameter>> {
    let bodies = vec![BodyType::SevenBit, BodyType::EightBitMime, BodyType::BinaryMime];
    let size = prop_oneof![3 => 0..1_000_000_u64, 1 => any::<u64>()];
    (
        prop::option::of(size.prop_map(MailParameter::Size)),
        prop::option::of(prop::sample::select(bodies).prop_map(MailParameter::Body)),
        prop::option::of(Just(MailParameter::SmtpUtf8)),
        prop::option::of(prop::option::of(submitter).prop_map(MailParameter::Auth)),
        prop::option::of(
            prop::sample::select(vec![Return::Full, Return::Headers])
                .prop_map(MailParameter::Return),
        ),
        prop::option::of(an_envelope_id().prop_map(MailParameter::EnvelopeId)),
    )
        .prop_map(|(size, body, utf8, auth, ret, id)| {
            [size, body, utf8, auth, ret, id].into_iter().flatten().collect()
        })
}

/// The same of RCPT.
pub(crate) fn known_of_rcpt(
    original: impl Strategy<Value = Mailbox>,
) -> impl Strategy<Value = Vec<RcptParameter>> {
    let original = original
        .prop_filter("its limit is kept", |mailbox| {
            xtext::encode(mailbox.to_string().as_bytes()).len() < limits::ORIGINAL_RECIPIENT - 10
        })
        .prop_map(|mailbox| RcptParameter::OriginalRecipient(OriginalRecipient::of(&mailbox)));
    (prop::option::of(a_notify().prop_map(RcptParameter::Notify)), prop::option::of(original))
        .prop_map(|(notify, original)| notify.into_iter().chain(original).collect())
}

/// Those that nobody knows.
fn others() -> impl Strategy<Value = Vec<Parameter>> {
    let other = ("X-[A-Z0-9-]{0,8}", prop::option::of("[!-<>-~é]{1,12}"));
    prop::collection::vec(other.prop_map(|(name, value)| Parameter { name, value }), 0..3)
}

pub(crate) fn of_mail() -> impl Strategy<Value = Vec<MailParameter>> {
    (others(), known_of_mail(a_mailbox())).prop_map(|(others, known)| {
        others.into_iter().map(MailParameter::Other).chain(known).collect()
    })
}

pub(crate) fn of_rcpt() -> impl Strategy<Value = Vec<RcptParameter>> {
    (known_of_rcpt(a_mailbox()), others()).prop_map(|(known, others)| {
        known.into_iter().chain(others.into_iter().map(RcptParameter::Other)).collect()
    })
}

/// Nearly a parameter.
fn nearly() -> impl Strategy<Value = String> {
    let name = "SIZE|BODY|SMTPUTF8|AUTH|RET|ENVID|NOTIFY|ORCPT|X-OWN|[A-Z]{0,3}";
    let value = prop_oneof![
        "[0-9]{0,22}",
        "7BIT|8BITMIME|BINARYMIME|FULL|HDRS",
        "(NEVER|SUCCESS|FAILURE|DELAY|,){0,4}",
        "(rfc822|utf-8)?;?[a-z+=2B@.é]{0,12}",
        "[ -~]{0,8}",
    ];
    (name, prop::option::of(value)).prop_map(|(name, value)| match value {
        Some(value) => format!(" {name}={value}"),
        None => format!(" {name}"),
    })
}

proptest! {
    #[test]
    fn what_is_nearly_a_parameter_is_read_or_refused_where_it_is_wrong(
        before in prop::sample::select(vec!["MAIL FROM:<>", "RCPT TO:<a@example.com>"]),
        parameters in prop::collection::vec(nearly(), 1..4),
    ) {
        let line = format!("{before}{}\r\n", parameters.concat());
        let reading = Command::read(line.as_bytes());
        assert_tiles(line.as_bytes(), &reading.spans);
        match reading.command {
            Ok(command) => {
                prop_assert!(reading.spans.iter().all(|span| span.field != Field::Unparsed));
                prop_assert_eq!(Command::read(&command.to_line()).command, Ok(command));
            }
            Err(error) => {
                let protocol::smtp::command::CommandError::Argument { error, .. } = error else {
                    return Err(TestCaseError::fail(format!("{error} in {line:?}")));
                };
                prop_assert!(error.at >= before.len() && error.at <= line.len(), "{error}");
            }
        }
    }

    #[test]
    fn a_value_that_is_known_is_never_called_a_value_alone(parameters in known_of_mail(an_ascii_mailbox())) {
        let from = "<>".parse().unwrap();
        let line = Command::Mail { from, parameters: parameters.clone() }.to_line();
        let spans = Command::read(&line).spans;
        prop_assert!(spans.iter().all(|span| span.field != Field::ParameterValue));
        let names = spans.iter().filter(|span| span.field == Field::ParameterName).count();
        prop_assert_eq!(names, parameters.len());
    }
}
