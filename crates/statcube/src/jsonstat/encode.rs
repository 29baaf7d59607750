//! x
use super::json::Json;
use crate::model::Snapshot;
pub(super) fn snapshot(_snapshot: &Snapshot) -> Json {
    Json::Null
}
