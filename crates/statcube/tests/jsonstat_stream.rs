//! A file that is read while it arrives is read as one that is there: whatever the figures look
//! like, and wherever the pieces end.

use proptest::prelude::*;
use statcube::jsonstat::{Arriving, DecodeOptions, decode};
use statcube::{CellIndex, Snapshot};

fn file(size: usize, value: &str) -> String {
    let codes: Vec<String> = (0..size).map(|at| format!("\"c{at}\"")).collect();
    format!(
        r#"{{"version":"2.0","class":"dataset","note":["of \"value\":[1"],"id":["d"],"size":[{size}],
"dimension":{{"d":{{"label":"value","category":{{"index":[{}]}}}}}},"value":{value},"label":"[1,2]"}}"#,
        codes.join(",")
    )
}

/// The result of a file that arrives in pieces of so many bytes.
fn in_pieces(text: &str, num_bytes: usize) -> Result<Snapshot, String> {
    let mut arriving = Arriving::new(Some(text.len()).filter(|_| num_bytes.is_multiple_of(2)));
    text.as_bytes().chunks(num_bytes).for_each(|piece| arriving.push(piece));
    arriving.decode(&DecodeOptions::default()).map_err(|error| format!("{error:?}"))
}

fn at_once(text: &str) -> Result<Snapshot, String> {
    decode(text.as_bytes(), &DecodeOptions::default()).map_err(|error| format!("{error:?}"))
}

#[test]
fn a_mistake_has_its_place_wherever_the_pieces_end() {
    let files = [
        (file(3, "[1,2,3]"), ""),
        (file(3, "[1,2,\"x\"]"), "value[2]"),
        (file(3, "[1,\n2,,3]"), "line 3"),
        (file(3, "[1,2,3,]"), "NotJson"),
        (file(3, "[1 2,3]"), "NotJson"),
        (file(3, "[1,02,3]"), "NotJson"),
        (file(3, "[1,nul,3]"), "NotJson"),
        (file(3, "[1,-,3]"), "NotJson"),
        (file(3, "[1,1e999,3]"), "too large"),
        (file(3, "[1,[2],3]"), "value[1]"),
        (file(3, "[1,{\"value\":[5,6]},3]"), "value[1]"),
        (file(3, "[1,true,3]"), "value[1]"),
        (file(3, "[1,2]"), "SizeMismatch"),
        (file(0, "[]"), ""),
        (file(3, "{\"1\":[1,2]}"), "value.1"),
        (file(3, "[7,7,7").replace('}', ""), "NotJson"),
    ];
    for (text, told) in files {
        let whole = at_once(&text);
        match &whole {
            Ok(_) => assert_eq!(told, "", "{text}"),
            Err(error) => assert!(!told.is_empty() && error.contains(told), "{text}\nsays {error}"),
        }
        for num_bytes in [1, 2, 3, 5, 8, 64, 301] {
            assert_eq!(in_pieces(&text, num_bytes), whole, "{text} by {num_bytes}");
        }
    }
}

#[test]
fn the_byte_and_the_index_of_a_mistake_count_the_figures_that_were_read() {
    let figures: Vec<String> = (0..5_000).map(|at| at.to_string()).collect();
    let text = file(5_001, &format!("[{},oops]", figures.join(",")));
    let error = decode(text.as_bytes(), &DecodeOptions::default()).expect_err("is no JSON");
    assert_eq!(error.path(), "value[5000]");
    let byte = text.find("oops").expect("stands there");
    assert!((byte..=byte + 2).contains(&error.byte().expect("has a place")), "{error:?}, not {byte}");
}

#[test]
fn a_name_with_an_escape_is_the_name_it_spells() {
    let text = file(3, "[1,2,3]").replace("\"value\":[", "\"\\u0076alue\":[");
    assert!(at_once(&text).is_ok());
    let two = format!(
        r#"{{"a":{},"b":{}}}"#,
        file(2, "[1,2]").replace("\"value\":[", "\"val\\u0075e\":["),
        file(3, "[3,4,5]")
    );
    let snapshot = decode(two.as_bytes(), &DecodeOptions::default()).expect("a bundle");
    let firsts: Vec<_> =
        snapshot.datasets.iter().map(|cube| cube.column(0).unwrap().value(CellIndex(0))).collect();
    assert_eq!(firsts, [Some(1.0), Some(3.0)]);
}

/// An element as a file may write it.
fn element() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just("null".to_owned()),
        6 => (-3i64..40_000).prop_map(|n| n.to_string()),
        1 => any::<i64>().prop_map(|n| n.to_string()),
        1 => any::<u64>().prop_map(|n| n.to_string()),
        1 => (-1e6..1e6f64).prop_map(|n| format!("{n:?}")),
        1 => (-1e6..1e6f64).prop_map(|n| format!("{n:e}")),
        1 => prop::sample::select(vec!["-0", "0", "0.0", "-0.0", "1E2", "2147483647", "2147483648", "-32769", "999999999"])
            .prop_map(str::to_owned),
    ]
}

/// An element of most lists.
fn plain_element() -> impl Strategy<Value = String> {
    prop_oneof![
        4 => Just("null".to_owned()),
        6 => (0..10_000u32).prop_map(|n| n.to_string()),
        2 => (0..10u32).prop_map(|n| n.to_string()),
    ]
}

/// What stands in the place of an element, once among many that are plain.
fn odd_element() -> impl Strategy<Value = String> {
    let odd = vec![
        "", " ", "nul", "nulll", "null5", "5null", "nnull", "nullnull", "null ", "  null", " 7", "7 ", "7 7",
        "\t7", "n", "u", "l", "ll", "00", "01", "0000", "07 ", "-0", "-12", "-", "12345", "32767", "32768",
        "99999", "123456", "1234567", "12345678", "1.5", "1e2", "[1]", "{}", "\"null\"", "true", "+1", "1:2",
        "/", "é", "0x1",
    ];
    prop_oneof![element(), prop::sample::select(odd).prop_map(str::to_owned)]
}

proptest! {
    #[test]
    fn one_odd_element_among_many_plain_ones_is_read_as_serde_json_reads_it_or_refused(
        mut list in prop::collection::vec(plain_element(), 1..160),
        (odd, place) in (odd_element(), any::<prop::sample::Index>()),
        separator in prop::sample::select(vec![",", ", "]),
        num_bytes in 60..700usize,
    ) {
        let at = place.index(list.len());
        list[at] = odd;
        let value = format!("[{}]", list.join(separator));
        let expected = serde_json::from_str::<Vec<Option<f64>>>(&value).ok();
        let text = file(expected.as_ref().map_or(list.len(), Vec::len), &value);
        let snapshot = in_pieces(&text, num_bytes);
        prop_assert_eq!(&snapshot, &at_once(&text));
        prop_assert_eq!(snapshot.is_ok(), expected.is_some(), "{}", value);
        if let (Ok(snapshot), Some(expected)) = (snapshot, expected) {
            let column = snapshot.datasets[0].column(0).expect("one measure");
            for (at, expected) in expected.iter().enumerate() {
                let found = column.value(CellIndex(at));
                prop_assert_eq!(found.map(f64::to_bits), expected.map(f64::to_bits), "element {} of {}", at, value);
            }
            prop_assert_eq!(column.num_observed(), expected.iter().flatten().count());
            prop_assert_eq!(column.has_negative(), expected.iter().flatten().any(|value| *value < 0.0));
        }
    }

    #[test]
    fn figures_are_those_that_serde_json_reads(
        elements in prop::collection::vec((element(), prop::sample::select(vec!["", " ", "\n", "\t \r\n"])), 0..200),
        num_bytes in 1..80usize,
    ) {
        let list: Vec<String> = elements.iter().map(|(text, space)| format!("{space}{text}{space}")).collect();
        let value = format!("[{}]", list.join(","));
        let expected: Vec<Option<f64>> = serde_json::from_str(&value).expect("a list of numbers");
        let text = file(expected.len(), &value);
        let mut arriving = Arriving::new(None);
        text.as_bytes().chunks(num_bytes).for_each(|piece| arriving.push(piece));
        let snapshot = arriving.decode(&DecodeOptions::default()).expect("is right");
        let column = snapshot.datasets[0].column(0).expect("one measure");
        for (at, expected) in expected.iter().enumerate() {
            let found = column.value(CellIndex(at));
            prop_assert_eq!(found.map(f64::to_bits), expected.map(f64::to_bits), "{}", list[at]);
        }
        prop_assert_eq!(column.num_observed(), expected.iter().flatten().count());
    }
}
