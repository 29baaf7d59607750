//! Languages as data: English is built in, the others are fetched when asked for.

use std::cell::RefCell;
use std::collections::HashMap;

use crate::i18n::Locale;
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
