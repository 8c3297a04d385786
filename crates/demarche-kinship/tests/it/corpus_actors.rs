//! Whose a program is must be told as well as it is sold for, and nobody be named wrongly.
//!
//! Asked are the tools 3, which no index has, in the builds that are not indexed. The goals are 28 of 30 first and four
//! fifths named; the calibration that is shipped was fitted on programs that include these, so that this guards what
//! was reached and shows nothing new.

use demarche_kinship::{Amount, By, Calibration, Counterparts, Evidence, Groups, SHARED};

use crate::corpus::{Corpus, INDEXED, Program, corpus};

/// How many of the 30 questions must have the right actor first.
const FIRST: usize = 29;

/// How many must be ascribed to the right actor at the shipped threshold.
const NAMED: usize = 28;

struct Asked<'a> {
    program: &'a Program,
    /// Of every actor, the most first.
    evidence: Vec<Evidence>,
    compared: usize,
}

impl Asked<'_> {
    /// The actors that the shipped calibration names.
    fn named(&self) -> Vec<&str> {
        let is_named = |one: &&Evidence| {
            let amount = Amount { evidence: one.evidence, compared: self.compared };
            Calibration::SHIPPED.strength(amount).is_attributed
        };
        self.evidence.iter().filter(is_named).map(|one| one.name.as_str()).collect()
    }
}

fn weigh<'a>(corpus: &Corpus, (program, found): (&'a Program, Vec<Counterparts>)) -> Asked<'a> {
    let actors = Groups::new(&corpus.index, By::Actor);
    let could_tell = |one: &&Counterparts| one.is_comparable && actors.library(one) <= SHARED;
    let compared = found.iter().filter(could_tell).count();
    Asked { program, evidence: actors.evidence(&found), compared }
}

#[test]
fn the_right_actor_is_named_and_no_other() {
    let Some(corpus) = corpus() else { return };
    let is_asked = |one: &&Program| one.tool == 3 && one.build != INDEXED;
    let asked = corpus.ask(corpus.programs.iter().filter(is_asked));
    let asked: Vec<Asked<'_>> = asked.into_iter().map(|one| weigh(corpus, one)).collect();
    assert_eq!(asked.len(), 30, "six actors in five builds");
    let is_first = |one: &&Asked<'_>| {
        one.evidence.first().is_some_and(|first| first.name == one.program.actor)
    };
    let first = asked.iter().filter(is_first).count();
    let is_named = |one: &&Asked<'_>| one.named() == [one.program.actor.as_str()];
    let named = asked.iter().filter(is_named).count();
    println!("{first} of 30 first, {named} of 30 named");
    for one in &asked {
        let wrong: Vec<&str> =
            one.named().into_iter().filter(|name| *name != one.program.actor).collect();
        assert!(wrong.is_empty(), "{} is ascribed to {wrong:?}", one.program.name);
    }
    assert!(first >= FIRST, "{first} of 30 have the right actor first, not {FIRST}");
    assert!(named >= NAMED, "{named} of 30 are ascribed to the right actor, not {NAMED}");
}
