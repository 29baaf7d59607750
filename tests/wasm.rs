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
