//! Whom a session believes, and what it says of whom it does not.

use super::strange::{Strange, config, shown};
use super::*;
use certificates::Identity as Shown;
use rcgen::{BasicConstraints, CertificateParams, IsCa, KeyPair};

/// A certificate that vouches for itself, for this host, changed before it is signed.
fn self_signed(host: &str, change: impl FnOnce(&mut CertificateParams)) -> Shown {
    let mut params = CertificateParams::new([host.to_owned()]).unwrap();
    params.use_authority_key_identifier_extension = true;
    change(&mut params);
    let key = KeyPair::generate().unwrap();
    let chain = vec![params.self_signed(&key).unwrap().der().to_vec()];
    Shown { chain, key: key.serialize_der() }
}

/// What a client says of a server that shows this.
fn asked_about(shown: Shown, versions: Versions) -> Facts {
    let mut strange = Strange::new(&client("mx.example"), config(shown, versions, b""));
    strange.run();
    let asked = strange.by_client.iter().find_map(|tell| match tell {
        Tell::Untrusted(facts) => Some((**facts).clone()),
        _ => None,
    });
    asked.expect("nobody vouches for it")
}

#[test]
fn a_self_signed_certificate_as_openssl_makes_it_is_self_signed_and_nothing_else() {
    // `openssl req -x509` says that what it makes is an authority's, which rustls takes for no server's.
    for versions in [Versions::Tls12, Versions::Tls13] {
        let shown = self_signed("mx.example", |params| {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        });
        let facts = asked_about(shown, versions);
        assert_eq!(facts.problems, [Problem::SelfSigned]);
        assert!(facts.chain[0].is_authority);
        let unnamed = self_signed("mx.example", |params| {
            params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
            params.subject_alt_names.clear();
        });
        let wanted = "mx.example".to_owned();
        let nameless = Problem::OtherName { wanted, found: Vec::new() };
        assert_eq!(asked_about(unnamed, versions).problems, [Problem::SelfSigned, nameless]);
    }
}

#[test]
fn of_a_certificate_that_cannot_be_read_nothing_is_said_that_was_not_seen() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        let mut shown = self_signed("mx.example", |_| {});
        // The library does not read whom a certificate is for by this name; ours gives up at the kind of the name.
        let common_name = [6, 3, 0x55, 4, 3];
        for at in 0..shown.chain[0].len() - common_name.len() {
            if shown.chain[0][at..].starts_with(&common_name) {
                shown.chain[0][at] = 0x13;
            }
        }
        assert_eq!(certificates::read(&shown.chain[0]), None);
        let facts = asked_about(shown, versions);
        assert!(matches!(&facts.problems[..], [Problem::Unreadable(why)] if !why.is_empty()));
        let [shown] = &facts.chain[..] else { panic!("{:?}", facts.chain) };
        assert_eq!((shown.from, shown.until), (i64::MIN, i64::MAX));
        assert_eq!(shown.subject, "");
        assert_ne!(shown.fingerprint, [0; 32]);
    }
}

#[test]
fn each_bad_certificate_is_refused_for_its_own_reason_and_nothing_follows_until_the_person_decides()
{
    for versions in [Versions::Tls12, Versions::Tls13] {
        for kind in Kind::ALL.into_iter().filter(|kind| *kind != Kind::Good) {
            let mut pair = Pair::new(&client(kind.host()), versions);
            pair.run();
            let facts = pair.untrusted().unwrap_or_else(|| panic!("{kind:?} is trusted"));
            let fits = match (kind, &facts.problems[..]) {
                (Kind::Expired, [Problem::Expired { .. }])
                | (Kind::NotYetValid, [Problem::NotYetValid { .. }])
                | (Kind::SelfSigned, [Problem::SelfSigned])
                | (Kind::Incomplete, [Problem::UnknownIssuer { alone: true, .. }]) => true,
                (Kind::OtherName, [Problem::OtherName { wanted, found }]) => {
                    wanted == kind.host() && found == &["elsewhere.example"]
                }
                (Kind::UnknownAuthority, [Problem::UnknownIssuer { issuer, alone: false }]) => {
                    issuer.contains("Nobody Knows Us")
                }
                _ => false,
            };
            assert!(fits, "{kind:?}: {:?}", facts.problems);
            let asked = pair.by_client.iter().position(|tell| matches!(tell, Tell::Untrusted(_)));
            let behind = &pair.by_client[asked.unwrap()..];
            assert!(!behind.iter().any(|tell| matches!(tell, Tell::Wire(_))), "{kind:?}");
            assert!(Pair::begun(&pair.by_client).is_none());
            pair.client.go_on();
            pair.run();
            let facts = Pair::begun(&pair.by_client).expect("the person goes on");
            assert!(!facts.problems.is_empty(), "it is still not trusted");
            assert!(Pair::begun(&pair.by_server).is_some());
        }
    }
}

#[test]
fn a_certificate_can_be_bad_in_two_ways() {
    let mut pair = Pair::new(
        &Client { trusts: Trusts::default(), ..client("localhost.example") },
        Versions::Both,
    );
    pair.run();
    let problems = &pair.untrusted().expect("nobody vouches for it").problems;
    assert!(matches!(problems[..], [Problem::UnknownIssuer { .. }, Problem::OtherName { .. }]));
}

#[test]
fn a_client_says_who_it_is_if_it_is_asked() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        let address = "student@student.example".to_owned();
        let client = Client {
            identity: Some(Identity::Practice(address.clone())),
            ..client(Kind::Good.host())
        };
        let mut pair = Pair::new(&client, versions);
        pair.run();
        assert_eq!(Pair::begun(&pair.by_server).unwrap().identity, Some(address));
    }
}

#[test]
fn a_host_or_a_certificate_that_is_none_is_said_before_anything_is_sent() {
    let refused = |client: &Client| Session::client(client, &PRACTICE).err();
    let why = refused(&client("not a host")).expect("it is none");
    assert!(why.contains("\"not a host\""), "{why}");
    let pem = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n".to_owned();
    assert!(
        refused(&Client { trusts: Trusts::Only(pem.clone()), ..client("a.example") }).is_some()
    );
    let identity = Some(Identity::Pem(pem));
    assert!(refused(&Client { identity, ..client("a.example") }).is_some());
}

#[test]
fn text_that_holds_no_certificate_is_refused_with_what_was_expected() {
    let trusts = |trusts| {
        let client = Client { trusts, ..client("a.example") };
        Session::client(&client, &PRACTICE).err()
    };
    let and = |text: &str| Trusts::TheWeb { and: text.to_owned() };
    assert_eq!(trusts(and("")), None);
    assert_eq!(trusts(and(" \r\n")), None, "nobody else is believed");
    let key = shown(Kind::Good).pem();
    let key = &key[key.find("-----BEGIN PRIVATE KEY").unwrap()..];
    for none in ["MIIB", key] {
        for trusts in [trusts(and(none)), trusts(Trusts::Only(none.to_owned()))] {
            let why = trusts.expect("it holds no certificate");
            assert!(why.contains("-----BEGIN CERTIFICATE-----"), "{why}");
        }
    }
    for nobody in ["", "\n"] {
        assert!(trusts(Trusts::Only(nobody.to_owned())).is_some());
    }
    let authority = PRACTICE.authority().pem();
    assert_eq!(trusts(and(&authority)), None);
    assert_eq!(trusts(Trusts::Only(authority)), None);
}

#[test]
fn a_client_is_nobody_over_a_certificate_that_was_only_seen() {
    for versions in [Versions::Tls12, Versions::Tls13] {
        let seen = PRACTICE.authority().client("student@student.example").unwrap().chain;
        let mut pair = Pair::new(&client(Kind::Good.host()), versions);
        *pair.server.watched_chain() = seen;
        pair.run();
        assert_eq!(Pair::begun(&pair.by_server).expect("it begins").identity, None);
    }
}

#[test]
fn a_client_that_a_stranger_vouches_for_gets_no_further() {
    let stranger = Practice::new(Duration::from_secs(UnixTime::now().as_secs())).unwrap();
    let identity = stranger.authority().client("student@student.example").unwrap();
    for versions in [Versions::Tls12, Versions::Tls13] {
        let identity = Some(Identity::Pem(identity.pem()));
        let mut pair = Pair::new(&Client { identity, ..client(Kind::Good.host()) }, versions);
        pair.run();
        assert!(Pair::begun(&pair.by_server).is_none());
        let told = finish(&pair.by_client);
        assert!(matches!(told, Some(Finish::Alert(Alert { fatal: true, .. }))), "{told:?}");
    }
}
