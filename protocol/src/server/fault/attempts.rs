//! Counts attempts.

use super::{Moment, Per};
use crate::smtp::address::{ForwardPath, ReversePath};
use crate::smtp::limits;
use sha2::{Digest, Sha256};
use std::collections::{BTreeMap, VecDeque};

/// How often each rule was met by each client, sender and recipient. It outlives connections, and remembers
/// [`limits::ATTEMPTS`] of them; the one that came first is forgotten first.
#[derive(Debug, Default)]
pub(in crate::server) struct Attempts {
    counts: BTreeMap<Key, u64>,
    /// In the order in which they came.
    keys: VecDeque<Key>,
    connections: u64,
}

/// Who attempted what. A digest, since it is as short for a hundred recipients as for one.
type Key = [u8; 32];

impl Attempts {
    /// The number of a new connection, from 1.
    pub(in crate::server) fn connect(&mut self) -> u64 {
        self.connections += 1;
        self.connections
    }

    /// Counts one more, and gives its number, from 1.
    pub(super) fn count(&mut self, rule: usize, per: Per, moment: &Moment<'_>) -> u64 {
        let key = key(rule, per, moment);
        if let Some(count) = self.counts.get_mut(&key) {
            *count += 1;
            return *count;
        }
        if self.keys.len() >= limits::ATTEMPTS
            && let Some(oldest) = self.keys.pop_front()
        {
            self.counts.remove(&oldest);
        }
        self.keys.push_back(key);
        self.counts.insert(key, 1);
        1
    }

    /// Forgets every attempt. Connections keep their numbers.
    pub(in crate::server) fn forget(&mut self) {
        self.counts.clear();
        self.keys.clear();
    }

    #[cfg(test)]
    pub(super) fn len(&self) -> usize {
        assert_eq!(self.keys.len(), self.counts.len());
        self.keys.len()
    }
}

fn key(rule: usize, per: Per, moment: &Moment<'_>) -> Key {
    let numbers = match per {
        Per::Connection => (moment.connection, 0),
        Per::Message => (moment.connection, moment.message),
        Per::Client | Per::Sender | Per::Recipient => (0, 0),
    };
    let from = moment.from.filter(|_| matches!(per, Per::Sender | Per::Recipient));
    let to = if per == Per::Recipient { moment.to } else { &[] };
    let mut digest = Sha256::new();
    for number in [rule as u64, numbers.0, numbers.1] {
        digest.update(number.to_be_bytes());
    }
    // Capitals make no other mailbox here, and a path has no line end.
    let from = from.map(ReversePath::to_string);
    for name in from.into_iter().chain(to.iter().map(ForwardPath::to_string)) {
        digest.update(name.to_ascii_lowercase());
        digest.update(b"\n");
    }
    digest.update(moment.peer);
    digest.finalize().into()
}
