//! The page's end of a tunnel: a WebSocket, with the rules of this bridge.

use crate::server::Socket;
use bytes::Bytes;
use futures_util::{
    SinkExt as _, StreamExt as _,
    stream::{SplitSink, SplitStream},
};
use protocol::tunnel::{CloseCode, TunnelEvent};
use std::time::Duration;
use tokio::{
    io::{AsyncWriteExt as _, sink},
    net::TcpStream,
    time::timeout,
};
use tokio_tungstenite::{
    WebSocketStream,
    tungstenite::{
        self, Message,
        protocol::{CloseFrame, Role, WebSocketConfig, frame::coding},
    },
};
use tracing::debug;

type WebSocket = WebSocketStream<TcpStream>;

/// The longest message a page may send. It is held in memory as a whole before it is passed on. The page
/// sends 16 KiB at a time, common tools up to 64 KiB.
pub(crate) const LONGEST_MESSAGE: u32 = 1024 * 1024;

/// What is read from the page's socket at a time: one of its messages. Every tunnel holds this much.
const READ_BUFFER: usize = 16 * 1024;

/// How long a page may take to accept what is said to it, and to answer a Close.
pub(crate) const PATIENCE: Duration = Duration::from_secs(10);

/// Where a tunnel writes.
#[derive(Debug)]
pub(crate) struct ToPage {
    sink: SplitSink<WebSocket, Message>,
    /// Whether the page asked to be told of events.
    events: bool,
}

/// Where a tunnel reads.
#[derive(Debug)]
pub(crate) struct FromPage {
    stream: SplitStream<WebSocket>,
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

/// What a page must not send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// A text message.
    Text,
    /// A message longer than [`LONGEST_MESSAGE`].
    TooLong,
    /// Something that is not a WebSocket's.
    Protocol,
}

impl Wrong {
    /// The close code and the reason for it.
    pub(crate) fn close(self) -> (u16, String) {
        match self {
            Self::Text => (
                coding::CloseCode::Unsupported.into(),
                "a tunnel takes binary messages only".into(),
            ),
            Self::TooLong => (
                coding::CloseCode::Size.into(),
                format!("a message has {LONGEST_MESSAGE} bytes at most"),
            ),
            Self::Protocol => (coding::CloseCode::Protocol.into(), "not as RFC 6455 has it".into()),
        }
    }
}

/// Takes over a connection that has been upgraded.
pub(crate) async fn open((socket, read): Socket, events: bool) -> (ToPage, FromPage) {
    const LONGEST: usize = LONGEST_MESSAGE as usize;
    // Every message is flushed at once, so the write buffer holds one message and a Pong at most.
    let config = WebSocketConfig::default()
        .read_buffer_size(READ_BUFFER)
        .write_buffer_size(0)
        .max_write_buffer_size(2 * LONGEST)
        .max_message_size(Some(LONGEST))
        .max_frame_size(Some(LONGEST));
    let socket =
        WebSocketStream::from_partially_read(socket, read.into(), Role::Server, Some(config));
    let (sink, stream) = socket.await.split();
    (ToPage { sink, events }, FromPage { stream })
}

impl ToPage {
    /// Passes on bytes from the server, and comes back when the page's connection has taken them: that is
    /// how a slow page slows the server down.
    pub(crate) async fn send(&mut self, bytes: Bytes) -> Result<(), tungstenite::Error> {
        self.sink.send(Message::Binary(bytes)).await
    }

    /// Asks whether the page is still there; every WebSocket answers by itself (RFC 6455 §5.5.2). A page that is gone
    /// is noticed where it is read.
    pub(crate) async fn ping(&mut self) {
        let asked = self.sink.send(Message::Ping(Bytes::new())).await;
        debug!("asked: {asked:?}");
    }

    /// Tells of an event, if the page asked to be told. A page that is gone is noticed where it is read.
    pub(crate) async fn tell(&mut self, event: &TunnelEvent) {
        if !self.events {
            return;
        }
        match serde_json::to_string(event) {
            Ok(json) => {
                let told = timeout(PATIENCE, self.sink.send(Message::Text(json.into()))).await;
                debug!("told {event:?}: {told:?}");
            }
            Err(error) => debug!("{event:?} could not be told: {error}"),
        }
    }

    /// Sends a Close, after everything that was sent before.
    pub(crate) async fn close(&mut self, code: u16, reason: &str) {
        let frame = CloseFrame { code: code.into(), reason: fitting(reason).into() };
        let closed = self.sink.send(Message::Close(Some(frame))).await;
        debug!("close {code}, {reason}: {closed:?}");
    }

    /// Waits until all has been handed to the operating system, the answer to the page's Close as well.
    async fn flush(&mut self) {
        let flushed = self.sink.flush().await;
        debug!("flushed: {flushed:?}");
    }
}

impl FromPage {
    /// The next bytes; none where the page said something else, such as that it is there. After an end there is
    /// nothing more to read.
    pub(crate) async fn next(&mut self) -> Result<Bytes, PageEnd> {
        match self.stream.next().await {
            Some(Ok(Message::Binary(bytes))) => Ok(bytes),
            Some(Ok(Message::Text(_))) => Err(PageEnd::Wrong(Wrong::Text)),
            Some(Ok(Message::Close(_))) => Err(PageEnd::Closed),
            // A Ping has been answered already.
            Some(Ok(Message::Ping(_) | Message::Pong(_) | Message::Frame(_))) => Ok(Bytes::new()),
            Some(Err(error)) => Err(end_of(&error)),
            None => Err(PageEnd::Gone),
        }
    }

    /// Reads on until the page has closed, and throws away what comes.
    async fn wait_for_close(&mut self) {
        while self.next().await.is_ok() {}
    }
}

fn end_of(error: &tungstenite::Error) -> PageEnd {
    use tungstenite::{Error, error::ProtocolError};
    debug!("the page's side ended: {error}");
    match error {
        Error::Capacity(_) => PageEnd::Wrong(Wrong::TooLong),
        Error::Protocol(ProtocolError::ResetWithoutClosingHandshake) | Error::Io(_) => {
            PageEnd::Gone
        }
        _ => PageEnd::Wrong(Wrong::Protocol),
    }
}

/// Ends a WebSocket from this side: a Close, the page's answer to it, and then the connection.
pub(crate) async fn close(mut to: ToPage, mut from: FromPage, code: u16, reason: &str) {
    let closing = async {
        to.close(code, reason).await;
        from.wait_for_close().await;
    };
    // A page that does not answer has had its Close all the same.
    let _ = timeout(PATIENCE, closing).await;
    hang_up(to, from).await;
}

/// As [`close`], with one of the tunnel's own codes.
pub(crate) async fn refuse(to: ToPage, from: FromPage, code: CloseCode, reason: &str) {
    close(to, from, code.code(), reason).await;
}

/// Ends the connection under a WebSocket whose closing is over.
///
/// A socket that is dropped while there is something in it to read resets the connection, and a reset
/// overtakes what was sent last. So it is read empty first.
pub(crate) async fn hang_up(mut to: ToPage, from: FromPage) {
    let ending = async {
        to.flush().await;
        if let Ok(socket) = to.sink.reunite(from.stream) {
            let mut connection = socket.into_inner();
            let _ = connection.shutdown().await;
            let _ = tokio::io::copy(&mut connection, &mut sink()).await;
        }
    };
    let _ = timeout(PATIENCE, ending).await;
}

/// As much of a reason as a Close has room for (RFC 6455 §5.5: 125 bytes, two of them for the code).
fn fitting(reason: &str) -> String {
    let mut end = reason.len().min(123);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    reason[..end].to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_reason_is_cut_to_what_a_close_has_room_for_and_not_within_a_character() {
        assert_eq!(fitting("short"), "short");
        assert_eq!(fitting(&"x".repeat(200)).len(), 123);
        let cut = fitting(&"信".repeat(50));
        assert_eq!(cut, "信".repeat(41));
    }
}
