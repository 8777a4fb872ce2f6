//! A transport with TLS around what travels on it. The driver cannot tell it from one without, but for what TLS tells
//! of itself.

use super::{Ended, Incoming, TlsSession, Transport};
use bytes::Bytes;
use protocol::client::Ending;
use protocol::server;
use std::collections::VecDeque;
use std::time::Duration;
use tls_messages::{Ask, Client, End, Finish, Tell};

/// TLS over another transport.
pub struct Secured {
    inner: Box<dyn Transport>,
    session: Box<dyn TlsSession>,
    /// Bytes that were given to the session and are not sealed yet.
    unsealed: usize,
    /// How the transport below ended, once it has: what it brought before may still be on its way.
    ended_below: Option<Ended>,
    incoming: VecDeque<Incoming>,
    /// It was closed from this side, and nothing that comes is of interest any more.
    leaves: bool,
    is_over: bool,
}

impl Secured {
    /// Begins TLS as a client, on a transport that is connected.
    pub fn client(
        inner: Box<dyn Transport>,
        mut session: Box<dyn TlsSession>,
        client: Client,
    ) -> Self {
        session.ask(Ask::Open(End::Client(client)));
        Self {
            inner,
            session,
            unsealed: 0,
            ended_below: None,
            incoming: VecDeque::new(),
            leaves: false,
            is_over: false,
        }
    }

    /// Takes what the session tells; gives what of it is for the driver.
    fn told(&mut self, tell: Tell) -> Option<Incoming> {
        match tell {
            Tell::Wire(bytes) => {
                self.inner.send(&bytes);
                None
            }
            Tell::Plain(bytes) => Some(Incoming::Bytes(bytes)),
            Tell::Sealed(length) => {
                self.unsealed = self.unsealed.saturating_sub(length as usize);
                None
            }
            Tell::Ended(finish) => {
                self.is_over = true;
                let ended = self.end_of(&finish);
                if self.was_broken_below(&finish) {
                    return Some(Incoming::Ended(ended));
                }
                self.incoming.push_back(Incoming::Ended(ended));
                Some(Incoming::Tls(Tell::Ended(finish)))
            }
            tell => Some(Incoming::Tls(tell)),
        }
    }

    /// Whether the way to the server broke: then TLS sees only that its end is missing, and why is known to who broke
    /// it.
    fn was_broken_below(&self, finish: &Finish) -> bool {
        let by_server = |below: Ended| matches!(below.how, Ending::ByServer | Ending::Reset);
        matches!(finish, Finish::Cut { .. }) && !self.ended_below.is_none_or(by_server)
    }

    /// Sends what the session still has to say, up to its goodbye.
    fn take_leave(&mut self) {
        while !self.is_over
            && let Some(tell) = self.session.poll()
        {
            match tell {
                Tell::Wire(bytes) => self.inner.send(&bytes),
                Tell::Ended(_) => {
                    self.inner.close();
                    self.is_over = true;
                }
                _ => {}
            }
        }
    }

    /// How the connection ended: as the transport below says, unless TLS knows better.
    fn end_of(&self, finish: &Finish) -> Ended {
        let below = self.ended_below.unwrap_or(Ended { how: Ending::ByServer, code: None });
        let how = match finish {
            Finish::Cut { .. } if below.how == Ending::ByServer => Ending::Truncated,
            Finish::Clean | Finish::Cut { .. } => below.how,
            Finish::Alert(_)
            | Finish::NotTls { .. }
            | Finish::Failed { .. }
            | Finish::Absent
            | Finish::Endless { .. } => Ending::TlsFailed,
        };
        Ended { how, ..below }
    }
}

impl Transport for Secured {
    fn send(&mut self, bytes: &Bytes) {
        self.unsealed += bytes.len();
        self.session.ask(Ask::Plain(bytes.clone()));
    }

    fn buffered(&self) -> usize {
        self.unsealed + self.inner.buffered()
    }

    fn poll(&mut self) -> Option<Incoming> {
        if self.leaves {
            self.take_leave();
            return None;
        }
        loop {
            if let Some(incoming) = self.incoming.pop_front() {
                return Some(incoming);
            }
            if self.is_over {
                return None;
            }
            if let Some(tell) = self.session.poll() {
                if let Some(incoming) = self.told(tell) {
                    return Some(incoming);
                }
                continue;
            }
            match self.inner.poll()? {
                Incoming::Bytes(bytes) => self.session.ask(Ask::Wire(bytes)),
                Incoming::Ended(ended) => {
                    self.ended_below = Some(ended);
                    self.session.ask(Ask::WireEnded);
                }
                told => return Some(told),
            }
        }
    }

    /// Says goodbye inside TLS as well. Who seals it may take a moment.
    fn close(&mut self) {
        self.leaves = true;
        self.session.ask(Ask::Close);
        self.take_leave();
    }

    fn is_leaving(&self) -> bool {
        self.leaves && !self.is_over
    }

    fn due(&self) -> Option<Duration> {
        self.inner.due()
    }

    fn go_on(&mut self) {
        self.session.ask(Ask::GoOn);
    }

    fn server_state(&self) -> Option<server::State> {
        self.inner.server_state()
    }
}
