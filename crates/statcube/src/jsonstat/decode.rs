//! From the tree of a file to a snapshot: versions and classes, dimensions with their
//! roles, columns, and what PxWeb, Eurostat and the profile add.
//!
//! Whatever a file announces is checked before memory is taken for it. What cannot be
//! right is an error with its path; what is odd but usable becomes a finding.
//!
//! The steps of a dataset stay functions of their own (`#[inline(never)]`), though each has one caller.
//! Put into one function they gave it some 150 loops, and JavaScriptCore (WebKitGTK 2.50), which changes
//! from interpreted to compiled code amid a loop, then went on with other values: one start in some 40
//! stopped here.

use crate::map::Map;
use std::collections::{HashMap, HashSet};
use std::num::NonZeroUsize;
use std::sync::Arc;

use super::DecodeOptions;
use super::json::{self, Cells, Figures, Json, Odd, Statuses, Values, element, member};
use super::profile::{self, DatasetMembers, MeasureMembers, Member as _};
use super::roles::{self, Role};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    Additivity, Attachment, Category, CellIndex, Column, ColumnBuilder, Cube, CubeParts, Dimension,
    DimensionRole, Extras, Finding, Hierarchy, Link, Measure, MetricDimension, Note, Severity, Snapshot,
    SnapshotProfile, Source, StatisticKind, StatusTable,
};

/// The most cells that the datasets of a file may announce together, unless told otherwise.
const MAX_CELLS: usize = 50_000_000;

/// The most dimensions of a dataset. Each is asked about for each other one.
const MAX_DIMENSIONS: usize = 64;

/// The most datasets of a file.
const MAX_DATASETS: usize = 10_000;

/// The most statuses with a label; each is looked for among them all.
const MAX_STATUS_LABELS: usize = 1_000;

/// The deepest hierarchy; deeper ones are mistakes.
const MAX_DEPTH: usize = 64;

fn fail<T>(kind: ErrorKind, message: impl Into<String>, path: impl Into<String>) -> Result<T> {
    Err(Error::new(kind, message, path))
}

fn invalid<T>(message: impl Into<String>, path: impl Into<String>) -> Result<T> {
    fail(ErrorKind::Invalid, message, path)
}

fn expected<T>(what: &str, found: &Json, path: impl Into<String>) -> Result<T> {
    invalid(format!("Expected {what}, found {}.", found.kind()), path)
}

/// Puts the steps of a place before the path of an error.
trait Within<T> {
    fn within(self, steps: &[&str]) -> Result<T>;
}

impl<T> Within<T> for Result<T> {
    fn within(self, steps: &[&str]) -> Result<T> {
        self.map_err(|error| steps.iter().rev().fold(error, |error, step| error.within(&member(step))))
    }
}

/// The most cells that the datasets of a file may have together.
pub(super) fn max_cells(options: &DecodeOptions) -> usize {
    if options.max_cells == 0 { MAX_CELLS } else { options.max_cells }
}

/// Reads the tree of a file.
pub(super) fn snapshot(root: Json, options: &DecodeOptions) -> Result<Snapshot> {
    if !root.is_object() {
        let message = format!("Expected an object with a dataset or a collection, found {}.", root.kind());
        return fail(ErrorKind::NotJsonStat, message, "");
    }
    check_version(&root)?;
    let form = Form::of(&root)?;
    let members = root.at(&["extension", profile::NAME]);
    let profile = match members {
        Some(members) => read_profile(members).within(&["extension", profile::NAME])?,
        None => SnapshotProfile::default(),
    };
    let text = |key: &str| root.get(key).and_then(Json::as_text).map(str::to_owned);
    let mut decoder = Decoder {
        options,
        cells_left: max_cells(options),
        illustrative: profile.illustrative,
        sources: Arc::new(profile.sources.clone()),
        ids: HashSet::new(),
        numbers: HashMap::new(),
        datasets: Vec::new(),
        links: Vec::new(),
        findings: Vec::new(),
    };
    if let Some(members) = members {
        for name in profile::unknown_members(members, true, form == Form::Dataset) {
            let path = format!("extension.{}.{}", profile::NAME, member(&name));
            decoder.find(Severity::Note, format!("The profile has no member “{}”.", json::clip(&name)), path);
        }
    }
    let (label, updated, href) = match form {
        Form::Bundle => (None, None, None),
        Form::Dataset | Form::Collection => (text("label"), text("updated"), text("href")),
    };
    match form {
        Form::Dataset => decoder.dataset(root, None, "")?,
        Form::Collection => decoder.collection(root, "")?,
        Form::Bundle => decoder.bundle(root)?,
    }
    let Decoder { datasets, links, findings, .. } = decoder;
    Ok(Snapshot { label, updated, href, profile, datasets, links, findings })
}

/// Refuses versions of JSON-stat that are neither 1.x nor 2.x.
fn check_version(json: &Json) -> Result<()> {
    let version = match json.get("version") {
        Some(Json::Text(version)) => version.trim().to_owned(),
        Some(Json::Number(version)) => version.to_string(),
        _ => return Ok(()),
    };
    match version.split('.').next() {
        Some("1" | "2") => Ok(()),
        _ => fail(
            ErrorKind::UnknownVersion,
            format!("The file is of version “{}” of JSON-stat. Expected 1.x or 2.x.", json::clip(&version)),
            "version",
        ),
    }
}

fn read_profile(members: &Json) -> Result<SnapshotProfile> {
    if let Some(Json::Number(version)) = members.get("profile").filter(|v| v.as_count() != Some(1)) {
        return fail(
            ErrorKind::UnknownVersion,
            format!(
                "The file uses version {version} of the profile. This program knows version {}.",
                profile::VERSION
            ),
            "profile",
        );
    }
    SnapshotProfile::read(members)
}

/// What a file is.
#[derive(Debug, Clone, Copy, PartialEq)]
enum Form {
    Dataset,
    Collection,
    /// An object of datasets by name, as in JSON-stat 1.
    Bundle,
}

impl Form {
    fn of(root: &Json) -> Result<Self> {
        match root.get("class") {
            Some(Json::Text(class)) if class == "dataset" => Ok(Self::Dataset),
            Some(Json::Text(class)) if class == "collection" => Ok(Self::Collection),
            Some(Json::Text(class)) if class == "dimension" => fail(
                ErrorKind::NotJsonStat,
                "The file describes a dimension and holds no figures. Expected a dataset or a collection.",
                "class",
            ),
            Some(class) => {
                let class = class.as_text().unwrap_or(class.kind());
                let message =
                    format!("The class is “{}”. Expected dataset or collection.", json::clip(class));
                fail(ErrorKind::NotJsonStat, message, "class")
            }
            None if root.get("dimension").is_some()
                && (root.get("value").is_some() || root.get("id").is_some()) =>
            {
                Ok(Self::Dataset)
            }
            None if root.members().iter().any(|(_, entry)| is_dataset(entry)) => Ok(Self::Bundle),
            None => fail(
                ErrorKind::NotJsonStat,
                "The file is JSON, but not JSON-stat: it has no `class`, and no member of it is a dataset.",
                "",
            ),
        }
    }
}

/// Whether an object holds a dataset and does not only link to one.
fn is_dataset(json: &Json) -> bool {
    json.get("dimension").is_some() && ["value", "id", "size"].iter().any(|key| json.get(key).is_some())
        || json.get("value").is_some() && json.get("id").is_some()
}

struct Decoder<'a> {
    options: &'a DecodeOptions,
    cells_left: usize,
    illustrative: bool,
    sources: Arc<Map<String, Source>>,
    ids: HashSet<String>,
    /// How often an id was asked for that is not the publisher's own choice.
    numbers: HashMap<String, usize>,
    datasets: Vec<Arc<Cube>>,
    links: Vec<Link>,
    findings: Vec<Finding>,
}

impl Decoder<'_> {
    fn find(&mut self, severity: Severity, message: impl Into<String>, path: impl Into<String>) {
        // A file full of oddities must not fill the memory with remarks.
        if self.findings.len() < 1_000 {
            self.findings.push(Finding { severity, message: message.into(), path: path.into() });
        }
    }

    fn collection(&mut self, mut json: Json, path: &str) -> Result<()> {
        let Some(mut link) = json.take("link") else { return Ok(()) };
        let items = match link.take("item") {
            None => return Ok(()),
            Some(Json::List(items)) => items,
            Some(other) => return expected("a list", &other, "link.item").map_err(|e| e.within(path)),
        };
        for (at, item) in items.into_iter().enumerate() {
            let path = join(path, &format!("link.item[{at}]"));
            let class = item.get("class").and_then(Json::as_text).unwrap_or("dataset");
            match class {
                "dataset" if is_dataset(&item) => {
                    check_version(&item).map_err(|e| e.within(&path))?;
                    self.dataset(item, None, &path)?;
                }
                "collection" if item.get("link").is_some() => self.collection(item, &path)?,
                _ => match item.get("href").and_then(Json::as_text) {
                    Some(href) => {
                        let label = item.get("label").and_then(Json::as_text).unwrap_or_default().to_owned();
                        self.links.push(Link { label, href: href.to_owned() });
                    }
                    None => self.find(Severity::Warning, "The item holds no figures and no address.", path),
                },
            }
        }
        Ok(())
    }

    fn bundle(&mut self, root: Json) -> Result<()> {
        let Json::Object(entries) = root else { return Ok(()) };
        for (name, entry) in entries {
            if is_dataset(&entry) {
                let path = member(&name);
                self.dataset(entry, Some(&name), &path)?;
            }
        }
        Ok(())
    }

    /// Reads one dataset; `path` is its place in the file.
    fn dataset(&mut self, json: Json, name: Option<&str>, path: &str) -> Result<()> {
        if self.datasets.len() >= MAX_DATASETS {
            return fail(
                ErrorKind::TooLarge,
                format!("The file holds more than {MAX_DATASETS} datasets."),
                path,
            );
        }
        let num_findings = self.findings.len();
        let cube = self.cube(json, name, path.is_empty()).map_err(|error| error.within(path))?;
        for finding in self.findings.iter_mut().skip(num_findings) {
            finding.path = join(path, &finding.path);
        }
        self.datasets.push(Arc::new(cube));
        Ok(())
    }

    #[inline(never)]
    fn cube(&mut self, mut json: Json, name: Option<&str>, is_root: bool) -> Result<Cube> {
        let members = match json.at(&["extension", profile::NAME]) {
            Some(members) => {
                read_profile(members).within(&["extension", profile::NAME])?;
                if !is_root {
                    for name in profile::unknown_members(members, false, true) {
                        let path = format!("extension.{}.{}", profile::NAME, member(&name));
                        self.find(
                            Severity::Note,
                            format!("The profile has no member “{}”.", json::clip(&name)),
                            path,
                        );
                    }
                }
                DatasetMembers::read(members).within(&["extension", profile::NAME])?
            }
            None => DatasetMembers::default(),
        };
        let id = self.dataset_id(&json, name, &members)?;
        let label = ["label", "title"].iter().find_map(|key| json.get(key).and_then(Json::as_text));
        let label = label.unwrap_or(&id).to_owned();

        let shape = Shape::read(&json, &label, self.cells_left)?;
        self.cells_left = self.cells_left.saturating_sub(shape.num_cells);
        let value = json.take("value");
        let status = json.take("status");
        let mut axes = shape.axes(&json)?;
        let roles = assign_roles(&json, &axes)?;
        self.remark_on_axes(&json, &axes);

        let metric = roles.iter().position(|role| *role == Some(Role::Metric));
        let notes = notes(&json, &axes, metric, &members)?;
        self.check_notes(&axes, &notes);
        let measures = self.measures(&json, &axes, &roles, metric, &id, &label, &members)?;
        apply_labels(&mut axes, metric, &members)?;

        let layout = Layout::new(&shape.sizes, metric);
        let figures = figures(value, &shape, &label)?;
        let mut statuses = StatusTable::new(status_labels(&json, status.as_ref())?);
        let mut builders = layout.split(figures);
        if let Some(status) = status {
            spread_status(status, &shape, &label, &layout, &mut statuses, &mut builders)?;
        }
        let extras = self.extras(members.clone(), &shape, &layout)?;
        let columns = columns(builders, extras);

        let titles = members.titles;
        let text = |key: &str| json.get(key).and_then(Json::as_text).map(str::to_owned);
        let (updated, source, href) = (text("updated"), text("source"), text("href"));
        let metric = metric.and_then(|at| axes.get(at).map(|axis| (at, axis))).map(|(position, axis)| {
            MetricDimension { id: axis.id.clone(), label: axis.label.clone(), position }
        });
        let dimensions = self.dimensions(&json, axes, roles, metric.as_ref())?;
        Cube::new(CubeParts {
            id,
            label,
            titles,
            updated,
            source,
            href,
            illustrative: members.illustrative || self.illustrative,
            dimensions,
            metric,
            measures,
            columns,
            statuses,
            notes,
            sources: Arc::clone(&self.sources),
            assumed: self.options.assumed.clone(),
        })
    }

    /// The id of a dataset: the profile's, the name in a bundle, the office's own, or
    /// one made from its place.
    fn dataset_id(&mut self, json: &Json, name: Option<&str>, members: &DatasetMembers) -> Result<String> {
        if let Some(id) = &members.id {
            if id.is_empty() || !self.ids.insert(id.clone()) {
                let message =
                    format!("The id “{}” is empty or stands twice. Expected unique ids.", json::clip(id));
                return invalid(message, format!("extension.{}.id", profile::NAME));
            }
            return Ok(id.clone());
        }
        let office = [&["extension", "id"][..], &["extension", "px", "tableid"]];
        let office = office.iter().find_map(|path| json.at(path).and_then(Json::as_text));
        let wanted = match name.or(office).filter(|id| !id.is_empty()) {
            Some(id) => id.to_owned(),
            None => format!("dataset-{}", self.datasets.len().saturating_add(1)),
        };
        // Counted, so that a thousand datasets of one name are not each compared with all before.
        let mut number = self.numbers.get(&wanted).copied().unwrap_or(0);
        loop {
            number = usize::saturating_add(number, 1);
            let id = if number == 1 { wanted.clone() } else { format!("{wanted}-{number}") };
            if self.ids.insert(id.clone()) {
                self.numbers.insert(wanted, number);
                return Ok(id);
            }
        }
    }

    #[inline(never)]
    fn remark_on_axes(&mut self, json: &Json, axes: &[Axis]) {
        for (name, entry) in json.get("dimension").map(Json::members).unwrap_or_default() {
            let known =
                axes.iter().any(|axis| axis.id == *name) || ["id", "size", "role"].contains(&name.as_str());
            if !known && entry.is_object() {
                let message = format!("The dimension “{}” is described but not used.", json::clip(name));
                self.find(Severity::Note, message, format!("dimension.{}", member(name)));
            }
        }
    }

    #[inline(never)]
    fn check_notes(&mut self, axes: &[Axis], notes: &[Note]) {
        for note in notes {
            for (dimension, codes) in &note.attachment.categories {
                let Some(axis) = axes.iter().find(|axis| axis.id == *dimension) else { continue };
                for code in codes.iter().filter(|code| !axis.positions.contains_key(*code)) {
                    let (id, code) = (json::clip(&note.id), json::clip(code));
                    let message =
                        format!("The note “{id}” names “{code}”, which “{dimension}” does not have.");
                    self.find(Severity::Warning, message, format!("extension.{}.notes", profile::NAME));
                }
            }
        }
    }

    #[allow(clippy::too_many_arguments)]
    #[inline(never)]
    fn measures(
        &mut self,
        json: &Json,
        axes: &[Axis],
        roles: &[Option<Role>],
        metric: Option<usize>,
        id: &str,
        label: &str,
        members: &DatasetMembers,
    ) -> Result<Vec<Measure>> {
        let place = |key: &str| format!("extension.{}.measures.{}", profile::NAME, member(key));
        let metric = metric.and_then(|at| axes.get(at));
        for (key, declared) in &members.measures {
            if metric.is_some_and(|axis| !axis.positions.contains_key(key)) {
                let message = format!("“{}” is no category of the metric dimension.", json::clip(key));
                return invalid(message, place(key));
            }
            let known = |id: &str| axes.iter().any(|axis| axis.id == *id);
            let strange = declared.additivity.keys().map(|id| ("additivity", id));
            let strange =
                strange.chain(declared.why.keys().filter(|key| *key != "advice").map(|id| ("why", id)));
            if let Some((list, id)) = strange.into_iter().find(|(_, id)| !known(id)) {
                let message = format!("The dataset has no dimension “{}”.", json::clip(id));
                return invalid(message, format!("{}.{list}.{}", place(key), member(id)));
            }
        }
        let px = json.at(&["extension", "px"]);
        let px_decimals = px.and_then(|px| px.get("decimals")).and_then(decimals);
        let mut measures = match metric {
            Some(axis) => {
                let entry = json.at(&["dimension", &axis.id]);
                let by_code = |path| by_name(entry.and_then(|entry: &Json| entry.at(path)));
                let units = by_code(&["category", "unit"]);
                let types = by_code(&["extension", "measuringType"]);
                let categories = axis.categories.iter().map(|category| {
                    let unit = units.get(category.code.as_str()).copied();
                    let kind = types.get(category.code.as_str()).and_then(|kind| kind.as_text());
                    let of_unit = unit.and_then(|unit| unit.get("decimals")).and_then(decimals);
                    let measure = Measure {
                        id: category.code.clone(),
                        label: category.label.clone(),
                        decimals: of_unit.or(px_decimals),
                        unit: unit.and_then(unit_text),
                        kind: measuring_type(kind, unit),
                        ..Measure::default()
                    };
                    declared(measure, members.measures.get(&category.code))
                });
                let measures: Vec<_> = categories.collect();
                if axis.categories.iter().any(|c| !units.contains_key(c.code.as_str()))
                    && measures.iter().any(|measure| measure.unit.is_none())
                {
                    let path = format!("dimension.{}.category.unit", member(&axis.id));
                    self.find(Severity::Warning, "Some measures have no unit.", path);
                }
                measures
            }
            None => {
                let measure = Measure { id: id.to_owned(), label: label.to_owned(), ..Measure::default() };
                let mut entries = members.measures.iter();
                let entry = match (entries.next(), entries.next()) {
                    (only, None) => only,
                    _ => match members.measures.get_key_value(id) {
                        None => {
                            return invalid(
                                "Several measures are declared, but the dataset has no dimension with the role metric.",
                                format!("extension.{}.measures", profile::NAME),
                            );
                        }
                        own => own,
                    },
                };
                let id = entry.map_or(measure.id, |(id, _)| id.clone());
                let measure = Measure { id, decimals: px_decimals, ..measure };
                vec![declared(measure, entry.map(|(_, members)| members))]
            }
        };
        if let Some(may_add) = px.and_then(|px| px.get("aggregallowed")).and_then(Json::as_bool) {
            for measure in &mut measures {
                for (axis, role) in axes.iter().zip(roles).filter(|(_, role)| **role != Some(Role::Metric)) {
                    let additivity = match (may_add, measure.kind, role) {
                        // Over time the kind of statistic says what holds.
                        (false, StatisticKind::Stock, Some(Role::Time)) | (true, _, Some(Role::Time)) => {
                            continue;
                        }
                        (true, StatisticKind::Rate, _) => continue,
                        (false, ..) => Additivity::None,
                        (true, ..) => Additivity::Sum,
                    };
                    measure.additivity.entry(axis.id.clone()).or_insert(additivity);
                }
            }
        }
        Ok(measures)
    }

    /// Sparse attributes, for each measure.
    #[inline(never)]
    fn extras(&mut self, members: DatasetMembers, shape: &Shape, layout: &Layout) -> Result<Vec<Extras>> {
        let place = |list: &str, cell: usize| -> Result<(usize, CellIndex)> {
            if cell >= shape.num_cells {
                let message =
                    format!("There is no cell {cell}: the dataset has {}.", grouped(shape.num_cells));
                return invalid(message, format!("extension.{}.{list}.{cell}", profile::NAME));
            }
            Ok(layout.place(cell))
        };
        // Gathered first and put in order once: a map takes a while for each that comes out of order.
        let mut provenance = vec![Vec::new(); layout.num_measures];
        let (mut vintages, mut ranges, mut conflicts) = (
            vec![Vec::new(); layout.num_measures],
            vec![Vec::new(); layout.num_measures],
            vec![Vec::new(); layout.num_measures],
        );
        let mut unknown = None;
        for (cell, sources) in members.provenance.0 {
            let (measure, index) = place("provenance", cell)?;
            unknown = unknown.or_else(|| sources.iter().find(|id| !self.sources.contains_key(*id)).cloned());
            if let Some(cells) = provenance.get_mut(measure) {
                cells.push((index, sources));
            }
        }
        for (cell, values) in members.vintages.0 {
            let (measure, index) = place("vintages", cell)?;
            if let Some(cells) = vintages.get_mut(measure) {
                cells.push((index, values));
            }
        }
        for (cell, range) in members.ranges.0 {
            let (measure, index) = place("ranges", cell)?;
            if let Some(cells) = ranges.get_mut(measure) {
                cells.push((index, (range.0, range.1)));
            }
        }
        for (cell, figures) in members.conflicts.0 {
            let (measure, index) = place("conflicts", cell)?;
            if let Some(cells) = conflicts.get_mut(measure) {
                cells.push((index, figures));
            }
        }
        let extras = provenance.into_iter().zip(vintages).zip(ranges).zip(conflicts);
        let extras = extras.map(|(((provenance, vintages), ranges), conflicts)| Extras {
            provenance: provenance.into_iter().collect(),
            vintages: vintages.into_iter().collect(),
            ranges: ranges.into_iter().collect(),
            conflicts: conflicts.into_iter().collect(),
        });
        let extras = extras.collect();
        if let Some(id) = unknown {
            let message = format!("The source “{}” is not among the sources of the file.", json::clip(&id));
            self.find(Severity::Warning, message, format!("extension.{}.provenance", profile::NAME));
        }
        Ok(extras)
    }

    /// All but the metric dimension.
    #[inline(never)]
    fn dimensions(
        &mut self,
        json: &Json,
        axes: Vec<Axis>,
        roles: Vec<Option<Role>>,
        metric: Option<&MetricDimension>,
    ) -> Result<Vec<Dimension>> {
        let mut dimensions = Vec::new();
        for (axis, role) in axes.into_iter().zip(roles) {
            if metric.is_none_or(|metric| metric.id != axis.id) {
                dimensions.push(self.dimension(json, axis, role)?);
            }
        }
        Ok(dimensions)
    }

    #[inline(never)]
    fn dimension(&mut self, json: &Json, axis: Axis, role: Option<Role>) -> Result<Dimension> {
        let entry = json.at(&["dimension", &axis.id]);
        let mut pairs = axis.child_pairs(entry)?;
        let elimination = entry.and_then(|entry| entry.at(&["extension", "eliminationValueCode"]));
        let elimination = elimination.and_then(Json::as_text);
        let total = elimination.and_then(|code| axis.positions.get(code)).copied();
        if let (Some(code), None) = (elimination, total) {
            let path = format!("dimension.{}.extension.eliminationValueCode", member(&axis.id));
            self.find(Severity::Warning, format!("There is no category “{}”.", json::clip(code)), path);
        }
        if let (Some(total), true) = (total, pairs.is_empty()) {
            pairs.extend((0..axis.categories.len() as u32).filter(|&c| c != total).map(|c| (total, c)));
        }
        let path = format!("dimension.{}.category.child", member(&axis.id));
        if let Some(category) = in_circle(axis.categories.len(), &pairs) {
            let code = axis.categories.get(category).map_or("", |category| &category.code);
            let message = format!("The category “{}” is part of itself, or of such a one.", json::clip(code));
            return invalid(message, path);
        }
        let (hierarchy, _) = Hierarchy::new(axis.categories.len(), &pairs);
        if (0..axis.categories.len() as u32).any(|category| hierarchy.depth_of(category) > MAX_DEPTH) {
            return fail(
                ErrorKind::TooLarge,
                format!("The hierarchy is more than {MAX_DEPTH} levels deep."),
                path,
            );
        }
        let role = match role {
            Some(Role::Geo) => DimensionRole::Geo,
            Some(Role::Time) => DimensionRole::Time,
            Some(Role::Metric) | None => DimensionRole::Classification,
        };
        let elimination =
            total.and_then(|at| axis.categories.get(at as usize)).map(|category| category.code.clone());
        let labels = axis.labels;
        let mut dimension = Dimension::new(axis.id, axis.label, role, axis.categories, hierarchy);
        dimension.elimination = elimination;
        dimension.labels = labels;
        Ok(dimension)
    }
}

/// The members of an object by name, the last of several; `null` counts as absent.
fn by_name(object: Option<&Json>) -> HashMap<&str, &Json> {
    let members = object.map(Json::members).unwrap_or_default().iter();
    let mut known: HashMap<&str, &Json> = members.map(|(name, json)| (name.as_str(), json)).collect();
    known.retain(|_, json| **json != Json::Null);
    known
}

fn join(path: &str, below: &str) -> String {
    match (path, below) {
        ("", _) => below.to_owned(),
        (_, "") => path.to_owned(),
        (_, below) if below.starts_with('[') => format!("{path}{below}"),
        _ => format!("{path}.{below}"),
    }
}

/// The order of the file: dimensions, sizes, and how many cells they announce.
struct Shape {
    ids: Vec<String>,
    sizes: Vec<usize>,
    num_cells: usize,
    /// "6 places × 85 months".
    announced: String,
}

impl Shape {
    fn read(json: &Json, label: &str, max_cells: usize) -> Result<Self> {
        // In version 1 both stand within `dimension`.
        let list = |key: &'static str| -> Result<(&[Json], String)> {
            let (found, path) = match (json.get(key), json.at(&["dimension", key])) {
                (Some(own), _) => (own, key.to_owned()),
                (None, Some(inner)) => (inner, format!("dimension.{key}")),
                (None, None) => return invalid(format!("The dataset has no `{key}`."), key),
            };
            match found {
                Json::List(elements) => Ok((elements, path)),
                other => expected("a list", other, path),
            }
        };
        let (ids, id_path) = list("id")?;
        let (sizes, size_path) = list("size")?;
        if ids.len() != sizes.len() {
            let message =
                format!("“{}” names {} dimensions and {} sizes.", json::clip(label), ids.len(), sizes.len());
            return fail(ErrorKind::SizeMismatch, message, size_path);
        }
        if ids.len() > MAX_DIMENSIONS {
            let message = format!("“{}” has more than {MAX_DIMENSIONS} dimensions.", json::clip(label));
            return fail(ErrorKind::TooLarge, message, id_path);
        }
        let mut seen = HashSet::new();
        let ids: Vec<String> = ids
            .iter()
            .enumerate()
            .map(|(at, id)| match id.as_text() {
                Some(id) if seen.insert(id) => Ok(id.to_owned()),
                Some(id) => invalid(format!("The dimension “{}” stands twice.", json::clip(id)), element(at)),
                None => expected("the id of a dimension", id, element(at)),
            })
            .collect::<Result<_>>()
            .map_err(|e| e.within(&id_path))?;
        let sizes: Vec<usize> = sizes
            .iter()
            .enumerate()
            .map(|(at, size)| match size.as_count() {
                Some(size) => Ok(size),
                None => expected("a number of categories", size, element(at)),
            })
            .collect::<Result<_>>()
            .map_err(|e| e.within(&size_path))?;
        let labels =
            ids.iter().map(|id| json.at(&["dimension", id, "label"]).and_then(Json::as_text).unwrap_or(id));
        let announced: Vec<_> =
            sizes.iter().zip(labels).map(|(s, l)| format!("{} {}", grouped(*s), json::clip(l))).collect();
        let announced = announced.join(" × ");
        // As if no dimension were empty, since questions may list the others alone.
        let most = sizes.iter().try_fold(1usize, |product, size| product.checked_mul((*size).max(1)));
        match most.filter(|cells| *cells <= max_cells) {
            Some(_) => Ok(Self { num_cells: sizes.iter().product(), ids, sizes, announced }),
            None => {
                let message = format!(
                    "“{}” announces {announced}: more than the {} figures that are allowed.",
                    json::clip(label),
                    grouped(max_cells)
                );
                fail(ErrorKind::TooLarge, message, size_path)
            }
        }
    }

    #[inline(never)]
    fn axes(&self, json: &Json) -> Result<Vec<Axis>> {
        let Some(dimensions) = json.get("dimension") else {
            return match self.ids.as_slice() {
                [] => Ok(Vec::new()),
                _ => invalid("The dataset has no `dimension`.", "dimension"),
            };
        };
        let pairs = self.ids.iter().zip(&self.sizes);
        pairs.map(|(id, &size)| Axis::read(dimensions.get(id), id, size).within(&["dimension", id])).collect()
    }

    fn mismatch<T>(&self, label: &str, found: usize, what: &str, path: &str) -> Result<T> {
        let (all, found, label) = (grouped(self.num_cells), grouped(found), json::clip(label));
        let message =
            format!("“{label}” announces {}, {all} figures. It holds {found}{what}.", self.announced);
        fail(ErrorKind::SizeMismatch, message, path)
    }
}

/// A number with its thousands apart, for messages.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let first = digits.len() % 3;
    let mut text = String::new();
    for (at, digit) in digits.chars().enumerate() {
        if at > 0 && at % 3 == first {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// A dimension of the file before it is known whether it holds measures.
struct Axis {
    id: String,
    label: String,
    labels: Map<String, String>,
    categories: Vec<Category>,
    positions: HashMap<String, u32>,
}

impl Axis {
    fn read(entry: Option<&Json>, id: &str, size: usize) -> Result<Self> {
        let Some(entry) = entry else {
            return invalid(format!("The dimension “{}” is not described.", json::clip(id)), "");
        };
        let Some(category) = entry.get("category") else {
            return match entry.get("href") {
                Some(_) => invalid(
                    "The dimension is only linked to. Expected its categories in the file.",
                    "category",
                ),
                None => invalid("The dimension has no `category`.", "category"),
            };
        };
        if !category.is_object() {
            return expected("an object", category, "category");
        }
        let codes = codes(category).within(&["category"])?;
        if codes.len() != size {
            let message = format!(
                "The dimension “{}” announces {size} categories and lists {}.",
                json::clip(id),
                codes.len()
            );
            let list = if category.get("index").is_some() { "category.index" } else { "category.label" };
            return fail(ErrorKind::SizeMismatch, message, list);
        }
        let mut positions = HashMap::with_capacity(codes.len());
        for (code, at) in codes.iter().zip(0u32..) {
            if positions.insert(code.clone(), at).is_some() {
                return invalid(format!("The code “{}” stands twice.", json::clip(code)), "category.index");
            }
        }
        for list in ["label", "unit", "coordinates", "note", "child"] {
            let Some(found) = category.get(list) else { continue };
            if !found.is_object() {
                return expected("an object", found, format!("category.{list}"));
            }
            if let Some((code, _)) = found.members().iter().find(|(code, _)| !positions.contains_key(code)) {
                let message = format!("There is no category “{}”.", json::clip(code));
                return invalid(message, format!("category.{list}.{}", member(code)));
            }
        }
        let mut labels = HashMap::new();
        for (code, label) in category.get("label").map(Json::members).unwrap_or_default() {
            let text = match label {
                Json::Text(text) => text.clone(),
                Json::Number(_) => label.to_string(),
                Json::Null => continue,
                _ => return expected("text", label, format!("category.label.{}", member(code))),
            };
            labels.insert(code.as_str(), text);
        }
        let categories = codes
            .into_iter()
            .map(|code| {
                let label = labels.remove(code.as_str()).unwrap_or_else(|| code.clone());
                Category { code, label, ..Category::default() }
            })
            .collect();
        let label = entry.get("label").and_then(Json::as_text).unwrap_or(id).to_owned();
        Ok(Self { id: id.to_owned(), label, labels: Map::new(), categories, positions })
    }

    /// Pairs of parent and child, by parent.
    fn child_pairs(&self, entry: Option<&Json>) -> Result<Vec<(u32, u32)>> {
        let mut pairs = Vec::new();
        let declared = entry.and_then(|entry| entry.at(&["category", "child"])).map(Json::members);
        for (code, children) in declared.unwrap_or_default() {
            let place = || format!("dimension.{}.category.child.{}", member(&self.id), member(code));
            let Some(&parent) = self.positions.get(code) else { continue };
            let children = texts(children).map_err(|e| e.within(&place()))?;
            for (at, child) in children.into_iter().enumerate() {
                match self.positions.get(child) {
                    Some(&child) => pairs.push((parent, child)),
                    None => {
                        let message = format!("There is no category “{}”.", json::clip(child));
                        return invalid(message, format!("{}[{at}]", place()));
                    }
                }
            }
        }
        crate::order::sort_by_key(&mut pairs, |pair| pair.0);
        Ok(pairs)
    }
}

/// A category that is among its own parts, or below one that is. Asked before a hierarchy
/// is made, since leaving single pairs out of one takes time that a hostile file could ask for.
fn in_circle(num_categories: usize, pairs: &[(u32, u32)]) -> Option<usize> {
    let mut children = vec![Vec::new(); num_categories];
    let mut open_parents = vec![0usize; num_categories];
    for &(parent, child) in pairs {
        children.get_mut(parent as usize)?.push(child as usize);
        let open = open_parents.get_mut(child as usize)?;
        *open = open.saturating_add(1);
    }
    let mut ready: Vec<usize> = (0..num_categories).filter(|&c| open_parents.get(c) == Some(&0)).collect();
    while let Some(category) = ready.pop() {
        for &child in children.get(category)? {
            let open = open_parents.get_mut(child)?;
            *open = open.saturating_sub(1);
            if *open == 0 {
                ready.push(child);
            }
        }
    }
    open_parents.iter().position(|open| *open > 0)
}

/// The codes of a dimension in their order.
fn codes(category: &Json) -> Result<Vec<String>> {
    match (category.get("index"), category.get("label")) {
        (Some(Json::List(codes)), _) => {
            let text = |(at, code): (usize, &Json)| match code {
                Json::Text(code) => Ok(code.clone()),
                Json::Number(_) => Ok(code.to_string()),
                _ => expected("a code", code, format!("index[{at}]")),
            };
            codes.iter().enumerate().map(text).collect()
        }
        (Some(Json::Object(index)), _) => {
            let mut codes: Vec<Option<&String>> = vec![None; index.len()];
            for (code, position) in index {
                let slot = position.as_count().and_then(|at| codes.get_mut(at));
                match slot {
                    Some(slot @ None) => *slot = Some(code),
                    _ => {
                        let last = index.len().saturating_sub(1);
                        let message = format!("Expected a position of its own, from 0 to {last}.");
                        return invalid(message, format!("index.{}", member(code)));
                    }
                }
            }
            Ok(codes.into_iter().flatten().cloned().collect())
        }
        (Some(other), _) => expected("a list or an object", other, "index"),
        (None, Some(Json::Object(labels))) => Ok(labels.iter().map(|(code, _)| code.clone()).collect()),
        (None, _) => invalid("The dimension has neither `index` nor `label`.", "index"),
    }
}

/// One text or a list of them.
fn texts(json: &Json) -> Result<Vec<&str>> {
    match json {
        Json::Null => Ok(Vec::new()),
        Json::Text(text) => Ok(vec![text]),
        Json::List(elements) => elements
            .iter()
            .enumerate()
            .map(|(at, json)| json.as_text().map_or_else(|| expected("text", json, element(at)), Ok))
            .collect(),
        other => expected("text or a list", other, ""),
    }
}

/// The role of each dimension: as declared, and inferred for roles that are not declared.
#[inline(never)]
fn assign_roles(json: &Json, axes: &[Axis]) -> Result<Vec<Option<Role>>> {
    let mut roles: Vec<Option<Role>> = vec![None; axes.len()];
    let (declared, path) = match (json.get("role"), json.at(&["dimension", "role"])) {
        (Some(own), _) => (Some(own), "role"),
        (None, inner) => (inner.filter(|_| !axes.iter().any(|axis| axis.id == "role")), "dimension.role"),
    };
    for role in Role::ALL {
        let Some(list) = declared.and_then(|declared| declared.get(role.id())) else { continue };
        let place = format!("{path}.{}", role.id());
        for (at, id) in texts(list).map_err(|e| e.within(&place))?.into_iter().enumerate() {
            let Some(position) = axes.iter().position(|axis| axis.id == id) else {
                let message = format!("The dataset has no dimension “{}”.", json::clip(id));
                return invalid(message, format!("{place}[{at}]"));
            };
            // Only the first metric dimension holds the measures.
            if role == Role::Metric && roles.contains(&Some(Role::Metric)) {
                continue;
            }
            if let Some(slot @ None) = roles.get_mut(position) {
                *slot = Some(role);
            }
        }
    }
    let missing: Vec<Role> = Role::ALL
        .into_iter()
        .filter(|role| declared.and_then(|declared| declared.get(role.id())).is_none())
        .collect();
    if !missing.is_empty() {
        let dimensions: Vec<(String, Vec<String>)> = axes
            .iter()
            .map(|axis| {
                (axis.id.clone(), axis.categories.iter().map(|category| category.code.clone()).collect())
            })
            .collect();
        for role in missing {
            let found = roles::infer(role, &dimensions, |at| roles.get(at).is_some_and(Option::is_none));
            if let Some(slot) = found.and_then(|at| roles.get_mut(at)) {
                *slot = Some(role);
            }
        }
    }
    Ok(roles)
}

/// How the cells of the file fall to the measures.
struct Layout {
    num_measures: usize,
    /// Cells of one measure that stand together in the file.
    run: usize,
}

impl Layout {
    fn new(sizes: &[usize], metric: Option<usize>) -> Self {
        match metric {
            None => Self { num_measures: 1, run: sizes.iter().product() },
            Some(at) => Self {
                num_measures: sizes.get(at).copied().unwrap_or(1),
                run: sizes.iter().skip(at.saturating_add(1)).product(),
            },
        }
    }

    /// The measure and the cell of a position in the file.
    fn place(&self, position: usize) -> (usize, CellIndex) {
        let at_least_one = |number| NonZeroUsize::new(number).unwrap_or(NonZeroUsize::MIN);
        let (run, measures) = (at_least_one(self.run), at_least_one(self.num_measures));
        let block = position / run;
        // No more than the position itself.
        let cell = (block / measures).wrapping_mul(run.get()).wrapping_add(position % run);
        (block % measures, CellIndex(cell))
    }

    /// The figures of each measure.
    #[inline(never)]
    fn split(&self, figures: ColumnBuilder) -> Vec<ColumnBuilder> {
        if self.num_measures == 1 {
            return vec![figures];
        }
        let each = figures.len().checked_div(self.num_measures).unwrap_or_default();
        let mut columns = vec![ColumnBuilder::with_capacity(each); self.num_measures];
        for position in 0..figures.len() {
            if let Some(column) = columns.get_mut(self.place(position).0) {
                column.push(figures.value(CellIndex(position)).unwrap_or(f64::NAN));
            }
        }
        columns
    }
}

/// The columns of the measures, each with its sparse attributes.
#[inline(never)]
fn columns(builders: Vec<ColumnBuilder>, extras: Vec<Extras>) -> Vec<Column> {
    builders.into_iter().zip(extras).map(|(builder, extras)| builder.finish(extras)).collect()
}

/// The figures in the order of the file.
#[inline(never)]
fn figures(value: Option<Json>, shape: &Shape, label: &str) -> Result<ColumnBuilder> {
    let Values { figures, odd } = match value {
        Some(Json::Values(values)) => *values,
        Some(other) => return expected("a list or an object", &other, "value"),
        None => return invalid("The dataset has no `value`.", "value"),
    };
    check_odd(odd, "a number or null").map_err(|e| e.within("value"))?;
    match figures {
        Figures::Listed(listed) if listed.len() == shape.num_cells => Ok(listed),
        Figures::Listed(listed) => shape.mismatch(label, listed.len(), "", "value"),
        Figures::Placed(placed) => {
            if let Some((position, _)) = placed.last().filter(|cell| cell.0 as usize >= shape.num_cells) {
                let what = format!(", one of them at position {}", grouped(*position as usize));
                return shape.mismatch(label, placed.len(), &what, &format!("value.{position}"));
            }
            let mut figures = ColumnBuilder::new(shape.num_cells);
            for (position, value) in placed {
                figures.set(CellIndex(position as usize), value);
            }
            Ok(figures)
        }
    }
}

fn check_odd(odd: Option<Odd>, wanted: &str) -> Result<()> {
    match odd {
        None => Ok(()),
        Some(Odd { step, found }) => invalid(format!("Expected {wanted}, found {found}."), step),
    }
}

/// Puts the statuses of the file on the cells: one for all, a list, or by position.
#[inline(never)]
fn spread_status(
    status: Json,
    shape: &Shape,
    label: &str,
    layout: &Layout,
    table: &mut StatusTable,
    builders: &mut [ColumnBuilder],
) -> Result<()> {
    let Statuses { written, cells, odd, .. } = match status {
        Json::Statuses(statuses) => *statuses,
        Json::Text(text) if text.trim().is_empty() => return Ok(()),
        Json::Text(text) => {
            Statuses { written: vec![text], cells: Cells::Dense(vec![1]), legend: None, odd: None }
        }
        other => return expected("text, a list or an object", &other, "status"),
    };
    check_odd(odd, "text or null").map_err(|e| e.within("status"))?;
    let mut known = vec![None; written.len()];
    let mut put = |position: usize, status: u16| -> Result<()> {
        let Some(at) = usize::from(status).checked_sub(1) else { return Ok(()) };
        let (Some(text), Some(slot)) = (written.get(at), known.get_mut(at)) else { return Ok(()) };
        if slot.is_none() {
            *slot = table.intern(text);
        }
        let Some(id) = *slot else {
            return fail(ErrorKind::TooLarge, "More than 255 different statuses.", "status");
        };
        let (measure, index) = layout.place(position);
        if let (Some(builder), true) = (builders.get_mut(measure), id != 0) {
            builder.set_status(index, id);
        }
        Ok(())
    };
    match cells {
        Cells::Dense(cells) if cells.len() == shape.num_cells => {
            cells.into_iter().enumerate().try_for_each(|(position, status)| put(position, status))
        }
        Cells::Dense(cells) => match cells.as_slice() {
            &[one] => (0..shape.num_cells).try_for_each(|position| put(position, one)),
            _ => shape.mismatch(label, cells.len(), " statuses", "status"),
        },
        Cells::Sparse(cells) => {
            if let Some((position, _)) = cells.last().filter(|cell| cell.0 as usize >= shape.num_cells) {
                let what = format!(" statuses, one of them at position {}", grouped(*position as usize));
                return shape.mismatch(label, cells.len(), &what, &format!("status.{position}"));
            }
            cells.into_iter().try_for_each(|(position, status)| put(position as usize, status))
        }
    }
}

/// What the codes of statuses mean: where Eurostat writes it today, or as in its early files.
#[inline(never)]
fn status_labels(json: &Json, status: Option<&Json>) -> Result<Vec<(String, String)>> {
    let early = match status {
        Some(Json::Statuses(statuses)) => statuses.legend.as_ref().and_then(|legend| legend.get("label")),
        _ => None,
    };
    let declared =
        json.at(&["extension", "status", "label"]).or(early).map(Json::members).unwrap_or_default();
    if declared.len() > MAX_STATUS_LABELS {
        let message = format!("More than {MAX_STATUS_LABELS} statuses have a label.");
        return fail(ErrorKind::TooLarge, message, "extension.status.label");
    }
    let mut labels: Vec<(String, String)> = Vec::new();
    for (code, label) in declared {
        let Some(label) = label.as_text() else { continue };
        match labels.iter_mut().find(|(known, _)| known == code) {
            Some(known) => known.1 = label.to_owned(),
            None => labels.push((code.clone(), label.to_owned())),
        }
    }
    Ok(labels)
}

fn decimals(json: &Json) -> Option<u8> {
    json.as_count().and_then(|count| u8::try_from(count).ok())
}

/// The noun of a unit, by the member that offices use for it.
fn unit_text(unit: &Json) -> Option<String> {
    ["label", "base", "symbol"]
        .iter()
        .find_map(|key| unit.get(key).and_then(Json::as_text))
        .map(str::to_owned)
}

fn measuring_type(measuring_type: Option<&str>, unit: Option<&Json>) -> StatisticKind {
    match measuring_type {
        Some("Stock") => StatisticKind::Stock,
        Some("Flow") => StatisticKind::Flow,
        Some("Average") => StatisticKind::Rate,
        _ if unit.and_then(|unit| unit.get("type")).and_then(Json::as_text) == Some("ratio") => {
            StatisticKind::Rate
        }
        _ => StatisticKind::Unknown,
    }
}

/// The measure with what the profile says of it.
fn declared(measure: Measure, members: Option<&MeasureMembers>) -> Measure {
    let Some(members) = members.cloned() else { return measure };
    let mut why = members.why;
    let advice = why.remove("advice");
    let suppressed = members.suppressed.into_iter().map(|(code, range)| (code, (range.0, range.1)));
    Measure {
        id: measure.id,
        label: members.label.unwrap_or(measure.label),
        labels: members.labels.0,
        unit: members.unit.or(measure.unit),
        kind: members.kind.unwrap_or(measure.kind),
        counts: members.counts,
        precision: members.precision,
        decimals: members.decimals.or(measure.decimals),
        suppressed: suppressed.collect(),
        additivity: members.additivity,
        why,
        advice,
        description: members.description,
    }
}

/// The dimension for whose labels in other languages the profile's member `list` has an entry.
fn labelled<'a>(axes: &'a mut [Axis], metric: Option<usize>, list: &str, id: &str) -> Result<&'a mut Axis> {
    let found = axes.iter_mut().enumerate().find(|(at, axis)| axis.id == id && metric != Some(*at));
    found.map(|(_, axis)| axis).ok_or_else(|| {
        let message = format!("The dataset has no dimension “{}” besides measures.", json::clip(id));
        let path = format!("extension.{}.{list}.{}", profile::NAME, member(id));
        Error::new(ErrorKind::Invalid, message, path)
    })
}

#[inline(never)]
fn apply_labels(axes: &mut [Axis], metric: Option<usize>, members: &DatasetMembers) -> Result<()> {
    for (id, labels) in &members.dimensions {
        labelled(axes, metric, "dimensions", id)?.labels = labels.clone();
    }
    for (id, by_code) in &members.labels {
        let axis = labelled(axes, metric, "labels", id)?;
        for (code, labels) in by_code {
            let position = axis.positions.get(code).map(|at| *at as usize);
            let Some(category) = position.and_then(|at| axis.categories.get_mut(at)) else {
                let message = format!("There is no category “{}”.", json::clip(code));
                let place = format!("extension.{}.labels.{}", profile::NAME, member(id));
                return invalid(message, format!("{place}.{}", member(code)));
            };
            category.labels = labels.0.clone();
        }
    }
    Ok(())
}

/// Notes of the dataset, of its dimensions and categories, and those of the profile.
///
/// Plain notes get ids from their place: `dataset-0`, `country-0`, `country-ABC-0`.
#[inline(never)]
fn notes(json: &Json, axes: &[Axis], metric: Option<usize>, members: &DatasetMembers) -> Result<Vec<Note>> {
    let mut ids = HashSet::new();
    for (at, note) in members.notes.iter().enumerate() {
        if !ids.insert(note.id.clone()) {
            let message = format!("The note “{}” stands twice.", json::clip(&note.id));
            return invalid(message, format!("extension.{}.notes[{at}].id", profile::NAME));
        }
    }
    let mut notes = Vec::new();
    let mut add = |list: Option<&Json>,
                   place: String,
                   path: String,
                   mandatory: Option<&Json>,
                   attachment: Attachment| {
        for (at, text) in
            list.map(texts).transpose().map_err(|e| e.within(&path))?.into_iter().flatten().enumerate()
        {
            let mut id = format!("{place}-{at}");
            while !ids.insert(id.clone()) {
                id.push('+');
            }
            let mandatory =
                mandatory.and_then(|all| all.get(&at.to_string())).and_then(Json::as_bool) == Some(true);
            let attachment = attachment.clone();
            let text = text.to_owned();
            notes.push(Note { id, text, mandatory, attachment, ..Note::default() });
        }
        Ok(())
    };
    let mandatory = json.at(&["extension", "noteMandatory"]);
    add(json.get("note"), "dataset".into(), "note".into(), mandatory, Attachment::default())?;
    for (at, axis) in axes.iter().enumerate() {
        let Some(entry) = json.at(&["dimension", &axis.id]) else { continue };
        let path = format!("dimension.{}", member(&axis.id));
        let mandatory = entry.at(&["extension", "noteMandatory"]);
        add(entry.get("note"), axis.id.clone(), format!("{path}.note"), mandatory, Attachment::default())?;
        let by_code = by_name(entry.at(&["category", "note"]));
        if by_code.is_empty() {
            continue;
        }
        let mandatory = by_name(entry.at(&["extension", "categoryNoteMandatory"]));
        for Category { code, .. } in &axis.categories {
            let attachment = if metric == Some(at) {
                Attachment { measures: vec![code.clone()], ..Attachment::default() }
            } else {
                Attachment {
                    categories: [(axis.id.clone(), vec![code.clone()])].into(),
                    ..Attachment::default()
                }
            };
            let mandatory = mandatory.get(code.as_str()).copied();
            let path = format!("{path}.category.note.{}", member(code));
            add(
                by_code.get(code.as_str()).copied(),
                format!("{}-{code}", axis.id),
                path,
                mandatory,
                attachment,
            )?;
        }
    }
    for (at, note) in members.notes.iter().cloned().enumerate() {
        let mut attachment = Attachment::default();
        for (id, codes) in note.selection {
            match axes.iter().position(|axis| axis.id == id) {
                Some(position) if metric == Some(position) => attachment.measures = codes,
                Some(_) => drop(attachment.categories.insert(id, codes)),
                None => {
                    let message = format!("The dataset has no dimension “{}”.", json::clip(&id));
                    let path = format!("extension.{}.notes[{at}].where.{}", profile::NAME, member(&id));
                    return invalid(message, path);
                }
            }
        }
        let (marker, mandatory) = (note.marker, note.mandatory);
        notes.push(Note { id: note.id, marker, text: note.text, texts: note.texts, mandatory, attachment });
    }
    Ok(notes)
}
