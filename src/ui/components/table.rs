//! The same view as a table: periods down, places or categories across, and, where several
//! were chosen, all of them together. Rows are made when they are looked at, a page at a time.

use std::sync::Arc;

use leptos::prelude::*;
use statcube::cube::GroupResult;
use statcube::{Cube, Query};

use super::figure;
use super::icon::Icon;
use crate::i18n::Locale;
use crate::present::{Flag, Presented, dimension_name, present};
use crate::state::{View, geo_dimension, time_dimension};
use crate::ui::session::{Session, use_page, use_session};
use crate::ui::{focus, queries, tasks};

/// Rows of a page.
const ROWS: usize = 24;
/// So many rows are written in one task.
const ROWS_AT_ONCE: usize = 6;
/// Up to so many rows may be shown at once.
const MOST_AT_ONCE: usize = 400;
/// More columns than this are rows instead.
const MOST_COLUMNS: usize = 8;
/// Up to so many rows need no search.
const FEW: usize = 8;

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
    // Where the rows are places, another dimension that is not rolled up by a filter.
    let others =
        || (0..cube.dimensions().len()).filter(|place| time.is_none() && Some(*place) != geo_dimension(cube));
    let columns = columns.or_else(|| others().find_map(across));
    let rows = time.or_else(|| (0..cube.dimensions().len()).find(|place| Some(*place) != columns))?;
    Some(Shape { rows, columns: columns.filter(|columns| *columns != rows) })
}

/// What a column is about.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Column {
    /// One category of the dimension that stands across.
    Category(u32),
    /// All that were chosen of it, as the engine answers for them.
    Together,
    /// The measure, where nothing stands across.
    Measure,
}

/// The figures of a view, before any of them is written.
struct Grid {
    cube: Arc<Cube>,
    query: Query,
    shape: Shape,
    result: GroupResult,
    together: Option<GroupResult>,
    columns: Vec<Column>,
    /// Categories of the rows in which any figure or range is published, or withheld, in the
    /// publisher's order, or that of time.
    rows: Vec<u32>,
}

impl Grid {
    fn of(cube: Arc<Cube>, query: Query) -> Option<Self> {
        let shape = shape(&cube, &query)?;
        let by: Vec<usize> = std::iter::once(shape.rows).chain(shape.columns).collect();
        let result = queries::group(&cube, &query, by)?;
        let several = |dimension: &usize| query.selected(*dimension).is_some_and(|kept| kept.len() > 1);
        let together =
            shape.columns.filter(several).and_then(|_| queries::group(&cube, &query, vec![shape.rows]));
        let mut columns: Vec<Column> = match shape.columns {
            Some(columns) => distinct(&result, 1, columns).into_iter().map(Column::Category).collect(),
            None => vec![Column::Measure],
        };
        columns.extend(together.is_some().then_some(Column::Together));
        // Periods in which nothing was published are counted in the line below the table.
        let mut is_published = vec![false; cube.dimensions().get(shape.rows)?.len()];
        for cell in (0..result.len()).filter(|cell| result.is_answered(*cell)) {
            let row = result.positions_of(cell).first().copied();
            if let Some(slot) = row.and_then(|row| is_published.get_mut(row as usize)) {
                *slot = true;
            }
        }
        let order = cube.dimensions().get(shape.rows)?.chronological();
        let rows = (0u32..).take(is_published.len());
        let rows: Vec<u32> = if order.len() == is_published.len() { order.to_vec() } else { rows.collect() };
        let rows = rows.into_iter().filter(|row| is_published.get(*row as usize) == Some(&true)).collect();
        Some(Self { cube, query, shape, result, together, columns, rows })
    }

    /// The answer and the cell in it.
    fn find(&self, row: u32, column: Column) -> Option<(&GroupResult, usize)> {
        match column {
            Column::Category(category) => Some((&self.result, self.result.find(&[row, category])?)),
            Column::Measure => Some((&self.result, self.result.find(&[row])?)),
            Column::Together => {
                let together = self.together.as_ref()?;
                Some((together, together.find(&[row])?))
            }
        }
    }

    fn value(&self, row: u32, column: Column) -> Option<f64> {
        let (result, cell) = self.find(row, column)?;
        result.values().get(cell).copied().filter(|value| !value.is_nan())
    }

    fn row_name(&self, row: u32, locale: &Locale) -> String {
        locale.category(&self.cube, self.shape.rows, row)
    }

    fn column_name(&self, column: Column, locale: &Locale) -> String {
        match (column, self.shape.columns) {
            (Column::Category(category), Some(dimension)) => locale.category(&self.cube, dimension, category),
            (Column::Together, _) => locale.text("ui.together").to_owned(),
            _ => locale.measure(&self.cube, self.query.measure),
        }
    }

    /// The word that the view has for a column.
    fn column_code(&self, column: Column) -> String {
        let category = |dimension: usize, category: u32| {
            Some(self.cube.dimensions().get(dimension)?.category(category)?.code.clone())
        };
        match (column, self.shape.columns) {
            (Column::Category(of), Some(dimension)) => category(dimension, of).unwrap_or_default(),
            _ => "all".to_owned(),
        }
    }

    /// Whether the rows are periods.
    fn is_over_time(&self) -> bool {
        time_dimension(&self.cube) == Some(self.shape.rows)
    }

    /// The rows that have all of the words in their name or code, in the order of a column.
    /// Missing figures stay at the end, whichever way the column runs.
    fn ordered(&self, order: &Order, wanted: &str, locale: &Locale) -> Vec<u32> {
        let words: Vec<String> = wanted.split_whitespace().map(str::to_lowercase).collect();
        let code = |row: u32| {
            let category = self.cube.dimensions().get(self.shape.rows).and_then(|known| known.category(row));
            category.map(|category| category.code.to_lowercase()).unwrap_or_default()
        };
        let has_all = |row: &u32| {
            let name = self.row_name(*row, locale).to_lowercase();
            words.iter().all(|word| name.contains(word.as_str()) || code(*row).contains(word.as_str()))
        };
        let mut rows: Vec<u32> =
            self.rows.iter().copied().filter(|row| words.is_empty() || has_all(row)).collect();
        let Some(column) = order.column else {
            if !self.is_over_time() && order.is_asked {
                let mut named: Vec<(String, u32)> =
                    rows.iter().map(|row| (self.row_name(*row, locale).to_lowercase(), *row)).collect();
                statcube::order::sort(&mut named);
                rows = named.into_iter().map(|(_, row)| row).collect();
            }
            if order.descending {
                rows.reverse();
            }
            return rows;
        };
        let mut valued: Vec<(Option<f64>, u32)> =
            rows.into_iter().map(|row| (self.value(row, column), row)).collect();
        statcube::order::sort_by(&mut valued, |(a, _), (b, _)| match (a, b) {
            (Some(a), Some(b)) if order.descending => b.total_cmp(a),
            (Some(a), Some(b)) => a.total_cmp(b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
        valued.into_iter().map(|(_, row)| row).collect()
    }
}

fn distinct(result: &GroupResult, place: usize, dimension: usize) -> Vec<u32> {
    let len = result.cube().dimensions().get(dimension).map_or(0, |known| known.len());
    let mut seen = vec![false; len];
    for cell in 0..result.len() {
        if let Some(slot) = result.positions_of(cell).get(place).and_then(|p| seen.get_mut(*p as usize)) {
            *slot = true;
        }
    }
    (0u32..).zip(seen).filter(|(_, seen)| *seen).map(|(position, _)| position).collect()
}

/// The order of the rows.
#[derive(Clone, Copy, PartialEq, Eq)]
struct Order {
    /// The column that sorts; none: the first.
    column: Option<Column>,
    descending: bool,
    /// Whether the reader or the link asked for it.
    is_asked: bool,
}

impl Order {
    fn of(grid: &Grid, sort: Option<&str>) -> Self {
        let descending = sort.is_some_and(|sort| sort.starts_with('-'));
        let code = sort.map(|sort| sort.trim_start_matches('-'));
        let column =
            code.and_then(|code| grid.columns.iter().find(|known| grid.column_code(**known) == code));
        match (column, code) {
            (Some(column), _) => Self { column: Some(*column), descending, is_asked: true },
            (None, Some("rows")) => Self { column: None, descending, is_asked: true },
            // The latest period first.
            _ => Self { column: None, descending: grid.is_over_time(), is_asked: false },
        }
    }

    /// What the view says once the reader asks for a column: figures from the largest, names
    /// from the first; asked again, the other way round.
    fn asked(self, grid: &Grid, column: Option<Column>) -> Option<String> {
        let descending = if self.column == column { !self.descending } else { column.is_some() };
        let code = column.map_or_else(|| "rows".to_owned(), |column| grid.column_code(column));
        let is_usual = column.is_none() && grid.is_over_time() && descending;
        (!is_usual).then(|| if descending { format!("-{code}") } else { code })
    }
}

/// A page of rows, written.
struct Written {
    grid: Arc<Grid>,
    /// The place of the first among all rows.
    first: usize,
    rows: Vec<(String, Vec<WrittenCell>)>,
    /// Notes of every figure, and of every figure of a column.
    common: Vec<usize>,
    of_column: Vec<Vec<usize>>,
}

struct WrittenCell {
    presented: Presented,
    is_refused: bool,
}

fn write(grid: &Arc<Grid>, first: usize, rows: &[u32], locale: &Locale) -> Written {
    let cell = |row: u32, column: Column| {
        let (result, cell) = grid.find(row, column)?;
        let cell = result.cell(cell)?;
        let is_refused = !cell.refusals().is_empty();
        Some(WrittenCell { presented: present(&cell, &grid.cube, locale), is_refused })
    };
    let rows: Vec<(String, Vec<WrittenCell>)> = rows
        .iter()
        .map(|&row| {
            let cells = grid.columns.iter().filter_map(|&column| cell(row, column)).collect();
            (grid.row_name(row, locale), cells)
        })
        .collect();
    let shared = |column: usize| -> Option<Vec<usize>> {
        let cells = rows.iter().filter_map(|(_, cells)| cells.get(column));
        let mut notes = cells.filter(|cell| !cell.presented.is_missing()).map(|cell| &cell.presented.notes);
        let first = notes.next()?.clone();
        Some(notes.fold(first, |kept, notes| kept.into_iter().filter(|note| notes.contains(note)).collect()))
    };
    let of_column: Vec<Option<Vec<usize>>> = (0..grid.columns.len()).map(shared).collect();
    let mut told = of_column.iter().flatten();
    let common = told.next().cloned().unwrap_or_default();
    let common =
        told.fold(common, |kept, notes| kept.into_iter().filter(|note| notes.contains(note)).collect());
    let rest = |notes: Option<Vec<usize>>| {
        notes.unwrap_or_default().into_iter().filter(|note| !common.contains(note)).collect()
    };
    let of_column = of_column.into_iter().map(rest).collect();
    Written { grid: Arc::clone(grid), first, rows, common, of_column }
}

/// The table of what is on view.
#[component]
pub(crate) fn DataTable() -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let book = crate::ui::note_book::use_notes();
    // Which page of rows, and whether all are asked for.
    let at = RwSignal::new(0usize);
    let is_whole = RwSignal::new(false);
    let grid = Memo::new_with_compare(
        move |_| page.settled_question().and_then(|(cube, query)| Grid::of(cube, query)).map(Arc::new),
        |_, _| true,
    );
    let asked = Memo::new(move |_| session.view.with(|view| (view.sort.clone(), view.find.clone())));
    let ordered = Memo::new(move |_| {
        let (sort, find) = asked.get();
        let Some(grid) = grid.get() else { return Vec::new() };
        let order = Order::of(&grid, sort.as_deref());
        session.locale.with(|locale| grid.ordered(&order, find.as_deref().unwrap_or_default(), locale))
    });
    Effect::new(move |_| {
        ordered.track();
        at.set(0);
    });
    Effect::new(move |_| {
        grid.track();
        is_whole.set(false);
    });
    let total = move || ordered.with(Vec::len);
    let shown = move || {
        if is_whole.get() {
            return (0, total());
        }
        let first = (at.get() * ROWS).min(total().saturating_sub(1) / ROWS * ROWS);
        (first, (first + ROWS).min(total()))
    };
    let written = Memo::new_with_compare(
        move |_| {
            // With other numbers of notes rows are written anew, too, and follow in their turn.
            book.track();
            let (first, end) = shown();
            let grid = grid.get()?;
            let rows = ordered.with(|rows| rows.get(first..end).map(<[u32]>::to_vec)).unwrap_or_default();
            Some(Arc::new(session.locale.with(|locale| write(&grid, first, &rows, locale))))
        },
        |_, _| true,
    );
    let reached = in_pieces(session, written);
    let is_behind =
        Memo::new(move |_| reached.with(|reached| reached.as_ref().is_some_and(Reached::is_behind)));
    let pieces = Memo::new(move |_| {
        let rows = reached.with(|reached| reached.as_ref().map_or(0, |reached| reached.written.rows.len()));
        rows.div_ceil(ROWS_AT_ONCE)
    });
    let caption = move || {
        let Some(grid) = grid.get() else { return String::new() };
        session.locale.with(|locale| {
            let measure = locale.measure(&grid.cube, grid.query.measure);
            let summary = crate::present::query_summary(&grid.cube, &grid.query, locale);
            [measure, summary].join(locale.text("list.separator"))
        })
    };
    let subtitle = move || {
        let unit = grid.get().and_then(|grid| {
            let unit = grid.cube.measures().get(grid.query.measure)?.unit.clone()?;
            // Of many: languages with a dual have a form of their own for two.
            Some(session.locale.with(|locale| locale.unit(&unit, 100.0, None)))
        });
        match unit {
            Some(unit) => format!("{}. {}", caption(), session.fill("ui.unit", &[("unit", &unit)])),
            None => caption(),
        }
    };
    // On its own it is not “the same” as anything.
    let title = move || match (session.view.with(|view| view.view == View::Table), grid.get()) {
        (true, Some(grid)) => session.locale.with(|locale| locale.measure(&grid.cube, grid.query.measure)),
        _ => session.text("ui.table-title"),
    };
    let marks = move || {
        book.track();
        let (grid, written) = (grid.get()?, written.get()?);
        Some(figure::note_marks(&grid.cube, &written.common))
    };
    let illustrative = move || {
        grid.get().filter(|grid| grid.cube.parts().illustrative).map(|_| {
            view! { class = "k", " "<span class="flag illustrative">{session.text("flag.illustrative")}</span> }
        })
    };
    let sources = move || {
        let grid = grid.get()?;
        super::panel::source_line(page, &queries::sources_of(&grid.cube, &grid.query))
    };
    let is_there =
        Memo::new(move |_| grid.with(|grid| grid.as_ref().is_some_and(|grid| !grid.rows.is_empty())));
    let is_many = Memo::new(move |_| {
        session.view.with(|view| view.find.is_some())
            || grid.with(|grid| grid.as_ref().is_some_and(|grid| grid.rows.len() > FEW))
    });
    // How many rows are left while somebody writes what they must have.
    Effect::new(move |before: Option<Option<String>>| {
        let (find, rows) = (asked.with(|(_, find)| find.clone()), total());
        if before.is_some_and(|before| before != find) {
            session.say(match rows {
                0 => session.text("ui.nothing-found"),
                rows => {
                    let count = session.locale.with(|locale| locale.number(rows as f64, None));
                    session.fill("ui.rows-found", &[("count", &count)])
                }
            });
        }
        find
    });
    let frame = NodeRef::<leptos::html::Div>::new();
    let body = move || {
        match is_there.get() {
        false => {
            let is_empty = move || page.selection.with(|selection| selection.query.keeps_nothing());
            let why = move || session.text(if is_empty() { "choice.empty" } else { "ui.no-figures" });
            view! { class = "k", <p class="sentence-instead">{why}</p> }.into_any()
        }
        true => view! { class = "k",
            <Show when=move || is_many.get()>
                <FindRows/>
            </Show>
            <div class="table-frame" tabindex="0" role="group" aria-label=move || session.text("ui.table") node_ref=frame>
                <table role="table" aria-rowcount=move || (total() + 1).to_string()>
                    <caption class="hidden-text">{caption}</caption>
                    <thead role="rowgroup">{move || heads(session, grid, asked, written)}</thead>
                    <tbody role="rowgroup" aria-busy=move || is_behind.get().then_some("true")>
                        <For each=move || 0..pieces.get() key=|piece| *piece let(piece)>
                            {rows_of(session, reached, piece)}
                        </For>
                    </tbody>
                </table>
            </div>
            {move || {
                (total() == 0).then(|| view! { class = "k", <p class="muted">{session.text("ui.nothing-found")}</p> })
            }}
            <Pages total=Signal::derive(total) shown=Signal::derive(shown) at=at is_whole=is_whole frame=frame/>
        }
        .into_any(),
    }
    };
    view! { class = "k",
        <section class="panel span-12" part="table" aria-label=move || session.text("ui.table")>
            <div class="panel-heading">
                <div>
                    <div class="titled"><h3>{title}</h3>{marks}{illustrative}</div>
                    <p class="subtitle">{subtitle}</p>
                </div>
            </div>
            {body}
            <p class="source">{move || session.text("ui.table-key")}" "{sources}</p>
        </section>
    }
    .into_any()
}

/// A field that leaves the rows whose name has what is written in it.
#[component]
fn FindRows() -> impl IntoView {
    let session = use_session();
    let find = move || session.view.with(|view| view.find.clone()).unwrap_or_default();
    // Each letter shows its rows; the whole word is the step that the back button undoes.
    let on_input = move |event: web_sys::Event| {
        let text = event_target_value(&event);
        tasks::preview(session, |view| view.find = Some(text).filter(|text| !text.trim().is_empty()));
    };
    let on_change = move |_| {
        // A changed field tells so also when the page goes.
        if session.view.try_get_untracked().is_some() {
            tasks::settle(session);
        }
    };
    view! { class = "k",
        <div class="search find-rows">
            {Icon::Search.draw()}
            <input
                type="search"
                placeholder=move || session.text("ui.find-rows")
                aria-label=move || session.text("ui.find-rows")
                prop:value=find
                on:input=on_input
                on:change=on_change
            />
        </div>
    }
    .into_any()
}

type Shared<T> = Memo<Option<Arc<T>>>;

/// The row of headings: each a button that orders by its column, with the notes that hold for
/// all of it.
fn heads(
    session: Session,
    grid: Shared<Grid>,
    asked: Memo<(Option<String>, Option<String>)>,
    written: Shared<Written>,
) -> Option<AnyView> {
    let known = grid.get()?;
    let book = crate::ui::note_book::use_notes();
    let order = {
        let known = Arc::clone(&known);
        move || asked.with(|(sort, _)| Order::of(&known, sort.as_deref()))
    };
    let head = |column: Option<Column>, label: String, place: Option<usize>| {
        // Only what tells the order is drawn anew when it changes: the focus stays on its button.
        let (sorted, shown, pressed) = (order.clone(), order.clone(), order.clone());
        let (cube, of) = (Arc::clone(&known), Arc::clone(&known));
        let aria_sort = move || {
            let order = sorted();
            (order.column == column).then_some(if order.descending { "descending" } else { "ascending" })
        };
        let icon = move || {
            let order = shown();
            (order.column == column)
                .then(|| if order.descending { Icon::Sort.draw() } else { Icon::SortUp.draw() })
        };
        let marks = move || {
            book.track();
            let notes = written.with(|written| written.as_ref()?.of_column.get(place?).cloned())?;
            (!notes.is_empty()).then(|| figure::note_marks(&cube.cube, &notes))
        };
        view! { class = "k",
            <th scope="col" role="columnheader" aria-sort=aria_sort>
                <button on:click=move |_| tasks::sort_table(session, untrack(&pressed).asked(&of, column))>
                    {label}
                    {icon}
                </button>
                {marks}
            </th>
        }
    };
    let rows_label = session.locale.with(|locale| dimension_name(&known.cube, known.shape.rows, locale));
    let first = head(None, rows_label, None);
    let others = known.columns.iter().enumerate().map(|(at, column)| {
        let label = session.locale.with(|locale| known.column_name(*column, locale));
        head(Some(*column), label, Some(at))
    });
    let others = others.collect_view();
    Some(view! { class = "k", <tr role="row" aria-rowindex="1">{first}{others}</tr> }.into_any())
}

/// How far a page of rows stands there as it was written.
#[derive(Clone)]
struct Reached {
    written: Arc<Written>,
    rows: usize,
}

impl Reached {
    fn is_behind(&self) -> bool {
        self.rows < self.written.rows.len()
    }
}

/// Lets rows follow what was written a few at a time, each few in a task of their own: the first at
/// once, all of them on paper.
fn in_pieces(session: Session, written: Shared<Written>) -> RwSignal<Option<Reached>> {
    fn go_on(session: Session, reached: RwSignal<Option<Reached>>, of: Arc<Written>) {
        // By now the table may be gone, or others may be asked for.
        let is_it =
            |reached: &Option<Reached>| reached.as_ref().is_some_and(|r| Arc::ptr_eq(&r.written, &of));
        if reached.try_with_untracked(is_it) != Some(true) {
            return;
        }
        reached.update(|reached| {
            reached.iter_mut().for_each(|reached| reached.rows = reached.rows.saturating_add(ROWS_AT_ONCE));
        });
        follow(session, reached);
    }
    fn follow(session: Session, reached: RwSignal<Option<Reached>>) {
        let behind = reached.with_untracked(|reached| reached.clone().filter(Reached::is_behind));
        if session.writing.get_untracked() != behind.is_some() {
            session.writing.set(behind.is_some());
        }
        if let Some(Reached { written, .. }) = behind {
            set_timeout(move || go_on(session, reached, written), std::time::Duration::ZERO);
        }
    }
    let reached = RwSignal::new(None::<Reached>);
    Effect::new(move |_| {
        let at_once = if session.printing.get() { usize::MAX } else { ROWS_AT_ONCE };
        reached.set(written.get().map(|written| Reached { written, rows: at_once }));
        follow(session, reached);
    });
    on_cleanup(move || {
        let _ = session.writing.try_set(false);
    });
    reached
}

/// A few rows, which stay as they are until their turn.
fn rows_of(session: Session, reached: RwSignal<Option<Reached>>, piece: usize) -> impl IntoView {
    let first = piece * ROWS_AT_ONCE;
    let written = Memo::new_with_compare(
        move |before: Option<&Option<Arc<Written>>>| {
            reached.with(|reached| match reached {
                Some(reached) if reached.rows > first => Some(Arc::clone(&reached.written)),
                _ => before.cloned().flatten(),
            })
        },
        |before, now| {
            let of =
                |written: Option<&Option<Arc<Written>>>| written.and_then(Option::as_ref).map(Arc::as_ptr);
            of(before) != of(now)
        },
    );
    move || {
        let written = written.get()?;
        let end = written.rows.len().min(first + ROWS_AT_ONCE);
        // The language is that in which they were written.
        Some(untrack(|| (first..end).map(|at| row(session, &written, at)).collect_view()))
    }
}

fn row(session: Session, written: &Written, at: usize) -> Option<AnyView> {
    let (name, cells) = written.rows.get(at)?;
    let grid = &written.grid;
    let cells = cells.iter().enumerate().map(|(column, cell)| {
        let of_column = written.of_column.get(column).map_or(&[][..], Vec::as_slice);
        let is_own = |note: &&usize| !written.common.contains(note) && !of_column.contains(note);
        let notes: Vec<usize> = cell.presented.notes.iter().filter(is_own).copied().collect();
        let name = |column: &Column| session.locale.with(|locale| grid.column_name(*column, locale));
        let label = grid.columns.get(column).map(name).unwrap_or_default();
        table_cell(session, &grid.cube, cell, &notes, label)
    });
    Some(
        view! { class = "k",
            <tr role="row" aria-rowindex=(written.first + at + 2).to_string()>
                <th scope="row" role="rowheader">{name.clone()}</th>
                {cells.collect_view()}
            </tr>
        }
        .into_any(),
    )
}

/// Which rows are shown, and the way to the others.
#[component]
fn Pages(
    total: Signal<usize>,
    shown: Signal<(usize, usize)>,
    at: RwSignal<usize>,
    is_whole: RwSignal<bool>,
    frame: NodeRef<leptos::html::Div>,
) -> impl IntoView {
    let session = use_session();
    let told = move || {
        let (first, end) = shown.get();
        let number = |number: usize| session.locale.with(|locale| locale.number(number as f64, None));
        let (first, end, total) = (number(first + 1), number(end), number(total.get()));
        session.fill("ui.rows", &[("first", &first), ("last", &end), ("all", &total)])
    };
    let go = move |to: usize| {
        at.set(to);
        if let Some(frame) = frame.get_untracked() {
            frame.set_scroll_top(0);
        }
        session.say(untrack(told));
    };
    let is_paged = move || total.get() > ROWS && !is_whole.get();
    let page = move || shown.get().0 / ROWS;
    let is_last = move || shown.get().1 >= total.get();
    let whole = move || {
        (total.get() <= MOST_AT_ONCE).then(|| {
            let label =
                move || session.locale.with(|locale| locale.plural("ui.show-rows", total.get() as f64, &[]));
            let show = move |_| {
                is_whole.set(true);
                // The button goes, and what it brought has the focus.
                focus::move_to(session, &[".table-frame"]);
                session.say(untrack(told));
            };
            view! { class = "k", <button class="plain" on:click=show>{label}</button> }
        })
    };
    view! { class = "k",
        <Show when=is_paged>
            <div class="pages">
                <span>{told}</span>
                <button class="outlined" aria-disabled=move || (page() == 0).to_string() on:click=move |_| {
                    if untrack(page) > 0 {
                        go(untrack(page) - 1);
                    }
                }>{move || session.text("ui.rows-before")}</button>
                <button class="outlined" aria-disabled=move || is_last().to_string() on:click=move |_| {
                    if !untrack(is_last) {
                        go(untrack(page) + 1);
                    }
                }>{move || session.text("ui.rows-after")}</button>
                {whole}
            </div>
        </Show>
    }
    .into_any()
}

fn table_cell(session: Session, cube: &Cube, cell: &WrittenCell, notes: &[usize], column: String) -> AnyView {
    let presented = &cell.presented;
    // Where each row is a block, each figure says its column; the heading says it to who hears it.
    let label = view! { class = "k", <span class="of-column" aria-hidden="true">{column}</span> };
    if presented.is_missing() {
        let word = session.text("value.missing");
        return view! { class = "k",
            <td role="cell" class="missing">
                {label}
                <span aria-hidden="true">"–"</span>
                <span class="hidden-text">{word}</span>
            </td>
        }
        .into_any();
    }
    let class = if cell.is_refused { "refused" } else { "" };
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
    let marks = (!notes.is_empty()).then(|| figure::note_marks(cube, notes));
    view! { class = "k",
        <td role="cell" class=class>{label}<span class="value">{flags.collect_view()}{marks}{presented.text.clone()}</span></td>
    }
    .into_any()
}
