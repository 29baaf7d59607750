//! Columns beside the number they belong to: no labels, the same gaps.

use statcube::Cell;

use super::data::{Series, bounded, observed};
use super::scene::{Mark, Point, Rect};
use super::sketch::{BRACKET_FOOT, Sketch};
use super::{Job, Laid, Unfit, describe, picture, years};

/// Wider columns would be bars.
const WIDEST: f64 = 18.0;

#[inline(never)]
pub(super) fn layout(job: &Job<'_>) -> Result<Laid, Unfit> {
    let (axis, result) = years::fit(job)?;
    let (frame, tokens) = (job.frame, job.frame.tokens);
    let height = frame.height.unwrap_or(52.0).max(16.0);
    let mut sketch = Sketch::new(frame, height);
    let cells: Vec<usize> = (0..result.len()).collect();
    let (points, bounded) = (observed(&result, &axis, &cells, job.cube), bounded(&result, &axis, &cells));
    let name = frame.locale.measure(job.cube, job.query.measure);
    let series = Series { category: None, name: name.clone(), is_total: false, slot: 0, points, bounded };
    let (low, high) = series.extremes().fold((0.0f64, 0.0f64), |(l, h), value| (l.min(value), h.max(value)));
    let span = if high - low > 0.0 { high - low } else { 1.0 };
    let field = height - 2.0;
    let y = |value: f64| 1.0 + field * (1.0 - (value - low) / span);
    let (first, count) = (axis.span().0, axis.len());
    let step = frame.width / f64::from(count);
    sketch.horizontal(0.0, y(0.0).min(height - 1.0), frame.width, tokens.edge);
    let middle = |ordinal: i32| (f64::from(ordinal - first) + 0.5) * step;
    let width = (step * 0.76).clamp(0.75, WIDEST);
    let mark = |(cell, index, ordinal): (&Cell, usize, i32), shape: Rect, at: Point| Mark {
        bounds: Rect::new(at.x - step.max(24.0) / 2.0, 0.0, step.max(24.0), height.max(24.0)),
        shape,
        at,
        cell: cell.clone(),
        name: name.clone(),
        when: Some(axis.name(ordinal, frame.locale)),
        group: 0,
        positions: cell.by().to_vec(),
        row: 0,
        column: ordinal,
        share: None,
        color: tokens.accent,
        guide: None,
        source: (0, index),
    };
    for point in &series.points {
        // A figure that is small is still a figure; zero is the baseline alone.
        let tall = if point.value == 0.0 { 0.0 } else { (y(0.0) - y(point.value)).abs().max(1.5) };
        let top = if point.value < 0.0 { y(0.0) } else { y(0.0) - tall };
        let column = Rect::new(middle(point.ordinal) - width / 2.0, top.max(0.0), width, tall);
        sketch.column(column, tokens.accent, point.is_estimate);
        let at = Point::new(column.center().x, if point.value < 0.0 { column.bottom() } else { column.y });
        sketch.scene.marks.push(mark((&point.cell, point.index, point.ordinal), column, at));
    }
    for one in &series.bounded {
        let x = middle(one.ordinal);
        let ends = (Point::new(x, y(one.low)), Point::new(x, y(one.high)));
        let bracket = sketch.bracket(ends, step.clamp(4.0, BRACKET_FOOT), tokens.accent);
        let known = (&one.cell, one.index, one.ordinal);
        sketch.scene.marks.push(mark(known, bracket, Point::new(x, bracket.y)));
    }
    let series = [series];
    let mut parts = describe::context(job, &[axis.dimension]);
    parts.push(axis.range_name(frame.locale));
    let says = describe::series(job, &axis, axis.positions.len(), &series, &[], &result);
    let key = picture::key_of_columns(job, &series);
    let title = describe::title(job, &[axis.dimension]);
    let subtitle = describe::sentences(&parts);
    Ok(Laid { scene: sketch.finish(), title, subtitle, key, says, results: vec![result], disclaimer: None })
}
