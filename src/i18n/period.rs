//! Periods in words. Patterns come from the language; a range is named by both ends.

use statcube::model::Granularity;
use statcube::{Month, Period};

use super::Locale;

/// Where the name of a month stands; languages that decline have a form for each.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum MonthForm {
    /// Alone, as on a label.
    Alone,
    /// After “in”.
    In,
    /// After “the end of”.
    End,
    /// After a day.
    Day,
}

impl Locale {
    /// The name of a month's number within its year.
    fn month_name(&self, month: Month, form: MonthForm) -> &str {
        self.months(form).get(month.number() as usize - 1).map_or("", String::as_str)
    }

    /// “Jan”.
    pub fn month_name_short(&self, month: Month) -> &str {
        self.months_short().get(month.number() as usize - 1).map_or("", String::as_str)
    }

    /// “January 2024”.
    pub fn month(&self, month: Month) -> String {
        self.month_as(month, MonthForm::Alone)
    }

    fn month_as(&self, month: Month, form: MonthForm) -> String {
        let year = month.year().to_string();
        self.fill("period.month", &[("month", self.month_name(month, form)), ("year", &year)])
    }

    /// A period as it stands after “in”.
    pub fn period_in(&self, period: Period) -> String {
        self.period_as(period, MonthForm::In)
    }

    /// A period as it stands after “the end of”.
    pub fn period_at_end(&self, period: Period) -> String {
        self.period_as(period, MonthForm::End)
    }

    /// “End of January 2024”.
    pub fn end_of(&self, period: Period) -> String {
        self.fill("period.end", &[("period", &self.period_at_end(period))])
    }

    fn period_as(&self, period: Period, form: MonthForm) -> String {
        match period.granularity() {
            Granularity::Month => self.month_as(period.first_month(), form),
            _ => self.period(period),
        }
    }

    /// “Jan 2024”.
    pub fn month_short(&self, month: Month) -> String {
        self.fill(
            "period.month",
            &[("month", self.month_name_short(month)), ("year", &month.year().to_string())],
        )
    }

    /// A period in words: “January 2024”, “2018”, “1st quarter 2024”, “January to May 2018”,
    /// “15–21 January 2018”, “January 2017 to June 2022”.
    pub fn period(&self, period: Period) -> String {
        let (first, last) = (period.first_month(), period.last_month());
        let year = first.year().to_string();
        let part = |key: &str, months: u32| {
            let number = (first.number() - 1) / months + 1;
            self.fill(&format!("{key}.{number}"), &[("year", &year)])
        };
        match period.granularity() {
            Granularity::Year => self.fill("period.year", &[("year", &year)]),
            Granularity::HalfYear => part("period.half", 6),
            Granularity::Quarter => part("period.quarter", 3),
            Granularity::Month => self.month(first),
            Granularity::Day => self.day(first, period.days().0),
            Granularity::Range
                if Period::of_month(first).days().0 == period.days().0
                    && Period::of_month(last).days().1 == period.days().1 =>
            {
                self.months_range(first, last)
            }
            Granularity::Range => self.days_range((first, period.days().0), (last, period.days().1)),
        }
    }

    /// Two periods and all between them: “January 2017 to June 2022”.
    pub fn period_range(&self, from: Period, to: Period) -> String {
        match (from.granularity(), to.granularity()) {
            _ if from == to => self.period(from),
            (Granularity::Month, Granularity::Month) => {
                self.months_range(from.first_month(), to.last_month())
            }
            _ => self.fill("period.range", &[("from", &self.period(from)), ("to", &self.period(to))]),
        }
    }

    fn months_range(&self, first: Month, last: Month) -> String {
        if first == last {
            return self.month(first);
        }
        if first.year() == last.year() {
            let args = [
                ("from", self.month_name(first, MonthForm::Alone)),
                ("to", self.month_name(last, MonthForm::Alone)),
                ("year", &first.year().to_string()),
            ];
            return self.fill("period.months", &args);
        }
        self.fill("period.range", &[("from", &self.month(first)), ("to", &self.month(last))])
    }

    fn day(&self, month: Month, day: u32) -> String {
        let (day, year) = (day.to_string(), month.year().to_string());
        self.fill(
            "period.day",
            &[("day", &day), ("month", self.month_name(month, MonthForm::Day)), ("year", &year)],
        )
    }

    fn days_range(&self, from: (Month, u32), to: (Month, u32)) -> String {
        if from.0 == to.0 {
            let (first, last, year) = (from.1.to_string(), to.1.to_string(), from.0.year().to_string());
            let args = [
                ("from", first.as_str()),
                ("to", &last),
                ("month", self.month_name(from.0, MonthForm::Day)),
                ("year", &year),
            ];
            return self.fill("period.days", &args);
        }
        let first = match from.0.year() == to.0.year() {
            true => {
                let args =
                    [("day", &*from.1.to_string()), ("month", self.month_name(from.0, MonthForm::Day))];
                self.fill("period.day-short", &args)
            }
            false => self.day(from.0, from.1),
        };
        self.fill("period.range", &[("from", &first), ("to", &self.day(to.0, to.1))])
    }
}
