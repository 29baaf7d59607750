//! Errors as JavaScript sees them: `Error` objects with `code`, `message` and `path`.

use wasm_bindgen::JsValue;

use super::fetch::FetchError;

/// An error on its way to JavaScript or to the reader.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// The stable code.
    pub code: String,
    /// One sentence.
    pub message: String,
    /// The place in the file or the query; empty where there is none.
    pub path: String,
    /// The byte of the file, where it is known.
    pub byte: Option<usize>,
}

impl Fault {
    /// An error of a class, with a sentence and a place.
    pub fn new(code: &str, message: impl Into<String>, path: impl Into<String>) -> Self {
        Self { code: code.into(), message: message.into(), path: path.into(), byte: None }
    }
}

impl From<statcube::Error> for Fault {
    fn from(error: statcube::Error) -> Self {
        Self { byte: error.byte(), ..Self::new(error.code(), error.message(), error.path()) }
    }
}

impl From<FetchError> for Fault {
    fn from(error: FetchError) -> Self {
        Self::new(error.code(), error.to_string(), "")
    }
}

impl From<serde_wasm_bindgen::Error> for Fault {
    fn from(error: serde_wasm_bindgen::Error) -> Self {
        Self::new("invalid-argument", error.to_string(), "")
    }
}

impl From<Fault> for JsValue {
    fn from(fault: Fault) -> Self {
        let error = js_sys::Error::new(&fault.message);
        for (key, text) in [("code", &fault.code), ("path", &fault.path)] {
            let _ = js_sys::Reflect::set(&error, &JsValue::from_str(key), &JsValue::from_str(text));
        }
        if let Some(byte) = fault.byte {
            let _ = js_sys::Reflect::set(&error, &JsValue::from_str("byte"), &JsValue::from_f64(byte as f64));
        }
        error.into()
    }
}
