//! Nothing that anybody does makes the client panic or grow without limit.

use crate::pair::{assert_tiles, lab, without_login};
use crate::{a_line, a_reply, garbage};
use bytes::Bytes;
use proptest::prelude::*;
use protocol::anatomy::{Content, reply_spans};
use protocol::auth::{Mechanism, Nonce};
use protocol::client::{Client, Ending, Next, Setup, Step, Transmit};
use protocol::smtp::command::Verb;
use protocol::smtp::limits;
use protocol::transcript::{Item, Target};
use protocol::tunnel::TunnelEvent;
use std::time::Duration;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[derive(Clone, Debug)]
enum Action {
    Begin,
    Connected,
    Press,
    Line(Vec<u8>),
    Data(Vec<u8>),
    Receive(Vec<u8>),
    Transmit(usize),
    Wait(u64),
    Close(Ending),
    Retry(Step),
    Revise(usize),
}

fn a_step() -> impl Strategy<Value = Step> {
    let verbs = prop::sample::select(Verb::ALL.to_vec()).prop_map(Step::Extra);
    let steps = prop::sample::select(vec![
        Step::LookUp,
        Step::Connect,
        Step::Greeting,
        Step::Hello,
        Step::Auth,
        Step::Mail,
        Step::Data,
        Step::Headers,
        Step::Body,
        Step::FinalDot,
        Step::Quit,
        Step::Typed,
    ]);
    let numbered = (any::<bool>(), any::<usize>())
        .prop_map(|(rcpt, n)| if rcpt { Step::Rcpt(n) } else { Step::AuthResponse(n) });
    prop_oneof![4 => steps, 1 => verbs, 1 => numbered]
}

fn an_action() -> impl Strategy<Value = Action> {
    let endings = vec![Ending::ByServer, Ending::ByUs, Ending::Reset, Ending::Truncated];
    prop_oneof![
        1 => Just(Action::Begin),
        2 => Just(Action::Connected),
        8 => Just(Action::Press),
        3 => a_line().prop_map(Action::Line),
        1 => prop::collection::vec(any::<u8>(), 0..100).prop_map(Action::Line),
        1 => a_line().prop_map(Action::Data),
        8 => a_reply().prop_map(Action::Receive),
        1 => garbage().prop_map(Action::Receive),
        3 => (1usize..5).prop_map(Action::Transmit),
        1 => (0u64..400).prop_map(Action::Wait),
        1 => prop::sample::select(endings).prop_map(Action::Close),
        1 => a_step().prop_map(Action::Retry),
        1 => (0usize..4).prop_map(Action::Revise),
    ]
}

/// Set-ups that differ in everything a plan is made of.
fn set_up(n: usize) -> Setup {
    let mut plain = lab();
    plain.login.as_mut().unwrap().mechanism = Mechanism::named("PLAIN");
    let many = ["<a@example.com>", "<b@example.com>", "<a@example.com>", "<Postmaster>"];
    let nobody = Setup { to: Vec::new(), ..lab() };
    [lab(), plain, without_login(&many), nobody].into_iter().nth(n).unwrap()
}

fn act(client: &mut Client, now: &mut Duration, action: Action) {
    let connected = || TunnelEvent::Connected {
        address: "192.0.2.25:25".into(),
        local: "192.0.2.1:40001".into(),
        elapsed_ms: Duration::ZERO,
    };
    match action {
        Action::Begin => {
            let target = Target { host: "mx.example.com".into(), port: 25 };
            client.begin(*now, target, Nonce::known());
        }
        Action::Connected => client.transport(*now, connected()),
        Action::Press => {
            if let Next::Send(proposal) = client.next() {
                let step = proposal.step;
                let due = client.commit(*now, proposal.piece.content);
                assert!(due.is_ok(), "what is proposed can be sent: {step:?} {due:?}");
            }
        }
        // That it cannot be sent is an answer too.
        Action::Line(line) => _ = client.commit(*now, Content::Line(Bytes::from(line))),
        Action::Data(data) => _ = client.commit(*now, Content::Data(Bytes::from(data))),
        Action::Receive(bytes) => _ = client.receive(*now, &bytes),
        Action::Transmit(times) => {
            for _ in 0..times {
                if let Some(Transmit::Bytes(bytes)) = client.poll_transmit() {
                    assert!(!bytes.is_empty() && bytes.len() <= 2 * limits::CHUNK);
                }
            }
        }
        Action::Wait(seconds) => {
            *now += Duration::from_secs(seconds);
            client.handle_timeout(*now);
        }
        Action::Close(how) => _ = client.closed(*now, how),
        Action::Retry(step) => client.retry(step),
        Action::Revise(n) => client.revise(set_up(n)),
    }
}

/// What a page looks at after everything that happens.
fn look_at(client: &Client) {
    assert_eq!(client.next(), client.next(), "looking changes nothing");
    if let Next::Send(proposal) = client.next() {
        let window = proposal.piece.window(limits::WINDOW);
        assert_tiles(&window.bytes, &proposal.piece.spans(&window));
        client.cautions(proposal.step, &proposal.piece);
    }
    if let Some(patience) = client.patience().filter(|patience| !patience.of_server) {
        assert_eq!(client.poll_timeout(), Some(patience.until));
    }
    let connections = client.transcript().connections();
    assert!(connections.len() <= limits::CONNECTIONS);
    let Some(entry) = connections.last().and_then(|connection| connection.entries().last()) else {
        return;
    };
    match &entry.item {
        Item::Sent { piece, .. } => {
            let window = piece.window(limits::WINDOW);
            assert_tiles(&window.bytes, &piece.spans(&window));
        }
        Item::Received { answer, reply, .. } => {
            assert!(reply.wire().len() <= limits::REPLY_READ);
            assert_tiles(reply.wire(), &reply_spans(*answer, reply));
        }
        Item::Broken { bytes, .. } => assert!(bytes.len() <= limits::GARBAGE_KEPT),
        _ => {}
    }
}

proptest! {
    #[test]
    fn whatever_is_done_in_whatever_order(
        actions in prop::collection::vec(an_action(), 0..80),
        first in 0usize..4,
    ) {
        let (mut client, mut now) = (Client::new(set_up(first)), Duration::ZERO);
        act(&mut client, &mut now, Action::Begin);
        act(&mut client, &mut now, Action::Connected);
        for action in actions {
            act(&mut client, &mut now, action);
            look_at(&client);
        }
    }
}
