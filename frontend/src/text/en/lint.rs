//! What is wrong with a message.

use protocol::message::Lint;

/// The sentence behind the line number, if there is one.
pub(super) fn lint(lint: Lint) -> &'static str {
    match lint {
        Lint::EmptyLineMissing => {
            "The empty line between headers and text is missing. The server takes it, but mail programs will mistake the text for headers, and readers may see an empty message."
        }
        Lint::NotAHeader => {
            "This line is no header field. A field begins with a name in plain letters, and a colon follows the name at once."
        }
        Lint::BareCr => {
            "There is a CR without its LF. A line ends with CR LF; servers may refuse the message or change it."
        }
        Lint::BareLf => {
            "This line ends with LF alone. A line ends with CR LF; where servers disagree about its end, a second message can be smuggled in, so many refuse it."
        }
        Lint::LineTooLong => {
            "This line has more than 998 bytes. Servers may refuse it, or break it in two."
        }
        Lint::LineLong => {
            "This line has more than 78 characters. It is allowed, but some programs show it badly."
        }
        Lint::FromMissing => {
            "There is no From header, so nobody is named as the author. Many servers refuse such a message."
        }
        Lint::FromDoubled => {
            "This is a second From header. Only one is allowed, and many servers refuse the message, since programs do not agree which one to show."
        }
        Lint::DateMissing => "There is no Date header. The first server usually adds it.",
        Lint::DateDoubled => {
            "This is a second Date header. Only one is allowed; programs do not agree which one to show."
        }
        Lint::BccLeftIn => {
            "The Bcc header is still there with its addresses. Everyone who gets the message can read them; leave it out, the envelope is enough."
        }
        Lint::EightBit => {
            "The text has bytes beyond ASCII, and this server does not offer 8BITMIME. Write the text as base64 or quoted-printable."
        }
        Lint::HeadersNotAscii => {
            "The headers have bytes beyond ASCII, and this server does not offer SMTPUTF8. Write such words as encoded words, =?utf-8?B?…?=."
        }
        Lint::FromUnlikeEnvelope => {
            "From is another address than the sender in MAIL FROM. That is allowed, but spam filters look at it."
        }
        Lint::RecipientUnmentioned => {
            "A recipient in RCPT TO stands in no header. That is how a blind copy is sent."
        }
        Lint::RecipientNotInEnvelope => {
            "An address in this header has no RCPT TO of its own. It does not get the message from here."
        }
    }
}
