//! The factsheet's sentences, made from the figures on view.

use leptos::prelude::*;

use super::dialogs::{Dialog, Dialogs};
use super::figure;
use super::icon::Icon;
use crate::narrative::{Sentence, comparison, headline, sentences_of};
use crate::state::keep_the_same;
use crate::ui::languages;
use crate::ui::note_book::use_notes;
use crate::ui::session::{Page, use_page, use_session};

/// The publisher's own sentences for the key figures.
pub(crate) fn headline_sentences(page: Page) -> Vec<(String, Sentence)> {
    let snapshot = page.snapshot();
    let figures = page.session.locale.with(|locale| headline(&snapshot, locale));
    figures.into_iter().filter_map(|figure| Some((figure.dataset, figure.sentence?))).collect()
}

/// Sentences for what the filters leave; where that is compared, for both sides together.
pub(crate) fn view_sentences(page: Page) -> Vec<(String, Sentence)> {
    let Some((cube, query)) = page.settled_question() else { return Vec::new() };
    let snapshot = page.snapshot();
    let against = page.against.get().filter(|against| !keep_the_same(against, &query));
    let told = page.session.locale.with(|locale| match against {
        Some(against) => comparison(&cube, (&against, &query), locale).into_iter().collect(),
        None => sentences_of(&snapshot, &cube, &query, locale),
    });
    told.into_iter().map(|sentence| (cube.id().to_owned(), sentence)).collect()
}

/// A block of sentences with their marks and a button to quote them.
#[component]
pub(crate) fn Sentences(
    /// Whether they tell the key figures, or what the filters leave.
    headline: bool,
) -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let dialogs = expect_context::<Dialogs>();
    let told = Memo::new(move |_| if headline { headline_sentences(page) } else { view_sentences(page) });
    let book = use_notes();
    let paragraphs = move || {
        book.track();
        let snapshot = page.snapshot();
        let mut before = Vec::new();
        let paragraphs = told.get().into_iter().map(|(dataset, sentence)| {
            let cube = snapshot.dataset(&dataset);
            let marks = cube.map(|cube| figure::note_marks_after(cube, &sentence.notes, &mut before));
            let measure = sentence.cells.first().map(|cell| cell.measure());
            let text = match (cube, measure) {
                (Some(cube), Some(measure)) => languages::with_reason(page, cube, measure, sentence.text),
                _ => sentence.text.into_any(),
            };
            view! { class = "k", <p>{text}{marks}</p> }
        });
        paragraphs.collect_view()
    };
    let quote = move |_| dialogs.open(Dialog::Quote(Some(told.get_untracked())));
    // A page has one landmark of this name.
    let role = if headline { "region" } else { "group" };
    let is_any = Memo::new(move |_| told.with(|told| !told.is_empty()));
    move || {
        is_any.get().then(|| {
            view! { class = "k",
                <section class="sentences" part="sentences" role=role aria-label=move || session.text("ui.in-words")>
                    <div>{paragraphs}</div>
                    <div class="actions">
                        <button class="outlined" on:click=quote>
                            {Icon::Quote.draw()}
                            {move || session.text("ui.quote-with-notes")}
                        </button>
                    </div>
                </section>
            }
        })
    }
}
