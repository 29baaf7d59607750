//! Copies code with other numbers of functions.

use std::collections::BTreeMap;

use wasm_encoder::reencode::{Error, Reencode};

use crate::SplitError;

/// The number of each function in the part that is written, by its number in the whole.
pub(crate) struct Renumber {
    indices: Option<BTreeMap<u32, u32>>,
    next: u32,
}

impl Renumber {
    /// Leaves all numbers.
    pub(crate) fn identity() -> Self {
        Self { indices: None, next: 0 }
    }

    pub(crate) fn new(indices: impl Iterator<Item = (u32, u32)>) -> Self {
        let mut renumber = Self { indices: Some(BTreeMap::new()), next: 0 };
        renumber.extend(indices);
        renumber
    }

    pub(crate) fn extend(&mut self, indices: impl Iterator<Item = (u32, u32)>) {
        for (old, new) in indices {
            self.next = self.next.max(new + 1);
            self.indices.get_or_insert_default().insert(old, new);
        }
    }

    /// The number after the last.
    pub(crate) fn next_index(&self) -> u32 {
        self.next
    }

    pub(crate) fn index(&self, old: u32) -> Result<u32, SplitError> {
        match &self.indices {
            None => Ok(old),
            Some(indices) => indices
                .get(&old)
                .copied()
                .ok_or_else(|| SplitError::new("a part refers to a function that it does not have")),
        }
    }
}

impl Reencode for Renumber {
    type Error = SplitError;

    fn function_index(&mut self, func: u32) -> Result<u32, Error<SplitError>> {
        self.index(func).map_err(Error::UserError)
    }
}
