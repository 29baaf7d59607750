//! Ranked parts in words: “56% in A, then B 30%, C 4%, and 3% each in D and E”.

use statcube::cube::{GroupResult, NotComparable, rank};
use statcube::{Cell, Cube};

use crate::i18n::Locale;
use crate::present::present;

/// One part of a ranking.
pub(super) struct Part {
    pub(super) name: String,
    pub(super) text: String,
    pub(super) cell: Cell,
    pub(super) place: usize,
}

/// The listed cells of a result by one dimension, largest first. Categories that are made
/// of others listed beside them are left out.
pub(super) fn ranked(result: &GroupResult, locale: &Locale) -> Result<Vec<Part>, NotComparable> {
    let cube = result.cube();
    let [dimension] = result.by() else { return Ok(Vec::new()) };
    let is_leaf = |cell: &usize| {
        let position = result.positions_of(*cell).first().copied();
        let hierarchy = cube.dimensions().get(*dimension).map(|dimension| &dimension.hierarchy);
        position
            .zip(hierarchy)
            .is_some_and(|(position, hierarchy)| hierarchy.children_of(position).is_empty())
    };
    let candidates: Vec<usize> = (0..result.len()).filter(is_leaf).collect();
    let ranked = rank(result, &candidates)?;
    Ok(ranked
        .into_iter()
        .filter_map(|ranked| {
            let cell = result.cell(ranked.cell)?;
            let (dimension, position) = cell.by().first().copied()?;
            let name = locale.category(cube, dimension, position);
            Some(Part { name, text: present(&cell, cube, locale).text, cell, place: ranked.place })
        })
        .collect())
}

/// The parts in words; ties are told once, “3% each”. `key` is `shares.place` or
/// `shares.category`, for what has people in it and for what people have.
pub(super) fn tell(parts: &[Part], key: &str, locale: &Locale) -> Option<String> {
    let mut groups: Vec<Vec<&Part>> = Vec::new();
    for part in parts {
        match groups.last_mut() {
            Some(group)
                if group
                    .first()
                    .is_some_and(|first| first.place == part.place && first.text == part.text) =>
            {
                group.push(part);
            }
            _ => groups.push(vec![part]),
        }
    }
    let phrase = |group: &[&Part], is_first: bool| {
        let names: Vec<String> = group.iter().map(|part| part.name.clone()).collect();
        let form = match (group.len(), is_first) {
            (1, true) => "first",
            (1, false) => "next",
            (_, true) => "first-each",
            (_, false) => "each",
        };
        let value = group.first().map_or("", |part| part.text.as_str());
        locale.fill(&format!("{key}.{form}"), &[("value", value), ("name", &locale.list(&names))])
    };
    let last = groups.len().checked_sub(1)?;
    groups.iter().enumerate().fold(None, |told: Option<String>, (place, group)| {
        let Some(before) = told else { return Some(phrase(group, true)) };
        let join = match place {
            1 => "shares.then",
            place if place == last => "shares.last",
            _ => "shares.middle",
        };
        Some(locale.fill(join, &[("before", &before), ("next", &phrase(group, false))]))
    })
}

/// Whether a dimension's categories are places one can be in.
pub(super) fn key_of(cube: &Cube, dimension: usize) -> &'static str {
    let role = cube.dimensions().get(dimension).map(|dimension| dimension.role);
    if role == Some(statcube::DimensionRole::Geo) { "shares.place" } else { "shares.category" }
}
