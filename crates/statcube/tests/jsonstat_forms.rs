//! How each form of a file is read.
