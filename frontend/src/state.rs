//! What the page shows, in one place, and everything that can change it.
//!
//! The walk itself is not here: the driver owns it, and what the page knows of it is a [`Snapshot`]. A person's
//! doing is an [`Intent`]; the page carries it out and tells this state what became of it as an [`Action`].

use crate::bridge::{BridgeAccess, BridgeStatus};
use crate::mailbox::{Letter, LetterId};
use crate::server_choice::ServerChoice;
use crate::settings::{Settings, Theme};
use crate::text::Language;
use crate::tls_setup::TlsSetup;
use crate::transport::Fetching;
use crate::walk::Snapshot;
use protocol::client::{CommitError, Step};
use protocol::form::{Form, FormError};
use std::rc::Rc;
use std::time::Duration;
use yew::Reducible;

/// What a person wants done.
#[derive(Clone, Debug, PartialEq)]
pub enum Intent {
    /// Open the connection.
    Connect,
    /// Send what is proposed, as it stands. What may give a real login away is not sent by this.
    Send,
    /// Send what the card shows, a proposal or a text, although it may give a real login away: only the button below
    /// that warning asks for this.
    SendAllTheSame,
    /// Send this text in its place, unless it may give a real login away.
    SendEdited(String),
    /// Send this line, typed by hand, unless it may give a real login away.
    SendTyped(String),
    /// Have a refused step proposed again.
    Retry(Step),
    /// Undo the lesson's mistake in the walk under way, and try the refused step again.
    PutRight,
    /// Go on by itself until the end, or until something needs a person.
    Run,
    /// Stop going on by itself.
    Pause,
    /// Go on by one step, while going on by itself.
    RunStep,
    /// Go on although the server's certificate is not trusted.
    GoOn,
    /// Close the connection.
    Stop,
    /// Forget this walk and begin the next with the same set-up.
    StartOver,
    /// Take up the form and the server that were just set up, in a walk under way where that can be.
    Apply {
        /// What to do.
        form: Form,
        /// Where.
        server: ServerChoice,
        /// How TLS is to be there.
        tls: TlsSetup,
    },
    /// Make one of the lesson's mistakes, by its place in the lesson.
    TryMistake(usize),
    /// Delete a letter.
    DeleteLetter(LetterId),
    /// Delete them all.
    EmptyMailbox,
    /// Look again what is in the mailbox.
    RefreshMailbox,
    /// Ask again whether there is a bridge.
    AskBridge,
    /// Look for the bridge there.
    UseBridge(BridgeAccess),
    /// Fetch the rest of the page, again where it did not arrive.
    FetchRest,
    /// A second has passed.
    Tick,
    /// Change something that only the page's own state knows.
    Show(Action),
}

/// One of the page's places.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Screen {
    /// The walk.
    #[default]
    Walk,
    /// The practice mailbox.
    Mailbox,
}

/// Which face the next-step card shows.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum Face {
    /// The proposal with its fields.
    #[default]
    Proposal,
    /// The proposal, where a refusal stood before it that was read and is gone on from.
    BehindRefusal,
    /// The proposal being changed; the text so far.
    Editing(String),
    /// A prompt for a line of one's own; the text so far.
    Typing(String),
}

/// Everything that can change the state.
#[allow(
    clippy::large_enum_variant,
    reason = "an action lives for one call; on 32 bits it is small enough"
)]
#[derive(Clone, Debug, PartialEq)]
pub enum Action {
    /// The walk went on.
    Walk(Rc<Snapshot>),
    /// A new walk began.
    NewWalk(Rc<Snapshot>),
    /// Go to another place.
    Go(Screen),
    /// Take a row apart, or none.
    Select(Option<usize>),
    /// Turn the next-step card.
    Turn(Face),
    /// Something could not be sent.
    NotSent(CommitError),
    /// Open or close the set-up.
    Setup(bool),
    /// Open or close the sheet of shortcuts.
    Shortcuts(bool),
    /// The set-up was taken up.
    Applied {
        /// What to do.
        form: Form,
        /// Where.
        server: ServerChoice,
        /// How TLS is to be there.
        tls: TlsSetup,
        /// Which of the lesson's mistakes it makes.
        mistake: Option<usize>,
    },
    /// The TLS part of the page is on its way.
    Fetching(Fetching),
    /// The set-up cannot be taken up.
    NotApplied(Vec<FormError>),
    /// Going on by itself, or not any more.
    Running(bool),
    /// Show secrets, or mask them again.
    Reveal(bool),
    /// Another language.
    Speak(Language),
    /// Light, dark, or as the system has it.
    Paint(Theme),
    /// The bridge is somewhere else, or wants a token.
    BridgeAt(BridgeAccess),
    /// What the bridge said of itself.
    Bridge(BridgeStatus),
    /// The mailbox's letters.
    Mailbox(Rc<[Rc<Letter>]>),
    /// The bridge's mailbox cannot be read.
    MailboxFailed,
    /// Open a letter, or none.
    OpenLetter(Option<LetterId>),
    /// The clock went on.
    Tick(Duration),
    /// The rest of the page.
    Rest(Arrival),
    /// The words of a language did not arrive.
    Speechless(Language),
}

/// How far the rest of the page has come.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Arrival {
    /// It is on its way.
    #[default]
    Coming,
    /// It is on its way, and somebody waits for it.
    Awaited,
    /// It is there.
    There,
    /// It did not arrive.
    Failed,
}

/// The page's state.
#[expect(clippy::struct_excessive_bools, reason = "each is open or closed, on or off, by itself")]
#[derive(Clone, Debug, PartialEq)]
pub struct AppState {
    /// Language and theme.
    pub settings: Settings,
    /// The place shown.
    pub screen: Screen,
    /// What the walk is to do, as typed.
    pub form: Rc<Form>,
    /// Where it goes.
    pub server: ServerChoice,
    /// How TLS is to be there.
    pub tls: TlsSetup,
    /// How far the TLS part of the page has come.
    pub fetching: Fetching,
    /// Which of the lesson's mistakes the form makes on purpose.
    pub mistake: Option<usize>,
    /// What is wrong with the form, if it could not be taken up.
    pub form_errors: Rc<[FormError]>,
    /// The walk.
    pub walk: Rc<Snapshot>,
    /// The row taken apart. When none is selected, the inspector follows the newest.
    pub selected: Option<usize>,
    /// The next-step card's face.
    pub face: Face,
    /// Why the last thing was not sent.
    pub not_sent: Option<CommitError>,
    /// Going on by itself.
    pub running: bool,
    /// Secrets are shown.
    pub revealed: bool,
    /// The set-up is open.
    pub setup_open: bool,
    /// The sheet of shortcuts is open.
    pub shortcuts_open: bool,
    /// Where the bridge is.
    pub bridge_at: BridgeAccess,
    /// What is known of the bridge.
    pub bridge: BridgeStatus,
    /// The mailbox, the newest letter first.
    pub letters: Rc<[Rc<Letter>]>,
    /// The bridge's mailbox could not be read.
    pub mailbox_failed: bool,
    /// The letter that is open.
    pub letter: Option<LetterId>,
    /// The clock, for what is counted down.
    pub now: Duration,
    /// How far the rest of the page has come.
    pub rest: Arrival,
    /// A language that was chosen and whose words did not arrive.
    pub speechless: Option<Language>,
}

impl AppState {
    /// The page as it opens: the classic lab, filled in.
    pub fn new(settings: Settings, form: Form, server: ServerChoice) -> Self {
        Self {
            settings,
            screen: Screen::default(),
            form: Rc::new(form),
            server,
            tls: TlsSetup::default(),
            fetching: Fetching::default(),
            mistake: None,
            form_errors: Rc::default(),
            walk: Rc::default(),
            selected: None,
            face: Face::default(),
            not_sent: None,
            running: false,
            revealed: false,
            setup_open: false,
            shortcuts_open: false,
            bridge_at: BridgeAccess::default(),
            bridge: BridgeStatus::default(),
            letters: Rc::default(),
            mailbox_failed: false,
            letter: None,
            now: Duration::ZERO,
            rest: Arrival::default(),
            speechless: None,
        }
    }

    /// Host and port of the mail server, as far as they are known.
    pub fn server_name(&self) -> String {
        let target = self
            .walk
            .target
            .clone()
            .or_else(|| self.server.target(self.form.security, &self.bridge));
        target.map_or_else(|| "practice.example:25".to_owned(), |target| target.to_string())
    }

    /// The state after an action.
    #[must_use]
    pub fn after(mut self, action: Action) -> Self {
        match action {
            Action::Walk(walk) => {
                // A row selected to look at stays; one that followed the walk is let go.
                if walk.rows.len() > self.walk.rows.len() {
                    self.selected = None;
                    // Only the refusal that was read is passed over, never the next one.
                    if self.face == Face::BehindRefusal {
                        self.face = Face::Proposal;
                    }
                }
                self.walk = walk;
                self.not_sent = None;
            }
            Action::NewWalk(walk) => {
                self.walk = walk;
                self.selected = None;
                self.face = Face::Proposal;
                self.running = false;
                self.not_sent = None;
            }
            Action::Go(screen) => self.screen = screen,
            Action::Select(row) => self.selected = row,
            Action::Turn(face) => {
                self.face = face;
                self.not_sent = None;
            }
            Action::NotSent(error) => {
                self.not_sent = Some(error);
                self.running = false;
            }
            Action::Setup(open) => {
                self.setup_open = open;
                self.form_errors = Rc::default();
                self.running = false;
            }
            Action::Shortcuts(open) => self.shortcuts_open = open,
            Action::Applied { form, server, tls, mistake } => {
                self.form = Rc::new(form);
                self.server = server;
                self.tls = tls;
                self.mistake = mistake;
                self.form_errors = Rc::default();
                self.setup_open = false;
            }
            Action::Fetching(fetching) => self.fetching = fetching,
            Action::NotApplied(errors) => self.form_errors = errors.into(),
            Action::Running(running) => self.running = running,
            Action::Reveal(revealed) => self.revealed = revealed,
            Action::Speak(language) => {
                self.settings.language = language;
                self.speechless = None;
            }
            Action::Speechless(language) => self.speechless = Some(language),
            Action::Rest(arrival) => self.rest = arrival,
            Action::Paint(theme) => self.settings.theme = theme,
            Action::BridgeAt(access) => self.bridge_at = access,
            Action::Bridge(bridge) => self.bridge = bridge,
            Action::Mailbox(letters) => {
                self.letter =
                    self.letter.filter(|id| letters.iter().any(|letter| letter.id == *id));
                self.letters = letters;
                self.mailbox_failed = false;
            }
            Action::MailboxFailed => self.mailbox_failed = true,
            Action::OpenLetter(letter) => self.letter = letter,
            Action::Tick(now) => self.now = now,
        }
        self
    }
}

impl Reducible for AppState {
    type Action = Action;

    fn reduce(self: Rc<Self>, action: Action) -> Rc<Self> {
        Rc::new(Rc::unwrap_or_clone(self).after(action))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use protocol::lesson::Lesson;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn state() -> AppState {
        AppState::new(Settings::default(), Lesson::classic_lab().form, ServerChoice::default())
    }

    #[test]
    fn what_was_typed_is_kept_until_it_was_sent() {
        let typed = Face::Typing("NOOP and more".into());
        let state = state()
            .after(Action::Turn(typed.clone()))
            .after(Action::NotSent(CommitError::NotConnected));
        assert_eq!(state.face, typed);
        assert_eq!(state.not_sent, Some(CommitError::NotConnected));
        let state = state.after(Action::Walk(Rc::default()));
        assert_eq!(state.face, typed, "a reply that comes meanwhile takes nothing away");
    }

    #[test]
    fn a_new_walk_begins_with_nothing_selected_and_nothing_running() {
        let state = state()
            .after(Action::Select(Some(3)))
            .after(Action::Running(true))
            .after(Action::NewWalk(Rc::default()));
        assert_eq!((state.selected, state.running), (None, false));
    }

    #[test]
    fn setting_up_stops_the_run() {
        let state = state().after(Action::Running(true)).after(Action::Setup(true));
        assert!(state.setup_open && !state.running);
    }

    #[test]
    fn a_letter_that_is_gone_is_closed() {
        let open = state().after(Action::OpenLetter(Some(LetterId::Here(1))));
        assert_eq!(open.after(Action::Mailbox(Rc::default())).letter, None);
    }

    #[test]
    fn a_wrong_form_keeps_the_set_up_open() {
        let state = state().after(Action::Setup(true)).after(Action::NotApplied(Vec::new()));
        assert!(state.setup_open);
    }
}
