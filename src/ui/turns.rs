//! What stands on the page follows a choice in turns, each a task of its own: with the control
//! what has the focus, then what is in sight, then the rest. A newer choice begins anew. What is
//! behind is marked as busy, and goes on showing all of what was chosen before.

use std::time::Duration;

use leptos::prelude::*;

use super::note_book::{NoteBook, use_notes};
use super::session::{Page, Selection, Session, use_page};
use crate::i18n::Locale;
use crate::web::environment;
use statcube::Query;

/// What is on view at one time: the questions, the language and the notes of their answers, and whether
/// charts are dark.
#[derive(Clone, PartialEq)]
struct OnView {
    selection: Selection,
    settled: Selection,
    against: Option<Query>,
    locale: Locale,
    book: NoteBook,
    is_dark: bool,
}

/// A part of the page, and what it shows.
#[derive(Clone, Copy)]
struct Part {
    frame: NodeRef<leptos::html::Div>,
    /// None before its first turn.
    shown: RwSignal<Option<OnView>>,
    locale: RwSignal<Locale>,
    /// The choice since which it is behind.
    behind: RwSignal<Option<u64>>,
    /// Whether it was in sight when a drag began, or the reader last scrolled during one.
    is_seen: Memo<bool>,
}

impl Part {
    fn new(page: Page) -> Self {
        let frame = NodeRef::new();
        Self {
            frame,
            shown: RwSignal::new(None),
            locale: RwSignal::new(page.session.locale.get_untracked()),
            behind: RwSignal::new(None),
            is_seen: page.is_seen(move || is_in_sight(frame)),
        }
    }

    fn shows(&self, now: &OnView) -> bool {
        self.shown.with_untracked(|shown| shown.as_ref() == Some(now))
    }

    fn show(&self, now: &OnView) {
        if self.locale.with_untracked(|locale| *locale != now.locale) {
            self.locale.set(now.locale.clone());
        }
        self.shown.set(Some(now.clone()));
        self.behind.set(None);
    }

    /// Whether the reader acts in it.
    fn has_focus(&self) -> bool {
        self.frame.get_untracked().is_some_and(|frame| frame.matches(":focus-within").unwrap_or(false))
    }

    /// The page as this part shows it.
    fn page(&self, page: Page) -> Page {
        let shown = self.shown;
        let read = move |of: fn(&OnView) -> &Selection| {
            Memo::new(move |_| shown.with(|shown| shown.as_ref().map(of).cloned()).unwrap_or_default())
        };
        let selection = read(|shown| &shown.selection);
        let dark = Memo::new(move |_| shown.with(|shown| shown.as_ref().is_some_and(|shown| shown.is_dark)));
        Page {
            session: Session { locale: self.locale, dark, ..page.session },
            selection,
            dataset: Memo::new(move |_| selection.with(|selection| selection.dataset)),
            settled: read(|shown| &shown.settled),
            against: Memo::new(move |_| shown.with(|shown| shown.as_ref()?.against.clone())),
            ..page
        }
    }
}

/// What a part shows has no box of its own: that of what is in it counts.
fn is_in_sight(frame: NodeRef<leptos::html::Div>) -> bool {
    let first = frame.get_untracked().and_then(|frame| frame.first_element_child());
    first.is_some_and(|first| environment::is_in_sight(&first))
}

/// Whose turn it is.
#[derive(Default)]
struct Round {
    /// Counts choices: turns of a choice before are none any more.
    choice: u64,
    /// Whether the control's own change is still to be painted.
    is_waiting: bool,
    /// Parts that are behind, the next at the end.
    queue: Vec<Part>,
}

/// The parts of a page, in its order.
#[derive(Clone, Copy)]
pub(crate) struct Turns {
    session: Session,
    now: Memo<OnView>,
    parts: StoredValue<Vec<Part>>,
    round: StoredValue<Round>,
}

impl Turns {
    /// Lets the parts of a page follow what is chosen.
    pub fn new(page: Page, book: Memo<NoteBook>) -> Self {
        let session = page.session;
        let now = Memo::new(move |_| OnView {
            selection: page.selection.get(),
            settled: page.settled.get(),
            against: page.against.get(),
            locale: session.locale.get(),
            book: book.get(),
            is_dark: session.is_dark(),
        });
        let (parts, round) = (StoredValue::new(Vec::new()), StoredValue::new(Round::default()));
        let turns = Self { session, now, parts, round };
        Effect::new(move |_| {
            now.track();
            turns.follow(session.brushing.get(), session.printing.get());
        });
        turns
    }

    /// Shows what is on view in what the reader acts in; during a drag over periods in all that is
    /// in sight, and on paper everywhere. The rest is behind until its turn.
    fn follow(self, is_dragged: bool, is_printed: bool) {
        let now = self.now.get_untracked();
        let choice = self.round.with_value(|round| round.choice) + 1;
        let mut is_any_behind = false;
        for part in self.parts.get_value() {
            let is_at_once = || match is_dragged {
                true => part.is_seen.get_untracked(),
                false => part.has_focus(),
            };
            if part.shows(&now) {
                part.behind.set(None);
            } else if is_printed || is_at_once() {
                part.show(&now);
            } else {
                is_any_behind = true;
                if part.behind.with_untracked(Option::is_none) {
                    part.behind.set(Some(choice));
                }
            }
        }
        self.begin(choice, is_any_behind, is_dragged);
    }

    /// Begins a round. What is out of sight waits for the end of a drag.
    fn begin(self, choice: u64, is_any_behind: bool, is_dragged: bool) {
        if self.session.following.get_untracked() != is_any_behind {
            self.session.following.set(is_any_behind);
        }
        let is_waiting = is_any_behind && !is_dragged;
        let was_waiting = self.round.try_update_value(|round| {
            let was_waiting = round.is_waiting;
            *round = Round { choice, is_waiting: is_waiting || was_waiting, queue: Vec::new() };
            was_waiting
        });
        if is_waiting && was_waiting == Some(false) {
            // Once the control's change is painted.
            request_animation_frame(move || set_timeout(move || self.line_up(), Duration::ZERO));
        }
    }

    /// Puts what is behind in order: what is in sight first, and of it what is behind for longest.
    fn line_up(self) {
        let Some(parts) = self.parts.try_get_value() else { return };
        let mut behind: Vec<_> = parts
            .into_iter()
            .filter_map(|part| Some((!is_in_sight(part.frame), part.behind.get_untracked()?, part)))
            .collect();
        statcube::order::sort_by_key(&mut behind, |(is_out_of_sight, since, _)| (*is_out_of_sight, *since));
        let choice = self.round.try_update_value(|round| {
            round.is_waiting = false;
            round.queue = behind.into_iter().rev().map(|(.., part)| part).collect();
            round.choice
        });
        if let Some(choice) = choice {
            self.take_turn(choice);
        }
    }

    fn take_turn(self, choice: u64) {
        // By now the page may be gone, or something else chosen.
        let next = self.round.try_update_value(|round| {
            let is_now = round.choice == choice && !round.is_waiting;
            is_now.then(|| (round.queue.pop(), round.queue.is_empty()))
        });
        let Some(Some((next, is_last))) = next else { return };
        if let (Some(part), Some(now)) = (next, self.now.try_get_untracked()) {
            part.show(&now);
        }
        match is_last {
            true => self.session.following.set(false),
            false => set_timeout(move || self.take_turn(choice), Duration::ZERO),
        }
    }
}

/// A part of the page that follows in its turn, also when the page is made.
#[component]
pub(crate) fn InTurn(children: ChildrenFn) -> impl IntoView {
    let page = use_page();
    let turns = expect_context::<Turns>();
    let part = Part::new(page);
    turns.parts.update_value(|parts| parts.push(part));
    on_cleanup(move || {
        let _ = turns.parts.try_update_value(|parts| parts.retain(|other| other.shown != part.shown));
    });
    let choice = turns.round.with_value(|round| round.choice) + 1;
    part.behind.set(Some(choice));
    turns.begin(choice, true, false);
    let is_there = Memo::new(move |_| part.shown.with(Option::is_some));
    let own = part.page(page);
    let own_book = {
        let book = use_notes();
        Memo::new(move |_| {
            let shown = part.shown.with(|shown| shown.as_ref().map(|shown| shown.book.clone()));
            shown.unwrap_or_else(|| book.get_untracked())
        })
    };
    let inside = move || {
        is_there.get().then(|| {
            provide_context(own.session);
            provide_context(own);
            provide_context(own_book);
            children()
        })
    };
    view! { class = "k",
        <div
            class="turn"
            lang=move || part.locale.with(|locale| locale.tag().to_owned())
            aria-busy=move || part.behind.get().map(|_| "true")
            node_ref=part.frame
        >
            {inside}
        </div>
    }
    .into_any()
}
