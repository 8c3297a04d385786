//! Beside another implementation of the analysis, on its invented example: `bench/response/smaa_reference.py`.

use demarche_response::{Acceptability, Preference, Quantity, Size, World, acceptability};

/// The likeliest value of each option by effect, speed, low collateral, low escalation, legality and evidence kept.
const MODES: [[f64; 6]; 8] = [
    [0.35, 0.5, 0.9, 0.9, 0.95, 0.5],
    [0.25, 0.6, 0.9, 0.6, 0.9, 0.3],
    [0.3, 0.2, 0.7, 0.45, 0.8, 0.3],
    [0.2, 0.1, 0.95, 0.6, 0.9, 0.1],
    [0.6, 0.6, 0.6, 0.7, 0.7, 0.6],
    [0.5, 0.95, 0.4, 0.9, 0.8, 0.95],
    [0.6, 0.5, 0.4, 0.2, 0.3, 0.6],
    [0.05, 1.0, 1.0, 1.0, 1.0, 1.0],
];

/// The distance by which each criterion's values reach to either side.
const WIDTHS: [f64; 6] = [0.2, 0.15, 0.1, 0.15, 0.1, 0.1];

/// The number of times each option can be taken.
const GATES: [f64; 8] = [1.0, 1.0, 0.9, 0.9, 0.8, 0.95, 0.25, 1.0];

/// What the other implementation prints with 100,000 draws and two digits: first, holistic and confidence.
type Printed = [[f64; 3]; 8];

const FLAT: Printed = [
    [0.03, 0.73, 0.51],
    [0.0, 0.52, 0.06],
    [0.0, 0.22, 0.0],
    [0.0, 0.26, 0.04],
    [0.02, 0.47, 0.36],
    [0.18, 0.76, 0.87],
    [0.0, 0.05, 0.03],
    [0.76, 0.94, 1.0],
];

const TWO_GROUPS: Printed = [
    [0.02, 0.67, 0.45],
    [0.0, 0.52, 0.04],
    [0.0, 0.24, 0.0],
    [0.0, 0.23, 0.04],
    [0.07, 0.52, 0.42],
    [0.33, 0.80, 0.92],
    [0.01, 0.08, 0.07],
    [0.56, 0.87, 1.0],
];

fn run(preference: &Preference) -> Acceptability {
    let size = Size { options: 8, criteria: 6 };
    let between = |mode: f64, width: f64| Quantity::Between {
        low: (mode - width).max(0.0),
        mode,
        high: (mode + width).min(1.0),
    };
    let cells: Vec<Quantity> = MODES
        .iter()
        .flat_map(|row| row.iter().zip(WIDTHS).map(|(mode, width)| between(*mode, width)))
        .collect();
    acceptability(size, preference, 100_000, 7, &|random: &mut _, world: &mut World| {
        for (value, cell) in world.values.iter_mut().zip(&cells) {
            *value = cell.draw(random);
        }
        for (available, gate) in world.available.iter_mut().zip(GATES) {
            *available = Quantity::Unknown.draw(random) < gate;
        }
    })
}

fn agrees(found: &Acceptability, printed: &Printed) {
    for (place, (option, [first, holistic, confidence])) in
        found.options.iter().zip(printed).enumerate()
    {
        // Two digits are within .005, and both implementations draw.
        let close = |own: f64, other: f64| (own - other).abs() < 0.01;
        assert!(close(option.available, GATES[place]), "{place}: {option:?}");
        assert!(close(option.ranks[0], *first), "{place}: {option:?}");
        assert!(close(option.holistic, *holistic), "{place}: {option:?}");
        // Rare first places leave central weights, and with them this, less sure.
        let sure = if option.ranks[0] > 0.01 { 0.015 } else { 0.05 };
        assert!((option.confidence - confidence).abs() < sure, "{place}: {option:?}");
    }
}

#[test]
fn it_agrees_with_flat_weights() {
    agrees(&run(&Preference::flat(6)), &FLAT);
}

#[test]
fn it_agrees_with_weights_in_two_groups() {
    agrees(&run(&Preference::grouped(vec![vec![0, 1], vec![2, 3, 4, 5]])), &TWO_GROUPS);
}
