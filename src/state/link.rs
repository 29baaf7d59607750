//! The view as the fragment of an address: `#v1&dataset=…&country=BIH+SRB`. Short,
//! readable and versioned; what an older version wrote is migrated, never refused.

use super::fields::FIELDS;
use super::{Ignored, ViewState};

/// The version that is written.
pub const VERSION: u32 = 1;

/// Keys and their values, in the order of the link.
type Pairs = Vec<(String, String)>;

/// Migrations: the pairs of key and value that version N wrote, as version N + 1 writes
/// them, for N = 0 (an address without a version) upwards.
const MIGRATIONS: &[fn(&mut Pairs)] = &[|pairs| {
    // Before links had a version, months were one field: `months=2023-01..2024-01`.
    if let Some(at) = pairs.iter().position(|(key, _)| key == "months") {
        let (_, months) = pairs.remove(at);
        let (from, to) = months.split_once("..").unwrap_or((&months, &months));
        pairs.push(("from".into(), from.into()));
        pairs.push(("to".into(), to.into()));
    }
}];

/// The fragment of the view, without the `#`; empty for the default view.
pub fn to_link(view: &ViewState) -> String {
    let mut link = String::new();
    for field in FIELDS.iter().filter(|field| field.in_link) {
        if let Some(text) = (field.get)(view) {
            link.push('&');
            link.push_str(field.name);
            link.push('=');
            escape(&text, &mut link);
        }
    }
    if link.is_empty() { link } else { format!("v{VERSION}{link}") }
}

/// Reads a fragment, with or without the `#`, on top of `base`. Fields that are absent get
/// their defaults where they belong in links; what cannot be read is ignored and returned.
pub fn from_link(fragment: &str, base: &ViewState) -> (ViewState, Vec<Ignored>) {
    let fragment = fragment.strip_prefix('#').unwrap_or(fragment);
    let mut parts = fragment.split('&').peekable();
    let version = parts.peek().and_then(|part| part.strip_prefix('v')?.parse::<u32>().ok());
    if version.is_some() {
        parts.next();
    }
    let mut pairs: Pairs = parts
        .filter_map(|part| part.split_once('='))
        .map(|(key, text)| (key.to_owned(), unescape(text)))
        .collect();
    for migrate in MIGRATIONS.iter().skip(version.unwrap_or(0) as usize) {
        migrate(&mut pairs);
    }
    let mut view = base.clone();
    for field in FIELDS.iter().filter(|field| field.in_link) {
        let _ = (field.set)(&mut view, "");
    }
    view.lang.clone_from(&base.lang);
    let mut ignored = Vec::new();
    for (key, text) in pairs {
        let known = FIELDS.iter().find(|field| field.name == key);
        if !known.is_some_and(|field| (field.set)(&mut view, &text)) {
            ignored.push(Ignored { field: key, code: text });
        }
    }
    (view, ignored)
}

fn escape(text: &str, out: &mut String) {
    for byte in text.bytes() {
        match byte {
            b' ' => out.push('+'),
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' | b':' | b';' | b'*' => {
                out.push(char::from(byte));
            }
            _ => {
                const HEX: &[u8; 16] = b"0123456789ABCDEF";
                out.push('%');
                for digit in [byte >> 4, byte & 15] {
                    out.push(HEX.get(usize::from(digit)).copied().map_or('0', char::from));
                }
            }
        }
    }
}

fn unescape(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut rest = text.bytes();
    while let Some(byte) = rest.next() {
        match byte {
            b'+' => bytes.push(b' '),
            b'%' => {
                let mut ahead = rest.clone();
                let digit = |byte: Option<u8>| byte.and_then(|byte| char::from(byte).to_digit(16));
                match (digit(ahead.next()), digit(ahead.next())) {
                    (Some(high), Some(low)) => {
                        bytes.push((high * 16 + low) as u8);
                        rest = ahead;
                    }
                    _ => bytes.push(b'%'),
                }
            }
            byte => bytes.push(byte),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::View;

    fn example() -> ViewState {
        ViewState {
            dataset: Some("arrivals".into()),
            view: View::Table,
            country: vec!["AAA".into(), "B+B %".replace(' ', "")],
            from: Some("2017-01".into()),
            to: Some("2022-06".into()),
            ..ViewState::default()
        }
    }

    #[test]
    fn a_link_gives_the_same_view_again() {
        let link = to_link(&example());
        assert_eq!(link, "v1&dataset=arrivals&view=table&country=AAA+B%2BB%25&from=2017-01&to=2022-06");
        assert_eq!(from_link(&link, &ViewState::default()), (example(), Vec::new()));
    }

    #[test]
    fn a_comparison_goes_into_the_link_with_both_its_filters() {
        let pinned = ViewState {
            others: [("sex".to_owned(), vec!["F".to_owned()])].into_iter().collect(),
            ..ViewState { dataset: None, view: View::Full, ..example() }
        };
        let view = ViewState {
            country: vec!["CCC".into()],
            brush: crate::chart::ChartKind::from_id("trend"),
            compare: Some(pinned.filters()),
            ..ViewState::default()
        };
        let link = to_link(&view);
        let written =
            "v1&country=CCC&brush=trend&compare=country:AAA+B%2BB%25;from:2017-01;to:2022-06;where:sex:F";
        assert_eq!(link, written);
        let (read, ignored) = from_link(&link, &ViewState::default());
        assert_eq!((&read, ignored), (&view, Vec::new()));
        assert_eq!(read.compared(), Some(pinned));
    }

    #[test]
    fn what_was_picked_in_panels_goes_into_the_link_and_the_own_kind_is_no_choice() {
        use crate::chart::ChartKind;
        use crate::state::Picked;
        let mut view = ViewState::default();
        view.pick(ChartKind::Bars, Picked::Kind(ChartKind::Map));
        view.pick(ChartKind::Trend, Picked::Running);
        assert_eq!(to_link(&view), "v1&kinds=bars:map;trend:running");
        let (read, ignored) = from_link("v1&kinds=trend:running;bars:map", &ViewState::default());
        assert_eq!((&read, ignored), (&view, Vec::new()));
        assert_eq!(read.picked(ChartKind::Bars), Some(Picked::Kind(ChartKind::Map)));
        view.pick(ChartKind::Bars, Picked::Kind(ChartKind::Bars));
        view.pick(ChartKind::Trend, Picked::Kind(ChartKind::Trend));
        assert_eq!(view, ViewState::default());
        let (view, ignored) = from_link("v1&kinds=pie", &ViewState::default());
        assert_eq!((view, ignored.len()), (ViewState::default(), 1));
    }

    #[test]
    fn a_comparison_with_no_filter_at_all_is_one_too() {
        let view = ViewState { compare: Some(ViewState::default().filters()), ..ViewState::default() };
        assert_eq!(to_link(&view), "v1&compare=all");
        assert_eq!(from_link("v1&compare=all", &ViewState::default()).0, view);
        let (view, ignored) = from_link("v1&compare=lang:fr&brush=pie", &ViewState::default());
        assert_eq!((view, ignored.len()), (ViewState::default(), 2));
    }

    #[test]
    fn the_default_view_has_an_empty_link() {
        assert_eq!(to_link(&ViewState::default()), "");
        assert_eq!(from_link("", &ViewState::default()), (ViewState::default(), Vec::new()));
    }

    #[test]
    fn what_cannot_be_read_is_ignored_and_said() {
        let (view, ignored) =
            from_link("#v1&view=pie&from=last+week&dataset=d&colour=red", &ViewState::default());
        assert_eq!(view.dataset.as_deref(), Some("d"));
        let fields: Vec<_> = ignored.iter().map(|i| i.field.as_str()).collect();
        assert_eq!(fields, ["view", "from", "colour"]);
    }

    #[test]
    fn links_without_a_version_still_work() {
        let (view, ignored) = from_link("#dataset=d&months=2023-01..2024-01", &ViewState::default());
        assert_eq!((view.from.as_deref(), view.to.as_deref()), (Some("2023-01"), Some("2024-01")));
        assert!(ignored.is_empty());
    }

    #[test]
    fn half_an_escape_is_text() {
        assert_eq!(unescape("a%2"), "a%2");
        assert_eq!(unescape("%zz"), "%zz");
    }
}
