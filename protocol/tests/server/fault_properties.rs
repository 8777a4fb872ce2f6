//! What holds for any rules and any input.

#![allow(clippy::unwrap_used, reason = "in a test a panic is the report")]

use crate::properties::a_session;
use crate::{Host, NOW};
use proptest::prelude::*;
use protocol::server::fault::{
    Broken, Disconnect, Drip, Holding, OtherCode, Pattern, Per, Raw, Seconds, Step, When,
};
use protocol::server::{Config, Fault, REPLIES_PENDING, State};
use protocol::smtp::limits;
use protocol::smtp::status::ReplyCode;
use std::collections::BTreeMap;
use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn raw() -> impl Strategy<Value = Raw> {
    prop::collection::vec(any::<u8>(), 0..30).prop_map(Raw::from)
}

fn seconds() -> impl Strategy<Value = Seconds> {
    (1u64..=3_600_000).prop_map(|ms| Seconds::new(Duration::from_millis(ms)).unwrap())
}

fn when() -> impl Strategy<Value = When> {
    let n = || (1u64..4).prop_map(|n| NonZeroU64::new(n).unwrap());
    prop_oneof![
        Just(When::Always),
        n().prop_map(When::Nth),
        n().prop_map(When::First),
        n().prop_map(When::From),
    ]
}

fn broken() -> impl Strategy<Value = Broken> {
    prop_oneof![
        Just(Broken::BareLf),
        (200u16..600)
            .prop_map(|number| Broken::CodesDiffer(OtherCode(ReplyCode::new(number).unwrap()))),
        Just(Broken::UnfinishedLine),
        Just(Broken::UnfinishedReply),
        Just(Broken::EndlessLine),
        Just(Broken::EndlessReply),
        raw().prop_map(Broken::Garbage),
        raw().prop_map(Broken::Exact),
    ]
}

fn pattern() -> impl Strategy<Value = Pattern> {
    let known = ["teacher@", "@example.com", "a@example.com", "<>"];
    prop::sample::select(known.map(|text| text.parse().unwrap()).to_vec())
}

/// Any rule that can work.
fn a_fault() -> impl Strategy<Value = Fault> {
    let replies = ["250 2.0.0 Fine", "354", "421 4.3.2 Bye", "450 4.7.1 Later", "550 No", "235 In"];
    let per = [Per::Client, Per::Sender, Per::Recipient, Per::Connection, Per::Message];
    let disconnects = [Disconnect::Before, Disconnect::Inside(7), Disconnect::After];
    let met = (
        prop::sample::select(Step::ALL.to_vec()),
        when(),
        prop::option::of(prop::sample::select(per.to_vec())),
        prop::option::weighted(0.2, pattern()),
        prop::option::weighted(0.2, pattern()),
        prop::option::weighted(0.2, Just("subject".to_owned())),
        prop::option::weighted(0.2, 0usize..40),
        prop::option::weighted(0.2, (0usize..3).prop_map(Holding::Messages)),
    );
    let does = (
        prop::option::of(prop::sample::select(replies.to_vec())),
        prop::option::of(seconds()),
        prop::option::of((100usize..900, seconds())),
        prop::option::of(broken()),
        prop::option::weighted(0.3, prop::sample::select(disconnects.to_vec())),
    );
    let fault = (met, does).prop_map(|(met, (reply, delay, drip, broken, disconnect))| {
        let (at, when, per, from, to, phrase, larger_than, holds) = met;
        let reply = reply.map(|line| line.parse().unwrap());
        let piece = |bytes| NonZeroUsize::new(bytes).unwrap();
        let drip = drip.map(|(bytes, every)| Drip { bytes: piece(bytes), every });
        Fault {
            at,
            when,
            per,
            from,
            to,
            phrase,
            larger_than,
            holds,
            reply,
            delay,
            drip,
            broken,
            disconnect,
        }
    });
    fault.prop_map(mended)
}

/// Without what it could never meet, and with something to do.
fn mended(mut fault: Fault) -> Fault {
    let knows_recipient = matches!(fault.at, Step::Rcpt | Step::Data | Step::Message);
    if !knows_recipient {
        fault.to = None;
        fault.per = fault.per.filter(|&per| per != Per::Recipient && per != Per::Message);
    }
    if !knows_recipient && fault.at != Step::Mail {
        fault.from = None;
        fault.per = fault.per.filter(|&per| per != Per::Sender);
    }
    if fault.at != Step::Message {
        (fault.phrase, fault.larger_than) = (None, None);
    }
    if fault.at != Step::Rcpt {
        fault.holds = None;
    }
    if fault.disconnect == Some(Disconnect::Before) {
        (fault.reply, fault.drip, fault.broken) = (None, None, None);
    } else if fault.drip.is_none() && fault.broken.is_none() {
        fault.reply = fault.reply.or_else(|| "250 2.0.0 Fine".parse().ok());
    }
    assert_eq!(fault.check(), Ok(()));
    fault
}

/// Everything the outside can see: what is said and when, the last state, and what is kept.
type Outcome = (BTreeMap<Duration, Vec<u8>>, State, Vec<Vec<u8>>);

/// A client that has sent all this by now, to a server that reads it when it wants to.
fn outcome<'a>(faults: &[Fault], pieces: impl Iterator<Item = &'a [u8]>) -> Outcome {
    let config = Config { size: 200, faults: faults.to_vec(), ..Config::default() };
    let (mut host, mut now) = (Host::new(config), NOW);
    let mut said = BTreeMap::<Duration, Vec<u8>>::new();
    let mut collect = |host: &mut Host, now| {
        while let Some(bytes) = host.server.poll_transmit() {
            assert!(bytes.len() < REPLIES_PENDING + 2 * limits::REPLY_READ, "{}", bytes.len());
            said.entry(now).or_default().extend_from_slice(&bytes);
        }
    };
    let wait = |host: &mut Host, now: &mut Duration| {
        *now = host.server.poll_timeout().expect("something is due");
        host.server.handle_timeout(*now);
    };
    collect(&mut host, now);
    for mut rest in pieces {
        while !rest.is_empty() {
            let taken = host.server.receive(now, rest, &mut host.store);
            rest = &rest[taken..];
            collect(&mut host, now);
            if taken == 0 {
                wait(&mut host, &mut now);
                collect(&mut host, now);
            }
        }
    }
    while !host.server.wants_input() {
        wait(&mut host, &mut now);
        collect(&mut host, now);
    }
    let kept = host.store.iter().map(protocol::server::StoredMessage::raw).collect();
    (said, host.server.state(), kept)
}

/// Each case is three sessions, which may drip: a quarter of the cases is tried.
fn few() -> ProptestConfig {
    let all = ProptestConfig::default();
    ProptestConfig { cases: all.cases / 4, ..all }
}

proptest! {
    #![proptest_config(few())]

    #[test]
    fn any_split_of_the_input_meets_the_same_faults_at_the_same_times(
        faults in prop::collection::vec(a_fault(), 0..8),
        wire in a_session(),
        cuts in prop::collection::vec(any::<prop::sample::Index>(), 0..10),
    ) {
        let whole = outcome(&faults, std::iter::once(&*wire));
        prop_assert_eq!(&outcome(&faults, wire.chunks(1)), &whole);
        let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(wire.len() + 1)).collect();
        places.extend([0, wire.len()]);
        places.sort_unstable();
        let pieces = places.windows(2).map(|pair| &wire[pair[0]..pair[1]]);
        prop_assert_eq!(&outcome(&faults, pieces), &whole);
    }

    #[test]
    fn any_rule_survives_being_written_and_read(fault in a_fault()) {
        let json = serde_json::to_string(&fault).unwrap();
        prop_assert_eq!(serde_json::from_str::<Fault>(&json).unwrap(), fault, "{}", json);
    }
}
