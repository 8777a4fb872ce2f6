//! A record of the handshake: its header, and each message in it field by field.

use super::dissection::Dissection;
use crate::text::{Label, Words};
use crate::view::inspector::Shown;
use crate::view::inspector::facts::When;
use crate::view::inspector::sheet::Sheet;
use crate::view::inspector::subject;
use crate::view::use_words;
use crate::walk::Body;
use std::rc::Rc;
use tls_messages::{Content, Record};
use yew::prelude::*;

/// Which row.
#[derive(PartialEq, Properties)]
pub(crate) struct RecordSheetProps {
    pub(crate) row: Shown,
    pub(crate) open: bool,
}

/// The record.
#[component]
pub(crate) fn RecordSheet(props: &RecordSheetProps) -> Html {
    let (words, row) = (use_words(), &props.row);
    let Body::Record(record) = &row.body else { return Html::default() };
    let messages = match &record.content {
        Content::Handshake(messages) => &messages[..],
        _ => &[],
    };
    let sections = messages.iter().enumerate().map(|(index, message)| {
        let named = words.handshake(message.kind);
        let (bytes, spans) = (Rc::new(message.bytes.clone()), Rc::new(message.spans.clone()));
        html! {
            <section key={index}>
                <h3>{ named.name }</h3>
                // What one alone means is said above already.
                if messages.len() > 1 {
                    <p>{ named.meaning }</p>
                }
                <Dissection {bytes} {spans} />
            </section>
        }
    });
    let (bytes, spans) = (Rc::new(record.wire.clone()), Rc::new(record.spans.clone()));
    html! {
        <Sheet
            open={props.open} above={subject::above(words, row).map(AttrValue::from)}
            title={title(words, record)} meaning={subject::meaning(words, row)}
        >
            <section>
                <h3>{ words.label(Label::OthersSee) }</h3>
                <p>{ words.label(if record.sealed { Label::OthersSeeSealed } else { Label::OthersSeeHandshake }) }</p>
                if messages.iter().any(|message| message.opened) {
                    <p class="notice">{ words.label(Label::OpenedHere) }</p>
                }
            </section>
            { for sections }
            <section>
                <h3>{ words.label(Label::TheRecord) }</h3>
                <Dissection {bytes} {spans} />
            </section>
            <When row={row.clone()} />
        </Sheet>
    }
}

/// What is in a record, in a few words.
pub(crate) fn title(words: &dyn Words, record: &Record) -> String {
    match &record.content {
        Content::Handshake(messages) if messages.is_empty() => {
            words.label(Label::MessagePart).to_owned()
        }
        Content::Handshake(messages) => {
            let names: Vec<_> = messages.iter().map(|it| words.handshake(it.kind).name).collect();
            names.join(", ")
        }
        Content::ChangeCipherSpec => "ChangeCipherSpec".to_owned(),
        Content::Alert(alert) => format!("Alert: {}", alert.name),
        Content::Data(_) => words.label(Label::SealedMark).to_owned(),
        Content::Hidden => words.label(Label::HiddenRecord).to_owned(),
    }
}
