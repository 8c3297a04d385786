//! The weighing: the options of a case, drawn in many worlds and under many weights.

use std::cmp::Reverse;

use demarche_case::assessment::attribution::AttributionFindings;
use demarche_case::assessment::precedents::PrecedentQuestion;
use demarche_case::assessment::response::{
    Assumed, Degree, Information, Injury, Leader, OptionFound, Package, RankedOption, Reading,
    ResponseFindings, Statement, UsualCase, Variant, Weighing, Weights,
};
use demarche_case::assessment::routes::RoutesFindings;
use demarche_case::options::{Criterion, Direction, Fact, Options, Range, ResponseOption};
use demarche_case::random::Random;
use demarche_case::record::Record;
use demarche_case::{Case, Country};

use crate::asking::asking;
use crate::bundles::{self, Bundles};
use crate::catalogue::{catalogue, with_replies};
use crate::facts::{USUAL_SEVERITY, facts, usual_facts};
use crate::injury::injury;
use crate::instance::{Ground, on_scale, quantity};
use crate::law;
use crate::precedent::precedents;
use crate::setting::{Setting, year};
use crate::singles::Worlds;
use crate::smaa::{Acceptability, Size, World, acceptability, outline};
use crate::world::{CRITERIA, Drawn, Model, stakes, values};
use crate::{Preference, Quantity, information};

/// The number of worlds drawn for a weighing: no share is off by more than one in a hundred, 19 times in 20.
const DRAWS: u32 = 10_000;

/// The inputs of a weighing.
#[derive(Clone, Copy, Debug)]
pub struct Question<'a> {
    /// The case.
    pub case: &'a Case,
    /// The judgement of who did it, if there is one.
    pub attribution: Option<&'a AttributionFindings>,
    /// The routes of the attack, if they were examined.
    pub routes: Option<&'a RoutesFindings>,
    /// The record of previous attacks, for what happened after them.
    pub record: &'a Record,
    /// The seed of the draws.
    pub seed: u64,
}

/// Weighs the responses that are open in a case.
///
/// Returns `None` if the case names no state that could respond.
#[must_use]
pub fn weigh(question: &Question<'_>) -> Option<ResponseFindings> {
    let Question { case, attribution, routes, .. } = *question;
    let setting = Setting::of(case, attribution, routes);
    setting.sender?;
    let shipped = with_replies(catalogue(), question.record, year(case), &setting);
    let options = shipped.and(&case.response);
    Some(Scales { question, setting, options }.weigh())
}

/// Returns the options that a case's `response.toml` rules out or puts before others and that do not exist.
#[must_use]
pub fn unknown_options(case: &Case) -> Vec<String> {
    let options = catalogue().and(&case.response);
    let named = options.without.iter().map(|without| &without.option);
    let before =
        options.options.iter().flat_map(|option| option.after.iter().chain(&option.includes));
    unknown(&options, named.chain(before))
}

/// Returns the steps that a case's events name and that are no option of response.
#[must_use]
pub fn unknown_steps(case: &Case) -> Vec<String> {
    let options = catalogue().and(&case.response);
    unknown(&options, case.events.iter().flat_map(|event| &event.steps))
}

fn unknown<'a>(options: &Options, ids: impl Iterator<Item = &'a String>) -> Vec<String> {
    let is_known = |id: &str| options.options.iter().any(|option| is_or_directs(option, id));
    let mut unknown: Vec<String> = ids.filter(|id| !is_known(id)).cloned().collect();
    unknown.sort();
    unknown.dedup();
    unknown
}

/// Is this the option's name? One to several states of transit has one for each: `demarche-transit-cn`.
fn is_or_directs(option: &ResponseOption, id: &str) -> bool {
    let Some(rest) = id.strip_prefix(option.id.as_str()) else { return false };
    let state = rest.strip_prefix('-').map(str::to_uppercase);
    let is_of_a_state = state.is_some_and(|state| state.parse::<Country>().is_ok());
    rest.is_empty() || (option.to == Direction::Transit && is_of_a_state)
}

/// Everything that stays the same while assumptions change.
struct Scales<'a> {
    question: &'a Question<'a>,
    setting: Setting,
    options: Options,
}

impl Scales<'_> {
    fn weigh(&self) -> ResponseFindings {
        let Question { case, attribution, .. } = *self.question;
        let ground = Ground { case, attribution, setting: &self.setting, options: &self.options };
        let mut instances = ground.instances();
        let facts = self.facts(false);
        bundles::close_what_nothing_comes_before(&mut instances, &facts);
        let asking = asking(&self.setting, &self.options);
        let injury = injury(case, case.response.severity.as_ref());
        let margin = self.options.margin.as_ref().map_or(Quantity::Exactly(0.0), on_scale);
        let limits = [quantity(Range::Between(injury.dcid.range), Criterion::Cost), margin];
        let model = |planted: bool| {
            let facts = self.facts(planted);
            Model::new(&instances, &asking, &facts, &self.setting, limits.clone())
        };
        let (as_reported, if_planted) = (model(false), model(true));
        let bundles = Bundles::of(&instances, &facts);
        let run = Run { scales: self, models: [&as_reported, &if_planted], bundles: &bundles };
        let usual_facts = usual_facts(&catalogue(), self.setting.responsible);
        let usual_severity = quantity(Range::Between(USUAL_SEVERITY), Criterion::Cost);
        let limits = [usual_severity, limits[1].clone()];
        let usual = Model::new(&instances, &asking, &usual_facts, &self.setting, limits);
        let usual = UsualCase {
            severity: USUAL_SEVERITY,
            first: run.firsts(&usual, BASE),
            facts: usual_facts,
        };
        let asked = self.precedent_question(&injury);
        let precedents = asked.and_then(|asked| precedents(self.question.record, &asked));
        let drawn = run.worlds();
        let found = instances
            .iter()
            .enumerate()
            .map(|(option, instance)| drawn.found(option, instance, &facts));
        let options: Vec<OptionFound> = found.collect();
        let weighing = run.base();
        let variants = run.variants();
        let statement = statement(&variants, &options, weighing.error);
        ResponseFindings {
            sender: self.setting.sender,
            responsible: self.setting.responsible,
            questions: law::questions(case, &facts, &injury),
            injury,
            asking: asking.iter().map(|asking| asking.used.clone()).collect(),
            packages: run.packages(&weighing),
            information: run.information(),
            caveats: law::caveats(case, &self.setting, attribution, &options),
            facts,
            options,
            weighing,
            variants,
            statement,
            usual,
            precedents,
            importance: self.options.importance.clone(),
            weights: self.options.weights.clone(),
            draws: DRAWS,
            seed: self.question.seed,
        }
    }

    fn precedent_question(&self, injury: &Injury) -> Option<PrecedentQuestion> {
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to 15")]
        let rounded = |degree: &Degree| degree.range[1].round().clamp(0.0, 15.0) as u8;
        Some(PrecedentQuestion {
            responding: self.setting.sender?,
            initiator: self.setting.responsible?,
            year: year(self.question.case),
            severity: Some(rounded(&injury.dcid)),
            intensity: Some(rounded(&injury.eurepoc)),
            objective: None,
        })
    }

    fn facts(&self, planted: bool) -> Vec<Fact> {
        let Question { case, attribution, .. } = *self.question;
        facts(case, &self.options, attribution, self.setting.responsible, planted)
    }

    fn preference(&self, weights: Weights) -> Preference {
        let groups = match weights {
            Weights::TwoGroups => vec![vec![0, 1, 2, 3], vec![4, 5, 6, 7, 8, 9]],
            Weights::ThreeGroups => vec![vec![0, 1, 2, 3], vec![4, 5, 8, 9], vec![6, 7]],
            Weights::Flat => vec![(0..CRITERIA).collect()],
        };
        let position =
            |named: &Criterion| Criterion::ALL.iter().position(|criterion| criterion == named);
        let order = self.options.importance.iter().filter_map(position).collect();
        let preference = Preference::grouped(groups).ordered(order);
        match self.options.weight_bounds() {
            Some(bounds) if !self.options.weights.is_empty() => preference.bounded(bounds.to_vec()),
            _ => preference,
        }
    }
}

/// The assumptions of the weighing that is shown whole: the law read strictly, which binds the sender's own hand most.
const BASE: Assumed = Assumed {
    weights: Weights::TwoGroups,
    reading: Reading::Strict,
    planted: false,
    must_act: false,
};

struct Run<'a> {
    scales: &'a Scales<'a>,
    /// On the evidence as reported, and with everything planted that can easily be forged.
    models: [&'a Model<'a>; 2],
    bundles: &'a Bundles,
}

impl Run<'_> {
    fn model(&self, assumed: Assumed) -> &Model<'_> {
        self.models[usize::from(assumed.planted)]
    }

    /// The options of the baseline, to do nothing among them.
    fn baseline(&self) -> Vec<usize> {
        self.bundles.baseline.iter().copied().chain(self.bundles.idle).collect()
    }

    fn seed(&self) -> u64 {
        self.scales.question.seed
    }

    /// Fills in one world of the options, each together with what must come before it.
    fn world<'m>(
        &'m self,
        model: &'m Model<'_>,
        assumed: Assumed,
    ) -> impl Fn(&mut Random, &mut World) + Sync + 'm {
        let singles = &self.bundles.singles;
        let left_out: Vec<usize> = if assumed.must_act { self.baseline() } else { Vec::new() };
        move |random, world| {
            let drawn = model.draw(random.bits(), assumed.reading);
            fill(model, &drawn, singles, world);
            for option in &left_out {
                world.available[*option] = false;
            }
        }
    }

    fn size(&self) -> Size {
        Size { options: self.bundles.singles.len(), criteria: CRITERIA }
    }

    fn base(&self) -> Weighing {
        let preference = self.scales.preference(BASE.weights);
        let model = self.model(BASE);
        let found =
            acceptability(self.size(), &preference, DRAWS, self.seed(), &self.world(model, BASE));
        let error = found.error(0.5);
        let Acceptability { options, better, .. } = found;
        let is_open: Vec<bool> = options.iter().map(|option| option.available > 0.0).collect();
        let keep = |row: Vec<f64>| -> Vec<f64> {
            row.into_iter()
                .zip(&is_open)
                .filter(|(_, open)| **open)
                .map(|(share, _)| share)
                .collect()
        };
        let better = better.into_iter().zip(&is_open).filter(|(_, open)| **open);
        let better = better.map(|(row, _)| keep(row)).collect();
        let ranked = options.into_iter().enumerate().filter(|(_, found)| found.available > 0.0);
        let ranked = ranked.map(|(option, found)| RankedOption {
            option: model.instances[option].id.clone(),
            available: found.available,
            ranks: found.ranks,
            holistic: found.holistic,
            central: found.central,
            confidence: found.confidence,
            regret: found.regret,
            regret_high: found.regret_high,
        });
        let usual = preference.mean(DRAWS, self.seed());
        Weighing { assumed: BASE, ranked: ranked.collect(), usual, better, error }
    }

    /// Every grouping, reading and judgement; the flat weights, and having to act, for comparison.
    fn variants(&self) -> Vec<Variant> {
        let readings = [Reading::Strict, Reading::Permissive];
        let mut all = Vec::new();
        for weights in [Weights::TwoGroups, Weights::ThreeGroups, Weights::Flat] {
            for reading in readings {
                for planted in [false, true] {
                    all.push(Assumed { weights, reading, planted, must_act: false });
                }
            }
        }
        all.extend(readings.map(|reading| Assumed { reading, must_act: true, ..BASE }));
        let variant = |assumed: Assumed| Variant {
            assumed,
            first: self.firsts(self.model(assumed), assumed),
        };
        all.into_iter().map(variant).collect()
    }

    /// The share of draws in which each option comes first.
    fn firsts(&self, model: &Model<'_>, assumed: Assumed) -> Vec<f64> {
        let preference = self.scales.preference(assumed.weights);
        let world = self.world(model, assumed);
        let found = outline(self.size(), &preference, DRAWS, self.seed(), &world);
        found.options.iter().map(|option| option.ranks[0]).collect()
    }

    fn packages(&self, weighing: &Weighing) -> Vec<Package> {
        let model = self.model(BASE);
        let sets = self.bundles.packages(model.instances, &weighing.ranked);
        let world = |random: &mut Random, world: &mut World| {
            let drawn = model.draw(random.bits(), BASE.reading);
            fill(model, &drawn, &sets, world);
        };
        bundles::best(
            model.instances,
            self.bundles,
            &sets,
            &self.scales.preference(BASE.weights),
            self.seed(),
            &world,
        )
    }

    fn information(&self) -> Vec<Information> {
        let preference = self.scales.preference(BASE.weights);
        information::values(self.model(BASE), self.bundles, &preference, BASE.reading, self.seed())
    }

    /// Worlds of both readings, for the figures of single options.
    fn worlds(&self) -> Worlds {
        let mut random = Random::new(self.seed());
        let model = self.model(BASE);
        let mut worlds = Worlds::new(model, self.bundles);
        for _ in 0..DRAWS {
            let number = random.bits();
            for reading in [Reading::Permissive, Reading::Strict] {
                worlds.add(model, &model.draw(number, reading), reading, self.bundles);
            }
        }
        worlds
    }
}

/// Fills in what each set of options comes to in one world.
fn fill(model: &Model<'_>, drawn: &Drawn, sets: &[Vec<usize>], world: &mut World) {
    let rows = world.values.chunks_mut(CRITERIA).zip(&mut world.available);
    for ((row, open), set) in rows.zip(sets) {
        let (is_open, raw) = model.together(drawn, set);
        *open = is_open;
        row.copy_from_slice(&values(&raw));
    }
    world.stakes.copy_from_slice(&stakes(drawn.severity));
}

/// Counts the leaders beyond the baseline under all assumptions but the flat weights and having to act, which are there
/// for comparison.
fn statement(variants: &[Variant], options: &[OptionFound], error: f64) -> Statement {
    let counted = variants
        .iter()
        .filter(|variant| !variant.assumed.must_act && variant.assumed.weights != Weights::Flat);
    let beyond: Vec<usize> =
        (0..options.len()).filter(|index| !options[*index].is_baseline).collect();
    let mut firsts = vec![0_u64; options.len()];
    let (mut tried, mut is_clear) = (0_u64, true);
    for variant in counted {
        tried += 1;
        let mut order = beyond.clone();
        order.sort_by(|left, right| variant.first[*right].total_cmp(&variant.first[*left]));
        let Some(first) = order.first() else { continue };
        firsts[*first] += 1;
        let second = order.get(1).map_or(0.0, |second| variant.first[*second]);
        is_clear &= variant.first[*first] - second > 2.0 * error;
    }
    let leaders = options.iter().zip(firsts).filter(|(_, sets)| *sets > 0);
    let mut leaders: Vec<Leader> =
        leaders.map(|(option, sets)| Leader { option: option.id.clone(), sets }).collect();
    // A stable sort: equal leaders stay in the order of the catalogue.
    leaders.sort_by_key(|leader| Reverse(leader.sets));
    let robust = match leaders.as_slice() {
        [only] if is_clear => Some(only.option.clone()),
        _ => None,
    };
    Statement { leaders, tried, robust }
}
