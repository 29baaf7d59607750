//! Loops over columns: the only place that reads many cells. Memory follows the results
//! and the lengths of the axes, never their product; the innermost loop runs along
//! neighbouring cells wherever the order of the dimensions allows it.

use std::ops::Range;

use crate::model::{Column, Values};

/// One dimension of a scan.
#[derive(Debug, Clone)]
pub(super) struct Span {
    /// Neighbouring positions, as ranges.
    runs: Vec<Range<usize>>,
    /// How far apart neighbouring positions stand in the column.
    stride: usize,
    /// How far apart the results of neighbouring selected positions stand; 0 where they are
    /// added up.
    into: usize,
}

impl Span {
    /// A span over ascending positions.
    pub fn new(positions: &[u32], stride: usize, into: usize) -> Self {
        let mut runs: Vec<Range<usize>> = Vec::new();
        for position in positions.iter().map(|&position| position as usize) {
            match runs.last_mut() {
                Some(run) if run.end == position => run.end += 1,
                _ => runs.push(position..position + 1),
            }
        }
        Self { runs, stride, into }
    }

    /// A span over all positions.
    pub fn all(len: usize, stride: usize, into: usize) -> Self {
        Self { runs: std::iter::once(0..len).collect(), stride, into }
    }

    /// One position that changes nothing, for scans without a dimension.
    const NEUTRAL: fn() -> Self = || Self { runs: std::iter::once(0..1).collect(), stride: 1, into: 0 };
}

/// Calls `visit` with the offset of every combination of positions and that of its result.
fn walk(spans: &[Span], offset: usize, result: usize, visit: &mut impl FnMut(usize, usize)) {
    let Some((span, rest)) = spans.split_first() else { return visit(offset, result) };
    let mut result = result;
    for position in span.runs.iter().cloned().flatten() {
        walk(rest, offset + position * span.stride, result, visit);
        result += span.into;
    }
}

/// The last span, and those before it.
fn split(spans: &[Span]) -> (&[Span], Span) {
    spans.split_last().map_or_else(|| (spans, Span::NEUTRAL()), |(last, outer)| (outer, last.clone()))
}

/// A kind of number that columns hold, and how it is added without loss.
trait Number: Copy {
    type Total: Copy + Default + std::ops::AddAssign;
    fn widen(self) -> Self::Total;
    /// The number itself where all bits of `keep` are set, zero where none is.
    fn masked(self, keep: i32) -> Self;
    fn is_negative(self) -> bool;
    fn as_f64(total: Self::Total) -> f64;
    /// The sum of some numbers, of which [`fits_narrow`] says whether 32 bits hold it.
    fn total_of(values: impl Iterator<Item = Self>, fits_narrow: bool) -> Self::Total;
}

impl Number for i32 {
    type Total = i64;
    fn widen(self) -> i64 {
        i64::from(self)
    }
    fn masked(self, keep: i32) -> i32 {
        self & keep
    }
    fn total_of(values: impl Iterator<Item = i32>, fits_narrow: bool) -> i64 {
        if fits_narrow { i64::from(values.fold(0, i32::wrapping_add)) } else { values.map(i64::from).sum() }
    }
    fn is_negative(self) -> bool {
        self < 0
    }
    fn as_f64(total: i64) -> f64 {
        total as f64
    }
}

impl Number for f64 {
    type Total = f64;
    fn widen(self) -> f64 {
        self
    }
    fn masked(self, keep: i32) -> f64 {
        if keep == 0 { 0.0 } else { self }
    }
    fn total_of(values: impl Iterator<Item = f64>, _: bool) -> f64 {
        values.sum()
    }
    fn is_negative(self) -> bool {
        self < 0.0
    }
    fn as_f64(total: f64) -> f64 {
        total
    }
}

/// Whether 32 bits hold the sum of so many values of a column.
fn fits_narrow(column: &Column, num: usize) -> bool {
    column.magnitude() * (num as f64) < f64::from(i32::MAX)
}

/// A choice of neighbouring cells with so many gaps that reading all of them is faster.
struct Mask {
    cells: Range<usize>,
    keep: Vec<i32>,
    bits: Vec<u64>,
}

impl Mask {
    /// Below this many cells a run, on average, loops over runs cost more than cells.
    const SHORT_RUN: usize = 16;

    fn of(span: &Span) -> Option<Self> {
        let cells = span.runs.first()?.start..span.runs.last()?.end;
        if span.into != 0 || span.runs.len() < 2 || cells.len() > span.runs.len() * Self::SHORT_RUN {
            return None;
        }
        let (mut keep, mut bits) = (vec![0; cells.len()], vec![0u64; cells.len().div_ceil(64)]);
        for at in span.runs.iter().cloned().flatten().map(|position| position - cells.start) {
            if let (Some(keep), Some(word)) = (keep.get_mut(at), bits.get_mut(at / 64)) {
                *keep = -1;
                *word |= 1 << (at % 64);
            }
        }
        Some(Self { cells, keep, bits })
    }

    /// Sum and number of the chosen cells that have a value, `offset` cells on.
    fn add_up<N: Number>(
        &self,
        values: &[N],
        presence: &[u64],
        offset: usize,
        fits_narrow: bool,
    ) -> (N::Total, u32) {
        let start = offset + self.cells.start;
        let numbers = values.get(start..offset + self.cells.end).unwrap_or_default();
        let chosen = numbers.iter().zip(&self.keep).map(|(number, &keep)| number.masked(keep));
        let words = self.bits.iter().enumerate().map(|(at, bits)| word(presence, start + at * 64) & bits);
        (N::total_of(chosen, fits_narrow), words.map(u64::count_ones).sum())
    }
}

/// The 64 bits from one on.
fn word(presence: &[u64], cell: usize) -> u64 {
    let at = |index: usize| presence.get(index).copied().unwrap_or_default();
    match cell % 64 {
        0 => at(cell / 64),
        shift => at(cell / 64) >> shift | at(cell / 64 + 1) << (64 - shift),
    }
}

/// How many of these cells have a value.
fn count(presence: &[u64], cells: Range<usize>) -> u32 {
    if cells.is_empty() {
        return 0;
    }
    let (first, last) = (cells.start / 64, (cells.end - 1) / 64);
    let from = u64::MAX << (cells.start % 64);
    let to = u64::MAX >> (63 - (cells.end - 1) % 64);
    match presence.get(first..=last) {
        Some([only]) => (only & from & to).count_ones(),
        Some([head, middle @ .., tail]) => {
            let whole: u32 = middle.iter().map(|word| word.count_ones()).sum();
            (head & from).count_ones() + whole + (tail & to).count_ones()
        }
        _ => 0,
    }
}

fn bit(presence: &[u64], cell: usize) -> u32 {
    presence.get(cell / 64).map_or(0, |word| (word >> (cell % 64) & 1) as u32)
}

/// What a scan adds up: for each result the sum and how many cells had a value.
#[derive(Debug, Default)]
pub(super) struct Sums {
    pub totals: Vec<f64>,
    pub observed: Vec<u32>,
}

/// Adds up along the spans whose `into` is 0, in the order of the column. The spans are all
/// dimensions of the cube, in its order.
pub(super) fn add_up(column: &Column, spans: &[Span], num_results: usize) -> Sums {
    match column.values() {
        Values::Whole(values) => add_up_numbers(column, values, spans, num_results),
        Values::Real(values) => add_up_numbers(column, values, spans, num_results),
    }
}

fn add_up_numbers<N: Number>(column: &Column, values: &[N], spans: &[Span], num_results: usize) -> Sums {
    let presence = column.presence();
    let is_full = column.num_observed() == column.len();
    let mut totals = vec![N::Total::default(); num_results];
    let mut observed = vec![0u32; num_results];
    let (outer, inner) = split(spans);
    let mask = Mask::of(&inner);
    let num_inner: usize = inner.runs.iter().map(Range::len).sum();
    let fits_narrow = fits_narrow(column, num_inner);
    walk(outer, 0, 0, &mut |offset, result| {
        let mut result = result;
        if inner.into == 0 {
            let (Some(total), Some(seen)) = (totals.get_mut(result), observed.get_mut(result)) else {
                return;
            };
            if let Some(mask) = &mask {
                let (sum, num) = mask.add_up(values, presence, offset, fits_narrow);
                *total += sum;
                *seen += num;
                return;
            }
            for run in &inner.runs {
                let cells = offset + run.start..offset + run.end;
                let numbers = values.get(cells.clone()).unwrap_or_default();
                *total += N::total_of(numbers.iter().copied(), fits_narrow);
                *seen += if is_full { numbers.len() as u32 } else { count(presence, cells) };
            }
            return;
        }
        for run in &inner.runs {
            let cells = offset + run.start..offset + run.end;
            let numbers = values.get(cells.clone()).unwrap_or_default();
            let totals = totals.get_mut(result..).unwrap_or_default();
            let seen = observed.get_mut(result..).unwrap_or_default();
            if inner.into == 1 {
                totals.iter_mut().zip(numbers).for_each(|(total, number)| *total += number.widen());
                for (block, seen) in seen.chunks_mut(64).take(run.len().div_ceil(64)).enumerate() {
                    let bits = word(presence, cells.start + block * 64);
                    let num = (run.len() - block * 64).min(64);
                    for (at, seen) in seen.iter_mut().take(num).enumerate() {
                        *seen += (bits >> at & 1) as u32;
                    }
                }
            } else {
                let totals = totals.iter_mut().step_by(inner.into);
                totals.zip(numbers).for_each(|(total, number)| *total += number.widen());
                let seen = seen.iter_mut().step_by(inner.into);
                seen.zip(cells).for_each(|(seen, cell)| *seen += bit(presence, cell));
            }
            result += run.len() * inner.into;
        }
    });
    Sums { totals: totals.into_iter().map(N::as_f64).collect(), observed }
}

/// What is known of a total that may not be made: its largest part and the sum of the parts;
/// not a number where nothing or a negative number was observed.
#[derive(Debug, Default)]
pub(super) struct Parts {
    pub largest: Vec<f64>,
    pub together: Vec<f64>,
    pub observed: Vec<u32>,
}

/// For each result, the parts that the refused spans make of it, each of which is added up
/// along the summed spans.
pub(super) fn compare_parts(column: &Column, listed: &[Span], refused: &[Span], summed: &[Span]) -> Parts {
    match column.values() {
        Values::Whole(values) => compare_numbers(column, values, listed, refused, summed),
        Values::Real(values) => compare_numbers(column, values, listed, refused, summed),
    }
}

fn compare_numbers<N: Number>(
    column: &Column,
    values: &[N],
    listed: &[Span],
    refused: &[Span],
    summed: &[Span],
) -> Parts {
    let presence = column.presence();
    let mut parts = Parts::default();
    let (outer, inner) = split(summed);
    let fits_narrow = fits_narrow(column, inner.runs.iter().map(Range::len).sum());
    walk(listed, 0, 0, &mut |cell, _| {
        let (mut largest, mut together, mut observed, mut is_negative) = (f64::NAN, 0.0, 0, false);
        walk(refused, cell, 0, &mut |part, _| {
            let (mut total, mut seen) = (N::Total::default(), 0);
            walk(outer, part, 0, &mut |offset, _| {
                for run in &inner.runs {
                    if inner.stride == 1 {
                        let cells = offset + run.start..offset + run.end;
                        let numbers = values.get(cells.clone()).unwrap_or_default();
                        total += N::total_of(numbers.iter().copied(), fits_narrow);
                        seen += count(presence, cells);
                        is_negative |=
                            column.has_negative() && numbers.iter().any(|number| number.is_negative());
                    } else {
                        for position in run.clone() {
                            let cell = offset + position * inner.stride;
                            let Some(number) = values.get(cell) else { continue };
                            total += number.widen();
                            seen += bit(presence, cell);
                            is_negative |= number.is_negative();
                        }
                    }
                }
            });
            if seen > 0 {
                let total = N::as_f64(total);
                largest = f64::max(largest, total);
                together += total;
            }
            observed += seen;
        });
        let is_bounded = observed > 0 && !is_negative;
        parts.largest.push(if is_bounded { largest } else { f64::NAN });
        parts.together.push(if is_bounded { together } else { f64::NAN });
        parts.observed.push(observed);
    });
    parts
}

/// The sums at these spans, first span slowest.
pub(super) fn pick(sums: &Sums, spans: &[Span]) -> Sums {
    let mut picked = Sums::default();
    walk(spans, 0, 0, &mut |at, _| {
        picked.totals.push(sums.totals.get(at).copied().unwrap_or_default());
        picked.observed.push(sums.observed.get(at).copied().unwrap_or_default());
    });
    picked
}

/// What [`compare_parts`] says, from the sums of the parts, none of them negative.
pub(super) fn compare_sums(sums: &Sums, listed: &[Span], refused: &[Span]) -> Parts {
    let mut parts = Parts::default();
    walk(listed, 0, 0, &mut |cell, _| {
        let (mut largest, mut together, mut observed) = (f64::NAN, 0.0, 0);
        walk(refused, cell, 0, &mut |at, _| {
            if let (Some(&total), Some(&seen @ 1..)) = (sums.totals.get(at), sums.observed.get(at)) {
                largest = f64::max(largest, total);
                together += total;
                observed += seen;
            }
        });
        parts.largest.push(largest);
        parts.together.push(if observed > 0 { together } else { f64::NAN });
        parts.observed.push(observed);
    });
    parts
}

/// Whether any of the cells has a value.
pub(super) fn any_observed(column: &Column, spans: &[Span]) -> bool {
    any_below(column.presence(), spans, 0)
}

fn any_below(presence: &[u64], spans: &[Span], offset: usize) -> bool {
    match spans {
        [] => bit(presence, offset) == 1,
        [span] if span.stride == 1 => {
            span.runs.iter().any(|run| count(presence, offset + run.start..offset + run.end) > 0)
        }
        [span, rest @ ..] => {
            let mut positions = span.runs.iter().cloned().flatten();
            positions.any(|position| any_below(presence, rest, offset + position * span.stride))
        }
    }
}

/// One bit for each cell of the spans, first span slowest: whether it has a value.
pub(super) fn presence(column: &Column, spans: &[Span]) -> Vec<u64> {
    let (mut words, mut place) = (vec![0u64], 0);
    walk(spans, 0, 0, &mut |cell, _| {
        if place == 64 {
            words.push(0);
            place = 0;
        }
        if let Some(word) = words.last_mut() {
            *word |= u64::from(bit(column.presence(), cell)) << place;
        }
        place += 1;
    });
    words
}
