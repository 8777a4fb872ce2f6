//! Stage.

use crate::state::AppState;
use std::rc::Rc;
use yew::prelude::*;

/// Props.
#[derive(PartialEq, Properties)]
pub struct StageProps {
    /// The page's state.
    pub state: Rc<AppState>,
}

/// The component.
#[component]
pub fn Stage(props: &StageProps) -> Html {
    let _ = props;
    html! {}
}
