//! Comparison in private, by files that two parties send each other or by the server of one of them.

use std::collections::BTreeMap;
use std::fs::{File, OpenOptions};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use anyhow::{Context, bail};
use demarche_case::{Sha256, hex};
use demarche_compare::psi::{
    Answer, Ask, Asker, AuditLine, Identity, Ledger, MessageError, Outcome as Found, Peer, Policy,
    Prepared, Purpose, RefusedRequest, Request, Seed, bucket,
};
use demarche_compare::psi::{CommonIndicator, CompareAnswer};
use demarche_compare::{Indicator, IndicatorKind, extract};
use demarche_exchange::{Common, Compared, sightings};
use demarche_pattern::{HashAlgorithm, Pattern, Subject};
use demarche_server::{Patience, Refused, Service};

use super::remote::client;
use super::{new_secret, random, time_now};
use crate::cli::share::{CompareCommand, CompareService, RemoteServer, SightingArgs};
use crate::output::{self, Outcome, Partial, counted, note, print};

/// The largest list and message that is read, in bytes.
const MAX_BYTES: u64 = 512 << 20;

/// The time that the server of another party has for its answer.
const ANSWER_TIME: Duration = Duration::from_secs(30 * 60);

pub(crate) fn run(command: &CompareCommand) -> anyhow::Result<Outcome> {
    match command {
        CompareCommand::Key { file } => key(file),
        CompareCommand::Ask { list, key, to, items, out } => ask(list, key, *to, *items, out),
        CompareCommand::Answer { request, list, key, from, log, items, out } => {
            let terms = Terms { from: *from, log, allows_items: *items };
            answer(request, list, &identity(key)?, &terms, out)
        }
        CompareCommand::Query { server, list, key, to, items, sightings, json } => {
            let asked = Query { server, list, to: *to, items: *items };
            let (found, comparison) = query(&asked, &identity(key)?)?;
            if let Some(out) = &sightings.stix {
                sighted(out, sightings, &found, comparison)?;
            }
            tell(&found, *json)
        }
        CompareCommand::Read { answer, list, key, request, sightings, json } => {
            let (found, comparison) = read(answer, list, &identity(key)?, request)?;
            if let Some(out) = &sightings.stix {
                sighted(out, sightings, &found, comparison)?;
            }
            tell(&found, *json)
        }
    }
}

fn bytes_of(path: &Path) -> anyhow::Result<Vec<u8>> {
    let place = path.display();
    let length = std::fs::metadata(path).with_context(|| format!("cannot read {place}"))?.len();
    if length > MAX_BYTES {
        bail!("{place} has {length} bytes, and at most {MAX_BYTES} are read");
    }
    std::fs::read(path).with_context(|| format!("cannot read {place}"))
}

/// The indicators of a text, each once, without those that point to nobody.
fn indicators(path: &Path) -> anyhow::Result<Vec<Indicator>> {
    let bytes = bytes_of(path)?;
    let text = String::from_utf8_lossy(&bytes);
    let mut found: Vec<Indicator> = text
        .lines()
        .flat_map(|line| {
            // A line of a list is one indicator; in any other text they are picked out.
            line.trim().parse().map_or_else(
                |_| extract(line).into_iter().map(|found| found.indicator).collect(),
                |only| vec![only],
            )
        })
        .filter(|indicator: &Indicator| indicator.reservation().is_none())
        .collect();
    found.sort();
    found.dedup();
    if found.is_empty() {
        bail!("{} names no indicator", path.display());
    }
    Ok(found)
}

fn now() -> u64 {
    u64::try_from(jiff::Timestamp::now().as_second()).unwrap_or(0)
}

fn of_hex(text: &str) -> Option<[u8; 32]> {
    // A public key is written like a secret, so that its reader will do.
    text.trim().parse::<Peer>().ok().map(|peer| peer.0)
}

fn identity(path: &Path) -> anyhow::Result<Identity> {
    let text = std::fs::read_to_string(path).with_context(|| {
        format!("cannot read the key {}; `demarche share compare key` makes one", path.display())
    })?;
    let secret = of_hex(&text).with_context(|| format!("{} is no key", path.display()))?;
    Ok(Identity::new(secret))
}

fn key(path: &Path) -> anyhow::Result<Outcome> {
    if !path.exists() {
        new_secret(path, &format!("{}\n", hex(&random()?)))?;
        note(
            "hint: tell the other party this public key in a way that nobody can change, such as by telephone\n",
        );
    }
    print(&format!("{}\n", identity(path)?.peer()))?;
    Ok(Outcome::Complete)
}

/// The file beside a request with what its asker needs for the answer.
fn secret_beside(request: &Path) -> PathBuf {
    let mut path = request.as_os_str().to_owned();
    path.push(".secret");
    path.into()
}

fn ask(list: &Path, key: &Path, to: Peer, items: bool, out: &Path) -> anyhow::Result<Outcome> {
    let indicators = indicators(list)?;
    let seed = random()?;
    let purpose = if items { Purpose::Items } else { Purpose::Count };
    let ask = Ask { purpose, bucket: bucket(indicators.len()), to, made: now() };
    let kept = format!("{} {} {}\n", hex(&seed), ask.made, ask.bucket);
    let (_, request) = Asker::new(&indicators, ask, &identity(key)?, &Seed::new(seed))?;
    new_secret(&secret_beside(out), &kept)?;
    write(out, &request)?;
    print(&format!(
        "{} in a request of {} for {}. Send it; keep {} to yourself.\n",
        counted(indicators.len() as u64, "indicator", "indicators"),
        bucket(indicators.len()),
        if items { "the common items" } else { "the number of common items" },
        secret_beside(out).display()
    ))?;
    Ok(Outcome::Complete)
}

fn write(out: &Path, bytes: &[u8]) -> anyhow::Result<()> {
    let (partial, mut file) = Partial::create(out)?;
    partial.finish(file.write_all(bytes))
}

/// Under which terms a request is answered.
struct Terms<'a> {
    from: Peer,
    log: &'a Path,
    allows_items: bool,
}

fn answer(
    request: &Path,
    list: &Path,
    by: &Identity,
    terms: &Terms<'_>,
    out: &Path,
) -> anyhow::Result<Outcome> {
    let bytes = bytes_of(request)?;
    let read = Request::read(&bytes).with_context(|| request.display().to_string())?;
    if read.from != terms.from {
        bail!("the request is signed by {}, and not by the party that may ask", read.from);
    }
    if out.is_dir() {
        bail!("{} is a folder: name a file", out.display());
    }
    let (partial, mut file) = Partial::create(out)?;
    let mut count = 0;
    // The answer is on the disk before its line is written, so that none is logged that cannot leave; it gets its name
    // only afterwards, so that none leaves without a line.
    let made = answered(&bytes, list, by, terms, |answer, indicators| {
        count = indicators;
        file.write_all(answer).and_then(|()| file.sync_all())
    });
    if let Err(error) = made {
        drop(partial.finish::<()>(Err(std::io::Error::other("no answer was made"))));
        return Err(error);
    }
    partial.finish(Ok(()))?;
    print(&format!(
        "Answered for {}: a request of {} items against {}.\n",
        if read.purpose == Purpose::Items {
            "the common items"
        } else {
            "the number of common items"
        },
        read.items(),
        counted(count, "indicator", "indicators"),
    ))?;
    Ok(Outcome::Complete)
}

/// Makes the answer to a request and keeps it, with the number of indicators in the list, before its line is logged.
///
/// A request that is refused gets a line too.
fn answered(
    bytes: &[u8],
    list: &Path,
    by: &Identity,
    terms: &Terms<'_>,
    keep: impl FnOnce(&[u8], u64) -> std::io::Result<()>,
) -> anyhow::Result<Vec<u8>> {
    let policy = Policy { allows_items: terms.allows_items, ..Policy::default() };
    // The log stays locked until its new line is on the disk: two answers at once would each see the allowance whole.
    let mut log = locked(terms.log)?;
    let mut ledger = ledger(&mut log, terms.log)?;
    let mut told = |line: AuditLine| {
        let written = writeln!(log, "{line}").and_then(|()| log.sync_all());
        written.with_context(|| format!("cannot write the log {}", terms.log.display()))
    };
    let (read, time) = (Request::read(bytes), now());
    let allowed = match &read {
        Err(error) => Err(error.clone().into()),
        Ok(request) if request.from != terms.from => Err(MessageError::Party(request.from).into()),
        Ok(request) if request.to != by.peer() => Err(MessageError::Party(request.to).into()),
        Ok(request) => ledger.check(request, &policy, time),
    };
    if let Err(refused) = allowed {
        told(AuditLine::refused(time, read.ok().as_ref()))?;
        return Err(RefusedRequest::into(refused));
    }
    let indicators = indicators(list)?;
    let prepared = Prepared::new(&indicators, bucket(indicators.len()), &Seed::new(random()?))?;
    let (answer, line) = prepared.answer(bytes, by, &policy, &mut ledger, time);
    if let Ok(answer) = &answer {
        keep(answer, indicators.len() as u64).context("cannot write the answer")?;
    }
    told(line)?;
    Ok(answer?)
}

/// The media type of requests and answers over HTTP.
const MEDIA_TYPE: &str = "application/octet-stream";

/// The service of a server that answers comparisons; `None` where none was asked for.
pub(crate) fn service(args: &CompareService) -> anyhow::Result<Option<Service>> {
    let (Some(list), Some(key), Some(log)) = (&args.list, &args.compare_key, &args.compare_log)
    else {
        return Ok(None);
    };
    // Faults of the files are told when the server starts, and not to the first who asks.
    drop(indicators(list)?);
    drop(ledger(&mut locked(log)?, log)?);
    let (list, log, by) = (list.clone(), log.clone(), identity(key)?);
    let keys: BTreeMap<String, Peer> = args.compare_with.iter().cloned().collect();
    let allows_items = args.compare_items;
    let users = keys.keys().cloned().collect();
    let respond = move |user: &str, bytes: &[u8]| {
        let from = keys.get(user).copied().ok_or_else(|| refusal(403, "the user has no key"))?;
        let terms = Terms { from, log: &log, allows_items };
        answered(bytes, &list, &by, &terms, |_, _| Ok(())).map_err(|error| refused(&error))
    };
    let policy = Policy::default();
    let max_bytes = request_length(policy.items_per_request);
    let respond = Box::new(respond);
    let path = "/compare/";
    Ok(Some(Service { path, media_type: MEDIA_TYPE, max_bytes, users, respond }))
}

/// The bytes of a request with so many points: its head, the points and the signature (docs/compare.md).
const fn request_length(points: u64) -> u64 {
    102 + 32 * points + 64
}

fn refusal(status: u16, reason: &str) -> Refused {
    Refused { status, reason: reason.to_owned() }
}

/// A refusal in the words of HTTP; what is wrong with the answerer's own files is told to the operator alone.
fn refused(error: &anyhow::Error) -> Refused {
    let Some(known) = error.downcast_ref::<RefusedRequest>() else {
        note(&format!("error: a comparison was not answered: {error:#}\n"));
        return refusal(503, "the comparison cannot be answered now");
    };
    let status = match known {
        RefusedRequest::Message(MessageError::Party(_)) | RefusedRequest::ItemsNotAgreed => 403,
        RefusedRequest::TooLarge { .. } => 413,
        RefusedRequest::TooOften { .. } => 429,
        RefusedRequest::Replayed => 409,
        _ => 400,
    };
    refusal(status, &format!("{error:#}"))
}

/// A comparison with the server of the other party.
struct Query<'a> {
    server: &'a RemoteServer,
    list: &'a Path,
    to: Peer,
    items: bool,
}

/// Asks the server of the other party; the secret of the exchange never reaches the disk.
fn query(asked: &Query<'_>, by: &Identity) -> anyhow::Result<(Found, Comparison)> {
    let indicators = indicators(asked.list)?;
    let purpose = if asked.items { Purpose::Items } else { Purpose::Count };
    let ask = Ask { purpose, bucket: bucket(indicators.len()), to: asked.to, made: now() };
    let (asker, request) = Asker::new(&indicators, ask, by, &Seed::new(random()?))?;
    // A list of millions takes the other party minutes.
    let patience = Patience {
        stall: ANSWER_TIME,
        answer_bytes: MAX_BYTES,
        attempts: 1,
        ..Patience::default()
    };
    let bytes = client(asked.server, patience)?.exchange(MEDIA_TYPE, &request)?;
    let found = asker.read(&bytes)?;
    let secret = Sha256::of(&request).to_string();
    Ok((found, Comparison { with: asked.to.to_string(), secret }))
}

/// Opens the log, and waits until no other answer has it.
fn locked(log: &Path) -> anyhow::Result<File> {
    let file = OpenOptions::new().create(true).read(true).append(true).open(log);
    let file = file.and_then(|file| file.lock().map(|()| file));
    file.with_context(|| format!("cannot write the log {}", log.display()))
}

/// The ledger of a log; a line that cannot be read stops it, since limits would be lost with it.
fn ledger(file: &mut File, log: &Path) -> anyhow::Result<Ledger> {
    let mut ledger = Ledger::default();
    let mut text = String::new();
    file.read_to_string(&mut text)
        .with_context(|| format!("cannot read the log {}", log.display()))?;
    for (number, line) in text.lines().enumerate() {
        let line: AuditLine = line.parse().with_context(|| {
            format!("{}:{}: this is no line of the log", log.display(), number + 1)
        })?;
        ledger.add(&line);
    }
    Ok(ledger)
}

fn read(
    answer: &Path,
    list: &Path,
    by: &Identity,
    request: &Path,
) -> anyhow::Result<(Found, Comparison)> {
    let secret = secret_beside(request);
    let kept = std::fs::read_to_string(&secret)
        .with_context(|| format!("cannot read {}", secret.display()))?;
    let parts: Vec<&str> = kept.split_whitespace().collect();
    let (seed, made, size) = match parts.as_slice() {
        [seed, made, size] => (of_hex(seed), made.parse::<u64>().ok(), size.parse::<usize>().ok()),
        _ => (None, None, None),
    };
    let (Some(seed), Some(made), Some(size)) = (seed, made, size) else {
        bail!("{} is not what `compare ask` wrote", secret.display());
    };
    let sent = Request::read(&bytes_of(request)?).with_context(|| request.display().to_string())?;
    let bytes = bytes_of(answer)?;
    let from = Answer::read(&bytes).with_context(|| answer.display().to_string())?.from;
    let ask = Ask { purpose: sent.purpose, bucket: size, to: from, made };
    let (asker, again) = Asker::new(&indicators(list)?, ask, by, &Seed::new(seed))?;
    if again != bytes_of(request)? {
        bail!(
            "the list, the key or the party that answers is another than in the request {}",
            request.display()
        );
    }
    let found = asker.read(&bytes)?;
    let secret = Sha256::of(&again).to_string();
    Ok((found, Comparison { with: from.to_string(), secret }))
}

/// The other party, and a secret of the comparison from which identifiers are made.
struct Comparison {
    with: String,
    secret: String,
}

/// Writes the common items as sightings.
fn sighted(
    out: &Path,
    args: &SightingArgs,
    found: &Found,
    comparison: Comparison,
) -> anyhow::Result<()> {
    let Found::Items(items) = found else {
        bail!("the answer tells the number alone; --stix needs a round with --items");
    };
    let compared = Compared {
        by: args.by.clone(),
        with: args.with.clone().unwrap_or(comparison.with),
        tlp: args.tlp,
        time: args.time.clone().map_or_else(time_now, Ok)?,
        secret: comparison.secret,
    };
    let items: Vec<Common> = items.iter().filter_map(in_stix).collect();
    write(out, &sightings(&items, &compared)?)
}

/// A common item in the words of STIX.
fn in_stix(item: &Indicator) -> Option<Common> {
    let text = item.text();
    let subject = match item.kind() {
        IndicatorKind::Ipv4 | IndicatorKind::Ipv6 => Subject::Address(text.parse().ok()?),
        IndicatorKind::Network => Subject::Network(text.parse().ok()?),
        IndicatorKind::Domain => Subject::Domain(text),
        IndicatorKind::Url => Subject::Url(text),
        IndicatorKind::Email => Subject::Email(text),
        IndicatorKind::FileName => Subject::FileName(text),
        IndicatorKind::Md5 => Subject::Hash(HashAlgorithm::Md5, text),
        IndicatorKind::Sha1 => Subject::Hash(HashAlgorithm::Sha1, text),
        IndicatorKind::Sha256 => Subject::Hash(HashAlgorithm::Sha256, text),
        IndicatorKind::Sha512 => Subject::Hash(HashAlgorithm::Sha512, text),
        IndicatorKind::Cve => return Some(Common::Vulnerability(text.to_owned())),
        IndicatorKind::Attack => return Some(Common::Technique(text.to_owned())),
    };
    Some(Common::Pattern(text.to_owned(), Pattern::from(subject)))
}

fn tell(found: &Found, json: bool) -> anyhow::Result<Outcome> {
    let answer = match found {
        Found::Count(count) => CompareAnswer { common: *count as u64, items: None },
        Found::Items(items) => CompareAnswer {
            common: items.len() as u64,
            items: Some(items.iter().map(common).collect()),
        },
    };
    if json {
        return output::json(answer, Vec::new(), Vec::new());
    }
    let mut text = format!("{} in common\n", counted(answer.common, "indicator", "indicators"));
    for item in answer.items.iter().flatten() {
        text.push_str(&format!("  {:<10} {}\n", item.kind, item.text));
    }
    print(&text)?;
    Ok(Outcome::Complete)
}

fn common(item: &Indicator) -> CommonIndicator {
    CommonIndicator { kind: item.kind().name().to_owned(), text: item.text().to_owned() }
}
