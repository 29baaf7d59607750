//! Two choices side by side: what was pinned as A, and what the filters leave as B, with the
//! difference where the engine finds the two comparable, else the sentence why not.

use std::sync::Arc;

use leptos::prelude::*;
use statcube::cube::{Change, NotComparable, compare};
use statcube::{Cell, Cube, GroupResult, Query, StatisticKind};

use super::figure;
use super::icon::Icon;
use super::panel::{CanvasChart, Kinds};
use crate::chart::ChartKind;
use crate::i18n::Locale;
use crate::present::{counted_noun, present, query_summary};
use crate::state::time_dimension;
use crate::ui::session::{Page, use_page, use_session};
use crate::ui::{focus, queries, tasks};

/// The comparison, or the way to begin one.
#[component]
pub(crate) fn Comparison() -> impl IntoView {
    let session = use_session();
    let is_on = Memo::new(move |_| session.view.with(|view| view.compare.is_some()));
    move || match is_on.get() {
        true => view! { class = "k", <Pair/> }.into_any(),
        false if session.has_controls() => view! { class = "k", <Begin/> }.into_any(),
        false => ().into_any(),
    }
}

#[component]
fn Begin() -> impl IntoView {
    let session = use_session();
    let begin = move |_| {
        tasks::pin_comparison(session);
        session.spoken.set(session.text("compare.begun"));
        focus::move_to(session, &[".comparison"]);
    };
    let has_range = Memo::new(move |_| session.view.with(|view| view.from.is_some() && view.to.is_some()));
    let year_before = move |_| {
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
fn Pair() -> impl IntoView {
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
    let is_same = Memo::new(move |_| asked.with(|asked| asked.as_ref().is_some_and(|(_, a, b)| same(a, b))));
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
        let cube = cube.get().filter(|cube| !is_same.get() && time_dimension(cube).is_some())?;
        let (second, first) = (question(cube.clone(), false), question(cube.clone(), true));
        Some(view! { class = "k",
            <figure class="panel" part="chart">
                <CanvasChart kind=ChartKind::Trend cube=cube query=second by=None against=first picker=Kinds::only(ChartKind::Trend)/>
            </figure>
        })
    };
    let end = move |_| {
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

/// Whether two questions keep the same, whoever asked.
fn same(a: &Query, b: &Query) -> bool {
    let kept = |query: &Query, other: &Query| {
        query
            .clauses
            .iter()
            .all(|clause| query.selected(clause.dimension) == other.selected(clause.dimension))
    };
    kept(a, b) && kept(b, a)
}

/// Both figures and what may be said of them together.
fn figures(page: Page, cube: &Arc<Cube>, (a, b): (&Query, &Query), locale: &Locale) -> Option<AnyView> {
    let session = page.session;
    let sides = [side(cube, a, locale)?, side(cube, b, locale)?];
    let book = crate::ui::note_book::use_notes();
    let rows = sides.iter().zip(["A", "B"]).map(|(side, letter)| {
        let presented = present(&side.cell, cube, locale);
        let (cube, notes) = (Arc::clone(cube), presented.notes.clone());
        let marks = move || {
            book.track();
            figure::note_marks(&cube, &notes)
        };
        let told = match &presented.refusal {
            Some(refusal) => refusal.bounds.clone().unwrap_or_else(|| refusal.heading.clone()),
            None => presented.with_unit(locale),
        };
        let why = presented.refusal.as_ref().map(|refusal| {
            view! { class = "k", <p class="small muted">{refusal.heading.clone()}". "{refusal.reason.clone()}</p> }
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
    let told = match same(a, b) {
        true => ().into_any(),
        false => difference(page, cube, &sides, locale),
    };
    let caption = session.text("compare.name-of-all");
    Some(
        view! { class = "k",
            <table class="pair">
                <caption class="hidden-text">{caption}</caption>
                <tbody>{rows}{told}</tbody>
            </table>
        }
        .into_any(),
    )
}

fn difference(page: Page, cube: &Arc<Cube>, sides: &[Side; 2], locale: &Locale) -> AnyView {
    let session = page.session;
    let [a, b] = sides;
    match compare((&a.result, 0), (&b.result, 0)) {
        Ok(change) => {
            let (difference, ratio) = told_change(cube, a.cell.measure(), change, locale);
            let ratio = ratio.map(|ratio| {
                view! { class = "k",
                    <tr><th scope="row">{session.text("compare.ratio")}</th><td>{ratio}</td></tr>
                }
            });
            view! { class = "k",
                <tr><th scope="row">{session.text("compare.difference")}</th><td>{difference}</td></tr>
                {ratio}
            }
            .into_any()
        }
        Err(reason) => {
            let told = why_not(cube, sides, &reason, locale);
            view! { class = "k",
                <tr><th scope="row">{session.text("compare.difference")}</th><td class="refused">{told}</td></tr>
            }
            .into_any()
        }
    }
}

/// “+3,204 arrivals”, and “1.4 (+40%)” where a ratio means something.
fn told_change(cube: &Cube, measure: usize, change: Change, locale: &Locale) -> (String, Option<String>) {
    let Some(known) = cube.measures().get(measure) else { return (String::new(), None) };
    let is_rate = known.kind == StatisticKind::Rate;
    let signed = locale.signed(change.difference, known.decimals);
    let difference = match known.unit.as_deref() {
        // The difference of two percentages is in points.
        Some("%") => locale.fill("compare.points", &[("number", &signed)]),
        Some(unit) => {
            let unit = locale.unit(unit, change.difference.abs(), known.decimals);
            locale.fill("value.with-unit", &[("value", &signed), ("unit", &unit)])
        }
        None => signed,
    };
    let ratio = change.ratio.filter(|ratio| !is_rate && *ratio >= 0.0).map(|ratio| {
        let times = locale.number(ratio, Some(if ratio < 10.0 { 2 } else { 0 }));
        let percent = locale.signed_percent(((ratio - 1.0) * 100.0).round(), Some(0));
        locale.fill("compare.times", &[("times", &times), ("percent", &percent)])
    });
    (difference, ratio)
}

/// Why there is no difference.
fn why_not(cube: &Arc<Cube>, sides: &[Side; 2], reason: &NotComparable, locale: &Locale) -> String {
    let refused = sides.iter().zip(["A", "B"]).find(|(side, _)| !side.cell.refusals().is_empty());
    if let Some((_, letter)) = refused {
        return locale.fill("compare.no-total", &[("letter", letter)]);
    }
    let [a, b] = sides;
    let noun = |count: usize| {
        let time = time_dimension(cube).unwrap_or_default();
        format!("{} {}", locale.number(count as f64, None), counted_noun(cube, time, count, locale))
    };
    match reason {
        NotComparable::Lengths(first, second) => {
            locale.fill("compare.lengths", &[("a", &noun(*first)), ("b", &noun(*second))])
        }
        NotComparable::Parts(..) => {
            let count = |side: &Side| {
                let (observed, of) = (side.cell.observed(), side.cell.of());
                let number = |count: u32| locale.number(f64::from(count), None);
                locale.fill("compare.published", &[("observed", &number(observed)), ("of", &number(of))])
            };
            locale.fill("compare.parts", &[("a", &count(a)), ("b", &count(b))])
        }
        NotComparable::Break => locale.text("compare.break").to_owned(),
        _ => locale.text("compare.missing").to_owned(),
    }
}
