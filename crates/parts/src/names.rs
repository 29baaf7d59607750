//! Names of functions, and the short marks by which a list of them is kept: the names of
//! generic code run to hundreds of letters, and there are thousands.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use wasmparser::{KnownCustom, Name, Parser, Payload};

use crate::SplitError;

/// The names that a module gives its functions, by index.
pub(crate) fn of_functions(bytes: &[u8]) -> Result<BTreeMap<u32, String>, SplitError> {
    let mut names = BTreeMap::new();
    for payload in Parser::new(0).parse_all(bytes) {
        let Payload::CustomSection(section) = payload? else { continue };
        let KnownCustom::Name(subsections) = section.as_known() else { continue };
        for subsection in subsections {
            let Name::Function(map) = subsection? else { continue };
            for naming in map {
                let naming = naming?;
                names.insert(naming.index, naming.name.to_owned());
            }
        }
    }
    Ok(names)
}

/// 32 bits of a name (FNV-1a).
fn mark(name: &str) -> u32 {
    name.bytes().fold(0x811c_9dc5, |mark, byte| (mark ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

/// A name without the hash that the compiler adds. Generic code has many functions of one
/// such name, which the hash tells apart; but all hashes change with any dependency.
fn plain(name: &str) -> &str {
    name.rsplit_once("::h").filter(|(_, hash)| is_hash(hash)).map_or(name, |(rest, _)| rest)
}

/// Sixteen hexadecimal digits, perhaps followed by the number by which a tool tells equal
/// names apart.
fn is_hash(text: &str) -> bool {
    let (hash, rest) = text.split_at_checked(16).unwrap_or((text, ""));
    let is_number =
        |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_' || byte == b'.');
    hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) && is_number(rest)
}

/// Which functions the first part has: for each name, the marks of those of its functions
/// that ran, or none where all of them did.
///
/// As text, a line is the mark of a name without hash, and after it the marks of the names
/// with hash. Where none of these is in a module any more, all functions of the name are
/// taken: a list that has grown old costs size before it costs time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FirstList(BTreeMap<u32, BTreeSet<u32>>);

impl FirstList {
    /// Of the functions of a module, those that ran.
    pub(crate) fn of(names: &BTreeMap<u32, String>, ran: &BTreeSet<u32>) -> Self {
        let mut list = Self::default();
        for name in ran.iter().filter_map(|index| names.get(index)) {
            list.0.entry(mark(plain(name))).or_default().insert(mark(name));
        }
        let idle: BTreeSet<u32> = names
            .iter()
            .filter(|(index, _)| !ran.contains(index))
            .map(|(_, name)| mark(plain(name)))
            .collect();
        for (name, functions) in &mut list.0 {
            if !idle.contains(name) {
                functions.clear();
            }
        }
        list
    }

    /// The functions of a module that belong to the first part.
    pub(crate) fn chosen(&self, names: &BTreeMap<u32, String>) -> BTreeSet<u32> {
        let known: BTreeSet<u32> = names.values().map(|name| mark(name)).collect();
        let is_chosen = |name: &str| {
            self.0
                .get(&mark(plain(name)))
                .is_some_and(|functions| functions.contains(&mark(name)) || functions.is_disjoint(&known))
        };
        names.iter().filter(|(_, name)| is_chosen(name)).map(|(&index, _)| index).collect()
    }

    /// Reads a list.
    ///
    /// # Errors
    /// Where a word is not a number in hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, std::num::ParseIntError> {
        let mut list = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let marks = line.split_whitespace().map(|word| u32::from_str_radix(word, 16));
            let marks = marks.collect::<Result<Vec<u32>, _>>()?;
            if let Some((name, functions)) = marks.split_first() {
                list.0.entry(*name).or_default().extend(functions);
            }
        }
        Ok(list)
    }
}

impl fmt::Display for FirstList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, functions) in &self.0 {
            write!(f, "{name:08x}")?;
            for function in functions {
                write!(f, " {function:08x}")?;
            }
            writeln!(f)?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn names(all: &[&str]) -> BTreeMap<u32, String> {
        (0..).zip(all).map(|(index, name)| (index, (*name).to_owned())).collect()
    }

    #[test]
    fn a_list_chooses_what_ran_and_by_name_alone_once_all_hashes_have_changed() {
        let before =
            names(&["a::f::h0000000000000001", "a::f::h0000000000000002", "a::g::h0000000000000003", "idle"]);
        let list = FirstList::of(&before, &BTreeSet::from([0, 2]));
        assert_eq!(list.chosen(&before), BTreeSet::from([0, 2]));
        let after =
            names(&["a::f::h000000000000000a", "a::f::h000000000000000b", "a::g::h000000000000000c", "idle"]);
        assert_eq!(list.chosen(&after), BTreeSet::from([0, 1, 2]));
        assert_eq!(FirstList::parse(&list.to_string()), Ok(list));
    }
}
