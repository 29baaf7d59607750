//! The `mixedMovements` profile: what a snapshot says beyond JSON-stat, under
//! `extension.mixedMovements` of the collection and of each dataset.
//!
//! One list of members for each type makes its reader, its writer, its JSON Schema and
//! its documentation. Has no opinion on whether the codes named exist.

use crate::map::Map;

use super::json::{self, Json, element, member, object};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{
    Additivity, Conflict, Disagreement, KeyFigure, Link, SnapshotProfile, Source, StatisticKind, Vintage,
};

/// The name of the profile's member in `extension`.
pub const NAME: &str = "mixedMovements";

/// The version of the profile that this program writes, and the highest it reads.
pub const VERSION: u32 = 1;

/// Something that may stand in the profile.
pub(super) trait Member: Sized {
    /// Reads it; the path of an error starts here.
    fn read(json: &Json) -> Result<Self>;
    /// What it is where the file has none; `None` where the file must have it.
    fn absent() -> Option<Self> {
        None
    }
    /// Writes it; `None` where it need not be written.
    fn write(&self) -> Option<Json>;
    /// Its JSON Schema.
    fn schema() -> Json;
    /// What it is, in words.
    fn words() -> String;
}

fn wrong(expected: &str, found: &Json) -> Error {
    Error::new(ErrorKind::Invalid, format!("Expected {expected}, found {}.", found.kind()), "")
}

fn of_type(name: &str) -> Json {
    object([("type", name.into())])
}

const fn is_required(marks: &[&str]) -> bool {
    !marks.is_empty()
}

/// A member that is there, or what stands for one that is not.
fn read_member<T: Member>(json: &Json, key: &'static str, is_required: bool) -> Result<T> {
    match json.get(key) {
        Some(found) => T::read(found).map_err(|e| e.within(&member(key))),
        None => T::absent().filter(|_| !is_required).ok_or_else(|| missing(key)),
    }
}

fn missing(key: &str) -> Error {
    Error::new(ErrorKind::Invalid, format!("The member `{key}` is missing."), key)
}

fn write_member(members: &mut Vec<(String, Json)>, key: &str, written: Option<Json>, is_required: bool) {
    if let Some(json) = written.or_else(|| is_required.then(|| "".into())) {
        members.push((key.to_owned(), json));
    }
}

/// Declares the members of a type: its reader, its writer, its schema and its page.
macro_rules! members {
    ($type:ident, $name:literal, $about:literal: {
        $( $field:ident as $key:literal: $kind:ty $(, $required:ident)?; $doc:literal )*
    }) => {
        impl Described for $type {
            const ABOUT: &'static str = $about;
            const KEYS: &'static [&'static str] = &[$( $key ),*];
            fn fields() -> Vec<Field> {
                vec![$( Field {
                    key: $key,
                    words: <$kind as Member>::words(),
                    schema: <$kind as Member>::schema(),
                    required: is_required(&[$( stringify!($required) )?]),
                    doc: $doc,
                }, )*]
            }
        }

        impl Member for $type {
            fn read(json: &Json) -> Result<Self> {
                if !json.is_object() {
                    return Err(wrong("an object", json));
                }
                Ok(Self { $(
                    $field: read_member::<$kind>(json, $key, is_required(&[$( stringify!($required) )?]))?,
                )* })
            }

            fn write(&self) -> Option<Json> {
                let mut members = Vec::new();
                $( write_member(
                    &mut members, $key, self.$field.write(), is_required(&[$( stringify!($required) )?]),
                ); )*
                Some(Json::Object(members))
            }

            fn schema() -> Json {
                object([("$ref", Json::Text(format!("#/$defs/{}", $name)))])
            }

            fn words() -> String {
                format!("[{}](#{})", $name, $name)
            }
        }
    };
}

/// One member, as the schema and the page tell it.
struct Field {
    key: &'static str,
    words: String,
    schema: Json,
    required: bool,
    doc: &'static str,
}

trait Described: Member {
    const ABOUT: &'static str;
    const KEYS: &'static [&'static str];
    fn fields() -> Vec<Field>;
}

/// What the profile says of a dataset.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct DatasetMembers {
    pub profile: Option<u32>,
    pub id: Option<String>,
    pub titles: Map<String, String>,
    pub illustrative: bool,
    pub dimensions: Map<String, Map<String, String>>,
    pub measures: Map<String, MeasureMembers>,
    pub notes: Vec<NoteMembers>,
    pub labels: Map<String, Map<String, Labels>>,
    pub provenance: ByCell<Vec<String>>,
    pub vintages: ByCell<Vec<Vintage>>,
    pub ranges: ByCell<Range>,
    pub conflicts: ByCell<Vec<Conflict>>,
}

/// What the profile says of a measure.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct MeasureMembers {
    pub label: Option<String>,
    pub labels: Labels,
    pub kind: Option<StatisticKind>,
    pub counts: Option<String>,
    pub unit: Option<String>,
    pub precision: Option<f64>,
    pub decimals: Option<u8>,
    pub suppressed: Map<String, Range>,
    pub additivity: Map<String, Additivity>,
    pub why: Map<String, String>,
    pub description: Option<String>,
}

/// A note that says for what it holds.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct NoteMembers {
    pub id: String,
    pub marker: Option<String>,
    pub text: String,
    pub texts: Map<String, String>,
    pub mandatory: bool,
    pub selection: Map<String, Vec<String>>,
}

/// Labels by language tag, in the order of the file.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Labels(pub Vec<(String, String)>);

/// Something that few cells have, by the cell's position in the file.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct ByCell<T>(pub Vec<(usize, T)>);

impl<T> Default for ByCell<T> {
    fn default() -> Self {
        Self(Vec::new())
    }
}

/// A printed range, low and high.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Range(pub f64, pub f64);

members!(SnapshotProfile, "snapshot", "`extension.mixedMovements` of the collection, or of a single dataset.": {
    profile as "profile": Option<u32>; "Version of the profile: 1. Files of a later version are refused."
    titles as "titles": Map<String, String>; "Titles of the snapshot in other languages, by language tag; the plain one is its `label`."
    edition as "edition": Option<String>; "The edition: a period (`2024-01`) or a name."
    previous as "previous": Option<String>; "The edition before this one."
    revision as "revision": Option<u32>; "How often this edition was issued anew; 0 for the first issue."
    publisher as "publisher": Option<String>; "Who answers for the figures."
    contact as "contact": Option<String>; "Where to ask about them."
    licence as "licence": Option<String>; "Under what terms they may be used."
    method as "method": Option<String>; "How the figures come about, in the publisher's words."
    illustrative as "illustrative": bool; "The figures are made up to show a feature. Holds for every dataset of the file."
    provisional as "provisional": bool; "All figures may change in a later edition. Said once, for the page."
    links as "links": Vec<Link>; "The publisher's own pages."
    key_figures as "keyFigures": Vec<KeyFigure>; "The figures put first, in order."
    sentences as "sentences": Map<String, Map<String, String>>; "Templates of sentences, by language and key. Parts in braces are filled in."
    sources as "sources": Map<String, Source>; "Where figures were printed, by id."
    boundaries as "boundaries": Option<String>; "The disclaimer that goes with every map."
    editions as "editions": Option<String>; "Address of the index of editions, relative to the file. Pages read it to know that a newer edition exists. Only an address of the file's own origin is followed."
});

members!(Link, "link", "A link with a text.": {
    label as "label": String; "Text of the link."
    href as "href": String, required; "Address. Followed only where it is http or https."
});

members!(Source, "source", "A publication.": {
    title as "title": String; "Title."
    publisher as "publisher": Option<String>; "Who published it."
    href as "href": Option<String>; "Its address."
    date as "date": Option<String>; "Its date, as printed."
});

members!(KeyFigure, "key-figure", "A figure that the publisher puts first.": {
    dataset as "dataset": String, required; "Id of the dataset."
    measure as "measure": Option<String>; "Id of the measure; may be left out where the dataset has one."
    selection as "where": Map<String, String>; "One code for each dimension that is not left whole."
    period as "period": Option<String>; "Code of a period, or `latest`."
    by as "by": Option<String>; "Id of a dimension by which the figure is split."
    label as "label": Option<String>; "Heading, where it is not the measure's label."
    labels as "labels": Map<String, String>; "The heading in other languages, by language tag."
    part as "part": Option<String>; "Id of a measure of the same dataset that is part of this one (of them children)."
    change as "change": Option<String>; "Id of the measure that is its published change."
});

members!(DatasetMembers, "dataset", "`extension.mixedMovements` of a dataset.": {
    profile as "profile": Option<u32>; "Version of the profile, where the collection does not say it."
    id as "id": Option<String>; "Id of the dataset, unique in the file. Links and hosts use it."
    titles as "titles": Map<String, String>; "Titles of the dataset in other languages, by language tag; the plain one is its `label`."
    illustrative as "illustrative": bool; "Its figures are made up to show a feature."
    dimensions as "dimensions": Map<String, Map<String, String>>; "Labels of dimensions in other languages: dimension, language tag."
    measures as "measures": Map<String, MeasureMembers>; "What is known of each measure: by code of the metric dimension or, where there is none, one entry whose key becomes the measure's id."
    notes as "notes": Vec<NoteMembers>; "Notes that say for what they hold."
    labels as "labels": Map<String, Map<String, Labels>>; "Labels of categories in other languages: dimension, code, language tag."
    provenance as "provenance": ByCell<Vec<String>>; "Ids of the sources of a cell."
    vintages as "vintages": ByCell<Vec<Vintage>>; "Values of a revised cell by edition, oldest first, the standing one last: edition and value."
    ranges as "ranges": ByCell<Range>; "What was printed as a range: low and high."
    conflicts as "conflicts": ByCell<Vec<Conflict>>; "Other figures for the same cell that are no revisions of it."
});

members!(MeasureMembers, "measure", "What is counted, and over which dimensions it may be added.": {
    label as "label": Option<String>; "Label, where there is no metric dimension to hold it."
    labels as "labels": Labels; "Labels in other languages, by language tag."
    kind as "kind": Option<StatisticKind>; "Kind of statistic."
    counts as "counts": Option<String>; "What is counted: `people`, `events`, `cases`, `decisions`."
    unit as "unit": Option<String>; "Noun of the unit: arrivals, people, %."
    precision as "precision": Option<f64>; "The unit to which figures marked as rounded are rounded: 100 for “some 4,800”."
    decimals as "decimals": Option<u8>; "Decimals to show."
    suppressed as "suppressed": Map<String, Range>; "Small counts that are withheld: by status code, the least and the most that a figure with that status can be: `{ \"c\": [1, 4] }` for “<5”. Such a figure has no value in the file."
    additivity as "additivity": Map<String, Additivity>; "What holds over each dimension, by its id. A dimension that is not named is unknown, not allowed."
    why as "why": Map<String, String>; "Why, in one sentence, by id of the dimension; under `advice`, what to use instead."
    description as "description": Option<String>; "What exactly is measured."
});

members!(NoteMembers, "note", "A note with what it holds for.": {
    id as "id": String, required; "Id, unique in the dataset."
    marker as "marker": Option<String>; "The publisher's own mark (`***`)."
    text as "text": String, required; "The text, plain."
    texts as "texts": Map<String, String>; "The text in other languages, by language tag."
    mandatory as "mandatory": bool; "It must be shown with the figure."
    selection as "where": Map<String, Vec<String>>; "Codes by dimension: it holds for a cell where each dimension named has one of the codes. Under the id of the metric dimension stand measures. Without it, the note holds for all."
});

members!(Conflict, "conflict", "What another publisher, series or definition says of the same cell.": {
    kind as "kind": Disagreement; "What it is to the figure that stands: `conflict` where it is left out."
    value as "value": f64, required; "The other figure."
    source as "source": String; "Id of its source."
    what as "what": String; "What differs."
});

impl Member for String {
    fn read(json: &Json) -> Result<Self> {
        json.as_text().map(str::to_owned).ok_or_else(|| wrong("text", json))
    }
    fn absent() -> Option<Self> {
        Some(String::new())
    }
    fn write(&self) -> Option<Json> {
        (!self.is_empty()).then(|| self.into())
    }
    fn schema() -> Json {
        of_type("string")
    }
    fn words() -> String {
        "text".into()
    }
}

impl Member for bool {
    fn read(json: &Json) -> Result<Self> {
        json.as_bool().ok_or_else(|| wrong("true or false", json))
    }
    fn absent() -> Option<Self> {
        Some(false)
    }
    fn write(&self) -> Option<Json> {
        self.then_some(Json::Bool(true))
    }
    fn schema() -> Json {
        of_type("boolean")
    }
    fn words() -> String {
        "true or false".into()
    }
}

impl Member for f64 {
    fn read(json: &Json) -> Result<Self> {
        match json {
            Json::Number(number) => Ok(*number),
            _ => Err(wrong("a number", json)),
        }
    }
    fn write(&self) -> Option<Json> {
        Some(Json::Number(*self))
    }
    fn schema() -> Json {
        of_type("number")
    }
    fn words() -> String {
        "number".into()
    }
}

macro_rules! counts {
    ($($count:ty),*) => { $(
        impl Member for $count {
            fn read(json: &Json) -> Result<Self> {
                let count = matches!(json, Json::Number(_)).then(|| json.as_count()).flatten();
                let expected = || format!("a whole number from 0 to {}", Self::MAX);
                count.and_then(|count| Self::try_from(count).ok()).ok_or_else(|| wrong(&expected(), json))
            }
            fn write(&self) -> Option<Json> {
                Some(Json::Number(f64::from(*self)))
            }
            fn schema() -> Json {
                object([("type", "integer".into()), ("minimum", Json::Number(0.0)), ("maximum", Json::Number(f64::from(Self::MAX)))])
            }
            fn words() -> String {
                "whole number".into()
            }
        }
    )* };
}
counts!(u8, u32);

macro_rules! words {
    ($type:ident: $all:expr) => {
        impl Member for $type {
            fn read(json: &Json) -> Result<Self> {
                let word = json.as_text().ok_or_else(|| wrong("text", json))?;
                Self::from_id(word).ok_or_else(|| {
                    let known = $all.map(Self::id).join(", ");
                    Error::new(ErrorKind::Invalid, format!("“{}” is none of: {known}.", json::clip(word)), "")
                })
            }
            fn write(&self) -> Option<Json> {
                Some(self.id().into())
            }
            fn schema() -> Json {
                object([("enum", Json::List($all.map(|word| word.id().into()).to_vec()))])
            }
            fn words() -> String {
                $all.map(|word| format!("`{}`", word.id())).join(", ")
            }
        }
    };
}
words!(Additivity: Additivity::ALL);
words!(StatisticKind: [StatisticKind::Flow, StatisticKind::Stock, StatisticKind::Rate, StatisticKind::Unknown]);

impl Member for Disagreement {
    fn read(json: &Json) -> Result<Self> {
        json.as_text().and_then(Self::from_id).ok_or_else(|| wrong(&Self::words(), json))
    }
    fn absent() -> Option<Self> {
        Some(Self::Conflict)
    }
    fn write(&self) -> Option<Json> {
        (*self != Self::Conflict).then(|| self.id().into())
    }
    fn schema() -> Json {
        object([("enum", Json::List(Self::ALL.map(|word| word.id().into()).to_vec()))])
    }
    fn words() -> String {
        Self::ALL.map(|word| format!("`{}`", word.id())).join(", ")
    }
}

impl<T: Member> Member for Option<T> {
    fn read(json: &Json) -> Result<Self> {
        T::read(json).map(Some)
    }
    fn absent() -> Option<Self> {
        Some(None)
    }
    fn write(&self) -> Option<Json> {
        // What is given stays given, even where it is empty.
        self.as_ref().map(|some| some.write().unwrap_or_else(|| "".into()))
    }
    fn schema() -> Json {
        T::schema()
    }
    fn words() -> String {
        T::words()
    }
}

impl<T: Member> Member for Vec<T> {
    fn read(json: &Json) -> Result<Self> {
        let Json::List(elements) = json else { return Err(wrong("a list", json)) };
        elements
            .iter()
            .enumerate()
            .map(|(at, json)| T::read(json).map_err(|e| e.within(&element(at))))
            .collect()
    }
    fn absent() -> Option<Self> {
        Some(Vec::new())
    }
    fn write(&self) -> Option<Json> {
        let written = || self.iter().map(|each| each.write().unwrap_or_else(|| "".into())).collect();
        (!self.is_empty()).then(|| Json::List(written()))
    }
    fn schema() -> Json {
        object([("type", "array".into()), ("items", T::schema())])
    }
    fn words() -> String {
        format!("list of {}", T::words())
    }
}

impl<T: Member> Member for Map<String, T> {
    fn read(json: &Json) -> Result<Self> {
        if !json.is_object() {
            return Err(wrong("an object", json));
        }
        let members = json.members().iter();
        members
            .map(|(key, json)| Ok((key.clone(), T::read(json).map_err(|e| e.within(&member(key)))?)))
            .collect()
    }
    fn absent() -> Option<Self> {
        Some(Map::new())
    }
    fn write(&self) -> Option<Json> {
        let written =
            || self.iter().map(|(key, each)| (key.clone(), each.write().unwrap_or_else(|| empty::<T>())));
        (!self.is_empty()).then(|| Json::Object(written().collect()))
    }
    fn schema() -> Json {
        object([("type", "object".into()), ("additionalProperties", T::schema())])
    }
    fn words() -> String {
        format!("object: {}", T::words())
    }
}

/// What stands for an empty value of a type where its key alone says something.
fn empty<T: Member>() -> Json {
    [Json::List(Vec::new()), Json::Object(Vec::new())]
        .into_iter()
        .find(|json| T::read(json).is_ok())
        .unwrap_or_else(|| "".into())
}

impl Member for Labels {
    fn read(json: &Json) -> Result<Self> {
        if !json.is_object() {
            return Err(wrong("an object", json));
        }
        let labels = json.members().iter().map(|(language, label)| {
            Ok((language.clone(), String::read(label).map_err(|e| e.within(&member(language)))?))
        });
        labels.collect::<Result<_>>().map(Self)
    }
    fn absent() -> Option<Self> {
        Some(Self::default())
    }
    fn write(&self) -> Option<Json> {
        let written = || self.0.iter().map(|(language, label)| (language.clone(), label.into())).collect();
        (!self.0.is_empty()).then(|| Json::Object(written()))
    }
    fn schema() -> Json {
        Map::<String, String>::schema()
    }
    fn words() -> String {
        Map::<String, String>::words()
    }
}

impl<T: Member> Member for ByCell<T> {
    fn read(json: &Json) -> Result<Self> {
        if !json.is_object() {
            return Err(wrong("an object", json));
        }
        let cells = json.members().iter().map(|(key, json)| {
            let position = json::position(key).ok_or_else(|| {
                Error::new(
                    ErrorKind::Invalid,
                    "Expected the position of a cell, written as a number.",
                    member(key),
                )
            })?;
            Ok((position as usize, T::read(json).map_err(|e| e.within(&member(key)))?))
        });
        cells.collect::<Result<_>>().map(Self)
    }
    fn absent() -> Option<Self> {
        Some(Self::default())
    }
    fn write(&self) -> Option<Json> {
        let written =
            || self.0.iter().filter_map(|(cell, each)| Some((cell.to_string(), each.write()?))).collect();
        (!self.0.is_empty()).then(|| Json::Object(written()))
    }
    fn schema() -> Json {
        object([
            ("type", "object".into()),
            ("propertyNames", object([("pattern", "^(0|[1-9][0-9]*)$".into())])),
            ("additionalProperties", T::schema()),
        ])
    }
    fn words() -> String {
        format!("by cell: {}", T::words())
    }
}

impl Member for Range {
    fn read(json: &Json) -> Result<Self> {
        match Vec::<f64>::read(json)?.as_slice() {
            &[low, high] if low <= high => Ok(Self(low, high)),
            _ => Err(Error::new(ErrorKind::Invalid, "Expected two numbers, the lower first.", "")),
        }
    }
    fn write(&self) -> Option<Json> {
        Some(Json::List(vec![Json::Number(self.0), Json::Number(self.1)]))
    }
    fn schema() -> Json {
        let mut schema = Vec::<f64>::schema();
        if let Json::Object(members) = &mut schema {
            members.extend([("minItems".into(), Json::Number(2.0)), ("maxItems".into(), Json::Number(2.0))]);
        }
        schema
    }
    fn words() -> String {
        "[low, high]".into()
    }
}

impl Member for Vintage {
    fn read(json: &Json) -> Result<Self> {
        let Json::List(pair) = json else { return Err(wrong("a list of edition and value", json)) };
        match pair.as_slice() {
            [Json::Text(edition), Json::Number(value)] => {
                Ok(Self { edition: edition.clone(), value: *value })
            }
            _ => Err(Error::new(ErrorKind::Invalid, "Expected an edition and its value.", "")),
        }
    }
    fn write(&self) -> Option<Json> {
        Some(Json::List(vec![(&self.edition).into(), Json::Number(self.value)]))
    }
    fn schema() -> Json {
        let parts = Json::List(vec![of_type("string"), of_type("number")]);
        object([("type", "array".into()), ("prefixItems", parts), ("items", Json::Bool(false))])
    }
    fn words() -> String {
        "[edition, value]".into()
    }
}

/// Members that the profile does not know, for a finding.
pub(super) fn unknown_members(json: &Json, in_collection: bool, in_dataset: bool) -> Vec<String> {
    let lists = [(in_collection, SnapshotProfile::KEYS), (in_dataset, DatasetMembers::KEYS)];
    let known = |name: &str| lists.iter().any(|(counts, list)| *counts && list.contains(&name));
    json.members().iter().map(|(name, _)| name.clone()).filter(|name| !known(name)).collect()
}

/// A described type: its name, what it is about, its members.
type Description = (&'static str, &'static str, Vec<Field>);

fn descriptions() -> [Description; 8] {
    [
        ("snapshot", SnapshotProfile::ABOUT, SnapshotProfile::fields()),
        ("dataset", DatasetMembers::ABOUT, DatasetMembers::fields()),
        ("measure", MeasureMembers::ABOUT, MeasureMembers::fields()),
        ("note", NoteMembers::ABOUT, NoteMembers::fields()),
        ("conflict", Conflict::ABOUT, Conflict::fields()),
        ("key-figure", KeyFigure::ABOUT, KeyFigure::fields()),
        ("source", Source::ABOUT, Source::fields()),
        ("link", Link::ABOUT, Link::fields()),
    ]
}

/// The JSON Schema of the profile: of what stands under `extension.mixedMovements` of a
/// collection (`#/$defs/snapshot`) and of a dataset (`#/$defs/dataset`). Made from the
/// same list of members that reads and writes them.
pub fn json_schema() -> String {
    let definitions = descriptions().map(|(name, about, fields)| {
        let required = fields.iter().filter(|field| field.required).map(|field| field.key.into()).collect();
        let properties = fields.into_iter().map(|field| {
            let mut schema = field.schema;
            if let Json::Object(members) = &mut schema {
                members.push(("description".into(), field.doc.into()));
            }
            (field.key.to_owned(), schema)
        });
        let definition = object([
            ("type", "object".into()),
            ("description", about.into()),
            ("properties", Json::Object(properties.collect())),
            ("required", Json::List(required)),
        ]);
        (name.to_owned(), definition)
    });
    let either =
        ["snapshot", "dataset"].map(|name| object([("$ref", Json::Text(format!("#/$defs/{name}")))]));
    object([
        ("$schema", "https://json-schema.org/draft/2020-12/schema".into()),
        ("title", "The mixedMovements profile of JSON-stat, version 1".into()),
        ("anyOf", Json::List(either.to_vec())),
        ("$defs", Json::Object(definitions.to_vec())),
    ])
    .to_string()
}

/// The members of the profile as a page of Markdown, from the same list.
pub fn documentation() -> String {
    let mut page = String::new();
    for (name, about, fields) in descriptions() {
        page.push_str(&format!("### {name}\n\n{about}\n\n| member | form | meaning |\n|---|---|---|\n"));
        for Field { key, words, required, doc, .. } in fields {
            let must = if required { " *(required)*" } else { "" };
            page.push_str(&format!("| `{key}`{must} | {words} | {doc} |\n"));
        }
        page.push('\n');
    }
    page
}
