//! The same view as a table: periods down, places or categories across.

use std::sync::Arc;

use leptos::prelude::*;
use statcube::{Cube, GroupResult, Period, Query};

use super::icon::Icon;
use crate::present::{Flag, Presented, dimension_name, present};
use crate::state::{View, geo_dimension, time_dimension};
use crate::ui::queries;
use crate::ui::session::{use_page, use_session};

/// Rows drawn before the reader asks for all of them.
const ROWS_AT_FIRST: usize = 24;
/// More columns than this are rows instead.
const MOST_COLUMNS: usize = 8;

/// What stands down and across.
struct Shape {
    rows: usize,
    columns: Option<usize>,
}

fn shape(cube: &Cube, query: &Query) -> Option<Shape> {
    let time = time_dimension(cube);
    let across = |dimension: usize| {
        let count =
            query.selected(dimension).map_or(cube.dimensions().get(dimension)?.len(), |kept| kept.len());
        (count <= MOST_COLUMNS).then_some(dimension)
    };
    // A chosen classification is what the reader looks at; else places.
    let chosen = queries::classification_dimension(cube).filter(|d| query.selected(*d).is_some());
    let columns = chosen.and_then(across).or_else(|| geo_dimension(cube).and_then(across));
    let rows = time.or_else(|| (0..cube.dimensions().len()).find(|place| Some(*place) != columns))?;
    Some(Shape { rows, columns: columns.filter(|columns| *columns != rows) })
}

struct Row {
    period: Option<Period>,
    name: String,
    cells: Vec<(Presented, bool)>,
    sort: Vec<Option<f64>>,
}

fn rows(
    cube: &Arc<Cube>,
    query: &Query,
    shape: &Shape,
    locale: &crate::i18n::Locale,
) -> (Vec<String>, Vec<Row>) {
    let by: Vec<usize> = std::iter::once(shape.rows).chain(shape.columns).collect();
    let Some(result) = queries::group(cube, query, by) else { return (Vec::new(), Vec::new()) };
    let columns: Vec<u32> = match shape.columns {
        Some(columns) => distinct(&result, 1, columns, cube),
        None => vec![0],
    };
    let heads = match shape.columns {
        Some(dimension) => {
            columns.iter().map(|&position| locale.category(cube, dimension, position)).collect()
        }
        None => vec![locale.measure(cube, query.measure)],
    };
    let mut rows: Vec<Row> = Vec::new();
    for position in distinct(&result, 0, shape.rows, cube) {
        let mut row = Row {
            period: cube
                .dimensions()
                .get(shape.rows)
                .and_then(|dimension| dimension.category(position)?.period),
            name: locale.category(cube, shape.rows, position),
            cells: Vec::with_capacity(columns.len()),
            sort: Vec::with_capacity(columns.len()),
        };
        let mut any = false;
        for &column in &columns {
            let wanted: &[u32] = if shape.columns.is_some() { &[position, column] } else { &[position] };
            let Some(cell) = result.find(wanted).and_then(|cell| result.cell(cell)) else { continue };
            any |= cell.observed() > 0;
            let refused = !cell.refusals().is_empty();
            row.sort.push(cell.value());
            row.cells.push((present(&cell, cube, locale), refused));
        }
        // Periods in which nothing was published are counted in the line below the table.
        if any {
            rows.push(row);
        }
    }
    (heads, rows)
}

fn distinct(result: &GroupResult, place: usize, dimension: usize, cube: &Cube) -> Vec<u32> {
    let mut seen = vec![false; cube.dimensions().get(dimension).map_or(0, |known| known.len())];
    for cell in 0..result.len() {
        if let Some(slot) = result.positions_of(cell).get(place).and_then(|p| seen.get_mut(*p as usize)) {
            *slot = true;
        }
    }
    (0u32..).zip(seen).filter(|(_, seen)| *seen).map(|(position, _)| position).collect()
}

/// Rows in the order of a column (none: the first). Missing figures stay at the end,
/// whichever way the column runs.
fn sort_order(rows: &[Row], column: Option<usize>, descending: bool) -> Vec<usize> {
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let Some(column) = column else {
        statcube::order::sort_by_key(&mut order, |&at| rows.get(at).map(|row| row.period));
        if descending {
            order.reverse();
        }
        return order;
    };
    let value = |at: usize| rows.get(at).and_then(|row| row.sort.get(column).copied().flatten());
    statcube::order::sort_by(&mut order, |&a, &b| match (value(a), value(b)) {
        (Some(a), Some(b)) if descending => b.total_cmp(&a),
        (Some(a), Some(b)) => a.total_cmp(&b),
        (a, b) => b.is_some().cmp(&a.is_some()),
    });
    order
}

/// The table of what is on view.
#[component]
pub(crate) fn DataTable() -> impl IntoView {
    let session = use_session();
    let page = use_page();
    // The column that sorts (none: the first) and whether it runs downwards.
    let sorted = RwSignal::new((None::<usize>, true));
    let all_rows = RwSignal::new(false);
    let measure = Memo::new(move |_| page.selection.with(|s| (s.dataset, s.query.measure)));
    Effect::new(move |_| {
        measure.track();
        sorted.set((None, true));
        all_rows.set(false);
    });
    move || {
        let (cube, query) = page.question()?;
        let shape = shape(&cube, &query)?;
        let (heads, rows) = session.locale.with(|locale| rows(&cube, &query, &shape, locale));
        let total = rows.len();
        let rows = StoredValue::new(rows);
        let shown = move || if all_rows.get() { total } else { ROWS_AT_FIRST.min(total) };
        // Only the body is drawn anew when the order changes: the focus stays on its button.
        let sort_button = move |column: Option<usize>, label: String| {
            view! { class = "k",
                <button on:click=move |_| sorted.update(|(known, descending)| {
                    *descending = if *known == column { !*descending } else { true };
                    *known = column;
                })>
                    {label}
                    {move || (sorted.get().0 == column).then(|| Icon::Sort.draw())}
                </button>
            }
        };
        let aria_sort = move |of: Option<usize>| {
            let (column, descending) = sorted.get();
            (column == of).then_some(if descending { "descending" } else { "ascending" })
        };
        let row_label = session.locale.with(|locale| dimension_name(&cube, shape.rows, locale));
        let caption = session.locale.with(|locale| {
            let measure = locale.measure(&cube, query.measure);
            format!("{measure}, {}", crate::present::query_summary(&cube, &query, locale))
        });
        let unit = cube.measures().get(query.measure).and_then(|m| m.unit.clone());
        let subtitle = match unit {
            Some(unit) => {
                let unit = session.locale.with(|locale| locale.unit(&unit, 2.0, None));
                format!("{caption}. {}", session.fill("ui.unit", &[("unit", &unit)]))
            }
            None => caption.clone(),
        };
        let heads = heads.into_iter().enumerate().map(|(at, head)| {
            view! { class = "k",
                <th scope="col" aria-sort=move || aria_sort(Some(at))>{sort_button(Some(at), head)}</th>
            }
        });
        let heads = heads.collect_view();
        let body = move || {
            let (column, descending) = sorted.get();
            rows.with_value(|rows| {
                let order = sort_order(rows, column, descending);
                let drawn = order.into_iter().take(shown()).filter_map(|at| rows.get(at)).map(|row| {
                    let cells = row.cells.iter().map(|(presented, refused)| table_cell(presented, *refused));
                    view! { class = "k", <tr><th scope="row">{row.name.clone()}</th>{cells.collect_view()}</tr> }
                });
                drawn.collect_view()
            })
        };
        let more = move || {
            (shown() < total).then(|| {
            let label = session.locale.with(|locale| locale.plural("ui.show-rows", total as f64, &[]));
            view! { class = "k", <p><button class="plain" on:click=move |_| all_rows.set(true)>{label}</button></p> }
        })
        };
        let empty = (total == 0).then(|| {
            view! { class = "k",
                <p class="sentence-instead">{session.text("ui.no-figures")}</p>
            }
        });
        let sources = super::panel::source_line(page, &queries::sources_of(&cube, &query));
        // On its own it is not “the same” as anything.
        let title = match session.view.with(|view| view.view == View::Table) {
            true => session.locale.with(|locale| locale.measure(&cube, query.measure)),
            false => session.text("ui.table-title"),
        };
        Some(
            view! { class = "k",
                <section class="panel span-12" part="table" aria-label=session.text("ui.table")>
                    <div class="panel-heading">
                        <div>
                            <h3>
                                {title}
                                {cube.parts().illustrative.then(|| view! { class = "k",
                                    " "<span class="flag illustrative">{session.text("flag.illustrative")}</span>
                                })}
                            </h3>
                            <p class="subtitle">{subtitle}</p>
                        </div>
                    </div>
                    {empty}
                    {(total > 0).then(|| view! { class = "k",
                        <div class="table-frame" tabindex="0" role="group" aria-label=session.text("ui.table")>
                            <table>
                                <caption class="hidden-text">{caption}</caption>
                                <thead>
                                    <tr>
                                        <th scope="col" aria-sort=move || aria_sort(None)>{sort_button(None, row_label)}</th>
                                        {heads}
                                    </tr>
                                </thead>
                                <tbody>{body}</tbody>
                            </table>
                        </div>
                    })}
                    {more}
                    <p class="source">{session.text("ui.table-key")}" "{sources}</p>
                </section>
            }
            .into_any(),
        )
    }
}

fn table_cell(presented: &Presented, refused: bool) -> AnyView {
    let session = use_session();
    if presented.is_missing() {
        let word = session.text("value.missing");
        return view! { class = "k",
            <td class="missing">
                <span aria-hidden="true">"–"</span>
                <span class="hidden-text">{word}</span>
            </td>
        }
        .into_any();
    }
    let class = if refused { "refused" } else { "" };
    let flags = presented.flags.iter().filter(|flag| **flag != Flag::Provisional);
    let flags = flags.map(|flag| {
        let word = session.locale.with_untracked(|locale| flag.word(locale));
        // Said once above the table for the eye; for each figure to whoever hears it.
        let class = match flag {
            Flag::Illustrative | Flag::PublishedTotal => "hidden-text".to_owned(),
            flag => format!("flag {}", flag.id()),
        };
        view! { class = "k", <span class=class>{word}" "</span> }
    });
    view! { class = "k", <td class=class>{flags.collect_view()}{presented.text.clone()}</td> }.into_any()
}
