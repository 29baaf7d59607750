//! What is on, as chips that take it off again.

use leptos::prelude::*;

use super::icon::Icon;
use crate::state::time_dimension;
use crate::ui::focus;
use crate::ui::session::{Session, use_page, use_session};
use crate::ui::tasks;

/// One chip for each choice, and “clear all”.
#[component]
pub(crate) fn Chips() -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let chip = move |name: Signal<String>, remove: Callback<()>| {
        let label = move || name.with(|name| session.fill("ui.remove", &[("name", name)]));
        view! { class = "k",
            <span class="chip">
                {name}
                <button aria-label=label on:click=move |_| { remove.run(()); next_focus(session); }>{Icon::Cross.draw()}</button>
            </span>
        }
        .into_any()
    };
    // What stands above the charts does not move while the reader drags over one.
    let chosen = session.settled(move || session.view.with(|view| (view.from.clone(), view.to.clone())));
    let is_ranged = Memo::new(move |_| chosen.with(|(from, to)| from.is_some() || to.is_some()));
    let range = Signal::derive(move || {
        let (from, to) = chosen.get();
        let told = |code: &Option<String>| {
            code.as_deref().and_then(statcube::Period::parse).map(|p| session.locale.with(|l| l.period(p)))
        };
        match (told(&from), told(&to)) {
            (Some(from), Some(to)) if from == to => from,
            (Some(from), Some(to)) => session.fill("period.range", &[("from", &from), ("to", &to)]),
            (Some(from), None) => session.fill("ui.since", &[("period", &from)]),
            (None, to) => session.fill("ui.until", &[("period", &to.unwrap_or_default())]),
        }
    });
    // Where only the range changes, only the words of its chip do.
    move || {
        let (cube, query) = page.settled_question()?;
        let time = time_dimension(&cube);
        let mut chips = Vec::new();
        for clause in &query.clauses {
            if Some(clause.dimension) == time {
                continue;
            }
            for &position in &clause.positions {
                let name = session.locale.with(|locale| locale.category(&cube, clause.dimension, position));
                let code = cube.dimensions().get(clause.dimension)?.category(position)?.code.clone();
                let (cube, dimension) = (cube.clone(), clause.dimension);
                let remove =
                    Callback::new(move |()| tasks::toggle_category(session, &cube, dimension, &code));
                chips.push(chip(Signal::stored(name), remove));
            }
        }
        if is_ranged.get() {
            chips.push(chip(range, Callback::new(move |()| tasks::choose_range(session, None, None))));
        }
        (!chips.is_empty()).then(|| {
            view! { class = "k",
                <div class="chips" role="group" aria-label=session.text("ui.chosen")>
                    {chips}
                    <button class="plain" on:click=move |_| { tasks::clear_filters(session); next_focus(session); }>
                        {session.text("ui.clear-all")}
                    </button>
                </div>
            }
        })
    }
}

/// The chip that had the focus is gone: the next one has it, else the filters.
fn next_focus(session: Session) {
    focus::move_to(session, &[".chips button", ".filters input", ".sheet-bar button"]);
}
