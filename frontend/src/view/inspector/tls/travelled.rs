//! What was said beside what travelled in its place, and what others on the way see of it.

use super::dissection::Dissection;
use crate::text::Label;
use crate::view::inspector::Shown;
use crate::view::inspector::mask::Mask;
use crate::view::inspector::subject::readable;
use crate::view::use_words;
use std::rc::Rc;
use tls_messages::Content;
use yew::prelude::*;

/// Which row.
#[derive(PartialEq, Properties)]
pub(crate) struct TravelledProps {
    pub(crate) row: Shown,
    pub(crate) mask: Mask,
}

/// The records of a row; for a row that was not sealed, that everybody sees it.
#[component]
pub(crate) fn Travelled(props: &TravelledProps) -> Html {
    let (words, carried) = (use_words(), &props.row.carried);
    if carried.count == 0 {
        return html! {
            <section>
                <h3>{ words.label(Label::OthersSee) }</h3>
                <p>{ words.label(Label::OthersSeeAll) }</p>
            </section>
        };
    }
    let records = carried.records.iter().enumerate().map(|(index, record)| {
        let (bytes, spans) = (Rc::new(record.wire.clone()), Rc::new(record.spans.clone()));
        let said = match &record.content {
            Content::Data(data) => {
                readable(&props.mask.text(&String::from_utf8_lossy(&data.bytes)))
            }
            _ => String::new(),
        };
        html! {
            <li key={index}>
                <h4>{ words.label(Label::AsSaid) }</h4>
                <p><code>{ said }</code></p>
                <h4>{ words.label(Label::AsSealed) }</h4>
                <Dissection {bytes} {spans} />
            </li>
        }
    });
    html! {
        <>
            <section>
                <h3>{ words.label(Label::OthersSee) }</h3>
                <p>{ words.label(Label::OthersSeeSealed) }</p>
            </section>
            <section>
                <h3>{ words.label(Label::Travelled) }</h3>
                <p>{ words.in_records(carried.count) }</p>
                <ol class="travelled">{ for records }</ol>
            </section>
        </>
    }
}
