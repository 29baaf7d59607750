//! Change on the same period a year before: the published one where there is one, else the
//! computed one where the engine allows it.

use std::sync::Arc;

use statcube::cube::{NotComparable, change};
use statcube::model::{Granularity, StatisticKind};
use statcube::{Cell, Clause, ClauseSource, Cube, DimensionRole, Period, Query};

use crate::i18n::Locale;
use crate::present::number;

/// A change in words, and the cells it rests on beside the figure itself.
pub(super) struct ChangeText {
    /// “+14% on January 2023”, beside a figure.
    pub(super) short: String,
    /// “14% more than in January 2023”, within a sentence.
    pub(super) long: String,
    /// The published change, or the earlier figure.
    pub(super) cell: Cell,
}

/// What can be said of the change to a period.
pub(super) enum Compared {
    Change(Box<ChangeText>),
    /// A reason worth saying why nothing is compared, and the period before.
    Refused(&'static str, Period),
    Nothing,
}

/// Above this change in per cent a multiple is told.
const MULTIPLE_FROM: f64 = 300.0;

/// The change of a measure to `position` of the time dimension, under the filters of `query`
/// on all other dimensions. `published` is the measure of the published change.
pub(super) fn on_year_before(
    cube: &Arc<Cube>,
    query: &Query,
    position: u32,
    published: Option<usize>,
    locale: &Locale,
) -> Compared {
    let Some(time) = cube.dimension_with_role(DimensionRole::Time) else { return Compared::Nothing };
    let Some(dimension) = cube.dimensions().get(time) else { return Compared::Nothing };
    let Some(period) = dimension.category(position).and_then(|category| category.period) else {
        return Compared::Nothing;
    };
    let Some(before) = period.shifted(-12).filter(|_| period.granularity() != Granularity::Range) else {
        return Compared::Nothing;
    };
    let Some(measure) = cube.measures().get(query.measure) else { return Compared::Nothing };
    let base = |measure: usize, positions: Vec<u32>| {
        let mut query =
            Query { measure, groupings: vec![vec![time]], linked: false, top: Vec::new(), ..query.clone() };
        query.clauses.retain(|clause| clause.dimension != time);
        query.clauses.push(Clause::new(cube, time, positions, ClauseSource::Reader));
        cube.run(&query).groups.into_iter().next()
    };
    let when = |period| in_period(period, measure.kind, locale);

    if let Some(published) = published
        && let Some(result) = base(published, vec![position])
        && let Some(cell) = result.cell(0)
        && let Some(percent) = cell.value()
    {
        let decimals = cube.measures().get(published).and_then(|measure| measure.decimals);
        let words = Words { percent, decimals, base: None, before, when: when(before), kind: measure.kind };
        return Compared::Change(Box::new(words.tell(cell, locale)));
    }
    // A rate's change would be in points, which no reader expects under a percent sign.
    if measure.kind == StatisticKind::Rate {
        return Compared::Nothing;
    }
    let find =
        |wanted: Period| dimension.categories.iter().position(|category| category.period == Some(wanted));
    let Some(earlier) = find(before).and_then(|at| u32::try_from(at).ok()) else { return Compared::Nothing };
    let Some(result) = base(query.measure, vec![earlier, position]) else { return Compared::Nothing };
    let (Some(from), Some(to)) = (result.find(&[earlier]), result.find(&[position])) else {
        return Compared::Nothing;
    };
    match change(&result, from, to) {
        Ok(change) => {
            let Some(cell) = result.cell(from) else { return Compared::Nothing };
            let (Some(ratio), Some(value)) = (change.ratio, cell.value().filter(|value| *value > 0.0)) else {
                return Compared::Nothing;
            };
            let written = number(value, measure, locale);
            let percent = (ratio - 1.0) * 100.0;
            let words = Words {
                percent,
                decimals: Some(0),
                base: Some(written),
                before,
                when: when(before),
                kind: measure.kind,
            };
            Compared::Change(Box::new(words.tell(cell, locale)))
        }
        Err(NotComparable::Parts(..)) => Compared::Refused("change.refused.parts", before),
        Err(NotComparable::Break) => Compared::Refused("change.refused.break", before),
        Err(_) => Compared::Nothing,
    }
}

struct Words {
    percent: f64,
    decimals: Option<u8>,
    base: Option<String>,
    before: Period,
    when: String,
    kind: StatisticKind,
}

impl Words {
    fn tell(self, cell: Cell, locale: &Locale) -> ChangeText {
        let period = locale.period(self.before);
        if self.percent > MULTIPLE_FROM {
            let ratio = 1.0 + self.percent / 100.0;
            let times = locale.number(ratio, Some(if ratio < 10.0 { 1 } else { 0 }));
            let key = if self.base.is_some() { "change.times-value" } else { "change.times" };
            let base = self.base.unwrap_or_default();
            let text = locale.fill(key, &[("times", &times), ("period", &period), ("value", &base)]);
            return ChangeText { short: text.clone(), long: text, cell };
        }
        let written = locale.percent(self.percent.abs(), self.decimals);
        let is_none = written == locale.percent(0.0, self.decimals);
        let counts = matches!(self.kind, StatisticKind::Flow | StatisticKind::Stock);
        let long = match (is_none, self.percent < 0.0, counts) {
            (true, _, _) => "change.same",
            (false, false, _) => "change.more",
            (false, true, true) => "change.fewer",
            (false, true, false) => "change.less",
        };
        let signed = locale.signed_percent(self.percent, self.decimals);
        ChangeText {
            short: locale.fill("change.short", &[("change", &signed), ("period", &period)]),
            long: locale.fill(long, &[("change", &written), ("when", &self.when)]),
            cell,
        }
    }
}

/// “in January 2024”, “at the end of January 2024”, “in 2018”, “from January to May 2018”.
pub(super) fn in_period(period: Period, kind: StatisticKind, locale: &Locale) -> String {
    let key = match (kind, period.granularity()) {
        (StatisticKind::Stock, Granularity::Day) | (_, Granularity::Day) => "in.day",
        (StatisticKind::Stock, _) => "in.stock",
        (_, Granularity::Quarter | Granularity::HalfYear) => "in.part",
        (_, Granularity::Range) if period.first_month() == period.last_month() => "in.days",
        (_, Granularity::Range) => "in.range",
        (_, Granularity::Month | Granularity::Year) => "in.period",
    };
    let told = match key {
        "in.stock" => locale.period_at_end(period),
        "in.period" => locale.period_in(period),
        _ => locale.period(period),
    };
    locale.fill(key, &[("period", &told)])
}
