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
//! Where the rules leave something open, this is how they are read, here and in the oracle
//! of the tests:
//!
//! | question | answer |
//! |---|---|
//! | Several dimensions could be answered by a parent. | The most of them together for which every cell of the grouping then has a value, and there is a cell; of equally many, those that stand earlier in the file. It is tried as a whole, with the last period that follows. |
//! | Which selections a parent answers. | Two or more categories, exactly its children; of several such parents the first in the file. One category is a slice. |
//! | A category is selected with some of its descendants. | The descendants are dropped, and said as what the category stands for. In a listed dimension nothing is dropped. |
//! | A dimension is rolled up and not filtered. | One root with a hierarchy below it answers; several roots are combined. Without a hierarchy, the category that the file says stands for all answers. |
//! | Categories to be added have a common descendant. | They are not disjoint, whatever is declared: a refusal for `overlap`. |
//! | Which period is last. | The last by calendar, not by place in the file. Nothing observed: no period is named, and there is no value. |
//! | Several dimensions of which the last stands. | In the order of the file, each given those before it; the last of them is named. |
//! | What counts as all parts. | The combinations left after the last period is chosen. An empty selection has none, and no value. |
//! | Where bounds hold. | Decided for each cell: all refusing dimensions overlap, and none of that cell's observations is negative. |
//! | What the largest part is. | A part is one combination of the refusing dimensions' categories; only those with any observation count. |
//! | A part is withheld as a small count. | It counts as observed, also for the last period. There is no value, but the range of the sum; bounds take its least for the lower, its most for the upper. |
//! | Statuses of missing parts. | They count: a withheld part marks the sum. |
//! | Notes. | They hold for what was selected by name, also where a parent answers for it. |
//! | `top` with several dimensions listed | is passed over: it holds for the grouping by its dimension alone. |
//!
//! Sources: H.-J. Lenz and A. Shoshani, "Summarizability in OLAP and Statistical Data
//! Bases", SSDBM 1997 (disjointness, completeness, type compatibility); R. Kimball's
//! additive, semi-additive and non-additive facts.

use std::collections::HashMap;
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

impl NotSummarizable {
    /// The reason in the terms of the literature.
    pub fn term(self) -> &'static str {
        match self {
            Self::Overlap => "not disjoint",
            Self::None => "not additive",
            Self::Unknown => "not declared",
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
        Additivity::Sum if share_a_part(cube, dimension, categories) => Err(NotSummarizable::Overlap),
        Additivity::Sum => Ok(Reducer::Sum),
        Additivity::Overlap => Err(NotSummarizable::Overlap),
        Additivity::None => Err(NotSummarizable::None),
        Additivity::Unknown => Err(NotSummarizable::Unknown),
    }
}

/// Whether two of the categories are made of a common one, or one of another: then they
/// are not disjoint, whatever holds for the dimension otherwise.
fn share_a_part(cube: &Cube, dimension: usize, categories: &[u32]) -> bool {
    let Some(hierarchy) = cube.dimensions().get(dimension).map(|dimension| &dimension.hierarchy) else {
        return false;
    };
    if hierarchy.is_flat() {
        return false;
    }
    // Every category belongs to the selected one from which it can be reached.
    let mut owners: HashMap<u32, u32> = categories.iter().map(|&category| (category, category)).collect();
    for &category in hierarchy.top_down() {
        let Some(&owner) = owners.get(&category) else { continue };
        for &child in hierarchy.children_of(category) {
            if *owners.entry(child).or_insert(owner) != owner {
                return true;
            }
        }
    }
    false
}

/// Whether the answer to [`reducer`] rests on the host's or the reader's word.
pub(super) fn is_assumed(cube: &Cube, measure: usize, dimension: usize, categories: &[u32]) -> bool {
    categories.len() > 1 && cube.additivity(measure, dimension).1 == AdditivityOrigin::Assumed
}
