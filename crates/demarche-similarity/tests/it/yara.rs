//! Rules hit what they are made for, nothing else, and YARA reads them as they are meant.

use std::collections::BTreeMap;
use std::path::Path;

use arbtest::arbtest;
use boreal::Compiler;
use demarche_code::{Fingerprint, Program, functions};
use demarche_image::{Architecture, Image, VirtualAddress, read_raw};
use demarche_index::{Index, Sample};
use demarche_similarity::yara::{Other, Request, Rule, Source, rule};
use demarche_terms::Sha256;
use demarche_terms::random::Random;

use super::hands::{known, toolbox};

/// A function out of a seed: a few blocks of moves, sums and comparisons with constants of its own, and calls.
fn code(seed: u64, start: u32, callee: u32) -> Vec<u8> {
    let mut random = Random::new(seed);
    let mut bytes = vec![0x55, 0x48, 0x89, 0xe5];
    for _ in 0..4 {
        for _ in 0..6 {
            let opcode = [0xb8, 0xb9, 0xba, 0x05, 0x2d, 0x35][random.below(6)];
            bytes.push(opcode);
            let constant = 0x7000_0000 | u32::try_from(random.below(1 << 24)).unwrap();
            bytes.extend(constant.to_le_bytes());
        }
        let next = start + u32::try_from(bytes.len()).unwrap() + 5;
        bytes.push(0xe8);
        bytes.extend(callee.wrapping_sub(next).to_le_bytes());
        bytes.extend([0x85, 0xc0, 0x74, 0x02, 0x31, 0xc0]);
    }
    bytes.extend([0x5d, 0xc3]);
    bytes
}

/// A program of some functions, each calling the next, and where each begins.
struct Built {
    bytes: Vec<u8>,
    starts: BTreeMap<VirtualAddress, u64>,
}

const BASE: u32 = 0x40_0000;

/// Lays functions out one after the other, `gap` bytes apart.
fn build(seeds: &[u64], gap: usize) -> Built {
    let length = code(0, 0, 0).len() + gap;
    let start = |index: usize| BASE + u32::try_from(index * length).unwrap();
    let (mut bytes, mut starts) = (Vec::new(), BTreeMap::new());
    for (index, seed) in seeds.iter().enumerate() {
        bytes.extend(code(*seed, start(index), start((index + 1) % seeds.len())));
        bytes.extend(std::iter::repeat_n(0xcc, gap));
        starts.insert(VirtualAddress(u64::from(start(index))), *seed);
    }
    Built { bytes, starts }
}

/// What was read from a program; the exact hash is the seed.
struct Read<'a> {
    image: Image<'a>,
    program: Program,
    fingerprints: Vec<Fingerprint>,
}

fn read(built: &Built) -> Read<'_> {
    let image = read_raw(&built.bytes, Architecture::X86_64, VirtualAddress(u64::from(BASE)));
    let program = functions(&image);
    let blank = toolbox("blank", 1).remove(0);
    let fingerprint = |function: &demarche_code::Function| Fingerprint {
        start: function.start,
        exact: built.starts.get(&function.start).copied().unwrap_or(u64::MAX),
        ..blank.clone()
    };
    let fingerprints = program.functions.iter().map(fingerprint).collect();
    Read { image, program, fingerprints }
}

fn source<'a>(built: &'a Built, read: &'a Read<'a>) -> Source<'a> {
    Source {
        sha256: Sha256::of(&built.bytes),
        bytes: &built.bytes,
        image: &read.image,
        program: &read.program,
        fingerprints: &read.fingerprints,
    }
}

/// Functions that everybody has.
const LIBRARY: std::ops::Range<u64> = 100..110;

/// Four versions of a family, three functions of which stay, at different places; and three programs of others.
fn programs() -> (Vec<Built>, Vec<Built>) {
    let own = (0..4_u64).map(|version| {
        let mut seeds: Vec<u64> = (1..=6).chain(LIBRARY).chain([200 + version]).collect();
        let places = usize::try_from(version).unwrap();
        seeds.rotate_left(places);
        build(&seeds, 3 + places)
    });
    let others = (0..3_u64).map(|family| {
        build(&LIBRARY.chain(300 + family * 10..305 + family * 10).collect::<Vec<_>>(), 5)
    });
    (own.collect(), others.collect())
}

fn bytes(built: &Built) -> &[u8] {
    &built.bytes
}

fn make(own: &[Built], others: &[Built], index: Option<&Index>) -> Option<Rule> {
    let reads: Vec<Read<'_>> = own.iter().map(read).collect();
    let sources: Vec<Source<'_>> =
        own.iter().zip(&reads).map(|(built, read)| source(built, read)).collect();
    let foreign = |built| Other { family: "other", bytes: bytes(built) };
    let others: Vec<Other<'_>> = others.iter().map(foreign).collect();
    let request =
        Request { family: "Lamp \"2\"", own: &sources, others: &others, index, strings: 12 };
    rule(&request).unwrap()
}

/// Returns true if YARA finds a rule in some bytes.
fn hits(text: &str, bytes: &[u8]) -> bool {
    let mut compiler = Compiler::new();
    compiler.add_rules_str(text).unwrap();
    let scanner = compiler.finalize();
    let scanned = scanner.scan_mem(bytes).unwrap();
    !scanned.rules.is_empty()
}

#[test]
fn a_rule_hits_every_version_and_nobody_else() {
    let (own, others) = programs();
    let rule = make(&own, &others, None).unwrap();
    let text = rule.to_string();
    assert_eq!(rule.coverage.own.to_string(), "4 of 4");
    assert_eq!(rule.coverage.held_out.to_string(), "4 of 4");
    assert_eq!(rule.coverage.others.to_string(), "0 of 3");
    assert!(rule.threshold >= 2 && rule.blocks.len() <= 12);
    assert!(own.iter().all(|built| hits(&text, &built.bytes)), "{text}");
    assert!(!others.iter().any(|built| hits(&text, &built.bytes)), "{text}");
    assert!(!text.contains("Lamp \"2\""), "quotes are escaped");
}

#[test]
fn a_rule_hits_a_version_that_it_has_not_seen() {
    let (own, others) = programs();
    let rule = make(&own[..3], &others, None).unwrap();
    assert!(hits(&rule.to_string(), &own[3].bytes));
}

#[test]
fn there_is_no_rule_where_nothing_is_the_familys_alone() {
    let (own, others) = programs();
    let everything = build(&(1..=6).chain(LIBRARY).chain(200..204).collect::<Vec<_>>(), 4);
    assert!(make(&own, &[everything], None).is_none());
    assert!(make(&[], &others, None).is_none());
}

/// A sample whose functions have these exact hashes.
fn stored(seed: u64, family: Option<&str>, is_library: bool, exacts: &[u64]) -> Sample {
    let (name, functions) = (seed.to_string(), u32::try_from(exacts.len()).unwrap());
    let mut stored = known(&name, "", "Somebody", &[(&name, functions)]);
    stored.meta.family = family.map(str::to_owned);
    stored.meta.is_library = is_library;
    for (fingerprint, exact) in stored.fingerprints.iter_mut().zip(exacts) {
        fingerprint.exact = *exact;
    }
    stored
}

#[test]
fn functions_that_others_of_the_index_have_are_left_out_and_the_coverage_is_counted_there() {
    let (own, others) = programs();
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("rules");
    drop(std::fs::remove_dir_all(&folder));
    let mut index = Index::create(&folder).unwrap();
    let family = Some("Lamp \"2\"");
    index
        .add(&[
            stored(1, family, false, &[1, 2, 3, 4, 5, 6, 100]),
            stored(2, family, false, &[100, 101, 999]),
            stored(3, Some("other"), false, &[1, 100]),
            stored(4, None, true, &[2, 101]),
        ])
        .unwrap();
    let rule = make(&own, &others, Some(&index)).unwrap();
    let exacts: Vec<u64> = rule.blocks.iter().map(|block| block.exact).collect();
    assert!(!exacts.contains(&1) && !exacts.contains(&2), "{exacts:?}");
    let coverage = rule.coverage.index.as_ref().unwrap();
    assert_eq!(coverage.family.to_string(), "1 of 2");
    assert_eq!(coverage.others.to_string(), "0 of 2");
    assert_eq!(coverage.wrong, []);
    assert!(own.iter().all(|built| hits(&rule.to_string(), &built.bytes)));
}

#[test]
fn yara_and_the_patterns_agree_on_bytes_that_were_changed() {
    let (own, others) = programs();
    let rule = make(&own, &others, None).unwrap();
    let mut compiler = Compiler::new();
    compiler.add_rules_str(rule.to_string()).unwrap();
    let scanner = compiler.finalize();
    arbtest(|u| {
        let mut bytes = own[u.choose_index(own.len())?].bytes.clone();
        for _ in 0..u.int_in_range(0..=300)? {
            let index = u.choose_index(bytes.len())?;
            bytes[index] ^= u.arbitrary::<u8>()?;
        }
        let met = rule.blocks.iter().filter(|block| block.pattern.is_in(&bytes)).count();
        let scanned = scanner.scan_mem(&bytes).unwrap();
        assert_eq!(!scanned.rules.is_empty(), met >= rule.threshold);
        Ok(())
    })
    .budget_ms(1000);
}

#[test]
fn the_same_files_make_the_same_rule() {
    let (own, others) = programs();
    assert_eq!(make(&own, &others, None), make(&own, &others, None));
}
