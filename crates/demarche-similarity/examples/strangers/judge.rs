//! A threshold taken from pairs of some projects, tried on pairs of other projects.

use std::fs;

use anyhow::{Context as _, Result};
use demarche_similarity::{Amount, KnownPair, fit};

/// A threshold lies this far above the strongest tie of strangers, in nats.
const MARGIN: f64 = 0.5;

/// Prints the calibration of one list of pairs, and the rates on the other.
pub(crate) fn judge(learnt: &str, tried: &str) -> Result<()> {
    let (learnt, tried) = (pairs(learnt)?, pairs(tried)?);
    let mut calibration = fit(&learnt).context("both kinds of pairs")?;
    // A threshold that goes by the bounds alone: the line without them.
    let raw = |pair: &KnownPair| calibration.intercept + calibration.slope * pair.amount.nats();
    let strangers = learnt.iter().filter(|pair| !pair.is_same);
    calibration.threshold = strangers.map(raw).fold(0.0, f64::max) + MARGIN;
    println!("{calibration:?}");
    println!("threshold as a ratio: {:.0}", calibration.threshold.exp());
    for (name, pairs) in [("learnt on", &learnt), ("tried on", &tried)] {
        let count = |is_same: bool| {
            let of = || pairs.iter().filter(move |pair| pair.is_same == is_same);
            let named = |pair: &&KnownPair| calibration.strength(pair.amount).is_attributed;
            (of().filter(named).count(), of().count())
        };
        let ((wrong, strangers), (right, same)) = (count(false), count(true));
        println!(
            "{name}: {wrong} of {strangers} strangers accused, {right} of {same} of one hand ascribed"
        );
        let strongest = pairs
            .iter()
            .filter(|pair| !pair.is_same)
            .map(|pair| calibration.intercept + calibration.slope * pair.amount.nats());
        println!("  strongest strangers: {:.0}", strongest.fold(0.0, f64::max).exp());
    }
    Ok(())
}

/// The pairs of a file that this example wrote.
fn pairs(path: &str) -> Result<Vec<KnownPair>> {
    let text = fs::read_to_string(path).with_context(|| path.to_owned())?;
    let pair = |line: &str| {
        let cells: Vec<&str> = line.split('\t').collect();
        let [.., evidence, compared, _, is_same] = cells.as_slice() else {
            anyhow::bail!("no pair: {line}")
        };
        let amount = Amount { evidence: evidence.parse()?, compared: compared.parse()? };
        Ok(KnownPair { amount, is_same: is_same.parse()? })
    };
    text.lines().map(pair).collect()
}
