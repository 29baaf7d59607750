//! What is told of one mark, with everything that must go with the number.

use statcube::cube::{GroupResult, change};
use statcube::{Cube, DimensionRole};

use super::Chart;
use super::describe::source_name;
use crate::i18n::Locale;
use crate::present::{Presented, present};

/// A mark in words.
#[derive(Debug, Clone, PartialEq)]
pub struct Tooltip {
    /// Series or category.
    pub name: String,
    /// The period.
    pub when: Option<String>,
    /// The figure.
    pub presented: Presented,
    /// Its share of the whole, where the chart shows shares.
    pub share: Option<String>,
    /// “+14% on January 2023”, where the two figures may be compared.
    pub change: Option<String>,
    /// The words of the flags.
    pub flags: Vec<String>,
    /// The notes that hold, whole.
    pub notes: Vec<String>,
    /// Where the figure was printed.
    pub sources: Vec<String>,
}

/// What is told of a mark.
pub fn tooltip(chart: &Chart, mark: usize, cube: &Cube, locale: &Locale) -> Option<Tooltip> {
    let mark = chart.scene.marks.get(mark)?;
    let presented = present(&mark.cell, cube, locale);
    let result = chart.results.get(mark.source.0);
    let notes = presented.notes.iter().filter_map(|&note| cube.notes().get(note));
    Some(Tooltip {
        name: mark.name.clone(),
        when: mark.when.clone().or_else(|| presented.period.clone()),
        change: result.and_then(|result| change_on_year(result, mark.source.1, locale)),
        share: mark.share.clone(),
        flags: presented.flag_words(locale),
        notes: notes.map(|note| locale.note(note).to_owned()).collect(),
        sources: mark.cell.sources().iter().map(|id| source_name(cube, id)).collect(),
        presented,
    })
}

/// The change on the same period a year before, where the engine compares the two.
pub(super) fn change_on_year(result: &GroupResult, cell: usize, locale: &Locale) -> Option<String> {
    let cube = result.cube();
    let time = cube.dimension_with_role(DimensionRole::Time)?;
    let place = result.by().iter().position(|&by| by == time)?;
    let mut positions = result.positions_of(cell).to_vec();
    let periods = cube.dimensions().get(time)?;
    let before = periods.category(*positions.get(place)?)?.period?.shifted(-12)?;
    let earlier = periods.categories.iter().position(|category| category.period == Some(before))?;
    *positions.get_mut(place)? = u32::try_from(earlier).ok()?;
    let earlier = result.find(&positions)?;
    let change = change(result, earlier, cell).ok()?;
    let base = result.cell(earlier)?;
    let is_rate = cube.measures().get(base.measure())?.kind == statcube::StatisticKind::Rate;
    let when = locale.period(before);
    let was = present(&base, cube, locale).text;
    match change.ratio.filter(|_| !is_rate) {
        Some(ratio) if ratio >= 4.0 => {
            let times = locale.number(ratio.round(), Some(0));
            Some(locale.fill("chart.change.times", &[("times", &times), ("period", &when), ("value", &was)]))
        }
        Some(ratio) if ratio >= 0.0 => {
            let percent = locale.signed_percent(((ratio - 1.0) * 100.0).round(), Some(0));
            Some(locale.fill("chart.change.percent", &[("change", &percent), ("period", &when)]))
        }
        _ => Some(locale.fill("chart.change.before", &[("period", &when), ("value", &was)])),
    }
}
