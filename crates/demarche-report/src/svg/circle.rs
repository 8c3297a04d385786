//! The place where families stand on a circle, and how the curves between them run.
//!
//! Every name has a place of its own on the rim, so that none lies on another from three families to three hundred.
//! Groups stand together, and groups with strong ties next to each other; curves of one pair of groups run together
//! (Holten, 2006, "Hierarchical edge bundles", with the groups as the only level).

use demarche_case::number::float;
use std::collections::{BTreeMap, VecDeque};
use std::f64::consts::{PI, TAU};

use super::figure::px;

/// Names up to this number are written level; more are written like spokes.
const LEVEL: usize = 14;

/// The part of the rim that a name takes, written like a spoke.
const SLOT: f64 = 13.0;

/// A gap between two groups, in slots.
const GAP: f64 = 0.7;

/// The least radius.
const RADIUS: f64 = 176.0;

/// The least and the greatest width of names.
const ROOM: (f64, f64) = (50.0, 180.0);

/// The least width of the whole, for what is written below the circle.
const WIDTH: f64 = 720.0;

/// A tie between two of the things on the circle, by their places.
pub(crate) struct Tie {
    pub(crate) ends: [usize; 2],
    /// The strength with which the tie pulls their groups together.
    pub(crate) weight: f64,
}

/// A place on the rim.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Spot {
    /// Its direction, clockwise from the top, in radians.
    angle: f64,
    pub(crate) at: (f64, f64),
    /// The end of the name that is at the mark.
    pub(crate) anchor: &'static str,
    group: usize,
}

/// Spots on a circle.
pub(crate) struct Circle {
    spots: Vec<Spot>,
    /// The middle direction of each group.
    middles: BTreeMap<usize, f64>,
    radius: f64,
    centre: (f64, f64),
    /// The width that a name may take.
    room: f64,
}

impl Circle {
    /// Places things by their groups, with names up to `longest` wide at a size of 1; the same have the same places.
    pub(crate) fn of(groups: &[usize], ties: &[Tie], longest: f64) -> Self {
        let order = group_order(groups, ties);
        let gaps = if order.len() > 1 { GAP * float(order.len()) } else { 0.0 };
        let slots = (float(groups.len()) + gaps).max(1.0);
        let radius = (slots * SLOT / TAU).max(RADIUS);
        let is_level = groups.len() <= LEVEL;
        let room = (longest * font(groups.len())).clamp(ROOM.0, ROOM.1);
        let high = radius + if is_level { 46.0 } else { room + 34.0 };
        let centre = ((radius + room + 34.0).max(WIDTH / 2.0), high);
        let mut places = vec![0.0; groups.len()];
        let mut middles = BTreeMap::new();
        let mut next = 0.0;
        for group in order {
            let first = next;
            for (place, _) in groups.iter().enumerate().filter(|(_, one)| **one == group) {
                if let Some(slot) = places.get_mut(place) {
                    *slot = TAU * (next + 0.5) / slots;
                }
                next += 1.0;
            }
            middles.insert(group, TAU * (first + next) / 2.0 / slots);
            next += if gaps > 0.0 { GAP } else { 0.0 };
        }
        let spots = places
            .into_iter()
            .zip(groups)
            .map(|(angle, group)| Spot {
                angle,
                at: polar(centre, angle, radius),
                anchor: anchor(angle, is_level),
                group: *group,
            })
            .collect();
        Self { spots, middles, radius, centre, room }
    }

    pub(crate) fn spots(&self) -> &[Spot] {
        &self.spots
    }

    pub(crate) fn width(&self) -> f64 {
        2.0 * self.centre.0
    }

    pub(crate) fn height(&self) -> f64 {
        2.0 * self.centre.1
    }

    /// The radius of the largest mark.
    pub(crate) fn mark(&self) -> f64 {
        if self.spots.len() > LEVEL { (self.step() * 0.46).clamp(4.0, 11.0) } else { 14.0 }
    }

    /// The least distance of two names along the rim.
    fn step(&self) -> f64 {
        TAU * self.radius / float(self.spots.len().max(1))
    }

    pub(crate) fn font(&self) -> f64 {
        font(self.spots.len())
    }

    /// The width that a name may take.
    pub(crate) fn room(&self) -> f64 {
        self.room
    }

    /// The place where a name begins, and how it is turned.
    pub(crate) fn name_at(&self, spot: &Spot) -> ((f64, f64), Option<String>) {
        let out = polar(self.centre, spot.angle, self.radius + self.mark() + 9.0);
        if self.spots.len() <= LEVEL {
            // Straight above and below, the name stands clear of the mark.
            let middle = if spot.anchor == "middle" { 8.0 * -spot.angle.cos() } else { 0.0 };
            return ((out.0, out.1 + 4.0 + middle), None);
        }
        let degrees = spot.angle.to_degrees() - 90.0;
        let degrees = if spot.anchor == "end" { degrees + 180.0 } else { degrees };
        let turn = format!("rotate({} {} {})", px(degrees), px(out.0), px(out.1));
        ((out.0, out.1 + 3.6), Some(turn))
    }

    /// The way of a tie: through the circle along the middles of its groups, flat between neighbours.
    pub(crate) fn curve(&self, tie: &Tie) -> String {
        let (Some(one), Some(other)) = (self.spots.get(tie.ends[0]), self.spots.get(tie.ends[1]))
        else {
            return "M0 0".to_owned();
        };
        let apart = apart(one.angle, other.angle);
        // Half-way round the curve passes near the centre, between neighbours it stays near the rim.
        let depth = self.radius * (1.0 - (apart / PI).sqrt()).clamp(0.12, 0.86);
        let lead = |spot: &Spot| {
            if one.group == other.group {
                return spot.angle;
            }
            self.middles.get(&spot.group).copied().unwrap_or(spot.angle)
        };
        let (from, to) =
            (polar(self.centre, lead(one), depth), polar(self.centre, lead(other), depth));
        let point = |(x, y): (f64, f64)| format!("{} {}", px(x), px(y));
        format!("M{}C{} {} {}", point(one.at), point(from), point(to), point(other.at))
    }
}

/// Groups in the order of the rim: from the one with most ties on, always the one tied most to either end.
fn group_order(groups: &[usize], ties: &[Tie]) -> Vec<usize> {
    let mut pull: BTreeMap<(usize, usize), f64> = BTreeMap::new();
    let mut total: BTreeMap<usize, f64> = groups.iter().map(|group| (*group, 0.0)).collect();
    for tie in ties {
        let (Some(one), Some(other)) = (groups.get(tie.ends[0]), groups.get(tie.ends[1])) else {
            continue;
        };
        let weight = if tie.weight.is_finite() { tie.weight.max(0.0) } else { 0.0 };
        if one != other {
            for pair in [(*one, *other), (*other, *one)] {
                *pull.entry(pair).or_default() += weight;
            }
            for end in [one, other] {
                *total.entry(*end).or_default() += weight;
            }
        }
    }
    let mut order: VecDeque<usize> = VecDeque::new();
    while !total.is_empty() {
        let ends = [order.back().copied(), order.front().copied()];
        let pulls = |end: Option<usize>, group: usize| {
            end.and_then(|end| pull.get(&(end, group)).copied()).unwrap_or_default()
        };
        let strongest = |group: usize| pulls(ends[0], group).max(pulls(ends[1], group));
        let next = total.iter().max_by(|left, right| {
            let key =
                strongest(*left.0).total_cmp(&strongest(*right.0)).then(left.1.total_cmp(right.1));
            key.then(right.0.cmp(left.0))
        });
        let Some(next) = next.map(|(group, _)| *group) else { break };
        total.remove(&next);
        if pulls(ends[1], next) > pulls(ends[0], next) {
            order.push_front(next);
        } else {
            order.push_back(next);
        }
    }
    order.into()
}

fn polar(centre: (f64, f64), angle: f64, far: f64) -> (f64, f64) {
    (centre.0 + far * angle.sin(), centre.1 - far * angle.cos())
}

/// Names stand outside the circle: to the right of it begin at the mark, to the left end there.
fn anchor(angle: f64, is_level: bool) -> &'static str {
    match angle.sin() {
        across if is_level && across.abs() < 0.02 => "middle",
        right if right >= 0.0 => "start",
        _ => "end",
    }
}

/// The size of names on a circle of so many things.
const fn font(number: usize) -> f64 {
    if number > LEVEL { 10.5 } else { 12.0 }
}

/// The angle between two directions, from 0 to half a turn.
fn apart(one: f64, other: f64) -> f64 {
    let apart = (one - other).abs() % TAU;
    apart.min(TAU - apart)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn circle(number: usize, groups: usize) -> Circle {
        let groups: Vec<usize> = (0..number).map(|position| position % groups).collect();
        Circle::of(&groups, &[], 99.0)
    }

    #[test]
    fn level_names_lie_on_no_other() {
        for number in 1..=LEVEL {
            for groups in [1, 2, 3, number] {
                let circle = circle(number, groups);
                let boxes: Vec<(f64, f64, f64)> = circle
                    .spots()
                    .iter()
                    .map(|spot| {
                        let ((x, y), turn) = circle.name_at(spot);
                        assert!(turn.is_none());
                        let from = match spot.anchor {
                            "start" => x,
                            "end" => x - ROOM.1,
                            _ => x - ROOM.1 / 2.0,
                        };
                        assert!(
                            from >= 0.0 && from + ROOM.1 <= circle.width(),
                            "{number} of {groups}"
                        );
                        assert!(y > 10.0 && y < circle.height(), "{number} of {groups}");
                        (from, from + ROOM.1, y)
                    })
                    .collect();
                for (index, item) in boxes.iter().enumerate() {
                    for right in boxes.iter().skip(index + 1) {
                        let beside = item.1 <= right.0 || right.1 <= item.0;
                        assert!(
                            beside || (item.2 - right.2).abs() >= 12.0,
                            "{number} of {groups}: {boxes:?}"
                        );
                    }
                }
            }
        }
    }

    #[test]
    fn names_like_spokes_keep_their_distance() {
        for number in [15, 40, 80, 300] {
            for groups in [1, 7, number] {
                let circle = circle(number, groups);
                for spot in circle.spots() {
                    assert!(["start", "end"].contains(&spot.anchor), "{number} of {groups}");
                    assert!(circle.name_at(spot).1.is_some());
                }
                let mut angles: Vec<f64> = circle.spots().iter().map(|spot| spot.angle).collect();
                angles.sort_by(f64::total_cmp);
                for pair in angles.windows(2) {
                    let rim = (pair[1] - pair[0]) * circle.radius;
                    assert!(rim >= circle.font() * 1.15, "{number} of {groups}: {rim}");
                }
            }
        }
    }

    #[test]
    fn groups_that_are_tied_stand_side_by_side() {
        let groups = [0, 1, 2, 3];
        let ties = [Tie { ends: [0, 3], weight: 9.0 }, Tie { ends: [3, 2], weight: 5.0 }];
        assert_eq!(group_order(&groups, &ties), [2, 3, 0, 1]);
        assert_eq!(group_order(&groups, &[]), [0, 1, 2, 3]);
        assert!(group_order(&[], &[]).is_empty());
    }
}
