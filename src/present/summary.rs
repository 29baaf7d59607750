//! What is chosen, in one line.

use statcube::model::Granularity;
use statcube::{Cube, DimensionRole, Query};

use crate::i18n::Locale;

/// The key of the noun for categories of a dimension.
pub(crate) fn dimension_noun(cube: &Cube, dimension: usize) -> &'static str {
    let Some(dimension) = cube.dimensions().get(dimension) else { return "noun.category" };
    let id = dimension.id.to_lowercase();
    let all = |granularity| {
        let mut periods =
            dimension.categories.iter().map(|category| category.period.map(|p| p.granularity()));
        periods.all(|known| known == Some(granularity))
    };
    match dimension.role {
        DimensionRole::Geo if id == "country" => "noun.country",
        DimensionRole::Geo => "noun.place",
        DimensionRole::Time if all(Granularity::Month) => "noun.month",
        DimensionRole::Time if all(Granularity::Year) => "noun.year",
        DimensionRole::Time => "noun.period",
        DimensionRole::Classification if matches!(id.as_str(), "nationality" | "citizen" | "citizenship") => {
            "noun.nationality"
        }
        DimensionRole::Classification => "noun.category",
    }
}

/// The noun for so many categories of a dimension.
pub(crate) fn counted_noun(cube: &Cube, dimension: usize, count: usize, locale: &Locale) -> String {
    locale.plural(dimension_noun(cube, dimension), count as f64, &[])
}

/// The noun for the categories of a dimension at large: “countries”.
pub(crate) fn plain_nouns(cube: &Cube, dimension: usize, locale: &Locale) -> String {
    words_for(cube, dimension, "nouns", locale)
}

/// What a language says of the categories of a dimension at large: `all`, “all countries”;
/// `by`, “by country”. Nouns are declined there, which no pattern could do.
pub(crate) fn words_for(cube: &Cube, dimension: usize, family: &str, locale: &Locale) -> String {
    let noun = dimension_noun(cube, dimension);
    let noun = noun.split_once('.').map_or(noun, |(_, noun)| noun);
    locale.text(&format!("{family}.{noun}")).to_owned()
}

/// What a dimension is called: the publisher's word in the language, else the language's own where
/// it has one, else the publisher's.
pub(crate) fn dimension_name(cube: &Cube, dimension: usize, locale: &Locale) -> String {
    let Some(known) = cube.dimensions().get(dimension) else { return String::new() };
    let label = locale.own(&known.label, &known.labels);
    let own = dimension_noun(cube, dimension).replace("noun.", "dimension.");
    // A plain label is English, as the files of all offices have it at least.
    if locale.tag() == "en" || locale.has_own(&known.labels) || !locale.has(&own) {
        label.to_owned()
    } else {
        locale.text(&own).to_owned()
    }
}

/// How many categories are named one by one.
const MAX_NAMED: usize = 4;

/// What a query is about: “A, B · January 2017 to June 2022 · all nationalities”.
pub fn query_summary(cube: &Cube, query: &Query, locale: &Locale) -> String {
    let parts: Vec<String> = (0..cube.dimensions().len())
        .map(|dimension| dimension_summary(cube, query, dimension, locale))
        .collect();
    parts.join(locale.text("summary.separator"))
}

fn dimension_summary(cube: &Cube, query: &Query, place: usize, locale: &Locale) -> String {
    let Some(dimension) = cube.dimensions().get(place) else { return String::new() };
    let selected = query.selected(place);
    if dimension.role == DimensionRole::Time
        && let Some(range) = time_summary(cube, place, selected.as_deref(), locale)
    {
        return range;
    }
    let Some(selected) = selected.filter(|selected| selected.len() < dimension.len() || dimension.len() == 1)
    else {
        return words_for(cube, place, "all", locale);
    };
    match selected.len() {
        0 => locale.fill("summary.none", &[("noun", &plain_nouns(cube, place, locale))]),
        1..=MAX_NAMED => {
            let names: Vec<String> = selected.iter().map(|&p| locale.category(cube, place, p)).collect();
            names.join(locale.text("list.separator"))
        }
        count => {
            let noun = counted_noun(cube, place, count, locale);
            locale.fill("summary.many", &[("count", &locale.number(count as f64, None)), ("noun", &noun)])
        }
    }
}

/// A run of periods by both its ends; `None` where they do not follow each other.
pub(crate) fn time_summary(
    cube: &Cube,
    place: usize,
    selected: Option<&[u32]>,
    locale: &Locale,
) -> Option<String> {
    let dimension = cube.dimensions().get(place)?;
    let is_selected = |position: &u32| selected.is_none_or(|selected| selected.contains(position));
    let order = dimension.chronological();
    let first = order.iter().position(is_selected)?;
    let last = order.iter().rposition(is_selected)?;
    if !order.get(first..=last)?.iter().all(is_selected) {
        return None;
    }
    let period = |at: usize| dimension.category(*order.get(at)?)?.period;
    let (from, to) = (period(first)?, period(last)?);
    let same = |at: usize| period(at).is_some_and(|period| period.granularity() == from.granularity());
    (first..=last).all(same).then(|| locale.period_range(from, to))
}
