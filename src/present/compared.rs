//! Two figures side by side in words: difference and ratio where the engine finds the two
//! comparable, else why there are none.

use statcube::cube::{Change, NotComparable, compare};
use statcube::{Cell, Cube, DimensionRole, GroupResult, StatisticKind};

use super::counted_noun;
use crate::i18n::Locale;

/// What is said of two comparable figures.
#[derive(Debug, Clone, PartialEq)]
pub struct Compared {
    /// The numbers. A ratio that means nothing is left out.
    pub change: Change,
    /// “+3,204 arrivals”; of two percentages, in points.
    pub difference: String,
    /// “1.4 (+40%)”.
    pub ratio: Option<String>,
}

/// The first figures of two answers, A and B, together.
///
/// # Errors
/// Why they are not compared, as a sentence.
pub fn compared(a: &GroupResult, b: &GroupResult, locale: &Locale) -> Result<Compared, String> {
    let cube = a.cube();
    match compare((a, 0), (b, 0)) {
        Ok(change) => Ok(told(cube, a.cell(0).map_or(0, |cell| cell.measure()), change, locale)),
        Err(reason) => Err(why_not(cube, [a.cell(0), b.cell(0)], &reason, locale)),
    }
}

fn told(cube: &Cube, measure: usize, change: Change, locale: &Locale) -> Compared {
    let known = cube.measures().get(measure);
    let (decimals, unit) = known.map_or((None, None), |measure| (measure.decimals, measure.unit.as_deref()));
    let signed = locale.signed(change.difference, decimals);
    let difference = match unit {
        // The difference of two percentages is in points.
        Some("%") => locale.fill("compare.points", &[("number", &signed)]),
        Some(unit) => {
            let unit = locale.unit(unit, change.difference.abs(), decimals);
            locale.fill("value.with-unit", &[("value", &signed), ("unit", &unit)])
        }
        None => signed,
    };
    let is_rate = known.is_some_and(|measure| measure.kind == StatisticKind::Rate);
    let change = Change { ratio: change.ratio.filter(|ratio| !is_rate && *ratio >= 0.0), ..change };
    let ratio = change.ratio.map(|ratio| {
        let times = locale.number(ratio, Some(if ratio < 10.0 { 2 } else { 0 }));
        let percent = locale.signed_percent(((ratio - 1.0) * 100.0).round(), Some(0));
        locale.fill("compare.times", &[("times", &times), ("percent", &percent)])
    });
    Compared { change, difference, ratio }
}

fn why_not(cube: &Cube, sides: [Option<Cell>; 2], reason: &NotComparable, locale: &Locale) -> String {
    let is_refused = |cell: &Option<Cell>| cell.as_ref().is_some_and(|cell| !cell.refusals().is_empty());
    if let Some((_, letter)) = sides.iter().zip(["A", "B"]).find(|(cell, _)| is_refused(cell)) {
        return locale.fill("compare.no-total", &[("letter", letter)]);
    }
    let [a, b] = &sides;
    let noun = |count: usize| {
        let time = cube.dimension_with_role(DimensionRole::Time).unwrap_or_default();
        format!("{} {}", locale.number(count as f64, None), counted_noun(cube, time, count, locale))
    };
    match reason {
        NotComparable::Lengths(first, second) => {
            locale.fill("compare.lengths", &[("a", &noun(*first)), ("b", &noun(*second))])
        }
        NotComparable::Parts(..) => {
            let count = |cell: &Option<Cell>| {
                let (observed, of) = cell.as_ref().map_or((0, 0), |cell| (cell.observed(), cell.of()));
                let number = |count: u32| locale.number(f64::from(count), None);
                locale.fill("compare.published", &[("observed", &number(observed)), ("of", &number(of))])
            };
            locale.fill("compare.parts", &[("a", &count(a)), ("b", &count(b))])
        }
        NotComparable::Break => locale.text("compare.break").to_owned(),
        _ => locale.text("compare.missing").to_owned(),
    }
}
