//! What a walk knows of the TLS around it: how it is spoken, who was believed, and which record carried what.

use crate::transport::TlsOpener;
use protocol::auth::ChannelBinding;
use protocol::client::TlsFacts;
use std::collections::VecDeque;
use std::rc::Rc;
use tls_messages::{Client, Content, Facts, Finish, Record};

/// Records of data that a row keeps; of the others it knows how many there were.
const RECORDS_KEPT: usize = 4;

/// Records beside those of data that one connection shows. A handshake has some ten of them, and then there are few.
pub(super) const RECORDS_SHOWN: usize = 200;

/// How a walk speaks TLS.
pub struct TlsEnds {
    /// What its client is told.
    pub client: Client,
    /// Who computes it.
    pub open: TlsOpener,
}

/// What there is to show of TLS beside the rows.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct TlsView {
    /// The certificate that the person is asked about.
    pub question: Option<Rc<Facts>>,
    /// What is known of the connection, once TLS has begun.
    pub facts: Option<Rc<Facts>>,
    /// How TLS ended, once it has.
    pub finish: Option<Rc<Finish>>,
}

/// The records in which the bytes of a row travelled.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Carried {
    /// The first of them.
    pub records: Vec<Rc<Record>>,
    /// How many there were.
    pub count: usize,
}

/// Whether something that came in changes what the page shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Seen {
    Yes,
    No,
}

/// The walk's own knowledge.
#[derive(Default)]
pub(super) struct TlsWalk {
    pub(super) ends: Option<TlsEnds>,
    /// The certificates with which the person wanted to go on, by their fingerprints.
    pub(super) accepted: Vec<[u8; 32]>,
    pub(super) view: TlsView,
    /// Of bytes that were given to be sealed: the row they belong to, and how many.
    sealing: VecDeque<(usize, usize)>,
    /// The records received since the last row was drawn from them.
    heard: Carried,
    /// The last of them.
    last: Option<Rc<Record>>,
    /// A row was drawn from them.
    told: bool,
    /// The records of this connection that carry no data.
    bare: usize,
}

impl TlsWalk {
    /// A new connection begins: all is forgotten but whom the person went on with.
    pub(super) fn forget(&mut self) {
        self.view = TlsView::default();
        self.sealing.clear();
        self.heard = Carried::default();
        self.last = None;
        self.told = false;
        self.bare = 0;
    }

    /// Whether there is room for one more record.
    pub(super) fn may_show(&mut self, record: &Record) -> bool {
        self.bare += usize::from(!matches!(record.content, Content::Data(_)));
        self.bare <= RECORDS_SHOWN
    }

    /// These bytes of this row are given to be sealed.
    pub(super) fn seals(&mut self, row: usize, bytes: usize) {
        self.sealing.push_back((row, bytes));
    }

    /// The row whose bytes are in the next record that was sealed, so many of them.
    pub(super) fn row_of_sealed(&mut self, bytes: usize) -> Option<usize> {
        let (row, left) = self.sealing.front_mut()?;
        let row = *row;
        *left = left.saturating_sub(bytes);
        if *left == 0 {
            self.sealing.pop_front();
        }
        Some(row)
    }

    /// A record of data came.
    pub(super) fn heard(&mut self, record: Rc<Record>) {
        self.last = Some(record.clone());
        self.heard.add(record);
    }

    /// What the last record brought was read. Where it ended amid a reply, that reply began in it.
    pub(super) fn read_on(&mut self, amid_reply: bool) {
        if std::mem::take(&mut self.told) {
            let last = self.last.take().filter(|_| amid_reply);
            self.heard = Carried::default();
            if let Some(last) = last {
                self.heard.add(last);
            }
        }
    }

    /// The records in which a reply came that was just read. Several replies may share one.
    pub(super) fn carried(&mut self) -> Carried {
        self.told = true;
        self.heard.clone()
    }

    /// Whether the person went on with this certificate before.
    pub(super) fn was_accepted(&self, facts: &Facts) -> bool {
        facts.chain.first().is_some_and(|own| self.accepted.contains(&own.fingerprint))
    }
}

impl Carried {
    /// One more record. Of many, the first are seen at once; how many there are in all, with what comes next.
    pub(super) fn add(&mut self, record: Rc<Record>) -> Seen {
        self.count += 1;
        if self.records.len() >= RECORDS_KEPT {
            return Seen::No;
        }
        self.records.push(record);
        Seen::Yes
    }
}

/// What the client has to know of it.
pub(super) fn facts_for_client(facts: &Facts) -> TlsFacts {
    let known = |name: &String| Some(name.clone()).filter(|name| !name.is_empty());
    TlsFacts {
        version: known(&facts.version),
        suite: known(&facts.suite),
        verified: facts.problems.is_empty(),
        binding: facts
            .binding
            .clone()
            .map(|data| ChannelBinding { kind: "tls-exporter".to_owned(), data }),
    }
}
