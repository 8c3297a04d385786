//! Whose code a program has, on programs put together from toolboxes: what each answer must be is known.

use std::path::Path;

use demarche_case::assessment::code::{CodeComparison, ComparedProgram};
use demarche_case::{Availability, Sha256};
use demarche_code::{Feature, Fingerprint, Program};
use demarche_image::{Architecture, Format, VirtualAddress, read_raw};
use demarche_index::{Index, Meta, Sample};
use demarche_similarity::align::FITTED;
use demarche_similarity::{
    By, Calibration, Examined, FamilyTies, Groups, Matcher, compare, compare_two,
};
use demarche_terms::{Named, Origins, Package, PackageKind, Runtime};

/// Functions of a toolbox, which differ from all others.
pub(crate) fn toolbox(name: &str, functions: u32) -> Vec<Fingerprint> {
    (0..functions)
        .map(|place| {
            let feature = |trait_: u32| {
                let hash = Sha256::of(format!("{name} {place} {trait_}").as_bytes()).to_string();
                Feature(u32::from_str_radix(hash.get(..8).unwrap(), 16).unwrap())
            };
            let mut features: Vec<Feature> = (0..20).map(feature).collect();
            features.sort_unstable();
            features.dedup();
            Fingerprint {
                start: VirtualAddress(0),
                size: 100,
                instructions: 25,
                blocks: 4,
                exact: u64::from(features[0].0),
                features,
                calls: Vec::new(),
                pointed: Vec::new(),
            }
        })
        .collect()
}

/// A program made of toolboxes, one after the other.
fn program(parts: &[(&str, u32)]) -> Vec<Fingerprint> {
    let mut all: Vec<Fingerprint> =
        parts.iter().flat_map(|(name, functions)| toolbox(name, *functions)).collect();
    for (index, one) in all.iter_mut().enumerate() {
        one.start = VirtualAddress(0x1000 + 128 * index as u64);
    }
    all
}

/// A known program; an actor called `-` makes it library code.
pub(crate) fn known(name: &str, family: &str, actor: &str, parts: &[(&str, u32)]) -> Sample {
    let is_library = actor == "-";
    let meta = Meta {
        sha256: Sha256::of(name.as_bytes()),
        name: name.to_owned(),
        family: Some(family.to_owned()),
        actors: if is_library { Vec::new() } else { vec![actor.to_owned()] },
        note: None,
        is_library,
        availability: if is_library { Availability::Public } else { Availability::Private },
        format: Format::Elf,
        architecture: Architecture::X86_64,
        code_bytes: 0,
        runtime: None,
        origins: Origins::default(),
        added: "2014-11-24".parse().unwrap(),
    };
    Sample { meta, fingerprints: program(parts) }
}

/// Two bands with two families each and a third that shares its code with the second, and library code in all of them.
fn samples() -> Vec<Sample> {
    vec![
        known("lantern", "Lantern", "Lamplighters", &[("lamp", 20), ("lantern", 6), ("zlib", 15)]),
        known("wick", "Wick", "Lamplighters", &[("lamp", 20), ("wick", 6), ("zlib", 15)]),
        known("ledger", "Ledger", "Scriveners", &[("ink", 20), ("ledger", 6), ("zlib", 15)]),
        known("quill", "Quill", "Scriveners", &[("ink", 20), ("quill", 6)]),
        known("blotter", "Blotter", "Copyists", &[("ink", 20), ("blotter", 6)]),
        known("zlib", "zlib", "-", &[("zlib", 15)]),
    ]
}

fn index(name: &str, samples: &[Sample]) -> Index {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("families").join(name);
    drop(std::fs::remove_dir_all(&folder));
    let mut index = Index::create(&folder).unwrap();
    index.add(samples).unwrap();
    index
}

/// Hands over a program as if it had been read from a file of this name.
fn examined<T>(name: &str, fingerprints: &[Fingerprint], use_it: impl Fn(&Examined<'_>) -> T) -> T {
    let image = read_raw(&[], Architecture::X86_64, VirtualAddress(0));
    let program = Program::default();
    use_it(&Examined {
        name,
        sha256: Sha256::of(name.as_bytes()),
        bytes: 0,
        image: &image,
        program: &program,
        fingerprints,
        origins: &Origins::default(),
        runtime: None,
        packed: None,
    })
}

fn asked(index: &Index, name: &str, parts: &[(&str, u32)]) -> ComparedProgram {
    let fingerprints = program(parts);
    let matcher = Matcher::new(index, &FITTED);
    examined(name, &fingerprints, |examined| {
        let itself = index.find(examined.sha256);
        let (counterparts, gaps) = matcher.counterparts(&fingerprints, examined.origins, itself);
        assert!(gaps.is_empty(), "{gaps:?}");
        compare(examined, &counterparts, index, &Calibration::MADE, None).unwrap()
    })
}

#[test]
fn code_of_one_hand_names_it_and_library_code_tells_nobody() {
    let index = index("one-hand", &samples());
    let found = asked(&index, "beacon", &[("lamp", 20), ("zlib", 15), ("new", 5)]);
    let first = &found.actors[0];
    assert_eq!((first.name.as_str(), first.functions, first.alone), ("Lamplighters", 20, 20));
    assert!(first.strength.is_attributed && first.with.is_empty(), "{first:?}");
    assert!((first.share - 0.8).abs() < 1e-9, "20 of the 25 that could tell: {}", first.share);
    let functions = found.functions;
    assert_eq!(
        [functions.library, functions.shared, functions.unknown, functions.small],
        [15, 20, 5, 0]
    );
    assert!(
        found.rests_on.iter().all(|function| function.probability > 0.9 && function.is_identical)
    );
    assert!(found.known_as.is_none());
}

#[test]
fn nothing_but_library_code_is_ascribed_to_nobody() {
    let index = index("library", &samples());
    let found = asked(&index, "packer", &[("zlib", 15), ("new", 5)]);
    assert!(found.actors.iter().chain(&found.families).all(|tie| !tie.strength.is_attributed));
    assert_eq!(found.functions.library, 15);
}

#[test]
fn what_two_hands_have_is_ascribed_to_neither() {
    let index = index("two-hands", &samples());
    let found = asked(&index, "stamp", &[("ink", 20), ("new", 5)]);
    assert!(!found.actors.is_empty());
    for tie in &found.actors {
        assert!(!tie.strength.is_attributed, "{tie:?}");
        assert_eq!(tie.with.len(), 1, "the other is named: {tie:?}");
    }
}

#[test]
fn families_of_one_actor_do_not_weaken_each_other() {
    let index = index("kin", &samples());
    let found = asked(&index, "beacon", &[("lamp", 20), ("new", 5)]);
    let mut families: Vec<(&str, bool)> =
        found.families.iter().map(|tie| (tie.name.as_str(), tie.strength.nats > 4.0)).collect();
    families.sort_unstable();
    assert_eq!(families, [("Lantern", true), ("Wick", true)]);
    let groups = Groups::new(&index, By::Family);
    assert_eq!(groups.len(), 5, "library code is no family of anybody");
}

#[test]
fn a_program_that_is_known_is_named_and_left_out() {
    let index = index("known", &samples());
    let found = asked(&index, "wick", &[("lamp", 20), ("wick", 6), ("zlib", 15)]);
    let known = found.known_as.expect("the index has this file");
    assert_eq!(
        (known.family.as_str(), known.actors.as_slice()),
        ("Wick", &["Lamplighters".to_owned()][..])
    );
    assert_eq!(found.families[0].name, "Lantern", "its own family has nothing else");
    assert_eq!(found.families[0].functions, 20);
}

#[test]
fn a_known_program_is_ascribed_to_nobody_else() {
    let mut all = samples();
    all.push(known("stolen", "Stolen", "Thieves", &[("lamp", 20), ("loot", 6)]));
    all.retain(|one| one.meta.name != "wick");
    let found = asked(&index("stolen", &all), "stolen", &[("lamp", 20), ("loot", 6)]);
    assert_eq!(found.actors[0].name, "Lamplighters");
    assert!(!found.actors[0].strength.is_attributed, "{:?}", found.actors[0]);
}

#[test]
fn a_library_in_many_parts_is_not_overlooked() {
    let mut all = samples();
    all.retain(|one| !one.meta.is_library);
    all.push(known("owner", "Owner", "Owners", &[("zlib", 15), ("owner", 6)]));
    for place in 0..15 {
        let name = format!("zlib-{place}");
        let mut part = known(&name, "zlib", "-", &[("zlib", 15)]);
        part.fingerprints = vec![part.fingerprints[place].clone()];
        all.push(part);
    }
    // So many others that not every program is lined up.
    for place in 0..60 {
        let name = format!("other-{place}");
        all.push(known(&name, &name, &name, &[(&name, 3), ("zlib", 2)]));
    }
    let found = asked(&index("parts", &all), "beacon", &[("zlib", 15), ("new", 5)]);
    assert_eq!(found.functions.library, 15, "{:?}", found.functions);
    assert!(found.actors.iter().all(|tie| !tie.strength.is_attributed), "{:?}", found.actors);
}

/// A program with a runtime inside, of an actor of the same name.
fn with_runtime(name: &str) -> Sample {
    let mut sample = known(name, name, name, &[("crt", 30), (name, 20)]);
    sample.meta.runtime = Some(Runtime::Msvc);
    sample
}

#[test]
fn a_runtime_that_only_one_hand_has_accuses_nobody() {
    let mut all = samples();
    all.push(with_runtime("Owner"));
    let stranger = program(&[("crt", 30), ("new", 5)]);
    let ask = |index: &Index, fingerprints: &[Fingerprint]| {
        let matcher = Matcher::new(index, &FITTED);
        examined("stranger", fingerprints, |examined| {
            let examined = Examined { runtime: Some(Runtime::Msvc), ..*examined };
            let (counterparts, _) = matcher.counterparts(fingerprints, examined.origins, None);
            compare(&examined, &counterparts, index, &Calibration::MADE, None).unwrap()
        })
    };
    let found = ask(&index("runtime", &all), &stranger);
    let untold = found.untold.expect("the runtime cannot be told apart");
    assert_eq!((untold.functions, untold.hands, untold.wanted), (30, 1, 4));
    assert!(found.actors.is_empty(), "{:?}", found.actors);
    // With three others it is known for what it is, and what is somebody's own counts again.
    all.extend(["One", "Two", "Three"].map(with_runtime));
    let index = index("runtimes", &all);
    assert!(ask(&index, &stranger).actors.iter().all(|tie| !tie.strength.is_attributed));
    let found = ask(&index, &program(&[("crt", 30), ("Owner", 20)]));
    assert!(found.untold.is_none());
    assert_eq!(found.actors[0].name, "Owner");
    assert!(found.actors[0].strength.is_attributed, "{:?}", found.actors[0]);
}

#[test]
fn little_of_a_large_program_speaks_against_nobody() {
    let found = asked(&index("diluted", &samples()), "trojan", &[("lamp", 3), ("host", 2_000)]);
    for tie in found.actors.iter().chain(&found.families) {
        assert!(tie.strength.nats >= 0.0 && tie.strength.low >= 0.0, "{tie:?}");
    }
}

#[test]
fn ties_between_families_cross_actors_only_where_the_code_does() {
    let index = index("families", &samples());
    let matcher = Matcher::new(&index, &FITTED);
    let mut families = FamilyTies::new(&index);
    for sample in index.samples() {
        let id = index.find(sample.meta.sha256).unwrap();
        let fingerprints = index.fingerprints(id).unwrap();
        families.add(id, &matcher.counterparts(&fingerprints, &sample.meta.origins, Some(id)).0);
    }
    let found = families.finish(|_| Calibration::MADE);
    let name = |number: u64| found.families[usize::try_from(number).unwrap()].name.as_str();
    let mut ties: Vec<[&str; 2]> = found
        .ties
        .iter()
        .filter(|tie| tie.strength.is_attributed)
        .map(|tie| tie.families.map(name))
        .collect();
    ties.sort_unstable();
    // Three have the ink; that the third is somebody else's hand takes from the tie of the other two.
    assert!(ties.contains(&["Lantern", "Wick"]), "{ties:?}");
    let bands = |name: &str| if matches!(name, "Lantern" | "Wick") { 0 } else { 1 };
    assert!(ties.iter().all(|[one, other]| bands(one) == bands(other)), "{ties:?}");
}

#[test]
fn stored_fingerprints_come_back_as_they_were() {
    let samples = samples();
    let index = index("fingerprints", &samples);
    for sample in &samples {
        let id = index.find(sample.meta.sha256).unwrap();
        assert_eq!(index.fingerprints(id).unwrap(), sample.fingerprints);
    }
}

#[test]
fn the_order_of_addition_changes_no_answer() {
    let mut turned = samples();
    turned.reverse();
    let parts = [("lamp", 20), ("ink", 10), ("zlib", 15), ("new", 5)];
    let one = asked(&index("order", &samples()), "beacon", &parts);
    assert_eq!(one, asked(&index("order-turned", &turned), "beacon", &parts));
}

fn compared(left: &[(&str, u32)], right: &[(&str, u32)], index: Option<&Index>) -> CodeComparison {
    let (one, other) = (program(left), program(right));
    let matcher = index.map(|index| Matcher::new(index, &FITTED));
    examined("left", &one, |left| {
        examined("right", &other, |right| compare_two(left, right, &FITTED, matcher.as_ref()).0)
    })
}

#[test]
fn two_programs_share_what_both_have() {
    let (left, right) = ([("lamp", 20), ("zlib", 15)], [("new", 5), ("zlib", 15), ("lamp", 20)]);
    let found = compared(&left, &right, None);
    assert_eq!((found.shared.len(), found.library), (35, None));
    assert!((found.shares[0] - 1.0).abs() < 1e-9 && (found.shares[1] - 0.875).abs() < 1e-9);
    let turned = compared(&right, &left, None);
    assert_eq!(turned.shared.len(), 35);
    assert!((turned.shares[0] - found.shares[1]).abs() < 1e-9);
    let nothing = compared(&[("lamp", 20)], &[("ink", 20)], None);
    assert!(nothing.shared.is_empty(), "{:?}", nothing.shared);
}

#[test]
fn functions_of_public_packages_are_no_part_of_a_comparison_even_without_an_index() {
    let left = program(&[("lamp", 20), ("zlib", 15)]);
    let right = program(&[("new", 5), ("zlib", 15), ("lamp", 20)]);
    let zlib = |own_before: usize, version: &str, own_after: usize| {
        let package = Named::Package(Package {
            kind: PackageKind::Library,
            name: "zlib".to_owned(),
            version: version.to_owned(),
        });
        let own = |count| vec![Named::Untold; count];
        Origins::new(&[own(own_before), vec![package; 15], own(own_after)].concat())
    };
    let compared = |of_left: &Origins, of_right: &Origins| {
        examined("left", &left, |left| {
            examined("right", &right, |right| {
                let left = Examined { origins: of_left, ..*left };
                let right = Examined { origins: of_right, ..*right };
                compare_two(&left, &right, &FITTED, None).0
            })
        })
    };
    let none = Origins::default();
    let of_both = compared(&zlib(20, "1.2.13", 0), &zlib(5, "1.2.11", 20));
    assert_eq!((of_both.shared.len(), of_both.library), (20, Some(15)));
    assert_eq!(of_both.comparable, [20, 25]);
    let [package] = of_both.packages.as_slice() else { unreachable!("zlib is in both") };
    assert_eq!((&*package.version, &*package.known_version), ("1.2.13", "1.2.11"));
    let of_right = compared(&none, &zlib(5, "1.2.11", 20));
    assert_eq!((of_right.shared.len(), of_right.library), (20, Some(15)), "one of them tells it");
    assert!(of_right.packages.is_empty());
    assert_eq!(compared(&none, &none).library, None);
}

#[test]
fn an_index_counts_library_code_of_two_programs_apart() {
    let index = index("compared", &samples());
    let (left, right) = ([("lamp", 20), ("zlib", 15)], [("new", 5), ("zlib", 15), ("lamp", 20)]);
    let found = compared(&left, &right, Some(&index));
    assert_eq!((found.shared.len(), found.library), (20, Some(15)));
    assert_eq!(found.comparable, [20, 25]);
    assert!((found.shares[0] - 1.0).abs() < 1e-9 && (found.shares[1] - 0.8).abs() < 1e-9);
    assert!(
        found.shared.iter().all(|function| function.families == 2),
        "Lantern and Wick have them"
    );
}
