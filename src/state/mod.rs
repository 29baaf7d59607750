//! What is on view, as one value: the address, the attributes of the element, the
//! messages of the frame and the configurator are all made from the one table of fields
//! in [`fields`].
//!
//! Owns [`ViewState`], its forms and their versions, and how it becomes a query. May
//! depend on statcube, i18n and chart. Has no opinion on browsers.

mod editions;
pub mod fields;
mod link;
mod question;
mod resolve;

use statcube::map::Map;

pub use editions::{EditionEntry, edition_before, edition_named, newer_edition};
pub use fields::{FIELDS, Field, Values};
pub use link::{VERSION, from_link, to_link};
pub use question::{
    classification_dimension, group, leaf_filter, linked, listed_dimension, whole_filter, without_filter,
};
pub use resolve::{
    Ignored, Resolved, citizenship_dimension, field_of, geo_dimension, resolve, time_dimension,
};

/// What the widget shows: a chart of some kind, or something else of the same view.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub enum View {
    /// The whole page.
    #[default]
    Full,
    /// The key figures.
    Figures,
    /// The sentences.
    Sentences,
    /// The table.
    Table,
    /// One chart, by the id of its kind.
    Chart(String),
}

/// Which colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ThemeChoice {
    /// As the reader's system has it.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

/// What is on view. Codes are kept as written, whether the snapshot has them or not:
/// [`resolve`] says which it lacks.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ViewState {
    /// Id of the dataset; the first where absent.
    pub dataset: Option<String>,
    /// Id of the measure; the first where absent.
    pub measure: Option<String>,
    /// What is shown.
    pub view: View,
    /// Codes of the dimension of places; empty for all.
    pub country: Vec<String>,
    /// First period; open where absent.
    pub from: Option<String>,
    /// Last period; open where absent.
    pub to: Option<String>,
    /// Codes of the dimension of citizenship; empty for all.
    pub nationality: Vec<String>,
    /// Codes of any other dimension, by its id.
    pub others: Map<String, Vec<String>>,
    /// Language tag; the page's where absent.
    pub lang: Option<String>,
    /// Colours.
    pub theme: ThemeChoice,
    /// Whether the reader may filter.
    pub controls: Option<bool>,
    /// The edition that the view was made for; any where absent.
    pub edition: Option<String>,
    /// What the host says of additivity, by `dimension` or `measure:dimension`.
    pub additivity: Map<String, String>,
}

impl ViewState {
    /// How many dimensions are filtered.
    pub fn num_filters(&self) -> usize {
        usize::from(!self.country.is_empty())
            + usize::from(self.from.is_some() || self.to.is_some())
            + usize::from(!self.nationality.is_empty())
            + self.others.len()
    }

    /// The same view without any filter.
    #[must_use]
    pub fn without_filters(&self) -> Self {
        Self {
            country: Vec::new(),
            from: None,
            to: None,
            nationality: Vec::new(),
            others: Map::new(),
            ..self.clone()
        }
    }
}
