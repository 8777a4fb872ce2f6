//! The set-up: which server, which login, which envelope, which message.

use crate::state::AppState;
use protocol::lesson::Lesson;
use std::rc::Rc;
use yew::prelude::*;

/// What the set-up shows.
#[derive(PartialEq, Properties)]
pub struct SetupProps {
    /// The page's state.
    pub state: Rc<AppState>,
    /// The lesson to go back to.
    pub lesson: Rc<Lesson>,
}

/// The set-up, as a dialog over the page.
#[component]
pub fn SetupDialog(props: &SetupProps) -> Html {
    let _ = props;
    html! { <dialog class="setup"></dialog> }
}
