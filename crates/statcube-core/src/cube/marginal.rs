//! What a cube keeps between queries: sums that most likely are asked for again.
//!
//! A [`Marginal`] holds the sums over a selection of some dimensions, the *summed* ones, for
//! every category of the others, the *kept* ones. There are three ways to the one that is
//! asked for, and the cheapest is taken:
//!
//! - **from another marginal** with the same selections and fewer dimensions summed: totals
//!   by month are sums of totals by month and nationality;
//! - **by difference** from one of the same shape that differs in one dimension: a brush over
//!   months adds the months that came and takes away those that went, a category switched on
//!   or off adds or takes away what is its own. So a step costs what changed, not what is
//!   selected;
//! - **from the cells.** Where months are summed with something else, what each month brings
//!   is kept by itself ([`Slices`]): a month's cells are read once, however often a brush
//!   passes over it. Where a change reads many cells, a *broad* marginal is made first, in which
//!   only the innermost dimension is summed: cells that are neighbours, which is fastest. Most
//!   views of a dashboard follow from it, also after months are brushed, which are not summed in it.
//!
//! Only columns of whole numbers have marginals: nothing is lost there by adding and taking
//! away, whatever the order, so that an answer never depends on the questions before.

use std::cmp::Ordering;
use std::sync::Arc;

use super::scan::{self, Span, WholeSums};
use crate::model::{Column, Cube, Dimension, DimensionRole, Values};

/// How many are kept of one shape: a selection and the parent that may answer for it.
const PER_SHAPE: usize = 2;
/// How many are kept in all.
const IN_ALL: usize = 24;

/// Of how many that are there no more the room is kept.
const ROOM: usize = 6;

/// How many tables of slices are kept.
const SLICED: usize = 3;
/// How many neighbouring periods are read together where a few are asked for. Their cells stand side by
/// side, and a brush moves on to them.
const AHEAD: u32 = 4;

/// The marginals of a cube, the one used last at the end.
#[derive(Default)]
pub(super) struct Marginals {
    all: Vec<Marginal>,
    /// The one used last at the end.
    slices: Vec<Slices>,
    /// The room of those that are there no more: their shape is asked for again.
    room: Vec<WholeSums>,
}

/// Sums and numbers of observed cells, one for each combination of the kept categories.
struct Marginal {
    request: Request,
    sums: WholeSums,
}

/// What single periods bring to sums over periods and other dimensions, as far as it was asked for.
struct Slices {
    /// With the dimension of time kept.
    apart: Request,
    /// For periods that were read together the sums of each, one after the other, laid out as a
    /// marginal would be that sums the period too.
    read: Vec<WholeSums>,
    /// By position of the period: in which of these it is, and where its sums begin.
    by_period: Vec<Option<(usize, usize)>>,
}

/// What is asked of a marginal: for each dimension what is summed of it; `None` for those kept.
#[derive(Clone)]
pub(super) struct Request {
    pub measure: usize,
    pub summed: Vec<Option<Arc<[u32]>>>,
}

/// A request, or one that differs from it in one dimension.
#[derive(Clone, Copy)]
struct Part<'a> {
    request: &'a Request,
    /// The dimension, and what is summed of it instead.
    instead: Option<(usize, Option<&'a [u32]>)>,
}

impl Request {
    /// Categories of the kept dimensions, multiplied.
    pub fn width(&self, cube: &Cube) -> usize {
        self.all().width(cube)
    }

    fn all(&self) -> Part<'_> {
        Part { request: self, instead: None }
    }

    fn has_shape_of(&self, other: &Self) -> bool {
        self.measure == other.measure
            && self.summed.iter().zip(&other.summed).all(|(one, other)| one.is_some() == other.is_some())
    }
}

impl<'a> Part<'a> {
    fn summed(&self, place: usize) -> Option<&'a [u32]> {
        match self.instead {
            Some((at, instead)) if at == place => instead,
            _ => self.request.summed.get(place)?.as_deref(),
        }
    }

    fn with(self, place: usize, summed: Option<&'a [u32]>) -> Self {
        Self { instead: Some((place, summed)), ..self }
    }

    fn width(&self, cube: &Cube) -> usize {
        let kept = cube.dimensions().iter().enumerate().filter(|(place, _)| self.summed(*place).is_none());
        kept.map(|(_, dimension)| dimension.len()).product()
    }

    /// Whether it is the same as a request.
    fn is(&self, other: &Request) -> bool {
        let is_same_at = |(place, other): (usize, &Option<Arc<[u32]>>)| match (self.summed(place), other) {
            (Some(one), Some(other)) => is_same(one, other),
            (one, other) => one.is_none() && other.is_none(),
        };
        self.request.measure == other.measure && other.summed.iter().enumerate().all(is_same_at)
    }

    fn to_request(self) -> Request {
        let mut request = self.request.clone();
        if let Some((place, instead)) = self.instead {
            request.summed.get_mut(place).into_iter().for_each(|slot| *slot = instead.map(Arc::from));
        }
        request
    }
}

/// Whether sums of this column are exact in any order, also as the numbers of an answer.
pub(super) fn is_exact(cube: &Cube, column: &Column) -> bool {
    // Whole numbers are exact in `f64` up to 2⁵³.
    !matches!(column.values(), Values::Real(_))
        && column.magnitude() * (cube.num_cells() as f64) < 9_007_199_254_740_992.0
}

/// Whether so wide a marginal is worth its memory.
pub(super) fn is_worth_it(cube: &Cube, width: usize) -> bool {
    width.saturating_mul(4) <= cube.num_cells()
}

/// Where sums are added up from.
#[derive(Clone, Copy)]
enum Origin {
    Cells,
    /// Periods that are known by themselves, all of them.
    Slices,
    Marginal(usize),
}

/// A way to what is asked for.
enum Way {
    /// All of it from somewhere.
    Sum(Origin),
    /// From a marginal of the same shape, by the difference in one dimension: what is taken away from
    /// it and what is added, both from somewhere.
    Turn { from: usize, place: usize, difference: Difference, origin: Origin },
}

/// What two selections do not share: first what is only in the old one, then what is only in the new one.
struct Difference {
    changed: Vec<u32>,
    num_gone: usize,
}

impl Way {
    fn reads_cells(&self) -> bool {
        let (Self::Sum(origin) | Self::Turn { origin, .. }) = self;
        matches!(origin, Origin::Cells)
    }
}

impl Marginals {
    /// Gives `read` the sums asked for; `wanted` is how many of them it will look at. Where
    /// that are few of those that would have to be made from the cells, nothing is made.
    pub fn answer<R>(
        &mut self,
        cube: &Cube,
        column: &Column,
        request: Request,
        wanted: usize,
        read: impl FnOnce(&WholeSums) -> R,
    ) -> Option<R> {
        let request = self.with_known_lists(request);
        if !self.is_there(&request) {
            let (cost, mut way) = self.cheapest(cube, &request);
            if matches!(way, Way::Sum(Origin::Cells)) && wanted.saturating_mul(2) < request.width(cube) {
                return None;
            }
            if way.reads_cells() && self.prepare(cube, column, &request, cost) {
                (_, way) = self.cheapest(cube, &request);
            }
            self.make(cube, column, request, way);
        }
        self.all.last().map(|marginal| read(&marginal.sums))
    }

    /// The same request with the lists of the marginals that there are in place of the same ones: they are
    /// the same at a glance then, however often they are compared.
    fn with_known_lists(&self, mut request: Request) -> Request {
        for (place, slot) in request.summed.iter_mut().enumerate() {
            let Some(list) = slot else { continue };
            let mut known = self.all.iter().rev().filter_map(|m| m.request.summed.get(place)?.as_ref());
            if let Some(known) = known.find(|known| is_same(known, list)) {
                *list = Arc::clone(known);
            }
        }
        request
    }

    /// Puts the marginal that is asked for at the end, if it is there.
    fn is_there(&mut self, request: &Request) -> bool {
        let Some(at) = self.all.iter().rposition(|marginal| request.all().is(&marginal.request)) else {
            return false;
        };
        let marginal = self.all.remove(at);
        self.all.push(marginal);
        true
    }

    /// Makes the broad marginal that the cells need to be read for only once. Says whether
    /// anything was made.
    fn prepare(&mut self, cube: &Cube, column: &Column, request: &Request, cost: usize) -> bool {
        let Some(broad) = broad(cube, request) else { return false };
        if self.all.iter().any(|marginal| broad.all().is(&marginal.request)) {
            return false;
        }
        let (mut broad_cost, mut way) = self.cheapest(cube, &broad);
        let mut is_made = false;
        if broad_cost <= cost.saturating_mul(3)
            && let Some(whole) = whole(cube, &broad)
            && !self.all.iter().any(|marginal| whole.all().is(&marginal.request))
        {
            let (_, whole_way) = self.cheapest(cube, &whole);
            self.make(cube, column, whole, whole_way);
            (broad_cost, way) = self.cheapest(cube, &broad);
            is_made = true;
        }
        if broad_cost <= cost.saturating_mul(2) && !self.is_there(&broad) {
            self.make(cube, column, broad, way);
            is_made = true;
        }
        is_made
    }

    /// Adds the marginal that is asked for, at the end.
    fn make(&mut self, cube: &Cube, column: &Column, request: Request, way: Way) {
        let sums = match way {
            Way::Sum(origin) => self.sum(cube, column, request.all(), origin),
            Way::Turn { from, place, difference, origin } => {
                let mut sums = self.room_for(request.width(cube));
                self.all.get(from).into_iter().for_each(|marginal| sums.turn(&marginal.sums, 0, true));
                for (changed, is_new) in [(difference.gone(), false), (difference.came(), true)] {
                    let part = request.all().with(place, Some(changed));
                    match sliced(cube, part) {
                        _ if changed.is_empty() => {}
                        Some(sliced) if !matches!(origin, Origin::Marginal(_)) => {
                            self.slices_of(cube, sliced.apart).turn(
                                cube,
                                column,
                                part,
                                sliced,
                                (&mut sums, is_new),
                            );
                        }
                        _ => {
                            let turned = self.sum(cube, column, part, origin);
                            sums.turn(&turned, 0, is_new);
                            self.room.push(turned);
                        }
                    }
                }
                sums
            }
        };
        // The shape's oldest makes room, but for one over everything.
        let mut same =
            self.all.iter().enumerate().filter(|(_, marginal)| marginal.request.has_shape_of(&request));
        let goes = match same.clone().count() >= PER_SHAPE {
            true => same.find(|(_, marginal)| !marginal.is_whole(cube)).map(|(at, _)| at),
            false => (self.all.len() >= IN_ALL).then_some(0),
        };
        self.room.extend(goes.map(|at| self.all.remove(at).sums));
        let num_old = self.room.len().saturating_sub(ROOM);
        self.room.drain(..num_old);
        self.all.push(Marginal { request, sums });
    }

    fn cheapest(&self, cube: &Cube, request: &Request) -> (usize, Way) {
        let (mut least, origin) = self.origin(cube, request.all());
        let mut way = Way::Sum(origin);
        for (from, marginal) in self.all.iter().enumerate().filter(|(_, m)| m.request.has_shape_of(request)) {
            let Some((place, have, want)) = marginal.only_difference(request) else { continue };
            // A difference as large as the selection saves nothing.
            if have.len().abs_diff(want.len()) >= want.len() {
                continue;
            }
            let difference = Difference::between(have, want);
            if difference.changed.len() >= want.len() {
                continue;
            }
            let (cost, origin) = self.origin(cube, request.all().with(place, Some(&difference.changed)));
            let cost = cost.saturating_add(marginal.sums.totals.len() / 8);
            if cost < least {
                (least, way) = (cost, Way::Turn { from, place, difference, origin });
            }
        }
        (least, way)
    }

    /// Where the sums that are asked for cost least, and about how many cells' worth: from a
    /// marginal that sums a part of the same selections, or from the cells. Where a dimension's
    /// selection is another one instead, it is a difference, which no marginal has summed.
    fn origin(&self, cube: &Cube, part: Part<'_>) -> (usize, Origin) {
        let mut least = self.work_on_cells(cube, part);
        let changed = part.instead.map(|(place, _)| place);
        for (at, marginal) in self.all.iter().enumerate() {
            let mut summed = marginal.request.summed.iter().enumerate();
            let is_part = marginal.request.measure == part.request.measure
                && summed.all(|(place, have)| {
                    let Some(have) = have else { return true };
                    Some(place) != changed && part.summed(place).is_some_and(|want| is_same(have, want))
                });
            if is_part {
                let cost = work(cube, part, Some(marginal));
                if cost < least.0 {
                    least = (cost, Origin::Marginal(at));
                }
            }
        }
        least
    }

    /// What it costs to add up cells. Those of periods that are known by themselves need not be read.
    fn work_on_cells(&self, cube: &Cube, part: Part<'_>) -> (usize, Origin) {
        let all = |part: Part<'_>| work(cube, part, None).saturating_mul(2);
        let Some(Sliced { time, periods, apart }) = sliced(cube, part) else {
            return (all(part), Origin::Cells);
        };
        let Some(known) = self.slices.iter().find(|slices| apart.is(&slices.apart)) else {
            return (all(part), Origin::Cells);
        };
        let unknown = known.unknown(periods);
        let rows = periods.len().saturating_mul(part.width(cube)) / 8;
        match unknown.is_empty() {
            true => (rows, Origin::Slices),
            false => (all(part.with(time, Some(&unknown))).saturating_add(rows), Origin::Cells),
        }
    }

    fn sum(&mut self, cube: &Cube, column: &Column, part: Part<'_>, origin: Origin) -> WholeSums {
        let mut sums = self.room_for(part.width(cube));
        match origin {
            Origin::Marginal(at) => {
                if let Some(marginal) = self.all.get(at) {
                    scan::add_up_sums(&marginal.sums, spans(cube, part, Some(marginal)), &mut sums);
                }
            }
            Origin::Cells | Origin::Slices => match sliced(cube, part) {
                Some(sliced) => {
                    self.slices_of(cube, sliced.apart).turn(cube, column, part, sliced, (&mut sums, true));
                }
                None => scan::add_up_whole(column, spans(cube, part, None), &mut sums),
            },
        }
        sums
    }

    /// Sums of nothing, so many.
    fn room_for(&mut self, width: usize) -> WholeSums {
        match self.room.iter().position(|room| room.totals.len() == width) {
            Some(at) => {
                let mut room = self.room.swap_remove(at);
                room.clear();
                room
            }
            None => WholeSums::zero(width),
        }
    }

    /// The slices that are asked for, those there are or new ones.
    fn slices_of(&mut self, cube: &Cube, apart: Part<'_>) -> &mut Slices {
        let at = self.slices.iter().position(|slices| apart.is(&slices.apart));
        let slices = match at {
            Some(at) => self.slices.remove(at),
            None => Slices::new(cube, apart.to_request()),
        };
        if self.slices.len() >= SLICED {
            self.slices.remove(0);
        }
        self.slices.push_mut(slices)
    }
}

/// Periods that are summed with other dimensions, and are worth to be known by themselves.
#[derive(Clone, Copy)]
struct Sliced<'a> {
    /// The dimension of time.
    time: usize,
    periods: &'a [u32],
    /// The same request with time kept.
    apart: Part<'a>,
}

/// The periods to be known by themselves. There are none where the selection in another dimension
/// is but a difference, nor where all periods are wanted, whose cells stand together.
fn sliced<'a>(cube: &Cube, part: Part<'a>) -> Option<Sliced<'a>> {
    let time = cube.dimension_with_role(DimensionRole::Time)?;
    let periods = part.summed(time)?;
    let is_whole = cube.dimensions().get(time).is_some_and(|dimension| dimension.len() == periods.len());
    if is_whole || part.instead.is_some_and(|(place, _)| place != time) {
        return None;
    }
    let apart = part.with(time, None);
    let is_summed = (0..cube.dimensions().len()).any(|place| apart.summed(place).is_some());
    (is_summed && is_worth_it(cube, apart.width(cube))).then_some(Sliced { time, periods, apart })
}

impl Slices {
    fn new(cube: &Cube, apart: Request) -> Self {
        let time = cube.dimension_with_role(DimensionRole::Time);
        let periods = time.and_then(|time| cube.dimensions().get(time)).map_or(0, Dimension::len);
        Self { apart, read: Vec::new(), by_period: vec![None; periods] }
    }

    /// Those of the periods of which nothing is known yet.
    fn unknown(&self, periods: &[u32]) -> Vec<u32> {
        let is_known = |period: u32| self.by_period.get(period as usize).is_some_and(Option::is_some);
        let mut unknown = Vec::with_capacity(periods.len());
        unknown.extend(periods.iter().copied().filter(|&period| !is_known(period)));
        unknown
    }

    /// Some periods and those that are read with them.
    fn with_neighbours(&self, periods: &[u32]) -> Vec<u32> {
        let block = |period: &u32| period / AHEAD;
        let blocks =
            periods.chunk_by(|one, next| block(one) == block(next)).filter_map(|chunk| chunk.first());
        let starts = blocks.map(|period| block(period).saturating_mul(AHEAD));
        let positions = 0..self.by_period.len() as u32;
        starts
            .flat_map(|start| start..start.saturating_add(AHEAD))
            .filter(|at| positions.contains(at))
            .collect()
    }

    /// Adds what some periods bring, or takes it away.
    fn turn(
        &mut self,
        cube: &Cube,
        column: &Column,
        part: Part<'_>,
        Sliced { time, periods, .. }: Sliced<'_>,
        (sums, is_new): (&mut WholeSums, bool),
    ) {
        let mut unknown = self.unknown(periods);
        if !unknown.is_empty() {
            if periods.len() < AHEAD as usize {
                unknown = self.unknown(&self.with_neighbours(&unknown));
            }
            self.read(cube, column, part.with(time, Some(&unknown)), (time, &unknown));
        }
        for &(read, start) in periods.iter().filter_map(|&at| self.by_period.get(at as usize)?.as_ref()) {
            self.read.get(read).into_iter().for_each(|read| sums.turn(read, start, is_new));
        }
    }

    /// Reads the cells of some periods.
    fn read(&mut self, cube: &Cube, column: &Column, part: Part<'_>, (time, periods): (usize, &[u32])) {
        let width = part.width(cube);
        for (&period, start) in periods.iter().zip((0usize..).step_by(width.max(1))) {
            let slot = self.by_period.get_mut(period as usize);
            slot.into_iter().for_each(|slot| *slot = Some((self.read.len(), start)));
        }
        let spans = spans_with(cube, part, None, Some((time, width)));
        let mut sums = WholeSums::zero(width.saturating_mul(periods.len()));
        scan::add_up_whole(column, spans, &mut sums);
        self.read.push(sums);
    }
}

impl WholeSums {
    /// Adds what is new, or takes away what is gone, which begins somewhere in other sums.
    fn turn(&mut self, part: &Self, start: usize, is_new: bool) {
        let totals = self.totals.iter_mut().zip(part.totals.get(start..).unwrap_or_default());
        let observed = self.observed.iter_mut().zip(part.observed.get(start..).unwrap_or_default());
        if is_new {
            totals.for_each(|(sum, part)| *sum = sum.wrapping_add(*part));
            observed.for_each(|(sum, part)| *sum = sum.wrapping_add(*part));
        } else {
            totals.for_each(|(sum, part)| *sum = sum.wrapping_sub(*part));
            observed.for_each(|(sum, part)| *sum = sum.wrapping_sub(*part));
        }
    }
}

/// The marginal from which the views of a dashboard follow: only the innermost dimensions are
/// summed, as few as make it worth its memory. Cells that are neighbours are added up fastest.
fn broad(cube: &Cube, request: &Request) -> Option<Request> {
    let num_summed = request.summed.iter().flatten().count();
    let mut broad = Request { measure: request.measure, summed: vec![None; request.summed.len()] };
    let time = cube.dimension_with_role(DimensionRole::Time);
    // Months are brushed over: they stay apart.
    let places = (0..request.summed.len()).rev().filter(|&place| Some(place) != time);
    for (_, place) in (1..num_summed).zip(places) {
        *broad.summed.get_mut(place)? = Some(request.summed.get(place).cloned().flatten()?);
        if is_worth_it(cube, broad.width(cube)) {
            return Some(broad);
        }
    }
    None
}

/// The same over everything, where that is the way to it: more than half is summed, and not of
/// neighbours, which are added up as fast as they are taken away.
fn whole(cube: &Cube, broad: &Request) -> Option<Request> {
    if broad.summed.last()?.is_some() {
        return None;
    }
    let everything = |(summed, dimension): (&Option<_>, &Dimension)| {
        summed.as_ref().map(|_| (0..dimension.len() as u32).collect())
    };
    let summed = broad.summed.iter().zip(cube.dimensions()).map(everything);
    let whole = Request { measure: broad.measure, summed: summed.collect() };
    let num = |request: &Request| request.summed.iter().flatten().map(|s| s.len()).product::<usize>();
    (num(broad).saturating_mul(2) > num(&whole)).then_some(whole)
}

impl Difference {
    /// Between two ascending lists.
    fn between(mut old: &[u32], mut new: &[u32]) -> Self {
        let mut changed = Vec::with_capacity(old.len().saturating_add(new.len()));
        let mut came = Vec::with_capacity(new.len());
        while let (Some((a, olds)), Some((b, news))) = (old.split_first(), new.split_first()) {
            match a.cmp(b) {
                Ordering::Equal => {
                    let num_same = olds.iter().zip(news).take_while(|(a, b)| a == b).count();
                    (old, new) = (olds.split_at(num_same).1, news.split_at(num_same).1);
                }
                Ordering::Less => {
                    changed.push(*a);
                    old = olds;
                }
                Ordering::Greater => {
                    came.push(*b);
                    new = news;
                }
            }
        }
        changed.extend_from_slice(old);
        let num_gone = changed.len();
        changed.append(&mut came);
        changed.extend_from_slice(new);
        Self { changed, num_gone }
    }

    fn gone(&self) -> &[u32] {
        self.changed.get(..self.num_gone).unwrap_or_default()
    }

    fn came(&self) -> &[u32] {
        self.changed.get(self.num_gone..).unwrap_or_default()
    }
}

/// Whether two lists are the same. Most that are not differ in length or at an end; others are
/// compared without a look at each step, several at once.
fn is_same(one: &[u32], other: &[u32]) -> bool {
    std::ptr::eq(one, other)
        || one.len() == other.len()
            && one.first() == other.first()
            && one.last() == other.last()
            && one.iter().zip(other).fold(0, |differing, (a, b)| differing | (a ^ b)) == 0
}

impl Marginal {
    /// Whether it is over all categories of what is summed.
    fn is_whole(&self, cube: &Cube) -> bool {
        let mut summed = self.request.summed.iter().zip(cube.dimensions());
        summed.all(|(summed, dimension)| summed.as_ref().is_none_or(|s| s.len() == dimension.len()))
    }

    /// The one dimension in which a marginal of the same shape differs, with both selections.
    fn only_difference<'a>(&'a self, request: &'a Request) -> Option<(usize, &'a [u32], &'a [u32])> {
        let pairs = self.request.summed.iter().zip(&request.summed).enumerate();
        let mut differing = pairs.filter_map(|(place, (have, want))| {
            let (have, want) = (have.as_deref()?, want.as_deref()?);
            (!is_same(have, want)).then_some((place, have, want))
        });
        let first = differing.next();
        if differing.next().is_some() { None } else { first }
    }
}

/// About how much it is to add up what is asked for, in cells that stand together: those
/// that do not are several times as much.
fn work(cube: &Cube, part: Part<'_>, origin: Option<&Marginal>) -> usize {
    const APART: usize = 8;
    let mut work = 1usize;
    let mut is_innermost = true;
    let dimensions = cube.dimensions().iter().enumerate().rev();
    for (place, dimension) in dimensions {
        if origin.is_some_and(|origin| origin.request.summed.get(place).is_some_and(Option::is_some)) {
            continue;
        }
        let len = match part.summed(place) {
            Some(positions) if is_innermost => positions.len().saturating_mul(APART).min(dimension.len()),
            Some(positions) => positions.len(),
            None => dimension.len(),
        };
        work = work.saturating_mul(len);
        is_innermost = false;
    }
    work
}

/// How a request reads a column, or a marginal, which is laid out like one.
fn spans(cube: &Cube, part: Part<'_>, origin: Option<&Marginal>) -> Vec<Span> {
    spans_with(cube, part, origin, None)
}

/// The same, with what is summed of one dimension kept apart: as so many tables one after the other
/// as it has positions, each of so many sums.
fn spans_with(
    cube: &Cube,
    part: Part<'_>,
    origin: Option<&Marginal>,
    apart: Option<(usize, usize)>,
) -> Vec<Span> {
    let (mut stride, mut into) = (1usize, 1usize);
    let mut spans = Vec::with_capacity(cube.dimensions().len());
    for (place, dimension) in cube.dimensions().iter().enumerate().rev() {
        if origin.is_some_and(|origin| origin.request.summed.get(place).is_some_and(Option::is_some)) {
            continue;
        }
        match part.summed(place) {
            Some(positions) => {
                let into = apart.filter(|(apart, _)| *apart == place).map_or(0, |(_, width)| width);
                spans.push(Span::new(positions, stride, into));
            }
            None => {
                spans.push(Span::all(dimension.len(), stride, into));
                into = usize::saturating_mul(into, dimension.len());
            }
        }
        stride = usize::saturating_mul(stride, dimension.len());
    }
    spans.reverse();
    spans
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use crate::model::{Category, CellIndex, ColumnBuilder, CubeParts, Extras, Hierarchy, Measure};

    const SIZES: [usize; 3] = [9, 7, 80];

    fn cube(largest: i64, time: usize) -> Cube {
        let mut parts = CubeParts::default();
        for (place, size) in SIZES.into_iter().enumerate() {
            let codes = (0..size).map(|at| Category { code: at.to_string(), ..Category::default() });
            let role = match place == time {
                true => DimensionRole::Time,
                false => DimensionRole::Classification,
            };
            let hierarchy = Hierarchy::new(size, &[]).0;
            parts.dimensions.push(Dimension::new(place.to_string(), "d", role, codes.collect(), hierarchy));
        }
        let num_cells: usize = SIZES.iter().product();
        let mut column = ColumnBuilder::new(num_cells);
        for cell in 0..num_cells {
            let mixed = (cell as u64).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 20;
            if mixed % 5 < 2 {
                column.set(CellIndex(cell), (mixed as i64 % (2 * largest) - largest) as f64);
            }
        }
        parts.measures.push(Measure::default());
        parts.columns.push(column.finish(Extras::default()));
        Cube::new(parts).unwrap()
    }

    /// Every way there is to a marginal is taken, and leads to what the cells say, in each
    /// width of numbers.
    #[test]
    fn each_way_leads_to_what_the_cells_say() {
        let all = SIZES.map(|size| (0..size as u32).collect::<Vec<_>>());
        let some = |place: usize, keep: &dyn Fn(u32) -> bool| -> Vec<u32> {
            all[place].iter().copied().filter(|at| keep(*at)).collect()
        };
        let mut selections = vec![all.clone()];
        // Everything changes, to more than half and to less of it.
        selections.push([some(0, &|at| at != 2), some(1, &|at| at > 2), some(2, &|at| at % 3 > 0)]);
        selections.push([some(0, &|at| at > 6), some(1, &|at| at < 4), some(2, &|at| at > 70 || at == 3)]);
        for step in 0..6u32 {
            let [one, two, three] = selections.last().unwrap().clone();
            let toggled = |list: Vec<u32>, at: u32| -> Vec<u32> {
                let mut list = list;
                match list.binary_search(&at) {
                    Ok(place) => drop(list.remove(place)),
                    Err(place) => list.insert(place, at),
                }
                list
            };
            selections.push(match step % 3 {
                0 => [toggled(one, step), two, three],
                1 => [one, some(1, &|at| (step..step + 2).contains(&at)), three],
                _ => [one, two, toggled(three, step * 11)],
            });
        }
        let (mut summed, mut turned, mut derived, mut broad, mut sliced) = (0, 0, 0, 0, 0);
        for (largest, time) in [(100, 1), (100, 0), (100, 2), (1_000_000, 1), (2_000_000_000, 1)] {
            let cube = cube(largest, time);
            let column = cube.column(0).unwrap();
            let mut marginals = Marginals::default();
            for selection in &selections {
                for kept in [1, 0, 2, 3] {
                    let request = Request {
                        measure: 0,
                        summed: (0..3)
                            .map(|at| (at != kept).then(|| selection[at].as_slice().into()))
                            .collect(),
                    };
                    if !marginals.all.iter().any(|marginal| request.all().is(&marginal.request)) {
                        match marginals.cheapest(&cube, &request).1 {
                            Way::Sum(Origin::Cells | Origin::Slices) => summed += 1,
                            Way::Sum(Origin::Marginal(_)) => derived += 1,
                            Way::Turn { .. } => turned += 1,
                        }
                    }
                    let width = request.width(&cube);
                    let mut expected = WholeSums::zero(width);
                    scan::add_up_whole(column, spans(&cube, request.all(), None), &mut expected);
                    let answered =
                        marginals.answer(&cube, column, request.clone(), width, WholeSums::clone).unwrap();
                    assert_eq!(answered, expected, "{largest}, {time}, {selection:?}, all but {kept}");
                }
                let num_summed = |m: &&Marginal| m.request.summed.iter().flatten().count();
                broad += marginals.all.iter().filter(|m| num_summed(m) == 1).count();
            }
            let periods = marginals.slices.iter().flat_map(|slices| &slices.by_period);
            sliced += periods.filter(|slice| slice.is_some()).count();
        }
        assert!(
            summed > 0 && turned > 0 && derived > 0 && broad > 0 && sliced > 0,
            "{summed} from the cells, {turned} by difference, {derived} from others, {broad} broad, \
             {sliced} periods by themselves"
        );
    }
}
