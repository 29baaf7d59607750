//! Languages as data: English is built in, the others are fetched when asked for.

use std::cell::RefCell;
use std::collections::HashMap;

use leptos::prelude::*;
use statcube::map::Map;

use crate::i18n::Locale;
use crate::ui::session::Page;
use crate::web::fetch::{FetchOptions, fetch};

/// Tags of the languages there are, with their own names. A language's file lies beside the
/// program as `locales/<tag>.json`.
pub(crate) const LANGUAGES: &[(&str, &str)] = &[
    ("en", "English"),
    ("fr", "Français"),
    ("ar", "العربية"),
    ("sq", "Shqip"),
    ("bs", "Bosanski"),
    ("mk", "Македонски"),
    ("sr", "Srpski"),
];

thread_local! {
    static KNOWN: RefCell<HashMap<String, Locale>> = RefCell::default();
    static BASE: RefCell<String> = RefCell::default();
}

/// Says where the program's files lie, with a slash at the end.
pub(crate) fn set_base(base: &str) {
    BASE.with_borrow_mut(|known| base.clone_into(known));
}

/// Where the program's files lie.
pub(crate) fn base() -> String {
    BASE.with_borrow(Clone::clone)
}

/// The part of a tag before its region, as files are named.
pub(crate) fn base_tag(tag: &str) -> String {
    tag.split(['-', '_']).next().unwrap_or_default().to_lowercase()
}

/// A language that is built in or was fetched.
pub(crate) fn known(tag: &str) -> Option<Locale> {
    if tag == "en" {
        return Some(Locale::english());
    }
    KNOWN.with_borrow(|known| known.get(tag).cloned())
}

/// A language by its tag; `None` where there is none, or where its file cannot be had.
pub(crate) async fn load(tag: &str) -> Option<Locale> {
    if let Some(locale) = known(tag) {
        return Some(locale);
    }
    LANGUAGES.iter().find(|(known, _)| *known == tag)?;
    let address = format!("{}locales/{tag}.json", base());
    let fetched = fetch(&address, FetchOptions::default()).await.ok()?;
    let locale = Locale::from_json(std::str::from_utf8(&fetched.bytes).ok()?).ok()?;
    KNOWN.with_borrow_mut(|known| known.insert(tag.to_owned(), locale.clone()));
    Some(locale)
}

/// The language of the publisher's own words, for `lang`. Plain labels of our profile are English;
/// of other files nobody says, which HTML writes as an empty tag.
pub(crate) fn of_publisher(page: Page) -> &'static str {
    let profile = &page.snapshot().profile;
    if *profile == statcube::model::SnapshotProfile::default() { "" } else { "en" }
}

/// The language of words of the publisher: ours where these others are in it.
pub(crate) fn of_words(page: Page, others: &Map<String, String>) -> Option<&'static str> {
    let is_ours = page.session.locale.with(|locale| locale.has_own(others));
    (!is_ours).then(|| of_publisher(page))
}

/// The language of the name of a measure: ours where the publisher gives the name in it.
pub(crate) fn of_measure(page: Page, cube: &statcube::Cube, measure: usize) -> Option<&'static str> {
    let is_ours = page.session.locale.with(|locale| locale.has_measure(cube, measure));
    (!is_ours).then(|| of_publisher(page))
}

/// A message with a view in the place `{name}`, which a text could not hold.
pub(crate) fn around(
    page: Page,
    key: &'static str,
    args: &[(&str, &str)],
    name: &str,
    inside: AnyView,
) -> AnyView {
    const PLACE: &str = "\u{fffc}";
    let args: Vec<(&str, &str)> = args.iter().copied().chain([(name, PLACE)]).collect();
    in_place(page.session.fill(key, &args), PLACE, inside)
}

/// A text in which the publisher's `words` are marked as theirs, where it has them.
pub(crate) fn with_own(page: Page, text: String, words: Option<&str>) -> AnyView {
    match words.filter(|words| !words.is_empty()) {
        Some(words) => in_place(text, words, own_words(page, words.to_owned())),
        None => text.into_any(),
    }
}

/// A text in which the publisher's reason why a measure is not added is marked as theirs; within
/// a sentence it stands without its capital and full stop.
pub(crate) fn with_reason(page: Page, cube: &statcube::Cube, measure: usize, text: String) -> AnyView {
    let reasons = cube.measures().get(measure).map(|measure| &measure.why);
    let found = reasons.into_iter().flat_map(|reasons| reasons.values()).find_map(|why| {
        let first = why.chars().next()?;
        let rest = why.get(first.len_utf8()..)?.trim_end_matches('.');
        let (before, _) = text.split_once(rest).filter(|_| !rest.is_empty())?;
        let letter =
            before.chars().next_back().filter(|last| last.to_lowercase().eq(first.to_lowercase()))?;
        // A sentence of theirs alone ends with their full stop, on their side.
        let is_alone = before.chars().count() == 1 && text.ends_with(&format!("{rest}."));
        Some(format!("{letter}{rest}{}", if is_alone { "." } else { "" }))
    });
    with_own(page, text, found.as_deref())
}

fn in_place(text: String, place: &str, inside: AnyView) -> AnyView {
    match text.split_once(place) {
        Some((before, after)) => {
            let (before, after) = (before.to_owned(), after.to_owned());
            view! { class = "k", {before}{inside}{after} }.into_any()
        }
        None => text.into_any(),
    }
}

/// The publisher's words, marked as being in their language.
pub(crate) fn own_words(page: Page, words: String) -> AnyView {
    view! { class = "k", <bdi lang=of_publisher(page)>{words}</bdi> }.into_any()
}
