use demarche_assess::AssessError;
use demarche_assess::programs::{Disassembly, Opening, Sample, Visited, open_index, visit};
use demarche_index::{Index, StoredSample};
use demarche_similarity::yara::{Other, Request, Source, rule};

use super::folder;
use crate::cli::code::CodeYaraArgs;
use crate::output::{self, Outcome, print};
use crate::progress::Progress;

/// The most strings of a rule: more slow a scanner down and catch little else.
const STRINGS: usize = 24;

/// Writes a YARA rule from the code that only one family has.
pub(crate) fn run(args: &CodeYaraArgs) -> anyhow::Result<Outcome> {
    let (index, mut gaps) = open_index(&folder(&args.place)?)?;
    let family = args.family.as_str();
    let is_of = |sample: &&StoredSample| sample.meta.family.as_deref() == Some(family);
    anyhow::ensure!(
        index.samples().iter().any(|sample| is_of(&sample)),
        "the index has no family {family}: `demarche code index list` names them"
    );
    let mut itself: Vec<Sample> = Vec::new();
    let mut rest: Vec<Sample> = Vec::new();
    let opening = Opening::from(&args.opening);
    gaps.extend(visit(&args.files, &opening, &Progress::new(), |sample| {
        let list = if is_own(&index, &sample, family) { &mut itself } else { &mut rest };
        list.push(sample);
        Ok::<_, AssessError>(Visited::default())
    })?);
    anyhow::ensure!(
        !itself.is_empty(),
        "none of the files is a program of {family} in the index: name the folder that has them"
    );
    let mut disassemblies = Vec::new();
    for sample in &itself {
        match Disassembly::of(sample, &opening) {
            Ok(disassembly) => disassemblies.push(disassembly),
            Err(gap) => gaps.push(gap),
        }
    }
    let sources: Vec<Source<'_>> = disassemblies
        .iter()
        .map(|disassembly| Source {
            sha256: disassembly.sample.sha256,
            bytes: &disassembly.sample.bytes,
            image: &disassembly.image,
            program: &disassembly.program,
            fingerprints: &disassembly.fingerprints,
        })
        .collect();
    // One that the index does not know counts as a family by itself.
    let keys: Vec<String> = rest.iter().map(|entry| family_key(&index, entry)).collect();
    let rest = rest.iter().zip(&keys);
    let rest: Vec<Other<'_>> =
        rest.map(|(entry, key)| Other { family: key, bytes: &entry.bytes }).collect();
    let request =
        Request { family, own: &sources, others: &rest, index: Some(&index), strings: STRINGS };
    output::gaps(&gaps);
    let Some(rule) = rule(&request)? else {
        anyhow::bail!("{family} has no code of its own that is long enough for a rule");
    };
    print(&rule.to_string())?;
    Ok(Outcome::of(&gaps))
}

fn family_key(index: &Index, sample: &Sample) -> String {
    let stored = index.find(sample.sha256).and_then(|id| index.sample(id));
    stored.map_or_else(|| sample.sha256.to_string(), |stored| stored.meta.family_key())
}

fn is_own(index: &Index, sample: &Sample, family: &str) -> bool {
    let stored = index.find(sample.sha256).and_then(|id| index.sample(id));
    stored.is_some_and(|stored| stored.meta.family.as_deref() == Some(family))
}
