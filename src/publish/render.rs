//! A view of a snapshot as a picture or as static text, for newsletters, previews and for
//! what stands on a page until the program runs: the same scene, the same sentences, the same
//! fields as in a browser.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use statcube::jsonstat::{self, DecodeOptions};
use statcube::{Additivity, Cube, GroupResult, Snapshot};

use super::index::sha256;
use super::problem::Problem;
use crate::chart::{ChartKind, ChartOptions, Frame, MapShapes, Theme, WidthTable, layout, tokens};
use crate::export::{ExportContext, origin, quote, svg};
use crate::i18n::Locale;
use crate::narrative::{HeadlineFigure, Sentence, headline, sentences_of};
use crate::present::present;
use crate::state::{FIELDS, Resolved, ThemeChoice, View, ViewState, linked, listed_dimension, resolve};

/// What is asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct Request {
    /// The view.
    pub view: ViewState,
    /// Width of a picture in CSS pixels.
    pub width: f64,
    /// Height of a picture; the kind's own where absent.
    pub height: Option<f64>,
    /// The folder with the shapes of places, for maps; `../shapes` beside the file where absent.
    pub shapes: Option<PathBuf>,
    /// The address at which the view can be seen, for what names it.
    pub address: Option<String>,
}

impl Default for Request {
    fn default() -> Self {
        Self { view: ViewState::default(), width: 720.0, height: None, shapes: None, address: None }
    }
}

impl Request {
    /// Sets a field by its name; `None` where there is no such field.
    ///
    /// # Errors
    /// What may stand in it.
    pub fn set(&mut self, name: &str, text: &str) -> Option<Result<(), String>> {
        let field = FIELDS.iter().find(|field| field.name == name)?;
        let is_read = (field.set)(&mut self.view, text);
        Some(is_read.then_some(()).ok_or_else(|| format!("“{text}” is no {name}. {}", field.doc)))
    }
}

/// Renders a view of the snapshot in a file: a chart as SVG, anything else as a part of an HTML
/// page.
///
/// # Errors
/// A file that cannot be read, a code that it does not have, a kind of chart that does not show
/// this data.
pub fn render(path: &Path, request: &Request) -> Result<String, Problem> {
    let bytes = read(path)?;
    let assumed = request.view.additivity.iter();
    let assumed = assumed.filter_map(|(key, word)| Some((key.clone(), Additivity::from_id(word)?)));
    let options = DecodeOptions { assumed: assumed.collect(), ..DecodeOptions::default() };
    let snapshot = jsonstat::decode(&bytes, &options)
        .map_err(|error| Problem::new(path, error.to_string(), "Build it anew."))?;
    let wrong = |message: String, advice: &str| Problem::new(path, message, advice);
    if let (Some(asked), Some(held)) = (&request.view.edition, &snapshot.profile.edition)
        && asked != held
    {
        return Err(wrong(
            format!("The file holds edition {held}, not {asked}."),
            "Name the file of that edition.",
        ));
    }
    let Some(resolved) = resolve(&request.view, &snapshot) else {
        return Err(wrong("The file holds no dataset.".to_owned(), "Build it anew."));
    };
    if let Some(unknown) = resolved.ignored.first() {
        let message = format!("There is no “{}” for the field {}.", unknown.code, unknown.field);
        return Err(wrong(
            message,
            "Use codes that the file has: docs/publishing.md tells where they stand.",
        ));
    }
    let locale =
        locale(request.view.lang.as_deref()).map_err(|message| wrong(message, "Choose one of them."))?;
    let sha256 = sha256(&bytes);
    let cx = ExportContext {
        snapshot: Some(&snapshot),
        sha256: Some(&sha256),
        address: request.address.as_deref(),
        ..ExportContext::new(&resolved.cube, &resolved.query, &locale)
    };
    match &request.view.view {
        View::Chart(kind) => {
            let kind = ChartKind::from_id(kind).unwrap_or(ChartKind::Trend);
            let shapes = match kind {
                ChartKind::Map => Some(shapes(path, request)?),
                _ => None,
            };
            let unfit = |message| wrong(message, "Choose another kind of chart, or other filters.");
            picture(kind, &resolved, request, shapes.as_ref(), &cx).map_err(unfit)
        }
        _ => Ok(fragment(&request.view, &snapshot, &resolved, &cx)),
    }
}

pub(super) fn read(path: &Path) -> Result<Vec<u8>, Problem> {
    std::fs::read(path).map_err(|error| {
        Problem::new(path, format!("The file cannot be read ({error})."), "Correct its name.")
    })
}

/// A language of the repository; English where none is named.
pub(super) fn locale(tag: Option<&str>) -> Result<Locale, String> {
    let Some(tag) = tag else { return Ok(Locale::english()) };
    let base = tag.split(['-', '_']).next().unwrap_or_default();
    let known = Locale::ALL.iter().find(|(known, _)| *known == base);
    known.and_then(|(_, json)| Locale::from_json(json).ok()).ok_or_else(|| {
        let all: Vec<&str> = Locale::ALL.iter().map(|(tag, _)| *tag).collect();
        format!("There is no language “{tag}”. There are: {}.", all.join(", "))
    })
}

/// The shapes of places: the one file of outlines in a folder, and its table of areas.
fn shapes(path: &Path, request: &Request) -> Result<MapShapes, Problem> {
    let beside = || path.parent().unwrap_or(Path::new("")).join("../shapes");
    let folder = request.shapes.clone().unwrap_or_else(beside);
    let advice = "Name with --shapes the folder that holds one .topo.json and one .areas.json.";
    let find = |ending: &str| -> Result<String, Problem> {
        let entries = std::fs::read_dir(&folder).into_iter().flatten().flatten();
        let mut found: Vec<PathBuf> = entries
            .map(|entry| entry.path())
            .filter(|path| path.to_string_lossy().ends_with(ending))
            .collect();
        found.sort();
        let text = found.first().and_then(|file| std::fs::read_to_string(file).ok());
        text.ok_or_else(|| Problem::new(&folder, format!("The folder has no file *{ending}."), advice))
    };
    MapShapes::from_json(&find(".topo.json")?, &find(".areas.json")?)
        .map_err(|error| Problem::new(&folder, error.to_string(), advice))
}

fn picture(
    kind: ChartKind,
    resolved: &Resolved,
    request: &Request,
    shapes: Option<&MapShapes>,
    cx: &ExportContext<'_>,
) -> Result<String, String> {
    let theme = if request.view.theme == ThemeChoice::Dark { Theme::Dark } else { Theme::Light };
    let tokens = tokens(theme);
    let by = listed_dimension(kind, &resolved.cube);
    let (query, chosen) = linked(kind, &resolved.cube, &resolved.query, by);
    let options = ChartOptions {
        by,
        chosen,
        title: true,
        boundaries: cx.snapshot.and_then(|snapshot| snapshot.profile.boundaries.clone()),
        origin: origin(cx),
        ..ChartOptions::default()
    };
    let frame = Frame {
        width: request.width,
        height: request.height,
        tokens: &tokens,
        metrics: &WidthTable,
        locale: cx.locale,
        map: shapes,
    };
    let chart = layout(kind, &resolved.cube, &query, &options, &frame);
    chart.map(|chart| svg(&chart, &tokens, cx.locale)).map_err(|unfit| unfit.to_string())
}

/// Text as HTML.
pub(super) fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
}

/// A part of an HTML page, without script and style. It names the hash of the file it was made
/// from, so that whoever puts it beside that file can see whether they belong together.
fn fragment(asked: &ViewState, snapshot: &Snapshot, resolved: &Resolved, cx: &ExportContext<'_>) -> String {
    let (view, dataset_is_named) = (&asked.view, asked.dataset.is_some());
    let locale = cx.locale;
    let direction = if locale.is_right_to_left() { "rtl" } else { "ltr" };
    let mut out = format!(
        "<div lang=\"{}\" dir=\"{direction}\" data-sha256=\"{}\">\n",
        escaped(locale.tag()),
        escaped(cx.sha256.unwrap_or_default())
    );
    let figures = headline(snapshot, locale);
    match view {
        View::Full => {
            let title = locale.snapshot_title(snapshot).unwrap_or_else(|| locale.title(&resolved.cube));
            let _ = writeln!(out, "  <h1>{}</h1>", escaped(title));
            told(&mut out, snapshot, &headline_sentences(&figures), cx);
        }
        View::Sentences => {
            let told_here = sentences_of(snapshot, &resolved.cube, &resolved.query, locale);
            let told_here: Vec<_> =
                told_here.into_iter().map(|sentence| (resolved.cube.id().to_owned(), sentence)).collect();
            told(&mut out, snapshot, &told_here, cx);
        }
        View::Figures => {
            // As in the element: those of the dataset that is named.
            let of = |figure: &HeadlineFigure| !dataset_is_named || figure.dataset == resolved.cube.id();
            let figures: Vec<HeadlineFigure> = figures.into_iter().filter(of).collect();
            key_figures(&mut out, snapshot, &figures, cx);
        }
        View::Table | View::Chart(_) => table(&mut out, resolved, cx),
    }
    out.push_str("</div>\n");
    out
}

pub(super) fn headline_sentences(figures: &[HeadlineFigure]) -> Vec<(String, Sentence)> {
    figures.iter().filter_map(|figure| Some((figure.dataset.clone(), figure.sentence.clone()?))).collect()
}

fn paragraph(out: &mut String, tag: &str, text: &str) {
    let _ = writeln!(out, "  <{tag}>{}</{tag}>", escaped(text));
}

fn small(out: &mut String, text: &str) {
    // Notes are the publisher's words, whatever the language around them.
    let _ = writeln!(out, "  <p dir=\"auto\"><small>{}</small></p>", escaped(text));
}

/// Whose figures these are, and that the presentation is not theirs.
pub(super) fn whose(out: &mut String, snapshot: &Snapshot, cx: &ExportContext<'_>) {
    let locale = cx.locale;
    // The hash stands in the fragment already, for machines.
    for line in origin(&ExportContext { sha256: None, ..*cx }) {
        small(out, &line);
    }
    let whose = match &snapshot.profile.publisher {
        Some(publisher) => locale.fill("ui.whose", &[("publisher", publisher)]),
        None => locale.text("ui.whose-unknown").to_owned(),
    };
    small(out, &format!("{} {whose}", locale.text("ui.not-official")));
}

/// Sentences, then what they must not be told without, each line once.
fn told(out: &mut String, snapshot: &Snapshot, sentences: &[(String, Sentence)], cx: &ExportContext<'_>) {
    let mut caveats: Vec<String> = Vec::new();
    let alone = ExportContext { address: None, ..*cx };
    for (dataset, sentence) in sentences {
        paragraph(out, "p", &sentence.text);
        let Some(cube) = snapshot.dataset(dataset) else { continue };
        let quoted = quote(sentence, &ExportContext { cube, ..alone });
        // The last line is the source of all, which stands below once.
        let mut lines: Vec<&str> = quoted.text.lines().skip(1).collect();
        lines.pop();
        for line in lines {
            if !line.is_empty() && !caveats.iter().any(|known| known == line) {
                caveats.push(line.to_owned());
            }
        }
    }
    if sentences.is_empty() {
        paragraph(out, "p", cx.locale.text("value.missing"));
    }
    caveats.iter().for_each(|line| small(out, line));
    whose(out, snapshot, cx);
}

/// The figures that the publisher puts first, each with what qualifies it.
fn key_figures(out: &mut String, snapshot: &Snapshot, figures: &[HeadlineFigure], cx: &ExportContext<'_>) {
    let locale = cx.locale;
    if figures.is_empty() {
        paragraph(out, "p", locale.text("ui.no-key-figures"));
        return whose(out, snapshot, cx);
    }
    let mut notes: Vec<String> = Vec::new();
    out.push_str("  <dl>\n");
    for figure in figures {
        let Some(cube) = snapshot.dataset(&figure.dataset) else { continue };
        let _ = writeln!(out, "    <dt>{}</dt>", escaped(&figure.label));
        let shown = match figure.split.is_empty() {
            true => figure.presented.with_unit(locale),
            false => {
                let parts: Vec<String> = figure
                    .split
                    .iter()
                    .map(|part| format!("{}: {}", part.name, part.presented.with_unit(locale)))
                    .collect();
                parts.join(locale.text("list.separator"))
            }
        };
        let more = [figure.period.clone(), figure.change.clone(), figure.part.clone()];
        let line: Vec<String> = [shown].into_iter().chain(more.into_iter().flatten()).collect();
        let flags = figure.presented.flag_words(locale);
        let flags = if flags.is_empty() {
            String::new()
        } else {
            format!(" ({})", flags.join(locale.text("list.separator")))
        };
        let _ = writeln!(
            out,
            "    <dd>{}</dd>",
            escaped(&format!("{}{flags}", line.join(locale.text("list.separator"))))
        );
        let split = figure.split.iter().flat_map(|part| &part.presented.notes);
        for &note in figure.presented.notes.iter().chain(split) {
            if let Some(note) = cube.notes().get(note)
                && !notes.contains(&note.text)
            {
                notes.push(note.text.clone());
            }
        }
    }
    out.push_str("  </dl>\n");
    notes.iter().for_each(|note| small(out, note));
    whose(out, snapshot, cx);
}

/// Every figure that the filters leave, a row each.
fn table(out: &mut String, resolved: &Resolved, cx: &ExportContext<'_>) {
    let (locale, cube) = (cx.locale, &resolved.cube);
    let mut query = resolved.query.clone();
    query.groupings = vec![(0..cube.dimensions().len()).collect()];
    let groups = cube.run(&query).groups;
    let Some(result) = groups.first() else { return };
    let measure = locale.measure(cube, query.measure);
    let mut notes: Vec<usize> = Vec::new();
    let rows: String =
        (0..result.len()).filter_map(|index| row(result, index, cube, locale, &mut notes)).collect();
    let _ = writeln!(out, "  <table>\n    <caption>{}</caption>", escaped(&measure));
    out.push_str("    <thead><tr>");
    for dimension in cube.dimensions() {
        let _ = write!(out, "<th scope=\"col\">{}</th>", escaped(&dimension.label));
    }
    let _ = writeln!(out, "<th scope=\"col\">{}</th></tr></thead>", escaped(&measure));
    let _ = writeln!(out, "    <tbody>\n{rows}    </tbody>\n  </table>");
    if rows.is_empty() {
        let why = if query.keeps_nothing() { "choice.empty" } else { "ui.no-figures" };
        paragraph(out, "p", locale.text(why));
    }
    for (place, note) in notes.iter().filter_map(|&note| cube.notes().get(note)).enumerate() {
        small(out, &format!("{} {}", place + 1, note.text));
    }
    if let Some(snapshot) = cx.snapshot {
        whose(out, snapshot, cx);
    }
}

fn row(
    result: &GroupResult,
    index: usize,
    cube: &Arc<Cube>,
    locale: &Locale,
    notes: &mut Vec<usize>,
) -> Option<String> {
    let cell = result.cell(index)?;
    let shown = present(&cell, cube, locale);
    if shown.is_missing() {
        return None;
    }
    let mut out = "      <tr>".to_owned();
    for (dimension, selected) in cell.selection().iter().enumerate() {
        let names: Vec<String> =
            selected.iter().map(|&position| locale.category(cube, dimension, position)).collect();
        let _ = write!(out, "<th scope=\"row\">{}</th>", escaped(&names.join(", ")));
    }
    let flags = shown.flag_words(locale);
    let flags = if flags.is_empty() {
        String::new()
    } else {
        format!(" ({})", flags.join(locale.text("list.separator")))
    };
    let mut marks = String::new();
    for &note in &shown.notes {
        if !notes.contains(&note) {
            notes.push(note);
        }
        let number = notes.iter().position(|known| *known == note).unwrap_or_default() + 1;
        let _ = write!(marks, " {number}");
    }
    let marks = if marks.is_empty() { marks } else { format!("<sup>[{}]</sup>", marks.trim_start()) };
    let _ = writeln!(out, "<td>{}{marks}</td></tr>", escaped(&format!("{}{flags}", shown.with_unit(locale))));
    Some(out)
}
