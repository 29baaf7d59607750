//! Workbooks of Excel, from JSON: the one second module of the widget. Its code is fetched
//! when a reader asks for a workbook, since it is large.
//!
//! Owns how rows become cells: what is a number, what is a heading, how wide a column is. May
//! depend on a writer of workbooks. Has no opinion on what the rows say: that is
//! `mixed_movements::export::workbook`, which writes the JSON that is read here.

use rust_xlsxwriter::{
    DocProperties, Format, FormatAlign, Workbook, Worksheet, XlsxError, utility::check_sheet_name,
};
use wasm_bindgen::prelude::wasm_bindgen;

/// A workbook as it is told.
#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Told {
    title: String,
    /// Whose figures these are, of which edition: a property of the file.
    subject: String,
    /// Whether columns run from right to left.
    right_to_left: bool,
    sheets: Vec<Sheet>,
}

#[derive(Debug, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct Sheet {
    name: String,
    /// Names of the columns; without them the first column names the second.
    header: Vec<String>,
    /// Which columns hold numbers; where it is short, the rest does not.
    numbers: Vec<bool>,
    rows: Vec<Vec<String>>,
}

/// Letters that fit into a cell.
const MOST_LETTERS: usize = 32_767;

/// The bytes of a workbook.
///
/// # Errors
/// What is wrong with the JSON, or which limit of Excel is passed.
#[wasm_bindgen]
pub fn workbook(json: &str) -> Result<Vec<u8>, String> {
    let told: Told = serde_json::from_str(json).map_err(|error| error.to_string())?;
    write(&told).map_err(|error| error.to_string())
}

fn write(told: &Told) -> Result<Vec<u8>, XlsxError> {
    let mut workbook = Workbook::new();
    workbook.set_properties(&DocProperties::new().set_title(&told.title).set_subject(&told.subject));
    for (place, sheet) in told.sheets.iter().enumerate() {
        let worksheet = workbook.add_worksheet();
        // A name that Excel refuses is worth less than the figures.
        let name: String = sheet.name.chars().take(31).collect();
        let fallback = format!("{}", place + 1);
        worksheet.set_name(if check_sheet_name(&name).is_ok() { &name } else { &fallback })?;
        worksheet.set_right_to_left(told.right_to_left);
        match sheet.header.is_empty() {
            true => write_texts(worksheet, sheet)?,
            false => write_table(worksheet, sheet)?,
        }
    }
    workbook.save_to_buffer()
}

/// Names and what they name, wrapped so that it can be read and printed.
fn write_texts(worksheet: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let name = Format::new().set_bold().set_align(FormatAlign::Top);
    let text = Format::new().set_text_wrap().set_align(FormatAlign::Top);
    worksheet.set_column_width(0, 24)?;
    worksheet.set_column_width(1, 96)?;
    for (row, texts) in (0u32..).zip(&sheet.rows) {
        for ((column, cell), format) in (0u16..).zip(texts).zip([&name, &text]) {
            worksheet.write_string_with_format(row, column, fitting(cell), format)?;
        }
    }
    Ok(())
}

/// A table with headings that stay in sight and can be filtered.
fn write_table(worksheet: &mut Worksheet, sheet: &Sheet) -> Result<(), XlsxError> {
    let heading = Format::new().set_bold();
    let mut widths: Vec<usize> = Vec::new();
    for (column, name) in (0u16..).zip(&sheet.header) {
        worksheet.write_string_with_format(0, column, fitting(name), &heading)?;
        widths.push(name.chars().count());
    }
    for (row, cells) in (1u32..).zip(&sheet.rows) {
        for ((place, column), cell) in (0usize..).zip(0u16..).zip(cells) {
            if let Some(width) = widths.get_mut(place) {
                *width = (*width).max(cell.chars().count());
            }
            let number = match sheet.numbers.get(place) {
                Some(true) => cell.parse::<f64>().ok().filter(|number| number.is_finite()),
                _ => None,
            };
            match number {
                Some(number) => worksheet.write_number(row, column, number)?,
                // A cell without text is no cell: missing is not zero.
                None if cell.is_empty() => continue,
                // Text is never read as a formula.
                None => worksheet.write_string(row, column, fitting(cell))?,
            };
        }
    }
    for (column, width) in (0u16..).zip(widths) {
        worksheet.set_column_width(column, width.clamp(8, 40) as f64 + 2.0)?;
    }
    worksheet.set_freeze_panes(1, 0)?;
    let last_column = u16::try_from(sheet.header.len().saturating_sub(1)).unwrap_or(u16::MAX);
    if let Ok(last_row) = u32::try_from(sheet.rows.len())
        && last_row > 0
    {
        worksheet.autofilter(0, 0, last_row, last_column)?;
    }
    Ok(())
}

/// As much of a text as fits into a cell.
fn fitting(text: &str) -> String {
    match text.char_indices().nth(MOST_LETTERS - 1) {
        Some((at, _)) if text.chars().nth(MOST_LETTERS).is_some() => {
            format!("{}…", text.get(..at).unwrap_or_default())
        }
        _ => text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TOLD: &str = r#"{"title":"T","subject":"S","rightToLeft":false,"sheets":[
        {"name":"Figures","header":["country","value"],"numbers":[false,true],"rows":[["=1+1","237"],["BIH",""]]},
        {"name":"a/b","header":[],"numbers":[],"rows":[["Edition","January 2024"]]}]}"#;

    #[test]
    fn a_workbook_is_a_zip_file() {
        let bytes = workbook(TOLD).unwrap();
        assert!(bytes.starts_with(b"PK\x03\x04"));
    }

    #[test]
    fn what_is_no_workbook_is_refused_with_a_reason() {
        assert!(workbook("{").unwrap_err().contains("EOF"));
        assert!(workbook(r#"{"title":"T"}"#).unwrap_err().contains("missing field"));
    }

    #[test]
    fn a_text_is_cut_only_where_it_does_not_fit() {
        let long = "ö".repeat(MOST_LETTERS + 1);
        assert_eq!(fitting(&long).chars().count(), MOST_LETTERS);
        assert!(fitting(&long).ends_with('…'));
        let just = "ö".repeat(MOST_LETTERS);
        assert_eq!(fitting(&just), just);
    }
}
