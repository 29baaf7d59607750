//! The public JavaScript face: what `www/widget.js` calls.

use std::any::Any;

use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::HtmlElement;

/// Runs once, when the module is started.
///
/// After a panic nothing of the program may be used any more, for any element of the page: the hook
/// tells `widget.js`, which puts the fallbacks back.
pub fn start() {
    std::panic::set_hook(Box::new(|panic| {
        let message = JsValue::from_str(&panic.to_string());
        web_sys::console::error_1(&message);
        let init = web_sys::CustomEventInit::new();
        init.set_detail(&message);
        if let (Some(window), Ok(event)) = (
            web_sys::window(),
            web_sys::CustomEvent::new_with_event_init_dict("mixed-movements:stopped", &init),
        ) {
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
    _handle: Box<dyn Any>,
}

#[wasm_bindgen]
impl Mounted {
    /// The host's attributes changed.
    pub fn update(&self, options: JsValue) {
        let _ = options;
    }

    /// Takes the interface out of the page and frees what it held.
    pub fn unmount(self) {}
}

/// Mounts the interface into `root`, a `<div>` in the shadow root of `host`.
#[wasm_bindgen]
pub fn mount(host: HtmlElement, root: HtmlElement, options: JsValue) -> Mounted {
    let _ = options;
    let handle = leptos::mount::mount_to(root, || {
        let class = "mm";
        view! { class = class, <h1>"mixed-movements"</h1> }
    });
    let event = web_sys::CustomEventInit::new();
    event.set_bubbles(true);
    event.set_composed(true);
    if let Ok(event) = web_sys::CustomEvent::new_with_event_init_dict("mixed-movements:ready", &event) {
        let _ = host.dispatch_event(&event);
    }
    Mounted { _handle: Box::new(handle) }
}
