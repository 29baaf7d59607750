//! The JavaScript interface, as `www/api.js` wraps it. Columns of numbers cross as typed
//! arrays; what goes with single cells crosses only when it is read.

use statcube::cube::{Alternative, alternatives, slice_of};
use statcube::map::Map;
use std::borrow::Cow;
use std::sync::Arc;

use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};
use statcube::jsonstat::{Arriving, DecodeOptions, decode};
use statcube::{Additivity, Cell, ClauseSource, Cube, DimensionRole, GroupResult, Query, Select, Snapshot};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};

use crate::chart::{ChartKind, ChartOptions, Frame, Theme, layout, tokens};
use crate::export::{ExportContext, ExportFormat, ExportScope, export};
use crate::i18n::Locale;
use crate::present::refusal_message;
use crate::state::field_of;
use crate::ui::{languages, shapes};
use crate::web::canvas::CanvasMetrics;
use crate::web::environment::page_language;
use crate::web::fault::Fault;
use crate::web::fetch::{self, FetchError, FetchOptions, Hash};

/// A field of an object that JavaScript gave; absent, `undefined` and `null` are the same.
fn field<T: DeserializeOwned>(object: &JsValue, name: &str) -> Result<Option<T>, Fault> {
    if object.is_undefined() || object.is_null() {
        return Ok(None);
    }
    if !object.is_object() {
        return Err(Fault::new("invalid-argument", "An object is expected here.", ""));
    }
    let value = js_sys::Reflect::get(object, &JsValue::from_str(name)).unwrap_or(JsValue::UNDEFINED);
    read(value, name)
}

/// A value that JavaScript gave, with the place at which it stood.
fn read<T: DeserializeOwned>(value: JsValue, path: &str) -> Result<Option<T>, Fault> {
    if value.is_undefined() || value.is_null() {
        return Ok(None);
    }
    serde_wasm_bindgen::from_value(value)
        .map(Some)
        .map_err(|error| Fault { path: path.to_owned(), ..Fault::from(error) })
}

/// What a host may say when it opens a file.
struct OpenOptions {
    integrity: Option<String>,
    max_bytes: Option<u64>,
    decode: DecodeOptions,
}

impl OpenOptions {
    fn read(options: &JsValue) -> Result<Self, Fault> {
        let max_bytes: Option<f64> = field(options, "maxBytes")?;
        let words: Map<String, Option<String>> = field(options, "additivity")?.unwrap_or_default();
        let words = words.into_iter().filter_map(|(key, word)| Some((key, word?)));
        let assumed = words.map(|(key, word)| {
            let known = Additivity::from_id(&word).filter(|additivity| *additivity != Additivity::Unknown);
            let known = known.ok_or_else(|| {
                let message = format!("“{word}” is no additivity. Use sum, last, overlap or none.");
                Fault::new("invalid-argument", message, format!("additivity.{key}"))
            })?;
            Ok((key, known))
        });
        Ok(Self {
            integrity: field(options, "integrity")?,
            max_bytes: max_bytes.map(|most| most.max(0.0) as u64),
            decode: DecodeOptions {
                assumed: assumed.collect::<Result<_, Fault>>()?,
                ..DecodeOptions::default()
            },
        })
    }
}

/// A snapshot, held for JavaScript.
#[wasm_bindgen]
pub struct SnapshotHandle {
    snapshot: Arc<Snapshot>,
    hash: Hash,
}

/// Reads a snapshot from bytes.
///
/// # Errors
/// An `Error` with `code`, `message` and `path`.
#[wasm_bindgen(js_name = parseSnapshot)]
pub fn parse_snapshot(bytes: &[u8], options: &JsValue) -> Result<SnapshotHandle, JsValue> {
    let options = OpenOptions::read(options)?;
    let most = options.max_bytes.unwrap_or(fetch::MAX_BYTES);
    if bytes.len() as u64 > most {
        return Err(Fault::from(FetchError::TooLarge(most)).into());
    }
    fetch::check(bytes, options.integrity.as_deref()).map_err(Fault::from)?;
    let snapshot = decode(bytes, &options.decode).map_err(Fault::from)?;
    Ok(SnapshotHandle { snapshot: Arc::new(snapshot), hash: Hash::from(fetch::sha256(bytes)) })
}

/// Fetches and reads a snapshot; a request that is under way is used.
///
/// # Errors
/// An `Error` with `code`, `message` and `path`.
#[wasm_bindgen(js_name = openSnapshot)]
pub async fn open_snapshot(
    address: String,
    options: JsValue,
    on_progress: Option<js_sys::Function>,
    signal: Option<web_sys::AbortSignal>,
    response: Option<js_sys::Promise>,
) -> Result<SnapshotHandle, JsValue> {
    let options = OpenOptions::read(&options)?;
    let mut file = ArrivingFile(None);
    let fetched = fetch::fetch_into(
        &address,
        FetchOptions {
            max_bytes: options.max_bytes,
            integrity: options.integrity,
            on_progress: on_progress.map(|call| -> fetch::OnProgress {
                Box::new(move |loaded, total| {
                    let total = total.map_or(JsValue::UNDEFINED, |total| JsValue::from_f64(total as f64));
                    let _ = call.call2(&JsValue::NULL, &JsValue::from_f64(loaded as f64), &total);
                })
            }),
            signal,
            response,
        },
        &mut file,
    );
    let hash = fetched.await.map_err(Fault::from)?;
    let arriving = file.0.unwrap_or_else(|| Arriving::new(None));
    let snapshot = arriving.decode(&options.decode).map_err(Fault::from)?;
    Ok(SnapshotHandle { snapshot: Arc::new(snapshot), hash })
}

/// A file that is read while it arrives.
struct ArrivingFile(Option<Arriving>);

impl fetch::Sink for ArrivingFile {
    fn begin(&mut self, total: Option<u64>) {
        self.0 = Some(Arriving::new(total.and_then(|total| usize::try_from(total).ok())));
    }

    fn take(&mut self, chunk: &[u8]) {
        if let Some(arriving) = &mut self.0 {
            arriving.push(chunk);
        }
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SnapshotInfo<'a> {
    #[serde(skip_serializing_if = "Option::is_none")]
    edition: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    label: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<&'a str>,
    illustrative: bool,
    sources: Map<&'a str, SourceInfo<'a>>,
    findings: Vec<FindingInfo<'a>>,
    datasets: Vec<DatasetInfo<'a>>,
}

#[derive(Serialize)]
struct SourceInfo<'a> {
    title: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    publisher: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    href: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    date: Option<&'a str>,
}

#[derive(Serialize)]
struct FindingInfo<'a> {
    message: &'a str,
    path: &'a str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct DatasetInfo<'a> {
    id: &'a str,
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    updated: Option<&'a str>,
    illustrative: bool,
    dimensions: Vec<DimensionInfo<'a>>,
    measures: Vec<MeasureInfo<'a>>,
    status_labels: Map<&'a str, &'a str>,
}

#[derive(Serialize)]
struct DimensionInfo<'a> {
    id: &'a str,
    label: &'a str,
    role: &'static str,
    attribute: &'static str,
    categories: Vec<CategoryInfo<'a>>,
}

#[derive(Serialize)]
struct CategoryInfo<'a> {
    code: &'a str,
    label: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
}

#[derive(Serialize)]
struct MeasureInfo<'a> {
    id: &'a str,
    label: Cow<'a, str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<&'a str>,
    additivity: Map<&'a str, &'static str>,
}

/// What a dataset holds, with the file's own labels, or with those that readers of a language get.
fn dataset_info<'a>(cube: &'a Cube, locale: Option<&Locale>) -> DatasetInfo<'a> {
    let measure_label = |place: usize, label: &'a str| match locale {
        Some(locale) => Cow::Owned(locale.measure(cube, place)),
        None => Cow::Borrowed(label),
    };
    let mut dimensions: Vec<DimensionInfo<'_>> = cube
        .dimensions()
        .iter()
        .enumerate()
        .map(|(place, dimension)| DimensionInfo {
            attribute: field_of(cube, place),
            id: &dimension.id,
            label: &dimension.label,
            role: match dimension.role {
                DimensionRole::Geo => "geo",
                DimensionRole::Time => "time",
                DimensionRole::Classification => "classification",
            },
            categories: (0u32..)
                .zip(&dimension.categories)
                .map(|(position, category)| CategoryInfo {
                    code: &category.code,
                    label: match locale {
                        Some(locale) => Cow::Owned(locale.category(cube, place, position)),
                        None => Cow::Borrowed(&category.label),
                    },
                    parent: dimension
                        .hierarchy
                        .parents_of(position)
                        .first()
                        .and_then(|&parent| dimension.category(parent))
                        .map(|parent| parent.code.as_str()),
                })
                .collect(),
        })
        .collect();
    if let Some(metric) = &cube.parts().metric {
        let categories = cube.measures().iter();
        let info = DimensionInfo {
            id: &metric.id,
            label: &metric.label,
            role: "metric",
            attribute: "measure",
            categories: categories
                .enumerate()
                .map(|(place, m)| CategoryInfo {
                    code: &m.id,
                    label: measure_label(place, &m.label),
                    parent: None,
                })
                .collect(),
        };
        dimensions.insert(metric.position.min(dimensions.len()), info);
    }
    let measures = cube.measures().iter().enumerate().map(|(place, measure)| MeasureInfo {
        id: &measure.id,
        label: measure_label(place, &measure.label),
        unit: measure.unit.as_deref(),
        kind: measure.kind.id(),
        counts: measure.counts.as_deref(),
        additivity: cube
            .dimensions()
            .iter()
            .enumerate()
            .map(|(at, dimension)| (dimension.id.as_str(), cube.additivity(place, at).0.id()))
            .collect(),
    });
    DatasetInfo {
        id: cube.id(),
        label: cube.label(),
        updated: cube.parts().updated.as_deref(),
        illustrative: cube.parts().illustrative,
        dimensions,
        measures: measures.collect(),
        status_labels: cube.statuses().labels().iter().map(|(c, l)| (c.as_str(), l.as_str())).collect(),
    }
}

fn to_js(value: &impl Serialize) -> Result<JsValue, JsValue> {
    value
        .serialize(&serde_wasm_bindgen::Serializer::json_compatible())
        .map_err(|error| Fault::from(error).into())
}

#[wasm_bindgen]
impl SnapshotHandle {
    /// Edition, publisher, sources, and what each dataset holds.
    ///
    /// # Errors
    /// Whatever the browser threw.
    pub fn info(&self) -> Result<JsValue, JsValue> {
        let profile = &self.snapshot.profile;
        to_js(&SnapshotInfo {
            edition: profile.edition.as_deref(),
            label: self.snapshot.label.as_deref(),
            updated: self.snapshot.updated.as_deref(),
            publisher: profile.publisher.as_deref(),
            illustrative: profile.illustrative,
            sources: profile
                .sources
                .iter()
                .map(|(id, source)| {
                    let info = SourceInfo {
                        title: &source.title,
                        publisher: source.publisher.as_deref(),
                        href: source.href.as_deref(),
                        date: source.date.as_deref(),
                    };
                    (id.as_str(), info)
                })
                .collect(),
            findings: self
                .snapshot
                .findings
                .iter()
                .map(|finding| FindingInfo { message: &finding.message, path: &finding.path })
                .collect(),
            datasets: self.snapshot.datasets.iter().map(|cube| dataset_info(cube, None)).collect(),
        })
    }

    /// What each dataset holds, with the names that readers of a language get.
    ///
    /// # Errors
    /// `unknown-language`.
    pub fn describe(&self, lang: Option<String>) -> Result<JsValue, JsValue> {
        let locale = locale(lang.as_deref())?;
        let described = self.snapshot.datasets.iter().map(|cube| dataset_info(cube, Some(&locale)));
        to_js(&described.collect::<Vec<_>>())
    }

    /// The SHA-256 of the file, in hexadecimal.
    pub fn sha256(&self) -> String {
        self.hash.hex()
    }

    /// The chunks of the file, where their hash is still to be made.
    pub fn unhashed(&self) -> Option<js_sys::Array> {
        self.hash.chunks()
    }

    /// Takes the SHA-256 that the browser made of them.
    pub fn hashed(&self, digest: &[u8]) {
        self.hash.put(digest);
    }

    /// The dataset at this position.
    ///
    /// # Errors
    /// `unknown-dataset`.
    pub fn dataset(&self, position: usize) -> Result<DatasetHandle, JsValue> {
        let cube = self.snapshot.datasets.get(position).cloned().ok_or_else(|| {
            let message = format!("There are {} datasets.", self.snapshot.datasets.len());
            JsValue::from(Fault::new("unknown-dataset", message, "dataset"))
        })?;
        Ok(DatasetHandle { cube, snapshot: Arc::clone(&self.snapshot), hash: self.hash.clone() })
    }
}

/// A dataset, held for JavaScript.
#[wasm_bindgen]
pub struct DatasetHandle {
    cube: Arc<Cube>,
    snapshot: Arc<Snapshot>,
    hash: Hash,
}

/// A value that is looked at later: codes, positions or a range.
#[derive(Deserialize)]
#[serde(transparent)]
struct Raw(#[serde(with = "serde_wasm_bindgen::preserve")] JsValue);

impl Raw {
    fn select(&self, path: &str) -> Result<Option<Select>, Fault> {
        if let Some(positions) = self.0.dyn_ref::<js_sys::Uint32Array>() {
            return Ok(Some(Select::Positions(positions.to_vec())));
        }
        if js_sys::Array::is_array(&self.0) {
            return Ok(read(self.0.clone(), path)?.map(Select::Codes));
        }
        if self.0.is_undefined() || self.0.is_null() {
            return Ok(None);
        }
        let keys = self.0.dyn_ref::<js_sys::Object>().map(js_sys::Object::keys);
        // Whatever can be iterated over (a set, another typed array) is meant as a list.
        let is_list = || js_sys::Reflect::has(&self.0, &js_sys::Symbol::iterator()).unwrap_or(false);
        let is_range = |keys: &js_sys::Array| {
            keys.iter().all(|key| matches!(key.as_string().as_deref(), Some("from" | "to"))) && !is_list()
        };
        if keys.as_ref().is_some_and(is_range) {
            return Ok(Some(Select::Range { from: field(&self.0, "from")?, to: field(&self.0, "to")? }));
        }
        let message = "Give an array of codes, a Uint32Array of positions, or { from, to }.";
        Err(Fault::new("invalid-query", message, path))
    }
}

/// The filters of a query, by dimension.
fn filters(query: &JsValue) -> Result<Vec<(String, Raw)>, Fault> {
    let filters = match query.is_object() {
        true => js_sys::Reflect::get(query, &JsValue::from_str("where")).unwrap_or(JsValue::UNDEFINED),
        false => JsValue::UNDEFINED,
    };
    // Objects of any kind but plain ones, and what is no object, are the serializer's to judge.
    match filters.dyn_ref::<js_sys::Object>().filter(|_| !js_sys::Array::is_array(&filters)) {
        Some(object) if !object.is_instance_of::<js_sys::Map>() => {
            let keys = js_sys::Object::keys(object);
            let pairs = keys.iter().filter_map(|key| {
                let value = js_sys::Reflect::get(object, &key).unwrap_or(JsValue::UNDEFINED);
                Some((key.as_string()?, Raw(value)))
            });
            Ok(pairs.collect())
        }
        _ => Ok(field::<Map<String, Raw>>(query, "where")?.unwrap_or_default().into_iter().collect()),
    }
}

impl DatasetHandle {
    fn read(&self, query: &JsValue) -> Result<Query, Fault> {
        let linked: Option<bool> = field(query, "linked")?;
        let mut builder = Query::builder(&self.cube).linked(linked.unwrap_or(false));
        if let Some(measure) = field::<String>(query, "measure")? {
            builder = builder.measure(&measure)?;
        }
        let metric = self.cube.parts().metric.as_ref().map(|metric| metric.id.as_str());
        for (dimension, raw) in filters(query)? {
            let path = format!("where.{dimension}");
            let Some(select) = raw.select(&path)? else { continue };
            let select =
                if metric == Some(dimension.as_str()) { self.one_measure(select, &path)? } else { select };
            builder = builder.keep(&dimension, &select, ClauseSource::Host)?;
        }
        let groupings: Option<Vec<Vec<String>>> = field(query, "by")?;
        for grouping in groupings.as_deref().unwrap_or(&[Vec::new()]) {
            if metric.is_some_and(|metric| grouping.iter().any(|id| id == metric)) {
                let message = "Measures are not listed side by side. Ask for each with `measure`.";
                return Err(Fault::new("invalid-query", message, "by"));
            }
            builder = builder.by(grouping)?;
        }
        for (dimension, count) in field::<Map<String, Option<f64>>>(query, "top")?.unwrap_or_default() {
            if let Some(count) = count {
                builder = builder.top(&dimension, count.max(0.0) as usize)?;
            }
        }
        Ok(builder.build()?)
    }

    /// Measures are chosen like categories by files that list them so, but one at a time.
    fn one_measure(&self, select: Select, path: &str) -> Result<Select, Fault> {
        let code = match &select {
            Select::Codes(codes) if codes.len() == 1 => return Ok(select),
            Select::Positions(positions) => match positions.as_slice() {
                [position] => self.cube.measures().get(*position as usize).map(|measure| measure.id.clone()),
                _ => None,
            },
            _ => None,
        };
        let message = "A query asks for one measure. Name it with `measure`.";
        code.map(|code| Select::Codes(vec![code])).ok_or_else(|| Fault::new("invalid-query", message, path))
    }
}

#[wasm_bindgen]
impl DatasetHandle {
    /// A query in numbers, as [`DatasetHandle::ask`] takes it.
    ///
    /// # Errors
    /// `which-measure`, `unknown-code`, `unknown-dimension`, `unknown-measure`, `invalid-query`.
    pub fn request(&self, query: &JsValue) -> Result<Vec<u32>, JsValue> {
        Ok(self.read(query)?.to_numbers())
    }

    /// Answers a query in numbers, as `encode` in `www/api.js` writes them too: [`Query::from_numbers`].
    /// The columns of every group come in one typed array, since each that crosses has its price:
    /// [`Table::to_numbers`](statcube::Table::to_numbers).
    ///
    /// # Errors
    /// As of [`DatasetHandle::request`]; `invalid-query` where the numbers end too early.
    pub fn ask(&self, request: &[u32]) -> Result<Vec<u32>, JsValue> {
        let query = Query::from_numbers(&self.cube, request, &ClauseSource::Host).map_err(Fault::from)?;
        Ok(self.cube.run(&query).to_numbers())
    }

    /// What goes with the cells of one group of the answer, made when somebody reads them.
    ///
    /// # Errors
    /// As of [`DatasetHandle::ask`], and whatever the browser threw.
    pub fn cells(&self, request: &[u32], group: usize) -> Result<JsValue, JsValue> {
        let query = Query::from_numbers(&self.cube, request, &ClauseSource::Host).map_err(Fault::from)?;
        let groupings = query.groupings.get(group).cloned().into_iter().collect();
        let table = self.cube.run(&Query { groupings, ..query });
        let locale = Locale::english();
        let infos = table
            .groups
            .iter()
            .flat_map(|group| (0..group.len()).filter_map(|index| cell_info(group, index, &locale)));
        to_js(&infos.collect::<Vec<CellInfo>>())
    }
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct CellInfo {
    index: usize,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    status: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    notes: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    note_ids: Vec<String>,
    #[serde(skip_serializing_if = "is_false")]
    published: bool,
    #[serde(skip_serializing_if = "is_false")]
    assumed: bool,
    #[serde(skip_serializing_if = "is_false")]
    illustrative: bool,
    #[serde(skip_serializing_if = "Option::is_none")]
    period: Option<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    sources: Vec<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reducer: Option<&'static str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    range: Option<(f64, f64)>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    refusals: Vec<RefusalInfo>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    stand_ins: Vec<StandInInfo>,
    #[serde(skip_serializing_if = "is_false")]
    incomplete: bool,
    #[serde(skip_serializing_if = "is_false")]
    suppressed: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    alternatives: Vec<AlternativeInfo>,
}

#[derive(Serialize)]
struct AlternativeInfo {
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    dimension: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    category: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    value: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    lower: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    upper: Option<f64>,
    #[serde(skip_serializing_if = "Option::is_none")]
    observed: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    of: Option<u32>,
}

/// At most so many cells of a group are told what is valid instead, each asked for anew, and
/// so many categories of a dimension.
const MOST_WITH_ALTERNATIVES: usize = 100;

fn alternatives_of(group: &GroupResult, cell: &Cell) -> Vec<AlternativeInfo> {
    if group.len() > MOST_WITH_ALTERNATIVES {
        return Vec::new();
    }
    let cube = group.cube();
    let found = alternatives(cube, &slice_of(cube, cell), cell, MOST_WITH_ALTERNATIVES);
    let found = found.into_iter().map(|other| {
        let kind = other.id();
        let (place, cell, lower, upper) = match other {
            Alternative::Category { dimension, position, cell }
            | Alternative::LastPeriod { dimension, position, cell }
            | Alternative::PublishedTotal { dimension, position, cell } => {
                (Some((dimension, position)), Some(cell), None, None)
            }
            Alternative::Bounds { lower, upper } => (None, None, Some(lower), upper),
        };
        AlternativeInfo {
            kind,
            dimension: place.map(|(dimension, _)| dimension_id(cube, dimension)),
            category: place.map(|(dimension, position)| code(cube, dimension, position)),
            value: cell.as_ref().and_then(Cell::value),
            lower,
            upper,
            observed: cell.as_ref().map(Cell::observed),
            of: cell.as_ref().map(Cell::of),
        }
    });
    found.collect()
}

#[derive(Serialize)]
struct RefusalInfo {
    reason: &'static str,
    term: &'static str,
    dimension: String,
    message: String,
}

#[derive(Serialize)]
struct StandInInfo {
    dimension: String,
    category: String,
    children: Vec<String>,
}

#[allow(clippy::trivially_copy_pass_by_ref, reason = "the signature is serde's")]
fn is_false(flag: &bool) -> bool {
    !flag
}

fn code(cube: &Cube, dimension: usize, position: u32) -> String {
    let category = cube.dimensions().get(dimension).and_then(|known| known.category(position));
    category.map_or_else(String::new, |category| category.code.clone())
}

fn dimension_id(cube: &Cube, dimension: usize) -> String {
    cube.dimensions().get(dimension).map_or_else(String::new, |known| known.id.clone())
}

fn cell_info(group: &GroupResult, index: usize, locale: &Locale) -> Option<CellInfo> {
    let cube = group.cube();
    let cell = group.cell(index)?;
    let notes = || cell.notes().iter().filter_map(|&at| cube.notes().get(at));
    let info = CellInfo {
        index,
        status: cell.statuses().to_vec(),
        notes: notes().map(|note| locale.note(note).to_owned()).collect(),
        note_ids: notes().map(|note| note.id.clone()).collect(),
        published: cell.is_published_total(),
        assumed: cell.is_assumed(),
        illustrative: cell.is_illustrative(),
        period: cell.period().map(|(dimension, position)| code(cube, dimension, position)),
        sources: cell.sources().to_vec(),
        reducer: cell.reducer().map(statcube::Reducer::id),
        range: cell.range(),
        refusals: cell
            .refusals()
            .iter()
            .map(|refusal| RefusalInfo {
                reason: refusal.reason.id(),
                term: refusal.reason.term(),
                dimension: dimension_id(cube, refusal.dimension),
                message: refusal_message(refusal, &cell, cube, locale),
            })
            .collect(),
        stand_ins: cell
            .stand_ins()
            .iter()
            .map(|stand_in| StandInInfo {
                dimension: dimension_id(cube, stand_in.dimension),
                category: code(cube, stand_in.dimension, stand_in.parent),
                children: stand_in
                    .children
                    .iter()
                    .map(|&child| code(cube, stand_in.dimension, child))
                    .collect(),
            })
            .collect(),
        incomplete: cell.is_partial(),
        suppressed: cell.suppressed() > 0,
        alternatives: alternatives_of(group, &cell),
    };
    let worth_telling = !info.status.is_empty()
        || !info.notes.is_empty()
        || !info.refusals.is_empty()
        || info.period.is_some()
        || info.incomplete
        || info.published
        || info.assumed;
    worth_telling.then_some(info)
}

/// Width of a picture unless the host says otherwise, in CSS pixels.
const PICTURE_WIDTH: f64 = 720.0;

#[wasm_bindgen]
impl DatasetHandle {
    /// Sentences for what a query selects; its groupings are not asked.
    ///
    /// # Errors
    /// Those of [`DatasetHandle::query`].
    pub fn sentences(&self, query: &JsValue, lang: Option<String>) -> Result<Vec<String>, JsValue> {
        let query = self.read(query)?;
        let locale = locale(lang.as_deref())?;
        let told = crate::narrative::sentences_of(&self.snapshot, &self.cube, &query, &locale);
        Ok(told.into_iter().map(|sentence| sentence.text).collect())
    }

    /// The answer to a query as CSV, without a byte-order mark.
    ///
    /// # Errors
    /// Those of [`DatasetHandle::query`].
    pub fn csv(&self, query: &JsValue) -> Result<String, JsValue> {
        let query = self.read(query)?;
        let locale = Locale::english();
        let context = ExportContext {
            snapshot: Some(&self.snapshot),
            sha256: Some(&self.hash.hex()),
            byte_order_mark: false,
            ..ExportContext::new(&self.cube, &query, &locale)
        };
        let bytes = export(ExportFormat::Csv, ExportScope::View, &context);
        Ok(String::from_utf8_lossy(&bytes).into_owned())
    }

    /// A chart of what a query selects, as SVG.
    ///
    /// # Errors
    /// Those of [`DatasetHandle::query`]; `unknown-chart`; `unfit` where the kind refuses the
    /// data, with the sentence that says why.
    pub fn svg(&self, query: &JsValue, kind: &str, options: &JsValue) -> Result<String, JsValue> {
        let query = self.read(query)?;
        let locale = locale(field::<String>(options, "lang")?.as_deref())?;
        let kind = ChartKind::from_id(kind).ok_or_else(|| {
            let known: Vec<_> = ChartKind::ALL.iter().map(|kind| kind.id()).collect();
            let message = format!("There is no chart “{kind}”. There are: {}.", known.join(", "));
            Fault::new("unknown-chart", message, "chart")
        })?;
        let by = match field::<String>(options, "by")? {
            Some(id) => Some(self.cube.dimension_position(&id).ok_or_else(|| {
                Fault::new("unknown-dimension", format!("There is no dimension “{id}”."), "options.by")
            })?),
            None => None,
        };
        let theme: Option<String> = field(options, "theme")?;
        let length = |name: &str| -> Result<Option<f64>, Fault> {
            let usable = |length: &f64| (64.0..=8192.0).contains(length);
            match field::<f64>(options, name)? {
                Some(length) if !usable(&length) => {
                    let message = "Lengths are CSS pixels between 64 and 8192.";
                    Err(Fault::new("invalid-argument", message, format!("options.{name}")))
                }
                length => Ok(length),
            }
        };
        let (width, height) = (length("width")?, length("height")?);
        let title: Option<bool> = field(options, "title")?;
        let tokens = tokens(theme.as_deref().and_then(Theme::from_id).unwrap_or_default());
        let metrics = CanvasMetrics::new();
        let shapes = if kind == ChartKind::Map { shapes::there() } else { None };
        let running: Option<bool> = field(options, "running")?;
        let options = ChartOptions {
            by,
            running: running.unwrap_or(false),
            title: title.unwrap_or(true),
            boundaries: self.snapshot.profile.boundaries.clone(),
            origin: crate::export::origin(&ExportContext {
                snapshot: Some(&self.snapshot),
                sha256: Some(&self.hash.hex()),
                ..ExportContext::new(&self.cube, &query, &locale)
            }),
            ..ChartOptions::default()
        };
        let frame = Frame {
            width: width.unwrap_or(PICTURE_WIDTH),
            height,
            tokens: &tokens,
            metrics: &metrics,
            locale: &locale,
            map: shapes.as_deref(),
        };
        let chart = layout(kind, &self.cube, &query, &options, &frame);
        let chart = chart.map_err(|unfit| Fault::new("unfit", unfit.to_string(), "chart"))?;
        Ok(crate::export::svg(&chart, &tokens, &locale))
    }
}

/// Fetches a language, so that sentences and charts can speak it; `base` is where the
/// program's files lie.
///
/// # Errors
/// `unknown-language` where there is none, or its file cannot be had.
#[wasm_bindgen(js_name = loadLanguage)]
pub async fn load_language(base: String, lang: String) -> Result<(), JsValue> {
    languages::set_base(&base);
    match languages::load(&languages::base_tag(&lang)).await {
        Some(_) => Ok(()),
        None => {
            let message = format!("There is no language “{lang}”. There are: {}.", known_languages());
            Err(Fault::new("unknown-language", message, "lang").into())
        }
    }
}

/// Fetches the shapes of places, so that maps can be drawn.
///
/// # Errors
/// `network` where they cannot be had.
#[wasm_bindgen(js_name = loadShapes)]
pub async fn load_shapes(base: String) -> Result<(), JsValue> {
    languages::set_base(&base);
    match shapes::prepare().await {
        true => Ok(()),
        false => Err(Fault::new("network", "The shapes of places could not be fetched.", "").into()),
    }
}

fn known_languages() -> String {
    let tags: Vec<_> = languages::LANGUAGES.iter().map(|(tag, _)| *tag).collect();
    tags.join(", ")
}

/// The language asked for, else the page's. One that there is not is answered in English;
/// one whose file was not fetched is an error, since sentences under the wrong `lang` would
/// be read aloud in the wrong voice.
fn locale(lang: Option<&str>) -> Result<Locale, Fault> {
    let page = || page_language().map(|tag| languages::base_tag(&tag));
    match lang.filter(|lang| !lang.is_empty()).map(languages::base_tag) {
        None => Ok(page().and_then(|tag| languages::known(&tag)).unwrap_or_else(Locale::english)),
        Some(tag) => match languages::known(&tag) {
            Some(locale) => Ok(locale),
            None if languages::LANGUAGES.iter().any(|(known, _)| *known == tag) => {
                let message = format!("Call and await loadLanguage(\"{tag}\") first.");
                Err(Fault::new("unknown-language", message, "lang"))
            }
            None => Ok(Locale::english()),
        },
    }
}
