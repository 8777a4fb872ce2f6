//! A program with Python's smtplib.

use super::{Export, Form, PASSWORD_VARIABLE, facts::Data, quote};
use crate::smtp::command;
use std::fmt::Write as _;

/// The form.
pub(super) static SMTPLIB: Form =
    Form { name: "smtplib", file: "session.py", media_type: "text/x-python", write };

fn write(export: &Export<'_>) -> String {
    let facts = export.facts();
    let class = if facts.implicit_tls() { "SMTP_SSL" } else { "SMTP" };
    let mut program = String::from("import os\nimport smtplib\n");
    if facts.implicit_tls() || facts.starttls {
        program += "import ssl\n";
    }
    program += &message(&facts.data());
    let context = if facts.implicit_tls() { ", context=ssl.create_default_context()" } else { "" };
    // Writing to a String does not fail.
    _ = write!(
        program,
        "\nwith smtplib.{class}({}, {}, local_hostname={}{context}) as smtp:\n    smtp.ehlo()\n",
        quote::python(&facts.host),
        facts.port,
        quote::python(&facts.client_name)
    );
    if facts.starttls {
        program += "    smtp.starttls(context=ssl.create_default_context())\n    smtp.ehlo()\n";
    }
    if let Some((mechanism, user)) = facts.login() {
        _ = writeln!(
            program,
            "    smtp.user, smtp.password = {}, os.environ[\"{PASSWORD_VARIABLE}\"]",
            quote::python(user)
        );
        program += &login(mechanism, facts.initial_response);
    }
    let list = |items: &[String]| {
        let items: Vec<_> = items.iter().map(|item| quote::python(item)).collect();
        format!("[{}]", items.join(", "))
    };
    // smtplib works out SIZE itself.
    let own = |parameter: &&String| !parameter.to_uppercase().starts_with("SIZE=");
    let mut mail: Vec<_> = facts.mail_parameters.iter().filter(own).cloned().collect();
    if facts.is_international() && !mail.iter().any(|it| it.eq_ignore_ascii_case("SMTPUTF8")) {
        mail.push("SMTPUTF8".into());
    }
    _ = write!(
        program,
        "    # From here on what is said is printed; before, it would show the password.\n    \
         smtp.set_debuglevel(1)\n    refused = smtp.sendmail({}, {}, message, {}, {})\n    \
         print(\"refused:\", refused)\n",
        quote::python(facts.sender()),
        list(&facts.to),
        list(&mail),
        list(&facts.rcpt_parameters)
    );
    program
}

/// By the mechanism that was used, not by the one that smtplib would choose.
fn login(mechanism: &str, initial_response: bool) -> String {
    let method = match mechanism {
        "LOGIN" => "auth_login",
        "PLAIN" => "auth_plain",
        "CRAM-MD5" => "auth_cram_md5",
        other => {
            let note =
                quote::comment(&format!("smtplib does not know {other}; it chooses its own."));
            return format!("    {note}    smtp.login(smtp.user, smtp.password)\n");
        }
    };
    let initial = if initial_response { "True" } else { "False" };
    format!("    smtp.auth(\"{mechanism}\", smtp.{method}, initial_response_ok={initial})\n")
}

fn message(data: &Data) -> String {
    match data {
        Data::Here(message) => {
            let mut literal = String::from("\nmessage = (\n");
            for line in command::lines(message) {
                _ = writeln!(literal, "    {}", quote::bytes(line));
            }
            if message.is_empty() {
                literal += "    b\"\"\n";
            }
            literal + ")\n"
        }
        Data::InFile(file) => {
            format!(
                "\nwith open({}, \"rb\") as file:\n    message = file.read()\n",
                quote::python(file)
            )
        }
    }
}
