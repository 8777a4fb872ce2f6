//! What the bridge does not dial, and that it gives nothing away in refusing.
//!
//! Only loopback is used as the forbidden network here: were it dialled by mistake, no packet would leave.
//! Every other forbidden address is tried against the policy itself, beside it.

use crate::harness::*;
use bridge::{Config, policy::Policy};
use protocol::tunnel::{FailureReason, TunnelEvent};
use std::sync::Arc;

const NAMES: &[(&str, &[&str])] = &[
    ("v4.example", &["127.0.0.1"]),
    ("v6.example", &["::1"]),
    ("mapped.example", &["::ffff:127.0.0.1"]),
    ("nat64.example", &["64:ff9b::127.0.0.1"]),
    ("zero.example", &["0.0.0.0"]),
    ("unspecified.example", &["::"]),
    ("several.example", &["127.0.0.1", "::1", "127.0.0.2"]),
];

/// A bridge that dials any public address, and knows no name that has one.
fn public(shared: bool) -> Config {
    let policy = Policy { public: true, shared, ..Policy::default() };
    Config { policy, resolver: Arc::new(Knows(NAMES)), ..Config::default() }
}

async fn heard(bridge: &Bridge, host: &str, port: u16) -> Heard {
    bridge.tunnel_to(host, port).await.end().await
}

/// The failure, with the target taken out of its text.
fn refusal(heard: &Heard, target: &str) -> (u16, String) {
    let Some(TunnelEvent::Failed { reason: FailureReason::Refused, detail }) = heard.events.last()
    else {
        panic!("{target}: {heard:?}")
    };
    assert!(detail.contains(target), "{detail}");
    (heard.code, detail.replace(target, "TARGET"))
}

#[tokio::test]
async fn a_forbidden_address_is_refused_without_being_dialled() {
    let listener = loopback().await;
    let bridge = Bridge::start(public(false)).await;
    for host in ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "0.0.0.0", "::"] {
        let heard = heard(&bridge, host, 25).await;
        assert_eq!(heard.events.len(), 1, "{host} was not even looked at: {heard:?}");
        assert_eq!(heard.code, 4403, "{host}");
    }
    let port = listener.local_addr().unwrap().port();
    assert_eq!(heard(&bridge, "127.0.0.1", port).await.code, 4403);
    let nobody = std::future::ready(());
    tokio::select! {
        biased;
        _ = listener.accept() => panic!("it was dialled"),
        () = nobody => {}
    }
}

#[tokio::test]
async fn a_name_that_leads_to_a_forbidden_address_is_refused_and_the_address_not_shown() {
    let bridge = Bridge::start(public(false)).await;
    for (name, _) in NAMES {
        let heard = heard(&bridge, name, 25).await;
        let resolving = TunnelEvent::Resolving { host: (*name).into() };
        assert_eq!((heard.events.len(), &heard.events[0]), (2, &resolving), "{heard:?}");
        assert_eq!(refusal(&heard, &format!("{name}:25")).0, 4403);
    }
}

#[tokio::test]
async fn of_a_names_addresses_only_the_allowed_ones_are_shown_and_dialled() {
    let listener = loopback().await;
    let port = listener.local_addr().unwrap().port();
    let rules = vec![format!("127.0.0.1:{port}").parse().unwrap()];
    let mut config = public(false);
    config.policy.rules = rules;
    let bridge = Bridge::start(config).await;
    let mut page = bridge.tunnel_to("several.example", port).await;
    page.event().await;
    let addresses = vec!["127.0.0.1".parse().unwrap()];
    assert_eq!(page.event().await, TunnelEvent::Resolved { addresses });
    page.connected().await;
}

#[tokio::test]
async fn a_refused_target_looks_the_same_whether_it_exists_or_not() {
    let listener = loopback().await;
    let there = listener.local_addr().unwrap().port();
    let bridge = Bridge::start(public(false)).await;
    let exists = heard(&bridge, "127.0.0.1", there).await;
    let missing = heard(&bridge, "127.0.0.1", 1).await;
    assert_eq!(refusal(&exists, &format!("127.0.0.1:{there}")), refusal(&missing, "127.0.0.1:1"));
    // On a port that nothing is allowed on, no name is looked up.
    let exists = heard(&bridge, "v4.example", 22).await;
    let missing = heard(&bridge, "missing.example", 22).await;
    assert_eq!((exists.events.len(), missing.events.len()), (1, 1));
    assert_eq!(refusal(&exists, "v4.example:22"), refusal(&missing, "missing.example:22"));
}

#[tokio::test]
async fn a_bridge_for_others_does_not_tell_which_names_its_network_knows() {
    let bridge = Bridge::start(public(true)).await;
    let mut answers = Vec::new();
    for host in ["v4.example", "several.example", "missing.example", "failing.example"] {
        let heard = heard(&bridge, host, 25).await;
        assert_eq!(heard.events.len(), 2, "{heard:?}");
        answers.push(refusal(&heard, &format!("{host}:25")));
    }
    answers.dedup();
    assert_eq!(answers.len(), 1, "{answers:?}");
    assert_eq!(answers[0].0, 4403);
}
