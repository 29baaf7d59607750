//! Figures derived from cells, each with its own rule. Only cells with equal sets of
//! observed parts are compared; a difference between the values of unequal sets would be
//! a change in what was published, not in what happened.

use crate::map::Set;

use super::evaluate::for_each_part;
use super::{Cell, GroupResult};
use crate::model::{DimensionRole, ObservationFlag, StatisticKind};

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
    /// A break in the series lies between them.
    Break,
    /// The base is zero.
    ZeroBase,
    /// Rates are not shared out.
    Rate,
    /// A part is negative, or greater than the whole.
    Negative,
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
    if let (Some(slot), Some(between)) = (selection.get_mut(place), in_order.get(a.min(b) + 1..=a.max(b))) {
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
    for (index, (cell, value)) in cells.into_iter().enumerate() {
        let place = before.filter(|(known, _)| *known == value).map_or(index + 1, |(_, place)| place);
        before = Some((value, place));
        ranked.push(Ranked { cell, place });
    }
    Ok(ranked)
}
