//! Going over to TLS (RFC 3207, and RFC 8314 for TLS from the first byte). The layer itself is the transport's:
//! the client says when it is wanted, and is told what came of it.

use super::{Client, Outgoing, State, Status, Step};
use crate::auth::ChannelBinding;
use crate::smtp::extension::{Capabilities, Extension};
use crate::transcript::Item;
use serde::{Deserialize, Serialize};
use std::fmt;
use std::time::Duration;

/// Whether the session is to be encrypted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Security {
    /// Never, whatever is offered.
    #[default]
    None,
    /// By STARTTLS where it is offered; otherwise in plain text.
    Opportunistic,
    /// By STARTTLS; without it the walk goes no further.
    Required,
    /// By STARTTLS, and only with a certificate that was verified; without either the walk goes no further.
    Verified,
    /// From the first byte (RFC 8314 §3).
    Implicit,
}

/// What is known of the TLS around a session.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct TlsFacts {
    /// The version, such as `TLSv1.3`, where it is known.
    pub version: Option<String>,
    /// The cipher suite's name in the IANA registry, where it is known.
    pub suite: Option<String>,
    /// The certificate was checked and is the server's.
    pub verified: bool,
    /// What ties a login to this connection (RFC 5929, RFC 9266).
    pub binding: Option<ChannelBinding>,
}

/// In a few words, for a transcript.
impl fmt::Display for TlsFacts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("TLS has begun")?;
        for known in [&self.version, &self.suite].into_iter().flatten() {
            write!(f, ", {known}")?;
        }
        f.write_str(if self.verified {
            ", certificate verified"
        } else {
            ", certificate not verified"
        })
    }
}

impl Security {
    /// Every kind, the least first.
    pub const ALL: [Self; 5] =
        [Self::None, Self::Opportunistic, Self::Required, Self::Verified, Self::Implicit];

    /// Whether the walk goes no further without STARTTLS.
    const fn needs_starttls(self) -> bool {
        matches!(self, Self::Required | Self::Verified)
    }
}

impl Client {
    /// What is known of the TLS around the session; `None` while it travels in plain text.
    pub fn tls(&self) -> Option<&TlsFacts> {
        self.tls.as_ref()
    }

    /// The transport speaks TLS from here on. All that was known from before is forgotten, since anybody on the
    /// way could have said it (RFC 3207 §4.2).
    pub fn upgraded(&mut self, now: Duration, facts: TlsFacts) {
        if self.state != State::StartingTls {
            return;
        }
        self.capabilities = Capabilities::default();
        self.authenticated = false;
        self.hellos_refused = 0;
        self.login.bind(facts.binding.clone());
        self.tls = Some(facts.clone());
        self.idle_since = now;
        self.transcript.push(now, Item::Upgraded(facts));
        self.progress.done(Step::Handshake, now, None);
        if matches!(self.progress.status(Step::Greeting), Status::Done(_)) {
            self.state = State::Greeted;
            self.progress.reset(self.hello_step());
        } else {
            self.await_greeting(now);
        }
    }

    /// What follows is TLS. The server throws away what came behind STARTTLS in plain text, so nothing is owed
    /// for it and nothing more of it leaves.
    pub(super) fn start_tls(&mut self, now: Duration) {
        self.state = State::StartingTls;
        for ignored in std::mem::take(&mut self.awaited) {
            self.progress.unwait(ignored.step);
        }
        self.unfinished.clear();
        self.chunk = None;
        self.outgoing.clear();
        self.outgoing.push_back(Outgoing::UpgradeTls);
        self.progress.wait(Step::Handshake, now);
    }

    /// EHLO is said once more when TLS has begun behind it.
    pub(super) fn hello_step(&self) -> Step {
        let again = self.progress.has(Step::HelloOverTls);
        if self.tls.is_some() && again { Step::HelloOverTls } else { Step::Hello }
    }

    /// What is to be done about TLS before anything else: ask for it, or, where it was required and cannot be
    /// had, leave.
    pub(super) fn next_for_tls(&self) -> Option<Step> {
        let security = self.setup.security;
        let wanted = security == Security::Opportunistic || security.needs_starttls();
        if self.tls.is_some() || !wanted {
            return None;
        }
        if self.offers_starttls() && self.progress.status(Step::StartTls) == Status::Ahead {
            return Some(Step::StartTls);
        }
        security.needs_starttls().then_some(Step::Quit)
    }

    /// Whether the walk ends here because TLS is required and cannot be had.
    pub(super) fn lacks_tls(&self) -> bool {
        self.state == State::Ready && self.next_for_tls() == Some(Step::Quit)
    }

    /// Whether the walk ends here because the certificate was to be verified and was not.
    pub(super) fn lacks_verification(&self) -> bool {
        self.setup.security == Security::Verified
            && self.tls.as_ref().is_some_and(|tls| !tls.verified)
    }

    pub(super) fn offers_starttls(&self) -> bool {
        self.capabilities.get(Extension::StartTls).is_some()
    }
}
