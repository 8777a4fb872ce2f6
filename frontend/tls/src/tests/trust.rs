//! Whom a session believes, and what it says of whom it does not.

use super::*;

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
