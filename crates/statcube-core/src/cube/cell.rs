//! An answer for one cell, with everything that must travel with the number.

use crate::map::Map;

use super::summarizability::{NotSummarizable, Reducer};
use crate::model::{Conflict, Vintage};

/// That categories were not combined, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refusal {
    /// The reason.
    pub reason: NotSummarizable,
    /// Position of the dimension.
    pub dimension: usize,
    /// The categories that were asked for together.
    pub categories: Vec<u32>,
    /// Why, in the publisher's words.
    pub why: Option<String>,
    /// What to use instead, in the publisher's words.
    pub advice: Option<String>,
}

/// That a category stands for others, which are not added to it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StandIn {
    /// Position of the dimension.
    pub dimension: usize,
    /// The category that stands.
    pub parent: u32,
    /// For which.
    pub children: Vec<u32>,
}

impl StandIn {
    pub(super) fn new(dimension: usize, parent: u32, children: Vec<u32>) -> Self {
        Self { dimension, parent, children }
    }
}

/// One answer. Made by [`super::GroupResult::cell`] only, and read-only: there is no way
/// to add two cells.
#[derive(Debug, Clone, PartialEq)]
pub struct Cell {
    pub(super) measure: usize,
    pub(super) by: Vec<(usize, u32)>,
    pub(super) value: Option<f64>,
    pub(super) lower: Option<f64>,
    pub(super) upper: Option<f64>,
    pub(super) range: Option<(f64, f64)>,
    pub(super) observed: u32,
    pub(super) of: u32,
    pub(super) suppressed: u32,
    pub(super) reducer: Option<Reducer>,
    pub(super) period: Option<(usize, u32)>,
    pub(super) published: bool,
    pub(super) assumed: bool,
    pub(super) statuses: Vec<String>,
    pub(super) notes: Vec<usize>,
    pub(super) sources: Vec<String>,
    pub(super) refusals: Vec<Refusal>,
    pub(super) stand_ins: Vec<StandIn>,
    pub(super) selection: Vec<Vec<u32>>,
    pub(super) vintages: Vec<Vintage>,
    pub(super) conflicts: Vec<Conflict>,
    pub(super) illustrative: bool,
}

impl Cell {
    /// Position of the measure.
    pub fn measure(&self) -> usize {
        self.measure
    }

    /// Dimension and category of each dimension it is listed by.
    pub fn by(&self) -> &[(usize, u32)] {
        &self.by
    }

    /// The number; absent where nothing was published or a total is refused.
    pub fn value(&self) -> Option<f64> {
        self.value
    }

    /// Where a total is refused: the least it can be.
    pub fn lower(&self) -> Option<f64> {
        self.lower
    }

    /// Where a total is refused: the most it can be; absent while parts are missing.
    pub fn upper(&self) -> Option<f64> {
        self.upper
    }

    /// Between what the true figure lies, where parts are rounded or printed as ranges and
    /// the width is known, or withheld as small counts. A single observation may have a printed
    /// range and no value. While parts are missing, the range is that of those observed.
    pub fn range(&self) -> Option<(f64, f64)> {
        self.range
    }

    /// Parts with a value.
    pub fn observed(&self) -> u32 {
        self.observed
    }

    /// All parts.
    pub fn of(&self) -> u32 {
        self.of
    }

    /// Parts that are withheld as small counts. They count as observed; with any of them there
    /// is no number, only a [`Cell::range`] or bounds.
    pub fn suppressed(&self) -> u32 {
        self.suppressed
    }

    /// Whether parts are missing from a number that is there.
    pub fn is_partial(&self) -> bool {
        self.observed > 0 && self.observed < self.of
    }

    /// The reducer that made the number; absent where it is refused.
    pub fn reducer(&self) -> Option<Reducer> {
        self.reducer
    }

    /// Dimension and category of the period that stands for all those selected.
    pub fn period(&self) -> Option<(usize, u32)> {
        self.period
    }

    /// Whether a published total answers in place of its parts.
    pub fn is_published_total(&self) -> bool {
        self.published
    }

    /// Whether the number rests on the host's or the reader's word.
    pub fn is_assumed(&self) -> bool {
        self.assumed
    }

    /// Status codes of all parts, sorted.
    pub fn statuses(&self) -> &[String] {
        &self.statuses
    }

    /// Positions in [`crate::model::Cube::notes`] of the notes that hold.
    pub fn notes(&self) -> &[usize] {
        &self.notes
    }

    /// Ids of the sources of all parts, sorted.
    pub fn sources(&self) -> &[String] {
        &self.sources
    }

    /// Why there is no total.
    pub fn refusals(&self) -> &[Refusal] {
        &self.refusals
    }

    /// Which categories stand for others.
    pub fn stand_ins(&self) -> &[StandIn] {
        &self.stand_ins
    }

    /// The categories that the cell is about, for each dimension of the cube.
    pub fn selection(&self) -> &[Vec<u32>] {
        &self.selection
    }

    /// Values by edition, oldest first and the standing one last, where the cell is a single
    /// observation that was revised.
    pub fn vintages(&self) -> &[Vintage] {
        &self.vintages
    }

    /// Figures that disagree, where the cell is a single observation.
    pub fn conflicts(&self) -> &[Conflict] {
        &self.conflicts
    }

    /// Whether the figure is made up to show a feature.
    pub fn is_illustrative(&self) -> bool {
        self.illustrative
    }

    /// The category of a dimension, where the cell has just one.
    pub fn category(&self, dimension: usize) -> Option<u32> {
        match self.selection.get(dimension).map(Vec::as_slice) {
            Some([one]) => Some(*one),
            _ => None,
        }
    }

    /// The categories by dimension, for comparing what two cells are about.
    pub fn coordinates(&self) -> Map<usize, &[u32]> {
        self.selection.iter().map(Vec::as_slice).enumerate().collect()
    }
}
