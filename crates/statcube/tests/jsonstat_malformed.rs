//! What a malformed file is told: one code, one place, never a panic, never much memory.

use proptest::prelude::*;
use statcube::ErrorKind::{self, Invalid, NotJson, NotJsonStat, SizeMismatch, TooLarge, UnknownVersion};
use statcube::jsonstat::{DecodeOptions, decode};
use statcube::{Error, Snapshot};

fn read(text: &str) -> Result<Snapshot, Error> {
    decode(text.as_bytes(), &DecodeOptions::default())
}

/// A dataset of two dimensions in which members can be replaced.
pub const WHOLE: &str = r#"{"version":"2.0","class":"dataset","label":"New arrivals","id":["place","month"],"size":[2,3],
    "dimension":{"place":{"label":"places","category":{"index":["A","B"],"label":{"A":"Ay","B":"Bee"}}},
    "month":{"label":"months","category":{"index":{"2024-01":0,"2024-02":1,"2024-03":2}}}},
    "value":[1,2,3,4,5,6],"status":{"0":"e"},"role":{"geo":["place"]},"note":["A note"],"updated":"2024-02-20"}"#;

fn with(from: &str, to: &str) -> String {
    assert!(WHOLE.contains(from), "{from}");
    WHOLE.replacen(from, to, 1)
}

fn with_profile(profile: &str) -> String {
    with(r#""updated""#, &format!(r#""extension":{{"mixedMovements":{profile}}},"updated""#))
}

#[test]
fn the_whole_file_loads() {
    let snapshot = read(WHOLE).unwrap();
    assert!(snapshot.findings.is_empty(), "{:?}", snapshot.findings);
}

#[test]
fn each_mistake_has_its_code_and_its_place() {
    let cases: Vec<(String, ErrorKind, &str)> = vec![
        // Not JSON, or not JSON-stat.
        (String::new(), NotJson, ""),
        (" \n ".into(), NotJson, ""),
        ("<!DOCTYPE html><p>Not found</p>".into(), NotJson, ""),
        (WHOLE[..WHOLE.len() / 2].into(), NotJson, "dimension"),
        (with("[1,2,3,4", "[1,2,3 4"), NotJson, "value[2]"),
        (with(r#""updated":"#, r#""updated""#), NotJson, "updated"),
        (format!("{WHOLE}{{}}"), NotJson, ""),
        ("[]".into(), NotJsonStat, ""),
        ("12".into(), NotJsonStat, ""),
        ("null".into(), NotJsonStat, ""),
        ("{}".into(), NotJsonStat, ""),
        (r#"{"type":"FeatureCollection","features":[]}"#.into(), NotJsonStat, ""),
        (
            r#"{"version":"2.0","class":"dimension","label":"x","category":{"label":{"a":"A"}}}"#.into(),
            NotJsonStat,
            "class",
        ),
        (with(r#""dataset""#, r#""table""#), NotJsonStat, "class"),
        // Versions.
        (with(r#""2.0""#, r#""3.0""#), UnknownVersion, "version"),
        (with(r#""2.0""#, "17"), UnknownVersion, "version"),
        (with(r#""2.0""#, r#""""#), UnknownVersion, "version"),
        (with_profile(r#"{"profile":2}"#), UnknownVersion, "extension.mixedMovements.profile"),
        // Sizes.
        (with("[2,3]", "[2]"), SizeMismatch, "size"),
        (with("[2,3]", "[2,3,1]"), SizeMismatch, "size"),
        (with("[2,3]", "[3,3]"), SizeMismatch, "dimension.place.category.index"),
        (with("[2,3]", "[2,-3]"), Invalid, "size[1]"),
        (with("[2,3]", "[2.5,3]"), Invalid, "size[0]"),
        (with("[2,3]", r#"["two",3]"#), Invalid, "size[0]"),
        (with("[2,3]", "6"), Invalid, "size"),
        (with("[2,3]", "[1e9,1e9]"), TooLarge, "size"),
        (with("[2,3]", "[4294967296,4294967296]"), TooLarge, "size"),
        (with("[2,3]", "[50000001,1]"), TooLarge, "size"),
        (with(r#""size":[2,3],"#, ""), Invalid, "size"),
        // Figures and statuses.
        (with("[1,2,3,4,5,6]", "[1,2,3,4,5]"), SizeMismatch, "value"),
        (with("[1,2,3,4,5,6]", r#"{"6":1}"#), SizeMismatch, "value.6"),
        (with("[1,2,3,4,5,6]", r#"{"-1":1}"#), Invalid, "value.-1"),
        (with("[1,2,3,4,5,6]", r#"{"01":1}"#), Invalid, "value.01"),
        (with("[1,2,3,4,5,6]", r#"{"99999999999":1}"#), Invalid, "value.99999999999"),
        (with("[1,2,3,4,5,6]", r#"{"__proto__":1}"#), Invalid, "value.__proto__"),
        (with("[1,2,3,4,5,6]", r#"[1,2,3,4,"5",6]"#), Invalid, "value[4]"),
        (with("[1,2,3,4,5,6]", "[1,[2],3,4,5,6]"), Invalid, "value[1]"),
        (with("[1,2,3,4,5,6]", r#"{"3":{"v":1}}"#), Invalid, "value.3"),
        (with("[1,2,3,4,5,6]", "7"), Invalid, "value"),
        (with("[1,2,3,4,5,6]", "[1,2,1e400,4,5,6]"), Invalid, "value[2]"),
        (with("[1,2,3,4,5,6]", "[1,2,-1e400,4,5,6]"), Invalid, "value[2]"),
        (with("[1,2,3,4,5,6]", "[1,2,NaN,4,5,6]"), NotJson, "value[2]"),
        (with(r#""value":[1,2,3,4,5,6],"#, ""), Invalid, "value"),
        (with(r#"{"0":"e"}"#, r#"{"6":"e"}"#), SizeMismatch, "status.6"),
        (with(r#"{"0":"e"}"#, r#"["e","e"]"#), SizeMismatch, "status"),
        (with(r#"{"0":"e"}"#, r#"{"0":["e"]}"#), Invalid, "status.0"),
        (with(r#"{"0":"e"}"#, "true"), Invalid, "status"),
        // Dimensions.
        (with(r#"["place","month"]"#, r#"["place","place"]"#), Invalid, "id[1]"),
        (with(r#"["place","month"]"#, r#"["place",3]"#), Invalid, "id[1]"),
        (with(r#"["place","month"]"#, r#"["place","year"]"#), Invalid, "dimension.year"),
        (with(r#"["place","month"]"#, r#"["place","a.b"]"#), Invalid, r#"dimension["a.b"]"#),
        (with(r#"["A","B"]"#, r#"["A","A"]"#), Invalid, "dimension.place.category.index"),
        (with(r#"["A","B"]"#, r#"["A",null]"#), Invalid, "dimension.place.category.index[1]"),
        (with(r#"["A","B"]"#, r#"{"A":0,"B":0}"#), Invalid, "dimension.place.category.index.B"),
        (with(r#"["A","B"]"#, r#"{"A":0,"B":-1}"#), Invalid, "dimension.place.category.index.B"),
        (with(r#"["A","B"]"#, r#"{"A":0,"A":1}"#), Invalid, "dimension.place.category.index"),
        (with(r#"["A","B"]"#, "2"), Invalid, "dimension.place.category.index"),
        (with(r#""B":"Bee""#, r#""C":"Sea""#), Invalid, "dimension.place.category.label.C"),
        (with(r#""B":"Bee""#, r#""B":["Bee"]"#), Invalid, "dimension.place.category.label.B"),
        (
            with(r#","label":{"A":"Ay","B":"Bee"}"#, r#","label":"Ay""#),
            Invalid,
            "dimension.place.category.label",
        ),
        (
            with(r#","label":{"A""#, r#","child":{"A":["C"]},"label":{"A""#),
            Invalid,
            "dimension.place.category.child.A[0]",
        ),
        (
            with(r#","label":{"A""#, r#","child":{"A":["A"]},"label":{"A""#),
            Invalid,
            "dimension.place.category.child",
        ),
        (
            with(r#","label":{"A""#, r#","child":{"A":{}},"label":{"A""#),
            Invalid,
            "dimension.place.category.child.A",
        ),
        (
            with(r#","label":{"A""#, r#","note":{"A":[1]},"label":{"A""#),
            Invalid,
            "dimension.place.category.note.A[0]",
        ),
        (with(r#"{"geo":["place"]}"#, r#"{"geo":["where"]}"#), Invalid, "role.geo[0]"),
        (with(r#"["A note"]"#, r#"["A note",{}]"#), Invalid, "note[1]"),
        // The profile.
        (with_profile(r#""none""#), Invalid, "extension.mixedMovements"),
        (with_profile(r#"{"edition":2024}"#), Invalid, "extension.mixedMovements.edition"),
        (with_profile(r#"{"illustrative":"yes"}"#), Invalid, "extension.mixedMovements.illustrative"),
        (with_profile(r#"{"links":[{"label":"x"}]}"#), Invalid, "extension.mixedMovements.links[0].href"),
        (with_profile(r#"{"keyFigures":[{}]}"#), Invalid, "extension.mixedMovements.keyFigures[0].dataset"),
        (with_profile(r#"{"id":""}"#), Invalid, "extension.mixedMovements.id"),
        (
            with_profile(r#"{"measures":{"x":{"kind":"flux"}}}"#),
            Invalid,
            "extension.mixedMovements.measures.x.kind",
        ),
        (
            with_profile(r#"{"measures":{"x":{"additivity":{"place":"add"}}}}"#),
            Invalid,
            "extension.mixedMovements.measures.x.additivity.place",
        ),
        (
            with_profile(r#"{"measures":{"x":{"additivity":{"where":"sum"}}}}"#),
            Invalid,
            "extension.mixedMovements.measures.x.additivity.where",
        ),
        (with_profile(r#"{"measures":{"x":{},"y":{}}}"#), Invalid, "extension.mixedMovements.measures"),
        (
            with_profile(r#"{"measures":{"x":{"decimals":1000}}}"#),
            Invalid,
            "extension.mixedMovements.measures.x.decimals",
        ),
        (with_profile(r#"{"notes":[{"id":"a"}]}"#), Invalid, "extension.mixedMovements.notes[0].text"),
        (
            with_profile(r#"{"notes":[{"id":"a","text":"t"},{"id":"a","text":"t"}]}"#),
            Invalid,
            "extension.mixedMovements.notes[1].id",
        ),
        (
            with_profile(r#"{"notes":[{"id":"a","text":"t","where":{"sex":["F"]}}]}"#),
            Invalid,
            "extension.mixedMovements.notes[0].where.sex",
        ),
        (
            with_profile(r#"{"labels":{"place":{"C":{"fr":"Cé"}}}}"#),
            Invalid,
            "extension.mixedMovements.labels.place.C",
        ),
        (with_profile(r#"{"provenance":{"6":["S"]}}"#), Invalid, "extension.mixedMovements.provenance.6"),
        (with_profile(r#"{"ranges":{"first":[1,2]}}"#), Invalid, "extension.mixedMovements.ranges.first"),
        (with_profile(r#"{"ranges":{"0":[2,1]}}"#), Invalid, "extension.mixedMovements.ranges.0"),
        (with_profile(r#"{"vintages":{"0":[["2018"]]}}"#), Invalid, "extension.mixedMovements.vintages.0[0]"),
        (
            with_profile(r#"{"conflicts":{"0":[{"what":"x"}]}}"#),
            Invalid,
            "extension.mixedMovements.conflicts.0[0].value",
        ),
    ];
    let judged = cases.iter().filter_map(|(text, kind, path)| match read(text) {
        Err(error) if (error.kind(), error.path()) == (*kind, *path) && error.message().ends_with('.') => {
            None
        }
        Err(error) => {
            Some(format!("{} at “{}”, not {} at “{path}”: {text}", error, error.path(), kind.code()))
        }
        Ok(_) => Some(format!("loads, not {} at “{path}”: {text}", kind.code())),
    });
    let otherwise: Vec<_> = judged.collect();
    assert!(otherwise.is_empty(), "{}", otherwise.join("\n\n"));
}

#[test]
fn a_place_in_a_collection_or_a_bundle_is_told_from_the_root() {
    let wrong = with("[1,2,3,4,5,6]", "[1,2]");
    let collection = format!(
        r#"{{"class":"collection","link":{{"item":[{WHOLE},{{"class":"collection","link":{{"item":[{wrong}]}}}}]}}}}"#
    );
    assert_eq!(read(&collection).unwrap_err().path(), "link.item[1].link.item[0].value");
    let bundle = format!(r#"{{"good":{WHOLE},"b.d":{wrong}}}"#);
    assert_eq!(read(&bundle).unwrap_err().path(), r#"["b.d"].value"#);
}

#[test]
fn a_size_that_does_not_match_is_told_in_the_files_words() {
    let error = read(&with("[1,2,3,4,5,6]", "[1,2,3,4]")).unwrap_err();
    assert_eq!(error.message(), "“New arrivals” announces 2 places × 3 months, 6 figures. It holds 4.");
}

#[test]
fn a_mistake_in_the_text_is_told_with_its_byte() {
    let text = with("[1,2,3,4", "[1,2,3 4");
    let byte = read(&text).unwrap_err().byte().unwrap();
    assert!((0..=1).contains(&text.find("3 4").unwrap().abs_diff(byte - 2)), "{byte}: {}", &text[byte..]);
    let bytes = [b"\xef\xbb\xbf".as_slice(), text.as_bytes()].concat();
    let marked = decode(&bytes, &DecodeOptions::default()).unwrap_err().byte().unwrap();
    assert_eq!(marked, byte + 3, "a byte order mark counts");
}

#[test]
fn bytes_that_are_no_text_are_no_json() {
    let mut bytes = WHOLE.as_bytes().to_vec();
    let at = WHOLE.find("New").unwrap();
    bytes[at] = 0xff;
    let error = decode(&bytes, &DecodeOptions::default()).unwrap_err();
    assert_eq!((error.kind(), error.path()), (NotJson, "label"));
}

#[test]
fn depth_is_refused_and_not_followed() {
    for (open, close) in [("[", "]"), (r#"{"a":"#, "}"), (r#"{"link":{"item":["#, "]}}")] {
        for text in [open.repeat(100_000), format!("{}1{}", open.repeat(100_000), close.repeat(100_000))] {
            assert_eq!(read(&text).unwrap_err().kind(), TooLarge);
        }
        let inside = with("[1,2,3,4,5,6]", &format!("{}1{}", open.repeat(100_000), close.repeat(100_000)));
        assert!(matches!(read(&inside).unwrap_err().kind(), TooLarge | Invalid));
    }
}

#[test]
fn hierarchies_that_are_deep_or_circular_are_refused_at_once() {
    let codes: Vec<String> = (0..20_000).map(|code| format!("\"{code}\"")).collect();
    let links = |circular: bool| {
        let chain = codes.windows(2).map(|pair| format!("{}:[{}]", pair[0], pair[1]));
        let back = format!("{}:[{}]", codes[codes.len() - 1], codes[0]);
        chain.chain(circular.then_some(back)).collect::<Vec<_>>().join(",")
    };
    for (circular, kind) in [(false, TooLarge), (true, Invalid)] {
        let text = format!(
            r#"{{"class":"dataset","id":["a"],"size":[20000],"value":{{}},
                "dimension":{{"a":{{"category":{{"index":[{}],"child":{{{}}}}}}}}}}}"#,
            codes.join(","),
            links(circular)
        );
        let error = read(&text).unwrap_err();
        assert_eq!((error.kind(), error.path()), (kind, "dimension.a.category.child"));
    }
}

#[test]
fn all_datasets_together_keep_to_the_limit() {
    let options = DecodeOptions { max_cells: 11, ..DecodeOptions::default() };
    let twice = format!(r#"{{"class":"collection","link":{{"item":[{WHOLE},{WHOLE}]}}}}"#);
    let error = decode(twice.as_bytes(), &options).unwrap_err();
    assert_eq!((error.kind(), error.path()), (TooLarge, "link.item[1].size"));
    assert!(decode(WHOLE.as_bytes(), &options).is_ok());
}

#[test]
fn too_many_statuses_are_refused() {
    let statuses: Vec<String> = (0..300).map(|n| format!("\"s{n}\"")).collect();
    let text = format!(
        r#"{{"class":"dataset","id":["a"],"size":[300],"value":{{}},"status":[{0}],
            "dimension":{{"a":{{"category":{{"index":[{0}]}}}}}}}}"#,
        statuses.join(",")
    );
    assert_eq!(read(&text).unwrap_err().kind(), TooLarge);
}

#[test]
fn names_that_mean_something_elsewhere_are_names() {
    let text = r#"{"class":"dataset","id":["__proto__","constructor"],"size":[2,1],"value":{"0":-0.0,"1":2},
        "dimension":{"__proto__":{"category":{"index":["toString","hasOwnProperty"],"label":{"toString":"x"}}},
        "constructor":{"category":{"label":{"prototype":"p"}}}}}"#;
    let snapshot = read(text).unwrap();
    let cube = &snapshot.datasets[0];
    assert_eq!(cube.dimensions()[0].id, "__proto__");
    let zero = cube.column(0).unwrap().value(statcube::CellIndex(0)).unwrap();
    assert!(zero == 0.0 && zero.is_sign_negative());
}

#[test]
fn of_a_member_that_stands_twice_the_last_counts() {
    let text = with(
        r#""updated":"2024-02-20""#,
        r#""updated":"2024-02-20","value":[6,5,4,3,2,1],"updated":"2024-03-01""#,
    );
    let snapshot = read(&text).unwrap();
    assert_eq!(snapshot.updated.as_deref(), Some("2024-03-01"));
    assert_eq!(snapshot.datasets[0].column(0).unwrap().value(statcube::CellIndex(0)), Some(6.0));
    let text = with("[1,2,3,4,5,6]", r#"{"5":1,"0":2,"5":3}"#);
    assert_eq!(read(&text).unwrap().datasets[0].column(0).unwrap().value(statcube::CellIndex(5)), Some(3.0));
}

proptest! {
    /// Cut, turned and spliced files are read or refused, but never stop the program.
    #[test]
    fn damaged_files_never_panic(at in 0usize..WHOLE.len(), len in 0usize..20, byte in any::<u8>(), repeat in 0usize..3) {
        let mut bytes = WHOLE.as_bytes().to_vec();
        let end = (at + len).min(bytes.len());
        bytes.splice(at..end, vec![byte; repeat]);
        let _ = decode(&bytes, &DecodeOptions::default());
    }

    /// Any tree in place of any member is read or refused.
    #[test]
    fn odd_members_never_panic(member in 0usize..12, odd in 0usize..10) {
        let members = ["\"2.0\"", "\"dataset\"", "[2,3]", "[1,2,3,4,5,6]", "{\"0\":\"e\"}", "{\"geo\":[\"place\"]}",
            "[\"A note\"]", "\"places\"", "[\"A\",\"B\"]", "{\"A\":\"Ay\",\"B\":\"Bee\"}", "[\"place\",\"month\"]", "\"New arrivals\""];
        let odds = ["null", "true", "-1", "1e308", "\"\"", "[]", "{}", "[[]]", "{\"\":{}}", "[null,{\"a\":0.5}]"];
        let _ = read(&with(members[member], odds[odd]));
    }
}
