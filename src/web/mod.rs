//! What browsers do in their own way: fetching, canvas, pictures, downloads, clipboard,
//! storage, media queries. Each in one file, so that no other module knows of it.
//!
//! May depend on statcube, chart, state and export. Has no opinion on what is shown.

pub mod canvas;
pub mod clipboard;
pub mod download;
pub mod editions;
pub mod environment;
pub mod fault;
pub mod fetch;
pub mod module;
pub mod raster;

use wasm_bindgen::JsValue;

/// The text of whatever JavaScript threw.
pub fn text_of(error: &JsValue) -> String {
    use wasm_bindgen::JsCast as _;
    match error.dyn_ref::<js_sys::Error>() {
        Some(error) => String::from(error.message()),
        None => error.as_string().unwrap_or_else(|| format!("{error:?}")),
    }
}
