//! From a publisher's folder to a snapshot.

use statcube::map::{Map, Set};
use std::path::Path;
use std::sync::Arc;

use statcube::model::{
    Attachment, ColumnBuilder, Conflict, Extras, Granularity, KeyFigure, Link, MetricDimension,
    SnapshotProfile, StatisticKind, StatusTable, Vintage,
};
use statcube::{
    Additivity, Category, CellIndex, Cube, CubeParts, Dimension, DimensionRole, Hierarchy, Measure, Month,
    Note, ObservationFlag, Period, Snapshot, Source,
};
use toml::Spanned;

use super::example;
use super::figures::{self, Case, Figure};
use super::problem::{Problem, Problems};
use super::publication::{
    DatasetEntry, DimensionEntry, MeasureEntry, PublicationFile, Selection, SmallCounts,
};
use super::table::Table;

/// Builds the snapshot that the tables of a folder and its `publication.toml` describe.
///
/// # Errors
/// Everything that is wrong, each with file, line, column and what to do.
pub fn build(folder: &Path) -> Result<Snapshot, Problems> {
    let file = PublicationFile::read(folder)?;
    let mut builder = Builder { folder, file: &file, problems: Problems::default() };
    let snapshot = builder.snapshot();
    builder.problems.unless(snapshot)
}

struct Builder<'a> {
    folder: &'a Path,
    file: &'a PublicationFile,
    problems: Problems,
}

impl<'a> Builder<'a> {
    fn snapshot(&mut self) -> Snapshot {
        let publication = &self.file.publication;
        let sources = Arc::new(self.sources());
        let mut statuses: Vec<(String, String)> =
            publication.status.values().map(|entry| (entry.code.clone(), entry.label.clone())).collect();
        statuses.sort();
        let mut datasets: Vec<Arc<Cube>> = Vec::new();
        for entry in &publication.dataset {
            if datasets.iter().any(|cube| cube.id() == entry.id.get_ref()) {
                self.wrong(
                    &entry.id,
                    format!("The dataset “{}” stands twice.", entry.id.get_ref()),
                    "Give it an id of its own.",
                );
            }
            datasets.extend(self.cube(entry, &sources, &statuses).map(Arc::new));
        }
        self.check_notes(&datasets);
        let key_figures = self.key_figures(&datasets);
        Snapshot {
            label: Some(publication.label.clone()),
            updated: Some(publication.updated.clone()),
            href: None,
            profile: SnapshotProfile {
                profile: Some(1),
                titles: publication.titles.clone(),
                edition: Some(publication.edition.clone()),
                previous: publication.previous.clone(),
                revision: publication.revision,
                publisher: Some(publication.publisher.clone()),
                contact: Some(publication.contact.clone()),
                licence: Some(publication.licence.clone()),
                method: Some(publication.method.clone()),
                illustrative: publication.illustrative,
                provisional: publication.provisional,
                links: publication
                    .links
                    .iter()
                    .map(|link| Link { label: link.label.clone(), href: link.href.clone() })
                    .collect(),
                key_figures,
                sentences: publication.sentences.clone(),
                sources: Arc::unwrap_or_clone(sources),
                boundaries: publication.boundaries.clone(),
                editions: publication.editions.clone(),
            },
            datasets,
            links: Vec::new(),
            findings: Vec::new(),
        }
    }

    fn wrong<T>(&mut self, at: &Spanned<T>, message: impl Into<String>, advice: impl Into<String>) {
        let problem = self.file.problem(at, message, advice);
        self.problems.push(problem);
    }

    fn sources(&mut self) -> Map<String, Source> {
        let Some(name) = &self.file.publication.sources else { return Map::new() };
        let path = self.folder.join(name.get_ref());
        let table = match Table::read(&path, &["source", "title", "publisher", "href", "date"], |_| false) {
            Ok(table) => table,
            Err(problem) => {
                self.problems.push(problem);
                return Map::new();
            }
        };
        let mut sources = Map::new();
        for row in &table.rows {
            let cell = |column| Some(table.cell(row, column).to_owned()).filter(|text| !text.is_empty());
            let id = table.cell(row, "source");
            if id.is_empty() || cell("title").is_none() {
                self.problems.push(table.problem(
                    row,
                    "source",
                    "A source needs an id and a title.",
                    "Fill both.",
                ));
            }
            let source = Source {
                title: table.cell(row, "title").to_owned(),
                publisher: cell("publisher"),
                href: cell("href"),
                date: cell("date"),
            };
            if sources.insert(id.to_owned(), source).is_some() {
                let problem =
                    table.problem(row, "source", format!("The source “{id}” stands twice."), "Remove one.");
                self.problems.push(problem);
            }
        }
        sources
    }

    fn cube(
        &mut self,
        entry: &'a DatasetEntry,
        sources: &Arc<Map<String, Source>>,
        statuses: &[(String, String)],
    ) -> Option<Cube> {
        let publication = &self.file.publication;
        let ids: Vec<&str> = entry.dimensions.iter().map(|id| id.get_ref().as_str()).collect();
        let measures = self.measures(entry, &ids);
        let path = entry.table.as_ref().map(|table| self.folder.join(table.get_ref()));
        let figures = match &path {
            Some(path) => figures::read(path, publication, &ids, &measures, sources, &mut self.problems),
            None => Vec::new(),
        };
        let mut dimensions = Vec::new();
        for (place, id) in entry.dimensions.iter().enumerate() {
            let Some(declared) = publication.dimension.get(id.get_ref()) else {
                self.wrong(
                    id,
                    format!("The dimension “{}” is not declared.", id.get_ref()),
                    format!("Add [dimension.{}].", id.get_ref()),
                );
                return None;
            };
            let used: Set<&str> =
                figures.iter().filter_map(|figure| figure.codes.get(place)).map(String::as_str).collect();
            dimensions.push(self.dimension(id.get_ref(), declared, &used, path.is_some())?);
        }
        let figures = match &path {
            Some(_) => figures,
            None => example::figures(entry, &dimensions, &publication.edition),
        };
        let mut table = StatusTable::new(statuses.to_vec());
        let columns = self.columns(
            &figures,
            path.as_deref().unwrap_or(&self.file.path),
            &measures,
            &dimensions,
            &mut table,
        );
        let notes = self.notes(entry, &measures, &dimensions);
        let parts = CubeParts {
            id: entry.id.get_ref().clone(),
            label: entry.label.clone(),
            titles: entry.titles.clone(),
            updated: Some(publication.updated.clone()),
            source: Some(publication.publisher.clone()),
            href: None,
            illustrative: publication.illustrative,
            dimensions,
            metric: Some(MetricDimension {
                id: "measure".to_owned(),
                label: "Measure".to_owned(),
                position: 0,
            }),
            measures,
            columns,
            statuses: table,
            notes,
            sources: Arc::clone(sources),
            assumed: Map::new(),
        };
        let cube = Cube::new(parts)
            .map_err(|error| self.wrong(&entry.id, error.to_string(), "Use fewer dimensions or categories."))
            .ok()?;
        for finding in super::check::revealed(&cube) {
            let advice = "Withhold a second figure of the line, or the total.";
            self.wrong(&entry.id, format!("{}: {}", finding.path, finding.message), advice);
        }
        Some(cube)
    }

    fn measures(&mut self, entry: &DatasetEntry, dimensions: &[&str]) -> Vec<Measure> {
        let mut measures: Vec<Measure> = Vec::new();
        for declared in &entry.measure {
            let id = declared.id.get_ref();
            if measures.iter().any(|measure| measure.id == *id) {
                self.wrong(
                    &declared.id,
                    format!("The measure “{id}” stands twice in “{}”.", entry.id.get_ref()),
                    "Give it an id of its own.",
                );
            }
            let measure = self.measure(declared, dimensions);
            measures.push(measure);
        }
        measures
    }

    fn measure(&mut self, declared: &MeasureEntry, dimensions: &[&str]) -> Measure {
        let kind = StatisticKind::from_id(declared.kind.get_ref()).unwrap_or_else(|| {
            self.wrong(
                &declared.kind,
                format!("There is no kind “{}”.", declared.kind.get_ref()),
                "Write flow, stock, rate or unknown.",
            );
            StatisticKind::Unknown
        });
        let mut additivity = Map::new();
        for (dimension, word) in &declared.additivity {
            if !dimensions.contains(&dimension.as_str()) {
                self.wrong(
                    word,
                    format!("The dataset has no dimension “{dimension}”."),
                    format!("There are: {}.", dimensions.join(", ")),
                );
            }
            match Additivity::from_id(word.get_ref()) {
                Some(word) => drop(additivity.insert(dimension.clone(), word)),
                None => self.wrong(
                    word,
                    format!("There is no additivity “{}”.", word.get_ref()),
                    "Write sum, last, overlap, none or unknown.",
                ),
            }
        }
        if let Some(dimension) = declared.why.keys().find(|key| !dimensions.contains(&key.as_str())) {
            self.wrong(
                &declared.id,
                format!("“why” names “{dimension}”, which the dataset does not have."),
                format!("There are: {}.", dimensions.join(", ")),
            );
        }
        let suppressed = declared.small_counts.as_ref().and_then(|small| self.small_counts(small));
        Measure {
            id: declared.id.get_ref().clone(),
            label: declared.label.clone(),
            labels: declared.labels.clone().into_iter().collect(),
            unit: Some(declared.unit.clone()),
            kind,
            counts: declared.counts.clone(),
            precision: declared.precision,
            decimals: declared.decimals,
            suppressed: suppressed.into_iter().collect(),
            additivity,
            why: declared.why.clone(),
            advice: declared.advice.clone(),
            description: None,
        }
    }

    /// The code of the status that withholds small counts, and the least and the most of them.
    fn small_counts(&mut self, small: &SmallCounts) -> Option<(String, (f64, f64))> {
        let Some(entry) = self.file.publication.status.get(small.status.get_ref()) else {
            let message = format!("The status “{}” is not declared.", small.status.get_ref());
            self.wrong(&small.status, message, "Add it to [status].");
            return None;
        };
        if small.least >= small.below {
            self.wrong(
                &small.status,
                "Nothing lies from “least” to below “below”.",
                "Write 1 and 5 for “<5”.",
            );
            return None;
        }
        Some((entry.code.clone(), (f64::from(small.least), f64::from(small.below - 1))))
    }

    fn dimension(
        &mut self,
        id: &str,
        declared: &DimensionEntry,
        used: &Set<&str>,
        has_table: bool,
    ) -> Option<Dimension> {
        let role = match declared.role.get_ref().as_str() {
            "geo" => DimensionRole::Geo,
            "time" => DimensionRole::Time,
            "classification" => DimensionRole::Classification,
            other => {
                self.wrong(
                    &declared.role,
                    format!("There is no role “{other}”."),
                    "Write geo, time or classification.",
                );
                return None;
            }
        };
        let (categories, pairs) = match (&declared.categories, &declared.from, &declared.to) {
            (Some(name), None, None) => {
                let path = self.folder.join(name.get_ref());
                match categories(&path) {
                    Ok(listed) => kept(listed, (declared.used && has_table).then_some(used)),
                    Err(problems) => {
                        self.problems.0.extend(problems.0);
                        return None;
                    }
                }
            }
            (None, Some(from), Some(to)) => {
                let month = |written: &Spanned<String>| {
                    let period = Period::parse(written.get_ref());
                    period
                        .filter(|period| period.granularity() == Granularity::Month)
                        .map(Period::first_month)
                };
                let (Some(first), Some(last)) = (month(from), month(to)) else {
                    self.wrong(from, "“from” and “to” need to be months.", "Write them as 2024-01.");
                    return None;
                };
                let months = (first.ordinal()..=last.ordinal())
                    .map(|ordinal| plain(&Month::from_ordinal(ordinal).to_string()));
                (months.collect(), Vec::new())
            }
            (None, None, None) if role == DimensionRole::Time => {
                let mut periods: Vec<(Option<Period>, &str)> =
                    used.iter().map(|code| (Period::parse(code), *code)).collect();
                periods.sort();
                if let Some((_, code)) = periods.iter().find(|(period, _)| period.is_none()) {
                    self.wrong(
                        &declared.role,
                        format!("“{code}” is not a period."),
                        "Write 2024, 2024-01, 2024-01-31, or a range of those with a slash between.",
                    );
                }
                (periods.into_iter().map(|(_, code)| plain(code)).collect(), Vec::new())
            }
            _ => {
                self.wrong(
                    &declared.role,
                    format!("The dimension “{id}” needs its categories."),
                    "Give “categories”, or “from” and “to” for months.",
                );
                return None;
            }
        };
        let (hierarchy, left_out) = Hierarchy::new(categories.len(), &pairs);
        if !left_out.is_empty() {
            self.wrong(
                &declared.role,
                format!("In “{id}” a category stands above itself."),
                "Correct the column “parent”.",
            );
        }
        let mut dimension = Dimension::new(id, declared.label.clone(), role, categories, hierarchy);
        dimension.labels.clone_from(&declared.labels);
        Some(dimension)
    }

    fn columns(
        &mut self,
        figures: &[Figure],
        path: &Path,
        measures: &[Measure],
        dimensions: &[Dimension],
        statuses: &mut StatusTable,
    ) -> Vec<statcube::model::Column> {
        let num_cells = dimensions.iter().map(Dimension::len).product();
        let revised: Vec<String> = statuses
            .labels()
            .iter()
            .filter(|(code, _)| statuses.flag(code) == ObservationFlag::Revised)
            .map(|(code, _)| code.clone())
            .collect();
        measures
            .iter()
            .map(|measure| {
                let mut by_cell: Map<CellIndex, Vec<&Figure>> = Map::new();
                for figure in figures.iter().filter(|figure| figure.measure == measure.id) {
                    match position(dimensions, &figure.codes) {
                        Ok(index) => by_cell.entry(index).or_default().push(figure),
                        Err((dimension, code)) => self.problems.push(
                            Problem::new(
                                path,
                                format!("There is no category “{code}”."),
                                format!("Correct it, or add it to the categories of “{dimension}”."),
                            )
                            .at_line(figure.line)
                            .in_column(format!("“{dimension}”")),
                        ),
                    }
                }
                let mut column = ColumnBuilder::new(num_cells);
                let mut extras = Extras::default();
                for (index, printed) in by_cell {
                    match cell(&printed, &revised) {
                        Ok(cell) => cell.put(index, &mut column, &mut extras, statuses),
                        Err((line, message, advice)) => {
                            self.problems.push(Problem::new(path, message, advice).at_line(line));
                        }
                    }
                }
                column.finish(extras)
            })
            .collect()
    }

    fn notes(&mut self, entry: &DatasetEntry, measures: &[Measure], dimensions: &[Dimension]) -> Vec<Note> {
        let mut notes: Vec<Note> = Vec::new();
        for declared in &self.file.publication.note {
            let is_named = declared.datasets.as_ref().map(|ids| ids.contains(entry.id.get_ref()));
            if is_named == Some(false) {
                continue;
            }
            let mut attachment = Attachment::default();
            let mut unknown = None;
            for (id, selection) in &declared.selection {
                let codes = match (id.as_str(), selection) {
                    ("measure", Selection::Codes(codes)) => {
                        let known = |code: &&String| measures.iter().any(|measure| measure.id == **code);
                        attachment.measures = codes.iter().filter(known).cloned().collect();
                        if attachment.measures.is_empty() {
                            unknown = Some(id);
                        }
                        continue;
                    }
                    (_, selection) => dimensions
                        .iter()
                        .find(|dimension| dimension.id == *id)
                        .map(|d| selected(d, selection)),
                };
                match codes.filter(|codes| !codes.is_empty()) {
                    Some(codes) => drop(attachment.categories.insert(id.clone(), codes)),
                    None => unknown = Some(id),
                }
            }
            match unknown {
                None => notes.push(Note {
                    id: declared.id.get_ref().clone(),
                    marker: declared.marker.clone(),
                    text: declared.text.clone(),
                    texts: declared.texts.clone(),
                    mandatory: declared.mandatory,
                    attachment,
                }),
                Some(id) if is_named == Some(true) => self.wrong(
                    &declared.id,
                    format!(
                        "The note “{}” holds for nothing in “{}”: its “{id}” is not there.",
                        declared.id.get_ref(),
                        entry.id.get_ref()
                    ),
                    "Correct “where”, or take the dataset out of “datasets”.",
                ),
                Some(_) => {}
            }
        }
        notes
    }

    fn check_notes(&mut self, datasets: &[Arc<Cube>]) {
        for declared in &self.file.publication.note {
            let id = declared.id.get_ref();
            if !datasets.iter().any(|cube| cube.notes().iter().any(|note| note.id == *id)) {
                self.wrong(
                    &declared.id,
                    format!("The note “{id}” holds for no dataset."),
                    "Correct “datasets” or “where”.",
                );
            }
        }
    }

    fn key_figures(&mut self, datasets: &[Arc<Cube>]) -> Vec<KeyFigure> {
        let mut key_figures = Vec::new();
        for entry in &self.file.publication.key_figure {
            let id = entry.dataset.get_ref();
            let Some(cube) = datasets.iter().find(|cube| cube.id() == id) else {
                self.wrong(&entry.dataset, format!("There is no dataset “{id}”."), "Correct the key figure.");
                continue;
            };
            let measures = [&entry.measure, &entry.part, &entry.change];
            let unknown = measures.into_iter().flatten().find(|id| cube.measure_position(id).is_none());
            let unknown = unknown.or_else(|| {
                let has = |id: &str, code: &str| {
                    let dimension =
                        cube.dimension_position(id).and_then(|place| cube.dimensions().get(place));
                    dimension.is_some_and(|dimension| dimension.position(code).is_some())
                };
                entry.selection.iter().find(|(id, code)| !has(id, code)).map(|(_, code)| code)
            });
            let unknown = unknown.or(entry.by.as_ref().filter(|by| cube.dimension_position(by).is_none()));
            if let Some(unknown) = unknown {
                self.wrong(&entry.dataset, format!("“{id}” has no “{unknown}”."), "Correct the key figure.");
            }
            key_figures.push(KeyFigure {
                dataset: id.clone(),
                measure: entry.measure.clone(),
                selection: entry.selection.clone(),
                period: entry.period.clone(),
                by: entry.by.clone(),
                label: entry.label.clone(),
                labels: entry.labels.clone(),
                part: entry.part.clone(),
                change: entry.change.clone(),
            });
        }
        key_figures
    }
}

fn plain(code: &str) -> Category {
    Category { code: code.to_owned(), label: code.to_owned(), ..Category::default() }
}

type Listed = (Vec<Category>, Vec<(u32, u32)>);

/// Reads a table of categories: code, label, parent (several with spaces between), and
/// labels in other languages in columns such as `label:fr`.
fn categories(path: &Path) -> Result<Listed, Problems> {
    let table = Table::read(path, &["code", "label"], |name| name == "parent" || name.starts_with("label:"))?;
    let languages: Set<&str> = table.columns().filter_map(|name| name.strip_prefix("label:")).collect();
    let mut positions = Map::new();
    let mut problems = Problems::default();
    let mut listed = Vec::with_capacity(table.rows.len());
    for (row, position) in table.rows.iter().zip(0u32..) {
        let (code, label) = (table.cell(row, "code"), table.cell(row, "label"));
        if code.is_empty() || label.is_empty() {
            problems.push(table.problem(row, "code", "A category needs a code and a label.", "Fill both."));
        }
        if positions.insert(code.to_owned(), position).is_some() {
            problems.push(table.problem(
                row,
                "code",
                format!("The category “{code}” stands twice."),
                "Remove one.",
            ));
        }
        let labels = languages.iter().filter_map(|tag| {
            let label = table.cell(row, &format!("label:{tag}"));
            (!label.is_empty()).then(|| ((*tag).to_owned(), label.to_owned()))
        });
        listed.push(Category { labels: labels.collect(), label: label.to_owned(), ..plain(code) });
    }
    let mut pairs = Vec::new();
    for (row, child) in table.rows.iter().zip(0u32..) {
        for parent in table.cell(row, "parent").split_whitespace() {
            match positions.get(parent) {
                Some(&parent) => pairs.push((parent, child)),
                None => problems.push(table.problem(
                    row,
                    "parent",
                    format!("There is no category “{parent}”."),
                    "Write the code of another row.",
                )),
            }
        }
    }
    problems.unless((listed, pairs))
}

/// The categories that are used, or all.
fn kept((categories, pairs): Listed, used: Option<&Set<&str>>) -> Listed {
    let Some(used) = used else { return (categories, pairs) };
    let is_kept: Vec<bool> =
        categories.iter().map(|category| used.contains(category.code.as_str())).collect();
    let mut next = 0u32;
    let moved: Vec<Option<u32>> = is_kept
        .iter()
        .map(|kept| {
            kept.then(|| {
                next += 1;
                next - 1
            })
        })
        .collect();
    let at = |old: u32| moved.get(old as usize).copied().flatten();
    let pairs = pairs.into_iter().filter_map(|(parent, child)| Some((at(parent)?, at(child)?))).collect();
    (
        categories.into_iter().zip(is_kept).filter(|(_, kept)| *kept).map(|(category, _)| category).collect(),
        pairs,
    )
}

/// The codes of a dimension that a note names.
fn selected(dimension: &Dimension, selection: &Selection) -> Vec<String> {
    match selection {
        Selection::Codes(codes) => {
            codes.iter().filter(|code| dimension.position(code).is_some()).cloned().collect()
        }
        Selection::Range { from, to } => {
            let (from, to) = (Period::parse(from), Period::parse(to));
            let inside = |category: &&Category| {
                from.is_some()
                    && to.is_some()
                    && category.period.is_some_and(|period| period.within(from, to))
            };
            dimension.categories.iter().filter(inside).map(|category| category.code.clone()).collect()
        }
    }
}

/// The cell at these codes, or the dimension that does not know its code.
fn position(dimensions: &[Dimension], codes: &[String]) -> Result<CellIndex, (String, String)> {
    let mut index = 0;
    for (dimension, code) in dimensions.iter().zip(codes) {
        let position = dimension.position(code).ok_or_else(|| (dimension.id.clone(), code.clone()))?;
        index = index * dimension.len() + position as usize;
    }
    Ok(CellIndex(index))
}

/// All that was printed for one cell, put in order.
#[derive(Default)]
struct PrintedCell {
    value: Option<f64>,
    range: Option<(f64, f64)>,
    status: Set<String>,
    sources: Set<String>,
    vintages: Vec<Vintage>,
    conflicts: Vec<Conflict>,
}

/// Sorts the printed figures of one cell into the one that stands, its vintages and what
/// stands beside it.
fn cell(printed: &[&Figure], revised: &[String]) -> Result<PrintedCell, (usize, String, String)> {
    let mut cell = PrintedCell::default();
    let mut standing: Option<&Figure> = None;
    for figure in printed.iter().filter(|figure| figure.case == Case::Stands) {
        if let Some(before) =
            standing.filter(|before| (before.value, before.range) != (figure.value, figure.range))
        {
            return Err((
                figure.line,
                format!("Line {} already gives another figure for the same cell.", before.line),
                "Write “earlier” in “case” where this one revises it or is revised by it, or “other” where it is another publisher’s.".to_owned(),
            ));
        }
        standing = standing.or(Some(figure));
        cell.status.extend(figure.status.iter().cloned());
        cell.sources.extend(figure.source.iter().cloned());
    }
    cell.value = standing.and_then(|figure| figure.value);
    cell.range = standing.and_then(|figure| figure.range);
    let mut earlier: Vec<(&str, f64)> = Vec::new();
    for figure in printed {
        match (figure.case, figure.value) {
            (Case::Earlier, Some(value)) => earlier.push((&figure.edition, value)),
            (Case::Beside(kind), Some(value)) => cell.conflicts.push(Conflict {
                kind,
                value,
                source: figure.source.clone().unwrap_or_default(),
                what: figure.remark.clone(),
            }),
            (Case::Stands, _) => {}
            (_, None) => {
                let advice = "Write its value.".to_owned();
                return Err((figure.line, "A figure that does not stand needs a value.".to_owned(), advice));
            }
        }
    }
    if !earlier.is_empty() {
        let Some((standing, value)) = standing.and_then(|figure| Some((figure, figure.value?))) else {
            let line = printed.first().map_or(0, |figure| figure.line);
            let message = "An earlier value needs one that stands.".to_owned();
            return Err((line, message, "Add the row of the later edition.".to_owned()));
        };
        earlier.sort_by(|a, b| a.0.cmp(b.0));
        earlier.push((&standing.edition, value));
        cell.vintages = earlier
            .into_iter()
            .map(|(edition, value)| Vintage { edition: edition.to_owned(), value })
            .collect();
        cell.status.extend(revised.iter().cloned());
    }
    if standing.is_none() {
        cell.sources.extend(printed.iter().filter_map(|figure| figure.source.clone()));
    }
    Ok(cell)
}

impl PrintedCell {
    fn put(
        self,
        index: CellIndex,
        column: &mut ColumnBuilder,
        extras: &mut Extras,
        statuses: &mut StatusTable,
    ) {
        if let Some(value) = self.value {
            column.set(index, value);
        }
        let written: String = self.status.iter().map(String::as_str).collect();
        if let Some(status) = statuses.intern(&written).filter(|status| *status != 0) {
            column.set_status(index, status);
        }
        if let Some(range) = self.range {
            extras.ranges.insert(index, range);
        }
        if !self.sources.is_empty() {
            extras.provenance.insert(index, self.sources.into_iter().collect());
        }
        if !self.vintages.is_empty() {
            extras.vintages.insert(index, self.vintages);
        }
        if !self.conflicts.is_empty() {
            extras.conflicts.insert(index, self.conflicts);
        }
    }
}
