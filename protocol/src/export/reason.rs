//! Why a server may have refused, or why there was nothing to be had from it, by the names of `diagnosis`.

use super::shown::kebab;
use crate::anatomy::Answer;
use crate::client::Ending;
use crate::diagnosis::{
    Context, End, Finding, How, Provider, RecognisedBy, diagnose, diagnose_end,
};
use crate::smtp::reply::Reply;
use crate::transcript::{Connection, Item};
use crate::tunnel::TunnelEvent;
use serde::Serialize;
use std::fmt;

/// A cause, and what helps.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Reason {
    /// The cause, by its name.
    pub cause: String,
    /// What can be done about it, by its name, if anything.
    pub cure: Option<String>,
    /// What it was recognised by.
    pub by: Evidence,
}

/// What a cause was recognised by.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Evidence {
    /// `words`, `enhanced`, `place`, `code`, `digits` or `end`.
    pub kind: &'static str,
    /// The provider whose way of saying it that is, if it is not everybody's.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of: Option<&'static str>,
    /// What the text says, in small letters.
    #[serde(skip_serializing_if = "<[_]>::is_empty")]
    pub words: &'static [&'static str],
}

/// Why a server may have refused; the likeliest first, nothing for a reply that is no refusal.
pub fn reasons(answer: Answer, reply: &Reply, context: Context) -> Vec<Reason> {
    diagnose(answer, reply, context).into_iter().map(Reason::from).collect()
}

/// Goes along with a session, since what a reply means depends on what was before it.
pub(super) struct Reasoner {
    context: Context,
    port: u16,
    heard: bool,
    goodbye: bool,
}

impl Reasoner {
    /// At the beginning of this connection. Where it is told from its middle, less is known.
    pub(super) fn of(connection: &Connection, encrypted: bool) -> Self {
        let target = connection.target();
        let is_reply = |item: &Item| match item {
            Item::Received { answer, .. } => Some(*answer),
            _ => None,
        };
        let first = connection.entries().iter().find_map(|entry| is_reply(&entry.item));
        let context = match first {
            Some(Answer::Greeting) | None => Context::opened(&target.host, encrypted),
            Some(_) => Context { provider: Provider::of_host(&target.host), ..Context::default() },
        };
        Self { context, port: target.port, heard: false, goodbye: false }
    }

    /// The causes of what happened next.
    pub(super) fn next(&mut self, item: &Item) -> Vec<Reason> {
        match item {
            Item::Received { answer, reply, .. } => {
                self.heard = true;
                self.goodbye = matches!(reply.code().number(), 221 | 421);
                self.context.note(*answer, reply);
                reasons(*answer, reply, self.context)
            }
            Item::Transport(TunnelEvent::Failed { reason, .. }) => self.end(How::Failed(*reason)),
            Item::Broken { error, .. } => self.end(How::Broken(*error)),
            Item::Upgraded(_) => {
                self.context.encrypted = Some(true);
                Vec::new()
            }
            // Why there was no connection has been told then.
            Item::Sent { .. } | Item::Transport(_) | Item::Closed(Ending::NeverOpened) => {
                Vec::new()
            }
            Item::Closed(how) => self.end(How::Closed(*how)),
        }
    }

    fn end(&self, how: How) -> Vec<Reason> {
        let Self { context, port, heard, goodbye } = *self;
        let findings = diagnose_end(&End { how, port, heard, goodbye, context });
        findings.into_iter().map(Reason::from).collect()
    }
}

impl From<Finding> for Reason {
    fn from(Finding { cause, by }: Finding) -> Self {
        let words: &[&str] = match by {
            RecognisedBy::Words { words, .. } => words,
            _ => &[],
        };
        let (kind, of) = match by {
            RecognisedBy::Words { of, .. } => ("words", of),
            RecognisedBy::Enhanced { of, .. } => ("enhanced", of),
            RecognisedBy::Place { of, .. } => ("place", of),
            RecognisedBy::Code { of } => ("code", of),
            RecognisedBy::Digits => ("digits", None),
            RecognisedBy::End => ("end", None),
        };
        Self {
            cause: kebab(&cause),
            cure: cause.cure().map(|cure| kebab(&cure)),
            by: Evidence { kind, of: of.map(Provider::name), words },
        }
    }
}

impl fmt::Display for Evidence {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.kind)?;
        if !self.words.is_empty() {
            write!(f, " {:?}", self.words.join(", "))?;
        }
        self.of.map_or(Ok(()), |of| write!(f, ", as {of} has it"))
    }
}
