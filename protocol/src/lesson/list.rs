//! The lessons that are built in: one line each.

/// The text of a lesson.
macro_rules! text {
    ($id:literal) => {
        include_str!(concat!("../../lessons/", $id, ".json"))
    };
}

macro_rules! texts {
    ($($id:literal)*) => { &[$(text!($id)),*] };
}

pub(super) const CLASSIC_LAB: &str = text!("classic-lab");

/// Every lesson, in the order in which they are learned.
#[rustfmt::skip]
pub(super) const ALL: &[&str] = texts![
    // basics
    "first-words"
    "classic-lab"
    "helo-and-ehlo"
    "wrong-order"
    "unknown-words"
    "ask-the-server"
    "lone-dot"
    "several-recipients"
    "crlf"
    "reply-lines"
    // message
    "envelope-and-headers"
    "blind-copies"
    "attachment"
    "encoded-words"
    "headers-gone-wrong"
    "long-lines"
    // login
    "auth-login"
    "auth-plain"
    "auth-cram-md5"
    "auth-scram"
    "auth-scram-plus"
    "auth-xoauth2"
    "auth-oauthbearer"
    "auth-external"
    "auth-anonymous"
    "auth-strongest"
    "auth-cancel"
    "auth-required"
    "auth-refused"
    "auth-misused"
    // tls
    "starttls"
    "starttls-first"
    "password-in-the-clear"
    "downgrade"
    "implicit-tls"
    "not-verified"
    "text-behind-starttls"
    // extensions
    "pipelining"
    "size"
    "eight-bit"
    "international-addresses"
    "chunking"
    "binary"
    "delivery-reports"
    "enhanced-codes"
    "mailing-list"
    "not-offered"
    // refusals
    "no-such-mailbox"
    "not-now-or-never"
    "mailbox-full"
    "relay-refused"
    "sender-must-match"
    "looks-like-spam"
    "greylisting"
    "too-large"
    "too-fast"
    "server-busy"
    "malformed-address"
    "late-refusal"
    "named-refusals"
    // trouble
    "slow-server"
    "dripping-reply"
    "hung-up"
    "lost-answer"
    "bare-line-feeds"
    "codes-differ"
    "endless-reply"
    "another-protocol"
    "other-characters"
    "unasked-answer"
];
