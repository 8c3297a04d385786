//! The routes to one origin while one network after the other is away, each worked out from the routes while all are there.
//!
//! Without a network, every AS behind it loses its route and looks for another among the offers that are left.
//! An AS that is not behind it keeps what it has, unless an AS that lost a long route now passes on a shorter one to its customers:
//! it may then take that, and its own customers after it. Nobody else changes, so nobody else is looked at.
//! The method is that of Ramalingam and Reps, "An incremental algorithm for a generalization of the shortest-path problem" (Journal of Algorithms 21(2), 1996).
//!
//! An AS that is not behind the absent network never gets a worse route: the routes that its own extends are all still there.
//! Offers from customers and peers only grow fewer and longer, so what improves are routes from providers alone.

use super::tree::{Pick, RouteClass, RoutingTree};
use crate::{AsIndex, Topology};

/// What has happened to the route of an AS.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fate {
    Unchanged,
    /// The AS is the absent one.
    Away,
    /// The route is gone, and another may have been found.
    Lost,
    /// The AS has taken a better route.
    Better,
    /// The AS has the same next hop at the same length, and the path from there on is another.
    Behind,
}

/// An AS whose path is another while a network is away, or which has none.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Moved {
    pub(crate) index: AsIndex,
    /// Links to the origin while all are there.
    pub(crate) before: u32,
    /// The same while the network is away; `None` where there is no route.
    pub(crate) after: Option<u32>,
}

/// Works out one absence after the other in the same memory.
#[derive(Debug)]
pub(crate) struct Absences<'a> {
    topology: &'a Topology,
    /// The routes while all are there.
    had: Vec<Pick>,
    origin: AsIndex,
    /// For each AS, the first of those whose next hop it is, and for each of these the next.
    first: Vec<AsIndex>,
    next: Vec<AsIndex>,
    picks: Vec<Pick>,
    fates: Vec<Fate>,
    is_settled: Vec<bool>,
    /// All ASes whose fate is not [`Fate::Unchanged`].
    touched: Vec<AsIndex>,
    /// For each AS that lost its route, its customers that lost theirs: the last in `offers`.
    below: Vec<usize>,
    offers: Vec<(AsIndex, usize)>,
    waiting: Waiting,
}

/// ASes with customers that have just taken a route, by its class and hops.
#[derive(Debug, Default)]
struct Waiting {
    of_class: [Levels; 3],
}

/// The ASes that wait with routes of one class, by hops, and the first and last level where any do.
#[derive(Debug, Default)]
struct Levels {
    levels: Vec<Vec<AsIndex>>,
    used: Option<(usize, usize)>,
}

/// No customer follows.
const LAST: usize = usize::MAX;
/// The classes of the routes that are passed on, best first.
const CLASSES: [RouteClass; 3] = [RouteClass::Customer, RouteClass::Peer, RouteClass::Provider];

impl<'a> Absences<'a> {
    pub(crate) fn new(topology: &'a Topology) -> Self {
        let ases = topology.len();
        Self {
            topology,
            had: vec![Pick::NOTHING; ases],
            origin: AsIndex::NONE,
            first: vec![AsIndex::NONE; ases],
            next: vec![AsIndex::NONE; ases],
            picks: vec![Pick::NOTHING; ases],
            fates: vec![Fate::Unchanged; ases],
            is_settled: vec![false; ases],
            touched: Vec::new(),
            below: vec![LAST; ases],
            offers: Vec::new(),
            waiting: Waiting::default(),
        }
    }

    /// Takes the routes to an origin while all are there.
    pub(crate) fn towards(&mut self, tree: &RoutingTree) {
        self.origin = tree.origin;
        self.had.clone_from(&tree.picks);
        self.picks.clone_from(&tree.picks);
        self.first.fill(AsIndex::NONE);
        for index in tree.order() {
            if let Some(via) = tree.next_hop(*index) {
                self.next[index.get()] = self.first[via.get()];
                self.first[via.get()] = *index;
            }
        }
    }

    /// The networks other than the origin that pass a route on, in ascending order: only the absence of these changes anything for others.
    pub(crate) fn carriers(&self) -> Vec<AsIndex> {
        let passes_on = |index: &AsIndex| self.first[index.get()] != AsIndex::NONE;
        self.topology.ases().filter(|index| passes_on(index) && *index != self.origin).collect()
    }

    /// Tells each AS whose path is another without a carrier, the carrier itself included.
    pub(crate) fn without(&mut self, carrier: AsIndex, mut each: impl FnMut(Moved)) {
        self.lose(carrier);
        self.look_around();
        self.settle();
        self.follow();
        for index in &self.touched {
            let pick = self.picks[index.get()];
            let after = (pick != Pick::NOTHING).then(|| pick.hops());
            let had = self.had[index.get()];
            if had != Pick::NOTHING {
                each(Moved { index: *index, before: had.hops(), after });
            }
        }
        self.reset();
    }

    /// Takes the routes of all that are behind the carrier.
    fn lose(&mut self, carrier: AsIndex) {
        self.touch(carrier, Fate::Away);
        let mut position = 0;
        while let Some(index) = self.touched.get(position).copied() {
            position += 1;
            self.picks[index.get()] = Pick::NOTHING;
            let mut child = self.first[index.get()];
            while child != AsIndex::NONE {
                self.touch(child, Fate::Lost);
                child = self.next[child.get()];
            }
        }
    }

    fn touch(&mut self, index: AsIndex, fate: Fate) {
        self.fates[index.get()] = fate;
        self.touched.push(index);
    }

    /// Each AS that lost its route takes the best offer of the ASes that kept theirs.
    ///
    /// Who had a route from a peer had none from a customer, and gets none now.
    fn look_around(&mut self) {
        for position in 1..self.touched.len() {
            let index = self.touched[position];
            let topology = self.topology;
            let had = self.had[index.get()].class();
            if had == Some(RouteClass::Customer) {
                self.take_best(index, topology.customers(index), RouteClass::Customer);
            }
            if had <= Some(RouteClass::Peer) && self.picks[index.get()] == Pick::NOTHING {
                self.take_best(index, topology.peers(index), RouteClass::Peer);
            }
            if self.picks[index.get()].class() != Some(RouteClass::Customer) {
                self.look_up(index);
            }
            self.wait(index);
        }
    }

    fn take_best(&mut self, index: AsIndex, neighbours: &[AsIndex], class: RouteClass) {
        for neighbour in neighbours {
            let had = self.had[neighbour.get()].class();
            let is_told = had.is_some_and(|class| class <= RouteClass::Customer);
            if is_told && self.fates[neighbour.get()] == Fate::Unchanged {
                let offer = self.picks[neighbour.get()].offer(class, *neighbour);
                let pick = &mut self.picks[index.get()];
                *pick = offer.min(*pick);
            }
        }
    }

    /// Takes the best offer of the providers that kept their routes, and waits for those of the others.
    fn look_up(&mut self, index: AsIndex) {
        for provider in self.topology.providers(index) {
            let pick = self.picks[provider.get()];
            match self.fates[provider.get()] {
                Fate::Unchanged if pick != Pick::NOTHING => {
                    let offer = pick.offer(RouteClass::Provider, *provider);
                    let pick = &mut self.picks[index.get()];
                    *pick = offer.min(*pick);
                }
                Fate::Lost => {
                    let before =
                        std::mem::replace(&mut self.below[provider.get()], self.offers.len());
                    self.offers.push((index, before));
                }
                Fate::Unchanged | Fate::Away | Fate::Better | Fate::Behind => {}
            }
        }
    }

    /// Who has customers passes its route on when its turn comes.
    fn wait(&mut self, index: AsIndex) {
        let pick = self.picks[index.get()];
        let Some(class) = pick.class().filter(|_| !self.topology.customers(index).is_empty())
        else {
            return;
        };
        self.waiting.push(class, pick.hops(), index);
    }

    /// Passes routes on in the order of their class and length, so that each is final when its turn comes.
    fn settle(&mut self) {
        for class in CLASSES {
            while let Some((hops, level)) = self.waiting.take(class) {
                for index in &level {
                    let pick = self.picks[index.get()];
                    let is_current = pick.class() == Some(class) && pick.hops() == hops;
                    if is_current && !self.is_settled[index.get()] {
                        self.is_settled[index.get()] = true;
                        self.pass_on(*index, class, hops);
                    }
                }
                self.waiting.give_back(class, hops, level);
            }
        }
    }

    fn pass_on(&mut self, from: AsIndex, class: RouteClass, hops: u32) {
        let topology = self.topology;
        if class == RouteClass::Customer {
            for to in topology.providers(from) {
                self.offer_lost(from, *to, RouteClass::Customer);
            }
            for to in topology.peers(from) {
                self.offer_lost(from, *to, RouteClass::Peer);
            }
        }
        if hops < self.had[from.get()].hops() {
            // A shorter route than before is news to all customers.
            for to in topology.customers(from) {
                self.offer(from, *to, RouteClass::Provider);
            }
            return;
        }
        let mut below = self.below[from.get()];
        while let Some((to, before)) = self.offers.get(below).copied() {
            self.offer(from, to, RouteClass::Provider);
            below = before;
        }
    }

    fn offer_lost(&mut self, from: AsIndex, to: AsIndex, class: RouteClass) {
        if self.fates[to.get()] == Fate::Lost {
            self.offer(from, to, class);
        }
    }

    fn offer(&mut self, from: AsIndex, to: AsIndex, class: RouteClass) {
        let offer = self.picks[from.get()].offer(class, from);
        let fate = self.fates[to.get()];
        if fate == Fate::Away || offer >= self.picks[to.get()] {
            return;
        }
        if fate == Fate::Unchanged {
            self.touch(to, Fate::Better);
        }
        self.picks[to.get()] = offer;
        self.wait(to);
    }

    /// Finds the ASes whose next hop has taken a better route that is no shorter for them.
    fn follow(&mut self) {
        let mut position = 0;
        while let Some(index) = self.touched.get(position).copied() {
            position += 1;
            if !matches!(self.fates[index.get()], Fate::Better | Fate::Behind) {
                continue;
            }
            let mut child = self.first[index.get()];
            while child != AsIndex::NONE {
                if self.fates[child.get()] == Fate::Unchanged {
                    self.touch(child, Fate::Behind);
                }
                child = self.next[child.get()];
            }
        }
    }

    fn reset(&mut self) {
        for index in self.touched.drain(..) {
            let position = index.get();
            self.picks[position] = self.had[position];
            self.fates[position] = Fate::Unchanged;
            self.is_settled[position] = false;
            self.below[position] = LAST;
        }
        self.offers.clear();
    }
}

impl Waiting {
    fn push(&mut self, class: RouteClass, hops: u32, index: AsIndex) {
        let Levels { levels, used } = &mut self.of_class[position_of(class)];
        let hops = hops as usize;
        if levels.len() <= hops {
            levels.resize_with(hops + 1, Vec::new);
        }
        levels[hops].push(index);
        *used = Some(used.map_or((hops, hops), |(first, last)| (first.min(hops), last.max(hops))));
    }

    /// Takes the level of the shortest routes of a class; `None` when nobody waits with such a route.
    fn take(&mut self, class: RouteClass) -> Option<(u32, Vec<AsIndex>)> {
        let Levels { levels, used } = &mut self.of_class[position_of(class)];
        let (first, last) = (*used)?;
        *used = (first < last).then_some((first + 1, last));
        let hops = u32::try_from(first).expect("a level is a count of hops");
        Some((hops, std::mem::take(&mut levels[first])))
    }

    /// Gives the memory of a level back: nobody who passes a route on makes another wait at the same level.
    fn give_back(&mut self, class: RouteClass, hops: u32, mut level: Vec<AsIndex>) {
        level.clear();
        self.of_class[position_of(class)].levels[hops as usize] = level;
    }
}

const fn position_of(class: RouteClass) -> usize {
    match class {
        RouteClass::Origin | RouteClass::Customer => 0,
        RouteClass::Peer => 1,
        RouteClass::Provider => 2,
    }
}
