//! What the transport told of itself: the look-up, the connection, its end.

use super::Shown;
use super::facts::{When, facts};
use super::sheet::Sheet;
use super::subject;
use super::tls::Chain;
use crate::text::{Label, Words, short_time};
use crate::view::use_words;
use crate::walk::{Body, Route, Row, Snapshot};
use protocol::client::Step;
use protocol::tunnel::TunnelEvent;
use std::net::IpAddr;
use std::rc::Rc;
use tls_messages::{Facts, Finish};
use yew::prelude::*;

/// Which row.
#[derive(PartialEq, Properties)]
pub(super) struct ToldProps {
    pub row: Shown,
    pub walk: Rc<Snapshot>,
    pub open: bool,
}

/// The row in words, and its facts.
#[component]
pub(super) fn Told(props: &ToldProps) -> Html {
    let (words, row, walk) = (use_words(), &props.row, &props.walk);
    let (title, meaning, known) = match &row.body {
        Body::Note(event) => {
            (words.told(event), meaning(words, event).to_owned(), known(words, &walk.route, event))
        }
        Body::Upgraded(facts) => {
            (words.upgraded(facts), words.why(Step::Handshake, None).to_owned(), Vec::new())
        }
        Body::Untrusted(_) => (
            words.label(Label::UntrustedTitle).to_owned(),
            words.label(Label::UntrustedWhy).to_owned(),
            Vec::new(),
        ),
        Body::TlsEnded(finish) => {
            (words.label(Label::TlsFailed).to_owned(), words.tls_finish(finish), Vec::new())
        }
        Body::Closed(how) => {
            let code = walk.ended.filter(|ended| ended.how == *how).and_then(|ended| ended.code);
            (words.label(Label::Ended).to_owned(), words.ending(*how, code).to_owned(), Vec::new())
        }
        _ => return Html::default(),
    };
    let is_simulated = walk.route == Route::Practice && matches!(row.body, Body::Note(_));
    html! {
        <Sheet
            open={props.open} above={subject::above(words, row).map(AttrValue::from)} {title} {meaning}
        >
            if is_simulated || !known.is_empty() {
                <section>
                    if is_simulated {
                        <p class="notice">{ words.label(Label::Simulated) }</p>
                    }
                    if !known.is_empty() {
                        { facts(known) }
                    }
                </section>
            }
            if let Some(strange) = strange(row) {
                <section>
                    <h3>{ words.label(Label::CameInstead) }</h3>
                    <p><code>{ subject::readable(&String::from_utf8_lossy(strange)) }</code></p>
                </section>
            }
            if let Some(facts) = certificates(row, walk) {
                <Chain {facts} />
            }
            <When row={row.clone()} />
        </Sheet>
    }
}

/// What came in the place of TLS.
fn strange(row: &Row) -> Option<&[u8]> {
    match &row.body {
        Body::TlsEnded(finish) => match &**finish {
            Finish::NotTls { bytes, .. } => Some(bytes),
            _ => None,
        },
        _ => None,
    }
}

/// What is known of the connection and its certificates, where the row is about them.
fn certificates(row: &Row, walk: &Snapshot) -> Option<Rc<Facts>> {
    match &row.body {
        Body::Untrusted(facts) => Some(facts.clone()),
        Body::Upgraded(_) => walk.tls.facts.clone(),
        _ => None,
    }
}

/// Why it happens, in a sentence.
fn meaning(words: &dyn Words, event: &TunnelEvent) -> &'static str {
    match event {
        TunnelEvent::Resolving { .. } | TunnelEvent::Resolved { .. } => {
            words.label(Label::WhyLookUp)
        }
        TunnelEvent::Connecting { .. } | TunnelEvent::Connected { .. } => {
            words.label(Label::WhyTcp)
        }
        TunnelEvent::Failed { .. } | TunnelEvent::Closed { .. } => "",
    }
}

/// What is known of it, as names and values.
fn known(words: &dyn Words, route: &Route, event: &TunnelEvent) -> Vec<(&'static str, String)> {
    match event {
        TunnelEvent::Resolving { host } => vec![(words.label(Label::Host), host.clone())],
        TunnelEvent::Resolved { addresses } => {
            addresses.iter().map(|address| (version(address), address.to_string())).collect()
        }
        TunnelEvent::Connecting { address } => {
            vec![(words.label(Label::ServerEnd), address.clone())]
        }
        TunnelEvent::Connected { address, local, elapsed_ms } => {
            let own = match route {
                Route::Practice => Label::OwnEnd,
                Route::Bridge { .. } => Label::BridgeEnd,
            };
            vec![
                (words.label(Label::ServerEnd), address.clone()),
                (words.label(own), local.clone()),
                (words.label(Label::TookTime), short_time(*elapsed_ms)),
            ]
        }
        TunnelEvent::Failed { detail, .. } if !detail.is_empty() => {
            vec![(words.label(Label::InItsOwnWords), detail.clone())]
        }
        TunnelEvent::Failed { .. } | TunnelEvent::Closed { .. } => Vec::new(),
    }
}

/// Which kind of address it is.
const fn version(address: &IpAddr) -> &'static str {
    match address {
        IpAddr::V4(_) => "IPv4",
        IpAddr::V6(_) => "IPv6",
    }
}
