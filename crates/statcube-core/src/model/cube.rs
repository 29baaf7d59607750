//! A dataset as a cube: dimensions, measures, and a column of observations a measure.

use crate::map::Map;
use std::any::Any;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use super::{Additivity, AdditivityOrigin, CellIndex, Column, Dimension, DimensionRole, Measure, Note};
use super::{Source, StatisticKind, StatusTable};
use crate::error::{Error, ErrorKind, Result};

/// The dimension whose categories are the cube's measures, kept for writing files back.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MetricDimension {
    /// Its id.
    pub id: String,
    /// Its label.
    pub label: String,
    /// Its place among the dimensions of the file.
    pub position: usize,
}

/// What a cube is made of. [`Cube::new`] checks that it fits together.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CubeParts {
    /// Id, unique in the snapshot.
    pub id: String,
    /// Title.
    pub label: String,
    /// Titles in other languages, by language tag.
    pub titles: Map<String, String>,
    /// When it was published, as written.
    pub updated: Option<String>,
    /// The source, as written.
    pub source: Option<String>,
    /// Where it lives.
    pub href: Option<String>,
    /// Whether its figures are made up.
    pub illustrative: bool,
    /// Dimensions without the metric one, in file order.
    pub dimensions: Vec<Dimension>,
    /// The metric dimension, where the file has one.
    pub metric: Option<MetricDimension>,
    /// Measures, in order.
    pub measures: Vec<Measure>,
    /// One column a measure.
    pub columns: Vec<Column>,
    /// Status sets and labels.
    pub statuses: StatusTable,
    /// Notes, in order.
    pub notes: Vec<Note>,
    /// Sources of the snapshot, shared by its datasets.
    pub sources: Arc<Map<String, Source>>,
    /// What the host or the reader says of additivity: key `dimension` or
    /// `measure:dimension`. Weaker than the publisher's word.
    pub assumed: Map<String, Additivity>,
}

/// A dataset as a cube.
#[derive(Debug, Clone, PartialEq)]
pub struct Cube {
    parts: CubeParts,
    strides: Vec<usize>,
    num_cells: usize,
    /// Of each dimension all positions, as most views list them.
    positions: Vec<Arc<[u32]>>,
    /// Of each measure the figures that are withheld as small counts: least and most.
    suppressed: Vec<Map<CellIndex, (f64, f64)>>,
    kept: Kept,
}

/// Room for what is kept between queries. It is no part of what a cube is: copies begin
/// without it, and all are equal.
#[derive(Default)]
pub(crate) struct Kept(Mutex<Option<Box<dyn Any + Send>>>);

impl Kept {
    /// Lends what is kept to `work`.
    pub fn with<T: Default + Send + 'static, R>(&self, work: impl FnOnce(&mut T) -> R) -> R {
        // What a panic left behind is thrown away by taking it out first.
        let mut room = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        let mut kept = room.take().and_then(|kept| kept.downcast::<T>().ok()).unwrap_or_default();
        let result = work(&mut kept);
        *room = Some(kept);
        result
    }
}

impl Clone for Kept {
    fn clone(&self) -> Self {
        Self::default()
    }
}

impl PartialEq for Kept {
    fn eq(&self, _: &Self) -> bool {
        true
    }
}

impl fmt::Debug for Kept {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Kept")
    }
}

/// The cells of a measure whose status says that a small count is withheld.
fn withheld(measure: &Measure, column: &Column, parts: &CubeParts) -> Result<Map<CellIndex, (f64, f64)>> {
    let mut found = Map::new();
    if measure.suppressed.is_empty() || !column.has_status() {
        return Ok(found);
    }
    for index in (0..column.len()).map(CellIndex) {
        let mut codes = parts.statuses.codes(column.status(index)).iter();
        let Some(&range) = codes.find_map(|code| measure.suppressed.get(code)) else { continue };
        if column.is_observed(index) {
            let message = format!("A figure of “{}” is marked as withheld, and has a value.", measure.label);
            return Err(Error::new(ErrorKind::Invalid, message, "value"));
        }
        if !(0.0..=range.1).contains(&range.0) {
            let message = format!("What “{}” withholds is no range of counts.", measure.label);
            return Err(Error::new(ErrorKind::Invalid, message, "suppressed"));
        }
        found.insert(index, range);
    }
    Ok(found)
}

impl Cube {
    /// A cube from its parts.
    ///
    /// # Errors
    /// [`ErrorKind::SizeMismatch`] where columns and dimensions do not fit together;
    /// [`ErrorKind::Invalid`] where a figure that is marked as withheld has a value.
    pub fn new(parts: CubeParts) -> Result<Self> {
        let mut strides = vec![0; parts.dimensions.len()];
        let mut num_cells = 1usize;
        // Counted as if no dimension were empty: what an answer lists leaves some of them out. And
        // in 32 bits, which are what cells are counted in.
        let mut most = 1u32;
        for (stride, dimension) in strides.iter_mut().zip(&parts.dimensions).rev() {
            *stride = num_cells;
            num_cells = num_cells.saturating_mul(dimension.len());
            let len = u32::try_from(dimension.len().max(1)).ok();
            most = len.and_then(|len| most.checked_mul(len)).ok_or_else(|| {
                Error::new(
                    ErrorKind::TooLarge,
                    "The dataset announces more cells than can be addressed.",
                    "size",
                )
            })?;
        }
        if parts.columns.len() != parts.measures.len() || parts.columns.iter().any(|c| c.len() != num_cells) {
            return Err(Error::new(
                ErrorKind::SizeMismatch,
                format!(
                    "“{}” announces {num_cells} cells for each measure, but holds another number.",
                    parts.label
                ),
                "value",
            ));
        }
        let suppressed = parts
            .measures
            .iter()
            .zip(&parts.columns)
            .map(|(measure, column)| withheld(measure, column, &parts))
            .collect::<Result<_>>()?;
        let positions = parts.dimensions.iter().map(|d| (0..d.len() as u32).collect()).collect();
        Ok(Self { parts, strides, num_cells, positions, suppressed, kept: Kept::default() })
    }

    /// The figures of a measure that are withheld as small counts, each with the least and the
    /// most that it can be. They are published figures, though no numbers.
    pub fn suppressed(&self, measure: usize) -> &Map<CellIndex, (f64, f64)> {
        const NONE: &Map<CellIndex, (f64, f64)> = &Map::new();
        self.suppressed.get(measure).unwrap_or(NONE)
    }

    /// All positions of a dimension.
    pub(crate) fn positions(&self, dimension: usize) -> Arc<[u32]> {
        self.positions.get(dimension).cloned().unwrap_or_default()
    }

    /// Room for what is kept between queries.
    pub(crate) fn kept(&self) -> &Kept {
        &self.kept
    }

    /// Id, unique in the snapshot.
    pub fn id(&self) -> &str {
        &self.parts.id
    }

    /// Title.
    pub fn label(&self) -> &str {
        &self.parts.label
    }

    /// Everything the cube is made of.
    pub fn parts(&self) -> &CubeParts {
        &self.parts
    }

    /// The same cube with what the host or the reader says of additivity.
    #[must_use]
    pub fn with_assumed(&self, assumed: Map<String, Additivity>) -> Self {
        Self { parts: CubeParts { assumed, ..self.parts.clone() }, ..self.clone() }
    }

    /// Dimensions without the metric one.
    pub fn dimensions(&self) -> &[Dimension] {
        &self.parts.dimensions
    }

    /// Measures.
    pub fn measures(&self) -> &[Measure] {
        &self.parts.measures
    }

    /// Notes.
    pub fn notes(&self) -> &[Note] {
        &self.parts.notes
    }

    /// Status sets and labels.
    pub fn statuses(&self) -> &StatusTable {
        &self.parts.statuses
    }

    /// The position of a dimension.
    pub fn dimension_position(&self, id: &str) -> Option<usize> {
        self.parts.dimensions.iter().position(|dimension| dimension.id == id)
    }

    /// The position of the first dimension with this role.
    pub fn dimension_with_role(&self, role: DimensionRole) -> Option<usize> {
        self.parts.dimensions.iter().position(|dimension| dimension.role == role)
    }

    /// The position of a measure.
    pub fn measure_position(&self, id: &str) -> Option<usize> {
        self.parts.measures.iter().position(|measure| measure.id == id)
    }

    /// The column of a measure.
    pub fn column(&self, measure: usize) -> Option<&Column> {
        self.parts.columns.get(measure)
    }

    /// Cells of one measure.
    pub fn num_cells(&self) -> usize {
        self.num_cells
    }

    /// How far apart neighbouring categories of each dimension stand in a column.
    pub fn strides(&self) -> &[usize] {
        &self.strides
    }

    /// The cell at these positions, one for each dimension.
    pub fn index(&self, positions: &[u32]) -> Option<CellIndex> {
        let fits = positions.len() == self.strides.len()
            && positions.iter().zip(&self.parts.dimensions).all(|(&p, d)| (p as usize) < d.len());
        // Each position is within its dimension, so that nothing wraps.
        let offset = |(&p, &stride): (&u32, &usize)| (p as usize).wrapping_mul(stride);
        fits.then(|| CellIndex(positions.iter().zip(&self.strides).map(offset).sum()))
    }

    /// The position of a cell along a dimension.
    pub(crate) fn position_along(&self, dimension: usize, index: CellIndex) -> u32 {
        let stride = self.strides.get(dimension).copied().unwrap_or_default();
        let len = self.parts.dimensions.get(dimension).map_or(0, Dimension::len);
        let block = index.0.checked_div(stride).and_then(|block| block.checked_rem(len));
        block.unwrap_or_default() as u32
    }

    /// The additivity of a measure over a dimension, and who said so.
    ///
    /// Precedence: the publisher, then the host or the reader, then what follows from kind
    /// and role for certain (a rate is never added; of a stock the last period stands; flows
    /// add over time unless people are counted, who may come back), then nobody.
    pub fn additivity(&self, measure: usize, dimension: usize) -> (Additivity, AdditivityOrigin) {
        let (Some(measure), Some(dimension)) =
            (self.parts.measures.get(measure), self.parts.dimensions.get(dimension))
        else {
            return (Additivity::Unknown, AdditivityOrigin::Undeclared);
        };
        if let Some(&declared) = measure.additivity.get(&dimension.id).filter(|a| **a != Additivity::Unknown)
        {
            return (declared, AdditivityOrigin::Declared);
        }
        if !self.parts.assumed.is_empty() {
            let assumed = self.parts.assumed.get(&format!("{}:{}", measure.id, dimension.id));
            if let Some(&assumed) = assumed.or_else(|| self.parts.assumed.get(&dimension.id)) {
                return (assumed, AdditivityOrigin::Assumed);
            }
        }
        match (measure.kind, dimension.role) {
            (StatisticKind::Rate, _) => (Additivity::None, AdditivityOrigin::Derived),
            (StatisticKind::Stock, DimensionRole::Time) => (Additivity::Last, AdditivityOrigin::Derived),
            (StatisticKind::Flow, DimensionRole::Time) if measure.counts.as_deref() != Some("people") => {
                (Additivity::Sum, AdditivityOrigin::Derived)
            }
            _ => (Additivity::Unknown, AdditivityOrigin::Undeclared),
        }
    }
}
