//! Somebody on the way: sees all that a bridge and a server say to each other, and may meddle with it.

use std::{
    net::SocketAddr,
    sync::{Arc, Mutex, PoisonError},
};

use tokio::{
    io::{AsyncReadExt, AsyncWriteExt},
    net::{
        TcpStream,
        tcp::{OwnedReadHalf, OwnedWriteHalf},
    },
};

use crate::{Result, net};

/// What is done to the bytes on their way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Meddling {
    /// Nothing.
    None,
    /// They are passed on one at a time, both ways.
    ByteByByte,
    /// The connection is cut when the server has said so many.
    CutAfter(usize),
    /// The connection is cut inside the first record that the server sends behind the handshake of TLS 1.3.
    CutInRecord,
    /// It is cut between that record and the next, so that no goodbye was said.
    CutBehindRecord,
    /// The server's offer of STARTTLS is turned into a word of the same length that means nothing.
    HideStartTls,
    /// The server's consent to STARTTLS gets a line in plain text behind it.
    SpeakBehindStartTls,
}

/// A proxy for one server, for as long as the test runs.
#[derive(Debug)]
pub struct Between {
    address: SocketAddr,
    seen: Seen,
}

/// What went by: the client's bytes and the server's.
type Seen = Arc<Mutex<(Vec<u8>, Vec<u8>)>>;

impl Between {
    /// Stands before this server.
    ///
    /// # Errors
    /// When there is no port for it.
    pub fn start(server: SocketAddr, meddling: Meddling) -> Result<Self> {
        let (listener, address) = net::listen()?;
        let seen = Seen::default();
        let record = seen.clone();
        tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let Ok(server) = TcpStream::connect(server).await else { continue };
                tokio::spawn(carry(client, server, meddling, record.clone()));
            }
        });
        Ok(Self { address, seen })
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// What the client's side said so far.
    pub fn from_client(&self) -> Vec<u8> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).0.clone()
    }

    /// What the server said so far.
    pub fn from_server(&self) -> Vec<u8> {
        self.seen.lock().unwrap_or_else(PoisonError::into_inner).1.clone()
    }
}

async fn carry(client: TcpStream, server: TcpStream, meddling: Meddling, seen: Seen) {
    let _ = (client.set_nodelay(true), server.set_nodelay(true));
    let (client_reads, client_writes) = client.into_split();
    let (server_reads, server_writes) = server.into_split();
    let there = pass(client_reads, server_writes, meddling, true, seen.clone());
    let back = pass(server_reads, client_writes, meddling, false, seen);
    // A cut takes both ways along; an end in good order takes its own only.
    let (mut there, mut back) = (std::pin::pin!(there), std::pin::pin!(back));
    tokio::select! {
        _ = &mut there => { back.await; }
        was_cut = &mut back => if !was_cut { there.await; },
    }
}

/// Passes on what one side says, and says whether it was cut.
async fn pass(
    mut from: OwnedReadHalf,
    mut to: OwnedWriteHalf,
    meddling: Meddling,
    is_client: bool,
    seen: Seen,
) -> bool {
    let mut buffer = vec![0; 64 * 1024];
    let mut total = 0;
    while let Ok(read) = from.read(&mut buffer).await {
        if read == 0 {
            break;
        }
        let mut bytes = buffer[..read].to_vec();
        let mut cut = false;
        if !is_client {
            match meddling {
                Meddling::HideStartTls => replace(&mut bytes, b"STARTTLS", b"XXXXXXXX"),
                Meddling::SpeakBehindStartTls if bytes.starts_with(b"220 2.0.0") => {
                    bytes.extend_from_slice(b"250 you are welcome\r\n");
                }
                Meddling::CutAfter(limit) if total + read >= limit => {
                    bytes.truncate(limit - total);
                    cut = true;
                }
                Meddling::CutInRecord if begins_to_talk(&seen) => {
                    bytes.truncate(9);
                    cut = true;
                }
                // What comes may end inside a record: then it is passed on, and the next time will do.
                Meddling::CutBehindRecord => cut = begins_to_talk(&seen) && are_whole(&bytes),
                _ => {}
            }
        }
        total += read;
        {
            let mut seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
            let side = if is_client { &mut seen.0 } else { &mut seen.1 };
            side.extend_from_slice(&bytes);
        }
        let piece = if meddling == Meddling::ByteByByte { 1 } else { bytes.len().max(1) };
        for piece in bytes.chunks(piece) {
            if to.write_all(piece).await.is_err() {
                return false;
            }
            if meddling == Meddling::ByteByByte {
                // So that each of them is a segment, and not collected with the next.
                tokio::task::yield_now().await;
            }
        }
        if cut {
            return true;
        }
    }
    let _ = to.shutdown().await;
    false
}

/// The lengths of records one behind the other, each with the kind it is of (RFC 8446 §5.1).
fn records(mut bytes: &[u8]) -> impl Iterator<Item = (u8, usize)> {
    std::iter::from_fn(move || {
        let (&[kind, _, _, high, low], _) = bytes.split_first_chunk()?;
        let length = 5 + usize::from(u16::from_be_bytes([high, low]));
        bytes = bytes.get(length..).unwrap_or_default();
        Some((kind, length))
    })
}

/// Whether the client has sent something sealed: in TLS 1.3 that is the end of its handshake.
fn begins_to_talk(seen: &Seen) -> bool {
    const SEALED: u8 = 23;
    let seen = seen.lock().unwrap_or_else(PoisonError::into_inner);
    records(&seen.0).any(|(kind, _)| kind == SEALED)
}

fn are_whole(bytes: &[u8]) -> bool {
    records(bytes).map(|(_, length)| length).sum::<usize>() == bytes.len()
}

fn replace(bytes: &mut [u8], word: &[u8], by: &[u8]) {
    if let Some(at) = bytes.windows(word.len()).position(|window| window == word) {
        bytes[at..at + word.len()].copy_from_slice(by);
    }
}
