//! Columns beside the number they belong to: no labels, the same gaps.

use super::data::{Series, observed};
use super::scene::{Mark, Point, Rect};
use super::sketch::Sketch;
use super::{Job, Laid, Unfit, describe, picture, years};

#[inline(never)]
pub(super) fn layout(job: &Job<'_>) -> Result<Laid, Unfit> {
    let (axis, result) = years::fit(job)?;
    let (frame, tokens) = (job.frame, job.frame.tokens);
    let height = frame.height.unwrap_or(52.0).max(16.0);
    let mut sketch = Sketch::new(frame, height);
    let cells: Vec<usize> = (0..result.len()).collect();
    let points = observed(&result, &axis, &cells, job.cube);
    let name = frame.locale.measure(job.cube, job.query.measure);
    let (low, high) =
        points.iter().fold((0.0f64, 0.0f64), |(l, h), point| (l.min(point.value), h.max(point.value)));
    let span = if high - low > 0.0 { high - low } else { 1.0 };
    let field = height - 2.0;
    let y = |value: f64| 1.0 + field * (1.0 - (value - low) / span);
    let (first, count) = (axis.span().0, axis.len());
    let step = frame.width / f64::from(count);
    sketch.horizontal(0.0, y(0.0).min(height - 1.0), frame.width, tokens.edge);
    for point in &points {
        let left = f64::from(point.ordinal - first) * step;
        // A figure that is small is still a figure; zero is the baseline alone.
        let tall = if point.value == 0.0 { 0.0 } else { (y(0.0) - y(point.value)).abs().max(1.5) };
        let top = if point.value < 0.0 { y(0.0) } else { y(0.0) - tall };
        let column = Rect::new(left + step * 0.12, top.max(0.0), (step * 0.76).max(0.75), tall);
        match point.is_estimate {
            true if column.width > 4.0 => sketch.dashed_outline(column, tokens.accent, 1.0),
            _ if tall > 0.0 => sketch.area(column, tokens.accent),
            _ => {}
        }
        let at = Point::new(column.center().x, if point.value < 0.0 { column.bottom() } else { column.y });
        sketch.scene.marks.push(Mark {
            bounds: Rect::new(
                column.center().x - step.max(24.0) / 2.0,
                0.0,
                step.max(24.0),
                height.max(24.0),
            ),
            shape: column,
            at,
            cell: point.cell.clone(),
            name: name.clone(),
            when: Some(axis.name(point.ordinal, frame.locale)),
            group: 0,
            positions: point.cell.by().to_vec(),
            row: 0,
            column: point.ordinal,
            share: None,
            color: tokens.accent,
            guide: None,
            source: (0, point.index),
        });
    }
    let series = [Series { category: None, name: name.clone(), is_total: false, slot: 0, points }];
    let mut parts = describe::context(job, &[axis.dimension]);
    parts.push(axis.range_name(frame.locale));
    let says = describe::series(job, &axis, axis.positions.len(), &series, &[], &result);
    let key = picture::key_of_columns(job, &series);
    let title = describe::title(job, &[axis.dimension]);
    let subtitle = describe::sentences(&parts);
    Ok(Laid { scene: sketch.finish(), title, subtitle, key, says, results: vec![result], disclaimer: None })
}
