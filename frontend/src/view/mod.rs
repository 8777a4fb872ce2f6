//! What a person sees. Components take what they show as props and give back intents; none holds a walk.

mod absent;
mod charset;
mod flaws;
mod header;
mod icon;
mod inspector;
mod mailbox;
mod modal;
mod next_card;
mod plan;
mod setup;
mod shortcuts;
mod stage;
mod walk;
mod wire;

pub use absent::Absent;
pub use header::Header;
pub use inspector::{Inspector, InspectorProps};
pub use mailbox::{MailboxProps, MailboxScreen};
pub(crate) use next_card::{DrawCard, draw as draw_card};
pub use setup::{SetupDialog, SetupProps};
pub use shortcuts::{ShortcutsDialog, use_shortcuts};
pub(crate) use stage::rows;
pub use walk::WalkScreen;

use crate::state::Intent;
use crate::text::{Language, Words};
use yew::prelude::*;

/// The words of the page's language.
#[hook]
pub(crate) fn use_words() -> &'static dyn Words {
    use_context::<Language>().unwrap_or_default().words()
}

/// Where a component sends what the person wants.
#[hook]
pub(crate) fn use_intend() -> Callback<Intent> {
    use_context::<Callback<Intent>>().unwrap_or_default()
}

/// A callback that sends one intent, whatever the event.
pub(crate) fn intending<E>(intend: &Callback<Intent>, wanted: Intent) -> Callback<E> {
    intend.reform(move |_: E| wanted.clone())
}
