//! What small programs for 32-bit Arm, written byte by byte, must be taken apart into.

use demarche_code::{Callee, Origins, Program, Selection, disassemble, functions};
use demarche_image::{Architecture, Image, VirtualAddress, read_raw};

const BASE: u64 = 0x40_0000;

/// Code that runs from an offset on, which is odd for Thumb.
fn code(bytes: &[u8], entry: u64) -> Image<'_> {
    let mut image = read_raw(bytes, Architecture::Arm, VirtualAddress(BASE));
    image.entry = Some(VirtualAddress(BASE + entry));
    image.entry_points.clear();
    image
}

fn starts(program: &Program) -> Vec<u64> {
    program.functions.iter().map(|one| one.start.0 - BASE).collect()
}

fn halves(halves: &[u16]) -> Vec<u8> {
    halves.iter().flat_map(|half| half.to_le_bytes()).collect()
}

fn words(words: &[u32]) -> Vec<u8> {
    words.iter().flat_map(|word| word.to_le_bytes()).collect()
}

#[test]
fn thumb_code_begins_at_odd_addresses() {
    // push {r4, lr}; bl 8; pop {r4, pc}; 8: movs r0, #1; bx lr
    let bytes = halves(&[0xb510, 0xf000, 0xf801, 0xbd10, 0x2001, 0x4770]);
    let program = functions(&code(&bytes, 1));
    assert_eq!(starts(&program), [1, 9]);
    assert_eq!(program.functions[0].calls[0].callee(), Callee::Function(1));
    let blocks: Vec<_> = program.functions[0].blocks.iter().map(|one| one.end().0 - BASE).collect();
    assert_eq!(blocks, [9], "the block ends behind the byte of its last instruction");
    let lines = disassemble(&code(&bytes, 1), &program.functions[0].blocks[0]);
    let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
    assert_eq!(texts, ["push {r4, lr}", "bl 0x400008", "pop {r4, pc}"]);
}

#[test]
fn a_call_may_go_over_to_thumb() {
    // str lr, [sp, #-4]!; mov r0 to r2, #0; blx 28; ldr pc, [sp], #4; padding; 28: movs r0, #1; bx lr
    let mut bytes = words(&[
        0xe52d_e004,
        0xe3a0_0000,
        0xe3a0_1000,
        0xe3a0_2000,
        0xfa00_0001,
        0xe49d_f004,
        0xe320_f000,
    ]);
    bytes.extend(halves(&[0x2001, 0x4770]));
    let program = functions(&code(&bytes, 0));
    assert_eq!(starts(&program), [0, 29]);
}

#[test]
fn numbers_among_the_code_are_no_code() {
    // ldr r0, [pc]; bx lr; the number, which reads like bx lr; mov r0, #0; bx lr
    let bytes = words(&[0xe59f_0000, 0xe12f_ff1e, 0xe12f_ff1e, 0xe3a0_0000, 0xe12f_ff1e]);
    let program = functions(&code(&bytes, 0));
    assert_eq!(starts(&program), [0, 12]);
}

#[test]
fn a_table_of_bytes_is_followed() {
    // cmp r0, #2; bhi 20; tbb [pc, r0]; 2, 4, 6; 12: movs r0, #1; bx lr; 16: … #2; 20: … #3
    let bytes = halves(&[
        0x2802, 0xd807, 0xe8df, 0xf000, 0x0402, 0x0006, 0x2001, 0x4770, 0x2002, 0x4770, 0x2003,
        0x4770,
    ]);
    let program = functions(&code(&bytes, 1));
    assert_eq!(starts(&program), [1]);
    let blocks: Vec<_> = program.functions[0].blocks.iter().map(|one| one.start.0 - BASE).collect();
    assert_eq!(blocks, [1, 5, 13, 17, 21]);
}

#[test]
fn a_run_of_jumps_is_a_table_as_well() {
    // cmp r0, #1; addls pc, pc, r0, lsl #2; b 24; b 24; b 28; padding; 24: mov r0, #0; 28: bx lr
    let bytes = words(&[
        0xe350_0001,
        0x908f_f100,
        0xea00_0002,
        0xea00_0001,
        0xea00_0001,
        0xe320_f000,
        0xe3a0_0000,
        0xe12f_ff1e,
    ]);
    let program = functions(&code(&bytes, 0));
    assert_eq!(starts(&program), [0]);
    let last = program.functions[0].blocks.last().unwrap();
    assert_eq!(last.end().0 - BASE, 32);
    assert_eq!(program.functions[0].blocks.len(), 6);
}

#[test]
fn a_conditional_return_ends_nothing() {
    // cmp r0, #0; bxeq lr; mov r0, #1; bx lr
    let bytes = words(&[0xe350_0000, 0x012f_ff1e, 0xe3a0_0001, 0xe12f_ff1e]);
    let program = functions(&code(&bytes, 0));
    assert_eq!(starts(&program), [0]);
    assert_eq!(program.functions[0].blocks.last().unwrap().end().0 - BASE, 16);
}

#[test]
fn a_jump_by_a_table_leaves_no_function_with_values_on_the_stack() {
    // bx lr; 4: push {r4, lr}; cmp r0, #1; addls pc, pc, r0, lsl #2; b 28; b 28; b 32; 28: mov r0, #0;
    // 32: pop {r4, pc}
    let bytes = words(&[
        0xe12f_ff1e,
        0xe92d_4010,
        0xe350_0001,
        0x908f_f100,
        0xea00_0001,
        0xea00_0000,
        0xea00_0000,
        0xe3a0_0000,
        0xe8bd_8010,
    ]);
    let program = functions(&code(&bytes, 0));
    assert_eq!(starts(&program), [0, 4]);
}

#[test]
fn a_return_under_a_condition_leaves_the_stack_as_it_was_for_the_code_behind_it() {
    // bx lr; 4: push {r4, lr}; cmp r0, #0; popeq {r4, pc}; mov r0, #1; pop {r4, pc}
    let bytes =
        words(&[0xe12f_ff1e, 0xe92d_4010, 0xe350_0000, 0x08bd_8010, 0xe3a0_0001, 0xe8bd_8010]);
    let program = functions(&code(&bytes, 0));
    assert_eq!(starts(&program), [0, 4]);
}

#[test]
fn a_register_that_was_set_under_a_condition_is_not_known() {
    // push {r4, lr}; mov ip, r1; cmp r0, #0; addeq ip, pc, #4; blx ip; pop {r4, pc}; 24: mov r0, #1; bx lr
    let bytes = words(&[
        0xe92d_4010,
        0xe1a0_c001,
        0xe350_0000,
        0x028f_c004,
        0xe12f_ff3c,
        0xe8bd_8010,
        0xe3a0_0001,
        0xe12f_ff1e,
    ]);
    let program = functions(&code(&bytes, 0));
    assert_eq!(program.functions[0].calls[0].callee(), Callee::Unknown);
}

#[test]
fn thumb_code_behind_an_idle_instruction_is_found_at_its_first_byte() {
    // bx lr; nop; 4: ldr r0, [r0, #8]; ldr r3, [r1, #8]; subs r0, r0, r3; bx lr
    let bytes = halves(&[0x4770, 0xbf00, 0x6880, 0x688b, 0x1ac0, 0x4770]);
    let program = functions(&code(&bytes, 1));
    assert_eq!(starts(&program), [1, 5]);
}

#[test]
fn an_odd_number_is_no_thumb_code_among_a32_code() {
    // ldr r0, [pc]; bx lr; 0x21 behind the base; idle; 0x20: add r0, r0, r1 nine times; bx lr; idle
    let mut code_words = vec![0xe1a0_0000_u32; 80];
    code_words[0] = 0xe59f_0000;
    code_words[1] = 0xe12f_ff1e;
    code_words[2] = 0x0040_0021;
    code_words[8..17].fill(0xe080_0001);
    code_words[17] = 0xe12f_ff1e;
    let program = functions(&code(&words(&code_words), 0));
    assert_eq!(starts(&program), [0, 0x20]);
}

#[test]
fn a_call_before_numbers_does_not_come_back() {
    // push {r4, lr}; mov r0, #0 five times; blx r3; two numbers, which read like code; 36: push {r4, lr}; mov r0, #0;
    // pop {r4, pc}
    let mut code_words = vec![0xe92d_4010];
    code_words.extend([0xe3a0_0000; 5]);
    code_words.extend([0xe12f_ff33, 0x0001_0040, 0x0001_0044]);
    code_words.extend([0xe92d_4010, 0xe3a0_0000, 0xe8bd_8010]);
    let program = functions(&code(&words(&code_words), 0));
    assert_eq!(starts(&program), [0, 36]);
    assert_eq!(program.functions[0].blocks.last().unwrap().end().0 - BASE, 28);
}

#[test]
fn code_behind_the_numbers_of_other_code_is_found() {
    // bx lr; nop; the number 0x1d40c; 8: ldr r0, [r0, #8]; ldr r3, [r1, #8]; subs r0, r0, r3; bx lr
    let bytes = halves(&[0x4770, 0xbf00, 0xd40c, 0x0001, 0x6880, 0x688b, 0x1ac0, 0x4770]);
    let program = functions(&code(&bytes, 1));
    assert_eq!(starts(&program), [1, 9]);
}

#[test]
fn a_frame_may_be_made_behind_some_loads() {
    // bx lr; nop; 4: ldr r3, [r0]; ldr r2, [r1]; adds r2, r2, r3; lsls r2, r2, #1; push {r4, lr}; ldr r1, [r2];
    // blx r1; pop {r4, pc}
    let bytes =
        halves(&[0x4770, 0xbf00, 0x6803, 0x680a, 0x18d2, 0x0052, 0xb510, 0x6811, 0x4788, 0xbd10]);
    let program = functions(&code(&bytes, 1));
    assert_eq!(starts(&program), [1, 5]);
}

#[test]
fn a_thumb_function_is_chosen_by_its_odd_address_and_by_that_of_its_first_byte() {
    // push {r4, lr}; bl 8; pop {r4, pc}; 8: movs r0, #1; bx lr
    let bytes = halves(&[0xb510, 0xf000, 0xf801, 0xbd10, 0x2001, 0x4770]);
    let image = code(&bytes, 1);
    let program = functions(&image);
    for pattern in ["0x400008", "0x400009", "0x400008..0x400009"] {
        let selection = Selection { only: vec![pattern.parse().unwrap()], not: Vec::new() };
        let flags = selection.flags(&image, &program, &Origins::default());
        assert_eq!(flags, [false, true], "{pattern}");
    }
}

/// The texts of the first block of some code.
fn texts(bytes: &[u8], entry: u64) -> Vec<String> {
    let image = code(bytes, entry);
    let program = functions(&image);
    let lines = disassemble(&image, &program.functions[0].blocks[0]);
    lines.into_iter().map(|line| line.text).collect()
}

#[test]
fn relatives_have_names_of_their_own() {
    // As GNU's assembler writes them.
    let thumb = halves(&[
        0xba40, 0xbac1, 0xfab1, 0xf081, 0xfa92, 0xf0a2, 0xfba1, 0x2303, 0xfb81, 0x2303, 0xfbe1,
        0x2303, 0xfb11, 0x0012, 0x4770,
    ]);
    let expected = [
        "rev16 r0, r0",
        "revsh r1, r0",
        "clz r0, r1",
        "rbit r0, r2",
        "umull r2, r3, r1, r3",
        "smull r2, r3, r1, r3",
        "umlal r2, r3, r1, r3",
        "smlabt r0, r1, r2, r0",
        "bx lr",
    ];
    assert_eq!(texts(&thumb, 1), expected);
    let a32 = words(&[
        0xe16f_0f11,
        0xe6bf_0fb0,
        0xe6ff_0f31,
        0xe083_2391,
        0xe0c3_2391,
        0xe100_02c1,
        0xe160_02a1,
        0xe12f_ff1e,
    ]);
    let expected = [
        "clz r0, r1",
        "rev16 r0, r0",
        "rbit r0, r1",
        "umull r2, r3, r1, r3",
        "smull r2, r3, r1, r3",
        "smlabt r0, r1, r2, r0",
        "smultb r0, r1, r2",
        "bx lr",
    ];
    assert_eq!(texts(&a32, 0), expected);
}

#[test]
fn a32_code_ends_where_thumb_code_follows() {
    // mov r0, #1 six times; b 32, Thumb code as a stub; 28: bx pc; nop; 32: bx lr, nothing
    let mut bytes = words(&[0xe3a0_0001; 6]);
    bytes.extend(words(&[0xea00_0000]));
    bytes.extend(halves(&[0x4778, 0x46c0]));
    bytes.extend(words(&[0xe12f_ff1e, 0xebff_fffb]));
    let mut image = code(&bytes, 0);
    image.entry_points.push(demarche_image::EntryPoint {
        address: VirtualAddress(BASE + 29),
        kind: demarche_image::EntryKind::Export,
    });
    let program = functions(&image);
    let ends: Vec<u64> = program.functions[0].blocks.iter().map(|one| one.end().0 - BASE).collect();
    assert_eq!(ends[0], 28);
}
