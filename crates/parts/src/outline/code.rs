//! The code of one function, with what taking parts of it out needs to know of each instruction.

use wasmparser::{
    BlockType, FuncValidator, FunctionBody, Operator, ValType, ValidatorResources, WasmModuleResources as _,
};

use crate::blocks::{Blocks, ends_block};
use crate::module::SplitError;

/// An instruction, and how things stand before it.
pub(super) struct Step<'a> {
    pub op: Operator<'a>,
    /// Where it begins in the file, in bytes.
    pub at: u64,
    pub ran: bool,
    /// Whether nothing lies on the stack above what the frame began with.
    pub is_clear: bool,
    /// How many frames it is in; the function itself is one.
    pub depth: usize,
    /// Whether one of the frames is a loop.
    pub in_loop: bool,
    /// For what opens a frame: where the `end` is. For an `else`: the `end` too.
    pub end: usize,
    /// For an `if`: where its `else` is, or else its `end`.
    pub otherwise: usize,
    /// Where it may branch to: the steps that open the frames, or none for the function itself.
    pub targets: Vec<Option<usize>>,
}

/// The code of one function.
pub(super) struct Code<'a> {
    pub steps: Vec<Step<'a>>,
    /// Types of parameters and locals.
    pub locals: Vec<ValType>,
    pub num_params: usize,
    pub results: Vec<ValType>,
}

impl<'a> Code<'a> {
    /// # Errors
    /// Where the code is not valid.
    pub fn read(
        body: &FunctionBody<'a>,
        blocks: &Blocks,
        validator: &mut FuncValidator<ValidatorResources>,
    ) -> Result<Self, SplitError> {
        let number = crate::blocks::number_in(body)?;
        let known = blocks.fit(number);
        let num_params = validator.len_locals() as usize;
        validator.read_locals(&mut body.get_binary_reader())?;
        let locals =
            (0..validator.len_locals()).filter_map(|local| validator.get_local_type(local)).collect();
        let ty = validator.resources().type_index_of_function(validator.index());
        let results = ty
            .and_then(|ty| validator.resources().sub_type_at(ty))
            .map_or_else(Vec::new, |ty| ty.unwrap_func().results().to_vec());

        let mut steps: Vec<Step<'a>> = Vec::new();
        let mut open: Vec<Option<usize>> = vec![None];
        let mut block = 0;
        let mut reader = body.get_operators_reader()?;
        while !reader.eof() {
            let at = reader.original_position();
            let op = reader.read()?;
            let place = steps.len();
            let frame = validator.get_control_frame(0);
            let is_clear = frame.is_some_and(|frame| {
                !frame.unreachable && frame.height == validator.operand_stack_height() as usize
            });
            validator.op(at, &op)?;
            let target = |depth: u32| {
                let place = open.len().checked_sub(1 + depth as usize);
                place
                    .and_then(|place| open.get(place))
                    .copied()
                    .ok_or(SplitError::new("a branch leads nowhere"))
            };
            let targets = match &op {
                Operator::Br { relative_depth } | Operator::BrIf { relative_depth } => {
                    vec![target(*relative_depth)?]
                }
                Operator::BrTable { targets } => {
                    let all = targets.targets().chain([Ok(targets.default())]);
                    all.map(|depth| target(depth?)).collect::<Result<_, SplitError>>()?
                }
                _ => Vec::new(),
            };
            // An `else` and an `end` stand in the frame around the one that they close.
            let closes = matches!(op, Operator::Else | Operator::End);
            let opener = if closes { open.pop().flatten() } else { None };
            let in_loop = open.iter().flatten().any(|&opener| {
                steps.get(opener).is_some_and(|step| matches!(step.op, Operator::Loop { .. }))
            });
            let begins_block = ends_block(&op);
            let step = Step {
                ran: !known || blocks.ran(block),
                op,
                at,
                is_clear,
                depth: open.len(),
                in_loop,
                end: place,
                otherwise: place,
                targets,
            };
            if let Some(opened) = opener.and_then(|opener| steps.get_mut(opener)) {
                if matches!(step.op, Operator::Else) {
                    opened.otherwise = place;
                } else {
                    opened.end = place;
                    let otherwise = opened.otherwise;
                    if Some(otherwise) == opener {
                        opened.otherwise = place;
                    } else if let Some(step) = steps.get_mut(otherwise) {
                        step.end = place;
                    }
                }
            }
            match step.op {
                Operator::Block { .. } | Operator::Loop { .. } | Operator::If { .. } => {
                    open.push(Some(place))
                }
                Operator::Else => open.push(opener),
                _ => {}
            }
            steps.push(step);
            if begins_block {
                block += 1;
            }
        }
        Ok(Self { steps, locals, num_params, results })
    }

    /// Whether a branch to a frame takes values along, by the step that opens it.
    pub fn takes_values(&self, target: Option<usize>) -> bool {
        match target.and_then(|place| self.steps.get(place)).map(|step| &step.op) {
            None => !self.results.is_empty(),
            Some(Operator::Loop { blockty }) => matches!(blockty, BlockType::FuncType(_)),
            Some(Operator::Block { blockty } | Operator::If { blockty }) => *blockty != BlockType::Empty,
            Some(_) => true,
        }
    }
}

/// # Errors
/// Where the type is a reference to a type of the module, which no local of the program has.
pub(super) fn val_type(ty: ValType) -> Result<wasm_encoder::ValType, SplitError> {
    let known = wasm_encoder::ValType::try_from(ty);
    known.map_err(|_| SplitError::new("a local has a type that this does not know"))
}
