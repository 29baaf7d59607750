//! Figures derived from cells, each with its own rule. Only cells with equal sets of
//! observed parts are compared; a difference between the values of unequal sets would be
//! a change in what was published, not in what happened.

use std::sync::Arc;

use crate::map::Set;

use super::evaluate::for_each_part;
use super::{Cell, Clause, ClauseSource, GroupResult, Query, Reducer, reducer};
use crate::model::{Additivity, Cube, DimensionRole, Granularity, ObservationFlag, StatisticKind};

/// Why two cells are not compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotComparable {
    /// One of them has no value.
    Missing,
    /// Different parts were observed: those only in the first, those only in the second, as
    /// positions along the dimensions that are not listed; of a share, along all dimensions,
    /// those that only the part rests on and those that only the total rests on. At most a
    /// hundred of each.
    Parts(Set<Vec<u32>>, Set<Vec<u32>>),
    /// Different numbers of periods are in them.
    Lengths(usize, usize),
    /// A break in the series lies between them.
    Break,
    /// The base is zero.
    ZeroBase,
    /// Rates are not shared out.
    Rate,
    /// A part is negative, or greater than the whole.
    Negative,
    /// The measure is not added over time, or the total is refused.
    NotAdditive,
    /// The periods are of different lengths.
    Periods,
}

/// A change from one cell to another.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Change {
    /// Later minus earlier, in the unit of the measure.
    pub difference: f64,
    /// Later divided by earlier.
    pub ratio: Option<f64>,
    /// Whether a rounded or estimated figure is in it.
    pub is_rounded: bool,
}

fn flagged(result: &GroupResult, cell: &Cell, flag: ObservationFlag) -> bool {
    cell.statuses().iter().any(|code| result.cube().statuses().flag(code) == flag)
}

/// How many parts a refusal names.
const MAX_NAMED: usize = 100;

fn different_parts(result: &GroupResult, one: usize, other: usize) -> NotComparable {
    let (parts_one, parts_other) = (result.observed_parts(one), result.observed_parts(other));
    let only_one = parts_one.difference(&parts_other).take(MAX_NAMED).cloned().collect();
    let only_other = parts_other.difference(&parts_one).take(MAX_NAMED).cloned().collect();
    NotComparable::Parts(only_one, only_other)
}

fn comparable(result: &GroupResult, one: usize, other: usize) -> Result<(Cell, Cell), NotComparable> {
    let (Some(a), Some(b)) = (result.cell(one), result.cell(other)) else {
        return Err(NotComparable::Missing);
    };
    if a.value().is_none() || b.value().is_none() {
        return Err(NotComparable::Missing);
    }
    if !result.have_equal_parts(one, other) {
        return Err(different_parts(result, one, other));
    }
    Ok((a, b))
}

/// Whether a break in the series lies after one cell and up to another: on one of the two,
/// or, where they differ in the period alone, on any period between.
fn break_between(result: &GroupResult, earlier: &Cell, later: &Cell) -> bool {
    let cube = result.cube();
    let statuses = cube.statuses();
    if flagged(result, later, ObservationFlag::Break) {
        return true;
    }
    let mut differing = earlier.by().iter().zip(later.by()).filter(|(a, b)| a != b);
    let (Some((&(place, from), &(_, to))), None) = (differing.next(), differing.next()) else { return false };
    let (Some(dimension), Some(column)) = (cube.dimensions().get(place), cube.column(later.measure())) else {
        return false;
    };
    if dimension.role != DimensionRole::Time || !column.has_status() {
        return false;
    }
    let in_order = dimension.chronological();
    let at = |position| in_order.iter().position(|&known| known == position);
    let (Some(a), Some(b)) = (at(from), at(to)) else { return false };
    let mut selection = later.selection().to_vec();
    let span = in_order.get(a.min(b)..=a.max(b)).and_then(<[u32]>::split_first);
    if let (Some(slot), Some((_, between))) = (selection.get_mut(place), span) {
        *slot = between.to_vec();
    }
    let mut found = false;
    for_each_part(&selection, &mut |positions| {
        let codes = cube.index(positions).map_or(&[][..], |index| statuses.codes(column.status(index)));
        found |= codes.iter().any(|code| statuses.flag(code) == ObservationFlag::Break);
    });
    found
}

/// The change from one cell of a result to another.
///
/// # Errors
/// Why they may not be compared.
pub fn change(result: &GroupResult, earlier: usize, later: usize) -> Result<Change, NotComparable> {
    if result.is_running() {
        return Err(NotComparable::NotAdditive);
    }
    let (a, b) = comparable(result, earlier, later)?;
    if break_between(result, &a, &b) {
        return Err(NotComparable::Break);
    }
    let (Some(from), Some(to)) = (a.value(), b.value()) else { return Err(NotComparable::Missing) };
    let is_rounded = [&a, &b].iter().any(|cell| flagged(result, cell, ObservationFlag::Rounded));
    Ok(Change { difference: to - from, ratio: (from != 0.0).then(|| to / from), is_rounded })
}

/// A part's share of a whole.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Share {
    /// Between zero and one.
    pub fraction: f64,
    /// Whether a rounded figure is in it.
    pub is_rounded: bool,
}

/// The share of a listed cell in a total. The total is a cell of its own, so that the share
/// of a refused total is refused.
///
/// # Errors
/// Why there is no share.
pub fn share(part: (&GroupResult, usize), total: (&GroupResult, usize)) -> Result<Share, NotComparable> {
    let (Some(a), Some(b)) = (part.0.cell(part.1), total.0.cell(total.1)) else {
        return Err(NotComparable::Missing);
    };
    let kind = part.0.cube().measures().get(a.measure()).map(|measure| measure.kind);
    if kind == Some(StatisticKind::Rate) {
        return Err(NotComparable::Rate);
    }
    let (Some(value), Some(whole)) = (a.value(), b.value()) else { return Err(NotComparable::Missing) };
    same_parts_throughout((part.0, &a), (total.0, &b))?;
    if whole == 0.0 {
        return Err(NotComparable::ZeroBase);
    }
    if value < 0.0 || whole < 0.0 || value > whole {
        return Err(NotComparable::Negative);
    }
    let is_rounded =
        flagged(part.0, &a, ObservationFlag::Rounded) || flagged(total.0, &b, ObservationFlag::Rounded);
    Ok(Share { fraction: value / whole, is_rounded })
}

/// A total may be shared out where each of its categories rests on the parts that the
/// listed cell rests on: nothing is missing on one side only.
fn same_parts_throughout(
    part: (&GroupResult, &Cell),
    total: (&GroupResult, &Cell),
) -> Result<(), NotComparable> {
    let (wanted, whole) = (part.1.selection(), total.1.selection());
    let is_listed = |cell: &Cell, place: usize| cell.by().iter().any(|(listed, _)| *listed == place);
    // Dimensions that the part lists and the total rolls up: there the part is one of many.
    let free: Vec<usize> =
        (0..wanted.len()).filter(|&place| is_listed(part.1, place) && !is_listed(total.1, place)).collect();
    let aligned = |place: usize| free.contains(&place) || wanted.get(place) == whole.get(place);
    let is_complete = |cell: &Cell| cell.observed() == cell.of();
    if (0..wanted.len()).all(aligned) && is_complete(part.1) && is_complete(total.1) {
        return Ok(());
    }
    let categories: Vec<Vec<u32>> = free.iter().filter_map(|&place| whole.get(place).cloned()).collect();
    let moved = |selection: &[Vec<u32>], to: &[u32]| {
        let mut moved = selection.to_vec();
        for (&place, &position) in free.iter().zip(to) {
            if let Some(slot) = moved.get_mut(place) {
                *slot = vec![position];
            }
        }
        moved
    };
    let expected = part.0.presence(wanted);
    let mut are_equal = (0..wanted.len()).all(aligned);
    for_each_part(&categories, &mut |category| {
        are_equal = are_equal && total.0.presence(&moved(whole, category)) == expected;
    });
    if are_equal {
        return Ok(());
    }
    // Where the part itself stands for a part of the total.
    let at_home = |positions: &[u32]| -> Vec<u32> {
        let own = |(place, &position)| {
            if free.contains(&place) { part.1.category(place) } else { None }.unwrap_or(position)
        };
        positions.iter().enumerate().map(own).collect()
    };
    let inside = |selection: &[Vec<u32>], positions: &[u32]| {
        selection.iter().zip(positions).all(|(axis, position)| axis.contains(position))
    };
    let (mut only_part, mut only_total) = (Set::new(), Set::new());
    for_each_part(&categories, &mut |category| {
        for_each_part(&moved(wanted, category), &mut |positions| {
            let in_total = inside(whole, positions) && total.0.is_observed(positions);
            if only_part.len() < MAX_NAMED && part.0.is_observed(&at_home(positions)) && !in_total {
                only_part.insert(positions.to_vec());
            }
        });
    });
    for_each_part(whole, &mut |positions| {
        let home = at_home(positions);
        let in_part = inside(wanted, &home) && part.0.is_observed(&home);
        if only_total.len() < MAX_NAMED && total.0.is_observed(positions) && !in_part {
            only_total.insert(positions.to_vec());
        }
    });
    Err(NotComparable::Parts(only_part, only_total))
}

/// A cell's place in a ranking, counted from one; equal values share a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Ranked {
    /// Index of the cell in its result.
    pub cell: usize,
    /// Its place.
    pub place: usize,
}

/// Ranks the listed cells among `candidates`, largest first, ties in category order. Cells
/// without a value are left out.
///
/// # Errors
/// [`NotComparable::Parts`] where the cells rest on different sets of observed parts.
pub fn rank(result: &GroupResult, candidates: &[usize]) -> Result<Vec<Ranked>, NotComparable> {
    let mut cells: Vec<(usize, f64)> = candidates
        .iter()
        .filter_map(|&cell| result.values().get(cell).filter(|v| !v.is_nan()).map(|&value| (cell, value)))
        .collect();
    if let Some((&(first, _), rest)) = cells.split_first()
        && let Some(&(other, _)) = rest.iter().find(|(other, _)| !result.have_equal_parts(first, *other))
    {
        return Err(different_parts(result, first, other));
    }
    crate::order::sort_by(&mut cells, |a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut ranked: Vec<Ranked> = Vec::with_capacity(cells.len());
    let mut before: Option<(f64, usize)> = None;
    for (next, (cell, value)) in (1..).zip(cells) {
        let place = before.filter(|(known, _)| *known == value).map_or(next, |(_, place)| place);
        before = Some((value, place));
        ranked.push(Ranked { cell, place });
    }
    Ok(ranked)
}

/// An average over the listed periods.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Average {
    /// The sum of the published figures by their number.
    pub value: f64,
    /// How many periods have a figure.
    pub periods: usize,
    /// How many are listed.
    pub of: usize,
    /// Whether a rounded figure is in it.
    pub is_rounded: bool,
}

/// The average of a flow or a stock over the periods of a result by time alone: of those
/// that are published, all of one length and resting on the same parts. A rate is never
/// averaged, since its periods weigh differently.
///
/// # Errors
/// Why there is no average.
pub fn average(result: &GroupResult) -> Result<Average, NotComparable> {
    let cube = result.cube();
    let first = result.cell(0).ok_or(NotComparable::Missing)?;
    let measure = cube.measures().get(first.measure()).ok_or(NotComparable::Missing)?;
    let &[time] = result.by() else { return Err(NotComparable::NotAdditive) };
    let dimension = cube.dimensions().get(time).ok_or(NotComparable::Missing)?;
    let additivity = cube.additivity(first.measure(), time).0;
    match (measure.kind, additivity) {
        (StatisticKind::Rate, _) => return Err(NotComparable::Rate),
        (StatisticKind::Flow, Additivity::Sum) | (StatisticKind::Stock, Additivity::Last) => {}
        _ => return Err(NotComparable::NotAdditive),
    }
    if dimension.role != DimensionRole::Time || result.is_refused() || result.is_running() {
        return Err(NotComparable::NotAdditive);
    }
    let (mut total, mut is_rounded, mut found, mut length) = (0.0, false, Vec::new(), None);
    for index in 0..result.len() {
        let Some(cell) = result.cell(index).filter(|cell| cell.observed() > 0) else { continue };
        let value = cell.value().ok_or(NotComparable::Missing)?;
        let period = cell.category(time).and_then(|position| dimension.category(position)?.period);
        let own = period.map(crate::model::Period::granularity).ok_or(NotComparable::Periods)?;
        if own == Granularity::Range || length.is_some_and(|length| length != own) {
            return Err(NotComparable::Periods);
        }
        length = Some(own);
        if flagged(result, &cell, ObservationFlag::Break) && !found.is_empty() {
            return Err(NotComparable::Break);
        }
        total += value;
        is_rounded |= flagged(result, &cell, ObservationFlag::Rounded);
        found.push(index);
    }
    let (&first, rest) = found.split_first().ok_or(NotComparable::Missing)?;
    if let Some(&other) = rest.iter().find(|&&other| !result.have_equal_parts(first, other)) {
        return Err(different_parts(result, first, other));
    }
    Ok(Average { value: total / found.len() as f64, periods: found.len(), of: result.len(), is_rounded })
}

/// The running total along a listed time dimension: each cell with a figure of its own is
/// the sum from the first listed period to its own, with everything that goes with all of
/// them. Where a period before has no figure, the total is partial.
///
/// # Errors
/// [`NotComparable::NotAdditive`] where the measure is not added over time or totals are
/// refused, [`NotComparable::Break`] where the series breaks.
pub fn running_total(result: &GroupResult, time: usize) -> Result<GroupResult, NotComparable> {
    let cube = result.cube();
    let first = result.cell(0).ok_or(NotComparable::Missing)?;
    let place = result.by().iter().position(|&by| by == time).ok_or(NotComparable::NotAdditive)?;
    let listed = result.listed(place);
    let added = reducer(cube, first.measure(), time, listed);
    let is_sum = matches!(added, Ok(Reducer::Sum | Reducer::Slice))
        && cube.additivity(first.measure(), time).0 == Additivity::Sum;
    if !is_sum || result.is_refused() || result.is_running() {
        return Err(NotComparable::NotAdditive);
    }
    let has_break =
        result.cells().any(|cell| cell.value().is_some() && flagged(result, &cell, ObservationFlag::Break));
    if has_break {
        return Err(NotComparable::Break);
    }
    Ok(result.running(place))
}

/// A published total beside the sum of its parts.
#[derive(Debug, Clone, PartialEq)]
pub struct TotalCheck {
    /// The dimension of whose categories it is the total.
    pub dimension: usize,
    /// The category that stands for the others.
    pub parent: u32,
    /// The published total.
    pub published: Cell,
    /// The sum of the parts, or its bounds.
    pub computed: Cell,
    /// Published minus computed, where the two cannot both be right: all parts are published
    /// and their sum is another, or those published exceed the total, or the total lies
    /// outside the bounds. A total of which periods are missing is not found too small.
    pub difference: Option<f64>,
}

/// For each category that stands for its parts in an answer, the sum of the parts.
pub fn total_checks(cube: &Arc<Cube>, cell: &Cell) -> Vec<TotalCheck> {
    let Some(value) = cell.value() else { return Vec::new() };
    let check = |stand_in: &super::StandIn| {
        let (dimension, parent) = (stand_in.dimension, stand_in.parent);
        let children = cube.dimensions().get(dimension)?.hierarchy.children_of(parent).to_vec();
        let mut query = slice_of(cube, cell);
        query.clauses.retain(|clause| clause.dimension != dimension);
        query.clauses.push(Clause::new(cube, dimension, children, ClauseSource::Chart("check".to_owned())));
        let computed = cube.computed(&query)?.cell(0).filter(|computed| computed.observed() > 0)?;
        let is_whole = computed.observed() == computed.of();
        // Of a total that itself lacks periods, parts may be published in those.
        let is_whole_total = cell.observed() == cell.of();
        let difference = match (computed.value(), computed.lower(), computed.upper()) {
            (Some(sum), _, _) if is_whole_total && (is_whole || sum > value) => Some(value - sum),
            (None, Some(lower), _) if is_whole_total && lower > value => Some(value - lower),
            (None, _, Some(upper)) if upper < value => Some(value - upper),
            _ => None,
        };
        let difference = difference.filter(|difference| *difference != 0.0);
        Some(TotalCheck { dimension, parent, published: cell.clone(), computed, difference })
    };
    cell.stand_ins().iter().filter_map(check).collect()
}

/// What is valid where a total is refused.
#[derive(Debug, Clone, PartialEq)]
pub enum Alternative {
    /// One category of a refusing dimension alone.
    Category {
        /// The dimension.
        dimension: usize,
        /// The category.
        position: u32,
        /// Its figure.
        cell: Cell,
    },
    /// The last period with a figure, where periods are not added.
    LastPeriod {
        /// The dimension of time.
        dimension: usize,
        /// The period.
        position: u32,
        /// Its figure.
        cell: Cell,
    },
    /// A category that stands for all those asked for, as published.
    PublishedTotal {
        /// The dimension.
        dimension: usize,
        /// The category.
        position: u32,
        /// Its figure.
        cell: Cell,
    },
    /// What the total lies between; open above where parts are missing.
    Bounds {
        /// The least.
        lower: f64,
        /// The most.
        upper: Option<f64>,
    },
}

impl Alternative {
    /// The word used in the JavaScript interface.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Category { .. } => "category",
            Self::LastPeriod { .. } => "last-period",
            Self::PublishedTotal { .. } => "published-total",
            Self::Bounds { .. } => "bounds",
        }
    }
}

/// What is valid instead of a refused total, each with its figure: published totals first,
/// then the last period, single categories (at most `most` of each dimension) and the bounds.
/// Empty where nothing was refused.
pub fn alternatives(cube: &Arc<Cube>, query: &Query, cell: &Cell, most: usize) -> Vec<Alternative> {
    let mut found = Vec::new();
    for refusal in cell.refusals() {
        let dimension = refusal.dimension;
        let Some(known) = cube.dimensions().get(dimension) else { continue };
        let ask = |positions: Vec<u32>| {
            let mut query = Query { groupings: vec![vec![dimension]], linked: false, ..query.clone() };
            query.top.clear();
            query.clauses.retain(|clause| clause.dimension != dimension);
            let source = ClauseSource::Chart("alternatives".to_owned());
            query.clauses.push(Clause::new(cube, dimension, positions, source));
            let result = cube.run(&query).groups.pop();
            let cells = result.iter().flat_map(|result| result.cells().collect::<Vec<_>>());
            let published = cells.filter(|cell| cell.value().is_some());
            let published = published.filter_map(|cell| Some((cell.category(dimension)?, cell)));
            published.collect::<Vec<(u32, Cell)>>()
        };
        let is_above = |parent: &u32| {
            let hierarchy = &known.hierarchy;
            refusal.categories.iter().all(|&category| hierarchy.is_ancestor(*parent, category))
        };
        let above: Vec<u32> = (0..known.len() as u32).filter(is_above).collect();
        let total = |(position, cell)| Alternative::PublishedTotal { dimension, position, cell };
        found.extend(ask(above).into_iter().map(total));
        if known.role == DimensionRole::Time {
            let published = ask(refusal.categories.clone());
            let in_order = known.chronological().iter().rev();
            let last = in_order.filter_map(|at| published.iter().find(|(position, _)| position == at)).next();
            let last = last.cloned();
            found.extend(last.map(|(position, cell)| Alternative::LastPeriod { dimension, position, cell }));
        } else {
            let single = |(position, cell)| Alternative::Category { dimension, position, cell };
            found.extend(ask(refusal.categories.clone()).into_iter().take(most).map(single));
        }
    }
    found.extend(cell.lower().map(|lower| Alternative::Bounds { lower, upper: cell.upper() }));
    found
}

/// A question for exactly what a cell is about.
pub fn slice_of(cube: &Cube, cell: &Cell) -> Query {
    let source = || ClauseSource::Chart("cell".to_owned());
    let clause = |(place, kept): (usize, &Vec<u32>)| Clause::new(cube, place, kept.clone(), source());
    let clauses = cell.selection().iter().enumerate().map(clause).collect();
    Query { measure: cell.measure(), clauses, groupings: vec![Vec::new()], ..Query::default() }
}
