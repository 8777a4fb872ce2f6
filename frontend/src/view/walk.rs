//! The walk: three places that stay put.

use super::inspector::Inspector;
use super::next_card::NextCard;
use super::plan::Plan;
use super::stage::Stage;
use crate::state::AppState;
use protocol::anatomy::Piece;
use protocol::lesson::Lesson;
use std::rc::Rc;
use yew::prelude::*;

/// What the walk shows.
#[derive(PartialEq, Properties)]
pub struct WalkProps {
    /// The page's state.
    pub state: Rc<AppState>,
    /// The lesson, for its title and its mistakes.
    pub lesson: Rc<Lesson>,
    /// What a text would be if it were sent now.
    pub consider: Callback<String, Piece>,
}

/// Plan, stage, next step and inspector.
#[component]
pub fn WalkScreen(props: &WalkProps) -> Html {
    let state = &props.state;
    html! {
        <main class="walk" id="walk">
            <Plan state={state.clone()} lesson={props.lesson.clone()} />
            <Stage state={state.clone()} />
            <NextCard state={state.clone()} lesson={props.lesson.clone()} consider={props.consider.clone()} />
            <Inspector state={state.clone()} />
        </main>
    }
}
