//! What the bridge counts, as Prometheus reads it (`OpenMetrics` 1.0), on a port of its own.
//!
//! Nothing in it tells of a person or a target: numbers alone.

use crate::{
    bridge::Bridge,
    server::{self, accept},
};
use axum::{Router, extract::State, routing::get};
use http::{HeaderName, StatusCode, header::CONTENT_TYPE};
use hyper_util::service::TowerToHyperService;
use prometheus_client::{
    encoding::{EncodeLabelSet, text::encode},
    metrics::{
        counter::Counter,
        family::Family,
        gauge::Gauge,
        histogram::{Histogram, exponential_buckets},
        info::Info,
    },
    registry::{Registry, Unit},
};
use protocol::tunnel::CloseCode;
use std::sync::Arc;
use tokio::net::TcpListener;
use tracing::info;

/// Everything that is counted.
#[derive(Debug)]
pub(crate) struct Metrics {
    registry: Registry,
    /// Connections now, tunnels among them.
    pub(crate) connections: Gauge,
    /// Tunnels now.
    pub(crate) tunnels: Gauge,
    /// Tunnels that were connected, by why they ended.
    pub(crate) ended: Family<Why, Counter>,
    /// Tunnels that were not, by the close code that they got.
    pub(crate) refused: Family<Code, Counter>,
    /// Tunnels whose page did not wait until they were connected, by how it left.
    pub(crate) left: Family<Why, Counter>,
    /// Requests that did not pass the guard, by the status that they got.
    pub(crate) stopped: Family<Code, Counter>,
    /// Bytes of payload from pages to servers.
    pub(crate) up: Counter,
    /// Bytes of payload from servers to pages.
    pub(crate) down: Counter,
    /// From the first attempt to the connection.
    pub(crate) connecting: Histogram,
}

/// The label of an end.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Why {
    pub(crate) why: &'static str,
}

/// The label of a refusal.
#[derive(Clone, Debug, PartialEq, Eq, Hash, EncodeLabelSet)]
pub(crate) struct Code {
    pub(crate) code: u16,
}

impl Metrics {
    pub(crate) fn new() -> Self {
        let mut metrics = Self {
            registry: Registry::with_prefix("smtp_bridge"),
            connections: Gauge::default(),
            tunnels: Gauge::default(),
            ended: Family::default(),
            refused: Family::default(),
            left: Family::default(),
            stopped: Family::default(),
            up: Counter::default(),
            down: Counter::default(),
            // From a millisecond to half a minute.
            connecting: Histogram::new(exponential_buckets(0.001, 2.0, 16)),
        };
        let Self {
            registry,
            connections,
            tunnels,
            ended,
            refused,
            left,
            stopped,
            up,
            down,
            connecting,
        } = &mut metrics;
        let version = Info::new([("version", env!("CARGO_PKG_VERSION"))]);
        registry.register("build", "What is running", version);
        registry.register("connections", "Connections that are open", connections.clone());
        registry.register("tunnels", "Tunnels that are open", tunnels.clone());
        registry.register("tunnels_ended", "Tunnels that have ended, and why", ended.clone());
        registry.register("tunnels_refused", "Tunnels that came to nothing", refused.clone());
        let said = "Tunnels whose page left before they were connected, and how";
        registry.register("tunnels_left", said, left.clone());
        registry.register("requests_stopped", "Requests that were not let in", stopped.clone());
        let bytes = Unit::Bytes;
        registry.register_with_unit("up", "Payload to servers", bytes.clone(), up.clone());
        registry.register_with_unit("down", "Payload from servers", bytes, down.clone());
        let seconds = Unit::Seconds;
        let said = "How long it took to connect to a server";
        registry.register_with_unit("connecting", said, seconds, connecting.clone());
        metrics
    }
}

impl Metrics {
    /// Counts a tunnel that came to nothing.
    pub(crate) fn refuse(&self, code: CloseCode) {
        self.refused.get_or_create(&Code { code: code.code() }).inc();
    }

    /// Counts a tunnel whose page did not wait until it was connected.
    pub(crate) fn leave(&self, why: &'static str) {
        self.left.get_or_create(&Why { why }).inc();
    }

    /// Counts a tunnel that has ended.
    pub(crate) fn end(&self, why: &'static str) {
        self.ended.get_or_create(&Why { why }).inc();
    }
}

/// Adds one for as long as it lives.
#[derive(Debug)]
pub(crate) struct Counted(Gauge);

impl Counted {
    pub(crate) fn one(gauge: &Gauge) -> Self {
        gauge.inc();
        Self(gauge.clone())
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        self.0.dec();
    }
}

/// Answers on the metrics' own port, until the bridge ends.
pub(crate) async fn serve(bridge: &Arc<Bridge>, listener: TcpListener) {
    let router = Router::new().route("/metrics", get(metrics)).with_state(bridge.clone());
    let router = TowerToHyperService::new(router);
    while let Some((stream, peer)) = accept(&listener, bridge).await {
        let permit = match bridge.readers.take(peer.ip()) {
            Ok(permit) => permit,
            Err(exhausted) => {
                info!("hung up on {peer}: of connections for metrics, {exhausted}");
                continue;
            }
        };
        let (bridge, router) = (bridge.clone(), router.clone());
        let tasks = bridge.clone();
        tasks.spawn(async move {
            server::serve(&bridge, router, stream, peer, None).await;
            drop(permit);
        });
    }
}

async fn metrics(
    State(bridge): State<Arc<Bridge>>,
) -> Result<([(HeaderName, &'static str); 1], String), StatusCode> {
    let mut text = String::new();
    encode(&mut text, &bridge.metrics.registry).map_err(|_| StatusCode::INTERNAL_SERVER_ERROR)?;
    let form = "application/openmetrics-text; version=1.0.0; charset=utf-8";
    Ok(([(CONTENT_TYPE, form)], text))
}
