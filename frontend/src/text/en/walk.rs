//! English. The walk: its steps, its states, and what happens on the way.

use super::super::{WalkWords, minutes, short_time, turn};
use super::En;
use protocol::anatomy::Answer;
use protocol::auth::{GiveUp, Mechanism, Protection, Turn};
use protocol::client::{Caution, Ending, State, Step, TlsFacts};
use protocol::server;
use protocol::tunnel::{CloseCode, FailureReason, TunnelEvent};
use std::time::Duration;

impl WalkWords for En {
    fn step(&self, step: Step, mechanism: Option<&Mechanism>) -> String {
        match step {
            Step::LookUp => "Look up the host".into(),
            Step::Connect => "Connect".into(),
            Step::Greeting => "Greeting".into(),
            Step::Hello => "EHLO".into(),
            Step::StartTls => "STARTTLS".into(),
            Step::Handshake => "TLS handshake".into(),
            Step::HelloOverTls => "EHLO again".into(),
            Step::Auth => mechanism.map_or("AUTH".into(), |known| format!("AUTH {}", known.name)),
            Step::AuthResponse(n) => match turn(mechanism, n) {
                Some(Turn::UserName) => "User name".into(),
                Some(Turn::Password) => "Password".into(),
                Some(Turn::Login) => "User name and password".into(),
                Some(Turn::Digest) => "Digest".into(),
                Some(Turn::Opening) => "Opening".into(),
                Some(Turn::Proof) => "Proof".into(),
                Some(Turn::Token) => "Access token".into(),
                Some(Turn::Identity) => "Identity".into(),
                Some(Turn::Receipt) => "Read it".into(),
                None => format!("Answer {}", n + 1),
            },
            Step::Mail => "MAIL FROM".into(),
            Step::Rcpt(0) => "RCPT TO".into(),
            Step::Rcpt(n) => format!("RCPT TO, {}", n + 1),
            Step::Data => "DATA".into(),
            Step::Headers => "Headers".into(),
            Step::Body => "Text".into(),
            Step::FinalDot => "The lone dot".into(),
            Step::Bdat(0) => "BDAT".into(),
            Step::Bdat(n) => format!("BDAT, {}", n + 1),
            Step::Chunk(n) => format!("Chunk {}", n + 1),
            Step::LastChunk => "The last chunk".into(),
            Step::Quit => "QUIT".into(),
            Step::Extra(verb) => verb.as_str().into(),
            Step::Typed => "Your own line".into(),
        }
    }

    fn next(&self, step: Step, mechanism: Option<&Mechanism>) -> String {
        match step {
            Step::LookUp | Step::Connect => "Next: connect".into(),
            Step::Greeting => "Next: the greeting".into(),
            Step::Hello => "Next: introduce yourself".into(),
            Step::StartTls => "Next: ask for encryption".into(),
            Step::Handshake => "Next: encrypt".into(),
            Step::HelloOverTls => "Next: introduce yourself again".into(),
            Step::Auth => "Next: ask to log in".into(),
            Step::AuthResponse(n) => match turn(mechanism, n) {
                Some(Turn::UserName) => "Next: your user name".into(),
                Some(Turn::Password) => "Next: your password".into(),
                Some(Turn::Login) => "Next: your user name and password".into(),
                Some(Turn::Digest) => "Next: answer with a digest".into(),
                Some(Turn::Opening) => "Next: open the exchange".into(),
                Some(Turn::Proof) => "Next: prove the password".into(),
                Some(Turn::Token) => "Next: your access token".into(),
                Some(Turn::Identity) => "Next: who you are".into(),
                Some(Turn::Receipt) => "Next: say that you read it".into(),
                None => "Next: answer the server".into(),
            },
            Step::Mail => "Next: name the sender".into(),
            Step::Rcpt(0) => "Next: name the recipient".into(),
            Step::Rcpt(n) => format!("Next: name recipient {}", n + 1),
            Step::Data => "Next: announce the message".into(),
            Step::Headers => "Next: the headers".into(),
            Step::Body => "Next: the text".into(),
            Step::FinalDot => "Next: end the message".into(),
            Step::Bdat(_) => "Next: announce a chunk".into(),
            Step::Chunk(n) => format!("Next: chunk {}", n + 1),
            Step::LastChunk => "Next: the last chunk".into(),
            Step::Quit => "Next: say goodbye".into(),
            Step::Extra(_) | Step::Typed => "Next: your own line".into(),
        }
    }

    fn why(&self, step: Step, mechanism: Option<&Mechanism>) -> &'static str {
        match step {
            Step::LookUp | Step::Connect => {
                "The name is turned into an address, then a connection is opened."
            }
            Step::Greeting => "In SMTP the server speaks first.",
            Step::Hello => "Give your name, and ask what the server can do.",
            Step::StartTls => {
                "Ask to go on encrypted. Everything behind the server’s reply is TLS."
            }
            Step::Handshake => "Both sides agree on keys, and the server shows its certificate.",
            Step::HelloOverTls => {
                "What was said in plain text counts no more: somebody on the way could have said it. Begin again."
            }
            Step::Auth => "Ask to log in, and say by which method.",
            Step::AuthResponse(n) => match turn(mechanism, n) {
                Some(Turn::UserName) => {
                    "The server asked for it. The answer travels as base64, which hides nothing: anyone can read it back."
                }
                Some(Turn::Password) => {
                    "Base64 again. Without encryption, everybody on the way can read your password."
                }
                Some(Turn::Login) => {
                    "Both in one piece of base64. Without encryption, everybody on the way can read them."
                }
                Some(Turn::Digest) => {
                    "The password stays here. A digest of it and of the server’s question travels instead."
                }
                Some(Turn::Opening) => {
                    "Say who you are, with something new in it that the server has to answer to."
                }
                Some(Turn::Proof) => {
                    "The password stays here. A proof travels that fits this login alone."
                }
                Some(Turn::Token) => {
                    "The token stands in for the password. Without encryption, everybody on the way can read it."
                }
                Some(Turn::Identity) => "Say as whom you want to act.",
                Some(Turn::Receipt) => {
                    "There is nothing more to say: an empty line tells the server that its message was read."
                }
                None => "The server asked for more.",
            },
            Step::Mail => "This address gets the report if the message cannot be delivered.",
            Step::Rcpt(_) => {
                "One RCPT TO for each recipient. Only these addresses decide where the message goes."
            }
            Step::Data => "The envelope is complete. Ask to send the message itself.",
            Step::Headers => {
                "The headers are part of the message. An empty line ends them. The server does not answer yet."
            }
            Step::Body => "The text of the message. The server still listens in silence.",
            Step::FinalDot => {
                "A line with nothing but a dot ends the message. Now the server answers."
            }
            Step::Bdat(_) => "Say how many bytes follow. The server does not answer yet.",
            Step::Chunk(_) => {
                "Exactly as many bytes as announced, so no dot has to be doubled and none ends the message."
            }
            Step::LastChunk => {
                "With the last bytes the message is complete. Now the server says what becomes of it."
            }
            Step::Quit => "Say goodbye, and the server closes the connection.",
            Step::Extra(_) | Step::Typed => "You type, the server answers.",
        }
    }

    fn asks(&self, question: &str) -> String {
        format!("Go on: the server asks “{question}”.")
    }

    fn protection(&self, protection: Protection) -> &'static str {
        match protection {
            Protection::NoSecret => "There is no secret: anybody may come in.",
            Protection::Readable => {
                "The password or token itself travels. Without encryption, everybody on the way can read it."
            }
            Protection::Digest => {
                "The password stays here. Whoever reads along can try out passwords, quickly."
            }
            Protection::Proof => {
                "The password stays here, each guess is slow, and the server proves itself too."
            }
            Protection::BoundProof => {
                "The same, and tied to this TLS connection: nobody in between can pass it on."
            }
            Protection::Outside => "TLS has shown your certificate already.",
        }
    }

    fn caution(&self, caution: Caution) -> &'static str {
        match caution {
            Caution::PasswordInClear => {
                "Your real password is about to leave without encryption. Everybody on the way can read it."
            }
            Caution::MechanismNotOffered => {
                "The server did not offer this method behind EHLO. It will probably refuse."
            }
            Caution::TooLarge => {
                "The message is larger than the server takes, so it will refuse. Make the message smaller, or send large parts another way."
            }
            Caution::EightBitNotOffered => {
                "The message has bytes beyond ASCII, and this server does not offer 8BITMIME. It may refuse or spoil them. Write the text as base64 or quoted-printable."
            }
            Caution::SmtpUtf8NotOffered => {
                "An address or a header goes beyond ASCII, and this server does not offer SMTPUTF8. It will probably refuse. Use an address in plain ASCII, and encoded words in the headers."
            }
            Caution::DsnNotOffered => {
                "You asked for reports, and this server does not offer DSN. The message goes without that wish; only a failure may be reported."
            }
            Caution::PasswordToUnverified => {
                "The connection is encrypted, but nobody can say to whom: the certificate could not be verified. Your password is about to go there."
            }
            Caution::LoginToUnverified => {
                "The connection is encrypted, but nobody can say to whom: the certificate could not be verified. You are about to log in there. Whoever it is learns who you are, and by most methods enough to read your password or to guess it."
            }
            Caution::NotVerified => {
                "You asked for a certificate that can be verified, and this one cannot, so all that is left is to say \
                 goodbye."
            }
            Caution::TlsNotToBeHad => {
                "You wanted encryption or nothing, and it cannot be had here, so this is goodbye. Either the server cannot do it, or somebody on the way took STARTTLS out of the server’s list of offers, or said no in its place. From here the two look the same: that is why “required” stops here. TLS from the first byte, on port 465, cannot be taken away like that."
            }
            Caution::GivesUp(why) => match why {
                GiveUp::NothingToSay => {
                    "This program has nothing to say here. This line ends the login."
                }
                GiveUp::NothingMore => {
                    "The server asks for more than this method has. This line ends the login."
                }
                GiveUp::NotUnderstood => {
                    "The server’s question makes no sense for this method. This line ends the login."
                }
                GiveUp::ServerUnproven => {
                    "The server could not prove that it knows your password: it may be somebody else. This line ends the login."
                }
                GiveUp::TooCostly => {
                    "The server asks for so many rounds that it would keep this page busy for a long time. This line ends the login."
                }
                GiveUp::NoChannelBinding => "This method needs TLS, and there is none here.",
            },
        }
    }

    fn told(&self, event: &TunnelEvent) -> String {
        match event {
            TunnelEvent::Resolving { host } => format!("looking up {host}"),
            TunnelEvent::Resolved { addresses } => {
                let addresses: Vec<_> = addresses.iter().map(ToString::to_string).collect();
                format!("found {}", addresses.join(", "))
            }
            TunnelEvent::Connecting { address } => format!("connecting to {address}"),
            TunnelEvent::Connected { address, elapsed_ms, .. } if elapsed_ms.is_zero() => {
                format!("connected to {address}")
            }
            TunnelEvent::Connected { address, elapsed_ms, .. } => {
                format!("connected to {address} in {}", short_time(*elapsed_ms))
            }
            TunnelEvent::Failed { reason, .. } => self.failure(*reason).to_owned(),
            TunnelEvent::Closed { .. } => "the connection was closed".to_owned(),
        }
    }

    fn upgraded(&self, facts: &TlsFacts) -> String {
        let known = [&facts.version, &facts.suite].into_iter().flatten();
        let known: Vec<_> = known.map(String::as_str).collect();
        let verified = if facts.verified { "" } else { " · certificate not verified" };
        format!("encrypted from here on {}{verified}", known.join(" · ")).trim_end().to_owned()
    }

    fn failure(&self, reason: FailureReason) -> &'static str {
        match reason {
            FailureReason::BadTarget => {
                "Host or port are not right. Check the server in the set-up."
            }
            FailureReason::Refused => {
                "The bridge does not allow this server. Whoever runs the bridge decides, with --allow."
            }
            FailureReason::NotFound => "No server of this name was found. Check the spelling.",
            FailureReason::ResolverFailed => {
                "The name could not be looked up. Is this computer on the network?"
            }
            FailureReason::ConnectionRefused => {
                "Nobody listens at this port. Check the port, and whether the mail server runs."
            }
            FailureReason::Unreachable => "There is no way to this address from here.",
            FailureReason::TimedOut => {
                "Nobody answered. Many networks block port 25: try port 587 at your provider."
            }
            _ => "The connection could not be made.",
        }
    }

    fn ending(&self, how: Ending, code: Option<CloseCode>) -> &'static str {
        match (how, code) {
            (_, Some(CloseCode::TokenWanted)) => {
                "The bridge wants a token. Enter it in the set-up."
            }
            (_, Some(CloseCode::TooManyTunnels)) => {
                "The bridge has too many connections open. Try again in a moment."
            }
            (_, Some(CloseCode::IdleTooLong)) => {
                "Nothing was said for too long, so the bridge closed the connection."
            }
            (_, Some(CloseCode::GoingAway)) => "The bridge is shutting down.",
            (_, Some(CloseCode::Refused)) => "The bridge does not allow this server.",
            (_, Some(CloseCode::BadTarget)) => "The bridge cannot read the host or the port.",
            (_, Some(CloseCode::CouldNotConnect)) => "The connection could not be made.",
            (_, Some(CloseCode::ConnectTimeout)) => "Nobody answered in time.",
            (Ending::ByServer, _) => "The server closed the connection.",
            (Ending::ByUs, _) => "You closed the connection.",
            (Ending::Reset, _) => {
                "The connection was cut off by the server, or by something on the way."
            }
            (Ending::PatienceOver, _) => {
                "The server did not answer for longer than a mail client waits."
            }
            (Ending::TlsFailed, _) => "TLS could not go on, and the connection ended with it.",
            (Ending::Truncated, _) => "The encrypted connection broke off in the middle.",
            (Ending::TransportLost, _) => "The bridge is gone. Start it again, then start over.",
            (Ending::NeverOpened, _) => "There was no connection. Is the bridge running?",
        }
    }

    fn state(&self, state: State) -> &'static str {
        match state {
            State::Unconnected => "not connected",
            State::Opening => "connecting",
            State::Greeting => "waiting for the greeting",
            State::Greeted => "greeted",
            State::TurnedAway => "turned away",
            State::Ready => "ready for a message",
            State::Authenticating => "logging in",
            State::StartingTls => "starting TLS",
            State::Sender => "sender named",
            State::Recipients => "recipients named",
            State::Chunks => "sending chunks",
            State::Data => "sending the message",
            State::Closing => "goodbye said",
            State::Broken => "not SMTP",
            State::Closed => "closed",
        }
    }

    fn server_state(&self, state: server::State) -> &'static str {
        match state {
            server::State::Greeted => "has greeted you",
            server::State::Refusing => "takes no mail, waits for QUIT",
            server::State::Ready => "ready for a message",
            server::State::StartingTls => "waiting for TLS",
            server::State::Authenticating => "checking the login",
            server::State::Sender => "knows the sender",
            server::State::Recipients => "knows the recipients",
            server::State::Chunks => "taking chunks",
            server::State::Data => "reading the message",
            server::State::Closed => "has said goodbye",
        }
    }

    fn answer(&self, answer: Answer) -> String {
        match answer {
            Answer::Greeting => "The server greeted you".into(),
            Answer::To(verb) => format!("The server answered {}", verb.as_str()),
            Answer::ToAuthResponse => "The server answered your login".into(),
            Answer::ToMailData => "The server answered the message".into(),
            Answer::ToChunk => "The server answered the chunk".into(),
            Answer::ToUnknown => "The server answered your line".into(),
            Answer::Nothing => "The server spoke unasked".into(),
        }
    }

    fn step_of(&self, number: usize, total: usize) -> String {
        format!("step {number} of {total}")
    }

    fn refused(&self, step: Option<Step>) -> String {
        match step {
            Some(Step::Greeting) => "The server turned you away",
            Some(Step::StartTls) => "The server refused to encrypt",
            Some(Step::Hello | Step::HelloOverTls) => "The server refused the greeting",
            Some(Step::Auth | Step::AuthResponse(_)) => "The server refused the login",
            Some(Step::Mail) => "The server refused the sender",
            Some(Step::Rcpt(_)) => "The server refused the recipient",
            Some(step) if step.is_message() => "The server refused the message",
            _ => "The server refused",
        }
        .into()
    }

    fn one_of(&self, number: usize, total: usize) -> String {
        format!("{number} of {total}")
    }

    fn written_as(&self, encoding: &str) -> String {
        format!("It travelled as {encoding}. The raw message shows it so.")
    }

    fn letters(&self, count: usize) -> String {
        match count {
            1 => "1 message".into(),
            _ => format!("{count} messages"),
        }
    }

    fn extensions(&self, count: usize) -> String {
        match count {
            1 => "1 extension".into(),
            _ => format!("{count} extensions"),
        }
    }

    fn patience(&self, of_server: bool, left: Duration) -> String {
        if of_server {
            format!("the server waits {}", minutes(left))
        } else {
            format!("waiting, up to {}", minutes(left))
        }
    }
}
