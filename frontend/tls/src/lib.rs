//! TLS for the page: a module of its own, fetched when a walk first needs it. It knows no SMTP.
//!
//! ```text
//!   page ── ToModule ──▶ worker ──▶ Module ──▶ Session ──▶ rustls
//!        ◀─ FromModule ─                          └──▶ Watch: what is in each record
//! ```

mod anatomy;
mod certificate;
mod config;
mod cursor;
mod limits;
mod names;
mod opening;
mod session;
mod trust;
mod watch;
#[cfg(target_arch = "wasm32")]
mod worker;

use certificates::Practice;
use rustls::pki_types::UnixTime;
use session::{NotOpened, Session};
use std::time::Duration;
use tls_messages::{Ask, End, Finish, FromModule, SessionId, Tell, ToModule};

/// All sessions of a page, and what its practice servers show.
#[derive(Default)]
pub struct Module {
    practice: Option<Practice>,
    /// A few at most, so that a list is searched as fast as anything.
    sessions: Vec<(SessionId, Session)>,
}

impl Module {
    /// Does what the page asks for, and tells what came of all of it.
    pub fn handle(&mut self, asked: impl IntoIterator<Item = ToModule>) -> Vec<FromModule> {
        let (mut told, mut spoken_to) = (Vec::new(), Vec::new());
        for ToModule { id, what } in asked {
            if !spoken_to.contains(&id) {
                spoken_to.push(id);
            }
            match what {
                Ask::Open(end) => {
                    if let Err(why) = self.open(id, end) {
                        let what = Tell::Ended(Finish::Failed { why, alert: None });
                        told.push(FromModule::Session { id, what });
                    }
                }
                Ask::Forget => self.sessions.retain(|(known, _)| *known != id),
                what => {
                    if let Some(session) = self.session(id) {
                        tell(session, what);
                    }
                }
            }
        }
        for id in spoken_to {
            let Some(session) = self.session(id) else { continue };
            while let Some(what) = session.poll() {
                told.push(FromModule::Session { id, what });
            }
        }
        told
    }

    fn open(&mut self, id: SessionId, end: End) -> Result<(), NotOpened> {
        if self.sessions.len() >= limits::SESSIONS {
            return Err(format!("expected at most {} sessions at once", limits::SESSIONS));
        }
        let practice = if let Some(practice) = &self.practice {
            practice
        } else {
            let now = Duration::from_secs(UnixTime::now().as_secs());
            self.practice.insert(Practice::new(now).map_err(|error| error.to_string())?)
        };
        let session = match end {
            End::Client(client) => Session::client(&client, practice),
            End::Server(server) => Session::server(&server, practice),
        };
        self.sessions.push((id, session?));
        Ok(())
    }

    fn session(&mut self, id: SessionId) -> Option<&mut Session> {
        self.sessions.iter_mut().find(|(known, _)| *known == id).map(|(_, session)| session)
    }
}

fn tell(session: &mut Session, what: Ask) {
    match what {
        Ask::Wire(bytes) => session.wire(&bytes),
        Ask::WireEnded => session.wire_ended(),
        Ask::Plain(bytes) => session.plain(&bytes),
        Ask::GoOn => session.go_on(),
        Ask::Close => session.close(),
        Ask::Open(_) | Ask::Forget => {}
    }
}

#[cfg(test)]
mod tests;
