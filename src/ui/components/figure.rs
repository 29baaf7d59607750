//! A figure as text, with its qualifier, its flags and the marks of its notes: the same
//! everywhere on the page.

use leptos::prelude::*;
use statcube::Cube;

use crate::i18n::Locale;
use crate::present::{Flag, Presented};
use crate::ui::note_book::use_notes;
use crate::ui::session::use_session;

/// The flags of a figure, as form and word. What holds for the whole page is said once, in
/// the heading, and left out here.
pub(crate) fn flags(flags: &[Flag]) -> AnyView {
    let session = use_session();
    let flags: Vec<(String, String)> = session.locale.with_untracked(|locale| {
        let told = flags.iter().filter(|flag| **flag != Flag::Provisional);
        told.map(|flag| (format!("flag {}", flag.id()), flag.word(locale))).collect()
    });
    if flags.is_empty() {
        return ().into_any();
    }
    // For the ear a comma where the eye has a frame.
    let flags = flags.into_iter().enumerate().map(|(at, (class, word))| {
        let comma = (at > 0).then(|| view! { class = "k", <span class="hidden-text">", "</span> });
        view! { class = "k", {comma}<span class=class>{word}</span> }
    });
    view! { class = "k", <p class="flags">{flags.collect_view()}</p> }.into_any()
}

/// What stood before a figure, and what others print beside it, each in a sentence.
pub(crate) fn told_others(presented: &Presented, locale: &Locale) -> Vec<String> {
    let mut told = presented.beside.clone();
    if !presented.earlier.is_empty() {
        let values = presented.earlier.join(locale.text("list.separator"));
        told.insert(0, locale.fill("ui.earlier", &[("values", &values)]));
    }
    told
}

/// The same, for the eye.
pub(crate) fn others(presented: &Presented) -> AnyView {
    let session = use_session();
    let told = session.locale.with_untracked(|locale| told_others(presented, locale));
    told.into_iter().map(|text| view! { class = "k", <p class="note">{text}</p> }).collect_view().into_any()
}

/// Marks of notes, each a link to its text.
pub(crate) fn note_marks(cube: &Cube, notes: &[usize]) -> AnyView {
    let book = use_notes();
    let numbers = book.with_untracked(|book| book.numbers(cube, notes));
    marks_after(&numbers, &[])
}

/// Marks of notes by their numbers in a text of several figures: of the marks of one note the
/// first is a stop of the Tab key, lest a reader without a mouse goes through all of them.
pub(crate) fn marks_after(numbers: &[usize], before: &[usize]) -> AnyView {
    let session = use_session();
    let marks = numbers.iter().map(|&number| {
        let label = session.fill("ui.note", &[("number", &number.to_string())]);
        let is_told = before.contains(&number);
        view! { class = "k",
            <a
                class="note-mark"
                tabindex=is_told.then_some("-1")
                href=format!("#note-{number}")
                aria-label=label
                on:click=move |event| {
                    event.prevent_default();
                    crate::ui::note_book::go_to(&event, number);
                }
            >
                // Not for the eye: figures that are copied or printed must not run into the number.
                <i class="bracket">"["</i>
                {number.to_string()}
                <i class="bracket">"]"</i>
            </a>
        }
    });
    let marks = marks.collect_view();
    view! { class = "k", <span class="note-marks">{marks}</span> }.into_any()
}

/// A large figure: “some 1,300”.
pub(crate) fn large(presented: &Presented, marks: AnyView) -> AnyView {
    let session = use_session();
    let is_estimate = presented.flags.contains(&Flag::Estimate);
    let class = if is_estimate { "estimated" } else { "" };
    let number = if presented.number.is_empty() { presented.text.clone() } else { presented.number.clone() };
    let qualifier = presented.qualifier.clone().filter(|_| !presented.number.is_empty());
    let missing = presented.is_missing().then(|| session.text("value.missing"));
    view! { class = "k",
        <p class="figure">
            {qualifier.map(|word| view! { class = "k", <span class="qualifier">{word}" "</span> })}
            <span class=class>{number}</span>
            {missing.map(|word| view! { class = "k", <span class="hidden-text">{word}</span> })}
            {marks}
        </p>
    }
    .into_any()
}
