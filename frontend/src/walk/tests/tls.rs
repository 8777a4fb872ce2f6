//! Walks inside TLS, with both ends computed here as the worker computes them.

use super::{
    Body, Driver, Ended, Route, Script, Snapshot, connected, form, open, scripted_as, walk_on,
};
use crate::tls_setup::{Shows, TlsSetup};
use crate::transport::{Incoming, Practice, TlsOpener, TlsSession};
use crate::walk::TlsEnds;
use crate::walk::tls::{Carried, RECORDS_SHOWN, TlsWalk};
use protocol::auth::Mechanism;
use protocol::client::{Caution, Ending, Next, Security, State, Step};
use protocol::form::Form;
use protocol::lesson::Lesson;
use protocol::smtp::reply::ReplyError;
use protocol::transcript::Target;
use protocol::tunnel::CloseCode;
use std::cell::{Cell, RefCell};
use std::collections::{HashMap, VecDeque};
use std::rc::Rc;
use tls_messages::{
    Ask, Content, Finish, FromModule, Kept, Looks, MessageKind, Problem, Record, SessionId, Tell,
    ToModule,
};
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// The module, without a worker around it.
#[derive(Default)]
struct Here {
    module: RefCell<tls::Module>,
    inboxes: RefCell<HashMap<SessionId, VecDeque<Tell>>>,
    last_id: Cell<SessionId>,
}

struct Session {
    here: Rc<Here>,
    id: SessionId,
}

impl TlsSession for Session {
    fn ask(&mut self, what: Ask) {
        for told in self.here.module.borrow_mut().handle([ToModule { id: self.id, what }]) {
            let FromModule::Session { id, what } = told else { continue };
            self.here.inboxes.borrow_mut().entry(id).or_default().push_back(what);
        }
    }

    fn poll(&mut self) -> Option<Tell> {
        self.here.inboxes.borrow_mut().get_mut(&self.id)?.pop_front()
    }
}

fn opener() -> TlsOpener {
    let here = Rc::new(Here::default());
    Rc::new(move || {
        here.last_id.set(here.last_id.get() + 1);
        Box::new(Session { here: here.clone(), id: here.last_id.get() })
    })
}

fn secured(security: Security) -> Form {
    Form { security, ..form() }
}

/// A walk to the practice server in the page, which shows such a certificate.
fn driver(form: &Form, shows: Shows) -> (Driver, Practice) {
    let tls = opener();
    let practice = Practice::new(Lesson::classic_lab().server).with_tls(tls.clone());
    let user = form.login.as_ref().map(|login| login.user.clone());
    let setup = TlsSetup { shows, ..TlsSetup::default() };
    let ends = TlsEnds { client: setup.for_practice(user), open: tls };
    let driver =
        Driver::new(form.check().unwrap(), Route::Practice, practice.clone(), Rc::new(open));
    (driver.with_tls(ends), practice)
}

/// The messages of the handshake as rows, in order.
fn handshake(walk: &Snapshot) -> Vec<MessageKind> {
    let of = |body: &Body| match body {
        Body::Record(record) => match &record.content {
            Content::Handshake(messages) => messages.iter().map(|it| it.kind).collect(),
            _ => Vec::new(),
        },
        _ => Vec::new(),
    };
    walk.rows.iter().flat_map(|row| of(&row.body)).collect()
}

#[test]
fn the_lab_is_delivered_inside_tls_behind_starttls_and_from_the_first_byte() {
    for security in
        [Security::Opportunistic, Security::Required, Security::Verified, Security::Implicit]
    {
        let (mut driver, practice) = driver(&secured(security), Shows::Good);
        let end = walk_on(&mut driver);
        assert_eq!(end.ended, Some(Ended { how: Ending::ByServer, code: None }), "{security:?}");
        assert_eq!(practice.store().borrow().len(), 1, "{security:?}");
        let target = end.target.clone().unwrap();
        assert_eq!(target.port, if security == Security::Implicit { 465 } else { 25 });
        let messages = handshake(&end);
        assert_eq!(messages.first(), Some(&MessageKind::ClientHello));
        assert_eq!(messages.last(), Some(&MessageKind::Finished));
    }
}

#[test]
fn every_row_behind_the_handshake_knows_the_records_it_travelled_in() {
    let (mut driver, _) = driver(&secured(Security::Required), Shows::Good);
    let end = walk_on(&mut driver);
    let begun = end.rows.iter().position(|row| matches!(row.body, Body::Upgraded(_))).unwrap();
    for row in &end.rows[..begun] {
        assert_eq!(row.carried.count, 0, "{row:?}");
    }
    let mut seen = 0;
    for row in &end.rows[begun..] {
        let Some((wire, _)) = row.wire() else { continue };
        assert!(row.carried.count > 0, "{row:?}");
        let said = row.carried.records.iter().filter_map(|record| match &record.content {
            Content::Data(data) => Some(&data.bytes[..]),
            _ => None,
        });
        let said = said.collect::<Vec<_>>().concat();
        assert!(said.starts_with(&wire[..wire.len().min(200)]), "{row:?}");
        seen += 1;
    }
    assert!(seen > 10);
}

#[test]
fn a_bad_certificate_stops_the_walk_before_anything_is_said_and_the_person_decides() {
    for security in [Security::Required, Security::Implicit] {
        let (mut driver, practice) = driver(&secured(security), Shows::Expired);
        let asked = walk_on(&mut driver);
        assert_eq!(*asked.next, Next::UpgradeTls);
        let question = asked.tls.question.clone().expect("the person is asked");
        assert!(matches!(question.problems[..], [Problem::Expired { .. }]));
        assert!(!driver.may_run_on());
        assert!(matches!(asked.rows.last().unwrap().body, Body::Untrusted(_)));
        driver.go_on();
        let end = walk_on(&mut driver);
        assert_eq!(practice.store().borrow().len(), 1);
        let facts = end.tls.facts.clone().unwrap();
        assert!(!facts.problems.is_empty(), "it is still called what it is");
        // The same certificate is not asked about again in this walk, another one is.
        driver.connect();
        let again = walk_on(&mut driver);
        assert_eq!(again.tls.question, None);
    }
}

#[test]
fn leaving_at_a_bad_certificate_sends_nothing() {
    let (mut driver, practice) = driver(&secured(Security::Required), Shows::SelfSigned);
    walk_on(&mut driver);
    driver.stop();
    let end = driver.snapshot();
    assert_eq!(end.state, State::Closed);
    assert!(practice.store().borrow().is_empty());
    assert!(!end.rows.iter().any(|row| row.carried.count > 0));
}

#[test]
fn a_real_password_is_warned_of_a_second_time_where_nobody_vouches_for_the_server() {
    let mut form = secured(Security::Required);
    form.login.as_mut().unwrap().public = false;
    let (mut driver, _) = driver(&form, Shows::UnknownAuthority);
    walk_on(&mut driver);
    driver.go_on();
    loop {
        let snapshot = driver.snapshot();
        let Next::Send(proposal) = &*snapshot.next else { panic!("{:?}", snapshot.next) };
        if proposal.step == Step::AuthResponse(1) {
            assert_eq!(proposal.cautions, [Caution::PasswordToUnverified]);
            assert!(!driver.may_run_on());
            return;
        }
        driver.send(proposal.piece.content.clone()).unwrap();
    }
}

#[test]
fn scram_is_bound_to_the_connection_and_a_certificate_logs_in() {
    for name in ["SCRAM-SHA-256-PLUS", "EXTERNAL"] {
        let mut form = secured(Security::Verified);
        form.login.as_mut().unwrap().mechanism = name.into();
        let (mut driver, practice) = driver(&form, Shows::Good);
        let end = walk_on(&mut driver);
        assert_eq!(end.mechanism, Mechanism::named(name));
        assert_eq!(practice.store().borrow().len(), 1, "{name}: {:?}", end.refusal());
    }
}

/// A walk to a server that says what a test has it say.
fn to_scripted(security: Security) -> (Driver, Rc<RefCell<Script>>) {
    let target = Target { host: "mail.example.com".into(), port: 587 };
    let route = Route::Bridge { bridge: String::new(), token: None, target };
    let (driver, script) = scripted_as(&secured(security), route, vec![connected()]);
    let client = TlsSetup::default().for_host("mail.example.com");
    (driver.with_tls(TlsEnds { client, open: opener() }), script)
}

fn says(driver: &mut Driver, script: &Rc<RefCell<Script>>, text: &[u8]) {
    script.borrow_mut().incoming.push_back(Incoming::Bytes(text.to_vec().into()));
    driver.pump();
}

/// Connects, and takes the walk to where it has asked for TLS.
fn asking(driver: &mut Driver, script: &Rc<RefCell<Script>>) {
    driver.connect();
    says(driver, script, b"220 mail.example.com ESMTP\r\n");
    walk_on(driver);
    says(driver, script, b"250-mail.example.com\r\n250 STARTTLS\r\n");
    walk_on(driver);
}

#[test]
fn plain_text_behind_the_220_is_refused_however_it_is_cut() {
    for pieces in [
        &[&b"220 Go\r\n250 injected\r\n"[..]][..],
        &[b"220 Go\r\n", b"250 injected\r\n"],
        &[b"220 Go\r\n2", b"50 injected\r\n"],
    ] {
        let (mut driver, script) = to_scripted(Security::Required);
        asking(&mut driver, &script);
        for piece in pieces {
            says(&mut driver, &script, piece);
        }
        let end = driver.snapshot();
        let broken = end.rows.iter().find_map(|row| match &row.body {
            Body::Broken { error, .. } => Some(*error),
            _ => None,
        });
        assert_eq!(broken, Some(ReplyError::BehindStartTls), "{pieces:?}");
        assert!(end.state.is_over());
    }
}

#[test]
fn a_port_that_greets_in_plain_text_is_called_by_its_name() {
    let (mut driver, script) = to_scripted(Security::Implicit);
    driver.connect();
    says(&mut driver, &script, b"220 mail.example.com ESMTP\r\n");
    let end = driver.snapshot();
    let finish = end.tls.finish.clone().expect("TLS ended");
    assert!(matches!(&*finish, Finish::NotTls { looks: Looks::Smtp, .. }), "{finish:?}");
    assert_eq!(end.ended.unwrap().how, Ending::TlsFailed);
}

#[test]
fn a_connection_cut_in_the_handshake_is_told_as_that() {
    let (mut driver, script) = to_scripted(Security::Required);
    asking(&mut driver, &script);
    says(&mut driver, &script, b"220 Go\r\n");
    let ended = Ended { how: Ending::ByServer, code: None };
    script.borrow_mut().incoming.push_back(Incoming::Ended(ended));
    driver.pump();
    let end = driver.snapshot();
    let finish = end.tls.finish.clone().expect("TLS ended");
    assert_eq!(*finish, Finish::Cut { in_handshake: true, in_record: false });
    assert_eq!(end.ended.unwrap().how, Ending::Truncated);
}

#[test]
fn what_the_bridge_says_of_the_end_is_not_laid_upon_the_server() {
    for below in [
        Ended { how: Ending::TransportLost, code: Some(CloseCode::IdleTooLong) },
        Ended { how: Ending::TransportLost, code: None },
    ] {
        let (mut driver, script) = to_scripted(Security::Required);
        asking(&mut driver, &script);
        says(&mut driver, &script, b"220 Go\r\n");
        script.borrow_mut().incoming.push_back(Incoming::Ended(below));
        driver.pump();
        let end = driver.snapshot();
        assert_eq!(end.ended, Some(below));
        assert_eq!(end.tls.finish, None, "TLS has nothing to say of it");
        assert!(!end.rows.iter().any(|row| matches!(row.body, Body::TlsEnded(_))));
    }
}

#[test]
fn a_reply_knows_its_own_records_whatever_came_with_it() {
    let mut pipelined = secured(Security::Required);
    pipelined.wishes.extensions.push("PIPELINING".into());
    let (mut driver, _) = driver(&pipelined, Shows::Good);
    let end = walk_on(&mut driver);
    let begun = end.rows.iter().position(|row| matches!(row.body, Body::Upgraded(_))).unwrap();
    let mut seen = 0;
    for row in &end.rows[begun..] {
        let Body::Received { reply, .. } = &row.body else { continue };
        let said = row.carried.records.iter().filter_map(|record| match &record.content {
            Content::Data(data) => Some(&data.bytes[..]),
            _ => None,
        });
        let said = said.collect::<Vec<_>>().concat();
        let wire = &reply.wire()[..reply.wire().len().min(200)];
        assert!(said.windows(wire.len()).any(|part| part == wire), "{row:?}");
        assert!(row.carried.count <= 2, "{row:?}");
        seen += 1;
    }
    assert!(seen > 6);
}

fn bare(content: Content) -> Record {
    let wire = Kept { bytes: vec![23, 3, 3, 0, 0], whole: 5 };
    Record { sent: false, wire, spans: Vec::new(), content, sealed: true }
}

#[test]
fn the_records_of_a_reply_are_those_from_its_first_byte_to_its_last() {
    let data = |byte| Rc::new(bare(Content::Data(Kept { bytes: vec![byte], whole: 1 })));
    let of = |carried: Carried| {
        let bytes = carried.records.iter().map(|record| match &record.content {
            Content::Data(data) => data.bytes[0],
            _ => 0,
        });
        bytes.collect::<Vec<_>>()
    };
    let mut walk = TlsWalk::default();
    // A begins the first reply, B ends it and begins the second, C ends that.
    walk.heard(data(b'A'));
    walk.read_on(true);
    walk.heard(data(b'B'));
    assert_eq!(of(walk.carried()), b"AB");
    walk.read_on(true);
    walk.heard(data(b'C'));
    assert_eq!(of(walk.carried()), b"BC");
    walk.read_on(false);
    // Two in one.
    walk.heard(data(b'D'));
    assert_eq!((of(walk.carried()), of(walk.carried())), (b"D".to_vec(), b"D".to_vec()));
    walk.read_on(false);
    walk.heard(data(b'E'));
    assert_eq!(of(walk.carried()), b"E");
}

/// A session that tells what a test has it tell, when it has it.
#[derive(Clone, Default)]
struct Told {
    asked: Rc<RefCell<Vec<Ask>>>,
    tells: Rc<RefCell<VecDeque<Tell>>>,
}

impl TlsSession for Told {
    fn ask(&mut self, what: Ask) {
        self.asked.borrow_mut().push(what);
    }

    fn poll(&mut self) -> Option<Tell> {
        self.tells.borrow_mut().pop_front()
    }
}

/// A walk that has asked for TLS and got a session such as that.
fn to_told() -> (Driver, Rc<RefCell<Script>>, Told) {
    let target = Target { host: "mail.example.com".into(), port: 587 };
    let route = Route::Bridge { bridge: String::new(), token: None, target };
    let (driver, script) = scripted_as(&secured(Security::Required), route, vec![connected()]);
    let told = Told::default();
    let open: TlsOpener = {
        let told = told.clone();
        Rc::new(move || Box::new(told.clone()))
    };
    let client = TlsSetup::default().for_host("mail.example.com");
    let mut driver = driver.with_tls(TlsEnds { client, open });
    asking(&mut driver, &script);
    says(&mut driver, &script, b"220 Go\r\n");
    (driver, script, told)
}

#[test]
fn a_server_that_sends_records_without_end_is_left() {
    let (mut driver, script, told) = to_told();
    let before = driver.snapshot().rows.len();
    let endless = (0..RECORDS_SHOWN + 100).map(|_| Tell::Record(Box::new(bare(Content::Hidden))));
    told.tells.borrow_mut().extend(endless);
    while driver.pump() {}
    told.tells.borrow_mut().push_back(Tell::Ended(Finish::Clean));
    driver.pump();
    let end = driver.snapshot();
    assert!(end.state.is_over() && script.borrow().closed);
    assert!(end.rows.len() <= before + RECORDS_SHOWN + 3, "{}", end.rows.len());
    assert!(matches!(end.tls.finish.as_deref(), Some(Finish::Endless { .. })));
}

#[test]
fn stopping_says_goodbye_although_sealing_it_takes_a_moment() {
    let (mut driver, script, told) = to_told();
    driver.stop();
    assert!(told.asked.borrow().contains(&Ask::Close));
    assert!(!script.borrow().closed, "it is still to be said");
    let sent = script.borrow().sent.len();
    let goodbye = Tell::Wire(b"close_notify".to_vec().into());
    told.tells.borrow_mut().extend([goodbye, Tell::Ended(Finish::Clean)]);
    driver.pump();
    assert_eq!(script.borrow().sent.len(), sent + 1);
    assert!(script.borrow().closed);
    assert_eq!(driver.snapshot().ended.unwrap().how, Ending::ByUs);
}

#[test]
fn a_person_may_think_about_a_certificate_for_as_long_as_they_like() {
    let (mut driver, _) = driver(&secured(Security::Required), Shows::Expired);
    let asked = walk_on(&mut driver);
    assert!(asked.tls.question.is_some());
    assert_eq!(asked.patience, None);
}

#[test]
fn what_is_neither_tls_nor_text_is_not_called_plain_text() {
    let (mut driver, script) = to_scripted(Security::Required);
    asking(&mut driver, &script);
    says(&mut driver, &script, b"220 Go\r\n");
    says(&mut driver, &script, &[0x80, 0xff, 0x00, 0x01, 0x02]);
    let end = driver.snapshot();
    let finish = end.tls.finish.clone().expect("TLS ended");
    assert!(matches!(&*finish, Finish::NotTls { looks: Looks::Unknown, .. }), "{finish:?}");
}
