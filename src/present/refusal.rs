//! Why there is no total, in words: what is not shown, the bounds, the reason, what to use.

use statcube::model::CellIndex;
use statcube::{Cell, Cube, DimensionRole, NotSummarizable, Refusal};

use super::summary::{counted_noun, dimension_name, dimension_noun};
use crate::i18n::Locale;

/// A refused total in words.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct RefusalText {
    /// “No total for the two countries”.
    pub heading: String,
    /// “between 2,703 and 3,790”, with its unit; absent where there are no bounds.
    pub bounds: Option<String>,
    /// Why, in one or two sentences: the publisher's, else in the terms of the literature.
    pub reason: String,
    /// Which parts were counted, where some are missing.
    pub counted: Option<String>,
    /// What to use instead.
    pub advice: Option<String>,
}

/// A refusal in one sentence or two.
pub fn refusal_message(refusal: &Refusal, cell: &Cell, cube: &Cube, locale: &Locale) -> String {
    let heading = heading(refusal, cube, locale);
    locale.fill(
        "refusal.message",
        &[("heading", &heading), ("reason", &refusal_reason(refusal, cell, cube, locale))],
    )
}

pub(super) fn text(cell: &Cell, cube: &Cube, bounds: Option<String>, locale: &Locale) -> Option<RefusalText> {
    // A reader is told first what is gravest: what means nothing, then what nobody said,
    // then what overlaps.
    let grave = |refusal: &&Refusal| match refusal.reason {
        NotSummarizable::None => 0,
        NotSummarizable::Unknown => 1,
        NotSummarizable::Overlap => 2,
    };
    let refusal = cell.refusals().iter().min_by_key(grave)?;
    let advice = refusal.advice.clone();
    Some(RefusalText {
        heading: heading(refusal, cube, locale),
        bounds,
        reason: refusal_reason(refusal, cell, cube, locale),
        counted: counted(refusal, cell, cube, locale),
        advice: advice
            .or_else(|| Some(locale.text(&format!("refusal.advice.{}", refusal.reason.id())).to_owned())),
    })
}

fn heading(refusal: &Refusal, cube: &Cube, locale: &Locale) -> String {
    let noun = counted_noun(cube, refusal.dimension, refusal.categories.len(), locale);
    let count = count_in_words(refusal.categories.len(), locale);
    locale.fill("refusal.heading", &[("count", &count), ("noun", &noun)])
}

/// A small count as a word, a greater one in digits.
pub(crate) fn count_in_words(count: usize, locale: &Locale) -> String {
    let numeral = format!("numeral.{count}");
    if locale.has(&numeral) { locale.text(&numeral).to_owned() } else { locale.number(count as f64, None) }
}

/// Why, in the publisher's words, else in the terms of the literature.
pub(crate) fn refusal_reason(refusal: &Refusal, cell: &Cell, cube: &Cube, locale: &Locale) -> String {
    if let Some(why) = refusal.why.as_ref().filter(|why| !why.trim().is_empty()) {
        return why.clone();
    }
    let counts = cube.measures().get(cell.measure()).and_then(|measure| measure.counts.as_deref());
    let key = match (refusal.reason, counts) {
        (NotSummarizable::Overlap, Some("events")) => "refusal.overlap.events",
        (NotSummarizable::Overlap, Some("people")) => "refusal.overlap.people",
        (NotSummarizable::Overlap, _) => "refusal.overlap",
        (NotSummarizable::None, _) => "refusal.none",
        (NotSummarizable::Unknown, _) => "refusal.unknown",
    };
    let dimension = dimension_name(cube, refusal.dimension, locale);
    locale.fill(key, &[("measure", &locale.measure(cube, cell.measure())), ("dimension", &dimension)])
}

/// “Only published months are counted: A 43 of 66, B 8 of 66.” Absent where nothing is
/// missing, or where there are too many categories to name.
fn counted(refusal: &Refusal, cell: &Cell, cube: &Cube, locale: &Locale) -> Option<String> {
    if cell.observed() == cell.of() || cell.observed() == 0 || refusal.categories.len() > 8 {
        return None;
    }
    let column = cube.column(cell.measure())?;
    let strides = cube.strides();
    let mut parts = Vec::with_capacity(refusal.categories.len());
    for &category in &refusal.categories {
        let mut indices = vec![0usize];
        for (place, positions) in cell.selection().iter().enumerate() {
            let stride = strides.get(place).copied()?;
            let single = [category];
            let positions = if place == refusal.dimension { &single[..] } else { positions };
            indices = indices
                .iter()
                .flat_map(|&base| positions.iter().map(move |&p| base + p as usize * stride))
                .collect();
        }
        let observed = indices.iter().filter(|&&index| column.is_observed(CellIndex(index))).count();
        let args = [
            ("category", locale.category(cube, refusal.dimension, category)),
            ("observed", locale.number(observed as f64, None)),
            ("of", locale.number(indices.len() as f64, None)),
        ];
        parts.push(
            locale
                .fill("refusal.counted-part", &args.each_ref().map(|(name, value)| (*name, value.as_str()))),
        );
    }
    let many = |(place, positions): (usize, &Vec<u32>)| {
        (place != refusal.dimension && positions.len() > 1).then_some(place)
    };
    let rolled: Vec<usize> = cell.selection().iter().enumerate().filter_map(many).collect();
    let is_months = match rolled.as_slice() {
        [one] => {
            cube.dimensions().get(*one).is_some_and(|dimension| dimension.role == DimensionRole::Time)
                && dimension_noun(cube, *one) == "noun.month"
        }
        _ => false,
    };
    let key = if is_months { "refusal.counted-months" } else { "refusal.counted" };
    Some(locale.fill(key, &[("parts", &parts.join(locale.text("list.separator")))]))
}
