//! Names and values: when a message came, how long it is, and where both sides are now.

use super::Shown;
use crate::text::{Label, short_time};
use crate::view::use_words;
use crate::walk::{Body, Snapshot};
use std::rc::Rc;
use yew::prelude::*;

/// A list of names and values.
pub(super) fn facts(facts: impl IntoIterator<Item = (&'static str, String)>) -> Html {
    let facts = facts.into_iter().enumerate().map(|(index, (name, value))| {
        html! { <key={index}><dt>{ name }</dt><dd>{ value }</dd></> }
    });
    html! { <dl class="facts">{ for facts }</dl> }
}

/// Whose times.
#[derive(PartialEq, Properties)]
pub(super) struct WhenProps {
    pub row: Shown,
}

/// When the message was sent or came, and how long it is.
#[component]
pub(super) fn When(props: &WhenProps) -> Html {
    let (words, row) = (use_words(), &props.row);
    let length = row.wire().map(|(bytes, _)| match &row.body {
        Body::Sent { window, .. } => (Label::Length, bytes.len() + window.left_out),
        Body::Broken { .. } => (Label::Kept, bytes.len()),
        _ => (Label::Length, bytes.len()),
    });
    let came_after = row.took.map(|took| (words.label(Label::CameAfter), short_time(took)));
    let since = (words.label(Label::SinceConnecting), short_time(row.at));
    let length = length.map(|(label, length)| (words.label(label), words.bytes(length)));
    html! {
        <section>
            <h3>{ words.label(Label::When) }</h3>
            { facts(came_after.into_iter().chain([since]).chain(length)) }
        </section>
    }
}

/// Where both are.
#[derive(PartialEq, Properties)]
pub(super) struct StandProps {
    pub walk: Rc<Snapshot>,
}

/// The state of the client, and of the practice server where it can be asked.
#[component]
pub(super) fn Stand(props: &StandProps) -> Html {
    let (words, walk) = (use_words(), &props.walk);
    let client = (words.label(Label::ClientState), words.state(walk.state).to_owned());
    let server = walk
        .server_state
        .map(|state| (words.label(Label::ServerState), words.server_state(state).to_owned()));
    html! {
        <section>
            <h3>{ words.label(Label::StandNow) }</h3>
            { facts([client].into_iter().chain(server)) }
        </section>
    }
}
