//! The table of fields. To add a field to the address, the attributes, the messages and
//! the documentation, add a line here.

use statcube::map::Map;

use super::{ThemeChoice, View, ViewState};
use crate::chart::ChartKind;

/// One field of the view, with its written form.
pub struct Field {
    /// Its name: attribute, key in links and messages.
    pub name: &'static str,
    /// What it means and what may stand in it.
    pub doc: &'static str,
    /// What a form offers for it.
    pub values: Values,
    /// Whether it belongs in a link that is sent to somebody.
    pub in_link: bool,
    /// Its written form; `None` where it has its default.
    pub get: fn(&ViewState) -> Option<String>,
    /// Reads its written form; `false` where that means nothing.
    pub set: fn(&mut ViewState, &str) -> bool,
}

/// What may stand in a field, as a form offers it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Values {
    /// One of these words.
    Words(&'static [&'static str]),
    /// The id of a dataset of the file.
    Dataset,
    /// The id of a measure of the dataset.
    Measure,
    /// Codes of the one dimension that the field means.
    Codes,
    /// Codes of any other dimension, by its id.
    Others,
    /// A period of the dataset.
    Period,
    /// A language of the program.
    Language,
    /// An edition of the index beside the file.
    Edition,
    /// What the host says of additivity.
    Additivity,
    /// What readers set in the interface itself; a form keeps it and offers nothing.
    Interface,
}

impl Values {
    /// The word used in `www/fields.json`.
    pub fn id(self) -> &'static str {
        match self {
            Self::Words(_) => "words",
            Self::Dataset => "dataset",
            Self::Measure => "measure",
            Self::Codes => "codes",
            Self::Others => "others",
            Self::Period => "period",
            Self::Language => "language",
            Self::Edition => "edition",
            Self::Additivity => "additivity",
            Self::Interface => "interface",
        }
    }
}

/// Views, in the order in which they are offered.
const VIEWS: &[&str] = &[
    "full",
    "figures",
    "sentences",
    "table",
    "trend",
    "years",
    "bars",
    "ranking",
    "share",
    "heatmap",
    "map",
    "multiples",
    "sparkline",
];

/// All fields, in the order in which they are written.
pub const FIELDS: &[Field] = &[
    Field {
        name: "dataset",
        doc: "Id of the dataset. The first where absent.",
        values: Values::Dataset,
        in_link: true,
        get: |view| view.dataset.clone(),
        set: |view, text| optional(&mut view.dataset, text),
    },
    Field {
        name: "measure",
        doc: "Id of the measure, where the dataset has several. The first where absent.",
        values: Values::Measure,
        in_link: true,
        get: |view| view.measure.clone(),
        set: |view, text| optional(&mut view.measure, text),
    },
    Field {
        name: "view",
        doc: "`full`, `figures`, `sentences`, `table`, or a chart: `trend`, `years`, `bars`, `ranking`, `share`, \
              `heatmap`, `map`, `multiples`, `sparkline`. `full` where absent.",
        values: Values::Words(VIEWS),
        in_link: true,
        get: |view| (view.view != View::Full).then(|| view_id(&view.view).to_owned()),
        set: |view, text| match view_from_id(text) {
            Some(found) => {
                view.view = found;
                true
            }
            None => false,
        },
    },
    Field {
        name: "country",
        doc: "Codes of places, separated by spaces. All where absent. `bars` and `map` show all and mark these, in the \
              last period for which these have a figure.",
        values: Values::Codes,
        in_link: true,
        get: |view| list(&view.country),
        set: |view, text| codes(&mut view.country, text),
    },
    Field {
        name: "from",
        doc: "First period, as `2023-01`. Open where absent.",
        values: Values::Period,
        in_link: true,
        get: |view| view.from.clone(),
        set: |view, text| period(&mut view.from, text),
    },
    Field {
        name: "to",
        doc: "Last period, as `2024-01`. Open where absent.",
        values: Values::Period,
        in_link: true,
        get: |view| view.to.clone(),
        set: |view, text| period(&mut view.to, text),
    },
    Field {
        name: "nationality",
        doc: "Codes of the dimension of citizenship, separated by spaces. All where absent.",
        values: Values::Codes,
        in_link: true,
        get: |view| list(&view.nationality),
        set: |view, text| codes(&mut view.nationality, text),
    },
    Field {
        name: "where",
        doc: "Any other dimension: `sex:F` or `sex:F;age:Y_LT18 Y18-34`.",
        values: Values::Others,
        in_link: true,
        get: |view| pairs(view.others.iter().map(|(id, codes)| (id.as_str(), codes.join(" ")))),
        set: |view, text| {
            let Some(found) = read_pairs(text) else { return false };
            view.others = found
                .into_iter()
                .map(|(id, codes)| (id, codes.split_whitespace().map(str::to_owned).collect()))
                .collect();
            true
        },
    },
    Field {
        name: "brush",
        doc: "The kind of chart in which the months were chosen, as `trend`: it goes on showing the others, the chosen \
              ones marked. None where absent.",
        values: Values::Interface,
        in_link: true,
        get: |view| view.brush.map(|kind| kind.id().to_owned()),
        set: |view, text| {
            view.brush = ChartKind::from_id(text);
            text.is_empty() || view.brush.is_some()
        },
    },
    Field {
        name: "kinds",
        doc: "What was picked in panels of `full`: `trend:heatmap;bars:map`, each panel by the kind that it has by itself; \
              `trend:running` for a line of running totals. Each panel its own kind where absent.",
        values: Values::Interface,
        in_link: true,
        get: |view| pairs(view.kinds.iter().map(|(panel, kind)| (panel.as_str(), kind.clone()))),
        set: |view, text| {
            let Some(found) = read_pairs(text) else { return false };
            view.kinds = found;
            true
        },
    },
    Field {
        name: "compare",
        doc: "Filters to compare with, as fields: `country:BIH;from:2019-01;to:2019-12`, or `all` for none; any other \
              dimension as `where:sex:F`. No comparison where absent. `trend` draws both sides; `table` and other charts \
              show one, below the figures of both and their difference.",
        values: Values::Interface,
        in_link: true,
        get: |view| view.compare.as_ref().map(write_filters),
        set: |view, text| {
            if text.is_empty() {
                view.compare = None;
                return true;
            }
            let Some(filters) = read_filters(text) else { return false };
            view.compare = Some(filters);
            true
        },
    },
    Field {
        name: "sort",
        doc: "The column that orders the table: the code of its category, `rows` for the first, `all` for the one of all \
              together; with `-` before it from the largest. The latest period first where absent.",
        values: Values::Interface,
        in_link: true,
        get: |view| view.sort.clone(),
        set: |view, text| optional(&mut view.sort, text),
    },
    Field {
        name: "find",
        doc: "What the rows of the table must have in their name. All rows where absent.",
        values: Values::Interface,
        in_link: true,
        get: |view| view.find.clone(),
        set: |view, text| optional(&mut view.find, text),
    },
    Field {
        name: "lang",
        doc: "Language, as `fr`. The page's where absent.",
        values: Values::Language,
        in_link: true,
        get: |view| view.lang.clone(),
        set: |view, text| optional(&mut view.lang, text),
    },
    Field {
        name: "theme",
        doc: "`light`, `dark` or `auto`. `auto` where absent.",
        values: Values::Words(&["auto", "light", "dark"]),
        in_link: false,
        get: |view| match view.theme {
            ThemeChoice::Auto => None,
            ThemeChoice::Light => Some("light".into()),
            ThemeChoice::Dark => Some("dark".into()),
        },
        set: |view, text| {
            view.theme = match text {
                "auto" | "" => ThemeChoice::Auto,
                "light" => ThemeChoice::Light,
                "dark" => ThemeChoice::Dark,
                _ => return false,
            };
            true
        },
    },
    Field {
        name: "controls",
        doc: "`on` or `off`: whether the reader may filter. `on` for `full`, else `off`.",
        values: Values::Words(&["on", "off"]),
        in_link: false,
        get: |view| view.controls.map(|on| if on { "on".into() } else { "off".into() }),
        set: |view, text| {
            view.controls = match text {
                "" | "on" | "true" => Some(true),
                "off" | "false" | "none" => Some(false),
                _ => return false,
            };
            true
        },
    },
    Field {
        name: "edition",
        doc: "The edition that the view was made for. Where the file holds another one, that edition is opened if the index beside the \
              file lists it; else a strip says so.",
        values: Values::Edition,
        in_link: true,
        get: |view| view.edition.clone(),
        set: |view, text| optional(&mut view.edition, text),
    },
    Field {
        name: "additivity",
        doc: "What holds where the publisher declared nothing: `geo:sum` or `count:geo:sum;time:last`. Results then \
              carry the mark that they rest on the host's word.",
        values: Values::Additivity,
        in_link: true,
        get: |view| pairs(view.additivity.iter().map(|(id, word)| (id.as_str(), word.clone()))),
        set: |view, text| {
            let Some(found) = read_pairs(text) else { return false };
            let known = |word: &str| statcube::Additivity::from_id(word).is_some();
            let all_known = found.values().all(|word| known(word));
            if all_known {
                view.additivity = found;
            }
            all_known
        },
    },
];

/// The written form of a view.
pub fn view_id(view: &View) -> &str {
    match view {
        View::Full => "full",
        View::Figures => "figures",
        View::Sentences => "sentences",
        View::Table => "table",
        View::Chart(kind) => kind,
    }
}

/// The view with this written form.
pub fn view_from_id(id: &str) -> Option<View> {
    match id {
        "full" | "" => Some(View::Full),
        "figures" => Some(View::Figures),
        "sentences" => Some(View::Sentences),
        "table" => Some(View::Table),
        chart => ChartKind::from_id(chart).map(|kind| View::Chart(kind.id().to_owned())),
    }
}

fn optional(slot: &mut Option<String>, text: &str) -> bool {
    *slot = (!text.is_empty()).then(|| text.to_owned());
    true
}

fn period(slot: &mut Option<String>, text: &str) -> bool {
    let readable = text.is_empty() || statcube::Period::parse(text).is_some();
    readable && optional(slot, text)
}

fn list(codes: &[String]) -> Option<String> {
    (!codes.is_empty()).then(|| codes.join(" "))
}

fn codes(slot: &mut Vec<String>, text: &str) -> bool {
    slot.clear();
    for code in text.split_whitespace() {
        if !slot.iter().any(|known| known == code) {
            slot.push(code.to_owned());
        }
    }
    true
}

fn pairs<'a>(entries: impl Iterator<Item = (&'a str, String)>) -> Option<String> {
    let written: Vec<String> = entries.map(|(id, text)| format!("{id}:{text}")).collect();
    (!written.is_empty()).then(|| written.join(";"))
}

/// Filters as fields; `all` where there is none.
fn write_filters(filters: &Map<String, String>) -> String {
    let written = pairs(filters.iter().map(|(id, text)| (id.as_str(), text.clone())));
    written.unwrap_or_else(|| "all".to_owned())
}

/// Filters as fields; `None` where one is not a filter, or cannot be read.
fn read_filters(text: &str) -> Option<Map<String, String>> {
    if text == "all" {
        return Some(Map::new());
    }
    let found = read_pairs(text)?;
    let mut tried = ViewState::default();
    let readable = found.iter().all(|(id, text)| tried.set_filter(id, text));
    (readable && !found.is_empty()).then_some(found)
}

/// `a:x;b:y`, or `a:b:x` where the last colon parts key and value.
fn read_pairs(text: &str) -> Option<Map<String, String>> {
    text.split(';')
        .filter(|entry| !entry.trim().is_empty())
        .map(|entry| {
            entry.trim().rsplit_once(':').map(|(id, word)| (id.trim().to_owned(), word.trim().to_owned()))
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_changes_between_two_views_changes_in_a_third_and_nothing_else() {
        let view = |fields: &[(&str, &str)]| {
            let mut view = ViewState::default();
            for field in FIELDS {
                if let Some((_, text)) = fields.iter().find(|(name, _)| *name == field.name) {
                    assert!((field.set)(&mut view, text), "{}", field.name);
                }
            }
            view
        };
        let before = view(&[("country", "SRB BIH"), ("controls", "on"), ("from", "2018-01")]);
        let after =
            view(&[("country", "SRB BIH"), ("theme", "dark"), ("to", "2020-12"), ("from", "2019-01")]);
        let shown = view(&[
            ("country", "BIH"),
            ("controls", "on"),
            ("where", "sex:F"),
            ("kinds", "trend:heatmap"),
            ("compare", "all"),
        ]);
        let expected = view(&[
            ("country", "BIH"),
            ("where", "sex:F"),
            ("kinds", "trend:heatmap"),
            ("compare", "all"),
            ("theme", "dark"),
            ("from", "2019-01"),
            ("to", "2020-12"),
        ]);
        assert_eq!(shown.with_changes(&before, &after), expected);
        assert_eq!(shown.with_changes(&before, &before), shown);
    }

    #[test]
    fn every_word_that_is_offered_can_be_read_and_every_chart_is_offered() {
        for field in FIELDS {
            let Values::Words(words) = field.values else { continue };
            for word in words {
                assert!((field.set)(&mut ViewState::default(), word), "{} {word}", field.name);
            }
        }
        let charts: Vec<_> = ChartKind::ALL.iter().map(|kind| kind.id()).collect();
        assert_eq!(VIEWS.get(4..), Some(charts.as_slice()));
    }
}
