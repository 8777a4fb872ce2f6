//! Asking for the addresses of a name.

use crate::{limits::one_client, target::Name};
use dns_lookup::{AddrInfoHints, LookupError, LookupErrorKind, SockType};
use std::{
    collections::{HashMap, HashSet},
    fmt,
    future::Future,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::{Arc, Mutex, PoisonError},
};
use tokio::{
    sync::{OwnedSemaphorePermit, Semaphore},
    task::spawn_blocking,
};

/// Whoever knows the addresses of names. The bridge asks it once a tunnel and dials what it said.
pub trait Resolve: fmt::Debug + Send + Sync + 'static {
    /// The name's addresses, in the order in which they should be tried.
    fn resolve(&self, name: Name) -> Answer<'_>;
}

/// What a resolver will have said.
pub type Answer<'a> = Pin<Box<dyn Future<Output = Result<Vec<IpAddr>, ResolveError>> + Send + 'a>>;

/// Why a name has no addresses.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum ResolveError {
    /// There is no such name, or it has no address.
    #[error("there is no such name, or it has no address")]
    NotFound,
    /// The resolver did not answer, or not in a way that says either.
    #[error("the resolver gave no answer: {0}")]
    Failed(String),
}

/// Asks a resolver for clients, none of whom can keep it for themselves.
#[derive(Debug)]
pub(crate) struct Lookups {
    resolver: Arc<dyn Resolve>,
    in_all: Arc<Semaphore>,
    /// The shares of those clients who ask at the moment, so no more than there are tunnels.
    shares: Mutex<HashMap<IpAddr, Arc<Semaphore>>>,
}

/// Questions at the same time. To the system's resolver each takes a thread, which cannot be called back when the page
/// that wanted to know is long gone; the others wait, and run into their time-out.
const AT_ONCE: usize = 64;
/// The same, of one client. Whoever asks for names whose servers never answer makes only themselves wait.
const AT_ONCE_EACH: usize = 8;

impl Lookups {
    pub(crate) fn new(resolver: Arc<dyn Resolve>) -> Self {
        Self { resolver, in_all: Arc::new(Semaphore::new(AT_ONCE)), shares: Mutex::default() }
    }

    /// The name's addresses. Whoever does not wait for them holds their share until the resolver has answered.
    pub(crate) async fn ask(
        &self,
        client: IpAddr,
        name: Name,
    ) -> Result<Vec<IpAddr>, ResolveError> {
        // The client's own first: who waits for that keeps nobody else waiting.
        let share = acquire(self.share_of(client)).await?;
        let one_of_all = acquire(self.in_all.clone()).await?;
        let resolver = self.resolver.clone();
        let asked = tokio::spawn(async move {
            let _until_answered = (share, one_of_all);
            resolver.resolve(name).await
        });
        asked.await.map_err(|error| failed(&error))?
    }

    fn share_of(&self, client: IpAddr) -> Arc<Semaphore> {
        let mut shares = self.shares.lock().unwrap_or_else(PoisonError::into_inner);
        // Whoever waits or asks has one as well.
        shares.retain(|_, share| Arc::strong_count(share) > 1);
        let new = || Arc::new(Semaphore::new(AT_ONCE_EACH));
        shares.entry(one_client(client)).or_insert_with(new).clone()
    }
}

async fn acquire(semaphore: Arc<Semaphore>) -> Result<OwnedSemaphorePermit, ResolveError> {
    semaphore.acquire_owned().await.map_err(|error| failed(&error))
}

fn failed(what: &dyn fmt::Display) -> ResolveError {
    ResolveError::Failed(what.to_string())
}

/// The operating system's resolver: `/etc/hosts`, the configured name servers, and whatever else the
/// machine uses.
#[derive(Debug, Default)]
#[non_exhaustive]
pub struct SystemResolver;

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Answer<'_> {
        Box::pin(async move {
            spawn_blocking(move || ask(&name)).await.map_err(|error| failed(&error))?
        })
    }
}

/// Asks through `getaddrinfo`, as every other program on the machine does. The standard library does so
/// too, but does not say whether a name is unknown or the resolver is.
fn ask(name: &Name) -> Result<Vec<IpAddr>, ResolveError> {
    let hints = AddrInfoHints { socktype: SockType::Stream.into(), ..AddrInfoHints::default() };
    let found = dns_lookup::getaddrinfo(Some(name.as_str()), None, Some(hints)).map_err(failure)?;
    let mut seen = HashSet::new();
    let addresses = found.flatten().map(|info| SocketAddr::ip(&info.sockaddr));
    Ok(addresses.filter(|address| seen.insert(*address)).collect())
}

fn failure(error: LookupError) -> ResolveError {
    match error.kind() {
        LookupErrorKind::NoName | LookupErrorKind::NoData => ResolveError::NotFound,
        _ => ResolveError::Failed(std::io::Error::from(error).to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::{net::Ipv4Addr, time::Duration};
    use tokio::{sync::watch, task::JoinSet, time::timeout};

    const ONE: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 1));
    const OTHER: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 2));

    /// Answers for `silent.example.com` only once it is told to.
    #[derive(Debug)]
    struct Silent {
        asked: watch::Sender<usize>,
        speaks: watch::Sender<bool>,
    }

    impl Resolve for Silent {
        fn resolve(&self, name: Name) -> Answer<'_> {
            self.asked.send_modify(|asked| *asked += 1);
            let mut speaks = self.speaks.subscribe();
            Box::pin(async move {
                if name.as_str() == "silent.example.com" {
                    speaks.wait_for(|speaks| *speaks).await.map_err(|error| failed(&error))?;
                }
                Ok(vec![ONE])
            })
        }
    }

    /// What is asked for within a time that passes only while everything waits.
    async fn ask(lookups: &Lookups, client: IpAddr, name: &str) -> Option<Vec<IpAddr>> {
        let name = name.parse().unwrap();
        let answer = timeout(Duration::from_secs(10), lookups.ask(client, name)).await;
        answer.ok().map(Result::unwrap)
    }

    #[tokio::test(start_paused = true)]
    async fn whoever_asks_for_names_that_are_never_answered_makes_nobody_else_wait() {
        let (asked, speaks) = (watch::Sender::new(0), watch::Sender::new(false));
        let silent = Silent { asked: asked.clone(), speaks: speaks.clone() };
        let lookups = Arc::new(Lookups::new(Arc::new(silent)));
        let mut asking = JoinSet::new();
        for _ in 0..AT_ONCE {
            let lookups = lookups.clone();
            asking.spawn(async move { ask(&lookups, ONE, "silent.example.com").await });
        }
        asked.subscribe().wait_for(|asked| *asked == AT_ONCE_EACH).await.unwrap();
        assert_eq!(ask(&lookups, OTHER, "mail.example.com").await, Some(vec![ONE]));
        // They all give up, and what they had asked is still not answered.
        while let Some(answer) = asking.join_next().await {
            assert_eq!(answer.unwrap(), None);
        }
        assert_eq!(ask(&lookups, ONE, "mail.example.com").await, None);
        assert_eq!(ask(&lookups, OTHER, "mail.example.com").await, Some(vec![ONE]));
        assert_eq!(*asked.borrow(), AT_ONCE_EACH + 2);
        speaks.send_replace(true);
        assert_eq!(ask(&lookups, ONE, "mail.example.com").await, Some(vec![ONE]));
        // Nothing is kept of those who have asked once.
        assert_eq!(ask(&lookups, OTHER, "mail.example.com").await, Some(vec![ONE]));
        assert_eq!(lookups.shares.lock().unwrap().len(), 1);
    }
}
