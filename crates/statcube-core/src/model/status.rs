//! Observation status: a set of flags for each cell, in the publisher's own codes.

/// What a flag means to those who draw and speak figures. Codes differ between offices;
/// the label decides, then the code of SDMX and Eurostat.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ObservationFlag {
    /// Not a count but an estimate.
    Estimate,
    /// Rounded by the publisher.
    Rounded,
    /// Changed since it was first published.
    Revised,
    /// A break in the series: not comparable with what stands before.
    Break,
    /// Known to the publisher but withheld.
    Suppressed,
    /// May change in a later edition.
    Provisional,
    /// Anything else.
    Other,
}

impl ObservationFlag {
    /// The flag that a code with this label stands for.
    pub fn from_code(code: &str, label: Option<&str>) -> Self {
        let label = label.unwrap_or_default().to_lowercase();
        let by_label = [
            ("estimat", Self::Estimate),
            ("round", Self::Rounded),
            ("revis", Self::Revised),
            ("break", Self::Break),
            ("confiden", Self::Suppressed),
            ("suppress", Self::Suppressed),
            ("provis", Self::Provisional),
            ("prelim", Self::Provisional),
        ];
        if let Some((_, flag)) = by_label.iter().find(|(part, _)| label.contains(part)) {
            return *flag;
        }
        if !label.is_empty() {
            return Self::Other;
        }
        match code {
            "e" | "E" | "s" => Self::Estimate,
            "~" => Self::Rounded,
            "r" | "R" => Self::Revised,
            "b" | "B" => Self::Break,
            "c" | "C" => Self::Suppressed,
            "p" | "P" => Self::Provisional,
            _ => Self::Other,
        }
    }
}

/// A longer status is one code, whatever its letters mean.
const MAX_LETTERS: usize = 16;

/// A set of status codes in a [`StatusTable`]; zero is the empty set.
pub type StatusId = u8;

/// The sets of status codes that occur in a cube, and what the codes mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusTable {
    sets: Vec<Vec<String>>,
    labels: Vec<(String, String)>,
}

impl Default for StatusTable {
    fn default() -> Self {
        Self { sets: vec![Vec::new()], labels: Vec::new() }
    }
}

impl StatusTable {
    /// A table with labels for codes.
    pub fn new(labels: Vec<(String, String)>) -> Self {
        Self { labels, ..Self::default() }
    }

    /// The id of a written status. A status is one code where it has a label or is longer
    /// than its letters can be told apart, else each of its characters is a code, as
    /// Eurostat writes "be". `None` where more than 255 different sets occur.
    pub fn intern(&mut self, written: &str) -> Option<StatusId> {
        let written = written.trim();
        let whole = self.label(written).is_some()
            || written.len() > MAX_LETTERS
            || written.chars().count() == 1
            || !written.chars().all(|c| self.label(c.encode_utf8(&mut [0; 4])).is_some());
        let mut set: Vec<String> = match (written.is_empty(), whole) {
            (true, _) => Vec::new(),
            (false, true) => vec![written.to_owned()],
            (false, false) => written.chars().map(String::from).collect(),
        };
        crate::order::sort(&mut set);
        set.dedup();
        let found = self.sets.iter().position(|known| *known == set);
        let index = found.unwrap_or_else(|| {
            let next = self.sets.len();
            self.sets.push(set);
            next
        });
        StatusId::try_from(index).ok()
    }

    /// The codes of a set, sorted.
    pub fn codes(&self, id: StatusId) -> &[String] {
        self.sets.get(usize::from(id)).map_or(&[], Vec::as_slice)
    }

    /// What the publisher calls a code.
    pub fn label(&self, code: &str) -> Option<&str> {
        self.labels.iter().find(|(known, _)| known == code).map(|(_, label)| label.as_str())
    }

    /// All labels, in file order.
    pub fn labels(&self) -> &[(String, String)] {
        &self.labels
    }

    /// What a code means.
    pub fn flag(&self, code: &str) -> ObservationFlag {
        ObservationFlag::from_code(code, self.label(code))
    }
}
