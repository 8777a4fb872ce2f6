//! The inspector: takes one message apart.

use crate::state::AppState;
use std::rc::Rc;
use yew::prelude::*;

/// What the inspector shows.
#[derive(PartialEq, Properties)]
pub(super) struct InspectorProps {
    /// The page's state: the row selected, or else the newest one with bytes.
    pub(super) state: Rc<AppState>,
}

/// The inspector.
#[component]
pub(super) fn Inspector(props: &InspectorProps) -> Html {
    let _ = props;
    html! { <aside class="inspector"></aside> }
}
