//! From plan to answer. Numbers are computed for all cells at once, as columns; what goes
//! with a number (statuses, notes, sources) is gathered for one cell when it is asked for.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::cell::{Cell, Refusal};
use super::plan::{Axis, Fate, Plan};
use super::query::Query;
use super::summarizability::{NotSummarizable, Reducer};
use crate::model::{CellIndex, Column, Cube, ObservationFlag};

/// The answer to a query: one result for each grouping, in order.
#[derive(Debug, Clone)]
pub struct Table {
    /// The results.
    pub groups: Vec<GroupResult>,
}

/// The answer to one grouping, as columns. Cells stand row-major over the categories that
/// the filters leave of the grouping's dimensions, those without a value included.
#[derive(Debug, Clone)]
pub struct GroupResult {
    cube: Arc<Cube>,
    plan: Plan,
    positions: Vec<u32>,
    values: Vec<f64>,
    observed: Vec<u32>,
    of: Vec<u32>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    period: Option<(usize, u32)>,
}

impl Cube {
    /// Answers a query.
    pub fn run(self: &Arc<Self>, query: &Query) -> Table {
        let groups = query
            .groupings
            .iter()
            .map(|by| {
                let mut result = self.group(query, by);
                if let [dimension] = by.as_slice()
                    && let Some((_, count)) = query.top.iter().find(|(top, _)| top == dimension)
                {
                    result.keep_largest(*count);
                }
                result
            })
            .collect();
        Table { groups }
    }

    fn group(self: &Arc<Self>, query: &Query, by: &[usize]) -> GroupResult {
        let mut plans = Plan::candidates(self, query, by);
        let certain = plans.pop();
        for plan in plans {
            let result = evaluate(self, plan);
            if !result.is_empty() && result.values.iter().all(|value| !value.is_nan()) {
                return result;
            }
        }
        let none = Plan { measure: query.measure, by: by.to_vec(), axes: Vec::new() };
        evaluate(self, certain.unwrap_or(none))
    }
}

/// Every offset that the axes reach together, first axis slowest.
fn offsets<'a>(axes: impl Iterator<Item = (&'a Axis, usize)>) -> Vec<usize> {
    axes.fold(vec![0], |before, (axis, stride)| {
        before.iter().flat_map(|&base| axis.positions.iter().map(move |&p| base + p as usize * stride)).collect()
    })
}

fn evaluate(cube: &Arc<Cube>, mut plan: Plan) -> GroupResult {
    let column = cube.column(plan.measure);
    let period = column.and_then(|column| choose_last(cube, column, &mut plan));
    let strides = cube.strides();
    let with_stride = |fate: fn(Fate) -> bool| {
        plan.axes.iter().zip(strides).filter(move |(axis, _)| fate(axis.fate)).map(|(a, &s)| (a, s))
    };
    let refused = offsets(with_stride(|fate| matches!(fate, Fate::Refused(_))));
    let is_refused = plan.axes.iter().any(|axis| matches!(axis.fate, Fate::Refused(_)));
    let bounded = is_refused
        && plan.axes.iter().all(|axis| {
            !matches!(axis.fate, Fate::Refused(NotSummarizable::None | NotSummarizable::Unknown))
        });

    // The innermost loop runs along one axis; the rest of the sum is a list of offsets.
    let mut summed: Vec<(&Axis, usize)> = with_stride(|fate| matches!(fate, Fate::Reduced(_))).collect();
    let inner = summed.iter().rposition(|(axis, _)| axis.positions.len() > 1);
    let inner = inner.map(|place| summed.remove(place));
    let outer = offsets(summed.into_iter());
    let single = [0u32];
    let (inner_positions, inner_stride) =
        inner.map_or((&single[..], 0), |(axis, stride)| (axis.positions.as_slice(), stride));

    let listed: Vec<(&Axis, usize)> =
        plan.by.iter().filter_map(|&place| Some((plan.axes.get(place)?, *strides.get(place)?))).collect();
    let bases = offsets(listed.iter().copied());
    let positions = listed_positions(&listed);

    let num_parts = outer.len() * inner_positions.len();
    let of = u32::try_from(num_parts * refused.len()).unwrap_or(u32::MAX);
    let mut result = GroupResult {
        cube: Arc::clone(cube),
        positions,
        values: Vec::with_capacity(bases.len()),
        observed: Vec::with_capacity(bases.len()),
        of: vec![of; bases.len()],
        lower: Vec::new(),
        upper: Vec::new(),
        period,
        plan: Plan { measure: plan.measure, by: Vec::new(), axes: Vec::new() },
    };
    for &base in &bases {
        let mut observed = 0u32;
        let (mut total, mut largest, mut negative) = (0.0, f64::NAN, false);
        for &part in &refused {
            let (mut sum, mut seen) = (0.0, 0u32);
            for &offset in &outer {
                let start = base + part + offset;
                for &position in inner_positions {
                    let index = CellIndex(start + position as usize * inner_stride);
                    if let Some(value) = column.and_then(|column| column.value(index)) {
                        sum += value;
                        seen += 1;
                        negative |= value < 0.0;
                    }
                }
            }
            if seen > 0 {
                largest = f64::max(largest, sum);
                total += sum;
            }
            observed += seen;
        }
        let answered = observed > 0;
        result.observed.push(observed);
        result.values.push(if answered && !is_refused { total } else { f64::NAN });
        if is_refused {
            let bounded = bounded && answered && !negative;
            result.lower.push(if bounded { largest } else { f64::NAN });
            result.upper.push(if bounded && observed == of { total } else { f64::NAN });
        }
    }
    result.plan = plan;
    result
}

fn listed_positions(listed: &[(&Axis, usize)]) -> Vec<u32> {
    let mut rows: Vec<Vec<u32>> = vec![Vec::new()];
    for (axis, _) in listed {
        rows = rows
            .iter()
            .flat_map(|row| {
                axis.positions.iter().map(move |&position| {
                    let mut longer = row.clone();
                    longer.push(position);
                    longer
                })
            })
            .collect();
    }
    rows.concat()
}

/// Step one: of each dimension whose last period stands, keeps the last in which any
/// selected cell is observed, the same for the whole grouping.
fn choose_last(cube: &Cube, column: &Column, plan: &mut Plan) -> Option<(usize, u32)> {
    let mut chosen = None;
    for place in 0..plan.axes.len() {
        let Some(axis) = plan.axes.get(place).filter(|axis| axis.fate == Fate::Reduced(Reducer::Last)) else {
            continue;
        };
        let dimension = cube.dimensions().get(place)?;
        let others = plan.axes.iter().zip(cube.strides()).enumerate();
        let others = offsets(others.filter(|(other, _)| *other != place).map(|(_, (a, &s))| (a, s)));
        let stride = cube.strides().get(place).copied().unwrap_or(0);
        let is_observed = |position: u32| {
            others.iter().any(|&base| column.is_observed(CellIndex(base + position as usize * stride)))
        };
        let last = dimension
            .chronological()
            .iter()
            .rev()
            .copied()
            .find(|position| axis.positions.contains(position) && is_observed(*position));
        // Nothing observed: any one period stands for the absence, and none is named.
        let kept = last.or_else(|| axis.positions.last().copied());
        if let Some(axis) = plan.axes.get_mut(place) {
            axis.positions = kept.into_iter().collect();
        }
        chosen = last.map(|last| (place, last)).or(chosen);
    }
    chosen
}

impl GroupResult {
    /// The dimensions listed.
    pub fn by(&self) -> &[usize] {
        &self.plan.by
    }

    /// The cube that answered.
    pub fn cube(&self) -> &Arc<Cube> {
        &self.cube
    }

    /// Number of cells.
    pub fn len(&self) -> usize {
        self.values.len()
    }

    /// Whether there is no cell.
    pub fn is_empty(&self) -> bool {
        self.values.is_empty()
    }

    /// Values; not a number where there is none.
    pub fn values(&self) -> &[f64] {
        &self.values
    }

    /// Category positions, one for each listed dimension and cell, row-major.
    pub fn positions(&self) -> &[u32] {
        &self.positions
    }

    /// The category positions of one cell.
    pub fn positions_of(&self, cell: usize) -> &[u32] {
        let width = self.plan.by.len();
        self.positions.get(cell * width..(cell + 1) * width).unwrap_or(&[])
    }

    /// Observed parts of each cell.
    pub fn observed(&self) -> &[u32] {
        &self.observed
    }

    /// All parts of each cell.
    pub fn of(&self) -> &[u32] {
        &self.of
    }

    /// Lower bounds where sums were refused, else `None`; not a number where there is none.
    pub fn lower(&self) -> Option<&[f64]> {
        self.is_refused().then_some(&self.lower)
    }

    /// Upper bounds where sums were refused, else `None`; not a number where there is none or
    /// where it is open.
    pub fn upper(&self) -> Option<&[f64]> {
        self.is_refused().then_some(&self.upper)
    }

    /// Whether totals were refused. Decided once for the grouping.
    pub fn is_refused(&self) -> bool {
        self.plan.axes.iter().any(|axis| matches!(axis.fate, Fate::Refused(_)))
    }

    /// Dimension and category of the period that stands for all those selected.
    pub fn period(&self) -> Option<(usize, u32)> {
        self.period
    }

    /// The cell at these category positions, in the order of [`GroupResult::by`].
    pub fn find(&self, positions: &[u32]) -> Option<usize> {
        (0..self.len()).find(|&cell| self.positions_of(cell) == positions)
    }

    /// All cells, in order.
    pub fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        (0..self.len()).filter_map(|index| self.cell(index))
    }

    fn keep_largest(&mut self, count: usize) {
        let mut order: Vec<usize> = (0..self.len()).filter(|&i| self.values.get(i).is_some_and(|v| !v.is_nan())).collect();
        let value = |i: usize| self.values.get(i).copied().unwrap_or(f64::NAN);
        order.sort_by(|&a, &b| value(b).total_cmp(&value(a)).then(a.cmp(&b)));
        order.truncate(count);
        fn pick<T: Copy>(order: &[usize], column: &[T]) -> Vec<T> {
            order.iter().filter_map(|&i| column.get(i).copied()).collect()
        }
        self.positions = pick(&order, &self.positions);
        self.observed = pick(&order, &self.observed);
        self.of = pick(&order, &self.of);
        self.lower = pick(&order, &self.lower);
        self.upper = pick(&order, &self.upper);
        self.values = pick(&order, &self.values);
    }

    /// The axes with the positions that one cell is about.
    fn selection_of(&self, cell: usize) -> Vec<Vec<u32>> {
        let listed = self.positions_of(cell);
        let place_in_by = |place: usize| self.plan.by.iter().position(|&by| by == place);
        self.plan
            .axes
            .iter()
            .enumerate()
            .map(|(place, axis)| match place_in_by(place).and_then(|at| listed.get(at)) {
                Some(&position) => vec![position],
                None => axis.positions.clone(),
            })
            .collect()
    }

    /// Which parts of a cell have a value: positions along every dimension that is not
    /// listed. Cells may be compared only where these are equal.
    pub fn observed_parts(&self, cell: usize) -> BTreeSet<Vec<u32>> {
        let selection = self.selection_of(cell);
        let rolled: Vec<usize> = (0..selection.len()).filter(|place| !self.plan.by.contains(place)).collect();
        let mut parts = BTreeSet::new();
        let Some(column) = self.cube.column(self.plan.measure) else { return parts };
        for_each_part(&selection, &mut |positions| {
            if self.cube.index(positions).is_some_and(|index| column.is_observed(index)) {
                parts.insert(rolled.iter().filter_map(|&place| positions.get(place).copied()).collect());
            }
        });
        parts
    }

    /// Everything about one cell.
    pub fn cell(&self, cell: usize) -> Option<Cell> {
        let value = self.values.get(cell).copied()?;
        let column = self.cube.column(self.plan.measure)?;
        let selection = self.selection_of(cell);
        let observed = self.observed.get(cell).copied().unwrap_or(0);
        let of = self.of.get(cell).copied().unwrap_or(0);
        let measure = self.cube.measures().get(self.plan.measure)?;

        let mut gathered = Gathered::default();
        if observed > 0 {
            for_each_part(&selection, &mut |positions| {
                if let Some(index) = self.cube.index(positions).filter(|index| column.is_observed(*index)) {
                    gathered.add(&self.cube, column, index, measure.precision);
                }
            });
        }
        let stand_ins: Vec<_> = self.plan.axes.iter().flat_map(|axis| axis.stand_ins.clone()).collect();
        let fates = || self.plan.axes.iter().map(|axis| axis.fate);
        let reducer = [Reducer::Sum, Reducer::Last, Reducer::Published, Reducer::Slice]
            .into_iter()
            .find(|reducer| *reducer == Reducer::Slice || fates().any(|fate| fate == Fate::Reduced(*reducer)));
        let refusals = self.plan.axes.iter().enumerate().filter_map(|(dimension, axis)| {
            let Fate::Refused(reason) = axis.fate else { return None };
            let id = &self.cube.dimensions().get(dimension)?.id;
            Some(Refusal {
                reason,
                dimension,
                categories: axis.positions.clone(),
                why: measure.why.get(id).cloned(),
                advice: measure.advice.clone(),
            })
        });
        let finite = |bound: Option<&f64>| bound.copied().filter(|bound| !bound.is_nan());
        let is_refused = self.is_refused();
        let is_single = of == 1;
        let one = |selection: &[Vec<u32>]| -> Option<CellIndex> {
            let positions: Vec<u32> = selection.iter().filter_map(|axis| axis.first().copied()).collect();
            self.cube.index(&positions).filter(|_| is_single)
        };
        let single = one(&selection);
        Some(Cell {
            measure: self.plan.measure,
            by: self.plan.by.iter().copied().zip(self.positions_of(cell).iter().copied()).collect(),
            value: (!value.is_nan()).then_some(value),
            lower: finite(self.lower.get(cell)),
            upper: finite(self.upper.get(cell)),
            range: gathered.range.filter(|_| !is_refused && gathered.ranged && !gathered.unknown_width),
            observed,
            of,
            reducer: if is_refused { None } else { reducer },
            period: self.period,
            published: is_single && !is_refused && !stand_ins.is_empty() && observed > 0,
            assumed: self.plan.axes.iter().any(|axis| axis.assumed),
            statuses: gathered.statuses.into_iter().collect(),
            notes: self.notes_of(&selection),
            sources: gathered.sources.into_iter().collect(),
            refusals: refusals.collect(),
            stand_ins,
            vintages: single.and_then(|i| column.extras.vintages.get(&i)).cloned().unwrap_or_default(),
            conflicts: single.and_then(|i| column.extras.conflicts.get(&i)).cloned().unwrap_or_default(),
            illustrative: self.cube.parts().illustrative,
            selection,
        })
    }

    /// Notes hold for what is selected, observed or not: a note on a place without figures
    /// explains why there are none.
    fn notes_of(&self, selection: &[Vec<u32>]) -> Vec<usize> {
        let measure = self.cube.measures().get(self.plan.measure).map(|measure| measure.id.as_str());
        let holds = |attachment: &crate::model::Attachment| {
            let measures = &attachment.measures;
            let for_measure = measures.is_empty() || measures.iter().any(|id| Some(id.as_str()) == measure);
            for_measure
                && attachment.categories.iter().all(|(id, codes)| {
                    let Some(place) = self.cube.dimension_position(id) else { return false };
                    let Some(dimension) = self.cube.dimensions().get(place) else { return false };
                    let selected = selection.get(place).map_or(&[][..], Vec::as_slice);
                    codes.iter().filter_map(|code| dimension.position(code)).any(|p| selected.contains(&p))
                })
        };
        let notes = self.cube.notes().iter().enumerate();
        notes.filter(|(_, note)| holds(&note.attachment)).map(|(index, _)| index).collect()
    }
}

/// What the observed parts of a cell bring along.
#[derive(Default)]
struct Gathered {
    statuses: BTreeSet<String>,
    sources: BTreeSet<String>,
    range: Option<(f64, f64)>,
    ranged: bool,
    unknown_width: bool,
}

impl Gathered {
    fn add(&mut self, cube: &Cube, column: &Column, index: CellIndex, precision: Option<f64>) {
        let codes = cube.statuses().codes(column.status(index));
        self.statuses.extend(codes.iter().cloned());
        self.sources.extend(column.extras.provenance.get(&index).into_iter().flatten().cloned());
        let value = column.value(index).unwrap_or_default();
        let is_rounded = codes.iter().any(|code| cube.statuses().flag(code) == ObservationFlag::Rounded);
        let part = match (column.extras.ranges.get(&index), is_rounded, precision.filter(|unit| *unit > 1.0)) {
            (Some(&range), _, _) => Some(range),
            (None, true, Some(unit)) => Some((value - unit / 2.0, value + unit / 2.0)),
            (None, true, None) => {
                self.unknown_width = true;
                None
            }
            (None, false, _) => None,
        };
        self.ranged |= part.is_some();
        let (low, high) = part.unwrap_or((value, value));
        let (sum_low, sum_high) = self.range.unwrap_or((0.0, 0.0));
        self.range = Some((sum_low + low, sum_high + high));
    }
}

/// Calls `visit` with every combination of positions, one from each axis.
fn for_each_part(selection: &[Vec<u32>], visit: &mut dyn FnMut(&[u32])) {
    fn descend(rest: &[Vec<u32>], positions: &mut Vec<u32>, visit: &mut dyn FnMut(&[u32])) {
        match rest.split_first() {
            None => visit(positions),
            Some((axis, rest)) => {
                for &position in axis {
                    positions.push(position);
                    descend(rest, positions, visit);
                    positions.pop();
                }
            }
        }
    }
    descend(selection, &mut Vec::with_capacity(selection.len()), visit);
}
