//! The index of editions beside a snapshot.

use wasm_bindgen::JsValue;

use super::fetch::{FetchOptions, fetch};
use crate::state::EditionEntry;

/// An index has a few lines for each edition.
const MAX_BYTES: u64 = 1 << 20;

/// The address of a file's index: where the file says, if that is an address of its own origin.
pub fn address(editions: &str, file: &str) -> Option<String> {
    let index = web_sys::Url::new_with_base(editions, file).ok()?;
    let own = web_sys::Url::new(file).ok()?;
    let is_web = matches!(index.protocol().as_str(), "https:" | "http:");
    (is_web && index.origin() == own.origin()).then(|| index.href())
}

/// What the index at an address lists, with absolute addresses; nothing where it cannot be
/// read, since a page is whole without it.
pub async fn read(address: &str) -> Vec<EditionEntry> {
    let options = FetchOptions { max_bytes: Some(MAX_BYTES), ..FetchOptions::default() };
    let Ok(fetched) = fetch(address, options).await else { return Vec::new() };
    let text = String::from_utf8_lossy(&fetched.bytes);
    let Ok(json) = js_sys::JSON::parse(&text) else { return Vec::new() };
    if !js_sys::Array::is_array(&json) {
        return Vec::new();
    }
    js_sys::Array::from(&json).iter().filter_map(|entry| one(&entry, address)).collect()
}

fn one(entry: &JsValue, index: &str) -> Option<EditionEntry> {
    let member = |key: &str| js_sys::Reflect::get(entry, &JsValue::from_str(key)).ok();
    let text = |key: &str| member(key).and_then(|value| value.as_string()).unwrap_or_default();
    // Editions lie beside their index: the address is one of its own origin, or none.
    let href = self::address(&text("href"), index)?;
    Some(EditionEntry {
        edition: text("edition"),
        label: text("label"),
        href,
        updated: text("updated"),
        publisher: text("publisher"),
        illustrative: member("illustrative").is_some_and(|flag| flag.is_truthy()),
    })
}
