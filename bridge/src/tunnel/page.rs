//! The page's end of a tunnel: a WebSocket, with the rules of this bridge.

use super::{
    frame::{self, Incoming, Opcode, Outgoing, Piece, Wrong},
    source::Source,
};
use crate::server::Socket;
use bytes::{Buf as _, Bytes, BytesMut};
use protocol::tunnel::{CloseCode, TunnelEvent};
use std::{
    fmt, io, mem,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};
use tokio::{io::AsyncWriteExt as _, net::tcp::OwnedWriteHalf, sync::Notify, time::timeout};
use tracing::debug;

/// How long a page may take to accept what is said to it, and to answer a Close.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// How much a page that was let in may still send once its tunnel is over: the rest of what it was about to.
const LAST_BYTES: u64 = 64 * 1024 * 1024;

/// The same for one that was not let in: it only has to hear why, and has had nothing to send yet.
const SHORT_PATIENCE: Duration = Duration::from_secs(3);
const FIRST_BYTES: u64 = 64 * 1024;

/// Where a tunnel writes.
#[derive(Debug)]
pub(crate) struct ToPage {
    socket: OwnedWriteHalf,
    /// The frame that is being written. Whoever waits for that may stop, and the rest is written first next time.
    out: Outgoing,
    /// A Close was sent, and nothing may be sent behind it.
    closed: bool,
    /// Whether the page asked to be told of events.
    events: bool,
    pings: Arc<Pings>,
}

/// Where a tunnel reads.
#[derive(Debug)]
pub(crate) struct FromPage {
    source: Source,
    incoming: Incoming,
    /// What was read and not taken apart yet, and what was in it for the server.
    read: BytesMut,
    bytes: BytesMut,
    /// What the page's Close is to be answered with, once it has come: the code that it brought, if any.
    close: Option<Bytes>,
    pings: Arc<Pings>,
}

/// The page's latest Ping that is not answered; of several only the latest is (RFC 6455 §5.5.3).
#[derive(Debug, Default)]
struct Pings {
    latest: Mutex<Option<Bytes>>,
    came: Notify,
}

impl Pings {
    fn ask(&self, asked: Bytes) {
        *self.latest.lock().unwrap_or_else(PoisonError::into_inner) = Some(asked);
        self.came.notify_one();
    }
}

/// How a page's side of a tunnel ended.
#[derive(Debug)]
pub(crate) enum PageEnd {
    /// With a Close.
    Closed,
    /// Without one: the browser was ended, or the network broke.
    Gone,
    /// It does not answer a Ping: the network broke, and nobody said so.
    Silent,
    /// With something that is not allowed here.
    Wrong(Wrong),
}

impl PageEnd {
    /// One word, for who counts.
    pub(crate) const fn name(&self) -> &'static str {
        match self {
            Self::Closed => "page",
            Self::Gone => "gone",
            Self::Silent => "silent",
            Self::Wrong(_) => "wrong",
        }
    }
}

/// For the log.
impl fmt::Display for PageEnd {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Closed => f.write_str("the page closed"),
            Self::Gone => f.write_str("the page is gone"),
            Self::Silent => f.write_str("the page does not answer"),
            Self::Wrong(wrong) => write!(f, "the page was wrong: {}", wrong.close().1),
        }
    }
}

impl Wrong {
    /// The close code (RFC 6455 §7.4.1) and the reason for it.
    pub(crate) fn close(self) -> (u16, String) {
        match self {
            Self::Protocol => (1002, "not as RFC 6455 has it".into()),
            Self::Text => (1003, "a tunnel takes binary messages only".into()),
            Self::TooLong => (1009, format!("a frame has {} bytes at most", frame::LONGEST)),
        }
    }
}

/// Takes over a connection whose handshake is over.
pub(crate) fn open((socket, read): Socket, events: bool) -> (ToPage, FromPage) {
    let (from, to) = socket.into_split();
    let pings = Arc::new(Pings::default());
    let out = frame::nothing();
    let to = ToPage { socket: to, out, closed: false, events, pings: pings.clone() };
    let (read, incoming) = (read.into(), Incoming::default());
    let bytes = BytesMut::new();
    (to, FromPage { source: Source::new(from), incoming, read, bytes, close: None, pings })
}

impl ToPage {
    /// Passes on bytes from the server, and comes back when the page's connection has taken them: that is
    /// how a slow page slows the server down.
    pub(crate) async fn send(&mut self, bytes: Bytes) -> io::Result<()> {
        self.write(Opcode::Binary, bytes).await
    }

    /// Asks whether the page is still there; every WebSocket answers by itself (RFC 6455 §5.5.2). A page that is gone
    /// is noticed where it is read.
    pub(crate) async fn ping(&mut self) {
        let asked = self.write(Opcode::Ping, Bytes::new()).await;
        debug!("asked: {asked:?}");
    }

    /// Comes back when the page has asked whether somebody is there.
    pub(crate) async fn asked(&self) {
        self.pings.came.notified().await;
    }

    /// Answers the latest Ping of the page.
    pub(crate) async fn answer(&mut self) {
        let latest = self.pings.latest.lock().unwrap_or_else(PoisonError::into_inner).take();
        if let Some(asked) = latest {
            let answered = self.write(Opcode::Pong, asked).await;
            debug!("answered: {answered:?}");
        }
    }

    /// Tells of an event, if the page asked to be told. A page that is gone is noticed where it is read.
    pub(crate) async fn tell(&mut self, event: &TunnelEvent) {
        if !self.events {
            return;
        }
        match serde_json::to_vec(event) {
            Ok(json) => {
                let told = timeout(PATIENCE, self.write(Opcode::Text, json.into())).await;
                debug!("told {event:?}: {told:?}");
            }
            Err(error) => debug!("{event:?} could not be told: {error}"),
        }
    }

    /// Sends a Close, after everything that was sent before; once is enough.
    pub(crate) async fn close(&mut self, code: u16, reason: &str) {
        let closed = self.write(Opcode::Close, frame::close(code, reason)).await;
        debug!("close {code}, {reason}: {closed:?}");
    }

    /// Writes a frame, behind what is left of the one before.
    async fn write(&mut self, opcode: Opcode, payload: Bytes) -> io::Result<()> {
        self.flush().await?;
        if self.closed {
            return Err(io::ErrorKind::NotConnected.into());
        }
        self.closed = opcode == Opcode::Close;
        self.out = frame::frame(opcode, payload);
        self.flush().await
    }

    async fn flush(&mut self) -> io::Result<()> {
        while self.out.has_remaining() {
            if self.socket.write_buf(&mut self.out).await? == 0 {
                return Err(io::ErrorKind::WriteZero.into());
            }
        }
        // Lets go of the payload.
        self.out = frame::nothing();
        Ok(())
    }
}

impl FromPage {
    /// The next bytes, all that are there; none where the page said something else, such as that it is there. After
    /// an end there is nothing more to read. Whoever waits may stop, and nothing is lost.
    pub(crate) async fn next(&mut self) -> Result<Bytes, PageEnd> {
        if self.close.is_some() {
            return Err(PageEnd::Closed);
        }
        let mut said = false;
        loop {
            self.bytes.reserve(self.read.len());
            match self.incoming.next(&mut self.read, &mut self.bytes) {
                Ok(Some(piece)) => {
                    said = true;
                    match piece {
                        Piece::Bytes | Piece::Pong => {}
                        Piece::Ping(asked) => self.pings.ask(asked),
                        Piece::Close(code) => {
                            let code = code.map(|code| frame::close(code, ""));
                            self.close = Some(code.unwrap_or_default());
                            break;
                        }
                    }
                }
                Ok(None) if said => break,
                Ok(None) => match self.source.read(&mut self.read).await {
                    Ok(1..) => {}
                    Ok(0) => return Err(PageEnd::Gone),
                    Err(error) => {
                        debug!("the page's side ended: {error}");
                        return Err(PageEnd::Gone);
                    }
                },
                // What came before it is passed on first.
                Err(_) if !self.bytes.is_empty() => break,
                Err(wrong) => return Err(PageEnd::Wrong(wrong)),
            }
        }
        Ok(mem::take(&mut self.bytes).freeze())
    }

    /// Reads on until the page has closed or has sent so many bytes, and throws away what comes.
    async fn wait_for_close(&mut self, most: u64) {
        let mut left = most;
        while let Ok(bytes) = self.next().await {
            // What says something and brings nothing, such as a Ping, is at least a byte long.
            match left.checked_sub(bytes.len().max(1) as u64) {
                Some(less) => left = less,
                None => return,
            }
        }
    }
}

/// Ends a WebSocket from this side: a Close, the page's answer to it, and then the connection.
pub(crate) async fn close(mut to: ToPage, mut from: FromPage, code: u16, reason: &str) {
    let closing = async {
        to.close(code, reason).await;
        from.wait_for_close(LAST_BYTES).await;
    };
    // A page that does not answer has had its Close all the same.
    let _ = timeout(PATIENCE, closing).await;
    hang_up(to, from).await;
}

/// As [`close`], with one of the tunnel's own codes.
pub(crate) async fn refuse(to: ToPage, from: FromPage, code: CloseCode, reason: &str) {
    close(to, from, code.code(), reason).await;
}

/// As [`refuse`], for a page that was not let in: whoever guesses tokens or comes too often is not waited for at length.
pub(crate) async fn turn_away(mut to: ToPage, mut from: FromPage, code: CloseCode, reason: &str) {
    let closing = async {
        to.close(code.code(), reason).await;
        from.wait_for_close(FIRST_BYTES).await;
        last_words(to, from, FIRST_BYTES).await;
    };
    let _ = timeout(SHORT_PATIENCE, closing).await;
}

/// Ends the connection under a WebSocket whose closing is over but for the answer to the page's Close, which is the
/// code that it came with (RFC 6455 §5.5.1).
pub(crate) async fn hang_up(to: ToPage, from: FromPage) {
    let _ = timeout(PATIENCE, last_words(to, from, LAST_BYTES)).await;
}

/// A socket that is dropped while there is something in it to read resets the connection, and a reset
/// overtakes what was sent last. So it is read empty first, but no more than `most` bytes.
async fn last_words(mut to: ToPage, mut from: FromPage, most: u64) {
    if let Some(answer) = from.close {
        let answered = to.write(Opcode::Close, answer).await;
        debug!("answered the Close: {answered:?}");
    }
    let _ = to.flush().await;
    let _ = to.socket.shutdown().await;
    from.source.read_away(most).await;
}
