//! An entry of the list of fields, in words.

use super::mask::Mask;
use super::parts::Part;
use super::subject::{decoded, readable};
use crate::text::{Label, Words};
use crate::view::wire;
use crate::walk::Row;
use protocol::anatomy::Field;
use protocol::auth;
use protocol::smtp::command::Verb;
use std::ops::Range;
use yew::prelude::*;

/// Characters of a field's text that are worth showing; the bytes above have them all.
const LONGEST: usize = 160;

/// The field's bytes, or a name for bytes that have no glyph.
pub(super) fn name(words: &dyn Words, wire: &[u8], part: &Part, mask: &Mask) -> Html {
    match part.field {
        Field::LineEnd | Field::EmptyLine => wire::mark("CR LF"),
        Field::Space | Field::LastLine | Field::HeaderFold => {
            wire::mark(words.field(Field::Space).name)
        }
        _ => html! { { shown(wire, &part.range, mask) } },
    }
}

/// What the field is called, what it means, what it says, and where that is laid down.
pub(super) fn explanation(words: &dyn Words, row: &Row, part: &Part, mask: &Mask) -> Html {
    let (wire, _) = row.wire().unwrap_or_default();
    let bytes = &wire[part.range.clone()];
    let value = part.value.as_ref().map(|value| shown(wire, value, mask));
    let is_readable = part.field.is_base64() && !mask.covers(&part.range);
    let (meaning, source) = if part.field == Field::Unparsed && row.is_data() && bytes != b"\n" {
        (words.label(Label::NotAHeader).to_owned(), Field::HeaderName.source())
    } else {
        (meaning(words, part.field, bytes), part.field.source())
    };
    html! {
        <>
            if let Some(value) = value {
                <b>{ value }</b>{ " " }
            }
            { meaning }
            if is_readable {
                { base64(words, bytes, mask) }
            }
            if part.count > 1 {
                <span class="soft">{ " ×" }{ part.count }</span>
            }
            { " " }<span class="rfc">{ source }</span>
        </>
    }
}

/// The field's name and meaning; the meaning alone where the bytes say the name already.
fn meaning(words: &dyn Words, field: Field, bytes: &[u8]) -> String {
    let named = words.field(field);
    let header = || words.header(&String::from_utf8_lossy(bytes));
    match field {
        Field::Verb if let Some(verb) = Verb::from_word(bytes) => words.verb(verb).into(),
        Field::HeaderName if let Some(meaning) = header() => meaning.into(),
        Field::Space | Field::LineEnd | Field::LastLine => named.meaning.into(),
        field if field.is_base64() || bytes == named.name.as_bytes() => named.meaning.into(),
        _ => words.called(named),
    }
}

/// What base64 stands for.
fn base64(words: &dyn Words, bytes: &[u8], mask: &Mask) -> Html {
    match auth::decode(bytes) {
        // A question may be empty.
        Some(bytes) if bytes.is_empty() => Html::default(),
        Some(bytes) => html! {
            <>{ " " }{ stands_for(words) }{ " " }<b>{ mask.text(&decoded(&bytes)) }</b></>
        },
        None => html! { <>{ " " }{ words.label(Label::NotBase64) }</> },
    }
}

/// Stands between base64 and what it says.
pub(super) fn stands_for(words: &dyn Words) -> Html {
    html! {
        <span class="soft">
            <span aria-hidden="true">{ "→" }</span>
            <span class="said">{ words.label(Label::DecodedTo) }</span>
        </span>
    }
}

/// Some of the bytes as one line of text.
fn shown(wire: &[u8], range: &Range<usize>, mask: &Mask) -> String {
    let text = readable(&wire::text(&wire[range.clone()], range.start, mask.ranges()));
    match text.char_indices().nth(LONGEST) {
        Some((end, _)) => text[..end].to_owned() + "…",
        None => text,
    }
}
