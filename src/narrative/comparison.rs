//! Two choices side by side, as one sentence that can be quoted.

use std::sync::Arc;

use statcube::{Cell, Cube, GroupResult, Query};

use super::sentences::{qualified_in_words, total_in_words};
use super::{Sentence, capitalised};
use crate::i18n::Locale;
use crate::present::compared;

/// What two choices leave, A and B, each with what qualifies it; their difference and ratio
/// where they are comparable, else why not. It carries the notes and the sources of both.
pub fn comparison(cube: &Arc<Cube>, (a, b): (&Query, &Query), locale: &Locale) -> Option<Sentence> {
    let sides = [side(cube, a)?, side(cube, b)?];
    let cells: Vec<&Cell> = sides.iter().map(|(_, _, cell)| cell).collect();
    let named = |name: &str, what: &str| locale.fill("compare.name", &[("letter", name), ("what", what)]);
    let mut told = Vec::new();
    for ((query, _, cell), letter) in sides.iter().zip(["A", "B"]) {
        told.push(named(letter, &capitalised(&total_in_words(cube, query, cell, locale)?)));
        told.extend(qualified_in_words(cube, cell, locale));
    }
    let [(_, first, _), (_, second, _)] = &sides;
    match compared(first, second, locale) {
        Ok(together) => {
            let difference = named(locale.text("compare.difference"), &together.difference);
            let ratio = together.ratio.map(|ratio| named(locale.text("compare.ratio"), &ratio));
            told.extend([Some(difference), ratio].into_iter().flatten().map(|words| format!("{words}.")));
        }
        Err(reason) => told.push(reason),
    }
    Some(Sentence::about(told.join(" "), &cells, cube, locale))
}

/// The question of one side without groupings, with its answer.
fn side(cube: &Arc<Cube>, query: &Query) -> Option<(Query, GroupResult, Cell)> {
    let query = Query { groupings: vec![Vec::new()], linked: false, top: Vec::new(), ..query.clone() };
    let result = cube.run(&query).groups.into_iter().next()?;
    let cell = result.cell(0)?;
    Some((query, result, cell))
}
