//! Loops over columns: the only place that reads many cells. Memory follows the results
//! and the lengths of the axes, never their product; the innermost loop runs along
//! neighbouring cells wherever the order of the dimensions allows it.
//!
//! Three loops, by what becomes of the innermost dimension: *fold* adds neighbouring cells
//! to one sum; *spread* adds rows of cells to rows of sums, block after block, so that the
//! sums stay in the first cache; the third takes single cells. Whole numbers are added in
//! 32 bits as long as these surely hold the sum, then in 64. The loops are written so that
//! the compiler turns them into SIMD; nothing in them is particular to a machine.

#![allow(
    clippy::arithmetic_side_effects,
    reason = "Positions and offsets are of cells, of which a cube has fewer than 2³² (`Cube::new`), so that \
              32 bits count them; 64 bits hold the sum of so many numbers of 32, and 32 bits are used only \
              where `num_narrow` says that they hold it. Builds with debug assertions, and the fuzzer with \
              them, check it all the same."
)]

use std::ops::{Deref, Range};

use crate::model::{Column, Values};

/// Neighbouring positions, as ranges: most often it is one.
#[derive(Debug, Clone)]
enum Runs {
    One(Range<usize>),
    Several(Vec<Range<usize>>),
}

impl Default for Runs {
    fn default() -> Self {
        Self::Several(Vec::new())
    }
}

impl Deref for Runs {
    type Target = [Range<usize>];

    fn deref(&self) -> &[Range<usize>] {
        match self {
            Self::One(run) => std::slice::from_ref(run),
            Self::Several(runs) => runs,
        }
    }
}

impl FromIterator<Range<usize>> for Runs {
    fn from_iter<I: IntoIterator<Item = Range<usize>>>(runs: I) -> Self {
        let mut runs = runs.into_iter();
        match (runs.next(), runs.next()) {
            (None, _) => Self::default(),
            (Some(only), None) => Self::One(only),
            (Some(first), Some(second)) => {
                let mut several = Vec::with_capacity(runs.size_hint().1.unwrap_or(0).saturating_add(2));
                several.extend([first, second]);
                several.extend(runs);
                Self::Several(several)
            }
        }
    }
}

/// One dimension of a scan.
#[derive(Debug, Clone, Default)]
pub(super) struct Span {
    runs: Runs,
    /// How far apart neighbouring positions stand in the column.
    stride: usize,
    /// How far apart the results of neighbouring selected positions stand; 0 where they are
    /// added up.
    into: usize,
}

impl Span {
    /// A span over ascending positions.
    pub fn new(positions: &[u32], stride: usize, into: usize) -> Self {
        // Without gaps, as most often, there is nothing to look for.
        if let (Some(&first), Some(&last)) = (positions.first(), positions.last())
            && (last - first) as usize + 1 == positions.len()
        {
            return Self { runs: Runs::One(first as usize..last as usize + 1), stride, into };
        }
        let chunks = positions.chunk_by(|&one, &next| one.wrapping_add(1) == next);
        let runs = chunks.filter_map(|run| Some(*run.first()? as usize..*run.last()? as usize + 1));
        Self { runs: runs.collect(), stride, into }
    }

    /// A span over all positions.
    pub fn all(len: usize, stride: usize, into: usize) -> Self {
        Self { runs: Runs::One(0..len), stride, into }
    }

    /// One position that changes nothing, for scans without a dimension.
    const NEUTRAL: fn() -> Self = || Self { runs: Runs::One(0..1), stride: 1, into: 0 };

    fn is_single(&self) -> bool {
        matches!(&*self.runs, [run] if run.len() == 1)
    }

    /// This dimension and the next one inwards as one, where the inner one is read whole and
    /// both are added up, or both listed in their order.
    fn merge(&self, inner: &Self) -> Option<Self> {
        let [whole] = &*inner.runs else { return None };
        let len = whole.end;
        let is_one = whole.start == 0 && self.stride == len * inner.stride && self.into == len * inner.into;
        let runs = self.runs.iter().map(|run| run.start * len..run.end * len).collect();
        is_one.then_some(Self { runs, stride: inner.stride, into: inner.into })
    }
}

/// Calls `visit` with the offset of every combination of positions and that of its result.
fn walk(spans: &[Span], offset: usize, result: usize, visit: &mut impl FnMut(usize, usize)) {
    let neutral = Span::NEUTRAL();
    let (span, rest) = spans.split_first().unwrap_or((&neutral, spans));
    let mut result = result;
    for run in &*span.runs {
        for position in run.clone() {
            let offset = offset + position * span.stride;
            // No call for each of the innermost.
            if rest.is_empty() {
                visit(offset, result)
            } else {
                walk(rest, offset, result, visit)
            }
            result += span.into;
        }
    }
}

/// The last span, and those before it, neighbours that can be one merged. Spans of one position come
/// first, whatever their place: they are only where the others begin.
fn split(mut spans: Vec<Span>) -> (Vec<Span>, Span) {
    for at in 1..spans.len() {
        if spans.get(at).is_some_and(Span::is_single) {
            spans.get_mut(..=at).unwrap_or_default().rotate_right(1);
        }
    }
    for at in (1..spans.len()).rev() {
        if let (Some(outer), Some(inner)) = (spans.get(at - 1), spans.get(at))
            && let Some(merged) = outer.merge(inner)
        {
            spans.remove(at);
            spans.get_mut(at - 1..at).unwrap_or_default().fill(merged);
        }
    }
    let last = spans.pop().unwrap_or_else(Span::NEUTRAL);
    (spans, last)
}

/// A kind of number that columns hold, and how it is added without loss.
pub(super) trait Number: Copy {
    type Total: Copy + Default + std::ops::AddAssign;
    /// What rows are added in for a while.
    type Partial: Copy + Default;
    /// All bits for a number that counts, none for one that does not.
    type Keep: Copy;
    fn widen(self) -> Self::Total;
    fn keep(is_kept: bool) -> Self::Keep;
    /// The sum of those numbers that are kept.
    fn kept_total(values: &[Self], keep: &[Self::Keep], fits_narrow: bool) -> Self::Total;
    fn is_negative(self) -> bool;
    fn as_f64(total: Self::Total) -> f64;
    /// The sum of some numbers, of which [`fits_narrow`] says whether 32 bits hold it.
    fn total_of(values: impl Iterator<Item = Self>, fits_narrow: bool) -> Self::Total;
    fn add_to(self, partial: &mut Self::Partial);
    fn total(partial: Self::Partial) -> Self::Total;
}

macro_rules! whole_number {
    ($type:ty) => {
        impl Number for $type {
            type Total = i64;
            type Partial = i32;
            type Keep = $type;
            fn widen(self) -> i64 {
                i64::from(self)
            }
            fn keep(is_kept: bool) -> $type {
                <$type>::from(is_kept)
            }
            #[inline]
            fn kept_total(values: &[$type], keep: &[$type], fits_narrow: bool) -> i64 {
                if !fits_narrow {
                    return values
                        .iter()
                        .zip(keep)
                        .map(|(&value, &keep)| i64::from(value) * i64::from(keep))
                        .sum();
                }
                // A product, since registers multiply and add up pairs of small numbers at once.
                let kept = values
                    .iter()
                    .zip(keep)
                    .map(|(&value, &keep)| i32::from(value).wrapping_mul(i32::from(keep)));
                i64::from(kept.fold(0, i32::wrapping_add))
            }
            fn is_negative(self) -> bool {
                self < 0
            }
            fn as_f64(total: i64) -> f64 {
                total as f64
            }
            #[inline]
            fn total_of(values: impl Iterator<Item = $type>, fits_narrow: bool) -> i64 {
                if fits_narrow {
                    i64::from(values.fold(0i32, |sum, value| sum.wrapping_add(i32::from(value))))
                } else {
                    values.map(i64::from).sum()
                }
            }
            #[inline]
            fn add_to(self, partial: &mut i32) {
                *partial = partial.wrapping_add(i32::from(self));
            }
            fn total(partial: i32) -> i64 {
                i64::from(partial)
            }
        }
    };
}
whole_number!(i16);
whole_number!(i32);

impl Number for f64 {
    type Total = f64;
    type Partial = f64;
    type Keep = bool;
    fn widen(self) -> f64 {
        self
    }
    fn keep(is_kept: bool) -> bool {
        is_kept
    }
    fn kept_total(values: &[f64], keep: &[bool], _: bool) -> f64 {
        values.iter().zip(keep).map(|(value, keep)| if *keep { *value } else { 0.0 }).sum()
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
    fn add_to(self, partial: &mut f64) {
        *partial += self;
    }
    fn total(partial: f64) -> f64 {
        partial
    }
}

/// How many values of a column can be added in 32 bits.
fn num_narrow(column: &Column) -> usize {
    (f64::from(i32::MAX) / column.magnitude().max(1.0)) as usize
}

/// A choice of neighbouring cells with so many gaps that reading all of them is faster.
struct Mask<K> {
    /// Where the cells begin.
    start: usize,
    keep: Vec<K>,
    bits: Vec<u64>,
}

/// Below this many cells a run, on average, loops over runs cost more than cells.
const SHORT_RUN: usize = 16;

impl<K: Copy> Mask<K> {
    fn of<N: Number<Keep = K>>(span: &Span) -> Option<Self> {
        let start = span.runs.first()?.start;
        let len = span.runs.last()?.end - start;
        if span.into != 0 || span.runs.len() < 2 || len > span.runs.len() * SHORT_RUN {
            return None;
        }
        // Whole registers, also where the last cells of them are none of those.
        let (mut keep, mut bits) =
            (vec![N::keep(false); len.next_multiple_of(8)], vec![0u64; len.div_ceil(64)]);
        for at in span.runs.iter().cloned().flatten().map(|position| position - start) {
            if let (Some(keep), Some(word)) = (keep.get_mut(at), bits.get_mut(at / 64)) {
                *keep = N::keep(true);
                *word |= 1 << (at % 64);
            }
        }
        Some(Self { start, keep, bits })
    }
}

/// How many of the cells from one on that are kept have a value.
#[inline]
fn count_kept(presence: &[u64], start: usize, bits: &[u64]) -> u32 {
    let kept = |(at, bits): (usize, &u64)| (word(presence, start + at * 64) & bits).count_ones();
    // Rows of no more are most.
    match bits {
        [only] => kept((0, only)),
        bits => bits.iter().enumerate().map(kept).sum(),
    }
}

/// The 64 bits from one on.
#[inline]
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

/// The bits of a byte, lowest first, each as a byte of its own.
#[allow(clippy::indexing_slicing, reason = "in bounds, which the compiler checks when it makes the table")]
static LANES: [u64; 256] = {
    let mut lanes = [0; 256];
    let mut byte = 0;
    while byte < 256 {
        let mut lane = 0;
        while lane < 8 {
            lanes[byte] |= (byte as u64 >> lane & 1) << (8 * lane);
            lane += 1;
        }
        byte += 1;
    }
    lanes
};

/// How often there was a value at each place of some rows. The numbers stand upright, a bit of each in a
/// word, so that a row is added to 64 of them at once.
struct Counts {
    words: Vec<[u64; 4]>,
    rows: u32,
}

impl Counts {
    /// Four bits hold no more.
    const MOST_ROWS: u32 = 15;

    fn new(len: usize) -> Self {
        Self { words: vec![[0; 4]; len.div_ceil(64)], rows: 0 }
    }

    /// Adds a row that begins with this cell to some of the numbers.
    fn add(&mut self, presence: &[u64], cell: usize, observed: &mut [u32]) {
        for (at, [ones, twos, fours, eights]) in self.words.iter_mut().enumerate() {
            if at * 64 >= observed.len() {
                break;
            }
            let one = word(presence, cell + at * 64);
            let two = *ones & one;
            *ones ^= one;
            let four = *twos & two;
            *twos ^= two;
            *eights ^= *fours & four;
            *fours ^= four;
        }
        self.rows += 1;
        if self.rows == Self::MOST_ROWS {
            self.put(observed);
        }
    }

    /// Adds the numbers to others, and begins anew.
    fn put(&mut self, observed: &mut [u32]) {
        for (bits, observed) in self.words.iter_mut().zip(observed.chunks_mut(64)) {
            let bits = std::mem::take(bits).map(u64::to_le_bytes);
            let mut counts = [0; 64];
            for (at, counts) in counts.as_chunks_mut::<8>().0.iter_mut().enumerate() {
                let lanes = |bits: &[u8; 8]| {
                    bits.get(at).and_then(|&byte| LANES.get(usize::from(byte))).copied().unwrap_or_default()
                };
                let [ones, twos, fours, eights] = bits.each_ref().map(lanes);
                *counts = (ones | twos << 1 | fours << 2 | eights << 3).to_le_bytes();
            }
            observed.iter_mut().zip(counts).for_each(|(seen, count)| *seen += u32::from(count));
        }
        self.rows = 0;
    }
}

/// What a scan adds up: for each result the sum and how many cells had a value.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Tally<T> {
    pub totals: Vec<T>,
    pub observed: Vec<u32>,
}

/// Numbers as those of an answer.
pub(super) type Sums = Tally<f64>;
/// Exact, of columns of whole numbers.
pub(super) type WholeSums = Tally<i64>;

impl<T: Clone + Default> Tally<T> {
    /// Nothing, for so many results.
    pub fn zero(num_results: usize) -> Self {
        Self { totals: vec![T::default(); num_results], observed: vec![0; num_results] }
    }

    /// The same for as many results as there are.
    pub fn clear(&mut self) {
        self.totals.fill(T::default());
        self.observed.fill(0);
    }
}

/// Adds up along the spans whose `into` is 0, in the order of the column. The spans are all
/// dimensions of the cube, in its order.
pub(super) fn add_up(column: &Column, spans: Vec<Span>, num_results: usize) -> Sums {
    match column.values() {
        Values::Real(values) => {
            let mut sums = Sums::zero(num_results);
            add_up_numbers(column, values, spans, &mut sums);
            sums
        }
        _ => {
            let mut sums = WholeSums::zero(num_results);
            add_up_whole(column, spans, &mut sums);
            Sums {
                totals: sums.totals.into_iter().map(|total| total as f64).collect(),
                observed: sums.observed,
            }
        }
    }
}

/// [`add_up`] to sums of whole numbers; of another column nothing.
pub(super) fn add_up_whole(column: &Column, spans: Vec<Span>, sums: &mut WholeSums) {
    match column.values() {
        Values::Small(values) => add_up_numbers(column, values, spans, sums),
        Values::Whole(values) => add_up_numbers(column, values, spans, sums),
        Values::Real(_) => {}
    }
}

fn add_up_numbers<N: Number>(column: &Column, values: &[N], spans: Vec<Span>, sums: &mut Tally<N::Total>) {
    let (outer, inner) = split(spans);
    match (inner.stride, inner.into) {
        (1, 0) => fold(column, values, &outer, &inner, sums),
        (1, 1) => spread(column, values, outer, &inner, sums),
        _ => scatter(column, values, &outer, &inner, sums),
    }
}

/// Neighbouring cells into one sum.
fn fold<N: Number>(column: &Column, values: &[N], outer: &[Span], inner: &Span, sums: &mut Tally<N::Total>) {
    let presence = column.presence();
    let most = num_narrow(column);
    if let Some(Mask { start, keep, bits }) = Mask::of::<N>(inner) {
        let fits_narrow = keep.len() <= most;
        walk(outer, 0, 0, &mut |offset, result| {
            let start = offset + start;
            let numbers = values.get(start..).unwrap_or_default();
            let numbers = numbers.get(..keep.len()).unwrap_or(numbers);
            if let (Some(total), Some(seen)) = (sums.totals.get_mut(result), sums.observed.get_mut(result)) {
                *total += N::kept_total(numbers, &keep, fits_narrow);
                *seen += count_kept(presence, start, &bits);
            }
        });
        return;
    }
    let is_full = column.num_observed() == column.len();
    let fits_narrow = inner.runs.iter().map(Range::len).max().unwrap_or(0) <= most;
    walk(outer, 0, 0, &mut |offset, result| {
        let (Some(total), Some(seen)) = (sums.totals.get_mut(result), sums.observed.get_mut(result)) else {
            return;
        };
        for run in &*inner.runs {
            let cells = offset + run.start..offset + run.end;
            let numbers = values.get(cells.clone()).unwrap_or_default();
            *total += N::total_of(numbers.iter().copied(), fits_narrow);
            *seen += if is_full { numbers.len() as u32 } else { count(presence, cells) };
        }
    });
}

/// Sums that are made at once: 4 bytes each and half of one for its count, in a first cache of 32 kB.
const BLOCK: usize = 4096;

/// Rows of cells into rows of sums.
fn spread<N: Number>(
    column: &Column,
    values: &[N],
    outer: Vec<Span>,
    inner: &Span,
    sums: &mut Tally<N::Total>,
) {
    let presence = column.presence();
    let (listed, summed): (Vec<Span>, Vec<Span>) = outer.into_iter().partition(|span| span.into != 0);
    let most_rows = num_narrow(column).max(1);
    let longest = inner.runs.iter().map(Range::len).max().unwrap_or(0).min(BLOCK);
    let (mut partial, mut counts) = (vec![N::Partial::default(); longest], Counts::new(longest));
    walk(&listed, 0, 0, &mut |offset, result| {
        let mut result = result;
        for run in &*inner.runs {
            for start in run.clone().step_by(BLOCK) {
                let len = (run.end - start).min(BLOCK);
                let results = result..result + len;
                let (Some(partial), Some(totals), Some(observed)) = (
                    partial.get_mut(..len),
                    sums.totals.get_mut(results.clone()),
                    sums.observed.get_mut(results),
                ) else {
                    return;
                };
                let mut rows = 0;
                walk(&summed, offset + start, 0, &mut |cell, _| {
                    let numbers = values.get(cell..cell + len).unwrap_or_default();
                    partial.iter_mut().zip(numbers).for_each(|(sum, &number)| number.add_to(sum));
                    counts.add(presence, cell, observed);
                    rows += 1;
                    if rows == most_rows {
                        put::<N>(partial, totals);
                        rows = 0;
                    }
                });
                put::<N>(partial, totals);
                counts.put(observed);
                result += len;
            }
        }
    });
}

/// Adds sums of rows to others, and begins anew.
fn put<N: Number>(partial: &mut [N::Partial], totals: &mut [N::Total]) {
    totals.iter_mut().zip(&*partial).for_each(|(total, &sum)| *total += N::total(sum));
    partial.fill(N::Partial::default());
}

/// Single cells, each to the sum of its place.
fn scatter<N: Number>(
    column: &Column,
    values: &[N],
    outer: &[Span],
    inner: &Span,
    sums: &mut Tally<N::Total>,
) {
    let presence = column.presence();
    walk(outer, 0, 0, &mut |offset, result| {
        let mut result = result;
        for position in inner.runs.iter().cloned().flatten() {
            let cell = offset + position * inner.stride;
            if let (Some(total), Some(seen), Some(number)) =
                (sums.totals.get_mut(result), sums.observed.get_mut(result), values.get(cell))
            {
                *total += number.widen();
                *seen += bit(presence, cell);
            }
            result += inner.into;
        }
    });
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
        Values::Small(values) => compare_numbers(column, values, listed, refused, summed),
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
    let (outer, inner) = split(Vec::from(summed));
    let fits_narrow = inner.runs.iter().map(Range::len).max().unwrap_or(0) <= num_narrow(column);
    walk(listed, 0, 0, &mut |cell, _| {
        let (mut largest, mut together, mut observed, mut is_negative) = (f64::NAN, 0.0, 0, false);
        walk(refused, cell, 0, &mut |part, _| {
            let (mut total, mut seen) = (N::Total::default(), 0);
            walk(&outer, part, 0, &mut |offset, _| {
                for run in &*inner.runs {
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

/// Part of a table of sums, laid out and strided like a column: along spans whose `into` is
/// 0 it is added up. The last of them stands first cell by cell.
pub(super) fn add_up_sums(sums: &WholeSums, spans: Vec<Span>, added: &mut WholeSums) {
    let (outer, inner) = split(spans);
    let is_dense = |span: &Span| match (span.runs.first(), span.runs.last()) {
        (Some(first), Some(last)) => last.end - first.start <= span.runs.len() * SHORT_RUN,
        _ => false,
    };
    if inner.into == 0 && inner.stride == 1 && inner.runs.len() > 1 && is_dense(&inner) {
        let cells = inner.runs.first().map_or(0, |run| run.start)..inner.runs.last().map_or(0, |run| run.end);
        let mut keep = vec![0u32; cells.len()];
        for position in inner.runs.iter().cloned().flatten() {
            keep.get_mut(position - cells.start).into_iter().for_each(|keep| *keep = u32::MAX);
        }
        let wide: Vec<i64> = keep.iter().map(|&keep| if keep == 0 { 0 } else { -1 }).collect();
        walk(&outer, 0, 0, &mut |offset, result| {
            let range = offset + cells.start..offset + cells.end;
            let totals = sums.totals.get(range.clone()).unwrap_or_default();
            let observed = sums.observed.get(range).unwrap_or_default();
            if let (Some(total), Some(seen)) = (added.totals.get_mut(result), added.observed.get_mut(result))
            {
                *total += totals.iter().zip(&wide).map(|(total, keep)| total & keep).sum::<i64>();
                *seen += observed.iter().zip(&keep).map(|(seen, keep)| seen & keep).sum::<u32>();
            }
        });
        return;
    }
    walk(&outer, 0, 0, &mut |offset, result| {
        let mut result = result;
        for run in &*inner.runs {
            if inner.stride == 1 {
                let range = offset + run.start..offset + run.end;
                let totals = sums.totals.get(range.clone()).unwrap_or_default();
                let observed = sums.observed.get(range).unwrap_or_default();
                if inner.into == 1 {
                    let (into_totals, into_observed) = (
                        added.totals.get_mut(result..).unwrap_or_default(),
                        added.observed.get_mut(result..).unwrap_or_default(),
                    );
                    into_totals.iter_mut().zip(totals).for_each(|(sum, total)| *sum += total);
                    into_observed.iter_mut().zip(observed).for_each(|(sum, seen)| *sum += seen);
                    result += run.len();
                    continue;
                }
                if inner.into == 0 {
                    if let (Some(total), Some(seen)) =
                        (added.totals.get_mut(result), added.observed.get_mut(result))
                    {
                        *total += totals.iter().sum::<i64>();
                        *seen += observed.iter().sum::<u32>();
                    }
                    continue;
                }
            }
            for position in run.clone() {
                let at = offset + position * inner.stride;
                if let (Some(total), Some(seen)) =
                    (added.totals.get_mut(result), added.observed.get_mut(result))
                {
                    *total += sums.totals.get(at).copied().unwrap_or_default();
                    *seen += sums.observed.get(at).copied().unwrap_or_default();
                }
                result += inner.into;
            }
        }
    });
}

/// The sums at these spans, first span slowest.
pub(super) fn pick(sums: &WholeSums, spans: &[Span]) -> Sums {
    let neutral = Span::NEUTRAL();
    let (inner, outer) = spans.split_last().unwrap_or((&neutral, spans));
    let num = spans.iter().map(|span| span.runs.iter().map(Range::len).sum::<usize>()).product();
    let mut picked = Sums { totals: Vec::with_capacity(num), observed: Vec::with_capacity(num) };
    walk(outer, 0, 0, &mut |offset, _| {
        for run in &*inner.runs {
            if inner.stride == 1 {
                let cells = offset + run.start..offset + run.end;
                let totals = sums.totals.get(cells.clone()).unwrap_or_default();
                picked.totals.extend(totals.iter().map(|&total| total as f64));
                picked.observed.extend_from_slice(sums.observed.get(cells).unwrap_or_default());
                continue;
            }
            for at in run.clone().map(|position| offset + position * inner.stride) {
                picked.totals.push(sums.totals.get(at).map_or(0.0, |&total| total as f64));
                picked.observed.push(sums.observed.get(at).copied().unwrap_or_default());
            }
        }
    });
    picked
}

/// What [`compare_parts`] says, from the sums of the parts, none of them negative.
pub(super) fn compare_sums(sums: &WholeSums, listed: &[Span], refused: &[Span]) -> Parts {
    let mut parts = Parts::default();
    walk(listed, 0, 0, &mut |cell, _| {
        let (mut largest, mut together, mut observed) = (0, 0, 0);
        walk(refused, cell, 0, &mut |at, _| {
            if let (Some(&total), Some(&seen @ 1..)) = (sums.totals.get(at), sums.observed.get(at)) {
                largest = i64::max(largest, total);
                together += total;
                observed += seen;
            }
        });
        let known = |total: i64| if observed > 0 { total as f64 } else { f64::NAN };
        parts.largest.push(known(largest));
        parts.together.push(known(together));
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::model::{CellIndex, ColumnBuilder, Extras};

    /// Rows that are no whole registers or words, up to the last cell, and more of them than are counted
    /// at once, say what single cells say, in each width of numbers.
    #[test]
    fn rows_say_what_cells_say() {
        const SIZES: [usize; 3] = [37, 3, 77];
        let strides = [SIZES[1] * SIZES[2], SIZES[2], 1];
        let every = |size: usize| (0..size as u32).collect::<Vec<_>>();
        let some =
            |size: usize, gap: u32| every(size).into_iter().filter(|at| at % gap > 0).collect::<Vec<_>>();
        for largest in [100, 1_000_000, 2_000_000_000i64] {
            let mut builder = ColumnBuilder::new(SIZES.iter().product());
            for cell in 0..builder.len() {
                let mixed = (cell as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
                if mixed % 5 < 3 {
                    builder.set(CellIndex(cell), (mixed as i64 % (2 * largest) - largest) as f64);
                }
            }
            let column = builder.finish(Extras::default());
            for kept in 0..3 {
                for gap in [1, 2, 5, 40] {
                    let selection: Vec<Vec<u32>> = SIZES
                        .iter()
                        .enumerate()
                        .map(|(at, &size)| if at == kept || gap == 1 { every(size) } else { some(size, gap) })
                        .collect();
                    let spans =
                        (0..3).map(|at| Span::new(&selection[at], strides[at], usize::from(at == kept)));
                    let mut sums = WholeSums::zero(SIZES[kept]);
                    add_up_whole(&column, spans.collect(), &mut sums);
                    let mut plain = WholeSums::zero(SIZES[kept]);
                    for (&one, &two) in
                        selection[0].iter().flat_map(|one| selection[1].iter().map(move |two| (one, two)))
                    {
                        for &three in &selection[2] {
                            let at = [one, two, three].map(|at| at as usize);
                            let cell = at.iter().zip(strides).map(|(at, stride)| at * stride).sum();
                            if let Some(value) = column.value(CellIndex(cell)) {
                                plain.totals[at[kept]] += value as i64;
                                plain.observed[at[kept]] += 1;
                            }
                        }
                    }
                    assert_eq!(sums, plain, "up to {largest}, {kept} kept, each {gap}th left out");
                }
            }
        }
    }
}
