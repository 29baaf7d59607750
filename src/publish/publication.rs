//! `publication.toml`: what the tables mean. The types are the format; a key that is not
//! known is an error, so that a misspelt declaration is never passed over.

use statcube::map::Map;
use std::path::{Path, PathBuf};

use serde::Deserialize;
use toml::Spanned;

use super::problem::Problem;

/// The whole file.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub(super) struct Publication {
    pub label: String,
    /// Titles in other languages, by language tag; so wherever `titles`, `labels`, `texts` stand.
    #[serde(default)]
    pub titles: Map<String, String>,
    pub edition: String,
    pub previous: Option<String>,
    pub revision: Option<u32>,
    pub updated: String,
    pub publisher: String,
    pub contact: String,
    pub licence: String,
    pub method: String,
    #[serde(default)]
    pub provisional: bool,
    #[serde(default)]
    pub illustrative: bool,
    pub boundaries: Option<String>,
    /// Address of the index of editions, relative to the snapshot.
    pub editions: Option<String>,
    pub sources: Option<Spanned<String>>,
    #[serde(default)]
    pub links: Vec<LinkEntry>,
    #[serde(default)]
    pub key_figure: Vec<KeyFigureEntry>,
    #[serde(default)]
    pub sentences: Map<String, Map<String, String>>,
    #[serde(default)]
    pub status: Map<String, StatusEntry>,
    pub dimension: Map<String, DimensionEntry>,
    pub dataset: Vec<DatasetEntry>,
    #[serde(default)]
    pub note: Vec<NoteEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct LinkEntry {
    pub label: String,
    pub href: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct KeyFigureEntry {
    pub dataset: Spanned<String>,
    pub measure: Option<String>,
    #[serde(default, rename = "where")]
    pub selection: Map<String, String>,
    pub period: Option<String>,
    pub by: Option<String>,
    pub label: Option<String>,
    #[serde(default)]
    pub labels: Map<String, String>,
    pub part: Option<String>,
    pub change: Option<String>,
}

/// A word that tables use in the column `status`, and how it is written in the snapshot.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct StatusEntry {
    pub code: String,
    pub label: String,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DimensionEntry {
    pub label: String,
    #[serde(default)]
    pub labels: Map<String, String>,
    pub role: Spanned<String>,
    /// A table of categories. A dimension of time has `from` and `to` instead, or neither:
    /// then its periods are those of the table.
    pub categories: Option<Spanned<String>>,
    pub from: Option<Spanned<String>>,
    pub to: Option<Spanned<String>>,
    /// Whether categories without a figure in a dataset are left out of it.
    #[serde(default)]
    pub used: bool,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct DatasetEntry {
    pub id: Spanned<String>,
    pub label: String,
    #[serde(default)]
    pub titles: Map<String, String>,
    /// The table with its figures. Without one, its figures are made up.
    pub table: Option<Spanned<String>>,
    pub dimensions: Vec<Spanned<String>>,
    pub measure: Vec<MeasureEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct MeasureEntry {
    pub id: Spanned<String>,
    pub label: String,
    #[serde(default)]
    pub labels: Map<String, String>,
    pub kind: Spanned<String>,
    pub counts: Option<String>,
    pub unit: String,
    pub precision: Option<f64>,
    pub decimals: Option<u8>,
    /// Small counts that are withheld.
    #[serde(rename = "small-counts")]
    pub small_counts: Option<SmallCounts>,
    #[serde(default)]
    pub additivity: Map<String, Spanned<String>>,
    #[serde(default)]
    pub why: Map<String, String>,
    pub advice: Option<String>,
    /// How to make its figures up.
    pub example: Option<ExampleEntry>,
}

/// Which counts are withheld, and by which status word they are marked.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct SmallCounts {
    pub status: Spanned<String>,
    /// The least that a withheld count can be: 0 or 1.
    pub least: u32,
    /// Counts below this one are withheld.
    pub below: u32,
}

/// How figures of a measure are made up.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct ExampleEntry {
    /// The sum over all leaves in an average month; absent where the measure follows another.
    pub scale: Option<u64>,
    /// Id of a measure of the same dataset, named before, of which this is a part.
    pub of: Option<String>,
    /// How large a part, in thousandths.
    pub per_mille: Option<u64>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteEntry {
    pub id: Spanned<String>,
    pub marker: Option<String>,
    pub text: String,
    #[serde(default)]
    pub texts: Map<String, String>,
    #[serde(default)]
    pub mandatory: bool,
    /// Datasets by id; all that know the named categories where it is absent.
    pub datasets: Option<Vec<String>>,
    #[serde(default, rename = "where")]
    pub selection: Map<String, Selection>,
}

/// Categories of a dimension: listed, or a range of periods.
#[derive(Debug, Deserialize)]
#[serde(untagged)]
pub(super) enum Selection {
    Codes(Vec<String>),
    Range { from: String, to: String },
}

/// A publication with the text it was read from, for naming places in it.
pub(super) struct PublicationFile {
    pub path: PathBuf,
    pub text: String,
    pub publication: Publication,
}

impl PublicationFile {
    /// Reads `publication.toml` in a folder.
    pub fn read(folder: &Path) -> Result<Self, Problem> {
        let path = folder.join("publication.toml");
        let text = super::table::read_text(&path)?;
        match toml::from_str(&text) {
            Ok(publication) => Ok(Self { path, text, publication }),
            Err(error) => {
                let problem = Problem::new(
                    &path,
                    format!("{}.", error.message().trim()),
                    "See docs/publishing.md for the keys.",
                );
                Err(match error.span() {
                    Some(span) => problem.at_byte(&text, span.start),
                    None => problem,
                })
            }
        }
    }

    /// A problem at a written value.
    pub fn problem<T>(
        &self,
        at: &Spanned<T>,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Problem {
        Problem::new(&self.path, message, advice).at_byte(&self.text, at.span().start)
    }
}
