//! What all requests share, and where each of them goes.

use crate::{
    config::Config,
    guard::{self, Guard},
    info,
    limits::{Permit, Quota},
    metrics::{Counted, Metrics},
    practice::{self, Practice},
    rate::Rate,
    resolve::Lookups,
    site,
    tunnel::{self, Asked, source},
};
use axum::{Router, middleware, routing::get};
use std::{
    future::Future,
    net::SocketAddr,
    sync::{Arc, Mutex},
};
use tokio_util::{sync::CancellationToken, task::TaskTracker};

/// The path of tunnels.
pub(crate) const TUNNEL: &str = "/tunnel";

/// Connections beyond the tunnels: for the page's files, for feeds, and for tunnels that are being refused.
const CONNECTIONS_BESIDE_TUNNELS: usize = 256;
/// The same, from one address.
const CONNECTIONS_BESIDE_TUNNELS_PER_IP: usize = 64;

/// Connections to the metrics' port. They are counted by themselves: who counts has to see it when there are no others
/// left.
const CONNECTIONS_FOR_METRICS: usize = 64;
/// The same, from one address: one may be in the way, and not all of them.
const CONNECTIONS_FOR_METRICS_PER_IP: usize = 16;

/// A running bridge.
#[derive(Debug)]
pub(crate) struct Bridge {
    pub(crate) config: Config,
    pub(crate) guard: Guard,
    pub(crate) practice: Option<Arc<Practice>>,
    pub(crate) lookups: Lookups,
    pub(crate) tunnels: Arc<Quota>,
    /// How fast new ones may come.
    pub(crate) new_tunnels: Rate,
    /// How fast all of them carry bytes.
    pub(crate) bytes: Rate,
    pub(crate) connections: Arc<Quota>,
    /// Connections to the metrics' port.
    pub(crate) readers: Arc<Quota>,
    pub(crate) metrics: Metrics,
    /// It is to end, and takes no more than it has: whoever shares out tunnels is to send no more.
    pub(crate) drain: CancellationToken,
    /// It ends.
    pub(crate) stop: CancellationToken,
    /// It has ended, and so has whatever is left of it.
    pub(crate) over: CancellationToken,
    pub(crate) tasks: TaskTracker,
    /// The tunnels among the tasks.
    pub(crate) carried: TaskTracker,
}

/// The connection that a request came by; every request has it as an extension.
#[derive(Debug)]
pub(crate) struct Connection {
    /// The client.
    pub(crate) peer: SocketAddr,
    /// The bridge's own end.
    pub(crate) local: SocketAddr,
    /// The tunnel that it becomes once its request has been answered.
    pub(crate) becomes: Mutex<Option<Asked>>,
    /// Held until the connection is closed, whatever it has become by then.
    pub(crate) _held: Option<(Permit, Counted)>,
}

impl Bridge {
    pub(crate) fn new(config: Config, listen: SocketAddr, practice: Option<Practice>) -> Self {
        let limits = config.limits;
        Self {
            guard: Guard::new(listen, config.origins.clone(), !config.proxies.is_empty()),
            practice: practice.map(Arc::new),
            lookups: Lookups::new(config.resolver.clone()),
            tunnels: Quota::new(limits.tunnels, limits.tunnels_per_ip),
            new_tunnels: Rate::a_minute(limits.new_tunnels_per_ip, limits.new_tunnels),
            // A read, and what the one before it had left.
            bytes: Rate::a_second(limits.bytes_per_ip, limits.bytes, 2 * source::MOST),
            connections: Quota::new(
                limits.tunnels.saturating_add(CONNECTIONS_BESIDE_TUNNELS),
                limits.tunnels_per_ip.saturating_add(CONNECTIONS_BESIDE_TUNNELS_PER_IP),
            ),
            readers: Quota::new(CONNECTIONS_FOR_METRICS, CONNECTIONS_FOR_METRICS_PER_IP),
            metrics: Metrics::new(),
            drain: CancellationToken::new(),
            stop: CancellationToken::new(),
            over: CancellationToken::new(),
            tasks: TaskTracker::new(),
            carried: TaskTracker::new(),
            config,
        }
    }

    /// Runs something beside everything else, until the bridge is over.
    pub(crate) fn spawn(&self, work: impl Future<Output = ()> + Send + 'static) {
        // Boxed, or it would be stored twice: as what is taken along, and as what is waited for.
        let work = Box::pin(work);
        let over = self.over.clone().cancelled_owned();
        self.tasks.spawn(async move {
            tokio::select! {
                () = work => {}
                () = over => {}
            }
        });
    }

    /// Where each request goes. Everything passes the guard, what is not found as well.
    pub(crate) fn router(self: &Arc<Self>) -> Router {
        Router::new()
            .route(TUNNEL, get(tunnel::open))
            .route("/bridge", get(info::bridge))
            .route("/healthz", get(info::healthz))
            .route("/readyz", get(info::readyz))
            .nest("/practice", practice::http::router())
            .fallback(get(site::page))
            .layer(middleware::from_fn_with_state(self.clone(), guard::guard))
            .with_state(self.clone())
    }
}

#[cfg(test)]
impl Connection {
    /// A connection that arrived at this address.
    pub(crate) fn for_test(local: SocketAddr) -> Arc<Self> {
        Arc::new(Self { peer: local, local, becomes: Mutex::default(), _held: None })
    }
}
