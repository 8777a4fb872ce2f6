//! English. What goes wrong, and what to do about it.

use super::super::{Explained, TroubleWords};
use super::{En, explained};
use crate::server_choice::TargetError;
use protocol::client::CommitError;
use protocol::diagnosis::{Cause, Cure, RecognisedBy};
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
            Cause::AuthorizationCodeWanted => explained(
                "This provider never takes the login password here. It takes an authorization code, which it makes for mail programs.",
                "In the web mail’s settings switch SMTP on, create an authorization code, and use it as the password.",
            ),
            Cause::SmtpSwitchedOff => explained(
                "Sending by SMTP is switched off for this account.",
                "Switch it on in the web mail’s settings. You may get a new authorization code there.",
            ),
            Cause::AppPasswordWanted => explained(
                "The account is protected by a second step, so its own password does not work here.",
                "Create an app password in the account’s security settings, and use that.",
            ),
            Cause::PasswordLoginOff => explained(
                "Logging in with a password is switched off for this account or its whole organisation.",
                "Ask the administrator to allow it for this mailbox, or log in by OAuth.",
            ),
            Cause::MechanismUnknown => explained(
                "The server does not know this method of logging in.",
                "Choose one that it offers behind EHLO.",
            ),
            Cause::MechanismTooWeak => explained(
                "This method of logging in is too weak for the server.",
                "Choose a stronger one that it offers behind EHLO.",
            ),
            Cause::PasswordExpired => explained(
                "The password has to be changed before it works here.",
                "Change it in the web mail, then log in with the new one.",
            ),
            Cause::AccountDisabled => explained(
                "The account is blocked or switched off.",
                "Log in to the web mail, which tells why, or ask the administrator.",
            ),
            Cause::TooManyFailedLogins => explained(
                "Too many logins have failed, so the server takes none for a while.",
                "Wait some minutes, correct the login, and try once.",
            ),
            Cause::LoginUnavailable => explained(
                "The server cannot check logins at the moment.",
                "Your login may be right. Try again in a moment.",
            ),
            Cause::NotBase64 => explained(
                "What was sent for the login is not base64.",
                "Encode user name and password as base64, without a line break at the end.",
            ),
            Cause::LoginCancelled => explained("The login was given up.", "Begin again with AUTH."),
            Cause::AlreadyLoggedIn => explained(
                "You are logged in already, and a session has one login only.",
                "Go on with MAIL FROM. To be somebody else, connect again.",
            ),
            Cause::LoginRequired => explained(
                "The server wants you to log in before you send.",
                "Log in with AUTH first.",
            ),
            Cause::TlsRequired => explained(
                "The server wants an encrypted connection first.",
                "Set the security to STARTTLS: the page then begins TLS right behind EHLO, before any login.",
            ),
            Cause::TlsUnavailable => explained(
                "The server cannot give the encryption that was asked for.",
                "Try again later, or choose another port or server.",
            ),
            Cause::TextBehindStartTls => explained(
                "Plain text stood behind the reply to STARTTLS, where only TLS may be: somebody on the way may have put it there.",
                "Send nothing secret over this connection. Try another network, and tell the server’s administrator.",
            ),
            Cause::SenderNotLogin => explained(
                "The sender is not the account you logged in with.",
                "Use the account’s own address as the sender, in MAIL FROM and in From.",
            ),
            Cause::SenderRefused => explained(
                "The server does not accept this sender.",
                "Check the address. Use the one of the account you logged in with.",
            ),
            Cause::SenderDomainUnknown => explained(
                "The sender’s domain is not to be found in the DNS.",
                "Use an address in a domain that exists.",
            ),
            Cause::SenderNotVerified => explained(
                "The checks by SPF, DKIM or DMARC say that this server may not send for the sender’s domain.",
                "Send through the provider of that domain, or have its DNS records repaired.",
            ),
            Cause::ClientNameless => explained(
                "The address you connect from has no name in the DNS, or a name that leads elsewhere.",
                "Send through your provider’s server. Whoever runs a mail server sets a reverse DNS name for it.",
            ),
            Cause::ClientNameRefused => explained(
                "The server does not accept the name that this computer gave in EHLO.",
                "Use a full name with a domain, such as client.example.com.",
            ),
            Cause::NoSuchMailbox => explained(
                "There is no mailbox with this address.",
                "Check the spelling of the recipient.",
            ),
            Cause::NoSuchDomain => explained(
                "The recipient’s domain is not to be found in the DNS.",
                "Check the spelling behind the @.",
            ),
            Cause::DomainTakesNoMail => explained(
                "The recipient’s domain says that it takes no mail at all.",
                "Write to an address in another domain.",
            ),
            Cause::BadAddress => explained(
                "An address is not written as it should be, or is not complete.",
                "Write it in full between angle brackets, as in <name@example.com>.",
            ),
            Cause::AddressNotAscii => explained(
                "The address has letters beyond plain ASCII, and the server cannot pass it on.",
                "Use an address in plain ASCII, or a server that offers SMTPUTF8.",
            ),
            Cause::Moved => explained(
                "The recipient is no longer at this address.",
                "Look into the server’s text for a new one, or ask the recipient.",
            ),
            Cause::MailboxDisabled => explained(
                "The mailbox exists, but takes no mail.",
                "Reach the recipient in another way.",
            ),
            Cause::MailboxFull => explained(
                "The recipient’s mailbox is full.",
                "Try again later, or write to somebody else.",
            ),
            Cause::MailboxBusy => explained(
                "The mailbox is not available at the moment.",
                "Try again in some minutes.",
            ),
            Cause::ListTrouble => explained(
                "The address is a mailing list, and the server does not pass mail on to it for you.",
                "Write to single people, or ask whoever runs the list.",
            ),
            Cause::RelayDenied => explained(
                "You asked the server to pass mail on to another domain, and it does that only for people who are logged in.",
                "Log in first, or take the message to a server of the recipient’s domain.",
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
            Cause::ContentBlocked => explained(
                "Something in the message is forbidden here, such as a kind of attachment or a link.",
                "Take it out and send the message again.",
            ),
            Cause::ContentUnsupported => explained(
                "The message is in a form that the server cannot take or pass on.",
                "Write plain text, and use only what the server offers behind EHLO.",
            ),
            Cause::FromHeaderDiffers => explained(
                "The From header names another sender than MAIL FROM.",
                "Write the same address in both.",
            ),
            Cause::FromHeaderBad => explained(
                "The From header is missing, stands there twice, or is malformed.",
                "Write exactly one, such as From: <name@example.com>, above the empty line.",
            ),
            Cause::TooLarge => explained(
                "The message is larger than the server takes.",
                "Send a smaller one. The limit stands behind SIZE in the answer to EHLO.",
            ),
            Cause::BadSequence => explained(
                "The command came at the wrong moment.",
                "Send the commands in their order: EHLO, AUTH, MAIL, RCPT, DATA.",
            ),
            Cause::UnknownCommand => {
                explained("The server does not know this command.", "Check the spelling.")
            }
            Cause::NotImplemented => explained(
                "The server knows this command but does not carry it out.",
                "Use only what it offers behind EHLO.",
            ),
            Cause::BadArgument => explained(
                "The command is right, but what follows it is not.",
                "Look for a missing angle bracket, a stray space or a wrong address.",
            ),
            Cause::UnknownParameter => explained(
                "The server does not know a parameter behind the address.",
                "Use only what the server offers behind EHLO.",
            ),
            Cause::LineTooLong => explained(
                "A line is longer than the server takes.",
                "Write a shorter one. A command line has at most 512 bytes.",
            ),
            Cause::TalkedTooEarly => explained(
                "Something was sent before the server had finished greeting. Spam programs do that.",
                "Connect again and wait for 220 before you send anything.",
            ),
            Cause::BareLf => explained("A line ended with LF alone.", "End every line with CR LF."),
            Cause::TurnedAway => explained(
                "The server takes no mail from you.",
                "Your address may be on a block list, or this server is not meant for sending. Try your provider’s server for sending.",
            ),
            Cause::Blocklisted => explained(
                "The address you connect from is on a block list.",
                "Send through your provider’s server. Whoever runs this address can ask the list to remove it.",
            ),
            Cause::RateLimited => explained(
                "Too many connections or messages came in a short time.",
                "Wait, then send more slowly.",
            ),
            Cause::QuotaUsedUp => {
                explained("The account has sent all it may send in a day.", "Wait until tomorrow.")
            }
            Cause::PolicyRefused => explained(
                "The server’s rules forbid it. Its text may tell which.",
                "Change what it names, or ask whoever runs the server.",
            ),
            Cause::Unavailable => explained(
                "The server is shutting down, or is too busy.",
                "Connect again in a moment.",
            ),
            Cause::IdleTooLong => explained(
                "Nothing was said for too long, so the server gave up waiting.",
                "Connect again, and let less time pass between the steps.",
            ),
            Cause::ServerTrouble => explained(
                "Something went wrong inside the server.",
                "It is not your fault. Try again later.",
            ),
            Cause::ServerFull => explained("The server has no room left.", "Try again later."),
            Cause::RoutingTrouble => explained(
                "The server cannot get through to the recipient’s server.",
                "Check the domain behind the @, and try again later.",
            ),
            Cause::OtherForNow => {
                explained("The server cannot do it now. Its text tells why.", "Try again later.")
            }
            Cause::OtherForGood => explained(
                "The server refuses. Its text tells why.",
                "Change what it names, then try again.",
            ),
            Cause::PortBlocked => explained(
                "Nothing came from this port. Many networks block port 25.",
                "To send mail, use port 587 or 465 at your provider.",
            ),
            Cause::NobodyListens => explained(
                "No program listens at this port.",
                "Check the port, and whether the mail server runs.",
            ),
            Cause::HostUnknown => {
                explained("There is no server with this name.", "Check the spelling of the host.")
            }
            Cause::NoRoute => explained(
                "There is no way to this address from here.",
                "Check the network and the host, or try another server.",
            ),
            Cause::Silence => explained(
                "Nobody answers at this address and port.",
                "Check host and port, and try again later.",
            ),
            Cause::PortSpeaksTls => explained(
                "This port speaks TLS from the first byte, and plain text was sent to it.",
                "Use TLS from the start, or the port for STARTTLS, 587.",
            ),
            Cause::PortSpeaksPlain => explained(
                "This port begins in plain text, and TLS was spoken to it.",
                "Begin in plain text and send STARTTLS, or use port 465.",
            ),
            Cause::NotSmtp => explained(
                "What answers here does not speak SMTP as it should.",
                "Check host and port. Another kind of server may be there.",
            ),
            Cause::HungUp => explained(
                "The server closed the connection without saying goodbye: it may have a limit, a block list, or little patience.",
                "Look at what came just before, then connect again.",
            ),
            Cause::CutOff => explained(
                "The connection was cut off, by the server or by something on the way.",
                "Connect again. If it is cut again, try another network or port.",
            ),
            Cause::WayLost => explained(
                "The way to the server is gone. It is not the server’s doing.",
                "Check this computer’s network and the bridge, then start over.",
            ),
        }
    }

    fn recognised(&self, by: RecognisedBy) -> String {
        match by {
            RecognisedBy::Words { of: Some(of), words } => {
                format!(
                    "By the words “{}”, which {} uses for this.",
                    words.join("” and “"),
                    of.name()
                )
            }
            RecognisedBy::Words { of: None, words } => {
                format!("By the words “{}” in its text.", words.join("” and “"))
            }
            RecognisedBy::Enhanced { of: Some(of), code } => {
                format!("By the enhanced code {code}, as {} uses it.", of.name())
            }
            RecognisedBy::Enhanced { of: None, code } => format!("By the enhanced code {code}."),
            RecognisedBy::Place { of: Some(of), .. } => {
                format!("By the reply code at this step, as {} uses it.", of.name())
            }
            RecognisedBy::Place { of: None, .. } => "By the reply code at this step.".into(),
            RecognisedBy::Code { of: Some(of) } => {
                format!("By the reply code, as {} uses it.", of.name())
            }
            RecognisedBy::Code { of: None } => "By the reply code alone.".into(),
            RecognisedBy::Digits => {
                "Only by the digits of its codes: the rest is not known.".into()
            }
            RecognisedBy::End => "By how the connection ended.".into(),
        }
    }

    fn cure(&self, cure: Cure) -> &'static str {
        match cure {
            Cure::ChangeLogin => "Change the login",
            Cure::LogIn => "Set up a login",
            Cure::ChangeName => "Change this computer’s name",
            Cure::ChangeSender => "Change the sender",
            Cure::ChangeRecipients => "Change the recipients",
            Cure::ChangeMessage => "Change the message",
            Cure::ChangeSecurity => "Change the encryption",
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
            ReplyError::BehindStartTls => "Only TLS may stand behind the reply to STARTTLS. Plain text came.".into(),
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
            CommitError::TlsUnderWay => "The connection is going over to TLS. What is sent now would not be encrypted; wait until it is.".into(),
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
        super::expected::expected(expected)
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
            FormField::HeaderFrom(n) => format!("From header, entry {}", n + 1),
            FormField::HeaderTo(n) => format!("To header, entry {}", n + 1),
            FormField::Cc(n) => format!("Cc header, entry {}", n + 1),
            FormField::MessageId => "Message-ID".into(),
            FormField::HeaderLine(n) => format!("Header line {}", n + 1),
            FormField::Attachment(n) => format!("Attachment {}", n + 1),
            FormField::Raw => "The whole message".into(),
            FormField::Extension(n) => format!("Extension {}", n + 1),
            FormField::Notify => "When to report".into(),
            FormField::Return => "What a report holds".into(),
            FormField::EnvelopeId => "The envelope’s name".into(),
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
        super::lint::lint(lint)
    }

    fn in_line(&self, line: usize) -> String {
        format!("Line {line}: ")
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
