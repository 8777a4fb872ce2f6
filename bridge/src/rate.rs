//! How fast: so many in a while, for each client and for all of them together.
//!
//! What is not used is saved up to a limit, and what comes too fast is refused or made to wait; there is no window
//! at whose edge twice as much would pass (the generic cell rate algorithm).

use crate::limits::one_client;
use governor::{
    NotUntil, Quota, RateLimiter,
    clock::{Clock as _, DefaultClock, Reference},
    state::{InMemoryState, NotKeyed, keyed::HashMapStateStore},
};
use std::{fmt, net::IpAddr, num::NonZeroU32, time::Duration};
use tokio::time::sleep;

/// Clients that are remembered before those are forgotten who have been quiet for long enough.
const REMEMBERED: usize = 10_000;

/// A rate for each client, and one for all; either may be without limit.
#[derive(Debug)]
pub(crate) struct Rate {
    each: Option<RateLimiter<IpAddr, HashMapStateStore<IpAddr>, DefaultClock>>,
    all: Option<RateLimiter<NotKeyed, InMemoryState, DefaultClock>>,
    clock: DefaultClock,
}

/// It is too soon.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TooSoon {
    /// It is this client's own doing, and not that of all.
    pub(crate) own: bool,
    /// When it makes sense to ask again.
    pub(crate) wait: Duration,
}

/// Behind what there is too much of.
impl fmt::Display for TooSoon {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let whose = if self.own { "from this address" } else { "at this bridge" };
        write!(f, "{whose}; the next one may come in {} s", self.wait.as_secs() + 1)
    }
}

impl Rate {
    /// So many in a minute; as many may come at once.
    pub(crate) fn a_minute(each: Option<NonZeroU32>, all: Option<NonZeroU32>) -> Self {
        Self::new(each.map(Quota::per_minute), all.map(Quota::per_minute))
    }

    /// So many in a second; as many may come at once, and at least `once`, which is the most that is taken at a
    /// time.
    pub(crate) fn a_second(each: Option<NonZeroU32>, all: Option<NonZeroU32>, once: usize) -> Self {
        let quota = |rate: NonZeroU32| {
            let once = u32::try_from(once).ok().and_then(NonZeroU32::new);
            let burst = once.map_or(rate, |once| rate.max(once));
            Quota::per_second(rate).allow_burst(burst)
        };
        Self::new(each.map(quota), all.map(quota))
    }

    fn new(each: Option<Quota>, all: Option<Quota>) -> Self {
        let clock = DefaultClock::default();
        Self { each: each.map(RateLimiter::hashmap), all: all.map(RateLimiter::direct), clock }
    }

    /// Takes one for a client, or says when there will be one.
    ///
    /// The client's own rate is asked first: whoever is over it takes nothing from the others.
    pub(crate) fn take(&self, client: IpAddr) -> Result<(), TooSoon> {
        self.try_own(client, NonZeroU32::MIN)?;
        self.try_all(NonZeroU32::MIN)
    }

    /// Takes one of the client's own alone: for what others shall not have to pay for.
    pub(crate) fn take_own(&self, client: IpAddr) -> Result<(), TooSoon> {
        self.try_own(client, NonZeroU32::MIN)
    }

    /// Takes so many for a client, and waits until they are there: first the client's own, then those of all. Each is
    /// taken once, however often it has to be asked for.
    pub(crate) async fn wait_for(&self, client: IpAddr, count: usize) {
        if self.each.is_none() && self.all.is_none() {
            return;
        }
        let Some(count) = u32::try_from(count).ok().and_then(NonZeroU32::new) else { return };
        while let Err(TooSoon { wait, .. }) = self.try_own(client, count) {
            sleep(wait).await;
        }
        while let Err(TooSoon { wait, .. }) = self.try_all(count) {
            sleep(wait).await;
        }
    }

    fn try_own(&self, client: IpAddr, count: NonZeroU32) -> Result<(), TooSoon> {
        let Some(each) = &self.each else { return Ok(()) };
        if each.len() > REMEMBERED {
            each.retain_recent();
        }
        self.judge(true, each.check_key_n(&one_client(client), count))
    }

    fn try_all(&self, count: NonZeroU32) -> Result<(), TooSoon> {
        let Some(all) = &self.all else { return Ok(()) };
        self.judge(false, all.check_n(count))
    }

    /// More than can ever be taken at once is let pass: it was bounded by whoever made it.
    fn judge<P: Reference, E>(
        &self,
        own: bool,
        taken: Result<Result<(), NotUntil<P>>, E>,
    ) -> Result<(), TooSoon>
    where
        DefaultClock: governor::clock::Clock<Instant = P>,
    {
        match taken {
            Ok(Err(not_until)) => {
                Err(TooSoon { own, wait: not_until.wait_time_from(self.clock.now()) })
            }
            Ok(Ok(())) | Err(_) => Ok(()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use futures_util::FutureExt as _;
    use tokio::time::timeout;

    const ONE: &str = "192.0.2.1";
    const OTHER: &str = "192.0.2.2";

    fn some(count: u32) -> Option<NonZeroU32> {
        NonZeroU32::new(count)
    }

    fn take(rate: &Rate, client: &str) -> Result<(), TooSoon> {
        rate.take(client.parse().unwrap())
    }

    #[test]
    fn without_limits_nothing_is_too_soon() {
        let rate = Rate::a_minute(None, None);
        assert!((0..1000).all(|_| take(&rate, ONE).is_ok()));
    }

    #[test]
    fn each_client_has_a_rate_of_its_own() {
        let rate = Rate::a_minute(some(3), None);
        assert!((0..3).all(|_| take(&rate, ONE).is_ok()));
        let TooSoon { own, wait } = take(&rate, ONE).unwrap_err();
        assert!(own && wait <= Duration::from_secs(20) && wait > Duration::from_secs(10));
        assert!(take(&rate, OTHER).is_ok());
    }

    #[test]
    fn all_clients_together_have_one_as_well() {
        let rate = Rate::a_minute(None, some(2));
        assert!(take(&rate, ONE).is_ok() && take(&rate, OTHER).is_ok());
        assert!(!take(&rate, "2001:db8::1").unwrap_err().own);
    }

    #[test]
    fn a_client_far_over_its_own_rate_takes_nothing_from_the_others() {
        let rate = Rate::a_minute(some(2), some(10));
        assert_eq!((0..100).filter(|_| take(&rate, ONE).is_ok()).count(), 2);
        assert!(take(&rate, ONE).unwrap_err().own);
        assert!(take(&rate, OTHER).is_ok());
    }

    #[test]
    fn what_is_taken_of_the_clients_own_alone_costs_the_others_nothing() {
        let rate = Rate::a_minute(some(3), some(1));
        let one: IpAddr = ONE.parse().unwrap();
        assert!((0..3).all(|_| rate.take_own(one).is_ok()));
        assert!(rate.take_own(one).unwrap_err().own && take(&rate, ONE).unwrap_err().own);
        assert!(take(&rate, OTHER).is_ok());
    }

    #[tokio::test]
    async fn bytes_that_wait_for_their_clients_own_rate_take_nothing_from_the_others() {
        let rate = Rate {
            all: Rate::a_second(None, some(1), 100_000).all,
            ..Rate::a_second(some(1), None, 1000)
        };
        let passes =
            |client: &str| rate.wait_for(client.parse().unwrap(), 1000).now_or_never().is_some();
        // As many tunnels of one client, each with as much as that client may have at once.
        assert_eq!((0..200).filter(|_| passes(ONE)).count(), 1);
        assert!(passes(OTHER));
    }

    /// The runtime's time goes on by itself here and the rate's does not, so it is asked again and again.
    #[tokio::test(start_paused = true)]
    async fn bytes_that_wait_for_the_rate_of_all_take_the_clients_own_once() {
        let rate = Rate::a_second(some(1), some(1), 1000);
        let (one, other): (IpAddr, IpAddr) = (ONE.parse().unwrap(), OTHER.parse().unwrap());
        rate.wait_for(other, 1000).await;
        let waiting = timeout(Duration::from_hours(100), rate.wait_for(one, 10)).await;
        assert!(waiting.is_err());
        assert!(rate.try_own(one, some(900).unwrap()).is_ok());
    }

    #[test]
    fn the_addresses_of_one_network_are_one_client() {
        let rate = Rate::a_minute(some(1), None);
        assert!(take(&rate, "2001:db8::1").is_ok());
        assert!(take(&rate, "2001:db8::2").is_err() && take(&rate, "2001:db8:0:1::1").is_ok());
    }

    #[test]
    fn clients_who_have_been_quiet_are_forgotten() {
        // Each has had its rest a nanosecond later.
        let rate = Rate::a_second(some(u32::MAX), None, 1);
        for n in 0..30_000u32 {
            rate.take(std::net::Ipv4Addr::from(n).into()).unwrap();
        }
        assert!(rate.each.unwrap().len() <= REMEMBERED + 1);
    }

    #[tokio::test]
    async fn what_comes_too_fast_waits_and_what_is_too_much_at_once_does_not_wait_for_ever() {
        let rate = Rate::a_second(some(1000), None, 2000);
        let client: IpAddr = ONE.parse().unwrap();
        rate.wait_for(client, 2000).await;
        let TooSoon { wait, .. } = rate.try_own(client, some(100).unwrap()).unwrap_err();
        assert!(wait <= Duration::from_millis(100), "{wait:?}");
        rate.wait_for(client, 100).await;
        rate.wait_for(client, 5000).await;
        rate.wait_for(client, 0).await;
    }
}
