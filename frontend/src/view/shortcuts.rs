//! The keyboard: what each key does, and the sheet that says so.

use crate::state::{AppState, Intent};
use std::rc::Rc;
use yew::prelude::*;

/// Listens to the keyboard for as long as the page is open.
#[hook]
pub fn use_shortcuts(state: &Rc<AppState>, intend: &Callback<Intent>) {
    let _ = (state, intend);
}

/// The sheet.
#[component]
pub fn ShortcutsDialog() -> Html {
    html! { <dialog class="keys"></dialog> }
}
