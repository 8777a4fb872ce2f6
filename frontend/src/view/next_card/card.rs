//! Which card is shown, decided from the state alone.

use crate::state::{Action, AppState, Face, Intent, Screen};
use crate::text::{Label, Words};
use crate::walk::{Body, Row};
use protocol::anatomy::Content;
use protocol::client::{Ending, Next, Proposal, Record, Status, Step};
use protocol::diagnosis::Cure;
use protocol::tunnel::TunnelEvent;
use std::rc::Rc;
use tls_messages::Facts;

/// The faces of the next-step card.
pub(crate) enum Card<'a> {
    /// Nothing has happened yet.
    Connect,
    /// The other side's turn.
    Waiting {
        /// For the server; before that, for the connection.
        connected: bool,
    },
    /// What would be sent.
    Proposal(&'a Proposal),
    /// What would be sent, with something to know before.
    Warned(&'a Proposal),
    /// The proposal being changed.
    Editing(&'a Proposal, &'a str),
    /// A line of one's own.
    Typing(&'a str),
    /// The server said no.
    Refused(&'a Rc<Row>, Option<Step>),
    /// TLS is beginning.
    Handshaking,
    /// The server's certificate is not trusted, and the person is asked.
    Untrusted(&'a Facts),
    /// The set-up has the walk leave here without a word.
    HangUp,
    /// All is done.
    Delivered,
    /// It is over without that.
    Ended(Why<'a>),
}

/// Why a walk ended.
pub(crate) struct Why<'a> {
    /// What the card is headed with.
    pub(super) title: Label,
    state: &'a AppState,
}

impl<'a> Card<'a> {
    /// The card for this state.
    pub(super) fn of(state: &'a AppState) -> Self {
        let walk = &state.walk;
        let refused = open_refusal(state);
        match (&*walk.next, &state.face) {
            (Next::Connect, _) => Self::Connect,
            (Next::UpgradeTls, _) => match &walk.tls.question {
                Some(facts) => Self::Untrusted(facts),
                None => Self::Handshaking,
            },
            (Next::HangUp, Face::Proposal | Face::BehindRefusal | Face::Editing(_)) => Self::HangUp,
            (Next::Over, _) => match refused {
                _ if is_delivered(state) => Self::Delivered,
                Some(row) => Self::Refused(row, row.step()),
                None => Self::Ended(Why { title: title_of_end(state), state }),
            },
            (_, Face::Typing(text)) => Self::Typing(text),
            (Next::Wait { .. }, _) => Self::Waiting { connected: walk.state.is_connected() },
            (Next::Send(proposal), Face::Editing(text)) => Self::Editing(proposal, text),
            (Next::Send(proposal), Face::Proposal | Face::BehindRefusal) => match refused {
                Some(row) => Self::Refused(row, row.step()),
                None if proposal.risk().is_some() => Self::Warned(proposal),
                None => Self::Proposal(proposal),
            },
        }
    }

    /// A class for its colours.
    pub(super) const fn class(&self) -> &'static str {
        match self {
            Self::Refused(..) | Self::Ended(_) => "trouble",
            Self::Warned(_) | Self::Untrusted(_) => "warned",
            Self::Delivered => "done",
            _ => "",
        }
    }

    /// A name for tests.
    pub(super) const fn name(&self) -> &'static str {
        match self {
            Self::Connect => "connect",
            Self::Waiting { .. } => "waiting",
            Self::Proposal(_) => "proposal",
            Self::Warned(_) => "warned",
            Self::Editing(..) => "editing",
            Self::Typing(_) => "typing",
            Self::Refused(..) => "refused",
            Self::Handshaking => "handshaking",
            Self::Untrusted(_) => "untrusted",
            Self::HangUp => "hang-up",
            Self::Delivered => "delivered",
            Self::Ended(_) => "ended",
        }
    }
}

/// The newest row, if it is a refusal that has not been taken up yet: its step still stands as refused, or it
/// is none of the plan's.
pub(crate) fn open_refusal(state: &AppState) -> Option<&Rc<Row>> {
    if state.face == Face::BehindRefusal {
        return None;
    }
    let row = state.walk.refusal()?;
    let planned = |record: &&Record| Some(record.step) == row.step();
    let record = state.walk.progress.iter().find(planned);
    record.is_none_or(|record| matches!(record.status, Status::Refused(_))).then_some(row)
}

/// Whether the server took responsibility for the message.
fn is_delivered(state: &AppState) -> bool {
    let done = |record: &&Record| matches!(record.status, Status::Done(_));
    state.walk.progress.iter().filter(done).any(|record| record.step.ends_message())
}

fn title_of_end(state: &AppState) -> Label {
    let how = state.walk.ended.map(|ended| ended.how);
    match (last_body(state), how) {
        (Some(Body::Broken { .. }), _) => Label::Broken,
        (Some(Body::TlsEnded(_)), _) => Label::TlsFailed,
        (_, Some(Ending::NeverOpened)) => Label::NotConnected,
        (_, Some(Ending::ByUs)) => Label::Stopped,
        (
            _,
            Some(
                Ending::Reset
                | Ending::TransportLost
                | Ending::PatienceOver
                | Ending::Truncated
                | Ending::TlsFailed,
            ),
        ) => Label::Lost,
        _ => Label::Ended,
    }
}

/// The newest row that says more than that the connection is closed.
fn last_body(state: &AppState) -> Option<&Body> {
    let says_more =
        |body: &&Body| !matches!(body, Body::Closed(_) | Body::Note(TunnelEvent::Closed { .. }));
    state.walk.rows.iter().rev().map(|row| &row.body).find(says_more)
}

impl Why<'_> {
    /// What happened, and what to do.
    pub(super) fn text(&self, words: &dyn Words) -> String {
        match last_body(self.state) {
            Some(Body::Broken { error, .. }) => return words.reply_error(*error),
            Some(Body::Note(TunnelEvent::Failed { reason, .. })) => {
                return words.failure(*reason).to_owned();
            }
            Some(Body::TlsEnded(finish)) => return words.tls_finish(finish),
            _ => {}
        }
        if let Some(likeliest) = self.state.walk.why_it_ended() {
            let words = words.cause(likeliest.cause);
            return format!("{} {}", words.cause, words.cure);
        }
        match self.state.walk.ended {
            Some(ended) if self.title == Label::Stopped && ended.code.is_none() => {
                words.label(Label::StoppedWhy).to_owned()
            }
            Some(ended) => format!(
                "{} {}",
                words.ending(ended.how, ended.code),
                words.label(Label::EndedRefused)
            ),
            None => words.label(Label::EndedRefused).to_owned(),
        }
    }
}

/// What Enter does, and the filled button with it. A real password never leaves by a stray Enter: that button
/// has to be pressed itself.
pub(crate) fn main_intent(state: &AppState) -> Option<Intent> {
    match Card::of(state) {
        Card::Connect => Some(Intent::Connect),
        Card::Waiting { .. } | Card::Warned(_) | Card::Handshaking => None,
        Card::Proposal(_) => Some(Intent::Send),
        Card::Editing(_, text) => Some(Intent::SendEdited(text.to_owned())),
        Card::Typing(text) => Some(Intent::SendTyped(text.to_owned())),
        Card::Delivered if state.server.is_practice() => {
            Some(Intent::Show(Action::Go(Screen::Mailbox)))
        }
        Card::HangUp | Card::Untrusted(_) => Some(Intent::Stop),
        Card::Delivered | Card::Ended(_) => Some(Intent::StartOver),
        Card::Refused(row, step) => Some(main_cure(state, row, step)),
    }
}

/// The likeliest cure that can be begun from here.
fn main_cure(state: &AppState, row: &Row, step: Option<Step>) -> Intent {
    let connected = state.walk.state.is_connected();
    let planned = step.filter(|step| state.walk.progress.iter().any(|record| record.step == *step));
    match (row.cure(), planned) {
        _ if state.mistake.is_some() && planned.is_some() && connected => Intent::PutRight,
        (Some(Cure::Wait | Cure::ChangeCommand), Some(step)) if connected => Intent::Retry(step),
        (_, None) if matches!(*state.walk.next, Next::Send(_)) => go_on(state),
        (Some(_), Some(_)) => Intent::Show(Action::Setup(true)),
        _ if connected => go_on(state),
        _ => Intent::StartOver,
    }
}

/// Goes on with the plan behind a refusal. What may give a real password away is shown first, with its warning.
pub(super) fn go_on(state: &AppState) -> Intent {
    match &*state.walk.next {
        Next::Send(proposal) if proposal.risk().is_some() => {
            Intent::Show(Action::Turn(Face::BehindRefusal))
        }
        _ => Intent::Send,
    }
}

/// The proposal's text, to be changed; `None` where nothing is proposed.
pub(crate) fn editing_face(state: &AppState) -> Option<Face> {
    let Next::Send(proposal) = &*state.walk.next else { return None };
    let bytes = proposal.piece.content.bytes();
    let text = String::from_utf8_lossy(bytes).into_owned();
    Some(Face::Editing(match proposal.piece.content {
        Content::Line(_) => text.strip_suffix("\r\n").unwrap_or(&text).to_owned(),
        Content::Data(_) => text.replace("\r\n", "\n"),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::server_choice::ServerChoice;
    use crate::settings::Settings;
    use crate::transport::{Door, Practice, Transport};
    use crate::walk::{Driver, Route};
    use protocol::form::Form;
    use protocol::lesson::Lesson;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    /// The lab with something changed, walked as far as pressing the filled button leads, or to its n-th press.
    fn walked(form: Form, presses: usize) -> (AppState, Driver) {
        let lesson = Lesson::classic_lab();
        let opener = |_: &Route, practice: &Practice, door: Door| -> Box<dyn Transport> {
            Box::new(practice.connect(door))
        };
        let practice = Practice::new(lesson.server);
        let setup = form.check().unwrap();
        let mut driver = Driver::new(setup, Route::Practice, practice, Rc::new(opener));
        let mut state = AppState::new(Settings::default(), form, ServerChoice::default());
        for _ in 0..presses {
            match main_intent(&state) {
                Some(Intent::Connect) => driver.connect(),
                Some(Intent::Send) => {
                    let Next::Send(proposal) = driver.next() else { panic!("nothing is proposed") };
                    driver.send(proposal.piece.content).unwrap();
                }
                _ => break,
            }
            state = state.after(Action::Walk(driver.snapshot()));
        }
        (state, driver)
    }

    #[test]
    fn one_button_leads_from_the_first_page_to_delivery() {
        let (state, _) = walked(Lesson::classic_lab().form, 40);
        assert_eq!(Card::of(&state).name(), "delivered");
        assert_eq!(main_intent(&state), Some(Intent::Show(Action::Go(Screen::Mailbox))));
    }

    #[test]
    fn a_refusal_takes_the_card_and_offers_its_cure() {
        let mut wrong = Lesson::classic_lab().form;
        wrong.login.as_mut().unwrap().password = "practise".into();
        let (mut state, mut driver) = walked(wrong, 40);
        assert_eq!(Card::of(&state).name(), "refused");
        assert_eq!(main_intent(&state), Some(Intent::Show(Action::Setup(true))));
        state.mistake = Some(1);
        assert_eq!(
            main_intent(&state),
            Some(Intent::PutRight),
            "a mistake on purpose is put right"
        );
        driver.retry(Step::AuthResponse(1));
        let state = state.after(Action::Walk(driver.snapshot()));
        assert_eq!(Card::of(&state).name(), "proposal", "taken up, it gives the card back");
    }

    #[test]
    fn a_refusal_of_one_s_own_line_leads_back_to_the_plan() {
        let (state, mut driver) = walked(Lesson::classic_lab().form, 2);
        driver.send(Content::typed_line("FOO")).unwrap();
        let state = state.after(Action::Walk(driver.snapshot()));
        assert_eq!(Card::of(&state).name(), "refused");
        assert_eq!(main_intent(&state), Some(Intent::Send));
    }

    #[test]
    fn behind_a_refusal_nothing_but_the_warning_s_own_button_sends_a_real_password() {
        let mut form = Lesson::classic_lab().form;
        let login = form.login.as_mut().unwrap();
        (login.public, login.mechanism) = (false, "PLAIN".into());
        let (state, mut driver) = walked(form, 2);
        assert_eq!((Card::of(&state).name(), main_intent(&state)), ("warned", None));
        driver.send(Content::typed_line("FOO")).unwrap();
        let refused = state.after(Action::Walk(driver.snapshot()));
        assert_eq!(Card::of(&refused).name(), "refused");
        let turn = Action::Turn(Face::BehindRefusal);
        assert_eq!(main_intent(&refused), Some(Intent::Show(turn.clone())));
        assert_eq!(
            go_on(&refused),
            Intent::Show(turn.clone()),
            "the button beside it does the same"
        );

        let warned = refused.after(turn);
        assert_eq!((Card::of(&warned).name(), main_intent(&warned)), ("warned", None));
        driver.send(Content::typed_line("FOO")).unwrap();
        let again = warned.after(Action::Walk(driver.snapshot()));
        assert_eq!(Card::of(&again).name(), "refused", "another refusal is not passed over");
    }

    #[test]
    fn the_proposal_becomes_text_without_its_line_ends() {
        let (state, _) = walked(Lesson::classic_lab().form, 2);
        assert_eq!(editing_face(&state), Some(Face::Editing("AUTH LOGIN".into())));
        let (state, _) = walked(Lesson::classic_lab().form, 8);
        let Some(Face::Editing(text)) = editing_face(&state) else { panic!("headers") };
        assert!(text.ends_with("Subject: My first mail by hand\n\n"), "{text:?}");
    }

    #[test]
    fn what_stands_in_the_editor_is_what_enter_sends() {
        let (state, _) = walked(Lesson::classic_lab().form, 2);
        let state = state.after(Action::Turn(Face::Editing("AUTH PLAIN".into())));
        assert_eq!(main_intent(&state), Some(Intent::SendEdited("AUTH PLAIN".into())));
        let state = state.after(Action::Turn(Face::Typing("NOOP".into())));
        assert_eq!(main_intent(&state), Some(Intent::SendTyped("NOOP".into())));
    }

    #[test]
    fn stopping_is_said_as_what_it_was() {
        let (state, mut driver) = walked(Lesson::classic_lab().form, 3);
        driver.stop();
        let state = state.after(Action::Walk(driver.snapshot()));
        let Card::Ended(why) = Card::of(&state) else { panic!("the walk is over") };
        assert_eq!(why.title, Label::Stopped);
    }
}
