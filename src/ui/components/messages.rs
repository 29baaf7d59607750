//! Loading, and what went wrong: where, and how to go on.

use std::sync::Arc;

use leptos::prelude::*;

use super::icon::Icon;
use crate::ui::session::use_session;
use crate::ui::tasks;
use crate::web::clipboard;
use crate::web::fault::Fault;

/// How far the file is.
#[component]
pub(crate) fn Loading(loaded: u64, total: Option<u64>) -> impl IntoView {
    let session = use_session();
    let kilobytes = move |bytes: u64| {
        session.locale.with(|locale| locale.number((bytes as f64 / 1000.0).ceil(), Some(0)))
    };
    let told = move || match total {
        Some(total) => {
            let (loaded, total) = (kilobytes(loaded), kilobytes(total));
            session.fill("ui.loaded-of", &[("loaded", &loaded), ("total", &total)])
        }
        None => session.fill("ui.loaded", &[("loaded", &kilobytes(loaded))]),
    };
    let share = total.map(|total| loaded as f64 / total.max(1) as f64 * 100.0);
    view! { class = "k",
        <div class="message" role="status">
            <div>
                <h2>{move || session.text("ui.loading")}</h2>
                <p>{told}</p>
                {share.map(|share| view! { class = "k",
                    <div class="progress"><i style:width=format!("{:.1}%", share.min(100.0))></i></div>
                })}
                <div class="ghost" aria-hidden="true"><i></i><i></i><i></i></div>
            </div>
        </div>
    }
    .into_any()
}

/// In the place of the rest of the page, where the rest of the program did not come.
#[component]
pub(crate) fn Incomplete() -> impl IntoView {
    let session = use_session();
    view! { class = "k",
        <div class="message bad" role="alert">
            {Icon::Warning.draw()}
            <div>
                <h2>{move || session.text("ui.incomplete")}</h2>
                <p>{move || session.text("ui.incomplete-detail")}</p>
                <div class="actions">
                    <button class="solid" on:click=move |_| tasks::await_program(session)>
                        {move || session.text("ui.try-again")}
                    </button>
                </div>
            </div>
        </div>
    }
    .into_any()
}

/// What went wrong.
#[component]
pub(crate) fn Failed(
    fault: Arc<Fault>,
    /// The element's file.
    address: String,
    /// The reader's own file, where it is about that.
    own: Option<String>,
) -> impl IntoView {
    let session = use_session();
    let class_fault = Arc::clone(&fault);
    let words = move |part: &str| {
        let key = format!("error.{}.{part}", fault_class(&class_fault.code));
        session.locale.with(|locale| locale.text(&key).to_owned())
    };
    let file = own.as_ref().unwrap_or(&address);
    let place = match (fault_place(&fault), file.is_empty()) {
        (Some(place), true) => place,
        (Some(place), false) => format!("{file} › {place}"),
        (None, _) => file.clone(),
    };
    let retry = if own.is_some() { "ui.back-to-page" } else { "ui.try-again" };
    let details = format!("{}: {} ({place})", fault.code, fault.message);
    let copied = RwSignal::new(false);
    let copy = move |_| {
        let details = details.clone();
        leptos::task::spawn_local(async move {
            copied.set(clipboard::copy(&details, None).await);
        });
    };
    let again = {
        let address = address.clone();
        move |_| {
            let address = address.clone();
            session.spawn(async move { tasks::open(session, address).await });
        }
    };
    let can_retry = !address.is_empty();
    // On the page it is the only heading there is.
    let title = match session.is_page {
        true => view! { class = "k", <h1>{words("title")}</h1> }.into_any(),
        false => view! { class = "k", <h2>{words("title")}</h2> }.into_any(),
    };
    view! { class = "k",
        <div class="message bad" role="alert">
            {Icon::Warning.draw()}
            <div>
                {title}
                <p>{fault.message.clone()}</p>
                <p class="place">{place}</p>
                <div class="actions">
                    {can_retry.then(|| view! { class = "k",
                        <button class="solid" on:click=again>{session.text(retry)}</button>
                    })}
                    <button class="outlined" on:click=copy>
                        {move || session.text(if copied.get() { "ui.copied" } else { "ui.copy-details" })}
                    </button>
                </div>
                <p class="muted small">{words("next")}</p>
            </div>
        </div>
    }
    .into_any()
}

fn fault_place(fault: &Fault) -> Option<String> {
    match (fault.path.is_empty(), fault.byte) {
        (true, None) => None,
        (true, Some(byte)) => Some(format!("byte {byte}")),
        (false, None) => Some(fault.path.clone()),
        (false, Some(byte)) => Some(format!("{} (byte {byte})", fault.path)),
    }
}

/// The messages there are; what is none of them is told as the general one.
fn fault_class(code: &str) -> &str {
    match code {
        "not-found" | "network" | "http-status" | "too-large" | "integrity" | "signature" | "not-json"
        | "not-json-stat" | "size-mismatch" | "unknown-version" | "invalid" | "no-dataset" => code,
        _ => "other",
    }
}
