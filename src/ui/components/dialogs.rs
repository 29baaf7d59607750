//! Share, quote, download, embed: dialogs over the page. Each shows what it copies or saves.

use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};

use super::downloads::{choice, figures, page_address, picture, view_address, with_context};
use super::icon::Icon;
use super::panel::ChartQuestion;
use super::sentences::{headline_sentences, view_sentences};
use crate::chart::ChartKind;
use crate::export::{CitationLength, Quote, citation, quote_all};
use crate::narrative::Sentence;
use crate::state::FIELDS;
use crate::ui::focus;
use crate::ui::session::{Page, use_page, use_session};
use crate::web::fetch::{FetchOptions, fetch};
use crate::web::{clipboard, environment};

/// Sentences with the ids of their datasets.
pub(crate) type Told = Vec<(String, Sentence)>;

/// Which dialog.
#[derive(Clone)]
pub(crate) enum Dialog {
    Share,
    /// These sentences; those of the page where absent.
    Quote(Option<Told>),
    /// Figures as a file.
    Download,
    /// This chart as a picture.
    Picture(ChartQuestion),
    /// This kind of chart; the whole page where absent.
    Embed(Option<ChartKind>),
    /// What changed between editions.
    Changes,
}

/// The dialog that is open.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dialogs(RwSignal<Option<Dialog>>);

impl Dialogs {
    pub fn new() -> Self {
        Self(RwSignal::new(None))
    }

    pub fn open(self, dialog: Dialog) {
        self.0.set(Some(dialog));
    }

    pub fn close(self) {
        self.0.set(None);
    }
}

/// The place where dialogs appear.
#[component]
pub(crate) fn DialogHost() -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let dialogs = expect_context::<Dialogs>();
    let node = NodeRef::<leptos::html::Dialog>::new();
    Effect::new(move |_| {
        let is_open = dialogs.0.with(Option::is_some);
        let Some(node) = node.get() else { return };
        if is_open {
            session.spoken.set(String::new());
            let open = move |node: &web_sys::HtmlDialogElement| {
                if dialogs.0.try_with_untracked(Option::is_some) == Some(true) && !node.open() {
                    let _ = node.show_modal();
                }
            };
            if environment::is_framed() {
                environment::tell_part_in_sight(move |top, bottom| {
                    place_within(&node, top, bottom);
                    open(&node);
                });
                return;
            }
            // In a task of its own after what is in it: a dialog has the styles of all of the page
            // worked out, which it takes out of reach.
            set_timeout(move || open(&node), std::time::Duration::ZERO);
        } else if node.open() {
            node.close();
        }
    });
    // A dialog tells of what is on view: with another view, as after a step back, it goes.
    Effect::new(move |before: Option<()>| {
        session.view.track();
        if before.is_some() && dialogs.0.with_untracked(Option::is_some) {
            dialogs.close();
        }
    });
    let title = move || {
        let key = dialogs.0.with(|dialog| match dialog {
            Some(Dialog::Quote(_)) => "ui.quote",
            Some(Dialog::Download) => "ui.download",
            Some(Dialog::Picture(_)) => "ui.picture",
            Some(Dialog::Embed(_)) => "ui.embed",
            Some(Dialog::Changes) => "ui.changes",
            _ => "ui.share",
        });
        session.text(key)
    };
    let body = move || {
        dialogs.0.get().map(|dialog| match dialog {
            Dialog::Share => share(page),
            Dialog::Quote(told) => quote_view(page, told),
            Dialog::Download => figures(page),
            Dialog::Picture(question) => picture(page, question),
            Dialog::Embed(kind) => embed(page, kind),
            Dialog::Changes => super::changes::changes(page),
        })
    };
    view! { class = "k",
        <dialog node_ref=node aria-label=title on:close=move |_| dialogs.0.set(None)>
            <div class="dialog-heading">
                <h2>{title}</h2>
                <button class="icon-only" aria-label=move || session.text("ui.close") on:click=move |_| dialogs.0.set(None)>
                    {Icon::Cross.draw()}
                </button>
            </div>
            {body}
            // What is beside an open dialog is out of reach, its live region too.
            <p class="hidden-text" aria-live="polite">{move || session.spoken.get()}</p>
        </dialog>
    }
    .into_any()
}

/// Puts a dialog in the middle of the part of a frame that is in sight; of a frame that is as tall
/// as its content, its own middle may be far from there.
fn place_within(node: &web_sys::HtmlElement, top: f64, bottom: f64) {
    const LEAST_CSS_PX: f64 = 280.0;
    const MARGIN_CSS_PX: f64 = 16.0;
    let height = environment::window_height();
    let top = top.min(height - LEAST_CSS_PX).max(0.0);
    let bottom = bottom.max(top + LEAST_CSS_PX).min(height);
    let style = node.style();
    for (name, length) in
        [("top", top), ("bottom", height - bottom), ("max-height", bottom - top - 2.0 * MARGIN_CSS_PX)]
    {
        let _ = style.set_property(name, &format!("{length}px"));
    }
}

/// A button that copies, and says whether it did.
fn copy_button(
    page: Page,
    class: &'static str,
    key: &'static str,
    text: String,
    rich: Option<String>,
) -> AnyView {
    let session = page.session;
    let done = RwSignal::new(None::<bool>);
    let copy = move |_| {
        let (text, rich) = (text.clone(), rich.clone());
        session.spawn(async move {
            let copied = clipboard::copy(&text, rich.as_deref()).await;
            done.set(Some(copied));
            session.say(session.text(if copied { "ui.copied" } else { "ui.not-copied" }));
        });
    };
    let label = move || match done.get() {
        None => session.text(key),
        Some(true) => session.text("ui.copied"),
        Some(false) => session.text("ui.not-copied"),
    };
    view! { class = "k", <button class=class on:click=copy>{label}</button> }.into_any()
}

fn share(page: Page) -> AnyView {
    let address = view_address(page);
    let shown = address.clone();
    view! { class = "k",
        <p>{page.session.text("ui.share-detail")}</p>
        <textarea readonly rows="3" aria-label=page.session.text("ui.address") prop:value=shown></textarea>
        <div class="actions">{copy_button(page, "solid", "ui.copy-link", address, None)}</div>
    }
    .into_any()
}

fn quote_view(page: Page, told: Option<Told>) -> AnyView {
    let session = page.session;
    let snapshot = page.snapshot();
    let told = told.unwrap_or_else(|| {
        let mut told = view_sentences(page);
        if told.is_empty() {
            told = headline_sentences(page);
        }
        told
    });
    let told: Vec<_> =
        told.iter().filter_map(|(dataset, sentence)| Some((snapshot.dataset(dataset)?, sentence))).collect();
    let quoted = told
        .first()
        .map(|(cube, _)| with_context(page, cube, &statcube::Query::default(), |cx| quote_all(&told, cx)));
    let Quote { text: plain, html: rich } = quoted.unwrap_or_default();
    let sentences: Vec<String> = told.iter().map(|(_, sentence)| sentence.text.clone()).collect();
    // What they must not be told without.
    let caveats: Vec<String> = plain.lines().skip(sentences.len()).map(str::to_owned).collect();
    let cited = |length: CitationLength| {
        let question = page.question();
        let cited =
            question.map(|(cube, query)| with_context(page, &cube, &query, |cx| citation(length, cx)));
        cited.unwrap_or_default()
    };
    let (short, long) = (cited(CitationLength::Short), cited(CitationLength::Long));
    let asks = RwSignal::new(false);
    let bare = sentences.join(" ");
    let ask = move |_| {
        asks.set(true);
        session.say(session.text("ui.copy-without-asks"));
        // The button goes, and the one that it brought has the focus.
        focus::move_to(session, &["dialog[open] .alone"]);
    };
    let without = move || match asks.get() {
        false => view! { class = "k",
            <button class="plain" on:click=ask>{session.text("ui.copy-without")}</button>
        }
        .into_any(),
        true => view! { class = "k",
            <p class="caveat">{session.text("ui.copy-without-asks")}</p>
            {copy_button(page, "outlined alone", "ui.copy-without-yes", bare.clone(), None)}
        }
        .into_any(),
    };
    view! { class = "k",
        <blockquote>
            {sentences.into_iter().map(|text| view! { class = "k", <p>{text}</p> }).collect_view()}
        </blockquote>
        {caveats.into_iter().map(|text| view! { class = "k", <p class="caveat">{text}</p> }).collect_view()}
        <div class="actions">
            {copy_button(page, "solid", "ui.copy-all", plain, Some(rich))}
            {without}
        </div>
        <h3>{session.text("ui.citation")}</h3>
        <p class="caveat">{short.clone()}</p>
        <p class="caveat">{long.clone()}</p>
        <div class="actions">
            {copy_button(page, "outlined", "ui.copy-citation", short, None)}
            {copy_button(page, "outlined", "ui.copy-long-citation", long, None)}
        </div>
    }
    .into_any()
}

/// Attributes of an element, or fields of a frame's address, for what is on view; with the
/// edition where the view is to stay with it.
fn written_fields(
    page: Page,
    kind: Option<ChartKind>,
    edition: Option<String>,
) -> Vec<(&'static str, String)> {
    let mut view = page.session.view.get_untracked();
    if let Some(kind) = kind {
        view.view = crate::state::View::Chart(kind.id().to_owned());
    }
    view.edition = edition;
    FIELDS
        .iter()
        .filter(|field| field.in_link)
        .filter_map(|field| Some((field.name, (field.get)(&view)?)))
        .collect()
}

/// The file of this edition that stays when the next one is published: the index of editions
/// beside the snapshot names it as `stays`.
async fn staying_file(page: Page) -> Option<String> {
    let (source, sha256) = page.loaded.with_value(|loaded| (loaded.address.clone(), loaded.sha256.clone()));
    let folder = source.rsplit_once('/').map(|(folder, _)| folder.to_owned())?;
    let index = fetch(&format!("{folder}/index.json"), FetchOptions::default()).await.ok()?;
    let entries = js_sys::JSON::parse(std::str::from_utf8(&index.bytes).ok()?).ok()?;
    let text = |entry: &JsValue, name: &str| {
        js_sys::Reflect::get(entry, &JsValue::from_str(name)).ok().and_then(|value| value.as_string())
    };
    let entries: js_sys::Array = entries.dyn_into().ok()?;
    let own = entries.iter().find(|entry| text(entry, "sha256").as_deref() == Some(sha256.as_str()))?;
    Some(format!("{folder}/{}", text(&own, "stays")?))
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('"', "&quot;").replace('<', "&lt;")
}

fn embed(page: Page, kind: Option<ChartKind>) -> AnyView {
    let session = page.session;
    let edition = page.snapshot().profile.edition.clone();
    let frozen = RwSignal::new(0);
    let staying = RwSignal::new(None::<String>);
    let editions = edition.clone().map(|edition| {
        session.spawn(async move { staying.set(staying_file(page).await) });
        let period = statcube::Period::parse(&edition);
        let told = session.locale.with(|locale| period.map_or(edition, |period| locale.period(period)));
        let options = vec![
            (session.text("ui.edition-live"), session.text("ui.edition-live-detail")),
            (
                session.fill("ui.edition-frozen", &[("edition", &told)]),
                session.text("ui.edition-frozen-detail"),
            ),
        ];
        choice(session.text("ui.edition"), "edition", options, frozen)
    });
    let codes = move || match frozen.get() {
        0 => embed_code(page, kind, None, None),
        _ => embed_code(page, kind, edition.clone(), staying.get()),
    };
    view! { class = "k", {editions}{codes} }.into_any()
}

/// What is pasted into another page, as a frame and as an element.
fn embed_code(
    page: Page,
    kind: Option<ChartKind>,
    edition: Option<String>,
    staying: Option<String>,
) -> AnyView {
    let session = page.session;
    let base = crate::ui::languages::base();
    let instead = page_address(page, edition.clone(), staying.as_deref());
    let source = staying.unwrap_or_else(|| page.loaded.with_value(|loaded| loaded.address.clone()));
    let snapshot = page.snapshot();
    let title = session.locale.with(|locale| locale.snapshot_title(&snapshot).map(str::to_owned));
    let title = title.unwrap_or_else(|| "mixed-movements".into());
    let fields = written_fields(page, kind, edition);
    let attributes: String =
        fields.iter().map(|(name, text)| format!(" {name}=\"{}\"", escaped(text))).collect();
    let element = format!(
        "<script type=\"module\" src=\"{base}widget.js\"></script>\n<mixed-movements src=\"{}\"{attributes}>\n  <a href=\"{}\">{}</a>\n</mixed-movements>",
        escaped(&source),
        escaped(&instead),
        escaped(&title),
    );
    let encode = |text: &str| String::from(js_sys::encode_uri_component(text));
    let query: String = fields.iter().map(|(name, text)| format!("&{name}={}", encode(text))).collect();
    let frame = format!(
        "<iframe src=\"{base}embed.html?src={}{}\" title=\"{}\" loading=\"lazy\" width=\"100%\" height=\"520\" data-mixed-movements></iframe>\n<script type=\"module\" src=\"{base}host.js\"></script>",
        escaped(&encode(&source)),
        escaped(&query),
        escaped(&title),
    );
    let more = format!("{base}configure.html?src={}#v1{query}", encode(&source));
    view! { class = "k",
        <h3>{session.text("ui.embed-frame")}</h3>
        <textarea readonly rows="4" aria-label=session.text("ui.embed-frame") prop:value=frame.clone()></textarea>
        <div class="actions">{copy_button(page, "solid", "ui.copy-code", frame, None)}</div>
        <h3>{session.text("ui.embed-element")}</h3>
        <textarea readonly rows="5" aria-label=session.text("ui.embed-element") prop:value=element.clone()></textarea>
        <div class="actions">{copy_button(page, "outlined", "ui.copy-code", element, None)}</div>
        <p><a href=more target="_blank" rel="noopener">{session.text("ui.embed-more")}</a></p>
    }
    .into_any()
}

/// The session's dialogs, for components outside the page.
pub(crate) fn provide() {
    provide_context(Dialogs::new());
}
