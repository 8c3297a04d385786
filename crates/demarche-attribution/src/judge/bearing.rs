//! How far the evidence bears a judgement: the confidence, and whether there may be a probability at all.

use std::collections::BTreeSet;

use demarche_case::Country;
use demarche_case::assessment::attribution::{
    Chance, Confidence, ConfidenceLevel, Likelihood, NoProbability, Sensitivity, Without,
};

use super::combine::{SAYS_ANYTHING, Weights, spread};
use super::elicited::is_easily_forged;
use super::items::Item;

/// Groups of evidence that it takes for a probability: fewer are one report's opinion.
const NEEDED: u64 = 3;

/// Actors that a record must know for a judgement to be held with high confidence: ATT&CK has about 170.
const MANY_ACTORS: u64 = 100;

/// What the confidence is derived from.
#[derive(Debug)]
pub(crate) struct Bearing<'a> {
    pub(crate) items: &'a [Item<'a>],
    pub(crate) weights: &'a Weights,
    pub(crate) sensitivity: &'a [Sensitivity],
    /// The state that leads, or the place of the leading hypothesis where none is as probable.
    pub(crate) leads: Leads,
    /// How probable it is as reported.
    pub(crate) leading: Chance,
    /// How probable it is if everything easily forged was planted.
    pub(crate) if_planted: f64,
    /// How many actors the record knows.
    pub(crate) actors: u64,
}

/// Whom the judgement names first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Leads {
    /// A state, whichever of its actors it was.
    State(Country),
    /// A hypothesis, by its place.
    Hypothesis(usize),
}

impl Bearing<'_> {
    /// The clusters that say anything, those of the hard-to-forge items, and the sources of both.
    fn groups(&self) -> (BTreeSet<&str>, BTreeSet<&str>, BTreeSet<&str>) {
        let mut all = BTreeSet::new();
        let mut hard = BTreeSet::new();
        let mut sources = BTreeSet::new();
        let saying = self.items.iter().zip(&self.weights.own);
        for (item, _) in saying.filter(|(_, own)| spread(own) > SAYS_ANYTHING) {
            all.insert(item.cluster.as_str());
            sources.insert(item.evidence.source.text.as_str());
            if !is_easily_forged(item.forgeability) {
                hard.insert(item.cluster.as_str());
            }
        }
        (all, hard, sources)
    }

    /// Why there may be no probability: groups are independent that are of different sources as well.
    pub(crate) fn withheld(&self) -> Option<NoProbability> {
        let (groups, _, sources) = self.groups();
        let independent = u64::try_from(groups.len().min(sources.len())).unwrap_or(u64::MAX);
        (independent < NEEDED).then_some(NoProbability { independent, needed: NEEDED })
    }

    /// The level with its reasons. High takes a record of many actors, five groups, two of them hard to forge, three sources, and a leader that nothing left out unseats,
    /// not even all that is easily forged; moderate takes three groups, two sources, and a leader that no single item,
    /// group or source unseats.
    pub(crate) fn confidence(&self) -> Confidence {
        let (all, hard, sources) = self.groups();
        let unseats = |kind: fn(&Without) -> bool| {
            let is_led = |one: &&Sensitivity| match self.leads {
                Leads::State(state) => one.leader_state != Some(state),
                Leads::Hypothesis(place) => one.leader != place,
            };
            self.sensitivity.iter().filter(is_led).find(|one| kind(&one.without))
        };
        let by_any = unseats(|_| true);
        let by_part = unseats(|without| !matches!(without, Without::Aspect(_)));
        let same_words = Likelihood::of(self.if_planted) == Likelihood::of(self.leading.estimate);
        let wide = self.leading.high - self.leading.low > 0.5;
        let leads = match self.leads {
            Leads::State(state) => state.label().to_owned(),
            Leads::Hypothesis(_) => "The leading hypothesis".to_owned(),
        };
        let is_small = self.actors < MANY_ACTORS;
        let is_broad = !is_small && all.len() >= 5 && sources.len() >= 3 && hard.len() >= 2;
        let level = if is_broad && by_any.is_none() && same_words && !wide {
            ConfidenceLevel::High
        } else if all.len() >= 3
            && sources.len() >= 2
            && by_part.is_none()
            && !hard.is_empty()
            && !wide
        {
            ConfidenceLevel::Moderate
        } else {
            ConfidenceLevel::Low
        };
        let mut reasons = vec![
            format!(
                "{} of evidence from {} say anything, {} of them hard to forge.",
                counted(all.len(), "group", "groups"),
                counted(sources.len(), "source", "sources"),
                hard.len()
            ),
            match by_part.or(by_any) {
                Some(one) => format!("{leads} no longer leads without {}.", named(&one.without)),
                None => format!("{leads} leads whichever part is left out."),
            },
        ];
        if !same_words {
            reasons.push(
                "If everything that is easily forged had been planted, the judgement would be another."
                    .to_owned(),
            );
        }
        if is_small {
            reasons.push(format!(
                "The record knows only {} actors: others may fit as well.",
                self.actors
            ));
        }
        if wide {
            reasons.push("The elicited parameters leave a wide interval.".to_owned());
        }
        Confidence { level, reasons }
    }
}

fn counted(count: usize, one: &str, many: &str) -> String {
    format!("{count} {}", if count == 1 { one } else { many })
}

/// A part of the evidence in words.
fn named(without: &Without) -> String {
    match without {
        Without::Item(id) => format!("the item `{id}`"),
        Without::Cluster(cluster) => format!("the group \u{201c}{cluster}\u{201d}"),
        Without::Aspect(aspect) => format!("everything on {}", super::items::aspect_word(*aspect)),
        Without::Source(source) => format!("what comes from \u{201c}{source}\u{201d}"),
    }
}
