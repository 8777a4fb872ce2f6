//! What happened, as it may be shown: every line with its fields, and every refusal with its reasons.

use super::reason::Reason;
use super::text;
use crate::anatomy::{Answer, Span, reply_spans};
use crate::client::Step;
use crate::secrets::Secrets;
use crate::smtp::command::Verb;
use crate::smtp::limits;
use crate::transcript::{Entry, Item};
use crate::tunnel::TunnelEvent;
use serde::Serialize;
use std::fmt::Debug;
use std::ops::Range;
use std::time::Duration;

/// How much is shown of a piece of mail data, in bytes.
const WINDOW: usize = super::facts::MESSAGE;
/// In place of a secret, whatever its length.
const MASK: &str = "••••••••";

/// One thing that happened; as JSON an entry of the published schema.
#[derive(Clone, Debug, PartialEq, Serialize)]
pub struct Shown {
    /// Milliseconds since the connection was begun, to the microsecond.
    pub at_ms: f64,
    /// What kind of thing.
    pub kind: Kind,
    /// The step of the walk it belongs to.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub step: Option<String>,
    /// What was said, line by line, without the line ends. A byte that is no readable character is written
    /// `\xHH`, and a line without CR LF ends with a backslash.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub lines: Vec<String>,
    /// The fields of the lines; together they are all that was said.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub parts: Vec<Part>,
    /// Bytes that are not shown, because there are too many.
    #[serde(skip_serializing_if = "is_zero")]
    pub left_out: usize,
    /// A reply's code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub code: Option<u16>,
    /// A reply's enhanced status code.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub enhanced: Option<String>,
    /// Why the server may have refused, or why there was nothing to be had from it; the likeliest first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<Reason>,
    /// What the transport told, or what is wrong.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub detail: Option<String>,
}

/// What kind of thing happened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum Kind {
    /// The transport told of itself.
    Transport,
    /// The client said something.
    Sent,
    /// The server said something.
    Received,
    /// The server sent something that is not SMTP.
    Broken,
    /// The connection ended.
    Closed,
}

/// A field and what it holds.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The field's name.
    pub field: String,
    /// Where the field is defined.
    pub source: &'static str,
    /// Its bytes, written as in [`Shown::lines`], line ends too.
    pub text: String,
    /// It is a secret, and its text is a mask.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    pub hidden: bool,
}

impl Shown {
    pub(super) fn of(
        entry: &Entry,
        began: Duration,
        secrets: &Secrets,
        reasons: Vec<Reason>,
    ) -> Self {
        let at = entry.at.saturating_sub(began);
        let shown = match &entry.item {
            Item::Transport(event) => {
                Self { detail: Some(told(event)), ..Self::new(at, Kind::Transport) }
            }
            Item::Sent { step, piece } => {
                let window = piece.window(WINDOW);
                let spans = piece.spans(&window);
                let sent = Self::new(at, Kind::Sent).saying(&window.bytes, &spans, secrets);
                Self { step: Some(step_name(*step)), left_out: window.left_out, ..sent }
            }
            Item::Received { step, answer, reply } => Self {
                step: step.map(step_name),
                code: Some(reply.code().number()),
                enhanced: reply.enhanced().map(|code| code.to_string()),
                ..Self::new(at, Kind::Received).saying(
                    reply.wire(),
                    &reply_spans(*answer, reply),
                    secrets,
                )
            },
            Item::Broken { error, bytes } => Self {
                detail: Some(error.to_string()),
                ..Self::new(at, Kind::Broken).saying(bytes, &[], secrets)
            },
            Item::Upgraded(facts) => {
                Self { detail: Some(facts.to_string()), ..Self::new(at, Kind::Transport) }
            }
            Item::Closed(how) => Self { detail: Some(kebab(how)), ..Self::new(at, Kind::Closed) },
        };
        Self { reasons, ..shown }
    }

    fn new(at: Duration, kind: Kind) -> Self {
        Self {
            at_ms: (at.as_secs_f64() * 1e6).round() / 1e3,
            kind,
            step: None,
            lines: Vec::new(),
            parts: Vec::new(),
            left_out: 0,
            code: None,
            enhanced: None,
            reasons: Vec::new(),
            detail: None,
        }
    }

    fn saying(self, wire: &[u8], spans: &[Span], secrets: &Secrets) -> Self {
        let hidden = secrets.hidden(wire, spans);
        let part = |span: &Span| {
            let is_hidden = meeting(&hidden, &span.range).next().is_some();
            let text = text::escape(&wire[span.range.clone()]);
            Part {
                field: kebab(&span.field),
                source: span.field.source(),
                text: if is_hidden { MASK.into() } else { text },
                hidden: is_hidden,
            }
        };
        Self { lines: lines(wire, &hidden), parts: spans.iter().map(part).collect(), ..self }
    }
}

/// What a reply answers, by the name of its step: a command's word, or `greeting`, `auth-response`,
/// `message` (also `final-dot`), `unknown`.
pub fn answer_named(step: &str) -> Option<Answer> {
    Some(match &*step.trim().to_lowercase() {
        "greeting" | "connect" => Answer::Greeting,
        "hello" => Answer::To(Verb::Ehlo),
        "auth-response" => Answer::ToAuthResponse,
        "chunk" => Answer::ToChunk,
        "message" | "last-chunk" | "final-dot" | "headers" | "body" | "." => Answer::ToMailData,
        "unknown" | "typed" => Answer::ToUnknown,
        word => Answer::To(Verb::from_word(word.split_whitespace().next()?.as_bytes())?),
    })
}

/// Each line with a mask for each secret in it.
fn lines(wire: &[u8], hidden: &[Range<usize>]) -> Vec<String> {
    let mut lines = Vec::new();
    let mut start = 0;
    while start < wire.len() {
        let end = memchr::memmem::find(&wire[start..], b"\r\n").map(|found| start + found);
        let text_end = end.unwrap_or(wire.len());
        let mut line = String::new();
        let mut shown = start;
        for range in meeting(hidden, &(start..text_end)) {
            line += &text::escape(&wire[shown..range.start.max(shown)]);
            line += MASK;
            shown = range.end.min(text_end);
        }
        line += &text::escape(&wire[shown..text_end]);
        lines.push(text::with_end(line, end.is_some()));
        start = end.map_or(wire.len(), |end| end + 2);
    }
    lines
}

/// Those of some ranges in order that have bytes in common with another one.
fn meeting<'a>(
    ranges: &'a [Range<usize>],
    other: &Range<usize>,
) -> impl Iterator<Item = &'a Range<usize>> + use<'a> {
    let (first, end) = (ranges.partition_point(|range| range.end <= other.start), other.end);
    ranges[first..].iter().take_while(move |range| range.start < end)
}

fn step_name(step: Step) -> String {
    match step {
        Step::AuthResponse(_) => "auth-response".into(),
        Step::Rcpt(_) => "rcpt".into(),
        Step::Extra(verb) => verb.as_str().to_lowercase(),
        step => kebab(&step),
    }
}

fn told(event: &TunnelEvent) -> String {
    match event {
        TunnelEvent::Resolving { host } => format!("looking up {host}"),
        TunnelEvent::Resolved { addresses } => {
            let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
            format!("found {}", addresses.join(", "))
        }
        TunnelEvent::Connecting { address } => format!("connecting to {address}"),
        TunnelEvent::Connected { address, .. } => format!("connected to {address}"),
        TunnelEvent::Failed { detail, .. } => format!("no connection: {detail}"),
        TunnelEvent::Closed { by } => format!("the transport ended: {}", kebab(by)),
    }
}

/// A variant's name, as programs write names: `FinalDot` is `final-dot`.
pub(crate) fn kebab(variant: &impl Debug) -> String {
    let mut name = String::new();
    for character in format!("{variant:?}").chars() {
        if character.is_uppercase() && !name.is_empty() {
            name.push('-');
        }
        name.extend(character.to_lowercase());
    }
    name
}

#[expect(clippy::trivially_copy_pass_by_ref, reason = "serde asks for a reference")]
const fn is_zero(number: &usize) -> bool {
    *number == 0
}

const _: () = assert!(WINDOW >= limits::WINDOW, "no less is taken along than the page shows");
