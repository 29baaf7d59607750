//! A measure's observations: numbers in 16 or 32 bits where that is exact, presence and
//! status beside them, and what only few cells have in sparse maps.

use crate::map::Map;

use super::StatusId;

/// The place of a cell in a column: row-major over the cube's dimensions, last fastest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellIndex(pub usize);

/// The numbers of a column. Cells without a value hold zero, so that a sum need not ask
/// which they are; only [`Column::is_observed`] tells a missing cell from a zero.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values {
    Small(Vec<i16>),
    Whole(Vec<i32>),
    Real(Vec<f64>),
}

impl Values {
    fn len(&self) -> usize {
        match self {
            Values::Small(values) => values.len(),
            Values::Whole(values) => values.len(),
            Values::Real(values) => values.len(),
        }
    }

    fn get(&self, at: usize) -> Option<f64> {
        match self {
            Values::Small(values) => values.get(at).map(|&value| f64::from(value)),
            Values::Whole(values) => values.get(at).map(|&value| f64::from(value)),
            Values::Real(values) => values.get(at).copied(),
        }
    }

    /// The numbers in the narrowest form that holds this one too.
    #[cold]
    fn widen(&mut self, number: f64) {
        let (is_small, is_whole) = fits(number);
        match self {
            Values::Small(values) if !is_small && is_whole => {
                *self = Values::Whole(values.iter().map(|&value| i32::from(value)).collect());
            }
            Values::Small(values) if !is_whole => {
                *self = Values::Real(values.iter().map(|&value| f64::from(value)).collect());
            }
            Values::Whole(values) if !is_whole => {
                *self = Values::Real(values.iter().map(|&value| f64::from(value)).collect());
            }
            _ => {}
        }
    }
}

/// Whether 16 bits, and whether 32 bits, hold a number. Zero below zero is none of them.
fn fits(number: f64) -> (bool, bool) {
    let is_positive_zero = !(number == 0.0 && number.is_sign_negative());
    let is_small = number == f64::from(number as i16) && is_positive_zero;
    (is_small, number == f64::from(number as i32) && is_positive_zero)
}

/// The value of a revised figure in one edition.
#[derive(Debug, Clone, PartialEq)]
pub struct Vintage {
    /// The edition that printed it.
    pub edition: String,
    /// What it printed.
    pub value: f64,
}

/// What a figure that stands beside another is to it. None of these is a revision.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub enum Disagreement {
    /// Another publisher or series says otherwise.
    #[default]
    Conflict,
    /// Printed by the publisher, and known or suspected to be a mistake.
    Erratum,
}

impl Disagreement {
    /// All of them.
    pub const ALL: [Self; 2] = [Self::Conflict, Self::Erratum];

    /// The word used in files.
    pub fn id(self) -> &'static str {
        match self {
            Self::Conflict => "conflict",
            Self::Erratum => "erratum",
        }
    }

    /// The disagreement with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }
}

/// What another publisher, series or definition says of the same cell.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Conflict {
    /// What it is to the figure that stands.
    pub kind: Disagreement,
    /// The other figure.
    pub value: f64,
    /// Id of its source.
    pub source: String,
    /// What differs.
    pub what: String,
}

/// What only few cells have.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Extras {
    /// Ids of sources, by cell.
    pub provenance: Map<CellIndex, Vec<String>>,
    /// Values of revised figures by edition, oldest first; the last is the one that stands.
    pub vintages: Map<CellIndex, Vec<Vintage>>,
    /// Printed ranges, low and high.
    pub ranges: Map<CellIndex, (f64, f64)>,
    /// Figures that disagree without being revisions.
    pub conflicts: Map<CellIndex, Vec<Conflict>>,
}

/// The observations of one measure.
#[derive(Debug, Clone, PartialEq)]
pub struct Column {
    values: Values,
    presence: Vec<u64>,
    status: Option<Vec<StatusId>>,
    num_observed: usize,
    has_negative: bool,
    magnitude: f64,
    /// Sparse attributes of cells.
    pub extras: Extras,
}

impl Column {
    /// Number of cells.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// Number of cells with a value.
    pub fn num_observed(&self) -> usize {
        self.num_observed
    }

    /// Whether any value is below zero.
    pub fn has_negative(&self) -> bool {
        self.has_negative
    }

    /// The value of a cell; `None` where nothing was published.
    #[inline]
    pub fn value(&self, index: CellIndex) -> Option<f64> {
        if !self.is_observed(index) {
            return None;
        }
        self.values.get(index.0)
    }

    /// Whether a value was published for a cell.
    #[inline]
    pub fn is_observed(&self, index: CellIndex) -> bool {
        self.presence.get(index.0 / 64).is_some_and(|word| word >> (index.0 % 64) & 1 == 1)
    }

    /// The greatest value, regardless of sign.
    pub(crate) fn magnitude(&self) -> f64 {
        self.magnitude
    }

    /// The numbers of all cells.
    pub(crate) fn values(&self) -> &Values {
        &self.values
    }

    /// One bit a cell, lowest first: whether it has a value.
    pub(crate) fn presence(&self) -> &[u64] {
        &self.presence
    }

    /// The status set of a cell.
    pub fn status(&self, index: CellIndex) -> StatusId {
        self.status.as_ref().and_then(|status| status.get(index.0)).copied().unwrap_or(0)
    }

    /// Whether any cell has a status.
    pub fn has_status(&self) -> bool {
        self.status.is_some()
    }
}

/// Fills a [`Column`], by position or cell after cell. Numbers are kept in the narrowest
/// form that holds all of them so far.
#[derive(Debug, Clone, PartialEq)]
pub struct ColumnBuilder {
    values: Values,
    presence: Vec<u64>,
    status: Option<Vec<StatusId>>,
    bounds: Bounds,
}

/// The least and the greatest of a column's numbers, and zero: found while numbers come, since
/// another look at all of them would cost as much as reading them.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
struct Bounds {
    least: f64,
    most: f64,
    /// Whether a number was replaced by another, which may have been one of them.
    are_wide: bool,
}

impl Bounds {
    fn add(&mut self, number: f64) {
        (self.least, self.most) = (self.least.min(number), self.most.max(number));
    }

    fn add_small(&mut self, numbers: &[i16]) {
        let least = numbers.iter().fold(0, |least, &number| number.min(least));
        let most = numbers.iter().fold(0, |most, &number| number.max(most));
        self.add(f64::from(least));
        self.add(f64::from(most));
    }

    fn of(values: &Values) -> Self {
        let mut bounds = Self::default();
        match values {
            Values::Small(values) => bounds.add_small(values),
            Values::Whole(values) => values.iter().for_each(|&value| bounds.add(f64::from(value))),
            Values::Real(values) => values.iter().for_each(|&value| bounds.add(value)),
        }
        bounds
    }
}

impl ColumnBuilder {
    /// A column of `num_cells` cells, all missing.
    pub fn new(num_cells: usize) -> Self {
        let presence = vec![0; num_cells.div_ceil(64)];
        let values = Values::Small(vec![0; num_cells]);
        Self { values, presence, status: None, bounds: Bounds::default() }
    }

    /// A column without cells, with room for so many.
    pub fn with_capacity(num_cells: usize) -> Self {
        let presence = Vec::with_capacity(num_cells.div_ceil(64));
        let values = Values::Small(Vec::with_capacity(num_cells));
        Self { values, presence, status: None, bounds: Bounds::default() }
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }

    /// The value of a cell; `None` where there is none.
    pub fn value(&self, index: CellIndex) -> Option<f64> {
        let is_observed = self.presence.get(index.0 / 64).is_some_and(|word| word >> (index.0 % 64) & 1 == 1);
        self.values.get(index.0).filter(|_| is_observed)
    }

    /// Adds a cell at the end; missing where the value is not finite.
    pub fn push(&mut self, value: f64) {
        let is_observed = value.is_finite();
        self.mark(self.len(), is_observed);
        let value = if is_observed { value } else { 0.0 };
        self.values.widen(value);
        self.bounds.add(value);
        match &mut self.values {
            Values::Small(values) => values.push(value as i16),
            Values::Whole(values) => values.push(value as i32),
            Values::Real(values) => values.push(value),
        }
    }

    /// Adds up to 64 cells at the end: their numbers, zero where there is none, and a bit for
    /// each that has one, lowest first.
    pub(crate) fn extend_small(&mut self, numbers: &[i16], present: u64) {
        let at = self.len();
        let Values::Small(values) = &mut self.values else {
            for (bit, &number) in numbers.iter().enumerate() {
                self.push(if present >> bit & 1 == 1 { f64::from(number) } else { f64::NAN });
            }
            return;
        };
        values.extend_from_slice(numbers);
        self.bounds.add_small(numbers);
        let shift = at % 64;
        match self.presence.last_mut() {
            Some(word) if shift > 0 => {
                *word |= present << shift;
                let room = 64usize.saturating_sub(shift);
                if numbers.len() > room {
                    self.presence.push(present >> room);
                }
            }
            _ if numbers.is_empty() => {}
            _ => self.presence.push(present),
        }
    }

    /// Takes the last cell away, to be put there again by who reads the same element once more:
    /// the least and the greatest number stay.
    pub(crate) fn pop(&mut self) {
        let Some(last) = self.len().checked_sub(1) else { return };
        match &mut self.values {
            Values::Small(values) => values.truncate(last),
            Values::Whole(values) => values.truncate(last),
            Values::Real(values) => values.truncate(last),
        }
        self.presence.truncate(last.div_ceil(64));
        if let (Some(word), true) = (self.presence.last_mut(), last % 64 > 0) {
            *word &= !(1 << (last % 64));
        }
    }

    /// Marks the cell that is added at the end.
    #[inline]
    fn mark(&mut self, at: usize, is_observed: bool) {
        match self.presence.last_mut() {
            Some(word) if !at.is_multiple_of(64) => *word |= u64::from(is_observed) << (at % 64),
            _ => self.presence.push(u64::from(is_observed)),
        }
    }

    /// Puts a value in a cell. What is not finite counts as missing; cells outside are passed over.
    pub fn set(&mut self, index: CellIndex, value: f64) {
        let (Some(word), true) = (self.presence.get_mut(index.0 / 64), value.is_finite()) else { return };
        if index.0 >= self.values.len() {
            return;
        }
        let bit = 1 << (index.0 % 64);
        self.bounds.are_wide |= *word & bit != 0;
        *word |= bit;
        self.values.widen(value);
        self.bounds.add(value);
        match &mut self.values {
            Values::Small(values) => values.get_mut(index.0).map(|slot| *slot = value as i16),
            Values::Whole(values) => values.get_mut(index.0).map(|slot| *slot = value as i32),
            Values::Real(values) => values.get_mut(index.0).map(|slot| *slot = value),
        };
    }

    /// Puts a status set on a cell.
    pub fn set_status(&mut self, index: CellIndex, status: StatusId) {
        let len = self.values.len();
        if let Some(slot) = self.status.get_or_insert_with(|| vec![0; len]).get_mut(index.0) {
            *slot = status;
        }
    }

    /// The column.
    pub fn finish(self, extras: Extras) -> Column {
        let bounds = if self.bounds.are_wide { Bounds::of(&self.values) } else { self.bounds };
        let num_observed = self.presence.iter().map(|word| word.count_ones() as usize).sum();
        Column {
            values: self.values,
            presence: self.presence,
            status: self.status,
            num_observed,
            has_negative: bounds.least < 0.0,
            magnitude: bounds.most.max(-bounds.least),
            extras,
        }
    }
}
