//! From what is on view to the question that one chart asks: which dimension it lists, which
//! filters it looks past, at which place it stands. In the browser and in pictures the same.

use std::sync::Arc;

use statcube::{Clause, ClauseSource, Cube, DimensionRole, GroupResult, Query};

use super::{citizenship_dimension, geo_dimension, time_dimension};
use crate::chart::ChartKind;

/// The dimension that the panels by nationality, type or sex are about: citizenship, else
/// the first that is neither place nor time.
pub fn classification_dimension(cube: &Cube) -> Option<usize> {
    citizenship_dimension(cube).or_else(|| {
        cube.dimensions().iter().position(|dimension| dimension.role == DimensionRole::Classification)
    })
}

/// The question without the filters on one dimension.
pub fn without_filter(query: &Query, dimension: usize) -> Query {
    let mut freed = query.clone();
    freed.clauses.retain(|clause| clause.dimension != dimension);
    freed
}

/// The answer to one grouping.
pub fn group(cube: &Arc<Cube>, query: &Query, by: Vec<usize>) -> Option<GroupResult> {
    let query = Query { groupings: vec![by], ..query.clone() };
    cube.run(&query).groups.pop()
}

/// Whether two questions leave the same, whoever asked.
pub fn keep_the_same(a: &Query, b: &Query) -> bool {
    let kept = |query: &Query, other: &Query| {
        query
            .clauses
            .iter()
            .all(|clause| query.selected(clause.dimension) == other.selected(clause.dimension))
    };
    kept(a, b) && kept(b, a)
}

/// The dimension whose categories a kind of chart lists, where that is not its own choice.
pub fn listed_dimension(kind: ChartKind, cube: &Cube) -> Option<usize> {
    let is_by_class = matches!(kind, ChartKind::Ranking | ChartKind::Multiples);
    is_by_class.then(|| classification_dimension(cube)).flatten()
}

/// The question a chart asks: a chart by a dimension ignores the filter on that dimension, and
/// so does the one in which periods were chosen; it shows what is chosen in it.
pub fn linked(
    kind: ChartKind,
    cube: &Arc<Cube>,
    query: &Query,
    by: Option<usize>,
) -> (Query, Vec<(usize, u32)>) {
    let own = match kind {
        ChartKind::Bars | ChartKind::Map => by.or_else(|| geo_dimension(cube)),
        ChartKind::Ranking => by,
        _ => None,
    };
    let placed = match kind {
        ChartKind::Ranking | ChartKind::Multiples | ChartKind::Share => by,
        ChartKind::Years | ChartKind::Sparkline => time_dimension(cube),
        _ => None,
    };
    let query = &placed.map_or_else(|| query.clone(), |by| at_one_place(cube, query, by));
    let mut asked = query.clone();
    let mut chosen = Vec::new();
    for own in own.into_iter().chain(brushed(kind, query)) {
        chosen.extend(query.selected(own).unwrap_or_default().into_iter().map(|position| (own, position)));
        asked = without_filter(&asked, own);
        // A heat map has no room for all periods: it keeps the years of the chosen ones.
        if kind == ChartKind::Heatmap {
            asked.clauses.push(Clause::new(cube, own, years_of(cube, own, &chosen), ClauseSource::Reader));
        }
    }
    (asked, chosen)
}

/// All periods of the years of some.
fn years_of(cube: &Cube, time: usize, chosen: &[(usize, u32)]) -> Vec<u32> {
    let Some(known) = cube.dimensions().get(time) else { return Vec::new() };
    let year = |position: u32| Some(known.category(position)?.period?.last_month().year());
    let years: Vec<Option<i32>> =
        chosen.iter().filter(|(place, _)| *place == time).map(|(_, position)| year(*position)).collect();
    (0u32..).take(known.len()).filter(|position| years.contains(&year(*position))).collect()
}

/// The dimension whose categories were chosen in a chart of this kind by dragging over them or
/// by a mark, where any were.
pub fn brushed(kind: ChartKind, query: &Query) -> Option<usize> {
    let is_own = |clause: &&Clause| matches!(&clause.source, ClauseSource::Chart(id) if id == kind.id());
    query.clauses.iter().find(is_own).map(|clause| clause.dimension)
}

/// The question that a chart of categories asks. Where places are not added and nothing is
/// published for them together, it is about the one place with the most figures, which the
/// chart's subtitle names.
fn at_one_place(cube: &Arc<Cube>, query: &Query, by: usize) -> Query {
    let Some(geo) = geo_dimension(cube).filter(|geo| *geo != by) else { return query.clone() };
    let has_any = |query: &Query| {
        group(cube, query, vec![by]).is_some_and(|result| result.values().iter().any(|value| !value.is_nan()))
    };
    if has_any(query) {
        return query.clone();
    }
    // Of every category, how much is published at each place.
    let mut counts = vec![0; cube.dimensions().get(geo).map_or(0, |known| known.len())];
    if let Some(result) = group(cube, &leaf_filter(cube, query), vec![geo, by]) {
        for (cell, &observed) in result.observed().iter().enumerate() {
            let place = result.positions_of(cell).first().copied();
            if let Some(count) = place.and_then(|place| counts.get_mut(place as usize)) {
                *count += observed as usize;
            }
        }
    }
    let most = counts.iter().copied().max().filter(|most| *most > 0);
    let Some(place) = most.and_then(|most| counts.iter().position(|count| *count == most)) else {
        return query.clone();
    };
    let mut one = without_filter(query, geo);
    one.clauses.push(Clause::new(cube, geo, vec![place as u32], ClauseSource::Chart("one place".into())));
    one
}

/// The question with places that stand for others left out where nothing filters places,
/// so that parts are shown rather than their total.
pub fn leaf_filter(cube: &Cube, query: &Query) -> Query {
    level_filter(cube, query, true)
}

/// The opposite: places that stand for others, where nothing filters places.
pub fn whole_filter(cube: &Cube, query: &Query) -> Query {
    level_filter(cube, query, false)
}

fn level_filter(cube: &Cube, query: &Query, is_leaf: bool) -> Query {
    let mut level = query.clone();
    if let Some(geo) = geo_dimension(cube)
        && let Some(dimension) = cube.dimensions().get(geo)
        && query.selected(geo).is_none()
        && !dimension.hierarchy.is_flat()
    {
        let is_kept = |category: &u32| dimension.hierarchy.children_of(*category).is_empty() == is_leaf;
        let kept = (0..dimension.len() as u32).filter(is_kept).collect();
        level.clauses.push(Clause::new(cube, geo, kept, ClauseSource::Chart("level".into())));
    }
    level
}
