use std::collections::{BTreeMap, BTreeSet};
use std::io::Read;
use std::ops::ControlFlow;

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use demarche_case::assessment::routes::{
    FrontierRisk, IndexMethod, Network, NoCut, Player, PowerFindings, PowerGame, Proof,
};
use demarche_case::{Asn, Country};
use demarche_routes::power::{AtHome, Limits, Question};
use demarche_routes::{AsIndex, Restriction, Topology, propagate};

use crate::topology::{any_links, folder, internet_of_2014};

/// Does any AS of the far side that does not refuse have a route to any origin? Asked of the propagation engine.
fn is_heard(
    topology: &Topology,
    target: &BTreeSet<AsIndex>,
    far: &BTreeSet<AsIndex>,
    restriction: &Restriction,
) -> bool {
    target.iter().any(|origin| {
        let tree = propagate(topology, *origin, restriction);
        far.iter().any(|at| !restriction.ases.contains(at) && tree.route(*at).is_some())
    })
}

/// Two letters for each AS: few states, some ASes without any.
fn state(asn: Asn) -> Option<Country> {
    ["DE", "FR", "GB", "US"].get(asn.0 as usize % 5)?.parse().ok()
}

fn network(asn: Asn) -> Network {
    Network { asn, name: None, country: state(asn) }
}

/// A game over all ASes by looking at every coalition: minimal winning coalitions and Shapley–Shubik indices.
struct Brute {
    players: Vec<Player>,
    wins: Vec<bool>,
}

impl Brute {
    fn new(
        owned: &BTreeMap<Player, BTreeSet<AsIndex>>,
        cut: impl Fn(&BTreeSet<AsIndex>) -> bool,
    ) -> Self {
        let wins = (0..1_usize << owned.len()).map(|coalition| {
            let members = owned.values().enumerate().filter(|(at, _)| coalition >> at & 1 == 1);
            cut(&members.flat_map(|(_, ases)| ases.iter().copied()).collect())
        });
        Self { wins: wins.collect(), players: owned.keys().cloned().collect() }
    }

    fn minimal(&self, wins: impl Fn(usize) -> bool) -> Vec<Vec<Player>> {
        let members = |coalition: usize| -> Vec<usize> {
            (0..self.players.len()).filter(|at| coalition >> at & 1 == 1).collect()
        };
        let mut found: Vec<Vec<Player>> = (0..self.wins.len())
            .filter(|coalition| wins(*coalition))
            .map(|coalition| (coalition, members(coalition)))
            .filter(|(coalition, members)| members.iter().all(|at| !wins(coalition ^ (1 << at))))
            .map(|(_, members)| members.into_iter().map(|at| self.players[at].clone()).collect())
            .collect();
        found.sort_by_key(|coalition: &Vec<Player>| (coalition.len(), coalition.clone()));
        found
    }

    /// Straight from the definition, by the weight of each coalition.
    fn shapley(&self, player: usize) -> f64 {
        let count = self.players.len();
        let factorial = |n: usize| (1..=n).map(|n| n as f64).product::<f64>();
        (0..self.wins.len())
            .filter(|coalition| coalition >> player & 1 == 0)
            .filter(|coalition| self.wins[coalition | 1 << player] && !self.wins[*coalition])
            .map(|coalition| coalition.count_ones() as usize)
            .map(|size| factorial(size) * factorial(count - 1 - size) / factorial(count))
            .sum()
    }

    fn check(&self, game: &PowerGame) {
        let last = self.wins.len() - 1;
        if self.wins[0] || !self.wins[last] {
            assert!(matches!(game.proof, Proof::NoCut(_)), "{game:?}");
            return;
        }
        let minimal = self.minimal(|coalition| self.wins[coalition]);
        assert!(game.minimal_is_complete && game.smallest_is_complete);
        assert_eq!(game.minimal, minimal);
        let size = minimal[0].len();
        let smallest: Vec<_> = minimal.into_iter().filter(|one| one.len() == size).collect();
        assert_eq!(game.smallest, smallest);
        if let Proof::DisjointPaths(paths) = &game.proof {
            assert_eq!(paths.len(), size);
        }
        let keeps = self.minimal(|coalition| !self.wins[last ^ coalition]);
        let fewest = keeps[0].len();
        let protectors: Vec<_> = keeps.into_iter().filter(|one| one.len() == fewest).collect();
        assert_eq!(game.protectors, protectors);
        let indices: BTreeMap<_, _> =
            game.indices.iter().map(|index| (&index.player, index.shapley_block)).collect();
        for (at, player) in self.players.iter().enumerate() {
            let index = indices.get(player).copied().unwrap_or(0.0);
            assert!((index - self.shapley(at)).abs() < 1e-9, "{player:?}: {index}");
        }
    }
}

fn choose(u: &mut Unstructured<'_>, topology: &Topology, most: usize) -> Result<BTreeSet<AsIndex>> {
    let all: Vec<AsIndex> = topology.ases().collect();
    (0..u.int_in_range(1..=most)?).map(|_| u.choose(&all).copied()).collect()
}

fn numbers(topology: &Topology, ases: &BTreeSet<AsIndex>) -> Vec<Asn> {
    ases.iter().map(|at| topology.asn(*at)).collect()
}

#[test]
fn games_agree_with_every_coalition_tried_out() {
    arbtest(|u| {
        let topology = Topology::from_links(any_links(u)?);
        let target = choose(u, &topology, 2)?;
        let far: BTreeSet<_> = match u.arbitrary()? {
            true => topology.core().into_iter().collect(),
            false => choose(u, &topology, 3)?,
        };
        let far: BTreeSet<_> = far.difference(&target).copied().collect();
        let at_home = if u.arbitrary()? { AtHome::Everybody } else { AtHome::Carriers };
        let question = Question {
            target: numbers(&topology, &target),
            from: Some(numbers(&topology, &far)),
            at_home,
            ..Question::default()
        };
        let touches = |at: &AsIndex| target.iter().any(|to| topology.link(*at, *to).is_some());
        let can_refuse = |at: &AsIndex| {
            if target.contains(at) {
                at_home == AtHome::Everybody
            } else {
                !far.contains(at) || touches(at)
            }
        };
        let mut operators: BTreeMap<Player, BTreeSet<AsIndex>> = BTreeMap::new();
        let mut states = operators.clone();
        for at in topology.ases().filter(can_refuse) {
            let network = network(topology.asn(at));
            let operator = Player::Operator(network.clone());
            let state = network.country.map_or(operator.clone(), Player::State);
            operators.entry(operator).or_default().insert(at);
            states.entry(state).or_default().insert(at);
        }
        let findings = power(&topology, &question, network, &Limits::default());
        let cut = |refusing: &BTreeSet<AsIndex>| {
            let restriction = Restriction::without_ases(refusing.iter().copied());
            !is_heard(&topology, &target, &far, &restriction)
        };
        Brute::new(&operators, cut).check(&findings.operators);
        Brute::new(&states, cut).check(&findings.states);
        Ok(())
    })
    .budget_ms(2_000);
}

/// A question about a share of a target, and the weights of its networks.
fn any_share(u: &mut Unstructured<'_>, topology: &Topology) -> Result<Question> {
    let target = choose(u, topology, 6)?;
    let far: BTreeSet<_> = match u.arbitrary()? {
        true => topology.core().into_iter().collect(),
        false => choose(u, topology, 3)?,
    };
    let target = numbers(topology, &target);
    let weight = |u: &mut Unstructured<'_>| Ok(u64::from(u.int_in_range(0..=4_u32)?));
    let addresses = target.iter().map(|asn| Ok((*asn, weight(u)?))).collect::<Result<_>>()?;
    let far: Vec<Asn> = numbers(topology, &far);
    Ok(Question {
        from: Some(far.into_iter().filter(|asn| !target.contains(asn)).collect()),
        target,
        at_home: if u.arbitrary()? { AtHome::Everybody } else { AtHome::Carriers },
        share: Some(*u.choose(&[0.2, 0.5, 0.75, 0.9])?),
        addresses,
        ..Question::default()
    })
}

/// Every coalition of the operators and of the states tried out for a share of the target.
fn brute_share(topology: &Topology, question: &Question) -> [Brute; 2] {
    let place = |asn: &Asn| topology.index(*asn);
    let target: BTreeSet<AsIndex> = question.target.iter().filter_map(place).collect();
    let far: BTreeSet<AsIndex> = question.from.iter().flatten().filter_map(place).collect();
    let touches = |at: &AsIndex| target.iter().any(|to| topology.link(*at, *to).is_some());
    let can_refuse = |at: &AsIndex| match target.contains(at) {
        true => question.at_home == AtHome::Everybody,
        false => !far.contains(at) || touches(at),
    };
    let mut owned = [BTreeMap::new(), BTreeMap::new()];
    for at in topology.ases().filter(can_refuse) {
        let network = network(topology.asn(at));
        let operator = Player::Operator(network.clone());
        let state = network.country.map_or(operator.clone(), Player::State);
        for (owned, player) in owned.iter_mut().zip([operator, state]) {
            owned.entry(player).or_insert_with(BTreeSet::new).insert(at);
        }
    }
    let is_weighed = question.addresses.values().any(|weight| *weight > 0);
    let weight = |at: &AsIndex| match is_weighed {
        true => question.addresses[&topology.asn(*at)],
        false => 1,
    };
    let heard = |origin: &AsIndex, refusing: &BTreeSet<AsIndex>| {
        let restriction = Restriction::without_ases(refusing.iter().copied());
        is_heard(topology, &BTreeSet::from([*origin]), &far, &restriction)
    };
    let nobody = BTreeSet::new();
    let counted: Vec<AsIndex> = target.into_iter().filter(|at| heard(at, &nobody)).collect();
    let total: u64 = counted.iter().map(weight).sum();
    let cut = |refusing: &BTreeSet<AsIndex>| {
        let lost = counted.iter().filter(|at| !heard(at, refusing));
        let lost: u64 = lost.map(weight).sum();
        total > 0 && lost > 0 && lost as f64 >= question.share.unwrap() * total as f64 - 1e-9
    };
    owned.map(|owned| Brute::new(&owned, cut))
}

#[test]
fn games_over_a_share_agree_with_every_coalition_tried_out() {
    arbtest(|u| {
        let topology = Topology::from_links(any_links(u)?);
        let question = any_share(u, &topology)?;
        let findings = power(&topology, &question, network, &Limits::default());
        let [operators, states] = brute_share(&topology, &question);
        operators.check(&findings.operators);
        states.check(&findings.states);
        Ok(())
    })
    .budget_ms(2_000);
}

#[test]
fn a_sampled_game_over_a_share_is_near_the_exact_one() {
    arbtest(|u| {
        let topology = Topology::from_links(any_links(u)?);
        let question = any_share(u, &topology)?;
        let exact = power(&topology, &question, network, &Limits::default()).operators;
        // Without an allowance nothing is tried out: neither the table nor the coalitions of few members.
        let limits = Limits { search_steps: 0, orders: 4_096, ..Limits::default() };
        let sampled = power(&topology, &question, network, &limits).operators;
        let (Some(least), Some(found)) = (exact.smallest.first(), sampled.smallest.first()) else {
            assert_eq!(exact.proof, sampled.proof);
            return Ok(());
        };
        assert!(exact.minimal.contains(found), "{found:?} wins and nobody can be left out");
        if let Proof::Bound { at_least, ratio } = sampled.proof {
            assert!(at_least <= least.len() as u64);
            assert!(ratio * least.len() as f64 >= found.len() as f64);
        } else {
            assert_eq!(found.len(), least.len());
        }
        for index in &exact.indices {
            let near = sampled.indices.iter().find(|found| found.player == index.player);
            let Some(near) = near else { continue };
            let far = (near.shapley_block - index.shapley_block).abs();
            assert!(far <= 3.0 * near.shapley_error, "{near:?} is not {index:?}");
            let far = (near.banzhaf_block - index.banzhaf_block).abs();
            assert!(far <= 3.0 * near.banzhaf_error, "{near:?} is not {index:?}");
        }
        Ok(())
    })
    .budget_ms(2_000);
}

#[test]
fn domestic_networks_are_out_of_the_game_where_asked() {
    use demarche_routes::Relationship::{PeerToPeer, ProviderToCustomer};
    // Core 1 and 2; 6 (of state FR, as is the target 11) carries the target, and 3 is the other way.
    let topology = Topology::from_links([
        (Asn(1), Asn(2), PeerToPeer),
        (Asn(1), Asn(6), ProviderToCustomer),
        (Asn(2), Asn(3), ProviderToCustomer),
        (Asn(6), Asn(11), ProviderToCustomer),
        (Asn(3), Asn(11), ProviderToCustomer),
    ]);
    let ask = |at_home| {
        let question = Question {
            target: vec![Asn(11)],
            home: "FR".parse().ok(),
            from: Some(vec![Asn(1), Asn(2)]),
            at_home,
            ..Question::default()
        };
        power(&topology, &question, network, &Limits::default())
    };
    assert_eq!(ask(AtHome::Carriers).operators.smallest[0].len(), 2);
    let Proof::NoCut(reason) = ask(AtHome::Nobody).operators.proof else { panic!("no proof") };
    assert_eq!(reason, NoCut::OpenWay { path: [11, 6, 1].map(Asn).to_vec() });
    let shutdown = ask(AtHome::Everybody);
    assert_eq!(shutdown.operators.smallest, [[Player::Operator(network(Asn(11)))]]);
    assert_eq!(shutdown.states.smallest, [[Player::State("FR".parse().unwrap())]]);
}

/// The findings of a question that is not cancelled.
fn power(
    topology: &Topology,
    question: &Question,
    network_of: impl Fn(Asn) -> Network,
    limits: &Limits,
) -> PowerFindings {
    let go_on = |_, _| ControlFlow::Continue(());
    demarche_routes::power::power(topology, question, network_of, limits, go_on).unwrap()
}

#[test]
fn a_break_cancels_the_work() {
    let topology = Topology::from_links([]);
    let question = Question::default();
    let limits = Limits::default();
    let stop = |_, _| ControlFlow::Break(());
    let found = demarche_routes::power::power(&topology, &question, network, &limits, stop);
    assert_eq!(found, Err(demarche_routes::Cancelled));
}

#[test]
fn groups_decide_together() {
    use demarche_routes::Relationship::ProviderToCustomer;
    let topology = Topology::from_links([
        (Asn(1), Asn(2), ProviderToCustomer),
        (Asn(1), Asn(3), ProviderToCustomer),
        (Asn(2), Asn(9), ProviderToCustomer),
        (Asn(3), Asn(9), ProviderToCustomer),
    ]);
    let groups = [(Asn(2), "Both".to_owned()), (Asn(3), "Both".to_owned())];
    let question = Question {
        target: vec![Asn(9)],
        from: Some(vec![Asn(1)]),
        groups: groups.into(),
        ..Question::default()
    };
    let findings = power(&topology, &question, network, &Limits::default());
    let both = Player::Group { label: "Both".to_owned(), networks: vec![Asn(2), Asn(3)] };
    assert_eq!(findings.operators.smallest, [[both]]);
}

/// Names and countries of 2014, read without the crate's own readers.
pub(crate) fn networks_of_2014() -> Option<BTreeMap<Asn, Network>> {
    let path = folder("DEMARCHE_DATA", "data").join("routes/asn-2014.tsv.xz");
    let Ok(file) = std::fs::File::open(&path) else {
        eprintln!("SKIPPED: {} not found", path.display());
        return None;
    };
    let mut text = String::new();
    lzma_rust2::XzReader::new(file, false).read_to_string(&mut text).unwrap();
    let row = |line: &str| {
        let mut fields = line.split('\t');
        let asn = Asn(fields.next()?.parse().ok()?);
        let country = fields.next()?.parse().ok();
        Some((asn, Network { asn, name: fields.nth(1).map(str::to_owned), country }))
    };
    Some(text.lines().filter_map(row).collect())
}

struct World {
    topology: &'static Topology,
    networks: BTreeMap<Asn, Network>,
}

impl World {
    fn of_2014() -> Option<Self> {
        Some(Self { topology: internet_of_2014()?, networks: networks_of_2014()? })
    }

    fn network(&self, asn: Asn) -> Network {
        let unknown = || Network { asn, name: None, country: None };
        self.networks.get(&asn).cloned().unwrap_or_else(unknown)
    }

    fn registered_in(&self, country: &str) -> Vec<Asn> {
        let country = country.parse().ok();
        let of = |network: &&Network| network.country == country;
        self.networks.values().filter(of).map(|network| network.asn).collect()
    }

    fn ask(&self, question: &Question) -> PowerFindings {
        power(self.topology, question, |asn| self.network(asn), &Limits::default())
    }

    fn ask_country(&self, country: &str, target: Vec<Asn>) -> PowerFindings {
        let home = country.parse().ok();
        self.ask(&Question { target, home, ..Question::default() })
    }

    /// The propagation engine says the same of every coalition listed, and of each without any one member.
    fn confirm(&self, target: &[Asn], findings: &PowerFindings) {
        let place = |asn: &Asn| self.topology.index(*asn);
        let target: BTreeSet<_> = target.iter().filter_map(place).collect();
        let far: BTreeSet<_> = findings.core.iter().filter_map(place).collect();
        let heard = |members: &[Player]| {
            let refuses = members.iter().filter_map(|player| match player {
                Player::Operator(network) => place(&network.asn),
                Player::Group { .. } | Player::State(_) => None,
            });
            is_heard(self.topology, &target, &far, &Restriction::without_ases(refuses))
        };
        for coalition in findings.operators.smallest.iter().take(3) {
            assert!(!heard(coalition), "{coalition:?} does not cut {target:?} off");
            for left_out in 0..coalition.len().min(3) {
                let mut fewer = coalition.clone();
                fewer.remove(left_out);
                assert!(heard(&fewer), "{fewer:?} is enough");
            }
        }
        if let Some(cut) = &findings.link_cut {
            let link = |(near, far): &(Asn, Asn)| self.topology.link(place(near)?, place(far)?);
            let links = Restriction::without_links(cut.links.iter().filter_map(link));
            assert!(!is_heard(self.topology, &target, &far, &links));
            assert_eq!(cut.links.len(), cut.disjoint_paths.len());
        }
        self.confirm_paths(findings);
    }

    /// As many ways as the smallest coalition has members, none sharing a player, each of links that exist.
    fn confirm_paths(&self, findings: &PowerFindings) {
        let Proof::DisjointPaths(paths) = &findings.operators.proof else { return };
        assert_eq!(paths.len(), findings.operators.smallest[0].len());
        let core: BTreeSet<Asn> = findings.core.iter().copied().collect();
        let mut met = BTreeSet::new();
        for path in paths {
            assert!(core.contains(path.last().unwrap()));
            for pair in path.windows(2) {
                let at = |asn| self.topology.index(asn).unwrap();
                assert!(self.topology.link(at(pair[0]), at(pair[1])).is_some());
            }
            for between in &path[1..path.len() - 1] {
                assert!(met.insert(*between), "{between} is on two ways");
            }
        }
    }
}

fn names(coalitions: &[Vec<Player>]) -> Vec<Vec<String>> {
    let name = |player: &Player| match player {
        Player::Operator(network) => network.asn.to_string(),
        Player::Group { label, .. } => label.clone(),
        Player::State(country) => country.to_string(),
    };
    coalitions.iter().map(|coalition| coalition.iter().map(name).collect()).collect()
}

fn summary(country: &str, findings: &PowerFindings) -> String {
    let game = |game: &PowerGame| {
        let proof = match &game.proof {
            Proof::DisjointPaths(paths) => format!("{} disjoint paths", paths.len()),
            other => format!("{other:?}"),
        };
        let smallest: Vec<_> = names(&game.smallest)
            .into_iter()
            .take(2)
            .map(|mut one| {
                one.truncate(12);
                one
            })
            .collect();
        let top: Vec<String> = game
            .indices
            .iter()
            .take(4)
            .map(|index| {
                let player = &names(&[vec![index.player.clone()]])[0][0];
                let (shapley, error) = (index.shapley_block, index.shapley_error);
                format!("{player} {shapley:.4}±{error:.4} (Banzhaf {:.4})", index.banzhaf_block)
            })
            .collect();
        format!(
            "{} players, smallest {} × {} members {smallest:?} (complete {}), {} minimal (complete {}), protectors {}, {proof}, {:?}, {top:?}",
            game.players,
            game.smallest.len(),
            game.smallest.first().map_or(0, Vec::len),
            game.smallest_is_complete,
            game.minimal.len(),
            game.minimal_is_complete,
            game.protectors.len(),
            game.method
        )
    };
    format!(
        "{country}: core {}, gateways {} {:?}, links {:?}\n  operators: {}\n  states: {}",
        findings.core.len(),
        findings.frontier.gateways.len(),
        findings.frontier.risk,
        findings.link_cut.as_ref().map(|cut| cut.links.len()),
        game(&findings.operators),
        game(&findings.states)
    )
}

#[test]
fn two_networks_and_two_states_hold_the_key_to_north_korea() {
    let Some(world) = World::of_2014() else { return };
    let findings = world.ask_country("KP", vec![Asn(131_279)]);
    eprintln!("{}", summary("KP", &findings));
    let game = &findings.operators;
    assert_eq!(names(&game.smallest), [["AS4837", "AS22351"]]);
    assert_eq!(game.minimal, game.smallest);
    assert!(game.minimal_is_complete);
    assert_eq!(game.players, 2, "the reduction leaves just the two providers");
    assert_eq!(names(&game.protectors), [["AS4837"], ["AS22351"]]);
    let Proof::DisjointPaths(paths) = &game.proof else { panic!("{:?}", game.proof) };
    assert_eq!(paths.len(), 2);
    assert_eq!(names(&findings.states.smallest), [["CN", "US"]]);
    for game in [&findings.operators, &findings.states] {
        assert_eq!(game.method, IndexMethod::Exact);
        for index in &game.indices {
            assert_eq!((index.shapley_block, index.banzhaf_block), (0.5, 0.5));
        }
    }
    let cut = findings.link_cut.as_ref().unwrap();
    assert_eq!(cut.links, [(Asn(131_279), Asn(4837)), (Asn(131_279), Asn(22351))]);
    assert_eq!(findings.frontier.risk, Some(FrontierRisk::Severe));
    let gateways: Vec<_> = findings.frontier.gateways.iter().map(|network| network.asn.0).collect();
    assert_eq!(gateways, [4837, 22351], "the forged customer AS51040 is no gateway");
    world.confirm(&[Asn(131_279)], &findings);
}

#[test]
fn one_domestic_network_is_enough_for_cuba_if_origins_may_refuse() {
    let Some(world) = World::of_2014() else { return };
    let target = vec![Asn(10569), Asn(11960), Asn(27725)];
    let home = "CU".parse().ok();
    let foreign = world.ask(&Question { target: target.clone(), home, ..Question::default() });
    eprintln!("{}", summary("CU", &foreign));
    world.confirm(&target, &foreign);
    let question = Question { target, home, at_home: AtHome::Everybody, ..Question::default() };
    let all = world.ask(&question);
    eprintln!("{}", summary("CU, origins may refuse", &all));
    assert_eq!(names(&all.operators.smallest), [["AS11960"]]);
    assert_eq!(names(&all.states.smallest), [["CU"]]);
}

#[test]
fn countries_with_small_frontiers_are_exact_and_propagation_agrees() {
    let Some(world) = World::of_2014() else { return };
    let syria = vec![Asn(24814), Asn(29256), Asn(29386)];
    let findings = world.ask_country("SY", syria.clone());
    eprintln!("{}", summary("SY", &findings));
    world.confirm(&syria, &findings);
    let countries: BTreeSet<Country> =
        world.networks.values().filter_map(|network| network.country).collect();
    let mut confirmed = 0;
    for country in countries {
        let target = world.registered_in(country.code());
        if target.len() > 12 {
            continue;
        }
        let findings = world.ask_country(country.code(), target.clone());
        if findings.operators.method == IndexMethod::Exact {
            let sum: f64 = findings.operators.indices.iter().map(|index| index.shapley_block).sum();
            assert!(findings.operators.indices.is_empty() || (sum - 1.0).abs() < 1e-9);
        }
        world.confirm(&target, &findings);
        confirmed += usize::from(!matches!(findings.operators.proof, Proof::NoCut(_)));
    }
    eprintln!("{confirmed} countries confirmed");
    assert!(confirmed > 50);
}

#[test]
fn large_countries_have_honest_bounds() {
    let Some(world) = World::of_2014() else { return };
    for country in ["IR", "BY", "UA", "CN", "DE", "US"] {
        let target = world.registered_in(country);
        let findings = world.ask_country(country, target.clone());
        eprintln!("{}", summary(country, &findings));
        for game in [&findings.operators, &findings.states] {
            let Proof::Bound { at_least, ratio } = game.proof else { continue };
            let found = game.smallest[0].len() as f64;
            assert!(at_least >= 1 && (found / at_least as f64 - ratio).abs() < 1e-9);
        }
        if country == "BY" {
            world.confirm(&target, &findings);
        }
    }
}
