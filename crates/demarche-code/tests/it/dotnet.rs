//! Methods of .NET as functions, in two versions of a program and without its names.

use std::collections::{BTreeMap, BTreeSet};

use arbtest::arbtest;
use demarche_code::{Callee, Feature, Fingerprint, disassemble, fingerprints, functions};
use demarche_image::{Image, read};

/// `lantern.cs` in two versions, the second one compiled for debugging.
const FIRST: &[u8] = include_bytes!("../../../demarche-image/tests/data/lantern.exe");
const SECOND: &[u8] = include_bytes!("../../../demarche-image/tests/data/lantern-second.exe");

/// The fingerprints of an assembly by the names of its methods.
fn by_name(bytes: &[u8]) -> BTreeMap<String, Fingerprint> {
    let image = read(bytes).unwrap();
    let program = functions(&image);
    assert!(program.gaps.is_empty());
    let fingerprints = fingerprints(&image, &program).into_iter();
    fingerprints.map(|fingerprint| (name(&image, &fingerprint), fingerprint)).collect()
}

fn name(image: &Image<'_>, fingerprint: &Fingerprint) -> String {
    let symbol = image.symbols.iter().find(|symbol| symbol.address == fingerprint.start).unwrap();
    symbol.name.rsplit("::").next().unwrap().to_owned() + &symbol.name.len().to_string()
}

/// The share of the features of either that both have.
fn likeness(left: &Fingerprint, right: &Fingerprint) -> (usize, usize) {
    let features = |of: &Fingerprint| of.features.iter().copied().collect::<BTreeSet<Feature>>();
    let (left, right) = (features(left), features(right));
    (left.intersection(&right).count(), left.union(&right).count())
}

#[test]
fn a_method_is_a_function_with_blocks_and_calls() {
    let image = read(FIRST).unwrap();
    let program = functions(&image);
    assert_eq!(program.functions.len(), 11);
    let find = |name: &str| {
        let symbol = image.symbols.iter().find(|symbol| symbol.name.ends_with(name)).unwrap();
        program.functions.iter().find(|function| function.start == symbol.address).unwrap()
    };
    // Five ways of a switch, its head, and the way to the last of them.
    assert_eq!(find("::Name").blocks.len(), 7);
    // A watched stretch, two handlers, and the way out.
    assert_eq!(find("::Guarded").blocks.len(), 4);
    let called = find("::Main").calls.iter().map(|call| call.callee());
    let called: BTreeSet<Callee> = called.collect();
    let number = |name: &str| {
        let start = find(name).start;
        let index = program.functions.iter().position(|function| function.start == start).unwrap();
        Callee::Function(u32::try_from(index).unwrap())
    };
    for name in ["::Flicker", "::Name", "::Guarded", "Wick`1::Add", "Ember::Cool", "::Dim"] {
        assert!(called.contains(&number(name)), "{name}");
    }
    let imports = called.iter().filter_map(|callee| match callee {
        Callee::Import(index) => Some(image.imports[*index as usize].name.as_str()),
        _ => None,
    });
    let imports: BTreeSet<&str> = imports.collect();
    assert!(imports.contains("VirtualAlloc") && imports.contains("System.Console::WriteLine"));
}

#[test]
fn an_instruction_is_shown_with_what_its_token_means() {
    let image = read(FIRST).unwrap();
    let program = functions(&image);
    let lines: Vec<String> = program
        .functions
        .iter()
        .flat_map(|function| &function.blocks)
        .flat_map(|block| disassemble(&image, block))
        .map(|line| format!("{} {}", line.text.split(' ').next().unwrap(), line.note))
        .collect();
    for line in [
        "ldstr \"no number: \"",
        "call System.Console::WriteLine",
        "call Lamplighters.Native::VirtualAlloc",
        "ldsfld Lamplighters.Lantern::Table",
        "newarr System.Byte",
    ] {
        assert!(lines.iter().any(|met| met == line), "{line} in {lines:#?}");
    }
    assert!(!lines.iter().any(|line| line.starts_with("(bad)")));
}

#[test]
fn another_version_has_the_traits_of_the_methods_that_stayed() {
    let (first, second) = (by_name(FIRST), by_name(SECOND));
    let mut compared = 0;
    for (name, left) in &first {
        let Some(right) = second.get(name) else { continue };
        let (shared, all) = likeness(left, right);
        assert!(shared * 10 >= all * 6, "{name}: {shared} of {all}");
        compared += 1;
    }
    assert!(compared >= 10, "{compared} methods are in both");
    // No other method is as like as its own counterpart.
    let (_, flicker) = first.iter().find(|(name, _)| name.starts_with("Flicker")).unwrap();
    let best = second.iter().max_by_key(|(_, right)| likeness(flicker, right).0).unwrap();
    assert!(best.0.starts_with("Flicker"));
}

#[test]
fn names_of_the_program_itself_are_no_traits() {
    let mut renamed = FIRST.to_vec();
    for name in ["Flicker", "Guarded", "Lantern", "Lamplighters", "Ember", "Cool", "Count"] {
        let name = format!("\0{name}\0");
        let places = (0..renamed.len() - name.len())
            .filter(|place| renamed[*place..].starts_with(name.as_bytes()));
        for place in places.collect::<Vec<_>>() {
            renamed[place + 1..place + name.len() - 1].fill(b'z');
        }
    }
    let traits = |bytes: &[u8]| {
        let image = read(bytes).unwrap();
        let program = functions(&image);
        fingerprints(&image, &program)
    };
    assert_ne!(renamed, FIRST);
    assert_eq!(traits(&renamed), traits(FIRST));
}

#[test]
fn damaged_assemblies_are_taken_apart_as_far_as_they_go() {
    arbtest(|u| {
        let mut bytes = u.choose(&[FIRST, SECOND])?.to_vec();
        for _ in 0..u.int_in_range(1..=12)? {
            let place = u.choose_index(bytes.len())?;
            bytes[place] = u.arbitrary()?;
        }
        let Ok(image) = read(&bytes) else { return Ok(()) };
        let program = functions(&image);
        let fingerprints = fingerprints(&image, &program);
        assert_eq!(fingerprints.len(), program.functions.len());
        assert!(program.functions.is_sorted_by_key(|function| function.start));
        let code: u64 = fingerprints.iter().map(|fingerprint| u64::from(fingerprint.size)).sum();
        assert!(code <= 8 * bytes.len() as u64);
        for function in &program.functions {
            for (place, block) in function.blocks.iter().enumerate() {
                let count = function.blocks.len();
                assert!(function.successors(place).iter().all(|next| (*next as usize) < count));
                assert!(block.start < block.end() || image.bytecode.is_none());
                drop(disassemble(&image, block));
            }
        }
        Ok(())
    });
}
