//! Says when a part of the page that is wanted is not there, and fetches it again.

use super::{intending, use_intend, use_words};
use crate::state::{Action, AppState, Arrival, Intent, Screen};
use crate::text::Label;
use std::rc::Rc;
use yew::prelude::*;

/// What is missing.
#[derive(PartialEq, Properties)]
pub struct AbsentProps {
    /// The page's state.
    pub state: Rc<AppState>,
}

/// Nothing, while nothing is missing.
#[component]
pub fn Absent(props: &AbsentProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    let state = &props.state;
    let again = match (state.rest, state.speechless) {
        (Arrival::Failed, _) => Intent::FetchRest,
        (_, Some(language)) => Intent::Show(Action::Speak(language)),
        _ if is_waited_for(state) => {
            return html! { <p class="absent" role="status">{ words.label(Label::PartComing) }</p> };
        }
        _ => return Html::default(),
    };
    html! {
        <p class="absent bad" role="alert">
            { words.label(Label::PartAbsent) }
            <button type="button" class="button" data-do="fetch-again" onclick={intending(&intend, again)}>
                { words.label(Label::FetchAgain) }
            </button>
        </p>
    }
}

/// Whether a person waits for the rest of the page.
fn is_waited_for(state: &AppState) -> bool {
    let wants = state.setup_open || state.screen == Screen::Mailbox;
    state.rest == Arrival::Awaited || state.rest == Arrival::Coming && wants
}
