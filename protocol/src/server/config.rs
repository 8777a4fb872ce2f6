//! What the practice server is told to be.

use super::by_name;
use super::fault::Fault;
use super::offer;
use super::reply::Reply;
use super::transition;
use crate::auth::{Accounts, Mechanism};
use crate::smtp::address::{Domain, ForwardPath, Mailbox};
use crate::smtp::command::Verb;
use crate::smtp::extension::Extension;
use crate::smtp::limits;
use serde::{Deserialize, Serialize};

/// The practice server's configuration. The default is the classic practice server; in JSON, what is left
/// out stays as it is there.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Config {
    /// The name it gives itself.
    pub name: Domain,
    /// The domains it takes mail for.
    pub domains: Vec<Domain>,
    /// Who may log in.
    pub accounts: Vec<Account>,
    /// The SASL mechanisms it offers, in this order. One that needs something of TLS is offered where
    /// TLS gave it: a channel binding, or the client's certificate.
    pub mechanisms: Vec<&'static Mechanism>,
    /// The mailboxes in its domains. `postmaster` is there in each of them without being listed
    /// (RFC 5321 §4.5.1).
    pub mailboxes: Vec<Mailbox>,
    /// Mailing lists in its domains, which EXPN takes apart. Mail for one is delivered to its members, as to those
    /// of an alias: the sender stays (RFC 5321 §3.9.1).
    pub lists: Vec<MailingList>,
    /// The extensions that it offers behind EHLO, as a list of keywords. What is not in it is not listed, and its
    /// parameters and commands are refused; VRFY then says neither yes nor no. AUTH depends on the mechanisms
    /// instead.
    #[serde(with = "offer")]
    pub extensions: Vec<Extension>,
    /// The largest message in bytes, at most [`limits::DATA_COMMITTED`]; more counts as that. With 0 EHLO tells no
    /// limit (RFC 1870 §4), and that one holds all the same.
    pub size: usize,
    /// Refuse MAIL without a login (530). Otherwise mail for the server's own mailboxes is taken from
    /// anybody, as a mail exchanger does.
    pub require_auth: bool,
    /// Whether it speaks TLS when it is asked to.
    pub starttls: StartTls,
    /// Refuse MAIL by a logged-in user with another sender than the login (553).
    pub sender_must_match: bool,
    /// Treat addresses in its domains that are named for it as their name says: refuse `550@`, `451@`, `full@`,
    /// put off `greylist@` once, and be slow with `slow@`. A mailbox of that name is a mailbox.
    pub refusing_names: bool,
    /// What is refused as spam (554).
    pub spam: Vec<SpamRule>,
    /// What goes wrong on purpose.
    pub faults: Vec<Fault>,
}

/// Whether a server goes over to TLS (RFC 3207).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StartTls {
    /// It does not know STARTTLS.
    #[default]
    No,
    /// It offers STARTTLS. Whoever hosts the server has to speak TLS then: [`super::Server::wants_tls`].
    Offered,
    /// It refuses MAIL and AUTH until there is TLS (530), and offers no mechanism before.
    Required,
}

/// A practice account. Its password is no secret: it is part of the lesson.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Account {
    /// The user name.
    pub user: String,
    /// The password; it is the access token as well.
    pub password: String,
}

/// A mailing list.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct MailingList {
    /// Its address.
    pub name: Mailbox,
    /// Who gets what is sent to it, wherever they are. A list on a list is a mailbox like any other.
    pub members: Vec<Mailbox>,
}

/// A phrase that makes a message spam.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SpamRule {
    /// What is looked for anywhere in the headers and the body, in capitals or not. An empty phrase is found
    /// nowhere.
    pub phrase: String,
    /// The text behind `554 5.7.1`, in ASCII.
    pub reply: String,
}

/// What the classic practice server offers: all that needs neither TLS nor a reason to let strangers in.
const OFFERED: [&str; 10] = [
    "LOGIN",
    "PLAIN",
    "CRAM-MD5",
    "SCRAM-SHA-1",
    "SCRAM-SHA-1-PLUS",
    "SCRAM-SHA-256",
    "SCRAM-SHA-256-PLUS",
    "EXTERNAL",
    "XOAUTH2",
    "OAUTHBEARER",
];

impl Default for Config {
    fn default() -> Self {
        let account = |user: &str| Account { user: user.into(), password: "practice".into() };
        Self {
            name: known("practice.example"),
            domains: vec![known("practice.example"), known("student.example")],
            accounts: vec![account("student@student.example"), account("teacher@practice.example")],
            mechanisms: OFFERED.iter().filter_map(|name| Mechanism::named(name)).collect(),
            mailboxes: vec![
                known("student@student.example"),
                known("teacher@practice.example"),
                known("postmaster@practice.example"),
                known("postmaster@student.example"),
            ],
            lists: Vec::new(),
            extensions: offer::USUAL.to_vec(),
            size: 10 * 1024 * 1024,
            require_auth: false,
            starttls: StartTls::No,
            sender_must_match: false,
            refusing_names: true,
            spam: vec![SpamRule {
                phrase: "WIN A FREE PRIZE".into(),
                reply: "Message refused: its content looks like spam".into(),
            }],
            faults: Vec::new(),
        }
    }
}

/// Parses a name that stands in this file.
fn known<T: std::str::FromStr<Err: std::fmt::Debug>>(text: &str) -> T {
    text.parse().expect("the names of the default configuration are well formed")
}

/// Where a recipient is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Place {
    /// A mailbox or a list of this server.
    Here,
    /// In one of its domains, but there is no such mailbox.
    Unknown,
    /// In another domain.
    Elsewhere,
}

impl Config {
    /// The largest message in bytes that is really taken.
    pub(super) fn size_limit(&self) -> usize {
        match self.size {
            0 => limits::DATA_COMMITTED,
            size => size.min(limits::DATA_COMMITTED),
        }
    }

    /// Whether it carries this command out at all; if not: 502.
    pub(super) fn carries_out(&self, verb: Verb) -> bool {
        transition::is_implemented(verb)
            && match verb {
                Verb::StartTls => self.offers(Extension::StartTls),
                Verb::Expn => self.offers(Extension::Expn),
                Verb::Help => self.offers(Extension::Help),
                Verb::Bdat => self.offers(Extension::Chunking),
                // VRFY there is always (RFC 5321 §4.5.1).
                _ => true,
            }
    }

    /// Where a recipient is.
    pub(super) fn place(&self, path: &ForwardPath) -> Place {
        let Some(mailbox) = path.mailbox() else { return Place::Here };
        if !self.domains.contains(mailbox.domain()) {
            Place::Elsewhere
        } else if mailbox.local().eq_ignore_ascii_case("postmaster")
            || self.addresses().any(|known| is_same(known, mailbox))
            || self.fault_named(path).is_some()
        {
            Place::Here
        } else {
            Place::Unknown
        }
    }

    /// What is said of a recipient in one of its domains that there is not.
    pub(super) fn unknown(&self, path: &ForwardPath) -> Reply {
        let local = path.mailbox().map_or("", Mailbox::local);
        let named = by_name::refusal(local).filter(|_| self.refusing_names);
        named.map_or(Reply::NoSuchMailbox, |(code, enhanced, text)| Reply::ByName {
            code,
            enhanced,
            text,
        })
    }

    /// The rule that a recipient's name asks for.
    pub(super) fn fault_named(&self, path: &ForwardPath) -> Option<Fault> {
        let mailbox = path.mailbox().filter(|mailbox| {
            self.refusing_names
                && self.domains.contains(mailbox.domain())
                && !self.addresses().any(|known| is_same(known, mailbox))
        });
        by_name::fault(mailbox?.local())
    }

    /// The mailboxes and lists of this name, in whatever domain.
    pub(super) fn mailboxes_named<'a>(
        &'a self,
        local: &'a str,
    ) -> impl Iterator<Item = &'a Mailbox> {
        self.addresses().filter(|known| known.local().eq_ignore_ascii_case(local))
    }

    fn addresses(&self) -> impl Iterator<Item = &Mailbox> {
        self.mailboxes.iter().chain(self.lists.iter().map(|list| &list.name))
    }

    /// The recipients, and behind them the members of those that are lists, nobody of them twice.
    pub(super) fn expanded(&self, to: Vec<ForwardPath>) -> Vec<ForwardPath> {
        let list_of = |path: &ForwardPath| {
            let mailbox = path.mailbox()?;
            self.lists.iter().find(|list| is_same(&list.name, mailbox))
        };
        let (lists, mut expanded): (Vec<_>, Vec<_>) =
            to.into_iter().partition(|path| list_of(path).is_some());
        for member in lists.iter().filter_map(list_of).flat_map(|list| &list.members) {
            let path = ForwardPath::Mailbox(member.clone());
            if !expanded.contains(&path) {
                expanded.push(path);
            }
        }
        expanded
    }

    /// The first rule that the message meets.
    pub(super) fn spam_rule(&self, data: &[u8]) -> Option<&SpamRule> {
        self.spam.iter().find(|rule| contains_ignoring_case(data, rule.phrase.as_bytes()))
    }
}

/// Whether two addresses name the same mailbox. The local part is compared without regard to case as well,
/// since a host should avoid mailboxes that differ in nothing else (RFC 5321 §2.4).
pub(super) fn is_same(one: &Mailbox, other: &Mailbox) -> bool {
    one.domain() == other.domain() && one.local().eq_ignore_ascii_case(other.local())
}

/// Looks for a phrase, ASCII letters in either case.
pub(super) fn contains_ignoring_case(data: &[u8], phrase: &[u8]) -> bool {
    let Some(first) = phrase.first() else { return false };
    let (lower, upper) = (first.to_ascii_lowercase(), first.to_ascii_uppercase());
    memchr::memchr2_iter(lower, upper, data).any(|at| {
        data.get(at..at + phrase.len()).is_some_and(|found| found.eq_ignore_ascii_case(phrase))
    })
}

impl Accounts for Config {
    fn password(&self, user: &str) -> Option<&str> {
        let mut accounts = self.accounts.iter();
        let account = accounts.find(|account| account.user.eq_ignore_ascii_case(user))?;
        Some(&account.password)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn place(path: &str) -> Place {
        Config::default().place(&path.parse().unwrap())
    }

    #[test]
    fn a_recipient_is_here_unknown_or_elsewhere() {
        assert_eq!(place("<student@student.example>"), Place::Here);
        assert_eq!(place("<Student@STUDENT.example>"), Place::Here);
        assert_eq!(place("<Postmaster>"), Place::Here);
        assert_eq!(place("<postMaster@practice.example>"), Place::Here);
        assert_eq!(place("<nobody@student.example>"), Place::Unknown);
        assert_eq!(place("<student@example.com>"), Place::Elsewhere);
    }

    #[test]
    fn a_configuration_survives_json_and_an_unknown_field_is_refused() {
        let config = Config::default();
        let json = serde_json::to_string(&config).unwrap();
        assert_eq!(serde_json::from_str::<Config>(&json).unwrap(), config);
        let changed: Config = serde_json::from_str(r#"{"require_auth": true}"#).unwrap();
        assert_eq!(changed, Config { require_auth: true, ..config });
        let error = serde_json::from_str::<Config>(r#"{"requires_auth": true}"#).unwrap_err();
        assert!(error.to_string().contains("unknown field `requires_auth`"));
        let error = serde_json::from_str::<Config>(r#"{"name": "a..b"}"#).unwrap_err();
        assert!(error.to_string().contains("expected a domain"));
    }

    #[test]
    fn a_list_has_a_name_and_members() {
        let json =
            r#"{"lists": [{"name": "class@practice.example", "members": ["b@example.org"]}]}"#;
        let config: Config = serde_json::from_str(json).unwrap();
        let to = ["<class@practice.example>", "<B@example.org>"].map(|to| to.parse().unwrap());
        assert_eq!(config.place(&to[0]), Place::Here);
        let expanded: Vec<_> =
            config.expanded(to.to_vec()).iter().map(ToString::to_string).collect();
        assert_eq!(expanded, ["<B@example.org>", "<b@example.org>"], "case may matter elsewhere");
        let error =
            serde_json::from_str::<Config>(r#"{"lists": [{"name": "class"}]}"#).unwrap_err();
        assert!(error.to_string().contains("expected @"), "{error}");
    }

    #[test]
    fn a_phrase_is_found_in_either_case_and_an_empty_one_nowhere() {
        assert!(contains_ignoring_case(b"x Win a free prize!", b"WIN A FREE PRIZE"));
        assert!(contains_ignoring_case(b"prize", b"prize"));
        assert!(!contains_ignoring_case(b"priz", b"prize"));
        assert!(!contains_ignoring_case(b"anything", b""));
    }

    #[test]
    fn the_size_has_a_ceiling_that_holds_without_a_limit_too() {
        let limit = |size| Config { size, ..Config::default() }.size_limit();
        let most = limits::DATA_COMMITTED;
        assert_eq!([limit(0), limit(1), limit(7), limit(usize::MAX)], [most, 1, 7, most]);
    }
}
