//! What changed from one edition to the next: cells added, revised, withdrawn, and those
//! that differ without being revisions.
//!
//! A revision is the same publisher, series, definition and precision. Whatever else
//! disagrees is told apart: another definition or precision, or another publisher.

use std::sync::Arc;

use super::evaluate::for_each_part;
use super::{Cell, Clause, ClauseSource, Query};
use crate::map::Map;
use crate::model::{CellIndex, Column, Cube, Measure, ObservationFlag, Vintage};

/// What the figure of a later edition is to that of an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EditionDifference {
    /// The earlier edition had no figure.
    Added,
    /// Same publisher, series, definition and precision, and another figure.
    Revised,
    /// The later edition has no figure.
    Withdrawn,
    /// Something else is counted, or to another precision: no revision.
    Redefined,
    /// Another publisher's figure: no revision.
    Conflict,
}

impl EditionDifference {
    /// All of them, in the order in which they are told.
    pub const ALL: [Self; 5] = [Self::Revised, Self::Added, Self::Withdrawn, Self::Redefined, Self::Conflict];

    /// The word used in files and texts.
    pub fn id(self) -> &'static str {
        match self {
            Self::Added => "added",
            Self::Revised => "revised",
            Self::Withdrawn => "withdrawn",
            Self::Redefined => "redefined",
            Self::Conflict => "conflict",
        }
    }
}

/// One figure that is not the same in both editions.
#[derive(Debug, Clone, PartialEq)]
pub struct ChangedFigure {
    /// What the later is to the earlier.
    pub kind: EditionDifference,
    /// The figure of the earlier edition, a cell of its cube.
    pub earlier: Option<Cell>,
    /// The figure of the later edition, a cell of its cube.
    pub later: Option<Cell>,
    /// Later minus earlier, where it is a revision of one number.
    pub difference: Option<f64>,
}

/// What changed between two editions of a dataset, for one measure and filter.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct EditionChanges {
    /// Figures that at least one of the editions has.
    pub compared: usize,
    /// How many changed, by kind.
    pub counts: Map<EditionDifference, usize>,
    /// The changed figures in the order of the later cube, as many as were asked for.
    pub changed: Vec<ChangedFigure>,
}

impl EditionChanges {
    /// How many figures are not the same.
    pub fn num_changed(&self) -> usize {
        self.counts.values().sum()
    }
}

/// That two editions of a dataset have not the same dimensions, so that no figure of one
/// stands for a figure of the other.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OtherDimensions;

/// Compares two editions of a dataset, under the measure and the filters of a query to the
/// later one. Categories that only the earlier has count as withdrawn where nothing filters
/// their dimension. Changed figures are returned up to `most`, and counted in any case.
///
/// # Errors
/// [`OtherDimensions`].
pub fn changes_since(
    earlier: &Arc<Cube>,
    later: &Arc<Cube>,
    query: &Query,
    most: usize,
) -> Result<EditionChanges, OtherDimensions> {
    let dimensions = later.dimensions();
    // The place of each dimension in the earlier cube.
    let places: Option<Vec<usize>> = dimensions.iter().map(|d| earlier.dimension_position(&d.id)).collect();
    let places = places.filter(|_| earlier.dimensions().len() == dimensions.len()).ok_or(OtherDimensions)?;
    let Some(measure) = later.measures().get(query.measure) else { return Ok(EditionChanges::default()) };
    let old_measure = earlier.measure_position(&measure.id);

    // Of each dimension, pairs of positions: in the later cube, in the earlier one.
    type Pair = (Option<u32>, Option<u32>);
    let mut axes: Vec<Vec<Pair>> = Vec::with_capacity(places.len());
    for (place, (dimension, &old)) in dimensions.iter().zip(&places).enumerate() {
        let Some(old) = earlier.dimensions().get(old) else { return Err(OtherDimensions) };
        let selected = query.selected(place);
        let pair = |position: u32| {
            let code = dimension.category(position).map(|category| category.code.as_str());
            (Some(position), code.and_then(|code| old.position(code)))
        };
        let mut axis: Vec<Pair> = match &selected {
            Some(selected) => selected.iter().map(|&position| pair(position)).collect(),
            None => (0..dimension.len() as u32).map(pair).collect(),
        };
        if selected.is_none() {
            let gone = (0u32..).zip(&old.categories);
            let gone = gone.filter(|(_, category)| dimension.position(&category.code).is_none());
            axis.extend(gone.map(|(position, _)| (None, Some(position))));
        }
        axes.push(axis);
    }
    let listed: Vec<Vec<u32>> = axes.iter().map(|axis| (0..axis.len() as u32).collect()).collect();

    let mut found = EditionChanges::default();
    let mut new_at = vec![0u32; places.len()];
    let mut old_at = vec![0u32; places.len()];
    for_each_part(&listed, &mut |at| {
        let (mut in_later, mut in_earlier) = (true, old_measure.is_some());
        for ((axis, &at), (place, &old)) in axes.iter().zip(at).zip(places.iter().enumerate()) {
            let (new_position, old_position) = axis.get(at as usize).copied().unwrap_or_default();
            in_later &= new_position.is_some();
            in_earlier &= old_position.is_some();
            if let (Some(new), Some(old)) = (new_at.get_mut(place), old_at.get_mut(old)) {
                *new = new_position.unwrap_or_default();
                *old = old_position.unwrap_or_default();
            }
        }
        let new = Printed::at(later, query.measure, &new_at).filter(|_| in_later);
        let old = old_measure.and_then(|old| Printed::at(earlier, old, &old_at)).filter(|_| in_earlier);
        if new.is_none() && old.is_none() {
            return;
        }
        found.compared = found.compared.saturating_add(1);
        let kind = match (&old, &new) {
            (None, _) => EditionDifference::Added,
            (_, None) => EditionDifference::Withdrawn,
            (Some(old), Some(new)) if old.figure == new.figure => return,
            (Some(old), Some(new)) if old.publishers_differ(new) => EditionDifference::Conflict,
            (Some(old), Some(new)) if !old.is_same_series(new) => EditionDifference::Redefined,
            _ => EditionDifference::Revised,
        };
        let count = found.counts.entry(kind).or_default();
        *count = count.saturating_add(1);
        if found.changed.len() < most {
            let difference = old.zip(new).filter(|_| kind == EditionDifference::Revised);
            let difference = difference.and_then(|(old, new)| Some(new.value()? - old.value()?));
            found.changed.push(ChangedFigure {
                kind,
                earlier: old_measure.filter(|_| in_earlier).and_then(|old| single(earlier, old, &old_at)),
                later: Some(query.measure).filter(|_| in_later).and_then(|m| single(later, m, &new_at)),
                difference,
            });
        }
    });
    Ok(found)
}

/// A figure as an edition prints it.
#[derive(Clone, Copy)]
struct Printed<'a> {
    cube: &'a Cube,
    measure: &'a Measure,
    column: &'a Column,
    index: CellIndex,
    /// A number, or a range by both ends.
    figure: (f64, f64),
}

impl<'a> Printed<'a> {
    fn at(cube: &'a Cube, measure: usize, positions: &[u32]) -> Option<Self> {
        let (column, index) = (cube.column(measure)?, cube.index(positions)?);
        let value = column.value(index).map(|value| (value, value));
        let range = || cube.suppressed(measure).get(&index).or_else(|| column.extras.ranges.get(&index));
        let figure = value.or_else(|| range().copied())?;
        Some(Self { cube, measure: cube.measures().get(measure)?, column, index, figure })
    }

    fn value(&self) -> Option<f64> {
        self.column.value(self.index)
    }

    /// The same is counted, to the same precision.
    fn is_same_series(&self, other: &Self) -> bool {
        let (one, two) = (self.measure, other.measure);
        let is_same_count = one.kind == two.kind && one.counts == two.counts && one.unit == two.unit;
        is_same_count
            && one.description == two.description
            && one.precision == two.precision
            && self.is_rounded() == other.is_rounded()
    }

    fn is_rounded(&self) -> bool {
        let codes = self.cube.statuses().codes(self.column.status(self.index));
        codes.iter().any(|code| self.cube.statuses().flag(code) == ObservationFlag::Rounded)
    }

    fn publishers(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        let (cube, column, index) = (self.cube, self.column, self.index);
        let ids = column.extras.provenance.get(&index).into_iter().flatten();
        ids.filter_map(move |id| cube.parts().sources.get(id)?.publisher.as_deref())
    }

    /// Whether both name their publishers, and no publisher stands behind both.
    fn publishers_differ(&self, other: &Self) -> bool {
        let known = self.publishers().next().is_some() && other.publishers().next().is_some();
        known && self.publishers().all(|one| other.publishers().all(|two| one != two))
    }
}

/// The cell of one observation.
fn single(cube: &Arc<Cube>, measure: usize, positions: &[u32]) -> Option<Cell> {
    let source = || ClauseSource::Chart("editions".to_owned());
    let clause = |(place, &position): (usize, &u32)| Clause::new(cube, place, vec![position], source());
    let clauses = positions.iter().enumerate().map(clause).collect();
    let groupings = vec![(0..positions.len()).collect()];
    cube.run(&Query { measure, clauses, groupings, ..Query::default() }).groups.first()?.cell(0)
}

/// A step from one edition's value to the next that differs, as the file keeps it.
#[derive(Debug, Clone, PartialEq)]
pub struct Revision {
    /// The figure that stands.
    pub cell: Cell,
    /// What stood before.
    pub earlier: Vintage,
    /// What replaced it.
    pub later: Vintage,
}

impl Revision {
    /// Later minus earlier.
    pub fn difference(&self) -> f64 {
        self.later.value - self.earlier.value
    }
}

/// The revisions that a file keeps of the figures of a measure that the filters leave, in
/// the order of the cube, at most `most`.
pub fn revisions(cube: &Arc<Cube>, query: &Query, most: usize) -> Vec<Revision> {
    let Some(column) = cube.column(query.measure) else { return Vec::new() };
    let kept: Vec<Option<Vec<u32>>> =
        (0..cube.dimensions().len()).map(|dimension| query.selected(dimension)).collect();
    let mut found = Vec::new();
    for (index, vintages) in &column.extras.vintages {
        let positions: Vec<u32> =
            (0..cube.dimensions().len()).map(|dimension| cube.position_along(dimension, *index)).collect();
        let is_kept = kept
            .iter()
            .zip(&positions)
            .all(|(kept, position)| kept.as_ref().is_none_or(|kept| kept.contains(position)));
        if !is_kept {
            continue;
        }
        let Some(cell) = single(cube, query.measure, &positions) else { continue };
        for step in vintages.windows(2) {
            if let [earlier, later] = step
                && earlier.value != later.value
                && found.len() < most
            {
                let (earlier, later) = (earlier.clone(), later.clone());
                found.push(Revision { cell: cell.clone(), earlier, later });
            }
        }
    }
    found
}
