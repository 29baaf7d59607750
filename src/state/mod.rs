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

use crate::chart::ChartKind;

pub use editions::{EditionEntry, edition_before, edition_named, newer_edition};
pub use fields::{FIELDS, Field, Values};
pub use link::{VERSION, from_link, to_link};
pub use question::{
    brushed, classification_dimension, group, keep_the_same, leaf_filter, linked, listed_dimension,
    whole_filter, without_filter,
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
    /// The kind of chart in which the periods were chosen, where they were in a chart.
    pub brush: Option<ChartKind>,
    /// What the reader picked in panels, by the id of the kind that a panel has by itself, as
    /// written; [`ViewState::picked`] reads it.
    pub kinds: Map<String, String>,
    /// The filters to compare with, by field.
    pub compare: Option<Map<String, String>>,
    /// The column that orders the table.
    pub sort: Option<String>,
    /// What the rows of the table must have in their name.
    pub find: Option<String>,
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

/// What a reader picked in the panel of a chart.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Picked {
    /// Another kind of chart.
    Kind(ChartKind),
    /// Running totals.
    Running,
}

impl Picked {
    /// From its written form; `None` where that means nothing.
    pub fn from_id(id: &str) -> Option<Self> {
        match id {
            "running" => Some(Self::Running),
            kind => ChartKind::from_id(kind).map(Self::Kind),
        }
    }

    /// Its written form.
    pub fn id(self) -> &'static str {
        match self {
            Self::Kind(kind) => kind.id(),
            Self::Running => "running",
        }
    }
}

/// Fields that filter, but for `where`, which is one for each dimension.
const FILTERS: [&str; 4] = ["country", "from", "to", "nationality"];

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
            brush: None,
            ..self.clone()
        }
    }

    /// This view with what differs between two others, as the second has it.
    #[must_use]
    pub fn with_changes(&self, before: &Self, after: &Self) -> Self {
        let mut view = Self::default();
        for field in FIELDS {
            let is_changed = (field.get)(before) != (field.get)(after);
            if let Some(text) = (field.get)(if is_changed { after } else { self }) {
                // A field reads what it wrote.
                let _ = (field.set)(&mut view, &text);
            }
        }
        view
    }

    /// What the reader picked in the panel of a kind.
    pub fn picked(&self, panel: ChartKind) -> Option<Picked> {
        self.kinds.get(panel.id()).and_then(|id| Picked::from_id(id))
    }

    /// Picks for the panel of a kind; its own kind is no choice.
    pub fn pick(&mut self, panel: ChartKind, picked: Picked) {
        match picked == Picked::Kind(panel) {
            true => drop(self.kinds.remove(panel.id())),
            false => drop(self.kinds.insert(panel.id().to_owned(), picked.id().to_owned())),
        }
    }

    /// The filters, each as the field that holds it.
    pub fn filters(&self) -> Map<String, String> {
        let mut filters = Map::new();
        for field in FIELDS.iter().filter(|field| FILTERS.contains(&field.name)) {
            if let Some(text) = (field.get)(self) {
                filters.insert(field.name.to_owned(), text);
            }
        }
        for (id, codes) in &self.others {
            filters.insert(format!("where:{id}"), codes.join(" "));
        }
        filters
    }

    /// Sets one filter by its field; `false` where that is none, or cannot be read.
    pub(crate) fn set_filter(&mut self, id: &str, text: &str) -> bool {
        if let Some(dimension) = id.strip_prefix("where:") {
            self.others.insert(dimension.to_owned(), text.split_whitespace().map(str::to_owned).collect());
            return true;
        }
        let field = FIELDS.iter().find(|field| field.name == id && FILTERS.contains(&id));
        field.is_some_and(|field| (field.set)(self, text))
    }

    /// The same view with the filters that it is compared with, where it is.
    pub fn compared(&self) -> Option<Self> {
        let filters = self.compare.as_ref()?;
        let mut other = Self { compare: None, ..self.without_filters() };
        for (id, text) in filters {
            other.set_filter(id, text);
        }
        Some(other)
    }
}
