//! Where a direct label stands: beside its own marks, never on any.

use super::scene::{Point, Rect};
use super::sketch::{Anchor, LABEL, Sketch, Type};

/// What is in the way.
#[derive(Debug, Clone, Default)]
pub(crate) struct Obstacles {
    pub field: Option<Rect>,
    pub segments: Vec<(Point, Point)>,
    pub marks: Vec<Rect>,
    pub labels: Vec<Rect>,
}

impl Obstacles {
    pub fn is_inside(&self, rect: Rect) -> bool {
        self.field.is_none_or(|field| {
            rect.x >= field.x
                && rect.right() <= field.right()
                && rect.y >= field.y
                && rect.bottom() <= field.bottom()
        })
    }

    /// How much a text here would cover; zero where it is free.
    pub fn cost(&self, rect: Rect) -> usize {
        let wide = rect.grown(3.0);
        let labels = self.labels.iter().filter(|label| label.overlaps(wide)).count();
        let marks = self.marks.iter().filter(|mark| mark.overlaps(wide)).count();
        let segments = self.segments.iter().filter(|(from, to)| crosses(*from, *to, wide)).count();
        labels * 100 + marks * 2 + segments
    }

    pub fn is_free(&self, rect: Rect) -> bool {
        self.is_inside(rect) && self.cost(rect) == 0
    }
}

/// Whether a line touches a rectangle.
fn crosses(from: Point, to: Point, rect: Rect) -> bool {
    let (mut enter, mut leave) = (0.0f64, 1.0f64);
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    for (towards, room) in [
        (-dx, from.x - rect.x),
        (dx, rect.right() - from.x),
        (-dy, from.y - rect.y),
        (dy, rect.bottom() - from.y),
    ] {
        if towards == 0.0 {
            if room < 0.0 {
                return false;
            }
        } else if towards < 0.0 {
            enter = enter.max(room / towards);
        } else {
            leave = leave.min(room / towards);
        }
    }
    enter <= leave
}

/// A label that found its place.
#[derive(Debug, Clone)]
struct Placed {
    lines: Vec<String>,
    /// Baseline of the first line and where its anchor stands.
    at: Point,
    anchor: Anchor,
    bounds: Rect,
    lead: Option<(Point, Point)>,
}

/// How much a name may cover at most: a segment of a line or two.
const MOST_COVERED: usize = 2;
/// Leading of labels of more than one line.
const LEADING: f64 = 15.0;

/// The sides of a point: how far the anchor stands off, and which end of the text it is.
const SIDES: [(f64, f64, Anchor); 6] = [
    (10.0, 0.0, Anchor::Start),
    (-10.0, 0.0, Anchor::End),
    (0.0, -10.0, Anchor::Middle),
    (0.0, 12.0, Anchor::Middle),
    (8.0, -10.0, Anchor::Start),
    (-8.0, -10.0, Anchor::End),
];

/// The block of lines whose middle stands off a point by so much.
fn block(sketch: &Sketch<'_>, lines: &[String], style: Type, at: Point, side: (f64, f64, Anchor)) -> Placed {
    let (dx, dy, anchor) = side;
    let width = lines.iter().map(|line| sketch.measure(line, style)).fold(0.0, f64::max);
    let height = style.size + (lines.len().saturating_sub(1)) as f64 * LEADING;
    let middle = match anchor {
        Anchor::Middle if dy < 0.0 => at.y + dy - height / 2.0 + 4.0,
        Anchor::Middle => at.y + dy + height / 2.0 - 4.0,
        _ => at.y + dy,
    };
    let baseline = Point::new(at.x + dx, middle - height / 2.0 + style.size * 0.85);
    let first = sketch.text_box(baseline, width, style.size, anchor);
    let bounds = Rect::new(first.x, first.y, width, height);
    Placed { lines: lines.to_vec(), at: baseline, anchor, bounds, lead: None }
}

fn draw(sketch: &mut Sketch<'_>, placed: Placed, style: Type, obstacles: &mut Obstacles) {
    if let Some((from, to)) = placed.lead {
        let color = sketch.frame.tokens.edge;
        sketch.push(super::Shape::Lines { lines: vec![vec![from, to]], color, width: 1.0 });
        obstacles.segments.push((from, to));
    }
    let mut y = placed.at.y;
    for line in &placed.lines {
        sketch.text(Point::new(placed.at.x, y), line, style, placed.anchor);
        y += LEADING;
    }
    obstacles.labels.push(placed.bounds);
}

/// Names a series at its end, its start, its peak, or beside any other of its points; in one
/// line, in two, in three, with a lead; at last where it covers a little. Whether it found room:
/// where not, the name must stand elsewhere.
pub(crate) fn name_series(
    sketch: &mut Sketch<'_>,
    name: &str,
    points: &[Point],
    style: Type,
    obstacles: &mut Obstacles,
) -> bool {
    let (Some(first), Some(last)) = (points.first(), points.last()) else { return true };
    let peak = points.iter().min_by(|a, b| a.y.total_cmp(&b.y)).unwrap_or(last);
    let mut anchors = vec![*peak, *last, *first];
    // Beyond a hundred points their neighbours offer the same room.
    let every = points.len().div_ceil(60).max(1);
    anchors.extend(points.iter().step_by(every).copied());
    let one = vec![name.to_owned()];
    let half = sketch.measure(name, style) * 0.62;
    let two = sketch.wrap(name, style, half.max(48.0));
    let three = sketch.wrap(name, style, (half * 0.68).max(80.0));
    let tries = |sketch: &Sketch<'_>, lines: &[String], anchors: &[Point], obstacles: &Obstacles| {
        anchors.iter().find_map(|&at| {
            let sides = SIDES.iter().map(|&side| block(sketch, lines, style, at, side));
            sides.into_iter().find(|placed| obstacles.is_free(placed.bounds))
        })
    };
    let leads = |sketch: &Sketch<'_>, lines: &[String], obstacles: &Obstacles| {
        let reach = [26.0, 40.0, 58.0, 80.0, 110.0];
        reach.iter().find_map(|&far| {
            anchors.iter().find_map(|&at| {
                let sides = [
                    (far, -far * 0.5, Anchor::Start),
                    (-far, -far * 0.5, Anchor::End),
                    (far, 0.0, Anchor::Start),
                    (-far, 0.0, Anchor::End),
                    (0.0, -far, Anchor::Middle),
                    (far, far * 0.5, Anchor::Start),
                    (-far, far * 0.5, Anchor::End),
                    (0.0, far, Anchor::Middle),
                ];
                sides.into_iter().find_map(|side| {
                    let mut placed = block(sketch, lines, style, at, side);
                    let (dx, dy, anchor) = side;
                    let end = match anchor {
                        Anchor::Middle => Point::new(at.x, at.y + dy - dy.signum() * 2.0),
                        _ => Point::new(at.x + dx - dx.signum() * 4.0, at.y + dy),
                    };
                    let length = ((end.x - at.x).powi(2) + (end.y - at.y).powi(2)).sqrt().max(1.0);
                    let start = Point::new(
                        at.x + (end.x - at.x) * 7.0 / length,
                        at.y + (end.y - at.y) * 7.0 / length,
                    );
                    placed.lead = Some((start, end));
                    let is_clear =
                        !obstacles.labels.iter().any(|label| crosses(start, end, label.grown(1.0)));
                    (is_clear && obstacles.is_free(placed.bounds)).then_some(placed)
                })
            })
        })
    };
    // At its peak, end or start even in two lines, before anywhere else.
    let prime = anchors.get(..3).unwrap_or(&anchors);
    let found = tries(sketch, &one, prime.get(..1).unwrap_or(prime), obstacles)
        .or_else(|| tries(sketch, &two, prime.get(..1).unwrap_or(prime), obstacles))
        .or_else(|| tries(sketch, &one, prime, obstacles))
        .or_else(|| tries(sketch, &two, prime, obstacles))
        .or_else(|| tries(sketch, &one, &anchors, obstacles))
        .or_else(|| tries(sketch, &two, &anchors, obstacles))
        .or_else(|| tries(sketch, &three, &anchors, obstacles))
        .or_else(|| leads(sketch, &one, obstacles))
        .or_else(|| leads(sketch, &two, obstacles))
        .or_else(|| leads(sketch, &three, obstacles))
        .or_else(|| {
            // Nowhere is free: where it covers least, on its halo.
            let all = anchors.iter().flat_map(|&at| SIDES.iter().map(move |&side| (at, side)));
            let blocks =
                all.flat_map(|(at, side)| [&one, &two].map(|lines| block(sketch, lines, style, at, side)));
            let inside = blocks.filter(|b| obstacles.is_inside(b.bounds));
            let least = inside.map(|b| (obstacles.cost(b.bounds), b)).min_by_key(|(cost, _)| *cost)?;
            (least.0 <= MOST_COVERED).then_some(least.1)
        });
    found.is_some_and(|placed| {
        draw(sketch, placed, style, obstacles);
        true
    })
}

/// Writes a number beside its mark where there is room for it.
pub(crate) fn annotate(
    sketch: &mut Sketch<'_>,
    text: &str,
    at: Point,
    style: Type,
    obstacles: &mut Obstacles,
) -> bool {
    let lines = [text.to_owned()];
    let order = [2, 0, 1, 4, 5, 3];
    let found = order
        .iter()
        .filter_map(|&side| SIDES.get(side))
        .map(|&side| block(sketch, &lines, style, at, side))
        .find(|placed| obstacles.is_free(placed.bounds));
    match found {
        Some(placed) => {
            draw(sketch, placed, style, obstacles);
            true
        }
        None => false,
    }
}

/// The style of a direct label.
pub(crate) fn label_type(sketch: &Sketch<'_>, color: super::Color) -> Type {
    Type::new(LABEL, color).bold().halo(sketch.frame.tokens.bg)
}
