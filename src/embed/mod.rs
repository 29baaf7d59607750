//! The public face: everything that JavaScript can call, and the events it hears.
//!
//! `www/api.js` and `www/widget.js` wrap what is exported here in the classes and the
//! element that `docs/embedding.md` promises. May depend on everything.

mod api;
mod element;

pub use api::{DatasetHandle, SnapshotHandle, load_language, load_shapes, open_snapshot, parse_snapshot};
pub use element::{Mounted, mount, start, styles};
