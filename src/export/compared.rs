//! A comparison as it is taken away: its two sides, each with its total, and what is said of
//! the two together. A is what the reader compares with, B what the filters leave.

use statcube::{GroupResult, Query};

use super::ExportContext;
use crate::present::{Compared, compared, query_summary};
use crate::state::{group, keep_the_same};

/// One side.
pub(super) struct Side<'a> {
    /// `A` or `B`.
    pub letter: &'static str,
    /// What its filters leave, in words.
    pub name: String,
    pub query: &'a Query,
    /// Rolled up over everything.
    pub total: GroupResult,
}

/// Both sides, and their difference or why there is none.
pub(super) struct Pair<'a> {
    pub sides: [Side<'a>; 2],
    pub told: Result<Compared, String>,
}

impl<'a> Pair<'a> {
    /// The comparison, where the reader compares two choices that are not the same.
    pub fn of(cx: &ExportContext<'a>) -> Option<Self> {
        let against = cx.against.filter(|against| !keep_the_same(against, cx.query))?;
        let side = |letter, query: &'a Query| {
            let name = query_summary(cx.cube, query, cx.locale);
            Some(Side { letter, name, query, total: group(cx.cube, query, Vec::new())? })
        };
        let sides = [side("A", against)?, side("B", cx.query)?];
        let told = compared(&sides[0].total, &sides[1].total, cx.locale);
        Some(Self { sides, told })
    }

    /// Difference and ratio, each with its name; the sentence where there are none.
    pub fn in_words(&self, cx: &ExportContext<'_>) -> Vec<(String, String)> {
        let name = |key: &'static str| cx.locale.text(key).to_owned();
        match &self.told {
            Ok(told) => std::iter::once((name("compare.difference"), told.difference.clone()))
                .chain(told.ratio.clone().map(|ratio| (name("compare.ratio"), ratio)))
                .collect(),
            Err(reason) => vec![(name("compare.difference"), reason.clone())],
        }
    }
}
