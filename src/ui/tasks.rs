//! Everything that changes what is on view. Components call these; nothing else writes to
//! the session. What only reads is in [`super::queries`].

use std::sync::Arc;

use leptos::prelude::*;
use statcube::Cube;
use statcube::jsonstat::{DecodeOptions, decode};
use wasm_bindgen::JsCast as _;

use super::session::{Load, Loaded, Page, ProgramLoad, Session};
use crate::chart::ChartKind;
use crate::i18n::Locale;
use crate::state::{
    Ignored, Picked, ThemeChoice, ViewState, citizenship_dimension, edition_named, from_link, geo_dimension,
    newer_edition, resolve, to_link,
};
use crate::ui::events::Event;
use crate::web::editions;
use crate::web::environment;
use crate::web::fault::Fault;
use crate::web::fetch::{FetchOptions, fetch};

/// Changes the view; on a page, as a step that the back button undoes.
pub(crate) fn change_view(session: Session, change: impl FnOnce(&mut ViewState)) {
    let before = session.view.get_untracked();
    let mut after = before.clone();
    change(&mut after);
    if before == after {
        return;
    }
    write_step(session, &after);
    session.ignored.set(Vec::new());
    session.view.set(after.clone());
    session.send(&Event::change(&after));
}

/// Changes the view for now, many times a second perhaps; [`settle`] makes it a step.
pub(crate) fn preview(session: Session, change: impl FnOnce(&mut ViewState)) {
    let before = session.view.get_untracked();
    let mut after = before.clone();
    change(&mut after);
    if before != after {
        session.view.set(after);
    }
}

/// Writes a view into the page's address, in a task of its own: browsers take their time for it.
fn write_step(session: Session, view: &ViewState) {
    if session.is_page {
        let link = to_link(view);
        set_timeout(move || environment::write_fragment(&link, true), std::time::Duration::ZERO);
    }
}

/// Makes what was previewed a step that the back button undoes.
pub(crate) fn settle(session: Session) {
    session.brushing.set(false);
    let view = session.view.get_untracked();
    write_step(session, &view);
    session.ignored.set(Vec::new());
    session.send(&Event::change(&view));
}

/// Reads the view from the page's address.
pub(crate) fn follow_address(session: Session) {
    let (_, fragment) = environment::address();
    let (view, ignored) = from_link(&fragment, &session.view.get_untracked());
    session.view.set(view);
    session.ignored.set(ignored);
    follow_language(session);
    // A step back leaves the sheet with what was chosen in it.
    if session.sheet_open.get_untracked() {
        close_sheet(session);
    }
}

/// Closes the sheet of filters, whose button then has the focus.
pub(crate) fn close_sheet(session: Session) {
    session.sheet_open.set(false);
    super::focus::move_to(session, &[".sheet-bar button"]);
}

/// The codes that a view keeps of a dimension.
fn codes_of<'a>(view: &'a mut ViewState, cube: &Cube, dimension: usize) -> Option<&'a mut Vec<String>> {
    if geo_dimension(cube) == Some(dimension) {
        return Some(&mut view.country);
    }
    if citizenship_dimension(cube) == Some(dimension) {
        return Some(&mut view.nationality);
    }
    let id = cube.dimensions().get(dimension)?.id.clone();
    Some(view.others.entry(id).or_default())
}

/// Turns one category of a dimension on or off.
pub(crate) fn toggle_category(session: Session, cube: &Cube, dimension: usize, code: &str) {
    change_view(session, |view| {
        if let Some(codes) = codes_of(view, cube, dimension) {
            match codes.iter().position(|known| known == code) {
                Some(at) => drop(codes.remove(at)),
                None => codes.push(code.to_owned()),
            }
        }
        view.others.retain(|_, codes| !codes.is_empty());
    });
}

/// Keeps one period, chosen in a chart of a kind, which goes on showing the others. Asked for
/// the one that is already kept, it takes the filter back.
pub(crate) fn choose_period(session: Session, kind: ChartKind, code: String) {
    change_view(session, |view| {
        let code = Some(code);
        let again = view.from == code && view.to == code;
        let chosen = if again { None } else { code };
        set_range(view, chosen.clone(), chosen, Some(kind));
    });
}

/// Keeps the periods from one code to another, chosen in a chart of a kind or in none.
pub(crate) fn set_range(
    view: &mut ViewState,
    from: Option<String>,
    to: Option<String>,
    kind: Option<ChartKind>,
) {
    view.brush = kind.filter(|_| from.is_some() || to.is_some());
    (view.from, view.to) = (from, to);
}

/// Keeps exactly these categories of a dimension; none for all. Asked for what is already
/// kept, it takes the filter back.
pub(crate) fn choose_categories(session: Session, cube: &Cube, dimension: usize, chosen: &[String]) {
    change_view(session, |view| {
        if let Some(codes) = codes_of(view, cube, dimension) {
            if codes.as_slice() == chosen {
                codes.clear();
            } else {
                *codes = chosen.to_vec();
            }
        }
        view.others.retain(|_, codes| !codes.is_empty());
    });
}

/// Keeps the periods from one code to another.
pub(crate) fn choose_range(session: Session, from: Option<String>, to: Option<String>) {
    change_view(session, |view| set_range(view, from, to, None));
}

/// Takes all filters back.
pub(crate) fn clear_filters(session: Session) {
    change_view(session, |view| *view = view.without_filters());
}

/// Shows another dataset. Filters stay where the dataset has their categories; on an
/// other time scale the range goes.
pub(crate) fn choose_dataset(page: Page, id: &str) {
    let snapshot = page.snapshot();
    let Some(cube) = snapshot.dataset(id).cloned() else { return };
    change_view(page.session, |view| {
        view.dataset = Some(id.to_owned());
        view.measure = None;
        (view.compare, view.sort, view.find) = (None, None, None);
        let has = |place: Option<usize>, code: &String| {
            place.and_then(|place| cube.dimensions().get(place)).is_some_and(|d| d.position(code).is_some())
        };
        view.country.retain(|code| has(geo_dimension(&cube), code));
        view.nationality.retain(|code| has(citizenship_dimension(&cube), code));
        view.others.retain(|dimension, _| cube.dimension_position(dimension).is_some());
    });
}

/// Keeps what is chosen now, to compare with what is chosen next.
pub(crate) fn pin_comparison(session: Session) {
    change_view(session, |view| view.compare = Some(view.filters()));
}

/// Compares no more.
pub(crate) fn end_comparison(session: Session) {
    change_view(session, |view| view.compare = None);
}

/// What is chosen and what it is compared with change places.
pub(crate) fn swap_comparison(session: Session) {
    change_view(session, |view| {
        if let Some(mut other) = view.compared() {
            other.compare = Some(view.filters());
            *view = other;
        }
    });
}

/// Compares the periods chosen with the same a year before.
pub(crate) fn compare_with_year_before(session: Session) {
    change_view(session, |view| {
        let mut before = view.clone();
        let earlier = |end: &Option<String>| end.as_deref().and_then(statcube::Period::parse)?.shifted(-12);
        before.from = earlier(&view.from).map(|period| period.first_month().to_string());
        before.to = earlier(&view.to).map(|period| period.last_month().to_string());
        view.compare = Some(before.filters());
    });
}

/// Shows another kind of chart in the panel of a kind, or running totals.
pub(crate) fn pick_kind(session: Session, panel: ChartKind, picked: Picked) {
    change_view(session, |view| view.pick(panel, picked));
}

/// Orders the table by a column.
pub(crate) fn sort_table(session: Session, sort: Option<String>) {
    change_view(session, |view| view.sort = sort);
}

/// Shows another measure of the dataset.
pub(crate) fn choose_measure(session: Session, id: &str) {
    change_view(session, |view| view.measure = Some(id.to_owned()));
}

/// Light, dark, or as the system has it.
pub(crate) fn choose_theme(session: Session, theme: ThemeChoice) {
    session.view.update(|view| view.theme = theme);
}

/// The page's language, or the reader's choice, which is kept for the next visit; the file is
/// fetched when it is asked for.
pub(crate) fn choose_language(session: Session, tag: String, by_reader: bool) {
    let request = session.languages.begin();
    session.spawn(async move {
        let base = super::languages::base_tag(&tag);
        let locale = super::languages::load(&base).await.unwrap_or_else(Locale::english);
        // By now another one may have been chosen.
        if session.languages.last() != request {
            return;
        }
        if by_reader {
            change_view(session, |view| view.lang = Some(locale.tag().to_owned()));
        }
        // Elsewhere the language is the host's affair, and so is its storage.
        if session.is_page {
            environment::set_page_language(locale.tag());
            if by_reader {
                environment::keep_language(locale.tag());
            }
        }
        if session.locale.with_untracked(|shown| *shown != locale) {
            session.locale.set(locale);
        }
    });
}

/// Speaks the language of the link or the attribute, else the one that the reader chose before, else
/// the page's.
pub(crate) fn follow_language(session: Session) {
    let kept = || if session.is_page { environment::kept_language() } else { None };
    let tag = session.view.with_untracked(|view| view.lang.clone());
    let tag = tag.or_else(kept).or_else(environment::page_language);
    choose_language(session, tag.unwrap_or_default(), false);
}

/// Waits until the program is there in full.
pub(crate) fn await_program(session: Session) {
    session.program.set(ProgramLoad::Waiting);
    let promised = session
        .whole
        .with_value(|whole| whole.as_ref().and_then(|whole| whole.call0(&wasm_bindgen::JsValue::NULL).ok()));
    let Some(promise) = promised.and_then(|promised| promised.dyn_into::<js_sys::Promise>().ok()) else {
        return session.program.set(ProgramLoad::Whole);
    };
    session.spawn(async move {
        let result = wasm_bindgen_futures::JsFuture::from(promise).await;
        session.program.set(if result.is_ok() { ProgramLoad::Whole } else { ProgramLoad::Failed });
    });
}

/// Opens a file: fetches it with progress, reads it, and shows it or says why not.
pub(crate) async fn open(session: Session, address: String) {
    session.load.set(Load::Waiting(0, None));
    session.editions.set(Vec::new());
    session.newer.set(None);
    let request = session.files.begin();
    let address = environment::absolute(&address);
    let answer = match super::shared::fetch_once(session, &address).await {
        Ok(loaded) => Ok(match wanted_edition(session, &loaded).await {
            Some(address) => super::shared::fetch_once(session, &address).await.unwrap_or(loaded),
            None => loaded,
        }),
        fault => fault,
    };
    // By now another file may have been asked for.
    if session.files.last() != request {
        return;
    }
    match answer {
        Ok(loaded) => show(session, loaded),
        Err(fault) => fail(session, fault, None),
    }
}

/// The address of the edition that the view was made for, where the file holds another and
/// the index beside it lists that one.
async fn wanted_edition(session: Session, loaded: &Loaded) -> Option<String> {
    let wanted = session.view.with_untracked(|view| view.edition.clone())?;
    if loaded.snapshot.profile.edition.as_deref() == Some(&wanted) {
        return None;
    }
    read_index(session, loaded, false).await;
    let address = session.editions.with_untracked(|entries| {
        edition_named(entries, &loaded.snapshot, &wanted).map(|entry| entry.href.clone())
    });
    address.filter(|address| *address != loaded.address)
}

/// Reads the index beside a file once, or `anew`. A file that names none is not asked for one: a
/// request that fails is a word in the host's console.
async fn read_index(session: Session, loaded: &Loaded, anew: bool) {
    let is_known = !anew && session.editions.with_untracked(|entries| !entries.is_empty());
    let named = loaded.snapshot.profile.editions.as_deref();
    let address = named.and_then(|named| editions::address(named, &loaded.address));
    let Some(address) = address.filter(|_| !is_known && !session.offline.get_untracked()) else { return };
    let entries = editions::read(&address).await;
    if entries.is_empty() {
        return;
    }
    // By then the widget may be gone.
    let _ = session.editions.try_set(entries);
}

/// Opens the edition that the view asks for, where there is one; the element's own file where
/// it asks for none.
pub(crate) fn follow_edition(page: Page) {
    let session = page.session;
    let loaded = page.loaded.with_value(Arc::clone);
    let before = session.files.last();
    session.spawn(async move {
        let own = session.host.with_value(|host| host.get_attribute("src"));
        let own = own.map(|own| environment::absolute(&own)).filter(|own| *own != loaded.address);
        let address = match session.view.with_untracked(|view| view.edition.is_some()) {
            true => wanted_edition(session, &loaded).await,
            // A file of the reader's own has no address.
            false => own.filter(|_| !loaded.address.is_empty()),
        };
        if let Some(address) = address
            && session.files.last() == before
        {
            open(session, address).await;
        }
    });
}

/// Shows another edition: the view then asks for it, and so do its links.
pub(crate) fn choose_edition(session: Session, edition: &str) {
    change_view(session, |view| view.edition = Some(edition.to_owned()));
}

/// Learns from the index whether a newer edition exists, and fetches it, so that the page can
/// say whether the figures in view changed. It is offered, whatever its address, and never put
/// in the place of what the reader looks at. Asked again, the index is read `anew`.
pub(crate) fn look_for_newer(session: Session, loaded: Arc<Loaded>, anew: bool) {
    session.spawn(async move {
        read_index(session, &loaded, anew).await;
        let newer = session.editions.try_with_untracked(|entries| {
            newer_edition(entries, &loaded.snapshot).map(|entry| entry.href.clone())
        });
        let Some(newer) = newer.flatten().filter(|newer| *newer != loaded.address) else { return };
        let is_offered = session
            .newer
            .try_with_untracked(|known| known.as_ref().is_some_and(|known| known.address == newer));
        if is_offered != Some(false) {
            return;
        }
        if let Ok(newer) = fetch_beside(session, &newer).await {
            session.newer.try_set(Some(newer));
        }
    });
}

/// A file that is compared with the one on view.
pub(crate) async fn fetch_beside(session: Session, address: &str) -> Result<Arc<Loaded>, Fault> {
    super::shared::fetch_once(session, address).await
}

/// Opens a file anew: what is known of it is forgotten first.
pub(crate) async fn open_again(session: Session, address: String) {
    super::shared::forget(session, &environment::absolute(&address));
    open(session, address).await;
}

/// Shows a file that the reader gave; it never leaves the browser.
pub(crate) fn open_file(session: Session, file: web_sys::File) {
    let request = session.files.begin();
    session.spawn(async move {
        let bytes = wasm_bindgen_futures::JsFuture::from(file.array_buffer()).await;
        if session.files.last() != request {
            return;
        }
        match bytes {
            Ok(bytes) => open_bytes(session, &file.name(), &js_sys::Uint8Array::new(&bytes).to_vec()),
            Err(error) => {
                let fault = Fault::new("network", crate::web::text_of(&error), "");
                fail(session, fault, Some(file.name()));
            }
        }
    });
}

fn open_bytes(session: Session, name: &str, bytes: &[u8]) {
    match decode(bytes, &decode_options(session)) {
        Ok(snapshot) => {
            let loaded = Loaded {
                snapshot: Arc::new(snapshot),
                sha256: crate::web::fetch::sha256(bytes),
                address: String::new(),
                foreign_origin: Some(name.to_owned()),
                signature: None,
            };
            change_view(session, |view| {
                *view = ViewState { dataset: None, measure: None, ..view.without_filters() };
            });
            show(session, Arc::new(loaded));
        }
        Err(error) => fail(session, error.into(), Some(name.to_owned())),
    }
}

fn show(session: Session, loaded: Arc<Loaded>) {
    if loaded.snapshot.datasets.is_empty() {
        let message = "The file holds no dataset.";
        return fail(session, Fault::new("no-dataset", message, "link.item"), None);
    }
    session.load.set(Load::Ready(loaded));
}

fn fail(session: Session, fault: Fault, own: Option<String>) {
    session.send(&Event::Error { code: &fault.code, message: &fault.message, path: &fault.path });
    session.load.set(Load::Failed(Arc::new(fault), own));
}

/// What the host says of additivity, for the decoder.
pub(crate) fn decode_options(session: Session) -> DecodeOptions {
    let assumed = session.view.with_untracked(|view| view.additivity.clone());
    let assumed =
        assumed.into_iter().filter_map(|(key, word)| Some((key, statcube::Additivity::from_id(&word)?)));
    DecodeOptions { assumed: assumed.collect(), ..DecodeOptions::default() }
}

/// Fetches and reads a file, with progress in the session as long as that is there: others
/// may wait for the same file.
pub(crate) async fn fetch_and_read(
    session: Session,
    address: &str,
    response: Option<js_sys::Promise>,
    options: DecodeOptions,
) -> Result<Arc<Loaded>, Fault> {
    // A file that is fetched beside the one on view has nothing to say of its progress.
    let on_progress = move |loaded, total| {
        if session.load.with_untracked(|load| matches!(load, Load::Waiting(..))) {
            session.load.set(Load::Waiting(loaded, total));
        }
    };
    let request =
        FetchOptions { on_progress: Some(Box::new(on_progress)), response, ..FetchOptions::default() };
    let fetched = fetch(address, request).await?;
    let snapshot = decode(&fetched.bytes, &options)?;
    // A redirect to elsewhere is elsewhere.
    let origin = Some(fetched.address.as_str()).filter(|address| !address.is_empty()).unwrap_or(address);
    Ok(Arc::new(Loaded {
        snapshot: Arc::new(snapshot),
        sha256: fetched.sha256,
        foreign_origin: environment::foreign_origin(origin),
        address: address.to_owned(),
        signature: fetched.signature,
    }))
}

/// Forgets what in the view means nothing in this snapshot, once the reader has seen it.
pub(crate) fn drop_unknown(session: Session, snapshot: &statcube::Snapshot) {
    session.ignored.set(Vec::new());
    let unknown = session.view.with_untracked(|view| resolve(view, snapshot));
    let Some(unknown) = unknown.map(|found| found.ignored).filter(|ignored| !ignored.is_empty()) else {
        return;
    };
    change_view(session, |view| {
        for Ignored { field, code } in unknown {
            match field.as_str() {
                "kinds" => view.kinds.retain(|panel, kind| format!("{panel}:{kind}") != code),
                "dataset" => view.dataset = None,
                "measure" => view.measure = None,
                "country" => view.country.retain(|known| *known != code),
                "nationality" => view.nationality.retain(|known| *known != code),
                _ => view.others.retain(|_, codes| {
                    codes.retain(|known| *known != code);
                    !codes.is_empty()
                }),
            }
        }
    });
}
