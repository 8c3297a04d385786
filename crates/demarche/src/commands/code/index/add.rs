use anyhow::Context;
use demarche_assess::programs::{
    Disassembly, NothingChosen, Opening, Sample, Visited, visit_batches,
};
use demarche_case::{Availability, Gap, GapKind, Moment, Sha256, Shortfall};
use demarche_code::Selection;
use demarche_index::{Index, IndexError, Meta, Sample as Known};
use demarche_similarity::align::FITTED;
use demarche_similarity::{By, Groups, Matcher, SHARED};
use rayon::prelude::*;
use serde::Serialize;

use super::super::open;
use crate::cli::code::CodeIndexAddArgs;
use crate::commands::seal::now;
use crate::output::{self, Outcome, counted, print};
use crate::progress::Progress;

/// The most functions that are held before they are written: a few hundred megabytes.
const LOT: usize = 500_000;

/// What an addition came to.
#[derive(Debug, Default, Serialize)]
struct Added {
    index: String,
    family: String,
    programs: usize,
    functions: usize,
    known: Vec<Sha256>,
}

/// Adds executables to the index.
pub(crate) fn run(args: &CodeIndexAddArgs) -> anyhow::Result<Outcome> {
    let folder = super::super::folder(&args.place)?;
    let (mut index, mut gaps) = match Index::open(&folder) {
        Err(IndexError::File { source, .. }) if source.kind() == std::io::ErrorKind::NotFound => {
            (Index::create(&folder)?, Vec::new())
        }
        right => right.with_context(|| format!("no index can be used in {}", folder.display()))?,
    };
    let about = About {
        args,
        opening: Opening::from(&args.opening),
        added: args.added.map_or_else(now, Ok)?,
        selection: Selection::from(&args.choice),
    };
    // The library code of the index as it was before the addition, whose programs change the index.
    let before = if args.not_library_code { Some(open(&args.place)?.0) } else { None };
    let matcher = before.as_ref().map(|index| Matcher::new(index, &FITTED));
    let public =
        matcher.as_ref().map(|matcher| (matcher, Groups::new(matcher.index(), By::Family)));
    let mut added = Added {
        index: folder.display().to_string(),
        family: args.family.clone(),
        ..Added::default()
    };
    let mut lot = Vec::new();
    let mut nothing = None;
    let further = visit_batches(&args.files, &about.opening, &Progress::new(), |batch| {
        let read: Vec<Result<Known, Refused>> = batch
            .par_iter()
            .filter(|sample| !sample.is_shell)
            .map(|sample| about.known(sample, public.as_ref()))
            .collect();
        let mut visited = Visited::default();
        for entry in read {
            match entry {
                Ok(entry) => {
                    visited.functions += entry.fingerprints.len();
                    lot.push(entry);
                }
                Err(Refused::Unreadable(gap)) => visited.gaps.push(gap),
                Err(Refused::Chosen(chosen)) => {
                    visited.gaps.push(Gap::of(&chosen.name, &chosen));
                    nothing.get_or_insert(chosen);
                }
            }
        }
        if lot.iter().map(|known: &Known| known.fingerprints.len()).sum::<usize>() > LOT {
            visited.gaps.extend(added.write(&mut index, &mut lot)?);
        }
        Ok::<_, anyhow::Error>(visited)
    })?;
    gaps.extend(added.write(&mut index, &mut lot)?);
    gaps.extend(further);
    if added.programs + added.known.len() == 0 {
        if let Some(chosen) = nothing {
            return Err(chosen.into());
        }
        let reason = gaps.first().map_or("no file was named", |gap| gap.what.as_str());
        anyhow::bail!("no program could be read: {reason}");
    }
    if args.json {
        return output::json(added, Vec::new(), gaps);
    }
    output::gaps(&gaps);
    print(&added.text())?;
    Ok(Outcome::of(&gaps))
}

impl Added {
    /// Writes a lot as one segment, and empties it.
    ///
    /// A program that is in it already stays what it is taken for, and is named where it should become something else.
    fn write(&mut self, index: &mut Index, lot: &mut Vec<Known>) -> anyhow::Result<Vec<Gap>> {
        let added = index.add(lot)?;
        let is_new = |entry: &&Known| !added.known.contains(&entry.meta.sha256);
        self.functions +=
            lot.iter().filter(is_new).map(|lot| lot.fingerprints.len()).sum::<usize>();
        let mut gaps = Vec::new();
        for entry in lot.drain(..).filter(|lot| added.known.contains(&lot.meta.sha256)) {
            gaps.extend(stays(index, &entry.meta));
        }
        self.programs += added.new;
        self.known.extend(added.known);
        Ok(gaps)
    }

    fn text(&self) -> String {
        let mut text = format!(
            "{} with {} added to {} in {}\n",
            counted(self.programs as u64, "program", "programs"),
            counted(self.functions as u64, "function", "functions"),
            output::clean(&self.family),
            self.index
        );
        if !self.known.is_empty() {
            let known = counted(self.known.len() as u64, "program was", "programs were");
            text.push_str(&format!("{known} in it already and stayed as they are\n"));
        }
        text
    }
}

/// Says that a program stays what the index takes it for, where that is not what it is to be added as.
fn stays(index: &Index, wanted: &Meta) -> Option<Gap> {
    let stored = &index.sample(index.find(wanted.sha256)?)?.meta;
    let equal = stored.family == wanted.family
        && stored.actors == wanted.actors
        && stored.is_library == wanted.is_library;
    let family = output::clean(stored.family.as_deref().unwrap_or("a program without a family"));
    (!equal).then(|| Gap::of(&wanted.name, &Stays { family }))
}

/// A program that the index has already, described otherwise.
#[derive(Debug, thiserror::Error)]
#[error("it is in the index already, as {family}, and stays that")]
struct Stays {
    family: String,
}

impl Shortfall for Stays {
    fn kind(&self) -> GapKind {
        GapKind::Unused
    }

    fn remedy(&self) -> Option<String> {
        let remedy = "a file has one family: take it out with `demarche code index remove` first";
        Some(remedy.to_owned())
    }
}

/// What is said about all programs that are added together.
#[derive(Debug)]
struct About<'a> {
    args: &'a CodeIndexAddArgs,
    opening: Opening,
    added: Moment,
    selection: Selection,
}

/// The reason why a program does not go into the index.
enum Refused {
    Unreadable(Gap),
    Chosen(NothingChosen),
}

/// An index and its families, whose library code is left out.
type Public<'a> = (&'a Matcher<'a>, Groups<'a>);

impl About<'_> {
    /// A program as it goes into the index.
    fn known(&self, sample: &Sample, public: Option<&Public<'_>>) -> Result<Known, Refused> {
        let mut disassembly =
            Disassembly::of(sample, &self.opening).map_err(Refused::Unreadable)?;
        let functions = disassembly.fingerprints.len();
        self.choose(&mut disassembly, public);
        if disassembly.fingerprints.is_empty() && functions > 0 {
            let (name, choice) = (sample.name.clone(), self.choice());
            let done = "added";
            return Err(Refused::Chosen(NothingChosen { name, choice, functions, done }));
        }
        let Disassembly { image, fingerprints, origins, runtime, .. } = disassembly;
        let mut actors = self.args.actor.clone();
        actors.sort();
        actors.dedup();
        let meta = Meta {
            sha256: sample.sha256,
            name: sample.name.clone(),
            family: Some(self.args.family.clone()),
            actors,
            note: self.note(sample),
            is_library: self.args.library_code,
            availability: if self.args.library_code {
                Availability::Public
            } else {
                self.args.availability.map_or(Availability::Private, Into::into)
            },
            format: image.format,
            architecture: image.architecture,
            code_bytes: fingerprints.iter().map(|fingerprint| u64::from(fingerprint.size)).sum(),
            runtime,
            origins,
            added: self.added,
        };
        Ok(Known { meta, fingerprints })
    }

    /// Keeps the functions that are wanted; library code is told by the whole program, whose parts tell of each other.
    fn choose(&self, disassembly: &mut Disassembly<'_>, public: Option<&Public<'_>>) {
        let Disassembly { image, program, fingerprints, origins, .. } = &*disassembly;
        let mut flags = self.selection.flags(image, program, origins);
        if let Some((matcher, families)) = public {
            let (found, _) = matcher.counterparts(fingerprints, origins, None);
            for (flag, function) in flags.iter_mut().zip(&found) {
                *flag &= families.library(function) <= SHARED;
            }
        }
        disassembly.keep(&flags);
    }

    /// The choice of functions in words; empty where all are wanted.
    fn choice(&self) -> String {
        let mut words = self.selection.words();
        if self.args.not_library_code {
            words.push_str(if words.is_empty() {
                "not library code"
            } else {
                ", not library code"
            });
        }
        words
    }

    /// The user's note. Behind it stand the choice of functions, as the index has only a part of the program, and the doubt
    /// about a program that was unpacked, which outlives the message about it.
    fn note(&self, sample: &Sample) -> Option<String> {
        let choice = self.choice();
        let choice = (!choice.is_empty()).then(|| format!("functions: {choice}"));
        let doubt = sample.doubt.map(|doubt| doubt.to_string());
        let parts: Vec<String> =
            self.args.note.clone().into_iter().chain(choice).chain(doubt).collect();
        (!parts.is_empty()).then(|| parts.join("; "))
    }
}
