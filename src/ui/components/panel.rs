//! A chart on a canvas: one tab stop, marks that answer to pointer, finger and arrows, a
//! tooltip, its words, its sources; and the panel around it.

use std::sync::Arc;

use leptos::prelude::*;
use statcube::{Cube, Query};

use super::brush::Brush;
use super::downloads::{PanelMenu, with_context};
use super::figure;
use super::held::keep_in_place;
use super::icon::Icon;
use crate::chart::{
    Chart, ChartKind, ChartOptions, Color, Frame, Mark, Shape, Step, Tokens, Unfit, layout, overlay,
    suits_running, tooltip, underlay,
};
use crate::present::present;
use crate::state::{Picked, brushed, linked, time_dimension};
use crate::ui::events::Event;
use crate::ui::note_book::use_notes;
use crate::ui::session::{Page, ProgramLoad, Session, use_page, use_session};
use crate::ui::{colours, focus, languages, shapes, tasks};
use crate::web::canvas;
use crate::web::environment::{WidthObserver, device_pixel_ratio, is_in_sight};

/// Below this width the tooltip stands under the plot.
const DOCKED_BELOW_CSS_PX: f64 = 520.0;
const TOOLTIP_WIDTH_CSS_PX: f64 = 224.0;
/// For how wide a page charts are laid out on paper. The screen knows nothing of its width; A4 less
/// the margins (www/styles/page.css) has 688, so that texts come out at four fifths of their size.
const PRINTED_WIDTH_CSS_PX: f64 = 860.0;
const PRINTED_HEIGHT_CSS_PX: f64 = 320.0;

/// A panel of the page: a chart of the measure on view, in a kind that follows the filters.
#[component]
pub(crate) fn Panel(
    kind: ChartKind,
    /// The dimension of series or categories; the kind chooses where absent.
    #[prop(optional_no_strip)]
    by: Option<usize>,
    /// Columns of twelve.
    span: &'static str,
) -> impl IntoView {
    let page = use_page();
    // What the reader picked; the panel's own kind where that does not suit any more.
    let session = page.session;
    let picked = Memo::new(move |_| session.view.with(|view| view.picked(kind)));
    let suiting = Memo::new(move |_| {
        let Some((cube, query)) = page.settled_question() else { return Vec::new() };
        let kinds =
            ChartKind::ALL.into_iter().filter(|other| *other == kind || *other != ChartKind::Sparkline);
        kinds.filter(|other| suits(page, *other, &cube, &query, by)).collect::<Vec<_>>()
    });
    // Apart from it, so that shapes that arrive ask nothing else anew.
    let fitting = Memo::new(move |_| {
        let Some(cube) = page.cube() else { return Vec::new() };
        suiting.get().into_iter().filter(|other| is_drawable(*other, &cube)).collect::<Vec<_>>()
    });
    // A panel without its own kind says nothing new: the page has one for each. The chart is
    // not made anew where only the choice of kinds changes, as when the map's shapes arrive.
    let shown = Memo::new(move |_| {
        fitting.with(|fitting| {
            let picked = match picked.get() {
                Some(Picked::Kind(picked)) => Some(picked).filter(|picked| fitting.contains(picked)),
                _ => None,
            };
            fitting.contains(&kind).then(|| picked.unwrap_or(kind))
        })
    });
    let width = RwSignal::new(0.0);
    move || {
        let cube = page.cube()?;
        let running = picked.get() == Some(Picked::Running);
        shown.get().map(|shown| {
            // A host that gives no controls chose the kind.
            let has_choice = page.session.has_controls();
            let picker = Kinds { panel: kind, shown, fitting: has_choice.then_some(fitting) };
            let counted = (has_choice && kind == ChartKind::Trend).then(|| {
                let (cube, query) = (cube.clone(), move || page.settled_question().map(|(_, query)| query));
                move || Some(counted_picker(page, (&cube, &query()?, by), shown, running))
            });
            let dataset = page.dataset.get();
            let query = Memo::new(move |before: Option<&Query>| {
                page.selection.with(|selection| match before {
                    // Of another dataset this panel is no more.
                    Some(before) if selection.dataset != dataset => before.clone(),
                    _ => selection.query.clone(),
                })
            });
            view! { class = "k",
                <figure class=format!("panel {span} of-{}", kind.id()) part="chart">
                    <CanvasChart
                        kind=shown
                        cube=cube
                        query=query
                        by=by
                        running=running && shown == ChartKind::Trend
                        picker=picker
                        counted=counted.into_any()
                        width=width
                    />
                </figure>
            }
        })
    }
}

/// Whether a kind suits what is on view.
fn suits(page: Page, kind: ChartKind, cube: &Arc<Cube>, query: &Query, by: Option<usize>) -> bool {
    let (asked, _) = linked(kind, cube, query, by);
    page.session.locale.with(|locale| crate::chart::suits(kind, cube, &asked, by, locale)).is_ok()
}

/// Whether what a kind draws is there: a map once it has its shapes, where they have the cube's
/// places.
fn is_drawable(kind: ChartKind, cube: &Cube) -> bool {
    kind != ChartKind::Map || shapes::with(kind, |map| map.is_some_and(|map| map.covers(cube)))
}

/// The choice among the kinds that suit.
#[derive(Clone, Copy)]
pub(crate) struct Kinds {
    panel: ChartKind,
    pub shown: ChartKind,
    /// None where the host chose.
    pub fitting: Option<Memo<Vec<ChartKind>>>,
}

impl Kinds {
    /// No choice: the chart is of this kind.
    pub fn only(kind: ChartKind) -> Self {
        Self { panel: kind, shown: kind, fitting: None }
    }

    /// Shows another kind, and keeps the focus on what chose it.
    pub fn pick(&self, session: Session, kind: ChartKind) {
        tasks::pick_kind(session, self.panel, Picked::Kind(kind));
        let panel = format!(".of-{}", self.panel.id());
        let kinds = format!("{panel} .select:not(.counted) select");
        focus::move_to(session, &[&kinds, &format!("{panel} .tools button")]);
    }

    /// The choice as a list that unfolds.
    fn select(self, session: Session) -> Option<AnyView> {
        let fitting = self.fitting?;
        let options = move || {
            let option = |kind: ChartKind| {
                let name = session.locale.with(|locale| locale.text(&kind.name_key()).to_owned());
                view! { class = "k", <option value=kind.id() selected=kind == self.shown>{name}</option> }
            };
            fitting.get().into_iter().map(option).collect_view()
        };
        let pick = move |event| {
            if let Some(kind) = ChartKind::from_id(&event_target_value(&event)) {
                self.pick(session, kind);
            }
        };
        Some(
            view! { class = "k",
                <span class="select">
                    <select aria-label=move || session.text("ui.kind-of-chart") on:change=pick>{options}</select>
                    {Icon::Down.draw()}
                </span>
            }
            .into_any(),
        )
    }
}

/// A choice how the figures over time are counted: as published, running up, as shares. What
/// does not suit is not offered, and says why.
fn counted_picker(
    page: Page,
    (cube, query, by): (&Arc<Cube>, &Query, Option<usize>),
    shown: ChartKind,
    running: bool,
) -> AnyView {
    let session = page.session;
    let (asked, _) = linked(ChartKind::Share, cube, query, by);
    let refused = session.locale.with(|locale| {
        let running = crate::chart::suits_running(cube, query, locale).err();
        let share = crate::chart::suits(ChartKind::Share, cube, &asked, by, locale).err();
        [("counted", None), ("running", running), ("share", share)]
    });
    let is_running = running && refused.iter().all(|(id, why)| *id != "running" || why.is_none());
    let now = match shown {
        ChartKind::Share => "share",
        _ if is_running => "running",
        _ => "counted",
    };
    let options = refused.map(|(id, why)| {
        let name = session.text(match id {
            "running" => "ui.running-total",
            "share" => "ui.share-of-whole",
            _ => "ui.as-counted",
        });
        let is_refused = why.is_some();
        let name = match why {
            Some(why) => session.fill("ui.not-offered", &[("name", &name), ("reason", &why.reason)]),
            None => name,
        };
        view! { class = "k", <option value=id selected=id == now disabled=is_refused>{name}</option> }
    });
    let pick = move |event| {
        let picked = match event_target_value(&event).as_str() {
            "running" => Picked::Running,
            "share" => Picked::Kind(ChartKind::Share),
            _ => Picked::Kind(ChartKind::Trend),
        };
        tasks::pick_kind(session, ChartKind::Trend, picked);
        focus::move_to(session, &[".of-trend .counted select"]);
    };
    view! { class = "k",
        <span class="select counted">
            <select aria-label=session.text("ui.counted") on:change=pick>{options.collect_view()}</select>
            {Icon::Down.draw()}
        </span>
    }
    .into_any()
}

/// What one chart is about.
#[derive(Clone)]
pub(crate) struct ChartQuestion {
    pub kind: ChartKind,
    pub cube: Arc<Cube>,
    pub query: Query,
    /// The dimension of series or categories; the kind chooses where absent.
    pub by: Option<usize>,
    /// Whether a line runs up.
    pub running: bool,
    /// A second question, drawn beside on the same scale.
    pub against: Option<Query>,
}

/// Keeps the width of an element in CSS pixels, 0 until it stands on the page.
pub(crate) fn observe_width(frame: NodeRef<leptos::html::Div>, width: RwSignal<f64>) {
    let observer = StoredValue::new_local(None::<WidthObserver>);
    Effect::new(move |_| {
        if let Some(frame) = frame.get() {
            let changed = move |now: f64| {
                if (width.get_untracked() - now).abs() > f64::EPSILON {
                    width.set(now);
                }
            };
            observer.set_value(WidthObserver::new(&frame, changed));
        }
    });
}

/// The width of a chart on paper: all of it on a page of our own; on a host's no more than on the
/// screen.
fn printed_width(session: Session, on_screen: f64) -> f64 {
    match session.full.get_untracked() {
        true => PRINTED_WIDTH_CSS_PX,
        false => on_screen.clamp(288.0, PRINTED_WIDTH_CSS_PX),
    }
}

/// Device pixels a CSS pixel: those of paper, whatever the screen has, while it is printed.
fn pixel_ratio(session: Session) -> f64 {
    const PAPER: f64 = 3.0;
    if session.printing.get() { PAPER } else { device_pixel_ratio() }
}

/// Lays out a chart with the reader's colours, language and text widths; as a picture, with
/// title, notes and source inside.
pub(crate) fn lay_out(
    page: Page,
    question: &ChartQuestion,
    width: f64,
    is_picture: bool,
) -> Result<Chart, Unfit> {
    let session = page.session;
    let ChartQuestion { kind, ref cube, ref query, by, running, ref against } = *question;
    let tokens = colours::tokens(session);
    let metrics = colours::metrics();
    let (query, mut chosen) = match against {
        Some(_) => (query.clone(), Vec::new()),
        None => linked(kind, cube, query, by),
    };
    // On the screen the band over chosen periods lies below the chart, which stays as it is.
    if !is_picture {
        chosen.retain(|(dimension, _)| Some(*dimension) != time_dimension(cube));
    }
    let boundaries = page.loaded.with_value(|loaded| loaded.snapshot.profile.boundaries.clone());
    let height = if is_picture { None } else { embedded_height(session, kind, width) };
    let against = against.clone();
    let origin =
        if is_picture { with_context(page, cube, &query, crate::export::origin) } else { Vec::new() };
    // What may not run up stays as counted.
    let running = running && session.locale.with(|locale| suits_running(cube, &query, locale)).is_ok();
    let options = ChartOptions {
        by,
        title: is_picture,
        chosen,
        boundaries,
        origin,
        running,
        against,
        ..ChartOptions::default()
    };
    session.locale.with(|locale| {
        shapes::with(kind, |map| {
            let frame = Frame { width, height, tokens: &tokens, metrics: metrics.as_ref(), locale, map };
            layout(kind, cube, &query, &options, &frame)
        })
    })
}

/// The height of a chart over time in a single view: flatter than on the page, and so that
/// the view with its words fits the height that the host gives it.
fn embedded_height(session: Session, kind: ChartKind, width: f64) -> Option<f64> {
    const WORDS_CSS_PX: f64 = 168.0;
    let is_flexible = matches!(kind, ChartKind::Trend | ChartKind::Years | ChartKind::Share);
    if !is_flexible || session.full.get() {
        return Some(PRINTED_HEIGHT_CSS_PX).filter(|_| is_flexible && session.printing.get());
    }
    let given = session.host.with_value(|host| host.get_attribute("height"));
    // As the element reserves its room. By the browser: the library's own way brings a table of 10 kB.
    let given = given.map(|text| js_sys::parse_float(&text)).filter(|height| *height > 0.0);
    Some(
        given
            .map_or((width * 0.42).clamp(180.0, 340.0), |height| (height - WORDS_CSS_PX).clamp(140.0, 800.0)),
    )
}

/// A chart with everything that belongs to it, laid out anew when its question, the width,
/// the colours or the language change. What the reader points at or has the focus on stays.
#[component]
pub(crate) fn CanvasChart(
    kind: ChartKind,
    cube: Arc<Cube>,
    #[prop(into)] query: Signal<Query>,
    #[prop(optional_no_strip)] by: Option<usize>,
    /// Whether a line runs up.
    #[prop(optional)]
    running: bool,
    /// A second question, drawn beside on the same scale.
    #[prop(optional)]
    against: Option<Signal<Query>>,
    /// Title, where it is not the chart's own.
    #[prop(optional, into)]
    heading: Option<String>,
    /// The choice of kinds, where the panel has one; with it comes the menu.
    #[prop(optional)]
    picker: Option<Kinds>,
    /// The choice how figures over time are counted.
    #[prop(optional)]
    counted: Option<AnyView>,
    /// Width on paper in CSS pixels, where that is not all of the page.
    #[prop(optional)]
    printed: Option<f64>,
    /// The width of the chart before it in the same place: it will most likely have that, too.
    #[prop(default = RwSignal::new(0.0))]
    width: RwSignal<f64>,
) -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let frame = NodeRef::<leptos::html::Div>::new();
    let canvas_node = NodeRef::<leptos::html::Canvas>::new();
    observe_width(frame, width);
    let asked = move || ChartQuestion {
        kind,
        cube: cube.clone(),
        query: query.get(),
        by,
        running,
        against: against.map(|against| against.get()),
    };
    let question = StoredValue::new(untrack(&asked));
    let cube = question.with_value(|question| Arc::clone(&question.cube));
    // What the chart itself asks: dragging over its own periods is no other question to it.
    let own = Memo::new(move |_| {
        let now = asked();
        let (own, chosen) = linked(kind, &now.cube, &now.query, by);
        let time = time_dimension(&now.cube);
        let chosen: Vec<_> = chosen.into_iter().filter(|(place, _)| Some(*place) != time).collect();
        let told = (own, chosen, now.against.clone());
        question.set_value(now);
        told
    });
    // The width is not known before the panel stands on the page; words are laid out for the
    // width it will most likely have, so that nothing jumps.
    let chart = Memo::new_with_compare(
        move |_| {
            // Asked, not only tracked: else it would count as changed at the first change of anything.
            own.with(|_| ());
            let width = match session.printing.get() {
                true => Some(printed.unwrap_or_else(|| printed_width(session, width.get_untracked()))),
                false => Some(width.get()).filter(|width| *width > 0.0),
            };
            let width = width.unwrap_or_else(|| (session.width.get_untracked() - 32.0).clamp(288.0, 720.0));
            question.with_value(|question| lay_out(page, question, width, false).map(Arc::new))
        },
        |_, _| true,
    );
    // Periods chosen in this chart.
    let periods = {
        let time = time_dimension(&cube);
        Memo::new(move |_| {
            let time = time?;
            query
                .with(|query| brushed(kind, query).and_then(|_| query.selected(time)))
                .map(|kept| (time, kept))
        })
    };
    let active = RwSignal::new(None::<usize>);
    let is_focused = RwSignal::new(false);
    // Of another question the marks are others; the one with the focus may be among them.
    let pointed = StoredValue::new(Vec::new());
    Effect::new(move |_| {
        chart.with(|chart| {
            let Ok(chart) = chart else { return };
            let is_it = |mark: &Mark, was: &[(usize, u32)]| !was.is_empty() && mark.positions == was;
            let was = pointed.with_value(|was| chart.scene.marks.iter().position(|mark| is_it(mark, was)));
            active.set(was.filter(|_| is_focused.get_untracked()));
        });
    });
    Effect::new(move |_| {
        let active = active.get();
        let positions = chart
            .with_untracked(|chart| Some(chart.as_ref().ok()?.scene.marks.get(active?)?.positions.clone()));
        pointed.set_value(positions.unwrap_or_default());
    });
    let kept = StoredValue::new_local(canvas::Kept::default());
    // Painted once the page has its new words, since fonts of a canvas have their styles worked out; in a
    // task of its own what is out of sight, and a new canvas, for which memory is found, but for the first
    // chart of all.
    type Due = (web_sys::HtmlCanvasElement, f64, Arc<Chart>, Vec<Shape>);
    let due = StoredValue::new_local(None::<Due>);
    let paint = move || {
        if let Some((node, ratio, chart, above)) = due.try_update_value(Option::take).flatten() {
            kept.try_update_value(|kept: &mut canvas::Kept| kept.draw(&node, ratio, &chart, &above));
        }
    };
    Effect::new(move |_| {
        let (Some(node), true) = (canvas_node.get(), width.get() > 0.0) else { return };
        let active = active.get();
        let tokens = colours::tokens(session);
        chart.with(|chart| {
            let Ok(chart) = chart else { return };
            let above = active.map_or_else(Vec::new, |mark| overlay(chart, mark, is_focused.get(), &tokens));
            due.set_value(Some((node.clone(), pixel_ratio(session), Arc::clone(chart), above)));
            if session.printing.get() {
                return paint();
            }
            leptos::task::spawn_local(async move {
                // The element may be gone by then.
                let is_dragged = session.brushing.try_get_untracked().unwrap_or_default();
                let is_new = kept.try_with_value(canvas::Kept::is_empty).unwrap_or_default()
                    && session.program.try_get_untracked() == Some(ProgramLoad::Whole);
                if is_dragged || (!is_new && is_in_sight(&node)) {
                    paint();
                } else {
                    set_timeout(paint, std::time::Duration::ZERO);
                }
            });
        });
    });
    // The band over these periods lies below the canvas, which a drag leaves as it is.
    let band = Memo::new(move |_| {
        let tokens = colours::tokens(session);
        chart
            .with(|chart| {
                let scene = &chart.as_ref().ok()?.scene;
                periods.with(|periods| {
                    periods.as_ref().map(|(time, kept)| underlay(scene, *time, kept, &tokens))
                })
            })
            .unwrap_or_default()
    });
    let banded = move |color: fn(&Tokens) -> Color| {
        let color = move || color(&colours::tokens(session));
        let path = move || band.with(|band| path_of(band, color()));
        view! { class = "k", <path d=path fill=move || color().css()></path> }
    };

    let speak = move |mark: usize| {
        let told = chart.with_untracked(|chart| {
            let chart = chart.as_ref().ok()?;
            let mark = chart.scene.marks.get(mark)?;
            question.with_value(|ChartQuestion { cube, .. }| {
                session.locale.with_untracked(|locale| {
                    let presented = present(&mark.cell, cube, locale);
                    let name = [Some(mark.name.clone()), mark.when.clone()].into_iter().flatten();
                    let mut parts: Vec<String> = name.collect();
                    parts.push(presented.spoken.clone());
                    parts.extend(figure::told_others(&presented, locale));
                    let notes = mark.cell.notes().iter().filter_map(|&at| cube.notes().get(at));
                    let notes = notes.filter(|note| note.mandatory);
                    parts.extend(notes.map(|note| locale.note(note).to_owned()));
                    Some(parts.join(locale.text("list.separator")))
                })
            })
        });
        session.say(told.unwrap_or_default());
    };
    let choose = move |mark: usize| {
        if against.is_some() {
            return;
        }
        chart.with_untracked(|chart| {
            let Some(mark) = chart.as_ref().ok().and_then(|chart| chart.scene.marks.get(mark)) else {
                return;
            };
            if let Some(frame) = frame.get_untracked() {
                keep_in_place(session, frame.into());
            }
            question.with_value(|question| choose_mark(page, question, mark));
        });
    };
    let at_pointer = move |event: &web_sys::PointerEvent| {
        let node = canvas_node.get_untracked()?;
        let rect = node.get_bounding_client_rect();
        let (x, y) = (f64::from(event.client_x()) - rect.left(), f64::from(event.client_y()) - rect.top());
        chart.with_untracked(|chart| chart.as_ref().ok()?.scene.hit(x, y))
    };
    // A finger points before it chooses: the first tap tells of a mark, the second chooses it.
    let tapped = StoredValue::new(None::<Option<usize>>);
    let brush = Brush::new(page, kind, question, chart, canvas_node);
    let on_move = move |event: web_sys::PointerEvent| {
        if brush.moved(&event) {
            if active.get_untracked().is_some() {
                active.set(None);
            }
            return;
        }
        let hit = at_pointer(&event);
        if active.get_untracked() != hit {
            is_focused.set(false);
            active.set(hit);
        }
    };
    let on_key = move |event: web_sys::KeyboardEvent| {
        let step = match event.key().as_str() {
            "ArrowLeft" => Step::Left,
            "ArrowRight" => Step::Right,
            "ArrowUp" => Step::Up,
            "ArrowDown" => Step::Down,
            "Home" => Step::Home,
            "End" => Step::End,
            "Escape" => {
                brush.give_up();
                active.set(None);
                is_focused.set(false);
                return;
            }
            "Enter" | " " => {
                event.prevent_default();
                if let Some(mark) = active.get_untracked() {
                    choose(mark);
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        let next = chart.with_untracked(|chart| {
            chart.as_ref().ok().and_then(|chart| chart.scene.next_mark(active.get_untracked(), step))
        });
        is_focused.set(true);
        active.set(next);
        if let Some(mark) = next {
            speak(mark);
        }
    };
    let tip = move || {
        let mark = active.get()?;
        chart.with(|chart| {
            let chart = chart.as_ref().ok()?;
            question.with_value(|question| tooltip_view(session, chart, mark, &question.cube))
        })
    };
    let size = Memo::new(move |_| {
        chart.with(|chart| chart.as_ref().map_or((0.0, 0.0), |chart| (chart.scene.width, chart.scene.height)))
    });
    let shown_heading = {
        let heading = heading.clone();
        move || {
            chart.with(|chart| match (&heading, chart) {
                (Some(heading), _) => heading.clone(),
                (None, Ok(chart)) => chart.title.clone(),
                (None, Err(unfit)) => unfit.heading.clone(),
            })
        }
    };
    let name = shown_heading.clone();
    // What is made of elements is made anew only where it changes: a drag brings a chart at each frame.
    let noted = {
        let (cube, book) = (cube.clone(), use_notes());
        Memo::new(move |_| {
            chart.with(|chart| {
                let notes = &chart.as_ref().ok()?.notes;
                Some(book.with(|book| book.numbers(&cube, notes)))
            })
        })
    };
    let marks = move || noted.get().map(|numbers| figure::marks_after(&numbers, &[]));
    let subtitle =
        move || chart.with(|chart| chart.as_ref().map(|chart| chart.subtitle.clone()).unwrap_or_default());
    let boundaries = move || page.loaded.with_value(|loaded| loaded.snapshot.profile.boundaries.clone());
    let described = Memo::new(move |before: Option<&String>| match before {
        // Nobody listens to it during a drag.
        Some(before) if session.brushing.get() => before.clone(),
        _ => chart.with(|chart| match chart {
            // Title and subtitle are the group's name.
            Ok(chart) => chart.description.replacen(&format!("{}. {}. ", chart.title, chart.subtitle), "", 1),
            Err(unfit) => unfit.reason.clone(),
        }),
    });
    let description = move || languages::with_own(page, described.get(), boundaries().as_deref());
    // Made anew only where it becomes a sentence or a chart again: attributes that are written anew would
    // take the focus away.
    let refused =
        Memo::new(move |_| chart.with(|chart| chart.as_ref().err().map(|unfit| unfit.reason.clone())));
    let body = move || match refused.get() {
        Some(reason) => {
            let reason = question.with_value(|question| {
                languages::with_reason(page, &question.cube, question.query.measure, reason)
            });
            view! { class = "k", <p class="sentence-instead">{reason}</p> }.into_any()
        }
        None => {
            let name = name.clone();
            view! { class = "k",
                <div
                    class="plot"
                    class:map=move || kind == ChartKind::Map
                    class:brushable=move || brush.is_possible()
                    tabindex="0"
                    role="group"
                    aria-roledescription=move || session.text("ui.chart")
                    aria-label=move || format!("{}. {}", name(), subtitle())
                    aria-description=move || session.text("ui.chart-keys")
                    on:keydown=on_key
                    on:blur=move |_| {
                        active.set(None);
                        is_focused.set(false);
                    }
                >
                    <svg class="band" viewBox=move || format!("0 0 {} {}", size.get().0, size.get().1) aria-hidden="true">
                        {banded(|tokens| tokens.tint)}
                        {banded(|tokens| tokens.ink)}
                    </svg>
                    <canvas
                        dir="ltr"
                        aria-hidden="true"
                        node_ref=canvas_node
                        style:width="100%"
                        style:height=move || format!("{}px", size.get().1)
                        on:pointermove=on_move
                        on:pointerdown=move |event| {
                            let is_finger = event.pointer_type() == "touch";
                            tapped.set_value(is_finger.then(|| active.get_untracked()));
                            on_move(event.clone());
                            brush.started(&event);
                        }
                        on:pointerup=move |_| brush.ended()
                        on:pointercancel=move |_| {
                            brush.give_up();
                            // The finger scrolls: what it touched on its way was not meant.
                            if let Some(before) = tapped.get_value() {
                                active.set(before);
                            }
                        }
                        on:pointerleave=move |event: web_sys::PointerEvent| {
                            if event.pointer_type() == "mouse" {
                                active.set(None);
                            }
                        }
                        on:click=move |_| {
                            if brush.took_the_click() {
                                return;
                            }
                            let told = tapped.get_value();
                            if let Some(mark) = active.get_untracked()
                                && told.is_none_or(|before| before == Some(mark))
                            {
                                choose(mark);
                            }
                        }
                    ></canvas>
                    <p class="hidden-text">{description}</p>
                    {tip}
                </div>
            }
            .into_any()
        }
    };
    let keyed =
        Memo::new(move |_| chart.with(|chart| chart.as_ref().map_or_else(|_| Vec::new(), |c| c.key.clone())));
    let key = move || {
        keyed.with(|key| {
            (!key.is_empty()).then(|| {
                let items = key.iter().map(|item| {
                    view! { class = "k", <span><KeySwatch item=item.clone()/>{item.text.clone()}<span class="hidden-text">". "</span></span> }
                });
                view! { class = "k", <p class="key-line">{items.collect_view()}</p> }
            })
        })
    };
    let sourced = Memo::new(move |_| {
        chart.with(|chart| chart.as_ref().ok().map(|chart| (chart.sources.clone(), chart.disclaimer.clone())))
    });
    let source = move || {
        sourced.get().map(|(sources, disclaimer)| {
            let source = source_line(page, &sources);
            view! { class = "k",
                // No caption: a screen reader would call the figure by its source.
                <p class="source">
                    {disclaimer.map(|text| languages::with_own(page, format!("{text} "), boundaries().as_deref()))}
                    {source}
                </p>
            }
        })
    };
    let menu = picker.map(|picker| {
        view! { class = "k", <div class="tools">{counted}{picker.select(session)}<PanelMenu question=question kinds=picker/></div> }
    });
    view! { class = "k",
        <div class="panel-heading">
            <div>
                <div class="titled"><h3>{shown_heading}</h3>{marks}</div>
                <p class="subtitle">{subtitle}</p>
            </div>
            {menu}
        </div>
        <div node_ref=frame>{body}</div>
        {key}
        {source}
    }
    .into_any()
}

/// Rectangles of one colour as a path.
fn path_of(shapes: &[Shape], color: Color) -> String {
    let rects = shapes.iter().filter_map(|shape| match shape {
        Shape::Rect { rect, fill } if *fill == color => Some(rect),
        _ => None,
    });
    let steps =
        rects.map(|r| format!("M{:.1} {:.1}h{:.1}v{:.1}h{:.1}z", r.x, r.y, r.width, r.height, -r.width));
    steps.collect()
}

/// The form that a word of the key explains.
#[component]
fn KeySwatch(item: crate::chart::KeyItem) -> impl IntoView {
    let session = use_session();
    let node = NodeRef::<leptos::html::Canvas>::new();
    let (width, height) = (item.swatch.width, item.swatch.height);
    Effect::new(move |_| {
        if let Some(node) = node.get() {
            canvas::draw(&node, width, height, pixel_ratio(session), &item.swatch.shapes);
        }
    });
    view! { class = "k",
        <canvas
            dir="ltr"
            aria-hidden="true"
            node_ref=node
            style:width=format!("{width}px")
            style:height=format!("{height}px")
        ></canvas>
    }
}

/// A mark becomes a filter, and an event; chosen again, the filter is taken back.
fn choose_mark(page: Page, question: &ChartQuestion, mark: &crate::chart::Mark) {
    let session = page.session;
    let (kind, cube) = (question.kind, &question.cube);
    let code = |dimension: usize, position: u32| -> Option<(String, String)> {
        let known = cube.dimensions().get(dimension)?;
        Some((known.id.clone(), known.category(position)?.code.clone()))
    };
    let chosen = mark.positions.iter().filter_map(|&(d, p)| code(d, p)).collect();
    session.locale.with_untracked(|locale| {
        let presented = present(&mark.cell, cube, locale);
        let notes = mark.cell.notes().iter().filter_map(|&at| cube.notes().get(at));
        let notes = notes.map(|note| locale.note(note).to_owned());
        session.send(&Event::Select {
            label: &mark.name,
            text: &presented.text,
            flags: presented.flags.iter().map(|flag| flag.id().to_owned()).collect(),
            notes: notes.collect(),
            categories: chosen,
        });
    });
    if !session.has_controls() {
        return;
    }
    // Over time a mark chooses its period; elsewhere its category.
    let time = time_dimension(cube);
    let own = mark.positions.iter().find(|(dimension, _)| match kind {
        ChartKind::Bars | ChartKind::Map | ChartKind::Ranking => Some(*dimension) != time,
        _ => Some(*dimension) == time,
    });
    if let Some(&(dimension, position)) = own
        && let Some((_, code)) = code(dimension, position)
    {
        match Some(dimension) == time {
            true => tasks::choose_period(session, kind, code),
            false => tasks::choose_categories(session, cube, dimension, &[code]),
        }
    }
}

fn tooltip_view(session: Session, chart: &Chart, mark: usize, cube: &Cube) -> Option<AnyView> {
    let at = chart.scene.marks.get(mark)?.at;
    let told = session.locale.with(|locale| tooltip(chart, mark, cube, locale))?;
    let docked = chart.scene.width < DOCKED_BELOW_CSS_PX;
    // Beside the mark, on the side with more room, never outside the chart.
    let right = at.x + 16.0;
    let left = if right + TOOLTIP_WIDTH_CSS_PX <= chart.scene.width {
        right
    } else {
        at.x - 16.0 - TOOLTIP_WIDTH_CSS_PX
    };
    let left = left.clamp(0.0, (chart.scene.width - TOOLTIP_WIDTH_CSS_PX).max(0.0));
    let top = (at.y - 48.0).max(0.0);
    let place = if docked { String::new() } else { format!("translate({left:.1}px, {top:.1}px)") };
    let notes = told.notes.into_iter().map(|note| view! { class = "k", <p class="note">{note}</p> });
    Some(
        view! { class = "k",
            <div class="tooltip" class:docked=docked style:transform=place aria-hidden="true">
                <p class="name">{told.name}</p>
                {told.when.map(|when| view! { class = "k", <p class="when">{when}</p> })}
                <p class="number"><b>{told.presented.text.clone()}</b>" "{unit_of(&told.presented)}</p>
                {told.change.map(|change| view! { class = "k", <p>{change}</p> })}
                {figure::flags(&told.presented.flags)}
                {figure::others(&told.presented)}
                {notes.collect_view()}
                {told.sources.first().cloned().map(|source| view! { class = "k", <p class="note">{source}</p> })}
            </div>
        }
        .into_any(),
    )
}

fn unit_of(presented: &crate::present::Presented) -> String {
    match presented.unit.as_str() {
        "%" => String::new(),
        unit if presented.is_missing() => {
            let _ = unit;
            String::new()
        }
        unit => unit.to_owned(),
    }
}

/// “Source: …”, each title once, in the publisher's language.
pub(crate) fn source_line(page: Page, names: &[String]) -> Option<AnyView> {
    let mut titles = names.to_vec();
    let session = page.session;
    // A single view has little room; its page, to which it links, has them all.
    let most = if session.full.get() { 4 } else { 1 };
    let rest = titles.len().saturating_sub(most);
    titles.truncate(most);
    let separator = session.text("list.groups");
    let line = titles.join(&separator);
    if line.is_empty() {
        return None;
    }
    let more = (rest > 0)
        .then(|| session.locale.with(|locale| locale.plural("ui.more-sources", rest as f64, &[])))
        .map(|more| format!("{separator}{more}"));
    let words = view! { class = "k", {languages::own_words(page, line)}{more} }.into_any();
    Some(languages::around(page, "ui.source", &[], "line", words))
}
