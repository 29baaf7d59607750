//! What is on the page, one file each. Components read through [`super::queries`], change
//! through [`super::tasks`], and are thin: what can be wrong is tested below them.

pub(crate) mod brush;
pub(crate) mod changes;
pub(crate) mod chips;
pub(crate) mod comparison;
pub(crate) mod dialogs;
pub(crate) mod downloads;
pub(crate) mod embedded;
pub(crate) mod figure;
pub(crate) mod filter_bar;
pub(crate) mod footer;
pub(crate) mod heading;
mod held;
pub(crate) mod icon;
pub(crate) mod key_figures;
pub(crate) mod measure_switch;
pub(crate) mod messages;
pub(crate) mod month_range;
pub(crate) mod notes;
pub(crate) mod panel;
pub(crate) mod sentences;
pub(crate) mod strips;
pub(crate) mod table;
pub(crate) mod total;
