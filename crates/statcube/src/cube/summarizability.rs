//! The heart: may these categories be combined, and how.
//!
//! The rules, in the order in which they are applied:
//!
//! | step | what | answer |
//! |---|---|---|
//! | 0 | the dimension is grouped by, or one category is selected | a slice: no reducer is asked |
//! | 1 | `last` | one period for the whole grouping, the last with any observation |
//! | 2 | `sum` | the sum of what was observed, with observed and all parts counted |
//! | 3 | `overlap` | a refusal; bounds where all refusing dimensions overlap and nothing is negative |
//! | 3 | `none`, `unknown` | a refusal |
//!
//! Sources: H.-J. Lenz and A. Shoshani, "Summarizability in OLAP and Statistical Data
//! Bases", SSDBM 1997 (disjointness, completeness, type compatibility); R. Kimball's
//! additive, semi-additive and non-additive facts.

use std::fmt;

use crate::model::{Additivity, AdditivityOrigin, Cube};

/// How categories of a dimension are combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Reducer {
    /// One category: nothing is combined.
    Slice,
    /// The last observed period stands for all.
    Last,
    /// The sum.
    Sum,
    /// A parent's published value stands for its children.
    Published,
}

impl Reducer {
    /// The word used in the JavaScript interface.
    pub fn id(self) -> &'static str {
        match self {
            Self::Slice => "slice",
            Self::Last => "last",
            Self::Sum => "sum",
            Self::Published => "published",
        }
    }
}

/// Why categories may not be combined.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NotSummarizable {
    /// Not disjoint: the same person or event may be in two categories.
    Overlap,
    /// Not additive: combining them means nothing (rates, stages of one procedure).
    None,
    /// Nobody declared what holds.
    Unknown,
}

impl NotSummarizable {
    /// The word used in files and in the JavaScript interface.
    pub fn id(self) -> &'static str {
        match self {
            Self::Overlap => "overlap",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }
}

impl fmt::Display for NotSummarizable {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Overlap => "categories are not disjoint",
            Self::None => "the measure is not additive over this dimension",
            Self::Unknown => "nobody declared whether categories may be added",
        })
    }
}

/// The one function that decides whether `categories` of a dimension may be combined.
/// The decision depends on what is selected, observed or not.
///
/// # Errors
/// The reason why not.
pub fn reducer(
    cube: &Cube,
    measure: usize,
    dimension: usize,
    categories: &[u32],
) -> Result<Reducer, NotSummarizable> {
    if categories.len() <= 1 {
        return Ok(Reducer::Slice);
    }
    match cube.additivity(measure, dimension).0 {
        Additivity::Last => Ok(Reducer::Last),
        Additivity::Sum => Ok(Reducer::Sum),
        Additivity::Overlap => Err(NotSummarizable::Overlap),
        Additivity::None => Err(NotSummarizable::None),
        Additivity::Unknown => Err(NotSummarizable::Unknown),
    }
}

/// Whether the answer to [`reducer`] rests on the host's or the reader's word.
pub(super) fn is_assumed(cube: &Cube, measure: usize, dimension: usize, categories: &[u32]) -> bool {
    categories.len() > 1 && cube.additivity(measure, dimension).1 == AdditivityOrigin::Assumed
}
