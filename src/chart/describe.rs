//! Titles, subtitles and the text alternative: what a chart shows, without the picture.

use statcube::cube::GroupResult;
use statcube::model::Granularity;
use statcube::{Cube, DimensionRole, StatisticKind};

use super::Job;
use super::data::{OverTime, Series, ask, level};
use super::time::TimeAxis;
use crate::i18n::Locale;
use crate::present::{counted_noun, dimension_noun, present, words_for};

/// At most so many names or figures in one sentence.
const MAX_NAMED: usize = 12;

/// “New arrivals by country and month”.
pub(super) fn title(job: &Job<'_>, by: &[usize]) -> String {
    let locale = job.frame.locale;
    let measure = locale.measure(job.cube, job.query.measure);
    let nouns: Vec<(String, String)> = by.iter().map(|&dimension| by_noun(job, dimension)).collect();
    match nouns.as_slice() {
        [] => measure,
        [(by, one)] => locale.fill("chart.title.by", &[("measure", &measure), ("a", &format!("{by} {one}"))]),
        [(by, one), (_, two), ..] => {
            let args = [("measure", measure.as_str()), ("a", &format!("{by} {one}")), ("b", two)];
            locale.fill("chart.title.by-two", &args)
        }
    }
}

/// “by” and “country”: the words for the categories of a dimension, as they stand in a title.
/// Where the language has no noun for them, the publisher's.
fn by_noun(job: &Job<'_>, dimension: usize) -> (String, String) {
    let phrase = words_for(job.cube, dimension, "by", job.frame.locale);
    let (by, noun) = phrase.split_once(' ').unwrap_or(("", &phrase));
    if dimension_noun(job.cube, dimension) != "noun.category" {
        return (by.to_owned(), noun.to_owned());
    }
    let known = job.cube.dimensions().get(dimension);
    let label = known.map_or("", |known| job.frame.locale.own(&known.label, &known.labels));
    let mut letters = label.chars();
    match (letters.next(), letters.next()) {
        // An initialism keeps its capitals.
        (Some(first), Some(second)) if second.is_lowercase() => {
            let rest = label.get(first.len_utf8()..).unwrap_or_default();
            (by.to_owned(), first.to_lowercase().collect::<String>() + rest)
        }
        _ => (by.to_owned(), label.to_owned()),
    }
}

/// What filters leave of the dimensions that are not listed, in words.
pub(super) fn context(job: &Job<'_>, listed: &[usize]) -> Vec<String> {
    let Job { cube, query, frame, .. } = *job;
    let locale = frame.locale;
    let unlisted = cube.dimensions().iter().enumerate().filter(|(place, _)| !listed.contains(place));
    let said = unlisted.filter_map(|(place, dimension)| {
        if dimension.role == DimensionRole::Time {
            return None;
        }
        match query.selected(place) {
            None => match dimension.hierarchy.roots() {
                [root] if dimension.role == DimensionRole::Geo => Some(locale.category(cube, place, *root)),
                _ => None,
            },
            Some(selected) if selected.len() <= 3 => {
                let names: Vec<String> = selected.iter().map(|&p| locale.category(cube, place, p)).collect();
                Some(locale.list(&names))
            }
            Some(selected) => {
                let count = selected.len();
                let noun = counted_noun(cube, place, count, locale);
                let count = locale.number(count as f64, None);
                Some(locale.fill("summary.many", &[("count", &count), ("noun", &noun)]))
            }
        }
    });
    said.filter(|text| !text.is_empty()).collect()
}

/// The noun of the unit, with the length of the period where a flow is counted over one.
pub(super) fn unit(job: &Job<'_>, axis: Option<&TimeAxis>) -> String {
    let Job { cube, query, frame, .. } = *job;
    let locale = frame.locale;
    let Some(measure) = cube.measures().get(query.measure) else { return String::new() };
    let noun = match measure.unit.as_deref() {
        Some("%") => return String::new(),
        // Of many: languages with a dual have a form of their own for two.
        Some(unit) => locale.unit(unit, 100.0, None),
        None => return String::new(),
    };
    if job.options.running {
        return noun;
    }
    let granularity = axis.and_then(|axis| axis.periods.first()).map(|period| period.granularity());
    let key = match (measure.kind, granularity) {
        (StatisticKind::Flow, Some(Granularity::Month)) => "chart.unit.per-month",
        (StatisticKind::Flow, Some(Granularity::Quarter)) => "chart.unit.per-quarter",
        (StatisticKind::Flow, Some(Granularity::Year)) => "chart.unit.per-year",
        (StatisticKind::Stock, Some(Granularity::Month)) => "chart.unit.end-of-month",
        _ => return noun,
    };
    locale.fill(key, &[("unit", &noun)])
}

/// “Arrivals, 2022”; the unit is left out where the measure's own name says it.
pub(super) fn unit_and_period(job: &Job<'_>, period: &str) -> String {
    let unit = unit(job, None);
    let measure = job.frame.locale.measure(job.cube, job.query.measure);
    if unit.is_empty() || measure.to_lowercase().contains(&unit.to_lowercase()) {
        return period.to_owned();
    }
    let parts = [super::bars::capitalised(&unit), period.to_owned()];
    parts
        .iter()
        .filter(|part| !part.is_empty())
        .cloned()
        .collect::<Vec<_>>()
        .join(job.frame.locale.text("list.separator"))
}

/// Joins what is there into sentences of a subtitle.
pub(super) fn sentences(parts: &[String]) -> String {
    let mut told = String::new();
    for part in parts.iter().filter(|part| !part.is_empty()) {
        if !told.is_empty() {
            told.push_str(if told.ends_with('.') { " " } else { ". " });
        }
        told.push_str(&super::bars::capitalised(part));
    }
    told
}

/// Title and subtitle of a chart over time.
pub(super) fn over_time(job: &Job<'_>, data: &OverTime) -> (String, String) {
    let locale = job.frame.locale;
    let mut listed = vec![data.axis.dimension];
    listed.extend(data.by);
    let named = |is_total: bool| {
        let of_kind = data.series.iter().filter(|one| one.category.is_some() && one.is_total == is_total);
        locale.list(&of_kind.map(|one| one.name.clone()).collect::<Vec<_>>())
    };
    let mut what: Vec<String> =
        [named(false), named(true)].into_iter().filter(|names| !names.is_empty()).collect();
    if what.is_empty() && data.by.is_some() {
        what = vec![locale.list(&data.silent.iter().take(MAX_NAMED).cloned().collect::<Vec<_>>())];
    }
    let mut parts = vec![what.join(locale.text("list.groups"))];
    parts.extend(context(job, &listed));
    parts.push(data.axis.range_name(locale));
    if data.left_out > 0 {
        let count = locale.number(data.left_out as f64, None);
        let drawn = locale.number((data.series.iter().filter(|one| !one.is_total).count()) as f64, None);
        parts.push(locale.fill("chart.left-out", &[("drawn", &drawn), ("count", &count)]));
    }
    let title = title(job, &[data.axis.dimension]);
    let title = match data.result.is_running() {
        true => locale.fill("chart.title.running", &[("title", &title)]),
        false => title,
    };
    (title, sentences(&parts))
}

/// [`series`] of a chart over time.
pub(super) fn series_over_time(job: &Job<'_>, data: &OverTime) -> Vec<String> {
    series(job, &data.axis, data.axis.positions.len(), &data.series, &data.silent, &data.result)
}

/// A sentence for each series: how much is published, the lowest, the highest, the latest.
pub(super) fn series(
    job: &Job<'_>,
    axis: &TimeAxis,
    num_periods: usize,
    series: &[Series],
    silent: &[String],
    result: &GroupResult,
) -> Vec<String> {
    let Job { cube, frame, .. } = *job;
    let locale = frame.locale;
    let mut says = Vec::new();
    let all = locale.number(num_periods as f64, None);
    for one in series {
        says.extend(bounded(job, axis, &all, one));
        let (Some(peak), Some(lowest), Some(latest)) = (one.peak(), one.lowest(), one.points.last()) else {
            continue;
        };
        let figure = |point: &super::data::Observed| present(&point.cell, cube, locale).spoken;
        let published = locale.number(one.points.len() as f64, None);
        let (high, low, last) = (figure(peak), figure(lowest), figure(latest));
        let when = |point: &super::data::Observed| axis.name(point.ordinal, locale);
        let (high_when, low_when, last_when) = (when(peak), when(lowest), when(latest));
        let args = [
            ("name", one.name.as_str()),
            ("published", &published),
            ("all", &all),
            ("high", &high),
            ("high-when", &high_when),
            ("low", &low),
            ("low-when", &low_when),
            ("last", &last),
            ("last-when", &last_when),
        ];
        let key = if one.points.len() == 1 { "chart.says.single" } else { "chart.says.series" };
        says.push(locale.fill(key, &args));
        if let Some(change) = super::tooltip::change_on_year(result, latest.index, locale) {
            says.push(locale.fill("chart.says.latest-change", &[("name", &one.name), ("change", &change)]));
        }
    }
    if !silent.is_empty() {
        says.push(locale.fill("chart.says.silent", &[("names", &locale.list(silent))]));
    }
    let published: usize = series.iter().map(Series::num_known).sum();
    if !series.is_empty() && published < series.len() * num_periods {
        says.push(locale.text("chart.says.gaps").to_owned());
    }
    match series.iter().all(Series::is_silent) && silent.is_empty() {
        true => says.push(nothing(job, result)),
        false => says.extend(refusal(result, locale)),
    }
    says
}

/// Why there is nothing to draw: what is refused, that only parts have figures, that none is
/// published.
pub(super) fn nothing(job: &Job<'_>, result: &GroupResult) -> String {
    let locale = job.frame.locale;
    let why = refusal(result, locale).or_else(|| only_parts(job));
    why.unwrap_or_else(|| locale.text("chart.nothing").to_owned())
}

/// That a whole has no figure of its own while its parts have.
fn only_parts(job: &Job<'_>) -> Option<String> {
    let Job { kind, cube, query, frame, .. } = *job;
    let dimension = cube.dimensions().iter().enumerate().find_map(|(place, known)| {
        let is_rolled_up = query.selected(place).is_none() && known.role != DimensionRole::Time;
        let parts = level(cube, query, place).categories;
        let has_parts = || {
            ask(cube, query, kind, &[(place, &parts)])
                .is_some_and(|result| result.observed().iter().any(|&observed| observed > 0))
        };
        (is_rolled_up && !known.hierarchy.is_flat() && has_parts()).then_some(place)
    })?;
    let subject = frame.locale.measure(cube, query.measure);
    let by = words_for(cube, dimension, "by", frame.locale);
    Some(frame.locale.fill("sentence.only-parts", &[("subject", &subject), ("by", &by)]))
}

/// How many figures of a series are known within bounds alone, and the latest of them.
fn bounded(job: &Job<'_>, axis: &TimeAxis, all: &str, one: &Series) -> Option<String> {
    let locale = job.frame.locale;
    let latest = one.bounded.last()?;
    let count = locale.number(one.bounded.len() as f64, None);
    let (figure, when) = (present(&latest.cell, job.cube, locale).spoken, axis.name(latest.ordinal, locale));
    let args = [
        ("name", one.name.as_str()),
        ("count", &count),
        ("all", all),
        ("last", &figure),
        ("last-when", &when),
    ];
    Some(locale.fill("chart.says.bounded", &args))
}

/// Why totals are refused, where they are.
pub(super) fn refusal(result: &GroupResult, locale: &Locale) -> Option<String> {
    if !result.is_refused() {
        return None;
    }
    let index = result.observed().iter().position(|&observed| observed > 0).unwrap_or(0);
    let cell = result.cell(index)?;
    let refusal = present(&cell, result.cube(), locale).refusal?;
    let advice = refusal.advice.unwrap_or_default();
    Some(sentences_of(&[refusal.heading, refusal.reason, advice]))
}

/// Joins sentences, each ended by a full stop.
pub(super) fn sentences_of(parts: &[String]) -> String {
    let ended = parts.iter().filter(|part| !part.is_empty()).map(|part| {
        if part.trim_end_matches('\u{2069}').ends_with(['.', '!', '?', '؟', '。']) {
            part.clone()
        } else {
            format!("{part}.")
        }
    });
    ended.collect::<Vec<_>>().join(" ")
}

/// “Title, publisher, date” of a source; its id where nothing is known of it.
pub fn source_name(cube: &Cube, id: &str) -> String {
    let Some(source) = cube.parts().sources.get(id) else { return id.to_owned() };
    let publisher = source.publisher.as_deref().filter(|publisher| !source.title.contains(publisher));
    let date = source.date.as_deref().filter(|date| !source.title.contains(date));
    [publisher, Some(source.title.as_str()), date].into_iter().flatten().collect::<Vec<_>>().join(", ")
}
