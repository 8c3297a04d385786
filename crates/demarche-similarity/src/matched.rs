use std::collections::BTreeMap;

use demarche_case::assessment::code::{FunctionKind, KnownFunction, MatchedFunction};
use demarche_index::{Index, IndexError};

use crate::Examined;
use crate::compare::{Kind, kind, known};
use crate::runtime::told_apart;
use crate::tie::{By, Counterpart, Counterparts, Groups};

/// Every function of a program with its surest counterpart, ascending by address; those that match nothing have none.
///
/// Counterparts of public packages and library code are told too. The names of known functions are left open: the index
/// does not have them.
///
/// # Errors
///
/// When the index turns out to be damaged as it is read.
pub fn matched(
    examined: &Examined<'_>,
    counterparts: &[Counterparts],
    index: &Index,
) -> Result<Vec<MatchedFunction>, IndexError> {
    let families = Groups::new(index, By::Family);
    let names = names(examined);
    let (told, _) = told_apart(index, examined.runtime, counterparts);
    let functions = counterparts.iter().zip(told.iter());
    let matched = functions.filter_map(|(function, told)| {
        let own = examined.fingerprints.get(usize::try_from(function.place).ok()?)?;
        let package = match function.origin {
            demarche_terms::Origin::Package(place) => examined.origins.package(place),
            demarche_terms::Origin::Own | demarche_terms::Origin::Untold => None,
        };
        let counterpart = match surest(function) {
            Some(best) => match known_function(index, best, families.holding(function)) {
                Ok(known) => known,
                Err(error) => return Some(Err(error)),
            },
            None => None,
        };
        Some(Ok(MatchedFunction {
            address: own.start.0,
            size: function.size,
            name: names.get(&own.start.0).map(|name| (*name).to_owned()),
            kind: match kind(told, &families) {
                Kind::Small => FunctionKind::Small,
                Kind::Library => FunctionKind::Library,
                Kind::Shared => FunctionKind::Shared,
                Kind::Unknown => FunctionKind::Unknown,
            },
            package: package.map(ToString::to_string),
            counterpart,
        }))
    });
    matched.collect()
}

/// Gives counterparts in one known program the names that its file has for them.
pub fn carry_names(matched: &mut [MatchedFunction], known: &Examined<'_>) {
    let names = names(known);
    let counterparts = matched.iter_mut().filter_map(|function| function.counterpart.as_mut());
    for counterpart in counterparts.filter(|found| found.known.sha256 == known.sha256) {
        counterpart.name = names.get(&counterpart.address).map(|name| (*name).to_owned());
    }
}

/// The surest counterpart; of equally sure ones the first.
fn surest(function: &Counterparts) -> Option<&Counterpart> {
    function.found.iter().max_by(|left, right| {
        let surer = left.probability.total_cmp(&right.probability);
        surer.then_with(|| right.sample.cmp(&left.sample))
    })
}

fn known_function(
    index: &Index,
    best: &Counterpart,
    families: usize,
) -> Result<Option<KnownFunction>, IndexError> {
    let stored = index.function(best.function)?;
    let (Some(known), Some(sample)) = (known(index, best.sample), index.sample(best.sample)) else {
        return Ok(None);
    };
    Ok(Some(KnownFunction {
        known,
        family: sample.meta.family_key(),
        is_library: sample.meta.is_library,
        address: stored.start.0,
        size: u64::from(stored.size),
        name: None,
        probability: best.probability,
        is_identical: best.is_identical,
        families: families as u64,
    }))
}

/// The names that the file gives to its functions, by address.
fn names<'a>(examined: &Examined<'a>) -> BTreeMap<u64, &'a str> {
    let mut names = BTreeMap::new();
    for symbol in &examined.image.symbols {
        if !symbol.name.is_empty() && symbol.kind != demarche_image::SymbolKind::Object {
            names.entry(symbol.address.0).or_insert(symbol.name.as_str());
        }
    }
    names
}
