//! The stages of a command: each is named when it starts, and its time is said when it ends.

use std::{
    fmt::Write as _,
    time::{Duration, Instant},
};

use anyhow::{Context as _, Result};

/// What has been done so far, for the list at the end.
#[derive(Default)]
pub(crate) struct Stages {
    done: Vec<Done>,
}

struct Done {
    name: String,
    took: Duration,
    /// What came of it, in a few words; for a failed stage nothing.
    outcome: Option<String>,
}

impl Stages {
    /// Runs one stage. It returns what came of it in a few words, which may be none.
    pub(crate) fn run(&mut self, name: &str, work: impl FnOnce() -> Result<String>) -> Result<()> {
        eprintln!("\n── {name}");
        let start = Instant::now();
        let result = work();
        let took = start.elapsed();
        let outcome = result.as_ref().ok().cloned();
        let done = Done { name: name.to_owned(), took, outcome };
        eprintln!("── {}", done.line(0));
        self.done.push(done);
        result.map(drop).with_context(|| format!("the stage `{name}` failed"))
    }

    /// Every stage with its time, one on a line.
    pub(crate) fn summary(&self) -> String {
        let width = self.done.iter().map(|done| done.name.chars().count()).max().unwrap_or(0);
        let mut summary = String::new();
        for done in &self.done {
            // Writing to a String does not fail.
            let _ = writeln!(summary, "{}", done.line(width));
        }
        summary
    }
}

impl Done {
    fn line(&self, width: usize) -> String {
        let seconds = self.took.as_secs_f64();
        let line = format!("{:width$}  {seconds:>6.1} s", self.name);
        match self.outcome.as_deref() {
            None => format!("{line}  FAILED"),
            Some("") => line,
            Some(outcome) => format!("{line}  {outcome}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use anyhow::anyhow;

    #[test]
    fn the_summary_lists_every_stage_also_the_one_that_failed() {
        let mut stages = Stages::default();
        stages.run("first", || Ok("3 tests".into())).expect("it does nothing");
        let error = stages.run("second stage", || Err(anyhow!("no"))).expect_err("it says no");
        assert_eq!(format!("{error:#}"), "the stage `second stage` failed: no");
        assert_eq!(
            stages.summary(),
            "first            0.0 s  3 tests\nsecond stage     0.0 s  FAILED\n"
        );
    }
}
