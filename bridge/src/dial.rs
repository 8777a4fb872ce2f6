//! Resolve, check, dial: from a target to a connection, or to the reason why there is none.
//!
//! The very address that the policy has checked is the one that is dialled; nothing is looked up twice.
//!
//! A refused target looks the same whether it exists or not: one reason, one sentence, one close code. What
//! was really the matter stands in the log. The time it takes is not made equal: whoever measures it may
//! guess from a slow answer that a name was looked up and not found in a cache.

use crate::{
    policy::{self, Policy},
    resolve::{Resolve, ResolveError},
    target::{Host, Target},
    tunnel::page::ToPage,
};
use protocol::tunnel::{CloseCode, FailureReason, TunnelEvent};
use std::{
    io,
    net::{IpAddr, SocketAddr},
    num::NonZeroU16,
    time::Duration,
};
use tokio::{
    net::TcpStream,
    time::{Instant, timeout},
};
use tracing::info;

/// Addresses of one name that are tried; a name with more has the rest ignored.
const ADDRESSES: usize = 16;

/// What dialling needs to know.
#[derive(Debug)]
pub(crate) struct Dialler<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) resolver: &'a dyn Resolve,
    /// For looking up, and again for connecting, all addresses together.
    pub(crate) patience: Duration,
}

/// Why there is no connection, as the page is told.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Failure {
    pub(crate) reason: FailureReason,
    pub(crate) detail: String,
}

impl Failure {
    /// The one answer to every target that may not be dialled.
    pub(crate) fn refused(target: &Target) -> Self {
        let detail = format!(
            "this bridge does not connect to {target}; whoever runs it decides that, with --allow"
        );
        Self { reason: FailureReason::Refused, detail }
    }

    /// The close code that goes with the reason.
    pub(crate) fn code(&self) -> CloseCode {
        match self.reason {
            FailureReason::BadTarget => CloseCode::BadTarget,
            FailureReason::Refused => CloseCode::Refused,
            FailureReason::TimedOut => CloseCode::ConnectTimeout,
            _ => CloseCode::CouldNotConnect,
        }
    }
}

impl Dialler<'_> {
    /// Connects to a target, and tells the page of every step.
    pub(crate) async fn dial(
        &self,
        target: &Target,
        page: &mut ToPage,
    ) -> Result<TcpStream, Failure> {
        let addresses = self.addresses(target, page).await?;
        connect(&addresses, target.port, self.patience, page).await
    }

    /// The target's addresses that may be dialled, at least one.
    async fn addresses(&self, target: &Target, page: &mut ToPage) -> Result<Vec<IpAddr>, Failure> {
        if !self.policy.considers(target) {
            info!("refused: nothing allows {target}");
            return Err(Failure::refused(target));
        }
        page.tell(&TunnelEvent::Resolving { host: target.host.to_string() }).await;
        let found = match &target.host {
            // An address is its own answer. The page is told of the step all the same, so that every tunnel
            // is told in the same words.
            Host::Address(address) => Ok(vec![*address]),
            Host::Name(name) => timeout(self.patience, self.resolver.resolve(name.clone()))
                .await
                .unwrap_or_else(|_| {
                    let patience = self.patience;
                    Err(ResolveError::Failed(format!("nothing came within {patience:?}")))
                }),
        };
        let found = match found {
            Ok(found) if !found.is_empty() => found,
            other => return Err(self.not_found(target, other.err())),
        };
        let (mut allowed, refused): (Vec<_>, Vec<_>) =
            found.into_iter().partition(|address| self.policy.permits(target, *address));
        for address in refused {
            let (what, port) = (policy::describe(address), target.port);
            info!("refused: {address} is {what}, and nothing allows it on port {port}");
        }
        if allowed.is_empty() {
            return Err(Failure::refused(target));
        }
        allowed.truncate(ADDRESSES);
        page.tell(&TunnelEvent::Resolved { addresses: allowed.clone() }).await;
        Ok(allowed)
    }

    fn not_found(&self, target: &Target, error: Option<ResolveError>) -> Failure {
        let error = error.unwrap_or(ResolveError::NotFound);
        info!("{}: {error}", target.host);
        if !self.policy.may_tell(target) {
            return Failure::refused(target);
        }
        let reason = match error {
            ResolveError::NotFound => FailureReason::NotFound,
            ResolveError::Failed(_) => FailureReason::ResolverFailed,
        };
        Failure { reason, detail: format!("{}: {error}", target.host) }
    }
}

/// Tries one address after the other. They share the time there is, so that an address that does not
/// answer leaves some for the next.
pub(crate) async fn connect(
    addresses: &[IpAddr],
    port: NonZeroU16,
    patience: Duration,
    page: &mut ToPage,
) -> Result<TcpStream, Failure> {
    let began = Instant::now();
    let mut failures = Vec::new();
    for (index, address) in addresses.iter().enumerate() {
        let address = SocketAddr::new(*address, port.get());
        let left = u32::try_from(addresses.len() - index).unwrap_or(u32::MAX);
        let share = patience.saturating_sub(began.elapsed()) / left;
        page.tell(&TunnelEvent::Connecting { address: address.to_string() }).await;
        let dialling = Instant::now();
        match timeout(share, open(address)).await {
            Ok(Ok((stream, local))) => {
                let elapsed_ms = dialling.elapsed();
                let (address, local) = (address.to_string(), local.to_string());
                info!("connected to {address} from {local} in {elapsed_ms:?}");
                page.tell(&TunnelEvent::Connected { address, local, elapsed_ms }).await;
                return Ok(stream);
            }
            Ok(Err(error)) => failures.push((kind(&error), format!("{address}: {error}"))),
            Err(_) => failures
                .push((FailureReason::TimedOut, format!("{address}: no answer within {share:?}"))),
        }
        info!("not connected to {}", failures.last().map_or("", |(_, detail)| detail));
    }
    Err(summary(failures))
}

async fn open(address: SocketAddr) -> io::Result<(TcpStream, SocketAddr)> {
    let stream = TcpStream::connect(address).await?;
    // SMTP waits for every answer: a command held back to be sent with the next one is a command late.
    stream.set_nodelay(true)?;
    let local = stream.local_addr()?;
    Ok((stream, local))
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
