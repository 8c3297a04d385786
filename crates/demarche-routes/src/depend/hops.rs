//! AS paths made ready for counting: each network once, up to the origin.

use crate::as_path::{PathId, PathTable, SegmentKind};

/// A network on a path; a set of `among` networks shares one place equally.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Hop {
    pub(crate) asn: u32,
    pub(crate) among: u32,
}

impl Hop {
    /// The part of a path's weight that falls to this network, 1 unless it stands in a set.
    pub(crate) fn share(self) -> f64 {
        1.0 / f64::from(self.among.max(1))
    }
}

/// All interned paths as plain hops, from the vantage point to the origin.
#[derive(Debug)]
pub(crate) struct PathHops {
    starts: Vec<usize>,
    hops: Vec<Hop>,
}

impl PathHops {
    /// Flattens every path once, so that counting does not parse again.
    ///
    /// Members of a confederation are inside one network's border and are left out.
    pub(crate) fn new(paths: &PathTable) -> Self {
        let mut all = Self { starts: vec![0], hops: Vec::new() };
        for (_, path) in paths.iter() {
            for segment in path.segments() {
                let among = match segment.kind {
                    SegmentKind::Sequence => 1,
                    SegmentKind::Set => {
                        u32::try_from(segment.members.len()).expect("at most 255 members")
                    }
                    SegmentKind::ConfederationSequence | SegmentKind::ConfederationSet => continue,
                };
                all.hops.extend(segment.members.iter().map(|asn| Hop { asn: asn.0, among }));
            }
            all.starts.push(all.hops.len());
        }
        all
    }

    /// The raw hops of one path of the table, prepending included.
    pub(crate) fn of(&self, path: PathId) -> &[Hop] {
        &self.hops[self.starts[path.index()]..self.starts[path.index() + 1]]
    }

    /// The origins of one path: the last network, or all of a set at the end.
    pub(crate) fn origins(&self, path: PathId) -> &[Hop] {
        let hops = self.of(path);
        let set = hops.last().map_or(0, |last| last.among as usize);
        &hops[hops.len() - set..]
    }

    /// The networks on the way to one of the path's origins, each once, the origin last.
    ///
    /// The path ends at the first occurrence of the origin and keeps first occurrences,
    /// which drops prepending and the far side of a loop.
    pub(crate) fn on_the_way(&self, path: PathId, origin: u32, passed: &mut Vec<Hop>) {
        passed.clear();
        for hop in self.of(path) {
            if hop.asn == origin {
                passed.push(Hop { among: 1, ..*hop });
                return;
            }
            if !passed.iter().any(|earlier| earlier.asn == hop.asn) {
                passed.push(*hop);
            }
        }
    }
}
