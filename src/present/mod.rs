//! One function makes what is shown of a cell, and all places use it: tile, chart,
//! tooltip, table, CSV, picture, quoted sentence, screen reader.
//!
//! May use the engine and [`crate::i18n`]. Reads cells and never makes, adds or compares
//! them; has no opinion on colours, places on the page or file formats.

mod compared;
mod editions;
mod flag;
mod refusal;
mod summary;

pub use compared::{Compared, compared};
pub use editions::{ChangeLine, change_lines, edition_name, revision_lines};
pub use flag::Flag;
pub use refusal::{RefusalText, refusal_message};
pub(crate) use refusal::{count_in_words, refusal_reason};
#[cfg(feature = "web")]
pub(crate) use summary::dimension_name;
pub use summary::query_summary;
pub(crate) use summary::{counted_noun, dimension_noun, plain_nouns, time_summary, words_for};

use statcube::{Cell, Cube, Measure, StatisticKind};

use crate::i18n::Locale;

/// A cell as text and speech, with what must go with it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Presented {
    /// What is shown: “some 4,800”, “56%”, “at least 1,638”, “between 2,703 and 3,790”, “–”.
    pub text: String,
    /// The number alone, as written (“4,800”, “56%”); empty where there is none.
    pub number: String,
    /// The word before the number: “some”, “at least”, “between”.
    pub qualifier: Option<String>,
    /// The noun of the unit: “arrivals”, “people”, “%”; of bounds, what they bound.
    pub unit: String,
    /// All of it for a screen reader, numbers without grouping marks.
    pub spoken: String,
    /// What qualifies the number, in the order in which it is shown.
    pub flags: Vec<Flag>,
    /// Positions in [`Cube::notes`] of the notes that hold.
    pub notes: Vec<usize>,
    /// Why there is no total.
    pub refusal: Option<RefusalText>,
    /// “end of January 2024”, where the last period of several stands.
    pub period: Option<String>,
    /// What stood before, where the figure was revised: “1,649 (edition November 2020)”.
    pub earlier: Vec<String>,
    /// What others print, and what was printed in error, each in a sentence.
    pub beside: Vec<String>,
}

impl Presented {
    /// Value and unit: “some 4,800 people”, “56%”; “no figure published”.
    pub fn with_unit(&self, locale: &Locale) -> String {
        let is_missing = self.number.is_empty() && self.qualifier.is_none();
        match (is_missing, self.unit.as_str()) {
            (true, _) => locale.text("value.missing").to_owned(),
            (false, "" | "%") => self.text.clone(),
            (false, unit) => locale.fill("value.with-unit", &[("value", &self.text), ("unit", unit)]),
        }
    }

    /// Whether there is neither a number nor a bound.
    pub fn is_missing(&self) -> bool {
        self.number.is_empty() && self.qualifier.is_none()
    }

    /// The flags' words, in order.
    pub fn flag_words(&self, locale: &Locale) -> Vec<String> {
        self.flags.iter().map(|flag| flag.word(locale)).collect()
    }
}

/// What stands before a number.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Qualifier {
    None,
    Some,
    AtLeast,
    AtLeastSome,
    FewerThan,
    Between,
}

impl Qualifier {
    fn id(self) -> Option<&'static str> {
        match self {
            Self::None => None,
            Self::Some => Some("some"),
            Self::AtLeast => Some("at-least"),
            Self::AtLeastSome => Some("at-least-some"),
            Self::FewerThan => Some("fewer-than"),
            Self::Between => Some("between"),
        }
    }
}

/// Whether a measure is told in per cent.
pub(crate) fn is_percent(measure: &Measure) -> bool {
    measure.unit.as_deref().is_some_and(|unit| unit.trim() == "%" || unit.starts_with("percent"))
}

/// Whether numbers of a measure can only be raised by parts that are missing.
fn only_grows(cell: &Cell, cube: &Cube, measure: &Measure) -> bool {
    matches!(measure.kind, StatisticKind::Flow | StatisticKind::Stock)
        && cube.column(cell.measure()).is_some_and(|column| !column.has_negative())
}

fn qualifier(cell: &Cell, cube: &Cube, measure: &Measure, flags: &[Flag]) -> Qualifier {
    // A rate's own words are its percent sign: “56%” is read as rounded anyway.
    let is_count = measure.kind != StatisticKind::Rate;
    let is_rounded = is_count && flags.contains(&Flag::Rounded);
    let is_estimate = is_count && flags.contains(&Flag::Estimate);
    match cell.is_partial() && only_grows(cell, cube, measure) {
        // Rounded parts may have been rounded up, so that “at least” alone would say too much.
        true if is_rounded => Qualifier::AtLeastSome,
        true => Qualifier::AtLeast,
        false if is_rounded || is_estimate => Qualifier::Some,
        false => Qualifier::None,
    }
}

/// The number of a measure, written as it is shown everywhere.
pub fn number(value: f64, measure: &Measure, locale: &Locale) -> String {
    if is_percent(measure) {
        locale.percent(value, measure.decimals)
    } else {
        locale.number(value, measure.decimals)
    }
}

fn spoken_number(value: f64, measure: &Measure, locale: &Locale) -> String {
    let written = locale.spoken_number(value, measure.decimals);
    if is_percent(measure) { locale.fill("number.percent-spoken", &[("number", &written)]) } else { written }
}

/// The noun of a measure's unit for a value.
fn unit(measure: &Measure, value: f64, locale: &Locale) -> String {
    if is_percent(measure) {
        return "%".into();
    }
    let noun = measure.unit.as_deref().or(measure.counts.as_deref().filter(|counts| *counts != "events"));
    noun.map(|noun| locale.unit(noun, value, measure.decimals)).unwrap_or_default()
}

/// What bounds bound: what was registered, not what happened.
fn bounded_unit(measure: &Measure, value: f64, locale: &Locale) -> String {
    let written = unit(measure, value, locale);
    let own = format!("bounds.unit.{}", measure.unit.as_deref().unwrap_or_default());
    match written.as_str() {
        "" | "%" => written,
        _ if locale.has(&own) => locale.text(&own).to_owned(),
        noun => locale.fill("bounds.unit", &[("unit", noun)]),
    }
}

/// What is shown of a cell.
pub fn present(cell: &Cell, cube: &Cube, locale: &Locale) -> Presented {
    let Some(measure) = cube.measures().get(cell.measure()) else { return Presented::default() };
    let flags = flag::flags_of(cell, cube, locale);
    let (earlier, beside) = editions::of_cell(cell, cube, measure, locale);
    let mut shown = Presented {
        notes: cell.notes().to_vec(),
        earlier,
        beside,
        period: cell.period().map(|(dimension, position)| locale.end_of_category(cube, dimension, position)),
        ..Presented::default()
    };
    let spoken = match (cell.value(), cell.lower(), cell.upper()) {
        (Some(value), _, _) => {
            shown.number = number(value, measure, locale);
            shown.unit = unit(measure, value, locale);
            let qualifier = qualifier(cell, cube, measure, &flags).id();
            shown.qualifier = qualifier.map(|id| locale.text(&format!("qualifier.{id}")).to_owned());
            let qualified = |number: &str| {
                qualifier.map_or(number.to_owned(), |id| {
                    locale.fill(&format!("value.{id}"), &[("number", number)])
                })
            };
            shown.text = qualified(&shown.number);
            with_unit(&qualified(&spoken_number(value, measure, locale)), &shown.unit, locale)
        }
        (None, Some(lower), upper) => {
            let bound = upper.filter(|upper| *upper > lower);
            shown.unit = bounded_unit(measure, bound.unwrap_or(lower), locale);
            let id = if bound.is_some() { "between" } else { "at-least" };
            shown.qualifier = Some(locale.text(&format!("qualifier.{id}")).to_owned());
            shown.text = bounds(lower, bound, &|value| number(value, measure, locale), locale);
            let spoken = bounds(lower, bound, &|value| spoken_number(value, measure, locale), locale);
            let spoken = with_unit(&spoken, &shown.unit, locale);
            [locale.text("value.no-total"), &spoken].join(locale.text("list.separator"))
        }
        (None, None, _) if cell.range().is_some() => {
            let (low, high) = cell.range().unwrap_or_default();
            let is_open = cell.is_partial() && only_grows(cell, cube, measure);
            let (qualifier, told) = match (cell.suppressed(), cell.of()) {
                (1.., 1) => (Qualifier::FewerThan, high + 1.0),
                (1.., _) if is_open => (Qualifier::AtLeast, low),
                _ => (Qualifier::Between, high),
            };
            shown.unit = unit(measure, told, locale);
            let id = qualifier.id().unwrap_or_default();
            shown.qualifier = Some(locale.text(&format!("qualifier.{id}")).to_owned());
            let tell = |write: &dyn Fn(f64) -> String, key: &str| match qualifier {
                Qualifier::Between => bounds(low, Some(high), write, locale),
                Qualifier::AtLeast => bounds(low, None, write, locale),
                _ => locale.fill(key, &[("number", &write(told))]),
            };
            shown.text = tell(&|value| number(value, measure, locale), "value.fewer-than");
            let spoken = tell(&|value| spoken_number(value, measure, locale), "value.fewer-than-spoken");
            with_unit(&spoken, &shown.unit, locale)
        }
        (None, None, _) => {
            shown.unit = unit(measure, 2.0, locale);
            shown.text = locale.text("number.missing").to_owned();
            let is_refused = !cell.refusals().is_empty() && cell.observed() > 0;
            locale.text(if is_refused { "value.no-total" } else { "value.missing" }).to_owned()
        }
    };
    let bounds = cell.lower().map(|_| with_unit(&shown.text, &shown.unit, locale));
    shown.refusal = refusal::text(cell, cube, bounds, locale);
    let mut words = vec![spoken];
    words.extend(shown.period.clone());
    words.extend(flags.iter().map(|flag| flag.word(locale)));
    shown.spoken = words.join(locale.text("list.separator"));
    shown.flags = flags;
    shown
}

fn with_unit(spoken: &str, unit: &str, locale: &Locale) -> String {
    match unit {
        "" | "%" => spoken.to_owned(),
        unit => locale.fill("value.with-unit", &[("value", spoken), ("unit", unit)]),
    }
}

fn bounds(lower: f64, upper: Option<f64>, write: &dyn Fn(f64) -> String, locale: &Locale) -> String {
    match upper {
        Some(upper) => locale.fill("value.between", &[("lower", &write(lower)), ("upper", &write(upper))]),
        None => locale.fill("value.at-least", &[("number", &write(lower))]),
    }
}
