//! Takes out of functions the code that did not run, so that it can be in the second part.
//!
//! Each **region** taken out is a run of instructions at one level of nesting that begins and ends with
//! nothing on the stack of its frame. It becomes a function of its own: the locals that it reads are its
//! parameters, those that it leaves for later are its results, and where it may leave by more ways than its
//! end, its last result says by which. In its place stands a call, and the branch that it asks for.
//!
//! The program does what it did, whatever is said to have run.

mod code;
mod live;
mod region;

use std::collections::BTreeMap;
use std::ops::Range;

use wasm_encoder::reencode::Reencode as _;
use wasm_encoder::{CodeSection, Function, FunctionSection, RawSection, SectionId, TypeSection};
use wasmparser::{FuncValidatorAllocations, Parser, ValType, ValidPayload, Validator};

use crate::blocks::Blocks;
use crate::module::{Module, SplitError};
use crate::rewrite::Renumber;
use code::Code;

/// Parameters and results of a function.
type Signature = (Vec<ValType>, Vec<ValType>);

/// The module with what did not run taken out of the chosen functions, and the indices of the functions that
/// hold it: those after all others.
///
/// # Errors
/// Where the module is not valid.
pub(crate) fn outline(
    bytes: &[u8],
    chosen: &BTreeMap<u32, Blocks>,
) -> Result<(Vec<u8>, Range<u32>), SplitError> {
    let module = Module::read(bytes)?;
    let mut renumber = Renumber::identity();
    let first_new = module.num_imported() + module.bodies.len() as u32;
    let mut made: Vec<(Signature, Function)> = Vec::new();
    let mut code = CodeSection::new();

    let mut validator = Validator::new();
    let mut allocations = FuncValidatorAllocations::default();
    for payload in Parser::new(0).parse_all(bytes) {
        let ValidPayload::Func(function, body) = validator.payload(&payload?)? else { continue };
        let blocks = chosen.get(&function.index).cloned().unwrap_or_default();
        if blocks == Blocks::default() {
            renumber.parse_function_body(&mut code, body)?;
            continue;
        }
        let mut of_function = function.into_validator(allocations);
        let read = Code::read(&body, &blocks, &mut of_function)?;
        allocations = of_function.into_allocations();
        let next = || first_new + made.len() as u32;
        let mut put = Vec::new();
        let rewritten = region::rewrite(&read, &mut |signature, function| {
            let index = next() + put.len() as u32;
            put.push((signature, function));
            index
        })?;
        made.append(&mut put);
        code.function(&rewritten);
    }

    let mut types = TypeSection::new();
    renumber.parse_type_section(&mut types, module.type_section.clone())?;
    let mut functions = FunctionSection::new();
    for ty in &module.function_types {
        functions.function(*ty);
    }
    let mut known: BTreeMap<Vec<u8>, u32> = BTreeMap::new();
    let count = made.len() as u32;
    for ((params, results), function) in made {
        let key = format!("{params:?}{results:?}").into_bytes();
        let index = match known.get(&key) {
            Some(index) => *index,
            None => {
                let index = types.len();
                let encoded = |types: Vec<ValType>| {
                    types.into_iter().map(code::val_type).collect::<Result<Vec<_>, _>>()
                };
                types.ty().function(encoded(params)?, encoded(results)?);
                known.insert(key, index);
                index
            }
        };
        functions.function(index);
        code.function(&function);
    }

    let mut out = wasm_encoder::Module::new();
    for section in &module.sections {
        match section.id {
            id if id == u8::from(SectionId::Type) => out.section(&types),
            id if id == u8::from(SectionId::Function) => out.section(&functions),
            id if id == u8::from(SectionId::Code) => out.section(&code),
            id => out.section(&RawSection { id, data: section.data }),
        };
    }
    Ok((out.finish(), first_new..first_new + count))
}
