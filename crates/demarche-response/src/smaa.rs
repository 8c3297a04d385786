//! Stochastic multicriteria acceptability analysis: not which option is best, but the values under which each is preferred.
//!
//! Values and weights are drawn many times; in each draw every option that is available has a utility, the sum of its
//! values times the weights. How often an option comes first, second, last is what is reported, with the weights that it
//! comes first under.
//!
//! Sources: Lahdelma and Salminen (2001), "SMAA-2: Stochastic multicriteria acceptability analysis for group decision making";
//! Tervonen and Lahdelma (2007), "Implementing stochastic multicriteria acceptability analysis".

use demarche_case::number::float;
use demarche_case::random::Random;
use rayon::prelude::*;

use crate::preference::Preference;

/// Draws that one thread takes at a time; each such part has a stream of random numbers of its own.
const PART: u32 = 2048;

/// Bins of the regret, from 0 to 1.
const BINS: usize = 1000;

/// Up to so many options, each is compared with each.
const PAIRS: usize = 64;

/// One draw of everything but the weights.
#[derive(Clone, Debug)]
pub struct World {
    /// The value of each option by each criterion, option after option: 0 is worst, 1 best.
    pub values: Vec<f64>,
    /// For each option, true if it can be taken.
    pub available: Vec<bool>,
    /// For each criterion, the factor by which it weighs more here than was said; 1 where nothing fills it in.
    pub stakes: Vec<f64>,
}

/// The size of a comparison.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Size {
    /// The number of options.
    pub options: usize,
    /// The number of criteria.
    pub criteria: usize,
}

/// The ranks of all options over the draws. Shares are from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct Acceptability {
    /// The number of draws.
    pub draws: u32,
    /// The options, in their order.
    pub options: Vec<OptionAcceptability>,
    /// For each option, how often its utility is greater than that of each other one; empty for more than 64 options, and
    /// of an [`outline`].
    pub better: Vec<Vec<f64>>,
}

/// The ranks of one option over the draws.
#[derive(Clone, Debug, PartialEq)]
pub struct OptionAcceptability {
    /// The share of draws in which the option can be taken.
    pub available: f64,
    /// The share of draws in which it has each rank, the first rank first; their sum is [`Self::available`].
    pub ranks: Vec<f64>,
    /// The mean of all ranks in one figure: 1 always first, 0 always last or never available.
    pub holistic: f64,
    /// The mean of the weights under which it comes first; `None` where it never does.
    pub central: Option<Vec<f64>>,
    /// The share of draws in which it comes first under these weights.
    pub confidence: f64,
    /// The mean loss against the best option of each draw, over the draws in which it is available.
    pub regret: f64,
    /// The loss that is not passed in nine draws of ten.
    pub regret_high: f64,
}

impl Acceptability {
    /// The half width of the range that holds a share of the draws 19 times in 20.
    ///
    /// Source: the normal approximation of the binomial; Tervonen and Lahdelma (2007), section 4.
    #[must_use]
    pub fn error(&self, share: f64) -> f64 {
        1.96 * (share * (1.0 - share) / f64::from(self.draws.max(1))).max(0.0).sqrt()
    }
}

/// Draws worlds and weights, and counts.
///
/// `world` fills in one draw; it must take its random numbers from what it is handed and from nowhere else. The same seed
/// gives the same figures on every machine and with any number of threads.
#[must_use]
pub fn acceptability(
    size: Size,
    preference: &Preference,
    draws: u32,
    seed: u64,
    world: &(impl Fn(&mut Random, &mut World) + Sync),
) -> Acceptability {
    let task = Task { size, preference, draws, seed, world };
    let counted = task.count(size.options <= PAIRS);
    let central = counted.central(size);
    let confidence = task.confirm(&central);
    counted.finish(size, draws, central, &confidence)
}

/// The same without central weights and how well they do, which take as long again, and without comparisons in pairs.
#[must_use]
pub fn outline(
    size: Size,
    preference: &Preference,
    draws: u32,
    seed: u64,
    world: &(impl Fn(&mut Random, &mut World) + Sync),
) -> Acceptability {
    let counted = Task { size, preference, draws, seed, world }.count(false);
    counted.finish(size, draws, vec![None; size.options], &vec![0.0; size.options])
}

/// A comparison with everything that each part of the draws needs.
struct Task<'a, W> {
    size: Size,
    preference: &'a Preference,
    draws: u32,
    seed: u64,
    world: &'a W,
}

impl<W: Fn(&mut Random, &mut World) + Sync> Task<'_, W> {
    /// Runs every part of the draws on its own stream, in parallel, and gives the results in order.
    fn parts<T: Send>(&self, run: impl Fn(u32, &mut dyn FnMut(&mut Draw)) -> T + Sync) -> Vec<T> {
        let parts: Vec<u32> = (0..self.draws.div_ceil(PART)).collect();
        let counted = |part: &u32| {
            let mut random = Random::stream(self.seed, u64::from(*part));
            let count = PART.min(self.draws - part * PART);
            run(count, &mut |draw| {
                (self.world)(&mut random, &mut draw.world);
                self.preference.draw(&mut random, &mut draw.weights);
            })
        };
        parts.par_iter().map(counted).collect()
    }

    /// Ranks, first places and regrets of all draws, and where wanted the comparison of each option with each.
    fn count(&self, in_pairs: bool) -> Counted {
        let parts = self.parts(|count, next| {
            let mut counted = Counted::new(self.size, in_pairs);
            let mut draw = Draw::new(self.size);
            for _ in 0..count {
                next(&mut draw);
                draw.reckon(self.size);
                counted.add(&mut draw, self.size);
            }
            counted
        });
        let mut all = Counted::new(self.size, in_pairs);
        for part in parts {
            all.merge(&part);
        }
        all
    }

    /// The share of draws in which each option comes first under its own central weights, in the same draws.
    fn confirm(&self, central: &[Option<Vec<f64>>]) -> Vec<f64> {
        let parts = self.parts(|count, next| {
            let mut firsts = vec![0_u32; self.size.options];
            let mut draw = Draw::new(self.size);
            for _ in 0..count {
                next(&mut draw);
                for (option, weights) in central.iter().enumerate() {
                    let Some(weights) = weights else { continue };
                    firsts[option] += u32::from(draw.is_first(option, weights, self.size));
                }
            }
            firsts
        });
        let mut firsts = vec![0_u64; self.size.options];
        for part in parts {
            firsts.iter_mut().zip(part).for_each(|(sum, times)| *sum += u64::from(times));
        }
        firsts.into_iter().map(|first| share(first, self.draws)).collect()
    }
}

/// One draw.
struct Draw {
    world: World,
    weights: Vec<f64>,
    /// The weights times what is at stake, divided by their sum.
    staked: Vec<f64>,
    /// The utility of each option; less than any where it is not available.
    utilities: Vec<f64>,
    /// The options, the best first.
    order: Vec<usize>,
}

impl Draw {
    fn new(size: Size) -> Self {
        Self {
            world: World {
                values: vec![0.0; size.options * size.criteria],
                available: vec![true; size.options],
                stakes: vec![1.0; size.criteria],
            },
            weights: vec![0.0; size.criteria],
            staked: vec![0.0; size.criteria],
            utilities: vec![0.0; size.options],
            order: (0..size.options).collect(),
        }
    }

    fn utility(&self, option: usize, weights: &[f64], size: Size) -> f64 {
        if !self.world.available[option] {
            return f64::NEG_INFINITY;
        }
        let values = &self.world.values[option * size.criteria..(option + 1) * size.criteria];
        values.iter().zip(weights).map(|(value, weight)| value * weight).sum()
    }

    fn reckon(&mut self, size: Size) {
        stake(&self.weights, &self.world.stakes, &mut self.staked);
        for option in 0..size.options {
            self.utilities[option] = self.utility(option, &self.staked, size);
        }
        let utilities = &self.utilities;
        self.order.sort_by(|left, right| utilities[*right].total_cmp(&utilities[*left]));
    }

    /// Returns true if no option is better than this one under the weights.
    fn is_first(&self, option: usize, weights: &[f64], size: Size) -> bool {
        let mut staked = vec![0.0; weights.len()];
        stake(weights, &self.world.stakes, &mut staked);
        let utility = self.utility(option, &staked, size);
        utility.is_finite()
            && (0..size.options).all(|rival| self.utility(rival, &staked, size) <= utility)
    }
}

/// Weighs what is at stake in a world: each weight times its factor, all divided by their sum.
fn stake(weights: &[f64], stakes: &[f64], staked: &mut [f64]) {
    for ((cell, weight), factor) in staked.iter_mut().zip(weights).zip(stakes) {
        *cell = weight * factor;
    }
    let all: f64 = staked.iter().sum();
    if all > 0.0 {
        staked.iter_mut().for_each(|weight| *weight /= all);
    }
}

/// Counts over the draws.
struct Counted {
    /// For each option and rank, how often.
    ranks: Vec<u64>,
    available: Vec<u64>,
    /// For each option and criterion, the sum of the weights under which it came first.
    weights: Vec<f64>,
    /// For each option and other option, how often it was better.
    better: Vec<u64>,
    regret: Vec<f64>,
    /// For each option, how often its regret was in each bin.
    regrets: Vec<u32>,
}

impl Counted {
    fn new(size: Size, in_pairs: bool) -> Self {
        let pairs = if in_pairs { size.options * size.options } else { 0 };
        Self {
            ranks: vec![0; size.options * size.options],
            available: vec![0; size.options],
            weights: vec![0.0; size.options * size.criteria],
            better: vec![0; pairs],
            regret: vec![0.0; size.options],
            regrets: vec![0; size.options * BINS],
        }
    }

    fn add(&mut self, draw: &mut Draw, size: Size) {
        let best = draw.order.first().map_or(f64::NEG_INFINITY, |first| draw.utilities[*first]);
        let (mut rank, mut before) = (0, f64::INFINITY);
        for (place, option) in draw.order.iter().copied().enumerate() {
            let utility = draw.utilities[option];
            if utility == f64::NEG_INFINITY {
                break;
            }
            // Options that are as good as each other have the same rank.
            if utility < before {
                (rank, before) = (place, utility);
            }
            self.available[option] += 1;
            self.ranks[option * size.options + rank] += 1;
            let regret = (best - utility).clamp(0.0, 1.0);
            self.regret[option] += regret;
            self.regrets[option * BINS + bin(regret)] += 1;
            if rank == 0 {
                let sums = &mut self.weights[option * size.criteria..(option + 1) * size.criteria];
                sums.iter_mut().zip(&draw.weights).for_each(|(sum, weight)| *sum += weight);
            }
        }
        if !self.better.is_empty() {
            for left in 0..size.options {
                for right in 0..size.options {
                    let is_better = draw.utilities[left] > draw.utilities[right];
                    self.better[left * size.options + right] += u64::from(is_better);
                }
            }
        }
    }

    fn merge(&mut self, part: &Self) {
        fn add<T: Copy + std::ops::AddAssign>(all: &mut [T], part: &[T]) {
            all.iter_mut().zip(part).for_each(|(sum, value)| *sum += *value);
        }
        add(&mut self.ranks, &part.ranks);
        add(&mut self.available, &part.available);
        add(&mut self.weights, &part.weights);
        add(&mut self.better, &part.better);
        add(&mut self.regret, &part.regret);
        add(&mut self.regrets, &part.regrets);
    }

    /// The mean weights under which each option came first.
    fn central(&self, size: Size) -> Vec<Option<Vec<f64>>> {
        let of = |option: usize| {
            let firsts = self.ranks[option * size.options];
            let sums = &self.weights[option * size.criteria..(option + 1) * size.criteria];
            (firsts > 0).then(|| sums.iter().map(|sum| sum / float(firsts)).collect())
        };
        (0..size.options).map(of).collect()
    }

    fn finish(
        &self,
        size: Size,
        draws: u32,
        central: Vec<Option<Vec<f64>>>,
        confidence: &[f64],
    ) -> Acceptability {
        let options = central.into_iter().enumerate().map(|(option, central)| {
            let ranks = &self.ranks[option * size.options..(option + 1) * size.options];
            let ranks: Vec<f64> = ranks.iter().map(|times| share(*times, draws)).collect();
            let available = self.available[option];
            OptionAcceptability {
                available: share(available, draws),
                holistic: holistic(&ranks),
                ranks,
                central,
                confidence: confidence[option],
                regret: self.regret[option] / float(available.max(1)),
                regret_high: self.nine_in_ten(option, available),
            }
        });
        let rows = self.better.chunks(size.options.max(1));
        let better = rows.map(|row| row.iter().map(|times| share(*times, draws)).collect());
        Acceptability { draws, options: options.collect(), better: better.collect() }
    }

    /// The regret that is not passed nine times in ten, at the upper end of its bin.
    fn nine_in_ten(&self, option: usize, available: u64) -> f64 {
        let bins = &self.regrets[option * BINS..(option + 1) * BINS];
        let mut seen = 0_u64;
        let reached = bins.iter().position(|times| {
            seen += u64::from(*times);
            10 * seen >= 9 * available
        });
        float(reached.map_or(0, |bin| bin + 1)) / float(BINS)
    }
}

/// The mean of the ranks, each weighed by how far it is from the last.
fn holistic(ranks: &[f64]) -> f64 {
    // Each option has a rank for each option, so that there is at least one.
    let last = ranks.len() - 1;
    if last == 0 {
        return ranks[0];
    }
    let weighed = ranks.iter().enumerate();
    weighed.map(|(rank, share)| share * float(last - rank) / float(last)).sum()
}

fn bin(regret: f64) -> usize {
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "from 0 to 1")]
    let bin = (regret * float(BINS)) as usize;
    bin.min(BINS - 1)
}

fn share(times: u64, draws: u32) -> f64 {
    float(times) / f64::from(draws.max(1))
}
