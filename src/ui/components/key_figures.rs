//! The figures that the publisher puts first. Filters do not change them.

use leptos::prelude::*;

use super::figure;
use super::panel::CanvasChart;
use crate::chart::ChartKind;
use crate::narrative::{HeadlineFigure, headline};
use crate::state::View;
use crate::ui::languages;
use crate::ui::session::{Page, use_page, use_session};

/// For how wide a tile its chart is laid out on paper: labels stand beside their bars.
const PRINTED_SPLIT_CSS_PX: f64 = 440.0;

/// The key figures on view.
pub(crate) type Shown = Memo<Vec<HeadlineFigure>>;

/// The key figures on view: all, or those of the dataset that a single view names, which may be none.
/// What filters change is none of theirs.
pub(crate) fn shown(page: Page) -> Shown {
    let view = page.session.view;
    let named =
        Memo::new(move |_| view.with(|view| view.dataset.clone().filter(|_| view.view != View::Full)));
    Memo::new(move |_| {
        let snapshot = page.snapshot();
        let mut figures = page.session.locale.with(|locale| headline(&snapshot, locale));
        // What the file does not have is said elsewhere.
        if let Some(named) = named.get().filter(|named| snapshot.dataset(named).is_some()) {
            figures.retain(|figure| figure.dataset == named);
        }
        figures
    })
}

/// A tile for each key figure; one that is split is a small chart.
#[component]
pub(crate) fn KeyFigures(#[prop(optional)] bare: bool) -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let figures = expect_context::<Shown>();
    let tiles = move || {
        let snapshot = page.snapshot();
        let tiles = figures.get().into_iter().filter_map(|figure| {
            let cube = snapshot.dataset(&figure.dataset)?.clone();
            let marks = figure::note_marks(&cube, &figure.presented.notes);
            if figure.split.is_empty() {
                let lang = (!figure.has_own_label).then(|| languages::of_publisher(page));
                return Some(
                    view! { class = "k",
                        <div class="tile">
                            <h3 lang=lang>
                                {figure.label}
                                {figure.period.filter(|_| bare).map(|period| format!(", {period}"))}
                            </h3>
                            {figure::large(&figure.presented, marks)}
                            {figure.change.map(|text| view! { class = "k", <p class="change">{text}</p> })}
                            {figure.part.map(|text| view! { class = "k", <p class="change">{text}</p> })}
                            {figure::flags(&figure.presented.flags)}
                        </div>
                    }
                    .into_any(),
                );
            }
            let (by, query) = figure.split_by.clone()?;
            Some(
                view! { class = "k",
                    <figure class="tile split">
                        <CanvasChart kind=ChartKind::Bars cube=cube query=Signal::stored(query) by=Some(by) heading=figure.label printed=PRINTED_SPLIT_CSS_PX/>
                    </figure>
                }
                .into_any(),
            )
        });
        tiles.collect_view()
    };
    let heading = move || {
        let edition = page.snapshot().profile.edition.clone();
        let period = edition.as_deref().and_then(statcube::Period::parse);
        match period {
            Some(period) => {
                let period = session.locale.with(|locale| locale.period(period));
                session.fill("ui.at-a-glance", &[("period", &period)])
            }
            None => session.text("ui.at-a-glance-plain"),
        }
    };
    let none = move || {
        (bare && figures.with(Vec::is_empty)).then(|| {
            view! { class = "k", <p class="sentence-instead">{session.text("ui.no-key-figures")}</p> }
        })
    };
    let has_any = bare || !page.snapshot().profile.key_figures.is_empty();
    has_any.then(|| view! { class = "k",
        <section class=if bare { "" } else { "key" } part="figures" aria-label=heading>
            {(!bare).then(|| view! { class = "k",
                <div class="key-heading">
                    <h2>{heading}</h2>
                    <span class="muted small">{move || session.text("ui.filters-do-not-change")}</span>
                </div>
            })}
            <div class="tiles">{tiles}</div>
            {none}
        </section>
    })
    .into_any()
}
