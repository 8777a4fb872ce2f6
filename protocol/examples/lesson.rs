//! Walks a lesson and prints what both sides say: `cargo run -p protocol --example lesson -- FILE`.
//!
//! For those who write lessons. With `--record` what was said is written into the file as the lesson's turns,
//! which have to stand last in it. Ends with 0, with 1 when the lesson does not go as its turns say, with 65 when
//! the file is not a lesson.

use clap::Parser;
use protocol::lesson::{Lesson, Turn};
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::{fs, io, io::Write as _};

/// Walks lessons in memory and prints what both sides say.
#[derive(Parser)]
struct Options {
    /// The lessons, as JSON
    #[arg(required = true)]
    files: Vec<PathBuf>,
    /// Write what was said into the file
    #[arg(long)]
    record: bool,
}

fn main() -> ExitCode {
    let options = Options::parse();
    let codes = options.files.iter().map(|file| {
        walk(file, options.record).unwrap_or_else(|error| {
            eprintln!("{}: {error}", file.display());
            65
        })
    });
    ExitCode::from(codes.max().unwrap_or_default())
}

/// Walks one lesson and gives the exit code.
fn walk(file: &Path, record: bool) -> Result<u8, String> {
    let json = fs::read_to_string(file).map_err(|error| error.to_string())?;
    let lesson = Lesson::from_json(&json).map_err(|error| error.to_string())?;
    print(&format!("{}: {}", lesson.id, lesson.title.en));
    let turns = replay(&lesson)?;
    if record {
        let json = with_turns(&json, &turns).ok_or("expected \"turns\" as the last member")?;
        fs::write(file, json).map_err(|error: io::Error| error.to_string())?;
    }
    for mistake in &lesson.mistakes {
        print(&format!("\n{}, {}: {}", lesson.id, mistake.id, mistake.title.en));
        replay(&lesson.with(mistake).map_err(|error| error.to_string())?)?;
    }
    let as_said = record || lesson.goes_as(&turns);
    if !as_said {
        print("\nThis is not what the lesson's turns say.");
    }
    Ok(u8::from(!as_said))
}

/// Prints what both sides say.
fn replay(lesson: &Lesson) -> Result<Vec<Turn>, String> {
    let replay = lesson.replay().map_err(|errors| errors[0].to_string())?;
    let turns = replay.turns();
    for turn in &turns {
        for line in turn.client.iter().flat_map(|text| text.split("\r\n")) {
            print(&format!("  C: {line}"));
        }
        for line in &turn.server {
            print(&format!("  S: {line}"));
        }
        if let Some(end) = &turn.end {
            print(&format!("  *: {end}"));
        }
    }
    if replay.endless {
        return Err("the walk has no end".into());
    }
    if replay.moves_made < lesson.moves.len() {
        return Err(format!("the walk never comes to move {}", replay.moves_made + 1));
    }
    Ok(turns)
}

/// The file with these turns in the place of its own, or behind its last member.
fn with_turns(json: &str, turns: &[Turn]) -> Option<String> {
    let head = match json.find("\n  \"turns\":") {
        Some(at) => json[..at].to_owned(),
        None => json.trim_end().strip_suffix('}')?.trim_end().to_owned() + ",",
    };
    let turns: Vec<_> = turns.iter().map(serde_json::to_string).collect::<Result<_, _>>().ok()?;
    Some(format!("{head}\n  \"turns\": [\n    {}\n  ]\n}}\n", turns.join(",\n    ")))
}

/// Prints a line. When nobody reads it any longer, the work is done all the same.
fn print(line: &str) {
    _ = writeln!(io::stdout(), "{line}");
}
