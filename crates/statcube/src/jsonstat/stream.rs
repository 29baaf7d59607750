//! A file that is read while it arrives: the long list of a dataset's figures goes straight
//! into its column, chunk by chunk, and is never held as text.
//!
//! What is left of the text is small, and read by [`super::json`] once the last byte is there.
//! The invariant between the two: a list of figures is cut at its start only, by as many
//! plain elements (numbers and nulls) as could be read, and the rest of it is the text that
//! stood there. So the rest is JSON exactly where the file is, an element that is no figure
//! or a mistake is met by the same reader as anywhere else, and that reader begins its list
//! with the figures already there. Cuts come in the order in which it meets the lists.

use super::json::Context;
use crate::model::ColumnBuilder;
use statcube_core::figures::{MAX_CARRY, Stop, read_figures};

/// What was taken out of the text.
#[derive(Debug)]
pub(super) struct Cut {
    /// Where in the remaining text: behind the bracket that opens the list.
    pub at: usize,
    /// How many bytes.
    pub bytes: usize,
    /// How many of them end a line.
    pub lines: usize,
    /// How many elements.
    pub elements: usize,
}

/// What is left of a file.
#[derive(Debug, Default)]
pub(super) struct Rest {
    pub text: Vec<u8>,
    pub cuts: Vec<Cut>,
    /// The figures of each cut.
    pub figures: Vec<ColumnBuilder>,
}

/// A file on its way.
#[derive(Debug)]
pub(super) struct Splitter {
    rest: Rest,
    frames: Vec<Frame>,
    state: State,
    /// The bytes of the list of figures that are not read yet: parts of two elements at most.
    carry: Vec<u8>,
    /// Bytes of the whole file, where that is known: no more figures are made room for.
    expected: usize,
}

#[derive(Debug, Clone, Copy, PartialEq)]
enum State {
    /// Between values.
    Text,
    /// In a string, which began here.
    String { start: usize, is_escaped: bool },
    /// In a list of figures.
    Figures,
    /// Nothing is taken out any more.
    Plain,
}

/// An object or a list that is open.
#[derive(Debug, Clone, Copy)]
struct Frame {
    context: Context,
    is_object: bool,
    wants_key: bool,
    /// What the value under way is, in an object.
    member: Context,
}

/// Deeper files are refused by the reader of the rest.
const MAX_DEPTH: usize = 128;
/// What is added to the carry to find the end of its elements.
const STEP: usize = 256;

impl Splitter {
    pub fn new() -> Self {
        Self { rest: Rest::default(), frames: Vec::new(), state: State::Text, carry: Vec::new(), expected: 0 }
    }

    /// So many bytes are on their way.
    pub fn expect(&mut self, bytes: usize) {
        self.expected = bytes;
    }

    pub fn push(&mut self, bytes: &[u8]) {
        let mut bytes = bytes;
        while !bytes.is_empty() {
            let taken = match self.state {
                State::Figures => self.figures(bytes),
                State::Plain => {
                    self.rest.text.extend_from_slice(bytes);
                    bytes.len()
                }
                State::Text | State::String { .. } => self.text(bytes),
            };
            bytes = bytes.get(taken..).unwrap_or_default();
        }
    }

    /// What is left when all has arrived.
    pub fn finish(mut self) -> Rest {
        self.rest.text.append(&mut self.carry);
        self.rest
    }

    /// Copies text until a list of figures begins, and follows its structure. Gives how many
    /// bytes it took.
    fn text(&mut self, bytes: &[u8]) -> usize {
        for (taken, &byte) in (1..).zip(bytes) {
            self.rest.text.push(byte);
            if let State::String { start, is_escaped } = self.state {
                self.state = match byte {
                    b'"' if !is_escaped => self.end_of_string(start),
                    _ => State::String { start, is_escaped: byte == b'\\' && !is_escaped },
                };
            } else {
                match byte {
                    b'"' => {
                        self.state = State::String { start: self.rest.text.len(), is_escaped: false };
                    }
                    b'[' if self.value() == Context::Values => {
                        self.begin_figures();
                        return taken;
                    }
                    b'{' | b'[' => {
                        let is_object = byte == b'{';
                        let context = self.value();
                        self.frames.push(Frame {
                            context,
                            is_object,
                            wants_key: is_object,
                            member: Context::Plain,
                        });
                        if self.frames.len() > MAX_DEPTH {
                            self.state = State::Plain;
                        }
                    }
                    b'}' | b']' => drop(self.frames.pop()),
                    b',' => {
                        if let Some(frame) = self.frames.last_mut() {
                            frame.wants_key = frame.is_object;
                        }
                    }
                    _ => {}
                }
            }
            if self.state == State::Plain {
                return taken;
            }
        }
        bytes.len()
    }

    /// What the value is that begins here.
    fn value(&self) -> Context {
        match self.frames.last() {
            None => Context::Document,
            Some(frame) if frame.is_object => frame.member,
            Some(frame) => frame.context.of_element(),
        }
    }

    fn end_of_string(&mut self, start: usize) -> State {
        let Some(frame) = self.frames.last_mut().filter(|frame| frame.wants_key) else { return State::Text };
        let end = self.rest.text.len().saturating_sub(1);
        let key = self.rest.text.get(start..end).unwrap_or_default();
        if key.contains(&b'\\') {
            // Its name is known only to the reader of the rest, and with it what follows.
            return State::Plain;
        }
        frame.wants_key = false;
        frame.member = std::str::from_utf8(key).map_or(Context::Plain, |key| frame.context.of_member(key));
        State::Text
    }

    fn begin_figures(&mut self) {
        let room = self.announced().min(self.expected / 2);
        self.rest.figures.push(ColumnBuilder::with_capacity(room));
        let at = self.rest.text.len();
        self.rest.cuts.push(Cut { at, bytes: 0, lines: 0, elements: 0 });
        self.state = State::Figures;
    }

    /// How many figures the dataset announces, where that stands before them.
    fn announced(&self) -> usize {
        let text = &self.rest.text;
        let key = b"\"size\"";
        let Some(start) = text.windows(key.len()).rposition(|window| window == key) else { return 0 };
        let list = text.get(start..).and_then(|found| found.strip_prefix(key)).unwrap_or_default();
        let list = list.iter().skip_while(|byte| **byte != b'[').skip(1).take_while(|byte| **byte != b']');
        let list: Vec<u8> = list.copied().collect();
        let sizes =
            list.split(|byte| *byte == b',').map(|size| std::str::from_utf8(size).ok()?.trim().parse().ok());
        sizes
            .into_iter()
            .try_fold(1usize, |product, size: Option<usize>| product.checked_mul(size?))
            .unwrap_or(0)
    }

    /// Reads figures. Gives how many of the bytes it took.
    fn figures(&mut self, bytes: &[u8]) -> usize {
        if self.carry.is_empty() {
            let (read, stop) = self.read(bytes);
            let rest = bytes.get(read..).unwrap_or_default();
            return match stop {
                Stop::Closed => self.end_figures(read),
                Stop::Odd => self.leave_figures(read),
                Stop::More if rest.len() > MAX_CARRY => self.leave_figures(read),
                Stop::More => {
                    self.carry.extend_from_slice(rest);
                    bytes.len()
                }
            };
        }
        // The elements at the seam of two chunks.
        let seam = self.carry.len();
        let added = bytes.len().min(STEP);
        let mut carry = std::mem::take(&mut self.carry);
        carry.extend_from_slice(bytes.get(..added).unwrap_or_default());
        let (read, stop) = self.read(&carry);
        match (stop, read.checked_sub(seam)) {
            (Stop::Closed, Some(taken)) => self.end_figures(taken),
            (Stop::More, Some(taken)) => taken,
            (Stop::More, None) if carry.len().saturating_sub(read) <= MAX_CARRY => {
                self.carry = carry.split_off(read);
                added
            }
            _ => {
                let left = carry.split_off(read);
                self.leave_figures(0);
                // Part of it was taken from the bytes: all of it is text now.
                self.push(&left);
                added
            }
        }
    }

    /// Reads figures from the start of these bytes.
    fn read(&mut self, bytes: &[u8]) -> (usize, Stop) {
        let (Some(cut), Some(column)) = (self.rest.cuts.last_mut(), self.rest.figures.last_mut()) else {
            return (0, Stop::Odd);
        };
        let (read, lines, stop) = read_figures(bytes, column);
        cut.bytes = cut.bytes.saturating_add(read);
        cut.lines = cut.lines.saturating_add(lines);
        cut.elements = column.len();
        (read, stop)
    }

    /// The bracket that closes the list comes next: there is no frame for it.
    fn end_figures(&mut self, taken: usize) -> usize {
        self.rest.text.push(b']');
        self.state = State::Text;
        taken.saturating_add(1)
    }

    /// What follows in the list is no figure.
    fn leave_figures(&mut self, taken: usize) -> usize {
        self.frames.push(Frame {
            context: Context::Values,
            is_object: false,
            wants_key: false,
            member: Context::Plain,
        });
        self.state = State::Text;
        taken
    }
}
