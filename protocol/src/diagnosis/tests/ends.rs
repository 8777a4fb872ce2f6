//! Failures without a reply.

use super::{Cause as C, Context};
use crate::client::Ending;
use crate::diagnosis::{End, How, RecognisedBy, diagnose_end};
use crate::smtp::reply::ReplyError;
use crate::tunnel::FailureReason;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A plain connection on which nothing was heard.
fn silent(how: How, port: u16) -> End {
    let context = Context { encrypted: Some(false), ..Context::default() };
    End { how, port, heard: false, goodbye: false, context }
}

fn causes(end: &End) -> Vec<C> {
    let found = diagnose_end(end);
    assert!(found.iter().all(|finding| finding.by == RecognisedBy::End));
    found.into_iter().map(|finding| finding.cause).collect()
}

const BYE: How = How::Closed(Ending::ByServer);
const WAITED: How = How::Closed(Ending::PatienceOver);
const ALERT: How = How::Broken(ReplyError::NotACode { at: 0, found: 0x15 });

#[test]
fn nothing_at_port_25_is_most_likely_the_network_s_doing() {
    let late = How::Failed(FailureReason::TimedOut);
    assert_eq!(causes(&silent(late, 25))[0], C::PortBlocked);
    assert_eq!(causes(&silent(late, 587))[0], C::Silence);
    assert_eq!(causes(&silent(WAITED, 25))[0], C::PortBlocked);
    assert_eq!(causes(&silent(WAITED, 587)), [C::Silence]);
    let refused = How::Failed(FailureReason::ConnectionRefused);
    assert_eq!(causes(&silent(refused, 25)), [C::NobodyListens, C::PortBlocked]);
    assert_eq!(causes(&silent(refused, 587)), [C::NobodyListens]);
    assert_eq!(causes(&silent(How::Failed(FailureReason::NotFound), 25)), [C::HostUnknown]);
    assert_eq!(causes(&silent(How::Failed(FailureReason::Unreachable), 587)), [C::NoRoute]);
}

#[test]
fn nothing_at_port_465_is_a_port_that_waits_for_tls() {
    for how in [WAITED, BYE, How::Closed(Ending::Reset), ALERT] {
        assert_eq!(causes(&silent(how, 465)), [C::PortSpeaksTls], "{how:?}");
    }
    assert_eq!(causes(&End { heard: true, ..silent(BYE, 465) }), [C::HungUp]);
}

#[test]
fn tls_bytes_and_tls_that_fails_tell_which_kind_of_port_it_is() {
    assert_eq!(causes(&silent(ALERT, 587))[0], C::PortSpeaksTls);
    let context = Context { encrypted: Some(true), ..Context::default() };
    for how in [ALERT, BYE, How::Closed(Ending::Truncated)] {
        for port in [25, 587] {
            let end = End { context, ..silent(how, port) };
            assert_eq!(causes(&end)[0], C::PortSpeaksPlain, "{how:?} at {port}");
        }
    }
    let web = How::Broken(ReplyError::NotACode { at: 0, found: b'H' });
    assert_eq!(causes(&silent(web, 25)), [C::NotSmtp]);
    assert_eq!(causes(&silent(How::Broken(ReplyError::BareLf), 25)), [C::NotSmtp]);
}

#[test]
fn a_server_that_hangs_up_is_told_from_one_that_says_goodbye() {
    let heard = End { heard: true, ..silent(BYE, 25) };
    assert_eq!(causes(&heard), [C::HungUp]);
    assert_eq!(causes(&End { goodbye: true, ..heard }), []);
    assert_eq!(causes(&silent(BYE, 25)), [C::HungUp, C::Blocklisted]);
    let reset = End { how: How::Closed(Ending::Reset), ..heard };
    assert_eq!(causes(&reset), [C::CutOff]);
}

#[test]
fn what_a_person_or_the_bridge_decided_is_not_the_server_s_failure() {
    assert_eq!(causes(&silent(How::Closed(Ending::ByUs), 25)), []);
    assert_eq!(causes(&silent(How::Failed(FailureReason::Refused), 25)), []);
    for how in [Ending::TransportLost, Ending::NeverOpened] {
        assert_eq!(causes(&silent(How::Closed(how), 587)), [C::WayLost]);
    }
}
