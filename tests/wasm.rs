//! Tests that need a browser but no page: run by wasm-bindgen-test-runner in headless Chromium.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use wasm_bindgen::JsCast as _;
use wasm_bindgen_test::{wasm_bindgen_test, wasm_bindgen_test_configure};

wasm_bindgen_test_configure!(run_in_browser);

fn element() -> web_sys::HtmlElement {
    let document = web_sys::window().unwrap().document().unwrap();
    let element = document.create_element("div").unwrap();
    document.body().unwrap().append_child(&element).unwrap();
    element.unchecked_into()
}

#[wasm_bindgen_test]
fn an_interface_fills_its_root_and_leaves_it_empty_again() {
    let (host, root) = (element(), element());
    let mounted = mixed_movements::embed::mount(host, root.clone(), &wasm_bindgen::JsValue::UNDEFINED);
    assert!(root.child_element_count() > 0);
    mounted.unmount();
    assert_eq!(root.child_element_count(), 0);
}

/// What the engine reads 64 bytes at once has another form here than natively, where it is tested
/// with lists by chance.
#[wasm_bindgen_test]
fn a_list_of_figures_is_read_as_serde_json_reads_it_wherever_something_odd_stands() {
    let plain = ["null", "0", "7", "31", "null", "408", "5999", "null", "null", "12"];
    let odd = [
        "", " ", "nul", "null5", "5null", "nullnull", "  null", " 7", "7 ", "7 7", "n", "u", "l", "00", "01",
        "-12", "-0", "-", "12345", "32768", "1234567", "12345678", "1.5", "1e2", "[1]", "true", "/", ":",
        "é", "8",
    ];
    for odd in odd {
        for (place, separator) in (0..40).flat_map(|place| [(place, ","), (place, ", ")]) {
            let mut list: Vec<&str> = plain.iter().copied().cycle().take(60).collect();
            list[place] = odd;
            let value = format!("[{}]", list.join(separator));
            let expected = serde_json::from_str::<Vec<Option<f64>>>(&value).ok();
            let num = expected.as_ref().map_or(list.len(), Vec::len);
            let codes: Vec<String> = (0..num).map(|at| format!("\"{at}\"")).collect();
            let text = format!(
                r#"{{"version":"2.0","class":"dataset","id":["d"],"size":[{num}],
"dimension":{{"d":{{"category":{{"index":[{}]}}}}}},"value":{value}}}"#,
                codes.join(",")
            );
            let snapshot = statcube::jsonstat::decode(text.as_bytes(), &Default::default());
            let read = snapshot.ok().map(|snapshot| {
                let column = snapshot.datasets[0].column(0).unwrap();
                (0..num).map(|at| column.value(statcube::CellIndex(at))).collect::<Vec<_>>()
            });
            assert_eq!(read, expected, "{value}");
        }
    }
}
