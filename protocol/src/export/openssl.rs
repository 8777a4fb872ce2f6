//! The lines themselves, through `openssl s_client`.
//!
//! It speaks TLS only, so where the session did not, the repetition begins with STARTTLS. The lines go
//! one by one, each after the reply to the one before: sent all at once they would be refused (RFC 5321
//! §4.3.1; RFC 2920 §3.1 allows a few together).

use super::{Export, Form, facts::Data, facts::Facts, quote};
use crate::anatomy::{Answer, Meaning, Piece};
use crate::auth;
use crate::client::Step;
use crate::smtp::command::Verb;
use crate::transcript::Item;
use std::net::IpAddr;

/// The form.
pub(super) static OPENSSL: Form =
    Form { name: "openssl", file: "session.openssl.sh", media_type: "text/x-shellscript", write };

/// Two pipes, so that a line can wait for the reply to the one before.
const BEGINNING: &str = r#"pipes=$(mktemp -d) && mkfifo "$pipes/in" "$pipes/out" || exit 1
# -quiet: otherwise openssl takes a line that begins with Q or R for a command of its own.
"#;

const HELPERS: &str = r#"exec 3>"$pipes/in" 4<"$pipes/out"
rm -r "$pipes"
# One reply: as many lines as have a hyphen behind their code.
reply() {
  while IFS= read -r line <&4; do
    printf '%s\n' "$line"
    case $line in ???-*) ;; *) return ;; esac
  done
  exit 1
}
"#;

fn write(export: &Export<'_>) -> String {
    let facts = export.facts();
    let mut script = format!("#!/bin/sh\n{}", super::curl::file_note(&facts));
    script += BEGINNING;
    script += &s_client(&facts);
    script += HELPERS;
    if facts.login().is_some() {
        script += &super::curl::shell_password(": ");
        script.push('\n');
    }
    if facts.implicit_tls() {
        script += "reply\n";
    }
    script += &conversation(export, &facts);
    // Closing the pipe ends openssl.
    script + "exec 3>&-\nwait\n"
}

fn s_client(facts: &Facts) -> String {
    let target = format!("{}:{}", facts.bracketed_host(), facts.port);
    let check = match facts.host.parse::<IpAddr>() {
        Ok(address) => format!("-verify_ip {address}"),
        Err(_) => format!("-verify_hostname {}", quote::shell(&facts.host)),
    };
    let starttls = if facts.implicit_tls() { "" } else { " -starttls smtp" };
    format!(
        "openssl s_client -quiet{starttls} -connect {} \\\n  \
         -verify_return_error {check} <\"$pipes/in\" >\"$pipes/out\" &\n",
        quote::shell(&target)
    )
}

/// What was sent, each time as many replies as came.
fn conversation(export: &Export<'_>, facts: &Facts) -> String {
    let mut script = String::new();
    let mut login = login(facts);
    // Large mail data is not in the script: all of it comes from the file, where its first piece was sent.
    let mut from_file = match facts.data() {
        Data::Here(_) => String::new(),
        Data::InFile(file) => format!("sed 's/^\\./../' {file} >&3\n"),
    };
    let is_large = !from_file.is_empty();
    let is_from_file = |step: Step, piece: &Piece| {
        is_large && step != Step::FinalDot && matches!(piece.meaning, Meaning::Data { .. })
    };
    // What openssl does by itself, up to STARTTLS, is left out.
    let mut in_clear = Facts::of(export.connection).starttls;
    for entry in export.connection.entries() {
        match &entry.item {
            Item::Sent { step, .. } if in_clear => {
                in_clear = !matches!(step, Step::StartTls | Step::Extra(Verb::StartTls));
            }
            Item::Received { .. } if in_clear => {}
            Item::Sent { step: Step::Auth | Step::Extra(Verb::Auth), .. } => {
                // Once, however often it was tried.
                script += &std::mem::take(&mut login);
            }
            Item::Sent { step, piece } if is_from_file(*step, piece) => {
                script += &std::mem::take(&mut from_file);
            }
            Item::Sent { piece, .. } if !matches!(piece.meaning, Meaning::AuthResponse { .. }) => {
                let window = piece.window(usize::MAX);
                let spans = piece.spans(&window);
                let wire =
                    super::mask(&window.bytes, &export.secrets.hidden(&window.bytes, &spans));
                script += &(quote::printf(&wire) + " >&3\n");
            }
            Item::Received { answer, .. } if is_to_a_line(*answer) => script += "reply\n",
            _ => {}
        }
    }
    script
}

/// Whether the reply is waited for here: the login waits for its own, openssl for those up to STARTTLS.
const fn is_to_a_line(answer: Answer) -> bool {
    !matches!(
        answer,
        Answer::To(Verb::Auth | Verb::StartTls)
            | Answer::ToAuthResponse
            | Answer::Greeting
            | Answer::Nothing
    )
}

/// A login by lines that are known before: where the session's mechanism has none, PLAIN.
fn login(facts: &Facts) -> String {
    let Some((mechanism, user)) = facts.login() else { return String::new() };
    let password = format!("\"${}\"", super::PASSWORD_VARIABLE);
    let encoded = "openssl base64 -A)\"";
    if mechanism == "LOGIN" {
        return format!(
            "printf 'AUTH LOGIN\\r\\n' >&3\nreply\n\
             printf '%s\\r\\n' {} >&3\nreply\n\
             printf '%s\\r\\n' \"$(printf %s {password} | {encoded} >&3\nreply\n",
            quote::shell(&auth::encode(user.as_bytes()))
        );
    }
    let note = match mechanism {
        "PLAIN" => String::new(),
        other => quote::comment(&format!(
            "{other} answers what the server asks: PLAIN stands in its place."
        )),
    };
    format!(
        "{note}printf 'AUTH PLAIN %s\\r\\n' \"$(printf '\\000%s\\000%s' {} {password} | \
         {encoded} >&3\nreply\n",
        quote::shell(user)
    )
}
