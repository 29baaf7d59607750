//! One fetch and one decoded snapshot for all widgets of a page that show the same file
//! under the same assumptions.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Weak};

use futures::FutureExt as _;
use futures::future::{LocalBoxFuture, Shared};
use leptos::prelude::*;

use super::session::{Loaded, Session};
use super::tasks::fetch_and_read;
use crate::web::fault::Fault;

type Pending = Shared<LocalBoxFuture<'static, Result<Arc<Loaded>, Fault>>>;

thread_local! {
    static PENDING: RefCell<HashMap<String, Pending>> = RefCell::default();
    static KNOWN: RefCell<HashMap<String, Weak<Loaded>>> = RefCell::default();
}

/// The file at an address: from another widget, from a request under way, or fetched. A
/// file that no widget shows any more is let go.
pub(crate) async fn fetch_once(
    session: Session,
    address: &str,
    response: Option<js_sys::Promise>,
) -> Result<Arc<Loaded>, Fault> {
    let assumed = session.view.with_untracked(|view| view.additivity.clone());
    let key = format!("{address} {assumed:?}");
    let known = KNOWN.with_borrow(|known| known.get(&key).and_then(Weak::upgrade));
    if let Some(known) = known {
        return Ok(known);
    }
    let pending = PENDING.with_borrow_mut(|pending| {
        let start = || {
            let address = address.to_owned();
            async move { fetch_and_read(session, &address, response).await }.boxed_local().shared()
        };
        pending.entry(key.clone()).or_insert_with(start).clone()
    });
    let result = pending.await;
    PENDING.with_borrow_mut(|pending| drop(pending.remove(&key)));
    if let Ok(loaded) = &result {
        KNOWN.with_borrow_mut(|known| {
            known.retain(|_, loaded| loaded.strong_count() > 0);
            known.insert(key, Arc::downgrade(loaded));
        });
    }
    result
}
