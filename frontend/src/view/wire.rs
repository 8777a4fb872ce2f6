//! Wire bytes for people: coloured by field, unreadable bytes made visible, secrets masked.

use super::charset;
use crate::walk::Snapshot;
use protocol::anatomy::{Field, Span};
use std::ops::Range;
use yew::prelude::*;

/// The class that colours a field.
#[expect(clippy::too_many_lines, reason = "it is one table")]
pub(super) const fn class_of(field: Field) -> &'static str {
    match field {
        Field::ReplyCode
        | Field::EnhancedCode
        | Field::StuffedDot
        | Field::FinalDot
        | Field::LastChunk
        | Field::ChunkSize
        | Field::EmptyLine
        | Field::CancelAuth
        | Field::Iterations
        | Field::SizeValue
        | Field::HexByte
        | Field::QuotedByte
        | Field::Boundary => "f-code",
        Field::Verb
        | Field::FromKeyword
        | Field::ToKeyword
        | Field::Mechanism
        | Field::ParameterName
        | Field::BodyType
        | Field::ReturnType
        | Field::NotifyWord
        | Field::AddressType
        | Field::ExtensionKeyword
        | Field::AttributeName
        | Field::TokenType
        | Field::BindingFlag
        | Field::HeaderName
        | Field::TraceKeyword
        | Field::Charset
        | Field::WordEncoding
        | Field::MediaType
        | Field::MediaSubtype
        | Field::MimeParameter
        | Field::TransferEncoding
        | Field::Disposition
        | Field::MimeVersion
        | Field::TagName => "f-word",
        Field::ClientName
        | Field::LocalPart
        | Field::Domain
        | Field::ServerName
        | Field::SourceRoute
        | Field::ParameterValue
        | Field::Submitter
        | Field::OriginalRecipient
        | Field::EnvelopeId
        | Field::ExtensionParameter
        | Field::UserName
        | Field::Identity
        | Field::Trace
        | Field::DisplayName
        | Field::IdLeft
        | Field::IdRight
        | Field::TraceValue
        | Field::FileName => "f-who",
        Field::EncodedUser
        | Field::EncodedPassword
        | Field::EncodedPlain
        | Field::EncodedDigest
        | Field::EncodedOpening
        | Field::EncodedProof
        | Field::EncodedToken
        | Field::EncodedIdentity
        | Field::EncodedData
        | Field::Challenge
        | Field::Password
        | Field::AccessToken
        | Field::Nonce
        | Field::Salt
        | Field::Digest
        | Field::BindingData
        | Field::ClientProof
        | Field::ServerSignature => "f-secret",
        Field::Text
        | Field::Argument
        | Field::HeaderValue
        | Field::BodyText
        | Field::Prompt
        | Field::ErrorReport
        | Field::AttributeValue
        | Field::Comment
        | Field::EncodedWord
        | Field::EncodedBody
        | Field::OutsideParts
        | Field::MimeValue
        | Field::TagValue
        | Field::DayName
        | Field::Day
        | Field::Month
        | Field::Year
        | Field::TimeOfDay
        | Field::Zone => "f-text",
        Field::Unparsed => "f-odd",
        Field::Space
        | Field::PathOpen
        | Field::At
        | Field::PathClose
        | Field::ParameterEquals
        | Field::NotifyComma
        | Field::AddressTypeEnd
        | Field::EmptyResponse
        | Field::LineEnd
        | Field::Nul
        | Field::ControlA
        | Field::AttributeSeparator
        | Field::LastLine
        | Field::MoreLines
        | Field::HeaderColon
        | Field::HeaderFold
        | Field::HeaderSeparator
        | Field::AngleOpen
        | Field::AngleClose
        | Field::EncodedWordMark
        | Field::BoundaryDashes
        | Field::SoftBreak => "f-glue",
    }
}

/// What of these bytes is to be masked now.
pub(super) fn hidden(
    walk: &Snapshot,
    revealed: bool,
    wire: &[u8],
    spans: &[Span],
) -> Vec<Range<usize>> {
    if revealed { Vec::new() } else { walk.secrets.hidden(wire, spans) }
}

/// Whether any of `range` is among what is masked.
pub(super) fn is_hidden(hidden: &[Range<usize>], range: &Range<usize>) -> bool {
    hidden.iter().any(|secret| secret.start < range.end && range.start < secret.end)
}

/// Bytes as text without their line end; what cannot be read is replaced, what is masked becomes dots.
pub(super) fn text(bytes: &[u8], offset: usize, hidden: &[Range<usize>]) -> String {
    let bytes = bytes.strip_suffix(b"\r\n").unwrap_or(bytes);
    let mut text = String::new();
    let mut at = 0;
    for secret in hidden {
        let start = secret.start.saturating_sub(offset).min(bytes.len()).max(at);
        let end = secret.end.saturating_sub(offset).min(bytes.len());
        if start < end {
            text += &charset::read(&bytes[at..start]).0;
            text += "••••••••";
            at = end;
        }
    }
    text + &charset::read(&bytes[at..]).0
}

/// A name for bytes that have no glyph: `CR LF`, `space`.
pub(super) fn mark(name: &str) -> Html {
    html! { <span class="mark">{ name.to_owned() }</span> }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn what_is_masked_becomes_dots_wherever_the_line_stands() {
        let secret = 5..9;
        let secrets = std::slice::from_ref(&secret);
        assert_eq!(text(b"AUTH pass x\r\n", 0, secrets), "AUTH •••••••• x");
        assert_eq!(text(b"pass x\r\n", 5, secrets), "•••••••• x");
        assert_eq!(text(b"other\r\n", 20, secrets), "other");
        assert!(is_hidden(secrets, &(8..12)) && !is_hidden(secrets, &(9..12)));
    }
}
