//! What a server offers behind EHLO, and what each of it is for.

use crate::text::Label;
use crate::view::use_words;
use protocol::smtp::extension::Capabilities;
use yew::prelude::*;

/// The offers.
#[derive(PartialEq, Properties)]
pub(super) struct OffersProps {
    pub capabilities: Capabilities,
}

/// The list of extensions.
#[component]
pub(super) fn Offers(props: &OffersProps) -> Html {
    let words = use_words();
    let offers = props.capabilities.iter().enumerate().map(|(index, offer)| {
        html! {
            <key={index}>
                <dt>{ &offer.keyword }{ for offer.parameters.iter().map(|word| format!(" {word}")) }</dt>
                <dd>
                    { words.extension(offer.extension) }
                    if let Some(source) = offer.extension.source() {
                        { " " }<span class="rfc">{ source }</span>
                    }
                </dd>
            </>
        }
    });
    html! {
        <section>
            <h3>{ words.label(Label::Offered) }</h3>
            <dl class="offers">{ for offers }</dl>
        </section>
    }
}
