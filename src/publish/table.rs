//! Comma-separated tables with a header, whose rows know their line.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::problem::Problem;

/// Reads a file of text.
pub(super) fn read_text(path: &Path) -> Result<String, Problem> {
    let bytes = std::fs::read(path).map_err(|error| {
        Problem::new(
            path,
            format!("The file cannot be read ({error})."),
            "Put it there, or correct its name.",
        )
    })?;
    let text = String::from_utf8(bytes)
        .map_err(|_| Problem::new(path, "The file is not UTF-8.", "Save it as UTF-8."))?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// A table.
#[derive(Debug)]
pub(super) struct Table {
    pub path: PathBuf,
    columns: HashMap<String, usize>,
    pub rows: Vec<Row>,
}

/// A row with the line on which it begins.
#[derive(Debug)]
pub(super) struct Row {
    pub line: usize,
    cells: Vec<String>,
}

impl Table {
    /// Reads a table that must have the columns `required`, and may have those that
    /// `optional` accepts.
    pub fn read(path: &Path, required: &[&str], optional: impl Fn(&str) -> bool) -> Result<Self, Problem> {
        let text = read_text(path)?;
        let mut reader = csv::ReaderBuilder::new().trim(csv::Trim::All).from_reader(text.as_bytes());
        let malformed = |error: csv::Error| {
            let line = error.position().map_or(1, |position| position.line() as usize);
            Problem::new(
                path,
                format!("The table is malformed: {error}."),
                "Each row needs as many cells as the header.",
            )
            .at_line(line)
        };
        let header = reader.headers().map_err(malformed)?.clone();
        let mut columns = HashMap::new();
        for (place, name) in header.iter().enumerate() {
            if !required.contains(&name) && !optional(name) {
                return Err(Problem::new(
                    path,
                    format!("The column “{name}” is not known."),
                    format!("Expected: {}.", required.join(", ")),
                )
                .at_line(1));
            }
            if columns.insert(name.to_owned(), place).is_some() {
                return Err(Problem::new(path, format!("The column “{name}” stands twice."), "Remove one.")
                    .at_line(1));
            }
        }
        if let Some(missing) = required.iter().find(|name| !columns.contains_key(**name)) {
            return Err(Problem::new(
                path,
                format!("The column “{missing}” is missing."),
                format!("The header needs: {}.", required.join(", ")),
            )
            .at_line(1));
        }
        let rows = reader
            .records()
            .map(|record| {
                let record = record.map_err(malformed)?;
                let line = record.position().map_or(0, |position| position.line() as usize);
                Ok(Row { line, cells: record.iter().map(str::to_owned).collect() })
            })
            .collect::<Result<_, Problem>>()?;
        Ok(Self { path: path.to_owned(), columns, rows })
    }

    /// The cell of a row in a column; empty where the table has no such column.
    pub fn cell<'a>(&self, row: &'a Row, column: &str) -> &'a str {
        self.columns.get(column).and_then(|&place| row.cells.get(place)).map_or("", String::as_str)
    }

    /// The names of the columns.
    pub fn columns(&self) -> impl Iterator<Item = &str> {
        self.columns.keys().map(String::as_str)
    }

    /// A problem in a cell.
    pub fn problem(
        &self,
        row: &Row,
        column: &str,
        message: impl Into<String>,
        advice: impl Into<String>,
    ) -> Problem {
        Problem::new(&self.path, message, advice).at_line(row.line).in_column(format!("“{column}”"))
    }
}
