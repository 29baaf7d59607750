//! The pencil of all kinds: text with its width, hairlines, dashes, hatching and markers,
//! as shapes.

use super::Frame;
use super::scene::{Color, Point, Rect, Scene, Shape, TextAnchor};

/// System fonts, in the order in which they are looked for.
pub const FONT_STACK: &str =
    r#""Segoe UI", Roboto, "Helvetica Neue", Arial, "Liberation Sans", "Noto Sans", sans-serif"#;

/// Size of axes and annotations.
pub(crate) const SMALL: f64 = 12.0;
/// Size of direct labels, values and categories.
pub(crate) const LABEL: f64 = 13.0;

/// Which end of a text stands at its place, in reading direction.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Anchor {
    Start,
    Middle,
    End,
}

/// How a text looks.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Type {
    pub size: f64,
    pub bold: bool,
    pub color: Color,
    pub halo: Option<Color>,
}

impl Type {
    pub fn new(size: f64, color: Color) -> Self {
        Self { size, bold: false, color, halo: None }
    }

    pub fn bold(self) -> Self {
        Self { bold: true, ..self }
    }

    pub fn halo(self, paper: Color) -> Self {
        Self { halo: Some(paper), ..self }
    }
}

/// The form of a series' marks, so that colour is never the only difference.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Marker {
    Circle,
    Square,
    Triangle,
    Cross,
    Bar,
    Diamond,
}

impl Marker {
    /// Of the series in a slot.
    pub fn of_slot(slot: usize) -> Self {
        [Self::Circle, Self::Square, Self::Triangle, Self::Cross, Self::Bar][slot % 5]
    }
}

/// A scene being drawn, always from left to right; [`Sketch::finish`] turns it around for
/// scripts that run the other way.
pub(crate) struct Sketch<'a> {
    pub frame: &'a Frame<'a>,
    pub scene: Scene,
}

impl<'a> Sketch<'a> {
    pub fn new(frame: &'a Frame<'a>, height: f64) -> Self {
        let scene = Scene { width: frame.width, height, ..Scene::default() };
        Self { frame, scene }
    }

    pub fn finish(mut self) -> Scene {
        if self.frame.locale.is_right_to_left() {
            self.scene.mirror();
        }
        self.scene
    }

    pub fn push(&mut self, shape: Shape) {
        self.scene.shapes.push(shape);
    }

    pub fn measure(&self, text: &str, style: Type) -> f64 {
        self.frame.metrics.width_css_px(text, style.size, style.bold)
    }

    /// Where a text of this width would stand.
    pub fn text_box(&self, at: Point, width: f64, size: f64, anchor: Anchor) -> Rect {
        let x = match anchor {
            Anchor::Start => at.x,
            Anchor::Middle => at.x - width / 2.0,
            Anchor::End => at.x - width,
        };
        Rect::new(x, at.y - size * 0.78, width, size)
    }

    /// A text on its baseline.
    pub fn text(&mut self, at: Point, text: &str, style: Type, anchor: Anchor) {
        let width = self.measure(text, style);
        let left = self.text_box(at, width, style.size, anchor).x;
        let Type { size, bold, color, halo } = style;
        let text = isolated(text, self.frame.locale.is_right_to_left());
        let anchor = match anchor {
            Anchor::Start => TextAnchor::Left,
            Anchor::Middle => TextAnchor::Middle,
            Anchor::End => TextAnchor::Right,
        };
        let at = Point::new(left, at.y);
        self.push(Shape::Text { at, text, width, anchor, size, bold, color, halo });
    }

    /// Lines of text below each other, from the first baseline; the baseline after the last.
    pub fn paragraph(&mut self, at: Point, lines: &[String], style: Type, leading: f64) -> f64 {
        let mut y = at.y;
        for line in lines {
            self.text(Point::new(at.x, y), line, style, Anchor::Start);
            y += leading;
        }
        y
    }

    /// Breaks a text into lines that fit. A word that is too wide stands alone, whole.
    pub fn wrap(&self, text: &str, style: Type, max_width: f64) -> Vec<String> {
        wrap(text, max_width, &|line| self.measure(line, style))
    }

    /// The same, with words that are too wide, such as addresses, broken at any letter. What
    /// runs from left to right in every script stays one run of its own.
    pub fn wrap_anywhere(&self, text: &str, style: Type, max_width: f64) -> Vec<String> {
        let mut lines = Vec::new();
        for line in self.wrap(text, style, max_width) {
            let mut rest = line.as_str();
            while self.measure(rest, style) > max_width {
                let mut cut = 0;
                for (at, _) in rest.char_indices().skip(1) {
                    if rest.get(..at).is_some_and(|start| self.measure(start, style) > max_width) {
                        break;
                    }
                    cut = at;
                }
                let Some((start, end)) = rest.split_at_checked(cut).filter(|_| cut > 0) else { break };
                lines.push(start.to_owned());
                rest = end;
            }
            lines.push(rest.to_owned());
        }
        if self.frame.locale.is_right_to_left() && text.is_ascii() {
            return lines.iter().map(|line| format!("\u{2066}{line}\u{2069}")).collect();
        }
        lines
    }

    pub fn rect(&mut self, rect: Rect, fill: Color) {
        self.push(Shape::Rect { rect, fill });
    }

    /// A horizontal hairline on whole pixels.
    pub fn horizontal(&mut self, x: f64, y: f64, width: f64, color: Color) {
        self.rect(Rect::new(x, y.round(), width, 1.0), color);
    }

    /// A vertical hairline on whole pixels.
    pub fn vertical(&mut self, x: f64, y: f64, height: f64, color: Color) {
        self.rect(Rect::new(x.round(), y, 1.0, height), color);
    }

    /// A filled area, or where colours are forced its outline with hatching.
    pub fn area(&mut self, rect: Rect, fill: Color) {
        if !self.frame.tokens.is_outlined {
            return self.rect(rect, fill);
        }
        self.push(hatch(rect, fill, 1.5));
        self.outline(rect, fill, 1.0);
    }

    pub fn outline(&mut self, rect: Rect, color: Color, width: f64) {
        self.push(Shape::Lines { lines: vec![closed(rect)], color, width });
    }

    pub fn dashed(&mut self, points: &[Point], color: Color, width: f64, dash: (f64, f64)) {
        let lines = dashes(points, dash);
        if !lines.is_empty() {
            self.push(Shape::Lines { lines, color, width });
        }
    }

    pub fn dashed_outline(&mut self, rect: Rect, color: Color, width: f64) {
        self.dashed(&closed(rect), color, width, (4.0, 3.0));
    }

    /// A column of a figure; hollow and dashed where it is an estimate, and where it is too thin
    /// for that a dashed line.
    pub fn column(&mut self, rect: Rect, color: Color, is_estimate: bool) {
        match is_estimate {
            _ if rect.height <= 0.0 => {}
            true if rect.width >= 4.0 => self.dashed_outline(rect, color, 1.0),
            true => {
                let x = rect.center().x;
                self.dashed(
                    &[Point::new(x, rect.bottom()), Point::new(x, rect.y)],
                    color,
                    rect.width,
                    (3.0, 2.0),
                );
            }
            false => self.area(rect, color),
        }
    }

    /// The bracket of a figure that is known within bounds alone: from one end to the other with
    /// a foot at each, and never so short that it could be a point.
    pub fn bracket(&mut self, ends: (Point, Point), foot: f64, color: Color) -> Rect {
        let (from, to) = longer(ends, LEAST_BRACKET);
        let is_upright = (to.y - from.y).abs() > (to.x - from.x).abs();
        let (dx, dy) = if is_upright { (foot / 2.0, 0.0) } else { (0.0, foot / 2.0) };
        let foot_at = |at: Point| vec![Point::new(at.x - dx, at.y - dy), Point::new(at.x + dx, at.y + dy)];
        let lines = vec![foot_at(from), vec![from, to], foot_at(to)];
        let shape = Shape::Lines { lines, color, width: 1.75 };
        let bounds = shape.bounds();
        self.push(shape);
        bounds
    }

    /// A mark of a series: filled, or hollow where the figure is an estimate.
    pub fn marker(&mut self, marker: Marker, center: Point, radius: f64, color: Color, is_hollow: bool) {
        let paper = self.frame.tokens.bg;
        let Point { x, y } = center;
        let corners: Vec<Point> = match marker {
            Marker::Circle => {
                let stroke = is_hollow.then_some((color, 1.75));
                let fill = Some(if is_hollow { paper } else { color });
                return self.push(Shape::Circle { center, radius, fill, stroke });
            }
            Marker::Cross => {
                let reach = radius * 0.95;
                let line = |dy: f64| vec![Point::new(x - reach, y - dy), Point::new(x + reach, y + dy)];
                let lines = vec![line(reach), line(-reach)];
                if is_hollow {
                    let square = Rect::around(center, radius * 2.0 + 3.0, radius * 2.0 + 3.0);
                    self.rect(square, paper);
                    self.outline(square, color, 1.25);
                }
                return self.push(Shape::Lines { lines, color, width: 2.0 });
            }
            Marker::Square => closed(Rect::around(center, radius * 2.0, radius * 2.0)),
            Marker::Bar => closed(Rect::around(center, radius * 0.9, radius * 2.8)),
            Marker::Triangle => {
                let reach = radius * 1.25;
                let base = y + reach * 0.7;
                vec![
                    Point::new(x, y - reach),
                    Point::new(x + reach, base),
                    Point::new(x - reach, base),
                    Point::new(x, y - reach),
                ]
            }
            Marker::Diamond => {
                let reach = radius * 1.35;
                vec![
                    Point::new(x, y - reach),
                    Point::new(x + reach, y),
                    Point::new(x, y + reach),
                    Point::new(x - reach, y),
                    Point::new(x, y - reach),
                ]
            }
        };
        self.push(Shape::Area { points: corners.clone(), fill: if is_hollow { paper } else { color } });
        if is_hollow {
            self.push(Shape::Lines { lines: vec![corners], color, width: 1.75 });
        }
    }
}

/// How wide the feet of a bracket are where there is room.
pub(crate) const BRACKET_FOOT: f64 = 9.0;
/// Length of the shortest bracket.
const LEAST_BRACKET: f64 = 9.0;

/// Both ends of a line, the second moved away from the first where it is shorter than `least`;
/// upwards, where the two are one.
fn longer((from, to): (Point, Point), least: f64) -> (Point, Point) {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    let length = (dx * dx + dy * dy).sqrt();
    if length >= least {
        return (from, to);
    }
    let (dx, dy) = if length > 0.0 { (dx / length, dy / length) } else { (0.0, -1.0) };
    (from, Point::new(from.x + dx * least, from.y + dy * least))
}

/// The corners of a rectangle, back to the first.
pub(crate) fn closed(rect: Rect) -> Vec<Point> {
    vec![
        Point::new(rect.x, rect.y),
        Point::new(rect.right(), rect.y),
        Point::new(rect.right(), rect.bottom()),
        Point::new(rect.x, rect.bottom()),
        Point::new(rect.x, rect.y),
    ]
}

/// A rectangle with rounded corners as one line.
pub(crate) fn rounded(rect: Rect, radius: f64) -> Vec<Point> {
    // Points of a quarter circle, from its start to its end.
    const QUARTER: [(f64, f64); 5] =
        [(0.0, 1.0), (0.382_7, 0.923_9), (0.707, 0.707), (0.923_9, 0.382_7), (1.0, 0.0)];
    let radius = radius.min(rect.width / 2.0).min(rect.height / 2.0);
    let corner = |x: f64, y: f64, turn: fn((f64, f64)) -> (f64, f64)| {
        QUARTER.into_iter().map(move |point| {
            let (dx, dy) = turn(point);
            Point::new(x + dx * radius, y + dy * radius)
        })
    };
    let (left, right) = (rect.x + radius, rect.right() - radius);
    let (top, bottom) = (rect.y + radius, rect.bottom() - radius);
    let mut points: Vec<Point> = corner(right, top, |(a, b)| (a, -b)).collect();
    points.extend(corner(right, bottom, |(a, b)| (b, a)));
    points.extend(corner(left, bottom, |(a, b)| (-a, b)));
    points.extend(corner(left, top, |(a, b)| (-b, -a)));
    points.extend(points.first().copied());
    points
}

/// Cuts a line into dashes.
pub(crate) fn dashes(points: &[Point], (dash, gap): (f64, f64)) -> Vec<Vec<Point>> {
    let mut lines = Vec::new();
    let (mut is_drawn, mut left) = (true, dash);
    let mut current: Vec<Point> = points.first().copied().into_iter().collect();
    for pair in points.windows(2) {
        let [from, to] = pair else { continue };
        let (dx, dy) = (to.x - from.x, to.y - from.y);
        let length = (dx * dx + dy * dy).sqrt();
        let mut done = 0.0;
        while length - done > left {
            done += left;
            let at = Point::new(from.x + dx * done / length, from.y + dy * done / length);
            if is_drawn {
                current.push(at);
                lines.push(std::mem::take(&mut current));
            } else {
                current = vec![at];
            }
            is_drawn = !is_drawn;
            left = if is_drawn { dash } else { gap };
        }
        left -= length - done;
        if is_drawn {
            current.push(*to);
        }
    }
    if is_drawn && current.len() > 1 {
        lines.push(current);
    }
    lines
}

/// From one line of hatching to the next, measured along either axis.
const EVERY: f64 = 6.0;

/// Hatching at 45°, cut to a rectangle.
pub(crate) fn hatch(rect: Rect, color: Color, width: f64) -> Shape {
    let mut lines = Vec::new();
    // Lines of equal x + y, aligned on the whole scene so that neighbouring areas match.
    let first = ((rect.x + rect.y) / EVERY).ceil() as i64;
    let last = ((rect.right() + rect.bottom()) / EVERY).floor() as i64;
    for place in first..=last.min(first + 4096) {
        let sum = place as f64 * EVERY;
        let from_x = (sum - rect.bottom()).max(rect.x);
        let to_x = (sum - rect.y).min(rect.right());
        if to_x - from_x > 0.5 {
            lines.push(vec![Point::new(from_x, sum - from_x), Point::new(to_x, sum - to_x)]);
        }
    }
    Shape::Lines { lines, color, width }
}

/// The same, cut to a circle.
pub(crate) fn hatch_circle(center: Point, radius: f64, color: Color, width: f64) -> Shape {
    let sum = center.x + center.y;
    let reach = radius * std::f64::consts::SQRT_2;
    let first = ((sum - reach) / EVERY).ceil() as i64;
    let last = ((sum + reach) / EVERY).floor() as i64;
    let chord = |place: i64| {
        // From the centre to the middle of the chord, along each axis; and half of the chord.
        let aside = (place as f64 * EVERY - sum) / 2.0;
        let half = (radius * radius / 2.0 - aside * aside).max(0.0).sqrt();
        let middle = center.moved(aside, aside);
        vec![middle.moved(-half, half), middle.moved(half, -half)]
    };
    Shape::Lines { lines: (first..=last.min(first + 4096)).map(chord).collect(), color, width }
}

/// A label as it is drawn in a script from right to left: isolated as a whole, and what
/// stands in Latin letters within parentheses isolated again, so that neither moves.
fn isolated(text: &str, is_right_to_left: bool) -> String {
    // A bracket without letters would turn; a number has none.
    let is_plain = text.chars().all(|c| !c.is_alphabetic() && !matches!(c, '(' | ')'));
    if !is_right_to_left || is_plain {
        return text.to_owned();
    }
    let is_foreign =
        !text.chars().any(|c| matches!(u32::from(c), 0x590..=0x8ff | 0xfb1d..=0xfdff | 0xfe70..=0xfeff));
    if is_foreign {
        return format!("\u{2066}{text}\u{2069}");
    }
    let mut isolated = String::with_capacity(text.len() + 12);
    isolated.push('\u{2067}');
    let mut rest = text;
    while let Some((before, note, after)) = split_note(rest) {
        let is_foreign = note.chars().any(|c| c.is_ascii_alphabetic()) && !before.ends_with('\u{2066}');
        isolated.push_str(before);
        if is_foreign {
            isolated.push('\u{2066}');
        }
        isolated.push_str(note);
        if is_foreign {
            isolated.push('\u{2069}');
        }
        rest = after;
    }
    // A note that goes on in the next line.
    match rest.split_once('(').filter(|(_, note)| note.chars().any(|c| c.is_ascii_alphabetic())) {
        Some((before, note)) if !before.ends_with('\u{2066}') => {
            isolated.push_str(&format!("{before}\u{2066}({note}\u{2069}"));
        }
        _ => isolated.push_str(rest),
    }
    isolated.push('\u{2069}');
    isolated
}

/// The first note in parentheses, with those within it, and what stands before and after.
fn split_note(text: &str) -> Option<(&str, &str, &str)> {
    let from = text.find('(')?;
    let mut depth = 0i32;
    let end = text.get(from..)?.char_indices().find_map(|(at, c)| {
        depth += i32::from(c == '(') - i32::from(c == ')');
        (depth == 0).then_some(from + at + 1)
    })?;
    Some((text.get(..from)?, text.get(from..end)?, text.get(end..)?))
}

/// Breaks a text into lines. A note in parentheses moves to the next line as a whole
/// where it fits there.
pub(crate) fn wrap(text: &str, max_width: f64, measure: &dyn Fn(&str) -> f64) -> Vec<String> {
    if measure(text) <= max_width {
        return vec![text.to_owned()];
    }
    // The note may be isolated from a script that runs the other way.
    let last = split_note(text).filter(|(.., after)| after.trim_start_matches('\u{2069}').is_empty());
    let split =
        last.and_then(|(before, ..)| text.split_at_checked(before.trim_end_matches('\u{2066}').len()));
    if let Some((before, note)) = split
        && before.ends_with(' ')
        && measure(note) <= max_width
    {
        let mut lines = wrap(before.trim_end(), max_width, measure);
        lines.push(note.to_owned());
        return lines;
    }
    let mut lines: Vec<String> = Vec::new();
    for word in words(text, &|note| measure(note) <= max_width) {
        match lines.last_mut() {
            Some(line) if measure(&format!("{line} {word}")) <= max_width => {
                line.push(' ');
                line.push_str(word);
            }
            _ => lines.push(word.to_owned()),
        }
    }
    lines
}

/// The words of a text; a note in parentheses that `fits` in a line, with what touches it, is one.
fn words<'a>(text: &'a str, fits: &dyn Fn(&str) -> bool) -> Vec<&'a str> {
    let mut words = Vec::new();
    let mut rest = text.trim();
    while !rest.is_empty() {
        let space = |from: usize| {
            let after = rest.get(from..).unwrap_or_default();
            after.find(char::is_whitespace).map_or(rest.len(), |at| from + at)
        };
        let first = space(0);
        let is_note = rest.trim_start_matches('\u{2066}').starts_with('(');
        let whole =
            split_note(rest).filter(|_| is_note).map(|(before, note, _)| space(before.len() + note.len()));
        let end = whole.filter(|&end| rest.get(..end).is_some_and(fits)).unwrap_or(first);
        let Some((word, after)) = rest.split_at_checked(end) else { break };
        words.push(word);
        rest = after.trim_start();
    }
    words
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bracket_is_never_so_short_that_it_could_be_a_point() {
        let at = Point::new(10.0, 50.0);
        assert_eq!(longer((at, Point::new(10.0, 49.0)), 9.0).1, Point::new(10.0, 41.0));
        assert_eq!(longer((at, at), 9.0).1, Point::new(10.0, 41.0));
        assert_eq!(longer((at, Point::new(30.0, 50.0)), 9.0).1, Point::new(30.0, 50.0));
    }

    #[test]
    fn in_a_script_from_right_to_left_each_note_is_a_run_of_its_own() {
        let isolated =
            |text: &str| isolated(text, true).replace('\u{2066}', "[").replace(['\u{2067}', '\u{2069}'], "|");
        assert_eq!(isolated("أ (a (1)) ب"), "|أ [(a (1))| ب|");
        assert_eq!(isolated("أ \u{2066}(a (1))\u{2069} ب"), "|أ [(a (1))| ب|");
        assert_eq!(isolated("أ (ب)"), "|أ (ب)|");
        // Of a note that is broken between two lines, either part.
        assert_eq!(isolated("أ (S/1"), "|أ [(S/1||");
        assert_eq!(isolated("(1999))"), "[(1999))|");
        assert_eq!(isolated("4,465"), "4,465");
    }

    #[test]
    fn dashes_leave_gaps_and_stay_on_the_line() {
        let line = [Point::new(0.0, 0.0), Point::new(20.0, 0.0)];
        let found: Vec<(f64, f64)> = dashes(&line, (5.0, 4.0)).iter().map(|d| (d[0].x, d[1].x)).collect();
        assert_eq!(found, [(0.0, 5.0), (9.0, 14.0), (18.0, 20.0)]);
    }

    #[test]
    fn a_note_in_parentheses_is_never_cut() {
        let by_chars = |text: &str| text.chars().count() as f64;
        assert_eq!(
            wrap("Place \u{2066}(see (12))\u{2069}", 14.0, &by_chars),
            ["Place", "\u{2066}(see (12))\u{2069}"]
        );
        assert_eq!(wrap("Place (see note 12)", 14.0, &by_chars), ["Place", "(see note 12)"]);
        assert_eq!(wrap("One two three", 8.0, &by_chars), ["One two", "three"]);
        assert_eq!(wrap("One (of two) and three", 14.0, &by_chars), ["One (of two)", "and three"]);
        assert_eq!(wrap("Three (of them); four", 12.0, &by_chars), ["Three", "(of them);", "four"]);
        assert_eq!(wrap("Indivisible", 4.0, &by_chars), ["Indivisible"]);
    }

    #[test]
    fn hatching_stays_inside() {
        let rect = Rect::new(3.0, 4.0, 30.0, 12.0);
        let Shape::Lines { lines, .. } = hatch(rect, Color::hex(0), 1.5) else { return };
        assert!(lines.len() > 3);
        assert!(lines.iter().flatten().all(|point| rect.grown(0.001).contains(*point)));
    }

    #[test]
    fn hatching_of_a_circle_ends_on_it() {
        let center = Point::new(40.0, 31.0);
        let Shape::Lines { lines, .. } = hatch_circle(center, 20.0, Color::hex(0), 1.0) else { return };
        assert!(lines.len() > 5);
        let radius = |point: &Point| (point.x - center.x).hypot(point.y - center.y);
        assert!(lines.iter().flatten().all(|point| (radius(point) - 20.0).abs() < 0.001));
        assert!(lines.iter().flatten().all(|point| point.x.is_finite()));
    }

    #[test]
    fn a_note_in_latin_letters_is_isolated_within_its_label() {
        assert_eq!(isolated("كوسوفو (S/1)", true), "\u{2067}كوسوفو \u{2066}(S/1)\u{2069}\u{2069}");
        assert_eq!(isolated("A note.", true), "\u{2066}A note.\u{2069}");
        assert_eq!(isolated("4,465", true), "4,465");
        assert_eq!(isolated("Place (S/1)", false), "Place (S/1)");
    }
}
