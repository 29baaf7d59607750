//! Lines over time, from zero. Gaps stay gaps; what touches an estimate is dashed and
//! hollow; the published total is a series of its own.

use statcube::Cell;
use statcube::map::Map;

use super::data::{Bounded, MAX_LINES, OverTime, Series, over_time, short_bounds};
use super::labels::{Obstacles, annotate, label_type, name_series};
use super::scale::Linear;
use super::scene::{Color, Mark, Point, Rect, Shape};
use super::sketch::{Anchor, BRACKET_FOOT, Marker, SMALL, Sketch, Type};
use super::{Job, KeyItem, Laid, Unfit, describe, pair, picture};
use crate::present::{number, present};

#[inline(never)]
pub(super) fn layout(job: &Job<'_>) -> Result<Laid, Unfit> {
    if let Some(against) = &job.options.against {
        return pair::layout(job, against);
    }
    let data = over_time(job, MAX_LINES)?;
    let frame = job.frame;
    let height = frame.height.unwrap_or(if frame.width < 520.0 { 320.0 } else { 400.0 }).max(140.0);
    let mut sketch = Sketch::new(frame, height);
    let values = data.series.iter().flat_map(Series::extremes);
    let (first, count) = (data.axis.span().0, data.axis.len());
    let plot = Plot::new(&sketch, job, values, (first, count), (30.0, height - data.axis.label_height()));
    plot.draw_values(&mut sketch, job);
    picture::unit_line(&mut sketch, job);
    data.axis.draw(&mut sketch, plot.field.x, plot.field.width, plot.field.bottom());
    if data.series.is_empty() {
        picture::say_nothing_drawn(&mut sketch, job, &data.result, plot.field);
    }
    let mut key = draw_lines(&mut sketch, job, &data, &plot);
    sketch.scene.periods = Some(data.axis.slots(plot.field));
    let (title, subtitle) = describe::over_time(job, &data);
    let says = describe::series_over_time(job, &data);
    key.extend(picture::key_over_time(job, &data.axis, &data.series));
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

/// Where values and periods stand.
pub(super) struct Plot {
    pub field: Rect,
    pub scale: Linear,
    first: i32,
    pub step: f64,
}

impl Plot {
    /// Fits values and `count` places from `first` between the upper and the lower edge.
    pub fn new(
        sketch: &Sketch<'_>,
        job: &Job<'_>,
        values: impl Iterator<Item = f64>,
        (first, count): (i32, i32),
        (top, bottom): (f64, f64),
    ) -> Self {
        let scale = Linear::over(values, if bottom - top < 200.0 { 2 } else { 4 });
        let style = Type::new(SMALL, sketch.frame.tokens.muted);
        let label = |tick: &f64| sketch.measure(&tick_label(job, *tick), style);
        let left = scale.ticks.iter().map(label).fold(0.0, f64::max) + 10.0;
        let width = (sketch.frame.width - left - 14.0).max(24.0);
        let field = Rect::new(left, top, width, bottom - top);
        Self { field, scale, first, step: width / f64::from(count.max(1)) }
    }

    pub fn x(&self, ordinal: i32) -> f64 {
        self.field.x + (f64::from(ordinal - self.first) + 0.5) * self.step
    }

    pub fn y(&self, value: f64) -> f64 {
        self.field.y + self.field.height * (1.0 - self.scale.fraction(value))
    }

    pub fn radius(&self) -> f64 {
        match self.step {
            step if step < 6.0 => 2.25,
            step if step < 9.0 => 2.75,
            _ => 3.25,
        }
    }

    /// Gridlines on round numbers, with their numbers.
    pub fn draw_values(&self, sketch: &mut Sketch<'_>, job: &Job<'_>) {
        let tokens = sketch.frame.tokens;
        let style = Type::new(SMALL, tokens.muted);
        for &tick in &self.scale.ticks {
            let y = self.y(tick);
            let color = if tick == 0.0 { tokens.edge } else { tokens.line };
            sketch.horizontal(self.field.x, y, self.field.width, color);
            if self.scale.ticks.len() > 1 {
                let at = Point::new(self.field.x - 10.0, y + 4.0);
                sketch.text(at, &tick_label(job, tick), style, Anchor::End);
            }
        }
    }

    fn line<'a>(&self, job: &Job<'_>, series: &'a Series, group: usize) -> Line<'a> {
        let tokens = job.frame.tokens;
        let pick = |colors: &[Color; 5]| colors.get(series.slot).copied().unwrap_or(tokens.accent);
        let (color, label, marker) = match series.is_total {
            true => (tokens.total, tokens.total, Marker::Diamond),
            false => (pick(&tokens.series), pick(&tokens.series_label), Marker::of_slot(series.slot)),
        };
        let at = series
            .points
            .iter()
            .map(|point| Point::new(self.x(point.ordinal), self.y(point.value)))
            .collect();
        let brackets = self.brackets(series, |ordinal| ordinal);
        Line { series, group, color, label, marker, at, brackets }
    }

    /// From where to where the brackets of a series go, `place` being where a period stands.
    pub fn brackets(&self, series: &Series, place: impl Fn(i32) -> i32) -> Vec<(Point, Point)> {
        let ends = |one: &Bounded| {
            let x = self.x(place(one.ordinal));
            (Point::new(x, self.y(one.low)), Point::new(x, self.y(one.high)))
        };
        series.bounded.iter().map(ends).collect()
    }
}

/// A value on the axis, written as the measure is.
pub(super) fn tick_label(job: &Job<'_>, tick: f64) -> String {
    let measure = job.cube.measures().get(job.query.measure);
    let is_whole = tick == tick.trunc();
    measure.map_or_else(String::new, |measure| {
        let plain = statcube::Measure { decimals: if is_whole { Some(0) } else { None }, ..measure.clone() };
        number(tick, &plain, job.frame.locale)
    })
}

/// A series with its look.
pub(super) struct Line<'a> {
    pub series: &'a Series,
    pub group: usize,
    pub color: Color,
    pub label: Color,
    pub marker: Marker,
    pub at: Vec<Point>,
    /// Ends of the brackets of what is known within bounds alone.
    pub brackets: Vec<(Point, Point)>,
}

impl Line<'_> {
    /// Neighbours that a line joins, and whether it is dashed.
    fn segments(&self) -> impl Iterator<Item = (Point, Point, bool)> + '_ {
        let pairs = self.series.points.windows(2).zip(self.at.windows(2));
        pairs.filter_map(|(points, at)| match (points, at) {
            ([before, after], [from, to]) if after.is_joined => {
                Some((*from, *to, before.is_estimate || after.is_estimate))
            }
            _ => None,
        })
    }

    /// Draws the joins, then the marks.
    pub fn draw(&self, sketch: &mut Sketch<'_>, width: f64, radius: f64) {
        let mut solid: Vec<Vec<Point>> = Vec::new();
        for (from, to, is_dashed) in self.segments() {
            match solid.last_mut() {
                _ if is_dashed => sketch.dashed(&[from, to], self.color, width, (5.0, 4.0)),
                Some(line) if line.last() == Some(&from) => line.push(to),
                _ => solid.push(vec![from, to]),
            }
        }
        if !solid.is_empty() {
            sketch.push(Shape::Lines { lines: solid, color: self.color, width });
        }
        for (point, at) in self.series.points.iter().zip(&self.at) {
            let radius = if point.is_estimate { radius + 0.75 } else { radius };
            sketch.marker(self.marker, *at, radius, self.color, point.is_estimate);
        }
    }

    /// Draws the brackets; the area of each.
    pub fn draw_brackets(&self, sketch: &mut Sketch<'_>, step: f64) -> Vec<Rect> {
        let foot = step.clamp(5.0, BRACKET_FOOT);
        self.brackets.iter().map(|ends| sketch.bracket(*ends, foot, self.color)).collect()
    }

    pub fn add_to(&self, obstacles: &mut Obstacles, radius: f64) {
        obstacles.segments.extend(self.segments().map(|(from, to, _)| (from, to)));
        obstacles.marks.extend(self.at.iter().map(|at| Rect::around(*at, radius * 2.0, radius * 2.0)));
    }

    /// Its name beside its form, where there is no room on the line.
    pub fn key_item(&self, sketch: &Sketch<'_>) -> KeyItem {
        picture::key_item(sketch.frame, self.series.name.clone(), |sketch| {
            sketch.horizontal(0.0, 5.0, 28.0, self.color);
            sketch.marker(self.marker, Point::new(14.0, 6.0), 4.0, self.color, false);
        })
    }

    /// Where its name may stand: beside its figures, or its brackets where it has nothing else.
    pub fn places(&self, brackets: &[Rect]) -> Vec<Point> {
        let upper = |bracket: &Rect| Point::new(bracket.center().x, bracket.y);
        if self.at.is_empty() { brackets.iter().map(upper).collect() } else { self.at.clone() }
    }

    /// Its marks, brackets last.
    pub fn marks<'a>(
        &'a self,
        brackets: &'a [Rect],
        plot: &'a Plot,
        when: &'a dyn Fn(i32) -> String,
    ) -> impl Iterator<Item = Mark> + 'a {
        let points = self.series.points.iter().zip(&self.at);
        let points = points.map(|(point, at)| {
            self.mark((&point.cell, point.index, point.ordinal), *at, Rect::around(*at, 8.0, 8.0), plot, when)
        });
        let bounded = self.series.bounded.iter().zip(brackets).map(|(one, bracket)| {
            let at = Point::new(bracket.center().x, bracket.y);
            self.mark((&one.cell, one.index, one.ordinal), at, *bracket, plot, when)
        });
        points.chain(bounded)
    }

    fn mark(
        &self,
        (cell, index, ordinal): (&Cell, usize, i32),
        at: Point,
        shape: Rect,
        plot: &Plot,
        when: &dyn Fn(i32) -> String,
    ) -> Mark {
        Mark {
            bounds: Rect::around(at, plot.step.clamp(24.0, 48.0), 24.0),
            shape,
            at,
            cell: cell.clone(),
            name: self.series.name.clone(),
            when: Some(when(ordinal)),
            group: self.group,
            positions: cell.by().to_vec(),
            row: self.group as i32,
            column: ordinal,
            share: None,
            color: self.color,
            guide: Some((plot.field.y, plot.field.bottom())),
            source: (0, index),
        }
    }
}

/// Draws all lines, names them, numbers their peaks, and makes their marks. Names that have no
/// room beside their line are told in the key that is given back.
pub(super) fn draw_lines(
    sketch: &mut Sketch<'_>,
    job: &Job<'_>,
    data: &OverTime,
    plot: &Plot,
) -> Vec<KeyItem> {
    let mut lines: Vec<Line<'_>> =
        data.series.iter().enumerate().map(|(group, series)| plot.line(job, series, group)).collect();
    set_apart(&mut lines, plot.step);
    let tokens = sketch.frame.tokens;
    let radius = plot.radius();
    let mut obstacles =
        Obstacles { field: Some(name_field(plot, sketch.frame.width)), ..Obstacles::default() };
    let mut brackets: Vec<Vec<Rect>> = Vec::new();
    for line in &lines {
        line.draw(sketch, 2.0, radius);
        line.add_to(&mut obstacles, radius);
        let drawn = line.draw_brackets(sketch, plot.step);
        obstacles.marks.extend(&drawn);
        brackets.push(drawn);
    }
    let mut key = Vec::new();
    for (line, brackets) in lines.iter().zip(&brackets) {
        let style = label_type(sketch, line.label);
        if !name_series(sketch, &line.series.name, &line.places(brackets), style, &mut obstacles) {
            key.push(line.key_item(sketch));
        }
    }
    let style = Type::new(SMALL, tokens.ink_2).halo(tokens.bg);
    for line in &lines {
        let Some(peak) = line.series.peak() else { continue };
        let at = Point::new(plot.x(peak.ordinal), plot.y(peak.value));
        annotate(sketch, &present(&peak.cell, job.cube, job.frame.locale).number, at, style, &mut obstacles);
    }
    let is_running = data.result.is_running();
    let when = |ordinal: i32| match is_running {
        true => data.axis.range_until(ordinal, job.frame.locale),
        false => data.axis.name(ordinal, job.frame.locale),
    };
    for (line, brackets) in lines.iter().zip(&brackets) {
        name_bounds(sketch, job, line, brackets, &mut obstacles);
        sketch.scene.marks.extend(line.marks(brackets, plot, &when));
    }
    key
}

/// Moves brackets of one period beside each other, since all of them begin where the others do.
pub(super) fn set_apart(lines: &mut [Line<'_>], step: f64) {
    let mut taken: Map<i32, u32> = Map::new();
    for line in lines {
        for (one, (from, to)) in line.series.bounded.iter().zip(&mut line.brackets) {
            let count = taken.entry(one.ordinal).or_default();
            // By turns to the right and to the left.
            let side = if *count % 2 == 1 { 1.0 } else { -1.0 };
            let dx = side * f64::from(count.div_ceil(2)) * (step * 0.4).min(BRACKET_FOOT + 3.0);
            (from.x, to.x) = (from.x + dx, to.x + dx);
            *count += 1;
        }
    }
}

/// Writes the bounds beside brackets where there is room: “<5”.
pub(super) fn name_bounds(
    sketch: &mut Sketch<'_>,
    job: &Job<'_>,
    line: &Line<'_>,
    brackets: &[Rect],
    obstacles: &mut Obstacles,
) {
    let tokens = sketch.frame.tokens;
    let style = Type::new(SMALL, tokens.ink_2).halo(tokens.bg);
    for (one, bracket) in line.series.bounded.iter().zip(brackets) {
        let at = Point::new(bracket.center().x, bracket.y);
        annotate(sketch, &short_bounds(&one.cell, job.cube, job.frame.locale), at, style, obstacles);
    }
}

/// Where labels may stand: the plot, the line of the unit above it, and what is left at the sides.
pub(super) fn name_field(plot: &Plot, width: f64) -> Rect {
    Rect::new(plot.field.x + 2.0, 17.0, width - plot.field.x - 2.0, plot.field.bottom() - 17.0 - 3.0)
}
