//! What carries out intents, and the rest of what the page does not need in order to open.

use crate::controller::Controller;
use crate::state::{Action, AppState, Face, Intent};
use crate::view::{
    self, DrawCard, Inspector, InspectorProps, MailboxProps, MailboxScreen, SetupDialog, SetupProps,
};
use protocol::client::Caution;
use protocol::smtp::command::CommandError;
use std::rc::Rc;
use yew::prelude::*;

/// What carries out intents.
pub trait Engine {
    /// Carries out an intent, given the state in which the person had it.
    fn carry_out(self: Rc<Self>, intent: Intent, state: &AppState);

    /// What there is to say of the text on a face, if it were sent now.
    fn remarks(&self, face: &Face) -> Remarks;
}

/// What there is to say of a text before it is sent.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Remarks {
    /// What in it does not fit the grammar.
    pub misfit: Option<CommandError>,
    /// How it may give a real login away.
    pub risk: Option<Caution>,
}

/// Tells the page's state what happened.
pub type Dispatch = Rc<dyn Fn(Action)>;

/// What the page does not need in order to open: [`REST`](crate::parts::REST).
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
