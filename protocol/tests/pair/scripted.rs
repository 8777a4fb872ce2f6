//! A server that is polite except where a test says otherwise, for replies the practice server never gives.

use bytes::Bytes;
use protocol::smtp::command::Verb;
use protocol::smtp::data::Unstuffer;
use std::collections::VecDeque;

/// Answers everything as a good server does, but for the replies it was given to say instead.
#[derive(Default)]
pub(crate) struct Scripted {
    /// Said once each, at the first occasion.
    instead: Vec<(At, Vec<u8>)>,
    outgoing: VecDeque<Bytes>,
    line: Vec<u8>,
    mode: Mode,
    is_silent: bool,
    /// The messages that were taken.
    pub(crate) delivered: Vec<Vec<u8>>,
}

/// An occasion to say something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum At {
    Greeting,
    Command(Verb),
    /// A response of an AUTH exchange.
    Response,
    Dot,
    /// A line that is no command.
    Unknown,
}

#[derive(Default)]
enum Mode {
    #[default]
    Commands,
    /// AUTH, with the number of responses taken.
    Auth(usize),
    Data(Unstuffer, Vec<u8>),
    Closed,
}

impl Scripted {
    /// A server that has nothing else to say than others.
    pub(crate) fn polite() -> Self {
        Self::saying(&[])
    }

    /// A server that says these lines (CR LF is added) instead. An empty one is silence.
    pub(crate) fn saying(instead: &[(At, &str)]) -> Self {
        let wire = |text: &str| if text.is_empty() { String::new() } else { format!("{text}\r\n") };
        let instead = instead.iter().map(|(at, text)| (*at, wire(text).into_bytes())).collect();
        let mut server = Self { instead, ..Self::default() };
        server.answer(At::Greeting, "220 mx.example.com ready");
        server
    }

    /// A server that only listens; what the client hears is delivered by the test.
    pub(crate) fn silent() -> Self {
        Self { is_silent: true, ..Self::default() }
    }

    /// A new connection to the same server.
    pub(crate) fn again(&mut self) {
        (self.mode, self.line) = (Mode::Commands, Vec::new());
        self.outgoing.clear();
        self.answer(At::Greeting, "220 mx.example.com ready");
    }

    pub(super) fn hear(&mut self, bytes: &[u8]) -> usize {
        if self.is_silent {
            return bytes.len();
        }
        for (at, &byte) in bytes.iter().enumerate() {
            match &mut self.mode {
                Mode::Closed => return bytes.len(),
                Mode::Data(unstuffer, text) => {
                    let taken = unstuffer.push(&bytes[at..], text);
                    if unstuffer.has_ended() {
                        let text = std::mem::take(text);
                        self.mode = Mode::Commands;
                        self.dot(text);
                    }
                    return at + taken;
                }
                Mode::Commands | Mode::Auth(_) => {
                    self.line.push(byte);
                    if byte == b'\n' {
                        let line = std::mem::take(&mut self.line);
                        self.line(&line);
                    }
                }
            }
        }
        bytes.len()
    }

    pub(super) fn say(&mut self) -> Option<Bytes> {
        self.outgoing.pop_front()
    }

    pub(super) fn is_closed(&self) -> bool {
        matches!(self.mode, Mode::Closed) && self.outgoing.is_empty()
    }

    fn line(&mut self, line: &[u8]) {
        if let Mode::Auth(responses) = self.mode {
            self.response(line, responses);
            return;
        }
        let word = line.trim_ascii_end().split(|&byte| byte == b' ').next().unwrap_or_default();
        let Some(verb) = Verb::from_word(word) else {
            self.answer(At::Unknown, "500 5.5.2 What?");
            return;
        };
        let code = self.answer(
            At::Command(verb),
            match verb {
                Verb::Ehlo => "250-mx.example.com greets you\r\n250-AUTH LOGIN PLAIN\r\n250 HELP",
                Verb::Helo => "250 mx.example.com",
                Verb::Auth if line.len() > b"AUTH LOGIN\r\n".len() => "235 2.7.0 Welcome",
                Verb::Auth => "334 VXNlcm5hbWU6",
                Verb::Data => "354 Go ahead",
                Verb::Quit => "221 2.0.0 Bye",
                _ => "250 2.0.0 Ok",
            },
        );
        match (verb, code) {
            (Verb::Auth, b"334") => self.mode = Mode::Auth(0),
            (Verb::Data, b"354") => self.mode = Mode::Data(Unstuffer::default(), Vec::new()),
            _ => {}
        }
    }

    fn response(&mut self, line: &[u8], responses: usize) {
        self.mode = Mode::Commands;
        let code = match (line, responses) {
            (b"*\r\n", _) => self.answer(At::Response, "501 5.7.0 Given up"),
            (_, 0) => self.answer(At::Response, "334 UGFzc3dvcmQ6"),
            _ => self.answer(At::Response, "235 2.7.0 Welcome"),
        };
        if code == b"334" {
            self.mode = Mode::Auth(responses + 1);
        }
    }

    fn dot(&mut self, text: Vec<u8>) {
        if self.answer(At::Dot, "250 2.0.0 Queued").starts_with(b"2") {
            self.delivered.push(text);
        }
    }

    /// Says what it was told to say here, or else this; gives the code.
    fn answer(&mut self, at: At, otherwise: &str) -> &'static [u8] {
        let otherwise = || format!("{otherwise}\r\n").into_bytes();
        let instead = self.instead.iter().position(|(wanted, _)| *wanted == at);
        let wire = instead.map_or_else(otherwise, |n| self.instead.remove(n).1);
        if wire.starts_with(b"221") || wire.starts_with(b"421") {
            self.mode = Mode::Closed;
        }
        let known: [&[u8]; 5] = [b"220", b"334", b"354", b"235", b"250"];
        let code = known.into_iter().find(|code| wire.starts_with(code)).unwrap_or(b"");
        if !wire.is_empty() {
            self.outgoing.push_back(wire.into());
        }
        code
    }
}
