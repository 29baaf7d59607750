//! The one error of the crate. Every variant of [`ErrorKind`] has a stable code that
//! hosts may match on, a place in the file or the query, and a message that says what
//! was expected and what to do.

use std::fmt;

/// A result of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// What went wrong, as a class. The code ([`ErrorKind::code`]) is part of the public
/// contract; the message is not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ErrorKind {
    /// The bytes are not JSON.
    NotJson,
    /// JSON, but not JSON-stat.
    NotJsonStat,
    /// A version of JSON-stat or of the profile that this program does not know.
    UnknownVersion,
    /// Sizes, categories and values do not fit together.
    SizeMismatch,
    /// A member has a form that JSON-stat does not allow.
    Invalid,
    /// More cells, categories or bytes than allowed.
    TooLarge,
    /// A query names a category that the dimension does not have.
    UnknownCode,
    /// A query names a dimension that the cube does not have.
    UnknownDimension,
    /// A query names a measure that the cube does not have.
    UnknownMeasure,
    /// The cube has several measures and the query names none.
    WhichMeasure,
    /// A dataset that the snapshot does not have.
    UnknownDataset,
    /// The query itself has a form that is not allowed.
    InvalidQuery,
}

impl ErrorKind {
    /// The stable code of the class.
    pub fn code(self) -> &'static str {
        match self {
            Self::NotJson => "not-json",
            Self::NotJsonStat => "not-json-stat",
            Self::UnknownVersion => "unknown-version",
            Self::SizeMismatch => "size-mismatch",
            Self::Invalid => "invalid",
            Self::TooLarge => "too-large",
            Self::UnknownCode => "unknown-code",
            Self::UnknownDimension => "unknown-dimension",
            Self::UnknownMeasure => "unknown-measure",
            Self::WhichMeasure => "which-measure",
            Self::UnknownDataset => "unknown-dataset",
            Self::InvalidQuery => "invalid-query",
        }
    }
}

/// An error with its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Error {
    kind: ErrorKind,
    message: String,
    path: String,
    byte: Option<usize>,
}

impl Error {
    /// An error of a class, with a sentence for the reader and the place: a JSON path
    /// in the file (`link.item[2].value`) or in the query (`where.country[0]`).
    #[cold]
    pub fn new(kind: ErrorKind, message: impl Into<String>, path: impl Into<String>) -> Self {
        Self { kind, message: message.into(), path: path.into(), byte: None }
    }

    /// The same error with the byte of the file at which it was noticed.
    #[must_use]
    pub fn at_byte(mut self, byte: usize) -> Self {
        self.byte = Some(byte);
        self
    }

    /// The same error with `prefix` before its path, for callers that know where the
    /// part they handed down stands.
    #[must_use]
    pub fn within(mut self, prefix: &str) -> Self {
        self.path = match (prefix, self.path.as_str()) {
            ("", _) => self.path,
            (_, "") => prefix.to_owned(),
            (_, path) if path.starts_with('[') => format!("{prefix}{path}"),
            (_, path) => format!("{prefix}.{path}"),
        };
        self
    }

    /// The class.
    pub fn kind(&self) -> ErrorKind {
        self.kind
    }

    /// The stable code of the class.
    pub fn code(&self) -> &'static str {
        self.kind.code()
    }

    /// The sentence for the reader.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The JSON path in the file or the query; empty for the whole.
    pub fn path(&self) -> &str {
        &self.path
    }

    /// The byte of the file, where it is known.
    pub fn byte(&self) -> Option<usize> {
        self.byte
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.message)?;
        if !self.path.is_empty() {
            write!(f, " (at {})", self.path)?;
        }
        if let Some(byte) = self.byte {
            write!(f, " (byte {byte})")?;
        }
        Ok(())
    }
}

impl std::error::Error for Error {}
