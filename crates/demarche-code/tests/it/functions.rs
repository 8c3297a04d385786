//! What a small program written byte by byte must be taken apart into.

use std::borrow::Cow;

use demarche_code::{
    BasicBlock, Call, Callee, Discovery, Function, Program, disassemble, functions,
};
use demarche_image::{
    Architecture, Extent, ExtentTable, Image, Import, Opening, Section, VirtualAddress, read_raw,
};

const BASE: u64 = 0x40_0000;

/// Code at [`BASE`] that runs from its first byte.
fn code(architecture: Architecture, bytes: &[u8]) -> Image<'_> {
    let mut image = read_raw(bytes, architecture, VirtualAddress(BASE));
    image.entry = Some(VirtualAddress(BASE));
    image
}

fn with_data<'data>(mut image: Image<'data>, address: u64, bytes: &'data [u8]) -> Image<'data> {
    image.sections.push(Section {
        name: ".rdata".to_owned(),
        address: VirtualAddress(address),
        offset: None,
        bytes: Cow::Borrowed(bytes),
        size: bytes.len() as u64,
        is_writable: false,
        is_executable: false,
    });
    image
}

fn starts(program: &Program) -> Vec<u64> {
    program.functions.iter().map(|one| one.start.0 - BASE).collect()
}

fn at(program: &Program, offset: u64) -> &Function {
    program.functions.iter().find(|one| one.start.0 == BASE + offset).expect("a function")
}

#[test]
fn a_called_function_is_found_and_its_caller_goes_on() {
    // call 8; ret; padding; 8: xor eax, eax; ret
    let bytes = [0xe8, 3, 0, 0, 0, 0xc3, 0x90, 0x90, 0x31, 0xc0, 0xc3];
    let program = functions(&code(Architecture::X86_64, &bytes));
    assert_eq!(starts(&program), [0, 8]);
    assert_eq!(at(&program, 0).calls[0].callee(), Callee::Function(1));
    assert_eq!(at(&program, 8).discovery, Discovery::CallTarget);
    assert_eq!(at(&program, 0).blocks[0].end().0, BASE + 6);
}

#[test]
fn code_after_a_function_that_never_returns_is_not_its_callers() {
    // 0: call 16; 5: the next function begins without padding: push rbp; mov rbp, rsp; pop rbp; ret; 16: ud2
    let mut bytes = vec![0xe8, 11, 0, 0, 0, 0x55, 0x48, 0x89, 0xe5, 0x5d, 0xc3];
    bytes.resize(16, 0x90);
    bytes.extend([0x0f, 0x0b]);
    let program = functions(&code(Architecture::X86_64, &bytes));
    assert_eq!(starts(&program), [0, 5, 16]);
    assert_eq!(at(&program, 0).blocks[0].end().0, BASE + 5);
    assert_eq!(at(&program, 5).discovery, Discovery::Gap);
}

#[test]
fn an_import_that_never_returns_ends_its_caller() {
    // call [rip + 0xffa]: the slot lies at BASE + 0x1000; then the prologue of another function.
    let bytes = [0xff, 0x15, 0xfa, 0x0f, 0, 0, 0x55, 0x48, 0x89, 0xe5, 0x5d, 0xc3];
    let mut image = code(Architecture::X86_64, &bytes);
    image.imports.push(Import {
        slot: VirtualAddress(BASE + 0x1000),
        library: "kernel32.dll".to_owned(),
        name: "ExitProcess".to_owned(),
    });
    let program = functions(&image);
    assert_eq!(starts(&program), [0, 6]);
    assert_eq!(at(&program, 0).calls[0].callee(), Callee::Import(0));
}

#[test]
fn a_thunk_is_seen_through() {
    // 0: call 8; ret; 8: jmp [rip + ...]: the slot lies at BASE + 0x1000
    let bytes = [0xe8, 3, 0, 0, 0, 0xc3, 0x90, 0x90, 0xff, 0x25, 0xf2, 0x0f, 0, 0];
    let mut image = code(Architecture::X86_64, &bytes);
    image.imports.push(Import {
        slot: VirtualAddress(BASE + 0x1000),
        library: "kernel32.dll".to_owned(),
        name: "GetTickCount".to_owned(),
    });
    let program = functions(&image);
    assert!(at(&program, 8).is_thunk);
    assert_eq!(at(&program, 0).calls[0].callee(), Callee::Import(0));
}

#[test]
fn stubs_beside_a_table_that_has_every_function_are_no_functions() {
    // 0: call 24; call 16; ret; 16: ret; 24, the linker's: jmp [rip + ...]
    let mut bytes = vec![0xe8, 19, 0, 0, 0, 0xe8, 6, 0, 0, 0, 0xc3];
    bytes.resize(16, 0x90);
    bytes.push(0xc3);
    bytes.resize(24, 0x90);
    bytes.extend([0xff, 0x25, 0xe2, 0x0f, 0, 0]);
    let mut image = code(Architecture::X86_64, &bytes);
    image.imports.push(Import {
        slot: VirtualAddress(BASE + 0x1000),
        library: "libc.so.1".to_owned(),
        name: "nanosleep".to_owned(),
    });
    assert_eq!(starts(&functions(&image)), [0, 16, 24]);
    for (start, size) in [(0, 11), (16, 1)] {
        image.extents.push(Extent {
            start: VirtualAddress(BASE + start),
            size,
            piece_of: None,
            opening: Opening::Untouched,
            table: ExtentTable::GoFunctions,
        });
    }
    let program = functions(&image);
    assert_eq!(starts(&program), [0, 16]);
    let callees: Vec<Callee> = at(&program, 0).calls.iter().map(Call::callee).collect();
    assert_eq!(callees, [Callee::Import(0), Callee::Function(1)]);
}

/// As Microsoft's compiler writes them: a byte of room to patch in, a frame, and `int3` up to the next multiple of 16.
#[test]
fn functions_of_microsofts_compiler_that_nobody_calls_are_found() {
    let mut bytes = vec![0xc3];
    for _ in 0..3 {
        while bytes.len() % 16 != 0 {
            bytes.push(0xcc);
        }
        // mov edi, edi; push ebp; mov ebp, esp; mov eax, [ebp+8]; pop ebp; ret 4
        bytes.extend([0x8b, 0xff, 0x55, 0x8b, 0xec, 0x8b, 0x45, 0x08, 0x5d, 0xc2, 4, 0]);
    }
    let program = functions(&code(Architecture::X86, &bytes));
    assert_eq!(starts(&program), [0, 16, 32, 48]);
}

/// `mov [rsp+8], rbx; push rdi; sub rsp, 32; ...; add rsp, 32; pop rdi; ret`
#[test]
fn a_function_that_saves_registers_in_its_callers_room_is_found() {
    let mut bytes = vec![0xc3];
    bytes.resize(16, 0xcc);
    bytes.extend([0x48, 0x89, 0x5c, 0x24, 8, 0x57, 0x48, 0x83, 0xec, 0x20, 0x8b, 0xd9]);
    bytes.extend([0x48, 0x8b, 0x5c, 0x24, 0x30, 0x48, 0x83, 0xc4, 0x20, 0x5f, 0xc3]);
    let program = functions(&code(Architecture::X86_64, &bytes));
    assert_eq!(starts(&program), [0, 16]);
}

/// `mov rax, rsp; mov [rax+8], rbx; mov [rax+16], rsi; push rdi; sub rsp, 32; ...; int3`
#[test]
fn a_function_that_saves_registers_by_a_copy_of_the_stack_pointer_is_found() {
    let mut bytes = vec![0xc3];
    bytes.resize(16, 0xcc);
    bytes.extend([0x48, 0x8b, 0xc4, 0x48, 0x89, 0x58, 8, 0x48, 0x89, 0x70, 0x10, 0x57]);
    bytes.extend([0x48, 0x83, 0xec, 0x20, 0x8b, 0xd9, 0x48, 0x83, 0xc4, 0x20, 0x5f, 0xc3]);
    let program = functions(&code(Architecture::X86_64, &bytes));
    assert_eq!(starts(&program), [0, 16]);
}

/// `push -1; push handler; mov eax, fs:[0]; push eax; mov fs:[0], esp; ...`
#[test]
fn a_function_that_sets_up_a_handler_of_exceptions_is_found() {
    let mut bytes = vec![0xc3];
    bytes.resize(16, 0xcc);
    bytes.extend([0x6a, 0xff, 0x68, 0, 0x10, 0x50, 0, 0x64, 0xa1, 0, 0, 0, 0, 0x50]);
    bytes.extend([0x64, 0x89, 0x25, 0, 0, 0, 0, 0x83, 0xc4, 0x0c, 0xc3]);
    let program = functions(&code(Architecture::X86, &bytes));
    assert_eq!(starts(&program), [0, 16]);
}

#[test]
fn an_epilogue_that_nothing_leads_to_is_no_function() {
    // ret; int3 up to 16; add rsp, 40; pop rbx; ret
    let mut bytes = vec![0xc3];
    bytes.resize(16, 0xcc);
    bytes.extend([0x48, 0x83, 0xc4, 0x28, 0x5b, 0xc3]);
    let program = functions(&code(Architecture::X86_64, &bytes));
    assert_eq!(starts(&program), [0]);
}

/// `cmp edi, 2; ja default; lea rdx, [table]; movsxd rax, [rdx+rdi*4]; add rax, rdx; jmp rax`
#[test]
fn a_table_of_relative_jumps_is_followed() {
    let mut bytes = vec![0x83, 0xff, 2, 0x77, 0x14];
    // The table lies at BASE + 0x100.
    bytes.extend([0x48, 0x8d, 0x15, 0xf4, 0, 0, 0]);
    bytes.extend([0x48, 0x63, 0x04, 0xba, 0x48, 0x01, 0xd0, 0xff, 0xe0]);
    assert_eq!(bytes.len(), 21);
    // 21: nop; nop; nop; nop; 25: ret; 26, 27 and 28: ret
    bytes.extend([0x90, 0x90, 0x90, 0x90, 0xc3, 0xc3, 0xc3, 0xc3]);
    let table: Vec<u8> = [26_i32, 27, 28, 1 << 20]
        .iter()
        .flat_map(|target| (target - 0x100).to_le_bytes())
        .collect();
    let image = with_data(code(Architecture::X86_64, &bytes), BASE + 0x100, &table);
    let program = functions(&image);
    assert_eq!(starts(&program), [0]);
    let function = at(&program, 0);
    let followers =
        function.successors(1).iter().map(|&next| function.blocks[next as usize].start.0);
    assert_eq!(followers.collect::<Vec<_>>(), [BASE + 26, BASE + 27, BASE + 28]);
}

/// `cmp eax, 1; ja 16; jmp [eax*4 + table]`, the table among the code as Microsoft's compiler has it.
#[test]
fn a_table_of_addresses_among_the_code_is_followed_and_not_read_as_code() {
    let mut bytes = vec![0x83, 0xf8, 1, 0x77, 0x0b, 0xff, 0x24, 0x85];
    bytes.extend((0x40_0020_u32).to_le_bytes());
    bytes.resize(16, 0x90);
    // 16: ret; 17: ret; 18: ret
    bytes.extend([0xc3, 0xc3, 0xc3]);
    bytes.resize(32, 0xcc);
    bytes.extend((0x40_0011_u32).to_le_bytes());
    bytes.extend((0x40_0012_u32).to_le_bytes());
    // A function behind the table.
    bytes.resize(48, 0xcc);
    bytes.extend([0x55, 0x8b, 0xec, 0x5d, 0xc3]);
    let program = functions(&code(Architecture::X86, &bytes));
    assert_eq!(starts(&program), [0, 48]);
    let blocks: Vec<u64> = at(&program, 0).blocks.iter().map(|one| one.start.0 - BASE).collect();
    assert_eq!(blocks, [0, 5, 16, 17, 18]);
}

/// `cmp w0, #2; b.hi; adr x1, table; ldrb w0, [x1, w0, uxtw]; adr x1, base; add x0, x1, w0, sxtb #2; br x0`
#[test]
fn a_table_of_bytes_is_followed_on_arm() {
    let words: [u32; 12] = [
        0x7100_081f, // cmp w0, #2
        0x5400_0128, // b.hi 40
        0x1000_0141, // adr x1, 48
        0x3860_4820, // ldrb w0, [x1, w0, uxtw]
        0x1000_0061, // adr x1, 28
        0x8b20_8820, // add x0, x1, w0, sxtb #2
        0xd61f_0000, // br x0
        0xd65f_03c0, // 28: ret
        0xd65f_03c0, // 32: ret
        0xd65f_03c0, // 36: ret
        0xd65f_03c0, // 40: ret
        0xd503_201f, // nop
    ];
    let mut bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    bytes.extend([0, 1, 2, 0]);
    let program = functions(&code(Architecture::AArch64, &bytes));
    let blocks: Vec<u64> = at(&program, 0).blocks.iter().map(|one| one.start.0 - BASE).collect();
    assert_eq!(blocks, [0, 8, 28, 32, 36, 40]);
}

#[test]
fn a_jump_to_a_known_function_is_a_tail_call() {
    // 0: call 16; jmp 16; 16: ret
    let mut bytes = vec![0xe8, 11, 0, 0, 0, 0xe9, 6, 0, 0, 0];
    bytes.resize(16, 0x90);
    bytes.push(0xc3);
    let program = functions(&code(Architecture::X86_64, &bytes));
    let calls = &at(&program, 0).calls;
    assert_eq!(calls.iter().map(|one| one.is_tail).collect::<Vec<_>>(), [false, true]);
    assert!(calls.iter().all(|one| one.callee() == Callee::Function(1)));
}

#[test]
fn a_part_that_was_split_off_stays_with_its_function() {
    // 0: push rbx; test edi, edi; jne 32; 5: call 16; pop rbx; ret; 16: ret; 32: the part: mov edi, ebx; jmp 5
    let mut bytes = vec![0x53, 0x85, 0xff, 0x75, 0x1b, 0xe8, 6, 0, 0, 0, 0x5b, 0xc3];
    bytes.resize(16, 0xcc);
    bytes.push(0xc3);
    bytes.resize(32, 0xcc);
    bytes.extend([0x89, 0xdf, 0xeb, 0xe1]);
    let program = functions(&code(Architecture::X86_64, &bytes));
    assert_eq!(starts(&program), [0, 16]);
    let blocks: Vec<u64> = at(&program, 0).blocks.iter().map(|one| one.start.0 - BASE).collect();
    assert_eq!(blocks, [0, 5, 32]);
}

#[test]
fn code_that_asks_for_its_own_address_calls_nothing() {
    // call 5; 5: pop ebx; ret
    let bytes = [0xe8, 0, 0, 0, 0, 0x5b, 0xc3];
    let program = functions(&code(Architecture::X86, &bytes));
    assert_eq!(starts(&program), [0]);
    assert_eq!(at(&program, 0).calls, []);
}

#[test]
fn broken_code_costs_its_function_only_and_is_named() {
    // 0: call 16; call 32; ret; 16: what 64-bit code has no instruction for; 32: ret
    let mut bytes = vec![0xe8, 11, 0, 0, 0, 0xe8, 22, 0, 0, 0, 0xc3];
    bytes.resize(16, 0x90);
    bytes.push(0x06);
    bytes.resize(32, 0x90);
    bytes.push(0xc3);
    let program = functions(&code(Architecture::X86_64, &bytes));
    assert!(starts(&program).contains(&32));
    assert_eq!(program.gaps.len(), 1);
}

#[test]
fn an_image_without_code_has_no_functions() {
    let program = functions(&code(Architecture::X86_64, &[]));
    assert_eq!(program, Program::default());
}

#[test]
fn a_block_is_text_with_the_names_of_what_it_calls_and_reads() {
    // 0: lea rdi, [rip + 0xff9]; call [rip + 0x10f3]; ret
    let bytes = [0x48, 0x8d, 0x3d, 0xf9, 0x0f, 0, 0, 0xff, 0x15, 0xf3, 0x10, 0, 0, 0xc3];
    let mut image = with_data(code(Architecture::X86_64, &bytes), BASE + 0x1000, b"hello, world\0");
    image.imports.push(Import {
        slot: VirtualAddress(BASE + 0x1100),
        library: "msvcrt.dll".to_owned(),
        name: "puts".to_owned(),
    });
    let program = functions(&image);
    let lines = disassemble(&image, &at(&program, 0).blocks[0]);
    let text: Vec<(&str, &str)> =
        lines.iter().map(|one| (one.text.as_str(), one.note.as_str())).collect();
    let expected = [
        ("lea rdi, [0x401000]", "\"hello, world\""),
        ("call qword ptr [0x401100]", "msvcrt.dll!puts"),
        ("ret", ""),
    ];
    assert_eq!(text, expected);
    assert_eq!(lines.iter().map(|one| one.bytes.len()).sum::<usize>(), bytes.len());
}

#[test]
fn bytes_that_are_no_instruction_are_shown_and_the_next_ones_are_read() {
    let bytes = [0x06, 0xc3];
    let image = code(Architecture::X86_64, &bytes);
    let lines = disassemble(&image, &BasicBlock::new(VirtualAddress(BASE), 2));
    assert_eq!(lines.iter().map(|one| one.text.as_str()).collect::<Vec<_>>(), ["(bad)", "ret"]);
}

#[test]
fn a_jump_on_arm_shows_where_it_leads() {
    // bl 8; ret; 8: ret
    let words: [u32; 3] = [0x9400_0002, 0xd65f_03c0, 0xd65f_03c0];
    let bytes: Vec<u8> = words.iter().flat_map(|word| word.to_le_bytes()).collect();
    let image = code(Architecture::AArch64, &bytes);
    let program = functions(&image);
    let lines = disassemble(&image, &at(&program, 0).blocks[0]);
    assert_eq!(lines[0].text, "bl 0x400008");
    assert_eq!(lines[1].text, "ret");
}
