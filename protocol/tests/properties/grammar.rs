//! Each production of the grammar, and the parts it has, one by one.

use crate::pair::{reply_parts, sent_parts};
use protocol::anatomy::Field::{
    AddressType, AddressTypeEnd, AngleClose, AngleOpen, Argument, At, BodyText, BodyType, Boundary,
    BoundaryDashes, CancelAuth, Challenge, Charset, ClientName, Comment, Day, DayName, DisplayName,
    Disposition, Domain, EmptyLine, EmptyResponse, EncodedBody, EncodedData, EncodedPassword,
    EncodedPlain, EncodedUser, EncodedWord, EncodedWordMark, EnhancedCode, EnvelopeId,
    ExtensionKeyword, ExtensionParameter, FileName, FinalDot, FromKeyword, HeaderColon, HeaderFold,
    HeaderName, HeaderSeparator, HeaderValue, HexByte, IdLeft, IdRight, LastLine, LineEnd,
    LocalPart, Mechanism as MechanismName, MediaSubtype, MediaType, MimeParameter, MimeValue,
    MimeVersion, Month, MoreLines, NotifyComma, NotifyWord, OriginalRecipient, OutsideParts,
    ParameterEquals, ParameterName, ParameterValue, PathClose, PathOpen, QuotedByte, ReplyCode,
    ReturnType, ServerName, SizeValue, SoftBreak, SourceRoute, Space, StuffedDot, Submitter,
    TagName, TagValue, Text, TimeOfDay, ToKeyword, TraceKeyword, TraceValue, TransferEncoding,
    Unparsed, Verb as VerbWord, WordEncoding, Year, Zone,
};
use protocol::anatomy::{Answer, Content, Field, Meaning, Piece};
use protocol::auth::Mechanism;
use protocol::smtp::command::Verb;
use std::sync::Arc;
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
    let meaning = Meaning::Data { at: Arc::default(), stuffed };
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

/// The parts of a header field's value, spaces left out.
fn value_of(field: &str) -> Vec<Field> {
    let fields = data(&format!("{field}\r\n"), true);
    assert_eq!(fields[..2], [HeaderName, HeaderColon], "{field}");
    assert_eq!(fields.last(), Some(&LineEnd), "{field}");
    let value = &fields[2..fields.len() - 1];
    value.iter().copied().filter(|field| *field != Space).collect()
}

#[test]
fn each_header_field_has_its_parts() {
    let address = [LocalPart, At, Domain];
    let in_angles = [AngleOpen, LocalPart, At, Domain, AngleClose];
    let date = [DayName, HeaderSeparator, Day, Month, Year, TimeOfDay, Zone];
    let id = [AngleOpen, IdLeft, At, IdRight, AngleClose];
    let word = [
        EncodedWordMark,
        Charset,
        EncodedWordMark,
        WordEncoding,
        EncodedWordMark,
        EncodedWord,
        EncodedWordMark,
    ];
    let table: &[(&str, &[&[Field]])] = &[
        ("From: jane@example.com", &[&address]),
        ("From: Jane Doe <jane@example.com>", &[&[DisplayName, DisplayName], &in_angles]),
        ("Sender: \"Doe, Jane\" <jane@example.com>", &[&[DisplayName], &in_angles]),
        ("Reply-To: \"j d\"@example.com", &[&address]),
        ("To: a@[192.0.2.1], <b@example.com>", &[&address, &[HeaderSeparator], &in_angles]),
        ("Cc: =?utf-8?B?5L2g?= <a@example.com>", &[&word, &in_angles]),
        ("To: a @ example.com (a b \\) (c))", &[&address, &[Comment]]),
        (
            "To: class: a@example.com, b@example.com;",
            &[
                &[DisplayName, HeaderSeparator],
                &address,
                &[HeaderSeparator],
                &address,
                &[HeaderSeparator],
            ],
        ),
        ("Bcc: nobody:;", &[&[DisplayName, HeaderSeparator, HeaderSeparator]]),
        ("Return-Path: <>", &[&[AngleOpen, AngleClose]]),
        ("Date: Mon, 2 Jan 2006 15:04:05 -0700", &[&date]),
        ("Date: 2 Jan 2006 15:04 GMT (UTC)", &[&date[2..], &[Comment]]),
        ("Message-ID: <1.2@example.com>", &[&id]),
        ("References: <1@example.com> <2@[192.0.2.1]>", &[&id, &id]),
        ("In-Reply-To: Your message <1@example.com>", &[&[HeaderValue, HeaderValue], &id]),
        ("Content-ID: <part@example.com>", &[&id]),
        ("Subject: any words at all", &[&[HeaderValue]]),
        (
            "Subject: Re: =?utf-8?Q?=41?= and =?utf-8?B?QQ==?=",
            &[&[HeaderValue], &word, &[HeaderValue], &word],
        ),
        ("MIME-Version: 1.0 (made by hand)", &[&[MimeVersion, Comment]]),
        (
            "Content-Type: text/plain; charset=utf-8",
            &[
                &[MediaType, HeaderSeparator, MediaSubtype, HeaderSeparator],
                &[MimeParameter, HeaderSeparator, Charset],
            ],
        ),
        (
            "Content-Type: multipart/mixed; boundary=\"a b\"; x=y",
            &[
                &[MediaType, HeaderSeparator, MediaSubtype, HeaderSeparator],
                &[MimeParameter, HeaderSeparator, HeaderSeparator, Boundary, HeaderSeparator],
                &[HeaderSeparator, MimeParameter, HeaderSeparator, MimeValue],
            ],
        ),
        (
            "Content-Disposition: attachment; filename*=utf-8''a.txt",
            &[&[Disposition, HeaderSeparator, MimeParameter, HeaderSeparator, FileName]],
        ),
        ("Content-Transfer-Encoding: base64", &[&[TransferEncoding]]),
        (
            "Received: from a.example (b [192.0.2.1]) by c.example with ESMTP id 1 for <d@example.com>;\
             Mon, 2 Jan 2006 15:04:05 +0000",
            &[
                &[TraceKeyword, TraceValue, Comment, TraceKeyword, TraceValue],
                &[TraceKeyword, TraceValue, TraceKeyword, TraceValue, TraceKeyword],
                &in_angles,
                &[HeaderSeparator],
                &date,
            ],
        ),
        (
            "DKIM-Signature: v=1; d=example.com",
            &[
                &[TagName, HeaderSeparator, TagValue, HeaderSeparator],
                &[TagName, HeaderSeparator, TagValue],
            ],
        ),
        ("X-Own: \"anything\" (at all)", &[&[HeaderValue]]),
    ];
    for (field, expected) in table {
        assert_eq!(value_of(field), expected.concat(), "{field}");
    }
}

#[test]
fn a_header_field_goes_on_where_its_last_line_left_off() {
    let table: &[(&str, &[Field])] = &[
        ("To: a\r\n @example.com", &[DisplayName, LineEnd, HeaderFold, At, Domain]),
        (
            "To: \"a\r\n b\" <>",
            &[DisplayName, LineEnd, HeaderFold, DisplayName, Space, AngleOpen, AngleClose],
        ),
        ("To: (a\r\n b) c", &[Comment, LineEnd, HeaderFold, Comment, Space, DisplayName]),
        ("Date: 2\r\n Jan", &[Day, LineEnd, HeaderFold, Month]),
        (
            "References: <a@\r\n\tb>",
            &[AngleOpen, IdLeft, At, LineEnd, HeaderFold, IdLeft, AngleClose],
        ),
        (
            "Content-Type: a/b;\r\n boundary=c",
            &[
                MediaType,
                HeaderSeparator,
                MediaSubtype,
                HeaderSeparator,
                LineEnd,
                HeaderFold,
                MimeParameter,
                HeaderSeparator,
                Boundary,
            ],
        ),
        (
            "Received: from\r\n a;\r\n 2 Jan",
            &[
                TraceKeyword,
                LineEnd,
                HeaderFold,
                TraceValue,
                HeaderSeparator,
                LineEnd,
                HeaderFold,
                Day,
                Space,
                Month,
            ],
        ),
        ("DKIM-Signature: b=\r\n abc", &[TagName, HeaderSeparator, LineEnd, HeaderFold, TagValue]),
    ];
    for (field, expected) in table {
        let fields = data(&format!("{field}\r\n"), true);
        assert_eq!(fields[3..fields.len() - 1], **expected, "{field}");
    }
}

#[test]
fn what_does_not_fit_a_header_field_is_named_so() {
    for (field, expected) in [
        ("To: >", &[Unparsed][..]),
        ("To: a@b)c", &[LocalPart, At, Domain, Unparsed, Domain]),
        ("Date: soon", &[DayName]),
        ("Date: 2 2006", &[Day, Unparsed]),
        ("Content-Type: /", &[Unparsed]),
        ("Content-Transfer-Encoding: base 64", &[TransferEncoding, Unparsed]),
        ("Message-ID: <a\0b>", &[AngleOpen, IdLeft, Unparsed, IdLeft, AngleClose]),
    ] {
        assert_eq!(value_of(field), expected, "{field}");
    }
}

/// A message in parts: each line, and what it is.
#[test]
fn each_line_of_a_message_in_parts_is_what_it_is() {
    let lines: &[(&str, &[Field])] = &[
        ("Content-Type: multipart/mixed; boundary=out", &[]),
        ("", &[EmptyLine]),
        ("Not shown.", &[OutsideParts, LineEnd]),
        ("--out", &[BoundaryDashes, Boundary, LineEnd]),
        ("Content-Type: multipart/alternative; boundary=\"in\"", &[]),
        ("", &[EmptyLine]),
        ("--in \t", &[BoundaryDashes, Boundary, Space, LineEnd]),
        ("", &[EmptyLine]),
        ("Plain text", &[BodyText, LineEnd]),
        ("--other", &[BodyText, LineEnd]),
        ("--inside", &[BodyText, LineEnd]),
        ("--in", &[BoundaryDashes, Boundary, LineEnd]),
        ("Content-Transfer-Encoding: Quoted-Printable", &[]),
        ("", &[EmptyLine]),
        ("a=C3=A9 b=", &[BodyText, QuotedByte, QuotedByte, BodyText, SoftBreak, LineEnd]),
        ("=zz=", &[Unparsed, BodyText, SoftBreak, LineEnd]),
        ("--in--", &[BoundaryDashes, Boundary, BoundaryDashes, LineEnd]),
        ("Not shown either.", &[OutsideParts, LineEnd]),
        ("--out", &[BoundaryDashes, Boundary, LineEnd]),
        ("Content-Transfer-Encoding: base64", &[]),
        ("", &[EmptyLine]),
        ("aGVsbG8=", &[EncodedBody, LineEnd]),
        ("--in", &[EncodedBody, LineEnd]),
        ("--out", &[BoundaryDashes, Boundary, LineEnd]),
        ("Content-Type: message/rfc822", &[]),
        ("", &[EmptyLine]),
        ("Subject: inside", &[HeaderName, HeaderColon, Space, HeaderValue, LineEnd]),
        ("", &[EmptyLine]),
        ("Text", &[BodyText, LineEnd]),
        ("--out--", &[BoundaryDashes, Boundary, BoundaryDashes, LineEnd]),
        ("", &[LineEnd]),
    ];
    let text = lines.iter().map(|(line, _)| format!("{line}\r\n")).collect::<Vec<_>>().concat();
    let fields = data(&text, true);
    let mut by_line = fields.split_inclusive(|field| matches!(field, LineEnd | EmptyLine));
    for (line, expected) in lines {
        let fields = by_line.next().unwrap();
        if expected.is_empty() {
            assert_eq!(fields[0], HeaderName, "{line}");
        } else {
            assert_eq!(fields, *expected, "{line}");
        }
    }
    assert_eq!(by_line.next(), None);
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
