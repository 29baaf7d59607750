//! Text to the clipboard. `navigator.clipboard` is undefined on plain http and may be
//! refused in frames; then the text is selected in a field and copied the old way.

use wasm_bindgen::{JsCast as _, JsValue};
use wasm_bindgen_futures::JsFuture;

/// Copies plain text, and rich text beside it where the browser can. Returns whether it
/// succeeded.
pub async fn copy(plain: &str, rich: Option<&str>) -> bool {
    if let Some(clipboard) = clipboard() {
        if let Some(rich) = rich
            && let Ok(true) = copy_rich(&clipboard, plain, rich).await
        {
            return true;
        }
        if JsFuture::from(clipboard.write_text(plain)).await.is_ok() {
            return true;
        }
    }
    copy_by_selection(plain).unwrap_or(false)
}

fn clipboard() -> Option<web_sys::Clipboard> {
    let navigator = web_sys::window()?.navigator();
    let value = js_sys::Reflect::get(&navigator, &JsValue::from_str("clipboard")).ok()?;
    value.dyn_into().ok()
}

async fn copy_rich(clipboard: &web_sys::Clipboard, plain: &str, rich: &str) -> Result<bool, JsValue> {
    if !js_sys::Reflect::has(&js_sys::global(), &JsValue::from_str("ClipboardItem"))? {
        return Ok(false);
    }
    let forms = js_sys::Object::new();
    for (mime, text) in [("text/plain", plain), ("text/html", rich)] {
        let blob = super::download::blob(mime, text.as_bytes())?;
        js_sys::Reflect::set(&forms, &JsValue::from_str(mime), &blob)?;
    }
    let item = web_sys::ClipboardItem::new_with_record_from_str_to_blob_promise(&forms)?;
    JsFuture::from(clipboard.write(&js_sys::Array::of1(&item))).await?;
    Ok(true)
}

/// A picture to the clipboard. Returns whether it succeeded.
pub async fn copy_picture(picture: &web_sys::Blob) -> bool {
    let copied = async {
        let clipboard = clipboard().ok_or(JsValue::NULL)?;
        let forms = js_sys::Object::new();
        js_sys::Reflect::set(&forms, &JsValue::from_str(&picture.type_()), picture)?;
        let item = web_sys::ClipboardItem::new_with_record_from_str_to_blob_promise(&forms)?;
        JsFuture::from(clipboard.write(&js_sys::Array::of1(&item))).await
    };
    copied.await.is_ok()
}

fn copy_by_selection(text: &str) -> Result<bool, JsValue> {
    let document = web_sys::window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let body = document.body().ok_or(JsValue::NULL)?;
    let field: web_sys::HtmlTextAreaElement =
        document.create_element("textarea")?.dyn_into().map_err(JsValue::from)?;
    field.set_value(text);
    let style = field.style();
    style.set_property("position", "fixed")?;
    style.set_property("opacity", "0")?;
    body.append_child(&field)?;
    field.select();
    let document: web_sys::HtmlDocument = document.unchecked_into();
    let copied = document.exec_command("copy");
    field.remove();
    copied
}
