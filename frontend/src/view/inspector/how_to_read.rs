//! The inspector before anything was said: how to read a reply.

use super::sheet::Sheet;
use crate::text::Label;
use crate::view::use_words;
use protocol::smtp::status::Severity;
use yew::prelude::*;

/// The four first digits: how the badge shows them, its class, and what they say.
const FIRST_DIGITS: [(&str, &str, Severity); 4] = [
    ("2··", "ok", Severity::Completion),
    ("3··", "more", Severity::Intermediate),
    ("4··", "later", Severity::Transient),
    ("5··", "bad", Severity::Permanent),
];

/// A sentence, and the four kinds of reply.
#[component]
pub(in crate::view) fn HowToRead() -> Html {
    let words = use_words();
    let kinds = FIRST_DIGITS.iter().map(|&(digits, class, severity)| {
        html! {
            <>
                <dt><span class={classes!("badge", class)}>{ digits }</span></dt>
                <dd>{ words.severity(severity) }</dd>
            </>
        }
    });
    html! {
        <Sheet title={words.label(Label::NothingSaid)} meaning={words.label(Label::InspectorEmpty)}>
            <section>
                <h3>{ words.label(Label::HowToRead) }</h3>
                <dl class="offers">{ for kinds }</dl>
            </section>
        </Sheet>
    }
}
