//! Code that was written to break its reader.

use arbtest::arbtest;
use demarche_code::{Callee, Program, fingerprints, functions};
use demarche_image::{Architecture, Image, VirtualAddress, read_raw};

const BASE: u64 = 0x40_0000;

fn code(architecture: Architecture, bytes: &[u8]) -> Image<'_> {
    let mut image = read_raw(bytes, architecture, VirtualAddress(BASE));
    image.entry = Some(VirtualAddress(BASE));
    image
}

/// What holds of every program, whatever the bytes.
fn check(image: &Image<'_>, program: &Program) {
    let count = program.functions.len();
    // Places of Thumb code are one behind its first byte.
    let odd = u64::from(image.architecture.has_thumb());
    assert!(program.functions.is_sorted_by(|left, right| left.start < right.start));
    let mut blocks = 0;
    for function in &program.functions {
        assert_eq!(function.blocks[0].start, function.start);
        assert!(function.blocks[1..].is_sorted_by(|left, right| left.start < right.start));
        let first = |address: VirtualAddress| address.0 & !odd;
        let mut ranges: Vec<_> =
            function.blocks.iter().map(|one| (first(one.start), first(one.end()))).collect();
        ranges.sort();
        assert!(ranges.is_sorted_by(|left, right| left.1 <= right.0), "blocks do not overlap");
        for (place, block) in function.blocks.iter().enumerate() {
            let successors = function.successors(place);
            assert!(block.start < block.end());
            assert!(successors.is_sorted_by(|left, right| left < right));
            assert!(successors.iter().all(|&one| (one as usize) < function.blocks.len()));
            assert!(!image.bytes(block.start).is_empty());
        }
        assert!(function.calls.is_sorted());
        for call in &function.calls {
            match call.callee() {
                Callee::Function(one) => assert!((one as usize) < count),
                Callee::Import(one) => assert!((one as usize) < image.imports.len()),
                Callee::Unknown => {}
            }
            let inside =
                |one: &demarche_code::BasicBlock| one.start <= call.at && call.at < one.end();
            assert!(function.blocks.iter().any(inside), "a call lies in a block");
        }
        assert!((0.0..=1.0).contains(&function.certainty));
        blocks += function.blocks.len();
    }
    let bytes: usize = image.sections.iter().map(|one| one.bytes.len()).sum();
    assert!(blocks <= 2 * bytes + 1024, "memory grows with the bytes present");
    let all = program.functions.iter().flat_map(|one| &one.blocks);
    let read: u64 = all.map(|one| one.end().0 - one.start.0).sum();
    assert!(read <= 6 * bytes as u64 + 1024, "time grows with the bytes present");
}

fn check_all(bytes: &[u8]) {
    for architecture in Architecture::PROCESSORS {
        let image = code(architecture, bytes);
        check(&image, &functions(&image));
    }
    check_thumb(bytes);
}

/// The same bytes as Thumb code, which only an odd address tells.
fn check_thumb(bytes: &[u8]) {
    let mut image = code(Architecture::Arm, bytes);
    image.entry = Some(VirtualAddress(BASE + 1));
    image.entry_points.clear();
    check(&image, &functions(&image));
}

#[test]
fn any_bytes_are_read() {
    arbtest(|u| {
        check_all(&u.arbitrary::<Vec<u8>>()?);
        Ok(())
    });
}

/// Bytes that are jumps, calls and table lookups more often than chance has it.
#[test]
fn any_jumps_are_read() {
    const PIECES: [&[u8]; 34] = [
        &[0xeb],
        &[0x74],
        &[0xe8, 0x10, 0, 0, 0],
        &[0xe9, 0xf0, 0xff, 0xff, 0xff],
        &[0xff, 0x24, 0x85, 0x10, 0, 0x40, 0],
        &[0x83, 0xf8, 0x07, 0x77, 0x02],
        &[0x48, 0x8d, 0x15, 4, 0, 0, 0],
        &[0x48, 0x63, 0x04, 0xba, 0x48, 0x01, 0xd0, 0xff, 0xe0],
        &[0xc3, 0xcc, 0xcc],
        &[0x55, 0x8b, 0xec],
        &[0x00, 0x00, 0x40, 0x00],
        &[0x1f, 0x20, 0x03, 0xd5],
        &[0x00, 0x00, 0x1f, 0xd6],
        &[0x02, 0x00, 0x00, 0x94],
        // A32: add pc, pc, r0, lsl #2; ldrls pc, [pc, r0, lsl #2]; b; bl; blx; push; bx lr; add r3, pc, #1 and bx r3.
        &[0x00, 0xf1, 0x8f, 0x90],
        &[0x00, 0xf1, 0x9f, 0x97],
        &[0x01, 0x00, 0x00, 0xea],
        &[0x01, 0x00, 0x00, 0xeb],
        &[0x00, 0x00, 0x00, 0xfa],
        &[0x10, 0x40, 0x2d, 0xe9],
        &[0x1e, 0xff, 0x2f, 0xe1],
        &[0x01, 0x30, 0x8f, 0xe2, 0x13, 0xff, 0x2f, 0xe1],
        // Thumb: tbb; tbh; bx pc; blx; it; push and pop; ldr r0, [pc]; cmp and bhi.
        &[0xdf, 0xe8, 0x00, 0xf0],
        &[0xdf, 0xe8, 0x10, 0xf0],
        &[0x78, 0x47],
        &[0x00, 0xf0, 0x00, 0xe8],
        &[0x14, 0xbf],
        &[0x10, 0xb5, 0x10, 0xbd],
        &[0x00, 0x48],
        &[0x02, 0x28, 0x07, 0xd8],
        // MIPS in both orders of bytes: jr ra; a jump in the place behind a jump.
        &[0x08, 0x00, 0xe0, 0x03],
        &[0x03, 0xe0, 0x00, 0x08],
        &[0x01, 0x00, 0x00, 0x10, 0x01, 0x00, 0x00, 0x10],
        &[0x10, 0x00, 0x00, 0x01, 0x0c, 0x10, 0x00, 0x01],
    ];
    arbtest(|u| {
        let mut bytes = Vec::new();
        while !u.is_empty() && bytes.len() < 4096 {
            bytes.extend_from_slice(u.choose(&PIECES)?);
            bytes.push(u.arbitrary()?);
        }
        check_all(&bytes);
        Ok(())
    });
}

#[test]
fn sections_that_overlap_are_read() {
    arbtest(|u| {
        let bytes: Vec<u8> = u.arbitrary()?;
        for architecture in Architecture::PROCESSORS {
            let mut image = code(architecture, &bytes);
            let mut other = image.sections.clone();
            for section in &mut other {
                section.address.0 = section.address.0.wrapping_add(u.arbitrary::<u64>()? % 64);
            }
            image.sections.extend(other);
            image.sections.sort_by_key(|one| one.address);
            drop(functions(&image));
        }
        Ok(())
    });
}

/// A mebibyte of one instruction over and over: each would be slow if work were done twice.
#[test]
fn a_mebibyte_of_the_same_instruction_is_read() {
    const SIZE: usize = 1 << 20;
    let pieces: [&[u8]; 18] = [
        &[0xff, 0xe0],                                           // jmp rax
        &[0xeb, 0xfe],                                           // jmp to itself
        &[0x74, 0x00],                                           // je to the next one
        &[0xe8, 0, 0, 0, 0],                                     // call the next one
        &[0xe8, 5, 0, 0, 0],                                     // call the one after
        &[0xff, 0x24, 0x85, 0, 0, 0x40, 0], // jump by the code itself as a table
        &[0x48, 0x63, 0x04, 0xba, 0x48, 0x01, 0xd0, 0xff, 0xe0], // jump by an unknown table
        &[0x48, 0x8d, 0x05, 0, 0, 0, 0, 0xff, 0xe0], // lea rax, [rip]; jmp rax
        &[0x55, 0x89, 0xe5, 0x5d, 0xc3],    // many small functions
        &[0x0f, 0x84, 0, 1, 0, 0, 0xc3],    // blocks that share what follows
        &[0x00, 0x00, 0x1f, 0xd6],          // br x0
        &[0x01, 0x00, 0x00, 0x94],          // bl to the next one
        &[0x00, 0xf1, 0x8f, 0xe0],          // add pc, pc, r0, lsl #2
        &[0xff, 0xff, 0xff, 0xeb],          // bl to the next one
        &[0xdf, 0xe8, 0x10, 0xf0],          // tbh [pc, r0, lsl #1]
        &[0x00, 0x48],                      // ldr r0, [pc]
        &[0x09, 0xf8, 0x20, 0x03, 0, 0, 0, 0], // jalr t9
        &[0x10, 0, 0, 1, 0, 0, 0, 0],       // b to the next one
    ];
    for piece in pieces {
        let bytes: Vec<u8> = piece.iter().copied().cycle().take(SIZE).collect();
        check_all(&bytes);
    }
}

/// 80,000 functions that all jump to one long piece of code which belongs to none of them.
#[test]
fn many_functions_may_share_one_piece_of_code() {
    const FUNCTIONS: u32 = 80_000;
    let mut bytes = Vec::new();
    let shared = FUNCTIONS * 16;
    for number in 0..FUNCTIONS {
        // call the next function; jne the shared code; ret
        let here = number * 16;
        bytes.extend([0xe8, 11, 0, 0, 0, 0x0f, 0x85]);
        bytes.extend((shared + 2 - (here + 11)).to_le_bytes());
        bytes.extend([0xc3, 0xcc, 0xcc, 0xcc, 0xcc]);
    }
    for _ in 0..20_000 {
        // xor rbx, rbx is code that no function begins with; je over one byte
        bytes.extend([0x01, 0xdb, 0x74, 0x01, 0x90]);
    }
    bytes.push(0xc3);
    let image = code(Architecture::X86_64, &bytes);
    let program = functions(&image);
    check(&image, &program);
    assert!(program.functions.len() >= FUNCTIONS as usize);
}

/// Functions of one block each, all of which jump to one block that is as long as all of them.
#[test]
fn many_functions_may_share_one_long_block() {
    const FUNCTIONS: u32 = 20_000;
    let mut bytes = Vec::new();
    for number in 0..FUNCTIONS {
        // call the next function; jne the shared code; ret
        bytes.extend([0xe8, 11, 0, 0, 0, 0x0f, 0x85]);
        bytes.extend((16 * (FUNCTIONS - number) - 11).to_le_bytes());
        bytes.extend([0xc3, 0xcc, 0xcc, 0xcc, 0xcc]);
    }
    bytes.extend([0x01, 0xdb].repeat(16 * FUNCTIONS as usize / 2));
    bytes.push(0xc3);
    let image = code(Architecture::X86_64, &bytes);
    let program = functions(&image);
    check(&image, &program);
    assert!(program.functions.len() >= FUNCTIONS as usize);
}

/// What looks like functions and leads astray is taken back, but not again and again where all of it is shared.
#[test]
fn many_guesses_may_lead_astray_through_the_same_code() {
    const GUESSES: u32 = 10_000;
    let mut bytes = vec![0xc3];
    bytes.resize(16, 0xcc);
    for number in 0..GUESSES {
        // push rbp; mov rbp, rsp; pop rbp; je the shared code; ret
        bytes.extend([0x55, 0x48, 0x89, 0xe5, 0x5d, 0x0f, 0x84]);
        bytes.extend((16 * (GUESSES - number) - 11).to_le_bytes());
        bytes.extend([0xc3, 0xcc, 0xcc, 0xcc, 0xcc]);
    }
    bytes.extend([0x01, 0xdb].repeat(100_000));
    // What is no instruction in 64-bit code.
    bytes.push(0x06);
    let image = code(Architecture::X86_64, &bytes);
    let program = functions(&image);
    check(&image, &program);
    assert!(program.functions.iter().all(|one| one.start.0 < BASE + u64::from(16 + 16 * GUESSES)));
}

/// Functions of three blocks, each of which calls the next one.
fn row(count: u32) -> Vec<u8> {
    let mut bytes = Vec::new();
    for number in 1..=count {
        // push rbp; mov rbp, rsp; xor eax, eax; call the next, the last one loads a number instead;
        // test eax, eax; je over two bytes; xor edx, edx; pop rbp; ret
        let opcode = if number < count { 0xe8 } else { 0xb8 };
        bytes.extend([0x55, 0x48, 0x89, 0xe5, 0x31, 0xc0, opcode, 21, 0, 0, 0]);
        bytes.extend([0x85, 0xc0, 0x74, 2, 0x31, 0xd2, 0x5d, 0xc3]);
        bytes.resize(bytes.len().next_multiple_of(32), 0xcc);
    }
    bytes
}

#[test]
fn what_eighty_thousand_functions_take_is_four_times_what_twenty_thousand_take() {
    let [few, many] = [20_000, 80_000].map(|count| {
        let bytes = row(count);
        let image = code(Architecture::X86_64, &bytes);
        let program = functions(&image);
        check(&image, &program);
        assert_eq!((program.functions.len(), program.gaps.len()), (count as usize, 0));
        let blocks: usize = program.functions.iter().map(|one| one.blocks.len()).sum();
        let prints = fingerprints(&image, &program);
        let features: usize = prints.iter().map(|one| one.features.len()).sum();
        assert_eq!((prints.len(), blocks), (count as usize, 3 * count as usize));
        features
    });
    assert!(many.abs_diff(4 * few) <= 100, "{few} and {many} features");
}

/// Indirect jumps, each by a table of 2^16 and more entries that lead everywhere, into the table as well.
#[test]
fn tables_of_many_entries_that_lead_anywhere_are_read() {
    const ENTRIES: u32 = (1 << 16) + 100;
    const JUMPS: u32 = 1000;
    for stride in [0, 4, 16, 4099] {
        let mut bytes = Vec::new();
        let table = 0x40_0000 + JUMPS * 16;
        for number in 0..JUMPS {
            // cmp eax, bound; jmp [eax * 4 + table], a little further for each
            bytes.push(0x3d);
            bytes.extend(u32::MAX.wrapping_sub(number).to_le_bytes());
            bytes.extend([0xff, 0x24, 0x85]);
            bytes.extend((table + number % 8 * 4).to_le_bytes());
            bytes.resize(bytes.len().next_multiple_of(16), 0xcc);
        }
        let size = JUMPS * 16 + ENTRIES * 4;
        let entries = (0..ENTRIES).map(|at| 0x40_0000 + at.wrapping_mul(stride) % size);
        bytes.extend(entries.flat_map(u32::to_le_bytes));
        let image = code(Architecture::X86, &bytes);
        check(&image, &functions(&image));
    }
}

/// A million jumps, each to the one before, and a million calls, each of the next: as deep as recursion would go.
#[test]
fn long_chains_need_no_stack() {
    const LENGTH: u32 = 1 << 20;
    let first = 5 * LENGTH - 10;
    let back = (-10_i32).cast_unsigned();
    let jumps = std::iter::once(first).chain(std::iter::repeat_n(back, LENGTH as usize - 2));
    let mut bytes: Vec<u8> =
        jumps.flat_map(|to| [vec![0xe9], to.to_le_bytes().to_vec()].concat()).collect();
    bytes.extend([0xc3; 5]);
    let image = code(Architecture::X86_64, &bytes);
    check(&image, &functions(&image));
    let bytes = [[0xe8, 3, 0, 0, 0, 0xcc, 0xcc, 0xcc].repeat(LENGTH as usize / 4), vec![0xc3]];
    let bytes = bytes.concat();
    let image = code(Architecture::X86_64, &bytes);
    let program = functions(&image);
    check(&image, &program);
    assert_eq!(program.functions.len(), LENGTH as usize / 4 + 1);
}

/// Sections whose first byte has an odd address, where the lowest bit of a place would no longer tell Thumb.
#[test]
fn thumb_code_in_a_section_with_an_odd_address_is_read() {
    arbtest(|u| {
        let bytes: Vec<u8> = u.arbitrary()?;
        let mut image = code(Architecture::Arm, &bytes);
        image.sections.iter_mut().for_each(|section| section.address.0 += 1);
        image.entry = Some(VirtualAddress(BASE + 1 + u.arbitrary::<u64>()? % 8));
        let program = functions(&image);
        check(&image, &program);
        assert_eq!(fingerprints(&image, &program).len(), program.functions.len());
        Ok(())
    });
}
