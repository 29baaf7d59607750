//! Small cubes made by hand: as few cells as show each rule of the words.

use statcube::map::Map;
use std::sync::Arc;

use statcube::model::{Attachment, ColumnBuilder, Extras, KeyFigure, SnapshotProfile, StatusTable};
use statcube::{
    Additivity, Category, CellIndex, Cube, CubeParts, Dimension, DimensionRole, Hierarchy, Measure, Note,
    Snapshot, Source, StatisticKind,
};

pub const KOSOVO: &str = "Kosovo (S/RES/1244 (1999))";

fn categories(codes: &[(&str, &str)]) -> Vec<Category> {
    codes
        .iter()
        .map(|(code, label)| Category { code: (*code).into(), label: (*label).into(), ..Category::default() })
        .collect()
}

/// The region and its six places.
pub fn places() -> Dimension {
    let codes = [
        ("REGION", "Western Balkans"),
        ("ALB", "Albania"),
        ("BIH", "Bosnia and Herzegovina"),
        ("XKX", KOSOVO),
        ("MNE", "Montenegro"),
        ("MKD", "North Macedonia"),
        ("SRB", "Serbia"),
    ];
    let pairs: Vec<(u32, u32)> = (1..7).map(|child| (0, child)).collect();
    Dimension::new("country", "Country", DimensionRole::Geo, categories(&codes), Hierarchy::new(7, &pairs).0)
}

/// Months from January of a year, as many as are asked for.
pub fn months(year: i32, count: i32) -> Dimension {
    let codes: Vec<String> =
        (0..count).map(|month| format!("{}-{:02}", year + month / 12, month % 12 + 1)).collect();
    let codes: Vec<(&str, &str)> = codes.iter().map(|code| (code.as_str(), code.as_str())).collect();
    Dimension::new(
        "month",
        "Month",
        DimensionRole::Time,
        categories(&codes),
        Hierarchy::new(codes.len(), &[]).0,
    )
}

fn additivity(entries: &[(&str, Additivity)]) -> Map<String, Additivity> {
    entries.iter().map(|(id, additivity)| ((*id).to_owned(), *additivity)).collect()
}

/// One value: measure, place, month, number, status.
pub type Figure = (usize, &'static str, &'static str, f64, &'static str);

pub fn cube(id: &str, measures: Vec<Measure>, dimensions: Vec<Dimension>, figures: &[Figure]) -> CubeParts {
    let labels = [
        ("e", "estimated"),
        ("~", "rounded"),
        ("p", "provisional"),
        ("r", "revised"),
        ("b", "break in series"),
    ];
    let mut statuses =
        StatusTable::new(labels.map(|(code, label)| (code.to_owned(), label.to_owned())).to_vec());
    let cells: usize = dimensions.iter().map(Dimension::len).product();
    let mut builders = vec![ColumnBuilder::new(cells); measures.len()];
    let mut extras = vec![Extras::default(); measures.len()];
    for (measure, place, month, value, status) in figures {
        let at = dimensions[0].position(place).unwrap() as usize * dimensions[1].len()
            + dimensions[1].position(month).unwrap() as usize;
        builders[*measure].set(CellIndex(at), *value);
        builders[*measure].set_status(CellIndex(at), statuses.intern(status).unwrap());
        extras[*measure].provenance.insert(CellIndex(at), vec!["S1".into()]);
    }
    let columns = builders.into_iter().zip(extras).map(|(builder, extras)| builder.finish(extras)).collect();
    let source = Source {
        title: "Monthly update, “A”".into(),
        publisher: Some("The office".into()),
        ..Source::default()
    };
    CubeParts {
        id: id.into(),
        label: measures[0].label.clone(),
        dimensions,
        measures,
        columns,
        statuses,
        sources: Arc::new(Map::from([("S1".to_owned(), source)])),
        ..CubeParts::default()
    }
}

/// New arrivals: added over months, never over places.
pub fn arrivals(figures: &[Figure]) -> Arc<Cube> {
    let measure = Measure {
        id: "new-arrivals".into(),
        label: "New arrivals".into(),
        unit: Some("arrivals".into()),
        kind: StatisticKind::Flow,
        counts: Some("events".into()),
        decimals: Some(0),
        additivity: additivity(&[("country", Additivity::Overlap), ("month", Additivity::Sum)]),
        ..Measure::default()
    };
    let notes = vec![Note {
        id: "serbia".into(),
        text: "Figures for Serbia come from its Commissariat.".into(),
        mandatory: true,
        attachment: Attachment {
            measures: Vec::new(),
            categories: Map::from([("country".into(), vec!["SRB".into()])]),
        },
        ..Note::default()
    }];
    let parts = cube("new-arrivals", vec![measure], vec![places(), months(2018, 36)], figures);
    Arc::new(Cube::new(CubeParts { notes, ..parts }).unwrap())
}

/// The figures of January 2024.
pub fn january_2024() -> Snapshot {
    let none = || additivity(&[("country", Additivity::None), ("month", Additivity::None)]);
    let stock = || additivity(&[("country", Additivity::Sum), ("month", Additivity::Last)]);
    let people = |id: &str, label: &str, kind, additivity| Measure {
        id: id.into(),
        label: label.into(),
        unit: Some("people".into()),
        counts: Some("people".into()),
        decimals: Some(0),
        kind,
        additivity,
        ..Measure::default()
    };
    let rate = |id: &str, label: &str| Measure {
        id: id.into(),
        label: label.into(),
        unit: Some("%".into()),
        decimals: Some(0),
        kind: StatisticKind::Rate,
        additivity: none(),
        ..Measure::default()
    };
    let moving = cube(
        "mixed-movements",
        vec![
            people("mixed-movements", "People in mixed movements", StatisticKind::Flow, none()),
            rate("change-on-year", "Change on the same month a year before"),
        ],
        vec![places(), months(2023, 13)],
        &[(0, "REGION", "2024-01", 1300.0, "e~"), (1, "REGION", "2024-01", 14.0, "e")],
    );
    let mut children = people(
        "unaccompanied-children",
        "Unaccompanied or separated children present",
        StatisticKind::Stock,
        stock(),
    );
    children.unit = Some("unaccompanied or separated children".into());
    let present = cube(
        "present",
        vec![
            people("present", "People present at the end of the month", StatisticKind::Stock, stock()),
            children,
            rate("share-of-region", "Share of the people present in the region"),
        ],
        vec![places(), months(2023, 13)],
        &[
            (0, "REGION", "2024-01", 4800.0, "e~"),
            (1, "REGION", "2024-01", 290.0, "~"),
            (2, "ALB", "2024-01", 3.0, "~"),
            (2, "BIH", "2024-01", 56.0, "~"),
            (2, "XKX", "2024-01", 4.0, "~"),
            (2, "MNE", "2024-01", 3.0, "~"),
            (2, "MKD", "2024-01", 3.0, "~"),
            (2, "SRB", "2024-01", 30.0, "~"),
        ],
    );
    let figure = |dataset: &str, measure: &str| KeyFigure {
        dataset: dataset.into(),
        measure: Some(measure.into()),
        selection: Map::from([("country".to_owned(), "REGION".to_owned())]),
        period: Some("latest".into()),
        ..KeyFigure::default()
    };
    let templates = [
        (
            "mixed-movements",
            "{value} refugees, asylum-seekers and other people were in mixed movements in the {place} in {period}, {change}.",
        ),
        ("present", "At the end of {period} {value} were present, including {part}: {shares}."),
    ];
    let templates = templates.map(|(id, template)| (id.to_owned(), template.to_owned()));
    Snapshot {
        label: Some("Western Balkans".into()),
        updated: Some("2024-02".into()),
        href: None,
        profile: SnapshotProfile {
            edition: Some("2024-01".into()),
            publisher: Some("The office".into()),
            provisional: true,
            key_figures: vec![
                KeyFigure {
                    change: Some("change-on-year".into()),
                    ..figure("mixed-movements", "mixed-movements")
                },
                KeyFigure { part: Some("unaccompanied-children".into()), ..figure("present", "present") },
                KeyFigure {
                    by: Some("country".into()),
                    selection: Map::new(),
                    ..figure("present", "share-of-region")
                },
            ],
            sentences: Map::from([("en".to_owned(), Map::from(templates))]),
            ..SnapshotProfile::default()
        },
        datasets: vec![Arc::new(Cube::new(moving).unwrap()), Arc::new(Cube::new(present).unwrap())],
        links: Vec::new(),
        findings: Vec::new(),
    }
}
