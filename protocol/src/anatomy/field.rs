//! The names of the parts of the wire.

/// What a run of bytes on the wire is.
///
/// Each production of the grammar has a name of its own; [`Field::Text`] and [`Field::Argument`] are used
/// only where the RFC's own grammar has free text. The page has a sentence for every one of them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Field {
    /// The command word (RFC 5321 §4.1.1).
    Verb,
    /// The space between two parts.
    Space,
    /// The name the client gives itself in EHLO or HELO (RFC 5321 §4.1.1.1).
    ClientName,
    /// `FROM:` (RFC 5321 §4.1.1.2).
    FromKeyword,
    /// `TO:` (RFC 5321 §4.1.1.3).
    ToKeyword,
    /// `<`, where a path begins.
    PathOpen,
    /// `@relay,@relay:`, obsolete and to be ignored (RFC 5321 §4.1.1.3, appendix C).
    SourceRoute,
    /// What stands before the `@` (RFC 5321 §4.1.2).
    LocalPart,
    /// `@`.
    At,
    /// What stands behind the `@`: a domain, or an address in brackets (RFC 5321 §4.1.2 and .3).
    Domain,
    /// `>`, where a path ends. Right behind `<` it makes the null reverse-path (RFC 5321 §4.5.5).
    PathClose,
    /// The name of a parameter of MAIL or RCPT (RFC 5321 §4.1.2 esmtp-param).
    ParameterName,
    /// `=` between a parameter's name and value.
    ParameterEquals,
    /// The value of a parameter that is not known here.
    ParameterValue,
    /// The digits of SIZE (RFC 1870 §4).
    SizeValue,
    /// What bytes the message has: the word behind BODY= (RFC 6152 §2).
    BodyType,
    /// Who submitted the message: the value of MAIL's AUTH (RFC 4954 §5).
    Submitter,
    /// How much of the message a report is to hold: the word behind RET= (RFC 3461 §4.3).
    ReturnType,
    /// The sender's name for the envelope (RFC 3461 §4.4).
    EnvelopeId,
    /// One of the words behind NOTIFY= (RFC 3461 §4.1).
    NotifyWord,
    /// The comma between two of them (RFC 3461 §4.1).
    NotifyComma,
    /// The kind of address behind ORCPT= (RFC 3461 §4.2).
    AddressType,
    /// The semicolon behind it (RFC 3461 §4.2).
    AddressTypeEnd,
    /// The address as its sender first wrote it (RFC 3461 §4.2).
    OriginalRecipient,
    /// `+` and two digits that stand for one byte (RFC 3461 §4 hexchar).
    HexByte,
    /// How many octets a chunk has (RFC 3030 §2).
    ChunkSize,
    /// `LAST`: the message ends with this chunk (RFC 3030 §2).
    LastChunk,
    /// A SASL mechanism's name (RFC 4422 §3.1).
    Mechanism,
    /// A user name in base64.
    EncodedUser,
    /// A password in base64.
    EncodedPassword,
    /// Identity, user name and password in one piece of base64 (RFC 4616 §2).
    EncodedPlain,
    /// User name and digest of CRAM-MD5 in base64 (RFC 2195 §2).
    EncodedDigest,
    /// SCRAM's first message in base64: the user name and a nonce (RFC 5802 §7).
    EncodedOpening,
    /// SCRAM's second message in base64: the proof (RFC 5802 §7).
    EncodedProof,
    /// User name and access token in base64 (RFC 7628 §3.1).
    EncodedToken,
    /// The identity to act as, or a trace of who it is, in base64 (RFC 4422 appendix A, RFC 4505 §2).
    EncodedIdentity,
    /// Another piece of an AUTH exchange in base64 (RFC 4954 §4).
    EncodedData,
    /// `=`: an initial response that is empty (RFC 4954 §4).
    EmptyResponse,
    /// `*`: the client gives the exchange up (RFC 4954 §4).
    CancelAuth,
    /// The free argument of VRFY, EXPN, HELP or NOOP (RFC 5321 §4.1.1.6 to .9).
    Argument,
    /// CR LF, the end of every line (RFC 5321 §2.3.8).
    LineEnd,
    /// The three digits of a reply (RFC 5321 §4.2).
    ReplyCode,
    /// The space behind the digits: this is the reply's last line (RFC 5321 §4.2.1).
    LastLine,
    /// The hyphen behind the digits: more lines follow (RFC 5321 §4.2.1).
    MoreLines,
    /// An enhanced status code (RFC 3463 §2).
    EnhancedCode,
    /// The name the server gives itself in its greeting and behind EHLO (RFC 5321 §4.2, §4.1.1.1).
    ServerName,
    /// Free text for a person to read.
    Text,
    /// The keyword of an extension the server offers (RFC 5321 §4.1.1.1 ehlo-keyword).
    ExtensionKeyword,
    /// A parameter of an extension (RFC 5321 §4.1.1.1 ehlo-param).
    ExtensionParameter,
    /// A question of the AUTH exchange in base64 (RFC 4954 §4).
    Challenge,
    /// Inside base64: what LOGIN's server asks for.
    Prompt,
    /// Inside base64: the identity to act as (RFC 4422 §2).
    Identity,
    /// Inside base64: the user name.
    UserName,
    /// Inside base64: the password.
    Password,
    /// Inside base64: the byte 0 that holds PLAIN's parts apart (RFC 4616 §2).
    Nul,
    /// Inside base64: something new, made for this login alone (RFC 2195 §2, RFC 5802 §5.1).
    Nonce,
    /// Inside base64: CRAM-MD5's digest of the nonce, in hexadecimal (RFC 2195 §2).
    Digest,
    /// Inside base64: the kind of access token (RFC 6750 §2.1).
    TokenType,
    /// Inside base64: the access token (RFC 6750 §2.1).
    AccessToken,
    /// Inside base64: the byte 1 behind each of OAuth's pairs (RFC 7628 §3.1).
    ControlA,
    /// Inside base64: whether the login is tied to TLS (RFC 5801 §4 gs2-cb-flag).
    BindingFlag,
    /// Inside base64: what ties the login to TLS (RFC 5802 §5.1 `c`).
    BindingData,
    /// Inside base64: the name of an attribute, with its `=` (RFC 5802 §5.1).
    AttributeName,
    /// Inside base64: the comma between attributes (RFC 5802 §5.1).
    AttributeSeparator,
    /// Inside base64: the value of an attribute that has no name of its own here.
    AttributeValue,
    /// Inside base64: what the password is mixed with (RFC 5802 §5.1 `s`).
    Salt,
    /// Inside base64: how often it is digested (RFC 5802 §5.1 `i`).
    Iterations,
    /// Inside base64: the client's proof (RFC 5802 §5.1 `p`).
    ClientProof,
    /// Inside base64: the server's proof (RFC 5802 §5.1 `v`).
    ServerSignature,
    /// Inside base64: why the server refuses (RFC 7628 §3.2.2, RFC 5802 §5.1 `e`).
    ErrorReport,
    /// Inside base64: who to ask if something is wrong (RFC 4505 §2).
    Trace,
    /// The name of a header field (RFC 5322 §2.2).
    HeaderName,
    /// `:` behind a header field's name.
    HeaderColon,
    /// A header field's value, or text in one that has no name of its own (RFC 5322 §2.2).
    HeaderValue,
    /// White space that continues a header field on the next line (RFC 5322 §2.2.3).
    HeaderFold,
    /// `,` `;` `:` `/` `=` or `"`, where it holds the parts of a header's value apart.
    HeaderSeparator,
    /// In parentheses, for people to read (RFC 5322 §3.2.2).
    Comment,
    /// A word of a person's or a group's name (RFC 5322 §3.4).
    DisplayName,
    /// `<`, where an address or the name of a message begins (RFC 5322 §3.4).
    AngleOpen,
    /// `>`, where it ends (RFC 5322 §3.4).
    AngleClose,
    /// The day of the week (RFC 5322 §3.3).
    DayName,
    /// The day of the month (RFC 5322 §3.3).
    Day,
    /// The month (RFC 5322 §3.3).
    Month,
    /// The year (RFC 5322 §3.3).
    Year,
    /// Hour, minute and perhaps second (RFC 5322 §3.3).
    TimeOfDay,
    /// How far the clock is from universal time (RFC 5322 §3.3).
    Zone,
    /// What stands before the `@` of a message's name (RFC 5322 §3.6.4).
    IdLeft,
    /// What stands behind it (RFC 5322 §3.6.4).
    IdRight,
    /// A word that begins a clause of a trace line: from, by, via, with, id, for (RFC 5321 §4.4).
    TraceKeyword,
    /// What such a clause says (RFC 5321 §4.4).
    TraceValue,
    /// `=?`, `?` and `?=`, which hold the parts of an encoded word apart (RFC 2047 §2).
    EncodedWordMark,
    /// A character set (RFC 2046 §4.1.2, RFC 2047 §3).
    Charset,
    /// B for base64, Q for quoted-printable (RFC 2047 §4).
    WordEncoding,
    /// The text of an encoded word (RFC 2047 §2).
    EncodedWord,
    /// What kind of thing the body is: text, image, multipart (RFC 2045 §5.1).
    MediaType,
    /// Which one of its kind (RFC 2045 §5.1).
    MediaSubtype,
    /// The name of a parameter (RFC 2045 §5.1).
    MimeParameter,
    /// The value of a parameter that has no name of its own here (RFC 2045 §5.1).
    MimeValue,
    /// The name of a file (RFC 2183 §2.3).
    FileName,
    /// How the body is encoded (RFC 2045 §6.1).
    TransferEncoding,
    /// Whether a part is shown in the message or as an attachment (RFC 2183 §2).
    Disposition,
    /// The version of MIME (RFC 2045 §4).
    MimeVersion,
    /// The name of a tag (RFC 6376 §3.2).
    TagName,
    /// The value of a tag (RFC 6376 §3.2).
    TagValue,
    /// What separates the parts of a message (RFC 2046 §5.1.1).
    Boundary,
    /// The two hyphens before a boundary, and behind the last one (RFC 2046 §5.1.1).
    BoundaryDashes,
    /// Text in front of the first part or behind the last, which is not shown (RFC 2046 §5.1.1).
    OutsideParts,
    /// A line of the body in base64 (RFC 2045 §6.8).
    EncodedBody,
    /// `=` and two digits that stand for one byte (RFC 2045 §6.7).
    QuotedByte,
    /// `=` at the end of a line that goes on (RFC 2045 §6.7).
    SoftBreak,
    /// The empty line between headers and body (RFC 5322 §2.1).
    EmptyLine,
    /// A line of the body (RFC 5322 §2.3).
    BodyText,
    /// A dot added in front of a line that begins with one (RFC 5321 §4.5.2).
    StuffedDot,
    /// The line with nothing but a dot: the end of the mail data (RFC 5321 §4.1.1.4).
    FinalDot,
    /// Bytes that do not fit the grammar at this place.
    Unparsed,
}

/// A field and the bytes it covers.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Span {
    /// What the bytes are.
    pub field: Field,
    /// Where they are, as offsets into the wire bytes; never empty.
    pub range: std::ops::Range<usize>,
}

impl Field {
    /// Where the field is defined.
    pub const fn source(self) -> &'static str {
        match self {
            Self::Verb => "RFC 5321 §4.1.1",
            Self::Space | Self::ClientName | Self::ExtensionKeyword | Self::ExtensionParameter => {
                "RFC 5321 §4.1.1.1"
            }
            Self::FromKeyword => "RFC 5321 §4.1.1.2",
            Self::ToKeyword => "RFC 5321 §4.1.1.3",
            Self::SourceRoute => "RFC 5321 appendix C",
            Self::PathOpen
            | Self::PathClose
            | Self::LocalPart
            | Self::At
            | Self::Domain
            | Self::ParameterName
            | Self::ParameterEquals
            | Self::ParameterValue => "RFC 5321 §4.1.2",
            Self::SizeValue => "RFC 1870 §4",
            Self::BodyType => "RFC 6152 §2",
            Self::Submitter => "RFC 4954 §5",
            Self::ReturnType => "RFC 3461 §4.3",
            Self::EnvelopeId => "RFC 3461 §4.4",
            Self::NotifyWord | Self::NotifyComma => "RFC 3461 §4.1",
            Self::AddressType | Self::AddressTypeEnd | Self::OriginalRecipient => "RFC 3461 §4.2",
            Self::HexByte => "RFC 3461 §4",
            Self::ChunkSize | Self::LastChunk => "RFC 3030 §2",
            Self::Mechanism => "RFC 4422 §3.1",
            Self::EncodedPlain | Self::Nul => "RFC 4616 §2",
            Self::EncodedDigest | Self::Digest => "RFC 2195 §2",
            Self::EncodedOpening | Self::EncodedProof => "RFC 5802 §7",
            Self::BindingData
            | Self::AttributeName
            | Self::AttributeSeparator
            | Self::AttributeValue
            | Self::Nonce
            | Self::Salt
            | Self::Iterations
            | Self::ClientProof
            | Self::ServerSignature => "RFC 5802 §5.1",
            Self::BindingFlag => "RFC 5801 §4",
            Self::EncodedToken | Self::ControlA => "RFC 7628 §3.1",
            Self::ErrorReport => "RFC 7628 §3.2.2",
            Self::TokenType | Self::AccessToken => "RFC 6750 §2.1",
            Self::EncodedIdentity | Self::Identity | Self::UserName | Self::Password => {
                "RFC 4422 §2"
            }
            Self::Prompt => "draft-murchison-sasl-login",
            Self::Trace => "RFC 4505 §2",
            Self::EncodedUser
            | Self::EncodedPassword
            | Self::EncodedData
            | Self::Challenge
            | Self::EmptyResponse
            | Self::CancelAuth => "RFC 4954 §4",
            Self::Argument => "RFC 5321 §4.1.1.6",
            Self::LineEnd => "RFC 5321 §2.3.8",
            Self::ReplyCode | Self::ServerName | Self::Text => "RFC 5321 §4.2",
            Self::LastLine | Self::MoreLines => "RFC 5321 §4.2.1",
            Self::EnhancedCode => "RFC 3463 §2",
            Self::HeaderName | Self::HeaderColon | Self::HeaderValue => "RFC 5322 §2.2",
            Self::HeaderFold => "RFC 5322 §2.2.3",
            Self::HeaderSeparator => "RFC 5322 §2.2.2",
            Self::Comment => "RFC 5322 §3.2.2",
            Self::DisplayName | Self::AngleOpen | Self::AngleClose => "RFC 5322 §3.4",
            Self::DayName | Self::Day | Self::Month | Self::Year | Self::TimeOfDay | Self::Zone => {
                "RFC 5322 §3.3"
            }
            Self::IdLeft | Self::IdRight => "RFC 5322 §3.6.4",
            Self::TraceKeyword | Self::TraceValue => "RFC 5321 §4.4",
            Self::EncodedWordMark | Self::EncodedWord => "RFC 2047 §2",
            Self::Charset => "RFC 2046 §4.1.2",
            Self::WordEncoding => "RFC 2047 §4",
            Self::MediaType | Self::MediaSubtype | Self::MimeParameter | Self::MimeValue => {
                "RFC 2045 §5.1"
            }
            Self::FileName => "RFC 2183 §2.3",
            Self::TransferEncoding => "RFC 2045 §6.1",
            Self::Disposition => "RFC 2183 §2",
            Self::MimeVersion => "RFC 2045 §4",
            Self::TagName | Self::TagValue => "RFC 6376 §3.2",
            Self::Boundary | Self::BoundaryDashes | Self::OutsideParts => "RFC 2046 §5.1.1",
            Self::EncodedBody => "RFC 2045 §6.8",
            Self::QuotedByte | Self::SoftBreak => "RFC 2045 §6.7",
            Self::EmptyLine => "RFC 5322 §2.1",
            Self::BodyText => "RFC 5322 §2.3",
            Self::StuffedDot => "RFC 5321 §4.5.2",
            Self::FinalDot => "RFC 5321 §4.1.1.4",
            Self::Unparsed => "RFC 5321 §4.1",
        }
    }

    /// Whether a real login could be read from these bytes. Of an answer that is not known here it is assumed.
    pub const fn is_secret(self) -> bool {
        matches!(
            self,
            Self::EncodedPassword
                | Self::EncodedPlain
                | Self::EncodedToken
                | Self::EncodedData
                | Self::Password
                | Self::AccessToken
        )
    }

    /// Whether it is a part of a header field's value that has a name of its own.
    pub const fn is_of_header_value(self) -> bool {
        matches!(
            self,
            Self::HeaderSeparator
                | Self::Comment
                | Self::DisplayName
                | Self::AngleOpen
                | Self::AngleClose
                | Self::LocalPart
                | Self::At
                | Self::Domain
                | Self::DayName
                | Self::Day
                | Self::Month
                | Self::Year
                | Self::TimeOfDay
                | Self::Zone
                | Self::IdLeft
                | Self::IdRight
                | Self::TraceKeyword
                | Self::TraceValue
                | Self::EncodedWordMark
                | Self::Charset
                | Self::WordEncoding
                | Self::EncodedWord
                | Self::MediaType
                | Self::MediaSubtype
                | Self::MimeParameter
                | Self::MimeValue
                | Self::FileName
                | Self::TransferEncoding
                | Self::Disposition
                | Self::MimeVersion
                | Self::TagName
                | Self::TagValue
                | Self::Boundary
        )
    }

    /// Whether the bytes are base64.
    pub const fn is_base64(self) -> bool {
        matches!(
            self,
            Self::EncodedUser
                | Self::EncodedPassword
                | Self::EncodedPlain
                | Self::EncodedDigest
                | Self::EncodedOpening
                | Self::EncodedProof
                | Self::EncodedToken
                | Self::EncodedIdentity
                | Self::EncodedData
                | Self::Challenge
                | Self::EncodedBody
        )
    }
}

impl Span {
    /// The span in a text that has `offset` bytes more before it.
    #[must_use]
    pub fn moved(self, offset: usize) -> Self {
        Self { field: self.field, range: self.range.start + offset..self.range.end + offset }
    }
}
