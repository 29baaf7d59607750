//! Figures taken away: tables, files of the view, quotes and citations.
//!
//! May use everything below: cells, presented texts, sentences, scenes. Text in, text out;
//! no browser, no clock. Whatever leaves says which edition it comes from, by whom, and the
//! hash of the file.

mod changes;
mod citation;
mod compared;
mod json_stat;
mod svg;
mod table;
mod workbook;

pub use changes::changes_csv;
pub use citation::{CitationLength, Quote, citation, origin, quote, quote_all, quote_without_notes};
pub use json_stat::json_stat;
pub use svg::{inline_svg, svg};
pub use table::{csv, guarded};
pub use workbook::workbook;

use std::sync::Arc;

use statcube::{Cube, Period, Query, Snapshot};

use crate::i18n::Locale;

/// A format of tables.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportFormat {
    /// Comma-separated values.
    Csv,
    /// A workbook of Excel.
    Xlsx,
    /// JSON-stat 2.0.
    JsonStat,
}

impl ExportFormat {
    /// All of them.
    pub const ALL: [Self; 3] = [Self::Csv, Self::Xlsx, Self::JsonStat];

    /// The word used in links, attributes and messages.
    pub fn id(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::JsonStat => "json-stat",
        }
    }

    /// How a file's name ends, without the dot.
    pub fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
            Self::JsonStat => "json",
        }
    }

    /// The media type.
    pub fn mime(self) -> &'static str {
        match self {
            Self::Csv => "text/csv;charset=utf-8",
            Self::Xlsx => "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
            Self::JsonStat => "application/json",
        }
    }
}

/// How much is taken away.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum ExportScope {
    /// What the filters leave of the dataset in view.
    View,
    /// All datasets and measures.
    Whole,
}

impl ExportScope {
    /// Both.
    pub const ALL: [Self; 2] = [Self::View, Self::Whole];

    /// The word used in links, attributes and messages.
    pub fn id(self) -> &'static str {
        match self {
            Self::View => "view",
            Self::Whole => "whole",
        }
    }
}

/// What is in view, and what goes with it wherever it goes.
#[derive(Debug, Clone, Copy)]
pub struct ExportContext<'a> {
    /// The snapshot that the cube is of.
    pub snapshot: Option<&'a Snapshot>,
    /// The dataset in view.
    pub cube: &'a Arc<Cube>,
    /// What is asked of it. Without a grouping, each single figure is listed.
    pub query: &'a Query,
    /// What the reader compares it with: side A, `query` being side B.
    pub against: Option<&'a Query>,
    /// The reader's language.
    pub locale: &'a Locale,
    /// SHA-256 of the snapshot's file, in hexadecimal digits.
    pub sha256: Option<&'a str>,
    /// Address of the view.
    pub address: Option<&'a str>,
    /// “saved 3 days ago · offline”, where that holds.
    pub saved: Option<&'a str>,
    /// Whether a CSV begins with a byte-order mark, without which spreadsheets read it as
    /// something other than UTF-8.
    pub byte_order_mark: bool,
    /// Whether a row of HXL tags follows the header of a CSV.
    pub hxl: bool,
}

impl<'a> ExportContext<'a> {
    /// A context for a cube and query, with nothing else known; for files, with a byte-order mark.
    pub fn new(cube: &'a Arc<Cube>, query: &'a Query, locale: &'a Locale) -> Self {
        Self {
            snapshot: None,
            cube,
            query,
            against: None,
            locale,
            sha256: None,
            address: None,
            saved: None,
            byte_order_mark: true,
            hxl: false,
        }
    }

    /// The edition as the file writes it.
    fn edition(&self) -> Option<&'a str> {
        self.snapshot?.profile.edition.as_deref()
    }

    /// The edition in words: “January 2024”.
    fn edition_in_words(&self) -> Option<String> {
        let edition = self.edition()?;
        Some(Period::parse(edition).map_or_else(|| edition.to_owned(), |period| self.locale.period(period)))
    }

    /// When the edition was published, as the file writes it.
    fn published(&self) -> Option<&'a str> {
        let updated = self.snapshot.and_then(|snapshot| snapshot.updated.as_deref());
        updated.or(self.cube.parts().updated.as_deref())
    }

    /// Whose figures the edition has.
    fn publisher(&self) -> Option<&'a str> {
        let publisher = self.snapshot.and_then(|snapshot| snapshot.profile.publisher.as_deref());
        publisher.or(self.cube.parts().source.as_deref())
    }

    /// Whether the edition as a whole may change.
    fn is_provisional(&self) -> bool {
        self.snapshot.is_some_and(|snapshot| snapshot.profile.provisional)
    }

    fn is_illustrative(&self) -> bool {
        self.cube.parts().illustrative || self.snapshot.is_some_and(|snapshot| snapshot.profile.illustrative)
    }
}

/// The bytes of a file; for a workbook the JSON from which the crate `xlsx` writes it.
pub fn export(format: ExportFormat, scope: ExportScope, cx: &ExportContext<'_>) -> Vec<u8> {
    match format {
        ExportFormat::Csv => csv(scope, cx),
        ExportFormat::Xlsx => workbook(scope, cx),
        ExportFormat::JsonStat => json_stat(scope, cx),
    }
    .into_bytes()
}

/// A file's name: dataset, edition, extension, in letters that every system takes.
pub fn file_name(format: ExportFormat, scope: ExportScope, cx: &ExportContext<'_>) -> String {
    let subject = match scope {
        ExportScope::View => Some(cx.cube.id()),
        ExportScope::Whole => {
            cx.snapshot.and_then(|snapshot| snapshot.label.as_deref()).or(Some(cx.cube.id()))
        }
    };
    let is_pair = scope == ExportScope::View && compared::Pair::of(cx).is_some();
    let parts = [
        subject,
        is_pair.then_some("compared"),
        cx.edition(),
        cx.is_illustrative().then_some("illustrative"),
    ];
    let plain = |text: &str| {
        let kept: String = text
            .chars()
            .map(|c| if c.is_ascii_alphanumeric() { c.to_ascii_lowercase() } else { '-' })
            .collect();
        let words: Vec<&str> = kept.split('-').filter(|word| !word.is_empty()).take(12).collect();
        words.join("-")
    };
    let parts: Vec<String> = parts.into_iter().flatten().map(plain).filter(|part| !part.is_empty()).collect();
    let name = if parts.is_empty() { "figures".to_owned() } else { parts.join("_") };
    format!("{name}.{}", format.extension())
}
