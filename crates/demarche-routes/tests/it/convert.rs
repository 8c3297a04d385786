//! Converted files say what the files they come from say.

use std::io::Read;

use demarche_routes::as_path::PathTable;
use demarche_routes::convert::{CSV_HEAD, Packing, recompress, to_csv};
use demarche_routes::{Compression, Decompressed, mrt};

use crate::compressed::decompress;
use crate::real_tables::open;

fn plain(file: &str) -> Option<Vec<u8>> {
    let mut plain = Vec::new();
    // The files are cut: what comes before the cut is what counts.
    drop(open(file)?.read_to_end(&mut plain));
    Some(plain)
}

#[test]
fn a_recompressed_file_has_the_same_records_byte_by_byte() {
    for file in ["rrc00.bview.20000111.0032.gz", "rrc15.updates.20100227.1600.gz"] {
        let Some(plain) = plain(file) else { return };
        for packing in [Packing::Plain, Packing::Gzip, Packing::Zstd] {
            let mut out = Vec::new();
            let converted = recompress(&plain[..], &mut out, packing).unwrap();
            let (read, result) = decompress(&out, 1);
            assert!(result.is_ok() && read == plain, "{file} {packing:?}");
            assert_eq!(converted.written, plain.len() as u64);
            assert!(converted.reading.broken_off().is_none());
        }
    }
}

#[test]
fn a_cut_file_becomes_a_whole_one_of_its_whole_records() {
    let Some(source) = open("routeviews2.rib.20140523.0600.firstMB.bz2") else { return };
    let mut out = Vec::new();
    let converted = recompress(source, &mut out, Packing::Zstd).unwrap();
    let gaps = converted.reading.gaps("rib");
    assert!(gaps.iter().any(|gap| gap.what.contains("breaks off")), "{gaps:?}");
    let again = Decompressed::new(&out[..], std::num::NonZeroUsize::MIN);
    assert_eq!(again.compression(), Compression::Zstd);
    let reading = mrt::read(again, &mut PathTable::new(), &mut ());
    assert!(reading.broken_off().is_none());
    assert_eq!(reading.routes, converted.reading.routes);
    assert_eq!(reading.bytes, converted.written);
}

#[test]
fn a_table_has_a_line_for_every_route_and_update() {
    for (file, lines) in [
        ("rrc00.bview.20000111.0032.gz", 452_018),
        ("rrc15.updates.20100227.1600.gz", 53_786),
        ("rrc00.updates.19991214.1621.gz", 55_489),
    ] {
        let Some(plain) = plain(file) else { return };
        let mut out = Vec::new();
        let converted = to_csv(&plain[..], &mut out).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert_eq!(text.lines().next(), Some(CSV_HEAD));
        assert_eq!((text.lines().count() - 1, converted.written), (lines, lines as u64), "{file}");
        let fields = |line: &str| line.split('"').next().unwrap_or_default().split(',').count();
        assert!(text.lines().all(|line| fields(line) == 7), "{file}");
    }
}

#[test]
fn a_full_disk_is_an_error_and_ends_the_reading() {
    struct Full;
    impl std::io::Write for Full {
        fn write(&mut self, _: &[u8]) -> std::io::Result<usize> {
            Err(std::io::ErrorKind::StorageFull.into())
        }
        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let Some(plain) = plain("rrc15.updates.20100227.1600.gz") else { return };
    for packing in [Packing::Plain, Packing::Gzip, Packing::Zstd] {
        let error = recompress(&plain[..], Full, packing).unwrap_err();
        assert_eq!(error.kind(), std::io::ErrorKind::StorageFull);
    }
    assert!(to_csv(&plain[..], Full).is_err());
}
