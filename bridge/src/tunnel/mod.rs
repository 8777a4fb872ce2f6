//! Tunnels: `GET /tunnel?host=HOST&port=PORT`, upgraded to a WebSocket.
//!
//! A browser does not let a page see why an upgrade failed. So whatever is wrong with a tunnel, other than
//! where its page comes from, is said inside: the WebSocket is opened, the reason is told, and it is closed
//! with one of `protocol::tunnel`'s codes.
//!
//! In this order, so that each step costs no more than the one before has earned:
//!
//! 1. the guard: Host and Origin (HTTP 403)
//! 2. the upgrade itself (HTTP 426 where it is none)
//! 3. the token (4401); a wrong one counts as a new tunnel of its client, so that nobody guesses faster than that (4429)
//! 4. a permit: so many tunnels and no more (4429)
//! 5. host and port are well formed (4400)
//! 6. the policy, looking up, connecting (4403, 4502, 4504)

pub(crate) mod frame;
mod handshake;
pub(crate) mod page;
mod relay;
pub(crate) mod source;

use crate::{
    bridge::{Bridge, Connection},
    dial::{Dialler, Failure},
    limits::Permit,
    metrics::Counted,
    proxies, race,
    rate::TooSoon,
    server::Socket,
    target::{BadTarget, Destination},
};
use axum::{
    Extension,
    extract::{Request, State},
    response::Response,
};
use bytes::Bytes;
use handshake::Offer;
use http::HeaderValue;
use page::{FromPage, PageEnd, ToPage};
use protocol::tunnel::{CloseCode, FailureReason, PRACTICE_HOST, SUBPROTOCOL, TunnelEvent};
use relay::{End, Lives, Traffic};
use std::{
    net::{IpAddr, SocketAddr},
    sync::{
        Arc, PoisonError,
        atomic::{AtomicU64, Ordering::Relaxed},
    },
    time::Instant,
};
use tokio::net::TcpStream;
use tokio_util::task::task_tracker::TaskTrackerToken;
use tracing::{Instrument as _, field::display, info, info_span};

/// `GET /tunnel`.
pub(crate) async fn open(
    State(bridge): State<Arc<Bridge>>,
    Extension(connection): Extension<Arc<Connection>>,
    request: Request,
) -> Response {
    let mut response = match handshake::accept(&request) {
        Ok(response) => response,
        Err(refusal) => return *refusal,
    };
    let offer = Offer::of(request.headers());
    let asked = Asked {
        client: proxies::client(&bridge.config.proxies, connection.peer.ip(), request.headers()),
        events: offer.events,
        token_is_right: bridge.config.token.as_ref().is_none_or(|token| offer.brings(token)),
        destination: Destination::from_query(request.uri()),
        _carried: bridge.carried.token(),
    };
    if offer.events {
        let chosen = HeaderValue::from_static(SUBPROTOCOL);
        response.headers_mut().insert(http::header::SEC_WEBSOCKET_PROTOCOL, chosen);
    }
    *connection.becomes.lock().unwrap_or_else(PoisonError::into_inner) = Some(asked);
    response
}

/// Numbers tunnels in the log.
fn number() -> u64 {
    static NEXT: AtomicU64 = AtomicU64::new(1);
    NEXT.fetch_add(1, Relaxed)
}

/// What a page asked for.
#[derive(Debug)]
pub(crate) struct Asked {
    /// Who asks.
    client: IpAddr,
    /// To be told of events.
    events: bool,
    /// And may ask, as far as a token decides that.
    token_is_right: bool,
    destination: Result<Destination, BadTarget>,
    /// Held to the end: it counts among the tunnels that the bridge waits for when it drains.
    _carried: TaskTrackerToken,
}

/// Runs a tunnel, once its handshake is over, to its very end.
pub(crate) async fn run(bridge: &Bridge, connection: &Connection, socket: Socket, asked: Asked) {
    let span = info_span!("tunnel", id = number(), peer = %connection.peer, client = %asked.client);
    tunnel(bridge, socket, asked).instrument(span).await;
}

async fn tunnel(bridge: &Bridge, socket: Socket, asked: Asked) {
    let (mut to, from) = page::open(socket, asked.events);
    let (_permit, destination) = match admit(bridge, &asked) {
        Ok(admitted) => admitted,
        Err(refusal) => {
            bridge.metrics.refuse(refusal.code);
            let to_where = asked.destination.as_ref().ok().map(display);
            info!(to = to_where, "refused with {}: {}", refusal.code.code(), refusal.detail);
            if let Some(reason) = refusal.reason {
                let detail = refusal.detail.clone();
                to.tell(&TunnelEvent::Failed { reason, detail }).await;
            }
            return page::turn_away(to, from, refusal.code, &refusal.detail).await;
        }
    };
    carry(bridge, asked.client, (to, from), destination).await;
}

/// Why a tunnel does not even begin.
struct Refusal {
    code: CloseCode,
    /// For the event, where there is a word for it.
    reason: Option<FailureReason>,
    detail: String,
}

fn admit<'a>(bridge: &Bridge, asked: &'a Asked) -> Result<(Permit, &'a Destination), Refusal> {
    let too_many = |detail| Refusal { code: CloseCode::TooManyTunnels, reason: None, detail };
    let too_soon = |too_soon: TooSoon| too_many(format!("too many new tunnels {too_soon}"));
    let client = asked.client;
    if !asked.token_is_right {
        // Whoever has no token takes nothing from those who have. And who comes too fast does not hear whether it is
        // right.
        bridge.new_tunnels.take_own(client).map_err(too_soon)?;
        let detail = "this bridge wants a token, and the right one".into();
        return Err(Refusal { code: CloseCode::TokenWanted, reason: None, detail });
    }
    bridge.new_tunnels.take(client).map_err(too_soon)?;
    let permit = bridge
        .tunnels
        .take(client)
        .map_err(|exhausted| too_many(format!("of tunnels, {exhausted}")))?;
    let destination = asked.destination.as_ref().map_err(|bad| Refusal {
        code: CloseCode::BadTarget,
        reason: Some(FailureReason::BadTarget),
        detail: bad.to_string(),
    })?;
    Ok((permit, destination))
}

/// Connects and carries, from the first event to the end.
async fn carry(
    bridge: &Bridge,
    client: IpAddr,
    (mut to, mut from): (ToPage, FromPage),
    destination: &Destination,
) {
    let began = Instant::now();
    let connected = tokio::select! {
        connected = connect(bridge, client, &mut to, &mut from, destination) => connected,
        () = bridge.stop.cancelled() => Err(NotConnected::Ending),
    };
    let failed = |code: CloseCode, detail: &str| {
        bridge.metrics.refuse(code);
        let seconds = began.elapsed().as_secs_f64();
        info!(to = %destination, seconds, "failed with {}: {detail}", code.code());
    };
    let (server, early) = match connected {
        Ok(connected) => connected,
        Err(NotConnected::Failed(failure)) => {
            let (code, Failure { reason, detail }) = (failure.code(), failure);
            failed(code, &detail);
            to.tell(&TunnelEvent::Failed { reason, detail: detail.clone() }).await;
            return page::refuse(to, from, code, &detail).await;
        }
        Err(NotConnected::Ending) => {
            let (code, detail) = (CloseCode::GoingAway, "the bridge is shutting down");
            failed(code, detail);
            return page::refuse(to, from, code, detail).await;
        }
        Err(NotConnected::Left(end)) => {
            bridge.metrics.leave(end.name());
            let seconds = began.elapsed().as_secs_f64();
            info!(to = %destination, seconds, "{end} before it was connected");
            return match end {
                PageEnd::Wrong(wrong) => {
                    let (code, reason) = wrong.close();
                    page::close(to, from, code, &reason).await;
                }
                PageEnd::Closed | PageEnd::Gone | PageEnd::Silent => page::hang_up(to, from).await,
            };
        }
    };
    let limits = bridge.config.limits;
    let lives = Lives { idle: limits.idle, longest: limits.lifetime, ping: limits.ping };
    let metrics = &bridge.metrics;
    metrics.connecting.observe(began.elapsed().as_secs_f64());
    let _counted = Counted::one(&metrics.tunnels);
    let traffic = Traffic::new(client, &bridge.bytes, (&metrics.up, &metrics.down));
    let known = |end: &End| {
        metrics.end(end.name());
        let (up, down) = traffic.carried();
        let seconds = began.elapsed().as_secs_f64();
        info!(to = %destination, up, down, seconds, why = %end, "ended");
        up
    };
    let stop = &bridge.stop;
    let said = relay::run((to, from), server, early, lives, &traffic, stop, known).await;
    let (up, _) = traffic.carried();
    if up != said {
        info!(to = %destination, up, "the page's last bytes were passed on behind the end");
    }
}

/// Why a tunnel has no server.
enum NotConnected {
    Failed(Failure),
    /// The page did not wait for it.
    Left(PageEnd),
    /// The bridge does not.
    Ending,
}

/// Connects, and meanwhile listens whether the page still wants it. The first thing that the page sends is
/// kept for the server, and nothing is read behind it: the rest waits in the page's connection.
async fn connect(
    bridge: &Bridge,
    client: IpAddr,
    to: &mut ToPage,
    from: &mut FromPage,
    destination: &Destination,
) -> Result<(TcpStream, Bytes), NotConnected> {
    let mut early = Bytes::new();
    let mut dialling = Box::pin(dial(bridge, client, to, destination));
    loop {
        tokio::select! {
            connected = &mut dialling => {
                return connected.map(|server| (server, early)).map_err(NotConnected::Failed);
            }
            said = from.next(), if early.is_empty() => match said {
                Ok(bytes) => early = bytes,
                Err(end) => return Err(NotConnected::Left(end)),
            },
        }
    }
}

async fn dial(
    bridge: &Bridge,
    client: IpAddr,
    to: &mut ToPage,
    destination: &Destination,
) -> Result<TcpStream, Failure> {
    let patience = bridge.config.limits.connect;
    match destination {
        Destination::Server(target) => {
            let (policy, lookups) = (&bridge.config.policy, &bridge.lookups);
            Dialler { policy, lookups, client, patience }.dial(target, to).await
        }
        Destination::Practice(port) => {
            let practice = bridge.practice.as_ref().map(|practice| practice.addresses.by(*port));
            dial_practice(practice, patience, to).await
        }
    }
}

/// The practice server is dialled on its port like any other, so that what the page is told and shown is
/// what happens. The name `practice` is the bridge's own, and so is the answer to it.
async fn dial_practice(
    address: Option<SocketAddr>,
    patience: std::time::Duration,
    to: &mut ToPage,
) -> Result<TcpStream, Failure> {
    let off = || Failure {
        reason: FailureReason::Refused,
        detail: "this bridge was started without a practice server".into(),
    };
    let address = address.ok_or_else(off)?;
    let port = address.port().try_into().map_err(|_| off())?;
    to.tell(&TunnelEvent::Resolving { host: PRACTICE_HOST.into() }).await;
    to.tell(&TunnelEvent::Resolved { addresses: vec![address.ip()] }).await;
    race::connect(&[address.ip()], port, patience, to).await
}
