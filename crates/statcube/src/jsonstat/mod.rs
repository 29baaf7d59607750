//! Bytes to model and back: JSON-stat 2.0 and 1.x, PxWeb's keys, Eurostat's habits, and
//! the `mixedMovements` profile.
//!
//! Read in this order: `stream` (figures into columns while bytes arrive), `json` (the rest of the
//! text), `decode` and `roles` (what the members mean), [`profile`] (what the profile adds), `encode`
//! (the way back). Knows the model, not the queries; opens no file and no connection.

use crate::map::Map;

use crate::error::Result;
use crate::model::{Additivity, Snapshot};

mod decode;
mod encode;
mod json;
pub mod profile;
mod roles;
mod stream;

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
    let mut arriving = Arriving::new(Some(bytes.len()));
    arriving.push(bytes);
    arriving.decode(options)
}

/// A file that is read while it arrives, with the same result as [`decode`] of all its bytes.
/// Lists of figures are not held as text.
#[derive(Debug)]
pub struct Arriving(stream::Splitter);

impl Arriving {
    /// A file of so many bytes, where that is known. No memory is taken for it yet.
    pub fn new(num_bytes: Option<usize>) -> Self {
        let mut splitter = stream::Splitter::new();
        splitter.expect(num_bytes.unwrap_or(0));
        Self(splitter)
    }

    /// Reads what has arrived.
    pub fn push(&mut self, bytes: &[u8]) {
        self.0.push(bytes);
    }

    /// The snapshot, when all has arrived.
    ///
    /// # Errors
    /// What is wrong, with its place in the file.
    pub fn decode(self, options: &DecodeOptions) -> Result<Snapshot> {
        decode::snapshot(json::read(self.0.finish(), decode::max_cells(options))?, options)
    }
}

/// Writes a snapshot as JSON-stat 2.0 with the profile: a `collection` with its datasets
/// embedded. Reading it back gives the same snapshot, except that findings tell the place
/// in the file that was read, and that `assumed` is the reader's word and not written.
pub fn encode(snapshot: &Snapshot) -> String {
    encode::snapshot(snapshot).to_string()
}
