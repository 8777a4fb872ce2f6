//! Logging in: SASL mechanisms in SMTP's AUTH (RFC 4422, RFC 4954).
//!
//! A mechanism is one file and one line in [`MECHANISMS`]. Both of its ends stand side by side there, with the
//! anatomy of what they say, as functions of what has been said so far: a step can be proposed, looked at and
//! taken again without anything being used up.

mod anonymous;
mod bearer;
mod cram_md5;
mod external;
pub(crate) mod login;
mod plain;
mod scram;

use crate::anatomy::{Field, Span};
use crate::smtp::command::{Command, Verb};
use base64::prelude::{BASE64_STANDARD, Engine as _};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use std::fmt;

/// What a person logs in with.
#[derive(Clone, PartialEq, Eq)]
pub struct Credentials {
    /// The user name, as the server knows it.
    pub user: String,
    /// The password, or the access token where the mechanism takes one.
    pub password: String,
}

/// A SASL mechanism.
#[derive(Debug)]
pub struct Mechanism {
    /// The name on the wire.
    pub name: &'static str,
    /// Where it is defined.
    pub source: &'static str,
    /// What the person has to have for it.
    pub takes: Takes,
    /// What it does for the secret on its way.
    pub protection: Protection,
    /// Whether the client sends its first response along with the command, to save a turn.
    pub starts_with_response: bool,
    /// The client's responses in a login that succeeds, the one sent along with the command counted.
    pub turns: &'static [Turn],
    /// The client's end.
    respond: fn(&ClientEnd<'_>, n: usize) -> Result<Vec<u8>, GiveUp>,
    /// The server's end.
    judge: fn(&ServerEnd<'_>, responses: &[Vec<u8>]) -> Judgement,
    /// What is inside the base64.
    anatomy: fn(Speaker, n: usize, message: &[u8]) -> Vec<Span>,
}

/// Every mechanism known here: those that take a password from the weakest to the strongest, then the others.
pub static MECHANISMS: &[&Mechanism] = &[
    &login::LOGIN,
    &plain::PLAIN,
    &cram_md5::CRAM_MD5,
    &scram::SHA_1,
    &scram::SHA_256,
    &scram::SHA_1_PLUS,
    &scram::SHA_256_PLUS,
    &bearer::XOAUTH2,
    &bearer::OAUTHBEARER,
    &external::EXTERNAL,
    &anonymous::ANONYMOUS,
];

/// What a person has to have to log in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Takes {
    /// A password.
    Password,
    /// An access token that some other service gave out (RFC 6750).
    Token,
    /// A certificate, which TLS has shown to the server before.
    Certificate,
    /// Nothing.
    Nothing,
}

/// What one of the client's responses is for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Turn {
    /// The user name.
    UserName,
    /// The password.
    Password,
    /// User name and password together.
    Login,
    /// User name, and a digest of the server's question and the password.
    Digest,
    /// User name, and something new for the server to answer to.
    Opening,
    /// Proof of the password.
    Proof,
    /// User name and access token.
    Token,
    /// As whom to act, or who it is.
    Identity,
    /// Nothing, but that the server's last question was read.
    Receipt,
}

/// What a mechanism does for the secret on its way, from the weakest to the strongest.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Protection {
    /// There is no secret, and nobody is proven to be who they say.
    NoSecret,
    /// The secret itself travels: whoever reads the connection has it.
    Readable,
    /// A digest travels that answers the server's question. Whoever reads along can try passwords on it.
    Digest,
    /// A proof travels. Each guess costs the reader thousands of digests, and the server proves itself too.
    Proof,
    /// The same, and the proof is worth nothing on any other TLS connection.
    BoundProof,
    /// The secret never leaves its owner; TLS has proven who it is.
    Outside,
}

/// What the client's end of a mechanism works from.
#[derive(Clone, Copy, Debug)]
pub struct ClientEnd<'a> {
    /// With what to log in.
    pub credentials: &'a Credentials,
    /// Visible characters but no comma, never used before (RFC 5802 §5.1).
    pub nonce: &'a str,
    /// What ties the login to the TLS connection, where there is one that gives it.
    pub binding: Option<&'a ChannelBinding>,
    /// Whether the server offers a mechanism that uses it.
    pub binding_offered: bool,
    /// The server's questions, out of base64: the n-th is the one that the n-th response answers. Empty where
    /// it only asked the client to begin, or did not need to.
    pub challenges: &'a [Vec<u8>],
}

/// What the server's end of a mechanism works from.
#[derive(Clone, Copy)]
pub struct ServerEnd<'a> {
    /// Who may log in.
    pub accounts: &'a dyn Accounts,
    /// The server's name.
    pub host: &'a str,
    /// Visible characters but no comma, another one for each attempt.
    pub nonce: &'a str,
    /// What ties the login to the TLS connection, where there is one that gives it.
    pub binding: Option<&'a ChannelBinding>,
    /// Who the client's certificate says it is, where TLS has checked one.
    pub identity: Option<&'a str>,
}

/// Bytes that both ends of one TLS connection know, and nobody else (RFC 5056, RFC 9266).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ChannelBinding {
    /// The binding's registered name, such as `tls-exporter`.
    pub kind: String,
    /// The bytes.
    pub data: Vec<u8>,
}

/// Something new, made for the logins of one connection: visible characters, none of them a comma
/// (RFC 5802 §5.1).
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Nonce(String);

impl Nonce {
    /// From random bytes.
    pub fn from_random(bytes: [u8; 18]) -> Self {
        Self(encode(&bytes))
    }

    /// The same every time: for a lesson, which is to be the same for everybody.
    pub fn known() -> Self {
        Self("not-so-random".to_owned())
    }

    /// As it stands on the wire.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The server's view of who may log in.
pub trait Accounts {
    /// The password of a user, if there is such a user.
    fn password(&self, user: &str) -> Option<&str>;

    /// Whether this is the user's password.
    fn accepts(&self, user: &str, password: &str) -> bool {
        self.password(user) == Some(password)
    }
}

/// Why the client gives an exchange up with `*` (RFC 4954 §4).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum GiveUp {
    /// The mechanism is not known here, or there is nothing to log in with.
    NothingToSay,
    /// The server asks for more than the mechanism has to give.
    NothingMore,
    /// The server's question is not of the mechanism's form.
    NotUnderstood,
    /// The server could not prove that it knows the password too.
    ServerUnproven,
    /// The server asks for more digests than [`ITERATIONS`](crate::smtp::limits::ITERATIONS).
    TooCostly,
    /// The mechanism ties the login to TLS, and there is none.
    NoChannelBinding,
}

/// The server's next turn.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Judgement {
    /// 334: ask on, with these bytes (before base64).
    Challenge(Vec<u8>),
    /// 235: welcome, user.
    Accepted(String),
    /// 535: no.
    Refused,
    /// 501: the response is not of the mechanism's form.
    Malformed,
}

/// Who says something in an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Speaker {
    /// The client, in a response.
    Client,
    /// The server, in a challenge.
    Server,
}

impl Mechanism {
    /// The mechanism of this name, in capitals or not.
    pub fn named(name: &str) -> Option<&'static Self> {
        MECHANISMS.iter().copied().find(|known| known.name.eq_ignore_ascii_case(name))
    }

    /// The strongest of those offered that take a password. One that ties the login to TLS counts only where
    /// there is something to tie it to.
    pub fn strongest(offers: impl Fn(&str) -> bool, has_binding: bool) -> Option<&'static Self> {
        let is_usable = |known: &&&'static Self| {
            known.takes == Takes::Password
                && (has_binding || known.protection != Protection::BoundProof)
                && offers(known.name)
        };
        MECHANISMS.iter().rev().find(is_usable).copied()
    }

    /// Whether it needs TLS around it: for the binding, or for the certificate.
    pub fn needs_tls(&self) -> bool {
        self.protection >= Protection::BoundProof
    }

    /// What the client's `n`-th response is on the wire, `n` from 0.
    pub fn response_field(&self, n: usize) -> Field {
        self.turns.get(n).map_or(Field::EncodedData, |turn| turn.field())
    }

    /// The client's `n`-th response, before base64.
    ///
    /// # Errors
    /// Why cancelling is all that is left.
    pub fn respond(&self, end: &ClientEnd<'_>, n: usize) -> Result<Vec<u8>, GiveUp> {
        (self.respond)(end, n)
    }

    /// The server's turn after these responses.
    pub fn judge(&self, end: &ServerEnd<'_>, responses: &[Vec<u8>]) -> Judgement {
        (self.judge)(end, responses)
    }

    /// The parts of the `n`-th challenge or response, `n` from 0, out of base64. They tile it.
    pub fn anatomy(&self, speaker: Speaker, n: usize, message: &[u8]) -> Vec<Span> {
        (self.anatomy)(speaker, n, message)
    }
}

impl Turn {
    const fn field(self) -> Field {
        match self {
            Self::UserName => Field::EncodedUser,
            Self::Password => Field::EncodedPassword,
            Self::Login => Field::EncodedPlain,
            Self::Digest => Field::EncodedDigest,
            Self::Opening => Field::EncodedOpening,
            Self::Proof => Field::EncodedProof,
            Self::Token => Field::EncodedToken,
            Self::Identity => Field::EncodedIdentity,
            // Whatever should stand there after all is not known.
            Self::Receipt => Field::EncodedData,
        }
    }
}

impl ClientEnd<'_> {
    /// The question that the `n`-th response answers.
    fn challenge(&self, n: usize) -> &[u8] {
        self.challenges.get(n).map_or(&[], Vec::as_slice)
    }
}

/// How far an AUTH exchange has come, as far as it can be told from what the client sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Exchange {
    /// `None` when the mechanism is not known here.
    pub mechanism: Option<&'static Mechanism>,
    /// How many responses the client has given, the one sent along with AUTH counted.
    pub responses: usize,
}

impl Exchange {
    /// The exchange that this line begins if the server agrees; `None` when the line is no AUTH.
    pub fn begun_by(line: &[u8]) -> Option<Self> {
        let reading = Command::read(line);
        if reading.verb != Some(Verb::Auth) {
            return None;
        }
        let Ok(Command::Auth { mechanism, initial }) = reading.command else {
            return Some(Self { mechanism: None, responses: 0 });
        };
        let responses = usize::from(initial.is_some());
        Some(Self { mechanism: Mechanism::named(&mechanism), responses })
    }

    /// The exchange one response later.
    #[must_use]
    pub fn after_response(self) -> Self {
        Self { responses: self.responses + 1, ..self }
    }

    /// Whether the client still has something to say: the line that follows is a response, if the server asks
    /// for it.
    pub fn goes_on(self) -> bool {
        self.mechanism.is_none_or(|mechanism| self.responses < mechanism.turns.len())
    }
}

/// As its name.
impl Serialize for Mechanism {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.serialize_str(self.name)
    }
}

impl<'de> Deserialize<'de> for &'static Mechanism {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let name = String::deserialize(from)?;
        Mechanism::named(&name).ok_or_else(|| {
            let names: Vec<_> = MECHANISMS.iter().map(|known| known.name).collect();
            D::Error::custom(format!("expected one of {}, found {name:?}", names.join(", ")))
        })
    }
}

impl PartialEq for Mechanism {
    fn eq(&self, other: &Self) -> bool {
        self.name == other.name
    }
}

impl Eq for Mechanism {}

/// Never shows the password.
impl fmt::Debug for Credentials {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Credentials").field("user", &self.user).finish_non_exhaustive()
    }
}

/// Bytes as base64 with padding (RFC 4648 §4).
pub fn encode(bytes: &[u8]) -> String {
    BASE64_STANDARD.encode(bytes)
}

/// The bytes that base64 stands for; `None` unless it is exact, with its padding (RFC 4954 §4 wants it so).
pub fn decode(text: &[u8]) -> Option<Vec<u8>> {
    BASE64_STANDARD.decode(text).ok()
}

/// One span over a whole message, if there is anything in it.
fn whole(field: Field, message: &[u8]) -> Vec<Span> {
    if message.is_empty() { Vec::new() } else { vec![Span { field, range: 0..message.len() }] }
}

#[cfg(test)]
pub(crate) mod tests {
    use super::*;
    use proptest::prelude::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// One user, `tim` with `tanstaaf`, as in RFC 4616 §4.
    pub(crate) struct OnlyTim;

    impl Accounts for OnlyTim {
        fn password(&self, user: &str) -> Option<&str> {
            (user == "tim").then_some("tanstaaf")
        }
    }

    pub(crate) fn tim() -> Credentials {
        Credentials { user: "tim".into(), password: "tanstaaf".into() }
    }

    pub(crate) fn client<'a>(
        credentials: &'a Credentials,
        challenges: &'a [Vec<u8>],
    ) -> ClientEnd<'a> {
        ClientEnd {
            credentials,
            nonce: "client-nonce",
            binding: None,
            binding_offered: false,
            challenges,
        }
    }

    pub(crate) fn server(accounts: &dyn Accounts) -> ServerEnd<'_> {
        ServerEnd {
            accounts,
            host: "mx.example",
            nonce: "server-nonce",
            binding: None,
            identity: None,
        }
    }

    /// Every message, with who said it.
    pub(crate) type Said = Vec<(Speaker, Vec<u8>)>;

    /// What both ends said to each other, and how it ended.
    pub(crate) fn talk(
        mechanism: &Mechanism,
        credentials: &Credentials,
        binding: Option<&ChannelBinding>,
        identity: Option<&str>,
    ) -> (Said, Result<Judgement, GiveUp>) {
        let (mut said, mut challenges, mut responses) = (Vec::new(), Vec::new(), Vec::new());
        let server = ServerEnd { binding, identity, ..server(&OnlyTim) };
        loop {
            match mechanism.judge(&server, &responses) {
                Judgement::Challenge(question) => challenges.push(question),
                end => return (said, Ok(end)),
            }
            said.push((Speaker::Server, challenges[challenges.len() - 1].clone()));
            let end =
                ClientEnd { binding, binding_offered: true, ..client(credentials, &challenges) };
            match mechanism.respond(&end, responses.len()) {
                Ok(response) => responses.push(response),
                Err(reason) => return (said, Err(reason)),
            }
            said.push((Speaker::Client, responses[responses.len() - 1].clone()));
        }
    }

    fn tls() -> ChannelBinding {
        ChannelBinding { kind: "tls-exporter".into(), data: b"both know this".to_vec() }
    }

    #[test]
    fn both_ends_of_every_mechanism_agree() {
        for mechanism in MECHANISMS {
            let (said, end) = talk(mechanism, &tim(), Some(&tls()), Some("tim"));
            let user = if mechanism.takes == Takes::Nothing { "anonymous" } else { "tim" };
            assert_eq!(end, Ok(Judgement::Accepted(user.into())), "{}", mechanism.name);
            assert_eq!(said.len(), 2 * mechanism.turns.len(), "{}", mechanism.name);
        }
    }

    #[test]
    fn every_mechanism_refuses_a_wrong_secret_and_an_unknown_user() {
        let wrong = Credentials { password: "wrong".into(), ..tim() };
        let unknown = Credentials { user: "tom".into(), ..tim() };
        for mechanism in MECHANISMS.iter().filter(|known| known.takes != Takes::Nothing) {
            for credentials in [&wrong, &unknown] {
                // TLS has shown a certificate that is not theirs.
                let (_, end) = talk(mechanism, credentials, Some(&tls()), None);
                assert_eq!(end, Ok(Judgement::Refused), "{} {credentials:?}", mechanism.name);
            }
        }
    }

    #[test]
    fn the_strongest_that_is_offered_and_can_be_used_is_taken() {
        let best = |offered: &[&str], has_binding| {
            Mechanism::strongest(|name| offered.contains(&name), has_binding).map(|it| it.name)
        };
        assert_eq!(best(&["LOGIN", "PLAIN", "XOAUTH2"], false), Some("PLAIN"));
        assert_eq!(best(&["PLAIN", "CRAM-MD5", "LOGIN"], false), Some("CRAM-MD5"));
        let all = ["SCRAM-SHA-256-PLUS", "SCRAM-SHA-256", "SCRAM-SHA-1", "CRAM-MD5"];
        assert_eq!(best(&all, false), Some("SCRAM-SHA-256"));
        assert_eq!(best(&all, true), Some("SCRAM-SHA-256-PLUS"));
        assert_eq!(best(&["XOAUTH2", "EXTERNAL", "ANONYMOUS"], true), None);
        let passwords = MECHANISMS.iter().filter(|known| known.takes == Takes::Password);
        assert!(passwords.is_sorted_by_key(|known| known.protection));
    }

    proptest! {
        #[test]
        fn the_anatomy_tiles_every_message(
            which in 0..MECHANISMS.len(),
            n in 0..4_usize,
            message in prop_oneof![
                prop::collection::vec(any::<u8>(), 0..80),
                "[nyp]?[a-z=]{0,8},[a=a-z]{0,6},([a-z]=[ -~]{0,12},?){0,5}".prop_map(String::into_bytes),
                "[<>@a-z 0-9\\x01\\x00={}\"]{0,40}".prop_map(String::into_bytes),
            ],
        ) {
            for speaker in [Speaker::Client, Speaker::Server] {
                let mut at = 0;
                for span in MECHANISMS[which].anatomy(speaker, n, &message) {
                    prop_assert_eq!(span.range.start, at);
                    prop_assert!(span.range.end > at);
                    at = span.range.end;
                }
                prop_assert_eq!(at, message.len());
            }
        }

        #[test]
        fn no_response_makes_a_server_panic(
            which in 0..MECHANISMS.len(),
            responses in prop::collection::vec(prop::collection::vec(any::<u8>(), 0..60), 0..4),
        ) {
            MECHANISMS[which].judge(&server(&OnlyTim), &responses);
        }

        #[test]
        fn no_challenge_makes_a_client_panic(
            which in 0..MECHANISMS.len(),
            n in 0..4_usize,
            challenges in prop::collection::vec("[rsive]=[ -~]{0,20}(,[si]=[a-zA-Z0-9+/=]{0,12}){0,3}", 0..4),
        ) {
            let challenges: Vec<_> = challenges.into_iter().map(String::into_bytes).collect();
            let _ = MECHANISMS[which].respond(&client(&tim(), &challenges), n);
        }
    }
}
