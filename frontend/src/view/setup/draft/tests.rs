use super::*;
use crate::server_choice::{PROVIDERS, TargetError};
use protocol::form::FormField;
use protocol::lesson::Lesson;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn lesson() -> Form {
    Lesson::classic_lab().form
}

fn new(form: &Form, server: &ServerChoice, stored: Option<StoredSetup>) -> Draft {
    Draft::new(form, server, &TlsSetup::default(), BridgeAccess::default(), lesson(), stored)
}

fn draft() -> Draft {
    new(&lesson(), &ServerChoice::PracticeHere, None)
}

fn after(mut draft: Draft, changes: impl IntoIterator<Item = Change>) -> Draft {
    changes.into_iter().for_each(|change| draft.change(change));
    draft
}

fn typed(question: Question, text: &str) -> Change {
    Change::Answer(question, text.to_owned())
}

fn login(draft: &Draft) -> (String, String) {
    (draft.answer(Question::User).to_owned(), draft.answer(Question::Password).to_owned())
}

const LESSON_LOGIN: (&str, &str) = ("student@student.example", "practice");

fn is_login(draft: &Draft, (user, password): (&str, &str)) -> bool {
    login(draft) == (user.to_owned(), password.to_owned())
}

#[test]
fn a_draft_that_nobody_touched_sets_up_what_was_set_up() {
    assert_eq!(draft().set_up(), (lesson(), ServerChoice::PracticeHere, TlsSetup::default()));
    let server = ServerChoice::Own { host: "mail.example.com".into(), port: "587".into() };
    let mut form = lesson();
    form.login = None;
    let draft = new(&form, &server, None);
    assert_eq!(draft.set_up(), (form, server, TlsSetup::default()));
}

#[test]
fn the_practice_login_does_not_go_to_a_server_of_one_s_own_and_is_there_again_on_the_way_back() {
    let own = after(draft(), [Change::Choose(ServerKind::Own)]);
    assert!(is_login(&own, ("", "")));
    assert!(!own.set_up().0.login.unwrap().public);
    let back = after(own, [Change::Choose(ServerKind::OnBridge)]);
    assert!(is_login(&back, LESSON_LOGIN));
    assert!(back.set_up().0.login.unwrap().public);
}

#[test]
fn a_wrong_practice_password_does_not_go_there_either() {
    let draft =
        after(draft(), [typed(Question::Password, "practise"), Change::Choose(ServerKind::Own)]);
    assert!(is_login(&draft, ("", "")));
}

#[test]
fn what_was_typed_before_the_server_was_chosen_is_kept() {
    let draft = after(
        draft(),
        [
            typed(Question::User, "me@example.com"),
            typed(Question::Password, "tanstaaf"),
            typed(Question::Subject, "Mine"),
            Change::Choose(ServerKind::Own),
        ],
    );
    assert!(is_login(&draft, ("me@example.com", "tanstaaf")));
    assert_eq!(draft.answer(Question::Subject), "Mine");
    // It moved: what may be a real password is nowhere that is public.
    let back = after(draft, [Change::Choose(ServerKind::Here)]);
    assert!(is_login(&back, LESSON_LOGIN));
    let again = after(back, [Change::Choose(ServerKind::Own)]);
    assert!(is_login(&again, ("me@example.com", "tanstaaf")));
}

#[test]
fn a_server_of_one_s_own_begins_as_it_was_left_on_the_last_visit() {
    let mut form = lesson();
    form.from = "me@example.com".into();
    form.login.as_mut().unwrap().user = "me".into();
    form.login.as_mut().unwrap().password.clear();
    let server = ServerChoice::Own { host: "mail.example.com".into(), port: "2525".into() };
    let stored =
        StoredSetup { form: form.clone(), server: server.clone(), tls: TlsSetup::default() };
    let draft = new(&lesson(), &ServerChoice::PracticeHere, Some(stored));
    assert_eq!(draft.answer(Question::From), lesson().from);
    let own = after(draft, [Change::Choose(ServerKind::Own)]);
    form.login.as_mut().unwrap().public = false;
    assert_eq!(own.set_up(), (form, server, TlsSetup::default()));
}

#[test]
fn a_login_stays_while_none_is_wanted() {
    let none = after(draft(), [typed(Question::Mechanism, "")]);
    assert_eq!(none.set_up().0.login, None);
    let plain = after(none, [typed(Question::Mechanism, "PLAIN")]);
    assert_eq!(plain.set_up().0.login.unwrap().password, "practice");
}

#[test]
fn a_provider_fills_in_host_and_port() {
    let provider = &PROVIDERS[0];
    let draft = after(draft(), [Change::Fill(provider)]);
    assert!(draft.kind == ServerKind::Own);
    assert_eq!(draft.answer(Question::Host), provider.host);
    assert_eq!(draft.answer(Question::Port), provider.port.to_string());
}

#[test]
fn host_and_port_are_wrong_each_for_itself() {
    let draft = after(
        draft(),
        [
            typed(Question::Host, "mail example.com"),
            typed(Question::Port, "70000"),
            typed(Question::Mechanism, ""),
        ],
    );
    assert_eq!(draft.problems(), []);
    let own = after(draft, [Change::Choose(ServerKind::Own)]);
    let expected = [TargetError::HostMalformed, TargetError::PortMalformed];
    assert_eq!(own.problems(), expected.map(Problem::Target));
    assert_eq!(own.wrong_count(), 2);
}

#[test]
fn a_mistake_is_told_once_the_field_was_left_or_the_set_up_was_to_be_taken_up() {
    let typing = after(draft(), [typed(Question::To, "teacher@practice.example\n\nb@@")]);
    assert_eq!(typing.wrong(Question::To), []);
    let left = after(typing.clone(), [Change::Leave(Question::To)]);
    let wrong = left.wrong(Question::To);
    let fields: Vec<_> = wrong
        .iter()
        .map(|problem| match problem {
            Problem::Form(error) => Some(error.field),
            Problem::Target(_) => None,
        })
        .collect();
    assert_eq!(fields, [Some(FormField::To(2))]);
    let mended = after(left, [typed(Question::To, "b@example.com")]);
    assert_eq!(mended.wrong(Question::To), []);
    let tried = after(typing, [Change::Refuse]);
    assert_eq!(tried.wrong(Question::To).len(), 1);
}

#[test]
fn back_to_the_lesson_is_the_lesson_in_this_page() {
    let draft = after(
        draft(),
        [
            typed(Question::Body, "Mine"),
            Change::EmptyLine(false),
            Change::Choose(ServerKind::Own),
            Change::Refuse,
            Change::Reset,
        ],
    );
    assert_eq!(draft.set_up(), (lesson(), ServerChoice::PracticeHere, TlsSetup::default()));
    assert_eq!(draft.tries, 0);
}
