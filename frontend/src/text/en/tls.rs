//! English. TLS: its records and messages, who is believed, and how it ends.

use super::super::{Named, TlsWords};
use super::{En, named};
use crate::tls_setup::Shows;
use crate::transport::Fetching;
use protocol::client::Security;
use std::fmt::Write as _;
use tls_messages::{Alert, Content, Field, Finish, Looks, MessageKind, Problem, Record};

impl TlsWords for En {
    fn security(&self, security: Security) -> Named {
        match security {
            Security::None => named("none", "Plain text, whatever the server offers."),
            Security::Opportunistic => named(
                "STARTTLS if offered",
                "As mail servers do among themselves. Somebody on the way can hide the offer.",
            ),
            Security::Required => {
                named("STARTTLS required", "Without it the walk goes no further.")
            }
            Security::Verified => named(
                "STARTTLS, verified",
                "Required, and only with a certificate that can be verified.",
            ),
            Security::Implicit => named(
                "TLS from the first byte",
                "Port 465: the handshake comes before the greeting (RFC 8314).",
            ),
        }
    }

    fn shows(&self, shows: Shows) -> &'static str {
        match shows {
            Shows::Good => "good",
            Shows::Expired => "expired",
            Shows::NotYetValid => "not valid yet",
            Shows::OtherName => "for another name",
            Shows::SelfSigned => "self-signed",
            Shows::UnknownAuthority => "from an unknown authority",
            Shows::Incomplete => "missing a link to the authority",
        }
    }

    fn tls_field(&self, field: Field) -> Named {
        match field {
            Field::ContentType => named("kind of record", "What is in it. Readable for everybody."),
            Field::RecordVersion => named(
                "version",
                "TLS 1.2 at most, even in TLS 1.3: old machines on the way stop what they do not know.",
            ),
            Field::RecordLength => named("length", "How many bytes of the record follow."),
            Field::ExplicitNonce => named("nonce", "A number that is used once, for this record."),
            Field::Ciphertext => named(
                "sealed bytes",
                "Without the key they are noise. Whoever is on the way sees them so.",
            ),
            Field::Tag => named("seal", "16 bytes that only fit if nobody has changed anything."),
            Field::Fragment => named("content", "Not sealed: everybody on the way can read it."),
            Field::MessageType => named("kind of message", "Which message of the handshake it is."),
            Field::MessageLength => named("length", "How many bytes of the message follow."),
            Field::LegacyVersion => named(
                "old version field",
                "It says TLS 1.2. The version that counts stands in an extension.",
            ),
            Field::Random => named("random", "32 bytes that were never used before."),
            Field::SessionId => {
                named("session", "Left over from TLS 1.2, sent so that old machines let it pass.")
            }
            Field::CipherSuite => named("cipher suite", "A way to seal, and a way to digest."),
            Field::Compression => {
                named("compression", "None. Compressing would give secrets away.")
            }
            Field::Length => named("length", "How many bytes follow."),
            Field::ExtensionType => named("extension", "Something newer than the first version."),
            Field::ExtensionData => {
                named("content", "What the extension says, or what answers it.")
            }
            Field::NameType => named("kind of name", "A host name; there is no other kind."),
            Field::ServerName => named(
                "server name (SNI)",
                "The host that is asked for. Everybody on the way can read it.",
            ),
            Field::Protocol => named("protocol (ALPN)", "What is to be spoken inside."),
            Field::Group => named("group", "The mathematics of the key exchange."),
            Field::SignatureScheme => named("signature", "A way to sign."),
            Field::SupportedVersion => named("version", "The version that counts."),
            Field::PskMode => named("key from before", "How a key from before could be used."),
            Field::KeyShare => named(
                "key share",
                "One half of the key exchange. From both halves both ends work out the same key, and nobody else can.",
            ),
            Field::PointFormat => named("point format", "How points on a curve are written."),
            Field::RequestContext => named("context", "Which request this answers."),
            Field::Certificate => {
                named("certificate", "Who the server says it is, and who vouches for that.")
            }
            Field::CertificateType => {
                named("kind", "Of certificate that would do, or of answer about one.")
            }
            Field::AuthorityName => named("authority", "Who may have signed it."),
            Field::Signature => {
                named("signature", "The proof that the owner of the certificate is really here.")
            }
            Field::CurveType => named("kind of curve", "A curve that is known by its name."),
            Field::VerifyData => named(
                "digest",
                "Over the whole handshake: if anybody had changed a byte of it, it would not fit.",
            ),
            Field::Lifetime => named("lifetime", "For how long the ticket is good."),
            Field::AgeAdd => named("age mask", "Hides how old the ticket is."),
            Field::TicketNonce => named("nonce", "Makes each ticket another one."),
            Field::Ticket => named("ticket", "With it a client could go on another time."),
            Field::KeyUpdateRequest => {
                named("keys too?", "Whether the other side changes its keys.")
            }
            Field::AlertLevel => named("level", "A fatal alert ends the connection."),
            Field::AlertDescription => named("alert", "What is wrong, or that all is said."),
            Field::Unparsed => named("not understood", "These bytes do not fit the standard."),
        }
    }

    fn handshake(&self, kind: MessageKind) -> Named {
        use MessageKind as K;
        match kind {
            K::HelloRequest => named("HelloRequest", "The server wants to begin once more."),
            K::ClientHello => named(
                "ClientHello",
                "Your side says what it can do, whom it wants to speak to, and half of the key exchange.",
            ),
            K::ServerHello => named(
                "ServerHello",
                "The server chooses, and gives its half of the key exchange. From here on both know the keys.",
            ),
            K::HelloRetryRequest => {
                named("HelloRetryRequest", "The server wants another group for the key exchange.")
            }
            K::NewSessionTicket => named(
                "NewSessionTicket",
                "A ticket to go on from here another time. Not used here.",
            ),
            K::EncryptedExtensions => named(
                "EncryptedExtensions",
                "The server’s answers to your extensions, those that nobody else need see.",
            ),
            K::Certificate => named(
                "Certificate",
                "Who it is, and who vouches for that. In TLS 1.3 nobody on the way sees it.",
            ),
            K::ServerKeyExchange => named(
                "ServerKeyExchange",
                "The server’s half of the key exchange, signed with the key of its certificate.",
            ),
            K::CertificateRequest => named(
                "CertificateRequest",
                "The server would like to see your certificate, if you have one.",
            ),
            K::ServerHelloDone => {
                named("ServerHelloDone", "The server has said all that it has to.")
            }
            K::CertificateVerify => named(
                "CertificateVerify",
                "A signature over all of the above: the server holds the key of its certificate.",
            ),
            K::ClientKeyExchange => named(
                "ClientKeyExchange",
                "Your half of the key exchange. From here on both know the keys.",
            ),
            K::Finished => named(
                "Finished",
                "A digest of the whole handshake: nobody has changed a byte of it on the way.",
            ),
            K::CertificateStatus => {
                named("CertificateStatus", "What the authority says of the certificate today.")
            }
            K::KeyUpdate => named("KeyUpdate", "New keys from here on."),
            K::Other(_) => named("another message", "A message that this page does not know."),
        }
    }

    fn record(&self, record: &Record) -> String {
        match &record.content {
            Content::Handshake(messages) if messages.is_empty() => {
                "A part of a message that ends in a later record.".to_owned()
            }
            Content::Handshake(messages) => match &messages[..] {
                [one] => self.handshake(one.kind).meaning.to_owned(),
                several => format!("{} messages in one record.", several.len()),
            },
            Content::ChangeCipherSpec => "“What follows is sealed.” In TLS 1.3 it means nothing and is \
                sent so that old machines on the way let the rest pass."
                .to_owned(),
            Content::Alert(alert) if alert.name == "close_notify" => {
                "“I have said all.” So it is known that nothing was cut off.".to_owned()
            }
            Content::Alert(_) => "One side gives up, and says why.".to_owned(),
            Content::Data(_) => "What the two ends say to each other, sealed.".to_owned(),
            Content::Hidden => "Sealed. The library that speaks TLS here does not show what is in it, and this page \
                has no key that fits. Such are in TLS 1.2 the digest at the end of the handshake and the alerts of \
                your side, in TLS 1.3 what is no data and comes after a change of keys."
                .to_owned(),
        }
    }

    fn tls_problem(&self, problem: &Problem) -> String {
        match problem {
            Problem::Expired { .. } => "It has expired.".to_owned(),
            Problem::NotYetValid { .. } => "It is not valid yet.".to_owned(),
            Problem::OtherName { wanted, found } if found.is_empty() => {
                format!("It is for nobody by name; {wanted} was wanted.")
            }
            Problem::OtherName { wanted, found } => {
                format!("It is for {}, and {wanted} was wanted.", found.join(", "))
            }
            Problem::SelfSigned => {
                "It vouches for itself. Anybody can make one like it.".to_owned()
            }
            Problem::UnknownIssuer { issuer, alone: true } => format!(
                "Nobody who is trusted vouches for it. It says “{issuer}” does, and the server did not send that \
                 certificate along."
            ),
            Problem::UnknownIssuer { issuer, alone: false } => {
                format!("Nobody who is trusted vouches for it, only “{issuer}”.")
            }
            Problem::WrongPurpose => "It is not meant for servers.".to_owned(),
            Problem::BadSignature => "A signature in it does not fit: it may be forged.".to_owned(),
            Problem::Unreadable(why) => {
                format!("This page cannot read it. The library says: {why}.")
            }
            Problem::Other(why) => format!("It cannot be verified. The library says: {why}."),
        }
    }

    fn tls_finish(&self, finish: &Finish) -> String {
        match finish {
            Finish::Clean => "TLS was closed in good order.".to_owned(),
            Finish::Cut { in_handshake: true, in_record } => {
                let inside = if *in_record { ", inside a record" } else { "" };
                format!(
                    "The connection was cut in the middle of the handshake{inside}. Many servers do that when \
                     they do not like what was offered."
                )
            }
            Finish::Cut { in_handshake: false, in_record: true } => {
                "The connection was cut inside a record, so the end of what the server said is missing.".to_owned()
            }
            Finish::Cut { in_handshake: false, in_record: false } => "The connection was closed without TLS’s goodbye \
                (close_notify). Somebody on the way could have cut off the end."
                .to_owned(),
            Finish::Alert(alert) => format!(
                "The server gave TLS up with the alert {}. {}",
                alert.name,
                alert_meaning(alert)
            ),
            Finish::NotTls { looks: Looks::Smtp, .. } => "This port speaks plain SMTP: the server greets instead of \
                beginning TLS. Set the security to STARTTLS, or use port 465."
                .to_owned(),
            Finish::NotTls { looks: Looks::Text, .. } => {
                "What answers here is not TLS but text of another kind. Check the port.".to_owned()
            }
            Finish::NotTls { looks: Looks::Unknown, .. } => {
                "What answers here is not TLS. Check the port.".to_owned()
            }
            Finish::Absent => self.fetching(Fetching::Failed),
            Finish::Endless { records } => format!(
                "The server sent {records} records of TLS that carry nothing of a session, and no end was in sight."
            ),
            Finish::Failed { why, alert } => {
                let mut text = format!("TLS could not go on from here. The library says: {why}.");
                if let Some(alert) = alert {
                    // Writing to a String does not fail.
                    let _ = write!(text, " The server was told with the alert {}.", alert.name);
                }
                text
            }
        }
    }

    fn fetching(&self, fetching: Fetching) -> String {
        match fetching {
            Fetching::NotNeeded => String::new(),
            Fetching::Under { got, whole } if whole > 0 => {
                let share = u64::from(got) * 100 / u64::from(whole);
                format!(
                    "The part of this page that speaks TLS is on its way: {share} %. It is fetched once."
                )
            }
            Fetching::Under { .. } => {
                "The part of this page that speaks TLS is on its way. It is fetched once."
                    .to_owned()
            }
            Fetching::There => "Both sides agree on keys. It takes a moment.".to_owned(),
            Fetching::Failed => {
                "The part of this page that speaks TLS did not arrive. Start over to try again."
                    .to_owned()
            }
        }
    }

    fn in_records(&self, count: usize) -> String {
        if count == 1 { "one record".to_owned() } else { format!("{count} records") }
    }
}

/// What an alert means, where it is one that people meet.
fn alert_meaning(alert: &Alert) -> &'static str {
    match &alert.name[..] {
        "handshake_failure" => "Both sides know no way in common.",
        "protocol_version" => "Both sides know no version in common.",
        "certificate_required" => "It wants to see your certificate.",
        "bad_certificate" | "unknown_ca" | "certificate_unknown" | "certificate_expired" => {
            "It does not trust your certificate."
        }
        "unrecognized_name" => "It does not know the host name that was asked for.",
        _ => "",
    }
}
