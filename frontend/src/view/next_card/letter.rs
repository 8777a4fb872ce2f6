//! Mail data, line by line: headers, the empty line, the text.

use crate::text::Label;
use crate::view::{use_words, wire};
use bytes::Bytes;
use protocol::anatomy::{Field, Span};
use protocol::smtp::command;
use std::ops::Range;
use yew::prelude::*;

/// What is shown.
#[derive(PartialEq, Properties)]
pub(super) struct LetterLinesProps {
    /// The wire bytes.
    pub(super) bytes: Bytes,
    /// Their parts.
    pub(super) spans: Vec<Span>,
    /// How many more there are.
    pub(super) left_out: usize,
}

/// The lines as a table, each with what it is.
#[component]
pub(super) fn LetterLines(props: &LetterLinesProps) -> Html {
    let words = use_words();
    let mut last = None;
    let rows: Vec<_> = lines(&props.bytes, &props.spans)
        .into_iter()
        .map(|(range, spans)| {
            let kind = kind_of(spans);
            let label = kind.filter(|_| kind != last).map(|field| words.field(field).name);
            last = kind;
            let cells = spans.iter().filter(|span| !is_end(&props.bytes, span)).map(|span| {
                let text = String::from_utf8_lossy(&props.bytes[span.range.clone()]).into_owned();
                html! { <span class={wire::class_of(span.field)}>{ text }</span> }
            });
            let parting = kind == Some(Field::EmptyLine);
            html! {
                <tr key={range.start} class={classes!(parting.then_some("parting"))}>
                    <th scope="row">{ label.unwrap_or_default() }</th>
                    <td><code>{ for cells }{ " " }{ wire::mark("CR LF") }</code></td>
                </tr>
            }
        })
        .collect();
    html! {
        <div class="letter-lines" tabindex="0" role="region" aria-label={words.label(Label::SetupMessage)}>
            <table><tbody>{ for rows }</tbody></table>
            if props.left_out > 0 { <p class="soft">{ words.left_out(props.left_out) }</p> }
        </div>
    }
}

/// The spans of each line. They tile the bytes, and none reaches over a line's end.
fn lines<'a>(bytes: &[u8], spans: &'a [Span]) -> Vec<(Range<usize>, &'a [Span])> {
    let (mut at, mut first) = (0, 0);
    let mut found = Vec::new();
    for line in command::lines(bytes) {
        let end = at + line.len();
        let count = spans[first..].iter().take_while(|span| span.range.end <= end).count();
        found.push((at..end, &spans[first..first + count]));
        (at, first) = (end, first + count);
    }
    found
}

/// What a line is, by its first part that says so.
fn kind_of(spans: &[Span]) -> Option<Field> {
    let tells =
        [Field::HeaderName, Field::HeaderFold, Field::EmptyLine, Field::BodyText, Field::Unparsed];
    let found = spans.iter().map(|span| span.field).find(|field| tells.contains(field));
    found.map(|field| if field == Field::HeaderFold { Field::HeaderName } else { field })
}

fn is_end(bytes: &[u8], span: &Span) -> bool {
    &bytes[span.range.clone()] == b"\r\n"
}
