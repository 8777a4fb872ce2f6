//! The bytes of a message, eight a row: offset, hexadecimal, text.

use super::Shown;
use super::mask::Mask;
use super::parts::Parts;
use crate::text::{Label, Words};
use crate::view::{use_words, wire};
use std::fmt::Write as _;
use std::ops::Range;
use std::rc::Rc;
use yew::prelude::*;

/// Bytes in a row.
const PER_ROW: usize = 8;

/// One row of the table.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Line {
    /// Where it begins.
    pub(super) offset: usize,
    pub(super) runs: Vec<Run>,
}

/// The bytes of one field in one row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Run {
    pub(super) range: Range<usize>,
    /// Which of the spans they belong to; `None` where they have not been taken apart.
    pub(super) span: Option<usize>,
}

/// Cuts the first `length` bytes into rows, and each row into runs. The ranges are those of the spans, in order.
pub(super) fn lines(length: usize, spans: impl IntoIterator<Item = Range<usize>>) -> Vec<Line> {
    let mut spans = spans.into_iter().enumerate().peekable();
    let starts = (0..length).step_by(PER_ROW);
    starts
        .map(|offset| {
            let end = length.min(offset + PER_ROW);
            let mut runs = Vec::new();
            let mut at = offset;
            while at < end {
                while spans.next_if(|(_, span)| span.end <= at).is_some() {}
                let run = match spans.peek() {
                    Some((index, span)) if span.start <= at => {
                        Run { range: at..span.end.min(end), span: Some(*index) }
                    }
                    Some((_, span)) => Run { range: at..span.start.min(end), span: None },
                    None => Run { range: at..end, span: None },
                };
                at = run.range.end;
                runs.push(run);
            }
            Line { offset, runs }
        })
        .collect()
}

/// What the table shows.
#[derive(PartialEq, Properties)]
pub(super) struct BytesProps {
    pub row: Shown,
    /// The rows that are shown.
    pub lines: Rc<Vec<Line>>,
    pub parts: Rc<Parts>,
    pub mask: Mask,
    /// The part whose bytes are lit.
    pub lit: Option<usize>,
    /// Told the part under the pointer.
    pub point: Callback<Option<usize>>,
    /// The part of the page that scrolls.
    pub region: NodeRef,
}

/// The table.
#[component]
pub(super) fn Bytes(props: &BytesProps) -> Html {
    let words = use_words();
    let over = props.point.reform(|event: MouseEvent| part_at(&event));
    let out = props.point.reform(|_: MouseEvent| None);
    html! {
        <div
            class="bytes" tabindex="0" role="region" aria-label={words.label(Label::Bytes)}
            ref={props.region.clone()} onmouseover={over} onmouseleave={out}
        >
            <table>
                { head(words) }
                <tbody>{ for props.lines.iter().map(|line| row(props, line)) }</tbody>
            </table>
        </div>
    }
}

/// What the columns are, for who does not see them.
pub(super) fn head(words: &dyn Words) -> Html {
    html! {
        <thead class="said">
            <tr>
                <th scope="col">{ words.label(Label::Offset) }</th>
                <th scope="col">{ words.label(Label::BytesAsHex) }</th>
                <th scope="col">{ words.label(Label::BytesAsText) }</th>
            </tr>
        </thead>
    }
}

/// One row: its hexadecimal runs a space apart, its text runs without one.
fn row(props: &BytesProps, line: &Line) -> Html {
    let (wire, spans) = props.row.wire().unwrap_or_default();
    let cell = |separator: &'static str, show: fn(&[u8], usize, &Mask) -> String| {
        line.runs.iter().enumerate().map(move |(index, run)| {
            let part = run.span.map(|span| props.parts.of_span[span]);
            let lit = (part.is_some() && part == props.lit).then_some("lit");
            let field = run.span.map_or("f-odd", |span| wire::class_of(spans[span].field));
            let bytes = &wire[run.range.clone()];
            html! {
                <>
                    if index > 0 { { separator } }
                    <span class={classes!("run", field, lit)} data-part={part.map(|part| part.to_string())}>
                        { show(bytes, run.range.start, &props.mask) }
                    </span>
                </>
            }
        })
    };
    html! {
        <tr key={line.offset}>
            <th scope="row">{ format!("{:04x}", line.offset) }</th>
            <td>{ for cell(" ", hexadecimal) }</td>
            <td>{ for cell("", glyphs) }</td>
        </tr>
    }
}

/// The part that the pointer is over.
pub(super) fn part_at(event: &MouseEvent) -> Option<usize> {
    let element = event.target_dyn_into::<web_sys::Element>()?;
    element.get_attribute("data-part")?.parse().ok()
}

/// Two digits a byte; dots for one that is hidden.
pub(super) fn hexadecimal(bytes: &[u8], offset: usize, mask: &Mask) -> String {
    let mut text = String::new();
    for (at, byte) in (offset..).zip(bytes) {
        if at > offset {
            text.push(' ');
        }
        if mask.covers(&(at..at + 1)) {
            text.push_str("••");
        } else {
            // Writing into a string does not fail.
            let _ = write!(text, "{byte:02x}");
        }
    }
    text
}

/// One character a byte, whether it has a glyph or not; a dot for one that is hidden.
pub(super) fn glyphs(bytes: &[u8], offset: usize, mask: &Mask) -> String {
    let glyph = |(at, &byte): (usize, &u8)| match byte {
        _ if mask.covers(&(at..at + 1)) => '•',
        b'\r' => '←',
        b'\n' => '↓',
        b'\t' => '→',
        b' ' => '·',
        0x21..0x7f => char::from(byte),
        _ => '.',
    };
    (offset..).zip(bytes).map(glyph).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::walk::{Body, Carried, Row, Snapshot};
    use protocol::auth::Credentials;
    use protocol::secrets::Secrets;
    use protocol::smtp::command::Command;
    use protocol::smtp::reply::ReplyError;
    use std::time::Duration;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// Each run: its first byte, the one behind its last, and its span.
    fn runs(lines: &[Line]) -> Vec<(usize, usize, Option<usize>)> {
        let runs = lines.iter().flat_map(|line| &line.runs);
        runs.map(|run| (run.range.start, run.range.end, run.span)).collect()
    }

    #[test]
    fn a_field_that_goes_on_in_the_next_row_is_a_run_in_each() {
        let spans = Command::read(b"EHLO student.example\r\n").spans;
        let lines = lines(22, spans.iter().map(|span| span.range.clone()));
        assert_eq!(lines.iter().map(|line| line.offset).collect::<Vec<_>>(), [0, 8, 16]);
        assert_eq!(
            runs(&lines),
            [
                (0, 4, Some(0)),
                (4, 5, Some(1)),
                (5, 8, Some(2)),
                (8, 16, Some(2)),
                (16, 20, Some(2)),
                (20, 22, Some(3))
            ]
        );
    }

    #[test]
    fn bytes_that_were_not_taken_apart_are_runs_too() {
        assert_eq!(runs(&lines(10, [])), [(0, 8, None), (8, 10, None)]);
        assert_eq!(
            runs(&lines(6, std::iter::once(2..4))),
            [(0, 2, None), (2, 4, Some(0)), (4, 6, None)]
        );
    }

    #[test]
    fn only_the_beginning_is_cut_when_only_that_is_wanted() {
        let spans = || std::iter::once(0..100);
        assert_eq!(runs(&lines(9, spans())), [(0, 8, Some(0)), (8, 9, Some(0))]);
        assert!(lines(0, spans()).is_empty());
    }

    #[test]
    fn every_byte_has_one_glyph_and_hidden_ones_are_dots_in_both_columns() {
        let secrets = Secrets::of(&Credentials { user: "tim".into(), password: "open".into() });
        let walk = Snapshot { secrets: Rc::new(secrets), ..Snapshot::default() };
        let bytes = b"a\t\xe9 open\r\n".to_vec();
        let body = Body::Broken { error: ReplyError::BareLf, bytes: bytes.clone() };
        let row = Row {
            id: 0,
            at: Duration::ZERO,
            took: None,
            body,
            login: None,
            carried: Carried::default(),
        };
        let mask = Mask::new(&walk, false, &row);
        assert_eq!(glyphs(&bytes, 0, &mask), "a→.·••••←↓");
        assert_eq!(hexadecimal(&bytes, 0, &mask), "61 09 e9 20 •• •• •• •• 0d 0a");
        // The same wherever the run begins.
        assert_eq!(glyphs(&bytes[6..9], 6, &mask), "••←");
    }
}
