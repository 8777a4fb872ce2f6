//! What is being typed in the set-up, before it is taken up: all of it plain text, none of it ever lost.
//!
//! Practice servers and a server of one's own each have their entries. Changing from one to the other and
//! back finds what was typed there, and a practice login never goes to a real server unseen.

use super::question::{Problem, Question};
use crate::bridge::BridgeAccess;
use crate::server_choice::{Provider, ServerChoice, parse_target};
use crate::settings::StoredSetup;
use crate::tls_setup::{Shows, TlsSetup};
use protocol::auth::{MECHANISMS, Mechanism};
use protocol::client::Security;
use protocol::form::{Form, LoginForm, STRONGEST, WishesForm};
use std::collections::BTreeSet;
use std::rc::Rc;
use tls_messages::Versions;
use yew::Reducible;

/// The port of submission with TLS from the first byte (RFC 8314 §3.3).
const PORT_SUBMISSIONS: &str = "465";

/// The set-up so far.
#[derive(Clone, PartialEq)]
pub(super) struct Draft {
    /// Which kind of server is chosen.
    pub(super) kind: ServerKind,
    /// The host of one's own server.
    host: String,
    /// Its port.
    port: String,
    /// The bridge on the way there.
    pub(super) bridge: BridgeAccess,
    /// How TLS is to be.
    tls: TlsSetup,
    /// What is typed for a practice server.
    practice: Entries,
    /// What is typed for a server of one's own; `None` until one is chosen.
    own: Option<Entries>,
    /// The lesson's form.
    lesson: Rc<Form>,
    /// The set-up of the last visit.
    stored: Option<Rc<StoredSetup>>,
    /// The questions whose answer was left, and may be called wrong.
    left: BTreeSet<Question>,
    /// How often it was tried to take it up with something wrong.
    pub(super) tries: u32,
}

/// The kinds of server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ServerKind {
    /// The practice server in this page.
    Here,
    /// The practice server of the bridge.
    OnBridge,
    /// A server of one's own.
    Own,
}

/// What can happen to a draft.
#[derive(Clone, PartialEq)]
pub(super) enum Change {
    /// Another kind of server.
    Choose(ServerKind),
    /// A provider's server.
    Fill(&'static Provider),
    /// A text was typed.
    Answer(Question, String),
    /// A field was left.
    Leave(Question),
    /// With or without the empty line.
    EmptyLine(bool),
    /// Another way to encrypt.
    Secure(Security),
    /// Other versions of TLS.
    Offer(Versions),
    /// Another certificate of the practice server.
    Show(Shows),
    /// It was to be taken up, and something is wrong.
    Refuse,
    /// Back to the lesson.
    Reset,
}

/// A form as text throughout. The login stays while none is wanted.
#[derive(Clone, PartialEq)]
struct Entries {
    client_name: String,
    mechanism: String,
    user: String,
    password: String,
    from: String,
    to: String,
    subject: String,
    body: String,
    empty_line: bool,
    /// What a form holds beyond these.
    rest: Form,
}

impl Draft {
    /// A draft of what is set up now.
    pub(super) fn new(
        form: &Form,
        server: &ServerChoice,
        tls: &TlsSetup,
        bridge: BridgeAccess,
        lesson: Form,
        stored: Option<StoredSetup>,
    ) -> Self {
        let kind = match server {
            ServerChoice::PracticeHere => ServerKind::Here,
            ServerChoice::PracticeOnBridge => ServerKind::OnBridge,
            ServerChoice::Own { .. } => ServerKind::Own,
        };
        let is_own = kind == ServerKind::Own;
        let last = stored.as_ref().map(|stored| &stored.server);
        let (host, port) = match Some(server).filter(|_| is_own).or(last) {
            Some(ServerChoice::Own { host, port }) => (host.clone(), port.clone()),
            _ => (String::new(), "25".to_owned()),
        };
        let entries = Entries::of(form);
        let (practice, own) =
            if is_own { (Entries::of(&lesson), Some(entries)) } else { (entries, None) };
        Self {
            kind,
            host,
            port,
            bridge,
            tls: tls.clone(),
            practice,
            own,
            lesson: Rc::new(lesson),
            stored: stored.map(Rc::new),
            left: BTreeSet::new(),
            tries: 0,
        }
    }

    /// What was answered.
    pub(super) fn answer(&self, question: Question) -> &str {
        let entries = self.entries();
        match question {
            Question::Host => &self.host,
            Question::Port => &self.port,
            Question::BridgeAddress => &self.bridge.address,
            Question::BridgeToken => &self.bridge.token,
            Question::ClientName => &entries.client_name,
            Question::Mechanism => &entries.mechanism,
            Question::User => &entries.user,
            Question::Password => &entries.password,
            Question::From => &entries.from,
            Question::To => &entries.to,
            Question::Subject => &entries.subject,
            Question::Body => &entries.body,
            Question::Authorities => &self.tls.authorities,
            Question::Identity => &self.tls.identity,
        }
    }

    /// Whether the empty line is to be sent.
    pub(super) fn empty_line(&self) -> bool {
        self.entries().empty_line
    }

    /// Whether and how the session is to be encrypted.
    pub(super) fn security(&self) -> Security {
        self.entries().rest.security
    }

    /// How TLS is to be.
    pub(super) fn tls(&self) -> &TlsSetup {
        &self.tls
    }

    /// Whether a login is wanted.
    pub(super) fn logs_in(&self) -> bool {
        !self.entries().mechanism.is_empty()
    }

    /// Whether the login is of a practice account, which is public.
    pub(super) fn is_public(&self) -> bool {
        self.kind != ServerKind::Own
    }

    /// The set-up that was typed.
    pub(super) fn set_up(&self) -> (Form, ServerChoice, TlsSetup) {
        let server = match self.kind {
            ServerKind::Here => ServerChoice::PracticeHere,
            ServerKind::OnBridge => ServerChoice::PracticeOnBridge,
            ServerKind::Own => ServerChoice::Own {
                host: self.host.trim().to_owned(),
                port: self.port.trim().to_owned(),
            },
        };
        (self.entries().form(server.is_practice()), server, self.tls.clone())
    }

    /// Everything that is wrong, in the order of the questions.
    pub(super) fn problems(&self) -> Vec<Problem> {
        let mut problems = Vec::new();
        if self.kind == ServerKind::Own {
            // Each beside a good other one, so that both are looked at.
            let host = parse_target(&self.host, "25").err();
            let port = parse_target("mail.example.com", &self.port).err();
            problems.extend(host.into_iter().chain(port).map(Problem::Target));
        }
        let errors = self.set_up().0.check().err().unwrap_or_default();
        problems.extend(errors.into_iter().map(Problem::Form));
        problems
    }

    /// What is wrong with an answer, once it may be said: nobody is told of a mistake while still typing.
    pub(super) fn wrong(&self, question: Question) -> Vec<Problem> {
        if self.tries == 0 && !self.left.contains(&question) {
            return Vec::new();
        }
        let mut problems = self.problems();
        problems.retain(|problem| problem.question() == question);
        problems
    }

    /// How many questions are answered wrongly.
    pub(super) fn wrong_count(&self) -> usize {
        self.problems().iter().map(Problem::question).collect::<BTreeSet<_>>().len()
    }

    fn entries(&self) -> &Entries {
        match (&self.own, self.kind) {
            (Some(own), ServerKind::Own) => own,
            _ => &self.practice,
        }
    }

    fn entries_mut(&mut self) -> &mut Entries {
        match (&mut self.own, self.kind) {
            (Some(own), ServerKind::Own) => own,
            _ => &mut self.practice,
        }
    }

    fn change(&mut self, change: Change) {
        match change {
            Change::Choose(kind) => self.choose(kind),
            Change::Fill(provider) => {
                self.choose(ServerKind::Own);
                provider.host.clone_into(&mut self.host);
                self.port = provider.port.to_string();
                self.entries_mut().rest.security = provider.security;
            }
            Change::Answer(question, text) => *self.answer_mut(question) = text,
            Change::Leave(question) => {
                self.left.insert(question);
            }
            Change::Secure(security) => self.secure(security),
            Change::Offer(versions) => self.tls.versions = versions,
            Change::Show(shows) => self.tls.shows = shows,
            Change::EmptyLine(empty_line) => self.entries_mut().empty_line = empty_line,
            Change::Refuse => self.tries += 1,
            Change::Reset => {
                self.kind = ServerKind::Here;
                self.practice = Entries::of(&self.lesson);
                self.tls.shows = Shows::default();
                self.left.clear();
                self.tries = 0;
            }
        }
    }

    /// Another way to encrypt; a port that stands for the way before becomes the one of this. A login that only TLS
    /// makes possible goes with it.
    fn secure(&mut self, security: Security) {
        let implicit = security == Security::Implicit;
        match (&self.port[..], implicit) {
            ("25" | "587", true) => PORT_SUBMISSIONS.clone_into(&mut self.port),
            (PORT_SUBMISSIONS, false) => "587".clone_into(&mut self.port),
            _ => {}
        }
        let entries = self.entries_mut();
        entries.rest.security = security;
        let chosen = Mechanism::named(&entries.mechanism);
        if security == Security::None && chosen.is_some_and(Mechanism::needs_tls) {
            MECHANISMS[0].name.clone_into(&mut entries.mechanism);
        }
    }

    fn answer_mut(&mut self, question: Question) -> &mut String {
        match question {
            Question::Host => &mut self.host,
            Question::Port => &mut self.port,
            Question::BridgeAddress => &mut self.bridge.address,
            Question::BridgeToken => &mut self.bridge.token,
            Question::ClientName => &mut self.entries_mut().client_name,
            Question::Mechanism => &mut self.entries_mut().mechanism,
            Question::User => &mut self.entries_mut().user,
            Question::Password => &mut self.entries_mut().password,
            Question::From => &mut self.entries_mut().from,
            Question::To => &mut self.entries_mut().to,
            Question::Subject => &mut self.entries_mut().subject,
            Question::Body => &mut self.entries_mut().body,
            Question::Authorities => &mut self.tls.authorities,
            Question::Identity => &mut self.tls.identity,
        }
    }

    /// Chooses a kind of server. The first time that it is one's own, its entries are those of the last visit,
    /// or else what was typed so far.
    fn choose(&mut self, kind: ServerKind) {
        if kind == ServerKind::Own && self.kind != ServerKind::Own {
            let lesson = Entries::of(&self.lesson);
            let own = self.own.get_or_insert_with(|| match &self.stored {
                Some(stored) => Entries::of(&stored.form),
                None => Entries {
                    user: String::new(),
                    password: String::new(),
                    ..self.practice.clone()
                },
            });
            if let Some(stored) = self.stored.as_ref().filter(|_| self.tls.authorities.is_empty()) {
                self.tls.authorities.clone_from(&stored.tls.authorities);
            }
            // A login that was typed too early, and is not the lesson's, moves to where it is not public.
            if own.user.is_empty() && self.practice.user != lesson.user {
                own.user = std::mem::replace(&mut self.practice.user, lesson.user);
                own.password = std::mem::replace(&mut self.practice.password, lesson.password);
            }
        }
        self.kind = kind;
    }
}

impl Reducible for Draft {
    type Action = Change;

    fn reduce(self: Rc<Self>, change: Change) -> Rc<Self> {
        let mut draft = Rc::unwrap_or_clone(self);
        draft.change(change);
        Rc::new(draft)
    }
}

impl Entries {
    fn of(form: &Form) -> Self {
        let login = form.login.as_ref();
        let text = |of: fn(&LoginForm) -> &str| login.map_or("", of).to_owned();
        // A mechanism that this version does not know becomes the first that it knows.
        let mechanism = login.map_or("", |login| match login.mechanism.trim() {
            STRONGEST => STRONGEST,
            name => Mechanism::named(name).map_or(MECHANISMS[0].name, |known| known.name),
        });
        Self {
            client_name: form.client_name.clone(),
            mechanism: mechanism.to_owned(),
            user: text(|login| &login.user),
            password: text(|login| &login.password),
            from: form.from.clone(),
            to: form.to.join("\n"),
            subject: form.subject.clone(),
            body: form.body.clone(),
            empty_line: form.empty_line,
            // What another version remembered may be unknown to this one.
            rest: if form.wishes.is_good() {
                form.clone()
            } else {
                Form { wishes: WishesForm::default(), ..form.clone() }
            },
        }
    }

    fn form(&self, public: bool) -> Form {
        let login = (!self.mechanism.is_empty()).then(|| LoginForm {
            mechanism: self.mechanism.clone(),
            user: self.user.clone(),
            password: self.password.clone(),
            public,
        });
        Form {
            client_name: self.client_name.clone(),
            login,
            from: self.from.clone(),
            to: self.to.lines().map(str::to_owned).collect(),
            subject: self.subject.clone(),
            body: self.body.clone(),
            empty_line: self.empty_line,
            ..self.rest.clone()
        }
    }
}

#[cfg(test)]
mod tests;
