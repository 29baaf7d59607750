//! What a pointer, the keyboard or a choice adds to a chart: a ring, a rule, a band. Drawn over
//! or below the scene, so that it need not be laid out again.

use super::Chart;
use super::scene::{Point, Rect, Scene, Shape};
use super::sketch::rounded;
use super::tokens::Tokens;

/// The shapes that go over a chart where a mark is pointed at, or has the keyboard's focus.
pub fn overlay(chart: &Chart, mark: usize, focused: bool, tokens: &Tokens) -> Vec<Shape> {
    let Some(mark) = chart.scene.marks.get(mark) else { return Vec::new() };
    let mut shapes = Vec::new();
    if let Some((from, to)) = mark.guide {
        let rule = Rect::new(mark.at.x.round(), from, 1.0, to - from);
        shapes.push(Shape::Rect { rect: rule, fill: tokens.edge });
        let center = Point::new(mark.at.x, mark.at.y);
        shapes.push(Shape::Circle { center, radius: 8.5, fill: Some(tokens.bg), stroke: None });
        // What is known within bounds alone stays a form of its own.
        let (fill, stroke) = match mark.cell.value() {
            Some(_) => (mark.color, None),
            None => (tokens.bg, Some((mark.color, 1.75))),
        };
        shapes.push(Shape::Circle { center, radius: 6.0, fill: Some(fill), stroke });
        if focused {
            shapes.push(Shape::Circle { center, radius: 10.5, fill: None, stroke: Some((tokens.ink, 2.0)) });
        }
        return shapes;
    }
    let (distance, width) = if focused { (4.0, 2.0) } else { (3.0, 1.0) };
    let ring = rounded(mark.shape.grown(distance), 4.0);
    shapes.push(Shape::Lines { lines: vec![ring], color: tokens.ink, width });
    shapes
}

/// The shapes that go below a chart in which periods were chosen: a band over them, with a foot;
/// where the chart has no one axis of time, a foot for each of their marks.
pub fn underlay(scene: &Scene, dimension: usize, chosen: &[u32], tokens: &Tokens) -> Vec<Shape> {
    const FOOT_CSS_PX: f64 = 3.0;
    let foot = |rect: Rect| Shape::Rect {
        rect: Rect::new(rect.x, rect.bottom(), rect.width, FOOT_CSS_PX),
        fill: tokens.ink,
    };
    let Some(axis) = scene.periods.as_ref().filter(|axis| axis.dimension == dimension) else {
        let is_chosen = |positions: &[(usize, u32)]| {
            positions.iter().any(|(place, position)| *place == dimension && chosen.contains(position))
        };
        let marks = scene.marks.iter().filter(|mark| is_chosen(&mark.positions));
        return marks.map(|mark| foot(mark.shape)).collect();
    };
    let inside = axis.slots.iter().filter(|(_, position)| chosen.contains(position)).map(|(x, _)| *x);
    let (low, high) = inside.fold((f64::MAX, f64::MIN), |(low, high), x| (low.min(x), high.max(x)));
    if low > high {
        return Vec::new();
    }
    let band = Rect::new(low - axis.step / 2.0, axis.top, high - low + axis.step, axis.bottom - axis.top);
    vec![Shape::Rect { rect: band, fill: tokens.tint }, foot(band)]
}
