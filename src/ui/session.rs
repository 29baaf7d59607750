//! What one mounted widget knows: the file, the view, the language, the colours, the
//! width. Signals only; reading is in [`super::queries`], changing in [`super::tasks`].

use std::sync::Arc;
use std::task::Poll;

use leptos::prelude::*;
use statcube::{Cube, Query, Snapshot};

use crate::i18n::Locale;
use crate::state::{EditionEntry, Ignored, ThemeChoice, ViewState, resolve};
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
    pub fn is_dark(&self) -> bool {
        if self.printing.get() {
            return false;
        }
        match self.view.with(|view| view.theme) {
            ThemeChoice::Auto => self.system_dark.get(),
            ThemeChoice::Light => false,
            ThemeChoice::Dark => true,
        }
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
        self.view.with(|view| view.controls.unwrap_or(view.view == crate::state::View::Full))
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
#[derive(Debug, Clone, PartialEq)]
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
}

impl Page {
    pub fn new(session: Session, loaded: Arc<Loaded>) -> Self {
        let snapshot = Arc::clone(&loaded.snapshot);
        let selection = Memo::new(move |_| {
            let found = session.view.with(|view| resolve(view, &snapshot));
            match found {
                Some(found) => {
                    Selection { dataset: found.dataset, query: found.query, ignored: found.ignored }
                }
                None => Selection { dataset: 0, query: Query::default(), ignored: Vec::new() },
            }
        });
        let dataset = Memo::new(move |_| selection.with(|selection| selection.dataset));
        Self { session, loaded: StoredValue::new(loaded), selection, dataset }
    }

    pub fn snapshot(&self) -> Arc<Snapshot> {
        self.loaded.with_value(|loaded| Arc::clone(&loaded.snapshot))
    }

    /// The dataset on view; tracks which it is.
    pub fn cube(&self) -> Option<Arc<Cube>> {
        self.snapshot().datasets.get(self.dataset.get()).cloned()
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
