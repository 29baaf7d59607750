//! Bad input. Files that announce much and hold little, that are made to keep a reader busy,
//! and real files damaged at random: read or refused, in bounded time and memory, and where
//! they are read the answers are those of the oracle.
//!
//! `PROVE` damages each file 10,000 times, otherwise 1,000 times; `SEED` repeats an earlier run. Real files are read in place through `MIXED_MOVEMENTS_REAL_DATA`.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};

use serde_json::{Value, json};
use statcube::jsonstat::{DecodeOptions, decode, encode};
use statcube::model::{ColumnBuilder, Extras};
use statcube::{
    Additivity, CellIndex, Cube, CubeParts, DimensionRole, Error, ErrorKind, Snapshot, StatisticKind,
};

use crate::chance::Chance;
use crate::memory::most_of;
use crate::oracle::{Case, CaseDimension, GroupAnswer, Kind, Rule, answer, in_plain_words};

// ---------------------------------------------------------------- files made to keep a reader busy

/// No file of a few megabytes may take longer, even in a build without optimization on a busy machine.
const PATIENCE: Duration = Duration::from_secs(20);

fn list<T: std::fmt::Display>(num: usize, item: impl Fn(usize) -> T) -> String {
    (0..num).map(|n| item(n).to_string()).collect::<Vec<_>>().join(",")
}

/// One dimension `a` with these members of `category`.
fn dataset(size: usize, category: &str, more: &str) -> String {
    format!(
        r#"{{"class":"dataset","id":["a"],"size":[{size}],"value":{{}},"dimension":{{"a":{{"category":{{{category}}}}}}}{more}}}"#
    )
}

fn read(text: &str) -> Result<Snapshot, Error> {
    decode(text.as_bytes(), &DecodeOptions::default())
}

#[test]
fn no_file_keeps_the_reader_busy() {
    let index = |num: usize| format!(r#""index":[{}]"#, list(num, |n| format!("\"{n}\"")));
    let by_code =
        |num: usize, what: &str| format!("{{{}}}", list(num, |n| format!(r#""{}":{what}"#, num - 1 - n)));
    let profile = |members: &str| format!(r#","extension":{{"mixedMovements":{{"profile":1,{members}}}}}"#);
    let num = 100_000;
    let tiny = r#"{"class":"dataset","id":[],"size":[],"value":[1],"dimension":{},"extension":{"id":"a"}}"#;
    let metric = r#","role":{"metric":["a"]}"#;
    let ok = None;
    let cases: Vec<(&str, String, Option<ErrorKind>)> = vec![
        (
            "many dimensions",
            format!(
                r#"{{"class":"dataset","id":[{0}],"size":[{1}],"value":[1],"dimension":{{{2}}}}}"#,
                list(num, |n| format!("\"{n}\"")),
                list(num, |_| 1),
                list(num, |n| format!(r#""{n}":{{"category":{{"index":["x"]}}}}"#)),
            ),
            Some(ErrorKind::TooLarge),
        ),
        (
            "many datasets of one name",
            format!(r#"{{"class":"collection","link":{{"item":[{}]}}}}"#, list(9_000, |_| tiny)),
            ok,
        ),
        (
            "more datasets than a reader could choose from",
            format!(r#"{{"class":"collection","link":{{"item":[{}]}}}}"#, list(num, |_| tiny)),
            Some(ErrorKind::TooLarge),
        ),
        (
            "many measures with units and kinds",
            dataset(
                num,
                &format!(r#"{},"unit":{}"#, index(num), by_code(num, r#"{"label":"u"}"#)),
                &format!(
                    r#"{metric},"extension":{{"mixedMovements":{{"measures":{}}}}}"#,
                    by_code(num, r#"{"kind":"flow"}"#)
                ),
            ),
            ok,
        ),
        (
            "notes on every category, backwards",
            dataset(num, &format!(r#"{},"note":{}"#, index(num), by_code(num, r#"["n"]"#)), ""),
            ok,
        ),
        (
            "sources, vintages, ranges and conflicts of every cell, backwards",
            dataset(
                num,
                &index(num),
                &profile(&format!(
                    r#""provenance":{},"vintages":{},"ranges":{},"conflicts":{}"#,
                    by_code(num, r#"["s"]"#),
                    by_code(num, r#"[["e",1]]"#),
                    by_code(num, "[1,2]"),
                    by_code(num, r#"{"value":1}"#)
                        .replace(":{", ":[{")
                        .replace("}", "}]")
                        .replacen("}]}]", "}]}", 1)
                )),
            ),
            ok,
        ),
        (
            "many different statuses",
            dataset(num, &index(num), &format!(r#","status":[{}]"#, list(num, |n| format!("\"s{n}\"")))),
            Some(ErrorKind::Invalid),
        ),
        (
            "many labels of statuses",
            dataset(
                num,
                &index(num),
                &format!(r#","status":"ab","extension":{{"status":{{"label":{}}}}}"#, by_code(num, "\"l\"")),
            ),
            Some(ErrorKind::TooLarge),
        ),
        (
            "a status of many letters",
            dataset(
                3,
                &index(3),
                &format!(
                    r#","status":"{}","extension":{{"status":{{"label":{}}}}}"#,
                    "12".repeat(num),
                    by_code(1_000, "\"l\"")
                ),
            ),
            ok,
        ),
        (
            "many children of one",
            dataset(
                num,
                &format!(
                    r#"{},"child":{{"0":[{}]}}"#,
                    index(num),
                    list(num - 1, |n| format!("\"{}\"", n + 1))
                ),
                "",
            ),
            ok,
        ),
        (
            "a lattice of parents and children",
            dataset(
                1_000,
                &format!(
                    r#"{},"child":{{{}}}"#,
                    index(1_000),
                    list(500, |n| format!("\"{n}\":[{}]", list(500, |c| format!("\"{}\"", c + 500))))
                ),
                "",
            ),
            ok,
        ),
        (
            "a range of ranges of ranges",
            dataset(
                1,
                &format!(r#""index":["{}"]"#, ["2024"; 100_000].join("/")),
                r#","role":{"time":["a"]}"#,
            ),
            ok,
        ),
        (
            "one member many times",
            dataset(2, &index(2), &format!(",{}", list(num, |_| r#""label":"l""#))),
            ok,
        ),
        (
            "many members of no meaning",
            dataset(2, &index(2), &format!(",{}", list(num, |n| format!(r#""m{n}":1"#)))),
            ok,
        ),
        (
            "many members of the profile that it does not know",
            dataset(2, &index(2), &profile(&list(num, |n| format!(r#""m{n}":1"#)))),
            ok,
        ),
        (
            "dimensions that are not used",
            dataset(2, &index(2), "").replace(
                r#""dimension":{"#,
                &format!(r#""dimension":{{{},"#, list(num, |n| format!(r#""m{n}":{{}}"#))),
            ),
            ok,
        ),
        (
            "many sources",
            dataset(2, &index(2), &profile(&format!(r#""sources":{}"#, by_code(num, r#"{"title":"t"}"#)))),
            ok,
        ),
        (
            "labels in many languages",
            dataset(
                2,
                &index(2),
                &profile(&format!(r#""labels":{{"a":{{"0":{}}}}}"#, by_code(num, "\"l\""))),
            ),
            ok,
        ),
        ("many small lists", format!("[{}]", list(6_000_000, |_| "[]")), Some(ErrorKind::TooLarge)),
        (
            "figures at positions that come backwards",
            dataset(num, &index(num), "")
                .replace(r#""value":{}"#, &format!(r#""value":{}"#, by_code(num, "7"))),
            ok,
        ),
        (
            "a label of many characters",
            dataset(2, &index(2), &format!(r#","label":"{}""#, "é\\u202e".repeat(num))),
            ok,
        ),
        (
            "an escaped text that never ends",
            format!(r#"{{"label":"{}"#, "\\\\".repeat(num)),
            Some(ErrorKind::NotJson),
        ),
        (
            "a place deep within a long file",
            format!(r#"{{"a":[{}],"b":nul}}"#, list(num, |_| "{}")),
            Some(ErrorKind::NotJson),
        ),
    ];
    for (what, text, kind) in cases {
        let start = Instant::now();
        let (result, most) = most_of(|| read(&text));
        assert!(start.elapsed() < PATIENCE, "{what}: {:?}", start.elapsed());
        let found = result.as_ref().err().map(Error::kind);
        assert_eq!(found, kind, "{what}: {:?}", result.err());
        assert!(most < 512 << 20, "{what}: {} MB", most >> 20);
    }
}

#[test]
fn memory_is_not_taken_for_what_is_only_announced() {
    let announced = |size: &str| {
        format!(
            r#"{{"class":"dataset","id":["a","b"],"size":{size},"value":{{"0":1}},"status":"e",
                "dimension":{{"a":{{"category":{{"index":["x"]}}}},"b":{{"category":{{"index":["x"]}}}}}}}}"#
        )
    };
    for size in
        ["[7000,7000]", "[4000000000,4000000000]", "[9007199254740991,1]", r#"["49999999","1"]"#, "[1e15,1]"]
    {
        let text = announced(size);
        let (result, most) = most_of(|| read(&text));
        let kind = result.unwrap_err().kind();
        assert!(matches!(kind, ErrorKind::TooLarge | ErrorKind::SizeMismatch | ErrorKind::Invalid), "{size}");
        assert!(most < 1 << 20, "{size}: {most} bytes");
    }
    // A column that is longer than allowed is refused. What is kept of a file while it arrives grows by
    // doubling, so that for a moment three times its text is held.
    let options = DecodeOptions { max_cells: 1_000, ..DecodeOptions::default() };
    for value in
        [format!("[{}]", list(2_000_000, |_| 0)), format!("{{{}}}", list(500_000, |n| format!("\"{n}\":0")))]
    {
        let text = announced("[1,1]").replace(r#"{"0":1}"#, &value);
        let (result, most) = most_of(|| decode(text.as_bytes(), &options));
        assert_eq!(result.unwrap_err().kind(), ErrorKind::TooLarge);
        assert!(most < (1 << 20) + 3 * text.len(), "{most} bytes for {}", text.len());
    }
}

#[test]
fn an_empty_dimension_makes_no_room_for_more_categories_of_the_others() {
    let with_an_empty_one = |num: usize| {
        let category = |num| format!(r#"{{"category":{{"index":[{}]}}}}"#, list(num, |n| format!("\"{n}\"")));
        format!(
            r#"{{"class":"dataset","id":["a","b","none"],"size":[{num},{num},0],"value":[],
                "dimension":{{"a":{0},"b":{0},"none":{1}}}}}"#,
            category(num),
            category(0)
        )
    };
    // The answer to a question by `a` and `b` would have 64 million cells.
    assert_eq!(read(&with_an_empty_one(8_000)).unwrap_err().kind(), ErrorKind::TooLarge);

    let snapshot = read(&with_an_empty_one(3)).unwrap();
    let cube = &snapshot.datasets[0];
    let query = statcube::Query::builder(cube).by(&["a", "b"]).unwrap().build().unwrap();
    let table = cube.run(&query);
    assert_eq!(table.groups[0].len(), 9);
    assert!(table.groups[0].cells().all(|cell| cell.value().is_none()));
}

#[test]
fn numbers_that_are_none_or_whose_sum_would_be_none_are_refused() {
    for number in ["1e400", "-1e400", "1e308", "-1e300", "NaN", "Infinity", "0x10", "01", "+1"] {
        let text = dataset(2, r#""index":["x","y"]"#, "").replace("{}", &format!("[{number},1]"));
        let error = read(&text).unwrap_err();
        assert!(matches!(error.kind(), ErrorKind::Invalid | ErrorKind::NotJson), "{number}: {error}");
    }
    for number in ["-0", "-0.0", "1e-400", "5e-324", "1e290", "123456789012345678901234567890"] {
        let text = dataset(2, r#""index":["x","y"]"#, "").replace("{}", &format!("[{number},1]"));
        let snapshot = read(&text).unwrap();
        let value = snapshot.datasets[0].column(0).unwrap().value(CellIndex(0));
        assert_eq!(value, number.parse().ok(), "{number}");
    }
}

#[test]
fn text_that_is_no_text_is_refused_and_odd_text_is_kept() {
    for text in [r#""\ud800""#, r#""\udc00\ud800""#, r#""\u00""#, "\"\u{1}\"", "\"a\nb\""] {
        let error = read(&dataset(1, &format!(r#""index":[{text}]"#), "")).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::NotJson, "{text}: {error}");
    }
    let odd = [
        "<img src=x onerror=alert(1)>",
        "javascript:alert(1)",
        "\u{202e}gnirts",
        "\u{200b}",
        "e\u{301}\u{301}",
        "",
        " ",
        "=1+1",
        "__proto__",
        "𐀀",
    ];
    let codes: Vec<String> = odd.iter().map(|code| json!(code).to_string()).collect();
    let snapshot = read(&dataset(odd.len(), &format!(r#""index":[{}]"#, codes.join(",")), "")).unwrap();
    let kept: Vec<&str> =
        snapshot.datasets[0].dimensions()[0].categories.iter().map(|c| c.code.as_str()).collect();
    assert_eq!(kept, odd);
    assert!(
        decode(encode(&snapshot).as_bytes(), &DecodeOptions::default()).unwrap().datasets
            == snapshot.datasets
    );
}

// ---------------------------------------------------------------- real files, damaged

struct Seed {
    name: String,
    bytes: Vec<u8>,
    tree: Value,
}

/// The files that are damaged: a small one that has every member, the published snapshots, the corpus.
fn seeds() -> Vec<Seed> {
    let mut files = vec![("whole".to_owned(), crate::jsonstat_malformed::WHOLE.as_bytes().to_vec())];
    let mut folder = |path: &Path| {
        let entries = std::fs::read_dir(path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let mut paths: Vec<_> = entries.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        for path in paths.iter().filter(|path| path.extension().is_some_and(|ending| ending == "json")) {
            let name = path.file_name().unwrap().to_string_lossy().into_owned();
            files.push((name, std::fs::read(path).unwrap()));
        }
    };
    folder(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../../www/data"));
    match std::env::var_os("MIXED_MOVEMENTS_REAL_DATA") {
        Some(root) => folder(&Path::new(&root).join("tests-only/jsonstat")),
        None => {
            eprintln!("SKIPPED: MIXED_MOVEMENTS_REAL_DATA is unset, so no real file of JSON-stat was damaged")
        }
    }
    let seed = |(name, bytes): (String, Vec<u8>)| {
        let tree = serde_json::from_slice(&bytes).unwrap_or_else(|error| panic!("{name}: {error}"));
        Seed { name, bytes, tree }
    };
    files.into_iter().map(seed).collect()
}

const TOKENS: [&str; 20] = [
    "null",
    "{}",
    "[]",
    "\"\"",
    "-1",
    "1e400",
    "-0",
    "\"__proto__\"",
    "[[",
    "}}",
    "\\u202e",
    "\\ud800",
    ",",
    ":",
    "\"value\":",
    "\"size\":",
    "\u{feff}",
    "9999999999",
    "\0",
    "true",
];

fn damaged_bytes(seed: &Seed, chance: &mut Chance) -> Vec<u8> {
    let mut bytes = seed.bytes.clone();
    for _ in 0..1 + chance.below(3) {
        let at = chance.below(bytes.len());
        let length = [1, 2, 8, 60, 4000][chance.below(5)];
        let end = (at + length).min(bytes.len());
        match chance.below(6) {
            0 => bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte ^= 1 << chance.below(8)),
            1 => drop(bytes.drain(at..end)),
            2 => bytes.truncate(at),
            3 => {
                let copied = bytes[at..end].to_vec();
                let to = chance.below(bytes.len());
                bytes.splice(to..to, copied);
            }
            4 => drop(bytes.splice(at..at, chance.of(&TOKENS).bytes())),
            _ => bytes.iter_mut().skip(at).take(length).for_each(|byte| *byte = byte.wrapping_add(1)),
        }
    }
    bytes
}

/// One node of the tree, chosen by walking down at random, and what it is called.
fn node<'a>(tree: &'a mut Value, chance: &mut Chance) -> &'a mut Value {
    let num = match &*tree {
        Value::Array(elements) => elements.len(),
        Value::Object(members) => members.len(),
        _ => 0,
    };
    if num == 0 || chance.below(5) == 0 {
        return tree;
    }
    let at = chance.below(num);
    match tree {
        Value::Array(elements) => node(&mut elements[at], chance),
        Value::Object(members) => node(members.values_mut().nth(at).unwrap(), chance),
        _ => unreachable!(),
    }
}

/// The datasets of a tree, wherever they stand.
fn datasets(tree: &mut Value) -> Vec<&mut Value> {
    let is_dataset = |value: &Value| value.get("dimension").is_some() && value.get("value").is_some();
    if is_dataset(tree) {
        return vec![tree];
    }
    if tree.get("link").is_some() {
        let items = tree.pointer_mut("/link/item").and_then(Value::as_array_mut);
        return items.into_iter().flatten().filter(|item| is_dataset(item)).collect();
    }
    let members = tree.as_object_mut().into_iter().flat_map(|members| members.values_mut());
    members.filter(|member| is_dataset(member)).collect()
}

fn odd_value(chance: &mut Chance) -> Value {
    let deep = (0..100).fold(json!(1), |inner, _| json!([inner]));
    let odd = [
        json!(null),
        json!(true),
        json!(-1),
        json!(0),
        json!(1e300),
        json!(-0.0),
        json!(0.5),
        json!(4_294_967_296_u64),
        json!(""),
        json!("e"),
        json!("__proto__"),
        json!("2024-01"),
        json!("<b>"),
        json!([]),
        json!({}),
        json!([null]),
        json!([1, "a"]),
        json!({"0": 1}),
        json!({"__proto__": {"x": 1}}),
        json!("\u{202e}\u{200b}"),
        deep,
        json!("x".repeat(10_000)),
        json!([[1, 2], [3]]),
        json!({"a": {"category": {"index": ["x"]}}}),
    ];
    chance.of(&odd).clone()
}

fn damaged_tree(seed: &Seed, chance: &mut Chance) -> Vec<u8> {
    let mut tree = seed.tree.clone();
    for _ in 0..1 + chance.below(2) {
        let node = node(&mut tree, chance);
        let num = node.as_object().map_or(0, |members| members.len());
        match (chance.below(4), node) {
            (0, Value::Object(members)) if num > 0 => {
                let key = members.keys().nth(chance.below(num)).unwrap().clone();
                members.remove(&key);
            }
            (1, Value::Object(members)) if num > 0 => {
                let key = members.keys().nth(chance.below(num)).unwrap().clone();
                let value = members.remove(&key).unwrap();
                let others = ["__proto__", "", "value", "0", "constructor", "class"];
                members.insert((*chance.of(&others)).to_owned(), value);
            }
            (2, Value::Array(elements)) if !elements.is_empty() => {
                let at = chance.below(elements.len());
                let one = elements[at].clone();
                match chance.below(3) {
                    0 => drop(elements.remove(at)),
                    1 => elements.push(one),
                    _ => elements.reverse(),
                }
            }
            (_, node) => *node = odd_value(chance),
        }
    }
    tree.to_string().into_bytes()
}

/// Sizes, figures, codes and hierarchies that no longer fit together, or fit in another way.
fn damaged_shape(seed: &Seed, chance: &mut Chance) -> Vec<u8> {
    let mut tree = seed.tree.clone();
    let mut all = datasets(&mut tree);
    if all.is_empty() {
        return damaged_tree(seed, chance);
    }
    let at = chance.below(all.len());
    let dataset = &mut *all[at];
    let version_1 = dataset.get("size").is_none();
    let shape = if version_1 { &mut dataset["dimension"] } else { &mut *dataset };
    let ids: Vec<String> =
        shape["id"].as_array().into_iter().flatten().filter_map(|id| Some(id.as_str()?.to_owned())).collect();
    let sizes = shape["size"].as_array().cloned().unwrap_or_default();
    if ids.is_empty() || sizes.len() != ids.len() {
        return damaged_tree(seed, chance);
    }
    let place = chance.below(ids.len());
    match chance.below(9) {
        0 => shape["size"][place] = odd_value(chance),
        1 => shape["size"].as_array_mut().unwrap().swap(0, place),
        2 => shape["id"].as_array_mut().unwrap().swap(0, place),
        3 => {
            if let Some(elements) = dataset["value"].as_array_mut() {
                let length = elements.len();
                elements.resize(chance.below(2 * length + 2), json!(7));
            }
        }
        4 => {
            // The same figures, by position.
            if let Some(elements) = dataset["value"].as_array() {
                let members = elements.iter().enumerate().filter(|(_, value)| !value.is_null());
                dataset["value"] = members
                    .map(|(at, value)| (at.to_string(), value.clone()))
                    .collect::<serde_json::Map<_, _>>()
                    .into();
            } else if let Some(members) = dataset["value"].as_object_mut() {
                let others = ["-1", "00", "1e3", "99999999999", "0", "__proto__", "1.5"];
                members.insert((*chance.of(&others)).to_owned(), json!(5));
            }
        }
        5 => dataset["status"] = odd_value(chance),
        6 => dataset["role"] = json!({ *chance.of(&["time", "geo", "metric", "other"]): [ids[place]] }),
        _ => {
            let category = &mut dataset["dimension"][&ids[place]]["category"];
            let codes: Vec<String> = match (&category["index"], &category["label"]) {
                (Value::Array(codes), _) => {
                    codes.iter().filter_map(|code| Some(code.as_str()?.to_owned())).collect()
                }
                (Value::Object(members), _) | (_, Value::Object(members)) => {
                    members.keys().cloned().collect()
                }
                _ => Vec::new(),
            };
            if codes.is_empty() {
                return damaged_tree(seed, chance);
            }
            let (one, other) = (chance.of(&codes).clone(), chance.of(&codes).clone());
            match chance.below(5) {
                // A hierarchy, perhaps with a circle.
                0 | 1 => {
                    let children: Vec<String> =
                        (0..1 + chance.below(5)).map(|_| chance.of(&codes).clone()).collect();
                    category["child"] = json!({ one: children, other: [chance.of(&codes)] });
                }
                2 => {
                    if let Some(members) = category["index"].as_object_mut() {
                        members.insert(one, odd_value(chance));
                    }
                }
                3 => {
                    if let Some(members) = category["index"].as_object_mut()
                        && let (Some(a), Some(b)) = (members.get(&one).cloned(), members.get(&other).cloned())
                    {
                        members.insert(one, b);
                        members.insert(other, a);
                    }
                }
                _ => {
                    if let Some(elements) = category["index"].as_array_mut() {
                        elements
                            .iter_mut()
                            .filter(|code| **code == json!(one))
                            .for_each(|code| *code = json!(other));
                    }
                }
            }
        }
    }
    tree.to_string().into_bytes()
}

/// A second reading of the figures of a file: position by position, from the plain tree.
fn read_figures_again(bytes: &[u8], snapshot: &Snapshot) {
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let Ok(mut tree) = serde_json::from_slice::<Value>(text) else { return };
    let found = datasets(&mut tree);
    // Members that stand twice, nested collections and the order of bundles are told in other tests.
    if found.len() != snapshot.datasets.len() || (found.len() > 1 && snapshot.label.is_none()) {
        return;
    }
    for (dataset, cube) in found.iter().zip(&snapshot.datasets) {
        let shape = if dataset.get("size").is_some_and(|size| !size.is_null()) {
            dataset
        } else {
            &dataset["dimension"]
        };
        let count =
            |size: &Value| size.as_f64().map(|s| s as usize).or_else(|| size.as_str()?.parse().ok()).unwrap();
        let sizes: Vec<usize> = shape["size"].as_array().unwrap().iter().map(count).collect();
        let num_cells: usize = sizes.iter().product();
        let metric = cube.parts().metric.as_ref().map(|metric| metric.position);
        let value_at = |at: usize| match &dataset["value"] {
            Value::Array(elements) => elements[at].as_f64(),
            Value::Object(members) => members.get(&at.to_string()).and_then(Value::as_f64),
            _ => None,
        };
        for at in (0..num_cells).take(4_000) {
            let mut positions = Vec::new();
            let (mut rest, mut measure) = (at, 0);
            for (place, size) in sizes.iter().enumerate().rev() {
                if Some(place) == metric {
                    measure = rest % size;
                } else {
                    positions.push((rest % size) as u32);
                }
                rest /= size;
            }
            positions.reverse();
            let index = cube.index(&positions).expect("a cell for each figure");
            assert_eq!(cube.column(measure).expect("a column").value(index), value_at(at), "at {at}");
        }
    }
}

/// What the oracle needs of a cube.
fn case_of(cube: &Cube, measure: usize, chance: &mut Chance) -> Case {
    let it = &cube.measures()[measure];
    let rule = |additivity: Option<&Additivity>| {
        additivity.map(|additivity| match additivity {
            Additivity::Sum => Rule::Sum,
            Additivity::Last => Rule::Last,
            Additivity::Overlap => Rule::Overlap,
            Additivity::None => Rule::Meaningless,
            Additivity::Unknown => Rule::Unknown,
        })
    };
    let day = |month: i32, day: u32| (month * 31) as u32 + day;
    let dimensions: Vec<CaseDimension> = cube
        .dimensions()
        .iter()
        .map(|dimension| CaseDimension {
            is_time: dimension.role == DimensionRole::Time,
            codes: dimension.categories.iter().map(|category| category.code.clone()).collect(),
            when: dimension
                .categories
                .iter()
                .map(|category| {
                    let period = category.period?;
                    let (first, last) = period.days();
                    Some((
                        day(period.last_month().ordinal(), last),
                        day(period.first_month().ordinal(), first),
                    ))
                })
                .collect(),
            pairs: (0..dimension.len() as u32)
                .flat_map(|parent| {
                    let children = dimension.hierarchy.children_of(parent).iter();
                    children.map(move |child| (parent as usize, *child as usize))
                })
                .collect(),
            declared: rule(it.additivity.get(&dimension.id)),
            assumed: None,
        })
        .collect();
    let mut values = BTreeMap::new();
    let sizes: Vec<usize> = dimensions.iter().map(|dimension| dimension.codes.len()).collect();
    for at in 0..cube.num_cells() {
        let mut rest = at;
        let mut positions: Vec<usize> = sizes
            .iter()
            .rev()
            .map(|size| {
                let position = rest % size;
                rest /= size;
                position
            })
            .collect();
        positions.reverse();
        if let Some(value) = cube.column(measure).and_then(|column| column.value(CellIndex(at))) {
            values.insert(positions, value);
        }
    }
    let num = dimensions.len();
    let mut clauses = Vec::new();
    for _ in 0..chance.below(num + 1) {
        let d = chance.below(num);
        let kept = (0..sizes[d]).filter(|_| chance.below(3) > 0).collect();
        clauses.push((d, kept));
    }
    let listed: Vec<usize> = (0..num).filter(|_| chance.below(3) == 0).collect();
    Case {
        dimensions,
        kind: match it.kind {
            StatisticKind::Flow => Kind::Flow,
            StatisticKind::Stock => Kind::Stock,
            StatisticKind::Rate => Kind::Rate,
            StatisticKind::Unknown => Kind::Unknown,
        },
        counts_people: it.counts.as_deref() == Some("people"),
        values,
        statuses: BTreeMap::new(),
        suppressed: None,
        clauses,
        groupings: vec![vec![], listed],
        linked: chance.below(3) == 0,
        top: None,
    }
}

/// The same up to the last digits: figures are added in another order.
fn agree(engine: &[GroupAnswer], oracle: &[GroupAnswer], magnitude: f64) -> bool {
    let near = |a: Option<f64>, b: Option<f64>| match (a, b) {
        (Some(a), Some(b)) => (a - b).abs() <= 1e-9 * magnitude,
        (a, b) => a == b,
    };
    engine.len() == oracle.len()
        && engine.iter().zip(oracle).all(|(a, b)| {
            (a.is_refused, a.period, a.cells.len()) == (b.is_refused, b.period, b.cells.len())
                && a.cells.iter().zip(&b.cells).all(|(a, b)| {
                    near(a.value, b.value)
                        && near(a.lower, b.lower)
                        && near(a.upper, b.upper)
                        && (&a.at, a.observed, a.of, a.is_published, &a.refusals)
                            == (&b.at, b.observed, b.of, b.is_published, &b.refusals)
                })
        })
}

/// The cube without its statuses, which the oracle is not asked about here.
fn without_statuses(cube: &Cube) -> Arc<Cube> {
    let parts = cube.parts();
    let columns = parts.columns.iter().map(|column| {
        let mut bare = ColumnBuilder::new(column.len());
        for at in (0..column.len()).map(CellIndex) {
            if let Some(value) = column.value(at) {
                bare.set(at, value);
            }
        }
        bare.finish(Extras::default())
    });
    Arc::new(Cube::new(CubeParts { columns: columns.collect(), ..parts.clone() }).unwrap())
}

fn ask(snapshot: &Snapshot, chance: &mut Chance) -> bool {
    let Some(cube) = snapshot.datasets.get(chance.below(snapshot.datasets.len())) else { return false };
    if cube.measures().is_empty() || cube.dimensions().is_empty() {
        return false;
    }
    let measure = chance.below(cube.measures().len());
    if cube.num_cells() > 800 {
        // Too much for the oracle; the engine answers all the same.
        let by = chance.below(cube.dimensions().len());
        let query = statcube::Query { measure, groupings: vec![vec![], vec![by]], ..Default::default() };
        let table = cube.run(&query);
        assert!(table.groups.iter().all(|group| group.cells().count() == group.len()));
        return false;
    }
    let case = case_of(cube, measure, chance);
    let bare = without_statuses(cube);
    let query = statcube::Query { measure, ..case.query(&bare) };
    let magnitude = case.values.values().map(|value| value.abs()).sum::<f64>().max(1.0);
    let (engine, oracle) = (in_plain_words(&bare.run(&query)), answer(&case));
    assert!(agree(&engine, &oracle, magnitude), "{engine:?}\n{oracle:?}");
    true
}

/// How many files were damaged, read, and asked of the oracle.
#[derive(Default)]
struct Counts {
    damaged: usize,
    loaded: usize,
    asked: usize,
}

/// Damages a file once, and reads it.
fn damage(seed: &Seed, place: usize, round: usize, seed_number: u64, counts: &mut Counts) {
    let options = DecodeOptions { max_cells: 200_000, ..DecodeOptions::default() };
    let mut chance = Chance(seed_number ^ ((round as u64) << 20) ^ ((place as u64) << 50));
    let bytes = match round % 3 {
        0 => damaged_bytes(seed, &mut chance),
        1 => damaged_tree(seed, &mut chance),
        _ => damaged_shape(seed, &mut chance),
    };
    counts.damaged += 1;
    let work = std::panic::AssertUnwindSafe(|| {
        let start = Instant::now();
        let (result, most) = most_of(|| decode(&bytes, &options));
        assert!(start.elapsed() < PATIENCE, "{:?}", start.elapsed());
        assert!(most < (64 << 20) + 40 * bytes.len(), "{} MB for {} bytes", most >> 20, bytes.len());
        match result {
            Err(error) => {
                assert!(!error.message().is_empty() && error.message().len() < 4_000, "{error}");
                (false, false)
            }
            Ok(snapshot) => {
                read_figures_again(&bytes, &snapshot);
                let again = decode(encode(&snapshot).as_bytes(), &options).expect("what is written is read");
                assert!(again.datasets == snapshot.datasets, "written and read it is another cube");
                (true, ask(&snapshot, &mut chance))
            }
        }
    });
    match std::panic::catch_unwind(work) {
        Ok((is_loaded, is_asked)) => {
            counts.loaded += usize::from(is_loaded);
            counts.asked += usize::from(is_asked);
        }
        Err(cause) => {
            let place = std::env::temp_dir().join(format!("statcube-damaged-{round}-{}", seed.name));
            std::fs::write(&place, &bytes).unwrap();
            let cause = cause.downcast_ref::<String>().cloned();
            panic!(
                "{} (round {round}, seed {seed_number}), kept as {}: {}",
                seed.name,
                place.display(),
                cause.unwrap_or_default()
            );
        }
    }
}

#[test]
fn damaged_files_are_read_rightly_or_refused() {
    let rounds = if std::env::var_os("PROVE").is_some() { 10_000 } else { 1_000 };
    let seed_number: u64 = std::env::var("SEED").ok().and_then(|text| text.parse().ok()).unwrap_or(1);
    let seeds = seeds();
    let next = AtomicUsize::new(0);
    let all = std::thread::scope(|scope| {
        let work = || {
            let mut counts = Counts::default();
            loop {
                let round = next.fetch_add(1, Ordering::Relaxed);
                if round >= rounds {
                    return counts;
                }
                for (place, seed) in seeds.iter().enumerate() {
                    damage(seed, place, round, seed_number, &mut counts);
                }
            }
        };
        let threads = std::thread::available_parallelism().map_or(1, usize::from);
        let threads: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
        threads
            .into_iter()
            .map(|thread| thread.join().expect("a message tells which file"))
            .collect::<Vec<_>>()
    });
    let sum = |of: fn(&Counts) -> usize| all.iter().map(of).sum::<usize>();
    let (damaged, loaded, asked) = (sum(|one| one.damaged), sum(|one| one.loaded), sum(|one| one.asked));
    eprintln!(
        "{damaged} damaged files of {} (seed {seed_number}): {loaded} were read, {asked} asked of the oracle",
        seeds.len()
    );
    // Damage that is always refused would try nothing but the refusals.
    assert!(loaded * 10 > damaged && loaded < damaged && asked > 0, "{damaged} {loaded} {asked}");
}
