//! From a query to what is read: for each dimension of one grouping, which positions, and
//! what becomes of them. Hierarchies are resolved here.

use super::cell::StandIn;
use super::query::Query;
use super::summarizability::{NotSummarizable, Reducer, is_assumed, reducer};
use crate::model::{Cube, Dimension};

/// What becomes of a dimension.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Fate {
    /// Listed: every position is a cell of its own.
    Listed,
    /// Combined by a reducer.
    Reduced(Reducer),
    /// May not be combined.
    Refused(NotSummarizable),
}

/// One dimension of a plan.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Axis {
    pub positions: Vec<u32>,
    pub fate: Fate,
    pub assumed: bool,
    pub stand_ins: Vec<StandIn>,
}

/// One grouping, ready to be evaluated.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Plan {
    pub measure: usize,
    /// Dimensions listed, in the order of the grouping.
    pub by: Vec<usize>,
    /// One axis for each dimension of the cube.
    pub axes: Vec<Axis>,
}

impl Plan {
    /// The plans to try, in order: first those in which a selection of exactly the children
    /// of a category is answered with that category, which hold only where every cell then
    /// has a value; last the one that always holds.
    pub fn candidates(cube: &Cube, query: &Query, by: &[usize]) -> Vec<Self> {
        let mut axes = Vec::with_capacity(cube.dimensions().len());
        let mut replaceable: Vec<(usize, u32)> = Vec::new();
        for (place, dimension) in cube.dimensions().iter().enumerate() {
            let listed = by.contains(&place);
            let filter = query.selected(place).filter(|_| !(listed && query.linked));
            let all = || (0..dimension.len() as u32).collect();
            if listed {
                let positions = filter.unwrap_or_else(all);
                axes.push(Axis { positions, fate: Fate::Listed, assumed: false, stand_ins: Vec::new() });
                continue;
            }
            let (positions, stand_ins) = match filter {
                Some(selected) => {
                    let (positions, stand_ins) = without_descendants(place, dimension, &selected);
                    if let Some(parent) = parent_of_exactly(dimension, &positions) {
                        replaceable.push((place, parent));
                    }
                    (positions, stand_ins)
                }
                None => {
                    let roots = dimension.hierarchy.roots().to_vec();
                    let flat = dimension.hierarchy.is_flat();
                    let stand_in = match roots.as_slice() {
                        [root] if !flat => {
                            vec![StandIn::new(place, *root, dimension.hierarchy.children_of(*root).to_vec())]
                        }
                        _ => Vec::new(),
                    };
                    (roots, stand_in)
                }
            };
            axes.push(axis(cube, query.measure, place, positions, stand_ins));
        }
        let plan = Self { measure: query.measure, by: by.to_vec(), axes };

        // Beyond a few hierarchies the combinations would outgrow the answer.
        replaceable.truncate(4);
        let mut subsets: Vec<u32> = (1..1u32 << replaceable.len()).collect();
        subsets.sort_by_key(|subset| (std::cmp::Reverse(subset.count_ones()), *subset));
        let mut plans: Vec<Self> = Vec::with_capacity(subsets.len() + 1);
        for subset in subsets {
            let mut replaced = plan.clone();
            for (bit, &(place, parent)) in replaceable.iter().enumerate() {
                if subset >> bit & 1 == 1
                    && let Some(slot) = replaced.axes.get_mut(place)
                {
                    let children = std::mem::take(&mut slot.positions);
                    let stand_in = vec![StandIn::new(place, parent, children)];
                    *slot = axis(cube, query.measure, place, vec![parent], stand_in);
                }
            }
            plans.push(replaced);
        }
        plans.push(plan);
        plans
    }
}

fn axis(cube: &Cube, measure: usize, place: usize, positions: Vec<u32>, stand_ins: Vec<StandIn>) -> Axis {
    let fate = match reducer(cube, measure, place, &positions) {
        Ok(Reducer::Slice) if !stand_ins.is_empty() => Fate::Reduced(Reducer::Published),
        Ok(reducer) => Fate::Reduced(reducer),
        Err(reason) => Fate::Refused(reason),
    };
    let assumed = is_assumed(cube, measure, place, &positions);
    Axis { positions, fate, assumed, stand_ins }
}

/// A parent is never added to its children: where both are selected the parent stands.
fn without_descendants(place: usize, dimension: &Dimension, selected: &[u32]) -> (Vec<u32>, Vec<StandIn>) {
    if dimension.hierarchy.is_flat() {
        return (selected.to_vec(), Vec::new());
    }
    let place_of = |category: &u32| selected.binary_search(category).is_ok();
    let mut kept = Vec::with_capacity(selected.len());
    let mut covered: Vec<(u32, Vec<u32>)> = Vec::new();
    for &category in selected {
        match top_selected_ancestor(dimension, category, &place_of) {
            None => kept.push(category),
            Some(ancestor) => match covered.iter_mut().find(|(known, _)| *known == ancestor) {
                Some((_, below)) => below.push(category),
                None => covered.push((ancestor, vec![category])),
            },
        }
    }
    let stand_ins = covered.into_iter().map(|(parent, below)| StandIn::new(place, parent, below)).collect();
    (kept, stand_ins)
}

fn top_selected_ancestor(dimension: &Dimension, category: u32, selected: &dyn Fn(&u32) -> bool) -> Option<u32> {
    let mut found = None;
    let mut open = dimension.hierarchy.parents_of(category).to_vec();
    let mut seen = Vec::new();
    while let Some(next) = open.pop() {
        if seen.contains(&next) {
            continue;
        }
        seen.push(next);
        if selected(&next) && found.is_none_or(|known| dimension.hierarchy.is_ancestor(next, known)) {
            found = Some(next);
        }
        open.extend_from_slice(dimension.hierarchy.parents_of(next));
    }
    found
}

/// The category whose declared children are exactly these, if there is one.
fn parent_of_exactly(dimension: &Dimension, positions: &[u32]) -> Option<u32> {
    // One category is a slice, even where it is its parent's only child.
    if positions.len() < 2 {
        return None;
    }
    let mut candidates: Vec<u32> = dimension.hierarchy.parents_of(*positions.first()?).to_vec();
    candidates.sort_unstable();
    candidates.into_iter().find(|&parent| {
        let mut children = dimension.hierarchy.children_of(parent).to_vec();
        children.sort_unstable();
        children == positions
    })
}
