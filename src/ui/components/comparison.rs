//! Two choices side by side: what was pinned as A, and what the filters leave as B, with the
//! difference where the engine finds the two comparable, else the sentence why not.

use std::sync::Arc;

use leptos::prelude::*;
use statcube::{Cell, Cube, GroupResult, Query};

use super::figure;
use super::icon::Icon;
use super::panel::{CanvasChart, Kinds};
use crate::chart::ChartKind;
use crate::i18n::Locale;
use crate::present::{compared, present, query_summary};
use crate::state::{keep_the_same, time_dimension};
use crate::ui::session::{Page, use_page, use_session};
use crate::ui::{focus, languages, queries, tasks};

/// The comparison, or the way to begin one.
#[component]
pub(crate) fn Comparison(
    /// Whether both are drawn over time, too.
    is_drawn: bool,
) -> impl IntoView {
    let session = use_session();
    let page = use_page();
    // As this part of the page shows it: the view may be ahead of it.
    let is_on = Memo::new(move |_| page.against.with(Option::is_some));
    move || match is_on.get() {
        true => view! { class = "k", <Pair is_drawn=is_drawn/> }.into_any(),
        false if session.has_controls() => view! { class = "k", <Begin/> }.into_any(),
        false => ().into_any(),
    }
}

#[component]
fn Begin() -> impl IntoView {
    let session = use_session();
    let begin = move |event| {
        focus::take(&event);
        tasks::pin_comparison(session);
        session.say(session.text("compare.begun"));
        focus::move_to(session, &[".comparison"]);
    };
    let has_range =
        session.settled(move || session.view.with(|view| view.from.is_some() && view.to.is_some()));
    let year_before = move |event| {
        focus::take(&event);
        tasks::compare_with_year_before(session);
        focus::move_to(session, &[".comparison"]);
    };
    view! { class = "k",
        <div class="compare-begin">
            <button class="outlined" on:click=begin>
                {Icon::Compare.draw()}
                {move || session.text("compare.begin")}
            </button>
            <Show when=move || has_range.get()>
                <button class="plain" on:click=year_before>{move || session.text("compare.year-before")}</button>
            </Show>
        </div>
    }
    .into_any()
}

/// One side: the answer to its question, rolled up over everything.
struct Side {
    result: GroupResult,
    cell: Cell,
    name: String,
}

fn side(cube: &Arc<Cube>, query: &Query, locale: &Locale) -> Option<Side> {
    let result = queries::group(cube, query, Vec::new())?;
    let cell = result.cell(0)?;
    Some(Side { result, cell, name: query_summary(cube, query, locale) })
}

#[component]
fn Pair(is_drawn: bool) -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let asked = Memo::new_with_compare(
        move |_| page.comparison(),
        |before, now| {
            let told = |asked: &Option<&Option<(Arc<Cube>, Query, Query)>>| {
                asked.and_then(Option::as_ref).map(|(cube, a, b)| (Arc::as_ptr(cube), a.clone(), b.clone()))
            };
            told(&before) != told(&now)
        },
    );
    let is_same =
        Memo::new(move |_| asked.with(|asked| asked.as_ref().is_some_and(|(_, a, b)| keep_the_same(a, b))));
    let cube = Memo::new_with_compare(
        move |_| asked.with(|asked| asked.as_ref().map(|(cube, ..)| Arc::clone(cube))),
        |before, now| {
            before.and_then(Option::as_ref).map(Arc::as_ptr) != now.and_then(Option::as_ref).map(Arc::as_ptr)
        },
    );
    // Of another dataset the chart is no more; until then it asks what it can answer.
    let question = move |own: Arc<Cube>, is_first: bool| {
        Signal::derive(move || {
            asked.with(|asked| match asked {
                Some((cube, a, b)) if Arc::ptr_eq(cube, &own) => {
                    if is_first {
                        a.clone()
                    } else {
                        b.clone()
                    }
                }
                _ => Query::default(),
            })
        })
    };
    let figures = move || {
        let (cube, a, b) = asked.get()?;
        Some(session.locale.with(|locale| figures(page, &cube, (&a, &b), locale)))
    };
    let chart = move || {
        let cube = cube.get().filter(|_| is_drawn);
        let cube = cube.filter(|cube| !is_same.get() && time_dimension(cube).is_some())?;
        let (second, first) = (question(cube.clone(), false), question(cube.clone(), true));
        Some(view! { class = "k",
            <figure class="panel" part="chart">
                <CanvasChart kind=ChartKind::Trend cube=cube query=second by=None against=first picker=Kinds::only(ChartKind::Trend)/>
            </figure>
        })
    };
    let end = move |event| {
        focus::take(&event);
        tasks::end_comparison(session);
        focus::move_to(session, &[".compare-begin button", ".filters input"]);
    };
    let swap = move |_| tasks::swap_comparison(session);
    let hint = move || {
        is_same
            .get()
            .then(|| view! { class = "k", <p class="sentence-instead">{session.text("compare.begun")}</p> })
    };
    view! { class = "k",
        <section class="panel comparison" part="comparison" tabindex="-1" aria-label=move || session.text("compare.name-of-all")>
            <div class="panel-heading">
                <h3>{move || session.text("compare.name-of-all")}</h3>
                <Show when=move || session.has_controls()>
                    <div class="tools">
                        <button class="plain" on:click=swap>{Icon::Swap.draw()}{move || session.text("compare.swap")}</button>
                        <button class="plain" on:click=end>{Icon::Cross.draw()}{move || session.text("compare.end")}</button>
                    </div>
                </Show>
            </div>
            {hint}
            {figures}
            {chart}
        </section>
    }
    .into_any()
}

/// Both figures and what may be said of them together.
fn figures(page: Page, cube: &Arc<Cube>, (a, b): (&Query, &Query), locale: &Locale) -> Option<AnyView> {
    let session = page.session;
    let sides = [side(cube, a, locale)?, side(cube, b, locale)?];
    let book = crate::ui::note_book::use_notes();
    let rows = sides.iter().zip(["A", "B"]).map(|(side, letter)| {
        let presented = present(&side.cell, cube, locale);
        let (of_marks, notes) = (Arc::clone(cube), presented.notes.clone());
        let marks = move || {
            book.track();
            figure::note_marks(&of_marks, &notes)
        };
        let told = match &presented.refusal {
            Some(refusal) => refusal.bounds.clone().unwrap_or_else(|| refusal.heading.clone()),
            None => presented.with_unit(locale),
        };
        let why = presented.refusal.as_ref().map(|refusal| {
            let reason = languages::with_reason(page, cube, side.cell.measure(), refusal.reason.clone());
            view! { class = "k", <p class="small muted">{refusal.heading.clone()}". "{reason}</p> }
        });
        view! { class = "k",
            <tr>
                <th scope="row"><b>{letter}</b>" "{side.name.clone()}</th>
                <td>
                    <span class="told">{told}</span>
                    {marks}
                    {presented.period.clone().map(|period| view! { class = "k", <p class="small muted">{period}</p> })}
                    {figure::flags(&presented.flags)}
                    {why}
                </td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let told = match keep_the_same(a, b) {
        true => ().into_any(),
        false => difference(page, &sides, locale),
    };
    let caption = session.text("compare.name-of-all");
    Some(
        view! { class = "k",
            // A box around it: a table is never lower than its rows.
            <div>
                <table class="pair">
                    <caption class="hidden-text">{caption}</caption>
                    <tbody>{rows}{told}</tbody>
                </table>
            </div>
        }
        .into_any(),
    )
}

fn difference(page: Page, sides: &[Side; 2], locale: &Locale) -> AnyView {
    let session = page.session;
    let [a, b] = sides;
    match compared(&a.result, &b.result, locale) {
        Ok(told) => {
            let ratio = told.ratio.map(|ratio| {
                view! { class = "k",
                    <tr><th scope="row">{session.text("compare.ratio")}</th><td>{ratio}</td></tr>
                }
            });
            view! { class = "k",
                <tr><th scope="row">{session.text("compare.difference")}</th><td>{told.difference}</td></tr>
                {ratio}
            }
            .into_any()
        }
        Err(reason) => view! { class = "k",
            <tr><th scope="row">{session.text("compare.difference")}</th><td class="refused">{reason}</td></tr>
        }
        .into_any(),
    }
}
