//! Which dataset, as tabs; and which of its measures, where it has several.

use leptos::prelude::*;

use crate::ui::languages;
use crate::ui::session::{use_page, use_session};
use crate::ui::tasks;

/// What the tabs show, by its id: ids are the widget's own, since a shadow root is around it.
const PANEL: &str = "dataset";

fn tab_id(dataset: usize) -> String {
    format!("tab-{dataset}")
}

/// All that the tabs change, under the name of the chosen one.
#[component]
pub(crate) fn DatasetPanel(children: Children) -> impl IntoView {
    let page = use_page();
    view! { class = "k",
        <div id=PANEL role="tabpanel" aria-labelledby=move || tab_id(page.dataset.get())>{children()}</div>
    }
    .into_any()
}

/// Tabs for the datasets, in the order of the snapshot.
#[component]
pub(crate) fn DatasetTabs() -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let current = Memo::new(move |_| page.selection.with(|selection| selection.dataset));
    let tabs = NodeRef::<leptos::html::Div>::new();
    let step = move |event: web_sys::KeyboardEvent| {
        let count = page.snapshot().datasets.len();
        let at = current.get_untracked();
        let to = match event.key().as_str() {
            "ArrowRight" | "ArrowDown" => (at + 1) % count,
            "ArrowLeft" | "ArrowUp" => (at + count - 1) % count,
            "Home" => 0,
            "End" => count - 1,
            _ => return,
        };
        event.prevent_default();
        if let Some(id) = page.snapshot().datasets.get(to).map(|cube| cube.id().to_owned()) {
            tasks::choose_dataset(page, &id);
        }
        let tab = tabs.get_untracked().and_then(|tabs| tabs.children().item(to as u32));
        if let Some(tab) =
            tab.and_then(|tab| wasm_bindgen::JsCast::dyn_into::<web_sys::HtmlElement>(tab).ok())
        {
            let _ = tab.focus();
        }
    };
    let snapshot = page.snapshot();
    let buttons = snapshot.datasets.iter().enumerate().map(|(at, cube)| {
        let (id, cube) = (cube.id().to_owned(), cube.clone());
        let title = {
            let cube = cube.clone();
            move || session.locale.with(|locale| locale.title(&cube).to_owned())
        };
        // Again in bold letters, which take more room: see the style sheet.
        let bold = title.clone();
        let lang = {
            let cube = cube.clone();
            move || languages::of_words(page, &cube.parts().titles)
        };
        let hint = {
            let cube = cube.clone();
            move || {
                let measure = cube.measures().first()?;
                let unit = measure.unit.clone().or_else(|| measure.counts.clone())?;
                let kind = format!("ui.kind.{}", measure.kind.id());
                Some(session.locale.with(|locale| {
                    let unit = locale.unit(&unit, 100.0, None);
                    if locale.has(&kind) { locale.fill(&kind, &[("unit", &unit)]) } else { unit }
                }))
            }
        };
        view! { class = "k",
            <button
                role="tab"
                id=tab_id(at)
                aria-controls=PANEL
                aria-selected=move || (current.get() == at).to_string()
                tabindex=move || if current.get() == at { "0" } else { "-1" }
                on:click=move |_| tasks::choose_dataset(page, &id)
            >
                <span lang=lang data-text=bold>{title}</span>
                <small>{hint}</small>
            </button>
        }
    });
    let buttons = buttons.collect_view();
    view! { class = "k",
        <div class="tabs" role="tablist" aria-label=move || session.text("ui.measure") node_ref=tabs on:keydown=step>
            {buttons}
        </div>
    }
    .into_any()
}

/// Pills for the measures of the dataset on view; nothing where there is one.
#[component]
pub(crate) fn MeasurePills() -> impl IntoView {
    let session = use_session();
    let page = use_page();
    // Made anew for another dataset only, so that the focus stays.
    let dataset = Memo::new(move |_| page.selection.with(|selection| selection.dataset));
    let chosen = Memo::new(move |_| page.selection.with(|selection| selection.query.measure));
    move || {
        let cube = page.snapshot().datasets.get(dataset.get()).cloned()?;
        (cube.measures().len() > 1).then(|| {
            let pills = (0..cube.measures().len()).map(|at| {
                let id = cube.measures().get(at).map(|measure| measure.id.clone()).unwrap_or_default();
                let label = session.locale.with(|locale| locale.measure(&cube, at));
                view! { class = "k",
                    <button
                        lang=languages::of_measure(page, &cube, at)
                        aria-pressed=move || (at == chosen.get()).to_string()
                        on:click=move |_| tasks::choose_measure(session, &id)
                    >
                        {label}
                    </button>
                }
            });
            view! { class = "k",
                <div class="measures" role="group" aria-label=session.text("ui.measure")>{pills.collect_view()}</div>
            }
        })
    }
}
