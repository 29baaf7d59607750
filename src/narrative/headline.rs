//! The figures that the publisher puts first.

use std::sync::Arc;

use statcube::model::{KeyFigure, StatisticKind};
use statcube::{Cell, Clause, ClauseSource, Cube, DimensionRole, Query, Snapshot};

use super::change::{ChangeText, Compared, in_period, on_year_before};
use super::{Sentence, shares, template, within_sentence};
use crate::i18n::Locale;
use crate::present::{Presented, is_percent, present};

/// One category of a figure that is split.
#[derive(Debug, Clone, PartialEq)]
pub struct SplitPart {
    /// Name of the category.
    pub name: String,
    /// What is shown.
    pub presented: Presented,
    /// The cell.
    pub cell: Cell,
}

/// A figure that the publisher puts first, with what stands beside it.
#[derive(Debug, Clone, PartialEq)]
pub struct HeadlineFigure {
    /// Heading.
    pub label: String,
    /// Whether the publisher gives the heading in the reader's language.
    pub has_own_label: bool,
    /// Id of the dataset.
    pub dataset: String,
    /// The cell.
    pub cell: Cell,
    /// What is shown.
    pub presented: Presented,
    /// “January 2024”, “end of January 2024”.
    pub period: Option<String>,
    /// “+14% on January 2023”.
    pub change: Option<String>,
    /// “of them 290 unaccompanied or separated children”.
    pub part: Option<String>,
    /// Where it is split, the parts, largest first.
    pub split: Vec<SplitPart>,
    /// The dimension by which it is split, and the question that a chart of the parts asks.
    pub split_by: Option<(usize, Query)>,
    /// The figure as a sentence.
    pub sentence: Option<Sentence>,
}

/// The publisher's key figures. What the snapshot does not hold is left out.
pub fn headline(snapshot: &Snapshot, locale: &Locale) -> Vec<HeadlineFigure> {
    snapshot.profile.key_figures.iter().filter_map(|figure| one(snapshot, figure, locale)).collect()
}

fn one(snapshot: &Snapshot, figure: &KeyFigure, locale: &Locale) -> Option<HeadlineFigure> {
    let cube = snapshot.dataset(&figure.dataset)?;
    let measure = match &figure.measure {
        Some(id) => cube.measure_position(id)?,
        None => 0,
    };
    let query = query(cube, figure, measure)?;
    let time = cube.dimension_with_role(DimensionRole::Time);
    let by = figure.by.as_ref().and_then(|id| cube.dimension_position(id));
    let position = match time {
        Some(time) => Some(standing_period(cube, &query, time, by, figure.period.as_deref())?),
        None => None,
    };
    // From here on, everything stands at the period of the figure.
    let mut standing = query.clone();
    if let (Some(time), Some(position)) = (time, position) {
        standing.clauses.retain(|clause| clause.dimension != time);
        standing.clauses.push(Clause::new(cube, time, vec![position], ClauseSource::Reader));
    }
    let cell = first_cell(cube, &standing)?;
    let of_measure = |id: &Option<String>| id.as_ref().and_then(|id| cube.measure_position(id));
    let kind = cube.measures().get(measure).map_or(StatisticKind::Unknown, |measure| measure.kind);
    let period = time
        .zip(position)
        .and_then(|(time, position)| cube.dimensions().get(time)?.category(position)?.period);
    let when = period.map(|period| in_period(period, kind, locale));
    let end = period.filter(|_| kind == StatisticKind::Stock).map(|period| locale.end_of(period));
    let period = period.map(|period| locale.period(period));

    let published_change = of_measure(&figure.change);
    let change: Option<Box<ChangeText>> = position.and_then(|position| {
        match on_year_before(cube, &standing, position, published_change, locale) {
            Compared::Change(change) => Some(change),
            Compared::Refused(..) | Compared::Nothing => None,
        }
    });
    let part = of_measure(&figure.part).and_then(|part| {
        let cell = first_cell(cube, &Query { measure: part, ..standing.clone() })?;
        cell.value()?;
        let Presented { number, unit, .. } = present(&cell, cube, locale);
        // A unit of its own ("unaccompanied children") says it shorter than the label.
        let is_own =
            cube.measures().get(part).is_some_and(|part| part.unit != part.counts && !is_percent(part));
        let label = match cube.measures().get(part) {
            _ if is_own && !unit.is_empty() => unit,
            // A noun that the language counts is told in the form that goes with the number.
            Some(known) => {
                let noun = within_sentence(&known.label);
                let counted = locale.unit(&noun, cell.value()?, None);
                if counted == noun { within_sentence(&locale.measure(cube, part)) } else { counted }
            }
            None => return None,
        };
        Some((locale.fill("headline.part-value", &[("number", &number), ("label", &label)]), cell))
    });
    let others = [published_change, of_measure(&figure.part)];
    let split = by.and_then(|by| split(cube, by, &standing, others, locale));
    // The first figure of a dataset tells the split of a later one in its sentence.
    let mut figures = snapshot.profile.key_figures.iter().filter(|known| known.dataset == figure.dataset);
    let is_first = figures.next() == Some(figure);
    let told_split = match &split {
        Some(_) => None,
        None => figures.find_map(|later| {
            let by = cube.dimension_position(later.by.as_ref()?)?;
            let measure = later.measure.as_ref().map_or(Some(0), |id| cube.measure_position(id))?;
            split_of(cube, by, &Query { measure, ..standing.clone() }, locale)
        }),
    };
    let told_split = split.as_ref().or(told_split.as_ref());

    let presented = present(&cell, cube, locale);
    let place = cube.dimension_with_role(DimensionRole::Geo).map(|geo| {
        let names: Vec<String> =
            cell.selection().get(geo).into_iter().flatten().map(|&p| locale.category(cube, geo, p)).collect();
        locale.list(&names)
    });
    let told_shares = told_split
        .and_then(|(dimension, parts)| shares::tell(parts, shares::key_of(cube, *dimension), locale));
    let args = [
        ("value", Some(presented.text.as_str()).filter(|_| !presented.is_missing())),
        ("place", place.as_deref()),
        ("period", period.as_deref()),
        ("when", when.as_deref()),
        ("unit", Some(presented.unit.as_str())),
        ("change", change.as_ref().map(|change| change.long.as_str())),
        ("part", part.as_ref().map(|(text, _)| text.as_str())),
        ("shares", told_shares.as_deref()),
    ];
    let mut cells: Vec<&Cell> = vec![&cell];
    cells.extend(change.as_ref().map(|change| &change.cell));
    cells.extend(part.as_ref().map(|(_, cell)| cell));
    cells.extend(told_split.iter().flat_map(|(_, parts)| parts.iter().map(|part| &part.cell)));
    let measure_id = cube.measures().get(measure).map_or("", |measure| measure.id.as_str());
    let template = template_of(snapshot, &figure.dataset, measure_id, is_first, locale);
    let sentence = template
        .and_then(|template| template::fill(template, &args))
        .map(|text| Sentence::about(text, &cells, cube, locale))
        .or_else(|| {
            super::sentences::total(cube, &standing, &cell, locale).filter(|_| !presented.is_missing())
        });

    Some(HeadlineFigure {
        label: match &figure.label {
            Some(label) => locale.own(label, &figure.labels).to_owned(),
            None => locale.measure(cube, measure),
        },
        has_own_label: match &figure.label {
            Some(_) => locale.tag() == "en" || locale.has_own(&figure.labels),
            None => locale.has_measure(cube, measure),
        },
        dataset: figure.dataset.clone(),
        period: end.or(period),
        change: change.as_ref().map(|change| change.short.clone()),
        part: part.as_ref().map(|(text, _)| locale.fill("headline.part", &[("part", text)])),
        split_by: split.as_ref().and_then(|(dimension, parts)| {
            let measure = parts.first()?.cell.measure();
            let mut query = Query { measure, ..standing.clone() };
            query.clauses.retain(|clause| clause.dimension != *dimension);
            Some((*dimension, query))
        }),
        split: split
            .map(|(_, parts)| parts)
            .unwrap_or_default()
            .into_iter()
            .map(|part| SplitPart {
                name: part.name,
                presented: present(&part.cell, cube, locale),
                cell: part.cell,
            })
            .collect(),
        sentence,
        presented,
        cell,
    })
}

/// The publisher's template in the reader's language: by dataset and measure, or by dataset
/// for its first figure.
fn template_of<'a>(
    snapshot: &'a Snapshot,
    dataset: &str,
    measure: &str,
    is_first: bool,
    locale: &Locale,
) -> Option<&'a str> {
    let language = locale.tag().split('-').next().unwrap_or_default();
    let sentences = &snapshot.profile.sentences;
    let templates = sentences.get(locale.tag()).or_else(|| sentences.get(language))?;
    let of_measure = templates.get(&format!("{dataset}.{measure}"));
    of_measure.or_else(|| templates.get(dataset).filter(|_| is_first)).map(String::as_str)
}

fn query(cube: &Arc<Cube>, figure: &KeyFigure, measure: usize) -> Option<Query> {
    let mut query = Query { measure, ..Query::default() };
    for (id, code) in &figure.selection {
        if cube.parts().metric.as_ref().is_some_and(|metric| metric.id == *id) {
            continue;
        }
        let dimension = cube.dimension_position(id)?;
        let position = cube.dimensions().get(dimension)?.position(code)?;
        query.clauses.push(Clause::new(cube, dimension, vec![position], ClauseSource::Reader));
    }
    Some(query)
}

fn first_cell(cube: &Arc<Cube>, query: &Query) -> Option<Cell> {
    let query = Query { groupings: vec![Vec::new()], linked: false, top: Vec::new(), ..query.clone() };
    cube.run(&query).groups.first()?.cell(0)
}

/// The period of a figure: the one that is named, else the last with a figure, whole or split.
fn standing_period(
    cube: &Arc<Cube>,
    query: &Query,
    time: usize,
    by: Option<usize>,
    period: Option<&str>,
) -> Option<u32> {
    let dimension = cube.dimensions().get(time)?;
    if let Some(code) = period.filter(|code| *code != "latest") {
        return dimension.position(code);
    }
    let groupings = vec![vec![time], by.into_iter().chain([time]).collect()];
    let groups = cube.run(&Query { groupings, linked: false, top: Vec::new(), ..query.clone() }).groups;
    let is_observed = |position: u32| {
        groups.iter().any(|result| {
            (0..result.len()).any(|cell| {
                result.observed().get(cell).is_some_and(|observed| *observed > 0)
                    && result.positions_of(cell).last() == Some(&position)
            })
        })
    };
    dimension.chronological().iter().rev().copied().find(|position| is_observed(*position))
}

/// A figure by a dimension: published shares where the dataset has them, else the figure.
fn split(
    cube: &Arc<Cube>,
    by: usize,
    standing: &Query,
    others: [Option<usize>; 2],
    locale: &Locale,
) -> Option<(usize, Vec<shares::Part>)> {
    let is_share = |(_, measure): &(usize, &statcube::Measure)| {
        measure.kind == StatisticKind::Rate && is_percent(measure)
    };
    let published = cube.measures().iter().enumerate().filter(is_share).map(|(measure, _)| measure);
    let mut measures: Vec<usize> = published.filter(|measure| !others.contains(&Some(*measure))).collect();
    measures.push(standing.measure);
    measures
        .into_iter()
        .find_map(|measure| split_of(cube, by, &Query { measure, ..standing.clone() }, locale))
}

fn split_of(
    cube: &Arc<Cube>,
    by: usize,
    standing: &Query,
    locale: &Locale,
) -> Option<(usize, Vec<shares::Part>)> {
    let mut query = Query { groupings: vec![vec![by]], linked: false, top: Vec::new(), ..standing.clone() };
    query.clauses.retain(|clause| clause.dimension != by);
    let result = cube.run(&query).groups.into_iter().next()?;
    let parts = shares::ranked(&result, locale).ok().filter(|parts| !parts.is_empty())?;
    Some((by, parts))
}
