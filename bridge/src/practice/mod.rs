//! The practice server on a port of its own, and the mailbox behind it.
//!
//! All of its SMTP is `protocol::server`, the same that runs inside the page; here it gets sockets, a clock
//! and a store that lives as long as the bridge. It never connects out.

mod feed;
pub(crate) mod http;
mod session;
mod tls;

use crate::{bridge::Bridge, server, target::reachable};
use certificates::NotReady;
use protocol::server::{Config, StartTls, Store};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
use tls::Tls;
use tokio::{
    net::TcpListener,
    sync::{Semaphore, watch},
};
use tracing::{Instrument as _, info, info_span};

/// Sessions at the same time. Each may hold a message of [`Config::size`]. Who comes when all are taken
/// waits in the listener's queue, as at any busy server.
const SESSIONS: usize = 100;

/// The practice server of a bridge.
#[derive(Debug)]
pub(crate) struct Practice {
    config: Arc<Config>,
    /// Where it can be reached from this machine.
    pub(crate) addresses: Addresses,
    pub(crate) tls: Tls,
    store: Mutex<Store>,
    /// The store's revision, for whoever waits for it to change.
    revision: watch::Sender<u64>,
    sessions: Arc<Semaphore>,
}

/// Where it listens.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Addresses {
    /// In plain text, and behind STARTTLS.
    pub(crate) plain: SocketAddr,
    /// For TLS from the first byte, if it does.
    pub(crate) tls: Option<SocketAddr>,
}

/// Which of the two a client came by.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Door {
    Plain,
    Tls,
}

impl Addresses {
    /// The one with this port, or else the plain one.
    pub(crate) fn by(&self, port: Option<u16>) -> SocketAddr {
        self.tls.filter(|tls| Some(tls.port()) == port).unwrap_or(self.plain)
    }
}

impl Practice {
    /// A practice server with an empty mailbox that listens at these addresses. It offers STARTTLS, unless it is told
    /// to require it.
    pub(crate) fn new(config: &Config, listen: Addresses) -> Result<Self, NotReady> {
        let mut config = config.clone();
        if config.starttls == StartTls::No {
            config.starttls = StartTls::Offered;
        }
        let here = |listen: SocketAddr| SocketAddr::new(reachable(listen.ip()), listen.port());
        let user = config.accounts.first().map(|account| &account.user[..]);
        Ok(Self {
            addresses: Addresses { plain: here(listen.plain), tls: listen.tls.map(here) },
            tls: Tls::new(user)?,
            config: Arc::new(config),
            store: Mutex::default(),
            revision: watch::Sender::new(0),
            sessions: Arc::new(Semaphore::new(SESSIONS)),
        })
    }

    /// The mailbox, to read it.
    fn store(&self) -> MutexGuard<'_, Store> {
        // The store keeps its promises by itself: a panic elsewhere leaves it as true as it was.
        self.store.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Does something to the mailbox, and tells the feeds if that has changed it.
    fn change<T>(&self, change: impl FnOnce(&mut Store) -> T) -> T {
        let mut store = self.store();
        let result = change(&mut store);
        let revision = store.revision();
        self.revision.send_if_modified(|known| std::mem::replace(known, revision) != revision);
        result
    }
}

/// Takes connections until the bridge shuts down.
pub(crate) async fn accept(
    bridge: &Arc<Bridge>,
    practice: &Arc<Practice>,
    listener: TcpListener,
    door: Door,
) {
    loop {
        let permit = tokio::select! {
            permit = practice.sessions.clone().acquire_owned() => permit,
            () = bridge.stop.cancelled() => return,
        };
        let Ok(permit) = permit else { return };
        let Some((stream, peer)) = server::accept(&listener, bridge).await else { return };
        let (practice, stop) = (practice.clone(), bridge.stop.clone());
        let session = async move {
            info!("practice session begins");
            let _ = stream.set_nodelay(true);
            session::run(&practice, stream, door, peer.ip(), &stop).await;
            info!("practice session ends");
            drop(permit);
        };
        bridge.spawn(session.instrument(info_span!("practice", %peer)));
    }
}
