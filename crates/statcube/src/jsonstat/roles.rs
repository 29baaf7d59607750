//! What a dimension is about where the file does not say: told from its id, then from
//! the form of its codes. Has no opinion on files that say it themselves.

use crate::model::Period;

/// A role as JSON-stat knows it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Metric,
    Time,
    Geo,
}

impl Role {
    pub const ALL: [Self; 3] = [Self::Metric, Self::Time, Self::Geo];

    pub fn id(self) -> &'static str {
        match self {
            Self::Metric => "metric",
            Self::Time => "time",
            Self::Geo => "geo",
        }
    }

    fn words(self) -> &'static [&'static str] {
        match self {
            Self::Metric => &[
                "contentscode",
                "contents",
                "measure",
                "measures",
                "metric",
                "metrics",
                "statistic",
                "statistics",
                "indicator",
                "indicators",
                "indic",
            ],
            Self::Time => &[
                "time",
                "year",
                "years",
                "month",
                "months",
                "quarter",
                "quarters",
                "period",
                "periods",
                "date",
                "week",
                "day",
                "tid",
                "tlist",
                "time_period",
            ],
            Self::Geo => &[
                "geo",
                "country",
                "countries",
                "state",
                "states",
                "region",
                "regions",
                "area",
                "areas",
                "ref_area",
                "place",
                "places",
                "county",
                "counties",
                "province",
                "municipality",
                "territory",
                "location",
            ],
        }
    }

    fn fits_form(self, codes: &[String]) -> bool {
        match self {
            Self::Metric => false,
            Self::Time => {
                let years = 1500..=2200;
                let plausible = |code: &String| {
                    Period::parse(code).is_some_and(|p| years.contains(&p.first_month().year()))
                };
                !codes.is_empty() && codes.iter().all(plausible)
            }
            Self::Geo => {
                let alpha = |code: &String| code.len() == 3 && code.bytes().all(|b| b.is_ascii_uppercase());
                codes.len() >= 3 && codes.iter().all(alpha)
            }
        }
    }
}

/// Dimensions that have codes of countries or periods without being place or time.
const NEITHER: [&str; 7] = ["citizen", "national", "origin", "birth", "currency", "partner", "cohort"];

/// The dimension that has this role, among those that are still free: one with such an
/// id, else with such a word in its id, else with codes of such a form.
pub(super) fn infer(
    role: Role,
    dimensions: &[(String, Vec<String>)],
    is_free: impl Fn(usize) -> bool,
) -> Option<usize> {
    let free = || {
        let numbered = dimensions.iter().enumerate().filter(|(at, _)| is_free(*at));
        numbered.map(|(at, (id, codes))| (at, id.to_lowercase(), codes))
    };
    let is_neither = |id: &str| NEITHER.iter().any(|word| id.contains(word));
    let has_word =
        |id: &str| id.split(|c: char| !c.is_alphanumeric()).any(|word| role.words().contains(&word));
    let by_id = free().find(|(_, id, _)| role.words().contains(&id.as_str()));
    let by_word = || free().find(|(_, id, _)| !is_neither(id) && has_word(id));
    let by_form = || free().find(|(_, id, codes)| !is_neither(id) && role.fits_form(codes));
    by_id.or_else(by_word).or_else(by_form).map(|(at, ..)| at)
}
