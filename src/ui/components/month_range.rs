//! A range of periods: two handles on a small trend, and two typed ends.

use std::sync::Arc;

use leptos::prelude::*;
use statcube::{Cube, Period, Query};

use crate::chart::{Column, Shape, columns, strip};
use crate::state::time_dimension;
use crate::ui::colours;
use crate::ui::queries;
use crate::ui::session::{use_page, use_session};
use crate::ui::tasks;
use crate::web::canvas;
use crate::web::environment::{self, device_pixel_ratio};

const PLOT_HEIGHT: f64 = 54.0;

/// The periods of the dataset on view, from the earliest to the latest.
fn periods(cube: &Cube) -> Vec<(String, Period)> {
    let Some(time) = time_dimension(cube).and_then(|time| cube.dimensions().get(time)) else {
        return Vec::new();
    };
    let mut periods: Vec<(String, Period)> = time
        .categories
        .iter()
        .filter_map(|category| Some((category.code.clone(), category.period?)))
        .collect();
    statcube::order::sort_by_key(&mut periods, |(_, period)| *period);
    periods
}

/// The small trend: the published figure of each period, or the largest part where places are
/// not added.
fn small_trend(cube: &Arc<Cube>, query: &Query, periods: &[(String, Period)]) -> Vec<Column> {
    let Some(time) = time_dimension(cube) else { return Vec::new() };
    let query = queries::without_filter(&queries::leaf_filter(cube, query), time);
    let Some(result) = queries::group(cube, &query, vec![time]) else { return Vec::new() };
    let known = cube.dimensions().get(time);
    let position = |(code, _): &(String, Period)| known.and_then(|known| known.position(code));
    columns(&result, &periods.iter().filter_map(position).collect::<Vec<_>>())
}

/// The range of periods.
#[component]
pub(crate) fn MonthRange() -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let all = Memo::new(move |_| page.cube().map(|cube| periods(&cube)).unwrap_or_default());
    let last = move || all.with(|all| all.len().saturating_sub(1));
    // Positions of the two ends among all periods.
    let ends = Memo::new(move |_| {
        let (from, to) = session.view.with(|view| (view.from.clone(), view.to.clone()));
        let end = |code: Option<String>| code.as_deref().and_then(Period::parse);
        let (from, to) = (end(from), end(to));
        all.with(|all| {
            let inside = |(_, period): &(String, Period)| period.within(from, to);
            let first = all.iter().position(inside).unwrap_or(0);
            let last = all.iter().rposition(inside).unwrap_or(all.len().saturating_sub(1));
            (first, last.max(first))
        })
    });
    // While a handle is dragged only the range moves; the figures follow when it is let go
    // or pauses, so that a slow phone keeps up.
    let dragged = RwSignal::new(None::<(usize, usize)>);
    let frame = NodeRef::<leptos::html::Div>::new();
    let is_seen =
        page.is_seen(move || frame.get_untracked().is_none_or(|frame| environment::is_in_sight(&frame)));
    let shown = Memo::new(move |before: Option<&(usize, usize)>| match before {
        // A drag over a chart that leaves the range out of sight.
        Some(before) if session.brushing.get() && !is_seen.get() => *before,
        _ => dragged.get().unwrap_or_else(|| ends.get()),
    });
    let commit = move |(first, last_chosen): (usize, usize)| {
        let code = |at: usize| all.with_untracked(|all| all.get(at).map(|(code, _)| code.clone()));
        let last = all.with_untracked(|all| all.len().saturating_sub(1));
        let from = (first > 0).then(|| code(first)).flatten();
        let to = (last_chosen < last).then(|| code(last_chosen)).flatten();
        tasks::choose_range(session, from, to);
    };

    let canvas_node = NodeRef::<leptos::html::Canvas>::new();
    let width = RwSignal::new(0.0);
    super::panel::observe_width(frame, width);
    let bars = Memo::new(move |_| match page.settled_question() {
        Some((cube, query)) => all.with(|all| small_trend(&cube, &query, all)),
        None => Vec::new(),
    });
    let is_rtl = move || session.locale.with(crate::i18n::Locale::is_right_to_left);
    Effect::new(move |_| {
        let (Some(node), width) = (canvas_node.get(), width.get()) else { return };
        if width <= 0.0 {
            return;
        }
        let tokens = colours::tokens(session);
        let shown = shown.get();
        let mut shapes = bars.with(|bars| strip(bars, shown, (width, PLOT_HEIGHT), is_rtl(), &tokens));
        shapes.extend(year_labels(&all.get_untracked(), width, is_rtl(), &tokens));
        canvas::draw(&node, width, 76.0, device_pixel_ratio(), &shapes);
    });

    // Left edge of a period, as a share of the width.
    let left_of = move |at: usize| {
        let count = all.with(|all| all.len().max(1)) as f64;
        let share = at as f64 / count;
        if is_rtl() { 1.0 - share } else { share }
    };
    let percent = |share: f64| format!("{:.3}%", share * 100.0);
    let handle = move |is_first: bool| {
        let at = move || if is_first { shown.get().0 } else { shown.get().1 };
        let edge = move || percent(if is_first { left_of(at()) } else { left_of(at() + 1) });
        let told = move || {
            let at = at();
            all.with(|all| {
                all.get(at).map(|(_, period)| session.locale.with(|locale| locale.period(*period)))
            })
        };
        let moved = move |to: usize| {
            let (first, last) = dragged.get_untracked().unwrap_or_else(|| ends.get_untracked());
            if is_first { (to.min(last), last) } else { (first, to.max(first)) }
        };
        let on_key = move |event: web_sys::KeyboardEvent| {
            let at = at() as isize;
            let forward = if is_rtl() { -1 } else { 1 };
            let to = match event.key().as_str() {
                "ArrowRight" => at + forward,
                "ArrowLeft" => at - forward,
                "ArrowUp" => at + 1,
                "ArrowDown" => at - 1,
                "PageUp" => at + 12,
                "PageDown" => at - 12,
                "Home" => 0,
                "End" => last() as isize,
                _ => return,
            };
            event.prevent_default();
            commit(moved(to.clamp(0, last() as isize) as usize));
        };
        let on_down = move |event: web_sys::PointerEvent| {
            if let Some(target) =
                event.target().and_then(|t| wasm_bindgen::JsCast::dyn_into::<web_sys::Element>(t).ok())
            {
                let _ = target.set_pointer_capture(event.pointer_id());
            }
            dragged.set(Some(ends.get_untracked()));
        };
        let on_move = move |event: web_sys::PointerEvent| {
            let (true, Some(frame)) =
                (dragged.with_untracked(Option::is_some) && event.buttons() > 0, frame.get_untracked())
            else {
                return;
            };
            let rect = frame.get_bounding_client_rect();
            let share = ((f64::from(event.client_x()) - rect.left()) / rect.width().max(1.0)).clamp(0.0, 1.0);
            let share = if is_rtl() { 1.0 - share } else { share };
            let edge = share * all.with_untracked(|all| all.len()) as f64;
            let to = if is_first { edge.round() } else { (edge - 1.0).round().max(0.0) };
            let to = moved((to as usize).min(last()));
            if dragged.get_untracked() != Some(to) {
                dragged.set(Some(to));
            }
        };
        let on_up = move |_: web_sys::PointerEvent| {
            if let Some(range) = dragged.get_untracked() {
                dragged.set(None);
                commit(range);
            }
        };
        let label = if is_first { "ui.first-month" } else { "ui.last-month" };
        view! { class = "k",
            <button
                class=if is_first { "handle first" } else { "handle last" }
                role="slider"
                aria-label=move || session.text(label)
                aria-orientation="horizontal"
                aria-valuemin="0"
                aria-valuemax=move || last().to_string()
                aria-valuenow=move || at().to_string()
                aria-valuetext=told
                style:left=edge
                on:keydown=on_key
                on:pointerdown=on_down
                on:pointermove=on_move
                on:pointerup=on_up
                on:pointercancel=on_up
            ></button>
        }
    };
    let chosen_left = move || {
        let (first, last) = shown.get();
        percent(left_of(first).min(left_of(last + 1)))
    };
    let chosen_width = move || {
        let (first, last) = shown.get();
        percent((left_of(first) - left_of(last + 1)).abs())
    };
    let counted = move || {
        let (first, last_chosen) = shown.get();
        let (chosen, all) = ((last_chosen + 1 - first).to_string(), (last() + 1).to_string());
        session.fill("ui.months-chosen", &[("chosen", &chosen), ("all", &all)])
    };

    let wrong = RwSignal::new(false);
    let typed = move |is_first: bool| {
        let code = move || {
            let at = if is_first { shown.get().0 } else { shown.get().1 };
            all.with(|all| all.get(at).map(|(code, _)| code.clone())).unwrap_or_default()
        };
        let on_change = move |event: web_sys::Event| {
            // A changed field tells so also when the page goes.
            if ends.try_get_untracked().is_none() {
                return;
            }
            let text = event_target_value(&event);
            let text = text.trim();
            if text.is_empty() {
                wrong.set(false);
                let (first, last_chosen) = ends.get_untracked();
                return commit(if is_first { (0, last_chosen) } else { (first, last()) });
            }
            let Some(period) = Period::parse(text) else { return wrong.set(true) };
            wrong.set(false);
            // An end that is not among the periods means the nearest that lies within.
            let at = all.with_untracked(|all| match is_first {
                true => all
                    .iter()
                    .position(|(_, known)| known.within(Some(period), None))
                    .unwrap_or(all.len() - 1),
                false => all.iter().rposition(|(_, known)| known.within(None, Some(period))).unwrap_or(0),
            });
            let (first, last_chosen) = ends.get_untracked();
            commit(if is_first { (at, last_chosen.max(at)) } else { (first.min(at), at) });
        };
        view! { class = "k",
            <label>
                {move || session.text(if is_first { "ui.from" } else { "ui.to" })}
                <input
                    type="text"
                    inputmode="numeric"
                    placeholder="2024-01"
                    aria-invalid=move || wrong.get().then_some("true")
                    aria-describedby=move || wrong.get().then_some("month-form")
                    prop:value=code
                    on:change=on_change
                />
            </label>
        }
    };
    view! { class = "k",
        <div role="group" aria-label=move || session.text("ui.months")>
            <p class="legend">{move || session.text("ui.months")}<span>{counted}</span></p>
            <div class="range" node_ref=frame>
                <div class="chosen" style:left=chosen_left style:width=chosen_width></div>
                <canvas dir="ltr" aria-hidden="true" node_ref=canvas_node style:width="100%" style:height="76px"></canvas>
                {handle(true)}
                {handle(false)}
            </div>
            <div class="typed">
                {typed(true)}
                {typed(false)}
                <span class="gap"></span>
                <button class="plain" on:click=move |_| tasks::choose_range(session, None, None)>
                    {move || session.text("ui.all-months")}
                </button>
                {move || wrong.get().then(|| view! { class = "k",
                    <p class="wrong" role="alert" id="month-form">{session.text("ui.month-form")}</p>
                })}
            </div>
        </div>
    }
    .into_any()
}

/// Years below the columns, where they fit.
fn year_labels(
    all: &[(String, Period)],
    width: f64,
    is_rtl: bool,
    tokens: &crate::chart::Tokens,
) -> Vec<Shape> {
    use crate::chart::{Point, TextAnchor, TextMetrics as _};
    let metrics = colours::metrics();
    let step = width / all.len().max(1) as f64;
    let mut shapes = Vec::new();
    let mut free_from = f64::MIN;
    let mut start = 0;
    while let Some((_, period)) = all.get(start) {
        let year = period.last_month().year();
        let count = all.iter().skip(start).take_while(|(_, p)| p.last_month().year() == year).count();
        let middle = (start as f64 + count as f64 / 2.0) * step;
        let middle = if is_rtl { width - middle } else { middle };
        let text = year.to_string();
        let text_width = metrics.width_css_px(&text, 12.0, false);
        let left = middle - text_width / 2.0;
        let fits = (left >= free_from || is_rtl)
            && left >= 0.0
            && left + text_width <= width
            && text_width < step * count as f64;
        if fits {
            free_from = left + text_width + 6.0;
            let at = Point::new(left, 70.0);
            shapes.push(Shape::Text {
                at,
                text,
                width: text_width,
                size: 12.0,
                bold: false,
                color: tokens.muted,
                halo: None,
                anchor: TextAnchor::Left,
            });
        }
        start += count.max(1);
    }
    shapes
}
