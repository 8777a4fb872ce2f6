//! SCRAM: both ends prove that they know the password, and it never travels (RFC 5802, RFC 7677).
//!
//! ```text
//! client   n,,n=user,r=NONCE                who, and something new
//! server   r=NONCE+MORE,s=SALT,i=4096       its own addition, and how to make the key
//! client   c=biws,r=NONCE+MORE,p=PROOF      the proof, over all that was said
//! server   v=SIGNATURE                      the server's own proof
//! client                                    an empty response: SMTP has no room for it beside 235
//! ```
//!
//! With `-PLUS` the proof also covers bytes that only the two ends of this TLS connection know (RFC 5929,
//! RFC 9266). Names and passwords are taken as they are: `SASLprep` (RFC 4013) would change some that are not
//! ASCII.

use super::{
    ClientEnd, GiveUp, Judgement, Mechanism, Protection, ServerEnd, Speaker, Takes, Turn, decode,
    encode,
};
use crate::anatomy::{Field, Span};
use crate::smtp::cursor::Cursor;
use crate::smtp::limits;
use hmac::{Hmac, KeyInit, Mac};
use sha1::{Digest, Sha1};
use sha2::Sha256;

pub(super) static SHA_1: Mechanism = scram::<Sha1, false>("SCRAM-SHA-1", "RFC 5802");
pub(super) static SHA_1_PLUS: Mechanism = scram::<Sha1, true>("SCRAM-SHA-1-PLUS", "RFC 5802");
pub(super) static SHA_256: Mechanism = scram::<Sha256, false>("SCRAM-SHA-256", "RFC 7677");
pub(super) static SHA_256_PLUS: Mechanism = scram::<Sha256, true>("SCRAM-SHA-256-PLUS", "RFC 7677");

/// How many digests the practice server asks for: the least that RFC 7677 §4 allows.
const ITERATIONS: u32 = 4096;

const fn scram<H: Hash, const BOUND: bool>(name: &'static str, source: &'static str) -> Mechanism {
    Mechanism {
        name,
        source,
        takes: Takes::Password,
        protection: if BOUND { Protection::BoundProof } else { Protection::Proof },
        starts_with_response: true,
        turns: &[Turn::Opening, Turn::Proof, Turn::Receipt],
        respond: respond::<H, BOUND>,
        judge: judge::<H, BOUND>,
        anatomy,
    }
}

/// A hash function with what SCRAM makes of it (RFC 5802 §2.2).
trait Hash {
    fn hash(data: &[u8]) -> Vec<u8>;
    fn hmac(key: &[u8], data: &[u8]) -> Vec<u8>;
    /// `Hi`: the password, salted and digested again and again.
    fn salted(password: &str, salt: &[u8], iterations: u32) -> Vec<u8>;
}

macro_rules! hash {
    ($hash:ty, $length:literal) => {
        impl Hash for $hash {
            fn hash(data: &[u8]) -> Vec<u8> {
                <$hash>::digest(data).to_vec()
            }

            fn hmac(key: &[u8], data: &[u8]) -> Vec<u8> {
                let mut hmac = Hmac::<$hash>::new_from_slice(key).expect("a key of any length");
                hmac.update(data);
                hmac.finalize().into_bytes().to_vec()
            }

            fn salted(password: &str, salt: &[u8], iterations: u32) -> Vec<u8> {
                pbkdf2::pbkdf2_hmac_array::<$hash, $length>(password.as_bytes(), salt, iterations)
                    .to_vec()
            }
        }
    };
}

hash!(Sha1, 20);
hash!(Sha256, 32);

/// The two proofs (RFC 5802 §3).
struct Proofs {
    client: Vec<u8>,
    server: Vec<u8>,
}

impl Proofs {
    /// `said` is all that the proofs cover, in one piece: `AuthMessage`.
    fn new<H: Hash>(salted: &[u8], said: &str) -> Self {
        let client_key = H::hmac(salted, b"Client Key");
        let signature = H::hmac(&H::hash(&client_key), said.as_bytes());
        let server_key = H::hmac(salted, b"Server Key");
        Self {
            client: client_key.iter().zip(signature).map(|(key, signed)| key ^ signed).collect(),
            server: H::hmac(&server_key, said.as_bytes()),
        }
    }
}

fn respond<H: Hash, const BOUND: bool>(end: &ClientEnd<'_>, n: usize) -> Result<Vec<u8>, GiveUp> {
    let header = gs2_header::<BOUND>(end)?;
    let first = format!("n={},r={}", escaped(&end.credentials.user), end.nonce);
    if n == 0 {
        return Ok(format!("{header}{first}").into_bytes());
    }
    let question = std::str::from_utf8(end.challenge(1)).map_err(|_| GiveUp::NotUnderstood)?;
    let ServerFirst { nonce, salt, iterations } =
        ServerFirst::read(question).ok_or(GiveUp::NotUnderstood)?;
    if !nonce.starts_with(end.nonce) || nonce.len() == end.nonce.len() {
        // An answer to somebody else's question, perhaps recorded long ago.
        return Err(GiveUp::ServerUnproven);
    }
    if iterations > limits::ITERATIONS {
        return Err(GiveUp::TooCostly);
    }
    let binding = encode(&bound_bytes::<BOUND>(&header, end.binding.map(|it| &it.data[..])));
    let unproven = format!("c={binding},r={nonce}");
    let salted = H::salted(&end.credentials.password, &salt, iterations);
    let proofs = Proofs::new::<H>(&salted, &format!("{first},{question},{unproven}"));
    match n {
        1 => Ok(format!("{unproven},p={}", encode(&proofs.client)).into_bytes()),
        2 if end.challenge(2) == format!("v={}", encode(&proofs.server)).as_bytes() => {
            Ok(Vec::new())
        }
        2 => Err(GiveUp::ServerUnproven),
        _ => Err(GiveUp::NothingMore),
    }
}

/// What the client says of channel binding: that it uses it, that it could have but the server offers none,
/// or that it cannot (RFC 5802 §6).
fn gs2_header<const BOUND: bool>(end: &ClientEnd<'_>) -> Result<String, GiveUp> {
    match end.binding {
        Some(binding) if BOUND => Ok(format!("p={},,", binding.kind)),
        None if BOUND => Err(GiveUp::NoChannelBinding),
        Some(_) if !end.binding_offered => Ok("y,,".into()),
        _ => Ok("n,,".into()),
    }
}

/// The header again, and with `-PLUS` the bytes that tie the login to TLS behind it.
fn bound_bytes<const BOUND: bool>(header: &str, binding: Option<&[u8]>) -> Vec<u8> {
    let mut bytes = header.as_bytes().to_vec();
    if BOUND {
        bytes.extend_from_slice(binding.unwrap_or_default());
    }
    bytes
}

/// `r=nonce,s=salt,i=iterations` (RFC 5802 §7 server-first-message); what follows is left to the future.
struct ServerFirst<'a> {
    nonce: &'a str,
    salt: Vec<u8>,
    iterations: u32,
}

impl<'a> ServerFirst<'a> {
    fn read(text: &'a str) -> Option<Self> {
        let mut attributes = text.split(',');
        let nonce = attributes.next()?.strip_prefix("r=")?;
        let salt = decode(attributes.next()?.strip_prefix("s=")?.as_bytes())?;
        let iterations = attributes.next()?.strip_prefix("i=")?.parse().ok()?;
        (iterations > 0).then_some(Self { nonce, salt, iterations })
    }
}

/// `gs2-header n=user,r=nonce` (RFC 5802 §7 client-first-message).
struct ClientFirst<'a> {
    header: &'a str,
    /// `y`, `n`, or the name of a binding behind `p=`.
    flag: &'a str,
    identity: Option<String>,
    bare: &'a str,
    user: String,
    nonce: &'a str,
}

impl<'a> ClientFirst<'a> {
    fn read(message: &'a [u8]) -> Option<Self> {
        let text = std::str::from_utf8(message).ok()?;
        let (flag, rest) = text.split_once(',')?;
        let (identity, bare) = rest.split_once(',')?;
        let identity = match identity.strip_prefix("a=") {
            Some(name) => Some(unescaped(name)?),
            None if identity.is_empty() => None,
            None => return None,
        };
        let header = &text[..text.len() - bare.len()];
        let mut attributes = bare.split(',');
        let user = unescaped(attributes.next()?.strip_prefix("n=")?)?;
        let nonce = attributes.next()?.strip_prefix("r=")?;
        (!nonce.is_empty()).then_some(Self { header, flag, identity, bare, user, nonce })
    }

    /// Whether the flag fits the mechanism and the connection. `y` says that the server offered no `-PLUS`;
    /// if it did, somebody on the way has taken it out (RFC 5802 §6).
    fn fits<const BOUND: bool>(&self, end: &ServerEnd<'_>) -> bool {
        match self.flag {
            "n" => !BOUND,
            "y" => !BOUND && end.binding.is_none(),
            flag => {
                BOUND && end.binding.is_some_and(|it| flag.strip_prefix("p=") == Some(&it.kind))
            }
        }
    }
}

fn judge<H: Hash, const BOUND: bool>(end: &ServerEnd<'_>, responses: &[Vec<u8>]) -> Judgement {
    let Some(message) = responses.first() else {
        return Judgement::Challenge(Vec::new());
    };
    let Some(first) = ClientFirst::read(message) else { return Judgement::Malformed };
    if !first.fits::<BOUND>(end) || first.identity.as_ref().is_some_and(|it| *it != first.user) {
        return Judgement::Refused;
    }
    // A name that nobody has gets a salt as well, so that names cannot be found out one by one.
    let salt = &H::hash(format!("{} {}", end.host, first.user).as_bytes())[..16];
    let nonce = format!("{}{}", first.nonce, end.nonce);
    let question = format!("r={nonce},s={},i={ITERATIONS}", encode(salt));
    let Some(last) = responses.get(1) else {
        return Judgement::Challenge(question.into_bytes());
    };
    let Some((unproven, proof)) =
        std::str::from_utf8(last).ok().and_then(|text| text.rsplit_once(",p="))
    else {
        return Judgement::Malformed;
    };
    let bound = bound_bytes::<BOUND>(first.header, end.binding.map(|it| &it.data[..]));
    let Some(password) = end.accounts.password(&first.user) else { return Judgement::Refused };
    let salted = H::salted(password, salt, ITERATIONS);
    let proofs = Proofs::new::<H>(&salted, &format!("{},{question},{unproven}", first.bare));
    let is_right = unproven == format!("c={},r={nonce}", encode(&bound))
        && decode(proof.as_bytes()).is_some_and(|proof| proof == proofs.client);
    match responses.get(2) {
        _ if !is_right => Judgement::Refused,
        None => Judgement::Challenge(format!("v={}", encode(&proofs.server)).into_bytes()),
        Some(nothing) if nothing.is_empty() => Judgement::Accepted(first.user),
        Some(_) => Judgement::Malformed,
    }
}

/// A name in which `,` and `=` have no meaning of their own (RFC 5802 §5.1 saslname).
pub(super) fn escaped(name: &str) -> String {
    name.replace('=', "=3D").replace(',', "=2C")
}

/// The name; `None` when an `=` stands there for nothing.
pub(super) fn unescaped(name: &str) -> Option<String> {
    let mut parts = name.split('=');
    let mut plain = parts.next()?.to_owned();
    for part in parts {
        let (sign, rest) = match part.split_at_checked(2)? {
            ("3D", rest) => ('=', rest),
            ("2C", rest) => (',', rest),
            _ => return None,
        };
        plain.push(sign);
        plain += rest;
    }
    Some(plain)
}

/// Reads `flag,[a=identity],` (RFC 5801 §4 gs2-header).
pub(super) fn take_gs2_header(cursor: &mut Cursor<'_>) {
    cursor.take_while(Field::BindingFlag, |byte| byte != b',');
    cursor.take_byte(Field::AttributeSeparator, b',');
    if cursor.rest().starts_with(b"a=") {
        cursor.take(Field::AttributeName, 2);
        cursor.take_while(Field::Identity, |byte| byte != b',');
    }
    cursor.take_byte(Field::AttributeSeparator, b',');
}

/// Attributes of one letter, `=`, and a value, with commas between them (RFC 5802 §5.1).
fn anatomy(speaker: Speaker, n: usize, message: &[u8]) -> Vec<Span> {
    let mut cursor = Cursor::new(message);
    if speaker == Speaker::Client && n == 0 && matches!(message.first(), Some(b'n' | b'y' | b'p')) {
        take_gs2_header(&mut cursor);
    }
    while let Some(name) = cursor.peek() {
        if name == b',' {
            cursor.take(Field::AttributeSeparator, 1);
        } else if cursor.rest().get(1) == Some(&b'=') {
            cursor.take(Field::AttributeName, 2);
            cursor.take_while(attribute(name), |byte| byte != b',');
        } else {
            cursor.take_while(Field::Unparsed, |byte| byte != b',');
        }
    }
    cursor.into_spans()
}

const fn attribute(name: u8) -> Field {
    match name {
        b'a' => Field::Identity,
        b'n' => Field::UserName,
        b'r' => Field::Nonce,
        b's' => Field::Salt,
        b'i' => Field::Iterations,
        b'c' => Field::BindingData,
        b'p' => Field::ClientProof,
        b'v' => Field::ServerSignature,
        b'e' => Field::ErrorReport,
        _ => Field::AttributeValue,
    }
}

#[cfg(test)]
mod tests {
    use super::super::tests::{OnlyTim, client, server, talk, tim};
    use super::super::{Accounts, ChannelBinding, Credentials};
    use super::*;
    use Field::{AttributeName, AttributeSeparator, BindingFlag};
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn user() -> Credentials {
        Credentials { user: "user".into(), password: "pencil".into() }
    }

    /// A client that has got these questions.
    fn asked(
        mechanism: &Mechanism,
        nonce: &str,
        challenges: &[&str],
        n: usize,
    ) -> Result<String, GiveUp> {
        let challenges: Vec<_> = challenges.iter().map(|text| text.as_bytes().to_vec()).collect();
        let (user, end) = (user(), client);
        let end = ClientEnd { nonce, ..end(&user, &challenges) };
        mechanism.respond(&end, n).map(|sent| String::from_utf8(sent).unwrap())
    }

    #[test]
    fn the_example_of_rfc_5802_is_met() {
        let nonce = "fyko+d2lbbFgONRv9qkxdawL";
        let first = "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
        let last = "v=rmF9pqV8S7suAoZWja4dJRkFsKQ=";
        let said = |challenges: &[&str], n| asked(&SHA_1, nonce, challenges, n);
        assert_eq!(said(&[""], 0).unwrap(), "n,,n=user,r=fyko+d2lbbFgONRv9qkxdawL");
        assert_eq!(
            said(&["", first], 1).unwrap(),
            "c=biws,r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,p=v0X8v3Bz2T0CJGbJQyF0X+HI4Ts="
        );
        assert_eq!(said(&["", first, last], 2).unwrap(), "");
    }

    #[test]
    fn the_example_of_rfc_7677_is_met() {
        let nonce = "rOprNGfwEbeRWgbNEkqO";
        let first = "r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,s=W22ZaJ0SNY7soEsUEjb6gQ==,i=4096";
        let last = "v=6rriTRBi23WpRR/wtup+mMhUZUn/dB5nLTJRsjl95G4=";
        let said = |challenges: &[&str], n| asked(&SHA_256, nonce, challenges, n);
        assert_eq!(said(&[""], 0).unwrap(), "n,,n=user,r=rOprNGfwEbeRWgbNEkqO");
        assert_eq!(
            said(&["", first], 1).unwrap(),
            "c=biws,r=rOprNGfwEbeRWgbNEkqO%hvYDpWUa2RaTCAfuxFIlj)hNlF$k0,p=dHzbZapWIk4jUhN+Ute9ytag9zjfMHgsqmmiz7AndVQ="
        );
        assert_eq!(said(&["", first, last], 2).unwrap(), "");
    }

    #[test]
    fn a_server_that_cannot_prove_itself_is_left() {
        let nonce = "fyko+d2lbbFgONRv9qkxdawL";
        let first = "r=fyko+d2lbbFgONRv9qkxdawL3rfcNHYJY1ZVvWVs7j,s=QSXCR+Q6sek8bf92,i=4096";
        let said = |challenges: &[&str], n| asked(&SHA_1, nonce, challenges, n).unwrap_err();
        assert_eq!(said(&["", first, "v=AAAApqV8S7suAoZWja4dJRkFsKQ="], 2), GiveUp::ServerUnproven);
        assert_eq!(said(&["", first, "e=other-error"], 2), GiveUp::ServerUnproven);
        let foreign = first.replace("fyko", "okyf");
        assert_eq!(said(&["", &foreign], 1), GiveUp::ServerUnproven);
        let nothing_added = "r=fyko+d2lbbFgONRv9qkxdawL,s=QSXCR+Q6sek8bf92,i=4096";
        assert_eq!(said(&["", nothing_added], 1), GiveUp::ServerUnproven);
    }

    #[test]
    fn a_question_that_would_cost_minutes_or_makes_no_sense_is_not_answered() {
        let said = |first: &str| asked(&SHA_1, "abc", &["", first], 1).unwrap_err();
        assert_eq!(said("r=abcd,s=QSXC,i=4000000000"), GiveUp::TooCostly);
        for first in [
            "",
            "r=abcd",
            "r=abcd,s=QSXC,i=0",
            "r=abcd,s=QSXC,i=-1",
            "r=abcd,s=?,i=4096",
            "m=x,r=abcd,s=QSXC,i=1",
        ] {
            assert_eq!(said(first), GiveUp::NotUnderstood, "{first}");
        }
    }

    #[test]
    fn a_name_with_signs_of_its_own_arrives_as_it_is() {
        struct Odd;
        impl Accounts for Odd {
            fn password(&self, user: &str) -> Option<&str> {
                (user == "a=b,c").then_some("p,w=d")
            }
        }
        let odd = Credentials { user: "a=b,c".into(), password: "p,w=d".into() };
        let (end, mut challenges, mut responses) = (server(&Odd), Vec::new(), Vec::new());
        while let Judgement::Challenge(question) = SHA_256.judge(&end, &responses) {
            challenges.push(question);
            responses.push(SHA_256.respond(&client(&odd, &challenges), responses.len()).unwrap());
        }
        assert_eq!(SHA_256.judge(&end, &responses), Judgement::Accepted("a=b,c".into()));
        assert_eq!(unescaped("a=2"), None);
        assert_eq!(unescaped("a=2X"), None);
    }

    fn tls(data: &str) -> ChannelBinding {
        ChannelBinding { kind: "tls-exporter".into(), data: data.into() }
    }

    #[test]
    fn with_plus_the_proof_is_worth_nothing_on_another_connection() {
        let (here, elsewhere) = (tls("here"), tls("elsewhere"));
        let (said, end) = talk(&SHA_256_PLUS, &tim(), Some(&here), None);
        assert_eq!(end, Ok(Judgement::Accepted("tim".into())));
        assert!(said[1].1.starts_with(b"p=tls-exporter,,n=tim,"));
        // Somebody in between passes the same responses on over a connection of their own.
        let passed_on: Vec<_> =
            said.into_iter().skip(1).step_by(2).map(|(_, response)| response).collect();
        let end = ServerEnd { binding: Some(&elsewhere), ..server(&OnlyTim) };
        assert_eq!(SHA_256_PLUS.judge(&end, &passed_on), Judgement::Refused);
        let nothing = talk(&SHA_256_PLUS, &tim(), None, None);
        assert_eq!(nothing.1, Err(GiveUp::NoChannelBinding));
    }

    #[test]
    fn an_offer_that_was_taken_out_on_the_way_is_noticed() {
        let (tim, here) = (tim(), tls("here"));
        let client =
            ClientEnd { binding: Some(&here), binding_offered: false, ..client(&tim, &[]) };
        let first = SHA_256.respond(&client, 0).unwrap();
        assert!(first.starts_with(b"y,,"));
        let offering = ServerEnd { binding: Some(&here), ..server(&OnlyTim) };
        assert_eq!(SHA_256.judge(&offering, std::slice::from_ref(&first)), Judgement::Refused);
        assert!(matches!(SHA_256.judge(&server(&OnlyTim), &[first]), Judgement::Challenge(_)));
    }

    #[test]
    fn each_part_has_its_name() {
        let fields = |speaker, n, message: &str| -> Vec<Field> {
            let spans = SHA_1.anatomy(speaker, n, message.as_bytes());
            let signs = [AttributeName, AttributeSeparator];
            spans.iter().map(|span| span.field).filter(|field| !signs.contains(field)).collect()
        };
        let (client, server) = (Speaker::Client, Speaker::Server);
        assert_eq!(
            fields(client, 0, "n,,n=user,r=abc"),
            [BindingFlag, Field::UserName, Field::Nonce]
        );
        assert_eq!(
            fields(server, 1, "r=abcd,s=QSXC,i=4096"),
            [Field::Nonce, Field::Salt, Field::Iterations]
        );
        assert_eq!(
            fields(client, 1, "c=biws,r=abcd,p=v0X8"),
            [Field::BindingData, Field::Nonce, Field::ClientProof]
        );
        assert_eq!(fields(server, 2, "v=rmF9"), [Field::ServerSignature]);
    }
}
