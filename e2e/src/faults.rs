//! Everything that can go wrong with a tunnel, from either end, each with what the bridge has to make of it.
//!
//! They are spoken over a bare socket, since no library would send them.

use std::net::SocketAddr;

use tokio::{
    io::{AsyncReadExt as _, AsyncWriteExt as _},
    net::TcpStream,
    time::timeout,
};

use crate::{Error, Result, net, wait};

/// A way to go wrong.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// A request that is no HTTP.
    NoRequest,
    /// A request that is never finished.
    HalfARequest,
    /// Something that there is not.
    NotThere,
    /// A tunnel without a WebSocket.
    NoWebSocket,
    /// A page of somebody else's.
    WrongOrigin,
    /// A target that nothing allows.
    WrongTarget,
    /// The handshake and a frame, a byte at a time: that is slow, and right.
    ByteByByte,
    /// A message in fragments with a Ping between them: that is rare, and right.
    Fragments,
    /// A frame without a mask.
    Unmasked,
    /// A text message.
    Text,
    /// A frame that is too long.
    TooLong,
    /// Bytes that are no frames.
    Garbage,
    /// The page is gone in the middle of a frame.
    HalfAFrame,
    /// The page's connection is reset.
    PageResets,
    /// The page stops sending, without a Close.
    PageHalfCloses,
    /// A page that asks for much and reads none of it.
    PageDoesNotRead,
    /// The server closes after its last words.
    ServerCloses,
    /// The server's connection is reset.
    ServerResets,
    /// The server stops sending and takes what comes.
    ServerHalfCloses,
}

impl Fault {
    /// All of them.
    pub const ALL: [Self; 19] = [
        Self::NoRequest,
        Self::HalfARequest,
        Self::NotThere,
        Self::NoWebSocket,
        Self::WrongOrigin,
        Self::WrongTarget,
        Self::ByteByByte,
        Self::Fragments,
        Self::Unmasked,
        Self::Text,
        Self::TooLong,
        Self::Garbage,
        Self::HalfAFrame,
        Self::PageResets,
        Self::PageHalfCloses,
        Self::PageDoesNotRead,
        Self::ServerCloses,
        Self::ServerResets,
        Self::ServerHalfCloses,
    ];

    /// What the bridge's log says of it.
    pub const fn logged(self) -> &'static str {
        match self {
            Self::NoRequest | Self::HalfARequest => "hung up on ",
            Self::NotThere => "GET /nothing is answered with 404",
            Self::NoWebSocket => "GET /tunnel is answered with 426",
            Self::WrongOrigin => "GET /tunnel is stopped: this bridge is not for pages from",
            Self::WrongTarget => "refused: nothing allows 127.0.0.1:25",
            Self::ByteByByte | Self::Fragments => "the page closed",
            Self::Unmasked | Self::Garbage => "the page was wrong: not as RFC 6455 has it",
            Self::Text => "the page was wrong: a tunnel takes binary messages only",
            Self::TooLong => "the page was wrong: a frame has",
            Self::HalfAFrame | Self::PageResets | Self::PageHalfCloses | Self::PageDoesNotRead => {
                "the page is gone"
            }
            Self::ServerCloses | Self::ServerHalfCloses => "the server closed",
            Self::ServerResets => "the connection to the server broke",
        }
    }

    /// Lets it happen between a bridge and a [`fickle_server`], and waits until both ends are done with it.
    ///
    /// # Errors
    /// When the bridge makes something else of it than it should.
    pub async fn happen(self, bridge: SocketAddr, server: SocketAddr) -> Result<()> {
        let happening = self.happens(bridge, server);
        match timeout(wait::PATIENCE, happening).await {
            Ok(Ok(what)) if self.is_right(&what) => Ok(()),
            Ok(Ok(what)) => Err(Error::Missing {
                expected: format!("another end of {self:?}"),
                found: format!("it was {what:?}"),
                cure: "see the bridge's log".into(),
            }),
            Ok(Err(error)) => Err(Error::io(format!("let {self:?} happen"))(error)),
            Err(late) => Err(Error::io(format!("see the end of {self:?}"))(late.into())),
        }
    }

    fn is_right(self, what: &Heard) -> bool {
        let Heard { status, bytes, code } = what;
        match self {
            Self::NoRequest => *status == 400,
            // The bridge has nothing to answer, and hangs up.
            Self::HalfARequest => matches!(status, 0 | 408),
            Self::NotThere => *status == 404,
            Self::NoWebSocket => *status == 426,
            Self::WrongOrigin => *status == 403,
            Self::WrongTarget => *code == 4403,
            Self::ByteByByte | Self::Fragments => (&bytes[..], *code) == (b"once", 1000),
            Self::Unmasked | Self::Garbage => *code == 1002,
            Self::Text => *code == 1003,
            Self::TooLong => *code == 1009,
            // There is nobody to be told.
            Self::HalfAFrame | Self::PageResets | Self::PageDoesNotRead => true,
            Self::PageHalfCloses => bytes.is_empty() && *code == 0,
            Self::ServerCloses => (&bytes[..], *code) == (b"bye", 1000),
            Self::ServerResets => *code == 1011,
            Self::ServerHalfCloses => *code == 1000,
        }
    }

    async fn happens(self, bridge: SocketAddr, server: SocketAddr) -> std::io::Result<Heard> {
        let origin = format!("http://{bridge}");
        let origin = if self == Self::WrongOrigin { "http://evil.example" } else { &origin };
        let port = if self == Self::WrongTarget { 25 } else { server.port() };
        let request = format!(
            "GET /tunnel?host=127.0.0.1&port={port} HTTP/1.1\r\nHost: {bridge}\r\nOrigin: {origin}\r\n\
             Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n\
             Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n"
        );
        let mut page = TcpStream::connect(bridge).await?;
        page.set_nodelay(true)?;
        match self {
            Self::NoRequest => {
                page.write_all(b"EHLO client.example\r\n\r\n").await?;
                return Heard::all(page).await;
            }
            Self::HalfARequest => {
                page.write_all(&request.as_bytes()[..request.len() - 4]).await?;
                page.shutdown().await?;
                return Heard::all(page).await;
            }
            Self::NotThere => {
                let request = format!("GET /nothing HTTP/1.1\r\nHost: {bridge}\r\n\r\n");
                page.write_all(request.as_bytes()).await?;
                return Heard::answer(&mut page).await;
            }
            Self::NoWebSocket => {
                let request = request.replace("Upgrade: websocket\r\n", "");
                page.write_all(request.as_bytes()).await?;
                return Heard::answer(&mut page).await;
            }
            Self::ByteByByte => {
                for byte in request.as_bytes().iter().chain(&frame(0x82, b"once")) {
                    page.write_all(&[*byte]).await?;
                    tokio::task::yield_now().await;
                }
                return Heard::until_echoed(page).await;
            }
            _ => page.write_all(request.as_bytes()).await?,
        }
        match self {
            Self::Fragments => {
                let frames = [frame(0x02, b"on"), frame(0x89, b"?"), frame(0x80, b"ce")].concat();
                page.write_all(&frames).await?;
                return Heard::until_echoed(page).await;
            }
            Self::Unmasked => page.write_all(&[0x82, 1, b'x']).await?,
            Self::Text => page.write_all(&frame(0x81, b"QUIT\r\n")).await?,
            Self::TooLong => {
                page.write_all(&[0x82, 0xff, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0]).await?;
            }
            Self::Garbage => page.write_all(&[0xff; 64]).await?,
            Self::HalfAFrame => {
                Heard::answer(&mut page).await?;
                page.write_all(&frame(0x82, b"never said")[..8]).await?;
                return Ok(Heard::default());
            }
            Self::PageResets => {
                Heard::answer(&mut page).await?;
                page.write_all(&frame(0x82, b"x")).await?;
                page.set_zero_linger()?;
                return Ok(Heard::default());
            }
            // The connection stays good for other requests; there will be none.
            Self::WrongOrigin => return Heard::answer(&mut page).await,
            Self::PageHalfCloses => {
                Heard::answer(&mut page).await?;
                page.shutdown().await?;
                let mut rest = Vec::new();
                page.read_to_end(&mut rest).await?;
                return Ok(Heard { bytes: rest, ..Heard::default() });
            }
            Self::PageDoesNotRead => {
                page.write_all(&frame(0x82, FLOOD)).await?;
                // It has begun to come.
                page.readable().await?;
                return Ok(Heard::default());
            }
            Self::ServerCloses => page.write_all(&frame(0x82, CLOSE)).await?,
            Self::ServerResets => page.write_all(&frame(0x82, RESET)).await?,
            Self::ServerHalfCloses => page.write_all(&frame(0x82, HALF_CLOSE)).await?,
            _ => {}
        }
        Heard::all(page).await
    }
}

// What a fickle server does when it is the first that it reads; all else it sends back.
const CLOSE: &[u8] = b"C";
const RESET: &[u8] = b"R";
const HALF_CLOSE: &[u8] = b"H";
const FLOOD: &[u8] = b"F";

/// A server that sends back what it gets, or goes wrong if it is told to.
///
/// # Errors
/// When there is no port for it.
pub fn fickle_server() -> Result<SocketAddr> {
    let (listener, address) = net::listen()?;
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    Ok(address)
}

async fn serve(mut stream: TcpStream) -> std::io::Result<()> {
    let mut buffer = [0; 16 * 1024];
    let read = stream.read(&mut buffer).await?;
    match &buffer[..read] {
        CLOSE => return stream.write_all(b"bye").await,
        RESET => return stream.set_zero_linger(),
        HALF_CLOSE => stream.shutdown().await?,
        FLOOD => loop {
            stream.write_all(&buffer).await?;
        },
        first => stream.write_all(first).await?,
    }
    let (mut from, mut to) = stream.split();
    tokio::io::copy(&mut from, &mut to).await.map(drop)
}

/// A frame of a client whose mask is four zeros.
fn frame(first: u8, payload: &[u8]) -> Vec<u8> {
    let length = 0x80 | u8::try_from(payload.len()).unwrap_or_default();
    [&[first, length, 0, 0, 0, 0], payload].concat()
}

/// What came from the bridge, to the end.
#[derive(Debug, Default)]
struct Heard {
    /// Of the answer to the request; 0 where there was none.
    status: u16,
    bytes: Vec<u8>,
    /// Of the Close; 0 where there was none.
    code: u16,
}

impl Heard {
    /// The head of the answer to the request.
    async fn answer(page: &mut TcpStream) -> std::io::Result<Self> {
        let mut read = Vec::new();
        while Self::parse(&read).status == 0 && page.read_buf(&mut read).await? > 0 {}
        Ok(Self::parse(&read))
    }

    /// Everything to the end of the connection, with the Close answered.
    async fn all(page: TcpStream) -> std::io::Result<Self> {
        Self::until(page, |_| false).await
    }

    /// The same, and the page closes once the server has sent back what it got.
    async fn until_echoed(page: TcpStream) -> std::io::Result<Self> {
        Self::until(page, |heard| heard.bytes == b"once").await
    }

    async fn until(mut page: TcpStream, done: impl Fn(&Self) -> bool) -> std::io::Result<Self> {
        const NORMAL: [u8; 2] = 1000u16.to_be_bytes();
        let mut read = Vec::new();
        let mut closed = false;
        loop {
            let heard = Self::parse(&read);
            if !closed && (heard.code != 0 || done(&heard)) {
                closed = true;
                // It may have been hung up on already.
                let _ = page.write_all(&frame(0x88, &NORMAL)).await;
            }
            // A reset is an end too.
            if !matches!(page.read_buf(&mut read).await, Ok(1..)) {
                return Ok(heard);
            }
        }
    }

    /// As far as it is all there.
    fn parse(read: &[u8]) -> Self {
        let mut heard = Self::default();
        let Some(end) = read.windows(4).position(|four| four == b"\r\n\r\n") else { return heard };
        let status = read.get(9..12).and_then(|digits| std::str::from_utf8(digits).ok());
        heard.status = status.and_then(|digits| digits.parse().ok()).unwrap_or_default();
        let mut frames = &read[end + 4..];
        while heard.status == 101
            && let Some((first, payload, rest)) = split(frames)
        {
            match (first & 0x0f, payload) {
                (2, bytes) => heard.bytes.extend_from_slice(bytes),
                (8, [high, low, ..]) => heard.code = u16::from_be_bytes([*high, *low]),
                _ => {}
            }
            frames = rest;
        }
        heard
    }
}

/// The first frame of a server: its first byte, its payload, and what follows.
fn split(frames: &[u8]) -> Option<(u8, &[u8], &[u8])> {
    let [first, length, rest @ ..] = frames else { return None };
    let (length, rest) = match length {
        126 => (usize::from(u16::from_be_bytes(*rest.first_chunk()?)), rest.get(2..)?),
        127 => (usize::try_from(u64::from_be_bytes(*rest.first_chunk()?)).ok()?, rest.get(8..)?),
        length => (usize::from(*length), rest),
    };
    Some((*first, rest.get(..length)?, &rest[length..]))
}
