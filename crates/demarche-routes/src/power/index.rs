//! The Shapley–Shubik and Banzhaf indices from the swings of a game.
//!
//! - Shapley and Shubik (1954), "A method for evaluating the distribution of power in a committee system": the chance that a player completes a winning coalition when all join in a random order.
//!   The indices of all players sum to 1.
//! - Banzhaf (1965), "Weighted voting doesn't work", in the absolute form of Dubey and Shapley (1979): the share of the coalitions of the *other* players in which a player is a swing.
//!   They need not sum to 1.
//!
//! Both give a player the same value in a game and in its dual, because player p is a swing for coalition S in one exactly if it is for the complement of S without p in the other.
//! So the power to block is the power to protect, for each player, though the coalitions that can do one or the other differ.

use super::table::CoalitionTable;

/// The power of one player, each from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Power {
    pub(super) shapley: f64,
    pub(super) banzhaf: f64,
    /// Half the width of the 95 % interval; 0 when exact.
    pub(super) shapley_error: f64,
    /// The same of the Banzhaf index.
    pub(super) banzhaf_error: f64,
}

/// The exact indices of each player.
pub(super) fn exact(table: &CoalitionTable) -> Vec<Power> {
    (0..table.players())
        .map(|player| {
            let swings = table.swings(player);
            let others = table.padded_players() - 1;
            Power {
                shapley: shapley(&swings, others),
                banzhaf: banzhaf(&swings),
                ..Power::default()
            }
        })
        .collect()
}

/// Orders in which a player meets exactly the coalition S of the others before it, as a share of all orders: 1 / (n · C(n − 1, |S|)).
fn shapley(swings: &[u64], others: usize) -> f64 {
    let mut choose = 1.0;
    let mut sum = 0.0;
    for (size, count) in swings.iter().enumerate() {
        sum += real(*count) / choose;
        choose *= real_size(others.saturating_sub(size)) / real_size(size + 1);
    }
    sum / real_size(others + 1)
}

fn banzhaf(swings: &[u64]) -> f64 {
    let coalitions = swings.iter().skip(1).fold(1.0, |product: f64, _| product * 2.0);
    real(swings.iter().sum()) / coalitions
}

/// Counts here stay below 2^32, which floating point holds exactly.
pub(super) fn real(count: u64) -> f64 {
    u32::try_from(count).map_or(f64::from(u32::MAX), f64::from)
}

fn real_size(size: usize) -> f64 {
    real(size as u64)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weighted(quota: u32, weights: &[u32]) -> CoalitionTable {
        CoalitionTable::from_fn(weights.len(), |coalition| {
            let members = weights.iter().enumerate().filter(|(at, _)| coalition >> at & 1 == 1);
            members.map(|(_, weight)| weight).sum::<u32>() >= quota
        })
    }

    fn close(one: f64, other: f64) -> bool {
        (one - other).abs() < 1e-12
    }

    /// The textbook example [4; 3, 2, 1, 1]: Shapley–Shubik 1/2, 1/6, 1/6, 1/6; Banzhaf 6/8, 2/8, 2/8, 2/8.
    #[test]
    fn a_weighted_majority_has_the_textbook_indices() {
        let indices = exact(&weighted(4, &[3, 2, 1, 1]));
        let expected = [(0.5, 0.75), (1. / 6., 0.25), (1. / 6., 0.25), (1. / 6., 0.25)];
        for (index, (shapley, banzhaf)) in indices.iter().zip(expected) {
            assert!(close(index.shapley, shapley) && close(index.banzhaf, banzhaf), "{index:?}");
        }
    }

    /// Shapley–Shubik of the UN Security Council since 1965: 0.19627 for each permanent member, 0.001865 for each other.
    /// As fractions 421/2145 and 4/2145 (Straffin 1983, "Power indices in politics").
    /// Banzhaf: 848 of 16,384 coalitions for a permanent member, and C(9,3) = 84 for an elected one.
    #[test]
    fn the_security_council_has_its_published_indices() {
        let council = weighted(39, &[7, 7, 7, 7, 7, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
        for (place, index) in exact(&council).iter().enumerate() {
            let (shapley, banzhaf) = if place < 5 { (421., 848.) } else { (4., 84.) };
            assert!(close(index.shapley, shapley / 2145.), "{index:?}");
            assert!(close(index.banzhaf, banzhaf / 16_384.), "{index:?}");
        }
    }

    #[test]
    fn unanimity_shares_power_equally() {
        for players in 1..=12_u32 {
            let all = (1_usize << players) - 1;
            let table = CoalitionTable::from_fn(players as usize, |coalition| coalition == all);
            for index in exact(&table) {
                assert!(close(index.shapley, 1. / f64::from(players)));
                assert!(close(index.banzhaf, 0.5_f64.powf(f64::from(players) - 1.)));
            }
        }
    }

    /// A game by random minimal coalitions, as masks.
    fn random_game(
        random: &mut arbtest::arbitrary::Unstructured<'_>,
    ) -> arbtest::arbitrary::Result<(usize, Vec<usize>)> {
        let players = random.int_in_range(1..=9)?;
        let count = random.int_in_range(1..=6)?;
        let coalition = |random: &mut arbtest::arbitrary::Unstructured<'_>| {
            random.int_in_range(1..=(1 << players) - 1)
        };
        let family = (0..count).map(|_| coalition(random)).collect::<Result<_, _>>()?;
        Ok((players, family))
    }

    #[test]
    fn indices_obey_their_axioms_and_inclusion_exclusion() {
        arbtest::arbtest(|random| {
            let (players, family) = random_game(random)?;
            let table = CoalitionTable::from_fn(players, |coalition| {
                family.iter().any(|minimal| coalition & minimal == *minimal)
            });
            let indices = exact(&table);
            let sum: f64 = indices.iter().map(|index| index.shapley).sum();
            assert!(close(sum, 1.), "the Shapley–Shubik indices sum to {sum}");
            for (index, dual) in indices.iter().zip(exact(&table.dual())) {
                assert!(close(index.shapley, dual.shapley) && close(index.banzhaf, dual.banzhaf));
            }
            assert_eq!(table.dual().dual(), table);
            let (minimal, complete) = table.minimal(usize::MAX);
            assert!(complete);
            for (player, index) in indices.iter().enumerate() {
                let is_null = minimal.iter().all(|coalition| !coalition.contains(&player));
                assert_eq!(is_null, index.shapley == 0.0);
                // By inclusion–exclusion over the minimal coalitions, a union U of t of them counts (−1)^(t+1),
                // and a unanimity game of |U| players gives each of its members 1/|U|.
                let masks: Vec<usize> = minimal
                    .iter()
                    .map(|coalition| coalition.iter().map(|at| 1 << at).sum())
                    .collect();
                let mut expected = 0.0;
                for chosen in 1_usize..1 << masks.len() {
                    let union = masks
                        .iter()
                        .enumerate()
                        .filter(|(at, _)| chosen >> at & 1 == 1)
                        .fold(0, |union, (_, mask)| union | mask);
                    if union >> player & 1 == 1 {
                        let sign = if chosen.count_ones() % 2 == 1 { 1.0 } else { -1.0 };
                        expected += sign / f64::from(union.count_ones());
                    }
                }
                assert!(
                    (expected - index.shapley).abs() < 1e-9,
                    "{expected} is not {}",
                    index.shapley
                );
            }
            Ok(())
        });
    }

    #[test]
    fn minimal_coalitions_are_those_given_without_supersets() {
        arbtest::arbtest(|random| {
            let (players, family) = random_game(random)?;
            let table = CoalitionTable::from_fn(players, |coalition| {
                family.iter().any(|minimal| coalition & minimal == *minimal)
            });
            let mut expected: Vec<Vec<usize>> = family
                .iter()
                .filter(|mask| {
                    family.iter().all(|other| other == *mask || other & **mask != *other)
                })
                .map(|mask| (0..players).filter(|at| mask >> at & 1 == 1).collect())
                .collect();
            expected.sort_by_key(|coalition: &Vec<usize>| (coalition.len(), coalition.clone()));
            expected.dedup();
            assert_eq!(table.minimal(usize::MAX).0, expected);
            Ok(())
        });
    }
}
