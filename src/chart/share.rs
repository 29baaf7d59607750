//! Parts of a whole over time, stacked, only where the parts add. Each share is the
//! engine's: a part over a total that the engine answered.

use statcube::cube::{GroupResult, NotComparable, reducer, share};
use statcube::{Reducer, StatisticKind};

use super::data::{Level, OverTime, ask, dimension_to_list, level, over_time};
use super::scene::{Color, Mark, Point, Rect};
use super::sketch::{Anchor, LABEL, SMALL, Sketch, Type, hatch};
use super::{Job, KeyItem, Laid, Unfit, describe, picture};

/// Parts told apart by colour; what is left of the whole stays grey.
const MAX_PARTS: usize = 5;
/// Below this width parts are named in the key, since there is no room beside the columns.
const NAMED_FROM: f64 = 480.0;

/// Whether the parts add up to a whole.
pub(super) fn fit(job: &Job<'_>) -> Result<(usize, Level), Unfit> {
    let (cube, locale) = (job.cube, job.frame.locale);
    let unfit = |key: &str| Unfit::new(job.kind, key, locale);
    let by = dimension_to_list(job).ok_or_else(|| unfit("chart.unfit.no-categories"))?;
    let known = cube.measures().get(job.query.measure);
    if known.is_some_and(|measure| measure.kind == StatisticKind::Rate) {
        return Err(unfit("chart.unfit.rate"));
    }
    let level = level(cube, job.query, by);
    if level.categories.len() < 2 {
        return Err(unfit("chart.unfit.one-category"));
    }
    match reducer(cube, job.query.measure, by, &level.categories) {
        Ok(Reducer::Sum) => Ok((by, level)),
        Ok(_) => Err(unfit("chart.unfit.no-whole")),
        Err(_) => {
            // The publisher says why, else the engine in the words of a refused total. It is
            // asked for two: all children of a category would be answered by their parent.
            let id = cube.dimensions().get(by).map_or("", |dimension| dimension.id.as_str());
            let declared = known.and_then(|measure| measure.why.get(id)).cloned();
            let reason = declared.or_else(|| {
                let two = level.categories.iter().copied().take(2).collect();
                let mut query = job.query.clone();
                query.clauses.retain(|clause| clause.dimension != by);
                query.clauses.push(statcube::Clause::new(cube, by, two, statcube::ClauseSource::default()));
                let cell = ask(cube, &query, job.kind, &[])?.cell(0)?;
                let refusal = cell.refusals().iter().find(|refusal| refusal.dimension == by)?;
                Some(crate::present::refusal_message(refusal, &cell, cube, locale))
            });
            Err(Unfit::because(
                job.kind,
                reason.unwrap_or_else(|| locale.text("chart.unfit.no-whole").to_owned()),
                locale,
            ))
        }
    }
}

#[inline(never)]
pub(super) fn layout(job: &Job<'_>) -> Result<Laid, Unfit> {
    let (by, level) = fit(job)?;
    let data = over_time(job, MAX_PARTS)?;
    let (frame, locale, tokens) = (job.frame, job.frame.locale, job.frame.tokens);
    // The whole of exactly these parts, period by period.
    let mut query = job.query.clone();
    query.linked = false;
    query.clauses.retain(|clause| clause.dimension != by);
    query.clauses.push(statcube::Clause::new(
        job.cube,
        by,
        level.categories,
        statcube::ClauseSource::default(),
    ));
    let whole = ask(job.cube, &query, job.kind, &[(data.axis.dimension, &data.axis.positions)])
        .ok_or_else(|| Unfit::new(job.kind, "chart.unfit.nothing", locale))?;

    let height = frame.height.unwrap_or(if frame.width < 520.0 { 320.0 } else { 380.0 }).max(160.0);
    let mut sketch = Sketch::new(frame, height);
    let name_style = Type::new(LABEL, tokens.ink).bold();
    let parts: Vec<(usize, Color, Color)> = data
        .series
        .iter()
        .enumerate()
        .filter(|(_, one)| !one.is_total)
        .map(|(place, one)| {
            let pick = |colors: &[Color; 5]| colors.get(one.slot).copied().unwrap_or(tokens.accent);
            (place, pick(&tokens.series), pick(&tokens.series_label))
        })
        .collect();
    let names: Vec<Vec<String>> =
        data.series.iter().map(|one| sketch.wrap(&one.name, name_style, frame.width * 0.26)).collect();
    let name_width = names.iter().flatten().map(|line| sketch.measure(line, name_style)).fold(0.0, f64::max);
    let (top, bottom) = (picture::illustrative_room(job).max(12.0), height - data.axis.label_height());
    let tall: f64 =
        parts.iter().filter_map(|(place, ..)| names.get(*place)).map(|lines| name_height(lines)).sum();
    let is_named = frame.width >= NAMED_FROM && tall <= bottom - top + NAME_ABOVE;
    let right = if is_named { name_width + 14.0 } else { 0.0 };

    let percent = |value: f64| locale.percent(value, Some(0));
    let axis_style = Type::new(SMALL, tokens.muted);
    let left = sketch.measure(&percent(100.0), axis_style) + 10.0;
    let field = Rect::new(left, top, (frame.width - left - right - 6.0).max(24.0), bottom - top);
    picture::illustrative_mark(&mut sketch, job);
    for tick in [0.0, 25.0, 50.0, 75.0, 100.0] {
        let y = field.bottom() - field.height * tick / 100.0;
        sketch.horizontal(field.x, y, field.width, if tick == 0.0 { tokens.edge } else { tokens.line });
        sketch.text(Point::new(field.x - 10.0, y + 4.0), &percent(tick), axis_style, Anchor::End);
    }
    data.axis.draw(&mut sketch, field.x, field.width, field.bottom());
    sketch.scene.periods = Some(data.axis.slots(field));
    let stack = Stack { job, data: &data, whole: &whole, field };
    let last = stack.draw(&mut sketch, &parts);
    if is_named {
        stack.name_parts(&mut sketch, &parts, &names, &last.middles);
    }
    if sketch.scene.marks.is_empty() {
        return Err(Unfit::new(job.kind, "chart.share.incomplete", locale));
    }
    let mut key: Vec<KeyItem> = Vec::new();
    if !is_named {
        for (place, color, _) in &parts {
            let name = data.series.get(*place).map(|one| one.name.clone()).unwrap_or_default();
            key.push(picture::key_item(frame, name, |sketch| {
                sketch.area(Rect::new(0.0, 0.0, 28.0, 12.0), *color)
            }));
        }
    }
    if last.has_rest {
        key.push(picture::key_item(frame, locale.text("chart.key.rest").to_owned(), |sketch| {
            sketch.push(hatch(Rect::new(0.0, 0.0, 28.0, 12.0), tokens.edge, 1.0));
        }));
    }
    if last.has_estimate {
        key.push(picture::key_item(frame, locale.text("chart.key.estimate").to_owned(), |sketch| {
            sketch.dashed_outline(Rect::new(1.0, 1.0, 26.0, 10.0), tokens.accent, 1.5);
        }));
    }
    if last.has_gap {
        key.push(picture::key_item(frame, locale.text("chart.key.gap-of-parts").to_owned(), |sketch| {
            for x in [2.0, 20.0] {
                sketch.area(Rect::new(x, 1.0, 6.0, 11.0), tokens.accent);
            }
        }));
    }
    let (_, subtitle) = describe::over_time(job, &data);
    let title = locale.fill("chart.title.share", &[("title", &describe::title(job, &[by]))]);
    let mut says = stack.says();
    says.push(locale.text("chart.says.share").to_owned());
    let results = vec![data.result];
    Ok(Laid { scene: sketch.finish(), title, subtitle, key, says, results, disclaimer: None })
}

/// How far a name may stand above the columns.
const NAME_ABOVE: f64 = 8.0;

fn name_height(lines: &[String]) -> f64 {
    lines.len() as f64 * 15.0 + 3.0
}

/// What was drawn.
#[derive(Default)]
struct Drawn {
    /// The middles of the parts of the last column.
    middles: Vec<(usize, f64)>,
    has_rest: bool,
    has_estimate: bool,
    /// Whether a period has no column.
    has_gap: bool,
}

struct Stack<'a> {
    job: &'a Job<'a>,
    data: &'a OverTime,
    whole: &'a GroupResult,
    field: Rect,
}

impl Stack<'_> {
    fn share_of(&self, index: usize, ordinal: i32) -> Result<f64, NotComparable> {
        let axis = &self.data.axis;
        let place = axis.periods.iter().position(|period| axis.ordinal(*period) == ordinal);
        let position = place.and_then(|place| axis.positions.get(place)).ok_or(NotComparable::Missing)?;
        let whole = self.whole.find(&[*position]).ok_or(NotComparable::Missing)?;
        share((&self.data.result, index), (self.whole, whole)).map(|share| share.fraction)
    }

    /// Draws the columns.
    fn draw(&self, sketch: &mut Sketch<'_>, parts: &[(usize, Color, Color)]) -> Drawn {
        let (axis, field, tokens) = (&self.data.axis, self.field, sketch.frame.tokens);
        let locale = self.job.frame.locale;
        let (first, last) = axis.span();
        let step = field.width / f64::from(axis.len());
        let column = (step * 0.76).max(1.0);
        let mut drawn = Drawn::default();
        for ordinal in first..=last {
            let x = field.x + f64::from(ordinal - first) * step + (step - column) / 2.0;
            let mut y = field.bottom();
            let mut placed = Vec::new();
            for (place, color, _) in parts {
                let Some(series) = self.data.series.get(*place) else { continue };
                let Some(point) = series.points.iter().find(|point| point.ordinal == ordinal) else {
                    continue;
                };
                let Ok(fraction) = self.share_of(point.index, ordinal) else { continue };
                let tall = fraction * field.height;
                let rect = Rect::new(x, y - tall, column, tall);
                // A line of paper parts neighbours, so that colour is not alone.
                let inner = Rect::new(x, rect.y + 0.5, column, (tall - 1.0).max(0.25));
                if point.is_estimate && column > 6.0 && tall > 6.0 {
                    sketch.rect(inner, color.with_alpha(70));
                    sketch.dashed_outline(inner.grown(-0.75), *color, 1.5);
                    drawn.has_estimate = true;
                } else {
                    sketch.area(inner, *color);
                }
                let share = locale.percent((fraction * 1000.0).round() / 10.0, None);
                sketch.scene.marks.push(Mark {
                    bounds: Rect::around(rect.center(), column.max(24.0), tall.max(6.0)),
                    shape: rect,
                    at: rect.center(),
                    cell: point.cell.clone(),
                    name: series.name.clone(),
                    when: Some(axis.name(ordinal, locale)),
                    group: *place,
                    positions: point.cell.by().to_vec(),
                    // The first part lies lowest.
                    row: -i32::try_from(*place).unwrap_or(0),
                    column: ordinal,
                    share: Some(locale.fill("chart.share-of", &[("share", &share)])),
                    color: *color,
                    guide: None,
                    source: (0, point.index),
                });
                placed.push((*place, rect.center().y));
                y -= tall;
            }
            if placed.is_empty() {
                drawn.has_gap = true;
                continue;
            }
            if y - field.y > 1.0 {
                sketch.push(hatch(Rect::new(x, field.y, column, y - field.y), tokens.edge, 1.0));
                drawn.has_rest = true;
            }
            drawn.middles = placed;
        }
        drawn
    }

    /// Names beside the last column, moved apart where they would touch.
    fn name_parts(
        &self,
        sketch: &mut Sketch<'_>,
        parts: &[(usize, Color, Color)],
        names: &[Vec<String>],
        last: &[(usize, f64)],
    ) {
        let halo = sketch.frame.tokens.bg;
        let (highest, lowest) = (self.field.y - NAME_ABOVE, self.field.bottom() + 6.0);
        // From the top: beside its part, and below the name above; then up again from the bottom.
        let mut above = highest;
        let mut placed: Vec<(f64, f64, &[String], Color)> = Vec::new();
        for (place, _, label) in parts.iter().rev() {
            let Some(lines) = names.get(*place) else { continue };
            let height = name_height(lines);
            let middle = last.iter().find(|(known, _)| known == place).map_or(above, |(_, y)| *y);
            let top = (middle - height / 2.0).max(above);
            above = top + height;
            placed.push((top, height, lines, *label));
        }
        let mut below = lowest;
        for (top, height, ..) in placed.iter_mut().rev() {
            *top = top.min(below - *height);
            below = *top;
        }
        for (top, _, lines, label) in placed {
            let style = Type::new(LABEL, label).bold().halo(halo);
            sketch.paragraph(Point::new(self.field.right() + 10.0, top + 12.0), lines, style, 15.0);
        }
    }

    fn says(&self) -> Vec<String> {
        let locale = self.job.frame.locale;
        let axis = &self.data.axis;
        let of_series = self.data.series.iter().filter(|one| !one.is_total).filter_map(|one| {
            let (point, fraction) =
                one.points.iter().rev().find_map(|p| Some((p, self.share_of(p.index, p.ordinal).ok()?)))?;
            let share = locale.percent((fraction * 1000.0).round() / 10.0, None);
            let when = axis.name(point.ordinal, locale);
            Some(
                locale.fill(
                    "chart.says.latest-share",
                    &[("name", &one.name), ("share", &share), ("when", &when)],
                ),
            )
        });
        of_series.collect()
    }
}
