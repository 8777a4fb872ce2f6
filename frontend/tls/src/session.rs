//! One end of a TLS connection, without I/O: bytes of the wire and bytes of what is said go in and come out.
//!
//! The library gets one record at a time, so that what it makes of a record is known to come from that one.

use crate::anatomy::HEADER;
use crate::certificate;
use crate::config::{own_identity, provider, roots, versions};
use crate::limits;
use crate::opening::Secrets;
use crate::trust::Verifier;
use crate::watch::Watch;
use bytes::BytesMut;
use certificates::Practice;
use rustls::client::{Resumption, WebPkiServerVerifier};
use rustls::pki_types::ServerName;
use rustls::{
    CipherSuite, ClientConfig, ClientConnection, Connection, ProtocolVersion, ServerConnection,
};
use std::collections::VecDeque;
use std::io::{Read as _, Write as _};
use std::sync::Arc;
use tls_messages::{Alert, Client, Content, Facts, Finish, Looks, Server, Tell};

/// The exporter's label for a channel binding (RFC 9266 §4).
const BINDING: &[u8] = b"EXPORTER-Channel-Binding";

/// One end of a connection.
pub(crate) struct Session {
    connection: Connection,
    /// The client's own; a practice server has none.
    verifier: Option<Arc<Verifier>>,
    watch: Watch,
    /// The beginning of a record that is not whole.
    incoming: BytesMut,
    /// A record came: from there on what is no record is damage, and not another protocol.
    has_begun_to_hear: bool,
    trust: Trust,
    stage: Stage,
    /// What is to be said once the handshake is over.
    waiting: BytesMut,
    /// What the other side has said before it was over: nobody is to act on it before they have decided.
    held: Vec<u8>,
    /// The last alert that this side sent.
    alerted: Option<Alert>,
    out: VecDeque<Tell>,
    /// Bytes for the transport, until somebody asks: many small pieces are one large one then.
    wire: Vec<u8>,
}

/// What became of the certificate.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Trust {
    /// It has not been looked at, or it is trusted.
    Fine,
    /// It is not trusted, and the person has been asked.
    Asked,
    /// The person wants to go on nevertheless.
    GoesOn,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Stage {
    Handshake,
    Begun,
    Over,
}

/// Why a session cannot begin, in English.
pub(crate) type NotOpened = String;

impl Session {
    /// A client's end.
    ///
    /// # Errors
    /// The host or a certificate of the person's own is none, or there were no random numbers to be had.
    pub(crate) fn client(client: &Client, practice: &Practice) -> Result<Self, NotOpened> {
        let name = ServerName::try_from(client.host.clone())
            .map_err(|_| format!("expected a host name or an address, found {:?}", client.host))?;
        let provider = Arc::new(provider());
        let roots = Arc::new(roots(&client.trusts, practice)?);
        let verifier = WebPkiServerVerifier::builder_with_provider(roots, provider.clone())
            .build()
            .map_err(|error| error.to_string())?;
        let verifier = Arc::new(Verifier::new(verifier));
        let builder = ClientConfig::builder_with_provider(provider)
            .with_protocol_versions(&versions(client.versions))
            .map_err(|error| error.to_string())?
            .dangerous()
            .with_custom_certificate_verifier(verifier.clone());
        let mut config = match &client.identity {
            None => builder.with_no_client_auth(),
            Some(identity) => {
                let (chain, key) = own_identity(identity, practice)?;
                builder.with_client_auth_cert(chain, key).map_err(|error| error.to_string())?
            }
        };
        let secrets = Arc::new(Secrets::default());
        config.key_log = secrets.clone();
        config.resumption = Resumption::disabled();
        let connection = ClientConnection::new(Arc::new(config), name);
        let connection = connection.map_err(|error| error.to_string())?.into();
        let mut session = Self::new(connection, Some(verifier), Watch::new(true, secrets));
        session.transmit(None);
        Ok(session)
    }

    /// A practice server's end.
    ///
    /// # Errors
    /// There were no random numbers to be had.
    pub(crate) fn server(server: &Server, practice: &Practice) -> Result<Self, NotOpened> {
        let config = practice.config(&versions(server.versions));
        let mut config = config.map_err(|error| error.to_string())?;
        let secrets = Arc::new(Secrets::default());
        config.key_log = secrets.clone();
        let connection = ServerConnection::new(Arc::new(config));
        let connection = connection.map_err(|error| error.to_string())?.into();
        Ok(Self::new(connection, None, Watch::new(false, secrets)))
    }

    fn new(connection: Connection, verifier: Option<Arc<Verifier>>, watch: Watch) -> Self {
        Self {
            connection,
            verifier,
            watch,
            incoming: BytesMut::new(),
            has_begun_to_hear: false,
            trust: Trust::Fine,
            stage: Stage::Handshake,
            waiting: BytesMut::new(),
            held: Vec::new(),
            alerted: None,
            out: VecDeque::new(),
            wire: Vec::new(),
        }
    }

    /// The next thing to tell. The bytes for the transport stand behind what tells of them, and before whatever nothing
    /// is to follow.
    pub(crate) fn poll(&mut self) -> Option<Tell> {
        let is_due = matches!(self.out.front(), None | Some(Tell::Ended(_) | Tell::Untrusted(_)));
        if is_due && !self.wire.is_empty() {
            return Some(Tell::Wire(std::mem::take(&mut self.wire).into()));
        }
        self.out.pop_front()
    }

    /// The transport brought these bytes.
    pub(crate) fn wire(&mut self, bytes: &[u8]) {
        if self.stage == Stage::Over {
            return;
        }
        self.incoming.extend_from_slice(bytes);
        while self.stage != Stage::Over {
            match record_length(&self.incoming) {
                Ok(None) => return,
                Ok(Some(length)) => {
                    let record = self.incoming.split_to(length);
                    self.has_begun_to_hear = true;
                    self.feed(&record);
                }
                Err(looks) if self.has_begun_to_hear => {
                    // The library says what is wrong with it, and tells the other side.
                    let _ = looks;
                    let rest = self.incoming.split();
                    self.feed(&rest[..rest.len().min(limits::LONGEST_RECORD)]);
                    if self.stage != Stage::Over {
                        let why = "expected a record, found other bytes".to_owned();
                        self.end(Finish::Failed { why, alert: None });
                    }
                }
                Err(looks) => {
                    let bytes = self.incoming[..self.incoming.len().min(limits::STRANGE)].to_vec();
                    self.end(Finish::NotTls { looks, bytes });
                }
            }
        }
    }

    /// The transport ended. What was not whole will never be.
    pub(crate) fn wire_ended(&mut self) {
        self.end(Finish::Cut {
            in_handshake: self.stage == Stage::Handshake,
            in_record: !self.incoming.is_empty(),
        });
    }

    /// Seals these bytes, or keeps them until the handshake is over.
    pub(crate) fn plain(&mut self, bytes: &[u8]) {
        match self.stage {
            Stage::Handshake => self.waiting.extend_from_slice(bytes),
            Stage::Begun => {
                for piece in bytes.chunks(limits::SEALED_AT_ONCE) {
                    if self.connection.writer().write_all(piece).is_ok() {
                        self.transmit(Some(piece));
                    }
                }
                self.out.push_back(Tell::Sealed(crate::cursor::narrow(bytes.len())));
            }
            Stage::Over => {}
        }
    }

    /// The person wants to go on with this certificate.
    pub(crate) fn go_on(&mut self) {
        // It may have ended while they were asked.
        if self.trust == Trust::Asked && self.stage == Stage::Handshake {
            self.trust = Trust::GoesOn;
            self.go_further();
        }
    }

    /// Says goodbye.
    pub(crate) fn close(&mut self) {
        if self.stage == Stage::Begun {
            self.connection.send_close_notify();
            self.transmit(None);
        }
        self.end(Finish::Clean);
    }

    /// Gives the library one whole record, and tells what came of it.
    fn feed(&mut self, record: &[u8]) {
        let mut rest = record;
        while !rest.is_empty() {
            // Reading from memory does not fail, and the library is never full: it is emptied each time.
            if !matches!(self.connection.read_tls(&mut rest), Ok(read) if read > 0) {
                break;
            }
        }
        match self.connection.process_new_packets() {
            Err(error) => {
                let mut heard = self.watch.record(false, record, None);
                // The library ends over a fatal one, and says which it was also where it stays sealed here.
                if let (Content::Hidden, rustls::Error::AlertReceived(why)) =
                    (&heard.content, &error)
                {
                    let name = crate::names::alert(u8::from(*why).into());
                    heard.content = Content::Alert(Alert { fatal: true, name });
                }
                let content = heard.content.clone();
                self.out.push_back(Tell::Record(Box::new(heard)));
                self.transmit(None);
                let alert = self.alerted.take();
                self.end(match (error, content) {
                    (rustls::Error::AlertReceived(_), Content::Alert(alert)) => {
                        Finish::Alert(alert)
                    }
                    (error, _) => Finish::Failed { why: error.to_string(), alert },
                });
            }
            Ok(state) => {
                let mut data = vec![0; state.plaintext_bytes_to_read()];
                // The library has said how many there are.
                let read = self.connection.reader().read(&mut data).unwrap_or_default();
                data.truncate(read);
                let said = Some(&data[..]).filter(|data| !data.is_empty());
                let mut heard = self.watch.record(false, record, said);
                if heard.content == Content::Hidden && state.peer_has_closed() {
                    let name = crate::names::alert(0);
                    heard.content = Content::Alert(Alert { fatal: false, name });
                }
                self.out.push_back(Tell::Record(Box::new(heard)));
                if self.stage == Stage::Handshake {
                    self.held.extend_from_slice(&data);
                } else if !data.is_empty() {
                    self.out.push_back(Tell::Plain(data.into()));
                }
                if self.held.len() > limits::HELD {
                    let most = limits::HELD;
                    let why = format!("expected at most {most} bytes before the handshake is over");
                    self.end(Finish::Failed { why, alert: None });
                    return;
                }
                self.ask_if_untrusted();
                self.go_further();
            }
        }
    }

    /// Sends what is due, and begins or ends where it is time to.
    fn go_further(&mut self) {
        self.transmit(None);
        self.begin_if_ready();
        // Nothing new is read here: it is only asked.
        let state = self.connection.process_new_packets();
        let has_closed = state.is_ok_and(|state| state.peer_has_closed());
        if has_closed && self.stage == Stage::Begun {
            self.close();
        }
    }

    fn ask_if_untrusted(&mut self) {
        let problems = self.problems();
        // In TLS 1.3 the rest of what the server says is looked at first; nothing is due before it.
        let is_due = match self.connection.protocol_version() {
            Some(ProtocolVersion::TLSv1_3) => !self.connection.is_handshaking(),
            _ => true,
        };
        if self.trust == Trust::Fine && is_due && !problems.is_empty() {
            self.trust = Trust::Asked;
            self.out.push_back(Tell::Untrusted(Box::new(self.facts())));
        }
    }

    fn begin_if_ready(&mut self) {
        let is_ready = !self.connection.is_handshaking() && self.trust != Trust::Asked;
        if self.stage == Stage::Handshake && is_ready {
            self.stage = Stage::Begun;
            self.out.push_back(Tell::Begun(Box::new(self.facts())));
            if !self.held.is_empty() {
                self.out.push_back(Tell::Plain(std::mem::take(&mut self.held).into()));
            }
            let waiting = self.waiting.split();
            if !waiting.is_empty() {
                self.plain(&waiting);
            }
        }
    }

    /// Sends what the library has to send, unless the person has to be asked first. `data` is what was sealed.
    fn transmit(&mut self, data: Option<&[u8]>) {
        if self.trust == Trust::Asked {
            return;
        }
        let mut wire = Vec::new();
        while self.connection.wants_write() {
            // Writing to memory does not fail.
            if self.connection.write_tls(&mut wire).is_err() {
                break;
            }
        }
        if wire.is_empty() {
            return;
        }
        let mut rest = &wire[..];
        while let Ok(Some(length)) = record_length(rest) {
            let (record, behind) = rest.split_at(length);
            // Whatever the library adds of its own stands before the data.
            let said = data.filter(|_| behind.is_empty());
            let record = self.watch.record(true, record, said);
            if let Content::Alert(alert) = &record.content {
                self.alerted = Some(alert.clone());
            }
            self.out.push_back(Tell::Record(Box::new(record)));
            rest = behind;
        }
        self.wire.extend_from_slice(&wire);
    }

    fn end(&mut self, how: Finish) {
        if self.stage != Stage::Over {
            self.stage = Stage::Over;
            self.out.push_back(Tell::Ended(how));
        }
    }

    /// The other side's certificates as they were opened here.
    #[cfg(test)]
    pub(crate) fn watched_chain(&mut self) -> &mut Vec<Vec<u8>> {
        &mut self.watch.chain
    }

    fn problems(&self) -> Vec<tls_messages::Problem> {
        self.verifier.as_ref().map(|verifier| verifier.problems()).unwrap_or_default()
    }

    fn facts(&self) -> Facts {
        let connection = &self.connection;
        let version = connection.protocol_version();
        let chosen = self.watch.chosen();
        // Without the extended master secret two connections of TLS 1.2 may share one (RFC 9266 §4.2).
        let has_binding = !connection.is_handshaking()
            && chosen
                .is_some_and(|chosen| chosen.version == 0x0304 || chosen.extended_master_secret);
        let binding = || connection.export_keying_material(vec![0; 32], BINDING, Some(&[])).ok();
        let known = connection.peer_certificates().unwrap_or_default();
        let chain: Vec<&[u8]> = if known.is_empty() {
            self.watch.chain.iter().map(Vec::as_slice).collect()
        } else {
            known.iter().map(AsRef::as_ref).collect()
        };
        let suite = connection.negotiated_cipher_suite().map(|suite| suite.suite());
        let group = connection.negotiated_key_exchange_group();
        let is_server = self.verifier.is_none();
        let number = |suite: CipherSuite| u16::from(suite).into();
        Facts {
            version: version
                .map_or_else(String::new, |it| crate::names::version(u16::from(it).into())),
            suite: suite.map_or_else(String::new, |suite| crate::names::suite(number(suite))),
            group: group.map(|group| crate::names::group(u16::from(group.name()).into())),
            chain: chain.iter().take(limits::CHAIN).map(|der| certificate::read(der)).collect(),
            problems: self.problems(),
            binding: if has_binding { binding() } else { None },
            // What the library knows was verified; what was only seen on the wire was not.
            identity: known.first().filter(|_| is_server).and_then(|der| certificates::owner(der)),
        }
    }
}

/// How long the record at the beginning of these bytes is, header included; none while that is not known or not all of
/// it is there.
fn record_length(bytes: &[u8]) -> Result<Option<usize>, Looks> {
    // An unknown kind, or a version that never was: another protocol.
    let is_record = bytes.first().is_none_or(|kind| (20..=23).contains(kind))
        && bytes.get(1).is_none_or(|major| *major == 3)
        && bytes.get(2).is_none_or(|minor| *minor <= 4);
    if !is_record {
        return Err(looks_of(bytes));
    }
    let [_, _, _, high, low, ..] = *bytes else { return Ok(None) };
    let length = HEADER + usize::from(u16::from_be_bytes([high, low]));
    if length > limits::LONGEST_RECORD {
        return Err(Looks::Unknown);
    }
    Ok(Some(length).filter(|length| *length <= bytes.len()))
}

/// What is no record: a reply begins with three digits.
fn looks_of(bytes: &[u8]) -> Looks {
    let start = &bytes[..bytes.len().min(4)];
    let is_text = |byte: &u8| byte.is_ascii_graphic() || byte.is_ascii_whitespace();
    let is_reply = start.iter().take(3).all(u8::is_ascii_digit)
        && start.get(3).is_none_or(|byte| matches!(byte, b' ' | b'-' | b'\r'));
    match (is_reply, start.iter().all(is_text)) {
        (true, _) => Looks::Smtp,
        (_, true) => Looks::Text,
        _ => Looks::Unknown,
    }
}
