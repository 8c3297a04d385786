//! STIX 2.1: a check against the standard, and a case as a bundle for one addressee.

use std::io::Write;
use std::path::{Path, PathBuf};

use anyhow::{Context, bail};
use demarche_case::{CaseFolder, released};
use demarche_exchange::answer::{
    CheckAnswer, CheckedFile, ExportAnswer, ToldBreach, UnexpressedPart,
};
use demarche_exchange::{
    Export, ExportError, Format, Identity, IdentityError, Settings, export_as,
};
use demarche_pattern::check_text;
use demarche_stix::{Breach, Rules, Timestamp, TlpVersion, Validation, validate};

use super::time_now;
use crate::cli::share::{CheckArgs, ExportArgs, ExportFormat};
use crate::commands::assess::assessed;
use crate::output::{self, Outcome, Partial, counted, name, print};

/// Faults that are printed of a file; `--json` has all.
const SHOWN: usize = 50;

/// The largest file that is checked, in bytes.
const MAX_BYTES: u64 = 1 << 30;

/// Checks files.
pub(crate) fn check(args: &CheckArgs) -> anyhow::Result<Outcome> {
    let rules = Rules { interop: args.interop, pattern: Some(check_text) };
    let mut files = Vec::new();
    for path in &args.files {
        let file = path.display().to_string();
        let length = std::fs::metadata(path).with_context(|| format!("cannot read {file}"))?.len();
        if length > MAX_BYTES {
            bail!("{file} has {length} bytes, and at most {MAX_BYTES} are checked: split it");
        }
        let bytes = std::fs::read(path).with_context(|| format!("cannot read {file}"))?;
        files.push(checked(file, &validate(&bytes, &rules)));
    }
    let is_valid = files.iter().all(|file| file.is_valid);
    let outcome = if is_valid { Outcome::Complete } else { Outcome::WithGaps };
    let answer = CheckAnswer { files };
    if args.json {
        output::json(answer, Vec::new(), Vec::new())?;
        return Ok(outcome);
    }
    print(&answer.files.iter().map(in_words).collect::<String>())?;
    Ok(outcome)
}

fn checked(file: String, validation: &Validation) -> CheckedFile {
    let told = |breach: &Breach| ToldBreach {
        level: breach.level.to_string(),
        object: breach.object.clone(),
        path: breach.path.clone(),
        met: breach.met.clone(),
        remedy: breach.remedy.clone(),
        section: breach.section.to_owned(),
    };
    CheckedFile {
        file,
        is_valid: validation.is_valid(),
        objects: validation.objects,
        breaches: validation.breaches.iter().map(told).collect(),
        left_out: validation.left_out,
    }
}

fn in_words(file: &CheckedFile) -> String {
    let verdict = if file.is_valid { "valid" } else { "not valid" };
    let mut text = format!(
        "{}: {verdict}, {}\n",
        name(&file.file),
        counted(file.objects, "object", "objects")
    );
    for breach in file.breaches.iter().take(SHOWN) {
        let path = if breach.path.is_empty() {
            String::new()
        } else {
            format!("{}: ", name(&breach.path))
        };
        text.push_str(&format!(
            "  {:<7} {}: {path}{}; {} ({})\n",
            breach.level,
            name(&breach.object),
            name(&breach.met),
            name(&breach.remedy),
            breach.section
        ));
    }
    let rest = file.breaches.len().saturating_sub(SHOWN) as u64 + file.left_out;
    if rest > 0 {
        text.push_str(&format!("    and {} more, which --json lists\n", output::count(rest)));
    }
    text
}

/// Writes what may go to one addressee.
pub(crate) fn export(args: &ExportArgs) -> anyhow::Result<Outcome> {
    let format = match args.format {
        ExportFormat::Stix => Format::Stix,
        ExportFormat::Misp => Format::Misp,
        ExportFormat::Navigator => Format::Navigator,
        ExportFormat::AttackFlow => Format::AttackFlow,
        ExportFormat::Csv => Format::Csv,
        ExportFormat::Received => Format::Received,
    };
    let folder = CaseFolder::open(&args.case)?;
    let assessment = assessed(&folder, &args.sources)?;
    let released = released(&assessment, args.to);
    let now = match &args.time {
        Some(time) => time.clone(),
        None => time_now()?,
    };
    let has_identifiers = !matches!(format, Format::Navigator | Format::Csv);
    let identity = match has_identifiers {
        true => identity(&secret_beside(&args.out), &now)?,
        false => Identity { secret: String::new(), created: now.clone() },
    };
    let settings = Settings {
        created: identity.created,
        modified: now,
        tlp: if args.tlp1 { TlpVersion::One } else { TlpVersion::Two },
        secret: identity.secret,
        is_accused: assessment.case.blames(args.to.country()),
    };
    let exported = export_as(&released, &settings, format).map_err(with_hint)?;
    let answer = written(args, exported, released.withheld.len() as u64)?;
    if args.json {
        return output::json(answer, assessment.inputs, assessment.gaps);
    }
    output::gaps(&assessment.gaps);
    print(&exported_in_words(&answer, format))?;
    Ok(Outcome::of(&assessment.gaps))
}

/// An error with its remedy behind it.
pub(crate) fn with_hint(error: ExportError) -> anyhow::Error {
    let hint = error.hint();
    anyhow::anyhow!("{:#}: {hint}", anyhow::Error::new(error))
}

/// Writes the file of an export.
pub(crate) fn written(
    args: &ExportArgs,
    exported: Export,
    withheld: u64,
) -> anyhow::Result<ExportAnswer> {
    let (partial, mut file) = Partial::create(&args.out)?;
    partial.finish(file.write_all(&exported.bytes))?;
    let part = |part: demarche_exchange::Unexpressed| UnexpressedPart {
        part: part.part,
        reason: part.reason,
    };
    Ok(ExportAnswer {
        file: args.out.display().to_string(),
        objects: exported.objects as u64,
        marking: exported.marking.to_string(),
        withheld,
        unexpressed: exported.unexpressed.into_iter().map(part).collect(),
    })
}

/// The outcome of an export for a person.
pub(crate) fn exported_in_words(answer: &ExportAnswer, format: Format) -> String {
    let mut text = format!(
        "{}: {}, {}; {} withheld\n",
        answer.file,
        counted(answer.objects, "object", "objects"),
        answer.marking,
        counted(answer.withheld, "part", "parts")
    );
    if !answer.unexpressed.is_empty() {
        let reason = match format {
            Format::Received => "Not in it (for the sender alone)".to_owned(),
            _ => format!(
                "Not in it, or in words alone, since {format} has no place for it (for the sender alone)"
            ),
        };
        text.push_str(&format!("{reason}:\n"));
    }
    for part in answer.unexpressed.iter().take(SHOWN) {
        text.push_str(&format!("  - {}: {}\n", name(&part.part), name(&part.reason)));
    }
    if answer.unexpressed.len() > SHOWN {
        text.push_str(&format!(
            "    and {} more, which --json lists\n",
            answer.unexpressed.len() - SHOWN
        ));
    }
    text
}

/// The identity of earlier exports to a file, or a new one.
fn identity(path: &Path, now: &Timestamp) -> anyhow::Result<Identity> {
    Identity::at(path, now).map_err(|error| match error {
        IdentityError::Before(_) => {
            anyhow::anyhow!("{error}; give a later --time, or another --out")
        }
        error => error.into(),
    })
}

/// The file beside a bundle with what the next export needs.
fn secret_beside(out: &Path) -> PathBuf {
    let mut path = out.as_os_str().to_owned();
    path.push(".secret");
    path.into()
}
