//! mixed-movements: statistics that know what may be added.

pub mod chart;
pub mod export;
pub mod i18n;
pub mod narrative;
pub mod present;
#[cfg(feature = "cli")]
pub mod publish;

#[cfg(feature = "web")]
pub mod embed;
