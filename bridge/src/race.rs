//! Connecting to whichever of a server's addresses answers first: Happy Eyeballs, version 2 (RFC 8305).
//!
//! An address that does not answer, as IPv6 does where it leads nowhere, would cost everybody who has to wait for
//! it. So the next one is tried a quarter of a second later, or at once when one has failed, and all go on side by
//! side until one is connected. The others are given up then.

use crate::{dial::Failure, tunnel::page::ToPage};
use futures_util::{StreamExt as _, stream::FuturesUnordered};
use protocol::tunnel::{FailureReason, TunnelEvent};
use std::{
    io,
    net::{IpAddr, SocketAddr},
    num::NonZeroU16,
    time::Duration,
};
use tokio::{
    net::TcpStream,
    time::{Instant, sleep_until},
};
use tracing::info;

/// How long an attempt has before the next one joins it (RFC 8305 §8).
const HEAD_START: Duration = Duration::from_millis(250);

/// Connects to one of the addresses, within the time there is for all of them, and tells the page of each that is
/// tried.
pub(crate) async fn connect(
    addresses: &[IpAddr],
    port: NonZeroU16,
    patience: Duration,
    page: &mut ToPage,
) -> Result<TcpStream, Failure> {
    let began = Instant::now();
    let mut next_start = began;
    let mut waiting = in_turns(addresses).into_iter();
    let mut running = FuturesUnordered::new();
    let mut silent = Vec::new();
    let mut failures = Vec::new();
    loop {
        // Not left to the timer below, which would be a millisecond late for the first of them.
        if next_start <= Instant::now()
            && let Some(address) = waiting.next()
        {
            let address = SocketAddr::new(address, port.get());
            page.tell(&TunnelEvent::Connecting { address: address.to_string() }).await;
            next_start = Instant::now() + HEAD_START;
            silent.push(address);
            running.push(async move { (address, Instant::now(), open(address).await) });
        }
        if running.is_empty() {
            break;
        }
        tokio::select! {
            Some((address, dialling, outcome)) = running.next() => match outcome {
                Ok((stream, local)) => {
                    return Ok(tell(address, local, Instant::now() - dialling, stream, page).await);
                }
                Err(error) => {
                    info!("not connected to {address}: {error}");
                    silent.retain(|other| *other != address);
                    failures.push((kind(&error), format!("{address}: {error}")));
                    next_start = Instant::now();
                }
            },
            () = sleep_until(next_start), if waiting.len() > 0 => {}
            () = sleep_until(began + patience) => break,
        }
    }
    failures.extend(silent.iter().map(|address| {
        info!("not connected to {address}: no answer within {patience:?}");
        (FailureReason::TimedOut, format!("{address}: no answer within {patience:?}"))
    }));
    Err(summary(failures))
}

/// The families take turns, the one that the resolver put first begins (RFC 8305 §4); within a family its order
/// stands.
fn in_turns(addresses: &[IpAddr]) -> Vec<IpAddr> {
    let begins = addresses.first().is_some_and(IpAddr::is_ipv6);
    let (first, second): (Vec<IpAddr>, Vec<IpAddr>) =
        addresses.iter().partition(|address| address.is_ipv6() == begins);
    let (mut first, mut second) = (first.into_iter(), second.into_iter());
    let mut turns = Vec::with_capacity(addresses.len());
    while first.len() + second.len() > 0 {
        turns.extend(first.next());
        turns.extend(second.next());
    }
    turns
}

async fn open(address: SocketAddr) -> io::Result<(TcpStream, SocketAddr)> {
    let stream = TcpStream::connect(address).await?;
    // SMTP waits for every answer: a command held back to be sent with the next one is a command late.
    stream.set_nodelay(true)?;
    let local = stream.local_addr()?;
    Ok((stream, local))
}

async fn tell(
    address: SocketAddr,
    local: SocketAddr,
    elapsed_ms: Duration,
    stream: TcpStream,
    page: &mut ToPage,
) -> TcpStream {
    let (address, local) = (address.to_string(), local.to_string());
    info!("connected to {address} from {local} in {elapsed_ms:?}");
    page.tell(&TunnelEvent::Connected { address, local, elapsed_ms }).await;
    stream
}

fn kind(error: &io::Error) -> FailureReason {
    match error.kind() {
        io::ErrorKind::ConnectionRefused => FailureReason::ConnectionRefused,
        io::ErrorKind::HostUnreachable
        | io::ErrorKind::NetworkUnreachable
        | io::ErrorKind::AddrNotAvailable => FailureReason::Unreachable,
        io::ErrorKind::TimedOut => FailureReason::TimedOut,
        _ => FailureReason::Other,
    }
}

/// One failure out of one for each address: the reason that says most about the server, and all details.
/// That there is no way to one address says little, for one: it is how IPv6 fails where there is none.
fn summary(failures: Vec<(FailureReason, String)>) -> Failure {
    let telling = |reason: &FailureReason| match reason {
        FailureReason::ConnectionRefused => 3,
        FailureReason::TimedOut => 2,
        FailureReason::Unreachable => 0,
        _ => 1,
    };
    let reasons = failures.iter().map(|(reason, _)| *reason);
    let reason = reasons.max_by_key(telling).unwrap_or(FailureReason::Other);
    let details: Vec<_> = failures.into_iter().map(|(_, detail)| detail).collect();
    Failure { reason, detail: details.join("; ") }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::tunnel::CloseCode;

    #[test]
    fn the_families_take_turns_and_the_first_begins() {
        let turns = |addresses: &[&str]| {
            let addresses: Vec<_> = addresses.iter().map(|it| it.parse().unwrap()).collect();
            in_turns(&addresses).iter().map(ToString::to_string).collect::<Vec<_>>()
        };
        assert_eq!(
            turns(&["::1", "::2", "::3", "192.0.2.1", "192.0.2.2"]),
            ["::1", "192.0.2.1", "::2", "192.0.2.2", "::3"]
        );
        assert_eq!(turns(&["192.0.2.1", "::1"]), ["192.0.2.1", "::1"]);
        assert_eq!(turns(&["192.0.2.2", "192.0.2.1"]), ["192.0.2.2", "192.0.2.1"]);
        assert!(turns(&[]).is_empty());
    }

    #[test]
    fn of_several_failures_the_most_telling_is_the_reason_and_all_are_the_detail() {
        let failure = summary(vec![
            (FailureReason::Unreachable, "one".into()),
            (FailureReason::TimedOut, "two".into()),
            (FailureReason::Unreachable, "three".into()),
        ]);
        assert_eq!(failure.reason, FailureReason::TimedOut);
        assert_eq!(failure.detail, "one; two; three");
        assert_eq!(failure.code(), CloseCode::ConnectTimeout);
    }
}
