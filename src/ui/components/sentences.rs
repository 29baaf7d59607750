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
    // Of each sentence the numbers of its notes.
    let noted = Memo::new(move |_| {
        let snapshot = page.snapshot();
        let numbers = |(dataset, sentence): &(String, Sentence)| {
            let cube = snapshot.dataset(dataset);
            cube.map_or_else(Vec::new, |cube| book.with(|book| book.numbers(cube, &sentence.notes)))
        };
        told.with(|told| told.iter().map(numbers).collect::<Vec<_>>())
    });
    // The paragraphs stay while their number does: a filter changes their words.
    let count = Memo::new(move |_| told.with(Vec::len));
    let paragraph = move |at: usize| {
        let text = move || {
            let (dataset, sentence) = told.with(|told| told.get(at).cloned())?;
            let cube = page.snapshot().dataset(&dataset).cloned();
            let measure = sentence.cells.first().map(|cell| cell.measure());
            Some(match (cube, measure) {
                (Some(cube), Some(measure)) => languages::with_reason(page, &cube, measure, sentence.text),
                _ => sentence.text.into_any(),
            })
        };
        let marked = Memo::new(move |_| {
            noted.with(|noted| {
                let (before, after) = noted.split_at_checked(at)?;
                Some((after.first()?.clone(), before.concat()))
            })
        });
        let marks = move || marked.get().map(|(numbers, before)| figure::marks_after(&numbers, &before));
        view! { class = "k", <p>{text}{marks}</p> }
    };
    let paragraphs = move || (0..count.get()).map(paragraph).collect_view();
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
