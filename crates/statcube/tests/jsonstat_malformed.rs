//! What a malformed file is told.
