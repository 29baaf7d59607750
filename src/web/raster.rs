//! Pictures in pixels: a scene painted on a canvas of its own, as PNG.

use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

use crate::chart::{Color, Rect, Scene, Shape};

/// A scene on paper as PNG, `scale` device pixels to a CSS pixel.
///
/// # Errors
/// Whatever the browser threw.
pub async fn png(scene: &Scene, paper: Color, scale: f64) -> Result<web_sys::Blob, JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let canvas: web_sys::HtmlCanvasElement =
        document.create_element("canvas")?.dyn_into().map_err(JsValue::from)?;
    canvas.set_dir("ltr");
    let rect = Rect::new(0.0, 0.0, scene.width, scene.height);
    let mut shapes = vec![Shape::Rect { rect, fill: paper }];
    shapes.extend(scene.shapes.iter().cloned());
    super::canvas::draw(&canvas, scene.width, scene.height, scale, &shapes);
    let promise = js_sys::Promise::new(&mut |resolve, _| {
        let done = Closure::once_into_js(move |blob: JsValue| resolve.call1(&JsValue::NULL, &blob));
        let _ = canvas.to_blob(done.unchecked_ref());
    });
    JsFuture::from(promise).await?.dyn_into()
}
