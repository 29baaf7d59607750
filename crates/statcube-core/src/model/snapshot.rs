//! A snapshot: one published file with its datasets, its publisher and its sources.

use crate::map::Map;
use std::sync::Arc;

use super::Cube;

/// Where a figure was printed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Source {
    /// Title of the publication.
    pub title: String,
    /// Who published it.
    pub publisher: Option<String>,
    /// Its address.
    pub href: Option<String>,
    /// Its date, as printed.
    pub date: Option<String>,
}

/// A link with a text: to the publisher's pages, or to a dataset that is not embedded.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Link {
    /// Text of the link.
    pub label: String,
    /// Address, as written in the file: callers check the scheme before they follow it.
    pub href: String,
}

/// A figure that the publisher puts first.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KeyFigure {
    /// Id of the dataset.
    pub dataset: String,
    /// Id of the measure; may be left out where there is one.
    pub measure: Option<String>,
    /// Code by dimension id.
    pub selection: Map<String, String>,
    /// A period's code, or `latest`.
    pub period: Option<String>,
    /// Id of a dimension by which the figure is split ("56% in …").
    pub by: Option<String>,
    /// Heading, where it is not the measure's label.
    pub label: Option<String>,
    /// Headings in other languages, by language tag.
    pub labels: Map<String, String>,
    /// Id, within the same dataset, of a measure that is part of this one ("of them 290 …").
    pub part: Option<String>,
    /// Id, within the same dataset, of the measure that is its published change.
    pub change: Option<String>,
}

/// How grave a finding is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Severity {
    /// Worth knowing.
    Note,
    /// Odd, but usable.
    Warning,
}

/// Something odd but usable that was noticed while reading a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Finding {
    /// How grave.
    pub severity: Severity,
    /// One sentence.
    pub message: String,
    /// JSON path.
    pub path: String,
}

/// What the `mixedMovements` profile says of the whole snapshot. All of it is absent in
/// files of others.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct SnapshotProfile {
    /// Version of the profile.
    pub profile: Option<u32>,
    /// Titles of the snapshot in other languages, by language tag.
    pub titles: Map<String, String>,
    /// Edition: a period's code or a name.
    pub edition: Option<String>,
    /// The edition before.
    pub previous: Option<String>,
    /// How often this edition was issued anew.
    pub revision: Option<u32>,
    /// Who answers for the figures.
    pub publisher: Option<String>,
    /// Where to ask.
    pub contact: Option<String>,
    /// Licence of the figures.
    pub licence: Option<String>,
    /// How the figures come about.
    pub method: Option<String>,
    /// Whether figures are made up to show a feature.
    pub illustrative: bool,
    /// Whether everything is provisional, said once for the page.
    pub provisional: bool,
    /// The publisher's links.
    pub links: Vec<Link>,
    /// The figures put first.
    pub key_figures: Vec<KeyFigure>,
    /// Templates of sentences, by language and key.
    pub sentences: Map<String, Map<String, String>>,
    /// Sources by id.
    pub sources: Map<String, Source>,
    /// The disclaimer that goes with every map.
    pub boundaries: Option<String>,
    /// Address of the index of editions, relative to the file.
    pub editions: Option<String>,
}

/// One published file, immutable.
#[derive(Debug, Clone, PartialEq)]
pub struct Snapshot {
    /// Title.
    pub label: Option<String>,
    /// When it was published, as written.
    pub updated: Option<String>,
    /// Where it lives, as written.
    pub href: Option<String>,
    /// What the profile says.
    pub profile: SnapshotProfile,
    /// The embedded datasets, in order.
    pub datasets: Vec<Arc<Cube>>,
    /// Datasets that the file links to without embedding them.
    pub links: Vec<Link>,
    /// What was odd while reading.
    pub findings: Vec<Finding>,
}

impl Snapshot {
    /// The dataset with this id.
    pub fn dataset(&self, id: &str) -> Option<&Arc<Cube>> {
        self.datasets.iter().find(|cube| cube.id() == id)
    }
}
