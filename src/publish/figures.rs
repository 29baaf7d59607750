//! The rows of a dataset's table as figures: which cell, which value, and whether it stands.

use statcube::Measure;
use statcube::map::{Map, Set};
use statcube::model::Disagreement;
use std::path::Path;

use super::problem::{Problem, Problems};
use super::publication::Publication;
use super::table::{Row, Table};

/// Columns that a table has beside its dimensions.
const FIGURE_COLUMNS: [&str; 4] = ["measure", "value", "source", "edition"];
const OPTIONAL_COLUMNS: [&str; 5] = ["low", "high", "status", "case", "remark"];

/// What a printed figure is to its cell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Case {
    /// The figure that stands.
    Stands,
    /// An earlier edition's value of the same series, since revised.
    Earlier,
    /// Anything else that disagrees: shown beside.
    Beside(Disagreement),
}

/// A printed figure.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Figure {
    pub line: usize,
    pub measure: String,
    /// Codes, in the order of the dataset's dimensions.
    pub codes: Vec<String>,
    pub value: Option<f64>,
    pub range: Option<(f64, f64)>,
    /// Status codes, as written in the snapshot.
    pub status: Set<String>,
    pub case: Case,
    pub remark: String,
    pub source: Option<String>,
    pub edition: String,
}

/// Reads the table of a dataset with these dimensions.
pub(super) fn read(
    path: &Path,
    publication: &Publication,
    dimensions: &[&str],
    measures: &[Measure],
    sources: &Map<String, statcube::Source>,
    problems: &mut Problems,
) -> Vec<Figure> {
    let required: Vec<&str> = ["measure"]
        .into_iter()
        .chain(dimensions.iter().copied())
        .chain(FIGURE_COLUMNS.into_iter().skip(1))
        .collect();
    let table = match Table::read(path, &required, |name| OPTIONAL_COLUMNS.contains(&name)) {
        Ok(table) => table,
        Err(problem) => {
            problems.push(problem);
            return Vec::new();
        }
    };
    let mut figures = Vec::with_capacity(table.rows.len());
    for row in &table.rows {
        match figure(&table, row, publication, dimensions, measures, sources) {
            Ok(figure) => figures.push(figure),
            Err(problem) => problems.push(problem),
        }
    }
    figures
}

fn figure(
    table: &Table,
    row: &Row,
    publication: &Publication,
    dimensions: &[&str],
    measures: &[Measure],
    sources: &Map<String, statcube::Source>,
) -> Result<Figure, Problem> {
    let id = table.cell(row, "measure");
    let Some(measure) = measures.iter().find(|measure| measure.id == id) else {
        let known: Vec<&str> = measures.iter().map(|measure| measure.id.as_str()).collect();
        let message = format!("There is no measure “{id}” in this dataset.");
        return Err(table.problem(row, "measure", message, format!("There are: {}.", known.join(", "))));
    };
    let withheld = withheld(table, row, measure)?;
    let value = if withheld.is_some() { None } else { number(table, row, "value")? };
    let range = match (number(table, row, "low")?, number(table, row, "high")?) {
        (None, None) => None,
        (Some(low), Some(high)) if low <= high => Some((low, high)),
        (Some(_), Some(_)) => {
            return Err(table.problem(row, "low", "The low end lies above the high end.", "Change the two."));
        }
        _ => {
            return Err(table.problem(
                row,
                "low",
                "A range needs both ends.",
                "Fill “low” and “high”, or neither.",
            ));
        }
    };
    let mut status: Set<String> = withheld.into_iter().collect();
    for word in table.cell(row, "status").split_whitespace() {
        let Some(entry) = publication.status.get(word) else {
            let known: Vec<&str> = publication.status.keys().map(String::as_str).collect();
            let message = format!("The status “{word}” is not declared.");
            return Err(table.problem(
                row,
                "status",
                message,
                format!("Declared are: {}.", known.join(", ")),
            ));
        };
        status.insert(entry.code.clone());
    }
    let is_withheld = status.iter().any(|code| measure.suppressed.contains_key(code));
    if value.is_none() && range.is_none() && !is_withheld {
        let advice = "Write the printed figure, or take the row out: a missing figure needs no row.";
        return Err(table.problem(row, "value", "The row has no figure.", advice));
    }
    let is_small =
        |value: f64| measure.suppressed.values().any(|&(least, most)| (least..=most).contains(&value));
    if is_withheld && (value.is_some() || range.is_some()) || value.is_some_and(is_small) {
        let most = measure.suppressed.values().map(|range| range.1).fold(0.0, f64::max);
        let advice = format!("Write “<{}” in its place.", most + 1.0);
        return Err(table.problem(row, "value", "The count is one that the measure withholds.", advice));
    }
    let case = match table.cell(row, "case") {
        "" => Case::Stands,
        "earlier" => Case::Earlier,
        "other" => Case::Beside(Disagreement::Conflict),
        "erratum" => Case::Beside(Disagreement::Erratum),
        word => {
            let message = format!("The case “{word}” is not known.");
            let advice = "Leave it empty for the figure that stands, or write earlier, other or erratum.";
            return Err(table.problem(row, "case", message, advice));
        }
    };
    let remark = table.cell(row, "remark").to_owned();
    if matches!(case, Case::Beside(_)) && remark.is_empty() {
        let advice = "Say what differs, in a few words.";
        return Err(table.problem(row, "remark", "A figure that does not stand needs a remark.", advice));
    }
    let source = table.cell(row, "source");
    if !sources.contains_key(source) {
        let message = match source {
            "" => "The figure has no source.".to_owned(),
            _ => format!("There is no source “{source}”."),
        };
        return Err(table.problem(row, "source", message, "Write the id of a row of the table of sources."));
    }
    let edition = table.cell(row, "edition").to_owned();
    if edition.is_empty() {
        return Err(table.problem(
            row,
            "edition",
            "The figure has no edition.",
            "Write the edition that printed it.",
        ));
    }
    Ok(Figure {
        line: row.line,
        measure: measure.id.clone(),
        codes: dimensions.iter().map(|dimension| table.cell(row, dimension).to_owned()).collect(),
        value,
        range,
        status,
        case,
        remark,
        source: Some(source.to_owned()),
        edition,
    })
}

/// The status of a figure that is printed as a small count: “<5”.
fn withheld(table: &Table, row: &Row, measure: &Measure) -> Result<Option<String>, Problem> {
    let written = table.cell(row, "value");
    let Some(below) = written.strip_prefix('<') else { return Ok(None) };
    let below = below.trim().parse::<f64>().ok();
    let declared = measure.suppressed.iter().find(|(_, range)| Some(range.1 + 1.0) == below);
    declared.map(|(code, _)| Some(code.clone())).ok_or_else(|| {
        let message = format!("“{written}” is not declared for “{}”.", measure.id);
        table.problem(
            row,
            "value",
            message,
            "Say with “small-counts” of the measure which counts are withheld.",
        )
    })
}

fn number(table: &Table, row: &Row, column: &str) -> Result<Option<f64>, Problem> {
    let written = table.cell(row, column);
    if written.is_empty() {
        return Ok(None);
    }
    let plain = written.bytes().all(|byte| byte.is_ascii_digit() || b"-.".contains(&byte));
    match written.parse::<f64>() {
        Ok(number) if plain && number.is_finite() => Ok(Some(number)),
        _ => {
            let advice = "Write digits only, with a point for decimals: 1234.5.";
            Err(table.problem(row, column, format!("“{written}” is not a number."), advice))
        }
    }
}
