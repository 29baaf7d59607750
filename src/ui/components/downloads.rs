//! Files to take away: figures as CSV or JSON-stat, charts as SVG or PNG, each naming the
//! edition and the hash of the snapshot.

use std::sync::Arc;

use leptos::prelude::*;
use statcube::{Cube, Query};
use wasm_bindgen::JsCast as _;

use super::dialogs::{Dialog, Dialogs};
use super::icon::Icon;
use super::panel::{ChartQuestion, lay_out};
use crate::chart::Chart;
use crate::export::{ExportContext, ExportFormat, ExportScope, export, file_name};
use crate::state::to_link;
use crate::ui::colours;
use crate::ui::events::Event;
use crate::ui::session::{Page, use_page, use_session};
use crate::web::{clipboard, download, environment, raster};

/// Width of pictures, in CSS pixels.
const PICTURE_WIDTH: f64 = 960.0;

/// A button that opens a menu below it; Escape and a click elsewhere close it.
#[component]
pub(crate) fn Menu(
    label: Signal<String>,
    button: AnyView,
    is_icon: bool,
    children: ChildrenFn,
) -> impl IntoView {
    let is_open = RwSignal::new(false);
    let root = NodeRef::<leptos::html::Span>::new();
    let close_outside = move |event: web_sys::FocusEvent| {
        let to: Option<web_sys::Node> = event.related_target().and_then(|target| target.dyn_into().ok());
        // What has the focus tells that it loses it also when the page goes.
        let Some(root) = root.try_get_untracked().flatten() else { return };
        if !root.contains(to.as_ref()) {
            is_open.set(false);
        }
    };
    let focus_button = move || {
        let button = root.get_untracked().and_then(|root| root.query_selector("button").ok().flatten());
        if let Some(button) = button.and_then(|button| button.dyn_into::<web_sys::HtmlElement>().ok()) {
            let _ = button.focus();
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| match event.key().as_str() {
        "Escape" => {
            is_open.set(false);
            focus_button();
        }
        "ArrowDown" | "ArrowUp" if is_open.get_untracked() => {
            event.prevent_default();
            if let Some(root) = root.get_untracked() {
                step_focus(&root, event.key() == "ArrowDown");
            }
        }
        _ => {}
    };
    let class = if is_icon { "icon-only" } else { "outlined" };
    view! { class = "k",
        <span class="has-menu" node_ref=root on:focusout=close_outside on:keydown=on_key>
            <button
                class=class
                aria-haspopup="menu"
                aria-expanded=move || is_open.get().to_string()
                aria-label=move || is_icon.then(|| label.get())
                on:click=move |_| is_open.update(|open| *open = !*open)
            >
                {button}
                {(!is_icon).then_some(label)}
            </button>
            <Show when=move || is_open.get()>
                // The button has the focus before what was chosen opens a dialog, which gives it back there.
                <div
                    class="menu k"
                    role="menu"
                    aria-label=label
                    on:click:capture=move |_| focus_button()
                    on:click=move |_| is_open.set(false)
                >
                    {children()}
                </div>
            </Show>
        </span>
    }
}

fn step_focus(root: &web_sys::HtmlSpanElement, forward: bool) {
    let Ok(items) = root.query_selector_all("[role=menuitem]") else { return };
    let items: Vec<web_sys::HtmlElement> =
        (0..items.length()).filter_map(|at| items.get(at)?.dyn_into().ok()).collect();
    let focused = items.iter().position(|item| item.matches(":focus").unwrap_or(false));
    let count = items.len().max(1);
    let next = match (focused, forward) {
        (None, _) => 0,
        (Some(at), true) => (at + 1) % count,
        (Some(at), false) => (at + count - 1) % count,
    };
    if let Some(item) = items.get(next) {
        let _ = item.focus();
    }
}

fn item(title: String, detail: Option<String>, act: impl Fn() + 'static) -> AnyView {
    view! { class = "k",
        <button role="menuitem" on:click=move |_| act()>
            {title}
            {detail.map(|detail| view! { class = "k", <small>{detail}</small> })}
        </button>
    }
    .into_any()
}

/// Everything of this view, and of the whole edition.
#[component]
pub(crate) fn DownloadMenu() -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let label = Signal::derive(move || session.text("ui.download"));
    view! { class = "k",
        <Menu label=label button=Icon::Download.draw() is_icon=false>
            <p class="menu-title k">{session.text("ui.this-view")}</p>
            {item(session.text("ui.csv"), Some(session.text("ui.csv-detail")), move || {
                save_figures(page, ExportFormat::Csv, ExportScope::View);
            })}
            {item(session.text("ui.json"), Some(session.text("ui.json-detail")), move || {
                save_figures(page, ExportFormat::JsonStat, ExportScope::View);
            })}
            <p class="menu-title k">{session.text("ui.whole-edition")}</p>
            {item(session.text("ui.csv"), Some(session.text("ui.whole-detail")), move || {
                save_figures(page, ExportFormat::Csv, ExportScope::Whole);
            })}
            {item(session.text("ui.json"), Some(session.text("ui.whole-detail")), move || {
                save_figures(page, ExportFormat::JsonStat, ExportScope::Whole);
            })}
            <p class="menu-title k">{session.text("ui.page")}</p>
            {item(session.text("ui.print"), None, print)}
        </Menu>
    }
}

fn print() {
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}

/// The address that shows this view again.
pub(crate) fn view_address(page: Page) -> String {
    let link = page.session.view.with_untracked(to_link);
    if page.session.is_page {
        let (address, _) = environment::address();
        return if link.is_empty() { address } else { format!("{address}#{link}") };
    }
    let base = crate::ui::languages::base();
    let source = page.loaded.with_value(|loaded| loaded.address.clone());
    let query = js_sys::encode_uri_component(&source);
    format!("{base}index.html?src={query}#{link}")
}

/// Calls `export` with everything that goes with a figure wherever it goes.
pub(crate) fn with_context<T>(
    page: Page,
    cube: &Arc<Cube>,
    query: &Query,
    export: impl FnOnce(&ExportContext<'_>) -> T,
) -> T {
    let (snapshot, address) = (page.snapshot(), view_address(page));
    let sha256 = page.loaded.with_value(|loaded| loaded.sha256.clone());
    page.session.locale.with_untracked(|locale| {
        export(&ExportContext {
            snapshot: Some(&snapshot),
            sha256: Some(&sha256),
            address: Some(&address),
            ..ExportContext::new(cube, query, locale)
        })
    })
}

fn picture_name(page: Page, question: &ChartQuestion, extension: &str) -> String {
    let name = with_context(page, &question.cube, &question.query, |cx| {
        file_name(ExportFormat::Csv, ExportScope::View, cx)
    });
    let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem);
    format!("{stem}_{}.{extension}", question.kind.id())
}

fn save_figures(page: Page, format: ExportFormat, scope: ExportScope) {
    let session = page.session;
    let Some((cube, query)) = page.question() else { return };
    let (name, bytes) =
        with_context(page, &cube, &query, |cx| (file_name(format, scope, cx), export(format, scope, cx)));
    if download::save(&name, format.mime(), &bytes).is_ok() {
        session.send(&Event::Download { format: format.id(), name: &name });
        session.spoken.set(session.fill("ui.saved", &[("name", &name)]));
    }
}

/// What a chart's panel offers.
#[component]
pub(crate) fn PanelMenu(question: StoredValue<ChartQuestion>) -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let dialogs = expect_context::<Dialogs>();
    let label = Signal::derive(move || session.text("ui.more"));
    let kind = question.with_value(|question| question.kind);
    let picture = move || -> Option<Chart> {
        question.with_value(|question| lay_out(page, question, PICTURE_WIDTH, true).ok())
    };
    let save_svg = move || {
        let Some(chart) = picture() else { return };
        let svg = session
            .locale
            .with_untracked(|locale| crate::export::svg(&chart, &colours::tokens(session), locale));
        let name = question.with_value(|question| picture_name(page, question, "svg"));
        if download::save(&name, "image/svg+xml", svg.as_bytes()).is_ok() {
            session.send(&Event::Download { format: "svg", name: &name });
        }
    };
    let save_png = move || {
        let Some(chart) = picture() else { return };
        let name = question.with_value(|question| picture_name(page, question, "png"));
        let paper = colours::tokens(session).bg;
        session.spawn(async move {
            if let Ok(blob) = raster::png(&chart.scene, paper, 2.0).await
                && download::save_blob(&name, &blob).is_ok()
            {
                session.send(&Event::Download { format: "png", name: &name });
            }
        });
    };
    let copy_png = move || {
        let Some(chart) = picture() else { return };
        let paper = colours::tokens(session).bg;
        session.spawn(async move {
            let copied = match raster::png(&chart.scene, paper, 2.0).await {
                Ok(blob) => clipboard::copy_picture(&blob).await,
                Err(_) => false,
            };
            session.spoken.set(session.text(if copied { "ui.copied" } else { "ui.not-copied" }));
        });
    };
    view! { class = "k",
        <Menu label=label button=Icon::More.draw() is_icon=true>
            {item(session.text("ui.quote-with-notes"), None, move || dialogs.open(Dialog::Quote(None)))}
            {item(session.text("ui.png"), Some(session.text("ui.picture-detail")), save_png)}
            {item(session.text("ui.svg"), Some(session.text("ui.picture-detail")), save_svg)}
            {item(session.text("ui.copy-picture"), None, copy_png)}
            {item(session.text("ui.csv"), Some(session.text("ui.csv-detail")), move || {
                save_figures(page, ExportFormat::Csv, ExportScope::View);
            })}
            {item(session.text("ui.embed-this"), None, move || dialogs.open(Dialog::Embed(Some(kind))))}
        </Menu>
    }
}
