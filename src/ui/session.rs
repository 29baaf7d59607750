//! What one mounted widget knows: the file, the view, the language, the colours, the
//! width. Signals only; reading is in [`super::queries`], changing in [`super::tasks`].

use std::sync::Arc;
use std::task::Poll;

use leptos::prelude::*;
use statcube::{Cube, Query, Snapshot};

use crate::i18n::Locale;
use crate::state::{EditionEntry, Ignored, ThemeChoice, View, ViewState, resolve};
use crate::web::environment;
use crate::web::fault::Fault;

/// A file that was read.
#[derive(Debug)]
pub(crate) struct Loaded {
    pub snapshot: Arc<Snapshot>,
    /// SHA-256 of the file's bytes, in hexadecimal.
    pub sha256: String,
    /// Where it came from, absolute.
    pub address: String,
    /// Its origin, where that is not the page's.
    pub foreign_origin: Option<String>,
    /// What was found of its signature, where the page names a key.
    pub signature: Option<String>,
}

/// How far the file is.
#[derive(Clone)]
pub(crate) enum Load {
    /// Bytes so far, and all bytes where known.
    Waiting(u64, Option<u64>),
    /// What went wrong, and the name of the reader's own file where it is about that.
    Failed(Arc<Fault>, Option<String>),
    Ready(Arc<Loaded>),
}

/// How far the program itself is: the page begins with a part of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum ProgramLoad {
    Waiting,
    /// The rest did not come; the reader may try again.
    Failed,
    Whole,
}

/// Numbers requests of one kind: an answer to any but the last one asked comes too late.
#[derive(Clone, Copy)]
pub(crate) struct Requests(StoredValue<u64>);

impl Requests {
    fn new() -> Self {
        Self(StoredValue::new(0))
    }

    /// The number of a new request.
    pub fn begin(self) -> u64 {
        self.0.update_value(|last| *last += 1);
        self.last()
    }

    /// The number of the last request.
    pub fn last(self) -> u64 {
        self.0.get_value()
    }
}

/// How wide the widget is, in the steps that the style sheet knows.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Breadth {
    Narrow,
    Medium,
    Wide,
}

/// One mounted widget.
#[derive(Clone, Copy)]
pub(crate) struct Session {
    pub load: RwSignal<Load>,
    pub view: RwSignal<ViewState>,
    /// What the index beside the file lists.
    pub editions: RwSignal<Vec<EditionEntry>>,
    /// The file of the newest edition, where that is newer than the file on view.
    pub newer: RwSignal<Option<Arc<Loaded>>>,
    /// What in the link or the attributes meant nothing here.
    pub ignored: RwSignal<Vec<Ignored>>,
    pub locale: RwSignal<Locale>,
    pub width: RwSignal<f64>,
    pub system_dark: RwSignal<bool>,
    /// Whether the browser says that there is no network: a hint, no more.
    pub offline: RwSignal<bool>,
    /// Requests for the file to show, and for its language.
    pub files: Requests,
    pub languages: Requests,
    /// How far the program is.
    pub program: RwSignal<ProgramLoad>,
    /// Promises the program in full; may be asked again.
    pub whole: StoredValue<Option<js_sys::Function>, LocalStorage>,
    /// Whether the system forces its own colours.
    pub forced_colors: RwSignal<bool>,
    /// Whether the page is being printed: light then, whatever the screen.
    pub printing: RwSignal<bool>,
    /// How old what is shown is, in the page's words: “saved 3 days ago · offline”.
    pub standing: RwSignal<Option<String>>,
    /// What the one polite live region says.
    pub spoken: RwSignal<String>,
    /// Whether the filter sheet of narrow screens is open.
    pub sheet_open: RwSignal<bool>,
    /// Whether the reader is dragging over periods: what is not in sight follows afterwards.
    pub brushing: RwSignal<bool>,
    /// Whether anything on the page still shows what was chosen before.
    pub following: RwSignal<bool>,
    /// Whether rows of the table are still being written.
    pub writing: RwSignal<bool>,
    /// Whether colours are dark, whether the whole page is on view, whether the reader may
    /// filter: of a view that changes many times a second, these hardly ever do.
    pub dark: Memo<bool>,
    pub full: Memo<bool>,
    pub controls: Memo<bool>,
    /// Whether the widget is the page: it then owns the fragment of the address.
    pub is_page: bool,
    /// Address of the page that shows links and code to embed, where it is not this one.
    pub home: StoredValue<Option<String>>,
    /// The publisher's key that the page names.
    pub public_key: StoredValue<Option<String>>,
    /// How files are fetched, where the script around the program has a say.
    pub fetch: StoredValue<Option<js_sys::Function>, LocalStorage>,
    /// The element, for its events.
    pub host: StoredValue<web_sys::HtmlElement, LocalStorage>,
}

impl Session {
    /// A session that shows `view`, before anything is loaded.
    pub fn new(
        view: ViewState,
        width: f64,
        is_page: bool,
        host: web_sys::HtmlElement,
        whole: Option<js_sys::Function>,
    ) -> Self {
        let view = RwSignal::new(view);
        let system_dark = RwSignal::new(environment::prefers_dark());
        let printing = RwSignal::new(false);
        let dark = Memo::new(move |_| match view.with(|view| view.theme) {
            _ if printing.get() => false,
            ThemeChoice::Auto => system_dark.get(),
            ThemeChoice::Light => false,
            ThemeChoice::Dark => true,
        });
        Self {
            load: RwSignal::new(Load::Waiting(0, None)),
            view,
            editions: RwSignal::new(Vec::new()),
            newer: RwSignal::new(None),
            ignored: RwSignal::new(Vec::new()),
            locale: RwSignal::new(Locale::english()),
            width: RwSignal::new(width),
            system_dark,
            offline: RwSignal::new(environment::is_offline()),
            files: Requests::new(),
            languages: Requests::new(),
            program: RwSignal::new(ProgramLoad::Waiting),
            whole: StoredValue::new_local(whole),
            forced_colors: RwSignal::new(environment::matches("(forced-colors: active)")),
            printing,
            spoken: RwSignal::new(String::new()),
            sheet_open: RwSignal::new(false),
            brushing: RwSignal::new(false),
            following: RwSignal::new(false),
            writing: RwSignal::new(false),
            dark,
            full: Memo::new(move |_| view.with(|view| view.view == View::Full)),
            controls: Memo::new(move |_| view.with(|view| view.controls.unwrap_or(view.view == View::Full))),
            standing: RwSignal::new(None),
            is_page,
            home: StoredValue::new(None),
            public_key: StoredValue::new(None),
            fetch: StoredValue::new_local(None),
            host: StoredValue::new_local(host),
        }
    }

    /// Whether all of the page shows what is chosen.
    pub fn is_settled(&self) -> bool {
        !self.following.get() && !self.writing.get()
    }

    pub fn is_dark(&self) -> bool {
        self.dark.get()
    }

    pub fn breadth(&self) -> Breadth {
        match self.width.get() {
            width if width < 600.0 => Breadth::Narrow,
            width if width < 1024.0 => Breadth::Medium,
            _ => Breadth::Wide,
        }
    }

    /// Whether the reader may filter: on the page, and where the host says so.
    pub fn has_controls(&self) -> bool {
        self.controls.get()
    }

    /// What `read` gives, which stands still while the reader drags over periods.
    pub fn settled<T: Clone + PartialEq + Send + Sync + 'static>(
        self,
        read: impl Fn() -> T + Send + Sync + 'static,
    ) -> Memo<T> {
        Memo::new(move |before: Option<&T>| match before {
            Some(before) if self.brushing.get() => before.clone(),
            _ => read(),
        })
    }

    /// Whether others can open the page by its address: not where it was passed on as a file.
    pub fn has_address(&self) -> bool {
        self.home.with_value(|home| home.as_deref() != Some(""))
    }

    /// A message in the reader's language.
    pub fn text(&self, key: &'static str) -> String {
        self.locale.with(|locale| locale.text(key).to_owned())
    }

    /// A message with its placeholders filled.
    pub fn fill(&self, key: &'static str, args: &[(&str, &str)]) -> String {
        self.locale.with(|locale| locale.fill(key, args))
    }

    /// Has screen readers say something, also where they said the same before.
    pub fn say(&self, words: String) {
        self.spoken.update(|spoken| {
            let is_again = *spoken == words;
            *spoken = words;
            if is_again {
                // For the ear the same, for the region a change.
                spoken.push('\u{a0}');
            }
        });
    }

    /// Runs a task for as long as the widget is mounted: what it reads is gone afterwards.
    pub fn spawn(self, task: impl Future<Output = ()> + 'static) {
        let mut task = Box::pin(task);
        leptos::task::spawn_local(std::future::poll_fn(move |context| match self.view.is_disposed() {
            true => Poll::Ready(()),
            false => task.as_mut().poll(context),
        }));
    }

    /// Sends an event from the element.
    pub fn send(&self, event: &crate::ui::events::Event<'_>) {
        self.host.with_value(|host| crate::ui::events::send(host, event));
    }
}

/// The selection of a view in a file: what every panel asks about.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Selection {
    /// Position of the dataset in the snapshot.
    pub dataset: usize,
    /// Measure and filters.
    pub query: Query,
    pub ignored: Vec<Ignored>,
}

/// A widget whose file is there.
#[derive(Clone, Copy)]
pub(crate) struct Page {
    pub session: Session,
    pub loaded: StoredValue<Arc<Loaded>>,
    pub selection: Memo<Selection>,
    /// Position of the dataset on view: what is made for a dataset is not made anew while
    /// the reader filters.
    pub dataset: Memo<usize>,
    /// The selection, which stands still while the reader drags over periods.
    pub settled: Memo<Selection>,
    /// What the reader compares with.
    pub against: Memo<Option<Query>>,
}

impl Page {
    pub fn new(session: Session, loaded: Arc<Loaded>) -> Self {
        let (snapshot, of_pinned) = (Arc::clone(&loaded.snapshot), Arc::clone(&loaded.snapshot));
        let against = Memo::new(move |_| {
            let pinned = session.view.with(ViewState::compared)?;
            resolve(&pinned, &of_pinned).map(|found| found.query)
        });
        let selection = Memo::new(move |_| {
            let found = session.view.with(|view| resolve(view, &snapshot));
            match found {
                Some(found) => {
                    Selection { dataset: found.dataset, query: found.query, ignored: found.ignored }
                }
                None => Selection::default(),
            }
        });
        let settled = session.settled(move || selection.get());
        let dataset = Memo::new(move |_| selection.with(|selection| selection.dataset));
        Self { session, loaded: StoredValue::new(loaded), selection, dataset, settled, against }
    }

    /// What `look` says of whether something can be seen; it is asked where a drag begins and where
    /// the reader scrolls meanwhile, since at each frame it would have the page laid out time and again.
    pub fn is_seen(&self, look: impl Fn() -> bool + Send + Sync + 'static) -> Memo<bool> {
        let session = self.session;
        Memo::new(move |_| {
            session.brushing.track();
            look()
        })
    }

    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.loaded.with_value(|loaded| Arc::clone(&loaded.snapshot))
    }

    /// The dataset on view; tracks which it is.
    pub fn cube(&self) -> Option<Arc<Cube>> {
        self.snapshot().datasets.get(self.dataset.get()).cloned()
    }

    /// The dataset on view and the question to it, which stands still while the reader drags
    /// over periods.
    pub fn settled_question(&self) -> Option<(Arc<Cube>, Query)> {
        let selection = self.settled.get();
        Some((self.snapshot().datasets.get(selection.dataset).cloned()?, selection.query))
    }

    /// The dataset on view, the question that the reader compares with, and the one to it; tracks
    /// the view.
    pub fn comparison(&self) -> Option<(Arc<Cube>, Query, Query)> {
        let against = self.against.get()?;
        let (cube, query) = self.question()?;
        Some((cube, against, query))
    }

    /// The dataset on view and the question to it; tracks the selection.
    pub fn question(&self) -> Option<(Arc<Cube>, Query)> {
        Some((self.cube()?, self.selection.with(|selection| selection.query.clone())))
    }
}

/// The session of the widget that a component stands in.
pub(crate) fn use_session() -> Session {
    expect_context::<Session>()
}

/// The page of the widget that a component stands in.
pub(crate) fn use_page() -> Page {
    expect_context::<Page>()
}
