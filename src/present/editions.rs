//! Revisions and disagreements in words: what stood before a figure, what others print
//! beside it, and the lines of a list of what changed between two editions.

use statcube::cube::{ChangedFigure, EditionDifference, Revision};
use statcube::model::Disagreement;
use statcube::{Cell, Cube, Measure, Period};

use super::{number, present};
use crate::i18n::Locale;

/// An edition by its name: “November 2020” where it is a period, else as written.
pub fn edition_name(edition: &str, locale: &Locale) -> String {
    Period::parse(edition).map_or_else(|| edition.to_owned(), |period| locale.period(period))
}

/// What stood before a cell's figure, and what others print for it.
pub(super) fn of_cell(
    cell: &Cell,
    cube: &Cube,
    measure: &Measure,
    locale: &Locale,
) -> (Vec<String>, Vec<String>) {
    let before = cell.vintages().split_last().map_or(&[][..], |(_, before)| before);
    let earlier = before.iter().rev().map(|vintage| {
        let (value, edition) =
            (number(vintage.value, measure, locale), edition_name(&vintage.edition, locale));
        locale.fill("earlier.value", &[("value", &value), ("edition", &edition)])
    });
    let beside = cell.conflicts().iter().map(|other| {
        let source = cube.parts().sources.get(&other.source);
        let publisher = source.and_then(|source| source.publisher.clone()).unwrap_or_default();
        let remarks: Vec<String> =
            [other.what.clone(), publisher].into_iter().filter(|remark| !remark.is_empty()).collect();
        let key = match other.kind {
            Disagreement::Conflict => "beside.conflict",
            Disagreement::Erratum => "beside.erratum",
        };
        let value = number(other.value, measure, locale);
        let told = locale.fill(key, &[("value", &value)]);
        match remarks.is_empty() {
            true => told,
            false => {
                let remarks = remarks.join(locale.text("list.groups"));
                locale.fill("beside.remark", &[("figure", &told), ("remark", &remarks)])
            }
        }
    });
    (earlier.collect(), beside.collect())
}

/// One figure that changed, as a line of a list.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ChangeLine {
    /// What the figure is about: “A place, November 2020”.
    pub figure: String,
    /// Codes of its categories, in the order of the cube's dimensions.
    pub codes: Vec<String>,
    /// Id of what happened: `revised`, `added`, `withdrawn`, `redefined`, `conflict`.
    pub kind: &'static str,
    /// What happened, in words.
    pub what: String,
    /// What was shown before; a dash where nothing was.
    pub before: String,
    /// What is shown now.
    pub after: String,
    /// “+19”, where it is a revision of one number.
    pub difference: String,
    /// The two numbers, where there are.
    pub values: (Option<f64>, Option<f64>),
    /// The two editions, as written.
    pub editions: (String, String),
}

fn categories(cell: &Cell, cube: &Cube, locale: &Locale) -> (String, Vec<String>) {
    let one = |place: usize| {
        let position = cell.category(place)?;
        let code = cube.dimensions().get(place)?.category(position)?.code.clone();
        Some((locale.category(cube, place, position), code))
    };
    let (names, codes): (Vec<String>, Vec<String>) = (0..cube.dimensions().len()).filter_map(one).unzip();
    (names.join(locale.text("list.separator")), codes)
}

fn signed(difference: f64, cube: &Cube, measure: usize, locale: &Locale) -> String {
    let decimals = cube.measures().get(measure).and_then(|measure| measure.decimals);
    locale.signed(difference, decimals)
}

fn what(kind: EditionDifference, locale: &Locale) -> String {
    locale.text(&format!("changes.{}", kind.id())).to_owned()
}

/// The lines for what changed from one edition's cube to a later one's.
pub fn change_lines(
    changed: &[ChangedFigure],
    earlier: (&Cube, &str),
    later: (&Cube, &str),
    locale: &Locale,
) -> Vec<ChangeLine> {
    let line = |changed: &ChangedFigure| {
        let own = changed.later.as_ref().map(|cell| (cell, later.0));
        let (cell, cube) = own.or(changed.earlier.as_ref().map(|cell| (cell, earlier.0)))?;
        let (figure, codes) = categories(cell, cube, locale);
        let shown = |cell: &Option<Cell>, cube: &Cube| {
            let shown = cell.as_ref().map(|cell| present(cell, cube, locale).text);
            shown.unwrap_or_else(|| locale.text("number.missing").to_owned())
        };
        let value = |cell: &Option<Cell>| cell.as_ref().and_then(Cell::value);
        Some(ChangeLine {
            figure,
            codes,
            kind: changed.kind.id(),
            what: what(changed.kind, locale),
            before: shown(&changed.earlier, earlier.0),
            after: shown(&changed.later, later.0),
            difference: changed
                .difference
                .map(|difference| signed(difference, cube, cell.measure(), locale))
                .unwrap_or_default(),
            values: (value(&changed.earlier), value(&changed.later)),
            editions: (earlier.1.to_owned(), later.1.to_owned()),
        })
    };
    changed.iter().filter_map(line).collect()
}

/// The lines for the revisions that a file keeps.
pub fn revision_lines(revisions: &[Revision], cube: &Cube, locale: &Locale) -> Vec<ChangeLine> {
    let line = |step: &Revision| {
        let measure = cube.measures().get(step.cell.measure())?;
        let (figure, codes) = categories(&step.cell, cube, locale);
        let shown = |vintage: &statcube::model::Vintage| {
            let (value, edition) =
                (number(vintage.value, measure, locale), edition_name(&vintage.edition, locale));
            locale.fill("earlier.value", &[("value", &value), ("edition", &edition)])
        };
        Some(ChangeLine {
            figure,
            codes,
            kind: EditionDifference::Revised.id(),
            what: what(EditionDifference::Revised, locale),
            before: shown(&step.earlier),
            after: shown(&step.later),
            difference: signed(step.difference(), cube, step.cell.measure(), locale),
            values: (Some(step.earlier.value), Some(step.later.value)),
            editions: (step.earlier.edition.clone(), step.later.edition.clone()),
        })
    };
    revisions.iter().filter_map(line).collect()
}
