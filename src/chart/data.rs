//! What a chart asks the engine: which level of a hierarchy, which cells, and which of them
//! may be joined by a line.

use statcube::map::Map;
use std::sync::Arc;

use statcube::cube::{GroupResult, NotComparable, running_total};
use statcube::{Cell, Clause, ClauseSource, Cube, DimensionRole, ObservationFlag, Query};

use super::time::TimeAxis;
use super::{ChartKind, Job};
use crate::i18n::Locale;
use crate::present::{number, present};

/// At most so many lines can be told apart.
pub(crate) const MAX_LINES: usize = 4;

/// One level of a dimension: categories that stand beside each other, and the published
/// total above them.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Level {
    pub categories: Vec<u32>,
    pub total: Option<u32>,
}

/// The level that a query leaves: what is filtered, without the parents of what is there
/// too; else the children of the one root; else the roots.
pub(crate) fn level(cube: &Cube, query: &Query, dimension: usize) -> Level {
    let Some(known) = cube.dimensions().get(dimension) else { return Level::default() };
    let hierarchy = &known.hierarchy;
    let elimination = known.elimination.as_deref().and_then(|code| known.position(code));
    let Some(selected) = query.selected(dimension).filter(|_| !query.linked) else {
        return match hierarchy.roots() {
            [root] if !hierarchy.children_of(*root).is_empty() => {
                Level { categories: hierarchy.children_of(*root).to_vec(), total: Some(*root) }
            }
            roots => Level {
                categories: roots.iter().copied().filter(|root| Some(*root) != elimination).collect(),
                total: elimination.filter(|total| roots.contains(total)),
            },
        };
    };
    let has_below = |category: u32| selected.iter().any(|&other| hierarchy.is_ancestor(category, other));
    let categories: Vec<u32> = selected.iter().copied().filter(|&category| !has_below(category)).collect();
    let chosen = selected.iter().copied().find(|&category| has_below(category));
    let common = || {
        let (first, rest) = categories.split_first()?;
        let mut parents = hierarchy.parents_of(*first).iter().copied();
        parents
            .find(|parent| !rest.is_empty() && rest.iter().all(|c| hierarchy.parents_of(*c).contains(parent)))
    };
    let total = chosen.or_else(common);
    Level { categories, total }
}

/// The dimension that a chart lists, where nobody chose one: places where several are left,
/// else the first dimension of which several categories were chosen, else any with several.
pub(crate) fn dimension_to_list(job: &Job<'_>) -> Option<usize> {
    let (cube, query) = (job.cube, job.query);
    let is_listable =
        |place: usize| cube.dimensions().get(place).is_some_and(|d| d.role != DimensionRole::Time);
    if let Some(by) = job.options.by.filter(|&by| is_listable(by)) {
        return Some(by);
    }
    let places: Vec<usize> = (0..cube.dimensions().len()).filter(|&place| is_listable(place)).collect();
    let count = |place: usize| level(cube, query, place).categories.len();
    let geo = cube.dimension_with_role(DimensionRole::Geo);
    let chosen = places.iter().copied().find(|&place| query.selected(place).is_some() && count(place) > 1);
    let several = places.iter().copied().find(|&place| count(place) > 1);
    let several_places = geo.filter(|&geo| count(geo) > 1);
    // One place over time is a line; one place among bars is nothing to compare.
    let is_over_time = matches!(job.kind, ChartKind::Trend);
    let candidates = match is_over_time {
        true => [several_places, chosen, geo, several],
        false => [several_places, chosen, several, geo],
    };
    let mut distinct: Vec<usize> = Vec::new();
    for place in candidates.into_iter().flatten().chain(places.first().copied()) {
        if !distinct.contains(&place) {
            distinct.push(place);
        }
    }
    let candidates = distinct;
    let time = cube.dimension_with_role(DimensionRole::Time);
    let is_answered = |place: usize| {
        let categories = level(cube, query, place).categories;
        let all: Vec<u32> = time.and_then(|time| query.selected(time)).unwrap_or_else(|| {
            let periods =
                time.and_then(|time| cube.dimensions().get(time)).map_or(0, |periods| periods.len());
            (0u32..).take(periods).collect()
        });
        let mut listed: Vec<(usize, &[u32])> = vec![(place, &categories)];
        listed.extend(time.map(|time| (time, all.as_slice())));
        ask(cube, query, job.kind, &listed).is_some_and(|result| !result.is_refused())
    };
    // Of several, the first that the engine does not refuse.
    let answered = candidates.iter().copied().find(|&place| candidates.len() == 1 || is_answered(place));
    answered.or(candidates.first().copied())
}

/// Asks for the cells of these categories, other filters as in the query.
pub(crate) fn ask(
    cube: &Arc<Cube>,
    query: &Query,
    kind: ChartKind,
    listed: &[(usize, &[u32])],
) -> Option<GroupResult> {
    let is_listed = |dimension: usize| listed.iter().any(|(place, _)| *place == dimension);
    let mut clauses: Vec<Clause> =
        query.clauses.iter().filter(|c| !is_listed(c.dimension)).cloned().collect();
    let source = || ClauseSource::Chart(kind.id().to_owned());
    clauses.extend(listed.iter().map(|(place, kept)| Clause::new(cube, *place, kept.to_vec(), source())));
    let grouping = listed.iter().map(|(place, _)| *place).collect();
    let question = Query { measure: query.measure, clauses, groupings: vec![grouping], ..Query::default() };
    cube.run(&question).groups.into_iter().next()
}

/// Whether any part of a cell is an estimate.
pub(crate) fn is_estimate(cell: &Cell, cube: &Cube) -> bool {
    has_flag(cell, cube, ObservationFlag::Estimate)
}

fn has_flag(cell: &Cell, cube: &Cube, flag: ObservationFlag) -> bool {
    cell.statuses().iter().any(|code| cube.statuses().flag(code) == flag)
}

/// A published figure of a series.
#[derive(Debug, Clone)]
pub(crate) struct Observed {
    /// Index in the result.
    pub index: usize,
    pub cell: Cell,
    pub value: f64,
    /// Its place on the axis of time.
    pub ordinal: i32,
    pub is_estimate: bool,
    /// Whether a line joins it to the one before: consecutive, and made of the same parts.
    pub is_joined: bool,
}

/// A figure that is known within bounds alone: a small count that is withheld, a sum with such
/// a part, or what was printed as a range. No line runs to it.
#[derive(Debug, Clone)]
pub(crate) struct Bounded {
    /// Index in the result.
    pub index: usize,
    pub cell: Cell,
    pub low: f64,
    pub high: f64,
    /// Its place on the axis of time.
    pub ordinal: i32,
}

/// The bounds of a cell without a value that was answered; a refused total is no answer.
pub(crate) fn bounds(cell: &Cell) -> Option<(f64, f64)> {
    cell.range().filter(|_| cell.value().is_none())
}

/// Bounds as they stand where there is little room: “<5”, “3–12”, “3+”.
pub(super) fn short_bounds(cell: &Cell, cube: &Cube, locale: &Locale) -> String {
    let Some(((low, high), measure)) = bounds(cell).zip(cube.measures().get(cell.measure())) else {
        return String::new();
    };
    let write = |value: f64| number(value, measure, locale);
    match (cell.suppressed(), cell.of()) {
        (1.., 1) => present(cell, cube, locale).text,
        _ if cell.is_partial() => format!("{}+", write(low)),
        _ => format!("{}–{}", write(low), write(high)),
    }
}

/// A category over time.
#[derive(Debug, Clone)]
pub(crate) struct Series {
    /// The category; absent where no dimension is listed.
    pub category: Option<u32>,
    pub name: String,
    /// Whether it is the published total over the others.
    pub is_total: bool,
    /// Which colour and form it has.
    pub slot: usize,
    pub points: Vec<Observed>,
    pub bounded: Vec<Bounded>,
}

impl Series {
    /// Whether nothing is known of it.
    pub fn is_silent(&self) -> bool {
        self.points.is_empty() && self.bounded.is_empty()
    }

    /// How many periods something is known of.
    pub fn num_known(&self) -> usize {
        self.points.len() + self.bounded.len()
    }

    /// Everything that an axis must hold.
    pub fn extremes(&self) -> impl Iterator<Item = f64> + '_ {
        let bounds = self.bounded.iter().flat_map(|one| [one.low, one.high]);
        self.points.iter().map(|point| point.value).chain(bounds)
    }

    /// Where something is known.
    pub fn ordinals(&self) -> impl Iterator<Item = i32> + '_ {
        let bounded = self.bounded.iter().map(|one| one.ordinal);
        self.points.iter().map(|point| point.ordinal).chain(bounded)
    }

    /// The point with the largest value; the first of equals.
    pub fn peak(&self) -> Option<&Observed> {
        self.points.iter().rev().max_by(|a, b| a.value.total_cmp(&b.value))
    }

    pub fn lowest(&self) -> Option<&Observed> {
        self.points.iter().min_by(|a, b| a.value.total_cmp(&b.value))
    }
}

/// All series of a chart over time.
pub(crate) struct OverTime {
    pub axis: TimeAxis,
    /// The dimension that is listed beside time.
    pub by: Option<usize>,
    /// Those with figures, the largest first in reading order of the level; the total last.
    pub series: Vec<Series>,
    /// Names of the categories of the level without any figure.
    pub silent: Vec<String>,
    /// How many series have figures and are left out.
    pub left_out: usize,
    pub result: GroupResult,
}

/// Asks for every category of the level over time, and keeps at most `max` of them.
pub(crate) fn over_time(job: &Job<'_>, max: usize) -> Result<OverTime, super::Unfit> {
    let Job { kind, cube, query, frame, .. } = *job;
    let locale = frame.locale;
    let axis = TimeAxis::of(kind, cube, query, locale)?;
    let by = dimension_to_list(job);
    let no_answer = || super::Unfit::new(kind, "chart.unfit.nothing", locale);
    let Some(by) = by else {
        let result = ask(cube, query, kind, &[(axis.dimension, &axis.positions)]).ok_or_else(no_answer)?;
        let result = run_up(job, &axis, result)?;
        let all: Vec<usize> = (0..result.len()).collect();
        let (points, bounded) = (observed(&result, &axis, &all, cube), bounded(&result, &axis, &all));
        let name = locale.measure(cube, query.measure);
        let series = vec![Series { category: None, name, is_total: false, slot: 0, points, bounded }];
        let series = series.into_iter().filter(|one| !one.is_silent()).collect();
        return Ok(OverTime { axis, by: None, series, silent: Vec::new(), left_out: 0, result });
    };
    let level = level(cube, query, by);
    let is_place = cube.dimensions().get(by).is_some_and(|d| d.role == DimensionRole::Geo);
    // A total beside one category alone would only make it small.
    let chosen = |total: &u32| query.selected(by).is_some_and(|selected| selected.contains(total));
    let total = level.total.filter(|total| chosen(total) || (is_place && level.categories.len() != 1));
    let mut listed = level.categories.clone();
    listed.extend(total);
    let result =
        ask(cube, query, kind, &[(by, &listed), (axis.dimension, &axis.positions)]).ok_or_else(no_answer)?;
    let result = run_up(job, &axis, result)?;

    let ranks = overall_ranks(job, by, &axis);
    let rank = |category: u32| ranks.iter().position(|&ranked| ranked == category).unwrap_or(usize::MAX);
    let is_bounded = may_be_bounded(&result);
    let mut cells: Map<u32, Vec<usize>> = Map::new();
    for (index, value) in result.values().iter().enumerate() {
        let is_known =
            || !value.is_nan() || (is_bounded && result.cell(index).and_then(|cell| bounds(&cell)).is_some());
        if let [category, _] = result.positions_of(index)
            && is_known()
        {
            cells.entry(*category).or_default().push(index);
        }
    }
    // Of how many parts the figures of a series are; of a running total, all but the first.
    let parts = |cells: &[usize]| cells.iter().map(|&index| result.of(index)).max().unwrap_or(1);
    let of_category = |category: u32, is_total: bool| {
        let cells = cells.get(&category).map_or(&[][..], Vec::as_slice);
        Series {
            category: Some(category),
            name: match is_total {
                true => total_name(job, by, category, parts(cells)),
                false => job.frame.locale.category(cube, by, category),
            },
            is_total,
            slot: 0,
            points: observed(&result, &axis, cells, cube),
            bounded: bounded(&result, &axis, cells),
        }
    };
    let (mut spoken, silent): (Vec<u32>, Vec<u32>) =
        level.categories.iter().partition(|&c| cells.contains_key(c));
    let silent = silent.into_iter().map(|category| locale.category(cube, by, category)).collect();
    statcube::order::sort_by_key(&mut spoken, |&category| (rank(category), category));
    let left_out = spoken.len().saturating_sub(max);
    let mut series: Vec<Series> =
        spoken.into_iter().take(max).map(|category| of_category(category, false)).collect();
    give_slots(&mut series, rank);
    series.extend(total.map(|total| of_category(total, true)).filter(|one| !one.is_silent()));
    // The only one there is, and made of others: a published total.
    let children = |category: u32| {
        cube.dimensions().get(by).is_some_and(|d| !d.hierarchy.children_of(category).is_empty())
    };
    if let [only] = series.as_mut_slice()
        && let Some(category) = only.category.filter(|&category| is_place && children(category))
    {
        only.is_total = true;
        only.name = total_name(job, by, category, parts(cells.get(&category).map_or(&[][..], Vec::as_slice)));
    }
    Ok(OverTime { axis, by: Some(by), series, silent, left_out, result })
}

/// The answer itself, or its running totals where the line is to run up.
fn run_up(job: &Job<'_>, axis: &TimeAxis, result: GroupResult) -> Result<GroupResult, super::Unfit> {
    if !job.options.running || job.kind != ChartKind::Trend {
        return Ok(result);
    }
    running_total(&result, axis.dimension).map_err(|why| {
        let key = match why {
            NotComparable::Break => "chart.unfit.break",
            NotComparable::Missing => "chart.unfit.nothing",
            _ => "chart.unfit.not-added",
        };
        super::Unfit::new(job.kind, key, job.frame.locale)
    })
}

/// The key of what a published total is called: as published where it is a single observation, as
/// every cell of `of` parts says, else the sum that it is.
pub(crate) fn total_key(of: u32) -> &'static str {
    if of > 1 { "chart.summed" } else { "chart.as-published" }
}

/// The name of a published total over others, of so many parts.
pub(crate) fn total_name(job: &Job<'_>, dimension: usize, category: u32, of: u32) -> String {
    let locale = job.frame.locale;
    locale.fill(total_key(of), &[("name", &locale.category(job.cube, dimension, category))])
}

/// Categories from the largest, whatever is filtered along their own dimension, so that a
/// series keeps its colour while others come and go. By the engine's total over time where
/// there is one, else by the highest figure.
fn overall_ranks(job: &Job<'_>, by: usize, axis: &TimeAxis) -> Vec<u32> {
    let Job { kind, cube, query, .. } = *job;
    let mut unfiltered = query.clone();
    unfiltered.clauses.retain(|clause| clause.dimension != by);
    let all = level(cube, &unfiltered, by).categories;
    let all = if all.is_empty() { level(cube, query, by).categories } else { all };
    let mut sized: Vec<(u32, f64)> = Vec::new();
    if let Some(totals) = ask(cube, query, kind, &[(by, &all)]).filter(|totals| !totals.is_refused()) {
        sized = (0..totals.len())
            .filter_map(|cell| Some((*totals.positions_of(cell).first()?, *totals.values().get(cell)?)))
            .collect();
    } else if let Some(cells) = ask(cube, query, kind, &[(by, &all), (axis.dimension, &axis.positions)]) {
        for &category in &all {
            let of_category =
                (0..cells.len()).filter(|&cell| cells.positions_of(cell).first() == Some(&category));
            let peak =
                of_category.filter_map(|cell| cells.values().get(cell).copied()).fold(f64::NAN, f64::max);
            sized.push((category, peak));
        }
    }
    let size = |value: f64| if value.is_nan() { f64::NEG_INFINITY } else { value };
    statcube::order::sort_by(&mut sized, |a, b| size(b.1).total_cmp(&size(a.1)).then(a.0.cmp(&b.0)));
    sized.into_iter().map(|(category, _)| category).collect()
}

/// Gives each series the slot of its overall rank where that is free, else the first free.
fn give_slots(series: &mut [Series], rank: impl Fn(u32) -> usize) {
    let mut taken = [false; 5];
    let wanted: Vec<usize> = series.iter().map(|one| one.category.map_or(usize::MAX, &rank)).collect();
    for (one, &slot) in series.iter_mut().zip(&wanted) {
        if let Some(place) = taken.get_mut(slot) {
            *place = true;
            one.slot = slot;
        }
    }
    for (one, &slot) in series.iter_mut().zip(&wanted) {
        if slot >= taken.len() {
            let free = taken.iter().position(|is_taken| !is_taken).unwrap_or(0);
            one.slot = free;
            if let Some(place) = taken.get_mut(free) {
                *place = true;
            }
        }
    }
}

/// Whether any cell of an answer can have bounds in place of a value.
fn may_be_bounded(result: &GroupResult) -> bool {
    let (cube, measure) = (result.cube(), result.cell(0).map_or(0, |cell| cell.measure()));
    let has_ranges = cube.column(measure).is_some_and(|column| !column.extras.ranges.is_empty());
    !result.is_refused() && (has_ranges || !cube.suppressed(measure).is_empty())
}

/// Places on the axis by category position.
fn places_of(axis: &TimeAxis) -> Map<u32, i32> {
    axis.positions.iter().copied().zip(axis.periods.iter().map(|period| axis.ordinal(*period))).collect()
}

/// The figures among these cells that are known within bounds alone, in order of time.
pub(crate) fn bounded(result: &GroupResult, axis: &TimeAxis, cells: &[usize]) -> Vec<Bounded> {
    if !may_be_bounded(result) {
        return Vec::new();
    }
    let periods = places_of(axis);
    let without =
        cells.iter().copied().filter(|&index| result.values().get(index).is_some_and(|v| v.is_nan()));
    let mut found: Vec<Bounded> = without
        .filter_map(|index| {
            let ordinal = *periods.get(result.positions_of(index).last()?)?;
            let cell = result.cell(index)?;
            let (low, high) = bounds(&cell)?;
            Some(Bounded { index, cell, low, high, ordinal })
        })
        .collect();
    statcube::order::sort_by_key(&mut found, |one| one.ordinal);
    found
}

/// The published figures among these cells in order of time, each joined to the one before
/// only where it follows at once and rests on the same parts.
pub(crate) fn observed(result: &GroupResult, axis: &TimeAxis, cells: &[usize], cube: &Cube) -> Vec<Observed> {
    let periods = places_of(axis);
    let mut points: Vec<Observed> = Vec::new();
    for &index in cells {
        if result.values().get(index).is_none_or(|value| value.is_nan()) {
            continue;
        }
        let ordinal = result.positions_of(index).last().and_then(|period| periods.get(period));
        let (Some(&ordinal), Some(cell)) = (ordinal, result.cell(index)) else { continue };
        let Some(value) = cell.value() else { continue };
        let is_estimate = is_estimate(&cell, cube);
        points.push(Observed { index, cell, value, ordinal, is_estimate, is_joined: false });
    }
    statcube::order::sort_by_key(&mut points, |point| point.ordinal);
    let joins: Vec<bool> = points
        .windows(2)
        .map(|pair| match pair {
            [a, b] => {
                b.ordinal - a.ordinal == 1
                    && !has_flag(&b.cell, cube, ObservationFlag::Break)
                    && have_same_parts(result, a, b)
            }
            _ => false,
        })
        .collect();
    for (point, joined) in points.iter_mut().skip(1).zip(joins) {
        point.is_joined = joined;
    }
    points
}

fn have_same_parts(result: &GroupResult, a: &Observed, b: &Observed) -> bool {
    result.have_equal_parts(a.index, b.index)
}
