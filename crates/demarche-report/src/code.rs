//! The code that executables share with known programs, in sentences.
//!
//! The words for a strength follow from its figure, a percentage names its base, and where a program cannot tell
//! whose it is (packed, library code only, a code base of several actors) the sentences say that and nothing else.

pub(crate) mod comparison;
pub(crate) mod families;
mod strength;

use demarche_case::assessment::code::{CodeTie, ComparedProgram, ProgramFacts, SharedPackage};

use crate::attribution::capitalised;
use crate::number::{count, counted, fraction, percent};
use crate::text::{NAME, PROSE, shown};
use crate::words::listed;

pub(crate) use strength::{SCALE, Support, measured, range, ratio};

/// Names in one sentence.
const FEW: usize = 3;

/// The limit of every finding of shared code.
pub(crate) const CAUTION: &str = "Shared code shows a common source, not who ran the program. Code is also published, sold, stolen and copied.";

/// The code that an executable shares with known programs, in a few sentences without markup, the strongest tie first.
///
/// The first sentence is the answer. Percentages are shares of the bytes of the functions that could tell, which are
/// those that are neither library code nor too small; they stay between 0 and 100 whatever the findings hold.
#[must_use]
pub fn code_answer(compared: &ComparedProgram) -> Vec<String> {
    let name = file_name(&compared.program);
    let mut sentences = Vec::new();
    sentences.extend(known_as(&name, compared));
    sentences.extend(packed(&compared.program));
    if compared.functions.found == 0 {
        sentences.push(format!("No function was found in {name}, so nothing can be compared."));
        return sentences;
    }
    match lead(compared) {
        Some((tie, others)) => {
            sentences.extend(strongest(&name, tie, compared));
            sentences.extend(next(others, compared));
        }
        None if compared.program.packed.is_some() => {}
        None => sentences.extend(nothing(&name, compared)),
    }
    sentences.extend(untold(&name, compared));
    sentences.push(composition(compared));
    sentences.extend(packages(compared));
    if lead(compared).is_some_and(|(tie, _)| speaks_for(tie)) {
        sentences.push(CAUTION.to_owned());
    }
    sentences
}

/// True if the tie speaks for a common source.
fn speaks_for(tie: &CodeTie) -> bool {
    matches!(Support::of(tie.strength.nats), Support::For(_))
}

/// The strongest tie, of actors where the index names any, and those that follow it.
pub(crate) fn lead(compared: &ComparedProgram) -> Option<(&CodeTie, &[CodeTie])> {
    compared.actors.split_first().or_else(|| compared.families.split_first())
}

/// The last part of the path, as people call a program, or its hash.
pub(crate) fn file_name(program: &ProgramFacts) -> String {
    let name = shown(program.file_name(), NAME);
    if name.is_empty() { short_hash(program) } else { name }
}

/// The beginning of the hash, for a program without a name.
fn short_hash(program: &ProgramFacts) -> String {
    program.sha256.to_string().chars().take(12).collect()
}

/// The name of a family or actor.
pub(crate) fn named(name: &str) -> String {
    let name = shown(name, NAME);
    if name.is_empty() { "one without a name".to_owned() } else { name }
}

/// A few names, and how many more there are.
pub(crate) fn few(names: &[String], conjunction: &str) -> String {
    let mut few: Vec<String> = names.iter().take(FEW).map(|name| named(name)).collect();
    let further = names.len() - few.len();
    if further > 0 {
        few.push(format!("{} more", crate::number::length(further)));
        return listed(&few, "and");
    }
    listed(&few, conjunction)
}

/// That the very file is known: whatever else is said, this comes first.
fn known_as(name: &str, compared: &ComparedProgram) -> Option<String> {
    let known = compared.known_as.as_ref()?;
    let family = match known.actors.as_slice() {
        _ if known.is_library => format!("library code of {}", named(&known.family)),
        [] => named(&known.family),
        actors => format!("{}, ascribed to {}", named(&known.family), few(actors, "and")),
    };
    Some(format!(
        "The index has {name} itself, as {family}. The rest of this answer compares it with the other programs."
    ))
}

fn packed(program: &ProgramFacts) -> Option<String> {
    let why = shown(program.packed.as_ref()?, PROSE);
    let why =
        if why.is_empty() { String::new() } else { format!(" ({})", why.trim_end_matches('.')) };
    Some(format!(
        "{} looks packed{why}. Its functions are those of the packer, not of the author of the content. Unpack the file and compare again.",
        file_name(program)
    ))
}

/// The strongest tie: what is shared, who else has it, what that is worth, and the nearest family or program.
fn strongest(name: &str, tie: &CodeTie, compared: &ComparedProgram) -> Vec<String> {
    let is_actor = !compared.actors.is_empty();
    let mut sentences = vec![format!(
        "{name} shares {} with {}: {} of the bytes of its diagnostic functions. {}.",
        counted(tie.functions, "rare function", "rare functions"),
        named(&tie.name),
        percent(fraction(tie.share)),
        capitalised(&alone(tie, if is_actor { "actor" } else { "family" }))
    )];
    if speaks_for(tie) {
        let ties = if is_actor { &compared.actors } else { &compared.families };
        sentences.extend(code_base(tie, ties));
    }
    sentences.push(format!(
        "{}: {}{}.",
        capitalised(&measured(tie.strength)),
        Support::of(tie.strength.nats).in_words(),
        if says_nothing_at_worst(tie) { ", though the range reaches down to none" } else { "" }
    ));
    sentences.extend(speaks_for(tie).then(|| threshold(tie).to_owned()));
    sentences.push(nearest(tie, is_actor, compared));
    sentences.extend(both_contain(&tie.packages, "tie"));
    sentences
}

/// The public packages that two programs have: those that are no part of a tie or of a comparison, and those that may be
/// all of it.
pub(crate) fn both_contain(shared: &[SharedPackage], whole: &str) -> Vec<String> {
    let named = |package: &SharedPackage| {
        let name = match (package.version.as_str(), package.known_version.as_str()) {
            (version, known) if version == known || known.is_empty() => {
                format!("{} {version}", package.name)
            }
            ("", known) => format!("{} {known}", package.name),
            (version, known) => format!("{} ({version} and {known})", package.name),
        };
        name.trim_end().to_owned()
    };
    let of = |may_be_shared: bool| -> Vec<String> {
        let wanted = shared.iter().filter(|package| package.may_be_shared == may_be_shared);
        wanted.map(named).collect()
    };
    let (apart, untold) = (of(false), of(true));
    let is = |packages: &[String]| if packages.len() == 1 { "It is" } else { "They are" };
    let apart = (!apart.is_empty()).then(|| {
        let (names, is) = (few(&apart, "and"), is(&apart));
        format!("Both contain {names}. {is} public code and no part of the {whole}.")
    });
    let untold = (!untold.is_empty()).then(|| {
        let (names, is) = (few(&untold, "and"), is(&untold));
        format!(
            "Both contain {names}. {is} public code whose functions cannot be told from the programs’ own, and may be what they share."
        )
    });
    apart.into_iter().chain(untold).collect()
}

/// The public packages inside the program.
fn packages(compared: &ComparedProgram) -> Option<String> {
    let functions = compared.packages.iter().map(|package| package.functions).sum();
    let packages: Vec<String> = compared
        .packages
        .iter()
        .map(|package| format!("{} {}", package.name, package.version).trim_end().to_owned())
        .collect();
    (!packages.is_empty()).then(|| {
        format!(
            "{} from public packages: {}.",
            if functions == 1 {
                "1 function comes".to_owned()
            } else {
                format!("{} functions come", count(functions))
            },
            few(&packages, "and")
        )
    })
}

/// The number of the shared functions that nobody else has.
fn alone(tie: &CodeTie, group: &str) -> String {
    match tie.alone {
        0 if tie.functions == 1 => format!("another {group} of the index has it too"),
        0 => format!("each of them some other {group} of the index has too"),
        part if part >= tie.functions && part == 1 => {
            format!("no other {group} of the index has it")
        }
        part if part >= tie.functions => {
            format!("no other {group} of the index has any of them")
        }
        alone => format!("{} of them no other {group} of the index has", count(alone)),
    }
}

fn says_nothing_at_worst(tie: &CodeTie) -> bool {
    speaks_for(tie) && !matches!(Support::of(tie.strength.low), Support::For(_))
}

/// The strength of the tie compared with the reporting threshold.
fn threshold(tie: &CodeTie) -> &'static str {
    if tie.strength.is_attributed {
        "The tie passes the reporting threshold: in the calibration, no such tie named a wrong author."
    } else {
        "The tie stays below the reporting threshold: it is a lead to follow, not a finding to report."
    }
}

/// Those who have the same code, so that it cannot part them, with what the other ties say of them.
pub(crate) fn code_base(tie: &CodeTie, ties: &[CodeTie]) -> Option<String> {
    let known = |name: &String| ties.iter().find(|ty| ty.name == *name).map(beside);
    let mut names: Vec<String> =
        tie.with.iter().take(FEW).map(|name| known(name).unwrap_or_else(|| named(name))).collect();
    let further = tie.with.len() - names.len();
    if further > 0 {
        names.push(format!("{} more", crate::number::length(further)));
    }
    let who = if names.len() == 1 { "the two" } else { "they" };
    (!names.is_empty()).then(|| {
        format!(
            "At least half of these functions are also in {}. So {who} share a code base, and this tie cannot separate them.",
            listed(&names, "and")
        )
    })
}

/// A tie beside another, in short.
fn beside(tie: &CodeTie) -> String {
    format!(
        "{} ({}, likelihood ratio {})",
        named(&tie.name),
        counted(tie.functions, "rare function", "rare functions"),
        ratio(tie.strength.nats)
    )
}

/// The nearest family and program of an actor; for a family the program, and whose it is.
fn nearest(tie: &CodeTie, is_actor: bool, compared: &ComparedProgram) -> String {
    let program = named(&tie.nearest.name);
    match compared.families.first() {
        Some(family) if is_actor => {
            format!("The nearest family is {}, the nearest program {program}.", beside(family))
        }
        Some(_) if tie.actors.is_empty() => {
            format!("The index ascribes it to nobody; the nearest program is {program}.")
        }
        Some(_) => format!(
            "The index ascribes it to {}; the nearest program is {program}.",
            few(&tie.actors, "or")
        ),
        None => format!("The nearest program is {program}."),
    }
}

/// Those who come after the first and do not share its code base.
fn next(rest: &[CodeTie], compared: &ComparedProgram) -> Option<String> {
    let groups = if compared.actors.is_empty() { "families" } else { "actors" };
    let (first, _) = lead(compared)?;
    let rest: Vec<&CodeTie> = rest.iter().filter(|tie| !first.with.contains(&tie.name)).collect();
    let named: Vec<String> = rest.iter().take(FEW).map(|tie| beside(tie)).collect();
    if named.is_empty() {
        return None;
    }
    let further = rest.len() - named.len();
    let further = if further == 0 {
        String::new()
    } else {
        format!(", and {} more {groups}", crate::number::length(further))
    };
    Some(format!("After that {} {}{further}.", comes(named.len()), listed(&named, "and")))
}

const fn comes(number: usize) -> &'static str {
    if number == 1 { "comes" } else { "come" }
}

/// The reason why the origin of the program is open.
fn nothing(name: &str, compared: &ComparedProgram) -> Vec<String> {
    let functions = &compared.functions;
    let telling = functions.shared.saturating_add(functions.unknown);
    if telling == 0 && compared.untold.is_some() {
        return Vec::new();
    }
    if telling == 0 && functions.library > 0 {
        return vec![format!(
            "{name} has only library code. None of its functions says who wrote it."
        )];
    }
    if telling == 0 {
        return vec![format!("{name} has no function large enough to tell anything.")];
    }
    let mut sentences = vec![format!("{name} shares nothing rare with any family of the index.")];
    if functions.shared > 0 {
        sentences.push(format!(
            "{} of it {} in known families too, no more than unrelated programs share by chance.",
            counted(functions.shared, "function", "functions"),
            if functions.shared == 1 { "is" } else { "are" }
        ));
    }
    if functions.unknown > 0 && compared.known_as.is_none() {
        sentences.push("Either its authors are not in the index, or they changed their code. This result clears nobody.".to_owned());
    }
    sentences
}

/// The functions that may be the runtime, and the comparison that would tell.
fn untold(name: &str, compared: &ComparedProgram) -> Option<String> {
    let untold = compared.untold.as_ref()?;
    let runtime = shown(&untold.runtime, NAME);
    Some(format!(
        "{} of {name} {} in known programs too, but may be the runtime ({runtime}) that such programs carry. To tell, {} of the index {} such code, and it takes {}. Index unrelated programs of that kind as library code, each as its own family, and compare again.",
        counted(untold.functions, "function", "functions"),
        if untold.functions == 1 { "is" } else { "are" },
        counted(untold.hands, "hand", "hands"),
        if untold.hands == 1 { "has" } else { "have" },
        count(untold.wanted)
    ))
}

/// The functions by kind, each with its number.
fn composition(compared: &ComparedProgram) -> String {
    let functions = &compared.functions;
    let library =
        if compared.untold.is_some() { "library code or runtime" } else { "library code" };
    let parts = [
        (functions.library, library),
        (functions.shared, "in known families"),
        (functions.unknown, "nowhere in the index"),
        (functions.small, "too small to tell"),
    ];
    let parts: Vec<String> = parts
        .into_iter()
        .filter(|(number, _)| *number > 0)
        .map(|(number, what)| {
            format!("{} {} {what}", count(number), if number == 1 { "is" } else { "are" })
        })
        .collect();
    let of = counted(functions.found, "function", "functions");
    if parts.is_empty() {
        return format!("It has {of}.");
    }
    format!("Of its {of}, {}.", listed(&parts, "and"))
}
