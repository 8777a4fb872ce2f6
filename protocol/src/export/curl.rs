//! A curl command; the mail data comes through a pipe.

use super::{Export, Form, PASSWORD_VARIABLE, facts::Data, facts::Facts, quote};

/// The form.
pub(super) static CURL: Form =
    Form { name: "curl", file: "session.curl.sh", media_type: "text/x-shellscript", write };

fn write(export: &Export<'_>) -> String {
    let facts = export.facts();
    let scheme = if facts.implicit_tls() { "smtps" } else { "smtp" };
    // What stands behind the slash is the name for EHLO.
    let url = format!("{scheme}://{}:{}/{}", facts.bracketed_host(), facts.port, facts.client_name);
    // Brackets and braces would otherwise be patterns.
    let mut words =
        vec!["curl --verbose --globoff".to_owned(), format!("--url {}", quote::shell(&url))];
    if facts.starttls {
        words.push("--ssl-reqd".into());
    }
    if let Some((mechanism, user)) = facts.login() {
        words.push(format!("--login-options {}", quote::shell(&format!("AUTH={mechanism}"))));
        // curl takes what stands before the first colon for the user's name.
        if facts.takes_token() {
            words.push(format!("--user {}:", quote::shell(user)));
            words.push(shell_password("--oauth2-bearer "));
        } else {
            words.push(shell_password(&format!("--user {}:", quote::shell(user))));
        }
        if facts.initial_response {
            words.push("--sasl-ir".into());
        }
    }
    words.push(format!("--mail-from {}", quote::shell(&format!("<{}>", facts.sender()))));
    for to in &facts.to {
        words.push(format!("--mail-rcpt {}", quote::shell(&format!("<{to}>"))));
    }
    if facts.to.len() > 1 {
        words.push("--mail-rcpt-allowfails".into());
    }
    let (data, file) = match facts.data() {
        Data::Here(message) => (quote::printf(&message) + " |\n", "-"),
        Data::InFile(file) => (String::new(), file),
    };
    words.push(format!("--upload-file {file}"));
    format!("#!/bin/sh\n{}{data}{}\n", notes(&facts), words.join(" \\\n  "))
}

fn notes(facts: &Facts) -> String {
    let mut notes = file_note(facts) + &parameters_note("curl", facts);
    if facts.login().is_some_and(|(_, user)| user.contains(':')) {
        notes += &quote::comment("curl takes the user name to end at its first colon.");
    }
    notes
}

/// Where large mail data is expected.
pub(super) fn file_note(facts: &Facts) -> String {
    match facts.data() {
        Data::Here(_) => String::new(),
        Data::InFile(file) => quote::comment(&format!("Save the mail data as {file} first.")),
    }
}

/// What a program has no option for. SIZE is not told of: those that send it work it out themselves.
pub(super) fn parameters_note(program: &str, facts: &Facts) -> String {
    let parameters = facts.mail_parameters.iter().chain(&facts.rcpt_parameters);
    let own = |parameter: &&String| !parameter.to_uppercase().starts_with("SIZE=");
    let parameters: Vec<_> = parameters.filter(own).map(String::as_str).collect();
    if parameters.is_empty() {
        return String::new();
    }
    quote::comment(&format!("{program} does not send {}.", parameters.join(" ")))
}

/// The password behind `before`; the shell stops, and says why, where it is not given.
pub(super) fn shell_password(before: &str) -> String {
    format!("{before}\"${{{PASSWORD_VARIABLE}:?set it to the password}}\"")
}
