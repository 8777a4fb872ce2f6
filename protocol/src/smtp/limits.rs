//! Every limit of the protocol in one place, in bytes unless it says otherwise.
//!
//! The first group is the standard's (RFC 5321 §4.5.3.1 and RFC 4954 §4) and is what the practice server
//! enforces. The second is ours: how much a peer may send before the walk is stopped, more generous than
//! the standard, since a lesson about a sloppy server should be able to show it.

use std::time::Duration;

/// Local part of an address (RFC 5321 §4.5.3.1.1).
pub const LOCAL_PART: usize = 64;
/// Domain (RFC 5321 §4.5.3.1.2).
pub const DOMAIN: usize = 255;
/// A path with its angle brackets (RFC 5321 §4.5.3.1.3).
pub const PATH: usize = 256;
/// A command line with its CR LF (RFC 5321 §4.5.3.1.4).
pub const COMMAND_LINE: usize = 512;
/// A MAIL command with its CR LF: SIZE adds 26 bytes (RFC 1870 §3), BODY 17 (RFC 6152 §2), AUTH 500
/// (RFC 4954 §3), SMTPUTF8 10 (RFC 6531 §3.1), RET as much as it has, and ENVID (RFC 3461 §4.3 and §4.4).
pub const MAIL_LINE: usize = COMMAND_LINE
    + 26
    + 17
    + SUBMITTER
    + SMTPUTF8
    + " RET=FULL".len()
    + " ENVID=".len()
    + ENVELOPE_ID;
/// A RCPT command with its CR LF: ORCPT adds 500 bytes (RFC 3461 §4).
pub const RCPT_LINE: usize = COMMAND_LINE + ORIGINAL_RECIPIENT;
/// A VRFY or EXPN command with its CR LF (RFC 6531 §3.1).
pub const LOOKUP_LINE: usize = COMMAND_LINE + SMTPUTF8;
/// What the parameter SMTPUTF8 adds to a line (RFC 6531 §3.1).
const SMTPUTF8: usize = 10;
/// The value of MAIL's parameter AUTH, as xtext (RFC 4954 §3).
pub const SUBMITTER: usize = 500;
/// The value of ENVID, as xtext (RFC 3461 §4.4).
pub const ENVELOPE_ID: usize = 100;
/// The value of ORCPT, as xtext (RFC 3461 §4.2).
pub const ORIGINAL_RECIPIENT: usize = 500;
/// A line of an AUTH exchange with its CR LF (RFC 4954 §4).
pub const AUTH_LINE: usize = 12_288;
/// A reply line with its CR LF (RFC 5321 §4.5.3.1.5).
pub const REPLY_LINE: usize = 512;
/// A line of mail data with its CR LF, not counting a stuffed dot (RFC 5321 §4.5.3.1.6).
pub const TEXT_LINE: usize = 1000;
/// Recipients a server must be able to take for one message (RFC 5321 §4.5.3.1.8).
pub const RECIPIENTS: usize = 100;

/// The longest reply line the client reads before it calls it a line without end.
pub const REPLY_LINE_READ: usize = 4 * 1024;
/// The longest whole reply, all its lines together, that the client reads.
pub const REPLY_READ: usize = 64 * 1024;
/// The longest single line a person may commit.
pub const LINE_COMMITTED: usize = 64 * 1024;
/// The largest headers or body a person may commit.
pub const DATA_COMMITTED: usize = 128 * 1024 * 1024;
/// What is kept of bytes that are not SMTP, after the walk was stopped because of them.
pub const GARBAGE_KEPT: usize = 1024;
/// Entries of one connection's transcript.
pub const TRANSCRIPT_ENTRIES: usize = 20_000;
/// Replies and typed lines that one connection's transcript holds, all together; mail data is referred to and
/// not counted.
pub const TRANSCRIPT_BYTES: usize = 8 * 1024 * 1024;
/// Connections of one walk.
pub const CONNECTIONS: usize = 100;
/// Digests that a SCRAM server may ask for (RFC 5802 §5.1 `i`). More would keep a page busy for seconds.
pub const ITERATIONS: u32 = 200_000;
/// Challenges of one AUTH exchange that are remembered; no mechanism here has more.
pub const CHALLENGES: usize = 4;
/// The piece in which mail data is handed to the transport.
pub const CHUNK: usize = 16 * 1024;
/// Multiparts in one another whose parts are told apart.
pub const MIME_DEPTH: usize = 8;
/// The longest boundary (RFC 2046 §5.1.1).
pub const BOUNDARY: usize = 70;
/// How much of mail data a view shows at once.
pub const WINDOW: usize = 4 * 1024;

/// Attempts that the practice server counts, each of a rule by a client, sender and recipient.
pub const ATTEMPTS: usize = 4096;
/// The longest time that a fault of the practice server takes at once; no client has more patience.
pub const FAULT_DELAY: Duration = Duration::from_hours(1);

/// Characters that a line of a message should not exceed, without its CR LF (RFC 5322 §2.1.1).
pub const ADVISED_LINE: usize = 78;
/// Chunks into which a message is cut at most (RFC 3030).
pub const CHUNKS: usize = 100;
/// A lesson as JSON.
pub const LESSON: usize = 256 * 1024;
/// How often one lint is reported of one message.
pub const FLAWS_OF_A_KIND: usize = 10;
/// Addresses that are compared between envelope and headers; of longer lists nothing is said.
pub const ADDRESSES_COMPARED: usize = 1000;

/// How long a client waits for the greeting (RFC 5321 §4.5.3.2.1).
pub const WAIT_GREETING: Duration = Duration::from_mins(5);
/// How long a client waits for the reply to EHLO, MAIL, RCPT and the rest (RFC 5321 §4.5.3.2.2 and .3).
pub const WAIT_COMMAND: Duration = Duration::from_mins(5);
/// How long a client waits for the reply to DATA (RFC 5321 §4.5.3.2.4).
pub const WAIT_DATA: Duration = Duration::from_mins(2);
/// How long a client waits for the reply to the final dot (RFC 5321 §4.5.3.2.6).
pub const WAIT_FINAL_DOT: Duration = Duration::from_mins(10);
/// How long a server waits for the next command (RFC 5321 §4.5.3.2.7).
pub const WAIT_NEXT_COMMAND: Duration = Duration::from_mins(5);
/// How long a client waits before it tries a server again that refused for now (RFC 5321 §4.5.4.1), unless the
/// server says how long.
pub const WAIT_AGAIN: Duration = Duration::from_mins(30);
/// The longest wait that a server is believed to mean.
pub const WAIT_AGAIN_HINTED: Duration = Duration::from_hours(24);
