//! The figures of all rounds, as a table and as JSON.

use crate::measure::{Figure, Measure};
use anyhow::Result;
use serde_json::{Value, json};
use std::{collections::BTreeMap, fmt, fs, path::Path};

/// What ratios are taken to.
const AGAINST: [&str; 2] = ["duty-free relay", "websocat"];

/// Every figure that was taken, by figure and subject, in the order in which they came.
#[derive(Default)]
pub(crate) struct Report {
    figures: Vec<Figure>,
    taken: BTreeMap<(Figure, &'static str), Vec<f64>>,
    subjects: Vec<&'static str>,
}

impl Report {
    pub(crate) fn add(&mut self, measure: &Measure, subject: &'static str, numbers: &[f64]) {
        if !self.subjects.contains(&subject) {
            self.subjects.push(subject);
        }
        for (figure, number) in measure.figures.iter().zip(numbers) {
            if !self.figures.contains(figure) {
                self.figures.push(*figure);
            }
            self.taken.entry((*figure, subject)).or_default().push(*number);
        }
    }

    /// What was measured.
    pub(crate) fn figures(&self) -> &[Figure] {
        &self.figures
    }

    /// Each subject's median of a figure.
    pub(crate) fn medians(&self, figure: Figure) -> impl Iterator<Item = (&'static str, f64)> {
        self.subjects
            .iter()
            .filter_map(move |subject| Some((*subject, self.median(figure, subject)?)))
    }

    fn median(&self, figure: Figure, subject: &'static str) -> Option<f64> {
        let mut numbers = self.taken.get(&(figure, subject))?.clone();
        numbers.sort_unstable_by(f64::total_cmp);
        numbers.get(numbers.len() / 2).copied()
    }

    /// Every number, and the medians.
    pub(crate) fn save(&self, path: &Path) -> Result<()> {
        let of = |figure: &Figure| -> Value {
            let subjects = self.subjects.iter().filter_map(|subject| {
                let taken = self.taken.get(&(*figure, *subject))?;
                let median = self.median(*figure, subject);
                Some(((*subject).to_owned(), json!({ "median": median, "taken": taken })))
            });
            let subjects: serde_json::Map<_, _> = subjects.collect();
            json!({
                "figure": figure.name, "unit": figure.unit,
                "more_is_better": figure.more_is_better, "subjects": subjects,
            })
        };
        let all: Vec<_> = self.figures.iter().map(of).collect();
        fs::write(path, serde_json::to_string_pretty(&all)?)?;
        Ok(())
    }
}

/// A block for each figure: the medians, and how they stand to others.
impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for figure in &self.figures {
            writeln!(f, "\n{} ({})", figure.name, figure.unit)?;
            for (subject, median) in self.medians(*figure) {
                let places = if median < 10.0 { 2 } else { 0 };
                write!(f, "  {subject:<16}{median:>12.places$}")?;
                for other in AGAINST {
                    if let Some(against) = self.median(*figure, other)
                        && against > 0.0
                    {
                        write!(f, "   {:>6.2} × {other}", median / against)?;
                    }
                }
                writeln!(f)?;
            }
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::MEASURES;

    #[test]
    fn a_figure_is_told_by_its_median_and_beside_others() {
        let mut report = Report::default();
        for (subject, numbers) in [
            ("smtp-bridge", [300.0, 900.0, 600.0]),
            ("duty-free relay", [500.0, 400.0, 100.0]),
            ("websocat", [200.0, 100.0, 150.0]),
        ] {
            for number in numbers {
                report.add(&MEASURES[0], subject, &[number, 1.0]);
            }
        }
        let told = report.to_string();
        let line = told.lines().find(|line| line.contains("smtp-bridge")).unwrap();
        let words: Vec<_> = line.split_whitespace().collect();
        assert_eq!(
            words,
            ["smtp-bridge", "600", "1.50", "×", "duty-free", "relay", "4.00", "×", "websocat"]
        );
    }
}
