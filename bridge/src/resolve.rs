//! Asking for the addresses of a name.

use crate::target::Name;
use dns_lookup::{AddrInfoHints, LookupError, LookupErrorKind, SockType};
use std::{
    collections::HashSet,
    fmt,
    future::Future,
    net::{IpAddr, SocketAddr},
    pin::Pin,
    sync::Arc,
};
use tokio::{sync::Semaphore, task::spawn_blocking};

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

/// The operating system's resolver: `/etc/hosts`, the configured name servers, and whatever else the
/// machine uses.
#[derive(Debug)]
pub struct SystemResolver {
    running: Arc<Semaphore>,
}

/// Questions to the system's resolver at the same time. Each takes a thread, which cannot be called back
/// when the page that wanted to know is long gone; the others wait, and run into their time-out.
const AT_ONCE: usize = 64;

impl Default for SystemResolver {
    fn default() -> Self {
        Self { running: Arc::new(Semaphore::new(AT_ONCE)) }
    }
}

impl Resolve for SystemResolver {
    fn resolve(&self, name: Name) -> Answer<'_> {
        Box::pin(async move {
            let failed = |what: &dyn fmt::Display| ResolveError::Failed(what.to_string());
            let permit = self.running.clone().acquire_owned().await.map_err(|e| failed(&e))?;
            let asked = spawn_blocking(move || {
                let _until_answered = permit;
                ask(&name)
            });
            asked.await.map_err(|e| failed(&e))?
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
