//! Sentences for any dataset and filter.

use std::sync::Arc;

use statcube::cube::{Alternative, GroupResult, NotComparable, alternatives, average, total_checks};
use statcube::model::{Granularity, StatisticKind};
use statcube::{Cell, Cube, DimensionRole, Measure, Query, Snapshot};

use super::change::{Compared, in_period, on_year_before};
use super::{Sentence, shares, within_sentence};
use crate::i18n::Locale;
use crate::present::{
    Flag, count_in_words, counted_noun, dimension_noun, number, plain_nouns, present, refusal_reason,
    words_for,
};

/// How many categories a sentence ranks or names.
const MAX_NAMED: usize = 6;

/// Sentences on what a query leaves of a dataset.
pub fn sentences(cube: &Arc<Cube>, query: &Query, locale: &Locale) -> Vec<Sentence> {
    tell(cube, query, None, locale)
}

/// The same for a dataset of a snapshot, whose key figures may name a published change.
pub fn sentences_of(snapshot: &Snapshot, cube: &Arc<Cube>, query: &Query, locale: &Locale) -> Vec<Sentence> {
    let measure = cube.measures().get(query.measure).map(|measure| measure.id.as_str());
    let figure = snapshot.profile.key_figures.iter().find(|figure| {
        figure.dataset == cube.id() && (figure.measure.is_none() || figure.measure.as_deref() == measure)
    });
    let change = figure.and_then(|figure| cube.measure_position(figure.change.as_deref()?));
    tell(cube, query, change, locale)
}

fn tell(cube: &Arc<Cube>, query: &Query, change: Option<usize>, locale: &Locale) -> Vec<Sentence> {
    if query.keeps_nothing() {
        return vec![Sentence { text: locale.text("choice.empty").to_owned(), ..Sentence::default() }];
    }
    let query = Query { groupings: vec![Vec::new()], linked: false, top: Vec::new(), ..query.clone() };
    let Some(cell) = cube.run(&query).groups.first().and_then(|result| result.cell(0)) else {
        return Vec::new();
    };
    let mut told: Vec<Sentence> = total(cube, &query, &cell, locale).into_iter().collect();
    told.extend(later_range(cube, &query, &cell, locale));
    if cell.observed() > 0 || cell.range().is_some() {
        told.extend(last_published(cube, &query, &cell, locale));
        told.extend(compared(cube, &query, &cell, change, locale));
        told.extend(on_average(cube, &query, &cell, locale));
        for dimension in 0..cube.dimensions().len() {
            told.extend(parts(cube, &query, &cell, dimension, locale));
        }
        told.extend(missing(cube, &query, locale));
        told.extend(qualified(cube, &cell, locale));
        told.extend(counted_by(cube, &cell, locale));
    } else if let Some(sentence) = only_parts(cube, &query, &cell, locale) {
        // “No figure published” would be half of it: the whole has none, its parts do.
        told = vec![sentence];
        for dimension in 0..cube.dimensions().len() {
            told.extend(parts(cube, &query, &cell, dimension, locale));
        }
    }
    told
}

/// That a whole has no figure of its own while its parts have.
fn only_parts(cube: &Arc<Cube>, query: &Query, cell: &Cell, locale: &Locale) -> Option<Sentence> {
    let has_parts = |dimension: &usize| {
        let query = Query { groupings: vec![vec![*dimension]], ..query.clone() };
        let groups = cube.run(&query).groups;
        groups.first().is_some_and(|result| result.observed().iter().any(|observed| *observed > 0))
    };
    let dimension = (0..cube.dimensions().len()).find(has_parts)?;
    let by = words_for(cube, dimension, "by", locale);
    let subject = subject_when(cube, cell, locale);
    let text = locale.fill("sentence.only-parts", &[("subject", &subject), ("by", &by)]);
    Some(Sentence::about(text, &[cell], cube, locale))
}

fn subject_when(cube: &Cube, cell: &Cell, locale: &Locale) -> String {
    let subject = subject(cube, cell, locale);
    match when(cube, cell, locale) {
        Some(when) => locale.fill("subject.when", &[("subject", &subject), ("when", &when)]),
        None => subject,
    }
}

/// What the cell is about: “New arrivals of people from A in B”.
fn subject(cube: &Cube, cell: &Cell, locale: &Locale) -> String {
    let mut subject = locale.measure(cube, cell.measure());
    if subject.contains(", ") {
        // “Change on the year before, as published, in A”.
        subject.push_str(locale.text("list.separator").trim_end());
    }
    for (place, dimension) in cube.dimensions().iter().enumerate() {
        let Some(selected) = cell.selection().get(place) else { continue };
        let names = names(cube, place, selected, locale);
        let whole = selected.len() == dimension.len()
            || (selected == dimension.hierarchy.roots() && dimension.len() > 1);
        let key = match dimension.role {
            DimensionRole::Time => continue,
            DimensionRole::Geo => "subject.place",
            DimensionRole::Classification if whole => continue,
            DimensionRole::Classification if dimension_noun(cube, place) == "noun.nationality" => {
                "subject.nationality"
            }
            DimensionRole::Classification => "subject.category",
        };
        subject = locale.fill(key, &[("subject", &subject), ("names", &names)]);
    }
    subject
}

/// Categories by name, or how many where they are many.
fn names(cube: &Cube, dimension: usize, selected: &[u32], locale: &Locale) -> String {
    if selected.len() <= MAX_NAMED {
        let names: Vec<String> = selected.iter().map(|&p| locale.category(cube, dimension, p)).collect();
        return locale.list(&names);
    }
    let noun = counted_noun(cube, dimension, selected.len(), locale);
    locale.fill("summary.many", &[("count", &locale.number(selected.len() as f64, None)), ("noun", &noun)])
}

/// When: one period, the period that stands, or a run of them by both ends.
fn when(cube: &Cube, cell: &Cell, locale: &Locale) -> Option<String> {
    let kind = cube.measures().get(cell.measure())?.kind;
    let time = cube.dimension_with_role(DimensionRole::Time)?;
    let dimension = cube.dimensions().get(time)?;
    let period = |position: u32| dimension.category(position).and_then(|category| category.period);
    if let Some((_, position)) = cell.period().filter(|(dimension, _)| *dimension == time) {
        return period(position).map(|period| in_period(period, kind, locale));
    }
    let selected = cell.selection().get(time)?;
    if let [one] = selected.as_slice() {
        return match period(*one) {
            Some(period) => Some(in_period(period, kind, locale)),
            None => Some(locale.fill("in.period", &[("period", &locale.category(cube, time, *one))])),
        };
    }
    match crate::present::time_summary(cube, time, Some(selected), locale) {
        Some(range) => Some(locale.fill("in.range", &[("period", &range)])),
        None => {
            let mut periods: Vec<_> = selected.iter().filter_map(|&position| period(position)).collect();
            statcube::order::sort(&mut periods);
            let range = locale.period_range(*periods.first()?, *periods.last()?);
            let noun = counted_noun(cube, time, selected.len(), locale);
            let count = locale.number(selected.len() as f64, None);
            Some(locale.fill("in.some", &[("count", &count), ("noun", &noun), ("period", &range)]))
        }
    }
}

/// The total, its bounds, or that nothing was published.
pub(super) fn total(cube: &Arc<Cube>, query: &Query, cell: &Cell, locale: &Locale) -> Option<Sentence> {
    let more = parts_beyond(cube, cell);
    let cells: Vec<&Cell> = std::iter::once(cell).chain(&more).collect();
    Some(Sentence::about(total_in_words(cube, query, cell, locale)?, &cells, cube, locale))
}

/// What the parts of a published total come to, where that is more than the total, or cannot be
/// right beside it.
fn parts_beyond(cube: &Arc<Cube>, cell: &Cell) -> Option<Cell> {
    let checks = total_checks(cube, cell).into_iter();
    let mut beyond = checks.filter(|check| {
        let computed = check.computed.value().or(check.computed.lower());
        check.difference.is_some() || computed > cell.value()
    });
    beyond.next().map(|check| check.computed)
}

pub(super) fn total_in_words(
    cube: &Arc<Cube>,
    query: &Query,
    cell: &Cell,
    locale: &Locale,
) -> Option<String> {
    let shown = present(cell, cube, locale);
    let measure = cube.measures().get(cell.measure())?;
    let subject = subject_when(cube, cell, locale);
    let text = if query.clauses.iter().any(|clause| clause.positions.is_empty()) || cell.of() == 0 {
        locale.text("sentence.empty").to_owned()
    } else if cell.observed() == 0 && cell.range().is_none() {
        locale.fill("sentence.missing", &[("subject", &subject)])
    } else if let Some(refusal) = cell.refusals().first() {
        let reason = refusal_reason(refusal, cell, cube, locale);
        match shown.refusal.as_ref().and_then(|refusal| refusal.bounds.as_ref()) {
            Some(bounds) => {
                let count = refusal.categories.len();
                let noun = counted_noun(cube, refusal.dimension, count, locale);
                let count = count_in_words(count, locale);
                // The publisher's reason goes on; the program's own begins with its term.
                let (key, reason) = match refusal.why {
                    Some(_) => ("sentence.no-total", within_sentence(&reason)),
                    None => ("sentence.no-total-own", reason),
                };
                let args = [("count", count.as_str()), ("noun", &noun), ("reason", &reason)];
                let reason = locale.fill(key, &args);
                locale.fill(
                    "sentence.bounds",
                    &[("subject", &subject), ("bounds", bounds), ("reason", &reason)],
                )
            }
            None => {
                let subject = within_sentence(&subject);
                locale.fill("sentence.refused", &[("subject", &subject), ("reason", &reason)])
            }
        }
    } else {
        // “New arrivals … came to 24,067” needs no unit; “Intentions … 51 people” does.
        let says_unit = measure.label.to_lowercase().contains(&shown.unit.to_lowercase());
        let value = if says_unit { shown.text.clone() } else { shown.with_unit(locale) };
        let key = if measure.kind == StatisticKind::Rate { "sentence.rate" } else { "sentence.total" };
        let mut text = locale.fill(key, &[("subject", &subject), ("value", &value)]);
        if cell.is_partial() {
            text = format!("{text} {}", partial(cube, cell, locale));
        }
        if let Some(more) = parts_beyond(cube, cell) {
            let value = present(&more, cube, locale).with_unit(locale);
            text = format!("{text} {}", locale.fill("sentence.parts-come-to", &[("value", &value)]));
        }
        if shown.flags.contains(&Flag::Assumed) {
            text = format!("{text} {}", locale.text("sentence.assumed"));
        }
        text
    };
    Some(text)
}

/// “9 of 12 months are published.”
fn partial(cube: &Cube, cell: &Cell, locale: &Locale) -> String {
    let rolled: Vec<usize> = (0..cell.selection().len())
        .filter(|&place| cell.selection().get(place).is_some_and(|positions| positions.len() > 1))
        .collect();
    let noun = match rolled.as_slice() {
        [one] => counted_noun(cube, *one, cell.of() as usize, locale),
        _ => locale.plural("noun.figure", f64::from(cell.of()), &[]),
    };
    only_so_many((cell.observed() as usize, cell.of() as usize), &noun, locale)
}

fn only_so_many((observed, of): (usize, usize), noun: &str, locale: &Locale) -> String {
    let (shown, all) = (locale.number(observed as f64, None), locale.number(of as f64, None));
    let args = [("observed", shown.as_str()), ("of", &all), ("noun", noun)];
    locale.plural("sentence.partial", observed as f64, &args)
}

/// The range that is published for the latest period of all that has anything, where the total of
/// a stock stands at an earlier one or has none.
pub fn later_range(cube: &Arc<Cube>, query: &Query, cell: &Cell, locale: &Locale) -> Option<Sentence> {
    let (period, range) = latest_range(cube, query, cell)?;
    let period = locale.category(cube, period.0, period.1);
    let value = present(&range, cube, locale).with_unit(locale);
    let text = locale.fill("sentence.later-range", &[("period", &period), ("value", &value)]);
    Some(Sentence::about(text, &[&range], cube, locale))
}

fn may_have_ranges(cube: &Cube, query: &Query) -> bool {
    cube.column(query.measure).is_some_and(|column| !column.extras.ranges.is_empty())
}

fn latest_range(cube: &Arc<Cube>, query: &Query, cell: &Cell) -> Option<((usize, u32), Cell)> {
    let is_stock = cube.measures().get(cell.measure())?.kind == StatisticKind::Stock;
    let may_be = is_stock && may_have_ranges(cube, query);
    let time = cube.dimension_with_role(DimensionRole::Time).filter(|_| may_be)?;
    let query = Query { groupings: vec![vec![time]], linked: false, top: Vec::new(), ..query.clone() };
    let result = cube.run(&query).groups.into_iter().next()?;
    let mut latest = cube.dimensions().get(time)?.chronological().iter().rev().copied();
    let last = latest.find_map(|at| result.find(&[at]).filter(|index| result.is_known(*index)))?;
    let range = result.cell(last).filter(|range| range.value().is_none() && range.observed() == 0)?;
    let position = range.category(time)?;
    // What the total tells itself is not told again.
    let is_told = cell.range().is_some() && cell.category(time) == Some(position);
    (!is_told && range.range().is_some()).then_some(((time, position), range))
}

/// The change on the same period a year before, or why there is none.
fn compared(
    cube: &Arc<Cube>,
    query: &Query,
    cell: &Cell,
    change: Option<usize>,
    locale: &Locale,
) -> Option<Sentence> {
    let time = cube.dimension_with_role(DimensionRole::Time)?;
    let position = cell.category(time)?;
    let kind = cube.measures().get(cell.measure())?.kind;
    match on_year_before(cube, query, position, change, locale) {
        Compared::Change(told) => {
            let text = locale.fill("sentence.change", &[("change", &told.long)]);
            Some(Sentence::about(text, &[cell, &told.cell], cube, locale))
        }
        Compared::Refused(key, before) if cell.value().is_some() => {
            let text = locale.fill(key, &[("when", &in_period(before, kind, locale))]);
            Some(Sentence::about(text, &[cell], cube, locale))
        }
        Compared::Refused(..) | Compared::Nothing => None,
    }
}

/// The last published period, where no total of several is given.
fn last_published(cube: &Arc<Cube>, query: &Query, cell: &Cell, locale: &Locale) -> Option<Sentence> {
    let others = alternatives(cube, query, cell, 0);
    let (dimension, position, last) = others.into_iter().find_map(|other| match other {
        Alternative::LastPeriod { dimension, position, cell } => Some((dimension, position, cell)),
        _ => None,
    })?;
    let period = locale.category(cube, dimension, position);
    let value = present(&last, cube, locale).with_unit(locale);
    let text = locale.fill("sentence.last", &[("period", &period), ("value", &value)]);
    Some(Sentence::about(text, &[&last], cube, locale))
}

/// The average of a period, of a flow over several.
fn on_average(cube: &Arc<Cube>, query: &Query, cell: &Cell, locale: &Locale) -> Option<Sentence> {
    let measure = cube.measures().get(cell.measure())?;
    let time = cube.dimension_with_role(DimensionRole::Time)?;
    cell.value().filter(|_| measure.kind == StatisticKind::Flow)?;
    let query = Query { groupings: vec![vec![time]], ..query.clone() };
    let result = cube.run(&query).groups.into_iter().next()?;
    // A whole that is published for itself is not what these periods add up to.
    let average =
        average(&result).ok().filter(|average| average.periods > 1 && !cell.is_published_total())?;
    let key = match dimension_noun(cube, time) {
        "noun.month" => "sentence.average.month",
        "noun.year" => "sentence.average.year",
        _ => return None,
    };
    let whole = Measure { decimals: Some(if average.value < 10.0 { 1 } else { 0 }), ..measure.clone() };
    let value = number(average.value, &whole, locale);
    let value = if average.is_rounded { locale.fill("value.some", &[("number", &value)]) } else { value };
    let mut text = locale.fill(key, &[("value", &value)]);
    if average.periods < average.of {
        let periods = locale.number(average.periods as f64, None);
        text = locale.fill("sentence.average.published", &[("average", &text), ("periods", &periods)]);
    }
    let text = locale.fill("sentence.average", &[("average", &text)]);
    Some(Sentence::about(text, &[cell], cube, locale))
}

/// The categories of one dimension, ranked, or why they are not.
fn parts(
    cube: &Arc<Cube>,
    query: &Query,
    cell: &Cell,
    dimension: usize,
    locale: &Locale,
) -> Option<Sentence> {
    let known = cube.dimensions().get(dimension)?;
    if query.selected(dimension).map_or(known.len(), |selected| selected.len()) < 2 {
        return None;
    }
    // Ranked parts stand at the same period as the total that they follow.
    let mut query = Query { groupings: vec![vec![dimension]], ..query.clone() };
    if let Some((time, position)) = cell.period().filter(|(time, _)| *time != dimension) {
        query.clauses.push(statcube::Clause::new(cube, time, vec![position], statcube::ClauseSource::Reader));
    }
    let result = cube.run(&query).groups.into_iter().next()?;
    let nouns = plain_nouns(cube, dimension, locale);
    let is_time = known.role == DimensionRole::Time;
    match shares::ranked(&result, locale) {
        Ok(parts) if parts.len() < 2 => None,
        Ok(parts) if is_time => {
            let (highest, lowest) = (parts.first()?, parts.last()?);
            let all = comparable_periods(&result, parts.len()).filter(|_| highest.place != lowest.place)?;
            let args = [
                ("highest", highest.name.as_str()),
                ("highest-value", &highest.text),
                ("lowest", &lowest.name),
                ("lowest-value", &lowest.text),
            ];
            let mut text = locale.fill("sentence.extremes", &args);
            // The total says it where it is made of these periods.
            let is_said = cell.value().is_some() && cell.is_partial();
            if parts.len() < all && !is_said {
                let noun = counted_noun(cube, dimension, all, locale);
                text = format!("{text} {}", only_so_many((parts.len(), all), &noun, locale));
            }
            Some(Sentence::about(text, &[&highest.cell, &lowest.cell], cube, locale))
        }
        Ok(mut parts) => {
            let all = parts.len();
            // A tie at the cut is told whole or not at all.
            if let Some(cut) = parts.get(MAX_NAMED).map(|part| part.place) {
                parts.retain(|part| part.place < cut);
            }
            let told = shares::tell(&parts, shares::key_of(cube, dimension), locale)?;
            let text = match parts.len() < all {
                true => locale.fill("sentence.top", &[("noun", &nouns), ("parts", &told)]),
                false => {
                    let by = words_for(cube, dimension, "by", locale);
                    locale.fill("sentence.parts", &[("by", &by), ("parts", &told)])
                }
            };
            let cells: Vec<&Cell> = parts.iter().map(|part| &part.cell).collect();
            Some(Sentence::about(text, &cells, cube, locale))
        }
        Err(NotComparable::Parts(..)) if !is_time => {
            let text = locale.fill("sentence.not-ranked", &[("noun", &nouns)]);
            Some(Sentence::about(text, &[cell], cube, locale))
        }
        Err(_) => None,
    }
}

/// How many periods a result by time lists, where those so many with a value may be called highest
/// and lowest: all are of one length, and no other has a range, which could be higher or lower.
fn comparable_periods(result: &GroupResult, num_valued: usize) -> Option<usize> {
    let &[time] = result.by() else { return None };
    let dimension = result.cube().dimensions().get(time)?;
    let position = |index: usize| result.positions_of(index).first().copied();
    let is_leaf = |position: u32| dimension.hierarchy.children_of(position).is_empty();
    let leaves: Vec<usize> =
        (0..result.len()).filter(|index| position(*index).is_some_and(is_leaf)).collect();
    let known = leaves.iter().filter(|index| result.is_known(**index));
    let length = |index: &usize| Some(dimension.category(position(*index)?)?.period?.granularity());
    let lengths: Vec<Option<Granularity>> = known.map(length).collect();
    let first = lengths.first().copied().flatten().filter(|length| *length != Granularity::Range)?;
    let are_equal = lengths.iter().all(|length| *length == Some(first));
    (are_equal && lengths.len() == num_valued).then_some(leaves.len())
}

/// Places without any figure in the selection.
fn missing(cube: &Arc<Cube>, query: &Query, locale: &Locale) -> Option<Sentence> {
    let geo = cube.dimension_with_role(DimensionRole::Geo)?;
    let query = Query { groupings: vec![vec![geo]], ..query.clone() };
    let result = cube.run(&query).groups.into_iter().next()?;
    let hierarchy = &cube.dimensions().get(geo)?.hierarchy;
    // Where one period stands for all, it is of that one that nothing is said.
    let period = result.period().map(|(time, position)| locale.category(cube, time, position));
    let told = |key: &str, name: &str, value: &str| match &period {
        Some(period) => locale.fill(&format!("{key}-when"), &[(name, value), ("period", period)]),
        None => locale.fill(key, &[(name, value)]),
    };
    let with_ranges = if period.is_some() { Vec::new() } else { with_ranges(cube, &query, geo) };
    let silent: Vec<Cell> = result
        .cells()
        .filter(|cell| cell.observed() == 0 && cell.range().is_none())
        .filter(|cell| cell.category(geo).is_none_or(|place| !with_ranges.contains(&place)))
        .filter(|cell| cell.category(geo).is_some_and(|place| hierarchy.children_of(place).is_empty()))
        .collect();
    let is_leaf = |place: &u32| hierarchy.children_of(*place).is_empty();
    let num_leaves = result.cells().filter_map(|cell| cell.category(geo)).filter(is_leaf).count();
    if silent.len() == num_leaves && num_leaves > 1 {
        let by = words_for(cube, geo, "by", locale);
        let text = told("sentence.silent-all", "by", &by);
        return Some(Sentence::about(text, &silent.iter().collect::<Vec<_>>(), cube, locale));
    }
    if silent.is_empty() || silent.len() > MAX_NAMED {
        return None;
    }
    let selected: Vec<u32> = silent.iter().filter_map(|cell| cell.category(geo)).collect();
    let text = told("sentence.silent", "names", &names(cube, geo, &selected, locale));
    let cells: Vec<&Cell> = silent.iter().collect();
    Some(Sentence::about(text, &cells, cube, locale))
}

/// Which places have a range in any period: their sum over periods has neither figure nor range.
fn with_ranges(cube: &Arc<Cube>, query: &Query, geo: usize) -> Vec<u32> {
    let by = std::iter::once(geo).chain(cube.dimension_with_role(DimensionRole::Time)).collect();
    let groupings = if may_have_ranges(cube, query) { vec![by] } else { Vec::new() };
    let groups = cube.run(&Query { groupings, ..query.clone() }).groups;
    let known = |result: &GroupResult| {
        let known = (0..result.len()).filter(|index| result.is_known(*index));
        known.filter_map(|index| result.positions_of(index).first().copied()).collect::<Vec<u32>>()
    };
    groups.iter().flat_map(known).collect()
}

/// That figures are estimated, rounded or provisional, in words.
fn qualified(cube: &Arc<Cube>, cell: &Cell, locale: &Locale) -> Option<Sentence> {
    Some(Sentence::about(qualified_in_words(cube, cell, locale)?, &[cell], cube, locale))
}

pub(super) fn qualified_in_words(cube: &Arc<Cube>, cell: &Cell, locale: &Locale) -> Option<String> {
    let flags = present(cell, cube, locale).flags;
    let words: Vec<String> = flags
        .iter()
        .filter(|flag| matches!(flag, Flag::Estimate | Flag::Rounded | Flag::Revised | Flag::Provisional))
        .map(|flag| {
            let form = if cell.observed() > 1 { "some" } else { "flag" };
            locale.text(&format!("sentence.{form}.{}", flag.id())).to_owned()
        })
        .collect();
    if words.is_empty() {
        return None;
    }
    let key = if cell.observed() > 1 { "sentence.some-qualified" } else { "sentence.qualified" };
    Some(locale.fill(key, &[("words", &locale.list(&words))]))
}

/// Who published the figures.
fn counted_by(cube: &Arc<Cube>, cell: &Cell, locale: &Locale) -> Option<Sentence> {
    let mut publishers: Vec<String> = Vec::new();
    for id in cell.sources() {
        let publisher = cube.parts().sources.get(id).and_then(|source| source.publisher.clone());
        if let Some(publisher) = publisher.filter(|publisher| !publishers.contains(publisher)) {
            publishers.push(publisher);
        }
    }
    if publishers.is_empty() || publishers.len() > MAX_NAMED {
        return None;
    }
    let text = locale.fill("sentence.counted-by", &[("names", &locale.list(&publishers))]);
    Some(Sentence::about(text, &[cell], cube, locale))
}
