//! Why a server refused, and what to do about it: a reply, what it answers, whose server it is and how far
//! the session was, against tables of rows.
//!
//! The same code means different things at different places: 554 at RCPT is about relaying, behind the dot
//! about content. So the tables are asked in this order, and the first kind of evidence that anything fits
//! decides:
//!
//! 1. the words of the text, those of the provider whose server it is before all others;
//! 2. the enhanced status code (RFC 3463), a provider's own before the registry's;
//! 3. the place in the walk together with the reply code;
//! 4. the reply code alone;
//! 5. the digits: what the enhanced code is about, what the reply code's second digit is about, and at the
//!    last whether it is for now or for good.
//!
//! The sentences live in the page's catalogues.

mod cause;
mod digits;
mod ending;
mod provider;
mod row;
mod table;
#[cfg(test)]
mod tests;

pub use cause::{Cause, Cure};
pub use ending::{End, How, diagnose_end};
pub use provider::Provider;

use crate::anatomy::Answer;
use crate::smtp::command::Verb;
use crate::smtp::reply::Reply;
use crate::smtp::status::{EnhancedCode, Severity};
use row::{Nearness, Row, Seen};
use std::cmp::Reverse;

/// What is known of the session besides the reply; `None` is "not known". It can be told by hand, or follow a
/// session with [`Self::note`].
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Context {
    /// Whose server it is.
    pub provider: Option<Provider>,
    /// Whether the connection is encrypted.
    pub encrypted: Option<bool>,
    /// Whether a login was accepted.
    pub logged_in: Option<bool>,
}

/// One cause that fits, and why it is thought of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Finding {
    /// Why the server refused.
    pub cause: Cause,
    /// What gave it away.
    pub by: RecognisedBy,
}

/// What a cause was recognised by. `of` is the provider whose way of saying it that is, if it is not
/// everybody's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RecognisedBy {
    /// The reply's text says this, all of it.
    Words {
        /// Whose words they are.
        of: Option<Provider>,
        /// In small letters.
        words: &'static [&'static str],
    },
    /// The enhanced code.
    Enhanced {
        /// Who gives it this meaning.
        of: Option<Provider>,
        /// The code.
        code: EnhancedCode,
    },
    /// The reply code where it came.
    Place {
        /// Who gives it this meaning.
        of: Option<Provider>,
        /// What it answers.
        answer: Answer,
    },
    /// The reply code wherever it comes.
    Code {
        /// Who gives it this meaning.
        of: Option<Provider>,
    },
    /// No more than the digits of the codes.
    Digits,
    /// No reply at all: how it ended.
    End,
}

/// The causes that fit a refusal, the likeliest first, each once; never empty for a 4yz or 5yz reply, empty
/// for others.
///
/// ```
/// use protocol::anatomy::Answer;
/// use protocol::diagnosis::{Cause, Context, Provider, diagnose};
/// use protocol::smtp::reply::ReplyParser;
///
/// let mut wire = b"535 Error: authentication failed\r\n".as_slice();
/// let reply = ReplyParser::default().read(&mut wire).unwrap()?;
/// let anybody = diagnose(Answer::ToAuthResponse, &reply, Context::default());
/// assert_eq!(anybody[0].cause, Cause::BadCredentials);
/// // At this provider a password is never right, so that is the likelier cause.
/// let context = Context { provider: Provider::of_host("smtp.163.com"), ..Context::default() };
/// let there = diagnose(Answer::ToAuthResponse, &reply, context);
/// assert_eq!(there[0].cause, Cause::AuthorizationCodeWanted);
/// # Ok::<(), protocol::smtp::reply::ReplyError>(())
/// ```
pub fn diagnose(answer: Answer, reply: &Reply, context: Context) -> Vec<Finding> {
    if !reply.code().is_refusal() {
        return Vec::new();
    }
    let seen = Seen::new(answer, reply, context);
    let mut fitting: Vec<(Nearness, &Row)> =
        table::rows().filter_map(|row| Some((row.nearness(&seen)?, row))).collect();
    // The sort is stable: rows that are as near as each other stay in the order of the tables.
    fitting.sort_by_key(|(nearness, _)| Reverse(*nearness));
    let best = fitting.first().map(|(nearness, _)| nearness.tier());
    let strongest = fitting.iter().take_while(|(nearness, _)| Some(nearness.tier()) == best);
    let known = strongest.flat_map(|(_, row)| {
        let by = row.evidence(&seen);
        row.causes().iter().map(move |&cause| Finding { cause, by })
    });
    let mut findings = each_once(known);
    // What the session has behind it is not what it lacks, unless nothing else is left to think of.
    if findings.iter().any(|finding| !context.rules_out(finding.cause)) {
        findings.retain(|finding| !context.rules_out(finding.cause));
    }
    if findings.is_empty() { digits::read(reply, context) } else { findings }
}

/// The first finding of each cause.
fn each_once(found: impl Iterator<Item = Finding>) -> Vec<Finding> {
    let mut findings: Vec<Finding> = Vec::new();
    for finding in found {
        if !findings.iter().any(|known| known.cause == finding.cause) {
            findings.push(finding);
        }
    }
    findings
}

impl Context {
    /// A session that begins: the host as it was asked for, and whether TLS comes before the greeting.
    pub fn opened(host: &str, encrypted: bool) -> Self {
        let provider = Provider::of_host(host);
        Self { provider, encrypted: Some(encrypted), logged_in: Some(false) }
    }

    /// Takes note of a reply: a greeting says whose server it is, 235 that the login was accepted (RFC 4954
    /// §4), and 220 to STARTTLS that all begins anew, encrypted (RFC 3207 §4.2).
    pub fn note(&mut self, answer: Answer, reply: &Reply) {
        match (answer, reply.code().severity()) {
            (Answer::Greeting | Answer::To(Verb::Ehlo | Verb::Helo), _) => {
                self.provider = self.provider.or_else(|| Provider::of_greeting(reply));
            }
            (Answer::To(Verb::Auth) | Answer::ToAuthResponse, Severity::Completion) => {
                self.logged_in = Some(true);
            }
            (Answer::To(Verb::StartTls), Severity::Completion) => {
                self.encrypted = Some(true);
                self.logged_in = Some(false);
            }
            _ => {}
        }
    }

    fn rules_out(self, cause: Cause) -> bool {
        match cause {
            Cause::TlsRequired => self.encrypted == Some(true),
            Cause::LoginRequired => self.logged_in == Some(true),
            Cause::AlreadyLoggedIn => self.logged_in == Some(false),
            _ => false,
        }
    }
}
