//! The root: the state, the controller, what goes by the clock, and the page's places.

use crate::desk::Desk;
use crate::parts::REST;
use crate::server_choice::ServerChoice;
use crate::settings::{self, Settings, Theme};
use crate::state::{AppState, Arrival, Face, Intent, Screen};
use crate::text::Language;
use crate::view::{
    Absent, Header, MailboxProps, SetupProps, ShortcutsDialog, WalkScreen, use_shortcuts,
};
use crate::walk::Snapshot;
use gloo_timers::callback::{Interval, Timeout};
use protocol::client::Next;
use protocol::lesson::Cover;
use std::rc::Rc;
use yew::prelude::*;

/// How long *Run* leaves each step to be seen, in milliseconds.
const RUN_STEP_MS: u32 = 450;

/// The whole page.
#[component]
pub fn Page() -> Html {
    let lesson = use_memo((), |()| Cover::classic_lab());
    let state = use_reducer({
        let lesson = lesson.clone();
        move || {
            let form = lesson.form.clone();
            let state = AppState::new(settings::load_settings(), form, ServerChoice::default());
            AppState { walk: Rc::new(Snapshot::ahead(&lesson)), ..state }
        }
    });
    let desk = use_memo((), {
        let dispatcher = state.dispatcher();
        move |()| Desk::new(move |action| dispatcher.dispatch(action))
    });
    let shown = Rc::new((*state).clone());
    let intend = use_callback(shown.clone(), {
        let desk = desk.clone();
        move |intent: Intent, state: &Rc<AppState>| desk.take(intent, state)
    });
    let remarks = use_callback((), {
        let desk = desk.clone();
        move |face: Face, ()| desk.remarks(&face)
    });
    use_settings(shown.settings);
    use_clock(&shown, &intend);
    use_shortcuts(&shown, &intend);
    use_effect_with((), {
        let intend = intend.clone();
        move |()| intend.emit(Intent::FetchRest)
    });
    use_effect_with(shown.rest, {
        let (intend, desk) = (intend.clone(), desk.clone());
        move |&rest| {
            if rest == Arrival::There {
                intend.emit(Intent::StartOver);
                intend.emit(Intent::AskBridge);
                if let Some(wanted) = desk.wanted() {
                    intend.emit(wanted);
                }
            }
        }
    });
    let rest = REST.get();
    let screen = match shown.screen {
        Screen::Walk => {
            html! { <WalkScreen state={shown.clone()} lesson={lesson.clone()} {remarks} /> }
        }
        Screen::Mailbox => rest
            .map(|rest| (rest.mailbox)(MailboxProps { state: shown.clone() }))
            .unwrap_or_default(),
    };
    let setup = rest
        .filter(|_| shown.setup_open)
        .map(|rest| (rest.setup)(SetupProps { state: shown.clone(), lesson }));
    html! {
        <ContextProvider<Language> context={shown.settings.language}>
            <ContextProvider<Callback<Intent>> context={intend}>
                <div class="app">
                    <Header
                        settings={shown.settings}
                        screen={shown.screen}
                        server={shown.server.clone()}
                        connected={shown.walk.state.is_connected()}
                        letters={shown.letters.len()}
                    />
                    { screen }
                </div>
                <Absent state={shown.clone()} />
                if let Some(setup) = setup {
                    { setup }
                }
                if shown.shortcuts_open {
                    <ShortcutsDialog />
                }
            </ContextProvider<Callback<Intent>>>
        </ContextProvider<Language>>
    }
}

/// Keeps the settings, and shows them where CSS and screen readers look.
#[hook]
fn use_settings(settings: Settings) {
    use_effect_with(settings, move |&settings| {
        settings::save_settings(settings);
        let document = web_sys::window().and_then(|window| window.document());
        let Some(root) = document.and_then(|document| document.document_element()) else { return };
        // An attribute that cannot be set leaves the page as it was.
        let _ = root.set_attribute("lang", settings.language.tag());
        let _ = match settings.theme {
            Theme::System => root.remove_attribute("data-theme"),
            theme => root.set_attribute("data-theme", theme.word()),
        };
    });
}

/// Counts patience down while there is a connection, and takes the next step while *Run* is on.
#[hook]
fn use_clock(state: &Rc<AppState>, intend: &Callback<Intent>) {
    // The callback changes with the state; the timers always want the newest.
    let newest = use_mut_ref(|| intend.clone());
    newest.replace(intend.clone());
    let counts = state.walk.patience.is_some();
    use_effect_with(counts, {
        let newest = newest.clone();
        move |&counts| {
            let interval = counts.then(|| {
                Interval::new(1000, move || {
                    let intend = newest.borrow().clone();
                    intend.emit(Intent::Tick);
                })
            });
            move || drop(interval)
        }
    });
    let steps = state.running && !matches!(*state.walk.next, Next::Wait { .. });
    use_effect_with((steps, state.walk.rows.len(), state.walk.revision), move |&(steps, ..)| {
        let timeout = steps.then(|| {
            Timeout::new(RUN_STEP_MS, move || {
                let intend = newest.borrow().clone();
                intend.emit(Intent::RunStep);
            })
        });
        move || drop(timeout)
    });
}
