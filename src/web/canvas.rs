//! A scene on a canvas: crisp at any device pixel ratio, text measured by the canvas
//! itself rather than by elements put into the host's page.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::sync::Arc;

use plotters::coord::Shift;
use plotters::drawing::{DrawingArea, IntoDrawingArea as _};
use plotters_canvas::CanvasBackend;
use wasm_bindgen::JsCast as _;

use crate::chart::{Chart, Color, FONT_STACK, Point, Shape, TextMetrics, paint};

/// Paints shapes onto a canvas of `width` by `height` CSS pixels.
pub fn draw(canvas: &web_sys::HtmlCanvasElement, width: f64, height: f64, ratio: f64, shapes: &[Shape]) {
    if let Some(paper) = Paper::on(canvas, (width, height), ratio) {
        paper.paint(shapes);
    }
}

/// A canvas that was cleared to be painted.
struct Paper {
    context: web_sys::CanvasRenderingContext2d,
    area: DrawingArea<CanvasBackend, Shift>,
    ratio: f64,
    /// Size and weight of the type that is set.
    face: Cell<Option<(f64, bool)>>,
}

impl Paper {
    fn on(canvas: &web_sys::HtmlCanvasElement, size: (f64, f64), ratio: f64) -> Option<Self> {
        let context = context(canvas)?;
        let (width, height) = in_device_px(size, ratio);
        if canvas.width() != width || canvas.height() != height {
            canvas.set_width(width);
            canvas.set_height(height);
        } else {
            context.clear_rect(0.0, 0.0, f64::from(width), f64::from(height));
        }
        context.set_line_join("round");
        let area = CanvasBackend::with_canvas_object(canvas.clone())?.into_drawing_area();
        Some(Self { context, area, ratio, face: Cell::new(None) })
    }

    fn paint(&self, shapes: &[Shape]) {
        // The backend's errors are the browser's; a picture that cannot be drawn leaves the
        // text alternative and the table.
        let _ = paint(shapes, self.ratio, &self.area, &|shape| self.draw(shape));
    }

    /// Draws a shape by hand, if it is one that the backend does not draw well.
    fn draw(&self, shape: &Shape) -> bool {
        match shape {
            Shape::Text { .. } => self.write(shape),
            Shape::Lines { lines, color, width } if lines.len() > 1 => self.stroke(lines, *color, *width),
            _ => return false,
        }
        true
    }

    /// Strokes lines as one path, placed on whole pixels as everything is.
    fn stroke(&self, lines: &[Vec<Point>], color: Color, width: f64) {
        let (context, px) = (&self.context, |css_px: f64| (css_px * self.ratio).round());
        context.set_stroke_style_str(&color.css());
        context.set_line_width(px(width).max(1.0));
        context.begin_path();
        for line in lines {
            let mut points = line.iter().map(|point| (px(point.x), px(point.y)));
            if let Some((x, y)) = points.next() {
                context.move_to(x, y);
                points.for_each(|(x, y)| context.line_to(x, y));
            }
        }
        context.stroke();
    }

    /// Writes a text, below it its halo as one thick outline.
    fn write(&self, shape: &Shape) {
        let Shape::Text { at, text, size, bold, color, halo, .. } = shape else { return };
        let (context, ratio) = (&self.context, self.ratio);
        if self.face.replace(Some((*size, *bold))) != Some((*size, *bold)) {
            let weight = if *bold { "600 " } else { "" };
            context.set_font(&format!("{weight}{}px {FONT_STACK}", size * ratio));
        }
        let (x, y) = (at.x * ratio, at.y * ratio);
        if let Some(halo) = halo {
            context.set_stroke_style_str(&halo.css());
            context.set_line_width(HALO_CSS_PX * ratio);
            let _ = context.stroke_text(text, x, y);
        }
        context.set_fill_style_str(&color.css());
        let _ = context.fill_text(text, x, y);
    }
}

/// Width of the outline that parts a text from what lies below, half of it on each side.
const HALO_CSS_PX: f64 = 4.0;

fn in_device_px((width, height): (f64, f64), ratio: f64) -> (u32, u32) {
    ((width * ratio).round() as u32, (height * ratio).round() as u32)
}

/// What was painted of a chart before, so that only what changes is painted again: all of it while
/// the chart is the same, as under a pointer; its ground while that is.
#[derive(Default)]
pub struct Kept {
    chart: Option<Arc<Chart>>,
    /// How many of the chart's first shapes are on it.
    count: usize,
    size: (u32, u32),
    canvas: Option<web_sys::HtmlCanvasElement>,
}

impl Kept {
    /// Whether nothing was painted yet.
    pub fn is_empty(&self) -> bool {
        self.chart.is_none()
    }

    /// Paints a chart, with shapes above it.
    pub fn draw(
        &mut self,
        canvas: &web_sys::HtmlCanvasElement,
        ratio: f64,
        chart: &Arc<Chart>,
        above: &[Shape],
    ) {
        let scene = &chart.scene;
        let size = (scene.width, scene.height);
        let Some(paper) = Paper::on(canvas, size, ratio) else { return };
        let is_ground = |before: &Chart| {
            scene.ground > 0 && before.scene.shapes.get(..scene.ground) == scene.shapes.get(..scene.ground)
        };
        let device = in_device_px(size, ratio);
        let count = match &self.chart {
            _ if self.size != device => 0,
            Some(before) if Arc::ptr_eq(before, chart) => scene.shapes.len(),
            Some(before) if is_ground(before) => scene.ground,
            _ => 0,
        };
        let (kept, rest) = scene.shapes.split_at_checked(count).unwrap_or((&[], &scene.shapes));
        if count > 0 && (count != self.count || self.size != device) {
            self.canvas = self.canvas.take().or_else(new_canvas);
            let onto = self.canvas.as_ref().and_then(|canvas| Paper::on(canvas, size, ratio));
            if let Some(onto) = onto {
                onto.paint(kept);
            }
        }
        (self.chart, self.count, self.size) = (Some(Arc::clone(chart)), count, device);
        match self.canvas.as_ref().filter(|_| count > 0) {
            Some(canvas) => drop(paper.context.draw_image_with_html_canvas_element(canvas, 0.0, 0.0)),
            None => paper.paint(kept),
        }
        paper.paint(rest);
        paper.paint(above);
    }
}

fn context(canvas: &web_sys::HtmlCanvasElement) -> Option<web_sys::CanvasRenderingContext2d> {
    canvas.get_context("2d").ok().flatten()?.dyn_into().ok()
}

fn new_canvas() -> Option<web_sys::HtmlCanvasElement> {
    web_sys::window()?.document()?.create_element("canvas").ok()?.dyn_into().ok()
}

/// Widths of text as this browser draws it.
pub struct CanvasMetrics {
    context: Option<web_sys::CanvasRenderingContext2d>,
    known: RefCell<HashMap<(String, u32, bool), f64>>,
}

impl CanvasMetrics {
    /// Measures with a canvas that is never put into a page.
    pub fn new() -> Self {
        Self { context: new_canvas().as_ref().and_then(context), known: RefCell::default() }
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
