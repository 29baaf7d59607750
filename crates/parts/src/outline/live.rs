//! Which locals are still to be read, before each instruction.

use wasmparser::Operator;

use super::code::Code;

/// A set of locals.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Locals(Vec<u64>);

impl Locals {
    pub fn insert(&mut self, local: u32) {
        let word = local as usize / 64;
        if self.0.len() <= word {
            self.0.resize(word + 1, 0);
        }
        if let Some(word) = self.0.get_mut(word) {
            *word |= 1 << (local % 64);
        }
    }

    fn remove(&mut self, local: u32) {
        if let Some(word) = self.0.get_mut(local as usize / 64) {
            *word &= !(1 << (local % 64));
        }
    }

    pub fn contains(&self, local: u32) -> bool {
        self.0.get(local as usize / 64).is_some_and(|word| word & 1 << (local % 64) != 0)
    }

    pub fn extend(&mut self, other: &Self) {
        if self.0.len() < other.0.len() {
            self.0.resize(other.0.len(), 0);
        }
        for (word, more) in self.0.iter_mut().zip(&other.0) {
            *word |= more;
        }
    }
}

/// The place to which a branch to a frame leads. Beyond the code where it leaves the function.
pub(super) fn landing(code: &Code<'_>, target: Option<usize>) -> usize {
    let Some((place, step)) = target.and_then(|place| Some((place, code.steps.get(place)?))) else {
        return code.steps.len();
    };
    if matches!(step.op, Operator::Loop { .. }) { place } else { step.end + 1 }
}

/// The locals that are live before each instruction: read on some way from there before they are written.
/// Loops are gone through until nothing changes.
pub(super) fn live(code: &Code<'_>) -> Vec<Locals> {
    let mut before = vec![Locals::default(); code.steps.len() + 1];
    loop {
        let mut has_changed = false;
        for (place, step) in code.steps.iter().enumerate().rev() {
            let mut live = Locals::default();
            let mut add = |place: usize| {
                if let Some(there) = before.get(place) {
                    live.extend(there);
                }
            };
            match step.op {
                Operator::Br { .. } | Operator::BrTable { .. } | Operator::Return | Operator::Unreachable => {
                }
                Operator::If { .. } => {
                    add(place + 1);
                    add(step.otherwise + 1);
                }
                Operator::Else => add(step.end),
                _ => add(place + 1),
            }
            for target in &step.targets {
                add(landing(code, *target));
            }
            match step.op {
                Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                    live.remove(local_index)
                }
                Operator::LocalGet { local_index } => live.insert(local_index),
                _ => {}
            }
            if let Some(there) = before.get_mut(place)
                && *there != live
            {
                *there = live;
                has_changed = true;
            }
        }
        if !has_changed {
            return before;
        }
    }
}
