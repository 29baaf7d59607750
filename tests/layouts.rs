//! Everything that the page may be asked: any kind of chart, dataset, measure, width and language, any
//! filters, on the published snapshots and on odd files. Whatever is asked is laid out soundly or refused
//! with words, and is told, spoken and taken away without stopping the program.
//!
//! `PROVE` asks 20,000 times, `SEED` as in an earlier run.

use std::path::Path;
use std::sync::Arc;

use mixed_movements::chart::{
    ChartKind, ChartOptions, Frame, Step, Theme, WidthTable, layout, suits, tokens, tooltip,
};
use mixed_movements::export::{CitationLength, ExportContext, ExportScope, citation, csv, json_stat, svg};
use mixed_movements::i18n::Locale;
use mixed_movements::narrative::{headline, sentences_of};
use mixed_movements::state::{ViewState, from_link, resolve, to_link};
use statcube::jsonstat::{DecodeOptions, decode};
use statcube::{Clause, ClauseSource, Cube, Query, Snapshot};

use crate::chance::Chance;
use crate::charts::{assert_sound, shapes};

/// Files that are allowed and that nobody would publish: no category, one, zeros, negative and very large
/// numbers, names without end and without a letter.
fn odd_files() -> Vec<String> {
    let file = |geo: &[&str], months: &[&str], value: &str, members: &str| {
        let list = |codes: &[&str]| {
            codes.iter().map(|code| serde_json::json!(code).to_string()).collect::<Vec<_>>().join(",")
        };
        format!(
            r#"{{"class":"dataset","label":"Odd","id":["geo","month"],"size":[{},{}],"value":{value},"role":{{"geo":["geo"],"time":["month"]}},
                "dimension":{{"geo":{{"category":{{"index":[{}]}}}},"month":{{"category":{{"index":[{}]}}}}}},
                "extension":{{"mixedMovements":{{"profile":1,"measures":{{"odd":{{{members}}}}}}}}}}}"#,
            geo.len(),
            months.len(),
            list(geo),
            list(months),
        )
    };
    let sums = r#""kind":"flow","counts":"events","additivity":{"geo":"sum","month":"sum"}"#;
    let long = "W".repeat(100_000);
    vec![
        file(&[], &[], "[]", sums),
        file(&["A"], &[], "[]", sums),
        file(&["A"], &["2024-01"], "[0]", sums),
        file(&["A", "B"], &["2024-01", "2024-02"], "[0,0,0,0]", sums),
        file(&["A", "B"], &["2024-01", "2024-02"], "{}", sums),
        file(&["A", "B"], &["2024-01", "2024-02"], "[-5,3,-2,-1]", sums),
        file(&["A", "B"], &["2024-01", "1024-02"], "[1e290,-1e290,5e-324,1]", sums),
        file(&["A", "B"], &["2024-01", "2024-02"], "[0.1,99.95,100,3]", r#""kind":"rate","unit":"%""#),
        file(
            &["A", "B"],
            &["2024", "2024-Q1"],
            "[1,2,3,4]",
            r#""kind":"stock","counts":"people","precision":100"#,
        ),
        file(&["A", "B"], &["0000", "9999-12"], "[1,2,3,4]", sums),
        file(&["A", "B"], &["one", "two"], "[1,2,3,4]", sums),
        file(&[&long, "\u{202e}\u{200b}", " ", "e\u{301}"], &["2024-01"], "[1,2,3,4]", sums),
    ]
}

fn snapshots() -> Vec<(String, Snapshot)> {
    let read = |name: &str, text: &str| {
        let snapshot = decode(text.as_bytes(), &DecodeOptions::default());
        (name.to_owned(), snapshot.unwrap_or_else(|error| panic!("{name}: {error}")))
    };
    let published = ["western-balkans.json", "western-balkans-example.json"].map(|name| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/data").join(name);
        read(name, &std::fs::read_to_string(path).unwrap())
    });
    let odd = odd_files();
    let odd = odd.iter().enumerate().map(|(at, text)| read(&format!("odd file {at}"), text));
    published.into_iter().chain(odd).collect()
}

/// What a reader may filter by.
fn question(cube: &Cube, chance: &mut Chance) -> Query {
    let mut query = Query { measure: chance.below(cube.measures().len()), ..Query::default() };
    query.linked = chance.below(2) == 0;
    for (at, dimension) in cube.dimensions().iter().enumerate() {
        let all = 0..dimension.len() as u32;
        let kept: Vec<u32> = match chance.below(6) {
            0 => vec![chance.below(dimension.len()) as u32],
            1 => all.filter(|_| chance.below(3) == 0).collect(),
            2 => {
                let (a, b) = (chance.below(dimension.len()), chance.below(dimension.len()));
                (a.min(b) as u32..=a.max(b) as u32).collect()
            }
            3 => match chance.below(8) {
                0 => Vec::new(),
                _ => dimension.hierarchy.children_of(chance.below(dimension.len()) as u32).to_vec(),
            },
            _ => continue,
        };
        query.clauses.push(Clause::new(cube, at, kept, ClauseSource::Reader));
    }
    query
}

struct Asked<'a> {
    kind: ChartKind,
    cube: &'a Arc<Cube>,
    snapshot: &'a Snapshot,
    is_published: bool,
    query: Query,
    locale: &'a Locale,
    width: f64,
    options: ChartOptions,
}

/// Whether a chart came of it.
fn look_at(asked: &Asked<'_>, map: &mixed_movements::chart::MapShapes, chance: &mut Chance) -> bool {
    let Asked { kind, cube, snapshot, is_published, query, locale, width, options } = asked;
    let tokens = tokens(*chance.of(&[Theme::Light, Theme::Dark]));
    let frame = Frame {
        width: *width,
        height: None,
        tokens: &tokens,
        metrics: &WidthTable,
        locale,
        map: (chance.below(4) > 0).then_some(map),
    };
    let laid = layout(*kind, cube, query, options, &frame);
    let chart = match laid {
        Err(unfit) => {
            assert!(!unfit.heading.is_empty() && !unfit.reason.is_empty());
            return false;
        }
        Ok(chart) => chart,
    };
    assert!(suits(*kind, cube, query, options.by, locale).is_ok(), "laid out though it does not suit");
    // As narrow as no page is, a text may stand out; so may a word of three hundred letters.
    if *width >= 320.0 && *is_published {
        assert_sound(&chart, cube, locale, kind.id());
    }
    let mut at = None;
    for _ in 0..6 {
        let step = *chance.of(&[Step::Left, Step::Right, Step::Up, Step::Down, Step::Home, Step::End]);
        at = chart.scene.next_mark(at, step);
        if let Some(mark) = at {
            tooltip(&chart, mark, cube, locale).expect("a mark of the chart");
        }
    }
    chart.scene.hit(chance.below(1_000) as f64, chance.below(1_000) as f64);
    assert!(svg(&chart, &tokens, locale).starts_with("<svg"));
    for sentence in sentences_of(snapshot, cube, query, locale) {
        assert!(!sentence.text.is_empty() && !sentence.text.contains("NaN"), "{}", sentence.text);
    }
    true
}

#[test]
fn whatever_is_asked_is_laid_out_soundly_or_refused() {
    let num = if std::env::var_os("PROVE").is_some() { 20_000 } else { 1_000 };
    let seed: u64 = std::env::var("SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let (snapshots, map) = (snapshots(), shapes());
    let locales: Vec<Locale> =
        Locale::ALL.iter().map(|(_, json)| Locale::from_json(json).expect("a language")).collect();
    let mut num_charts = 0;
    for number in 0..num {
        let mut chance = Chance(seed.wrapping_add(number << 16));
        // The published ones twice as often as all the others.
        let at = if chance.below(3) > 0 { chance.below(2) } else { chance.below(snapshots.len()) };
        let (name, snapshot) = &snapshots[at];
        let cube = chance.of(&snapshot.datasets);
        let query = question(cube, &mut chance);
        let width = [160.0, 240.0, 320.0, 360.0, 412.0, 640.0, 768.0, 1000.0, 1400.0][chance.below(9)];
        let mut options = ChartOptions { title: chance.below(3) == 0, ..ChartOptions::default() };
        if chance.below(3) == 0 {
            options.by = Some(chance.below(cube.dimensions().len()));
        }
        if chance.below(4) == 0 {
            (options.focused, options.hovered) = (Some(chance.below(400)), Some(chance.below(400)));
            let dimension = chance.below(cube.dimensions().len());
            options.chosen = vec![(dimension, chance.below(9) as u32)];
        }
        let locale = chance.of(&locales);
        let asked = Asked {
            kind: *chance.of(&ChartKind::ALL),
            cube,
            snapshot,
            is_published: at < 2,
            query,
            locale,
            width: width + chance.below(60) as f64,
            options,
        };
        let start = std::time::Instant::now();
        let looked =
            std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| look_at(&asked, &map, &mut chance)));
        let what = || {
            format!(
                "{name}, {}, {}, {}, {} px, {}, {:?}, {:?} (number {number}, seed {seed})",
                asked.kind.id(),
                cube.id(),
                cube.measures()[asked.query.measure].id,
                asked.width,
                locale.tag(),
                asked.query.clauses,
                asked.options
            )
        };
        match looked {
            Ok(is_chart) => num_charts += u64::from(is_chart),
            Err(cause) => {
                let cause = cause.downcast_ref::<String>().cloned().unwrap_or_default();
                panic!("{}: {cause}", what());
            }
        }
        assert!(start.elapsed().as_secs() < 20, "{} took {:?}", what(), start.elapsed());
    }
    eprintln!("{num} views (seed {seed}): {num_charts} charts, the others refused");
    assert!(num_charts * 5 > num && num_charts < num, "{num_charts} of {num}");
}

#[test]
fn whatever_a_link_says_there_is_a_view() {
    let num = if std::env::var_os("PROVE").is_some() { 20_000 } else { 60 };
    let seed: u64 = std::env::var("SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let snapshots = snapshots();
    let words = [
        "v1",
        "&",
        "=",
        "dataset",
        "measure",
        "country",
        "from",
        "to",
        "where",
        "nationality",
        "lang",
        "view",
        "theme",
        "new-arrivals",
        "present",
        "share-of-region",
        "SRB",
        "XKX",
        "REGION",
        "2024-01",
        "0000-00",
        "9999",
        "%",
        "%00",
        "%F0%9F",
        "+",
        "..",
        ":",
        "sex:F",
        "\u{202e}",
        "__proto__",
        "<script>",
        "",
        " ",
        "v9",
        "#",
        "trend",
        "kind.0",
        "99999999999999999999",
    ];
    for number in 0..num {
        let mut chance = Chance(seed.wrapping_add(number << 16));
        let link: String = (0..chance.below(24)).map(|_| *chance.of(&words)).collect();
        let (view, ignored) = from_link(&link, &ViewState::default());
        assert!(ignored.len() <= 200);
        let (again, _) = from_link(&to_link(&view), &ViewState::default());
        assert_eq!(to_link(&again), to_link(&view), "{link:?}");
        let (_, snapshot) = chance.of(&snapshots);
        let Some(resolved) = resolve(&view, snapshot) else { continue };
        let cube = resolved.cube.clone();
        let locale = Locale::english();
        let cx = ExportContext::new(&cube, &resolved.query, &locale);
        assert!(!csv(ExportScope::View, &cx).is_empty());
        assert!(!citation(CitationLength::Long, &cx).is_empty());
        decode(json_stat(ExportScope::View, &cx).as_bytes(), &DecodeOptions::default())
            .expect("it is read again");
    }
    for (_, snapshot) in &snapshots {
        headline(snapshot, &Locale::english());
    }
}
