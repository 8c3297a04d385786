//! Executables built from the sources in `tests/data/src`, where the machine has a compiler.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::atomic::{AtomicU32, Ordering};

use demarche_image::{Image, Import};

/// Compiles a source; `None` with a loud note where the compiler is missing or cannot do it.
pub(crate) fn build(compiler: &str, arguments: &[&str], source: &str) -> Option<Vec<u8>> {
    static NUMBER: AtomicU32 = AtomicU32::new(0);
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let output = folder.join(format!("fixture-{}-{number}.exe", std::process::id()));
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/src").join(source);
    let mut command = Command::new(compiler);
    command.args(arguments).arg(&source).arg("-o").arg(&output);
    run(command, output)
}

/// Links objects that were built before with a linker; `None` with a loud note where it is missing.
pub(crate) fn link(linker: &Path, arguments: &[&str], object: &[u8]) -> Option<Vec<u8>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let number = format!("{}-{:?}", std::process::id(), std::thread::current().id());
    let input = folder.join(format!("object-{number}.o"));
    let output = folder.join(format!("linked-{number}"));
    fs::write(&input, object).unwrap();
    let mut command = Command::new(linker);
    command.args(arguments).arg(&input).arg("-o").arg(&output);
    let linked = run(command, output);
    fs::remove_file(input).unwrap();
    linked
}

fn run(mut command: Command, output: PathBuf) -> Option<Vec<u8>> {
    let met = command.output();
    if !matches!(&met, Ok(met) if met.status.success()) {
        eprintln!("SKIPPED: {command:?} cannot be run here: {met:?}");
        return None;
    }
    let bytes = fs::read(&output).unwrap();
    fs::remove_file(output).unwrap();
    Some(bytes)
}

/// An ELF program for this machine's kind of processor, with unlikely paths moved away.
pub(crate) fn elf() -> Option<Vec<u8>> {
    build("gcc", &["-O2", "-fpie", "-pie", "-rdynamic"], "small.c")
}

/// A 64-bit program for Windows.
pub(crate) fn pe64() -> Option<Vec<u8>> {
    build("x86_64-w64-mingw32-gcc", &["-O2"], "small.c")
}

/// A 32-bit program for Windows.
pub(crate) fn pe32() -> Option<Vec<u8>> {
    build("i686-w64-mingw32-gcc", &["-O2"], "small.c")
}

/// A program for Apple's systems, linked with the linker that comes with Rust.
pub(crate) fn macho(processor: &str, extra: &[&str]) -> Option<Vec<u8>> {
    let target = format!("--target={processor}-apple-macos11");
    let object = build("clang", &[&target, "-O2", "-c"], "bare.c")?;
    let sysroot = Command::new("rustc").args(["--print", "sysroot"]).output().ok()?;
    let sysroot = PathBuf::from(String::from_utf8(sysroot.stdout).ok()?.trim());
    let host = fs::read_dir(sysroot.join("lib/rustlib")).ok()?;
    let linkers = host.filter_map(|one| Some(one.ok()?.path().join("bin/rust-lld")));
    let Some(linker) = linkers.into_iter().find(|one| one.exists()) else {
        eprintln!("SKIPPED: no rust-lld beside the compiler");
        return None;
    };
    let version =
        ["-flavor", "darwin", "-arch", processor, "-platform_version", "macos", "12.0", "12.0"];
    let arguments = [&version[..], &["-undefined", "dynamic_lookup", "-execute"], extra].concat();
    link(&linker, &arguments, &object)
}

/// The names of what an image takes from other modules.
pub(crate) fn names(imports: &[Import]) -> Vec<&str> {
    let mut names: Vec<_> = imports.iter().map(|import| import.name.as_str()).collect();
    names.sort_unstable();
    names.dedup();
    names
}

/// Checks what holds for every image.
pub(crate) fn check(image: &Image<'_>, file: usize) {
    let ends = image.sections.iter().map(|one| one.address.0.checked_add(one.size).unwrap());
    for (section, end) in image.sections.iter().skip(1).zip(ends) {
        assert!(end <= section.address.0, "{} overlaps what lies before", section.name);
    }
    for section in &image.sections {
        assert!(section.size > 0 && section.bytes.len() as u64 <= section.size);
        assert!(image.section(section.address) == Some(section));
    }
    let present: usize = image.sections.iter().map(|one| one.bytes.len()).sum();
    assert!(present <= 4 * file, "{present} bytes out of {file}");
    let counts =
        [image.imports.len(), image.extents.len(), image.pointers.len(), image.entry_points.len()];
    for count in counts {
        assert!(count <= file + 512, "{counts:?} out of {file} bytes");
    }
    assert!(image.symbols.is_sorted_by_key(|one| one.address));
    assert!(image.imports.is_sorted() && image.extents.is_sorted());
    assert!(image.pointers.is_sorted() && image.entry_points.is_sorted());
    for (slot, target) in &image.pointers {
        assert_eq!(image.pointer(*slot), Some(*target));
        assert!(image.section(*slot).is_some() && image.section(*target).is_some());
    }
    for import in &image.imports {
        assert!(image.import(import.slot).is_some());
    }
    for gap in &image.gaps {
        assert!(gap.source.is_empty() && gap.count > 0 && !gap.what.contains('\n'), "{gap:?}");
    }
}

/// The executable as a loader would lay it into memory, from the first byte on.
pub(crate) fn load(image: &Image<'_>) -> Vec<u8> {
    let mut memory = Vec::new();
    for section in &image.sections {
        let from = usize::try_from(section.address.since(image.base).unwrap()).unwrap();
        let to = from + usize::try_from(section.size).unwrap();
        if memory.len() < to {
            memory.resize(to, 0);
        }
        memory[from..from + section.bytes.len()].copy_from_slice(&section.bytes);
    }
    memory
}
