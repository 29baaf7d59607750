//! What the reader's system wants: dark colours, forced colours, less motion; and the
//! page's language.

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};

use crate::chart::{Color, ForcedColors};

/// Whether a media query holds now.
pub fn matches(query: &str) -> bool {
    let list = web_sys::window().and_then(|window| window.match_media(query).ok().flatten());
    list.is_some_and(|list| list.matches())
}

/// Whether the system prefers dark colours.
pub fn prefers_dark() -> bool {
    matches("(prefers-color-scheme: dark)")
}

/// The system's own colours, where it forces them.
pub fn forced_colors() -> Option<ForcedColors> {
    let window = web_sys::window()?;
    let document = window.document()?;
    let probe: web_sys::HtmlElement = document.create_element("span").ok()?.dyn_into().ok()?;
    document.body()?.append_child(&probe).ok()?;
    let read = |name: &str| -> Option<Color> {
        probe.style().set_property("color", name).ok()?;
        let text = window.get_computed_style(&probe).ok().flatten()?.get_property_value("color").ok()?;
        let mut numbers =
            text.split(|c: char| !c.is_ascii_digit()).filter_map(|part| part.parse::<u32>().ok());
        let (red, green, blue) = (numbers.next()?, numbers.next()?, numbers.next()?);
        Some(Color::hex(red << 16 | green << 8 | blue))
    };
    let colors = || {
        Some(ForcedColors {
            canvas: read("Canvas")?,
            canvas_text: read("CanvasText")?,
            link_text: read("LinkText")?,
            highlight: read("Highlight")?,
        })
    };
    let found = colors();
    probe.remove();
    found
}

/// Listens to a media query until dropped.
pub struct MediaListener {
    list: web_sys::MediaQueryList,
    closure: Closure<dyn Fn()>,
}

impl MediaListener {
    /// Calls `changed` when the answer to `query` changes.
    pub fn new(query: &str, changed: impl Fn() + 'static) -> Option<Self> {
        let list = web_sys::window()?.match_media(query).ok().flatten()?;
        let closure = Closure::<dyn Fn()>::new(changed);
        list.add_event_listener_with_callback("change", closure.as_ref().unchecked_ref()).ok()?;
        Some(Self { list, closure })
    }
}

impl Drop for MediaListener {
    fn drop(&mut self) {
        let _ =
            self.list.remove_event_listener_with_callback("change", self.closure.as_ref().unchecked_ref());
    }
}

/// Listens to an event of the window until dropped.
pub struct WindowListener {
    event: &'static str,
    closure: Closure<dyn Fn()>,
}

impl WindowListener {
    /// Calls `happened` at each event.
    pub fn new(event: &'static str, happened: impl Fn() + 'static) -> Option<Self> {
        let closure = Closure::<dyn Fn()>::new(happened);
        let window = web_sys::window()?;
        window.add_event_listener_with_callback(event, closure.as_ref().unchecked_ref()).ok()?;
        Some(Self { event, closure })
    }
}

impl Drop for WindowListener {
    fn drop(&mut self) {
        if let Some(window) = web_sys::window() {
            let _ =
                window.remove_event_listener_with_callback(self.event, self.closure.as_ref().unchecked_ref());
        }
    }
}

/// Watches the width of an element until dropped.
pub struct WidthObserver {
    observer: web_sys::ResizeObserver,
    _closure: Closure<dyn Fn(js_sys::Array)>,
}

impl WidthObserver {
    /// Calls `changed` with the width in CSS pixels, first when observation starts.
    pub fn new(element: &web_sys::Element, changed: impl Fn(f64) + 'static) -> Option<Self> {
        let closure = Closure::<dyn Fn(js_sys::Array)>::new(move |entries: js_sys::Array| {
            let entry: web_sys::ResizeObserverEntry = entries.get(0).unchecked_into();
            changed(entry.content_rect().width());
        });
        let observer = web_sys::ResizeObserver::new(closure.as_ref().unchecked_ref()).ok()?;
        observer.observe(element);
        Some(Self { observer, _closure: closure })
    }
}

impl Drop for WidthObserver {
    fn drop(&mut self) {
        self.observer.disconnect();
    }
}

/// Device pixels a CSS pixel for canvases. At least two: plotters draws at whole pixels, and
/// the browser's scaling is smoother than its rounding.
pub fn device_pixel_ratio() -> f64 {
    web_sys::window().map_or(1.0, |window| window.device_pixel_ratio()).clamp(2.0, 4.0)
}

/// Whether any of an element can be seen in the window.
pub fn is_in_sight(element: &web_sys::Element) -> bool {
    let rect = element.get_bounding_client_rect();
    rect.bottom() > 0.0 && rect.top() < window_height()
}

/// Whether the page stands in a frame of another one.
pub fn is_framed() -> bool {
    let Some(window) = web_sys::window() else { return false };
    window.parent().ok().flatten().is_some_and(|parent| parent != window)
}

/// Height of the window, or of the frame, in CSS pixels.
pub fn window_height() -> f64 {
    web_sys::window().and_then(|window| window.inner_height().ok()?.as_f64()).unwrap_or(0.0)
}

/// Tells once which part of the page is in sight, from its top to its bottom in the window: of a
/// frame that is as tall as what is in it, the page around shows a part.
pub fn tell_part_in_sight(told: impl FnOnce(f64, f64) + 'static) {
    let seen =
        Closure::once_into_js(move |entries: js_sys::Array, observer: web_sys::IntersectionObserver| {
            observer.disconnect();
            let entry: web_sys::IntersectionObserverEntry = entries.get(0).unchecked_into();
            let part = entry.intersection_rect();
            told(part.top(), part.bottom());
        });
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    let observer = web_sys::IntersectionObserver::new(seen.unchecked_ref()).ok();
    if let Some((root, observer)) = root.zip(observer) {
        observer.observe(&root);
    }
}

/// Whether the browser knows of no network.
pub fn is_offline() -> bool {
    web_sys::window().is_some_and(|window| !window.navigator().on_line())
}

/// The language of the page, or of the browser.
pub fn page_language() -> Option<String> {
    let window = web_sys::window()?;
    let root = window.document()?.document_element()?;
    root.get_attribute("lang").filter(|lang| !lang.is_empty()).or_else(|| window.navigator().language())
}

/// Says in which language the page is, for what stands around the widget.
pub fn set_page_language(tag: &str) {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    if let Some(root) = root {
        let _ = root.set_attribute("lang", tag);
    }
}

/// Where the reader's choice of language is kept, and nothing else.
const LANGUAGE_KEY: &str = "mixed-movements-language";

/// Storage of this site; none where the browser or a frame refuses it.
fn storage() -> Option<web_sys::Storage> {
    web_sys::window()?.local_storage().ok().flatten()
}

/// The language that the reader chose on an earlier visit.
pub fn kept_language() -> Option<String> {
    storage()?.get_item(LANGUAGE_KEY).ok().flatten().filter(|tag| !tag.is_empty())
}

/// Keeps the language that the reader chose. Refused, the choice holds for this visit.
pub fn keep_language(tag: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(LANGUAGE_KEY, tag);
    }
}

/// The address of the page without its fragment, and the fragment.
pub fn address() -> (String, String) {
    let location = web_sys::window().map(|window| window.location());
    let href = location.and_then(|location| location.href().ok()).unwrap_or_default();
    match href.split_once('#') {
        Some((page, fragment)) => (page.to_owned(), fragment.to_owned()),
        None => (href, String::new()),
    }
}

/// Writes the fragment of the page's address, as a new step back or in place.
pub fn write_fragment(fragment: &str, new_step: bool) {
    let Some(window) = web_sys::window() else { return };
    let Ok(history) = window.history() else { return };
    let (page, before) = address();
    if before == fragment {
        return;
    }
    let href = if fragment.is_empty() { page } else { format!("{page}#{fragment}") };
    let _ = if new_step {
        history.push_state_with_url(&JsValue::NULL, "", Some(&href))
    } else {
        history.replace_state_with_url(&JsValue::NULL, "", Some(&href))
    };
}

/// An address made absolute against the page.
pub fn absolute(address: &str) -> String {
    let base = web_sys::window().and_then(|window| window.document()?.base_uri().ok().flatten());
    let url = base.and_then(|base| web_sys::Url::new_with_base(address, &base).ok());
    url.map_or_else(|| address.to_owned(), |url| url.href())
}

/// The origin of an address, where it differs from the page's.
pub fn foreign_origin(address: &str) -> Option<String> {
    let origin = web_sys::Url::new(&absolute(address)).ok()?.origin();
    let own = web_sys::window()?.location().origin().ok()?;
    (origin != own && origin != "null").then_some(origin)
}
