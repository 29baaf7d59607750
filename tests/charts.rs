//! Charts: every mark's figure is the engine's, nothing leaves the frame, and pictures are
//! the same bytes each time. The goldens in `golden/` are realistic charts; `UPDATE_GOLDEN=1`
//! writes them anew, and what differs is left beside them as `*-changed.svg`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mixed_movements::chart::{
    Chart, ChartKind, ChartOptions, Frame, Shape, Theme, Tokens, WidthTable, layout, tokens, tooltip,
};
use mixed_movements::export::svg;
use mixed_movements::i18n::Locale;
use statcube::cube::Select;
use statcube::jsonstat::{DecodeOptions, decode};
use statcube::{ClauseSource, Cube, Query, Snapshot};

/// Places of the fixture: the parent first, its parts in its order.
const PLACES: [(&str, &str); 7] = [
    ("REGION", "Region"),
    ("ALB", "Albania"),
    ("BIH", "Bosnia and Herzegovina"),
    ("XKX", "Kosovo (S/RES/1244 (1999))"),
    ("MNE", "Montenegro"),
    ("MKD", "North Macedonia"),
    ("SRB", "Serbia"),
];

#[rustfmt::skip]
const BIH: &[(&str, f64)] = &[
    ("2017-01", 77.0), ("2017-02", 66.0), ("2017-03", 37.0), ("2017-04", 5.0), ("2017-05", 22.0), ("2017-06", 11.0),
    ("2017-07", 29.0), ("2017-08", 60.0), ("2017-09", 52.0), ("2017-10", 105.0), ("2017-11", 76.0), ("2017-12", 215.0),
    ("2018-01", 237.0), ("2018-02", 479.0), ("2018-03", 598.0), ("2018-04", 1801.0), ("2018-05", 2242.0),
    ("2018-06", 2295.0), ("2018-07", 2489.0), ("2018-08", 2293.0), ("2018-09", 3710.0), ("2018-10", 5057.0),
    ("2018-11", 1931.0), ("2018-12", 935.0), ("2019-01", 732.0), ("2019-02", 1117.0), ("2019-03", 1721.0),
    ("2019-04", 2631.0), ("2019-06", 2096.0), ("2019-07", 4465.0), ("2020-01", 882.0), ("2020-02", 2001.0),
    ("2020-03", 1540.0), ("2020-05", 512.0), ("2020-09", 1889.0), ("2020-10", 1087.0), ("2020-12", 529.0),
    ("2021-02", 773.0), ("2021-05", 1937.0), ("2021-06", 1855.0), ("2021-09", 1552.0), ("2022-04", 1664.0),
    ("2022-06", 2273.0),
];
#[rustfmt::skip]
const SRB: &[(&str, f64)] = &[
    ("2019-12", 1713.0), ("2020-06", 1973.0), ("2020-07", 3197.0), ("2020-08", 4000.0), ("2020-09", 2730.0),
    ("2020-10", 2703.0), ("2020-11", 1638.0), ("2020-12", 878.0),
];
#[rustfmt::skip]
const REGION: &[(&str, f64)] = &[
    ("2020-05", 2333.0), ("2020-06", 5519.0), ("2020-07", 7538.0), ("2020-08", 6873.0), ("2020-10", 5611.0),
    ("2020-11", 3573.0), ("2020-12", 1701.0), ("2021-02", 1248.0), ("2021-03", 2995.0), ("2021-04", 2610.0),
];
/// A figure: measure, categories, value, status.
type Figure<'a> = (Vec<&'a str>, Option<f64>, &'a str);

/// A dataset as JSON-stat: dimensions as id, role, and categories by code and label.
struct Dataset<'a> {
    id: &'a str,
    label: &'a str,
    profile: &'a str,
    dimensions: Vec<(&'a str, &'a str, &'a str, Vec<(String, String)>)>,
    hierarchy: Vec<(&'a str, &'a str)>,
    figures: Vec<Figure<'a>>,
}

fn quoted(text: &str) -> String {
    format!("{text:?}")
}

impl Dataset<'_> {
    fn cube(&self) -> Arc<Cube> {
        let ids: Vec<String> = self.dimensions.iter().map(|(id, ..)| quoted(id)).collect();
        let sizes: Vec<String> =
            self.dimensions.iter().map(|(.., categories)| categories.len().to_string()).collect();
        let mut roles: BTreeMap<&str, Vec<String>> = BTreeMap::new();
        let mut dimensions = String::new();
        for (id, label, role, categories) in &self.dimensions {
            roles.entry(role).or_default().push(quoted(id));
            let index: Vec<String> = categories.iter().map(|(code, _)| quoted(code)).collect();
            let labels: Vec<String> =
                categories.iter().map(|(c, l)| format!("{}:{}", quoted(c), quoted(l))).collect();
            let child = self.hierarchy.iter().find(|(dimension, _)| dimension == id).map_or(
                String::new(),
                |(_, parent)| {
                    let children: Vec<String> =
                        index.iter().filter(|c| **c != quoted(parent)).cloned().collect();
                    format!(",\"child\":{{{}:[{}]}}", quoted(parent), children.join(","))
                },
            );
            let _ = write!(
                dimensions,
                "{}{}:{{\"label\":{},\"category\":{{\"index\":[{}],\"label\":{{{}}}{child}}}}}",
                if dimensions.is_empty() { "" } else { "," },
                quoted(id),
                quoted(label),
                index.join(","),
                labels.join(",")
            );
        }
        let roles: Vec<String> = roles
            .iter()
            .filter(|(role, _)| !role.is_empty())
            .map(|(role, ids)| format!("{}:[{}]", quoted(role), ids.join(",")))
            .collect();
        let (mut values, mut statuses) = (BTreeMap::new(), BTreeMap::new());
        for (codes, value, status) in &self.figures {
            let index = self.dimensions.iter().zip(codes).fold(0, |index, ((.., categories), code)| {
                let place = categories.iter().position(|(known, _)| known == code);
                index * categories.len() + place.unwrap_or_else(|| panic!("{code} is no category"))
            });
            if let Some(value) = value {
                values.insert(index, value);
            }
            if !status.is_empty() {
                statuses.insert(index, *status);
            }
        }
        let values: Vec<String> =
            values.iter().map(|(index, value)| format!("\"{index}\":{value}")).collect();
        let statuses: Vec<String> =
            statuses.iter().map(|(i, status)| format!("\"{i}\":{}", quoted(status))).collect();
        let json = format!(
            "{{\"version\":\"2.0\",\"class\":\"dataset\",\"label\":{},\"source\":\"Monthly updates of the publisher\",\
             \"id\":[{}],\"size\":[{}],\"role\":{{{}}},\"dimension\":{{{dimensions}}},\"value\":{{{}}},\"status\":{{{}}},\
             \"extension\":{{\"status\":{{\"label\":{{\"e\":\"estimated\",\"p\":\"provisional\"}}}},\
             \"mixedMovements\":{{\"id\":{},{}}}}}}}",
            quoted(self.label),
            ids.join(","),
            sizes.join(","),
            roles.join(","),
            values.join(","),
            statuses.join(","),
            quoted(self.id),
            self.profile,
        );
        let snapshot =
            decode(json.as_bytes(), &DecodeOptions::default()).unwrap_or_else(|e| panic!("{e}\n{json}"));
        snapshot.datasets.first().expect("a dataset").clone()
    }
}

fn months(from: (i32, i32), to: (i32, i32)) -> Vec<(String, String)> {
    let range = from.0 * 12 + from.1 - 1..to.0 * 12 + to.1;
    range.map(|m| format!("{:04}-{:02}", m / 12, m % 12 + 1)).map(|code| (code.clone(), code)).collect()
}

fn places() -> Vec<(String, String)> {
    PLACES.iter().map(|(code, label)| ((*code).to_owned(), (*label).to_owned())).collect()
}

const ARRIVALS: &str = r#""measures":{"new-arrivals":{"kind":"flow","counts":"events","unit":"arrivals",
    "additivity":{"country":"overlap","month":"sum"},"why":{"country":"The same person may be counted in several countries."}}},
    "notes":[{"id":"overlap","marker":"*","text":"New arrivals may hold double counting of the same persons; their sum should not be used.","mandatory":true},
             {"id":"place","marker":"**","text":"References to Kosovo are to be understood in the context of Security Council resolution 1244 (1999).","where":{"country":["XKX"]}}]"#;

/// New arrivals by place and month, as published: gaps, estimates, a total of its own.
fn arrivals() -> Arc<Cube> {
    let mut figures: Vec<Figure<'_>> = Vec::new();
    for (code, series) in [("BIH", BIH), ("SRB", SRB), ("REGION", REGION)] {
        let estimated = |month: &str| code == "REGION" && matches!(month, "2020-05" | "2020-06");
        figures.extend(
            series.iter().map(|(m, v)| (vec![code, *m], Some(*v), if estimated(m) { "e" } else { "" })),
        );
    }
    Dataset {
        id: "new-arrivals",
        label: "New arrivals",
        profile: ARRIVALS,
        dimensions: vec![
            ("country", "Country", "geo", places()),
            ("month", "Month", "time", months((2017, 1), (2022, 6))),
        ],
        hierarchy: vec![("country", "REGION")],
        figures,
    }
    .cube()
}

/// Registered arrivals of one year.
fn registered() -> Arc<Cube> {
    #[rustfmt::skip]
    let figures = [("SRB", 120_883.0), ("BIH", 27_429.0), ("MKD", 22_379.0), ("ALB", 12_216.0), ("MNE", 8_318.0), ("XKX", 1_041.0), ("REGION", 192_266.0)];
    Dataset {
        id: "registered-arrivals",
        label: "Registered arrivals",
        profile: r#""measures":{"registered-arrivals":{"kind":"flow","counts":"events","unit":"registered arrivals","additivity":{"country":"overlap","year":"sum"}}}"#,
        dimensions: vec![
            ("country", "Country", "geo", places()),
            ("year", "Year", "time", vec![("2022".into(), "2022".into())]),
        ],
        hierarchy: vec![("country", "REGION")],
        figures: figures.iter().map(|(code, value)| (vec![*code, "2022"], Some(*value), "")).collect(),
    }
    .cube()
}

fn golden(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/golden").join(format!("{name}.svg"))
}

/// Compares a picture with its golden.
fn assert_golden(name: &str, picture: &str) {
    let path = golden(name);
    let changed = golden(&format!("{name}-changed"));
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::create_dir_all(path.parent().expect("a folder")).expect("a folder");
        std::fs::write(&path, picture).expect("written");
        return;
    }
    let known = std::fs::read_to_string(&path).unwrap_or_default();
    if known == picture {
        let _ = std::fs::remove_file(&changed);
        return;
    }
    std::fs::write(&changed, picture).expect("written");
    panic!("{name} has changed: compare {} with it, then run with UPDATE_GOLDEN=1", changed.display());
}

struct Look<'a> {
    width: f64,
    theme: Theme,
    locale: &'a Locale,
    options: ChartOptions,
}

fn picture(options: ChartOptions) -> ChartOptions {
    ChartOptions { title: true, ..options }
}

fn lay_out(
    kind: ChartKind,
    cube: &Arc<Cube>,
    query: &Query,
    look: &Look<'_>,
) -> Result<(Chart, Tokens), String> {
    let tokens = tokens(look.theme);
    let frame = Frame {
        width: look.width,
        height: None,
        tokens: &tokens,
        metrics: &WidthTable,
        locale: look.locale,
        map: None,
    };
    let chart = layout(kind, cube, query, &look.options, &frame).map_err(|unfit| unfit.to_string())?;
    Ok((chart, tokens.clone()))
}

/// What holds of every scene.
fn assert_sound(chart: &Chart, cube: &Cube, locale: &Locale, name: &str) {
    let scene = &chart.scene;
    assert!(scene.width.is_finite() && scene.height.is_finite() && scene.height > 0.0, "{name}");
    for shape in &scene.shapes {
        let bounds = shape.bounds();
        let is_finite = [bounds.x, bounds.y, bounds.width, bounds.height].iter().all(|v| v.is_finite());
        assert!(is_finite, "{name}: {shape:?}");
        let is_inside = bounds.x >= -1.0
            && bounds.right() <= scene.width + 1.0
            && bounds.y >= -1.0
            && bounds.bottom() <= scene.height + 1.0;
        if let Shape::Text { text, .. } = shape {
            assert!(
                is_inside,
                "{name}: “{text}” leaves the frame: {bounds:?} in {} × {}",
                scene.width, scene.height
            );
        }
    }
    for (index, mark) in scene.marks.iter().enumerate() {
        assert!(mark.at.x >= -1.0 && mark.at.x <= scene.width + 1.0, "{name}: {:?}", mark.at);
        assert!(mark.at.y >= -1.0 && mark.at.y <= scene.height + 1.0, "{name}: {:?}", mark.at);
        assert!(mark.bounds.width >= 23.99 || mark.bounds.height >= 23.99, "{name}: {:?}", mark.bounds);
        let hit =
            scene.hit(mark.at.x, mark.at.y).unwrap_or_else(|| panic!("{name}: nothing at {:?}", mark.at));
        assert!(hit == index || scene.marks[hit].at == mark.at, "{name}: {index} is not hit, {hit} is");
        let told = tooltip(chart, index, cube, locale).expect("told");
        assert!(!told.presented.number.is_empty(), "{name}: {}", mark.name);

        // The engine, asked for this cell alone, says the same.
        let mut query = Query { measure: mark.cell.measure(), ..Query::default() };
        for (dimension, selection) in mark.cell.selection().iter().enumerate() {
            let source = ClauseSource::default();
            query.clauses.push(statcube::Clause::new(cube, dimension, selection.clone(), source));
        }
        query.groupings.push(mark.cell.by().iter().map(|(dimension, _)| *dimension).collect());
        let table = Arc::new(cube.clone()).run(&query);
        assert_eq!(table.groups[0].values().first().copied(), mark.cell.value(), "{name}: {}", mark.name);
    }
    assert!(!chart.description.is_empty() && !chart.title.is_empty(), "{name}");
}

fn keep(cube: &Cube, filters: &[(&str, &[&str])]) -> Query {
    let mut builder = Query::builder(cube);
    for (dimension, codes) in filters {
        let select = Select::Codes(codes.iter().map(|code| (*code).to_owned()).collect());
        builder = builder.keep(dimension, &select, ClauseSource::Reader).expect("a filter");
    }
    builder.build().expect("a query")
}

/// Draws, checks, and compares a chart in both themes at its width.
fn golden_chart(name: &str, kind: ChartKind, cube: &Arc<Cube>, query: &Query, width: f64, locale: &Locale) {
    for theme in [Theme::Light, Theme::Dark] {
        let look = Look { width, theme, locale, options: picture(ChartOptions::default()) };
        let (chart, tokens) = lay_out(kind, cube, query, &look).expect("a chart");
        let name = format!("{name}-{width}-{}", theme.id());
        assert_sound(&chart, cube, locale, &name);
        assert_golden(&name, &svg(&chart, &tokens, locale));
    }
}

#[test]
fn a_trend_leaves_gaps_and_tells_estimates_by_form() {
    let (cube, locale) = (arrivals(), Locale::english());
    let query = keep(&cube, &[("country", &["BIH", "SRB"])]);
    for width in [360.0, 640.0, 900.0] {
        golden_chart("trend-two-places", ChartKind::Trend, &cube, &query, width, &locale);
    }
}

#[test]
fn bars_are_sorted_from_zero_with_the_published_total_below_a_rule() {
    let (cube, locale) = (registered(), Locale::english());
    let query = keep(&cube, &[]);
    for width in [360.0, 640.0] {
        golden_chart("bars-registered", ChartKind::Bars, &cube, &query, width, &locale);
    }
}

#[test]
fn a_snapshot_that_is_there_is_drawn_in_every_kind() {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/data/western-balkans.json");
    let Ok(bytes) = std::fs::read(&path) else {
        return eprintln!("SKIPPED: {} is not built", path.display());
    };
    let snapshot: Snapshot = decode(&bytes, &DecodeOptions::default()).expect("a snapshot");
    let locale = Locale::english();
    for cube in &snapshot.datasets {
        for (measure, known) in cube.measures().iter().enumerate() {
            let query = Query { measure, ..Query::default() };
            for kind in ChartKind::ALL {
                for width in [320.0, 720.0] {
                    let look = Look {
                        width,
                        theme: Theme::Light,
                        locale: &locale,
                        options: picture(ChartOptions::default()),
                    };
                    let name = format!("{} {} {} {width}", cube.id(), known.id, kind.id());
                    match lay_out(kind, cube, &query, &look) {
                        Ok((chart, _)) => assert_sound(&chart, cube, &locale, &name),
                        Err(why) => assert!(why.len() > 20, "{name}: {why}"),
                    }
                }
            }
        }
    }
}
