//! The ten largest, and the others in one grey bar, last whatever its size, and only where
//! they may be added; the engine is asked for it.

use statcube::Reducer;
use statcube::cube::{GroupResult, reducer};

use super::bars::{self, Answer, Row, ask_categories, row};
use super::data::{ask, bounds};
use super::{Job, Laid, Unfit, describe};
use crate::present::counted_noun;

const LARGEST: usize = 10;

/// The categories with figures, largest first; after them those with bounds alone.
pub(super) fn fit(job: &Job<'_>) -> Result<(usize, Answer, Vec<Row>), Unfit> {
    let locale = job.frame.locale;
    let (by, answer) = ask_categories(job)?;
    if let Some(reason) = describe::refusal(&answer.result, locale) {
        return Err(Unfit::because(job.kind, reason, locale));
    }
    let result = &answer.result;
    let all = (0..result.len()).filter_map(|index| row(job, by, result, 0, index));
    let mut rows: Vec<Row> = all.filter(Row::is_known).collect();
    match bars::sort(&mut rows, result) {
        true => Ok((by, answer, rows)),
        false => Err(Unfit::new(job.kind, "chart.unfit.unranked", locale)),
    }
}

#[inline(never)]
pub(super) fn layout(job: &Job<'_>) -> Result<Laid, Unfit> {
    let (by, answer, mut rows) = fit(job)?;
    let locale = job.frame.locale;
    let num_all = rows.len();
    // One other alone is named rather than counted.
    let others = if num_all > LARGEST + 1 { rows.split_off(LARGEST) } else { Vec::new() };
    let rest = rest(job, by, &answer, &others);
    let mut results = vec![answer.result];
    results.extend(answer.total);
    let foot = results.get(1).and_then(|total| row(job, by, total, 1, 0)).filter(Row::is_known);
    let foot = foot.map(|row| bars::as_total(job, by, row));
    let mut parts = describe::context(job, &[by]);
    parts.push(describe::unit_and_period(job, &answer.period));
    if !others.is_empty() {
        let (drawn, all) = (locale.number(LARGEST as f64, None), locale.number(num_all as f64, None));
        let noun = counted_noun(job.cube, by, num_all, locale);
        let args = [("drawn", drawn.as_str()), ("all", &all), ("noun", &noun)];
        let key = if rest.is_some() { "chart.ranking.largest" } else { "chart.ranking.largest-only" };
        parts.push(locale.fill(key, &args));
    }
    if let Some((result, mut other)) = rest {
        other.source = (results.len(), 0);
        results.push(result);
        rows.push(other);
    }
    let says = bars::says_of(job, &rows, foot.as_ref());
    let key = bars::key(job, &rows, true);
    let scene =
        results.first().map(|result| bars::draw(job, &rows, foot.as_ref(), result)).unwrap_or_default();
    let title = describe::title(job, &[by]);
    Ok(Laid { scene, title, subtitle: describe::sentences(&parts), key, says, results, disclaimer: None })
}

/// The engine's answer for all others together; none where they may not be added.
fn rest(job: &Job<'_>, by: usize, answer: &Answer, others: &[Row]) -> Option<(GroupResult, Row)> {
    let mut categories: Vec<u32> = others.iter().filter_map(|other| other.cell.category(by)).collect();
    statcube::order::sort(&mut categories);
    let may_be_added = reducer(job.cube, job.query.measure, by, &categories) == Ok(Reducer::Sum);
    if categories.is_empty() || !may_be_added {
        return None;
    }
    let mut query = answer.query.clone();
    query.clauses.retain(|clause| clause.dimension != by);
    query.clauses.push(statcube::Clause::new(job.cube, by, categories, statcube::ClauseSource::default()));
    let result = ask(job.cube, &query, job.kind, &[])?;
    let cell = result.cell(0).filter(|cell| cell.value().is_some() || bounds(cell).is_some())?;
    let noun = counted_noun(job.cube, by, others.len(), job.frame.locale);
    let count = job.frame.locale.number(others.len() as f64, None);
    let name = job.frame.locale.fill("chart.ranking.others", &[("count", &count), ("noun", &noun)]);
    Some((result, bars::row_of(job, cell, name, true)))
}
