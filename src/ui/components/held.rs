//! A chart stays under the finger, however many lines the words above it come to have: while the reader
//! drags over it what stands above keeps its height, and when a mark is chosen the page scrolls along.

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;
use web_sys::{Element, HtmlElement};

use crate::ui::session::Session;

/// Keeps `what` where it is on the screen until all of the page shows what was chosen.
pub(super) fn keep_in_place(session: Session, what: HtmlElement) {
    // Where it is within the widget, and where the widget is: only what moved it there is made up for,
    // not what the reader or the browser scrolled meanwhile.
    let place = move |what: &HtmlElement| {
        let widget = session.host.try_with_value(|host| host.get_bounding_client_rect().top())?;
        what.is_connected().then(|| (what.get_bounding_client_rect().top() - widget, widget))
    };
    let Some(before) = place(&what) else { return };
    request_animation_frame(move || {
        let Some(now) = place(&what) else { return };
        let (moved, scrolled) = (now.0 - before.0, before.1 - now.1);
        if let Some(window) = web_sys::window().filter(|_| moved.abs() >= 1.0) {
            window.scroll_by_with_x_and_y(0.0, moved - scrolled);
        }
        if session.following.try_get_untracked() == Some(true) {
            keep_in_place(session, what);
        }
    });
}

/// Elements that keep their height until this is dropped.
pub(super) struct Held {
    what: HtmlElement,
    above: Vec<HtmlElement>,
}

impl Held {
    /// Holds all that comes before `what` within the widget.
    pub fn above(what: &HtmlElement) -> Self {
        let mut above = Vec::new();
        let mut within = Some(Element::from(what.clone()));
        while let Some(element) = within {
            let mut before = element.previous_element_sibling();
            while let Some(element) = before {
                before = element.previous_element_sibling();
                above.extend(element.dyn_into::<HtmlElement>());
            }
            within = element.parent_element();
        }
        // All are read before one is written, so that the page is laid out once.
        let heights: Vec<f64> =
            above.iter().map(|element| element.get_bounding_client_rect().height()).collect();
        for (element, height) in above.iter().zip(heights) {
            let _ = element.style().set_property("height", &format!("{height}px"));
        }
        Self { what: what.clone(), above }
    }
}

impl Drop for Held {
    /// Lets go, and scrolls by as much as that moves what was dragged over.
    fn drop(&mut self) {
        let what = self.what.clone();
        let before = what.get_bounding_client_rect().top();
        for element in &self.above {
            let _ = element.style().remove_property("height");
        }
        request_animation_frame(move || {
            let moved = what.get_bounding_client_rect().top() - before;
            if let Some(window) = web_sys::window().filter(|_| what.is_connected() && moved.abs() >= 1.0) {
                window.scroll_by_with_x_and_y(0.0, moved);
            }
        });
    }
}
