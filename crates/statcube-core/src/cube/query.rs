//! Questions: which measure, which categories, grouped by what.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::model::{Cube, Dimension, DimensionRole, Period};

/// Who set a filter. A linked view ignores the filter on its own dimension.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum ClauseSource {
    /// The reader, in the filter bar or a link.
    #[default]
    Reader,
    /// The page that embeds the widget.
    Host,
    /// A chart, by its name.
    Chart(String),
}

/// A filter as a value: the categories that one dimension keeps.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Clause {
    /// Position of the dimension.
    pub dimension: usize,
    /// Positions of the categories, ascending, each once.
    pub positions: Vec<u32>,
    /// Who set it.
    pub source: ClauseSource,
}

impl Clause {
    /// A clause; positions are put in order, and those outside the dimension left out.
    pub fn new(cube: &Cube, dimension: usize, mut positions: Vec<u32>, source: ClauseSource) -> Self {
        let len = cube.dimensions().get(dimension).map_or(0, Dimension::len);
        put_in_order(&mut positions);
        positions.truncate(num_below(&positions, len));
        Self { dimension, positions, source }
    }
}

/// Ascending, each once; most often they are.
fn put_in_order(positions: &mut Vec<u32>) {
    if !is_in_order(positions) {
        crate::order::sort(positions);
        positions.dedup();
    }
}

fn is_in_order(positions: &[u32]) -> bool {
    positions.is_sorted_by(|one, next| one < next)
}

/// How many of ascending positions a dimension of this length has.
pub(super) fn num_below(positions: &[u32], len: usize) -> usize {
    positions.partition_point(|&position| (position as usize) < len)
}

/// The dimensions that an answer lists, in order; the others are rolled up.
pub type Grouping = Vec<usize>;

/// What is kept of a dimension, as callers write it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Select {
    /// Codes.
    Codes(Vec<String>),
    /// Positions.
    Positions(Vec<u32>),
    /// An inclusive range whose ends need not exist. Periods compare as periods, other codes
    /// as text.
    Range {
        /// First; open where absent.
        from: Option<String>,
        /// Last; open where absent.
        to: Option<String>,
    },
}

/// A question to a cube.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Query {
    /// Position of the measure.
    pub measure: usize,
    /// Filters; several on one dimension keep what all keep.
    pub clauses: Vec<Clause>,
    /// Groupings, answered at once.
    pub groupings: Vec<Grouping>,
    /// Whether each grouping ignores the filters on its own dimensions.
    pub linked: bool,
    /// For the grouping by a dimension alone: how many of the largest to keep.
    pub top: Vec<(usize, usize)>,
}

impl Query {
    /// A question in words: ids of dimensions and codes of categories.
    pub fn builder(cube: &Cube) -> QueryBuilder<'_> {
        QueryBuilder { cube, query: Self::default(), measure: None }
    }

    /// What the filters leave of a dimension: `None` where nothing filters it.
    pub fn selected(&self, dimension: usize) -> Option<Vec<u32>> {
        self.kept(dimension).map(Cow::into_owned)
    }

    /// Whether the filters leave no category of a dimension, so that nothing is asked for.
    pub fn keeps_nothing(&self) -> bool {
        let is_empty = |clause: &Clause| self.kept(clause.dimension).is_some_and(|kept| kept.is_empty());
        self.clauses.iter().any(is_empty)
    }

    /// The same, lent where it stands in a clause like that.
    pub(super) fn kept(&self, dimension: usize) -> Option<Cow<'_, [u32]>> {
        let mut clauses = self.clauses.iter().filter(|clause| clause.dimension == dimension);
        let mut kept = Cow::Borrowed(clauses.next()?.positions.as_slice());
        for clause in clauses {
            kept.to_mut().retain(|position| clause.positions.binary_search(position).is_ok());
        }
        // Clauses may be written without `Clause::new`; a category counts once all the same.
        if !is_in_order(&kept) {
            put_in_order(kept.to_mut());
        }
        Some(kept)
    }
}

/// Makes a [`Query`] from ids and codes, and says what a cube does not have.
#[derive(Debug, Clone)]
pub struct QueryBuilder<'a> {
    cube: &'a Cube,
    query: Query,
    measure: Option<usize>,
}

impl QueryBuilder<'_> {
    fn dimension(&self, id: &str, path: impl FnOnce() -> String) -> Result<usize> {
        self.cube.dimension_position(id).ok_or_else(|| {
            let known: Vec<_> = self.cube.dimensions().iter().map(|d| d.id.as_str()).collect();
            Error::new(
                ErrorKind::UnknownDimension,
                format!("There is no dimension “{id}”. There are: {}.", known.join(", ")),
                path(),
            )
        })
    }

    /// The measure by id.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownMeasure`].
    pub fn measure(mut self, id: &str) -> Result<Self> {
        let position = self.cube.measure_position(id).ok_or_else(|| {
            let known: Vec<_> = self.cube.measures().iter().map(|m| m.id.as_str()).collect();
            Error::new(
                ErrorKind::UnknownMeasure,
                format!("There is no measure “{id}”. There are: {}.", known.join(", ")),
                "measure",
            )
        })?;
        self.measure = Some(position);
        Ok(self)
    }

    /// Keeps only part of a dimension.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownDimension`], [`ErrorKind::UnknownCode`], and
    /// [`ErrorKind::InvalidQuery`] for a range of periods whose end is none.
    pub fn keep(mut self, dimension: &str, select: &Select, source: ClauseSource) -> Result<Self> {
        let path = || format!("where.{dimension}");
        if let (Some(metric), Select::Codes(codes)) = (&self.cube.parts().metric, select)
            && metric.id == dimension
            && let [code] = codes.as_slice()
        {
            return self.measure(code).map_err(|error| {
                Error::new(ErrorKind::UnknownCode, error.message(), format!("{}[0]", path()))
            });
        }
        let position = self.dimension(dimension, path)?;
        let Some(known) = self.cube.dimensions().get(position) else { return Ok(self) };
        let positions = positions_of(known, select.clone(), path)?;
        self.query.clauses.push(Clause::new(self.cube, position, positions, source));
        Ok(self)
    }

    /// Adds a grouping.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownDimension`], and [`ErrorKind::InvalidQuery`] for a dimension named twice.
    pub fn by<S: AsRef<str>>(mut self, dimensions: &[S]) -> Result<Self> {
        let num = self.query.groupings.len();
        let mut grouping = Vec::with_capacity(dimensions.len());
        for (place, id) in dimensions.iter().enumerate() {
            let position = self.dimension(id.as_ref(), || format!("by[{num}][{place}]"))?;
            if grouping.contains(&position) {
                return Err(Error::new(
                    ErrorKind::InvalidQuery,
                    format!("“{}” stands twice in one grouping.", id.as_ref()),
                    format!("by[{num}][{place}]"),
                ));
            }
            grouping.push(position);
        }
        self.query.groupings.push(grouping);
        Ok(self)
    }

    /// Whether each grouping ignores the filters on its own dimensions.
    #[must_use]
    pub fn linked(mut self, linked: bool) -> Self {
        self.query.linked = linked;
        self
    }

    /// Keeps the `count` largest of a dimension in the grouping by it alone.
    ///
    /// # Errors
    /// [`ErrorKind::UnknownDimension`].
    pub fn top(mut self, dimension: &str, count: usize) -> Result<Self> {
        let position = self.dimension(dimension, || format!("top.{dimension}"))?;
        self.query.top.push((position, count));
        Ok(self)
    }

    /// The query.
    ///
    /// # Errors
    /// [`ErrorKind::WhichMeasure`] where there are several measures and none was named.
    pub fn build(mut self) -> Result<Query> {
        self.query.measure = match (self.measure, self.cube.measures().len()) {
            (Some(measure), _) => measure,
            (None, 1) => 0,
            (None, _) => {
                let known: Vec<_> = self.cube.measures().iter().map(|m| m.id.as_str()).collect();
                return Err(Error::new(
                    ErrorKind::WhichMeasure,
                    format!("Say which measure is meant. There are: {}.", known.join(", ")),
                    "measure",
                ));
            }
        };
        Ok(self.query)
    }
}

/// The positions of what is selected.
pub(super) fn positions_of(
    dimension: &Dimension,
    select: Select,
    path: impl Fn() -> String,
) -> Result<Vec<u32>> {
    match select {
        Select::Codes(codes) => codes
            .iter()
            .enumerate()
            .map(|(place, code)| {
                dimension.position(code).ok_or_else(|| {
                    Error::new(
                        ErrorKind::UnknownCode,
                        format!("“{}” has no category “{code}”.", dimension.label),
                        format!("{}[{place}]", path()),
                    )
                })
            })
            .collect(),
        Select::Positions(positions) => match positions.iter().position(|&p| p as usize >= dimension.len()) {
            None => Ok(positions),
            Some(place) => Err(Error::new(
                ErrorKind::UnknownCode,
                format!(
                    "“{}” has {} categories; this position is beyond them.",
                    dimension.label,
                    dimension.len()
                ),
                format!("{}[{place}]", path()),
            )),
        },
        Select::Range { from, to } => {
            let all = (0u32..).zip(&dimension.categories);
            if dimension.role != DimensionRole::Time {
                let inside = |code: &str| {
                    from.as_deref().is_none_or(|from| code >= from)
                        && to.as_deref().is_none_or(|to| code <= to)
                };
                let inside = all.filter(|(_, category)| inside(&category.code));
                return Ok(inside.map(|(position, _)| position).collect());
            }
            let end = |code: Option<String>, name: &str| -> Result<Option<Period>> {
                let Some(code) = code else { return Ok(None) };
                Period::parse(&code).map(Some).ok_or_else(|| {
                    Error::new(
                        ErrorKind::InvalidQuery,
                        format!("“{code}” is not a period. Write a month as 2024-01."),
                        format!("{}.{name}", path()),
                    )
                })
            };
            let (from, to) = (end(from, "from")?, end(to, "to")?);
            let inside = all.filter(|(_, category)| category.period.is_some_and(|p| p.within(from, to)));
            let mut positions = Vec::with_capacity(dimension.len());
            positions.extend(inside.map(|(position, _)| position));
            Ok(positions)
        }
    }
}
