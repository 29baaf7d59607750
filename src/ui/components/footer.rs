//! Whose figures these are, and that the presentation is not theirs.

use leptos::prelude::*;

use super::downloads::view_address;
use super::heading::OpenFile;
use crate::ui::languages;
use crate::ui::session::{use_page, use_session};

/// The footer of the page.
#[component]
pub(crate) fn Footer() -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let snapshot = page.snapshot();
    let publisher = snapshot.profile.publisher.clone();
    let whose = move || match &publisher {
        Some(publisher) => languages::around(
            page,
            "ui.whose",
            &[],
            "publisher",
            languages::own_words(page, publisher.clone()),
        ),
        None => session.text("ui.whose-unknown").into_any(),
    };
    let address = move || {
        // Printed only, and not while the reader drags over periods.
        if !session.brushing.get() {
            session.view.track();
        }
        view_address(page)
    };
    let hash = page.loaded.with_value(|loaded| loaded.sha256.clone());
    view! { class = "k",
        <footer class="footer" part="footer">
            <p><b>{move || session.text("ui.not-official")}</b>" "{whose}" "{move || session.text("ui.made-by")}</p>
            <p class="screen-only">{move || session.text("ui.no-tracking")}</p>
            <p class="actions"><OpenFile/>" "<slot name="tools"></slot></p>
            <p>{move || session.text("ui.hash")}" "<code>{hash}</code></p>
            <p class="print-only">{move || session.text("ui.address")}": "{address}</p>
        </footer>
    }
    .into_any()
}
