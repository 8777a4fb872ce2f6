//! Follows what comes back: which step a reply answers, what it means for it, and where the session is then.

use super::{Awaited, Client, Event, State, Status, Step, Verdict, transition};
use crate::anatomy::Answer;
use crate::auth::Exchange;
use crate::smtp::command::Verb;
use crate::smtp::extension::Capabilities;
use crate::smtp::reply::Reply;
use crate::smtp::status::{ReplyCode, Severity};
use crate::transcript::Item;
use std::time::Duration;

impl Client {
    /// Takes a whole reply: finds what it answers, and where the session is now.
    pub(super) fn replied(&mut self, now: Duration, reply: Reply) -> Event {
        let (step, answer, verdict) = if let Some(awaited) = self.awaited.pop_front() {
            let verdict = judge(awaited.answer, reply.code());
            self.take_answer(now, &awaited, &reply, verdict);
            (Some(awaited.step), awaited.answer, verdict)
        } else {
            self.go_on(Answer::Nothing, &reply);
            (None, Answer::Nothing, Verdict::OutOfPlace)
        };
        self.transcript.push(now, Item::Received { step, answer, reply: reply.clone() });
        Event::Replied { step, reply, verdict }
    }

    /// Takes the reply to something that was sent.
    fn take_answer(&mut self, now: Duration, to: &Awaited, reply: &Reply, verdict: Verdict) {
        let code = reply.code();
        let for_nobody = self.state == State::Sender;
        let status = match verdict {
            Verdict::Accepted => Status::Done(Some(code)),
            Verdict::TryLater | Verdict::Refused => Status::Refused(code),
            Verdict::OutOfPlace => Status::Failed,
        };
        self.progress.end(self.planned(to.step), now, status);
        if matches!(to.answer, Answer::To(Verb::Ehlo | Verb::Helo)) && code.is_refusal() {
            self.hellos_refused += 1;
        }
        self.go_on(to.answer, reply);
        self.exchange = match to.answer {
            _ if self.state != State::Authenticating => None,
            Answer::To(Verb::Auth) => Exchange::begun_by(&to.line),
            _ => self.exchange.map(Exchange::after_response),
        };
        self.take_challenge(reply);
        if self.state == State::StartingTls {
            self.start_tls(now);
        } else if self.state == State::Data {
            self.read_again_as_data(now, for_nobody);
        } else {
            self.read_again(now, to.answer);
        }
        // What was sent while the reply was still under way starts to wait now.
        if let Some(following) = self.awaited.front_mut() {
            following.since = now;
        }
    }

    /// The step of the plan to which a reply counts. A response that the plan does not have, because the server
    /// asked for more than the mechanism has, is part of the login.
    fn planned(&self, step: Step) -> Step {
        match step {
            Step::AuthResponse(_) if !self.progress.has(step) => Step::Auth,
            // However it was sent, it is the message.
            Step::FinalDot if !self.progress.has(step) => Step::LastChunk,
            Step::LastChunk if !self.progress.has(step) => Step::FinalDot,
            _ => step,
        }
    }

    /// Changes the state along the transition table, with all that belongs to it.
    fn go_on(&mut self, answer: Answer, reply: &Reply) {
        let Some(to) = transition::after(self.state, answer, reply.code()) else { return };
        let completed = reply.code().severity() == Severity::Completion;
        match answer {
            Answer::To(Verb::Ehlo) if completed => {
                self.capabilities = Capabilities::from_reply(reply);
                self.plan_again();
                self.forget_transaction();
            }
            Answer::To(Verb::Helo) if completed => {
                self.capabilities = Capabilities::default();
                self.forget_transaction();
            }
            Answer::To(Verb::Rset) if completed => self.forget_transaction(),
            Answer::To(Verb::Auth) | Answer::ToAuthResponse => self.authenticated |= completed,
            _ => {}
        }
        self.state = to;
        if completed {
            self.reopen_behind(answer);
        }
    }

    /// What is offered decides by which mechanism to log in and whether there will be TLS, where that was left
    /// open.
    pub(super) fn plan_again(&mut self) {
        let recipients: Vec<_> = (0..self.setup.to.len()).map(Some).collect();
        self.progress.revise(&self.setup, &self.known(), &recipients);
    }

    /// What was refused may have been refused because its time had not come, such as MAIL before EHLO: when a
    /// step is done, those behind it are ahead again.
    fn reopen_behind(&mut self, answer: Answer) {
        let is_login = |step| matches!(step, Step::Auth | Step::AuthResponse(_));
        match answer {
            Answer::To(Verb::Ehlo | Verb::Helo) => {
                self.progress.reopen(|step| is_login(step) || step.is_in_transaction());
            }
            Answer::To(Verb::Auth) | Answer::ToAuthResponse => {
                self.progress.reopen(Step::is_in_transaction);
            }
            Answer::To(Verb::Mail) => {
                self.progress.reopen(|step| step != Step::Mail && step.is_in_transaction());
            }
            Answer::To(Verb::Rcpt) => self.progress.reopen(|step| step == Step::Data),
            _ => {}
        }
    }

    /// EHLO and RSET both abandon what was begun (RFC 5321 §4.1.1.1 and §4.1.1.5); what has been delivered
    /// stays delivered.
    fn forget_transaction(&mut self) {
        if matches!(self.state, State::Sender | State::Recipients | State::Chunks) {
            self.progress.reset_transaction();
        }
    }
}

/// Whether a reply fits what it answers.
fn judge(answer: Answer, code: ReplyCode) -> Verdict {
    match (code.severity(), answer) {
        (Severity::Transient, _) => Verdict::TryLater,
        (Severity::Permanent, _) => Verdict::Refused,
        (Severity::Intermediate, Answer::To(Verb::Auth | Verb::Data) | Answer::ToAuthResponse) => {
            Verdict::Accepted
        }
        (Severity::Completion, answer) if answer != Answer::To(Verb::Data) => Verdict::Accepted,
        _ => Verdict::OutOfPlace,
    }
}
