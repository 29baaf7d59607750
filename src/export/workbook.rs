//! What a workbook of Excel holds, as the JSON that the crate `xlsx` reads: the tidy table,
//! what must be known with it, and its sources. Numbers are told apart there by `numbers`.

use statcube::Cube;
use statcube::map::Set;

use super::citation::{CitationLength, citation};
use super::compared::Pair;
use super::table::Columns;
use super::{ExportContext, ExportScope};

/// A sheet while it is gathered.
struct Sheet {
    name: String,
    header: Vec<String>,
    numbers: Vec<bool>,
    rows: Vec<Vec<String>>,
}

/// The workbook as JSON: `title`, `subject` (the long citation), `rightToLeft`, and `sheets`
/// with `name`, `header` (none: the first column names the second), `numbers` and `rows`.
pub fn workbook(scope: ExportScope, cx: &ExportContext<'_>) -> String {
    let columns = Columns::of(scope, cx);
    let mut figures = Sheet {
        name: cx.locale.text("ui.figures-by").to_owned(),
        header: columns.header(),
        numbers: columns.are_numbers(),
        rows: Vec::new(),
    };
    columns.rows(scope, cx, &mut |row| figures.rows.push(row));
    let cubes = match (scope, cx.snapshot) {
        (ExportScope::Whole, Some(snapshot)) => snapshot.datasets.as_slice(),
        _ => std::slice::from_ref(cx.cube),
    };
    let used = |name: &str, separator: &str| -> Set<String> {
        let place = figures.header.iter().position(|column| column == name);
        let cells = figures.rows.iter().filter_map(|row| row.get(place?));
        cells.flat_map(|cell| cell.split(separator)).filter(|id| !id.is_empty()).map(str::to_owned).collect()
    };
    let notes = notes(
        scope,
        cubes.iter().map(|cube| &**cube),
        &used("notes", ";"),
        &used("refusal_reason", "\n"),
        cx,
    );
    let sources = sources(cx.cube, &used("sources", ";"), cx);
    let title = cx.snapshot.and_then(|snapshot| cx.locale.snapshot_title(snapshot));
    let title = title.unwrap_or_else(|| cx.locale.title(cx.cube));
    let mut out = String::from("{\"title\":");
    quoted(title, &mut out);
    out.push_str(",\"subject\":");
    quoted(&citation(CitationLength::Long, cx), &mut out);
    out.push_str(",\"rightToLeft\":");
    out.push_str(if cx.locale.is_right_to_left() { "true" } else { "false" });
    out.push_str(",\"sheets\":[");
    for (place, sheet) in [figures, notes, sources].iter().enumerate() {
        if place > 0 {
            out.push(',');
        }
        sheet.write(&mut out);
    }
    out.push_str("]}");
    out
}

/// Edition, hash, address, method, refusals and notes, a line each with its name before it.
fn notes<'a>(
    scope: ExportScope,
    cubes: impl Iterator<Item = &'a Cube>,
    used: &Set<String>,
    refusals: &Set<String>,
    cx: &ExportContext<'_>,
) -> Sheet {
    let locale = cx.locale;
    let mut rows = Vec::new();
    let mut tell = |name: &str, text: Option<&str>| {
        if let Some(text) = text.filter(|text| !text.is_empty()) {
            rows.push(vec![name.to_owned(), text.to_owned()]);
        }
    };
    let named = |key: &'static str| locale.text(key).trim_end_matches(':').trim_end();
    if cx.is_illustrative() {
        tell(named("flag.illustrative"), Some(locale.text("ui.illustrative")));
    }
    let profile = cx.snapshot.map(|snapshot| &snapshot.profile);
    tell(named("ui.figures-by"), cx.publisher());
    tell(named("ui.edition"), cx.edition_in_words().as_deref());
    tell(named("ui.published"), cx.published());
    tell(named("ui.hash"), cx.sha256);
    tell(named("ui.address"), cx.address);
    tell(named("ui.status"), cx.saved);
    if let Some(profile) = profile {
        if profile.provisional {
            tell(named("ui.status"), Some(locale.text("flag.provisional")));
        }
        tell(named("ui.method"), profile.method.as_deref());
        tell(named("ui.licence"), profile.licence.as_deref());
        tell(named("ui.contact"), profile.contact.as_deref());
        tell(named("ui.boundaries"), profile.boundaries.as_deref());
    }
    if let Some(pair) = Pair::of(cx).filter(|_| scope == ExportScope::View) {
        for side in &pair.sides {
            tell(side.letter, Some(&side.name));
        }
        for (name, told) in pair.in_words(cx) {
            tell(&name, Some(&told));
        }
    }
    for refusal in refusals {
        tell(named("value.no-total"), Some(refusal));
    }
    let mut told: Set<&str> = Set::new();
    for note in cubes.flat_map(|cube| cube.notes()) {
        if used.contains(&note.id) && told.insert(cx.locale.note(note)) {
            tell(&format!("{} {}", named("ui.notes"), note.id), Some(cx.locale.note(note)));
        }
    }
    tell("", Some(locale.text("ui.not-official")));
    Sheet { name: named("ui.notes").to_owned(), header: Vec::new(), numbers: Vec::new(), rows }
}

fn sources(cube: &Cube, used: &Set<String>, cx: &ExportContext<'_>) -> Sheet {
    let known = &cube.parts().sources;
    let plain = |text: Option<&String>| text.cloned().unwrap_or_default();
    let rows = used.iter().map(|id| match known.get(id) {
        Some(source) => vec![
            id.clone(),
            plain(source.publisher.as_ref()),
            source.title.clone(),
            plain(source.date.as_ref()),
            plain(source.href.as_ref()),
        ],
        None => vec![id.clone()],
    });
    Sheet {
        name: cx.locale.text("export.sources").to_owned(),
        header: ["source", "publisher", "title", "date", "href"].map(str::to_owned).to_vec(),
        numbers: Vec::new(),
        rows: rows.collect(),
    }
}

impl Sheet {
    fn write(&self, out: &mut String) {
        out.push_str("{\"name\":");
        quoted(&self.name, out);
        out.push_str(",\"header\":");
        list(&self.header, out);
        out.push_str(",\"numbers\":[");
        for (place, number) in self.numbers.iter().enumerate() {
            out.push_str(if place > 0 { "," } else { "" });
            out.push_str(if *number { "true" } else { "false" });
        }
        out.push_str("],\"rows\":[");
        for (place, row) in self.rows.iter().enumerate() {
            out.push_str(if place > 0 { "," } else { "" });
            list(row, out);
        }
        out.push_str("]}");
    }
}

fn list(texts: &[String], out: &mut String) {
    out.push('[');
    for (place, text) in texts.iter().enumerate() {
        out.push_str(if place > 0 { "," } else { "" });
        quoted(text, out);
    }
    out.push(']');
}

/// A text as JSON. Control characters become spaces: none is of use in a cell.
fn quoted(text: &str, out: &mut String) {
    out.push('"');
    for letter in text.chars() {
        match letter {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            control if control.is_control() => out.push(' '),
            letter => out.push(letter),
        }
    }
    out.push('"');
}
