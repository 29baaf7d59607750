//! JavaScript modules that are loaded when they are asked for.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

// Nothing can be imported into a page opened from a disk: there, `www/one-file/contents.js` has the modules.
#[wasm_bindgen(inline_js = "export const bring = (address) => \
    globalThis[Symbol.for('mixed-movements:import')]?.(address) ?? import(address);")]
extern "C" {
    /// The language has no function for `import`.
    fn bring(address: &str) -> js_sys::Promise;
}

/// Loads a module and calls what it exports by default with a text. It answers with a promise.
///
/// # Errors
/// That the module cannot be had, or what it threw.
pub async fn call(address: &str, text: &str) -> Result<JsValue, JsValue> {
    let module = JsFuture::from(bring(address)).await?;
    let function: js_sys::Function =
        js_sys::Reflect::get(&module, &JsValue::from_str("default"))?.dyn_into()?;
    let promise: js_sys::Promise = function.call1(&JsValue::NULL, &JsValue::from_str(text))?.dyn_into()?;
    JsFuture::from(promise).await
}
