//! Files to take away: figures as CSV, workbook or JSON-stat, charts as SVG or PNG, each naming
//! the edition and the hash of the snapshot.

use std::sync::Arc;

use leptos::prelude::*;
use statcube::{Cube, Query};
use wasm_bindgen::JsCast as _;

use super::dialogs::{Dialog, Dialogs};
use super::icon::Icon;
use super::panel::{ChartQuestion, Kinds, lay_out};
use crate::chart::{ChartKind, Mark};
use crate::export::{ExportContext, ExportFormat, ExportScope, export, file_name};
use crate::state::{View, ViewState, to_link};
use crate::ui::colours;
use crate::ui::events::Event;
use crate::ui::focus;
use crate::ui::session::{Breadth, Page, Session, use_page, use_session};
use crate::web::{canvas, clipboard, download, environment, module, raster};

/// Width of pictures, in CSS pixels.
const PICTURE_WIDTH: f64 = 960.0;

/// A button that opens a menu below it; Escape and a click elsewhere close it.
#[component]
fn Menu(label: Signal<String>, button: AnyView, children: ChildrenFn) -> impl IntoView {
    let session = use_session();
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
    view! { class = "k",
        <span class="has-menu" node_ref=root on:focusout=close_outside on:keydown=on_key>
            <button
                class="icon-only"
                aria-haspopup="menu"
                aria-expanded=move || is_open.get().to_string()
                aria-label=label
                on:click=move |_| {
                    is_open.update(|open| *open = !*open);
                    if is_open.get_untracked() {
                        focus::move_to(session, &[".menu [role^=menuitem]"]);
                    }
                }
            >
                {button}
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
    let Ok(items) = root.query_selector_all("[role^=menuitem]") else { return };
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

fn item(title: String, act: impl Fn() + 'static) -> AnyView {
    view! { class = "k", <button role="menuitem" on:click=move |_| act()>{title}</button> }.into_any()
}

/// One choice of several, the first at the beginning; which one is chosen is in `chosen`.
pub(super) fn choice(
    legend: String,
    name: &'static str,
    options: Vec<(String, String)>,
    chosen: RwSignal<usize>,
) -> AnyView {
    let option = |(place, (title, detail)): (usize, (String, String))| {
        view! { class = "k",
            <label class="choice">
                <input
                    type="radio"
                    name=name
                    checked=move || chosen.get() == place
                    on:change=move |_| chosen.set(place)
                />
                <span>
                    {title}
                    {(!detail.is_empty()).then(|| view! { class = "k", <small>{detail}</small> })}
                </span>
            </label>
        }
    };
    let options = options.into_iter().enumerate().map(option).collect_view();
    view! { class = "k", <fieldset><legend>{legend}</legend>{options}</fieldset> }.into_any()
}

/// Figures as a file: of this view or of the whole edition, in which format.
pub(super) fn figures(page: Page) -> AnyView {
    let session = page.session;
    let (scope, format) = (RwSignal::new(0), RwSignal::new(0));
    let hxl = RwSignal::new(false);
    let is_csv = move || format.get() == 0;
    let scopes = vec![
        (session.text("ui.this-view"), session.text("ui.this-view-detail")),
        (session.text("ui.whole-edition"), session.text("ui.whole-detail")),
    ];
    let formats = vec![
        (session.text("ui.csv"), session.text("ui.csv-detail")),
        (session.text("ui.xlsx"), session.text("ui.xlsx-detail")),
        (session.text("ui.json"), session.text("ui.json-detail")),
    ];
    let saved = RwSignal::new(String::new());
    let save = move |_| {
        let scope = ExportScope::ALL.get(scope.get_untracked()).copied().unwrap_or(ExportScope::View);
        let format = ExportFormat::ALL.get(format.get_untracked()).copied().unwrap_or(ExportFormat::Csv);
        let hxl = hxl.get_untracked();
        session.spawn(async move {
            let name = save_figures(page, format, scope, hxl).await;
            let told = match name {
                Some(name) => session.fill("ui.saved", &[("name", &name)]),
                None => session.text("ui.not-saved"),
            };
            saved.set(told);
        });
    };
    let dialogs = expect_context::<Dialogs>();
    let print = move |_| {
        dialogs.close();
        print();
    };
    view! { class = "k",
        {choice(session.text("ui.how-much"), "scope", scopes, scope)}
        {choice(session.text("ui.format"), "format", formats, format)}
        <label class="choice">
            <input
                type="checkbox"
                disabled=move || !is_csv()
                on:change=move |event| hxl.set(event_target_checked(&event))
            />
            <span>{session.text("ui.hxl")}<small>{session.text("ui.hxl-detail")}</small></span>
        </label>
        <div class="actions">
            <button class="solid" on:click=save>{session.text("ui.save")}</button>
            <button class="outlined" on:click=print>{session.text("ui.print")}</button>
            <span role="status" class="caveat">{saved}</span>
        </div>
        <slot name="download"></slot>
    }
    .into_any()
}

fn print() {
    if let Some(window) = web_sys::window() {
        let _ = window.print();
    }
}

/// A chart as a picture, shown as it will be saved or copied.
pub(super) fn picture(page: Page, question: ChartQuestion) -> AnyView {
    let session = page.session;
    let Ok(chart) = lay_out(page, &question, PICTURE_WIDTH, true) else { return ().into_any() };
    let tokens = colours::tokens(session);
    let size = (chart.scene.width, chart.scene.height);
    let name = chart.title.clone();
    let svg = session.locale.with_untracked(|locale| crate::export::svg(&chart, &tokens, locale));
    let scene = StoredValue::new(chart.scene);
    let node = NodeRef::<leptos::html::Canvas>::new();
    Effect::new(move |_| {
        let Some(node) = node.get() else { return };
        scene.with_value(|scene| canvas::draw(&node, size.0, size.1, 2.0, &scene.shapes));
    });
    let format = RwSignal::new(0);
    let scale = RwSignal::new(1);
    let formats = vec![
        (session.text("ui.png"), session.text("ui.png-detail")),
        (session.text("ui.svg"), session.text("ui.svg-detail")),
    ];
    let sizes: Vec<_> = (1..=4u32)
        .map(|times| {
            let pixels = |length: f64| (length * f64::from(times)).round().to_string();
            let detail =
                session.fill("ui.pixels", &[("width", &pixels(size.0)), ("height", &pixels(size.1))]);
            (format!("{times}×"), detail)
        })
        .collect();
    let is_png = move || format.get() == 0;
    let told = RwSignal::new(String::new());
    let pixels = move || {
        let scale = scale.get_untracked() as f64 + 1.0;
        let scene = scene.get_value();
        async move { raster::png(&scene, tokens.bg, scale).await }
    };
    let save = move |_| {
        let extension = if format.get_untracked() == 0 { "png" } else { "svg" };
        let name = picture_name(page, &question, extension);
        let svg = if extension == "svg" { svg.clone() } else { String::new() };
        session.spawn(async move {
            let blob = match extension {
                "svg" => download::blob("image/svg+xml", svg.as_bytes()),
                _ => pixels().await,
            };
            let is_saved = blob.and_then(|blob| download::save_blob(&name, &blob)).is_ok();
            if is_saved {
                session.send(&Event::Download { format: extension, name: &name });
                told.set(session.fill("ui.saved", &[("name", &name)]));
            } else {
                told.set(session.text("ui.not-saved"));
            }
        });
    };
    let copy = move |_| {
        session.spawn(async move {
            let copied = match pixels().await {
                Ok(blob) => clipboard::copy_picture(&blob).await,
                Err(_) => false,
            };
            told.set(session.text(if copied { "ui.copied" } else { "ui.not-copied" }));
        });
    };
    view! { class = "k",
        <canvas class="preview" node_ref=node role="img" aria-label=name dir="ltr"></canvas>
        {choice(session.text("ui.format"), "format", formats, format)}
        <div class="sizes" hidden=move || !is_png()>
            {choice(session.text("ui.size"), "size", sizes, scale)}
        </div>
        <div class="actions">
            <button class="solid" on:click=save>{session.text("ui.save")}</button>
            <button class="outlined" on:click=copy>{session.text("ui.copy-picture")}</button>
            <span role="status" class="caveat">{told}</span>
        </div>
    }
    .into_any()
}

/// The address that shows this view again. It names the edition, so that whoever opens it on
/// a later one is told that figures may have changed.
pub(crate) fn view_address(page: Page) -> String {
    let mut view = page.session.view.get_untracked();
    view.edition = view.edition.or_else(|| page.snapshot().profile.edition.clone());
    address_of(page, &view, None)
}

/// The address of the whole page with what a view filters; of another file, where one is named.
pub(crate) fn page_address(page: Page, edition: Option<String>, file: Option<&str>) -> String {
    let view = ViewState { view: View::Full, controls: None, edition, ..page.session.view.get_untracked() };
    address_of(page, &view, file)
}

fn address_of(page: Page, view: &ViewState, file: Option<&str>) -> String {
    let link = to_link(view);
    if page.session.is_page && file.is_none() {
        // A copy passed on as a file: nobody else can open its address.
        let home = page.session.home.get_value();
        if home.as_ref().is_some_and(String::is_empty) {
            return String::new();
        }
        let address = home.unwrap_or_else(|| environment::address().0);
        return if link.is_empty() { address } else { format!("{address}#{link}") };
    }
    let base = crate::ui::languages::base();
    let source = file.map(str::to_owned);
    let source = source.unwrap_or_else(|| page.loaded.with_value(|loaded| loaded.address.clone()));
    // A file beside the app is named from there.
    let source = source.strip_prefix(base.as_str()).unwrap_or(&source);
    let query = js_sys::encode_uri_component(source);
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
    let session = page.session;
    let offline = || session.offline.get_untracked().then(|| session.text("offline.offline"));
    let standing = session.standing.get_untracked().or_else(offline);
    page.session.locale.with_untracked(|locale| {
        export(&ExportContext {
            snapshot: Some(&snapshot),
            sha256: Some(&sha256),
            address: Some(address.as_str()).filter(|address| !address.is_empty()),
            saved: standing.as_deref(),
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

/// Saves figures, and gives the file's name; a workbook is made by a program of its own.
async fn save_figures(page: Page, format: ExportFormat, scope: ExportScope, hxl: bool) -> Option<String> {
    let (cube, query) = page.question()?;
    let against = page.comparison().map(|(_, against, _)| against);
    let (name, bytes) = with_context(page, &cube, &query, |cx| {
        let cx = ExportContext { hxl, against: against.as_ref(), ..*cx };
        (file_name(format, scope, &cx), export(format, scope, &cx))
    });
    let blob = match format {
        ExportFormat::Xlsx => {
            let address = format!("{}xlsx.js", crate::ui::languages::base());
            let told = String::from_utf8(bytes).ok()?;
            let made = module::call(&environment::absolute(&address), &told).await.ok()?;
            let made: js_sys::Uint8Array = made.dyn_into().ok()?;
            download::blob(format.mime(), &made.to_vec())
        }
        _ => download::blob(format.mime(), &bytes),
    };
    download::save_blob(&name, &blob.ok()?).ok()?;
    page.session.send(&Event::Download { format: format.id(), name: &name });
    Some(name)
}

fn kind_items(session: Session, kinds: Kinds) -> Option<AnyView> {
    let fitting = kinds.fitting.filter(|_| session.breadth() == Breadth::Narrow)?;
    let items = fitting.get().into_iter().map(|kind| {
        let name = session.locale.with(|locale| locale.text(&kind.name_key()).to_owned());
        let checked = (kind == kinds.shown).to_string();
        view! { class = "k",
            <button role="menuitemradio" aria-checked=checked on:click=move |_| kinds.pick(session, kind)>{name}</button>
        }
    });
    let title = session.text("ui.kind-of-chart");
    Some(view! { class = "k", <p class="menu-title">{title}</p>{items.collect_view()} }.into_any())
}

/// A line as sound: one tone a period, in the order of the data, silence where there is none.
fn sound_item(
    page: Page,
    question: StoredValue<ChartQuestion>,
    is_playing: RwSignal<bool>,
) -> Option<AnyView> {
    let session = page.session;
    let chart = question.with_value(|question| {
        let is_line = question.kind == ChartKind::Trend && question.against.is_none();
        is_line.then(|| lay_out(page, question, PICTURE_WIDTH, false).ok()).flatten()
    })?;
    let name = chart.scene.marks.first()?.name.clone();
    let time = chart.scene.periods.as_ref()?.dimension;
    let value_of = |position: u32| {
        let is_it = |mark: &&Mark| mark.group == 0 && mark.positions.contains(&(time, position));
        let mark = chart.scene.marks.iter().find(is_it);
        mark.and_then(|mark| mark.cell.value()).map_or("null".to_owned(), |value| value.to_string())
    };
    let values: Vec<String> =
        chart.scene.periods.as_ref()?.slots.iter().map(|(_, position)| value_of(*position)).collect();
    let told = format!("{{\"values\":[{}]}}", values.join(","));
    let play = move || {
        let starts = !is_playing.get_untracked();
        let told = if starts { told.clone() } else { r#"{"values":[]}"#.to_owned() };
        is_playing.set(starts);
        session.say(match starts {
            true => session.fill("ui.listening", &[("name", &name)]),
            false => String::new(),
        });
        session.spawn(async move {
            let address = format!("{}sound.js", crate::ui::languages::base());
            let _ = module::call(&environment::absolute(&address), &told).await;
            if starts {
                is_playing.set(false);
            }
        });
    };
    Some(item(session.text(if is_playing.get_untracked() { "ui.listen-stop" } else { "ui.listen" }), play))
}

/// What a chart's panel offers.
#[component]
pub(crate) fn PanelMenu(
    question: StoredValue<ChartQuestion>,
    /// The kinds to choose from: on narrow screens they are in this one menu.
    kinds: Kinds,
) -> impl IntoView {
    let session = use_session();
    let dialogs = expect_context::<Dialogs>();
    let label = Signal::derive(move || session.text("ui.more"));
    let kind = question.with_value(|question| question.kind);
    let page = use_page();
    let is_playing = RwSignal::new(false);
    view! { class = "k",
        <Menu label=label button=Icon::More.draw()>
            {kind_items(session, kinds)}
            {item(session.text("ui.quote-with-notes"), move || dialogs.open(Dialog::Quote(None)))}
            {item(session.text("ui.picture"), move || {
                dialogs.open(Dialog::Picture(question.get_value()));
            })}
            {sound_item(page, question, is_playing)}
            {item(session.text("ui.figures-file"), move || dialogs.open(Dialog::Download))}
            {session.has_address().then(|| {
                item(session.text("ui.embed-this"), move || dialogs.open(Dialog::Embed(Some(kind))))
            })}
        </Menu>
    }
}
