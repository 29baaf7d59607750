//! From plan to answer. Numbers are computed for all cells at once, as columns; what goes
//! with a number (statuses, notes, sources) is gathered for one cell when it is asked for.

use crate::map::{Map, Set};
use std::sync::Arc;

use super::cell::{Cell, Refusal};
use super::marginal::{self, Marginals};
use super::plan::{Axis, Fate, Filters, Plan};
use super::query::Query;
use super::scan::{self, Span, WholeSums};
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
    /// All parts, the same for each cell,
    of: u32,
    /// but where values run up: then of each its own.
    of_running: Vec<u32>,
    lower: Vec<f64>,
    upper: Vec<f64>,
    period: Option<(usize, u32)>,
    /// Whether only the largest were kept, so that cells no longer stand in row-major order.
    is_top: bool,
    /// The place in the grouping of the dimension of time along which values run up.
    running: Option<usize>,
}

impl Cube {
    /// Answers a query.
    pub fn run(self: &Arc<Self>, query: &Query) -> Table {
        let mut filters = Filters::new(self, query);
        let groups = query
            .groupings
            .iter()
            .map(|by| {
                let mut result = self.group(&mut filters, by);
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

    /// The answer to the first grouping without any published total in place of its parts.
    pub(super) fn computed(self: &Arc<Self>, query: &Query) -> Option<GroupResult> {
        let (_, plan) = Plan::candidates(&mut Filters::new(self, query), query.groupings.first()?.clone());
        Some(evaluate(self, plan))
    }

    fn group(self: &Arc<Self>, filters: &mut Filters<'_>, by: &[usize]) -> GroupResult {
        let mut known = Vec::with_capacity(by.len());
        for &place in by {
            if place < self.dimensions().len() && !known.contains(&place) {
                known.push(place);
            }
        }
        let (replaced, certain) = Plan::candidates(filters, known);
        for plan in replaced {
            let result = evaluate(self, plan);
            if !result.is_empty() && result.values.iter().all(|value| !value.is_nan()) {
                return result;
            }
        }
        evaluate(self, certain)
    }
}

fn evaluate(cube: &Arc<Cube>, mut plan: Plan) -> GroupResult {
    let column = cube.column(plan.measure);
    let period = column.and_then(|column| choose_last(cube, column, &mut plan));

    // Results stand row-major over the listed dimensions, in the order of the grouping.
    let listed = plan.by.iter().filter_map(|&place| plan.axes.get(place));
    let num_results = listed.map(|axis| axis.positions.len()).product();
    let spans = || -> Vec<Span> {
        let mut into = vec![0; plan.axes.len()];
        let mut num = 1;
        for &place in plan.by.iter().rev() {
            if let (Some(into), Some(axis)) = (into.get_mut(place), plan.axes.get(place)) {
                *into = num;
                num = usize::saturating_mul(num, axis.positions.len());
            }
        }
        let axes = plan.axes.iter().zip(cube.strides()).zip(&into);
        axes.map(|((axis, &stride), &into)| Span::new(&axis.positions, stride, into)).collect()
    };
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
            let with = |spans: &[Span], wanted: fn(Fate) -> bool| -> Vec<Span> {
                let spans = plan.axes.iter().zip(spans);
                spans.filter(|(axis, _)| wanted(axis.fate)).map(|(_, span)| span.clone()).collect()
            };
            let refused = |fate| matches!(fate, Fate::Refused(_));
            let kept = match column.has_negative() {
                true => None,
                false => from_kept(cube, column, &plan, true, |sums, mut spans| {
                    scan::compare_sums(sums, &listed_spans(&plan, &mut spans), &with(&spans, refused))
                }),
            };
            let parts = kept.unwrap_or_else(|| {
                let mut spans = spans();
                let summed = with(&spans, |fate| matches!(fate, Fate::Reduced(_)));
                let listed = listed_spans(&plan, &mut spans);
                scan::compare_parts(column, &listed, &with(&spans, refused), &summed)
            });
            let everything = parts.together.iter().zip(&parts.observed);
            let upper =
                everything.map(|(&sum, &observed)| if observed == of { sum } else { f64::NAN }).collect();
            (nothing(), parts.largest, upper, parts.observed)
        }
        Some(column) => {
            let kept = from_kept(cube, column, &plan, false, |sums, mut spans| {
                scan::pick(sums, &listed_spans(&plan, &mut spans))
            });
            let mut sums = kept.unwrap_or_else(|| scan::add_up(column, spans(), num_results));
            match is_refused {
                false => {
                    for (total, &observed) in sums.totals.iter_mut().zip(&sums.observed) {
                        *total = if observed == 0 { f64::NAN } else { *total };
                    }
                    (sums.totals, Vec::new(), Vec::new(), sums.observed)
                }
                true => (nothing(), nothing(), nothing(), sums.observed),
            }
        }
    };
    let mut result = GroupResult {
        cube: Arc::clone(cube),
        positions: listed_positions(&plan, num_results),
        values,
        observed,
        of,
        of_running: Vec::new(),
        lower,
        upper,
        period,
        is_top: false,
        running: None,
        plan,
    };
    result.count_suppressed(is_bounded);
    result
}

/// Takes the spans of what a plan lists, in the order of the grouping.
fn listed_spans(plan: &Plan, spans: &mut [Span]) -> Vec<Span> {
    plan.by.iter().filter_map(|&place| spans.get_mut(place).map(std::mem::take)).collect()
}

/// What `read` makes of the sums that a marginal of the cube gives for a plan, and of where
/// each dimension's positions stand in them; nothing where no marginal is worth it. Refused
/// dimensions are kept apart where their parts are to be compared.
fn from_kept<R>(
    cube: &Cube,
    column: &Column,
    plan: &Plan,
    keep_refused: bool,
    read: impl FnOnce(&WholeSums, Vec<Span>) -> R,
) -> Option<R> {
    if !marginal::is_exact(cube, column) {
        return None;
    }
    let is_kept = |axis: &Axis| match axis.fate {
        Fate::Listed => true,
        Fate::Refused(_) => keep_refused,
        Fate::Reduced(_) => false,
    };
    let summed = plan.axes.iter().map(|axis| (!is_kept(axis)).then(|| Arc::clone(&axis.positions)));
    let request = marginal::Request { measure: plan.measure, summed: summed.collect() };
    if !marginal::is_worth_it(cube, request.width(cube)) {
        return None;
    }
    let mut stride = request.width(cube);
    let spans = plan.axes.iter().zip(cube.dimensions()).map(|(axis, dimension)| {
        if !is_kept(axis) {
            return Span::default();
        }
        stride = stride.checked_div(dimension.len()).unwrap_or_default();
        Span::new(&axis.positions, stride, 0)
    });
    let spans: Vec<Span> = spans.collect();
    let wanted = plan.axes.iter().filter(|axis| is_kept(axis)).map(|axis| axis.positions.len()).product();
    cube.kept().with(|marginals: &mut Marginals| {
        marginals.answer(cube, column, request, wanted, |sums| read(sums, spans))
    })
}

/// The category positions of every result, one after the other.
fn listed_positions(plan: &Plan, num_results: usize) -> Vec<u32> {
    let listed = plan.by.iter().filter_map(|&place| plan.axes.get(place)).map(|axis| &*axis.positions);
    let mut positions_of_only = listed.clone();
    if let (Some(positions), None) = (positions_of_only.next(), positions_of_only.next()) {
        return positions.to_vec();
    }
    let width = plan.by.len();
    let mut all = vec![0; num_results.saturating_mul(width)];
    let mut repeat = num_results;
    for (place, positions) in listed.enumerate() {
        // Of each dimension every position stands for a block of results, and the blocks recur.
        repeat = repeat.checked_div(positions.len()).unwrap_or_default();
        let column = all.iter_mut().skip(place).step_by(width);
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
        let suppressed = cube.suppressed(plan.measure);
        let is_suppressed = |position: u32| {
            suppressed.keys().any(|index| {
                let is_selected = |(at, axis): (usize, &Axis)| {
                    let own = cube.position_along(at, *index);
                    if at == place { own == position } else { axis.positions.binary_search(&own).is_ok() }
                };
                plan.axes.iter().enumerate().all(is_selected)
            })
        };
        let last = selected().find(|&position| is_observed(position) || is_suppressed(position));
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
        let rest = self.positions.get(cell.saturating_mul(width)..);
        rest.and_then(|rest| rest.get(..width)).unwrap_or(&[])
    }

    /// Observed parts of each cell.
    pub fn observed(&self) -> &[u32] {
        &self.observed
    }

    /// All parts of a cell.
    pub fn of(&self, cell: usize) -> u32 {
        self.of_running.get(cell).copied().unwrap_or(self.of)
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
                categories: axis.positions.to_vec(),
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
        let mut cell = 0usize;
        for (position, &place) in positions.iter().zip(&self.plan.by) {
            let listed = &self.plan.axes.get(place)?.positions;
            cell = cell.checked_mul(listed.len())?.checked_add(listed.binary_search(position).ok()?)?;
        }
        (cell < self.len()).then_some(cell)
    }

    /// All cells, in order.
    pub fn cells(&self) -> impl Iterator<Item = Cell> + '_ {
        (0..self.len()).filter_map(|index| self.cell(index))
    }

    fn keep_largest(&mut self, count: usize) {
        self.is_top = true;
        let cells = || self.values.iter().copied().enumerate();
        let compare =
            |(a, one): &(usize, f64), (b, other): &(usize, f64)| other.total_cmp(one).then(a.cmp(b));
        let order = if count <= 64 {
            // A few of many: most are less than the least of those found so far.
            let mut largest: Vec<(usize, f64)> = Vec::with_capacity(count.saturating_add(1));
            let mut least = f64::NEG_INFINITY;
            for cell in cells() {
                // What is not a number is not this either.
                if cell.1 >= least {
                    let place = largest.partition_point(|known| compare(known, &cell).is_lt());
                    largest.insert(place, cell);
                    largest.truncate(count);
                    least = largest.get(count.wrapping_sub(1)).map_or(least, |(_, value)| *value);
                }
            }
            largest
        } else {
            let mut order: Vec<(usize, f64)> = cells().filter(|(_, value)| !value.is_nan()).collect();
            crate::order::sort_by(&mut order, compare);
            order.truncate(count);
            order
        };
        fn pick<T: Copy>(order: &[(usize, f64)], column: &[T]) -> Vec<T> {
            let mut picked = Vec::with_capacity(order.len().min(column.len()));
            picked.extend(order.iter().filter_map(|&(at, _)| column.get(at).copied()));
            picked
        }
        self.positions = pick(&order, &self.positions);
        self.observed = pick(&order, &self.observed);
        self.lower = pick(&order, &self.lower);
        self.upper = pick(&order, &self.upper);
        self.values = pick(&order, &self.values);
    }

    /// What is withheld as a small count is a part like others, and no number: a cell with
    /// such a part has no value, only the range that [`GroupResult::cell`] gathers, and bounds
    /// take the least and the most of it.
    fn count_suppressed(&mut self, is_bounded: bool) {
        let cube = Arc::clone(&self.cube);
        let suppressed = cube.suppressed(self.plan.measure);
        let Some(column) = cube.column(self.plan.measure).filter(|_| !suppressed.is_empty()) else { return };
        let is_refused = |axis: &Axis| matches!(axis.fate, Fate::Refused(_));
        for cell in 0..self.len() {
            let mut parts: Map<Vec<u32>, (f64, f64)> = Map::new();
            let (mut observed, mut has_suppressed, mut is_negative) = (0u32, false, false);
            for_each_part(&self.selection_of(cell), &mut |positions| {
                let Some(index) = cube.index(positions) else { return };
                let (low, high) = match (column.value(index), suppressed.get(&index)) {
                    (Some(value), _) => (value, value),
                    (None, Some(&range)) => {
                        has_suppressed = true;
                        range
                    }
                    (None, None) => return,
                };
                observed = observed.saturating_add(1);
                is_negative |= low < 0.0;
                let refusing = self.plan.axes.iter().zip(positions).filter(|(axis, _)| is_refused(axis));
                let part = parts.entry(refusing.map(|(_, position)| *position).collect()).or_default();
                *part = (part.0 + low, part.1 + high);
            });
            if !has_suppressed {
                continue;
            }
            let is_bounded = is_bounded && !is_negative;
            let is_whole = self.of(cell) == observed;
            let lower = parts.values().fold(f64::NEG_INFINITY, |most: f64, part| most.max(part.0));
            let upper: f64 = parts.values().map(|part| part.1).sum();
            let put = |column: &mut Vec<f64>, value: f64| {
                if let Some(slot) = column.get_mut(cell) {
                    *slot = value;
                }
            };
            put(&mut self.values, f64::NAN);
            put(&mut self.lower, if is_bounded { lower } else { f64::NAN });
            put(&mut self.upper, if is_bounded && is_whole { upper } else { f64::NAN });
            if let Some(slot) = self.observed.get_mut(cell) {
                *slot = observed;
            }
        }
    }

    /// Whether values run up along time.
    pub fn is_running(&self) -> bool {
        self.running.is_some()
    }

    /// The positions listed of a dimension, by its place in the grouping.
    pub(super) fn listed(&self, place: usize) -> &[u32] {
        let axis = self.plan.by.get(place).and_then(|&dimension| self.plan.axes.get(dimension));
        axis.map_or(&[], |axis| &*axis.positions)
    }

    /// The same answer with values that run up along the dimension at this place of the
    /// grouping. Whether that means anything is for the caller to ask.
    pub(super) fn running(&self, place: usize) -> Self {
        let mut result = self.clone();
        result.running = Some(place);
        result.of_running = vec![0; self.len()];
        let order = self.chronology(place);
        let mut cells: Vec<usize> = (0..self.len()).collect();
        let when = |cell: usize| {
            let own = self.positions_of(cell).get(place);
            own.and_then(|own| order.iter().position(|position| position == own))
        };
        crate::order::sort_by_key(&mut cells, |&cell| when(cell));
        // Of all that a row shares but time: the sum so far, observed parts, all parts.
        let mut rows: Map<Vec<u32>, (f64, u32, u32)> = Map::new();
        for cell in cells {
            let mut row = self.positions_of(cell).to_vec();
            row.remove(place);
            let value = self.values.get(cell).copied().unwrap_or(f64::NAN);
            let (observed, of) = (self.observed.get(cell).copied().unwrap_or(0), self.of(cell));
            let so_far = rows.entry(row).or_insert((0.0, 0, 0));
            // What is withheld makes every later total a range.
            so_far.0 += if observed > 0 { value } else { 0.0 };
            so_far.1 = so_far.1.saturating_add(observed);
            so_far.2 = so_far.2.saturating_add(of);
            if let (Some(value), Some(seen), Some(all)) =
                (result.values.get_mut(cell), result.observed.get_mut(cell), result.of_running.get_mut(cell))
            {
                *value = if observed > 0 { so_far.0 } else { f64::NAN };
                (*seen, *all) = (so_far.1, so_far.2);
            }
        }
        result
    }

    /// The positions listed of a dimension, earliest first.
    fn chronology(&self, place: usize) -> Vec<u32> {
        let listed = self.listed(place);
        let dimension = self.plan.by.get(place).and_then(|&by| self.cube.dimensions().get(by));
        let order = dimension.map_or(&[][..], |dimension| dimension.chronological());
        order.iter().copied().filter(|position| listed.contains(position)).collect()
    }

    /// The axes with the positions that one cell is about: of a running total, all periods up
    /// to its own.
    pub(super) fn selection_of(&self, cell: usize) -> Vec<Vec<u32>> {
        let mut selection = self.own_selection_of(cell);
        if let Some(place) = self.running {
            let own = self.positions_of(cell).get(place).copied();
            let mut until = self.chronology(place);
            let end =
                until.iter().position(|position| Some(*position) == own).map_or(0, |at| at.saturating_add(1));
            until.truncate(end);
            crate::order::sort(&mut until);
            if let Some(slot) = self.plan.by.get(place).and_then(|&by| selection.get_mut(by)) {
                *slot = until;
            }
        }
        selection
    }

    fn own_selection_of(&self, cell: usize) -> Vec<Vec<u32>> {
        let listed = self.positions_of(cell);
        let place_in_by = |place: usize| self.plan.by.iter().position(|&by| by == place);
        self.plan
            .axes
            .iter()
            .enumerate()
            .map(|(place, axis)| match place_in_by(place).and_then(|at| listed.get(at)) {
                Some(&position) => vec![position],
                None => axis.positions.to_vec(),
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
    /// or joined by a line. Of a running total, what each period adds is compared.
    pub fn have_equal_parts(&self, one: usize, other: usize) -> bool {
        if self.is_running() {
            return self.presence_of(one) == self.presence_of(other);
        }
        match (self.observed.get(one), self.observed.get(other)) {
            (Some(a), Some(b)) => {
                let is_whole_or_nothing = *a == self.of(one) || *a == 0;
                a == b && (is_whole_or_nothing || self.presence_of(one) == self.presence_of(other))
            }
            _ => false,
        }
    }

    fn presence_of(&self, cell: usize) -> Vec<u64> {
        self.presence(&self.own_selection_of(cell))
    }

    /// One bit for each combination of the positions: whether it is published.
    pub(super) fn presence(&self, selection: &[Vec<u32>]) -> Vec<u64> {
        let Some(column) = self.cube.column(self.plan.measure) else { return Vec::new() };
        if !self.cube.suppressed(self.plan.measure).is_empty() {
            let (mut words, mut place) = (Vec::new(), 0usize);
            for_each_part(selection, &mut |positions| {
                if place % 64 == 0 {
                    words.push(0u64);
                }
                if let Some(word) = words.last_mut() {
                    *word |= u64::from(self.is_observed(positions)) << (place % 64);
                }
                place = place.saturating_add(1);
            });
            return words;
        }
        let spans = selection.iter().zip(self.cube.strides());
        scan::presence(
            column,
            &spans.map(|(positions, &stride)| Span::new(positions, stride, 0)).collect::<Vec<_>>(),
        )
    }

    /// The column of the measure.
    pub(super) fn column(&self) -> Option<&Column> {
        self.cube.column(self.plan.measure)
    }

    /// Whether the combination of one position from each dimension has a value, or a figure
    /// that is withheld.
    pub(super) fn is_observed(&self, positions: &[u32]) -> bool {
        let suppressed = self.cube.suppressed(self.plan.measure);
        let column = self.cube.column(self.plan.measure);
        self.cube
            .index(positions)
            .zip(column)
            .is_some_and(|(index, column)| column.is_observed(index) || suppressed.contains_key(&index))
    }

    /// Whether anything is published of a cell: a figure, a small count that is withheld, or, of a
    /// single observation, a printed range.
    pub fn is_known(&self, cell: usize) -> bool {
        let is_observed = self.observed.get(cell).is_some_and(|observed| *observed > 0);
        let ranges = self.column().map(|column| &column.extras.ranges).filter(|ranges| !ranges.is_empty());
        is_observed
            || ranges.is_some_and(|ranges| self.single(cell).is_some_and(|index| ranges.contains_key(&index)))
    }

    /// Whether a cell says more than that nothing is published: it is known, or a single observation
    /// that its publisher withholds.
    pub fn is_answered(&self, cell: usize) -> bool {
        let statuses = self.cube.statuses();
        let is_withheld = |column: &Column| {
            let status = self.single(cell).map_or(0, |index| column.status(index));
            statuses.codes(status).iter().any(|code| statuses.flag(code) == ObservationFlag::Suppressed)
        };
        self.is_known(cell) || self.column().filter(|column| column.has_status()).is_some_and(is_withheld)
    }

    /// Where the one observation of a cell stands; nothing where the cell has several parts.
    fn single(&self, cell: usize) -> Option<CellIndex> {
        if self.of(cell) != 1 {
            return None;
        }
        let selection = self.selection_of(cell);
        let positions: Vec<u32> = selection.iter().filter_map(|axis| axis.first().copied()).collect();
        self.cube.index(&positions)
    }

    /// Everything about one cell.
    pub fn cell(&self, cell: usize) -> Option<Cell> {
        let value = self.values.get(cell).copied()?;
        let column = self.cube.column(self.plan.measure)?;
        let selection = self.selection_of(cell);
        let observed = self.observed.get(cell).copied().unwrap_or(0);
        let of = self.of(cell);
        let measure = self.cube.measures().get(self.plan.measure)?;

        let mut gathered = Gathered::default();
        if Gathered::is_worth_it(column) {
            for_each_part(&selection, &mut |positions| {
                if let Some(index) = self.cube.index(positions) {
                    gathered.add(&self.cube, column, index, (self.plan.measure, measure.precision));
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
        let single = self.single(cell);
        // A range printed without a value is an answer too, though nothing to add.
        let printed = single.filter(|_| observed == 0).and_then(|i| column.extras.ranges.get(&i)).copied();
        // The width of a rounding that nobody declared matters less than a withheld figure.
        let has_width = !gathered.unknown_width || gathered.suppressed > 0;
        let range = gathered.range.filter(|_| !is_refused && gathered.ranged && has_width);
        Some(Cell {
            measure: self.plan.measure,
            by: self.plan.by.iter().copied().zip(self.positions_of(cell).iter().copied()).collect(),
            value: (!value.is_nan()).then_some(value),
            lower: finite(self.lower.get(cell)),
            upper: finite(self.upper.get(cell)),
            range: printed.or(range),
            observed,
            of,
            suppressed: gathered.suppressed,
            reducer: match (is_refused, self.is_running()) {
                (true, _) => None,
                (false, true) => Some(Reducer::Sum),
                (false, false) => reducer,
            },
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
    suppressed: u32,
}

impl Gathered {
    /// Whether any part can bring anything.
    fn is_worth_it(column: &Column) -> bool {
        column.has_status() || !column.extras.provenance.is_empty() || !column.extras.ranges.is_empty()
    }

    fn add(
        &mut self,
        cube: &Cube,
        column: &Column,
        index: CellIndex,
        (measure, precision): (usize, Option<f64>),
    ) {
        let status = column.status(index);
        if let Some(word) = self.statuses.get_mut(usize::from(status / 64)) {
            *word |= 1 << (status % 64);
        }
        self.sources.extend(column.extras.provenance.get(&index).into_iter().flatten().cloned());
        let Some(value) = column.value(index) else {
            if let Some(&(low, high)) = cube.suppressed(measure).get(&index) {
                self.suppressed = self.suppressed.saturating_add(1);
                self.widen(low, high);
            }
            return;
        };
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
        let (low, high) = part.unwrap_or((value, value));
        let is_ranged = self.ranged;
        self.widen(low, high);
        self.ranged = is_ranged || part.is_some();
    }

    /// Adds what one part can be.
    fn widen(&mut self, low: f64, high: f64) {
        self.ranged = true;
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
