//! Finds the regions of one function that did not run, and writes them and the function without them.

use std::collections::BTreeMap;

use wasm_encoder::reencode::Reencode as _;
use wasm_encoder::{BlockType, Function, Instruction};
use wasmparser::{Operator, ValType};

use super::Signature;
use super::code::{Code, val_type};
use super::live::{Locals, landing, live};
use crate::module::SplitError;
use crate::rewrite::Renumber;

/// What a region has to be longer than what stands in its place, in bytes.
const LEAST_GAIN_BYTES: u64 = 24;
/// In a loop a region may run often, if it ever does: a call is little beside one of this length.
const LEAST_IN_LOOP_BYTES: u64 = 80;

/// A way out of a region other than its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Exit {
    /// To a frame around it, by the step that opens it.
    To(usize),
    Return,
}

/// Steps that are taken out, `start..end`, at one level of nesting.
struct Region {
    start: usize,
    end: usize,
    /// Whether its end is a way out of it.
    falls_through: bool,
    exits: Vec<Exit>,
    params: Vec<u32>,
    results: Vec<u32>,
}

impl Region {
    /// The number by which it says that it leaves this way. Its end, where that is one, is 0.
    fn number(&self, exit: Exit) -> i32 {
        let place = self.exits.iter().position(|one| *one == exit).unwrap_or(0);
        place as i32 + i32::from(self.falls_through)
    }

    /// Whether it has to say by which way it leaves.
    fn says_way(&self) -> bool {
        self.exits.len() + usize::from(self.falls_through) > 1
    }

    /// The value that the function returns, where the region is where it does.
    fn returned(&self, code: &Code<'_>) -> Option<ValType> {
        if self.exits.contains(&Exit::Return) { code.results.first().copied() } else { None }
    }

    /// Bytes of what stands in its place, about.
    fn stand_in_bytes(&self) -> u64 {
        (12 + 2 * self.params.len() + 2 * self.results.len() + 6 * self.exits.len()) as u64
    }
}

/// Writes a function without its regions; `add` takes each of these as a function and gives its index.
///
/// # Errors
/// Where a local has a type that is not known.
pub(super) fn rewrite(
    code: &Code<'_>,
    add: &mut dyn FnMut(Signature, Function) -> u32,
) -> Result<Function, SplitError> {
    let before = live(code);
    let mut regions = BTreeMap::new();
    // The last step is the `end` of the function.
    find(code, &before, 0, code.steps.len().saturating_sub(1), &mut regions);

    let mut locals = code.locals.get(code.num_params..).unwrap_or(&[]).to_vec();
    let way = code.locals.len() as u32;
    locals.push(ValType::I32);
    let returned = way + 1;
    locals.extend(code.results.first());
    let mut function = new_function(&locals)?;
    let mut place = 0;
    while let Some(step) = code.steps.get(place) {
        if let Some(region) = regions.get(&place) {
            let (signature, taken) = take_out(code, region)?;
            let index = add(signature, taken);
            stand_in(code, region, index, (way, returned), &mut function);
            place = region.end;
        } else {
            function.instruction(&Renumber::identity().instruction(step.op.clone())?);
            place += 1;
        }
    }
    Ok(function)
}

/// Finds regions in the steps `start..end`, which stand at one level of nesting, and within them.
fn find(code: &Code<'_>, before: &[Locals], start: usize, end: usize, found: &mut BTreeMap<usize, Region>) {
    let mut idle = start;
    let mut place = start;
    while place < end {
        let Some(step) = code.steps.get(place) else { return };
        let next = if opens(&step.op) { step.end + 1 } else { place + 1 };
        if step.ran {
            found.extend(region(code, before, idle, place).map(|region| (region.start, region)));
            if opens(&step.op) {
                find(code, before, place + 1, step.otherwise, found);
                find(code, before, step.otherwise + 1, step.end, found);
            }
            idle = next;
        }
        place = next;
    }
    found.extend(region(code, before, idle, end).map(|region| (region.start, region)));
}

fn opens(op: &Operator<'_>) -> bool {
    matches!(op, Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. })
}

/// The longest region in `start..end`, none of which ran.
fn region(code: &Code<'_>, before: &[Locals], start: usize, end: usize) -> Option<Region> {
    let mut clear = Vec::new();
    let mut diverges = false;
    let mut place = start;
    while place < end {
        let step = code.steps.get(place)?;
        if step.is_clear {
            clear.push(place);
        }
        diverges = matches!(
            step.op,
            Operator::Br { .. } | Operator::BrTable { .. } | Operator::Return | Operator::Unreachable
        );
        place = if opens(&step.op) { step.end + 1 } else { place + 1 };
    }
    let start = *clear.first()?;
    let end = if diverges || code.steps.get(end)?.is_clear { end } else { *clear.last()? };
    let exits = exits(code, start, end)?;
    let mut region =
        Region { start, end, falls_through: !diverges, exits, params: Vec::new(), results: Vec::new() };
    set_locals(code, before, &mut region);

    let (first, beyond) = (code.steps.get(start)?, code.steps.get(end)?);
    let length = beyond.at.checked_sub(first.at)?;
    let is_often = first.in_loop && (region.falls_through || !region.exits.is_empty());
    let least = region.stand_in_bytes() + LEAST_GAIN_BYTES;
    (length > least && (!is_often || length >= LEAST_IN_LOOP_BYTES)).then_some(region)
}

/// The ways out of `start..end`; none where one takes values along in a way that is not provided for.
fn exits(code: &Code<'_>, start: usize, end: usize) -> Option<Vec<Exit>> {
    let mut exits = Vec::new();
    let mut add = |exit| {
        if !exits.contains(&exit) {
            exits.push(exit);
        }
    };
    for step in code.steps.get(start..end)? {
        if matches!(step.op, Operator::Return) {
            add(Exit::Return);
        }
        for &target in &step.targets {
            if target.is_some_and(|target| target >= start) {
                continue;
            }
            let takes_value = code.takes_values(target);
            let may_take_value = target.is_none() && matches!(step.op, Operator::Br { .. });
            if takes_value && !may_take_value {
                return None;
            }
            add(target.map_or(Exit::Return, Exit::To));
        }
    }
    let returns_more = code.results.len() > 1 && exits.contains(&Exit::Return);
    (!returns_more).then_some(exits)
}

fn set_locals(code: &Code<'_>, before: &[Locals], region: &mut Region) {
    let (mut read, mut written) = (Locals::default(), Locals::default());
    for step in code.steps.get(region.start..region.end).unwrap_or(&[]) {
        match step.op {
            Operator::LocalGet { local_index } => read.insert(local_index),
            Operator::LocalSet { local_index } | Operator::LocalTee { local_index } => {
                written.insert(local_index)
            }
            _ => {}
        }
    }
    let nothing = Locals::default();
    let mut after = Locals::default();
    if region.falls_through {
        after.extend(before.get(region.end).unwrap_or(&nothing));
    }
    for exit in &region.exits {
        if let Exit::To(target) = exit {
            after.extend(before.get(landing(code, Some(*target))).unwrap_or(&nothing));
        }
    }
    let live = before.get(region.start).unwrap_or(&nothing);
    let all = 0..code.locals.len() as u32;
    region.results = all.clone().filter(|&local| written.contains(local) && after.contains(local)).collect();
    let is_used = |local: u32| read.contains(local) || region.results.contains(&local);
    region.params = all.filter(|&local| live.contains(local) && is_used(local)).collect();
}

fn new_function(locals: &[ValType]) -> Result<Function, SplitError> {
    let locals = locals.iter().map(|ty| Ok((1, val_type(*ty)?)));
    Ok(Function::new(locals.collect::<Result<Vec<_>, SplitError>>()?))
}

/// A region as a function.
fn take_out(code: &Code<'_>, region: &Region) -> Result<(Signature, Function), SplitError> {
    let ty = |local: &u32| code.locals.get(*local as usize).copied().unwrap_or(ValType::I32);
    let mut names: BTreeMap<u32, u32> = region.params.iter().copied().zip(0..).collect();
    let mut own = Vec::new();
    let steps = code.steps.get(region.start..region.end).unwrap_or(&[]);
    for step in steps {
        if let Operator::LocalGet { local_index }
        | Operator::LocalSet { local_index }
        | Operator::LocalTee { local_index } = step.op
        {
            let next = names.len() as u32;
            names.entry(local_index).or_insert_with(|| {
                own.push(ty(&local_index));
                next
            });
        }
    }
    let way = names.len() as u32;
    own.extend([ValType::I32, ValType::I32]);
    let returned = region.returned(code);
    own.extend(returned);
    let mut writer = Writer {
        code,
        region,
        way,
        choice: way + 1,
        returned: returned.map(|_| way + 2),
        function: new_function(&own)?,
    };
    if !region.exits.is_empty() {
        writer.function.instruction(&Instruction::Block(BlockType::Empty));
    }
    let base = steps.first().map_or(0, |step| step.depth);
    for step in steps {
        let name = |local: u32| names.get(&local).copied().unwrap_or(0);
        match step.op {
            Operator::LocalGet { local_index } => writer.put(Instruction::LocalGet(name(local_index))),
            Operator::LocalSet { local_index } => writer.put(Instruction::LocalSet(name(local_index))),
            Operator::LocalTee { local_index } => writer.put(Instruction::LocalTee(name(local_index))),
            _ => writer.step(step, step.depth.saturating_sub(base))?,
        }
    }
    if !region.exits.is_empty() {
        writer.put(Instruction::End);
    }
    let mut results: Vec<ValType> = region.results.iter().map(ty).collect();
    for &local in &region.results {
        writer.put(Instruction::LocalGet(names.get(&local).copied().unwrap_or(0)));
    }
    if let Some((ty, local)) = returned.zip(writer.returned) {
        results.push(ty);
        writer.put(Instruction::LocalGet(local));
    }
    if region.says_way() {
        results.push(ValType::I32);
        writer.put(Instruction::LocalGet(way));
    }
    writer.put(Instruction::End);
    Ok(((region.params.iter().map(ty).collect(), results), writer.function))
}

/// Writes the function of a region. Its body is in a block, to whose end the ways out lead.
struct Writer<'a> {
    code: &'a Code<'a>,
    region: &'a Region,
    /// The local that says by which way it leaves.
    way: u32,
    /// The local for what a table of branches chooses by.
    choice: u32,
    returned: Option<u32>,
    function: Function,
}

impl Writer<'_> {
    fn put(&mut self, instruction: Instruction<'_>) {
        self.function.instruction(&instruction);
    }

    fn is_outside(&self, target: Option<usize>) -> bool {
        target.is_none_or(|target| target < self.region.start)
    }

    /// Leaves from within `depth` frames.
    fn leave(&mut self, exit: Exit, depth: usize) {
        let number = self.region.number(exit);
        if number != 0 {
            self.put(Instruction::I32Const(number));
            self.put(Instruction::LocalSet(self.way));
        }
        self.put(Instruction::Br(depth as u32));
    }

    /// Writes a step that is in `depth` frames of the region.
    fn step(&mut self, step: &super::code::Step<'_>, depth: usize) -> Result<(), SplitError> {
        let outside: Vec<Exit> = step
            .targets
            .iter()
            .filter(|target| self.is_outside(**target))
            .map(|target| target.map_or(Exit::Return, Exit::To))
            .collect();
        match (&step.op, outside.first()) {
            (Operator::Return, _) => {
                if let Some(local) = self.returned {
                    self.put(Instruction::LocalSet(local));
                }
                self.leave(Exit::Return, depth);
            }
            (Operator::Br { .. }, Some(&exit)) => {
                if let (Exit::Return, Some(local)) = (exit, self.returned) {
                    self.put(Instruction::LocalSet(local));
                }
                self.leave(exit, depth);
            }
            (Operator::BrIf { .. }, Some(&exit)) => {
                self.put(Instruction::If(BlockType::Empty));
                self.leave(exit, depth + 1);
                self.put(Instruction::End);
            }
            (Operator::BrTable { .. }, Some(_)) => self.table(step, depth),
            (op, _) => {
                let instruction = Renumber::identity().instruction((*op).clone())?;
                self.function.instruction(&instruction);
            }
        }
        Ok(())
    }

    /// A table of branches of which some lead out: a block for each way out, behind which it is taken.
    fn table(&mut self, step: &super::code::Step<'_>, depth: usize) {
        let mut ways: Vec<Exit> = Vec::new();
        let mut depths = Vec::new();
        for &target in &step.targets {
            let exit = target.map_or(Exit::Return, Exit::To);
            if self.is_outside(target) && !ways.contains(&exit) {
                ways.push(exit);
            }
        }
        for &target in &step.targets {
            let exit = target.map_or(Exit::Return, Exit::To);
            let outside = ways.iter().position(|way| self.is_outside(target) && *way == exit);
            let opener =
                target.and_then(|target| self.code.steps.get(target)).map_or(0, |opener| opener.depth);
            depths.push(outside.unwrap_or_else(|| step.depth - 1 - opener + ways.len()) as u32);
        }
        self.put(Instruction::LocalSet(self.choice));
        for _ in &ways {
            self.put(Instruction::Block(BlockType::Empty));
        }
        self.put(Instruction::LocalGet(self.choice));
        let default = depths.pop().unwrap_or(0);
        self.put(Instruction::BrTable(depths.into(), default));
        for (place, &exit) in ways.iter().enumerate() {
            self.put(Instruction::End);
            self.leave(exit, depth + ways.len() - 1 - place);
        }
    }
}

/// What stands in the place of a region: a call of the function that it has become, and the way out.
fn stand_in(
    code: &Code<'_>,
    region: &Region,
    index: u32,
    (way, returned): (u32, u32),
    function: &mut Function,
) {
    for &local in &region.params {
        function.instruction(&Instruction::LocalGet(local));
    }
    function.instruction(&Instruction::Call(index));
    if region.says_way() {
        function.instruction(&Instruction::LocalSet(way));
    }
    let value = region.returned(code).map(|_| returned);
    if let Some(local) = value {
        function.instruction(&Instruction::LocalSet(local));
    }
    for &local in region.results.iter().rev() {
        function.instruction(&Instruction::LocalSet(local));
    }
    let depth = code.steps.get(region.start).map_or(0, |step| step.depth);
    let to = |target: usize| {
        let opener = code.steps.get(target).map_or(0, |opener| opener.depth);
        (depth - 1 - opener) as u32
    };
    let leave = |function: &mut Function| {
        if let Some(local) = value {
            function.instruction(&Instruction::LocalGet(local));
        }
        function.instruction(&Instruction::Return);
    };
    for (place, &exit) in region.exits.iter().enumerate() {
        let is_last = !region.falls_through && place + 1 == region.exits.len();
        if !is_last {
            function.instruction(&Instruction::LocalGet(way));
            match region.number(exit) {
                0 => drop(function.instruction(&Instruction::I32Eqz)),
                // The only way but the end.
                1 if region.falls_through && region.exits.len() == 1 => {}
                number => {
                    function.instruction(&Instruction::I32Const(number));
                    function.instruction(&Instruction::I32Eq);
                }
            }
        }
        match (exit, is_last) {
            (Exit::To(target), true) => drop(function.instruction(&Instruction::Br(to(target)))),
            (Exit::To(target), false) => drop(function.instruction(&Instruction::BrIf(to(target)))),
            (Exit::Return, true) => leave(function),
            (Exit::Return, false) => {
                function.instruction(&Instruction::If(BlockType::Empty));
                leave(function);
                function.instruction(&Instruction::End);
            }
        }
    }
    if region.exits.is_empty() && !region.falls_through {
        function.instruction(&Instruction::Unreachable);
    }
}
