//! One small chart a category, all on one scale and over the same periods.

use statcube::Cell;
use statcube::map::Set;

use super::data::{OverTime, Series, over_time, short_bounds};
use super::scale::Linear;
use super::scene::{Mark, Point, Rect};
use super::sketch::{Anchor, BRACKET_FOOT, LABEL, SMALL, Sketch, Type};
use super::trend::tick_label;
use super::{Job, Laid, Unfit, describe, picture};
use crate::present::present;

/// More small charts than this are not looked at.
const MAX_PANELS: usize = 12;
const PANEL_HEIGHT: f64 = 100.0;
/// Below so many pixels a period, dashes would run together into a line.
const FEWEST_PX: f64 = 2.5;

#[inline(never)]
pub(super) fn layout(job: &Job<'_>) -> Result<Laid, Unfit> {
    let mut data = over_time(job, MAX_PANELS)?;
    let (frame, locale) = (job.frame, job.frame.locale);
    let mut sketch = Sketch::new(frame, 0.0);
    let values = data.series.iter().flat_map(Series::extremes);
    let scale = Linear::over(values, 2);
    // Periods in which any of them is published: there the others are missing by themselves.
    let published: Set<i32> = data.series.iter().flat_map(Series::ordinals).collect();
    let says = describe::series_over_time(job, &data);
    // Small as the charts are, their width is for what is published.
    let whole = data.axis.len();
    if let Some((first, last)) = published.iter().min().zip(published.iter().max()) {
        data.axis = data.axis.clipped((*first, *last));
    }
    let across = if frame.width < 600.0 { 2 } else { 3 };
    let gap = 24.0;
    let panel_width = (frame.width - gap * (across as f64 - 1.0)) / across as f64;
    let mut y = picture::unit_line(&mut sketch, job);
    if data.series.is_empty() {
        let field = Rect::new(0.0, y, frame.width, 120.0);
        picture::say_nothing_drawn(&mut sketch, job, &data.result, field);
        y = field.bottom();
    }
    let panels = Panels { job, data: &data, scale: &scale, published: &published, width: panel_width };
    for (line, row) in data.series.chunks(across).enumerate() {
        let style = Type::new(LABEL, frame.tokens.ink).bold();
        let names: Vec<Vec<String>> =
            row.iter().map(|one| sketch.wrap(&one.name, style, panel_width)).collect();
        let name_height = names.iter().map(Vec::len).max().unwrap_or(1) as f64 * 16.0;
        for (place, (series, lines)) in row.iter().zip(&names).enumerate() {
            let x = place as f64 * (panel_width + gap);
            // Names stand on the chart they belong to, whatever their neighbours need.
            let first = y + name_height - lines.len() as f64 * 16.0 + 12.0;
            sketch.paragraph(Point::new(x, first), lines, style, 16.0);
            panels.draw(&mut sketch, series, Point::new(x, y + name_height + 4.0), line * across + place);
        }
        y += name_height + 4.0 + PANEL_HEIGHT + data.axis.label_height() + 10.0;
    }
    sketch.scene.height = y;
    let (_, subtitle) = describe::over_time(job, &data);
    let clipped = if data.axis.len() < whole { locale.text("chart.clipped") } else { "" };
    let subtitle =
        describe::sentences(&[subtitle, clipped.to_owned(), locale.text("chart.same-scale").to_owned()]);
    let mut by: Vec<usize> = data.by.into_iter().collect();
    by.push(data.axis.dimension);
    let title = describe::title(job, &by);
    let mut key = picture::key_of_columns(job, &data.series);
    if data.series.iter().any(|one| panels.has_dashes(&sketch, one)) {
        key.push(picture::key_item(frame, locale.text("chart.key.dash").to_owned(), |sketch| {
            sketch.horizontal(0.0, 11.0, 28.0, frame.tokens.edge);
            sketch.rect(Rect::new(10.0, 7.0, 8.0, 1.5), frame.tokens.muted);
        }));
    }
    Ok(Laid {
        scene: sketch.finish(),
        title,
        subtitle,
        key,
        says,
        results: vec![data.result],
        disclaimer: None,
    })
}

struct Panels<'a> {
    job: &'a Job<'a>,
    data: &'a OverTime,
    scale: &'a Linear,
    published: &'a Set<i32>,
    width: f64,
}

impl Panels<'_> {
    /// Whether a dash stands anywhere in the chart of a series.
    fn has_dashes(&self, sketch: &Sketch<'_>, series: &Series) -> bool {
        let step = self.field(sketch, Point::new(0.0, 0.0)).width / f64::from(self.data.axis.len());
        step >= FEWEST_PX && series.num_known() < self.published.len()
    }

    /// Where the columns of one chart stand, right of its numbers.
    fn field(&self, sketch: &Sketch<'_>, at: Point) -> Rect {
        let style = Type::new(SMALL, sketch.frame.tokens.muted);
        let ticks = self.scale.ticks.iter();
        let widest =
            ticks.map(|tick| sketch.measure(&tick_label(self.job, *tick), style)).fold(0.0, f64::max);
        let width = (self.width - widest - 9.0).max(24.0);
        Rect::new(at.x + widest + 7.0, at.y + 14.0, width, PANEL_HEIGHT - 14.0)
    }

    fn draw(&self, sketch: &mut Sketch<'_>, series: &Series, at: Point, group: usize) {
        let (job, tokens) = (self.job, sketch.frame.tokens);
        let style = Type::new(SMALL, tokens.muted);
        let field = self.field(sketch, at);
        let y = |value: f64| field.y + field.height * (1.0 - self.scale.fraction(value));
        for &tick in &self.scale.ticks {
            let color = if tick == 0.0 { tokens.edge } else { tokens.line };
            sketch.horizontal(field.x, y(tick), field.width, color);
            sketch.text(Point::new(field.x - 7.0, y(tick) + 4.0), &tick_label(job, tick), style, Anchor::End);
        }
        self.data.axis.draw(sketch, field.x, field.width, field.bottom());
        let (first, count) = (self.data.axis.span().0, self.data.axis.len());
        let step = field.width / f64::from(count);
        let middle = |ordinal: i32| field.x + (f64::from(ordinal - first) + 0.5) * step;
        let column = (step * 0.7).clamp(1.5, 18.0);
        let color = if series.is_total { tokens.total } else { tokens.accent };
        let dashed = if step < FEWEST_PX { &Set::new() } else { self.published };
        for &ordinal in dashed {
            if !series.ordinals().any(|known| known == ordinal) {
                let dash = (step * 0.6).clamp(2.0, 6.0);
                sketch.rect(Rect::new(middle(ordinal) - dash / 2.0, y(0.0) - 5.0, dash, 1.0), tokens.muted);
            }
        }
        for point in &series.points {
            let x = middle(point.ordinal);
            let tall = if point.value == 0.0 { 0.0 } else { (y(point.value) - y(0.0)).abs().max(1.0) };
            let top = if point.value < 0.0 { y(0.0) } else { y(0.0) - tall };
            let rect = Rect::new(x - column / 2.0, top, column, tall);
            sketch.column(rect, color, point.is_estimate);
            let at = Point::new(x, if point.value < 0.0 { rect.bottom() } else { rect.y });
            let known = (&point.cell, point.index, point.ordinal);
            let mark = self.mark(series, known, rect, at, group, (field, step));
            sketch.scene.marks.push(mark);
        }
        let foot = column.clamp(4.0, BRACKET_FOOT);
        for one in &series.bounded {
            let x = middle(one.ordinal);
            let rect = sketch.bracket((Point::new(x, y(one.low)), Point::new(x, y(one.high))), foot, color);
            let (known, at) = ((&one.cell, one.index, one.ordinal), Point::new(x, rect.y));
            let mark = self.mark(series, known, rect, at, group, (field, step));
            sketch.scene.marks.push(mark);
        }
        self.number_peak(sketch, series, &middle, &y, field);
    }

    fn number_peak(
        &self,
        sketch: &mut Sketch<'_>,
        series: &Series,
        x: &dyn Fn(i32) -> f64,
        y: &dyn Fn(f64) -> f64,
        field: Rect,
    ) {
        let (cube, locale) = (self.job.cube, self.job.frame.locale);
        // Where nothing but bounds is known, the latest of them is told.
        let (text, ordinal, top) = match (series.peak(), series.bounded.last()) {
            (Some(peak), _) => {
                (present(&peak.cell, cube, locale).number, peak.ordinal, y(peak.value.max(0.0)))
            }
            (None, Some(one)) => {
                (short_bounds(&one.cell, cube, locale), one.ordinal, y(one.high).min(y(one.low) - 9.0))
            }
            (None, None) => return,
        };
        let tokens = sketch.frame.tokens;
        let style = Type::new(SMALL, tokens.ink_2).halo(tokens.bg);
        let half = sketch.measure(&text, style) / 2.0;
        let middle = x(ordinal).clamp(field.x + half, (field.right() - half).max(field.x + half));
        sketch.text(Point::new(middle, top - 4.0), &text, style, Anchor::Middle);
    }

    fn mark(
        &self,
        series: &Series,
        (cell, index, ordinal): (&Cell, usize, i32),
        rect: Rect,
        at: Point,
        group: usize,
        (field, step): (Rect, f64),
    ) -> Mark {
        let tokens = self.job.frame.tokens;
        Mark {
            bounds: Rect::new(at.x - step.max(24.0) / 2.0, field.y - 8.0, step.max(24.0), field.height + 8.0),
            shape: rect,
            at,
            cell: cell.clone(),
            name: series.name.clone(),
            when: Some(self.data.axis.name(ordinal, self.job.frame.locale)),
            group,
            positions: cell.by().to_vec(),
            row: i32::try_from(group).unwrap_or(0),
            column: ordinal,
            share: None,
            color: if series.is_total { tokens.total } else { tokens.accent },
            guide: None,
            source: (0, index),
        }
    }
}
