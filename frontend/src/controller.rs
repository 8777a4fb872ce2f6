//! Carries out what a person wants done.
//!
//! It holds the driver, the only one to do so, and tells the page's state what became of every intent. The
//! transports wake it when something came in.

use crate::bridge::{self, BridgeAccess};
use crate::clock;
use crate::engine::{Dispatch, Engine, Remarks};
use crate::mailbox::{self, LetterId};
use crate::server_choice::ServerChoice;
use crate::settings::{self, StoredSetup};
use crate::state::{Action, AppState, Face, Intent, Screen};
use crate::tls_setup::TlsSetup;
use crate::transport::{
    BridgeTransport, Door, Fetching, Practice, TlsModule, TlsOpener, Transport,
};
use crate::walk::{Driver, Route, Snapshot, TlsEnds};
use gloo_timers::callback::Timeout;
use protocol::anatomy::{Content, Field};
use protocol::client::{Caution, Next, Setup};
use protocol::form::Form;
use protocol::lesson::Lesson;
use protocol::smtp::command::{Command, CommandError};
use protocol::smtp::limits;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};
use tls_messages::Client;
use wasm_bindgen_futures::spawn_local;

/// The mechanism that lets TLS say who the client is (RFC 4422 §A).
const EXTERNAL: &str = "EXTERNAL";

/// The page's one controller.
pub struct Controller {
    lesson: Lesson,
    practice: Practice,
    tls: Rc<TlsModule>,
    driver: RefCell<Driver>,
    dispatch: Dispatch,
    /// Of the practice mailbox: which revision the page was shown.
    shown_mail: Cell<u64>,
    /// How far the TLS module had come when the page was last told.
    shown_fetching: Cell<Fetching>,
    /// Wakes this very controller; transports hold copies.
    wake: Rc<dyn Fn()>,
    /// The next go of a large message is planned.
    goes_on: Rc<Cell<bool>>,
    /// Wakes it when the practice server has something to say later.
    alarm: RefCell<Option<Timeout>>,
}

impl Controller {
    /// A controller whose walk is the classic lab's, ready to begin. `dispatch` tells the page's state.
    pub fn new(dispatch: Dispatch) -> Rc<Self> {
        let lesson = Lesson::classic_lab();
        let setup = lesson_setup(&lesson);
        Rc::new_cyclic(|weak: &Weak<Self>| {
            let weak = weak.clone();
            let wake: Rc<dyn Fn()> = Rc::new(move || {
                if let Some(controller) = weak.upgrade() {
                    controller.woken();
                }
            });
            let tls = TlsModule::new(wake.clone());
            let practice = Practice::new(lesson.server.clone()).with_tls(opener(&tls));
            let ends =
                TlsEnds { client: TlsSetup::default().for_practice(None), open: opener(&tls) };
            let driver = new_driver(setup, Route::Practice, &practice, &wake).with_tls(ends);
            Self {
                lesson,
                practice,
                tls,
                driver: RefCell::new(driver),
                dispatch,
                shown_mail: Cell::new(0),
                shown_fetching: Cell::default(),
                wake,
                goes_on: Rc::default(),
                alarm: RefCell::default(),
            }
        })
    }

    /// The walk as it is now.
    pub fn snapshot(&self) -> Rc<Snapshot> {
        self.driver.borrow_mut().snapshot()
    }

    /// Sends what this face of the card shows. What may give a real login away leaves only where the person asked for
    /// just that: whoever else wants it sent is shown the warning.
    fn send_face(&self, face: &Face, all_the_same: bool) {
        let next = self.driver.borrow().next();
        let Some(content) = content_of(next, face) else { return };
        if !all_the_same && self.risk_of(content.clone()).is_some() {
            (self.dispatch)(Action::Running(false));
            // A text stays as it is: the warning stands below it.
            if matches!(face, Face::Proposal | Face::BehindRefusal) {
                (self.dispatch)(Action::Turn(Face::BehindRefusal));
            }
            return;
        }
        self.send(content, !matches!(face, Face::Typing(_)));
    }

    /// How this may give a real login away, if it were sent now.
    fn risk_of(&self, content: Content) -> Option<Caution> {
        let facts = self.snapshot().tls.facts.clone();
        let driver = self.driver.borrow();
        if driver.setup().login.as_ref().is_some_and(|login| login.public) {
            return None;
        }
        let verified = facts.map(|facts| facts.problems.is_empty());
        Caution::of_login(&driver.consider(content), verified)
    }

    /// Sends; what could not be sent stays where it was typed.
    fn send(&self, content: Content, turn_back: bool) {
        let sent = self.driver.borrow_mut().send(content);
        match sent {
            Ok(()) => {
                let face = if turn_back { Face::Proposal } else { Face::Typing(String::new()) };
                (self.dispatch)(Action::Turn(face));
                self.show();
                self.go_on_if_unfinished();
            }
            Err(error) => (self.dispatch)(Action::NotSent(error)),
        }
    }

    /// One step of *Run*, or its end where a person is needed.
    fn run_step(&self) {
        let (may_run_on, next) = {
            let driver = self.driver.borrow();
            (driver.may_run_on(), driver.next())
        };
        match next {
            _ if !may_run_on => (self.dispatch)(Action::Running(false)),
            Next::Connect => self.with_driver(Driver::connect),
            Next::Send(_) => self.send_face(&Face::Proposal, false),
            Next::HangUp => self.with_driver(Driver::stop),
            _ => {}
        }
    }

    /// Something came in.
    fn woken(&self) {
        let came_in = self.driver.borrow_mut().pump();
        let fetching = self.tls.fetching();
        // What only went from one end of TLS to the other need not be drawn.
        if came_in || self.shown_fetching.replace(fetching) != fetching {
            self.show();
        } else {
            self.set_alarm();
        }
        self.go_on_if_unfinished();
    }

    /// A large message leaves in several goes, so that the page can draw and answer between them. One of them is
    /// planned at a time, whatever else wakes the controller.
    fn go_on_if_unfinished(&self) {
        if self.driver.borrow().is_unfinished() && !self.goes_on.replace(true) {
            let (wake, goes_on) = (self.wake.clone(), self.goes_on.clone());
            let go_on = move || {
                goes_on.set(false);
                wake();
            };
            Timeout::new(0, go_on).forget();
        }
    }

    /// What in a line does not fit the grammar; an empty one has not been begun.
    fn misfit(&self, content: Content) -> Option<CommandError> {
        let piece = self.driver.borrow().consider(content);
        let Content::Line(line) = &piece.content else { return None };
        let window = piece.window(limits::WINDOW);
        let fits = piece.spans(&window).iter().all(|span| span.field != Field::Unparsed);
        if fits || line == "\r\n" { None } else { Command::read(line).command.err() }
    }

    fn with_driver(&self, work: impl FnOnce(&mut Driver)) {
        work(&mut self.driver.borrow_mut());
        self.show();
    }

    /// Sets the alarm to when something is due, in the place of the one before.
    fn set_alarm(&self) {
        // Only a browser has timers. A native test looks when it wants to.
        let due = self.driver.borrow().due().filter(|_| cfg!(target_family = "wasm"));
        let alarm = due.map(|due| {
            let wait = due.saturating_sub(clock::now()).as_millis();
            let wake = self.wake.clone();
            // A timer may ring a little early; one millisecond more, and what is due is due.
            let wait = i32::try_from(wait).unwrap_or(i32::MAX - 1).unsigned_abs() + 1;
            Timeout::new(wait, move || wake())
        });
        self.alarm.replace(alarm);
    }

    /// Shows the walk, and the mailbox if something arrived.
    fn show(&self) {
        self.set_alarm();
        let snapshot = self.snapshot();
        (self.dispatch)(Action::Fetching(self.tls.fetching()));
        (self.dispatch)(Action::Walk(snapshot));
        let store = self.practice.store().borrow();
        if self.shown_mail.replace(store.revision()) != store.revision() {
            (self.dispatch)(Action::Mailbox(mailbox::here(&store).into()));
        }
    }

    fn apply(self: &Rc<Self>, form: Form, server: ServerChoice, tls: TlsSetup, state: &AppState) {
        let setup = match form.check() {
            Ok(setup) => setup,
            Err(errors) => return (self.dispatch)(Action::NotApplied(errors)),
        };
        if !server.is_practice() {
            settings::save_setup(&StoredSetup::of(&form, &server, &tls));
        }
        let is_same_way = server == state.server && tls == state.tls;
        let goes_on = is_same_way && state.walk.state.is_connected();
        if goes_on {
            let refused = state.walk.refusal().and_then(|row| row.step());
            self.with_driver(|driver| {
                driver.revise(setup);
                if let Some(step) = refused {
                    driver.retry(step);
                }
            });
        } else {
            self.begin(&form, &server, &tls, state);
        }
        (self.dispatch)(Action::Applied { form, server, tls, mistake: None });
    }

    fn try_mistake(self: &Rc<Self>, index: usize, state: &AppState) {
        // Made already: back to the lesson as it is.
        let mistake = Some(index).filter(|index| state.mistake != Some(*index));
        let change = mistake.and_then(|index| self.lesson.mistakes.get(index));
        let changed = change.and_then(|mistake| self.lesson.with(mistake).ok());
        let form = changed.map_or_else(|| self.lesson.form.clone(), |lesson| lesson.form);
        let server = if state.server.is_practice() {
            state.server.clone()
        } else {
            ServerChoice::PracticeHere
        };
        let tls = state.tls.clone();
        self.begin(&form, &server, &tls, state);
        (self.dispatch)(Action::Applied { form, server, tls, mistake });
    }

    /// A new walk, not connected yet.
    fn begin(&self, form: &Form, server: &ServerChoice, tls: &TlsSetup, state: &AppState) {
        let Ok(setup) = form.check() else { return };
        self.driver.borrow_mut().stop();
        // It begins where every walk begins: greylisting, for one, has not heard of it.
        self.practice.store().borrow_mut().forget_attempts();
        let route = route(form, server, state);
        let ends =
            TlsEnds { client: tls_client(form, server, tls, state), open: opener(&self.tls) };
        let driver = new_driver(setup, route, &self.practice, &self.wake).with_tls(ends);
        self.driver.replace(driver);
        (self.dispatch)(Action::NewWalk(self.snapshot()));
    }

    fn use_bridge(self: &Rc<Self>, access: BridgeAccess) {
        let this = self.clone();
        let url = access.url();
        (self.dispatch)(Action::BridgeAt(access));
        spawn_local(async move {
            let status = bridge::ask(&url).await;
            (this.dispatch)(Action::Bridge(status));
        });
    }

    fn refresh_mailbox(self: &Rc<Self>, state: &AppState) {
        if state.server != ServerChoice::PracticeOnBridge {
            return self.show_mail_here();
        }
        let (this, url) = (self.clone(), state.bridge_at.url());
        spawn_local(async move { this.show_mail_on_bridge(&url).await });
    }

    fn show_mail_here(&self) {
        let letters = mailbox::here(&self.practice.store().borrow());
        (self.dispatch)(Action::Mailbox(letters.into()));
    }

    async fn show_mail_on_bridge(&self, url: &str) {
        (self.dispatch)(match mailbox::on_bridge(url).await {
            Some(letters) => Action::Mailbox(letters.into()),
            None => Action::MailboxFailed,
        });
    }

    fn delete_letter(self: &Rc<Self>, id: LetterId, state: &AppState) {
        match id {
            LetterId::Here(id) => {
                self.practice.store().borrow_mut().remove(id);
                self.show_mail_here();
            }
            LetterId::OnBridge(id) => self.delete_on_bridge(format!("/{id}"), state),
        }
    }

    fn empty_mailbox(self: &Rc<Self>, state: &AppState) {
        if state.server == ServerChoice::PracticeOnBridge {
            self.delete_on_bridge(String::new(), state);
        } else {
            self.practice.store().borrow_mut().clear();
            self.show_mail_here();
        }
    }

    fn delete_on_bridge(self: &Rc<Self>, path: String, state: &AppState) {
        let (this, url) = (self.clone(), state.bridge_at.url());
        spawn_local(async move {
            bridge::delete(&format!("{url}/practice/messages{path}")).await;
            this.show_mail_on_bridge(&url).await;
        });
    }
}

impl Engine for Controller {
    fn carry_out(self: Rc<Self>, intent: Intent, state: &AppState) {
        match intent {
            Intent::Connect => self.with_driver(Driver::connect),
            Intent::Send => self.send_face(&Face::Proposal, false),
            Intent::SendAllTheSame => self.send_face(&state.face, true),
            Intent::SendEdited(text) => self.send_face(&Face::Editing(text), false),
            Intent::SendTyped(text) => self.send_face(&Face::Typing(text), false),
            Intent::Retry(step) => self.with_driver(|driver| driver.retry(step)),
            Intent::PutRight => {
                let (form, server) = (self.lesson.form.clone(), state.server.clone());
                self.apply(form, server, state.tls.clone(), state);
            }
            Intent::Run => (self.dispatch)(Action::Running(true)),
            Intent::Pause => (self.dispatch)(Action::Running(false)),
            Intent::RunStep => self.run_step(),
            Intent::GoOn => self.with_driver(Driver::go_on),
            Intent::Stop => {
                (self.dispatch)(Action::Running(false));
                self.with_driver(Driver::stop);
            }
            Intent::StartOver => self.begin(&state.form, &state.server, &state.tls, state),
            Intent::Apply { form, server, tls } => self.apply(form, server, tls, state),
            Intent::TryMistake(index) => self.try_mistake(index, state),
            Intent::DeleteLetter(id) => self.delete_letter(id, state),
            Intent::EmptyMailbox => self.empty_mailbox(state),
            Intent::RefreshMailbox => self.refresh_mailbox(state),
            // The desk has done these.
            Intent::FetchRest => {}
            Intent::AskBridge => self.use_bridge(state.bridge_at.clone()),
            Intent::UseBridge(access) => self.use_bridge(access),
            Intent::Tick => {
                self.driver.borrow_mut().tick();
                (self.dispatch)(Action::Tick(clock::now()));
                self.show();
            }
            Intent::Show(action) => {
                let opens_mailbox = action == Action::Go(Screen::Mailbox);
                (self.dispatch)(action);
                if opens_mailbox {
                    self.refresh_mailbox(state);
                }
            }
        }
    }

    fn remarks(&self, face: &Face) -> Remarks {
        let next = self.driver.borrow().next();
        let Some(content) = content_of(next, face) else { return Remarks::default() };
        let misfit = self.misfit(content.clone());
        Remarks { misfit, risk: self.risk_of(content) }
    }
}

/// The lesson's set-up.
///
/// # Panics
/// Never: lessons are part of the program, and `protocol` tests their forms.
#[expect(
    clippy::expect_used,
    reason = "lessons are part of the program, and `protocol` tests them"
)]
pub fn lesson_setup(lesson: &Lesson) -> Setup {
    lesson.form.check().expect("a lesson's form is good")
}

/// What a face of the card would send. A changed text is mail data in the place of mail data, a line elsewhere.
fn content_of(next: Next, face: &Face) -> Option<Content> {
    Some(match (next, face) {
        (Next::Send(proposal), Face::Proposal | Face::BehindRefusal) => proposal.piece.content,
        (_, Face::Proposal | Face::BehindRefusal) => return None,
        (Next::Send(proposal), Face::Editing(text))
            if matches!(proposal.piece.content, Content::Data(_)) =>
        {
            Content::typed_data(text)
        }
        (_, Face::Editing(text) | Face::Typing(text)) => Content::typed_line(text),
    })
}

/// The way to a server as it was chosen; a target that cannot be read never gets this far.
fn route(form: &Form, server: &ServerChoice, state: &AppState) -> Route {
    let Some(target) = server.target(form.security, &state.bridge) else { return Route::Practice };
    let access = &state.bridge_at;
    Route::Bridge { bridge: access.url(), token: access.token(), target }
}

/// How TLS is to be spoken on the way there. Where the login is by certificate, a practice server knows one for it.
fn tls_client(form: &Form, server: &ServerChoice, tls: &TlsSetup, state: &AppState) -> Client {
    let login = form.login.as_ref();
    let takes_certificate = login.is_some_and(|login| login.mechanism == EXTERNAL);
    match server {
        ServerChoice::PracticeHere => {
            let user = login.filter(|_| takes_certificate).map(|login| login.user.clone());
            tls.for_practice(user)
        }
        ServerChoice::PracticeOnBridge => {
            let practice = state.bridge.practice();
            let authority = practice.and_then(|it| it.authority.clone()).unwrap_or_default();
            let identity = practice.and_then(|it| it.identity.clone());
            tls.for_bridge(authority, identity.filter(|_| takes_certificate))
        }
        ServerChoice::Own { host, .. } => tls.for_host(host.trim().trim_matches(['[', ']'])),
    }
}

/// Gives the ends of TLS connections that the module computes.
fn opener(tls: &Rc<TlsModule>) -> TlsOpener {
    let tls = tls.clone();
    Rc::new(move || tls.session())
}

fn new_driver(setup: Setup, route: Route, practice: &Practice, wake: &Rc<dyn Fn()>) -> Driver {
    let wake = wake.clone();
    let opener = move |route: &Route, practice: &Practice, door: Door| -> Box<dyn Transport> {
        match route {
            Route::Practice => Box::new(practice.connect(door)),
            Route::Bridge { bridge, token, target } => {
                Box::new(BridgeTransport::open(bridge, token.as_deref(), target, wake.clone()))
            }
        }
    };
    Driver::new(setup, route, practice.clone(), Rc::new(opener))
}

#[cfg(test)]
mod tests;
