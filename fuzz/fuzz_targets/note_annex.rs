//! The list beside a note: what is read is written and read back the same.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    if let Ok(annex) = demarche_case::NoteAnnex::read(bytes) {
        // Escapes may make the text longer than what was read, and then longer than what is read.
        if let Ok(json) = annex.to_json()
            && let Ok(again) = demarche_case::NoteAnnex::read(json.as_bytes())
        {
            assert_eq!(again, annex);
        }
    }
});
