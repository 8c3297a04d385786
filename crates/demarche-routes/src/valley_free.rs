//! Cuts in the valley-free path model: the ways by which a target's announcements get out, and the fewest links that carry them.
//!
//! Under Gao–Rexford export rules (Gao and Rexford 2001) an AS tells everybody what it learned from customers, and tells only its customers what it learned from peers and providers.
//! So an announcement climbs from customer to provider, may cross one peer link, and from then on descends from provider to customer.
//! Who holds it in which role decides who hears it next; hence every AS appears twice, *climbing* (it tells everybody) and *descending* (it tells its customers).
//! This doubled graph is that of Erlebach, Hall, Panconesi and Vukadinović, "Cuts and Disjoint Paths in the Valley-Free Path Model" (Internet Mathematics 3, 2007).
//!
//! # The far side
//!
//! The target is to be cut off from a *far side*: the internet's core, or any set of ASes.
//! - A far AS that is no direct neighbour of the target never refuses: it is what the target is cut off *from*.
//! - A far AS that is a direct neighbour may refuse, like everybody between; while it does not, it hears the target and the target is not cut off.
//! - An announcement that has reached a far AS is not followed any further, as one that hears is enough.
//!
//! # What is left out, and why that changes nothing
//!
//! A coalition of refusing ASes cuts the target off if it meets every way from the target to the far side.
//! A way whose ASes include all ASes of another way is met whenever the other is, so only ways that contain no other one matter. Therefore
//! 1. an AS that itself tells a never-refusing far AS hides everything behind it: any way through it contains the one that ends right there;
//! 2. an AS that the target itself tells in a role is not reached from others in that role or, as a climbing AS tells everyone whom a descending one tells, in a lesser one: any such way contains the one that starts right there;
//! 3. an AS from which no way leads to the far side does not matter.
//!
//! With the transit-free core as the far side nobody descends: core ASes have no providers, so the last link is one up, or across a peer link, to the core itself.
//! Each AS then appears once, and the customers of the target not at all: they are no way out.
//! With any other far side the target's customers count where they lead to it.

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use crate::max_flow::{FlowNetwork, UNCUTTABLE};
use crate::{AsIndex, Link, Topology};

/// In which role an AS holds an announcement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Role {
    /// Learned from a customer, or its own: it tells everybody.
    Climbing,
    /// Learned from a peer or a provider: it tells its customers.
    Descending,
}

/// The two sides of a cut: the target, the far side, and the links between.
#[derive(Clone, Debug)]
pub struct Sides<'a> {
    /// The ASes of the internet.
    pub topology: &'a Topology,
    target: BTreeSet<AsIndex>,
    far: BTreeSet<AsIndex>,
    doubted: BTreeSet<Link>,
    /// Far ASes that are direct neighbours of the target.
    neighbours: BTreeSet<AsIndex>,
    /// ASes with a far AS below them: only to these is descending a way to the far side.
    leads_down: BTreeSet<AsIndex>,
}

impl<'a> Sides<'a> {
    /// Takes the two sides apart; an AS that is given on both belongs to the target only.
    ///
    /// Links in `doubted` are treated as if they did not exist.
    #[must_use]
    pub fn new(
        topology: &'a Topology,
        target: impl IntoIterator<Item = AsIndex>,
        far: impl IntoIterator<Item = AsIndex>,
        doubted: impl IntoIterator<Item = Link>,
    ) -> Self {
        let target: BTreeSet<_> = target.into_iter().collect();
        let far: BTreeSet<_> = far.into_iter().filter(|index| !target.contains(index)).collect();
        let mut sides = Self {
            topology,
            target,
            far,
            doubted: doubted.into_iter().collect(),
            neighbours: BTreeSet::new(),
            leads_down: BTreeSet::new(),
        };
        sides.neighbours =
            sides.far.iter().copied().filter(|index| sides.touches_target(*index)).collect();
        sides.leads_down = sides.above_far();
        sides
    }

    /// The ASes of the target.
    #[must_use]
    pub const fn target(&self) -> &BTreeSet<AsIndex> {
        &self.target
    }

    /// The far side.
    #[must_use]
    pub const fn far(&self) -> &BTreeSet<AsIndex> {
        &self.far
    }

    /// Returns true for a network of the far side that is no neighbour of the target.
    pub(crate) fn never_refuses(&self, index: AsIndex) -> bool {
        self.far.contains(&index) && !self.neighbours.contains(&index)
    }

    /// The same sides, where a way may lead through a network of the target, as that of another of its networks does.
    pub(crate) fn with_passable_target(&self) -> Self {
        let mut sides = Self { target: BTreeSet::new(), ..self.clone() };
        sides.leads_down = sides.above_far();
        sides
    }

    fn kept<'s>(
        &'s self,
        index: AsIndex,
        row: &'s [AsIndex],
    ) -> impl Iterator<Item = AsIndex> + use<'s> {
        row.iter().copied().filter(move |to| !self.doubted.contains(&Link::new(index, *to)))
    }

    fn touches_target(&self, index: AsIndex) -> bool {
        let topology = self.topology;
        [topology.providers(index), topology.peers(index), topology.customers(index)]
            .into_iter()
            .any(|row| self.kept(index, row).any(|to| self.target.contains(&to)))
    }

    fn above_far(&self) -> BTreeSet<AsIndex> {
        let mut above = BTreeSet::new();
        let mut open: Vec<AsIndex> = self.far.iter().copied().collect();
        while let Some(index) = open.pop() {
            for provider in self.kept(index, self.topology.providers(index)) {
                // What lies above a far AS or the target leads through them, which is never needed.
                let passable = !self.far.contains(&provider) && !self.target.contains(&provider);
                if above.insert(provider) && passable {
                    open.push(provider);
                }
            }
        }
        above
    }

    /// Returns the ASes that an AS tells in a role, and their roles; only steps that can lead to the far side.
    pub(crate) fn tells(&self, index: AsIndex, role: Role) -> Vec<(AsIndex, Role)> {
        let topology = self.topology;
        let useful = |to: &AsIndex| self.far.contains(to) || self.leads_down.contains(to);
        let mut told: Vec<(AsIndex, Role)> = Vec::new();
        if role == Role::Climbing {
            let providers = self.kept(index, topology.providers(index));
            told.extend(providers.map(|to| (to, Role::Climbing)));
            let peers = self.kept(index, topology.peers(index)).filter(useful);
            told.extend(peers.map(|to| (to, Role::Descending)));
        }
        let customers = self.kept(index, topology.customers(index)).filter(useful);
        told.extend(customers.map(|to| (to, Role::Descending)));
        // A far AS hears in any role; what it then does with it is not followed.
        for (to, role) in &mut told {
            if self.far.contains(to) {
                *role = Role::Climbing;
            }
        }
        told.sort_unstable();
        told.dedup();
        told
    }
}

/// One step on the ways out: an AS in a role.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Step {
    /// The AS.
    pub index: AsIndex,
    /// The role in which it holds the announcement.
    pub role: Role,
    /// Steps that it leads to, as places in [`WaysOut::steps`], ascending.
    pub next: Vec<usize>,
    /// The far AS that hears from it and never refuses, or itself where it is a far AS; then `next` is empty.
    pub exit: Option<AsIndex>,
    /// The AS of the target that tells it, where one does; itself where it is one.
    pub entry: Option<AsIndex>,
}

/// All ways from the target to the far side that matter, as a small graph.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct WaysOut {
    /// The steps, nearest to the target first.
    pub steps: Vec<Step>,
}

impl WaysOut {
    /// Explores the ways from the target to the far side.
    ///
    /// With `from_within`, the target's own ASes are steps too, so that they can refuse to announce and to carry; ways then start at any of them.
    #[must_use]
    pub fn explore(sides: &Sides<'_>, from_within: bool) -> Self {
        let entries = entries(sides, from_within);
        let mut places: BTreeMap<(AsIndex, Role), usize> = BTreeMap::new();
        let mut steps: Vec<Step> = Vec::new();
        let mut open = VecDeque::new();
        let mut place_of = |key: (AsIndex, Role), steps: &mut Vec<Step>| {
            let position = *places.entry(key).or_insert(steps.len());
            if position == steps.len() {
                let entry = entries.get(&key).copied();
                steps.push(Step { index: key.0, role: key.1, next: Vec::new(), exit: None, entry });
                return (position, true);
            }
            (position, false)
        };
        for key in entries.keys() {
            open.push_back(place_of(*key, &mut steps).0);
        }
        while let Some(here) = open.pop_front() {
            let (index, role) = (steps[here].index, steps[here].role);
            if sides.far.contains(&index) {
                steps[here].exit = Some(index);
                continue;
            }
            let told = sides.tells(index, role);
            let never_refuses =
                |to: &AsIndex| sides.far.contains(to) && !sides.neighbours.contains(to);
            if let Some((far, _)) = told.iter().find(|(to, _)| never_refuses(to)) {
                steps[here].exit = Some(*far);
                continue;
            }
            for key in told {
                let better = (key.0, Role::Climbing);
                let known_at_entry = entries.contains_key(&key) || entries.contains_key(&better);
                if known_at_entry || sides.target.contains(&key.0) {
                    continue;
                }
                let (there, is_new) = place_of(key, &mut steps);
                steps[here].next.push(there);
                if is_new {
                    open.push_back(there);
                }
            }
        }
        Self { steps }.without_dead_ends()
    }

    /// Keeps the steps from which the far side is reached.
    fn without_dead_ends(self) -> Self {
        let mut before: Vec<Vec<usize>> = vec![Vec::new(); self.steps.len()];
        for (position, step) in self.steps.iter().enumerate() {
            for next in &step.next {
                before[*next].push(position);
            }
        }
        let mut open: Vec<usize> =
            (0..self.steps.len()).filter(|position| self.steps[*position].exit.is_some()).collect();
        let mut leads = vec![false; self.steps.len()];
        for position in &open {
            leads[*position] = true;
        }
        while let Some(position) = open.pop() {
            for earlier in &before[position] {
                if !std::mem::replace(&mut leads[*earlier], true) {
                    open.push(*earlier);
                }
            }
        }
        let mut renumbered = vec![usize::MAX; self.steps.len()];
        for (new, old) in (0..self.steps.len()).filter(|position| leads[*position]).enumerate() {
            renumbered[old] = new;
        }
        let kept = self.steps.into_iter().zip(&leads).filter(|(_, leads)| **leads);
        let steps = kept.map(|(mut step, _)| {
            step.next.retain(|next| leads[*next]);
            for next in &mut step.next {
                *next = renumbered[*next];
            }
            step.next.sort_unstable();
            step
        });
        Self { steps: steps.collect() }
    }

    /// The ASes of a way that is given by its steps: from the target's AS to the far one.
    #[must_use]
    pub fn as_path(&self, path: &[usize]) -> Vec<AsIndex> {
        let first = path.first().and_then(|position| self.steps[*position].entry);
        let last = path.last().and_then(|position| self.steps[*position].exit);
        let between = path.iter().map(|position| self.steps[*position].index);
        let mut path: Vec<AsIndex> = first.into_iter().chain(between).chain(last).collect();
        path.dedup();
        path
    }
}

/// Returns the ASes that the target tells, their roles, and the target's AS that tells each; the smallest where several do.
fn entries(sides: &Sides<'_>, from_within: bool) -> BTreeMap<(AsIndex, Role), AsIndex> {
    let mut entries = BTreeMap::new();
    for origin in &sides.target {
        if from_within {
            entries.insert((*origin, Role::Climbing), *origin);
            continue;
        }
        for (to, role) in sides.tells(*origin, Role::Climbing) {
            if !sides.target.contains(&to) {
                entries.entry((to, role)).or_insert(*origin);
            }
        }
    }
    let climbing: BTreeSet<AsIndex> =
        entries.keys().filter(|key| key.1 == Role::Climbing).map(|key| key.0).collect();
    entries.retain(|(index, role), _| *role == Role::Climbing || !climbing.contains(index));
    entries
}

/// The fewest links that carry everything between two sides, and the ways that prove it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SmallestLinkCut {
    /// The links, each with the end nearer to the target first, in order.
    pub links: Vec<(AsIndex, AsIndex)>,
    /// As many ways from the target to the far side, no two of which use a link in the same direction.
    pub ways: Vec<Vec<AsIndex>>,
}

/// The fewest links whose loss leaves no far AS, neighbour or not, with a way to the target.
///
/// It is a smallest cut of the doubled graph, in which a link is an arc up in the climbing half and an arc down in the descending one, and every AS leads from its climbing to its descending self without limit.
/// A smallest cut never contains both arcs of a link: with X the part that is still reached, the arc up from AS u to its provider p needs u climbing in X, hence u descending too, and so the arc down from p to u does not leave X.
/// And a set of n links leaves at most n arcs out of X by the same argument. Hence both have the same size (Erlebach et al., section 4).
/// The flow that proves it may use one link in both directions, which is why `ways` is not always a set of link-disjoint ways; with the transit-free core as the far side it is.
/// Where the data contradict themselves and make two ASes each other's provider, their link may be counted twice, so that the cut stays a cut but may not be the smallest.
///
/// `None` when there is no far side, or when an AS of the target was named on both sides by mistake and nothing remains.
#[must_use]
pub fn smallest_link_cut(sides: &Sides<'_>) -> Option<SmallestLinkCut> {
    if sides.far.is_empty() || sides.target.is_empty() {
        return None;
    }
    let ases = sides.topology.len();
    let (source, sink) = (2 * ases, 2 * ases + 1);
    let node = |index: AsIndex, role| 2 * index.get() + usize::from(role == Role::Descending);
    let mut network = FlowNetwork::new(2 * ases + 2);
    let mut ends: BTreeMap<usize, (AsIndex, AsIndex)> = BTreeMap::new();
    for origin in &sides.target {
        network.arc(source, node(*origin, Role::Climbing), UNCUTTABLE);
    }
    for far in &sides.far {
        network.arc(node(*far, Role::Climbing), sink, UNCUTTABLE);
    }
    for index in sides.topology.ases().filter(|index| !sides.far.contains(index)) {
        let (up, down) = (node(index, Role::Climbing), node(index, Role::Descending));
        network.arc(up, down, UNCUTTABLE);
        let told_below = sides.tells(index, Role::Descending);
        let told = sides.tells(index, Role::Climbing);
        let climbing = |to: &AsIndex| told.binary_search(&(*to, Role::Climbing)).is_ok();
        for key in told.iter().filter(|key| !sides.target.contains(&key.0)) {
            // The descending self tells these anyway, and a provider told while climbing is told enough.
            let doubled = key.1 == Role::Descending && climbing(&key.0);
            if told_below.binary_search(key).is_err() && !doubled {
                ends.insert(network.arc(up, node(key.0, key.1), 1), (index, key.0));
            }
        }
        for key in told_below.iter().filter(|key| !sides.target.contains(&key.0)) {
            ends.insert(network.arc(down, node(key.0, key.1), 1), (index, key.0));
        }
    }
    // Every way crosses at least the link that enters the far side.
    network.maximize(source, sink).ok()?;
    let mut links: Vec<_> =
        network.cut(source).iter().filter_map(|position| ends.get(position).copied()).collect();
    links.sort_unstable();
    links.dedup_by_key(|(near, far)| Link::new(*near, *far));
    let by_node: Vec<AsIndex> = sides.topology.ases().collect();
    let mut ways: Vec<Vec<AsIndex>> = network
        .paths(source, sink)
        .iter()
        .map(|path| path.iter().filter_map(|node| by_node.get(node / 2).copied()).collect())
        .collect();
    for path in &mut ways {
        path.dedup();
    }
    ways.sort_unstable_by(|left, right| (left.len(), left).cmp(&(right.len(), right)));
    Some(SmallestLinkCut { links, ways })
}
