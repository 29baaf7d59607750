//! The total of what the filters leave, or one sentence on why there is none, with the
//! bounds and what to use instead.

use leptos::prelude::*;
use statcube::{Cube, DimensionRole};

use super::figure;
use crate::present::present;
use crate::state::geo_dimension;
use crate::ui::focus;
use crate::ui::queries;
use crate::ui::session::{Page, use_page, use_session};
use crate::ui::tasks;

/// How many single categories are offered instead of a refused total.
const MOST_OFFERED: usize = 4;

/// The place of the total.
#[component]
pub(crate) fn Total(#[prop(optional)] span: &'static str) -> impl IntoView {
    let session = use_session();
    let page = use_page();
    move || {
        let (cube, query) = page.question()?;
        let result = queries::group(&cube, &query, Vec::new())?;
        let cell = result.cell(0)?;
        let presented = session.locale.with(|locale| present(&cell, &cube, locale));
        let summary = session.locale.with(|locale| crate::present::query_summary(&cube, &query, locale));
        let marks = figure::note_marks(&cube, &presented.notes);
        let Some(refusal) = presented.refusal.clone() else {
            let unit = presented.with_unit(&session.locale.get());
            let period = presented.period.clone();
            return Some(
                view! { class = "k",
                    <section class=format!("panel total {span}") part="total" tabindex="-1" aria-label=session.text("ui.total")>
                        <h3>{session.locale.with(|locale| locale.measure(&cube, query.measure))}{marks}</h3>
                        <p class="between"><small>{summary}</small>{unit}</p>
                        {period.map(|period| view! { class = "k", <p class="muted">{period}</p> })}
                        {figure::flags(&presented.flags)}
                        {instead(page, &cube)}
                    </section>
                }
                .into_any(),
            );
        };
        let bounds = refusal.bounds.clone();
        let bar = match (cell.lower(), cell.upper()) {
            (Some(lower), upper) => Some(bounds_bar(lower, upper)),
            _ => None,
        };
        Some(
            view! { class = "k",
                <section class=format!("panel total {span}") part="total" tabindex="-1" aria-label=session.text("ui.total")>
                    <h3>{refusal.heading}</h3>
                    <p class="between"><small>{summary}</small>{bounds}</p>
                    {bar}
                    <p class="why">{refusal.reason}{marks}</p>
                    {refusal.counted.map(|counted| view! { class = "k", <p class="muted small">{counted}</p> })}
                    {figure::flags(&presented.flags)}
                    {instead(page, &cube)}
                </section>
            }
            .into_any(),
        )
    }
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

/// Single categories and the published total, as choices that work at once. Offered where
/// several places are chosen.
fn instead(page: Page, cube: &std::sync::Arc<Cube>) -> Option<AnyView> {
    let session = page.session;
    if !session.has_controls() {
        return None;
    }
    let query = page.selection.with(|selection| selection.query.clone());
    let geo = geo_dimension(cube)?;
    let dimension = cube.dimensions().get(geo).filter(|dimension| dimension.role == DimensionRole::Geo)?;
    let kept = query.selected(geo).filter(|kept| kept.len() > 1)?;
    let mut offered: Vec<u32> = kept.iter().copied().take(MOST_OFFERED).collect();
    let parents =
        dimension.hierarchy.roots().iter().filter(|root| !dimension.hierarchy.children_of(**root).is_empty());
    offered.extend(parents.filter(|root| !kept.contains(root)));
    let result = queries::group(cube, &queries::without_filter(&query, geo), vec![geo])?;
    let choices = offered.into_iter().filter_map(|position| {
        let cell = result.cell(result.find(&[position])?)?;
        let presented = session.locale.with(|locale| present(&cell, cube, locale));
        if presented.is_missing() {
            return None;
        }
        let name = session.locale.with(|locale| locale.category(cube, geo, position));
        let is_parent = !dimension.hierarchy.children_of(position).is_empty();
        let label = session.fill(if is_parent { "ui.as-published" } else { "ui.alone" }, &[("name", &name)]);
        let code = dimension.category(position)?.code.clone();
        let cube = cube.clone();
        let choose = move |_| {
            tasks::choose_categories(session, &cube, geo, std::slice::from_ref(&code));
            focus::move_to(session, &[".total"]);
        };
        Some(view! { class = "k",
            <li>
                <button on:click=choose>
                    {label}
                    <span>{presented.text}</span>
                </button>
            </li>
        })
    });
    let choices = choices.collect::<Vec<_>>();
    (!choices.is_empty()).then(|| {
        view! { class = "k",
            <h4>{session.text("ui.use-instead")}</h4>
            <ul class="instead">{choices}</ul>
        }
        .into_any()
    })
}
