//! A scene on a canvas: crisp at any device pixel ratio, text measured by the canvas
//! itself rather than by elements put into the host's page.

use std::cell::RefCell;
use std::collections::HashMap;

use plotters::drawing::IntoDrawingArea as _;
use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast as _;

use crate::chart::{FONT_STACK, Shape, TextMetrics, paint};

/// Paints shapes onto a canvas of `width` by `height` CSS pixels.
pub fn draw(canvas: &web_sys::HtmlCanvasElement, width: f64, height: f64, ratio: f64, shapes: &[Shape]) {
    let (device_width, device_height) = ((width * ratio).round() as u32, (height * ratio).round() as u32);
    if canvas.width() != device_width || canvas.height() != device_height {
        canvas.set_width(device_width);
        canvas.set_height(device_height);
    } else if let Some(context) = context(canvas) {
        context.clear_rect(0.0, 0.0, f64::from(device_width), f64::from(device_height));
    }
    if let Some(backend) = CanvasBackend::with_canvas_object(canvas.clone()) {
        let area = backend.into_drawing_area();
        // The backend's errors are the browser's; a picture that cannot be drawn leaves the
        // text alternative and the table.
        let _ = paint(shapes, ratio, &area);
    }
}

fn context(canvas: &web_sys::HtmlCanvasElement) -> Option<web_sys::CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

/// Widths of text as this browser draws it.
pub struct CanvasMetrics {
    context: Option<web_sys::CanvasRenderingContext2d>,
    known: RefCell<HashMap<(String, u32, bool), f64>>,
}

impl CanvasMetrics {
    /// Measures with a canvas that is never put into a page.
    pub fn new() -> Self {
        let canvas = web_sys::window()
            .and_then(|window| window.document()?.create_element("canvas").ok()?.dyn_into().ok());
        Self { context: canvas.as_ref().and_then(context), known: RefCell::default() }
    }
}

impl Default for CanvasMetrics {
    fn default() -> Self {
        Self::new()
    }
}

impl TextMetrics for CanvasMetrics {
    fn width_css_px(&self, text: &str, size_px: f64, bold: bool) -> f64 {
        let key = (text.to_owned(), (size_px * 16.0) as u32, bold);
        if let Some(&width) = self.known.borrow().get(&key) {
            return width;
        }
        let width = self.context.as_ref().and_then(|context| {
            let weight = if bold { "600 " } else { "" };
            context.set_font(&format!("{weight}{size_px}px {FONT_STACK}"));
            context.measure_text(text).ok().map(|metrics| metrics.width())
        });
        let width = width.unwrap_or(text.chars().count() as f64 * size_px * 0.56);
        let mut known = self.known.borrow_mut();
        // Labels come and go with filters; a page left open for days must not grow.
        if known.len() > 4096 {
            known.clear();
        }
        known.insert(key, width);
        width
    }
}
