//! The envelope beside the headers, so that the eye compares.

use super::addresses::addresses;
use crate::mailbox::Letter;
use crate::text::{Label, Words};
use crate::view::use_words;
use std::rc::Rc;
use yew::prelude::*;

/// What is compared.
#[derive(PartialEq, Properties)]
pub(super) struct CompareProps {
    /// The letter.
    pub(super) letter: Rc<Letter>,
}

/// Envelope and headers, row by row.
#[component]
pub(super) fn Compare(props: &CompareProps) -> Html {
    let words = use_words();
    let envelope = &props.letter.envelope;
    let from = [format!("MAIL FROM:{}", envelope.from)];
    let to: Vec<_> = envelope.to.iter().map(|to| format!("RCPT TO:{to}")).collect();
    let user = envelope.user.as_deref().unwrap_or(words.label(Label::NotLoggedIn));
    html! {
        <table class="compare">
            <caption>{ words.label(Label::CompareNote) }</caption>
            <colgroup><col class="narrow" /><col /><col /></colgroup>
            <thead>
                <tr>
                    <th class="narrow" scope="col">
                        <span class="said">{ words.label(Label::CompareWhat) }</span>
                    </th>
                    <th class="envelope" scope="col">
                        { words.label(Label::Envelope) }
                        <small>{ words.label(Label::EnvelopeNote) }</small>
                    </th>
                    <th scope="col">
                        { words.label(Label::Headers) }
                        <small>{ words.label(Label::HeadersNote) }</small>
                    </th>
                </tr>
            </thead>
            <tbody>
                { row(words, &props.letter, Label::EnvelopeFrom, &from, &["From"]) }
                { row(words, &props.letter, Label::EnvelopeTo, &to, &["To", "Cc"]) }
                { alone(words, Label::Greeted, &envelope.client_name) }
                { alone(words, Label::LoggedIn, user) }
            </tbody>
        </table>
    }
}

/// One row: what was said to the server, what the headers of these names say, and whether that is the same.
fn row(words: &dyn Words, letter: &Letter, name: Label, said: &[String], headers: &[&str]) -> Html {
    let fields: Vec<_> = letter
        .message
        .fields()
        .into_iter()
        .filter(|field| headers.iter().any(|name| field.name.eq_ignore_ascii_case(name)))
        .collect();
    let written: Vec<_> = fields.iter().map(|field| field.value.as_str()).collect();
    let differs = differ(&said.join(","), &written.join(","));
    html! {
        <tr class={classes!(differs.then_some("differs"))}>
            <th class="narrow" scope="row">{ words.label(name) }</th>
            <td class="envelope">{ for said.iter().map(|said| html! { <code>{ breakable(said) }</code> }) }</td>
            <td>
                { for fields.iter().map(|field| html! {
                    <code>{ &field.name }{ ": " }{ breakable(&field.value) }</code>
                }) }
                if fields.is_empty() {
                    <span class="soft">{ words.label(Label::NotThere) }</span>
                }
                if differs {
                    { " " }<span class="tag warn">{ words.label(Label::Differs) }</span>
                }
            </td>
        </tr>
    }
}

/// A row of what only the server was told. Where there is no room for the names of the rows, it has its own.
fn alone(words: &dyn Words, name: Label, said: &str) -> Html {
    html! {
        <tr>
            <th class="narrow" scope="row">{ words.label(name) }</th>
            <td class="envelope" colspan="2">
                <small class="only-narrow">{ words.label(name) }{ words.label(Label::Colon) }</small>
                <code>{ breakable(said) }</code>
            </td>
        </tr>
    }
}

/// Whether the addresses on the envelope and in the headers are not the same ones.
fn differ(envelope: &str, headers: &str) -> bool {
    addresses(envelope) != addresses(headers)
}

/// Lets long addresses break before the `@`.
pub(super) fn breakable(text: &str) -> Html {
    let mut pieces = text.split('@');
    let first = pieces.next().unwrap_or_default().to_owned();
    html! { <>{ first }{ for pieces.map(|piece| html! { <><wbr />{ "@" }{ piece.to_owned() }</> }) }</> }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn an_envelope_that_says_the_same_does_not_differ() {
        let envelope = "RCPT TO:<a@example.com>,RCPT TO:<b@example.com>";
        assert!(!differ(envelope, "B <b@example.com>, a@example.com"));
        assert!(differ(envelope, "a@example.com"));
        assert!(differ(envelope, ""));
    }

    #[test]
    fn the_null_sender_is_the_same_as_no_sender() {
        assert!(!differ("MAIL FROM:<>", ""));
        assert!(differ("MAIL FROM:<>", "a@example.com"));
    }
}
