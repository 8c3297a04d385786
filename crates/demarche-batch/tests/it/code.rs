//! Partials of code against the single index over the same programs.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};

use arbtest::arbitrary::{Result, Unstructured};
use demarche_batch::plan::ranges;
use demarche_batch::{
    Asked, BatchError, Families, FoundProgram, Kind, Label, Making, Partials, Range, Readers,
    Trait, Whole, csv, make, occurrences,
};
use demarche_case::{Gap, Sha256, Tlp};
use demarche_index::{Index, Meta, Sample, SampleId};
use demarche_terms::{
    Architecture, Availability, Feature, Fingerprint, Format, Origins, VirtualAddress,
};

use crate::tables::rewrite;

const KIND: Kind = Kind::CodeTraits;

fn asked(pairs: Option<u32>) -> Asked {
    Asked { trim: 0.1, pairs }
}

fn making() -> Making {
    Making::new(None, Tlp::Clear, "test")
}

fn meta(number: u8, family: Option<String>, is_library: bool) -> Meta {
    Meta {
        sha256: Sha256::of(&[number]),
        name: format!("{number}.exe"),
        family,
        actors: Vec::new(),
        note: None,
        is_library,
        availability: Availability::Private,
        format: Format::Elf,
        architecture: Architecture::X86_64,
        code_bytes: 0,
        runtime: None,
        origins: Origins::default(),
        added: "2014-11-24".parse().unwrap(),
    }
}

fn function(given: &mut Unstructured<'_>, place: u64) -> Result<Fingerprint> {
    let mut features = BTreeSet::new();
    for _ in 0..given.int_in_range(0..=5)? {
        features.insert(Feature(*given.choose(&[1, 2, 3, 7 << 28, u32::MAX])?));
    }
    let hashes = [0, 1, 2, 1 << 32, 3 | 1 << 32, u64::MAX];
    Ok(Fingerprint {
        start: VirtualAddress(place * 64),
        size: given.int_in_range(0..=9)?,
        instructions: 1,
        blocks: 1,
        exact: *given.choose(&hashes)?,
        features: features.into_iter().collect(),
        calls: Vec::new(),
        pointed: Vec::new(),
    })
}

/// Lots of programs, some of them without a family, some library code, some in no lot alone.
fn lots(given: &mut Unstructured<'_>) -> Result<Vec<Vec<Sample>>> {
    let mut lots = vec![Vec::new(); given.int_in_range(1..=3)?];
    let count = lots.len();
    for number in 0..given.int_in_range(1..=7_u8)? {
        let family = given.choose(&["a", "b,\"x\"", "c\nd", "e", ""])?;
        let family = (!family.is_empty()).then(|| (*family).to_owned());
        let meta = meta(number, family, given.ratio(1, 6)?);
        let mut fingerprints = Vec::new();
        for place in 0..given.int_in_range(0..=4)? {
            fingerprints.push(function(given, place)?);
        }
        lots[given.choose_index(count)?].push(Sample { meta, fingerprints });
    }
    Ok(lots)
}

/// An index with a segment for each lot, and a folder for partials.
struct Folder {
    root: tempfile::TempDir,
    index: Index,
}

impl Folder {
    fn of(lots: &[Vec<Sample>]) -> Self {
        let root = tempfile::tempdir().unwrap();
        let mut index = Index::create(&root.path().join("index")).unwrap();
        for lot in lots {
            index.add(lot).unwrap();
        }
        Self { root, index }
    }

    fn segments(&self) -> Vec<PathBuf> {
        let entries = fs::read_dir(self.index.folder()).unwrap().map(|entry| entry.unwrap().path());
        entries.filter(|path| path.extension().is_some_and(|end| end == "segment")).collect()
    }

    fn partials(&self) -> PathBuf {
        self.root.path().join("partials")
    }

    fn made(&self) -> Whole {
        for segment in self.segments() {
            made(&segment, &self.partials()).unwrap();
        }
        Partials::in_folder(KIND, &self.partials()).unwrap().read().unwrap()
    }
}

fn made(input: &Path, folder: &Path) -> std::result::Result<demarche_batch::Made, BatchError> {
    make(KIND, input, folder, &making(), &Readers::NONE)
}

/// For each trait, the functions, programs and families that have it, true for library code, and the smallest size.
type Known = BTreeMap<Trait, (u64, BTreeSet<u32>, BTreeSet<u32>, bool, u32)>;

/// What the index itself says, program after program.
fn known(index: &Index) -> Known {
    let mut known = Known::new();
    for (id, sample) in (0..).zip(index.samples()) {
        for function in index.fingerprints(SampleId(id)).unwrap() {
            let features = function.features.iter().map(|feature| (Trait::Feature(feature.0), 0));
            for (of, size) in features.chain([(Trait::Function(function.exact), function.size)]) {
                let row = known
                    .entry(of)
                    .or_insert_with(|| (0, BTreeSet::new(), BTreeSet::new(), false, u32::MAX));
                row.0 += 1;
                row.1.insert(id);
                row.2.insert(sample.family);
                row.3 |= sample.meta.is_library;
                row.4 = row.4.min(size);
            }
        }
    }
    known
}

/// The pairs of families that the index shows, as lines.
fn pairs_of(index: &Index, most: usize) -> String {
    let mut pairs: BTreeMap<(u32, u32), (u64, u64, u64)> = BTreeMap::new();
    for (of, (_, _, families, is_library, size)) in known(index) {
        if is_library || families.len() > most {
            continue;
        }
        for left in &families {
            for right in families.iter().filter(|right| *right > left) {
                let sum = pairs.entry((*left, *right)).or_default();
                match of {
                    Trait::Feature(_) => sum.0 += 1,
                    Trait::Function(_) => {
                        sum.1 += 1;
                        sum.2 += u64::from(size);
                    }
                }
            }
        }
    }
    let name = |family: &u32| {
        let name = &index.families()[*family as usize];
        if name.contains(',') {
            format!("\"{}\"", name.replace('"', "\"\""))
        } else {
            name.replace('\n', " ")
        }
    };
    let line = |((left, right), (traits, functions, bytes)): (&(u32, u32), &(u64, u64, u64))| {
        format!("{},{},{traits},{functions},{bytes}\n", name(left), name(right))
    };
    let mut lines: Vec<String> = pairs.iter().map(line).collect();
    lines.sort();
    lines.concat()
}

fn lines(found: &Whole, range: Range, pairs: Option<u32>) -> String {
    let mut text = Vec::new();
    csv::write_lines(found, range, asked(pairs), &mut text, Path::new("memory")).unwrap();
    String::from_utf8(text).unwrap()
}

#[test]
fn the_merge_says_of_each_trait_and_each_pair_what_the_single_index_says() {
    arbtest::arbtest(|given| {
        let folder = Folder::of(&lots(given)?);
        let found = folder.made();
        let families = Families::of(&found);
        let known = known(&folder.index);
        let mut met = BTreeSet::new();
        occurrences(&found, &families, Range::ALL, &mut |row| {
            let (functions, programs, in_families, is_library, size) = &known[&row.of];
            let ids: BTreeSet<u32> = row
                .families
                .iter()
                .map(|family| {
                    let name = &families.names[*family as usize];
                    let known = folder.index.families().iter().position(|known| known == name);
                    u32::try_from(known.unwrap()).unwrap()
                })
                .collect();
            assert_eq!((row.functions, &ids), (*functions, in_families));
            assert_eq!((row.programs, row.is_library), (programs.len() as u64, *is_library));
            assert_eq!(row.size, *size);
            if let Trait::Feature(value) = row.of {
                let rarity = folder.index.rarity(Feature(value)).unwrap();
                assert_eq!(
                    (u64::from(rarity.families), rarity.functions),
                    (row.families.len() as u64, row.functions)
                );
            }
            assert!(met.insert(row.of), "{:?} comes twice", row.of);
            ControlFlow::Continue(())
        })
        .unwrap();
        assert_eq!(met.len(), known.len());
        let most = given.int_in_range(2..=4)?;
        let expected = pairs_of(&folder.index, most as usize);
        let merged = lines(&found, Range::ALL, Some(most));
        assert_eq!(merged, expected);
        Ok(())
    })
    .budget_ms(4_000);
}

#[test]
fn ranges_of_traits_put_together_are_the_answer() {
    arbtest::arbtest(|given| {
        let folder = Folder::of(&lots(given)?);
        let found = folder.made();
        let mut cuts: Vec<u32> = vec![0, 2, 7 << 28];
        cuts.extend(given.arbitrary::<[u32; 2]>()?);
        cuts.sort_unstable();
        cuts.dedup();
        let lasts = cuts.iter().skip(1).map(|next| next - 1).chain([u32::MAX]);
        let ranges: Vec<Range> =
            cuts.iter().zip(lasts).map(|(first, last)| Range { first: *first, last }).collect();
        for pairs in [None, Some(2), Some(5)] {
            let parts = ranges.iter().map(|range| {
                let mut part = tempfile::tempfile()?;
                std::io::Write::write_all(&mut part, lines(&found, *range, pairs).as_bytes())?;
                std::io::Seek::rewind(&mut part)?;
                Ok((0, part))
            });
            let mut joined = Vec::new();
            csv::join(KIND, asked(pairs), parts, &mut joined).unwrap();
            let expected = lines(&found, Range::ALL, pairs);
            assert_eq!(String::from_utf8(joined).unwrap(), expected, "{pairs:?}");
        }
        Ok(())
    })
    .budget_ms(4_000);
}

fn example() -> Vec<Vec<Sample>> {
    let function = |exact, features: &[u32]| Fingerprint {
        start: VirtualAddress(exact),
        size: 20,
        instructions: 5,
        blocks: 1,
        exact,
        features: features.iter().map(|value| Feature(*value)).collect(),
        calls: Vec::new(),
        pointed: Vec::new(),
    };
    let sample = |number, family: &str, is_library, functions: &[Fingerprint]| Sample {
        meta: meta(number, Some(family.to_owned()), is_library),
        fingerprints: functions.to_vec(),
    };
    let (own, public) = (function(11, &[1, 2]), function(12, &[3, 4]));
    vec![
        vec![sample(1, "a", false, &[own.clone(), public.clone()])],
        vec![sample(2, "b", false, &[own, public.clone()]), sample(3, "zlib", true, &[public])],
    ]
}

#[test]
fn library_code_ties_nobody() {
    let folder = Folder::of(&example());
    assert_eq!(lines(&folder.made(), Range::ALL, Some(4)), "a,b,2,1,20\n");
    let divided = ranges(KIND, &folder.made().partials, 4).unwrap();
    assert_eq!((divided[0].first, divided.last().unwrap().last), (0, u32::MAX));
}

#[test]
fn a_program_that_two_partials_have_counts_once_and_another_family_is_named() {
    let lots = example();
    let folder = Folder::of(&lots);
    let programs = lots.concat();
    let names = ["a.exe", "b.exe", "zlib.a", "again.exe"];
    let gap = || -> Vec<Gap> { Vec::new() };
    for (number, name) in names.iter().enumerate() {
        let path = folder.root.path().join(name);
        fs::write(&path, name).unwrap();
        let mut sample = programs[number % 3].clone();
        if number == 3 {
            sample.meta.family = Some("b".to_owned());
        }
        let label = Label { family: sample.meta.family.clone(), is_library: number == 2 };
        let making = Making { label: Some(label), ..making() };
        let found = FoundProgram {
            sha256: sample.meta.sha256,
            name: sample.meta.name.clone(),
            functions: sample.fingerprints.clone(),
        };
        let programs = |_: &Path| (vec![found.clone()], gap());
        let readers = Readers { programs: &programs, ..Readers::NONE };
        let first = make(KIND, &path, &folder.partials(), &making, &readers).unwrap();
        assert!(!first.existed);
        assert!(make(KIND, &path, &folder.partials(), &making, &readers).unwrap().existed);
    }
    let found = Partials::in_folder(KIND, &folder.partials()).unwrap().read().unwrap();
    let told = found.gaps(|input| input.path.clone());
    assert_eq!(told.len(), 1);
    assert!(told[0].what.starts_with("another partial has it as of another family"), "{told:?}");
    let kept = Families::of(&found);
    occurrences(&found, &kept, Range::ALL, &mut |row| {
        assert!(row.programs <= 3);
        ControlFlow::Continue(())
    })
    .unwrap();
}

#[test]
fn what_is_no_program_a_damaged_segment_and_a_label_for_one_are_refused() {
    let folder = Folder::of(&example());
    let segment = folder.segments().remove(0);
    let note = folder.root.path().join("note.txt");
    fs::write(&note, "no program").unwrap();
    let refused = made(&note, &folder.partials());
    assert!(matches!(refused, Err(BatchError::NothingIn { .. })), "{refused:?}");
    let label = Some(Label { family: Some("a".to_owned()), is_library: false });
    let labelled = Making { label, ..making() };
    let refused = make(KIND, &segment, &folder.partials(), &labelled, &Readers::NONE);
    assert!(matches!(refused, Err(BatchError::Unfit { .. })), "{refused:?}");
    let bytes = fs::read(&segment).unwrap();
    for index in [20, bytes.len() / 2, bytes.len() - 1] {
        let mut damaged = bytes.clone();
        damaged[index] ^= 1;
        fs::write(&note, damaged).unwrap();
        let refused = made(&note, &folder.partials());
        assert!(matches!(refused, Err(BatchError::Segment { .. })), "{refused:?}");
    }
}

/// A change of a program in the manifest.
type Forgery = fn(&mut serde_json::Value);

#[test]
fn rows_that_no_program_has_are_an_error() {
    let folder = Folder::of(&example());
    let table = folder.made().partials[0].table.with_extension("json");
    let forgeries: [(bool, Forgery); 4] = [
        (true, |first| first["functions"] = 0.into()),
        (false, |first| first["functions"] = 9.into()),
        (true, |first| first["family"] = "another".into()),
        (true, |first| first["is_library"] = true.into()),
    ];
    let told = fs::read(&table).unwrap();
    for (is_error, forgery) in forgeries {
        fs::write(&table, &told).unwrap();
        rewrite(&table, |manifest| forgery(&mut manifest["programs"][0]));
        let found = Partials::in_folder(KIND, &folder.partials()).unwrap().read().unwrap();
        let merged = occurrences(&found, &Families::of(&found), Range::ALL, &mut |_| {
            ControlFlow::Continue(())
        });
        assert_eq!(merged.is_err(), is_error, "{merged:?}");
    }
}
