//! What the browser's console says.

use std::fmt;

/// A line of the console.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ConsoleEntry {
    /// `SEVERE`, `WARNING`, `INFO` or `DEBUG`.
    pub level: String,
    /// What it is about: `javascript`, `network`, `security`, `console-api`…
    pub source: String,
    /// Where and what.
    pub message: String,
}

impl ConsoleEntry {
    /// Whether it is an error: an exception, a failed load, a forbidden one, `console.error`.
    pub fn is_error(&self) -> bool {
        self.level == "SEVERE"
    }
}

impl fmt::Display for ConsoleEntry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({}) {}", self.level, self.source, self.message)
    }
}
