//! The page on the format says what the program does.
//!
//! `UPDATE_GOLDEN=1` writes the generated part of the page and the schema again.

use std::path::{Path, PathBuf};

use statcube::jsonstat::{DecodeOptions, decode, encode, profile};
use statcube::{Additivity, ErrorKind};

fn docs() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../docs")
}

fn page() -> String {
    std::fs::read_to_string(docs().join("snapshot-format.md")).unwrap()
}

/// Compares a file with what it should hold, or writes it.
fn hold(path: &Path, expected: &str) {
    if std::env::var_os("UPDATE_GOLDEN").is_some() {
        std::fs::write(path, expected).unwrap();
    }
    let found = std::fs::read_to_string(path).unwrap_or_default();
    assert!(found == expected, "{} is out of date: run the tests with UPDATE_GOLDEN=1", path.display());
}

#[test]
fn the_tables_of_members_are_those_of_the_program() {
    let (begin, end) = ("<!-- profile: begin -->\n", "<!-- profile: end -->");
    let page = page();
    let (before, rest) = page.split_once(begin).unwrap();
    let (_, after) = rest.split_once(end).unwrap();
    let expected = format!("{before}{begin}\n{}{end}{after}", profile::documentation());
    hold(&docs().join("snapshot-format.md"), &expected);
}

#[test]
fn the_schema_is_that_of_the_program_and_its_references_lead_somewhere() {
    let schema: serde_json::Value = serde_json::from_str(&profile::json_schema()).unwrap();
    hold(
        &docs().join("snapshot-profile.schema.json"),
        &format!("{}\n", serde_json::to_string_pretty(&schema).unwrap()),
    );
    let mut open = vec![&schema];
    let mut num_references = 0;
    while let Some(part) = open.pop() {
        match part {
            serde_json::Value::Object(members) => {
                if let Some(target) = members.get("$ref").and_then(|target| target.as_str()) {
                    num_references += 1;
                    assert!(schema.pointer(target.trim_start_matches('#')).is_some(), "{target}");
                }
                open.extend(members.values());
            }
            serde_json::Value::Array(elements) => open.extend(elements),
            _ => {}
        }
    }
    assert!(num_references >= 8);
}

#[test]
fn the_examples_of_the_page_load_without_a_remark() {
    let page = page();
    let examples: Vec<_> =
        page.split("```json\n").skip(1).map(|rest| rest.split("```").next().unwrap()).collect();
    assert_eq!(examples.len(), 2);
    for example in examples {
        let snapshot = decode(example.as_bytes(), &DecodeOptions::default()).unwrap();
        assert!(snapshot.findings.is_empty(), "{:?}", snapshot.findings);
        assert_eq!(decode(encode(&snapshot).as_bytes(), &DecodeOptions::default()).unwrap(), snapshot);
    }
}

#[test]
fn the_page_names_every_word_and_code() {
    let page = page();
    for word in Additivity::ALL {
        assert!(page.contains(&format!("| `{}` |", word.id())), "{}", word.id());
    }
    use ErrorKind::{Invalid, NotJson, NotJsonStat, SizeMismatch, TooLarge, UnknownVersion};
    for kind in [NotJson, NotJsonStat, UnknownVersion, SizeMismatch, Invalid, TooLarge] {
        assert!(page.contains(&format!("| `{}` |", kind.code())), "{}", kind.code());
    }
}
