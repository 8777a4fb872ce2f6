//! Faults on demand: rules that have the practice server refuse, dawdle, hang up or talk nonsense.
//!
//! A rule says at which step it is met, under which conditions, and what it does. It is written in a lesson's
//! JSON, under `server.faults`:
//!
//! ```
//! # let rules = r#"
//! [
//!   {"at": "greeting", "when": {"from": 4}, "reply": "421 4.7.0 Too many connections from you"},
//!   {"at": "ehlo", "delay": 3, "drip": {"bytes": 2, "every": 0.5}},
//!   {"at": "auth_response", "reply": {"code": 535, "text": {"hex": "b5c7 c2bc caa7 b0dc"}}},
//!   {"at": "mail", "from": "@spam.example", "reply": "554 5.7.1 Not from there"},
//!   {"at": "rcpt", "when": {"first": 1}, "reply": "450 4.7.1 Greylisted, try again in a minute"},
//!   {"at": "rcpt", "per": "message", "when": {"from": 3}, "reply": "452 4.5.3 Too many recipients"},
//!   {"at": "rcpt", "to": "student@", "holds": {"messages": 2}, "reply": "452 4.2.2 Mailbox full"},
//!   {"at": "data", "disconnect": "before"},
//!   {"at": "message", "phrase": "casino", "reply": "554 5.7.1 No casinos here"},
//!   {"at": "message", "larger_than": 1000, "disconnect": {"inside": 0}},
//!   {"at": "noop", "broken": "bare_lf"},
//!   {"at": "help", "broken": {"exact": "214 this reply has no end"}}
//! ]
//! # "#;
//! # let rules: Vec<protocol::server::Fault> = serde_json::from_str(rules).unwrap();
//! # assert_eq!(rules.len(), 12);
//! ```
//!
//! **When it is met.** At its step, when the command is understood and in order, and all of `from`, `to`, `phrase`,
//! `larger_than` and `holds` that the rule has are true. Each time is an attempt. Attempts are counted for each
//! client address, and where the step knows them for each sender and recipient as well, as greylisting does
//! (RFC 6647 §2.4); `per` counts otherwise. `when` chooses among them by their number. There is neither
//! chance nor a clock in this: the n-th attempt of a lesson is the same for everybody. Of several rules that
//! are met the first one acts; the attempts are counted for all.
//!
//! **What it does.** A `reply` that refuses (4yz, 5yz) stands in the place of what was asked for: nothing of it
//! is done. Any other reply is said after it was done, and where it could not be done the session goes on from
//! that refusal, whatever is said. Without `reply` all is as ever but for the way in which it is said: late
//! (`delay`), bit by bit (`drip`), `broken`, or cut off (`disconnect`).
//!
//! While a reply is late, the server reads nothing; a slow server is slow for everything.

mod attempts;
mod broken;
mod check;
mod pattern;
mod raw;
mod reply;
mod step;
#[cfg(test)]
mod tests;

pub(super) use attempts::Attempts;
pub use broken::{Broken, OtherCode};
pub use check::FaultError;
pub use pattern::Pattern;
pub use raw::Raw;
pub use reply::ChosenReply;
pub use step::Step;

use super::config::contains_ignoring_case;
use super::mail_data::MailData;
use super::store::Store;
use crate::smtp::address::{ForwardPath, ReversePath};
use serde::{Deserialize, Serialize};
use std::num::{NonZeroU64, NonZeroUsize};
use std::time::Duration;

/// A rule: where and when it is met, and what it does. Read from JSON it can be met and does something.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, remote = "Self")]
pub struct Fault {
    /// The step at which it is met.
    pub at: Step,
    /// Which attempts it is for.
    #[serde(default, skip_serializing_if = "is_default")]
    pub when: When,
    /// What attempts are counted by; `None` for all that the step knows of client, sender and recipient.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub per: Option<Per>,
    /// Only from this sender.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub from: Option<Pattern>,
    /// Only to this recipient; of several, one is enough.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<Pattern>,
    /// Only where the message has this phrase, in capitals or not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub phrase: Option<String>,
    /// Only where the message has more bytes than this.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub larger_than: Option<usize>,
    /// Only where the recipient's mailbox holds at least this: a quota.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub holds: Option<Holding>,
    /// What is said instead.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reply: Option<ChosenReply>,
    /// How long the reply takes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub delay: Option<Seconds>,
    /// How the reply drips.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub drip: Option<Drip>,
    /// How the reply is broken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub broken: Option<Broken>,
    /// When the server hangs up without a word.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disconnect: Option<Disconnect>,
}

/// Which attempts, counted from 1.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum When {
    /// Every one.
    #[default]
    Always,
    /// This one alone.
    Nth(NonZeroU64),
    /// Those up to this one.
    First(NonZeroU64),
    /// This one and those after it.
    From(NonZeroU64),
}

/// What attempts are counted by.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Per {
    /// The client's address: a rate.
    Client,
    /// The client's address and the sender.
    Sender,
    /// The client's address, the sender and the recipients: greylisting.
    Recipient,
    /// The connection; the next one begins anew.
    Connection,
    /// The message, from MAIL on; the next one begins anew.
    Message,
}

/// How full a mailbox is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Holding {
    /// It has so many messages or more.
    Messages(usize),
    /// Its messages have so many bytes or more, with their trace lines.
    Bytes(usize),
}

/// A reply in pieces: the first at once, each of the others some time after the one before.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Drip {
    /// Bytes of a piece.
    pub bytes: NonZeroUsize,
    /// The time from one to the next.
    pub every: Seconds,
}

/// When the server hangs up.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Disconnect {
    /// Instead of doing anything.
    Before,
    /// When all is done and so many bytes of the reply are out. With 0 a message is delivered and its sender never
    /// hears of it (RFC 1047).
    Inside(usize),
    /// Behind the reply.
    After,
}

/// A time of a lesson: above 0, in milliseconds at the finest, and at most
/// [`limits::FAULT_DELAY`](crate::smtp::limits::FAULT_DELAY). In JSON a number of seconds, such as `3` or `0.5`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "f64", into = "f64")]
pub struct Seconds(Duration);

/// What is known at a step.
pub(super) struct Moment<'a> {
    pub(super) step: Step,
    pub(super) peer: &'a str,
    /// The numbers of the connection, and of the message in it.
    pub(super) connection: u64,
    pub(super) message: u64,
    pub(super) from: Option<&'a ReversePath>,
    pub(super) to: &'a [ForwardPath],
    pub(super) data: Option<&'a MailData>,
}

/// Counts an attempt for every rule that is met, and gives the first that acts.
pub(super) fn meet<'a>(
    faults: impl IntoIterator<Item = &'a Fault>,
    moment: &Moment<'_>,
    store: &mut Store,
) -> Option<&'a Fault> {
    let mut acts = None;
    for (rule, fault) in faults.into_iter().enumerate() {
        if fault.is_met(moment, store) {
            let per = fault.per.unwrap_or_else(|| fault.at.counted_by());
            let attempt = store.attempts_mut().count(rule, per, moment);
            if fault.when.includes(attempt) {
                acts = acts.or(Some(fault));
            }
        }
    }
    acts
}

impl Fault {
    /// A rule for each time of a step; it does nothing yet.
    pub fn at(step: Step) -> Self {
        Self {
            at: step,
            when: When::Always,
            per: None,
            from: None,
            to: None,
            phrase: None,
            larger_than: None,
            holds: None,
            reply: None,
            delay: None,
            drip: None,
            broken: None,
            disconnect: None,
        }
    }

    fn is_met(&self, moment: &Moment<'_>, store: &Store) -> bool {
        let from = |pattern: &Pattern| moment.from.is_some_and(|from| pattern.is_sender(from));
        let to = |pattern: &Pattern| moment.to.iter().any(|to| pattern.is_recipient(to));
        let phrase = |phrase: &String| {
            moment.data.is_some_and(|data| contains_ignoring_case(data.text(), phrase.as_bytes()))
        };
        let larger = |limit: usize| {
            moment.data.is_some_and(|data| data.is_too_large() || data.text().len() > limit)
        };
        let holds = |least: Holding| moment.to.iter().any(|to| least.is_reached(to, store));
        self.at == moment.step
            && self.from.as_ref().is_none_or(from)
            && self.to.as_ref().is_none_or(to)
            && self.phrase.as_ref().is_none_or(phrase)
            && self.larger_than.is_none_or(larger)
            && self.holds.is_none_or(holds)
    }
}

impl When {
    fn includes(self, attempt: u64) -> bool {
        match self {
            Self::Always => true,
            Self::Nth(n) => attempt == n.get(),
            Self::First(n) => attempt <= n.get(),
            Self::From(n) => attempt >= n.get(),
        }
    }
}

impl Holding {
    fn is_reached(self, mailbox: &ForwardPath, store: &Store) -> bool {
        let of_it = store.iter().filter(|message| {
            message.envelope.to.iter().any(|to| pattern::is_same_recipient(to, mailbox))
        });
        match self {
            Self::Messages(least) => of_it.count() >= least,
            Self::Bytes(least) => of_it.map(super::StoredMessage::size).sum::<usize>() >= least,
        }
    }
}

impl Seconds {
    /// This time, unless it is none or too long.
    pub fn new(time: Duration) -> Option<Self> {
        Self::try_from(time.as_secs_f64()).ok()
    }

    /// The time.
    pub fn duration(self) -> Duration {
        self.0
    }
}

fn is_default<T: Default + PartialEq>(value: &T) -> bool {
    *value == T::default()
}
