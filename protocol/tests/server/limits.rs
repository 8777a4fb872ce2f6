//! How a session ends that goes on for too long.

use crate::{Host, NOW};
use protocol::server::{Config, REPLIES_PENDING};
use protocol::smtp::limits;
use std::time::Duration;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

#[test]
fn a_silent_client_is_hung_up_on_after_five_minutes() {
    let mut host = Host::after_ehlo(Config::default());
    let later = NOW + Duration::from_secs(10);
    assert_eq!(host.server.receive(later, b"NO", &mut host.store), 2);
    let deadline = host.server.poll_timeout().unwrap();
    assert_eq!(deadline, later + Duration::from_mins(5));
    host.heard();
    host.server.handle_timeout(deadline.checked_sub(Duration::from_nanos(1)).unwrap());
    assert_eq!(host.heard(), "");
    host.server.handle_timeout(deadline);
    assert_eq!(host.heard(), "421 4.4.2 practice.example waited 5 minutes, closing connection\r\n");
    assert!(host.server.is_closed());
    assert_eq!(host.server.poll_timeout(), None);
}

#[test]
fn twenty_refusals_in_a_row_end_the_session() {
    let mut host = Host::after_ehlo(Config::default());
    for _ in 0..3 {
        (0..19).for_each(|_| host.expect("FOO\r\n", "500"));
        host.expect("NOOP\r\n", "250");
    }
    (0..19).for_each(|_| host.expect("FOO\r\n", "500"));
    host.expect("FOO\r\n", "421 4.7.0 practice.example too many errors");
    assert!(host.server.is_closed());
    let mut host = Host::after_ehlo(Config::default());
    (0..19).for_each(|_| host.expect("FOO\r\n", "500"));
    host.server.handle_timeout(NOW + Duration::from_hours(1));
    assert!(host.heard().starts_with("421 4.4.2"), "the reason is the silence");
}

#[test]
fn a_browser_is_told_and_hung_up_on_before_its_page_can_speak() {
    let mut host = Host::new(Config::default());
    host.heard();
    let request = "POST / HTTP/1.1\r\nHost: localhost:2525\r\n\r\nEHLO client.example\r\n";
    assert_eq!(
        host.say(request),
        "421 4.7.0 practice.example speaks SMTP, not HTTP, closing connection\r\n"
    );
}

#[test]
fn what_comes_after_quit_is_ignored() {
    let mut host = Host::after_ehlo(Config::default());
    host.expect("QUIT\r\nNOOP\r\n", "221");
    assert_eq!(host.say("NOOP\r\n"), "");
}

#[test]
fn who_does_not_read_replies_is_not_read_from() {
    let mut host = Host::after_ehlo(Config::default());
    let flood = "NOOP\r\n".repeat(10_000);
    let taken = host.server.receive(NOW, flood.as_bytes(), &mut host.store);
    assert!(taken < flood.len() && !host.server.wants_input());
    assert_eq!(host.server.receive(NOW, &flood.as_bytes()[taken..], &mut host.store), 0);
    let first = host.heard();
    assert!(first.len() < REPLIES_PENDING + limits::REPLY_LINE, "{}", first.len());
    assert!(host.server.wants_input());
    let replies = first + &host.say(&flood[taken..]);
    assert_eq!(replies.lines().filter(|line| line.starts_with("250 2.0.0 Ok")).count(), 10_000);
}
