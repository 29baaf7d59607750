//! Whatever is said to have run, a program in two parts does what it does in one.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use proptest::prelude::*;
use wasmi::{AsContextMut, Caller, Engine, Extern, Instance, Linker, Module, Store, Val, ValType};

/// Writes programs by chance, which end: calls lead to later functions only, and loops have little fuel.
struct Writer<I> {
    chance: I,
    labels: Vec<String>,
    next_label: usize,
    function: usize,
}

const FUNCTIONS: usize = 5;
const INTS: [&str; 7] = ["$p", "$q", "$a", "$b", "$c", "$d", "$e"];
const LONGS: [&str; 2] = ["$x", "$y"];

impl<I: Iterator<Item = u8>> Writer<I> {
    fn below(&mut self, end: usize) -> usize {
        usize::from(self.chance.next().unwrap_or(0)) % end
    }

    fn one_of(&mut self, names: &[&'static str]) -> &'static str {
        let place = self.below(names.len());
        names.get(place).copied().unwrap_or("$p")
    }

    fn program(&mut self) -> String {
        let mut text = String::from(
            "(module (memory (export \"m\") 1) (table 1 funcref) (elem (i32.const 0) $f0) \
             (global $fuel (mut i32) (i32.const 300)) (global $g (export \"g\") (mut i32) (i32.const 5))",
        );
        for function in 0..FUNCTIONS {
            self.function = function;
            let result = if returns(function) { "(result i32)" } else { "" };
            text += &format!(
                "(func $f{function} (export \"f{function}\") (param $p i32) (param $q i32) {result}"
            );
            text += "(local $a i32) (local $b i32) (local $c i32) (local $d i32) (local $e i32)";
            text += "(local $x i64) (local $y i64)";
            text += &self.statements(0);
            if returns(function) {
                text += &self.int(2);
            }
            text += ")\n";
        }
        text + ")"
    }

    fn statements(&mut self, depth: usize) -> String {
        let mut text = String::new();
        for _ in 0..2 + self.below(6) {
            let (statement, goes_on) = self.statement(depth);
            text += &statement;
            if !goes_on {
                break;
            }
        }
        text
    }

    /// A statement, and whether anything may follow it.
    fn statement(&mut self, depth: usize) -> (String, bool) {
        let kind = self.below(if depth < 4 { 22 } else { 12 });
        match kind {
            0..=4 => (format!("(local.set {} {})", self.one_of(&INTS), self.int(2)), true),
            5 => {
                let (set, get, int) = (self.one_of(&LONGS), self.one_of(&LONGS), self.int(1));
                (format!("(local.set {set} (i64.sub (local.get {get}) (i64.extend_i32_u {int})))"), true)
            }
            6 => (format!("(global.set $g {})", self.int(2)), true),
            7 => (format!("(i32.store (i32.and {} (i32.const 252)) {})", self.int(1), self.int(2)), true),
            8 => self.call(),
            9 | 10 => match self.label() {
                Some(label) => (format!("(br_if {label} {})", self.int(2)), true),
                None => (String::new(), true),
            },
            11 => self.leave(),
            12..=16 => {
                let (condition, then) = (self.int(2), self.statements(depth + 1));
                let otherwise = self.statements(depth + 1);
                (format!("(if {condition} (then {then}) (else {otherwise}))"), true)
            }
            17 | 18 => {
                let label = self.open();
                let inside = self.statements(depth + 1);
                self.labels.pop();
                (format!("(block {label} {inside})"), true)
            }
            19 => {
                let label = self.open();
                let (inside, again) = (self.statements(depth + 1), self.int(1));
                self.labels.pop();
                let fuel = "(global.set $fuel (i32.sub (global.get $fuel) (i32.const 1)))\
                            (if (i32.lt_s (global.get $fuel) (i32.const 0)) (then unreachable))";
                (
                    format!("(loop {label} {fuel} {inside} (br_if {label} (i32.and {again} (i32.const 1))))"),
                    true,
                )
            }
            20 => {
                let condition = self.int(2);
                (format!("(if {condition} (then {}))", self.statements(depth + 1)), true)
            }
            _ => {
                let labels: Vec<String> = (0..1 + self.below(4)).filter_map(|_| self.label()).collect();
                if labels.is_empty() {
                    return self.leave();
                }
                (format!("(br_table {} (i32.and {} (i32.const 3)))", labels.join(" "), self.int(1)), false)
            }
        }
    }

    fn open(&mut self) -> String {
        let label = format!("$l{}", self.next_label);
        self.next_label += 1;
        self.labels.push(label.clone());
        label
    }

    fn label(&mut self) -> Option<String> {
        let number = self.labels.len();
        if number == 0 {
            return None;
        }
        let place = self.below(number);
        self.labels.get(place).cloned()
    }

    fn leave(&mut self) -> (String, bool) {
        match self.below(8) {
            0 => ("unreachable".to_owned(), false),
            1..=3 if !self.labels.is_empty() => (format!("(br {})", self.label().unwrap_or_default()), false),
            _ if returns(self.function) => (format!("(return {})", self.int(2)), false),
            _ => ("(return)".to_owned(), false),
        }
    }

    fn call(&mut self) -> (String, bool) {
        let called = self.function + 1 + self.below(2);
        if called >= FUNCTIONS {
            return (String::new(), true);
        }
        let call = format!("(call $f{called} {} {})", self.int(1), self.int(1));
        let text = if returns(called) { format!("(local.set {} {call})", self.one_of(&INTS)) } else { call };
        (text, true)
    }

    fn int(&mut self, depth: usize) -> String {
        match self.below(if depth == 0 { 3 } else { 9 }) {
            0 => format!("(i32.const {})", self.below(9)),
            1 | 2 => format!("(local.get {})", self.one_of(&INTS)),
            3 => format!("(i32.add {} {})", self.int(depth - 1), self.int(depth - 1)),
            4 => format!("(i32.mul {} {})", self.int(depth - 1), self.int(depth - 1)),
            5 => format!("(i32.lt_s {} {})", self.int(depth - 1), self.int(depth - 1)),
            6 => format!("(i32.load (i32.and {} (i32.const 252)))", self.int(depth - 1)),
            7 => format!("(local.tee {} {})", self.one_of(&INTS), self.int(depth - 1)),
            _ => format!("(i32.wrap_i64 (local.get {}))", self.one_of(&LONGS)),
        }
    }
}

fn returns(function: usize) -> bool {
    function.is_multiple_of(2)
}

/// What calls the program's functions one after the other and sees what each of them answers, and what
/// the globals and the memory hold in the end.
fn seen(mut store: Store<Option<Instance>>, instance: Instance) -> Vec<String> {
    let exports: Vec<(String, Extern)> =
        instance.exports(&store).map(|export| (export.name().to_owned(), export.into_extern())).collect();
    // What the parts share is no part of what the program does.
    let own: Vec<_> = exports.into_iter().filter(|(name, _)| !name.starts_with('$')).collect();
    let mut seen = Vec::new();
    for round in 1..4 {
        for (name, function) in &own {
            let Extern::Func(function) = function else { continue };
            let ty = function.ty(&store);
            let given: Vec<Val> = ty.params().iter().map(|ty| value(*ty, round)).collect();
            let mut answer = vec![Val::I32(0); ty.results().len()];
            let outcome = function.call(&mut store, &given, &mut answer);
            // Of what stops a program, only that it does.
            seen.push(match outcome {
                Ok(()) => format!("{name} {:?}", answer.iter().map(bits).collect::<Vec<_>>()),
                Err(_) => format!("{name} stops"),
            });
        }
    }
    for (name, kept) in &own {
        match kept {
            Extern::Global(global) => seen.push(format!("{name} {}", bits(&global.get(&store)))),
            Extern::Memory(memory) => {
                let sum = memory.data(&store).iter().fold(7u64, |sum, byte| {
                    sum.wrapping_mul(0x0100_0000_01b3).wrapping_add(u64::from(*byte))
                });
                seen.push(format!("{name} {sum:x}"));
            }
            _ => {}
        }
    }
    seen
}

fn value(ty: ValType, round: i32) -> Val {
    match ty {
        ValType::I64 => Val::I64(i64::from(round) * 3 - 4),
        ValType::F32 => Val::F32((round as f32 * 1.5).into()),
        ValType::F64 => Val::F64((f64::from(round) * -2.5).into()),
        _ => Val::I32(round * 7 - 8),
    }
}

fn bits(value: &Val) -> String {
    match value {
        Val::I32(value) => format!("{value:x}"),
        Val::I64(value) => format!("{value:x}"),
        Val::F32(value) => format!("{:x}", value.to_bits()),
        Val::F64(value) => format!("{:x}", value.to_bits()),
        _ => String::new(),
    }
}

/// Starts a program in one, or not where it stops at once.
fn whole(bytes: &[u8]) -> Option<Vec<String>> {
    let engine = Engine::default();
    let module = Module::new(&engine, bytes).ok()?;
    let mut store = Store::new(&engine, None);
    let instance = Linker::new(&engine).instantiate_and_start(&mut store, &module).ok()?;
    Some(seen(store, instance))
}

/// Starts a program in two: the second part comes when the first asks for it.
fn in_two(parts: &parts::Parts) -> Vec<String> {
    let engine = Engine::default();
    let [first, second] = [&parts.first, &parts.second].map(|bytes| Module::new(&engine, bytes).unwrap());
    let mut store = Store::new(&engine, None);
    let mut linker = Linker::new(&engine);
    let load = move |mut caller: Caller<'_, Option<Instance>>| {
        let instance = caller.data().expect("the first part is there");
        let mut linker = Linker::<Option<Instance>>::new(caller.engine());
        let exports: Vec<_> = instance
            .exports(&caller)
            .map(|export| (export.name().to_owned(), export.into_extern()))
            .collect();
        for (name, export) in exports {
            linker.define(parts::FIRST, &name, export).unwrap();
        }
        linker.instantiate_and_start(caller.as_context_mut(), &second).unwrap();
    };
    linker.func_wrap(parts::IMPORT.0, parts::IMPORT.1, load).unwrap();
    let instance = linker.instantiate_and_start(&mut store, &first).unwrap();
    *store.data_mut() = Some(instance);
    seen(store, instance)
}

/// Bytes without end (SplitMix64).
fn bytes_of(mut state: u64) -> impl Iterator<Item = u8> {
    std::iter::repeat_with(move || {
        state = state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mixed = (state ^ (state >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        (mixed ^ (mixed >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb) as u8
    })
}

proptest! {
    #[test]
    fn whatever_is_said_to_have_run_a_program_in_two_parts_does_what_it_does_in_one(
        seed in any::<u64>(),
        density in 1u8..8,
    ) {
        let mut chance = bytes_of(seed);
        let mut writer = Writer { chance: chance.by_ref(), labels: Vec::new(), next_label: 0, function: 0 };
        let program = wat::parse_str(writer.program()).expect("a program is one");
        let noted: Vec<u8> = chance.take(10_000).map(|byte| u8::from(byte % 8 >= density)).collect();
        let list = parts::list_of(&program, &noted).expect("it has names");
        let parts = parts::split(&program, &list).expect("it can be shared out");
        let expected = whole(&program).expect("it runs");
        prop_assert_eq!(in_two(&parts), expected);
    }
}
