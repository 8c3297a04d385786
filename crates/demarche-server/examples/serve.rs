//! A TAXII server with one root, one collection and one user, for tests and benchmarks.
//!
//! `serve STORE ADDRESS [CERTIFICATES KEY]` makes what is missing in the store, prints one line of JSON that tells
//! how to reach it, and answers until SIGINT or SIGTERM.
//! The user is `analyst`, the password `secret`, and all limits on rates are off.

use std::path::Path;

use demarche_http::{Stop, Tls, Transport};
use demarche_server::{Clock, Limits, NewCollection, NewRoot, Rights, Server, Store};

#[expect(clippy::print_stdout, reason = "whoever starts it needs the address")]
fn main() -> Result<(), Box<dyn std::error::Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (path, address, files) = match arguments.as_slice() {
        [path, address] => (path, address, None),
        [path, address, certificates, key] => (path, address, Some((certificates, key))),
        _ => return Err("usage: serve STORE ADDRESS [CERTIFICATES KEY]".into()),
    };
    let store = Store::open(Path::new(path), Clock::of_the_machine())?;
    if store.collections()?.is_empty() {
        store.add_root(&NewRoot { name: "api1", title: "First root", description: None })?;
        let title = "Indicators";
        let new = NewCollection { root: "api1", alias: Some("first"), title, description: None };
        let collection = store.add_collection(&new)?;
        store.add_user("analyst", Some("secret"))?;
        store.grant("analyst", &collection.id, Rights { read: true, write: true })?;
    }
    let token = store.add_token("analyst", "example")?;
    let collection = store.collections()?.pop().ok_or("there is a collection")?.id;
    let transport = match files {
        Some((certificates, key)) => {
            Transport::Tls(Tls::read(certificates.as_ref(), key.as_ref())?)
        }
        None => Transport::Loopback,
    };
    let limits = Limits { requests_per_minute: u32::MAX, ..Limits::default() };
    let server = Server::bind(address.parse()?, transport, store)?.limits(limits);
    let (address, token) = (server.address(), token.text());
    println!(r#"{{"address":"{address}","collection":"{collection}","token":"{token}"}}"#);
    server.run(&Stop::on_signals())?;
    Ok(())
}
