//! One fetch and one decoded snapshot for all widgets of a page that show the same file
//! under the same assumptions.

use std::cell::RefCell;
use std::collections::HashMap;
use std::sync::{Arc, Weak};

use futures::FutureExt as _;
use futures::future::{LocalBoxFuture, Shared};
use leptos::prelude::*;
use wasm_bindgen::{JsCast as _, JsValue};

use super::session::{Loaded, Session};
use super::tasks::{decode_options, fetch_and_read};
use crate::web::fault::Fault;

type Pending = Shared<LocalBoxFuture<'static, Result<Arc<Loaded>, Fault>>>;

thread_local! {
    static PENDING: RefCell<HashMap<String, Pending>> = RefCell::default();
    static KNOWN: RefCell<HashMap<String, Weak<Loaded>>> = RefCell::default();
}

/// One who waits for a file; the last to go takes the request with it.
struct Waiting(String);

impl Drop for Waiting {
    fn drop(&mut self) {
        let gone = PENDING.with_borrow_mut(|pending| {
            let is_last = pending.get(&self.0).is_some_and(|request| request.strong_count() == Some(1));
            if is_last { pending.remove(&self.0) } else { None }
        });
        drop(gone);
    }
}

/// What makes a file the same: its address, what is assumed of it, and who must have signed it.
fn key(session: Session, address: &str) -> String {
    let assumed = session.view.with_untracked(|view| view.additivity.clone());
    let public_key = session.public_key.get_value().unwrap_or_default();
    format!("{address} {public_key} {assumed:?}")
}

/// Forgets a file, so that the next who asks fetches it.
pub(crate) fn forget(session: Session, address: &str) {
    let key = key(session, address);
    KNOWN.with_borrow_mut(|known| drop(known.remove(&key)));
}

/// The file at an address: from another widget, from a request under way, or fetched. A
/// file that no widget shows any more is let go.
pub(crate) async fn fetch_once(session: Session, address: &str) -> Result<Arc<Loaded>, Fault> {
    let key = key(session, address);
    let known = KNOWN.with_borrow(|known| known.get(&key).and_then(Weak::upgrade));
    if let Some(known) = known {
        return Ok(known);
    }
    // Dropped after `pending`, as locals are.
    let _waiting = Waiting(key.clone());
    let pending = PENDING.with_borrow_mut(|pending| {
        let start = || {
            let address = address.to_owned();
            let fetch = session.fetch.get_value();
            let response =
                fetch.and_then(|fetch| fetch.call1(&JsValue::NULL, &JsValue::from_str(&address)).ok());
            let response = response.and_then(|response| response.dyn_into().ok());
            let options = decode_options(session);
            async move { fetch_and_read(session, &address, response, options).await }.boxed_local().shared()
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
