//! A list of figures, from bytes into a column: numbers and nulls, as many as there are plain
//! ones. What is anything else is left to the reader of the rest.
//!
//! Three ways, each for what the one before it leaves: 64 bytes at once, where all that stands
//! there are short whole numbers and nulls; eight bytes at once; one after the other. They agree
//! on what a figure is, so that the answer never depends on where the bytes were cut.

use crate::model::ColumnBuilder;

/// The most bytes that are left unread: two elements and what may stand between them. More of it is
/// left to the reader of the rest.
pub const MAX_CARRY: usize = 4096;

/// The largest figure: the sum of as many as a cube may have is still a number.
pub const MAX_FIGURE: f64 = 1e290;

/// Why reading stopped.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Stop {
    /// The bytes are at their end.
    More,
    /// The list is; its bracket is not taken.
    Closed,
    /// Something else stands here.
    Odd,
}

/// One in each byte of a word.
const EACH: u64 = 0x0101_0101_0101_0101;

fn is_space(byte: u8) -> bool {
    matches!(byte, b' ' | b'\n' | b'\r' | b'\t')
}

/// Reads elements with what separates them, and gives how many bytes are done with, and how many
/// of these end a line. An element counts as read when the next one has begun or the list has
/// ended, so that what is left is a list by itself, commas and all.
#[allow(clippy::arithmetic_side_effects, reason = "places in a slice: some more bytes are within `usize`")]
pub fn read_figures(bytes: &[u8], column: &mut ColumnBuilder) -> (usize, usize, Stop) {
    let mut batch = Batch { column, numbers: [0; BATCH], present: 0, len: 0 };
    // Where the element before began, whose comma has been passed, and where this one does; and
    // how many lines had ended by then.
    let (mut before, mut begin) = (None, (0, 0));
    // Before this place no block is read, since one of it was not plain.
    let mut odd = 0;
    let stop = loop {
        let (mut at, mut lines) = begin;
        if at >= odd {
            odd = at + 64;
            if let Some((last, next)) = read_blocks(bytes, at, &mut batch) {
                (before, begin) = (Some((last, lines)), (next, lines));
                odd = next + 64;
                continue;
            }
        }
        if let Some((figure, len)) = bytes.get(at..).and_then(plain_figure) {
            batch.push(figure);
            before = Some(begin);
            at += len + 1;
            // Some write a space after each comma.
            at += usize::from(bytes.get(at) == Some(&b' '));
            begin = (at, lines);
            continue;
        }
        let mut pass_space = |at: &mut usize| {
            while let Some(&byte) = bytes.get(*at).filter(|byte| is_space(**byte)) {
                lines += usize::from(byte == b'\n');
                *at += 1;
            }
        };
        pass_space(&mut at);
        let Some(&first) = bytes.get(at) else { break Stop::More };
        let figure = match first {
            b'n' => match bytes.get(at..at + 4) {
                Some(b"null") => {
                    at += 4;
                    Figure::Missing
                }
                Some(_) => break Stop::Odd,
                None => break Stop::More,
            },
            b'-' | b'0'..=b'9' => match number(bytes, at) {
                Ok((figure, end)) => {
                    at = end;
                    figure
                }
                Err(stop) => break stop,
            },
            _ => break Stop::Odd,
        };
        pass_space(&mut at);
        let closes = match bytes.get(at) {
            Some(b',') => false,
            Some(b']') => true,
            Some(_) => break Stop::Odd,
            None => break Stop::More,
        };
        batch.push(figure);
        if closes {
            batch.put();
            return (at, lines, Stop::Closed);
        }
        before = Some(begin);
        begin = (at + 1, lines);
    };
    batch.put();
    match before {
        Some((before, lines)) => {
            column.pop();
            (before, lines, stop)
        }
        None => (0, 0, stop),
    }
}

/// A short element that begins at once and ends with a comma among the first eight bytes: how
/// most figures are written. Gives its length too. All of it is decided without a look at single
/// bytes, since no processor guesses which figures are missing and how long the others are.
#[inline]
#[allow(
    clippy::arithmetic_side_effects,
    reason = "sums and products of digits, at most eight in a word, none of which passes its bits; \
              a shift by 8 to 64 less 8 times a length of 1 to 7"
)]
fn plain_figure(bytes: &[u8]) -> Option<(Figure, usize)> {
    let word = u64::from_le_bytes(*bytes.first_chunk::<8>()?);
    let no_comma = word ^ (EACH * u64::from(b','));
    let commas = no_comma.wrapping_sub(EACH) & !no_comma & EACH << 7;
    let len = commas.trailing_zeros() / 8;
    if commas == 0 || len == 0 {
        return None;
    }
    // The digits at the upper end of the word, the last one highest, and zeros below.
    let digits = (word ^ (EACH * u64::from(b'0'))) << (64 - 8 * len);
    // A byte too large for a digit has its highest bit, of its own or by what is added.
    let are_digits = (digits.wrapping_add(EACH * (0x80 - 10)) | digits) & EACH << 7 == 0;
    let has_zero = word as u8 == b'0' && len > 1;
    let is_missing = word as u32 == u32::from_le_bytes(*b"null") && len == 4;
    if !(is_missing | (are_digits & !has_zero)) {
        return None;
    }
    let figure = if is_missing { Figure::Missing } else { Figure::Whole(number_of(digits) as i32) };
    Some((figure, len as usize))
}

/// Reads whole blocks of 64 bytes, as long as nothing but plain elements stands there: numbers of up
/// to four digits, which 16 bits hold, and nulls, with or without a space before. Gives where the last element
/// of them began and where the next one does; `None` where there is none.
///
/// What stands in a block is found for all of its bytes at once, as bits. So no element waits for the
/// length of the one before, and nothing branches on what it is: no processor guesses which figures
/// are missing.
#[allow(
    clippy::arithmetic_side_effects,
    reason = "places in a slice: some more bytes are within `usize`; bits that are shifted out are not asked for; \
              sums and products of digits, at most eight in a word, none of which passes its bits"
)]
fn read_blocks(bytes: &[u8], begin: usize, batch: &mut Batch<'_>) -> Option<(usize, usize)> {
    let (mut at, mut last) = (begin, None);
    // An element that begins at the last byte is read as a word, too.
    while let Some(bytes) = bytes.get(at..).and_then(<[u8]>::first_chunk::<72>) {
        let Some(elements) = bytes.first_chunk().and_then(Elements::find) else { break };
        let (mut starts, mut ends) = (elements.starts, elements.ends);
        let (mut present, mut num) = (0, 0);
        let mut start = 0;
        while ends != 0 {
            start = starts.trailing_zeros();
            let len = ends.trailing_zeros() - start;
            starts &= starts - 1;
            ends &= ends - 1;
            let word = bytes.get(start as usize..).and_then(<[u8]>::first_chunk).copied().unwrap_or_default();
            // The digits at the upper end of the word, the last one highest, and zeros below.
            let digits = (u64::from_le_bytes(word) & (EACH * 0x0f)) << ((64 - 8 * len) & 63);
            let is_present = (elements.nulls >> start & 1) ^ 1;
            batch.put_at(num, number_of(digits) as i16 & 0i16.wrapping_sub(is_present as i16));
            present |= is_present << num;
            num += 1;
        }
        batch.keep(num, present);
        last = Some(at + start as usize);
        at += 64 - elements.ends.leading_zeros() as usize;
    }
    last.map(|last| (last, at))
}

/// The elements that end within a block, as bits by byte, lowest first.
struct Elements {
    /// Where they begin, at least one byte before they end.
    starts: u64,
    /// The commas behind them.
    ends: u64,
    /// The starts of those that are null.
    nulls: u64,
}

impl Elements {
    /// `None` where no element ends there, or one that does is not plain.
    #[allow(clippy::arithmetic_side_effects, reason = "there is a comma, so at most 63 bits are shifted out")]
    #[inline]
    fn find(block: &[u8; 64]) -> Option<Self> {
        let [ends, spaces, n, u, l, zeros, digits] = places(block);
        if ends == 0 {
            return None;
        }
        let within = u64::MAX >> ends.leading_zeros();
        let begin = ends << 1 | 1;
        let spaces = spaces & within;
        let starts = (begin & !spaces | spaces << 1) & within;
        let nulls = n & within;
        let digits = digits & within;
        let two = digits & digits >> 1;
        let is_plain = spaces & !begin == 0
            // None is empty.
            && starts & ends == 0
            && nulls & !starts == 0
            && nulls << 4 & !ends == 0
            && u & within == nulls << 1
            && l & within == nulls << 2 | nulls << 3
            && digits | spaces | ends | nulls | nulls << 1 | nulls << 2 | nulls << 3 == within
            // Five digits are too many, and a zero stands alone or behind another digit.
            && two & two >> 2 & digits >> 4 == 0
            && zeros & starts & !(ends >> 1) == 0;
        is_plain.then_some(Self { starts, ends, nulls })
    }
}

/// A bit for each byte, lowest first: whether it is a comma, a space, an `n`, a `u`, an `l`, a zero;
/// a digit.
#[cfg(target_feature = "simd128")]
#[inline]
fn places(block: &[u8; 64]) -> [u64; 7] {
    use core::arch::wasm32::{i8x16_bitmask, u8x16_eq, u8x16_lt, u8x16_splat, u8x16_sub, u64x2, v128};

    let vector = |at: usize| {
        let half = |at: usize| block.as_chunks().0.get(at).map_or(0, |half| u64::from_le_bytes(*half));
        u64x2(half(at), half(at.wrapping_add(1)))
    };
    let vectors = [vector(0), vector(2), vector(4), vector(6)];
    let gather = |is: &dyn Fn(v128) -> v128| {
        let [a, b, c, d] = vectors.map(|vector| u64::from(i8x16_bitmask(is(vector))));
        a | b << 16 | c << 32 | d << 48
    };
    let same = |byte: u8| gather(&|vector| u8x16_eq(vector, u8x16_splat(byte)));
    let digits = gather(&|vector| u8x16_lt(u8x16_sub(vector, u8x16_splat(b'0')), u8x16_splat(10)));
    [same(b','), same(b' '), same(b'n'), same(b'u'), same(b'l'), same(b'0'), digits]
}

/// The same, where there are no such vectors.
#[cfg(not(target_feature = "simd128"))]
#[inline]
fn places(block: &[u8; 64]) -> [u64; 7] {
    /// Eight bytes of 0 or 1 as eight bits.
    const GATHER: u64 = 0x0102_0408_1020_4080;
    let gather = |is: &dyn Fn(u8) -> bool| {
        let ones = block.map(|byte| u8::from(is(byte)));
        let words =
            ones.as_chunks::<8>().0.iter().map(|word| u64::from_le_bytes(*word).wrapping_mul(GATHER) >> 56);
        words.rev().fold(0, |bits, word| bits << 8 | word)
    };
    let same = |known: u8| gather(&|byte| byte == known);
    let digits = gather(&|byte| byte.is_ascii_digit());
    [same(b','), same(b' '), same(b'n'), same(b'u'), same(b'l'), same(b'0'), digits]
}

/// The number of eight digits, one in each byte, the last one highest.
#[inline]
#[allow(clippy::arithmetic_side_effects, reason = "shifts by what stands there")]
fn number_of(digits: u64) -> u64 {
    let pairs = digits.wrapping_mul(10 << 8 | 1) >> 8 & 0x00ff_00ff_00ff_00ff;
    let fours = pairs.wrapping_mul(100 << 16 | 1) >> 16 & 0x0000_ffff_0000_ffff;
    fours.wrapping_mul(10_000 << 32 | 1) >> 32
}

/// Figures on their way into a column, a word of its presence at a time.
struct Batch<'a> {
    column: &'a mut ColumnBuilder,
    /// Fewer than 64, and room for those of a block: at most one in two bytes.
    numbers: [i16; BATCH],
    present: u64,
    len: usize,
}

const BATCH: usize = 64 + 32;

#[allow(clippy::arithmetic_side_effects, reason = "`len` stays below 64, and what is added to it below 33")]
impl Batch<'_> {
    fn push(&mut self, figure: Figure) {
        match figure {
            Figure::Missing => {
                self.put_at(0, 0);
                self.keep(1, 0);
            }
            Figure::Whole(number) if number == i32::from(number as i16) => {
                self.put_at(0, number as i16);
                self.keep(1, 1);
            }
            Figure::Whole(number) => self.push_wide(f64::from(number)),
            Figure::Real(number) => self.push_wide(number),
        }
    }

    #[cold]
    fn push_wide(&mut self, number: f64) {
        self.put();
        self.column.push(number);
    }

    /// Puts a number at a place behind those that are kept.
    #[inline]
    fn put_at(&mut self, place: usize, number: i16) {
        if let Some(slot) = self.numbers.get_mut(self.len + place) {
            *slot = number;
        }
    }

    /// Keeps so many that were put behind, up to 32, with a bit for each that is present.
    #[inline]
    fn keep(&mut self, num: usize, present: u64) {
        self.present |= present << self.len;
        let len = self.len + num;
        if len < 64 {
            self.len = len;
            return;
        }
        let room = 64 - self.len;
        self.len = 64;
        self.put();
        self.numbers.copy_within(64.., 0);
        (self.present, self.len) = (present.unbounded_shr(room as u32), len - 64);
    }

    /// Hands over what there is.
    fn put(&mut self) {
        self.column.extend_small(self.numbers.get(..self.len).unwrap_or_default(), self.present);
        (self.present, self.len) = (0, 0);
    }
}

enum Figure {
    Missing,
    Whole(i32),
    Real(f64),
}

/// The number that begins here, and where it ends.
#[inline]
#[allow(
    clippy::arithmetic_side_effects,
    reason = "places in a slice, of which `begin` is one, and a number of nine digits at most"
)]
fn number(bytes: &[u8], begin: usize) -> Result<(Figure, usize), Stop> {
    let is_negative = bytes.get(begin) == Some(&b'-');
    let first = begin + usize::from(is_negative);
    let (mut value, mut at) = (0i32, first);
    // Nine digits fit whatever they are.
    while let Some(digit) = bytes.get(at).map(|byte| byte.wrapping_sub(b'0')).filter(|digit| *digit < 10)
        && at < first + 9
    {
        value = value * 10 + i32::from(digit);
        at += 1;
    }
    let has_zero = bytes.get(first) == Some(&b'0') && (at > first + 1 || is_negative);
    match bytes.get(at) {
        None if bytes.len() - begin < MAX_CARRY => Err(Stop::More),
        Some(&next) if at > first && !has_zero && (next == b',' || next == b']' || is_space(next)) => {
            Ok((Figure::Whole(if is_negative { -value } else { value }), at))
        }
        _ => any_number(bytes, begin),
    }
}

#[cold]
fn any_number(bytes: &[u8], begin: usize) -> Result<(Figure, usize), Stop> {
    let text = bytes.get(begin..).unwrap_or_default();
    let Some(len) = text.iter().take(MAX_CARRY).position(|&b| b == b',' || b == b']' || is_space(b)) else {
        return Err(if text.len() < MAX_CARRY { Stop::More } else { Stop::Odd });
    };
    let text = text.get(..len).unwrap_or_default();
    match serde_json::from_slice::<f64>(text) {
        Ok(number) if number.abs() <= MAX_FIGURE => Ok((Figure::Real(number), begin.saturating_add(len))),
        _ => Err(Stop::Odd),
    }
}
