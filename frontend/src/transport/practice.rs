//! The practice server in the page's own memory: no bridge, no network.

use super::{Ended, Incoming, TlsOpener, TlsSession, Transport};
use crate::clock;
use bytes::{Buf as _, Bytes, BytesMut};
use protocol::auth::ChannelBinding;
use protocol::client::Ending;
use protocol::server::{self, Config, Server, StartTls, Store, Tls};
use protocol::tunnel::TunnelEvent;
use std::cell::RefCell;
use std::collections::VecDeque;
use std::net::{IpAddr, Ipv4Addr};
use std::rc::Rc;
use std::sync::Arc;
use std::time::Duration;
use tls_messages::{Ask, End, Facts, Tell};

/// Where the practice server says it is: an address kept for documentation (RFC 5737), which leads nowhere.
const ADDRESS: IpAddr = IpAddr::V4(Ipv4Addr::new(192, 0, 2, 25));
/// From where the page says it connects.
const PAGE: &str = "192.0.2.1";

/// How a practice server is reached.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Door {
    /// In plain text, with STARTTLS offered or not as its configuration says.
    #[default]
    Plain,
    /// In plain text, with STARTTLS offered whatever its configuration says.
    StartTls,
    /// With TLS from the first byte (RFC 8314 §3.3).
    Tls,
}

impl Door {
    /// The port behind which it is.
    pub const fn port(self) -> u16 {
        match self {
            Self::Plain | Self::StartTls => 25,
            Self::Tls => 465,
        }
    }
}

/// The practice server: its configuration, and the mail it keeps from one connection to the next.
#[derive(Clone)]
pub struct Practice {
    config: Arc<Config>,
    store: Rc<RefCell<Store>>,
    /// Gives its end of a TLS connection.
    tls: Option<TlsOpener>,
}

impl Practice {
    /// A practice server with an empty mailbox.
    pub fn new(config: Config) -> Self {
        Self { config: Arc::new(config), store: Rc::default(), tls: None }
    }

    /// The same, with TLS behind STARTTLS and behind the door for it.
    #[must_use]
    pub fn with_tls(self, tls: TlsOpener) -> Self {
        Self { tls: Some(tls), ..self }
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
    pub fn connect(&self, door: Door) -> PracticeTransport {
        let address = format!("{ADDRESS}:{}", door.port());
        let told = [
            TunnelEvent::Resolving { host: self.config.name.to_string() },
            TunnelEvent::Resolved { addresses: vec![ADDRESS] },
            TunnelEvent::Connecting { address: address.clone() },
            TunnelEvent::Connected {
                address,
                local: format!("{PAGE}:40001"),
                elapsed_ms: Duration::ZERO,
            },
        ];
        let mut config = self.config.clone();
        if door == Door::StartTls && config.starttls == StartTls::No {
            Arc::make_mut(&mut config).starttls = StartTls::Offered;
        }
        let mut transport = PracticeTransport {
            config,
            server: None,
            store: self.store.clone(),
            opener: self.tls.clone(),
            tls: None,
            outgoing: BytesMut::new(),
            incoming: told.into_iter().map(Incoming::Told).collect(),
        };
        if door == Door::Tls {
            transport.begin_tls();
        } else {
            transport.server = Some(transport.new_server());
        }
        transport
    }
}

/// One connection to the practice server.
pub struct PracticeTransport {
    config: Arc<Config>,
    /// `None` once the connection is over, and until TLS has begun where that comes first.
    server: Option<Server>,
    store: Rc<RefCell<Store>>,
    opener: Option<TlsOpener>,
    /// The server's end of TLS, once that was begun.
    tls: Option<Box<dyn TlsSession>>,
    /// What the server does not want to hear yet, because it takes its time with a reply.
    outgoing: BytesMut,
    incoming: VecDeque<Incoming>,
}

impl PracticeTransport {
    fn new_server(&self) -> Server {
        let store = &mut self.store.borrow_mut();
        Server::new(self.config.clone(), clock::now(), PAGE, store)
    }

    /// Tells the server what it wants to hear, takes what it has to say, and notices when it hangs up.
    fn exchange(&mut self) {
        let now = clock::now();
        self.hear_tls();
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
        // What came behind STARTTLS in plain text was for the server to refuse.
        if self.server.as_ref().is_some_and(Server::wants_tls) && self.tls.is_none() {
            self.begin_tls();
        }
    }

    fn begin_tls(&mut self) {
        let Some(opener) = &self.opener else { return };
        let mut session = opener();
        session.ask(Ask::Open(End::Server(tls_messages::Server::default())));
        self.tls = Some(session);
    }

    /// Takes what the server's end of TLS tells.
    fn hear_tls(&mut self) {
        while let Some(tell) = self.tls.as_mut().and_then(|session| session.poll()) {
            match tell {
                Tell::Wire(bytes) => self.incoming.push_back(Incoming::Bytes(bytes)),
                Tell::Plain(bytes) => self.outgoing.extend_from_slice(&bytes),
                Tell::Begun(facts) => self.upgraded(*facts),
                Tell::Ended(_) => self.hang_up(),
                Tell::Sealed(_) | Tell::Record(_) | Tell::Untrusted(_) => {}
            }
        }
    }

    fn upgraded(&mut self, facts: Facts) {
        let binding =
            facts.binding.map(|data| ChannelBinding { kind: "tls-exporter".into(), data });
        let tls = Tls { binding, identity: facts.identity };
        match &mut self.server {
            Some(server) => server.upgraded(clock::now(), tls),
            None => self.server = Some(self.new_server().over_tls(tls)),
        }
    }

    fn collect(&mut self) {
        let Some(server) = &mut self.server else { return };
        while let Some(bytes) = server.poll_transmit() {
            match &mut self.tls {
                Some(session) => session.ask(Ask::Plain(bytes)),
                None => self.incoming.push_back(Incoming::Bytes(bytes)),
            }
        }
        if server.is_closed() {
            match &mut self.tls {
                // It says goodbye first, and has ended then.
                Some(session) => {
                    self.server = None;
                    session.ask(Ask::Close);
                    self.hear_tls();
                }
                None => self.hang_up(),
            }
        }
    }

    fn hang_up(&mut self) {
        self.server = None;
        self.tls = None;
        self.outgoing.clear();
        self.incoming.push_back(Incoming::Ended(Ended { how: Ending::ByServer, code: None }));
    }
}

impl Transport for PracticeTransport {
    fn send(&mut self, bytes: &Bytes) {
        match &mut self.tls {
            Some(session) => session.ask(Ask::Wire(bytes.clone())),
            None => self.outgoing.extend_from_slice(bytes),
        }
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
        self.tls = None;
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
