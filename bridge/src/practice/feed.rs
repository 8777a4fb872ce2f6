//! `GET /practice/events`: tells whoever listens that the mailbox has changed (server-sent events).
//!
//! An event says no more than the mailbox's revision, which is its id as well, and how many messages there
//! are; what is new is fetched. So nothing is kept for a listener who is slow: it hears of the latest
//! change only, and that is enough.

use super::Practice;
use axum::response::sse::Event;
use futures_util::{Stream, stream};
use std::{convert::Infallible, sync::Arc};
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

/// The changes from now on. Begins with the mailbox as it is, unless `known` is its revision already.
pub(super) fn changes(
    practice: Arc<Practice>,
    known: Option<u64>,
    stop: CancellationToken,
) -> impl Stream<Item = Result<Event, Infallible>> {
    let mut revision = practice.revision.subscribe();
    if known != Some(*revision.borrow()) {
        revision.mark_changed();
    }
    stream::unfold((practice, revision, stop), async |(practice, mut revision, stop)| {
        if !changed(&mut revision, &stop).await {
            return None;
        }
        let event = event(&practice, &mut revision);
        Some((Ok(event), (practice, revision, stop)))
    })
}

/// Waits for a change. False when there will be none.
async fn changed(revision: &mut watch::Receiver<u64>, stop: &CancellationToken) -> bool {
    tokio::select! {
        changed = revision.changed() => changed.is_ok(),
        () = stop.cancelled() => false,
    }
}

fn event(practice: &Practice, revision: &mut watch::Receiver<u64>) -> Event {
    // Held while the revision is read, so that the count belongs to it.
    let store = practice.store();
    let revision = *revision.borrow_and_update();
    let data = format!(r#"{{"revision":{revision},"messages":{}}}"#, store.len());
    Event::default().event("change").id(revision.to_string()).data(data)
}
