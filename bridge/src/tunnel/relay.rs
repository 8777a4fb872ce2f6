//! Carries bytes between a page and a server, both ways at once, until one of them ends.
//!
//! ```text
//!            read ──▶ write                 nothing is read before the last thing read is written:
//!   page  ◀──────────────────▶  server      whoever does not take what it is sent is not read from,
//!           write ◀── read                  and whoever sends it is slowed down by TCP itself
//! ```
//!
//! Each way holds what one read brings, and only while it is on its way. There is no queue.
//!
//! How it ends:
//!
//! | end | to the page | to the server |
//! |---|---|---|
//! | the server closes | all it sent, then `closed`, then Close 1000; what the page sends until its own Close is still passed on | FIN |
//! | the server resets | all that arrived, then `closed`, then Close 1011 | |
//! | the page closes, or is gone | the answer to its Close | all it sent, then FIN |
//! | the page sends what it must not | Close 1002, 1003 or 1009 | all it sent before, then FIN |
//! | nothing moves, or the longest life is over | `closed`, then Close 4408 | FIN |
//! | the bridge shuts down | `closed`, then Close 1001 | FIN |
//!
//! A WebSocket has no half-close, so a page that closes reads no more, and what the server still says goes
//! nowhere. It is read for a while all the same ([`LINGER`]): to hang up on a server that speaks resets the
//! connection, and a reset could destroy the page's last bytes before the server has read them.

use super::{
    page::{self, FromPage, PATIENCE, PageEnd, ToPage},
    source::Source,
};
use crate::rate::Rate;
use bytes::{Bytes, BytesMut};
use prometheus_client::metrics::counter::Counter;
use protocol::tunnel::{CloseCode, ClosedBy, TunnelEvent};
use std::{
    fmt,
    future::pending,
    io,
    net::IpAddr,
    pin::pin,
    sync::atomic::{AtomicU64, Ordering::Relaxed},
    time::Duration,
};
use tokio::{
    io::AsyncWriteExt as _,
    net::{TcpStream, tcp::OwnedWriteHalf},
    time::{Instant, sleep, sleep_until, timeout},
};
use tokio_util::sync::CancellationToken;

/// How long a server may go on speaking after the page has closed, and how much it may say.
const LINGER: Duration = Duration::from_secs(30);
const LAST_WORDS: u64 = 1024 * 1024;

/// How long a tunnel may live, and how long in silence.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Lives {
    pub(crate) idle: Duration,
    pub(crate) longest: Duration,
    /// How long a page may say nothing before it is asked, and how long it may take to answer.
    pub(crate) ping: Duration,
}

/// Why a tunnel ended.
#[derive(Debug)]
pub(crate) enum End {
    Server,
    Reset(io::Error),
    Page(PageEnd),
    Idle,
    Lifetime,
    Bridge,
}

/// Runs a tunnel whose server is connected, to its very end. `early` is what the page sent before that.
///
/// `known` is told of the end as soon as it is known, and what it makes of that is given back: what comes behind the end
/// takes its time, and may itself be cut short when the bridge ends.
pub(crate) async fn run<T>(
    (to_page, from_page): (ToPage, FromPage),
    server: TcpStream,
    early: Bytes,
    lives: Lives,
    traffic: &Traffic<'_>,
    shutdown: &CancellationToken,
    known: impl FnOnce(&End) -> T,
) -> T {
    let (from_server, to_server) = server.into_split();
    let unpaid = early.len();
    let mut up = Up { from_page, to_server, pending: early, unpaid, broken: None };
    let from_server = Source::new(from_server);
    let mut down = Down { from_server, to_page, read: BytesMut::new(), ping: lives.ping };
    let mut end = tokio::select! {
        end = up.run(traffic) => End::Page(end),
        end = down.run(traffic) => end,
        end = traffic.over(lives) => end,
        () = shutdown.cancelled() => End::Bridge,
    };
    if let (End::Server, Some(error)) = (&end, up.broken.take_if(|error| is_reset(error))) {
        // The system tells of a reset once. It was told to who wrote, and what reads finds a mere end.
        end = End::Reset(error);
    }
    let known = known(&end);
    if let End::Server | End::Reset(_) = end {
        // The page may take its time over what the server sent last, but not for ever.
        let told = timeout(lives.idle, down.tell_end(&end));
        // What it sent before it heard of the end is still passed on, until it answers the Close.
        tokio::select! {
            _ = up.run(traffic) => {}
            () = async { let _ = told.await; sleep(PATIENCE).await } => {}
        }
    } else if end.event().is_some() {
        let _ = timeout(PATIENCE, down.tell_end(&end)).await;
    }
    let (Up { from_page, to_server, .. }, Down { from_server, to_page, .. }) = (up, down);
    let page = async {
        match &end {
            End::Page(PageEnd::Closed | PageEnd::Gone | PageEnd::Silent)
            | End::Server
            | End::Reset(_) => {
                page::hang_up(to_page, from_page).await;
            }
            _ => {
                let (code, reason) = end.close();
                page::close(to_page, from_page, code, &reason).await;
            }
        }
    };
    tokio::join!(page, leave(from_server, to_server, &end));
    known
}

/// From the page to the server. Can be stopped at any point and run again: nothing is lost or doubled.
struct Up {
    from_page: FromPage,
    to_server: OwnedWriteHalf,
    /// Read from the page and not written yet.
    pending: Bytes,
    /// How much of that has not been let pass by the rate.
    unpaid: usize,
    /// Why the server takes nothing more. The tunnel goes on: the server's last words may still have to be
    /// read, by [`Down`].
    broken: Option<io::Error>,
}

impl Up {
    async fn run(&mut self, traffic: &Traffic<'_>) -> PageEnd {
        loop {
            if self.unpaid > 0 {
                traffic.pass(self.unpaid).await;
                self.unpaid = 0;
            }
            while self.broken.is_none() && !self.pending.is_empty() {
                match self.to_server.write_buf(&mut self.pending).await {
                    Ok(written) => traffic.count_up(written),
                    Err(error) => self.broken = Some(error),
                }
            }
            // Let go, so that the memory it is a part of can be filled again.
            self.pending = Bytes::new();
            match self.from_page.next().await {
                Ok(bytes) => {
                    traffic.page_spoke();
                    self.unpaid = bytes.len();
                    self.pending = bytes;
                }
                Err(end) => return end,
            }
        }
    }
}

/// From the server to the page.
struct Down {
    from_server: Source,
    to_page: ToPage,
    /// Filled and emptied again, and given up while the server says nothing.
    read: BytesMut,
    /// How long the page may say nothing before it is asked.
    ping: Duration,
}

impl Down {
    async fn run(&mut self, traffic: &Traffic<'_>) -> End {
        let ping = self.ping;
        let mut silence = pin!(traffic.page_silence(ping));
        loop {
            let read = tokio::select! {
                read = self.from_server.read(&mut self.read) => read,
                () = silence.as_mut() => {
                    traffic.asked();
                    self.to_page.ping().await;
                    silence.set(traffic.page_silence(ping));
                    continue;
                }
                () = self.to_page.asked() => {
                    self.to_page.answer().await;
                    continue;
                }
            };
            let bytes = match read {
                Ok(0) => return End::Server,
                Ok(_) => self.read.split().freeze(),
                Err(error) => return End::Reset(error),
            };
            traffic.count_down(bytes.len());
            traffic.pass(bytes.len()).await;
            if self.to_page.send(bytes).await.is_err() {
                // The page has closed or is gone. `Up` will come to that as well, after everything that the
                // page sent before, which has to be passed on first.
                return pending().await;
            }
            traffic.touch();
        }
    }

    /// Says why the tunnel ended, and closes it.
    async fn tell_end(&mut self, end: &End) {
        if let Some(by) = end.event() {
            self.to_page.tell(&TunnelEvent::Closed { by }).await;
        }
        let (code, reason) = end.close();
        self.to_page.close(code, &reason).await;
    }
}

/// Whether the connection was reset, rather than closed by a server that had not read everything: to write
/// to the latter is `BrokenPipe`.
fn is_reset(error: &io::Error) -> bool {
    error.kind() == io::ErrorKind::ConnectionReset
}

/// Hangs up on the server.
async fn leave(mut from_server: Source, mut to_server: OwnedWriteHalf, end: &End) {
    // It may be gone already; then there is nobody to take the FIN.
    let _ = to_server.shutdown().await;
    if let End::Page(_) = end {
        let _ = timeout(LINGER, from_server.read_away(LAST_WORDS)).await;
    }
}

impl End {
    /// One word, for who counts.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Server => "server",
            Self::Reset(_) => "reset",
            Self::Page(end) => end.name(),
            Self::Idle => "idle",
            Self::Lifetime => "lifetime",
            Self::Bridge => "bridge",
        }
    }

    /// The end as an event, where the page is still there to be told.
    fn event(&self) -> Option<ClosedBy> {
        match self {
            Self::Server => Some(ClosedBy::Server),
            Self::Reset(_) => Some(ClosedBy::Reset),
            Self::Page(_) => None,
            Self::Idle => Some(ClosedBy::Idle),
            Self::Lifetime => Some(ClosedBy::Lifetime),
            Self::Bridge => Some(ClosedBy::Bridge),
        }
    }

    /// The close code, and the reason for it. A client that is told of no events must be able to tell an
    /// end in good order from all others.
    fn close(&self) -> (u16, String) {
        let own = |code: CloseCode| code.code();
        match self {
            Self::Page(PageEnd::Wrong(wrong)) => wrong.close(),
            Self::Server | Self::Page(_) => (own(CloseCode::Normal), String::new()),
            Self::Reset(_) => {
                // An unexpected condition (RFC 6455 §7.4.1).
                (1011, "the connection to the server broke".into())
            }
            Self::Idle => (own(CloseCode::IdleTooLong), "nothing moved for too long".into()),
            Self::Lifetime => {
                (own(CloseCode::IdleTooLong), "the tunnel reached its longest life".into())
            }
            Self::Bridge => (own(CloseCode::GoingAway), "the bridge is shutting down".into()),
        }
    }
}

/// For the log.
impl fmt::Display for End {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Server => f.write_str("the server closed"),
            Self::Reset(error) => write!(f, "the connection to the server broke: {error}"),
            Self::Page(end) => end.fmt(f),
            Self::Idle => f.write_str("idle for too long"),
            Self::Lifetime => f.write_str("its longest life was over"),
            Self::Bridge => f.write_str("the bridge is shutting down"),
        }
    }
}

/// What has been carried: bytes of payload, without the WebSocket's frames.
#[derive(Debug)]
pub(crate) struct Traffic<'a> {
    /// Whose it is, and how fast it may go.
    client: IpAddr,
    rate: &'a Rate,
    /// What all tunnels have carried, up and down.
    all: (&'a Counter, &'a Counter),
    began: Instant,
    up: AtomicU64,
    down: AtomicU64,
    /// When something last moved, in milliseconds since `began`.
    moved: AtomicU64,
    /// When the page last said anything, be it that it is there.
    spoke: AtomicU64,
    /// When it was last asked whether it is there.
    asked: AtomicU64,
}

impl<'a> Traffic<'a> {
    pub(crate) fn new(client: IpAddr, rate: &'a Rate, all: (&'a Counter, &'a Counter)) -> Self {
        let [up, down, moved, spoke, asked] = [const { AtomicU64::new(0) }; 5];
        Self { client, rate, all, began: Instant::now(), up, down, moved, spoke, asked }
    }

    /// Waits until so many bytes may pass. To wait for that is not silence.
    async fn pass(&self, bytes: usize) {
        self.rate.wait_for(self.client, bytes).await;
        self.touch();
    }

    /// Bytes from the page to the server, and from the server to the page.
    pub(crate) fn carried(&self) -> (u64, u64) {
        (self.up.load(Relaxed), self.down.load(Relaxed))
    }

    fn count_up(&self, bytes: usize) {
        self.up.fetch_add(bytes as u64, Relaxed);
        self.all.0.inc_by(bytes as u64);
        self.touch();
    }

    fn count_down(&self, bytes: usize) {
        self.down.fetch_add(bytes as u64, Relaxed);
        self.all.1.inc_by(bytes as u64);
        self.touch();
    }

    fn touch(&self) {
        self.stamp(&self.moved);
    }

    fn page_spoke(&self) {
        self.stamp(&self.spoke);
    }

    fn asked(&self) {
        self.stamp(&self.asked);
    }

    fn stamp(&self, at: &AtomicU64) {
        let now = self.began.elapsed().as_millis();
        at.store(u64::try_from(now).unwrap_or(u64::MAX), Relaxed);
    }

    /// Comes back when the tunnel's time is over, for one of three reasons. One timer serves them all: an idle
    /// tunnel is little more than its timers.
    async fn over(&self, lives: Lives) -> End {
        loop {
            let of = |stamp: &AtomicU64| Duration::from_millis(stamp.load(Relaxed));
            let (moved, asked, spoke) = (of(&self.moved), of(&self.asked), of(&self.spoke));
            let now = self.began.elapsed();
            if now >= lives.longest {
                return End::Lifetime;
            }
            let idle = moved.saturating_add(lives.idle);
            if now >= idle {
                return End::Idle;
            }
            let waits_for_answer = asked > spoke;
            // A page that is asked later is given no less: until it has had its time, this has looked again.
            let answer = if waits_for_answer { asked } else { now }.saturating_add(lives.ping);
            if waits_for_answer && now >= answer {
                return End::Page(PageEnd::Silent);
            }
            // Whoever sets no limit sets one that no clock can tell.
            match self.began.checked_add(lives.longest.min(idle).min(answer)) {
                Some(next) => sleep_until(next).await,
                None => pending().await,
            }
        }
    }

    /// Comes back when the page has said nothing for this long, and is not being asked already: a question that is put
    /// again and again would have all the time there is for an answer.
    async fn page_silence(&self, limit: Duration) {
        loop {
            let (asked, spoke) = (self.asked.load(Relaxed), self.spoke.load(Relaxed));
            let waits_for_answer = asked > spoke;
            let next = Duration::from_millis(spoke).saturating_add(limit);
            match next.checked_sub(self.began.elapsed()) {
                _ if waits_for_answer => sleep(limit).await,
                None | Some(Duration::ZERO) => return,
                Some(left) => sleep(left).await,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[tokio::test(start_paused = true)]
    async fn silence_is_counted_from_the_last_movement() {
        let rate = Rate::a_minute(None, None);
        let (up, down) = (Counter::default(), Counter::default());
        let traffic = Traffic::new([192, 0, 2, 1].into(), &rate, (&up, &down));
        let (longest, ping) = (Duration::MAX, Duration::MAX);
        let lives = Lives { idle: Duration::from_mins(1), longest, ping };
        let began = Instant::now();
        let moving = async {
            for _ in 0..3 {
                sleep(Duration::from_secs(50)).await;
                traffic.count_up(1);
            }
            pending::<()>().await;
        };
        tokio::select! {
            () = moving => unreachable!(),
            end = traffic.over(lives) => assert!(matches!(end, End::Idle)),
        }
        assert_eq!(began.elapsed().as_secs(), 150 + 60);
        assert_eq!((traffic.carried(), up.get(), down.get()), ((3, 0), 3, 0));
    }

    #[tokio::test(start_paused = true)]
    async fn a_tunnel_that_is_busy_ends_with_its_longest_life() {
        let rate = Rate::a_minute(None, None);
        let (up, down) = (Counter::default(), Counter::default());
        let traffic = Traffic::new([192, 0, 2, 1].into(), &rate, (&up, &down));
        let (idle, longest) = (Duration::from_mins(1), Duration::from_hours(2));
        let lives = Lives { idle, longest, ping: Duration::MAX };
        let began = Instant::now();
        let moving = async {
            loop {
                sleep(Duration::from_secs(50)).await;
                traffic.count_down(1);
            }
        };
        tokio::select! {
            () = moving => unreachable!(),
            end = traffic.over(lives) => assert!(matches!(end, End::Lifetime)),
        }
        assert_eq!(began.elapsed(), longest);
    }

    #[tokio::test(start_paused = true)]
    async fn a_page_is_silent_when_it_was_asked_and_has_not_answered_in_time() {
        let rate = Rate::a_minute(None, None);
        let (up, down) = (Counter::default(), Counter::default());
        let traffic = Traffic::new([192, 0, 2, 1].into(), &rate, (&up, &down));
        let (minute, hours) = (Duration::from_mins(1), Duration::from_hours(5));
        let lives = Lives { idle: hours, longest: hours, ping: minute };
        let began = Instant::now();
        let asking = async {
            // It answers three times, and then no more.
            for round in 0.. {
                traffic.page_silence(minute).await;
                traffic.asked();
                if round < 3 {
                    sleep(Duration::from_secs(1)).await;
                    traffic.page_spoke();
                }
            }
        };
        tokio::select! {
            () = asking => unreachable!(),
            end = traffic.over(lives) => assert!(matches!(end, End::Page(PageEnd::Silent))),
        }
        assert_eq!(began.elapsed(), 3 * (minute + Duration::from_secs(1)) + 2 * minute);
    }
}
