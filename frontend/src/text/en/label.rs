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
            Label::ServerSent => "The server sent",
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
            Label::PlainTextWhy => "Without encryption everybody on the way can read the password.",
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
            Label::Handshaking => "TLS begins",
            Label::UntrustedTitle => "This certificate is not trusted",
            Label::UntrustedWhy => {
                "Nothing secret has been sent. The connection is sealed, but whoever stands between you and the server could show a certificate like this."
            }
            Label::UntrustedCommon => {
                "Between mail servers this is common, and they go on. For a login it is not good enough."
            }
            Label::VerifiedOnly => {
                "You asked for a certificate that can be verified, so the walk ends here."
            }
            Label::GoOnAnyway => "Go on with this certificate",
            Label::Leave => "Leave",
            Label::UnverifiedSend => "Send it all the same",
            Label::SetupSecurity => "Encryption",
            Label::SecurityMode => "How",
            Label::ItsCertificate => "The server shows a certificate that is",
            Label::ItsCertificateNote => {
                "Six ways in which certificates are bad, to see each refused."
            }
            Label::TlsVersions => "Versions offered",
            Label::VersionsBoth => "TLS 1.3 and 1.2",
            Label::VersionOld => "TLS 1.2 alone",
            Label::VersionNew => "TLS 1.3 alone",
            Label::Authorities => "Authorities you trust as well",
            Label::AuthoritiesNote => "As PEM. Those that browsers know are trusted already.",
            Label::OwnCertificate => "Your own certificate and its key",
            Label::OwnCertificateNote => {
                "As PEM, for servers that ask for one. It stays in this tab and is never kept."
            }
            Label::TlsFacts => "The connection",
            Label::TlsVersion => "Version",
            Label::TlsSuite => "Cipher suite",
            Label::TlsGroup => "Key exchange",
            Label::TlsTrust => "Certificate",
            Label::Trusted => "verified",
            Label::NotTrusted => "not verified",
            Label::Chain => "Certificate chain",
            Label::CertNames => "Good for",
            Label::CertIssuer => "Vouched for by",
            Label::CertFrom => "Valid from",
            Label::CertUntil => "Until",
            Label::CertKey => "Key",
            Label::CertSigned => "Signed with",
            Label::CertSerial => "Serial number",
            Label::CertPrint => "Fingerprint",
            Label::CertAuthority => "authority",
            Label::Travelled => "What was said, and what travelled",
            Label::AsSaid => "What was said",
            Label::AsSealed => "What travelled",
            Label::OthersSee => "What others on the way see",
            Label::OthersSeeAll => "All of it, the bridge among them: it travelled in plain text.",
            Label::OthersWouldSeeAll => "All of it: on a network this travels in plain text.",
            Label::OthersSeeSealed => "Sealed bytes, and how many of them. Not what they say.",
            Label::OthersSeeHandshake => {
                "All of it. This part of the handshake is not sealed: it holds no secret."
            }
            Label::TheRecord => "The record",
            Label::OpenedHere => {
                "It travelled sealed. It is shown here because this page opened it with the session’s own keys."
            }
            Label::SealedMark => "sealed",
            Label::MessagePart => "part of a message",
            Label::HiddenRecord => "sealed, not shown",
            Label::CameInstead => "What came instead",
            Label::TlsFailed => "TLS did not work out",
            Label::PartComing => "One moment: the rest of the page is on its way.",
            Label::PartAbsent => "A part of this page did not arrive. Is the network there?",
            Label::FetchAgain => "Fetch it again",
            Label::CompareWhat => "What",
        }
    }
}
