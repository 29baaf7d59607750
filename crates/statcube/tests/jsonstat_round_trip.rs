//! What is written is read back as it was.

use statcube::map::Map;
use std::path::PathBuf;
use std::sync::Arc;

use proptest::prelude::*;
use proptest::sample::select;
use statcube::jsonstat::{DecodeOptions, decode, encode};
use statcube::model::{
    Additivity, Attachment, Category, CellIndex, ColumnBuilder, Conflict, Cube, CubeParts, Dimension,
    DimensionRole, Disagreement, Extras, Hierarchy, KeyFigure, Link, Measure, MetricDimension, Note,
    Snapshot, SnapshotProfile, Source, StatisticKind, StatusTable, Vintage,
};

fn read(text: &str) -> Snapshot {
    decode(text.as_bytes(), &DecodeOptions::default()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

/// The same words in another language.
fn by_language(words: &str) -> Map<String, String> {
    [("fr".to_owned(), format!("{words} fr"))].into_iter().collect()
}

/// Findings tell places in the file that was read.
fn without_findings(snapshot: Snapshot) -> Snapshot {
    Snapshot { findings: Vec::new(), ..snapshot }
}

#[test]
fn real_files_come_back_as_they_were() {
    let Some(root) = std::env::var_os("MIXED_MOVEMENTS_REAL_DATA") else {
        eprintln!("SKIPPED: MIXED_MOVEMENTS_REAL_DATA is unset, so no real file was written and read back");
        return;
    };
    let mut num_files = 0;
    for entry in std::fs::read_dir(PathBuf::from(root).join("tests-only/jsonstat")).unwrap() {
        let path = entry.unwrap().path();
        let Ok(snapshot) = decode(&std::fs::read(&path).unwrap(), &DecodeOptions::default()) else {
            continue;
        };
        let text = encode(&snapshot);
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
        let again = read(&text);
        assert_eq!(encode(&again), text, "{}", path.display());
        assert!(without_findings(again) == without_findings(snapshot), "{}", path.display());
        num_files += 1;
    }
    assert_eq!(num_files, 13);
}

/// Text as files may have it: names of prototypes, dots, quotes, other scripts, nothing.
fn text() -> impl Strategy<Value = String> + Clone {
    prop_oneof![
        select(vec![
            "",
            "__proto__",
            "constructor",
            "value",
            "status",
            "a.b",
            "a-0",
            "\"",
            "\\",
            "\u{0}",
            "\u{2028}",
            "é𝄞",
            "1",
            "2024-01",
            "dataset",
            "[0]",
            "Мар",
            "زا",
        ])
        .prop_map(String::from),
        "[a-z]{1,6}",
    ]
}

fn number() -> impl Strategy<Value = f64> + Clone {
    prop_oneof![
        (-10_000i32..10_000).prop_map(f64::from),
        // Larger figures are refused: their sum would be no number.
        any::<f64>().prop_filter("a figure", |number| number.abs() <= 1e290),
        select(vec![
            -0.0,
            0.1,
            1e290,
            5e-324,
            1e15,
            9_007_199_254_740_993.0,
            2_147_483_648.0,
            -2_147_483_649.0
        ]),
    ]
}

fn dimension(position: usize) -> impl Strategy<Value = Dimension> {
    let role = select(vec![DimensionRole::Geo, DimensionRole::Time, DimensionRole::Classification]);
    let category = (text(), text(), proptest::collection::vec((text(), text()), 0..2));
    let pairs = proptest::collection::btree_set((0u32..4, 0u32..4), 0..4);
    (text(), text(), role, proptest::collection::vec(category, 0..5), pairs, any::<bool>()).prop_map(
        move |(id, label, role, categories, pairs, has_total)| {
            let codes = categories.into_iter().enumerate();
            let categories: Vec<_> = codes
                .map(|(at, (code, label, mut labels))| {
                    labels.dedup_by(|a, b| a.0 == b.0);
                    Category { code: format!("{code}{at}"), label, labels, period: None }
                })
                .collect();
            let len = categories.len() as u32;
            let pairs: Vec<_> =
                pairs.into_iter().filter(|(parent, child)| parent < child && *child < len).collect();
            let (hierarchy, left_out) = Hierarchy::new(categories.len(), &pairs);
            assert!(left_out.is_empty());
            let total =
                categories.first().filter(|_| has_total && !hierarchy.is_flat()).map(|c| c.code.clone());
            let labels = if has_total { by_language(&label) } else { Map::new() };
            let mut dimension = Dimension::new(format!("{position}{id}"), label, role, categories, hierarchy);
            dimension.labels = labels;
            dimension.elimination = total;
            dimension
        },
    )
}

fn additivity() -> impl Strategy<Value = Additivity> {
    select(Additivity::ALL.to_vec())
}

/// A measure; what it says of dimensions is said of those that there are.
fn measure(position: usize, ids: Vec<String>) -> impl Strategy<Value = Measure> {
    let kind =
        select(vec![StatisticKind::Flow, StatisticKind::Stock, StatisticKind::Rate, StatisticKind::Unknown]);
    let some = || proptest::option::of(text());
    let declared = proptest::collection::vec(proptest::option::of((additivity(), some())), ids.len());
    let numbers = (proptest::option::of(number()), proptest::option::of(any::<u8>()), any::<bool>());
    (text(), text(), some(), kind, some(), numbers, declared, some(), some()).prop_map(
        move |(
            id,
            label,
            unit,
            kind,
            counts,
            (precision, decimals, withholds),
            declared,
            advice,
            description,
        )| {
            let declared: Map<_, _> = ids
                .iter()
                .cloned()
                .zip(declared)
                .filter_map(|(id, declared)| Some((id, declared?)))
                .collect();
            Measure {
                id: format!("{id}{position}"),
                labels: vec![("fr".into(), label.clone())],
                label,
                unit,
                kind,
                counts,
                precision,
                decimals,
                suppressed: if withholds { [("odd".to_owned(), (1.0, 4.0))].into() } else { Map::new() },
                additivity: declared.iter().map(|(id, (additivity, _))| (id.clone(), *additivity)).collect(),
                why: declared.into_iter().filter_map(|(id, (_, why))| Some((id, why?))).collect(),
                advice,
                description,
            }
        },
    )
}

type RawNote = (String, Option<String>, bool, u8, u8);

/// Notes, some with the ids that plain notes get, in any order.
fn notes(
    raw: Vec<RawNote>,
    dimensions: &[Dimension],
    metric: Option<&MetricDimension>,
    measures: &[Measure],
) -> Vec<Note> {
    let mut notes: Vec<Note> = Vec::new();
    for (at, (text, marker, mandatory, form, choice)) in raw.into_iter().enumerate() {
        let dimension = dimensions.get(usize::from(choice) % dimensions.len().max(1));
        let category = dimension.and_then(|d| d.categories.get(usize::from(choice) / 4 % d.len().max(1)));
        let mut attachment = Attachment::default();
        let place = match (form % 5, dimension, category) {
            (0, ..) => "dataset".to_owned(),
            (1, Some(dimension), _) => dimension.id.clone(),
            (2, Some(dimension), Some(category)) => {
                attachment.categories.insert(dimension.id.clone(), vec![category.code.clone()]);
                format!("{}-{}", dimension.id, category.code)
            }
            (3, ..) if metric.is_some() && !measures.is_empty() => {
                attachment.measures = vec![measures[0].id.clone()];
                format!("{}-{}", metric.unwrap().id, measures[0].id)
            }
            _ => format!("n{at}"),
        };
        let known = |id: &String| notes.iter().any(|note| note.id == *id);
        let id = (0..).map(|n| format!("{place}-{n}")).find(|id| !known(id)).unwrap();
        let texts = if at % 3 == 1 { by_language(&text) } else { Map::new() };
        notes.push(Note { id, marker, text, texts, mandatory, attachment });
    }
    notes
}

fn cube(position: usize) -> impl Strategy<Value = Cube> {
    let dimensions = proptest::collection::vec(Just(()), 0..4)
        .prop_flat_map(|units| (0..units.len()).map(dimension).collect::<Vec<_>>());
    let metric = proptest::option::of((0usize..4, 0usize..4));
    (dimensions, metric).prop_flat_map(move |(dimensions, metric)| {
        let num_measures = metric.map_or(1, |(_, num_measures)| num_measures);
        let ids: Vec<_> = dimensions.iter().map(|dimension| dimension.id.clone()).collect();
        let measures: Vec<_> = (0..num_measures).map(|at| measure(at, ids.clone())).collect();
        let num_cells: usize = dimensions.iter().map(Dimension::len).product();
        let status = select(vec!["e", "p", "ep", "~", "odd", ":"]).prop_map(String::from);
        let kind = select(Disagreement::ALL.to_vec());
        let conflict = (kind, number(), text(), text()).prop_map(|(kind, value, source, what)| Conflict {
            kind,
            value,
            source,
            what,
        });
        let vintage = (text(), number()).prop_map(|(edition, value)| Vintage { edition, value });
        let extras = (
            proptest::option::weighted(0.2, proptest::collection::vec(text(), 0..3)),
            proptest::option::weighted(0.2, proptest::collection::vec(vintage, 1..3)),
            proptest::option::weighted(0.2, (-5i32..5, 0i32..5)),
            proptest::option::weighted(0.2, proptest::collection::vec(conflict, 1..3)),
        );
        let share = select(vec![0.001, 0.1, 0.6, 0.999]);
        let cells = (share.clone(), share).prop_flat_map(move |(observed, flagged)| {
            let cell = (
                proptest::option::weighted(observed, number()),
                proptest::option::weighted(flagged, status.clone()),
                extras.clone(),
            );
            proptest::collection::vec(cell, num_cells * num_measures)
        });
        let raw_note = (text(), proptest::option::of(text()), any::<bool>(), any::<u8>(), any::<u8>());
        let notes_of = proptest::collection::vec(raw_note, 0..6);
        let some = || proptest::option::of(text());
        let texts = (text(), text(), some(), some(), some(), any::<bool>());
        (Just((dimensions, metric)), measures, cells, notes_of, texts).prop_map(
            move |(
                (dimensions, metric),
                measures,
                cells,
                raw_notes,
                (id, label, updated, source, href, illustrative),
            )| {
                let metric = metric.map(|(at, _)| MetricDimension {
                    id: format!("{id}-metric"),
                    label: label.clone(),
                    position: at.min(dimensions.len()),
                });
                let labels = [("e", "estimated"), ("p", "provisional"), ("~", "rounded")];
                let labels = labels.map(|(code, label)| (code.to_owned(), label.to_owned()));
                let mut statuses = StatusTable::new(labels.to_vec());
                let run: usize = metric.as_ref().map_or(num_cells, |metric| {
                    dimensions.iter().skip(metric.position).map(Dimension::len).product()
                });
                let mut builders = vec![ColumnBuilder::new(num_cells); measures.len()];
                let mut extras = vec![Extras::default(); measures.len()];
                for (at, (value, status, (provenance, vintages, range, conflicts))) in
                    cells.into_iter().enumerate()
                {
                    let block = at / run;
                    let measure = block % measures.len();
                    let index = CellIndex(block / measures.len() * run + at % run);
                    // What is withheld has no value.
                    let code = status.as_deref().unwrap_or_default();
                    let value = value.filter(|_| !measures[measure].suppressed.contains_key(code));
                    value.into_iter().for_each(|value| builders[measure].set(index, value));
                    if let Some(status) = status {
                        builders[measure].set_status(index, statuses.intern(&status).unwrap());
                    }
                    let extras = &mut extras[measure];
                    extras
                        .provenance
                        .extend(provenance.filter(|ids| !ids.is_empty()).map(|ids| (index, ids)));
                    extras.vintages.extend(vintages.map(|all| (index, all)));
                    let range = range.map(|(low, width)| (f64::from(low), f64::from(low + width)));
                    extras.ranges.extend(range.map(|range| (index, range)));
                    extras.conflicts.extend(conflicts.map(|all| (index, all)));
                }
                let columns = builders
                    .into_iter()
                    .zip(extras)
                    .map(|(builder, extras)| builder.finish(extras))
                    .collect();
                let notes = notes(raw_notes, &dimensions, metric.as_ref(), &measures);
                let id = format!("{id}{position}");
                let assumed = Map::new();
                let sources = Arc::default();
                Cube::new(CubeParts {
                    id,
                    titles: by_language(&label),
                    label,
                    updated,
                    source,
                    href,
                    illustrative,
                    dimensions,
                    metric,
                    measures,
                    columns,
                    statuses,
                    notes,
                    sources,
                    assumed,
                })
                .unwrap()
            },
        )
    })
}

fn snapshot() -> impl Strategy<Value = Snapshot> {
    let some = || proptest::option::of(text());
    let link = (text(), text()).prop_map(|(label, href)| Link { label, href });
    let links = proptest::collection::vec(link, 0..3);
    let source = (text(), some(), some(), some()).prop_map(|(title, publisher, href, date)| Source {
        title,
        publisher,
        href,
        date,
    });
    let sources = proptest::collection::btree_map(text(), source, 0..3);
    let figure = (
        text(),
        some(),
        proptest::collection::btree_map(text(), text(), 0..3),
        some(),
        some(),
        some(),
        some(),
    );
    let figure = figure.prop_map(|(dataset, measure, selection, period, by, label, part)| KeyFigure {
        dataset,
        measure,
        selection: selection.into_iter().collect(),
        period,
        by,
        labels: label.as_deref().map(by_language).unwrap_or_default(),
        label,
        change: part.clone(),
        part,
    });
    let figures = proptest::collection::vec(figure, 0..3);
    let sentences =
        proptest::collection::btree_map(text(), proptest::collection::btree_map(text(), text(), 0..3), 0..3);
    let texts = (some(), some(), some(), some(), some(), some(), some());
    let profile =
        (texts, links.clone(), figures, sentences, sources, any::<(bool, bool, bool, Option<u32>)>());
    let profile = profile.prop_map(|(texts, links, key_figures, sentences, sources, flags)| {
        let (illustrative, provisional, has_version, revision) = flags;
        let (edition, previous, publisher, contact, licence, method, boundaries) = texts;
        SnapshotProfile {
            profile: has_version.then_some(1),
            titles: edition.as_deref().map(by_language).unwrap_or_default(),
            edition,
            previous,
            revision,
            publisher,
            contact,
            licence,
            method,
            illustrative,
            provisional,
            links,
            key_figures,
            sentences: sentences.into_iter().map(|(lang, all)| (lang, all.into_iter().collect())).collect(),
            sources: sources.into_iter().collect(),
            editions: boundaries.clone(),
            boundaries,
        }
    });
    (some(), some(), some(), profile, (cube(0), cube(1)), links).prop_map(
        |(label, updated, href, profile, cubes, links)| {
            let sources = Arc::new(profile.sources.clone());
            let cubes = [cubes.0, cubes.1].map(|cube| {
                let illustrative = cube.parts().illustrative || profile.illustrative;
                let parts = CubeParts { sources: Arc::clone(&sources), illustrative, ..cube.parts().clone() };
                Arc::new(Cube::new(parts).unwrap())
            });
            Snapshot { label, updated, href, profile, datasets: cubes.to_vec(), links, findings: Vec::new() }
        },
    )
}

proptest! {
    #[test]
    fn every_snapshot_comes_back_as_it_was(snapshot in snapshot()) {
        let text = encode(&snapshot);
        serde_json::from_str::<serde_json::Value>(&text).unwrap();
        let again = read(&text);
        prop_assert_eq!(encode(&again), text);
        prop_assert_eq!(without_findings(again), snapshot);
    }
}
