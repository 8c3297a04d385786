//! HTTPS: TAXII 2.1, sections 8.2.2 and 8.5.

use std::io::{Read, Write};
use std::net::TcpStream;
use std::sync::Arc;
use std::time::Duration;

use demarche_http::{ListenError, Stop, Tls, TlsError, Transport};
use demarche_server::{About, Account, Client, Clock, Patience, Server, ServerError, Store, Trust};

use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::CertificateDer;
use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::{
    ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, StreamOwned,
    SupportedProtocolVersion, version,
};

use super::kill::Process;
use super::served::{TAXII, answer};

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

/// A server with TLS, and the certificate to trust.
fn served(folder: &std::path::Path) -> (Process, String) {
    let (certificate, key, pem) = certificate(folder);
    let path = folder.join("store.db");
    let arguments =
        [path.as_os_str(), "127.0.0.1:0".as_ref(), certificate.as_os_str(), key.as_os_str()];
    (Process::start(&arguments), pem)
}

fn client(pem: &str, version: &'static SupportedProtocolVersion) -> ClientConnection {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_slice(pem.as_bytes()).unwrap()).unwrap();
    let config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_protocol_versions(&[version]).unwrap();
    let config = config.with_root_certificates(roots).with_no_client_auth();
    ClientConnection::new(Arc::new(config), "localhost".try_into().unwrap()).unwrap()
}

#[test]
fn s_8_2_2_tls_1_2_and_1_3_are_spoken_without_early_data_and_http_stays_away() {
    let folder = tempfile::tempdir().unwrap();
    let (process, pem) = served(folder.path());
    for (version, spoken) in
        [(&version::TLS12, ProtocolVersion::TLSv1_2), (&version::TLS13, ProtocolVersion::TLSv1_3)]
    {
        let stream = TcpStream::connect(&process.address).unwrap();
        let mut stream = StreamOwned::new(client(&pem, version), stream);
        let text = format!(
            "GET /taxii2/ HTTP/1.1\r\nhost: localhost\r\nauthorization: Bearer {}\r\naccept: {TAXII}\r\nconnection: close\r\n\r\n",
            process.token
        );
        stream.write_all(text.as_bytes()).unwrap();
        assert!(!stream.conn.is_early_data_accepted());
        let response = answer(&mut stream).unwrap();
        assert_eq!((response.status, stream.conn.protocol_version()), (200, Some(spoken)));
        assert_eq!(response.header("strict-transport-security"), Some("max-age=31536000"));
    }
}

/// A greeting of TLS with a version and cipher suites, as RFC 5246, section 7.4.1.2, writes it.
fn hello(version: [u8; 2], suites: &[[u8; 2]]) -> Vec<u8> {
    let of_length =
        |bytes: &[u8]| [&u16::try_from(bytes.len()).unwrap().to_be_bytes()[..], bytes].concat();
    // Curves P-256 and X25519, and the signatures ECDSA with SHA-256 and RSA with SHA-256.
    let groups = [&[0, 10][..], &of_length(&of_length(&[0, 23, 0, 29]))].concat();
    let signatures = [&[0, 13][..], &of_length(&of_length(&[4, 3, 4, 1]))].concat();
    let extensions = of_length(&[groups, signatures].concat());
    let suites = of_length(&suites.concat());
    let body = [&version[..], &[7; 32], &[0], &suites, &[1, 0], &extensions].concat();
    let length = u32::try_from(body.len()).unwrap();
    let message = [&[1][..], &length.to_be_bytes()[1..], &body].concat();
    [&[22, 3, 1][..], &of_length(&message)].concat()
}

#[test]
fn s_8_2_2_older_tls_and_weak_suites_are_refused() {
    let folder = tempfile::tempdir().unwrap();
    let (process, _) = served(folder.path());
    // ECDHE with AES-GCM; CBC with RSA and 3DES as listed in RFC 7540, Appendix A.
    let (good, bad) = ([[0xc0, 0x2b]], [[0x00, 0x2f], [0x00, 0x35], [0x00, 0x0a], [0xc0, 0x13]]);
    let reply = |greeting: &[u8]| {
        let mut stream = TcpStream::connect(&process.address).unwrap();
        stream.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        stream.write_all(greeting).unwrap();
        let mut record = [0; 7];
        let length = stream.read(&mut record).unwrap_or(0);
        record[..length].to_vec()
    };
    let (handshake, alert) = (22, 21);
    assert_eq!(reply(&hello([3, 3], &good))[0], handshake, "TLS 1.2 is spoken");
    for version in [[3, 0], [3, 1], [3, 2]] {
        let reply = reply(&hello(version, &good));
        assert_eq!((reply[0], reply[6]), (alert, 70), "{version:?}: protocol_version");
    }
    let reply_to_weak = reply(&hello([3, 3], &bad));
    assert_eq!((reply_to_weak[0], reply_to_weak[6]), (alert, 40), "handshake_failure");
    let open = reply(b"GET /taxii2/ HTTP/1.1\r\nhost: a\r\n\r\n");
    assert!(!open.starts_with(b"HTTP"), "nothing is served in the open");
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
