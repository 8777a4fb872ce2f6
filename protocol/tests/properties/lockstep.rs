//! Whatever a person types, the client is where the server is, and owed nothing when the server has nothing to
//! say.

use crate::a_line;
use crate::pair::{Pair, Peer, without_login};
use bytes::Bytes;
use proptest::prelude::*;
use protocol::anatomy::Content;
use protocol::client::{Next, State, Step};
use protocol::server::{self, Config};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[derive(Clone, Debug)]
enum Action {
    /// Send what is proposed.
    Press,
    /// Send these bytes, cut once more at the place given.
    Type(Vec<u8>, prop::sample::Index),
    /// Send text to be stuffed.
    Write(Vec<u8>),
    Retry(Step),
}

fn an_action() -> impl Strategy<Value = Action> {
    let lines = prop::collection::vec(a_line(), 1..4).prop_map(|lines| lines.concat());
    let steps =
        vec![Step::Hello, Step::Auth, Step::Mail, Step::Rcpt(0), Step::Data, Step::FinalDot];
    prop_oneof![
        4 => Just(Action::Press),
        6 => (lines, any::<prop::sample::Index>()).prop_map(|(wire, at)| Action::Type(wire, at)),
        1 => a_line().prop_map(Action::Write),
        1 => prop::sample::select(steps).prop_map(Action::Retry),
    ]
}

/// The same place in the session, as the client calls it.
fn as_client(state: server::State) -> State {
    match state {
        server::State::Greeted => State::Greeted,
        server::State::Refusing => State::TurnedAway,
        server::State::Ready => State::Ready,
        server::State::StartingTls => State::StartingTls,
        server::State::Authenticating => State::Authenticating,
        server::State::Sender => State::Sender,
        server::State::Recipients => State::Recipients,
        server::State::Chunks => State::Chunks,
        server::State::Data => State::Data,
        server::State::Closed => State::Closed,
    }
}

fn act(pair: &mut Pair, action: Action) {
    match action {
        Action::Press if pair.proposal().is_some() => _ = pair.press(),
        Action::Press => {}
        Action::Type(wire, at) => {
            let (first, second) = wire.split_at(at.index(wire.len()));
            for part in [first, second].into_iter().filter(|part| !part.is_empty()) {
                if pair.client.state().is_connected() {
                    pair.type_raw(part);
                }
            }
        }
        Action::Write(text) => pair.commit(Content::Data(Bytes::from(text))),
        Action::Retry(step) => pair.client.retry(step),
    }
}

proptest! {
    #[test]
    fn client_and_server_agree_on_where_they_are(
        actions in prop::collection::vec(an_action(), 1..25),
        require_auth in any::<bool>(),
    ) {
        let config = Config { require_auth, ..Config::default() };
        let to = ["<teacher@practice.example>", "<student@student.example>"];
        let mut pair = Pair::practice(without_login(&to), config);
        for action in actions {
            act(&mut pair, action);
            let Peer::Practice { server, .. } = &pair.peer else { unreachable!() };
            prop_assert_eq!(pair.client.state(), as_client(server.state()));
            let waits = matches!(pair.client.next(), Next::Wait { .. });
            prop_assert!(!waits, "waits for a reply that never comes: {:?}", pair.client.next());
            if pair.client.state() == State::Closed {
                break;
            }
        }
        prop_assert_eq!(pair.noted_as_sent(), pair.sent.clone());
        prop_assert_eq!(pair.noted_as_received(), pair.received.clone());
    }
}
