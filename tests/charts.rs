//! Charts: every mark's figure is the engine's, nothing leaves the frame, and pictures are
//! the same bytes each time. The goldens in `golden/` are realistic charts; `UPDATE_GOLDEN=1`
//! writes them anew, and what differs is left beside them as `*-changed.svg`.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use mixed_movements::chart::{
    Chart, ChartKind, ChartOptions, Column, Frame, MapShapes, Shape, Theme, Tokens, WidthTable, columns,
    layout, strip, tokens, tooltip,
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
#[rustfmt::skip]
const NATIONALITIES: &[(&str, &str, f64)] = &[
    ("AFG", "Afghanistan", 2627.0), ("PAK", "Pakistan", 1838.0), ("IRN", "Iran (Islamic Republic of)", 1627.0),
    ("IRQ", "Iraq", 803.0), ("SYR", "Syrian Arab Republic", 460.0), ("BGD", "Bangladesh", 218.0),
    ("IND", "India", 184.0), ("LBY", "Libya", 147.0), ("PSE", "State of Palestine", 103.0), ("DZA", "Algeria", 81.0),
    ("SOM", "Somalia", 70.0), ("MAR", "Morocco", 48.0), ("TUN", "Tunisia", 30.0), ("TUR", "Türkiye", 21.0),
];

#[rustfmt::skip]
const SHARES: &[(&str, &str, Months)] = &[
    ("PAK", "Pakistan", &[("2018-12", 15.0), ("2019-02", 24.0), ("2019-04", 47.0), ("2019-07", 47.0), ("2020-01", 10.0), ("2020-09", 23.0), ("2020-12", 17.0)]),
    ("AFG", "Afghanistan", &[("2019-02", 8.0), ("2019-04", 7.0), ("2019-07", 13.0), ("2020-01", 11.0), ("2020-09", 33.0), ("2020-12", 29.0)]),
    ("MAR", "Morocco", &[("2019-02", 8.0), ("2019-07", 3.0), ("2020-01", 27.0), ("2020-12", 11.0)]),
    ("BGD", "Bangladesh", &[("2019-04", 12.0), ("2019-07", 13.0), ("2020-09", 20.0)]),
    ("SYR", "Syrian Arab Republic", &[("2018-12", 20.0), ("2019-02", 12.0), ("2019-04", 7.0), ("2019-07", 3.0)]),
    ("IRQ", "Iraq", &[("2018-12", 12.0), ("2019-02", 11.0), ("2019-04", 6.0), ("2019-07", 6.0), ("2020-01", 15.0)]),
];

/// Figures by month.
type Months = &'static [(&'static str, f64)];

/// A figure: categories, value, status.
type Figure<'a> = (Vec<&'a str>, Option<f64>, &'a str);

/// A dimension: id, label, role, categories by code and label.
type Axis<'a> = (&'a str, &'a str, &'a str, Vec<(String, String)>);

/// A dataset as JSON-stat: dimensions as id, role, and categories by code and label.
struct Dataset<'a> {
    id: &'a str,
    label: &'a str,
    profile: &'a str,
    dimensions: Vec<Axis<'a>>,
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
             \"extension\":{{\"status\":{{\"label\":{{\"c\":\"suppressed\",\"e\":\"estimated\",\"p\":\"provisional\"}}}},\
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
    places_of(|_| true)
}

fn places_of(is_kept: impl Fn(&str) -> bool) -> Vec<(String, String)> {
    let kept = PLACES.iter().filter(|(code, _)| is_kept(code));
    kept.map(|(code, label)| ((*code).to_owned(), (*label).to_owned())).collect()
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

/// Asylum intentions of a year by nationality, which add.
fn intentions() -> Arc<Cube> {
    let mut nationalities: Vec<(String, String)> =
        NATIONALITIES.iter().map(|(code, label, _)| ((*code).to_owned(), (*label).to_owned())).collect();
    nationalities.insert(0, ("TOTAL".into(), "Total".into()));
    Dataset {
        id: "asylum",
        label: "Asylum intentions",
        profile: r#""measures":{"intentions":{"kind":"flow","counts":"events","unit":"intentions","additivity":{"nationality":"sum","year":"sum"}}}"#,
        dimensions: vec![
            ("nationality", "Nationality", "", nationalities),
            ("year", "Year", "time", vec![("2018".into(), "2018".into())]),
        ],
        hierarchy: vec![("nationality", "TOTAL")],
        figures: NATIONALITIES.iter().map(|(code, _, value)| (vec![*code, "2018"], Some(*value), "")).collect(),
    }
    .cube()
}

/// Shares of nationalities, which never add.
fn shares() -> Arc<Cube> {
    let nationalities =
        SHARES.iter().map(|(code, label, _)| ((*code).to_owned(), (*label).to_owned())).collect();
    let figures = SHARES
        .iter()
        .flat_map(|(code, _, values)| values.iter().map(|(m, v)| (vec![*code, *m], Some(*v), "")));
    Dataset {
        id: "arrivals-by-nationality",
        label: "Share of new arrivals",
        profile: r#""measures":{"share":{"kind":"rate","unit":"%"}}"#,
        dimensions: vec![
            ("nationality", "Nationality", "", nationalities),
            ("month", "Month", "time", months((2018, 12), (2020, 12))),
        ],
        hierarchy: vec![],
        figures: figures.collect(),
    }
    .cube()
}

/// People present at the end of each month, a stock that adds over places; made up.
fn present(illustrative: bool) -> Arc<Cube> {
    let sizes =
        [("ALB", 150.0), ("BIH", 2700.0), ("XKX", 190.0), ("MNE", 140.0), ("MKD", 145.0), ("SRB", 1450.0)];
    let all = months((2023, 1), (2024, 1));
    let mut figures: Vec<Figure<'_>> = Vec::new();
    for (place, (code, size)) in sizes.iter().enumerate() {
        for (number, (month, _)) in all.iter().enumerate() {
            let value = (size * (1.0 + 0.04 * (number as f64)) - 17.0 * place as f64).round();
            // One month without one place: no whole in it.
            let value = (*code != "MNE" || number != 4).then_some(value);
            figures.push((vec![*code, month.as_str()], value, if number > 10 { "e" } else { "" }));
        }
    }
    let illustrative = format!(r#""illustrative":{illustrative},"#);
    let measures = r#""measures":{"present":{"kind":"stock","counts":"people","unit":"people","additivity":{"country":"sum","month":"last"}}}"#;
    Dataset {
        id: "present",
        label: "People present",
        profile: &(illustrative + measures),
        dimensions: vec![("country", "Country", "geo", places()), ("month", "Month", "time", all.clone())],
        hierarchy: vec![("country", "REGION")],
        figures,
    }
    .cube()
}

/// Ugly cases: nothing, one figure, zero, corrections below zero.
fn odd(values: &[Option<f64>]) -> Arc<Cube> {
    let all = months((2023, 11), (2024, 2));
    let mut figures: Vec<Figure<'_>> = Vec::new();
    for (place, code) in ["A", "B"].iter().enumerate() {
        for (number, (month, _)) in all.iter().enumerate() {
            let value = values.get(place * 4 + number).copied().flatten();
            figures.push((vec![*code, month.as_str()], value, ""));
        }
    }
    Dataset {
        id: "odd",
        label: "Odd figures",
        profile: r#""measures":{"odd":{"kind":"flow","unit":"cases","additivity":{"kind":"sum","month":"sum"}}}"#,
        dimensions: vec![
            ("kind", "Kind", "", vec![("A".into(), "First kind".into()), ("B".into(), "Second kind".into())]),
            ("month", "Month", "time", all.clone()),
        ],
        hierarchy: vec![],
        figures,
    }
    .cube()
}

/// People assisted each month, small counts withheld as fewer than five, one of them beside figures
/// that are small too, and a place of which nothing else is known; made up.
fn withheld() -> Arc<Cube> {
    let all = months((2023, 1), (2023, 12));
    let small = |from: usize| move |month: usize| (month >= from && month % 3 == from % 3).then_some(());
    type Small = Box<dyn Fn(usize) -> Option<()>>;
    let places: [(&str, f64, Small); 4] = [
        ("ALB", 14.0, Box::new(small(2))),
        ("BIH", 31.0, Box::new(|month| (month == 7).then_some(()))),
        ("MNE", 0.0, Box::new(|month| (month < 3 || month == 8).then_some(()))),
        ("SRB", 23.0, Box::new(|_| None)),
    ];
    let mut figures: Vec<Figure<'_>> = Vec::new();
    for (code, size, is_small) in &places {
        for (number, (month, _)) in all.iter().enumerate() {
            let value = (*size * (1.0 + 0.3 * (number as f64 * 1.3).sin())).round();
            match (is_small(number), *size > 0.0 && number != 5) {
                (Some(()), _) => figures.push((vec![*code, month.as_str()], None, "c")),
                // Zero is a figure like others.
                (None, true) if *code == "ALB" && number == 3 => {
                    figures.push((vec![*code, month.as_str()], Some(0.0), ""));
                }
                (None, true) => figures.push((vec![*code, month.as_str()], Some(value), "")),
                (None, false) => {}
            }
        }
    }
    let known = ["ALB", "BIH", "MNE", "SRB"];
    let places = places_of(|code| code == "REGION" || known.contains(&code));
    Dataset {
        id: "assisted",
        label: "People assisted",
        profile: r#""illustrative":true,"measures":{"assisted":{"kind":"flow","counts":"people","unit":"people",
            "suppressed":{"c":[0,4]},"additivity":{"country":"sum","month":"sum"}}}"#,
        dimensions: vec![("country", "Country", "geo", places), ("month", "Month", "time", all.clone())],
        hierarchy: vec![("country", "REGION")],
        figures,
    }
    .cube()
}

/// English turned around, where the repository has no such language yet.
fn right_to_left() -> Locale {
    if let Some((_, json)) = Locale::ALL.iter().find(|(tag, _)| *tag == "ar") {
        return Locale::from_json(json).expect("Arabic");
    }
    let (_, english) = Locale::ALL.first().expect("English");
    Locale::from_json(&english.replacen("\"tag\"", "\"rightToLeft\": true, \"tag\"", 1)).expect("a language")
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

/// The shapes of the repository.
pub fn shapes() -> MapShapes {
    let read = |name: &str| {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("www/shapes").join(name);
        std::fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
    };
    MapShapes::from_json(&read("western-balkans.topo.json"), &read("western-balkans.areas.json"))
        .expect("shapes")
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
    let map = (kind == ChartKind::Map).then(shapes);
    let frame = Frame {
        width: look.width,
        height: None,
        tokens: &tokens,
        metrics: &WidthTable,
        locale: look.locale,
        map: map.as_ref(),
    };
    let chart = layout(kind, cube, query, &look.options, &frame).map_err(|unfit| unfit.to_string())?;
    Ok((chart, tokens.clone()))
}

/// What holds of every scene.
pub fn assert_sound(chart: &Chart, cube: &Cube, locale: &Locale, name: &str) {
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
        assert!(!told.presented.is_missing(), "{name}: {}", mark.name);

        // The engine, asked for this cell alone, says the same.
        let mut query = Query { measure: mark.cell.measure(), ..Query::default() };
        for (dimension, selection) in mark.cell.selection().iter().enumerate() {
            let source = ClauseSource::default();
            query.clauses.push(statcube::Clause::new(cube, dimension, selection.clone(), source));
        }
        query.groupings.push(mark.cell.by().iter().map(|(dimension, _)| *dimension).collect());
        let table = Arc::new(cube.clone()).run(&query);
        // But that a parent stands for its children only where it has a figure for each cell of a grouping.
        let alone = table.groups[0].cell(0).expect("a cell");
        if alone.selection() == mark.cell.selection() {
            assert_eq!(alone.value(), mark.cell.value(), "{name}: {}", mark.name);
        }
        let is_known = mark.cell.value().is_some() || mark.cell.range().is_some();
        assert!(is_known, "{name}: {}", mark.name);
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
fn the_longest_name_stays_in_the_frame_when_its_row_is_chosen() {
    let (cube, locale) = (intentions(), Locale::english());
    let longest = cube.dimensions()[0].position("IRN").expect("a nationality");
    let options = ChartOptions { chosen: vec![(0, longest)], ..ChartOptions::default() };
    let look = Look { width: 900.0, theme: Theme::Light, locale: &locale, options };
    let (chart, _) = lay_out(ChartKind::Ranking, &cube, &keep(&cube, &[]), &look).expect("a chart");
    assert_sound(&chart, &cube, &locale, "chosen");
}

#[test]
fn the_others_are_one_bar_only_where_they_may_be_added() {
    let (cube, locale) = (intentions(), Locale::english());
    let query = keep(&cube, &[]);
    for width in [360.0, 640.0] {
        golden_chart("ranking-nationalities", ChartKind::Ranking, &cube, &query, width, &locale);
    }
    let look = Look { width: 640.0, theme: Theme::Light, locale: &locale, options: ChartOptions::default() };
    let (chart, _) = lay_out(ChartKind::Ranking, &cube, &query, &look).expect("a chart");
    let rest = chart.scene.marks.last().expect("the others");
    assert_eq!((rest.name.as_str(), rest.cell.value()), ("4 other nationalities", Some(169.0)));
}

#[test]
fn a_map_has_circles_by_area_names_that_are_whole_and_the_disclaimer() {
    let (cube, locale) = (registered(), Locale::english());
    let query = keep(&cube, &[]);
    for width in [360.0, 640.0, 900.0] {
        golden_chart("map-registered", ChartKind::Map, &cube, &query, width, &locale);
    }
    // Names change sides, the land does not.
    golden_chart("map-arabic", ChartKind::Map, &cube, &query, 640.0, &right_to_left());
    let look = Look { width: 640.0, theme: Theme::Light, locale: &locale, options: ChartOptions::default() };
    let (chart, _) = lay_out(ChartKind::Map, &cube, &query, &look).expect("a chart");
    let texts: Vec<&str> = chart
        .scene
        .shapes
        .iter()
        .filter_map(|shape| if let Shape::Text { text, .. } = shape { Some(text.as_str()) } else { None })
        .collect();
    let written = texts.join(" ");
    for (_, name) in PLACES.iter().skip(1) {
        assert!(written.contains(name), "{name} in {written}");
    }
    assert!(chart.disclaimer.is_some_and(|text| text.contains("do not imply official endorsement")));
    assert_eq!(chart.scene.marks.len(), 6, "each place is an area of its own");
    for locale in [&locale, &right_to_left()] {
        let look = Look { width: 640.0, theme: Theme::Light, locale, options: ChartOptions::default() };
        let (chart, _) = lay_out(ChartKind::Map, &cube, &query, &look).expect("a chart");
        let x = |code: &str| {
            let place = cube.dimensions()[0].position(code);
            chart.scene.marks.iter().find(|mark| mark.cell.category(0) == place).expect("a mark").at.x
        };
        assert!(x("BIH") < x("SRB"), "west is left in every script");
    }
}

#[test]
fn a_heat_map_prints_each_value_and_turns_where_it_is_narrow() {
    let (cube, locale) = (arrivals(), Locale::english());
    let year: Vec<String> = (1..=12).map(|month| format!("2020-{month:02}")).collect();
    let year: Vec<&str> = year.iter().map(String::as_str).collect();
    let query = keep(&cube, &[("month", &year)]);
    for width in [360.0, 900.0] {
        golden_chart("heatmap-2020", ChartKind::Heatmap, &cube, &query, width, &locale);
    }
}

#[test]
fn years_stand_side_by_side_for_one_place_and_are_refused_for_two_that_overlap() {
    let (cube, locale) = (arrivals(), Locale::english());
    let query = keep(&cube, &[("country", &["BIH"])]);
    for width in [360.0, 640.0] {
        golden_chart("years-one-place", ChartKind::Years, &cube, &query, width, &locale);
    }
    let two = keep(&cube, &[("country", &["BIH", "SRB"])]);
    let look = Look { width: 640.0, theme: Theme::Light, locale: &locale, options: ChartOptions::default() };
    let refused = lay_out(ChartKind::Years, &cube, &two, &look).expect_err("refused");
    assert!(refused.contains("The same person may be counted in several countries"), "{refused}");
}

#[test]
fn small_multiples_share_one_scale_and_mark_what_is_missing_by_itself() {
    let (cube, locale) = (shares(), Locale::english());
    let query = keep(&cube, &[]);
    for width in [360.0, 900.0] {
        golden_chart("multiples-shares", ChartKind::Multiples, &cube, &query, width, &locale);
    }
}

#[test]
fn shares_are_drawn_only_of_what_adds() {
    let locale = Locale::english();
    let cube = present(true);
    let query = keep(&cube, &[]);
    for width in [360.0, 900.0] {
        golden_chart("share-present", ChartKind::Share, &cube, &query, width, &locale);
    }
    let look = Look { width: 640.0, theme: Theme::Light, locale: &locale, options: ChartOptions::default() };
    let (chart, _) = lay_out(ChartKind::Share, &cube, &query, &look).expect("a chart");
    assert!(
        chart.scene.marks.iter().all(|mark| mark.when.as_deref() != Some("May 2023")),
        "a whole with a part missing"
    );
    for (cube, why) in [(arrivals(), "same person"), (shares(), "rates are not parts")] {
        let refused = lay_out(ChartKind::Share, &cube, &keep(&cube, &[]), &look).expect_err("refused");
        assert!(refused.contains(why), "{refused}");
    }
}

/// What is withheld is neither zero nor missing: a form of its own, its bounds in words, and no line
/// runs through it.
#[test]
fn a_small_count_that_is_withheld_is_a_bracket_in_every_kind() {
    let (cube, locale) = (withheld(), Locale::english());
    let all = keep(&cube, &[]);
    let one = keep(&cube, &[("country", &["ALB"])]);
    let month = keep(&cube, &[("month", &["2023-09"])]);
    for (kind, query, width) in [
        (ChartKind::Trend, &all, 640.0),
        (ChartKind::Years, &one, 640.0),
        (ChartKind::Bars, &month, 640.0),
        (ChartKind::Ranking, &month, 640.0),
        (ChartKind::Heatmap, &all, 900.0),
        (ChartKind::Map, &month, 640.0),
        (ChartKind::Multiples, &all, 640.0),
        (ChartKind::Sparkline, &one, 320.0),
    ] {
        golden_chart(&format!("{}-withheld", kind.id()), kind, &cube, query, width, &locale);
        let look =
            Look { width, theme: Theme::Light, locale: &locale, options: picture(ChartOptions::default()) };
        let (chart, tokens) = lay_out(kind, &cube, query, &look).expect("a chart");
        let marks = chart.scene.marks.iter().enumerate();
        let bounded: Vec<usize> =
            marks.filter(|(_, mark)| mark.cell.value().is_none()).map(|(index, _)| index).collect();
        assert!(!bounded.is_empty(), "{}", kind.id());
        for index in bounded {
            let told = tooltip(&chart, index, &cube, &locale).expect("told");
            assert_eq!(told.presented.text, "<5", "{}", kind.id());
            assert!(told.flags.contains(&"withheld: 0 to 4".to_owned()), "{}: {:?}", kind.id(), told.flags);
            assert!(told.presented.spoken.starts_with("fewer than 5 people"), "{}", told.presented.spoken);
        }
        assert!(chart.key.iter().any(|item| item.text == "bracket: small count, withheld"), "{}", kind.id());
        assert!(chart.description.contains("fewer than 5 people"), "{}: {}", kind.id(), chart.description);
        let is_labelled = kind != ChartKind::Sparkline;
        assert_eq!(svg(&chart, &tokens, &locale).contains(">&lt;5</text>"), is_labelled, "{}", kind.id());
    }
    // Of the line's points none is joined across a bracket.
    let look = Look { width: 640.0, theme: Theme::Light, locale: &locale, options: ChartOptions::default() };
    let (chart, tokens) = lay_out(ChartKind::Trend, &cube, &one, &look).expect("a chart");
    let is_bounded = |mark: &&mixed_movements::chart::Mark| mark.cell.value().is_none();
    for mark in chart.scene.marks.iter().filter(is_bounded) {
        let lines = chart.scene.shapes.iter().filter_map(|shape| match shape {
            Shape::Lines { lines, width, color } if *width == 2.0 && *color == tokens.series[0] => {
                Some(lines)
            }
            _ => None,
        });
        for line in lines.flatten() {
            let (first, last) = (line.first().expect("a point"), line.last().expect("a point"));
            assert!(!(first.x < mark.at.x && mark.at.x < last.x), "{:?} is joined across", mark.when);
        }
    }
}

/// What the publisher does not publish for the whole is not added up for it; but it is said that its
/// parts have figures, and on the page these charts are about the place with the most.
#[test]
fn a_whole_without_figures_says_that_only_its_parts_have_some() {
    let (cube, locale) = (withheld(), Locale::english());
    let all = keep(&cube, &[]);
    let told = "People assisted: no total is published, only figures by country.";
    let look = Look { width: 640.0, theme: Theme::Light, locale: &locale, options: ChartOptions::default() };
    for kind in [ChartKind::Years, ChartKind::Sparkline] {
        let (chart, _) = lay_out(kind, &cube, &all, &look).expect("a chart");
        assert!(chart.scene.marks.is_empty(), "{}", kind.id());
        assert!(chart.description.contains(told), "{}: {}", kind.id(), chart.description);
        let (asked, _) = mixed_movements::state::linked(kind, &cube, &all, None);
        let (chart, _) = lay_out(kind, &cube, &asked, &look).expect("a chart");
        assert!(chart.scene.marks.iter().any(|mark| mark.cell.value().is_some()), "{}", kind.id());
    }
    let (chart, tokens) = lay_out(ChartKind::Years, &cube, &all, &look).expect("a chart");
    assert!(svg(&chart, &tokens, &locale).contains("no total is published"));
    let nothing = keep(&cube, &[("country", &["MNE"]), ("month", &["2023-06", "2023-07"])]);
    let (chart, _) = lay_out(ChartKind::Sparkline, &cube, &nothing, &look).expect("a chart");
    assert!(chart.description.contains("No figure published for this choice."), "{}", chart.description);
}

/// Two figures of A and of B in January and two of B in February: by kind the parts are the same, by place
/// they are not.
#[test]
fn whether_a_kind_suits_is_judged_by_the_dimension_that_is_listed() {
    let locale = Locale::english();
    let list = |codes: &[&str]| codes.iter().map(|code| ((*code).to_owned(), (*code).to_owned())).collect();
    let figure = |codes: [&'static str; 3], value| (codes.to_vec(), value, "");
    let mut figures = Vec::new();
    for (place, month, value) in [
        ("A", "2023-01", Some(3.0)),
        ("A", "2023-02", None),
        ("B", "2023-01", Some(5.0)),
        ("B", "2023-02", Some(4.0)),
    ] {
        figures.extend(["X", "Y"].map(|kind| figure([place, kind, month], value)));
    }
    let cube = Dataset {
        id: "odd",
        label: "Odd figures",
        profile: r#""measures":{"odd":{"kind":"flow","unit":"cases","additivity":{"place":"sum","kind":"sum","month":"sum"}}}"#,
        dimensions: vec![
            ("place", "Place", "geo", list(&["A", "B"])),
            ("kind", "Kind", "", list(&["X", "Y"])),
            ("month", "Month", "time", months((2023, 1), (2023, 2))),
        ],
        hierarchy: vec![],
        figures,
    }
    .cube();
    let query = keep(&cube, &[]);
    let suits = |by| mixed_movements::chart::suits(ChartKind::Ranking, &cube, &query, by, &locale);
    assert!(suits(Some(0)).is_err() && suits(None).is_err());
    assert_eq!(suits(Some(1)), Ok(()));
    let options = ChartOptions { by: Some(1), ..ChartOptions::default() };
    let look = Look { width: 640.0, theme: Theme::Light, locale: &locale, options };
    let (chart, _) = lay_out(ChartKind::Ranking, &cube, &query, &look).expect("a chart");
    assert_eq!(chart.scene.marks.len(), 2);
}

#[test]
fn the_small_trend_of_the_range_tells_what_is_withheld_from_what_is_missing() {
    let cube = withheld();
    let tokens = tokens(Theme::Light);
    let of = |place: &str| {
        let query = Query { groupings: vec![vec![1]], ..keep(&cube, &[("country", &[place])]) };
        let result = cube.run(&query).groups.into_iter().next().expect("an answer");
        columns(&result, &(0..12).collect::<Vec<u32>>())
    };
    assert_eq!(of("MNE")[2..4], [Column::Between(0.0, 1.0), Column::Missing]);
    let found = of("ALB");
    // Withheld from March on each third month, zero in April.
    assert_eq!(found[3], Column::Figure(0.0));
    for (at, column) in found.iter().enumerate() {
        match (at, column) {
            (2 | 5 | 8 | 11, Column::Between(low, high)) => {
                assert!(*low == 0.0 && *high > 0.0 && *high < 1.0, "{at}");
            }
            (3, _) => {}
            (_, Column::Figure(share)) => assert!(*share > 0.0 && *share <= 1.0, "{at}"),
            other => panic!("{other:?}"),
        }
    }
    let drawn = |columns: &[Column], is_rtl| strip(columns, (0, 11), (240.0, 54.0), is_rtl, &tokens);
    let brackets = |shapes: &[Shape]| {
        shapes.iter().filter(|shape| matches!(shape, Shape::Lines { .. })).cloned().collect::<Vec<_>>()
    };
    let shapes = drawn(&found, false);
    assert_eq!(brackets(&shapes).len(), 4);
    for shape in &shapes {
        let bounds = shape.bounds();
        assert!(bounds.x >= 0.0 && bounds.right() <= 240.0 && bounds.y >= 0.0 && bounds.bottom() <= 54.0);
    }
    // From right to left the first stands last.
    let first = [Column::Between(0.0, 0.5), Column::Missing];
    let [left, right] = [false, true].map(|is_rtl| brackets(&drawn(&first, is_rtl))[0].bounds().center().x);
    assert!(left < 120.0 && right > 120.0);
    assert!(brackets(&drawn(&[Column::Missing; 3], false)).is_empty());
}

#[test]
fn a_sparkline_has_the_same_gaps() {
    let (cube, locale) = (arrivals(), Locale::english());
    let query = keep(&cube, &[("country", &["BIH"])]);
    golden_chart("sparkline-one-place", ChartKind::Sparkline, &cube, &query, 320.0, &locale);
}

#[test]
fn a_stock_stands_at_one_date_and_estimates_are_hollow_bars() {
    let (cube, locale) = (present(false), Locale::english());
    let query = keep(&cube, &[]);
    golden_chart("bars-present", ChartKind::Bars, &cube, &query, 640.0, &locale);
}

#[test]
fn right_to_left_everything_mirrors_and_time_too() {
    let locale = right_to_left();
    let cube = arrivals();
    golden_chart(
        "trend-mirrored",
        ChartKind::Trend,
        &cube,
        &keep(&cube, &[("country", &["BIH", "SRB"])]),
        640.0,
        &locale,
    );
    let cube = registered();
    golden_chart("bars-mirrored", ChartKind::Bars, &cube, &keep(&cube, &[]), 640.0, &locale);
    let cube = arrivals();
    let look = Look { width: 640.0, theme: Theme::Light, locale: &locale, options: ChartOptions::default() };
    let (chart, _) =
        lay_out(ChartKind::Trend, &cube, &keep(&cube, &[("country", &["BIH"])]), &look).expect("a chart");
    let (first, last) =
        (chart.scene.marks.first().expect("a mark"), chart.scene.marks.last().expect("a mark"));
    assert!(first.at.x > last.at.x, "January stands right of what follows");
}

#[test]
fn every_kind_is_sound_whatever_the_figures() {
    let (english, mirrored) = (Locale::english(), right_to_left());
    let fixtures: Vec<(&str, Arc<Cube>)> = vec![
        ("nothing", odd(&[])),
        ("one figure", odd(&[None, Some(7.0)])),
        ("zeros", odd(&[Some(0.0); 8])),
        ("below zero", odd(&[Some(-4.0), Some(3.0), None, Some(-1.0), Some(2.0), Some(9.0), Some(-7.5)])),
        ("large", odd(&[Some(1e15), Some(3.0), None, Some(1.0)])),
        ("arrivals", arrivals()),
        ("registered", registered()),
        ("intentions", intentions()),
        ("shares", shares()),
        ("present", present(true)),
        ("withheld", withheld()),
    ];
    for (name, cube) in &fixtures {
        for kind in ChartKind::ALL {
            for (theme, locale) in [(Theme::Light, &english), (Theme::Dark, &mirrored)] {
                for (width, title) in [(280.0, true), (430.0, false), (1000.0, true)] {
                    let options =
                        ChartOptions { title, focused: Some(0), hovered: Some(1), ..ChartOptions::default() };
                    let look = Look { width, theme, locale, options };
                    let name = format!("{name} {} {width} {}", kind.id(), locale.is_right_to_left());
                    match lay_out(kind, cube, &keep(cube, &[]), &look) {
                        Ok((chart, tokens)) => {
                            assert_sound(&chart, cube, locale, &name);
                            assert_eq!(svg(&chart, &tokens, locale), svg(&chart, &tokens, locale), "{name}");
                        }
                        Err(why) => assert!(why.len() > 20, "{name}: {why}"),
                    }
                }
            }
        }
    }
}

#[test]
fn arrows_walk_every_mark_and_stay_at_the_ends() {
    use mixed_movements::chart::Step;
    let (cube, locale) = (arrivals(), Locale::english());
    let look = Look { width: 640.0, theme: Theme::Light, locale: &locale, options: ChartOptions::default() };
    let (chart, _) =
        lay_out(ChartKind::Trend, &cube, &keep(&cube, &[("country", &["BIH"])]), &look).expect("a chart");
    let scene = &chart.scene;
    let mut at = scene.next_mark(None, Step::Right).expect("the first");
    let mut walked = 1;
    while let Some(next) = scene.next_mark(Some(at), Step::Right).filter(|next| *next != at) {
        assert!(scene.marks[next].at.x > scene.marks[at].at.x);
        (at, walked) = (next, walked + 1);
    }
    assert_eq!(walked, BIH.len());
    assert_eq!(scene.next_mark(Some(at), Step::Home), Some(0));
    assert_eq!(scene.next_mark(Some(0), Step::Left), Some(0));
}

#[test]
fn a_tooltip_tells_the_change_only_where_both_figures_are_there() {
    let (cube, locale) = (arrivals(), Locale::english());
    let look = Look { width: 640.0, theme: Theme::Light, locale: &locale, options: ChartOptions::default() };
    let (chart, _) =
        lay_out(ChartKind::Trend, &cube, &keep(&cube, &[("country", &["BIH"])]), &look).expect("a chart");
    let told = |when: &str| {
        let mark =
            chart.scene.marks.iter().position(|mark| mark.when.as_deref() == Some(when)).expect("a mark");
        tooltip(&chart, mark, &cube, &locale).expect("told")
    };
    assert_eq!(told("October 2018").change.as_deref(), Some("48 times October 2017 (105)"));
    assert_eq!(told("April 2019").change.as_deref(), Some("+46% on April 2018"));
    assert_eq!(told("May 2020").change, None);
    assert_eq!(told("October 2018").presented.with_unit(&locale), "5,057 arrivals");
}

/// A picture that leaves the page names edition, address and hash, also where it is narrow and
/// where the script runs the other way.
#[test]
fn a_picture_names_its_edition_its_address_and_the_hash_of_the_file() {
    let cube = arrivals();
    let query = keep(&cube, &[("country", &["BIH", "SRB"])]);
    let address = "https://example.org/figures/index.html#v1&dataset=new-arrivals&view=full&country=BIH+SRB&from=2018-01&edition=2024-01";
    let hash = "SHA-256 27e43f129ec88834f00d7c78abd0ceaf8258492fc81f49882bb004e891adc336";
    let origin = ["The office, Western Balkans, edition January 2024.", address, hash].map(str::to_owned);
    for (name, width, locale) in [
        ("origin", 360.0, Locale::english()),
        ("origin", 640.0, Locale::english()),
        ("origin-mirrored", 640.0, right_to_left()),
    ] {
        let options = picture(ChartOptions { origin: origin.to_vec(), ..ChartOptions::default() });
        let look = Look { width, theme: Theme::Light, locale: &locale, options };
        let (chart, tokens) = lay_out(ChartKind::Trend, &cube, &query, &look).expect("a chart");
        assert_sound(&chart, &cube, &locale, name);
        let drawn = svg(&chart, &tokens, &locale);
        let words: String = drawn
            .split('<')
            .filter_map(|part| part.strip_prefix("text")?.split_once('>').map(|(_, text)| text))
            .map(|text| text.replace(['\u{2066}', '\u{2067}', '\u{2069}'], ""))
            .collect();
        for line in &origin {
            assert!(
                words.replace(' ', "").contains(&line.replace('&', "&amp;").replace(' ', "")),
                "{line}: {words}"
            );
        }
        assert_golden(&format!("{name}-{width}-light"), &drawn);
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

#[test]
fn two_choices_stand_beside_each_other_on_one_scale() {
    let (cube, locale) = (arrivals(), Locale::english());
    let year = |code: &'static str, year: &str| {
        let months: Vec<String> = (1..=12).map(|month| format!("{year}-{month:02}")).collect();
        let months: Vec<&str> = months.iter().map(String::as_str).collect();
        keep(&cube, &[("country", &[code]), ("month", &months)])
    };
    let (a, b) = (year("BIH", "2018"), year("SRB", "2020"));
    for width in [360.0, 900.0] {
        for theme in [Theme::Light, Theme::Dark] {
            let options = picture(ChartOptions { against: Some(a.clone()), ..ChartOptions::default() });
            let look = Look { width, theme, locale: &locale, options };
            let (chart, tokens) = lay_out(ChartKind::Trend, &cube, &b, &look).expect("a chart");
            let name = format!("pair-{width}-{}", theme.id());
            assert_sound(&chart, &cube, &locale, &name);
            assert_golden(&name, &svg(&chart, &tokens, &locale));
            // Each value of one side is as high as it would be on the other.
            let (first, second) = (&chart.scene.marks[0], chart.scene.marks.last().expect("marks"));
            assert!(first.name.starts_with("A: ") && second.name.starts_with("B: "));
        }
    }
    let look = Look {
        width: 900.0,
        theme: Theme::Light,
        locale: &locale,
        options: ChartOptions { against: Some(a), ..ChartOptions::default() },
    };
    let (chart, _) = lay_out(ChartKind::Trend, &cube, &b, &look).expect("a chart");
    let per_arrival = |name: &str| {
        let of_side: Vec<_> = chart.scene.marks.iter().filter(|mark| mark.name.starts_with(name)).collect();
        let by_value = |a: &&&_, b: &&&_| {
            let value = |mark: &mixed_movements::chart::Mark| mark.cell.value().expect("a value");
            value(a).total_cmp(&value(b))
        };
        let (low, high) = (of_side.iter().min_by(by_value), of_side.iter().max_by(by_value));
        let (low, high) = (low.expect("a mark"), high.expect("a mark"));
        (low.at.y - high.at.y) / (high.cell.value().expect("a value") - low.cell.value().expect("a value"))
    };
    assert!((per_arrival("A: ") - per_arrival("B: ")).abs() < 1e-9);
}

#[test]
fn periods_can_be_dragged_over_wherever_a_chart_has_one_axis_of_time() {
    let (english, mirrored) = (Locale::english(), right_to_left());
    let cube = arrivals();
    let query = keep(&cube, &[("country", &["BIH"])]);
    for locale in [&english, &mirrored] {
        let look = Look { width: 640.0, theme: Theme::Light, locale, options: ChartOptions::default() };
        let (chart, tokens) = lay_out(ChartKind::Trend, &cube, &query, &look).expect("a chart");
        let axis = chart.scene.periods.as_ref().expect("an axis");
        assert_eq!(axis.slots.len(), 66);
        for mark in &chart.scene.marks {
            let (time, period) = mark.positions[1];
            let slot = axis.nearest(mark.at.x).expect("a period");
            assert_eq!((time, axis.slots[slot].1), (axis.dimension, period));
        }
        let below = mixed_movements::chart::underlay(&chart.scene, axis.dimension, &[3, 4, 5], &tokens);
        let band = below[0].bounds();
        assert!((band.width - 3.0 * axis.step).abs() < 1e-9);
        assert_eq!(axis.nearest(band.center().x).map(|slot| axis.slots[slot].1), Some(4));
    }
}

/// One page of every kind in every state that it may come into, for the eye: `make gallery`.
#[test]
fn every_kind_in_every_state_is_on_the_page_of_the_gallery() {
    let (english, arabic) = (Locale::english(), right_to_left());
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/gallery");
    std::fs::create_dir_all(&folder).expect("a folder");
    let long = || {
        let (code, label, size) =
            ("X", "A very long name of a category, as registers of offices have them, ", 3);
        let categories: Vec<(String, String)> =
            (0..size).map(|n| (format!("{code}{n}"), format!("{label}number {n} of them"))).collect();
        let all = months((2023, 1), (2024, 1));
        let figures = categories.iter().enumerate().flat_map(|(at, (code, _))| {
            let value = move |month: usize| Some((at * 40 + month * 7 % 31 + 5) as f64 * 100.0);
            all.iter()
                .enumerate()
                .map(move |(n, (month, _))| (vec![code.as_str(), month.as_str()], value(n), ""))
        });
        Dataset {
            id: "long",
            label: "Figures with long names",
            profile: r#""measures":{"long":{"kind":"flow","unit":"cases","additivity":{"kind":"sum","month":"sum"}}}"#,
            dimensions: vec![("kind", "Kind", "", categories.clone()), ("month", "Month", "time", all.clone())],
            hierarchy: vec![],
            figures: figures.collect(),
        }
        .cube()
    };
    let states: Vec<(&str, Arc<Cube>, &Locale)> = vec![
        ("as published", arrivals(), &english),
        ("one year", registered(), &english),
        ("parts that add", intentions(), &english),
        ("shares", shares(), &english),
        ("stock, illustrative", present(true), &english),
        ("long names", long(), &english),
        ("Arabic", arrivals(), &arabic),
        ("Arabic, stock", present(false), &arabic),
        ("withheld", withheld(), &english),
        ("withheld, Arabic", withheld(), &arabic),
        ("no figure", odd(&[]), &english),
        ("one figure", odd(&[None, Some(7.0)]), &english),
        ("zeros", odd(&[Some(0.0); 8]), &english),
        (
            "corrections below zero",
            odd(&[Some(-4.0), Some(3.0), None, Some(-1.0), Some(2.0), Some(9.0), Some(-7.5)]),
            &english,
        ),
    ];
    let mut page = String::from(
        "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><title>Gallery</title>\
         <link rel=\"stylesheet\" href=\"gallery.css\"><h1>Every kind of chart in every state</h1>",
    );
    std::fs::write(
        folder.join("gallery.css"),
        "body{font:15px/1.5 sans-serif;margin:24px}img{display:block;border:1px solid #d5dbe1;max-width:none}\
         .row{display:flex;flex-wrap:wrap;gap:16px;align-items:flex-start}p{max-width:40em;margin:0}",
    )
    .expect("written");
    let mut drawn = 0;
    for kind in ChartKind::ALL {
        let _ = write!(page, "<h2>{}</h2>", kind.id());
        for (state, cube, locale) in &states {
            let _ = write!(page, "<h3>{state}</h3><div class=\"row\">");
            for (theme, width) in [(Theme::Light, 640.0), (Theme::Dark, 640.0), (Theme::Light, 360.0)] {
                let query = match *state {
                    "as published" | "Arabic" if kind == ChartKind::Years => {
                        keep(cube, &[("country", &["BIH"])])
                    }
                    "withheld" | "withheld, Arabic"
                        if matches!(kind, ChartKind::Years | ChartKind::Sparkline) =>
                    {
                        keep(cube, &[("country", &["ALB"])])
                    }
                    "withheld" | "withheld, Arabic"
                        if matches!(kind, ChartKind::Bars | ChartKind::Ranking | ChartKind::Map) =>
                    {
                        keep(cube, &[("month", &["2023-09"])])
                    }
                    _ => keep(cube, &[]),
                };
                let look = Look { width, theme, locale, options: picture(ChartOptions::default()) };
                match lay_out(kind, cube, &query, &look) {
                    Ok((chart, tokens)) => {
                        let file = format!(
                            "{}-{}-{width}-{}.svg",
                            kind.id(),
                            state.replace([' ', ','], "-"),
                            theme.id()
                        );
                        assert_sound(&chart, cube, locale, &file);
                        std::fs::write(folder.join(&file), svg(&chart, &tokens, locale)).expect("written");
                        let _ = write!(page, "<img src=\"{file}\" alt=\"{} {state}\">", kind.id());
                        drawn += 1;
                    }
                    Err(why) => {
                        let _ = write!(page, "<p>{why}</p>");
                        break;
                    }
                }
            }
            page.push_str("</div>");
        }
    }
    std::fs::write(folder.join("index.html"), page).expect("written");
    assert!(drawn > 120, "{drawn} pictures");
}
