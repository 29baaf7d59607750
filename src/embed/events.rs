//! Every event that the element sends. All bubble and are composed, so that they cross the
//! shadow root; their detail is plain data.

use serde::Serialize;
use wasm_bindgen::JsValue;

use super::Fault;
use crate::state::{FIELDS, ViewState};

/// What happened.
pub(crate) enum Event<'a> {
    /// The first picture is there.
    Ready { dataset: &'a str, edition: Option<&'a str> },
    /// The reader changed what is on view.
    Change { view: &'a ViewState },
    /// The reader chose a mark.
    Select {
        label: &'a str,
        text: &'a str,
        flags: Vec<String>,
        notes: Vec<String>,
        chosen: Vec<(String, String)>,
    },
    /// The reader took a file away.
    Download { format: &'a str, name: &'a str },
    /// Something went wrong.
    Error { fault: &'a Fault },
}

impl Event<'_> {
    fn name(&self) -> &'static str {
        match self {
            Self::Ready { .. } => "mixed-movements:ready",
            Self::Change { .. } => "mixed-movements:change",
            Self::Select { .. } => "mixed-movements:select",
            Self::Download { .. } => "mixed-movements:download",
            Self::Error { .. } => "mixed-movements:error",
        }
    }

    fn detail(&self) -> serde_json::Value {
        use serde_json::json;
        match self {
            Self::Ready { dataset, edition } => json!({ "dataset": dataset, "edition": edition }),
            Self::Change { view } => {
                let fields = FIELDS.iter().filter_map(|f| Some((f.name.to_owned(), (f.get)(view)?.into())));
                serde_json::Value::Object(fields.collect())
            }
            Self::Select { label, text, flags, notes, chosen } => {
                let chosen: serde_json::Map<_, _> =
                    chosen.iter().map(|(d, c)| (d.clone(), json!(c))).collect();
                json!({ "label": label, "text": text, "flags": flags, "notes": notes, "categories": chosen })
            }
            Self::Download { format, name } => json!({ "format": format, "name": name }),
            Self::Error { fault } => {
                json!({ "code": fault.code, "message": fault.message, "path": fault.path })
            }
        }
    }
}

/// Sends an event from the element.
pub(crate) fn send(host: &web_sys::EventTarget, event: &Event<'_>) {
    let init = web_sys::CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    init.set_detail(&event.detail().serialize(&serializer).unwrap_or(JsValue::NULL));
    if let Ok(event) = web_sys::CustomEvent::new_with_event_init_dict(event.name(), &init) {
        let _ = host.dispatch_event(&event);
    }
}
