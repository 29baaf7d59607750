//! Places: circles by area for counts, shading for rates only, neighbours for orientation.
//! The disclaimer always goes with it.

use statcube::{DimensionRole, StatisticKind};

use super::bars::{self, Row, ask_categories, row};
use super::heatmap::Steps;
use super::labels::Obstacles;
use super::scene::{Color, Mark, Point, Rect, Shape};
use super::shapes::{MapShapes, clipped, cosine, middle};
use super::sketch::{Anchor, BRACKET_FOOT, LABEL, SMALL, Sketch, Type, hatch_circle, rounded};
use super::{ChartOptions, Job, KeyItem, Laid, Unfit, describe, picture};

/// Width of a name in one line, where there is room.
const WIDE: f64 = 190.0;
/// Below this width only the places themselves are shown.
const NARROW: f64 = 420.0;

/// The dimension of places.
pub(super) fn fit(job: &Job<'_>) -> Result<usize, Unfit> {
    let unfit = || Unfit::new(job.kind, "chart.unfit.no-map", job.frame.locale);
    let geo = job.cube.dimension_with_role(DimensionRole::Geo).ok_or_else(unfit)?;
    if job.frame.map.is_some_and(|shapes| !shapes.covers(job.cube)) {
        return Err(unfit());
    }
    Ok(geo)
}

#[inline(never)]
pub(super) fn layout(job: &Job<'_>) -> Result<Laid, Unfit> {
    let geo = fit(job)?;
    let locale = job.frame.locale;
    let shapes = job.frame.map.ok_or_else(|| Unfit::new(job.kind, "chart.unfit.no-map", locale))?;
    let options = ChartOptions { by: Some(geo), ..job.options.clone() };
    let job = &Job { options: &options, ..*job };
    let (by, answer) = ask_categories(job)?;
    let result = answer.result;
    let mut rows: Vec<Row> = (0..result.len()).filter_map(|index| row(job, by, &result, 0, index)).collect();
    bars::sort(&mut rows, &result);
    let foot = answer.total.as_ref().and_then(|total| row(job, by, total, 1, 0)).filter(Row::is_known);
    let foot = foot.map(|row| bars::as_total(job, by, row));
    let is_rate = job.cube.measures().get(job.query.measure).is_some_and(|m| m.kind == StatisticKind::Rate);

    let mut sketch = Sketch::new(job.frame, 0.0);
    let top = picture::illustrative_room(job);
    picture::illustrative_mark(&mut sketch, job);
    let view = View::new(job, shapes, geo, top);
    sketch.scene.height = view.frame.bottom();
    let mut scene = Drawing { job, shapes, view, geo, obstacles: Obstacles::default() };
    scene.obstacles.field = Some(scene.view.frame.grown(-3.0));
    let steps = is_rate.then(|| Steps::over(rows.iter().filter_map(|row| row.value)));
    scene.draw_land(&mut sketch, &rows, steps.as_ref());
    sketch.scene.ground = sketch.scene.shapes.len();
    scene.draw_places(&mut sketch, &rows, steps.as_ref());
    scene.name_surroundings(&mut sketch);
    if !rows.iter().any(Row::is_known) {
        picture::say_nothing_drawn(&mut sketch, job, &result, scene.view.frame);
    }
    if let Some(steps) = &steps {
        let bottom = sketch.scene.height + 10.0;
        sketch.scene.height = steps.draw_legend(&mut sketch, job, bottom);
    }

    let mut parts = describe::context(job, &[by]);
    parts.push(describe::unit_and_period(job, &answer.period));
    parts.push(locale.text(if is_rate { "chart.map.shading" } else { "chart.map.circles" }).to_owned());
    let mut says = bars::says_of(job, &rows, foot.as_ref());
    says.extend(describe::refusal(&result, locale));
    let boundaries =
        options.boundaries.clone().unwrap_or_else(|| locale.text("chart.map.disclaimer").to_owned());
    let areas = locale.fill("chart.map.source", &[("source", &shapes.source)]);
    // The publisher's words may run the other way than ours.
    let boundaries = match locale.is_right_to_left() {
        true => format!("\u{2068}{boundaries}\u{2069}"),
        false => boundaries,
    };
    let disclaimer = describe::sentences_of(&[boundaries, areas]);
    let key = key(job, &rows, is_rate);
    let mut results = vec![result];
    results.extend(answer.total);
    let title = describe::title(job, &[by]);
    let subtitle = describe::sentences(&parts);
    Ok(Laid { scene: sketch.finish(), title, subtitle, key, says, results, disclaimer: Some(disclaimer) })
}

fn key(job: &Job<'_>, rows: &[Row], is_rate: bool) -> Vec<KeyItem> {
    let (tokens, locale) = (job.frame.tokens, job.frame.locale);
    let mut key = Vec::new();
    if !is_rate && rows.iter().any(|row| row.is_estimate && row.value.is_some()) {
        key.push(picture::key_item(job.frame, locale.text("chart.key.estimate").to_owned(), |sketch| {
            draw_circle(sketch, Point::new(14.0, 6.0), 5.0, tokens.accent, true);
        }));
    }
    let bounded = rows.iter().filter(|row| row.bounds.is_some()).map(|row| &row.cell);
    key.extend(picture::key_of_bounds(job, bounded));
    if job.frame.width < NARROW && rows.iter().any(is_missing) {
        key.push(picture::key_item(job.frame, locale.text("value.missing").to_owned(), |sketch| {
            let dash = locale.text("number.missing");
            sketch.text(Point::new(14.0, 10.0), dash, Type::new(SMALL, tokens.muted), Anchor::Middle);
        }));
    }
    key
}

/// Which part of the world stands where.
struct View {
    frame: Rect,
    /// West and north edge in degrees.
    corner: Point,
    /// Pixels for one degree east, and north.
    scale: Point,
    /// East stays right in every script: drawn the other way here, since the finished scene
    /// is turned around.
    is_turned: bool,
}

impl View {
    /// The places with some room around; where it is wide, more of their neighbours.
    fn new(job: &Job<'_>, shapes: &MapShapes, geo: usize, top: f64) -> Self {
        let is_own = |code: &str| job.cube.dimensions().get(geo).is_some_and(|d| d.position(code).is_some());
        let bounds = |only_own: bool| {
            let areas = shapes.areas.iter().filter(|area| !only_own || is_own(&area.code));
            let points = areas.flat_map(|area| area.rings.iter().flatten());
            let start = (Point::new(f64::MAX, f64::MAX), Point::new(f64::MIN, f64::MIN));
            points.fold(start, |(low, high), p| {
                (Point::new(low.x.min(p.x), low.y.min(p.y)), Point::new(high.x.max(p.x), high.y.max(p.y)))
            })
        };
        let ((low, high), (world_low, world_high)) = (bounds(true), bounds(false));
        let squeeze = cosine((low.y + high.y) / 2.0).max(0.1);
        let room = 0.07 * (high.y - low.y);
        let (south, north) = ((low.y - room).max(world_low.y), (high.y + room).min(world_high.y));
        let tall = (north - south).max(0.01);
        let own_width = (high.x - low.x) * squeeze + 2.0 * room;
        let width = job.frame.width;
        let wanted = if width < NARROW { own_width * 1.2 / tall } else { (width / 600.0).clamp(1.25, 1.7) };
        let widest = (world_high.x - world_low.x) * squeeze / tall;
        let aspect = wanted.clamp(0.4, widest.max(own_width / tall).max(0.4));
        let degrees = aspect * tall / squeeze;
        let middle = (low.x + high.x) / 2.0;
        // Names are longer than places are wide, and read eastwards.
        let west = (middle - degrees * if width < NARROW { 0.44 } else { 0.5 })
            .clamp(world_low.x, (world_high.x - degrees).max(world_low.x));
        let height = (width / aspect).round();
        Self {
            frame: Rect::new(0.0, top, width, height),
            corner: Point::new(west, north),
            scale: Point::new(width / degrees, height / tall),
            is_turned: job.frame.locale.is_right_to_left(),
        }
    }

    fn place(&self, degrees: Point) -> Point {
        let east = (degrees.x - self.corner.x) * self.scale.x;
        let x = if self.is_turned { self.frame.right() - east } else { self.frame.x + east };
        Point::new(x, self.frame.y + (self.corner.y - degrees.y) * self.scale.y)
    }
}

struct Drawing<'a> {
    job: &'a Job<'a>,
    shapes: &'a MapShapes,
    view: View,
    geo: usize,
    obstacles: Obstacles,
}

impl Drawing<'_> {
    fn position(&self, code: &str) -> Option<u32> {
        self.job.cube.dimensions().get(self.geo).and_then(|dimension| dimension.position(code))
    }

    /// The outlines of an area, cut to the frame.
    fn outlines(&self, rings: &[Vec<Point>]) -> Vec<Vec<Point>> {
        let placed = rings.iter().map(|ring| ring.iter().map(|p| self.view.place(*p)).collect::<Vec<_>>());
        placed.map(|ring| clipped(&ring, self.view.frame)).filter(|ring| ring.len() > 2).collect()
    }

    /// Where the symbol of a category stands.
    fn anchor(&self, category: u32) -> Option<Point> {
        let area = self.shapes.areas.iter().find(|area| self.position(&area.code) == Some(category))?;
        let largest = area.rings.iter().map(|ring| middle(ring)).max_by(|a, b| a.0.total_cmp(&b.0))?;
        Some(self.view.place(area.at.unwrap_or(largest.1)))
    }

    fn draw_land(&mut self, sketch: &mut Sketch<'_>, rows: &[Row], steps: Option<&Steps>) {
        let tokens = sketch.frame.tokens;
        sketch.rect(self.view.frame, tokens.sea);
        // Neighbours first, so that the outlines of the places lie on top.
        for is_own in [false, true] {
            for area in &self.shapes.areas {
                let category = self.position(&area.code);
                if category.is_some() != is_own {
                    continue;
                }
                let row =
                    rows.iter().find(|row| category.is_some() && row.cell.category(self.geo) == category);
                let value = row.and_then(|row| row.value);
                let (fill, line) = match (is_own, steps, value) {
                    (false, ..) => (tokens.neighbour, tokens.bg),
                    (true, Some(steps), Some(value)) => (steps.colors(self.job, value).0, tokens.edge),
                    (true, ..) => (tokens.place, tokens.edge),
                };
                let line = if tokens.is_outlined { tokens.ink } else { line };
                for mut ring in self.outlines(&area.rings) {
                    sketch.push(Shape::Area { points: ring.clone(), fill });
                    ring.extend(ring.first().copied());
                    sketch.push(Shape::Lines { lines: vec![ring], color: line, width: 1.0 });
                }
            }
        }
    }

    /// Circles, largest at the back; then a name and a number for each place.
    fn draw_places(&mut self, sketch: &mut Sketch<'_>, rows: &[Row], steps: Option<&Steps>) {
        let has_circles = steps.is_none();
        let tokens = sketch.frame.tokens;
        let largest = rows.iter().filter_map(|row| row.value).fold(0.0, f64::max);
        let most = f64::min(50.0, self.view.frame.width * 0.085);
        let radius = |value: f64| if largest > 0.0 { (value.max(0.0) / largest).sqrt() * most } else { 0.0 };
        let mut placed: Vec<(&Row, Point, f64)> = rows
            .iter()
            .filter_map(|row| {
                let at = self.anchor(row.cell.category(self.geo)?)?;
                let radius = if has_circles { row.value.map_or(0.0, radius) } else { 0.0 };
                Some((
                    row,
                    at,
                    if row.value.is_some_and(|value| value > 0.0) { radius.max(2.0) } else { radius },
                ))
            })
            .collect();
        statcube::order::sort_by(&mut placed, |a, b| b.2.total_cmp(&a.2));
        for (row, at, radius) in &placed {
            if has_circles && *radius > 0.0 {
                draw_circle(sketch, *at, *radius, tokens.accent, row.is_estimate);
                self.obstacles.marks.push(Rect::around(*at, radius * 2.0, radius * 2.0));
            }
            if row.bounds.is_some() {
                let ends = (Point::new(at.x, at.y + 5.5), Point::new(at.x, at.y - 5.5));
                let drawn = sketch.bracket(ends, BRACKET_FOOT, tokens.accent);
                self.obstacles.marks.push(drawn);
            }
        }
        // Long names first, since they find room last.
        let mut named: Vec<&(&Row, Point, f64)> = placed.iter().collect();
        statcube::order::sort_by_key(&mut named, |(row, ..)| std::cmp::Reverse(row.name.chars().count()));
        for (row, at, radius) in named {
            self.name_place(sketch, row, *at, *radius, steps);
        }
        // Steps by keyboard go from north to south.
        statcube::order::sort_by(&mut placed, |a, b| a.1.y.total_cmp(&b.1.y));
        for ((row, at, radius), place) in
            placed.into_iter().zip(0i32..).filter(|((row, ..), _)| row.is_known())
        {
            let size = (radius * 2.0).max(24.0);
            sketch.scene.marks.push(Mark {
                bounds: Rect::around(at, size, size),
                shape: Rect::around(at, (radius * 2.0).max(8.0), (radius * 2.0).max(8.0)),
                at,
                cell: row.cell.clone(),
                name: row.name.clone(),
                when: None,
                group: 0,
                positions: row.cell.by().to_vec(),
                row: place,
                column: 0,
                share: None,
                color: tokens.accent,
                guide: None,
                source: row.source,
            });
        }
    }

    /// The number of a place. Where there is little room, a dash stands for what is missing, and
    /// the key says so.
    fn text_of(&self, row: &Row) -> String {
        match self.view.frame.width < NARROW && is_missing(row) {
            true => self.job.frame.locale.text("number.missing").to_owned(),
            false => row.text.clone(),
        }
    }

    /// Name and number beside the symbol, or on it where it is large; the name is never dropped.
    fn name_place(
        &mut self,
        sketch: &mut Sketch<'_>,
        row: &Row,
        at: Point,
        radius: f64,
        steps: Option<&Steps>,
    ) {
        let tokens = sketch.frame.tokens;
        // On a shaded place the text has the colour that is read on it.
        let shade = steps.zip(row.value).map(|(steps, value)| steps.colors(self.job, value));
        let (paper, ink) = shade.unwrap_or((tokens.place, tokens.ink));
        let muted = if row.is_known() { ink } else { tokens.muted };
        let size = if self.view.frame.width < NARROW { SMALL } else { LABEL };
        let name = Type::new(size, ink).bold().halo(paper);
        let note = Type::new(SMALL, ink).halo(paper);
        let value = Type::new(SMALL, muted).halo(paper);
        let lines = |max_width: f64| -> Vec<(String, Type)> {
            let wrapped = sketch.wrap(&row.name, name, max_width);
            let is_note = |line: &String| line.trim_start_matches('\u{2066}').starts_with('(');
            let mut lines: Vec<(String, Type)> = wrapped
                .into_iter()
                .map(|line| if is_note(&line) { (line, note) } else { (line, name) })
                .collect();
            let number = self.text_of(row);
            let number = if max_width < WIDE { sketch.wrap(&number, value, max_width) } else { vec![number] };
            lines.extend(number.into_iter().map(|line| (line, value)));
            lines
        };
        let block = |lines: &[(String, Type)]| {
            let width = lines.iter().map(|(line, style)| sketch.measure(line, *style)).fold(0.0, f64::max);
            (width, lines.len() as f64 * 15.0)
        };
        // A note in parentheses is never cut.
        let note_width = row
            .name
            .find('(')
            .and_then(|at| row.name.get(at..))
            .map_or(0.0, |n| sketch.measure(n, name) + 1.0);
        let (wide, narrow) = (lines(WIDE), lines(note_width.max(92.0)));
        let off = if row.bounds.is_some() { 11.0 } else { radius + 6.0 };
        let (width, height) = block(&narrow);
        let mut best: Option<(usize, Spot)> = None;
        if width < radius * 1.8 && height < radius * 1.7 {
            let corner = Point::new(at.x, at.y - height / 2.0);
            best = Some((0, Spot { lines: narrow.clone(), corner, anchor: Anchor::Middle, has_lead: false }));
        }
        // Near first, then farther with a lead; where nothing is free, what covers least.
        let order = if self.view.frame.width < NARROW || steps.is_some() {
            [&narrow, &wide]
        } else {
            [&wide, &narrow]
        };
        let tries = [0.0, 14.0, 30.0, 52.0, 80.0].into_iter().flat_map(|far| order.map(|lines| (far, lines)));
        for (far, lines) in tries {
            let (width, height) = block(lines);
            // East first in every script, since the land does not turn around.
            let (east, west) = match self.view.is_turned {
                false => ((off + far, Anchor::Start), (-off - far, Anchor::End)),
                true => ((-off - far, Anchor::End), (off + far, Anchor::Start)),
            };
            let first = if steps.is_some() && far == 0.0 { (0.0, Anchor::Middle) } else { east };
            let (above, below) = (-off * 0.4 - far * 0.6 - height, off * 0.4 + far * 0.6);
            let spots = [
                (first.0, -height / 2.0, first.1),
                (east.0, -height / 2.0, east.1),
                (west.0, -height / 2.0, west.1),
                (0.0, off + far - 2.0, Anchor::Middle),
                (0.0, -off - far - height + 4.0, Anchor::Middle),
                (east.0, below, east.1),
                (west.0, below, west.1),
                (east.0, above, east.1),
                (west.0, above, west.1),
            ];
            for (dx, dy, anchor) in spots {
                let corner = Point::new(at.x + dx, at.y + dy);
                let bounds = bounds_of(corner, width, height, anchor);
                let is_better = |cost: usize| best.as_ref().is_none_or(|(known, _)| cost < *known);
                if self.obstacles.is_inside(bounds) && is_better(self.obstacles.cost(bounds)) {
                    let spot = Spot { lines: lines.clone(), corner, anchor, has_lead: far > 0.0 };
                    best = Some((self.obstacles.cost(bounds), spot));
                }
            }
        }
        let fallback = Spot {
            lines: narrow,
            corner: Point::new(at.x, at.y + off),
            anchor: Anchor::Middle,
            has_lead: false,
        };
        let Spot { lines, corner, anchor, has_lead } = best.map_or(fallback, |(_, spot)| spot);
        let (width, height) = block(&lines);
        let bounds = bounds_of(corner, width, height, anchor);
        if has_lead {
            let to = Point::new(
                at.x.clamp(bounds.x - 3.0, bounds.right() + 3.0),
                at.y.clamp(bounds.y, bounds.bottom()),
            );
            let (dx, dy) = (to.x - at.x, to.y - at.y);
            let length = (dx * dx + dy * dy).sqrt().max(1.0);
            let from = Point::new(at.x + dx / length * (radius + 2.0), at.y + dy / length * (radius + 2.0));
            sketch.push(Shape::Lines { lines: vec![vec![from, to]], color: tokens.edge, width: 1.0 });
            self.obstacles.segments.push((from, to));
        }
        for ((line, style), n) in lines.iter().zip(0u32..) {
            sketch.text(Point::new(corner.x, corner.y + 12.0 + f64::from(n) * 15.0), line, *style, anchor);
        }
        self.obstacles.labels.push(bounds);
    }

    /// Neighbours and waters, where there is room; the first to be left out.
    fn name_surroundings(&mut self, sketch: &mut Sketch<'_>) {
        if self.view.frame.width < NARROW {
            return;
        }
        let (tokens, locale) = (sketch.frame.tokens, sketch.frame.locale);
        let mut names: Vec<(String, Point, Color)> = Vec::new();
        for area in self.shapes.areas.iter().filter(|area| self.position(&area.code).is_none()) {
            let Some(name) = locale.place(&area.code) else { continue };
            let given = area.at.map(|at| self.view.place(at)).filter(|at| self.view.frame.contains(*at));
            let largest = || {
                let outlines = self.outlines(&area.rings);
                Some(outlines.iter().map(|ring| middle(ring)).max_by(|a, b| a.0.total_cmp(&b.0))?.1)
            };
            if let Some(at) = given.or_else(largest) {
                names.push((name.to_owned(), at, tokens.muted));
            }
        }
        for water in &self.shapes.waters {
            if let Some(label) = water.labels.get(locale.tag()).or_else(|| water.labels.get("en")) {
                names.push((label.clone(), self.view.place(water.at), tokens.muted));
            }
        }
        for (name, at, color) in names {
            let style = Type::new(SMALL, color);
            let width = sketch.measure(&name, style);
            let spots = [(0.0, 0.0), (0.0, 18.0), (0.0, -18.0), (24.0, 0.0), (-24.0, 0.0)];
            for (dx, dy) in spots {
                let middle = Point::new(at.x + dx, at.y + dy);
                let bounds = Rect::around(middle, width, 14.0);
                if self.obstacles.is_free(bounds) {
                    sketch.text(Point::new(middle.x, middle.y + 4.0), &name, style, Anchor::Middle);
                    self.obstacles.labels.push(bounds);
                    break;
                }
            }
        }
    }
}

fn is_missing(row: &Row) -> bool {
    !row.is_known() && row.cell.lower().is_none()
}

/// Where the name of a place stands.
struct Spot {
    lines: Vec<(String, Type)>,
    corner: Point,
    anchor: Anchor,
    has_lead: bool,
}

fn bounds_of(corner: Point, width: f64, height: f64, anchor: Anchor) -> Rect {
    let x = match anchor {
        Anchor::Start => corner.x,
        Anchor::Middle => corner.x - width / 2.0,
        Anchor::End => corner.x - width,
    };
    Rect::new(x, corner.y, width, height)
}

/// A circle by area; an estimate is hollow and dashed.
fn draw_circle(sketch: &mut Sketch<'_>, center: Point, radius: f64, color: Color, is_estimate: bool) {
    if is_estimate {
        let outline = rounded(Rect::around(center, radius * 2.0, radius * 2.0), radius);
        return sketch.dashed(&outline, color, 1.75, (4.0, 3.0));
    }
    let fill = if sketch.frame.tokens.is_outlined {
        sketch.push(hatch_circle(center, radius, color, 1.0));
        None
    } else {
        Some(color.with_alpha(72))
    };
    sketch.push(Shape::Circle { center, radius, fill, stroke: Some((color, 1.5)) });
}
