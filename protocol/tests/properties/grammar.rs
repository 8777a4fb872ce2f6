//! Each production of the grammar, and the parts it has, one by one.

use crate::pair::{reply_parts, sent_parts};
use protocol::anatomy::Field::{
    AddressType, AddressTypeEnd, Argument, At, BodyText, BodyType, CancelAuth, Challenge,
    ClientName, Domain, EmptyLine, EmptyResponse, EncodedData, EncodedPassword, EncodedPlain,
    EncodedUser, EnhancedCode, EnvelopeId, ExtensionKeyword, ExtensionParameter, FinalDot,
    FromKeyword, HeaderColon, HeaderFold, HeaderName, HeaderValue, HexByte, LastLine, LineEnd,
    LocalPart, Mechanism as MechanismName, MoreLines, NotifyComma, NotifyWord, OriginalRecipient,
    ParameterEquals, ParameterName, ParameterValue, PathClose, PathOpen, ReplyCode, ReturnType,
    ServerName, SizeValue, SourceRoute, Space, StuffedDot, Submitter, Text, ToKeyword, Unparsed,
    Verb as VerbWord,
};
use protocol::anatomy::{Answer, Content, Field, Meaning, Piece};
use protocol::auth::Mechanism;
use protocol::smtp::command::Verb;
use protocol::smtp::data::LinePlace;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn fields(parts: &[(Field, &str)]) -> Vec<Field> {
    parts.iter().map(|(field, _)| *field).collect()
}

#[test]
fn each_command_has_its_parts() {
    let path = [PathOpen, LocalPart, At, Domain, PathClose];
    let table: [(&str, &[Field]); 21] = [
        ("EHLO client.example", &[VerbWord, Space, ClientName]),
        ("HELO [192.0.2.7]", &[VerbWord, Space, ClientName]),
        ("STARTTLS", &[VerbWord]),
        ("AUTH LOGIN", &[VerbWord, Space, MechanismName]),
        ("AUTH LOGIN dGlt", &[VerbWord, Space, MechanismName, Space, EncodedUser]),
        ("AUTH PLAIN AHQAcA==", &[VerbWord, Space, MechanismName, Space, EncodedPlain]),
        ("AUTH OTHER AAAA", &[VerbWord, Space, MechanismName, Space, EncodedData]),
        ("AUTH EXTERNAL =", &[VerbWord, Space, MechanismName, Space, EmptyResponse]),
        ("MAIL FROM:<>", &[VerbWord, Space, FromKeyword, PathOpen, PathClose]),
        (
            "MAIL FROM:<a@example.com> SIZE=9 SMTPUTF8",
            &[
                &[VerbWord, Space, FromKeyword][..],
                &path,
                &[Space, ParameterName, ParameterEquals, SizeValue, Space, ParameterName],
            ]
            .concat(),
        ),
        ("RCPT TO:<a@example.com>", &[&[VerbWord, Space, ToKeyword][..], &path].concat()),
        ("RCPT TO:<Postmaster>", &[VerbWord, Space, ToKeyword, PathOpen, LocalPart, PathClose]),
        (
            "RCPT TO:<@r.example:a@[192.0.2.1]>",
            &[&[VerbWord, Space, ToKeyword, PathOpen, SourceRoute][..], &path[1..]].concat(),
        ),
        ("DATA", &[VerbWord]),
        ("RSET", &[VerbWord]),
        ("VRFY smith", &[VerbWord, Space, Argument]),
        ("VRFY smith SMTPUTF8", &[VerbWord, Space, Argument, Space, ParameterName]),
        ("EXPN staff", &[VerbWord, Space, Argument]),
        ("HELP MAIL", &[VerbWord, Space, Argument]),
        ("NOOP some words", &[VerbWord, Space, Argument]),
        ("QUIT", &[VerbWord]),
    ];
    for (line, expected) in table {
        let wire = format!("{line}\r\n");
        let parts = sent_parts(Meaning::Command { chunking: true }, &wire);
        assert_eq!(fields(&parts), [expected, &[LineEnd]].concat(), "{line}");
    }
}

#[test]
fn each_value_of_a_parameter_has_its_parts() {
    let mail = "MAIL FROM:<> ";
    let rcpt = "RCPT TO:<Postmaster> ";
    let table: [(&str, &str, &[Field]); 16] = [
        (mail, "SIZE=1000", &[SizeValue]),
        (mail, "BODY=7BIT", &[BodyType]),
        (mail, "BODY=8BITMIME", &[BodyType]),
        (mail, "BODY=BINARYMIME", &[BodyType]),
        (mail, "AUTH=<>", &[Submitter]),
        (mail, "AUTH=a+2Bb@example.com", &[Submitter, HexByte, Submitter]),
        (mail, "RET=FULL", &[ReturnType]),
        (mail, "RET=HDRS", &[ReturnType]),
        (mail, "ENVID=lab+201", &[EnvelopeId, HexByte, EnvelopeId]),
        (mail, "X-OWN=a+2Bb", &[ParameterValue]),
        (rcpt, "NOTIFY=NEVER", &[NotifyWord]),
        (rcpt, "NOTIFY=SUCCESS", &[NotifyWord]),
        (
            rcpt,
            "NOTIFY=SUCCESS,FAILURE,DELAY",
            &[NotifyWord, NotifyComma, NotifyWord, NotifyComma, NotifyWord],
        ),
        (rcpt, "ORCPT=rfc822;b@example.com", &[AddressType, AddressTypeEnd, OriginalRecipient]),
        (
            rcpt,
            "ORCPT=rfc822;+2Bb+3D@example.com",
            &[AddressType, AddressTypeEnd, HexByte, OriginalRecipient, HexByte, OriginalRecipient],
        ),
        (rcpt, "X-OWN=1", &[ParameterValue]),
    ];
    for (before, parameter, expected) in table {
        let wire = format!("{before}{parameter}\r\n");
        let parts = sent_parts(Meaning::Command { chunking: true }, &wire);
        let at = parts.iter().position(|(field, _)| *field == ParameterEquals).unwrap();
        assert_eq!(fields(&parts[at + 1..]), [expected, &[LineEnd]].concat(), "{parameter}");
    }
}

#[test]
fn what_does_not_fit_a_command_is_named_so_from_where_it_does_not() {
    let table: [(&str, &[Field]); 7] = [
        ("FOO bar\r\n", &[Unparsed, LineEnd]),
        ("\r\n", &[LineEnd]),
        ("QUIT now\r\n", &[VerbWord, Unparsed, LineEnd]),
        ("MAIL FROM: <>\r\n", &[VerbWord, Space, FromKeyword, Unparsed, LineEnd]),
        ("NOOP\n", &[VerbWord, Unparsed]),
        ("QUIT", &[VerbWord]),
        ("NOOP a\0b\r\n", &[VerbWord, Space, Argument, Unparsed, LineEnd]),
    ];
    for (line, expected) in table {
        assert_eq!(
            fields(&sent_parts(Meaning::Command { chunking: true }, line)),
            expected,
            "{line:?}"
        );
    }
}

#[test]
fn each_response_of_a_login_is_what_its_mechanism_says() {
    let response =
        |mechanism: &str, n| Meaning::AuthResponse { mechanism: Mechanism::named(mechanism), n };
    for (meaning, line, field) in [
        (response("LOGIN", 0), "dGlt", EncodedUser),
        (response("LOGIN", 1), "c2VjcmV0", EncodedPassword),
        (response("LOGIN", 2), "AAAA", EncodedData),
        (response("PLAIN", 0), "AHQAcA==", EncodedPlain),
        (response("PLAIN", 1), "AAAA", EncodedData),
        (response("OTHER", 0), "AAAA", EncodedData),
        (response("LOGIN", 1), "*", CancelAuth),
        (response("LOGIN", 1), "in plain words", EncodedPassword),
    ] {
        let wire = format!("{line}\r\n");
        let parts = sent_parts(meaning, &wire);
        assert_eq!(parts[0].0, field, "{line}");
        assert_eq!(parts.last(), Some(&(LineEnd, "\r\n")));
    }
}

#[test]
fn each_reply_has_its_parts_in_the_light_of_what_it_answers() {
    let ehlo = Answer::To(Verb::Ehlo);
    let table: [(Answer, &str, &[Field]); 14] = [
        (Answer::Greeting, "220 mx.example.com ready", &[ServerName, Space, Text]),
        (Answer::Greeting, "220 mx.example.com", &[ServerName]),
        (Answer::Greeting, "554 5.7.1 go away", &[EnhancedCode, Space, Text]),
        (ehlo, "250 mx.example.com hello", &[ServerName, Space, Text]),
        (ehlo, "500 5.5.1 what?", &[EnhancedCode, Space, Text]),
        (Answer::To(Verb::Helo), "250 mx.example.com", &[ServerName]),
        (Answer::To(Verb::Auth), "334 VXNlcm5hbWU6", &[Challenge]),
        (Answer::ToAuthResponse, "334 ", &[]),
        (Answer::ToAuthResponse, "235 2.7.0 welcome", &[EnhancedCode, Space, Text]),
        (Answer::To(Verb::Mail), "250 ok", &[Text]),
        (Answer::To(Verb::Rcpt), "550 5.1.1", &[EnhancedCode]),
        (Answer::To(Verb::Data), "354 go ahead", &[Text]),
        (Answer::ToMailData, "250 2.0.0 queued as 1", &[EnhancedCode, Space, Text]),
        (Answer::Nothing, "421 4.3.2 bye", &[EnhancedCode, Space, Text]),
    ];
    for (answer, line, expected) in table {
        let wire = format!("{line}\r\n");
        let expected = [&[ReplyCode, LastLine], expected, &[LineEnd]].concat();
        assert_eq!(fields(&reply_parts(answer, &wire)), expected, "{line}");
    }
    assert_eq!(fields(&reply_parts(Answer::ToUnknown, "500\r\n")), [ReplyCode, LineEnd]);
}

#[test]
fn each_line_of_ehlo_s_answer_is_an_extension() {
    let wire = "250-mx.example.com\r\n250-SIZE 1000\r\n250-AUTH LOGIN PLAIN\r\n250 HELP\r\n";
    let parts = reply_parts(Answer::To(Verb::Ehlo), wire);
    let ends = |separator| [ReplyCode, separator];
    let expected = [
        &ends(MoreLines)[..],
        &[ServerName, LineEnd],
        &ends(MoreLines),
        &[ExtensionKeyword, Space, ExtensionParameter, LineEnd],
        &ends(MoreLines),
        &[ExtensionKeyword, Space, ExtensionParameter, Space, ExtensionParameter, LineEnd],
        &ends(LastLine),
        &[ExtensionKeyword, LineEnd],
    ]
    .concat();
    assert_eq!(fields(&parts), expected);
}

/// Mail data from its first byte.
fn data(text: &str, stuffed: bool) -> Vec<Field> {
    let bytes = text.to_owned().into();
    let content = if stuffed { Content::Data(bytes) } else { Content::Line(bytes) };
    let meaning = Meaning::Data { place: LinePlace::Start, in_headers: true, stuffed };
    let piece = Piece { content, meaning };
    let spans = piece.spans(&piece.window(usize::MAX));
    spans.into_iter().map(|span| span.field).collect()
}

#[test]
fn mail_data_is_headers_an_empty_line_and_a_body() {
    assert_eq!(
        data("Subject: a\r\n b\r\nX:y\r\n\r\nSubject: text\r\n\r\n.dot\r\n", true),
        [
            &[HeaderName, HeaderColon, Space, HeaderValue, LineEnd][..],
            &[HeaderFold, HeaderValue, LineEnd],
            &[HeaderName, HeaderColon, HeaderValue, LineEnd],
            &[EmptyLine],
            &[BodyText, LineEnd],
            &[LineEnd],
            &[StuffedDot, BodyText, LineEnd],
        ]
        .concat()
    );
}

#[test]
fn what_is_no_header_among_headers_is_named_so() {
    assert_eq!(data("Dear all,\r\n", true), [Unparsed, LineEnd]);
    assert_eq!(data("no name: x\r\n: x\r\n", true), [Unparsed, LineEnd, Unparsed, LineEnd]);
}

#[test]
fn a_lone_dot_ends_what_is_typed_and_commands_follow_it() {
    assert_eq!(
        data("A: b\r\n\r\nx\r\n..\r\n.\r\nQUIT\r\n", false),
        [
            &[HeaderName, HeaderColon, Space, HeaderValue, LineEnd][..],
            &[EmptyLine, BodyText, LineEnd],
            &[StuffedDot, BodyText, LineEnd],
            &[FinalDot, LineEnd, VerbWord, LineEnd],
        ]
        .concat()
    );
    assert_eq!(data("\r\n.\n.\r\n", false), [EmptyLine, StuffedDot, Unparsed, BodyText, LineEnd]);
}

#[test]
fn a_lf_alone_ends_no_line() {
    assert_eq!(data("\r\na\nb\r\n", true), [EmptyLine, BodyText, Unparsed, BodyText, LineEnd]);
}
