//! From a snapshot to the tree of a file: JSON-stat's own members first, PxWeb's keys
//! beside them, the profile for the rest. Members stand in a fixed order, so that the
//! same snapshot is the same text.

use crate::map::Map;
use std::num::NonZeroUsize;

use super::json::{Cells, Figures, Json, Statuses, Values, object};
use super::profile::{self, ByCell, DatasetMembers, Labels, MeasureMembers, Member, NoteMembers, Range};
use crate::model::{
    Additivity, CellIndex, Column, ColumnBuilder, Cube, Dimension, DimensionRole, Extras, Link, Measure,
    MetricDimension, Note, Snapshot, SnapshotProfile, StatisticKind,
};

/// Members of an object, of which those without a value are left out.
#[derive(Default)]
struct Members(Vec<(String, Json)>);

impl Members {
    fn put(&mut self, key: &str, json: impl Into<Option<Json>>) {
        if let Some(json) = json.into() {
            self.0.push((key.to_owned(), json));
        }
    }

    /// The object; nothing where it would be empty.
    fn some(self) -> Option<Json> {
        (!self.0.is_empty()).then_some(Json::Object(self.0))
    }
}

fn texts<'a>(texts: impl IntoIterator<Item = &'a String>) -> Json {
    Json::List(texts.into_iter().map(Json::from).collect())
}

/// The tree of a snapshot.
pub(super) fn snapshot(snapshot: &Snapshot) -> Json {
    let mut members = Members::default();
    members.put("version", Json::from("2.0"));
    members.put("class", Json::from("collection"));
    members.put("label", snapshot.label.as_ref().map(Json::from));
    members.put("updated", snapshot.updated.as_ref().map(Json::from));
    members.put("href", snapshot.href.as_ref().map(Json::from));
    if snapshot.profile != SnapshotProfile::default() {
        members.put("extension", snapshot.profile.write().map(|profile| object([(profile::NAME, profile)])));
    }
    let version = snapshot.profile.profile.is_none().then_some(profile::VERSION);
    let datasets = snapshot.datasets.iter().map(|cube| dataset(cube, version));
    let items = datasets.chain(snapshot.links.iter().map(link)).collect();
    members.put("link", object([("item", Json::List(items))]));
    Json::Object(members.0)
}

fn link(Link { label, href }: &Link) -> Json {
    let mut members = Members::default();
    members.put("class", Json::from("dataset"));
    members.put("href", Json::from(href));
    members.put("label", (!label.is_empty()).then(|| label.into()));
    Json::Object(members.0)
}

/// A dimension of the file: one of the cube's, or the one that holds its measures.
enum Axis<'a> {
    Plain(&'a Dimension),
    Metric(MetricDimension, &'a [Measure]),
}

impl Axis<'_> {
    fn id(&self) -> &String {
        match self {
            Axis::Plain(dimension) => &dimension.id,
            Axis::Metric(metric, _) => &metric.id,
        }
    }

    fn len(&self) -> usize {
        match self {
            Axis::Plain(dimension) => dimension.len(),
            Axis::Metric(_, measures) => measures.len(),
        }
    }

    fn role(&self) -> &'static str {
        match self {
            Axis::Plain(Dimension { role: DimensionRole::Geo, .. }) => "geo",
            Axis::Plain(Dimension { role: DimensionRole::Time, .. }) => "time",
            Axis::Plain(_) => "",
            Axis::Metric(..) => "metric",
        }
    }

    fn codes(&self) -> Vec<&String> {
        match self {
            Axis::Plain(dimension) => dimension.categories.iter().map(|category| &category.code).collect(),
            Axis::Metric(_, measures) => measures.iter().map(|measure| &measure.id).collect(),
        }
    }
}

/// The dimensions in the order of the file.
fn axes(cube: &Cube) -> Vec<Axis<'_>> {
    let mut axes: Vec<Axis<'_>> = cube.dimensions().iter().map(Axis::Plain).collect();
    let named = cube.parts().metric.clone().or_else(|| {
        let free = |id: &String| cube.dimension_position(id).is_none();
        let id = std::iter::successors(Some("measure".to_owned()), |id| Some(format!("{id}_"))).find(free)?;
        (cube.measures().len() != 1).then(|| MetricDimension { label: id.clone(), id, position: 0 })
    });
    if let Some(metric) = named {
        let position = metric.position.min(axes.len());
        axes.insert(position, Axis::Metric(metric, cube.measures()));
    }
    axes
}

fn dataset(cube: &Cube, version: Option<u32>) -> Json {
    let parts = cube.parts();
    let axes = axes(cube);
    let notes = PlacedNotes::of(cube.notes(), &axes);
    let order = FileOrder::of(cube, &axes);

    let mut members = Members::default();
    members.put("version", Json::from("2.0"));
    members.put("class", Json::from("dataset"));
    members.put("label", Json::from(&parts.label));
    members.put("source", parts.source.as_ref().map(Json::from));
    members.put("updated", parts.updated.as_ref().map(Json::from));
    members.put("href", parts.href.as_ref().map(Json::from));
    members.put("note", notes.texts(DATASET));
    members.put("id", texts(axes.iter().map(Axis::id)));
    members.put("size", Json::List(axes.iter().map(|axis| Json::Number(axis.len() as f64)).collect()));
    let role = |role| (role, texts(axes.iter().filter(|axis| axis.role() == role).map(Axis::id)));
    members.put("role", object(["time", "geo", "metric"].map(role)));
    let dimensions = (1..).zip(&axes).map(|(at, axis)| (axis.id().clone(), dimension(axis, at, &notes)));
    members.put("dimension", Json::Object(dimensions.collect()));
    members.put("value", order.values());
    members.put("status", order.statuses());

    let mut extension = Members::default();
    let labels =
        cube.statuses().labels().iter().map(|(code, label)| (code.clone(), label.into())).collect::<Vec<_>>();
    extension.put("status", Members(labels).some().map(|labels| object([("label", labels)])));
    extension.put("px", may_aggregate(cube).map(|may| object([("aggregallowed", Json::Bool(may))])));
    extension.put("noteMandatory", notes.mandatory(DATASET));
    let profile = DatasetMembers {
        profile: version,
        id: Some(parts.id.clone()),
        titles: parts.titles.clone(),
        illustrative: parts.illustrative,
        dimensions: dimensions_by_language(cube.dimensions()),
        measures: measures(cube, &axes),
        notes: notes.others,
        labels: labels_by_language(cube.dimensions()),
        provenance: order
            .extras(|extras| extras.provenance.iter().map(|(cell, ids)| (*cell, ids.clone())).collect()),
        vintages: order
            .extras(|extras| extras.vintages.iter().map(|(cell, all)| (*cell, all.clone())).collect()),
        ranges: order
            .extras(|extras| extras.ranges.iter().map(|(cell, r)| (*cell, Range(r.0, r.1))).collect()),
        conflicts: order
            .extras(|extras| extras.conflicts.iter().map(|(cell, all)| (*cell, all.clone())).collect()),
    };
    extension.put(profile::NAME, profile.write());
    members.put("extension", extension.some());
    Json::Object(members.0)
}

fn dimension(axis: &Axis<'_>, at: usize, notes: &PlacedNotes) -> Json {
    let mut members = Members::default();
    let mut category = Members::default();
    let mut extension = Members::default();
    let codes = axis.codes();
    let mut category_labels = Vec::new();
    category.put("index", texts(codes.iter().copied()));
    match axis {
        Axis::Plain(dimension) => {
            members.put("label", (dimension.label != dimension.id).then(|| Json::from(&dimension.label)));
            category_labels
                .extend(dimension.categories.iter().map(|category| (&category.code, &category.label)));
            let code = |at: &u32| dimension.category(*at).map(|category| &category.code);
            let children = dimension.categories.iter().zip(0u32..).map(|(category, at)| {
                let children = dimension.hierarchy.children_of(at).iter().filter_map(code);
                (category.code.clone(), texts(children))
            });
            let children = children.filter(|(_, list)| *list != Json::List(Vec::new()));
            category.0.extend(Members(children.collect()).some().map(|child| ("child".to_owned(), child)));
            extension.put("elimination", dimension.elimination.as_ref().map(|_| Json::Bool(true)));
            extension.put("eliminationValueCode", dimension.elimination.as_ref().map(Json::from));
        }
        Axis::Metric(metric, measures) => {
            members.put("label", (metric.label != metric.id).then(|| Json::from(&metric.label)));
            category_labels.extend(measures.iter().map(|measure| (&measure.id, &measure.label)));
            let units = measures.iter().filter_map(|measure| {
                let mut unit = Members::default();
                unit.put("label", measure.unit.as_ref().map(Json::from));
                unit.put("decimals", measure.decimals.map(|decimals| Json::Number(f64::from(decimals))));
                Some((measure.id.clone(), unit.some()?))
            });
            category.put("unit", Members(units.collect()).some());
            let types = measures.iter().filter_map(|measure| {
                let name = match measure.kind {
                    StatisticKind::Flow => "Flow",
                    StatisticKind::Stock => "Stock",
                    StatisticKind::Rate => "Other",
                    StatisticKind::Unknown => return None,
                };
                Some((measure.id.clone(), Json::from(name)))
            });
            extension.put("measuringType", Members(types.collect()).some());
        }
    }
    let labels = category_labels.into_iter().filter(|(code, label)| code != label);
    category.put("label", Members(labels.map(|(code, label)| (code.clone(), label.into())).collect()).some());
    let by_code = |of: &dyn Fn(Place) -> Option<Json>| {
        let found =
            (1..).zip(&codes).filter_map(|(category, code)| Some(((*code).clone(), of((at, category))?)));
        Members(found.collect()).some()
    };
    category.put("note", by_code(&|place| notes.texts(place)));
    extension.put("noteMandatory", notes.mandatory((at, 0)));
    extension.put("categoryNoteMandatory", by_code(&|place| notes.mandatory(place)));
    members.put("note", notes.texts((at, 0)));
    members.put("category", Json::Object(category.0));
    members.put("extension", extension.some());
    Json::Object(members.0)
}

/// A place for notes in a dataset, in the order in which they are read: the dataset is
/// (0, 0), the first dimension (1, 0), its first category (1, 1).
type Place = (usize, usize);

const DATASET: Place = (0, 0);

/// Notes by their place in JSON-stat, and those for which it has none.
#[derive(Default)]
struct PlacedNotes {
    /// Texts and whether they are mandatory.
    placed: Map<Place, Vec<(String, bool)>>,
    others: Vec<NoteMembers>,
}

impl PlacedNotes {
    /// A note goes to the place that its id names, as long as reading gives the same notes
    /// in the same order; all after the first that cannot go to the profile.
    fn of(notes: &[Note], axes: &[Axis<'_>]) -> Self {
        let metric = axes.iter().find(|axis| matches!(axis, Axis::Metric(..))).map(Axis::id);
        let mut found = Self::default();
        for note in notes {
            let place = found.others.is_empty().then(|| found.place(note, axes, metric)).flatten();
            if let Some(place) = place {
                found.placed.entry(place).or_default().push((note.text.clone(), note.mandatory));
                continue;
            }
            let mut selection = note.attachment.categories.clone();
            if let (Some(metric), false) = (metric, note.attachment.measures.is_empty()) {
                selection.insert(metric.clone(), note.attachment.measures.clone());
            }
            found.others.push(NoteMembers {
                id: note.id.clone(),
                marker: note.marker.clone(),
                text: note.text.clone(),
                texts: note.texts.clone(),
                mandatory: note.mandatory,
                selection,
            });
        }
        found
    }

    /// The place of the note that comes next.
    fn place(&self, note: &Note, axes: &[Axis<'_>], metric: Option<&String>) -> Option<Place> {
        let attachment = &note.attachment;
        let mut categories = attachment.categories.iter();
        let selected = match (attachment.measures.as_slice(), categories.next(), categories.next()) {
            ([], None, _) => None,
            ([], Some((id, codes)), None) => Some((id, codes.as_slice())),
            (codes, None, _) => Some((metric?, codes)),
            _ => return None,
        };
        let reached = self.placed.last_key_value().map_or(DATASET, |(place, _)| *place);
        let is_next = |place: Place, name: &str| {
            let number = self.placed.get(&place).map_or(0, Vec::len);
            note.marker.is_none()
                && note.texts.is_empty()
                && place >= reached
                && note.id == format!("{name}-{number}")
        };
        match selected {
            None if is_next(DATASET, "dataset") => Some(DATASET),
            None => (1..)
                .zip(axes)
                .map(|(at, axis)| ((at, 0), axis.id()))
                .find(|(at, id)| is_next(*at, id))
                .map(|f| f.0),
            Some((id, [code])) => {
                let (at, axis) = (1..).zip(axes).find(|(_, axis)| axis.id() == id)?;
                let place = (at, axis.codes().into_iter().position(|known| known == code)?.saturating_add(1));
                is_next(place, &format!("{id}-{code}")).then_some(place)
            }
            Some(_) => None,
        }
    }

    fn texts(&self, place: Place) -> Option<Json> {
        self.placed.get(&place).map(|notes| texts(notes.iter().map(|(text, _)| text)))
    }

    /// PxWeb's way to say which notes are mandatory.
    fn mandatory(&self, place: Place) -> Option<Json> {
        let notes = self.placed.get(&place)?.iter().enumerate();
        let mandatory = notes.filter(|(_, (_, mandatory))| *mandatory);
        Members(mandatory.map(|(at, _)| (at.to_string(), Json::Bool(true))).collect()).some()
    }
}

/// What the profile says of each measure.
fn measures(cube: &Cube, axes: &[Axis<'_>]) -> Map<String, MeasureMembers> {
    let has_dimension = axes.iter().any(|axis| matches!(axis, Axis::Metric(..)));
    let declared = cube.measures().iter().map(|measure| {
        let mut why = measure.why.clone();
        why.extend(measure.advice.clone().map(|advice| ("advice".to_owned(), advice)));
        let members = MeasureMembers {
            // What the metric dimension says is not said again.
            label: (!has_dimension && measure.label != cube.label()).then(|| measure.label.clone()),
            unit: measure.unit.clone().filter(|_| !has_dimension),
            decimals: measure.decimals.filter(|_| !has_dimension),
            labels: Labels(measure.labels.clone()),
            kind: Some(measure.kind).filter(|kind| *kind != StatisticKind::Unknown),
            counts: measure.counts.clone(),
            precision: measure.precision,
            suppressed: measure.suppressed.iter().map(|(code, r)| (code.clone(), Range(r.0, r.1))).collect(),
            additivity: measure.additivity.clone(),
            why,
            description: measure.description.clone(),
        };
        (measure.id.clone(), members)
    });
    declared.filter(|(_, members)| !has_dimension || *members != MeasureMembers::default()).collect()
}

fn dimensions_by_language(dimensions: &[Dimension]) -> Map<String, Map<String, String>> {
    let labelled = dimensions.iter().filter(|dimension| !dimension.labels.is_empty());
    labelled.map(|dimension| (dimension.id.clone(), dimension.labels.clone())).collect()
}

fn labels_by_language(dimensions: &[Dimension]) -> Map<String, Map<String, Labels>> {
    let of_dimension = |dimension: &Dimension| -> Map<String, Labels> {
        let labelled = dimension.categories.iter().filter(|category| !category.labels.is_empty());
        labelled.map(|category| (category.code.clone(), Labels(category.labels.clone()))).collect()
    };
    let all = dimensions.iter().map(|dimension| (dimension.id.clone(), of_dimension(dimension)));
    all.filter(|(_, labels)| !labels.is_empty()).collect()
}

/// PxWeb's one answer for a whole table, where there is one: whether its figures may be
/// added over everything that is not time.
fn may_aggregate(cube: &Cube) -> Option<bool> {
    let declared = |measure: &Measure, dimension: &Dimension| measure.additivity.get(&dimension.id).copied();
    let all = |fits: &dyn Fn(&Measure, &Dimension) -> bool| {
        cube.measures()
            .iter()
            .all(|measure| cube.dimensions().iter().all(|dimension| fits(measure, dimension)))
    };
    let is_time = |dimension: &Dimension| dimension.role == DimensionRole::Time;
    let is_none = |measure: &Measure, dimension: &Dimension| match declared(measure, dimension) {
        Some(additivity) => additivity == Additivity::None,
        None => measure.kind == StatisticKind::Stock && is_time(dimension),
    };
    let is_sum = |measure: &Measure, dimension: &Dimension| {
        is_time(dimension) || declared(measure, dimension) == Some(Additivity::Sum)
    };
    if cube.measures().is_empty() || cube.dimensions().iter().all(is_time) {
        None
    } else if all(&is_none) {
        Some(false)
    } else {
        all(&is_sum).then_some(true)
    }
}

/// The cells of all measures in the order of the file.
struct FileOrder<'a> {
    cube: &'a Cube,
    columns: &'a [Column],
    /// Cells of one measure that stand together.
    run: usize,
    num_cells: usize,
}

impl<'a> FileOrder<'a> {
    fn of(cube: &'a Cube, axes: &[Axis<'_>]) -> Self {
        let columns = cube.parts().columns.as_slice();
        let run = match axes.iter().position(|axis| matches!(axis, Axis::Metric(..))) {
            Some(at) => axes.iter().skip(at.saturating_add(1)).map(Axis::len).product(),
            None => cube.num_cells(),
        };
        Self { cube, columns, run, num_cells: cube.num_cells().saturating_mul(columns.len()) }
    }

    fn cells(&self) -> impl Iterator<Item = (&'a Column, CellIndex)> {
        let (run, columns) = (self.run, self.columns);
        let num_blocks = self.cube.num_cells().checked_div(run).unwrap_or(0);
        (0..num_blocks).flat_map(move |block| {
            let start = block.saturating_mul(run);
            let cells = start..start.saturating_add(run);
            columns.iter().flat_map(move |column| cells.clone().map(move |at| (column, CellIndex(at))))
        })
    }

    /// Cells in the shorter form: by position where less than half have something.
    fn shorter<T: Copy>(
        &self,
        num_filled: usize,
        empty: T,
        of: impl Fn(&Column, CellIndex) -> Option<T>,
    ) -> Cells<T> {
        let cells = self.cells().map(|(column, index)| of(column, index));
        if num_filled.saturating_mul(2) < self.num_cells && u32::try_from(self.num_cells).is_ok() {
            Cells::Sparse(
                (0u32..).zip(cells).filter_map(|(position, cell)| Some((position, cell?))).collect(),
            )
        } else {
            Cells::Dense(cells.map(|cell| cell.unwrap_or(empty)).collect())
        }
    }

    fn values(&self) -> Json {
        let num_observed = self.columns.iter().map(Column::num_observed).sum();
        let figures = match self.shorter(num_observed, f64::NAN, Column::value) {
            Cells::Sparse(placed) => Figures::Placed(placed),
            Cells::Dense(listed) => {
                let mut figures = ColumnBuilder::with_capacity(listed.len());
                listed.into_iter().for_each(|value| figures.push(value));
                Figures::Listed(figures)
            }
        };
        Json::Values(Box::new(Values { figures, odd: None }))
    }

    fn statuses(&self) -> Option<Json> {
        if !self.columns.iter().any(Column::has_status) {
            return None;
        }
        let table = self.cube.statuses();
        let written: Vec<String> = (1..=u8::MAX).map(|id| table.codes(id).concat()).collect();
        let first = self.cells().next().map(|(column, index)| column.status(index))?;
        if let Some(place) = first.checked_sub(1)
            && self.cells().all(|(column, index)| column.status(index) == first)
        {
            return written.into_iter().nth(usize::from(place)).map(Json::Text);
        }
        let status =
            |column: &Column, index| Some(u16::from(column.status(index))).filter(|status| *status != 0);
        let num_filled = self.cells().filter(|(column, index)| column.status(*index) != 0).count();
        let cells = self.shorter(num_filled, 0, status);
        (num_filled > 0)
            .then(|| Json::Statuses(Box::new(Statuses { written, cells, legend: None, odd: None })))
    }

    /// The position in the file of a cell of a measure.
    fn place(&self, measure: usize, CellIndex(cell): CellIndex) -> usize {
        let run = NonZeroUsize::new(self.run).unwrap_or(NonZeroUsize::MIN);
        let block = (cell / run).saturating_mul(self.columns.len()).saturating_add(measure);
        block.saturating_mul(run.get()).saturating_add(cell % run)
    }

    /// A sparse attribute of all measures, by position in the file.
    fn extras<T>(&self, of: impl Fn(&Extras) -> Vec<(CellIndex, T)>) -> ByCell<T> {
        let columns = self.columns.iter().enumerate();
        let mut cells: Vec<(usize, T)> = columns
            .flat_map(|(measure, column)| {
                of(&column.extras).into_iter().map(move |(cell, each)| (self.place(measure, cell), each))
            })
            .collect();
        crate::order::sort_by_key(&mut cells, |(position, _)| *position);
        ByCell(cells)
    }
}
