//! The axis of time: equal periods in order, their places and labels.

use statcube::model::Granularity;
use statcube::{Cube, DimensionRole, Month, Period, Query};

use super::scene::{PeriodAxis, Point, Rect};
use super::sketch::{Anchor, SMALL, Sketch, Type};
use super::{ChartKind, Unfit};
use crate::i18n::Locale;

/// The periods that a query leaves, in order, all of one length.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct TimeAxis {
    /// Position of the dimension.
    pub dimension: usize,
    /// Category positions in order of time.
    pub positions: Vec<u32>,
    /// The periods, beside them.
    pub periods: Vec<Period>,
    /// Months of each period.
    pub months: i32,
}

impl TimeAxis {
    /// The axis of a cube and a query.
    pub fn of(kind: ChartKind, cube: &Cube, query: &Query, locale: &Locale) -> Result<Self, Unfit> {
        let Some((place, dimension)) = cube
            .dimension_with_role(DimensionRole::Time)
            .and_then(|place| Some((place, cube.dimensions().get(place)?)))
        else {
            return Err(Unfit::new(kind, "chart.unfit.no-time", locale));
        };
        let filter = query.selected(place).filter(|_| !query.linked);
        let kept = |position: &u32| filter.as_ref().is_none_or(|kept| kept.binary_search(position).is_ok());
        let positions: Vec<u32> = dimension.chronological().iter().copied().filter(kept).collect();
        let periods: Vec<Period> = positions
            .iter()
            .filter_map(|&p| dimension.category(p).and_then(|category| category.period))
            .collect();
        let unfit = || Unfit::new(kind, "chart.unfit.periods", locale);
        let granularity = match periods.first() {
            Some(first) => first.granularity(),
            None if positions.is_empty() => Granularity::Month,
            None => return Err(unfit()),
        };
        let months = match granularity {
            Granularity::Month => 1,
            Granularity::Quarter => 3,
            Granularity::HalfYear => 6,
            Granularity::Year => 12,
            Granularity::Day | Granularity::Range => return Err(unfit()),
        };
        if periods.len() != positions.len()
            || periods.iter().any(|period| period.granularity() != granularity)
        {
            return Err(unfit());
        }
        Ok(Self { dimension: place, positions, periods, months })
    }

    /// Where a period stands, counted in periods.
    pub fn ordinal(&self, period: Period) -> i32 {
        period.first_month().ordinal().div_euclid(self.months)
    }

    /// The first and the last place.
    pub fn span(&self) -> (i32, i32) {
        match (self.periods.first(), self.periods.last()) {
            (Some(first), Some(last)) => (self.ordinal(*first), self.ordinal(*last)),
            _ => (0, 0),
        }
    }

    /// How many places there are, gaps between periods included.
    pub fn len(&self) -> i32 {
        let (first, last) = self.span();
        last - first + 1
    }

    /// The same axis without the periods before one place and after another; some are left in any
    /// case, so that what is left does not look like more than it is.
    pub fn clipped(&self, (first, last): (i32, i32)) -> Self {
        const FEWEST: i32 = 12;
        let (start, end) = self.span();
        let first = first.min(last + 1 - FEWEST).max(start);
        let last = last.max(first - 1 + FEWEST).min(end);
        let kept = self.positions.iter().copied().zip(self.periods.iter().copied());
        let (positions, periods) =
            kept.filter(|(_, period)| (first..=last).contains(&self.ordinal(*period))).unzip();
        Self { positions, periods, ..self.clone() }
    }

    /// Where each period stands in a field.
    pub fn slots(&self, field: Rect) -> PeriodAxis {
        let (first, step) = (self.span().0, field.width / f64::from(self.len().max(1)));
        let x = |period: &Period| field.x + (f64::from(self.ordinal(*period) - first) + 0.5) * step;
        let slots = self.positions.iter().zip(&self.periods).map(|(position, period)| (x(period), *position));
        let (top, bottom) = (field.y, field.bottom());
        PeriodAxis { dimension: self.dimension, slots: slots.collect(), step, top, bottom }
    }

    /// The first month of a place.
    pub fn month(&self, ordinal: i32) -> Month {
        Month::from_ordinal(ordinal * self.months)
    }

    /// Its period in words.
    pub fn name(&self, ordinal: i32, locale: &Locale) -> String {
        let period = self.periods.iter().find(|period| self.ordinal(**period) == ordinal);
        period.map_or_else(String::new, |period| locale.period(*period))
    }

    /// “January 2017 to June 2022”.
    pub fn range_name(&self, locale: &Locale) -> String {
        match (self.periods.first(), self.periods.last()) {
            (Some(first), Some(last)) => locale.period_range(*first, *last),
            _ => String::new(),
        }
    }

    /// From the first period to the one at a place: “January 2017 to March 2020”.
    pub fn range_until(&self, ordinal: i32, locale: &Locale) -> String {
        let until = self.periods.iter().find(|period| self.ordinal(**period) == ordinal);
        self.periods.first().zip(until).map_or_else(String::new, |(from, to)| locale.period_range(*from, *to))
    }

    /// Whether places are few enough to be labelled by month, with the years below.
    pub fn is_short(&self) -> bool {
        self.months == 1 && self.len() <= 18
    }

    /// Height below the baseline that the labels take.
    pub fn label_height(&self) -> f64 {
        if self.is_short() { 40.0 } else { 30.0 }
    }

    /// Draws ticks and labels below a baseline, between two ends.
    pub fn draw(&self, sketch: &mut Sketch<'_>, left: f64, width: f64, baseline: f64) {
        if self.positions.is_empty() {
            return;
        }
        let tokens = sketch.frame.tokens;
        let (locale, style) = (sketch.frame.locale, Type::new(SMALL, tokens.muted));
        let (first, last) = self.span();
        let step = width / f64::from(self.len());
        let edge_of = |ordinal: i32| left + f64::from(ordinal - first) * step;
        let mut year_line = baseline + 20.0;
        if self.is_short() {
            year_line = baseline + 34.0;
            let widest = (first..=last)
                .map(|o| sketch.measure(locale.month_name_short(self.month(o)), style))
                .fold(0.0, f64::max);
            let every =
                [1, 2, 3, 6, 12].into_iter().find(|n| f64::from(*n) * step >= widest + 6.0).unwrap_or(12);
            for ordinal in first..=last {
                let middle = edge_of(ordinal) + step / 2.0;
                sketch.vertical(middle, baseline, 4.0, tokens.edge);
                if (ordinal - first) % every == 0 {
                    let label = locale.month_name_short(self.month(ordinal));
                    let middle = inside(sketch, middle, sketch.measure(label, style));
                    sketch.text(Point::new(middle, baseline + 18.0), label, style, Anchor::Middle);
                }
            }
        }
        let years = self.month(first).year()..=self.month(last).year();
        let per_year = f64::from(12 / self.months) * step;
        let full = sketch.measure("2000", style);
        let every =
            [1, 2, 5, 10, 20, 50].into_iter().find(|n| f64::from(*n) * per_year >= full - 2.0).unwrap_or(100);
        let mut free = f64::MIN;
        for year in years {
            let of_year = |month: i32| (year * 12 + month).div_euclid(self.months);
            let (from, to) = (of_year(0).max(first), of_year(11).min(last));
            let (from_x, to_x) = (edge_of(from), edge_of(to + 1));
            if !self.is_short() || (from > first) {
                sketch.vertical(from_x, baseline, 6.0, tokens.edge);
            }
            let is_whole = from == of_year(0) && to == of_year(11);
            let is_narrow = to_x - from_x < 34.0 && (per_year < 34.0 || !is_whole);
            let label = if is_narrow && every == 1 {
                format!("’{:02}", year.rem_euclid(100))
            } else {
                year.to_string()
            };
            let label_width = sketch.measure(&label, style);
            let room = if every > 1 { f64::from(every) * per_year } else { to_x - from_x };
            if year.rem_euclid(every) == 0 && label_width - 2.0 <= room {
                let middle = inside(sketch, (from_x + to_x) / 2.0, label_width);
                if middle - label_width / 2.0 < free {
                    continue;
                }
                free = middle + label_width / 2.0 + 4.0;
                sketch.text(Point::new(middle, year_line), &label, style, Anchor::Middle);
            }
        }
    }
}

/// The middle of a label, moved where it would leave the frame.
fn inside(sketch: &Sketch<'_>, middle: f64, width: f64) -> f64 {
    middle.clamp(width / 2.0, (sketch.frame.width - width / 2.0).max(width / 2.0))
}
