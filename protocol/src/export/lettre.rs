//! A program in Rust with lettre: a whole `main.rs`, with what it needs of a `Cargo.toml` at its head.

use super::{Export, Form, PASSWORD_VARIABLE, facts::Data, facts::Facts, quote};
use crate::smtp::command;
use std::fmt::Write as _;
use std::net::IpAddr;

/// The form.
pub(super) static LETTRE: Form =
    Form { name: "lettre", file: "main.rs", media_type: "text/x-rust", write };

fn write(export: &Export<'_>) -> String {
    let facts = export.facts();
    let has_tls = facts.implicit_tls() || facts.starttls;
    let features =
        if has_tls { "\"smtp-transport\", \"native-tls\"" } else { "\"smtp-transport\"" };
    let login = facts.login().map(|(mechanism, user)| {
        (
            lettres_own(mechanism),
            format!("Credentials::new({}.into(), password)", quote::rust(user)),
        )
    });
    let notes = notes(&facts);
    let mut program = format!(
        "// [dependencies]\n\
         // lettre = {{ version = \"0.11\", default-features = false, features = [{features}] }}\n{notes}\n\
         use lettre::address::Envelope;\n"
    );
    if login.is_some() {
        program += "use lettre::transport::smtp::authentication::{Credentials, Mechanism};\n";
    }
    program += "use lettre::transport::smtp::extension::ClientId;\n\
                use lettre::{SmtpTransport, Transport};\n\n\
                fn main() -> Result<(), Box<dyn std::error::Error>> {\n";
    if login.is_some() {
        _ = writeln!(program, "    let password = std::env::var(\"{PASSWORD_VARIABLE}\")?;");
    }
    let from = match facts.sender() {
        "" => "None".to_owned(),
        sender => format!("Some({}.parse()?)", quote::rust(sender)),
    };
    program += &message(&facts.data());
    program += "    // lettre ends the last line itself.\n    \
                let message = message.strip_suffix(b\"\\r\\n\").unwrap_or(&message);\n";
    _ = writeln!(program, "    let from = {from};\n    let to = vec![");
    for to in &facts.to {
        _ = writeln!(program, "        {}.parse()?,", quote::rust(to));
    }
    let builder = builder(&facts);
    _ = write!(
        program,
        "    ];\n    let transport = {builder}\n        .port({})\n        .hello_name({})\n",
        facts.port,
        client_id(&facts.client_name)
    );
    if let Some((mechanism, credentials)) = login {
        _ = write!(
            program,
            "        .credentials({credentials})\n        .authentication(vec![Mechanism::{mechanism}])\n"
        );
    }
    program
        + "        .build();\n    \
           let response = transport.send_raw(&Envelope::new(from, to)?, message)?;\n    \
           println!(\"{response:?}\");\n    Ok(())\n}\n"
}

/// What lettre does otherwise than the session did.
fn notes(facts: &Facts) -> String {
    let mut notes = super::curl::parameters_note("lettre", facts);
    if let Some((mechanism, _)) = facts.login()
        && !["LOGIN", "PLAIN", "XOAUTH2"].contains(&mechanism)
    {
        notes += &quote::comment(&format!(
            "lettre does not know {mechanism}: PLAIN stands in its place."
        ));
    }
    notes
        .lines()
        .fold(String::new(), |notes, note| notes + "//" + note.trim_start_matches('#') + "\n")
}

fn builder(facts: &Facts) -> String {
    let host = quote::rust(&facts.host);
    if facts.implicit_tls() {
        format!("SmtpTransport::relay({host})?")
    } else if facts.starttls {
        format!("SmtpTransport::starttls_relay({host})?")
    } else {
        // So it is called because it does not encrypt: neither did the session.
        format!("SmtpTransport::builder_dangerous({host})")
    }
}

/// lettre knows three; PLAIN stands in for the others.
const fn lettres_own(mechanism: &str) -> &'static str {
    match mechanism.as_bytes() {
        b"LOGIN" => "Login",
        b"XOAUTH2" => "Xoauth2",
        _ => "Plain",
    }
}

fn client_id(name: &str) -> String {
    let address = name.trim_start_matches('[').trim_end_matches(']');
    match address.trim_start_matches("IPv6:").parse() {
        Ok(IpAddr::V4(address)) => {
            format!("ClientId::Ipv4({}.parse()?)", quote::rust(&address.to_string()))
        }
        Ok(IpAddr::V6(address)) => {
            format!("ClientId::Ipv6({}.parse()?)", quote::rust(&address.to_string()))
        }
        Err(_) => format!("ClientId::Domain({}.into())", quote::rust(name)),
    }
}

fn message(data: &Data) -> String {
    match data {
        Data::Here(message) => {
            let mut literal = String::from("    let message = [\n        &b\"\"[..],\n");
            for line in command::lines(message) {
                _ = writeln!(literal, "        {},", quote::bytes(line));
            }
            literal + "    ]\n    .concat();\n"
        }
        Data::InFile(file) => format!("    let message = std::fs::read({})?;\n", quote::rust(file)),
    }
}
