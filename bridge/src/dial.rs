//! Resolve, check, dial: from a target to a connection, or to the reason why there is none.
//!
//! The very address that the policy has checked is the one that is dialled; nothing is looked up twice.
//!
//! A refused target looks the same whether it exists or not: one reason, one sentence, one close code. What
//! was really the matter stands in the log. The time it takes is not made equal: whoever measures it may
//! guess from a slow answer that a name was looked up and not found in a cache.

use crate::{
    policy::{self, Policy},
    race,
    resolve::{Lookups, ResolveError},
    target::{Host, Target},
    tunnel::page::ToPage,
};
use protocol::tunnel::{CloseCode, FailureReason, TunnelEvent};
use std::{net::IpAddr, time::Duration};
use tokio::{net::TcpStream, time::timeout};
use tracing::info;

/// Addresses of one name that are tried; a name with more has the rest ignored.
const ADDRESSES: usize = 16;

/// What dialling needs to know.
#[derive(Debug)]
pub(crate) struct Dialler<'a> {
    pub(crate) policy: &'a Policy,
    pub(crate) lookups: &'a Lookups,
    /// Who wants it.
    pub(crate) client: IpAddr,
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
        race::connect(&addresses, target.port, self.patience, page).await
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
            Host::Name(name) => timeout(self.patience, self.lookups.ask(self.client, name.clone()))
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
