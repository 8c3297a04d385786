//! Indicators as points, and points times a secret, on all threads.

use curve25519_dalek::ristretto::CompressedRistretto;
use curve25519_dalek::traits::Identity as _;
use curve25519_dalek::{RistrettoPoint, Scalar};
use rayon::prelude::*;
use sha2::{Digest as _, Sha256, Sha512};

use crate::Indicator;

/// The length of a hash in bytes: 10,000 items against a million agree by chance once in 10¹⁴ exchanges.
pub(crate) const TAG: usize = 10;

/// A compressed point.
pub(crate) type Point = [u8; 32];

/// The short hash of a point.
pub(crate) type Tag = [u8; TAG];

/// Points that share one inversion when they are compressed; more gain nothing.
const BATCH: usize = 256;

/// The point of an indicator: nobody knows its logarithm.
///
/// The domain tag and the kind go into the hash, so that a domain and a file of one name are two points.
fn point_of(indicator: &Indicator) -> RistrettoPoint {
    let mut hash = Sha512::new();
    hash.update(b"demarche-compare v1 hash to ristretto255\0");
    hash.update(indicator.kind().name().as_bytes());
    hash.update(b"\0");
    hash.update(indicator.text().as_bytes());
    RistrettoPoint::from_uniform_bytes(&hash.finalize().into())
}

/// The compressed products of points and a secret, in order.
fn products(points: impl Iterator<Item = RistrettoPoint>, half: &Scalar) -> Vec<Point> {
    // Half the secret, as compression in a batch doubles: one inversion for all points.
    let halves: Vec<RistrettoPoint> = points.map(|point| point * half).collect();
    let compressed = RistrettoPoint::double_and_compress_batch(&halves);
    compressed.iter().map(CompressedRistretto::to_bytes).collect()
}

/// Half of a secret, so that twice the product is the product with the secret.
fn half(secret: &Scalar) -> Scalar {
    secret * Scalar::from(2_u8).invert()
}

/// Every indicator as a point times a secret, in order.
pub(crate) fn blind(indicators: &[Indicator], secret: &Scalar) -> Vec<Point> {
    let half = half(secret);
    let batches = indicators.par_chunks(BATCH);
    batches.flat_map_iter(|batch| products(batch.iter().map(point_of), &half)).collect()
}

/// Every point times a secret, in order.
pub(crate) fn multiply(points: &[RistrettoPoint], secret: &Scalar) -> Vec<Point> {
    let half = half(secret);
    let batches = points.par_chunks(BATCH);
    batches.flat_map_iter(|batch| products(batch.iter().copied(), &half)).collect()
}

/// Reads compressed points; the index of the first that is none, or is the neutral element.
pub(crate) fn decompress(points: &[Point]) -> Result<Vec<RistrettoPoint>, usize> {
    let read = points.par_iter().enumerate().map(|(index, bytes)| {
        let point = CompressedRistretto(*bytes).decompress();
        point.filter(|point| *point != RistrettoPoint::identity()).ok_or(index)
    });
    let read: Vec<Result<RistrettoPoint, usize>> = read.collect();
    read.into_iter().collect()
}

/// The short hash of a point, by which equal points are found; it hides the point.
pub(crate) fn tag(point: &Point) -> Tag {
    let mut hash = Sha256::new();
    hash.update(b"demarche-compare v1 tag\0");
    hash.update(point);
    let hash: [u8; 32] = hash.finalize().into();
    let mut tag = [0; TAG];
    tag.iter_mut().zip(hash).for_each(|(byte, hashed)| *byte = hashed);
    tag
}
