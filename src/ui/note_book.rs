//! Notes are numbered by their first appearance on the page and stand below in full, each
//! once, though several figures or datasets carry it.

use leptos::prelude::*;
use statcube::Cube;
use statcube::map::Map;
use wasm_bindgen::JsCast as _;

/// A note in the book.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Entry {
    pub text: String,
    /// The text in other languages, by language tag.
    pub texts: Map<String, String>,
    /// The publisher's own mark.
    pub marker: Option<String>,
}

/// The notes of the page, in the order of their numbers.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct NoteBook {
    entries: Vec<Entry>,
}

impl NoteBook {
    /// Enters notes of a dataset that are not there yet.
    pub fn enter(&mut self, cube: &Cube, notes: &[usize]) {
        for note in notes.iter().filter_map(|&at| cube.notes().get(at)) {
            if self.number(&note.text).is_none() {
                let (text, texts) = (note.text.clone(), note.texts.clone());
                self.entries.push(Entry { text, texts, marker: note.marker.clone() });
            }
        }
    }

    /// The number of a note.
    pub fn number(&self, text: &str) -> Option<usize> {
        self.entries.iter().position(|entry| entry.text == text).map(|at| at + 1)
    }

    /// The numbers of notes of a dataset, each once, in order.
    pub fn numbers(&self, cube: &Cube, notes: &[usize]) -> Vec<usize> {
        let texts = notes.iter().filter_map(|&at| cube.notes().get(at));
        let mut numbers: Vec<usize> = texts.filter_map(|note| self.number(&note.text)).collect();
        statcube::order::sort(&mut numbers);
        numbers.dedup();
        numbers
    }

    /// All notes, in order.
    pub fn entries(&self) -> &[Entry] {
        &self.entries
    }
}

/// The book of the page that a component stands on. It is written before the page is drawn
/// and anew at each change of view.
pub(crate) fn use_notes() -> Memo<NoteBook> {
    expect_context::<Memo<NoteBook>>()
}

thread_local! {
    /// The mark from which the reader went to a note.
    static LEFT: std::cell::RefCell<Option<web_sys::HtmlElement>> = const { std::cell::RefCell::new(None) };
}

/// Puts the focus on a note's text. The link's own fragment would change the page's address,
/// and cannot reach into a shadow root.
pub(crate) fn go_to(event: &web_sys::MouseEvent, number: usize) {
    let element: Option<web_sys::Element> = event.current_target().and_then(|target| target.dyn_into().ok());
    let found = element.as_ref().and_then(|element| beside(element, &format!("#note-{number}")));
    if let Some(note) = found {
        LEFT.set(element.and_then(|element| element.dyn_into().ok()));
        let _ = note.focus();
        note.scroll_into_view();
    }
}

/// Puts the focus back on the mark from which the reader came, else on the note's first.
pub(crate) fn go_back(event: &web_sys::MouseEvent, number: usize) {
    let element: Option<web_sys::Element> = event.current_target().and_then(|target| target.dyn_into().ok());
    let left = LEFT.take().filter(|mark| mark.is_connected());
    let first = || beside(&element?, &format!(".note-mark[href='#note-{number}']"));
    if let Some(mark) = left.or_else(first) {
        let _ = mark.focus();
        mark.scroll_into_view();
    }
}

/// The first element of the same widget that fits a selector.
fn beside(element: &web_sys::Element, selector: &str) -> Option<web_sys::HtmlElement> {
    let root = element.closest(".mm").ok().flatten()?;
    root.query_selector(selector).ok().flatten()?.dyn_into().ok()
}
