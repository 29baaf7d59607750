//! What a publisher should know before a snapshot goes out.

use statcube::model::{Finding, Severity};
use statcube::{Additivity, CellIndex, Cube, Snapshot, StatisticKind};

/// Everything odd about a snapshot: what the reader noticed, what is not declared, and
/// published totals unlike the sums of their parts.
pub fn check(snapshot: &Snapshot) -> Vec<Finding> {
    let mut findings = snapshot.findings.clone();
    let profile = &snapshot.profile;
    let declared = [
        ("edition", profile.edition.is_some(), "the edition"),
        ("publisher", profile.publisher.is_some(), "who answers for the figures"),
        ("contact", profile.contact.is_some(), "where to ask"),
        ("licence", profile.licence.is_some(), "the licence"),
        ("method", profile.method.is_some(), "how the figures come about"),
    ];
    for (key, _, what) in declared.iter().filter(|(_, is_there, _)| !is_there) {
        findings.push(missing(format!("Nobody says {what}."), format!("extension.mixedMovements.{key}")));
    }
    if snapshot.updated.is_none() {
        findings.push(missing("Nobody says when it was published.".to_owned(), "updated".to_owned()));
    }
    for cube in &snapshot.datasets {
        undeclared(cube, &mut findings);
        unsourced(cube, &mut findings);
        unlike_sums(cube, &mut findings);
        findings.extend(revealed(cube));
    }
    findings
}

fn missing(message: String, path: String) -> Finding {
    Finding { severity: Severity::Warning, message, path }
}

fn undeclared(cube: &Cube, findings: &mut Vec<Finding>) {
    for (place, measure) in cube.measures().iter().enumerate() {
        let path = format!("{}.{}", cube.id(), measure.id);
        if measure.kind == StatisticKind::Unknown {
            findings.push(missing(
                "Nobody says whether it is a flow, a stock or a rate.".to_owned(),
                path.clone(),
            ));
        }
        if measure.unit.is_none() {
            findings.push(missing("The unit is missing.".to_owned(), path.clone()));
        }
        if measure.counts.is_none() && matches!(measure.kind, StatisticKind::Flow | StatisticKind::Stock) {
            findings.push(missing(
                "Nobody says what is counted: people, events, cases.".to_owned(),
                path.clone(),
            ));
        }
        for (position, dimension) in cube.dimensions().iter().enumerate() {
            if dimension.len() > 1 && cube.additivity(place, position).0 == Additivity::Unknown {
                let message = format!(
                    "Nobody says whether it may be added over “{}”; every total is refused.",
                    dimension.label
                );
                findings.push(missing(message, path.clone()));
            }
        }
    }
}

fn unsourced(cube: &Cube, findings: &mut Vec<Finding>) {
    // Where sources are not given by cell at all, the dataset's own is meant.
    let by_cell =
        (0..cube.measures().len()).filter_map(|m| cube.column(m)).any(|c| !c.extras.provenance.is_empty());
    if !by_cell {
        if cube.parts().source.is_none() {
            findings.push(missing("There is no source.".to_owned(), cube.id().to_owned()));
        }
        return;
    }
    for (measure, column) in cube.measures().iter().zip((0..).map_while(|m| cube.column(m))) {
        for index in (0..column.len()).map(CellIndex).filter(|index| column.is_observed(*index)) {
            if !column.extras.provenance.contains_key(&index) {
                findings.push(missing(
                    "The figure has no source.".to_owned(),
                    cell_path(cube, &measure.id, index),
                ));
            }
        }
    }
}

/// Withheld figures that their line gives away: a single one beside its published total, or
/// several that can be only one thing.
pub(super) fn revealed(cube: &Cube) -> Vec<Finding> {
    let mut findings = Vec::new();
    for (place, measure) in cube.measures().iter().enumerate() {
        let withheld = cube.suppressed(place);
        let Some(column) = cube.column(place).filter(|_| !withheld.is_empty()) else { continue };
        for (at, dimension) in cube.dimensions().iter().enumerate() {
            let stride = cube.strides().get(at).copied().unwrap_or(0);
            let additivity = cube.additivity(place, at).0;
            // What overlaps or means nothing together cannot be subtracted.
            if dimension.hierarchy.is_flat() || matches!(additivity, Additivity::Overlap | Additivity::None) {
                continue;
            }
            for index in 0..cube.num_cells() {
                let position = index / stride.max(1) % dimension.len().max(1);
                let children = dimension.hierarchy.children_of(position as u32);
                let (mut rest, mut least, mut most, mut num, mut is_whole) = (0.0, 0.0, 0.0, 0, true);
                for &child in children {
                    let part = CellIndex(index - position * stride + child as usize * stride);
                    match (column.value(part), withheld.get(&part)) {
                        (Some(value), _) => rest += value,
                        (None, Some(&(low, high))) => {
                            (least, most, num) = (least + low, most + high, num + 1);
                        }
                        (None, None) => is_whole = false,
                    }
                }
                let total = column.value(CellIndex(index));
                let message = match total {
                    _ if children.is_empty() || !is_whole => continue,
                    None if num == 0 && withheld.contains_key(&CellIndex(index)) => {
                        "The total is withheld, and its parts add up to it."
                    }
                    Some(_) if num == 1 => {
                        "A single part is withheld beside its published total: subtraction reveals it."
                    }
                    Some(total) if num > 1 && !(least < total - rest && total - rest < most) => {
                        "The withheld parts can be only one thing beside their published total."
                    }
                    _ => continue,
                };
                findings.push(missing(message.to_owned(), cell_path(cube, &measure.id, CellIndex(index))));
            }
        }
    }
    findings
}

/// Where a total and its parts are both published, and the parts may be added: do they agree?
fn unlike_sums(cube: &Cube, findings: &mut Vec<Finding>) {
    for (place, measure) in cube.measures().iter().enumerate() {
        let Some(column) = cube.column(place) else { continue };
        for (at, dimension) in cube.dimensions().iter().enumerate() {
            let stride = cube.strides().get(at).copied().unwrap_or(0);
            if dimension.hierarchy.is_flat() || cube.additivity(place, at).0 != Additivity::Sum {
                continue;
            }
            for index in 0..cube.num_cells() {
                let position = index / stride.max(1) % dimension.len().max(1);
                let children = dimension.hierarchy.children_of(position as u32);
                let Some(total) = column.value(CellIndex(index)).filter(|_| !children.is_empty()) else {
                    continue;
                };
                let part = |&child: &u32| {
                    column.value(CellIndex(index - position * stride + child as usize * stride))
                };
                let parts: Vec<f64> = children.iter().filter_map(part).collect();
                let sum: f64 = parts.iter().sum();
                let is_complete = parts.len() == children.len();
                let disagrees = (is_complete && sum != total) || (!is_complete && sum > total);
                if disagrees {
                    let path = cell_path(cube, &measure.id, CellIndex(index));
                    let what = if is_complete {
                        "its parts add up to"
                    } else {
                        "the parts that are published add up to"
                    };
                    let message = format!("The published total is {total}, but {what} {sum}.");
                    findings.push(Finding { severity: Severity::Note, message, path });
                }
            }
        }
    }
}

/// Names a cell by its codes.
fn cell_path(cube: &Cube, measure: &str, index: CellIndex) -> String {
    let mut path = format!("{}.{measure}", cube.id());
    for (dimension, stride) in cube.dimensions().iter().zip(cube.strides()) {
        let position = index.0 / (*stride).max(1) % dimension.len().max(1);
        if let Some(category) = dimension.category(position as u32) {
            path.push_str(&format!("[{}]", category.code));
        }
    }
    path
}
