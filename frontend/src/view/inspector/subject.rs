//! Which row is taken apart, what it is headed with, and what it means in one sentence.

use crate::state::AppState;
use crate::text::{Label, Words};
use crate::view::wire;
use crate::walk::{Body, Row};
use protocol::anatomy::{Answer, Field, Meaning, Piece, Span};
use protocol::auth::{self, Mechanism};
use protocol::client::Ending;
use protocol::diagnosis::Finding;
use protocol::smtp::command::{self, Command, Verb};
use protocol::smtp::reply::Reply;
use protocol::tunnel::TunnelEvent;
use std::ops::Range;
use std::rc::Rc;

/// Characters of the first line that stand in the title.
const TITLE: usize = 72;

/// The row that is selected. When none is, what the server said last: what comes next is explained where it
/// is proposed. When the server said nothing, why not.
pub(super) fn row(state: &AppState) -> Option<&Rc<Row>> {
    let rows = &state.walk.rows;
    if let Some(row) = state.selected.and_then(|id| rows.get(id)) {
        return Some(row);
    }
    let newest = |fits: fn(&Body) -> bool| rows.iter().rev().find(|row| fits(&row.body));
    // A question about a certificate is what there is to look at.
    if let Some(row) = rows.last().filter(|row| matches!(row.body, Body::Untrusted(_))) {
        return Some(row);
    }
    newest(|body| matches!(body, Body::Received { .. } | Body::Broken { .. }))
        // The failure knows more than the end that follows it.
        .or_else(|| newest(|body| matches!(body, Body::Note(TunnelEvent::Failed { .. }))))
        .or_else(|| newest(|body| matches!(body, Body::TlsEnded(_))))
        .or_else(|| {
            newest(|body| matches!(body, Body::Closed(how) if !matches!(how, Ending::ByUs)))
        })
}

/// What stands above the title.
pub(super) fn above(words: &dyn Words, row: &Row) -> Option<String> {
    match &row.body {
        Body::Sent { .. } => Some(words.label(Label::YouSent).to_owned()),
        Body::Received { step, reply, .. } if reply.code().is_refusal() => {
            Some(words.refused(*step))
        }
        Body::Received { answer, .. } => Some(words.answer(*answer)),
        Body::Record(record) if record.sent => Some(words.label(Label::YouSent).to_owned()),
        Body::Record(_) | Body::Broken { .. } => Some(words.label(Label::ServerSent).to_owned()),
        Body::Note(_) | Body::Untrusted(_) | Body::Upgraded(_) | Body::TlsEnded(_) => {
            Some(words.label(Label::Network).to_owned())
        }
        Body::Closed(_) => None,
    }
}

/// The first line of the bytes, shortened; empty where the line is.
pub(super) fn first_line(bytes: &[u8], hidden: &[Range<usize>]) -> String {
    let line = command::lines(bytes).next().unwrap_or_default();
    let text = readable(&wire::text(line, 0, hidden));
    match text.char_indices().nth(TITLE) {
        Some((end, _)) => text[..end].trim_end().to_owned() + "…",
        None => text,
    }
}

/// Text without characters that have no glyph: those of a line end become a space, others a dot.
pub(super) fn readable(text: &str) -> String {
    let text = text.replace("\r\n", " ");
    text.trim_end_matches('\n').replace(|character: char| character.is_control(), ".")
}

/// What was decoded from base64, with signs for characters that have no glyph; NUL is `␀`.
pub(super) fn decoded(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes)
        .chars()
        .map(|character| match u32::from(character) {
            code @ 0..0x20 => char::from_u32(0x2400 + code).unwrap_or('.'),
            0x7f => '␡',
            _ => character,
        })
        .collect()
}

/// What it means, in one sentence.
pub(super) fn meaning(words: &dyn Words, row: &Row) -> String {
    match &row.body {
        Body::Sent { step, piece, window, .. } => match mistake(words, piece, &window.bytes) {
            Some(mistake) => mistake,
            None => words.why(*step, mechanism_of(piece)).to_owned(),
        },
        Body::Received { answer, reply, spans, findings, .. } => {
            meaning_of_reply(words, *answer, reply, spans, findings)
        }
        Body::Broken { error, .. } => words.reply_error(*error),
        Body::Record(record) => words.record(record),
        Body::Note(_)
        | Body::Untrusted(_)
        | Body::Upgraded(_)
        | Body::TlsEnded(_)
        | Body::Closed(_) => String::new(),
    }
}

/// The mechanism of which it is a response.
const fn mechanism_of(piece: &Piece) -> Option<&'static Mechanism> {
    match piece.meaning {
        Meaning::AuthResponse { mechanism, .. } => mechanism,
        Meaning::Command { .. } | Meaning::Data { .. } | Meaning::Chunk { .. } => None,
    }
}

/// What is wrong with a command as it was sent.
fn mistake(words: &dyn Words, piece: &Piece, wire: &[u8]) -> Option<String> {
    if !matches!(piece.meaning, Meaning::Command { .. }) {
        return None;
    }
    let errors = command::lines(wire).filter_map(|line| Command::read(line).command.err());
    errors.map(|error| words.command_error(&error)).next()
}

/// A refusal is its likeliest cause, a question is what it asks, anything else what was accepted.
fn meaning_of_reply(
    words: &dyn Words,
    answer: Answer,
    reply: &Reply,
    spans: &[Span],
    findings: &[Finding],
) -> String {
    let code = reply.code();
    if let Some(question) = question(reply.wire(), spans) {
        return words.asks(&question);
    }
    if let Some(likeliest) = findings.first() {
        return words.cause(likeliest.cause).cause.to_owned();
    }
    // 250 is said to everything, and 220 to STARTTLS is no greeting: what they answer says more.
    let accepted = match (code.number(), answer) {
        (250, _) | (220, Answer::To(Verb::StartTls)) => words.accepted(answer),
        _ => None,
    };
    let meaning = accepted.or_else(|| words.code(code));
    meaning.unwrap_or_else(|| words.severity(code.severity())).to_owned()
}

/// The question of an AUTH exchange, where it is one in words: `Username:`.
fn question(wire: &[u8], spans: &[Span]) -> Option<String> {
    let challenge = spans.iter().find(|span| span.field == Field::Challenge)?;
    let question = String::from_utf8(auth::decode(&wire[challenge.range.clone()])?).ok()?;
    let is_words = !question.is_empty() && !question.contains(char::is_control);
    is_words.then_some(question)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server_choice::ServerChoice;
    use crate::settings::Settings;
    use crate::text::Language;
    use crate::walk::{Carried, Snapshot};
    use protocol::anatomy::reply_spans;
    use protocol::client::{Setup, Step};
    use protocol::diagnosis::{Context, diagnose};
    use protocol::lesson::Lesson;
    use protocol::smtp::reply::ReplyParser;
    use protocol::tunnel::FailureReason;
    use std::time::Duration;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn body(answer: Answer, wire: &str) -> Body {
        let reply = ReplyParser::default().read(&mut wire.as_bytes()).unwrap().unwrap();
        let spans = reply_spans(answer, &reply);
        let findings = diagnose(answer, &reply, Context::default());
        Body::Received { step: None, answer, reply, spans, findings }
    }

    fn a_row(id: usize, body: Body) -> Rc<Row> {
        Rc::new(Row {
            id,
            at: Duration::ZERO,
            took: None,
            body,
            login: None,
            carried: Carried::default(),
        })
    }

    fn state(bodies: Vec<Body>) -> AppState {
        let form = Lesson::classic_lab().form;
        let mut state = AppState::new(Settings::default(), form, ServerChoice::default());
        let rows = bodies.into_iter().enumerate().map(|(id, body)| a_row(id, body)).collect();
        state.walk = Rc::new(Snapshot { rows, ..Snapshot::default() });
        state
    }

    fn says(answer: Answer, wire: &str) -> String {
        meaning(Language::En.words(), &a_row(0, body(answer, wire)))
    }

    #[test]
    fn what_the_server_said_last_is_shown_until_a_row_is_selected() {
        let greeting = || body(Answer::Greeting, "220 hi\r\n");
        let mut shown = state(vec![
            greeting(),
            body(Answer::Nothing, "421 bye\r\n"),
            Body::Closed(Ending::ByServer),
        ]);
        assert_eq!(row(&shown).unwrap().id, 1);
        shown.selected = Some(0);
        assert_eq!(row(&shown).unwrap().id, 0);
        // A row that is not there any more is as good as none.
        shown.selected = Some(9);
        assert_eq!(row(&shown).unwrap().id, 1);
        assert!(row(&state(vec![])).is_none());
    }

    #[test]
    fn a_server_that_never_spoke_is_explained_by_how_it_ended() {
        let looked_up = || Body::Note(TunnelEvent::Resolving { host: "mail.example.com".into() });
        assert!(row(&state(vec![looked_up()])).is_none());
        let shown = state(vec![looked_up(), Body::Closed(Ending::NeverOpened)]);
        assert_eq!(row(&shown).unwrap().id, 1);
        let failed = TunnelEvent::Failed {
            reason: FailureReason::ConnectionRefused,
            detail: "refused".into(),
        };
        let end = Body::Closed(Ending::NeverOpened);
        let shown = state(vec![looked_up(), Body::Note(failed), end]);
        assert_eq!(row(&shown).unwrap().id, 1);
        let stopped = state(vec![looked_up(), Body::Closed(Ending::ByUs)]);
        assert!(row(&stopped).is_none());
    }

    #[test]
    fn the_same_code_means_what_it_answers() {
        assert_eq!(says(Answer::To(Verb::Mail), "250 ok\r\n"), "The sender is accepted.");
        assert_eq!(says(Answer::To(Verb::Rcpt), "250 ok\r\n"), "The recipient is accepted.");
        assert_eq!(says(Answer::To(Verb::Data), "250 ok\r\n"), "Done.");
        assert!(says(Answer::Greeting, "220 hi\r\n").starts_with("Ready"));
        assert!(says(Answer::To(Verb::StartTls), "220 go\r\n").starts_with("TLS"));
        assert!(says(Answer::To(Verb::Rcpt), "251 far\r\n").starts_with("Not here"));
        assert_eq!(says(Answer::To(Verb::Noop), "299 what\r\n"), "done");
    }

    #[test]
    fn a_question_is_told_in_its_own_words() {
        let auth = Answer::To(Verb::Auth);
        assert!(says(auth, "334 VXNlcm5hbWU6\r\n").contains("“Username:”"));
        // Neither base64 nor words: what the code means is all that can be said.
        assert!(says(auth, "334 what?\r\n").starts_with("Go on: the server wants"));
        assert!(says(auth, "334 AAEC\r\n").starts_with("Go on: the server wants"));
    }

    #[test]
    fn a_refusal_is_told_by_its_likeliest_cause() {
        assert!(says(Answer::ToAuthResponse, "535 5.7.8 no\r\n").starts_with("The user name or"));
        assert!(says(Answer::To(Verb::Rcpt), "551 gone\r\n").starts_with("The recipient is"));
        assert!(says(Answer::To(Verb::Noop), "599 no\r\n").starts_with("The server refuses"));
    }

    #[test]
    fn a_command_sent_with_a_mistake_says_which() {
        let setup: Setup = Lesson::classic_lab().form.check().unwrap();
        let client = protocol::client::Client::new(setup);
        let sent = |line: &str| {
            let piece = client.consider(protocol::anatomy::Content::typed_line(line));
            let window = piece.window(100);
            let spans = piece.spans(&window);
            let step = Step::Extra(Verb::Noop);
            a_row(0, Body::Sent { step, piece, window, spans })
        };
        let words = Language::En.words();
        assert_eq!(meaning(words, &sent("NOOP")), words.why(Step::Typed, None));
        assert!(meaning(words, &sent("MAIL FROM:<a@b")).starts_with("MAIL:"));
    }

    #[test]
    fn a_title_is_one_short_line_without_secrets() {
        let secret = 5..9;
        let secrets = std::slice::from_ref(&secret);
        assert_eq!(first_line(b"AUTH pass\r\nmore\r\n", secrets), "AUTH ••••••••");
        assert_eq!(first_line(b"\x15\x03\x01", &[]), "...");
        let long = first_line("é".repeat(100).as_bytes(), &[]);
        assert_eq!(long, "é".repeat(TITLE) + "…");
    }

    #[test]
    fn decoded_bytes_without_a_glyph_get_one() {
        assert_eq!(decoded(b"\0tim\0pa\x7fss"), "␀tim␀pa␡ss");
    }
}
