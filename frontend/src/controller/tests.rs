use super::*;
use crate::settings::Settings;
use crate::walk::Body;
use protocol::client::Step;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

/// A page without anything drawn: its state, and what carries out its intents.
struct Page {
    controller: Rc<Controller>,
    state: Rc<RefCell<AppState>>,
}

impl Page {
    /// The classic lab by this mechanism, with a password that is nobody else's business.
    fn with_real_login(mechanism: &str) -> Self {
        let mut form = Lesson::classic_lab().form;
        let login = form.login.as_mut().unwrap();
        (login.public, login.mechanism) = (false, mechanism.into());
        let server = ServerChoice::PracticeHere;
        let begun = AppState::new(Settings::default(), form.clone(), server.clone());
        let state = Rc::new(RefCell::new(begun));
        let told = state.clone();
        let controller = Controller::new(Rc::new(move |action| {
            let before = told.borrow().clone();
            told.replace(before.after(action));
        }));
        let page = Self { controller, state };
        page.wants(Intent::Apply { form, server, tls: TlsSetup::default() });
        page.wants(Intent::Connect);
        page
    }

    fn wants(&self, intent: Intent) {
        let state = self.state.borrow().clone();
        self.controller.clone().carry_out(intent, &state);
    }

    fn proposed(&self) -> Option<Step> {
        match &*self.state.borrow().walk.next {
            Next::Send(proposal) => Some(proposal.step),
            _ => None,
        }
    }

    fn face(&self) -> Face {
        self.state.borrow().face.clone()
    }

    /// The lines that were sent.
    fn sent(&self) -> Vec<String> {
        let text = |row: &Rc<crate::walk::Row>| match &row.body {
            Body::Sent { window, .. } => Some(String::from_utf8_lossy(&window.bytes).into_owned()),
            _ => None,
        };
        self.state.borrow().walk.rows.iter().filter_map(text).collect()
    }
}

#[test]
fn a_proposal_with_a_real_password_leaves_only_by_the_button_below_its_warning() {
    let page = Page::with_real_login("PLAIN");
    page.wants(Intent::Send);
    assert_eq!(page.proposed(), Some(Step::Auth));
    page.wants(Intent::Run);
    for intent in [Intent::Send, Intent::RunStep] {
        page.wants(intent);
        assert_eq!(page.proposed(), Some(Step::Auth));
        assert!(!page.state.borrow().running);
    }
    page.wants(Intent::SendTyped("FOO".into()));
    page.wants(Intent::Show(Action::Turn(Face::Proposal)));
    page.wants(Intent::Send);
    assert_eq!(page.face(), Face::BehindRefusal, "what stops it is shown");
    assert!(!page.sent().iter().any(|line| line.starts_with("AUTH")), "{:?}", page.sent());

    page.wants(Intent::SendAllTheSame);
    assert!(page.sent().iter().any(|line| line.starts_with("AUTH PLAIN ")));
    assert_eq!(page.face(), Face::Proposal);
}

#[test]
fn a_changed_text_with_a_real_password_is_not_sent_by_enter_and_says_why() {
    let page = Page::with_real_login("PLAIN");
    page.wants(Intent::Send);
    let edited = "AUTH PLAIN AHRpbQBvdGhlcg==";
    page.wants(Intent::Show(Action::Turn(Face::Editing(edited.into()))));
    assert_eq!(page.controller.remarks(&page.face()).risk, Some(Caution::PasswordInClear));
    page.wants(Intent::SendEdited(edited.into()));
    assert_eq!(page.sent().len(), 1, "EHLO alone");
    assert_eq!(page.face(), Face::Editing(edited.into()), "it stays where it was");

    let harmless = Face::Editing("NOOP".into());
    assert_eq!(page.controller.remarks(&harmless).risk, None);
    page.wants(Intent::SendAllTheSame);
    assert_eq!(page.sent().last().unwrap(), "AUTH PLAIN AHRpbQBvdGhlcg==\r\n");
}

#[test]
fn a_password_typed_by_hand_is_not_sent_by_enter_and_all_before_it_is() {
    let page = Page::with_real_login("LOGIN");
    page.wants(Intent::Send);
    for line in ["NOOP", "AUTH LOGIN", "dGlt"] {
        page.wants(Intent::SendTyped(line.into()));
        assert_eq!(page.sent().last().unwrap().trim_end(), line);
    }
    let typed = Face::Typing("b3RoZXI=".into());
    page.wants(Intent::Show(Action::Turn(typed.clone())));
    page.wants(Intent::SendTyped("b3RoZXI=".into()));
    assert_eq!(page.sent().last().unwrap(), "dGlt\r\n");
    assert_eq!(page.controller.remarks(&typed).risk, Some(Caution::PasswordInClear));
    page.wants(Intent::SendAllTheSame);
    assert_eq!(page.sent().last().unwrap(), "b3RoZXI=\r\n");
    assert_eq!(page.face(), Face::Typing(String::new()));
}

#[test]
fn a_practice_account_is_typed_without_a_warning() {
    let page = Page::with_real_login("LOGIN");
    let state = page.state.borrow().clone();
    let form = Lesson::classic_lab().form;
    page.wants(Intent::Apply { form, server: state.server.clone(), tls: state.tls });
    page.wants(Intent::Connect);
    page.wants(Intent::Send);
    page.wants(Intent::SendTyped("AUTH PLAIN AHRpbQBvdGhlcg==".into()));
    assert!(page.sent().last().unwrap().starts_with("AUTH PLAIN "));
}
