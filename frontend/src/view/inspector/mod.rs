//! The inspector: takes one message apart, byte by byte.
//!
//! ```text
//!  subject ── which row, its heading and its meaning in a sentence
//!     │
//!  message ── offers · anatomy (bytes ⇄ parts) · code · base64 · facts      for what has bytes
//!     ├────── tls: record · chain · travelled                               for TLS, and what went through it
//!     └────── told                                                          for what the network told
//! ```
//!
//! What is worked out (runs of bytes, groups of fields, groups of base64) is worked out in plain functions
//! with tests of their own; the components only draw it.

mod anatomy;
mod base64;
mod bytes;
mod code;
mod explanation;
mod facts;
mod how_to_read;
mod login;
mod mask;
mod message;
mod offers;
mod parts;
mod sheet;
mod subject;
mod tls;
mod told;

use crate::state::AppState;
use crate::walk::{Body, Row};
pub(super) use how_to_read::HowToRead;
use message::Message;
use std::ops::Deref;
use std::rc::Rc;
use tls::RecordSheet;
pub(super) use tls::{day, record_title};
use told::Told;
use yew::prelude::*;

/// What the inspector shows.
#[derive(Clone, PartialEq, Properties)]
pub struct InspectorProps {
    /// The page's state: the row selected, or else the newest reply.
    pub state: Rc<AppState>,
}

/// The inspector. Where there is no room for it beside the stage it is a sheet, open while a row is
/// selected.
#[component]
pub fn Inspector(props: &InspectorProps) -> Html {
    let state = &props.state;
    let open = state.selected.is_some();
    let Some(row) = subject::row(state).cloned().map(Shown) else {
        return html! { <HowToRead /> };
    };
    // Another row is another component: what was lit or paged to belongs to the row.
    let key = row.id;
    match row.body {
        Body::Record(_) => html! { <RecordSheet {key} {row} {open} /> },
        Body::Note(_)
        | Body::Untrusted(_)
        | Body::Upgraded(_)
        | Body::TlsEnded(_)
        | Body::Closed(_) => {
            html! { <Told {key} {row} walk={state.walk.clone()} {open} /> }
        }
        Body::Sent { .. } | Body::Received { .. } | Body::Broken { .. } => html! {
            <Message {key} {row} walk={state.walk.clone()} revealed={state.revealed} {open} />
        },
    }
}

/// A row as a property. It never changes, so it is equal to itself alone: comparing the bytes of a large
/// message would cost more than drawing it.
#[derive(Clone)]
struct Shown(Rc<Row>);

impl PartialEq for Shown {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

impl Deref for Shown {
    type Target = Row;

    fn deref(&self) -> &Row {
        &self.0
    }
}
