//! Names of functions, and the short marks by which a list of them is kept: the names of
//! generic code run to hundreds of letters, and there are thousands.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use wasmparser::{KnownCustom, Name, Parser, Payload};

use crate::SplitError;
use crate::blocks::Blocks;

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

/// A name without the hash that the compiler adds, and without the number by which a tool tells
/// equal names apart. Generic code has many functions of one such name; but all hashes change with
/// any dependency, and all numbers with any function.
fn plain(name: &str) -> &str {
    let hashed = name.rsplit_once("::h").filter(|(_, hash)| is_hash(hash));
    let numbered = || {
        let is_number = |text: &str| !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit());
        name.rsplit_once('.').filter(|(_, number)| is_number(number))
    };
    hashed.or_else(numbered).map_or(name, |(rest, _)| rest)
}

/// Sixteen hexadecimal digits, perhaps followed by the number by which a tool tells equal
/// names apart.
fn is_hash(text: &str) -> bool {
    let (hash, rest) = text.split_at_checked(16).unwrap_or((text, ""));
    let is_number =
        |rest: &str| rest.bytes().all(|byte| byte.is_ascii_digit() || byte == b'_' || byte == b'.');
    hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_hexdigit()) && is_number(rest)
}

/// Which functions the first part has, and which of their blocks ran.
///
/// As text, a line is the mark of a name without hash, and after it the marks of those of its
/// functions that ran, with hash, each followed by its `Blocks` where not all of them ran. Where
/// none of these functions is in a module any more, all functions of the name are taken, whole: a
/// list that has grown old costs size before it costs time.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct FirstList(BTreeMap<u32, BTreeMap<u32, Blocks>>);

impl FirstList {
    /// Of the functions of a module, those that ran.
    pub(crate) fn of(names: &BTreeMap<u32, String>, ran: BTreeMap<u32, Blocks>) -> Self {
        let mut list = Self::default();
        for (index, blocks) in ran {
            if let Some(name) = names.get(&index) {
                list.0.entry(mark(plain(name))).or_default().insert(mark(name), blocks);
            }
        }
        list
    }

    /// The functions of a module that belong to the first part, and what is known of their blocks.
    pub(crate) fn chosen(&self, names: &BTreeMap<u32, String>) -> BTreeMap<u32, Blocks> {
        let known: BTreeSet<u32> = names.values().map(|name| mark(name)).collect();
        let blocks = |name: &str| {
            let functions = self.0.get(&mark(plain(name)))?;
            let has_changed = || functions.keys().all(|function| !known.contains(function));
            functions.get(&mark(name)).cloned().or_else(|| has_changed().then(Blocks::default))
        };
        names.iter().filter_map(|(&index, name)| Some((index, blocks(name)?))).collect()
    }

    /// Reads a list.
    ///
    /// # Errors
    /// Where a word is not of hexadecimal digits.
    pub fn parse(text: &str) -> Result<Self, std::num::ParseIntError> {
        let mut list = Self::default();
        for line in text.lines().filter(|line| !line.starts_with('#')) {
            let mut words = line.split_whitespace();
            let Some(name) = words.next() else { continue };
            let functions = list.0.entry(u32::from_str_radix(name, 16)?).or_default();
            for word in words {
                let (function, blocks) = word.split_once(':').unwrap_or((word, ""));
                functions.insert(u32::from_str_radix(function, 16)?, Blocks::parse(blocks)?);
            }
        }
        Ok(list)
    }
}

impl fmt::Display for FirstList {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (name, functions) in &self.0 {
            write!(f, "{name:08x}")?;
            for (function, blocks) in functions {
                write!(f, " {function:08x}")?;
                if *blocks != Blocks::default() {
                    write!(f, ":{blocks}")?;
                }
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
        let some = Blocks::new([true, false, true].into_iter());
        let ran = BTreeMap::from([(0, some.clone()), (2, Blocks::default())]);
        let list = FirstList::of(&before, ran.clone());
        assert_eq!(list.chosen(&before), ran);
        let after =
            names(&["a::f::h000000000000000a", "a::f::h000000000000000b", "a::g::h000000000000000c", "idle"]);
        assert_eq!(list.chosen(&after), (0..3).map(|index| (index, Blocks::default())).collect());
        let again = FirstList::parse(&list.to_string()).expect("a list reads itself");
        assert_eq!(again.to_string(), list.to_string());
        let numbered = names(&["<core[c5930c85a12de822]::fmt::Write>::write_char.2088"]);
        let list = FirstList::of(&numbered, BTreeMap::from([(0, some.clone())]));
        let after = names(&["<core[c5930c85a12de822]::fmt::Write>::write_char.2091"]);
        assert_eq!(list.chosen(&after).len(), 1);
        assert!((0..3).all(|place| again.chosen(&before)[&0].ran(place) == some.ran(place)));
    }
}
