//! The server and what it manages: users, tokens and collections.

use anyhow::{Context, bail};
use demarche_http::{Stop, Tls, Transport};
use demarche_server::{About, Collection, NewCollection, NewRoot, Rights, Server, Store};

use super::{compare, open, secret};
use crate::cli::share::{CollectionCommand, ServeArgs, TokenCommand, UserCommand};
use crate::output::{Outcome, name, note, print};

/// Serves until it is told to stop.
pub(crate) fn serve(args: &ServeArgs) -> anyhow::Result<Outcome> {
    let store = open(&args.place.store)?;
    if store.collections()?.is_empty() && args.compare.list.is_none() {
        note(
            "hint: the store has no collection yet: `demarche share collection add TITLE --store FILE`\n",
        );
    }
    let transport = match (&args.tls_cert, &args.tls_key) {
        (Some(certificates), Some(key)) => Transport::Tls(Tls::read(certificates, key)?),
        _ if args.behind_proxy => Transport::BehindProxy,
        _ => Transport::Loopback,
    };
    let is_safe = matches!(transport, Transport::Tls(_));
    let about = About { public_url: args.public_url.clone(), ..About::default() };
    let mut server = Server::bind(args.listen, transport, store)?.about(about);
    if let Some(path) = &args.audit {
        let mut options = std::fs::OpenOptions::new();
        options.create(true).append(true);
        // The log tells who asked for what; like the store, it is for its owner alone.
        #[cfg(unix)]
        std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
        let file = options.open(path);
        let file =
            file.with_context(|| format!("cannot write the audit log {}", path.display()))?;
        server = server.audit(file);
    }
    if let Some(service) = compare::service(&args.compare)? {
        server = server.service(service);
    }
    let scheme = if is_safe { "https" } else { "http" };
    print(&format!(
        "TAXII 2.1 at {scheme}://{}/taxii2/ until it is interrupted\n",
        server.address()
    ))?;
    server.run(&Stop::on_signals())?;
    Ok(Outcome::Complete)
}

/// Manages users.
pub(crate) fn user(command: &UserCommand) -> anyhow::Result<Outcome> {
    let text = match command {
        UserCommand::Add { name: user, place, password_file } => {
            let password = password_file.as_deref().map(secret).transpose()?;
            open(&place.store)?.add_user(user, password.as_deref())?;
            format!("Added the user {}.\n", name(user))
        }
        UserCommand::Grant { name: user, collection, place, read, write } => {
            let store = open(&place.store)?;
            let found = named(&store, collection)?;
            store.grant(user, &found.id, Rights { read: *read, write: *write })?;
            let may = match (read, write) {
                (true, true) => "may read and write",
                (true, false) => "may read",
                (false, true) => "may write to",
                (false, false) => "has no rights to",
            };
            format!("{} {may} “{}”.\n", name(user), name(&found.title))
        }
        UserCommand::Remove { name: user, place } => {
            open(&place.store)?.remove_user(user)?;
            format!("Removed the user {}.\n", name(user))
        }
        UserCommand::List { place } => {
            let users = open(&place.store)?.users()?;
            users.iter().map(|user| format!("{}\n", name(user))).collect()
        }
    };
    print(&text)?;
    Ok(Outcome::Complete)
}

/// Manages tokens.
pub(crate) fn token(command: &TokenCommand) -> anyhow::Result<Outcome> {
    let text = match command {
        TokenCommand::Add { user, place, label } => {
            let token = open(&place.store)?.add_token(user, label)?;
            note("hint: the token is shown once; keep it in a file that only its user can read\n");
            format!("{}\n", token.text())
        }
        TokenCommand::Revoke { number, place } => {
            open(&place.store)?.revoke_token(*number)?;
            format!("Revoked the token {number}.\n")
        }
        TokenCommand::List { place } => {
            let tokens = open(&place.store)?.tokens()?;
            let line = |token: &demarche_server::TokenEntry| {
                format!("{}  {}  {}\n", token.number, name(&token.user), name(&token.label))
            };
            tokens.iter().map(line).collect()
        }
    };
    print(&text)?;
    Ok(Outcome::Complete)
}

/// Manages collections.
pub(crate) fn collection(command: &CollectionCommand) -> anyhow::Result<Outcome> {
    let text = match command {
        CollectionCommand::Add { title, place, root, alias } => {
            let store = open(&place.store)?;
            if store.roots()?.iter().all(|known| known.name != *root) {
                store.add_root(&NewRoot { name: root, title: root, description: None })?;
            }
            let new = NewCollection { root, alias: alias.as_deref(), title, description: None };
            let added = store.add_collection(&new)?;
            format!("Added the collection “{}”: {}\n", name(&added.title), added.id)
        }
        CollectionCommand::List { place } => {
            let line = |known: &Collection| {
                let alias = known.alias.as_deref().unwrap_or("–");
                format!(
                    "{}  {}  {}  {}\n",
                    known.id,
                    name(&known.root),
                    name(alias),
                    name(&known.title)
                )
            };
            open(&place.store)?.collections()?.iter().map(line).collect()
        }
    };
    print(&text)?;
    Ok(Outcome::Complete)
}

/// The collection by its id, alias or title.
fn named(store: &Store, wanted: &str) -> anyhow::Result<Collection> {
    let all = store.collections()?;
    let is = |known: &Collection| {
        known.id == wanted || known.alias.as_deref() == Some(wanted) || known.title == wanted
    };
    let mut found = all.into_iter().filter(is);
    match (found.next(), found.next()) {
        (Some(only), None) => Ok(only),
        (None, _) => {
            bail!("no collection is called “{wanted}”; `demarche share collection list` tells them")
        }
        (Some(_), Some(_)) => bail!("two collections are called “{wanted}”; name one by its id"),
    }
}
