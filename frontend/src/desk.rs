//! Takes what a person wants from the first moment on, and hands it to what can do it as soon as that is there.
//!
//! ```text
//!  view ── Intent ──▶ Desk ── Show ──▶ the state, at once
//!                      └───── others ──▶ Engine (the controller), which arrives behind the page
//! ```

use crate::engine::{Dispatch, Engine, Remarks};
use crate::parts::{self, REST};
use crate::state::{Action, AppState, Arrival, Face, Intent};
use crate::text::Language;
use std::cell::RefCell;
use std::rc::Rc;
use wasm_bindgen_futures::spawn_local;

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
                if state.rest == Arrival::Failed {
                    self.fetch();
                }
            }
        }
    }

    /// What there is to say of the text on a face, if it were sent now; nothing is known of it without an engine.
    pub fn remarks(&self, face: &Face) -> Remarks {
        self.engine.borrow().as_ref().map(|engine| engine.remarks(face)).unwrap_or_default()
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
