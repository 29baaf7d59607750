//! Shapes of places for maps, as data: fetched when a map is first asked for.

use std::cell::RefCell;
use std::rc::Rc;

use leptos::prelude::*;

use super::languages;
use crate::chart::{ChartKind, MapShapes};
use crate::web::fetch::{FetchOptions, fetch};

enum Shapes {
    Unasked,
    Waiting,
    There(Rc<MapShapes>),
    Nowhere,
}

thread_local! {
    static SHAPES: RefCell<Shapes> = const { RefCell::new(Shapes::Unasked) };
    // Redraws every map when the shapes arrive.
    static ARRIVED: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

/// Calls `draw` with the shapes, where the kind is a map and they are there; asks for them
/// where they are not, and has the chart drawn again when they come.
pub(crate) fn with<T>(kind: ChartKind, draw: impl FnOnce(Option<&MapShapes>) -> T) -> T {
    if kind != ChartKind::Map {
        return draw(None);
    }
    ARRIVED.with(|arrived| arrived.track());
    if SHAPES.with_borrow(|shapes| matches!(shapes, Shapes::Unasked)) {
        leptos::task::spawn_local(async {
            prepare().await;
        });
    }
    draw(there().as_deref())
}

/// The shapes, where they were fetched.
pub(crate) fn there() -> Option<Rc<MapShapes>> {
    SHAPES.with_borrow(|shapes| match shapes {
        Shapes::There(there) => Some(Rc::clone(there)),
        Shapes::Unasked | Shapes::Waiting | Shapes::Nowhere => None,
    })
}

/// Fetches the shapes, unless they are there; whether they are now.
pub(crate) async fn prepare() -> bool {
    if there().is_some() {
        return true;
    }
    SHAPES.with_borrow_mut(|shapes| *shapes = Shapes::Waiting);
    let loaded = load().await;
    SHAPES.with_borrow_mut(|shapes| {
        *shapes = loaded.map_or(Shapes::Nowhere, |loaded| Shapes::There(Rc::new(loaded)));
    });
    ARRIVED.with(|arrived| arrived.update(|count| *count += 1));
    there().is_some()
}

async fn load() -> Option<MapShapes> {
    let base = languages::base();
    let get = |name: &str| {
        let address = format!("{base}shapes/{name}");
        async move { fetch(&address, FetchOptions::default()).await.ok() }
    };
    let topology = get("western-balkans.topo.json").await?;
    let areas = get("western-balkans.areas.json").await?;
    let text = |bytes| std::str::from_utf8(bytes).ok();
    MapShapes::from_json(text(&topology.bytes)?, text(&areas.bytes)?).ok()
}
