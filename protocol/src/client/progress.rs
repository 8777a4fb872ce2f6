//! The plan of a walk and what became of each of its steps.

use super::{Security, Setup, chunks};
use crate::auth::Mechanism;
use crate::smtp::address::ForwardPath;
use crate::smtp::command::Verb;
use crate::smtp::extension::Extension;
use crate::smtp::status::ReplyCode;
use std::time::Duration;

/// One step of a walk.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Step {
    /// The host's addresses are looked up.
    LookUp,
    /// The connection is made.
    Connect,
    /// The server greets.
    Greeting,
    /// EHLO, or HELO.
    Hello,
    /// STARTTLS.
    StartTls,
    /// The TLS handshake.
    Handshake,
    /// EHLO once more, inside TLS.
    HelloOverTls,
    /// AUTH.
    Auth,
    /// The n-th response of the AUTH exchange, n from 0, the one sent along with AUTH counted.
    AuthResponse(usize),
    /// MAIL FROM.
    Mail,
    /// RCPT TO for the n-th recipient of the set-up, n from 0.
    Rcpt(usize),
    /// DATA.
    Data,
    /// The message's headers, with the empty line behind them.
    Headers,
    /// The message's body.
    Body,
    /// The line with the lone dot.
    FinalDot,
    /// BDAT for the n-th chunk, n from 0.
    Bdat(usize),
    /// The octets of the n-th chunk, n from 0.
    Chunk(usize),
    /// Those of the last chunk; BDAT as well where it has none.
    LastChunk,
    /// QUIT.
    Quit,
    /// A command that is not in the plan, typed by the person.
    Extra(Verb),
    /// Something the person typed that is no known command, or a line of the message typed by hand.
    Typed,
}

/// What became of a step.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Status {
    /// Not yet.
    Ahead,
    /// Under way: the other side's turn.
    Waiting,
    /// Done; with the reply's code where there was a reply.
    Done(Option<ReplyCode>),
    /// Refused, for now or for good.
    Refused(ReplyCode),
    /// The connection failed or ended meanwhile, or the reply made no sense.
    Failed,
}

/// A step of the plan with its status and times.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Record {
    /// Which step.
    pub step: Step,
    /// What became of it.
    pub status: Status,
    /// When it was begun, as time since the walk's beginning.
    pub began: Option<Duration>,
    /// When it was over.
    pub ended: Option<Duration>,
}

impl Step {
    /// Whether it belongs to the mail transaction, which RSET forgets.
    pub const fn is_in_transaction(self) -> bool {
        matches!(self, Self::Mail | Self::Rcpt(_)) || self.is_message()
    }

    /// Whether a reply is due when it has been sent.
    pub const fn is_answered(self) -> bool {
        !matches!(self, Self::Headers | Self::Body | Self::Bdat(_))
    }

    /// Whether it belongs to the message, as against its envelope.
    pub const fn is_message(self) -> bool {
        matches!(
            self,
            Self::Data
                | Self::Headers
                | Self::Body
                | Self::FinalDot
                | Self::Bdat(_)
                | Self::Chunk(_)
                | Self::LastChunk
        )
    }

    /// Whether the message is accepted when this is.
    pub const fn ends_message(self) -> bool {
        matches!(self, Self::FinalDot | Self::LastChunk)
    }
}

impl Record {
    /// How long it took, once it is over.
    pub fn took(&self) -> Option<Duration> {
        self.ended?.checked_sub(self.began?)
    }
}

/// The plan's records.
#[derive(Debug)]
pub(super) struct Progress(Vec<Record>);

/// What settles those parts of the plan that the set-up leaves to the server.
#[derive(Debug, Default)]
pub(super) struct Known {
    /// By which mechanism to log in.
    pub(super) mechanism: Option<&'static Mechanism>,
    /// Whether STARTTLS is offered, or was taken up.
    pub(super) starttls: Option<bool>,
    /// Whether the server takes chunks.
    pub(super) chunking: Option<bool>,
}

impl Progress {
    pub(super) fn for_setup(setup: &Setup, known: &Known) -> Self {
        Self(plan(setup, known).map(Record::ahead).collect())
    }

    pub(super) fn records(&self) -> &[Record] {
        &self.0
    }

    /// Takes up a changed set-up and keeps what is known of the steps that stay.
    pub(super) fn revise(&mut self, setup: &Setup, known: &Known, moves: &[Option<usize>]) {
        let kept = |step: Step| {
            let before = match step {
                Step::Rcpt(n) => Step::Rcpt(moves.get(n).copied().flatten()?),
                step => step,
            };
            let record = self.0.iter().find(|record| record.step == before)?;
            Some(Record { step, ..*record })
        };
        let plan = plan(setup, known);
        self.0 = plan.map(|step| kept(step).unwrap_or(Record::ahead(step))).collect();
    }

    /// Whether a step is in the plan.
    pub(super) fn has(&self, step: Step) -> bool {
        self.0.iter().any(|record| record.step == step)
    }

    /// A step that is not in the plan is always ahead.
    pub(super) fn status(&self, step: Step) -> Status {
        self.0
            .iter()
            .find(|record| record.step == step)
            .map_or(Status::Ahead, |record| record.status)
    }

    pub(super) fn wait(&mut self, step: Step, now: Duration) {
        if let Some(record) = self.find(step) {
            *record = Record { step, status: Status::Waiting, began: Some(now), ended: None };
        }
    }

    pub(super) fn done(&mut self, step: Step, now: Duration, code: Option<ReplyCode>) {
        self.end(step, now, Status::Done(code));
    }

    pub(super) fn end(&mut self, step: Step, now: Duration, status: Status) {
        if let Some(record) = self.find(step)
            && !matches!(record.status, Status::Done(None))
        {
            record.status = status;
            record.began.get_or_insert(now);
            record.ended = Some(now);
        }
    }

    /// Whatever was waited for will not come.
    pub(super) fn fail_waiting(&mut self, now: Duration) {
        for record in self.0.iter_mut().filter(|record| record.status == Status::Waiting) {
            record.status = Status::Failed;
            record.ended = Some(now);
        }
    }

    /// What was waited for was not this step.
    pub(super) fn unwait(&mut self, step: Step) {
        if let Some(record) = self.find(step).filter(|record| record.status == Status::Waiting) {
            *record = Record::ahead(step);
        }
    }

    /// What was refused among these steps is ahead again.
    pub(super) fn reopen(&mut self, matches: impl Fn(Step) -> bool) {
        for record in self.0.iter_mut().filter(|record| matches(record.step)) {
            if matches!(record.status, Status::Refused(_) | Status::Failed) {
                *record = Record::ahead(record.step);
            }
        }
    }

    pub(super) fn reset(&mut self, step: Step) {
        if let Some(record) = self.find(step) {
            *record = Record::ahead(step);
        }
        if step == Step::Auth || matches!(step, Step::AuthResponse(_)) {
            self.reset_where(|step| matches!(step, Step::Auth | Step::AuthResponse(_)));
        }
    }

    pub(super) fn reset_transaction(&mut self) {
        self.reset_where(Step::is_in_transaction);
    }

    fn reset_where(&mut self, matches: impl Fn(Step) -> bool) {
        for record in self.0.iter_mut().filter(|record| matches(record.step)) {
            *record = Record::ahead(record.step);
        }
    }

    fn find(&mut self, step: Step) -> Option<&mut Record> {
        self.0.iter_mut().find(|record| record.step == step)
    }
}

impl Record {
    const fn ahead(step: Step) -> Self {
        Self { step, status: Status::Ahead, began: None, ended: None }
    }
}

/// For each recipient of `new`, which one of `old` it is, if it was there.
pub(super) fn moves(old: &Setup, new: &Setup) -> Vec<Option<usize>> {
    let mut taken = vec![false; old.to.len()];
    let find = |path: &ForwardPath| {
        let from = (0..old.to.len()).find(|&n| !taken[n] && old.to[n] == *path)?;
        taken[from] = true;
        Some(from)
    };
    new.to.iter().map(find).collect()
}

/// The steps a set-up asks for, in order. As long as it is open by which mechanism to log in, so are the turns
/// that it takes.
fn plan(setup: &Setup, known: &Known) -> impl Iterator<Item = Step> {
    let mut steps = vec![Step::LookUp, Step::Connect];
    if setup.security == Security::Implicit {
        steps.push(Step::Handshake);
    }
    steps.extend([Step::Greeting, Step::Hello]);
    let starttls = match setup.security {
        Security::None | Security::Implicit => false,
        Security::Opportunistic => known.starttls != Some(false),
        Security::Required | Security::Verified => true,
    };
    if starttls {
        steps.extend([Step::StartTls, Step::Handshake, Step::HelloOverTls]);
    }
    if setup.login.is_some() {
        steps.push(Step::Auth);
    }
    if let Some(mechanism) = known.mechanism {
        let sent_along = usize::from(mechanism.starts_with_response);
        steps.extend((sent_along..mechanism.turns.len()).map(Step::AuthResponse));
    }
    steps.push(Step::Mail);
    steps.extend((0..setup.to.len()).map(Step::Rcpt));
    if setup.wishes.uses(Extension::Chunking) && known.chunking != Some(false) {
        steps.extend(chunks::steps(setup));
    } else {
        steps.extend([Step::Data, Step::Headers, Step::Body, Step::FinalDot]);
    }
    steps.push(Step::Quit);
    steps.into_iter()
}
