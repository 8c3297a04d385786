//! What files say about themselves.

use std::path::Path;
use std::process::Command;

use demarche_image::identity::{DigestMatch, PackingSign, PackingVerdict, StampVerdict, identify};
use demarche_image::read;

use crate::fixture::{self, elf, macho, pe64};

#[test]
fn any_file_has_hashes() {
    // FIPS 180-4 and RFC 1321, message "abc".
    let identity = identify(b"abc");
    assert_eq!(identity.md5.to_string(), "900150983cd24fb0d6963f7d28e17f72");
    assert_eq!(identity.sha1.to_string(), "a9993e364706816aba3e25717850c26c9cd0d89d");
    assert_eq!(identity.tlsh, None);
    assert!(identity.format.is_none() && identity.sections.is_empty());
}

#[test]
fn the_locality_sensitive_hash_is_that_of_its_authors() {
    // A sequence that is simple to make anywhere, and what py-tlsh 5.0.0 says of it.
    let mut state = 1_u32;
    let mut next = || {
        state = state.wrapping_mul(1_103_515_245).wrapping_add(12_345);
        (state >> 16).to_le_bytes()[0]
    };
    let bytes: Vec<u8> = (0..4096).map(|_| next()).collect();
    let expected = expect_test::expect![
        "T1D0815CFA132DF6A19448F05091F94BAC3B28DAF29AC93D2E5410496059A4383C2FE559"
    ];
    expected.assert_eq(&identify(&bytes).tlsh.unwrap());
}

#[test]
fn an_elf_file_names_its_loader_libraries_and_build() {
    let Some(bytes) = elf() else { return };
    let identity = identify(&bytes).elf.unwrap();
    assert!(identity.interpreter.is_some_and(|path| path.starts_with("/lib")));
    assert_eq!(identity.libraries, ["libc.so.6"]);
    assert!(identity.build_id.is_none_or(|id| id.len() == 40));
    assert!(identity.compilers.iter().any(|one| one.starts_with("GCC: ")));
    assert!(!identity.is_stripped);
}

#[test]
fn a_mach_o_file_has_its_linkers_identifier() {
    let Some(bytes) = macho("arm64", &[]) else { return };
    let [identity] = &identify(&bytes).mach_o[..] else { panic!("one slice") };
    assert_eq!(identity.uuid.as_ref().map(String::len), Some(32));
    assert_eq!(identity.minimum_system, Some((1, "12.0.0".to_owned())));
    assert!(identity.signed_as.is_some() && identity.team.is_none());
}

#[test]
fn resources_tell_their_language_and_version() {
    let words = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/src/words.rc");
    let object = Path::new(env!("CARGO_TARGET_TMPDIR")).join("words.o");
    let made = Command::new("x86_64-w64-mingw32-windres").arg(&words).arg(&object).status();
    if !made.is_ok_and(|status| status.success()) {
        eprintln!("SKIPPED: no windres of MinGW here");
        return;
    }
    let object = object.to_str().unwrap().to_owned();
    let Some(bytes) = fixture::build("x86_64-w64-mingw32-gcc", &["-O2", &object], "small.c") else {
        return;
    };
    let identity = identify(&bytes);
    assert!(identity.gaps.is_empty(), "{:?}", identity.gaps);
    let pe = identity.pe.unwrap();
    let strings: Vec<_> = pe.resources.iter().filter(|one| one.kind == "string-table").collect();
    assert_eq!(strings.iter().map(|one| one.language.as_str()).collect::<Vec<_>>(), ["ko-KR"]);
    assert!(pe.languages.contains(&"ko-KR".to_owned()));
    let texts: Vec<_> = pe.version.iter().map(|one| (&*one.key, &*one.value)).collect();
    assert_eq!(texts, [("CompanyName", "Nobody"), ("OriginalFilename", "small.exe")]);
    assert_eq!(pe.version[0].language, "041204b0");
}

#[test]
fn a_program_for_windows_has_times_and_an_import_hash() {
    let Some(bytes) = pe64() else { return };
    let pe = identify(&bytes).pe.unwrap();
    assert!(pe.imphash.is_some() && pe.rich.is_none() && pe.signatures.is_empty());
    assert!(matches!(pe.stamps.verdict, StampVerdict::Alone | StampVerdict::Zeroed));
    assert_eq!(pe.checksum.stated, pe.checksum.computed);
    let mut changed = bytes.clone();
    *changed.last_mut().unwrap() ^= 1;
    let checksum = identify(&changed).pe.unwrap().checksum;
    assert_ne!(checksum.stated, checksum.computed);
}

/// The program, signed by somebody who signs for himself.
fn signed(bytes: &[u8]) -> Option<Vec<u8>> {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let place = |name: &str| folder.join(format!("{name}-{}", std::process::id()));
    let (key, certificate) = (place("key.pem"), place("certificate.pem"));
    let (from, to) = (place("plain.exe"), place("signed.exe"));
    std::fs::write(&from, bytes).unwrap();
    let made = Command::new("openssl")
        .args(["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "9", "-subj"])
        .args(["/C=KP/O=Nobody's Works/CN=Somebody", "-addext", "extendedKeyUsage=codeSigning"])
        .arg("-keyout")
        .arg(&key)
        .arg("-out")
        .arg(&certificate)
        .output();
    let done = Command::new("osslsigncode")
        .args(["sign", "-h", "sha256", "-certs"])
        .arg(&certificate)
        .arg("-key")
        .arg(&key)
        .arg("-in")
        .arg(&from)
        .arg("-out")
        .arg(&to)
        .output();
    let signed = made.and(done).is_ok_and(|done| done.status.success());
    if !signed {
        eprintln!("SKIPPED: openssl and osslsigncode cannot sign here");
        return None;
    }
    let bytes = std::fs::read(&to).unwrap();
    for file in [key, certificate, from, to] {
        std::fs::remove_file(file).unwrap();
    }
    Some(bytes)
}

#[test]
fn a_signature_names_its_signer_and_covers_the_file() {
    let Some(bytes) = pe64().and_then(|bytes| signed(&bytes)) else { return };
    let identity = identify(&bytes);
    assert!(identity.gaps.is_empty(), "{:?}", identity.gaps);
    let [signature] = &identity.pe.unwrap().signatures[..] else { panic!("one signature") };
    let signer = signature.signer.as_ref().unwrap();
    assert_eq!(signer.subject, "C=KP, O=Nobody's Works, CN=Somebody");
    assert_eq!(signer.issuer, signer.subject);
    assert!(!signer.serial.is_empty() && signature.chain.is_empty());
    assert_eq!(signature.digest, DigestMatch::Matches);
    let text = read(&bytes).unwrap().sections[1].offset.unwrap();
    let mut changed = bytes;
    changed[usize::try_from(text.0).unwrap()] ^= 1;
    let [signature] = &identify(&changed).pe.unwrap().signatures[..] else {
        panic!("one signature")
    };
    assert_eq!(signature.digest, DigestMatch::Differs);
}

#[test]
fn ordinary_programs_are_not_called_packed() {
    for bytes in [elf(), pe64(), fixture::pe32()].into_iter().flatten() {
        assert_eq!(identify(&bytes).packing.verdict, PackingVerdict::NoneSeen);
    }
}

#[test]
fn signs_of_packing_are_named() {
    let Some(mut bytes) = pe64() else { return };
    let image = read(&bytes).unwrap();
    let text = image.sections.iter().find(|one| one.name == ".text").unwrap();
    let range = usize::try_from(text.offset.unwrap().0).unwrap();
    let range = range..range + text.bytes.len();
    // Code that looks like chance.
    let mut state = 7_u64;
    for byte in &mut bytes[range] {
        state =
            state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        *byte = state.to_le_bytes()[6];
    }
    let packing = identify(&bytes).packing;
    assert!(
        matches!(&packing.signs[..], [PackingSign::HighEntropy { section, .. }] if section == ".text")
    );
    // One sign alone is no verdict; a packer's name is.
    assert_eq!(packing.verdict, PackingVerdict::NoneSeen);
    let name = bytes.windows(8).position(|window| window == b".text\0\0\0").unwrap();
    bytes[name..name + 4].copy_from_slice(b"UPX1");
    bytes[name + 4] = 0;
    assert_eq!(identify(&bytes).packing.verdict, PackingVerdict::Named("UPX".to_owned()));
}
