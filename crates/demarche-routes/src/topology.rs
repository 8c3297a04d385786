//! The graph of autonomous systems and their business relationships, in compact arrays.
//!
//! Every AS has an [`AsIndex`], given in ascending order of AS numbers, so comparing indices compares AS numbers.
//! Providers, customers and peers are kept as sorted runs of one array each (compressed sparse rows): 173,000 links take under 2 MB.
//!
//! What is not here: reading the relationship files, and anything that the files do not say, such as capacity, price, backup-only links, or different relationships in different places.
//! Relationships are *inferred* from routing tables (Luckie et al. 2013): links seen by no vantage point are absent, forged paths leave false links, and provider links can run in circles.
//! Nothing in this crate assumes that they do not.

use std::collections::BTreeSet;
use std::fmt;

use demarche_case::Asn;

use crate::{Relationship, Relationships};

/// The place of an AS in a [`Topology`]; smaller index, smaller AS number.
///
/// An index means something only in the topology that gave it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct AsIndex(u32);

impl AsIndex {
    /// The index for use with slices that have one entry for each AS.
    #[must_use]
    pub const fn get(self) -> usize {
        self.0 as usize
    }

    pub(crate) fn new(position: usize) -> Self {
        Self(u32::try_from(position).expect("there are at most 2^32 AS numbers"))
    }

    pub(crate) const fn packed(self) -> u32 {
        self.0
    }

    pub(crate) const fn unpacked(packed: u32) -> Self {
        Self(packed)
    }

    /// Stands for "no AS" in packed arrays: no topology has so many ASes in memory.
    pub(crate) const NONE: Self = Self(u32::MAX);
}

/// A link between two ASes without its direction, the smaller first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link(AsIndex, AsIndex);

impl Link {
    /// The link between two ASes, in either order.
    #[must_use]
    pub fn new(left: AsIndex, right: AsIndex) -> Self {
        Self(left.min(right), left.max(right))
    }

    /// Both ends, the smaller first.
    #[must_use]
    pub const fn ends(self) -> (AsIndex, AsIndex) {
        (self.0, self.1)
    }
}

/// The oddities that were met when a [`Topology`] was built.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Oddities {
    /// Links given again with the same relationship; kept once.
    pub duplicates: usize,
    /// Links of an AS with itself; dropped, though the AS stays.
    pub self_links: usize,
    /// Pairs of ASes with more than one relationship, such as provider of each other; all are kept.
    pub contradictions: usize,
}

/// Sorted neighbours of every AS, row after row.
#[derive(Clone, PartialEq, Eq)]
pub(crate) struct Adjacency {
    offsets: Vec<usize>,
    neighbours: Vec<AsIndex>,
}

impl Adjacency {
    fn new(ases: usize, mut links: Vec<(AsIndex, AsIndex)>) -> Self {
        links.sort_unstable();
        links.dedup();
        let mut offsets = vec![0; ases + 1];
        for (from, _) in &links {
            offsets[from.get() + 1] += 1;
        }
        for position in 1..offsets.len() {
            offsets[position] += offsets[position - 1];
        }
        Self { offsets, neighbours: links.into_iter().map(|(_, to)| to).collect() }
    }

    pub(crate) fn of(&self, from: AsIndex) -> &[AsIndex] {
        &self.neighbours[self.offsets[from.get()]..self.offsets[from.get() + 1]]
    }

    fn links(&self) -> usize {
        self.neighbours.len()
    }

    /// The rows of `kept`, with the neighbours that are kept themselves.
    fn of_kept(&self, kept: &[AsIndex], new_index: &[AsIndex]) -> Self {
        let mut offsets = vec![0];
        let mut neighbours = Vec::new();
        for index in kept {
            let row = self.of(*index).iter().map(|to| new_index[to.get()]);
            neighbours.extend(row.filter(|to| *to != AsIndex::NONE));
            offsets.push(neighbours.len());
        }
        Self { offsets, neighbours }
    }
}

/// The ASes of the internet and who is whose provider, customer and peer.
///
/// ```
/// use demarche_case::Asn;
/// use demarche_routes::{Relationship, Topology};
///
/// let topology = Topology::from_links([
///     (Asn(4837), Asn(131_279), Relationship::ProviderToCustomer),
///     (Asn(22351), Asn(131_279), Relationship::ProviderToCustomer),
/// ]);
/// let star = topology.index(Asn(131_279)).expect("just given");
/// let providers: Vec<_> = topology.providers(star).iter().map(|at| topology.asn(*at)).collect();
/// assert_eq!(providers, [Asn(4837), Asn(22351)]);
/// ```
#[derive(Clone, PartialEq, Eq)]
pub struct Topology {
    asns: Vec<Asn>,
    providers: Adjacency,
    customers: Adjacency,
    peers: Adjacency,
    /// The core as whoever inferred the links names it.
    clique: Vec<AsIndex>,
    oddities: Oddities,
}

impl fmt::Debug for Topology {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Topology")
            .field("ases", &self.len())
            .field("provider_links", &self.provider_links())
            .field("peer_links", &self.peer_links())
            .field("oddities", &self.oddities)
            .finish()
    }
}

impl Topology {
    /// Builds the graph; the order of the links does not matter.
    ///
    /// Memory is about 40 bytes a link while building.
    #[must_use]
    pub fn from_links(links: impl IntoIterator<Item = (Asn, Asn, Relationship)>) -> Self {
        let given: Vec<_> = links.into_iter().collect();
        let mut asns: Vec<Asn> =
            given.iter().flat_map(|(left, right, _)| [*left, *right]).collect();
        asns.sort_unstable();
        asns.dedup();
        let (typed, oddities) = Self::type_links(&asns, &given);
        let pick =
            |kind| typed.iter().filter(move |link| link.2 == kind).map(|link| (link.0, link.1));
        let down: Vec<_> = pick(Relationship::ProviderToCustomer).collect();
        let up = down.iter().map(|(provider, customer)| (*customer, *provider)).collect();
        let across = pick(Relationship::PeerToPeer).flat_map(|(a, b)| [(a, b), (b, a)]).collect();
        Self {
            providers: Adjacency::new(asns.len(), up),
            customers: Adjacency::new(asns.len(), down),
            peers: Adjacency::new(asns.len(), across),
            asns,
            clique: Vec::new(),
            oddities,
        }
    }

    /// Builds the graph of some of the ASes and the links between them; the order of their numbers stays.
    ///
    /// `new_index` has an entry for each AS: its index among those kept, or [`AsIndex::NONE`].
    pub(crate) fn of_kept(&self, kept: &[AsIndex], new_index: &[AsIndex]) -> Self {
        let rows = |adjacency: &Adjacency| adjacency.of_kept(kept, new_index);
        Self {
            asns: kept.iter().map(|index| self.asn(*index)).collect(),
            providers: rows(&self.providers),
            customers: rows(&self.customers),
            peers: rows(&self.peers),
            clique: Vec::new(),
            oddities: Oddities::default(),
        }
    }

    /// Builds the graph of a relationship file, and takes the core from its header where that names one.
    #[must_use]
    pub fn new(relationships: &Relationships) -> Self {
        let links = &relationships.links;
        let mut topology =
            Self::from_links(links.iter().map(|link| (link.left, link.right, link.relationship)));
        topology.clique =
            relationships.clique.iter().filter_map(|asn| topology.index(*asn)).collect();
        topology.clique.sort_unstable();
        topology.clique.dedup();
        topology
    }

    /// Links by index, each once, and the count of what was dropped.
    fn type_links(
        asns: &[Asn],
        given: &[(Asn, Asn, Relationship)],
    ) -> (Vec<(AsIndex, AsIndex, Relationship)>, Oddities) {
        let index_of = |asn: &Asn| {
            AsIndex::new(asns.binary_search(asn).expect("every AS of a link was listed"))
        };
        let mut typed: Vec<_> = given
            .iter()
            .filter(|(left, right, _)| left != right)
            .map(|(left, right, kind)| (index_of(left), index_of(right), *kind))
            .map(|(left, right, kind)| match kind {
                Relationship::ProviderToCustomer => (left, right, kind),
                Relationship::PeerToPeer => (left.min(right), left.max(right), kind),
            })
            .collect();
        let self_links = given.len() - typed.len();
        typed.sort_unstable();
        let all = typed.len();
        typed.dedup();
        let pairs: BTreeSet<Link> = typed.iter().map(|link| Link::new(link.0, link.1)).collect();
        let contradictions = typed.len() - pairs.len();
        (typed.clone(), Oddities { duplicates: all - typed.len(), self_links, contradictions })
    }

    /// Returns the number of ASes.
    #[must_use]
    pub fn len(&self) -> usize {
        self.asns.len()
    }

    /// There are no ASes.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.asns.is_empty()
    }

    /// All ASes in ascending order of their numbers.
    pub fn ases(&self) -> impl ExactSizeIterator<Item = AsIndex> + DoubleEndedIterator + use<> {
        (0..self.len()).map(AsIndex::new)
    }

    /// The number of an AS.
    ///
    /// # Panics
    ///
    /// If the index comes from a larger topology.
    #[must_use]
    pub fn asn(&self, index: AsIndex) -> Asn {
        self.asns[index.get()]
    }

    /// The place of an AS; `None` where the topology has no link of it.
    #[must_use]
    pub fn index(&self, asn: Asn) -> Option<AsIndex> {
        self.asns.binary_search(&asn).ok().map(AsIndex::new)
    }

    /// Those who sell transit to the AS, ascending.
    #[must_use]
    pub fn providers(&self, index: AsIndex) -> &[AsIndex] {
        self.providers.of(index)
    }

    /// Those who buy transit from the AS, ascending.
    #[must_use]
    pub fn customers(&self, index: AsIndex) -> &[AsIndex] {
        self.customers.of(index)
    }

    /// The AS's settlement-free peers, ascending.
    #[must_use]
    pub fn peers(&self, index: AsIndex) -> &[AsIndex] {
        self.peers.of(index)
    }

    /// The number of links between a provider and its customer.
    #[must_use]
    pub fn provider_links(&self) -> usize {
        self.providers.links()
    }

    /// The number of links between peers.
    #[must_use]
    pub fn peer_links(&self) -> usize {
        self.peers.links() / 2
    }

    /// Returns the oddities of the links given.
    #[must_use]
    pub const fn oddities(&self) -> Oddities {
        self.oddities
    }

    /// The link between two ASes, if they have one of any kind.
    #[must_use]
    pub fn link(&self, left: AsIndex, right: AsIndex) -> Option<Link> {
        [&self.providers, &self.customers, &self.peers]
            .iter()
            .any(|row| row.of(left).binary_search(&right).is_ok())
            .then(|| Link::new(left, right))
    }

    /// The AS and everyone who can be reached from it by going from provider to customer only, ascending.
    ///
    /// This is the recursive customer cone of Luckie et al., "AS Relationships, Customer Cones, and Validation" (IMC 2013), section 5.
    /// Where provider links run in circles, each AS is still counted once.
    #[must_use]
    pub fn customer_cone(&self, index: AsIndex) -> Vec<AsIndex> {
        let mut met = vec![false; self.len()];
        met[index.get()] = true;
        let mut cone = vec![index];
        let mut next = 0;
        while let Some(provider) = cone.get(next).copied() {
            next += 1;
            for customer in self.customers(provider) {
                if !std::mem::replace(&mut met[customer.get()], true) {
                    cone.push(*customer);
                }
            }
        }
        cone.sort_unstable();
        cone
    }

    /// ASes with customers and without a provider, ascending.
    ///
    /// It takes more than this to be of the core: many a small network looks transit-free because no vantage point saw its provider.
    #[must_use]
    pub fn transit_free(&self) -> Vec<AsIndex> {
        self.ases()
            .filter(|index| self.providers(*index).is_empty() && !self.customers(*index).is_empty())
            .collect()
    }

    /// The core of the internet: transit-free ASes with large customer cones that all peer with each other, ascending.
    ///
    /// After the clique of Luckie et al. (IMC 2013, section 4.3): of the ten transit-free ASes with the largest customer cones, the group of mutual peers whose cones sum to the most;
    /// then every further transit-free AS in descending order of its cone that peers with all of the group so far.
    /// They rank by transit degree, which needs the paths; the cone is what the graph has.
    /// Where the relationship file names its clique, that is the answer instead.
    /// Empty where nobody is transit-free. Ties go to the smaller AS number.
    #[must_use]
    pub fn core(&self) -> Vec<AsIndex> {
        /// Luckie et al. seed the clique from the ten largest.
        const SEEDS: usize = 10;
        if !self.clique.is_empty() {
            return self.clique.clone();
        }
        let mut ranked: Vec<(usize, AsIndex)> = self
            .transit_free()
            .into_iter()
            .map(|index| (self.customer_cone(index).len(), index))
            .collect();
        ranked.sort_unstable_by_key(|(cone, index)| (std::cmp::Reverse(*cone), *index));
        let seeds = &ranked[..ranked.len().min(SEEDS)];
        let (_, mut core) = self.heaviest_clique(seeds, 0, Vec::new());
        for (_, index) in &ranked {
            if !core.contains(index) && self.peers_with_all(*index, &core) {
                core.push(*index);
            }
        }
        core.sort_unstable();
        core
    }

    fn peers_with_all(&self, index: AsIndex, members: &[AsIndex]) -> bool {
        members.iter().all(|right| self.peers(index).binary_search(right).is_ok())
    }

    /// Tries each seed in and out: at most 2^10 leaves.
    fn heaviest_clique(
        &self,
        seeds: &[(usize, AsIndex)],
        weight: usize,
        chosen: Vec<AsIndex>,
    ) -> (usize, Vec<AsIndex>) {
        let Some(((cone, index), rest)) = seeds.split_first() else { return (weight, chosen) };
        let without = |chosen| self.heaviest_clique(rest, weight, chosen);
        if !self.peers_with_all(*index, &chosen) {
            return without(chosen);
        }
        let mut joined = chosen.clone();
        joined.push(*index);
        let with = self.heaviest_clique(rest, weight + cone, joined);
        let without = without(chosen);
        if without.0 > with.0 { without } else { with }
    }
}
