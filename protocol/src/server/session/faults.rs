//! Rules that act before a command does.

use super::Session;
use crate::anatomy::Answer;
use crate::server::fault::{self, Disconnect, Fault, Moment, Step};
use crate::server::reply::Reply;
use crate::server::store::Store;
use crate::smtp::command::Command;
use std::slice;

impl Session {
    /// The first thing that is said.
    pub(in crate::server) fn greet(&mut self, store: &mut Store) -> Reply {
        let reply = self.under_faults(Step::Greeting, store, |_, _| Reply::Greeting);
        self.settle(Answer::Greeting, reply)
    }

    /// How the reply that was given last is to be said, if a rule wants it otherwise.
    pub(in crate::server) fn take_fault(&mut self) -> Option<Fault> {
        self.fault.take()
    }

    /// Carries a command out, unless a rule has something else in mind.
    pub(super) fn command_under_faults(&mut self, command: Command, store: &mut Store) -> Reply {
        let verb = command.verb();
        let step = Step::of(verb);
        if step == Step::Mail {
            self.messages += 1;
        }
        self.meet(step, Some(&command), store);
        self.act(store, |session, store| {
            if session.config.carries_out(verb) {
                session.carry_out(command, store)
            } else {
                Reply::NotCarriedOut(verb)
            }
        })
    }

    /// The same for what is no command.
    pub(super) fn under_faults(
        &mut self,
        step: Step,
        store: &mut Store,
        carry_out: impl FnOnce(&mut Self, &mut Store) -> Reply,
    ) -> Reply {
        self.meet(step, None, store);
        self.act(store, carry_out)
    }

    fn meet(&mut self, step: Step, command: Option<&Command>, store: &mut Store) {
        let transaction = self.transaction.as_ref();
        let from = match command {
            Some(Command::Mail { from, .. }) => Some(from),
            _ => transaction.map(|transaction| &transaction.from),
        };
        let to = match command {
            Some(Command::Rcpt { to, .. }) => slice::from_ref(to),
            _ => transaction.map_or(&[][..], |transaction| &transaction.to),
        };
        let data = transaction.map(|transaction| &transaction.data);
        let named = match command {
            Some(Command::Rcpt { to, .. }) => self.config.fault_named(to),
            _ => None,
        };
        let moment = Moment {
            step,
            peer: &self.peer,
            connection: self.connection,
            message: self.messages,
            from,
            to,
            data: data.filter(|_| step == Step::Message),
        };
        let faults = self.config.faults.iter().chain(&named);
        self.fault = fault::meet(faults, &moment, store).cloned();
    }

    fn act(
        &mut self,
        store: &mut Store,
        carry_out: impl FnOnce(&mut Self, &mut Store) -> Reply,
    ) -> Reply {
        let Some(fault) = &self.fault else { return carry_out(self, store) };
        if fault.disconnect == Some(Disconnect::Before) {
            // Not said, but it is how the transition table is told that this is the end.
            return Reply::ShuttingDown;
        }
        match fault.reply.clone() {
            None => carry_out(self, store),
            Some(reply) if reply.code().is_refusal() => {
                Reply::Chosen { moves: reply.code(), reply }
            }
            Some(reply) => {
                let done = carry_out(self, store).code(&self.config);
                let moves = if done.is_refusal() { done } else { reply.code() };
                Reply::Chosen { reply, moves }
            }
        }
    }
}
