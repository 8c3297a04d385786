//! HTTPS: TAXII 2.1, sections 8.2.2 and 8.5.

use demarche_http::{ListenError, Stop, Tls, TlsError, Transport};
use demarche_server::{About, Account, Client, Clock, Patience, Server, ServerError, Store, Trust};

use super::kill::Process;

/// A certificate for `localhost`, in two files.
fn certificate(folder: &std::path::Path) -> (std::path::PathBuf, std::path::PathBuf, String) {
    let made = rcgen::generate_simple_self_signed(vec!["localhost".to_owned()]).unwrap();
    let (certificate, key) = (folder.join("cert.pem"), folder.join("key.pem"));
    std::fs::write(&certificate, made.cert.pem()).unwrap();
    std::fs::write(&key, made.signing_key.serialize_pem()).unwrap();
    (certificate, key, made.cert.pem())
}

#[test]
fn s_8_2_2_the_client_speaks_https_with_a_server_whose_authority_it_trusts() {
    let folder = tempfile::tempdir().unwrap();
    let (certificate, key, pem) = certificate(folder.path());
    let path = folder.path().join("store.db");
    let process = Process::start(&[
        path.as_os_str(),
        "127.0.0.1:0".as_ref(),
        certificate.as_os_str(),
        key.as_os_str(),
    ]);
    let url = process.address.replace("127.0.0.1", "https://localhost");
    let client = |trust| {
        let (name, password) = ("analyst".to_owned(), "secret".to_owned());
        let patience = Patience { attempts: 1, ..Patience::default() };
        Client::new(&url, &Account::Password { name, password }, &trust, patience).unwrap()
    };
    assert_eq!(client(Trust::Own(pem.into_bytes())).roots().unwrap(), ["/api1/"]);
    assert!(client(Trust::Public).roots().is_err());
}

#[test]
fn s_8_2_2_nothing_is_served_in_the_open_off_the_machine() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.db"), Clock::of_the_machine()).unwrap();
    let bound = Server::bind("0.0.0.0:0".parse().unwrap(), Transport::Loopback, store);
    assert!(matches!(bound, Err(ServerError::Listen(ListenError::Open(_)))));
}

#[test]
fn a_key_of_another_certificate_is_refused() {
    let (one, other) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    let (path, _, _) = certificate(one.path());
    let (_, key, _) = certificate(other.path());
    assert!(matches!(Tls::read(&path, &key), Err(TlsError::Pair(_))));
    assert!(matches!(Tls::read(&one.path().join("none"), &key), Err(TlsError::File { .. })));
}

#[test]
fn s_4_1_1_a_public_address_is_https() {
    let folder = tempfile::tempdir().unwrap();
    let store = Store::open(&folder.path().join("store.db"), Clock::of_the_machine()).unwrap();
    let server = Server::bind("127.0.0.1:0".parse().unwrap(), Transport::Loopback, store).unwrap();
    let public_url = Some("http://taxii.example/".to_owned());
    let server = server.about(About { public_url, ..About::default() });
    assert!(matches!(server.run(&Stop::new()), Err(ServerError::PublicUrl(_))));
}
