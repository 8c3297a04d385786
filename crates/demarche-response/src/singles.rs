//! Single options over many worlds: how often each may be taken, and what it comes to by each criterion.

use demarche_case::assessment::response::{Cell, Gate, OptionFound, Reading, Spread};
use demarche_case::number::float;
use demarche_case::options::{Criterion, Estimate, EstimateBasis, Fact};

use crate::bundles::Bundles;
use crate::instance::{Instance, place_on_scale};
use crate::world::{COLLATERAL, CRITERIA, Drawn, Model};

/// Counts of single options over many worlds.
pub(crate) struct Worlds {
    draws: f64,
    /// For each option: how often each gate holds, by reading.
    gates: Vec<Vec<[f64; 2]>>,
    open: Vec<[f64; 2]>,
    proportional: Vec<f64>,
    /// For each option and criterion, every value.
    values: Vec<Vec<Vec<f64>>>,
}

impl Worlds {
    pub(crate) fn new(model: &Model<'_>, bundles: &Bundles) -> Self {
        let options = bundles.singles.len();
        Self {
            draws: 0.0,
            gates: model
                .instances
                .iter()
                .map(|instance| vec![[0.0; 2]; instance.gates.len()])
                .collect(),
            open: vec![[0.0; 2]; options],
            proportional: vec![0.0; options],
            values: vec![vec![Vec::new(); CRITERIA]; options],
        }
    }

    pub(crate) fn add(
        &mut self,
        model: &Model<'_>,
        drawn: &Drawn,
        reading: Reading,
        bundles: &Bundles,
    ) {
        let column = usize::from(reading == Reading::Strict);
        self.draws += 0.5;
        for (place, instance) in model.instances.iter().enumerate() {
            for (gate, counted) in instance.gates.iter().zip(&mut self.gates[place]) {
                counted[column] += f64::from(u8::from(model.holds(instance, gate, drawn)));
            }
            let (is_open, _) = model.together(drawn, &bundles.singles[place]);
            self.open[place][column] += f64::from(u8::from(is_open));
            if reading == Reading::Strict {
                let taken = &drawn.options[place];
                self.proportional[place] += f64::from(u8::from(taken.gravity <= drawn.limit));
                let (_, raw) = model.together(drawn, &[place]);
                for ((values, raw), criterion) in
                    self.values[place].iter_mut().zip(raw).zip(Criterion::ALL)
                {
                    values.push(if criterion == Criterion::Speed { raw.exp_m1() } else { raw });
                }
            }
        }
    }

    pub(crate) fn found(
        &self,
        index: usize,
        instance: &Instance<'_>,
        facts: &[Fact],
    ) -> OptionFound {
        let share = |count: f64| count / self.draws.max(1.0);
        let option = instance.option;
        let of_fact = |condition| Fact::of(facts, condition).map(|fact| fact.reason.clone());
        let is_known = |estimate: &&Estimate| estimate.basis != EstimateBasis::Unknown;
        let gates = instance.gates.iter().zip(&self.gates[index]).map(|(gate, counted)| Gate {
            condition: gate.condition,
            holds: counted.map(share),
            is_strict_only: gate.is_strict_only,
            reason: gate.reason.clone().or_else(|| of_fact(gate.condition)),
        });
        let cells =
            Criterion::ALL.into_iter().zip(&self.values[index]).map(|(criterion, values)| Cell {
                criterion,
                range: quantiles(values),
                estimate: option.estimate(criterion).filter(is_known).cloned(),
            });
        OptionFound {
            id: instance.id.clone(),
            name: instance.name.clone(),
            to: option.to,
            addressees: instance.addressees.clone(),
            law: option.law,
            is_baseline: option.is_baseline,
            basis: instance.basis.clone(),
            articles: option.articles.clone(),
            strict: option.strict.clone(),
            permissive: option.permissive.clone(),
            cooperation: option.cooperation.clone(),
            reversible: option.reversible.clone(),
            exposes: option.exposes.clone(),
            third_parties: option.third_parties.clone(),
            after: option.after.clone(),
            gates: gates.collect(),
            open: self.open[index].map(share),
            gravity: place_on_scale(&option.gravity),
            proportional: share(self.proportional[index]),
            cells: cells.collect(),
            spread: spread(&self.values[index][0], &self.values[index][COLLATERAL]),
        }
    }
}

/// The 5th percentile, the mean and the 95th percentile of at least one value.
fn quantiles(values: &[f64]) -> [f64; 3] {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    let quantile = |percent: usize| sorted[(sorted.len() - 1) * percent / 100];
    [quantile(5), mean(values), quantile(95)]
}

fn mean(values: &[f64]) -> f64 {
    if values.is_empty() { 0.0 } else { values.iter().sum::<f64>() / float(values.len()) }
}

fn spread(effect: &[f64], harm: &[f64]) -> Spread {
    let means = [mean(effect), mean(harm)];
    let products = |left: &[f64], right: &[f64], criteria: [usize; 2]| {
        let all: Vec<f64> = left
            .iter()
            .zip(right)
            .map(|(left, right)| (left - means[criteria[0]]) * (right - means[criteria[1]]))
            .collect();
        mean(&all)
    };
    Spread {
        mean: means,
        covariance: [
            products(effect, effect, [0, 0]),
            products(harm, harm, [1, 1]),
            products(effect, harm, [0, 1]),
        ],
    }
}
