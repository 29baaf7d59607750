//! The total of what the filters leave, or one sentence on why there is none, with the
//! bounds and what to use instead.

use std::sync::Arc;

use leptos::prelude::*;
use statcube::cube::{Alternative, alternatives, slice_of, total_checks};
use statcube::{Cell, Cube, DimensionRole, Query};

use super::figure;
use crate::chart::total_key;
use crate::narrative::later_range;
use crate::present::{Flag, Presented, present, query_summary};
use crate::state::geo_dimension;
use crate::ui::focus;
use crate::ui::languages;
use crate::ui::note_book::use_notes;
use crate::ui::queries;
use crate::ui::session::{Page, Selection, use_page, use_session};
use crate::ui::tasks;

/// How many single categories are offered instead of a refused total.
const MOST_OFFERED: usize = 4;

/// The place of the total.
#[component]
pub(crate) fn Total(#[prop(optional)] span: &'static str) -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let book = use_notes();
    let told = Memo::new_with_compare(
        move |_| page.selection.with(|selection| tell(page, selection)).map(Arc::new),
        |_, _| true,
    );
    // The section stays while its form does: under a drag its figures change at each frame.
    let is_refused = Memo::new(move |_| Some(told.get()?.presented.refusal.is_some()));
    let noted = Memo::new(move |_| {
        let told = told.get()?;
        Some(book.with(|book| book.numbers(&told.cube, &told.presented.notes)))
    });
    let flagged = Memo::new(move |_| told.get().map(|told| told.presented.flags.clone()));
    let words = move |of: fn(&Told) -> Option<String>| move || of(&*told.get()?);
    let part = move |of: fn(Page, &Told) -> Option<AnyView>| move || of(page, &*told.get()?);
    let marks = move || noted.get().map(|numbers| figure::marks_after(&numbers, &[]));
    let flags = move || {
        session.locale.track();
        flagged.get().map(|flags| figure::flags(&flags))
    };
    let summary = words(|told| Some(told.summary.clone()));
    move || {
        let inside = match is_refused.get()? {
            false => view! { class = "k",
                <div class="titled"><h3>{words(|told| Some(told.measure.clone()))}</h3>{marks}</div>
                <p class="between"><small>{summary}</small>{words(|told| Some(told.unit.clone()))}</p>
                {part(|_, told| {
                    let period = told.presented.period.clone()?;
                    Some(view! { class = "k", <p class="muted">{period}</p> }.into_any())
                })}
                {part(|_, told| {
                    let later = told.later.clone()?;
                    Some(view! { class = "k", <p class="muted small">{later}</p> }.into_any())
                })}
                {flags}
                {part(|_, told| Some(figure::others(&told.presented)))}
                {part(|page, told| Some(checked(page, &told.cube, &told.cell)))}
            }
            .into_any(),
            true => view! { class = "k",
                <h3>{words(|told| Some(told.presented.refusal.as_ref()?.heading.clone()))}</h3>
                <p class="between">
                    <small>{summary}</small>{words(|told| told.presented.refusal.as_ref()?.bounds.clone())}
                </p>
                {part(|_, told| Some(bounds_bar(told.cell.lower()?, told.cell.upper())))}
                <p class="why">
                    {part(|page, told| {
                        let reason = told.presented.refusal.as_ref()?.reason.clone();
                        Some(languages::with_reason(page, &told.cube, told.query.measure, reason))
                    })}
                    {marks}
                </p>
                {part(|_, told| {
                    let counted = told.presented.refusal.as_ref()?.counted.clone()?;
                    Some(view! { class = "k", <p class="muted small">{counted}</p> }.into_any())
                })}
                {flags}
            }
            .into_any(),
        };
        Some(view! { class = "k",
            <section
                class=format!("panel total {span}")
                part="total"
                tabindex="-1"
                aria-label=move || session.text("ui.total")
            >
                {inside}
                {part(instead)}
            </section>
        })
    }
}

/// What the place of the total tells.
struct Told {
    cube: Arc<Cube>,
    query: Query,
    cell: Cell,
    presented: Presented,
    measure: String,
    summary: String,
    unit: String,
    /// That a range is published for a later period.
    later: Option<String>,
}

fn tell(page: Page, selection: &Selection) -> Option<Told> {
    let cube = page.snapshot().datasets.get(selection.dataset).cloned()?;
    // Of nothing there is no total, not even a missing one.
    let query = Some(selection.query.clone()).filter(|query| !query.keeps_nothing())?;
    let cell = queries::group(&cube, &query, Vec::new())?.cell(0)?;
    page.session.locale.with(|locale| {
        let presented = present(&cell, &cube, locale);
        let (measure, summary) = (locale.measure(&cube, query.measure), query_summary(&cube, &query, locale));
        let unit = presented.with_unit(locale);
        let later = later_range(&cube, &query, &cell, locale).map(|sentence| sentence.text);
        Some(Told { cube, query, cell, presented, measure, summary, unit, later })
    })
}

/// Filled to the lower bound, dashed and hatched to the upper, fading where that is open.
fn bounds_bar(lower: f64, upper: Option<f64>) -> AnyView {
    let end = upper.unwrap_or(lower * 1.25).max(lower).max(1.0);
    let filled = lower / end * 100.0;
    let open = (upper != Some(lower)).then(|| {
        view! { class = "k",
            <span
                class="open"
                class:fades=upper.is_none()
                style:inset-inline-start=format!("{filled:.2}%")
                style:width=format!("{:.2}%", 100.0 - filled)
            ></span>
        }
    });
    view! { class = "k",
        <div class="bounds" aria-hidden="true">
            <span class="bar" style:width=format!("{filled:.2}%")></span>
            {open}
        </div>
    }
    .into_any()
}

/// A published total beside what its parts add up to; where the two cannot both be right, the
/// parts can be opened.
fn checked(page: Page, cube: &Arc<Cube>, cell: &Cell) -> AnyView {
    let session = page.session;
    let told = total_checks(cube, cell).into_iter().map(|check| {
        let presented = session.locale.with(|locale| present(&check.computed, cube, locale));
        let key = if check.computed.value().is_some() { "ui.total.parts" } else { "ui.total.bounds" };
        let value = session.locale.with(|locale| presented.with_unit(locale));
        let flags = figure::flags(&presented.flags);
        let differs = check.difference.map(|difference| {
            let measure = cube.measures().get(cell.measure());
            let difference =
                session.locale.with(|locale| locale.signed(difference, measure.and_then(|m| m.decimals)));
            let result = queries::group(cube, &slice_of(cube, &check.computed), vec![check.dimension]);
            let parts = result.iter().flat_map(|result| result.cells().collect::<Vec<_>>());
            let parts = parts.filter_map(|part| {
                let position = part.category(check.dimension)?;
                let (name, shown) = session.locale.with(|locale| {
                    (locale.category(cube, check.dimension, position), present(&part, cube, locale).text)
                });
                Some(view! { class = "k", <li>{name}" "<b>{shown}</b></li> })
            });
            let parts = parts.collect_view();
            view! { class = "k",
                <details>
                    <summary>{session.fill("ui.total.differs", &[("difference", &difference)])}</summary>
                    <ul class="parts">{parts}</ul>
                </details>
            }
        });
        view! { class = "k", <p class="muted small">{session.fill(key, &[("value", &value)])}</p>{flags}{differs} }
    });
    told.collect_view().into_any()
}

/// What is valid in place of a refused total, as choices that work at once; where nothing is
/// refused, the places chosen, each alone.
fn instead(page: Page, Told { cube, query, cell, .. }: &Told) -> Option<AnyView> {
    let session = page.session;
    if !session.has_controls() {
        return None;
    }
    if cell.refusals().is_empty() {
        return places_alone(page, cube, query);
    }
    let choices = alternatives(cube, query, cell, MOST_OFFERED).into_iter().filter_map(|other| {
        let (key, dimension, position, cell) = match other {
            Alternative::Category { dimension, position, cell } => ("ui.alone", dimension, position, cell),
            Alternative::LastPeriod { dimension, position, cell } => {
                ("ui.last-period", dimension, position, cell)
            }
            Alternative::PublishedTotal { dimension, position, cell } => {
                (total_key(cell.of()), dimension, position, cell)
            }
            // The bounds stand above.
            Alternative::Bounds { .. } => return None,
        };
        choice(page, cube, key, (dimension, position), &cell)
    });
    offered(page, choices.collect())
}

fn choice(
    page: Page,
    cube: &Arc<Cube>,
    key: &'static str,
    (dimension, position): (usize, u32),
    cell: &Cell,
) -> Option<AnyView> {
    let session = page.session;
    let presented = session.locale.with(|locale| present(cell, cube, locale));
    if presented.is_missing() {
        return None;
    }
    let name = session.locale.with(|locale| locale.category(cube, dimension, position));
    let label = session.fill(key, &[("name", &name)]);
    // At least so many: of how many of its parts.
    let mut figure = presented.text.clone();
    let parts = presented.flags.iter().filter(|flag| matches!(flag, Flag::Partial { .. }));
    for word in parts.map(|flag| session.locale.with(|locale| flag.word(locale))) {
        figure = format!("{figure} ({word})");
    }
    let code = cube.dimensions().get(dimension)?.category(position)?.code.clone();
    let cube = cube.clone();
    let choose = move |_| {
        tasks::choose_categories(session, &cube, dimension, std::slice::from_ref(&code));
        focus::move_to(session, &[".total"]);
    };
    Some(
        view! { class = "k", <li><button on:click=choose>{label}<span>{figure}</span></button></li> }
            .into_any(),
    )
}

fn offered(page: Page, choices: Vec<AnyView>) -> Option<AnyView> {
    (!choices.is_empty()).then(|| {
        view! { class = "k",
            <h4>{page.session.text("ui.use-instead")}</h4>
            <ul class="instead">{choices}</ul>
        }
        .into_any()
    })
}

/// Single places and the published total, where several places are chosen.
fn places_alone(page: Page, cube: &Arc<Cube>, query: &Query) -> Option<AnyView> {
    let geo = geo_dimension(cube)?;
    let dimension = cube.dimensions().get(geo).filter(|dimension| dimension.role == DimensionRole::Geo)?;
    let kept = query.selected(geo).filter(|kept| kept.len() > 1)?;
    let mut listed: Vec<u32> = kept.iter().copied().take(MOST_OFFERED).collect();
    let parents =
        dimension.hierarchy.roots().iter().filter(|root| !dimension.hierarchy.children_of(**root).is_empty());
    listed.extend(parents.filter(|root| !kept.contains(root)));
    let result = queries::group(cube, &queries::without_filter(query, geo), vec![geo])?;
    let choices = listed.into_iter().filter_map(|position| {
        let cell = result.cell(result.find(&[position])?)?;
        let is_parent = !dimension.hierarchy.children_of(position).is_empty();
        let key = if is_parent { total_key(cell.of()) } else { "ui.alone" };
        choice(page, cube, key, (geo, position), &cell)
    });
    offered(page, choices.collect())
}
