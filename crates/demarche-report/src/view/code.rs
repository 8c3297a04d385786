//! The code that executables share with known programs: one program, two programs, and the families of the index.

mod side_by_side;

use std::collections::BTreeMap;

use demarche_case::assessment::code::{
    CodeComparison, CodeFamilies, CodeFindings, CodeTie, ComparedProgram, ComparedWith, FamilyNode,
    ProgramFacts, SharedFunction,
};
use maud::PreEscaped;

use crate::code::comparison::code_comparison_answer;
use crate::code::families::{FamilyPair, code_families_answer, family_pairs};
use crate::code::{Support, code_answer, code_base, few, file_name, lead, named, range, ratio};
use crate::document::{Block, Cell, Room, Section, Table, left_out, mark, strong, words};
use crate::number::{count, counted, fraction, length, percent};
use crate::svg::{
    code_functions_chart, code_ties_chart, families_are_cut, families_are_wide,
    svg_of_code_families,
};
use crate::text::{NAME, PROSE, shown};
use side_by_side::{Sides, functions};

/// Programs that get a section of their own; the table has all.
const PROGRAMS: usize = 12;

/// Ties of one program; the JSON has all.
const TIES: usize = 20;

/// Functions of a comparison; the JSON has all.
const FUNCTIONS: usize = 60;

/// Ties between families, and families; the JSON has all.
const ROWS: (usize, usize) = (60, 120);

/// The families and actors whose code each executable shares.
#[must_use]
pub fn code_match(findings: &CodeFindings) -> Vec<Section> {
    let section = |compared: &ComparedProgram| {
        Section::new("program", compared.program.name.as_str())
            .with(Block::Answer(code_answer(compared)))
            .and(function_table(&compared.rests_on, true))
    };
    findings.programs.iter().map(section).collect()
}

/// The code that two executables have in common.
#[must_use]
pub fn code_compare(comparison: &CodeComparison) -> Vec<Section> {
    let answer = Block::Answer(code_comparison_answer(comparison));
    let section = Section::new("comparison", "").with(answer);
    vec![section.and(function_table(&comparison.shared, false))]
}

/// The families of the index that share code with each other.
#[must_use]
pub fn code_families(families: &CodeFamilies) -> Vec<Section> {
    let answer = Block::Answer(code_families_answer(families));
    vec![Section::new("families", "").with(answer).and(family_ties(&family_pairs(families)))]
}

/// The functions of two programs beside each other; those of an index have a family and a rarity.
fn function_table(shared: &[SharedFunction], is_index: bool) -> Vec<Block> {
    let table = Table::first(FUNCTIONS, shared)
        .text("Function", |function| {
            let name = function.name.as_deref().map(|name| format!(" {name}"));
            Cell::Code(format!("{:#x}{}", function.address, name.as_deref().unwrap_or("")))
        })
        .number("Bytes", |function| count(function.size))
        .text("Counterpart", |function| Cell::Code(format!("{:#x}", function.known_address)))
        .number("Bytes", |function| count(function.known_size))
        .number("Probability", |function| percent(function.probability))
        .text("Identical", |function| if function.is_identical { "yes" } else { "" })
        .text("In common", |function| shown(&function.traits.join(", "), NAME / 2));
    let table = if is_index {
        table
            .text("Known program", |function| {
                format!("{} ({})", shown(&function.known.name, NAME / 2), function.family)
            })
            .number("Families", |function| count(function.families))
    } else {
        table
    };
    table.under("")
}

/// The title of a page of its own.
pub(crate) fn title(findings: &CodeFindings) -> String {
    match findings.programs.as_slice() {
        [compared] => format!("What {} shares with known programs", file_name(&compared.program)),
        programs => format!("What {} programs share with known ones", length(programs.len())),
    }
}

/// The sections of the page: all programs in a table where there are several, then each of the most strongly tied.
pub(crate) fn sections(findings: &CodeFindings) -> Vec<Section> {
    let indices = shown_indices(findings);
    let mut section = Section::new("code", "Shared code").with(against(&findings.index));
    if findings.programs.is_empty() {
        section = section.with(Block::text("There was no program to compare."));
    } else if findings.programs.len() > 1 {
        section = section.and(overview(findings, &indices));
    }
    let left = findings.programs.len() - indices.len();
    let mut sections = vec![section.with(how_to_read())];
    sections.extend(indices.into_iter().map(|index| program(&findings.programs[index], index)));
    if let Some(last) = sections.last_mut() {
        last.blocks.extend(left_out(left));
    }
    sections
}

/// All programs with the strongest tie of each.
fn overview(findings: &CodeFindings, shown: &[usize]) -> Vec<Block> {
    type Row<'a> = (usize, &'a ComparedProgram, Option<&'a CodeTie>);
    let rows = findings.programs.iter().enumerate();
    let rows = rows.map(|(index, compared)| (index, compared, lead(compared).map(|(tie, _)| tie)));
    let of = |(.., tie): &Row<'_>, text: fn(&CodeTie) -> Cell| tie.map_or_else(|| words("–"), text);
    Table::of(rows)
        .text("Program", |(index, compared, _)| {
            let name = file_name(&compared.program);
            match shown.contains(index) {
                true => Cell::Link { to: format!("program-{index}"), words: name },
                false => words(name),
            }
        })
        .text("Strongest tie", |(.., tie)| tie.map_or("none".to_owned(), |tie| named(&tie.name)))
        .number("Likelihood ratio", |row| of(row, strength))
        .text("Support", |row| of(row, |tie| Support::of(tie.strength.nats).word().into()))
        .number("Rare functions", |row| of(row, |tie| count(tie.functions).into()))
        .number("Of its own bytes", |row| of(row, |tie| percent(fraction(tie.share)).into()))
        .text("Beware", |(_, compared, tie)| beware(compared, *tie))
        .under("The programs, and what each is tied to most")
}

/// The warnings about a program.
fn beware(compared: &ComparedProgram, first: Option<&CodeTie>) -> String {
    let functions = &compared.functions;
    let is_library = functions.library > 0 && functions.shared == 0 && functions.unknown == 0;
    let warnings = [
        (compared.program.packed.is_some(), "looks packed"),
        (functions.found == 0, "no function found"),
        (is_library && compared.program.packed.is_none(), "library code only"),
        (first.is_some_and(|tie| !tie.with.is_empty()), "several share this code base"),
        (first.is_some_and(|tie| !tie.strength.is_attributed), "below the threshold"),
    ];
    let warnings = warnings.iter().filter(|(holds, _)| *holds).map(|(_, warning)| *warning);
    warnings.collect::<Vec<_>>().join("; ")
}

/// A ratio with its range below.
fn strength(tie: &CodeTie) -> Cell {
    strong(ratio(tie.strength.nats)).noted(range(tie.strength))
}

/// The programs that get a section: those of the strongest ties, where there are too many.
fn shown_indices(findings: &CodeFindings) -> Vec<usize> {
    let strongest = |index: &usize| {
        lead(&findings.programs[*index]).map_or(f64::NEG_INFINITY, |(tie, _)| tie.strength.nats)
    };
    let mut indices: Vec<usize> = (0..findings.programs.len()).collect();
    indices
        .sort_by(|left, right| strongest(right).total_cmp(&strongest(left)).then(left.cmp(right)));
    indices.truncate(PROGRAMS);
    indices.sort_unstable();
    indices
}

fn against(index: &ComparedWith) -> Block {
    Block::text(format!(
        "An index of {} with {}, of {} ascribed to {}; {} of the programs are library code that anybody can have. Hash of its list: {}.",
        counted(index.programs, "program", "programs"),
        counted(index.functions, "function", "functions"),
        counted(index.families, "family", "families"),
        counted(index.actors, "actor", "actors"),
        count(index.library_programs),
        index.sha256
    ))
}

/// The meaning of the figures.
fn how_to_read() -> Block {
    let subjects = [
        (
            "Likelihood ratio",
            "How many times likelier this much shared code is between programs of one code base than between programs that have nothing to do with each other. It is no probability of who did it: that takes what was thought before, and all other evidence.",
        ),
        (
            "Words",
            "From 2 weak, from 10 moderate, from 100 moderately strong, from 1,000 strong, from 10,000 very strong, from 1,000,000 extremely strong support (ENFSI, 2015, Guideline for evaluative reporting in forensic science).",
        ),
        (
            "Threshold",
            "The strength above which no program was ascribed to a wrong hand in the calibration. What stays below it is a lead.",
        ),
        (
            "Share",
            "Part of the bytes of those functions of the program that could tell: library code and functions too small to tell are not in its base.",
        ),
        (
            "Not said",
            "Who ran the program. Code is published, sold, leaked, stolen, and copied to mislead; who has the source of another can build a tie as strong as this.",
        ),
    ];
    let subjects = subjects.map(|(subject, text)| (subject.to_owned(), text.to_owned()));
    Block::folded("How to read this", vec![Block::Definitions(subjects.to_vec())])
}

/// One executable: the answer, the ties, the kinds of its functions, and those that the first tie rests on.
fn program(compared: &ComparedProgram, index: usize) -> Section {
    let name = file_name(&compared.program);
    let mut section = Section::new(&format!("program-{index}"), name.as_str())
        .with(facts(&compared.program))
        .with(Block::Answer(code_answer(compared)));
    if lead(compared).is_some() {
        let caption = "The scale goes by powers of ten. A range that reaches down to 1 says that there may be nothing in it.";
        let chart = code_ties_chart(compared, &format!("ties-{index}"));
        section = section.with(Block::drawing(chart, caption));
    }
    section = section
        .and(ties(&compared.actors, true).under("Actors"))
        .and(ties(&compared.families, false).under("Families"));
    if compared.functions.found > 0 {
        let chart = code_functions_chart(compared, &format!("functions-{index}"));
        section = section.with(Block::drawing(chart, ""));
    }
    if compared.rests_on.is_empty() {
        return section;
    }
    let sides = Sides { left: &name, is_index: true };
    section
        .with(Block::Heading("The functions it rests on".to_owned()))
        .with(Block::text("The weightiest first. Each opens to show both sides as disassembly."))
        .and(functions(&compared.rests_on, &sides))
}

/// The facts of the program, in a line or two.
fn facts(program: &ProgramFacts) -> Block {
    let format = format!("{} {}", shown(&program.format, NAME), shown(&program.architecture, NAME));
    let bytes =
        format!("{} bytes, {} of them code", count(program.bytes), count(program.code_bytes));
    let mut facts = vec![("", strong(format)), ("", words(bytes))];
    let packed = program.packed.as_ref().map(|why| ("Looks packed:", words(shown(why, PROSE))));
    facts.extend(packed);
    facts.extend(program.tlp.map(|tlp| ("", mark(tlp))));
    facts.push(("SHA-256", Cell::Code(program.sha256.to_string())));
    facts.push(("File", Cell::Code(shown(&program.name, PROSE))));
    Block::Facts(facts)
}

fn ties(ties: &[CodeTie], are_actors: bool) -> Table<&CodeTie> {
    Table::first(TIES, ties)
        .text(if are_actors { "Actor" } else { "Family, and whose" }, |tie| {
            let cell = words(named(&tie.name));
            let cell = if are_actors { cell } else { cell.noted(ascribed(&tie.actors)) };
            cell.noted(code_base(tie, &[]).unwrap_or_default())
        })
        .number("Likelihood ratio", |tie| strength(tie))
        .text("Support", |tie| Support::of(tie.strength.nats).word())
        .text("Threshold", |tie| threshold(tie.strength.is_attributed))
        .number("Rare functions", |tie| count(tie.functions))
        .number("Only there", |tie| count(tie.alone))
        .number("Bytes", |tie| count(tie.bytes))
        .number("Of its own bytes", |tie| percent(fraction(tie.share)))
        .text("Nearest program", |tie| Cell::Code(named(&tie.nearest.name)))
}

fn threshold(is_passed: bool) -> &'static str {
    if is_passed { "passed" } else { "below" }
}

fn ascribed(actors: &[String]) -> String {
    if actors.is_empty() { "ascribed to nobody".to_owned() } else { few(actors, "or") }
}

/// The title of the page of two programs, and its sections with the answer first.
pub(crate) fn comparison(comparison: &CodeComparison) -> (String, Vec<Section>) {
    let (left, right) = (file_name(&comparison.left), file_name(&comparison.right));
    let side = |id: &str, title: &str, name: &str, program: &ProgramFacts| {
        Section::new(id, format!("{title}: {name}")).with(facts(program))
    };
    let answer = Block::Answer(code_comparison_answer(comparison));
    let mut sections = vec![
        Section::new("", "").with(answer),
        side("left", "On the left", &left, &comparison.left),
        side("right", "On the right", &right, &comparison.right),
    ];
    let shared = comparison.shared.get(..FUNCTIONS).unwrap_or(&comparison.shared);
    if !shared.is_empty() {
        let sides = Sides { left: &left, is_index: false };
        let about =
            "The largest of the surest first. Each opens to show both sides as disassembly.";
        sections.push(
            Section::new("shared", "What both have")
                .with(Block::text(about))
                .and(functions(shared, &sides))
                .and(left_out(comparison.shared.len() - shared.len())),
        );
    }
    (format!("{left} and {right}"), sections)
}

/// The sections of the page of families, the answer first.
pub(crate) fn families(families: &CodeFamilies) -> Vec<Section> {
    let pairs = family_pairs(families);
    let caption = format!(
        "Where a curve crosses from one actor to another, they share a code base, or one has the other’s, or both bought or took it from a third. {}",
        families_are_cut(families)
    );
    let picture = Block::Figure {
        markup: PreEscaped(svg_of_code_families(families)),
        caption,
        room: if families_are_wide(families) { Room::Full } else { Room::Column },
    };
    vec![
        Section::new("", "").with(Block::Answer(code_families_answer(families))),
        Section::new("picture", "The picture").with(picture),
        Section::new("ties", "The ties").and(family_ties(&pairs)),
        Section::new("families", "The families").and(family_table(families, &pairs)),
        Section::new("index", "What it was compared with")
            .with(against(&families.index))
            .with(how_to_read()),
    ]
}

fn family_ties(pairs: &[FamilyPair<'_>]) -> Vec<Block> {
    if pairs.is_empty() {
        return vec![Block::text("No two families share rare code.")];
    }
    let family = |family: &FamilyNode| words(named(&family.name)).noted(ascribed(&family.actors));
    Table::first(ROWS.0, pairs)
        .text("Family", |pair| family(pair.families[0]))
        .text("And", |pair| family(pair.families[1]))
        .number("Rare functions", |pair| count(pair.tie.functions))
        .number("Likelihood ratio", |pair| {
            strong(ratio(pair.tie.strength.nats)).noted(range(pair.tie.strength))
        })
        .text("Support", |pair| Support::of(pair.tie.strength.nats).word())
        .text("Threshold", |pair| threshold(pair.tie.strength.is_attributed))
        .text("Crosses actors", |pair| if pair.is_across() { "yes" } else { "no" })
        .under("Families that share rare code")
}

fn family_table(families: &CodeFamilies, pairs: &[FamilyPair<'_>]) -> Vec<Block> {
    let mut ties: BTreeMap<usize, usize> = BTreeMap::new();
    for index in pairs.iter().flat_map(|pair| pair.places) {
        *ties.entry(index).or_insert(0) += 1;
    }
    Table::first(ROWS.1, families.families.iter().enumerate())
        .text("Family", |(_, family)| named(&family.name))
        .text("Ascribed to", |(_, family)| match family.actors.as_slice() {
            _ if family.is_library => "library code".to_owned(),
            [] => "nobody".to_owned(),
            actors => few(actors, "or"),
        })
        .number("Programs", |(_, family)| count(family.programs))
        .number("Functions", |(_, family)| count(family.functions))
        .number("Ties", |(index, _)| length(ties.get(index).map_or(0, |ties| *ties)))
        .under("Families of the index")
}
