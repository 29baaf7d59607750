//! How each form that a file may have is read.

use statcube::jsonstat::{DecodeOptions, decode};
use statcube::model::{AdditivityOrigin, Conflict, Disagreement, Vintage};
use statcube::{Additivity, CellIndex, Cube, DimensionRole, ErrorKind, Snapshot, StatisticKind};

fn read(text: &str) -> Snapshot {
    decode(text.as_bytes(), &DecodeOptions::default()).unwrap_or_else(|error| panic!("{error}\n{text}"))
}

fn values(cube: &Cube, measure: usize) -> Vec<Option<f64>> {
    (0..cube.num_cells()).map(|cell| cube.column(measure).unwrap().value(CellIndex(cell))).collect()
}

/// A dataset with these dimensions (id and codes), of which all figures are missing.
fn with_dimensions(dimensions: &[(&str, &[&str])], more: &str) -> Snapshot {
    let quoted = |texts: &[&str]| texts.iter().map(|t| format!("\"{t}\"")).collect::<Vec<_>>().join(",");
    let ids: Vec<_> = dimensions.iter().map(|dimension| dimension.0).collect();
    let sizes: Vec<_> = dimensions.iter().map(|dimension| dimension.1.len().to_string()).collect();
    let entries = dimensions
        .iter()
        .map(|(id, codes)| format!(r#""{id}":{{"category":{{"index":[{}]}}}}"#, quoted(codes)));
    read(&format!(
        r#"{{"class":"dataset","id":[{}],"size":[{}],"dimension":{{{}}},"value":{{}}{more}}}"#,
        quoted(&ids),
        sizes.join(","),
        entries.collect::<Vec<_>>().join(",")
    ))
}

#[test]
fn dense_and_sparse_figures_are_the_same() {
    let head = r#""class":"dataset","id":["a","m"],"size":["2",2],"role":{"metric":["m"]},
        "dimension":{"a":{"category":{"index":["x","y"]}},"m":{"category":{"index":{"q":1,"p":0}}}}"#;
    let dense = read(&format!(r#"{{{head},"value":[1,null,3,4.5]}}"#));
    let sparse = read(&format!(r#"{{{head},"value":{{"3":4.5,"0":1,"2":3,"1":null}}}}"#));
    for snapshot in [&dense, &sparse] {
        let cube = &snapshot.datasets[0];
        assert_eq!(cube.measures().iter().map(|m| m.id.as_str()).collect::<Vec<_>>(), ["p", "q"]);
        assert_eq!(values(cube, 0), [Some(1.0), Some(3.0)]);
        assert_eq!(values(cube, 1), [None, Some(4.5)]);
    }
}

#[test]
fn the_metric_dimension_may_stand_anywhere() {
    for (at, expected) in [(0, [0.0, 1.0, 2.0, 3.0]), (1, [0.0, 1.0, 4.0, 5.0]), (2, [0.0, 2.0, 4.0, 6.0])] {
        let mut ids = vec!["a", "b"];
        ids.insert(at, "m");
        let text = format!(
            r#"{{"class":"dataset","id":{ids:?},"size":[2,2,2],"role":{{"metric":["m"]}},"value":[0,1,2,3,4,5,6,7],
            "dimension":{{"a":{{"category":{{"index":["x","y"]}}}},"b":{{"category":{{"index":["x","y"]}}}},
            "m":{{"category":{{"index":["p","q"]}}}}}}}}"#
        );
        assert_eq!(values(&read(&text).datasets[0], 0), expected.map(Some), "{ids:?}");
    }
}

#[test]
fn status_has_four_forms() {
    let forms = [
        (r#""e""#, ["e", "e", "e"]),
        (r#"["e"]"#, ["e", "e", "e"]),
        (r#"["e",null,""]"#, ["e", "", ""]),
        (r#"{"2":"ep"}"#, ["", "", "ep"]),
        (
            r#"{"value":[null,"e","p"],"category":{"label":{"e":"estimated","p":"provisional"}}}"#,
            ["", "e", "p"],
        ),
        ("null", ["", "", ""]),
    ];
    for (form, expected) in forms {
        let text = format!(
            r#"{{"class":"dataset","id":["a"],"size":[3],"value":[1,2,3],"status":{form},
            "dimension":{{"a":{{"category":{{"index":["x","y","z"]}}}}}},
            "extension":{{"status":{{"label":{{"p":"provisional","e":"estimated"}}}}}}}}"#
        );
        let snapshot = read(&text);
        let cube = &snapshot.datasets[0];
        let column = cube.column(0).unwrap();
        let codes = |cell| cube.statuses().codes(column.status(CellIndex(cell))).concat();
        assert_eq!([codes(0), codes(1), codes(2)], expected, "{form}");
        let labels = cube.statuses().labels().iter().map(|(code, _)| code.as_str());
        assert_eq!(labels.collect::<Vec<_>>(), ["p", "e"], "labels keep the order of the file");
    }
}

#[test]
fn categories_may_have_an_index_or_only_labels() {
    let text = r#"{"class":"dataset","id":["a","b","c"],"size":[1,2,2],"value":{},"dimension":{
        "a":{"category":{"label":{"T":"All"}}},
        "b":{"category":{"label":{"Z":"Zed","A":"Ay"}}},
        "c":{"category":{"index":{"2011":1,"2010":0},"label":{"2010":"Ten"}}}}}"#;
    let snapshot = read(text);
    let of = |at: usize| -> Vec<(String, String)> {
        let categories = &snapshot.datasets[0].dimensions()[at].categories;
        categories.iter().map(|c| (c.code.clone(), c.label.clone())).collect()
    };
    let pair = |code: &str, label: &str| (code.to_owned(), label.to_owned());
    assert_eq!(of(0), [pair("T", "All")]);
    assert_eq!(of(1), [pair("Z", "Zed"), pair("A", "Ay")]);
    assert_eq!(of(2), [pair("2010", "Ten"), pair("2011", "2011")]);
}

#[test]
fn roles_that_are_declared_are_not_guessed() {
    let more = r#","role":{"time":[],"geo":["sex"],"metric":[]}"#;
    let snapshot = with_dimensions(&[("country", &["A"]), ("month", &["2024-01"]), ("sex", &["F"])], more);
    let roles: Vec<_> = snapshot.datasets[0].dimensions().iter().map(|dimension| dimension.role).collect();
    assert_eq!(roles, [DimensionRole::Classification, DimensionRole::Classification, DimensionRole::Geo]);
}

#[test]
fn roles_that_are_not_declared_are_told_from_ids_and_codes() {
    use DimensionRole::{Classification, Geo, Time};
    type Case<'a> = (&'a [(&'a str, &'a [&'a str])], &'a [DimensionRole], usize);
    let cases: [Case<'_>; 7] = [
        (&[("GEO", &["a"]), ("TIME_PERIOD", &["b"])], &[Geo, Time], 1),
        (&[("ContentsCode", &["a", "b"]), ("Tid", &["2024M01"])], &[Time], 2),
        (&[("indic_x", &["a", "b"]), ("unit", &["NR"]), ("geo", &["a"])], &[Classification, Geo], 2),
        (&[("County and Region", &["1"]), ("x", &["2010", "2011"])], &[Geo, Time], 1),
        (&[("where", &["ABC", "DEF", "GHI"]), ("age", &["0", "5", "10"])], &[Geo, Classification], 1),
        (
            &[("citizenship", &["ABC", "DEF", "GHI"]), ("sex", &["F", "M"])],
            &[Classification, Classification],
            1,
        ),
        (
            &[("country of birth", &["A"]), ("area", &["A"]), ("place", &["A"])],
            &[Classification, Geo, Classification],
            1,
        ),
    ];
    for (dimensions, roles, num_measures) in cases {
        let snapshot = with_dimensions(dimensions, "");
        let cube = &snapshot.datasets[0];
        let found: Vec<_> = cube.dimensions().iter().map(|dimension| dimension.role).collect();
        assert_eq!((found.as_slice(), cube.measures().len()), (roles, num_measures), "{dimensions:?}");
    }
}

#[test]
fn only_the_first_metric_dimension_holds_measures() {
    let more = r#","role":{"metric":["b","a"]}"#;
    let snapshot = with_dimensions(&[("a", &["x", "y"]), ("b", &["p", "q", "r"])], more);
    let cube = &snapshot.datasets[0];
    assert_eq!((cube.measures().len(), cube.dimensions().len()), (3, 1));
    assert_eq!(cube.dimensions()[0].role, DimensionRole::Classification);
}

#[test]
fn without_a_metric_dimension_the_dataset_is_its_measure() {
    let snapshot = with_dimensions(&[("a", &["x"])], r#","label":"Arrivals","extension":{"id":"ARR"}"#);
    let measure = &snapshot.datasets[0].measures()[0];
    assert_eq!(
        (measure.id.as_str(), measure.label.as_str(), measure.kind),
        ("ARR", "Arrivals", StatisticKind::Unknown)
    );
    let named = r#","extension":{"mixedMovements":{"id":"d","measures":{"arrivals":{"kind":"flow"}}}}"#;
    let snapshot = with_dimensions(&[("a", &["x"])], named);
    let cube = &snapshot.datasets[0];
    assert_eq!((cube.id(), cube.measures()[0].id.as_str()), ("d", "arrivals"));
    assert_eq!(cube.measures()[0].kind, StatisticKind::Flow);
}

#[test]
fn what_pxweb_says_of_adding_is_heard_and_silence_is_not_consent() {
    let file = |allowed: &str| {
        read(&format!(
            r#"{{"class":"dataset","id":["ContentsCode","Region","Tid"],"size":[4,3,1],"value":{{}},
            "role":{{"metric":["ContentsCode"],"geo":["Region"],"time":["Tid"]}},"note":["n","m"],
            "extension":{{"px":{{{allowed}"decimals":1,"tableid":"01222"}},"noteMandatory":{{"1":true}}}},
            "dimension":{{"ContentsCode":{{"category":{{"index":["s","f","a","o"],"note":{{"f":["x"]}},
                "unit":{{"s":{{"base":"persons","decimals":0}}}}}},"extension":{{
                "measuringType":{{"s":"Stock","f":"Flow","a":"Average","o":"Other"}},
                "categoryNoteMandatory":{{"f":{{"0":true}}}}}}}},
              "Region":{{"category":{{"index":["1","0","2"]}},"extension":{{"eliminationValueCode":"0"}}}},
              "Tid":{{"category":{{"index":["2024M01"]}}}}}}}}"#
        ))
    };
    use Additivity::{Last, None, Sum, Unknown};
    use AdditivityOrigin::{Declared, Derived, Undeclared};
    let cases = [
        (
            r#""aggregallowed":false,"#,
            [(None, Declared); 4],
            [(Last, Derived), (None, Declared), (None, Declared), (None, Declared)],
        ),
        (
            r#""aggregallowed":true,"#,
            [(Sum, Declared), (Sum, Declared), (None, Derived), (Sum, Declared)],
            [(Last, Derived), (Sum, Derived), (None, Derived), (Unknown, Undeclared)],
        ),
        (
            "",
            [(Unknown, Undeclared), (Unknown, Undeclared), (None, Derived), (Unknown, Undeclared)],
            [(Last, Derived), (Sum, Derived), (None, Derived), (Unknown, Undeclared)],
        ),
    ];
    for (allowed, over_places, over_time) in cases {
        let snapshot = file(allowed);
        let cube = &snapshot.datasets[0];
        assert_eq!([0, 1, 2, 3].map(|measure| cube.additivity(measure, 0)), over_places, "{allowed}");
        assert_eq!([0, 1, 2, 3].map(|measure| cube.additivity(measure, 1)), over_time, "{allowed}");
    }
    let snapshot = file("");
    let cube = &snapshot.datasets[0];
    assert_eq!(cube.id(), "01222");
    assert_eq!((cube.measures()[0].decimals, cube.measures()[1].decimals), (Some(0), Some(1)));
    assert_eq!(cube.measures()[0].unit.as_deref(), Some("persons"));
    let region = &cube.dimensions()[0];
    assert_eq!((region.elimination.as_deref(), region.hierarchy.roots()), (Some("0"), &[1][..]));
    assert_eq!(region.hierarchy.children_of(1), [0, 2]);
    let notes: Vec<_> = cube.notes().iter().map(|note| (note.id.as_str(), note.mandatory)).collect();
    assert_eq!(notes, [("dataset-0", false), ("dataset-1", true), ("ContentsCode-f-0", true)]);
    assert_eq!(cube.notes()[2].attachment.measures, ["f"]);
}

#[test]
fn the_profile_says_what_json_stat_cannot() {
    let text = r#"{"version":"2.0","class":"collection","label":"All","updated":"2024-02-20","href":"x",
      "extension":{"mixedMovements":{"profile":1,"edition":"2024-01","previous":"2023-12","revision":0,"publisher":"P",
        "contact":"c","licence":"l","method":"m","provisional":true,"illustrative":true,"boundaries":"b",
        "links":[{"label":"A","href":"https://example.org"}],
        "keyFigures":[{"dataset":"d","measure":"p","where":{"place":"A"},"period":"latest","by":"place","part":"q","change":"q"}],
        "editions":"index.json","sentences":{"en":{"p":"{value} in {place}"}},"sources":{"S1":{"title":"T","publisher":"P","href":"h","date":"2024"}}}},
      "link":{"item":[{"class":"dataset","id":["place","m","month"],"size":[2,2,1],"value":[1,2,3,4],
        "role":{"metric":["m"],"geo":["place"],"time":["month"]},
        "dimension":{"place":{"category":{"index":["A","B"]}},"m":{"category":{"index":["p","q"]}},
          "month":{"category":{"index":["2024-01"]}}},
        "extension":{"mixedMovements":{"id":"d",
          "measures":{"q":{"kind":"flow","counts":"events","unit":"arrivals","suppressed":{"c":[1,4]},"precision":10,"decimals":0,"labels":{"fr":"Q"},
            "additivity":{"place":"overlap","month":"sum"},"why":{"place":"Twice.","advice":"One by one."}}},
          "notes":[{"id":"n","marker":"*","text":"t","mandatory":true,"where":{"place":["B"],"m":["q"]}}],
          "labels":{"place":{"A":{"sr":"A","fr":"Â"}}},
          "provenance":{"3":["S1"]},"vintages":{"3":[["2023-12",5]]},"ranges":{"2":[1,9]},
          "conflicts":{"1":[{"kind":"erratum","value":7,"source":"S1","what":"Rounded."}]},"later":1}}},
        {"class":"dataset","href":"https://example.org/x.json","label":"Elsewhere"},
        {"class":"collection","link":{"item":[{"class":"dataset","href":"y"}]}}]}}"#;
    let snapshot = read(text);
    let profile = &snapshot.profile;
    assert_eq!(
        (profile.profile, profile.edition.as_deref(), profile.revision),
        (Some(1), Some("2024-01"), Some(0))
    );
    assert!(profile.provisional && profile.illustrative);
    assert_eq!(profile.editions.as_deref(), Some("index.json"));
    assert_eq!(profile.key_figures[0].selection["place"], "A");
    assert_eq!(profile.key_figures[0].change.as_deref(), Some("q"));
    assert_eq!(profile.sentences["en"]["p"], "{value} in {place}");
    assert_eq!(
        snapshot.links.iter().map(|link| link.href.as_str()).collect::<Vec<_>>(),
        ["https://example.org/x.json", "y"]
    );

    let cube = snapshot.dataset("d").unwrap();
    assert!(cube.parts().illustrative, "what holds for the file holds for its datasets");
    assert_eq!(cube.parts().sources["S1"].title, "T");
    let measure = &cube.measures()[1];
    assert_eq!(
        (measure.unit.as_deref(), measure.precision, measure.decimals),
        (Some("arrivals"), Some(10.0), Some(0))
    );
    assert_eq!(measure.suppressed["c"], (1.0, 4.0));
    assert_eq!((measure.why["place"].as_str(), measure.advice.as_deref()), ("Twice.", Some("One by one.")));
    assert_eq!(cube.additivity(1, 0), (Additivity::Overlap, AdditivityOrigin::Declared));
    assert_eq!(cube.notes()[0].attachment.measures, ["q"]);
    assert_eq!(cube.notes()[0].attachment.categories["place"], ["B"]);
    let labels = &cube.dimensions()[0].categories[0].labels;
    assert_eq!(labels.iter().map(|(language, _)| language.as_str()).collect::<Vec<_>>(), ["sr", "fr"]);
    // Positions count the metric dimension: 3 is place B of measure q, 1 is place A of it.
    let [p, q] = [0, 1].map(|measure| &cube.column(measure).unwrap().extras);
    assert_eq!(q.provenance[&CellIndex(1)], ["S1"]);
    assert_eq!(q.vintages[&CellIndex(1)], [Vintage { edition: "2023-12".into(), value: 5.0 }]);
    let conflict =
        Conflict { kind: Disagreement::Erratum, value: 7.0, source: "S1".into(), what: "Rounded.".into() };
    assert_eq!(q.conflicts[&CellIndex(0)], [conflict]);
    assert_eq!(p.ranges[&CellIndex(1)], (1.0, 9.0));
    let finding = snapshot.findings.iter().find(|finding| finding.message.contains("later")).unwrap();
    assert_eq!(finding.path, "link.item[0].extension.mixedMovements.later");
}

#[test]
fn ids_of_datasets_are_unique_and_those_of_the_profile_stand() {
    let dataset = |extension: &str| {
        format!(
            r#"{{"class":"dataset","id":[],"size":[],"dimension":{{}},"value":[1],"extension":{{{extension}}}}}"#
        )
    };
    let collection =
        |items: &[String]| format!(r#"{{"class":"collection","link":{{"item":[{}]}}}}"#, items.join(","));
    let (office, own) = (r#""id":"X""#, r#""mixedMovements":{"id":"mine"}"#);
    let items = [dataset(office), dataset(office), dataset(""), dataset(own)];
    let snapshot = read(&collection(&items));
    let ids: Vec<_> = snapshot.datasets.iter().map(|cube| cube.id()).collect();
    assert_eq!(ids, ["X", "X-2", "dataset-3", "mine"]);
    let twice = collection(&[dataset(own), dataset(own)]);
    let error = decode(twice.as_bytes(), &DecodeOptions::default()).unwrap_err();
    assert_eq!(
        (error.kind(), error.path()),
        (ErrorKind::Invalid, "link.item[1].extension.mixedMovements.id")
    );
}

#[test]
fn the_first_version_keeps_its_members_in_dimension() {
    let text = r#"{"sales":{"label":"S","value":{"1":5},"status":["a"],"dimension":{"id":["a","t"],"size":[2,1],
        "role":{"time":["t"]},"a":{"category":{"index":["x","y"]}},"t":{"category":{"label":{"2012":"2012"}}}}},
        "other":{"value":[1],"dimension":{"id":["a"],"size":["1"],"a":{"category":{"label":{"z":"Z"}}}}}}"#;
    let snapshot = read(text);
    let sales = snapshot.dataset("sales").unwrap();
    assert_eq!(values(sales, 0), [None, Some(5.0)]);
    assert_eq!(sales.dimensions()[1].role, DimensionRole::Time);
    assert!(snapshot.dataset("other").is_some());
}

#[test]
fn what_the_host_assumes_reaches_every_dataset() {
    let options =
        DecodeOptions { assumed: [("a".to_owned(), Additivity::Sum)].into(), ..DecodeOptions::default() };
    let text = r#"{"class":"dataset","id":["a"],"size":[1],"value":[1],"dimension":{"a":{"category":{"index":["x"]}}}}"#;
    let snapshot = decode(text.as_bytes(), &options).unwrap();
    assert_eq!(snapshot.datasets[0].additivity(0, 0), (Additivity::Sum, AdditivityOrigin::Assumed));
}
