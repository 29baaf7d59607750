//! What changed: from the edition before, up to a newer one, and the revisions that the file
//! keeps, each for what the filters leave.

use std::sync::Arc;

use leptos::prelude::*;
use statcube::Cube;
use statcube::cube::{EditionChanges, changes_since, revisions};

use crate::export::changes_csv;
use crate::present::{ChangeLine, change_lines, edition_name, revision_lines};
use crate::state::{EditionEntry, edition_before, newer_edition, resolve};
use crate::ui::session::{Loaded, Page};
use crate::ui::tasks;
use crate::web::download;

/// Lines shown; the file to take away has all.
const MOST_SHOWN: usize = 100;
/// Lines made.
const MOST_MADE: usize = 5_000;

/// What changed of the figures in view from one file to another, both with the dataset of
/// the page; nothing where one has not the same dataset with the same dimensions.
fn compared(page: Page, other: &Loaded, other_is_later: bool) -> Option<(EditionChanges, Vec<ChangeLine>)> {
    let (cube, query) = page.question()?;
    let own_snapshot = page.snapshot();
    let edition = |snapshot: &statcube::Snapshot| snapshot.profile.edition.clone().unwrap_or_default();
    let (own, its) = (edition(&own_snapshot), edition(&other.snapshot));
    let found = Arc::clone(other.snapshot.dataset(cube.id())?);
    let (earlier, later, query) = match other_is_later {
        false => (found, cube, query),
        true => {
            // The same view of the later file: filters are kept as codes.
            let query = page.session.view.with(|view| resolve(view, &other.snapshot))?;
            (cube, found, query.query)
        }
    };
    let changes = changes_since(&earlier, &later, &query, MOST_MADE).ok()?;
    let (before, after) = if other_is_later { (&own, &its) } else { (&its, &own) };
    let lines = page
        .session
        .locale
        .with(|locale| change_lines(&changes.changed, (&earlier, before), (&later, after), locale));
    Some((changes, lines))
}

/// “3 of the 51 figures in view changed.”
fn told(page: Page, changes: Option<&EditionChanges>) -> String {
    let session = page.session;
    let Some(changes) = changes else { return session.text("ui.changes.other-dimensions") };
    if changes.num_changed() == 0 {
        return session.text("ui.changes.none");
    }
    session.locale.with(|locale| {
        let count = |count: usize| locale.number(count as f64, None);
        let (changed, all) = (count(changes.num_changed()), count(changes.compared));
        locale.fill("ui.changes.counted", &[("changed", &changed), ("all", &all)])
    })
}

/// Whether figures in view are other in the newer edition, in a sentence; empty until its
/// file is there.
pub(crate) fn newer_in_view(page: Page) -> String {
    let newer = page.session.newer.get();
    newer.map_or_else(String::new, |newer| {
        let found = compared(page, &newer, true);
        told(page, found.as_ref().map(|(changes, _)| changes))
    })
}

/// The newest edition, where it is newer than the file.
pub(crate) fn newest(page: Page) -> Option<EditionEntry> {
    let snapshot = page.snapshot();
    page.session.editions.with(|entries| newer_edition(entries, &snapshot).cloned())
}

/// The body of the dialog.
pub(crate) fn changes(page: Page) -> AnyView {
    let session = page.session;
    let snapshot = page.snapshot();
    let before = session.editions.with_untracked(|entries| edition_before(entries, &snapshot).cloned());
    let previous = RwSignal::new(None::<Arc<Loaded>>);
    let is_asked = before.is_some();
    if let Some(before) = before {
        session.spawn(async move {
            if let Ok(loaded) = tasks::fetch_beside(session, &before.href).await {
                previous.set(Some(loaded));
            }
        });
    }
    let summary = move || {
        let (cube, query) = page.question()?;
        Some(session.locale.with(|locale| {
            format!(
                "{}, {}",
                locale.measure(&cube, query.measure),
                crate::present::query_summary(&cube, &query, locale)
            )
        }))
    };
    let heading = move |key: &'static str, edition: &str| {
        let name = session.locale.with(|locale| edition_name(edition, locale));
        session.fill(key, &[("edition", &name)])
    };
    let other = move |key: &'static str, loaded: &Arc<Loaded>, is_later: bool| {
        let edition = loaded.snapshot.profile.edition.clone().unwrap_or_default();
        let found = compared(page, loaded, is_later);
        let sentence = told(page, found.as_ref().map(|(changes, _)| changes));
        let lines = found.map(|(_, lines)| lines).unwrap_or_default();
        view! { class = "k", <h3>{heading(key, &edition)}</h3><p>{sentence}</p>{list(page, lines)} }
            .into_any()
    };
    let until = move || session.newer.get().map(|newer| other("ui.changes.until", &newer, true));
    let since = move || match (previous.get(), is_asked) {
        (Some(previous), _) => Some(other("ui.changes.since", &previous, false)),
        (None, true) => None,
        (None, false) => {
            let edition = page.snapshot().profile.previous.clone()?;
            let words = session.text("ui.changes.no-file");
            Some(
                view! { class = "k", <h3>{heading("ui.changes.since", &edition)}</h3><p>{words}</p> }
                    .into_any(),
            )
        }
    };
    let kept = move || {
        let (cube, query) = page.question()?;
        let steps = revisions(&cube, &query, MOST_MADE);
        let lines = session.locale.with(|locale| revision_lines(&steps, &cube, locale));
        let nothing = lines.is_empty().then(|| session.text("ui.changes.nothing-kept"));
        Some(view! { class = "k",
            <h3>{session.text("ui.changes.kept")}</h3>
            {nothing.map(|words| view! { class = "k", <p>{words}</p> })}
            {list(page, lines)}
        })
    };
    view! { class = "k", <p class="subtitle">{summary}</p>{until}{since}{kept} }.into_any()
}

/// The lines as a table, and as a file to take away.
fn list(page: Page, lines: Vec<ChangeLine>) -> AnyView {
    let session = page.session;
    if lines.is_empty() {
        return ().into_any();
    }
    let heads = ["figure", "what", "before", "after", "difference"]
        .map(|head| session.locale.with(|locale| locale.text(&format!("ui.changes.{head}")).to_owned()));
    let heads = heads.map(|head| view! { class = "k", <th scope="col">{head}</th> }).collect_view();
    let rows = lines.iter().take(MOST_SHOWN).cloned().map(|line| {
        view! { class = "k",
            <tr>
                <th scope="row">{line.figure}</th>
                <td class="words">{line.what}</td>
                <td>{line.before}</td>
                <td>{line.after}</td>
                <td>{line.difference}</td>
            </tr>
        }
    });
    let rows = rows.collect_view();
    let first = (lines.len() > MOST_SHOWN).then(|| {
        let count = session.locale.with(|locale| locale.number(MOST_SHOWN as f64, None));
        view! { class = "k", <p class="muted">{session.fill("ui.changes.first", &[("count", &count)])}</p> }
    });
    let save = move |_| {
        let Some((cube, query)) = page.question() else { return };
        save_lines(page, &lines, &cube, query.measure);
    };
    view! { class = "k",
        <div class="table-frame" tabindex="0" role="group" aria-label=session.text("ui.changes")>
            <table>
                <thead><tr>{heads}</tr></thead>
                <tbody>{rows}</tbody>
            </table>
        </div>
        {first}
        <div class="actions"><button class="outlined" on:click=save>{session.text("ui.changes.csv")}</button></div>
    }
    .into_any()
}

fn save_lines(page: Page, lines: &[ChangeLine], cube: &Cube, measure: usize) {
    let name = format!("{}_changes.csv", cube.id());
    let text = changes_csv(lines, cube, measure);
    if download::save(&name, "text/csv;charset=utf-8", text.as_bytes()).is_ok() {
        page.session.say(page.session.fill("ui.saved", &[("name", &name)]));
    }
}
