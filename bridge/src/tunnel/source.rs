//! Reading from a socket, with memory held only while there is something to read.

use bytes::{BufMut as _, BytesMut};
use std::{future::poll_fn, io, pin::Pin, task::Poll};
use tokio::{
    io::{AsyncReadExt as _, copy, sink},
    net::tcp::OwnedReadHalf,
};
use tokio_util::io::poll_read_buf;

/// The most that is read at a time. With the head of a frame it goes into one segment of 64 KiB, the longest that
/// systems pass on at once: what is a little longer becomes two, which costs a third of the speed.
pub(crate) const MOST: usize = 60 * 1024;
/// What is asked for where little comes: a command or a reply, and most messages.
const LEAST: usize = 4 * 1024;

/// One side of a tunnel, as far as it is read.
#[derive(Debug)]
pub(crate) struct Source {
    socket: OwnedReadHalf,
    /// How much to ask for. A read that brings as much makes it [`MOST`], one that brings little [`LEAST`].
    size: usize,
}

impl Source {
    pub(crate) fn new(socket: OwnedReadHalf) -> Self {
        Self { socket, size: LEAST }
    }

    /// Puts what is there behind what is in the buffer already, as soon as there is something: how much, and nothing
    /// at the end. While there is nothing the buffer gives its room back. Whoever waits may stop, and nothing is lost.
    pub(crate) async fn read(&mut self, buffer: &mut BytesMut) -> io::Result<usize> {
        let read = poll_fn(|cx| {
            let read = match self.socket.as_ref().poll_read_ready(cx) {
                Poll::Ready(_) => {
                    buffer.reserve(self.size);
                    let room = &mut (&mut *buffer).limit(self.size);
                    poll_read_buf(Pin::new(&mut self.socket), cx, room)
                }
                Poll::Pending => Poll::Pending,
            };
            if read.is_pending() {
                *buffer = buffer[..].into();
            }
            read
        });
        let read = read.await?;
        if read == self.size {
            self.size = MOST;
        } else if read < LEAST {
            self.size = LEAST;
        }
        Ok(read)
    }

    /// Reads to the end, but so many bytes at most, and throws away what comes.
    pub(crate) async fn read_away(&mut self, most: u64) {
        let _ = copy(&mut (&mut self.socket).take(most), &mut sink()).await;
    }
}
