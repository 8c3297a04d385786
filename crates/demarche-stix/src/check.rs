//! Checks that need all objects: ids that repeat, ends that are missing, circles.

use std::collections::{HashMap, HashSet};

use crate::{Bundle, End, Problem, Refused, Relationship, RelationshipKind, Text};

/// Ids that are not among the objects read.
#[derive(Debug, Default)]
pub(crate) struct Ids<'a> {
    counted: HashSet<Text<'a>>,
    refused: HashSet<String>,
}

impl<'a> Ids<'a> {
    /// The id of an object that is only counted.
    pub(crate) fn other(&mut self, id: Text<'a>) {
        self.counted.insert(id);
    }

    /// The ids of what was refused so far.
    pub(crate) fn refuse(&mut self, refused: &[Refused]) {
        self.refused.extend(refused.iter().map(|object| object.id.clone()));
    }
}

/// Sorts by id, and keeps of each id the one modified last; the first in the file when they are of one time.
pub(crate) fn duplicates<'a, T>(
    list: &mut Vec<T>,
    key: impl for<'b> Fn(&'b T) -> (&'b Text<'a>, &'b Option<Text<'a>>),
    refused: &mut Vec<Refused>,
) {
    list.sort_by(|left, right| {
        let ((id, modified), (other_id, other_modified)) = (key(left), key(right));
        id.cmp(other_id).then_with(|| other_modified.cmp(modified))
    });
    list.dedup_by(|later, kept| {
        let ((id, _), (kept_id, kept_modified)) = (key(later), key(kept));
        let is_same = id == kept_id;
        if is_same {
            let kept = kept_modified.as_deref().unwrap_or("nobody says when").to_owned();
            refused.push(Refused { id: id.to_string(), problem: Problem::Duplicate { kept } });
        }
        is_same
    });
}

/// Refuses relationships whose ends are not there or do not go together; one with an end that is only counted is
/// counted with it.
pub(crate) fn ends(bundle: &mut Bundle<'_>, ids: &Ids<'_>, refused: &mut Vec<Refused>) {
    let mut relationships = std::mem::take(&mut bundle.relationships);
    let mut counts = std::mem::take(&mut bundle.others);
    relationships.retain(|relationship| match joined(bundle, ids, relationship) {
        Ok(Joined::Both) => true,
        Ok(Joined::Counted) => {
            let (source, target) = (word(&relationship.source), word(&relationship.target));
            *counts
                .entry(format!("relationship {} of {source} and {target}", relationship.kind))
                .or_default() += 1;
            false
        }
        Err(problem) => {
            refused.push(Refused { id: relationship.id.chars().take(200).collect(), problem });
            false
        }
    });
    bundle.relationships = relationships;
    bundle.others = counts;
}

/// The ends that a relationship joins.
enum Joined {
    /// Two objects that are read.
    Both,
    /// Objects of which at least one is only counted.
    Counted,
}

fn joined(
    bundle: &Bundle<'_>,
    ids: &Ids<'_>,
    relationship: &Relationship<'_>,
) -> Result<Joined, Problem> {
    let kind_of = |end, id: &Text<'_>| match bundle.object(id) {
        Some(object) => Ok(Some(object.kind)),
        None if ids.counted.contains(id) => Ok(None),
        None => {
            let short = id.chars().take(200).collect();
            Err(match ids.refused.contains(id.as_str()) {
                true => Problem::RefusedEnd { end, id: short },
                false => Problem::Dangling { end, id: short },
            })
        }
    };
    let source = kind_of(End::Source, &relationship.source)?;
    let target = kind_of(End::Target, &relationship.target)?;
    let Some((source, target)) = source.zip(target) else { return Ok(Joined::Counted) };
    if relationship.kind.joins(source, target) {
        return Ok(Joined::Both);
    }
    Err(Problem::Ends {
        kind: relationship.kind,
        source_type: source.word().to_owned(),
        target_type: target.word().to_owned(),
    })
}

/// The type that an id begins with.
fn word(id: &str) -> String {
    id.split_once("--").map_or("an unknown type", |(word, _)| word).chars().take(100).collect()
}

/// Refuses relationships that form circles where there can be none.
pub(crate) fn cycles(bundle: &mut Bundle<'_>, refused: &mut Vec<Refused>) {
    for kind in [
        RelationshipKind::RevokedBy,
        RelationshipKind::AttributedTo,
        RelationshipKind::SubtechniqueOf,
    ] {
        let circular = circular(&bundle.relationships, kind);
        if circular.is_empty() {
            continue;
        }
        bundle.relationships.retain(|relationship| !circular.contains(relationship.id.as_str()));
        refused
            .extend(circular.into_iter().map(|id| Refused { id, problem: Problem::Cycle(kind) }));
    }
}

/// The ids of relationships that are left when everything is taken away that leads nowhere or comes from nowhere.
fn circular(relationships: &[Relationship<'_>], kind: RelationshipKind) -> HashSet<String> {
    let edges: Vec<_> = relationships.iter().filter(|edge| edge.kind == kind).collect();
    let forward: Vec<_> =
        edges.iter().map(|edge| (edge.source.as_str(), edge.target.as_str())).collect();
    let left = without_ends(&forward);
    let kept = |is_left: &[bool]| {
        let pairs = edges.iter().zip(is_left).filter(|(_, is_left)| **is_left);
        pairs.map(|(edge, _)| *edge).collect::<Vec<_>>()
    };
    let edges = kept(&left);
    let backward: Vec<_> =
        edges.iter().map(|edge| (edge.target.as_str(), edge.source.as_str())).collect();
    let left = without_ends(&backward);
    let circular = edges.iter().zip(&left).filter(|(_, is_left)| **is_left);
    circular.map(|(edge, _)| edge.id.to_string()).collect()
}

/// The edges that are left when, again and again, those are taken away whose target has no edge onward (Kahn 1962).
fn without_ends(edges: &[(&str, &str)]) -> Vec<bool> {
    let mut onward: HashMap<&str, usize> = HashMap::new();
    let mut into: HashMap<&str, Vec<(usize, &str)>> = HashMap::new();
    for (index, (source, target)) in edges.iter().enumerate() {
        *onward.entry(source).or_default() += 1;
        onward.entry(target).or_default();
        into.entry(target).or_default().push((index, *source));
    }
    let mut ends: Vec<&str> =
        onward.iter().filter(|(_, count)| **count == 0).map(|(node, _)| *node).collect();
    let mut taken = HashSet::new();
    while let Some(end) = ends.pop() {
        for (index, source) in into.remove(end).into_iter().flatten() {
            taken.insert(index);
            let count = onward.get_mut(source).expect("every end of an edge is counted");
            *count -= 1;
            if *count == 0 {
                ends.push(source);
            }
        }
    }
    (0..edges.len()).map(|index| !taken.contains(&index)).collect()
}
