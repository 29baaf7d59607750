//! Icons: one path each, drawn in the colour of the text beside them.

use leptos::prelude::*;

/// Which icon.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Icon {
    Share,
    Quote,
    Download,
    Embed,
    More,
    Cross,
    Down,
    Search,
    Filter,
    Sort,
    SortUp,
    Compare,
    Swap,
    Theme,
    Warning,
}

impl Icon {
    fn path(self) -> &'static str {
        match self {
            Self::Share => "M11 5 8 2 5 5M8 2v8M3.5 9v4.5h9V9",
            Self::Quote => "M2.5 3.5h11v7.5H8l-3 2.5V11H2.5zM5.2 6.2h5.6M5.2 8.4h3.6",
            Self::Download => "M8 2.5V10M4.8 7 8 10.2 11.2 7M2.5 13.5h11",
            Self::Embed => "M5.5 4.5 2 8l3.5 3.5M10.5 4.5 14 8l-3.5 3.5",
            Self::More => "M3.5 8h.01M8 8h.01M12.5 8h.01",
            Self::Cross => "M4 4l8 8M12 4l-8 8",
            Self::Down => "M4 6.2 8 10.2l4-4",
            Self::Search => "M7 11.5a4.5 4.5 0 1 0 0-9 4.5 4.5 0 0 0 0 9zM10.3 10.3l3.2 3.2",
            Self::Filter => "M2 4.5h12M4.5 8h7M6.5 11.5h3",
            Self::Sort => "M8 3v10M4 9l4 4 4-4",
            Self::SortUp => "M8 13V3M4 7l4-4 4 4",
            Self::Compare => "M2.5 13V6M6 13V3M10 13V8M13.5 13V5",
            Self::Swap => "M5 3 2 6l3 3M2 6h9M11 7l3 3-3 3M14 10H5",
            Self::Theme => "M8 2.5a5.5 5.5 0 1 0 0 11zM8 2.5a5.5 5.5 0 0 1 0 11z",
            Self::Warning => "M8 2.2l6.2 11.3H1.8zM8 6.5v3.2M8 11.6v.01",
        }
    }

    /// The icon, hidden from screen readers: the words beside it say what it means.
    pub fn draw(self) -> AnyView {
        view! { class = "k",
            <svg class="icon" viewBox="0 0 16 16" aria-hidden="true"><path d=self.path()/></svg>
        }
        .into_any()
    }
}
