//! The practice server in the page's own memory: no bridge, no network.

use super::{Ended, Incoming, Transport};
use crate::clock;
use bytes::Bytes;
use protocol::client::Ending;
use protocol::server::{self, Config, Server, Store};
use protocol::tunnel::TunnelEvent;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;
use std::sync::Arc;

/// Where the practice server says it is: an address kept for documentation (RFC 5737), which leads nowhere.
const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 25));
const PORT: u16 = 25;

/// The practice server: its configuration, and the mail it keeps from one connection to the next.
#[derive(Clone)]
pub struct Practice {
    config: Arc<Config>,
    store: Rc<RefCell<Store>>,
}

impl Practice {
    /// A practice server with an empty mailbox.
    pub fn new(config: Config) -> Self {
        Self { config: Arc::new(config), store: Rc::default() }
    }

    /// Its name.
    pub fn name(&self) -> String {
        self.config.name.to_string()
    }

    /// The mail it was given.
    pub fn store(&self) -> &Rc<RefCell<Store>> {
        &self.store
    }

    /// Connects to it. What a real connection would tell is told here too, marked by its address as what it
    /// is.
    pub fn connect(&self) -> PracticeTransport {
        let address = format!("{ADDRESS}:{PORT}");
        let told = [
            TunnelEvent::Resolving { host: self.config.name.to_string() },
            TunnelEvent::Resolved { addresses: vec![ADDRESS] },
            TunnelEvent::Connecting { address: address.clone() },
            TunnelEvent::Connected {
                address,
                local: "192.0.2.1:40001".into(),
                elapsed_ms: std::time::Duration::ZERO,
            },
        ];
        PracticeTransport {
            server: Some(Server::new(self.config.clone(), clock::now(), "192.0.2.1")),
            store: self.store.clone(),
            incoming: told.into_iter().map(Incoming::Told).collect(),
        }
    }
}

/// One connection to the practice server.
pub struct PracticeTransport {
    /// `None` once the connection is over.
    server: Option<Server>,
    store: Rc<RefCell<Store>>,
    incoming: VecDeque<Incoming>,
}

impl PracticeTransport {
    /// Takes what the server has to say, and notices when it hangs up.
    fn collect(&mut self) {
        let Some(server) = &mut self.server else { return };
        server.handle_timeout(clock::now());
        while let Some(bytes) = server.poll_transmit() {
            self.incoming.push_back(Incoming::Bytes(bytes));
        }
        if server.is_closed() {
            self.server = None;
            self.incoming.push_back(Incoming::Ended(Ended { how: Ending::ByServer, code: None }));
        }
    }
}

impl Transport for PracticeTransport {
    fn send(&mut self, bytes: &Bytes) {
        let mut rest = &bytes[..];
        // The server takes less than it is given only until its replies have been taken.
        while let Some(server) = &mut self.server
            && !rest.is_empty()
        {
            let taken = server.receive(clock::now(), rest, &mut self.store.borrow_mut());
            rest = &rest[taken..];
            self.collect();
        }
    }

    fn buffered(&self) -> usize {
        0
    }

    fn poll(&mut self) -> Option<Incoming> {
        if self.incoming.is_empty() {
            self.collect();
        }
        self.incoming.pop_front()
    }

    fn close(&mut self) {
        self.server = None;
        self.incoming.clear();
    }

    fn server_state(&self) -> Option<server::State> {
        self.server.as_ref().map(Server::state)
    }
}
