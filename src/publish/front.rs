//! What the app's page shows until its program runs, and where it cannot run: heading, key
//! figures, the chart of a figure that is split, sentences, notes. It stands where the program
//! will put the same (`src/ui/components/key_figures.rs`), made by the same words and scenes,
//! so that nothing moves when the program comes.

use std::fmt::Write as _;
use std::path::Path;

use statcube::jsonstat::{self, DecodeOptions};
use statcube::{Cube, Period, Snapshot};

use super::index::sha256;
use super::problem::Problem;
use super::render::{escaped, headline_sentences, locale, read, whose};
use crate::chart::{ChartKind, ChartOptions, Frame, Theme, WidthTable, layout, tokens};
use crate::export::{ExportContext, inline_svg};
use crate::i18n::Locale;
use crate::narrative::{HeadlineFigure, headline};
use crate::present::{Flag, Presented};
use crate::state::linked;

/// Widths in CSS pixels for which a chart is drawn; `www/styles/page.css` shows the one that
/// the screen has room for.
const WIDTHS_CSS_PX: [u16; 5] = [288, 328, 366, 480, 712];

/// The first screen of the page of the snapshot in a file, as a part of an HTML page. It names
/// the hash of the file.
///
/// # Errors
/// A file that cannot be read, or a language that is not there.
pub fn front(path: &Path, lang: Option<&str>) -> Result<String, Problem> {
    let bytes = read(path)?;
    let snapshot = jsonstat::decode(&bytes, &DecodeOptions::default())
        .map_err(|error| Problem::new(path, error.to_string(), "Build it anew."))?;
    let locale = locale(lang).map_err(|message| Problem::new(path, message, "Choose one of them."))?;
    let figures = headline(&snapshot, &locale);
    let mut front = Front { locale: &locale, snapshot: &snapshot, notes: Vec::new(), out: String::new() };
    let direction = if locale.is_right_to_left() { "rtl" } else { "ltr" };
    front.line(&format!(
        "<div class=\"front\" lang=\"{}\" dir=\"{direction}\" data-sha256=\"{}\">",
        escaped(locale.tag()),
        sha256(&bytes)
    ));
    front.line("<p class=\"top\"><b>mixed-movements</b></p>");
    front.number_notes(&figures);
    front.strip();
    front.heading();
    front.key_figures(&figures);
    front.sentences(&figures);
    front.notes();
    front.out.push_str("</div>\n");
    Ok(front.out)
}

/// The part of a page, as far as it is written.
struct Front<'a> {
    locale: &'a Locale,
    snapshot: &'a Snapshot,
    /// Texts of the notes, in the order of their numbers.
    notes: Vec<String>,
    out: String,
}

impl Front<'_> {
    fn line(&mut self, html: &str) {
        let _ = writeln!(self.out, "{html}");
    }

    /// Numbers the notes as the page does: by their first appearance.
    fn number_notes(&mut self, figures: &[HeadlineFigure]) {
        for figure in figures {
            let Some(cube) = self.snapshot.dataset(&figure.dataset) else { continue };
            let parts = figure.split.iter().flat_map(|part| &part.presented.notes);
            let told = figure.sentence.iter().flat_map(|sentence| &sentence.notes);
            for &note in figure.presented.notes.iter().chain(parts).chain(told) {
                let text = cube.notes().get(note).map(|note| self.locale.note(note));
                if let Some(text) = text
                    && !self.notes.iter().any(|known| known == text)
                {
                    self.notes.push(text.to_owned());
                }
            }
        }
    }

    /// The numbers of notes, as they stand behind a figure; in brackets for who copies both.
    fn marks(&self, cube: &Cube, notes: &[usize]) -> String {
        let texts = notes.iter().filter_map(|&note| Some(self.locale.note(cube.notes().get(note)?)));
        let mut numbers: Vec<usize> =
            texts.filter_map(|text| self.notes.iter().position(|known| known == text)).collect();
        numbers.sort_unstable();
        numbers.dedup();
        let marks: Vec<String> = numbers.iter().map(|number| (number + 1).to_string()).collect();
        if marks.is_empty() {
            String::new()
        } else {
            format!("<sup><i>[</i>{}<i>]</i></sup>", marks.join(" "))
        }
    }

    fn period(&self, text: &str) -> String {
        Period::parse(text).map_or_else(|| text.to_owned(), |period| self.locale.period(period))
    }

    fn heading(&mut self) {
        let (locale, profile) = (self.locale, &self.snapshot.profile);
        let first = self.snapshot.datasets.first().map(|cube| locale.title(cube));
        let title = locale.snapshot_title(self.snapshot).or(first).unwrap_or_default();
        let updated = self.snapshot.updated.as_deref().map(|date| date.get(..10).unwrap_or(date));
        let pairs = [
            ("ui.edition", profile.edition.as_deref().map(|edition| self.period(edition))),
            ("ui.figures-by", profile.publisher.clone()),
            ("ui.published", updated.map(|date| self.period(date))),
        ];
        let mut list: String = pairs
            .into_iter()
            .filter_map(|(key, value)| Some((locale.text(key), value?)))
            .map(|(key, value)| format!("<div><dt>{}</dt><dd>{}</dd></div>", escaped(key), escaped(&value)))
            .collect();
        if profile.provisional {
            let status = escaped(locale.text("ui.status"));
            let flag = self.flags(&[Flag::Provisional]);
            let _ = write!(list, "<div><dt class=\"told\">{status}</dt><dd>{flag}</dd></div>");
        }
        let html = format!("<header>\n<div><h1>{}</h1>\n<dl>{list}</dl></div>\n</header>", escaped(title));
        self.line(&html);
    }

    /// That figures are made up, before any of them.
    fn strip(&mut self) {
        let of_dataset = self.snapshot.datasets.iter().any(|cube| cube.parts().illustrative);
        if self.snapshot.profile.illustrative || of_dataset {
            let flag = self.flags(&[Flag::Illustrative]);
            let words = escaped(self.locale.text("ui.illustrative"));
            self.line(&format!("<p class=\"strip\">{flag} {words}</p>"));
        }
    }

    fn flags(&self, flags: &[Flag]) -> String {
        let flags = flags.iter().map(|flag| {
            format!("<span class=\"flag {}\">{}</span>", flag.id(), escaped(&flag.word(self.locale)))
        });
        flags.collect::<Vec<_>>().join(" ")
    }

    fn key_figures(&mut self, figures: &[HeadlineFigure]) {
        if figures.is_empty() {
            return;
        }
        let locale = self.locale;
        let edition = self.snapshot.profile.edition.as_deref().and_then(Period::parse);
        let heading = match edition {
            Some(edition) => locale.fill("ui.at-a-glance", &[("period", &locale.period(edition))]),
            None => locale.text("ui.at-a-glance-plain").to_owned(),
        };
        self.line("<section class=\"key\">");
        self.line(&format!(
            "<div class=\"key-heading\"><h2>{}</h2> <span>{}</span></div>\n<div class=\"tiles\">",
            escaped(&heading),
            escaped(locale.text("ui.filters-do-not-change"))
        ));
        for figure in figures {
            let Some(cube) = self.snapshot.dataset(&figure.dataset) else { continue };
            let tile =
                if figure.split.is_empty() { Some(self.tile(figure, cube)) } else { self.split(figure) };
            if let Some(tile) = tile {
                self.line(&tile);
            }
        }
        self.line("</div>\n</section>");
    }

    fn tile(&self, figure: &HeadlineFigure, cube: &Cube) -> String {
        let Presented { number, text, qualifier, flags, notes, .. } = &figure.presented;
        let is_estimate = flags.contains(&Flag::Estimate);
        let (number, qualifier) = match number.is_empty() {
            true => (text, None),
            false => (number, qualifier.as_deref()),
        };
        let before = qualifier.map(|word| format!("<small>{} </small>", escaped(word))).unwrap_or_default();
        let class = if is_estimate { " class=\"estimated\"" } else { "" };
        let marks = self.marks(cube, notes);
        let mut html = format!(
            "<div class=\"tile\"><h3>{}</h3>\n<p class=\"figure\">{before}<span{class}>{}</span>{marks}</p>",
            escaped(&figure.label),
            escaped(number)
        );
        for line in [&figure.change, &figure.part].into_iter().flatten() {
            let _ = write!(html, "\n<p class=\"change\">{}</p>", escaped(line));
        }
        // What holds for the whole page is said once, in the heading.
        let own: Vec<Flag> = flags.iter().filter(|flag| **flag != Flag::Provisional).cloned().collect();
        if !own.is_empty() {
            let _ = write!(html, "\n<p class=\"flags\">{}</p>", self.flags(&own));
        }
        html + "</div>"
    }

    /// The chart of a figure that is split, in each width. `None` where no chart shows it.
    fn split(&self, figure: &HeadlineFigure) -> Option<String> {
        let cube = self.snapshot.dataset(&figure.dataset)?;
        let (by, query) = figure.split_by.clone()?;
        let tokens = tokens(Theme::Light);
        let (query, chosen) = linked(ChartKind::Bars, cube, &query, Some(by));
        let boundaries = self.snapshot.profile.boundaries.clone();
        let options = ChartOptions { by: Some(by), chosen, boundaries, ..ChartOptions::default() };
        let laid = WIDTHS_CSS_PX.map(|width| {
            let frame = Frame {
                width: width.into(),
                height: None,
                tokens: &tokens,
                metrics: &WidthTable,
                locale: self.locale,
                map: None,
            };
            layout(ChartKind::Bars, cube, &query, &options, &frame)
        });
        let chart = laid.iter().flatten().next()?;
        let mut html = format!(
            "<figure class=\"tile split\"><div class=\"titled\"><h3>{}</h3>{}</div>\n<p class=\"subtitle\">{}</p>\n<p class=\"told\">{}</p>\n",
            escaped(&figure.label),
            self.marks(cube, &chart.notes),
            escaped(&chart.subtitle),
            escaped(&chart.description)
        );
        for (chart, width) in laid.iter().zip(WIDTHS_CSS_PX) {
            let Ok(chart) = chart else { continue };
            html.push_str(&inline_svg(chart, &tokens, &format!("w{width}")));
        }
        let source = self.locale.fill("ui.source", &[("line", &chart.sources.join("; "))]);
        let _ = write!(html, "<p class=\"source\">{}</p></figure>", escaped(&source));
        Some(html)
    }

    fn sentences(&mut self, figures: &[HeadlineFigure]) {
        let sentences = headline_sentences(figures);
        if sentences.is_empty() {
            return;
        }
        self.line("<section class=\"sentences\">");
        for (dataset, sentence) in &sentences {
            let cube = self.snapshot.dataset(dataset);
            let marks = cube.map(|cube| self.marks(cube, &sentence.notes)).unwrap_or_default();
            self.line(&format!("<p>{}{marks}</p>", escaped(&sentence.text)));
        }
        self.line("</section>");
    }

    /// The notes in full, and whose figures these are.
    fn notes(&mut self) {
        // The publisher's words, whatever the language around them.
        let items: String =
            self.notes.iter().map(|text| format!("<li dir=\"auto\">{}</li>\n", escaped(text))).collect();
        if !items.is_empty() {
            self.line(&format!("<ol>\n{items}</ol>"));
        }
        if let Some(cube) = self.snapshot.datasets.first() {
            let query = statcube::Query::default();
            let cx = ExportContext {
                snapshot: Some(self.snapshot),
                ..ExportContext::new(cube, &query, self.locale)
            };
            whose(&mut self.out, self.snapshot, &cx);
        }
    }
}
