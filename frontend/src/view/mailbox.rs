//! The practice mailbox: a list and a letter, its envelope beside its headers.

use crate::state::AppState;
use std::rc::Rc;
use yew::prelude::*;

/// What the mailbox shows.
#[derive(PartialEq, Properties)]
pub struct MailboxProps {
    /// The page's state.
    pub state: Rc<AppState>,
}

/// The mailbox.
#[component]
pub fn MailboxScreen(props: &MailboxProps) -> Html {
    let _ = props;
    html! { <main class="mailbox"></main> }
}
