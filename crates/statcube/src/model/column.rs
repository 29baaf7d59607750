//! A measure's observations: numbers in 32 bits where that is exact, presence and status
//! beside them, and what only few cells have in sparse maps.

use crate::map::Map;

use super::StatusId;

/// The place of a cell in a column: row-major over the cube's dimensions, last fastest.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct CellIndex(pub usize);

/// The numbers of a column. Cells without a value hold zero, so that a sum need not ask
/// which they are; only [`Column::is_observed`] tells a missing cell from a zero.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Values {
    Whole(Vec<i32>),
    Real(Vec<f64>),
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
        match &self.values {
            Values::Whole(values) => values.len(),
            Values::Real(values) => values.len(),
        }
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
        match &self.values {
            Values::Whole(values) => values.get(index.0).map(|&value| f64::from(value)),
            Values::Real(values) => values.get(index.0).copied(),
        }
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

/// Fills a [`Column`] cell by cell.
#[derive(Debug, Clone)]
pub struct ColumnBuilder {
    values: Vec<f64>,
    presence: Vec<u64>,
    status: Option<Vec<StatusId>>,
}

impl ColumnBuilder {
    /// A column of `num_cells` cells, all missing.
    pub fn new(num_cells: usize) -> Self {
        Self { values: vec![0.0; num_cells], presence: vec![0; num_cells.div_ceil(64)], status: None }
    }

    /// A column with these values, NaN where a cell is missing.
    pub fn from_values(mut values: Vec<f64>) -> Self {
        let mut presence = vec![0; values.len().div_ceil(64)];
        for (word, cells) in presence.iter_mut().zip(values.chunks_mut(64)) {
            for (bit, value) in cells.iter_mut().enumerate() {
                if value.is_finite() {
                    *word |= 1u64 << bit;
                } else {
                    *value = 0.0;
                }
            }
        }
        Self { values, presence, status: None }
    }

    /// Puts a value in a cell. What is not finite counts as missing; cells outside are passed over.
    pub fn set(&mut self, index: CellIndex, value: f64) {
        if let (Some(slot), Some(word), true) =
            (self.values.get_mut(index.0), self.presence.get_mut(index.0 / 64), value.is_finite())
        {
            *slot = value;
            *word |= 1 << (index.0 % 64);
        }
    }

    /// Puts a status set on a cell.
    pub fn set_status(&mut self, index: CellIndex, status: StatusId) {
        let len = self.values.len();
        if let Some(slot) = self.status.get_or_insert_with(|| vec![0; len]).get_mut(index.0) {
            *slot = status;
        }
    }

    /// The column, in 32-bit integers where every value is one.
    pub fn finish(self, extras: Extras) -> Column {
        let is_whole = |v: &f64| *v == f64::from(*v as i32) && !(*v == 0.0 && v.is_sign_negative());
        let has_negative = self.values.iter().any(|value| *value < 0.0);
        let magnitude = self.values.iter().fold(0.0, |most: f64, value| most.max(value.abs()));
        let values = if self.values.iter().all(is_whole) {
            Values::Whole(self.values.iter().map(|&value| value as i32).collect())
        } else {
            Values::Real(self.values)
        };
        let num_observed = self.presence.iter().map(|word| word.count_ones() as usize).sum();
        Column {
            values,
            presence: self.presence,
            status: self.status,
            num_observed,
            has_negative,
            magnitude,
            extras,
        }
    }
}
