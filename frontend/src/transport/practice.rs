//! The practice server in the page's own memory: no bridge, no network.

use super::{Ended, Incoming, Transport};
use crate::clock;
use bytes::{Buf as _, Bytes, BytesMut};
use protocol::client::Ending;
use protocol::server::{self, Config, Server, Store};
use protocol::tunnel::TunnelEvent;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;

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
        let server = Server::new(
            self.config.clone(),
            clock::now(),
            "192.0.2.1",
            &mut self.store.borrow_mut(),
        );
        PracticeTransport {
            server: Some(server),
            store: self.store.clone(),
            outgoing: BytesMut::new(),
            incoming: told.into_iter().map(Incoming::Told).collect(),
        }
    }
}

/// One connection to the practice server.
pub struct PracticeTransport {
    /// `None` once the connection is over.
    server: Option<Server>,
    store: Rc<RefCell<Store>>,
    /// What the server does not want to hear yet, because it takes its time with a reply.
    outgoing: BytesMut,
    incoming: VecDeque<Incoming>,
}

impl PracticeTransport {
    /// Tells the server what it wants to hear, takes what it has to say, and notices when it hangs up.
    fn exchange(&mut self) {
        let now = clock::now();
        if let Some(server) = &mut self.server {
            server.handle_timeout(now);
        }
        self.collect();
        // The server takes less than it is given only until its replies have been taken, or are due.
        while let Some(server) = &mut self.server
            && !self.outgoing.is_empty()
            && server.wants_input()
        {
            let taken = server.receive(now, &self.outgoing, &mut self.store.borrow_mut());
            self.outgoing.advance(taken);
            self.collect();
        }
    }

    fn collect(&mut self) {
        let Some(server) = &mut self.server else { return };
        while let Some(bytes) = server.poll_transmit() {
            self.incoming.push_back(Incoming::Bytes(bytes));
        }
        if server.is_closed() {
            self.server = None;
            self.outgoing.clear();
            self.incoming.push_back(Incoming::Ended(Ended { how: Ending::ByServer, code: None }));
        }
    }
}

impl Transport for PracticeTransport {
    fn send(&mut self, bytes: &Bytes) {
        self.outgoing.extend_from_slice(bytes);
        self.exchange();
    }

    fn buffered(&self) -> usize {
        self.outgoing.len()
    }

    fn poll(&mut self) -> Option<Incoming> {
        if self.incoming.is_empty() {
            self.exchange();
        }
        self.incoming.pop_front()
    }

    fn close(&mut self) {
        self.server = None;
        self.outgoing.clear();
        self.incoming.clear();
    }

    fn due(&self) -> Option<Duration> {
        self.server.as_ref().and_then(Server::poll_timeout)
    }

    fn server_state(&self) -> Option<server::State> {
        self.server.as_ref().map(Server::state)
    }
}
