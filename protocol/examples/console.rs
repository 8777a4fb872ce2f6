//! The classic lab: sends one mail over a TCP socket, and prints every line of the conversation.
//!
//! The protocol does no input and output, so what is left to this program is a socket, a clock and
//! a screen. It asks the client whose turn it is. The client proposes, and the program agrees each
//! time; the page asks the same client, and lets a person change the proposal first.
//!
//!     cargo run -p protocol --example console -- 127.0.0.1:2525 \
//!         --from student@student.example --to teacher@practice.example \
//!         --auth login --user student@student.example --password practice

use std::{
    fs,
    io::{
        self,
        ErrorKind::{Interrupted, TimedOut, WouldBlock},
        Read, Write,
    },
    net::{SocketAddr, TcpStream, ToSocketAddrs},
    path::PathBuf,
    process::ExitCode,
    time::{Duration, Instant},
};

use clap::Parser;
use protocol::{
    anatomy::reply_spans,
    auth::{Accounts, Nonce},
    client::{Client, Ending, Event, Next, Setup, Status, Step, Transmit, Verdict},
    form::{Form, FormField, LoginForm},
    lesson::{Lesson, Patch},
    message::{Message, with_crlf},
    server,
    transcript::{Item, Target},
    tunnel::TunnelEvent,
};

/// Sends one mail and prints every line of the conversation.
///
/// Ends with 0 when the message was accepted for every recipient, 1 when the server refused
/// anything on the way, 2 when the connection failed or broke, 64 when it was called wrongly.
#[derive(Parser)]
struct Arguments {
    /// The mail server, as in `mail.example.com:25` or `[::1]:2525`.
    #[arg(value_name = "HOST:PORT", value_parser = target)]
    server: Target,
    /// The sender's address, for MAIL FROM.
    #[arg(long)]
    from: String,
    /// A recipient's address, for RCPT TO; give it again for more.
    #[arg(long, required = true)]
    to: Vec<String>,
    /// Log in, by this mechanism, such as login, plain or scram-sha-256; or by the strongest.
    #[arg(long, value_name = "MECHANISM", requires_all = ["user", "password"])]
    auth: Option<String>,
    /// The user name, for AUTH.
    #[arg(long, requires = "auth")]
    user: Option<String>,
    /// The password, for AUTH. Never printed, but for a practice account's.
    #[arg(long, requires = "auth")]
    password: Option<String>,
    /// The mail's Subject header.
    #[arg(long, default_value = "My first mail by hand")]
    subject: String,
    /// The mail's text.
    #[arg(long, value_name = "TEXT", default_value = "Hello!")]
    body: String,
    /// A file with the whole mail, headers too.
    #[arg(long, value_name = "FILE", conflicts_with_all = ["subject", "body"])]
    message: Option<PathBuf>,
    /// The name this machine gives itself, for EHLO.
    #[arg(long, value_name = "NAME", default_value = "student.example")]
    helo: String,
    /// What else there is to the walk, as JSON, such as `{"wishes": {"extensions": ["PIPELINING"]}}`.
    #[arg(long = "with", value_name = "JSON", default_value = "null", value_parser = patch)]
    more: Patch,
}

fn main() -> ExitCode {
    let (code, last_words) = match Arguments::try_parse() {
        Err(help) if !help.use_stderr() => (0, help.to_string()),
        Err(wrong) => (64, wrong.to_string()),
        Ok(arguments) => match arguments.setup() {
            Err(wrong) => (64, wrong),
            Ok(setup) => match connect(&arguments.server) {
                None => (2, "There is no connection to the server.".into()),
                Some(stream) => Walk::new(stream, arguments.server, setup).run(),
            },
        },
    };
    print("", &last_words);
    ExitCode::from(code)
}

impl Arguments {
    fn setup(&self) -> Result<Setup, String> {
        let given = |text: &Option<String>| text.clone().unwrap_or_default();
        let (user, password) = (given(&self.user), given(&self.password));
        // A practice account is known to everybody, and shown in full.
        let public = server::Config::default().accepts(&user, &password);
        let login = self.auth.as_ref().map(|mechanism| LoginForm {
            mechanism: mechanism.to_uppercase(),
            user,
            password,
            public,
        });
        let form = Form {
            client_name: self.helo.clone(),
            login,
            from: self.from.clone(),
            to: self.to.clone(),
            subject: self.subject.clone(),
            body: self.body.clone(),
            // As in the lab, MAIL says no more than it must.
            wishes: Lesson::classic_lab().form.wishes,
            ..Form::default()
        };
        let form = self.more.applied(&form).map_err(|error| format!("--with: {error}"))?;
        let mut setup = form.check().map_err(|wrong| {
            let wrong = wrong.iter().map(|it| format!("{}: {}", option(it.field), it.error));
            wrong.collect::<Vec<_>>().join("\n")
        })?;
        if let Some(file) = &self.message {
            let raw = fs::read(file).map_err(|error| format!("{}: {error}", file.display()))?;
            // Lines of mail end with CR LF, whatever they end with on this machine.
            setup.message = Message::from_raw(match String::from_utf8(raw) {
                Ok(text) => with_crlf(&text).into_bytes(),
                Err(other) => other.into_bytes(),
            });
        }
        Ok(setup)
    }
}

/// Where the field was given.
const fn option(field: FormField) -> &'static str {
    match field {
        FormField::ClientName => "--helo",
        FormField::Mechanism => "--auth",
        FormField::User => "--user",
        FormField::Password => "--password",
        FormField::From => "--from",
        FormField::To(_) => "--to",
        FormField::Extension(_) | FormField::Notify | FormField::Return | FormField::EnvelopeId => {
            "the extensions"
        }
    }
}

fn patch(json: &str) -> Result<Patch, serde_json::Error> {
    serde_json::from_str(json)
}

fn target(text: &str) -> Result<Target, String> {
    let parts = text.rsplit_once(':').and_then(|(host, port)| Some((host, port.parse().ok()?)));
    let (host, port) = parts.ok_or("expected HOST:PORT, as in mail.example.com:25")?;
    let host = host.trim_start_matches('[').trim_end_matches(']').to_owned();
    Ok(Target { host, port })
}

/// Tries the addresses of the server in turn, until one answers.
fn connect(server: &Target) -> Option<TcpStream> {
    let found = match (&*server.host, server.port).to_socket_addrs() {
        Ok(found) => found.collect::<Vec<_>>(),
        Err(error) => {
            print("", &format!("{} has no address: {error}", server.host));
            return None;
        }
    };
    print("", &format!("{} has the addresses {found:?}", server.host));
    found.into_iter().find_map(|address| {
        let stream = TcpStream::connect_timeout(&address, Duration::from_secs(30));
        match &stream {
            Ok(_) => print("", &format!("connected to {address}")),
            Err(error) => print("", &format!("no connection to {address}: {error}")),
        }
        stream.ok()
    })
}

/// A walk, and what it needs of the world.
struct Walk {
    client: Client,
    stream: TcpStream,
    clock: Instant,
    events: Vec<Event>,
    /// Entries of the transcript that have been printed.
    printed: usize,
}

impl Walk {
    fn new(stream: TcpStream, target: Target, setup: Setup) -> Self {
        let mut client = Client::new(setup);
        let mut random = [0; 18];
        getrandom::fill(&mut random).expect("the system gives random bytes");
        client.begin(Duration::ZERO, target, Nonce::from_random(random));
        let end = |address: io::Result<SocketAddr>| {
            address.map_or_else(|_| String::new(), |address| address.to_string())
        };
        let connected = TunnelEvent::Connected {
            address: end(stream.peer_addr()),
            local: end(stream.local_addr()),
            elapsed_ms: Duration::ZERO,
        };
        client.transport(Duration::ZERO, connected);
        Self { client, stream, clock: Instant::now(), events: Vec::new(), printed: 0 }
    }

    /// Talks until the walk is over. Gives the exit code, and why.
    fn run(mut self) -> (u8, String) {
        loop {
            self.print_what_is_new();
            match self.client.next() {
                // A server that does not accept QUIT is left without its leave.
                Next::Send(proposal) if proposal.step == Step::Quit && self.has_quit() => break,
                Next::Send(proposal) => {
                    let sent = self.client.commit(self.clock.elapsed(), proposal.piece.content);
                    if let Err(error) = sent {
                        return (64, format!("This cannot be sent: {error}"));
                    }
                }
                Next::Wait { .. } => {
                    self.transmit();
                    self.receive();
                }
                Next::UpgradeTls => {
                    return (64, "TLS would begin here, which this program does not speak.".into());
                }
                Next::Connect | Next::HangUp | Next::Over => break,
            }
        }
        self.judge()
    }

    /// Writes what the client has to send, chunk by chunk, so that a large mail needs little memory.
    fn transmit(&mut self) {
        // RFC 5321 §4.5.3.2.5: three minutes for a piece of mail data.
        _ = self.stream.set_write_timeout(Some(Duration::from_mins(3)));
        while let Some(Transmit::Bytes(bytes)) = self.client.poll_transmit() {
            if self.stream.write_all(&bytes).is_err() {
                // The server no longer listens; what it said before that can still be read.
                self.receive();
                self.events.extend(self.client.closed(self.clock.elapsed(), Ending::Reset));
            }
        }
    }

    /// Reads once. What one read gives need not be one reply: it may end within a line, or hold
    /// several replies. The client puts them together.
    fn receive(&mut self) {
        let Some(until) = self.client.poll_timeout() else { return };
        // A time-out of zero would mean to wait for ever.
        let patience = until.saturating_sub(self.clock.elapsed()).max(Duration::from_millis(1));
        _ = self.stream.set_read_timeout(Some(patience));
        let mut buffer = [0; 4096];
        let read = self.stream.read(&mut buffer);
        let now = self.clock.elapsed();
        self.events.extend(match read.map_err(|error| error.kind()) {
            Ok(0) => self.client.closed(now, Ending::ByServer),
            Ok(length) => self.client.receive(now, &buffer[..length]),
            Err(TimedOut | WouldBlock | Interrupted) => self.client.handle_timeout(now),
            Err(_) => self.client.closed(now, Ending::Reset),
        });
    }

    /// Prints what was sent and received since the last time, secrets masked.
    fn print_what_is_new(&mut self) {
        let secrets = self.client.secrets();
        let entries = self.client.transcript().current().map_or(&[][..], |walk| walk.entries());
        for entry in &entries[self.printed..] {
            match &entry.item {
                Item::Sent { piece, .. } => {
                    let wire = piece.window(usize::MAX);
                    print("C: ", &secrets.masked(&wire.bytes, &piece.spans(&wire)));
                }
                Item::Received { answer, reply, .. } => {
                    print("S: ", &secrets.masked(reply.wire(), &reply_spans(*answer, reply)));
                }
                Item::Broken { error, .. } => print("", &format!("this is not SMTP: {error}")),
                Item::Transport(_) | Item::Upgraded(_) | Item::Closed(_) => {}
            }
        }
        self.printed = entries.len();
    }

    fn has_quit(&self) -> bool {
        let mut events = self.events.iter();
        events.any(|event| matches!(event, Event::Replied { step: Some(Step::Quit), .. }))
    }

    fn is_done(&self, step: Step) -> bool {
        let mut records = self.client.progress().iter();
        records.any(|record| record.step == step && matches!(record.status, Status::Done(_)))
    }

    fn judge(&self) -> (u8, String) {
        let mut recipients = (0..self.client.setup().to.len()).map(Step::Rcpt);
        let is_taken = self.is_done(Step::FinalDot) || self.is_done(Step::LastChunk);
        if is_taken && recipients.all(|step| self.is_done(step)) {
            return (0, "The message was accepted for every recipient.".into());
        }
        let refused = self.events.iter().find_map(|event| match event {
            // Not what was got over, as a refused EHLO is by HELO.
            Event::Replied { step: Some(step), reply, verdict }
                if *verdict != Verdict::Accepted && !self.is_done(*step) =>
            {
                let reply = self.client.secrets().masked(reply.wire(), &[]);
                let reply = reply.trim_end().replace("\r\n", " | ");
                Some((1, format!("The server refused {}: {reply}", name(*step))))
            }
            _ => None,
        });
        let broken = self.events.iter().find_map(|event| match event {
            Event::Closed { how, during: Some(step) } => {
                Some((2, format!("The connection broke at {}: {how:?}", name(*step))))
            }
            Event::Broken(_) => Some((2, "The server does not speak SMTP.".into())),
            _ => None,
        });
        let ended = || (2, "The connection ended before the message was accepted.".into());
        refused.or(broken).unwrap_or_else(ended)
    }
}

/// A step as the lab calls it.
const fn name(step: Step) -> &'static str {
    match step {
        Step::Hello | Step::HelloOverTls => "EHLO",
        Step::StartTls => "STARTTLS",
        Step::Auth | Step::AuthResponse(_) => "AUTH",
        Step::Mail => "MAIL FROM",
        Step::Rcpt(_) => "RCPT TO",
        Step::Data => "DATA",
        Step::FinalDot => "the mail behind DATA",
        Step::Chunk(_) | Step::LastChunk => "the mail behind BDAT",
        Step::Quit => "QUIT",
        _ => "the connection",
    }
}

/// Prints line by line, with a sign in place of characters that would move the cursor.
fn print(who: &str, text: &str) {
    for line in text.lines() {
        let line = line.replace(char::is_control, "\u{fffd}");
        // The mail goes on its way also when nobody reads this any longer.
        _ = writeln!(io::stdout(), "{who}{line}");
    }
}
