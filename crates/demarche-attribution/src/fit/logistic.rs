//! Logistic regression by Newton's method.

use crate::parameters::SIGNS;
use crate::posterior::logistic;

/// The number of numbers that a row has.
const WIDTH: usize = SIGNS;
/// What half a squared weight costs, in nats: as if each had been seen to be near 0 once.
const PENALTY: f64 = 1.0;

/// The weights at which the rows are likeliest; a row is its numbers, whether it is so, and its weight.
pub(crate) fn fit(rows: &[([f64; WIDTH], bool, f64)]) -> [f64; WIDTH] {
    let mut weights = [0.0; WIDTH];
    for _ in 0..30 {
        let mut gradient = weights.map(|weight| -PENALTY * weight);
        let mut curvature = [[0.0; WIDTH]; WIDTH];
        for (index, row) in curvature.iter_mut().enumerate() {
            row[index] = PENALTY;
        }
        for (numbers, is_so, weight) in rows {
            let sum: f64 =
                numbers.iter().zip(weights).map(|(number, weight)| number * weight).sum();
            let probability = logistic(sum);
            let miss = weight * (f64::from(u8::from(*is_so)) - probability);
            let steep = weight * probability * (1.0 - probability);
            for (index, number) in numbers.iter().enumerate() {
                gradient[index] += miss * number;
                for (cell, other) in curvature[index].iter_mut().zip(numbers) {
                    *cell += steep * number * other;
                }
            }
        }
        for (weight, step) in weights.iter_mut().zip(solved(curvature, gradient)) {
            *weight += step;
        }
    }
    weights
}

/// The solution of a positive definite system, by elimination.
fn solved(mut system: [[f64; WIDTH]; WIDTH], mut right: [f64; WIDTH]) -> [f64; WIDTH] {
    for pivot in 0..WIDTH {
        for row in pivot + 1..WIDTH {
            let ratio = system[row][pivot] / system[pivot][pivot];
            let above = system[pivot];
            for (cell, above) in system[row].iter_mut().zip(above).skip(pivot) {
                *cell -= ratio * above;
            }
            right[row] -= ratio * right[pivot];
        }
    }
    for row in (0..WIDTH).rev() {
        let known: f64 = (row + 1..WIDTH).map(|column| system[row][column] * right[column]).sum();
        right[row] = (right[row] - known) / system[row][row];
    }
    right
}

#[cfg(test)]
mod tests {
    use super::*;
    use demarche_case::random::Random;

    #[test]
    fn known_weights_are_recovered() {
        let (mut draw, truth) = (Random::new(3), [-0.5, 1.5, -2.0]);
        let rows: Vec<_> = (0..20_000)
            .map(|_| {
                let mut row = [0.0; WIDTH];
                row[0] = 1.0;
                row[1] = draw.unit() * 2.0 - 1.0;
                row[2] = draw.unit() * 2.0 - 1.0;
                let sum: f64 = row.iter().zip(truth).map(|(number, weight)| number * weight).sum();
                (row, draw.unit() < logistic(sum), 1.0)
            })
            .collect();
        // The standard error of each is about 0.03 with as many rows.
        for (found, truth) in fit(&rows).iter().zip(truth) {
            assert!((found - truth).abs() < 0.1, "{found} for {truth}");
        }
    }
}
