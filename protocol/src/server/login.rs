//! AUTH, the server's side of it (RFC 4954 §4).

use super::config::Config;
use super::reply::Reply;
use crate::auth::{self, ChannelBinding, Judgement, Mechanism, Protection, ServerEnd};
use crate::smtp::command::Verb;

/// Failed logins after which the server hangs up. More than the three mechanisms that many programs try one
/// after the other with the same password: they shall hear that it is wrong (535), not that they tried often.
pub(super) const FAILED_LOGINS: usize = 5;

/// Who is logged in, or how far an attempt has come.
#[derive(Default)]
pub(super) struct Login {
    user: Option<String>,
    exchange: Option<Exchange>,
    attempts: usize,
    failures: usize,
    tls: Option<Tls>,
}

/// What TLS knows of the client.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Tls {
    /// What ties a login to this connection.
    pub binding: Option<ChannelBinding>,
    /// Who the client's certificate says it is, if it showed one that was checked.
    pub identity: Option<String>,
}

/// An attempt under way.
struct Exchange {
    mechanism: &'static Mechanism,
    /// The client's responses so far, out of base64.
    responses: Vec<Vec<u8>>,
}

impl Login {
    /// Who is logged in.
    pub(super) fn user(&self) -> Option<&str> {
        self.user.as_deref()
    }

    /// AUTH, with the first response where the client sent it along.
    pub(super) fn begin(&mut self, config: &Config, name: &str, initial: Option<Vec<u8>>) -> Reply {
        if self.user.is_some() {
            return Reply::AlreadyLoggedIn;
        }
        let names = self.names(config);
        if names.is_empty() {
            return Reply::NotCarriedOut(Verb::Auth);
        }
        let found = self.offered(config).find(|known| known.name.eq_ignore_ascii_case(name));
        let Some(mechanism) = found else { return Reply::UnknownMechanism(names) };
        self.attempts += 1;
        self.judge(config, Exchange { mechanism, responses: initial.into_iter().collect() })
    }

    /// A line in answer to a challenge, without its line end.
    pub(super) fn respond(&mut self, config: &Config, text: &[u8]) -> Reply {
        // Whatever is not a good response ends the attempt.
        let Some(mut exchange) = self.exchange.take() else { return Reply::Cancelled };
        if text == b"*" {
            return Reply::Cancelled;
        }
        let Some(response) = auth::decode(text) else { return Reply::NotBase64 };
        exchange.responses.push(response);
        self.judge(config, exchange)
    }

    /// Ends an attempt that was not ended by a response.
    pub(super) fn abandon(&mut self) {
        self.exchange = None;
    }

    /// Nobody yet, in a session with TLS around it.
    pub(super) fn over_tls(tls: Tls) -> Self {
        Self { tls: Some(tls), ..Self::default() }
    }

    /// Whether there is TLS around the session.
    pub(super) fn has_tls(&self) -> bool {
        self.tls.is_some()
    }

    /// The names of the mechanisms offered at this moment.
    pub(super) fn names(&self, config: &Config) -> Vec<&'static str> {
        self.offered(config).map(|known| known.name).collect()
    }

    fn offered<'a>(
        &self,
        config: &'a Config,
    ) -> impl Iterator<Item = &'static Mechanism> + use<'a> {
        let binding = self.tls.as_ref().is_some_and(|tls| tls.binding.is_some());
        let identity = self.tls.as_ref().is_some_and(|tls| tls.identity.is_some());
        config.mechanisms.iter().copied().filter(move |known| match known.protection {
            Protection::BoundProof => binding,
            Protection::Outside => identity,
            _ => true,
        })
    }

    fn judge(&mut self, config: &Config, exchange: Exchange) -> Reply {
        let tls = self.tls.as_ref();
        // Nobody must be kept from guessing it here: the same attempt gives the same lesson.
        let nonce = format!("practice-{}", self.attempts);
        let end = ServerEnd {
            accounts: config,
            host: config.name.as_str(),
            nonce: &nonce,
            binding: tls.and_then(|tls| tls.binding.as_ref()),
            identity: tls.and_then(|tls| tls.identity.as_deref()),
        };
        match exchange.mechanism.judge(&end, &exchange.responses) {
            Judgement::Challenge(question) => {
                self.exchange = Some(exchange);
                Reply::Challenge(question)
            }
            Judgement::Accepted(user) => {
                self.user = Some(user);
                Reply::LoggedIn
            }
            Judgement::Malformed => Reply::MalformedResponse,
            Judgement::Refused => {
                self.failures += 1;
                if self.failures < FAILED_LOGINS { Reply::WrongLogin } else { Reply::TooManyLogins }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    #[cfg(target_arch = "wasm32")]
    use wasm_bindgen_test::wasm_bindgen_test as test;

    fn right() -> Vec<u8> {
        b"\0student@student.example\0practice".to_vec()
    }

    #[test]
    fn the_right_password_logs_in_once() {
        let (config, mut login) = (Config::default(), Login::default());
        assert_eq!(login.begin(&config, "plain", Some(right())), Reply::LoggedIn);
        assert_eq!(login.user(), Some("student@student.example"));
        assert_eq!(login.begin(&config, "PLAIN", Some(right())), Reply::AlreadyLoggedIn);
    }

    #[test]
    fn a_refused_response_ends_the_attempt() {
        let (config, mut login) = (Config::default(), Login::default());
        for (response, reply) in [
            (&b"*"[..], Reply::Cancelled),
            (b"not base64", Reply::NotBase64),
            (b"AAA", Reply::NotBase64),
            (b"AAA=", Reply::WrongLogin),
            (b"eHg=", Reply::MalformedResponse),
        ] {
            assert_eq!(login.begin(&config, "PLAIN", None), Reply::Challenge(Vec::new()));
            assert_eq!(login.respond(&config, response), reply);
            assert_eq!(login.respond(&config, b"AAAA"), Reply::Cancelled, "nothing is under way");
        }
        for name in ["MAGIC", "SCRAM-SHA-256-PLUS", "ANONYMOUS"] {
            let reply = login.begin(&config, name, None);
            assert!(matches!(reply, Reply::UnknownMechanism(_)), "{name}");
        }
    }

    #[test]
    fn the_last_wrong_password_ends_the_session() {
        let (config, mut login) = (Config::default(), Login::default());
        let wrong = || Some([&right()[..], b"x"].concat());
        for _ in 1..FAILED_LOGINS {
            assert_eq!(login.begin(&config, "PLAIN", wrong()), Reply::WrongLogin);
        }
        assert_eq!(login.begin(&config, "PLAIN", wrong()), Reply::TooManyLogins);
    }
}
