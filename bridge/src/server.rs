//! Listening, and ending.

use crate::{
    bridge::{Bridge, Connection},
    config::Config,
    metrics::{self, Counted},
    patient::{Patient, TookNothing},
    practice::{self, Addresses, Door, Practice},
    proxies, tunnel,
};
use bytes::Bytes;
use futures_util::{Stream, StreamExt as _};
use hyper::{body::Incoming, server::conn::http1, service::Service as _, service::service_fn};
use hyper_util::{
    rt::{TokioIo, TokioTimer},
    service::TowerToHyperService,
};
use std::{
    error::Error as _,
    future::poll_fn,
    io,
    net::SocketAddr,
    pin::{Pin, pin},
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{
    net::{TcpListener, TcpStream},
    time::{sleep, timeout},
};
use tracing::{debug, info, warn};

/// How long a client may take over the head of a request, and how long a connection may stay unused.
const HEAD_PATIENCE: Duration = Duration::from_secs(10);
/// The longest head of a request in bytes; browsers stay below 2 KiB here.
const LONGEST_HEAD: usize = 16 * 1024;
/// How long everything has to end once the bridge shuts down.
const GRACE: Duration = Duration::from_secs(5);
/// What hyper may hold of a request or a response, in bytes.
const BUFFER: usize = 64 * 1024;

/// The sockets of a bridge, listening already.
#[derive(Debug)]
pub struct Listeners {
    /// For the page, tunnels and all else in HTTP.
    pub http: TcpListener,
    /// For the practice server, if there is to be one.
    pub practice: Option<TcpListener>,
    /// The same for TLS from the first byte; without [`Listeners::practice`] nobody listens there.
    pub practice_tls: Option<TcpListener>,
    /// For Prometheus, if it is to be told.
    pub metrics: Option<TcpListener>,
}

/// How a bridge is told to end.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Stop {
    /// When the tunnels that there are have ended, or their time is over ([`Limits::drain`](crate::Limits::drain)).
    Drain,
    /// At once.
    Now,
}

/// Runs a bridge until `stops` tells it to end, or has no more to tell, and everything has ended.
///
/// Tunnels are then closed with 1001, sessions of the practice server with 421, and whatever has not ended
/// after five seconds is dropped.
///
/// # Errors
/// When a listening socket does not say where it listens, or there are no random numbers for certificates.
pub async fn run(
    listeners: Listeners,
    config: Config,
    stops: impl Stream<Item = Stop>,
) -> io::Result<()> {
    let listen = listeners.http.local_addr()?;
    let address =
        |listener: &Option<TcpListener>| listener.as_ref().map(TcpListener::local_addr).transpose();
    let plain = address(&listeners.practice)?;
    let practice = match plain {
        Some(plain) => {
            let addresses = Addresses { plain, tls: address(&listeners.practice_tls)? };
            Some(Practice::new(&config.practice, addresses).map_err(io::Error::other)?)
        }
        None => None,
    };
    let bridge = Arc::new(Bridge::new(config, listen, practice));
    let http = accept_http(&bridge, listeners.http);
    let practice = async {
        if let (Some(listener), Some(practice)) = (listeners.practice, &bridge.practice) {
            practice::accept(&bridge, practice, listener, Door::Plain).await;
        }
    };
    let practice_tls = async {
        if let (Some(listener), Some(practice)) = (listeners.practice_tls, &bridge.practice) {
            practice::accept(&bridge, practice, listener, Door::Tls).await;
        }
    };
    let metrics = async {
        if let Some(listener) = listeners.metrics {
            metrics::serve(&bridge, listener).await;
        }
    };
    let stopping = async {
        told_to_stop(&bridge, stops).await;
        info!("shutting down");
        bridge.drain.cancel();
        bridge.stop.cancel();
    };
    tokio::join!(http, practice, practice_tls, metrics, stopping);
    bridge.tasks.close();
    if timeout(GRACE, bridge.tasks.wait()).await.is_err() {
        bridge.over.cancel();
        bridge.tasks.wait().await;
    }
    Ok(())
}

/// Comes back when it is time to end.
async fn told_to_stop(bridge: &Bridge, stops: impl Stream<Item = Stop>) {
    let mut stops = pin!(stops);
    if stops.next().await != Some(Stop::Drain) {
        return;
    }
    let (left, patience) = (bridge.carried.len(), bridge.config.limits.drain);
    info!(left, "waiting {patience:?} at most for tunnels to end");
    bridge.drain.cancel();
    bridge.carried.close();
    tokio::select! {
        () = bridge.carried.wait() => {}
        () = sleep(patience) => info!(left = bridge.carried.len(), "waited long enough"),
        // Told again: now.
        _ = stops.next() => {}
    }
}

async fn accept_http(bridge: &Arc<Bridge>, listener: TcpListener) {
    let router = TowerToHyperService::new(bridge.router());
    while let Some((stream, peer)) = accept(&listener, bridge).await {
        // Whoever holds too many is hung up on: whatever they were told would cost the more, the more
        // there are of them.
        // A proxy brings them for many.
        let taken = if proxies::has(&bridge.config.proxies, peer.ip()) {
            bridge.connections.take_for_nobody()
        } else {
            bridge.connections.take(peer.ip())
        };
        match taken {
            Ok(permit) => {
                let Ok(local) = stream.local_addr() else { continue };
                let held = (permit, Counted::one(&bridge.metrics.connections));
                let becomes = Mutex::default();
                let connection = Connection { peer, local, becomes, _held: Some(held) };
                bridge.spawn(attend(bridge.clone(), router.clone(), stream, Arc::new(connection)));
            }
            Err(exhausted) => info!("hung up on {peer}: of connections, {exhausted}"),
        }
    }
}

/// The next connection; none any more once the bridge shuts down.
pub(crate) async fn accept(
    listener: &TcpListener,
    bridge: &Bridge,
) -> Option<(TcpStream, SocketAddr)> {
    loop {
        let accepted = tokio::select! {
            accepted = listener.accept() => accepted,
            () = bridge.stop.cancelled() => return None,
        };
        match accepted {
            Ok(accepted) => return Some(accepted),
            Err(error) if is_of_one_connection(&error) => debug!("not accepted: {error}"),
            Err(error) => {
                // Out of file descriptors, most likely: it will do no good to ask again at once.
                warn!("not accepted: {error}");
                sleep(Duration::from_millis(100)).await;
            }
        }
    }
}

/// Whether accepting failed because of the client, who was gone again before it was accepted.
fn is_of_one_connection(error: &io::Error) -> bool {
    matches!(error.kind(), io::ErrorKind::ConnectionAborted | io::ErrorKind::ConnectionReset)
}

/// Answers the requests of one connection, and then carries its tunnel if it has become one. One task does both:
/// to hand a connection from task to task costs as much as all else that a new tunnel does.
async fn attend(
    bridge: Arc<Bridge>,
    router: TowerToHyperService<axum::Router>,
    stream: TcpStream,
    connection: Arc<Connection>,
) {
    // Boxed, so that a tunnel does not hold for life what HTTP needed.
    let served =
        Box::pin(serve(&bridge, router, stream, connection.peer, Some(connection.clone())));
    let Some(socket) = served.await else { return };
    let asked = connection.becomes.lock().unwrap_or_else(PoisonError::into_inner).take();
    if let Some(asked) = asked {
        tunnel::run(&bridge, &connection, socket, asked).await;
    }
}

/// What HTTP leaves of a connection: the socket, and what was read from it and not used.
pub(crate) type Socket = (TcpStream, Bytes);

/// Answers the requests of one connection. They have it as an extension where they are told of one.
pub(crate) async fn serve(
    bridge: &Bridge,
    router: TowerToHyperService<axum::Router>,
    stream: TcpStream,
    peer: SocketAddr,
    connection: Option<Arc<Connection>>,
) -> Option<Socket> {
    // A tunnel's bytes must not wait for company.
    let _ = stream.set_nodelay(true);
    let service = service_fn(move |mut request: hyper::Request<Incoming>| {
        if let Some(connection) = &connection {
            request.extensions_mut().insert(connection.clone());
        }
        Box::pin(router.call(request))
    });
    let stream = Patient::new(stream, bridge.config.limits.response);
    let mut served = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(HEAD_PATIENCE)
        .max_header_size(LONGEST_HEAD)
        .max_buf_size(BUFFER)
        .serve_connection(TokioIo::new(stream), service);
    let ended = tokio::select! {
        ended = poll_fn(|cx| served.poll_without_shutdown(cx)) => Some(ended),
        () = bridge.stop.cancelled() => None,
    };
    let ended = if let Some(ended) = ended {
        ended
    } else {
        Pin::new(&mut served).graceful_shutdown();
        poll_fn(|cx| served.poll_without_shutdown(cx)).await
    };
    match ended {
        Ok(()) => {
            let left = served.into_parts();
            Some((left.io.into_inner().into_inner(), left.read_buf))
        }
        // What a stranger sent was no request, too long, or not all there in time.
        Err(error) if error.is_parse() || error.is_timeout() || error.is_incomplete_message() => {
            info!("hung up on {peer}: {error}");
            None
        }
        Err(error) => {
            if let Some(wrong) = took_nothing(&error) {
                info!("hung up on {peer}: {wrong}");
            } else {
                debug!("a connection ended: {error}");
            }
            None
        }
    }
}

/// Whether an error is [`Patient`]'s.
fn took_nothing(error: &hyper::Error) -> Option<&TookNothing> {
    error.source()?.downcast_ref::<io::Error>()?.get_ref()?.downcast_ref()
}
