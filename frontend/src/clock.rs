//! The one clock of the page.

use std::time::Duration;

/// The time since the Unix epoch. It never runs backwards, since it is the time the page was opened plus a
/// steady clock.
#[cfg(target_arch = "wasm32")]
pub fn now() -> Duration {
    let performance = web_sys::window().and_then(|window| window.performance());
    let millis =
        performance.map_or(0.0, |performance| performance.time_origin() + performance.now());
    Duration::try_from_secs_f64(millis / 1e3).unwrap_or_default()
}

/// The same natively, for tests.
#[cfg(not(target_arch = "wasm32"))]
pub fn now() -> Duration {
    use std::time::{SystemTime, UNIX_EPOCH};
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}
