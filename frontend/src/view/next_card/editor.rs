//! The text field for a changed proposal, or for a line of one's own.

use crate::state::{Action, Face, Intent};
use crate::text::{Label, Words};
use crate::view::{intending, use_intend, use_words, wire};
use protocol::smtp::command::CommandError;
use web_sys::{HtmlInputElement, HtmlTextAreaElement};
use yew::prelude::*;

/// What the editor holds.
#[derive(PartialEq, Properties)]
pub(super) struct EditorProps {
    /// The text so far.
    pub(super) text: String,
    /// Mail data: many lines.
    pub(super) is_data: bool,
    /// A line of one's own, and not a changed proposal.
    pub(super) typed_freely: bool,
    /// What in the text does not fit the grammar, if it were sent now.
    pub(super) misfit: Option<CommandError>,
}

/// Commands that may be typed at any time, as a start.
const SUGGESTIONS: [&str; 4] = ["NOOP", "RSET", "HELP", "QUIT"];

/// The editor. What is typed is kept in the page's state, so that nothing typed is lost.
#[component]
pub(super) fn Editor(props: &EditorProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    let field = use_node_ref();
    use_effect_with((), {
        let field = field.clone();
        move |()| {
            if let Some(field) = field.cast::<web_sys::HtmlElement>() {
                let _ = field.focus();
            }
        }
    });
    let freely = props.typed_freely;
    let face = move |text: String| if freely { Face::Typing(text) } else { Face::Editing(text) };
    let oninput =
        intend.reform(move |event: InputEvent| Intent::Show(Action::Turn(face(value_of(&event)))));
    let onkeydown = {
        let (intend, text, is_data) = (intend.clone(), props.text.clone(), props.is_data);
        Callback::from(move |event: KeyboardEvent| {
            let sends = event.key() == "Enter"
                && !event.is_composing()
                && (!is_data || event.ctrl_key() || event.meta_key());
            if sends {
                event.prevent_default();
                let text = text.clone();
                intend.emit(if freely {
                    Intent::SendTyped(text)
                } else {
                    Intent::SendEdited(text)
                });
            }
        })
    };
    let value = props.text.clone();
    if props.is_data {
        return html! {
            <div class="edit">
                <label for="edit-field">{ words.label(Label::EditDataHint) }</label>
                <textarea id="edit-field" ref={field} spellcheck="false" autocapitalize="off" {value} {oninput} {onkeydown} />
            </div>
        };
    }
    let hint = if freely { Label::TypeYourOwnWhy } else { Label::EditHint };
    html! {
        <div class="edit">
            <label for="edit-field">{ words.label(hint) }</label>
            <div class="line-input">
                <input
                    id="edit-field" ref={field} {value} {oninput} {onkeydown}
                    spellcheck="false" autocapitalize="off" autocomplete="off"
                />
                { wire::mark("CR LF") }
            </div>
            { unfit(words, props.misfit.as_ref()) }
            if freely {
                <div class="chips one-line">{ for SUGGESTIONS.iter().map(|&verb| {
                    let turn = intending(&intend, Intent::Show(Action::Turn(Face::Typing(verb.to_owned()))));
                    html! { <button type="button" class="chip mono" key={verb} onclick={turn}>{ verb }</button> }
                }) }</div>
            }
        </div>
    }
}

/// What in a command does not fit the grammar, said before it is sent. It may be sent all the same.
fn unfit(words: &dyn Words, misfit: Option<&CommandError>) -> Html {
    match misfit {
        Some(error) => html! { <p class="hint" role="status">{ words.command_error(error) }</p> },
        None => Html::default(),
    }
}

fn value_of(event: &InputEvent) -> String {
    let input = event.target_dyn_into::<HtmlInputElement>().map(|input| input.value());
    input
        .or_else(|| event.target_dyn_into::<HtmlTextAreaElement>().map(|area| area.value()))
        .unwrap_or_default()
}
