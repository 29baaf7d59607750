//! Months side by side, one line a year: the latest in the accent, earlier ones grey.

use statcube::cube::GroupResult;

use super::data::{Observed, Series, ask, bounded, observed};
use super::labels::{Obstacles, annotate, label_type, name_series};
use super::scene::{Mark, Point, Rect};
use super::sketch::{Anchor, Marker, SMALL, Sketch, Type};
use super::time::TimeAxis;
use super::trend::{Line, Plot, name_bounds, name_field};
use super::{Job, Laid, Unfit, describe, picture};
use crate::present::present;

/// The latest year and so many before it.
const MAX_YEARS: usize = 4;

/// The figures over time, rolled up over everything else; what may not be rolled up is unfit.
pub(super) fn fit(job: &Job<'_>) -> Result<(TimeAxis, GroupResult), Unfit> {
    let locale = job.frame.locale;
    let axis = TimeAxis::of(job.kind, job.cube, job.query, locale)?;
    let result = ask(job.cube, job.query, job.kind, &[(axis.dimension, &axis.positions)])
        .ok_or_else(|| Unfit::new(job.kind, "chart.unfit.nothing", locale))?;
    match describe::refusal(&result, locale) {
        Some(reason) => Err(Unfit::because(job.kind, reason, locale)),
        None => Ok((axis, result)),
    }
}

#[inline(never)]
pub(super) fn layout(job: &Job<'_>) -> Result<Laid, Unfit> {
    let (axis, result) = fit(job)?;
    let per_year = 12 / axis.months;
    if per_year < 2 {
        return Err(Unfit::new(job.kind, "chart.unfit.only-years", job.frame.locale));
    }
    let cells: Vec<usize> = (0..result.len()).collect();
    let all = observed(&result, &axis, &cells, job.cube);
    let all_bounded = bounded(&result, &axis, &cells);
    let year_of = |ordinal: i32| axis.month(ordinal).year();
    let known = all.iter().map(|point| point.ordinal).chain(all_bounded.iter().map(|one| one.ordinal));
    let mut years: Vec<i32> = known.map(year_of).collect();
    statcube::order::sort(&mut years);
    years.dedup();
    let left_out = years.len().saturating_sub(MAX_YEARS);
    let years = years.split_off(left_out);
    let series: Vec<Series> = years
        .iter()
        .enumerate()
        .map(|(slot, &year)| Series {
            category: None,
            name: year.to_string(),
            is_total: false,
            slot,
            points: of_year(all.iter().filter(|point| year_of(point.ordinal) == year)),
            bounded: all_bounded.iter().filter(|one| year_of(one.ordinal) == year).cloned().collect(),
        })
        .collect();

    let (frame, tokens) = (job.frame, job.frame.tokens);
    let height = frame.height.unwrap_or(if frame.width < 520.0 { 300.0 } else { 332.0 }).max(140.0);
    let mut sketch = Sketch::new(frame, height);
    let values = series.iter().flat_map(Series::extremes);
    let plot = Plot::new(&sketch, job, values, (0, per_year), (30.0, height - 30.0));
    plot.draw_values(&mut sketch, job);
    picture::unit_line(&mut sketch, job);
    draw_months(&mut sketch, &axis, &plot, per_year);
    if series.is_empty() {
        picture::say_nothing_drawn(&mut sketch, job, &result, plot.field);
    }

    let radius = plot.radius();
    let mut obstacles = Obstacles { field: Some(name_field(&plot, frame.width)), ..Obstacles::default() };
    let lines: Vec<Line<'_>> = series
        .iter()
        .enumerate()
        .map(|(group, one)| {
            let is_latest = group + 1 == series.len();
            // The circle is the latest year's alone.
            let markers = [Marker::Square, Marker::Diamond, Marker::Triangle];
            let marker = if is_latest {
                Marker::Circle
            } else {
                markers.get(group % 3).copied().unwrap_or(Marker::Square)
            };
            let (color, label) =
                if is_latest { (tokens.accent, tokens.accent_ink) } else { (tokens.edge, tokens.ink_2) };
            let place = |point: &Observed| {
                Point::new(plot.x(point.ordinal.rem_euclid(per_year)), plot.y(point.value))
            };
            let brackets = plot.brackets(one, |ordinal| ordinal.rem_euclid(per_year));
            let at = one.points.iter().map(place).collect();
            Line { series: one, group, color, label, marker, at, brackets }
        })
        .collect();
    let mut brackets: Vec<Vec<Rect>> = Vec::new();
    for line in &lines {
        let width = if line.group + 1 == series.len() { 2.0 } else { 1.5 };
        line.draw(&mut sketch, width, radius);
        line.add_to(&mut obstacles, radius);
        let drawn = line.draw_brackets(&mut sketch, plot.step);
        obstacles.marks.extend(&drawn);
        brackets.push(drawn);
    }
    let mut key = Vec::new();
    // The latest first, since its name must not be crowded out.
    for (line, brackets) in lines.iter().zip(&brackets).rev() {
        let style = label_type(&sketch, line.label);
        if !name_series(&mut sketch, &line.series.name, &line.places(brackets), style, &mut obstacles) {
            key.push(line.key_item(&sketch));
        }
    }
    if let Some((line, peak)) = lines.last().and_then(|line| Some((line, line.series.peak()?))) {
        let style = Type::new(SMALL, tokens.ink_2).halo(tokens.bg);
        let at = line
            .series
            .points
            .iter()
            .position(|point| point.index == peak.index)
            .and_then(|i| line.at.get(i));
        if let Some(at) = at {
            annotate(
                &mut sketch,
                &present(&peak.cell, job.cube, frame.locale).number,
                *at,
                style,
                &mut obstacles,
            );
        }
    }
    let when = |ordinal: i32| axis.name(ordinal, frame.locale);
    for (line, brackets) in lines.iter().zip(&brackets) {
        name_bounds(&mut sketch, job, line, brackets, &mut obstacles);
        let marks = line.marks(brackets, &plot, &when);
        sketch
            .scene
            .marks
            .extend(marks.map(|mark| Mark { column: mark.column.rem_euclid(per_year), ..mark }));
    }

    let mut parts = describe::context(job, &[axis.dimension]);
    let range = match (years.first(), years.last()) {
        (Some(first), Some(last)) if first != last => {
            frame.locale.fill("period.range", &[("from", &first.to_string()), ("to", &last.to_string())])
        }
        (Some(year), _) => year.to_string(),
        _ => axis.range_name(frame.locale),
    };
    parts.push(range);
    if left_out > 0 {
        let (drawn, count) = (years.len().to_string(), left_out.to_string());
        parts.push(frame.locale.fill("chart.years-left-out", &[("drawn", &drawn), ("count", &count)]));
    }
    let title = describe::title(job, &[]);
    let title = frame.locale.fill("chart.title.years", &[("measure", &title)]);
    let says = describe::series(job, &axis, per_year as usize, &series, &[], &result);
    key.extend(picture::key_over_time(job, &axis, &series));
    let subtitle = describe::sentences(&parts);
    Ok(Laid { scene: sketch.finish(), title, subtitle, key, says, results: vec![result], disclaimer: None })
}

/// The points of one year; the first is joined to none.
fn of_year<'a>(points: impl Iterator<Item = &'a Observed>) -> Vec<Observed> {
    let mut points: Vec<Observed> = points.cloned().collect();
    if let Some(first) = points.first_mut() {
        first.is_joined = false;
    }
    points
}

fn draw_months(sketch: &mut Sketch<'_>, axis: &TimeAxis, plot: &Plot, per_year: i32) {
    let style = Type::new(SMALL, sketch.frame.tokens.muted);
    let locale = sketch.frame.locale;
    let label = |place: i32| {
        let month = axis.month(place);
        match axis.months {
            1 => locale.month_name_short(month).to_owned(),
            months => {
                let last = month.plus(months - 1);
                format!("{}–{}", locale.month_name_short(month), locale.month_name_short(last))
            }
        }
    };
    let widest = (0..per_year).map(|place| sketch.measure(&label(place), style)).fold(0.0, f64::max);
    let every = [1, 2, 3, 6].into_iter().find(|n| f64::from(*n) * plot.step >= widest + 4.0).unwrap_or(12);
    for place in (0..per_year).step_by(every as usize) {
        let at = Point::new(plot.x(place), plot.field.bottom() + 20.0);
        sketch.text(at, &label(place), style, Anchor::Middle);
    }
}
