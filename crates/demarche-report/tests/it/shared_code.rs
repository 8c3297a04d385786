//! What executables share with known programs, as an engine could write it: fictional programs of fictional hands.

use demarche_case::assessment::Assessment;
use demarche_case::assessment::code::*;
use demarche_case::{Sha256, Tlp};
use demarche_report::{
    code_answer, code_comparison_answer, code_comparison_html, code_families_answer,
    code_families_html, code_functions_csv, code_html, code_ties_csv, note, svg_of_code_families,
    svg_of_code_functions, svg_of_code_ties, to_html,
};
use expect_test::{Expect, expect, expect_file};

use crate::fixtures::{Seed, country, gap, small};
use crate::well_formed::check;

fn known(name: &str) -> KnownProgram {
    KnownProgram { name: name.to_owned(), sha256: Sha256::of(name.as_bytes()) }
}

fn program(name: &str, code_bytes: u64) -> ProgramFacts {
    ProgramFacts {
        name: name.to_owned(),
        sha256: Sha256::of(name.as_bytes()),
        bytes: 3 * code_bytes,
        format: "ELF".to_owned(),
        architecture: "x86-64".to_owned(),
        code_bytes,
        packed: None,
        tlp: None,
    }
}

fn strength(ratio: f64, low: f64, high: f64, is_attributed: bool) -> CodeStrength {
    CodeStrength { nats: ratio.ln(), low: low.ln(), high: high.ln(), is_attributed }
}

fn tie(name: &str, functions: u64, alone: u64, share: f64, strength: CodeStrength) -> CodeTie {
    CodeTie {
        name: name.to_owned(),
        actors: Vec::new(),
        strength,
        functions,
        bytes: functions * 180,
        share,
        alone,
        with: Vec::new(),
        packages: Vec::new(),
        nearest: known("lantern"),
    }
}

fn of(actors: &[&str], tie: CodeTie) -> CodeTie {
    CodeTie { actors: actors.iter().map(|one| (*one).to_owned()).collect(), ..tie }
}

/// Disassembly from lines of `sign|left|right`.
fn lines(text: &str, left: u64, right: u64) -> Vec<LinePair> {
    let (mut left, mut right) = (left, right);
    let next = |text: &str, address: &mut u64| {
        let line =
            (!text.is_empty()).then(|| CodeLine { address: *address, text: text.to_owned() });
        *address += if line.is_some() { 4 } else { 0 };
        line
    };
    text.lines()
        .map(|line| {
            let mut parts = line.trim().split('|');
            let sign = parts.next().unwrap();
            let (one, other) = (parts.next().unwrap(), parts.next().unwrap());
            LinePair {
                left: next(one, &mut left),
                right: next(other, &mut right),
                is_same: sign == "=",
            }
        })
        .collect()
}

fn shared(
    address: u64,
    name: Option<&str>,
    weight: f64,
    families: u64,
    text: &str,
) -> SharedFunction {
    let lines = lines(text, address, address + 0x2f40);
    SharedFunction {
        address,
        size: 4 * u64::try_from(lines.iter().filter(|pair| pair.left.is_some()).count()).unwrap(),
        name: name.map(str::to_owned),
        known: known("lantern"),
        family: "Lantern".to_owned(),
        known_address: address + 0x2f40,
        known_size: 4 * u64::try_from(lines.iter().filter(|pair| pair.right.is_some()).count())
            .unwrap(),
        probability: 0.97,
        is_identical: lines.iter().all(|pair| pair.is_same),
        families,
        weight,
        traits: vec![
            "constant 0x9e3779b9".to_owned(),
            "string “postcard %u”".to_owned(),
            "calls memcpy".to_owned(),
        ],
        lines,
    }
}

const CLOAK: &str = "=|push rbx|push rbx
    =|mov rbx, rdi|mov rbx, rdi
    =|mov eax, [rdi]|mov eax, [rdi]
    !|imul eax, eax, 0x9e3779b9|lea ecx, [rax+rax*4]
    +|rol eax, 7|
    =|xor eax, [rbx+4]|xor eax, [rbx+4]
    -||mov [rbx+8], ecx
    =|add eax, [rbx+8]|add eax, [rbx+8]
    =|mov [rbx], eax|mov [rbx], edx
    =|call turn_of|call sub_404120
    =|shr eax, 24|shr eax, 24
    =|pop rbx|pop rbx
    =|ret|ret";

const DUSK: &str = "=|imul edi, edi, 0x1c8|imul edi, edi, 0x1c8
    =|lea eax, [rsi+rdi]|lea eax, [rsi+rdi]
    =|cdq|cdq
    =|idiv dword [rip+days]|idiv dword [rip+days]
    =|ret|ret";

/// A function so long that most of it is folded.
fn long() -> String {
    let mut text = String::new();
    for step in 0..90 {
        let sign = if [31, 32, 70].contains(&step) { "!" } else { "=" };
        let other = if sign == "!" { "sub" } else { "add" };
        text.push_str(&format!("{sign}|add eax, [rbx+{step}]|{other} eax, [rbx+{step}]\n"));
    }
    text
}

/// One hand: the found program shares much with one actor's family.
pub(crate) fn one_hand() -> ComparedProgram {
    let actor = CodeTie {
        bytes: 2_520,
        ..tie("Lamplighters", 14, 12, 0.613, strength(5_000.0, 300.0, 40_000.0, true))
    };
    let lantern = of(
        &["Lamplighters"],
        tie("Lantern", 12, 11, 0.52, strength(2_100.0, 120.0, 21_000.0, true)),
    );
    let wick = of(&["Lamplighters"], tie("Wick", 6, 2, 0.27, strength(48.0, 1.2, 900.0, false)));
    let quill = of(&["Scriveners"], tie("Quill", 2, 0, 0.06, strength(1.4, 0.2, 9.0, false)));
    ComparedProgram {
        program: ProgramFacts { tlp: Some(Tlp::Green), ..program("samples/beacon", 41_320) },
        known_as: None,
        untold: None,
        packages: Vec::new(),
        functions: FunctionCounts { found: 212, library: 120, shared: 14, unknown: 48, small: 30 },
        actors: vec![actor, tie("Scriveners", 2, 0, 0.06, strength(1.4, 0.2, 9.0, false))],
        families: vec![lantern, wick, quill],
        rests_on: vec![
            shared(0x40_1200, Some("cloak_next"), 4.1, 1, CLOAK),
            shared(0x40_1480, None, 3.6, 1, DUSK),
            shared(0x40_1700, None, 2.2, 2, &long()),
            SharedFunction { lines: Vec::new(), ..shared(0x40_1990, None, 1.9, 2, DUSK) },
        ],
        matched: Vec::new(),
    }
}

/// Two actors have the same code base.
pub(crate) fn two_hands() -> ComparedProgram {
    let with = |tie: CodeTie, name: &str| CodeTie { with: vec![name.to_owned()], ..tie };
    let first = tie("Lamplighters", 31, 0, 0.44, strength(88_000.0, 4_000.0, 1_900_000.0, true));
    let second = tie("Night Porters", 29, 0, 0.41, strength(61_000.0, 2_500.0, 1_100_000.0, true));
    let lantern = of(
        &["Lamplighters", "Night Porters"],
        tie("Lantern", 31, 3, 0.44, strength(52_000.0, 2_100.0, 990_000.0, true)),
    );
    ComparedProgram {
        program: ProgramFacts { tlp: Some(Tlp::Amber), ..program("samples/tinderbox.exe", 96_000) },
        known_as: None,
        untold: None,
        packages: Vec::new(),
        functions: FunctionCounts { found: 410, library: 230, shared: 33, unknown: 60, small: 87 },
        actors: vec![with(first, "Night Porters"), with(second, "Lamplighters")],
        families: vec![lantern],
        rests_on: vec![shared(0x1400_1000, None, 3.9, 1, CLOAK)],
        matched: Vec::new(),
    }
}

/// Packed, and what little is seen of it is a packer that many have.
pub(crate) fn packed() -> ComparedProgram {
    ComparedProgram {
        program: ProgramFacts {
            packed: Some("a section of entropy 7.98 is written to and run.".to_owned()),
            ..program("samples/crate.bin", 1_200)
        },
        known_as: None,
        untold: None,
        packages: Vec::new(),
        functions: FunctionCounts { found: 7, library: 3, shared: 0, unknown: 0, small: 4 },
        actors: Vec::new(),
        families: Vec::new(),
        rests_on: Vec::new(),
        matched: Vec::new(),
    }
}

/// Nothing in common with anybody.
pub(crate) fn unrelated() -> ComparedProgram {
    ComparedProgram {
        program: program("samples/stranger", 51_000),
        known_as: None,
        untold: None,
        packages: Vec::new(),
        functions: FunctionCounts { found: 300, library: 150, shared: 3, unknown: 120, small: 27 },
        actors: Vec::new(),
        families: Vec::new(),
        rests_on: Vec::new(),
        matched: Vec::new(),
    }
}

/// No function at all.
pub(crate) fn empty() -> ComparedProgram {
    ComparedProgram {
        program: program("samples/blank", 0),
        known_as: None,
        untold: None,
        packages: Vec::new(),
        functions: FunctionCounts::default(),
        actors: Vec::new(),
        families: Vec::new(),
        rests_on: Vec::new(),
        matched: Vec::new(),
    }
}

fn index() -> ComparedWith {
    ComparedWith {
        sha256: Sha256::of(b"index"),
        programs: 1_204,
        library_programs: 311,
        families: 187,
        actors: 64,
        functions: 812_450,
    }
}

pub(crate) fn findings() -> CodeFindings {
    CodeFindings {
        index: index(),
        programs: vec![one_hand(), empty(), packed(), unrelated(), two_hands()],
    }
}

/// The small assessment with programs.
pub(crate) fn with_code() -> Assessment {
    Assessment { code: Some(findings()), ..small() }
}

pub(crate) fn comparison() -> CodeComparison {
    CodeComparison {
        left: one_hand().program,
        right: ProgramFacts { tlp: Some(Tlp::Amber), ..program("built/lantern", 38_000) },
        comparable: [62, 71],
        shared: one_hand().rests_on,
        shares: [0.71, 0.64],
        library: Some(14),
        packages: vec![SharedPackage {
            may_be_shared: false,
            name: "zlib".to_owned(),
            version: "1.2.13".to_owned(),
            known_version: "1.2.11".to_owned(),
        }],
    }
}

/// An index of some families: groups of actors, a few of whom share code, from a seed.
pub(crate) fn code_families(families: u64, actors: u64, seed: u64) -> CodeFamilies {
    let mut seed = Seed(seed);
    let names = [
        "Lantern", "Wick", "Ledger", "Quill", "Beacon", "Tallow", "Ember", "Snuffer", "Vellum",
        "Inkwell",
    ];
    let bands = ["Lamplighters", "Scriveners", "Night Porters", "Bell Founders", "Tide Waiters"];
    let mut pick = |of: &[&str]| {
        (*of.get(usize::try_from(seed.next(of.len() as u64)).unwrap()).unwrap()).to_owned()
    };
    let nodes: Vec<FamilyNode> = (0..families)
        .map(|place| {
            let band = place * actors / families.max(1);
            let actor = match bands.get(usize::try_from(band).unwrap()) {
                Some(name) => (*name).to_owned(),
                None => format!("Actor {band}"),
            };
            let name = if families <= 10 {
                names[usize::try_from(place).unwrap()].to_owned()
            } else {
                format!("{} {place}", pick(&names))
            };
            FamilyNode {
                name,
                actors: match place % 9 {
                    7 => Vec::new(),
                    5 => vec![actor, "Tide Waiters".to_owned()],
                    _ => vec![actor],
                },
                is_library: false,
                programs: 1 + place % 5,
                functions: 40 + (place * 7_919) % 3_000,
            }
        })
        .chain(["zlib", "glibc", "OpenSSL", "MinGW runtime"].map(|name| FamilyNode {
            name: name.to_owned(),
            actors: Vec::new(),
            is_library: true,
            programs: 12,
            functions: 2_400,
        }))
        .collect();
    let mut ties = Vec::new();
    for one in 0..families {
        for other in one + 1..families {
            let same = one * actors / families == other * actors / families;
            let draw = seed.next(1_000);
            if draw < if same { 420 } else { 3_000 / families.max(3) / 3 } {
                let nats = 0.5 + f64::from(u32::try_from(seed.next(150)).unwrap()) / 10.0;
                ties.push(FamilyTie {
                    families: [one, other],
                    functions: 1 + seed.next(60),
                    strength: CodeStrength {
                        nats,
                        low: nats - 3.0,
                        high: nats + 2.5,
                        is_attributed: nats > 7.0,
                    },
                });
            }
        }
    }
    ties.sort_by(|left, right| right.strength.nats.total_cmp(&left.strength.nats));
    CodeFamilies { index: index(), families: nodes, ties }
}

/// Every page and drawing, by file name.
pub(crate) fn pages() -> Vec<(String, String)> {
    let mut files = vec![
        ("code-many.html".to_owned(), code_html(&findings(), &[])),
        ("code-comparison.html".to_owned(), code_comparison_html(&comparison())),
        ("code-report.html".to_owned(), to_html(&with_code())),
    ];
    let torn = gap("samples/torn.exe", "the file breaks off within a section").at("offset 4,096");
    for (name, compared) in [
        ("one-hand", one_hand()),
        ("two-hands", two_hands()),
        ("packed", packed()),
        ("unrelated", unrelated()),
        ("empty", empty()),
    ] {
        files.push((format!("code-{name}-ties.svg"), svg_of_code_ties(&compared)));
        files.push((format!("code-{name}-functions.svg"), svg_of_code_functions(&compared)));
        let one = CodeFindings { index: index(), programs: vec![compared] };
        files.push((format!("code-{name}.html"), code_html(&one, std::slice::from_ref(&torn))));
    }
    for (families, actors) in
        [(0, 1), (3, 2), (9, 4), (14, 5), (40, 9), (120, 24), (300, 50), (700, 90)]
    {
        let code_families = code_families(families, actors, 11);
        files.push((format!("code_families-{families}.html"), code_families_html(&code_families)));
        files.push((format!("code_families-{families}.svg"), svg_of_code_families(&code_families)));
    }
    files
}

/// The answer, a sentence a line, with plain spaces.
fn answer(sentences: &[String]) -> String {
    sentences.iter().map(|line| format!("{}\n", line.replace('\u{a0}', " "))).collect()
}

fn is(compared: &ComparedProgram, wanted: &Expect) {
    wanted.assert_eq(&answer(&code_answer(compared)));
}

#[test]
fn one_hand_is_told_with_its_strength() {
    is(
        &one_hand(),
        &expect![[r#"
            beacon shares 14 rare functions with Lamplighters: 61.3 % of the bytes of its diagnostic functions. 12 of them no other actor of the index has.
            Likelihood ratio 5,000 (range 300 to 40,000): strong support for one code base behind both.
            The tie passes the reporting threshold: in the calibration, no such tie named a wrong author.
            The nearest family is Lantern (12 rare functions, likelihood ratio 2,100), the nearest program lantern.
            After that comes Scriveners (2 rare functions, likelihood ratio 1.4).
            Of its 212 functions, 120 are library code, 14 are in known families, 48 are nowhere in the index and 30 are too small to tell.
            Shared code shows a common source, not who ran the program. Code is also published, sold, stolen and copied.
        "#]],
    );
}

#[test]
fn two_actors_with_one_code_base_are_not_parted() {
    is(
        &two_hands(),
        &expect![[r#"
            tinderbox.exe shares 31 rare functions with Lamplighters: 44.0 % of the bytes of its diagnostic functions. Each of them some other actor of the index has too.
            At least half of these functions are also in Night Porters (29 rare functions, likelihood ratio 61,000). So the two share a code base, and this tie cannot separate them.
            Likelihood ratio 88,000 (range 4,000 to 1,900,000): very strong support for one code base behind both.
            The tie passes the reporting threshold: in the calibration, no such tie named a wrong author.
            The nearest family is Lantern (31 rare functions, likelihood ratio 52,000), the nearest program lantern.
            Of its 410 functions, 230 are library code, 33 are in known families, 60 are nowhere in the index and 87 are too small to tell.
            Shared code shows a common source, not who ran the program. Code is also published, sold, stolen and copied.
        "#]],
    );
}

#[test]
fn a_packed_program_tells_of_its_packer() {
    is(
        &packed(),
        &expect![[r#"
            crate.bin looks packed (a section of entropy 7.98 is written to and run). Its functions are those of the packer, not of the author of the content. Unpack the file and compare again.
            Of its 7 functions, 3 are library code and 4 are too small to tell.
        "#]],
    );
}

#[test]
fn nothing_in_common_clears_nobody() {
    is(
        &unrelated(),
        &expect![[r#"
            stranger shares nothing rare with any family of the index.
            3 functions of it are in known families too, no more than unrelated programs share by chance.
            Either its authors are not in the index, or they changed their code. This result clears nobody.
            Of its 300 functions, 150 are library code, 3 are in known families, 120 are nowhere in the index and 27 are too small to tell.
        "#]],
    );
}

#[test]
fn a_program_without_functions_is_said_to_have_none() {
    is(
        &empty(),
        &expect![[r#"
            No function was found in blank, so nothing can be compared.
        "#]],
    );
}

#[test]
fn library_code_alone_says_nothing() {
    let mut compared = packed();
    compared.program.packed = None;
    is(
        &compared,
        &expect![[r#"
            crate.bin has only library code. None of its functions says who wrote it.
            Of its 7 functions, 3 are library code and 4 are too small to tell.
        "#]],
    );
    compared.functions = FunctionCounts { found: 4, small: 4, ..FunctionCounts::default() };
    is(
        &compared,
        &expect![[r#"
        crate.bin has no function large enough to tell anything.
        Of its 4 functions, 4 are too small to tell.
    "#]],
    );
}

#[test]
fn a_family_of_nobody_leads_where_no_actor_is_tied() {
    let mut compared = one_hand();
    compared.actors.clear();
    compared.families[0].actors.clear();
    compared.families[0].strength = strength(30.0, 0.9, 700.0, false);
    is(
        &compared,
        &expect![[r#"
            beacon shares 12 rare functions with Lantern: 52.0 % of the bytes of its diagnostic functions. 11 of them no other family of the index has.
            Likelihood ratio 30 (range 0.9 to 700): moderate support for one code base behind both, though the range reaches down to none.
            The tie stays below the reporting threshold: it is a lead to follow, not a finding to report.
            The index ascribes it to nobody; the nearest program is lantern.
            After that come Wick (6 rare functions, likelihood ratio 48) and Quill (2 rare functions, likelihood ratio 1.4).
            Of its 212 functions, 120 are library code, 14 are in known families, 48 are nowhere in the index and 30 are too small to tell.
            Shared code shows a common source, not who ran the program. Code is also published, sold, stolen and copied.
        "#]],
    );
}

#[test]
fn one_of_each_is_told_in_the_singular() {
    let mut compared = unrelated();
    compared.actors = vec![tie("Scriveners", 1, 1, 0.03, strength(0.02, 0.001, 0.4, false))];
    compared.functions = FunctionCounts { found: 1, library: 0, shared: 1, unknown: 0, small: 0 };
    is(
        &compared,
        &expect![[r#"
            stranger shares 1 rare function with Scriveners: 3.0 % of the bytes of its diagnostic functions. No other actor of the index has it.
            Likelihood ratio 0.02 (range 0.001 to 0.4): moderate support for unrelated programs.
            The nearest program is lantern.
            Of its 1 function, 1 is in known families.
        "#]],
    );
}

#[test]
fn two_programs_are_compared_without_a_likelihood_ratio() {
    expect![[r#"
        beacon and lantern have 4 functions in common. These are 71.0 % of the bytes of beacon’s diagnostic functions, and 64.0 % of lantern’s.
        2 of them are the same instructions but for addresses.
        62 functions of beacon and 71 functions of lantern were compared.
        Both also have 14 functions of library code, which is no part of these figures.
        Both contain zlib (1.2.13 and 1.2.11). It is public code and no part of the comparison.
    "#]].assert_eq(&answer(&code_comparison_answer(&comparison())));
    let none = CodeComparison { shared: Vec::new(), shares: [0.0, 0.0], ..comparison() };
    expect![[r#"
        beacon and lantern have nothing in common but library code.
        62 functions of beacon and 71 functions of lantern were compared.
        Both also have 14 functions of library code, which is no part of these figures.
        Both contain zlib (1.2.13 and 1.2.11). It is public code and no part of the comparison.
    "#]]
    .assert_eq(&answer(&code_comparison_answer(&none)));
}

#[test]
fn the_kinship_names_what_crosses_from_actor_to_actor() {
    expect![[r#"
        9 families of 5 actors have 9 ties of shared rare code.
        5 of them cross from one actor to another. The strongest is that of Beacon (Scriveners) and Vellum (Bell Founders), with 47 functions and a likelihood ratio of 270,000 (very strong).
        1 family shares nothing rare with another.
    "#]]
    .assert_eq(&answer(&code_families_answer(&code_families(9, 4, 3))));
    expect![[r#"
        3 families of 3 actors have 2 ties of shared rare code.
        2 of them cross from one actor to another. The strongest is that of Lantern (Lamplighters) and Ledger (Night Porters), with 31 functions and a likelihood ratio of 24,000 (very strong).
    "#]].assert_eq(&answer(&code_families_answer(&code_families(3, 3, 1))));
    expect![[r#"
        The index has no family but library code.
    "#]]
    .assert_eq(&answer(&code_families_answer(&code_families(0, 1, 1))));
}

#[test]
fn a_picture_that_leaves_something_out_says_so() {
    let page = code_families_html(&code_families(700, 90, 11));
    let (_, said) = page.split_once("Drawn are the ").unwrap();
    let (said, _) = said.split_once('.').unwrap();
    assert!(said.ends_with("with their 300 of 700 families"), "{said}");
    assert!(!code_families_html(&code_families(40, 9, 11)).contains("not drawn"));
    assert!(!code_families_html(&code_families(40, 9, 11)).contains("Drawn are"));
}

#[test]
fn tables_read_as_written() {
    let unix = |text: String| text.replace("\r\n", "\n");
    expect_file!["../data/code-ties.csv"].assert_eq(&unix(code_ties_csv(&findings())));
    let mut all = findings();
    for program in &mut all.programs {
        program.matched = program.rests_on.iter().map(matched).collect();
        program.matched.push(MatchedFunction {
            address: 0x40_2000,
            size: 96,
            name: Some("=regex::compile".to_owned()),
            kind: FunctionKind::Library,
            package: Some("regex-automata 0.4.8".to_owned()),
            counterpart: None,
        });
    }
    expect_file!["../data/code-functions.csv"].assert_eq(&unix(code_functions_csv(&all)));
}

/// A function with the counterpart that a tie rests on.
fn matched(shared: &SharedFunction) -> MatchedFunction {
    MatchedFunction {
        address: shared.address,
        size: shared.size,
        name: shared.name.clone(),
        kind: FunctionKind::Shared,
        package: None,
        counterpart: Some(KnownFunction {
            known: shared.known.clone(),
            family: shared.family.clone(),
            is_library: false,
            address: shared.known_address,
            size: shared.known_size,
            name: Some("known_name".to_owned()),
            probability: shared.probability,
            is_identical: shared.is_identical,
            families: shared.families,
        }),
    }
}

#[test]
fn no_percentage_passes_a_hundred_and_none_is_no_number() {
    for bad in [7.0, -1.0, f64::NAN, f64::INFINITY, f64::NEG_INFINITY] {
        let mut compared = one_hand();
        for tie in compared.actors.iter_mut().chain(&mut compared.families) {
            tie.share = bad;
            tie.strength = CodeStrength { nats: bad, low: bad, high: -bad, is_attributed: false };
        }
        compared.rests_on.iter_mut().for_each(|one| {
            one.probability = bad;
            one.weight = bad;
        });
        compared.functions.library = u64::MAX;
        let comparison = CodeComparison { shares: [bad, bad], ..comparison() };
        let mut code_families = code_families(9, 4, 3);
        code_families.ties.iter_mut().for_each(|tie| tie.strength.nats = bad);
        let one = CodeFindings { index: index(), programs: vec![compared.clone()] };
        for page in [
            code_html(&one, &[]),
            code_comparison_html(&comparison),
            code_families_html(&code_families),
        ] {
            check("numbers", &page);
            percentages(&page);
        }
        percentages(&code_answer(&compared).join(" "));
        percentages(&code_comparison_answer(&comparison).join(" "));
        for cell in crate::exports::records(&code_ties_csv(&one)).iter().flatten() {
            assert!(!cell.contains("NaN") && !cell.contains("inf"), "{cell}");
        }
    }
}

/// Every percentage of a text is from 0 to 100.
fn percentages(text: &str) {
    let parts: Vec<&str> = text.split("\u{a0}%").collect();
    for before in parts.iter().take(parts.len() - 1) {
        let is_figure = |sign: &char| sign.is_ascii_digit() || ['.', ','].contains(sign);
        let backwards: String = before.chars().rev().take_while(is_figure).collect();
        let figure: String = backwards.chars().rev().filter(|sign| *sign != ',').collect();
        assert!((0.0..=100.0).contains(&figure.parse::<f64>().unwrap()), "{figure} %");
    }
}

#[test]
fn places_that_are_not_there_tie_nobody() {
    let mut code_families = code_families(9, 4, 3);
    let strength = code_families.ties[0].strength;
    for families in [[0, 99], [u64::MAX, 1], [3, 3]] {
        code_families.ties.push(FamilyTie { families, functions: 1, strength });
    }
    check("places", &code_families_html(&code_families));
}

#[test]
fn the_marking_of_the_whole_respects_the_programs() {
    let mut assessment = with_code();
    let before = small().marking();
    assert_eq!(assessment.marking(), before.max(Tlp::Amber));
    assessment.code.as_mut().unwrap().programs[1].program.tlp = Some(Tlp::Red);
    assert_eq!(assessment.marking(), Tlp::Red);
    assert!(to_html(&assessment).contains("TLP:RED"));
    assert!(code_html(assessment.code.as_ref().unwrap(), &[]).contains("TLP:RED"));
    let unmarked = CodeFindings { index: index(), programs: vec![unrelated()] };
    assert!(code_html(&unmarked, &[]).contains("NOT MARKED"));
}

#[test]
fn a_note_tells_of_shared_code_by_the_items_of_evidence_alone() {
    for tlp in [Some(Tlp::Clear), Some(Tlp::Red), None] {
        let mut assessment = with_code();
        let code = assessment.code.as_mut().unwrap();
        code.programs.iter_mut().for_each(|one| one.program.tlp = tlp);
        for code in ["CN", "TH", "KP", "US"] {
            let with = note(&assessment, country(code));
            let without = note(&small(), country(code));
            assert_eq!(with.markdown, without.markdown, "{code}");
            assert_eq!(with.html, without.html, "{code}");
            assert_eq!(with.marking, without.marking, "{code}");
            for secret in ["beacon", "Lamplighters", "Night Porters", "tinderbox"] {
                assert!(!with.sender_markdown.contains(secret), "{secret}");
            }
        }
    }
}

#[test]
fn the_same_findings_give_the_same_bytes() {
    assert_eq!(pages(), pages());
}
