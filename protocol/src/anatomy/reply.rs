//! The parts of a reply, in the light of what it answers.

use super::{Field, Span};
use crate::smtp::command::Verb;
use crate::smtp::cursor::Cursor;
use crate::smtp::reply::{Line, Reply};
use crate::smtp::status::{EnhancedCode, Severity};

/// What a reply answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Answer {
    /// The connection: the greeting.
    Greeting,
    /// A command.
    To(Verb),
    /// A response of the AUTH exchange.
    ToAuthResponse,
    /// The mail data, behind its final dot or with its last chunk.
    ToMailData,
    /// A chunk that is not the last.
    ToChunk,
    /// A line that is no known command.
    ToUnknown,
    /// Nothing: the server spoke unasked.
    Nothing,
}

/// The parts of a reply; they tile its wire bytes.
pub fn reply_spans(answer: Answer, reply: &Reply) -> Vec<Span> {
    let wire = reply.wire();
    let mut spans = Vec::new();
    for (index, line) in reply.lines().enumerate() {
        let text = Text::of(answer, reply, index == 0);
        let read = line_spans(&wire[line.whole.clone()], &line, text);
        spans.extend(read.into_iter().map(|span| span.moved(line.whole.start)));
    }
    spans
}

/// What stands behind a reply line's code.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Text {
    /// The server's name, then free text: the first line of the greeting and of the answer to EHLO or HELO
    /// (RFC 5321 §4.2, §4.1.1.1).
    Named,
    /// A keyword and its parameters (RFC 5321 §4.1.1.1 ehlo-line).
    Extension,
    /// A question in base64 (RFC 4954 §4).
    Challenge,
    /// Free text, perhaps behind an enhanced code.
    Free,
}

impl Text {
    fn of(answer: Answer, reply: &Reply, first_line: bool) -> Self {
        match (answer, reply.code().severity()) {
            (Answer::Greeting, Severity::Completion) if first_line => Self::Named,
            (Answer::To(Verb::Ehlo | Verb::Helo), Severity::Completion) if first_line => {
                Self::Named
            }
            (Answer::To(Verb::Ehlo), Severity::Completion) => Self::Extension,
            (Answer::To(Verb::Auth) | Answer::ToAuthResponse, Severity::Intermediate) => {
                Self::Challenge
            }
            _ => Self::Free,
        }
    }
}

fn line_spans(bytes: &[u8], line: &Line, text: Text) -> Vec<Span> {
    let mut cursor = Cursor::new(bytes);
    cursor.take(Field::ReplyCode, 3);
    if !cursor.take_byte(Field::MoreLines, b'-') {
        cursor.take_byte(Field::LastLine, b' ');
    }
    match text {
        Text::Named => take_name(&mut cursor),
        Text::Extension => take_extension(&mut cursor, line.text.len()),
        Text::Challenge => _ = cursor.take(Field::Challenge, line.text.len()),
        Text::Free => {
            let rest = cursor.rest();
            if let Some((_, length)) = EnhancedCode::at_start_of(&rest[..line.text.len()]) {
                cursor.take(Field::EnhancedCode, length);
                cursor.take_byte(Field::Space, b' ');
            }
        }
    }
    let end = cursor.rest().len() - 2;
    cursor.take(Field::Text, end);
    cursor.take(Field::LineEnd, 2);
    cursor.into_spans()
}

/// The server's name up to the first space; what follows is free text.
fn take_name(cursor: &mut Cursor<'_>) {
    cursor.take_while(Field::ServerName, |byte| byte > b' ');
    cursor.take_byte(Field::Space, b' ');
}

/// `keyword *(SP param)`, with as many spaces as the server likes.
fn take_extension(cursor: &mut Cursor<'_>, length: usize) {
    let end = cursor.at() + length;
    let mut field = Field::ExtensionKeyword;
    while cursor.at() < end {
        if !cursor.take_byte(Field::Space, b' ') {
            cursor.take_while(field, |byte| byte != b' ' && byte != b'\r');
            field = Field::ExtensionParameter;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smtp::reply::ReplyParser;
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn read(wire: &[u8]) -> Option<Reply> {
        ReplyParser::default().read(&mut &*wire)?.ok()
    }

    fn fields(answer: Answer, wire: &'static str) -> Vec<(Field, &'static str)> {
        let spans = reply_spans(answer, &read(wire.as_bytes()).unwrap());
        spans.into_iter().map(|span| (span.field, &wire[span.range])).collect()
    }

    #[test]
    fn a_challenge_is_a_question_in_base64() {
        assert_eq!(
            fields(Answer::To(Verb::Auth), "334 VXNlcm5hbWU6\r\n"),
            [
                (Field::ReplyCode, "334"),
                (Field::LastLine, " "),
                (Field::Challenge, "VXNlcm5hbWU6"),
                (Field::LineEnd, "\r\n")
            ]
        );
    }

    #[test]
    fn ehlo_gives_a_name_and_then_extensions() {
        let found =
            fields(Answer::To(Verb::Ehlo), "250-mx.example hi\r\n250 AUTH  LOGIN PLAIN\r\n");
        let without_code = |(field, _): &(Field, &str)| {
            !matches!(field, Field::ReplyCode | Field::MoreLines | Field::LastLine | Field::LineEnd)
        };
        assert_eq!(
            found.into_iter().filter(without_code).collect::<Vec<_>>(),
            [
                (Field::ServerName, "mx.example"),
                (Field::Space, " "),
                (Field::Text, "hi"),
                (Field::ExtensionKeyword, "AUTH"),
                (Field::Space, " "),
                (Field::Space, " "),
                (Field::ExtensionParameter, "LOGIN"),
                (Field::Space, " "),
                (Field::ExtensionParameter, "PLAIN"),
            ]
        );
    }

    #[test]
    fn an_enhanced_code_is_not_text() {
        let found = fields(Answer::ToMailData, "554 5.7.1 spam\r\n");
        assert_eq!(found[2], (Field::EnhancedCode, "5.7.1"));
        assert_eq!(found[4], (Field::Text, "spam"));
    }

    fn an_answer() -> impl Strategy<Value = Answer> {
        let verbs = prop::sample::select(Verb::ALL.to_vec()).prop_map(Answer::To);
        let others =
            [Answer::Greeting, Answer::ToAuthResponse, Answer::ToMailData, Answer::ToUnknown];
        prop_oneof![verbs, prop::sample::select(others.to_vec())]
    }

    proptest! {
        #[test]
        fn spans_tile_every_reply(
            answer in an_answer(),
            code in 200u16..600,
            texts in prop::collection::vec("[ -~]{0,40}", 1..5),
            bare in any::<bool>(),
        ) {
            let last = texts.len() - 1;
            let wire: String = texts.iter().enumerate().map(|(n, text)| match (n < last, bare) {
                (true, _) => format!("{code}-{text}\r\n"),
                (false, true) => format!("{code}\r\n"),
                (false, false) => format!("{code} {text}\r\n"),
            }).collect();
            let reply = read(wire.as_bytes()).unwrap();
            let mut at = 0;
            for span in reply_spans(answer, &reply) {
                prop_assert_eq!(span.range.start, at);
                prop_assert!(span.range.end > at);
                at = span.range.end;
            }
            prop_assert_eq!(at, wire.len());
        }
    }
}
