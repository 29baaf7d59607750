//! What frames a chart: the unit above it, the mark of made-up figures, the key, and for
//! pictures taken away title, notes, sources, edition, address and hash, so that none travels
//! without them.

use statcube::map::Set;

use statcube::Cell;
use statcube::cube::GroupResult;

use super::data::Series;
use super::describe;
use super::overlay::{overlay, underlay};
use super::scene::{Point, Rect, Scene, Shape};
use super::sketch::{Anchor, BRACKET_FOOT, LABEL, Marker, SMALL, Sketch, Type, hatch};
use super::time::TimeAxis;
use super::{Chart, Frame, Job, KeyItem, Laid};

/// White space around a picture that is taken away.
pub(super) const PADDING: f64 = 16.0;

/// The unit, once, above the axis; and at the other end the mark of made-up figures. The
/// room it takes.
pub(super) fn unit_line(sketch: &mut Sketch<'_>, job: &Job<'_>) -> f64 {
    let axis = TimeAxis::of(job.kind, job.cube, job.query, job.frame.locale).ok();
    let style = Type::new(SMALL, sketch.frame.tokens.muted);
    let unit = describe::unit(job, axis.as_ref());
    if !unit.is_empty() {
        sketch.text(Point::new(0.0, 12.0), &unit, style, Anchor::Start);
    }
    illustrative_mark(sketch, job);
    if unit.is_empty() { illustrative_room(job) } else { 24.0 }
}

/// How much room the mark of made-up figures takes above charts that have no line there.
pub(super) fn illustrative_room(job: &Job<'_>) -> f64 {
    if job.cube.parts().illustrative { 26.0 } else { 0.0 }
}

/// A hatched mark and the word, in every scene of figures that are not real.
pub(super) fn illustrative_mark(sketch: &mut Sketch<'_>, job: &Job<'_>) {
    if !job.cube.parts().illustrative {
        return;
    }
    let tokens = sketch.frame.tokens;
    let word = job.frame.locale.text("flag.illustrative").to_owned();
    let style = Type::new(SMALL, tokens.ink);
    let width = sketch.measure(&word, style) + 14.0 + 10.0;
    let frame = Rect::new(sketch.frame.width - width - 1.0, 0.5, width, 18.0);
    sketch.rect(frame, tokens.bg);
    sketch.push(hatch(Rect { width: 14.0, ..frame }, tokens.ink, 1.25));
    sketch.outline(frame, tokens.edge, 1.0);
    sketch.vertical(frame.x + 14.0, frame.y, frame.height, tokens.edge);
    sketch.text(Point::new(frame.x + 19.0, 13.5), &word, style, Anchor::Start);
}

/// In the place of marks, where there is none to draw: the sentence that says why.
pub(super) fn say_nothing_drawn(sketch: &mut Sketch<'_>, job: &Job<'_>, result: &GroupResult, field: Rect) {
    let tokens = sketch.frame.tokens;
    let text = describe::nothing(job, result);
    let style = Type::new(LABEL, tokens.ink_2).halo(tokens.bg);
    let width = (field.width - 24.0).clamp(80.0, 440.0);
    let mut lines = sketch.wrap(&text, style, width);
    lines.truncate(((field.height / 19.0) as usize).max(1));
    let top = field.center().y - lines.len() as f64 * 19.0 / 2.0 + 13.0;
    for (line, place) in lines.iter().zip(0u32..) {
        let at = Point::new(field.center().x, top + f64::from(place) * 19.0);
        sketch.text(at, line, style, Anchor::Middle);
    }
}

/// A form of the key, 28 by 12 pixels.
pub(super) fn key_item(frame: &Frame<'_>, text: String, draw: impl FnOnce(&mut Sketch<'_>)) -> KeyItem {
    let small = Frame { width: 28.0, ..*frame };
    let mut sketch = Sketch::new(&small, 12.0);
    draw(&mut sketch);
    KeyItem { text, swatch: sketch.finish() }
}

/// The key of columns: estimates and bounds; where nothing is published, nothing stands.
pub(super) fn key_of_columns(job: &Job<'_>, series: &[Series]) -> Vec<KeyItem> {
    let (tokens, locale) = (job.frame.tokens, job.frame.locale);
    let mut key = Vec::new();
    if series.iter().flat_map(|one| &one.points).any(|point| point.is_estimate) {
        key.push(key_item(job.frame, locale.text("chart.key.estimate").to_owned(), |sketch| {
            sketch.dashed_outline(Rect::new(1.0, 1.0, 26.0, 10.0), tokens.accent, 1.5);
        }));
    }
    key.extend(key_of_bounds(job, series.iter().flat_map(|one| &one.bounded).map(|one| &one.cell)));
    key
}

/// The key of brackets: what is withheld, or where only bounds are published.
pub(super) fn key_of_bounds<'a>(job: &Job<'_>, cells: impl Iterator<Item = &'a Cell>) -> Option<KeyItem> {
    let (mut has_any, mut is_withheld) = (false, false);
    for cell in cells {
        has_any = true;
        is_withheld |= cell.suppressed() > 0;
    }
    let text = job.frame.locale.text(if is_withheld { "chart.key.withheld" } else { "chart.key.bounds" });
    has_any.then(|| {
        key_item(job.frame, text.to_owned(), |sketch| {
            let ends = (Point::new(14.0, 11.0), Point::new(14.0, 1.0));
            sketch.bracket(ends, BRACKET_FOOT, job.frame.tokens.accent);
        })
    })
}

/// The key of lines: only the forms that occur.
pub(super) fn key_over_time(job: &Job<'_>, axis: &TimeAxis, series: &[Series]) -> Vec<KeyItem> {
    let frame = job.frame;
    let (tokens, locale) = (frame.tokens, frame.locale);
    let mut key = Vec::new();
    if series.iter().flat_map(|one| &one.points).any(|point| point.is_estimate) {
        key.push(key_item(frame, locale.text("chart.key.estimate").to_owned(), |sketch| {
            sketch.dashed(&[Point::new(0.0, 6.0), Point::new(28.0, 6.0)], tokens.muted, 2.0, (5.0, 4.0));
            sketch.marker(Marker::Circle, Point::new(14.0, 6.0), 4.0, tokens.muted, true);
        }));
    }
    key.extend(key_of_bounds(job, series.iter().flat_map(|one| &one.bounded).map(|one| &one.cell)));
    let has_gap = series.iter().any(|one| one.num_known() < axis.positions.len());
    if has_gap {
        key.push(key_item(frame, locale.text("chart.key.gap").to_owned(), |sketch| {
            let line = |from: f64, to: f64| vec![Point::new(from, 6.0), Point::new(to, 6.0)];
            sketch.push(Shape::Lines {
                lines: vec![line(0.0, 10.0), line(18.0, 28.0)],
                color: tokens.accent,
                width: 2.0,
            });
        }));
    }
    let is_parted = series.iter().any(|one| {
        one.points.windows(2).any(|pair| matches!(pair, [a, b] if b.ordinal - a.ordinal == 1 && !b.is_joined))
    });
    if is_parted {
        key.push(key_item(frame, locale.text("chart.key.parts").to_owned(), |sketch| {
            for x in [8.0, 20.0] {
                sketch.marker(Marker::Circle, Point::new(x, 6.0), 3.25, tokens.accent, false);
            }
        }));
    }
    key
}

/// Gathers what stands beside a chart, and for pictures puts it inside.
pub(super) fn compose(job: &Job<'_>, laid: Laid) -> Chart {
    let Laid { scene, title, subtitle, key, says, results, disclaimer } = laid;
    let locale = job.frame.locale;
    let notes: Set<usize> = scene.marks.iter().flat_map(|mark| mark.cell.notes().iter().copied()).collect();
    let mut sources: Vec<String> = Vec::new();
    for id in scene.marks.iter().flat_map(|mark| mark.cell.sources()) {
        let name = describe::source_name(job.cube, id);
        if !sources.contains(&name) {
            sources.push(name);
        }
    }
    if sources.is_empty() {
        sources.extend(job.cube.parts().source.clone());
    }
    let kind = locale.text(&job.kind.name_key()).to_owned();
    let heading = locale.fill("chart.says.kind", &[("kind", &kind), ("title", &title)]);
    let mut spoken = vec![heading, subtitle.clone()];
    if job.cube.parts().illustrative {
        spoken.insert(0, locale.text("flag.illustrative").to_owned());
    }
    spoken.extend(says);
    spoken.extend(disclaimer.clone());
    let mut chart = Chart {
        kind: job.kind,
        scene,
        title,
        subtitle,
        key,
        description: describe::sentences_of(&spoken),
        notes: notes.into_iter().collect(),
        sources,
        disclaimer,
        results,
    };
    if let Some(time) = job.cube.dimension_with_role(statcube::DimensionRole::Time) {
        let periods = job.options.chosen.iter().filter(|(dimension, _)| *dimension == time);
        let periods: Vec<u32> = periods.map(|(_, position)| *position).collect();
        if !periods.is_empty() {
            let below = underlay(&chart.scene, time, &periods, job.frame.tokens);
            chart.scene.shapes.splice(0..0, below);
        }
    }
    let rings = [(job.options.hovered, false), (job.options.focused, true)];
    for (mark, focused) in rings {
        if let Some(mark) = mark {
            chart.scene.shapes.extend(overlay(&chart, mark, focused, job.frame.tokens));
        }
    }
    if job.options.title {
        chart.scene = framed(job, &chart);
    }
    chart
}

/// The chart with title and subtitle above, and below it key, notes, sources and origin.
fn framed(job: &Job<'_>, chart: &Chart) -> Scene {
    let (tokens, locale) = (job.frame.tokens, job.frame.locale);
    let outer = Frame { width: job.frame.width + 2.0 * PADDING, ..*job.frame };
    let mut sketch = Sketch::new(&outer, 0.0);
    let width = job.frame.width;
    let at = |y: f64| Point::new(PADDING, y);
    // The paper itself is painted first, once its height is known.
    sketch.rect(Rect::new(0.0, 0.0, outer.width, 0.0), tokens.bg);
    sketch.rect(Rect::new(PADDING, PADDING, width, 1.0), tokens.ink);

    let heading = Type::new(17.0, tokens.ink).bold();
    let lines = sketch.wrap(&chart.title, heading, width);
    let mut y = sketch.paragraph(at(PADDING + 25.0), &lines, heading, 23.0);
    let second = Type::new(14.0, tokens.muted);
    let lines = sketch.wrap(&chart.subtitle, second, width);
    y = sketch.paragraph(at(y), &lines, second, 20.0) - 4.0;

    let mut body = chart.scene.clone();
    body.shift(PADDING, y);
    y += body.height + 20.0;

    let small = Type::new(SMALL, tokens.muted);
    let mut x = PADDING;
    for item in &chart.key {
        let lines = sketch.wrap(&item.text, small, width - 36.0);
        let item_width = 36.0 + lines.iter().map(|line| sketch.measure(line, small)).fold(0.0, f64::max);
        if x > PADDING && x + item_width > PADDING + width {
            x = PADDING;
            y += 20.0;
        }
        // The swatch is turned around already where the script is; the sketch turns it again.
        let mut swatch = item.swatch.clone();
        if locale.is_right_to_left() {
            swatch.mirror();
        }
        swatch.shift(x, y - 10.0);
        sketch.scene.shapes.extend(swatch.shapes);
        y = sketch.paragraph(Point::new(x + 36.0, y), &lines, small, 17.0) - 17.0;
        x += item_width + 20.0;
    }
    if !chart.key.is_empty() {
        y += 22.0;
    }
    let texts = chart.disclaimer.iter().cloned().chain(notes(job, chart)).chain(source_line(job, chart));
    for text in texts {
        let lines = sketch.wrap(&text, small, width);
        y = sketch.paragraph(at(y), &lines, small, 17.0) + 3.0;
    }
    for line in &job.options.origin {
        let lines = sketch.wrap_anywhere(line, small, width);
        y = sketch.paragraph(at(y), &lines, small, 17.0);
    }
    let height = y + PADDING - 12.0;
    if let Some(Shape::Rect { rect, .. }) = sketch.scene.shapes.first_mut() {
        rect.height = height;
    }
    sketch.scene.height = height;
    let mut scene = sketch.finish();
    scene.shapes.extend(body.shapes);
    scene.marks = body.marks;
    scene
}

/// The notes that hold, each with the publisher's mark or its number.
fn notes(job: &Job<'_>, chart: &Chart) -> Vec<String> {
    let held = chart.notes.iter().filter_map(|&note| job.cube.notes().get(note));
    held.zip(1u32..)
        .map(|(note, number)| {
            format!(
                "{} {}",
                note.marker.clone().unwrap_or_else(|| number.to_string()),
                job.frame.locale.note(note)
            )
        })
        .collect()
}

/// “Source: …”: titles where they are few, else publishers and how many publications.
fn source_line(job: &Job<'_>, chart: &Chart) -> Option<String> {
    let locale = job.frame.locale;
    if chart.sources.is_empty() {
        return None;
    }
    if chart.sources.len() <= 3 {
        return Some(
            locale.fill("chart.source", &[("sources", &chart.sources.join(locale.text("list.groups")))]),
        );
    }
    let mut publishers: Vec<&str> = Vec::new();
    for id in chart.scene.marks.iter().flat_map(|mark| mark.cell.sources()) {
        let source = job.cube.parts().sources.get(id);
        if let Some(name) = source.and_then(|source| source.publisher.as_deref())
            && !publishers.contains(&name)
        {
            publishers.push(name);
        }
    }
    let count = locale.number(chart.sources.len() as f64, None);
    let names = publishers.join(locale.text("list.groups"));
    Some(locale.fill("chart.source-many", &[("sources", &names), ("count", &count)]))
}
