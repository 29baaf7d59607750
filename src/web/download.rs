//! Files for the reader to keep.

use wasm_bindgen::{JsCast as _, JsValue};

/// Hands `bytes` to the reader as a file.
///
/// # Errors
/// Whatever the browser threw.
pub fn save(name: &str, mime: &str, bytes: &[u8]) -> Result<(), JsValue> {
    save_blob(name, &blob(mime, bytes)?)
}

/// Hands a blob to the reader as a file.
///
/// # Errors
/// Whatever the browser threw.
pub fn save_blob(name: &str, blob: &web_sys::Blob) -> Result<(), JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let address = web_sys::Url::create_object_url_with_blob(blob)?;
    let link: web_sys::HtmlAnchorElement = document.create_element("a")?.dyn_into().map_err(JsValue::from)?;
    link.set_href(&address);
    link.set_download(name);
    link.click();
    // Firefox starts the download after the click returns; the address must live until then.
    let revoke = wasm_bindgen::closure::Closure::once_into_js(move || {
        let _ = web_sys::Url::revoke_object_url(&address);
    });
    if let Some(window) = web_sys::window() {
        window.set_timeout_with_callback_and_timeout_and_arguments_0(revoke.unchecked_ref(), 10_000)?;
    }
    Ok(())
}

/// Bytes as a blob.
///
/// # Errors
/// Whatever the browser threw.
pub fn blob(mime: &str, bytes: &[u8]) -> Result<web_sys::Blob, JsValue> {
    let parts = js_sys::Array::of1(&js_sys::Uint8Array::from(bytes));
    let options = web_sys::BlobPropertyBag::new();
    options.set_type(mime);
    web_sys::Blob::new_with_u8_array_sequence_and_options(&parts, &options)
}
