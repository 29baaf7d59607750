//! Bytes to model and back: JSON-stat 2.0 and 1.x, PxWeb's keys, Eurostat's habits, and
//! the `mixedMovements` profile.
//!
//! Read in this order: `json` (text and columns), `decode` and `roles` (what the members
//! mean), [`profile`] (what the profile adds), `encode` (the way back). Knows the model,
//! not the queries; opens no file and no connection.

use crate::map::Map;

use crate::error::Result;
use crate::model::{Additivity, Snapshot};

mod decode;
mod encode;
mod json;
pub mod profile;
mod roles;

/// What a caller may say about a file before it is read.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DecodeOptions {
    /// What the host or the reader says of additivity: key `dimension` or `measure:dimension`.
    pub assumed: Map<String, Additivity>,
    /// The most cells that the datasets of a file may announce together; 0 for the
    /// default, 50 million.
    pub max_cells: usize,
}

/// Reads a snapshot from the bytes of a JSON-stat file: a dataset, a collection with
/// embedded datasets, or a bundle of version 1.
///
/// # Errors
/// What is wrong, with its place in the file.
pub fn decode(bytes: &[u8], options: &DecodeOptions) -> Result<Snapshot> {
    decode::snapshot(json::read(bytes, decode::max_cells(options))?, options)
}

/// Writes a snapshot as JSON-stat 2.0 with the profile: a `collection` with its datasets
/// embedded. Reading it back gives the same snapshot, except that findings tell the place
/// in the file that was read, and that `assumed` is the reader's word and not written.
pub fn encode(snapshot: &Snapshot) -> String {
    encode::snapshot(snapshot).to_string()
}
