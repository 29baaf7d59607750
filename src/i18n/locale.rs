//! One language: its strings and how it writes numbers, months, lists and names.

use statcube::map::Map;
use std::fmt;
use std::sync::Arc;

use statcube::{Category, Cube, Dimension, DimensionRole, Note, Snapshot};

use super::number::{NumberStyle, digits};
use super::period::MonthForm;
use super::plural::{Operands, PluralRule};

/// That a language file cannot be used.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LocaleError(String);

impl fmt::Display for LocaleError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for LocaleError {}

/// A language file, as it is written.
#[derive(Debug, Clone, Default, PartialEq, serde::Deserialize)]
#[serde(rename_all = "camelCase", deny_unknown_fields)]
struct File {
    tag: String,
    name: String,
    #[serde(default)]
    right_to_left: bool,
    numbers: Option<NumberStyle>,
    /// Rules of CLDR by plural form, most particular first; the rest is `other`.
    #[serde(default)]
    plurals: Vec<(String, String)>,
    months: Vec<String>,
    months_short: Vec<String>,
    /// Months as they stand after “in”, after “the end of” and after a day, where the
    /// language declines them; else as they stand alone.
    #[serde(default)]
    months_in: Vec<String>,
    #[serde(default)]
    months_end: Vec<String>,
    #[serde(default)]
    months_day: Vec<String>,
    text: Map<String, String>,
    /// Names of places by ISO 3166 alpha-3 code.
    #[serde(default)]
    places: Map<String, String>,
}

#[derive(Debug, PartialEq)]
struct Data {
    file: File,
    numbers: NumberStyle,
    plurals: Vec<PluralRule>,
}

/// A language. Cheap to clone, and to compare with itself.
#[derive(Debug, Clone)]
pub struct Locale(Arc<Data>);

impl PartialEq for Locale {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0) || self.0 == other.0
    }
}

const ENGLISH: &str = include_str!("locales/en.json");

impl Locale {
    /// Every language of the repository, as tag and file: the browser has English and
    /// fetches the others.
    #[cfg(any(test, feature = "cli"))]
    pub const ALL: &'static [(&'static str, &'static str)] = &[
        ("en", ENGLISH),
        ("fr", include_str!("locales/fr.json")),
        ("ar", include_str!("locales/ar.json")),
        ("sq", include_str!("locales/sq.json")),
        ("bs", include_str!("locales/bs.json")),
        ("mk", include_str!("locales/mk.json")),
        ("sr", include_str!("locales/sr.json")),
    ];

    /// English, which is built in.
    pub fn english() -> Self {
        thread_local! {
            static LOADED: Locale = Locale::from_json(ENGLISH).unwrap_or_else(|_| Locale::wordless());
        }
        LOADED.with(Clone::clone)
    }

    /// A language that answers with its keys.
    fn wordless() -> Self {
        let numbers =
            NumberStyle { group: ",".into(), decimal: ".".into(), minus: "-".into(), plus: "+".into() };
        Self(Arc::new(Data { file: File::default(), numbers, plurals: Vec::new() }))
    }

    /// A language from its file.
    ///
    /// # Errors
    /// What is wrong with the file.
    pub fn from_json(json: &str) -> Result<Self, LocaleError> {
        let mut file: File = serde_json::from_str(json)
            .map_err(|error| LocaleError(format!("The language file cannot be read: {error}.")))?;
        let wrong = |what: String| Err(LocaleError(format!("The language file “{}” {what}.", file.tag)));
        let declined = [&file.months_in, &file.months_end, &file.months_day];
        if [&file.months, &file.months_short].iter().any(|names| names.len() != 12)
            || declined.iter().any(|names| !matches!(names.len(), 0 | 12))
        {
            return wrong("does not name twelve months".into());
        }
        let mut plurals = Vec::with_capacity(file.plurals.len());
        for (form, rule) in &file.plurals {
            match PluralRule::parse(form, rule) {
                Some(rule) => plurals.push(rule),
                None => return wrong(format!("has a plural rule that is none: “{rule}”")),
            }
        }
        let Some(numbers) = file.numbers.take() else {
            return wrong("does not say how numbers are written".into());
        };
        Ok(Self(Arc::new(Data { file, numbers, plurals })))
    }

    /// The language tag: `en`.
    pub fn tag(&self) -> &str {
        &self.0.file.tag
    }

    /// What the language calls itself: “English”.
    pub fn name(&self) -> &str {
        &self.0.file.name
    }

    /// Whether it is written from right to left.
    pub fn is_right_to_left(&self) -> bool {
        self.0.file.right_to_left
    }

    /// The names of the months in one of their forms.
    pub(super) fn months(&self, form: MonthForm) -> &[String] {
        let file = &self.0.file;
        let declined = match form {
            MonthForm::Alone => &file.months,
            MonthForm::In => &file.months_in,
            MonthForm::End => &file.months_end,
            MonthForm::Day => &file.months_day,
        };
        if declined.is_empty() { &file.months } else { declined }
    }

    pub(super) fn months_short(&self) -> &[String] {
        &self.0.file.months_short
    }

    /// All keys, in order.
    pub fn keys(&self) -> impl Iterator<Item = &str> {
        self.0.file.text.keys().map(String::as_str)
    }

    /// Whether the language has this key.
    pub fn has(&self, key: &str) -> bool {
        self.0.file.text.contains_key(key)
    }

    /// The text with this key; the key itself where there is none. A test holds that each
    /// language has each key that the program asks for.
    pub fn text<'a>(&'a self, key: &'a str) -> &'a str {
        self.0.file.text.get(key).map_or(key, String::as_str)
    }

    /// The text with this key, `{name}` replaced by the argument of that name.
    pub fn fill(&self, key: &str, args: &[(&str, &str)]) -> String {
        fill(self.text(key), args)
    }

    /// The text `key.one`, `key.few`, … that goes with a count. `{count}` is the count, written.
    pub fn plural(&self, key: &str, count: f64, args: &[(&str, &str)]) -> String {
        let mut all = vec![("count", self.number(count, None))];
        all.extend(args.iter().map(|&(name, value)| (name, value.to_owned())));
        let all: Vec<(&str, &str)> = all.iter().rev().map(|(name, value)| (*name, value.as_str())).collect();
        fill(self.plural_text(key, count, None).unwrap_or(key), &all)
    }

    /// The plural form of `key` for a count, as it stands in the file.
    fn plural_text(&self, key: &str, count: f64, decimals: Option<u8>) -> Option<&str> {
        let text = |form: &str| self.0.file.text.get(&format!("{key}.{form}")).map(String::as_str);
        text(self.plural_form(count, decimals)).or_else(|| text("other"))
    }

    /// The plural form of a count: `one`, `other`, …
    pub fn plural_form(&self, count: f64, decimals: Option<u8>) -> &str {
        let operands = Operands::of(&digits(count, decimals));
        self.0.plurals.iter().find(|rule| rule.holds(operands)).map_or("other", |rule| rule.form.as_str())
    }

    /// The noun of a unit for a count: the language's word for it, else the publisher's.
    pub fn unit(&self, unit: &str, count: f64, decimals: Option<u8>) -> String {
        self.plural_text(&format!("unit.{unit}"), count, decimals).unwrap_or(unit).to_owned()
    }

    /// A number with grouping: “4,465”, “-12”, “73.8”.
    pub fn number(&self, value: f64, decimals: Option<u8>) -> String {
        self.0.numbers.grouped(value, decimals)
    }

    /// A number without the grouping marks at which a screen reader stops.
    pub fn spoken_number(&self, value: f64, decimals: Option<u8>) -> String {
        self.0.numbers.ungrouped(value, decimals)
    }

    /// A difference with its sign: “+12”, “-12”, “0”.
    pub fn signed(&self, value: f64, decimals: Option<u8>) -> String {
        self.0.numbers.signed(value, decimals)
    }

    /// A percentage: “56%”.
    pub fn percent(&self, value: f64, decimals: Option<u8>) -> String {
        self.fill("number.percent", &[("number", &self.number(value, decimals))])
    }

    /// A change in per cent with its sign: “+14%”.
    pub fn signed_percent(&self, value: f64, decimals: Option<u8>) -> String {
        self.fill("number.percent", &[("number", &self.signed(value, decimals))])
    }

    /// “A”, “A and B”, “A, B and C”.
    pub fn list(&self, items: &[String]) -> String {
        let Some((last, before)) = items.split_last() else { return String::new() };
        let Some((first, middle)) = before.split_first() else { return last.clone() };
        let joined = middle.iter().fold(first.clone(), |joined, next| {
            self.fill("list.middle", &[("before", &joined), ("next", next)])
        });
        self.fill("list.end", &[("before", &joined), ("next", last)])
    }

    /// The name of a place by its ISO 3166 alpha-3 code, where the language file has it.
    pub fn place(&self, code: &str) -> Option<&str> {
        self.0.file.places.get(code).map(String::as_str)
    }

    /// The name of a category: the publisher's in this language, else the period in words,
    /// else the committed name of the place, else the publisher's.
    ///
    /// Of a name longer than any place could hold, the beginning.
    pub fn category(&self, cube: &Cube, dimension: usize, position: u32) -> String {
        shortened(self.whole_category(cube, dimension, position))
    }

    fn whole_category(&self, cube: &Cube, dimension: usize, position: u32) -> String {
        let Some(dimension) = cube.dimensions().get(dimension) else { return String::new() };
        let Some(category) = dimension.category(position) else { return String::new() };
        if let Some(label) = in_language(pairs(&category.labels), self.tag()) {
            return label.to_owned();
        }
        if let Some(period) = category.period {
            return self.period(period);
        }
        // A plain label is English, as the files of all offices have it at least.
        if self.tag() == "en" && category.label != category.code {
            return category.label.clone();
        }
        let named = self.place(&category.code).filter(|_| self.are_places(dimension));
        named.map_or_else(|| label_of(category), str::to_owned)
    }

    /// “End of January 2024”, for a category of time.
    pub fn end_of_category(&self, cube: &Cube, dimension: usize, position: u32) -> String {
        let category = cube.dimensions().get(dimension).and_then(|known| known.category(position));
        let own = category.filter(|category| in_language(pairs(&category.labels), self.tag()).is_none());
        match own.and_then(|category| category.period) {
            Some(period) => self.end_of(period),
            None => self.fill("period.end", &[("period", &self.category(cube, dimension, position))]),
        }
    }

    /// Whether the codes of a dimension are those of places, by role or by what they are:
    /// nationalities are classified by the same codes.
    fn are_places(&self, dimension: &Dimension) -> bool {
        match dimension.role {
            DimensionRole::Geo => true,
            DimensionRole::Time => false,
            DimensionRole::Classification => {
                let sample = dimension.categories.iter().take(12);
                let (known, all) = sample.fold((0, 0), |(known, all), category| {
                    (known + usize::from(self.place(&category.code).is_some()), all + 1)
                });
                known * 2 >= all
            }
        }
    }

    /// The publisher's words in this language where they give them, else their plain ones.
    pub fn own<'a>(&self, plain: &'a str, others: &'a Map<String, String>) -> &'a str {
        in_language(others.iter(), self.tag()).unwrap_or(plain)
    }

    /// Whether the publisher gives words in this language besides the plain ones.
    pub fn has_own(&self, others: &Map<String, String>) -> bool {
        in_language(others.iter(), self.tag()).is_some()
    }

    /// The title of a dataset.
    pub fn title<'a>(&self, cube: &'a Cube) -> &'a str {
        self.own(cube.label(), &cube.parts().titles)
    }

    /// The title of a snapshot, where it has one.
    pub fn snapshot_title<'a>(&self, snapshot: &'a Snapshot) -> Option<&'a str> {
        snapshot.label.as_deref().map(|label| self.own(label, &snapshot.profile.titles))
    }

    /// The text of a note.
    pub fn note<'a>(&self, note: &'a Note) -> &'a str {
        self.own(&note.text, &note.texts)
    }

    /// Whether the publisher names a measure in this language. Plain labels are English.
    pub fn has_measure(&self, cube: &Cube, measure: usize) -> bool {
        self.tag() == "en"
            || cube
                .measures()
                .get(measure)
                .is_some_and(|measure| in_language(pairs(&measure.labels), self.tag()).is_some())
    }

    /// The name of a measure: the publisher's in this language, else the publisher's. Of one longer
    /// than any place could hold, the beginning.
    pub fn measure(&self, cube: &Cube, measure: usize) -> String {
        let Some(measure) = cube.measures().get(measure) else { return String::new() };
        shortened(
            in_language(pairs(&measure.labels), self.tag())
                .map_or_else(|| measure.label.clone(), str::to_owned),
        )
    }
}

/// The longest name that is shown, in characters. Layout tries a label in many places, so that
/// a longer one would keep the page busy and still not be read.
const LONGEST_NAME: usize = 300;

fn shortened(mut name: String) -> String {
    if let Some((end, _)) = name.char_indices().nth(LONGEST_NAME) {
        name.truncate(end);
        name.push('…');
    }
    name
}

fn label_of(category: &Category) -> String {
    if category.label.is_empty() { category.code.clone() } else { category.label.clone() }
}

/// The label for a tag: the same tag, else the same language.
fn in_language<'a>(
    labels: impl Iterator<Item = (&'a String, &'a String)> + Clone,
    tag: &str,
) -> Option<&'a str> {
    let language = |tag: &str| tag.split(['-', '_']).next().map(str::to_lowercase);
    let exact = labels.clone().find(|(known, _)| *known == tag);
    let mut labels = labels;
    exact
        .or_else(|| labels.find(|(known, _)| language(known) == language(tag)))
        .map(|(_, label)| label.as_str())
}

/// Pairs of tag and label, as lists have them.
fn pairs(labels: &[(String, String)]) -> impl Iterator<Item = (&String, &String)> + Clone {
    labels.iter().map(|(tag, label)| (tag, label))
}

/// Replaces each `{name}` by the argument of that name; what has no argument stays. A full
/// stop after what ends with one, such as an ordinal, is not written twice.
pub(crate) fn fill(template: &str, args: &[(&str, &str)]) -> String {
    let mut text = String::with_capacity(template.len() + 32);
    let mut rest = template;
    while let Some((before, after)) = rest.split_once('{') {
        text.push_str(before);
        let argument = after.split_once('}').and_then(|(name, tail)| {
            args.iter().find(|(known, _)| *known == name).map(|(_, value)| (*value, tail))
        });
        match argument {
            Some((value, tail)) => {
                text.push_str(value);
                rest = if value.ends_with('.') { tail.strip_prefix('.').unwrap_or(tail) } else { tail };
            }
            None => {
                text.push('{');
                rest = after;
            }
        }
    }
    text.push_str(rest);
    text
}
