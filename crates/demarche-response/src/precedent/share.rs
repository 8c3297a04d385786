//! The expected share of an act: shares of earlier attacks, for this pair of states first.
//!
//! Severity foretells a response badly and the pair of states foretells it well, so that a share is narrowed down from all
//! attacks to those on the responding state, to those by the initiator, to those between the two. At each step the share
//! of the step before counts as four attacks more, and an attack counts half as much for every four years that it lies
//! back. How far to trust the narrowed share rather than that of all attacks is learnt, act by act, from how well each
//! foretold the attacks so far, each from the years before it: their likelihoods weigh the two.

use demarche_case::Country;
use demarche_case::assessment::precedents::{Act, ActShare, Circle};
use demarche_case::record::Record;
use statrs::distribution::{Beta, ContinuousCDF};

use super::incident::{Incident, Response};

/// As how many attacks the share of a wider circle counts in a narrower one.
const PRIOR: f64 = 4.0;

/// After how many years an attack counts half.
const HALF_LIFE: f64 = 4.0;

/// Attacks that must lie before one for it to be foretold in the test.
const WARM_UP: usize = 50;

/// The two states and the year that are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The state that would respond.
    pub responding: Country,
    /// The state held responsible.
    pub initiator: Country,
    /// The year of the attack: later ones are unknown to whoever must decide.
    pub year: i16,
}

/// The attacks of the past that DCID codes.
#[derive(Clone, Debug, Default)]
pub struct Precedents {
    /// By year.
    incidents: Vec<Incident>,
}

impl Precedents {
    /// Those of a record.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let mut incidents: Vec<Incident> =
            record.attacks.iter().filter_map(Incident::read).collect();
        incidents
            .sort_by(|left, right| left.year.cmp(&right.year).then_with(|| left.id.cmp(&right.id)));
        Self { incidents }
    }

    /// Those of earlier years alone; all without a year.
    #[must_use]
    pub fn before(mut self, year: Option<i16>) -> Self {
        self.incidents.retain(|attack| year.is_none_or(|year| attack.latest_year() < year));
        self
    }

    /// All of them, by year.
    #[must_use]
    pub fn incidents(&self) -> &[Incident] {
        &self.incidents
    }

    /// The expected share of attacks like this one that an act follows, from attacks of earlier years alone.
    #[must_use]
    pub fn share(&self, act: Act, pair: Pair) -> ActShare {
        let answered = self.incidents.iter().filter_map(|attack| attack.response.as_ref());
        let mut before: Vec<&Response> =
            answered.filter(|attack| attack.year < pair.year).collect();
        before.sort_by_key(|attack| attack.year);
        let narrowed = trust_in_narrowing(&before, act);
        let wide = counted(&before, act, pair, &[]);
        let narrow = counted(&before, act, pair, &NARROWED);
        let of = |(hits, all): (f64, f64)| hits / all;
        ActShare {
            act,
            share: narrowed * of(narrow) + (1.0 - narrowed) * of(wide),
            range: range(&[(narrowed, narrow), (1.0 - narrowed, wide)]),
            narrowed,
        }
    }
}

/// The circles inside that of all attacks, widest first.
const NARROWED: [Circle; 3] = [Circle::OnResponding, Circle::ByInitiator, Circle::Between];

/// Returns true if an attack lies in a circle.
pub(crate) fn has(circle: Circle, attack: &Response, pair: Pair) -> bool {
    let on = attack.responding == pair.responding;
    let by = attack.initiator == pair.initiator;
    match circle {
        Circle::All => true,
        Circle::OnResponding => on,
        Circle::ByInitiator => by,
        Circle::Between => on && by,
    }
}

/// Hits and all of the narrowest circle, with what the wider ones lend it.
fn counted(before: &[&Response], act: Act, pair: Pair, circles: &[Circle]) -> (f64, f64) {
    let weighed = |circle: Circle| {
        let mut sums = (0.0, 0.0);
        for attack in before.iter().filter(|attack| has(circle, attack, pair)) {
            let weight = 0.5_f64.powf((f64::from(pair.year) - f64::from(attack.year)) / HALF_LIFE);
            sums.1 += weight;
            sums.0 += if attack.acts.contains(&act) { weight } else { 0.0 };
        }
        sums
    };
    let (hits, all) = weighed(Circle::All);
    // One attack half of which was answered so: where nothing is known, one half it is.
    let (mut hits, mut all) = (hits + 0.5, all + 1.0);
    for circle in circles {
        let share = hits / all;
        let (own, of) = weighed(*circle);
        (hits, all) = (own + PRIOR * share, of + PRIOR);
    }
    (hits, all)
}

/// The range that holds nine times in ten of a mixture of beta distributions, each with its weight, hits and all.
fn range(parts: &[(f64, (f64, f64))]) -> [f64; 2] {
    let parts: Vec<(f64, Beta)> = parts
        .iter()
        .filter_map(|(weight, (hits, all))| Some((*weight, Beta::new(*hits, all - hits).ok()?)))
        .collect();
    let below = |x: f64| parts.iter().map(|(weight, beta)| weight * beta.cdf(x)).sum::<f64>();
    [0.05, 0.95].map(|share| {
        let (mut low, mut high) = (0.0, 1.0);
        for _ in 0..50 {
            let middle = f64::midpoint(low, high);
            if below(middle) < share {
                low = middle;
            } else {
                high = middle;
            }
        }
        low
    })
}

/// The probability that the narrowed share foretells better than the share of all attacks.
///
/// Each share foretells every attack so far from the years before it, and their likelihoods are compared; one half where
/// there are too few attacks.
///
/// Source: Dawid (1984), "Statistical theory: the prequential approach".
fn trust_in_narrowing(incidents: &[&Response], act: Act) -> f64 {
    let mut gain = 0.0;
    for attack in incidents {
        let before = incidents.partition_point(|earlier| earlier.year < attack.year);
        let Some(before) = incidents.get(..before).filter(|before| before.len() >= WARM_UP) else {
            continue;
        };
        let pair =
            Pair { responding: attack.responding, initiator: attack.initiator, year: attack.year };
        let likelihood = |circles: &[Circle]| {
            let (hits, all) = counted(before, act, pair, circles);
            let share = hits / all;
            if attack.acts.contains(&act) { share.ln() } else { (1.0 - share).ln() }
        };
        gain += likelihood(&NARROWED) - likelihood(&[]);
    }
    1.0 / (1.0 + (-gain).exp())
}
