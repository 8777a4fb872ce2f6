//! The reply code digit by digit, and the enhanced code number by number.

use crate::text::Label;
use crate::view::use_words;
use protocol::smtp::status::{EnhancedCode, ReplyCode};
use yew::prelude::*;

/// The codes of a reply.
#[derive(PartialEq, Properties)]
pub(super) struct CodeProps {
    pub code: ReplyCode,
    pub enhanced: Option<EnhancedCode>,
}

/// Both codes.
#[component]
pub(super) fn Code(props: &CodeProps) -> Html {
    let words = use_words();
    let code = props.code;
    let digits = code.digits().map(u16::from);
    let says = [
        words.severity(code.severity()),
        words.category(code.category()),
        words.label(Label::ThirdDigit),
    ];
    html! {
        <>
            <section>
                <h3>{ words.label(Label::CodeByDigit) }</h3>
                { numbers(digits, says) }
            </section>
            if let Some(code) = props.enhanced {
                <section>
                    <h3>{ words.label(Label::EnhancedApart) }</h3>
                    { numbers([code.class.into(), code.subject, code.detail], words.enhanced(code)) }
                </section>
            }
        </>
    }
}

/// Three numbers, each with what it says.
fn numbers(numbers: [u16; 3], says: [&'static str; 3]) -> Html {
    let items = numbers.iter().zip(says).enumerate().map(|(place, (number, says))| {
        html! { <li key={place} class="f-code"><b>{ number }</b>{ says }</li> }
    });
    html! { <ol class="digits">{ for items }</ol> }
}
