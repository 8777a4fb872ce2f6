//! Takes what a person wants from the first moment on, and hands it to what can do it as soon as that is there.
//!
//! ```text
//!  view ── Intent ──▶ Desk ── Show ──▶ the state, at once
//!                      └───── others ──▶ Engine (the controller), which arrives behind the page
//! ```

use crate::controller::Controller;
use crate::parts::{self, REST};
use crate::state::{Action, AppState, Arrival, Intent};
use crate::text::Language;
use crate::view::{
    self, DrawCard, Inspector, InspectorProps, MailboxProps, MailboxScreen, SetupDialog, SetupProps,
};
use protocol::smtp::command::CommandError;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

/// What carries out intents.
pub trait Engine {
    /// Carries out an intent, given the state in which the person had it.
    fn carry_out(self: Rc<Self>, intent: Intent, state: &AppState);

    /// What in a text does not fit the grammar, if it were sent now in the place of what is proposed.
    fn misfit(&self, text: &str) -> Option<CommandError>;
}

/// Tells the page's state what happened.
pub type Dispatch = Rc<dyn Fn(Action)>;

/// What the page does not need in order to open: [`parts::REST`].
pub struct Rest {
    /// Makes the engine.
    pub engine: fn(Dispatch) -> Rc<dyn Engine>,
    /// What was said, on the stage.
    pub(crate) rows: fn(&AppState) -> Html,
    /// The card of any step but the first.
    pub(crate) card: DrawCard,
    /// Takes a message apart.
    pub inspector: fn(InspectorProps) -> Html,
    /// The mailbox.
    pub mailbox: fn(MailboxProps) -> Html,
    /// The set-up.
    pub setup: fn(SetupProps) -> Html,
}

impl Rest {
    /// All of it. Whatever names this has all of it compiled in: only the part itself does.
    pub(crate) const HERE: Self = Self {
        engine: |dispatch| Controller::new(dispatch),
        rows: view::rows,
        card: view::draw_card,
        inspector: |props| html! { <Inspector ..props /> },
        mailbox: |props| html! { <MailboxScreen ..props /> },
        setup: |props| html! { <SetupDialog ..props /> },
    };
}

/// Takes intents. There is one.
pub struct Desk {
    dispatch: Dispatch,
    engine: RefCell<Option<Rc<dyn Engine>>>,
    /// What was wanted last, before there was an engine.
    wanted: RefCell<Option<Intent>>,
}

impl Desk {
    /// A desk whose engine has not arrived.
    pub fn new(dispatch: impl Fn(Action) + 'static) -> Self {
        let dispatch: Dispatch = Rc::new(dispatch);
        Self { dispatch, engine: RefCell::default(), wanted: RefCell::default() }
    }

    /// Has an intent carried out, given the state in which the person had it; at once, or when that can be done.
    pub fn take(self: &Rc<Self>, intent: Intent, state: &AppState) {
        let engine = self.engine.borrow().clone();
        match (intent, engine) {
            (Intent::Show(Action::Speak(language)), _) => self.speak(language),
            (Intent::FetchRest, _) => self.fetch(),
            (intent, Some(engine)) => engine.carry_out(intent, state),
            (Intent::Show(action), None) => (self.dispatch)(action),
            (intent, None) => {
                self.wanted.replace(Some(intent));
                (self.dispatch)(Action::Rest(Arrival::Awaited));
            }
        }
    }

    /// What in a text does not fit the grammar, if it were sent now; nothing is known of it without an engine.
    pub fn misfit(&self, text: &str) -> Option<CommandError> {
        self.engine.borrow().as_ref()?.misfit(text)
    }

    /// What was wanted before the engine came.
    pub fn wanted(&self) -> Option<Intent> {
        self.wanted.take()
    }

    fn fetch(self: &Rc<Self>) {
        let this = self.clone();
        spawn_local(async move {
            let arrival = match REST.fetch().await {
                Ok(rest) => {
                    this.engine.replace(Some((rest.engine)(this.dispatch.clone())));
                    Arrival::There
                }
                Err(parts::Absent) => Arrival::Failed,
            };
            (this.dispatch)(Action::Rest(arrival));
        });
    }

    /// Goes over to a language once its words are there.
    fn speak(&self, language: Language) {
        let dispatch = self.dispatch.clone();
        spawn_local(async move {
            dispatch(match parts::words_of(language).fetch().await {
                Ok(_) => Action::Speak(language),
                Err(parts::Absent) => Action::Speechless(language),
            });
        });
    }
}
