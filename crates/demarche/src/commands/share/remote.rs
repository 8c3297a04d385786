//! The client: objects of a collection as a bundle, and the objects of a bundle into a collection.

use std::io::Write;
use std::ops::ControlFlow;

use anyhow::{Context, bail};
use demarche_case::Tlp;
use demarche_server::{
    Account, Ceiling, Client, End, Key, Patience, RemoteCollection, Trust, Wanted,
};
use demarche_server::{PullAnswer, PushAnswer, PushedObject};
use demarche_stix::stable_id;
use serde_json::value::RawValue;

use super::secret;
use crate::cli::share::{PullArgs, PushArgs, RemotePlace, RemoteServer};
use crate::output::{self, Outcome, Partial, counted, name, print};

/// The largest bundle that is pushed, in bytes.
const MAX_BUNDLE: u64 = 1 << 30;

/// The largest bundle that is pulled, in bytes: what is pulled can be pushed.
const MAX_PULL: u64 = MAX_BUNDLE;

fn connected(place: &RemotePlace) -> anyhow::Result<(Client, RemoteCollection)> {
    let client = client(&place.server, Patience::default())?;
    let known = client.collections()?;
    let collection = chosen(&known, &place.collection)?.clone();
    Ok((client, collection))
}

/// The client of a server.
pub(crate) fn client(place: &RemoteServer, patience: Patience) -> anyhow::Result<Client> {
    let account = match (&place.user, &place.password_file, &place.token_file) {
        (Some(user), Some(file), _) => {
            Account::Password { name: user.clone(), password: secret(file)? }
        }
        (_, _, Some(file)) => Account::Token(secret(file)?),
        _ => Account::Anonymous,
    };
    let trust = match &place.authority {
        Some(path) => {
            let pem =
                std::fs::read(path).with_context(|| format!("cannot read {}", path.display()))?;
            Trust::Own(pem)
        }
        None => Trust::Public,
    };
    Ok(Client::new(&place.url, &account, &trust, patience)?)
}

/// The collection of an id, or else the only one of an alias or title.
fn chosen<'a>(known: &'a [RemoteCollection], wanted: &str) -> anyhow::Result<&'a RemoteCollection> {
    let told = |all: &[&RemoteCollection]| {
        let all = all.iter().map(|entry| format!("“{}” ({})", name(&entry.title), name(&entry.id)));
        all.collect::<Vec<String>>().join(", ")
    };
    let by_id: Vec<&RemoteCollection> = known.iter().filter(|entry| entry.id == wanted).collect();
    let is_called =
        |entry: &&RemoteCollection| entry.alias.as_deref() == Some(wanted) || entry.title == wanted;
    let by_name = || known.iter().filter(is_called).collect();
    let found: Vec<&RemoteCollection> = if by_id.is_empty() { by_name() } else { by_id };
    match found.as_slice() {
        [only] => Ok(only),
        [] => bail!(
            "the server shows no collection “{wanted}”; it shows: {}",
            told(&known.iter().collect::<Vec<_>>())
        ),
        several => bail!(
            "{} collections of the server are called “{wanted}”: {}; name one by its id",
            several.len(),
            told(several)
        ),
    }
}

/// Pulls a collection into a bundle, page by page.
pub(crate) fn pull(args: &PullArgs) -> anyhow::Result<Outcome> {
    let (client, collection) = connected(&args.place)?;
    if !collection.can_read {
        bail!("the server does not let you read “{}”", name(&collection.title));
    }
    let added_after = args.added_after.as_ref().map(|time| time.parse()).transpose();
    let wanted = Wanted {
        added_after: added_after
            .context("--added-after is no time such as 2026-11-03T08:00:00.000001Z")?,
        types: args.types.clone(),
        ids: Vec::new(),
        all_versions: args.all_versions,
        page: None,
    };
    let (partial, file) = Partial::create(&args.out)?;
    let mut out = std::io::BufWriter::new(file);
    let mut pulled = Ok(None);
    let mut written = Bundle::begin(&mut out, &collection.id, MAX_PULL);
    if let Ok(bundle) = &mut written {
        let mut failure = None;
        let result = client.pull(&collection, &wanted, |page| {
            match page.objects.iter().try_for_each(|object| bundle.add(object)) {
                Ok(()) => ControlFlow::Continue(()),
                Err(error) => {
                    failure = Some(error);
                    ControlFlow::Break(())
                }
            }
        });
        pulled = result.map(Some);
        if let Some(error) = failure {
            written = Err(error);
        }
    }
    let ended = written.and_then(Bundle::end).and_then(|()| out.flush());
    // A pull that was cut off keeps nothing, so that nobody takes a part for the whole.
    let pulled = match pulled {
        Ok(pulled) => pulled,
        Err(error) => {
            let lost = partial.finish::<()>(Err(std::io::Error::other("the pull was cut off")));
            drop(lost);
            return Err(error.into());
        }
    };
    partial.finish(ended)?;
    let pulled = pulled.context("nothing was asked")?;
    let answer = PullAnswer {
        file: args.out.display().to_string(),
        objects: pulled.objects,
        last_added: pulled.last_added.map(|time| time.to_string()),
        is_complete: pulled.end == End::Complete,
    };
    let outcome = if answer.is_complete { Outcome::Complete } else { Outcome::WithGaps };
    if args.json {
        output::json(answer, Vec::new(), Vec::new())?;
        return Ok(outcome);
    }
    let next = answer.last_added.as_ref().map_or_else(String::new, |time| {
        format!("The next pull goes on with --added-after {time}\n")
    });
    let gap = if answer.is_complete {
        ""
    } else {
        "The server says that there is more, and sends none of it.\n"
    };
    print(&format!(
        "{} written to {}\n{gap}{next}",
        counted(answer.objects, "object", "objects"),
        answer.file
    ))?;
    Ok(outcome)
}

/// A bundle while it is written.
struct Bundle<'a, W: Write> {
    out: &'a mut W,
    is_first: bool,
    /// The bytes that may still be written.
    left: u64,
}

impl<'a, W: Write> Bundle<'a, W> {
    fn begin(out: &'a mut W, seed: &str, most: u64) -> std::io::Result<Self> {
        // The same collection gives the same id, so that the same objects give the same bytes.
        let id = stable_id("bundle", &[seed]);
        write!(out, "{{\"type\":\"bundle\",\"id\":\"{id}\",\"objects\":[")?;
        Ok(Self { out, is_first: true, left: most })
    }

    fn add(&mut self, object: &str) -> std::io::Result<()> {
        let separator = if self.is_first { "\n" } else { ",\n" };
        self.is_first = false;
        let length = u64::try_from(separator.len() + object.len()).unwrap_or(u64::MAX);
        self.left = self.left.checked_sub(length).ok_or_else(|| {
            let text = "the server sends more than a bundle may have (1 GiB): pull a part with --type or --added-after";
            std::io::Error::other(text)
        })?;
        write!(self.out, "{separator}{object}")
    }

    fn end(self) -> std::io::Result<()> {
        self.out.write_all(b"\n]}\n")
    }
}

#[derive(serde::Deserialize)]
struct Objects<'a> {
    #[serde(borrow)]
    objects: Vec<&'a RawValue>,
}

/// Pushes a bundle.
pub(crate) fn push(args: &PushArgs) -> anyhow::Result<Outcome> {
    let place = args.bundle.display().to_string();
    let length =
        std::fs::metadata(&args.bundle).with_context(|| format!("cannot read {place}"))?.len();
    if length > MAX_BUNDLE {
        bail!("{place} has {length} bytes, and at most {MAX_BUNDLE} are sent: split it");
    }
    let text =
        std::fs::read_to_string(&args.bundle).with_context(|| format!("cannot read {place}"))?;
    let bundle: Objects<'_> =
        serde_json::from_str(&text).with_context(|| format!("{place} is no STIX bundle"))?;
    let objects: Vec<&[u8]> = bundle.objects.iter().map(|object| object.get().as_bytes()).collect();
    let (client, collection) = connected(&args.place)?;
    if !collection.can_write {
        bail!("the server does not let you write to “{}”", name(&collection.title));
    }
    let ceiling = Ceiling::new(args.highest).unmarked_as(args.unmarked_as.unwrap_or(Tlp::Red));
    let (pushed, cut_off) = match client.push(&collection, &objects, &ceiling, |_| true) {
        Ok(pushed) => (pushed, None),
        Err(error) => {
            let reason = format!("{:#}", anyhow::Error::new(error.source));
            (*error.pushed, Some(reason))
        }
    };
    let object = |key: Key, why: String| PushedObject { id: key.id, version: key.version, why };
    let withheld = pushed
        .withheld
        .into_iter()
        .map(|entry| object(entry.key, format!("it is marked {}", entry.tlp)));
    let refused = pushed.refused.into_iter().map(|entry| object(entry.key, entry.message));
    let open = pushed
        .open
        .into_iter()
        .chain(pushed.unsent)
        .map(|key| object(key, "the push was cut off".to_owned()));
    let answer = PushAnswer {
        acknowledged: pushed.acknowledged.len() as u64,
        withheld: withheld.collect(),
        refused: refused.chain(open).collect(),
        cut_off,
    };
    let is_whole = answer.refused.is_empty() && answer.cut_off.is_none();
    let outcome = if is_whole { Outcome::Complete } else { Outcome::WithGaps };
    if args.json {
        output::json(answer, Vec::new(), Vec::new())?;
        return Ok(outcome);
    }
    print(&in_words(&answer))?;
    Ok(outcome)
}

fn in_words(answer: &PushAnswer) -> String {
    const SHOWN: usize = 20;
    let mut text = format!(
        "{} acknowledged by the server\n",
        counted(answer.acknowledged, "object", "objects")
    );
    for (title, objects) in
        [("withheld by their marking", &answer.withheld), ("not taken", &answer.refused)]
    {
        if objects.is_empty() {
            continue;
        }
        text.push_str(&format!(
            "{} {title}:\n",
            counted(objects.len() as u64, "object", "objects")
        ));
        for object in objects.iter().take(SHOWN) {
            text.push_str(&format!("  - {}: {}\n", name(&object.id), name(&object.why)));
        }
        if objects.len() > SHOWN {
            text.push_str(&format!("    and {} more, which --json lists\n", objects.len() - SHOWN));
        }
    }
    if let Some(reason) = &answer.cut_off {
        text.push_str(&format!("The push was cut off: {}\n", name(reason)));
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_server_that_sends_without_end_is_stopped() {
        let mut out = Vec::new();
        let mut bundle = Bundle::begin(&mut out, "seed", 100).unwrap();
        let sent = (0..1_000).take_while(|_| bundle.add("{\"id\":\"x\"}").is_ok()).count();
        assert!(sent > 0 && sent < 10, "{sent}");
        assert!(out.len() < 250);
    }

    #[test]
    fn a_name_that_two_collections_have_is_refused_and_an_id_is_not() {
        let collection = |id: &str, title: &str, alias: Option<&str>| -> RemoteCollection {
            let (can_read, can_write) = (true, true);
            let shown = serde_json::json!({ "id": id, "title": title, "alias": alias, "can_read": can_read, "can_write": can_write });
            serde_json::from_value(shown).unwrap()
        };
        let known = [
            collection("1", "C", None),
            collection("2", "C", None),
            collection("3", "D", Some("1")),
        ];
        assert!(chosen(&known, "C").unwrap_err().to_string().contains("2 collections"));
        assert_eq!(chosen(&known, "1").unwrap().id, "1");
        assert_eq!(chosen(&known, "D").unwrap().id, "3");
        assert!(chosen(&known, "E").is_err());
    }
}
