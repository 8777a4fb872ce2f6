//! What the bridge says about itself.

use crate::bridge::Bridge;
use axum::{Json, extract::State};
use http::{HeaderName, StatusCode, header::CACHE_CONTROL};
use protocol::tunnel::{BridgeInfo, PracticeInfo};
use std::sync::Arc;

/// `GET /bridge`: what a page needs to know before it asks for a tunnel.
pub(crate) async fn bridge(
    State(bridge): State<Arc<Bridge>>,
) -> ([(HeaderName, &'static str); 1], Json<BridgeInfo>) {
    let practice = bridge.practice.as_ref().map(|practice| PracticeInfo {
        port: practice.addresses.plain.port(),
        tls_port: practice.addresses.tls.map(|address| address.port()),
        authority: Some(practice.tls.authority.clone()),
        identity: practice.tls.identity.clone(),
    });
    let info = BridgeInfo {
        version: env!("CARGO_PKG_VERSION").into(),
        token_wanted: bridge.config.token.is_some(),
        public_targets: bridge.config.policy.public,
        practice,
    };
    ([(CACHE_CONTROL, "no-store")], Json(info))
}

/// `GET /healthz`: that the bridge answers at all.
pub(crate) async fn healthz() -> ([(HeaderName, &'static str); 1], &'static str) {
    ([(CACHE_CONTROL, "no-store")], "ok\n")
}

/// `GET /readyz`: whether the bridge is for new tunnels. While it drains it is not.
pub(crate) async fn readyz(
    State(bridge): State<Arc<Bridge>>,
) -> (StatusCode, [(HeaderName, &'static str); 1], &'static str) {
    let (status, said) = if bridge.drain.is_cancelled() {
        (StatusCode::SERVICE_UNAVAILABLE, "ending\n")
    } else {
        (StatusCode::OK, "ready\n")
    };
    (status, [(CACHE_CONTROL, "no-store")], said)
}
