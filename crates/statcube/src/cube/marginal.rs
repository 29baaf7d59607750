//! What a cube keeps between queries: sums that most likely are asked for again.
//!
//! A [`Marginal`] holds, for each period, the sums over some dimensions for every category
//! of the others. A brush over months adds and takes away whole periods; a category
//! switched on or off adds or takes away what is its own. So a step costs what changed,
//! not what is selected. Only columns of whole numbers have marginals: there nothing is
//! lost by adding and taking away, and an answer never depends on the questions before.

use super::scan::{self, Span, Sums};
use crate::model::{Column, Cube, DimensionRole, Values};

/// How many are kept of one shape: a selection and the parent that may answer for it.
const PER_SHAPE: usize = 2;
/// How many are kept in all.
const IN_ALL: usize = 12;

/// The marginals of a cube, the one used last at the end.
#[derive(Default)]
pub(super) struct Marginals(Vec<Marginal>);

/// Sums and numbers of observed cells, one for each combination of the kept categories.
#[derive(Clone, Default)]
struct Row {
    totals: Vec<f64>,
    observed: Vec<u32>,
}

impl Row {
    fn new(width: usize) -> Self {
        Self { totals: vec![0.0; width], observed: vec![0; width] }
    }

    fn add(&mut self, totals: &[f64], observed: &[u32]) {
        self.totals.iter_mut().zip(totals).for_each(|(sum, value)| *sum += value);
        self.observed.iter_mut().zip(observed).for_each(|(sum, value)| *sum += value);
    }

    fn take_away(&mut self, totals: &[f64], observed: &[u32]) {
        self.totals.iter_mut().zip(totals).for_each(|(sum, value)| *sum -= value);
        self.observed.iter_mut().zip(observed).for_each(|(sum, value)| *sum = sum.saturating_sub(*value));
    }
}

struct Marginal {
    measure: usize,
    /// For each dimension what is summed of it; `None` for those kept and for time.
    summed: Vec<Option<Vec<u32>>>,
    /// By position of the period; absent where it was not asked for.
    rows: Vec<Option<Row>>,
    /// The sum over some periods, and which.
    sum: (Row, Vec<u32>),
    width: usize,
}

/// What is asked of a marginal.
pub(super) struct Request<'a> {
    pub measure: usize,
    pub time: usize,
    /// For each dimension what is summed of it; `None` for those kept and for time.
    pub summed: Vec<Option<&'a [u32]>>,
    /// The periods.
    pub periods: &'a [u32],
    /// Whether each period is an answer of its own.
    pub is_time_listed: bool,
}

impl Request<'_> {
    /// Categories of the kept dimensions, multiplied.
    pub fn width(&self, cube: &Cube) -> usize {
        let kept = cube.dimensions().iter().zip(&self.summed).enumerate();
        kept.filter(|(place, (_, summed))| *place != self.time && summed.is_none())
            .map(|(_, (dimension, _))| dimension.len())
            .product()
    }
}

/// The dimension of time, where marginals of this column are exact and worth their memory.
pub(super) fn time_of(cube: &Cube, column: &Column) -> Option<usize> {
    // Whole numbers are exact in `f64` up to 2⁵³.
    let is_exact = matches!(column.values(), Values::Whole(_))
        && column.magnitude() * (cube.num_cells() as f64) < 9_007_199_254_740_992.0;
    cube.dimension_with_role(DimensionRole::Time).filter(|_| is_exact)
}

/// Whether so wide a marginal is worth its memory.
pub(super) fn is_worth_it(cube: &Cube, time: usize, width: usize) -> bool {
    let num_periods = cube.dimensions().get(time).map_or(0, |dimension| dimension.len());
    width.saturating_mul(num_periods).saturating_mul(4) <= cube.num_cells()
}

impl Marginals {
    /// The sums: of all periods together, or one block of kept categories for each period.
    pub fn answer(&mut self, cube: &Cube, column: &Column, request: &Request<'_>) -> Sums {
        let mut marginal = self.take_nearest(cube, request);
        marginal.turn_to(cube, column, request);
        let sums = if request.is_time_listed {
            marginal.by_period(request.periods)
        } else {
            marginal.over(request.periods)
        };
        self.0.push(marginal);
        sums
    }

    /// The marginal that needs least work, or a new one in place of the one unused longest.
    fn take_nearest(&mut self, cube: &Cube, request: &Request<'_>) -> Marginal {
        let same_shape = |marginal: &Marginal| {
            marginal.measure == request.measure
                && marginal.summed.iter().zip(&request.summed).all(|(a, b)| a.is_some() == b.is_some())
        };
        let nearest = (0..self.0.len())
            .filter_map(|at| {
                self.0.get(at).filter(|marginal| same_shape(marginal)).map(|m| (at, m.distance(request)))
            })
            .min_by_key(|(_, distance)| *distance);
        let num_same = self.0.iter().filter(|marginal| same_shape(marginal)).count();
        match nearest {
            Some((at, distance)) if distance < usize::MAX || num_same >= PER_SHAPE => {
                return self.0.remove(at);
            }
            _ => {}
        }
        if self.0.len() >= IN_ALL {
            self.0.remove(0);
        }
        let width = request.width(cube);
        let num_periods = cube.dimensions().get(request.time).map_or(0, |dimension| dimension.len());
        Marginal {
            measure: request.measure,
            summed: request.summed.iter().map(|summed| summed.map(<[u32]>::to_vec)).collect(),
            rows: vec![None; num_periods],
            sum: (Row::new(width), Vec::new()),
            width,
        }
    }
}

/// What is only in the first, and only in the second, of two ascending lists.
fn difference(one: &[u32], other: &[u32]) -> (Vec<u32>, Vec<u32>) {
    let only = |these: &[u32], those: &[u32]| -> Vec<u32> {
        these.iter().copied().filter(|position| those.binary_search(position).is_err()).collect()
    };
    (only(one, other), only(other, one))
}

impl Marginal {
    /// How many categories have to be added or taken away; the greatest number where starting
    /// anew is less work.
    fn distance(&self, request: &Request<'_>) -> usize {
        let mut differing = self.summed.iter().zip(&request.summed).filter_map(|(have, want)| {
            let (have, want) = (have.as_deref()?, (*want)?);
            (have != want).then_some((have, want))
        });
        match (differing.next(), differing.next()) {
            (None, _) => 0,
            (Some((have, want)), None) => {
                let (gone, new) = difference(have, want);
                let changes = gone.len() + new.len();
                if changes < want.len() { changes } else { usize::MAX }
            }
            _ => usize::MAX,
        }
    }

    /// Makes the rows of the wanted periods those of the wanted categories.
    fn turn_to(&mut self, cube: &Cube, column: &Column, request: &Request<'_>) {
        let is_near = self.distance(request) < usize::MAX;
        let changed =
            self.summed.iter().zip(&request.summed).position(|(have, want)| have.as_deref() != *want);
        if let Some(place) = changed {
            for (period, row) in self.rows.iter_mut().enumerate() {
                let is_kept = is_near && request.periods.binary_search(&(period as u32)).is_ok();
                *row = row.take().filter(|_| is_kept);
            }
            self.sum = (Row::new(self.width), Vec::new());
            let known = self.known(request.periods);
            if let (Some(Some(have)), Some(Some(want)), false) =
                (self.summed.get(place), request.summed.get(place), known.is_empty())
            {
                let (gone, new) = difference(have, want);
                for (positions, change) in
                    [(gone, Row::take_away as fn(&mut Row, &[f64], &[u32])), (new, Row::add)]
                {
                    if positions.is_empty() {
                        continue;
                    }
                    let sums =
                        scan_rows(cube, column, request, &known, Some((place, &positions)), self.width);
                    self.put(&known, &sums, change);
                }
            }
            self.summed = request.summed.iter().map(|summed| summed.map(<[u32]>::to_vec)).collect();
        }
        let missing: Vec<u32> =
            request.periods.iter().copied().filter(|&period| self.row(period).is_none()).collect();
        if !missing.is_empty() {
            let sums = scan_rows(cube, column, request, &missing, None, self.width);
            self.put(&missing, &sums, Row::add);
        }
    }

    fn row(&self, period: u32) -> Option<&Row> {
        self.rows.get(period as usize)?.as_ref()
    }

    fn known(&self, periods: &[u32]) -> Vec<u32> {
        periods.iter().copied().filter(|&period| self.row(period).is_some()).collect()
    }

    fn put(&mut self, periods: &[u32], sums: &Sums, change: fn(&mut Row, &[f64], &[u32])) {
        let width = self.width.max(1);
        let blocks = sums.totals.chunks(width).zip(sums.observed.chunks(width));
        for (&period, (totals, observed)) in periods.iter().zip(blocks) {
            if let Some(row) = self.rows.get_mut(period as usize) {
                change(row.get_or_insert_with(|| Row::new(self.width)), totals, observed);
            }
        }
    }

    fn by_period(&self, periods: &[u32]) -> Sums {
        let mut sums = Sums::default();
        for row in periods.iter().filter_map(|&period| self.row(period)) {
            sums.totals.extend_from_slice(&row.totals);
            sums.observed.extend_from_slice(&row.observed);
        }
        sums
    }

    fn over(&mut self, periods: &[u32]) -> Sums {
        let (mut sum, have) = std::mem::take(&mut self.sum);
        let (mut gone, mut new) = difference(&have, periods);
        if gone.len() + new.len() > periods.len() {
            (sum, gone, new) = (Row::new(self.width), Vec::new(), periods.to_vec());
        }
        for row in gone.iter().filter_map(|&period| self.row(period)) {
            sum.take_away(&row.totals, &row.observed);
        }
        for row in new.iter().filter_map(|&period| self.row(period)) {
            sum.add(&row.totals, &row.observed);
        }
        let sums = Sums { totals: sum.totals.clone(), observed: sum.observed.clone() };
        self.sum = (sum, periods.to_vec());
        sums
    }
}

/// Rows of these periods, one after the other; of one dimension perhaps other categories
/// than those asked for.
fn scan_rows(
    cube: &Cube,
    column: &Column,
    request: &Request<'_>,
    periods: &[u32],
    instead: Option<(usize, &[u32])>,
    width: usize,
) -> Sums {
    let mut into = width;
    let spans: Vec<Span> = cube
        .dimensions()
        .iter()
        .zip(cube.strides())
        .zip(&request.summed)
        .enumerate()
        .map(|(place, ((dimension, &stride), summed))| {
            if place == request.time {
                return Span::new(periods, stride, width);
            }
            match (instead.filter(|(other, _)| *other == place), summed) {
                (Some((_, positions)), _) => Span::new(positions, stride, 0),
                (None, Some(positions)) => Span::new(positions, stride, 0),
                (None, None) => {
                    into /= dimension.len().max(1);
                    Span::all(dimension.len(), stride, into)
                }
            }
        })
        .collect();
    scan::add_up(column, &spans, width * periods.len())
}
