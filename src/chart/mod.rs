//! Charts: one file for each kind, which asks the engine and lays out a [`Scene`]; and one
//! painter for all of them.
//!
//! | phase | where |
//! |---|---|
//! | ask | `data`: which level of a hierarchy, which periods, which cells |
//! | fit | [`suits`]: a kind may refuse data, with a sentence |
//! | layout | one file a kind: shapes and marks in CSS pixels |
//! | paint | [`paint`]: shapes to a canvas or any other backend of plotters |
//!
//! May use the engine, [`crate::i18n`] and [`crate::present`]. Adds no numbers: every mark
//! holds a [`statcube::Cell`], and what is written beside it comes from [`present`]. Has no
//! opinion on browsers, files or where on a page a chart stands.
//!
//! [`present`]: crate::present::present

mod bars;
mod data;
mod describe;
mod heatmap;
mod labels;
mod map;
mod metrics;
mod multiples;
mod overlay;
mod paint;
mod pair;
mod picture;
mod ranking;
mod scale;
mod scene;
mod shapes;
mod share;
mod sketch;
mod sparkline;
mod strip;
mod time;
mod tokens;
mod tooltip;
mod trend;
mod years;

use std::sync::Arc;

use statcube::cube::GroupResult;
use statcube::{Cube, Query};

use crate::i18n::Locale;

#[cfg(feature = "web")]
pub(crate) use data::total_key;
pub use describe::source_name;
pub use metrics::{TextMetrics, WidthTable};
pub use overlay::{overlay, underlay};
pub use paint::paint;
pub use scene::{Color, Mark, PeriodAxis, Point, Rect, Scene, Shape, Step, TextAnchor};
pub use shapes::{MapShapes, ShapesError};
pub use sketch::FONT_STACK;
pub use strip::{Column, columns, strip};
pub use tokens::{ForcedColors, Theme, Tokens, tokens};
pub use tooltip::{Tooltip, tooltip};

/// The kinds of charts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ChartKind {
    /// Lines over time.
    Trend,
    /// One line a year, months side by side.
    Years,
    /// One bar a category, sorted.
    Bars,
    /// The ten largest, and the others in one bar where they may be added.
    Ranking,
    /// Parts of a whole over time, where they add.
    Share,
    /// Period by category.
    Heatmap,
    /// Places.
    Map,
    /// One small chart a category, on one scale.
    Multiples,
    /// Columns beside a number.
    Sparkline,
}

impl ChartKind {
    /// All of them, in the order in which they are offered.
    pub const ALL: [Self; 9] = [
        Self::Trend,
        Self::Years,
        Self::Bars,
        Self::Ranking,
        Self::Share,
        Self::Heatmap,
        Self::Map,
        Self::Multiples,
        Self::Sparkline,
    ];

    /// The word used in links, attributes and the JavaScript interface.
    pub fn id(self) -> &'static str {
        match self {
            Self::Trend => "trend",
            Self::Years => "years",
            Self::Bars => "bars",
            Self::Ranking => "ranking",
            Self::Share => "share",
            Self::Heatmap => "heatmap",
            Self::Map => "map",
            Self::Multiples => "multiples",
            Self::Sparkline => "sparkline",
        }
    }

    /// The kind with this id.
    pub fn from_id(id: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|kind| kind.id() == id)
    }

    /// The key of its name.
    pub fn name_key(self) -> String {
        format!("chart.kind.{}", self.id())
    }
}

/// The place a chart is given, and with what it is drawn.
#[derive(Clone, Copy)]
pub struct Frame<'a> {
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels, where the place has one; kinds whose rows make the height take
    /// no notice.
    pub height: Option<f64>,
    /// Colours.
    pub tokens: &'a Tokens,
    /// Widths of text.
    pub metrics: &'a dyn TextMetrics,
    /// Language.
    pub locale: &'a Locale,
    /// Shapes of places, for maps.
    pub map: Option<&'a MapShapes>,
}

/// How a chart is drawn.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChartOptions {
    /// The dimension of series or categories; the kind chooses one where it is absent.
    pub by: Option<usize>,
    /// Whether title, subtitle, key, notes and sources stand inside, for pictures.
    pub title: bool,
    /// The mark with the keyboard's focus.
    pub focused: Option<usize>,
    /// The mark under the pointer.
    pub hovered: Option<usize>,
    /// Categories that the reader chose in this chart, by dimension: they get a foot.
    pub chosen: Vec<(usize, u32)>,
    /// The disclaimer that goes with every map.
    pub boundaries: Option<String>,
    /// What a picture ends with: edition, address and hash, a line each.
    pub origin: Vec<String>,
    /// Whether a line runs up: each figure is the sum from the first period to its own.
    pub running: bool,
    /// A second question, drawn by a trend on the left of the first and on the same scale.
    pub against: Option<Query>,
}

/// Why a kind of chart does not show this data.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfit {
    /// A heading: “Not shown as a share”.
    pub heading: String,
    /// One sentence.
    pub reason: String,
}

impl std::fmt::Display for Unfit {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}. {}", self.heading, self.reason)
    }
}

impl std::error::Error for Unfit {}

impl Unfit {
    pub(crate) fn new(kind: ChartKind, reason: &str, locale: &Locale) -> Self {
        Self::because(kind, locale.text(reason).to_owned(), locale)
    }

    pub(crate) fn because(kind: ChartKind, reason: String, locale: &Locale) -> Self {
        let heading = locale.fill("chart.unfit", &[("kind", locale.text(&kind.name_key()))]);
        Self { heading, reason }
    }
}

/// What a form in the picture means.
#[derive(Debug, Clone, PartialEq)]
pub struct KeyItem {
    /// In words: “hollow, dashed: estimate”.
    pub text: String,
    /// The form, 28 by 12 pixels.
    pub swatch: Scene,
}

/// A chart, ready to be painted, with what must stand beside it.
#[derive(Debug, Clone)]
pub struct Chart {
    /// Its kind.
    pub kind: ChartKind,
    /// The geometry.
    pub scene: Scene,
    /// What is shown: “New arrivals by month”.
    pub title: String,
    /// Place, unit and period: enough to read the picture alone.
    pub subtitle: String,
    /// What the forms in it mean.
    pub key: Vec<KeyItem>,
    /// The text alternative.
    pub description: String,
    /// Positions in [`Cube::notes`] of the notes that hold for any mark.
    pub notes: Vec<usize>,
    /// Sources of all figures in it.
    pub sources: Vec<String>,
    /// What must stand with the map.
    pub disclaimer: Option<String>,
    /// The answers that marks refer to.
    pub(crate) results: Vec<GroupResult>,
}

/// What a kind's layout hands back; the rest of a [`Chart`] is gathered from it.
pub(crate) struct Laid {
    pub scene: Scene,
    pub title: String,
    pub subtitle: String,
    pub key: Vec<KeyItem>,
    /// Sentences of the text alternative, after title and subtitle.
    pub says: Vec<String>,
    pub results: Vec<GroupResult>,
    pub disclaimer: Option<String>,
}

/// Everything a kind's layout reads.
#[derive(Clone, Copy)]
pub(crate) struct Job<'a> {
    pub kind: ChartKind,
    pub cube: &'a Arc<Cube>,
    pub query: &'a Query,
    pub options: &'a ChartOptions,
    pub frame: &'a Frame<'a>,
}

/// Whether a kind of chart can show this data by a dimension, or by the one that the kind chooses.
///
/// # Errors
/// Why not, in one sentence.
pub fn suits(
    kind: ChartKind,
    cube: &Arc<Cube>,
    query: &Query,
    by: Option<usize>,
    locale: &Locale,
) -> Result<(), Unfit> {
    let (options, tokens) = (ChartOptions { by, ..ChartOptions::default() }, tokens(Theme::Light));
    let frame =
        Frame { width: 640.0, height: None, tokens: &tokens, metrics: &WidthTable, locale, map: None };
    fit(&Job { kind, cube, query, options: &options, frame: &frame })
}

/// Whether a line of running totals can show this data.
///
/// # Errors
/// Why not, in one sentence.
pub fn suits_running(cube: &Arc<Cube>, query: &Query, locale: &Locale) -> Result<(), Unfit> {
    let (options, tokens) = (ChartOptions { running: true, ..ChartOptions::default() }, tokens(Theme::Light));
    let frame =
        Frame { width: 640.0, height: None, tokens: &tokens, metrics: &WidthTable, locale, map: None };
    let job = Job { kind: ChartKind::Trend, cube, query, options: &options, frame: &frame };
    data::over_time(&job, data::MAX_LINES).map(drop)
}

/// That a question asks for nothing, as from a month to an earlier one: no figure is missing then.
pub fn empty(kind: ChartKind, query: &Query, locale: &Locale) -> Option<Unfit> {
    query.keeps_nothing().then(|| Unfit::new(kind, "choice.empty", locale))
}

fn fit(job: &Job<'_>) -> Result<(), Unfit> {
    let over_time =
        |job: &Job<'_>| time::TimeAxis::of(job.kind, job.cube, job.query, job.frame.locale).map(drop);
    match job.kind {
        ChartKind::Trend | ChartKind::Heatmap | ChartKind::Multiples => over_time(job),
        ChartKind::Years | ChartKind::Sparkline => years::fit(job).map(drop),
        ChartKind::Share => over_time(job).and_then(|()| share::fit(job).map(drop)),
        ChartKind::Ranking => ranking::fit(job).map(drop),
        ChartKind::Map => map::fit(job).map(drop),
        ChartKind::Bars => Ok(()),
    }
}

/// Lays out a chart: measure and filters come from the query, groupings are the chart's own.
///
/// # Errors
/// Why this kind does not show this data.
pub fn layout(
    kind: ChartKind,
    cube: &Arc<Cube>,
    query: &Query,
    options: &ChartOptions,
    frame: &Frame<'_>,
) -> Result<Chart, Unfit> {
    // A picture that is taken away has white space around it.
    let margin = if options.title { 2.0 * picture::PADDING } else { 0.0 };
    let frame = Frame { width: (frame.width - margin).max(160.0), ..*frame };
    let job = Job { kind, cube, query, options, frame: &frame };
    if let Some(unfit) = empty(kind, query, frame.locale) {
        return Err(unfit);
    }
    fit(&job)?;
    // Each kind's layout is a function of its own in the program too (`inline(never)`), so that the
    // first chart does not bring all others with it.
    let laid = match kind {
        ChartKind::Trend => trend::layout(&job)?,
        ChartKind::Years => years::layout(&job)?,
        ChartKind::Ranking => ranking::layout(&job)?,
        ChartKind::Share => share::layout(&job)?,
        ChartKind::Heatmap => heatmap::layout(&job)?,
        ChartKind::Multiples => multiples::layout(&job)?,
        ChartKind::Sparkline => sparkline::layout(&job)?,
        ChartKind::Bars => bars::layout(&job)?,
        ChartKind::Map => map::layout(&job)?,
    };
    Ok(picture::compose(&job, laid))
}
