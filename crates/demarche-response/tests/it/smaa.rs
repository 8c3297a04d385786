//! The analysis beside closed forms, and laws that must hold.

use demarche_response::{Acceptability, Preference, Quantity, Size, World, acceptability};

/// Options that are always available, by fixed values.
fn fixed(values: &[&[f64]], preference: &Preference, draws: u32) -> Acceptability {
    let size = Size { options: values.len(), criteria: values[0].len() };
    let all: Vec<f64> = values.concat();
    acceptability(size, preference, draws, 1, &|_: &mut _, world: &mut World| {
        world.values.copy_from_slice(&all);
    })
}

#[test]
fn two_options_share_first_place_as_the_closed_form_says() {
    // (1, 0) beats (0, t) where w₁ > t·w₂, which is 1/(1+t) of all weights.
    for t in [0.25, 0.5, 1.0] {
        let found = fixed(&[&[1.0, 0.0], &[0.0, t]], &Preference::flat(2), 100_000);
        let first = found.options[0].ranks[0];
        assert!((first - 1.0 / (1.0 + t)).abs() < 2.0 * found.error(first), "{t}: {first}");
        assert!((found.better[0][1] - first).abs() < 1e-12);
    }
}

#[test]
fn unit_vectors_come_first_alike_and_have_the_weights_of_the_largest_part() {
    let unit: [&[f64]; 4] = [
        &[1.0, 0.0, 0.0, 0.0],
        &[0.0, 1.0, 0.0, 0.0],
        &[0.0, 0.0, 1.0, 0.0],
        &[0.0, 0.0, 0.0, 1.0],
    ];
    let found = fixed(&unit, &Preference::flat(4), 100_000);
    let harmonic = 1.0 + 1.0 / 2.0 + 1.0 / 3.0 + 1.0 / 4.0;
    for (place, option) in found.options.iter().enumerate() {
        assert!((option.ranks[0] - 0.25).abs() < 2.0 * found.error(0.25), "{option:?}");
        let central = option.central.as_ref().unwrap();
        assert!((central[place] - harmonic / 4.0).abs() < 0.01, "{central:?}");
        assert!((central.iter().sum::<f64>() - 1.0).abs() < 1e-9);
        assert!(
            (option.confidence - 1.0).abs() < 1e-12,
            "under its own weights it is always first"
        );
    }
}

#[test]
fn the_same_seed_gives_the_same_figures_and_another_one_nearly() {
    let size = Size { options: 3, criteria: 2 };
    let run = |seed| {
        acceptability(
            size,
            &Preference::flat(2),
            20_000,
            seed,
            &|random: &mut _, world: &mut World| {
                for value in &mut world.values {
                    *value = Quantity::Unknown.draw(random);
                }
            },
        )
    };
    assert_eq!(run(1), run(1));
    let (one, other) = (run(1), run(2));
    assert_ne!(one, other);
    for (one, other) in one.options.iter().zip(&other.options) {
        assert!((one.ranks[0] - other.ranks[0]).abs() < 0.02);
        assert!((one.ranks[0] - 1.0 / 3.0).abs() < 0.015, "all are alike");
    }
}

#[test]
fn an_option_that_cannot_be_taken_never_ranks() {
    let size = Size { options: 2, criteria: 1 };
    let found =
        acceptability(size, &Preference::flat(1), 5_000, 1, &|_: &mut _, world: &mut World| {
            world.values.copy_from_slice(&[1.0, 0.1]);
            world.available.copy_from_slice(&[false, true]);
        });
    assert_eq!(found.options[0].ranks, [0.0, 0.0]);
    assert!(found.options[0].available.abs() < 1e-12);
    assert_eq!(found.options[1].ranks, [1.0, 0.0]);
    assert!(found.options[1].regret.abs() < 1e-12, "what cannot be taken is not missed");
}

#[test]
fn regret_is_what_is_lost_against_the_best() {
    let found = fixed(&[&[0.9], &[0.5]], &Preference::flat(1), 1_000);
    assert!(found.options[0].regret.abs() < 1e-12);
    assert!((found.options[1].regret - 0.4).abs() < 1e-9);
    assert!((found.options[1].regret_high - 0.4).abs() < 2e-3);
}

#[test]
fn an_order_of_importance_is_kept_and_groups_count_alike() {
    let order = Preference::flat(3).ordered(vec![2, 0]);
    let found = fixed(&[&[0.0, 0.0, 1.0], &[1.0, 1.0, 0.0]], &order, 20_000);
    let central = found.options[0].central.as_ref().unwrap();
    assert!(central[2] > central[0] && central[0] > central[1], "{central:?}");
    // One criterion of gain against four of harm: as groups they count alike, else the four win.
    let values: [&[f64]; 2] = [&[1.0, 0.0, 0.0, 0.0, 0.0], &[0.0, 1.0, 1.0, 1.0, 1.0]];
    let groups = Preference::grouped(vec![vec![0], vec![1, 2, 3, 4]]);
    assert!((fixed(&values, &groups, 50_000).options[0].ranks[0] - 0.5).abs() < 0.01);
    assert!(fixed(&values, &Preference::flat(5), 50_000).options[0].ranks[0] < 0.1);
}

#[test]
fn quantiles_agree_with_the_distributions_they_are_of() {
    let triangle = Quantity::Between { low: 0.0, mode: 0.5, high: 1.0 };
    assert!((triangle.quantile(0.5) - 0.5).abs() < 1e-12);
    assert!((triangle.quantile(0.125) - 0.25).abs() < 1e-12, "F(x) = 2x² below the mode");
    // Beta(1, 3): F(x) = 1 − (1 − x)³.
    let counted = Quantity::counted(0.0, 2.0, 2.0, 0.5);
    for x in [0.05_f64, 0.2, 0.5, 0.8] {
        let share = 1.0 - (1.0 - x).powi(3);
        // Between two of its 513 points the table is a line.
        assert!((counted.quantile(share) - x).abs() < 1e-3, "{x}");
    }
    assert_eq!(Quantity::counted(3.0, 2.0, 0.0, 0.5), Quantity::Unknown);
    assert!((Quantity::Exactly(0.3).quantile(0.9) - 0.3).abs() < 1e-12);
}
