//! Figures that are made up, to show what a publisher's full cube allows. The same on every
//! machine: whole numbers only, and a hash of names in place of chance.

use statcube::map::Map;

use statcube::{Additivity, Dimension, DimensionRole};

use super::figures::{Case, Figure};
use super::publication::{DatasetEntry, ExampleEntry, MeasureEntry};

/// A number that looks like chance and depends on `parts` alone.
fn chance(parts: &[&str]) -> u64 {
    let bytes = parts.iter().flat_map(|part| part.bytes().chain([0]));
    let mut hash = bytes.fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    });
    hash = (hash ^ (hash >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    hash = (hash ^ (hash >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    hash ^ (hash >> 31)
}

/// A number from `low` to `high`.
fn between(low: u64, high: u64, parts: &[&str]) -> u64 {
    low + chance(parts) % (high - low + 1)
}

/// How large the leaves of a dimension are beside each other, in thousandths: few large
/// ones, many small ones.
fn weights(dimension: &Dimension, measure: &str) -> Map<u32, u64> {
    let mut leaves: Vec<u32> =
        (0u32..).take(dimension.len()).filter(|&c| dimension.hierarchy.children_of(c).is_empty()).collect();
    let code = |position: u32| dimension.category(position).map_or("", |category| category.code.as_str());
    leaves.sort_by_key(|&position| chance(&["weight", &dimension.id, code(position), measure]));
    let raw: Vec<u64> = (0u64..).zip(&leaves).map(|(rank, _)| 1_000_000 / (rank + 2)).collect();
    let total: u64 = raw.iter().sum::<u64>().max(1);
    leaves.into_iter().zip(raw).map(|(leaf, weight)| (leaf, weight * 1_000_000 / total)).collect()
}

/// Summer is busier than winter, in thousandths.
const SEASON: [u64; 12] = [620, 640, 780, 900, 1_050, 1_180, 1_300, 1_380, 1_330, 1_150, 920, 750];

/// The made-up figures of a dataset: leaves first, then the totals that a publisher would
/// print, and none where a total could count somebody twice.
pub(super) fn figures(entry: &DatasetEntry, dimensions: &[Dimension], edition: &str) -> Vec<Figure> {
    let mut known: Map<&str, Map<Vec<u32>, u64>> = Map::new();
    let mut figures = Vec::new();
    for measure in &entry.measure {
        let Some(example) = &measure.example else { continue };
        let leaves = leaves(measure, example, dimensions, &known);
        let cells = with_totals(&leaves, measure, dimensions);
        figures.extend(
            cells
                .iter()
                .flat_map(|(positions, &value)| printed(measure, dimensions, positions, value, edition)),
        );
        known.insert(measure.id.get_ref(), leaves);
    }
    figures
}

fn leaves(
    measure: &MeasureEntry,
    example: &ExampleEntry,
    dimensions: &[Dimension],
    known: &Map<&str, Map<Vec<u32>, u64>>,
) -> Map<Vec<u32>, u64> {
    let id = measure.id.get_ref().as_str();
    if let Some(whole) = example.of.as_deref().and_then(|of| known.get(of)) {
        let part = |(positions, &value): (&Vec<u32>, &u64)| {
            let noise = between(700, 1_300, &["part", id, &name(dimensions, positions)]);
            let value = value * example.per_mille.unwrap_or(1_000) * noise / 1_000_000;
            (positions.clone(), value)
        };
        return whole.iter().map(part).collect();
    }
    let scale = example.scale.unwrap_or(1_000);
    let is_stock = measure.kind.get_ref() == "stock";
    let mut cells: Map<Vec<u32>, u64> = Map::from([(Vec::new(), scale * 1_000)]);
    for dimension in dimensions {
        let shares: Map<u32, u64> = if dimension.role == DimensionRole::Time {
            let month = |position: u32| {
                let period = dimension.category(position).and_then(|category| category.period);
                let number = period.map_or(1, |period| period.last_month().number());
                let season = SEASON.get(number as usize - 1).copied().unwrap_or(1_000);
                let season = if is_stock { 800 + season / 5 } else { season };
                (position, season * (1_000 + u64::from(position) * 12))
            };
            (0u32..).take(dimension.len()).map(month).collect()
        } else {
            weights(dimension, id)
        };
        cells = cells
            .iter()
            .flat_map(|(positions, value)| {
                shares.iter().map(move |(&position, share)| {
                    (positions.iter().copied().chain([position]).collect(), value * share / 1_000_000)
                })
            })
            .collect();
    }
    let width = if is_stock { 120 } else { 450 };
    cells
        .into_iter()
        .map(|(positions, value)| {
            let noise = between(1_000 - width, 1_000 + width, &["noise", id, &name(dimensions, &positions)]);
            (positions, value * noise / 1_000_000)
        })
        .collect()
}

/// Adds the value of each parent over dimensions whose categories are disjoint.
fn with_totals(
    leaves: &Map<Vec<u32>, u64>,
    measure: &MeasureEntry,
    dimensions: &[Dimension],
) -> Map<Vec<u32>, u64> {
    let mut cells = leaves.clone();
    for (place, dimension) in dimensions.iter().enumerate() {
        let word = measure.additivity.get(&dimension.id).and_then(|word| Additivity::from_id(word.get_ref()));
        if word != Some(Additivity::Sum) {
            continue;
        }
        let mut totals: Map<Vec<u32>, u64> = Map::new();
        for (positions, value) in &cells {
            let Some(&leaf) = positions.get(place) else { continue };
            for ancestor in
                (0u32..).take(dimension.len()).filter(|&a| dimension.hierarchy.is_ancestor(a, leaf))
            {
                let mut above = positions.clone();
                if let Some(slot) = above.get_mut(place) {
                    *slot = ancestor;
                }
                *totals.entry(above).or_default() += value;
            }
        }
        cells.extend(totals);
    }
    cells
}

fn name(dimensions: &[Dimension], positions: &[u32]) -> String {
    let codes = dimensions.iter().zip(positions).filter_map(|(dimension, &p)| dimension.category(p));
    codes.map(|category| category.code.as_str()).collect::<Vec<_>>().join("/")
}

/// The figure as it would be printed, and before it what an earlier edition printed: some
/// are missing, estimated or revised.
fn printed(
    measure: &MeasureEntry,
    dimensions: &[Dimension],
    positions: &[u32],
    value: u64,
    edition: &str,
) -> Vec<Figure> {
    let id = measure.id.get_ref().as_str();
    let whole = name(dimensions, positions);
    // What a place does not report in a month is missing for every nationality.
    let reported: Vec<&str> = dimensions
        .iter()
        .zip(positions)
        .filter(|(dimension, _)| dimension.role != DimensionRole::Classification)
        .filter_map(|(dimension, &position)| dimension.category(position))
        .map(|category| category.code.as_str())
        .collect();
    let report = reported.join("/");
    let one_in = |count: u64, what: &str, name: &str| chance(&[what, id, name]).is_multiple_of(count);
    let is_leaf = dimensions.iter().zip(positions).all(|(d, &p)| d.hierarchy.children_of(p).is_empty());
    if one_in(31, "unreported", &report) || (is_leaf && one_in(97, "missing", &whole)) {
        return Vec::new();
    }
    let is_estimated = one_in(11, "estimated", &report);
    let codes = dimensions.iter().zip(positions).filter_map(|(dimension, &p)| dimension.category(p));
    let codes: Vec<String> = codes.map(|category| category.code.clone()).collect();
    let figure = |value: u64, case, edition: &str| Figure {
        line: 0,
        measure: id.to_owned(),
        codes: codes.clone(),
        value: Some(value as f64),
        range: None,
        status: is_estimated.then(|| "e".to_owned()).into_iter().collect(),
        case,
        remark: String::new(),
        source: None,
        edition: edition.to_owned(),
    };
    let mut figures = Vec::new();
    if !is_leaf && one_in(17, "revised", &report) {
        let before = value * between(960, 990, &["before", id, &whole]) / 1_000;
        figures.push(figure(before, Case::Earlier, "draft"));
    }
    figures.push(figure(value, Case::Stands, edition));
    figures
}
