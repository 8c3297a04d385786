//! Executables: opened as the user names them, disassembled, and compared with the index of known programs.
//!
//! The case and every subcommand about code use the same functions. Nothing is written here.

use std::collections::BTreeSet;
use std::fs;
use std::io::{self, Read};
use std::path::{Path, PathBuf};

use demarche_archive::upx::UpxShortfall;
use demarche_archive::{Limits, Member, open};
use demarche_case::assessment::Input;
use demarche_case::assessment::code::ComparedProgram;
use demarche_case::{Gap, GapKind, Sha256, Shortfall, Tlp};
use demarche_code::{
    Fingerprint, Origins, Program, Selection, fingerprints, functions, keep, origins,
};
use demarche_image::identity::{
    Identity, PackingSign, PackingVerdict, Runtime, identify, identify_images,
};
use demarche_image::{
    Architecture, Image, ImageError, VirtualAddress, read_all, read_loaded, read_raw,
};
use demarche_index::{Index, IndexError};
use demarche_similarity::{
    Calibration, Examined, Matcher, carry_names, compare, matched, set_beside,
};

use crate::AssessError;
use crate::progress::{Progress, Stage, step};

/// The largest file that is read, in bytes: larger ones are disk images, not programs.
const LARGEST: u64 = 1 << 30;

/// The bytes of samples that are read before they are examined in parallel.
const BATCH: usize = 8 << 20;

/// The form of files that do not state it themselves, and the passwords of archives.
#[derive(Clone, Debug, Default)]
pub struct Opening {
    /// The processor of bytes without a container, such as a memory dump or shellcode.
    pub raw: Option<Architecture>,
    /// True for files that were copied out of memory with their headers, with everything at its address in memory.
    pub is_loaded: bool,
    /// The address of the first byte, for raw and loaded files; 0 or the header's unless given.
    pub base: Option<VirtualAddress>,
    /// Passwords for archives, besides the customary `infected`.
    pub passwords: Vec<String>,
    /// Opens what the path `-` means, such as standard input; without it, `-` is the name of a file.
    pub dash: Option<fn() -> Box<dyn Read>>,
}

/// The bytes of one executable, unexamined.
#[derive(Debug)]
pub struct Sample {
    /// The path as the user named it, followed by the path in an archive.
    pub name: String,
    /// The hash of the bytes.
    pub sha256: Sha256,
    /// The bytes.
    pub bytes: Vec<u8>,
    /// True if it is the packed form of the program that was visited before it: the code in it is the packer's.
    pub is_shell: bool,
    /// True if it is an archive of which no file could be visited; a gap says why.
    pub is_container: bool,
    /// The reason for which an unpacked program may not be the one that was packed; a gap says it too.
    pub doubt: Option<UpxShortfall>,
}

/// A sample parsed: its identity, and an image for each processor of a fat Mach-O file, else one image.
#[derive(Debug)]
pub struct Parsed<'a> {
    /// What the file states about itself; a file that is no executable still has hashes.
    pub identity: Identity,
    /// The images, each read or refused.
    pub images: Vec<Result<Image<'a>, ImageError>>,
}

impl Sample {
    fn of(member: Member) -> Self {
        let Member { path, bytes, is_shell, is_container, doubt } = member;
        Self { sha256: Sha256::of(&bytes), name: path, bytes, is_shell, is_container, doubt }
    }

    /// Parses the sample: the only place where its identity and its images are read.
    #[must_use]
    pub fn parse(&self, opening: &Opening) -> Parsed<'_> {
        let mut parsed = self.parse_as_it_is(opening);
        if self.is_shell {
            parsed.identity.packing.unpacked("UPX");
        }
        parsed
    }

    fn parse_as_it_is(&self, opening: &Opening) -> Parsed<'_> {
        if self.is_container {
            return Parsed { identity: identify_images(&self.bytes, &[]), images: Vec::new() };
        }
        let images = match opening.raw {
            Some(processor) => {
                let base = opening.base.unwrap_or(VirtualAddress(0));
                vec![Ok(read_raw(&self.bytes, processor, base))]
            }
            None if opening.is_loaded => vec![read_loaded(&self.bytes, opening.base)],
            None => {
                let images = read_all(&self.bytes);
                return Parsed { identity: identify_images(&self.bytes, &images), images };
            }
        };
        // An opening says where the bytes lay in memory; their identity is still that of the file.
        Parsed { identity: identify(&self.bytes), images }
    }

    /// Returns the gaps with the name of the sample as their source.
    #[must_use]
    pub fn named(&self, gaps: Vec<Gap>) -> Vec<Gap> {
        gaps.into_iter().map(|gap| Gap { source: self.name.clone(), ..gap }).collect()
    }

    /// Returns the sample as an input of an answer.
    #[must_use]
    pub fn input(&self, description: &str) -> Input {
        let description = if self.is_container { "an archive" } else { description };
        Input {
            path: self.name.clone(),
            sha256: self.sha256,
            bytes: self.bytes.len() as u64,
            what: description.to_owned(),
        }
    }
}

/// A sample disassembled: its first image, the functions and their fingerprints.
#[derive(Debug)]
pub struct Disassembly<'a> {
    /// The sample.
    pub sample: &'a Sample,
    /// The first image that can be read.
    pub image: Image<'a>,
    /// The functions.
    pub program: Program,
    /// The fingerprints of the functions.
    pub fingerprints: Vec<Fingerprint>,
    /// The packages of public code inside it, and their functions.
    pub origins: Origins,
    /// The runtime that the file carries inside itself.
    pub runtime: Option<Runtime>,
    /// The signs of packing in words; `None` where the file does not look packed.
    packed: Option<String>,
}

impl<'a> Disassembly<'a> {
    /// Disassembles the first image of a sample that can be read.
    ///
    /// # Errors
    ///
    /// A gap when no image can be read.
    pub fn of(sample: &'a Sample, opening: &Opening) -> Result<Self, Gap> {
        let Parsed { identity, images } = sample.parse(opening);
        let mut image = Err(ImageError::Unknown);
        for read in images {
            image = read;
            if image.is_ok() {
                break;
            }
        }
        let unreadable = |error| Gap::of(&sample.name, &Unreadable::Image(error));
        let image = image.map_err(unreadable)?;
        let program = functions(&image);
        let fingerprints = fingerprints(&image, &program);
        let origins = origins(&image, &program, &fingerprints, identity.go.as_ref());
        // Bytes cut out of memory hold whatever lay beside the program.
        let is_memory = opening.raw.is_some() || opening.is_loaded;
        let runtime = if is_memory { Some(Runtime::Memory) } else { identity.runtime };
        let packed = packed(&identity);
        Ok(Self { sample, image, program, fingerprints, origins, runtime, packed })
    }

    /// Keeps only the functions that a selection wants.
    pub fn choose(&mut self, selection: &Selection) {
        let flags = selection.flags(&self.image, &self.program, &self.origins);
        self.keep(&flags);
    }

    /// Keeps the flagged functions, and returns the number of functions that stay.
    pub fn keep(&mut self, flags: &[bool]) -> usize {
        keep(flags, &mut self.program, &mut self.fingerprints, &mut self.origins);
        self.fingerprints.len()
    }

    /// Returns the form in which programs are compared.
    #[must_use]
    pub fn examined(&self) -> Examined<'_> {
        Examined {
            name: &self.sample.name,
            sha256: self.sample.sha256,
            bytes: self.sample.bytes.len() as u64,
            image: &self.image,
            program: &self.program,
            fingerprints: &self.fingerprints,
            origins: &self.origins,
            runtime: self.runtime,
            packed: self.packed.as_deref(),
        }
    }

    /// Returns the parts of the sample that could not be read.
    #[must_use]
    pub fn gaps(&self) -> Vec<Gap> {
        self.sample.named(self.program.gaps.clone())
    }
}

/// Returns the packer or the suspicion of packing with its signs.
///
/// `None` where there is no sign, or only one that unpacked programs also show.
#[must_use]
pub fn packed(identity: &Identity) -> Option<String> {
    let verdict = match &identity.packing.verdict {
        PackingVerdict::NoneSeen | PackingVerdict::NotExamined => return None,
        PackingVerdict::Suspected => "suspected".to_owned(),
        PackingVerdict::Named(packer) => format!("with {packer}"),
    };
    let signs: Vec<String> = identity.packing.signs.iter().map(packing_sign).collect();
    Some(format!("{verdict}: {}", signs.join("; ")))
}

fn packing_sign(sign: &PackingSign) -> String {
    match sign {
        PackingSign::KnownName { section, packer } => format!("{packer}'s section `{section}`"),
        PackingSign::KnownMark { packer } => format!("{packer}'s mark"),
        PackingSign::Unpacked { packer } => {
            format!("a program was taken out of it as {packer} packs")
        }
        PackingSign::HighEntropy { section, entropy } => {
            format!("code with {entropy:.2} bits a byte in `{section}`")
        }
        PackingSign::FewImports { count } => format!("only {count} imports"),
        PackingSign::EntryInLastSection { section } => {
            format!("it begins in the last section `{section}`")
        }
        PackingSign::EntryInWritableSection { section } => {
            format!("it begins in the writable section `{section}`")
        }
        PackingSign::EntryOutsideCode => "it begins where there is no code".to_owned(),
        PackingSign::CodeWithoutBytes { section } => {
            format!("the code section `{section}` is empty in the file")
        }
    }
}

/// A reason why a file gave no program.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Unreadable {
    /// The file cannot be opened or read.
    #[error("cannot read it: {0}")]
    File(#[from] io::Error),
    /// The file is a folder, a pipe or a device, which would never end.
    #[error("cannot read it: it is no plain file")]
    NotPlain,
    /// The folder has no files.
    #[error("the folder has no files")]
    EmptyFolder,
    /// The file is larger than 1 GiB.
    #[error("cannot read it: it is larger than 1 GiB")]
    TooLarge,
    /// The bytes are no executable that can be read.
    #[error(transparent)]
    Image(ImageError),
}

impl Shortfall for Unreadable {
    fn kind(&self) -> GapKind {
        match self {
            Self::TooLarge => GapKind::Limit,
            Self::EmptyFolder => GapKind::Unused,
            Self::File(_) | Self::NotPlain | Self::Image(_) => GapKind::Unreadable,
        }
    }

    fn remedy(&self) -> Option<String> {
        let is_too_large = matches!(self, Self::TooLarge);
        is_too_large.then(|| "cut out the program with a tool for disk images".to_owned())
    }
}

/// A program of which the user's choice leaves no function.
#[derive(Debug, thiserror::Error)]
#[error(
    "the choice of functions ({choice}) leaves none of the {functions} of {name}, which was not {done}"
)]
pub struct NothingChosen {
    /// The name of the program.
    pub name: String,
    /// The choice in words.
    pub choice: String,
    /// The number of functions of the program.
    pub functions: usize,
    /// The deed that was left undone: `added`, `compared`.
    pub done: &'static str,
}

impl NothingChosen {
    /// Returns the way to a choice that leaves something.
    #[must_use]
    pub const fn hint(&self) -> &'static str {
        "`demarche code functions FILE --list` names the functions, their addresses and their packages"
    }
}

impl Shortfall for NothingChosen {
    fn kind(&self) -> GapKind {
        GapKind::Unused
    }

    fn remedy(&self) -> Option<String> {
        Some(self.hint().to_owned())
    }
}

/// The result of examining samples.
#[derive(Debug, Default)]
pub struct Visited {
    /// The parts that could not be read.
    pub gaps: Vec<Gap>,
    /// The number of functions found.
    pub functions: usize,
}

impl From<Vec<Gap>> for Visited {
    fn from(gaps: Vec<Gap>) -> Self {
        Self { gaps, functions: 0 }
    }
}

impl Visited {
    fn add(&mut self, more: Self) {
        self.gaps.extend(more.gaps);
        self.functions += more.functions;
    }
}

/// Visits every sample of the files and folders, one at a time, so that only one is in memory.
///
/// A file that cannot be opened becomes a gap, as do the gaps that `examine` returns.
///
/// # Errors
///
/// A path that does not exist, a folder that cannot be listed, cancellation, and the errors of `examine`.
pub fn visit<E: From<AssessError>>(
    paths: &[PathBuf],
    opening: &Opening,
    progress: &dyn Progress,
    mut examine: impl FnMut(Sample) -> Result<Visited, E>,
) -> Result<Vec<Gap>, E> {
    let (files, gaps) = files(paths, opening)?;
    let mut visited = Visited { gaps, functions: 0 };
    for (done, path) in files.iter().enumerate() {
        step(progress, Stage::Programs, done, files.len())?;
        progress.functions(visited.functions);
        let name = path.display().to_string();
        match opened(path, opening) {
            Ok(bytes) => visited.add(members(&name, bytes, opening, &mut examine)?),
            Err(reason) => visited.gaps.push(Gap::of(name, &reason)),
        }
    }
    Ok(visited.gaps)
}

/// Visits the samples in batches, so that they can be examined in parallel while memory stays bounded.
///
/// # Errors
///
/// Those of [`visit`].
pub fn visit_batches<E: From<AssessError>>(
    paths: &[PathBuf],
    opening: &Opening,
    progress: &dyn Progress,
    mut examine: impl FnMut(&[Sample]) -> Result<Visited, E>,
) -> Result<Vec<Gap>, E> {
    let mut batch: Vec<Sample> = Vec::new();
    let mut gaps = visit::<E>(paths, opening, progress, |sample| {
        if sample.is_container {
            return Ok(Visited::default());
        }
        batch.push(sample);
        if batch.iter().map(|sample| sample.bytes.len()).sum::<usize>() < BATCH {
            return Ok(Visited::default());
        }
        let visited = examine(&batch)?;
        batch.clear();
        Ok(visited)
    })?;
    gaps.extend(examine(&batch)?.gaps);
    Ok(gaps)
}

/// Visits the content of a file: the file itself, or the members of an archive.
pub(crate) fn members<E>(
    name: &str,
    bytes: Vec<u8>,
    opening: &Opening,
    examine: &mut dyn FnMut(Sample) -> Result<Visited, E>,
) -> Result<Visited, E> {
    let passwords: Vec<&str> = opening.passwords.iter().map(String::as_str).collect();
    let mut visited = Visited::default();
    let mut result = Ok(());
    let unopened = open(bytes, name, &passwords, &Limits::default(), &mut |member| {
        let mut sample = Sample::of(member);
        // Bytes out of memory may begin like anything.
        sample.is_container &= opening.raw.is_none() && !opening.is_loaded;
        if result.is_ok() {
            result = examine(sample).map(|examine| visited.add(examine));
        }
    });
    result?;
    visited.gaps = together(name, visited.gaps);
    visited.gaps.extend(unopened);
    Ok(visited)
}

/// Makes one gap of those of an archive's members that are no executables, such as the pictures of an application.
fn together(archive: &str, gaps: Vec<Gap>) -> Vec<Gap> {
    let no_program = Unreadable::Image(ImageError::Unknown).to_string();
    let is_other = |gap: &Gap| gap.source != archive && gap.what == no_program;
    let (others, mut gaps): (Vec<Gap>, Vec<Gap>) = gaps.into_iter().partition(is_other);
    match others.as_slice() {
        [] => {}
        [only] => gaps.push(only.clone()),
        [first, rest @ ..] => {
            let count = others.iter().map(|gap| gap.count).sum();
            let place = format!("{} and {} more in it", first.source, rest.len());
            let gap = Gap { source: archive.to_owned(), ..first.clone() };
            gaps.push(gap.at(place).times(count));
        }
    }
    gaps
}

/// Lists the files that are meant, and names folders without any: folders are opened all the way down, in order, and links
/// in folders not followed.
fn files(paths: &[PathBuf], opening: &Opening) -> Result<(Vec<PathBuf>, Vec<Gap>), AssessError> {
    let (mut files, mut gaps) = (Vec::new(), Vec::new());
    for path in paths {
        if opening.input(path).is_some() {
            files.push(path.clone());
            continue;
        }
        let metadata = fs::metadata(path).map_err(AssessError::path("open", path))?;
        if !metadata.is_dir() {
            files.push(path.clone());
            continue;
        }
        let before = files.len();
        walk(path, &mut files)?;
        if files.len() == before {
            gaps.push(Gap::of(path.display().to_string(), &Unreadable::EmptyFolder));
        }
    }
    Ok((files, gaps))
}

fn walk(folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), AssessError> {
    let entries = fs::read_dir(folder).and_then(Iterator::collect::<Result<Vec<_>, _>>);
    let mut entries = entries.map_err(AssessError::path("list", folder))?;
    entries.sort_by_key(fs::DirEntry::file_name);
    for entry in entries {
        let kind = entry.file_type().map_err(AssessError::path("list", folder))?;
        if kind.is_dir() {
            walk(&entry.path(), files)?;
        } else if kind.is_file() {
            files.push(entry.path());
        }
    }
    Ok(())
}

impl Opening {
    /// The input that the path `-` means.
    fn input(&self, path: &Path) -> Option<fn() -> Box<dyn Read>> {
        self.dash.filter(|_| path == Path::new("-"))
    }
}

fn opened(path: &Path, opening: &Opening) -> Result<Vec<u8>, Unreadable> {
    match opening.input(path) {
        Some(input) => read(input()),
        None => open_plain(path).and_then(read),
    }
}

fn open_plain(path: &Path) -> Result<fs::File, Unreadable> {
    if fs::metadata(path)?.is_file() {
        Ok(fs::File::open(path)?)
    } else {
        Err(Unreadable::NotPlain)
    }
}

/// Reads the bytes of a file of at most 1 GiB.
pub(crate) fn read(file: impl Read) -> Result<Vec<u8>, Unreadable> {
    let mut bytes = Vec::new();
    file.take(LARGEST + 1).read_to_end(&mut bytes)?;
    if bytes.len() as u64 > LARGEST { Err(Unreadable::TooLarge) } else { Ok(bytes) }
}

/// Opens the index in a folder and checks every byte of it: a comparison must not rest on damage.
///
/// The check takes a tenth of a second for a million functions. Damage is a gap.
///
/// # Errors
///
/// [`AssessError::Index`] when there is no index in the folder, or none that can be read.
pub fn open_index(folder: &Path) -> Result<(Index, Vec<Gap>), AssessError> {
    let failed = |source: IndexError| AssessError::Index { folder: folder.to_owned(), source };
    let (index, mut gaps) = Index::open(folder).map_err(failed)?;
    gaps.extend(index.verify());
    Ok((index, gaps))
}

/// The files of known programs, whose functions can be shown beside those of a compared program.
#[derive(Clone, Copy, Debug)]
pub struct KnownFiles<'a> {
    /// Files and folders.
    pub paths: &'a [PathBuf],
    /// The form of the compared program and of the known programs.
    pub opening: &'a Opening,
    /// True where every function with its counterpart is wanted, not only those that a tie rests on.
    pub are_all_wanted: bool,
    /// The functions of the compared program that are wanted.
    pub selection: &'a Selection,
}

impl KnownFiles<'_> {
    /// Compares one executable with the index; `None` where it cannot be read, shows the code of a packer alone, or has no
    /// function that is wanted.
    ///
    /// `tlp` is the marking of the findings, where they have one.
    ///
    /// # Errors
    ///
    /// [`AssessError::Comparison`] when the index is damaged, and the errors of [`visit`] for the known programs.
    pub fn compare(
        &self,
        sample: &Sample,
        matcher: &Matcher<'_>,
        tlp: Option<Tlp>,
    ) -> Result<(Option<ComparedProgram>, Vec<Gap>), AssessError> {
        if sample.is_shell || sample.is_container {
            return Ok((None, Vec::new()));
        }
        let mut disassembly = match Disassembly::of(sample, self.opening) {
            Ok(disassembly) => disassembly,
            Err(gap) => return Ok((None, vec![gap])),
        };
        let functions = disassembly.fingerprints.len();
        disassembly.choose(self.selection);
        if disassembly.fingerprints.is_empty() && functions > 0 {
            let (name, choice) = (sample.name.clone(), self.selection.words());
            let nothing = NothingChosen { name, choice, functions, done: "compared" };
            return Ok((None, vec![Gap::of(&sample.name, &nothing)]));
        }
        let examined = disassembly.examined();
        let index = matcher.index();
        let itself = index.find(sample.sha256);
        let (counterparts, mut gaps) =
            matcher.counterparts(examined.fingerprints, examined.origins, itself);
        let mut compared =
            compare(&examined, &counterparts, index, &Calibration::of(examined.runtime), tlp)?;
        gaps.extend(disassembly.gaps());
        if self.are_all_wanted {
            compared.matched = matched(&examined, &counterparts, index)?;
        }
        gaps.extend(self.set_beside(&mut compared, &examined)?);
        Ok((Some(compared), gaps))
    }

    /// Adds the instructions of known functions, where the file of the known program is given.
    fn set_beside(
        &self,
        compared: &mut ComparedProgram,
        examined: &Examined<'_>,
    ) -> Result<Vec<Gap>, AssessError> {
        if self.paths.is_empty() {
            return Ok(Vec::new());
        }
        let counterparts = compared.matched.iter().filter_map(|found| found.counterpart.as_ref());
        let mut wanted: BTreeSet<Sha256> = counterparts.map(|found| found.known.sha256).collect();
        wanted.extend(compared.rests_on.iter().map(|function| function.known.sha256));
        visit(self.paths, self.opening, &(), |sample| {
            if wanted.remove(&sample.sha256)
                && let Ok(known) = Disassembly::of(&sample, self.opening)
            {
                set_beside(&mut compared.rests_on, examined, &known.examined());
                carry_names(&mut compared.matched, &known.examined());
            }
            Ok(Visited::default())
        })
    }
}
