//! One bar a category, from zero, sorted where the figures may be ranked.

use statcube::cube::{GroupResult, rank};
use statcube::{Cell, DimensionRole, Query};

use super::data::{Level, ask, bounds, dimension_to_list, is_estimate, level, total_name};
use super::scene::{Color, Mark, Point, Rect};
use super::sketch::{Anchor, LABEL, Sketch, Type};
use super::{Job, KeyItem, Laid, Unfit, describe, picture};
use crate::present::present;

/// More rows are not looked at; they are counted instead.
const MAX_ROWS: usize = 30;
/// Below this width a label stands above its bar.
const STACKED_BELOW: f64 = 440.0;

/// One row of bars.
pub(super) struct Row {
    pub name: String,
    pub cell: Cell,
    pub text: String,
    pub value: Option<f64>,
    /// Bounds in place of a value.
    pub bounds: Option<(f64, f64)>,
    pub is_estimate: bool,
    /// Grey, since it is a rest and no category.
    pub is_rest: bool,
    pub is_chosen: bool,
    pub source: (usize, usize),
}

#[inline(never)]
pub(super) fn layout(job: &Job<'_>) -> Result<Laid, Unfit> {
    let (by, answer) = ask_categories(job)?;
    let Answer { result, total, period, .. } = answer;
    let locale = job.frame.locale;
    let mut rows: Vec<Row> = (0..result.len()).filter_map(|index| row(job, by, &result, 0, index)).collect();
    let is_ranked = sort(&mut rows, &result);
    let left_out = rows.len().saturating_sub(MAX_ROWS);
    rows.truncate(MAX_ROWS);
    let foot = total.as_ref().and_then(|total| row(job, by, total, 1, 0)).filter(Row::is_known);
    let foot = foot.map(|row| as_total(job, by, row));

    let mut parts = describe::context(job, &[by]);
    parts.push(describe::unit_and_period(job, &period));
    if left_out > 0 {
        let (drawn, count) = (locale.number(rows.len() as f64, None), locale.number(left_out as f64, None));
        parts.push(locale.fill("chart.left-out", &[("drawn", &drawn), ("count", &count)]));
    }
    let mut says = says_of(job, &rows, foot.as_ref());
    if !is_ranked {
        says.push(locale.text("chart.says.unranked").to_owned());
    }
    says.extend(describe::refusal(&result, locale));
    let key = key(job, &rows, is_ranked);
    let scene = draw(job, &rows, foot.as_ref(), &result);
    let mut results = vec![result];
    results.extend(total);
    let title = describe::title(job, &[by]);
    Ok(Laid { scene, title, subtitle: describe::sentences(&parts), key, says, results, disclaimer: None })
}

/// A row that is named as the published total, or the sum of such, that it is.
pub(super) fn as_total(job: &Job<'_>, by: usize, row: Row) -> Row {
    match row.cell.category(by) {
        Some(category) => Row { name: total_name(job, by, category, row.cell.of()), ..row },
        None => row,
    }
}

/// Cells by category, the published total of the same period, and the period in words.
pub(super) struct Answer {
    pub result: GroupResult,
    pub total: Option<GroupResult>,
    pub period: String,
    /// The question, with the one period that stands where several may not be combined.
    pub query: Query,
}

/// Asks for the categories of the level. Where the periods may not be combined, the last one
/// with a figure stands, and is named: the last of what is chosen in this chart, where anything is.
pub(super) fn ask_categories(job: &Job<'_>) -> Result<(usize, Answer), Unfit> {
    let Job { kind, cube, query, frame, .. } = *job;
    let locale = frame.locale;
    let unfit = || Unfit::new(kind, "chart.unfit.no-categories", locale);
    let by = dimension_to_list(job).ok_or_else(unfit)?;
    let mut level = level(cube, query, by);
    if let Some(total) = level.total.filter(|_| !has_any(job, by, &level.categories)) {
        // Only the whole is published: it is the one row there is.
        level = Level { categories: vec![total], total: None };
    }
    let result = ask(cube, query, kind, &[(by, &level.categories)]).ok_or_else(unfit)?;
    let time = cube.dimension_with_role(DimensionRole::Time);
    let mut query = query.clone();
    query.linked = false;
    let refuses_time = |result: &GroupResult| {
        result
            .cell(0)
            .is_some_and(|cell| cell.refusals().iter().any(|refusal| Some(refusal.dimension) == time))
    };
    let mut result = result;
    let mut period = result.period();
    let is_one = (result.is_refused() && refuses_time(&result)) || period.is_some();
    if let Some(time) = time.filter(|_| is_one) {
        let chosen: Vec<u32> = job
            .options
            .chosen
            .iter()
            .filter(|(place, _)| *place == by)
            .map(|(_, category)| *category)
            .collect();
        let of_chosen = Some(chosen).filter(|chosen| !chosen.is_empty());
        let of_chosen = of_chosen.and_then(|chosen| last_period(job, by, time, &chosen));
        let last = of_chosen
            .or_else(|| period.map(|(_, position)| position))
            .or_else(|| last_period(job, by, time, &level.categories));
        if let Some(position) = last {
            query.clauses.retain(|clause| clause.dimension != time);
            query.clauses.push(statcube::Clause::new(
                cube,
                time,
                vec![position],
                statcube::ClauseSource::default(),
            ));
            if period != Some((time, position)) {
                result = ask(cube, &query, kind, &[(by, &level.categories)]).ok_or_else(unfit)?;
                period = Some((time, position));
            }
        }
    }
    let total = level.total.and_then(|total| ask(cube, &query, kind, &[(by, &[total])]));
    let period = match period {
        Some((time, position)) => {
            let is_stock =
                cube.measures().get(query.measure).is_some_and(|m| m.kind == statcube::StatisticKind::Stock);
            match is_stock {
                true => capitalised(&locale.end_of_category(cube, time, position)),
                false => locale.category(cube, time, position),
            }
        }
        None => super::time::TimeAxis::of(kind, cube, &query, locale)
            .map_or_else(|_| time_names(job, time), |axis| axis.range_name(locale)),
    };
    Ok((by, Answer { result, total, period, query }))
}

/// The last period that is on view in which any of these categories has a figure.
fn last_period(job: &Job<'_>, by: usize, time: usize, categories: &[u32]) -> Option<u32> {
    let selected = job.query.selected(time);
    let is_on_view = |position: &u32| selected.as_ref().is_none_or(|kept| kept.contains(position));
    let has_any = |position: &u32| {
        let listed = [(by, categories), (time, &[*position][..])];
        ask(job.cube, job.query, job.kind, &listed)
            .is_some_and(|slice| slice.observed().iter().any(|&observed| observed > 0))
    };
    let periods = job.cube.dimensions().get(time)?.chronological().iter().rev().copied();
    periods.filter(is_on_view).find(has_any)
}

/// Whether any of these categories has a figure in any period.
fn has_any(job: &Job<'_>, by: usize, categories: &[u32]) -> bool {
    ask(job.cube, job.query, job.kind, &[(by, categories)])
        .is_some_and(|result| result.observed().iter().any(|&observed| observed > 0))
}

/// The periods chosen, where they are no axis.
fn time_names(job: &Job<'_>, time: Option<usize>) -> String {
    let Some(time) = time else { return String::new() };
    let names = job.query.selected(time).unwrap_or_default();
    let names: Vec<String> =
        names.iter().take(3).map(|&p| job.frame.locale.category(job.cube, time, p)).collect();
    job.frame.locale.list(&names)
}

pub(super) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

pub(super) fn row(
    job: &Job<'_>,
    by: usize,
    result: &GroupResult,
    number: usize,
    index: usize,
) -> Option<Row> {
    let category = result.positions_of(index).first().copied()?;
    let name = job.frame.locale.category(job.cube, by, category);
    let row = row_of(job, result.cell(index)?, name, false);
    Some(Row { is_chosen: job.options.chosen.contains(&(by, category)), source: (number, index), ..row })
}

pub(super) fn row_of(job: &Job<'_>, cell: Cell, name: String, is_rest: bool) -> Row {
    let presented = present(&cell, job.cube, job.frame.locale);
    let text = match presented.is_missing() {
        false => presented.text,
        true => job.frame.locale.text("value.missing").to_owned(),
    };
    let (is_estimate, value, bounds) = (is_estimate(&cell, job.cube), cell.value(), bounds(&cell));
    Row { name, value, bounds, text, is_estimate, is_rest, is_chosen: false, source: (0, 0), cell }
}

impl Row {
    /// Whether something is known of it that can be drawn.
    pub fn is_known(&self) -> bool {
        self.value.is_some() || self.bounds.is_some()
    }
}

/// Sorts by value, equal values by name, those without a figure last in their own order, and
/// before them those of which only bounds are known.
/// Figures that rest on different parts are not ranked and keep the order of the file.
pub(super) fn sort(rows: &mut [Row], result: &GroupResult) -> bool {
    let candidates: Vec<usize> = (0..result.len()).collect();
    let is_ranked = rank(result, &candidates).is_ok();
    if is_ranked {
        statcube::order::sort_by(rows, |a, b| match (a.value, b.value) {
            (Some(x), Some(y)) => y.total_cmp(&x).then_with(|| a.name.cmp(&b.name)),
            (x, y) => (y.is_some(), b.is_known()).cmp(&(x.is_some(), a.is_known())),
        });
    }
    is_ranked
}

pub(super) fn key(job: &Job<'_>, rows: &[Row], is_ranked: bool) -> Vec<KeyItem> {
    let (tokens, locale) = (job.frame.tokens, job.frame.locale);
    let mut key = Vec::new();
    if rows.iter().any(|row| row.is_estimate) {
        key.push(picture::key_item(job.frame, locale.text("chart.key.estimate").to_owned(), |sketch| {
            sketch.dashed_outline(Rect::new(1.0, 1.0, 26.0, 10.0), tokens.accent, 1.5);
        }));
    }
    key.extend(picture::key_of_bounds(
        job,
        rows.iter().filter(|row| row.bounds.is_some()).map(|row| &row.cell),
    ));
    if !is_ranked {
        key.push(picture::key_item(job.frame, locale.text("chart.key.unranked").to_owned(), |sketch| {
            for (y, width) in [(1.0, 12.0), (5.0, 24.0), (9.0, 18.0)] {
                sketch.rect(Rect::new(0.0, y, width, 2.0), tokens.muted);
            }
        }));
    }
    key
}

pub(super) fn says_of(job: &Job<'_>, rows: &[Row], foot: Option<&Row>) -> Vec<String> {
    let locale = job.frame.locale;
    let figure = |row: &Row| {
        let spoken = present(&row.cell, job.cube, locale).spoken;
        locale.fill("chart.says.figure", &[("name", &row.name), ("figure", &spoken)])
    };
    let is_told = |row: &&Row| row.is_known() || row.cell.lower().is_some();
    let mut says: Vec<String> = rows.iter().filter(is_told).map(figure).collect();
    let silent: Vec<String> = rows.iter().filter(|row| !is_told(row)).map(|row| row.name.clone()).collect();
    if !silent.is_empty() {
        says.push(locale.fill("chart.says.silent", &[("names", &locale.list(&silent))]));
    }
    says.extend(foot.map(figure));
    says
}

/// Draws rows, and below a rule the published total.
pub(super) fn draw(job: &Job<'_>, rows: &[Row], foot: Option<&Row>, result: &GroupResult) -> super::Scene {
    let frame = job.frame;
    let (tokens, width) = (frame.tokens, frame.width);
    let mut sketch = Sketch::new(frame, 0.0);
    let label = Type::new(LABEL, tokens.ink);
    let value = Type::new(LABEL, tokens.ink).bold();
    let is_stacked = width < STACKED_BELOW;
    let top = picture::illustrative_room(job) + 2.0;
    picture::illustrative_mark(&mut sketch, job);

    let numbered = || rows.iter().filter(|row| row.is_known()).chain(foot);
    let widest_value = numbered().map(|row| sketch.measure(&row.text, value)).fold(0.0, f64::max) + 12.0;
    let label_room = (width * 0.42).max(96.0);
    let name_style = |row: &Row| match (row.is_known(), row.is_chosen) {
        (false, _) => Type::new(LABEL, tokens.muted),
        (_, true) => label.bold(),
        _ => label,
    };
    let name_room = if is_stacked { width } else { label_room };
    let all = || rows.iter().chain(foot);
    let names: Vec<Vec<String>> =
        all().map(|row| sketch.wrap(&row.name, name_style(row), name_room)).collect();
    let drawn = || all().zip(&names).flat_map(|(row, lines)| lines.iter().map(move |line| (row, line)));
    let widest_label = drawn().map(|(row, line)| sketch.measure(line, name_style(row))).fold(0.0, f64::max);
    let left = if is_stacked { 0.0 } else { widest_label + 14.0 };

    let ends = |row: &Row| row.value.map(|value| (value, value)).or(row.bounds);
    let (low, high) =
        rows.iter().filter_map(ends).fold((0.0f64, 0.0f64), |(l, h), (low, high)| (l.min(low), h.max(high)));
    let span = if high - low > 0.0 { high - low } else { 1.0 };
    let below = if low < 0.0 { widest_value } else { 0.0 };
    let plot = Rect::new(left + below, top, (width - left - below - widest_value).max(20.0), 0.0);
    let x = |v: f64| plot.x + (v - low) / span * plot.width;
    let (row_height, bar) = match (is_stacked, rows.len()) {
        (true, _) => (46.0, 14.0),
        (false, 0..=7) => (38.0, 22.0),
        (false, _) => (30.0, 18.0),
    };
    let mut y = top;
    for (place, (row, lines)) in rows.iter().zip(&names).enumerate() {
        let extra = (lines.len().saturating_sub(1)) as f64 * 16.0;
        let height = if is_stacked { row_height + extra } else { f64::max(row_height, extra + 26.0) };
        let bar_y = if is_stacked { y + 22.0 + extra } else { y + (height - bar) / 2.0 };
        let color = if row.is_rest { tokens.total } else { tokens.accent };
        draw_name(&mut sketch, lines, name_style(row), (left, y, height), is_stacked);
        let base = x(0.0);
        let baseline = if is_stacked { (bar_y - 2.0, bar + 4.0) } else { (y, height) };
        sketch.vertical(base, baseline.0, baseline.1, tokens.edge);
        let mut shape = Rect::new(base, bar_y, 24.0, bar);
        let mut at = Point::new(base, bar_y + bar / 2.0);
        match (row.value, row.bounds) {
            (Some(amount), _) => {
                let end = x(amount);
                let length = if amount == 0.0 { 0.0 } else { (end - base).abs().max(1.5) };
                let rect = Rect::new(if amount < 0.0 { base - length } else { base }, bar_y, length, bar);
                draw_bar(&mut sketch, rect, color, row.is_estimate);
                let (text_x, anchor) = if amount < 0.0 {
                    (rect.x - 7.0, Anchor::End)
                } else {
                    (rect.right() + 7.0, Anchor::Start)
                };
                sketch.text(Point::new(text_x, bar_y + bar / 2.0 + 4.5), &row.text, value, anchor);
                if row.is_chosen {
                    sketch.rect(Rect::new(rect.x, rect.bottom() + 1.0, rect.width.max(8.0), 3.0), tokens.ink);
                }
                shape = rect;
                at = Point::new(if amount < 0.0 { rect.x } else { rect.right() }, at.y);
            }
            (None, Some((low, high))) => {
                // Off the baseline by a little, so that its foot is seen beside it.
                let middle = bar_y + bar / 2.0;
                let from = x(low) + if low == 0.0 { 2.0 } else { 0.0 };
                let ends = (Point::new(from, middle), Point::new(x(high).max(from + 9.0), middle));
                shape = sketch.bracket(ends, bar * 0.7, color);
                at = Point::new(shape.right(), middle);
                let label = Point::new(shape.right() + 7.0, middle + 4.5);
                sketch.text(label, &row.text, value, Anchor::Start);
                if row.is_chosen {
                    sketch.rect(Rect::new(base, bar_y + bar + 1.0, shape.right() - base, 3.0), tokens.ink);
                }
            }
            (None, None) => {
                let style = Type::new(super::sketch::SMALL, tokens.muted);
                let room = width - base - 8.0;
                for (line, n) in sketch.wrap(&row.text, style, room).iter().zip(0u32..) {
                    sketch.text(
                        Point::new(base + 8.0, bar_y + bar / 2.0 + 4.0 + f64::from(n) * 14.0),
                        line,
                        style,
                        Anchor::Start,
                    );
                }
            }
        }
        if row.is_known() {
            sketch.scene.marks.push(mark(row, shape, at, place, color, (y, height, width)));
        }
        y += height;
    }
    if !rows.iter().any(Row::is_known) && (result.is_refused() || rows.is_empty()) {
        y = y.max(top + 60.0);
        let note = Rect::new(0.0, y, width, 84.0);
        picture::say_nothing_drawn(&mut sketch, job, result, note);
        y += 84.0;
    }
    if let (Some(row), Some(lines)) = (foot, names.last()) {
        y += 6.0;
        sketch.horizontal(0.0, y, width, tokens.line);
        y += 4.0;
        let height = 26.0 + (lines.len().saturating_sub(1)) as f64 * 16.0;
        let text_width = sketch.measure(&row.text, value);
        let style = Type::new(LABEL, tokens.total).bold();
        let free = width - text_width - 16.0;
        let lines = sketch.wrap(&row.name, style, free);
        let from = y;
        let height = height.max(lines.len() as f64 * 16.0 + 10.0);
        sketch.paragraph(Point::new(0.0, y + 17.0), &lines, style, 16.0);
        let at = Point::new(width, y + 17.0);
        sketch.text(at, &row.text, Type::new(LABEL, tokens.ink).bold(), Anchor::End);
        let shape = Rect::new(width - text_width, y + 5.0, text_width, 16.0);
        let middle = shape.center();
        sketch.scene.marks.push(mark(row, shape, middle, rows.len(), tokens.total, (from, height, width)));
        y += height;
    }
    sketch.scene.height = y + 2.0;
    sketch.finish()
}

fn draw_name(
    sketch: &mut Sketch<'_>,
    lines: &[String],
    style: Type,
    (left, y, height): (f64, f64, f64),
    is_stacked: bool,
) {
    let first = if is_stacked {
        y + 15.0
    } else {
        y + height / 2.0 + 4.5 - (lines.len().saturating_sub(1)) as f64 * 8.0
    };
    for (line, n) in lines.iter().zip(0u32..) {
        let baseline = first + f64::from(n) * 16.0;
        match is_stacked {
            true => sketch.text(Point::new(0.0, baseline), line, style, Anchor::Start),
            false => sketch.text(Point::new(left - 10.0, baseline), line, style, Anchor::End),
        }
    }
}

fn draw_bar(sketch: &mut Sketch<'_>, rect: Rect, color: Color, is_estimate: bool) {
    if rect.width == 0.0 {
        return;
    }
    if is_estimate {
        let inner = Rect::new(rect.x + 0.75, rect.y + 0.75, (rect.width - 1.5).max(0.5), rect.height - 1.5);
        sketch.dashed_outline(inner, color, 1.5);
    } else {
        sketch.area(rect, color);
    }
}

fn mark(
    row: &Row,
    shape: Rect,
    at: Point,
    place: usize,
    color: Color,
    (y, height, width): (f64, f64, f64),
) -> Mark {
    Mark {
        bounds: Rect::new(0.0, y, width, height),
        shape,
        at,
        cell: row.cell.clone(),
        name: row.name.clone(),
        when: None,
        group: 0,
        positions: row.cell.by().to_vec(),
        row: place as i32,
        column: 0,
        share: None,
        color,
        guide: None,
        source: row.source,
    }
}
