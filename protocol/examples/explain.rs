//! Explains a session that was had elsewhere: every line with its fields, every refusal with its causes.
//!
//! It reads what swaks, telnet, `openssl s_client` or Python's smtplib printed, or lines with `C:` and `S:`.
//!
//!     swaks --server 127.0.0.1:2525 --to teacher@practice.example | cargo run -p protocol --example explain
//!
//! With `--as` it writes the session down in another form; with `--reply` it takes single replies.

use std::{
    fmt::Write as _,
    fs::File,
    io::{self, BufRead, BufReader, Read, Write as _},
    path::{Path, PathBuf},
    process::ExitCode,
};

use clap::Parser;
use protocol::{
    diagnosis::{Context, Provider},
    export::{FORMS, Form, Kind, Reason, Shown, answer_named, reasons},
    import::{self, Session},
    message::with_crlf,
    smtp::reply::ReplyParser,
};
use serde::{Deserialize, Serialize};

/// Explains a session: prints each line with its fields and, where the server refused, the causes and cures.
///
/// Ends with 0, with 64 when it was called wrongly, and with 65 when the input is no session.
#[derive(Parser)]
struct Arguments {
    /// The file to read; standard input without it.
    file: Option<PathBuf>,
    /// Print JSON, for programs.
    #[arg(long)]
    json: bool,
    /// Write the session down in this form instead: text, markdown, json, swaks, openssl, curl, smtplib, lettre.
    #[arg(long = "as", value_name = "FORM", value_parser = form, conflicts_with_all = ["json", "reply"])]
    form: Option<&'static Form>,
    /// Take lines such as {"step":"rcpt","reply":"550 5.1.1 no such user"} instead of a session.
    ///
    /// A "host" may stand beside them. A step is a command's word, or greeting, auth-response, message (behind the final dot), unknown.
    #[arg(long)]
    reply: bool,
}

/// Why it ends with another code than 0, and what it says then.
struct Wrong(u8, String);

/// Called wrongly (`EX_USAGE`).
const USAGE: u8 = 64;
/// The input is not what it should be (`EX_DATAERR`).
const DATA: u8 = 65;

/// The longest line of `--reply`, in bytes.
const REPLY_LINE: usize = 64 * 1024;

fn main() -> ExitCode {
    let arguments = match Arguments::try_parse() {
        Ok(arguments) => arguments,
        Err(help) if !help.use_stderr() => {
            print(&help.to_string());
            return ExitCode::SUCCESS;
        }
        Err(wrong) => return end(&Wrong(USAGE, wrong.to_string())),
    };
    let done = open(arguments.file.as_deref()).and_then(|input| {
        if arguments.reply {
            explain_replies(input, arguments.json)
        } else {
            explain(input, &arguments)
        }
    });
    done.err().map_or(ExitCode::SUCCESS, |wrong| end(&wrong))
}

fn end(Wrong(code, why): &Wrong) -> ExitCode {
    eprintln!("{}", why.trim_end());
    ExitCode::from(*code)
}

fn form(name: &str) -> Result<&'static Form, String> {
    let names: Vec<_> = FORMS.iter().map(|form| form.name).collect();
    Form::named(name).ok_or_else(|| format!("expected one of {}", names.join(", ")))
}

fn open(file: Option<&Path>) -> Result<Box<dyn Read>, Wrong> {
    let Some(path) = file else { return Ok(Box::new(io::stdin())) };
    match File::open(path) {
        Ok(file) => Ok(Box::new(file)),
        Err(error) => Err(Wrong(USAGE, format!("{}: {error}", path.display()))),
    }
}

fn explain(input: impl Read, arguments: &Arguments) -> Result<(), Wrong> {
    let mut bytes = Vec::new();
    // One byte more than is read tells that there is more.
    let limit = import::TEXT as u64 + 1;
    let read = input.take(limit).read_to_end(&mut bytes);
    read.map_err(|error| Wrong(DATA, format!("the input cannot be read: {error}")))?;
    let session = Session::read(&String::from_utf8_lossy(&bytes))
        .map_err(|error| Wrong(DATA, error.to_string()))?;
    let wanted = arguments.form.or_else(|| Form::named("json").filter(|_| arguments.json));
    match wanted {
        Some(form) => print(&form.write(&session.export())),
        None => print(&explained(&session)),
    }
    if session.unread > 0 {
        eprintln!(
            "{} lines at the end were not read: before them the session ended, broke or got too long.",
            session.unread
        );
    }
    Ok(())
}

/// The session for a person.
fn explained(session: &Session) -> String {
    let mut text = format!("A session with {}\n", session.connection.target());
    for shown in session.export().shown() {
        text += &explained_entry(&shown);
    }
    text
}

fn explained_entry(shown: &Shown) -> String {
    let mut text = String::from("\n");
    let who = match shown.kind {
        Kind::Sent => "C:",
        Kind::Received => "S:",
        Kind::Transport | Kind::Broken | Kind::Closed => "*:",
    };
    // Writing to a String does not fail.
    if let Some(detail) = &shown.detail {
        _ = writeln!(text, "{who} {detail}");
    }
    for line in &shown.lines {
        _ = writeln!(text, "{who} {line}");
    }
    let width = shown.parts.iter().map(|part| part.field.len()).max().unwrap_or(0);
    for part in &shown.parts {
        _ = writeln!(text, "     {:width$}  {}  [{}]", part.field, part.text, part.source);
    }
    if shown.left_out > 0 {
        _ = writeln!(text, "     {} bytes more", shown.left_out);
    }
    text + &explained_reasons(&shown.reasons)
}

/// The causes by their names, the likeliest first, each with its cure.
fn explained_reasons(reasons: &[Reason]) -> String {
    let mut text = String::new();
    for (n, reason) in reasons.iter().enumerate() {
        let cure = reason.cure.as_deref().unwrap_or("none known");
        _ = writeln!(
            text,
            "  {}. cause: {}; cure: {cure}; known by: {}",
            n + 1,
            reason.cause,
            reason.by
        );
    }
    text
}

/// A line of `--reply`.
#[derive(Deserialize)]
struct Asked {
    step: String,
    reply: String,
    /// Whose server it is: some say things in a way of their own.
    host: Option<String>,
}

/// What `--reply --json` prints for it.
#[derive(Serialize)]
struct Answered<'a> {
    step: &'a str,
    reply: &'a str,
    reasons: Vec<Reason>,
}

/// Explains every line that it can; where there is one that it cannot, that is said and the end is no success.
fn explain_replies(input: impl Read, json: bool) -> Result<(), Wrong> {
    let mut input = BufReader::new(input);
    let mut wrong = Vec::new();
    for number in 1.. {
        let mut line = Vec::new();
        let read = input.by_ref().take(REPLY_LINE as u64).read_until(b'\n', &mut line);
        match read {
            Err(error) => return Err(Wrong(DATA, format!("the input cannot be read: {error}"))),
            Ok(0) => break,
            Ok(REPLY_LINE) => {
                let why = format!("line {number}: expected at most {REPLY_LINE} bytes, found more");
                return Err(Wrong(DATA, why));
            }
            Ok(_) if line.trim_ascii().is_empty() => {}
            Ok(_) => match explained_reply(&line, json) {
                Ok(text) => print(&text),
                Err(why) => wrong.push(format!("line {number}: {why}")),
            },
        }
    }
    if wrong.is_empty() { Ok(()) } else { Err(Wrong(DATA, wrong.join("\n"))) }
}

fn explained_reply(line: &[u8], json: bool) -> Result<String, String> {
    let Asked { step, reply, host } =
        serde_json::from_slice(line).map_err(|error| error.to_string())?;
    let answer = answer_named(&step).ok_or_else(|| {
        format!("expected a step such as \"rcpt\" or \"message\", found {step:?}")
    })?;
    let wire = with_crlf(&reply);
    let read = match ReplyParser::default().read(&mut wire.as_bytes()) {
        Some(read) => read.map_err(|error| error.to_string())?,
        None => return Err(format!("expected a whole reply, found {reply:?}")),
    };
    let provider = host.as_deref().and_then(Provider::of_host);
    let reasons = reasons(answer, &read, Context { provider, ..Context::default() });
    if json {
        let answered = Answered { step: &step, reply: &reply, reasons };
        return serde_json::to_string(&answered)
            .map(|json| json + "\n")
            .map_err(|it| it.to_string());
    }
    let reply = reply.replace(char::is_control, " ");
    let step = step.replace(char::is_control, " ");
    let reasons = match &*reasons {
        [] => "  it is no refusal\n".to_owned(),
        reasons => explained_reasons(reasons),
    };
    Ok(format!("{step}: {reply}\n{reasons}"))
}

/// Nobody need read it to its end.
fn print(text: &str) {
    _ = io::stdout().write_all(text.as_bytes());
}
