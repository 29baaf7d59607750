//! What a step of a dashboard runs through: the model, the questions asked of it, and the reading
//! of figures. All of it is part of `statcube`, by which it is used.
//!
//! A crate of its own because it is compiled for speed, and what stands around it for size: no
//! more is known of a crate to the compiler (docs/decisions/0012-the-engine-in-two-crates.md).
//! What runs once for each file, and not for each cell or at each step, belongs elsewhere.

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

pub mod cube;
pub mod error;
pub mod figures;
pub mod map;
pub mod model;
pub mod order;
