//! A walk as the page holds it: the driver, which owns both ends, and the snapshot that the view draws.

mod driver;
mod linted;
mod row;
#[cfg(test)]
mod tests;
mod tls;

pub use driver::{Driver, Opener, Route};
pub use row::{Body, Row};
pub use tls::{Carried, TlsEnds, TlsView};

use crate::transport::Ended;
use protocol::auth::Mechanism;
use protocol::client::{Ending, Next, Patience, Record, State, Status};
use protocol::diagnosis::{Context, End, Finding, How, diagnose_end};
use protocol::lesson::Cover;
use protocol::message::Flaw;
use protocol::secrets::Secrets;
use protocol::server;
use protocol::smtp::extension::Capabilities;
use protocol::transcript::Target;
use std::rc::Rc;
use std::time::Duration;

/// Everything the view needs to draw a walk, as it was at one moment. Cheap to compare and to hand on.
#[derive(Clone, Debug)]
pub struct Snapshot {
    /// Counts the moments, so that two snapshots can be told apart.
    pub revision: u64,
    /// Where the walk goes, once it was begun.
    pub target: Option<Target>,
    /// The way there.
    pub route: Route,
    /// Where the session is.
    pub state: State,
    /// Whether the login was accepted.
    pub authenticated: bool,
    /// The plan and what became of it.
    pub progress: Rc<[Record]>,
    /// Everything that happened, the oldest first.
    pub rows: Rc<[Rc<Row>]>,
    /// Whose turn it is.
    pub next: Rc<Next>,
    /// How long that side has left.
    pub patience: Option<Patience>,
    /// The mechanism of the login, as far as it is known.
    pub mechanism: Option<&'static Mechanism>,
    /// What the server offered.
    pub capabilities: Rc<Capabilities>,
    /// What is wrong with the message.
    pub flaws: Rc<[Flaw]>,
    /// When this was.
    pub at: Duration,
    /// What must not be shown.
    pub secrets: Rc<Secrets>,
    /// How the connection ended, if it has.
    pub ended: Option<Ended>,
    /// What there is to show of TLS.
    pub tls: TlsView,
    /// The practice server's own state, where the walk goes to the one in this page.
    pub server_state: Option<server::State>,
}

impl PartialEq for Snapshot {
    fn eq(&self, other: &Self) -> bool {
        self.revision == other.revision
    }
}

impl Default for Snapshot {
    /// A walk before it is known.
    fn default() -> Self {
        Self {
            revision: 0,
            target: None,
            route: Route::Practice,
            state: State::Unconnected,
            authenticated: false,
            progress: Rc::default(),
            rows: Rc::default(),
            next: Rc::new(Next::Connect),
            patience: None,
            mechanism: None,
            capabilities: Rc::default(),
            flaws: Rc::default(),
            at: Duration::ZERO,
            secrets: Rc::default(),
            ended: None,
            tls: TlsView::default(),
            server_state: None,
        }
    }
}

impl Snapshot {
    /// A walk of which the plan is known, and that has not begun.
    pub fn ahead(cover: &Cover) -> Self {
        let ahead = |&step| Record { step, status: Status::Ahead, began: None, ended: None };
        let progress = cover.steps.iter().map(ahead).collect();
        Self { progress, mechanism: cover.mechanism, ..Self::default() }
    }

    /// Why the connection ended, where the server or the network is to blame and not the bridge.
    pub fn why_it_ended(&self) -> Option<Finding> {
        let (target, ended) = (self.target.as_ref()?, self.ended?);
        if ended.code.is_some() || matches!(ended.how, Ending::TransportLost | Ending::NeverOpened)
        {
            return None;
        }
        let last = self.rows.iter().rev().find_map(|row| match &row.body {
            Body::Received { reply, .. } => Some(reply.code().number()),
            _ => None,
        });
        let end = End {
            how: How::Closed(ended.how),
            port: target.port,
            heard: last.is_some(),
            goodbye: matches!(last, Some(221 | 421)),
            context: Context { encrypted: Some(self.tls.facts.is_some()), ..Context::default() },
        };
        diagnose_end(&end).first().copied()
    }

    /// The newest row that is a reply to a step, if it is a refusal.
    pub fn refusal(&self) -> Option<&Rc<Row>> {
        let last = self.rows.iter().rev().find(|row| !matches!(row.body, Body::Note(_)))?;
        last.is_refusal().then_some(last)
    }
}
