//! Period by category: each cell prints its value, so that no colour has to be read.

use statcube::Cell;

use super::data::{Bounded, Observed, OverTime, Series, over_time, short_bounds};
use super::scene::{Color, Mark, Point, Rect, Shape};
use super::sketch::{Anchor, LABEL, SMALL, Sketch, Type, hatch};
use super::trend::tick_label;
use super::{Job, KeyItem, Laid, Unfit, describe, picture};
use crate::present::present;

/// More categories than this are counted instead of drawn.
const MAX_CATEGORIES: usize = 20;
/// Below this width periods run down and categories across.
const TURNED_BELOW: f64 = 640.0;
const GAP: f64 = 2.0;
/// Width of a category that stands across: a long word at the size of labels.
const COLUMN: f64 = 76.0;

#[inline(never)]
pub(super) fn layout(job: &Job<'_>) -> Result<Laid, Unfit> {
    // Across a narrow place only as many categories stand as their names have room.
    let is_turned = job.frame.width < TURNED_BELOW;
    let most = if is_turned {
        ((job.frame.width - 44.0) / COLUMN).floor().max(2.0) as usize
    } else {
        MAX_CATEGORIES
    };
    let data = over_time(job, most)?;
    let (frame, locale) = (job.frame, job.frame.locale);
    let mut sketch = Sketch::new(frame, 0.0);
    let mut rows: Vec<&Series> = data.series.iter().filter(|one| !one.is_total).collect();
    statcube::order::sort_by(&mut rows, |a, b| a.name.cmp(&b.name));
    let totals: Vec<&Series> = data.series.iter().filter(|one| one.is_total).collect();
    let drawn: Vec<&Series> = rows.iter().chain(&totals).copied().collect();
    let number = Type::new(SMALL, frame.tokens.ink);
    let written = drawn.iter().flat_map(|one| Known::of(one)).map(|known| known.text(job));
    let widest = written.map(|text| sketch.measure(&text, number)).fold(24.0, f64::max);
    let room = if is_turned {
        24
    } else {
        let names = drawn.iter().map(|one| one.name.as_str()).chain(data.silent.iter().map(String::as_str));
        let label = label_width(&sketch, names, frame.width);
        ((frame.width - label) / (widest + 8.0 + GAP)).floor() as usize
    };
    let window = window(&data, &drawn, room);
    let points = drawn.iter().flat_map(|one| one.points.iter());
    let shown = points.filter(|point| (window.0..=window.1).contains(&point.ordinal));
    let steps = Steps::over(shown.map(|point| point.value));
    let board = Board { job, data: &data, steps: &steps, window, widest };
    picture::illustrative_mark(&mut sketch, job);
    let top = picture::illustrative_room(job);
    let bottom = match is_turned {
        _ if drawn.is_empty() => {
            let field = Rect::new(0.0, top, frame.width, 120.0);
            picture::say_nothing_drawn(&mut sketch, job, &data.result, field);
            field.bottom()
        }
        true => board.draw_down(&mut sketch, &drawn, top),
        false => board.draw_across(&mut sketch, &rows, &totals, top),
    };
    let has_colors = drawn.iter().any(|one| !one.points.is_empty());
    let bottom = if has_colors { steps.draw_legend(&mut sketch, job, bottom + 12.0) } else { bottom + 8.0 };
    sketch.scene.height = bottom;

    let title = describe::title(job, &[data.by.unwrap_or(data.axis.dimension), data.axis.dimension]);
    let title = if data.by.is_some() { title } else { describe::title(job, &[data.axis.dimension]) };
    let mut listed = vec![data.axis.dimension];
    listed.extend(data.by);
    let mut parts = describe::context(job, &listed);
    parts.push(describe::unit_and_period(job, &board.range_name()));
    if board.num_periods() < data.axis.len() {
        let (count, all) = (board.num_periods().to_string(), data.axis.len().to_string());
        let is_latest = window.1 == data.axis.span().1;
        let key = if is_latest { "chart.window" } else { "chart.window-until" };
        parts.push(locale.fill(key, &[("count", &count), ("all", &all)]));
    }
    if data.left_out > 0 {
        let (drawn, count) = (rows.len().to_string(), data.left_out.to_string());
        parts.push(locale.fill("chart.left-out", &[("drawn", &drawn), ("count", &count)]));
    }
    if is_turned && !data.silent.is_empty() {
        parts.push(locale.fill("chart.says.silent", &[("names", &locale.list(&data.silent))]));
    }
    let says = board.says();
    let key = board.key(&drawn);
    let subtitle = describe::sentences(&parts);
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

/// The places of the axis that are drawn: all, or the latest that fit and end with a figure.
fn window(data: &OverTime, drawn: &[&Series], room: usize) -> (i32, i32) {
    let (first, last) = data.axis.span();
    let room = i32::try_from(room.max(1)).unwrap_or(i32::MAX);
    if last - first < room {
        return (first, last);
    }
    let latest = drawn.iter().flat_map(|one| one.ordinals()).max().unwrap_or(last);
    // Whole years, where they fit.
    let per_year = (12 / data.axis.months).max(1);
    let end = latest.min(last).max(first + room - 1);
    let room = if room >= per_year { room - room % per_year } else { room };
    (end - room + 1, end)
}

fn label_width<'a>(sketch: &Sketch<'_>, names: impl Iterator<Item = &'a str>, width: f64) -> f64 {
    let style = Type::new(LABEL, sketch.frame.tokens.ink);
    let widest = names.map(|name| sketch.measure(name, style)).fold(0.0, f64::max);
    (widest + 16.0).min(width * 0.34)
}

/// Six colours and the round numbers between them.
pub(super) struct Steps {
    cuts: Vec<f64>,
    /// Where the first colour begins: zero, or the lowest correction below it.
    low: f64,
}

impl Steps {
    pub fn over(values: impl Iterator<Item = f64>) -> Self {
        let (mut low, mut high, mut is_whole) = (0.0f64, 0.0f64, true);
        for value in values {
            (low, high) = (low.min(value), high.max(value));
            is_whole &= value == value.trunc();
        }
        let raw = if high > 0.0 { high / 6.0 } else { 1.0 };
        let mut power = 1.0f64;
        while power * 10.0 <= raw {
            power *= 10.0;
        }
        while power > raw {
            power /= 10.0;
        }
        let factors = [1.0, 1.5, 2.0, 2.5, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0];
        // Whole figures are cut at whole numbers.
        let suits = |step: f64| step >= raw * 0.999 && (!is_whole || step == step.trunc());
        let step = factors.into_iter().map(|factor| factor * power).find(|step| suits(*step));
        let step = step.unwrap_or_else(|| (10.0 * power).max(1.0));
        Self { cuts: (1..=5).map(|n| f64::from(n) * step).collect(), low }
    }

    fn of(&self, value: f64) -> usize {
        self.cuts.iter().filter(|cut| value >= **cut).count()
    }

    pub fn colors(&self, job: &Job<'_>, value: f64) -> (Color, Color) {
        let step = self.of(value);
        let tokens = job.frame.tokens;
        let pick = |colors: &[Color; 6]| colors.get(step).copied().unwrap_or(tokens.bg);
        (pick(&tokens.sequential), pick(&tokens.sequential_text))
    }

    /// A strip of the colours, labelled at the cuts; where it ends.
    pub fn draw_legend(&self, sketch: &mut Sketch<'_>, job: &Job<'_>, y: f64) -> f64 {
        let tokens = sketch.frame.tokens;
        if tokens.is_outlined {
            return y;
        }
        let style = Type::new(SMALL, tokens.muted);
        let labels: Vec<String> = std::iter::once(self.low)
            .chain(self.cuts.iter().copied())
            .map(|cut| tick_label(job, cut))
            .collect();
        let widest = labels.iter().map(|label| sketch.measure(label, style)).fold(0.0, f64::max);
        let step = (widest + 14.0).min((sketch.frame.width - 20.0) / 6.0).max(34.0);
        let mut free = 0.0;
        for (place, (color, label)) in tokens.sequential.iter().zip(&labels).enumerate() {
            let x = place as f64 * step;
            sketch.rect(Rect::new(x, y, step, 10.0), *color);
            let is_last = place + 1 == labels.len();
            let label = if is_last { format!("{label}+") } else { label.clone() };
            let end = x + sketch.measure(&label, style);
            // A label without room is left out; the values stand in the cells.
            if x >= free && end <= sketch.frame.width {
                sketch.text(Point::new(x, y + 25.0), &label, style, Anchor::Start);
                free = end + 6.0;
            }
        }
        y + 34.0
    }
}

/// What is drawn, and how large.
struct Board<'a> {
    job: &'a Job<'a>,
    data: &'a OverTime,
    steps: &'a Steps,
    window: (i32, i32),
    widest: f64,
}

impl Board<'_> {
    fn num_periods(&self) -> i32 {
        self.window.1 - self.window.0 + 1
    }

    fn range_name(&self) -> String {
        let axis = &self.data.axis;
        let inside = |ordinal: i32| (self.window.0..=self.window.1).contains(&ordinal);
        let mut periods = axis.periods.iter().filter(|period| inside(axis.ordinal(**period)));
        let first = periods.next();
        match (first, periods.next_back().or(first)) {
            (Some(first), Some(last)) => self.job.frame.locale.period_range(*first, *last),
            _ => String::new(),
        }
    }

    /// Short names of periods; of months the year goes with January and the first, where there is
    /// more than one year.
    fn period_label(&self, ordinal: i32) -> (String, Option<String>) {
        let axis = &self.data.axis;
        let month = axis.month(ordinal);
        let year = month.year().to_string();
        match axis.months {
            1 => {
                let has_years = axis.month(self.window.0).year() != axis.month(self.window.1).year();
                let is_new_year = has_years && (ordinal == self.window.0 || month.number() == 1);
                let label = self.job.frame.locale.month_name_short(month).to_owned();
                (label, is_new_year.then_some(year))
            }
            12 => (year, None),
            _ => (axis.name(ordinal, self.job.frame.locale), None),
        }
    }

    /// One cell, with its mark where something is known.
    fn cell(&self, sketch: &mut Sketch<'_>, rect: Rect, series: &Series, ordinal: i32, at: (i32, i32)) {
        let tokens = sketch.frame.tokens;
        let Some(known) = Known::of(series).find(|known| known.ordinal() == ordinal) else {
            sketch.push(hatch(rect, tokens.line, 1.0));
            return;
        };
        let cell = known.cell();
        let (fill, ink) = match known {
            Known::Figure(point) => self.steps.colors(self.job, point.value),
            Known::Bounds(_) => (tokens.bg, tokens.ink),
        };
        sketch.rect(rect, fill);
        if tokens.is_outlined {
            sketch.outline(rect, ink, 1.0);
        }
        match known {
            Known::Figure(point) if point.is_estimate => {
                sketch.dashed_outline(rect.grown(-2.5), ink, 1.25);
            }
            Known::Bounds(_) => brackets_around(sketch, rect, tokens.accent),
            Known::Figure(_) => {}
        }
        let middle = rect.center();
        let text = known.text(self.job);
        sketch.text(Point::new(middle.x, middle.y + 4.0), &text, Type::new(SMALL, ink), Anchor::Middle);
        let is_chosen = cell.by().iter().any(|by| self.job.options.chosen.contains(by));
        if is_chosen {
            sketch.rect(Rect::new(rect.x, rect.bottom() - 3.0, rect.width, 3.0), tokens.ink);
        }
        sketch.scene.marks.push(Mark {
            bounds: Rect::around(middle, rect.width.max(24.0), rect.height.max(24.0)),
            shape: rect,
            at: middle,
            cell: cell.clone(),
            name: series.name.clone(),
            when: Some(self.data.axis.name(ordinal, self.job.frame.locale)),
            group: usize::try_from(at.0).unwrap_or(0),
            positions: cell.by().to_vec(),
            row: at.0,
            column: at.1,
            share: None,
            color: fill,
            guide: None,
            source: (0, known.index()),
        });
    }

    /// A sentence for each series, of the periods that are drawn alone.
    fn says(&self) -> Vec<String> {
        let (data, axis) = (self.data, &self.data.axis);
        let is_inside = |ordinal: i32| (self.window.0..=self.window.1).contains(&ordinal);
        let inside = |series: &Series| {
            let mut series = series.clone();
            series.points.retain(|point| is_inside(point.ordinal));
            series.bounded.retain(|one| is_inside(one.ordinal));
            series
        };
        let series: Vec<Series> = data.series.iter().map(inside).collect();
        let num_periods = axis.periods.iter().filter(|period| is_inside(axis.ordinal(**period))).count();
        describe::series(self.job, axis, num_periods, &series, &data.silent, &data.result)
    }

    /// The key: only the forms that occur in the window.
    fn key(&self, drawn: &[&Series]) -> Vec<KeyItem> {
        let (frame, tokens, locale) = (self.job.frame, self.job.frame.tokens, self.job.frame.locale);
        let is_inside = |known: &Known<'_>| (self.window.0..=self.window.1).contains(&known.ordinal());
        let inside = || drawn.iter().flat_map(|one| Known::of(one)).filter(is_inside);
        let mut key = Vec::new();
        if inside().count() < drawn.len() * usize::try_from(self.num_periods()).unwrap_or(0) {
            key.push(picture::key_item(frame, locale.text("chart.key.missing").to_owned(), |sketch| {
                sketch.push(hatch(Rect::new(0.0, 0.0, 28.0, 12.0), tokens.edge, 1.0));
            }));
        }
        if inside().any(|known| matches!(known, Known::Figure(point) if point.is_estimate)) {
            key.push(picture::key_item(frame, locale.text("chart.key.frame").to_owned(), |sketch| {
                sketch.dashed_outline(Rect::new(1.0, 1.0, 26.0, 10.0), tokens.ink, 1.25);
            }));
        }
        let bounds = inside().filter(|known| matches!(known, Known::Bounds(_))).map(Known::cell);
        key.extend(picture::key_of_bounds(self.job, bounds).map(|item| {
            picture::key_item(frame, item.text, |sketch| {
                brackets_around(sketch, Rect::new(0.0, -1.5, 28.0, 15.0), tokens.accent);
            })
        }));
        key
    }

    /// Periods across, categories down, totals below a rule.
    fn draw_across(&self, sketch: &mut Sketch<'_>, rows: &[&Series], totals: &[&Series], top: f64) -> f64 {
        const HEIGHT: f64 = 36.0;
        let (job, tokens) = (self.job, sketch.frame.tokens);
        let mut named: Vec<(&str, Option<&Series>)> =
            rows.iter().map(|one| (one.name.as_str(), Some(*one))).collect();
        named.extend(self.data.silent.iter().map(|name| (name.as_str(), None)));
        statcube::order::sort_by(&mut named, |a, b| a.0.cmp(b.0));
        named.truncate(rows.len().max(MAX_CATEGORIES));
        let all = named.iter().map(|(name, _)| *name).chain(totals.iter().map(|one| one.name.as_str()));
        let left = label_width(sketch, all, job.frame.width);
        let step = ((job.frame.width - left) / f64::from(self.num_periods())).min(120.0);
        let style = Type::new(SMALL, tokens.muted);
        let mut y = top + 22.0;
        let has_years = (self.window.0..=self.window.1).any(|o| self.period_label(o).1.is_some());
        if has_years {
            y += 16.0;
        }
        for ordinal in self.window.0..=self.window.1 {
            let (label, year) = self.period_label(ordinal);
            let x = left + f64::from(ordinal - self.window.0) * step;
            sketch.text(Point::new(x + (step - GAP) / 2.0, y - 8.0), &label, style, Anchor::Middle);
            if let Some(year) = year {
                sketch.text(Point::new(x, y - 24.0), &year, style, Anchor::Start);
            }
        }
        let all = named.iter().copied().chain(totals.iter().map(|one| (one.name.as_str(), Some(*one))));
        for ((name, series), place) in all.zip(0i32..) {
            let is_total = series.is_some_and(|one| one.is_total);
            if is_total && place > 0 {
                sketch.horizontal(0.0, y + 4.0, job.frame.width, tokens.line);
                y += 10.0;
            }
            let label = Type::new(LABEL, if series.is_some() { tokens.ink } else { tokens.muted });
            let lines = sketch.wrap(name, label, left - 14.0);
            let first = y + (HEIGHT - GAP) / 2.0 + 4.5 - (lines.len().saturating_sub(1)) as f64 * 8.0;
            for (line, n) in lines.iter().zip(0u32..) {
                sketch.text(Point::new(left - 12.0, first + f64::from(n) * 16.0), line, label, Anchor::End);
            }
            let height = f64::max(HEIGHT, lines.len() as f64 * 16.0 + 4.0);
            match series {
                Some(series) => {
                    for ordinal in self.window.0..=self.window.1 {
                        let x = left + f64::from(ordinal - self.window.0) * step;
                        let rect = Rect::new(x, y, step - GAP, height - GAP);
                        self.cell(sketch, rect, series, ordinal, (place, ordinal));
                    }
                }
                None => {
                    let middle = y + (height - GAP) / 2.0;
                    let width = job.frame.width - left - GAP;
                    let ends = [Point::new(left, middle), Point::new(left + width, middle)];
                    sketch.dashed(&ends, tokens.edge, 1.0, (1.5, 3.0));
                    let text = job.frame.locale.text("chart.row-silent").to_owned();
                    let text_width = sketch.measure(&text, style);
                    sketch.rect(Rect::new(left + 14.0, middle - 8.0, text_width + 16.0, 16.0), tokens.bg);
                    sketch.text(Point::new(left + 22.0, middle + 4.0), &text, style, Anchor::Start);
                }
            }
            y += height;
        }
        y
    }

    /// Categories across, periods down, for narrow places.
    fn draw_down(&self, sketch: &mut Sketch<'_>, drawn: &[&Series], top: f64) -> f64 {
        const HEIGHT: f64 = 32.0;
        let tokens = sketch.frame.tokens;
        let style = Type::new(SMALL, tokens.muted);
        let label = Type::new(SMALL, tokens.ink);
        let of_period = |ordinal: i32| {
            let (label, year) = self.period_label(ordinal);
            (label, year.unwrap_or_default())
        };
        let periods = || (self.window.0..=self.window.1).map(of_period);
        let period_width = periods()
            .map(|(label, year)| sketch.measure(&label, style).max(sketch.measure(&year, style)))
            .fold(0.0, f64::max)
            + 10.0;
        // As many as show their values; which are left out was said by their size.
        let fit = ((self.job.frame.width - period_width) / (self.widest.max(30.0) + 6.0 + GAP))
            .floor()
            .max(1.0) as usize;
        let mut columns: Vec<&Series> = drawn.to_vec();
        if columns.len() > fit {
            // The total keeps its place, last.
            let total = columns.iter().rposition(|one| one.is_total).map(|place| columns.remove(place));
            columns.truncate(fit.saturating_sub(usize::from(total.is_some())));
            columns.extend(total);
        }
        let step = ((self.job.frame.width - period_width) / columns.len().max(1) as f64).min(140.0);
        let heads: Vec<Vec<String>> =
            columns.iter().map(|one| sketch.wrap(&one.name, label, step - 4.0)).collect();
        let tallest = heads.iter().map(Vec::len).max().unwrap_or(1);
        let mut y = top + tallest as f64 * 15.0 + 8.0;
        for (place, lines) in heads.iter().enumerate() {
            let x = period_width + place as f64 * step + (step - GAP) / 2.0;
            for (line, n) in lines.iter().rev().zip(0u32..) {
                let width = sketch.measure(line, label);
                let x = x.clamp(width / 2.0, (self.job.frame.width - width / 2.0).max(width / 2.0));
                sketch.text(Point::new(x, y - 8.0 - f64::from(n) * 15.0), line, label, Anchor::Middle);
            }
        }
        for ordinal in self.window.0..=self.window.1 {
            let (name, year) = of_period(ordinal);
            if !year.is_empty() {
                if ordinal > self.window.0 {
                    y += 6.0;
                }
                sketch.text(Point::new(0.0, y + 13.0), &year, style, Anchor::Start);
                sketch.text(Point::new(0.0, y + 27.0), &name, style, Anchor::Start);
            } else {
                sketch.text(Point::new(0.0, y + HEIGHT / 2.0 + 3.0), &name, style, Anchor::Start);
            }
            for (place, series) in columns.iter().enumerate() {
                let rect = Rect::new(period_width + place as f64 * step, y, step - GAP, HEIGHT - GAP);
                let column = i32::try_from(place).unwrap_or(0);
                self.cell(sketch, rect, series, ordinal, (ordinal, column));
            }
            y += HEIGHT;
        }
        y
    }
}

/// What is known of one cell.
#[derive(Clone, Copy)]
enum Known<'a> {
    Figure(&'a Observed),
    Bounds(&'a Bounded),
}

impl<'a> Known<'a> {
    fn of(series: &'a Series) -> impl Iterator<Item = Self> {
        series.points.iter().map(Self::Figure).chain(series.bounded.iter().map(Self::Bounds))
    }

    fn cell(self) -> &'a Cell {
        match self {
            Self::Figure(point) => &point.cell,
            Self::Bounds(one) => &one.cell,
        }
    }

    fn index(self) -> usize {
        match self {
            Self::Figure(point) => point.index,
            Self::Bounds(one) => one.index,
        }
    }

    fn ordinal(self) -> i32 {
        match self {
            Self::Figure(point) => point.ordinal,
            Self::Bounds(one) => one.ordinal,
        }
    }

    fn text(self, job: &Job<'_>) -> String {
        match self {
            Self::Figure(point) => present(&point.cell, job.cube, job.frame.locale).number,
            Self::Bounds(one) => short_bounds(&one.cell, job.cube, job.frame.locale),
        }
    }
}

/// A bracket at either end of a cell, open towards its text.
fn brackets_around(sketch: &mut Sketch<'_>, cell: Rect, color: Color) {
    const FOOT: f64 = 4.0;
    let Rect { x, y, width, height } = cell.grown(-2.5);
    let bracket = |x: f64, foot: f64| {
        let at = [(x + foot, y), (x, y), (x, y + height), (x + foot, y + height)];
        at.map(|(x, y)| Point::new(x, y)).to_vec()
    };
    let lines = vec![bracket(x, FOOT), bracket(x + width, -FOOT)];
    sketch.push(Shape::Lines { lines, color, width: 1.5 });
}
