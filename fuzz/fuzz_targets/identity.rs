//! What files say about themselves, and the texts in them.
#![no_main]

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    drop(demarche_image::identity::identify(bytes));
    demarche_image::strings::strings(bytes, 4).for_each(drop);
});
