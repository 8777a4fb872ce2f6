//! NextCard.

use crate::state::AppState;
use std::rc::Rc;
use yew::prelude::*;

/// Props.
#[derive(PartialEq, Properties)]
pub struct NextCardProps {
    /// The page's state.
    pub state: Rc<AppState>,
}

/// The component.
#[component]
pub fn NextCard(props: &NextCardProps) -> Html {
    let _ = props;
    html! {}
}
