//! Figures derived from cells, each with its own rule. Only cells with equal sets of
//! observed parts are compared; a difference between the values of unequal sets would be
//! a change in what was published, not in what happened.

use std::collections::BTreeSet;

use super::{Cell, GroupResult};
use crate::model::{ObservationFlag, StatisticKind};

/// Why two cells are not compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum NotComparable {
    /// One of them has no value.
    Missing,
    /// Different parts were observed: those only in the first, those only in the second, as
    /// positions along the dimensions that are not listed.
    Parts(BTreeSet<Vec<u32>>, BTreeSet<Vec<u32>>),
    /// A break in the series lies between them.
    Break,
    /// The base is zero.
    ZeroBase,
    /// Rates are not shared out.
    Rate,
    /// A part is negative.
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

fn comparable(result: &GroupResult, one: usize, other: usize) -> Result<(Cell, Cell), NotComparable> {
    let (Some(a), Some(b)) = (result.cell(one), result.cell(other)) else {
        return Err(NotComparable::Missing);
    };
    if a.value().is_none() || b.value().is_none() {
        return Err(NotComparable::Missing);
    }
    let (parts_a, parts_b) = (result.observed_parts(one), result.observed_parts(other));
    if parts_a != parts_b {
        let only_a = parts_a.difference(&parts_b).cloned().collect();
        let only_b = parts_b.difference(&parts_a).cloned().collect();
        return Err(NotComparable::Parts(only_a, only_b));
    }
    Ok((a, b))
}

/// The change from one cell of a result to another.
///
/// # Errors
/// Why they may not be compared.
pub fn change(result: &GroupResult, earlier: usize, later: usize) -> Result<Change, NotComparable> {
    let (a, b) = comparable(result, earlier, later)?;
    if flagged(result, &b, ObservationFlag::Break) {
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
    if a.is_partial() || b.is_partial() {
        return Err(NotComparable::Parts(BTreeSet::new(), BTreeSet::new()));
    }
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
    if let Some((&(first, _), rest)) = cells.split_first() {
        let parts = result.observed_parts(first);
        for &(other, _) in rest {
            let others = result.observed_parts(other);
            if others != parts {
                let only_first = parts.difference(&others).cloned().collect();
                let only_other = others.difference(&parts).cloned().collect();
                return Err(NotComparable::Parts(only_first, only_other));
            }
        }
    }
    cells.sort_by(|a, b| b.1.total_cmp(&a.1).then(a.0.cmp(&b.0)));
    let mut ranked: Vec<Ranked> = Vec::with_capacity(cells.len());
    let mut before: Option<(f64, usize)> = None;
    for (index, (cell, value)) in cells.into_iter().enumerate() {
        let place = before.filter(|(known, _)| *known == value).map_or(index + 1, |(_, place)| place);
        before = Some((value, place));
        ranked.push(Ranked { cell, place });
    }
    Ok(ranked)
}
