//! Periods of time as calendar ordinals, never as instants: no clock, no time zone.

use std::fmt;

/// A calendar month as the number of months since January of year 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Month(i32);

impl Month {
    /// The month `month` (1–12) of `year`, or `None` where there is no such month.
    pub fn new(year: i32, month: u32) -> Option<Self> {
        let is_one = (1..=12).contains(&month) && (0..=9999).contains(&year);
        is_one.then(|| Self(year.saturating_mul(12)).plus(month as i32).plus(-1))
    }

    /// The month with this ordinal.
    pub fn from_ordinal(ordinal: i32) -> Self {
        Self(ordinal)
    }

    /// Months since January of year 0.
    pub fn ordinal(self) -> i32 {
        self.0
    }

    /// The year.
    pub fn year(self) -> i32 {
        self.0.div_euclid(12)
    }

    /// The month within its year, 1–12.
    pub fn number(self) -> u32 {
        (self.0.rem_euclid(12) as u32).saturating_add(1)
    }

    /// The month `months` later, or earlier where negative.
    #[must_use]
    pub fn plus(self, months: i32) -> Self {
        Self(self.0.saturating_add(months))
    }

    /// Days of this month.
    fn days(self) -> u32 {
        match self.number() {
            4 | 6 | 9 | 11 => 30,
            2 if self.year() % 4 == 0 && (self.year() % 100 != 0 || self.year() % 400 == 0) => 29,
            2 => 28,
            _ => 31,
        }
    }
}

impl fmt::Display for Month {
    /// `2024-01`, the form used in files and exports.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}-{:02}", self.year(), self.number())
    }
}

/// How long a period is, as its code says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Granularity {
    /// A single day.
    Day,
    /// A calendar month.
    Month,
    /// Three calendar months.
    Quarter,
    /// Six calendar months.
    HalfYear,
    /// A calendar year.
    Year,
    /// Anything with two ends: weeks, part-months, running totals.
    Range,
}

/// A period with inclusive ends. Ordered by its end, then by its start, so that the last
/// of several is the one that ends last.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Period {
    first: (Month, u32),
    last: (Month, u32),
    granularity: Granularity,
}

impl Period {
    /// Reads `2024`, `2024-01`, `2024M01`, `2024-Q1`, `2024Q1`, `2024-H1`, `2024S1`,
    /// `2024-01-31`, and ranges of those with a slash between (`2018-01/2018-05`).
    pub fn parse(code: &str) -> Option<Self> {
        let Some((from, to)) = code.split_once('/') else { return Self::parse_one(code) };
        let (from, to) = (Self::parse_one(from)?, Self::parse_one(to)?);
        (from.first <= to.last).then_some(Self {
            first: from.first,
            last: to.last,
            granularity: Granularity::Range,
        })
    }

    /// Reads what is no range: the ends of a range are none themselves.
    fn parse_one(code: &str) -> Option<Self> {
        let year: i32 = code.get(..4).filter(|y| y.bytes().all(|b| b.is_ascii_digit()))?.parse().ok()?;
        let rest = code.get(4..)?;
        let number = |text: &str| -> Option<u32> {
            (!text.is_empty() && text.len() <= 2 && text.bytes().all(|b| b.is_ascii_digit()))
                .then(|| text.parse().ok())
                .flatten()
        };
        let span = |first_month: u32, months_more: i32, granularity| {
            let first = Month::new(year, first_month)?;
            let last = first.plus(months_more);
            Some(Self { first: (first, 1), last: (last, last.days()), granularity })
        };
        if rest.is_empty() {
            return span(1, 11, Granularity::Year);
        }
        let rest = rest.strip_prefix('-').unwrap_or(rest);
        if let Some(quarter) = rest.strip_prefix(['Q', 'q', 'K']) {
            let first_month = match number(quarter)? {
                1 => 1,
                2 => 4,
                3 => 7,
                4 => 10,
                _ => return None,
            };
            return span(first_month, 2, Granularity::Quarter);
        }
        if let Some(half) = rest.strip_prefix(['H', 'S', 'B']) {
            let first_month = match number(half)? {
                1 => 1,
                2 => 7,
                _ => return None,
            };
            return span(first_month, 5, Granularity::HalfYear);
        }
        let rest = rest.strip_prefix(['M', 'm']).unwrap_or(rest);
        match rest.split_once('-') {
            None => span(number(rest)?, 0, Granularity::Month),
            Some((month, day)) => {
                let month = Month::new(year, number(month)?)?;
                let day = number(day).filter(|day| (1..=month.days()).contains(day))?;
                Some(Self { first: (month, day), last: (month, day), granularity: Granularity::Day })
            }
        }
    }

    /// The period that is this calendar month.
    pub fn of_month(month: Month) -> Self {
        Self { first: (month, 1), last: (month, month.days()), granularity: Granularity::Month }
    }

    /// How long the period is.
    pub fn granularity(self) -> Granularity {
        self.granularity
    }

    /// The month in which it begins.
    pub fn first_month(self) -> Month {
        self.first.0
    }

    /// The month in which it ends.
    pub fn last_month(self) -> Month {
        self.last.0
    }

    /// Day of the month on which it begins, and on which it ends.
    pub fn days(self) -> (u32, u32) {
        (self.first.1, self.last.1)
    }

    /// Whether the whole of `other` lies between the beginning of `from` and the end of `to`.
    pub fn within(self, from: Option<Self>, to: Option<Self>) -> bool {
        from.is_none_or(|from| self.first >= from.first) && to.is_none_or(|to| self.last <= to.last)
    }

    /// The same period `months` months later, for periods of whole months.
    pub fn shifted(self, months: i32) -> Option<Self> {
        let whole = self.first.1 == 1 && self.last.1 == self.last.0.days();
        whole.then(|| {
            let last = self.last.0.plus(months);
            Self {
                first: (self.first.0.plus(months), 1),
                last: (last, last.days()),
                granularity: self.granularity,
            }
        })
    }
}

impl Ord for Period {
    fn cmp(&self, other: &Self) -> std::cmp::Ordering {
        (self.last, self.first).cmp(&(other.last, other.first))
    }
}

impl PartialOrd for Period {
    fn partial_cmp(&self, other: &Self) -> Option<std::cmp::Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn months_are_read_in_each_form() {
        for code in ["2024-01", "2024M01", "202401", "2024-M01"] {
            let period = Period::parse(code);
            assert_eq!(period.map(Period::granularity), Some(Granularity::Month), "{code}");
            assert_eq!(period.map(|p| p.first_month().to_string()), Some("2024-01".into()), "{code}");
        }
    }

    #[test]
    fn what_is_no_period_is_none() {
        for code in [
            "",
            "24",
            "2024-13",
            "2024-00",
            "2024-Q5",
            "2024-02-30",
            "TOTAL",
            "20x4",
            "2024-01/",
            "é024",
            "2024/2024/2024",
        ] {
            assert_eq!(Period::parse(code), None, "{code}");
        }
    }

    #[test]
    fn a_year_later_is_twelve_months_later() {
        let month = Period::parse("2023-01").and_then(|p| p.shifted(12));
        assert_eq!(month, Period::parse("2024-01"));
        assert_eq!(Period::parse("2023-Q4").and_then(|p| p.shifted(12)), Period::parse("2024-Q4"));
    }

    #[test]
    fn the_last_of_several_ends_last() {
        let (year, month) = (Period::parse("2023"), Period::parse("2024-01"));
        assert!(month > year);
    }
}
