use super::*;
use crate::server_choice::ServerChoice;
use crate::settings::Settings;
use crate::transport::{Door, Practice, Transport};
use crate::walk::{Body, Carried, Driver, Route, Row, Snapshot};
use protocol::client::{Ending, Next, TlsFacts};
use protocol::form::Form;
use protocol::lesson::Lesson;
use protocol::tunnel::TunnelEvent;
use std::time::Duration;
#[cfg(target_arch = "wasm32")]
use wasm_bindgen_test::wasm_bindgen_test as test;

fn form() -> Form {
    Lesson::classic_lab().form
}

/// The page before the walk is begun.
fn fresh() -> AppState {
    AppState::new(Settings::default(), form(), ServerChoice::PracticeHere)
}

/// The page after so many presses of *Next*.
fn after(presses: usize) -> AppState {
    let practice = Practice::new(Lesson::classic_lab().server);
    let opener = |_: &Route, practice: &Practice, door: Door| -> Box<dyn Transport> {
        Box::new(practice.connect(door))
    };
    let setup = form().check().unwrap();
    let mut driver = Driver::new(setup, Route::Practice, practice, Rc::new(opener));
    for _ in 0..presses {
        match driver.next() {
            Next::Connect => driver.connect(),
            Next::Send(proposal) => driver.send(proposal.piece.content).unwrap(),
            other => panic!("nothing to press: {other:?}"),
        }
    }
    fresh().after(Action::Walk(driver.snapshot()))
}

fn show(action: Action) -> Intent {
    Intent::Show(action)
}

#[test]
fn enter_takes_the_next_step_and_only_in_the_walk() {
    assert_eq!(intent_for("Enter", &fresh()), Some(Intent::Connect));
    assert_eq!(intent_for("Enter", &after(1)), Some(Intent::Send));
    let mailbox = after(1).after(Action::Go(Screen::Mailbox));
    assert_eq!(intent_for("Enter", &mailbox), None);
}

#[test]
fn a_proposal_is_changed_with_e_and_a_line_typed_with_t() {
    assert_eq!(intent_for("e", &fresh()), None);
    assert_eq!(intent_for("t", &fresh()), None);
    let editing = Face::Editing("EHLO student.example".into());
    assert_eq!(intent_for("e", &after(1)), Some(show(Action::Turn(editing))));
    let typing = Face::Typing(String::new());
    assert_eq!(intent_for("T", &after(1)), Some(show(Action::Turn(typing))));
}

#[test]
fn r_runs_and_pauses() {
    assert_eq!(intent_for("r", &fresh()), Some(Intent::Run));
    assert_eq!(intent_for("r", &fresh().after(Action::Running(true))), Some(Intent::Pause));
}

#[test]
fn m_goes_to_the_mailbox_and_back() {
    assert_eq!(intent_for("m", &fresh()), Some(show(Action::Go(Screen::Mailbox))));
    let mailbox = fresh().after(Action::Go(Screen::Mailbox));
    assert_eq!(intent_for("m", &mailbox), Some(show(Action::Go(Screen::Walk))));
}

#[test]
fn the_arrows_go_from_row_to_row_and_down_to_the_newest() {
    let walk = after(2);
    let all: Vec<_> = rows(&walk).collect();
    assert_eq!(all.len(), 3, "greeting, EHLO and its answer have bytes");
    let up = |state: &AppState| intent_for("ArrowUp", state);
    let down = |state: &AppState| intent_for("ArrowDown", state);
    assert_eq!(up(&walk), Some(show(Action::Select(Some(all[1])))));
    assert_eq!(down(&walk), None);
    let first = walk.after(Action::Select(Some(all[0])));
    assert_eq!(up(&first), None);
    assert_eq!(down(&first), Some(show(Action::Select(Some(all[1])))));
    let last = first.after(Action::Select(Some(all[2])));
    assert_eq!(down(&last), Some(show(Action::Select(None))));
    assert_eq!(up(&fresh()), None);
}

#[test]
fn the_arrows_reach_the_rows_that_hold_a_certificate() {
    let told = [
        Body::Note(TunnelEvent::Resolving { host: "mail.example.com".into() }),
        Body::Untrusted(Rc::default()),
        Body::Upgraded(TlsFacts::default()),
        Body::Closed(Ending::ByServer),
    ];
    let row = |(id, body)| {
        let (at, took, login, carried) = (Duration::ZERO, None, None, Carried::default());
        Rc::new(Row { id, at, took, body, login, carried })
    };
    let rows = told.into_iter().enumerate().map(row).collect();
    let walk = Rc::new(Snapshot { rows, ..Snapshot::default() });
    let state = fresh().after(Action::Walk(walk));
    assert_eq!(intent_for("ArrowUp", &state), Some(show(Action::Select(Some(2)))));
    let state = state.after(Action::Select(Some(2)));
    assert_eq!(intent_for("ArrowUp", &state), Some(show(Action::Select(Some(1)))));
    let state = state.after(Action::Select(Some(1)));
    assert_eq!(intent_for("ArrowUp", &state), None);
}

#[test]
fn escape_leaves_what_was_entered_last() {
    assert_eq!(intent_for("Escape", &fresh()), None);
    let looking = after(1).after(Action::Select(Some(0)));
    assert_eq!(intent_for("Escape", &looking), Some(show(Action::Select(None))));
    let typing = looking.after(Action::Turn(Face::Typing("NOOP".into())));
    assert_eq!(intent_for("Escape", &typing), Some(show(Action::Turn(Face::Proposal))));
}

#[test]
fn a_dialog_has_the_keyboard_to_itself() {
    for open in [Action::Setup(true), Action::Shortcuts(true)] {
        let dialog = after(1).after(Action::Select(Some(0))).after(open);
        for key in ["Enter", "e", "t", "r", "m", "s", "?", "ArrowDown", "Escape"] {
            assert_eq!(intent_for(key, &dialog), None, "{key}");
        }
    }
}

#[test]
fn other_keys_are_left_alone() {
    for key in ["x", "Tab", " ", "Shift", "F1", "é"] {
        assert_eq!(intent_for(key, &after(1)), None, "{key}");
    }
}
