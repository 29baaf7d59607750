//! All notes in full, the method, the contact, the publisher's links, the boundaries.

use leptos::prelude::*;

use crate::ui::languages;
use crate::ui::note_book::{Entry, NoteBook, go_back};
use crate::ui::session::{Page, use_page, use_session};

/// A link may lead to the web or to a mailbox, and nowhere else.
fn safe_link(href: &str) -> Option<String> {
    let scheme = href.split_once(':').map(|(scheme, _)| scheme.to_ascii_lowercase())?;
    matches!(scheme.as_str(), "https" | "http" | "mailto").then(|| href.to_owned())
}

fn link(label: String, href: &str, lang: Option<&'static str>) -> AnyView {
    match safe_link(href) {
        Some(href) => {
            view! { class = "k", <a href=href lang=lang rel="noopener external" target="_blank">{label}</a> }
                .into_any()
        }
        None => view! { class = "k", <span lang=lang>{label}</span> }.into_any(),
    }
}

/// A note with its number; while it has the focus, with the way back to where its mark stood.
pub(crate) fn item(page: Page, number: usize, entry: &Entry) -> AnyView {
    let text = page.session.locale.with(|locale| locale.own(&entry.text, &entry.texts).to_owned());
    let own = languages::of_words(page, &entry.texts);
    view! { class = "k",
        <li id=format!("note-{number}") tabindex="-1" dir="auto">
            <b>{number}</b>
            " "
            <span lang=own>{text}</span>
            <button class="plain back" on:click=move |event| go_back(&event, number)>
                {move || page.session.text("ui.note-back")}
            </button>
        </li>
    }
    .into_any()
}

/// The notes of the page.
#[component]
pub(crate) fn Notes(book: NoteBook) -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let snapshot = page.snapshot();
    let profile = snapshot.profile.clone();
    let own = languages::of_publisher(page);
    let list = move || {
        book.entries().iter().zip(1usize..).map(|(entry, number)| item(page, number, entry)).collect_view()
    };
    let section = move |key: &'static str, content: Option<AnyView>| {
        content.map(|content| view! { class = "k", <h3>{move || session.text(key)}</h3>{content} })
    };
    let paragraph = |text: String| view! { class = "k", <p dir="auto" lang=own>{text}</p> }.into_any();
    let contact = profile.contact.clone().map(|contact| {
        let inner = match safe_link(&contact) {
            Some(_) => link(contact.clone(), &contact, None),
            None => contact.clone().into_any(),
        };
        view! { class = "k", <p>{inner}</p> }.into_any()
    });
    let links = (!profile.links.is_empty()).then(|| {
        let items = profile
            .links
            .iter()
            .map(|item| view! { class = "k", <p>{link(item.label.clone(), &item.href, Some(own))}</p> });
        items.collect_view().into_any()
    });
    view! { class = "k",
        <section class="notes" part="note" aria-label=move || session.text("ui.notes")>
            <div>
                <h2>{move || session.text("ui.notes")}</h2>
                <ol>{list}</ol>
            </div>
            <div>
                {section("ui.method", profile.method.clone().map(paragraph))}
                {section("ui.contact", contact)}
                {section("ui.links", links)}
                {section("ui.boundaries", profile.boundaries.clone().map(paragraph))}
                {section("ui.licence", profile.licence.clone().map(paragraph))}
            </div>
        </section>
    }
    .into_any()
}
