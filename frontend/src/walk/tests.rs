//! The driver with the practice server, and with a transport that does what a test says.

mod tls;

use super::{Body, Driver, Route, Row, Snapshot};
use crate::clock;
use crate::transport::{Door, Ended, Incoming, Practice, Transport};
use bytes::Bytes;
use protocol::anatomy::Content;
use protocol::client::{Ending, Next, State, Step};
use protocol::diagnosis::Cause;
use protocol::form::Form;
use protocol::lesson::Lesson;
use protocol::message::Message;
use protocol::message::lint::{Lint, Severity};
use protocol::server::Config;
use protocol::transcript::Target;
use protocol::tunnel::{CloseCode, FailureReason, TunnelEvent};
use std::cell::RefCell;
use std::collections::VecDeque;
use std::rc::Rc;
use std::time::Duration;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn form() -> Form {
    Lesson::classic_lab().form
}

/// The driver and its practice server.
fn practice(form: &Form) -> (Driver, Practice) {
    practice_with(Lesson::classic_lab().server, form)
}

fn open(_: &Route, practice: &Practice, door: Door) -> Box<dyn Transport> {
    Box::new(practice.connect(door))
}

fn practice_with(config: Config, form: &Form) -> (Driver, Practice) {
    let practice = Practice::new(config);
    let setup = form.check().unwrap();
    (Driver::new(setup, Route::Practice, practice.clone(), Rc::new(open)), practice)
}

/// Presses *Next* until there is nothing to press, as a person would.
fn walk_on(driver: &mut Driver) -> Rc<Snapshot> {
    for _ in 0..40 {
        let snapshot = driver.snapshot();
        match &*snapshot.next {
            Next::Connect => driver.connect(),
            Next::Send(proposal) if snapshot.refusal().is_none() => {
                driver.send(proposal.piece.content.clone()).unwrap();
            }
            _ => return snapshot,
        }
    }
    panic!("the walk does not end");
}

#[test]
fn the_classic_lab_is_delivered_by_pressing_next() {
    let (mut driver, practice) = practice(&form());
    let end = walk_on(&mut driver);
    assert_eq!(end.state, State::Closed);
    assert_eq!(end.ended, Some(Ended { how: Ending::ByServer, code: None }));
    assert!(end.refusal().is_none());
    assert_eq!(practice.store().borrow().len(), 1);
    let ids: Vec<_> = end.rows.iter().map(|row| row.id).collect();
    assert_eq!(ids, (0..end.rows.len()).collect::<Vec<_>>());
}

/// The classic lab's server with these rules.
fn with_faults(faults: &str) -> Driver {
    let faults = serde_json::from_str(faults).unwrap();
    let config = Config { faults, ..Lesson::classic_lab().server };
    practice_with(config, &form()).0
}

/// Asks again when something is due, as the page does, until it is the person's turn.
fn wait_on(driver: &mut Driver) -> Rc<Snapshot> {
    let deadline = clock::now() + Duration::from_secs(20);
    loop {
        let snapshot = driver.snapshot();
        if !matches!(&*snapshot.next, Next::Wait { .. }) {
            return snapshot;
        }
        let due = driver.due().expect("something is due, or nobody would ever ask again");
        assert!(clock::now() < deadline, "it was due at {due:?}");
        if due <= clock::now() {
            driver.pump();
        }
    }
}

#[test]
fn a_practice_server_that_takes_its_time_is_asked_again_when_something_is_due() {
    let mut driver = with_faults(
        r#"[{"at": "mail", "delay": 0.02}, {"at": "rcpt", "drip": {"bytes": 9, "every": 0.005}},
            {"at": "noop", "delay": 0.01}]"#,
    );
    let begun = clock::now();
    for step in [Step::Mail, Step::Rcpt(0)] {
        walk_on(&mut driver);
        let snapshot = wait_on(&mut driver);
        let answered =
            |row: &Rc<Row>| row.step() == Some(step) && matches!(row.body, Body::Received { .. });
        assert!(snapshot.rows.iter().any(answered), "{step:?}");
    }
    // What is typed meanwhile waits until the server listens again.
    driver.send(Content::typed_line("NOOP\r\nNOOP")).unwrap();
    wait_on(&mut driver);
    let end = walk_on(&mut driver);
    assert_eq!(end.state, State::Closed);
    let soonest = begun + Duration::from_millis(40);
    assert!(clock::now() >= soonest, "nothing came before its time");
}

#[test]
fn a_practice_server_that_hangs_up_without_a_word_has_ended_the_walk() {
    let mut driver = with_faults(r#"[{"at": "data", "disconnect": "before"}]"#);
    let end = walk_on(&mut driver);
    assert_eq!(end.ended, Some(Ended { how: Ending::ByServer, code: None }));
    assert_eq!(driver.due(), None);
}

#[test]
fn rows_that_were_drawn_are_not_drawn_again() {
    let (mut driver, _) = practice(&form());
    driver.connect();
    let first = driver.snapshot();
    driver.send(Content::typed_line("EHLO student.example")).unwrap();
    let second = driver.snapshot();
    assert!(second.rows.len() > first.rows.len());
    for (before, after) in first.rows.iter().zip(&*second.rows) {
        assert!(Rc::ptr_eq(before, after));
    }
    assert_ne!(*first, *second);
}

#[test]
fn a_refused_login_can_be_put_right_in_the_same_connection() {
    let mut wrong = form();
    wrong.login.as_mut().unwrap().password = "practise".into();
    let (mut driver, practice) = practice(&wrong);
    let refused = walk_on(&mut driver);
    let row = refused.refusal().expect("the login is refused");
    assert_eq!(row.step(), Some(Step::AuthResponse(1)));
    assert!(!driver.may_run_on());
    driver.revise(form().check().unwrap());
    driver.retry(Step::Auth);
    // Beyond the refusal that still stands as the newest row.
    let Next::Send(proposal) = driver.next() else { panic!("AUTH is proposed again") };
    assert_eq!(proposal.step, Step::Auth);
    driver.send(proposal.piece.content).unwrap();
    walk_on(&mut driver);
    assert_eq!(practice.store().borrow().len(), 1);
    assert_eq!(
        driver.snapshot().rows.iter().filter(|row| matches!(row.body, Body::Closed(_))).count(),
        1
    );
}

#[test]
fn run_may_go_on_only_where_nothing_needs_a_person() {
    let mut real = form();
    if let Some(login) = &mut real.login {
        login.public = false;
    }
    let setup = real.check().unwrap();
    let practice = Practice::new(Lesson::classic_lab().server);
    let mut driver = Driver::new(setup, Route::Practice, practice, Rc::new(open));
    driver.connect();
    while driver.may_run_on() {
        let Next::Send(proposal) = driver.next() else { panic!("a proposal") };
        driver.send(proposal.piece.content).unwrap();
    }
    let Next::Send(proposal) = driver.next() else { panic!("a proposal") };
    assert_eq!(proposal.step, Step::AuthResponse(1), "it stops before a real password leaves");
}

/// What a test's transport was given, and what it gives.
#[derive(Default)]
struct Script {
    incoming: VecDeque<Incoming>,
    sent: Vec<Bytes>,
    held: usize,
    closed: bool,
}

struct Scripted(Rc<RefCell<Script>>);

impl Transport for Scripted {
    fn send(&mut self, bytes: &Bytes) {
        self.0.borrow_mut().sent.push(bytes.clone());
    }

    fn buffered(&self) -> usize {
        self.0.borrow().held
    }

    fn poll(&mut self) -> Option<Incoming> {
        self.0.borrow_mut().incoming.pop_front()
    }

    fn close(&mut self) {
        self.0.borrow_mut().closed = true;
    }
}

/// A driver on a transport to which `incoming` comes.
fn scripted(incoming: Vec<Incoming>) -> (Driver, Rc<RefCell<Script>>) {
    scripted_to(Route::Practice, incoming)
}

/// The same, as if on this way.
fn scripted_to(route: Route, incoming: Vec<Incoming>) -> (Driver, Rc<RefCell<Script>>) {
    scripted_as(&form(), route, incoming)
}

/// The same, with this set-up.
fn scripted_as(
    form: &Form,
    route: Route,
    incoming: Vec<Incoming>,
) -> (Driver, Rc<RefCell<Script>>) {
    let script = Rc::new(RefCell::new(Script { incoming: incoming.into(), ..Script::default() }));
    let opener = {
        let script = script.clone();
        move |_: &Route, _: &Practice, _: Door| -> Box<dyn Transport> {
            Box::new(Scripted(script.clone()))
        }
    };
    let practice = Practice::new(Lesson::classic_lab().server);
    let setup = form.check().unwrap();
    (Driver::new(setup, route, practice, Rc::new(opener)), script)
}

fn connected() -> Incoming {
    Incoming::Told(TunnelEvent::Connected {
        address: "192.0.2.25:25".into(),
        local: "192.0.2.1:40000".into(),
        elapsed_ms: Duration::from_millis(3),
    })
}

fn said(text: &'static str) -> Incoming {
    Incoming::Bytes(Bytes::from_static(text.as_bytes()))
}

#[test]
fn what_is_not_smtp_ends_the_walk_and_keeps_what_came() {
    let (mut driver, script) =
        scripted(vec![connected(), said("HTTP/1.1 400 Bad Request\r\n\r\n")]);
    driver.connect();
    let end = driver.snapshot();
    assert_eq!(end.state, State::Closed);
    assert!(script.borrow().closed, "the connection is closed from this side");
    let broken = end.rows.iter().find_map(|row| match &row.body {
        Body::Broken { bytes, .. } => Some(bytes.clone()),
        _ => None,
    });
    assert_eq!(broken.unwrap(), b"HTTP/1.1 400 Bad Request\r\n\r\n");
}

#[test]
fn a_bridge_that_goes_away_in_mid_walk_leaves_the_transcript() {
    let gone = Ended { how: Ending::TransportLost, code: Some(CloseCode::GoingAway) };
    let (mut driver, script) = scripted(vec![connected(), said("220 mx.example.com\r\n")]);
    driver.connect();
    driver.send(Content::typed_line("EHLO student.example")).unwrap();
    script.borrow_mut().incoming.push_back(Incoming::Ended(gone));
    driver.pump();
    let end = driver.snapshot();
    assert_eq!(end.ended, Some(gone));
    assert_eq!(*end.next, Next::Over);
    assert!(end.rows.iter().any(|row| matches!(row.body, Body::Sent { .. })));
    assert!(driver.send(Content::typed_line("NOOP")).is_err());
}

#[test]
fn a_connection_that_cannot_be_made_says_why() {
    let failed =
        TunnelEvent::Failed { reason: FailureReason::ConnectionRefused, detail: "refused".into() };
    let ended = Ended { how: Ending::NeverOpened, code: Some(CloseCode::CouldNotConnect) };
    let (mut driver, _) = scripted(vec![Incoming::Told(failed.clone()), Incoming::Ended(ended)]);
    driver.connect();
    let end = driver.snapshot();
    assert!(end.rows.iter().any(|row| row.body == Body::Note(failed.clone())));
    assert_eq!((end.state, end.ended), (State::Closed, Some(ended)));
}

fn bridge_to(host: &str, port: u16) -> Route {
    let target = Target { host: host.into(), port };
    Route::Bridge { bridge: "http://127.0.0.1:8025".into(), token: None, target }
}

#[test]
fn a_refusal_is_explained_as_the_provider_of_the_host_means_it() {
    let causes = |host| {
        let (mut driver, script) =
            scripted_to(bridge_to(host, 25), vec![connected(), said("220 mail ESMTP\r\n")]);
        driver.connect();
        for (line, answer) in [
            ("EHLO student.example", "250 AUTH LOGIN\r\n"),
            ("AUTH LOGIN", "334 VXNlcm5hbWU6\r\n"),
            ("c3R1ZGVudA==", "334 UGFzc3dvcmQ6\r\n"),
            ("cHJhY3RpY2U=", "535 Error: authentication failed\r\n"),
        ] {
            driver.send(Content::typed_line(line)).unwrap();
            script.borrow_mut().incoming.push_back(said(answer));
            driver.pump();
        }
        let snapshot = driver.snapshot();
        let Body::Received { findings, .. } = &snapshot.refusal().unwrap().body else {
            panic!("a refusal is a reply")
        };
        findings[0].cause
    };
    assert_eq!(causes("mail.example.com"), Cause::BadCredentials);
    assert_eq!(causes("smtp.163.com"), Cause::AuthorizationCodeWanted);
}

#[test]
fn an_end_without_a_goodbye_has_a_cause_unless_it_is_the_bridge_s_doing() {
    let cause = |port, said_before: &[Incoming], how, code| {
        let mut incoming = vec![connected()];
        incoming.extend(said_before.iter().cloned());
        incoming.push(Incoming::Ended(Ended { how, code }));
        let (mut driver, _) = scripted_to(bridge_to("mail.example.com", port), incoming);
        driver.connect();
        driver.snapshot().why_it_ended().map(|finding| finding.cause)
    };
    let greeting = [said("220 mx.example.com\r\n")];
    assert_eq!(cause(465, &[], Ending::ByServer, None), Some(Cause::PortSpeaksTls));
    assert_eq!(cause(587, &greeting, Ending::ByServer, None), Some(Cause::HungUp));
    assert_eq!(cause(587, &greeting, Ending::Reset, None), Some(Cause::CutOff));
    let shutting_down = [said("220 mx.example.com\r\n421 4.3.2 shutting down\r\n")];
    assert_eq!(cause(587, &shutting_down, Ending::ByServer, None), None);
    assert_eq!(cause(587, &greeting, Ending::TransportLost, None), None);
    assert_eq!(cause(587, &greeting, Ending::Reset, Some(CloseCode::IdleTooLong)), None);
    assert_eq!(cause(587, &greeting, Ending::ByUs, None), None);
}

#[test]
fn a_transport_that_is_full_is_given_no_more_until_it_drains() {
    let (mut driver, script) = scripted(vec![connected(), said("220 mx.example.com\r\n")]);
    driver.connect();
    script.borrow_mut().held = usize::MAX;
    driver.send(Content::typed_line("EHLO student.example")).unwrap();
    assert!(script.borrow().sent.is_empty());
    assert!(driver.is_unfinished(), "the page is to come back to it");
    script.borrow_mut().held = 0;
    driver.pump();
    assert_eq!(script.borrow().sent, [&b"EHLO student.example\r\n"[..]]);
    assert!(!driver.is_unfinished());
}

#[test]
fn a_large_message_leaves_in_several_goes() {
    let (mut driver, script) =
        scripted(vec![connected(), said("220 a\r\n250 b\r\n235 c\r\n250 d\r\n250 e\r\n354 f\r\n")]);
    driver.connect();
    let large = Bytes::from("a line of text that is long enough\r\n".repeat(100_000));
    driver.revise(protocol::client::Setup {
        login: None,
        message: protocol::message::Message {
            headers: Bytes::from_static(b"A: b\r\n\r\n"),
            body: large,
        },
        ..form().check().unwrap()
    });
    // The replies were all there from the start; they answer nothing but the greeting, so begin afresh.
    assert_eq!(driver.snapshot().state, State::Greeted);
    for (line, answer) in [
        ("EHLO a.example", "250 b\r\n"),
        ("MAIL FROM:<>", "250 c\r\n"),
        ("RCPT TO:<b@example.com>", "250 d\r\n"),
        ("DATA", "354 e\r\n"),
    ] {
        driver.send(Content::typed_line(line)).unwrap();
        script.borrow_mut().incoming.push_back(said(answer));
        driver.pump();
    }
    for step in [Step::Headers, Step::Body] {
        let Next::Send(proposal) = driver.next() else { panic!("{step:?} is next") };
        assert_eq!(proposal.step, step);
        driver.send(proposal.piece.content).unwrap();
    }
    let goes = std::iter::from_fn(|| driver.is_unfinished().then(|| driver.pump())).count();
    assert!(goes > 2, "{goes}");
    let sent: usize = script.borrow().sent.iter().map(Bytes::len).sum();
    assert!(sent > 3_600_000, "{sent}");
    assert!(script.borrow().sent.iter().all(|chunk| chunk.len() <= 20_000));
}

#[test]
fn nothing_but_advice_is_said_of_the_lab_s_letter() {
    let (mut driver, _) = practice(&form());
    let flaws = walk_on(&mut driver).flaws.clone();
    assert!(!flaws.is_empty(), "it has no Date");
    assert!(flaws.iter().all(|flaw| flaw.lint.severity() == Severity::Advice), "{flaws:?}");
}

#[test]
fn the_message_is_held_against_what_the_server_offers_and_read_again_only_when_something_changed() {
    let (mut driver, script) = scripted(vec![connected(), said("220 mx.example.com\r\n")]);
    let setup = form().check().unwrap();
    let message = Message::from_raw("From: student@example.com\r\n\r\nna\u{ef}ve\r\n");
    driver.revise(protocol::client::Setup { login: None, message, ..setup.clone() });
    driver.connect();
    let eight_bit =
        |snapshot: &Snapshot| snapshot.flaws.iter().any(|flaw| flaw.lint == Lint::EightBit);
    let before = driver.snapshot();
    assert!(!eight_bit(&before), "what the server offers is not known yet");
    assert!(Rc::ptr_eq(&before.flaws, &driver.snapshot().flaws));
    driver.send(Content::typed_line("EHLO student.example")).unwrap();
    script.borrow_mut().incoming.push_back(said("250 mx.example.com\r\n"));
    driver.pump();
    assert!(eight_bit(&driver.snapshot()));
    driver.revise(setup);
    assert!(!eight_bit(&driver.snapshot()));
}
