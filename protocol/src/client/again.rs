//! One more connection: what a mail client does when a walk is over and the message has not arrived everywhere
//! (RFC 5321 §4.5.4.1 and §5.1).

use super::{Client, Setup, State, Status, Step};
use crate::auth::Nonce;
use crate::smtp::address::ForwardPath;
use crate::smtp::limits;
use crate::smtp::status::{ReplyCode, Severity};
use crate::transcript::{Connection, Item, Target};
use crate::tunnel::{FailureReason, TunnelEvent};
use std::net::{IpAddr, SocketAddr};
use std::time::Duration;

/// A further connection that makes sense.
#[derive(Clone, Debug, PartialEq)]
pub struct Again {
    /// Why.
    pub why: WhyAgain,
    /// Where to.
    pub target: Target,
    /// Which of the target's addresses to take, where another than the first was meant.
    pub address: Option<IpAddr>,
    /// How long to wait before.
    pub wait: Duration,
    /// What is left to be done: those recipients who have neither got the message nor been refused for good.
    pub setup: Setup,
}

/// Why one more connection makes sense.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum WhyAgain {
    /// The server refused for the time being, as it does when it greylists: the same again, later.
    PutOff {
        /// What it refused.
        step: Step,
        /// With which code.
        code: ReplyCode,
    },
    /// The connection ended before the server took the message.
    CutOff,
    /// The host has another address, which may be in a better way (RFC 5321 §5.1).
    NextAddress,
    /// The port for mail between servers cannot be reached; the one for submission may (RFC 6409 §3.1).
    OtherPort,
}

/// The port for mail between servers.
const SMTP: u16 = 25;
/// The port at which mail clients hand in their messages (RFC 6409 §3.1).
const SUBMISSION: u16 = 587;

impl Client {
    /// What to try next; `None` while the walk goes on, and where nothing is left to be done or another
    /// connection would end like this one.
    pub fn again(&self) -> Option<Again> {
        let is_over = self.state.is_over() || self.state == State::Closing;
        let connection = self.transcript.current().filter(|_| is_over)?;
        let to = self.left();
        if to.is_empty() {
            return None;
        }
        let target = connection.target().clone();
        let same = |why, wait| (why, target.clone(), None, wait);
        let (why, target, address, wait) = if let Some(reason) = failure(connection) {
            let reachable = !matches!(reason, FailureReason::BadTarget | FailureReason::Refused);
            let address = self.next_address().filter(|_| reachable);
            let other = Target { port: SUBMISSION, ..target.clone() };
            match address {
                Some(_) => (WhyAgain::NextAddress, target, address, Duration::ZERO),
                None if reachable && target.port == SMTP => {
                    (WhyAgain::OtherPort, other, None, Duration::ZERO)
                }
                None => return None,
            }
        } else if self.is_turned_away()
            && let Some(address) = self.next_address()
        {
            (WhyAgain::NextAddress, target, Some(address), Duration::ZERO)
        } else if let Some((step, code)) = self.put_off() {
            let wait = wait_hinted(connection, step).unwrap_or(limits::WAIT_AGAIN);
            same(WhyAgain::PutOff { step, code }, wait)
        } else if self.is_refused_for_good() || self.has_quit() {
            return None;
        } else {
            same(WhyAgain::CutOff, limits::WAIT_AGAIN)
        };
        Some(Again { why, target, address, wait, setup: Setup { to, ..self.setup.clone() } })
    }

    /// Begins that connection. Whoever carries the bytes opens it to [`Again::target`], and there to
    /// [`Again::address`] if one is named.
    pub fn begin_again(&mut self, now: Duration, again: Again, nonce: Nonce) {
        self.revise(again.setup);
        self.begin(now, again.target, nonce);
    }

    /// The recipients for whom there is something left to do.
    fn left(&self) -> Vec<ForwardPath> {
        let is_taken = self.is_message_taken();
        let is_left = |n: &usize| match self.progress.status(Step::Rcpt(*n)) {
            Status::Refused(code) => code.severity() == Severity::Transient,
            _ => !is_taken,
        };
        (0..self.setup.to.len()).filter(is_left).map(|n| self.setup.to[n].clone()).collect()
    }

    /// The first step that was refused for now, unless another was refused for good that no recipient can do
    /// without.
    fn put_off(&self) -> Option<(Step, ReplyCode)> {
        let refused = |step, code: ReplyCode| {
            (code.severity() == Severity::Transient).then_some((step, code))
        };
        let found = self.progress().iter().find_map(|record| match record.status {
            Status::Refused(code) => refused(record.step, code),
            _ => None,
        });
        found.filter(|_| !self.is_refused_for_good())
    }

    fn is_refused_for_good(&self) -> bool {
        self.progress().iter().any(|record| match (record.step, record.status) {
            (Step::Rcpt(_) | Step::Data | Step::Quit, _) => false,
            (_, Status::Refused(code)) => code.severity() == Severity::Permanent,
            _ => false,
        })
    }

    fn is_turned_away(&self) -> bool {
        matches!(self.progress.status(Step::Greeting), Status::Refused(_))
    }

    fn has_quit(&self) -> bool {
        matches!(self.progress.status(Step::Quit), Status::Done(_))
    }

    /// The first of the host's addresses at which nothing has been tried.
    fn next_address(&self) -> Option<IpAddr> {
        let target = self.transcript.current()?.target();
        let same = self.transcript.connections().iter().filter(|it| it.target() == target);
        let told = same.flat_map(Connection::entries).filter_map(|entry| match &entry.item {
            Item::Transport(told) => Some(told),
            _ => None,
        });
        let (mut known, mut tried) = (Vec::new(), Vec::new());
        for told in told {
            match told {
                TunnelEvent::Resolved { addresses } => known.extend(addresses),
                TunnelEvent::Connecting { address } | TunnelEvent::Connected { address, .. } => {
                    tried.extend(address.parse::<SocketAddr>().map(|it| it.ip()));
                }
                _ => {}
            }
        }
        known.into_iter().find(|address| !tried.contains(address))
    }
}

/// Why there was no connection.
fn failure(connection: &Connection) -> Option<FailureReason> {
    connection.entries().iter().rev().find_map(|entry| match &entry.item {
        Item::Transport(TunnelEvent::Failed { reason, .. }) => Some(*reason),
        _ => None,
    })
}

/// How long the reply to a step says to wait: `in 300 seconds`, `5 minutes`. Nothing over a day is believed.
fn wait_hinted(connection: &Connection, of: Step) -> Option<Duration> {
    let reply = connection.entries().iter().rev().find_map(|entry| match &entry.item {
        Item::Received { step, reply, .. } if *step == Some(of) => Some(reply),
        _ => None,
    })?;
    let text: Vec<_> = reply.texts().map(String::from_utf8_lossy).collect();
    let text = text.join(" ").to_ascii_lowercase();
    let words: Vec<&str> = text.split(|c: char| !c.is_ascii_alphanumeric()).collect();
    words.windows(2).find_map(|pair| {
        let [number, unit] = pair else { return None };
        let seconds = match unit {
            _ if unit.starts_with("sec") => 1,
            _ if unit.starts_with("min") => 60,
            _ if unit.starts_with("hour") => 3600,
            _ => return None,
        };
        let wait = Duration::from_secs(number.parse::<u64>().ok()?.checked_mul(seconds)?);
        (wait <= limits::WAIT_AGAIN_HINTED).then_some(wait)
    })
}
