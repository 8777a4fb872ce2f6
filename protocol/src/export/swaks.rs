//! A swaks command; the mail data comes through a pipe.

use super::{Export, Form, facts::Data, facts::Facts, facts::stuffed, quote};

/// The form.
pub(super) static SWAKS: Form =
    Form { name: "swaks", file: "session.swaks.sh", media_type: "text/x-shellscript", write };

fn write(export: &Export<'_>) -> String {
    let facts = export.facts();
    let mut words = vec![
        "swaks".to_owned(),
        quote::option("--server", &facts.bracketed_host()),
        format!("--port={}", facts.port),
        quote::option("--helo", &facts.client_name),
        quote::option("--from", &address(facts.sender())),
        quote::option("--to", &facts.to.iter().map(|to| address(to)).collect::<Vec<_>>().join(",")),
    ];
    if facts.implicit_tls() {
        words.push("--tls-on-connect".into());
    } else if facts.starttls {
        words.push("--tls".into());
    }
    if let Some((mechanism, user)) = facts.login() {
        words.push(quote::option("--auth", mechanism));
        words.push(quote::option("--auth-user", user));
        words.push(super::curl::shell_password("--auth-password="));
        words.push("--auth-hide-password".into());
    }
    // Untouched, the data has to bring its dots along: those doubled, and the last one. Swaks adds a line end.
    words.extend(["--no-data-fixup".into(), "--data=-".into()]);
    let command = words.join(" \\\n  ");
    let data = match facts.data() {
        Data::Here(message) => format!("{{ {}; printf .; }}", quote::printf(&stuffed(&message))),
        Data::InFile(file) => format!("{{ sed 's/^\\./../' {file}; printf .; }}"),
    };
    format!("#!/bin/sh\n{}{data} |\n{command}\n", notes(&facts))
}

/// A value that begins with a hyphen swaks takes for an option, also behind `=`; within quotes the address is
/// the same (RFC 5321 §4.1.2).
fn address(address: &str) -> String {
    match address.rsplit_once('@') {
        _ if address.is_empty() => "<>".into(),
        Some((local, domain)) if local.starts_with('-') => format!("\"{local}\"@{domain}"),
        _ => address.to_owned(),
    }
}

/// What swaks does otherwise than the session did.
fn notes(facts: &Facts) -> String {
    let mut notes = super::curl::file_note(facts);
    notes += &super::curl::parameters_note("swaks", facts);
    if let Some((mechanism, _)) = facts.login()
        && !["LOGIN", "PLAIN", "CRAM-MD5"].contains(&mechanism)
    {
        notes += &quote::comment(&format!("swaks does not know {mechanism}."));
    }
    if facts.is_international() {
        notes += &quote::comment("swaks does not send SMTPUTF8, which these addresses need.");
    }
    if facts.to.iter().any(|to| to.contains(',')) {
        notes += &quote::comment(
            "swaks takes the comma in a recipient's address for the next recipient.",
        );
    }
    if facts.login().is_some_and(|(_, user)| user.starts_with('-')) {
        notes +=
            &quote::comment("swaks takes a user name that begins with a hyphen for an option.");
    }
    notes
}
