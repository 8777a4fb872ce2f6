//! Plan.

use crate::state::AppState;
use std::rc::Rc;
use yew::prelude::*;

/// Props.
#[derive(PartialEq, Properties)]
pub struct PlanProps {
    /// The page's state.
    pub state: Rc<AppState>,
}

/// The component.
#[component]
pub fn Plan(props: &PlanProps) -> Html {
    let _ = props;
    html! {}
}
