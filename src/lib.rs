//! mixed-movements: statistics that know what may be added.
//!
//! The modules, bottom-up, in reading order. ARCHITECTURE.md has the table of who may
//! import whom; a test holds it.

pub mod chart;
pub mod export;
pub mod i18n;
pub mod narrative;
pub mod present;
#[cfg(feature = "cli")]
pub mod publish;
pub mod state;

#[cfg(feature = "web")]
pub mod embed;
#[cfg(feature = "web")]
mod ui;
#[cfg(feature = "web")]
pub mod web;
