//! `demarche serve`: cases in the browser; `demarche demo`: the reference case there.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use demarche_assess::IndexSource;
use demarche_case::{Moment, Tlp};
use demarche_http::{Listener, Stop, Tls, Transport};
use demarche_workbench::guard::{CheckPassword, Guard};
use demarche_workbench::{Settings, Workbench};

use super::{code, expose, library, seal, share};
use crate::cli::serve::{BenchArgs, DemoArgs, ServeArgs};
use crate::output::{self, Outcome, PROGRAM, note, print};

/// The files of the reference case, by their path in its folder.
const DEMO: [(&str, &[u8]); 6] = [
    ("case.toml", include_bytes!("../../../../examples/sony-2014/case.toml")),
    ("evidence.toml", include_bytes!("../../../../examples/sony-2014/evidence.toml")),
    ("response.toml", include_bytes!("../../../../examples/sony-2014/response.toml")),
    ("routes/as-rel.txt", include_bytes!("../../../../examples/sony-2014/routes/as-rel.txt")),
    ("routes/asn.tsv", include_bytes!("../../../../examples/sony-2014/routes/asn.tsv")),
    ("routes/prefixes.txt", include_bytes!("../../../../examples/sony-2014/routes/prefixes.txt")),
];

/// Serves cases until it is told to stop.
pub(crate) fn run(args: &ServeArgs) -> anyhow::Result<Outcome> {
    let passphrase = args.passphrase_file.as_deref().map(expose::passphrase).transpose()?;
    let given = What { tables: args.routes.clone(), index_tlp: args.index_tlp, passphrase };
    serve(&args.cases, given, &args.bench)
}

/// Writes the reference case into a folder, and serves it.
pub(crate) fn demo(args: &DemoArgs) -> anyhow::Result<Outcome> {
    let temporary = tempfile::tempdir().context("cannot make a folder for temporary files")?;
    let root = args.into.clone().unwrap_or_else(|| temporary.path().join("sony-2014"));
    if root.exists() {
        bail!("{} is there already: name a folder that is not", root.display());
    }
    for (path, bytes) in DEMO {
        let path = root.join(path);
        let folder = path.parent().unwrap_or(&root);
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        output::write(&path, bytes)?;
    }
    if args.into.is_none() {
        note("hint: the case is removed when the program ends; `--into DIR` keeps it\n");
    }
    let given = What { tables: Vec::new(), index_tlp: Tlp::Amber, passphrase: None };
    serve(&[root], given, &args.bench)
}

/// The sources with which cases are assessed.
struct What {
    tables: Vec<PathBuf>,
    index_tlp: Tlp,
    passphrase: Option<String>,
}

fn serve(cases: &[PathBuf], given: What, args: &BenchArgs) -> anyhow::Result<Outcome> {
    let transport = match (&args.tls_cert, &args.tls_key) {
        (Some(certificates), Some(key)) => Transport::Tls(Tls::read(certificates, key)?),
        _ => Transport::Loopback,
    };
    let is_safe = matches!(transport, Transport::Tls(_));
    if !args.listen.ip().is_loopback() && (args.users.is_none() || !is_safe) {
        bail!(
            "{} can be reached from other machines: that needs `--users`, `--tls-cert` and `--tls-key`, or `ssh -L` to an address of this machine alone",
            args.listen
        );
    }
    let listener = Listener::bind(args.listen, transport)?;
    let address = listener.address();
    let guard = match &args.users {
        Some(store) => Guard::of_users(address, is_safe, &args.host, passwords(store)?),
        None => {
            let name = args.who.clone().unwrap_or_else(seal::user);
            Guard::local(address, is_safe, &name).context("the system gives no random numbers")?
        }
    };
    // A clock that is out of range is found before the first change asks for the time.
    seal::now()?;
    let settings = Settings {
        tables: given.tables,
        library: library::folder(&args.known.library)?,
        index: IndexSource {
            folder: code::folder(&args.known)?,
            is_required: args.known.index.is_some(),
            tlp: given.index_tlp,
        },
        passphrase: given.passphrase,
        program: PROGRAM.to_owned(),
        clock: now,
    };
    let bench = Arc::new(Workbench::new(cases, settings)?);
    let scheme = if is_safe { "https" } else { "http" };
    let host = args
        .host
        .first()
        .map_or_else(|| address.to_string(), |name| format!("{name}:{}", address.port()));
    let (link, whoever) = match guard.token() {
        Some(token) => (format!("{scheme}://{host}/?token={token}"), "Whoever has this address"),
        None => (format!("{scheme}://{host}/"), "Every user of the store"),
    };
    print(&format!(
        "The workbench is at\n  {link}\nuntil it is interrupted. {whoever} can read and change the cases.\n"
    ))?;
    if !args.no_open && open::that_detached(&link).is_err() {
        note("hint: no browser could be opened; open the address yourself\n");
    }
    demarche_workbench::serve(bench, guard, listener, &Stop::on_signals())?;
    Ok(Outcome::Complete)
}

/// The check of passwords against a store of users, which must be there.
fn passwords(path: &Path) -> anyhow::Result<Box<CheckPassword>> {
    anyhow::ensure!(
        path.is_file(),
        "there is no store of users at {0}: `demarche share user add NAME --store {0} --password-file FILE` makes one",
        path.display()
    );
    let store = share::open(path)?;
    Ok(Box::new(move |name, password| {
        store
            .is_password(name, password)
            .map_err(|error| format!("{:#}", anyhow::Error::new(error)))
    }))
}

/// The time now; the beginning of 1970 where the clock is out of range.
fn now() -> Moment {
    seal::now().unwrap_or_else(|_| {
        "1970-01-01T00:00:00Z".parse().expect("the beginning of the calendar is a moment")
    })
}
