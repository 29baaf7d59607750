//! One view of a file on a partner's page: a frame with title, chart, notes and source.

use leptos::prelude::*;

use super::chips::Chips;
use super::comparison::Comparison;
use super::downloads::page_address;
use super::figure;
use super::filter_bar::{FilterBar, LiveLine, SheetBar, live};
use super::key_figures::KeyFigures;
use super::messages::Incomplete;
use super::panel::Panel;
use super::sentences::Sentences;
use super::strips::Strips;
use super::table::DataTable;
use super::total::Total;
use crate::chart::ChartKind;
use crate::present::{Presented, present};
use crate::state::{View, linked, listed_dimension};
use crate::ui::languages;
use crate::ui::note_book::use_notes;
use crate::ui::queries;
use crate::ui::session::{Page, ProgramLoad, use_page, use_session};

/// The view that the element's `view` names.
#[component]
pub(crate) fn Embedded() -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let view = Memo::new(move |_| session.view.with(|view| view.view.clone()));
    let is_compared = Memo::new(move |_| session.view.with(|view| view.compare.is_some()));
    let told = Memo::new(move |_| live(page));
    // What is compared, beside a view that shows one side.
    let pair = move || is_compared.get().then(|| view! { class = "k", <Comparison is_drawn=false/> });
    let body = move || match view.get() {
        View::Chart(kind) if is_compared.get() && kind == ChartKind::Trend.id() => {
            view! { class = "k", <Comparison is_drawn=true/> }.into_any()
        }
        View::Figures => view! { class = "k", <KeyFigures bare=true/> }.into_any(),
        View::Sentences => view! { class = "k", <Sentences headline=false/> }.into_any(),
        View::Table => view! { class = "k", {pair()}<DataTable/> }.into_any(),
        View::Full => ().into_any(),
        View::Chart(kind) => {
            let kind = ChartKind::from_id(&kind).unwrap_or(ChartKind::Trend);
            let by = page.cube().and_then(|cube| listed_dimension(kind, &cube));
            view! { class = "k",
                {pair()}
                <Panel kind=kind by=by span="span-12"/>
                <Unfitting kind=kind/>
                <Refused/>
            }
            .into_any()
        }
    };
    let incomplete = move || {
        (session.program.get() == ProgramLoad::Failed)
            .then(|| view! { class = "k", <Incomplete/> }.into_any())
    };
    view! { class = "k",
        <div class="embed">
            <Strips/>
            <Show when=move || session.has_controls()>
                <FilterBar told=told/>
                <LiveLine told=told/>
                <Chips/>
            </Show>
            {body}
            {incomplete}
            <EmbeddedNotes/>
            <Show when=move || session.has_controls()>
                <SheetBar told=told is_first=false/>
            </Show>
        </div>
    }
    .into_any()
}

/// Why a kind of chart does not show this data, where it does not.
#[component]
fn Unfitting(kind: ChartKind) -> impl IntoView {
    let page = use_page();
    move || {
        let (cube, query) = page.question()?;
        let by = listed_dimension(kind, &cube);
        let (asked, _) = linked(kind, &cube, &query, by);
        let suits = |locale: &_| {
            let unfit = crate::chart::suits(kind, &cube, &asked, by, locale).err()?;
            Some(crate::chart::empty(kind, &query, locale).unwrap_or(unfit))
        };
        let unfit = page.session.locale.with(suits)?;
        let reason = languages::with_reason(page, &cube, query.measure, unfit.reason);
        Some(view! { class = "k", <h3>{unfit.heading}</h3><p class="sentence-instead">{reason}</p> })
    }
}

/// The total of what is on view, where places were chosen and it is refused.
pub(crate) fn refused(page: Page) -> Option<Presented> {
    let (cube, query) = page.question()?;
    crate::state::geo_dimension(&cube).and_then(|geo| query.selected(geo))?;
    let cell = queries::group(&cube, &query, Vec::new())?.cell(0)?;
    let presented = page.session.locale.with(|locale| present(&cell, &cube, locale));
    presented.refusal.is_some().then_some(presented)
}

/// The refusal of a total in one line; in full where the reader may choose something else.
#[component]
fn Refused() -> impl IntoView {
    let session = use_session();
    let page = use_page();
    move || {
        let presented = refused(page)?;
        if session.has_controls() {
            return Some(view! { class = "k", <Total/> }.into_any());
        }
        let refusal = presented.refusal?;
        let (cube, query) = page.question()?;
        let reason = languages::with_reason(page, &cube, query.measure, refusal.reason);
        let marks = figure::note_marks(&cube, &presented.notes);
        Some(
            view! { class = "k",
                <p class="refused" part="total">
                    <b>{refusal.heading}</b>
                    {refusal.bounds.map(|bounds| format!(": {bounds}"))}
                    ". "
                    {reason}
                    {marks}
                </p>
            }
            .into_any(),
        )
    }
}

/// Notes of the view, in full, below it; and whose figures these are.
#[component]
fn EmbeddedNotes() -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let book = use_notes();
    let address = move || {
        let wanted = session.view.with(|view| view.edition.clone());
        page_address(page, wanted.or_else(|| page.snapshot().profile.edition.clone()), None)
    };
    move || {
        let entries = book.with(|book| book.entries().to_vec());
        let notes =
            entries.into_iter().zip(1usize..).map(|(entry, number)| super::notes::item(page, number, &entry));
        let snapshot = page.snapshot();
        let publisher = snapshot.profile.publisher.clone().unwrap_or_default();
        let edition = snapshot.profile.edition.clone().unwrap_or_default();
        let edition = [("edition", edition.as_str())];
        let whose = languages::around(
            page,
            "ui.embed-source",
            &edition,
            "publisher",
            languages::own_words(page, publisher),
        );
        view! { class = "k",
            <ol class="source" part="note">{notes.collect_view()}</ol>
            <p class="source" part="cite">
                {whose}" "{session.text("ui.not-official")}" "
                <a href=address target="_blank" rel="noopener">{session.text("ui.open-full")}</a>
            </p>
        }
    }
}
