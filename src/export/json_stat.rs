//! JSON-stat of the view: the cube cut down to what the filters leave, written by the
//! engine. Nothing is added up; parents are kept where they are selected. Of a comparison each
//! side is a dataset of its own, and the second has a note on the two together.

use std::sync::Arc;

use statcube::map::Map;
use statcube::model::{Column, ColumnBuilder, Extras, SnapshotProfile};
use statcube::{CellIndex, Cube, CubeParts, Dimension, Hierarchy, Note, Query, Snapshot};

use super::{ExportContext, ExportScope, citation::citation, compared::Pair};
use crate::export::CitationLength;

/// The file as text.
pub fn json_stat(scope: ExportScope, cx: &ExportContext<'_>) -> String {
    let datasets = match (scope, cx.snapshot) {
        (ExportScope::Whole, Some(snapshot)) => {
            snapshot.datasets.iter().map(|cube| cited(cube, cx)).collect()
        }
        (ExportScope::Whole, None) => vec![cited(cx.cube, cx)],
        (ExportScope::View, _) => {
            let cubes = Pair::of(cx).map_or_else(
                || sliced(cx.cube, cx.query).into_iter().collect::<Vec<_>>(),
                |pair| sides(&pair, cx),
            );
            cubes.into_iter().map(|cube| cited(&Arc::new(cube), cx)).collect()
        }
    };
    let profile = cx.snapshot.map_or_else(SnapshotProfile::default, |snapshot| SnapshotProfile {
        // Key figures may be about what the view leaves out.
        key_figures: if scope == ExportScope::Whole {
            snapshot.profile.key_figures.clone()
        } else {
            Vec::new()
        },
        ..snapshot.profile.clone()
    });
    statcube::jsonstat::encode(&Snapshot {
        label: cx
            .snapshot
            .and_then(|snapshot| snapshot.label.clone())
            .or_else(|| Some(cx.cube.label().to_owned())),
        updated: cx.snapshot.and_then(|snapshot| snapshot.updated.clone()),
        href: cx
            .address
            .map(str::to_owned)
            .or_else(|| cx.snapshot.and_then(|snapshot| snapshot.href.clone())),
        profile,
        datasets,
        links: Vec::new(),
        findings: Vec::new(),
    })
}

/// The cube with the citation, edition and hash among them, as its source.
fn cited(cube: &Arc<Cube>, cx: &ExportContext<'_>) -> Arc<Cube> {
    let cited = citation(CitationLength::Long, &ExportContext { cube, ..*cx });
    let source = match &cube.parts().source {
        Some(source) if !source.is_empty() => format!("{source}. {cited}"),
        _ => cited,
    };
    Cube::new(CubeParts { source: Some(source), ..cube.parts().clone() })
        .map_or_else(|_| Arc::clone(cube), Arc::new)
}

/// Both sides of a comparison, each named by its letter.
fn sides(pair: &Pair<'_>, cx: &ExportContext<'_>) -> Vec<Cube> {
    let side = |side: &super::compared::Side<'_>| {
        let mut parts = sliced(cx.cube, side.query)?.parts().clone();
        parts.id = format!("{}-{}", parts.id, side.letter.to_ascii_lowercase());
        let name = cx.locale.fill("compare.name", &[("letter", side.letter), ("what", &side.name)]);
        parts.label = format!("{} · {name}", cx.locale.title(cx.cube));
        parts.titles = Map::new();
        if side.letter == "B" {
            let told = pair.in_words(cx);
            let told: Vec<String> = told.into_iter().map(|(name, told)| format!("{name}: {told}")).collect();
            let text = told.join("; ");
            parts.notes.push(Note { id: "comparison".into(), text, mandatory: true, ..Note::default() });
        }
        Cube::new(parts).ok()
    };
    pair.sides.iter().filter_map(side).collect()
}

/// The measure of the query, with only the categories that its filters leave.
fn sliced(cube: &Cube, query: &Query) -> Option<Cube> {
    let kept: Vec<Vec<u32>> = cube
        .dimensions()
        .iter()
        .enumerate()
        .map(|(place, dimension)| {
            query.selected(place).unwrap_or_else(|| (0..dimension.len() as u32).collect())
        })
        .collect();
    let dimensions =
        cube.dimensions().iter().zip(&kept).map(|(dimension, kept)| cut(dimension, kept)).collect();
    let column = cut_column(cube, cube.column(query.measure)?, &kept);
    let measure = cube.measures().get(query.measure)?.clone();
    let parts =
        CubeParts { dimensions, measures: vec![measure], columns: vec![column], ..cube.parts().clone() };
    Cube::new(parts).ok()
}

fn cut(dimension: &Dimension, kept: &[u32]) -> Dimension {
    let categories: Vec<_> =
        kept.iter().filter_map(|&position| dimension.category(position).cloned()).collect();
    let place = |position: u32| {
        kept.iter().position(|&known| known == position).and_then(|at| u32::try_from(at).ok())
    };
    let mut pairs = Vec::new();
    for &parent in kept {
        for &child in dimension.hierarchy.children_of(parent) {
            pairs.extend(place(parent).zip(place(child)));
        }
    }
    let (hierarchy, _) = Hierarchy::new(categories.len(), &pairs);
    let mut cut =
        Dimension::new(dimension.id.clone(), dimension.label.clone(), dimension.role, categories, hierarchy);
    cut.labels = dimension.labels.clone();
    cut.elimination = dimension.elimination.clone().filter(|code| cut.position(code).is_some());
    cut
}

fn cut_column(cube: &Cube, column: &Column, kept: &[Vec<u32>]) -> Column {
    let old_places = kept.iter().zip(cube.strides()).fold(vec![0usize], |before, (kept, &stride)| {
        before
            .iter()
            .flat_map(|&base| kept.iter().map(move |&position| base + position as usize * stride))
            .collect()
    });
    let mut builder = ColumnBuilder::new(old_places.len());
    let mut extras = Extras::default();
    for (new, old) in old_places.into_iter().enumerate() {
        let (new, old) = (CellIndex(new), CellIndex(old));
        if let Some(value) = column.value(old) {
            builder.set(new, value);
        }
        if column.status(old) != 0 {
            builder.set_status(new, column.status(old));
        }
        let known = &column.extras;
        extras.provenance.extend(known.provenance.get(&old).map(|sources| (new, sources.clone())));
        extras.vintages.extend(known.vintages.get(&old).map(|vintages| (new, vintages.clone())));
        extras.ranges.extend(known.ranges.get(&old).map(|range| (new, *range)));
        extras.conflicts.extend(known.conflicts.get(&old).map(|conflicts| (new, conflicts.clone())));
    }
    builder.finish(extras)
}
