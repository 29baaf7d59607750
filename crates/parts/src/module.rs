//! A module taken apart, as far as splitting it needs.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::ops::Range;

use wasmparser::{
    CompositeInnerType, ElementItems, ElementKind, ElementSectionReader, Export, ExternalKind, FunctionBody,
    Global, GlobalType, Import, MemoryType, Operator, Parser, Payload, Table, TypeRef, TypeSectionReader,
};

/// Why a module is not split.
#[derive(Debug)]
pub struct SplitError(String);

impl SplitError {
    pub(crate) fn new(message: &str) -> Self {
        Self(message.to_owned())
    }
}

impl fmt::Display for SplitError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for SplitError {}

impl From<wasmparser::BinaryReaderError> for SplitError {
    fn from(error: wasmparser::BinaryReaderError) -> Self {
        Self(error.to_string())
    }
}

impl From<wasm_encoder::reencode::Error<SplitError>> for SplitError {
    fn from(error: wasm_encoder::reencode::Error<SplitError>) -> Self {
        Self(error.to_string())
    }
}

/// A section as it stands in the file.
pub(crate) struct Section<'a> {
    pub id: u8,
    pub data: &'a [u8],
}

/// A module taken apart.
pub struct Module<'a> {
    pub(crate) sections: Vec<Section<'a>>,
    pub(crate) type_section: TypeSectionReader<'a>,
    pub(crate) element_section: ElementSectionReader<'a>,
    pub(crate) imports: Vec<Import<'a>>,
    pub(crate) function_types: Vec<u32>,
    pub(crate) bodies: Vec<FunctionBody<'a>>,
    pub(crate) tables: Vec<Table<'a>>,
    pub(crate) memories: Vec<MemoryType>,
    pub(crate) globals: Vec<Global<'a>>,
    pub(crate) exports: Vec<Export<'a>>,
    pub(crate) start: Option<u32>,
    pub(crate) data_count: Option<u32>,
    pub(crate) data: Option<&'a [u8]>,
    num_params: Vec<u32>,
}

impl fmt::Debug for Module<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Module of {} functions", self.bodies.len())
    }
}

impl<'a> Module<'a> {
    /// Reads a module.
    ///
    /// # Errors
    /// Where it is none, or a section that cannot be missing is.
    pub fn read(bytes: &'a [u8]) -> Result<Self, SplitError> {
        let mut sections = Vec::new();
        let (mut type_section, mut element_section) = (None, None);
        let (mut imports, mut function_types, mut bodies) = (Vec::new(), Vec::new(), Vec::new());
        let (mut tables, mut memories, mut globals) = (Vec::new(), Vec::new(), Vec::new());
        let (mut exports, mut num_params) = (Vec::new(), Vec::new());
        let (mut start, mut data_count, mut data) = (None, None, None);
        for payload in Parser::new(0).parse_all(bytes) {
            let payload = payload?;
            if let Some((id, range)) = payload.as_section()
                && id != 0
            {
                sections.push(Section { id, data: within(bytes, range)? });
            }
            match payload {
                Payload::TypeSection(section) => {
                    for group in section.clone() {
                        for ty in group?.into_types() {
                            let CompositeInnerType::Func(ty) = ty.composite_type.inner else {
                                return Err(SplitError::new("a type is not of a function"));
                            };
                            num_params.push(ty.params().len() as u32);
                        }
                    }
                    type_section = Some(section);
                }
                Payload::ImportSection(section) => {
                    imports = section.into_imports().collect::<Result<_, _>>()?;
                    let is_known = |import: &Import<'_>| {
                        matches!(import.ty, TypeRef::Func(_) | TypeRef::FuncExact(_) | TypeRef::Global(_))
                    };
                    if !imports.iter().all(is_known) {
                        return Err(SplitError::new("a memory, table or tag is imported"));
                    }
                }
                Payload::FunctionSection(section) => {
                    function_types = section.into_iter().collect::<Result<_, _>>()?
                }
                Payload::TableSection(section) => tables = section.into_iter().collect::<Result<_, _>>()?,
                Payload::MemorySection(section) => {
                    memories = section.into_iter().collect::<Result<_, _>>()?
                }
                Payload::GlobalSection(section) => globals = section.into_iter().collect::<Result<_, _>>()?,
                Payload::ExportSection(section) => exports = section.into_iter().collect::<Result<_, _>>()?,
                Payload::StartSection { func, .. } => start = Some(func),
                Payload::ElementSection(section) => element_section = Some(section),
                Payload::DataCountSection { count, .. } => data_count = Some(count),
                Payload::DataSection(section) => data = Some(within(bytes, section.range())?),
                Payload::CodeSectionEntry(body) => bodies.push(body),
                _ => {}
            }
        }
        Ok(Self {
            sections,
            type_section: type_section.ok_or(SplitError::new("there are no types"))?,
            element_section: element_section.ok_or(SplitError::new("there is no table of functions"))?,
            imports,
            function_types,
            bodies,
            tables,
            memories,
            globals,
            exports,
            start,
            data_count,
            data,
            num_params,
        })
    }

    pub(crate) fn num_imported(&self) -> u32 {
        let is_function =
            |import: &&Import<'_>| matches!(import.ty, TypeRef::Func(_) | TypeRef::FuncExact(_));
        self.imports.iter().filter(is_function).count() as u32
    }

    /// Types of all globals, imported ones first.
    pub(crate) fn global_types(&self) -> Vec<GlobalType> {
        let imported = self.imports.iter().filter_map(|import| match import.ty {
            TypeRef::Global(ty) => Some(ty),
            _ => None,
        });
        imported.chain(self.globals.iter().map(|global| global.ty)).collect()
    }

    pub(crate) fn num_globals(&self) -> u32 {
        self.global_types().len() as u32
    }

    pub(crate) fn body(&self, index: u32) -> Result<&FunctionBody<'a>, SplitError> {
        let place = index.checked_sub(self.num_imported());
        place
            .and_then(|place| self.bodies.get(place as usize))
            .ok_or(SplitError::new("a function is not in the module"))
    }

    /// The position of a function's type.
    pub(crate) fn type_of(&self, index: u32) -> Result<u32, SplitError> {
        let of_imported = self.imports.iter().filter_map(|import| match import.ty {
            TypeRef::Func(ty) | TypeRef::FuncExact(ty) => Some(ty),
            _ => None,
        });
        of_imported
            .chain(self.function_types.iter().copied())
            .nth(index as usize)
            .ok_or(SplitError::new("a function has no type"))
    }

    pub(crate) fn num_params(&self, ty: u32) -> Result<u32, SplitError> {
        self.num_params.get(ty as usize).copied().ok_or(SplitError::new("a type is not in the module"))
    }

    pub(crate) fn exported_functions(&self) -> impl Iterator<Item = u32> + '_ {
        let functions = self.exports.iter().filter(|export| export.kind == ExternalKind::Func);
        functions.map(|export| export.index)
    }

    /// The slots that the table of functions has at the start.
    pub(crate) fn table_len(&self) -> Result<u32, SplitError> {
        let table = self.tables.first().ok_or(SplitError::new("there is no table of functions"))?;
        u32::try_from(table.ty.initial).map_err(|_| SplitError::new("the table is too long"))
    }

    /// The function in each slot of the first table.
    pub(crate) fn table_slots(&self) -> Result<BTreeMap<u32, u32>, SplitError> {
        let mut slots = BTreeMap::new();
        for element in self.element_section.clone() {
            let element = element?;
            let ElementKind::Active { table_index, offset_expr } = element.kind else { continue };
            if table_index.unwrap_or(0) != 0 {
                continue;
            }
            let begin = match offset_expr.get_operators_reader().read()? {
                Operator::I32Const { value } => value.cast_unsigned(),
                _ => return Err(SplitError::new("a table is filled from a place that is not constant")),
            };
            let ElementItems::Functions(functions) = element.items else {
                return Err(SplitError::new("the table of functions is filled by expressions"));
            };
            for (slot, function) in (begin..).zip(functions) {
                slots.insert(slot, function?);
            }
        }
        Ok(slots)
    }
}

/// The bytes of a section.
fn within(bytes: &[u8], range: Range<u64>) -> Result<&[u8], SplitError> {
    let ends = (usize::try_from(range.start), usize::try_from(range.end));
    let (Ok(start), Ok(end)) = ends else { return Err(SplitError::new("a section is too long")) };
    bytes.get(start..end).ok_or(SplitError::new("a section ends beyond the file"))
}

/// The functions that a body calls or takes references of.
pub(crate) fn references(body: &FunctionBody<'_>) -> Result<Vec<u32>, SplitError> {
    let mut found = Vec::new();
    let mut reader = body.get_operators_reader()?;
    while !reader.eof() {
        match reader.read()? {
            Operator::Call { function_index }
            | Operator::ReturnCall { function_index }
            | Operator::RefFunc { function_index } => found.push(function_index),
            Operator::MemoryInit { .. } | Operator::DataDrop { .. } | Operator::TableInit { .. } => {
                return Err(SplitError::new("a function uses a passive segment"));
            }
            _ => {}
        }
    }
    Ok(found)
}

/// The functions of which bodies of the second part take references.
pub(crate) fn taken_references(
    module: &Module<'_>,
    is_second: &dyn Fn(u32) -> bool,
) -> Result<BTreeSet<u32>, SplitError> {
    let mut taken = BTreeSet::new();
    for (index, body) in (module.num_imported()..).zip(&module.bodies) {
        if !is_second(index) {
            continue;
        }
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            if let Operator::RefFunc { function_index } = reader.read()? {
                taken.insert(function_index);
            }
        }
    }
    Ok(taken)
}
