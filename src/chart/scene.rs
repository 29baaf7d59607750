//! What a chart is before it is paint: shapes and marks in CSS pixels. The canvas, the
//! pictures taken away, hit-testing, tooltips, keyboard steps and the text alternative all
//! read this one geometry.

use statcube::Cell;

/// A colour with its opacity.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Color {
    /// Red, green, blue.
    pub rgb: [u8; 3],
    /// 255 is opaque.
    pub alpha: u8,
}

impl Color {
    /// An opaque colour, written as in style sheets: `0x0072bc`.
    pub const fn hex(hex: u32) -> Self {
        Self { rgb: [(hex >> 16) as u8, (hex >> 8) as u8, hex as u8], alpha: 255 }
    }

    /// The same colour, seen through.
    #[must_use]
    pub const fn with_alpha(self, alpha: u8) -> Self {
        Self { alpha, ..self }
    }

    /// `#0072bc`.
    pub fn css(self) -> String {
        let [red, green, blue] = self.rgb;
        format!("#{red:02x}{green:02x}{blue:02x}")
    }

    /// How bright it looks, between 0 and 255; tells which text can be read on it.
    pub fn luma(self) -> u32 {
        let [red, green, blue] = self.rgb.map(u32::from);
        (red * 299 + green * 587 + blue * 114) / 1000
    }
}

/// A place in CSS pixels, from the upper left corner.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Point {
    /// To the right.
    pub x: f64,
    /// Downwards.
    pub y: f64,
}

impl Point {
    /// A place.
    pub const fn new(x: f64, y: f64) -> Self {
        Self { x, y }
    }

    pub(crate) fn moved(self, dx: f64, dy: f64) -> Self {
        Self::new(self.x + dx, self.y + dy)
    }
}

/// A rectangle in CSS pixels.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub x: f64,
    /// Upper edge.
    pub y: f64,
    /// To the right of the left edge.
    pub width: f64,
    /// Below the upper edge.
    pub height: f64,
}

impl Rect {
    /// A rectangle.
    pub const fn new(x: f64, y: f64, width: f64, height: f64) -> Self {
        Self { x, y, width, height }
    }

    /// A rectangle around a place.
    pub fn around(center: Point, width: f64, height: f64) -> Self {
        Self::new(center.x - width / 2.0, center.y - height / 2.0, width, height)
    }

    /// The right edge.
    pub fn right(self) -> f64 {
        self.x + self.width
    }

    /// The lower edge.
    pub fn bottom(self) -> f64 {
        self.y + self.height
    }

    /// The middle.
    pub fn center(self) -> Point {
        Point::new(self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// Whether a place lies in it, its edges included.
    pub fn contains(self, point: Point) -> bool {
        (self.x..=self.right()).contains(&point.x) && (self.y..=self.bottom()).contains(&point.y)
    }

    /// Whether the two share any area.
    pub fn overlaps(self, other: Self) -> bool {
        self.x < other.right() && other.x < self.right() && self.y < other.bottom() && other.y < self.bottom()
    }

    /// The same, larger by `by` on each side.
    #[must_use]
    pub fn grown(self, by: f64) -> Self {
        Self::new(self.x - by, self.y - by, self.width + 2.0 * by, self.height + 2.0 * by)
    }
}

/// Which end of a text stays where it is if a face is wider or narrower than measured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TextAnchor {
    /// The left end.
    Left,
    /// The middle.
    Middle,
    /// The right end.
    Right,
}

/// Something to be painted.
#[derive(Debug, Clone, PartialEq)]
pub enum Shape {
    /// A filled rectangle; hairlines are rectangles one pixel high, so that they stay crisp.
    Rect {
        /// Where.
        rect: Rect,
        /// With what.
        fill: Color,
    },
    /// A filled polygon.
    Area {
        /// Corners.
        points: Vec<Point>,
        /// With what.
        fill: Color,
    },
    /// Lines of one colour and width. Dashes and hatching are lines of their own.
    Lines {
        /// Each line by its points.
        lines: Vec<Vec<Point>>,
        /// Colour.
        color: Color,
        /// Width.
        width: f64,
    },
    /// A circle.
    Circle {
        /// Middle.
        center: Point,
        /// Radius to the middle of the outline.
        radius: f64,
        /// Filled with.
        fill: Option<Color>,
        /// Colour and width of the outline.
        stroke: Option<(Color, f64)>,
    },
    /// One line of text, from its left end.
    Text {
        /// Left end of the baseline.
        at: Point,
        /// The text.
        text: String,
        /// Its width, as measured.
        width: f64,
        /// What it is aligned by.
        anchor: TextAnchor,
        /// Size of the type.
        size: f64,
        /// Whether bold.
        bold: bool,
        /// Colour.
        color: Color,
        /// Colour of the halo that parts it from what lies below.
        halo: Option<Color>,
    },
}

impl Shape {
    /// The rectangle it fills.
    pub fn bounds(&self) -> Rect {
        let of_points = |points: &mut dyn Iterator<Item = &Point>, margin: f64| {
            let (mut low, mut high) = (Point::new(f64::MAX, f64::MAX), Point::new(f64::MIN, f64::MIN));
            for point in points {
                low = Point::new(low.x.min(point.x), low.y.min(point.y));
                high = Point::new(high.x.max(point.x), high.y.max(point.y));
            }
            Rect::new(low.x, low.y, (high.x - low.x).max(0.0), (high.y - low.y).max(0.0)).grown(margin)
        };
        match self {
            Self::Rect { rect, .. } => *rect,
            Self::Area { points, .. } => of_points(&mut points.iter(), 0.0),
            Self::Lines { lines, width, .. } => of_points(&mut lines.iter().flatten(), width / 2.0),
            Self::Circle { center, radius, stroke, .. } => {
                let radius = radius + stroke.map_or(0.0, |(_, width)| width / 2.0);
                Rect::around(*center, radius * 2.0, radius * 2.0)
            }
            Self::Text { at, width, size, .. } => Rect::new(at.x, at.y - size * 0.78, *width, *size),
        }
    }

    /// Moves it.
    pub fn shift(&mut self, dx: f64, dy: f64) {
        self.each_point(&mut |point| *point = point.moved(dx, dy));
    }

    fn each_point(&mut self, change: &mut dyn FnMut(&mut Point)) {
        match self {
            Self::Rect { rect, .. } => {
                let mut corner = Point::new(rect.x, rect.y);
                change(&mut corner);
                (rect.x, rect.y) = (corner.x, corner.y);
            }
            Self::Area { points, .. } => points.iter_mut().for_each(change),
            Self::Lines { lines, .. } => lines.iter_mut().flatten().for_each(change),
            Self::Circle { center, .. } => change(center),
            Self::Text { at, .. } => change(at),
        }
    }

    fn mirror(&mut self, scene_width: f64) {
        let own = match self {
            Self::Rect { rect, .. } => rect.width,
            Self::Text { width, .. } => *width,
            _ => 0.0,
        };
        if let Self::Text { anchor, .. } = self {
            *anchor = match anchor {
                TextAnchor::Left => TextAnchor::Right,
                TextAnchor::Middle => TextAnchor::Middle,
                TextAnchor::Right => TextAnchor::Left,
            };
        }
        self.each_point(&mut |point| point.x = scene_width - point.x - own);
    }
}

/// A figure in the picture: what is under the finger.
#[derive(Debug, Clone, PartialEq)]
pub struct Mark {
    /// The area that answers to a pointer, at least 24 pixels wide.
    pub bounds: Rect,
    /// The area that is drawn, which rings go around.
    pub shape: Rect,
    /// The point of the figure: end of a bar, middle of a circle.
    pub at: Point,
    /// The figure.
    pub cell: Cell,
    /// Series or category.
    pub name: String,
    /// The period, where the chart runs over time.
    pub when: Option<String>,
    /// The series, counted from 0.
    pub group: usize,
    /// Dimension and category for each dimension that the chart lists, so that a mark can
    /// become a filter.
    pub positions: Vec<(usize, u32)>,
    /// For steps by keyboard: its row, from above.
    pub row: i32,
    /// For steps by keyboard: its column, from the left.
    pub column: i32,
    /// Its share of the whole in words, where the chart shows shares.
    pub share: Option<String>,
    /// The colour of its series.
    pub color: Color,
    /// From where to where a rule marks its place while it is pointed at.
    pub guide: Option<(f64, f64)>,
    /// Which result of the chart, and which of its cells.
    pub(crate) source: (usize, usize),
}

/// A step by keyboard.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Arrow left.
    Left,
    /// Arrow right.
    Right,
    /// Arrow up.
    Up,
    /// Arrow down.
    Down,
    /// To the first of the row, in the direction of reading.
    Home,
    /// To the last of the row, in the direction of reading.
    End,
}

/// Where the periods of a chart over time stand, so that a reader can drag over them.
#[derive(Debug, Clone, PartialEq)]
pub struct PeriodAxis {
    /// Position of the dimension of time.
    pub dimension: usize,
    /// Middle and category of each period, in order of time.
    pub slots: Vec<(f64, u32)>,
    /// From the middle of a period to that of the next.
    pub step: f64,
    /// The upper edge of the plot.
    pub top: f64,
    /// Its lower edge.
    pub bottom: f64,
}

impl PeriodAxis {
    /// Which of the periods, counted in order of time, is nearest to a place.
    pub fn nearest(&self, x: f64) -> Option<usize> {
        let distance = |slot: &(f64, u32)| (slot.0 - x).abs();
        let slots = self.slots.iter().enumerate();
        slots.min_by(|(_, a), (_, b)| distance(a).total_cmp(&distance(b))).map(|(at, _)| at)
    }
}

/// A chart laid out.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Scene {
    /// Width in CSS pixels.
    pub width: f64,
    /// Height in CSS pixels.
    pub height: f64,
    /// What to paint, in order.
    pub shapes: Vec<Shape>,
    /// The figures in it.
    pub marks: Vec<Mark>,
    /// How many of the first shapes stand there whatever the figures are, as the land of a map.
    pub ground: usize,
    /// Its periods, where it has one axis of time.
    pub periods: Option<PeriodAxis>,
    /// Whether it is read from right to left.
    pub is_mirrored: bool,
}

impl Scene {
    /// The mark at a place: of those whose area holds it, one that is touched, and the nearest.
    pub fn hit(&self, x: f64, y: f64) -> Option<usize> {
        let point = Point::new(x, y);
        let distance = |mark: &Mark| {
            let is_touched = mark.shape.contains(point) && mark.guide.is_none();
            let (dx, dy) = (mark.at.x - x, mark.at.y - y);
            (!is_touched, dx * dx + dy * dy)
        };
        let candidates = self.marks.iter().enumerate().filter(|(_, mark)| mark.bounds.contains(point));
        candidates
            .min_by(|(_, a), (_, b)| {
                let ((a_apart, a), (b_apart, b)) = (distance(a), distance(b));
                a_apart.cmp(&b_apart).then(a.total_cmp(&b))
            })
            .map(|(index, _)| index)
    }

    /// The mark that a step by keyboard leads to; the first where none is focused.
    pub fn next_mark(&self, from: Option<usize>, step: Step) -> Option<usize> {
        let Some(mark) = from.and_then(|index| self.marks.get(index)) else {
            return (!self.marks.is_empty()).then_some(0);
        };
        let is_list = self.marks.iter().all(|other| other.column == mark.column);
        let step = match (step, is_list) {
            (Step::Left, true) => Step::Up,
            (Step::Right, true) => Step::Down,
            (step, _) => step,
        };
        let all = || self.marks.iter().enumerate();
        let along = |forward: bool| {
            let same = all().filter(|(_, m)| m.row == mark.row && m.column != mark.column);
            let ahead = same.filter(|(_, m)| (m.column > mark.column) == forward);
            ahead.min_by_key(|(_, m)| (m.column - mark.column).abs()).map(|(index, _)| index)
        };
        let across = |down: bool| {
            let ahead = all().filter(|(_, m)| m.row != mark.row && (m.row > mark.row) == down);
            ahead
                .min_by_key(|(_, m)| ((m.row - mark.row).abs(), (m.column - mark.column).abs()))
                .map(|(index, _)| index)
        };
        let found = match step {
            Step::Left => along(false),
            Step::Right => along(true),
            Step::Up => across(false),
            Step::Down => across(true),
            Step::Home if is_list => all().min_by_key(|(_, m)| m.row).map(|(index, _)| index),
            Step::End if is_list => all().max_by_key(|(_, m)| m.row).map(|(index, _)| index),
            Step::Home | Step::End => {
                let row = all().filter(|(_, m)| m.row == mark.row);
                let is_leftmost = (step == Step::Home) != self.is_mirrored;
                row.min_by_key(|(_, m)| if is_leftmost { m.column } else { -m.column }).map(|(i, _)| i)
            }
        };
        found.or(from)
    }

    /// Moves everything.
    pub(crate) fn shift(&mut self, dx: f64, dy: f64) {
        self.shapes.iter_mut().for_each(|shape| shape.shift(dx, dy));
        for mark in &mut self.marks {
            mark.at = mark.at.moved(dx, dy);
            for rect in [&mut mark.bounds, &mut mark.shape] {
                (rect.x, rect.y) = (rect.x + dx, rect.y + dy);
            }
            mark.guide = mark.guide.map(|(from, to)| (from + dy, to + dy));
        }
        if let Some(periods) = &mut self.periods {
            periods.slots.iter_mut().for_each(|slot| slot.0 += dx);
            (periods.top, periods.bottom) = (periods.top + dy, periods.bottom + dy);
        }
    }

    /// Turns left and right around, for scripts that run from right to left.
    pub(crate) fn mirror(&mut self) {
        let width = self.width;
        self.is_mirrored = !self.is_mirrored;
        self.shapes.iter_mut().for_each(|shape| shape.mirror(width));
        for mark in &mut self.marks {
            mark.at.x = width - mark.at.x;
            for rect in [&mut mark.bounds, &mut mark.shape] {
                rect.x = width - rect.right();
            }
            mark.column = -mark.column;
        }
        if let Some(periods) = &mut self.periods {
            periods.slots.iter_mut().for_each(|slot| slot.0 = width - slot.0);
        }
    }
}
