//! The publisher's tool: tables in, a checked snapshot out.
//!
//! Owns the form of a publisher's folder (`publication.toml`, tables, categories), the
//! rules by which printed figures become cells, vintages and conflicts, the made-up
//! example, the index of editions, signatures, views as pictures and text, and the commands of
//! the program `snapshot`. May use everything but the browser. Has no opinion on places, measures or publishers: they are
//! in the folder. How to use it stands in `docs/publishing.md`.

mod build;
pub mod check;
pub mod cli;
mod example;
mod figures;
pub mod front;
pub mod index;
pub mod problem;
mod publication;
pub mod render;
pub mod sign;
mod table;

pub use build::build;
pub use problem::{Problem, Problems};
