//! Strips above the figures: one line, one action, never covering anything.

use leptos::prelude::*;

use super::changes;
use super::dialogs::{Dialog, Dialogs};
use super::icon::Icon;
use crate::present::edition_name;
use crate::ui::session::{use_page, use_session};
use crate::ui::tasks;

/// A newer edition, made-up figures, a foreign origin, parts of a link that mean nothing here.
#[component]
pub(crate) fn Strips() -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let illustrative = page.snapshot().profile.illustrative
        || page.snapshot().datasets.iter().any(|cube| cube.parts().illustrative);
    let foreign = page.loaded.with_value(|loaded| loaded.foreign_origin.clone());
    let ignored = move || {
        let mut codes: Vec<String> = session.ignored.with(|all| all.iter().map(|i| i.code.clone()).collect());
        codes.extend(page.selection.with(|s| s.ignored.iter().map(|i| i.code.clone()).collect::<Vec<_>>()));
        codes
    };
    let ignored_strip = move || {
        let codes = ignored();
        (!codes.is_empty()).then(|| {
            let quoted: Vec<String> = codes.iter().map(|code| format!("“{code}”")).collect();
            let list = session.locale.with(|locale| locale.list(&quoted));
            let drop_ignored = move |_| {
                let snapshot = page.snapshot();
                tasks::drop_unknown(session, &snapshot);
            };
            view! { class = "k",
                <div class="strip" role="status">
                    <p>{session.fill("ui.ignored", &[("codes", &list)])}</p>
                    <button class="icon-only" aria-label=session.text("ui.dismiss") on:click=drop_ignored>
                        {Icon::Cross.draw()}
                    </button>
                </div>
            }
        })
    };
    let name = move |edition: &str| session.locale.with(|locale| edition_name(edition, locale));
    let edition = page.snapshot().profile.edition.clone().unwrap_or_default();
    let standing = move || {
        let told = name(&edition);
        let line = match session.standing.get() {
            Some(standing) => session.fill("ui.standing", &[("edition", &told), ("standing", &standing)]),
            None if session.offline.get() => session.fill("ui.offline", &[("edition", &told)]),
            None => return None,
        };
        Some(view! { class = "k", <div class="strip" role="status"><p>{line}</p></div> })
    };
    let signature = page.loaded.with_value(|loaded| loaded.signature.clone());
    let signature = signature.map(|signature| {
        let key = match signature.as_str() {
            "verified" => "ui.signature.verified",
            "unsigned" => "ui.signature.unsigned",
            _ => "ui.signature.unchecked",
        };
        view! { class = "k", <div class="strip" role="note"><p>{move || session.text(key)}</p></div> }
    });
    let held = page.snapshot().profile.edition.clone();
    let other_edition = move || {
        let wanted = session.view.with(|view| view.edition.clone())?;
        let held = held.clone().unwrap_or_default();
        (wanted != held).then(|| {
            let told =
                session.fill("ui.other-edition", &[("wanted", &name(&wanted)), ("held", &name(&held))]);
            view! { class = "k", <div class="strip" role="note"><p>{told}</p></div> }
        })
    };
    let dialogs = expect_context::<Dialogs>();
    let newer = move || {
        let newest = changes::newest(page)?;
        let told = session.fill("ui.newer-edition", &[("edition", &name(&newest.edition))]);
        let in_view = changes::newer_in_view(page);
        Some(view! { class = "k",
            <div class="strip" role="status">
                <p>{told}" "{in_view}</p>
                <button class="plain" on:click=move |_| dialogs.open(Dialog::Changes)>{session.text("ui.changes")}</button>
                <button class="plain" on:click=move |_| tasks::choose_edition(session, &newest.edition)>{session.text("ui.open-edition")}</button>
            </div>
        })
    };
    view! { class = "k",
        {other_edition}
        {newer}
        {standing}
        {foreign.map(|origin| view! { class = "k",
            <div class="strip" role="note">
                <p>{move || session.fill("ui.foreign-origin", &[("origin", &origin)])}</p>
            </div>
        })}
        {signature}
        {illustrative.then(|| view! { class = "k",
            <div class="strip illustrative" role="note">
                <p>
                    <span class="flag illustrative">{move || session.text("flag.illustrative")}</span>
                    " "
                    {move || session.text("ui.illustrative")}
                </p>
            </div>
        })}
        {ignored_strip}
    }
    .into_any()
}
