//! English. What the grammar wants at a place.

use protocol::smtp::cursor::Expected;

pub(super) fn expected(expected: Expected) -> String {
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
        Expected::Equals => "= and a value".into(),
        Expected::Once => "each parameter once".into(),
        Expected::ChunkSize => "how many octets the chunk has".into(),
        Expected::Last => "LAST, or the end of the line".into(),
        Expected::Size => "a number of bytes".into(),
        Expected::BodyType => "7BIT, 8BITMIME or BINARYMIME".into(),
        Expected::ReturnType => "FULL or HDRS".into(),
        Expected::Extension => "an extension to use, such as SIZE".into(),
        Expected::Notify => "NEVER, or SUCCESS, FAILURE and DELAY with commas between".into(),
        Expected::AddressType => "a kind of address and a semicolon, as in rfc822;".into(),
        Expected::Submitter => "<> or an address".into(),
        Expected::Xtext => "readable ASCII, with + written as +2B and = as +3D".into(),
        Expected::Printable => "readable ASCII".into(),
    }
}
