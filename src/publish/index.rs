//! The index of editions beside published snapshots, from which a page knows that a newer
//! edition exists.

use std::fmt::Write as _;
use std::path::Path;

use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};
use statcube::jsonstat::{self, DecodeOptions};

use super::problem::Problem;

/// The name of the index in a folder of snapshots.
pub const FILE_NAME: &str = "index.json";

/// One edition.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Edition {
    /// Its code or name.
    pub edition: String,
    /// Its title.
    pub label: String,
    /// Its address, relative to the index.
    pub href: String,
    /// When it was published.
    pub updated: Option<String>,
    /// Who answers for the figures.
    pub publisher: Option<String>,
    /// Whether its figures are made up.
    pub illustrative: bool,
    /// The SHA-256 of its bytes, in hexadecimal digits.
    pub sha256: String,
    /// Its size.
    pub bytes: u64,
}

/// Reads every snapshot in a folder: the newest edition first, made-up ones last.
///
/// # Errors
/// A file that cannot be read, or is no snapshot.
pub fn editions(folder: &Path) -> Result<Vec<Edition>, Problem> {
    let unreadable = |error: std::io::Error| {
        Problem::new(
            folder,
            format!("The folder cannot be read ({error})."),
            "Name the folder that holds the snapshots.",
        )
    };
    let mut editions = Vec::new();
    for entry in std::fs::read_dir(folder).map_err(unreadable)? {
        let path = entry.map_err(unreadable)?.path();
        let name = path.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        if !name.ends_with(".json") || name == FILE_NAME {
            continue;
        }
        let bytes = std::fs::read(&path).map_err(|error| {
            Problem::new(&path, format!("The file cannot be read ({error})."), "Allow it to be read.")
        })?;
        let snapshot = jsonstat::decode(&bytes, &DecodeOptions::default()).map_err(|error| {
            Problem::new(&path, error.to_string(), "Take it out of the folder, or build it anew.")
        })?;
        editions.push(Edition {
            edition: snapshot.profile.edition.unwrap_or_default(),
            label: snapshot.label.unwrap_or_default(),
            href: name.to_owned(),
            updated: snapshot.updated,
            publisher: snapshot.profile.publisher,
            illustrative: snapshot.profile.illustrative,
            sha256: sha256(&bytes),
            bytes: bytes.len() as u64,
        });
    }
    editions
        .sort_by(|a, b| (a.illustrative, &b.edition, &a.href).cmp(&(b.illustrative, &a.edition, &b.href)));
    Ok(editions)
}

/// The index as it is written.
pub fn to_json(editions: &[Edition]) -> String {
    let mut json = serde_json::to_string_pretty(editions).unwrap_or_default();
    json.push('\n');
    json
}

pub(super) fn sha256(bytes: &[u8]) -> String {
    Sha256::digest(bytes).iter().fold(String::with_capacity(64), |mut hex, byte| {
        let _ = write!(hex, "{byte:02x}");
        hex
    })
}
