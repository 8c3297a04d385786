//! How grave the attack was, on three scales of others, by rules that are shown.
//!
//! The rules read the effects of the case and the sectors of its victims, and nothing that says who did it.
//! Where a rule cannot tell, the range is wide; the analyst's own figure goes before DCID's rule.
//!
//! Sources: Maness, Valeriano, Hedgecock, Jensen and Macias (2022), "Codebook for the Dyadic Cyber Incident and Campaign
//! Dataset, version 2.0"; EuRepoC, Global Database 1.1 (2023), columns of intensity; The White House (2016),
//! "Cyber Incident Severity Schema", annex to PPD-41, in our own reading.

use std::collections::BTreeSet;

use demarche_case::assessment::response::{Degree, Injury};
use demarche_case::options::{Estimate, Range, is_essential};
use demarche_case::{Case, Country, EffectKind, Role};

/// How many victims make an attack widespread.
const WIDESPREAD: usize = 3;

/// Reads the injury off a case.
#[must_use]
pub fn injury(case: &Case, given: Option<&Estimate>) -> Injury {
    let harm = Harm::of(case);
    Injury { dcid: dcid(&harm, given), eurepoc: eurepoc(&harm), schema: schema(&harm) }
}

/// What the scales ask about.
pub(crate) struct Harm {
    pub(crate) kinds: BTreeSet<EffectKind>,
    /// Is a victim something that others depend on?
    pub(crate) is_essential: bool,
    /// Were several victims or several states hit?
    pub(crate) is_widespread: bool,
}

impl Harm {
    pub(crate) fn of(case: &Case) -> Self {
        let victims = || case.parties_as(Role::Victim);
        let states: BTreeSet<Country> = victims().filter_map(|one| one.country).collect();
        Self {
            kinds: case.effects.iter().map(|effect| effect.kind).collect(),
            is_essential: victims().filter_map(|one| one.sector).any(is_essential),
            is_widespread: victims().count() >= WIDESPREAD || states.len() > 1,
        }
    }

    pub(crate) fn has(&self, kinds: &[EffectKind]) -> bool {
        kinds.iter().any(|kind| self.kinds.contains(kind))
    }

    /// Was anything read or taken?
    pub(crate) fn is_theft(&self) -> bool {
        self.has(&[EffectKind::Theft, EffectKind::Disclosure, EffectKind::Espionage])
    }
}

fn dcid(harm: &Harm, given: Option<&Estimate>) -> Degree {
    if let Some(Estimate { range: Range::Between(range), source, .. }) = given {
        let because = vec![format!("The case says so: {}.", source.text)];
        return Degree { range: *range, most: 10.0, words: dcid_words(range[1]), because };
    }
    let mut range = [0.0, 1.0, 1.0];
    let mut because = Vec::new();
    let mut raise = |to: [f64; 3], why: &str| {
        if to[1] > range[1] {
            range = to;
        }
        because.push(why.to_owned());
    };
    if harm.has(&[EffectKind::Disruption, EffectKind::Manipulation, EffectKind::Coercion]) {
        raise([1.0, 2.0, 3.0], "A stopped service, changed data or coercion alone: 2.");
    }
    if harm.is_theft() {
        raise([2.0, 3.0, 4.0], "Secrets taken from one network: 3.");
    }
    let beyond = harm.is_essential || harm.is_widespread;
    if harm.is_theft() && beyond {
        raise(
            [3.0, 4.0, 5.0],
            "Secrets taken from several networks, or from what others depend on: 4.",
        );
    }
    if harm.has(&[EffectKind::Destruction]) {
        raise(
            [3.0, 4.0, 5.0],
            "Destruction in one network that others do not depend on: 4, as the data set has the attack on Sony Pictures; its codebook names that attack as an example of 3.",
        );
    }
    if harm.has(&[EffectKind::Destruction]) && beyond {
        raise(
            [4.0, 5.0, 6.0],
            "Destruction in several networks, or in what others depend on: 5, as the data set has NotPetya in Ukraine.",
        );
    }
    if because.is_empty() {
        because.push("The case names no effect: probing at most.".to_owned());
    }
    because.push("Death and the ruin of an economy (7 to 10) are never concluded by rule: the case must say so in `[severity]`.".to_owned());
    Degree { range, most: 10.0, words: dcid_words(range[1]), because }
}

fn dcid_words(severity: f64) -> String {
    let words = match severity.round() {
        one if one < 1.0 => "no activity",
        one if one < 2.0 => "probing without effect",
        one if one < 3.0 => "harassment, propaganda, denial of service",
        one if one < 4.0 => "targeted theft from one network",
        one if one < 5.0 => "intrusion into several networks, or harm to one that matters",
        one if one < 6.0 => "attempted destruction in critical networks",
        one if one < 7.0 => "widespread destruction in critical networks",
        one if one < 8.0 => "minimal loss of life",
        one if one < 9.0 => "critical economic disruption",
        one if one < 10.0 => "destruction of critical infrastructure",
        _ => "massive loss of life",
    };
    words.to_owned()
}

fn eurepoc(harm: &Harm) -> Degree {
    let mut range = [0.0; 3];
    let mut because = Vec::new();
    let mut add = |points: [f64; 3], why: &str| {
        range.iter_mut().zip(points).for_each(|(sum, one)| *sum += one);
        because.push(why.to_owned());
    };
    if harm.is_theft() {
        add([1.0, 2.0, 2.0], "Data were taken: 2 points where they are sensitive, else 1.");
    }
    if harm.has(&[EffectKind::Destruction]) {
        add([1.0, 2.0, 2.0], "What was destroyed is out of use for more than a day: 2 points.");
    } else if harm.has(&[EffectKind::Disruption]) {
        add([1.0, 1.0, 2.0], "A service was stopped: 1 point up to a day, else 2.");
    }
    let inside = [EffectKind::Destruction, EffectKind::Manipulation];
    if harm.is_theft() || harm.has(&inside) {
        add([0.0, 2.0, 2.0], "Somebody was inside and misused it: 2 points for hijacking.");
    }
    if harm.is_essential {
        range[2] *= 1.5;
        because.push("A victim is something that others depend on: times 1.5 at most; most such incidents are coded without it.".to_owned());
    }
    let words = format!("{} of 15 points", range[1].round());
    because.push("No point for physical effects, which the case would have to name.".to_owned());
    Degree { range, most: 15.0, words, because }
}

fn schema(harm: &Harm) -> Degree {
    let mut range = [0.0, 0.0, 1.0];
    let mut because = Vec::new();
    let mut raise = |to: [f64; 3], why: &str| {
        if to[1] > range[1] {
            range = to;
        }
        because.push(why.to_owned());
    };
    if harm.has(&[EffectKind::Disruption, EffectKind::Manipulation]) {
        raise([0.0, 1.0, 2.0], "A stopped service or changed data: low.");
    }
    if harm.is_theft() {
        raise(
            [1.0, 2.0, 3.0],
            "Sensitive data taken: may affect what the schema protects: medium.",
        );
    }
    if harm.has(&[EffectKind::Destruction]) {
        raise([2.0, 3.0, 4.0], "Data or machines destroyed: likely a demonstrable impact: high.");
    }
    if harm.has(&[EffectKind::Coercion]) {
        raise(
            [1.0, 2.0, 3.0],
            "Coercion touches civil liberties or foreign relations: medium at least.",
        );
    }
    if (harm.is_essential || harm.is_widespread) && range[1] >= 2.0 {
        range.iter_mut().for_each(|level| *level = (*level + 1.0).min(5.0));
        because.push("Several victims, or one that others depend on: one level more.".to_owned());
    }
    because.push("The weights behind the score of the National Cyber Incident Scoring System were not verified, so that there is a level and no score.".to_owned());
    let names = ["baseline", "low", "medium", "high", "severe", "emergency"];
    let at = names.iter().zip(0_u32..).find(|(_, level)| f64::from(*level) >= range[1]);
    let words = at.map_or("emergency", |(name, _)| name).to_owned();
    Degree { range, most: 5.0, words, because }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn harm(kinds: &[EffectKind], is_essential: bool, is_widespread: bool) -> Harm {
        Harm { kinds: kinds.iter().copied().collect(), is_essential, is_widespread }
    }

    #[test]
    fn more_harm_is_never_less_grave() {
        let kinds = [
            EffectKind::Destruction,
            EffectKind::Disclosure,
            EffectKind::Disruption,
            EffectKind::Coercion,
            EffectKind::Espionage,
            EffectKind::Theft,
            EffectKind::Manipulation,
            EffectKind::Other,
        ];
        for mask in 0_u32..256 {
            let some: Vec<EffectKind> = kinds
                .iter()
                .zip(0..)
                .filter(|(_, at)| mask >> at & 1 == 1)
                .map(|(kind, _)| *kind)
                .collect();
            for more in kinds {
                let both: Vec<EffectKind> = some.iter().copied().chain([more]).collect();
                for (essential, wide) in [(false, false), (true, false), (false, true)] {
                    let (less, more) = (harm(&some, essential, wide), harm(&both, essential, wide));
                    for scale in [|harm: &Harm| dcid(harm, None), eurepoc, schema] {
                        let (less, more) = (scale(&less), scale(&more));
                        assert!(
                            less.range.iter().zip(more.range).all(|(one, other)| *one <= other)
                        );
                        assert!(more.range.is_sorted() && more.range[2] <= more.most);
                    }
                }
            }
        }
    }
}
