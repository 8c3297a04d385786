//! What small programs for 32-bit MIPS, written word by word, must be taken apart into.

use demarche_code::{Callee, Feature, disassemble, fingerprints, functions};
use demarche_image::{Architecture, Image, VirtualAddress, read_raw};

const BASE: u64 = 0x40_0000;

fn code(bytes: &[u8], architecture: Architecture) -> Image<'_> {
    let mut image = read_raw(bytes, architecture, VirtualAddress(BASE));
    image.entry = Some(VirtualAddress(BASE));
    image
}

/// Words in either order of bytes.
fn both(words: &[u32]) -> [(Architecture, Vec<u8>); 2] {
    [
        (Architecture::Mips, words.iter().flat_map(|word| word.to_be_bytes()).collect()),
        (Architecture::MipsLittle, words.iter().flat_map(|word| word.to_le_bytes()).collect()),
    ]
}

#[test]
fn the_instruction_behind_a_jump_belongs_to_it() {
    // addiu sp, sp, -24; sw ra, 20(sp); jal 32; li a0, 1; lw ra, 20(sp); jr ra; addiu sp, sp, 24; nop;
    // 32: jr ra; addu v0, a0, a0
    let program = [
        0x27bd_ffe8,
        0xafbf_0014,
        0x0c10_0008,
        0x2404_0001,
        0x8fbf_0014,
        0x03e0_0008,
        0x27bd_0018,
        0,
        0x03e0_0008,
        0x0084_1021,
    ];
    for (architecture, bytes) in both(&program) {
        let image = code(&bytes, architecture);
        let program = functions(&image);
        let starts: Vec<_> = program.functions.iter().map(|one| one.start.0 - BASE).collect();
        assert_eq!(starts, [0, 32]);
        assert_eq!(program.functions[0].calls[0].callee(), Callee::Function(1));
        assert_eq!(program.functions[0].blocks[0].end().0 - BASE, 28);
        assert_eq!(program.functions[1].blocks[0].end().0 - BASE, 40);
        let lines = disassemble(&image, &program.functions[1].blocks[0]);
        let texts: Vec<&str> = lines.iter().map(|line| line.text.as_str()).collect();
        assert_eq!(texts, ["jr ra", "addu v0,a0,a0"]);
    }
}

#[test]
fn a_table_of_addresses_is_followed() {
    // sltiu v0, a0, 2; beqz v0, 44; sll v0, a0, 2; lui v1, 0x40; addu v1, v1, v0; lw v1, 56(v1); jr v1; nop;
    // 32: jr ra; li v0, 1; nop; 44: jr ra; li v0, 2; nop; 56: the addresses of 32 and 44
    let program = [
        0x2c82_0002,
        0x1040_0009,
        0x0004_1080,
        0x3c03_0040,
        0x0062_1821,
        0x8c63_0038,
        0x0060_0008,
        0,
        0x03e0_0008,
        0x2402_0001,
        0,
        0x03e0_0008,
        0x2402_0002,
        0,
        0x0040_0020,
        0x0040_002c,
    ];
    for (architecture, bytes) in both(&program) {
        let program = functions(&code(&bytes, architecture));
        let first = &program.functions[0];
        let blocks: Vec<_> = first.blocks.iter().map(|one| one.start.0 - BASE).collect();
        assert_eq!(blocks, [0, 12, 32, 44]);
        assert_eq!(first.successors(1), [2, 3]);
    }
}

#[test]
fn a_table_whose_address_was_put_on_the_stack_is_followed() {
    // addiu sp, sp, -24; lui v1, 0x40; addiu v1, v1, 72; sw v1, 16(sp); li v1, 0; sltiu v0, a0, 2; beqz v0, 60;
    // sll v0, a0, 2; 32: lw v1, 16(sp); addu v1, v1, v0; lw v1, 0(v1); jr v1; nop; 52: jr ra; addiu sp, sp, 24;
    // 60: jr ra; addiu sp, sp, 24; nop; 72: the addresses of 52 and 60
    let program = [
        0x27bd_ffe8,
        0x3c03_0040,
        0x2463_0048,
        0xafa3_0010,
        0x2403_0000,
        0x2c82_0002,
        0x1040_0008,
        0x0004_1080,
        0x8fa3_0010,
        0x0062_1821,
        0x8c63_0000,
        0x0060_0008,
        0,
        0x03e0_0008,
        0x27bd_0018,
        0x03e0_0008,
        0x27bd_0018,
        0,
        0x0040_0034,
        0x0040_003c,
    ];
    for (architecture, bytes) in both(&program) {
        let program = functions(&code(&bytes, architecture));
        let first = &program.functions[0];
        let blocks: Vec<_> = first.blocks.iter().map(|one| one.start.0 - BASE).collect();
        assert_eq!(blocks, [0, 32, 52, 60]);
    }
}

#[test]
fn a_function_that_adds_its_own_address_begins_there() {
    // addiu sp, sp, -24; jalr t9; nop; 12: lui gp, 0; addiu gp, gp, 0x7ff4; addu gp, gp, t9; jr ra; nop
    let program =
        [0x27bd_ffe8, 0x0320_f809, 0, 0x3c1c_0000, 0x279c_7ff4, 0x0399_e021, 0x03e0_0008, 0];
    for (architecture, bytes) in both(&program) {
        let mut image = code(&bytes, architecture);
        let starts = |image: &Image<'_>| {
            let program = functions(image);
            program.functions.iter().map(|one| one.start.0 - BASE).collect::<Vec<_>>()
        };
        assert_eq!(starts(&image), [0], "without the place that code counts from, all is one");
        image.global_pointer = Some(VirtualAddress(BASE + 0x8000));
        assert_eq!(starts(&image), [0, 12], "the code above seems to run into the second one");
        image.global_pointer = Some(VirtualAddress(BASE + 0x9000));
        assert_eq!(starts(&image), [0], "the distance to a place without code says nothing");
    }
}

#[test]
fn the_place_that_code_counts_from_is_known_in_any_register() {
    // lui gp, 1; addiu gp, gp, -0x8000; addu gp, gp, t9; addiu sp, sp, -24; sw ra, 20(sp); lw t9, 4(a0); jalr t9;
    // addiu a0, gp, -0x7fb8; lw ra, 20(sp); jr ra; addiu sp, sp, 24; nop; 48: text at 72
    let by_gp = [
        0x3c1c_0001,
        0x279c_8000,
        0x0399_e021,
        0x27bd_ffe8,
        0xafbf_0014,
        0x8c99_0004,
        0x0320_f809,
        0x2784_8048,
        0x8fbf_0014,
        0x03e0_0008,
        0x27bd_0018,
        0,
    ];
    // The same with lui v0; addiu v0, v0; addu s0, v0, t9; … addiu a0, s0.
    let mut by_other = by_gp;
    by_other[..3].copy_from_slice(&[0x3c02_0001, 0x2442_8000, 0x0059_8021]);
    by_other[7] = 0x2604_8048;
    let features = |words: &[u32]| -> Vec<Vec<Feature>> {
        let features = |(architecture, mut bytes): (Architecture, Vec<u8>)| {
            bytes.resize(72, 0);
            bytes.extend(b"a text that both of them pass on\0");
            let mut image = code(&bytes, architecture);
            image.global_pointer = Some(VirtualAddress(BASE + 0x8000));
            let program = functions(&image);
            fingerprints(&image, &program).swap_remove(0).features
        };
        both(words).into_iter().map(features).collect()
    };
    let found = features(&by_gp);
    assert!(found.iter().all(|features| features.len() > 1));
    assert_eq!(found, features(&by_other));
    // Without the text.
    by_other[7] = 0x2604_0048;
    assert_ne!(found, features(&by_other));
}
