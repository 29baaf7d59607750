//! The JavaScript interface, as `www/api.js` wraps it. Columns of numbers cross as typed
//! arrays; what goes with single cells crosses only when it is read.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::{Deserialize, Serialize};
use statcube::jsonstat::{DecodeOptions, decode};
use statcube::{Additivity, ClauseSource, Cube, DimensionRole, GroupResult, Query, Select, Snapshot, Table};
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen::{JsCast as _, JsValue};

use crate::chart::{ChartKind, ChartOptions, Frame, Theme, layout, tokens};
use crate::export::{ExportContext, ExportFormat, ExportScope, export};
use crate::i18n::Locale;
use crate::present::refusal_message;
use crate::web::canvas::CanvasMetrics;
use crate::web::fault::Fault;
use crate::web::fetch::{self, FetchOptions};

/// What a host may say when it opens a file.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct OpenOptions {
    integrity: Option<String>,
    max_bytes: Option<f64>,
    additivity: BTreeMap<String, String>,
}

impl OpenOptions {
    fn read(value: &JsValue) -> Result<Self, Fault> {
        if value.is_undefined() || value.is_null() {
            return Ok(Self::default());
        }
        Ok(serde_wasm_bindgen::from_value(value.clone())?)
    }

    fn decode_options(&self) -> Result<DecodeOptions, Fault> {
        let assumed = self.additivity.iter().map(|(key, word)| {
            let known = Additivity::from_id(word).filter(|additivity| *additivity != Additivity::Unknown);
            let known = known.ok_or_else(|| {
                let message = format!("“{word}” is no additivity. Use sum, last, overlap or none.");
                Fault::new("invalid-argument", message, format!("additivity.{key}"))
            })?;
            Ok((key.clone(), known))
        });
        Ok(DecodeOptions { assumed: assumed.collect::<Result<_, Fault>>()?, ..DecodeOptions::default() })
    }
}

/// A snapshot, held for JavaScript.
#[wasm_bindgen]
pub struct SnapshotHandle {
    snapshot: Arc<Snapshot>,
    sha256: String,
}

/// Reads a snapshot from bytes.
///
/// # Errors
/// An `Error` with `code`, `message` and `path`.
#[wasm_bindgen(js_name = parseSnapshot)]
pub fn parse_snapshot(bytes: &[u8], options: &JsValue) -> Result<SnapshotHandle, JsValue> {
    let options = OpenOptions::read(options)?;
    fetch::check(bytes, options.integrity.as_deref()).map_err(Fault::from)?;
    let snapshot = decode(bytes, &options.decode_options()?).map_err(Fault::from)?;
    Ok(SnapshotHandle { snapshot: Arc::new(snapshot), sha256: fetch::sha256(bytes) })
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
    let decode_options = options.decode_options()?;
    let fetched = fetch::fetch(
        &address,
        FetchOptions {
            max_bytes: options.max_bytes.map(|most| most.max(0.0) as u64),
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
    );
    let fetched = fetched.await.map_err(Fault::from)?;
    let snapshot = decode(&fetched.bytes, &decode_options).map_err(Fault::from)?;
    Ok(SnapshotHandle { snapshot: Arc::new(snapshot), sha256: fetched.sha256 })
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
    sha256: &'a str,
    sources: BTreeMap<&'a str, SourceInfo<'a>>,
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
    status_labels: BTreeMap<&'a str, &'a str>,
}

#[derive(Serialize)]
struct DimensionInfo<'a> {
    id: &'a str,
    label: &'a str,
    role: &'static str,
    categories: Vec<CategoryInfo<'a>>,
}

#[derive(Serialize)]
struct CategoryInfo<'a> {
    code: &'a str,
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    parent: Option<&'a str>,
}

#[derive(Serialize)]
struct MeasureInfo<'a> {
    id: &'a str,
    label: &'a str,
    #[serde(skip_serializing_if = "Option::is_none")]
    unit: Option<&'a str>,
    kind: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    counts: Option<&'a str>,
    additivity: BTreeMap<&'a str, &'static str>,
}

fn dataset_info(cube: &Cube) -> DatasetInfo<'_> {
    let mut dimensions: Vec<DimensionInfo<'_>> = cube
        .dimensions()
        .iter()
        .map(|dimension| DimensionInfo {
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
                    label: &category.label,
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
            categories: categories
                .map(|m| CategoryInfo { code: &m.id, label: &m.label, parent: None })
                .collect(),
        };
        dimensions.insert(metric.position.min(dimensions.len()), info);
    }
    let measures = cube.measures().iter().enumerate().map(|(place, measure)| MeasureInfo {
        id: &measure.id,
        label: &measure.label,
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
            sha256: &self.sha256,
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
            datasets: self.snapshot.datasets.iter().map(|cube| dataset_info(cube)).collect(),
        })
    }

    /// The dataset with this id or position.
    ///
    /// # Errors
    /// `unknown-dataset`.
    pub fn dataset(&self, id: &JsValue) -> Result<DatasetHandle, JsValue> {
        let by_position = id.as_f64().and_then(|at| self.snapshot.datasets.get(at as usize));
        let found = by_position.or_else(|| self.snapshot.dataset(&id.as_string()?));
        let cube = found.cloned().ok_or_else(|| {
            let known: Vec<_> = self.snapshot.datasets.iter().map(|cube| cube.id()).collect();
            let asked = id.as_string().or_else(|| id.as_f64().map(|at| at.to_string())).unwrap_or_default();
            let message = format!("There is no dataset “{asked}”. There are: {}.", known.join(", "));
            JsValue::from(Fault::new("unknown-dataset", message, "dataset"))
        })?;
        Ok(DatasetHandle { cube, snapshot: Arc::clone(&self.snapshot), sha256: self.sha256.clone() })
    }
}

/// A dataset, held for JavaScript.
#[wasm_bindgen]
pub struct DatasetHandle {
    cube: Arc<Cube>,
    snapshot: Arc<Snapshot>,
    sha256: String,
}

/// A query as JavaScript writes it.
#[derive(Default, Deserialize)]
#[serde(default)]
struct QueryRequest {
    measure: Option<String>,
    #[serde(rename = "where")]
    keep: BTreeMap<String, Raw>,
    by: Option<Vec<Vec<String>>>,
    linked: bool,
    top: BTreeMap<String, f64>,
}

/// A value that is looked at later: codes, positions or a range.
#[derive(Deserialize)]
#[serde(transparent)]
struct Raw(#[serde(with = "serde_wasm_bindgen::preserve")] JsValue);

#[derive(Default, Deserialize)]
#[serde(default)]
struct Range {
    from: Option<String>,
    to: Option<String>,
}

impl Raw {
    fn select(&self, dimension: &str) -> Result<Option<Select>, Fault> {
        if self.0.is_undefined() || self.0.is_null() {
            return Ok(None);
        }
        if let Some(positions) = self.0.dyn_ref::<js_sys::Uint32Array>() {
            return Ok(Some(Select::Positions(positions.to_vec())));
        }
        if js_sys::Array::is_array(&self.0) {
            let codes = serde_wasm_bindgen::from_value(self.0.clone());
            let codes =
                codes.map_err(|error| Fault { path: format!("where.{dimension}"), ..Fault::from(error) })?;
            return Ok(Some(Select::Codes(codes)));
        }
        if self.0.is_object() {
            let range: Result<Range, _> = serde_wasm_bindgen::from_value(self.0.clone());
            let range =
                range.map_err(|error| Fault { path: format!("where.{dimension}"), ..Fault::from(error) })?;
            return Ok(Some(Select::Range { from: range.from, to: range.to }));
        }
        let message = "Give an array of codes, a Uint32Array of positions, or { from, to }.";
        Err(Fault::new("invalid-query", message, format!("where.{dimension}")))
    }
}

impl DatasetHandle {
    fn read(&self, query: &JsValue) -> Result<Query, Fault> {
        let request = if query.is_undefined() || query.is_null() {
            QueryRequest::default()
        } else {
            serde_wasm_bindgen::from_value(query.clone())?
        };
        let mut builder = Query::builder(&self.cube).linked(request.linked);
        if let Some(measure) = &request.measure {
            builder = builder.measure(measure)?;
        }
        for (dimension, raw) in &request.keep {
            if let Some(select) = raw.select(dimension)? {
                builder = builder.keep(dimension, &select, ClauseSource::Host)?;
            }
        }
        for grouping in request.by.as_deref().unwrap_or(&[Vec::new()]) {
            builder = builder.by(grouping)?;
        }
        for (dimension, count) in &request.top {
            builder = builder.top(dimension, count.max(0.0) as usize)?;
        }
        Ok(builder.build()?)
    }
}

#[wasm_bindgen]
impl DatasetHandle {
    /// Answers a query.
    ///
    /// # Errors
    /// `which-measure`, `unknown-code`, `unknown-dimension`, `unknown-measure`, `invalid-query`.
    pub fn query(&self, query: &JsValue) -> Result<ResultHandle, JsValue> {
        Ok(ResultHandle { table: self.cube.run(&self.read(query)?) })
    }

    /// Codes of a dimension's categories, in order.
    pub fn codes(&self, dimension: usize) -> Vec<String> {
        let dimension = self.cube.dimensions().get(dimension);
        dimension.map_or(Vec::new(), |d| d.categories.iter().map(|category| category.code.clone()).collect())
    }
}

/// The answer to a query, held for JavaScript.
#[wasm_bindgen]
pub struct ResultHandle {
    table: Table,
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
}

#[derive(Serialize)]
struct RefusalInfo {
    reason: &'static str,
    dimension: String,
    message: String,
}

#[derive(Serialize)]
struct StandInInfo {
    dimension: String,
    category: String,
    #[serde(rename = "for")]
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
        notes: notes().map(|note| note.text.clone()).collect(),
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
    };
    let worth_telling = !info.status.is_empty()
        || !info.notes.is_empty()
        || !info.refusals.is_empty()
        || info.period.is_some()
        || info.published
        || info.assumed
        || info.illustrative
        || !info.sources.is_empty();
    worth_telling.then_some(info)
}

#[wasm_bindgen]
impl ResultHandle {
    /// The columns of every group: `[dimensions, values, positions, observed, of, lower, upper]`,
    /// the bounds `undefined` where nothing was refused.
    pub fn columns(&self) -> js_sys::Array {
        let groups = self.table.groups.iter().map(|group| {
            let bounds = |bounds: Option<&[f64]>| {
                bounds.map_or(JsValue::UNDEFINED, |bounds| js_sys::Float64Array::from(bounds).into())
            };
            let by: Vec<u32> = group.by().iter().map(|&dimension| dimension as u32).collect();
            let columns: [JsValue; 7] = [
                js_sys::Uint32Array::from(by.as_slice()).into(),
                js_sys::Float64Array::from(group.values()).into(),
                js_sys::Uint32Array::from(group.positions()).into(),
                js_sys::Uint32Array::from(group.observed()).into(),
                js_sys::Uint32Array::from(group.of()).into(),
                bounds(group.lower()),
                bounds(group.upper()),
            ];
            columns.into_iter().collect::<js_sys::Array>()
        });
        groups.collect()
    }

    /// What goes with the cells of one group.
    ///
    /// # Errors
    /// Whatever the browser threw.
    pub fn cells(&self, group: usize) -> Result<JsValue, JsValue> {
        let locale = Locale::english();
        let group = self.table.groups.get(group);
        let cells: Vec<CellInfo> = group
            .map(|group| (0..group.len()).filter_map(|index| cell_info(group, index, &locale)).collect())
            .unwrap_or_default();
        to_js(&cells)
    }
}

/// How a chart is drawn, as JavaScript writes it.
#[derive(Default, Deserialize)]
#[serde(rename_all = "camelCase", default)]
struct ChartRequest {
    width: Option<f64>,
    height: Option<f64>,
    theme: Option<String>,
    by: Option<String>,
    title: Option<bool>,
}

/// Width of a picture unless the host says otherwise, in CSS pixels.
const PICTURE_WIDTH: f64 = 720.0;

#[wasm_bindgen]
impl DatasetHandle {
    /// The dataset's id.
    pub fn id(&self) -> String {
        self.cube.id().to_owned()
    }

    /// Sentences for what a query selects; its groupings are not asked.
    ///
    /// # Errors
    /// Those of [`DatasetHandle::query`].
    pub fn sentences(&self, query: &JsValue, locale: &LocaleHandle) -> Result<Vec<String>, JsValue> {
        let query = self.read(query)?;
        let told = crate::narrative::sentences_of(&self.snapshot, &self.cube, &query, &locale.0);
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
            sha256: Some(&self.sha256),
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
    pub fn svg(
        &self,
        query: &JsValue,
        kind: &str,
        options: &JsValue,
        locale: &LocaleHandle,
    ) -> Result<String, JsValue> {
        let query = self.read(query)?;
        let locale = &locale.0;
        let kind = ChartKind::from_id(kind).ok_or_else(|| {
            let known: Vec<_> = ChartKind::ALL.iter().map(|kind| kind.id()).collect();
            let message = format!("There is no chart “{kind}”. There are: {}.", known.join(", "));
            Fault::new("unknown-chart", message, "chart")
        })?;
        let request: ChartRequest = match options.is_undefined() || options.is_null() {
            true => ChartRequest::default(),
            false => serde_wasm_bindgen::from_value(options.clone()).map_err(Fault::from)?,
        };
        let by = match &request.by {
            Some(id) => Some(self.cube.dimension_position(id).ok_or_else(|| {
                Fault::new("unknown-dimension", format!("There is no dimension “{id}”."), "options.by")
            })?),
            None => None,
        };
        let theme = request.theme.as_deref().and_then(Theme::from_id).unwrap_or_default();
        let tokens = tokens(theme);
        let metrics = CanvasMetrics::new();
        let options = ChartOptions {
            by,
            title: request.title.unwrap_or(true),
            boundaries: self.snapshot.profile.boundaries.clone(),
            ..ChartOptions::default()
        };
        let usable = |length: &f64| length.is_finite() && (64.0..=8192.0).contains(length);
        let frame = Frame {
            width: request.width.filter(usable).unwrap_or(PICTURE_WIDTH),
            height: request.height.filter(usable),
            tokens: &tokens,
            metrics: &metrics,
            locale,
            map: None,
        };
        let chart = layout(kind, &self.cube, &query, &options, &frame);
        let chart = chart.map_err(|unfit| Fault::new("unfit", unfit.to_string(), "chart"))?;
        Ok(crate::export::svg(&chart, &tokens, locale))
    }
}

/// A language, held for JavaScript.
#[wasm_bindgen]
pub struct LocaleHandle(Locale);

#[wasm_bindgen]
impl LocaleHandle {
    /// English, which is built in; or the language in the text of a file under `locales/`.
    ///
    /// # Errors
    /// `invalid-argument` where the text is no language.
    #[wasm_bindgen(constructor)]
    pub fn new(text: Option<String>) -> Result<Self, JsValue> {
        match text {
            None => Ok(Self(Locale::english())),
            Some(text) => match Locale::from_json(&text) {
                Ok(locale) => Ok(Self(locale)),
                Err(error) => Err(Fault::new("invalid-argument", error.to_string(), "lang").into()),
            },
        }
    }
}
