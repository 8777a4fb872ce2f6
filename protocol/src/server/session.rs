//! One session: which command does what, and what is said to it.

mod chunk;
mod faults;

use super::config::{Config, Place, StartTls, is_same};
use super::fault::{self, Fault};
use super::line::{Expecting, Line};
use super::login::{Login, Tls};
use super::lookup;
use super::mail_data::MailData;
use super::reply::Reply;
use super::store::{Envelope, Protocol, RecipientWishes, Store};
use super::transition::{self, State};
use super::wishes::{self, MailWishes};
use crate::anatomy::Answer;
use crate::smtp::address::{Domain, ForwardPath, Mailbox, ReversePath};
use crate::smtp::command::{Command, CommandError, Verb};
use crate::smtp::cursor::Expected;
use crate::smtp::extension::Extension;
use crate::smtp::limits;
use crate::smtp::lookup::Lookup;
use crate::smtp::parameter::{BodyType, MailParameter, RcptParameter};
use chunk::Chunk;
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
    /// The chunk under way.
    chunk: Option<Chunk>,
    errors: usize,
    /// The number of this connection among those to the server.
    connection: u64,
    /// Messages begun.
    messages: u64,
    /// The rule that acts on the reply that was given last.
    fault: Option<Fault>,
}

struct Client {
    name: Domain,
    /// It said EHLO, so it knows extensions.
    extended: bool,
}

/// From MAIL to the final dot.
struct Transaction {
    from: ReversePath,
    wishes: MailWishes,
    to: Vec<ForwardPath>,
    recipient_wishes: Vec<RecipientWishes>,
    data: MailData,
}

impl Session {
    pub(super) fn new(config: Arc<Config>, peer: String, store: &mut Store) -> Self {
        Self {
            config,
            peer,
            state: State::Greeted,
            client: None,
            login: Login::default(),
            transaction: None,
            chunk: None,
            errors: 0,
            connection: store.attempts_mut().connect(),
            messages: 0,
            fault: None,
        }
    }

    /// There is TLS around the session. What was said before it is forgotten (RFC 3207 §4.2).
    pub(super) fn over_tls(&mut self, tls: Tls) {
        if self.state == State::StartingTls {
            self.state = State::Greeted;
        }
        self.client = None;
        self.login = Login::over_tls(tls);
        self.transaction = None;
    }

    /// What bytes MAIL announced.
    fn announced(&self) -> Option<BodyType> {
        self.transaction.as_ref()?.wishes.body
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
        self.config.offers(Extension::EnhancedStatusCodes) && self.knows_extensions()
    }

    /// Whether the client may use extensions: it has not said HELO.
    fn knows_extensions(&self) -> bool {
        self.client.as_ref().is_none_or(|client| client.extended)
    }

    /// Answers a line, unless a chunk stands behind it.
    pub(super) fn line(&mut self, line: &Line, store: &mut Store) -> Option<Reply> {
        let (answer, reply) = match (self.expecting(), checked(line)) {
            (Expecting::Command, Ok(line)) => match self.begins_chunk(line) {
                Ok(true) => return None,
                Ok(false) => self.command(line, store),
                Err(reply) => (Answer::To(Verb::Bdat), reply),
            },
            (Expecting::AuthResponse, Ok(line)) => {
                let text = line.strip_suffix(b"\r\n").unwrap_or(line);
                let respond = |session: &mut Self, _: &mut Store| {
                    session.login.respond(&session.config, text)
                };
                let step = fault::Step::AuthResponse;
                (Answer::ToAuthResponse, self.under_faults(step, store, respond))
            }
            (Expecting::Command, Err(reply)) => (Answer::ToUnknown, reply),
            (Expecting::AuthResponse, Err(reply)) => (Answer::ToAuthResponse, reply),
        };
        Some(self.settle(answer, reply))
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
        let deliver = |session: &mut Self, store: &mut Store| {
            session.deliver(now, store).unwrap_or_else(|refusal| refusal)
        };
        let reply = self.under_faults(fault::Step::Message, store, deliver);
        (taken, Some(self.settle(Answer::ToMailData, reply)))
    }

    /// Ends without a word; the reply is but how the table is told.
    pub(super) fn close(&mut self) {
        self.settle(Answer::Nothing, Reply::ShuttingDown);
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
        let in_transaction = [State::Sender, State::Recipients, State::Chunks, State::Data];
        if !in_transaction.contains(&self.state) {
            self.transaction = None;
        }
        if self.state != State::Authenticating {
            self.login.abandon();
        }
        reply
    }

    fn command(&mut self, line: &[u8], store: &mut Store) -> (Answer, Reply) {
        // White space behind a command is let pass (RFC 5321 §4.1.1).
        let line = [line.trim_ascii_end(), b"\r\n"].concat();
        let reading = Command::read(&line);
        let answer = reading.verb.map_or(Answer::ToUnknown, Answer::To);
        let unread = wishes::refuse_unread(&self.config, &line, &reading);
        let reply = match (reading.verb, reading.command) {
            // A rule may be for a command that is not carried out, too.
            (Some(verb), Ok(command)) if !self.config.carries_out(verb) => {
                self.command_under_faults(command, store)
            }
            (Some(verb), _) if !self.config.carries_out(verb) => Reply::NotCarriedOut(verb),
            (Some(verb), _) if !transition::is_in_order(self.state, verb) => {
                Reply::OutOfOrder(verb, self.state)
            }
            (_, Err(error)) => unread.unwrap_or_else(|| not_understood(error)),
            (_, Ok(command)) => self.command_under_faults(command, store),
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
            Command::Auth { mechanism, initial } if self.knows_extensions() => {
                self.login.begin(&self.config, &mechanism, initial)
            }
            Command::Auth { .. } => Reply::AuthNeedsEhlo,
            Command::Mail { from, parameters } => {
                self.mail(from, &parameters, store).unwrap_or_else(|refusal| refusal)
            }
            Command::Rcpt { to, parameters } => {
                self.recipient(to, &parameters).unwrap_or_else(|refusal| refusal)
            }
            Command::Data if self.announced() == Some(BodyType::BinaryMime) => {
                Reply::BinaryNeedsChunks
            }
            Command::Data if self.state == State::Recipients => Reply::StartData,
            Command::Data => Reply::NoRecipients,
            Command::Rset => Reply::Reset,
            Command::Vrfy(lookup) => self.look_up(Verb::Vrfy, &lookup),
            Command::Expn(lookup) => self.look_up(Verb::Expn, &lookup),
            Command::Help(_) => Reply::Help,
            Command::Noop(_) => Reply::Noop,
            Command::Quit => Reply::Goodbye,
            Command::Bdat { .. } => Reply::NotCarriedOut(Verb::Bdat),
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
        parameters: &[MailParameter],
        store: &Store,
    ) -> Result<Reply, Reply> {
        if self.config.require_auth && self.login.user().is_none() {
            return Err(Reply::LoginRequired);
        }
        self.check_extended(Verb::Mail, parameters.first())?;
        let wishes = MailWishes::read(&self.config, parameters, store)?;
        wishes.allow(from.mailbox())?;
        if self.config.sender_must_match && !self.may_send_as(&from) {
            return Err(Reply::NotTheLogin);
        }
        store.check_room(0).map_err(|_| Reply::StoreFull)?;
        let (to, recipient_wishes, data) = (Vec::new(), Vec::new(), MailData::default());
        self.transaction = Some(Transaction { from, wishes, to, recipient_wishes, data });
        Ok(Reply::Sender)
    }

    /// Parameters belong to extensions, of which a client that says HELO knows nothing.
    fn check_extended(&self, verb: Verb, first: Option<&impl ToString>) -> Result<(), Reply> {
        match first {
            Some(parameter) if !self.knows_extensions() => {
                Err(Reply::UnknownParameter(verb, parameter.to_string()))
            }
            _ => Ok(()),
        }
    }

    /// Whether the sender is the login; who is not logged in may send as anybody.
    fn may_send_as(&self, from: &ReversePath) -> bool {
        let Some(user) = self.login.user() else { return true };
        let user = user.parse::<Mailbox>();
        from.mailbox().is_some_and(|from| user.is_ok_and(|user| is_same(&user, from)))
    }

    fn recipient(&mut self, to: ForwardPath, parameters: &[RcptParameter]) -> Result<Reply, Reply> {
        self.check_extended(Verb::Rcpt, parameters.first())?;
        let Some(transaction) = &mut self.transaction else {
            return Err(Reply::OutOfOrder(Verb::Rcpt, self.state));
        };
        if transaction.to.len() >= limits::RECIPIENTS {
            return Err(Reply::TooManyRecipients);
        }
        let parameters = wishes::of_recipient(&self.config, parameters)?;
        transaction.wishes.allow(to.mailbox())?;
        let reply = match self.config.place(&to) {
            Place::Here => Reply::Recipient,
            Place::Unknown => return Err(self.config.unknown(&to)),
            Place::Elsewhere if self.login.user().is_some() => Reply::RecipientElsewhere,
            Place::Elsewhere => return Err(Reply::RelayDenied),
        };
        if !parameters.is_empty() {
            transaction.recipient_wishes.push(RecipientWishes { to: to.clone(), parameters });
        }
        transaction.to.push(to);
        Ok(reply)
    }

    /// VRFY or EXPN, in UTF-8 where the client knows that (RFC 6531 §3.7.4.2).
    fn look_up(&self, verb: Verb, lookup: &Lookup) -> Reply {
        let knows_utf8 = self.knows_extensions() && self.config.offers(Extension::SmtpUtf8);
        if lookup.smtputf8 && !knows_utf8 {
            return Reply::UnknownParameter(verb, "SMTPUTF8".to_owned());
        }
        if !lookup.smtputf8 && !lookup.name.is_ascii() {
            return Reply::BeyondAscii;
        }
        match verb {
            Verb::Expn => lookup::expand(&self.config, lookup),
            _ => lookup::verify(&self.config, lookup),
        }
    }

    /// The message is whole: refuses it, or keeps it.
    ///
    /// A line over the limit is refused with 554, which RFC 5321 §4.3.2 gives to DATA, and not with the 500
    /// of its §4.5.3.1.9, which looks as if a command had not been understood.
    fn deliver(&mut self, now: Duration, store: &mut Store) -> Result<Reply, Reply> {
        let (Some(transaction), Some(client)) = (self.transaction.take(), &self.client) else {
            return Err(Reply::NoRecipients);
        };
        let Transaction { from, wishes, to, recipient_wishes, data } = transaction;
        if data.is_too_large() {
            return Err(Reply::TooLarge);
        }
        // Binary data has no lines (RFC 3030 §3).
        let is_binary = wishes.body == Some(BodyType::BinaryMime);
        if let Some(line) = data.line_too_long().filter(|_| !is_binary) {
            return Err(Reply::TextLineTooLong(line));
        }
        wishes.allow_data(&self.config, data.text())?;
        if let Some(rule) = self.config.spam_rule(data.text()) {
            return Err(Reply::Spam(rule.reply.clone()));
        }
        let user = self.login.user().map(str::to_owned);
        let protocol = if client.extended {
            Protocol::extended(wishes.smtputf8, self.login.has_tls(), user.is_some())
        } else {
            Protocol::Smtp
        };
        let envelope = Envelope {
            helo: client.name.clone(),
            protocol,
            user,
            from,
            to: self.config.expanded(to),
            parameters: wishes.written,
            recipient_wishes,
        };
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
