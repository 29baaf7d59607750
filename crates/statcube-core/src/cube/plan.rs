//! From a query to what is read: for each dimension of one grouping, which positions, and
//! what becomes of them. Hierarchies are resolved here.

use crate::map::Map;
use std::borrow::Cow;
use std::collections::HashMap;
use std::sync::Arc;

use super::cell::StandIn;
use super::query::{Query, num_below};
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
    /// What is read, ascending, each once.
    pub positions: Arc<[u32]>,
    /// What the filter named, where another category answers for it; notes hold all the same.
    pub named: Vec<u32>,
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

/// What the filters of a query leave of each dimension: worked out once, for all its groupings.
pub(super) struct Filters<'a> {
    cube: &'a Cube,
    query: &'a Query,
    listed: Vec<Option<Arc<[u32]>>>,
    /// Where a dimension is rolled up, and the category whose children are exactly what is left.
    rolled_up: Vec<Option<(Axis, Option<u32>)>>,
}

impl<'a> Filters<'a> {
    pub fn new(cube: &'a Cube, query: &'a Query) -> Self {
        let num = cube.dimensions().len();
        Self { cube, query, listed: vec![None; num], rolled_up: vec![None; num] }
    }

    /// The selected positions that there are, where anything filters the dimension.
    fn selected(&self, place: usize, dimension: &Dimension) -> Option<Cow<'a, [u32]>> {
        let positions = self.query.kept(place)?;
        Some(match num_below(&positions, dimension.len()) {
            num if num < positions.len() => Cow::Owned(positions.iter().copied().take(num).collect()),
            _ => positions,
        })
    }

    /// What is listed of a dimension.
    fn listed(&mut self, place: usize, dimension: &Dimension) -> Arc<[u32]> {
        if let Some(known) = self.listed.get(place).cloned().flatten() {
            return known;
        }
        let selected = if self.query.linked { None } else { self.selected(place, dimension) };
        let positions: Arc<[u32]> = match selected {
            Some(selected) => (&*selected).into(),
            None => self.cube.positions(place),
        };
        self.listed.get_mut(place).into_iter().for_each(|slot| *slot = Some(Arc::clone(&positions)));
        positions
    }

    /// What becomes of a dimension that is not listed.
    fn rolled_up(&mut self, place: usize, dimension: &Dimension) -> (Axis, Option<u32>) {
        if let Some(known) = self.rolled_up.get(place).cloned().flatten() {
            return known;
        }
        let (positions, named, stand_ins, parent) = match self.selected(place, dimension) {
            Some(selected) => {
                let (positions, stand_ins) = without_descendants(place, dimension, selected);
                let parent = parent_of_exactly(dimension, &positions);
                let named = stand_ins.iter().flat_map(|stand_in| stand_in.children.clone()).collect();
                (positions, named, stand_ins, parent)
            }
            None => {
                let (positions, stand_ins) = unfiltered(place, dimension);
                (Cow::Owned(positions), Vec::new(), stand_ins, None)
            }
        };
        let axis = axis(self.cube, self.query.measure, place, (&*positions).into(), named, stand_ins);
        self.rolled_up.get_mut(place).into_iter().for_each(|slot| *slot = Some((axis.clone(), parent)));
        (axis, parent)
    }
}

impl Plan {
    /// The plans to try, in order, in which a selection of exactly the children of a category is
    /// answered with that category, which hold only where every cell then has a value; and the one
    /// that always holds.
    pub fn candidates(filters: &mut Filters<'_>, by: Vec<usize>) -> (Vec<Self>, Self) {
        let (cube, query) = (filters.cube, filters.query);
        let mut axes = Vec::with_capacity(cube.dimensions().len());
        let mut replaceable: Vec<(usize, u32)> = Vec::new();
        for (place, dimension) in cube.dimensions().iter().enumerate() {
            if by.contains(&place) {
                let positions = filters.listed(place, dimension);
                let (named, stand_ins) = (Vec::new(), Vec::new());
                axes.push(Axis { positions, named, fate: Fate::Listed, assumed: false, stand_ins });
                continue;
            }
            let (axis, parent) = filters.rolled_up(place, dimension);
            replaceable.extend(parent.map(|parent| (place, parent)));
            axes.push(axis);
        }
        let plan = Self { measure: query.measure, by, axes };

        // Beyond a few hierarchies the combinations would outgrow the answer.
        replaceable.truncate(4);
        let mut subsets: Vec<u32> = (1..1u32 << replaceable.len()).collect();
        crate::order::sort_by_key(&mut subsets, |subset| (std::cmp::Reverse(subset.count_ones()), *subset));
        let mut plans: Vec<Self> = Vec::with_capacity(subsets.len());
        for subset in subsets {
            let mut replaced = plan.clone();
            for (bit, &(place, parent)) in replaceable.iter().enumerate() {
                if subset >> bit & 1 == 1
                    && let Some(slot) = replaced.axes.get_mut(place)
                {
                    let children = slot.positions.to_vec();
                    let mut named = std::mem::take(&mut slot.named);
                    named.extend_from_slice(&children);
                    let mut stand_ins = std::mem::take(&mut slot.stand_ins);
                    stand_ins.push(StandIn::new(place, parent, children));
                    *slot = axis(cube, query.measure, place, Arc::new([parent]), named, stand_ins);
                }
            }
            plans.push(replaced);
        }
        (plans, plan)
    }
}

fn axis(
    cube: &Cube,
    measure: usize,
    place: usize,
    positions: Arc<[u32]>,
    named: Vec<u32>,
    stand_ins: Vec<StandIn>,
) -> Axis {
    let fate = match reducer(cube, measure, place, &positions) {
        Ok(Reducer::Slice) if !stand_ins.is_empty() => Fate::Reduced(Reducer::Published),
        Ok(reducer) => Fate::Reduced(reducer),
        Err(reason) => Fate::Refused(reason),
    };
    let assumed = is_assumed(cube, measure, place, &positions);
    Axis { positions, named, fate, assumed, stand_ins }
}

/// What answers for a whole dimension: its root or roots, or the category that the file
/// says stands for all.
fn unfiltered(place: usize, dimension: &Dimension) -> (Vec<u32>, Vec<StandIn>) {
    let roots = dimension.hierarchy.roots().to_vec();
    let all = dimension.elimination.as_deref().and_then(|code| dimension.position(code));
    match (roots.as_slice(), all) {
        ([root], _) if !dimension.hierarchy.is_flat() => {
            let below = dimension.hierarchy.children_of(*root).to_vec();
            (vec![*root], vec![StandIn::new(place, *root, below)])
        }
        ([_, _, ..], Some(all)) if dimension.hierarchy.is_flat() => {
            let others = roots.into_iter().filter(|&category| category != all).collect();
            (vec![all], vec![StandIn::new(place, all, others)])
        }
        _ => (roots, Vec::new()),
    }
}

/// A parent is never added to its children: where both are selected the parent stands.
fn without_descendants<'a>(
    place: usize,
    dimension: &Dimension,
    selected: Cow<'a, [u32]>,
) -> (Cow<'a, [u32]>, Vec<StandIn>) {
    let hierarchy = &dimension.hierarchy;
    if hierarchy.is_flat() {
        return (selected, Vec::new());
    }
    let is_selected = |category: u32| selected.binary_search(&category).is_ok();
    // The selected category highest above each one that has any above it.
    let mut above: HashMap<u32, u32> = HashMap::new();
    for &category in hierarchy.top_down() {
        let highest = hierarchy.parents_of(category).iter().find_map(|&parent| {
            above.get(&parent).copied().or_else(|| is_selected(parent).then_some(parent))
        });
        above.extend(highest.map(|highest| (category, highest)));
    }
    let mut kept = Vec::with_capacity(selected.len());
    let mut covered: Map<u32, Vec<u32>> = Map::new();
    for &category in &*selected {
        match above.get(&category) {
            None => kept.push(category),
            Some(&highest) => covered.entry(highest).or_default().push(category),
        }
    }
    let stand_ins = covered.into_iter().map(|(parent, below)| StandIn::new(place, parent, below)).collect();
    (Cow::Owned(kept), stand_ins)
}

/// The category whose declared children are exactly these, if there is one.
fn parent_of_exactly(dimension: &Dimension, positions: &[u32]) -> Option<u32> {
    // One category is a slice, even where it is its parent's only child.
    if positions.len() < 2 {
        return None;
    }
    let mut candidates: Vec<u32> = dimension.hierarchy.parents_of(*positions.first()?).to_vec();
    crate::order::sort(&mut candidates);
    candidates.into_iter().find(|&parent| {
        let mut children = dimension.hierarchy.children_of(parent).to_vec();
        crate::order::sort(&mut children);
        children == positions
    })
}
