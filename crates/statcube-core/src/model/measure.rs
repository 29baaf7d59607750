//! Measures: what is counted, in which unit, and over which dimensions it may be added.
//!
//! Kinds follow Lenz and Shoshani, "Summarizability in OLAP and Statistical Data Bases"
//! (1997): stock, flow, value per unit. Additivity follows Kimball's additive,
//! semi-additive and non-additive facts, with one value for each dimension.

use crate::map::Map;

/// What kind of statistic a measure is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum StatisticKind {
    /// Counted over a period: arrivals in a month.
    Flow,
    /// Counted at a moment: people present at the end of a month.
    Stock,
    /// A share, an average, an index: never added.
    Rate,
    /// Nobody said.
    #[default]
    Unknown,
}

impl StatisticKind {
    /// The word used in files and in the JavaScript interface.
    pub fn id(self) -> &'static str {
        match self {
            Self::Flow => "flow",
            Self::Stock => "stock",
            Self::Rate => "rate",
            Self::Unknown => "unknown",
        }
    }

    /// The kind with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        [Self::Flow, Self::Stock, Self::Rate, Self::Unknown].into_iter().find(|kind| kind.id() == id)
    }
}

/// Whether a measure may be added over the categories of a dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Additivity {
    /// Categories are disjoint: the sum is meant.
    Sum,
    /// A stock over time: the last observed period stands for all.
    Last,
    /// The same person or event may be in two categories: a refusal with bounds.
    Overlap,
    /// Meaningless to combine: a refusal.
    None,
    /// Nobody declared it: a refusal, until somebody says what holds.
    Unknown,
}

impl Additivity {
    /// All of them, in the order in which they are applied.
    pub const ALL: [Self; 5] = [Self::Last, Self::Sum, Self::Overlap, Self::None, Self::Unknown];

    /// The word used in files and in the JavaScript interface.
    pub fn id(self) -> &'static str {
        match self {
            Self::Sum => "sum",
            Self::Last => "last",
            Self::Overlap => "overlap",
            Self::None => "none",
            Self::Unknown => "unknown",
        }
    }

    /// The additivity with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|additivity| additivity.id() == id)
    }
}

/// Who said what the additivity is, strongest first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum AdditivityOrigin {
    /// The publisher, in the file.
    Declared,
    /// The host page or the reader; results carry `assumed`.
    Assumed,
    /// It follows from the kind of statistic and the role of the dimension.
    Derived,
    /// Nobody.
    Undeclared,
}

/// A measure of a cube.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Measure {
    /// Its code in the metric dimension, or the id of the dataset where there is none.
    pub id: String,
    /// Its label.
    pub label: String,
    /// Labels in other languages, by language tag.
    pub labels: Vec<(String, String)>,
    /// The noun of the unit: "arrivals", "people", "%".
    pub unit: Option<String>,
    /// The kind of statistic.
    pub kind: StatisticKind,
    /// What is counted: people, events, cases, decisions.
    pub counts: Option<String>,
    /// The unit to which figures marked as rounded are rounded (100 for "some 4,800");
    /// where it is absent, the width of the rounding is unknown.
    pub precision: Option<f64>,
    /// Decimals to show.
    pub decimals: Option<u8>,
    /// Small counts that the publisher withholds: by status code, the least and the most that
    /// a figure marked so can be ("<5": 1 and 4, or 0 and 4). Their values are in no file.
    pub suppressed: Map<String, (f64, f64)>,
    /// What the publisher declared, by dimension id.
    pub additivity: Map<String, Additivity>,
    /// Why, in the publisher's words, by dimension id.
    pub why: Map<String, String>,
    /// What to use instead, in the publisher's words.
    pub advice: Option<String>,
    /// What the measure's own note says.
    pub description: Option<String>,
}
