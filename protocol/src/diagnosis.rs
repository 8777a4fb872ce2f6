//! Why a server refused, and what to do about it: a reply and its place in the walk, as data.
//!
//! The same code means different things at different places: 554 at RCPT is about relaying, behind the dot
//! about content. So a row is found by the reply's text first, then by its enhanced code, then by where it
//! came, then by the code alone; the more specific row stands higher in the table. The sentences live in the
//! page's catalogues.

use crate::anatomy::Answer;
use crate::smtp::command::Verb;
use crate::smtp::reply::Reply;
use crate::smtp::status::{EnhancedCode, Severity};

/// Why a server refused.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cause {
    /// User name or password is wrong, or the provider wants an authorization code in its place.
    BadCredentials,
    /// The server wants TLS first.
    TlsRequired,
    /// The server wants a login first.
    LoginRequired,
    /// The server does not know the mechanism.
    MechanismUnknown,
    /// The sender is not the one who logged in, or may not send.
    SenderRefused,
    /// There is no such mailbox.
    NoSuchMailbox,
    /// The server does not deliver there for a stranger.
    RelayDenied,
    /// The mailbox is full.
    MailboxFull,
    /// A first meeting: the server wants to see the same attempt again in some minutes.
    Greylisted,
    /// More recipients than the server takes for one message.
    TooManyRecipients,
    /// Every recipient was refused before.
    NoValidRecipients,
    /// The content looks like spam.
    Spam,
    /// The message is larger than the server takes.
    TooLarge,
    /// The command came at the wrong time.
    BadSequence,
    /// The server does not know the command.
    UnknownCommand,
    /// What follows the command is not right.
    BadArgument,
    /// A parameter of MAIL or RCPT is not known to the server.
    UnknownParameter,
    /// The server turned the connection away in its greeting.
    TurnedAway,
    /// The server is shutting down, too busy, or has waited too long.
    Unavailable,
    /// Not now, for a reason that only the reply's text tells.
    OtherForNow,
    /// No, for a reason that only the reply's text tells.
    OtherForGood,
}

/// What a person can do about it in the walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Cure {
    /// Set another user name or password.
    ChangeLogin,
    /// Log in before anything else.
    LogIn,
    /// Set another sender.
    ChangeSender,
    /// Set other recipients.
    ChangeRecipients,
    /// Write something else.
    ChangeMessage,
    /// Choose another server or port.
    ChangeServer,
    /// Write the command again, in its right form.
    ChangeCommand,
    /// Try the same again later.
    Wait,
}

/// By what a cause is recognised; every part that is set must fit.
#[derive(Clone, Copy, Debug)]
struct Row {
    /// Words in the reply's text, in small letters.
    words: Option<&'static str>,
    /// Subject and detail of the enhanced code.
    enhanced: Option<(u16, u16)>,
    /// What the reply answers.
    place: Option<Place>,
    /// The reply code.
    code: Option<u16>,
    cause: Cause,
}

/// A place in the walk where a code has a meaning of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Place {
    Greeting,
    Auth,
    Mail,
    Rcpt,
    MailData,
}

const ANY: Row =
    Row { words: None, enhanced: None, place: None, code: None, cause: Cause::OtherForGood };

/// What is known, the more specific first.
const TABLE: &[Row] = &[
    // By what the text says.
    Row { words: Some("starttls"), code: Some(530), cause: Cause::TlsRequired, ..ANY },
    Row { words: Some("greylist"), cause: Cause::Greylisted, ..ANY },
    Row { words: Some("relay"), place: Some(Place::Rcpt), cause: Cause::RelayDenied, ..ANY },
    Row { words: Some("spam"), place: Some(Place::MailData), cause: Cause::Spam, ..ANY },
    // By the enhanced code.
    Row { enhanced: Some((1, 1)), cause: Cause::NoSuchMailbox, ..ANY },
    Row { enhanced: Some((2, 2)), cause: Cause::MailboxFull, ..ANY },
    Row { enhanced: Some((3, 4)), cause: Cause::TooLarge, ..ANY },
    Row { enhanced: Some((5, 3)), cause: Cause::TooManyRecipients, ..ANY },
    Row { enhanced: Some((7, 0)), code: Some(530), cause: Cause::LoginRequired, ..ANY },
    Row { enhanced: Some((7, 8)), cause: Cause::BadCredentials, ..ANY },
    // By the place.
    Row { place: Some(Place::Greeting), code: Some(554), cause: Cause::TurnedAway, ..ANY },
    Row { place: Some(Place::Auth), code: Some(535), cause: Cause::BadCredentials, ..ANY },
    Row { place: Some(Place::Auth), code: Some(534), cause: Cause::BadCredentials, ..ANY },
    Row { place: Some(Place::Auth), code: Some(504), cause: Cause::MechanismUnknown, ..ANY },
    Row { place: Some(Place::Mail), code: Some(553), cause: Cause::SenderRefused, ..ANY },
    Row { place: Some(Place::Mail), code: Some(550), cause: Cause::SenderRefused, ..ANY },
    Row { place: Some(Place::Rcpt), code: Some(550), cause: Cause::NoSuchMailbox, ..ANY },
    Row { place: Some(Place::Rcpt), code: Some(553), cause: Cause::NoSuchMailbox, ..ANY },
    Row { place: Some(Place::Rcpt), code: Some(554), cause: Cause::RelayDenied, ..ANY },
    Row { place: Some(Place::Rcpt), code: Some(450), cause: Cause::Greylisted, ..ANY },
    Row { place: Some(Place::Rcpt), code: Some(451), cause: Cause::Greylisted, ..ANY },
    Row { enhanced: Some((5, 1)), code: Some(554), cause: Cause::NoValidRecipients, ..ANY },
    Row { place: Some(Place::MailData), code: Some(554), cause: Cause::Spam, ..ANY },
    Row { place: Some(Place::MailData), code: Some(550), cause: Cause::Spam, ..ANY },
    // By the code alone.
    Row { code: Some(421), cause: Cause::Unavailable, ..ANY },
    Row { code: Some(452), cause: Cause::MailboxFull, ..ANY },
    Row { code: Some(500), cause: Cause::UnknownCommand, ..ANY },
    Row { code: Some(501), cause: Cause::BadArgument, ..ANY },
    Row { code: Some(502), cause: Cause::UnknownCommand, ..ANY },
    Row { code: Some(503), cause: Cause::BadSequence, ..ANY },
    Row { code: Some(504), cause: Cause::BadArgument, ..ANY },
    Row { code: Some(530), cause: Cause::LoginRequired, ..ANY },
    Row { code: Some(535), cause: Cause::BadCredentials, ..ANY },
    Row { code: Some(552), cause: Cause::TooLarge, ..ANY },
    Row { code: Some(555), cause: Cause::UnknownParameter, ..ANY },
];

/// The causes that fit a refusal, the likeliest first; never empty for a 4yz or 5yz reply, empty for others.
pub fn diagnose(answer: Answer, reply: &Reply) -> Vec<Cause> {
    let code = reply.code();
    if !code.is_refusal() {
        return Vec::new();
    }
    let text: String =
        reply.texts().map(|text| String::from_utf8_lossy(text).to_lowercase() + " ").collect();
    let place = Place::of(answer);
    let fits = |row: &&Row| {
        row.words.is_none_or(|words| text.contains(words))
            && row.enhanced.is_none_or(|enhanced| is_enhanced(reply.enhanced(), enhanced))
            && row.place.is_none_or(|wanted| place == Some(wanted))
            && row.code.is_none_or(|wanted| code.number() == wanted)
    };
    let mut causes: Vec<Cause> = Vec::new();
    for row in TABLE.iter().filter(fits) {
        if !causes.contains(&row.cause) {
            causes.push(row.cause);
        }
    }
    if causes.is_empty() {
        causes.push(match code.severity() {
            Severity::Transient => Cause::OtherForNow,
            _ => Cause::OtherForGood,
        });
    }
    causes
}

fn is_enhanced(found: Option<EnhancedCode>, (subject, detail): (u16, u16)) -> bool {
    found.is_some_and(|code| (code.subject, code.detail) == (subject, detail))
}

impl Place {
    fn of(answer: Answer) -> Option<Self> {
        match answer {
            Answer::Greeting => Some(Self::Greeting),
            Answer::To(Verb::Auth) | Answer::ToAuthResponse => Some(Self::Auth),
            Answer::To(Verb::Mail) => Some(Self::Mail),
            Answer::To(Verb::Rcpt) => Some(Self::Rcpt),
            Answer::ToMailData => Some(Self::MailData),
            _ => None,
        }
    }
}

impl Cause {
    /// What a person can do about it here, if anything.
    pub const fn cure(self) -> Option<Cure> {
        match self {
            Self::BadCredentials | Self::MechanismUnknown => Some(Cure::ChangeLogin),
            Self::LoginRequired => Some(Cure::LogIn),
            Self::SenderRefused => Some(Cure::ChangeSender),
            Self::NoSuchMailbox
            | Self::RelayDenied
            | Self::TooManyRecipients
            | Self::NoValidRecipients => Some(Cure::ChangeRecipients),
            Self::Spam | Self::TooLarge => Some(Cure::ChangeMessage),
            Self::BadSequence
            | Self::UnknownCommand
            | Self::BadArgument
            | Self::UnknownParameter => Some(Cure::ChangeCommand),
            Self::TurnedAway | Self::TlsRequired => Some(Cure::ChangeServer),
            Self::MailboxFull | Self::Greylisted | Self::Unavailable | Self::OtherForNow => {
                Some(Cure::Wait)
            }
            Self::OtherForGood => None,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::smtp::reply::ReplyParser;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn first(answer: Answer, wire: &str) -> Cause {
        let wire = format!("{wire}\r\n");
        let reply = ReplyParser::default().read(&mut wire.as_bytes()).unwrap().unwrap();
        diagnose(answer, &reply)[0]
    }

    #[test]
    fn the_same_code_means_different_things_at_different_places() {
        assert_eq!(first(Answer::Greeting, "554 go away"), Cause::TurnedAway);
        assert_eq!(first(Answer::To(Verb::Rcpt), "554 5.7.1 no"), Cause::RelayDenied);
        assert_eq!(first(Answer::ToMailData, "554 5.7.1 no"), Cause::Spam);
        assert_eq!(
            first(Answer::To(Verb::Data), "554 5.5.1 No valid recipients"),
            Cause::NoValidRecipients
        );
        assert_eq!(first(Answer::To(Verb::Mail), "550 no"), Cause::SenderRefused);
        assert_eq!(first(Answer::To(Verb::Rcpt), "550 no"), Cause::NoSuchMailbox);
    }

    #[test]
    fn the_codes_of_the_classic_lab_have_a_cause() {
        assert_eq!(
            first(Answer::ToAuthResponse, "535 Error: authentication failed"),
            Cause::BadCredentials
        );
        assert_eq!(
            first(Answer::To(Verb::Mail), "530 5.7.0 Authentication required"),
            Cause::LoginRequired
        );
        assert_eq!(
            first(Answer::To(Verb::Mail), "530 5.7.0 Must issue a STARTTLS command first"),
            Cause::TlsRequired
        );
        assert_eq!(first(Answer::To(Verb::Rcpt), "550 5.1.1 User unknown"), Cause::NoSuchMailbox);
        assert_eq!(first(Answer::ToUnknown, "500 5.5.2 what?"), Cause::UnknownCommand);
        assert_eq!(first(Answer::To(Verb::Data), "503 5.5.1 RCPT first"), Cause::BadSequence);
    }

    #[test]
    fn an_unknown_refusal_still_gets_what_its_first_digit_says() {
        assert_eq!(first(Answer::To(Verb::Noop), "499 hm"), Cause::OtherForNow);
        assert_eq!(first(Answer::To(Verb::Noop), "599 hm"), Cause::OtherForGood);
    }
}
