//! The words of the field as types. Plain data with the checks that keep it
//! consistent; knows neither JSON nor queries.

mod column;
mod cube;
mod dimension;
mod measure;
mod note;
mod period;
mod snapshot;
mod status;

pub(crate) use column::Values;
pub use column::{CellIndex, Column, ColumnBuilder, Conflict, Disagreement, Extras, Vintage};
pub use cube::{Cube, CubeParts, MetricDimension};
pub use dimension::{Category, Dimension, DimensionRole, Hierarchy};
pub use measure::{Additivity, AdditivityOrigin, Measure, StatisticKind};
pub use note::{Attachment, Note};
pub use period::{Granularity, Month, Period};
pub use snapshot::{Finding, KeyFigure, Link, Severity, Snapshot, SnapshotProfile, Source};
pub use status::{ObservationFlag, StatusId, StatusTable};
