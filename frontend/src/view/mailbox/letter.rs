//! One letter: its envelope beside its headers, its text, and every byte of it.

use super::compare::{Compare, breakable};
use super::title;
use crate::mailbox::Letter;
use crate::state::{Action, Intent};
use crate::text::{Label, Words};
use crate::view::flaws;
use crate::view::{intending, use_intend, use_words};
use protocol::message::lint::Context;
use protocol::message::{HeaderField, decode_words, header_fields};
use std::rc::Rc;
use yew::prelude::*;

/// What is shown.
#[derive(PartialEq, Properties)]
pub(super) struct LetterProps {
    /// The letter.
    pub(super) letter: Rc<Letter>,
}

/// How many bytes of a letter are shown at most; the rest is counted.
const SHOWN: usize = 64 * 1024;
/// How many of its header fields.
const FIELDS: usize = 200;
/// How many characters of each.
const VALUE: usize = 4096;

/// The letter.
#[component]
pub(super) fn LetterView(props: &LetterProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    let letter = &props.letter;
    let raw = use_state(|| false);
    let view = |hook: &'static str, label: Label, to_raw: bool| {
        let raw = raw.clone();
        let pressed = (*raw == to_raw).to_string();
        let onclick = Callback::from(move |_| raw.set(to_raw));
        html! {
            <button type="button" data-do={hook} aria-pressed={pressed} {onclick}>
                { words.label(label) }
            </button>
        }
    };
    html! {
        <article class="letter" aria-labelledby="letter-title">
            <header>
                <button
                    type="button" class="link back" data-do="all-letters"
                    onclick={intending(&intend, Intent::Show(Action::OpenLetter(None)))}
                >{ words.label(Label::AllLetters) }</button>
                <h2 id="letter-title">
                    { title(words, letter) }
                </h2>
                <div class="tools">
                    <div class="switch" role="group" aria-label={words.label(Label::View)}>
                        { view("as-letter", Label::AsLetter, false) }
                        { view("raw", Label::Raw, true) }
                    </div>
                    <button
                        type="button" class="button" data-do="delete"
                        onclick={intending(&intend, Intent::DeleteLetter(letter.id))}
                    >{ words.label(Label::Delete) }</button>
                </div>
            </header>
            if *raw {
                { all_bytes(words, letter) }
            } else {
                <Compare letter={letter.clone()} />
                { headers(words, letter) }
                { body(words, letter) }
            }
        </article>
    }
}

/// The header fields, those that the server put in front marked.
fn headers(words: &dyn Words, letter: &Letter) -> Html {
    let field = |field: &HeaderField, added: bool| {
        let value: String = field.value.chars().take(VALUE).collect();
        let decoded = decode_words(&value);
        html! {
            <>
                <dt>{ &field.name }</dt>
                <dd>
                    { breakable(&decoded) }
                    if decoded != value {
                        { " " }<code class="soft">{ value }</code>
                    }
                    if added {
                        { " " }<span class="tag">{ words.label(Label::AddedByServer) }</span>
                    }
                </dd>
            </>
        }
    };
    html! {
        <>
            <h3>{ words.label(Label::Headers) }</h3>
            <dl class="headers">
                { for header_fields(&letter.trace).iter().map(|it| field(it, true)) }
                { for letter.message.fields().iter().take(FIELDS).map(|it| field(it, false)) }
            </dl>
        </>
    }
}

/// The text, and what is wrong with the message.
fn body(words: &dyn Words, letter: &Letter) -> Html {
    let body = &letter.message.body;
    let decoded = letter.message.decoded_body(SHOWN);
    html! {
        <>
            <h3>{ words.label(Label::Body) }</h3>
            { flaws::notices(words, &letter.message.lints(Context::default())) }
            if body.is_empty() {
                <p class="soft">{ words.label(Label::NoText) }</p>
            } else if let Some(decoded) = decoded {
                <p class="soft">{ words.written_as(decoded.encoding) }</p>
                <pre class="body-text">{ decoded.text }</pre>
                { left_out(words, body.len()) }
            } else {
                <pre class="body-text">{ text(body) }</pre>
                { left_out(words, body.len()) }
            }
        </>
    }
}

/// Every byte as the server keeps it; what it put in front stands apart.
fn all_bytes(words: &dyn Words, letter: &Letter) -> Html {
    let (headers, body) = (&letter.message.headers, &letter.message.body);
    let message: Vec<_> = headers.iter().chain(body).take(SHOWN).copied().collect();
    html! {
        <>
            <p class="soft">{ words.label(Label::RawNote) }</p>
            <pre class="raw" tabindex="0" role="region" aria-label={words.label(Label::Raw)}>
                <span class="soft">{ text(&letter.trace) }</span>
                { text(&message) }
            </pre>
            { left_out(words, letter.message.len()) }
        </>
    }
}

/// Bytes for a person to read; what is not UTF-8 is replaced.
fn text(bytes: &[u8]) -> String {
    String::from_utf8_lossy(&bytes[..bytes.len().min(SHOWN)]).replace("\r\n", "\n")
}

/// How much of something this long is not shown.
fn left_out(words: &dyn Words, length: usize) -> Html {
    match length.checked_sub(SHOWN) {
        None | Some(0) => Html::default(),
        Some(rest) => html! { <p class="soft">{ words.left_out(rest) }</p> },
    }
}
