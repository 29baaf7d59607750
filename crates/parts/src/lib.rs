//! Splits one WebAssembly module in two that work as one: a **first part** with the functions
//! that a start needs, and a **second part** with all others.
//!
//! Both share memory, tables and globals, which the first part owns. A function of the second
//! part that the first one refers to (calls, exports, lists in a table) stands in the first part
//! as a *stand-in* of a few instructions: it asks for the second part (an imported function
//! that returns once that part is there), and passes the call on through the table. When
//! the second part is instantiated it puts the functions themselves into the table.
//!
//! Of the functions of the first part, what did not run is taken out too: see `outline.rs`.
//!
//! Which code the first part has decides about speed alone, never about what the program
//! does: a stand-in works at any time. The choice is made by name, from what ran in an
//! [`instrument`]ed program.
//!
//! Knows nothing of the program that it splits. Not part of what ships.

mod blocks;
mod module;
mod names;
mod outline;
mod rewrite;

use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use wasm_encoder::reencode::Reencode as _;
use wasm_encoder::{
    CodeSection, ConstExpr, ElementSection, Elements, EntityType, ExportKind, ExportSection, Function,
    FunctionSection, GlobalSection, GlobalType, ImportSection, Instruction, MemorySection, MemoryType,
    RawSection, SectionId, StartSection, TableSection, TypeSection, ValType,
};

use wasmparser::Operator;

use blocks::Blocks;
pub use module::{Module, SplitError};
pub use names::FirstList;
use rewrite::Renumber;

/// The module name under which the second part imports what the first exports.
pub const FIRST: &str = "first";
/// Where the first part imports the function that brings the second.
pub const IMPORT: (&str, &str) = ("second", "load");

/// Both parts, as files.
#[derive(Debug)]
pub struct Parts {
    /// What a start needs; imports [`IMPORT`] besides what the whole imported.
    pub first: Vec<u8>,
    /// The rest; imports from [`FIRST`] alone.
    pub second: Vec<u8>,
}

/// A stand-in no longer than this is longer than the function: the function stays where it is.
const SMALLEST_BODY_BYTES: u64 = 16;

fn length(body: &wasmparser::FunctionBody<'_>) -> u64 {
    let range = body.range();
    range.end - range.start
}

/// Splits a module: functions that `first` names go to the first part.
///
/// # Errors
/// Where the module is none, or has something that this does not know how to share.
pub fn split(bytes: &[u8], first: &FirstList) -> Result<Parts, SplitError> {
    let names = names::of_functions(bytes)?;
    let chosen = first.chosen(&names);
    let (bytes, taken_out) = outline::outline(bytes, &chosen)?;
    let module = Module::read(&bytes)?;
    let imported = module.num_imported();
    let is_first: Vec<bool> = (0u32..)
        .zip(&module.bodies)
        .map(|(place, body)| {
            let index = imported + place;
            if taken_out.contains(&index) {
                return false;
            }
            // What has no name was made by tools, to pass arguments between the two languages.
            let is_chosen = chosen.contains_key(&index) || !names.contains_key(&index);
            is_chosen || length(body) <= SMALLEST_BODY_BYTES || module.start == Some(index)
        })
        .collect();
    let is_second = |index: u32| {
        index.checked_sub(imported).is_some_and(|place| is_first.get(place as usize) == Some(&false))
    };

    // What each part refers to beyond itself.
    let mut stand_ins: BTreeSet<u32> = BTreeSet::new();
    let mut shared: BTreeSet<u32> = BTreeSet::new();
    for (index, body) in (imported..).zip(&module.bodies) {
        let from_second = is_second(index);
        for called in module::references(body)? {
            match (from_second, is_second(called)) {
                // What was taken out of one function is called there alone, without a stand-in.
                (false, true) if taken_out.contains(&called) => {}
                (false, true) => drop(stand_ins.insert(called)),
                (true, false) => drop(shared.insert(called)),
                _ => {}
            }
        }
    }
    stand_ins.extend(module.exported_functions().filter(|&index| is_second(index)));
    let listed = module.table_slots()?;
    stand_ins.extend(listed.values().copied().filter(|&index| is_second(index)));

    // Each stand-in calls through a slot of the table: the function's own, or a new one.
    let mut slots: BTreeMap<u32, u32> = BTreeMap::new();
    for (&slot, &index) in &listed {
        slots.entry(index).or_insert(slot);
    }
    let old_len = module.table_len()?;
    let mut new_len = old_len;
    for index in stand_ins.iter().copied().chain(taken_out.clone()) {
        slots.entry(index).or_insert_with(|| {
            new_len += 1;
            new_len - 1
        });
    }
    let plan =
        Plan { module: &module, is_first: &is_first, taken_out, stand_ins, shared, slots, listed, new_len };
    Ok(Parts { first: plan.first_part()?, second: plan.second_part()? })
}

struct Plan<'a> {
    module: &'a Module<'a>,
    /// For each defined function.
    is_first: &'a [bool],
    /// What [`outline`] made.
    taken_out: Range<u32>,
    /// Functions of the second part that stand in the first as stand-ins.
    stand_ins: BTreeSet<u32>,
    /// Functions of the first part that the second calls.
    shared: BTreeSet<u32>,
    /// The slot through which a function of the second part is called.
    slots: BTreeMap<u32, u32>,
    /// The function in each slot of the table, as the whole has it.
    listed: BTreeMap<u32, u32>,
    new_len: u32,
}

impl Plan<'_> {
    fn is_second(&self, index: u32) -> bool {
        let place = index.checked_sub(self.module.num_imported());
        place.is_some_and(|place| self.is_first.get(place as usize) == Some(&false))
    }

    /// The functions that are defined in one part, by their index in the whole.
    fn defined(&self, in_first: bool) -> impl Iterator<Item = u32> + '_ {
        (self.module.num_imported()..).zip(self.is_first).filter_map(move |(index, &is_first)| {
            let is_here = if in_first { is_first || self.stand_ins.contains(&index) } else { !is_first };
            is_here.then_some(index)
        })
    }

    fn first_part(&self) -> Result<Vec<u8>, SplitError> {
        let module = self.module;
        let imported = module.num_imported();
        // The import of the loader comes last of the imports; `ensure` last of all.
        let loader = imported;
        let mut renumber = Renumber::new((0..imported).map(|index| (index, index)));
        renumber.extend(self.defined(true).zip(imported + 1..));
        let ensure = renumber.next_index();
        let loaded = module.num_globals();

        let mut types = TypeSection::new();
        renumber.parse_type_section(&mut types, module.type_section.clone())?;
        let nothing = types.len();
        types.ty().function([], []);

        let mut imports = ImportSection::new();
        for import in &module.imports {
            renumber.parse_import(&mut imports, *import)?;
        }
        imports.import(IMPORT.0, IMPORT.1, EntityType::Function(nothing));

        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        for index in self.defined(true) {
            functions.function(module.type_of(index)?);
            if self.is_second(index) {
                code.function(&self.stand_in(index, ensure)?);
            } else {
                code.function(&self.of_first(index, ensure, &mut renumber)?);
            }
        }
        functions.function(nothing);
        let mut body = Function::new([]);
        for instruction in [
            Instruction::GlobalGet(loaded),
            Instruction::I32Eqz,
            Instruction::If(wasm_encoder::BlockType::Empty),
            Instruction::Call(loader),
            Instruction::End,
            Instruction::End,
        ] {
            body.instruction(&instruction);
        }
        code.function(&body);

        let mut tables = TableSection::new();
        for (place, table) in (0u32..).zip(&module.tables) {
            let mut ty = renumber.table_type(table.ty)?;
            if place == 0 {
                ty.minimum = u64::from(self.new_len);
                ty.maximum = ty.maximum.map(|most| most.max(ty.minimum));
            }
            tables.table(ty);
        }
        let mut memories = MemorySection::new();
        for memory in &module.memories {
            memories.memory(renumber.memory_type(*memory)?);
        }
        let mut globals = GlobalSection::new();
        for global in &module.globals {
            renumber.parse_global(&mut globals, global.clone())?;
        }
        let flag = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        globals.global(flag, &ConstExpr::i32_const(0));

        let mut exports = ExportSection::new();
        for export in &module.exports {
            renumber.parse_export(&mut exports, *export)?;
        }
        for &index in &self.shared {
            exports.export(&shared_name("f", index), ExportKind::Func, renumber.index(index)?);
        }
        for place in (0u32..).take(module.tables.len()) {
            exports.export(&shared_name("t", place), ExportKind::Table, place);
        }
        exports.export(&shared_name("m", 0), ExportKind::Memory, 0);
        for place in 0..=loaded {
            exports.export(&shared_name("g", place), ExportKind::Global, place);
        }

        let mut elements = ElementSection::new();
        renumber.parse_element_section(&mut elements, module.element_section.clone())?;

        let mut out = wasm_encoder::Module::new();
        out.section(&types).section(&imports).section(&functions).section(&tables).section(&memories);
        out.section(&globals).section(&exports);
        if let Some(start) = module.start {
            out.section(&StartSection { function_index: renumber.index(start)? });
        }
        out.section(&elements);
        if let Some(count) = module.data_count {
            out.section(&wasm_encoder::DataCountSection { count });
        }
        out.section(&code);
        if let Some(data) = module.data {
            out.section(&RawSection { id: SectionId::Data.into(), data });
        }
        Ok(out.finish())
    }

    /// A function of the first part, which calls what was taken out of it through the table.
    fn of_first(&self, index: u32, ensure: u32, renumber: &mut Renumber) -> Result<Function, SplitError> {
        let body = self.module.body(index)?;
        let mut function = renumber.new_function_with_parsed_locals(body)?;
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            match reader.read()? {
                Operator::Call { function_index } if self.taken_out.contains(&function_index) => {
                    function.instruction(&Instruction::Call(ensure));
                    self.call_through_table(&mut function, function_index)?;
                }
                op => drop(function.instruction(&renumber.instruction(op)?)),
            }
        }
        Ok(function)
    }

    fn call_through_table(&self, function: &mut Function, index: u32) -> Result<(), SplitError> {
        let slot = self.slots.get(&index).copied().ok_or(SplitError::new("a stand-in has no slot"))?;
        let type_index = self.module.type_of(index)?;
        function.instruction(&Instruction::I32Const(slot.cast_signed()));
        function.instruction(&Instruction::CallIndirect { type_index, table_index: 0 });
        Ok(())
    }

    /// A function that stands for one of the second part.
    fn stand_in(&self, index: u32, ensure: u32) -> Result<Function, SplitError> {
        let ty = self.module.type_of(index)?;
        let num_params = self.module.num_params(ty)?;
        let mut body = Function::new([]);
        body.instruction(&Instruction::Call(ensure));
        for param in 0..num_params {
            body.instruction(&Instruction::LocalGet(param));
        }
        self.call_through_table(&mut body, index)?;
        body.instruction(&Instruction::End);
        Ok(body)
    }

    fn second_part(&self) -> Result<Vec<u8>, SplitError> {
        let module = self.module;
        let mut renumber = Renumber::new(self.shared.iter().copied().zip(0..));
        let first_defined = renumber.next_index();
        renumber.extend(self.defined(false).zip(first_defined..));
        let start = renumber.next_index();
        let loaded = module.num_globals();

        let mut types = TypeSection::new();
        renumber.parse_type_section(&mut types, module.type_section.clone())?;
        let nothing = types.len();
        types.ty().function([], []);

        let mut imports = ImportSection::new();
        for &index in &self.shared {
            imports.import(FIRST, &shared_name("f", index), EntityType::Function(module.type_of(index)?));
        }
        for (place, table) in (0u32..).zip(&module.tables) {
            let mut ty = renumber.table_type(table.ty)?;
            if place == 0 {
                ty.minimum = u64::from(self.new_len);
                ty.maximum = ty.maximum.map(|most| most.max(ty.minimum));
            }
            imports.import(FIRST, &shared_name("t", place), EntityType::Table(ty));
        }
        let memory = module.memories.first().ok_or(SplitError::new("there is no memory"))?;
        imports.import(FIRST, &shared_name("m", 0), EntityType::Memory(renumber.memory_type(*memory)?));
        for (place, ty) in (0u32..).zip(module.global_types()) {
            imports.import(FIRST, &shared_name("g", place), EntityType::Global(renumber.global_type(ty)?));
        }
        let flag = GlobalType { val_type: ValType::I32, mutable: true, shared: false };
        imports.import(FIRST, &shared_name("g", loaded), EntityType::Global(flag));

        let mut functions = FunctionSection::new();
        let mut code = CodeSection::new();
        for index in self.defined(false) {
            functions.function(module.type_of(index)?);
            renumber.parse_function_body(&mut code, module.body(index)?.clone())?;
        }
        functions.function(nothing);
        let mut body = Function::new([]);
        body.instruction(&Instruction::I32Const(1));
        body.instruction(&Instruction::GlobalSet(loaded));
        body.instruction(&Instruction::End);
        code.function(&body);

        // What the table has from now on: the functions themselves, where stand-ins were.
        let own = self.listed.iter().filter(|(_, index)| self.is_second(**index));
        let mut slots: BTreeMap<u32, u32> = own.map(|(&slot, &index)| (slot, index)).collect();
        let called = self.stand_ins.iter().copied().chain(self.taken_out.clone());
        slots.extend(called.filter_map(|index| Some((*self.slots.get(&index)?, index))));
        let mut elements = ElementSection::new();
        let mut run: Vec<u32> = Vec::new();
        let mut begin = 0;
        for (slot, index) in slots {
            if slot != begin + run.len() as u32 {
                put(&mut elements, begin, &mut run);
                begin = slot;
            }
            run.push(renumber.index(index)?);
        }
        put(&mut elements, begin, &mut run);
        // A function whose reference is taken must be declared where it is.
        let taken: BTreeSet<u32> = module::taken_references(module, &|index| self.is_second(index))?;
        if !taken.is_empty() {
            let taken =
                taken.into_iter().map(|index| renumber.index(index)).collect::<Result<Vec<_>, _>>()?;
            elements.declared(Elements::Functions(taken.into()));
        }

        let mut out = wasm_encoder::Module::new();
        out.section(&types).section(&imports).section(&functions);
        out.section(&StartSection { function_index: start });
        out.section(&elements).section(&code);
        Ok(out.finish())
    }
}

fn put(elements: &mut ElementSection, begin: u32, run: &mut Vec<u32>) {
    if !run.is_empty() {
        let functions = std::mem::take(run);
        elements.active(
            None,
            &ConstExpr::i32_const(begin.cast_signed()),
            Elements::Functions(functions.into()),
        );
    }
}

/// What is shared is exported by a letter and its place, short since there are thousands. No
/// export of the whole begins with “$”.
fn shared_name(letter: &str, place: u32) -> String {
    let mut name = format!("${letter}");
    let mut rest = place;
    loop {
        name.push(char::from_digit(rest % 36, 36).unwrap_or('0'));
        rest /= 36;
        if rest == 0 {
            return name;
        }
    }
}

/// Makes a module that notes which of its blocks run: each has a byte in a second memory,
/// exported as `profile`, by its place among the blocks of all functions.
///
/// # Errors
/// Where the module is none, or has no memory.
pub fn instrument(bytes: &[u8]) -> Result<Vec<u8>, SplitError> {
    let module = Module::read(bytes)?;
    let mut number = 0;
    for body in &module.bodies {
        number += blocks::number_in(body)?;
    }
    let pages = number as u64 / 65_536 + 1;
    let noted = module.memories.len() as u32;
    let mut renumber = Renumber::identity();
    let mut out = wasm_encoder::Module::new();
    for section in &module.sections {
        let id = section.id;
        if id == u8::from(SectionId::Memory) {
            let mut memories = MemorySection::new();
            for memory in &module.memories {
                memories.memory(renumber.memory_type(*memory)?);
            }
            memories.memory(MemoryType {
                minimum: pages,
                maximum: Some(pages),
                memory64: false,
                shared: false,
                page_size_log2: None,
            });
            out.section(&memories);
        } else if id == u8::from(SectionId::Export) {
            let mut exports = ExportSection::new();
            for export in &module.exports {
                renumber.parse_export(&mut exports, *export)?;
            }
            exports.export("profile", ExportKind::Memory, noted);
            out.section(&exports);
        } else if id == u8::from(SectionId::Code) {
            let mut code = CodeSection::new();
            let mut places = 0u32..;
            for body in &module.bodies {
                let mut function = renumber.new_function_with_parsed_locals(body)?;
                let target = wasm_encoder::MemArgTarget::Memory(noted);
                let at = wasm_encoder::MemArg { offset: 0, align: 0, target, ordering: None };
                let mut note = |function: &mut Function| {
                    let place = places.next().unwrap_or(0);
                    function.instruction(&Instruction::I32Const(place.cast_signed()));
                    function.instruction(&Instruction::I32Const(1));
                    function.instruction(&Instruction::I32Store8(at));
                };
                note(&mut function);
                let mut reader = body.get_operators_reader()?;
                while !reader.eof() {
                    let op = reader.read()?;
                    function.instruction(&renumber.instruction(op.clone())?);
                    if blocks::ends_block(&op) && !reader.eof() {
                        note(&mut function);
                    }
                }
                code.function(&function);
            }
            out.section(&code);
        } else {
            out.section(&RawSection { id, data: section.data });
        }
    }
    Ok(out.finish())
}

/// Words in the names of functions that a start may run or not, by the digits of what it measures and by what
/// the memory looks like. All of these are in the first part.
const BY_CHANCE: [&str; 3] = ["flt2dec", "fmt::float", "dlmalloc"];
/// Words in the names of functions that stay whole, since other blocks run each time: by the seed of a hash,
/// and by who lets go of something last.
const WHOLE: [&str; 4] = ["hashbrown", "indexmap", "drop_in_place", "drop_slow"];

/// The list of the functions of which an instrumented program noted a block, and of those that run by chance.
///
/// # Errors
/// Where the module is none, or has no names.
pub fn list_of(bytes: &[u8], noted: &[u8]) -> Result<FirstList, SplitError> {
    let module = Module::read(bytes)?;
    let names = names::of_functions(bytes)?;
    if names.is_empty() {
        return Err(SplitError::new("the module has no names of functions: build it with wasm-opt -g"));
    }
    let mut noted = noted.iter().map(|byte| *byte != 0);
    let mut ran = BTreeMap::new();
    for (index, body) in (module.num_imported()..).zip(&module.bodies) {
        let of_function: Vec<bool> = noted.by_ref().take(blocks::number_in(body)?).collect();
        let has = |words: &[&str]| {
            names.get(&index).is_some_and(|name| words.iter().any(|word| name.contains(word)))
        };
        if has(&BY_CHANCE) {
            ran.insert(index, Blocks::default());
        } else if of_function.first() == Some(&true) {
            let is_whole = has(&WHOLE);
            ran.insert(index, Blocks::new(of_function.into_iter().map(|ran| ran || is_whole)));
        }
    }
    Ok(FirstList::of(&names, ran))
}
