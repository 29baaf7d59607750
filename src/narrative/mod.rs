//! Sentences from cells, as an editor at the agency would write them: totals or their
//! bounds, change, ranked shares, what is missing, what is estimated, who counted.
//!
//! May use the engine, [`crate::i18n`] and [`crate::present`]. Every number in a sentence is
//! the text of a presented cell or comes from the engine's own derivations; wording comes
//! from the language file and from the publisher's templates.

mod change;
mod comparison;
mod headline;
mod sentences;
mod shares;
mod template;

pub use comparison::comparison;
pub use headline::{HeadlineFigure, SplitPart, headline};
pub use sentences::{later_range, sentences, sentences_of};

use statcube::map::Set;

use statcube::{Cell, Cube};

use crate::i18n::Locale;
use crate::present::{Flag, Presented, present};

/// One sentence, with everything that must travel with it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Sentence {
    /// The words.
    pub text: String,
    /// Positions in [`Cube::notes`] of the notes that hold.
    pub notes: Vec<usize>,
    /// What qualifies its numbers.
    pub flags: Vec<Flag>,
    /// The cells it tells.
    pub cells: Vec<Cell>,
    /// Ids of the sources.
    pub sources: Vec<String>,
}

impl Sentence {
    /// A sentence about these cells. Figures that are made up are said to be so in it.
    fn about(text: String, cells: &[&Cell], cube: &Cube, locale: &Locale) -> Self {
        let (mut notes, mut flags, mut sources) = (Set::new(), Set::new(), Set::new());
        for cell in cells {
            let Presented { notes: more, flags: marks, .. } = present(cell, cube, locale);
            notes.extend(more);
            flags.extend(marks);
            sources.extend(cell.sources().iter().cloned());
        }
        let text = capitalised(&text);
        let text = match cube.parts().illustrative {
            true => locale.fill("sentence.illustrative", &[("sentence", &text)]),
            false => text,
        };
        Self {
            text,
            notes: notes.into_iter().collect(),
            flags: flags.into_iter().collect(),
            cells: cells.iter().map(|&cell| cell.clone()).collect(),
            sources: sources.into_iter().collect(),
        }
    }
}

/// The text with a capital at its start.
pub(crate) fn capitalised(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The text as it stands within a sentence: without the capital of a label, unless the
/// label begins with an acronym.
fn within_sentence(label: &str) -> String {
    let mut letters = label.chars();
    let Some(first) = letters.next() else { return String::new() };
    let rest = letters.as_str();
    match rest.chars().next() {
        Some(second) if second.is_lowercase() => first.to_lowercase().chain(rest.chars()).collect(),
        _ => label.to_owned(),
    }
}
