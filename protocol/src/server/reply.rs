//! What the practice server says: every reply code, enhanced code and text stands here, once.

use super::config::Config;
use super::fault::ChosenReply;
use super::transition::State;
use crate::auth;
use crate::smtp::address::{Domain, Mailbox};
use crate::smtp::command::Verb;
use crate::smtp::cursor::SyntaxError;
use crate::smtp::extension::Extension;
use crate::smtp::limits;
use crate::smtp::status::{EnhancedCode, ReplyCode};

/// A reply, before it is put into words.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    Greeting,
    /// To EHLO by a client of this name; with what it may do at this moment.
    Ehlo {
        client: Domain,
        starttls: bool,
        mechanisms: Vec<&'static str>,
    },
    Helo,
    /// What AUTH asks, before base64.
    Challenge(Vec<u8>),
    ReadyForTls,
    LoggedIn,
    Sender,
    Recipient,
    RecipientElsewhere,
    StartData,
    /// The octets of a chunk that is not the last.
    Chunk(u64),
    /// The number the message was stored under.
    Queued(u64),
    Reset,
    Noop,
    Help,
    Verified(Vec<Mailbox>),
    /// Who is on a list.
    Expanded(Vec<Mailbox>),
    CannotVerify,
    /// VRFY is not offered.
    DoesNotVerify,
    Goodbye,

    UnknownCommand,
    /// The limit in bytes.
    LineTooLong(usize),
    BareLineFeed,
    ControlCharacter,
    NotCarriedOut(Verb),
    OutOfOrder(Verb, State),
    Argument(Verb, SyntaxError),
    BeyondAscii,
    NameBeyondAscii,

    /// The mechanisms there are.
    UnknownMechanism(Vec<&'static str>),
    NotBase64,
    MalformedResponse,
    AuthLineTooLong,
    Cancelled,
    WrongLogin,
    AlreadyLoggedIn,
    AuthNeedsEhlo,

    TlsRequired,
    AlreadyTls,
    PlainBehindStartTls,
    LoginRequired,
    NotTheLogin,
    UnknownParameter(Verb, String),
    DeclaredTooLarge,
    StoreFull,

    NoSuchMailbox,
    NoSuchList,
    NotAList,
    /// An address beyond ASCII for a client that has not said SMTPUTF8.
    Utf8Needed,
    /// A refusal that the recipient's name asks for.
    ByName {
        code: u16,
        enhanced: (u8, u16, u16),
        text: &'static str,
    },
    AmbiguousName,
    RelayDenied,
    TooManyRecipients,
    NoRecipients,

    TooLarge,
    ChunkTooLarge,
    BinaryNeedsChunks,
    /// Bytes beyond ASCII, which were announced as ASCII.
    NotSevenBit,
    /// Bytes beyond ASCII without 8BITMIME.
    EightBit,
    /// The number of the line, from 1.
    TextLineTooLong(usize),
    /// The text of the rule.
    Spam(String),

    /// What a rule says, and the code by which the session moves on.
    Chosen {
        reply: ChosenReply,
        moves: ReplyCode,
    },

    IdleTooLong,
    TooManyErrors,
    TooManyLogins,
    NotHttp,
    ShuttingDown,
}

/// A reply in words: its code, its enhanced code, and a text of one or more lines.
struct Worded(u16, Option<(u8, u16, u16)>, String);

impl Reply {
    /// The reply code.
    pub(super) fn code(&self, config: &Config) -> ReplyCode {
        if let Self::Chosen { moves, .. } = self {
            return *moves;
        }
        let Worded(number, ..) = self.words(config);
        ReplyCode::new(number).expect("the codes in this file are reply codes")
    }

    /// Appends the reply as it goes over the wire. Enhanced codes are left out where the client has not
    /// heard of them.
    pub(super) fn write(&self, config: &Config, enhanced: bool, wire: &mut Vec<u8>) {
        if let Self::Chosen { reply, .. } = self {
            return reply.write(enhanced, wire);
        }
        let Worded(number, code, text) = self.words(config);
        let code = code.filter(|_| enhanced).map(|(class, subject, detail)| {
            format!("{} ", EnhancedCode::new(class, subject, detail))
        });
        let code = code.unwrap_or_default();
        let mut lines = text.split('\n').peekable();
        while let Some(text) = lines.next() {
            let separator = if lines.peek().is_some() { '-' } else { ' ' };
            let line = format!("{number}{separator}{code}{text}");
            let fits = |byte: u8| {
                if self.is_international() && byte >= 0x80 { byte } else { visible(byte) }
            };
            wire.extend(line.bytes().map(fits).take(limits::REPLY_LINE - 2));
            wire.extend_from_slice(b"\r\n");
        }
    }

    /// Whether it tells addresses in UTF-8, to a client that has asked for it.
    const fn is_international(&self) -> bool {
        matches!(self, Self::Verified(_) | Self::Expanded(_))
    }

    /// The table.
    #[rustfmt::skip]
    fn words(&self, config: &Config) -> Worded {
        let name = &config.name;
        match self {
            // No enhanced codes in the greeting, in the answers to EHLO and HELO (RFC 2034 §4), nor with 3yz,
            // for which there are none.
            Self::Greeting => plain(220, format!("{name} ESMTP ready")),
            Self::Ehlo { client, starttls, mechanisms } => plain(250, [vec![format!("{name} greets {client}")], config.ehlo_lines(*starttls, mechanisms)].concat().join("\n")),
            Self::Helo => plain(250, name.to_string()),
            Self::NameBeyondAscii => plain(501, "Give a name in ASCII, such as xn--..., or an address in brackets"),
            Self::Challenge(question) => plain(334, auth::encode(question)),
            Self::StartData => plain(354, "End data with <CR><LF>.<CR><LF>"),

            Self::ReadyForTls => coded(220, (2, 0, 0), "Ready to start TLS"),
            Self::LoggedIn => coded(235, (2, 7, 0), "Authentication successful"),
            Self::Sender => coded(250, (2, 1, 0), "Sender ok"),
            Self::Recipient => coded(250, (2, 1, 5), "Recipient ok"),
            Self::RecipientElsewhere => coded(250, (2, 1, 5), "Recipient ok, kept here: this server never sends mail on"),
            Self::Chunk(size) => coded(250, (2, 0, 0), format!("Ok: {size} octets received")),
            Self::Queued(id) => coded(250, (2, 0, 0), format!("Ok: queued as practice-{id}")),
            Self::Reset => coded(250, (2, 0, 0), "Reset: sender, recipients and data forgotten"),
            Self::Noop => coded(250, (2, 0, 0), "Ok: nothing done"),
            Self::Help => coded(214, (2, 0, 0), help(config)),
            Self::Expanded(members) if members.is_empty() => coded(250, (2, 1, 5), "Nobody is on this list"),
            Self::Verified(mailboxes) | Self::Expanded(mailboxes) => coded(250, (2, 1, 5), in_brackets(mailboxes)),
            Self::DoesNotVerify => coded(252, (2, 5, 0), "Not said here; send mail to it, and the answer to RCPT will tell"),
            Self::CannotVerify => coded(252, (2, 0, 0), "Cannot verify: not a domain of this server"),
            Self::Goodbye => coded(221, (2, 0, 0), format!("{name} closing connection")),

            // Not quoted: it may be a password that was sent when AUTH was over.
            Self::UnknownCommand => coded(500, (5, 5, 2), "Command not recognized; HELP lists the commands"),
            Self::LineTooLong(limit) => coded(500, (5, 5, 2), format!("Line too long: this command has at most {limit} bytes")),
            Self::BareLineFeed => coded(500, (5, 5, 2), "Lines must end in CR LF, this one ends in LF alone; with nc, use nc -C"),
            Self::ControlCharacter => coded(500, (5, 5, 2), "Control characters do not belong in a command"),
            Self::NotCarriedOut(verb) => coded(502, (5, 5, 1), format!("{} is not offered here", verb.as_str())),
            Self::OutOfOrder(verb, state) => coded(503, (5, 5, 1), format!("Bad sequence of commands: {}", what_comes_first(*verb, *state))),
            Self::Argument(verb @ (Verb::Ehlo | Verb::Helo), error) => plain(501, format!("{}: {error}", verb.as_str())),
            // What was found may be a password.
            Self::Argument(Verb::Auth, error) => coded(501, (5, 5, 4), format!("AUTH: expected {} at byte {}", error.expected, error.at)),
            Self::Argument(verb, error) => coded(501, (5, 5, 4), format!("{}: {error}", verb.as_str())),
            Self::BeyondAscii => coded(553, (5, 6, 7), beyond_ascii(config)),

            Self::UnknownMechanism(offered) => coded(504, (5, 5, 4), format!("Mechanism not known here; choose from {}", offered.join(" "))),
            Self::NotBase64 => coded(501, (5, 5, 2), "Expected base64 with its padding"),
            Self::MalformedResponse => coded(501, (5, 5, 2), "The response is base64, but not of the mechanism's form"),
            Self::AuthLineTooLong => coded(500, (5, 5, 6), format!("Line too long: an AUTH line has at most {} bytes", limits::AUTH_LINE)),
            Self::Cancelled => coded(501, (5, 7, 0), "Authentication cancelled"),
            Self::WrongLogin => coded(535, (5, 7, 8), "Authentication failed: wrong user name or password"),
            Self::AlreadyLoggedIn => coded(503, (5, 5, 1), "Already logged in; one login for each connection"),
            Self::AuthNeedsEhlo => coded(503, (5, 5, 1), "AUTH is an extension: send EHLO instead of HELO first"),

            Self::TlsRequired => coded(530, (5, 7, 0), "Encryption required: send STARTTLS first"),
            Self::AlreadyTls => coded(503, (5, 5, 1), "TLS has begun already"),
            Self::LoginRequired => coded(530, (5, 7, 0), "Authentication required: send AUTH first"),
            Self::NotTheLogin => coded(553, (5, 7, 1), "The sender must be the address you logged in with"),
            Self::UnknownParameter(verb, parameter) => coded(555, (5, 5, 4), format!("{} does not take the parameter {parameter:.40}", verb.as_str())),
            Self::DeclaredTooLarge => coded(552, (5, 3, 4), format!("SIZE is over the limit of {} bytes", config.size_limit())),
            Self::StoreFull => coded(452, (4, 3, 1), "The practice mailbox is full; delete messages there and try again"),

            Self::NoSuchMailbox => coded(550, (5, 1, 1), "No such mailbox here"),
            Self::NoSuchList => coded(550, (5, 1, 1), "No such list here"),
            Self::NotAList => coded(550, (5, 1, 3), "That is a user, not a mailing list"),
            Self::Utf8Needed => coded(252, (2, 6, 8), "The answer goes beyond ASCII; ask again with SMTPUTF8 behind the name"),
            Self::ByName { code, enhanced, text } => coded(*code, *enhanced, *text),
            Self::AmbiguousName => coded(553, (5, 1, 4), "That name is in several domains; give the whole address"),
            Self::RelayDenied => coded(554, (5, 7, 1), "Relay access denied: not a domain of this server, and you are not logged in"),
            Self::TooManyRecipients => coded(452, (4, 5, 3), format!("Too many recipients: at most {} for one message", limits::RECIPIENTS)),
            Self::NoRecipients => coded(554, (5, 5, 1), "No valid recipients: send RCPT TO first"),

            Self::TooLarge => coded(552, (5, 3, 4), format!("The message is over the limit of {} bytes", config.size_limit())),
            Self::NotSevenBit => coded(554, (5, 6, 1), "The message was announced as BODY=7BIT and has bytes beyond ASCII"),
            Self::EightBit => coded(554, (5, 6, 1), "Bytes beyond ASCII need 8BITMIME, which is not offered here; send them as base64 or quoted-printable"),
            Self::BinaryNeedsChunks => coded(503, (5, 5, 1), "Binary data goes by BDAT, not by DATA"),
            Self::TextLineTooLong(line) => coded(554, (5, 6, 0), format!("Line {line} of the message has more than {} bytes", limits::TEXT_LINE)),
            Self::Spam(text) => coded(554, (5, 7, 1), text.replace(['\r', '\n'], " ")),

            // It brings its own words.
            Self::Chosen { moves, .. } => plain(moves.number(), ""),

            Self::IdleTooLong => coded(421, (4, 4, 2), format!("{name} waited {} minutes, closing connection", limits::WAIT_NEXT_COMMAND.as_secs() / 60)),
            Self::TooManyErrors => coded(421, (4, 7, 0), format!("{name} too many errors in a row, closing connection")),
            Self::TooManyLogins => coded(421, (4, 7, 0), format!("{name} too many failed logins, closing connection")),
            Self::PlainBehindStartTls => coded(421, (4, 7, 0), format!("{name} got plain text where TLS should begin, closing connection")),
            Self::ChunkTooLarge => coded(421, (4, 3, 4), format!("{name} takes no chunk of more than {} octets, closing connection", limits::DATA_COMMITTED)),
            Self::NotHttp => coded(421, (4, 7, 0), format!("{name} speaks SMTP, not HTTP, closing connection")),
            Self::ShuttingDown => coded(421, (4, 3, 2), format!("{name} is shutting down, closing connection")),
        }
    }
}

fn plain(code: u16, text: impl Into<String>) -> Worded {
    Worded(code, None, text.into())
}

fn coded(code: u16, enhanced: (u8, u16, u16), text: impl Into<String>) -> Worded {
    Worded(code, Some(enhanced), text.into())
}

/// Replies are lines of visible ASCII (RFC 5321 §4.2.1 textstring), whatever they quote.
fn visible(byte: u8) -> u8 {
    if byte == b' ' || byte.is_ascii_graphic() { byte } else { b'?' }
}

/// Addresses, a line each.
fn in_brackets(mailboxes: &[Mailbox]) -> String {
    mailboxes.iter().map(|mailbox| format!("<{mailbox}>")).collect::<Vec<_>>().join("\n")
}

fn beyond_ascii(config: &Config) -> &'static str {
    if config.offers(Extension::SmtpUtf8) {
        "An address beyond ASCII needs the parameter SMTPUTF8, in MAIL or behind the name"
    } else {
        "An address beyond ASCII needs SMTPUTF8, which is not offered here"
    }
}

fn help(config: &Config) -> String {
    let carried_out = Verb::ALL.into_iter().filter(|&verb| config.carries_out(verb));
    let verbs: Vec<_> = carried_out.map(Verb::as_str).collect();
    format!("This is a practice server; it takes\n{}\nand never sends mail on", verbs.join(" "))
}

/// What to do instead of a command that is out of order.
fn what_comes_first(verb: Verb, state: State) -> &'static str {
    match (state, verb) {
        (State::Refusing, _) => "no mail is taken here; send QUIT",
        (State::Greeted, _) => "send EHLO first",
        (State::Ready, _) => "send MAIL FROM first",
        (State::Chunks, _) => "this message is not finished; go on with BDAT, or RSET",
        (_, Verb::Auth) => "AUTH belongs before MAIL; RSET ends this message",
        _ => "this message is not finished; end it with DATA or RSET",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn wire(reply: &Reply, enhanced: bool) -> String {
        let mut wire = Vec::new();
        reply.write(&Config::default(), enhanced, &mut wire);
        String::from_utf8(wire).unwrap()
    }

    #[test]
    fn every_line_of_a_reply_has_its_code() {
        assert_eq!(
            wire(
                &Reply::Ehlo {
                    client: "client.example".parse().unwrap(),
                    starttls: false,
                    mechanisms: vec!["LOGIN", "PLAIN"]
                },
                true
            ),
            "250-practice.example greets client.example\r\n250-PIPELINING\r\n250-SIZE 10485760\r\n\
             250-8BITMIME\r\n250-SMTPUTF8\r\n250-CHUNKING\r\n250-DSN\r\n250-AUTH LOGIN PLAIN\r\n\
             250-ENHANCEDSTATUSCODES\r\n250-VRFY\r\n250 HELP\r\n"
        );
        assert_eq!(
            wire(&Reply::Help, true),
            "214-2.0.0 This is a practice server; it takes\r\n\
             214-2.0.0 EHLO HELO AUTH MAIL RCPT DATA BDAT RSET VRFY HELP NOOP QUIT\r\n\
             214 2.0.0 and never sends mail on\r\n"
        );
    }

    #[test]
    fn a_question_without_words_is_an_empty_line() {
        assert_eq!(wire(&Reply::Challenge(Vec::new()), true), "334 \r\n");
    }

    #[test]
    fn enhanced_codes_can_be_left_out() {
        assert_eq!(wire(&Reply::Sender, true), "250 2.1.0 Sender ok\r\n");
        assert_eq!(wire(&Reply::Sender, false), "250 Sender ok\r\n");
    }

    #[test]
    fn what_a_reply_quotes_cannot_break_it() {
        let quoted = Reply::Spam(format!("a\r\n250 b\u{7528}\0{}", "c".repeat(1000)));
        let wire = wire(&quoted, true);
        assert!(wire.starts_with("554 5.7.1 a  250 b????ccc"), "{wire}");
        assert_eq!(wire.len(), limits::REPLY_LINE);
        assert_eq!(wire.matches('\n').count(), 1);
    }
}
