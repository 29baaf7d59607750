//! Words, numbers, months, plurals and names of places, by language.
//!
//! A language is one file, `locales/<tag>.json`: English is built in, the others are
//! fetched as data when they are asked for. May use the engine's model for periods and
//! labels; has no opinion on what is said, only on how a language says it.

mod locale;
mod number;
mod period;
mod plural;

pub use locale::{Locale, LocaleError};
