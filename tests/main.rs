//! The native tests.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod architecture;
#[path = "../crates/statcube/tests/chance.rs"]
mod chance;
mod charts;
mod docs;
mod duckdb;
mod exports;
mod fuzz_corpus;
mod layouts;
mod locales;
mod narrative;
mod small_cubes;
mod snapshots;
