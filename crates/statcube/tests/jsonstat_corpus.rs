//! Real files of statistics offices, read in place. Their content belongs to those who
//! published it, so the files are not part of the repository.

use std::path::PathBuf;

use statcube::jsonstat::{DecodeOptions, decode};
use statcube::model::{DimensionRole, Snapshot};
use statcube::{Additivity, CellIndex, ErrorKind};

/// The folder of the real files, where there is one.
fn folder() -> Option<PathBuf> {
    let root = std::env::var_os("MIXED_MOVEMENTS_REAL_DATA");
    if root.is_none() {
        eprintln!("SKIPPED: MIXED_MOVEMENTS_REAL_DATA is unset, so no real file of JSON-stat was read");
    }
    root.map(|root| PathBuf::from(root).join("tests-only/jsonstat"))
}

fn load(name: &str) -> Option<Snapshot> {
    let bytes = std::fs::read(folder()?.join(name)).unwrap();
    Some(decode(&bytes, &DecodeOptions::default()).unwrap_or_else(|error| panic!("{name}: {error}")))
}

/// A file's datasets as (id, cells, observed, dimensions of place, dimensions of time, measures).
type Row = (&'static str, usize, usize, usize, usize, usize);

#[test]
fn every_real_file_loads_with_the_figures_it_holds() {
    let expected: [(&str, &[Row]); 12] = [
        ("cso-ie_CIA01_v1.json", &[("dataset", 8325, 8325, 1, 1, 15)]),
        ("eurostat_demo_gind_v2.json", &[("DEMO_GIND", 1652, 73, 1, 1, 28)]),
        ("eurostat_nama_gdp_c_IT-FR_v1.json", &[("nama_gdp_c", 138, 64, 1, 1, 1)]),
        ("eurostat_nama_gdp_c_v1_sparse-status.json", &[("nama_gdp_c", 3036, 1134, 1, 1, 1)]),
        ("jsonstat-org_canada_v2.json", &[("dataset-1", 120, 120, 1, 1, 2)]),
        ("jsonstat-org_galicia_v2.json", &[("dataset-1", 3960, 3956, 2, 1, 1)]),
        ("jsonstat-org_hierarchy_v2_child.json", &[("dataset-1", 132, 0, 0, 0, 1)]),
        (
            "jsonstat-org_oecd-canada-col_v2_collection-embedded.json",
            &[("dataset-1", 432, 432, 1, 1, 1), ("dataset-2", 120, 120, 1, 1, 2)],
        ),
        (
            "jsonstat-org_oecd-canada_v1_bundle.json",
            &[("oecd", 432, 432, 1, 1, 1), ("canada", 120, 120, 1, 1, 2)],
        ),
        ("jsonstat-org_us-gsp_v2.json", &[("dataset-1", 204, 204, 1, 1, 4)]),
        ("rjstat_bundle_v1.json", &[("dataset", 6, 6, 0, 0, 1), ("dataset2", 4, 2, 0, 0, 1)]),
        ("ssb-no_29843_v1.json", &[("dataset", 37440, 30240, 0, 1, 6)]),
    ];
    for (name, rows) in expected {
        let Some(snapshot) = load(name) else { return };
        let found: Vec<_> = snapshot
            .datasets
            .iter()
            .map(|cube| {
                let with_role = |role| cube.dimensions().iter().filter(|d| d.role == role).count();
                let observed: usize = cube.parts().columns.iter().map(|column| column.num_observed()).sum();
                let cells = cube.num_cells() * cube.measures().len();
                let places = with_role(DimensionRole::Geo);
                (
                    cube.id().to_owned(),
                    cells,
                    observed,
                    places,
                    with_role(DimensionRole::Time),
                    cube.measures().len(),
                )
            })
            .collect();
        let rows: Vec<_> = rows.iter().map(|r| (r.0.to_owned(), r.1, r.2, r.3, r.4, r.5)).collect();
        assert_eq!(found, rows, "{name}");
    }
}

#[test]
fn a_collection_of_links_has_links_and_no_dataset() {
    let Some(snapshot) = load("jsonstat-org_collection_links_v2.json") else { return };
    assert_eq!((snapshot.datasets.len(), snapshot.links.len()), (0, 8));
    assert!(snapshot.links.iter().all(|link| link.href.starts_with("https://") && !link.label.is_empty()));
}

#[test]
fn text_in_place_of_figures_is_refused_with_its_place() {
    let Some(folder) = folder() else { return };
    let bytes = std::fs::read(folder.join("jsonstat-org_order_v2.json")).unwrap();
    let error = decode(&bytes, &DecodeOptions::default()).unwrap_err();
    assert_eq!((error.kind(), error.path()), (ErrorKind::Invalid, "value[0]"));
}

#[test]
fn figures_statuses_units_notes_and_hierarchies_arrive_where_they_belong() {
    let Some(snapshot) = load("jsonstat-org_oecd-canada_v1_bundle.json") else { return };
    let cube = snapshot.dataset("oecd").unwrap();
    let cell = cube.index(&[cube.dimensions()[0].position("AU").unwrap(), 0]).unwrap();
    let column = cube.column(0).unwrap();
    assert_eq!(column.value(cell), Some(5.943826289));
    assert_eq!(cube.measures()[0].unit.as_deref(), Some("%"));
    assert_eq!(cube.additivity(0, 0).0, Additivity::None, "a ratio is never added");
    let area = &cube.dimensions()[0];
    let (oecd, eu) = (area.position("OECD").unwrap(), area.position("EU15").unwrap());
    assert!(area.hierarchy.children_of(oecd).contains(&eu));
    let ids: Vec<_> = cube.notes().iter().map(|note| note.id.as_str()).collect();
    assert_eq!(ids, ["dataset-0", "area-0", "area-DE-0"]);
    assert_eq!(cube.notes()[2].attachment.categories["area"], ["DE"]);

    let canada = snapshot.dataset("canada").unwrap();
    let [people, share] = [0, 1].map(|m| canada.column(m).unwrap());
    assert_eq!(people.value(CellIndex(0)), Some(34880.5), "figures of two measures are told apart");
    assert_eq!(share.value(CellIndex(0)), Some(100.0));
    assert_eq!(canada.statuses().codes(share.status(CellIndex(59))), ["a"], "one status for all");

    let Some(snapshot) = load("eurostat_nama_gdp_c_v1_sparse-status.json") else { return };
    assert_eq!(snapshot.datasets[0].statuses().label("b"), Some("break in time series"));
}

/// The corpus of a validator: every case is judged as its authors judge it.
#[test]
fn the_validators_cases_are_judged_as_its_authors_do() {
    let Some(folder) = folder() else { return };
    let bytes = std::fs::read(folder.join("jsonstat-validator_corpus-cases.json")).unwrap();
    let kind_of_file = decode(&bytes, &DecodeOptions::default()).unwrap_err().kind();
    assert_eq!(kind_of_file, ErrorKind::NotJsonStat, "a list of cases is no dataset itself");

    let cases: Vec<serde_json::Value> = serde_json::from_slice(&bytes).unwrap();
    for case in &cases {
        let name = case["id"].as_str().unwrap();
        let decoded = decode(case["input"].to_string().as_bytes(), &DecodeOptions::default());
        let kind = decoded.as_ref().map_err(statcube::Error::kind).map(|_| ()).err();
        let path = decoded.as_ref().err().map(|error| error.path().to_owned()).unwrap_or_default();
        let (expected, place) = match case["expected"]["codes"][0].as_str() {
            None | Some("METRIC_UNIT_MISSING" | "BUNDLE_DEPRECATED") => (None, ""),
            Some("VALUE_LEN_MISMATCH") => (Some(ErrorKind::SizeMismatch), "value"),
            Some("SPARSE_KEY_OUT_OF_RANGE") => (Some(ErrorKind::SizeMismatch), "value.5"),
            Some("STATUS_LEN_MISMATCH") => (Some(ErrorKind::SizeMismatch), "status"),
            Some("ID_SIZE_LEN_MISMATCH") => (Some(ErrorKind::SizeMismatch), "size"),
            Some("INDEX_COUNT_MISMATCH") => (Some(ErrorKind::SizeMismatch), "dimension.sex.category.index"),
            Some("DIM_KEY_ID_MISMATCH") => (Some(ErrorKind::Invalid), "dimension.year"),
            Some("ROLE_ID_UNKNOWN") => (Some(ErrorKind::Invalid), "role.time[0]"),
            Some("INDEX_POSITIONS_INVALID") => (Some(ErrorKind::Invalid), "dimension.sex.category.index.F"),
            Some("LABEL_KEY_UNKNOWN") => (Some(ErrorKind::Invalid), "dimension.sex.category.label.X"),
            Some("UNIT_KEY_UNKNOWN") => (Some(ErrorKind::Invalid), "dimension.metric.category.unit.Q"),
            Some("COORD_KEY_UNKNOWN") => (Some(ErrorKind::Invalid), "dimension.geo.category.coordinates.Z"),
            Some("NOTE_KEY_UNKNOWN") => (Some(ErrorKind::Invalid), "dimension.sex.category.note.W"),
            Some("CHILD_ID_UNKNOWN") => (Some(ErrorKind::Invalid), "dimension.geo.category.child.A[0]"),
            Some("CHILD_CYCLE") => (Some(ErrorKind::Invalid), "dimension.geo.category.child"),
            Some(other) => panic!("{name}: a case of a kind that this test does not know, {other}"),
        };
        assert_eq!((kind, path.as_str()), (expected, place), "{name}");
    }
    assert!(cases.len() >= 20);
}
