//! The figures as a picture: a panel for each, a bar for each subject.

use crate::{measure::Figure, report::Report};
use anyhow::{Result, anyhow};
use plotters::{
    coord::Shift,
    prelude::{
        Color as _, DrawingArea, IntoDrawingArea as _, RGBColor, Rectangle, SVGBackend, Text, WHITE,
    },
    style::{BLACK, IntoFont as _},
};
use std::path::Path;

type Panel<'a> = DrawingArea<SVGBackend<'a>, Shift>;

/// Panels beside each other, and the size of each in pixels.
const COLUMNS: usize = 3;
const SIZE: (u32, u32) = (400, 260);

/// The product's own colour; all others are grey, for they are what it is held against.
const OWN: RGBColor = RGBColor(0x1f, 0x6f, 0x8b);
const OTHERS: RGBColor = RGBColor(0xb4, 0xba, 0xc2);

pub(crate) fn save(report: &Report, path: &Path) -> Result<()> {
    let figures = report.figures();
    let rows = figures.len().div_ceil(COLUMNS);
    let size = (SIZE.0 * u32::try_from(COLUMNS)?, SIZE.1 * u32::try_from(rows.max(1))?);
    let all = SVGBackend::new(path, size).into_drawing_area();
    all.fill(&WHITE)?;
    for (panel, figure) in all.split_evenly((rows.max(1), COLUMNS)).iter().zip(figures) {
        draw(panel, report, *figure)
            .map_err(|error| anyhow!("drawing {}: {error}", figure.name))?;
    }
    all.present()?;
    Ok(())
}

fn draw(panel: &Panel<'_>, report: &Report, figure: Figure) -> Result<()> {
    let bars: Vec<_> = report.medians(figure).filter(|(_, median)| *median > 0.0).collect();
    let most = bars.iter().map(|(_, median)| *median).fold(f64::MIN_POSITIVE, f64::max);
    let better = if figure.more_is_better { "more is better" } else { "less is better" };
    let (width, _) = panel.dim_in_pixel();
    let font = |size: i32| ("sans-serif", size).into_font().color(&BLACK);
    panel.draw(&Text::new(format!("{} ({})", figure.name, figure.unit), (16, 14), font(15)))?;
    panel.draw(&Text::new(better, (16, 34), font(12)))?;
    let (from, to) = (130, i32::try_from(width)? - 70);
    for (at, (subject, median)) in bars.iter().enumerate() {
        let top = 60 + 30 * i32::try_from(at)?;
        #[allow(clippy::cast_possible_truncation, reason = "it is a number of pixels")]
        let end = from + (f64::from(to - from) * median / most) as i32;
        let colour = if *subject == "smtp-bridge" { OWN } else { OTHERS };
        panel.draw(&Text::new(*subject, (16, top + 3), font(13)))?;
        panel
            .draw(&Rectangle::new([(from, top), (end.max(from + 1), top + 20)], colour.filled()))?;
        let number = if *median < 10.0 { format!("{median:.2}") } else { format!("{median:.0}") };
        panel.draw(&Text::new(number, (end + 6, top + 3), font(13)))?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::measure::MEASURES;

    #[test]
    fn every_subject_has_a_bar_with_its_figure() {
        let mut report = Report::default();
        report.add(&MEASURES[0], "smtp-bridge", &[300.0, 0.5]);
        report.add(&MEASURES[0], "websocat", &[75.0, 2.25]);
        let file = tempfile::NamedTempFile::new().unwrap();
        save(&report, file.path()).unwrap();
        let picture = std::fs::read_to_string(file.path()).unwrap();
        for said in ["up (MiB/s)", "smtp-bridge", "websocat", "300", "75", "0.50", "2.25"] {
            assert!(picture.contains(&format!("\n{said}\n")), "{said} in {picture}");
        }
    }
}
