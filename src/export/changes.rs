//! What changed between two editions, as a table to take away.

use statcube::Cube;

use super::table::{raw, write};
use crate::present::ChangeLine;

/// The lines as CSV: codes and numbers for machines, the rest as shown. Begins with a
/// byte-order mark, without which spreadsheets read it as something other than UTF-8.
pub fn changes_csv(lines: &[ChangeLine], cube: &Cube, measure: usize) -> String {
    let mut text = String::from("\u{feff}");
    let texts = |texts: &[&str]| texts.iter().map(|text| (*text).to_owned()).collect::<Vec<_>>();
    let mut header = texts(&["dataset", "measure"]);
    header.extend(cube.dimensions().iter().map(|dimension| dimension.id.clone()));
    header.extend(texts(&[
        "figure",
        "change",
        "earlier_edition",
        "earlier_value",
        "earlier_shown",
        "later_edition",
        "later_value",
        "later_shown",
        "difference",
    ]));
    write(&mut text, header);
    let measure = cube.measures().get(measure).map_or("", |measure| measure.id.as_str());
    for line in lines {
        let number = |value: Option<f64>| value.map(raw).unwrap_or_default();
        let difference = line.values.1.zip(line.values.0).map(|(later, earlier)| later - earlier);
        let mut row = texts(&[cube.id(), measure]);
        row.extend(line.codes.iter().cloned());
        row.extend(texts(&[&line.figure, line.kind, &line.editions.0]));
        row.extend([number(line.values.0), line.before.clone(), line.editions.1.clone()]);
        row.extend([number(line.values.1), line.after.clone()]);
        row.push(number(difference.filter(|_| !line.difference.is_empty())));
        write(&mut text, row);
    }
    text
}
