//! What else can be done.

use crate::state::{Action, AppState, Face, Intent, Screen};
use crate::text::Label;
use crate::view::{icon, intending, use_intend, use_words};
use std::rc::Rc;
use yew::prelude::*;

/// What the menu goes by.
#[derive(PartialEq, Properties)]
pub(super) struct MenuProps {
    /// The page's state.
    pub(super) state: Rc<AppState>,
}

/// The menu. On a phone it holds what there is no room for beside the filled button.
#[component]
pub(super) fn Menu(props: &MenuProps) -> Html {
    let (words, intend) = (use_words(), use_intend());
    let details = use_node_ref();
    let close = {
        let details = details.clone();
        Callback::from(move |_: MouseEvent| {
            if let Some(details) = details.cast::<web_sys::Element>() {
                // Closed already, if this fails.
                let _ = details.remove_attribute("open");
            }
        })
    };
    let item = |hook: &'static str,
                label: Label,
                key: &'static str,
                wanted: Intent,
                class: &'static str| {
        html! {
            <li {class}>
                <button type="button" data-do={hook} onclick={intending(&intend, wanted)}>
                    { words.label(label) }if !key.is_empty() { { " " }<kbd>{ key }</kbd> }
                </button>
            </li>
        }
    };
    let type_own = Intent::Show(Action::Turn(Face::Typing(String::new())));
    html! {
        <details class="menu up push-menu" ref={details} data-do="menu">
            <summary class="icon" aria-label={words.label(Label::More)}>{ icon::more() }</summary>
            <ul onclick={close}>
                if props.state.walk.state.is_connected() {
                    { item("menu-type", Label::TypeYourOwn, "T", type_own, "only-narrow") }
                    { item("menu-run", Label::RunToEnd, "R", Intent::Run, "only-narrow") }
                    { item("menu-stop", Label::Stop, "", Intent::Stop, "") }
                }
                { item("menu-start-over", Label::StartOver, "", Intent::StartOver, "") }
                { item("menu-setup", Label::SetupTitle, "S", Intent::Show(Action::Setup(true)), "") }
                { item("menu-mailbox", Label::OpenMailbox, "M", Intent::Show(Action::Go(Screen::Mailbox)), "only-narrow") }
                { item("menu-keys", Label::KeysTitle, "?", Intent::Show(Action::Shortcuts(true)), "") }
            </ul>
        </details>
    }
}
