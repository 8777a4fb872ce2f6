//! How many there may be of something, in all and for each client.

use std::{
    collections::HashMap,
    net::{IpAddr, Ipv6Addr},
    sync::{Arc, Mutex, PoisonError},
};

/// Counts what is held, and gives out no more than there may be.
#[derive(Debug)]
pub(crate) struct Quota {
    in_all: usize,
    each: usize,
    held: Mutex<Held>,
}

#[derive(Debug, Default)]
struct Held {
    in_all: usize,
    /// Never holds a zero, so it is no larger than `in_all`.
    each: HashMap<IpAddr, usize>,
}

/// The right to one; gives it back when dropped.
#[derive(Debug)]
pub(crate) struct Permit {
    quota: Arc<Quota>,
    client: Option<IpAddr>,
}

/// Why there is no permit.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub(crate) enum Exhausted {
    #[error("all {0} are taken")]
    All(usize),
    #[error("one address may hold {0}, and holds them")]
    Each(usize),
}

impl Quota {
    pub(crate) fn new(in_all: usize, each: usize) -> Arc<Self> {
        Arc::new(Self { in_all, each, held: Mutex::default() })
    }

    /// One that no client has to answer for, if there is one left in all.
    pub(crate) fn take_for_nobody(self: &Arc<Self>) -> Result<Permit, Exhausted> {
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.in_all >= self.in_all {
            return Err(Exhausted::All(self.in_all));
        }
        held.in_all += 1;
        drop(held);
        Ok(Permit { quota: self.clone(), client: None })
    }

    /// One for this client, if there is one left.
    pub(crate) fn take(self: &Arc<Self>, client: IpAddr) -> Result<Permit, Exhausted> {
        let client = one_client(client);
        // Nothing panics while this is locked; and if it did, a count would be no reason to stop.
        let mut held = self.held.lock().unwrap_or_else(PoisonError::into_inner);
        if held.in_all >= self.in_all {
            return Err(Exhausted::All(self.in_all));
        }
        if held.each.get(&client).is_some_and(|held| *held >= self.each) || self.each == 0 {
            return Err(Exhausted::Each(self.each));
        }
        held.in_all += 1;
        *held.each.entry(client).or_default() += 1;
        drop(held);
        Ok(Permit { quota: self.clone(), client: Some(client) })
    }
}

impl Drop for Permit {
    fn drop(&mut self) {
        let mut held = self.quota.held.lock().unwrap_or_else(PoisonError::into_inner);
        held.in_all -= 1;
        let Some(client) = &self.client else { return };
        if let Some(each) = held.each.get_mut(client) {
            *each -= 1;
            if *each == 0 {
                held.each.remove(client);
            }
        }
    }
}

/// What counts as one client: an IPv4 address, or the 64 bits of an IPv6 address that name a network. The
/// rest a client may choose for itself, a new one for every connection (RFC 8981).
pub(crate) fn one_client(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(v6) => Ipv6Addr::from_bits(v6.to_bits() & !u128::from(u64::MAX)).into(),
        v4 @ IpAddr::V4(_) => v4,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn take(quota: &Arc<Quota>, client: &str) -> Result<Permit, Exhausted> {
        quota.take(client.parse().unwrap())
    }

    #[test]
    fn there_is_a_limit_for_each_and_one_for_all_and_what_is_dropped_is_free_again() {
        let quota = Quota::new(3, 2);
        let first = take(&quota, "192.0.2.1").unwrap();
        let _second = take(&quota, "192.0.2.1").unwrap();
        assert_eq!(take(&quota, "192.0.2.1").unwrap_err(), Exhausted::Each(2));
        let _third = take(&quota, "192.0.2.2").unwrap();
        assert_eq!(take(&quota, "192.0.2.3").unwrap_err(), Exhausted::All(3));
        drop(first);
        let _again = take(&quota, "192.0.2.1").unwrap();
        assert_eq!(quota.held.lock().unwrap().each.len(), 2);
    }

    #[test]
    fn a_client_is_an_ipv4_address_or_an_ipv6_network() {
        let quota = Quota::new(10, 1);
        let _one = take(&quota, "2001:db8::1").unwrap();
        assert_eq!(take(&quota, "2001:db8::2").unwrap_err(), Exhausted::Each(1));
        let _other = take(&quota, "2001:db8:0:1::1").unwrap();
        let _v4 = take(&quota, "192.0.2.1").unwrap();
        assert_eq!(take(&quota, "::ffff:192.0.2.1").unwrap_err(), Exhausted::Each(1));
    }

    #[test]
    fn what_is_given_back_leaves_nothing_behind() {
        let quota = Quota::new(10, 1);
        for host in 1..=9 {
            drop(take(&quota, &format!("192.0.2.{host}")).unwrap());
        }
        let held = quota.held.lock().unwrap();
        assert_eq!((held.in_all, held.each.len()), (0, 0));
    }
}
