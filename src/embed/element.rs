//! What `www/widget.js` calls for one element: mount, update, unmount.

use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};
use web_sys::HtmlElement;

use crate::ui::{self, Handle, MountOptions};

/// Runs once, when the module is started.
///
/// After a panic nothing of the program may be used any more, for any element of the page:
/// the hook tells `www/widget.js`, which puts the fallbacks back.
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        let message = JsValue::from_str(&panic.to_string());
        web_sys::console::error_1(&message);
        let init = web_sys::CustomEventInit::new();
        init.set_detail(&message);
        let event = web_sys::CustomEvent::new_with_event_init_dict("mixed-movements:stopped", &init);
        if let (Some(window), Ok(event)) = (web_sys::window(), event) {
            let _ = window.dispatch_event(&event);
        }
    }));
}

/// The text of the style sheet that all elements share.
#[wasm_bindgen]
pub fn styles() -> String {
    include_str!("../../www/styles/widget.css").to_owned()
}

/// One element's interface, from its mounting until [`Mounted::unmount`].
#[wasm_bindgen]
pub struct Mounted {
    handle: Handle,
}

#[wasm_bindgen]
impl Mounted {
    /// The host's attributes changed.
    pub fn update(&self, options: &JsValue) {
        self.handle.update(read(options));
    }

    /// How old what is shown is, in words; nothing where it is current.
    pub fn stand(&self, standing: Option<String>) {
        self.handle.stand(standing.filter(|words| !words.is_empty()));
    }

    /// Looks again whether the index beside the file lists a newer edition.
    #[wasm_bindgen(js_name = lookForNewer)]
    pub fn look_for_newer(&self) {
        self.handle.look_for_newer();
    }

    /// Asks for the same file again: the page has another one for the same address.
    pub fn reload(&self) {
        self.handle.reload();
    }

    /// Takes the interface out of the page and frees what it held.
    pub fn unmount(self) {
        drop(self.handle);
    }
}

/// Mounts the interface into `root`, a `<div>` in the shadow root of `host`. Options are the
/// element's attributes by name, `base` (where the program's files lie), `fetch` (address to
/// promise of a response), `whole` (promise of the program in full), and what the page says of
/// the file: `standing` and `home`.
#[wasm_bindgen]
pub fn mount(host: HtmlElement, root: HtmlElement, options: &JsValue) -> Mounted {
    Mounted { handle: ui::mount(host, root, read(options)) }
}

fn read(options: &JsValue) -> MountOptions {
    let get =
        |name: &str| js_sys::Reflect::get(options, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
    let text = |name: &str| get(name).as_string();
    let fields = crate::state::FIELDS.iter().filter_map(|field| Some((field.name, text(field.name)?)));
    MountOptions {
        source: text("src").filter(|address| !address.is_empty()),
        fields: fields.collect(),
        base: text("base").unwrap_or_default(),
        is_page: get("sync-url").as_string().is_some(),
        fetch: get("fetch").dyn_into().ok(),
        whole: get("whole").dyn_into().ok(),
        public_key: text("public-key"),
        standing: text("standing").filter(|standing| !standing.is_empty()),
        home: text("home"),
    }
}
