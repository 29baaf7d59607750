//! What is taken away: text and scenes, no browser. May use the engine, [`crate::i18n`],
//! [`crate::present`] and [`crate::chart`].

mod svg;

pub use svg::svg;
