//! The frames of a WebSocket, as a server reads and writes them (RFC 6455 §5), without a socket.
//!
//! ```text
//!  byte 0             byte 1              then
//! ┌─────┬─────┬──────┬──────┬───────────┬─────────────────────┬───────────┬─────────
//! │ FIN │ RSV │opcode│ MASK │ length, 7 │ length, 16 or 64    │ mask, 32  │ payload
//! │  1  │  3  │  4   │  1   │           │ where 7 do not do   │ of clients│
//! └─────┴─────┴──────┴──────┴───────────┴─────────────────────┴───────────┴─────────
//! ```
//!
//! A tunnel carries bytes, and where a message begins and ends means nothing to it. So no message is put together
//! here: what a frame carries is passed on as it comes, and nothing has to be held for its end.

use bytes::{
    Buf as _, Bytes, BytesMut,
    buf::{Chain, Take},
};
use std::io::Cursor;

/// The longest frame a page may send, in bytes of payload. The page sends 16 KiB at a time, common tools up to
/// 64 KiB.
pub(crate) const LONGEST: usize = 1024 * 1024;

/// The most that a control frame carries (§5.5).
const LONGEST_CONTROL: usize = 125;

/// What a frame is for (§5.2).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Opcode {
    Continuation = 0,
    Text = 1,
    Binary = 2,
    Close = 8,
    Ping = 9,
    Pong = 10,
}

/// What comes from a page, piece by piece.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Piece {
    /// Bytes for the server, as many of a frame as are there.
    Bytes,
    Ping(Bytes),
    Pong,
    /// The page closes, with this code (§7.1.5).
    Close(Option<u16>),
}

/// What a page must not send.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Wrong {
    /// A text message.
    Text,
    /// A frame longer than [`LONGEST`].
    TooLong,
    /// Something that is not a WebSocket's.
    Protocol,
}

/// Takes apart what a page sends.
#[derive(Debug, Default)]
pub(crate) struct Incoming {
    /// The frame whose payload is next, if its head has been read.
    frame: Option<Frame>,
    /// A message has begun, and its last frame has not come.
    unfinished: bool,
}

#[derive(Debug)]
struct Frame {
    opcode: Opcode,
    /// What is left of its payload.
    left: usize,
    /// For the next byte of it and the three that follow.
    mask: [u8; 4],
}

impl Incoming {
    /// Takes the next piece from the front of what was read; `None` where that is not enough. Bytes are put behind
    /// those that are in `bytes` already.
    ///
    /// # Errors
    /// When it is nothing that a page may send. Nothing behind that has a meaning.
    pub(crate) fn next(
        &mut self,
        read: &mut BytesMut,
        bytes: &mut BytesMut,
    ) -> Result<Option<Piece>, Wrong> {
        loop {
            let Some(frame) = &mut self.frame else {
                let Some((head, length)) = Head::parse(read)? else { return Ok(None) };
                self.frame = Some(self.begin(&head)?);
                read.advance(length);
                continue;
            };
            let here = frame.left.min(read.len());
            let mut control = [0; LONGEST_CONTROL];
            let payload = match frame.opcode {
                Opcode::Continuation | Opcode::Binary if here == 0 && frame.left > 0 => {
                    return Ok(None);
                }
                Opcode::Continuation | Opcode::Binary => {
                    let before = bytes.len();
                    bytes.extend_from_slice(&read[..here]);
                    &mut bytes[before..]
                }
                _ if here < frame.left => return Ok(None),
                _ => {
                    control[..here].copy_from_slice(&read[..here]);
                    &mut control[..here]
                }
            };
            read.advance(here);
            unmask(payload, frame.mask);
            frame.mask.rotate_left(here % 4);
            frame.left -= here;
            let opcode = frame.opcode;
            if frame.left == 0 {
                self.frame = None;
            }
            return Ok(Some(match opcode {
                Opcode::Ping => Piece::Ping(Bytes::copy_from_slice(payload)),
                Opcode::Pong => Piece::Pong,
                Opcode::Close => Piece::Close(close_code(payload)?),
                Opcode::Continuation | Opcode::Binary | Opcode::Text => Piece::Bytes,
            }));
        }
    }

    fn begin(&mut self, head: &Head) -> Result<Frame, Wrong> {
        match head.opcode {
            Opcode::Text => return Err(Wrong::Text),
            Opcode::Binary | Opcode::Continuation => {
                // A message begins where none is unfinished, and goes on where one is.
                if (head.opcode == Opcode::Continuation) != self.unfinished {
                    return Err(Wrong::Protocol);
                }
                self.unfinished = !head.last;
            }
            Opcode::Close | Opcode::Ping | Opcode::Pong => {
                if !head.last || head.length > LONGEST_CONTROL as u64 {
                    return Err(Wrong::Protocol);
                }
            }
        }
        let left = usize::try_from(head.length).ok().filter(|length| *length <= LONGEST);
        let left = left.ok_or(Wrong::TooLong)?;
        Ok(Frame { opcode: head.opcode, left, mask: head.mask })
    }
}

/// What stands before the payload of a client's frame.
#[derive(Debug)]
struct Head {
    /// Whether this is the last frame of its message (FIN).
    last: bool,
    opcode: Opcode,
    length: u64,
    mask: [u8; 4],
}

impl Head {
    /// The head at the front of what was read, and how long it is; `None` where it is not all there.
    fn parse(read: &[u8]) -> Result<Option<(Self, usize)>, Wrong> {
        let [first, second, rest @ ..] = read else { return Ok(None) };
        let opcode = match first & 0x0f {
            0 => Opcode::Continuation,
            1 => Opcode::Text,
            2 => Opcode::Binary,
            8 => Opcode::Close,
            9 => Opcode::Ping,
            10 => Opcode::Pong,
            _ => return Err(Wrong::Protocol),
        };
        // No extension was agreed on that would use the reserved bits (§5.2); and a client masks what it sends,
        // since a page could speak any protocol to whoever listens between otherwise (§5.3, §10.3).
        if first & 0x70 != 0 || second & 0x80 == 0 {
            return Err(Wrong::Protocol);
        }
        let (length, more) = match second & 0x7f {
            126 => match rest.first_chunk() {
                Some(length) => (u16::from_be_bytes(*length).into(), 2),
                None => return Ok(None),
            },
            127 => match rest.first_chunk() {
                Some(length) => (u64::from_be_bytes(*length), 8),
                None => return Ok(None),
            },
            length => (length.into(), 0),
        };
        // The shortest form is the only one (§5.2).
        let shortest =
            [(2, 126), (8, 0x1_0000)].iter().all(|(form, least)| more != *form || length >= *least);
        if !shortest {
            return Err(Wrong::Protocol);
        }
        let Some(mask) = rest.get(more..).and_then(|rest| rest.first_chunk()) else {
            return Ok(None);
        };
        let head = Self { last: first & 0x80 != 0, opcode, length, mask: *mask };
        Ok(Some((head, 2 + more + 4)))
    }
}

/// What a client has masked (§5.3): every byte with one of four, in turns.
fn unmask(payload: &mut [u8], mask: [u8; 4]) {
    // Sixteen at a time, which compilers make a single instruction of.
    let mut wide = [0; 16];
    wide.as_chunks_mut::<4>().0.fill(mask);
    let (chunks, rest) = payload.as_chunks_mut::<16>();
    let wide = u128::from_ne_bytes(wide);
    for chunk in chunks {
        *chunk = (u128::from_ne_bytes(*chunk) ^ wide).to_ne_bytes();
    }
    for (byte, mask) in rest.iter_mut().zip(mask.iter().cycle()) {
        *byte ^= mask;
    }
}

/// The code of a Close, whose payload is nothing, or a code and a reason (§5.5.1, §7.4).
fn close_code(payload: &[u8]) -> Result<Option<u16>, Wrong> {
    match payload {
        [] => Ok(None),
        [high, low, reason @ ..] => {
            let code = u16::from_be_bytes([*high, *low]);
            // 1004 to 1006 and 1015 stand for what no frame says.
            let is_said = matches!(code, 1000..=1003 | 1007..=1014 | 3000..=4999);
            if is_said && std::str::from_utf8(reason).is_ok() {
                Ok(Some(code))
            } else {
                Err(Wrong::Protocol)
            }
        }
        [_] => Err(Wrong::Protocol),
    }
}

/// A frame to a page: its head, then its payload. The payload is not copied for it.
pub(crate) type Outgoing = Chain<Take<Cursor<[u8; 10]>>, Bytes>;

/// A whole message in one frame. A server masks nothing (§5.1).
pub(crate) fn frame(opcode: Opcode, payload: Bytes) -> Outgoing {
    let length = payload.len();
    let mut head = [0; 10];
    head[0] = 0x80 | opcode as u8;
    let head_length = match (u8::try_from(length), u16::try_from(length)) {
        (Ok(length @ ..126), _) => {
            head[1] = length;
            2
        }
        (_, Ok(length)) => {
            head[1] = 126;
            head[2..4].copy_from_slice(&length.to_be_bytes());
            4
        }
        _ => {
            head[1] = 127;
            head[2..].copy_from_slice(&(length as u64).to_be_bytes());
            10
        }
    };
    Cursor::new(head).take(head_length).chain(payload)
}

/// Nothing to write.
pub(crate) fn nothing() -> Outgoing {
    Cursor::new([0; 10]).take(0).chain(Bytes::new())
}

/// The payload of a Close. A reason is cut to what there is room for.
pub(crate) fn close(code: u16, reason: &str) -> Bytes {
    let mut end = reason.len().min(LONGEST_CONTROL - 2);
    while !reason.is_char_boundary(end) {
        end -= 1;
    }
    [&code.to_be_bytes(), &reason.as_bytes()[..end]].concat().into()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use tokio_tungstenite::tungstenite::{
        Error, Message, WebSocket,
        error::ProtocolError,
        protocol::{Role, WebSocketConfig},
    };

    const MASK: [u8; 4] = [0x12, 0x34, 0x56, 0x78];

    /// A frame as a client sends it.
    fn from_client(first: u8, payload: &[u8]) -> Vec<u8> {
        let mut bytes = Vec::new();
        let mut outgoing = frame(Opcode::Binary, payload.to_vec().into());
        bytes.extend_from_slice(&outgoing.copy_to_bytes(outgoing.remaining() - payload.len()));
        bytes[0] = first;
        bytes[1] |= 0x80;
        bytes.extend_from_slice(&MASK);
        bytes.extend(payload.iter().zip(MASK.iter().cycle()).map(|(byte, mask)| byte ^ mask));
        bytes
    }

    /// Something that is said, bytes among it.
    #[derive(Clone, Debug, PartialEq)]
    enum Said {
        Bytes(Vec<u8>),
        Control(Piece),
    }

    /// What is said, with bytes that follow each other as one.
    #[derive(Debug, Default, PartialEq)]
    struct Conversation(Vec<Said>);

    impl Conversation {
        fn bytes(&mut self, more: &[u8]) {
            match self.0.last_mut() {
                _ if more.is_empty() => {}
                Some(Said::Bytes(bytes)) => bytes.extend_from_slice(more),
                _ => self.0.push(Said::Bytes(more.to_vec())),
            }
        }

        fn control(&mut self, piece: Piece) {
            self.0.push(Said::Control(piece));
        }
    }

    /// Everything that is said in what was read bit by bit, and what is wrong at the end.
    fn said<'a>(reads: impl IntoIterator<Item = &'a [u8]>) -> (Conversation, Option<Wrong>) {
        let (mut incoming, mut read) = (Incoming::default(), BytesMut::new());
        let mut said = Conversation::default();
        for more in reads {
            read.extend_from_slice(more);
            loop {
                let mut bytes = BytesMut::new();
                match incoming.next(&mut read, &mut bytes) {
                    Ok(Some(Piece::Bytes)) => said.bytes(&bytes),
                    Ok(Some(piece @ Piece::Close(_))) => {
                        said.control(piece);
                        return (said, None);
                    }
                    Ok(Some(piece)) => said.control(piece),
                    Ok(None) => break,
                    Err(wrong) => return (said, Some(wrong)),
                }
            }
        }
        (said, None)
    }

    #[test]
    fn a_message_is_passed_on_before_it_is_all_there() {
        let frame = from_client(0x82, b"EHLO client.example\r\n");
        assert_eq!(said([&frame[..10]]).0.0, [Said::Bytes(b"EHLO".into())]);
    }

    #[test]
    fn fragments_are_passed_on_and_a_ping_may_stand_between_them() {
        let frames =
            [from_client(0x02, b"EH"), from_client(0x89, b"?"), from_client(0x80, b"LO")].concat();
        let ping = Said::Control(Piece::Ping("?".into()));
        let expected = [Said::Bytes(b"EH".into()), ping, Said::Bytes(b"LO".into())];
        assert_eq!(said([&frames[..]]).0.0, expected);
    }

    /// Both sides of every rule.
    #[test]
    fn what_a_page_may_send_and_what_not() {
        let unmasked = vec![0x82, 0x01, b'x'];
        let length = |form: u8, length: &[u8]| [&[0x82, 0x80 | form], length, &MASK].concat();
        let code = |code: u16| from_client(0x88, &code.to_be_bytes());
        let table: &[(&str, Vec<u8>, Option<Wrong>)] = &[
            ("binary", from_client(0x82, b"x"), None),
            ("text", from_client(0x81, b"x"), Some(Wrong::Text)),
            ("unmasked", unmasked, Some(Wrong::Protocol)),
            ("a reserved bit", from_client(0xc2, b"x"), Some(Wrong::Protocol)),
            ("an opcode that is none", from_client(0x83, b"x"), Some(Wrong::Protocol)),
            ("a control opcode that is none", from_client(0x8b, b""), Some(Wrong::Protocol)),
            ("going on where nothing began", from_client(0x80, b"x"), Some(Wrong::Protocol)),
            (
                "beginning where something goes on",
                [from_client(0x02, b"x"), from_client(0x82, b"x")].concat(),
                Some(Wrong::Protocol),
            ),
            ("the longest", length(127, &(LONGEST as u64).to_be_bytes()), None),
            ("longer", length(127, &(LONGEST as u64 + 1).to_be_bytes()), Some(Wrong::TooLong)),
            ("longest of all", length(127, &u64::MAX.to_be_bytes()), Some(Wrong::TooLong)),
            ("126 in 16 bits", length(126, &126u16.to_be_bytes()), None),
            ("125 in 16 bits", length(126, &125u16.to_be_bytes()), Some(Wrong::Protocol)),
            ("65,536 in 64 bits", length(127, &65_536u64.to_be_bytes()), None),
            ("65,535 in 64 bits", length(127, &65_535u64.to_be_bytes()), Some(Wrong::Protocol)),
            ("a ping of 125", from_client(0x89, &[b'x'; 125]), None),
            ("a ping of 126", from_client(0x89, &[b'x'; 126]), Some(Wrong::Protocol)),
            ("half a ping", from_client(0x09, b""), Some(Wrong::Protocol)),
            ("a close", from_client(0x88, b""), None),
            ("a close of one byte", from_client(0x88, b"x"), Some(Wrong::Protocol)),
            ("999", code(999), Some(Wrong::Protocol)),
            ("1000", code(1000), None),
            ("1003", code(1003), None),
            ("1004", code(1004), Some(Wrong::Protocol)),
            ("1006", code(1006), Some(Wrong::Protocol)),
            ("1007", code(1007), None),
            ("1014", code(1014), None),
            ("1015", code(1015), Some(Wrong::Protocol)),
            ("2999", code(2999), Some(Wrong::Protocol)),
            ("3000", code(3000), None),
            ("4999", code(4999), None),
            ("5000", code(5000), Some(Wrong::Protocol)),
            ("a reason", from_client(0x88, b"\x03\xe8done"), None),
            ("a reason that is no text", from_client(0x88, b"\x03\xe8\xff"), Some(Wrong::Protocol)),
        ];
        for (what, bytes, wrong) in table {
            assert_eq!(said([&bytes[..]]).1, *wrong, "{what}");
        }
    }

    #[test]
    fn a_head_is_as_short_as_it_can_be() {
        for (length, head) in [
            (0, &[0x82, 0][..]),
            (125, &[0x82, 125]),
            (126, &[0x82, 126, 0, 126]),
            (65_535, &[0x82, 126, 0xff, 0xff]),
            (65_536, &[0x82, 127, 0, 0, 0, 0, 0, 1, 0, 0]),
        ] {
            let mut frame = frame(Opcode::Binary, vec![b'x'; length].into());
            assert_eq!(frame.remaining(), head.len() + length);
            assert_eq!(frame.copy_to_bytes(head.len()), head, "{length}");
        }
    }

    #[test]
    fn a_reason_is_cut_to_what_a_close_has_room_for_and_not_within_a_character() {
        assert_eq!(close(1000, "done"), b"\x03\xe8done"[..]);
        assert_eq!(close(1000, &"x".repeat(200)).len(), 125);
        assert_eq!(close(4400, &"信".repeat(50))[2..], *"信".repeat(41).as_bytes());
    }

    /// What another implementation makes of the same bytes, and whether it refuses them.
    fn said_by_another(bytes: &[u8]) -> (Conversation, bool) {
        let config = WebSocketConfig::default().max_frame_size(Some(LONGEST));
        let stream = Duplex(std::io::Cursor::new(bytes.to_vec()));
        let mut other = WebSocket::from_raw_socket(stream, Role::Server, Some(config));
        let mut said = Conversation::default();
        loop {
            match other.read() {
                Ok(Message::Binary(bytes)) => said.bytes(&bytes),
                Ok(Message::Ping(asked)) => said.control(Piece::Ping(asked)),
                Ok(Message::Pong(_)) => said.control(Piece::Pong),
                Ok(Message::Close(close)) => {
                    said.control(Piece::Close(close.map(|close| close.code.into())));
                    return (said, false);
                }
                Err(
                    Error::Io(_) | Error::Protocol(ProtocolError::ResetWithoutClosingHandshake),
                ) => {
                    return (said, false);
                }
                Ok(Message::Text(_) | Message::Frame(_)) | Err(_) => return (said, true),
            }
        }
    }

    /// Bytes that were sent, and nobody who takes any.
    struct Duplex(std::io::Cursor<Vec<u8>>);

    impl std::io::Read for Duplex {
        fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
            self.0.read(buffer)
        }
    }

    impl std::io::Write for Duplex {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            Ok(bytes.len())
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }

    /// Messages of all kinds, whole and in fragments, with control frames between.
    fn conversation() -> impl Strategy<Value = Vec<u8>> {
        let bytes = || proptest::collection::vec(any::<u8>(), 0..300);
        let short = || proptest::collection::vec(any::<u8>(), 0..=125);
        let message = proptest::collection::vec(bytes(), 1..4).prop_map(|fragments| {
            let last = fragments.len() - 1;
            let frames = fragments.iter().enumerate().map(|(at, payload)| {
                from_client(
                    if at == 0 { 2 } else { 0 } | if at == last { 0x80 } else { 0 },
                    payload,
                )
            });
            frames.collect::<Vec<_>>().concat()
        });
        let part = prop_oneof![
            4 => message,
            1 => short().prop_map(|payload| from_client(0x89, &payload)),
            1 => short().prop_map(|payload| from_client(0x8a, &payload)),
        ];
        proptest::collection::vec(part, 0..6).prop_map(|parts| parts.concat())
    }

    proptest! {
        #[test]
        fn another_implementation_hears_the_same(bytes in conversation()) {
            prop_assert_eq!(said([&bytes[..]]), (said_by_another(&bytes).0, None));
        }

        #[test]
        fn any_split_says_the_same(bytes in conversation(), size in 1usize..40) {
            prop_assert_eq!(said(bytes.chunks(size)), said([&bytes[..]]));
        }

        /// With some bytes changed: what another implementation refuses is refused here.
        #[test]
        fn what_is_wrong_for_another_implementation_is_wrong(
            mut bytes in conversation(),
            changes in proptest::collection::vec((any::<proptest::sample::Index>(), any::<u8>()), 1..4),
        ) {
            for (at, byte) in changes {
                if !bytes.is_empty() {
                    let at = at.index(bytes.len());
                    bytes[at] = byte;
                }
            }
            let (wrong, refused) = (said([&bytes[..]]).1, said_by_another(&bytes).1);
            prop_assert!(wrong.is_some() || !refused);
        }

        #[test]
        fn whatever_comes_is_taken_or_refused(bytes in proptest::collection::vec(any::<u8>(), 0..200)) {
            let _ = said([&bytes[..]]);
        }
    }
}
