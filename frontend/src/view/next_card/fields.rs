//! A line cut into its fields, each with its name under it.

use crate::text::Words;
use crate::view::{use_words, wire};
use bytes::Bytes;
use protocol::anatomy::{Field, Span};
use protocol::auth;
use std::ops::Range;
use yew::prelude::*;

/// What is cut.
#[derive(PartialEq, Properties)]
pub(super) struct FieldsProps {
    /// The wire bytes.
    pub(super) bytes: Bytes,
    /// Their parts.
    pub(super) spans: Vec<Span>,
    /// What of them is masked.
    pub(super) hidden: Vec<Range<usize>>,
}

/// The fields.
#[component]
pub(super) fn Fields(props: &FieldsProps) -> Html {
    let words = use_words();
    let cells = cells(&props.spans).into_iter().map(|cell| {
        let class = if cell.field == Field::LineEnd { "glue" } else { wire::class_of(cell.field) };
        let text = |range: &Range<usize>| {
            String::from_utf8_lossy(&props.bytes[range.clone()]).into_owned()
        };
        let masked = wire::is_hidden(&props.hidden, &cell.core);
        let code = match cell.field {
            Field::LineEnd => html! { "CR LF" },
            _ => html! {
                <>
                    if !cell.before.is_empty() { <span class="glue">{ text(&cell.before) }</span> }
                    { if masked { "••••••••".to_owned() } else { text(&cell.core) } }
                    if !cell.after.is_empty() { <span class="glue">{ text(&cell.after) }</span> }
                </>
            },
        };
        let decoded =
            (!masked).then(|| decoded(cell.field, &props.bytes[cell.core.clone()])).flatten();
        let label = match decoded {
            Some(decoded) => format!("{}: {decoded}", words.field(cell.field).name),
            None => label(words, cell.field),
        };
        html! {
            <li key={cell.core.start}>
                <span class={classes!("field", class)} title={words.field(cell.field).meaning}>
                    <code>{ code }</code><small>{ label }</small>
                </span>
            </li>
        }
    });
    html! { <ol class="fields">{ for cells }</ol> }
}

fn label(words: &dyn Words, field: Field) -> String {
    words.field(field).name.to_owned()
}

/// What base64 stands for, with its NULs made visible.
fn decoded(field: Field, bytes: &[u8]) -> Option<String> {
    let decoded = field.is_base64().then(|| auth::decode(bytes))??;
    Some(String::from_utf8_lossy(&decoded).replace('\0', "␀"))
}

/// A field together with the punctuation that leans on it.
#[derive(Debug, PartialEq, Eq)]
struct Cell {
    field: Field,
    before: Range<usize>,
    core: Range<usize>,
    after: Range<usize>,
}

/// Joins spaces and brackets to the field they belong to, so that a line is read in a few parts.
fn cells(spans: &[Span]) -> Vec<Cell> {
    let mut cells: Vec<Cell> = Vec::new();
    let mut before: Option<Range<usize>> = None;
    for span in spans {
        let Range { start, end } = span.range.clone();
        match span.field {
            Field::PathOpen | Field::AngleOpen | Field::At | Field::ParameterEquals => {
                before = Some(start..end);
            }
            Field::Space
            | Field::PathClose
            | Field::AngleClose
            | Field::HeaderSeparator
            | Field::HeaderColon
            | Field::NotifyComma
            | Field::AddressTypeEnd
                if before.is_none() && !cells.is_empty() =>
            {
                if let Some(last) = cells.last_mut() {
                    last.after.end = end;
                }
            }
            field => {
                // `<>`: the bracket that opens has nothing to lean on but the one that closes.
                let open = before.take().unwrap_or(start..start);
                let (field, before, core) = match field {
                    Field::PathClose | Field::AngleClose => {
                        (field, open.start..open.start, open.start..end)
                    }
                    _ => (field, open, start..end),
                };
                cells.push(Cell { field, before, core, after: end..end });
            }
        }
    }
    cells
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::smtp::command::Command;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn parts(line: &str) -> Vec<(String, &str)> {
        let cells = cells(&Command::read(line.as_bytes()).spans);
        // Together they are the line again.
        assert_eq!(
            cells.iter().map(|cell| &line[cell.before.start..cell.after.end]).collect::<String>(),
            line
        );
        cells
            .iter()
            .map(|cell| (format!("{:?}", cell.field), &line[cell.before.start..cell.after.end]))
            .collect()
    }

    #[test]
    fn punctuation_leans_on_its_neighbour() {
        let found = parts("MAIL FROM:<a@example.com> SIZE=9\r\n");
        let texts: Vec<_> = found.iter().map(|(_, text)| *text).collect();
        assert_eq!(texts, ["MAIL ", "FROM:", "<a", "@example.com> ", "SIZE", "=9", "\r\n"]);
    }

    #[test]
    fn the_null_path_is_one_part() {
        let found = parts("MAIL FROM:<>\r\n");
        assert_eq!(found[2], ("PathClose".to_owned(), "<>"));
    }
}
