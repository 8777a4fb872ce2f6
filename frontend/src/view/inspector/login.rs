//! What a login says inside its base64: the parts of the message, and what each is for.

use super::Shown;
use super::subject::decoded;
use crate::text::Label;
use crate::view::{use_words, wire};
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
    let parts = login.spans.iter().enumerate().map(|(index, span)| {
        html! {
            <li key={index}>
                <div class={classes!("part", wire::class_of(span.field))}>
                    <code>{ decoded(&login.message[span.range.clone()]) }</code>
                    <span>
                        { words.called(words.field(span.field)) }
                        { " " }<span class="rfc">{ span.field.source() }</span>
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
