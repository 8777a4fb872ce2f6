//! English. The fixed pieces of text.

use super::super::{Label, LabelWords};
use super::En;

impl LabelWords for En {
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
            Label::You => "You",
            Label::YouAre => "the mail client, in this page",
            Label::Bridge => "Bridge",
            Label::BridgeIs => "passes bytes on, unread",
            Label::MailServer => "Mail server",
            Label::Port => "Port",
            Label::PhaseConnect => "Connect",
            Label::PhaseHello => "Say hello",
            Label::PhaseTls => "Encrypt",
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
            Label::NextHangUp => "Next: hang up",
            Label::WhyHangUp => {
                "This walk leaves here without a word, as a client that crashed would. The server has to cope."
            }
            Label::HangUp => "Hang up",
            Label::LeaveTogether => {
                "These commands leave together, since the server offers PIPELINING. It answers each in turn."
            }
            Label::TlsWanted => "The server now waits for TLS",
            Label::TlsWantedWhy => {
                "This page does not speak TLS yet, so the session cannot go on. Start over without STARTTLS."
            }
            Label::OpenMailbox => "Open the mailbox",
            Label::OtherCauses => "Other causes",
            Label::PlainTextSend => "Send it unencrypted",
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
            Label::InsideBase64 => "Inside the base64",
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
            Label::User => "User name",
            Label::Password => "Password",
            Label::AccessToken => "Access token",
            Label::AccessTokenNote => {
                "The provider gives it out to a program that you have allowed; it expires after a while."
            }
            Label::Strongest => "The strongest that is offered",
            Label::StrongestTaken => "It is the strongest that the server offers.",
            Label::PasswordNote => "Kept in this page only until you close it.",
            Label::PublicAccount => "A practice account, known to everybody. Nothing is hidden.",
            Label::ClientName => "Name of this computer",
            Label::ClientNameNote => "You introduce yourself with it in EHLO.",
            Label::Sender => "Sender",
            Label::Recipients => "Recipients",
            Label::RecipientsNote => "One address a line.",
            Label::RefusingNames => {
                "550@practice.example is refused with 550, and likewise any code from 400 to 599."
            }
            Label::Subject => "Subject",
            Label::Text => "Text",
            Label::EmptyLine => "Empty line between headers and text",
            Label::Apply => "Use this",
            Label::Cancel => "Cancel",
            Label::BackToLesson => "Back to the lesson",
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
            Label::NothingSaid => "Nothing said yet",
            Label::HowToRead => "How to read a reply",
            Label::ReadAsGbk => {
                "This text is not UTF-8. It is read as GBK, which Chinese servers used to write."
            }
            Label::KnownBy => "How the cause is known",
            Label::EnhancedApart => "The enhanced code, number by number",
            Label::When => "When",
            Label::CameAfter => "came after",
            Label::SinceConnecting => "since connecting",
            Label::Length => "length",
            Label::Kept => "kept of it",
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
}
