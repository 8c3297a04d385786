//! What is said not to be readable: real code that leads astray, and not what the reader only guessed at.

use std::fs;

use demarche_code::{Program, functions};
use demarche_image::{Architecture, VirtualAddress, read, read_raw};

use crate::corpus_starts::corpus;

const BASE: u64 = 0x40_0000;

/// A byte that begins no instruction in 64-bit code.
const NONE: u8 = 0x06;

fn program(architecture: Architecture, bytes: &[u8]) -> Program {
    let mut image = read_raw(bytes, architecture, VirtualAddress(BASE));
    image.entry = Some(VirtualAddress(BASE));
    functions(&image)
}

fn starts(program: &Program) -> Vec<u64> {
    program.functions.iter().map(|one| one.start.0 - BASE).collect()
}

fn blocks(program: &Program, function: usize) -> Vec<(u64, u64)> {
    let blocks = &program.functions[function].blocks;
    blocks.iter().map(|one| (one.start.0 - BASE, one.end().0 - BASE)).collect()
}

#[test]
fn a_jump_to_what_is_no_instruction_is_named_with_its_place() {
    // jmp 4
    let program = program(Architecture::X86_64, &[0xeb, 2, 0x90, 0x90, NONE]);
    assert_eq!(starts(&program), [0]);
    assert_eq!((program.gaps.len(), program.gaps[0].count), (1, 1));
    assert_eq!(program.gaps[0].place.as_deref(), Some("0x400004"));
}

#[test]
fn entries_behind_the_end_of_a_jump_table_are_not_followed() {
    let mut bytes = vec![
        0x83, 0xf8, 0x07, // cmp eax, 7
        0x77, 0x10, // ja 21
        0xff, 0x24, 0x85, 24, 0, 0x40, 0, // jmp [eax * 4 + table]
        0xb8, 0x06, 0x06, 0x06, 0x06, 0xc3, // 12: mov eax, 0x06060606; ret
        0x31, 0xc0, 0xc3, // 18: xor eax, eax; ret
        0xc3, 0xcc, 0xcc, // 21: ret
    ];
    // The comparison allows eight entries; the third leads into the middle of the first case.
    for target in [12, 18, 14, 15, 2, 1, 0x1000, 8_u32] {
        bytes.extend((0x40_0000 + target).to_le_bytes());
    }
    let program = program(Architecture::X86, &bytes);
    assert_eq!(program.gaps, []);
    assert_eq!(starts(&program), [0]);
    assert_eq!(blocks(&program, 0), [(0, 5), (5, 12), (12, 18), (18, 21), (21, 22)]);
}

#[test]
fn a_call_that_is_followed_by_no_code_does_not_return() {
    // 0: call 16; je 9; what is no code; 16: ret
    let mut bytes = vec![0xe8, 11, 0, 0, 0, 0x74, 2, NONE];
    bytes.resize(16, NONE);
    bytes.push(0xc3);
    let program = program(Architecture::X86_64, &bytes);
    assert_eq!(program.gaps, []);
    assert_eq!(starts(&program), [0, 16]);
    assert_eq!(blocks(&program, 0), [(0, 5)]);
}

#[test]
fn what_only_looks_like_a_function_and_leads_astray_is_none() {
    // ret; 16: push rbp; mov rbp, rsp; je 25; pop rbp; ret; 25: what is no code
    let mut bytes = vec![0xc3];
    bytes.resize(16, 0xcc);
    bytes.extend([0x55, 0x48, 0x89, 0xe5, 0x74, 3, 0x5d, 0xc3, 0xcc]);
    let right = program(Architecture::X86_64, &[&bytes[..], &[0x5d, 0xc3]].concat());
    assert_eq!(starts(&right), [0, 16]);
    let wrong = program(Architecture::X86_64, &[&bytes[..], &[NONE, NONE]].concat());
    assert_eq!(starts(&wrong), [0]);
    assert_eq!(wrong.gaps, []);
}

#[test]
fn a_jump_over_the_prefix_of_an_instruction_leads_to_it() {
    // je 3; lock xadd [rdi], eax; ret
    let program = program(Architecture::X86_64, &[0x74, 1, 0xf0, 0x0f, 0xc1, 7, 0xc3]);
    assert_eq!(program.gaps, []);
    assert_eq!(blocks(&program, 0), [(0, 2), (2, 7)]);
}

/// Real programs lead nowhere but to code; what is left is what is read wrongly of one in a hundred.
#[test]
fn gaps_are_rare_in_real_programs() {
    const EACH: usize = 4;
    let Some(corpus) = corpus() else { return };
    let mut paths: Vec<_> = fs::read_dir(corpus.join("bin"))
        .expect("the corpus has a folder `bin`")
        .map(|entry| entry.unwrap().path())
        .collect();
    paths.sort();
    let (mut all, mut gaps) = (0, Vec::new());
    for path in paths.iter().step_by(EACH) {
        let bytes = fs::read(path).unwrap();
        let image = read(&bytes).expect("a program");
        all += 1;
        gaps.extend(functions(&image).gaps.into_iter().map(|one| (path, one)));
    }
    assert!(gaps.len() * 50 <= all, "{} of {all} programs: {gaps:?}", gaps.len());
}
