//! Assemblies of .NET: their metadata, methods and fingerprints. The first byte says where the bytes replace those of a
//! small assembly; what is no assembly by itself is tried as it is.
#![no_main]

use demarche_image::{identity::identify, read_all};
use libfuzzer_sys::fuzz_target;

const LANTERN: &[u8] = include_bytes!("../../crates/demarche-image/tests/data/lantern.exe");

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let mut file = LANTERN.to_vec();
    let start = usize::from(*first) * file.len() / 256;
    file.iter_mut().skip(start).zip(rest).for_each(|(place, byte)| *place = *byte);
    for file in [file.as_slice(), bytes] {
        drop(identify(file));
        for image in read_all(file).iter().flatten() {
            let program = demarche_code::functions(image);
            drop(demarche_code::fingerprints(image, &program));
            for block in program.functions.iter().flat_map(|function| &function.blocks) {
                drop(demarche_code::disassemble(image, block));
            }
        }
    }
});
