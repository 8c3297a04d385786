//! The messages show sizes of buckets and nothing else that a test can see.

use std::collections::BTreeSet;

use demarche_compare::Indicator;
use demarche_compare::psi::{Asker, Ledger, Policy, Prepared, Purpose, Seed};
use statrs::distribution::{ChiSquared, ContinuousCDF as _};

use super::exchange::{ask, items, parties};

/// The length of the header of a request, and of an answer.
const REQUEST: usize = 7 + 3 + 16 + 32 + 32 + 8 + 4;
const ANSWER: usize = 7 + 3 + 16 + 32 + 32 + 4 + 4;

/// A request and its answer, for seeds made of a number.
fn exchange(ours: &[Indicator], theirs: &[Indicator], number: u8) -> (Vec<u8>, Vec<u8>) {
    let (asker, answerer) = parties();
    let terms = ask(Purpose::Count, 2048);
    let (_, request) =
        Asker::new(ours, terms, &asker, &Seed::new([number; 32])).expect("it is right");
    let prepared =
        Prepared::new(theirs, 4096, &Seed::new([number ^ 0x80; 32])).expect("it is right");
    let (answer, _) = prepared.answer(
        &request,
        &answerer,
        &Policy::default(),
        &mut Ledger::default(),
        terms.made,
    );
    (request, answer.expect("it is right"))
}

fn points(message: &[u8], header: usize, count: usize) -> BTreeSet<[u8; 32]> {
    let (points, _) = message[header..].as_chunks::<32>();
    points[..count].iter().copied().collect()
}

/// The chance of counts at least as uneven where all are equally likely.
fn p_value(counts: &[f64]) -> f64 {
    let mean = counts.iter().sum::<f64>() / counts.len() as f64;
    let statistic: f64 = counts.iter().map(|count| (count - mean).powi(2) / mean).sum();
    1.0 - ChiSquared::new(counts.len() as f64 - 1.0).expect("it is right").cdf(statistic)
}

/// Chances of the bits, of the low bytes, and of one byte in the middle of points.
///
/// A compressed point is an even number below 2²⁵⁵ - 19, so that the first and last bit are 0 and the last byte is short.
fn p_values(points: &BTreeSet<[u8; 32]>) -> Vec<f64> {
    let bit = |point: &[u8; 32], bit: usize| point[bit / 8] >> (bit % 8) & 1;
    let mut chances: Vec<f64> = (1..254)
        .map(|index| {
            let ones = points.iter().map(|point| f64::from(bit(point, index))).sum::<f64>();
            p_value(&[ones, points.len() as f64 - ones])
        })
        .collect();
    for byte in 1..31 {
        let mut counts = [0.0; 256];
        points.iter().for_each(|point| counts[usize::from(point[byte])] += 1.0);
        chances.push(p_value(&counts));
    }
    chances
}

/// No chance is below 10⁻⁶, which one in 700 honest runs would show; the seeds are fixed.
fn assert_even(points: &BTreeSet<[u8; 32]>) {
    let chances = p_values(points);
    let least = chances.iter().copied().fold(1.0, f64::min);
    assert!(least > 1e-6, "{least}");
    // The chances themselves are even: about a tenth of them lie below a tenth.
    let low = chances.iter().filter(|chance| **chance < 0.1).count();
    assert!((10..55).contains(&low), "{low} of {}", chances.len());
}

#[test]
fn points_of_messages_are_as_even_as_random_points() {
    let (request, answer) = exchange(&items(0..2000), &items(0..4000), 1);
    assert_even(&points(&request, REQUEST, 2048));
    assert_even(&points(&answer, ANSWER, 2048));
    let random = Asker::new(&[], ask(Purpose::Count, 2048), &parties().0, &Seed::new([9; 32]));
    assert_even(&points(&random.expect("it is right").1, REQUEST, 2048));
    // Items and padding are mixed: the halves of a request with as many of each are alike.
    let (half, _) = exchange(&items(0..1024), &items(0..10), 2);
    assert_even(&points(&half, REQUEST, 2048));
}

#[test]
fn hashes_of_answers_are_as_even_as_random_bytes() {
    let (_, answer) = exchange(&items(0..10), &items(0..2000), 3);
    let (tags, _) = answer[ANSWER + 2048 * 32..].as_chunks::<10>();
    let tags = &tags[..4096];
    for byte in 0..10 {
        let mut counts = [0.0; 256];
        tags.iter().for_each(|tag| counts[usize::from(tag[byte])] += 1.0);
        assert!(p_value(&counts) > 1e-6, "byte {byte}");
    }
}

#[test]
fn lists_of_different_sizes_make_messages_of_one_size() {
    let sizes: BTreeSet<(usize, usize)> = [(0, 0), (1, 4096), (2048, 17)]
        .into_iter()
        .map(|(ours, theirs)| {
            let (request, answer) = exchange(&items(0..ours), &items(0..theirs), 4);
            (request.len(), answer.len())
        })
        .collect();
    assert_eq!(sizes.len(), 1);
}

#[test]
fn two_exchanges_of_the_same_lists_share_no_point() {
    let (ours, theirs) = (items(0..500), items(0..500));
    let (first, second) = (exchange(&ours, &theirs, 5), exchange(&ours, &theirs, 6));
    for (left, right, header) in [(&first.0, &second.0, REQUEST), (&first.1, &second.1, ANSWER)] {
        let (left, right) = (points(left, header, 2048), points(right, header, 2048));
        assert_eq!((left.len(), right.len()), (2048, 2048));
        assert!(left.is_disjoint(&right));
    }
    let tags = |answer: &[u8]| {
        let (tags, _) = answer[ANSWER + 2048 * 32..].as_chunks::<10>();
        tags[..4096].iter().copied().collect::<BTreeSet<_>>()
    };
    assert!(tags(&first.1).is_disjoint(&tags(&second.1)));
}

#[test]
fn the_order_of_a_count_tells_no_item() {
    // One common item: its place among the points of the answer is not its place in the request.
    let places: BTreeSet<bool> = (10..30)
        .map(|number| {
            let (request, answer) = exchange(&items(0..2048), &items(0..1), number);
            let request: Vec<_> = points(&request, REQUEST, 2048).into_iter().collect();
            let answer: Vec<_> = points(&answer, ANSWER, 2048).into_iter().collect();
            request[0] < answer[0]
        })
        .collect();
    assert_eq!(places.len(), 2, "both orders occur");
}
