//! mixed-movements: statistics that know what may be added.
//!
//! The modules, bottom-up, in reading order. ARCHITECTURE.md has the table of who may
//! import whom; a test holds it.

pub mod i18n;
pub mod present;
pub mod narrative;
pub mod chart;
pub mod state;
pub mod export;
#[cfg(feature = "cli")]
pub mod publish;

#[cfg(feature = "web")]
pub mod web;
#[cfg(feature = "web")]
mod ui;
#[cfg(feature = "web")]
pub mod embed;
