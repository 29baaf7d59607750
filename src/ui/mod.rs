//! The interface, in Leptos. Logic is plain Rust below it; what is here reads signals,
//! draws, and hands what the reader does to [`tasks`].
//!
//! May depend on everything but [`crate::embed`]'s exports. Every `view!` carries the global
//! class `k`: without one, Leptos makes subtrees without anything dynamic through
//! `innerHTML`, which Trusted Types refuse.

mod colours;
mod components;
pub(crate) mod events;
mod focus;
pub(crate) mod languages;
mod note_book;
mod queries;
mod session;
pub(crate) mod shapes;
mod shared;
mod tasks;
mod turns;

use std::sync::Arc;

use leptos::prelude::*;
use statcube::{Cube, DimensionRole};
use web_sys::HtmlElement;

use crate::chart::ChartKind;
use crate::i18n::Locale;
use crate::state::{View, ViewState};
use crate::ui::events::Event;
use crate::web::environment::{self, MediaListener, WidthObserver, WindowListener};
use components::dialogs::{self, DialogHost};
use components::embedded::Embedded;
use components::filter_bar::{FilterBar, LiveLine, SheetBar};
use components::heading::{Heading, TopLine};
use components::key_figures::{KeyFigures, Shown};
use components::measure_switch::{DatasetPanel, DatasetTabs};
use components::messages::{Failed, Incomplete, Loading};
use components::panel::Panel;
use components::sentences::Sentences;
use components::table::DataTable;
use components::total::Total;
use components::{chips::Chips, comparison::Comparison, footer::Footer, notes::Notes, strips::Strips};
use note_book::{NoteBook, use_notes};
use queries::classification_dimension as of_class;
use session::{Breadth, Load, Loaded, Page, ProgramLoad, Session, use_page, use_session};
use turns::{InTurn, Turns};

/// What an element says when it mounts or changes.
#[derive(Default)]
pub(crate) struct MountOptions {
    /// Address of the snapshot.
    pub source: Option<String>,
    /// Written fields of the view, by name.
    pub fields: Vec<(&'static str, String)>,
    /// Where the program's files lie, with a slash at the end.
    pub base: String,
    /// Whether the view is kept in the page's address.
    pub is_page: bool,
    /// Fetches an address: a request that is under way is used. Called only where the file is
    /// not there yet.
    pub fetch: Option<js_sys::Function>,
    /// Promises the program in full: what the page begins with is there before the rest. All
    /// of it is there where absent.
    pub whole: Option<js_sys::Function>,
    /// The publisher's key: files read under different keys are different files.
    pub public_key: Option<String>,
    /// How old what is shown is, in words; goes into the page, files and quotes.
    pub standing: Option<String>,
    /// Address of the page, where this copy of it has none that others can open.
    pub home: Option<String>,
}

impl MountOptions {
    fn view(&self) -> ViewState {
        let mut view = ViewState::default();
        for (name, text) in &self.fields {
            if let Some(field) = crate::state::FIELDS.iter().find(|field| field.name == *name) {
                // What an attribute cannot mean is left at its default.
                let _ = (field.set)(&mut view, text);
            }
        }
        view
    }
}

/// A mounted interface; dropped, it is gone from the page.
pub(crate) struct Handle {
    session: Session,
    /// The view and the file that the attributes name.
    given: std::cell::RefCell<(ViewState, Option<String>)>,
    _root: Box<dyn std::any::Any>,
}

impl Handle {
    /// Follows changed attributes. What the reader chose of anything else stays.
    pub fn update(&self, options: MountOptions) {
        let (given, source) = self.given.replace((options.view(), options.source.clone()));
        let shown = self.session.view.get_untracked();
        let is_other_file = source != options.source;
        // What was chosen in one file means little in another.
        let view = if is_other_file { options.view() } else { shown.with_changes(&given, &options.view()) };
        let is_other_language = view.lang != shown.lang;
        self.session.view.set(view);
        if is_other_language {
            tasks::follow_language(self.session);
        }
        if is_other_file {
            open(self.session, &options);
        }
    }

    /// Says how old what is shown is. The view stays as the reader left it.
    pub fn stand(&self, standing: Option<String>) {
        self.session.standing.set(standing);
    }

    /// Looks again whether a newer edition exists, wherever its file lies.
    pub fn look_for_newer(&self) {
        if let Load::Ready(loaded) = self.session.load.get_untracked() {
            tasks::look_for_newer(self.session, loaded, true);
        }
    }

    /// Asks for the same file again, also where other widgets still show what it was.
    pub fn reload(&self) {
        let Some(source) = self.given.borrow().1.clone() else { return };
        let session = self.session;
        session.spawn(async move { tasks::open_again(session, source).await });
    }
}

fn open(session: Session, options: &MountOptions) {
    session.fetch.set_value(options.fetch.clone());
    session.public_key.set_value(options.public_key.clone());
    let Some(source) = options.source.clone() else { return };
    session.spawn(async move { tasks::open(session, source).await });
}

/// Mounts the interface of one element into `root`.
pub(crate) fn mount(host: HtmlElement, root: HtmlElement, options: MountOptions) -> Handle {
    languages::set_base(&options.base);
    let view = options.view();
    let whole = options.whole.clone();
    let width = root.get_bounding_client_rect().width();
    let made = std::rc::Rc::new(std::cell::Cell::new(None));
    let handle = leptos::mount::mount_to(root.clone(), {
        let made = std::rc::Rc::clone(&made);
        let is_page = options.is_page;
        let (standing, home) = (options.standing.clone(), options.home.clone());
        move || {
            let session = Session::new(view, width, is_page, host, whole);
            session.standing.set(standing);
            session.home.set_value(home);
            made.set(Some(session));
            provide_context(session);
            watch_environment(session, &root);
            view! { class = "k", <Root/> }
        }
    });
    // `mount_to` runs its closure before it returns.
    let session = made.take();
    let handle = Box::new(handle);
    let Some(session) = session else { unreachable_mount() };
    match session.is_page {
        true => tasks::follow_address(session),
        false => tasks::follow_language(session),
    }
    open(session, &options);
    tasks::await_program(session);
    let given = std::cell::RefCell::new((options.view(), options.source));
    Handle { session, given, _root: handle }
}

/// Leptos promises to have run the closure; were it ever otherwise, the element falls back.
fn unreachable_mount() -> ! {
    wasm_bindgen::throw_str("the interface was not mounted")
}

/// Follows the system's colours, the address and the width, until the widget goes.
fn watch_environment(session: Session, root: &HtmlElement) {
    let dark = MediaListener::new("(prefers-color-scheme: dark)", move || {
        session.system_dark.set(environment::prefers_dark());
    });
    let forced = MediaListener::new("(forced-colors: active)", move || {
        session.forced_colors.set(environment::matches("(forced-colors: active)"));
    });
    let back = session.is_page.then(|| {
        let popped = WindowListener::new("popstate", move || tasks::follow_address(session));
        let hashed = WindowListener::new("hashchange", move || tasks::follow_address(session));
        (popped, hashed)
    });
    let width = WidthObserver::new(root, move |width| {
        // Zoom and scroll bars shake the last pixel.
        if (session.width.get_untracked() - width).abs() > 0.5 {
            session.width.set(width);
        }
    });
    // What comes into sight during a drag takes part in it.
    let scrolled = WindowListener::new("scroll", move || {
        if session.brushing.get_untracked() {
            session.brushing.set(true);
        }
    });
    let network = ["online", "offline"]
        .map(|event| WindowListener::new(event, move || session.offline.set(environment::is_offline())));
    let print = [("beforeprint", true), ("afterprint", false)]
        .map(|(event, is_printing)| WindowListener::new(event, move || session.printing.set(is_printing)));
    let kept = StoredValue::new_local(Some((dark, forced, back, width, scrolled, network, print)));
    on_cleanup(move || {
        let _ = kept.try_update_value(Option::take);
    });
}

#[component]
fn Root() -> impl IntoView {
    let session = use_session();
    let class = move || {
        // Paper is one width, whatever the screen.
        let breadth = match session.breadth() {
            _ if session.printing.get() => "wide",
            Breadth::Narrow => "narrow",
            Breadth::Medium => "medium",
            Breadth::Wide => "wide",
        };
        let dark = if session.is_dark() { " dark" } else { "" };
        format!("mm {breadth}{dark}")
    };
    let address = move || session.host.with_value(|host| host.get_attribute("src")).unwrap_or_default();
    let is_full = session.full;
    // Instead of the page's own, until there is one.
    let main = session.is_page.then_some("main");
    let body = move || {
        match session.load.get() {
        Load::Waiting(loaded, total) => {
            view! { class = "k", <div class="page" role=main><Loading loaded=loaded total=total/></div> }.into_any()
        }
        Load::Failed(fault, own) => {
            view! { class = "k", <div class="page" role=main><Failed fault=fault address=address() own=own/></div> }
                .into_any()
        }
        Load::Ready(loaded) => view! { class = "k", <Figures loaded=loaded is_full=is_full/> }.into_any(),
    }
    };
    view! { class = "k",
        <div
            class=class
            part="root"
            lang=move || session.locale.with(|locale| locale.tag().to_owned())
            dir=move || if session.locale.with(Locale::is_right_to_left) { "rtl" } else { "ltr" }
        >
            <slot name="notices"></slot>
            <div class:sheet-open=move || session.sheet_open.get() class:brushing=move || session.brushing.get()>{body}</div>
            <p class="hidden-text" aria-live="polite" part="live">{move || session.spoken.get()}</p>
        </div>
    }
    .into_any()
}

/// A file's figures: the whole page, or one view of them.
#[component]
fn Figures(loaded: Arc<Loaded>, is_full: Memo<bool>) -> impl IntoView {
    let session = use_session();
    let page = Page::new(session, loaded);
    provide_context(page);
    dialogs::provide();
    let figures = components::key_figures::shown(page);
    provide_context(figures);
    let view = Memo::new(move |_| session.view.with(|view| view.view.clone()));
    let is_compared = Memo::new(move |_| session.view.with(|view| view.compare.is_some()));
    let book = Memo::new(move |_| write_book(page, figures, view.get(), is_compared.get()));
    provide_context(book);
    provide_context(Turns::new(page, book));
    // Once all of it is painted.
    let is_told = StoredValue::new(false);
    Effect::new(move |_| {
        if session.program.get() != ProgramLoad::Whole || !session.is_settled() {
            return;
        }
        request_animation_frame(move || tell_ready(page, is_told));
    });
    // A link followed on the page may ask for another edition.
    Effect::new(move |before: Option<Option<String>>| {
        let wanted = session.view.with(|view| view.edition.clone());
        if before.is_some_and(|before| before != wanted) {
            tasks::follow_edition(page);
        }
        wanted
    });
    let body = move || match is_full.get() {
        true => view! { class = "k", <FullPage/> }.into_any(),
        false => view! { class = "k", <Embedded/> }.into_any(),
    };
    // The dialog first: style sheets know by it what lies below.
    view! { class = "k", <DialogHost/>{body} }.into_any()
}

/// Says once that the page is there, and looks whether there is a newer edition.
fn tell_ready(page: Page, is_told: StoredValue<bool>) {
    let session = page.session;
    // By now the widget may be gone, or show another file, or parts of it are made just now.
    if is_told.try_get_value() != Some(false) || !untrack(|| session.is_settled()) {
        return;
    }
    is_told.set_value(true);
    let snapshot = page.snapshot();
    let dataset = page.selection.with_untracked(|selection| selection.dataset);
    let id = snapshot.datasets.get(dataset).map(|cube| cube.id().to_owned()).unwrap_or_default();
    let loaded = page.loaded.get_value();
    session.send(&Event::Ready {
        dataset: &id,
        edition: snapshot.profile.edition.as_deref(),
        src: &loaded.address,
        sha256: &loaded.sha256,
        label: snapshot.label.as_deref(),
        updated: snapshot.updated.as_deref(),
        signature: loaded.signature.as_deref(),
    });
    tasks::look_for_newer(session, loaded, false);
}

/// Notes in the order of the page: key figures first, then what the filters leave. A single
/// view has the notes of what it shows.
fn write_book(page: Page, figures: Shown, view: View, is_compared: bool) -> NoteBook {
    let mut book = NoteBook::default();
    let snapshot = page.snapshot();
    let comparison = || is_compared.then(|| page.comparison()).flatten();
    if matches!(view, View::Full | View::Figures) {
        for figure in figures.get() {
            if let Some(cube) = snapshot.dataset(&figure.dataset) {
                book.enter(cube, &figure.presented.notes);
                for part in &figure.split {
                    book.enter(cube, &part.presented.notes);
                }
                if let Some(sentence) = &figure.sentence {
                    book.enter(cube, &sentence.notes);
                }
            }
        }
    }
    // What comes with the rest of the page has its numbers after these.
    if view == View::Full && page.session.program.get() != ProgramLoad::Whole {
        return book;
    }
    let Some((cube, query)) = page.settled_question() else { return book };
    match view {
        View::Full | View::Table => {
            book.enter(&cube, &queries::notes_of(&cube, &query));
            if let Some((cube, other, _)) = comparison() {
                book.enter(&cube, &queries::notes_of(&cube, &other));
            }
        }
        View::Figures => {}
        View::Sentences => {
            for (_, sentence) in components::sentences::view_sentences(page) {
                book.enter(&cube, &sentence.notes);
            }
        }
        View::Chart(kind) => {
            let kind = ChartKind::from_id(&kind).unwrap_or(ChartKind::Trend);
            let by = crate::state::listed_dimension(kind, &cube);
            let question = components::panel::ChartQuestion {
                kind,
                cube: cube.clone(),
                query,
                by,
                running: false,
                against: None,
            };
            if let Ok(chart) = components::panel::lay_out(page, &question, 640.0, false) {
                book.enter(&cube, &chart.notes);
            }
            if let Some((cube, other, _)) = comparison() {
                book.enter(&cube, &queries::notes_of(&cube, &other));
            }
            if let Some(refused) = components::embedded::refused(page) {
                book.enter(&cube, &refused.notes);
            }
        }
    }
    book
}

#[component]
fn FullPage() -> impl IntoView {
    let session = use_session();
    let page = use_page();
    let told = Memo::new(move |_| components::filter_bar::live(page));
    let explore = move || match session.program.get() {
        ProgramLoad::Waiting => ().into_any(),
        ProgramLoad::Failed => view! { class = "k", <Incomplete/> }.into_any(),
        ProgramLoad::Whole => view! { class = "k", <Explore told=told/> }.into_any(),
    };
    let end = move || {
        let notes = move || view! { class = "k", <Notes book=use_notes().get()/> };
        let is_whole = session.program.get() == ProgramLoad::Whole;
        is_whole.then(|| {
            view! { class = "k",
                <InTurn>{notes}</InTurn>
                <InTurn><Footer/></InTurn>
                <SheetBar told=told is_first=false/>
            }
            .into_any()
        })
    };
    view! { class = "k",
        <div class="page">
            <TopLine/>
            <aside><Strips/></aside>
            <Heading/>
            <main>
                <KeyFigures/>
                <Sentences headline=true/>
                {explore}
            </main>
            {end}
        </div>
    }
    .into_any()
}

/// What follows the key figures, once the program is there in full.
#[component]
fn Explore(
    /// What the filters leave, in words.
    told: Memo<(String, usize, usize)>,
) -> impl IntoView {
    let session = use_session();
    view! { class = "k",
        <section class="explore">
            <h2>{move || session.text("ui.explore")}</h2>
            <DatasetTabs/>
            <DatasetPanel>
                <FilterBar told=told/>
                <LiveLine told=told/>
                <Chips/>
                <InTurn><Comparison is_drawn=true/></InTurn>
                <InTurn><Sentences headline=false/></InTurn>
                <Panels/>
            </DatasetPanel>
        </section>
    }
    .into_any()
}

/// The panels of the dataset on view; kinds that do not suit it are not offered.
#[component]
fn Panels() -> impl IntoView {
    view! { class = "k",
        <div class="panels">
            {panel(|cube| has_time(cube).then(|| chart(ChartKind::Trend, None, "span-8")))}
            <InTurn><Total span="span-4"/></InTurn>
            {panel(|cube| has_geo(cube).then(|| chart(ChartKind::Bars, None, "span-6")))}
            {panel(|cube| has_geo(cube).then(|| chart(ChartKind::Map, None, "span-6")))}
            {panel(|cube| of_class(cube).map(|by| chart(ChartKind::Ranking, Some(by), "span-6")))}
            {panel(|cube| {
                // Beside the ranked bars, where there are any.
                let span = if of_class(cube).is_some() { "span-6" } else { "span-12" };
                has_time(cube).then(|| chart(ChartKind::Years, None, span))
            })}
            {panel(|cube| {
                (has_time(cube) && has_geo(cube)).then(|| chart(ChartKind::Heatmap, None, "span-12"))
            })}
            {panel(|cube| {
                let by = of_class(cube).filter(|_| has_time(cube))?;
                Some(chart(ChartKind::Multiples, Some(by), "span-12"))
            })}
            {panel(|cube| {
                let by = of_class(cube).filter(|_| has_time(cube))?;
                Some(chart(ChartKind::Share, Some(by), "span-12"))
            })}
            <InTurn><DataTable/></InTurn>
        </div>
    }
}

/// A panel where the dataset on view has one, made anew for another dataset only.
fn panel(of: fn(&Cube) -> Option<AnyView>) -> AnyView {
    let inside = move || of(&*use_page().cube()?);
    view! { class = "k", <InTurn>{inside}</InTurn> }.into_any()
}

fn chart(kind: ChartKind, by: Option<usize>, span: &'static str) -> AnyView {
    view! { class = "k", <Panel kind=kind by=by span=span/> }.into_any()
}

fn has_time(cube: &Cube) -> bool {
    cube.dimension_with_role(DimensionRole::Time).is_some()
}

fn has_geo(cube: &Cube) -> bool {
    cube.dimension_with_role(DimensionRole::Geo).is_some()
}
