//! A file as a tree of JSON: members in file order, and the two big members of a
//! dataset, `value` and `status`, as columns that are filled while the text is read.
//!
//! Owns reading and writing of text and the path of a byte. Has no opinion on what the
//! members mean. Recursion ends with serde_json's limit.

use std::cell::{Cell, RefCell};
use std::fmt::{self, Write as _};

use serde::Deserialize as _;
use serde::de::{DeserializeSeed, Deserializer, IgnoredAny, MapAccess, SeqAccess, Visitor};
use statcube_core::figures::MAX_FIGURE;

use super::stream::{Cut, Rest};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{CellIndex, ColumnBuilder};

/// A JSON value. Where a member stands twice, the last one counts.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Json {
    Null,
    Bool(bool),
    Number(f64),
    Text(String),
    List(Vec<Json>),
    Object(Vec<(String, Json)>),
    /// In a box, as the one below: a tree may have millions of other parts.
    Values(Box<Values>),
    Statuses(Box<Statuses>),
}

/// Of how many parts a file may be made, besides figures and statuses: a part of two bytes of text
/// takes many times as much of memory.
const MAX_PARTS: usize = 5_000_000;

/// How long the place of a mistake in the text is told.
const MAX_PATH: usize = 200;

/// What an error of the reader begins with where a limit is passed.
const TOO_MANY: &str = "too many ";

/// An element of a column that is not of the column's kind: where, and what it is.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Odd {
    pub step: String,
    pub found: &'static str,
}

/// The member `value`.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Values {
    pub figures: Figures,
    pub odd: Option<Odd>,
}

/// Numbers in the order of the file, or by position, NaN where there is none.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Figures {
    Listed(ColumnBuilder),
    Placed(Vec<(u32, f64)>),
}

/// The member `status`: positions in the list of written statuses, plus one; 0 for none.
#[derive(Debug, Clone, PartialEq, Default)]
pub(super) struct Statuses {
    pub written: Vec<String>,
    pub cells: Cells<u16>,
    /// What the codes mean, where it stands within `status` as in early files.
    pub legend: Option<Box<Json>>,
    pub odd: Option<Odd>,
}

/// Elements in the order of the file, or by position.
#[derive(Debug, Clone, PartialEq)]
pub(super) enum Cells<T> {
    Dense(Vec<T>),
    Sparse(Vec<(u32, T)>),
}

impl<T> Default for Cells<T> {
    fn default() -> Self {
        Self::Sparse(Vec::new())
    }
}

impl Json {
    /// The last member with this name; `null` counts as absent.
    pub fn get(&self, key: &str) -> Option<&Json> {
        self.members()
            .iter()
            .rev()
            .find(|(name, _)| name == key)
            .map(|(_, json)| json)
            .filter(|j| **j != Json::Null)
    }

    /// The last member with this name, taken out.
    pub fn take(&mut self, key: &str) -> Option<Json> {
        let Json::Object(members) = self else { return None };
        let found = members.iter_mut().rev().find(|(name, _)| name == key);
        found.map(|(_, json)| std::mem::replace(json, Json::Null)).filter(|json| *json != Json::Null)
    }

    /// A member of a member, and so on.
    pub fn at(&self, path: &[&str]) -> Option<&Json> {
        path.iter().try_fold(self, |json, key| json.get(key))
    }

    /// The members of an object; none of anything else.
    pub fn members(&self) -> &[(String, Json)] {
        match self {
            Json::Object(members) => members,
            _ => &[],
        }
    }

    pub fn is_object(&self) -> bool {
        matches!(self, Json::Object(_))
    }

    pub fn as_text(&self) -> Option<&str> {
        match self {
            Json::Text(text) => Some(text),
            _ => None,
        }
    }

    pub fn as_bool(&self) -> Option<bool> {
        match self {
            Json::Bool(truth) => Some(*truth),
            _ => None,
        }
    }

    /// A whole number from zero on, also written as text.
    pub fn as_count(&self) -> Option<usize> {
        match self {
            Json::Number(n) if *n >= 0.0 && n.fract() == 0.0 && *n < 9e15 => Some(*n as usize),
            Json::Text(text) if text.bytes().all(|b| b.is_ascii_digit()) => text.parse().ok(),
            _ => None,
        }
    }

    /// What it is, for messages.
    pub fn kind(&self) -> &'static str {
        match self {
            Json::Null => "null",
            Json::Bool(_) => "true or false",
            Json::Number(_) => "a number",
            Json::Text(_) => "text",
            Json::List(_) => "a list",
            Json::Object(_) => "an object",
            Json::Values(values) if matches!(values.figures, Figures::Listed(_)) => "a list",
            Json::Values(_) => "an object",
            Json::Statuses(statuses) => statuses.cells.kind(),
        }
    }
}

impl<T> Cells<T> {
    fn kind(&self) -> &'static str {
        match self {
            Cells::Dense(_) => "a list",
            Cells::Sparse(_) => "an object",
        }
    }
}

impl From<&str> for Json {
    fn from(text: &str) -> Self {
        Json::Text(text.to_owned())
    }
}

impl From<&String> for Json {
    fn from(text: &String) -> Self {
        Json::Text(text.clone())
    }
}

/// An object from its members.
pub(super) fn object<const N: usize>(members: [(&str, Json); N]) -> Json {
    Json::Object(members.into_iter().map(|(key, json)| (key.to_owned(), json)).collect())
}

/// An element's place as a step of a path.
pub(super) fn element(index: usize) -> String {
    format!("[{index}]")
}

/// A member's name as a step of a path.
pub(super) fn member(key: &str) -> String {
    let plain = !key.is_empty() && !key.contains(['.', '[', ']', '"']) && key.len() <= 80;
    if plain { key.to_owned() } else { format!("[{:?}]", clip(key)) }
}

/// Text short enough for a message.
pub(super) fn clip(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}…", text.get(..end).unwrap_or_default()),
        None => text.to_owned(),
    }
}

/// Reads what is left of a file, with the figures taken out of it, in which no column may be
/// longer than `max_cells`.
pub(super) fn read(rest: Rest, max_cells: usize) -> Result<Json> {
    let Rest { text, cuts, figures } = rest;
    let bytes = text.as_slice();
    let text = bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes);
    let skipped = bytes.len().saturating_sub(text.len());
    let streamed = RefCell::new(figures.into_iter());
    let first = text.iter().find(|byte| !byte.is_ascii_whitespace());
    let refuse = |message: &str| Err(Error::new(ErrorKind::NotJson, message, "").at_byte(skipped));
    match first {
        None => return refuse("The file is empty. Expected a JSON-stat file."),
        Some(b'<') => return refuse("The file is a web page or XML, not JSON. Check its address."),
        Some(_) => {}
    }
    let mut deserializer = serde_json::Deserializer::from_slice(text);
    let parts_left = Cell::new(MAX_PARTS);
    let reader =
        Reader { context: Context::Document, streamed: &streamed, max_cells, parts_left: &parts_left };
    let json = reader.deserialize(&mut deserializer);
    json.and_then(|json| deserializer.end().map(|()| json)).map_err(|error| {
        let line_start = match error.line().checked_sub(2) {
            None => 0,
            Some(breaks) => {
                let nth = text.iter().enumerate().filter(|(_, byte)| **byte == b'\n').nth(breaks);
                nth.map_or(0, |(at, _)| at.saturating_add(1))
            }
        };
        let byte = line_start.saturating_add(error.column()).min(text.len());
        // What was cut out before it counts for where it stands in the file.
        let in_text = byte.saturating_add(skipped);
        let before = || cuts.iter().filter(|cut| cut.at < in_text);
        let cut_bytes: usize = before().map(|cut| cut.bytes).sum();
        let cut_lines: usize = before().map(|cut| cut.lines).sum();
        let reason = error.to_string();
        let (kind, message) = if reason.starts_with("number out of range") {
            (ErrorKind::Invalid, "A number is too large to be one. Expected finite numbers.".to_owned())
        } else if reason.starts_with("recursion limit") {
            (ErrorKind::TooLarge, "The file is nested more than 127 levels deep.".to_owned())
        } else if reason.starts_with(TOO_MANY) {
            let reason = reason.split(" at line ").next().unwrap_or_default();
            (ErrorKind::TooLarge, format!("The file holds {reason}."))
        } else if error.is_eof() {
            (
                ErrorKind::NotJson,
                "The file ends in the middle: perhaps its download or upload was cut short.".to_owned(),
            )
        } else {
            let reason = reason.split(" at line ").next().unwrap_or_default().to_owned();
            (
                ErrorKind::NotJson,
                format!("The file is not JSON: {reason} in line {}.", error.line().saturating_add(cut_lines)),
            )
        };
        Error::new(kind, message, path_at(text, byte, skipped, &cuts))
            .at_byte(in_text.saturating_add(cut_bytes))
    })
}

/// The path of what stands at a byte, as far as the text can be told.
fn path_at(text: &[u8], end: usize, skipped: usize, cuts: &[Cut]) -> String {
    enum Frame {
        Object { key: String, wants_key: bool },
        List(usize),
    }
    let mut frames: Vec<Frame> = Vec::new();
    let mut bytes = text.iter().copied().enumerate().take(end.saturating_sub(1));
    while let Some((at, byte)) = bytes.next() {
        match (byte, frames.last_mut()) {
            (b'{', _) => frames.push(Frame::Object { key: String::new(), wants_key: true }),
            (b'[', _) => {
                let behind = at.saturating_add(skipped).saturating_add(1);
                let cut = cuts.iter().find(|cut| cut.at == behind);
                frames.push(Frame::List(cut.map_or(0, |cut| cut.elements)));
            }
            (b'}' | b']', _) => drop(frames.pop()),
            (b',', Some(Frame::List(index))) => *index = index.saturating_add(1),
            (b',', Some(Frame::Object { wants_key, .. })) => *wants_key = true,
            (b'"', top) => {
                let begin = at.saturating_add(1);
                let (mut stop, mut escaped) = (begin, false);
                for (inside, byte) in bytes.by_ref() {
                    stop = inside;
                    match byte {
                        b'"' if !escaped => break,
                        b'\\' => escaped = !escaped,
                        _ => escaped = false,
                    }
                }
                if let Some(Frame::Object { key, wants_key: wants_key @ true }) = top {
                    *wants_key = false;
                    *key = String::from_utf8_lossy(text.get(begin..stop).unwrap_or_default()).into_owned();
                }
            }
            _ => {}
        }
    }
    let mut path = String::new();
    for frame in frames {
        // What is nested without sense has no place that would help anybody.
        if path.len() > MAX_PATH {
            path.push('…');
            break;
        }
        let step = match frame {
            Frame::List(index) => element(index),
            Frame::Object { key, wants_key: false } => member(&key),
            Frame::Object { .. } => break,
        };
        if !path.is_empty() && !step.starts_with('[') {
            path.push('.');
        }
        path.push_str(&step);
    }
    path
}

/// What the reader expects at a place, so that only datasets have columns.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Context {
    /// The file, or an item of a collection.
    Document,
    /// What may be a dataset of a bundle.
    Entry,
    /// The member `link`.
    Link,
    /// The items of a collection.
    Items,
    Values,
    Statuses,
    Plain,
}

impl Context {
    pub fn of_member(self, key: &str) -> Self {
        match (self, key) {
            (Self::Document | Self::Entry, "value") => Self::Values,
            (Self::Document | Self::Entry, "status") => Self::Statuses,
            (Self::Document, "link") => Self::Link,
            (Self::Document, "dimension" | "extension" | "role" | "id" | "size" | "note") => Self::Plain,
            (Self::Document, _) => Self::Entry,
            (Self::Link, "item") => Self::Items,
            _ => Self::Plain,
        }
    }

    pub fn of_element(self) -> Self {
        match self {
            Self::Items => Self::Document,
            _ => Self::Plain,
        }
    }
}

/// Reads what a context expects, and counts what it is made of. Lists begin with the figures that
/// were taken out of them, in order.
#[derive(Clone, Copy)]
struct Reader<'a> {
    context: Context,
    streamed: &'a RefCell<std::vec::IntoIter<ColumnBuilder>>,
    max_cells: usize,
    parts_left: &'a Cell<usize>,
}

impl Reader<'_> {
    fn within(self, context: Context) -> Self {
        Self { context, ..self }
    }

    /// One more part of the tree.
    fn part<E: serde::de::Error>(self) -> std::result::Result<(), E> {
        match self.parts_left.get().checked_sub(1) {
            Some(left) => {
                self.parts_left.set(left);
                Ok(())
            }
            None => Err(E::custom(format_args!("{TOO_MANY}parts: more than {MAX_PARTS}"))),
        }
    }

    /// One more cell of a column that has `len`.
    #[inline]
    fn cell<E: serde::de::Error>(self, len: usize) -> std::result::Result<(), E> {
        match len < self.max_cells {
            true => Ok(()),
            false => Err(E::custom(format_args!("{TOO_MANY}figures: more than {}", self.max_cells))),
        }
    }
}

impl<'de> DeserializeSeed<'de> for Reader<'_> {
    type Value = Json;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<Json, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Reader<'_> {
    type Value = Json;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("JSON")
    }

    fn visit_unit<E>(self) -> std::result::Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, truth: bool) -> std::result::Result<Json, E> {
        Ok(Json::Bool(truth))
    }

    fn visit_i64<E>(self, number: i64) -> std::result::Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    fn visit_u64<E>(self, number: u64) -> std::result::Result<Json, E> {
        Ok(Json::Number(number as f64))
    }

    fn visit_f64<E>(self, number: f64) -> std::result::Result<Json, E> {
        Ok(Json::Number(number))
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Json, A::Error> {
        match self.context {
            Context::Values => {
                let (streamed, mut odd) = (self.streamed.borrow_mut().next(), None);
                let mut figures = streamed.unwrap_or_else(|| ColumnBuilder::with_capacity(0));
                if figures.len() > self.max_cells {
                    self.cell(figures.len())?;
                }
                while let Some(figure) = list.next_element_seed(Figure)? {
                    note_odd(&mut odd, figure, || element(figures.len()));
                    self.cell(figures.len())?;
                    figures.push(figure.unwrap_or(f64::NAN));
                }
                Ok(Json::Values(Box::new(Values { figures: Figures::Listed(figures), odd })))
            }
            Context::Statuses => {
                let (mut cells, mut odd, mut written) = (Vec::new(), None, Interner::default());
                while let Some(status) = list.next_element_seed(&mut written)? {
                    note_odd(&mut odd, status, || element(cells.len()));
                    self.cell(cells.len())?;
                    cells.push(status.unwrap_or(0));
                }
                let cells = Cells::Dense(cells);
                Ok(Json::Statuses(Box::new(Statuses { written: written.0, cells, legend: None, odd })))
            }
            _ => {
                let mut elements = Vec::new();
                while let Some(json) = list.next_element_seed(self.within(self.context.of_element()))? {
                    self.part()?;
                    elements.push(json);
                }
                Ok(Json::List(elements))
            }
        }
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Json, A::Error> {
        match self.context {
            Context::Values => {
                let (mut cells, mut odd) = (Vec::new(), None);
                while let Some(key) = map.next_key_seed(Position)? {
                    let figure = map.next_value_seed(Figure)?;
                    self.cell(cells.len())?;
                    if let Some(position) = note_odd_key(&mut odd, key, figure) {
                        cells.push((position, figure.unwrap_or(f64::NAN)));
                    }
                }
                Ok(Json::Values(Box::new(Values { figures: Figures::Placed(sorted(cells)), odd })))
            }
            Context::Statuses => {
                let (mut cells, mut odd, mut written) = (Vec::new(), None, Interner::default());
                let (mut inner, mut legend) = (None, None);
                while let Some(key) = map.next_key_seed(Position)? {
                    match key.as_ref().map_err(String::as_str) {
                        Err("value") => inner = Some(map.next_value_seed(self.within(Context::Statuses))?),
                        Err("category") => {
                            legend = Some(Box::new(map.next_value_seed(self.within(Context::Plain))?))
                        }
                        _ => {
                            self.cell(cells.len())?;
                            let status = map.next_value_seed(&mut written)?;
                            if let Some(position) = note_odd_key(&mut odd, key, status) {
                                cells.push((position, status.unwrap_or(0)));
                            }
                        }
                    }
                }
                match inner {
                    Some(Json::Statuses(mut inner)) => {
                        inner.legend = legend;
                        Ok(Json::Statuses(inner))
                    }
                    Some(other) => Ok(other),
                    None => {
                        let cells = Cells::Sparse(sorted(cells));
                        let statuses = Statuses { written: written.0, cells, legend, odd };
                        Ok(Json::Statuses(Box::new(statuses)))
                    }
                }
            }
            _ => {
                let mut members = Vec::new();
                while let Some(key) = map.next_key_seed(Name)? {
                    self.part()?;
                    let json = map.next_value_seed(self.within(self.context.of_member(&key)))?;
                    members.push((key, json));
                }
                Ok(Json::Object(members))
            }
        }
    }
}

/// Cells in order of their positions; the last of several at one position counts.
fn sorted<T: Copy>(mut cells: Vec<(u32, T)>) -> Vec<(u32, T)> {
    if !cells.is_sorted_by_key(|cell| cell.0) {
        crate::order::sort_by_key(&mut cells, |cell| cell.0);
    }
    cells.dedup_by(|later, earlier| {
        let same = later.0 == earlier.0;
        if same {
            earlier.1 = later.1;
        }
        same
    });
    cells
}

fn note_odd<T>(
    odd: &mut Option<Odd>,
    found: std::result::Result<T, &'static str>,
    step: impl Fn() -> String,
) {
    if let (None, Err(found)) = (&odd, found) {
        *odd = Some(Odd { step: step(), found });
    }
}

fn note_odd_key<T>(
    odd: &mut Option<Odd>,
    key: std::result::Result<u32, String>,
    found: std::result::Result<T, &'static str>,
) -> Option<u32> {
    match key {
        Ok(position) => {
            note_odd(odd, found, || position.to_string());
            Some(position)
        }
        Err(name) => {
            note_odd::<()>(odd, Err("a member that is no position"), || member(&name));
            None
        }
    }
}

/// A number, or NaN for null; what else it is otherwise.
#[derive(Clone, Copy)]
struct Figure;

impl<'de> DeserializeSeed<'de> for Figure {
    type Value = std::result::Result<f64, &'static str>;

    #[inline]
    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for Figure {
    type Value = std::result::Result<f64, &'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a number or null")
    }

    #[inline]
    fn visit_unit<E>(self) -> std::result::Result<Self::Value, E> {
        Ok(Ok(f64::NAN))
    }

    #[inline]
    fn visit_i64<E>(self, number: i64) -> std::result::Result<Self::Value, E> {
        Ok(Ok(number as f64))
    }

    #[inline]
    fn visit_u64<E>(self, number: u64) -> std::result::Result<Self::Value, E> {
        Ok(Ok(number as f64))
    }

    #[inline]
    fn visit_f64<E>(self, number: f64) -> std::result::Result<Self::Value, E> {
        Ok(if number.abs() <= MAX_FIGURE { Ok(number) } else { Err("a number too large to be added") })
    }

    fn visit_bool<E>(self, _: bool) -> std::result::Result<Self::Value, E> {
        Ok(Err("true or false"))
    }

    fn visit_str<E>(self, _: &str) -> std::result::Result<Self::Value, E> {
        Ok(Err("text"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> std::result::Result<Self::Value, A::Error> {
        while list.next_element::<IgnoredAny>()?.is_some() {}
        Ok(Err("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> std::result::Result<Self::Value, A::Error> {
        while map.next_entry::<IgnoredAny, IgnoredAny>()?.is_some() {}
        Ok(Err("an object"))
    }
}

/// More different statuses than a cube can hold, so that a hostile file is not searched for long.
const MAX_WRITTEN: usize = 320;

/// The statuses of a column as they are written, each once.
#[derive(Default)]
struct Interner(Vec<String>);

impl Interner {
    fn intern(&mut self, text: &str) -> std::result::Result<u16, &'static str> {
        if text.trim().is_empty() {
            return Ok(0);
        }
        let found = self.0.iter().position(|known| known == text);
        match found {
            Some(at) => Ok((at as u16).saturating_add(1)),
            None if self.0.len() < MAX_WRITTEN => {
                self.0.push(text.to_owned());
                Ok(self.0.len() as u16)
            }
            None => Err("one different status too many"),
        }
    }
}

impl<'de> DeserializeSeed<'de> for &mut Interner {
    type Value = std::result::Result<u16, &'static str>;

    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Self::Value, D::Error> {
        deserializer.deserialize_any(self)
    }
}

impl<'de> Visitor<'de> for &mut Interner {
    type Value = std::result::Result<u16, &'static str>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("text or null")
    }

    fn visit_unit<E>(self) -> std::result::Result<Self::Value, E> {
        Ok(Ok(0))
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Self::Value, E> {
        Ok(self.intern(text))
    }

    fn visit_u64<E>(self, number: u64) -> std::result::Result<Self::Value, E> {
        Ok(self.intern(&number.to_string()))
    }

    fn visit_i64<E>(self, number: i64) -> std::result::Result<Self::Value, E> {
        Ok(self.intern(&number.to_string()))
    }

    fn visit_f64<E>(self, number: f64) -> std::result::Result<Self::Value, E> {
        Ok(self.intern(&number.to_string()))
    }

    fn visit_bool<E>(self, _: bool) -> std::result::Result<Self::Value, E> {
        Ok(Err("true or false"))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, list: A) -> std::result::Result<Self::Value, A::Error> {
        Figure.visit_seq(list).map(|_| Err("a list"))
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> std::result::Result<Self::Value, A::Error> {
        Figure.visit_map(map).map(|_| Err("an object"))
    }
}

/// The name of a member.
struct Name;

impl<'de> DeserializeSeed<'de> for Name {
    type Value = String;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> std::result::Result<String, D::Error> {
        String::deserialize(deserializer)
    }
}

/// The name of a member as the position of a cell, or the name itself.
struct Position;

impl<'de> DeserializeSeed<'de> for Position {
    type Value = std::result::Result<u32, String>;

    fn deserialize<D: Deserializer<'de>>(
        self,
        deserializer: D,
    ) -> std::result::Result<Self::Value, D::Error> {
        deserializer.deserialize_str(self)
    }
}

impl Visitor<'_> for Position {
    type Value = std::result::Result<u32, String>;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a position")
    }

    fn visit_str<E>(self, text: &str) -> std::result::Result<Self::Value, E> {
        Ok(position(text).ok_or_else(|| text.to_owned()))
    }
}

/// A position written plainly: digits without a leading zero.
pub(super) fn position(text: &str) -> Option<u32> {
    let plain = text.bytes().all(|b| b.is_ascii_digit()) && (text == "0" || !text.starts_with('0'));
    plain.then(|| text.parse().ok()).flatten()
}

impl fmt::Display for Json {
    /// Compact JSON, members in their order.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Json::Null => f.write_str("null"),
            Json::Bool(truth) => write!(f, "{truth}"),
            Json::Number(number) => write_number(f, *number),
            Json::Text(text) => write_text(f, text),
            Json::List(elements) => write_list(f, elements, |f, json| write!(f, "{json}")),
            Json::Object(members) => write_object(f, members, |f, (key, json)| {
                write_text(f, key)?;
                write!(f, ":{json}")
            }),
            Json::Values(values) => match &values.figures {
                Figures::Listed(figures) => {
                    let numbers = (0..figures.len()).map(|at| figures.value(CellIndex(at)));
                    write_list(f, numbers, |f, number| write_number(f, number.unwrap_or(f64::NAN)))
                }
                Figures::Placed(cells) => write_object(f, cells, |f, (position, number)| {
                    write!(f, "\"{position}\":")?;
                    write_number(f, *number)
                }),
            },
            Json::Statuses(statuses) => {
                let write_status = |f: &mut fmt::Formatter<'_>, status: u16| match usize::from(status)
                    .checked_sub(1)
                    .and_then(|at| statuses.written.get(at))
                {
                    Some(text) => write_text(f, text),
                    None => f.write_str("null"),
                };
                match &statuses.cells {
                    Cells::Dense(cells) => write_list(f, cells, |f, status| write_status(f, *status)),
                    Cells::Sparse(cells) => write_object(f, cells, |f, (position, status)| {
                        write!(f, "\"{position}\":")?;
                        write_status(f, *status)
                    }),
                }
            }
        }
    }
}

fn write_list<T>(
    f: &mut fmt::Formatter<'_>,
    elements: impl IntoIterator<Item = T>,
    write: impl Fn(&mut fmt::Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    f.write_char('[')?;
    write_between(f, elements, write)?;
    f.write_char(']')
}

fn write_object<T>(
    f: &mut fmt::Formatter<'_>,
    members: impl IntoIterator<Item = T>,
    write: impl Fn(&mut fmt::Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    f.write_char('{')?;
    write_between(f, members, write)?;
    f.write_char('}')
}

fn write_between<T>(
    f: &mut fmt::Formatter<'_>,
    parts: impl IntoIterator<Item = T>,
    write: impl Fn(&mut fmt::Formatter<'_>, T) -> fmt::Result,
) -> fmt::Result {
    for (at, part) in parts.into_iter().enumerate() {
        if at > 0 {
            f.write_char(',')?;
        }
        write(f, part)?;
    }
    Ok(())
}

/// The shortest form that is read back as the same number.
fn write_number(f: &mut fmt::Formatter<'_>, number: f64) -> fmt::Result {
    if !number.is_finite() {
        f.write_str("null")
    } else if number.fract() == 0.0 && number.abs() < 1e15 && !(number == 0.0 && number.is_sign_negative()) {
        write!(f, "{}", number as i64)
    } else {
        write!(f, "{number:?}")
    }
}

fn write_text(f: &mut fmt::Formatter<'_>, text: &str) -> fmt::Result {
    f.write_char('"')?;
    for c in text.chars() {
        match c {
            '"' => f.write_str("\\\"")?,
            '\\' => f.write_str("\\\\")?,
            '\n' => f.write_str("\\n")?,
            '\r' => f.write_str("\\r")?,
            '\t' => f.write_str("\\t")?,
            c if u32::from(c) < 0x20 => write!(f, "\\u{:04x}", u32::from(c))?,
            c => f.write_char(c)?,
        }
    }
    f.write_char('"')
}
