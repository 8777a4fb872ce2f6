//! What a server offers behind EHLO (RFC 5321 §4.1.1.1 and §2.2).

use super::reply::Reply;

/// A service extension that is known here.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Extension {
    /// RFC 4954.
    Auth,
    /// RFC 3207.
    StartTls,
    /// RFC 1870.
    Size,
    /// RFC 2920.
    Pipelining,
    /// RFC 6152.
    EightBitMime,
    /// RFC 6531.
    SmtpUtf8,
    /// RFC 3030.
    Chunking,
    /// RFC 3030.
    BinaryMime,
    /// RFC 3461.
    Dsn,
    /// RFC 2034.
    EnhancedStatusCodes,
    /// RFC 5321 §4.1.1.8.
    Help,
    /// RFC 5321 §4.1.1.6.
    Vrfy,
    /// RFC 5321 §4.1.1.7.
    Expn,
    /// RFC 1985.
    Etrn,
    /// RFC 2852.
    DeliverBy,
    /// RFC 4865.
    FutureRelease,
    /// RFC 6710.
    MtPriority,
    /// RFC 8689.
    RequireTls,
    /// RFC 9422.
    Limits,
    /// A keyword that is not in this list.
    Unknown,
}

/// Keyword, extension and source: the one table of extensions.
const KNOWN: [(&str, Extension, &str); 19] = [
    ("AUTH", Extension::Auth, "RFC 4954"),
    ("STARTTLS", Extension::StartTls, "RFC 3207"),
    ("SIZE", Extension::Size, "RFC 1870"),
    ("PIPELINING", Extension::Pipelining, "RFC 2920"),
    ("8BITMIME", Extension::EightBitMime, "RFC 6152"),
    ("SMTPUTF8", Extension::SmtpUtf8, "RFC 6531"),
    ("CHUNKING", Extension::Chunking, "RFC 3030"),
    ("BINARYMIME", Extension::BinaryMime, "RFC 3030"),
    ("DSN", Extension::Dsn, "RFC 3461"),
    ("ENHANCEDSTATUSCODES", Extension::EnhancedStatusCodes, "RFC 2034"),
    ("HELP", Extension::Help, "RFC 5321 §4.1.1.8"),
    ("VRFY", Extension::Vrfy, "RFC 5321 §4.1.1.6"),
    ("EXPN", Extension::Expn, "RFC 5321 §4.1.1.7"),
    ("ETRN", Extension::Etrn, "RFC 1985"),
    ("DELIVERBY", Extension::DeliverBy, "RFC 2852"),
    ("FUTURERELEASE", Extension::FutureRelease, "RFC 4865"),
    ("MT-PRIORITY", Extension::MtPriority, "RFC 6710"),
    ("REQUIRETLS", Extension::RequireTls, "RFC 8689"),
    ("LIMITS", Extension::Limits, "RFC 9422"),
];

impl Extension {
    /// The extension of this keyword, in capitals or not.
    pub fn from_keyword(keyword: &str) -> Self {
        let known = KNOWN.iter().find(|(word, ..)| word.eq_ignore_ascii_case(keyword));
        known.map_or(Self::Unknown, |&(_, extension, _)| extension)
    }

    /// The keyword in capitals; empty for an unknown one.
    pub fn keyword(self) -> &'static str {
        KNOWN.iter().find(|(_, extension, _)| *extension == self).map_or("", |&(word, ..)| word)
    }

    /// Where it is defined; `None` for an unknown one.
    pub fn source(self) -> Option<&'static str> {
        KNOWN.iter().find(|(_, extension, _)| *extension == self).map(|&(.., source)| source)
    }
}

/// One line behind EHLO's first: a keyword and its parameters.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Capability {
    /// What the keyword stands for.
    pub extension: Extension,
    /// The keyword as written.
    pub keyword: String,
    /// What follows it, split at spaces.
    pub parameters: Vec<String>,
}

/// All that the server offered.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Capabilities(Vec<Capability>);

impl Capabilities {
    /// Reads EHLO's reply; its first line is a greeting and names nothing.
    pub fn from_reply(reply: &Reply) -> Self {
        Self(reply.texts().skip(1).filter_map(Capability::from_text).collect())
    }

    /// In the order offered.
    pub fn iter(&self) -> impl Iterator<Item = &Capability> {
        self.0.iter()
    }

    /// Whether the server said anything of extensions at all.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The capability for this extension, if it was offered.
    pub fn get(&self, extension: Extension) -> Option<&Capability> {
        self.0.iter().find(|capability| capability.extension == extension)
    }

    /// Whether this extension was offered.
    pub fn offers(&self, extension: Extension) -> bool {
        self.get(extension).is_some()
    }

    /// The largest message in bytes, if the server told a limit: 0 and no number at all mean that it did not
    /// (RFC 1870 §4).
    pub fn size_limit(&self) -> Option<u64> {
        let digits = self.get(Extension::Size)?.parameters.first()?;
        digits.parse().ok().filter(|&limit| limit > 0)
    }

    /// Whether this mechanism was offered.
    pub fn offers_mechanism(&self, name: &str) -> bool {
        self.get(Extension::Auth).is_some_and(|auth| {
            auth.parameters.iter().any(|offered| offered.eq_ignore_ascii_case(name))
        })
    }
}

impl Capability {
    /// Reads `keyword *(SP param)`. Old servers write `AUTH=LOGIN`; that is read as `AUTH LOGIN`.
    fn from_text(text: &[u8]) -> Option<Self> {
        let text = String::from_utf8_lossy(text);
        let mut words = text.split(' ').filter(|word| !word.is_empty());
        let first = words.next()?;
        let (keyword, old_parameter) = match first.split_once('=') {
            Some((keyword, parameter)) if keyword.eq_ignore_ascii_case("AUTH") => {
                (keyword, Some(parameter))
            }
            _ => (first, None),
        };
        let parameters = old_parameter.into_iter().chain(words).map(str::to_owned).collect();
        Some(Self {
            extension: Extension::from_keyword(keyword),
            keyword: keyword.to_owned(),
            parameters,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::super::reply::ReplyParser;
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    #[test]
    fn ehlo_lists_what_the_server_offers() {
        let wire = b"250-mx.example.com\r\n250-SIZE 1000\r\n250-auth login PLAIN\r\n250-AUTH=LOGIN\r\n250 X-OWN\r\n";
        let reply = ReplyParser::default().read(&mut wire.as_slice()).unwrap().unwrap();
        let offered = Capabilities::from_reply(&reply);
        assert_eq!(offered.get(Extension::Size).unwrap().parameters, ["1000"]);
        assert!(offered.offers_mechanism("LOGIN") && offered.offers_mechanism("plain"));
        assert!(!offered.offers_mechanism("CRAM-MD5"));
        assert_eq!(offered.iter().last().unwrap().extension, Extension::Unknown);
        assert!(offered.get(Extension::StartTls).is_none());
    }

    #[test]
    fn a_size_without_a_number_or_of_0_is_no_limit() {
        for (line, limit) in [
            ("SIZE 1000", Some(1000)),
            ("SIZE 0", None),
            ("SIZE", None),
            ("SIZE many", None),
            ("HELP", None),
        ] {
            let wire = format!("250-mx.example.com\r\n250 {line}\r\n");
            let reply = ReplyParser::default().read(&mut wire.as_bytes()).unwrap().unwrap();
            let offered = Capabilities::from_reply(&reply);
            assert_eq!(offered.size_limit(), limit, "{line}");
            assert_eq!(offered.offers(Extension::Size), line.starts_with("SIZE"));
        }
    }

    #[test]
    fn every_known_extension_has_a_source() {
        for (keyword, extension, source) in KNOWN {
            assert_eq!(extension.keyword(), keyword);
            assert_eq!(extension.source(), Some(source));
        }
    }
}
