//! Files of the library, with the hash made right so that the form is what is tested.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    drop(demarche_library::decode(bytes));
    let mut forged = header(bytes.len());
    forged.extend_from_slice(bytes);
    forged.extend_from_slice(&demarche_case::Sha256::of(&forged).0);
    if let Ok((_, part)) = demarche_library::decode(&forged) {
        drop(demarche_library::assemble(vec![part]));
    }
});

/// A header that fits a body of this length.
fn header(length: usize) -> Vec<u8> {
    let hash = "0".repeat(64);
    format!("{{\"form\":1,\"edition\":{{\"name\":\"a\",\"catalogue\":\"attack\",\"date\":null,\"origin\":\"\",\"licence\":\"\",\"tlp\":\"CLEAR\",\"sha256\":\"{hash}\",\"used\":0,\"refused\":0}},\"series\":\"a\",\"added\":\"2026\",\"is_cut\":false,\"bytes\":{length}}}\n").into_bytes()
}
