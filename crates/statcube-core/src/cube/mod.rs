//! Numbers: queries, the decision whether categories may be added, and answers with
//! their reasons. May use [`crate::model`] and nothing else; only this module can make a
//! [`Cell`], and values have no addition, so that nobody else adds on their own.

mod cell;
mod comparison;
mod derive;
mod editions;
mod evaluate;
mod marginal;
mod numbers;
mod plan;
mod query;
mod scan;
mod summarizability;

pub use cell::{Cell, Refusal, StandIn};
pub use comparison::compare;
pub use derive::{
    Alternative, Average, Change, NotComparable, Ranked, Share, TotalCheck, alternatives, average, change,
    rank, running_total, share, slice_of, total_checks,
};
pub use editions::{
    ChangedFigure, EditionChanges, EditionDifference, OtherDimensions, Revision, changes_since, revisions,
};
pub use evaluate::{GroupResult, Table};
pub use query::{Clause, ClauseSource, Grouping, Query, QueryBuilder, Select};
pub use summarizability::{NotSummarizable, Reducer, reducer};
