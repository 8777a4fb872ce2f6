//! The certificates of the practice servers: a good one, and one for each way in which certificates are bad.
//!
//! ```text
//!   the practice authority ─▶ its intermediate ─▶ practice.example              what a server should show
//!                                              ─▶ expired.practice.example      it was good until yesterday
//!                                              ─▶ …                             a row in `Kind` each
//!   an authority nobody knows ────────────────▶ unknown.practice.example
//! ```
//!
//! All of them are made when a server starts, so their keys are nobody else's and live no longer than it does. The
//! client says which one it wants by the host name it asks for (SNI, RFC 6066 §3).

mod server;
mod x509;

use rcgen::{
    BasicConstraints, CertificateParams, DistinguishedName, DnType, ExtendedKeyUsagePurpose, IsCa,
    Issuer, KeyPair, KeyUsagePurpose,
};
use std::time::Duration;
use time::OffsetDateTime;

pub use rcgen::Error;
pub use server::{NotReady, Practice, as_rustls, known_of_client};
pub use x509::{Fields, Name, owner, read};

/// The practice server's own name.
pub const HOST: &str = "practice.example";

const DAY: Duration = Duration::from_hours(24);
/// How long a certificate is good for.
const LEAF: Duration = Duration::from_hours(2 * 365 * 24);
/// How long an authority is.
const AUTHORITY: Duration = Duration::from_hours(10 * 365 * 24);

/// What is good or bad about a server's certificate.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Kind {
    /// Nothing is wrong with it.
    #[default]
    Good,
    /// Its time was over yesterday.
    Expired,
    /// Its time begins tomorrow.
    NotYetValid,
    /// It is for another host.
    OtherName,
    /// It vouches for itself.
    SelfSigned,
    /// An authority vouches for it that nobody knows.
    UnknownAuthority,
    /// The server does not send the intermediate that would lead to the authority.
    Incomplete,
}

/// What a server or a client shows and signs with.
#[derive(Clone, Debug)]
pub struct Identity {
    /// Its certificate and those that lead to the authority, as DER, its own first.
    pub chain: Vec<Vec<u8>>,
    /// Its private key, as PKCS #8 DER.
    pub key: Vec<u8>,
}

impl Identity {
    /// All of it as PEM, the certificates first.
    pub fn pem(&self) -> String {
        let chain = self.chain.iter().map(|der| ("CERTIFICATE", der));
        let all = chain.chain([("PRIVATE KEY", &self.key)]);
        all.map(|(tag, der)| pem::encode(&pem::Pem::new(tag, der.clone()))).collect()
    }
}

/// A certificate authority made for practice, with its intermediate.
#[derive(Debug)]
pub struct Authority {
    root: rcgen::Certificate,
    intermediate: rcgen::Certificate,
    issuer: Issuer<'static, KeyPair>,
    /// Since the Unix epoch.
    now: Duration,
}

impl Kind {
    /// Every kind, the good one first.
    pub const ALL: [Self; 7] = [
        Self::Good,
        Self::Expired,
        Self::NotYetValid,
        Self::OtherName,
        Self::SelfSigned,
        Self::UnknownAuthority,
        Self::Incomplete,
    ];

    /// The host name by which a client asks for it.
    pub const fn host(self) -> &'static str {
        match self {
            Self::Good => HOST,
            Self::Expired => "expired.practice.example",
            Self::NotYetValid => "not-yet.practice.example",
            Self::OtherName => "other-name.practice.example",
            Self::SelfSigned => "self-signed.practice.example",
            Self::UnknownAuthority => "unknown.practice.example",
            Self::Incomplete => "incomplete.practice.example",
        }
    }

    /// The kind that a client asks for by this name; the good one for any other name.
    pub fn of_host(host: &str) -> Self {
        let named = |kind: &Self| kind.host().eq_ignore_ascii_case(host);
        Self::ALL.into_iter().find(named).unwrap_or_default()
    }

    /// The names that stand in it. The good one is also for whoever connects to this machine by hand.
    fn names(self) -> Vec<String> {
        let names: &[&str] = match self {
            Self::Good => &[HOST, "localhost", "127.0.0.1", "::1"],
            Self::OtherName => &["elsewhere.example"],
            _ => &[self.host()],
        };
        names.iter().map(|&name| name.to_owned()).collect()
    }
}

impl Authority {
    /// An authority with keys of its own. `now` is the time since the Unix epoch.
    ///
    /// # Errors
    /// There were no random numbers to be had.
    pub fn new(now: Duration) -> Result<Self, Error> {
        Self::named("SMTP Walkthrough Practice", now)
    }

    fn named(name: &str, now: Duration) -> Result<Self, Error> {
        let root_key = KeyPair::generate()?;
        let root_params = authority(&format!("{name} Root"), now);
        let root = root_params.self_signed(&root_key)?;
        let key = KeyPair::generate()?;
        let params = authority(&format!("{name} Intermediate"), now);
        let intermediate = params.signed_by(&key, &Issuer::new(root_params, root_key))?;
        Ok(Self { root, intermediate, issuer: Issuer::new(params, key), now })
    }

    /// The root's certificate as PEM, for whoever is to trust it.
    pub fn pem(&self) -> String {
        self.root.pem()
    }

    /// The root's certificate as DER.
    pub fn der(&self) -> &[u8] {
        self.root.der()
    }

    /// A server's certificate.
    ///
    /// # Errors
    /// There were no random numbers to be had.
    pub fn server(&self, kind: Kind) -> Result<Identity, Error> {
        let (from, until) = match kind {
            Kind::Expired => (self.now.saturating_sub(90 * DAY), self.now.saturating_sub(DAY)),
            Kind::NotYetValid => (self.now + DAY, self.now + LEAF),
            _ => (self.now.saturating_sub(DAY), self.now + LEAF),
        };
        let mut params = leaf(kind.names(), from, until)?;
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let key = KeyPair::generate()?;
        let stranger;
        let (issuer, intermediate) = match kind {
            Kind::SelfSigned => {
                let chain = vec![params.self_signed(&key)?.der().to_vec()];
                return Ok(Identity { chain, key: key.serialize_der() });
            }
            Kind::UnknownAuthority => {
                stranger = Self::named("Nobody Knows Us", self.now)?;
                (&stranger.issuer, Some(&stranger.intermediate))
            }
            Kind::Incomplete => (&self.issuer, None),
            _ => (&self.issuer, Some(&self.intermediate)),
        };
        let own = params.signed_by(&key, issuer)?;
        let chain = std::iter::once(&own).chain(intermediate).map(|it| it.der().to_vec()).collect();
        Ok(Identity { chain, key: key.serialize_der() })
    }

    /// A client's certificate, for the owner of this address.
    ///
    /// # Errors
    /// The address has characters beyond ASCII, or there were no random numbers to be had.
    pub fn client(&self, address: &str) -> Result<Identity, Error> {
        let from = self.now.saturating_sub(DAY);
        let mut params = leaf(Vec::new(), from, self.now + LEAF)?;
        params.subject_alt_names = vec![rcgen::SanType::Rfc822Name(address.try_into()?)];
        params.distinguished_name = named(address);
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ClientAuth];
        let key = KeyPair::generate()?;
        let own = params.signed_by(&key, &self.issuer)?;
        let chain = vec![own.der().to_vec(), self.intermediate.der().to_vec()];
        Ok(Identity { chain, key: key.serialize_der() })
    }
}

fn authority(name: &str, now: Duration) -> CertificateParams {
    let mut params = CertificateParams::default();
    params.distinguished_name = named(name);
    params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    params.key_usages = vec![KeyUsagePurpose::KeyCertSign, KeyUsagePurpose::CrlSign];
    params.not_before = moment(now.saturating_sub(DAY));
    params.not_after = moment(now + AUTHORITY);
    params
}

fn leaf(names: Vec<String>, from: Duration, until: Duration) -> Result<CertificateParams, Error> {
    let name = named(names.first().map_or("", String::as_str));
    let mut params = CertificateParams::new(names)?;
    params.distinguished_name = name;
    params.key_usages = vec![KeyUsagePurpose::DigitalSignature];
    params.not_before = moment(from);
    params.not_after = moment(until);
    params.use_authority_key_identifier_extension = true;
    Ok(params)
}

fn named(name: &str) -> DistinguishedName {
    let mut distinguished = DistinguishedName::new();
    distinguished.push(DnType::CommonName, name);
    distinguished
}

fn moment(since_epoch: Duration) -> OffsetDateTime {
    let seconds = i64::try_from(since_epoch.as_secs()).unwrap_or(i64::MAX);
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

#[cfg(test)]
mod tests {
    use super::*;
    use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
    use webpki::{EndEntityCert, KeyUsage, anchor_from_trusted_cert, ring::ECDSA_P256_SHA256};

    const NOW: Duration = Duration::from_hours(500_000);

    /// What a verifier that trusts the authority says of a certificate for the name it was asked for by.
    fn verdict(
        authority: &Authority,
        identity: &Identity,
        host: &str,
    ) -> Result<(), webpki::Error> {
        let root = CertificateDer::from(authority.der());
        let anchors = [anchor_from_trusted_cert(&root).unwrap()];
        let chain: Vec<CertificateDer<'_>> =
            identity.chain.iter().map(|der| CertificateDer::from(&der[..])).collect();
        let own = EndEntityCert::try_from(&chain[0])?;
        own.verify_for_usage(
            &[ECDSA_P256_SHA256],
            &anchors,
            &chain[1..],
            UnixTime::since_unix_epoch(NOW),
            KeyUsage::server_auth(),
            None,
            None,
        )?;
        own.verify_is_valid_for_subject_name(&ServerName::try_from(host).unwrap())
    }

    #[test]
    fn each_kind_is_bad_in_its_own_way_and_in_no_other() {
        use webpki::Error as E;
        let authority = Authority::new(NOW).unwrap();
        for kind in Kind::ALL {
            let identity = authority.server(kind).unwrap();
            let verdict = verdict(&authority, &identity, kind.host());
            let fits = match kind {
                Kind::Good => verdict.is_ok(),
                Kind::Expired => matches!(verdict, Err(E::CertExpired { .. })),
                Kind::NotYetValid => matches!(verdict, Err(E::CertNotValidYet { .. })),
                Kind::OtherName => matches!(verdict, Err(E::CertNotValidForName(_))),
                Kind::SelfSigned | Kind::UnknownAuthority | Kind::Incomplete => {
                    matches!(verdict, Err(E::UnknownIssuer))
                }
            };
            assert!(fits, "{kind:?}: {verdict:?}");
        }
    }

    #[test]
    fn a_kind_is_asked_for_by_its_name_and_the_good_one_by_any_other() {
        for kind in Kind::ALL {
            assert_eq!(Kind::of_host(&kind.host().to_uppercase()), kind);
        }
        assert_eq!(Kind::of_host("mx.example.com"), Kind::Good);
    }

    #[test]
    fn the_good_one_is_also_for_this_machine() {
        let authority = Authority::new(NOW).unwrap();
        let good = authority.server(Kind::Good).unwrap();
        for host in ["localhost", "127.0.0.1", "::1"] {
            assert_eq!(verdict(&authority, &good, host), Ok(()), "{host}");
        }
    }

    #[test]
    fn a_clients_certificate_is_none_for_a_server() {
        let authority = Authority::new(NOW).unwrap();
        let client = authority.client("student@student.example").unwrap();
        let verdict = verdict(&authority, &client, HOST);
        let refused = matches!(verdict, Err(webpki::Error::RequiredEkuNotFoundContext(_)));
        assert!(refused, "{verdict:?}");
    }
}
