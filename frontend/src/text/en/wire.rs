//! English. The wire: what its parts are and mean.

use super::super::{Named, WireWords};
use super::{En, named};
use protocol::anatomy::{Answer, Field};
use protocol::smtp::command::Verb;
use protocol::smtp::extension::Extension;
use protocol::smtp::status::{Category, EnhancedCode, ReplyCode, Severity};

impl WireWords for En {
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
            Field::SizeValue => named("bytes", "How many bytes the message has."),
            Field::BodyType => named(
                "bytes used",
                "7BIT: ASCII alone. 8BITMIME: any bytes, in lines. BINARYMIME: any bytes at all.",
            ),
            Field::Submitter => named(
                "submitter",
                "Who sent it in, as whoever passes it on has checked; <> if nobody has.",
            ),
            Field::ReturnType => named(
                "to return",
                "What a report is to hold: FULL, the whole message, or HDRS, its headers.",
            ),
            Field::EnvelopeId => {
                named("envelope’s name", "By this name reports refer to this message.")
            }
            Field::NotifyWord => {
                named("report", "When to report: on SUCCESS, on FAILURE, on a DELAY, or NEVER.")
            }
            Field::NotifyComma => named("comma", "One more occasion follows."),
            Field::AddressType => named("kind of address", "Mostly rfc822, which is e-mail."),
            Field::AddressTypeEnd => named(";", "The address follows."),
            Field::OriginalRecipient => {
                named("first recipient", "The address as the sender first wrote it.")
            }
            Field::HexByte => named(
                "encoded byte",
                "One byte, written as + and its number in hexadecimal. +2B is a plus sign.",
            ),
            Field::ChunkSize => named(
                "octets",
                "How many bytes follow. The server takes that many, whatever they are.",
            ),
            Field::LastChunk => named("LAST", "The message ends with this chunk."),
            Field::Mechanism => named("mechanism", "The method of logging in."),
            Field::EncodedUser => named("user name", "Your user name in base64."),
            Field::EncodedPassword => {
                named("password", "Your password in base64. That is a spelling, not encryption.")
            }
            Field::EncodedPlain => named(
                "login",
                "User name and password in one piece of base64, each behind a zero byte.",
            ),
            Field::EncodedDigest => named(
                "digest",
                "Your user name and a digest made of the question and your password, in base64.",
            ),
            Field::EncodedOpening => named(
                "opening",
                "Your user name and something new for the server to answer to, in base64.",
            ),
            Field::EncodedProof => named(
                "proof",
                "Proof that you know the password, in base64. The password itself stays here.",
            ),
            Field::EncodedToken => named(
                "token",
                "Your user name and an access token in base64. Whoever reads it can use it.",
            ),
            Field::EncodedIdentity => named("identity", "Who you want to be, in base64."),
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
            Field::Prompt => named("question", "What the server asks for."),
            Field::Identity => named("identity", "As whom you want to act."),
            Field::UserName => named("user name", "Who you are, as the server knows you."),
            Field::Password => named("password", "The password as it is. Base64 hides nothing."),
            Field::Nul => {
                named("zero byte", "Holds the parts apart: no name and no password has one.")
            }
            Field::Nonce => named(
                "nonce",
                "Something new, made for this login alone. An answer recorded earlier is worth nothing.",
            ),
            Field::Digest => named(
                "digest",
                "Made of the question and your password. Only who knows the password can make it.",
            ),
            Field::TokenType => named("type", "The kind of token."),
            Field::AccessToken => named("access token", "Stands in for a password, for a while."),
            Field::ControlA => named("byte 1", "Ends a pair of name and value."),
            Field::BindingFlag => named(
                "binding",
                "Whether the login is tied to the TLS connection: n no, y the server offers none, p yes.",
            ),
            Field::BindingData => named(
                "bound to",
                "What was said of TLS at first, again, so that nobody changed it on the way.",
            ),
            Field::AttributeName => named("name", "Says what follows."),
            Field::AttributeSeparator => named("comma", "Stands between two parts."),
            Field::AttributeValue => named("value", "What the name before it says."),
            Field::Salt => {
                named("salt", "Mixed with the password, so that equal passwords look different.")
            }
            Field::Iterations => {
                named("rounds", "How often the password is digested. Each guess costs as much.")
            }
            Field::ClientProof => named(
                "your proof",
                "Made of the password and all that was said. It fits this login alone.",
            ),
            Field::ServerSignature => {
                named("server’s proof", "Shows that the server knows the password too.")
            }
            Field::ErrorReport => named("reason", "Why the server refuses."),
            Field::Trace => named("trace", "Who to ask if something is wrong. Nobody checks it."),
            Field::HeaderName => named("header", "The name of a header."),
            Field::HeaderColon => named(":", "Stands between the header’s name and its value."),
            Field::HeaderValue => named("value", "What the header says."),
            Field::HeaderFold => {
                named("fold", "The header goes on: this line begins with a space.")
            }
            Field::HeaderSeparator => named("separator", "Holds the parts of the value apart."),
            Field::Comment => {
                named("comment", "In parentheses: a remark for people. Programs skip it.")
            }
            Field::DisplayName => named("name", "What people see in place of the address."),
            Field::AngleOpen => named("<", "The address begins."),
            Field::AngleClose => named(">", "The address ends."),
            Field::DayName => named("day of the week", "For people. It has to fit the date."),
            Field::Day => named("day", "The day of the month."),
            Field::Month => named("month", "The first three letters of its English name."),
            Field::Year => named("year", "In four digits."),
            Field::TimeOfDay => named("time", "Hour, minute and second where it was written."),
            Field::Zone => {
                named("time zone", "Hours and minutes ahead of universal time, or behind it.")
            }
            Field::IdLeft => named(
                "number",
                "Whatever makes this message’s name unlike all others of that host.",
            ),
            Field::IdRight => {
                named("host", "Who gave the name: mostly the machine that wrote the message.")
            }
            Field::TraceKeyword => {
                named("clause", "from, by, via, with, id or for: says what comes next.")
            }
            Field::TraceValue => {
                named("trace", "What the server noted about this stop on the way.")
            }
            Field::EncodedWordMark => {
                named("mark", "=? begins an encoded word, ? holds its parts apart, ?= ends it.")
            }
            Field::Charset => named(
                "character set",
                "Which letter each byte stands for; today nearly always utf-8.",
            ),
            Field::WordEncoding => named("encoding", "B is base64, Q is quoted-printable."),
            Field::EncodedWord => named("encoded text", "Text beyond ASCII, written in ASCII."),
            Field::MediaType => named(
                "kind",
                "What sort of thing it is: text, image, or multipart for several parts.",
            ),
            Field::MediaSubtype => named("format", "Which one of its kind: plain, html, png."),
            Field::MimeParameter => named("parameter", "The name of a detail."),
            Field::MimeValue => named("detail", "What the parameter says."),
            Field::FileName => named("file name", "Under this name it is saved."),
            Field::TransferEncoding => named(
                "encoding",
                "How the body is written: 7bit and 8bit as it is, base64, or quoted-printable.",
            ),
            Field::Disposition => {
                named("place", "inline is shown in the message, attachment is a file beside it.")
            }
            Field::MimeVersion => {
                named("version", "Always 1.0. It says that the message follows MIME.")
            }
            Field::TagName => named(
                "tag",
                "v version, a method, d domain, s key, h signed headers, bh and b digest and signature.",
            ),
            Field::TagValue => named("tag value", "What the tag says."),
            Field::Boundary => named(
                "boundary",
                "The line that separates the parts. It must stand in none of them.",
            ),
            Field::BoundaryDashes => named(
                "--",
                "Two hyphens before a boundary. Two more behind it close the last part.",
            ),
            Field::OutsideParts => named(
                "not shown",
                "Stands before the first part or behind the last. Mail programs leave it out.",
            ),
            Field::EncodedBody => {
                named("base64", "Bytes written as letters: four for every three.")
            }
            Field::QuotedByte => {
                named("quoted byte", "Two digits in hexadecimal that stand for one byte.")
            }
            Field::SoftBreak => {
                named("soft break", "The line goes on. It was only too long to be sent as one.")
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
            (1, 3) => "the recipient’s address is not written as it should be",
            (1, 4) => "the address may mean more than one mailbox",
            (1, 5) => "the recipient is good",
            (1, 6) => "the mailbox has moved, and the new address is not known",
            (1, 7) => "the sender’s address is not written as it should be",
            (1, 8) => "the sender’s domain is not good",
            (1, 9) => "passed on to a server that keeps other rules",
            (1, 10) => "the domain says that it takes no mail",
            (2, 1) => "switched off",
            (2, 2) => "full",
            (2, 3) => "too large for the mailbox",
            (2, 4) => "the mailing list could not be resolved",
            (3, 1) => "the disk is full",
            (3, 2) => "takes no mail now",
            (3, 3) => "cannot do what was asked of it",
            (3, 4) => "the message is too large",
            (3, 5) => "not set up as it should be",
            (3, 6) => "the priority was changed",
            (4, 1) => "the next server does not answer",
            (4, 2) => "the connection was bad or broke off",
            (4, 3) => "a directory such as the DNS does not answer",
            (4, 4) => "no way to the recipient’s server",
            (4, 5) => "too busy",
            (4, 6) => "the message went round in a circle",
            (4, 7) => "it could not be delivered in time",
            (5, 1) => "not this command, or not now",
            (5, 2) => "the command is not well formed",
            (5, 3) => "too many recipients",
            (5, 4) => "the argument is not right",
            (5, 5) => "another version of the protocol is wanted",
            (5, 6) => "a line of the login is too long",
            (6, 1) => "this kind of content is not taken",
            (6, 2) => "it would have to be converted, and that is forbidden",
            (6, 3) => "it would have to be converted, and that is not possible",
            (6, 4) => "converted, and something was lost",
            (6, 5) => "the conversion failed",
            (6, 6) => "the content could not be fetched",
            (6, 7) => "an address beyond ASCII is not taken",
            (6, 8 | 10) => "the reply would need UTF-8, which was not allowed",
            (6, 9) => "headers in UTF-8 cannot be passed on",
            (7, 1) => "forbidden here",
            (7, 2) => "not allowed to write to the mailing list",
            (7, 3) => "it would have to be encrypted anew, and that is not possible",
            (7, 4) => "the security that was asked for is not on offer",
            (7, 5) => "encryption or decryption failed",
            (7, 6) => "the kind of encryption is not known",
            (7, 7) => "the message was changed on the way",
            (7, 8) => "the login is wrong",
            (7, 9) => "the mechanism is too weak",
            (7, 10) => "encryption is needed",
            (7, 11) => "this mechanism is taken only under encryption",
            (7, 12) => "the password has to be changed first",
            (7, 13) => "the account is disabled",
            (7, 14) => "the two servers must trust each other first",
            (7, 15) => "the priority is too low",
            (7, 16) => "too large for its priority",
            (7, 17) => "the mailbox has another owner now",
            (7, 18) => "the domain has another owner now",
            (7, 19) => "whether the owner is still the same could not be checked",
            (7, 20) => "no DKIM signature passed",
            (7, 21) => "no DKIM signature is good enough",
            (7, 22) => "no DKIM signature is the author’s",
            (7, 23) => "SPF says no",
            (7, 24) => "SPF could not be checked",
            (7, 25) => "the address has no name that leads back to it",
            (7, 26) => "more than one check of the sender failed",
            (7, 27) => "the sender’s domain says that it takes no mail",
            (7, 28) => "too much mail at once",
            (7, 29) => "ARC says no",
            (7, 30) => "the next server does not do REQUIRETLS",
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
            Answer::ToChunk => "The server has this part of the message, and waits for the next.",
            Answer::ToMailData => {
                "The server has the whole message. From now on it must deliver it, or report to the sender."
            }
            _ => return None,
        })
    }

    fn verb(&self, verb: Verb) -> &'static str {
        match verb {
            Verb::Ehlo => "Hello: gives your name, and asks what the server can do.",
            Verb::Helo => "Hello in its oldest form: gives your name, and asks for nothing.",
            Verb::Auth => "Asks to log in.",
            Verb::Mail => "Begins a message and names its sender.",
            Verb::Rcpt => "Names one recipient.",
            Verb::Data => "Announces the message itself.",
            Verb::Bdat => "Announces a part of the message, and how many bytes it has.",
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

    fn bytes(&self, count: usize) -> String {
        match count {
            1 => "1 byte".into(),
            _ => format!("{count} bytes"),
        }
    }

    fn left_out(&self, bytes: usize) -> String {
        format!("and {bytes} bytes more")
    }
}
