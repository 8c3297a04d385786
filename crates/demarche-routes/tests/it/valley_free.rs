use std::collections::BTreeSet;

use arbtest::arbitrary::Result;
use arbtest::arbtest;
use demarche_routes::valley_free::{Sides, smallest_link_cut};
use demarche_routes::{AsIndex, Link, Restriction, Topology, propagate};

use crate::topology::any_links;

fn is_heard(
    topology: &Topology,
    target: &BTreeSet<AsIndex>,
    far: &BTreeSet<AsIndex>,
    severed: &BTreeSet<Link>,
) -> bool {
    let restriction = Restriction::without_links(severed.iter().copied());
    target.iter().any(|origin| {
        let tree = propagate(topology, *origin, &restriction);
        far.iter().any(|at| tree.route(*at).is_some())
    })
}

/// Is there a cut of so many links, added to those severed?
fn can_cut(
    topology: &Topology,
    target: &BTreeSet<AsIndex>,
    far: &BTreeSet<AsIndex>,
    links: &[Link],
    severed: &mut BTreeSet<Link>,
    more: usize,
) -> bool {
    if more == 0 {
        return !is_heard(topology, target, far, severed);
    }
    (0..links.len()).any(|at| {
        severed.insert(links[at]);
        let done = can_cut(topology, target, far, &links[at + 1..], severed, more - 1);
        severed.remove(&links[at]);
        done
    })
}

#[test]
fn a_link_cut_cuts_and_no_smaller_one_does() {
    arbtest(|u| {
        let mut links = any_links(u)?;
        links.truncate(16);
        let topology = Topology::from_links(links);
        let all: Vec<AsIndex> = topology.ases().collect();
        let mut choose = |most| -> Result<BTreeSet<AsIndex>> {
            (0..u.int_in_range(1..=most)?).map(|_| u.choose(&all).copied()).collect()
        };
        let target = choose(2)?;
        let far = choose(3)?;
        let far: BTreeSet<AsIndex> = far.difference(&target).copied().collect();
        let sides = Sides::new(&topology, target.clone(), far.clone(), []);
        let Some(cut) = smallest_link_cut(&sides) else {
            assert!(far.is_empty());
            return Ok(());
        };
        let severed = cut.links.iter().map(|(near, far)| Link::new(*near, *far)).collect();
        assert!(!is_heard(&topology, &target, &far, &severed));
        if topology.oddities().contradictions > 0 {
            return Ok(());
        }
        let links: BTreeSet<Link> = topology
            .ases()
            .flat_map(|at| {
                topology
                    .providers(at)
                    .iter()
                    .chain(topology.peers(at))
                    .map(move |to| Link::new(at, *to))
            })
            .collect();
        let links: Vec<Link> = links.into_iter().collect();
        if let Some(fewer) = cut.links.len().checked_sub(1) {
            assert!(!can_cut(&topology, &target, &far, &links, &mut BTreeSet::new(), fewer));
        }
        let mut directed = BTreeSet::new();
        assert_eq!(cut.ways.len(), cut.links.len());
        for way in &cut.ways {
            assert!(target.contains(&way[0]) && far.contains(way.last().unwrap()));
            for pair in way.windows(2) {
                assert!(topology.link(pair[0], pair[1]).is_some());
                assert!(
                    directed.insert((pair[0], pair[1])),
                    "a link is used twice in one direction"
                );
            }
        }
        Ok(())
    })
    .budget_ms(2_000);
}
