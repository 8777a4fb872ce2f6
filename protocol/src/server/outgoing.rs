//! What goes out: replies that are ready, and one that takes its time.

use super::fault::{Disconnect, Drip, Fault, Seconds};
use std::time::Duration;

/// Bytes for the client.
#[derive(Debug, Default)]
pub(super) struct Outgoing {
    ready: Vec<u8>,
    late: Option<Late>,
    /// A reply without end has begun: whatever came after it would be part of it.
    is_mute: bool,
}

/// A reply that is held back, or the part of it that is. Nothing is read before it is out, so there is one at
/// most.
#[derive(Debug)]
struct Late {
    due: Duration,
    bytes: Vec<u8>,
    drip: Option<Drip>,
}

impl Outgoing {
    /// Bytes that are ready.
    pub(super) fn len(&self) -> usize {
        self.ready.len()
    }

    /// Takes the bytes that are ready.
    pub(super) fn take(&mut self) -> Vec<u8> {
        std::mem::take(&mut self.ready)
    }

    /// When something is due that is not ready yet.
    pub(super) fn due(&self) -> Option<Duration> {
        self.late.as_ref().map(|late| late.due)
    }

    /// Whether nothing will be said any more.
    pub(super) fn is_mute(&self) -> bool {
        self.is_mute
    }

    /// Says a whole reply.
    pub(super) fn say(&mut self, wire: &[u8]) {
        if !self.is_mute {
            self.ready.extend_from_slice(wire);
        }
    }

    /// Says a whole reply as a rule has it.
    pub(super) fn say_under(&mut self, fault: &Fault, now: Duration, mut wire: Vec<u8>) {
        if self.is_mute {
            return;
        }
        if let Some(broken) = &fault.broken {
            broken.break_up(&mut wire);
            self.is_mute = broken.is_endless();
        }
        match fault.disconnect {
            Some(Disconnect::Before) => wire.clear(),
            Some(Disconnect::Inside(bytes)) => wire.truncate(bytes),
            Some(Disconnect::After) | None => {}
        }
        let due = now.saturating_add(fault.delay.map_or(Duration::ZERO, Seconds::duration));
        self.late = Some(Late { due, bytes: wire, drip: fault.drip });
    }

    /// Makes ready what is due. When nothing is late any more: since when.
    pub(super) fn release(&mut self, now: Duration) -> Option<Duration> {
        let mut late = self.late.take()?;
        while late.due <= now {
            let piece = late.drip.map_or(late.bytes.len(), |drip| drip.bytes.get());
            let rest = late.bytes.split_off(piece.min(late.bytes.len()));
            self.ready.extend(std::mem::replace(&mut late.bytes, rest));
            match late.drip {
                Some(drip) if !late.bytes.is_empty() => {
                    late.due = late.due.saturating_add(drip.every.duration());
                }
                _ => return Some(late.due),
            }
        }
        self.late = Some(late);
        None
    }
}
