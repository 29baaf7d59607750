//! A query and its answer as lists of numbers, for callers on the other side of a border at which text
//! and single values have their price.

use super::evaluate::Table;
use super::query::{Clause, ClauseSource, Query, Select, positions_of};
use crate::error::{Error, ErrorKind, Result};
use crate::model::{Cube, Dimension};

/// In place of a number of positions: the positions of the two ends of a range follow.
const RANGE: u32 = u32::MAX;

impl Query {
    /// Reads a query in numbers: the measure, and 1 where groupings are linked, else 0; filters,
    /// each its dimension from 1 on, how many positions follow, and these, or 2³² − 1 and the
    /// positions of the two ends of a range; after the filters a 0; how many groupings, of each
    /// how many dimensions, and which; dimensions with how many of the largest to keep.
    ///
    /// # Errors
    /// [`ErrorKind::InvalidQuery`] where the numbers end too early or a dimension stands twice in
    /// one grouping; else as of [`Query::builder`].
    pub fn from_numbers(cube: &Cube, numbers: &[u32], source: &ClauseSource) -> Result<Self> {
        let mut rest = numbers;
        let mut take = |num: u32| -> Result<&[u32]> {
            let short = || Error::new(ErrorKind::InvalidQuery, "The request ends too early.", "");
            let (taken, left) = rest.split_at_checked(num as usize).ok_or_else(short)?;
            rest = left;
            Ok(taken)
        };
        let one = |numbers: &[u32]| numbers.first().copied().unwrap_or_default();
        let known = |place: u32| -> Result<&Dimension> {
            let unknown =
                || Error::new(ErrorKind::UnknownDimension, format!("There is no dimension {place}."), "");
            cube.dimensions().get(place as usize).ok_or_else(unknown)
        };

        let mut builder = Self::builder(cube);
        if let Some(measure) = cube.measures().get(one(take(1)?) as usize) {
            builder = builder.measure(&measure.id)?;
        }
        let mut query = builder.linked(one(take(1)?) == 1).build()?;
        while let Some(place) = one(take(1)?).checked_sub(1) {
            let dimension = known(place)?;
            let select = match one(take(1)?) {
                RANGE => {
                    let code = |end: Option<&u32>| Some(dimension.category(*end?)?.code.clone());
                    let ends = take(2)?;
                    Select::Range { from: code(ends.first()), to: code(ends.last()) }
                }
                num => Select::Positions(take(num)?.to_vec()),
            };
            let positions = positions_of(dimension, select, || format!("where.{}", dimension.id))?;
            query.clauses.push(Clause::new(cube, place as usize, positions, source.clone()));
        }
        for number in 0..one(take(1)?) {
            let num = one(take(1)?);
            let mut grouping = Vec::with_capacity(num.min(numbers.len() as u32) as usize);
            for &place in take(num)? {
                let id = &known(place)?.id;
                if grouping.contains(&(place as usize)) {
                    let message = format!("“{id}” stands twice in one grouping.");
                    return Err(Error::new(ErrorKind::InvalidQuery, message, format!("by[{number}]")));
                }
                grouping.push(place as usize);
            }
            query.groupings.push(grouping);
        }
        while let Ok(&[place, count]) = take(2) {
            known(place)?;
            query.top.push((place as usize, count as usize));
        }
        Ok(query)
    }

    /// The query as [`Query::from_numbers`] reads it.
    pub fn to_numbers(&self) -> Vec<u32> {
        let number = |number: usize| u32::try_from(number).unwrap_or(u32::MAX);
        let mut numbers = vec![number(self.measure), u32::from(self.linked)];
        for clause in &self.clauses {
            numbers.extend([number(clause.dimension).saturating_add(1), number(clause.positions.len())]);
            numbers.extend_from_slice(&clause.positions);
        }
        numbers.extend([0, number(self.groupings.len())]);
        for grouping in &self.groupings {
            numbers.push(number(grouping.len()));
            numbers.extend(grouping.iter().map(|&place| number(place)));
        }
        numbers.extend(self.top.iter().flat_map(|&(place, count)| [number(place), number(count)]));
        numbers
    }
}

impl Table {
    /// The columns of every result in one list. First the numbers of all results, each in two
    /// elements as its bits are, the lower ones first: values, then lower and upper bounds. Then for
    /// each result how many dimensions and cells it has, whether it has bounds (1 or 0), how many
    /// parts each cell has in all, how many positions follow, its dimensions, positions and observed
    /// parts. No positions follow where each is that of its cell, as of all that one dimension has. Last
    /// how many numbers there are.
    pub fn to_numbers(&self) -> Vec<u32> {
        let columns = self.groups.iter().map(|group| {
            let bounds = group.lower().unwrap_or_default().len().saturating_mul(4);
            let cells = group.len().saturating_mul(group.by().len().saturating_add(3));
            cells.saturating_add(bounds).saturating_add(group.by().len()).saturating_add(5)
        });
        let mut numbers = Vec::with_capacity(columns.sum::<usize>().saturating_add(1));
        for group in &self.groups {
            for column in [Some(group.values()), group.lower(), group.upper()].into_iter().flatten() {
                let start = numbers.len();
                numbers.resize(start.saturating_add(column.len().saturating_mul(2)), 0);
                let (halves, _) = numbers.get_mut(start..).unwrap_or_default().as_chunks_mut();
                for ([low, high], number) in halves.iter_mut().zip(column) {
                    let bits = number.to_bits();
                    (*low, *high) = (bits as u32, (bits >> 32) as u32);
                }
            }
        }
        let num = numbers.len() as u32 / 2;
        for group in &self.groups {
            let (num, cells) = (group.by().len() as u32, group.len() as u32);
            let positions =
                Some(group.positions()).filter(|positions| !positions.iter().copied().eq(0..cells));
            let positions = positions.unwrap_or_default();
            let has_bounds = u32::from(group.is_refused());
            numbers.extend([num, cells, has_bounds, group.of(0), positions.len() as u32]);
            numbers.extend(group.by().iter().map(|&dimension| dimension as u32));
            numbers.extend_from_slice(positions);
            numbers.extend_from_slice(group.observed());
        }
        numbers.push(num);
        numbers
    }
}
