//! What qualifies a number, in the one order in which it is shown.

use statcube::{Cell, Cube, ObservationFlag};

use crate::i18n::Locale;

/// What qualifies a number. Ordered as shown.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Flag {
    /// Made up to show a feature.
    Illustrative,
    /// Not a count but an estimate.
    Estimate,
    /// Rounded by the publisher.
    Rounded,
    /// Changed since it was first published.
    Revised,
    /// Parts are missing.
    Partial {
        /// Parts with a value.
        observed: u32,
        /// All parts.
        of: u32,
    },
    /// Not comparable with what stands before.
    Break,
    /// Known to the publisher but withheld.
    Suppressed,
    /// Rests on the host's or the reader's word.
    Assumed,
    /// A published total stands for its parts.
    PublishedTotal,
    /// May change in a later edition.
    Provisional,
    /// A status of the publisher's own, by its label.
    Other(String),
}

impl Flag {
    /// The word used in class names and exports.
    pub fn id(&self) -> &'static str {
        match self {
            Self::Illustrative => "illustrative",
            Self::Estimate => "estimate",
            Self::Rounded => "rounded",
            Self::Revised => "revised",
            Self::Partial { .. } => "partial",
            Self::Break => "break",
            Self::Suppressed => "suppressed",
            Self::Assumed => "assumed",
            Self::PublishedTotal => "published-total",
            Self::Provisional => "provisional",
            Self::Other(_) => "other",
        }
    }

    /// The word that readers see: “estimate”, “9 of 12”.
    pub fn word(&self, locale: &Locale) -> String {
        match self {
            Self::Partial { observed, of } => {
                let (observed, of) =
                    (locale.number(f64::from(*observed), None), locale.number(f64::from(*of), None));
                locale.fill("flag.partial", &[("observed", &observed), ("of", &of)])
            }
            Self::Other(label) => label.clone(),
            flag => locale.text(&format!("flag.{}", flag.id())).to_owned(),
        }
    }
}

/// The flag of a status code.
pub(crate) fn flag_of_status(code: &str, cube: &Cube) -> Flag {
    match cube.statuses().flag(code) {
        ObservationFlag::Estimate => Flag::Estimate,
        ObservationFlag::Rounded => Flag::Rounded,
        ObservationFlag::Revised => Flag::Revised,
        ObservationFlag::Break => Flag::Break,
        ObservationFlag::Suppressed => Flag::Suppressed,
        ObservationFlag::Provisional => Flag::Provisional,
        _ => Flag::Other(cube.statuses().label(code).unwrap_or(code).to_owned()),
    }
}

pub(super) fn flags_of(cell: &Cell, cube: &Cube) -> Vec<Flag> {
    let mut flags: Vec<Flag> = cell.statuses().iter().map(|code| flag_of_status(code, cube)).collect();
    if cell.is_illustrative() {
        flags.push(Flag::Illustrative);
    }
    if cell.is_partial() {
        flags.push(Flag::Partial { observed: cell.observed(), of: cell.of() });
    }
    if cell.is_assumed() {
        flags.push(Flag::Assumed);
    }
    if cell.is_published_total() {
        flags.push(Flag::PublishedTotal);
    }
    statcube::order::sort(&mut flags);
    flags.dedup();
    flags
}
