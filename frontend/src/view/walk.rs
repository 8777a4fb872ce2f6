//! The walk: three places that stay put.

use super::inspector::{HowToRead, InspectorProps};
use super::next_card::NextCard;
use super::plan::Plan;
use super::stage::Stage;
use crate::engine::Remarks;
use crate::parts::REST;
use crate::state::{AppState, Face};
use protocol::lesson::Cover;
use std::rc::Rc;
use yew::prelude::*;

/// What the walk shows.
#[derive(PartialEq, Properties)]
pub struct WalkProps {
    /// The page's state.
    pub state: Rc<AppState>,
    /// The lesson, for its title and its mistakes.
    pub lesson: Rc<Cover>,
    /// What there is to say of the text on a face, if it were sent now.
    pub remarks: Callback<Face, Remarks>,
}

/// Plan, stage, next step and inspector.
#[component]
pub fn WalkScreen(props: &WalkProps) -> Html {
    let state = &props.state;
    let inspector = match REST.get() {
        Some(rest) => (rest.inspector)(InspectorProps { state: state.clone() }),
        None => html! { <HowToRead /> },
    };
    html! {
        <main class="walk" id="walk">
            <Plan state={state.clone()} lesson={props.lesson.clone()} />
            <Stage state={state.clone()} />
            <NextCard state={state.clone()} lesson={props.lesson.clone()} remarks={props.remarks.clone()} />
            { inspector }
        </main>
    }
}
