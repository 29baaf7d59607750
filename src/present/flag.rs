//! What qualifies a number, in the one order in which it is shown.

use statcube::model::Disagreement;
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
    /// Another publisher or series prints another figure: its text.
    Conflict(String),
    /// Not comparable with what stands before.
    Break,
    /// Known to the publisher but withheld.
    Suppressed,
    /// A small count, withheld: the least and the most that it can be.
    SmallCount(u32, u32),
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
            Self::Conflict(_) => "conflict",
            Self::Break => "break",
            Self::Suppressed | Self::SmallCount(..) => "suppressed",
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
            Self::Conflict(others) => locale.fill("flag.conflict", &[("others", others)]),
            Self::SmallCount(least, most) => {
                let [least, most] = [least, most].map(|count| locale.number(f64::from(*count), None));
                locale.fill("flag.small-count", &[("least", &least), ("most", &most)])
            }
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

pub(super) fn flags_of(cell: &Cell, cube: &Cube, locale: &Locale) -> Vec<Flag> {
    let mut flags: Vec<Flag> = cell.statuses().iter().map(|code| flag_of_status(code, cube)).collect();
    let measure = cube.measures().get(cell.measure());
    if cell.suppressed() > 0 {
        // The status that withholds is told with what it stands for, whatever its label.
        let withholds =
            |code: &&String| measure.is_some_and(|measure| measure.suppressed.contains_key(*code));
        flags =
            cell.statuses().iter().filter(|code| !withholds(code)).map(|c| flag_of_status(c, cube)).collect();
        flags.push(match (cell.of(), cell.range()) {
            (1, Some((least, most))) => Flag::SmallCount(least as u32, most as u32),
            _ => Flag::Suppressed,
        });
    }
    let others = cell.conflicts().iter().filter(|other| other.kind == Disagreement::Conflict);
    let others: Vec<String> =
        others.filter_map(|other| Some(super::number(other.value, measure?, locale))).collect();
    if cell.value().is_some() && !others.is_empty() {
        flags.push(Flag::Conflict(locale.list(&others)));
    }
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
