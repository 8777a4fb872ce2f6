//! Every byte is explained, and by the right name: free text is found only where the grammar has it.

use crate::mail::mail_data;
use crate::pair::assert_tiles;
use crate::{a_line, a_reply};
use bytes::Bytes;
use proptest::prelude::*;
use protocol::anatomy::{Answer, Content, Field, MailPlace, Meaning, Piece, Span, reply_spans};
use protocol::auth::Mechanism;
use protocol::smtp::command::{Command, Verb};
use protocol::smtp::reply::ReplyParser;
use protocol::smtp::status::Severity;
use std::sync::Arc;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn an_answer() -> impl Strategy<Value = Answer> {
    let others = vec![
        Answer::Greeting,
        Answer::ToAuthResponse,
        Answer::ToMailData,
        Answer::ToUnknown,
        Answer::Nothing,
    ];
    // Most of the grammar of replies hangs on these.
    let special = vec![Answer::Greeting, Answer::To(Verb::Ehlo), Answer::To(Verb::Auth)];
    prop_oneof![
        prop::sample::select(special),
        prop::sample::select(Verb::ALL.to_vec()).prop_map(Answer::To),
        prop::sample::select(others)
    ]
}

fn a_meaning() -> impl Strategy<Value = Meaning> {
    let mechanisms = vec![None, Mechanism::named("LOGIN"), Mechanism::named("PLAIN")];
    prop_oneof![
        Just(Meaning::Command { chunking: true }),
        (prop::sample::select(mechanisms), 0usize..4)
            .prop_map(|(mechanism, n)| Meaning::AuthResponse { mechanism, n }),
        (mail_data(), any::<bool>()).prop_map(|(before, stuffed)| Meaning::Data {
            at: Arc::new(MailPlace::behind(&before)),
            stuffed
        }),
    ]
}

/// The spans of each line of a reply.
fn by_line(spans: &[Span]) -> Vec<&[Span]> {
    spans.split_inclusive(|span| span.field == Field::LineEnd).collect()
}

/// The fields that stand only in lines that begin with one of these verbs.
fn owners(field: Field) -> Option<&'static [Verb]> {
    use Field::{
        AddressType, AddressTypeEnd, Argument, BodyType, ClientName, EmptyResponse, EnvelopeId,
        FromKeyword, HexByte, Mechanism, NotifyComma, NotifyWord, OriginalRecipient,
        ParameterEquals, ParameterName, PathOpen, ReturnType, SizeValue, Submitter, ToKeyword,
    };
    Some(match field {
        ClientName => &[Verb::Ehlo, Verb::Helo],
        PathOpen | ParameterEquals | HexByte => &[Verb::Mail, Verb::Rcpt],
        ParameterName => &[Verb::Mail, Verb::Rcpt, Verb::Vrfy, Verb::Expn],
        FromKeyword | SizeValue | BodyType | Submitter | ReturnType | EnvelopeId => &[Verb::Mail],
        ToKeyword | NotifyWord | NotifyComma | AddressType | AddressTypeEnd | OriginalRecipient => {
            &[Verb::Rcpt]
        }
        Mechanism | EmptyResponse => &[Verb::Auth],
        Argument => &[Verb::Vrfy, Verb::Expn, Verb::Help, Verb::Noop],
        _ => return None,
    })
}

proptest! {
    #[test]
    fn the_parts_of_anything_sent_tile_it(
        meaning in a_meaning(),
        lines in prop::collection::vec(a_line(), 0..6),
        limit in prop_oneof![Just(usize::MAX), 0usize..100],
    ) {
        let bytes = Bytes::from(lines.concat());
        for content in [Content::Line(bytes.clone()), Content::Data(bytes)] {
            let piece = Piece { content, meaning: meaning.clone() };
            let window = piece.window(limit);
            assert_tiles(&window.bytes, &piece.spans(&window));
            prop_assert!(window.left_out <= piece.content.bytes().len());
        }
    }

    #[test]
    fn the_parts_of_any_reply_tile_it_and_each_line_begins_and_ends_as_replies_do(
        answer in an_answer(),
        wire in a_reply(),
    ) {
        let reply = ReplyParser::default().read(&mut &*wire).unwrap().unwrap();
        let spans = reply_spans(answer, &reply);
        assert_tiles(&wire, &spans);
        let lines = by_line(&spans);
        prop_assert_eq!(lines.len(), reply.lines().count());
        for (n, line) in lines.iter().enumerate() {
            prop_assert_eq!((line[0].field, line[0].range.len()), (Field::ReplyCode, 3));
            let is_last = n + 1 == lines.len();
            match line[1].field {
                Field::MoreLines => prop_assert!(!is_last),
                Field::LastLine => prop_assert!(is_last),
                field => prop_assert!(is_last && field == Field::LineEnd, "a bare code"),
            }
            let odd = |span: &Span| matches!(span.field, Field::Unparsed | Field::BodyText);
            prop_assert!(!line.iter().any(odd), "a reply has parts of its own");
        }
    }

    #[test]
    fn free_text_in_a_reply_is_only_where_the_grammar_has_it(
        answer in an_answer(),
        wire in a_reply(),
    ) {
        let reply = ReplyParser::default().read(&mut &*wire).unwrap().unwrap();
        let severity = reply.code().severity();
        for (n, line) in by_line(&reply_spans(answer, &reply)).into_iter().enumerate() {
            let has = |field| line.iter().any(|span| span.field == field);
            let is_challenge = severity == Severity::Intermediate
                && matches!(answer, Answer::To(Verb::Auth) | Answer::ToAuthResponse);
            let is_extension =
                severity == Severity::Completion && answer == Answer::To(Verb::Ehlo) && n > 0;
            let is_named = severity == Severity::Completion && n == 0
                && matches!(answer, Answer::Greeting | Answer::To(Verb::Ehlo | Verb::Helo));
            prop_assert!(!has(Field::Text) || !(is_challenge || is_extension));
            prop_assert!(is_challenge || !has(Field::Challenge));
            prop_assert!(is_extension || !has(Field::ExtensionKeyword));
            prop_assert!(is_named || !has(Field::ServerName));
            let text = &reply.texts().nth(n).unwrap_or_default();
            let begins_with_code = protocol::smtp::status::EnhancedCode::at_start_of(text).is_some();
            let is_free = !(is_challenge || is_extension || is_named);
            prop_assert_eq!(has(Field::EnhancedCode), is_free && begins_with_code);
        }
    }

    #[test]
    fn a_command_that_is_understood_has_no_unnamed_byte_and_no_part_of_another(line in a_line()) {
        let reading = Command::read(&line);
        assert_tiles(&line, &reading.spans);
        for span in &reading.spans {
            prop_assert!(!matches!(span.field, Field::Text | Field::BodyText));
            if let Some(verbs) = owners(span.field) {
                prop_assert!(verbs.contains(&reading.verb.unwrap()), "{:?}", span.field);
            }
            if reading.command.is_ok() {
                prop_assert!(span.field != Field::Unparsed);
            }
        }
    }
}
