//! Walks that leave early, with QUIT or without a word.

use crate::pair::{Pair, lab};
use protocol::client::{Ending, Leave, Next, Place, Security, Setup, State, Step, Stop};
use protocol::server::{Config, StartTls};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

const PLACES: [(Place, Step); 10] = [
    (Place::Greeting, Step::Greeting),
    (Place::Hello, Step::HelloOverTls),
    (Place::Tls, Step::Handshake),
    (Place::Auth, Step::AuthResponse(1)),
    (Place::Mail, Step::Mail),
    (Place::Rcpt, Step::Rcpt(0)),
    (Place::Data, Step::Data),
    (Place::Headers, Step::Headers),
    (Place::Body, Step::Body),
    (Place::FinalDot, Step::FinalDot),
];

fn stopping(after: Place, by: Leave) -> Pair {
    let stop = Some(Stop { after, by });
    let setup = Setup { stop, security: Security::Required, ..lab() };
    Pair::practice(setup, Config { starttls: StartTls::Offered, ..Config::default() })
}

/// The last step that was done.
fn last_done(pair: &Pair) -> Step {
    let done = pair.client.progress().iter().rfind(|it| it.ended.is_some());
    done.unwrap().step
}

#[test]
fn a_walk_drops_the_connection_behind_any_step() {
    for (after, last) in PLACES {
        let mut pair = stopping(after, Leave::Drop);
        pair.press_on();
        assert_eq!(pair.client.next(), Next::HangUp, "{after:?}");
        assert_eq!(last_done(&pair), last, "{after:?}");
        pair.end(Ending::ByUs);
        assert_eq!((pair.client.state(), pair.client.next()), (State::Closed, Next::Over));
        assert_eq!(pair.delivered().len(), usize::from(after == Place::FinalDot), "{after:?}");
    }
}

#[test]
fn a_walk_quits_behind_any_step_and_ends_the_mail_data_first() {
    for (after, last) in PLACES {
        let mut pair = stopping(after, Leave::Quit);
        let steps = pair.press_on();
        assert_eq!(steps.last(), Some(&Step::Quit), "{after:?}");
        assert_eq!(pair.client.state(), State::Closed, "{after:?}");
        let in_data = matches!(after, Place::Data | Place::Headers | Place::Body);
        let last = if in_data { Step::FinalDot } else { last };
        let before_quit =
            pair.client.progress().iter().rfind(|it| it.ended.is_some() && it.step != Step::Quit);
        assert_eq!(before_quit.unwrap().step, last, "{after:?}");
    }
}

#[test]
fn what_is_typed_meanwhile_is_still_sent() {
    let mut pair = stopping(Place::Mail, Leave::Drop);
    pair.press_on();
    pair.type_line("RSET");
    assert_eq!(pair.client.state(), State::Ready);
    assert_eq!(pair.proposed(), Some(Step::Mail), "MAIL is ahead again, and the stop behind it");
}
