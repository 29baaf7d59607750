//! From plan to answer. Numbers are computed for all cells at once, as columns; what goes
//! with a number (statuses, notes, sources) is gathered for one cell when it is asked for.

use crate::map::Set;
use std::sync::Arc;

use super::cell::{Cell, Refusal};
use super::marginal::{self, Marginals};
use super::plan::{Axis, Fate, Plan};
use super::query::Query;
use super::scan::{self, Span, Sums};
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
    /// Whether only the largest were kept, so that cells no longer stand in row-major order.
    is_top: bool,
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
        let mut known = Vec::with_capacity(by.len());
        for &place in by {
            if place < self.dimensions().len() && !known.contains(&place) {
                known.push(place);
            }
        }
        let mut plans = Plan::candidates(self, query, &known);
        let certain = plans.pop();
        for plan in plans {
            let result = evaluate(self, plan);
            if !result.is_empty() && result.values.iter().all(|value| !value.is_nan()) {
                return result;
            }
        }
        let none = Plan { measure: query.measure, by: Vec::new(), axes: Vec::new() };
        evaluate(self, certain.unwrap_or(none))
    }
}

fn evaluate(cube: &Arc<Cube>, mut plan: Plan) -> GroupResult {
    let column = cube.column(plan.measure);
    let period = column.and_then(|column| choose_last(cube, column, &mut plan));

    // Results stand row-major over the listed dimensions, in the order of the grouping.
    let mut into = vec![0; plan.axes.len()];
    let mut num_results = 1;
    for &place in plan.by.iter().rev() {
        if let (Some(into), Some(axis)) = (into.get_mut(place), plan.axes.get(place)) {
            *into = num_results;
            num_results *= axis.positions.len();
        }
    }
    let spans: Vec<Span> = plan
        .axes
        .iter()
        .zip(cube.strides())
        .zip(&into)
        .map(|((axis, &stride), &into)| Span::new(&axis.positions, stride, into))
        .collect();
    let lengths = |listed: bool| {
        let axes = plan.axes.iter().filter(move |axis| (axis.fate == Fate::Listed) == listed);
        axes.map(|axis| axis.positions.len()).product::<usize>()
    };
    let of = u32::try_from(lengths(false)).unwrap_or(u32::MAX);

    let refusing = || {
        plan.axes.iter().filter_map(|axis| match axis.fate {
            Fate::Refused(reason) => Some(reason),
            _ => None,
        })
    };
    let is_refused = refusing().next().is_some();
    let is_bounded = is_refused && refusing().all(|reason| reason == NotSummarizable::Overlap);
    let nothing = || vec![f64::NAN; num_results];
    let (values, lower, upper, observed) = match column {
        None => (nothing(), nothing(), nothing(), vec![0; num_results]),
        Some(column) if is_bounded => {
            let kept = if column.has_negative() { None } else { kept_sums(cube, column, &plan, true) };
            let spans = kept.as_ref().map_or(&spans, |(_, spans)| spans);
            let with = |wanted: fn(Fate) -> bool| -> Vec<Span> {
                let spans = plan.axes.iter().zip(spans);
                spans.filter(|(axis, _)| wanted(axis.fate)).map(|(_, span)| span.clone()).collect()
            };
            let listed: Vec<Span> = plan.by.iter().filter_map(|&place| spans.get(place).cloned()).collect();
            let refused = with(|fate| matches!(fate, Fate::Refused(_)));
            let parts = match &kept {
                Some((sums, _)) => scan::compare_sums(sums, &listed, &refused),
                None => {
                    let summed = with(|fate| matches!(fate, Fate::Reduced(_)));
                    scan::compare_parts(column, &listed, &refused, &summed)
                }
            };
            let everything = parts.together.iter().zip(&parts.observed);
            let upper =
                everything.map(|(&sum, &observed)| if observed == of { sum } else { f64::NAN }).collect();
            (nothing(), parts.largest, upper, parts.observed)
        }
        Some(column) => {
            let sums = match kept_sums(cube, column, &plan, false) {
                Some((sums, spans)) => {
                    let listed: Vec<Span> =
                        plan.by.iter().filter_map(|&place| spans.get(place).cloned()).collect();
                    scan::pick(&sums, &listed)
                }
                None => scan::add_up(column, &spans, num_results),
            };
            let known = sums.totals.iter().zip(&sums.observed);
            let value = |(&total, &observed): (&f64, &u32)| if observed > 0 { total } else { f64::NAN };
            match is_refused {
                false => (known.map(value).collect(), Vec::new(), Vec::new(), sums.observed),
                true => (nothing(), nothing(), nothing(), sums.observed),
            }
        }
    };
    GroupResult {
        cube: Arc::clone(cube),
        positions: listed_positions(&plan, num_results),
        values,
        observed,
        of: vec![of; num_results],
        lower,
        upper,
        period,
        is_top: false,
        plan,
    }
}

/// The sums that a marginal of the cube gives for a plan, and where each dimension's positions
/// stand in them; nothing where no marginal is worth it. Refused dimensions are kept apart
/// where their parts are to be compared.
fn kept_sums(cube: &Cube, column: &Column, plan: &Plan, keep_refused: bool) -> Option<(Sums, Vec<Span>)> {
    let time = marginal::time_of(cube, column)?;
    let periods = plan.axes.get(time)?;
    let is_kept = |axis: &Axis| match axis.fate {
        Fate::Listed => true,
        Fate::Refused(_) => keep_refused,
        Fate::Reduced(_) => false,
    };
    let is_time_listed = periods.fate == Fate::Listed;
    if !is_time_listed && is_kept(periods) {
        return None;
    }
    let summed = plan
        .axes
        .iter()
        .enumerate()
        .map(|(place, axis)| (place != time && !is_kept(axis)).then_some(axis.positions.as_slice()));
    let summed = summed.collect();
    let request = marginal::Request {
        measure: plan.measure,
        time,
        summed,
        periods: &periods.positions,
        is_time_listed,
    };
    let width = request.width(cube);
    if !marginal::is_worth_it(cube, time, width) {
        return None;
    }
    let sums = cube.kept().with(|marginals: &mut Marginals| marginals.answer(cube, column, &request));
    let mut stride = width;
    let spans = plan.axes.iter().zip(cube.dimensions()).enumerate().map(|(place, (axis, dimension))| {
        if place == time {
            return Span::all(if is_time_listed { axis.positions.len() } else { 1 }, width, 0);
        }
        if !is_kept(axis) {
            return Span::all(1, 0, 0);
        }
        stride /= dimension.len().max(1);
        Span::new(&axis.positions, stride, 0)
    });
    Some((sums, spans.collect()))
}

/// The category positions of every result, one after the other.
fn listed_positions(plan: &Plan, num_results: usize) -> Vec<u32> {
    let listed: Vec<&[u32]> = plan
        .by
        .iter()
        .filter_map(|&place| plan.axes.get(place))
        .map(|axis| axis.positions.as_slice())
        .collect();
    let mut all = vec![0; num_results * listed.len()];
    let mut repeat = num_results;
    for (place, positions) in listed.iter().enumerate() {
        // Of each dimension every position stands for a block of results, and the blocks recur.
        repeat /= positions.len().max(1);
        let column = all.iter_mut().skip(place).step_by(listed.len());
        let blocks = positions.iter().cycle().flat_map(|&position| std::iter::repeat_n(position, repeat));
        for (slot, position) in column.zip(blocks) {
            *slot = position;
        }
    }
    all
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
        let mut spans: Vec<Span> = plan
            .axes
            .iter()
            .zip(cube.strides())
            .map(|(axis, &stride)| Span::new(&axis.positions, stride, 0))
            .collect();
        let stride = cube.strides().get(place).copied().unwrap_or(0);
        let mut is_observed = |position: u32| {
            if let Some(span) = spans.get_mut(place) {
                *span = Span::new(&[position], stride, 0);
            }
            scan::any_observed(column, &spans)
        };
        let selected = || {
            let in_order = dimension.chronological().iter().rev().copied();
            in_order.filter(|position| axis.positions.binary_search(position).is_ok())
        };
        let last = selected().find(|&position| is_observed(position));
        // Nothing observed: the latest stands for the absence, and is not named.
        let kept = last.or_else(|| selected().next());
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

    /// Why there are no totals, the same for every cell, and also where there is no cell.
    pub fn refusals(&self) -> Vec<Refusal> {
        let measure = self.cube.measures().get(self.plan.measure);
        let refusal = |(dimension, axis): (usize, &Axis)| {
            let Fate::Refused(reason) = axis.fate else { return None };
            let id = &self.cube.dimensions().get(dimension)?.id;
            Some(Refusal {
                reason,
                dimension,
                categories: axis.positions.clone(),
                why: measure.and_then(|measure| measure.why.get(id)).cloned(),
                advice: measure.and_then(|measure| measure.advice.clone()),
            })
        };
        self.plan.axes.iter().enumerate().filter_map(refusal).collect()
    }

    /// Dimension and category of the period that stands for all those selected.
    pub fn period(&self) -> Option<(usize, u32)> {
        self.period
    }

    /// The cell at these category positions, in the order of [`GroupResult::by`].
    pub fn find(&self, positions: &[u32]) -> Option<usize> {
        if self.is_top {
            return (0..self.len()).find(|&cell| self.positions_of(cell) == positions);
        }
        if positions.len() != self.plan.by.len() {
            return None;
        }
        let mut cell = 0;
        for (position, &place) in positions.iter().zip(&self.plan.by) {
            let listed = &self.plan.axes.get(place)?.positions;
            cell = cell * listed.len() + listed.binary_search(position).ok()?;
        }
        (cell < self.len()).then_some(cell)
    }

    /// All cells, in order.
    pub fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        (0..self.len()).filter_map(|index| self.cell(index))
    }

    fn keep_largest(&mut self, count: usize) {
        self.is_top = true;
        let mut order: Vec<usize> =
            (0..self.len()).filter(|&i| self.values.get(i).is_some_and(|v| !v.is_nan())).collect();
        let value = |i: usize| self.values.get(i).copied().unwrap_or(f64::NAN);
        crate::order::sort_by(&mut order, |&a, &b| value(b).total_cmp(&value(a)).then(a.cmp(&b)));
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
    pub(super) fn selection_of(&self, cell: usize) -> Vec<Vec<u32>> {
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
    pub fn observed_parts(&self, cell: usize) -> Set<Vec<u32>> {
        let selection = self.selection_of(cell);
        let rolled: Vec<usize> = (0..selection.len()).filter(|place| !self.plan.by.contains(place)).collect();
        let mut parts = Set::new();
        for_each_part(&selection, &mut |positions| {
            if self.is_observed(positions) {
                parts.insert(rolled.iter().filter_map(|&place| positions.get(place).copied()).collect());
            }
        });
        parts
    }

    /// Whether two cells rest on the same observed parts. Only then are they compared, ranked
    /// or joined by a line.
    pub fn have_equal_parts(&self, one: usize, other: usize) -> bool {
        match (self.observed.get(one), self.observed.get(other), self.of.get(one)) {
            (Some(a), Some(b), Some(of)) => {
                a == b && (a == of || *a == 0 || self.presence_of(one) == self.presence_of(other))
            }
            _ => false,
        }
    }

    fn presence_of(&self, cell: usize) -> Vec<u64> {
        self.presence(&self.selection_of(cell))
    }

    /// One bit for each combination of the positions: whether it has a value.
    pub(super) fn presence(&self, selection: &[Vec<u32>]) -> Vec<u64> {
        let Some(column) = self.cube.column(self.plan.measure) else { return Vec::new() };
        let spans = selection.iter().zip(self.cube.strides());
        scan::presence(
            column,
            &spans.map(|(positions, &stride)| Span::new(positions, stride, 0)).collect::<Vec<_>>(),
        )
    }

    /// Whether the combination of one position from each dimension has a value.
    pub(super) fn is_observed(&self, positions: &[u32]) -> bool {
        let column = self.cube.column(self.plan.measure);
        self.cube.index(positions).zip(column).is_some_and(|(index, column)| column.is_observed(index))
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
        if Gathered::is_worth_it(column) {
            for_each_part(&selection, &mut |positions| {
                if let Some(index) = self.cube.index(positions) {
                    gathered.add(&self.cube, column, index, measure.precision);
                }
            });
        }
        let stand_ins: Vec<_> = self.plan.axes.iter().flat_map(|axis| axis.stand_ins.clone()).collect();
        let fates = || self.plan.axes.iter().map(|axis| axis.fate);
        let reducer =
            [Reducer::Sum, Reducer::Last, Reducer::Published, Reducer::Slice].into_iter().find(|reducer| {
                *reducer == Reducer::Slice || fates().any(|fate| fate == Fate::Reduced(*reducer))
            });
        let finite = |bound: Option<&f64>| bound.copied().filter(|bound| !bound.is_nan());
        let is_refused = self.is_refused();
        let is_single = of == 1;
        let one = |selection: &[Vec<u32>]| -> Option<CellIndex> {
            let positions: Vec<u32> = selection.iter().filter_map(|axis| axis.first().copied()).collect();
            self.cube.index(&positions).filter(|_| is_single)
        };
        let single = one(&selection);
        // A range printed without a value is an answer too, though nothing to add.
        let printed = single.filter(|_| observed == 0).and_then(|i| column.extras.ranges.get(&i)).copied();
        let range = gathered.range.filter(|_| !is_refused && gathered.ranged && !gathered.unknown_width);
        Some(Cell {
            measure: self.plan.measure,
            by: self.plan.by.iter().copied().zip(self.positions_of(cell).iter().copied()).collect(),
            value: (!value.is_nan()).then_some(value),
            lower: finite(self.lower.get(cell)),
            upper: finite(self.upper.get(cell)),
            range: printed.or(range),
            observed,
            of,
            reducer: if is_refused { None } else { reducer },
            period: self.period,
            published: is_single && !is_refused && !stand_ins.is_empty() && observed > 0,
            assumed: self.plan.axes.iter().any(|axis| axis.assumed),
            statuses: gathered.codes(&self.cube),
            notes: self.notes_of(&selection),
            sources: gathered.sources.into_iter().collect(),
            refusals: self.refusals(),
            stand_ins,
            vintages: single.and_then(|i| column.extras.vintages.get(&i)).cloned().unwrap_or_default(),
            conflicts: single.and_then(|i| column.extras.conflicts.get(&i)).cloned().unwrap_or_default(),
            illustrative: self.cube.parts().illustrative,
            selection,
        })
    }

    /// Notes hold for what is selected, observed or not: a note on a place without figures
    /// explains why there are none. What the filter named keeps its notes where a parent
    /// answers for it.
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
                    let named = self.plan.axes.get(place).map_or(&[][..], |axis| axis.named.as_slice());
                    codes
                        .iter()
                        .filter_map(|code| dimension.position(code))
                        .any(|p| selected.binary_search(&p).is_ok() || named.contains(&p))
                })
        };
        let notes = self.cube.notes().iter().enumerate();
        notes.filter(|(_, note)| holds(&note.attachment)).map(|(index, _)| index).collect()
    }
}

/// What the parts of a cell bring along.
#[derive(Default)]
struct Gathered {
    /// One bit a status set.
    statuses: [u64; 4],
    sources: Set<String>,
    range: Option<(f64, f64)>,
    ranged: bool,
    unknown_width: bool,
}

impl Gathered {
    /// Whether any part can bring anything.
    fn is_worth_it(column: &Column) -> bool {
        column.has_status() || !column.extras.provenance.is_empty() || !column.extras.ranges.is_empty()
    }

    fn add(&mut self, cube: &Cube, column: &Column, index: CellIndex, precision: Option<f64>) {
        let status = column.status(index);
        if let Some(word) = self.statuses.get_mut(usize::from(status / 64)) {
            *word |= 1 << (status % 64);
        }
        self.sources.extend(column.extras.provenance.get(&index).into_iter().flatten().cloned());
        let Some(value) = column.value(index) else { return };
        let codes = cube.statuses().codes(status);
        let is_rounded = codes.iter().any(|code| cube.statuses().flag(code) == ObservationFlag::Rounded);
        let part = match (column.extras.ranges.get(&index), is_rounded, precision.filter(|unit| *unit > 1.0))
        {
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

    /// The status codes of all parts, sorted.
    fn codes(&self, cube: &Cube) -> Vec<String> {
        let is_there =
            |id: &u8| self.statuses.get(usize::from(id / 64)).is_some_and(|word| word >> (id % 64) & 1 == 1);
        let codes: Set<&String> =
            (0..=u8::MAX).filter(is_there).flat_map(|id| cube.statuses().codes(id)).collect();
        codes.into_iter().cloned().collect()
    }
}

/// Calls `visit` with every combination of positions, one from each axis.
pub(super) fn for_each_part(selection: &[Vec<u32>], visit: &mut dyn FnMut(&[u32])) {
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
