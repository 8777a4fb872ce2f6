//! VRFY and EXPN (RFC 5321 §3.5).

use super::config::{Config, Place, is_same};
use super::reply::Reply;
use crate::smtp::address::{ForwardPath, Mailbox};
use crate::smtp::extension::Extension;
use crate::smtp::lookup::Lookup;

/// VRFY: a whole address, or the name of one mailbox or list.
///
/// Who does not want to be asked says 252, which is neither yes nor no (RFC 5321 §7.3). A list is verified as a
/// user is, since mail to it reaches everybody on it (§3.5.2).
pub(super) fn verify(config: &Config, lookup: &Lookup) -> Reply {
    if !config.offers(Extension::Vrfy) {
        return Reply::DoesNotVerify;
    }
    let name = without_brackets(&lookup.name);
    if let Ok(mailbox) = name.parse::<Mailbox>() {
        return match config.place(&ForwardPath::Mailbox(mailbox.clone())) {
            Place::Here => told(lookup, vec![mailbox], Reply::Verified),
            Place::Unknown => Reply::NoSuchMailbox,
            Place::Elsewhere => Reply::CannotVerify,
        };
    }
    let mut found = config.mailboxes_named(name);
    match (found.next(), found.next()) {
        (None, _) => Reply::NoSuchMailbox,
        (Some(only), None) => told(lookup, vec![only.clone()], Reply::Verified),
        (Some(_), Some(_)) => Reply::AmbiguousName,
    }
}

/// EXPN: who is on a list, which is named as a whole or by what stands before its `@`.
pub(super) fn expand(config: &Config, lookup: &Lookup) -> Reply {
    let name = without_brackets(&lookup.name);
    let address = name.parse::<Mailbox>().ok();
    let found = config.lists.iter().find(|list| match &address {
        Some(address) => is_same(&list.name, address),
        None => list.name.local().eq_ignore_ascii_case(name),
    });
    if let Some(list) = found {
        return told(lookup, list.members.clone(), Reply::Expanded);
    }
    let place = address.map(|address| config.place(&ForwardPath::Mailbox(address)));
    match place {
        Some(Place::Here) => Reply::NotAList,
        Some(Place::Elsewhere) => Reply::CannotVerify,
        None if config.mailboxes_named(name).next().is_some() => Reply::NotAList,
        Some(Place::Unknown) | None => Reply::NoSuchList,
    }
}

/// Tells addresses; those beyond ASCII only to a client that said SMTPUTF8 (RFC 6531 §3.7.4.2).
fn told(
    lookup: &Lookup,
    mailboxes: Vec<Mailbox>,
    reply: impl FnOnce(Vec<Mailbox>) -> Reply,
) -> Reply {
    let is_ascii = mailboxes.iter().all(Mailbox::is_ascii);
    if is_ascii || lookup.smtputf8 { reply(mailboxes) } else { Reply::Utf8Needed }
}

fn without_brackets(name: &str) -> &str {
    name.strip_prefix('<').and_then(|name| name.strip_suffix('>')).unwrap_or(name)
}
