//! Dragging over the periods of a chart: the figures follow at each frame, one question a
//! frame, and one step back takes all of it back.

use leptos::prelude::*;
use std::sync::Arc;

use super::held::Held;
use super::panel::ChartQuestion;
use crate::chart::{Chart, ChartKind, Unfit};
use crate::state::ViewState;
use crate::ui::session::Page;
use crate::ui::tasks;

/// A drag shorter than this is a click.
const LEAST_CSS_PX: f64 = 6.0;

/// A drag under way.
#[derive(Clone)]
struct Drag {
    /// Where it began, in CSS pixels of the window and of the canvas.
    from: (f64, f64),
    /// The view before it.
    before: ViewState,
    /// The last place, while a frame is waited for.
    waiting: Option<f64>,
    is_moving: bool,
}

/// The drag over one chart.
#[derive(Clone, Copy)]
pub(crate) struct Brush {
    page: Page,
    kind: ChartKind,
    question: StoredValue<ChartQuestion>,
    chart: Memo<Result<Arc<Chart>, Unfit>>,
    canvas: NodeRef<leptos::html::Canvas>,
    drag: StoredValue<Option<Drag>>,
    held: StoredValue<Option<Held>, LocalStorage>,
    took_click: StoredValue<bool>,
}

impl Brush {
    pub fn new(
        page: Page,
        kind: ChartKind,
        question: StoredValue<ChartQuestion>,
        chart: Memo<Result<Arc<Chart>, Unfit>>,
        canvas: NodeRef<leptos::html::Canvas>,
    ) -> Self {
        let (drag, took_click) = (StoredValue::new(None), StoredValue::new(false));
        let held = StoredValue::new_local(None);
        // With the chart goes its drag, as when a step back shows another dataset meanwhile.
        on_cleanup(move || {
            let is_moving =
                drag.try_with_value(|drag: &Option<Drag>| drag.as_ref().is_some_and(|drag| drag.is_moving));
            if is_moving == Some(true) {
                let _ = page.session.brushing.try_set(false);
            }
        });
        Self { page, kind, question, chart, canvas, drag, held, took_click }
    }

    /// Whether the chart has an axis to drag over, and the reader may filter; tracks both.
    pub fn is_possible(&self) -> bool {
        let has_axis = |chart: &Result<Arc<Chart>, Unfit>| {
            chart.as_ref().is_ok_and(|chart| chart.scene.periods.is_some())
        };
        self.page.session.has_controls() && self.chart.with(has_axis)
    }

    /// A pointer went down on the canvas.
    pub fn started(&self, event: &web_sys::PointerEvent) {
        self.took_click.set_value(false);
        // A finger that goes up or down scrolls the page; the browser then takes the pointer away.
        let is_second_finger = event.pointer_type() == "touch" && !event.is_primary();
        let drags = event.button() == 0 && !is_second_finger;
        let Some(canvas) = self.canvas.get_untracked().filter(|_| drags) else { return };
        if !untrack(|| self.is_possible()) {
            return;
        }
        let x = f64::from(event.client_x());
        let from = (x, x - canvas.get_bounding_client_rect().left());
        let before = self.page.session.view.get_untracked();
        self.drag.set_value(Some(Drag { from, before, waiting: None, is_moving: false }));
    }

    /// The pointer moved; whether that is part of a drag.
    pub fn moved(&self, event: &web_sys::PointerEvent) -> bool {
        let x = f64::from(event.client_x());
        let Some(drag) = self.drag.get_value() else { return false };
        if event.buttons() == 0 {
            self.ended();
            return false;
        }
        if !drag.is_moving {
            if (x - drag.from.0).abs() < LEAST_CSS_PX {
                return false;
            }
            if let Some(canvas) = self.canvas.get_untracked() {
                let _ = canvas.set_pointer_capture(event.pointer_id());
                // What a drag before still holds is let go first, lest it takes this one's heights away.
                self.held.set_value(None);
                self.held.set_value(Some(Held::above(&canvas)));
            }
            self.page.session.brushing.set(true);
        }
        let is_asked = drag.waiting.is_some();
        self.drag.set_value(Some(Drag { waiting: Some(x), is_moving: true, ..drag }));
        if !is_asked {
            let brush = *self;
            request_animation_frame(move || brush.follow());
        }
        true
    }

    /// Shows the figures of the periods between both ends of the drag.
    fn follow(self) {
        // By now the chart may be gone.
        let Some(Some(drag)) = self.drag.try_get_value() else { return };
        let Some(x) = drag.waiting else { return };
        let to = drag.from.1 + x - drag.from.0;
        self.drag.set_value(Some(Drag { waiting: None, ..drag.clone() }));
        let ends = self.chart.with_untracked(|chart| {
            let axis = chart.as_ref().ok()?.scene.periods.as_ref()?;
            let (a, b) = (axis.nearest(drag.from.1)?, axis.nearest(to)?);
            let position = |at: usize| axis.slots.get(at).map(|(_, position)| *position);
            Some((axis.dimension, position(a.min(b))?, position(a.max(b))?))
        });
        let Some((dimension, first, last)) = ends else { return };
        let code = |position: u32| {
            self.question.with_value(|question| {
                let category = question.cube.dimensions().get(dimension)?.category(position)?;
                Some(category.code.clone())
            })
        };
        let (from, to) = (code(first), code(last));
        tasks::preview(self.page.session, |view| tasks::set_range(view, from, to, Some(self.kind)));
    }

    /// The pointer went up: what is shown becomes a step.
    pub fn ended(&self) {
        let Some(drag) = self.drag.get_value() else { return };
        if drag.is_moving {
            if drag.waiting.is_some() {
                self.follow();
            }
            self.took_click.set_value(true);
            tasks::settle(self.page.session);
            let brush = *self;
            request_animation_frame(move || brush.let_go());
        }
        self.drag.set_value(None);
    }

    /// The drag is given up: the view is as it was.
    pub fn give_up(&self) {
        let Some(drag) = self.drag.get_value() else { return };
        self.drag.set_value(None);
        if drag.is_moving {
            self.took_click.set_value(true);
            self.page.session.brushing.set(false);
            tasks::preview(self.page.session, |view| *view = drag.before);
            let brush = *self;
            request_animation_frame(move || brush.let_go());
        }
    }

    /// Lets go of what is held once the parts of the page above have followed.
    fn let_go(self) {
        // By now the chart may be gone, or be dragged over again.
        let Some(drag) = self.drag.try_get_value() else { return };
        match untrack(|| self.page.session.is_settled()) {
            _ if drag.is_some_and(|drag| drag.is_moving) => {}
            true => self.held.set_value(None),
            false => request_animation_frame(move || self.let_go()),
        }
    }

    /// Whether the click at hand ended a drag, and chooses nothing.
    pub fn took_the_click(&self) -> bool {
        let took = self.took_click.get_value();
        self.took_click.set_value(false);
        took
    }
}
