//! The committed snapshots are what their folders make, and say what was published.

use std::path::PathBuf;
use std::sync::LazyLock;

use mixed_movements::present::Flag;
use mixed_movements::publish::{self, front, render};
use statcube::jsonstat;
use statcube::model::{Disagreement, Vintage};
use statcube::{CellIndex, Cube, Snapshot};

fn root() -> PathBuf {
    PathBuf::from(env!("CARGO_MANIFEST_DIR"))
}

/// The snapshot of a folder, built once.
fn built(folder: &str) -> &'static Snapshot {
    static PUBLISHED: LazyLock<Snapshot> = LazyLock::new(|| build("western-balkans"));
    static EXAMPLE: LazyLock<Snapshot> = LazyLock::new(|| build("example"));
    if folder == "example" { &EXAMPLE } else { &PUBLISHED }
}

fn build(folder: &str) -> Snapshot {
    publish::build(&root().join("data").join(folder)).unwrap_or_else(|problems| panic!("{problems}"))
}

/// The place of a figure, by measure and codes.
fn place(cube: &Cube, measure: &str, codes: &[&str]) -> (usize, CellIndex) {
    let measure = cube.measure_position(measure).unwrap_or_else(|| panic!("no measure {measure}"));
    assert_eq!(cube.dimensions().len(), codes.len());
    let positions = cube.dimensions().iter().zip(codes);
    let positions: Vec<u32> =
        positions.map(|(d, code)| d.position(code).unwrap_or_else(|| panic!("no {code}"))).collect();
    (measure, cube.index(&positions).unwrap())
}

struct Found {
    value: Option<f64>,
    status: Vec<String>,
    vintages: Vec<(String, f64)>,
    conflicts: Vec<f64>,
    range: Option<(f64, f64)>,
    sources: Vec<String>,
}

fn find(snapshot: &Snapshot, dataset: &str, measure: &str, codes: &[&str]) -> Found {
    let cube = snapshot.dataset(dataset).unwrap_or_else(|| panic!("no dataset {dataset}"));
    let (measure, index) = place(cube, measure, codes);
    let column = cube.column(measure).unwrap();
    let extras = &column.extras;
    Found {
        value: column.value(index),
        status: cube.statuses().codes(column.status(index)).to_vec(),
        vintages: extras
            .vintages
            .get(&index)
            .into_iter()
            .flatten()
            .map(|Vintage { edition, value }| (edition.clone(), *value))
            .collect(),
        conflicts: extras
            .conflicts
            .get(&index)
            .into_iter()
            .flatten()
            .map(|conflict| conflict.value)
            .collect(),
        range: extras.ranges.get(&index).copied(),
        sources: extras.provenance.get(&index).cloned().unwrap_or_default(),
    }
}

fn has_note(snapshot: &Snapshot, dataset: &str, parts: &[&str]) -> bool {
    let cube = snapshot.dataset(dataset).unwrap();
    cube.notes().iter().any(|note| parts.iter().all(|part| note.text.contains(part)))
}

#[test]
fn a_region_published_for_january_2024_says_what_the_edition_says() {
    let snapshot = built("western-balkans");
    let region = |dataset, measure| find(snapshot, dataset, measure, &["REGION", "2024-01"]);
    let movements = region("mixed-movements", "mixed-movements");
    assert_eq!((movements.value, movements.status), (Some(1300.0), vec!["e".to_owned(), "~".to_owned()]));
    assert_eq!(region("mixed-movements", "change-on-year").value, Some(14.0));
    let present = region("present", "present");
    assert_eq!((present.value, present.status), (Some(4800.0), vec!["e".to_owned(), "~".to_owned()]));
    assert_eq!(region("present", "unaccompanied-children").value, Some(290.0));
    let shares = ["BIH", "SRB", "XKX", "ALB", "MNE", "MKD"]
        .map(|country| find(snapshot, "present", "share-of-region", &[country, "2024-01"]).value);
    assert_eq!(shares, [56.0, 30.0, 4.0, 3.0, 3.0, 3.0].map(Some));
    assert!(snapshot.profile.provisional && !snapshot.profile.illustrative);
    assert_eq!(snapshot.profile.key_figures.len(), 3);
}

#[test]
fn the_months_of_2018_add_up_to_the_printed_total() {
    let snapshot = built("western-balkans");
    let month = |month: u32| {
        find(snapshot, "new-arrivals", "new-arrivals", &["BIH", &format!("2018-{month:02}")]).value
    };
    assert_eq!((1..=12).filter_map(month).sum::<f64>(), 24_067.0);
    let year = find(snapshot, "other-periods", "new-arrivals", &["BIH", "2018"]);
    assert_eq!(year.value, Some(24_067.0));
    let intentions = (1..=12).filter_map(|month| {
        find(snapshot, "asylum", "intentions", &["SRB", &format!("2018-{month:02}"), "TOTAL"]).value
    });
    assert_eq!(intentions.sum::<f64>(), 8_436.0);
}

#[test]
fn every_documented_disagreement_is_told_apart() {
    let snapshot = built("western-balkans");
    let revised = |dataset: &str, measure: &str, codes: &[&str], vintages: &[(&str, f64)]| {
        let found = find(snapshot, dataset, measure, codes);
        let expected: Vec<(String, f64)> =
            vintages.iter().map(|(edition, v)| ((*edition).to_owned(), *v)).collect();
        assert_eq!(found.vintages, expected, "{dataset} {measure} {codes:?}");
        assert_eq!(found.value, vintages.last().map(|(_, v)| *v), "{dataset} {measure} {codes:?}");
        assert!(found.status.contains(&"r".to_owned()), "{dataset} {measure} {codes:?}");
    };
    let beside = |dataset: &str, measure: &str, codes: &[&str], value: Option<f64>, conflicts: &[f64]| {
        let found = find(snapshot, dataset, measure, codes);
        assert_eq!(
            (found.value, found.conflicts.as_slice()),
            (value, conflicts),
            "{dataset} {measure} {codes:?}"
        );
        assert!(found.vintages.is_empty(), "{dataset} {measure} {codes:?}");
    };
    let noted = |dataset, parts: &[&str]| assert!(has_note(snapshot, dataset, parts), "{dataset} {parts:?}");

    // In the order of the list of revisions: 1, a revision of four months.
    for (month, before, after) in [
        ("2018-03", 666.0, 598.0),
        ("2018-04", 1419.0, 1801.0),
        ("2018-05", 2294.0, 2242.0),
        ("2018-06", 2557.0, 2295.0),
    ] {
        revised("new-arrivals", "new-arrivals", &["BIH", month], &[("2018-06", before), ("2018-12", after)]);
    }
    noted("new-arrivals", &["7,652", "24,067"]);
    // 2, a conflict of sources beside the revised months.
    beside("other-periods", "new-arrivals", &["BIH", "2018-01/2018-05"], Some(5290.0), &[4841.0, 5664.0]);
    noted("other-periods", &["5,357", "4,841", "5,664"]);
    // 3, a revision of a year.
    revised("other-periods", "applications", &["BIH", "2018"], &[("2018-12", 1567.0), ("2019-12", 1572.0)]);
    // 4, an erratum in a running total: no value, the printed one beside.
    beside("other-periods", "new-arrivals", &["BIH", "2018-01/2020-01"], None, &[52_153.0]);
    noted("other-periods", &["52,153", "54,145", "56,146"]);
    // 5, two publishers.
    beside("accommodation", "accommodation", &["BIH", "2021-05", "CENTRES"], Some(3651.0), &[3585.0]);
    // 6 and 7, two definitions by two publishers.
    beside("other-periods", "new-arrivals", &["BIH", "2018"], Some(24_067.0), &[23_848.0]);
    beside("other-periods", "registered-arrivals", &["BIH", "2018"], Some(23_848.0), &[]);
    beside("other-periods", "registered-arrivals", &["BIH", "2017"], Some(1116.0), &[]);
    noted("other-periods", &["1,116", "1,166", "755"]);
    // 8, rounding.
    noted("nationality-shares-other-periods", &["101%"]);
    // 9, two pages of one publisher.
    beside("asylum", "intentions", &["SRB", "2018-06", "TOTAL"], Some(739.0), &[343.0]);
    // 10, a revision one month later.
    revised("new-arrivals", "new-arrivals", &["SRB", "2020-11"], &[("2020-11", 1649.0), ("2020-12", 1638.0)]);
    // 11, a running total that does not add up.
    beside("other-periods", "new-arrivals", &["SRB", "2020-01/2020-11"], Some(24_180.0), &[]);
    noted("other-periods", &["24,180", "25,058", "24,250"]);
    // 12, people and decisions are two measures.
    beside("other-periods", "people-granted-protection", &["SRB", "2020-01/2020-11"], Some(34.0), &[]);
    beside("other-periods", "people-granted-protection", &["SRB", "2020"], Some(29.0), &[]);
    beside("other-periods", "decisions-positive", &["SRB", "2020"], Some(19.0), &[]);
    // 13, a change of definition is another measure.
    beside("other-periods", "new-arrivals", &["SRB", "2020"], Some(24_250.0), &[]);
    beside("other-periods", "newcomers-to-centres", &["SRB", "2020"], Some(58_103.0), &[]);
    // 14 to 19, revisions.
    revised(
        "new-arrivals",
        "newcomers-to-centres",
        &["SRB", "2021-11"],
        &[("2021-11", 6136.0), ("2021-12", 6027.0)],
    );
    revised(
        "new-arrivals",
        "new-arrivals",
        &["REGION", "2020-06"],
        &[("2020-06", 5222.0), ("2020-07", 5519.0)],
    );
    revised(
        "new-arrivals",
        "new-arrivals",
        &["REGION", "2020-07"],
        &[("2020-07", 7520.0), ("2020-08", 7538.0)],
    );
    revised(
        "asylum",
        "applications",
        &["REGION", "2020-07", "TOTAL"],
        &[("2020-07", 173.0), ("2020-08", 175.0)],
    );
    revised(
        "asylum",
        "decisions-pending",
        &["REGION", "2020-07", "TOTAL"],
        &[("2020-07", 713.0), ("2020-08", 847.0)],
    );
    revised(
        "new-arrivals",
        "new-arrivals",
        &["REGION", "2020-11"],
        &[("2020-11", 3574.0), ("2020-12", 3573.0)],
    );
    // 20, off by one.
    beside("other-periods", "new-arrivals", &["REGION", "2021-01/2021-04"], Some(8319.0), &[]);
    noted("other-periods", &["8,319", "8,320"]);
    // 21 and 22, impossible dates in titles.
    noted("asylum", &["31 February 2020"]);
    noted("new-arrivals", &["31 April 2021"]);
    // 23, rounding.
    noted("present", &["99%"]);
    // Not a revision either: the same figure, rounded.
    beside("other-periods", "applications", &["REGION", "2020"], Some(4633.0), &[4600.0]);

    // What stands beside is a conflict, or an error of the publisher, and shown as such.
    let kinds = |dataset: &str, measure: &str, codes: &[&str]| {
        let cube = snapshot.dataset(dataset).unwrap();
        let (measure, index) = place(cube, measure, codes);
        let conflicts = cube.column(measure).unwrap().extras.conflicts.get(&index).unwrap();
        conflicts.iter().map(|conflict| conflict.kind).collect::<Vec<_>>()
    };
    let conflict = Disagreement::Conflict;
    assert_eq!(kinds("accommodation", "accommodation", &["BIH", "2021-05", "CENTRES"]), [conflict]);
    assert_eq!(kinds("asylum", "intentions", &["SRB", "2018-06", "TOTAL"]), [conflict]);
    assert_eq!(kinds("other-periods", "new-arrivals", &["BIH", "2018"]), [conflict]);
    assert_eq!(kinds("other-periods", "new-arrivals", &["BIH", "2018-01/2018-05"]), [conflict, conflict]);
    assert_eq!(kinds("other-periods", "new-arrivals", &["BIH", "2018-01/2020-01"]), [Disagreement::Erratum]);
    // A change of definition: the two series never stand for each other, and none is a revision.
    let definition = ["new-arrivals", "newcomers-to-centres"].map(|measure| {
        let cube = snapshot.dataset("other-periods").unwrap();
        let known = &cube.measures()[cube.measure_position(measure).unwrap()];
        (known.label.clone(), known.unit.clone())
    });
    assert_ne!(definition[0], definition[1]);
}

#[test]
fn a_revision_carries_its_earlier_value_and_a_conflict_stands_beside() {
    let snapshot = built("western-balkans");
    let november =
        shown(snapshot, "new-arrivals", "new-arrivals", &[("country", "SRB"), ("month", "2020-11")]);
    assert_eq!(
        (november.text.as_str(), november.earlier.as_slice()),
        ("1,638", &["1,649 (edition November 2020)".to_owned()][..])
    );
    assert!(november.flags.contains(&Flag::Revised) && november.beside.is_empty());
    let may = [("country", "BIH"), ("month", "2021-05"), ("accommodation", "CENTRES")];
    let may = shown(snapshot, "accommodation", "accommodation", &may);
    assert!(may.flags.contains(&Flag::Conflict("3,585".into())) && may.earlier.is_empty(), "{may:?}");
    assert!(may.spoken.contains("also 3,585"), "{}", may.spoken);
    assert!(may.beside[0].starts_with("Another figure: 3,585 (inter-agency report"), "{:?}", may.beside);
    let april = [("country", "SRB"), ("month", "2022-04"), ("nationality", "TOTAL")];
    let april = shown(snapshot, "asylum", "applications", &april);
    assert!(
        april.is_missing() && april.beside[0].starts_with("Printed in error: 287 (implausible"),
        "{april:?}"
    );
}

#[test]
fn the_edition_before_is_told_from_the_later_one_figure_by_figure() {
    let later = built("western-balkans");
    // The figures of one dataset as they stood in 2020-11: one not yet revised, one not yet there.
    let mut earlier = later.clone();
    let cube = later.dataset("new-arrivals").unwrap();
    let (measure, november) = place(cube, "new-arrivals", &["SRB", "2020-11"]);
    let (_, december) = place(cube, "new-arrivals", &["SRB", "2020-12"]);
    let mut parts = cube.parts().clone();
    let column = &parts.columns[measure];
    let mut before = statcube::model::ColumnBuilder::new(column.len());
    for index in (0..column.len()).map(CellIndex).filter(|index| *index != december) {
        let value = if index == november { Some(1649.0) } else { column.value(index) };
        value.into_iter().for_each(|value| before.set(index, value));
        before.set_status(index, column.status(index));
    }
    parts.columns[measure] = before.finish(column.extras.clone());
    earlier.profile.edition = Some("2020-11".into());
    earlier.datasets = vec![Cube::new(parts).unwrap().into()];
    let folder = std::env::temp_dir().join(format!("mixed-movements-editions-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let [old, new] = [("old.json", &earlier), ("new.json", later)].map(|(name, snapshot)| {
        let path = folder.join(name);
        std::fs::write(&path, jsonstat::encode(snapshot)).unwrap();
        path.to_str().unwrap().to_owned()
    });
    let output = std::process::Command::new(env!("CARGO_BIN_EXE_snapshot"))
        .args(["changes", &old, &new])
        .output()
        .unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    std::fs::remove_dir_all(&folder).unwrap();
    assert!(output.status.success());
    for line in [
        "new-arrivals.new-arrivals[SRB][2020-11]: revised, 1,649 to 1,638 (-11)",
        "new-arrivals.new-arrivals[SRB][2020-12]: added, – to ",
        "present: a new dataset",
        "2020-11 to 2024-01: 2 of ",
    ] {
        assert!(said.contains(line), "{line}: {said}");
    }
}

#[test]
fn small_counts_are_withheld_from_the_table_to_the_screen() {
    let folder = std::env::temp_dir().join(format!("mixed-movements-small-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    let publication =
        PUBLICATION.replace("[status]", "[status]\nfew = { code = \"c\", label = \"suppressed\" }").replace(
            "counts = \"people\"",
            "counts = \"people\"\nsmall-counts = { status = \"few\", least = 1, below = 5 }",
        );
    write("publication.toml", &publication);
    write("sources.csv", "source,title,publisher,href,date\nS,A bulletin,An office,,2024\n");
    write("places.csv", "code,label,parent\nALL,All,\nA,Here,ALL\nB,There,ALL\nC,Yonder,ALL\n");
    let header = "measure,place,month,value,low,high,status,case,remark,source,edition\n";
    let build = |rows: &str| {
        write("table.csv", &format!("{header}{rows}"));
        publish::build(&folder)
    };
    let row = |place: &str, value: &str| format!("people,{place},2024-01,{value},,,,,,S,1\n");
    let told = |rows: &[(&str, &str)]| {
        let rows: String = rows.iter().map(|(place, value)| row(place, value)).collect();
        build(&rows).map(|_| String::new()).unwrap_or_else(|problems| problems.to_string())
    };
    // A withheld count in the table, an undeclared one, and lines that give one away.
    assert!(
        told(&[("A", "3")]).contains("The count is one that the measure withholds. Write “<5” in its place.")
    );
    assert!(told(&[("A", "<9")]).contains("“<9” is not declared for “people”."));
    let single = told(&[("ALL", "30"), ("A", "20"), ("B", "<5"), ("C", "7")]);
    assert!(
        single.contains("people.people[ALL][2024-01]: A single part is withheld beside its published total"),
        "{single}"
    );
    let forced = told(&[("ALL", "22"), ("A", "20"), ("B", "<5"), ("C", "<5")]);
    assert!(forced.contains("The withheld parts can be only one thing"), "{forced}");
    assert_eq!(told(&[("ALL", "30"), ("A", "20"), ("B", "<5")]), "", "a third part is missing too");
    let rows = [("ALL", "25"), ("A", "20"), ("B", "<5"), ("C", "<5")];
    assert_eq!(told(&rows), "");
    let snapshot = build(&rows.iter().map(|(place, value)| row(place, value)).collect::<String>()).unwrap();
    std::fs::remove_dir_all(&folder).unwrap();

    // The file has no value, and says it the same after a round trip.
    let text = jsonstat::encode(&snapshot);
    let json: serde_json::Value = serde_json::from_str(&text).unwrap();
    let dataset = &json["link"]["item"][0];
    assert!(text.contains(r#""suppressed":{"c":[1,4]}"#), "{text}");
    assert_eq!(dataset["value"], serde_json::json!({ "0": 25, "3": 20 }), "nothing of what is withheld");
    let again = jsonstat::decode(text.as_bytes(), &jsonstat::DecodeOptions::default()).unwrap();
    assert_eq!(again.datasets, snapshot.datasets);
    let one = |place: &str| shown(&again, "people", "people", &[("place", place), ("month", "2024-01")]);
    let here = one("B");
    assert_eq!((here.text.as_str(), here.unit.as_str(), here.is_missing()), ("<5", "people", false));
    assert!(
        here.spoken.starts_with("fewer than 5 people") && here.spoken.contains("withheld: 1 to 4"),
        "{}",
        here.spoken
    );
    assert_eq!(one("A B").text, "between 21 and 24");
    assert_eq!(one("A").text, "20");

    let cube = again.dataset("people").unwrap();
    let query = statcube::Query::default();
    let english = mixed_movements::i18n::Locale::english();
    let context = mixed_movements::export::ExportContext::new(cube, &query, &english);
    let csv = mixed_movements::export::csv(mixed_movements::export::ExportScope::View, &context);
    let line = csv.lines().find(|line| line.contains(",B,There,2024-01,")).unwrap_or_else(|| panic!("{csv}"));
    assert!(line.contains(",,<5,1,4,1,1,c,suppressed,withheld: 1 to 4,"), "{line}");
}

#[test]
fn a_range_printed_without_a_value_has_none_and_is_told_in_a_note() {
    let snapshot = built("western-balkans");
    let mut num_ranges = 0;
    for cube in &snapshot.datasets {
        for (place, measure) in cube.measures().iter().enumerate() {
            let column = cube.column(place).unwrap();
            for (index, (low, high)) in &column.extras.ranges {
                num_ranges += 1;
                assert!(!column.is_observed(*index), "{} {}", cube.id(), measure.id);
                let written = |end: f64| format!("{},{:03}", end as u32 / 1000, end as u32 % 1000);
                let text = format!("{} to {}", written(*low), written(*high));
                let told = cube.notes().iter().any(|note| note.mandatory && note.text.contains(&text));
                assert!(told, "{text}");
            }
        }
    }
    assert_eq!(num_ranges, 13);
    let september = find(snapshot, "present", "present", &["BIH", "2018-09"]);
    assert_eq!((september.value, september.range), (None, Some((4000.0, 4400.0))));
    let shown = shown(snapshot, "present", "present", &[("country", "BIH"), ("month", "2018-09")]);
    assert_eq!((shown.text.as_str(), shown.unit.as_str()), ("between 4,000 and 4,400", "people"));
    assert!(
        !shown.is_missing() && shown.spoken.starts_with("between 4000 and 4400 people"),
        "{}",
        shown.spoken
    );
}

#[test]
fn arrivals_of_two_countries_are_refused_with_a_bound() {
    let codes = [("country", "BIH SRB"), ("month", "2020-07 2020-08 2020-09 2020-10 2020-11")];
    let shown = shown(built("western-balkans"), "new-arrivals", "new-arrivals", &codes);
    assert_eq!((shown.text.as_str(), shown.unit.as_str()), ("at least 14,268", "registered arrivals"));
    assert!(shown.refusal.is_some());
}

#[test]
fn presence_over_a_quarter_is_that_of_its_last_month() {
    let codes = [("country", "SRB"), ("month", "2021-10 2021-11 2021-12")];
    let shown = shown(built("western-balkans"), "present", "present", &codes);
    assert_eq!((shown.text.as_str(), shown.period.as_deref()), ("5,369", Some("end of December 2021")));
}

#[test]
fn serbias_accommodation_by_type_adds_up_to_the_people_present() {
    let snapshot = built("western-balkans");
    for (month, expected) in [("2021-11", "5,619"), ("2021-12", "5,369"), ("2022-01", "4,865")] {
        let codes = [("country", "SRB"), ("month", month)];
        let by_type = shown(snapshot, "accommodation", "accommodation", &codes);
        let present = shown(snapshot, "present", "present", &codes);
        assert_eq!((by_type.number.as_str(), present.number.as_str()), (expected, expected));
    }
}

/// What all places show of one figure; codes stand with spaces between.
fn shown(
    snapshot: &Snapshot,
    dataset: &str,
    measure: &str,
    selection: &[(&str, &str)],
) -> mixed_movements::present::Presented {
    let cube = snapshot.dataset(dataset).unwrap();
    let query = selection.iter().fold(
        statcube::Query::builder(cube).measure(measure).unwrap(),
        |query, (id, code)| {
            let codes = statcube::cube::Select::Codes(code.split(' ').map(str::to_owned).collect());
            query.keep(id, &codes, statcube::ClauseSource::Reader).unwrap()
        },
    );
    let table = cube.run(&query.by::<&str>(&[]).unwrap().build().unwrap());
    let cell = table.groups[0].cell(0).unwrap();
    mixed_movements::present::present(&cell, cube, &mixed_movements::i18n::Locale::english())
}

#[test]
fn suspected_copying_errors_are_shown_beside_and_never_as_the_figure() {
    let snapshot = built("western-balkans");
    for (month, printed) in [("2022-04", 287.0), ("2022-05", 529.0)] {
        let found = find(snapshot, "asylum", "applications", &["SRB", month, "TOTAL"]);
        assert_eq!((found.value, found.conflicts), (None, vec![printed]));
    }
}

#[test]
fn every_figure_has_a_source_that_is_described() {
    let snapshot = built("western-balkans");
    let mut num_figures = 0;
    for cube in &snapshot.datasets {
        for place in 0..cube.measures().len() {
            let column = cube.column(place).unwrap();
            for index in (0..column.len()).map(CellIndex).filter(|index| column.is_observed(*index)) {
                num_figures += 1;
                let sources = column.extras.provenance.get(&index).map_or(&[][..], Vec::as_slice);
                assert!(!sources.is_empty(), "{} {index:?}", cube.id());
                assert!(sources.iter().all(|id| snapshot.profile.sources.contains_key(id)), "{sources:?}");
            }
        }
    }
    assert!(num_figures > 600, "{num_figures}");
}

#[test]
fn the_figure_without_a_meaning_stays_out() {
    let snapshot = built("western-balkans");
    for cube in &snapshot.datasets {
        for place in 0..cube.measures().len() {
            let column = cube.column(place).unwrap();
            assert!(
                (0..column.len()).all(|index| column.value(CellIndex(index)) != Some(4225.0)),
                "{}",
                cube.id()
            );
        }
    }
}

#[test]
fn monthly_datasets_share_one_run_of_months() {
    let snapshot = built("western-balkans");
    for cube in &snapshot.datasets {
        let Some(months) = cube.dimensions().iter().find(|dimension| dimension.id == "month") else {
            continue;
        };
        assert_eq!(months.len(), 85, "{}", cube.id());
        assert_eq!(months.categories.first().map(|c| c.code.as_str()), Some("2017-01"));
        assert_eq!(months.categories.last().map(|c| c.code.as_str()), Some("2024-01"));
    }
}

#[test]
fn the_forty_nationalities_of_2018_add_up_to_ten_fewer_than_the_printed_total() {
    let snapshot = built("western-balkans");
    let cube = snapshot.dataset("asylum-by-nationality-annual").unwrap();
    let nationality = cube.dimensions().iter().find(|dimension| dimension.id == "nationality").unwrap();
    let values: Vec<f64> = nationality
        .categories
        .iter()
        .filter(|category| category.code != "TOTAL")
        .filter_map(|category| {
            find(snapshot, cube.id(), "intentions", &["SRB", "2018", &category.code]).value
        })
        .collect();
    assert_eq!((values.len(), values.iter().sum::<f64>()), (40, 8_426.0));
    let total = find(snapshot, cube.id(), "intentions", &["SRB", "2018", "TOTAL"]);
    assert_eq!((total.value, total.sources), (Some(8_436.0), vec!["Z2018".to_owned()]));
}

#[test]
fn the_example_is_full_made_up_and_marked() {
    let snapshot = built("example");
    assert!(snapshot.profile.illustrative && snapshot.datasets.iter().all(|cube| cube.parts().illustrative));
    let size = |dataset: &str| {
        snapshot.dataset(dataset).unwrap().dimensions().iter().map(|d| d.len()).collect::<Vec<_>>()
    };
    assert_eq!(size("asylum"), [7, 25, 44]);
    assert_eq!(
        snapshot.datasets.iter().map(|cube| cube.id()).collect::<Vec<_>>(),
        ["new-arrivals", "present", "asylum", "accommodation"]
    );
    let published = built("western-balkans");
    let largest =
        |snapshot: &Snapshot, dataset, measure, codes: &[&str]| find(snapshot, dataset, measure, codes).value;
    let made_up = largest(snapshot, "present", "present", &["REGION", "2024-01", "TOTAL"]).unwrap();
    let real = largest(published, "present", "present", &["REGION", "2024-01"]).unwrap();
    assert!(made_up > 20.0 * real, "{made_up} beside {real}");
    for cube in &snapshot.datasets {
        for place in 0..cube.measures().len() {
            let column = cube.column(place).unwrap();
            assert!(column.num_observed() > 500 && column.num_observed() < column.len(), "{}", cube.id());
            assert!(column.has_status(), "{}", cube.id());
        }
    }
}

#[test]
fn a_broken_folder_is_told_with_file_line_column_and_what_to_do() {
    let folder = std::env::temp_dir().join(format!("mixed-movements-broken-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let write = |name: &str, text: &str| std::fs::write(folder.join(name), text).unwrap();
    write("publication.toml", PUBLICATION);
    write("sources.csv", "source,title,publisher,href,date\nS,A bulletin,An office,,2024\n");
    write("places.csv", "code,label\nA,Here\nB,There\n");
    let header = "measure,place,month,value,low,high,status,case,remark,source,edition\n";
    let told = |rows: &str| {
        write("table.csv", &format!("{header}{rows}"));
        publish::build(&folder).map(|_| String::new()).unwrap_or_else(|problems| problems.to_string())
    };
    assert_eq!(told("people,A,2024-01,5,,,,,,S,1\n"), "");
    for (rows, expected) in [
        (
            "people,A,2024-01,1 234,,,,,,S,1\n",
            "table.csv, line 2, column “value”: “1 234” is not a number. Write digits",
        ),
        (
            "people,C,2024-01,5,,,,,,S,1\n",
            "table.csv, line 2, column “place”: There is no category “C”. Correct it",
        ),
        (
            "dogs,A,2024-01,5,,,,,,S,1\n",
            "column “measure”: There is no measure “dogs” in this dataset. There are: people.",
        ),
        ("people,A,2024-01,5,,,,,,,1\n", "column “source”: The figure has no source."),
        ("people,A,2024-01,5,,,guessed,,,S,1\n", "column “status”: The status “guessed” is not declared."),
        ("people,A,2024-01,5,9,7,,,,S,1\n", "column “low”: The low end lies above the high end."),
        (
            "people,A,2024-01,5,,,,other,,S,1\n",
            "column “remark”: A figure that does not stand needs a remark.",
        ),
        (
            "people,A,2024-01,5,,,,,,S,1\npeople,A,2024-01,6,,,,,,S,2\n",
            "line 3: Line 2 already gives another figure for the same cell. Write “earlier”",
        ),
        ("people,A,2024-01,5,,,,earlier,,S,1\n", "line 2: An earlier value needs one that stands."),
    ] {
        let text = told(rows);
        assert!(text.contains(expected), "{text}");
    }
    write("publication.toml", &PUBLICATION.replace("kind = \"stock\"", "kind = \"heap\""));
    let text = told("people,A,2024-01,5,,,,,,S,1\n");
    assert!(
        text.contains("publication.toml, line 35, column 8: There is no kind “heap”. Write flow, stock"),
        "{text}"
    );
    write("publication.toml", &PUBLICATION.replace("kind = ", "kin = "));
    let text = told("people,A,2024-01,5,,,,,,S,1\n");
    assert!(text.contains("publication.toml, line 35, column 1: unknown field `kin`"), "{text}");
    std::fs::remove_dir_all(&folder).unwrap();
}

const PUBLICATION: &str = r#"label = "People here and there"
edition = "1"
updated = "2024-02-01"
publisher = "An office"
contact = "office@example.org"
licence = "CC0-1.0"
method = "Counted."
sources = "sources.csv"

[status]
rounded = { code = "~", label = "rounded" }

[dimension.place]
label = "Place"
role = "geo"
categories = "places.csv"

[dimension.month]
label = "Month"
role = "time"
from = "2024-01"
to = "2024-03"

[[dataset]]
id = "people"
label = "People"
table = "table.csv"
dimensions = ["place", "month"]

[[dataset.measure]]
id = "people"
label = "People"
unit = "people"
counts = "people"
kind = "stock"
additivity = { place = "sum", month = "last" }
"#;

#[test]
fn the_edition_reads_as_its_publisher_wrote_it() {
    let snapshot = built("western-balkans");
    let english = mixed_movements::i18n::Locale::english();
    let figures = mixed_movements::narrative::headline(snapshot, &english);
    let sentences: Vec<&str> = figures
        .iter()
        .filter_map(|figure| figure.sentence.as_ref())
        .map(|sentence| sentence.text.as_str())
        .collect();
    assert_eq!(
        sentences,
        [
            "Some 1,300 refugees, asylum-seekers and other people were in mixed movements in the Western Balkans in January 2024, 14% more than in January 2023.",
            "At the end of January 2024 some 4,800 were present, including 290 unaccompanied or separated children: 56% in Bosnia and Herzegovina, then Serbia 30%, Kosovo (S/RES/1244 (1999)) 4%, and 3% each in Albania, Montenegro and North Macedonia.",
        ]
    );
}

#[test]
fn the_committed_snapshots_are_what_their_folders_make() {
    for (folder, file) in
        [("western-balkans", "western-balkans.json"), ("example", "western-balkans-example.json")]
    {
        let committed = std::fs::read_to_string(root().join("www/data").join(file)).unwrap();
        let made = jsonstat::encode(built(folder));
        assert!(made == committed, "{file} is not what data/{folder} makes: build it anew");
        assert!(made.len() < 1_000_000, "{file}: {} bytes", made.len());
    }
}

#[test]
fn a_written_snapshot_reads_back_without_findings_and_with_nothing_undeclared() {
    for folder in ["western-balkans", "example"] {
        let written = jsonstat::encode(built(folder));
        let read = jsonstat::decode(written.as_bytes(), &jsonstat::DecodeOptions::default()).unwrap();
        assert_eq!(publish::check::check(&read), []);
        assert_eq!(read.datasets, built(folder).datasets, "{folder}");
    }
}

#[test]
fn the_index_of_editions_is_in_step() {
    let folder = root().join("www/data");
    let editions = publish::index::editions(&folder).unwrap_or_else(|problem| panic!("{problem}"));
    let committed = std::fs::read_to_string(folder.join(publish::index::FILE_NAME)).unwrap();
    assert!(publish::index::to_json(&editions) == committed, "Write the index anew: snapshot index www/data");
    let listed: Vec<(&str, bool)> = editions.iter().map(|e| (e.edition.as_str(), e.illustrative)).collect();
    assert_eq!(listed, [("2024-01", false), ("example", true)]);
}

#[test]
fn what_the_page_begins_with_is_made_from_its_snapshot() {
    let file = root().join("www/data/western-balkans.json");
    let told = front::front(&file, None).unwrap();
    let path = "www/front.html";
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(root().join(path), &told).unwrap();
    }
    let committed = std::fs::read_to_string(root().join(path)).unwrap_or_default();
    assert!(committed == told, "{path} is out of date: run the tests with UPDATE_GOLDEN=1");
    for words in [
        "Some 1,300 refugees, asylum-seekers and other people were in mixed movements",
        "14% more than in January 2023",
        "some 4,800 were present, including 290 unaccompanied or separated children",
        "Kosovo (S/RES/1244 (1999)) 4%",
        "Bosnia and Herzegovina: 56 per cent, rounded.",
        "References to Kosovo shall be understood",
        "edition January 2024",
        "this presentation is not theirs",
    ] {
        assert!(told.contains(words), "{words}\n{told}");
    }
    assert!(!told.contains("<script") && !told.contains("style"), "{told}");
}

#[test]
fn what_a_page_begins_with_is_told_in_its_language_and_as_made_up_where_it_is() {
    let file = root().join("www/data/western-balkans-example.json");
    let told = front::front(&file, Some("ar")).unwrap();
    assert!(told.contains("lang=\"ar\" dir=\"rtl\""), "{told}");
    assert!(told.contains("class=\"flag illustrative\""), "{told}");
    let english = front::front(&file, None).unwrap();
    let (before, after) = english.split_once("<section class=\"key\">").unwrap();
    assert!(before.contains("These figures are made up"), "{english}");
    let (_, sentences) = after.split_once("<section class=\"sentences\">").unwrap();
    assert!(sentences.trim_start().starts_with("<p>Illustrative, not a real figure:"), "{english}");
    assert!(front::front(&file, Some("xx")).unwrap_err().to_string().contains("There is no language “xx”"));
}

#[test]
fn a_view_is_drawn_by_the_fields_of_the_element_with_all_that_goes_with_it() {
    let file = root().join("www/data/western-balkans.json");
    let draw = |fields: &[(&str, &str)]| {
        let mut request =
            render::Request { address: Some("https://a.example/?b&c".into()), ..Default::default() };
        for (name, text) in fields {
            request.set(name, text).unwrap().unwrap();
        }
        render::render(&file, &request)
    };
    let arrivals = [("dataset", "new-arrivals"), ("country", "BIH"), ("from", "2018-01"), ("to", "2018-12")];
    let one = |more: &[(&str, &str)]| draw(&[&arrivals[..], more].concat());
    let trend = one(&[("view", "trend")]).unwrap();
    for part in [
        "<svg ",
        "width=\"720\"",
        "New arrivals by month",
        "Bosnia and Herzegovina",
        "5,057",
        "Source: ",
        "SHA-256 ",
        "https://a.example/?b&amp;c",
    ] {
        assert!(trend.contains(part), "no {part} in\n{trend}");
    }
    assert_eq!(trend, one(&[("view", "trend")]).unwrap());
    let french = one(&[("view", "trend"), ("lang", "fr"), ("theme", "dark")]).unwrap();
    assert!(french.contains("Bosnie-Herzégovine") && french.contains("#12171c"), "{french}");
    assert!(one(&[("view", "map")]).unwrap().contains("Kosovo"));
    let table = one(&[("view", "table")]).unwrap();
    assert!(table.contains("<th scope=\"row\">October 2018</th><td>5,057 arrivals"), "{table}");
    let words = one(&[("view", "sentences")]).unwrap();
    assert!(words.contains("24,067"), "{words}");
    let figures = draw(&[("view", "figures"), ("dataset", "present")]).unwrap();
    assert!(figures.contains("<dd>some 4,800 people") && !figures.contains("1,300"), "{figures}");
    let none = draw(&[("view", "figures"), ("dataset", "accommodation")]).unwrap();
    assert!(none.contains("<p>The publisher puts no figure of this dataset first.</p>"), "{none}");
    assert!(!none.contains("<dl>"), "{none}");
    let marked = draw(&[("view", "bars"), ("dataset", "present"), ("country", "BIH")]).unwrap();
    assert!(marked.contains("January 2020") && !marked.contains("May 2022"), "{marked}");
    let empty = "The choice is empty: no period lies between its first and its last one.";
    for view in ["table", "sentences"] {
        let told = one(&[("view", view), ("to", "2017-12")]).unwrap();
        assert!(told.contains(empty) && !told.contains("No figure"), "{told}");
    }
    let refused = |fields: &[(&str, &str)]| one(fields).unwrap_err().to_string();
    assert!(refused(&[("view", "trend"), ("to", "2017-12")]).contains(empty));
    assert!(refused(&[("view", "share")]).contains("Not shown as"));
    assert!(
        refused(&[("view", "trend"), ("country", "XYZ")])
            .contains("There is no “XYZ” for the field country.")
    );
    assert!(
        refused(&[("view", "trend"), ("edition", "2023-12")]).contains("holds edition 2024-01, not 2023-12")
    );
    assert!(refused(&[("view", "trend"), ("lang", "tlh")]).contains("There is no language “tlh”."));
}

/// A view of the committed snapshot, drawn by the fields of the element.
fn drawn(fields: &str) -> String {
    let mut request = render::Request::default();
    for field in fields.split('&') {
        let (name, text) = field.split_once('=').unwrap();
        request.set(name, text).unwrap().unwrap();
    }
    render::render(&root().join("www/data/western-balkans.json"), &request).unwrap()
}

/// The paragraphs of a view in words, before what is told once below them.
fn told(fields: &str) -> Vec<String> {
    let drawn = drawn(&format!("view=sentences&{fields}"));
    let lines = drawn.lines().filter_map(|line| line.trim().strip_prefix("<p>")?.strip_suffix("</p>"));
    lines.map(str::to_owned).collect()
}

/// The text alternative of a chart.
fn spoken(fields: &str) -> String {
    let drawn = drawn(fields);
    let (_, rest) = drawn.split_once("<desc id=\"desc\">").unwrap();
    rest.split_once("</desc>").unwrap().0.to_owned()
}

#[test]
fn a_published_range_is_a_published_figure_in_counts_and_in_the_whole_edition() {
    let snapshot = built("western-balkans");
    let cube = snapshot.dataset("present").unwrap();
    let places = statcube::cube::Select::Codes(vec!["BIH".into()]);
    let query = statcube::Query::builder(cube).measure("present").unwrap();
    let query = query.keep("country", &places, statcube::ClauseSource::Reader).unwrap();
    let result = cube.run(&query.by(&["country", "month"]).unwrap().build().unwrap()).groups.remove(0);
    let count = |is: &dyn Fn(usize) -> bool| (0..result.len()).filter(|&cell| is(cell)).count();
    assert_eq!(count(&|cell| result.observed()[cell] > 0), 1);
    assert_eq!((count(&|cell| result.is_known(cell)), count(&|cell| result.is_answered(cell))), (8, 8));

    let english = mixed_movements::i18n::Locale::english();
    let query = statcube::Query::default();
    let cx = mixed_movements::export::ExportContext {
        snapshot: Some(snapshot),
        byte_order_mark: false,
        ..mixed_movements::export::ExportContext::new(cube, &query, &english)
    };
    let csv = mixed_movements::export::csv(mixed_movements::export::ExportScope::Whole, &cx);
    let mut reader = ::csv::Reader::from_reader(csv.as_bytes());
    let header = reader.headers().unwrap().clone();
    let at = |name: &str| header.iter().position(|known| known == name).unwrap();
    let rows: Vec<::csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    let ranges = rows.iter().filter(|row| row[at("value")].is_empty() && !row[at("lower")].is_empty());
    assert_eq!(ranges.count(), 13);
    for row in &rows {
        assert_eq!(
            (&row[at("publisher")], &row[at("provisional")]),
            ("UNHCR, the UN Refugee Agency", "true")
        );
    }
}

#[test]
fn a_range_later_than_the_latest_exact_figure_is_told_with_it() {
    let told_of = |months: &str| told(&format!("dataset=present&country=BIH{months}"));
    let range =
        "The latest published figure is a range, for September 2020: between 9,400 and 10,750 people.";
    let stock = "People present in Bosnia and Herzegovina at the end of";
    assert_eq!(told_of("")[..2], [format!("{stock} January 2020 came to some 7,200."), range.to_owned()]);
    let later = told_of("&from=2020-03&to=2020-12");
    assert_eq!(
        later,
        [format!("{stock} December 2020: no figure published. This is not zero."), range.to_owned()]
    );
    let alone = told_of("&from=2020-09&to=2020-09");
    assert_eq!(alone[0], format!("{stock} September 2020 came to between 9,400 and 10,750."));
    assert!(!alone.concat().contains("The latest published"), "{alone:?}");
}

#[test]
fn periods_of_different_length_are_not_ranked() {
    let told = told("dataset=other-periods&country=SRB");
    assert!(told[0].contains("in Serbia in 63 periods from 2017 to 2023."), "{told:?}");
    assert!(!told.concat().contains("highest"), "{told:?}");
}

#[test]
fn highest_lowest_and_silent_places_say_of_which_periods_they_are() {
    let told = told("dataset=present");
    let extremes = "The highest was September 2022 (11,505), the lowest January 2024 (some 4,800). \
                    Only 4 of 85 months are published.";
    assert!(told.contains(&extremes.to_owned()), "{told:?}");
    assert!(told.contains(&"For January 2024 no figures by country are published.".to_owned()), "{told:?}");
}

#[test]
fn a_total_says_that_its_parts_come_to_more() {
    let told = told("dataset=new-arrivals");
    let whole = "came to at least 40,001. Only 10 of 85 months are published. \
                 The figures published for its parts come to at least 56,078 registered arrivals.";
    assert!(told[0].ends_with(whole), "{told:?}");
}

#[test]
fn as_published_is_said_of_single_figures_alone() {
    let fields = "dataset=new-arrivals&country=BIH SRB&from=2020-07&to=2020-11";
    let bars = spoken(&format!("view=bars&{fields}"));
    let sum = "Western Balkans, sum of the published figures: at least 23595 arrivals, revised, 4 of 5.";
    assert!(bars.contains(sum) && !bars.contains("as published"), "{bars}");
    let trend = spoken(&format!("view=trend&{fields}"));
    assert!(trend.contains("Western Balkans, as published: 4 of 5 periods published"), "{trend}");
}

#[test]
fn a_heat_map_tells_the_periods_it_draws() {
    let told = spoken("view=heatmap&dataset=present&country=BIH");
    assert!(
        told.contains("April to September 2020. 6 of 85 periods, up to the latest figure drawn."),
        "{told}"
    );
    assert!(told.contains("1 of 6 periods known within bounds only"), "{told}");
    let arabic = spoken("view=trend&dataset=new-arrivals&country=BIH SRB&lang=ar");
    assert!(arabic.contains("وصربيا؛ غرب البلقان") && !arabic.contains(';'), "{arabic}");
}

#[test]
fn a_published_total_unlike_its_parts_is_found() {
    let mut snapshot = built("western-balkans").clone();
    let cube = snapshot.dataset("accommodation").unwrap();
    let (measure, index) = place(cube, "accommodation", &["BIH", "2020-03", "CENTRES"]);
    let mut parts = cube.parts().clone();
    let column = &parts.columns[measure];
    let mut changed = statcube::model::ColumnBuilder::new(column.len());
    for place in (0..column.len()).map(CellIndex) {
        if let Some(value) = column.value(place) {
            changed.set(place, if place == index { value + 1.0 } else { value });
        }
    }
    parts.columns[measure] = changed.finish(column.extras.clone());
    snapshot.datasets = vec![Cube::new(parts).unwrap().into()];
    let findings = publish::check::check(&snapshot);
    let expected = "The published total is 6558, but its parts add up to 6557.";
    assert!(findings.iter().any(|finding| finding.message == expected), "{findings:?}");
}

#[test]
fn the_program_says_what_it_does_and_ends_with_a_code() {
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_snapshot"))
            .args(arguments)
            .current_dir(root())
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout), text(&output.stderr))
    };
    let made = std::env::temp_dir().join(format!("mixed-movements-made-{}.json", std::process::id()));
    let made = made.to_str().unwrap();
    let (code, said, _) = run(&["build", "data/western-balkans", "-o", made]);
    assert!(code == Some(0) && said.contains("10 datasets"), "{said}");
    let (code, said, _) = run(&["check", made]);
    assert!(code == Some(0) && said.contains("0 warnings"), "{said}");
    std::fs::write(made, r#"{"version":"2.0","class":"dataset","id":["a"],"size":[1],"dimension":{"a":{"category":{"index":["x"]}}},"value":[1]}"#).unwrap();
    let (code, said, _) = run(&["check", made]);
    assert!(code == Some(1) && said.contains("Nobody says who answers for the figures."), "{said}");
    std::fs::write(made, "{").unwrap();
    let (code, _, complaint) = run(&["check", made]);
    assert!(code == Some(2) && complaint.contains(made), "{complaint}");
    std::fs::remove_file(made).unwrap();
    for (arguments, expected) in [
        (
            &["build", "data/example", "-o", "x.json"][..],
            "data/example/publication.toml: The figures are declared as made up.",
        ),
        (
            &["build", "data/nowhere", "-o", "x.json"],
            "data/nowhere/publication.toml: The file cannot be read",
        ),
        (&["build", "data/western-balkans"], "Say with -o where to write the snapshot."),
        (&["build", "--loud"], "There is no option “--loud”."),
        (&["brew"], "There is no command “brew”."),
        (
            &["render", "www/data/western-balkans.json", "--view", "pie"],
            "“pie” is no view. `full`, `figures`",
        ),
        (&["render", "www/data/western-balkans.json", "--width", "9"], "--width is a number of pixels"),
        (&["render", "www/data/western-balkans.json", "--colour", "red"], "There is no option “--colour”."),
        (&["render", "www/data/western-balkans.json", "--view"], "--view needs a value."),
    ] {
        let (code, _, complaint) = run(arguments);
        assert!(code == Some(2) && complaint.contains(expected), "{complaint}");
    }
    for command in ["build", "example", "check", "changes", "index", "render"] {
        let (code, said, _) = run(&[command, "--help"]);
        assert!(code == Some(0) && said.starts_with(&format!("snapshot {command} ")), "{said}");
        assert!(run(&["--help"]).1.contains(command));
    }
}

#[test]
fn the_program_makes_keys_and_signs_and_verifies() {
    let folder = std::env::temp_dir().join(format!("mixed-movements-signed-{}", std::process::id()));
    std::fs::create_dir_all(&folder).unwrap();
    let run = |arguments: &[&str]| {
        let output = std::process::Command::new(env!("CARGO_BIN_EXE_snapshot"))
            .args(arguments)
            .current_dir(&folder)
            .output()
            .unwrap();
        let text = |bytes: &[u8]| String::from_utf8_lossy(bytes).into_owned();
        (output.status.code(), text(&output.stdout) + &text(&output.stderr))
    };
    std::fs::copy(root().join("www/data/western-balkans.json"), folder.join("a.json")).unwrap();
    let (code, said) = run(&["keys", "office"]);
    assert_eq!(code, Some(0), "{said}");
    let public = std::fs::read_to_string(folder.join("office.pub")).unwrap();
    assert!(said.contains(public.trim()) && public.trim().len() == 44, "{said}");
    assert!(
        std::fs::read_to_string(folder.join("office.key"))
            .unwrap()
            .starts_with("-----BEGIN PRIVATE KEY-----")
    );
    let (code, said) = run(&["keys", "office"]);
    assert!(code == Some(2) && said.contains("never overwritten"), "{said}");
    let (code, said) = run(&["verify", "a.json", "--key", "office.pub"]);
    assert!(code == Some(2) && said.contains("There is no signature"), "{said}");
    let (code, said) = run(&["sign", "a.json", "--key", "office.key"]);
    assert!(code == Some(0) && said.contains("a.json.sig"), "{said}");
    for key in ["office.pub", public.trim()] {
        let (code, said) = run(&["verify", "a.json", "--key", key]);
        assert!(code == Some(0) && said.contains("as its publisher signed it"), "{said}");
    }
    let mut bytes = std::fs::read(folder.join("a.json")).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    std::fs::write(folder.join("a.json"), &bytes).unwrap();
    let (code, said) = run(&["verify", "a.json", "--key", "office.pub"]);
    assert!(code == Some(1) && said.contains("NOT as signed"), "{said}");
    // What readers' browsers could not read is not signed.
    std::fs::write(folder.join("a.json"), "{").unwrap();
    let (code, said) = run(&["sign", "a.json", "--key", "office.key"]);
    assert!(code == Some(2) && said.contains("a.json"), "{said}");
    let (code, said) = run(&["sign", "a.json"]);
    assert!(code == Some(2) && said.contains("--key"), "{said}");
    std::fs::remove_dir_all(&folder).unwrap();
}
