//! The top line, and the heading with what the reader can do with the page.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast as _;

use super::dialogs::{Dialog, Dialogs};
use super::icon::Icon;
use crate::state::ThemeChoice;
use crate::ui::languages::{self, LANGUAGES, base_tag};
use crate::ui::session::{use_page, use_session};
use crate::ui::tasks;

/// Name of the widget, language, light or dark.
#[component]
pub(crate) fn TopLine() -> impl IntoView {
    let session = use_session();
    let chosen = move || session.locale.with(|locale| base_tag(locale.tag()));
    let options = move || {
        let option = |&(tag, name): &(&'static str, &'static str)| {
            view! { class = "k", <option value=tag lang=tag selected=move || chosen() == tag>{name}</option> }
        };
        LANGUAGES.iter().map(option).collect_view()
    };
    let other_theme = move |_| {
        let next = if session.is_dark() { ThemeChoice::Light } else { ThemeChoice::Dark };
        tasks::choose_theme(session, next);
    };
    view! { class = "k",
        <div class="top" role="region" aria-label="mixed-movements">
            <b>"mixed-movements"</b>
            <div class="actions">
                <span class="select">
                    <select
                        aria-label=move || session.text("ui.language")
                        on:change=move |event| tasks::choose_language(session, event_target_value(&event), true)
                    >
                        {options}
                    </select>
                    {Icon::Down.draw()}
                </span>
                <button
                    aria-label=move || session.text(if session.is_dark() { "ui.use-light" } else { "ui.use-dark" })
                    on:click=other_theme
                >
                    {Icon::Theme.draw()}
                    <span class="wide-only">
                        {move || session.text(if session.is_dark() { "ui.light" } else { "ui.dark" })}
                    </span>
                </button>
            </div>
        </div>
    }
    .into_any()
}

/// A file of the reader's own, chosen or dropped on the button. It never leaves the browser.
#[component]
pub(crate) fn OpenFile() -> impl IntoView {
    let session = use_session();
    let on_change = move |event: web_sys::Event| {
        let input: Option<web_sys::HtmlInputElement> =
            event.target().and_then(|target| target.dyn_into().ok());
        let file = input.as_ref().and_then(|input| input.files()?.get(0));
        if let Some(file) = file {
            tasks::open_file(session, file);
        }
        // So that the same file can be chosen again.
        if let Some(input) = input {
            input.set_value("");
        }
    };
    view! { class = "k",
        <label class="file">
            <input type="file" accept=".json,application/json" on:change=on_change/>
            {move || session.text("ui.open-file")}
        </label>
    }
    .into_any()
}

/// Title, edition, publisher, date; share, quote, download, embed.
#[component]
pub(crate) fn Heading() -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let snapshot = page.snapshot();
    let titled = Arc::clone(&snapshot);
    let title = move || {
        session.locale.with(|locale| {
            let title = locale.snapshot_title(&titled);
            title.or_else(|| titled.datasets.first().map(|cube| locale.title(cube))).map(str::to_owned)
        })
    };
    let of_title = Arc::clone(&snapshot);
    let title_lang = move || {
        let of_dataset = || of_title.datasets.first().map(|cube| &cube.parts().titles);
        let titles = of_title.label.as_ref().map(|_| &of_title.profile.titles).or_else(of_dataset);
        titles.and_then(|titles| languages::of_words(page, titles))
    };
    let profile = snapshot.profile.clone();
    let edition = profile.edition.clone();
    let told_edition = move || {
        let edition = edition.clone()?;
        let period = statcube::Period::parse(&edition);
        Some(session.locale.with(|locale| period.map_or(edition, |period| locale.period(period))))
    };
    let updated = snapshot.updated.clone();
    let told_updated = move || {
        let updated = updated.clone()?;
        let period = statcube::Period::parse(updated.get(..10).unwrap_or(&updated));
        Some(session.locale.with(|locale| period.map_or(updated, |period| locale.period(period))))
    };
    let publisher = profile.publisher.clone();
    let own = languages::of_publisher(page);
    let pair = move |key: &'static str, value: Option<String>, lang: Option<&'static str>| {
        value.map(|value| {
            view! { class = "k", <div><dt>{session.text(key)}</dt><dd lang=lang>{value}</dd></div> }
        })
    };
    let provisional = profile.provisional;
    let dialogs = expect_context::<Dialogs>();
    let action = move |dialog: Dialog, icon: Icon, key: &'static str| {
        view! { class = "k",
            <button class="outlined" on:click=move |_| dialogs.open(dialog.clone())>
                {icon.draw()}
                {move || session.text(key)}
            </button>
        }
    };
    view! { class = "k",
        <header class="heading" part="title">
            <div>
                <h1 lang=title_lang>{title}</h1>
                <dl>
                    {move || pair("ui.edition", told_edition(), None)}
                    {move || pair("ui.figures-by", publisher.clone(), Some(own))}
                    {move || pair("ui.published", told_updated(), None)}
                    {provisional.then(|| view! { class = "k",
                        <div>
                            <dt class="hidden-text">{move || session.text("ui.status")}</dt>
                            <dd><span class="flag provisional">{move || session.text("flag.provisional")}</span></dd>
                        </div>
                    })}
                </dl>
            </div>
            <div class="actions" part="toolbar">
                {session.has_address().then(|| action(Dialog::Share, Icon::Share, "ui.share"))}
                {action(Dialog::Quote(None), Icon::Quote, "ui.quote")}
                {action(Dialog::Download, Icon::Download, "ui.download")}
                {session.has_address().then(|| action(Dialog::Embed(None), Icon::Embed, "ui.embed"))}
                <button class="outlined" on:click=move |_| dialogs.open(Dialog::Changes)>
                    {move || session.text("ui.changes")}
                </button>
            </div>
        </header>
    }
    .into_any()
}
