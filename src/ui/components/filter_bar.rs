//! The filter bar: places with how many figures are published, a range of periods, and
//! every other dimension with search and counts. On narrow screens it is a sheet.

use leptos::prelude::*;
use statcube::Cube;
use wasm_bindgen::JsCast as _;

use super::icon::Icon;
use super::measure_switch::MeasurePills;
use super::month_range::MonthRange;
use crate::present::dimension_name;
use crate::state::{geo_dimension, time_dimension};
use crate::ui::focus;
use crate::ui::queries;
use crate::ui::session::{Breadth, use_page, use_session};
use crate::ui::tasks;
use crate::ui::turns::InTurn;
use crate::web::environment;

/// From how many categories on a list can be searched.
const SEARCHABLE: usize = 9;
/// How much the sheet may take of a frame's part in sight; of the window, the style sheet says it.
const SHEET_OF_SIGHT: f64 = 0.88;

/// All filters of the dataset on view.
#[component]
pub(crate) fn FilterBar(
    /// What [`live`] tells.
    told: Memo<(String, usize, usize)>,
) -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let time = move || {
        let cube = use_page().cube()?;
        time_dimension(&cube).map(|_| view! { class = "k", <MonthRange/> })
    };
    let is_two = move || page.cube().is_some_and(|cube| cube.dimensions().len() <= 2);
    let close = move |_: web_sys::MouseEvent| tasks::close_sheet(session);
    let show_label = move || {
        let published = told.with(|told| told.1);
        session.locale.with(|locale| locale.plural("ui.show-figures", published as f64, &[]))
    };
    let sheet = NodeRef::<leptos::html::Section>::new();
    Effect::new(move |_| {
        let Some(sheet) = sheet.get().filter(|_| session.sheet_open.get()) else { return };
        // In a narrow column of a wide window it is as wide as the widget.
        set_length(&sheet, "--sheet-width", session.width.get_untracked());
        if !environment::is_framed() {
            return focus_first(&sheet);
        }
        // In what is in sight of the frame, before the focus has the host scroll to the frame's end; held
        // at its top, since the frame's height follows what is chosen.
        environment::tell_part_in_sight(move |top, bottom| {
            let height = (bottom - top) * SHEET_OF_SIGHT;
            set_length(&sheet, "--sheet-top", bottom - height);
            set_length(&sheet, "--sheet-height", height);
            let _ = sheet.style().set_property("--sheet-bottom", "auto");
            focus_first(&sheet);
        });
    });
    let is_sheet = move || session.breadth() == Breadth::Narrow;
    // A phone is turned: there is no sheet any more.
    Effect::new(move |_| {
        if !is_sheet() && session.sheet_open.get() {
            session.sheet_open.set(false);
        }
    });
    view! { class = "k",
        <section
            class="filters"
            class:two=is_two
            part="filters"
            aria-label=move || session.text("ui.filters")
            role=move || if is_sheet() { "dialog" } else { "region" }
            aria-modal=move || is_sheet().then_some("true")
            node_ref=sheet
            on:keydown=move |event| {
                if !session.sheet_open.get_untracked() {
                    return;
                }
                match (event.key().as_str(), sheet.get_untracked()) {
                    ("Escape", _) => tasks::close_sheet(session),
                    ("Tab", Some(sheet)) => focus::stay_within(&sheet, &event),
                    _ => {}
                }
            }
        >
            <div class="sheet-heading">
                <b>{move || session.text("ui.filters")}</b>
                <button class="icon-only" aria-label=move || session.text("ui.close-filters") on:click=close>
                    {Icon::Cross.draw()}
                </button>
            </div>
            <MeasurePills/>
            <InTurn>{lists(|cube| geo_dimension(cube).into_iter().collect())}</InTurn>
            <InTurn>{time}</InTurn>
            <InTurn>{lists(others)}</InTurn>
            <div class="sheet-foot">
                <button class="plain" on:click=move |_| tasks::clear_filters(session)>
                    {move || session.text("ui.clear-all")}
                </button>
                <button class="solid" on:click=close>{show_label}</button>
            </div>
        </section>
    }
    .into_any()
}

fn set_length(sheet: &web_sys::HtmlElement, property: &str, css_px: f64) {
    let _ = sheet.style().set_property(property, &format!("{css_px}px"));
}

fn focus_first(sheet: &web_sys::HtmlElement) {
    let first = sheet.query_selector("button").ok().flatten();
    if let Some(first) = first.and_then(|first| first.dyn_into::<web_sys::HtmlElement>().ok()) {
        let _ = first.focus();
    }
}

/// Lists of the dimensions that the dataset on view has of these. They are made anew for another
/// dataset only, so that focus stays where it was while the reader filters.
fn lists(of: fn(&Cube) -> Vec<usize>) -> impl Fn() -> Option<AnyView> + Copy {
    move || {
        let cube = use_page().cube()?;
        let list = |dimension: usize| view! { class = "k", <CategoryList dimension=dimension/> };
        Some(of(&cube).into_iter().map(list).collect_view().into_any())
    }
}

/// Dimensions that are neither places nor time.
fn others(cube: &Cube) -> Vec<usize> {
    let known = [geo_dimension(cube), time_dimension(cube)];
    (0..cube.dimensions().len()).filter(|place| !known.contains(&Some(*place))).collect()
}

/// What the filter leaves: in words, and how many of how many figures are published.
pub(crate) fn live(page: crate::ui::session::Page) -> (String, usize, usize) {
    let session = page.session;
    match page.question() {
        Some((cube, query)) => session.locale.with(|locale| queries::live_line(&cube, &query, locale)),
        None => (String::new(), 0, 0),
    }
}

/// What the filter leaves, in one polite line; in a frame, the bar that opens the sheet.
#[component]
pub(crate) fn LiveLine(
    /// What [`live`] tells.
    told: Memo<(String, usize, usize)>,
) -> impl IntoView {
    let session = use_session();
    let summary = move || {
        told.with(|(summary, ..)| {
            let mut letters = summary.chars();
            let first = letters.next().into_iter().flat_map(char::to_uppercase);
            first.chain(letters.clone()).collect::<String>()
        })
    };
    let counts = move || {
        let (_, published, all) = told.get();
        let published = session.locale.with(|locale| locale.number(published as f64, None));
        let all = session.locale.with(|locale| locale.number(all as f64, None));
        session.fill("ui.live", &[("published", &published), ("all", &all)])
    };
    view! { class = "k",
        <p class="live" role="status"><b>{summary}":"</b>" "{counts}</p>
        <SheetBar told=told is_first=true/>
        <div class="sheet-shade" tabindex="-1" aria-hidden="true" on:click=move |_| tasks::close_sheet(session)></div>
    }
    .into_any()
}

/// The bar that opens the sheet. It is the last thing of the widget, at the foot of the window while
/// the widget is on view; in a frame, which may be as tall as what is in it, it stands first.
#[component]
pub(crate) fn SheetBar(
    /// What [`live`] tells.
    told: Memo<(String, usize, usize)>,
    /// Whether this is the place above what is filtered, not the end.
    is_first: bool,
) -> impl IntoView {
    let session = use_session();
    if environment::is_framed() != is_first {
        return ().into_any();
    }
    let bar = move || {
        let (_, published, all) = told.get();
        let (published, all) = (published.to_string(), all.to_string());
        session.fill("ui.bar", &[("published", &published), ("all", &all)])
    };
    let button = move || {
        let filters = session.view.with(|view| view.num_filters());
        match filters {
            0 => session.text("ui.filters"),
            filters => session.fill("ui.filters-count", &[("count", &filters.to_string())]),
        }
    };
    view! { class = "k",
        <div class="sheet-bar" class:first=is_first role="region" aria-label=move || session.text("ui.filters")>
            <span>{bar}</span>
            <button
                class="solid"
                aria-expanded=move || session.sheet_open.get().to_string()
                on:click=move |_| session.sheet_open.set(true)
            >
                {Icon::Filter.draw()}
                {button}
            </button>
        </div>
    }
    .into_any()
}

/// Check boxes for the categories of a dimension, with search where there are many.
#[component]
fn CategoryList(dimension: usize) -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let Some(cube) = page.snapshot().datasets.get(page.selection.with_untracked(|s| s.dataset)).cloned()
    else {
        return ().into_any();
    };
    let Some(known) = cube.dimensions().get(dimension) else { return ().into_any() };
    let label = {
        let cube = cube.clone();
        Signal::derive(move || session.locale.with(|locale| dimension_name(&cube, dimension, locale)))
    };
    let is_geo = geo_dimension(&cube) == Some(dimension);
    let searched = RwSignal::new(String::new());
    let is_long = known.len() >= SEARCHABLE;

    let counts = {
        let cube = cube.clone();
        Memo::new(move |_| {
            let query = page.settled.with(|selection| selection.query.clone());
            queries::num_published(&cube, &query, dimension)
        })
    };
    let is_kept = {
        let cube = cube.clone();
        move |position: u32| {
            page.selection.with(|selection| {
                let same =
                    page.snapshot().datasets.get(selection.dataset).is_some_and(|c| c.id() == cube.id());
                same && selection.query.selected(dimension).is_some_and(|kept| kept.contains(&position))
            })
        }
    };
    // Long lists show first what most is published of; short ones keep the publisher's order.
    let order = {
        let cube = cube.clone();
        Memo::new(move |_| {
            let mut listed = queries::listed_categories(&cube, dimension);
            if is_long {
                let counts = counts.get();
                let count = |position: u32| counts.get(position as usize).copied().unwrap_or(0);
                statcube::order::sort_by_key(&mut listed, |(depth, position)| {
                    (*depth > 0, std::cmp::Reverse(count(*position)))
                });
            }
            listed
        })
    };
    let rows = {
        let cube = cube.clone();
        move || {
            let wanted = searched.get().to_lowercase();
            let rows = order.get().into_iter().filter_map(|(_, position)| {
                let name = session.locale.with(|locale| locale.category(&cube, dimension, position));
                let code = cube.dimensions().get(dimension)?.category(position)?.code.clone();
                let found = wanted.is_empty()
                    || name.to_lowercase().contains(&wanted)
                    || code.to_lowercase() == wanted;
                found.then_some((position, code, name))
            });
            rows.collect::<Vec<_>>()
        }
    };
    let option = {
        let cube = cube.clone();
        move |(position, code, name): (u32, String, String)| {
            let count = move || counts.with(|counts| counts.get(position as usize).copied().unwrap_or(0));
            let told = move || match count() {
                0 => "–".to_owned(),
                count => session.locale.with(|locale| locale.number(count as f64, None)),
            };
            let (checked, cube) = (is_kept.clone(), cube.clone());
            view! { class = "k",
                <label class="option" class:none=move || count() == 0>
                    <input
                        type="checkbox"
                        prop:checked=move || checked(position)
                        on:change=move |_| tasks::toggle_category(session, &cube, dimension, &code)
                    />
                    <span>{name}</span>
                    <span class="count" aria-hidden="true">{told}</span>
                    <span class="hidden-text">{move || told_count(session, count())}</span>
                </label>
            }
        }
    };
    let counted = if is_geo { "ui.months-published" } else { "ui.figures-published" };
    let search = is_long.then(|| {
        let placeholder = {
            let count = known.len().to_string();
            move || session.fill("ui.find-one-of", &[("count", &count)])
        };
        view! { class = "k",
            <div class="search">
                {Icon::Search.draw()}
                <input
                    type="search"
                    placeholder=placeholder
                    aria-label=move || session.fill("ui.find", &[("dimension", &label.get())])
                    prop:value=searched
                    on:input=move |event| searched.set(event_target_value(&event))
                />
            </div>
        }
    });
    let nothing = {
        let rows = rows.clone();
        move || {
            rows()
                .is_empty()
                .then(|| view! { class = "k", <p class="muted small">{session.text("ui.nothing-found")}</p> })
        }
    };
    view! { class = "k",
        <fieldset class:classification=!is_geo>
            <legend class="legend">{label}<span>{move || session.text(counted)}</span></legend>
            {search}
            <div class="option-list">
                <For each=rows key=|(position, code, name)| (*position, code.clone(), name.clone()) children=option/>
                {nothing}
            </div>
        </fieldset>
    }
    .into_any()
}

fn told_count(session: crate::ui::session::Session, count: usize) -> String {
    match count {
        0 => session.text("value.missing"),
        count => session.locale.with(|locale| locale.plural("ui.published-count", count as f64, &[])),
    }
}
