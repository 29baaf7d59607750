//! Which of the editions that an index lists belong to a file, and in which order they came.

use std::cmp::Ordering;

use statcube::{Period, Snapshot};

/// An edition as the index beside a snapshot lists it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct EditionEntry {
    /// Its code or name.
    pub edition: String,
    /// Its title.
    pub label: String,
    /// Its address.
    pub href: String,
    /// When it was published, as written.
    pub updated: String,
    /// Who answers for the figures.
    pub publisher: String,
    /// Whether its figures are made up.
    pub illustrative: bool,
}

/// Editions as periods where both are, else as text; of one edition, the later issue.
fn order(one: (&str, &str), other: (&str, &str)) -> Ordering {
    let by_name = match (Period::parse(one.0), Period::parse(other.0)) {
        (Some(one), Some(other)) => one.cmp(&other),
        _ => one.0.cmp(other.0),
    };
    by_name.then(one.1.cmp(other.1))
}

/// The entries of the same publication: same title, same publisher, made up or not.
fn of_publication<'a>(
    entries: &'a [EditionEntry],
    snapshot: &'a Snapshot,
) -> impl Iterator<Item = &'a EditionEntry> {
    entries.iter().filter(|entry| {
        let profile = &snapshot.profile;
        entry.label == snapshot.label.as_deref().unwrap_or_default()
            && entry.publisher == profile.publisher.as_deref().unwrap_or_default()
            && entry.illustrative == profile.illustrative
    })
}

fn held(snapshot: &Snapshot) -> (&str, &str) {
    let edition = snapshot.profile.edition.as_deref().unwrap_or_default();
    (edition, snapshot.updated.as_deref().unwrap_or_default())
}

fn key(entry: &EditionEntry) -> (&str, &str) {
    (&entry.edition, &entry.updated)
}

/// The newest edition, where it is newer than the file.
pub fn newer_edition<'a>(entries: &'a [EditionEntry], snapshot: &'a Snapshot) -> Option<&'a EditionEntry> {
    let newest = of_publication(entries, snapshot).max_by(|a, b| order(key(a), key(b)))?;
    (order(key(newest), held(snapshot)) == Ordering::Greater).then_some(newest)
}

/// The edition with this code or name; of several issues the latest.
pub fn edition_named<'a>(
    entries: &'a [EditionEntry],
    snapshot: &'a Snapshot,
    edition: &str,
) -> Option<&'a EditionEntry> {
    let named = of_publication(entries, snapshot).filter(|entry| entry.edition == edition);
    named.max_by(|a, b| order(key(a), key(b)))
}

/// The edition before the file's: the one that it names, else the latest that is older.
pub fn edition_before<'a>(entries: &'a [EditionEntry], snapshot: &'a Snapshot) -> Option<&'a EditionEntry> {
    let named =
        snapshot.profile.previous.as_deref().and_then(|edition| edition_named(entries, snapshot, edition));
    let older =
        of_publication(entries, snapshot).filter(|entry| order(key(entry), held(snapshot)) == Ordering::Less);
    named.or_else(|| older.max_by(|a, b| order(key(a), key(b))))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn entry(edition: &str, updated: &str) -> EditionEntry {
        let (edition, updated) = (edition.to_owned(), updated.to_owned());
        EditionEntry { edition, updated, label: "T".into(), publisher: "P".into(), ..EditionEntry::default() }
    }

    fn file(edition: &str, updated: &str, previous: Option<&str>) -> Snapshot {
        let profile = statcube::model::SnapshotProfile {
            edition: Some(edition.into()),
            previous: previous.map(str::to_owned),
            publisher: Some("P".into()),
            ..Default::default()
        };
        Snapshot {
            label: Some("T".into()),
            updated: Some(updated.into()),
            href: None,
            profile,
            datasets: Vec::new(),
            links: Vec::new(),
            findings: Vec::new(),
        }
    }

    #[test]
    fn newer_is_a_later_period_or_a_later_issue_of_the_same_publication() {
        let entries = [
            entry("2023-12", "2024-01"),
            entry("2024-01", "2024-02"),
            EditionEntry { illustrative: true, ..entry("2025-01", "2025-02") },
            EditionEntry { label: "Another".into(), ..entry("2025-01", "2025-02") },
        ];
        let newer = |edition, updated| {
            newer_edition(&entries, &file(edition, updated, None)).map(|entry| entry.edition.clone())
        };
        assert_eq!(newer("2023-11", "2023-12").as_deref(), Some("2024-01"));
        assert_eq!(newer("2024-01", "2024-01-15"), Some("2024-01".to_owned()), "issued anew");
        assert_eq!(newer("2024-01", "2024-02"), None);
        assert_eq!(newer("2024-02", "2024-03"), None);
    }

    #[test]
    fn the_edition_before_is_the_one_named_else_the_latest_older_one() {
        let entries = [entry("2023-12", "a"), entry("2023-11", "a"), entry("2024-01", "a")];
        let before = |previous| edition_before(&entries, &file("2024-01", "a", previous)).cloned();
        assert_eq!(before(Some("2023-11")), Some(entry("2023-11", "a")));
        assert_eq!(before(None), Some(entry("2023-12", "a")));
        assert_eq!(before(Some("2023-10")), Some(entry("2023-12", "a")));
        assert_eq!(edition_before(&entries, &file("2023-11", "a", None)), None);
    }
}
