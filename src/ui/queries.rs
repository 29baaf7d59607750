//! Everything that reads what is on view. Each answer comes from the engine; nothing here
//! adds, compares or fills.

use std::sync::Arc;

use statcube::{Cube, Query};

use crate::i18n::Locale;
use crate::present::query_summary;
pub(crate) use crate::state::{classification_dimension, group, leaf_filter, whole_filter, without_filter};
use crate::state::{geo_dimension, time_dimension};

/// Above this many cells, figures are counted without asking for each place.
const MOST_COUNTED: usize = 200_000;

/// For each category of a dimension, how many figures are published: over all places and
/// periods that the filters leave, the dimension's own filter taken out.
pub(crate) fn num_published(cube: &Arc<Cube>, query: &Query, dimension: usize) -> Vec<usize> {
    let mut by = vec![dimension];
    by.extend(time_dimension(cube).filter(|time| *time != dimension));
    let places = geo_dimension(cube).filter(|geo| *geo != dimension && cube.num_cells() <= MOST_COUNTED);
    by.extend(places);
    let mut counts = vec![0; cube.dimensions().get(dimension).map_or(0, |d| d.len())];
    if let Some(result) = group(cube, &without_filter(query, dimension), by) {
        let is_published = |cell: &usize| !result.is_refused() && result.is_known(*cell);
        for cell in (0..result.len()).filter(is_published) {
            let position = result.positions_of(cell).first().copied();
            if let Some(count) = position.and_then(|p| counts.get_mut(p as usize)) {
                *count += 1;
            }
        }
    }
    counts
}

/// Categories as the filter lists show them: whether a category is a parent, its position,
/// in the order of the hierarchy.
pub(crate) fn listed_categories(cube: &Cube, dimension: usize) -> Vec<(usize, u32)> {
    let Some(known) = cube.dimensions().get(dimension) else { return Vec::new() };
    let mut listed = Vec::with_capacity(known.len());
    let mut open: Vec<(usize, u32)> = known.hierarchy.roots().iter().rev().map(|&root| (0, root)).collect();
    let mut seen = vec![false; known.len()];
    while let Some((depth, category)) = open.pop() {
        match seen.get_mut(category as usize) {
            Some(seen) if !*seen => *seen = true,
            _ => continue,
        }
        listed.push((depth, category));
        open.extend(known.hierarchy.children_of(category).iter().rev().map(|&child| (depth + 1, child)));
    }
    listed
}

/// What the filter leaves: the words for it, and how many of how many figures are
/// published, one for each place and period.
pub(crate) fn live_line(cube: &Arc<Cube>, query: &Query, locale: &Locale) -> (String, usize, usize) {
    let mut by: Vec<usize> = geo_dimension(cube).into_iter().chain(time_dimension(cube)).collect();
    // A filter on a classification is about its categories; without one its total counts.
    by.extend(
        query.clauses.iter().map(|clause| clause.dimension).filter(|d| !by.contains(d)).collect::<Vec<_>>(),
    );
    by.dedup();
    let count = |query: &Query| {
        group(cube, query, by.clone()).map_or((0, 0), |result| {
            ((0..result.len()).filter(|cell| result.is_known(*cell)).count(), result.len())
        })
    };
    let (mut published, mut all) = count(&leaf_filter(cube, query));
    // Where only wholes are published, they are what is counted.
    if published == 0 {
        (published, all) = match count(&whole_filter(cube, query)) {
            (0, _) => (published, all),
            wholes => wholes,
        };
    }
    (query_summary(cube, query, locale), published, all)
}

/// Notes of a dataset that hold for a question: those whose categories the filters leave.
pub(crate) fn notes_of(cube: &Cube, query: &Query) -> Vec<usize> {
    let measure = cube.measures().get(query.measure).map(|measure| measure.id.as_str());
    let left = |id: &str, codes: &[String]| {
        let Some(place) = cube.dimension_position(id) else { return false };
        let Some(dimension) = cube.dimensions().get(place) else { return false };
        match query.selected(place) {
            None => true,
            Some(kept) => codes.iter().filter_map(|code| dimension.position(code)).any(|p| kept.contains(&p)),
        }
    };
    let holds = |note: &statcube::Note| {
        let attachment = &note.attachment;
        let for_measure = attachment.measures.is_empty()
            || attachment.measures.iter().any(|id| Some(id.as_str()) == measure);
        for_measure && attachment.categories.iter().all(|(id, codes)| left(id, codes))
    };
    (0..cube.notes().len()).filter(|&at| cube.notes().get(at).is_some_and(holds)).collect()
}

/// Names of all sources behind what the question leaves, in the order of their ids.
pub(crate) fn sources_of(cube: &Arc<Cube>, query: &Query) -> Vec<String> {
    let by = (0..cube.dimensions().len()).collect();
    let mut sources: Vec<String> = Vec::new();
    if let Some(result) = group(cube, query, by) {
        for cell in (0..result.len()).filter(|&cell| result.is_known(cell)) {
            if let Some(cell) = result.cell(cell) {
                sources.extend(cell.sources().iter().cloned());
            }
        }
    }
    statcube::order::sort(&mut sources);
    sources.dedup();
    let names = sources.iter().map(|id| crate::chart::source_name(cube, id));
    let mut told: Vec<String> = Vec::new();
    for name in names {
        if !told.contains(&name) {
            told.push(name);
        }
    }
    told
}
