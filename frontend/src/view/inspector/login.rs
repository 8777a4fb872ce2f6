//! What a login says inside its base64: the parts of the message, and what each is for.

use super::Shown;
use super::subject::decoded;
use crate::text::Label;
use crate::view::{use_words, wire};
use protocol::anatomy::{Field, Span};
use std::ops::Range;
use yew::prelude::*;

/// Which message.
#[derive(PartialEq, Properties)]
pub(super) struct InsideProps {
    pub row: Shown,
}

/// The list of parts. A message that is all one part has been read where its base64 was.
#[component]
pub(super) fn Inside(props: &InsideProps) -> Html {
    let words = use_words();
    let Some(login) = props.row.login.as_ref().filter(|login| login.spans.len() > 1) else {
        return Html::default();
    };
    let parts = parts(&login.spans).into_iter().enumerate().map(|(index, part)| {
        html! {
            <li key={index}>
                <div class={classes!("part", wire::class_of(part.field))}>
                    <code>{ decoded(&login.message[part.range]) }</code>
                    <span>
                        { words.called(words.field(part.field)) }
                        if part.count > 1 {
                            <span class="soft">{ " ×" }{ part.count }</span>
                        }
                        { " " }<span class="rfc">{ part.field.source() }</span>
                    </span>
                </div>
            </li>
        }
    });
    html! {
        <section>
            <h3>{ words.label(Label::InsideBase64) }</h3>
            <ol class="parts">{ for parts }</ol>
        </section>
    }
}

/// An entry of the list.
#[derive(Debug, PartialEq)]
struct Part {
    field: Field,
    range: Range<usize>,
    count: usize,
}

/// An attribute's name goes with its value, and what only holds parts apart is explained once.
fn parts(spans: &[Span]) -> Vec<Part> {
    let mut parts: Vec<Part> = Vec::new();
    let mut name: Option<usize> = None;
    for (index, Span { field, range }) in spans.iter().enumerate() {
        let next = spans.get(index + 1).map(|span| span.field);
        let known = parts.iter_mut().find(|part| part.field == *field && is_glue(*field));
        if let Some(known) = known {
            known.count += 1;
        } else if *field == Field::AttributeName && next.is_some_and(|next| !is_glue(next)) {
            name = Some(range.start);
        } else {
            let range = name.take().unwrap_or(range.start)..range.end;
            parts.push(Part { field: *field, range, count: 1 });
        }
    }
    parts
}

const fn is_glue(field: Field) -> bool {
    matches!(field, Field::AttributeSeparator | Field::ControlA | Field::Nul | Field::Space)
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::auth::{Mechanism, Speaker};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn a_name_goes_with_its_value_and_commas_are_explained_once() {
        let message = b"r=abcd,s=QSXC,i=4096";
        let scram = Mechanism::named("SCRAM-SHA-256").unwrap();
        let listed: Vec<_> = parts(&scram.anatomy(Speaker::Server, 1, message))
            .into_iter()
            .map(|part| (String::from_utf8_lossy(&message[part.range]).into_owned(), part.count))
            .collect();
        let expected = [("r=abcd", 1), (",", 2), ("s=QSXC", 1), ("i=4096", 1)];
        assert_eq!(listed, expected.map(|(text, count)| (text.to_owned(), count)));
    }

    #[test]
    fn a_name_without_a_value_stands_alone() {
        let message = b"r=,s=";
        let scram = Mechanism::named("SCRAM-SHA-1").unwrap();
        let listed = parts(&scram.anatomy(Speaker::Server, 1, message));
        let fields: Vec<_> = listed.iter().map(|part| part.field).collect();
        assert_eq!(fields, [Field::AttributeName, Field::AttributeSeparator, Field::AttributeName]);
    }
}
