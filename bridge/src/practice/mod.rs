//! The practice server on a port of its own, and the mailbox behind it.
//!
//! All of its SMTP is `protocol::server`, the same that runs inside the page; here it gets sockets, a clock
//! and a store that lives as long as the bridge. It never connects out.

mod feed;
pub(crate) mod http;
mod session;

use crate::{bridge::Bridge, server, target::reachable};
use protocol::server::{Config, Store};
use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};
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
    address: SocketAddr,
    store: Mutex<Store>,
    /// The store's revision, for whoever waits for it to change.
    revision: watch::Sender<u64>,
    sessions: Arc<Semaphore>,
}

impl Practice {
    /// A practice server with an empty mailbox that listens at this address.
    pub(crate) fn new(config: Arc<Config>, listen: SocketAddr) -> Self {
        Self {
            config,
            address: SocketAddr::new(reachable(listen.ip()), listen.port()),
            store: Mutex::default(),
            revision: watch::Sender::new(0),
            sessions: Arc::new(Semaphore::new(SESSIONS)),
        }
    }

    /// Where it can be reached from this machine.
    pub(crate) fn address(&self) -> SocketAddr {
        self.address
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
pub(crate) async fn accept(bridge: &Arc<Bridge>, practice: &Arc<Practice>, listener: TcpListener) {
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
            session::run(&practice, stream, peer.ip(), &stop).await;
            info!("practice session ends");
            drop(permit);
        };
        bridge.spawn(session.instrument(info_span!("practice", %peer)));
    }
}
