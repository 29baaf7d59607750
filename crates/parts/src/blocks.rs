//! Blocks: runs of instructions that are entered at their first one only, so that all of them run or none.

use std::fmt;

use wasmparser::{FunctionBody, Operator};

use crate::SplitError;

/// Whether a block begins after this instruction: behind what may pass control to elsewhere, and where
/// control may come from elsewhere.
pub(crate) fn ends_block(op: &Operator<'_>) -> bool {
    matches!(
        op,
        Operator::If { .. } | Operator::Else | Operator::Loop { .. } | Operator::BrIf { .. } | Operator::End
    )
}

/// How many blocks a function has.
pub(crate) fn number_in(body: &FunctionBody<'_>) -> Result<usize, SplitError> {
    let mut reader = body.get_operators_reader()?;
    let mut number = 1;
    while !reader.eof() {
        // The last `end` closes the function, and no block follows.
        if ends_block(&reader.read()?) && !reader.eof() {
            number += 1;
        }
    }
    Ok(number)
}

/// Which blocks of one function ran, in the order in which they stand.
///
/// As text, hexadecimal digits of four blocks each, the first block in the highest bit. No digits mean
/// that all of them ran.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Blocks(Vec<bool>);

impl Blocks {
    pub fn new(ran: impl Iterator<Item = bool>) -> Self {
        let ran: Vec<bool> = ran.collect();
        if ran.iter().all(|ran| *ran) { Self::default() } else { Self(ran) }
    }

    /// Whether the block at this place ran. What is not known counts as run.
    pub fn ran(&self, place: usize) -> bool {
        self.0.get(place).copied().unwrap_or(true)
    }

    /// Whether these are the blocks of a function with that many: of a function that has changed since,
    /// nothing is known.
    pub fn fit(&self, number: usize) -> bool {
        self.0.len().div_ceil(4) == number.div_ceil(4)
    }

    /// # Errors
    /// Where a letter is not a hexadecimal digit.
    pub fn parse(digits: &str) -> Result<Self, std::num::ParseIntError> {
        let mut ran = Vec::new();
        for place in 0..digits.len() {
            let digit = u8::from_str_radix(digits.get(place..=place).unwrap_or("?"), 16)?;
            ran.extend([8, 4, 2, 1].map(|bit| digit & bit != 0));
        }
        Ok(Self(ran))
    }
}

impl fmt::Display for Blocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for four in self.0.chunks(4) {
            let digit =
                four.iter().zip([8, 4, 2, 1]).filter(|(ran, _)| **ran).map(|(_, bit)| bit).sum::<u8>();
            write!(f, "{digit:x}")?;
        }
        Ok(())
    }
}
