//! The tests of the engine: one binary, modules inside.
#![allow(missing_docs, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod chance;
mod hostile;
mod jsonstat_corpus;
mod jsonstat_docs;
mod jsonstat_forms;
mod jsonstat_malformed;
mod jsonstat_round_trip;
mod jsonstat_stream;
mod laws;
mod memory;
mod numbers;
mod oracle;
mod rules;
