//! One session: which command does what, and what is said to it.

use super::config::{Config, Place, StartTls, is_same};
use super::line::{Expecting, Line};
use super::login::{Login, Tls};
use super::mail_data::MailData;
use super::reply::Reply;
use super::store::{Envelope, Protocol, Store};
use super::transition::{self, State};
use crate::anatomy::Answer;
use crate::smtp::address::{Domain, ForwardPath, Mailbox, ReversePath};
use crate::smtp::command::{Command, CommandError, Parameter, Verb};
use crate::smtp::cursor::Expected;
use crate::smtp::limits;
use std::sync::Arc;
use std::time::Duration;

/// Refusals in a row after which the server hangs up.
pub(super) const ERRORS_IN_A_ROW: usize = 20;

/// What a session remembers.
pub(super) struct Session {
    config: Arc<Config>,
    peer: String,
    state: State,
    /// Who the client said it is.
    client: Option<Client>,
    login: Login,
    transaction: Option<Transaction>,
    errors: usize,
}

struct Client {
    name: Domain,
    /// It said EHLO, so it knows extensions.
    extended: bool,
}

/// From MAIL to the final dot.
struct Transaction {
    from: ReversePath,
    parameters: Vec<String>,
    to: Vec<ForwardPath>,
    data: MailData,
}

impl Session {
    pub(super) fn new(config: Arc<Config>, peer: String) -> Self {
        Self {
            config,
            peer,
            state: State::Greeted,
            client: None,
            login: Login::default(),
            transaction: None,
            errors: 0,
        }
    }

    /// There is TLS around the session. What was said before it is forgotten (RFC 3207 §4.2).
    pub(super) fn over_tls(&mut self, tls: Tls) {
        self.state = State::Greeted;
        self.client = None;
        self.login = Login::over_tls(tls);
        self.transaction = None;
    }

    fn lacks_tls(&self) -> bool {
        self.config.starttls == StartTls::Required && !self.login.has_tls()
    }

    pub(super) fn config(&self) -> &Config {
        &self.config
    }

    pub(super) fn state(&self) -> State {
        self.state
    }

    /// What the next line is going to be.
    pub(super) fn expecting(&self) -> Expecting {
        match self.state {
            State::Authenticating => Expecting::AuthResponse,
            _ => Expecting::Command,
        }
    }

    /// Whether replies carry enhanced codes: not behind HELO, which knows no extensions.
    /// Before either they do, like the replies of other servers; who does not know them reads them as text.
    pub(super) fn is_enhanced(&self) -> bool {
        self.client.as_ref().is_none_or(|client| client.extended)
    }

    /// Answers a line.
    pub(super) fn line(&mut self, line: &Line, store: &Store) -> Reply {
        let (answer, reply) = match (self.expecting(), checked(line)) {
            (Expecting::Command, Ok(line)) => self.command(line, store),
            (Expecting::AuthResponse, Ok(line)) => {
                let text = line.strip_suffix(b"\r\n").unwrap_or(line);
                (Answer::ToAuthResponse, self.login.respond(&self.config, text))
            }
            (Expecting::Command, Err(reply)) => (Answer::ToUnknown, reply),
            (Expecting::AuthResponse, Err(reply)) => (Answer::ToAuthResponse, reply),
        };
        self.settle(answer, reply)
    }

    /// Takes mail data up to the final dot: how many bytes, and the answer when the dot was there.
    pub(super) fn data(
        &mut self,
        now: Duration,
        wire: &[u8],
        store: &mut Store,
    ) -> (usize, Option<Reply>) {
        let limit = self.config.size_limit();
        let Some(transaction) = &mut self.transaction else { return (wire.len(), None) };
        let taken = transaction.data.push(wire, limit);
        if !transaction.data.has_ended() {
            return (taken, None);
        }
        let reply = self.deliver(now, store).unwrap_or_else(|refusal| refusal);
        (taken, Some(self.settle(Answer::ToMailData, reply)))
    }

    /// Says something that answers nothing.
    pub(super) fn interject(&mut self, reply: Reply) -> Reply {
        self.settle(Answer::Nothing, reply)
    }

    /// Moves along the transition table, and forgets what does not belong to the new state.
    fn settle(&mut self, answer: Answer, reply: Reply) -> Reply {
        let code = reply.code(&self.config);
        self.errors = if code.is_refusal() { self.errors + 1 } else { 0 };
        let too_many = self.errors >= ERRORS_IN_A_ROW && code.number() != 421;
        let reply = if too_many { Reply::TooManyErrors } else { reply };
        self.state = transition::after(self.state, answer, reply.code(&self.config));
        if !matches!(self.state, State::Sender | State::Recipients | State::Data) {
            self.transaction = None;
        }
        if self.state != State::Authenticating {
            self.login.abandon();
        }
        reply
    }

    fn command(&mut self, line: &[u8], store: &Store) -> (Answer, Reply) {
        // White space behind a command is let pass (RFC 5321 §4.1.1).
        let line = [line.trim_ascii_end(), b"\r\n"].concat();
        let reading = Command::read(&line);
        let answer = reading.verb.map_or(Answer::ToUnknown, Answer::To);
        let reply = match (reading.verb, reading.command) {
            (Some(verb), _) if !self.config.carries_out(verb) => Reply::NotCarriedOut(verb),
            (Some(verb), _) if !transition::is_in_order(self.state, verb) => {
                Reply::OutOfOrder(verb, self.state)
            }
            (_, Ok(command)) => self.carry_out(command, store),
            (_, Err(error)) => not_understood(error),
        };
        (answer, reply)
    }

    fn carry_out(&mut self, command: Command, store: &Store) -> Reply {
        match command {
            Command::Ehlo(name) => self.hello(name, true),
            Command::Helo(name) => self.hello(name, false),
            Command::StartTls if self.login.has_tls() => Reply::AlreadyTls,
            Command::StartTls => Reply::ReadyForTls,
            Command::Auth { .. } | Command::Mail { .. } if self.lacks_tls() => Reply::TlsRequired,
            Command::Auth { mechanism, initial } if self.is_enhanced() => {
                self.login.begin(&self.config, &mechanism, initial)
            }
            Command::Auth { .. } => Reply::AuthNeedsEhlo,
            Command::Mail { from, parameters } => {
                self.mail(from, &parameters, store).unwrap_or_else(|refusal| refusal)
            }
            Command::Rcpt { to, parameters } => {
                self.recipient(to, &parameters).unwrap_or_else(|refusal| refusal)
            }
            Command::Data if self.state == State::Recipients => Reply::StartData,
            Command::Data => Reply::NoRecipients,
            Command::Rset => Reply::Reset,
            Command::Vrfy(name) => self.verify(&name),
            Command::Help(_) => Reply::Help,
            Command::Noop(_) => Reply::Noop,
            Command::Quit => Reply::Goodbye,
            Command::Expn(_) => Reply::NotCarriedOut(command.verb()),
        }
    }

    fn hello(&mut self, name: Domain, extended: bool) -> Reply {
        if !name.as_str().is_ascii() {
            return Reply::NameBeyondAscii;
        }
        let reply = if extended {
            let starttls = self.config.starttls != StartTls::No && !self.login.has_tls();
            let mechanisms =
                if self.lacks_tls() { Vec::new() } else { self.login.names(&self.config) };
            Reply::Ehlo { client: name.clone(), starttls, mechanisms }
        } else {
            Reply::Helo
        };
        self.client = Some(Client { name, extended });
        reply
    }

    fn mail(
        &mut self,
        from: ReversePath,
        parameters: &[Parameter],
        store: &Store,
    ) -> Result<Reply, Reply> {
        if self.config.require_auth && self.login.user().is_none() {
            return Err(Reply::LoginRequired);
        }
        if from.mailbox().is_some_and(is_beyond_ascii) {
            return Err(Reply::BeyondAscii);
        }
        if self.config.sender_must_match && !self.may_send_as(&from) {
            return Err(Reply::NotTheLogin);
        }
        store.check_room(0).map_err(|_| Reply::StoreFull)?;
        for parameter in parameters {
            self.check_parameter(parameter, store)?;
        }
        let parameters = parameters.iter().map(written).collect();
        let (to, data) = (Vec::new(), MailData::default());
        self.transaction = Some(Transaction { from, parameters, to, data });
        Ok(Reply::Sender)
    }

    /// Whether the sender is the login; who is not logged in may send as anybody.
    fn may_send_as(&self, from: &ReversePath) -> bool {
        let Some(user) = self.login.user() else { return true };
        let user = user.parse::<Mailbox>();
        from.mailbox().is_some_and(|from| user.is_ok_and(|user| is_same(&user, from)))
    }

    /// A parameter of MAIL, in the extensions that EHLO lists.
    fn check_parameter(&self, parameter: &Parameter, store: &Store) -> Result<(), Reply> {
        let value = parameter.value.as_deref();
        let is = |name: &str| self.is_enhanced() && parameter.name.eq_ignore_ascii_case(name);
        if is("SIZE") {
            // RFC 1870 §6.1. A number too large for any type is too large for any server.
            let digits = value.filter(|value| value.bytes().all(|byte| byte.is_ascii_digit()));
            let size = digits.ok_or(Reply::ParameterValue("SIZE=number"))?;
            let size = size.parse().unwrap_or(usize::MAX);
            if size > self.config.size_limit() {
                return Err(Reply::DeclaredTooLarge);
            }
            store.check_room(size).map_err(|_| Reply::StoreFull)
        } else if is("BODY") {
            let known =
                |body: &str| ["7BIT", "8BITMIME"].iter().any(|b| b.eq_ignore_ascii_case(body));
            let known = value.is_some_and(known);
            known.then_some(()).ok_or(Reply::ParameterValue("BODY=7BIT or BODY=8BITMIME"))
        } else if is("AUTH") {
            // Who wrote the message, in the words of whoever passes it on (RFC 4954 §5). Nobody here is
            // trusted to say so; it is taken and means nothing.
            value.map(|_| ()).ok_or(Reply::ParameterValue("AUTH=<> or AUTH=mailbox"))
        } else {
            Err(Reply::UnknownParameter(Verb::Mail, parameter.name.clone()))
        }
    }

    fn recipient(&mut self, to: ForwardPath, parameters: &[Parameter]) -> Result<Reply, Reply> {
        let Some(transaction) = &mut self.transaction else {
            return Err(Reply::OutOfOrder(Verb::Rcpt, self.state));
        };
        if transaction.to.len() >= limits::RECIPIENTS {
            return Err(Reply::TooManyRecipients);
        }
        if let Some(parameter) = parameters.first() {
            return Err(Reply::UnknownParameter(Verb::Rcpt, parameter.name.clone()));
        }
        if to.mailbox().is_some_and(is_beyond_ascii) {
            return Err(Reply::BeyondAscii);
        }
        let reply = match self.config.place(&to) {
            Place::Here => Reply::Recipient,
            Place::Unknown => return Err(self.config.unknown(&to)),
            Place::Elsewhere if self.login.user().is_some() => Reply::RecipientElsewhere,
            Place::Elsewhere => return Err(Reply::RelayDenied),
        };
        transaction.to.push(to);
        Ok(reply)
    }

    /// A whole address, or the name of one mailbox (RFC 5321 §3.5).
    fn verify(&self, name: &str) -> Reply {
        let name = name.strip_prefix('<').and_then(|name| name.strip_suffix('>')).unwrap_or(name);
        if let Ok(mailbox) = name.parse::<Mailbox>() {
            return match self.config.place(&ForwardPath::Mailbox(mailbox.clone())) {
                Place::Here => Reply::Verified(mailbox),
                Place::Unknown => Reply::NoSuchMailbox,
                Place::Elsewhere => Reply::CannotVerify,
            };
        }
        let mut found = self.config.mailboxes_named(name);
        match (found.next(), found.next()) {
            (None, _) => Reply::NoSuchMailbox,
            (Some(only), None) => Reply::Verified(only.clone()),
            (Some(_), Some(_)) => Reply::AmbiguousName,
        }
    }

    /// The message is whole: refuses it, or keeps it.
    ///
    /// A line over the limit is refused with 554, which RFC 5321 §4.3.2 gives to DATA, and not with the 500
    /// of its §4.5.3.1.9, which looks as if a command had not been understood.
    fn deliver(&mut self, now: Duration, store: &mut Store) -> Result<Reply, Reply> {
        let (Some(Transaction { from, parameters, to, data }), Some(client)) =
            (self.transaction.take(), &self.client)
        else {
            return Err(Reply::NoRecipients);
        };
        if data.is_too_large() {
            return Err(Reply::TooLarge);
        }
        if let Some(line) = data.line_too_long() {
            return Err(Reply::TextLineTooLong(line));
        }
        if let Some(rule) = self.config.spam_rule(data.text()) {
            return Err(Reply::Spam(rule.reply.clone()));
        }
        let user = self.login.user().map(str::to_owned);
        let protocol = match (client.extended, &user) {
            (false, _) => Protocol::Smtp,
            (true, None) => Protocol::Esmtp,
            (true, Some(_)) => Protocol::EsmtpA,
        };
        let envelope = Envelope { helo: client.name.clone(), protocol, user, from, to, parameters };
        store
            .deliver(now, &self.config.name, &self.peer, envelope, data.into_text().into())
            .map(Reply::Queued)
            .map_err(|_| Reply::StoreFull)
    }
}

/// What is wrong with a line before it is read.
fn checked(line: &Line) -> Result<&[u8], Reply> {
    let line = match line {
        Line::TooLong(limits::AUTH_LINE) => return Err(Reply::AuthLineTooLong),
        Line::TooLong(limit) => return Err(Reply::LineTooLong(*limit)),
        Line::Whole(line) => line,
    };
    let text = line.strip_suffix(b"\r\n").ok_or(Reply::BareLineFeed)?;
    if text.iter().any(u8::is_ascii_control) { Err(Reply::ControlCharacter) } else { Ok(line) }
}

fn not_understood(error: CommandError) -> Reply {
    match error {
        // A browser sends its headers, and then whatever a page made it send: hang up before that.
        CommandError::UnknownVerb(word) if is_http(&word) => Reply::NotHttp,
        CommandError::UnknownVerb(_) => Reply::UnknownCommand,
        CommandError::Argument { error, .. } if error.expected == Expected::Base64 => {
            Reply::NotBase64
        }
        CommandError::Argument { verb, error } => Reply::Argument(verb, error),
        CommandError::LineEnd => Reply::BareLineFeed,
    }
}

fn is_http(word: &str) -> bool {
    ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS", "PATCH", "CONNECT"].contains(&word)
}

fn is_beyond_ascii(mailbox: &Mailbox) -> bool {
    !mailbox.local().is_ascii() || !mailbox.domain().as_str().is_ascii()
}

/// A parameter as it was written.
fn written(parameter: &Parameter) -> String {
    match &parameter.value {
        Some(value) => format!("{}={value}", parameter.name),
        None => parameter.name.clone(),
    }
}
