//! Every event that the element sends. All bubble and are composed, so that they cross the
//! shadow root; their detail is plain data.

use statcube::map::Map;

use serde::Serialize;
use wasm_bindgen::JsValue;

use crate::state::{FIELDS, ViewState};

/// What happened. Serialized, it is the event's detail.
#[derive(Serialize)]
#[serde(untagged)]
pub(crate) enum Event<'a> {
    /// The first picture is there.
    Ready {
        dataset: &'a str,
        edition: Option<&'a str>,
        /// Where the file came from; empty for the reader's own.
        src: &'a str,
        sha256: &'a str,
        label: Option<&'a str>,
        updated: Option<&'a str>,
        signature: Option<&'a str>,
    },
    /// The reader changed what is on view: written fields by name.
    Change(Map<&'static str, String>),
    /// The reader chose a mark: categories by dimension.
    Select {
        label: &'a str,
        text: &'a str,
        flags: Vec<String>,
        notes: Vec<String>,
        categories: Map<String, String>,
    },
    /// The reader took a file away.
    Download { format: &'a str, name: &'a str },
    /// Something went wrong.
    Error { code: &'a str, message: &'a str, path: &'a str },
}

impl Event<'_> {
    /// That the view changed to this.
    pub fn change(view: &ViewState) -> Self {
        Self::Change(FIELDS.iter().filter_map(|field| Some((field.name, (field.get)(view)?))).collect())
    }

    fn name(&self) -> &'static str {
        match self {
            Self::Ready { .. } => "mixed-movements:ready",
            Self::Change { .. } => "mixed-movements:change",
            Self::Select { .. } => "mixed-movements:select",
            Self::Download { .. } => "mixed-movements:download",
            Self::Error { .. } => "mixed-movements:error",
        }
    }
}

/// Sends an event from the element.
pub(crate) fn send(host: &web_sys::EventTarget, event: &Event<'_>) {
    let init = web_sys::CustomEventInit::new();
    init.set_bubbles(true);
    init.set_composed(true);
    let serializer = serde_wasm_bindgen::Serializer::json_compatible();
    init.set_detail(&event.serialize(&serializer).unwrap_or(JsValue::NULL));
    if let Ok(event) = web_sys::CustomEvent::new_with_event_init_dict(event.name(), &init) {
        let _ = host.dispatch_event(&event);
    }
}
