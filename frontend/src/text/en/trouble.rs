//! English. What goes wrong, and what to do about it.

use super::super::{Explained, TroubleWords};
use super::{En, explained};
use crate::server_choice::TargetError;
use protocol::client::CommitError;
use protocol::diagnosis::{Cause, Cure};
use protocol::form::FormField;
use protocol::message::Lint;
use protocol::smtp::command::CommandError;
use protocol::smtp::cursor::{Expected, SyntaxError};
use protocol::smtp::reply::ReplyError;

impl TroubleWords for En {
    fn cause(&self, cause: Cause) -> Explained {
        match cause {
            Cause::BadCredentials => explained(
                "The user name or the password is wrong, or the provider wants an authorization code in place of the password.",
                "Check the login. At most providers you create an authorization code or app password in the web mail, and use that.",
            ),
            Cause::TlsRequired => explained(
                "The server wants an encrypted connection first.",
                "Use STARTTLS, which this page does not speak yet, or choose another server.",
            ),
            Cause::LoginRequired => explained(
                "The server wants you to log in before you send.",
                "Log in with AUTH first.",
            ),
            Cause::MechanismUnknown => explained(
                "The server does not know this method of logging in.",
                "Choose one that it offers behind EHLO.",
            ),
            Cause::SenderRefused => explained(
                "The server does not let you send with this address.",
                "Use the address of the account you logged in with.",
            ),
            Cause::NoSuchMailbox => explained(
                "There is no mailbox with this address.",
                "Check the spelling of the recipient.",
            ),
            Cause::RelayDenied => explained(
                "You asked the server to pass mail on to another domain, and it does that only for people who are logged in.",
                "Log in first, or take the message to a server of the recipient’s domain.",
            ),
            Cause::MailboxFull => explained(
                "The mailbox or the server has no room left.",
                "Try again later, or write to somebody else.",
            ),
            Cause::Greylisted => explained(
                "The server does not know you yet and wants to see you try again. Spammers seldom do.",
                "Wait some minutes and send the same once more.",
            ),
            Cause::TooManyRecipients => explained(
                "These are more recipients than the server takes for one message.",
                "Send to fewer people at a time.",
            ),
            Cause::NoValidRecipients => explained(
                "Every recipient was refused, so there is nobody to send the message to.",
                "Correct the recipients.",
            ),
            Cause::Spam => explained(
                "The server takes the message for spam. Short test messages often look like it.",
                "Write a real subject and a few real sentences, and try again.",
            ),
            Cause::TooLarge => explained(
                "The message is larger than the server takes.",
                "Send a smaller one. The limit stands behind SIZE in the answer to EHLO.",
            ),
            Cause::BadSequence => explained(
                "The command came at the wrong moment.",
                "Send the commands in their order: EHLO, AUTH, MAIL, RCPT, DATA.",
            ),
            Cause::UnknownCommand => explained(
                "The server does not know this command, or does not carry it out.",
                "Check the spelling.",
            ),
            Cause::BadArgument => explained(
                "The command is right, but what follows it is not.",
                "Look for a missing angle bracket, a stray space or a wrong address.",
            ),
            Cause::UnknownParameter => explained(
                "The server does not know a parameter behind the address.",
                "Use only what the server offers behind EHLO.",
            ),
            Cause::TurnedAway => explained(
                "The server takes no mail from you.",
                "Your address may be on a block list, or this server is not meant for sending. Try your provider’s server for sending.",
            ),
            Cause::Unavailable => explained(
                "The server is shutting down, is too busy, or has waited too long.",
                "Connect again in a moment.",
            ),
            Cause::OtherForNow => {
                explained("The server cannot do it now. Its text tells why.", "Try again later.")
            }
            Cause::OtherForGood => explained(
                "The server refuses. Its text tells why.",
                "Change what it names, then try again.",
            ),
        }
    }

    fn cure(&self, cure: Cure) -> &'static str {
        match cure {
            Cure::ChangeLogin => "Change the login",
            Cure::LogIn => "Set up a login",
            Cure::ChangeSender => "Change the sender",
            Cure::ChangeRecipients => "Change the recipients",
            Cure::ChangeMessage => "Change the message",
            Cure::ChangeServer => "Choose another server",
            Cure::ChangeCommand => "Write it again",
            Cure::Wait => "Try this step again",
        }
    }

    fn reply_error(&self, error: ReplyError) -> String {
        match error {
            ReplyError::NotACode { found: 0x15 | 0x16, .. } => {
                "This looks like TLS. The server speaks TLS at this port, and plain text was expected.".into()
            }
            ReplyError::NotACode { found, .. } => {
                format!("A reply begins with three digits. Here came {}. Is there a mail server at this port?", byte(found))
            }
            ReplyError::NotASeparator { found } => {
                format!("Behind the code a space or a hyphen was expected. Here came {}.", byte(found))
            }
            ReplyError::CodesDiffer { first, found } => {
                format!("All lines of one reply have the same code. The first had {first}, this one has {found}.")
            }
            ReplyError::BareLf => "A line must end with CR LF. This one ended with LF alone.".into(),
            ReplyError::BareCr { found } => {
                format!("Behind CR comes LF. Here came {}.", byte(found))
            }
            ReplyError::LineTooLong { limit } => {
                format!("A reply line has at most 512 bytes. This one did not end within {limit}.")
            }
            ReplyError::ReplyTooLong { limit } => {
                format!("This reply did not end within {limit} bytes.")
            }
        }
    }

    fn commit_error(&self, error: CommitError) -> String {
        match error {
            CommitError::NotConnected => "There is no connection. Connect first; what you wrote is still here.".into(),
            CommitError::TooLong { length, limit } => {
                format!("This has {length} bytes, and at most {limit} can be sent at once.")
            }
            CommitError::Empty => "There is nothing to send.".into(),
            CommitError::TranscriptFull => {
                "This session has become too long to be kept. Start over; what happened so far stays.".into()
            }
        }
    }

    fn command_error(&self, error: &CommandError) -> String {
        match error {
            CommandError::UnknownVerb(verb) => {
                format!("“{verb}” is not a command. The server will refuse it.")
            }
            CommandError::Argument { verb, error } => {
                format!("{}: {}", verb.as_str(), self.syntax_error(error))
            }
            CommandError::LineEnd => "The line does not end with CR LF.".into(),
        }
    }

    fn expected(&self, expected: Expected) -> String {
        match expected {
            Expected::Verb => "a command such as EHLO or MAIL".into(),
            Expected::Space => "a space".into(),
            Expected::EndOfLine => "nothing more".into(),
            Expected::Domain => "a domain such as mail.example.com".into(),
            Expected::FromKeyword => "FROM:".into(),
            Expected::ToKeyword => "TO:".into(),
            Expected::PathOpen => "<".into(),
            Expected::PathClose => ">".into(),
            Expected::LocalPart => "a name before the @".into(),
            Expected::At => "@".into(),
            Expected::Parameter => "a parameter such as SIZE=1000".into(),
            Expected::Mechanism => "a mechanism such as LOGIN or PLAIN".into(),
            Expected::Base64 => "base64".into(),
            Expected::Argument => "something here".into(),
            Expected::AtMost(limit) => format!("at most {limit}"),
            Expected::Ascii => "a plain ASCII character".into(),
        }
    }

    fn syntax_error(&self, error: &SyntaxError) -> String {
        let expected = self.expected(error.expected);
        if error.found.is_empty() {
            format!("expected {expected}, but it ends there")
        } else {
            format!("expected {expected}, found “{}” at place {}", error.found, error.at + 1)
        }
    }

    fn form_field(&self, field: FormField) -> String {
        match field {
            FormField::ClientName => "Name of this computer".into(),
            FormField::Mechanism => "Mechanism".into(),
            FormField::User => "User name".into(),
            FormField::Password => "Password".into(),
            FormField::From => "Sender".into(),
            FormField::To(n) => format!("Recipient {}", n + 1),
        }
    }

    fn target_error(&self, error: TargetError) -> &'static str {
        match error {
            TargetError::HostMissing => "Enter a host, such as mail.example.com.",
            TargetError::HostMalformed => {
                "A host is a name such as mail.example.com or an address, without http:// and without spaces."
            }
            TargetError::PortMalformed => {
                "A port is a number from 1 to 65535. Mail uses 25 or 587."
            }
        }
    }

    fn lint(&self, lint: Lint) -> &'static str {
        match lint {
            Lint::EmptyLineMissing { .. } => {
                "The empty line between headers and text is missing. The server takes it, but mail programs will mistake the text for headers, and readers may see an empty message."
            }
        }
    }

    fn to_mend(&self, count: usize) -> String {
        match count {
            1 => "1 field needs mending".into(),
            _ => format!("{count} fields need mending"),
        }
    }
}

/// A byte for a person: as a character where it has one, and as a number.
fn byte(byte: u8) -> String {
    if byte.is_ascii_graphic() {
        format!("“{}”", char::from(byte))
    } else {
        format!("the byte {byte}")
    }
}
