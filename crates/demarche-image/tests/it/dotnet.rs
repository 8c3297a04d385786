//! Assemblies of .NET: one that Mono's compiler made, damaged ones, and real ones beside another reader's answers.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use arbtest::arbtest;
use demarche_image::dotnet::{Destination, Token, TokenKind};
use demarche_image::identity::{CodeKind, PackingVerdict, Runtime, identify};
use demarche_image::{Architecture, Image, ImageError, SymbolKind, read, read_all};

use crate::fixture::check;

/// The assembly that `mcs -optimize+ -deterministic src/lantern.cs` makes.
pub(crate) const LANTERN: &[u8] = include_bytes!("../data/lantern.exe");

fn whats<'image>(image: &'image Image<'_>) -> Vec<&'image str> {
    image.gaps.iter().map(|gap| gap.what.as_str()).collect()
}

/// The place of the only occurrence of some bytes.
fn place(bytes: &[u8], wanted: &[u8]) -> usize {
    let places: Vec<usize> =
        (0..bytes.len()).filter(|place| bytes[*place..].starts_with(wanted)).collect();
    assert_eq!(places.len(), 1, "{wanted:?}");
    places[0]
}

#[test]
fn methods_are_symbols_and_what_they_call_of_others_are_imports() {
    let image = read(LANTERN).unwrap();
    assert_eq!(image.architecture, Architecture::Cil);
    assert!(image.gaps.is_empty(), "{:?}", image.gaps);
    let names: BTreeSet<&str> = image.symbols.iter().map(|symbol| symbol.name.as_str()).collect();
    for name in [
        "Lamplighters.Lantern::Flicker",
        "Lamplighters.Lantern::Main",
        "Lamplighters.Lantern::.cctor",
        "Lamplighters.Wick`1::Count",
        "Lamplighters.Wick`1/Ember::Cool",
    ] {
        assert!(names.contains(name), "{name} in {names:?}");
    }
    assert!(image.symbols.iter().all(|symbol| symbol.kind == SymbolKind::Function));
    let has = |library: &str, name: &str| {
        image.imports.iter().any(|import| import.library == library && import.name == name)
    };
    assert!(has("mscorlib", "System.Console::WriteLine"));
    assert!(has("mscorlib", "System.Collections.Generic.List`1::Add"));
    assert!(has("kernel32.dll", "VirtualAlloc"));
    assert!(!image.imports.iter().any(|import| import.name.contains("Wick")), "its own are none");
    let main = image.symbols.iter().find(|symbol| symbol.name.ends_with("::Main")).unwrap();
    assert_eq!(image.entry, Some(main.address));
}

#[test]
fn a_reference_through_a_generic_type_leads_to_the_assembly_itself() {
    let image = read(LANTERN).unwrap();
    let bytecode = image.bytecode.as_ref().unwrap();
    let references = (1..=bytecode.rows(TokenKind::MemberRef))
        .map(|row| Token::new(TokenKind::MemberRef, row))
        .filter(|token| bytecode.describe(*token).is_some_and(|name| name.contains("Wick`1::Add")));
    let references: Vec<Token> = references.collect();
    assert!(!references.is_empty());
    for token in references {
        let Destination::Method(start) = bytecode.destination(token) else { panic!("{token:?}") };
        let name = image.symbols.iter().find(|symbol| symbol.address == start).unwrap();
        assert_eq!(name.name, "Lamplighters.Wick`1::Add");
    }
}

#[test]
fn handlers_and_texts_are_those_of_the_source() {
    let image = read(LANTERN).unwrap();
    let bytecode = image.bytecode.as_ref().unwrap();
    let guarded = bytecode.methods.iter().find(|method| {
        bytecode.describe(method.token).is_some_and(|name| name.ends_with("::Guarded"))
    });
    assert_eq!(guarded.unwrap().handlers.len(), 2, "one for catch, one for finally");
    let text: Vec<u8> = "no number: ".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let texts = (1..600).map(|offset| Token::new(TokenKind::Text, offset));
    assert!(texts.filter_map(|token| bytecode.text(token)).any(|found| found == text));
}

#[test]
fn a_table_that_the_headers_do_not_count_hides_no_bytecode() {
    let mut bytes = LANTERN.to_vec();
    let optional = place(&bytes, b"PE\0\0") + 24;
    bytes[optional + 92..optional + 96].copy_from_slice(&14_u32.to_le_bytes());
    let (whole, image) = (read(LANTERN).unwrap(), read(&bytes).unwrap());
    assert_eq!((image.architecture, &image.symbols), (Architecture::Cil, &whole.symbols));
    assert!(whats(&image)[0].starts_with("the headers state fewer tables"), "{:?}", image.gaps);
    assert!(identify(&bytes).dotnet.is_some());
    // A native program may have anything behind its tables.
    let place = place(&bytes, b"BSJB");
    bytes[place] = 0;
    assert_ne!(read(&bytes).unwrap().architecture, Architecture::Cil);
}

#[test]
fn a_lost_identifier_of_the_module_is_named() {
    let mut bytes = LANTERN.to_vec();
    let place = place(&bytes, b"#GUID\0");
    bytes[place + 1] = b'X';
    let identity = identify(&bytes);
    assert_eq!(identity.dotnet.unwrap().mvid, None);
    let is_named = |gap: &demarche_terms::Gap| gap.what.starts_with("the identifier of the module");
    assert!(identity.gaps.iter().any(is_named), "{:?}", identity.gaps);
}

#[test]
fn an_assembly_says_what_it_is() {
    let identity = identify(LANTERN);
    assert!(identity.gaps.is_empty(), "{:?}", identity.gaps);
    let dotnet = identity.dotnet.unwrap();
    assert_eq!((dotnet.runtime.as_str(), dotnet.code), ("v4.0.30319", CodeKind::Bytecode));
    assert_eq!(dotnet.name.as_deref(), Some("lantern"));
    assert_eq!(dotnet.type_library.as_deref(), Some("5f0c3a52-9d0e-4c7a-8d57-5b2f5c1a7e11"));
    assert_eq!(dotnet.references[0].name, "mscorlib");
    assert_eq!(dotnet.native_libraries, ["kernel32.dll"]);
    assert_eq!(identity.packing.verdict, PackingVerdict::NoneSeen);
    assert_eq!(identity.runtime, None);
}

#[test]
fn a_count_of_rows_larger_than_the_file_costs_the_rows_that_are_missing() {
    let mut bytes = LANTERN.to_vec();
    let root = place(&bytes, b"BSJB");
    let tables = root + 0x6c;
    // The last table of the assembly gets a count of rows that no file holds.
    let present = u64::from_le_bytes(bytes[tables + 8..tables + 16].try_into().unwrap());
    let last = tables + 24 + (present.count_ones() as usize - 1) * 4;
    bytes[last..last + 4].copy_from_slice(&0x00ff_ffff_u32.to_le_bytes());
    let image = read(&bytes).unwrap();
    assert!(whats(&image).contains(&"a table of the metadata is longer than the file"));
    assert!(image.symbols.iter().any(|symbol| symbol.name == "Lamplighters.Lantern::Flicker"));
}

#[test]
fn many_rows_of_two_bytes_make_no_list_without_end() {
    let mut bytes = LANTERN.to_vec();
    let tables = place(&bytes, b"BSJB") + 0x6c;
    let present = u64::from_le_bytes(bytes[tables + 8..tables + 16].try_into().unwrap());
    // The table of modules in machine code, whose rows are a name each.
    let before = (present & ((1 << 0x1a) - 1)).count_ones() as usize;
    let count = tables + 24 + before * 4;
    bytes[count..count + 4].copy_from_slice(&20_000_u32.to_le_bytes());
    bytes.resize(bytes.len() + 60_000, b'a');
    // The last section goes on to the end of the file, and its metadata with it.
    let gaps = identify(&bytes).gaps;
    assert!(!gaps.is_empty());
    let dotnet = identify(&bytes).dotnet.unwrap();
    assert!(dotnet.native_libraries.len() <= 4096);
}

#[test]
fn an_encrypted_body_costs_its_method_alone() {
    let whole = read(LANTERN).unwrap();
    let flicker = whole.symbols.iter().find(|symbol| symbol.name.ends_with("::Flicker")).unwrap();
    let section = whole.section(flicker.address).unwrap();
    let offset = section.offset.unwrap().0 + flicker.address.since(section.address).unwrap();
    let start = usize::try_from(offset).unwrap();
    let mut bytes = LANTERN.to_vec();
    // The head of a fat body takes twelve bytes.
    bytes[start - 12..start + 8].iter_mut().for_each(|byte| *byte = 0x9c);
    let image = read(&bytes).unwrap();
    let gap = "the body of a method has no head that the standard knows; it may be encrypted";
    assert_eq!(whats(&image), [gap]);
    assert!(image.gaps[0].remedy.is_some());
    assert_eq!(image.symbols.len() + 1, whole.symbols.len());
}

#[test]
fn a_stream_that_stands_twice_is_named() {
    let mut bytes = LANTERN.to_vec();
    let guid = place(&bytes, b"#GUID\0\0\0");
    bytes[guid..guid + 8].copy_from_slice(b"#~\0\0\0\0\0\0");
    // The name has shrunk: its last four bytes are read as the head of another stream.
    let image = read(&bytes);
    let image = image.unwrap();
    assert!(!image.gaps.is_empty());
    let mut bytes = LANTERN.to_vec();
    bytes[guid..guid + 8].copy_from_slice(b"#Blob\0\0\0");
    let image = read(&bytes).unwrap();
    let gap = "a stream of the metadata is named twice; the one that the runtime takes was read";
    assert_eq!(whats(&image), [gap]);
    assert!(!image.symbols.is_empty());
}

#[test]
fn unsorted_tables_are_tables() {
    let mut bytes = LANTERN.to_vec();
    let name = place(&bytes, b"#~\0\0");
    bytes[name + 1] = b'-';
    let image = read(&bytes).unwrap();
    assert_eq!(image.symbols, read(LANTERN).unwrap().symbols);
    assert!(image.gaps.is_empty());
}

#[test]
fn extra_bytes_behind_the_counts_are_skipped() {
    // Heaps, valid tables and counts as they stand, with the flag that only obfuscators set: everything moves by four.
    let mut bytes = LANTERN.to_vec();
    let tables = place(&bytes, b"BSJB") + 0x6c;
    bytes[tables + 6] |= 0x40;
    let image = read(&bytes);
    // Nothing was inserted, so that the names are garbage: it is read, or refused, but never panics.
    assert!(image.is_ok());
}

#[test]
fn without_metadata_the_machine_code_is_read_and_the_gap_named() {
    let mut bytes = LANTERN.to_vec();
    let root = place(&bytes, b"BSJB");
    bytes[root..root + 4].copy_from_slice(b"XXXX");
    let image = read(&bytes).unwrap();
    assert_eq!(image.architecture, Architecture::X86);
    let gap =
        "the file says that it holds bytecode of .NET, and its header or metadata cannot be read";
    assert!(whats(&image).contains(&gap), "{:?}", image.gaps);
}

#[test]
fn machine_code_beside_bytecode_is_an_image_of_its_own() {
    let mut bytes = LANTERN.to_vec();
    let root = place(&bytes, b"BSJB");
    // The flags of the header of the bytecode: it lies before everything else in `.text`.
    let whole = read(LANTERN).unwrap();
    let text = whole.sections.iter().find(|section| section.name == ".text").unwrap();
    let start = usize::try_from(text.offset.unwrap().0).unwrap();
    let header = (start..root).find(|place| bytes[*place..].starts_with(&[72, 0, 0, 0])).unwrap();
    assert_eq!(bytes[header + 16] & 1, 1);
    bytes[header + 16] &= !1;
    let images: Vec<Result<Image<'_>, ImageError>> = read_all(&bytes);
    let processors: Vec<Architecture> =
        images.iter().map(|image| image.as_ref().unwrap().architecture).collect();
    assert_eq!(processors, [Architecture::Cil, Architecture::X86]);
    let gap =
        "the file has machine code beside its bytecode; programs are compared by their bytecode";
    assert_eq!(whats(images[0].as_ref().unwrap()), [gap]);
    assert_eq!(identify(&bytes).dotnet.unwrap().code, CodeKind::Mixed);
    assert_eq!(read(&bytes).unwrap().architecture, Architecture::Cil);
}

#[test]
fn every_method_that_says_where_its_body_lies_is_a_symbol_or_in_a_gap() {
    arbtest(|u| {
        let mut bytes = LANTERN.to_vec();
        let root = place(&bytes, b"BSJB");
        for _ in 0..u.int_in_range(1..=6)? {
            let reach = if u.ratio(1, 2)? { root..bytes.len() } else { 0..bytes.len() };
            let at = u.int_in_range(reach.start..=reach.end - 1)?;
            bytes[at] = u.arbitrary()?;
        }
        let identity = identify(&bytes);
        let images = read_all(&bytes);
        for image in images.iter().flatten() {
            check(image, bytes.len());
        }
        let Some(dotnet) = identity.dotnet else { return Ok(()) };
        let image = images[0].as_ref().unwrap();
        let starts: BTreeSet<_> = image.symbols.iter().map(|symbol| symbol.address).collect();
        let bytecode = image.bytecode.as_ref().unwrap();
        assert!(bytecode.methods.len() <= usize::try_from(dotnet.counts.bodies).unwrap());
        let named = image.symbols.len() >= usize::try_from(dotnet.counts.bodies).unwrap();
        assert!(named || starts.len() < LANTERN.len() && !image.gaps.is_empty());
        Ok(())
    });
}

#[test]
fn a_program_that_was_compiled_ahead_of_time_carries_its_runtime() {
    let arguments = ["-O2", "-rdynamic", "-Dkeep=DotNetRuntimeDebugHeader"];
    let Some(program) = crate::fixture::build("gcc", &arguments, "small.c") else { return };
    let identity = identify(&program);
    assert_eq!(identity.runtime, Some(Runtime::DotNet));
    assert_eq!(identity.dotnet, None);
}

/// The assemblies of a folder, all the way down.
fn assemblies(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            assemblies(&path, found);
        } else if fs::read(&path).is_ok_and(|bytes| identify(&bytes).dotnet.is_some()) {
            found.push(path);
        }
    }
}

#[test]
#[expect(clippy::disallowed_methods, reason = "the assemblies are not in the repository")]
fn real_assemblies_are_read_as_another_reader_reads_them() {
    let variables = ["DEMARCHE_DOTNET_PYTHON", "DEMARCHE_DOTNET"];
    let [Some(python), Some(folder)] = variables.map(std::env::var_os) else {
        eprintln!("SKIPPED: DEMARCHE_DOTNET or DEMARCHE_DOTNET_PYTHON is not set");
        return;
    };
    let mut paths = Vec::new();
    assemblies(Path::new(&folder), &mut paths);
    paths.sort();
    assert!(!paths.is_empty(), "there is no assembly in {folder:?}");
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/src/assemblies.py");
    let output = Command::new(python).arg(script).args(&paths).output().unwrap();
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    let lines = String::from_utf8(output.stdout).unwrap();
    for (path, line) in paths.iter().zip(lines.lines()) {
        let expected: serde_json::Value = serde_json::from_str(line).unwrap();
        let bytes = fs::read(path).unwrap();
        assert_eq!(described(&bytes), expected, "{}", path.display());
    }
    println!("{} assemblies", paths.len());
}

/// An assembly in the words of `assemblies.py`.
fn described(bytes: &[u8]) -> serde_json::Value {
    let dotnet = identify(bytes).dotnet.unwrap();
    let image = read(bytes).unwrap();
    assert!(image.gaps.iter().all(|gap| gap.what.contains("machine code")), "{:?}", image.gaps);
    let names: BTreeSet<&str> = image.symbols.iter().map(|symbol| symbol.name.as_str()).collect();
    let references = dotnet.references.iter().map(|known| [&known.name, &known.version]);
    serde_json::json!({
        "runtime": dotnet.runtime,
        "counts": dotnet.counts,
        "mvid": dotnet.mvid,
        "module": dotnet.module,
        "name": dotnet.name,
        "version": dotnet.version,
        "references": references.collect::<Vec<_>>(),
        "native": dotnet.native_libraries,
        "resources": dotnet.resources.iter().map(|known| &known.name).collect::<Vec<_>>(),
        "methods": names,
    })
}
