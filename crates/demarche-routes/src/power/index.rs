//! The Shapley–Shubik and Banzhaf indices from the swings of a game.
//!
//! - Shapley and Shubik (1954), "A method for evaluating the distribution of power in a committee system": the chance that a player completes a winning coalition when all join in a random order.
//!   The indices of all players sum to 1.
//! - Banzhaf (1965), "Weighted voting doesn't work", in the absolute form of Dubey and Shapley (1979): the share of the coalitions of the *other* players in which a player is a swing.
//!   They need not sum to 1.
//!
//! Both give a player the same value in a game and in its dual, because player p is a swing for coalition S in one exactly if it is for the complement of S without p in the other.
//! So the power to block is the power to protect, for each player, though the coalitions that can do one or the other differ.

use demarche_case::number::float;

use super::table::CoalitionTable;

/// The power of one player, each from 0 to 1.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Power {
    pub(crate) shapley: f64,
    pub(crate) banzhaf: f64,
    /// Half the width of the 95 % interval; 0 when exact.
    pub(crate) shapley_error: f64,
    /// The same of the Banzhaf index.
    pub(crate) banzhaf_error: f64,
}

/// The exact indices of each player of a game that is won by winning each of its parts; the parts share no player.
///
/// By Owen's multilinear extension (1972, "Multilinear extensions of games"): if every player joins with chance t, a player is a swing with the chance that it is one in its own part and all other parts are won.
/// At t = 1/2 that is its Banzhaf index, and the mean over t from 0 to 1 its Shapley–Shubik index.
/// That chance is a polynomial in t of degree n − 1, which Gauss–Legendre integration with n/2 points gives exactly.
/// Results are rounded to 12 decimals, which is well within what the sums keep.
pub(crate) fn exact(parts: &[CoalitionTable]) -> Vec<Vec<Power>> {
    let players: usize = parts.iter().map(CoalitionTable::players).sum();
    let wins: Vec<Vec<u64>> = parts.iter().map(CoalitionTable::wins).collect();
    let swings: Vec<Vec<Vec<u64>>> = parts
        .iter()
        .map(|part| (0..part.players()).map(|player| part.swings(player)).collect())
        .collect();
    let mut powers: Vec<Vec<Power>> =
        parts.iter().map(|part| vec![Power::default(); part.players()]).collect();
    let mut add = |chance: f64, weight: f64, of: fn(&mut Power) -> &mut f64| {
        let won: Vec<f64> = wins.iter().map(|wins| chance_of(wins, chance)).collect();
        for (part, others) in products_of_others(&won).into_iter().enumerate() {
            for (power, swings) in powers[part].iter_mut().zip(&swings[part]) {
                *of(power) += weight * others * chance_of(swings, chance);
            }
        }
    };
    add(0.5, 1.0, |power| &mut power.banzhaf);
    for (chance, weight) in gauss_legendre(players.div_ceil(2)) {
        add(chance, weight, |power| &mut power.shapley);
    }
    let round = |value: f64| (value * 1e12).round() / 1e12;
    for power in powers.iter_mut().flatten() {
        // A tiny Banzhaf index, such as one of 2^-60, is not to become zero.
        power.shapley = round(power.shapley);
    }
    powers
}

/// The chance of a coalition that is counted by size, if each player joins with the chance given.
fn chance_of(counts: &[u64], joins: f64) -> f64 {
    let players = counts.len() - 1;
    let term = |(size, count): (usize, &u64)| {
        float(*count) * power_of(joins, size) * power_of(1.0 - joins, players - size)
    };
    counts.iter().enumerate().map(term).sum()
}

fn power_of(base: f64, exponent: usize) -> f64 {
    std::iter::repeat_n(base, exponent).product()
}

/// For each factor, the product of all others.
fn products_of_others(factors: &[f64]) -> Vec<f64> {
    let mut after = vec![1.0; factors.len() + 1];
    for (position, factor) in factors.iter().enumerate().rev() {
        after[position] = after[position + 1] * factor;
    }
    let mut before = 1.0;
    let product = |(position, factor): (usize, &f64)| {
        let product = before * after[position + 1];
        before *= factor;
        product
    };
    factors.iter().enumerate().map(product).collect()
}

/// Points between 0 and 1 and their weights, which integrate polynomials up to degree 2 · `points` − 1 exactly.
///
/// Roots of the Legendre polynomial by Newton's method from Tricomi's estimate (Press et al., "Numerical Recipes", 4.6.1).
fn gauss_legendre(points: usize) -> Vec<(f64, f64)> {
    let count = float(points);
    let root = |position: usize| {
        let mut x = (std::f64::consts::PI * (float(position) + 0.75) / (count + 0.5)).cos();
        let mut slope = 1.0;
        // It converges quadratically: 10 rounds are plenty.
        for _ in 0..10 {
            let (value, before) = legendre(points, x);
            slope = count * (x * value - before) / (x * x - 1.0);
            x -= value / slope;
        }
        (f64::midpoint(1.0, x), 1.0 / ((1.0 - x * x) * slope * slope))
    };
    (0..points).map(root).collect()
}

/// The Legendre polynomials of a degree and of the one below.
fn legendre(degree: usize, x: f64) -> (f64, f64) {
    (1..=degree).fold((1.0, 0.0), |(value, before), degree| {
        let n = float(degree);
        (((2.0 * n - 1.0) * x * value - (n - 1.0) * before) / n, value)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weighted(quota: u32, weights: &[u32]) -> CoalitionTable {
        CoalitionTable::from_fn(weights.len(), |coalition| {
            let members = weights.iter().enumerate().filter(|(bit, _)| coalition >> bit & 1 == 1);
            members.map(|(_, weight)| weight).sum::<u32>() >= quota
        })
    }

    fn alone(table: CoalitionTable) -> Vec<Power> {
        exact(&[table]).remove(0)
    }

    fn close(left: f64, right: f64) -> bool {
        (left - right).abs() < 1e-11
    }

    /// The textbook example [4; 3, 2, 1, 1]: Shapley–Shubik 1/2, 1/6, 1/6, 1/6; Banzhaf 6/8, 2/8, 2/8, 2/8.
    #[test]
    fn a_weighted_majority_has_the_textbook_indices() {
        let indices = alone(weighted(4, &[3, 2, 1, 1]));
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
        for (position, index) in alone(council.clone()).iter().enumerate() {
            let (shapley, banzhaf) = if position < 5 { (421., 848.) } else { (4., 84.) };
            assert!(close(index.shapley, shapley / 2145.), "{index:?}");
            assert!(close(index.banzhaf, banzhaf / 16_384.), "{index:?}");
        }
    }

    #[test]
    fn unanimity_shares_power_equally() {
        for players in 1..=12_u32 {
            let all = (1_usize << players) - 1;
            let table = CoalitionTable::from_fn(players as usize, |coalition| coalition == all);
            for index in alone(table.clone()) {
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
            let indices = alone(table.clone());
            let sum: f64 = indices.iter().map(|index| index.shapley).sum();
            assert!(close(sum, 1.), "the Shapley–Shubik indices sum to {sum}");
            for (index, dual) in indices.iter().zip(alone(table.dual())) {
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
                    .map(|coalition| coalition.iter().map(|bit| 1 << bit).sum())
                    .collect();
                let mut expected = 0.0;
                for chosen in 1_usize..1 << masks.len() {
                    let union = masks
                        .iter()
                        .enumerate()
                        .filter(|(bit, _)| chosen >> bit & 1 == 1)
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
                    family.iter().all(|right| right == *mask || right & **mask != *right)
                })
                .map(|mask| (0..players).filter(|bit| mask >> bit & 1 == 1).collect())
                .collect();
            expected.sort_by_key(|coalition: &Vec<usize>| (coalition.len(), coalition.clone()));
            expected.dedup();
            assert_eq!(table.minimal(usize::MAX).0, expected);
            Ok(())
        });
    }

    #[test]
    fn a_game_in_parts_has_the_indices_of_the_whole() {
        arbtest::arbtest(|random| {
            let (first, family) = random_game(random)?;
            let (second, other_family) = random_game(random)?;
            let wins = |family: &[usize], coalition: usize| {
                family.iter().any(|minimal| coalition & minimal == *minimal)
            };
            let parts = [
                CoalitionTable::from_fn(first, |coalition| wins(&family, coalition)),
                CoalitionTable::from_fn(second, |coalition| wins(&other_family, coalition)),
            ];
            let joined = CoalitionTable::from_fn(first + second, |coalition| {
                wins(&family, coalition) && wins(&other_family, coalition >> first)
            });
            for (part, whole) in exact(&parts).concat().iter().zip(alone(joined)) {
                assert!(close(part.shapley, whole.shapley) && close(part.banzhaf, whole.banzhaf));
            }
            Ok(())
        });
    }

    #[test]
    fn a_thousand_players_who_all_must_agree_share_power_equally() {
        let left = CoalitionTable::from_fn(1, |coalition| coalition == 1);
        for power in exact(&vec![left; 1000]).concat() {
            assert!(close(power.shapley, 0.001));
        }
    }
}
