use std::collections::{BTreeMap, BTreeSet};

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use demarche_case::Asn;
use demarche_routes::cut::{Cut, CutAnswer, Hit, Internet, SingleRemoval};
use demarche_routes::{AsIndex, Link, Relationship, Restriction, RoutingTree, Topology, propagate};

use crate::propagate::any_restriction;
use crate::topology::{any_links, internet_of_2014};

fn path(tree: &RoutingTree, at: AsIndex) -> Vec<AsIndex> {
    tree.path(at).collect()
}

fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-9
}

/// Some ASes with some addresses.
fn any_weights(
    u: &mut Unstructured<'_>,
    topology: &Topology,
    most: usize,
) -> Result<BTreeMap<Asn, u64>> {
    let ases: Vec<AsIndex> = topology.ases().collect();
    (0..u.int_in_range(1..=most)?)
        .map(|_| Ok((topology.asn(*u.choose(&ases)?), u.int_in_range(0..=9)?)))
        .collect()
}

fn as_cut(topology: &Topology, restriction: &Restriction) -> Cut {
    let asn = |at: &AsIndex| topology.asn(*at);
    Cut::Sever {
        networks: restriction.ases.iter().map(asn).collect(),
        links: restriction
            .links
            .iter()
            .map(|link| link.ends())
            .filter(|(one, other)| topology.link(*one, *other).is_some())
            .map(|(one, other)| (asn(&other), asn(&one)))
            .collect(),
    }
}

#[test]
fn removing_what_nobody_uses_changes_nothing() {
    arbtest(|u| {
        let topology = Topology::from_links(any_links(u)?);
        for origin in topology.ases() {
            let all = propagate(&topology, origin, &Restriction::none());
            let next_hops: BTreeSet<AsIndex> =
                topology.ases().filter_map(|at| all.next_hop(at)).collect();
            for idle in topology.ases().filter(|at| !next_hops.contains(at) && *at != origin) {
                let without = propagate(&topology, origin, &Restriction::without_ases([idle]));
                for at in topology.ases().filter(|at| *at != idle) {
                    assert_eq!(all.route(at), without.route(at));
                }
                let links = topology.peers(idle).iter().chain(topology.providers(idle));
                let links = links.filter(|to| {
                    all.next_hop(idle) != Some(**to) && all.next_hop(**to) != Some(idle)
                });
                for link in links.filter_map(|to| topology.link(idle, *to)) {
                    let without = propagate(&topology, origin, &Restriction::without_links([link]));
                    assert!(topology.ases().all(|at| all.route(at) == without.route(at)));
                }
            }
        }
        Ok(())
    });
}

/// Third parties' pairs, lost and rerouted, by one propagation after another.
fn pairs_one_by_one(
    topology: &Topology,
    target: &BTreeMap<Asn, u64>,
    restriction: &Restriction,
    doubted: Option<Link>,
) -> [u64; 3] {
    let third: Vec<AsIndex> = topology
        .ases()
        .filter(|at| !target.contains_key(&topology.asn(*at)) && !restriction.ases.contains(at))
        .collect();
    let mut sums = [0; 3];
    for origin in &third {
        let before = propagate(topology, *origin, &Restriction::without_links(doubted));
        let mut without = restriction.clone();
        without.links.extend(doubted);
        let after = propagate(topology, *origin, &without);
        for at in third.iter().filter(|at| *at != origin && before.route(**at).is_some()) {
            sums[0] += 1;
            let has = after.route(*at).is_some();
            sums[1] += u64::from(!has);
            sums[2] += u64::from(has && path(&before, *at) != path(&after, *at));
        }
    }
    sums
}

#[test]
fn collateral_of_a_removal_is_that_of_all_pairs_one_by_one() {
    arbtest(|u| {
        let topology = Topology::from_links(any_links(u)?);
        let restriction = any_restriction(u, &topology)?;
        let target = any_weights(u, &topology, 2)?;
        let ases: Vec<AsIndex> = topology.ases().collect();
        let doubted = (*u.choose(&ases)?, *u.choose(&ases)?);
        let named = BTreeSet::from([(topology.asn(doubted.0), topology.asn(doubted.1))]);
        let internet = Internet::new(&topology, &BTreeMap::new(), &named);
        let answer = internet.cut(&target, &as_cut(&topology, &restriction));
        let found = answer.collateral.unwrap();
        let doubted = topology.link(doubted.0, doubted.1);
        assert_eq!(
            [found.pairs, found.lost.pairs, found.rerouted.pairs],
            pairs_one_by_one(&topology, &target, &restriction, doubted),
            "{topology:?} {target:?} {restriction:?}"
        );
        Ok(())
    });
}

#[test]
fn each_absence_is_what_its_own_propagation_says() {
    arbtest(|u| {
        let topology = Topology::from_links(any_links(u)?);
        let target = any_weights(u, &topology, 2)?;
        let addresses = any_weights(u, &topology, 8)?;
        let internet = Internet::new(&topology, &addresses, &BTreeSet::new());
        let listed = internet.single_removals(&target);
        let mut found: BTreeMap<Asn, SingleRemoval> =
            listed.iter().map(|removal| (removal.network, *removal)).collect();
        assert_eq!(found.len(), listed.len());
        for at in topology.ases() {
            let [lost, rerouted, growth] = absence(&topology, &target, at);
            let listed = found.remove(&topology.asn(at));
            let (is_listed, removal) = (listed.is_some(), listed.unwrap_or_default());
            assert!(near(removal.lost_networks, lost), "{removal:?} {lost}");
            assert!(near(removal.rerouted_share, rerouted), "{removal:?} {rerouted}");
            assert!(near(removal.growth, growth) || !is_listed, "{removal:?} {growth}");
            // The cut of one network says the same.
            let cut = internet.cut(&target, &Cut::Refuse([topology.asn(at)].into()));
            let routed = cut.before.networks - cut.after.networks;
            let own = if target.contains_key(&topology.asn(at)) { 0.0 } else { 1.0 };
            assert!(routed <= lost + own + 1e-9, "{cut:?} {lost}");
        }
        assert!(found.is_empty());
        Ok(())
    });
}

/// Networks that lose their route, the share of those with one that have another, and the growth of the mean route.
fn absence(topology: &Topology, target: &BTreeMap<Asn, u64>, absent: AsIndex) -> [f64; 3] {
    let whole: u64 = target.values().sum();
    let mut sums = [0.0; 3];
    for (origin, weight) in target {
        let weight =
            if whole > 0 { *weight as f64 / whole as f64 } else { 1.0 / target.len() as f64 };
        let origin = topology.index(*origin).unwrap();
        let before = propagate(topology, origin, &Restriction::none());
        // A network does not refuse its own routes.
        let without = Restriction::without_ases(Some(absent).filter(|absent| *absent != origin));
        let after = propagate(topology, origin, &without);
        let routed: Vec<AsIndex> = before
            .order()
            .iter()
            .copied()
            .filter(|at| !target.contains_key(&topology.asn(*at)))
            .collect();
        let others = routed.iter().copied().filter(|at| *at != absent);
        let (kept, lost): (Vec<_>, Vec<_>) = others.partition(|at| after.route(*at).is_some());
        let moved = kept.iter().filter(|at| path(&before, **at) != path(&after, **at)).count();
        sums[0] += weight * lost.len() as f64;
        sums[1] += weight * moved as f64 / routed.len().max(1) as f64;
        let mean = |tree: &RoutingTree| {
            let hops: Vec<u32> = routed.iter().filter_map(|at| tree.hops(*at)).collect();
            f64::from(hops.iter().sum::<u32>()) / hops.len().max(1) as f64
        };
        // Where the absent network carries none of this origin's routes, only its own is gone.
        if before.order().iter().any(|at| before.next_hop(*at) == Some(absent)) {
            sums[2] += weight * (mean(&after) - mean(&before));
        }
    }
    sums
}

#[test]
fn shares_are_shares_and_nobody_gains_a_route() {
    arbtest(|u| {
        let topology = Topology::from_links(any_links(u)?);
        let restriction = any_restriction(u, &topology)?;
        let target = any_weights(u, &topology, 3)?;
        let addresses = any_weights(u, &topology, 8)?;
        let internet = Internet::new(&topology, &addresses, &BTreeSet::new());
        let answer = internet.cut(&target, &as_cut(&topology, &restriction));
        assert!(answer.after.networks <= answer.before.networks + 1e-9);
        assert!(answer.after.address_share <= answer.before.address_share + 1e-9);
        let growth: f64 = answer.growth.iter().map(|growth| growth.share).sum();
        assert!(answer.growth.is_empty() || near(growth, 1.0));
        let entries: f64 = answer.entries.iter().map(|share| share.before).sum();
        assert!(answer.before.networks == 0.0 || near(entries, 1.0), "{answer:?}");
        let shares = answer.entries.iter().chain(&answer.shifts);
        assert!(
            shares
                .flat_map(|share| [share.before, share.after])
                .all(|share| (0.0..=1.0 + 1e-9).contains(&share))
        );
        Ok(())
    });
}

#[test]
fn an_unknown_target_and_an_unknown_cut_are_named() {
    let topology = Topology::from_links([]);
    let internet = Internet::new(&topology, &BTreeMap::new(), &BTreeSet::new());
    let cut = Cut::Sever { networks: [Asn(2)].into(), links: [(Asn(3), Asn(4))].into() };
    let answer = internet.cut(&BTreeMap::from([(Asn(1), 5)]), &cut);
    assert_eq!(answer.absent_origins, [Asn(1)]);
    assert_eq!(answer.absent_networks, [Asn(2)]);
    assert_eq!(answer.absent_links, [(Asn(3), Asn(4))]);
    assert!(near(answer.after.networks, 0.0));
    assert!(internet.single_removals(&BTreeMap::new()).is_empty());
}

const STAR: Asn = Asn(131_279);
const UNICOM: Asn = Asn(4837);
const INTELSAT: Asn = Asn(22351);
const PIRATES: Asn = Asn(51040);

fn north_korea(topology: &Topology) -> (Internet<'_>, BTreeMap<Asn, u64>) {
    let addresses = BTreeMap::from([(STAR, 1024), (UNICOM, 5000), (PIRATES, 256)]);
    (Internet::new(topology, &addresses, &[(STAR, PIRATES)].into()), BTreeMap::from([(STAR, 1024)]))
}

fn rounded(answer: &CutAnswer) -> (f64, f64) {
    (answer.after.networks, (answer.after.mean_hops * 1e4).round() / 1e4)
}

#[test]
fn north_korea_hangs_on_two_networks() {
    let Some(topology) = internet_of_2014() else { return };
    let (internet, target) = north_korea(topology);
    let refuse = |asns: &[Asn]| internet.cut(&target, &Cut::Refuse(asns.iter().copied().collect()));

    let unicom = refuse(&[UNICOM]);
    assert!(near(unicom.before.networks, 45_823.0));
    assert_eq!(rounded(&unicom), (45_807.0, 5.1656));
    assert_eq!(unicom.entries[0].network, UNICOM);
    assert!(unicom.entries.iter().any(|entry| entry.network == INTELSAT && entry.after > 0.999));
    assert!(unicom.rerouted_share > 0.5);
    assert!(unicom.collateral.is_none());
    assert_eq!(rounded(&refuse(&[INTELSAT])), (45_816.0, 4.5629));

    let both = refuse(&[UNICOM, INTELSAT]);
    assert_eq!(rounded(&both), (1.0, 1.0));
    assert_eq!(both.lost.networks, 45_823 - 2 - 1);
    // The one that remains is the forged link's, and nobody hangs on the target but by it.
    assert_eq!((both.doubtful[0].link, both.doubtful[0].after), ((STAR, PIRATES), 1));
    assert_eq!(both.dependants.customers, Hit::default());
    let believed = Internet::new(topology, &BTreeMap::new(), &BTreeSet::new());
    let believed = believed.cut(&target, &Cut::Refuse(BTreeSet::new()));
    assert_eq!(believed.dependants.customers.networks, 1);
    assert_eq!(believed.before, believed.after);
    assert_eq!((believed.rerouted_share, believed.shifts.len()), (0.0, 0));
}

#[test]
fn severing_one_link_of_north_korea_touches_nobody_else() {
    let Some(topology) = internet_of_2014() else { return };
    let (internet, target) = north_korea(topology);
    let link = Cut::Sever { networks: BTreeSet::new(), links: [(UNICOM, STAR)].into() };
    let answer = internet.cut(&target, &link);
    assert_eq!(rounded(&answer), (45_819.0, 5.1647));
    let collateral = answer.collateral.unwrap();
    // With the forged link in place, 8 pairs would be lost and 24,618 rerouted.
    assert_eq!((collateral.lost.pairs, collateral.rerouted.pairs), (0, 0));
    assert_eq!((collateral.origins_recomputed, collateral.worst.len()), (0, 0));
    assert!(collateral.pairs > 2_000_000_000);
}

#[test]
fn single_absences_for_north_korea_rank_its_providers_first() {
    let Some(topology) = internet_of_2014() else { return };
    let (internet, target) = north_korea(topology);
    let listed = internet.single_removals(&target);
    let of = |asn: Asn| *listed.iter().find(|removal| removal.network == asn).unwrap();
    assert!(near(of(UNICOM).lost_networks, 45_823.0 - 45_807.0 - 1.0));
    assert!(near(of(Asn(174)).lost_networks, 45_823.0 - 45_240.0 - 1.0));
    assert!(near(of(Asn(3356)).lost_networks, 45_823.0 - 45_817.0 - 1.0));
    assert!(of(Asn(4134)).growth < 0.0, "paths get shorter without China Telecom");
    let most =
        listed.iter().max_by(|one, other| one.rerouted_share.total_cmp(&other.rerouted_share));
    assert_eq!(most.unwrap().network, UNICOM);
}

/// Two networks of one state, of which the first carries all routes of the second.
#[test]
fn an_origin_that_refuses_cuts_off_the_others_and_not_itself() {
    let buys =
        |customer, provider| (Asn(provider), Asn(customer), Relationship::ProviderToCustomer);
    let topology = Topology::from_links([buys(2, 1), buys(1, 7), buys(8, 7), buys(9, 7)]);
    let internet = Internet::new(&topology, &BTreeMap::new(), &BTreeSet::new());
    let target = BTreeMap::from([(Asn(1), 100), (Asn(2), 300)]);
    let refused = internet.cut(&target, &Cut::Refuse([Asn(1)].into()));
    assert!(near(refused.before.networks, 3.0));
    // A quarter of the addresses keeps all three networks, the rest none.
    assert!(near(refused.after.networks, 0.75), "{refused:?}");
    assert_eq!(refused.lost.networks, 3);
    let all = internet.cut(&target, &Cut::Refuse([Asn(1), Asn(2)].into()));
    assert!(near(all.after.networks, 0.75), "{all:?}");
    let listed = internet.single_removals(&target);
    assert!(listed.iter().any(|removal| removal.network == Asn(1) && removal.lost_networks > 0.0));
}
