//! Quotes and citations: the sentence never leaves without its caveat, unless the reader
//! asks for that.

use std::sync::Arc;

use statcube::Cube;

use super::ExportContext;
use crate::narrative::{Sentence, capitalised};
use crate::present::Flag;

/// How much a citation says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CitationLength {
    /// Publisher, title, edition.
    Short,
    /// With the date of publication: what goes with pictures and quotes.
    Dated,
    /// With dataset, address and hash besides.
    Long,
}

/// A quote as plain text and as HTML.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Quote {
    /// Plain text, one paragraph a line.
    pub text: String,
    /// The same as HTML, escaped.
    pub html: String,
}

/// Where a figure comes from, in one line; how old it is, where it is not the current one.
pub fn citation(length: CitationLength, cx: &ExportContext<'_>) -> String {
    let locale = cx.locale;
    let dataset = locale.title(cx.cube);
    let title = cx.snapshot.and_then(|snapshot| locale.snapshot_title(snapshot)).unwrap_or(dataset);
    let mut parts: Vec<String> = cx.publisher().into_iter().map(str::to_owned).collect();
    parts.push(title.to_owned());
    if length == CitationLength::Long && dataset != title {
        parts.push(dataset.to_owned());
    }
    parts.extend(
        cx.edition_in_words().map(|edition| locale.fill("citation.edition", &[("edition", &edition)])),
    );
    if length != CitationLength::Short {
        parts.extend(
            cx.published()
                .map(|date| locale.fill("citation.published", &[("date", &date_in_words(date, cx))])),
        );
    }
    if length == CitationLength::Long {
        parts.extend(cx.address.map(str::to_owned));
        parts.extend(cx.sha256.map(|hash| locale.fill("citation.hash", &[("hash", hash)])));
    }
    parts.extend(cx.saved.map(str::to_owned));
    if cx.is_illustrative() {
        parts.push(locale.text("citation.illustrative").to_owned());
    }
    let told = parts.join(locale.text("list.separator"));
    if told.ends_with('.') { told } else { format!("{told}.") }
}

/// What a picture ends with, a line each: whose figures of which edition, how old they are and
/// whether they may change, the address of the view, the hash of the file.
pub fn origin(cx: &ExportContext<'_>) -> Vec<String> {
    let mut lines = vec![citation(CitationLength::Dated, cx)];
    let provisional = cx.is_provisional().then(|| capitalised(&Flag::Provisional.word(cx.locale)));
    if let (Some(line), Some(word)) = (lines.first_mut(), provisional) {
        *line = format!("{line} {word}.");
    }
    lines.extend(cx.address.map(str::to_owned));
    lines.extend(cx.sha256.map(|hash| cx.locale.fill("citation.hash", &[("hash", hash)])));
    lines
}

fn date_in_words(date: &str, cx: &ExportContext<'_>) -> String {
    statcube::Period::parse(date).map_or_else(|| date.to_owned(), |period| cx.locale.period(period))
}

/// A sentence with its caveat, source, edition and link.
pub fn quote(sentence: &Sentence, cx: &ExportContext<'_>) -> Quote {
    quote_all(&[(cx.cube, sentence)], cx)
}

/// Several sentences, each with the dataset it is of: then each caveat once, the sources, and the
/// link once.
pub fn quote_all(told: &[(&Arc<Cube>, &Sentence)], cx: &ExportContext<'_>) -> Quote {
    let mut lines: Vec<String> = Vec::new();
    let of_each = |&(cube, sentence): &(&_, &_)| {
        let cx = ExportContext { cube, ..*cx };
        caveat(sentence, &cx).into_iter().chain(printed_in(sentence, &cx))
    };
    let sources = told.iter().map(|(cube, _)| source(&ExportContext { cube, ..*cx }));
    for line in told.iter().flat_map(of_each).chain(sources) {
        if !lines.contains(&line) {
            lines.push(line);
        }
    }
    let texts: Vec<&str> = told.iter().map(|(_, sentence)| sentence.text.as_str()).collect();
    assemble(&texts, &lines, cx)
}

/// A sentence with its source alone: the reader asked for it without the notes. That a
/// figure is made up is said all the same.
pub fn quote_without_notes(sentence: &Sentence, cx: &ExportContext<'_>) -> Quote {
    let lines: Vec<String> = printed_in(sentence, cx).into_iter().chain([source(cx)]).collect();
    assemble(&[&sentence.text], &lines, cx)
}

/// What must be known with the figure: how it was made, and the notes that hold.
fn caveat(sentence: &Sentence, cx: &ExportContext<'_>) -> Option<String> {
    let locale = cx.locale;
    let mut words: Vec<String> = sentence
        .flags
        .iter()
        .map(|flag| match flag {
            Flag::Estimate | Flag::Rounded | Flag::Revised | Flag::Provisional => {
                locale.text(&format!("sentence.flag.{}", flag.id())).to_owned()
            }
            flag => flag.word(locale),
        })
        .collect();
    let provisional = Flag::Provisional;
    if cx.is_provisional() && !sentence.flags.contains(&provisional) {
        words.push(locale.text("sentence.flag.provisional").to_owned());
    }
    let mut parts = Vec::new();
    if !words.is_empty() {
        parts.push(locale.fill("quote.caveat", &[("words", &locale.list(&words))]));
    }
    parts.extend(
        sentence
            .notes
            .iter()
            .filter_map(|&note| cx.cube.notes().get(note))
            .map(|note| locale.note(note).to_owned()),
    );
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The sources of a sentence by title, so that the figure can be found where it was printed.
fn printed_in(sentence: &Sentence, cx: &ExportContext<'_>) -> Option<String> {
    let sources = &cx.cube.parts().sources;
    let mut titles: Vec<String> =
        sentence.sources.iter().filter_map(|id| sources.get(id)).map(|source| source.title.clone()).collect();
    titles.dedup();
    let more = titles.len().saturating_sub(3);
    titles.truncate(3);
    if more > 0 {
        titles.push(cx.locale.plural("quote.more-sources", more as f64, &[]));
    }
    (!titles.is_empty())
        .then(|| cx.locale.fill("quote.printed", &[("titles", &titles.join(cx.locale.text("list.groups")))]))
}

fn source(cx: &ExportContext<'_>) -> String {
    cx.locale.fill("quote.source", &[("citation", &citation(CitationLength::Dated, cx))])
}

fn assemble(sentences: &[&str], lines: &[String], cx: &ExportContext<'_>) -> Quote {
    let mut text: Vec<String> = sentences.iter().map(|&sentence| sentence.to_owned()).collect();
    text.extend(lines.iter().cloned());
    text.extend(cx.address.map(str::to_owned));
    let (language, direction) =
        (escaped(cx.locale.tag()), if cx.locale.is_right_to_left() { "rtl" } else { "ltr" });
    let told: String = sentences.iter().map(|sentence| format!("<p>{}</p>", escaped(sentence))).collect();
    let mut html = format!("<blockquote lang=\"{language}\" dir=\"{direction}\">{told}</blockquote>");
    for line in lines {
        html.push_str(&format!("<p>{}</p>", escaped(line)));
    }
    if let Some(address) = cx.address {
        let shown = escaped(address);
        // Only addresses that a reader can follow safely become links.
        match address.starts_with("https://") || address.starts_with("http://") {
            true => html.push_str(&format!("<p><a href=\"{shown}\">{shown}</a></p>")),
            false => html.push_str(&format!("<p>{shown}</p>")),
        }
    }
    Quote { text: text.join("\n"), html }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;")
        .replace('<', "&lt;")
        .replace('>', "&gt;")
        .replace('"', "&quot;")
        .replace('\'', "&#39;")
}
