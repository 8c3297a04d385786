//! Maximum flow with integer capacities, its smallest cut, and the paths it consists of.
//!
//! Dinic's algorithm (1970): shortest augmenting paths, a whole level graph at a time.
//! With unit capacities, as cuts of networks and links need them, it takes O(arcs · √nodes) where every node has one unit,
//! and O(arcs · nodes^⅔) at worst (Even and Tarjan 1975).
//! Nothing recurses, so that a long chain of providers cannot exhaust the stack.

use std::collections::VecDeque;

/// A capacity that no sum of others reaches: the arc can't be cut.
pub(crate) const UNCUTTABLE: u32 = u32::MAX;

/// A node of a [`FlowNetwork`]: any number below the count it was made with.
pub(crate) type Node = usize;

/// Nodes and arcs with capacities, and the flow found so far.
#[derive(Clone, Debug)]
pub(crate) struct FlowNetwork {
    /// Arcs out of each node, as places in `arcs`.
    out: Vec<Vec<usize>>,
    /// An arc at an even place, its reverse at the next.
    arcs: Vec<Arc>,
}

#[derive(Clone, Copy, Debug)]
struct Arc {
    to: Node,
    /// The flow that can still be sent; that of the reverse arc is the flow that was sent.
    left: u32,
    /// An [`UNCUTTABLE`] arc never fills up.
    endless: bool,
}

/// The source reaches the sink without any arc that can be cut.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Unbounded;

impl FlowNetwork {
    /// A network without arcs.
    pub(crate) fn new(nodes: usize) -> Self {
        Self { out: vec![Vec::new(); nodes], arcs: Vec::new() }
    }

    /// Adds an arc and gives its place, under which cuts name it.
    pub(crate) fn arc(&mut self, from: Node, to: Node, capacity: u32) -> usize {
        let number = self.arcs.len();
        let endless = capacity == UNCUTTABLE;
        self.arcs.push(Arc { to, left: capacity, endless });
        self.arcs.push(Arc { to: from, left: 0, endless: false });
        self.out[from].push(number);
        self.out[to].push(number + 1);
        number
    }

    /// Sends as much as possible from `source` to `sink` and returns how much was added to the flow.
    ///
    /// # Errors
    ///
    /// [`Unbounded`] where a path of [`UNCUTTABLE`] arcs joins the two; the flow is then of no use.
    pub(crate) fn maximize(&mut self, source: Node, sink: Node) -> Result<u64, Unbounded> {
        if source == sink || self.endless_path(source, sink) {
            return Err(Unbounded);
        }
        let mut total = 0;
        while let Some(level) = self.levels(source, sink) {
            let mut next = vec![0; self.out.len()];
            while let Some(path) = self.augmenting_path(source, sink, &level, &mut next) {
                total += u64::from(self.send(&path));
            }
        }
        Ok(total)
    }

    fn endless_path(&self, source: Node, sink: Node) -> bool {
        self.reach(source, |arc| arc.endless)[sink]
    }

    /// Nodes that arcs accepted by `usable` lead to.
    fn reach(&self, source: Node, usable: impl Fn(&Arc) -> bool) -> Vec<bool> {
        let mut met = vec![false; self.out.len()];
        met[source] = true;
        let mut open = vec![source];
        while let Some(node) = open.pop() {
            for number in &self.out[node] {
                let arc = &self.arcs[*number];
                if usable(arc) && !std::mem::replace(&mut met[arc.to], true) {
                    open.push(arc.to);
                }
            }
        }
        met
    }

    /// Distance of each node from the source over arcs with room; `None` when the sink is out of reach.
    fn levels(&self, source: Node, sink: Node) -> Option<Vec<u32>> {
        let mut level = vec![u32::MAX; self.out.len()];
        level[source] = 0;
        let mut open = VecDeque::from([source]);
        while let Some(node) = open.pop_front() {
            for number in &self.out[node] {
                let arc = self.arcs[*number];
                if arc.left > 0 && level[arc.to] == u32::MAX {
                    level[arc.to] = level[node] + 1;
                    open.push_back(arc.to);
                }
            }
        }
        (level[sink] != u32::MAX).then_some(level)
    }

    /// A path with room that rises one level at each arc; `next` remembers the arcs that led nowhere.
    fn augmenting_path(
        &self,
        source: Node,
        sink: Node,
        level: &[u32],
        next: &mut [usize],
    ) -> Option<Vec<usize>> {
        let mut path: Vec<usize> = Vec::new();
        let mut node = source;
        while node != sink {
            if let Some(number) = self.out[node].get(next[node]) {
                let arc = self.arcs[*number];
                if arc.left > 0 && level[arc.to] == level[node] + 1 {
                    path.push(*number);
                    node = arc.to;
                } else {
                    next[node] += 1;
                }
            } else {
                // A dead end: back to where the last arc came from, and never over that arc again.
                node = self.arcs[path.pop()? ^ 1].to;
                next[node] += 1;
            }
        }
        Some(path)
    }

    fn send(&mut self, path: &[usize]) -> u32 {
        let room = path
            .iter()
            .map(|number| self.arcs[*number].left)
            .min()
            .expect("the source is not the sink");
        for number in path {
            if !self.arcs[*number].endless {
                self.arcs[*number].left -= room;
            }
            // An endless arc stays full when flow is pushed back over it.
            self.arcs[number ^ 1].left = self.arcs[number ^ 1].left.saturating_add(room);
        }
        room
    }

    /// After [`maximize`](Self::maximize): the places of the arcs of the smallest cut that is nearest to the source, in order.
    pub(crate) fn cut(&self, source: Node) -> Vec<usize> {
        let near = self.reach(source, |arc| arc.left > 0);
        (0..self.arcs.len())
            .step_by(2)
            .filter(|number| near[self.arcs[number + 1].to] && !near[self.arcs[*number].to])
            .collect()
    }

    /// After [`maximize`](Self::maximize): one path for each unit that was sent, each as the nodes from `source` to `sink`.
    ///
    /// Loops in the flow are dropped.
    pub(crate) fn paths(&self, source: Node, sink: Node) -> Vec<Vec<Node>> {
        let mut sent: Vec<u32> = self.arcs.iter().skip(1).step_by(2).map(|arc| arc.left).collect();
        let mut paths = Vec::new();
        while let Some(path) = self.take_path(source, sink, &mut sent) {
            paths.push(path);
        }
        paths
    }

    fn take_path(&self, source: Node, sink: Node, sent: &mut [u32]) -> Option<Vec<Node>> {
        let mut path = vec![source];
        let mut current = source;
        while current != sink {
            let number = *self.out[current]
                .iter()
                .find(|number| *number % 2 == 0 && sent[*number / 2] > 0)?;
            sent[number / 2] -= 1;
            current = self.arcs[number].to;
            if let Some(loop_start) = path.iter().position(|node| *node == current) {
                path.truncate(loop_start);
            }
            path.push(current);
        }
        Some(path)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The example of Cormen et al., "Introduction to Algorithms", third edition, figure 26.1: its largest flow is 23.
    #[test]
    fn the_textbook_flow_is_23() {
        let mut network = FlowNetwork::new(6);
        for (from, to, capacity) in [
            (0, 1, 16),
            (0, 2, 13),
            (2, 1, 4),
            (1, 3, 12),
            (3, 2, 9),
            (2, 4, 14),
            (4, 3, 7),
            (3, 5, 20),
            (4, 5, 4),
        ] {
            network.arc(from, to, capacity);
        }
        assert_eq!(network.maximize(0, 5), Ok(23));
        assert_eq!(network.cut(0).len(), 3, "12 + 7 + 4");
        assert_eq!(network.paths(0, 5).len(), 23);
    }

    #[test]
    fn an_uncuttable_path_has_no_largest_flow() {
        let mut network = FlowNetwork::new(3);
        network.arc(0, 1, UNCUTTABLE);
        network.arc(1, 2, UNCUTTABLE);
        assert_eq!(network.maximize(0, 2), Err(Unbounded));
    }

    #[test]
    fn flow_agrees_with_petgraph_and_with_its_cut() {
        arbtest::arbtest(|random| {
            let nodes = random.int_in_range(2..=9)?;
            let mut mine = FlowNetwork::new(nodes);
            let mut theirs = petgraph::graph::DiGraph::<(), u32>::new();
            let places: Vec<_> = (0..nodes).map(|_| theirs.add_node(())).collect();
            let mut capacities = Vec::new();
            for _ in 0..random.int_in_range(0..=30)? {
                let (from, to) = (random.choose_index(nodes)?, random.choose_index(nodes)?);
                let capacity = random.int_in_range(0..=5)?;
                mine.arc(from, to, capacity);
                if from != to {
                    theirs.add_edge(places[from], places[to], capacity);
                }
                capacities.push(capacity);
            }
            let flow = mine.maximize(0, nodes - 1).expect("all arcs can be cut");
            let (oracle, _) = petgraph::algo::ford_fulkerson(&theirs, places[0], places[nodes - 1]);
            assert_eq!(flow, u64::from(oracle));
            let cut: u32 = mine.cut(0).iter().map(|number| capacities[number / 2]).sum();
            assert_eq!(flow, u64::from(cut));
            assert_eq!(mine.paths(0, nodes - 1).len() as u64, flow);
            Ok(())
        });
    }
}
