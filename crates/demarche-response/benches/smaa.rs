//! How long the weighing of a dozen options takes: 100,000 draws by ten criteria, every value uncertain.

use criterion::{Criterion, criterion_group, criterion_main};
use demarche_response::{Preference, Quantity, Size, World, acceptability};

fn weigh(criterion: &mut Criterion) {
    let size = Size { options: 12, criteria: 10 };
    let cells: Vec<Quantity> = (0..120)
        .map(|cell| match cell % 3 {
            0 => Quantity::counted(f64::from(cell % 7), 12.0, 4.0, 0.2),
            1 => Quantity::Between { low: 0.1, mode: 0.4, high: 0.9 },
            _ => Quantity::Unknown,
        })
        .collect();
    let preference = Preference::grouped(vec![(0..4).collect(), (4..10).collect()]);
    criterion.bench_function("100,000 draws of 12 options by 10 criteria", |bencher| {
        bencher.iter(|| {
            acceptability(size, &preference, 100_000, 1, &|random: &mut _, world: &mut World| {
                for (value, cell) in world.values.iter_mut().zip(&cells) {
                    *value = cell.draw(random);
                }
            })
        });
    });
}

criterion_group!(benches, weigh);
criterion_main!(benches);
