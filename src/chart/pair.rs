//! Two choices side by side on one scale, each over its own periods.

use statcube::Query;

use super::data::{MAX_LINES, OverTime, Series, over_time};
use super::picture;
use super::scene::{Point, Scene};
use super::sketch::{LABEL, Sketch, Type};
use super::trend::{Plot, draw_lines};
use super::{Frame, Job, KeyItem, Laid, Unfit, describe};
use crate::present::query_summary;

/// Below this width the second stands under the first.
const BESIDE_FROM_CSS_PX: f64 = 600.0;
const GAP_CSS_PX: f64 = 32.0;
const LEADING_CSS_PX: f64 = 17.0;
const PLOT_CSS_PX: f64 = 300.0;

/// `against` is the first of the two, the question of the job the second.
pub(super) fn layout(job: &Job<'_>, against: &Query) -> Result<Laid, Unfit> {
    let first = Job { query: against, ..*job };
    let mut data = [over_time(&first, MAX_LINES)?, over_time(job, MAX_LINES)?];
    tell_apart(&mut data);
    let (frame, locale) = (job.frame, job.frame.locale);
    let is_beside = frame.width >= BESIDE_FROM_CSS_PX;
    let width = if is_beside { (frame.width - GAP_CSS_PX) / 2.0 } else { frame.width };
    let narrow = Frame { width, height: None, ..*frame };
    let jobs = [Job { frame: &narrow, ..first }, Job { frame: &narrow, ..*job }];
    let letters = ["A", "B"];
    let name = |letter: &str, what: &str| locale.fill("compare.name", &[("letter", letter), ("what", what)]);

    let mut whole = Sketch::new(frame, 0.0);
    let style = Type::new(LABEL, frame.tokens.ink).bold();
    let names = jobs.each_ref().map(|job| query_summary(job.cube, job.query, locale));
    let lines = [0, 1].map(|at: usize| {
        let name = letters.get(at).zip(names.get(at)).map(|(letter, what)| name(letter, what));
        whole.wrap(&name.unwrap_or_default(), style, width)
    });
    // Beside each other, both plots begin at one height.
    let most = lines.iter().map(Vec::len).max().unwrap_or(1);
    let (mut y, mut groups, mut says, mut key) = (0.0, 0, Vec::new(), Vec::new());
    for (at, ((job, side), lines)) in jobs.iter().zip(&data).zip(&lines).enumerate() {
        let letter = letters.get(at).copied().unwrap_or_default();
        let x = if is_beside && at > 0 { width + GAP_CSS_PX } else { 0.0 };
        let above = if is_beside { most } else { lines.len() } as f64 * LEADING_CSS_PX + 8.0;
        whole.paragraph(Point::new(x, y + 13.0), lines, style, LEADING_CSS_PX);
        let mut scene = plot(job, side, &data, &mut key);
        scene.shift(x, y + above);
        for mark in &mut scene.marks {
            mark.name = name(letter, &mark.name);
            mark.group += groups;
            mark.row += groups as i32;
            mark.source.0 = at;
        }
        whole.scene.shapes.append(&mut scene.shapes);
        whole.scene.marks.append(&mut scene.marks);
        whole.scene.height = y + above + PLOT_CSS_PX;
        groups += side.series.len();
        if !is_beside {
            y = whole.scene.height + GAP_CSS_PX;
        }
        says.push(name(letter, names.get(at).map_or("", String::as_str)));
        says.extend(describe::series_over_time(job, side));
    }
    let measure = describe::title(job, &[]);
    for (job, side) in jobs.iter().zip(&data) {
        for item in picture::key_over_time(job, &side.axis, &side.series) {
            if !key.iter().any(|known: &KeyItem| known.text == item.text) {
                key.push(item);
            }
        }
    }
    let [a, b] = data;
    Ok(Laid {
        scene: whole.finish(),
        title: locale.fill("compare.title", &[("measure", &measure)]),
        subtitle: locale.text("chart.same-scale").to_owned(),
        key,
        says,
        results: vec![a.result, b.result],
        disclaimer: None,
    })
}

/// One line each has the colour of its side.
fn tell_apart(data: &mut [OverTime; 2]) {
    let is_one = |side: &OverTime| side.series.len() == 1;
    if data.iter().all(is_one) {
        for (slot, series) in data.iter_mut().flat_map(|side| side.series.iter_mut()).enumerate() {
            series.slot = slot;
        }
    }
}

/// One side, on the scale of both.
fn plot(job: &Job<'_>, side: &OverTime, both: &[OverTime; 2], key: &mut Vec<KeyItem>) -> Scene {
    let mut sketch = Sketch::new(job.frame, PLOT_CSS_PX);
    let values = both.iter().flat_map(|data| data.series.iter().flat_map(Series::extremes));
    let (first, count) = (side.axis.span().0, side.axis.len());
    let bottom = PLOT_CSS_PX - side.axis.label_height();
    let plot = Plot::new(&sketch, job, values, (first, count), (30.0, bottom));
    plot.draw_values(&mut sketch, job);
    picture::unit_line(&mut sketch, job);
    side.axis.draw(&mut sketch, plot.field.x, plot.field.width, plot.field.bottom());
    if side.series.is_empty() {
        picture::say_nothing_drawn(&mut sketch, job, &side.result, plot.field);
    }
    key.extend(draw_lines(&mut sketch, job, side, &plot));
    sketch.scene
}
