//! Colours and text widths for canvases: the theme's, or the reader's own where the system
//! forces colours (a canvas does not adapt by itself).

use std::cell::OnceCell;
use std::rc::Rc;

use crate::chart::{Theme, Tokens, tokens as tokens_of};
use crate::web::canvas::CanvasMetrics;

use leptos::prelude::*;

use super::session::Session;

thread_local! {
    static METRICS: OnceCell<Rc<CanvasMetrics>> = const { OnceCell::new() };
}

/// The colours that canvases are drawn with; tracks the theme.
pub(crate) fn tokens(session: Session) -> Tokens {
    if session.forced_colors.get()
        && let Some(forced) = crate::web::environment::forced_colors()
    {
        return Tokens::forced(forced);
    }
    tokens_of(if session.is_dark() { Theme::Dark } else { Theme::Light })
}

/// Widths of text in this browser.
pub(crate) fn metrics() -> Rc<CanvasMetrics> {
    METRICS.with(|metrics| Rc::clone(metrics.get_or_init(|| Rc::new(CanvasMetrics::new()))))
}
