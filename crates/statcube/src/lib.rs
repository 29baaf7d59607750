//! Statistical cubes from JSON-stat that know what may be added and what may not.
//!
//! The modules, bottom-up, in reading order:
//!
//! - [`model`]: the words. Dimensions, categories, measures, periods, notes, and
//!   the columns of observations that make a [`Cube`].
//! - [`jsonstat`]: bytes to model and back. JSON-stat 2.0 and 1.x, PxWeb's keys and
//!   the `mixedMovements` profile.
//! - [`cube`]: numbers. Queries, the one function that decides whether categories
//!   may be added ([`cube::reducer`]), and answers that carry their reasons.
//! - [`map`]: maps and sets as lists in order.
//! - [`order`]: sorting that costs few bytes for each type sorted.
//! - [`error`]: the one error of this crate, with the place in the file.
//!
//! All but [`jsonstat`] stands in the crate `statcube-core`, which is compiled for speed; this one,
//! for size.
//!
//! The crate has no opinion on languages, charts, colours or browsers, and does no
//! input or output: bytes come in, answers go out.

// Any byte of a file may come to any line of this crate, and a panic ends the whole widget.
#![cfg_attr(
    not(test),
    deny(
        clippy::unwrap_used,
        clippy::expect_used,
        clippy::panic,
        clippy::indexing_slicing,
        clippy::arithmetic_side_effects
    )
)]

pub mod jsonstat;

pub use statcube_core::{cube, error, map, model, order};

pub use cube::{
    Cell, Clause, ClauseSource, GroupResult, Grouping, NotSummarizable, Query, Reducer, Refusal, Select,
    Table,
};
pub use error::{Error, ErrorKind, Result};
pub use model::{
    Additivity, Category, CellIndex, Cube, CubeParts, Dimension, DimensionRole, Hierarchy, Measure, Month,
    Note, ObservationFlag, Period, Snapshot, Source, StatisticKind,
};
