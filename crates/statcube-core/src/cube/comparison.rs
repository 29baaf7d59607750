//! Two answers to two questions side by side: a place beside another, a period beside another.
//! The rule is that of every derived figure: only what rests on the same parts is compared.

use super::derive::{Change, NotComparable};
use super::evaluate::for_each_part;
use super::{Cell, GroupResult};
use crate::map::Set;
use crate::model::{DimensionRole, ObservationFlag};

/// How many parts a refusal names.
const MAX_NAMED: usize = 100;

/// The change from a cell of one answer to a cell of another, both about the same measure of
/// the same cube. Along each dimension the two select the same categories; or one each; or
/// equally many periods, taken in order; or, where nothing is missing from either, any others.
/// Part by part, both are published or neither is.
///
/// # Errors
/// Why they may not be compared. The parts of [`NotComparable::Parts`] are positions along all
/// dimensions.
pub fn compare(a: (&GroupResult, usize), b: (&GroupResult, usize)) -> Result<Change, NotComparable> {
    let (Some(one), Some(other)) = (a.0.cell(a.1), b.0.cell(b.1)) else {
        return Err(NotComparable::Missing);
    };
    let (Some(from), Some(to)) = (one.value(), other.value()) else { return Err(NotComparable::Missing) };
    let cube = a.0.cube();
    if !std::sync::Arc::ptr_eq(cube, b.0.cube()) || one.measure() != other.measure() {
        return Err(NotComparable::Missing);
    }
    let (first, second) = (selection_of(&one), selection_of(&other));
    let is_whole = [&one, &other].iter().all(|cell| cell.observed() == cell.of());
    let mut differs = None;
    for (place, (these, those)) in first.iter().zip(&second).enumerate() {
        if these == those {
            continue;
        }
        let is_time = cube.dimensions().get(place).is_some_and(|known| known.role == DimensionRole::Time);
        if is_time && these.len() != those.len() {
            return Err(NotComparable::Lengths(these.len(), those.len()));
        }
        // Other categories are no parts of each other: they are compared as wholes, or one by one.
        let is_one_each = these.len() == 1 && those.len() == 1;
        if !is_time && !is_one_each && !is_whole {
            return Err(different_parts((a.0, &first), (b.0, &second)));
        }
        if is_time {
            differs = Some(place);
        }
    }
    if !is_whole && presence(a.0, &first) != presence(b.0, &second) {
        return Err(different_parts((a.0, &first), (b.0, &second)));
    }
    let has = |flag| {
        let flagged = |cell: &Cell| cell.statuses().iter().any(|code| cube.statuses().flag(code) == flag);
        flagged(&one) || flagged(&other)
    };
    if has(ObservationFlag::Break) || differs.is_some_and(|time| breaks_between(a.0, time, &first, &second)) {
        return Err(NotComparable::Break);
    }
    Ok(Change {
        difference: to - from,
        ratio: (from != 0.0).then(|| to / from),
        is_rounded: has(ObservationFlag::Rounded),
    })
}

/// What a cell is about; of a stock, the one period that stands for all.
fn selection_of(cell: &Cell) -> Vec<Vec<u32>> {
    let mut selection = cell.selection().to_vec();
    if let Some((time, period)) = cell.period()
        && let Some(slot) = selection.get_mut(time)
    {
        *slot = vec![period];
    }
    selection
}

fn presence(result: &GroupResult, selection: &[Vec<u32>]) -> Vec<bool> {
    let mut present = Vec::new();
    for_each_part(selection, &mut |positions| present.push(result.is_observed(positions)));
    present
}

/// The parts that only one of the two has, part by part in order.
fn different_parts(one: (&GroupResult, &[Vec<u32>]), other: (&GroupResult, &[Vec<u32>])) -> NotComparable {
    let only = |mine: (&GroupResult, &[Vec<u32>]), theirs: (&GroupResult, &[Vec<u32>])| {
        let mut theirs = presence(theirs.0, theirs.1).into_iter();
        let mut named = Set::new();
        for_each_part(mine.1, &mut |positions| {
            let is_theirs = theirs.next() == Some(true);
            if named.len() < MAX_NAMED && !is_theirs && mine.0.is_observed(positions) {
                named.insert(positions.to_vec());
            }
        });
        named
    };
    NotComparable::Parts(only(one, other), only(other, one))
}

/// Whether a break in either series lies between the earliest and the latest of all periods.
fn breaks_between(result: &GroupResult, time: usize, first: &[Vec<u32>], second: &[Vec<u32>]) -> bool {
    let cube = result.cube();
    let Some(dimension) = cube.dimensions().get(time) else { return false };
    let Some(column) = result.column().filter(|column| column.has_status()) else { return false };
    let order = dimension.chronological();
    let ends = [first, second].into_iter().filter_map(|selection| selection.get(time)).flatten();
    let places: Vec<usize> =
        ends.filter_map(|position| order.iter().position(|known| known == position)).collect();
    let (Some(low), Some(high)) = (places.iter().min(), places.iter().max()) else { return false };
    let span = order.get(*low..=*high).and_then(<[u32]>::split_first);
    let between = span.map_or(&[][..], |(_, after)| after);
    let mut found = false;
    for selection in [first, second] {
        let mut selection = selection.to_vec();
        if let Some(slot) = selection.get_mut(time) {
            *slot = between.to_vec();
        }
        for_each_part(&selection, &mut |positions| {
            let status = cube.index(positions).map(|index| column.status(index));
            let codes = status.map_or(&[][..], |status| cube.statuses().codes(status));
            found |= codes.iter().any(|code| cube.statuses().flag(code) == ObservationFlag::Break);
        });
    }
    found
}
