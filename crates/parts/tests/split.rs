//! However a module is split, both parts are valid, and fit each other.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use parts::{FirstList, split};
use wasmparser::{Parser, Payload, Validator};

/// Calls between functions, through the table, of an import; a function without parameters
/// and one with two; an export; a global; data.
const WHOLE: &str = r#"(module
  (import "env" "tell" (func $tell (param i32)))
  (memory (export "memory") 1)
  (table 3 3 funcref)
  (global $stack (mut i32) (i32.const 65536))
  (elem (i32.const 1) func $double $add)
  (data (i32.const 8) "some text")
  (func $add (param i32 i32) (result i32)
    (call $tell (local.get 0)) (i32.add (local.get 0) (call $double (local.get 1))) (drop (i32.const 1)))
  (func $double (param i32) (result i32)
    (global.set $stack (i32.sub (global.get $stack) (i32.const 16)))
    (i32.mul (local.get 0) (i32.const 2)) (drop (i32.const 1000)))
  (func $through_table (result i32)
    (call_indirect (param i32) (result i32) (i32.const 7) (i32.const 1)) (drop (i32.const 1000)))
  (func $start (export "run") (result i32)
    (i32.add (call $through_table) (call $add (i32.const 1) (i32.const 2))) (drop (i32.const 1000))))"#;

const NAMES: [&str; 4] = ["add", "double", "through_table", "start"];

/// The list of the functions with these names, as the command line writes it.
fn list(names: &[&str]) -> FirstList {
    let mark =
        |name: &str| name.bytes().fold(0x811c_9dc5_u32, |m, b| (m ^ u32::from(b)).wrapping_mul(0x0100_0193));
    let lines: String = names.iter().map(|name| format!("{:08x}\n", mark(name))).collect();
    FirstList::parse(&lines).unwrap()
}

/// Names and kinds of what a module exports, or imports from the other.
fn faces(bytes: &[u8]) -> (Vec<String>, Vec<(String, String)>) {
    let (mut exports, mut imports) = (Vec::new(), Vec::new());
    for payload in Parser::new(0).parse_all(bytes) {
        match payload.unwrap() {
            Payload::ExportSection(section) => {
                exports.extend(section.into_iter().map(|e| e.unwrap().name.to_owned()))
            }
            Payload::ImportSection(section) => {
                let all = section.into_imports().map(|import| import.unwrap());
                imports.extend(all.map(|import| (import.module.to_owned(), import.name.to_owned())));
            }
            _ => {}
        }
    }
    (exports, imports)
}

#[test]
fn however_a_module_is_split_both_parts_are_valid_and_the_second_finds_all_it_needs_in_the_first() {
    let whole = wat::parse_str(WHOLE).unwrap();
    for choice in 0..1u32 << NAMES.len() {
        let chosen: Vec<&str> = NAMES
            .iter()
            .enumerate()
            .filter(|(place, _)| choice >> place & 1 == 1)
            .map(|(_, name)| *name)
            .collect();
        let parts = split(&whole, &list(&chosen)).unwrap();
        for part in [&parts.first, &parts.second] {
            Validator::new().validate_all(part).unwrap_or_else(|error| panic!("{chosen:?}: {error}"));
        }
        let (exports, imports) = faces(&parts.first);
        assert!(["memory", "run"].iter().all(|name| exports.iter().any(|export| export == name)));
        assert!(imports.contains(&("second".to_owned(), "load".to_owned())));
        for (module, name) in faces(&parts.second).1 {
            assert_eq!(module, "first");
            assert!(exports.contains(&name), "{chosen:?}: {name} is not exported");
        }
    }
}

#[test]
fn an_instrumented_module_is_valid_and_exports_what_it_notes() {
    let whole = wat::parse_str(WHOLE).unwrap();
    let noted = parts::instrument(&whole).unwrap();
    Validator::new().validate_all(&noted).unwrap();
    assert!(faces(&noted).0.contains(&"profile".to_owned()));
}

#[test]
fn what_is_no_module_is_refused() {
    assert!(split(b"text", &list(&[])).is_err());
    assert!(parts::list_of(&wat::parse_str("(module)").unwrap(), &[]).is_err());
}
