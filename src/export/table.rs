//! The tidy table: one row a cell, each with its own unit, status, notes and sources, so that
//! no row is right only beside another. As comma-separated values (RFC 4180), and as rows for
//! a workbook. Of a comparison it has the figures of both sides, and after them the two totals.

use std::sync::Arc;

use statcube::{Cell, Cube, DimensionRole, Query};

use super::compared::Pair;
use super::{ExportContext, ExportScope};
use crate::present::{Flag, present, refusal_message};

/// The table as text.
pub fn csv(scope: ExportScope, cx: &ExportContext<'_>) -> String {
    let mut text = String::new();
    if cx.byte_order_mark {
        text.push('\u{feff}');
    }
    let columns = Columns::of(scope, cx);
    write(&mut text, columns.header());
    if cx.hxl {
        write(&mut text, columns.tags());
    }
    columns.rows(scope, cx, &mut |row| write(&mut text, row));
    text
}

fn whole(cube: &Arc<Cube>, columns: &Columns, cx: &ExportContext<'_>, take: &mut dyn FnMut(Vec<String>)) {
    for measure in 0..cube.measures().len() {
        let groupings = vec![(0..cube.dimensions().len()).collect()];
        answer(cube, &Query { measure, groupings, ..Query::default() }, columns, cx, take, true);
    }
}

fn answer(
    cube: &Arc<Cube>,
    query: &Query,
    columns: &Columns,
    cx: &ExportContext<'_>,
    take: &mut dyn FnMut(Vec<String>),
    only_published: bool,
) {
    for result in &cube.run(query).groups {
        for index in 0..result.len() {
            if only_published && !result.is_answered(index) {
                continue;
            }
            if let Some(cell) = result.cell(index) {
                take(columns.row(&cell, cube, cx));
            }
        }
    }
}

/// Each figure of side A, each of side B, and the total of either; the difference stands in the
/// total of B.
fn pair(pair: &Pair<'_>, columns: &Columns, cx: &ExportContext<'_>, take: &mut dyn FnMut(Vec<String>)) {
    let named = |side: &super::compared::Side<'_>, what: &str, row: Vec<String>, told: [String; 3]| {
        let before = [side.letter.to_owned(), side.name.clone(), what.to_owned()];
        before.into_iter().chain(row).chain(told).collect()
    };
    for side in &pair.sides {
        let query = each_figure(cx.cube, side.query);
        let mut of_side = |row| take(named(side, "figure", row, Default::default()));
        answer(cx.cube, &query, columns, cx, &mut of_side, false);
    }
    for side in &pair.sides {
        let told = match &pair.told {
            _ if side.letter == "A" => Default::default(),
            Ok(told) => {
                [raw(told.change.difference), told.change.ratio.map(raw).unwrap_or_default(), String::new()]
            }
            Err(reason) => [String::new(), String::new(), reason.clone()],
        };
        if let Some(cell) = side.total.cell(0) {
            take(named(side, "total", columns.row(&cell, cx.cube, cx), told));
        }
    }
}

/// The query, listing each single figure where it has no grouping of its own.
fn each_figure(cube: &Cube, query: &Query) -> Query {
    let mut query = query.clone();
    if query.groupings.is_empty() {
        query.groupings.push((0..cube.dimensions().len()).collect());
    }
    query
}

pub(super) fn write(text: &mut String, fields: Vec<String>) {
    for (place, field) in fields.iter().enumerate() {
        if place > 0 {
            text.push(',');
        }
        let field = guarded(field);
        if field.contains(['"', ',', '\r', '\n']) {
            text.push('"');
            text.push_str(&field.replace('"', "\"\""));
            text.push('"');
        } else {
            text.push_str(&field);
        }
    }
    text.push_str("\r\n");
}

/// A field that no spreadsheet takes for a formula: what begins like one gets an apostrophe
/// before it. Plain numbers stay numbers.
pub fn guarded(field: &str) -> String {
    let is_number = || {
        let digits = field.strip_prefix('-').unwrap_or(field);
        let (whole, fraction) = digits.split_once('.').unwrap_or((digits, "0"));
        [whole, fraction].iter().all(|part| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit()))
    };
    if field.starts_with(['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠']) && !is_number() {
        format!("'{field}")
    } else {
        field.to_owned()
    }
}

/// The dimensions that have columns, by id, and whether two sides are told apart.
pub(super) struct Columns {
    dimensions: Vec<(String, DimensionRole)>,
    is_pair: bool,
}

/// Which side a row is of, and whether it is one of its figures or their `total`.
const SIDE: [(&str, &str); 3] =
    [("side", "#meta+side+code"), ("side_label", "#meta+side+name"), ("row", "#meta+row")];

/// B minus A, B divided by A, or why not.
const COMPARED: [(&str, &str); 3] = [
    ("difference", "#indicator+difference+num"),
    ("ratio", "#indicator+ratio+num"),
    ("difference_refusal", "#meta+difference+refusal"),
];

const BEFORE: [(&str, &str); 4] = [
    ("dataset", "#meta+dataset"),
    ("measure", "#indicator+code"),
    ("measure_label", "#indicator+name"),
    ("unit", "#indicator+unit"),
];

const AFTER: [(&str, &str); 27] = [
    ("value", "#indicator+value+num"),
    ("shown", "#indicator+value+text"),
    ("lower", "#indicator+min+num"),
    ("upper", "#indicator+max+num"),
    ("observed", "#meta+observed+num"),
    ("of", "#meta+parts+num"),
    ("status", "#status+code"),
    ("flags", "#status+flags"),
    ("flag_words", "#status+name"),
    ("reducer", "#meta+reducer"),
    ("period_shown", "#date+shown"),
    ("refusal", "#meta+refusal+code"),
    ("refusal_reason", "#meta+refusal+text"),
    ("earlier_values", "#indicator+earlier"),
    ("other_values", "#indicator+conflict"),
    ("notes", "#meta+note+code"),
    ("note_texts", "#meta+note+text"),
    ("sources", "#meta+source+code"),
    ("source_texts", "#meta+source+name"),
    ("publisher", "#meta+publisher"),
    ("edition", "#meta+edition"),
    ("published", "#meta+published"),
    ("sha256", "#meta+hash"),
    ("provisional", "#meta+provisional"),
    ("illustrative", "#meta+illustrative"),
    ("address", "#meta+url"),
    ("saved", "#meta+saved"),
];

impl Columns {
    pub(super) fn of(scope: ExportScope, cx: &ExportContext<'_>) -> Self {
        let own = std::slice::from_ref(cx.cube);
        let cubes = match (scope, cx.snapshot) {
            (ExportScope::Whole, Some(snapshot)) => snapshot.datasets.as_slice(),
            _ => own,
        };
        let mut dimensions: Vec<(String, DimensionRole)> = Vec::new();
        for dimension in cubes.iter().flat_map(|cube| cube.dimensions()) {
            if !dimensions.iter().any(|(id, _)| *id == dimension.id) {
                dimensions.push((dimension.id.clone(), dimension.role));
            }
        }
        Self { dimensions, is_pair: scope == ExportScope::View && Pair::of(cx).is_some() }
    }

    /// Hands on each row: of the view each cell, of the whole each published figure.
    pub(super) fn rows(&self, scope: ExportScope, cx: &ExportContext<'_>, take: &mut dyn FnMut(Vec<String>)) {
        match (scope, cx.snapshot) {
            (ExportScope::Whole, Some(snapshot)) => {
                snapshot.datasets.iter().for_each(|cube| whole(cube, self, cx, take));
            }
            (ExportScope::Whole, None) => whole(cx.cube, self, cx, take),
            (ExportScope::View, _) => match Pair::of(cx).filter(|_| self.is_pair) {
                Some(compared) => pair(&compared, self, cx, take),
                None => answer(cx.cube, &each_figure(cx.cube, cx.query), self, cx, take, false),
            },
        }
    }

    /// Which columns hold numbers.
    pub(super) fn are_numbers(&self) -> Vec<bool> {
        self.tags().iter().map(|tag| tag.ends_with("+num")).collect()
    }

    pub(super) fn header(&self) -> Vec<String> {
        let dimensions = self.dimensions.iter().flat_map(|(id, _)| [id.clone(), format!("{id}_label")]);
        self.around(dimensions, |(name, _)| name)
    }

    /// What all tables have around the columns of their dimensions.
    fn around(
        &self,
        dimensions: impl Iterator<Item = String>,
        part: impl Fn(&(&'static str, &'static str)) -> &'static str,
    ) -> Vec<String> {
        let only_pair = |all: &'static [(&str, &str)]| if self.is_pair { all } else { &[] };
        let texts = |all: &'static [(&'static str, &'static str)]| {
            all.iter().map(|names| part(names).to_owned()).collect::<Vec<_>>()
        };
        let before = texts(only_pair(&SIDE)).into_iter().chain(texts(&BEFORE));
        before.chain(dimensions).chain(texts(&AFTER)).chain(texts(only_pair(&COMPARED))).collect()
    }

    fn tags(&self) -> Vec<String> {
        let dimensions = self.dimensions.iter().flat_map(|(id, role)| {
            let plain: String =
                id.chars().filter(char::is_ascii_alphanumeric).collect::<String>().to_lowercase();
            let tag = match role {
                DimensionRole::Geo => "#country".to_owned(),
                DimensionRole::Time => "#date".to_owned(),
                DimensionRole::Classification => format!("#indicator+by_{plain}"),
            };
            [format!("{tag}+code"), format!("{tag}+name")]
        });
        self.around(dimensions, |(_, tag)| tag)
    }

    fn row(&self, cell: &Cell, cube: &Cube, cx: &ExportContext<'_>) -> Vec<String> {
        let locale = cx.locale;
        let shown = present(cell, cube, locale);
        let measure = cube.measures().get(cell.measure());
        let mut row = vec![
            cube.id().to_owned(),
            measure.map_or_else(String::new, |measure| measure.id.clone()),
            locale.measure(cube, cell.measure()),
            measure.and_then(|measure| measure.unit.clone()).unwrap_or_default(),
        ];
        for (id, _) in &self.dimensions {
            let (code, label) = categories(cell, cube, id, cx);
            row.extend([code, label]);
        }
        let notes = shown.notes.iter().filter_map(|&note| cube.notes().get(note));
        let refusals = cell.refusals();
        // Without a number, what was printed or withheld as a range; open above while parts are
        // missing.
        let range = cell.range().filter(|_| cell.value().is_none());
        let ends = (
            cell.lower().or(range.map(|range| range.0)),
            cell.upper().or(range.filter(|_| !cell.is_partial()).map(|range| range.1)),
        );
        row.extend([
            cell.value().map(raw).unwrap_or_default(),
            shown.text.clone(),
            ends.0.map(raw).unwrap_or_default(),
            ends.1.map(raw).unwrap_or_default(),
            cell.observed().to_string(),
            cell.of().to_string(),
            cell.statuses().join(";"),
            join(shown.flags.iter().map(|flag| flag.id().to_owned())),
            join(shown.flag_words(locale).into_iter()),
            cell.reducer().map(|reducer| reducer.id().to_owned()).unwrap_or_default(),
            cell.period().and_then(|(dimension, at)| code(cube, dimension, at)).unwrap_or_default(),
            join(refusals.iter().map(|refusal| refusal.reason.id().to_owned())),
            join(refusals.iter().map(|refusal| refusal_message(refusal, cell, cube, locale))),
            join(
                cell.vintages().iter().map(|earlier| format!("{}: {}", earlier.edition, raw(earlier.value))),
            ),
            join(cell.conflicts().iter().map(|other| format!("{}: {}", other.source, raw(other.value)))),
            notes.clone().map(|note| note.id.as_str()).collect::<Vec<_>>().join(";"),
            notes.map(|note| cx.locale.note(note)).collect::<Vec<_>>().join(" | "),
            cell.sources().join(";"),
            cell.sources().iter().map(|id| source_text(cube, id)).collect::<Vec<_>>().join(" | "),
            cx.publisher().unwrap_or_default().to_owned(),
            cx.edition().unwrap_or_default().to_owned(),
            cx.published().unwrap_or_default().to_owned(),
            cx.sha256.unwrap_or_default().to_owned(),
            (cx.is_provisional() || shown.flags.contains(&Flag::Provisional)).to_string(),
            (cell.is_illustrative() || cx.is_illustrative()).to_string(),
            cx.address.unwrap_or_default().to_owned(),
            cx.saved.unwrap_or_default().to_owned(),
        ]);
        row
    }
}

/// A number as a machine reads it, never localized.
pub(super) fn raw(value: f64) -> String {
    if value == 0.0 { "0".into() } else { value.to_string() }
}

fn join(parts: impl Iterator<Item = String>) -> String {
    parts.collect::<Vec<_>>().join("; ")
}

fn code(cube: &Cube, dimension: usize, position: u32) -> Option<String> {
    Some(cube.dimensions().get(dimension)?.category(position)?.code.clone())
}

fn source_text(cube: &Cube, id: &str) -> String {
    let Some(source) = cube.parts().sources.get(id) else { return id.to_owned() };
    let parts = [
        source.publisher.as_deref(),
        Some(source.title.as_str()),
        source.date.as_deref(),
        source.href.as_deref(),
    ];
    parts.into_iter().flatten().filter(|part| !part.is_empty()).collect::<Vec<_>>().join(", ")
}

/// Code and label of what a cell is about in a dimension: one category, a run of periods by
/// both its ends, or all categories one by one.
fn categories(cell: &Cell, cube: &Cube, id: &str, cx: &ExportContext<'_>) -> (String, String) {
    let Some(place) = cube.dimension_position(id) else { return Default::default() };
    let (Some(dimension), Some(selected)) = (cube.dimensions().get(place), cell.selection().get(place))
    else {
        return Default::default();
    };
    if let ([first, .., last], DimensionRole::Time) = (selected.as_slice(), dimension.role)
        && let Some(range) = crate::present::time_summary(cube, place, Some(selected), cx.locale)
    {
        let ends = [first, last].map(|&position| code(cube, place, position).unwrap_or_default());
        return (ends.join("/"), range);
    }
    let codes: Vec<String> = selected.iter().filter_map(|&position| code(cube, place, position)).collect();
    let labels = selected.iter().map(|&position| cx.locale.category(cube, place, position));
    (codes.join(";"), join(labels))
}
