//! The practice server's mailbox over HTTP.
//!
//! | | |
//! |---|---|
//! | `GET /practice/messages` | the list, oldest first: `protocol::server::Summary` as JSON |
//! | `GET /practice/messages/ID` | one message as it came, with the trace lines in front |
//! | `DELETE /practice/messages/ID` | deletes one |
//! | `DELETE /practice/messages` | deletes all; their numbers are not used again |
//! | `GET /practice/events` | a live feed: an event `change` with `{"revision":…,"messages":…}` |
//!
//! Without a practice server all of them are 404.

use super::{Practice, feed};
use crate::bridge::Bridge;
use axum::{
    Json, Router,
    body::Body,
    extract::{Path, State},
    response::{
        IntoResponse, Response,
        sse::{KeepAlive, Sse},
    },
    routing::get,
};
use futures_util::stream;
use http::{
    HeaderMap, HeaderName, StatusCode,
    header::{CACHE_CONTROL, CONTENT_DISPOSITION, CONTENT_LENGTH, CONTENT_TYPE},
};
use protocol::server::Store;
use std::{convert::Infallible, sync::Arc};
use tracing::info;

/// What is below `/practice`.
pub(crate) fn router() -> Router<Arc<Bridge>> {
    Router::new()
        .route("/messages", get(list).delete(clear))
        .route("/messages/{id}", get(message).delete(remove))
        .route("/events", get(events))
}

/// Why there is no answer.
enum NotThere {
    Practice,
    Message(String),
}

impl IntoResponse for NotThere {
    fn into_response(self) -> Response {
        let said = match self {
            Self::Practice => "this bridge was started without a practice server\n".into(),
            Self::Message(id) => format!("there is no message {id:.20}\n"),
        };
        (StatusCode::NOT_FOUND, said).into_response()
    }
}

/// The mailbox changes; what was true a moment ago must not be shown as true.
const NEVER_KEPT: (HeaderName, &str) = (CACHE_CONTROL, "no-store");

async fn list(State(bridge): State<Arc<Bridge>>) -> Result<impl IntoResponse, NotThere> {
    let list = practice(&bridge)?.store().list();
    Ok(([NEVER_KEPT], Json(list)))
}

async fn clear(State(bridge): State<Arc<Bridge>>) -> Result<StatusCode, NotThere> {
    practice(&bridge)?.change(Store::clear);
    info!("all practice messages were deleted");
    Ok(StatusCode::NO_CONTENT)
}

/// One message, to be saved and not to be shown: whatever is in it, no browser shall make something of it.
async fn message(
    State(bridge): State<Arc<Bridge>>,
    Path(id): Path<String>,
) -> Result<Response, NotThere> {
    let (trace, data) = number(&id)
        .and_then(|number| {
            let store = practice(&bridge).ok()?.store();
            store.get(number).map(|message| (message.trace.clone(), message.data.clone()))
        })
        .ok_or_else(|| not_there(&bridge, &id))?;
    let headers = [NEVER_KEPT, (CONTENT_TYPE, "text/plain; charset=utf-8")];
    let own = [
        (CONTENT_LENGTH, (trace.len() + data.len()).to_string()),
        (CONTENT_DISPOSITION, format!("attachment; filename=\"practice-{id}.eml\"")),
    ];
    // Sent from where it is stored: a slow reader of a large message costs no memory.
    let parts = stream::iter([Ok::<_, Infallible>(trace), Ok(data)]);
    Ok((headers, own, Body::from_stream(parts)).into_response())
}

async fn remove(
    State(bridge): State<Arc<Bridge>>,
    Path(id): Path<String>,
) -> Result<StatusCode, NotThere> {
    let removed = match number(&id) {
        Some(number) => practice(&bridge)?.change(|store| store.remove(number)),
        None => None,
    };
    removed.map(|_| StatusCode::NO_CONTENT).ok_or_else(|| not_there(&bridge, &id))
}

async fn events(
    State(bridge): State<Arc<Bridge>>,
    headers: HeaderMap,
) -> Result<impl IntoResponse, NotThere> {
    let practice = practice(&bridge)?.clone();
    // What a browser sends when it comes back after the connection was lost.
    let known = headers.get("last-event-id").and_then(|id| number(id.to_str().ok()?));
    let changes = feed::changes(practice, known, bridge.stop.clone());
    Ok(Sse::new(changes).keep_alive(KeepAlive::default()))
}

fn practice(bridge: &Bridge) -> Result<&Arc<Practice>, NotThere> {
    bridge.practice.as_ref().ok_or(NotThere::Practice)
}

fn not_there(bridge: &Bridge, id: &str) -> NotThere {
    practice(bridge).err().unwrap_or_else(|| NotThere::Message(id.to_owned()))
}

/// A number as it is written, in one way only.
fn number(text: &str) -> Option<u64> {
    text.parse().ok().filter(|number: &u64| number.to_string() == text)
}
