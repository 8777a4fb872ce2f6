//! Waiting for a condition, never for a time.

use std::time::Duration;

use tokio::time::{Instant, sleep};

use crate::{Error, Result};

/// How long anything on this machine may take before a journey gives up on it. Generous, since it
/// is only ever spent in full by a test that fails.
pub const PATIENCE: Duration = Duration::from_secs(20);

/// How often a condition is looked at.
const INTERVAL: Duration = Duration::from_millis(25);

/// Asks `probe` again and again until it gives a value, and gives that back.
///
/// # Errors
/// [`Error::Deadline`] after `within`, and at once what `probe` itself fails with.
pub async fn until<T>(
    awaited: &str,
    within: Duration,
    mut probe: impl AsyncFnMut() -> Result<Option<T>>,
) -> Result<T> {
    let deadline = Instant::now() + within;
    loop {
        if let Some(value) = probe().await? {
            return Ok(value);
        }
        if Instant::now() >= deadline {
            return Err(Error::Deadline { awaited: awaited.into(), within, last: String::new() });
        }
        sleep(INTERVAL).await;
    }
}
