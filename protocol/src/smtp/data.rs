//! Mail data on the wire: dot-stuffing both ways (RFC 5321 §4.5.2), in pieces of any size.
//!
//! The sender puts a dot before every line that begins with one; the receiver takes it away; so a line with
//! nothing but a dot can mean the end. "Line" is meant strictly: only CR LF ends one. A server that takes a
//! bare LF for a line end can be made to see an end of data that the sender never sent (SMTP smuggling).

use memchr::memchr_iter;

/// Where in a line a stream stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LinePlace {
    /// At the first byte of a line.
    #[default]
    Start,
    /// Somewhere inside.
    Inside,
    /// Behind a CR that may begin a line end.
    AfterCr,
}

impl LinePlace {
    /// The place behind `bytes`.
    #[must_use]
    pub fn after(self, bytes: &[u8]) -> Self {
        match bytes {
            [] => self,
            [.., b'\r', b'\n'] => Self::Start,
            [b'\n'] if self == Self::AfterCr => Self::Start,
            [.., b'\r'] => Self::AfterCr,
            _ => Self::Inside,
        }
    }
}

/// Doubles leading dots.
#[derive(Clone, Copy, Debug, Default)]
pub struct Stuffer {
    place: LinePlace,
}

impl Stuffer {
    /// Starts at a given place, for text that goes on where other text ended.
    pub fn at(place: LinePlace) -> Self {
        Self { place }
    }

    /// Where in a line the last piece ended.
    pub fn place(&self) -> LinePlace {
        self.place
    }

    /// Appends `text` to `wire` in the form that travels: the same bytes, with a dot more at the start of
    /// every line that begins with one.
    pub fn push(&mut self, text: &[u8], wire: &mut Vec<u8>) {
        wire.reserve(text.len());
        let mut copied = 0;
        for dot in memchr_iter(b'.', text) {
            if self.place.after(&text[..dot]) == LinePlace::Start {
                wire.extend_from_slice(&text[copied..dot]);
                wire.push(b'.');
                copied = dot;
            }
        }
        wire.extend_from_slice(&text[copied..]);
        self.place = self.place.after(text);
    }
}

/// Takes the doubled dots away again and finds the end.
#[derive(Clone, Debug, Default)]
pub struct Unstuffer {
    state: Receiving,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Receiving {
    #[default]
    LineStart,
    Inside,
    AfterCr,
    /// A dot at the start of a line, not yet known whether stuffed or final.
    Dot,
    /// That dot and a CR.
    DotCr,
    Ended,
}

impl Unstuffer {
    /// Whether the final dot was seen.
    pub fn has_ended(&self) -> bool {
        self.state == Receiving::Ended
    }

    /// Where in a line the data stands, for text to go on from; at its start when the data has ended.
    pub fn place(&self) -> LinePlace {
        match self.state {
            Receiving::LineStart | Receiving::Ended => LinePlace::Start,
            Receiving::Inside | Receiving::Dot => LinePlace::Inside,
            Receiving::AfterCr | Receiving::DotCr => LinePlace::AfterCr,
        }
    }

    /// Goes on behind text that is not read and leaves off here.
    pub fn skip_to(&mut self, place: LinePlace) {
        self.state = match place {
            LinePlace::Start => Receiving::LineStart,
            LinePlace::Inside => Receiving::Inside,
            LinePlace::AfterCr => Receiving::AfterCr,
        };
    }

    /// What is still to be sent for the data to end here: the lone dot stands on a line of its own.
    pub fn to_the_end(&self) -> &'static [u8] {
        match self.state {
            Receiving::LineStart => b".\r\n",
            Receiving::Inside | Receiving::AfterCr => b"\r\n.\r\n",
            Receiving::Dot => b"\r\n",
            Receiving::DotCr => b"\n",
            Receiving::Ended => b"",
        }
    }

    /// Reads `wire`, appends the data to `text`, and gives how many bytes it took: all, or those up to and
    /// with the line of the final dot.
    pub fn push(&mut self, wire: &[u8], text: &mut Vec<u8>) -> usize {
        let mut at = 0;
        while at < wire.len() && self.state != Receiving::Ended {
            if self.state == Receiving::Inside {
                // Nothing can happen inside a line before its CR: copy up to there in one go.
                let end = memchr::memchr(b'\r', &wire[at..]).map_or(wire.len(), |found| at + found);
                text.extend_from_slice(&wire[at..end]);
                at = end;
            }
            let Some(&byte) = wire.get(at) else { break };
            at += 1;
            self.step(byte, text);
        }
        at
    }

    fn step(&mut self, byte: u8, text: &mut Vec<u8>) {
        self.state = match (self.state, byte) {
            (Receiving::LineStart, b'.') => {
                self.state = Receiving::Dot;
                return;
            }
            (Receiving::Dot, b'\r') => {
                self.state = Receiving::DotCr;
                return;
            }
            (Receiving::DotCr, b'\n') => {
                self.state = Receiving::Ended;
                return;
            }
            (Receiving::DotCr, _) => {
                text.push(b'\r');
                if byte == b'\r' { Receiving::AfterCr } else { Receiving::Inside }
            }
            (Receiving::AfterCr, b'\n') => Receiving::LineStart,
            (_, b'\r') => Receiving::AfterCr,
            _ => Receiving::Inside,
        };
        text.push(byte);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn stuffed(pieces: &[&[u8]]) -> Vec<u8> {
        let (mut stuffer, mut wire) = (Stuffer::default(), Vec::new());
        for piece in pieces {
            stuffer.push(piece, &mut wire);
        }
        wire
    }

    fn received(pieces: &[&[u8]]) -> (Vec<u8>, bool) {
        let (mut unstuffer, mut text) = (Unstuffer::default(), Vec::new());
        for piece in pieces {
            unstuffer.push(piece, &mut text);
        }
        (text, unstuffer.has_ended())
    }

    #[test]
    fn a_dot_at_the_start_of_a_line_is_doubled_and_no_other() {
        assert_eq!(stuffed(&[b".\r\n..a\r\nb.\r\n.c"]), b"..\r\n...a\r\nb.\r\n..c");
        assert_eq!(stuffed(&[b"a\n.b\r.c"]), b"a\n.b\r.c");
        assert_eq!(stuffed(&[b"a\r", b"\n", b".b"]), b"a\r\n..b");
    }

    #[test]
    fn only_the_lone_dot_between_two_line_ends_is_the_end() {
        assert_eq!(received(&[b"a\r\n.\r\n"]), (b"a\r\n".to_vec(), true));
        assert_eq!(received(&[b".\r\n"]), (b"".to_vec(), true));
        assert!(!received(&[b"a\n.\r\n"]).1);
        assert!(!received(&[b"a\n.\n"]).1);
        assert!(!received(&[b"a\r\n.\n"]).1);
        assert!(!received(&[b"a\r\n.\r"]).1);
    }

    #[test]
    fn the_end_can_be_reached_from_everywhere() {
        for begun in [&b""[..], b"a", b"a\r", b"a\r\n", b".", b".\r", b"..", b".\r\n"] {
            let mut unstuffer = Unstuffer::default();
            unstuffer.push(begun, &mut Vec::new());
            let missing = unstuffer.to_the_end();
            assert_eq!(unstuffer.push(missing, &mut Vec::new()), missing.len());
            assert!(unstuffer.has_ended(), "{}", begun.escape_ascii());
        }
    }

    #[test]
    fn what_stands_behind_the_end_is_left_for_the_next_command() {
        let mut text = Vec::new();
        assert_eq!(Unstuffer::default().push(b"a\r\n.\r\nQUIT\r\n", &mut text), 6);
    }

    /// Text rich in what matters here.
    fn dotty() -> impl Strategy<Value = Vec<u8>> {
        prop::collection::vec(prop::sample::select(b".\r\na".to_vec()), 0..60)
    }

    fn cut(text: &[u8], cuts: &[prop::sample::Index]) -> Vec<Vec<u8>> {
        let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(text.len() + 1)).collect();
        places.sort_unstable();
        places.insert(0, 0);
        places.push(text.len());
        places.windows(2).map(|pair| text[pair[0]..pair[1]].to_vec()).collect()
    }

    proptest! {
        #[test]
        fn stuffing_round_trips_in_any_pieces(
            text in dotty(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let mut text = text;
            text.extend_from_slice(b"\r\n");
            let pieces = cut(&text, &cuts);
            let mut wire = stuffed(&pieces.iter().map(Vec::as_slice).collect::<Vec<_>>());
            wire.extend_from_slice(b".\r\n");
            let pieces = cut(&wire, &cuts);
            let (back, ended) = received(&pieces.iter().map(Vec::as_slice).collect::<Vec<_>>());
            prop_assert!(ended);
            prop_assert_eq!(back, text);
        }

        #[test]
        fn any_split_is_received_alike(
            wire in dotty(),
            cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..6),
        ) {
            let pieces = cut(&wire, &cuts);
            let split = received(&pieces.iter().map(Vec::as_slice).collect::<Vec<_>>());
            prop_assert_eq!(split, received(&[&wire]));
        }
    }
}
