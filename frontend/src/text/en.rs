//! English.

use super::{Explained, Label, Named, Words, minutes, short_time};
use crate::server_choice::TargetError;
use protocol::anatomy::{Answer, Field};
use protocol::client::{Caution, CommitError, Ending, State, Step};
use protocol::diagnosis::{Cause, Cure};
use protocol::form::FormField;
use protocol::message::Lint;
use protocol::server;
use protocol::smtp::command::{CommandError, Verb};
use protocol::smtp::cursor::{Expected, SyntaxError};
use protocol::smtp::extension::Extension;
use protocol::smtp::reply::ReplyError;
use protocol::smtp::status::{Category, EnhancedCode, ReplyCode, Severity};
use protocol::tunnel::{CloseCode, FailureReason, TunnelEvent};
use std::time::Duration;

/// The language.
pub(super) struct En;

const fn named(name: &'static str, meaning: &'static str) -> Named {
    Named { name, meaning }
}

const fn explained(cause: &'static str, cure: &'static str) -> Explained {
    Explained { cause, cure }
}

impl Words for En {
    fn label(&self, label: Label) -> &'static str {
        match label {
            Label::Walk => "Walk",
            Label::Mailbox => "Mailbox",
            Label::Language => "Language",
            Label::Theme => "Colours",
            Label::ThemeLight => "Light",
            Label::ThemeDark => "Dark",
            Label::ThemeSystem => "As the system",
            Label::PracticeHere => "Practice server, in this page",
            Label::PracticeOnBridge => "Practice server, on the bridge",
            Label::OwnServer => "A server of your own",
            Label::Lesson => "Lesson",
            Label::OwnWalk => "Your own walk",
            Label::TryAMistake => "Try a mistake",
            Label::You => "You",
            Label::YouAre => "the mail client, in this page",
            Label::Bridge => "Bridge",
            Label::BridgeIs => "passes bytes on, unread",
            Label::MailServer => "Mail server",
            Label::Port => "Port",
            Label::PhaseConnect => "Connect",
            Label::PhaseHello => "Say hello",
            Label::PhaseLogin => "Log in",
            Label::PhaseEnvelope => "Envelope",
            Label::PhaseMessage => "Message",
            Label::PhaseGoodbye => "Goodbye",
            Label::StatusNext => "next",
            Label::StatusWaiting => "waiting",
            Label::StatusAhead => "still ahead",
            Label::StatusDone => "done",
            Label::StatusRefused => "refused",
            Label::StatusFailed => "failed",
            Label::Invitation => {
                "Here you will see every line that you and the mail server say to each other."
            }
            Label::Summary => "You will send a real message, one command at a time.",
            Label::From => "From",
            Label::To => "To",
            Label::Through => "Through",
            Label::Change => "Change",
            Label::NextConnect => "Next: connect to the mail server",
            Label::WhyConnect => {
                "Find the server’s address and open a connection. Then the server speaks first."
            }
            Label::Connect => "Connect",
            Label::Connecting => "Connecting",
            Label::Send => "Send",
            Label::ChangeIt => "Change it",
            Label::Back => "Back to the proposal",
            Label::TypeYourOwn => "Type your own",
            Label::YourLine => "Your own line",
            Label::SendLine => "Send line",
            Label::EditHint => "Enter sends it. The line end, CR LF, is added for you.",
            Label::EditDataHint => {
                "Ctrl+Enter sends it. A dot at the start of a line is doubled on the way."
            }
            Label::RunToEnd => "Run to the end",
            Label::Pause => "Pause",
            Label::Stop => "Stop",
            Label::StartOver => "Start over",
            Label::TryAgain => "Try this step again",
            Label::GoOn => "Go on",
            Label::Waiting => "Waiting for the server",
            Label::WaitingWhy => "It is the server’s turn. Its reply will appear above.",
            Label::Delivered => "Delivered",
            Label::DeliveredWhy => {
                "The server accepted the message for every recipient and said goodbye."
            }
            Label::Ended => "The connection has ended",
            Label::EndedRefused => {
                "The message was not delivered. Change the set-up, or start over."
            }
            Label::Broken => "This is not SMTP",
            Label::TlsWanted => "The server now waits for TLS",
            Label::TlsWantedWhy => {
                "This page does not speak TLS yet, so the session cannot go on. Start over without STARTTLS."
            }
            Label::OpenMailbox => "Open the mailbox",
            Label::ServerSaid => "The server said",
            Label::LikelyCause => "Likely cause",
            Label::WhatToDo => "What to do",
            Label::OtherCauses => "Other causes",
            Label::StillThere => "The connection is still open.",
            Label::NoteLint => "Look at the message",
            Label::PlainTextSend => "Send it unencrypted",
            Label::Keys => "keys",
            Label::KeysTitle => "Keyboard",
            Label::KeyEnter => "do the next step",
            Label::KeyEdit => "change the next step",
            Label::KeyType => "type a line of your own",
            Label::KeyRun => "run to the end, or pause",
            Label::KeyUpDown => "look at the row above or below",
            Label::KeyEsc => "close what is open, go back to the newest row",
            Label::KeySetup => "open the set-up",
            Label::KeyHelp => "show this sheet",
            Label::Close => "Close",
            Label::InspectorEmpty => {
                "Every message will be taken apart here, byte by byte. Select any row to look at it."
            }
            Label::YouSent => "You sent",
            Label::ServerSentGarbage => "The server sent",
            Label::Bytes => "Bytes",
            Label::StandNow => "Where both are now",
            Label::BytesAsText => "text",
            Label::BytesAsHex => "hexadecimal",
            Label::Fields => "Fields",
            Label::CodeByDigit => "The code, digit by digit",
            Label::ThirdDigit => "tells this reply from others of its kind",
            Label::DecodedTo => "decoded",
            Label::HowBase64 => "How base64 makes it",
            Label::Base64Note => "Three bytes, 24 bits, cut into four sixes.",
            Label::Base64Previous => "Previous three bytes",
            Label::Base64Next => "Next three bytes",
            Label::Offered => "What the server offers",
            Label::ClientState => "you",
            Label::ServerState => "practice server",
            Label::ShowSecrets => "Show the password",
            Label::HideSecrets => "Hide the password",
            Label::SetupTitle => "Set up the walk",
            Label::SetupServer => "Server",
            Label::SetupLogin => "Who you are",
            Label::SetupEnvelope => "Envelope",
            Label::SetupMessage => "Message",
            Label::Host => "Host",
            Label::Provider => "Fill in a provider",
            Label::NeedsTls => "needs TLS: not yet",
            Label::ProviderNote => {
                "Most providers want an authorization code or app password here, not the password of your account."
            }
            Label::BridgeMissing => {
                "No bridge answers here. A page alone cannot open a TCP connection: start smtp-bridge on this computer and open the address it prints."
            }
            Label::BridgeAddress => "Address of the bridge",
            Label::BridgeToken => "Token of the bridge",
            Label::BridgeFound => "The bridge is ready.",
            Label::LogIn => "Log in before sending",
            Label::Mechanism => "Mechanism",
            Label::User => "User name",
            Label::Password => "Password",
            Label::PasswordNote => "Kept in this page only until you close it.",
            Label::PublicAccount => "A practice account, known to everybody. Nothing is hidden.",
            Label::ClientName => "Name of this computer",
            Label::ClientNameNote => "You introduce yourself with it in EHLO.",
            Label::Sender => "Sender",
            Label::Recipients => "Recipients",
            Label::RecipientsNote => "One address a line.",
            Label::Subject => "Subject",
            Label::Text => "Text",
            Label::EmptyLine => "Empty line between headers and text",
            Label::Apply => "Use this",
            Label::Cancel => "Cancel",
            Label::BackToLesson => "Back to the lesson",
            Label::FormWrong => "Please look at these fields:",
            Label::MailboxTitle => "Practice mailbox",
            Label::MailboxHere => "In this page",
            Label::MailboxOnBridge => "On the bridge",
            Label::MailboxEmpty => {
                "Nothing here yet. Walk through the lab, and your message will arrive."
            }
            Label::MailboxWalk => "To the walk",
            Label::MailboxFailed => {
                "The bridge’s mailbox cannot be read. Is the bridge still running?"
            }
            Label::NoSubject => "(no subject)",
            Label::Envelope => "Envelope",
            Label::EnvelopeNote => "what the servers went by: MAIL FROM and RCPT TO",
            Label::Headers => "Headers",
            Label::HeadersNote => "what the reader sees: only text to the servers",
            Label::Body => "Text",
            Label::Raw => "Raw message",
            Label::RawNote => "Every byte as the server keeps it.",
            Label::AddedByServer => "added by the server",
            Label::EnvelopeFrom => "Sender",
            Label::EnvelopeTo => "Recipients",
            Label::Greeted => "Introduced as",
            Label::LoggedIn => "Logged in as",
            Label::NotLoggedIn => "nobody",
            Label::Delete => "Delete",
            Label::DeleteAll => "Delete all",
            Label::Refresh => "Look again",
            Label::SkipToNext => "Skip to the next step",
            Label::Steps => "Steps",
            Label::Conversation => "Conversation",
            Label::NextStep => "Next step",
            Label::Simulated => "simulated: nothing leaves this page",
            Label::BadgeCompletion => "accepted",
            Label::BadgeIntermediate => "go on",
            Label::BadgeTransient => "not now",
            Label::BadgePermanent => "refused",
            Label::YouSay => "You:",
            Label::ServerSays => "Server:",
            Label::More => "More",
            Label::NoAnswerYet => "no answer yet",
            Label::PutBack => "Put it back",
            Label::PutRight => "Put it right",
            Label::AheadGreets => "the server greets",
            Label::AheadHello => "you say who you are",
            Label::AheadOffers => "it says what it can do",
            Label::AheadLogin => "you log in",
            Label::AheadEnvelope => "who it is from, who it is for",
            Label::AheadMessage => "the message, and a lone dot",
            Label::AheadAccepted => "accepted",
            Label::Stopped => "You stopped here",
            Label::StoppedWhy => "The connection is closed. What was said stays here to be read.",
            Label::Lost => "The connection is lost",
            Label::NotConnected => "No connection",
            Label::TypeYourOwnWhy => "Type what you like. The walk follows along.",
            Label::OrTryAMistake => "Or try a mistake:",
            Label::MistakeMade => "With a mistake on purpose:",
            Label::EveryStep => "All steps",
            Label::NothingSaid => "Nothing said yet",
            Label::HowToRead => "How to read a reply",
            Label::EnhancedApart => "The enhanced code, number by number",
            Label::When => "When",
            Label::CameAfter => "came after",
            Label::SinceConnecting => "since connecting",
            Label::Length => "length",
            Label::Offset => "offset",
            Label::MoreBytes => "Show more bytes",
            Label::MoreFields => "List them all",
            Label::NotBase64 => "It is not base64, so it cannot be decoded.",
            Label::Base64Padding => {
                "Fewer than three bytes are left. Zeros fill up the last six, and = stands for what is missing."
            }
            Label::Network => "The network",
            Label::WhyLookUp => {
                "Connections are made to addresses. The name service (DNS) knows which addresses belong to a name."
            }
            Label::WhyTcp => {
                "TCP carries bytes both ways and keeps them in order. Mail servers listen at port 25."
            }
            Label::ServerEnd => "server's end",
            Label::BridgeEnd => "bridge's end",
            Label::OwnEnd => "this end",
            Label::TookTime => "took",
            Label::InItsOwnWords => "in its own words",
            Label::Colon => ": ",
            Label::Places => "Places",
            Label::LampOn => "connected",
            Label::LampOff => "not connected",
            Label::PracticeHereWhy => "Needs no network. Nothing leaves this page.",
            Label::PracticeOnBridgeWhy => "The same lessons over a real TCP connection.",
            Label::OwnServerWhy => "Through the bridge, to a host and a port of your choice.",
            Label::NoBridge => "no bridge",
            Label::PracticeOff => "switched off",
            Label::PublicTargetsOff => {
                "This bridge connects only to servers that whoever runs it has allowed, with --allow."
            }
            Label::NoLogin => "do not log in",
            Label::PlainText => "In plain text.",
            Label::PlainTextWhy => {
                "There is no encryption between here and this server: everybody on the way can read the password."
            }
            Label::Show => "Show",
            Label::Hide => "Hide",
            Label::KeyMailbox => "go to the mailbox, or back",
            Label::DeleteAllSure => "Delete all: sure?",
            Label::AllLetters => "All messages",
            Label::View => "View",
            Label::AsLetter => "Message",
            Label::CompareNote => {
                "The servers go by the envelope, the reader sees the headers. Nothing makes them agree."
            }
            Label::Differs => "not as on the envelope",
            Label::NotThere => "not there",
            Label::NoText => "The message has no text.",
            Label::NotAHeader => {
                "Not a header: the empty line that ends the headers has not come yet."
            }
            Label::FillIn => "Fill this in: it is empty.",
            Label::CompareWhat => "What",
        }
    }

    fn step(&self, step: Step, mechanism: Option<&str>) -> String {
        match step {
            Step::LookUp => "Look up the host".into(),
            Step::Connect => "Connect".into(),
            Step::Greeting => "Greeting".into(),
            Step::Hello => "EHLO".into(),
            Step::Auth => format!("AUTH {}", mechanism.unwrap_or_default()).trim_end().into(),
            Step::AuthResponse(0) => "User name".into(),
            Step::AuthResponse(1) => "Password".into(),
            Step::AuthResponse(n) => format!("Answer {}", n + 1),
            Step::Mail => "MAIL FROM".into(),
            Step::Rcpt(0) => "RCPT TO".into(),
            Step::Rcpt(n) => format!("RCPT TO, {}", n + 1),
            Step::Data => "DATA".into(),
            Step::Headers => "Headers".into(),
            Step::Body => "Text".into(),
            Step::FinalDot => "The lone dot".into(),
            Step::Quit => "QUIT".into(),
            Step::Extra(verb) => verb.as_str().into(),
            Step::Typed => "Your own line".into(),
        }
    }

    fn next(&self, step: Step) -> String {
        match step {
            Step::LookUp | Step::Connect => "Next: connect".into(),
            Step::Greeting => "Next: the greeting".into(),
            Step::Hello => "Next: introduce yourself".into(),
            Step::Auth => "Next: ask to log in".into(),
            Step::AuthResponse(0) => "Next: your user name".into(),
            Step::AuthResponse(1) => "Next: your password".into(),
            Step::AuthResponse(_) => "Next: answer the server".into(),
            Step::Mail => "Next: name the sender".into(),
            Step::Rcpt(0) => "Next: name the recipient".into(),
            Step::Rcpt(n) => format!("Next: name recipient {}", n + 1),
            Step::Data => "Next: announce the message".into(),
            Step::Headers => "Next: the headers".into(),
            Step::Body => "Next: the text".into(),
            Step::FinalDot => "Next: end the message".into(),
            Step::Quit => "Next: say goodbye".into(),
            Step::Extra(_) | Step::Typed => "Next: your own line".into(),
        }
    }

    fn why(&self, step: Step) -> &'static str {
        match step {
            Step::LookUp | Step::Connect => {
                "The name is turned into an address, then a connection is opened."
            }
            Step::Greeting => "In SMTP the server speaks first.",
            Step::Hello => "Give your name, and ask what the server can do.",
            Step::Auth => "Ask to log in, and say by which method.",
            Step::AuthResponse(0) => {
                "The server asked for it. The answer travels as base64, which hides nothing: anyone can read it back."
            }
            Step::AuthResponse(1) => {
                "Base64 again. Without encryption, everybody on the way can read your password."
            }
            Step::AuthResponse(_) => "The server asked for more.",
            Step::Mail => "This address gets the report if the message cannot be delivered.",
            Step::Rcpt(_) => {
                "One RCPT TO for each recipient. Only these addresses decide where the message goes."
            }
            Step::Data => "The envelope is complete. Ask to send the message itself.",
            Step::Headers => {
                "The headers are part of the message. An empty line ends them. The server does not answer yet."
            }
            Step::Body => "The text of the message. The server still listens in silence.",
            Step::FinalDot => {
                "A line with nothing but a dot ends the message. Now the server answers."
            }
            Step::Quit => "Say goodbye, and the server closes the connection.",
            Step::Extra(_) | Step::Typed => "You type, the server answers.",
        }
    }

    fn field(&self, field: Field) -> Named {
        match field {
            Field::Verb => named("command", "What you want the server to do."),
            Field::Space => named("space", "Separates two parts."),
            Field::ClientName => named("your name", "The name this computer gives itself."),
            Field::FromKeyword => named("keyword", "Announces the sender."),
            Field::ToKeyword => named("keyword", "Announces a recipient."),
            Field::PathOpen => named("<", "The address begins."),
            Field::SourceRoute => {
                named("source route", "An old way to name stations on the way. Servers ignore it.")
            }
            Field::LocalPart => {
                named("mailbox", "Who it is, in that domain. Only that domain knows what it means.")
            }
            Field::At => named("@", "Stands between the mailbox and its domain."),
            Field::Domain => {
                named("domain", "Where the mailbox is. Mail servers are found by this name.")
            }
            Field::PathClose => named(">", "The address ends."),
            Field::ParameterName => named("parameter", "An extra wish that an extension allows."),
            Field::ParameterEquals => named("=", "Stands between the parameter and its value."),
            Field::ParameterValue => named("value", "The parameter’s value."),
            Field::Mechanism => named("mechanism", "The method of logging in."),
            Field::EncodedUser => named("user name", "Your user name in base64."),
            Field::EncodedPassword => {
                named("password", "Your password in base64. That is a spelling, not encryption.")
            }
            Field::EncodedPlain => named(
                "login",
                "User name and password in one piece of base64, each behind a zero byte.",
            ),
            Field::EncodedData => named("answer", "An answer of the login, in base64."),
            Field::EmptyResponse => named("=", "An empty first answer."),
            Field::CancelAuth => named("*", "You give up the login. The connection stays."),
            Field::Argument => named("argument", "Free text behind the command."),
            Field::LineEnd => {
                named("end of line", "Always these two bytes: 13, called CR, and 10, called LF.")
            }
            Field::ReplyCode => named(
                "reply code",
                "Three digits for programs. The text behind them is for people.",
            ),
            Field::LastLine => named(
                "space",
                "This is the last line of the reply. A hyphen here would mean that more follow.",
            ),
            Field::MoreLines => named("hyphen", "More lines of this reply follow."),
            Field::EnhancedCode => {
                named("enhanced code", "Three more numbers that say it more exactly.")
            }
            Field::ServerName => named("server’s name", "The name the server gives itself."),
            Field::Text => named("text", "For people. Programs do not read it."),
            Field::ExtensionKeyword => {
                named("extension", "Something this server can do beyond the basics.")
            }
            Field::ExtensionParameter => named("detail", "Says more about the extension."),
            Field::Challenge => named("question", "The server’s question in base64."),
            Field::HeaderName => named("header", "The name of a header."),
            Field::HeaderColon => named(":", "Stands between the header’s name and its value."),
            Field::HeaderValue => named("value", "What the header says."),
            Field::HeaderFold => {
                named("fold", "The header goes on: this line begins with a space.")
            }
            Field::EmptyLine => named("empty line", "The headers end here, the text begins."),
            Field::BodyText => named("text", "A line of the message."),
            Field::StuffedDot => named(
                "extra dot",
                "Added because the line begins with a dot. The server takes it away again.",
            ),
            Field::FinalDot => named("the lone dot", "The message ends here."),
            Field::Unparsed => named("does not fit", "By the rules this should not stand here."),
        }
    }

    fn called(&self, named: Named) -> String {
        format!("{}: {}", named.name, named.meaning)
    }

    fn severity(&self, severity: Severity) -> &'static str {
        match severity {
            Severity::Completion => "done",
            Severity::Intermediate => "so far so good, send the rest",
            Severity::Transient => "not now, try again later",
            Severity::Permanent => "no, and trying again will not help",
        }
    }

    fn category(&self, category: Category) -> &'static str {
        match category {
            Category::Syntax => "about the form of the command",
            Category::Information => "information",
            Category::Connections => "about the connection",
            Category::Authentication => "about logging in",
            Category::MailSystem => "about mail",
            Category::Unspecified => "no fixed meaning",
        }
    }

    fn code(&self, code: ReplyCode) -> Option<&'static str> {
        Some(match code.number() {
            211 => "Status of the server.",
            214 => "Help.",
            220 => "Ready: the server greets you.",
            221 => "Goodbye: the server closes the connection.",
            235 => "Welcome: you are logged in.",
            250 => "Done.",
            251 => "Not here, but the server will pass it on.",
            252 => "Cannot say whether it exists, but will try.",
            334 => "Go on: the server wants more for the login.",
            354 => "Go on: send the message, end it with a lone dot.",
            421 => "The server is closing the connection.",
            432 => "You need to change your password.",
            450 => "The mailbox is not available now.",
            451 => "Something went wrong in the server. Try again later.",
            452 => "The server is short of space, or that was too much at once.",
            454 => "Logging in does not work just now.",
            455 => "The server cannot take these parameters now.",
            500 => "The server does not know this command.",
            501 => "The command is known, but what follows it is wrong.",
            502 => "The server knows this command and does not carry it out.",
            503 => "Not now: another command must come first.",
            504 => "The command is known, but not with this argument.",
            521 => "This server takes no mail at all.",
            530 => "Not without logging in, or not without TLS.",
            534 => "This way of logging in is too weak for the server.",
            535 => "The login is wrong.",
            538 => "This way of logging in needs encryption.",
            550 => "Refused: no such mailbox, or the rules forbid it.",
            551 => "Not here: try another address.",
            552 => "Too large, or the mailbox is full.",
            553 => "The address is not allowed.",
            554 => "Refused.",
            555 => "The parameters are not known to the server.",
            556 => "The domain takes no mail.",
            _ => return None,
        })
    }

    fn enhanced(&self, code: EnhancedCode) -> [&'static str; 3] {
        let class = match code.class {
            2 => "accepted",
            4 => "not now",
            _ => "refused for good",
        };
        let subject = match code.subject {
            1 => "about an address",
            2 => "about the mailbox",
            3 => "about the mail system",
            4 => "about the network",
            5 => "about the protocol",
            6 => "about the content",
            7 => "about security or the rules",
            _ => "about nothing in particular",
        };
        let detail = match (code.subject, code.detail) {
            (_, 0) => "no special case",
            (1, 1) => "no such mailbox",
            (1, 2) => "no such domain",
            (1, 3 | 7) => "not written as it should be",
            (1, 5) => "the recipient is good",
            (1, 8) => "the sender's domain is not good",
            (2, 1) => "switched off",
            (2, 2) => "full",
            (2, 3) => "too large for the mailbox",
            (3, 1) => "the disk is full",
            (3, 2) => "takes no mail now",
            (3, 4) => "the message is too large",
            (5, 1) => "not this command, or not now",
            (5, 2) => "the command is not well formed",
            (5, 3) => "too many recipients",
            (5, 4) => "the argument is not right",
            (7, 1) => "forbidden here",
            (7, 8) => "the login is wrong",
            (7, 9) => "the mechanism is too weak",
            (7, 11) => "encryption is wanted",
            _ => "the exact case",
        };
        [class, subject, detail]
    }

    fn accepted(&self, answer: Answer) -> Option<&'static str> {
        Some(match answer {
            Answer::To(Verb::Ehlo) => "Welcome, and here is what the server can do.",
            Answer::To(Verb::Helo) => "Welcome.",
            Answer::To(Verb::StartTls) => "TLS may begin. All that follows is encrypted.",
            Answer::To(Verb::Mail) => "The sender is accepted.",
            Answer::To(Verb::Rcpt) => "The recipient is accepted.",
            Answer::To(Verb::Rset) => "The message begun is forgotten. The connection stays.",
            Answer::To(Verb::Noop) => "Nothing was done, and the server is still there.",
            Answer::To(Verb::Vrfy) => "There is such a mailbox.",
            Answer::To(Verb::Expn) => "These are on the list.",
            Answer::ToMailData => {
                "The server has the whole message. From now on it must deliver it, or report to the sender."
            }
            _ => return None,
        })
    }

    fn asks(&self, question: &str) -> String {
        format!("Go on: the server asks “{question}”.")
    }

    fn verb(&self, verb: Verb) -> &'static str {
        match verb {
            Verb::Ehlo => "Hello: gives your name, and asks what the server can do.",
            Verb::Helo => "Hello in its oldest form: gives your name, and asks for nothing.",
            Verb::Auth => "Asks to log in.",
            Verb::Mail => "Begins a message and names its sender.",
            Verb::Rcpt => "Names one recipient.",
            Verb::Data => "Announces the message itself.",
            Verb::Rset => "Drops the message begun. The connection stays.",
            Verb::Vrfy => "Asks whether a mailbox exists.",
            Verb::Expn => "Asks who is on a mailing list.",
            Verb::Help => "Asks the server for help.",
            Verb::Noop => "Does nothing, and gets an answer.",
            Verb::Quit => "Says goodbye.",
            Verb::StartTls => "Asks to encrypt the connection from here on.",
        }
    }

    fn header(&self, name: &str) -> Option<&'static str> {
        Some(match name.to_ascii_lowercase().as_str() {
            "from" => "Who wrote it, for the reader. Servers go by MAIL FROM.",
            "to" => "Whom it is for, for the reader. Servers go by RCPT TO.",
            "cc" => "Who gets a copy, for the reader.",
            "subject" => "What it is about.",
            "date" => "When it was written.",
            "reply-to" => "Where answers should go.",
            "message-id" => "A name for this message that no other has.",
            "mime-version" => "It keeps to MIME, the rules for more than plain ASCII.",
            "content-type" => "What kind of text or file it is.",
            "content-transfer-encoding" => "How it is written so that every server passes it on.",
            "received" => "Left by a server it went through.",
            _ => return None,
        })
    }

    fn extension(&self, extension: Extension) -> &'static str {
        match extension {
            Extension::Auth => "You can log in, by these methods.",
            Extension::StartTls => "The connection can be encrypted from here on.",
            Extension::Size => "The largest message it takes, in bytes.",
            Extension::Pipelining => "Several commands may be sent without waiting for each reply.",
            Extension::EightBitMime => "Text may use all eight bits, such as UTF-8.",
            Extension::SmtpUtf8 => "Addresses may be in any script.",
            Extension::Chunking => "The message may be sent in counted pieces, without dots.",
            Extension::BinaryMime => "The message may be raw binary.",
            Extension::Dsn => "You may ask for reports of delivery.",
            Extension::EnhancedStatusCodes => "Replies carry a more exact code.",
            Extension::Help => "HELP tells which commands there are.",
            Extension::Vrfy => "VRFY asks whether a mailbox exists.",
            Extension::Expn => "EXPN asks who is on a list.",
            Extension::Etrn => "ETRN asks for waiting mail.",
            Extension::DeliverBy => "Delivery may have a deadline.",
            Extension::FutureRelease => "A message may be held until later.",
            Extension::MtPriority => "Messages may have a priority.",
            Extension::RequireTls => "A message may insist on encryption all the way.",
            Extension::Limits => "Limits that the server keeps to.",
            Extension::Unknown => "An extension this page does not know.",
        }
    }

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

    fn caution(&self, caution: Caution) -> &'static str {
        match caution {
            Caution::PasswordInClear => {
                "Your real password is about to leave without encryption. Everybody on the way can read it."
            }
            Caution::MechanismNotOffered => {
                "The server did not offer this method behind EHLO. It will probably refuse."
            }
        }
    }

    fn told(&self, event: &TunnelEvent) -> String {
        match event {
            TunnelEvent::Resolving { host } => format!("looking up {host}"),
            TunnelEvent::Resolved { addresses } => {
                let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
                format!("found {}", addresses.join(", "))
            }
            TunnelEvent::Connecting { address } => format!("connecting to {address}"),
            TunnelEvent::Connected { address, elapsed_ms, .. } if elapsed_ms.is_zero() => {
                format!("connected to {address}")
            }
            TunnelEvent::Connected { address, elapsed_ms, .. } => {
                format!("connected to {address} in {}", short_time(*elapsed_ms))
            }
            TunnelEvent::Failed { reason, .. } => self.failure(*reason).to_owned(),
            TunnelEvent::Closed { .. } => "the connection was closed".to_owned(),
        }
    }

    fn failure(&self, reason: FailureReason) -> &'static str {
        match reason {
            FailureReason::BadTarget => {
                "Host or port are not right. Check the server in the set-up."
            }
            FailureReason::Refused => {
                "The bridge does not allow this server. Whoever runs the bridge decides, with --allow."
            }
            FailureReason::NotFound => "No server of this name was found. Check the spelling.",
            FailureReason::ResolverFailed => {
                "The name could not be looked up. Is this computer on the network?"
            }
            FailureReason::ConnectionRefused => {
                "Nobody listens at this port. Check the port, and whether the mail server runs."
            }
            FailureReason::Unreachable => "There is no way to this address from here.",
            FailureReason::TimedOut => {
                "Nobody answered. Many networks block port 25: try port 587 at your provider."
            }
            _ => "The connection could not be made.",
        }
    }

    fn ending(&self, how: Ending, code: Option<CloseCode>) -> &'static str {
        match (how, code) {
            (_, Some(CloseCode::TokenWanted)) => {
                "The bridge wants a token. Enter it in the set-up."
            }
            (_, Some(CloseCode::TooManyTunnels)) => {
                "The bridge has too many connections open. Try again in a moment."
            }
            (_, Some(CloseCode::IdleTooLong)) => {
                "Nothing was said for too long, so the bridge closed the connection."
            }
            (_, Some(CloseCode::GoingAway)) => "The bridge is shutting down.",
            (_, Some(CloseCode::Refused)) => "The bridge does not allow this server.",
            (_, Some(CloseCode::BadTarget)) => "The bridge cannot read the host or the port.",
            (_, Some(CloseCode::CouldNotConnect)) => "The connection could not be made.",
            (_, Some(CloseCode::ConnectTimeout)) => "Nobody answered in time.",
            (Ending::ByServer, _) => "The server closed the connection.",
            (Ending::ByUs, _) => "You closed the connection.",
            (Ending::Reset, _) => {
                "The connection was cut off by the server, or by something on the way."
            }
            (Ending::PatienceOver, _) => {
                "The server did not answer for longer than a mail client waits."
            }
            (Ending::Truncated, _) => "The encrypted connection broke off in the middle.",
            (Ending::TransportLost, _) => "The bridge is gone. Start it again, then start over.",
            (Ending::NeverOpened, _) => "There was no connection. Is the bridge running?",
        }
    }

    fn state(&self, state: State) -> &'static str {
        match state {
            State::Unconnected => "not connected",
            State::Opening => "connecting",
            State::Greeting => "waiting for the greeting",
            State::Greeted => "greeted",
            State::TurnedAway => "turned away",
            State::Ready => "ready for a message",
            State::Authenticating => "logging in",
            State::StartingTls => "starting TLS",
            State::Sender => "sender named",
            State::Recipients => "recipients named",
            State::Data => "sending the message",
            State::Closing => "goodbye said",
            State::Broken => "not SMTP",
            State::Closed => "closed",
        }
    }

    fn server_state(&self, state: server::State) -> &'static str {
        match state {
            server::State::Greeted => "has greeted you",
            server::State::Ready => "ready for a message",
            server::State::Authenticating => "checking the login",
            server::State::Sender => "knows the sender",
            server::State::Recipients => "knows the recipients",
            server::State::Data => "reading the message",
            server::State::Closed => "has said goodbye",
        }
    }

    fn answer(&self, answer: Answer) -> String {
        match answer {
            Answer::Greeting => "The server greeted you".into(),
            Answer::To(verb) => format!("The server answered {}", verb.as_str()),
            Answer::ToAuthResponse => "The server answered your login".into(),
            Answer::ToMailData => "The server answered the message".into(),
            Answer::ToUnknown => "The server answered your line".into(),
            Answer::Nothing => "The server spoke unasked".into(),
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

    fn step_of(&self, number: usize, total: usize) -> String {
        format!("step {number} of {total}")
    }

    fn refused(&self, step: Option<Step>) -> String {
        match step {
            Some(Step::Greeting) => "The server turned you away",
            Some(Step::Hello) => "The server refused the greeting",
            Some(Step::Auth | Step::AuthResponse(_)) => "The server refused the login",
            Some(Step::Mail) => "The server refused the sender",
            Some(Step::Rcpt(_)) => "The server refused the recipient",
            Some(Step::Data | Step::Headers | Step::Body | Step::FinalDot) => {
                "The server refused the message"
            }
            _ => "The server refused",
        }
        .into()
    }

    fn bytes(&self, count: usize) -> String {
        match count {
            1 => "1 byte".into(),
            _ => format!("{count} bytes"),
        }
    }

    fn one_of(&self, number: usize, total: usize) -> String {
        format!("{number} of {total}")
    }

    fn letters(&self, count: usize) -> String {
        match count {
            1 => "1 message".into(),
            _ => format!("{count} messages"),
        }
    }

    fn to_mend(&self, count: usize) -> String {
        match count {
            1 => "1 field needs mending".into(),
            _ => format!("{count} fields need mending"),
        }
    }

    fn left_out(&self, bytes: usize) -> String {
        format!("and {bytes} bytes more")
    }

    fn extensions(&self, count: usize) -> String {
        match count {
            1 => "1 extension".into(),
            _ => format!("{count} extensions"),
        }
    }

    fn patience(&self, of_server: bool, left: Duration) -> String {
        if of_server {
            format!("the server waits {}", minutes(left))
        } else {
            format!("waiting, up to {}", minutes(left))
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
