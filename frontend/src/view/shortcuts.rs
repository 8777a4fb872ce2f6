//! The keyboard: what each key does, and the sheet that says so.

use super::modal::use_modal;
use super::next_card::{editing_face, main_intent};
use super::{icon, intending, use_intend, use_words};
use crate::state::{Action, AppState, Face, Intent, Screen};
use crate::text::Label;
use gloo_events::{EventListener, EventListenerOptions};
use std::rc::Rc;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent};
use yew::prelude::*;

/// Listens to the keyboard for as long as the page is open.
#[hook]
pub fn use_shortcuts(state: &Rc<AppState>, intend: &Callback<Intent>) {
    // One listener for good; it always looks at the newest state.
    let newest = use_mut_ref(|| (state.clone(), intend.clone()));
    newest.replace((state.clone(), intend.clone()));
    use_effect_with((), move |()| {
        let listener = web_sys::window().map(|window| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, "keydown", options, move |event| {
                let (state, intend) = newest.borrow().clone();
                if let Some(intent) = intent_of(event, &state) {
                    // The same key must not type into the field that it opens, nor scroll.
                    event.prevent_default();
                    intend.emit(intent);
                }
            })
        });
        move || drop(listener)
    });
}

/// The intent of a key press: none while the key belongs to a field, a button or an input method.
fn intent_of(event: &Event, state: &AppState) -> Option<Intent> {
    let event = event.dyn_ref::<KeyboardEvent>()?;
    let is_taken = event.default_prevented()
        || event.is_composing()
        || event.ctrl_key()
        || event.alt_key()
        || event.meta_key();
    let key = event.key();
    let belongs_elsewhere = match key.as_str() {
        "Escape" => false,
        // A key held down must not rush through a walk.
        "Enter" => event.repeat() || focus_is_in("input, textarea, select, button, a, summary"),
        "ArrowUp" | "ArrowDown" => focus_is_in("input, textarea, select, [tabindex]"),
        _ => event.repeat() || focus_is_in("input, textarea, select"),
    };
    if is_taken || belongs_elsewhere { None } else { intent_for(&key, state) }
}

/// Whether what has the focus is one of these, or within one.
fn focus_is_in(selectors: &str) -> bool {
    let document = web_sys::window().and_then(|window| window.document());
    let focused = document.and_then(|document| document.active_element());
    let found = focused.and_then(|focused: Element| focused.closest(selectors).ok()?);
    found.is_some()
}

/// What a key does in this state.
fn intent_for(key: &str, state: &AppState) -> Option<Intent> {
    let show = |action| Some(Intent::Show(action));
    if state.setup_open || state.shortcuts_open {
        // A dialog over the page has the keyboard to itself, and closes by itself.
        return None;
    }
    let in_walk = state.screen == Screen::Walk;
    match key {
        "?" => show(Action::Shortcuts(true)),
        "s" | "S" => show(Action::Setup(true)),
        "m" | "M" if in_walk => show(Action::Go(Screen::Mailbox)),
        "m" | "M" => show(Action::Go(Screen::Walk)),
        "Escape" => show(escape(state)?),
        _ if !in_walk => None,
        "Enter" => main_intent(state),
        "e" | "E" => show(Action::Turn(editing_face(state)?)),
        "t" | "T" if state.walk.state.is_connected() => {
            show(Action::Turn(Face::Typing(String::new())))
        }
        "r" | "R" if state.running => Some(Intent::Pause),
        "r" | "R" => Some(Intent::Run),
        "ArrowUp" => show(above(state)?),
        "ArrowDown" => show(below(state)?),
        _ => None,
    }
}

/// Leaves what was entered last.
fn escape(state: &AppState) -> Option<Action> {
    match state.screen {
        Screen::Mailbox => state.letter.map(|_| Action::OpenLetter(None)),
        Screen::Walk if state.face != Face::Proposal => Some(Action::Turn(Face::Proposal)),
        Screen::Walk => state.selected.map(|_| Action::Select(None)),
    }
}

/// Selects the row that can be opened above the one selected. Where none is, what has bytes is looked at as it comes, so
/// then it is the one above the newest; of what has none it is the newest itself.
fn above(state: &AppState) -> Option<Action> {
    let newest = rows(state).last()?;
    let below = state.selected.unwrap_or_else(|| {
        let has_bytes = state.walk.rows.get(newest).is_some_and(|row| row.wire().is_some());
        if has_bytes { newest } else { newest + 1 }
    });
    let above = rows(state).take_while(|&row| row < below).last()?;
    Some(Action::Select(Some(above)))
}

/// Selects the row below the one selected. Below the newest is none: the walk is followed again.
fn below(state: &AppState) -> Option<Action> {
    let selected = state.selected?;
    Some(Action::Select(rows(state).find(|&row| row > selected)))
}

/// The rows that can be opened.
fn rows(state: &AppState) -> impl Iterator<Item = usize> {
    state.walk.rows.iter().filter(|row| row.can_be_opened()).map(|row| row.id)
}

/// Every key on the sheet, and what it does.
const KEYS: [(&[&str], Label); 9] = [
    (&["Enter"], Label::KeyEnter),
    (&["E"], Label::KeyEdit),
    (&["T"], Label::KeyType),
    (&["R"], Label::KeyRun),
    (&["↑", "↓"], Label::KeyUpDown),
    (&["S"], Label::KeySetup),
    (&["M"], Label::KeyMailbox),
    (&["Esc"], Label::KeyEsc),
    (&["?"], Label::KeyHelp),
];

/// The sheet.
#[component]
pub fn ShortcutsDialog() -> Html {
    let (words, intend) = (use_words(), use_intend());
    let dialog = use_modal();
    let close = Intent::Show(Action::Shortcuts(false));
    let onclose = intending(&intend, close.clone());
    html! {
        <dialog class="setup small" ref={dialog} aria-labelledby="keys-title" {onclose}>
            <form method="dialog">
                <header>
                    <h2 id="keys-title">{ words.label(Label::KeysTitle) }</h2>
                    <button
                        type="button" class="icon" data-do="close" aria-label={words.label(Label::Close)}
                        onclick={intending(&intend, close)}
                    >{ icon::close() }</button>
                </header>
                <div class="setup-body">
                    <dl class="keys">
                        { for KEYS.iter().map(|(keys, label)| html! {
                            <>
                                <dt>{ words.label(*label) }</dt>
                                <dd>{ for keys.iter().map(|&key| html! { <>{ " " }<kbd>{ key }</kbd></> }) }</dd>
                            </>
                        }) }
                    </dl>
                </div>
            </form>
        </dialog>
    }
}

#[cfg(test)]
mod tests;
