//! What is wrong with the message, found once for each message and server.

use protocol::client::{Client, Status, Step};
use protocol::message::lint::{Context, Envelope};
use protocol::message::{Flaw, Message};
use protocol::smtp::address::{ForwardPath, ReversePath};
use protocol::smtp::extension::Capabilities;
use std::rc::Rc;

/// The flaws as they were last looked for, and in what. A snapshot is taken after every few bytes; a large message
/// is not read again each time.
#[derive(Default)]
pub(super) struct Linted {
    subject: Option<Subject>,
    flaws: Rc<[Flaw]>,
}

/// All that the flaws depend on.
struct Subject {
    /// Held, so that its bytes stay where they are and can be recognised by that.
    message: Message,
    from: ReversePath,
    to: Vec<ForwardPath>,
    capabilities: Option<Capabilities>,
}

impl Linted {
    /// The flaws of the message that this client has before it.
    pub(super) fn of(&mut self, client: &Client) -> Rc<[Flaw]> {
        let setup = client.setup();
        let capabilities = offered(client);
        let is_known = self.subject.as_ref().is_some_and(|subject| {
            is_same(&subject.message, &setup.message)
                && subject.from == setup.from
                && subject.to == setup.to
                && subject.capabilities.as_ref() == capabilities
        });
        if !is_known {
            let envelope = Some(Envelope { from: &setup.from, to: &setup.to });
            self.flaws = setup.message.lints(Context { envelope, capabilities }).into();
            self.subject = Some(Subject {
                message: setup.message.clone(),
                from: setup.from.clone(),
                to: setup.to.clone(),
                capabilities: capabilities.cloned(),
            });
        }
        self.flaws.clone()
    }
}

/// What the server offers, once it has answered EHLO.
fn offered(client: &Client) -> Option<&Capabilities> {
    let greeted = |step, status| step == Step::Hello && matches!(status, Status::Done(_));
    let records = client.progress();
    let is_known = records.iter().any(|record| greeted(record.step, record.status));
    is_known.then(|| client.capabilities())
}

/// The very same bytes in memory.
fn is_same(one: &Message, other: &Message) -> bool {
    let place = |message: &Message| {
        let (headers, body) = (&message.headers, &message.body);
        (headers.as_ptr(), headers.len(), body.as_ptr(), body.len())
    };
    place(one) == place(other)
}
