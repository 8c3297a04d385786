//! What states did after similar attacks: shares of earlier ones, for this pair of states first.
//!
//! Severity foretells a response badly and the pair of states foretells it well, so that a share is narrowed down from all
//! attacks to those on the responding state, to those by the initiator, to those between the two. At each step the share
//! of the step before counts as four attacks more, and an attack counts half as much for every four years that it lies
//! back. How far to trust the narrowed share rather than that of all attacks is learnt, act by act, from how well each
//! foretold the attacks so far, each from the years before it: their likelihoods weigh the two.

use std::collections::BTreeSet;

use demarche_case::Country;
use demarche_case::record::{Catalogue, PreviousAttack, Record, RecordId};
use statrs::distribution::{Beta, ContinuousCDF};

/// As how many attacks the share of a wider circle counts in a narrower one.
const PRIOR: f64 = 4.0;

/// After how many years an attack counts half.
const HALF_LIFE: f64 = 4.0;

/// Attacks that must lie before one for it to be foretold in the test.
const WARM_UP: usize = 50;

/// Something that states do after an attack.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Act {
    /// Deny or reject.
    Reject,
    /// Threaten or demand.
    Threaten,
    /// Embargo or sanctions.
    Sanction,
    /// A hostile military act short of force, or force.
    Military,
    /// A cyber operation in return.
    CyberReply,
    /// Negotiate or agree.
    Negotiate,
}

impl Act {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Reject,
        Self::Threaten,
        Self::Sanction,
        Self::Military,
        Self::CyberReply,
        Self::Negotiate,
    ];

    /// The column of DCID's sheet of campaigns, in which a number above 0 says that it was done within a month.
    const fn column(self) -> &'static str {
        match self {
            Self::Reject => "Ddeny/reject-",
            Self::Threaten => "Dthreat/demand-",
            Self::Sanction => "Eemb/sanc-",
            Self::Military => "Mil_Negative",
            Self::CyberReply => "method",
            Self::Negotiate => "Diplo_Positive",
        }
    }
}

/// An attack of the past between two states, and what followed.
#[derive(Clone, Debug, PartialEq)]
pub struct Incident {
    /// Its entry in the record.
    pub id: RecordId,
    /// Its name there.
    pub name: String,
    /// The year in which it began.
    pub year: i16,
    /// The state that was attacked.
    pub responding: Country,
    /// The state that attacked.
    pub initiator: Country,
    /// Severity on DCID's scale, 0 to 10.
    pub severity: Option<u8>,
    /// What the attacked state did within a month.
    pub acts: BTreeSet<Act>,
    /// What the attacker did within a month, other than the attack: rivals do such things anyway.
    pub initiators_acts: BTreeSet<Act>,
}

/// Which attacks are asked about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The state that would respond.
    pub responding: Country,
    /// The state held responsible.
    pub initiator: Country,
    /// The year of the attack: later ones are unknown to whoever must decide.
    pub year: i16,
}

/// One circle of attacks that a share was counted in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Circle {
    /// All of them.
    All,
    /// Those on the responding state.
    OnResponding,
    /// Those by the initiator.
    ByInitiator,
    /// Those by the initiator on the responding state.
    Between,
}

/// How often something was done.
#[derive(Clone, Debug, PartialEq)]
pub struct Share {
    /// What was done.
    pub act: Act,
    /// Plain counts in each circle, widest first: how often, of how many.
    pub counts: Vec<(Circle, u64, u64)>,
    /// The share: that of all attacks and the narrowed one, weighed.
    pub share: f64,
    /// The range that holds nine times in ten.
    pub range: [f64; 2],
    /// How much the narrowed share counts in it, from 0 (that of all is all there is) to 1.
    pub narrowed: f64,
}

/// The attacks of the past that responses are known of.
#[derive(Clone, Debug, Default)]
pub struct Precedents {
    /// By year.
    incidents: Vec<Incident>,
}

impl Precedents {
    /// Those of a record: DCID's campaigns.
    #[must_use]
    pub fn of(record: &Record) -> Self {
        let mut incidents: Vec<Incident> = record.attacks.iter().filter_map(incident).collect();
        incidents
            .sort_by(|one, other| one.year.cmp(&other.year).then_with(|| one.id.cmp(&other.id)));
        Self { incidents }
    }

    /// All of them, by year.
    #[must_use]
    pub fn incidents(&self) -> &[Incident] {
        &self.incidents
    }

    /// How often an act followed attacks like this one, as far as it could be known in its year.
    #[must_use]
    pub fn share(&self, act: Act, pair: Pair) -> Share {
        let before: Vec<&Incident> =
            self.incidents.iter().filter(|one| one.year < pair.year).collect();
        let narrowed = trust_in_narrowing(&before, act);
        let wide = counted(&before, act, pair, &[]);
        let narrow = counted(&before, act, pair, &NARROWED);
        let of = |(hits, all): (f64, f64)| hits / all;
        let counts = [&[Circle::All][..], &NARROWED].concat();
        let counts = counts.into_iter().map(|circle| {
            let inside = before.iter().filter(|one| circle.has(one, pair));
            let (mut hits, mut all) = (0, 0);
            for one in inside {
                all += 1;
                hits += u64::from(one.acts.contains(&act));
            }
            (circle, hits, all)
        });
        Share {
            act,
            counts: counts.collect(),
            share: narrowed * of(narrow) + (1.0 - narrowed) * of(wide),
            range: range(&[(narrowed, narrow), (1.0 - narrowed, wide)]),
            narrowed,
        }
    }
}

/// The circles inside that of all attacks, widest first.
const NARROWED: [Circle; 3] = [Circle::OnResponding, Circle::ByInitiator, Circle::Between];

impl Circle {
    fn has(self, one: &Incident, pair: Pair) -> bool {
        let on = one.responding == pair.responding;
        let by = one.initiator == pair.initiator;
        match self {
            Self::All => true,
            Self::OnResponding => on,
            Self::ByInitiator => by,
            Self::Between => on && by,
        }
    }
}

/// Hits and all of the narrowest circle, with what the wider ones lend it.
fn counted(before: &[&Incident], act: Act, pair: Pair, circles: &[Circle]) -> (f64, f64) {
    let weighed = |circle: Circle| {
        let mut sums = (0.0, 0.0);
        for one in before.iter().filter(|one| circle.has(one, pair)) {
            let weight = 0.5_f64.powf(f64::from(pair.year - one.year) / HALF_LIFE);
            sums.1 += weight;
            sums.0 += if one.acts.contains(&act) { weight } else { 0.0 };
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

/// How probable it is that the narrowed share foretells better than that of all, from how likely each made the attacks so
/// far, each foretold from the years before it; one half where there are too few.
///
/// Source: Dawid (1984), "Statistical theory: the prequential approach".
fn trust_in_narrowing(incidents: &[&Incident], act: Act) -> f64 {
    let mut gain = 0.0;
    for one in incidents {
        let before = incidents.partition_point(|other| other.year < one.year);
        let Some(before) = incidents.get(..before).filter(|before| before.len() >= WARM_UP) else {
            continue;
        };
        let pair = Pair { responding: one.responding, initiator: one.initiator, year: one.year };
        let likelihood = |circles: &[Circle]| {
            let (hits, all) = counted(before, act, pair, circles);
            let share = hits / all;
            if one.acts.contains(&act) { share.ln() } else { (1.0 - share).ln() }
        };
        gain += likelihood(&NARROWED) - likelihood(&[]);
    }
    1.0 / (1.0 + (-gain).exp())
}

/// An attack of DCID's sheet of campaigns, whose response is known.
fn incident(attack: &PreviousAttack) -> Option<Incident> {
    let is_answered = attack.id.catalogue == Catalogue::Dcid
        && attack.coded.keys().any(|key| key.starts_with("response: "));
    let coded = |key: String| attack.coded.get(&key)?.parse::<f64>().ok();
    let acts = |side: &str| {
        let done = |act: &Act| coded(format!("{side}: {}", act.column())).is_some_and(|n| n > 0.0);
        Act::ALL.into_iter().filter(done).collect()
    };
    is_answered.then_some(())?;
    Some(Incident {
        id: attack.id.clone(),
        name: attack.name.clone(),
        year: i16::try_from(attack.began?.year()).ok()?,
        responding: attack.victims.first()?.country?,
        initiator: attack.attributions.first()?.state?,
        severity: coded("initiator: severity".to_owned()).and_then(severity),
        acts: acts("response"),
        initiators_acts: acts("initiator"),
    })
}

/// A whole number of DCID's scale.
fn severity(coded: f64) -> Option<u8> {
    (0..=10).find(|whole| (f64::from(*whole) - coded).abs() < 0.5)
}
