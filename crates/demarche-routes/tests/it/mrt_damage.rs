//! Whatever happens to a file, what stands before the damage is delivered, and nothing panics.

use arbtest::arbitrary::{Result, Unstructured};
use arbtest::arbtest;
use demarche_routes::{Rib, mrt::Reason};

use crate::mrt_log::log;
use crate::mrt_writer::*;

/// Records of all types that hold routes, each with where it ends and the lines delivered until then.
fn any_file(u: &mut Unstructured<'_>) -> Result<Vec<u8>> {
    let mut file = peer_table(&[("192.0.2.1", 64_501), ("2001:db8::1", 200_000)]);
    for _ in 0..u.int_in_range(1..=12)? {
        let asns: Vec<u32> = u.arbitrary::<[u32; 3]>()?.to_vec();
        let prefix = format!("{}.0.0.0/8", u.int_in_range(1..=223_u8)?);
        let routes = [(0, None, attributes(&asns)), (1, None, attributes(&asns[1..]))];
        let update = update_body(&nlri(&prefix), &attributes(&asns), &nlri(&prefix));
        file.extend(match u.int_in_range(0..=3)? {
            0 => rib(2, &prefix, &routes),
            1 => rib(4, "2001:db8::/32", &routes),
            2 => {
                let message = message(2, &update);
                record(16, 4, &[session("192.0.2.1", 1, true), message].concat())
            }
            _ => {
                let extended =
                    [vec![0; 4], session("192.0.2.1", 1, true), vec![0, 1, 0, 2]].concat();
                record(17, 5, &extended)
            }
        });
    }
    Ok(file)
}

/// Where the record that holds a byte starts.
fn start_of_record(file: &[u8], byte: usize) -> usize {
    let mut start = 0;
    loop {
        let length = u32::from_be_bytes(file[start + 8..start + 12].try_into().unwrap());
        let end = start + 12 + usize::try_from(length).unwrap();
        if byte < end {
            return start;
        }
        start = end;
    }
}

#[test]
fn a_cut_file_gives_its_whole_records_and_the_place_of_the_cut() {
    arbtest(|u| {
        let file = any_file(u)?;
        let cut = u.int_in_range(0..=file.len() - 1)?;
        let start = start_of_record(&file, cut);
        let (expected, _) = log(&file[..start]);
        let (lines, reading) = log(&file[..cut]);
        assert_eq!(lines, expected);
        let broken = reading.broken_off().map(|broken| (broken.offset, broken.left));
        let left = cut - start;
        assert_eq!(broken, (left > 0).then_some((start as u64, left as u64)));
        Ok(())
    });
}

#[test]
fn a_changed_byte_costs_nothing_before_its_record() {
    arbtest(|u| {
        let mut file = any_file(u)?;
        let byte = u.int_in_range(0..=file.len() - 1)?;
        let start = start_of_record(&file, byte);
        let (before, _) = log(&file[..start]);
        file[byte] ^= u.int_in_range(1..=255_u8)?;
        let (lines, reading) = log(&file);
        assert_eq!(&lines[..before.len()], before);
        assert_eq!(reading.bytes, file.len() as u64);
        Ok(())
    });
}

#[test]
fn arbitrary_bytes_are_read_to_their_end_by_reader_and_table_alike() {
    arbtest(|u| {
        let mut file = any_file(u)?;
        for _ in 0..u.int_in_range(0..=20)? {
            let byte = u.int_in_range(0..=file.len() - 1)?;
            file[byte] = u.arbitrary()?;
        }
        let (_, reading) = log(&file);
        assert_eq!(reading.bytes, file.len() as u64);
        let mut builder = Rib::builder();
        assert_eq!(builder.read("rrc00", &file[..]), reading);
        let table = builder.finish();
        assert_eq!(table.routes() + table.extra_routes(), reading.routes);
        Ok(())
    });
}

#[test]
fn damage_in_many_records_is_one_refusal_with_a_count() {
    let bad = rib(2, "10.0.0.0/8", &[(7, None, attributes(&[1]))]);
    let (_, reading) = log(&[peer_table(&[]), bad.clone(), bad.clone(), bad].concat());
    let refusals: Vec<_> = reading.refusals().collect();
    assert_eq!((refusals.len(), refusals[0].count), (1, 3));
    assert_eq!(refusals[0].reason, Reason::Peer);
}
