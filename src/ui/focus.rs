//! Where the keyboard goes when what had the focus is no longer there.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{HtmlElement, NodeList};

use super::session::Session;

/// What takes the focus, in the style sheet's words.
const FOCUSABLE: &str = "button, input, select, textarea, a[href], [tabindex=\"0\"]";

/// Focuses the first of these that can be, once the change at hand is drawn.
pub(crate) fn move_to(session: Session, wanted: &[&str]) {
    let wanted: Vec<String> = wanted.iter().map(|selector| (*selector).to_owned()).collect();
    request_animation_frame(move || {
        let root = session.host.try_with_value(|host| host.shadow_root()).flatten();
        let Some(root) = root else { return };
        for selector in wanted {
            let found = root.query_selector(&selector).ok().flatten();
            if let Some(element) = found.and_then(|element| element.dyn_into::<HtmlElement>().ok()) {
                let _ = element.focus();
                if element.matches(":focus").unwrap_or(false) {
                    return;
                }
            }
        }
    });
}

/// Gives the focus to the button that was pressed, which not every browser does by itself: the part of
/// the page that it stands in then follows first.
pub(crate) fn take(event: &web_sys::MouseEvent) {
    let pressed = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let button = pressed.and_then(|pressed| pressed.closest("button").ok().flatten());
    if let Some(button) = button.and_then(|button| button.dyn_into::<HtmlElement>().ok()) {
        let _ = button.focus();
    }
}

/// Keeps Tab within an element that covers the page.
pub(crate) fn stay_within(element: &HtmlElement, event: &web_sys::KeyboardEvent) {
    let Ok(all) = element.query_selector_all(FOCUSABLE) else { return };
    let all = shown(&all);
    let (Some(first), Some(last)) = (all.first(), all.last()) else { return };
    let (end, other) = if event.shift_key() { (first, last) } else { (last, first) };
    if end.matches(":focus").unwrap_or(false) {
        event.prevent_default();
        let _ = other.focus();
    }
}

fn shown(all: &NodeList) -> Vec<HtmlElement> {
    let elements = (0..all.length()).filter_map(|at| all.get(at)?.dyn_into::<HtmlElement>().ok());
    elements.filter(|element| element.offset_width() > 0 && element.tab_index() >= 0).collect()
}
