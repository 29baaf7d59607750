//! Notes and what they hold for.

use crate::map::Map;

/// To what a note is attached, for readers of the model. A note holds for a cell where
/// every dimension it names has one of the named categories among the cell's parts.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Attachment {
    /// Measures by id; empty for all.
    pub measures: Vec<String>,
    /// Categories by dimension id; a dimension that is not named is not asked.
    pub categories: Map<String, Vec<String>>,
}

/// A note of a dataset.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Note {
    /// Its id, unique in the dataset. Notes of plain JSON-stat get one made from their place.
    pub id: String,
    /// The publisher's own mark ("***"), where there is one.
    pub marker: Option<String>,
    /// The text, plain.
    pub text: String,
    /// The text in other languages, by language tag.
    pub texts: Map<String, String>,
    /// Whether the publisher demands that it is shown with the figure.
    pub mandatory: bool,
    /// What it holds for.
    pub attachment: Attachment,
}
